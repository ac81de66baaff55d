//! Back-checks: completes that another evaluator calls again, and what that says of each caller.
//!
//! They are drawn by tickets from the seed of the plan, in a domain of their own, so nobody chooses whose calls are checked;
//! by whom, is drawn in the same way. The table of caller effects is descriptive: callers do not call the same
//! enterprises, and what differs between them need not be their doing.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::field::Field;
use super::{Check, Fieldwork, Held};
use crate::sampling::outcome::Outcome;
use crate::sampling::rules::{QuestionKind, grade_of};
use crate::sampling::tickets::Seed;

/// Standard normal quantile of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// Completes that are to be called again now and are not yet: the first tickets of all completes so far.
///
/// More completes may come and have smaller tickets; who was drawn before stays drawn.
pub fn draw(work: &Fieldwork, field: &Field) -> Vec<Check> {
    let completes: Vec<usize> =
        (0..work.units.len()).filter(|at| field.units[*at].disposition == Outcome::Complete).collect();
    let wanted = (completes.len() as u32 * work.rules.back_check.percent).div_ceil(100) as usize;
    let seed = Seed::new(&format!("back-checks {}", work.seed));
    let mut order = completes.clone();
    order.sort_by_cached_key(|at| seed.ticket(&work.units[*at].pseudonym));
    let mut load: BTreeMap<&str, usize> = work.evaluators.iter().map(|e| (e.id.as_str(), 0)).collect();
    for check in &work.checks {
        *load.entry(&check.evaluator).or_default() += 1;
    }
    let there: BTreeSet<&str> = work.checks.iter().map(|check| check.pseudonym.as_str()).collect();
    let mut drawn = Vec::new();
    for at in order.into_iter().take(wanted) {
        let unit = &work.units[at];
        if there.contains(unit.pseudonym.as_str()) {
            continue;
        }
        let caller = field.units[at].evaluator.as_deref();
        let may = |id: &&str| Some(*id) != caller && !unit.barred.iter().any(|barred| barred == id);
        let lot = |id: &str| seed.ticket(&format!("{}:{id}", unit.pseudonym)).number;
        let others = work.evaluators.iter().map(|e| e.id.as_str()).filter(may);
        if let Some(id) = others.min_by_key(|id| (load[id], lot(id))) {
            *load.entry(id).or_default() += 1;
            drawn.push(Check { pseudonym: unit.pseudonym.clone(), evaluator: id.to_owned() });
        }
    }
    drawn
}

/// What one evaluator's calls came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// Number of the sheet.
    pub sheet: usize,
    pub evaluator: String,
    pub completes: u32,
    pub mean_grade: Option<f64>,
    pub satisfied: Share,
    /// Refusals and break-offs among those who were asked.
    pub refused: Share,
    /// Answers that were the same when another evaluator asked; grades may differ by one step.
    pub agreed: Share,
}

/// So many of so many, with Wilson's 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    pub of: u32,
    pub yes: u32,
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Share {
    /// Wilson (1927); nothing of nothing.
    pub fn new(yes: u32, of: u32) -> Share {
        if of == 0 {
            return Share::default();
        }
        let (n, p) = (f64::from(of), f64::from(yes) / f64::from(of));
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let (low, high) = ((middle - half).max(0.0), (middle + half).min(1.0));
        Share { of, yes, share: Some(p), low: Some(low), high: Some(high) }
    }
}

/// One row per evaluator, in the order of sheets.
pub fn effects(work: &Fieldwork, field: &Field, held: &[Held]) -> Vec<Effect> {
    let effect = |(sheet, evaluator): (usize, &super::Evaluator)| {
        let mine = field.units.iter().filter(|s| s.in_sample() && s.evaluator.as_ref() == Some(&evaluator.id));
        let (mut grades, mut refused, mut asked) = (Vec::new(), 0, 0);
        for standing in mine {
            let broke_off = matches!(standing.disposition, Outcome::Refusal | Outcome::BrokenOff);
            refused += u32::from(broke_off);
            asked += u32::from(broke_off || standing.disposition.interviewed());
            if standing.disposition == Outcome::Complete {
                let last = standing.attempts.last().map(|index| &held[*index].row.attempt);
                let answer = last.and_then(|attempt| attempt.answers.get(&work.rules.satisfaction));
                grades.extend(answer.and_then(|answer| grade_of(answer)));
            }
        }
        let n = grades.len() as u32;
        let sum: u32 = grades.iter().map(|grade| u32::from(*grade)).sum();
        let satisfied = grades.iter().filter(|grade| **grade >= work.satisfied_from).count() as u32;
        let (same, compared) = agreement(work, field, held, &evaluator.id);
        Effect {
            sheet,
            evaluator: evaluator.name.clone(),
            completes: n,
            mean_grade: (n > 0).then(|| f64::from(sum) / f64::from(n)),
            satisfied: Share::new(satisfied, n),
            refused: Share::new(refused, asked),
            agreed: Share::new(same, compared),
        }
    };
    (1..).zip(&work.evaluators).map(effect).collect()
}

/// Answers of this caller's completes that a back-check asked again: so many the same, of so many.
fn agreement(work: &Fieldwork, field: &Field, held: &[Held], caller: &str) -> (u32, u32) {
    let (mut same, mut compared) = (0, 0);
    for (check, standing) in work.checks.iter().zip(&field.checks) {
        let Some(at) = work.units.iter().position(|unit| unit.pseudonym == check.pseudonym) else { continue };
        let first = &field.units[at];
        if standing.disposition != Outcome::Complete || first.evaluator.as_deref() != Some(caller) {
            continue;
        }
        let answers = |index: Option<&usize>| index.map(|index| &held[*index].row.attempt.answers);
        let (Some(before), Some(after)) = (answers(first.attempts.last()), answers(standing.attempts.last())) else {
            continue;
        };
        for question in work.rules.questions.iter().filter(|q| work.rules.back_check.questions.contains(&q.id)) {
            let (Some(a), Some(b)) = (before.get(&question.id), after.get(&question.id)) else { continue };
            let near = question.kind == QuestionKind::Grade
                && grade_of(a).zip(grade_of(b)).is_some_and(|(a, b)| a.abs_diff(b) <= 1);
            compared += 1;
            same += u32::from(a == b || near);
        }
    }
    (same, compared)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: binom::binom.wilson(8, 10) and (0, 5).
    #[test]
    fn wilson_as_r_has_it() {
        let share = Share::new(8, 10);
        assert!((share.low.unwrap() - 0.490_162_5).abs() < 1e-6 && (share.high.unwrap() - 0.943_317_8).abs() < 1e-6);
        let none = Share::new(0, 5);
        assert!(none.low.unwrap().abs() < 1e-12 && (none.high.unwrap() - 0.434_482_5).abs() < 1e-6);
        assert_eq!(Share::new(0, 0).share, None);
    }
}
