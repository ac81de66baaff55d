//! `clocks`: every clock of hours or days with its times; `hours_<measure>`: a clock round the clock, by when it began.
use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::measures::Brief;
use crate::measures::brief::{Evidence, Measure};
use crate::report::document::{Cell, Table, figures, words};
use crate::report::format;

/// From when to when of a working day is working time (8:30 to 17:30), in minutes of the day.
const WORKING: (u32, u32) = (8 * 60 + 30, 17 * 60 + 30);

/// Clocks that run for hours or days; those of milestones count days from a plan, which is no time taken.
fn runs(brief: &Brief, measure: &Measure) -> bool {
    let timed = matches!(measure.unit.as_str(), "小时" | "天");
    let planned = || {
        brief.evidence.iter().any(|row| row.measure == measure.id && row.record.starts_with("milestones/"))
            || brief.milestones.iter().any(|step| step.measure.as_ref() == Some(&measure.id))
    };
    measure.kind == "deadline" && timed && !planned()
}

/// `clocks`: none where the place has none.
pub fn clocks(brief: &Brief) -> Option<Table> {
    let pairs = brief.measures.iter().zip(&brief.district).filter(|(measure, _)| runs(brief, measure));
    let rows: Vec<Vec<Cell>> = pairs
        .map(|(measure, change)| {
            let now = &change.now;
            let fastest = counted(brief, measure).filter_map(|row| row.value).reduce(f64::min);
            let time = |value: Option<f64>| value.map_or(Cell::Absent, |value| Cell::text(taken(value, &measure.unit)));
            vec![
                Cell::text(&measure.name),
                Cell::Count(now.n),
                Cell::count(now.met),
                Cell::share(now.share()),
                time(fastest),
                time(now.median),
                time(now.p90),
                time(now.max),
                Cell::count(now.unmeasurable),
            ]
        })
        .collect();
    let mut columns = vec![words("时限")];
    columns.extend(["应办", "按时", "按时率", "最快", "中位", "九成以内", "最长", "无法计时"].map(figures));
    (!rows.is_empty()).then(|| Table {
        name: "clocks".into(),
        caption: "各项时限用时".into(),
        columns,
        rows,
        note: Some("用时为已办理事项的实际用时，扣除挂起；“无法计时”为只有日期、没有时刻的，不计入比率。".into()),
    })
}

/// 24分钟, 1.5小时, 2天
fn taken(value: f64, unit: &str) -> String {
    match unit {
        "小时" if value < 1.0 => format!("{:.0}分钟", value * 60.0),
        unit => format!("{}{unit}", format::number(value)),
    }
}

/// The rows in n.
fn counted<'a>(brief: &'a Brief, measure: &'a Measure) -> impl Iterator<Item = &'a Evidence> {
    let decided = |row: &&Evidence| matches!(row.outcome.as_deref(), Some("met" | "breached"));
    brief.evidence.iter().filter(move |row| row.measure == measure.id).filter(decided)
}

/// When a clock began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Began {
    Working,
    /// Before or after working time of a working day.
    Evening,
    Off,
}

impl Began {
    fn of(at: NaiveDateTime, off: &BTreeSet<NaiveDate>) -> Began {
        let minute = at.hour() * 60 + at.minute();
        if off.contains(&at.date()) {
            Began::Off
        } else if (WORKING.0..WORKING.1).contains(&minute) {
            Began::Working
        } else {
            Began::Evening
        }
    }
}

/// `hours_<measure>`, for each clock of hours with rows.
pub fn hours(brief: &Brief) -> Vec<Table> {
    let off: BTreeSet<NaiveDate> = brief.days_off.iter().copied().collect();
    let clocks = brief.measures.iter().filter(|measure| measure.unit == "小时" && runs(brief, measure));
    clocks.filter_map(|measure| hours_of(brief, measure, &off)).collect()
}

fn hours_of(brief: &Brief, measure: &Measure, off: &BTreeSet<NaiveDate>) -> Option<Table> {
    let rows: Vec<&Evidence> = counted(brief, measure).collect();
    if rows.is_empty() {
        return None;
    }
    let line = |name: String, mine: Vec<&Evidence>| {
        let met = mine.iter().filter(|row| row.outcome.as_deref() == Some("met")).count();
        let mut values: Vec<f64> = mine.iter().filter_map(|row| row.value).collect();
        values.sort_by(f64::total_cmp);
        let share = (!mine.is_empty()).then(|| met as f64 / mine.len() as f64);
        let time = |value: Option<f64>| value.map_or(Cell::Absent, |value| Cell::text(taken(value, &measure.unit)));
        vec![
            Cell::text(name),
            Cell::Count(mine.len() as i64),
            Cell::Count(met as i64),
            Cell::Count((mine.len() - met) as i64),
            Cell::share(share),
            time(crate::report::chain::percentile(&values, 0.5)),
            time(values.last().copied()),
        ]
    };
    let clock = |minute: u32| NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap_or_default().format("%-H:%M");
    let (from, until) = (clock(WORKING.0), clock(WORKING.1));
    let kinds = [
        (Began::Working, format!("工作日{from}—{until}")),
        (Began::Evening, "工作日早晚和夜间".to_owned()),
        (Began::Off, "休息日和节假日".to_owned()),
    ];
    let mut lines: Vec<Vec<Cell>> = kinds
        .into_iter()
        .map(|(kind, name)| {
            let mine = rows.iter().copied().filter(|row| row.opened_at.is_some_and(|at| Began::of(at, off) == kind));
            line(name, mine.collect())
        })
        .collect();
    lines.push(line("合计".to_owned(), rows));
    let mut columns = vec![words("收到时间")];
    columns.extend(["应办", "按时", "逾期", "按时率", "中位用时", "最长用时"].map(figures));
    Some(Table {
        name: format!("hours_{}", measure.id),
        caption: format!("{}：按收到时间", measure.name),
        columns,
        rows: lines,
        note: Some("全天候计时，不分工作日和休息日；工作时间的划分为本地设定，只用于分组，不影响判定。".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_a_clock_began_is_told_by_day_and_hour() {
        let day = |d: u32| NaiveDate::from_ymd_opt(2026, 10, d).unwrap();
        let off = BTreeSet::from([day(1)]);
        let of = |d: u32, h: u32, m: u32| Began::of(day(d).and_hms_opt(h, m, 0).unwrap(), &off);
        assert_eq!((of(1, 9, 0), of(9, 8, 29), of(9, 8, 30)), (Began::Off, Began::Evening, Began::Working));
        assert_eq!((of(9, 17, 29), of(9, 17, 30), of(9, 2, 0)), (Began::Working, Began::Evening, Began::Evening));
        assert_eq!(
            (taken(0.4, "小时"), taken(1.5, "小时"), taken(2.0, "天")),
            ("24分钟".into(), "1.5小时".into(), "2天".into())
        );
    }
}
