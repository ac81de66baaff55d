//! Files of filled-in sheets taken in: what of them is new, what is known, what is a correction, what is refused.
//!
//! Pure: from what the journal holds and what the files say to the acts that are to be entered. Nothing is entered for a row
//! that is known, so that the same file may come any number of times.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde::Serialize;

use super::field::Field;
use super::kept::{Calls, Refused};
use super::read::{Found, Unread};
use super::refusal::{Refusal, Rule};
use super::{Fieldwork, Held, Key, Row};
use crate::sampling::acts::Act;

/// One plan at the desk.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    pub work: &'a Fieldwork,
    pub calls: &'a Calls,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct File {
    pub path: String,
    pub rows: Vec<Found>,
}

/// What a file came to: `rows = accepted + corrected + unchanged + refused + blank`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    pub path: String,
    pub rows: usize,
    pub accepted: usize,
    pub corrected: usize,
    pub unchanged: usize,
    pub refused: usize,
    pub blank: usize,
}

/// What is to be entered, and what is to be said.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// By plan.
    pub acts: BTreeMap<String, Vec<Act>>,
    pub sums: Vec<Sum>,
    /// Rows of these files that do not count.
    pub refused: Vec<Refused>,
    /// Rows of earlier files that count now and did not, or did and do not any more.
    pub moved: usize,
}

/// What became of one row before the rules of attempts are asked.
enum Came {
    Blank,
    /// Place among the rows held, old and new; whether it was there before; whether it stands in place of another.
    Held {
        plan: String,
        index: usize,
        known: bool,
        corrects: bool,
    },
    Unread(Unread),
}

/// Takes files in; `fallback` names the plan for rows that do not say theirs.
pub fn take(plans: &BTreeMap<String, Plan>, files: &[File], now: NaiveDateTime, fallback: Option<&str>) -> Taken {
    let mut after: BTreeMap<String, Vec<Held>> =
        plans.iter().map(|(id, plan)| (id.clone(), plan.calls.held.clone())).collect();
    let before: BTreeMap<&String, BTreeSet<usize>> =
        plans.iter().map(|(id, plan)| (id, standing(plan.work, &plan.calls.held))).collect();
    let twice = contradictions(plans, files);
    let mut taken = Taken::default();
    let mut came: Vec<Vec<Came>> = Vec::new();
    for file in files {
        let mut of_file = Vec::new();
        for found in &file.rows {
            of_file.push(match found {
                Found::Blank => Came::Blank,
                Found::Unread(unread) => Came::Unread((**unread).clone()),
                Found::Row(row) => {
                    let Some((id, plan)) = plan_of(plans, row) else { continue };
                    if twice.contains(&(id.clone(), row.key.clone())) && !is_known(plan.calls, row) {
                        Came::Unread(contradicted(plan.work, row))
                    } else {
                        let held = after.entry(id.clone()).or_default();
                        let done = enter(held, row, now, &before[id]);
                        if !done.1 {
                            taken.acts.entry(id.clone()).or_default().push(Act::Recorded(row.clone()));
                        }
                        Came::Held { plan: id.clone(), index: done.0, known: done.1, corrects: done.2 }
                    }
                }
            });
        }
        came.push(of_file);
    }
    let fields: BTreeMap<&String, Field> =
        plans.iter().map(|(id, plan)| (id, Field::of(plan.work, after.get(id).map_or(&[], Vec::as_slice)))).collect();
    for (file, of_file) in files.iter().zip(came) {
        let mut sum = Sum { path: file.path.clone(), rows: of_file.len(), ..Sum::default() };
        for came in of_file {
            match came {
                Came::Blank => sum.blank += 1,
                Came::Unread(unread) => {
                    sum.refused += 1;
                    keep(plans, &unread, fallback, &mut taken);
                    let Unread { source, cells, reasons, .. } = unread;
                    taken.refused.push(Refused { source, cells, reasons });
                }
                Came::Held { plan, index, known, corrects } => {
                    let broken = fields[&plan].refused.iter().find(|(at, _)| *at == index);
                    match broken {
                        Some((_, reasons)) => {
                            sum.refused += 1;
                            let row = &after[&plan][index].row;
                            let cells = row.cells(plans[&plan].work);
                            taken.refused.push(Refused { source: row.source.clone(), cells, reasons: reasons.clone() });
                        }
                        None if known => sum.unchanged += 1,
                        None if corrects => sum.corrected += 1,
                        None => sum.accepted += 1,
                    }
                }
            }
        }
        taken.sums.push(sum);
    }
    taken.moved = plans
        .iter()
        .map(|(id, plan)| {
            let old = plan.calls.held.len();
            let now: BTreeSet<usize> = fields[id].accepted.iter().copied().filter(|index| *index < old).collect();
            // A row that gave way to its correction has not moved.
            let replaced =
                |index: &usize| after[id][old..].iter().any(|held| held.row.key == after[id][*index].row.key);
            now.symmetric_difference(&before[id]).filter(|index| !replaced(index)).count()
        })
        .sum();
    taken
}

