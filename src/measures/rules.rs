//! A regime compiled into the tables that the evidence queries join: `measure`, `measure_part`, `measure_word`,
//! `measure_holder`, `measure_role`; and the place's own words, `role_alias` and `category_word`. What each column means stands in queries/README.md.
use duckdb::{Connection, params};

use super::MeasureError;
use super::session::{RULE_TABLES, query};
use crate::regime::{
    ActsBy, Answers, Filter, Held, Limit, Measure, NO_STEPS, Regime, Register, Roles, Rule, Slot, Steps, Subject,
};

/// One row of `measure`; what a kind does not use stays at its default.
#[derive(Default)]
struct Row {
    source: &'static str,
    answers: &'static str,
    answers_role: Option<String>,
    answers_unit: Option<String>,
    clock: Option<&'static str>,
    limit_n: Option<u32>,
    with_complaints: bool,
    per_unit: bool,
    redispatch: bool,
    subject: Option<&'static str>,
    subject_role: Option<String>,
    slot: Option<&'static str>,
    slot_weekday: Option<u32>,
    slot_working: bool,
    acts_by: Option<&'static str>,
    at_least: Option<u32>,
    count_by: Option<&'static str>,
    field: Option<String>,
    satisfied: Option<f64>,
    needs_unit: bool,
    sampled: bool,
    event: Option<String>,
    role: Option<String>,
    load_min: Option<u32>,
    load_max: Option<u32>,
    one_role: bool,
    class_by: Option<String>,
    from_wan: Option<f64>,
    /// (part, event)
    parts: Vec<(&'static str, String)>,
    /// (list, word)
    words: Vec<(String, String)>,
    holders: Vec<Test>,
    /// (stage, role)
    by_stage: Vec<(String, String)>,
}

/// One row of `measure_holder`.
struct Test {
    group: usize,
    role: Option<String>,
    field: Option<String>,
    at_least: u32,
    at_most: Option<u32>,
}

/// Creates the rule tables and fills them with the measures asked for (none named: all).
pub fn compile(conn: &Connection, regime: &Regime, only: &[String]) -> Result<(), MeasureError> {
    conn.execute_batch(query(RULE_TABLES).1)?;
    for (role, is) in &regime.role_aliases {
        conn.execute("INSERT INTO role_alias VALUES (?, ?)", params![role, is])?;
    }
    for category in &regime.categories {
        for word in [&category.name].into_iter().chain(&category.also) {
            conn.execute("INSERT INTO category_word VALUES (?, ?)", params![word, category.id])?;
        }
    }
    for (position, measure) in regime.measures.iter().enumerate() {
        if only.is_empty() || only.contains(&measure.id) {
            insert(conn, "measure", position, measure)?;
            for text in &measure.texts {
                let version = Measure { id: text.id(), ..text.measure.clone() };
                insert(conn, "measure_text", position, &version)?;
                conn.execute(
                    "INSERT INTO measure_version VALUES (?, ?, COALESCE(?, DATE '1900-01-01'), COALESCE(?, DATE '9999-12-31'))",
                    params![version.id, measure.id, text.from, text.until],
                )?;
            }
        }
    }
    Ok(())
}

fn insert(conn: &Connection, table: &str, position: usize, measure: &Measure) -> Result<(), MeasureError> {
    let row = row(measure);
    let where_of = |list: &str| row.words.iter().any(|(found, _)| found == list);
    let places = ["?"; 40].join(", ");
    conn.execute(
        &format!("INSERT INTO {table} VALUES ({places})"),
        params![
            measure.id,
            position as i64,
            measure.rule.kind(),
            row.source,
            measure.rule.is_state(),
            row.answers,
            row.answers_role,
            row.answers_unit,
            row.clock,
            row.limit_n,
            row.with_complaints,
            row.per_unit,
            row.redispatch,
            row.subject,
            row.subject_role,
            row.slot,
            row.slot_weekday,
            row.slot_working,
            row.acts_by,
            row.at_least,
            row.count_by,
            row.field,
            row.satisfied,
            row.needs_unit,
            row.sampled,
            row.event,
            row.role,
            row.load_min,
            row.load_max,
            row.one_role,
            row.class_by,
            row.from_wan,
            where_of("case_class"),
            where_of("category"),
            where_of("channel"),
            where_of("stage"),
            where_of("tier"),
            where_of("enterprise_kind"),
            where_of("act_kind"),
            where_of("milestone_stage"),
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
            "INSERT INTO measure_holder VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![measure.id, test.group as i64, number as i64, test.role, test.field, test.at_least, test.at_most],
        )?;
    }
    for (stage, role) in &row.by_stage {
        conn.execute("INSERT INTO measure_role VALUES (?, ?, ?)", params![measure.id, stage, role])?;
    }
    Ok(())
}

/// The role that answers, or the word that each stage has its own.
fn role_of(roles: &Roles) -> Option<String> {
    Some(match roles {
        Roles::One(role) => role.clone(),
        Roles::ByStage(_) => "by_stage".to_owned(),
    })
}

fn row(measure: &Measure) -> Row {
    let (answers, answers_role, answers_unit) = match &measure.answers {
        Answers::Role(roles) => ("role", role_of(roles), None),
        Answers::PersonOr(roles) => ("person_or_role", role_of(roles), None),
        Answers::UnitOr(roles) => ("unit_or_role", role_of(roles), None),
        Answers::EventUnit => ("event_unit", None, None),
        Answers::Author => ("author", None, None),
        Answers::About => ("about", None, None),
        Answers::LeftUnit => ("left_unit", None, None),
        Answers::Unit(unit) => ("unit", None, Some(unit.clone())),
        Answers::Nobody => ("nobody", None, None),
    };
    let by_stage = match &measure.answers {
        Answers::Role(Roles::ByStage(by_stage))
        | Answers::PersonOr(Roles::ByStage(by_stage))
        | Answers::UnitOr(Roles::ByStage(by_stage)) => by_stage.clone(),
        _ => Vec::new(),
    };
    let base = Row { answers, answers_role, answers_unit, by_stage, source: "", ..Row::default() };
    match &measure.rule {
        Rule::Deadline { start, end, limit, filter, complaints } => {
            let (clock, n) = clock(*limit);
            Row {
                source: "cases",
                clock: Some(clock),
                limit_n: Some(n),
                with_complaints: *complaints,
                per_unit: start.iter().any(|event| event == "assigned"),
                redispatch: start.iter().any(|event| event == "dispatched"),
                parts: parts(start, end),
                words: filter_words(filter),
                ..base
            }
        }
        Rule::Term { of, limit, filter } => {
            let (clock, n) = clock(*limit);
            let mut words = filter_words(filter);
            let (source, role) = match of {
                Register::Complaints => ("complaints", None),
                Register::ChangesOf(role) => ("changes", Some(role.clone())),
                Register::Policies => ("policies", None),
                Register::RolesHeld(roles) => {
                    words.extend(roles.iter().map(|role| ("held_role".to_owned(), role.clone())));
                    ("roles_held", None)
                }
                Register::Milestones(steps) => {
                    words.extend(steps_of(steps));
                    ("milestones", None)
                }
            };
            Row { source, role, clock: Some(clock), limit_n: Some(n), words, ..base }
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
            let (acts_by, roles) = match by {
                ActsBy::Subject => ("subject", &[][..]),
                ActsBy::Roles(roles) => ("role", &roles[..]),
            };
            let words = acts_of(kinds, roles, filter);
            Row {
                source: "diary",
                subject: Some(subject),
                subject_role,
                slot: Some(slot),
                slot_weekday,
                slot_working,
                acts_by: Some(acts_by),
                at_least: Some(*at_least),
                count_by: Some(if *written { "written" } else { "served_on" }),
                words,
                ..base
            }
        }
        Rule::Pace { kinds, by, satisfied, filter } => Row {
            source: "diary",
            subject: Some("enterprise"),
            slot: Some("month"),
            acts_by: Some("role"),
            count_by: Some("served_on"),
            satisfied: *satisfied,
            words: acts_of(kinds, by, filter),
            ..base
        },
        Rule::Slip { of } => Row { source: "milestones", words: steps_of(of), ..base },
        Rule::Score { field, satisfied, needs_unit, sampled, filter } => Row {
            source: "evaluations",
            field: Some(field.clone()),
            satisfied: *satisfied,
            needs_unit: *needs_unit,
            sampled: *sampled,
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
        Rule::Coverage { groups, filter } => {
            let tests =
                groups.iter().enumerate().flat_map(|(group, tests)| tests.iter().map(move |test| (group, test)));
            let holders = tests.clone().map(|(group, test)| {
                let (role, field) = match &test.what {
                    Held::Role(role) => (Some(role.clone()), None),
                    Held::Field(field) => (None, Some(field.clone())),
                };
                Test { group, role, field, at_least: test.at_least, at_most: test.at_most }
            });
            let all: Vec<_> = tests.clone().collect();
            Row {
                source: "enterprises",
                one_role: matches!(all.as_slice(), [(_, test)] if matches!(test.what, Held::Role(_))),
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
        Rule::Cases { at_first, class, filter } => {
            let words = filter_words(filter);
            Row { source: "cases", event: at_first.clone(), class_by: class.clone(), words, ..base }
        }
        Rule::Unlisted { from_wan, filter } => {
            Row { source: "unlisted", from_wan: Some(*from_wan), words: filter_words(filter), ..base }
        }
        Rule::CycleOver { months, filter } => {
            Row { source: "cycle_over", limit_n: Some(*months), words: filter_words(filter), ..base }
        }
        Rule::Integrity { signs } => {
            Row { source: "leads", words: signs.iter().map(|sign| ("sign".to_owned(), sign.clone())).collect(), ..base }
        }
        Rule::Changes { role } => Row { source: "changes", role: Some(role.clone()), ..base },
    }
}

/// Which entries of the diary count: their kinds, whose they are, of which enterprises.
fn acts_of(kinds: &[String], roles: &[String], filter: &Filter) -> Vec<(String, String)> {
    let mut words = filter_words(filter);
    words.extend(kinds.iter().map(|kind| ("act_kind".to_owned(), kind.clone())));
    words.extend(roles.iter().map(|role| ("acts_role".to_owned(), role.clone())));
    words
}

/// Which milestones count, by their stage.
fn steps_of(steps: &Steps) -> Vec<(String, String)> {
    match steps {
        Steps::All => NO_STEPS.map(|stage| ("not_milestone_stage".to_owned(), stage.to_owned())).to_vec(),
        Steps::Of(stages) => stages.iter().map(|stage| ("milestone_stage".to_owned(), stage.clone())).collect(),
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
    let asked = filter.0.iter().filter(|(list, _)| list != "category_name");
    asked.flat_map(|(list, words)| words.iter().map(move |word| (list.clone(), word.clone()))).collect()
}
