//! How far the calls of a plan are: per evaluator, who may be called next and when, who is given up, who replaces whom.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::backcheck::{self, Effect};
use super::field::{Field, Role, Standing};
use super::kept::{Calls, Refused};
use super::{Fieldwork, Unit, Visit};
use crate::sampling::outcome::Outcome;

/// Everything that is asked for of a running fieldwork.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    pub plan: String,
    /// Of the sample, replacements counted in.
    pub enterprises: u32,
    pub evaluators: Vec<Progress>,
    /// Chinese name with AAPOR's code → enterprises of the sample.
    pub dispositions: Vec<Disposition>,
    pub next: Vec<Call>,
    pub given_up: Vec<GivenUp>,
    pub skipped: Vec<Skipped>,
    pub back_checks: BackChecks,
    pub callers: Vec<Effect>,
    pub corrections: usize,
    pub refused: Vec<RefusedRow>,
}

/// One evaluator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub sheet: usize,
    pub evaluator: String,
    /// Enterprises to call, replacements counted in.
    pub enterprises: u32,
    /// Somebody who could answer was spoken to.
    pub reached: u32,
    pub complete: u32,
    pub partial: u32,
    /// Refused or broken off.
    pub refused: u32,
    /// Given up otherwise.
    pub given_up: u32,
    /// Not finished.
    pub open: u32,
    /// Attempts that are owed to those, at least.
    pub attempts_left: u32,
}

/// How many enterprises have an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disposition {
    pub code: &'static str,
    pub outcome: &'static str,
    pub finished: u32,
    pub open: u32,
}

/// An enterprise that may be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    pub visit: Visit,
    pub sheet: usize,
    pub evaluator: String,
    pub enterprise_id: String,
    pub stratum: String,
    /// Attempts that count so far.
    pub attempts: usize,
    /// Attempts at least before it may be given up.
    pub remaining: u32,
    pub not_before: Option<NaiveDate>,
    /// Parts of the day in which it must still be tried.
    pub parts: Vec<String>,
    /// Enterprise that it replaces.
    pub replaces: Option<String>,
}

/// An enterprise without an interview, and who takes its place. It stays in the sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenUp {
    pub enterprise_id: String,
    pub stratum: String,
    pub code: &'static str,
    pub outcome: &'static str,
    pub at: NaiveDateTime,
    /// None: the reserve of its stratum is used up.
    pub replaced_by: Option<String>,
}

/// A reserve that was passed over, with its reason; the bulletin prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub enterprise_id: String,
    pub pseudonym: String,
    pub stratum: String,
    pub rank: u32,
    pub reason: String,
    pub note: String,
    pub by: String,
    pub at: NaiveDateTime,
}

/// Calls that check calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BackChecks {
    pub percent: u32,
    pub completes: u32,
    pub drawn: u32,
    pub done: u32,
    /// Still to be drawn from the completes so far.
    pub owed: u32,
}

/// A row that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    pub file: String,
    pub sheet: String,
    pub row: u64,
    pub reasons: Vec<Reason>,
    pub cells: Vec<(String, String)>,
}

/// One cell and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub column: String,
    pub rule: super::refusal::Rule,
    pub value: String,
    pub remedy: &'static str,
}

impl From<&Refused> for RefusedRow {
    fn from(refused: &Refused) -> RefusedRow {
        let reason = |refusal: &super::refusal::Refusal| Reason {
            column: refusal.column.clone(),
            rule: refusal.rule,
            value: refusal.value.clone(),
            remedy: refusal.rule.remedy(),
        };
        RefusedRow {
            file: refused.source.file.clone(),
            sheet: refused.source.sheet.clone(),
            row: refused.source.row,
            reasons: refused.reasons.iter().map(reason).collect(),
            cells: refused.cells.clone(),
        }
    }
}

/// As things stand.
pub fn status(work: &Fieldwork, calls: &Calls) -> Status {
    let field = Field::of(work, &calls.held);
    let in_sample: Vec<(&Unit, &Standing)> =
        work.units.iter().zip(&field.units).filter(|(_, standing)| standing.in_sample()).collect();
    let next = next(work, &field, calls);
    let completes = in_sample.iter().filter(|(_, s)| s.disposition == Outcome::Complete).count() as u32;
    Status {
        plan: work.plan.clone(),
        enterprises: in_sample.len() as u32,
        evaluators: progress(work, &in_sample, &next),
        dispositions: dispositions(&in_sample),
        given_up: given_up(work, &field),
        skipped: skipped(work, calls),
        back_checks: BackChecks {
            percent: work.rules.back_check.percent,
            completes,
            drawn: work.checks.len() as u32,
            done: field.checks.iter().filter(|check| check.finished.is_some()).count() as u32,
            owed: backcheck::draw(work, &field).len() as u32,
        },
        callers: backcheck::effects(work, &field, &calls.held),
        corrections: calls.corrections(),
        refused: calls.refused(work, &field).iter().map(RefusedRow::from).collect(),
        next,
    }
}

