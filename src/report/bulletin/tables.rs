//! The tables that a bulletin's template can name.
//!
//! `overview`, `topic_<topic>`, `<dimension>_<measure>` (unit, area, category, industry, tier, stage, channel),
//! `class_<measure>`, `policies_<measure>`, those of [`chain`], `definitions`, `received`, `reasons`; `matrix_unit`,
//! `matrix_area` (and `…_2` where there are many measures), `roles`, `clocks`, `hours_<measure>`,
//! `complaints_categories`. In the internal edition only, since they name people, enterprises or cases:
//! `matrix_person`, `listed_<measure>`, `projects`, `steps_late`, `supervised`, `standing`.
use std::collections::{BTreeMap, BTreeSet};

use super::Edition;
use super::view::{class_name, noun, rate_name, rate_title, subject};
use crate::measures::Brief;
use crate::measures::brief::{Cut, Figure, Measure};
use crate::report::document::{Cell, Column, Table, figures, words};
use crate::report::policies::reach;
use crate::report::ratings::{MINIMUM_ANSWERS, Ratings};
use crate::report::{chain, format, phone};
use crate::tables::{Dictionary, Wording};

mod clocks;
pub mod complaints;
pub mod listed;
mod matrix;
pub mod projects;
mod roles;

/// Dimensions that are printed; a place says what heads their column.
pub const DIMENSIONS: [&str; 7] = ["unit", "category", "area", "industry", "tier", "stage", "channel"];

/// Every table that an edition may print, by name.
pub fn all(brief: &Brief, ratings: &Ratings<'_>, edition: Edition) -> BTreeMap<String, Table> {
    let mut tables = anybody(brief, ratings);
    if edition == Edition::Internal {
        tables.extend(internal(brief, ratings));
    }
    tables.into_iter().map(|table| (table.name.clone(), table)).collect()
}

/// Those that name people, enterprises or cases.
fn internal(brief: &Brief, ratings: &Ratings<'_>) -> Vec<Table> {
    let mut tables = matrix::people(brief, ratings);
    tables.extend(listed::tables(brief));
    tables.extend(projects::projects(brief));
    tables.extend(projects::late(brief));
    tables.extend(chain::listed(brief));
    tables
}

/// Those that name nobody.
fn anybody(brief: &Brief, ratings: &Ratings<'_>) -> Vec<Table> {
    let mut tables = vec![overview(brief, ratings), definitions(brief), received(brief), reasons(brief)];
    let topics: BTreeSet<&str> = brief.measures.iter().map(|m| m.topic.as_str()).collect();
    tables.extend(topics.into_iter().map(|name| topic(brief, ratings, name)));
    tables.extend(brief.measures.iter().filter_map(|measure| policies(brief, measure)));
    for cut in &brief.cuts {
        let Some(measure) = brief.measures.iter().find(|m| m.id == cut.measure) else { continue };
        // One unit that always answers (a bureau that verifies) is no roll-up; ratings of which none may be shown, no table.
        let alone = cut.by == "unit" && cut.now.len() < 2;
        let told = |figure: &Figure| figure.n > 0 && ratings.hidden(figure).is_none();
        let nothing = ratings.is_rating(&cut.measure) && !cut.now.iter().any(told);
        if alone || nothing || !ratings.has_cut(&cut.measure, &cut.by) {
            continue;
        }
        if cut.by == "class" {
            tables.push(classes(brief, measure, cut));
        } else if let Some(by) = DIMENSIONS.iter().find(|by| **by == cut.by) {
            tables.push(table_by(brief, ratings, measure, cut, by));
        }
    }
    let cases = |m: &Measure| matches!(m.topic.as_str(), "timeliness" | "escalation");
    tables.push(definitions_of(brief, "definitions_cases", cases));
    tables.extend(chain::tables(brief));
    tables.extend(phone::tables(brief));
    for by in ["unit", "area"] {
        let header = brief.place.words.dimension(by);
        tables.extend(matrix::by(brief, ratings, by, header));
    }
    tables.extend(roles::table(brief));
    tables.extend(clocks::clocks(brief));
    tables.extend(clocks::hours(brief));
    tables.extend(complaints::table(brief));
    tables
}

