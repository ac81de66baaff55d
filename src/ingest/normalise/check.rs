//! What a cell cannot say alone: that it is missing, that an end lies before its beginning.
use super::{Spot, Typed};
use crate::ingest::fault::{Fault, Rule};
use crate::ingest::read::Rows;
use crate::ingest::recognise::Layout;

/// Beginning and end; the end may fall on the day of the beginning.
const SPANS: [(&str, &str, &str); 4] = [
    ("enterprises", "in_scope_from", "in_scope_to"),
    ("people", "active_from", "active_to"),
    ("assignments", "valid_from", "valid_to"),
    ("absences", "from", "to"),
];

/// A required column, the one at `place` among those typed, must stand in every row.
pub fn required(index: usize, place: usize, typed: &mut Typed) {
    let Some(column) = typed.columns.get(place) else { return };
    if column.null_count() == 0 {
        return;
    }
    let missing = column.is_null();
    // A cell that was refused is not missing, too.
    let mut refused: Vec<u32> =
        typed.faults.iter().filter(|(s, _)| *s == Spot::Column(index)).map(|(_, f)| f.row).collect();
    refused.sort_unstable();
    let mut faults = Vec::new();
    for (row, missing) in missing.iter().enumerate() {
        let row = row as u32;
        if missing == Some(true) && refused.binary_search(&row).is_err() {
            faults.push(Fault { row, rule: Rule::Required });
        }
    }
    typed.fault(Spot::Column(index), faults);
}

/// Rules between the columns of a row.
pub fn across(layout: &Layout, typed: &mut Typed) {
    let table = layout.table;
    let index = |name: &str| table.columns.iter().position(|c| c.name == name);
    for (_, from, to) in SPANS.iter().filter(|(name, ..)| *name == table.name) {
        let Some(spot) = index(to) else { continue };
        let late = pairs(days(typed, from), days(typed, to)).filter(|(_, from, to)| to < from);
        let faults = late.map(|(row, ..)| Fault { row, rule: Rule::EndAfterStart }).collect();
        typed.fault(Spot::Column(spot), faults);
    }
    if table.name == "case_events"
        && let Some(spot) = index("until")
    {
        let early = pairs(times(typed, "at"), days(typed, "until")).filter(|(_, at, until)| until < at);
        let faults = early.map(|(row, ..)| Fault { row, rule: Rule::UntilAfterAt }).collect();
        typed.fault(Spot::Column(spot), faults);
    }
    if table.name == "assignments"
        && let Some(spot) = index("holder_id")
    {
        // A slot is held by a person or a unit; the row has to say by whom.
        let holders = ["holder_id", "holder_name", "holder_unit"].map(|name| typed.get(name).map(|s| s.is_not_null()));
        let [Some(id), Some(name), Some(unit)] = holders else { return };
        let held = id | name | unit;
        let nobody = held.iter().enumerate().filter(|(_, held)| *held == Some(false));
        let faults = nobody.map(|(row, _)| Fault { row: row as u32, rule: Rule::Required }).collect();
        typed.fault(Spot::Column(spot), faults);
    }
}

/// Rows in which both stand.
fn pairs(one: Vec<Option<i64>>, other: Vec<Option<i64>>) -> impl Iterator<Item = (u32, i64, i64)> {
    one.into_iter().zip(other).enumerate().filter_map(|(row, (one, other))| Some((row as u32, one?, other?)))
}

/// Days since 1970 of a day column; empty where nothing of it is filled.
fn days(typed: &Typed, name: &str) -> Vec<Option<i64>> {
    let column = typed.get(name).filter(|s| s.null_count() < s.len()).and_then(|s| s.date().ok());
    column.map_or_else(Vec::new, |days| days.physical().iter().map(|day| day.map(i64::from)).collect())
}

/// Days since 1970 of a time column.
fn times(typed: &Typed, name: &str) -> Vec<Option<i64>> {
    let column = typed.get(name).and_then(|s| s.datetime().ok());
    let day = |micros: i64| micros.div_euclid(86_400_000_000);
    column.map_or_else(Vec::new, |times| times.physical().iter().map(|time| time.map(day)).collect())
}

/// Cells that the encoding could not read.
pub fn damaged(layout: &Layout, rows: &Rows, typed: &mut Typed) {
    for (index, at) in layout.columns.iter().enumerate() {
        let Some(cells) = at.and_then(|at| rows.column(at)) else { continue };
        let bad = cells.iter().enumerate().filter(|(_, cell)| cell.is_some_and(|cell| cell.contains('\u{FFFD}')));
        let faults = bad.map(|(row, _)| Fault { row: row as u32, rule: Rule::Encoding }).collect();
        typed.fault(Spot::Column(index), faults);
    }
}
