//! The annex workbook of a bulletin, which names nobody, and the internal one, which lists stewards.
//!
//! Evaluations are never listed one by one (背对背): in either workbook they are counts of equal answers, and groups of
//! few answers are left empty.
use std::collections::{BTreeMap, BTreeSet};

use super::bulletin::Edition;
use super::bulletin::tables::{self, DIMENSIONS, outcome_names};
use super::bulletin::view::{class_name, rate_name, subject};
use super::document::{Cell, Table};
use super::ratings::{MINIMUM_ANSWERS, Ratings};
use super::{ReportError, format, wall};
use crate::measures::Brief;
use crate::measures::brief::{Figure, Measure};
use crate::sheet::write::{Bars, Book, Column, Sheet, Value, bytes, illustrated};

mod evidence;
mod projects;

pub use evidence::evidence_of_measure;
use evidence::{answers, evidence};

/// The annex: figures by every dimension, month by month, definitions, and internally the evidence. No person, no id of one.
pub fn annex(brief: &Brief, ratings: &Ratings<'_>, edition: Edition) -> Result<Vec<u8>, ReportError> {
    let mut sheets = vec![overview(brief, ratings)];
    for by in DIMENSIONS {
        let header = brief.place.words.dimension(by);
        sheets.extend(by_dimension(brief, ratings, by, header));
    }
    sheets.push(months(brief, ratings));
    sheets.extend(load(brief));
    sheets.extend(policies(brief));
    sheets.extend(phone(brief));
    sheets.extend(projects::tabled(brief, ratings, edition));
    sheets.push(notes(brief));
    match edition {
        Edition::Internal => {
            sheets.extend(projects::steps(brief));
            sheets.extend(evidence(brief, ratings, false));
        }
        // Rows would name enterprises and cases.
        Edition::Public => {
            let rated = brief.measures.iter().filter(|measure| ratings.is_rating(&measure.id));
            sheets.extend(rated.filter_map(|measure| answers(brief, ratings, measure)));
        }
    }
    let pictures = if edition == Edition::Internal { wall::pictures(brief)? } else { Vec::new() };
    Ok(illustrated(&book_of(brief, "附表", sheets), &pictures)?)
}

/// The internal workbook: stewards in the order of their units, and evidence with the ids of those who answer.
pub fn internal(brief: &Brief, ratings: &Ratings<'_>) -> Result<Vec<u8>, ReportError> {
    let mut sheets = vec![stewards(brief, ratings)];
    sheets.extend(evidence(brief, ratings, true));
    book(brief, "内部附表", sheets)
}

pub fn book(brief: &Brief, what: &str, sheets: Vec<Sheet>) -> Result<Vec<u8>, ReportError> {
    Ok(bytes(&book_of(brief, what, sheets))?)
}

fn book_of(brief: &Brief, what: &str, sheets: Vec<Sheet>) -> Book {
    let work = brief.place.words.phrase("work");
    let title = format!("{}{}{work}工作情况通报{what}", brief.place.place, brief.period.zh());
    Book { title, created: brief.as_of, sheets }
}

pub fn heading(brief: &Brief, what: &str) -> String {
    format!("{}{}{what}（截至{}）", brief.place.place, brief.period.zh(), format::as_of(brief.as_of))
}

/// A document's table as a sheet: its numbers as numbers.
pub fn sheet_of(table: &Table, name: &str, title: String) -> Sheet {
    let rows = table.rows.iter().map(|row| row.iter().map(value).collect()).collect();
    Sheet {
        name: name.into(),
        title,
        columns: table.columns.iter().map(|column| Column::new(&column.header)).collect(),
        rows,
        notes: table.note.iter().cloned().collect(),
        chart: None,
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) if text == format::ABSENT => Value::Empty,
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Count(n) => Value::Whole(*n),
        Cell::Share(share) => Value::Share(*share),
        Cell::Points(points) => Value::Number(*points),
        Cell::Number(number) => Value::Number(*number),
        Cell::Day(day) => Value::Day(*day),
        Cell::Instant(at) => Value::Instant(*at),
        Cell::Absent => Value::Empty,
        Cell::Suppressed => Value::Text("＊".into()),
    }
}

