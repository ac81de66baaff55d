//! `listed_<measure>`: the rows of a tally one by one, and what of a measure of milestones was not met. They name
//! enterprises, so they are for the internal edition; no row names a person.
//!
//! Complaints are listed by their number alone, never beside the enterprise that made them: those found true with the
//! unit that they are about; of a tally of graft alone, the others too, without it.
use std::collections::BTreeMap;

use super::complaints;
use crate::measures::Brief;
use crate::measures::brief::{Case, Complaint, Enterprise, Evidence, Measure};
use crate::measures::steps::{Milestone, State};
use crate::report::bulletin::view::subject;
use crate::report::document::{Cell, Column, Table, figures, words};

/// What the rows of a measure are records of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Complaints,
    Milestones,
    Cases,
    Enterprises,
}

/// Names by id.
struct Names<'a> {
    enterprises: BTreeMap<&'a str, &'a Enterprise>,
    cases: BTreeMap<&'a str, &'a Case>,
    complaints: BTreeMap<&'a str, &'a Complaint>,
    milestones: BTreeMap<String, &'a Milestone>,
}

/// Every such table, by the order of the rules.
pub fn tables(brief: &Brief) -> Vec<Table> {
    let names = Names {
        enterprises: brief.enterprises.iter().map(|e| (e.enterprise_id.as_str(), e)).collect(),
        cases: brief.cases.iter().map(|c| (c.case_id.as_str(), c)).collect(),
        complaints: brief.complaints.iter().map(|c| (c.complaint_id.as_str(), c)).collect(),
        milestones: brief.milestones.iter().map(|m| (m.record(), m)).collect(),
    };
    brief.measures.iter().filter_map(|measure| table(brief, measure, &names)).collect()
}

/// The rows that such tables list.
pub fn rows(brief: &Brief) -> impl Iterator<Item = &Evidence> {
    brief.measures.iter().flat_map(|measure| rows_of(brief, measure))
}

fn rows_of<'a>(brief: &'a Brief, measure: &Measure) -> Vec<&'a Evidence> {
    let mine = brief.evidence.iter().filter(|row| row.measure == measure.id);
    match measure.kind.as_str() {
        "tally" => mine.collect(),
        "deadline" => mine
            .filter(|row| row.record.starts_with("milestones/") && row.outcome.as_deref() == Some("breached"))
            .collect(),
        _ => Vec::new(),
    }
}

fn table(brief: &Brief, measure: &Measure, names: &Names<'_>) -> Option<Table> {
    let rows = rows_of(brief, measure);
    let of = match rows.first()?.record.split('/').next() {
        Some("complaints") => Of::Complaints,
        Some("milestones") => Of::Milestones,
        Some("cases" | "case_events") => Of::Cases,
        _ => Of::Enterprises,
    };
    let mut lines: Vec<(Vec<String>, Vec<Cell>)> = match of {
        Of::Complaints => complained(brief, &rows, names),
        Of::Milestones => rows.iter().filter_map(|row| late(row, names)).collect(),
        Of::Cases => rows.iter().map(|row| case(brief, row, names)).collect(),
        Of::Enterprises => rows.iter().map(|row| held(row, names)).collect(),
    };
    // By area, name, day: never by what came of it.
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    let said = &brief.place.words;
    let number = format!("{}编号", said.phrase("case"));
    let columns: Vec<Column> = match of {
        Of::Complaints => ["投诉编号", "收到", "类别", "被投诉单位", "核实", "结论"].map(words).to_vec(),
        Of::Milestones => {
            let mut columns = ["项目", "事项", "责任单位", "计划", "完成"].map(words).to_vec();
            columns.extend([figures("逾期（天）"), words("情况")]);
            columns
        }
        Of::Cases => {
            [number.as_str(), said.phrase("enterprise"), "事项", "类别", "日期", "责任单位", "现状"].map(words).to_vec()
        }
        Of::Enterprises => {
            [said.dimension("area"), said.phrase("enterprise"), "责任单位", "日期", "情况"].map(words).to_vec()
        }
    };
    let table = Table {
        name: format!("listed_{}", measure.id),
        caption: format!("{}清单", measure.name),
        columns,
        rows: lines.into_iter().map(|(_, cells)| cells).collect(),
        note: (of == Of::Complaints).then(|| "不列投诉企业；“被投诉单位”只列经核实属实、部分属实的。".to_owned()),
    };
    (!table.rows.is_empty()).then(|| without_empty(table))
}

/// Columns that say nothing in any row are left out.
fn without_empty(table: Table) -> Table {
    let said = |i: usize| table.rows.iter().any(|row| !matches!(&row[i], Cell::Text(text) if text.is_empty()));
    let kept: Vec<usize> = (0..table.columns.len()).filter(|i| said(*i)).collect();
    Table {
        columns: kept.iter().map(|i| table.columns[*i].clone()).collect(),
        rows: table.rows.iter().map(|row| kept.iter().map(|i| row[*i].clone()).collect()).collect(),
        ..table
    }
}

