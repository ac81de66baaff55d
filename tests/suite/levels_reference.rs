//! Random courses of cases through the levels, and the plain reference beside the queries: first arrivals, stays, what
//! follows a return, a result or a committee, and how long everything waited.
use chrono::{NaiveDate, NaiveDateTime};
use guanjia::regime::Limit;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::against_reference::{at, runner, written};
use crate::desk::{Desk, day, ever, rules};
use crate::reference::Days;
use crate::reference::clock::{Clock, Event, with_submission};
use crate::reference::levels::{reached, stays};

const BASES: [&str; 3] = ["2025-09-22", "2026-02-05", "2026-09-16"];
const EVENTS: [&str; 20] = [
    "meeting",
    "meeting",
    "to_operator",
    "to_operator",
    "to_industry",
    "to_group",
    "to_committee",
    "to_committee",
    "supervised",
    "assigned",
    "department_returned",
    "department_returned",
    "resolved",
    "returned",
    "answered",
    "reopened",
    "reopened",
    "withdrawn",
    "suspended",
    "resumed",
];

const MEASURES: &str = r#"
[[measure]]
id = "escalations"
kind = "tally"
of = { levels = ["meeting", "to_operator", "to_industry", "to_group", "to_committee"] }
class = "level"
[[measure]]
id = "level_stay"
kind = "score"
of = { stays = ["meeting", "to_operator", "to_industry", "to_group", "to_committee"], until = ["resolved", "returned", "withdrawn"] }
answers = "steward"
[[measure]]
id = "case_settled"
kind = "deadline"
start = ["submitted", "reopened"]
end = ["resolved", "returned"]
limit = { working_days = 5 }
[[measure]]
id = "case_fed_back"
kind = "deadline"
start = ["resolved", "returned"]
end = ["answered"]
limit = { working_days = 1 }
[[measure]]
id = "return_followed_up"
kind = "deadline"
start = ["department_returned"]
end = ["returned", "to_operator", "assigned", "meeting", "resolved"]
limit = { working_days = 3 }
[[measure]]
id = "committee_supervised"
kind = "deadline"
start = ["to_committee"]
end = ["supervised"]
limit = { working_days = 3 }
"#;

