//! Random chains of events, and the plain reference beside the queries: every obligation must be equal.
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use guanjia::measures::brief::Evidence;
use guanjia::regime::Limit;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::desk::{Desk, day, ever, rules};
use crate::reference::Days;
use crate::reference::clock::{Clock, Event, with_submission};

/// Where the days around a holiday begin; the last one runs out of the calendar.
const BASES: [&str; 4] = ["2025-09-22", "2026-02-05", "2026-09-16", "2026-12-07"];
const EVENTS: [&str; 18] = [
    "submitted",
    "dispatched",
    "dispatched",
    "accepted",
    "assigned",
    "assigned",
    "department_replied",
    "department_returned",
    "extended",
    "extended",
    "suspended",
    "suspended",
    "resumed",
    "resolved",
    "returned",
    "answered",
    "reopened",
    "withdrawn",
];
const UNITS: [Option<&str>; 4] = [None, Some("甲"), Some("甲"), Some("乙")];
/// Seconds of the day; none: only the day is known.
const TIMES: [Option<i64>; 6] = [None, Some(0), Some(32_400), Some(45_015), Some(45_015), Some(86_399)];

const MEASURES: &str = r#"
[[measure]]
id = "department_reply"
kind = "deadline"
start = ["assigned"]
end = ["department_replied", "department_returned"]
limit = { working_days = 3 }
answers = "event_unit"
[[measure]]
id = "case_settled"
kind = "deadline"
start = ["submitted", "reopened"]
end = ["resolved", "returned"]
limit = { working_days = 15 }
answers = "nobody"
[[measure]]
id = "short"
kind = "deadline"
start = ["submitted", "reopened"]
end = ["resolved", "returned"]
limit = { working_days = 4 }
answers = "nobody"
[[measure]]
id = "days"
kind = "deadline"
start = ["dispatched"]
end = ["resolved", "returned"]
limit = { days = 2 }
answers = "event_unit"
[[measure]]
id = "hours"
kind = "deadline"
start = ["submitted"]
end = ["accepted", "dispatched"]
limit = { hours = 26 }
answers = "nobody"
[[measure]]
id = "answered"
kind = "deadline"
start = ["resolved", "returned"]
end = ["answered"]
limit = { working_days = 1 }
answers = "nobody"
"#;

