//! What the verbs of judgement share: findings of a period computed, the docket and the register read, acts entered.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::{Bureau, Refused};
use crate::cli::{Acted, Cli};
use crate::judgement::acts::Act;
use crate::judgement::docket::{Docket, Matter};
use crate::judgement::find::{self, Findings};
use crate::judgement::findings::{Finding, Standing};
use crate::judgement::steps::{self, Missing, Register};
use crate::measures::circumstances::{Complaint, Official};
use crate::measures::{KnownAt, Scope, Session};
use crate::period::Period;
use crate::warehouse::Warehouse;
use crate::warehouse::journal::{self, Room};

/// Now, to the second; entries of the journal are not finer.
pub fn now() -> NaiveDateTime {
    let now = chrono::Local::now().naive_local();
    now.with_nanosecond(0).unwrap_or(now)
}

impl Acted {
    /// When it is entered as done.
    pub fn time(&self) -> NaiveDateTime {
        self.at.unwrap_or_else(now)
    }
}

impl From<Missing> for Refused {
    fn from(missing: Missing) -> Refused {
        Refused(missing.to_string())
    }
}

/// A bureau with what has been done so far and who is who.
pub struct Court {
    pub bureau: Bureau,
    pub docket: Docket,
    officials: BTreeMap<String, Official>,
}

impl Court {
    pub fn open(cli: &Cli) -> anyhow::Result<Court> {
        Court::of(Bureau::open(cli)?)
    }

    pub fn of(bureau: Bureau) -> anyhow::Result<Court> {
        let docket = docket(&bureau)?;
        let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &[])?;
        session.lay(Scope { as_of: now(), ..Scope::of(Period::month_of(now().date())) })?;
        let officials = session.officials()?;
        Ok(Court { bureau, docket, officials })
    }

    pub fn register(&self) -> Register<'_> {
        Register(&self.officials)
    }

    /// The name of whoever is named by id; else as given.
    pub fn name<'n>(&'n self, who: &'n str) -> &'n str {
        self.officials.get(who).map_or(who, |official| official.name.as_str())
    }

    /// A finding as entered.
    pub fn matter(&self, id: &str) -> Result<&Matter, Refused> {
        Ok(steps::matter(&self.docket, id)?)
    }

    /// Complaints with everything known, as of an instant.
    pub fn complaints(&self, as_of: NaiveDateTime) -> anyhow::Result<Vec<Complaint>> {
        let bureau = &self.bureau;
        let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &[])?;
        session.lay(Scope { as_of, ..Scope::of(Period::month_of(as_of.date())) })?;
        Ok(session.complaints()?)
    }

    /// What had been done by the end of a day.
    pub fn docket_as_of(&self, day: NaiveDate) -> anyhow::Result<Docket> {
        let mut entries = journal::read(&self.bureau.workspace.warehouse(), Room::Judgement)?;
        entries.retain(|entry| entry.at.date() <= day);
        Ok(Docket::of(&entries)?)
    }

    /// The findings of a period as the data carry them now.
    pub fn fresh(&self, period: Period) -> anyhow::Result<Vec<Finding>> {
        Ok(findings(&self.bureau, Scope::of(period))?.findings)
    }

    /// Enters acts, each about a subject.
    pub fn enter(&self, by: &str, at: NaiveDateTime, acts: &[(String, Act)]) -> anyhow::Result<()> {
        enter(&self.bureau, by, at, acts)
    }
}

/// Computes the findings of a scope.
pub fn findings(bureau: &Bureau, scope: Scope) -> anyhow::Result<Findings> {
    if bureau.regime.findings.is_empty() {
        let why = format!(
            "the rules of {} make no findings; add [[finding]] tables to regimes/{}.toml",
            bureau.regime.place, bureau.regime.id
        );
        return Err(Refused(why).into());
    }
    let only = find::measures(&bureau.regime);
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &only)?;
    Ok(find::find(&mut session, &bureau.regime, scope)?)
}

/// What has been done so far.
pub fn docket(bureau: &Bureau) -> anyhow::Result<Docket> {
    Ok(Docket::of(&journal::read(&bureau.workspace.warehouse(), Room::Judgement)?)?)
}

/// Enters acts, each about a subject.
pub fn enter(bureau: &Bureau, by: &str, at: NaiveDateTime, acts: &[(String, Act)]) -> anyhow::Result<()> {
    if by.trim().is_empty() {
        return Err(Refused("say who does it: --by NAME".into()).into());
    }
    let noted = acts.iter().map(|(subject, act)| act.noted(subject)).collect::<Result<Vec<_>, _>>()?;
    let mut writer = Warehouse::open_writer(&bureau.workspace.warehouse(), "judgement")?;
    writer.append(Room::Judgement, by.trim(), at, &noted)?;
    Ok(())
}

/// What differs from what was entered before; nothing where all of it stands as it is. `only_known`: nothing is entered
/// that was not there before.
pub fn changes(docket: &Docket, found: &[Finding], period: Period, only_known: bool) -> Vec<(String, Act)> {
    let differs = |finding: &&Finding| match docket.matters.get(&finding.id) {
        Some(matter) => matter.gone || matter.finding != as_entered(finding),
        None => !only_known,
    };
    let new = found.iter().filter(differs);
    let mut acts: Vec<(String, Act)> =
        new.map(|finding| (finding.id.clone(), Act::Found { finding: Box::new(finding.clone()) })).collect();
    let gone = docket.matters.values().filter(|matter| {
        // Leads are entered by another hand.
        let here = matter.finding.period == period && matter.finding.standing != Standing::Internal;
        here && !matter.gone && !found.iter().any(|finding| finding.id == matter.finding.id)
    });
    acts.extend(gone.map(|matter| (matter.finding.id.clone(), Act::Gone)));
    acts
}

/// The finding as it reads from an entry: numbers lose their last bit on the way through JSON.
fn as_entered(finding: &Finding) -> Finding {
    let read = serde_json::to_string(finding).and_then(|text| serde_json::from_str(&text));
    read.unwrap_or_else(|_| finding.clone())
}

/// Whether a scope is the one in which findings are entered: as of the period's end, with everything known.
pub fn is_whole(scope: Scope) -> bool {
    scope == Scope::of(scope.period) && scope.known_at == KnownAt::Everything
}