fn progress(work: &Fieldwork, in_sample: &[(&Unit, &Standing)], next: &[Call]) -> Vec<Progress> {
    let of = |(sheet, evaluator): (usize, &super::Evaluator)| {
        let mut progress = Progress { sheet, evaluator: evaluator.name.clone(), ..Progress::default() };
        for (_, standing) in in_sample.iter().filter(|(_, s)| s.evaluator.as_ref() == Some(&evaluator.id)) {
            use Outcome::{BrokenOff, Complete, NoEnterprise, OtherEligible, OutOfScope, Partial, Refusal};
            progress.enterprises += 1;
            let outcome = standing.disposition;
            let spoke = matches!(outcome, Refusal | BrokenOff | OtherEligible | OutOfScope | NoEnterprise);
            progress.reached += u32::from(outcome.interviewed() || spoke);
            match (outcome, standing.finished) {
                (_, None) => progress.open += 1,
                (Complete, _) => progress.complete += 1,
                (Partial, _) => progress.partial += 1,
                (Refusal | BrokenOff, _) => progress.refused += 1,
                _ => progress.given_up += 1,
            }
        }
        let calls = next.iter().filter(|call| call.sheet == sheet && call.visit == Visit::Call);
        progress.attempts_left = calls.map(|call| call.remaining).sum();
        progress
    };
    (1..).zip(&work.evaluators).map(of).collect()
}

fn dispositions(in_sample: &[(&Unit, &Standing)]) -> Vec<Disposition> {
    let mut counts: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for (_, standing) in in_sample {
        let place = Outcome::ALL.iter().position(|outcome| *outcome == standing.disposition).unwrap_or_default();
        let count = counts.entry(place).or_default();
        if standing.finished.is_some() { count.0 += 1 } else { count.1 += 1 }
    }
    let row = |(place, (finished, open)): (usize, (u32, u32))| {
        let outcome = Outcome::ALL[place];
        Disposition { code: outcome.aapor(), outcome: outcome.zh(), finished, open }
    };
    counts.into_iter().map(row).collect()
}

/// Calls first, then back-checks; by sheet, those that may be called soonest first.
fn next(work: &Fieldwork, field: &Field, calls: &Calls) -> Vec<Call> {
    let checks = work.checks.iter().zip(&field.checks).filter_map(|(check, s)| {
        // A check is open from the complete on, whose end the field has seen.
        let open = Standing { since: Some(work.drawn_at), ..s.clone() };
        Some((Visit::BackCheck, work.unit(&check.pseudonym)?, open))
    });
    let units = work.units.iter().zip(&field.units).map(|(unit, s)| (Visit::Call, unit, s.clone()));
    let mut list: Vec<Call> = units
        .chain(checks)
        .filter_map(|(visit, unit, standing)| {
            let next = field.next(&standing, &calls.held, &work.rules.attempts)?;
            let evaluator = standing.evaluator.as_deref().unwrap_or_default();
            let replaces = match standing.role {
                Role::Replaces(of) => Some(work.units[of].enterprise_id.clone()),
                _ => None,
            };
            Some(Call {
                visit,
                sheet: work.sheet_of(evaluator).unwrap_or_default(),
                evaluator: work.name_of(evaluator).to_owned(),
                enterprise_id: unit.enterprise_id.clone(),
                stratum: unit.stratum.clone(),
                attempts: standing.attempts.len(),
                remaining: next.remaining,
                not_before: next.not_before,
                parts: next.parts,
                replaces,
            })
        })
        .collect();
    list.sort_by_key(|call| (call.visit, call.sheet, call.not_before, call.attempts));
    list
}

fn given_up(work: &Fieldwork, field: &Field) -> Vec<GivenUp> {
    let row = |replacement: &super::field::Replacement| {
        let (unit, standing) = (&work.units[replacement.of], &field.units[replacement.of]);
        GivenUp {
            enterprise_id: unit.enterprise_id.clone(),
            stratum: unit.stratum.clone(),
            code: standing.disposition.aapor(),
            outcome: standing.disposition.zh(),
            at: replacement.at,
            replaced_by: replacement.by.map(|by| work.units[by].enterprise_id.clone()),
        }
    };
    field.replacements.iter().map(row).collect()
}

/// Reserves that were passed over, with their reasons.
pub fn skipped(work: &Fieldwork, calls: &Calls) -> Vec<Skipped> {
    let row = |(skip, done): &(super::Skip, crate::sampling::acts::Done)| {
        let unit = work.unit(&skip.pseudonym)?;
        let reason = work.rules.skips.iter().find(|reason| reason.code == skip.reason);
        Some(Skipped {
            enterprise_id: unit.enterprise_id.clone(),
            pseudonym: unit.pseudonym.clone(),
            stratum: unit.stratum.clone(),
            rank: unit.rank,
            reason: reason.map_or_else(|| skip.reason.clone(), |reason| reason.zh.clone()),
            note: skip.note.clone(),
            by: done.by.clone(),
            at: done.at,
        })
    };
    calls.skips.iter().filter_map(row).collect()
}
