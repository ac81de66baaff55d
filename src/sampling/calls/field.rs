//! What the rows that came in amount to: which count, what came of every enterprise, who replaces whom, who is next.
//!
//! The field is a fold over rows in the order of the calls themselves, not of their arrival. It keeps the attempt rules:
//! an enterprise is given up only when its attempts are used up, a reserve is called only when an enterprise of its
//! stratum was given up before, and then strictly in the order of tickets. A replaced enterprise stays in the sample.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::faults::faults_of;
use super::refusal::{Refusal, Rule, clock};
use super::{Attempt, Fieldwork, Held, Key, Visit};
use crate::sampling::outcome::{Finality, Outcome};
use crate::sampling::rules::AttemptRules;

/// Where all enterprises stand.
#[derive(Clone, Debug)]
pub struct Field {
    /// One per unit of the fieldwork, in its order.
    pub units: Vec<Standing>,
    /// One per back-check, in its order.
    pub checks: Vec<Standing>,
    /// Rows that do not count, with the reasons; places in the list that was given.
    pub refused: Vec<(usize, Vec<Refusal>)>,
    /// Rows that count, in the order of the calls.
    pub accepted: Vec<usize>,
    pub replacements: Vec<Replacement>,
}

/// What came of an enterprise so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub role: Role,
    /// Who calls; none of a reserve that is not called for.
    pub evaluator: Option<String>,
    /// Since when it may be called.
    pub since: Option<NaiveDateTime>,
    /// Rows that count, in the order of the calls.
    pub attempts: Vec<usize>,
    /// Final, or the best known so far.
    pub disposition: Outcome,
    /// End of the call that made it final.
    pub finished: Option<NaiveDateTime>,
}

/// Part of an enterprise in the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Drawn,
    /// A reserve in place of the unit at this index, which stays in the sample.
    Replaces(usize),
    /// A reserve that is not called for.
    Reserve,
    Skipped,
}

/// A reserve that was called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Index of the unit that was given up.
    pub of: usize,
    /// Index of the reserve; none: the stratum's reserve is used up.
    pub by: Option<usize>,
    pub at: NaiveDateTime,
}

/// When an enterprise that is not finished may be called again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// Attempts at least before it may be given up.
    pub remaining: u32,
    /// Not on an earlier day, else the attempts would not spread over the days asked for.
    pub not_before: Option<NaiveDate>,
    /// Names of the parts of the day in which it must still be tried.
    pub parts: Vec<String>,
}

impl Standing {
    fn new(role: Role, evaluator: Option<String>, since: Option<NaiveDateTime>) -> Standing {
        Standing { role, evaluator, since, attempts: Vec::new(), disposition: Outcome::NotAttempted, finished: None }
    }

    /// Belongs to the sample: drawn, or in place of one that was.
    pub fn in_sample(&self) -> bool {
        matches!(self.role, Role::Drawn | Role::Replaces(_))
    }
}

impl Field {
    /// Of all rows that ever came; of two with the same key the later is a correction.
    pub fn of(fieldwork: &Fieldwork, held: &[Held]) -> Field {
        let mut versions: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (index, held) in held.iter().enumerate() {
            versions.entry(&held.row.key).or_default().push(index);
        }
        let mut set_aside: Vec<(usize, Vec<Refusal>)> = Vec::new();
        loop {
            let newest: Vec<usize> = versions.values().filter_map(|of_key| of_key.last().copied()).collect();
            let field = Field::walk(fieldwork, held, newest);
            // A correction that cannot be taken does not take away what stood before it.
            let mut again = false;
            for (index, reasons) in &field.refused {
                let Some(of_key) = versions.get_mut(&held[*index].row.key) else { continue };
                if of_key.len() > 1 {
                    of_key.pop();
                    set_aside.push((*index, reasons.clone()));
                    again = true;
                }
            }
            if !again {
                let mut refused = field.refused;
                refused.extend(set_aside);
                refused.sort_by_key(|(index, _)| *index);
                return Field { refused, ..field };
            }
        }
    }