/// The district: rated measures first, so that the chart beside them has one axis.
fn overview(brief: &Brief, ratings: &Ratings<'_>) -> Sheet {
    let previous = format::previous(brief.period);
    let mut pairs: Vec<_> = brief.measures.iter().zip(&brief.district).collect();
    let rated = |figure: &Figure| figure.share().is_some();
    pairs.sort_by_key(|(_, change)| !rated(&ratings.shown(&change.now)));
    let rows: Vec<Vec<Value>> = pairs
        .iter()
        .map(|(measure, change)| {
            let now = ratings.shown(&change.now);
            let then = |figure: &Option<Figure>| figure.as_ref().map(|figure| ratings.shown(figure));
            let (before, year) = (then(&change.previous), then(&change.year_before));
            let points = |other: &Option<Figure>| match other.as_ref().and_then(Figure::share).zip(now.share()) {
                Some((before, now)) => Value::Number(format::tenths(now, before) as f64 / 10.0),
                None => Value::Empty,
            };
            let mut row = vec![Value::from(measure.name.as_str()), Value::share(now.share())];
            row.extend(counts(&now));
            row.extend([Value::share(now.ci_low), Value::share(now.ci_high)]);
            row.extend([now.mean, now.median, now.p90, now.max].map(Value::number));
            row.extend([Value::share(before.as_ref().and_then(Figure::share)), points(&before)]);
            row.extend([Value::share(year.as_ref().and_then(Figure::share)), points(&year)]);
            row.push(Value::share(measure.standard.map(|s| s.p0)));
            row
        })
        .collect();
    let headers = [
        "指标",
        "比率",
        "分母",
        "达到",
        "未达到",
        "未到期",
        "无法判定",
        "延期",
        "95%下限",
        "95%上限",
        "平均",
        "中位",
        "九成以内",
        "最大",
    ];
    let mut columns: Vec<Column> = headers.map(Column::new).to_vec();
    columns[1] = columns[1].clone().bars();
    columns.extend(
        [
            previous.to_owned(),
            format!("较{previous}\n（百分点）"),
            "上年同期".into(),
            "较上年同期\n（百分点）".into(),
            "标准".into(),
        ]
        .map(Column::new),
    );
    let charted = pairs.iter().filter(|(_, change)| rated(&ratings.shown(&change.now))).count() as u32;
    Sheet {
        name: "总览".into(),
        title: heading(brief, "主要指标"),
        columns,
        rows,
        notes: vec!["空白表示无此数据。没有比率的指标（如投诉）见“分母”，为件数。".into()],
        chart: (charted > 0).then(|| Bars { title: "比率".into(), labels: 0, values: 1, rows: charted }),
    }
}

/// n, met, breached, pending, unmeasurable, extended
fn counts(figure: &Figure) -> [Value; 6] {
    [Some(figure.n), figure.met, figure.breached, figure.pending, figure.unmeasurable, figure.extended].map(Value::from)
}

/// Columns of a table of figures by something: measure, what it is by, and [`folded`].
fn folded_columns(by: &str) -> Vec<Column> {
    let counted = ["分母", "达到", "未达到", "未到期", "无法判定", "延期"].map(Column::new);
    let rated = ["95%下限", "95%上限", "平均", "九成以内"].map(Column::new);
    let mut columns = vec![Column::new("指标"), Column::new(by)];
    columns.extend(counted);
    columns.push(Column::new("比率").bars());
    columns.extend(rated);
    columns
}

/// A figure under [`folded_columns`].
fn folded(figure: &Figure) -> Vec<Value> {
    let mut cells = counts(figure).to_vec();
    cells.extend([figure.share(), figure.ci_low, figure.ci_high].map(Value::share));
    cells.extend([figure.mean, figure.p90].map(Value::number));
    cells
}

