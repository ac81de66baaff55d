//! Levels, groups and waiting as tables; documents, workbook and dashboard print the same.
use super::{Group, curve, group_name, groups, levels, on_the_curve, percentile, rows, unit};
use crate::measures::Brief;
use crate::measures::brief::{Case, Evidence};
use crate::report::document::{Cell, Column, Table, figures, words};
use crate::report::format;

fn count(n: usize) -> Cell {
    Cell::Count(n as i64)
}

/// The tables that name nobody, by the names of templates: `levels`, `level_groups`, `groups`, `waiting`.
pub fn tables(brief: &Brief) -> Vec<Table> {
    let mut tables = Vec::new();
    if !brief.chain.levels.is_empty() {
        tables.extend([level_table(brief), level_groups(brief)]);
    }
    if brief.chain.clock.is_some() {
        tables.extend([group_table(brief), waiting(brief)]);
    }
    tables
}

/// The tables that list cases: `supervised`, `standing`.
pub fn listed(brief: &Brief) -> Vec<Table> {
    let standing = (!brief.chain.levels.is_empty()).then(|| standing(brief));
    let supervised = brief.chain.supervised.is_some().then(|| supervised(brief));
    standing.into_iter().chain(supervised).collect()
}

fn level_table(brief: &Brief) -> Table {
    let rows = levels(brief).into_iter().map(|level| {
        let before = level.reached_before.map_or(Cell::Absent, Cell::Count);
        let mut row = vec![Cell::text(&level.name), count(level.reached), before, count(level.days.len())];
        row.extend([0.5, 0.9].map(|share| Cell::number(percentile(&level.days, share))));
        row.extend(level.ends.map(count));
        row.extend([count(level.standing), Cell::number(level.longest)]);
        row
    });
    let headers = [
        "到达",
        "上期到达",
        "停留结束",
        "中位（天）",
        "九成以内（天）",
        "转其他层级",
        "办结",
        "退回",
        "撤回",
        "期末仍在",
        "最久（天）",
    ];
    let mut columns = vec![words("层级")];
    columns.extend(headers.map(figures));
    Table {
        name: "levels".into(),
        caption: "各层级到达、停留和去向".into(),
        columns,
        rows: rows.collect(),
        note: Some(
            "“到达”为首次进入该层级的问题件数；停留按整日计，计入停留结束的当期；“最久”为期末仍在该层级的最长停留。"
                .into(),
        ),
    }
}

fn level_groups(brief: &Brief) -> Table {
    let (groups, all) = groups(brief);
    let line = |name: String, group: &Group| {
        let mut row = vec![Cell::text(name)];
        row.extend(group.reached.iter().map(|n| count(*n)));
        row.push(count(group.standing));
        row
    };
    let mut rows: Vec<Vec<Cell>> = groups.iter().map(|group| line(group_name(group), group)).collect();
    rows.push(line("合计".into(), &all));
    let mut columns = vec![words("问题类别")];
    columns.extend(brief.chain.levels.iter().map(|(_, name)| figures(name.clone())));
    columns.push(figures("期末仍在各层级"));
    Table {
        name: "level_groups".into(), caption: "各类别到达各层级的件数".into(), columns, rows, note: None
    }
}

fn group_table(brief: &Brief) -> Table {
    let (groups, all) = groups(brief);
    let line = |name: String, group: &Group| {
        let mut row = vec![Cell::text(name)];
        let before = |n: Option<usize>| n.map_or(Cell::Absent, count);
        row.extend([count(group.opened), before(group.opened_before)]);
        row.extend([group.resolved, group.returned].map(count));
        row.push(Cell::share(group.share(group.returned)));
        row.push(Cell::share(group.share(group.extended)));
        row.extend([count(group.withdrawn), count(group.open), count(group.overdue), before(group.open_before)]);
        row.push(Cell::number(percentile(&group.ages, 0.5)));
        row.push(Cell::number(group.ages.last().copied()));
        row.push(Cell::number(group.median));
        row
    };
    let mut rows: Vec<Vec<Cell>> = groups.iter().map(|group| line(group_name(group), group)).collect();
    rows.push(line("合计".into(), &all));
    let headers = [
        "新收",
        "上期新收",
        "办结",
        "退回",
        "退回占比",
        "延期占比",
        "撤回",
        "期末在办",
        "其中逾期",
        "上期末",
        "在办中位",
        "在办最久",
        "等待中位",
    ];
    let of = brief.place.words.phrase("group");
    let mut columns = vec![words(of)];
    columns.extend(headers.map(figures));
    let unit = unit(brief);
    Table {
        name: "groups".into(),
        caption: format!("各{of}{}办理情况", brief.place.words.phrase("case")),
        columns,
        rows,
        note: Some(format!(
            "“上期末”为上期末的在办件次；“退回占比”“延期占比”以当期办结和退回的合计为分母；“在办中位”“在办最久”为期末在办的已等待时间，“等待中位”连同在办的估计（近12个月收到），单位均为{unit}，已扣除挂起。"
        )),
    }
}