/// What the columns of met and breached are called for a kind.
pub fn outcome_names(kind: &str) -> [&'static str; 3] {
    match kind {
        "deadline" => ["应办", "按时", "逾期"],
        "cadence" => ["应完成", "已完成", "未完成"],
        "score" => ["评价数", "满意", "不满意"],
        "completeness" => ["应填", "完整", "缺项"],
        "coverage" | "load" => ["总数", "符合", "不符合"],
        "continuity" => ["变更", "无空档", "有空档"],
        _ => ["总数", "达到", "未达到"],
    }
}

fn overview(brief: &Brief, ratings: &Ratings<'_>) -> Table {
    let (this, previous) = (format::this(brief.period), format::previous(brief.period));
    let rows = brief.measures.iter().zip(&brief.district).map(|(measure, change)| {
        let then = |figure: &Option<Figure>| figure.as_ref().map(|figure| ratings.shown(figure));
        let (now, before, year) = (ratings.shown(&change.now), then(&change.previous), then(&change.year_before));
        let name = Cell::text(if rated(&now) { rate_title(measure) } else { measure.name.clone() });
        let mut row = vec![name, Cell::Count(now.n), main(&now)];
        for other in [&before, &year] {
            row.push(other.as_ref().map_or(Cell::Absent, main));
            row.push(other.as_ref().map_or(Cell::Absent, |other| difference(&now, other)));
        }
        row.push(measure.standard.map_or(Cell::Absent, |s| Cell::text(format::standard(s.p0))));
        row
    });
    let mut columns = vec![words("指标")];
    columns.extend(["分母", this, previous, "增减", "上年同期", "增减", "标准"].map(figures));
    Table {
        name: "overview".into(),
        caption: format!("{}主要指标", brief.period.zh()),
        columns,
        rows: rows.collect(),
        note: Some("比率的增减为百分点，计数的增减为件数；“—”表示无此数据。标准为本地设定的，见统计说明。".into()),
    }
}

fn rated(figure: &Figure) -> bool {
    !matches!(figure.kind.as_str(), "tally" | "stay" | "slip")
}

/// The figure that stands for a measure: its rate, or its count.
fn main(figure: &Figure) -> Cell {
    if rated(figure) { Cell::share(figure.rate) } else { Cell::Count(figure.n) }
}

fn difference(now: &Figure, other: &Figure) -> Cell {
    match (rated(now), now.n - other.n) {
        (true, _) => Cell::points(now.rate, other.rate),
        (false, 0) => Cell::text("持平"),
        (false, more) => Cell::text(format!("{more:+}").replace('-', "−")),
    }
}

/// The measures of one topic with numerator, interval and durations.
fn topic(brief: &Brief, ratings: &Ratings<'_>, topic: &str) -> Table {
    let mut rows = Vec::new();
    let mut kinds = BTreeSet::new();
    for (measure, change) in brief.measures.iter().zip(&brief.district).filter(|(m, _)| m.topic == topic) {
        let now = ratings.shown(&change.now);
        kinds.insert(measure.kind.as_str());
        rows.push(vec![
            Cell::text(&measure.name),
            Cell::Count(now.n),
            Cell::count(now.met),
            Cell::count(now.breached),
            Cell::count(now.pending),
            Cell::share(now.share()),
            Cell::text(format::interval(now.ci_low, now.ci_high)),
            Cell::number(now.mean),
            Cell::number(now.p90),
        ]);
    }
    let [total, met, breached] = match kinds.iter().next() {
        Some(kind) if kinds.len() == 1 => outcome_names(kind),
        _ => outcome_names(""),
    };
    let mut columns = vec![words("指标")];
    columns.extend([total, met, breached, "未到期", "比率", "95%区间", "平均", "九成以内"].map(figures));
    Table {
        name: format!("topic_{topic}"),
        caption: "分项情况".into(),
        columns,
        rows,
        note: Some("“平均”“九成以内”为已办结事项的用时或数量。".into()),
    }
}

