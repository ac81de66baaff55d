//! Cells as people write them: several styles of dates, Chinese words, padded names, full-width digits.
//!
//! How a record is written follows from its key alone, so that two files that hold one record write it alike.
use chrono::{Datelike, NaiveDate, Timelike};

use super::clock::{Clock, DAY, Day, Stamp};
use super::sink::{Kept, Row, Table};
use crate::sheet::messy::Put;
use crate::tables::{Cell, Column, Dictionary};

/// The calendar's first day as an Excel serial (2018-01-01).
const FIRST_SERIAL: f64 = 43_101.0;

/// How the times of one record are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Style {
    /// Cells with a date format.
    Excel,
    /// `2026-10-08 09:05:33`
    Iso,
    /// `2026/10/8 9:05`
    Slash,
    /// `2026年10月8日 9:05`
    Chinese,
    /// `2026/10/8 下午3:05`
    Half,
    /// `20261008`; times as [`Style::Iso`].
    Compact,
    /// `2026.10.8`; times as [`Style::Iso`].
    Dotted,
}

/// A number from a record's key that stays the same on every machine: FNV-1a, then mixed, since keys are alike.
pub(super) fn whim(key: &str, salt: u64) -> u64 {
    let hash = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 20
}

impl Style {
    /// The style of the record with this key.
    pub fn of(key: &str) -> Style {
        match whim(key, 1) % 100 {
            0..46 => Style::Excel,
            46..68 => Style::Iso,
            68..82 => Style::Slash,
            82..90 => Style::Chinese,
            90..93 => Style::Half,
            93..97 => Style::Compact,
            _ => Style::Dotted,
        }
    }
}

/// Writes cells of one file.
pub(super) struct Scribe<'a> {
    pub clock: &'a Clock,
    /// For a CSV: no serials, so that every style is text.
    pub plain: bool,
    /// Kept by a system: nothing is padded, full-width or set apart.
    pub tidy: bool,
}

impl Scribe<'_> {
    /// The cells of a record in the order of its table's columns; `columns` are those that the file has.
    pub fn row(&self, table: Table, row: &Row, key: &str, style: Style, columns: &[usize]) -> Vec<Put> {
        let described = &table.described().columns;
        columns.iter().map(|i| self.cell(&described[*i], &row[*i], key, style)).collect()
    }

    pub fn cell(&self, column: &Column, kept: &Kept, key: &str, style: Style) -> Put {
        match kept {
            Kept::Empty => Put::Blank,
            Kept::Day(day) => self.day(*day, style),
            Kept::Stamp(at) => self.stamp(*at, style),
            Kept::YesNo(yes) => Put::Text(if *yes { "是" } else { "否" }.to_owned()),
            Kept::Whole(n) => match column.cell() {
                Cell::Word(list) => Put::Text(Dictionary::shipped().shown(list, &n.to_string()).to_owned()),
                Cell::Decimal if !self.tidy && whim(key, 2).is_multiple_of(9) && *n >= 1000 => Put::Text(thousands(*n)),
                _ => Put::Number(*n as f64),
            },
            Kept::Text(text) => self.text(column, text, key),
        }
    }

    fn text(&self, column: &Column, text: &str, key: &str) -> Put {
        let odd = if self.tidy { 999 } else { whim(key, 3) % 1000 };
        Put::Text(match column.cell() {
            Cell::Word(list) => {
                let shown = Dictionary::shipped().shown(list, text);
                if odd < 30 { format!(" {shown}　") } else { shown.to_owned() }
            }
            Cell::Name if odd < 60 => {
                let mut signs = text.chars();
                let surname: String = signs.by_ref().take(1).collect();
                format!("{surname}　{}", signs.as_str())
            }
            Cell::Phone if odd < 90 && !self.plain => return Put::Number(text.parse().unwrap_or_default()),
            Cell::Id if (960..968).contains(&odd) => text.chars().map(wide).collect(),
            Cell::Text if (900..915).contains(&odd) => format!("{text}\u{a0}"),
            _ => text.to_owned(),
        })
    }

    pub fn day(&self, day: Day, style: Style) -> Put {
        let date = self.clock.date(day);
        let (y, m, d) = (date.year(), date.month(), date.day());
        Put::Text(match style {
            Style::Excel if !self.plain => return Put::Day(FIRST_SERIAL + f64::from(day)),
            Style::Excel | Style::Iso => date.to_string(),
            Style::Slash | Style::Half => format!("{y}/{m}/{d}"),
            Style::Chinese => format!("{y}年{m}月{d}日"),
            Style::Compact => date.format("%Y%m%d").to_string(),
            Style::Dotted => format!("{y}.{m}.{d}"),
        })
    }

    pub fn stamp(&self, at: Stamp, style: Style) -> Put {
        let (date, hour, minute, second) = self.moment(at);
        let (y, m, d) = (date.year(), date.month(), date.day());
        Put::Text(match style {
            Style::Excel if !self.plain => return Put::Moment(FIRST_SERIAL + at as f64 / DAY as f64),
            Style::Slash => format!("{y}/{m}/{d} {hour}:{minute:02}"),
            Style::Chinese => format!("{y}年{m}月{d}日 {hour}:{minute:02}"),
            Style::Half if hour == 12 => format!("{y}/{m}/{d} 下午12:{minute:02}"),
            Style::Half if hour > 12 => format!("{y}/{m}/{d} 下午{}:{minute:02}", hour - 12),
            Style::Half => format!("{y}/{m}/{d} 上午{hour}:{minute:02}"),
            _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        })
    }

    fn moment(&self, at: Stamp) -> (NaiveDate, u32, u32, u32) {
        let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt((at % DAY) as u32, 0).unwrap_or_default();
        (self.clock.date((at / DAY) as Day), time.hour(), time.minute(), time.second())
    }
}

/// The full-width form of a digit or letter.
fn wide(sign: char) -> char {
    if sign.is_ascii_alphanumeric() { char::from_u32(sign as u32 + 0xfee0).unwrap_or(sign) } else { sign }
}

/// `36,000`
fn thousands(n: i64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_every_style() {
        let clock = Clock::shipped();
        let scribe = Scribe { clock: &clock, plain: false, tidy: false };
        let day = clock.day(NaiveDate::from_ymd_opt(2026, 10, 8).unwrap());
        let at = Stamp::from(day) * DAY + 15 * 3600 + 5 * 60 + 33;
        let text = |put: Put| if let Put::Text(text) = put { text } else { String::new() };
        for (style, date, time) in [
            (Style::Iso, "2026-10-08", "2026-10-08 15:05:33"),
            (Style::Slash, "2026/10/8", "2026/10/8 15:05"),
            (Style::Chinese, "2026年10月8日", "2026年10月8日 15:05"),
            (Style::Half, "2026/10/8", "2026/10/8 下午3:05"),
            (Style::Compact, "20261008", "2026-10-08 15:05:33"),
            (Style::Dotted, "2026.10.8", "2026-10-08 15:05:33"),
        ] {
            assert_eq!(text(scribe.day(day, style)), date);
            assert_eq!(text(scribe.stamp(at, style)), time);
        }
        // 2026-10-08 is day 46303 of Excel.
        assert_eq!(scribe.day(day, Style::Excel), Put::Day(46_303.0));
        assert_eq!(thousands(1_234_500), "1,234,500");
        assert_eq!("E07".chars().map(wide).collect::<String>(), "Ｅ０７");
    }
}
