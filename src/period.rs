//! Periods as they are written on the command line and in figures: `2026`, `2026-Q1`, `2026-02`,
//! `2026-W07` (ISO week).
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// A year, quarter, month or ISO week; the unit in which measures are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    Year(i32),
    Quarter(i32, u32),
    Month(i32, u32),
    Week(i32, u32),
}

/// What was written is not a period.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("“{0}” is not a period: write 2026, 2026-Q1, 2026-02 or 2026-W07")]
pub struct NotAPeriod(String);

impl Period {
    /// The month that holds `day`.
    pub fn month_of(day: NaiveDate) -> Self {
        Period::Month(day.year(), day.month())
    }

    /// What kind it is, as rule files write it.
    pub fn kind(self) -> &'static str {
        match self {
            Period::Year(_) => "year",
            Period::Quarter(..) => "quarter",
            Period::Month(..) => "month",
            Period::Week(..) => "week",
        }
    }

    /// First day, inclusive.
    pub fn first(self) -> NaiveDate {
        match self {
            Period::Year(y) => day(y, 1),
            Period::Quarter(y, q) => day(y, q * 3 - 2),
            Period::Month(y, m) => day(y, m),
            Period::Week(y, w) => NaiveDate::from_isoywd_opt(y, w, Weekday::Mon).expect("checked when made"),
        }
    }

    /// Last day, inclusive.
    pub fn last(self) -> NaiveDate {
        let next = match self {
            Period::Year(_) => self.first() + Months::new(12),
            Period::Quarter(..) => self.first() + Months::new(3),
            Period::Month(..) => self.first() + Months::new(1),
            Period::Week(..) => self.first() + Days::new(7),
        };
        next - Days::new(1)
    }

    /// The default as-of instant: 00:00:00 after the last day.
    pub fn end(self) -> NaiveDateTime {
        (self.last() + Days::new(1)).and_time(NaiveTime::MIN)
    }

    /// The period of the same kind just before this one.
    pub fn previous(self) -> Self {
        let eve = self.first() - Days::new(1);
        match self {
            Period::Year(y) => Period::Year(y - 1),
            Period::Quarter(..) => Period::Quarter(eve.year(), eve.month0() / 3 + 1),
            Period::Month(..) => Period::month_of(eve),
            Period::Week(..) => Period::Week(eve.iso_week().year(), eve.iso_week().week()),
        }
    }

    /// The same period one year earlier; week 53 falls back to 52 where that year has none.
    pub fn year_before(self) -> Self {
        match self {
            Period::Year(y) => Period::Year(y - 1),
            Period::Quarter(y, q) => Period::Quarter(y - 1, q),
            Period::Month(y, m) => Period::Month(y - 1, m),
            Period::Week(y, w) => {
                let w = if NaiveDate::from_isoywd_opt(y - 1, w, Weekday::Mon).is_some() { w } else { 52 };
                Period::Week(y - 1, w)
            }
        }
    }

    /// As a Chinese reader writes it: 2026年10月.
    pub fn zh(self) -> String {
        match self {
            Period::Year(y) => format!("{y}年"),
            Period::Quarter(y, q) => format!("{y}年第{}季度", ["一", "二", "三", "四"][q as usize - 1]),
            Period::Month(y, m) => format!("{y}年{m}月"),
            Period::Week(y, w) => format!("{y}年第{w}周"),
        }
    }
}

fn day(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).expect("checked when made")
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Year(y) => write!(f, "{y:04}"),
            Period::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Period::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Period::Week(y, w) => write!(f, "{y:04}-W{w:02}"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let wrong = || NotAPeriod(text.to_owned());
        let (year, rest) = text.split_once('-').map_or((text, None), |(y, r)| (y, Some(r)));
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let year: i32 = year.parse().map_err(|_| wrong())?;
        let number = |text: &str, digits: usize| -> Result<u32, NotAPeriod> {
            if text.len() != digits || !text.bytes().all(|b| b.is_ascii_digit()) {
                return Err(wrong());
            }
            text.parse().map_err(|_| wrong())
        };
        let period = match rest {
            None => Period::Year(year),
            Some(rest) => match rest.as_bytes().first() {
                Some(b'Q') => Period::Quarter(year, number(&rest[1..], 1)?),
                Some(b'W') => Period::Week(year, number(&rest[1..], 2)?),
                _ => Period::Month(year, number(rest, 2)?),
            },
        };
        let exists = match period {
            Period::Year(y) => y >= 1900,
            Period::Quarter(_, q) => (1..=4).contains(&q),
            Period::Month(_, m) => (1..=12).contains(&m),
            Period::Week(y, w) => NaiveDate::from_isoywd_opt(y, w, Weekday::Mon).is_some(),
        };
        if exists { Ok(period) } else { Err(wrong()) }
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn bounds_and_neighbours() {
        for (text, first, last, previous, year_before) in [
            ("2026", "2026-01-01", "2026-12-31", "2025", "2025"),
            ("2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", "2025-Q1"),
            ("2024-02", "2024-02-01", "2024-02-29", "2024-01", "2023-02"),
            ("2026-01", "2026-01-01", "2026-01-31", "2025-12", "2025-01"),
            ("2026-W01", "2025-12-29", "2026-01-04", "2025-W52", "2025-W01"),
            ("2026-W53", "2026-12-28", "2027-01-03", "2026-W52", "2025-W52"),
        ] {
            let period = p(text);
            assert_eq!(period.to_string(), text);
            assert_eq!(period.first().to_string(), first);
            assert_eq!(period.last().to_string(), last);
            assert_eq!(period.previous(), p(previous));
            assert_eq!(period.year_before(), p(year_before));
        }
        assert_eq!(p("2026-02").end().to_string(), "2026-03-01 00:00:00");
    }

    #[test]
    fn refuses_what_is_no_period() {
        for text in [
            "",
            "26",
            "2026-13",
            "2026-0",
            "2026-Q5",
            "2026-W54",
            "2026-W7",
            "2026-1",
            "2026-02-01",
            "2025-W53",
            "２０２６",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
