//! Evidence rows as a table: one line per obligation, score or act, with what its time stamps say.
use super::book::Book;
use super::table::{Cell, Column, Row, Table};
use super::words;
use crate::measures::brief::{Evidence, Measure};
use crate::report::format;

/// What a table of rows leaves out because the page says it already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Without {
    Nothing,
    /// The one who answers.
    Person,
}

/// Rows of one measure; `up` leads to the period's folder. Never called for ratings.
pub fn table(book: &Book, measure: &Measure, rows: &[&Evidence], id: &str, without: Without, up: &str) -> Table {
    let kind = measure.kind.as_str();
    let columns = vec![
        Column::text(if kind == "cadence" { "周期" } else { "记录" }).sorted(),
        Column::text("结果").sorted().filtered(),
        Column::text("事项"),
        Column::text("企业").sorted(),
        Column::text("责任人").sorted(),
        Column::text("单位").sorted().filtered(),
        Column::text(words::opened(kind)).sorted(),
        Column::text("期限").sorted(),
        Column::text(if kind == "continuity" { "接任" } else { "完成" }).sorted(),
        Column::number(words::value(kind, &measure.unit)).sorted(),
        Column::text("类别").filtered(),
        Column::text("等次").filtered(),
        Column::text("渠道").filtered(),
        Column::text("标记"),
    ];
    let mut table = Table::new(id, format!("{}：明细 {} 行", measure.name, rows.len()), columns);
    table.tools = rows.len() > 8;
    for row in rows {
        table.rows.push(line(book, measure, row, without, up));
    }
    table.without_empty_columns()
}

fn line(book: &Book, measure: &Measure, row: &Evidence, without: Without, up: &str) -> Row {
    let kind = measure.kind.as_str();
    let case = book.case_of(row);
    // A complainant is never named beside the one complained about.
    let complaint = row.record.starts_with("complaints/");
    let enterprise = row.enterprise_id.as_deref().filter(|_| !complaint);
    let enterprise =
        enterprise.map_or_else(String::new, |id| book.enterprise(id).map_or(id.to_owned(), |e| e.name.clone()));
    let hours = measure.unit == "小时";
    let stamp = |at: chrono::NaiveDateTime| {
        if hours { at.format("%Y-%m-%d %H:%M").to_string() } else { format::iso(at.date()) }
    };
    let person = match (&row.person_id, without) {
        (_, Without::Person) => Cell::default(),
        (Some(id), _) => {
            let name = book.person(id).map_or(id.as_str(), |p| p.name.as_str());
            Cell::link(name, book.steward_page(id).map(|page| format!("{up}{page}")))
        }
        (None, _) => Cell::default(),
    };
    let unit = match (&row.unit, &row.person_id, without) {
        (_, _, Without::Person) => String::new(),
        (Some(unit), ..) => unit.clone(),
        (None, None, _) if answered(book, measure) => book.words().phrase("vacuum").into(),
        _ => String::new(),
    };
    let due = match (row.due_at, row.due_day) {
        (Some(at), _) if hours => stamp(at),
        (_, Some(day)) => format::iso(day),
        _ => String::new(),
    };
    let slot = Book::slot(row).filter(|_| kind == "cadence");
    let (outcome, class) = words::outcome(kind, row);
    let shown = |by: &str, word: &Option<String>| {
        word.as_deref().map_or_else(String::new, |w| words::shown(book.words(), by, w))
    };
    let cells = vec![
        match slot {
            Some(slot) => Cell::of(slot.zh()),
            None => Cell::of(key(row)),
        },
        Cell::of(outcome).class(class),
        Cell::of(case.and_then(|c| c.title.clone()).unwrap_or_default()).class("wide"),
        Cell::of(enterprise).class("wide"),
        person,
        Cell::of(unit),
        match slot {
            Some(slot) => Cell::of(format!("{}～{}", slot.first().format("%m-%d"), slot.last().format("%m-%d"))),
            None => Cell::of(row.opened_at.map_or_else(String::new, stamp)),
        },
        Cell::of(if slot.is_some() && row.due_day == row.decided_on { String::new() } else { due }),
        Cell::of(row.done_at.map_or_else(String::new, stamp)),
        Cell::of(row.value.map_or_else(String::new, format::number)),
        Cell::of(shown("category", &row.category)),
        Cell::of(shown("class", &row.class)),
        Cell::of(shown("channel", &row.channel)),
        Cell::of(marks(book, row, measure)).class("wide"),
    ];
    cells.into()
}

/// The record's own key: `Q000123`, `E0001／steward／2026-10-03`.
pub fn key(row: &Evidence) -> String {
    row.record.split_once('/').map_or(row.record.as_str(), |(_, key)| key).replace('/', "／")
}

/// Whether somebody is meant to answer for a measure's rows at all.
fn answered(book: &Book, measure: &Measure) -> bool {
    book.rows(&measure.id).iter().any(|r| r.unit.is_some() || r.person_id.is_some())
}

fn marks(book: &Book, row: &Evidence, measure: &Measure) -> String {
    let mut marks = Vec::new();
    if row.shared {
        marks.push(format!("多人{}", book.words().phrase("serve")));
    }
    if row.extended {
        marks.push("已延期".to_owned());
    }
    if row.paused > 0.0 {
        marks.push(format!("有暂停（顺延{}{}）", format::number(row.paused), measure.unit));
    }
    marks.join("、")
}
