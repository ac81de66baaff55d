//! Days and times of a made-up bureau: when people work, and how times are written.
use std::io::{self, Write};

use chrono::{Datelike, Days, NaiveDate};

use super::draw::Draw;
use crate::calendar::Calendar;

/// Days since the calendar's first day.
pub(super) type Day = i32;
/// Seconds since the calendar's first midnight, local.
pub(super) type Stamp = i64;

pub(super) const DAY: Stamp = 86_400;

/// Working days as arrays, for twenty million cases.
pub(super) struct Clock {
    first: NaiveDate,
    worked: Vec<bool>,
    /// Working days up to and with each day.
    upto: Vec<u32>,
    workdays: Vec<Day>,
}

impl Clock {
    pub fn shipped() -> Clock {
        let calendar = Calendar::shipped();
        let worked: Vec<bool> = calendar.days().map(|day| day.is_workday).collect();
        let first = calendar.days().next().map_or(NaiveDate::MIN, |day| day.date);
        let workdays: Vec<Day> = (0..worked.len()).filter(|i| worked[*i]).map(|i| i as Day).collect();
        let mut count = 0;
        let upto = worked
            .iter()
            .map(|worked| {
                count += u32::from(*worked);
                count
            })
            .collect();
        Clock { first, worked, upto, workdays }
    }

    pub fn day(&self, date: NaiveDate) -> Day {
        (date - self.first).num_days() as Day
    }

    pub fn date(&self, day: Day) -> NaiveDate {
        self.first + Days::new(day.max(0) as u64)
    }

    pub fn is_workday(&self, day: Day) -> bool {
        usize::try_from(day).ok().and_then(|i| self.worked.get(i)).copied().unwrap_or(false)
    }

    /// Working days in (`after`, `to`].
    pub fn workdays_between(&self, after: Day, to: Day) -> i32 {
        let upto = |day: Day| self.upto[(day.max(0) as usize).min(self.upto.len() - 1)] as i32;
        upto(to) - upto(after)
    }

    /// The `n`-th working day after `day`; far in the future where the calendar ends.
    pub fn nth(&self, day: Day, n: i32) -> Day {
        if n <= 0 {
            return day;
        }
        let before = self.upto[(day.max(0) as usize).min(self.upto.len() - 1)] as usize;
        self.workdays.get(before + n as usize - 1).copied().unwrap_or(self.worked.len() as Day + n)
    }

    /// The day, or the next working day; beyond the calendar the next day from Monday to Friday.
    pub fn workday_from(&self, day: Day) -> Day {
        match usize::try_from(day).is_ok_and(|i| i < self.worked.len()) {
            true => self.nth(day - 1, 1),
            false => day + [0, 0, 0, 0, 0, 2, 1][self.date(day).weekday().num_days_from_monday() as usize],
        }
    }

    /// Monday of the day's week.
    pub fn monday(&self, day: Day) -> Day {
        day - self.date(day).weekday().num_days_from_monday() as Day
    }

    /// Some moment of the day's office hours.
    pub fn office_hours(&self, day: Day, draw: &mut Draw) -> Stamp {
        let second = match draw.below(100) {
            0..45 => draw.between(30_600, 43_100),
            45..98 => draw.between(46_800, 62_900),
            _ => draw.between(63_000, 73_800),
        };
        Stamp::from(day) * DAY + Stamp::from(second)
    }

    /// Later: in office hours of the `n`-th working day after `at`, or with 0 on the same day.
    pub fn later(&self, at: Stamp, n: i32, draw: &mut Draw) -> Stamp {
        let day = (at / DAY) as Day;
        let second = (at % DAY) as i32;
        if n > 0 || second > 80_000 || (!self.is_workday(day) && !draw.permille(150)) {
            return self.office_hours(self.nth(day, n.max(1)), draw);
        }
        let opening = second.max(30_600);
        let seconds =
            if opening < 60_000 { draw.between(opening + 240, 62_900) } else { opening + draw.between(180, 1500) };
        Stamp::from(day) * DAY + Stamp::from(seconds)
    }

    /// `2026-10-08`
    pub fn write_day(&self, day: Day, out: &mut impl Write) -> io::Result<()> {
        let date = self.date(day);
        let (year, month, day) = (date.year() as u32, date.month(), date.day());
        let digit = |n: u32| b'0' + (n % 10) as u8;
        out.write_all(&[
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ])
    }

    /// `2026-10-08 09:05:33`
    pub fn write_stamp(&self, at: Stamp, out: &mut impl Write) -> io::Result<()> {
        self.write_day((at / DAY) as Day, out)?;
        let second = (at % DAY) as u32;
        let two = |n: u32| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        let ([a, b], [c, d], [e, f]) = (two(second / 3600), two(second / 60 % 60), two(second % 60));
        out.write_all(&[b' ', a, b, b':', c, d, b':', e, f])
    }
}

#[cfg(test)]
mod tests {
    use super::super::draw::Stream;
    use super::*;

    #[test]
    fn agrees_with_the_calendar() {
        let (clock, calendar) = (Clock::shipped(), Calendar::shipped());
        for (start, n) in [("2026-09-30", 3), ("2026-10-03", 1), ("2025-01-20", 15), ("2024-12-31", 1)] {
            let start: NaiveDate = start.parse().unwrap();
            let found = clock.date(clock.nth(clock.day(start), n));
            assert_eq!(Some(found), calendar.nth_workday_after(start, n as u32));
            assert_eq!(clock.workdays_between(clock.day(start), clock.day(found)), n);
        }
    }

    #[test]
    fn later_is_later_and_mostly_in_office_hours() {
        let clock = Clock::shipped();
        let mut draw = Draw::new(1, Stream::Test, 0);
        let mut at = Stamp::from(clock.day(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap())) * DAY + 79_000;
        for i in 0..400 {
            let next = clock.later(at, i % 3, &mut draw);
            assert!(next > at, "{next} is not after {at}");
            at = next;
        }
        let mut text = Vec::new();
        clock.write_stamp(DAY * 31 + 3723, &mut text).unwrap();
        assert_eq!(text, b"2018-02-01 01:02:03");
    }
}
