//! Working days: which days are worked, as far as the State Council's notices say.
//!
//! A day is worked or not because a notice declares its year; a day of a year without a notice is never guessed
//! by its weekday. The shipped notices are `calendar/cn.toml`; a workspace adds its own in `calendar.toml`, and
//! may take years without a notice as plain weeks (`calendar.provisional` in its settings).
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Serialize;

use crate::workspace::Workspace;

mod notice;

pub use notice::{Holiday, Notice};

const SHIPPED: &str = include_str!("../../calendar/cn.toml");

/// The days of all declared years.
#[derive(Clone, Debug)]
pub struct Calendar {
    shipped: Vec<Notice>,
    /// The workspace's own notices, applied after the shipped ones.
    own: Vec<Notice>,
    /// Years that the settings take as plain weeks until a notice comes.
    plain: BTreeSet<i32>,
    years: BTreeMap<i32, Year>,
    first: NaiveDate,
    /// One entry per day from `first` on; years between that nobody declared included.
    days: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    declared: bool,
    is_workday: bool,
    holiday: Option<String>,
    provisional: bool,
    /// Working days, and days that nobody declared, from `first` to this day inclusive.
    workdays: u32,
    undeclared: u32,
}

/// A declared day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Day<'a> {
    pub date: NaiveDate,
    pub is_workday: bool,
    /// The holiday that makes it a rest day, or for which it is made up.
    #[serde(rename = "holiday_name")]
    pub holiday: Option<&'a str>,
    /// Its year has no official notice yet.
    pub provisional: bool,
}

/// A declared year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Year {
    pub year: i32,
    /// Title and number of its notice and of those that amended it; empty for a year taken as plain weeks.
    pub notice: String,
    pub provisional: bool,
    pub workdays: u32,
}

/// What an import changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Years that were not declared before.
    pub added: Vec<i32>,
    /// Years that were provisional before and now rest on a notice.
    pub official: Vec<i32>,
    /// Days of years declared before that are now otherwise.
    pub changed: Vec<Change>,
}

/// A day that was worked and is no longer, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub date: NaiveDate,
    pub was_workday: bool,
    pub is_workday: bool,
    #[serde(rename = "holiday_name")]
    pub holiday: Option<String>,
}

/// Something in a calendar file that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub value: String,
    pub rule: String,
    pub remedy: String,
}

/// Why a calendar cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("cannot write {path}: {source}")]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error("{}", list(.path, .faults))]
    Faulty { path: PathBuf, faults: Vec<Fault> },
}