fn text(text: Option<&str>) -> Cell {
    Cell::text(text.unwrap_or_default())
}

fn complained(brief: &Brief, rows: &[&Evidence], names: &Names<'_>) -> Vec<(Vec<String>, Vec<Cell>)> {
    let found =
        rows.iter().filter_map(|row| Some((*row, *names.complaints.get(row.record.strip_prefix("complaints/")?)?)));
    let found: Vec<_> = found.collect();
    // What a tally of graft alone counts is listed whole, proven or not: that is what it is for.
    let chosen = found.iter().all(|(_, complaint)| complaint.category.as_deref() == Some("integrity"));
    let mut lines = Vec::new();
    for (row, complaint) in found {
        let proven = matches!(complaint.verdict.as_str(), "substantiated" | "partly");
        if !proven && !chosen {
            continue;
        }
        let verdict = brief.place.words.shown("verdict", &complaint.verdict);
        lines.push((
            vec![complaint.received_on.to_string(), complaint.complaint_id.clone()],
            vec![
                Cell::text(&complaint.complaint_id),
                Cell::Day(complaint.received_on),
                Cell::text(complaints::category(&brief.place.words, complaint.category.as_deref())),
                text(row.unit.as_deref().filter(|_| proven)),
                complaint.verified_on.map_or(Cell::Absent, Cell::Day),
                Cell::text(verdict),
            ],
        ));
    }
    lines
}

fn late(row: &Evidence, names: &Names<'_>) -> Option<(Vec<String>, Vec<Cell>)> {
    let step = names.milestones.get(&row.record)?;
    let name = enterprise(row, names);
    let unit = step.unit.as_deref().or(row.unit.as_deref());
    let cells = vec![
        Cell::text(&name),
        Cell::text(&step.milestone),
        text(unit),
        Cell::Day(step.planned_on),
        step.done_on.map_or(Cell::Absent, Cell::Day),
        step.days.map_or(Cell::Absent, Cell::Count),
        Cell::text(if step.state() == State::Late { State::Late.zh() } else { State::Overdue.zh() }),
    ];
    Some((vec![name, step.planned_on.to_string(), step.milestone.clone()], cells))
}

fn case(brief: &Brief, row: &Evidence, names: &Names<'_>) -> (Vec<String>, Vec<Cell>) {
    let id = row.record.split('/').nth(1).unwrap_or_default();
    let case = names.cases.get(id);
    let now = match case.map(|case| (case.settled_at, case.last_event.as_deref())) {
        Some((Some(_), Some("returned"))) => "已退回",
        Some((Some(_), Some("withdrawn"))) => "已撤回",
        Some((Some(_), _)) => "已办结",
        Some((None, _)) => "在办",
        None => "",
    };
    // What it was counted as: the level it reached, or its category.
    let counted = row.class.as_deref().or(row.category.as_deref());
    let counted = counted.map(|word| brief.place.words.shown("event", word).to_owned());
    let day = row.decided_on.or(row.done_at.map(|at| at.date()));
    let cells = vec![
        Cell::text(id),
        Cell::text(enterprise(row, names)),
        text(case.and_then(|case| case.title.as_deref())),
        Cell::text(counted.unwrap_or_default()),
        day.map_or(Cell::Absent, Cell::Day),
        Cell::text(subject(&brief.place.words, "unit", row.unit.as_deref(), None)),
        Cell::text(now),
    ];
    (vec![day.map(|day| day.to_string()).unwrap_or_default(), id.to_owned()], cells)
}

fn held(row: &Evidence, names: &Names<'_>) -> (Vec<String>, Vec<Cell>) {
    let name = enterprise(row, names);
    let area = row.enterprise_id.as_deref().and_then(|id| names.enterprises.get(id)).and_then(|e| e.area.as_deref());
    let day = row.done_at.map(|at| at.date()).or(row.decided_on);
    let cells = vec![
        text(area),
        Cell::text(&name),
        text(row.unit.as_deref()),
        day.map_or(Cell::Absent, Cell::Day),
        text(row.class.as_deref()),
    ];
    (vec![area.unwrap_or("\u{10ffff}").to_owned(), name], cells)
}

fn enterprise(row: &Evidence, names: &Names<'_>) -> String {
    let Some(id) = row.enterprise_id.as_deref() else { return String::new() };
    let name = names.enterprises.get(id).map(|e| e.name.as_str()).filter(|name| !name.is_empty());
    name.unwrap_or(id).to_owned()
}
