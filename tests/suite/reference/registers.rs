//! Clocks and counts of registers, day by day: complaints, changes of holder, policies, the diary, stability.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::holding::{Assignment, Bureau, Holder};
use super::{Days, next};

/// A time, or a bare date.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub at: NaiveDateTime,
    pub bare: bool,
}

impl Stamp {
    pub fn day(self) -> NaiveDate {
        self.at.date()
    }

    /// When it is over: a bare date ends with its day.
    pub fn end(self) -> NaiveDateTime {
        if self.bare { next(self.day()).and_hms_opt(0, 0, 0).unwrap() } else { self.at }
    }
}

/// What became of a clock of working days.
#[derive(Debug, PartialEq)]
pub struct Judged {
    pub outcome: &'static str,
    pub due: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub value: Option<i64>,
}

/// A register's clock of n working days; `done` is what is known at the end of the as-of day.
pub fn judge(opened: NaiveDate, done: Option<Stamp>, n: i64, as_of_day: NaiveDate, days: &Days) -> Judged {
    let due = days.nth_after(opened, n);
    let value = done.and_then(|done| days.between(opened, done.day()));
    let judged = |outcome, decided_on| Judged { outcome, due, decided_on, value };
    match (done, due) {
        (Some(done), Some(due)) => {
            let in_time = done.day() <= due;
            judged(if in_time { "met" } else { "breached" }, Some(done.day().min(due).max(opened)))
        }
        (Some(done), None) if days.worked(done.day()).is_some() => judged("met", Some(done.day().max(opened))),
        (None, Some(due)) if due <= as_of_day => judged("breached", Some(due)),
        _ => judged("pending", None),
    }
}

impl Bureau {
    /// Assignments by which the holder of an enterprise changed, as known at the end of the as-of day.
    pub fn changes(&self) -> Vec<&Assignment> {
        let known = || self.assignments.iter().filter(|a| a.from <= self.as_of_day);
        let mut changes = Vec::new();
        for a in known() {
            let before = known().filter(|e| e.enterprise == a.enterprise && e.from < a.from).map(|e| e.from).max();
            let Some(before) = before else { continue };
            let mut previous = known().filter(|e| e.enterprise == a.enterprise && e.from == before);
            if previous.all(|e| e.holder != a.holder) {
                changes.push(a);
            }
        }
        changes
    }

    /// Days in scope of each enterprise within [first, last], up to the as-of day.
    pub fn days_in_scope(&self, first: NaiveDate, last: NaiveDate) -> BTreeMap<usize, i64> {
        let mut days = BTreeMap::new();
        for enterprise in 0..self.enterprises.len() {
            let all = first.iter_days().take_while(|day| *day <= last.min(self.as_of_day));
            let n = all.filter(|day| self.in_scope(enterprise, *day)).count();
            days.insert(enterprise, n as i64);
        }
        days
    }
}

/// Whether a policy for these categories (none: all) is for an enterprise of that category.
pub fn applies(categories: &[&str], category: Option<&str>) -> bool {
    categories.is_empty() || category.is_some_and(|category| categories.contains(&category))
}

/// How a holder is named in the key of an assignment.
pub fn key(holder: Holder) -> String {
    match holder {
        Holder::Person(person) => format!("P{person}"),
        Holder::Unit(unit) => unit.to_owned(),
    }
}
