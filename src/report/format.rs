//! How figures are written in Chinese documents: rates, changes, counts, dates.
//!
//! Every document and the dashboard go through here, so that one figure reads the same everywhere.
//! What is absent is a dash, never a zero.
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::period::Period;

/// Stands for a figure that does not exist.
pub const ABSENT: &str = "—";

/// A share as `92.3%`; only an exact 1 or 0 is written without decimals.
pub fn rate(share: Option<f64>) -> String {
    match share {
        None => ABSENT.into(),
        Some(1.0) => "100%".into(),
        Some(0.0) => "0%".into(),
        Some(share) => format!("{:.1}%", share * 100.0),
    }
}

/// A share that is set and not measured: `90%`, `97.5%`.
pub fn standard(share: f64) -> String {
    format!("{}%", number(share * 100.0))
}

/// An interval as `89.1%～95.0%`.
pub fn interval(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(_), Some(_)) => format!("{}～{}", rate(low), rate(high)),
        _ => ABSENT.into(),
    }
}

/// A count as plain digits.
pub fn count(n: Option<i64>) -> String {
    n.map_or_else(|| ABSENT.into(), |n| n.to_string())
}

/// A mean, median or percentile: at most one decimal, none where it is whole.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".into(),
        Some(whole) => whole.into(),
        None if text == "-0.0" => "0".into(),
        None => text,
    }
}

/// [`number`], or the dash.
pub fn number_or_absent(value: Option<f64>) -> String {
    value.map_or_else(|| ABSENT.into(), number)
}

/// Tenths of a percentage point between two shares, of the shares as printed, so that a reader who subtracts gets the same.
pub fn tenths(now: f64, before: f64) -> i64 {
    let printed = |share: f64| (share * 1000.0).round() as i64;
    printed(now) - printed(before)
}

/// The change of a share in words: `上升1.2个百分点`, `下降0.4个百分点`, `持平`.
pub fn points(now: f64, before: f64) -> String {
    let tenths = tenths(now, before);
    let size = number(tenths.abs() as f64 / 10.0);
    match tenths {
        0 => "持平".into(),
        1.. => format!("上升{size}个百分点"),
        _ => format!("下降{size}个百分点"),
    }
}

/// The change of a share for a table cell: `+1.2`, `-0.4`, `0.0`; the dash where one side is absent.
pub fn points_signed(now: Option<f64>, before: Option<f64>) -> String {
    match (now, before) {
        (Some(now), Some(before)) => match tenths(now, before) {
            0 => "持平".into(),
            tenths => format!("{:+.1}", tenths as f64 / 10.0),
        },
        _ => ABSENT.into(),
    }
}

/// The change of a count in words: `增加3件`, `减少2件`, `持平`.
pub fn more_or_less(now: i64, before: i64, unit: &str) -> String {
    match now - before {
        0 => "持平".into(),
        more @ 1.. => format!("增加{more}{unit}"),
        less => format!("减少{}{unit}", -less),
    }
}

/// `2026年10月31日`: Arabic numerals without leading zeros.
pub fn date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2026年10月31日14:05`.
pub fn instant(at: NaiveDateTime) -> String {
    format!("{}{:02}:{:02}", date(at.date()), at.hour(), at.minute())
}

/// `2026-10-31`, for tables.
pub fn iso(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// An instant as of which is computed: midnight is 24:00 of the day that ends.
pub fn as_of(at: NaiveDateTime) -> String {
    if at.time() == NaiveTime::MIN { format!("{}24时", date(as_of_day(at))) } else { instant(at) }
}

/// The as-of day: that of the last second before the instant.
pub fn as_of_day(at: NaiveDateTime) -> NaiveDate {
    if at.time() == NaiveTime::MIN { at.date() - Days::new(1) } else { at.date() }
}

/// What the period before is called beside `period`: 上月, 上季度, 上年, 上周.
pub fn previous(period: Period) -> &'static str {
    match period {
        Period::Year(_) => "上年",
        Period::Quarter(..) => "上季度",
        Period::Month(..) => "上月",
        Period::Week(..) => "上周",
    }
}

/// What the period itself is called: 本月, 本季度, 本年, 本周.
pub fn this(period: Period) -> &'static str {
    match period {
        Period::Year(_) => "本年",
        Period::Quarter(..) => "本季度",
        Period::Month(..) => "本月",
        Period::Week(..) => "本周",
    }
}

/// Width in ems as a proportional sans draws it: an ideograph is one, a digit a good half.
pub fn ems(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '\'' | '!' | ' ' => 0.3,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.9,
            'A'..='Z' => 0.66,
            '\u{20}'..='\u{7e}' => 0.56,
            '\u{a0}'..='\u{2ff}' => 0.56,
            _ => 1.0,
        })
        .sum()
}

/// A list as it is read: `甲、乙和丙`.
pub fn listed<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{}和{last}", rest.join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_changes() {
        assert_eq!(rate(None), "—");
        assert_eq!(rate(Some(0.9230769)), "92.3%");
        assert_eq!(rate(Some(1.0)), "100%");
        assert_eq!(rate(Some(0.99996)), "100.0%");
        assert_eq!(standard(0.9), "90%");
        assert_eq!(standard(0.975), "97.5%");
        assert_eq!(points(0.923, 0.911), "上升1.2个百分点");
        assert_eq!(points(0.90, 0.92), "下降2个百分点");
        assert_eq!(points(0.9001, 0.9), "持平");
        assert_eq!(points_signed(Some(0.5), None), "—");
        assert_eq!(points_signed(Some(0.923), Some(0.911)), "+1.2");
        assert_eq!(more_or_less(5, 8, "件"), "减少3件");
    }

    #[test]
    fn numbers_and_dates() {
        assert_eq!(number(3.0), "3");
        assert_eq!(number(-0.04), "0");
        assert_eq!(number(3.25), "3.2");
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        assert_eq!(as_of(day.and_time(NaiveTime::MIN)), "2026年10月31日24时");
        assert_eq!(as_of(day.and_hms_opt(9, 5, 0).unwrap()), "2026年11月1日09:05");
        assert_eq!(listed(&["甲", "乙", "丙"]), "甲、乙和丙");
        assert_eq!(listed(&["甲"]), "甲");
    }
}