fn list(path: &Path, faults: &[Fault]) -> String {
    let line = |f: &Fault| format!("{}:{}: “{}”: {}; {}", path.display(), f.line, f.value, f.rule, f.remedy);
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Calendar {
    /// The calendar that is shipped: every year with a notice known when this version was made.
    pub fn shipped() -> Calendar {
        let shipped = notice::from_toml(Path::new("calendar/cn.toml"), SHIPPED).expect("a test reads it");
        Calendar::of(shipped, Vec::new(), BTreeSet::new())
    }

    /// The shipped calendar, the workspace's `calendar.toml`, and the years its settings take as provisional.
    pub fn for_workspace(ws: &Workspace) -> Result<Calendar, CalendarError> {
        let path = ws.calendar();
        let own = if path.is_file() { notice::read(&path)? } else { Vec::new() };
        let shipped = Calendar::shipped();
        notice::check_order(&path, &shipped.shipped, &own)?;
        Ok(Calendar::of(shipped.shipped, own, ws.settings.calendar.provisional.iter().copied().collect()))
    }

    /// Lays the notices over plain weeks, in order: a notice sets its whole year, an amending one only its days.
    fn of(shipped: Vec<Notice>, own: Vec<Notice>, plain: BTreeSet<i32>) -> Calendar {
        let mut years: BTreeMap<i32, Year> = BTreeMap::new();
        for &year in &plain {
            years.insert(year, Year { year, notice: String::new(), provisional: true, workdays: 0 });
        }
        let mut exceptions: BTreeMap<NaiveDate, (i32, bool, &str)> = BTreeMap::new();
        for notice in shipped.iter().chain(&own) {
            let said = notice.said();
            match years.get_mut(&notice.year) {
                Some(year) if notice.amends => year.notice = format!("{}；{said}", year.notice),
                _ => {
                    exceptions.retain(|_, (by, ..)| *by != notice.year);
                    let year = Year { year: notice.year, notice: said, provisional: notice.provisional, workdays: 0 };
                    years.insert(notice.year, year);
                }
            }
            for holiday in &notice.holidays {
                for day in holiday.rest_days() {
                    exceptions.insert(day, (notice.year, false, &holiday.name));
                }
                for &day in &holiday.work {
                    exceptions.insert(day, (notice.year, true, &holiday.name));
                }
            }
        }
        let start = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let first = start(years.keys().next().copied().unwrap_or(1970));
        let end = start(years.keys().next_back().map_or(1970, |last| last + 1));
        let (mut workdays, mut undeclared) = (0, 0);
        let mut days = Vec::new();
        for date in first.iter_days().take_while(|date| *date < end) {
            let year = years.get_mut(&date.year());
            let exception = exceptions.get(&date);
            let is_workday = exception.map_or_else(|| !is_weekend(date), |(_, work, _)| *work);
            let provisional = year.as_ref().is_some_and(|year| year.provisional);
            let declared = year.is_some();
            match year {
                Some(year) if is_workday => {
                    year.workdays += 1;
                    workdays += 1;
                }
                Some(_) => {}
                None => undeclared += 1,
            }
            let holiday = exception.map(|(.., name)| (*name).to_owned());
            days.push(Entry { declared, is_workday, holiday, provisional, workdays, undeclared });
        }
        Calendar { shipped, own, plain, years, first, days }
    }

    fn index(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from((day - self.first).num_days()).ok().filter(|i| *i < self.days.len())
    }

    fn entry(&self, day: NaiveDate) -> Option<&Entry> {
        self.index(day).map(|i| &self.days[i]).filter(|entry| entry.declared)
    }

    /// Whether the day is worked; `None` beyond the declared years.
    pub fn is_workday(&self, day: NaiveDate) -> Option<bool> {
        self.entry(day).map(|entry| entry.is_workday)
    }

    /// Whether the day's year rests on no official notice yet.
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        self.entry(day).is_some_and(|entry| entry.provisional)
    }

    /// The `n`-th working day after `day`, which itself does not count (`n` = 0: `day`); `None` when a day on the
    /// way is beyond the declared years.
    pub fn nth_workday_after(&self, day: NaiveDate, n: u32) -> Option<NaiveDate> {
        if n == 0 {
            return Some(day);
        }
        let from = self.next_index(day)?;
        let (worked, undeclared) = self.before(from);
        let at = from + self.days[from..].partition_point(|entry| entry.workdays < worked + n);
        let found = self.days.get(at)?;
        (found.undeclared == undeclared).then(|| self.first + Days::new(at as u64))
    }

    /// Working days in (`after`, `to`]; 0 when `to` is not later; `None` when one of these days is beyond the
    /// declared years.
    pub fn workdays_between(&self, after: NaiveDate, to: NaiveDate) -> Option<i64> {
        if to <= after {
            return Some(0);
        }
        let (worked, undeclared) = self.before(self.next_index(after)?);
        let last = &self.days[self.index(to)?];
        (last.undeclared == undeclared).then(|| i64::from(last.workdays - worked))
    }

    /// Where the day after `day` stands; `None` outside.
    fn next_index(&self, day: NaiveDate) -> Option<usize> {
        self.index(day.succ_opt()?)
    }

    /// Working and undeclared days before the entry at `index`.
    fn before(&self, index: usize) -> (u32, u32) {
        index.checked_sub(1).map_or((0, 0), |i| (self.days[i].workdays, self.days[i].undeclared))
    }

    /// Every day of the declared years, in order.
    pub fn days(&self) -> impl Iterator<Item = Day<'_>> {
        self.first.iter_days().zip(&self.days).filter(|(_, entry)| entry.declared).map(|(date, entry)| Day {
            date,
            is_workday: entry.is_workday,
            holiday: entry.holiday.as_deref(),
            provisional: entry.provisional,
        })
    }

    /// The declared years, in order.
    pub fn years(&self) -> Vec<Year> {
        self.years.values().cloned().collect()
    }

    /// Takes a notice in: a TOML file shaped like `calendar/cn.toml`, or a CSV `date,is_workday,holiday_name` of
    /// whole years. Nothing is changed on error.
    pub fn import(&mut self, file: &Path) -> Result<Imported, CalendarError> {
        let new = notice::read(file)?;
        let known: Vec<Notice> = self.shipped.iter().chain(&self.own).cloned().collect();
        notice::check_order(file, &known, &new)?;
        let mut own = self.own.clone();
        for notice in new {
            if known.contains(&notice) {
                continue;
            }
            if notice.amends {
                own.retain(|o| !(o.year == notice.year && o.said() == notice.said()));
            } else {
                own.retain(|o| o.year != notice.year);
            }
            own.push(notice);
        }
        let after = Calendar::of(self.shipped.clone(), own, self.plain.clone());
        let imported = self.compare(&after);
        *self = after;
        Ok(imported)
    }

    fn compare(&self, after: &Calendar) -> Imported {
        let mut imported = Imported::default();
        for (year, now) in &after.years {
            match self.years.get(year) {
                None => imported.added.push(*year),
                Some(was) if was.provisional && !now.provisional => imported.official.push(*year),
                Some(_) => {}
            }
        }
        for day in after.days() {
            if let Some(was_workday) = self.is_workday(day.date).filter(|was| *was != day.is_workday) {
                imported.changed.push(Change {
                    date: day.date,
                    was_workday,
                    is_workday: day.is_workday,
                    holiday: day.holiday.map(str::to_owned),
                });
            }
        }
        imported
    }

    /// Writes the workspace's own notices to its `calendar.toml`, whole or not at all.
    pub fn save(&self, ws: &Workspace) -> Result<(), CalendarError> {
        let path = ws.calendar();
        let draft = path.with_extension("toml.new");
        std::fs::write(&draft, notice::to_toml(&self.own))
            .and_then(|()| std::fs::rename(&draft, &path))
            .map_err(|source| CalendarError::Unwritable { path, source })
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests;