/// One measure by one dimension, subjects in the order of the brief; small groups of ratings hidden.
fn table_by(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure, cut: &Cut, by: &str) -> Table {
    let words_of = &brief.place.words;
    let header = words_of.dimension(by);
    let hidden = |figure: &Figure| ratings.hidden(figure).is_some();
    let tally = measure.kind == "tally";
    // Days of stays and of steps behind their plan: how long, and of how many.
    let long = matches!(measure.kind.as_str(), "stay" | "slip");
    let timed = matches!(measure.kind.as_str(), "deadline" | "completeness");
    let rows = cut.now.iter().map(|figure| {
        let before = cut.previous.iter().find(|f| f.subject_id == figure.subject_id);
        let shown_before = before.filter(|before| !hidden(before));
        let name = Cell::text(subject(words_of, by, figure.subject_id.as_deref(), figure.subject_name.as_deref()));
        if long {
            let mut row = vec![name, Cell::Count(figure.n)];
            row.extend([figure.mean, figure.median, figure.max, before.and_then(|f| f.mean)].map(Cell::number));
            return row;
        }
        if tally {
            let before = before.map(|before| before.n);
            let change = before.map_or(Cell::Absent, |before| match figure.n - before {
                0 => Cell::text("持平"),
                more => Cell::text(format!("{more:+}").replace('-', "−")),
            });
            return vec![name, Cell::Count(figure.n), Cell::count(before), change];
        }
        let hide = |cell: Cell| if hidden(figure) { Cell::Suppressed } else { cell };
        let mut row =
            vec![name, Cell::Count(figure.n), hide(Cell::count(figure.met)), hide(Cell::count(figure.breached))];
        if timed {
            row.push(Cell::count(figure.pending));
        }
        row.push(hide(Cell::share(figure.rate)));
        row.push(hide(Cell::text(format::interval(figure.ci_low, figure.ci_high))));
        row.push(match before {
            Some(before) if hidden(before) => Cell::Suppressed,
            _ => Cell::share(shown_before.and_then(|f| f.rate)),
        });
        row.push(hide(Cell::points(figure.rate, shown_before.and_then(|f| f.rate))));
        row
    });
    let previous = format::previous(brief.period);
    let mut columns: Vec<Column> = vec![words(header)];
    if long {
        let days = |what: &str| figures(format!("{what}（{}）", measure.unit));
        columns.push(figures("数量"));
        columns.extend(["平均", "中位", "最大"].map(days));
        columns.push(days(&format!("{previous}平均")));
    } else if tally {
        columns.extend(["件数", previous, "增减"].map(figures));
    } else {
        columns.extend(outcome_names(&measure.kind).map(figures));
        columns.extend(timed.then(|| figures("未到期")));
        columns.extend([rate_name(&measure.kind), "95%区间", previous, "增减"].map(figures));
    }
    let some_hidden = cut.now.iter().chain(&cut.previous).any(hidden);
    let note =
        some_hidden.then(|| format!("“＊”：评价不足{}条，或可由合计推算，按“背对背”要求不列出。", MINIMUM_ANSWERS));
    Table {
        name: format!("{by}_{}", measure.id),
        caption: format!("{}情况（按{header}）", measure.name),
        columns,
        rows: rows.collect(),
        note,
    }
}

/// How many rows have each class.
fn classes(brief: &Brief, measure: &Measure, cut: &Cut) -> Table {
    let total: i64 = cut.now.iter().map(|f| f.n).sum();
    let rows = cut.now.iter().filter(|f| f.n > 0).map(|figure| {
        let share = (total > 0).then(|| figure.n as f64 / total as f64);
        vec![
            Cell::text(class_name(&brief.place.words, &measure.kind, figure)),
            Cell::Count(figure.n),
            Cell::share(share),
        ]
    });
    let count = match noun(&measure.kind) {
        "名" => "人数（名）",
        "家" => "企业数（家）",
        _ => "件数（件）",
    };
    Table {
        name: format!("class_{}", measure.id),
        caption: format!("{}分布", measure.name),
        columns: vec![words("情况"), figures(count), figures("占比")],
        rows: rows.collect(),
        note: None,
    }
}

/// Each policy's way to the enterprises it is for; none for measures of something else.
pub fn policies(brief: &Brief, measure: &Measure) -> Option<Table> {
    let reach = reach(brief, measure);
    let rows = reach.iter().map(|policy| {
        vec![
            Cell::text(policy.title),
            policy.issued_on.map_or(Cell::Absent, Cell::Day),
            Cell::Count(policy.n()),
            Cell::Count(policy.in_time),
            Cell::Count(policy.late),
            Cell::Count(policy.missed),
            Cell::Count(policy.pending),
            Cell::share(policy.share()),
        ]
    });
    let mut columns = vec![words("政策")];
    columns.extend(["印发日期", "应推送（家）", "按时", "逾期送达", "未送达", "未到期", "按时率"].map(figures));
    Some(Table {
        name: format!("policies_{}", measure.id),
        caption: "各项政策推送情况".into(),
        columns,
        rows: rows.collect(),
        note: None,
    })
    .filter(|table: &Table| !table.rows.is_empty())
}

