//! What places with stages, tiers and road maps ask for, day by day: slots of enterprises by several roles, roles that
//! are all named, milestones, cycles.
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::holding::{Bureau, Holder};
use super::{Days, next};

/// A diary entry of a kind.
#[derive(Clone, Debug)]
pub struct Act {
    pub person: usize,
    pub enterprise: usize,
    pub served: NaiveDate,
    pub written: Option<NaiveDate>,
    pub kind: &'static str,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub enterprise: usize,
    pub stage: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub planned: NaiveDate,
    pub done: Option<NaiveDate>,
}

impl Step {
    /// Of a road map.
    pub fn is_step(&self) -> bool {
        !matches!(self.stage, Some("decision" | "rectification"))
    }

    /// Done by then.
    pub fn done_by(&self, as_of_day: NaiveDate) -> Option<NaiveDate> {
        self.done.filter(|day| *day <= as_of_day)
    }

    /// Outcome, and the day on which it is known.
    pub fn judged(&self, as_of_day: NaiveDate) -> (&'static str, Option<NaiveDate>) {
        match self.done_by(as_of_day) {
            Some(day) if day <= self.planned => ("met", Some(day)),
            Some(_) => ("breached", Some(self.planned)),
            None if self.planned <= as_of_day => ("breached", Some(self.planned)),
            None => ("pending", None),
        }
    }
}

/// Weeks from Monday, or months, that begin in [first, last].
pub fn slots(first: NaiveDate, last: NaiveDate, weekly: bool) -> Vec<Vec<NaiveDate>> {
    let begins = |day: &NaiveDate| if weekly { day.weekday().number_from_monday() == 1 } else { day.day() == 1 };
    let slot = |begin: NaiveDate| -> Vec<NaiveDate> {
        let goes_on = |day: &NaiveDate| *day == begin || !begins(day);
        begin.iter_days().take_while(goes_on).collect()
    };
    first.iter_days().take_while(|day| *day <= last).filter(begins).map(slot).collect()
}

/// Whether an enterprise owes a slot to the holders of some roles (a bureau each, which differ in their assignments).
pub fn owes(roles: &[&Bureau], enterprise: usize, slot: &[NaiveDate], days: &Days) -> bool {
    let bureau = roles[0];
    let away = |holder: Holder, day: NaiveDate| match holder {
        Holder::Unit(_) => false,
        Holder::Person(person) => bureau.absences.iter().any(|a| {
            a.deputy.is_none() && a.person == person && a.from <= bureau.as_of_day && (a.from..=a.to).contains(&day)
        }),
    };
    let all_away = |day: NaiveDate| {
        let held: Vec<Holder> =
            roles.iter().flat_map(|role| role.holders(enterprise, day)).map(|held| held.0).collect();
        !held.is_empty() && held.iter().all(|holder| away(*holder, day))
    };
    slot.iter().all(|day| bureau.in_scope(enterprise, *day))
        && slot.iter().any(|day| days.worked(*day) == Some(true))
        && !slot.iter().any(|day| all_away(*day))
}

/// Acts in a slot by holders of the roles: how many, and on how many days.
pub fn acts(roles: &[&Bureau], enterprise: usize, slot: &[NaiveDate], kind: &str, diary: &[Act]) -> (usize, usize) {
    let bureau = roles[0];
    let by_holder = |act: &Act| {
        roles.iter().flat_map(|role| role.holders(enterprise, act.served)).any(|(holder, ..)| match holder {
            Holder::Person(person) => person == act.person,
            Holder::Unit(unit) => unit == bureau.people[act.person].unit,
        })
    };
    let counted: Vec<NaiveDate> = diary
        .iter()
        .filter(|act| act.enterprise == enterprise && act.kind == kind && slot.contains(&act.served))
        .filter(|act| act.written.unwrap_or(act.served) <= bureau.as_of_day && by_holder(act))
        .map(|act| act.served)
        .collect();
    (counted.len(), counted.iter().collect::<BTreeSet<_>>().len())
}

/// The first day from one on, up to the as-of day, on which every role is held.
pub fn all_held(roles: &[&Bureau], enterprise: usize, from: NaiveDate) -> Option<NaiveDate> {
    let mut days = from.iter_days().take_while(|day| *day <= roles[0].as_of_day);
    days.find(|day| roles.iter().all(|role| !role.holders(enterprise, *day).is_empty()))
}

/// Whether a year has passed since a day, by its date.
pub fn a_year_has_passed(since: NaiveDate, as_of_day: NaiveDate) -> bool {
    let anniversary = NaiveDate::from_ymd_opt(since.year() + 1, since.month(), since.day());
    let anniversary = anniversary.unwrap_or_else(|| NaiveDate::from_ymd_opt(since.year() + 1, 2, 28).unwrap());
    as_of_day >= next(anniversary)
}
