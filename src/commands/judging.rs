//! What the verbs of judgement share: findings of a period computed, the docket read, acts entered.
use chrono::{NaiveDateTime, Timelike};

use super::{Bureau, Refused};
use crate::cli::Acted;
use crate::judgement::acts::Act;
use crate::judgement::docket::Docket;
use crate::judgement::find::{self, Findings};
use crate::measures::{Scope, Session};
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
    let noted = acts.iter().map(|(subject, act)| act.noted(subject)).collect::<Result<Vec<_>, _>>()?;
    let mut writer = Warehouse::open_writer(&bureau.workspace.warehouse(), "judgement")?;
    writer.append(Room::Judgement, by, at, &noted)?;
    Ok(())
}
