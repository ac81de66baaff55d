//! Coverage and continuity: who is looked after by nobody, which hand-overs left a gap, which were not filed.
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use super::figures::FigureView;
use super::rows::{self, Without};
use super::table::{Cell, Column, Table};
use crate::measures::brief::{Evidence, Measure};
use crate::report::handover;

/// Sections of the bulletin that this page gathers.
const TOPICS: [&str; 2] = ["coverage", "continuity"];
/// Most rows of one measure on the page; its own page and the command give all.
const ROWS: usize = 200;

#[derive(Serialize)]
pub struct Gaps {
    sections: Vec<Section>,
}

/// What of one measure is not as it should be.
#[derive(Serialize)]
struct Section {
    figure: FigureView,
    rule: String,
    href: String,
    found: usize,
    left_out: usize,
    table: Option<Table>,
    /// Of hand-overs: the cases that were open on the day.
    carried: Option<Table>,
}

pub fn view(book: &Book) -> Result<Gaps, DashboardError> {
    let measures = book.brief.measures.iter().zip(&book.brief.district);
    let asked = measures.filter(|(measure, _)| TOPICS.contains(&measure.topic.as_str()));
    let sections = asked.map(|(measure, change)| {
        let found = gaps(book, measure);
        let shown = &found[..found.len().min(ROWS)];
        let id = format!("gaps-{}", book.anchor(&measure.id));
        Section {
            figure: FigureView::of(book, measure, &change.now),
            rule: measure.rule.clone(),
            href: book.measure_page(&measure.id),
            found: found.len(),
            left_out: found.len() - shown.len(),
            carried: (measure.kind == "continuity").then(|| carried(book)).filter(|table| !table.rows.is_empty()),
            table: (!shown.is_empty()).then(|| rows::table(book, measure, shown, &id, Without::Nothing, "")),
        }
    });
    Ok(Gaps { sections: sections.collect() })
}

/// Cases that were open when their enterprise changed hands.
fn carried(book: &Book) -> Table {
    let carried = handover::carried(book.brief);
    let columns = ["交接日", "企业（项目）", "在办问题", "提交", "现状"].map(Column::text).to_vec();
    let cases: usize = carried.iter().map(|carried| carried.cases.len()).sum();
    let mut table = Table::new("carried", format!("交接时的在办问题 {cases} 件"), columns);
    for carried in &carried {
        for case in &carried.cases {
            let enterprise = book.brief.enterprises.iter().find(|one| one.enterprise_id == case.enterprise_id);
            let settled = case.settled_at.map_or_else(
                || "在办".to_owned(),
                |at| {
                    format!(
                        "{}{}",
                        at.format("%Y-%m-%d"),
                        if case.last_event.as_deref() == Some("returned") { "退回" } else { "办结" }
                    )
                },
            );
            table.push(vec![
                Cell::of(carried.on.format("%Y-%m-%d").to_string()),
                Cell::of(enterprise.map_or(case.enterprise_id.as_str(), |one| one.name.as_str())),
                Cell::of(format!("{}　{}", case.case_id, case.title.as_deref().unwrap_or_default())).class("wide"),
                Cell::of(case.submitted_at.format("%Y-%m-%d").to_string()),
                Cell::of(settled),
            ]);
        }
    }
    table
}

/// Rows that are not met; of what is only counted, all.
fn gaps<'a>(book: &Book<'a>, measure: &Measure) -> Vec<&'a Evidence> {
    let open = |row: &&Evidence| matches!(row.outcome.as_deref(), Some("breached") | None);
    book.rows(&measure.id).iter().copied().filter(open).collect()
}
