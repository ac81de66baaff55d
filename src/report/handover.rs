//! What goes from one steward to the next: cases that were open when the enterprise changed hands.
use chrono::NaiveDate;

use crate::measures::Brief;
use crate::measures::brief::{Case, Evidence};

/// One hand-over of the period and the cases that were open on its day.
pub struct Carried<'a> {
    pub row: &'a Evidence,
    /// The day on which the earlier one held the enterprise no more.
    pub on: NaiveDate,
    pub cases: Vec<&'a Case>,
}

/// Every hand-over of the period's rows, by day and enterprise.
pub fn carried(brief: &Brief) -> Vec<Carried<'_>> {
    let continuity = |row: &&Evidence| {
        brief.measures.iter().any(|measure| measure.id == row.measure && measure.kind == "continuity")
    };
    let mut found: Vec<Carried<'_>> = brief
        .evidence
        .iter()
        .filter(continuity)
        .filter_map(|row| {
            let (on, enterprise) = (row.opened_at?.date(), row.enterprise_id.as_deref()?);
            let of = brief.cases.iter().filter(|case| case.enterprise_id == enterprise);
            Some(Carried { row, on, cases: of.filter(|case| open(case, on)).collect() })
        })
        .collect();
    found.sort_by_key(|carried| (carried.on, &carried.row.enterprise_id));
    found
}

/// Open at the beginning of a day.
fn open(case: &Case, day: NaiveDate) -> bool {
    case.submitted_at.date() < day && case.settled_at.is_none_or(|at| at.date() >= day)
}