/// Times at which the curve is printed.
const TIMES: [f64; 11] = [0.0, 1.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 90.0];

fn waiting(brief: &Brief) -> Table {
    let curve = curve(brief);
    let last = curve.points.last().map_or(0.0, |point| point.time);
    let beyond = TIMES.iter().position(|time| *time >= last).unwrap_or(TIMES.len() - 1);
    let at_risk = |time: f64| on_the_curve(brief).filter(|wait| wait.elapsed > time).count();
    let rows = TIMES[..=beyond].iter().map(|time| {
        let point = curve.at(*time);
        vec![
            Cell::Number(*time),
            count(at_risk(*time)),
            Cell::share(Some(1.0 - point.map_or(1.0, |p| p.waiting))),
            Cell::share(Some(point.map_or(1.0, |p| p.waiting))),
            Cell::text(point.map_or(String::new(), |p| format::interval(Some(p.low), Some(p.high)))),
        ]
    });
    let mut columns: Vec<Column> = vec![figures(format!("收到后（{}）", unit(brief).trim_start_matches('个')))];
    columns.extend(["其后仍在跟踪", "已办结或退回", "仍在等待", "95%区间"].map(figures));
    Table {
        name: "waiting".into(),
        caption: "等待时间（连同在办问题的估计）".into(),
        columns,
        rows: rows.collect(),
        note: Some(
            "Kaplan–Meier估计：在办的按已等待时间计为未完（删失），撤回的计至撤回之日；区间按log-log法。".into(),
        ),
    }
}

/// The case that a row is of.
fn case_of<'a>(brief: &'a Brief, row: &Evidence) -> (String, Option<&'a Case>) {
    let id = row.record.strip_prefix("cases/").unwrap_or(&row.record);
    (id.to_owned(), brief.cases.iter().find(|case| case.case_id == id))
}

fn supervised(brief: &Brief) -> Table {
    let mut found: Vec<&Evidence> = rows(brief, &brief.chain.supervised).collect();
    found.sort_by_key(|row| (row.opened_at, &row.record));
    let day = |at: Option<chrono::NaiveDateTime>| at.map_or(Cell::Absent, |at| Cell::Day(at.date()));
    let rows = found.into_iter().map(|row| {
        let (id, case) = case_of(brief, row);
        let state = match row.outcome.as_deref() {
            Some("met") => "已按时督办",
            Some("breached") if row.done_at.is_some() => "逾期督办",
            Some("breached") => "逾期未督办",
            _ => "未到期",
        };
        let now = match case.map(|case| (case.settled_at, case.last_event.as_deref())) {
            Some((Some(_), Some("returned"))) => "已退回",
            Some((Some(_), _)) => "已办结",
            Some((None, _)) => "在办",
            None => "",
        };
        vec![
            Cell::text(id),
            Cell::text(case.and_then(|case| case.title.clone()).unwrap_or_default()),
            Cell::text(row.category.clone().unwrap_or_default()),
            day(row.opened_at),
            row.due_day.map_or(Cell::Absent, Cell::Day),
            day(row.done_at),
            Cell::text(state),
            Cell::text(now),
        ]
    });
    let headers = ["问题编号", "事项", "类别", "上会", "督办期限", "督办", "督办情况", "现状"];
    Table {
        name: "supervised".into(),
        caption: "上会事项督办情况".into(),
        columns: headers.map(words).to_vec(),
        rows: rows.collect(),
        note: None,
    }
}

fn standing(brief: &Brief) -> Table {
    let mut found: Vec<&Evidence> = brief.chain.standing.iter().collect();
    let place = |row: &Evidence| brief.chain.levels.iter().position(|(id, _)| Some(id) == row.class.as_ref());
    found.sort_by_key(|row| (std::cmp::Reverse(place(row)), row.opened_at, &row.record));
    let rows = found.into_iter().map(|row| {
        let (id, case) = case_of(brief, row);
        let level = place(row).map_or(String::new(), |at| brief.chain.levels[at].1.clone());
        vec![
            Cell::text(level),
            Cell::text(id),
            Cell::text(case.and_then(|case| case.title.clone()).unwrap_or_default()),
            Cell::text(row.category.clone().unwrap_or_default()),
            row.opened_at.map_or(Cell::Absent, |at| Cell::Day(at.date())),
            Cell::number(row.elapsed),
        ]
    });
    let mut columns = ["层级", "问题编号", "事项", "类别", "进入"].map(words).to_vec();
    columns.push(figures("已停留（天）"));
    Table {
        name: "standing".into(), caption: "期末仍在各层级的问题".into(), columns, rows: rows.collect(), note: None
    }
}