fn by_dimension(brief: &Brief, ratings: &Ratings<'_>, by: &str, header: &str) -> Option<Sheet> {
    let mut rows = Vec::new();
    for cut in brief.cuts.iter().filter(|cut| cut.by == by && ratings.has_cut(&cut.measure, by)) {
        let Some(measure) = brief.measures.iter().find(|m| m.id == cut.measure) else { continue };
        for figure in &cut.now {
            let now = ratings.shown(figure);
            let before = cut.previous.iter().find(|f| f.subject_id == figure.subject_id);
            let before = before.and_then(|before| ratings.shown(before).share());
            let mut row = vec![
                Value::from(measure.name.as_str()),
                Value::from(
                    subject(&brief.place.words, by, figure.subject_id.as_deref(), figure.subject_name.as_deref())
                        .as_str(),
                ),
            ];
            row.extend(folded(&now));
            row.push(Value::share(before));
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return None;
    }
    let mut columns = folded_columns(header);
    columns.push(Column::new(format::previous(brief.period)));
    Some(Sheet {
        name: format!("按{}", header.trim_end_matches("（区域）")),
        title: heading(brief, &format!("各{header}情况")),
        columns,
        rows,
        notes: vec![format!("按名称排列，不作排名。评价不足{}条或可由合计推算的，不列结果。", MINIMUM_ANSWERS)],
        chart: None,
    })
}

fn months(brief: &Brief, ratings: &Ratings<'_>) -> Sheet {
    let mut rows = Vec::new();
    for measure in &brief.measures {
        for figure in brief.series.get(&measure.id).into_iter().flatten() {
            let figure = ratings.shown(figure);
            let mut row = vec![Value::from(measure.name.as_str()), Value::Day(figure.period.first())];
            row.extend(folded(&figure));
            rows.push(row);
        }
    }
    let columns = folded_columns("月份（首日）");
    Sheet { name: "逐月".into(), title: heading(brief, "逐月情况"), columns, rows, ..Sheet::default() }
}

/// How many stewards hold how many, by class; nobody is named.
fn load(brief: &Brief) -> Option<Sheet> {
    let measure = brief.measures.iter().find(|m| m.kind == "load")?;
    let count = format!("{}企业数", brief.place.words.phrase("serve"));
    let mut held: BTreeMap<i64, i64> = BTreeMap::new();
    for row in brief.evidence.iter().filter(|row| row.measure == measure.id) {
        if let Some(value) = row.value {
            *held.entry(value.round() as i64).or_default() += 1;
        }
    }
    let total: i64 = held.values().sum();
    let share = |n: i64| Value::share((total > 0).then(|| n as f64 / total as f64));
    let mut rows: Vec<Vec<Value>> = held
        .iter()
        .map(|(held, n)| vec![Value::from(count.as_str()), Value::Whole(*held), Value::Whole(*n), share(*n)])
        .collect();
    if let Some(cut) = brief.cuts.iter().find(|cut| cut.measure == measure.id && cut.by == "class") {
        rows.extend(cut.now.iter().map(|figure| {
            let name = class_name(&brief.place.words, "load", figure);
            vec![Value::from("分布"), Value::from(name.as_str()), Value::Whole(figure.n), share(figure.n)]
        }));
    }
    Some(Sheet {
        name: format!("{}分布", brief.place.words.phrase("steward")),
        title: heading(brief, &format!("{}{count}分布", brief.place.main_role)),
        columns: vec![
            Column::new("项目"),
            Column::new(format!("{count}／情况")),
            Column::new("人数（名）"),
            Column::new("占比").bars(),
        ],
        rows,
        notes: vec![measure.rule.clone()],
        chart: None,
    })
}

/// Definitions and what came in.
fn notes(brief: &Brief) -> Sheet {
    let definitions = tables::definitions(brief);
    let mut sheet = sheet_of(&definitions, "统计说明", heading(brief, "统计说明"));
    for (column, width) in sheet.columns.iter_mut().zip([20.0, 72.0, 24.0, 24.0, 20.0]) {
        column.width = Some(width);
    }
    let local = brief.measures.iter().filter(|m| !m.local.is_empty());
    sheet.notes.extend(local.map(|m| format!("本地设定：{}的{}，文件未作规定。", m.name, m.local.join("、"))));
    let (mut rows, mut quarantined) = (0, 0);
    for file in &brief.received.files {
        rows += file.rows;
        quarantined += file.quarantined;
    }
    let paths: BTreeSet<&str> = brief.received.files.iter().map(|f| f.path.as_str()).collect();
    sheet.notes.push(format!("数据：{}个文件{rows}行，隔离{quarantined}行，批次{}。", paths.len(), brief.known_at));
    sheet.notes.extend(brief.warnings.iter().cloned());
    sheet
}

/// Each policy's way to the enterprises it is for.
fn policies(brief: &Brief) -> Option<Sheet> {
    let table = brief.measures.iter().find_map(|measure| tables::policies(brief, measure))?;
    Some(sheet_of(&table, "政策", heading(brief, &table.caption)))
}

/// Draw, response and outcomes of phone visits.
fn phone(brief: &Brief) -> Vec<Sheet> {
    let names = ["电话回访抽样", "电话回访结果"];
    let tables = super::phone::tables(brief);
    let sheet = |(table, name): (&Table, &str)| sheet_of(table, name, heading(brief, &table.caption));
    tables.iter().zip(names).map(sheet).collect()
}

/// Stewards with their figures, by unit and id; never by a rate.
fn stewards(brief: &Brief, ratings: &Ratings<'_>) -> Sheet {
    let mut people: Vec<_> = brief.people.iter().collect();
    people.sort_by(|a, b| (&a.unit, &a.person_id).cmp(&(&b.unit, &b.person_id)));
    let mut columns = ["单位", "人员编号", "姓名", "职级"].map(Column::new).to_vec();
    columns.push(Column::new(format!("{}企业数", brief.place.words.phrase("serve"))));
    let cuts: Vec<(&Measure, BTreeMap<&str, Figure>)> = brief
        .measures
        .iter()
        .filter_map(|measure| {
            let cut = brief.cuts.iter().find(|cut| cut.measure == measure.id && cut.by == "person")?;
            let figures = cut.now.iter().filter_map(|f| Some((f.subject_id.as_deref()?, ratings.shown(f)))).collect();
            Some((measure, figures))
        })
        .filter(|(measure, ..)| measure.kind != "load" && measure.kind != "coverage")
        .collect();
    for (measure, ..) in &cuts {
        let [total, met, _] = outcome_names(&measure.kind);
        columns.push(Column::new(format!("{}：{total}", measure.name)));
        if !matches!(measure.kind.as_str(), "tally" | "stay" | "slip") {
            columns.push(Column::new(format!("{}：{met}", measure.name)));
            columns.push(Column::new(format!("{}：{}", measure.name, rate_name(&measure.kind))).bars());
        }
    }
    let rows = people.iter().map(|person| {
        let mut row = vec![
            Value::from(person.unit.as_deref()),
            Value::from(person.person_id.as_str()),
            Value::from(person.name.as_str()),
            Value::from(person.rank.as_deref()),
            Value::Whole(person.holds.len() as i64),
        ];
        for (measure, figures) in &cuts {
            let shown = figures.get(person.person_id.as_str());
            row.push(Value::from(shown.map(|f| f.n)));
            if !matches!(measure.kind.as_str(), "tally" | "stay" | "slip") {
                row.push(Value::from(shown.and_then(|f| f.met)));
                row.push(Value::share(shown.and_then(|f| f.share())));
            }
        }
        row
    });
    Sheet {
        name: brief.place.words.phrase("steward").into(),
        title: heading(brief, &format!("{}情况（内部使用）", brief.place.main_role)),
        columns,
        rows: rows.collect(),
        notes: vec![
            "按单位和人员编号排列，不作排名；数量少的，比率受偶然因素影响大。".into(),
            format!("评价不足{}条或可由合计推算的，不列结果。", MINIMUM_ANSWERS),
        ],
        chart: None,
    }
}