/// Rows that count.
fn standing(work: &Fieldwork, held: &[Held]) -> BTreeSet<usize> {
    Field::of(work, held).accepted.into_iter().collect()
}

fn plan_of<'p, 'a>(plans: &'p BTreeMap<String, Plan<'a>>, row: &Row) -> Option<(&'p String, &'p Plan<'a>)> {
    plans.iter().find(|(_, plan)| plan.work.unit(&row.key.pseudonym).is_some())
}

fn same(a: &Row, b: &Row) -> bool {
    a.evaluator == b.evaluator && a.attempt == b.attempt
}

/// What the journal holds last of this row says the same.
fn is_known(calls: &Calls, row: &Row) -> bool {
    calls.held.iter().rfind(|held| held.row.key == row.key).is_some_and(|held| same(&held.row, row))
}

/// Adds a row unless it is known: its place, whether it was known, whether it corrects another.
fn enter(held: &mut Vec<Held>, row: &Row, now: NaiveDateTime, counted: &BTreeSet<usize>) -> (usize, bool, bool) {
    let last = held.iter().rposition(|held| held.row.key == row.key);
    if let Some(at) = last
        && same(&held[at].row, row)
    {
        // What lay in the future when it first came may have been by now.
        let too_early = !counted.contains(&at) && row.attempt.ended > held[at].received && row.attempt.ended <= now;
        if !too_early {
            return (at, true, false);
        }
    }
    held.push(Held { row: row.clone(), received: now });
    (held.len() - 1, false, last.is_some_and(|at| counted.contains(&at)))
}

/// Keys of which these files say two things that are both new.
fn contradictions(plans: &BTreeMap<String, Plan>, files: &[File]) -> BTreeSet<(String, Key)> {
    let mut said: BTreeMap<(String, Key), Vec<&Row>> = BTreeMap::new();
    for found in files.iter().flat_map(|file| &file.rows) {
        if let Found::Row(row) = found
            && let Some((id, plan)) = plan_of(plans, row)
            && !is_known(plan.calls, row)
        {
            let rows = said.entry((id.clone(), row.key.clone())).or_default();
            if !rows.iter().any(|other| same(other, row)) {
                rows.push(row);
            }
        }
    }
    said.into_iter().filter(|(_, rows)| rows.len() > 1).map(|(key, _)| key).collect()
}

fn contradicted(work: &Fieldwork, row: &Row) -> Unread {
    let place = row.place(work);
    let reasons = vec![Refusal::new("行码", Rule::Twice, place.as_str())];
    Unread { source: row.source.clone(), place, cells: row.cells(work), reasons }
}

/// Enters a row that cannot be taken, unless it is in the journal already or no plan can be told.
fn keep(plans: &BTreeMap<String, Plan>, unread: &Unread, fallback: Option<&str>, taken: &mut Taken) {
    let own = unread.place.split('.').next().filter(|id| plans.contains_key(*id));
    let Some(id) = own.or(fallback).filter(|id| plans.contains_key(*id)) else { return };
    let alike = |other: &Unread| other.place == unread.place && other.cells == unread.cells;
    let there = plans[id].calls.unread.iter().any(|(other, _)| alike(other));
    let acts = taken.acts.entry(id.to_owned()).or_default();
    let now = acts.iter().any(|act| matches!(act, Act::Unread(other) if alike(other)));
    if !there && !now {
        acts.push(Act::Unread(Box::new(unread.clone())));
    }
}
