//! Names for a bulletin: from decisions in force whose every step was taken, on figures that still hold. What is not
//! named is told with the step that is missing.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use super::acts::Decision;
use super::docket::{Decided, Docket, Matter};
use super::find::{self, Findings};
use super::findings::{Finding, Kind, Standing};
use super::steps::{self, Missing};
use crate::calendar::Calendar;
use crate::measures::names::{Name, Names, PriorSaid};
use crate::measures::{MeasureError, Scope, Selection, Session};
use crate::period::Period;
use crate::regime::{About, Regime};
use crate::warehouse::journal::{self, Room};

/// Why a finding of the period names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// A step is missing.
    Missing(Missing),
    /// Every step was taken, and nobody has decided.
    Undecided(String),
    /// It was decided on other figures.
    Moved(String),
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Left::Missing(missing) => missing.fmt(f),
            Left::Undecided(id) => {
                write!(
                    f,
                    "{id}: nobody has decided; `guanjia decide {id} --commend|--criticise|--note|--drop --reason … --by DECIDER`"
                )
            }
            Left::Moved(id) => {
                write!(
                    f,
                    "{id}: its figures have changed since it was decided; decide anew with `guanjia decide {id} …`"
                )
            }
        }
    }
}

/// Names that a bulletin of a scope's period may print, and why others are not among them. What was done counts as far as
/// it was known with the scope's batch.
pub fn gather(
    warehouse: &Path,
    regime: &Regime,
    calendar: &Calendar,
    scope: Scope,
) -> Result<(Names, Vec<Left>), MeasureError> {
    let mut names = Names::default();
    let mut left = Vec::new();
    // Without any act there is no name and no ruling; facts need not be laid to learn that.
    let entries = journal::read(warehouse, Room::Judgement)?;
    if entries.is_empty() {
        return Ok((names, left));
    }
    // Leads name nobody, and to look for them takes its time.
    let regime = &regime.published();
    let mut session = Session::open(warehouse, regime, calendar, &find::measures(regime))?;
    let within = |period: Period| scope.first <= period.first() && period.last() <= scope.last;
    session.lay(scope)?;
    let known = session.known_at();
    let entries: Vec<_> = entries.into_iter().filter(|entry| entry.batch <= known).collect();
    let docket = Docket::of(&entries)?;
    let matters: Vec<&Matter> =
        docket.matters.values().filter(|matter| within(matter.finding.period) && is_about_names(matter)).collect();
    if !matters.is_empty() {
        let mut fresh: BTreeMap<String, Findings> = BTreeMap::new();
        for matter in &matters {
            let period = matter.finding.period;
            if let Entry::Vacant(unknown) = fresh.entry(period.to_string()) {
                unknown.insert(find::find(&mut session, regime, scope.at(period))?);
            }
        }
        for matter in matters {
            let all = &fresh[&matter.finding.period.to_string()];
            let now = all.findings.iter().find(|finding| finding.id == matter.finding.id);
            match name(matter, now) {
                Ok(Some((commended, name))) => {
                    if !commended {
                        names.count(matter, all, regime);
                    }
                    let list = if commended { &mut names.commended } else { &mut names.criticised };
                    list.push(name);
                }
                Ok(None) => {}
                Err(why) => {
                    names.undecided += usize::from(matter.decision().is_none());
                    left.push(why);
                }
            }
        }
    }
    for list in [&mut names.commended, &mut names.criticised] {
        let key = |name: &Name| {
            (name.unit.clone().unwrap_or_else(|| name.name.clone()), name.person_id.is_some(), name.name.clone())
        };
        list.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.finding.cmp(&b.finding)));
    }
    names.excluded = excluded(warehouse, regime, calendar, scope)?;
    Ok((names, left))
}

/// Rows that rulings took out of the period's own figures.
fn excluded(warehouse: &Path, regime: &Regime, calendar: &Calendar, scope: Scope) -> Result<usize, MeasureError> {
    let mut session = Session::open(warehouse, regime, calendar, &[])?;
    session.lay(scope)?;
    // Most workspaces have none, and the evidence of all measures takes its time.
    if !session.has_exclusions()? {
        return Ok(0);
    }
    session.compute(scope)?;
    Ok(session.excluded(&Selection::default())?.len())
}

/// Whether a finding can lead to a name; leads, checks and the district's are never spoken of here.
fn is_about_names(matter: &Matter) -> bool {
    matter.finding.standing == Standing::Proposed
        && matter.finding.kind != Kind::Lead
        && !(matter.gone && matter.decisions.is_empty())
}

/// The name that a matter leads to, and whether it is commended; nothing where it was decided that it is none.
fn name(matter: &Matter, now: Option<&Finding>) -> Result<Option<(bool, Name)>, Left> {
    let id = || matter.finding.id.clone();
    let Some((decided, stamp)) = matter.decision() else {
        // Only what is told on the terminal depends on the day.
        let last = matter.last.date().max(chrono::Local::now().date_naive());
        let wanted = if matter.finding.kind == Kind::Commendable { Decision::Commend } else { Decision::Criticise };
        return Err(match steps::publishable(matter, wanted, now, last) {
            Err(missing) => Left::Missing(missing),
            Ok(()) => Left::Undecided(id()),
        });
    };
    let Decided { decision, reason, rectify_by, finding } = decided;
    if !matches!(decision, Decision::Commend | Decision::Criticise) {
        return Ok(None);
    }
    let Some(now) = now.filter(|_| !matter.gone) else { return Err(Left::Missing(Missing::Gone(id()))) };
    if !now.same_matter(finding) {
        return Err(Left::Moved(id()));
    }
    steps::publishable(matter, *decision, Some(now), stamp.at.date()).map_err(Left::Missing)?;
    let subject = &now.subject;
    let name = Name {
        finding: id(),
        person_id: (subject.by == About::Person).then(|| subject.id.clone()),
        name: subject.name.clone(),
        unit: subject.unit.clone(),
        title: now.title.clone(),
        provision: format!("{}{}", now.document, now.provision),
        sentence: now.sentence.clone(),
        consequences: now.consequences.clone(),
        rectify_by: *rectify_by,
        reason: reason.clone(),
        decided_by: stamp.by.clone(),
        decided_on: stamp.at.date(),
        rated: now.rates.iter().any(|rate| rate.kind == "score"),
    };
    Ok(Some((*decision == Decision::Commend, name)))
}

trait Count {
    /// Takes a name for a rate into the expected number of false ones, with the prior that it rests on.
    fn count(&mut self, matter: &Matter, all: &Findings, regime: &Regime);
}

impl Count for Names {
    fn count(&mut self, matter: &Matter, all: &Findings, regime: &Regime) {
        let finding = all.findings.iter().find(|finding| finding.id == matter.finding.id);
        let Some((finding, wrong)) = finding.and_then(|finding| Some((finding, finding.false_name()?))) else { return };
        self.for_a_rate += 1;
        self.expected_false_names += wrong;
        for prior in &all.priors {
            let used = finding.rates.iter().any(|rate| rate.now.measure == prior.measure)
                && prior.by == finding.subject.by
                && prior.window == finding.window;
            let measure = regime.measure(&prior.measure).map_or(prior.measure.clone(), |m| m.name_zh.clone());
            let said = PriorSaid {
                measure,
                by: prior.by.word().to_owned(),
                from: prior.window.from,
                to: prior.window.to,
                m: prior.m,
                strength: prior.strength,
            };
            if used && !self.priors.contains(&said) {
                self.priors.push(said);
            }
        }
    }
}
