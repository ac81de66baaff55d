//! A regime compiled into the tables that the evidence queries join: `measure`, `measure_part`, `measure_word`,
//! `measure_holder`. What each column means stands in queries/README.md.
use duckdb::{Connection, params};

use super::MeasureError;
use super::session::{RULE_TABLES, query};
use crate::regime::{ActsBy, Answers, Filter, Held, Limit, Measure, Regime, Register, Rule, Slot, Subject};

/// One row of `measure`; what a kind does not use stays at its default.
#[derive(Default)]
struct Row {
    source: &'static str,
    answers: &'static str,
    answers_role: Option<String>,
    answers_unit: Option<String>,
    clock: Option<&'static str>,
    limit_n: Option<u32>,
    per_unit: bool,
    redispatch: bool,
    subject: Option<&'static str>,
    subject_role: Option<String>,
    slot: Option<&'static str>,
    slot_weekday: Option<u32>,
    slot_working: bool,
    acts_by: Option<&'static str>,
    acts_role: Option<String>,
    at_least: Option<u32>,
    count_by: Option<&'static str>,
    field: Option<String>,
    satisfied: Option<f64>,
    needs_unit: bool,
    event: Option<String>,
    role: Option<String>,
    load_min: Option<u32>,
    load_max: Option<u32>,
    holders_mode: Option<&'static str>,
    one_role: bool,
    class_by: Option<String>,
    /// (part, event)
    parts: Vec<(&'static str, String)>,
    /// (list, word)
    words: Vec<(String, String)>,
    holders: Vec<Test>,
}

/// One row of `measure_holder`.
struct Test {
    role: Option<String>,
    field: Option<String>,
    at_least: u32,
    at_most: Option<u32>,
}

/// Creates the rule tables and fills them with the measures asked for (none named: all).
pub fn compile(conn: &Connection, regime: &Regime, only: &[String]) -> Result<(), MeasureError> {
    conn.execute_batch(query(RULE_TABLES).1)?;
    for (position, measure) in regime.measures.iter().enumerate() {
        if only.is_empty() || only.contains(&measure.id) {
            insert(conn, position, measure)?;
        }
    }
    Ok(())
}

fn insert(conn: &Connection, position: usize, measure: &Measure) -> Result<(), MeasureError> {
    let row = row(measure);
    let where_of = |list: &str| row.words.iter().any(|(found, _)| found == list);
    let places = ["?"; 37].join(", ");
    conn.execute(
        &format!("INSERT INTO measure VALUES ({places})"),
        params![
            measure.id,
            position as i64,
            measure.rule.kind(),
            row.source,
            row.answers,
            row.answers_role,
            row.answers_unit,
            row.clock,
            row.limit_n,
            row.per_unit,
            row.redispatch,
            row.subject,
            row.subject_role,
            row.slot,
            row.slot_weekday,
            row.slot_working,
            row.acts_by,
            row.acts_role,
            row.at_least,
            row.count_by,
            row.field,
            row.satisfied,
            row.needs_unit,
            row.event,
            row.role,
            row.load_min,
            row.load_max,
            row.holders_mode,
            row.one_role,
            row.class_by,
            where_of("case_class"),
            where_of("category"),
            where_of("channel"),
            where_of("stage"),
            where_of("tier"),
            where_of("enterprise_kind"),
            where_of("act_kind"),
        ],
    )?;
    for (part, event) in &row.parts {
        conn.execute("INSERT INTO measure_part VALUES (?, ?, ?)", params![measure.id, event, part])?;
    }
    for (list, word) in &row.words {
        conn.execute("INSERT INTO measure_word VALUES (?, ?, ?)", params![measure.id, list, word])?;
    }
    for (number, test) in row.holders.iter().enumerate() {
        conn.execute(
            "INSERT INTO measure_holder VALUES (?, ?, ?, ?, ?, ?)",
            params![measure.id, number as i64, test.role, test.field, test.at_least, test.at_most],
        )?;
    }
    Ok(())
}

fn row(measure: &Measure) -> Row {
    let (answers, answers_role, answers_unit) = match &measure.answers {
        Answers::Role(role) => ("role", Some(role.clone()), None),
        Answers::PersonOr(role) => ("person_or_role", Some(role.clone()), None),
        Answers::EventUnit => ("event_unit", None, None),
        Answers::Author => ("author", None, None),
        Answers::About => ("about", None, None),
        Answers::LeftUnit => ("left_unit", None, None),
        Answers::Unit(unit) => ("unit", None, Some(unit.clone())),
        Answers::Nobody => ("nobody", None, None),
    };
    let base = Row { answers, answers_role, answers_unit, source: "", ..Row::default() };
    match &measure.rule {
        Rule::Deadline { start, end, limit, filter } => {
            let (clock, n) = clock(*limit);
            Row {
                source: "cases",
                clock: Some(clock),
                limit_n: Some(n),
                per_unit: start.iter().any(|event| event == "assigned"),
                redispatch: start.iter().any(|event| event == "dispatched"),
                parts: parts(start, end),
                words: filter_words(filter),
                ..base
            }
        }
        Rule::Term { of, limit, filter } => {
            let (clock, n) = clock(*limit);
            let (source, role) = match of {
                Register::Complaints => ("complaints", None),
                Register::ChangesOf(role) => ("changes", Some(role.clone())),
                Register::Policies => ("policies", None),
            };
            Row { source, role, clock: Some(clock), limit_n: Some(n), words: filter_words(filter), ..base }
        }
        Rule::Cadence { subject, slot, kinds, by, at_least, written, filter } => {
            let (subject, subject_role) = match subject {
                Subject::PersonHolding(role) => ("person", Some(role.clone())),
                Subject::Enterprise => ("enterprise", None),
                Subject::District => ("district", None),
            };
            let (slot, slot_weekday, slot_working) = match slot {
                Slot::Week => ("week", None, false),
                Slot::Month => ("month", None, false),
                Slot::Quarter => ("quarter", None, false),
                Slot::Weekday { day, working } => ("weekday", Some(*day), *working),
            };
            let (acts_by, acts_role) = match by {
                ActsBy::Subject => ("subject", None),
                ActsBy::Role(role) => ("role", Some(role.clone())),
            };
            let mut words = filter_words(filter);
            words.extend(kinds.iter().map(|kind| ("act_kind".to_owned(), kind.clone())));
            Row {
                source: "diary",
                subject: Some(subject),
                subject_role,
                slot: Some(slot),
                slot_weekday,
                slot_working,
                acts_by: Some(acts_by),
                acts_role,
                at_least: Some(*at_least),
                count_by: Some(if *written { "written" } else { "served_on" }),
                words,
                ..base
            }
        }
        Rule::Score { field, satisfied, needs_unit, filter } => Row {
            source: "evaluations",
            field: Some(field.clone()),
            satisfied: *satisfied,
            needs_unit: *needs_unit,
            words: filter_words(filter),
            ..base
        },
        Rule::Completeness { event, fields, empty_words } => {
            Row { source: "case_events", event: Some(event.clone()), words: said(fields, empty_words), ..base }
        }
        Rule::Entries { except, fields, empty_words } => {
            let mut words = said(fields, empty_words);
            words.extend(except.iter().map(|kind| ("not_diary_kind".to_owned(), kind.clone())));
            Row { source: "diary", words, ..base }
        }
        Rule::InDiary { event, days_after } => {
            Row { source: "cases", event: Some(event.clone()), limit_n: Some(*days_after), ..base }
        }
        Rule::Coverage { any, tests, filter } => {
            let holders = tests.iter().map(|test| {
                let (role, field) = match &test.what {
                    Held::Role(role) => (Some(role.clone()), None),
                    Held::Field(field) => (None, Some(field.clone())),
                };
                Test { role, field, at_least: test.at_least, at_most: test.at_most }
            });
            Row {
                source: "enterprises",
                holders_mode: Some(if *any { "any" } else { "all" }),
                one_role: matches!(tests.as_slice(), [test] if matches!(test.what, Held::Role(_))),
                holders: holders.collect(),
                words: filter_words(filter),
                ..base
            }
        }
        Rule::Load { role, min, max } => {
            Row { source: "enterprises", role: Some(role.clone()), load_min: Some(*min), load_max: Some(*max), ..base }
        }
        Rule::Continuity { role } => Row { source: "assignments", role: Some(role.clone()), ..base },
        Rule::Reached { levels } => Row { source: "levels", parts: levels_of(levels, &[]), ..base },
        Rule::Stays { levels, until } => Row { source: "levels", parts: levels_of(levels, until), ..base },
        Rule::Tally { class, filter } => {
            Row { source: "complaints", class_by: class.clone(), words: filter_words(filter), ..base }
        }
        Rule::Integrity { signs } => {
            Row { source: "leads", words: signs.iter().map(|sign| ("sign".to_owned(), sign.clone())).collect(), ..base }
        }
        Rule::Changes { role } => Row { source: "changes", role: Some(role.clone()), ..base },
    }
}

fn clock(limit: Limit) -> (&'static str, u32) {
    match limit {
        Limit::WorkingDays(n) => ("working_days", n),
        Limit::Days(n) => ("days", n),
        Limit::Hours(n) => ("hours", n),
        Limit::Own => ("own", 0),
    }
}

/// The fields and empty words of a completeness.
fn said(fields: &[String], empty_words: &[String]) -> Vec<(String, String)> {
    let mut words: Vec<_> = fields.iter().map(|field| ("field".to_owned(), field.clone())).collect();
    words.extend(empty_words.iter().map(|word| ("empty_word".to_owned(), word.clone())));
    words
}

/// The part each event plays in a clock. `close` breaks an obligation off: dropped if not yet due, else breached
/// (measures.md, “Pairing starts and ends”, 3 and 4).
fn parts(start: &[String], end: &[String]) -> Vec<(&'static str, String)> {
    let mut parts: Vec<(&'static str, String)> = start.iter().map(|event| ("start", event.clone())).collect();
    parts.extend(end.iter().map(|event| ("end", event.clone())));
    let begins = |event: &str| start.iter().any(|s| s == event);
    let mut close = vec!["withdrawn"];
    if begins("assigned") {
        close.extend(["resolved", "returned"]);
    }
    if begins("resolved") || begins("returned") {
        close.push("reopened");
    }
    for event in close {
        if !begins(event) && !end.iter().any(|e| e == event) {
            parts.push(("close", event.to_owned()));
        }
    }
    parts
}

/// Levels, and what else ends a stay.
fn levels_of(levels: &[String], until: &[String]) -> Vec<(&'static str, String)> {
    let of = |part, events: &[String]| events.iter().map(move |event| (part, event.clone())).collect::<Vec<_>>();
    [of("level", levels), of("end", until)].concat()
}

fn filter_words(filter: &Filter) -> Vec<(String, String)> {
    filter.0.iter().flat_map(|(list, words)| words.iter().map(move |word| (list.clone(), word.clone()))).collect()
}