fn clocks() -> [(&'static str, Clock, bool); 6] {
    let clock = |starts, ends, limit| Clock { starts, ends, limit };
    let settled: (&[&str], &[&str]) = (&["submitted", "reopened"], &["resolved", "returned"]);
    [
        (
            "department_reply",
            clock(&["assigned"], &["department_replied", "department_returned"], Limit::WorkingDays(3)),
            true,
        ),
        ("case_settled", clock(settled.0, settled.1, Limit::WorkingDays(15)), false),
        ("short", clock(settled.0, settled.1, Limit::WorkingDays(4)), false),
        ("days", clock(&["dispatched"], &["resolved", "returned"], Limit::Days(2)), true),
        ("hours", clock(&["submitted"], &["accepted", "dispatched"], Limit::Hours(26)), false),
        ("answered", clock(&["resolved", "returned"], &["answered"], Limit::WorkingDays(1)), false),
    ]
}

/// kind, day, time, unit, until
type Drawn = (usize, i64, usize, usize, i64);

/// Day and time of submission, and events.
type Case = (i64, usize, Vec<Drawn>);

fn event() -> impl Strategy<Value = Drawn> {
    (0..EVENTS.len(), 0..30_i64, 0..TIMES.len(), 0..UNITS.len(), 0..40_i64)
}

/// Where the days begin, as-of, and cases.
fn bureau() -> impl Strategy<Value = (usize, i64, usize, Vec<Case>)> {
    let case = (0..12_i64, 0..TIMES.len(), vec(event(), 0..14));
    (0..BASES.len(), 0..45_i64, 1..TIMES.len(), vec(case, 40))
}

pub fn at(base: NaiveDate, days: i64, time: usize) -> (NaiveDateTime, bool) {
    let midnight = (base + TimeDelta::days(days)).and_hms_opt(0, 0, 0).unwrap();
    (midnight + TimeDelta::seconds(TIMES[time].unwrap_or(0)), TIMES[time].is_none())
}

pub fn written((at, bare): (NaiveDateTime, bool)) -> String {
    at.format(if bare { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
}

/// Every case of the test runs with the same draws.
pub fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn found(row: &Evidence, with_unit: bool) -> String {
    format!(
        "{} {} {} opened {} due {:?} {:?} done {:?} on {:?} {} {} {} paused {} elapsed {} {}",
        row.measure,
        row.record,
        row.unit.as_deref().filter(|_| with_unit).unwrap_or("–"),
        row.opened_at.unwrap(),
        row.due_day,
        row.due_at,
        row.done_at,
        row.decided_on,
        row.outcome.as_deref().unwrap(),
        row.value.map_or("–".into(), |value| format!("{value:.6}")),
        row.extended,
        // Where no due can be computed nothing says how far it was moved.
        if row.due_at.is_some() { format!("{:.6}", row.paused) } else { "–".into() },
        row.elapsed.filter(|_| row.due_at.is_some()).map_or("–".into(), |elapsed| format!("{elapsed:.6}")),
        row.ended_by.as_deref().unwrap_or("open"),
    )
}

#[test]
fn clocks_equal_the_reference() {
    let days = Days::read();
    let regime = rules(MEASURES);
    let seen = std::cell::RefCell::new([0_usize; 6]);
    let outcome = runner(60).run(&bureau(), |(base, as_of, time, cases)| {
        let base = day(BASES[base]);
        let as_of = at(base, as_of, time).0;
        let mut desk = Desk::new();
        let mut expected = Vec::new();
        for (number, (submitted_day, submitted_time, drawn)) in cases.iter().enumerate() {
            let id = format!("Q{number:02}");
            let submitted = at(base, *submitted_day, *submitted_time);
            desk.add("cases", &format!("{id},E1,,platform,{}", written(submitted)));
            let mut events = Vec::new();
            for (n, (kind, offset, time, unit, until)) in drawn.iter().enumerate() {
                let (at, bare) = at(base, *offset, *time);
                let event = EVENTS[*kind];
                let unit = UNITS[*unit].filter(|_| event != "extended" || *until % 2 == 0);
                // A dispatch names its unit.
                let unit = if event == "dispatched" { unit.or(Some("丙")) } else { unit };
                let until = (event == "extended").then(|| base + TimeDelta::days(offset + until % 20));
                let seq = n as i64 + 1;
                let until_text = until.map_or(String::new(), |day| day.to_string());
                let row = format!("{id},{seq},{event},{},{},{until_text},", written((at, bare)), unit.unwrap_or(""));
                desk.add("case_events", &row);
                events.push(Event { event, at, bare, seq, unit, until });
            }
            let events = with_submission(&events, submitted.0, submitted.1, as_of);
            for (measure, clock, with_unit) in clocks() {
                for row in clock.rows(&events, as_of, &days) {
                    let evidence = Evidence {
                        measure: measure.into(),
                        record: format!("cases/{id}"),
                        unit: row.unit.map(str::to_owned),
                        opened_at: Some(row.opened_at),
                        due_day: row.due.map(|(day, _)| day),
                        due_at: row.due.map(|(_, at)| at),
                        done_at: row.done_at,
                        decided_on: row.decided_on,
                        outcome: Some(row.outcome.into()),
                        value: row.value,
                        extended: row.extended,
                        paused: row.paused,
                        elapsed: row.elapsed,
                        ended_by: row.ended_by.map(str::to_owned),
                        ..Evidence::default()
                    };
                    let kinds = ["met", "breached", "pending", "unmeasurable"];
                    let mut seen = seen.borrow_mut();
                    seen[kinds.iter().position(|kind| *kind == row.outcome).unwrap()] += 1;
                    seen[4] += usize::from(row.extended);
                    seen[5] += usize::from(row.paused > 0.0);
                    expected.push(found(&evidence, with_unit));
                }
            }
        }
        let scope = guanjia::measures::Scope { as_of, ..ever("2025-12-31") };
        let rows = desk.evidence(&regime, scope);
        let with_unit = |row: &Evidence| ["department_reply", "days"].contains(&row.measure.as_str());
        let mut given: Vec<String> = rows.iter().map(|row| found(row, with_unit(row))).collect();
        given.sort();
        expected.sort();
        let missing: Vec<&String> = expected.iter().filter(|line| !given.contains(line)).collect();
        let surplus: Vec<&String> = given.iter().filter(|line| !expected.contains(line)).collect();
        prop_assert!(
            missing.is_empty() && surplus.is_empty() && given.len() == expected.len(),
            "as of {as_of}\nreference only: {missing:#?}\nqueries only: {surplus:#?}\n{}",
            told(&cases, missing.first().or(surplus.first()).map_or("", |line| line.as_str()), base)
        );
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // Draws in which something never happens would prove nothing of it.
    assert!(seen.borrow().iter().all(|n| *n > 100), "{:?}", seen.borrow());
}

/// The events of the case that a line is about.
fn told(cases: &[Case], line: &str, base: NaiveDate) -> String {
    let number = line.split("cases/Q").nth(1).and_then(|rest| rest.get(..2)).and_then(|n| n.parse::<usize>().ok());
    let Some((submitted_day, submitted_time, drawn)) = number.map(|n| &cases[n]) else { return String::new() };
    let mut text = format!("submitted_at {}\n", written(at(base, *submitted_day, *submitted_time)));
    for (kind, offset, time, unit, until) in drawn {
        let until = base + TimeDelta::days(offset + until % 20);
        text += &format!("{} {} {:?} >{until}\n", EVENTS[*kind], written(at(base, *offset, *time)), UNITS[*unit]);
    }
    text
}