fn clocks() -> [(&'static str, Clock); 4] {
    let clock = |starts, ends, n| Clock { starts, ends, limit: Limit::WorkingDays(n) };
    [
        ("case_settled", clock(&["submitted", "reopened"], &["resolved", "returned"], 5)),
        ("case_fed_back", clock(&["resolved", "returned"], &["answered"], 1)),
        (
            "return_followed_up",
            clock(&["department_returned"], &["returned", "to_operator", "assigned", "meeting", "resolved"], 3),
        ),
        ("committee_supervised", clock(&["to_committee"], &["supervised"], 3)),
    ]
}

/// What the reference says of a case, a line each.
fn expected(id: &str, events: &[Event], as_of: NaiveDateTime, days: &Days) -> Vec<String> {
    let as_of_day = (as_of - chrono::TimeDelta::seconds(1)).date();
    let mut lines = Vec::new();
    for (level, at) in reached(events) {
        lines.push(format!("escalations {id} {level} {at}"));
    }
    for stay in stays(events) {
        let from = stay.from.date();
        lines.push(match stay.end {
            Some((day, at, by)) => {
                format!(
                    "level_stay {id} {} {} to {at} on {day} by {by}: {}",
                    stay.level,
                    stay.from,
                    (day - from).num_days()
                )
            }
            None => format!("standing {id} {} {} since {}", stay.level, stay.from, (as_of_day - from).num_days()),
        });
    }
    for (measure, clock) in clocks() {
        for row in clock.all_rows(events, as_of, days) {
            let on = row.decided_on.map_or("–".into(), |day: NaiveDate| day.to_string());
            if row.outcome != "dropped" {
                lines.push(format!("{measure} {id} {} on {on} {} {:?}", row.opened_at, row.outcome, row.value));
            }
            if measure == "case_settled"
                && let Some(elapsed) = row.elapsed
            {
                let by = row.ended_by.unwrap_or("nothing");
                lines.push(format!("wait {id} {} {elapsed} {} {by}", row.opened_at, row.done_at.is_some()));
            }
        }
    }
    lines
}

#[test]
fn levels_equal_the_reference() {
    let days = Days::read();
    let regime = rules(MEASURES);
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::new());
    let event = (0..EVENTS.len(), 0..30_i64, 0..6_usize);
    let case = (0..6_i64, 1..6_usize, vec(event, 0..16));
    let bureau = (0..BASES.len(), 10..40_i64, 1..6_usize, vec(case, 40));
    let outcome = runner(60).run(&bureau, |(base, as_of, time, cases)| {
        let base = day(BASES[base]);
        let as_of = at(base, as_of, time).0;
        let mut desk = Desk::new();
        let mut wanted = Vec::new();
        for (number, (submitted_day, submitted_time, drawn)) in cases.iter().enumerate() {
            let id = format!("Q{number:02}");
            let submitted = at(base, *submitted_day, *submitted_time);
            desk.add("cases", &format!("{id},E1,,platform,{}", written(submitted)));
            let mut events = Vec::new();
            for (n, (kind, offset, time)) in drawn.iter().enumerate() {
                let (at, bare) = at(base, *offset, *time);
                let (event, seq) = (EVENTS[*kind], n as i64 + 1);
                desk.add("case_events", &format!("{id},{seq},{event},{},,,", written((at, bare))));
                events.push(Event { event, at, bare, seq, unit: None, until: None });
            }
            let events = with_submission(&events, submitted.0, submitted.1, as_of);
            if !events.is_empty() {
                wanted.extend(expected(&id, &events, as_of, &days));
            }
        }
        let scope = guanjia::measures::Scope { as_of, ..ever("2025-12-31") };
        let session = desk.session(&regime, scope);
        let mut given = Vec::new();
        for row in session.evidence(&guanjia::measures::Selection::default()).unwrap() {
            let id = row.record.trim_start_matches("cases/");
            let level = row.class.as_deref().unwrap_or("–");
            let on = row.decided_on.map_or("–".into(), |day| day.to_string());
            given.push(match row.measure.as_str() {
                "escalations" => format!("escalations {id} {level} {}", row.done_at.unwrap()),
                "level_stay" => format!(
                    "level_stay {id} {level} {} to {} on {on} by {}: {}",
                    row.opened_at.unwrap(),
                    row.done_at.unwrap(),
                    row.ended_by.as_deref().unwrap(),
                    row.value.unwrap()
                ),
                other => {
                    let outcome = row.outcome.as_deref().unwrap();
                    format!("{other} {id} {} on {on} {outcome} {:?}", row.opened_at.unwrap(), row.value)
                }
            });
        }
        for row in session.standing().unwrap() {
            let (id, level) = (row.record.trim_start_matches("cases/"), row.class.as_deref().unwrap());
            given.push(format!("standing {id} {level} {} since {}", row.opened_at.unwrap(), row.elapsed.unwrap()));
        }
        for wait in session.waits("case_settled").unwrap() {
            let by = wait.ended_by.as_deref().unwrap_or("nothing");
            given.push(format!("wait {} {} {} {} {by}", wait.case_id, wait.opened_at, wait.elapsed, wait.settled));
        }
        given.sort();
        wanted.sort();
        for line in &wanted {
            let what = line.split(' ').next().unwrap_or_default().to_owned();
            *seen.borrow_mut().entry(what).or_insert(0) += 1;
        }
        let missing: Vec<&String> = wanted.iter().filter(|line| !given.contains(line)).collect();
        let surplus: Vec<&String> = given.iter().filter(|line| !wanted.contains(line)).collect();
        prop_assert!(
            missing.is_empty() && surplus.is_empty() && given.len() == wanted.len(),
            "as of {as_of}\nreference only: {missing:#?}\nqueries only: {surplus:#?}"
        );
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // Draws in which something never happens would prove nothing of it.
    let seen = seen.borrow();
    assert!(seen.len() == 8 && seen.values().all(|n| *n > 100), "{seen:?}");
}
