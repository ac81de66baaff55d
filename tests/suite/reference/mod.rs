//! The rules of time once more, as slowly and plainly as they are written: day by day, event by event.
//!
//! Nothing here knows the queries, the program's calendar or its measures; what both say must be equal.
pub mod clock;
pub mod holding;
pub mod levels;
pub mod places;
pub mod registers;

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// Which days are worked; a day of an undeclared year is not there.
pub struct Days(BTreeMap<NaiveDate, bool>);

impl Days {
    pub fn read() -> Days {
        let rows = include_str!("../../data/cn_workdays.csv").lines().skip(1);
        Days(
            rows.map(|row| {
                let mut cells = row.split(',');
                (cells.next().unwrap().parse().unwrap(), cells.next().unwrap() == "1")
            })
            .collect(),
        )
    }

    pub fn worked(&self, day: NaiveDate) -> Option<bool> {
        self.0.get(&day).copied()
    }

    /// The n-th working day after a day; none where an undeclared day comes first.
    pub fn nth_after(&self, day: NaiveDate, n: i64) -> Option<NaiveDate> {
        let (mut at, mut counted) = (day, 0);
        while counted < n {
            at = next(at);
            counted += i64::from(self.worked(at)?);
        }
        Some(at)
    }

    /// Working days in (after, to].
    pub fn between(&self, after: NaiveDate, to: NaiveDate) -> Option<i64> {
        let (mut at, mut counted) = (after, 0);
        while at < to {
            at = next(at);
            counted += i64::from(self.worked(at)?);
        }
        Some(counted)
    }
}

pub fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap()
}
