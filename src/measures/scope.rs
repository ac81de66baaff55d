//! Of when a figure is: period, as-of, known-at.
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::MeasureError;
use crate::cli;
use crate::period::Period;

/// What is computed of, and with what knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub period: Period,
    /// First and last day whose rows are folded; the period's own but for series.
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub as_of: NaiveDateTime,
    pub known_at: KnownAt,
}

/// What had been received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownAt {
    Everything,
    Batch(i64),
    Time(NaiveDateTime),
}

impl Scope {
    /// A period as of its end, with everything known.
    pub fn of(period: Period) -> Scope {
        let (first, last) = (period.first(), period.last());
        Scope { period, first, last, as_of: period.end(), known_at: KnownAt::Everything }
    }

    /// The scope that the command line asks for.
    pub fn asked(args: &cli::Scope) -> Result<Scope, MeasureError> {
        let when = cli::When { as_of: args.as_of.clone(), known_at: args.known_at.clone() };
        Scope::of(args.period).when(&when)
    }

    /// All time up to now, or a period; of the instant asked for.
    pub fn standing(period: Option<Period>, when: &cli::When) -> Result<Scope, MeasureError> {
        if let Some(period) = period {
            return Scope::of(period).when(when);
        }
        let now = chrono::Local::now().naive_local().with_nanosecond(0).unwrap_or_default();
        let scope = Scope { as_of: now, ..Scope::of(Period::month_of(now.date())) }.when(when)?;
        let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(NaiveDate::MIN);
        Ok(Scope { period: Period::month_of(scope.as_of_day()), first, last: scope.as_of_day(), ..scope })
    }

    /// The same, of the instant and knowledge asked for.
    fn when(mut self, args: &cli::When) -> Result<Scope, MeasureError> {
        let scope = &mut self;
        if let Some(text) = &args.as_of {
            scope.as_of = instant(text).ok_or_else(|| MeasureError::Argument {
                what: "day or time",
                text: text.clone(),
                remedy: "write --as-of 2026-10-31 (the end of that day) or 2026-10-31T12:00:00".into(),
            })?;
        }
        if let Some(text) = &args.known_at {
            scope.known_at = match text.parse::<i64>() {
                Ok(batch) => KnownAt::Batch(batch),
                Err(_) => KnownAt::Time(instant(text).ok_or_else(|| MeasureError::Argument {
                    what: "batch or time",
                    text: text.clone(),
                    remedy: "write --known-at 12 (a batch) or 2026-10-31T12:00:00".into(),
                })?),
            };
        }
        Ok(self)
    }

    /// The same knowledge of another period, as of its own end.
    pub fn at(self, period: Period) -> Scope {
        Scope { known_at: self.known_at, ..Scope::of(period) }
    }

    /// The day of the instant before as-of.
    pub fn as_of_day(self) -> NaiveDate {
        (self.as_of - TimeDelta::seconds(1)).date()
    }
}

/// A day stands for its end, 24:00.
fn instant(text: &str) -> Option<NaiveDateTime> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some((day + Days::new(1)).and_time(NaiveTime::MIN));
    }
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}
