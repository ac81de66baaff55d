//! One row per case, with a column for each step: what many platforms export.
use std::collections::{BTreeMap, BTreeSet};

use super::form::Form;
use super::mess::one_of;
use super::sink::{Kept, Row, Table};
use super::untidy::{Scribe, Style};
use crate::sheet::messy::Put;

/// Columns of an event's row.
const EVENT: usize = 2;
const AT: usize = 3;
const UNIT: usize = 5;
const UNTIL: usize = 6;
const NOTE: usize = 7;

/// Steps that this platform does not know.
const ELSEWHERE: [&str; 4] = ["dispatched", "approved", "refused", "transferred"];

/// Whether a chain says more than one row can: a step twice, or a way up the ladder.
pub(super) fn needs_list(chain: &[Row]) -> bool {
    let mut seen = BTreeSet::new();
    chain.iter().any(|event| !seen.insert(event[EVENT].text()) || event[EVENT].text() == "to_operator")
}

/// The wide form; cases in `listed` are written with cells to the second, since a list beside it repeats them.
pub(super) fn form(
    scribe: &Scribe,
    title: &str,
    cases: &[&Row],
    events: &BTreeMap<String, Vec<Row>>,
    listed: &BTreeSet<&str>,
) -> Form {
    let table = Table::Cases;
    let own: Vec<usize> = (0..table.described().columns.len()).collect();
    let mut form = Form::new(title, table, &own, Vec::new());
    let steps: Vec<_> = table.described().events.iter().filter(|step| !ELSEWHERE.contains(&&*step.event)).collect();
    for step in &steps {
        form.headers.push(step.headers[0].clone());
        // The department stands beside its assignment only.
        let unit = step.unit.first().filter(|_| step.event == "assigned");
        let more = [unit, step.note.first(), step.until.first()];
        form.headers.extend(more.into_iter().flatten().cloned());
    }
    form.headers.push("当前状态".to_owned());
    let none = Vec::new();
    for case in cases {
        let id = case[0].text();
        let chain = events.get(id).unwrap_or(&none);
        let style = if listed.contains(id) { Style::Excel } else { Style::of(id) };
        let mut cells = scribe.row(table, case, id, style, &own);
        for step in &steps {
            let at = chain.iter().position(|event| event[EVENT].text() == step.event);
            let event = at.map(|at| &chain[at]);
            // A day alone where nothing follows that it could overtake.
            let bare = at == Some(chain.len() - 1) && !listed.contains(id) && one_of(id, 25);
            cells.push(match event.map(|event| &event[AT]) {
                Some(Kept::Stamp(at)) if bare && step.event == "answered" => {
                    scribe.day((at / super::clock::DAY) as i32, style)
                }
                Some(Kept::Stamp(at)) => scribe.stamp(*at, style),
                _ => Put::Blank,
            });
            let text = |column: usize| {
                let text = event.map_or("", |event| event[column].text());
                if text.is_empty() { Put::Blank } else { Put::Text(text.to_owned()) }
            };
            if step.event == "assigned" {
                cells.push(text(UNIT));
            }
            if !step.note.is_empty() {
                cells.push(text(NOTE));
            }
            if !step.until.is_empty() {
                cells.push(match event.map(|event| &event[UNTIL]) {
                    Some(Kept::Day(day)) => scribe.day(*day, style),
                    _ => Put::Blank,
                });
            }
        }
        let done = |words: &[&str]| chain.iter().any(|event| words.contains(&event[EVENT].text()));
        let state = if done(&["withdrawn"]) {
            "已撤回"
        } else if done(&["resolved", "returned"]) {
            "已办结"
        } else {
            "办理中"
        };
        cells.push(Put::Text(state.to_owned()));
        form.rows.push(cells);
    }
    form.groups = vec![(0, own.len() - 1, "基本信息".into()), (own.len(), form.headers.len() - 2, "办理过程".into())];
    form
}
