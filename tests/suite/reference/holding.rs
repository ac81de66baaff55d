//! Who held what on each day, and which weeks were owed.
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{Days, next};

/// A person, by number, or a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Person(usize),
    Unit(&'static str),
}

#[derive(Clone, Debug)]
pub struct Enterprise {
    pub listed: bool,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub unit: &'static str,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub enterprise: usize,
    pub holder: Holder,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct Absence {
    pub person: usize,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub deputy: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub person: usize,
    pub enterprise: usize,
    pub served: NaiveDate,
    /// The day it was written, where that is said.
    pub written: Option<NaiveDate>,
}

/// A bureau with one role, as it is known at the end of a day.
#[derive(Clone, Debug)]
pub struct Bureau {
    pub as_of_day: NaiveDate,
    pub people: Vec<Person>,
    pub enterprises: Vec<Enterprise>,
    pub assignments: Vec<Assignment>,
    pub absences: Vec<Absence>,
    pub diary: Vec<Entry>,
}

/// Who holds an enterprise: the holder, the unit, and since when.
pub type Held = (Holder, Option<&'static str>, NaiveDate);

impl Bureau {
    /// An end that comes after the as-of day is not known yet.
    fn end(&self, end: Option<NaiveDate>) -> Option<NaiveDate> {
        end.filter(|end| *end <= self.as_of_day)
    }

    fn covers(&self, absence: &Absence, person: usize, day: NaiveDate) -> bool {
        absence.person == person && absence.from <= self.as_of_day && absence.from <= day && day <= absence.to
    }

    fn runs(&self, a: &Assignment, day: NaiveDate) -> bool {
        a.from <= self.as_of_day && a.from <= day && self.end(a.to).is_none_or(|end| day < end)
    }

    /// Holders on a day, deputies in place of the absent.
    pub fn holders(&self, enterprise: usize, day: NaiveDate) -> Vec<Held> {
        let mut held = Vec::new();
        for a in self.assignments.iter().filter(|a| a.enterprise == enterprise && self.runs(a, day)) {
            match a.holder {
                Holder::Unit(unit) => held.push((a.holder, Some(unit), a.from)),
                Holder::Person(person) => {
                    let deputies: Vec<usize> = self
                        .absences
                        .iter()
                        .filter(|absence| self.covers(absence, person, day))
                        .filter_map(|absence| absence.deputy)
                        .collect();
                    if deputies.is_empty() {
                        held.push((a.holder, Some(self.people[person].unit), a.from));
                    }
                    for deputy in deputies {
                        held.push((Holder::Person(deputy), Some(self.people[deputy].unit), a.from));
                    }
                }
            }
        }
        held
    }

    /// Who of them answers, and whether several hold it.
    pub fn answers(&self, enterprise: usize, day: NaiveDate) -> Option<(Held, bool)> {
        let mut held = self.holders(enterprise, day);
        held.sort_by_key(|(holder, _, from)| (std::cmp::Reverse(*from), *holder));
        let different: BTreeSet<Holder> = held.iter().map(|(holder, ..)| *holder).collect();
        held.first().map(|first| (*first, different.len() > 1))
    }

    pub fn in_scope(&self, enterprise: usize, day: NaiveDate) -> bool {
        let e = &self.enterprises[enterprise];
        e.listed && e.from.is_none_or(|from| from <= day) && self.end(e.to).is_none_or(|to| day <= to)
    }

    fn active(&self, person: usize, day: NaiveDate) -> bool {
        let p = &self.people[person];
        p.from.is_none_or(|from| from <= day) && self.end(p.to).is_none_or(|to| day <= to)
    }

    /// Enterprises in scope that a person holds on a day.
    pub fn holds(&self, person: usize, day: NaiveDate) -> usize {
        let all = 0..self.enterprises.len();
        all.filter(|e| {
            self.in_scope(*e, day) && self.holders(*e, day).iter().any(|(holder, ..)| *holder == Holder::Person(person))
        })
        .count()
    }

    fn known(&self, entry: &Entry) -> bool {
        entry.written.unwrap_or(entry.served) <= self.as_of_day
    }

    /// Weeks that persons owe, begun in [first, as-of day]: person, Sunday, entries written, entries served.
    pub fn weeks(&self, first: NaiveDate, days: &Days) -> Vec<(usize, NaiveDate, usize, usize)> {
        let mut owed = Vec::new();
        let mut monday = first;
        while monday.weekday().number_from_monday() != 1 {
            monday = next(monday);
        }
        while monday <= self.as_of_day {
            let week: Vec<NaiveDate> = monday.iter_days().take(7).collect();
            for person in 0..self.people.len() {
                let every = week.iter().all(|day| {
                    let away = self.absences.iter().any(|a| a.deputy.is_none() && self.covers(a, person, *day));
                    !away && self.active(person, *day) && self.holds(person, *day) > 0
                });
                if every && week.iter().any(|day| days.worked(*day) == Some(true)) {
                    let mine = || self.diary.iter().filter(|entry| entry.person == person && self.known(entry));
                    let written = mine().filter(|e| week.contains(&e.written.unwrap_or(e.served))).count();
                    let served = mine().filter(|e| week.contains(&e.served)).count();
                    owed.push((person, week[6], written, served));
                }
            }
            monday = next(week[6]);
        }
        owed
    }

    /// Months that enterprises owe by their holder, begun in [first, as-of day]: enterprise, last day, acts.
    pub fn months(&self, first: NaiveDate) -> Vec<(usize, NaiveDate, usize)> {
        let mut owed = Vec::new();
        let mut begin = first;
        while begin.day() != 1 {
            begin = next(begin);
        }
        while begin <= self.as_of_day {
            let month: Vec<NaiveDate> = begin.iter_days().take_while(|day| day.month() == begin.month()).collect();
            for enterprise in 0..self.enterprises.len() {
                let in_scope = month.iter().all(|day| self.in_scope(enterprise, *day));
                let all_away = month.iter().any(|day| {
                    let held = self.holders(enterprise, *day);
                    let away = |holder: Holder| match holder {
                        Holder::Person(person) => {
                            self.absences.iter().any(|a| a.deputy.is_none() && self.covers(a, person, *day))
                        }
                        Holder::Unit(_) => false,
                    };
                    !held.is_empty() && held.iter().all(|(holder, ..)| away(*holder))
                });
                if in_scope && !all_away {
                    let by_holder = |entry: &&Entry| {
                        self.holders(enterprise, entry.served).iter().any(|(holder, ..)| match holder {
                            Holder::Person(person) => *person == entry.person,
                            Holder::Unit(unit) => *unit == self.people[entry.person].unit,
                        })
                    };
                    let entries = self.diary.iter().filter(|e| e.enterprise == enterprise && self.known(e));
                    let acts = entries.filter(|e| month.contains(&e.served)).filter(by_holder).count();
                    owed.push((enterprise, *month.last().unwrap(), acts));
                }
            }
            begin = next(*month.last().unwrap());
        }
        owed
    }

    /// Changes of holder: enterprise, start of the one who takes over (none: nobody yet), days of gap, day of decision.
    pub fn gaps(&self) -> Vec<(usize, Option<NaiveDate>, i64, NaiveDate)> {
        let mut rows = Vec::new();
        for enterprise in 0..self.enterprises.len() {
            let mut held: Vec<&Assignment> =
                self.assignments.iter().filter(|a| a.enterprise == enterprise && a.from <= self.as_of_day).collect();
            held.sort_by_key(|a| (a.from, a.holder));
            for at in 1..=held.len() {
                let earlier = &held[..at];
                let taken_over = held.get(at);
                let ends: Vec<Option<NaiveDate>> = earlier.iter().map(|a| self.end(a.to)).collect();
                if ends.contains(&None) {
                    continue;
                }
                let before = ends.into_iter().flatten().max().unwrap();
                let until = taken_over.map_or(next(self.as_of_day), |a| a.from);
                let goes_on = taken_over.is_some_and(|taken| {
                    earlier.iter().any(|a| a.holder == taken.holder && a.to.is_some_and(|end| end >= taken.from))
                });
                if goes_on {
                    continue;
                }
                let gap: Vec<NaiveDate> = before.iter_days().take_while(|day| *day < until).collect();
                let counted: Vec<NaiveDate> =
                    gap.iter().copied().filter(|day| self.in_scope(enterprise, *day)).collect();
                let from = taken_over.map(|a| a.from);
                match counted.first() {
                    Some(first) => rows.push((enterprise, from, counted.len() as i64, *first)),
                    None if gap.is_empty() => rows.push((enterprise, from, 0, before)),
                    None => {}
                }
            }
        }
        rows
    }
}