    fn walk(fieldwork: &Fieldwork, held: &[Held], mut rows: Vec<usize>) -> Field {
        let place: BTreeMap<&str, usize> =
            (0..).zip(&fieldwork.units).map(|(index, unit)| (unit.pseudonym.as_str(), index)).collect();
        rows.sort_by_key(|index| {
            let row = &held[*index].row;
            (row.attempt.begun, row.attempt.ended, &row.key)
        });
        let mut walk = Walk::new(fieldwork, held, place);
        for index in rows {
            match walk.take(index) {
                Ok(()) => walk.field.accepted.push(index),
                Err(reasons) => walk.field.refused.push((index, reasons)),
            }
        }
        walk.field
    }

    /// What may be called next of an enterprise; none: it is finished, or not called for.
    pub fn next(&self, standing: &Standing, held: &[Held], rules: &AttemptRules) -> Option<Next> {
        if standing.finished.is_some() || standing.since.is_none() {
            return None;
        }
        let tried = Tried::of(standing.attempts.iter().map(|index| &held[*index].row.attempt), rules);
        let (days, parts) = (short(rules.days, tried.days.len()), short(rules.parts, tried.parts.len()));
        let remaining = short(rules.at_least, tried.attempts).max(days).max(parts).max(1);
        let must = |wanting: u32| wanting > 0 && wanting >= remaining;
        let last = tried.days.last().copied().and_then(|day: NaiveDate| day.succ_opt());
        let untried = rules.part_of_day.iter().filter(|part| !tried.parts.contains(part.name.as_str()));
        Some(Next {
            remaining,
            not_before: last.filter(|_| must(days)),
            parts: if must(parts) { untried.map(|part| part.name.clone()).collect() } else { Vec::new() },
        })
    }
}

fn short(wanted: u32, has: usize) -> u32 {
    wanted.saturating_sub(u32::try_from(has).unwrap_or(u32::MAX))
}

/// How often, on which days and in which parts of the day.
struct Tried<'a> {
    attempts: usize,
    days: BTreeSet<NaiveDate>,
    parts: BTreeSet<&'a str>,
}

impl<'a> Tried<'a> {
    fn of<'b>(attempts: impl Iterator<Item = &'b Attempt>, rules: &'a AttemptRules) -> Tried<'a> {
        let mut tried = Tried { attempts: 0, days: BTreeSet::new(), parts: BTreeSet::new() };
        for attempt in attempts {
            tried.attempts += 1;
            tried.days.insert(attempt.begun.date());
            tried.parts.extend(rules.part(attempt.begun).map(|part| part.name.as_str()));
        }
        tried
    }

    fn used_up(&self, rules: &AttemptRules) -> bool {
        short(rules.at_least, self.attempts) == 0
            && short(rules.days, self.days.len()) == 0
            && short(rules.parts, self.parts.len()) == 0
    }
}

/// The fold on its way.
struct Walk<'a> {
    fieldwork: &'a Fieldwork,
    held: &'a [Held],
    place: BTreeMap<&'a str, usize>,
    field: Field,
    /// Evaluator → the call that ended last.
    last_call: BTreeMap<&'a str, usize>,
}

