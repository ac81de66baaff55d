//! `complaints_categories`: complaints by category and verdict, counts only.
use std::collections::{BTreeMap, BTreeSet};

use crate::measures::Brief;
use crate::measures::brief::Complaint;
use crate::report::document::{Cell, Table, figures, words};
use crate::report::{chain, format};
use crate::tables::Wording;

const VERDICTS: [&str; 4] = ["substantiated", "partly", "unsubstantiated", "pending"];

/// A category as it is read.
pub fn category(words: &Wording, category: Option<&str>) -> String {
    category.map_or_else(|| "未注明".to_owned(), |word| words.shown("complaint_category", word).to_owned())
}

/// Of the complaints that the period counts: those behind a tally, each once.
pub fn table(brief: &Brief) -> Option<Table> {
    let tallies: BTreeSet<&str> = brief.measures.iter().filter(|m| m.kind == "tally").map(|m| m.id.as_str()).collect();
    let counted: BTreeSet<&str> = brief
        .evidence
        .iter()
        .filter(|row| tallies.contains(row.measure.as_str()))
        .filter_map(|row| row.record.strip_prefix("complaints/"))
        .collect();
    let complaints = brief.complaints.iter().filter(|k| counted.contains(k.complaint_id.as_str()));
    by_category(&brief.place.words, &complaints.collect::<Vec<_>>())
}

/// Complaints by category and verdict, with a line of all; none where there are none.
pub fn by_category(said: &Wording, complaints: &[&Complaint]) -> Option<Table> {
    let mut by: BTreeMap<String, Vec<&Complaint>> = BTreeMap::new();
    for complaint in complaints {
        by.entry(category(said, complaint.category.as_deref())).or_default().push(complaint);
    }
    if by.is_empty() {
        return None;
    }
    let mut rows: Vec<Vec<Cell>> = by.into_iter().map(|(name, complaints)| row(name, &complaints)).collect();
    rows.push(row("合计".to_owned(), complaints));
    let mut columns = vec![words("投诉类别")];
    columns.extend(["收到", "属实", "部分属实", "不属实", "待查", "核实用时中位", "最长"].map(figures));
    Some(Table {
        name: "complaints_categories".into(),
        caption: "投诉类别和核实情况".into(),
        columns,
        rows,
        note: Some(format!("按收到之日统计，单位：件；核实用时为工作日，只计已核实的，“{}”表示尚无。", format::ABSENT)),
    })
}

fn row(name: String, complaints: &[&Complaint]) -> Vec<Cell> {
    let mut row = vec![Cell::text(name), Cell::Count(complaints.len() as i64)];
    row.extend(VERDICTS.map(|verdict| Cell::Count(complaints.iter().filter(|k| k.verdict == verdict).count() as i64)));
    let mut days: Vec<f64> = complaints.iter().filter_map(|k| k.working_days).map(|days| days as f64).collect();
    days.sort_by(f64::total_cmp);
    row.extend([Cell::number(chain::percentile(&days, 0.5)), Cell::number(days.last().copied())]);
    row
}
