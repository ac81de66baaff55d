//! A clock: starts, ends, limit.
use super::super::fields::Fields;
use super::super::{Limit, Rule};
use super::words::{filter, words_of};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let start = words_of(fields, "start", "event");
    let end = words_of(fields, "end", "event");
    for event in &start {
        if end.contains(event) {
            fields.fault("end", format!("has “{event}”, which is also a start"), "let a clock end at another event");
        }
    }
    for (key, list) in [("start", &start), ("end", &end)] {
        if list.is_empty() {
            fields.fault(key, "names no event", "name at least one event");
        }
    }
    let limit =
        fields.need("limit", fields.table("limit"), "give it: { working_days = 15 }, { days = 2 } or { hours = 1 }")?;
    let given = [limit.whole("working_days"), limit.whole("days"), limit.whole("hours")];
    limit.done();
    let limit = match given {
        [Some(n), None, None] if n > 0 => Limit::WorkingDays(n),
        [None, Some(n), None] if n > 0 => Limit::Days(n),
        [None, None, Some(n)] if n > 0 => Limit::Hours(n),
        _ => {
            fields.fault(
                "limit",
                "is no single length above 0",
                "write one of { working_days = 15 }, { days = 2 }, { hours = 1 }",
            );
            return None;
        }
    };
    let filter = filter(fields, &["case_class", "category", "channel", "stage", "tier"]);
    Some(Rule::Deadline { start, end, limit, filter })
}
