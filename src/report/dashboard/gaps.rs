//! Coverage and continuity: who is looked after by nobody, which hand-overs left a gap, which were not filed.
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use super::figures::FigureView;
use super::rows::{self, Without};
use super::table::Table;
use crate::measures::brief::{Evidence, Measure};

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
            table: (!shown.is_empty()).then(|| rows::table(book, measure, shown, &id, Without::Nothing, "")),
        }
    });
    Ok(Gaps { sections: sections.collect() })
}

/// Rows that are not met; of what is only counted, all.
fn gaps<'a>(book: &Book<'a>, measure: &Measure) -> Vec<&'a Evidence> {
    let open = |row: &&Evidence| matches!(row.outcome.as_deref(), Some("breached") | None);
    book.rows(&measure.id).iter().copied().filter(open).collect()
}
