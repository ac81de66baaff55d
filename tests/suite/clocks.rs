//! Hand-worked clocks, slots, holders and folds: a few exports, and the evidence that measures.md asks for.
//!
//! Days that matter. 2025: 28 September (Sunday) is worked, 1 to 8 October rest, 11 October (Saturday) is worked.
//! 2026: 14 February (Saturday) is worked, 15 to 23 February rest, 28 February (Saturday) is worked; 25 to 27
//! September rest, 20 September (Sunday) is worked, 1 to 7 October rest, 10 October (Saturday) is worked.
#[path = "clocks/days.rs"]
mod days;
#[path = "clocks/folds.rs"]
mod folds;
#[path = "clocks/holders.rs"]
mod holders;
#[path = "clocks/leads.rs"]
mod leads;
#[path = "clocks/levels.rs"]
mod levels;
#[path = "clocks/moved.rs"]
mod moved;
#[path = "clocks/notes.rs"]
mod notes;
#[path = "clocks/pairing.rs"]
mod pairing;
#[path = "clocks/places.rs"]
mod places;
#[path = "clocks/registers.rs"]
mod registers;
#[path = "clocks/slots.rs"]
mod slots;
#[path = "clocks/states.rs"]
mod states;
#[path = "clocks/versions.rs"]
mod versions;

/// 3 working days for a department.
pub const REPLY: &str = r#"[[measure]]
id = "department_reply"
kind = "deadline"
start = ["assigned"]
end = ["department_replied", "department_returned"]
limit = { working_days = 3 }
answers = "event_unit"
"#;

/// 15 working days for a case.
pub const SETTLED: &str = r#"[[measure]]
id = "case_settled"
kind = "deadline"
start = ["submitted", "reopened"]
end = ["resolved", "returned"]
limit = { working_days = 15 }
"#;

/// A measure `m` from one event to another within a limit.
fn clock(start: &str, end: &str, limit: &str) -> String {
    format!(
        "[[measure]]\nid = \"m\"\nkind = \"deadline\"\nstart = [\"{start}\"]\nend = [\"{end}\"]\nlimit = {{ {limit} }}\nanswers = \"event_unit\"\n"
    )
}