impl<'a> Walk<'a> {
    fn new(fieldwork: &'a Fieldwork, held: &'a [Held], place: BTreeMap<&'a str, usize>) -> Walk<'a> {
        let skipped: BTreeSet<&str> = fieldwork.skips.iter().map(|skip| skip.pseudonym.as_str()).collect();
        let units = fieldwork.units.iter().map(|unit| {
            if unit.drawn {
                Standing::new(Role::Drawn, unit.evaluator.clone(), Some(fieldwork.drawn_at))
            } else if skipped.contains(unit.pseudonym.as_str()) {
                Standing::new(Role::Skipped, None, None)
            } else {
                Standing::new(Role::Reserve, None, None)
            }
        });
        let checks =
            fieldwork.checks.iter().map(|check| Standing::new(Role::Drawn, Some(check.evaluator.clone()), None));
        let field = Field {
            units: units.collect(),
            checks: checks.collect(),
            refused: Vec::new(),
            accepted: Vec::new(),
            replacements: Vec::new(),
        };
        Walk { fieldwork, held, place, field, last_call: BTreeMap::new() }
    }

    fn take(&mut self, index: usize) -> Result<(), Vec<Refusal>> {
        let held = self.held;
        let row = &held[index].row;
        let reasons = faults_of(&row.attempt, row.key.visit, held[index].received, self.fieldwork);
        if !reasons.is_empty() {
            return Err(reasons);
        }
        let one = |refusal: Refusal| vec![refusal];
        let unit = *self
            .place
            .get(row.key.pseudonym.as_str())
            .ok_or_else(|| one(Refusal::new("行码", Rule::UnknownUnit, row.key.pseudonym.as_str())))?;
        match row.key.visit {
            Visit::Call => self.may_call(&self.field.units[unit], index, unit).map_err(one)?,
            Visit::BackCheck => {}
        }
        let check = self.fieldwork.checks.iter().position(|check| check.pseudonym == row.key.pseudonym);
        let standing = match (row.key.visit, check) {
            (Visit::Call, _) => &self.field.units[unit],
            (Visit::BackCheck, Some(check)) => {
                self.after_complete(unit, &row.attempt).map_err(one)?;
                &self.field.checks[check]
            }
            (Visit::BackCheck, None) => return Err(one(Refusal::new("行码", Rule::NotAssigned, &row.key.pseudonym))),
        };
        self.fits(standing, index).map_err(one)?;
        let done = self.outcome_after(standing, &row.attempt).map_err(one)?;
        let standing = match (row.key.visit, check) {
            (Visit::BackCheck, Some(check)) => &mut self.field.checks[check],
            _ => &mut self.field.units[unit],
        };
        standing.attempts.push(index);
        standing.disposition = done.0;
        standing.finished = done.1.then_some(row.attempt.ended);
        let given_up = row.key.visit == Visit::Call && done.1 && !done.0.interviewed();
        self.last_call.insert(&row.evaluator, index);
        if given_up {
            self.replace(unit, row.attempt.ended);
        }
        Ok(())
    }

    /// It has its turn.
    fn may_call(&self, standing: &Standing, index: usize, unit: usize) -> Result<(), Refusal> {
        let begun = self.held[index].row.attempt.begun;
        match (standing.role, standing.since) {
            (Role::Skipped, _) => {
                Err(Refusal::new("企业编号", Rule::Skipped, &self.fieldwork.units[unit].enterprise_id))
            }
            (_, Some(since)) if since <= begun => Ok(()),
            _ => {
                let stratum = &self.fieldwork.units[unit].stratum;
                Err(Refusal::new("企业编号", Rule::NotYetCalled, self.turn(stratum)))
            }
        }
    }

    /// Whose turn it is among the reserves of a stratum, as seen from the calls so far.
    fn turn(&self, stratum: &str) -> String {
        let waiting = self.fieldwork.units.iter().zip(&self.field.units);
        let mut waiting = waiting.filter(|(unit, standing)| unit.stratum == stratum && standing.role == Role::Reserve);
        match waiting.next() {
            Some((unit, _)) => format!("next of stratum {stratum}: {}", unit.enterprise_id),
            None => format!("stratum {stratum}"),
        }
    }

    /// A back-check comes after the complete that it checks.
    fn after_complete(&self, unit: usize, attempt: &Attempt) -> Result<(), Refusal> {
        let standing = &self.field.units[unit];
        match standing.finished {
            Some(finished) if standing.disposition == Outcome::Complete && finished <= attempt.begun => Ok(()),
            _ => Err(Refusal::new("开始", Rule::BeforeComplete, clock(attempt.begun))),
        }
    }

    /// By its evaluator, while it is open, and not during another call of the same evaluator.
    fn fits(&self, standing: &Standing, index: usize) -> Result<(), Refusal> {
        let row = &self.held[index].row;
        let earlier = self.place.get(row.key.pseudonym.as_str()).map(|unit| &self.fieldwork.units[*unit].earlier);
        let had_it = |(who, until): &(String, NaiveDateTime)| *who == row.evaluator && row.attempt.begun < *until;
        let handed_on = row.key.visit == Visit::Call && earlier.is_some_and(|earlier| earlier.iter().any(had_it));
        if standing.evaluator.as_ref() != Some(&row.evaluator) && !handed_on {
            let owner = standing.evaluator.as_deref().map_or("—", |id| self.fieldwork.name_of(id));
            return Err(Refusal::new("行码", Rule::NotAssigned, owner));
        }
        if let Some(finished) = standing.finished {
            let what = format!("{} {}", standing.disposition.zh(), clock(finished));
            return Err(Refusal::new("结果", Rule::Finished, what));
        }
        if let Some(last) = self.last_call.get(row.evaluator.as_str()) {
            let other = &self.held[*last].row;
            if row.attempt.begun < other.attempt.ended {
                let span = format!("{}–{}", clock(other.attempt.begun), other.attempt.ended.format("%H:%M:%S"));
                return Err(Refusal::new("开始", Rule::Overlap, format!("{span}, {}", other.source)));
            }
        }
        Ok(())
    }

    /// The disposition with this attempt, and whether it is final.
    fn outcome_after(&self, standing: &Standing, attempt: &Attempt) -> Result<(Outcome, bool), Refusal> {
        let rules = &self.fieldwork.rules.attempts;
        let earlier = standing.attempts.iter().map(|index| &self.held[*index].row.attempt);
        let all: Vec<&Attempt> = earlier.chain([attempt]).collect();
        let used_up = Tried::of(all.iter().copied(), rules).used_up(rules);
        if attempt.outcome == Outcome::UsedUp && !used_up {
            let tried = Tried::of(all.iter().copied(), rules);
            let made = format!(
                "{} of {} attempts, {} of {} days, {} of {} parts of the day",
                tried.attempts,
                rules.at_least,
                tried.days.len(),
                rules.days,
                tried.parts.len(),
                rules.parts
            );
            return Err(Refusal::new("结果", Rule::AttemptsRemain, made));
        }
        let believed = |outcome: Outcome| {
            let same = all.iter().filter(|attempt| attempt.outcome == outcome);
            same.map(|attempt| attempt.begun.date()).collect::<BTreeSet<_>>().len() >= rules.disconnected as usize
        };
        Ok(match attempt.outcome.finality() {
            Finality::AtOnce => (attempt.outcome, true),
            Finality::Confirmed if believed(attempt.outcome) => (attempt.outcome, true),
            _ => (best(&all, used_up), used_up),
        })
    }

    /// Calls for the next reserve of the stratum.
    fn replace(&mut self, of: usize, at: NaiveDateTime) {
        let units = &self.fieldwork.units;
        let stratum = &units[of].stratum;
        let waiting = (0..units.len()).filter(|i| units[*i].stratum == *stratum);
        let by = waiting.filter(|i| self.field.units[*i].role == Role::Reserve).min_by_key(|i| units[*i].rank);
        if let Some(by) = by {
            let heir = self.field.units[of].evaluator.clone();
            let reserve = &mut self.field.units[by];
            reserve.role = Role::Replaces(of);
            reserve.evaluator = units[by].evaluator.clone().or(heir);
            reserve.since = Some(at);
        }
        self.field.replacements.push(Replacement { of, by, at });
    }
}

/// What attempts without a final outcome amount to: the most that is known of the enterprise.
fn best(attempts: &[&Attempt], used_up: bool) -> Outcome {
    const BY_KNOWLEDGE: [Outcome; 3] = [Outcome::OtherEligible, Outcome::NonContact, Outcome::AnsweringMachine];
    let met = |outcome: &Outcome| attempts.iter().any(|attempt| attempt.outcome == *outcome);
    if let Some(outcome) = BY_KNOWLEDGE.into_iter().find(met) {
        return outcome;
    }
    match attempts.last() {
        _ if used_up => Outcome::UsedUp,
        Some(last) => last.outcome,
        None => Outcome::NotAttempted,
    }
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