/// Each measure's rule in words, who answers, and where it is written.
pub fn definitions(brief: &Brief) -> Table {
    definitions_of(brief, "definitions", |_| true)
}

/// Those of some measures.
fn definitions_of(brief: &Brief, name: &str, of: impl Fn(&Measure) -> bool) -> Table {
    let rows = brief.measures.iter().filter(|measure| of(measure)).map(|measure| {
        let standard = measure.standard.map_or(String::new(), |s| {
            let local = if s.local { "（本地设定）" } else { "" };
            format!("{}{local}", format::standard(s.p0))
        });
        vec![
            Cell::text(&measure.name),
            Cell::text(&measure.rule),
            Cell::text(&measure.answers),
            Cell::text(&measure.provision),
            Cell::text(standard),
        ]
    });
    Table {
        name: name.into(),
        caption: "指标口径".into(),
        columns: ["指标", "口径", "责任主体", "依据", "标准"].map(words).to_vec(),
        rows: rows.collect(),
        note: Some(format!("“依据”为{}的条款。", brief.place.document)),
    }
}

/// What came in, by kind of export.
fn received(brief: &Brief) -> Table {
    let mut kinds: BTreeMap<&str, [u64; 6]> = BTreeMap::new();
    for file in &brief.received.files {
        let sums = kinds.entry(file.kind.as_deref().unwrap_or("")).or_default();
        let parts = [1, file.rows, file.accepted, file.unchanged, file.quarantined, file.skipped];
        sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
    }
    let rows = kinds.into_iter().map(|(kind, sums)| {
        let mut row = vec![Cell::text(table_title(&brief.place.words, kind))];
        row.extend(sums.map(|n| Cell::Count(n as i64)));
        row
    });
    let mut columns = vec![words("数据")];
    columns.extend(["文件（表）", "行数", "接收", "未变", "隔离", "略过"].map(figures));
    Table {
        name: "received".into(),
        caption: "数据接收情况".into(),
        columns,
        rows: rows.collect(),
        note: Some(
            "“未变”为与已有记录相同的行；“隔离”为未通过校验、未进入统计的行；“略过”为标题、空白、合计等行。".into(),
        ),
    }
}

/// Why rows were refused, most frequent first.
fn reasons(brief: &Brief) -> Table {
    let mut reasons: Vec<_> = brief.received.reasons.iter().collect();
    reasons.sort_by(|a, b| {
        b.count.cmp(&a.count).then_with(|| (&a.kind, &a.column, &a.rule).cmp(&(&b.kind, &b.column, &b.rule)))
    });
    let rows = reasons.into_iter().map(|reason| {
        vec![
            Cell::text(table_title(&brief.place.words, &reason.kind)),
            Cell::text(column_title(&reason.kind, &reason.column)),
            Cell::text(reason.title()),
            Cell::Count(reason.count as i64),
        ]
    });
    Table {
        name: "reasons".into(),
        caption: "隔离原因".into(),
        columns: vec![words("数据"), words("字段"), words("原因"), figures("行数")],
        rows: rows.collect(),
        note: None,
    }
}

/// An export's name as bureaus say it.
pub fn table_title(words: &Wording, kind: &str) -> String {
    match kind {
        "" => "无法识别的文件".into(),
        kind if words.known("export", kind).is_some() => words.shown("export", kind).to_owned(),
        kind => Dictionary::shipped().table(kind).map_or_else(|| kind.to_owned(), |t| t.title.clone()),
    }
}

fn column_title(kind: &str, column: &str) -> String {
    let column_of =
        |t: &crate::tables::Table| t.columns.iter().find(|c| c.name == column).and_then(|c| c.headers.first().cloned());
    Dictionary::shipped().table(kind).and_then(column_of).unwrap_or_else(|| column.to_owned())
}
