//! Random bureaus, and the day-by-day reference beside the queries: who answers, which slots are owed, what is held.
use chrono::{NaiveDate, TimeDelta};
use guanjia::measures::Scope;
use guanjia::measures::brief::Evidence;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::against_reference::runner;
use crate::desk::{Desk, day, ever, instant, rules};
use crate::reference::Days;
use crate::reference::holding::{Absence, Assignment, Bureau, Enterprise, Entry, Held, Holder, Person};

/// A Monday; National Day lies in the fifth week.
pub const FIRST: &str = "2025-09-01";
const UNITS: [&str; 2] = ["甲局", "乙局"];

const MEASURES: &str = r#"
[[measure]]
id = "case_settled"
kind = "deadline"
start = ["submitted", "reopened"]
end = ["resolved", "returned"]
limit = { working_days = 15 }
[[measure]]
id = "written"
kind = "cadence"
subject = { person_holding = "steward" }
slot = "week"
acts = { kinds = [], by = "subject" }
count_by = "written"
[[measure]]
id = "served"
kind = "cadence"
subject = { person_holding = "steward" }
slot = "week"
acts = { kinds = [], by = "subject" }
[[measure]]
id = "monthly"
kind = "cadence"
subject = "enterprise"
slot = "month"
acts = { kinds = [], by = "steward" }
[[measure]]
id = "cover"
kind = "coverage"
holders = { role = "steward", exactly = 1 }
[[measure]]
id = "load"
kind = "load"
role = "steward"
within = [2, 3]
[[measure]]
id = "gap"
kind = "continuity"
role = "steward"
"#;

pub fn base(days: i64) -> NaiveDate {
    day(FIRST) + TimeDelta::days(days)
}

pub fn bureau() -> impl Strategy<Value = Bureau> {
    let dated = |from: std::ops::Range<i64>, to: std::ops::Range<i64>| {
        (option::weighted(0.2, from.prop_map(base)), option::weighted(0.3, to.prop_map(base)))
    };
    let person =
        (0..2_usize, dated(0..20, 35..75)).prop_map(|(unit, (from, to))| Person { unit: UNITS[unit], from, to });
    let enterprise = (prop::bool::weighted(0.85), dated(0..20, 35..75)).prop_map(|(listed, (from, to))| Enterprise {
        listed,
        from,
        to,
    });
    let assignment = (0..5_usize, 0..6_usize, -20..55_i64, option::weighted(0.6, 1..45_i64)).prop_map(
        |(enterprise, holder, from, length)| Assignment {
            enterprise,
            holder: if holder < 5 { Holder::Person(holder % 4) } else { Holder::Unit("甲局") },
            from: base(from),
            to: length.map(|length| base(from + length)),
        },
    );
    let absence = (0..4_usize, 0..70_i64, 0..12_i64, option::weighted(0.6, 1..4_usize)).prop_map(
        |(person, from, length, deputy)| Absence {
            person,
            from: base(from),
            to: base(from + length),
            deputy: deputy.map(|deputy| (person + deputy) % 4),
        },
    );
    let entry =
        (0..4_usize, 0..5_usize, 0..75_i64, option::of(0..6_i64)).prop_map(|(person, enterprise, served, delay)| {
            Entry { person, enterprise, served: base(served), written: delay.map(|delay| base(served + delay)) }
        });
    let parts = (vec(person, 4), vec(enterprise, 5), vec(assignment, 3..14), vec(absence, 0..8), vec(entry, 0..40));
    (25..75_i64, parts).prop_map(|(as_of, (people, enterprises, mut assignments, mut absences, diary))| {
        assignments.sort_by_key(|a| (a.enterprise, a.holder, a.from));
        assignments.dedup_by_key(|a| (a.enterprise, a.holder, a.from));
        absences.sort_by_key(|a| (a.person, a.from));
        absences.dedup_by_key(|a| (a.person, a.from));
        Bureau { as_of_day: base(as_of), people, enterprises, assignments, absences, diary }
    })
}

/// Cases: enterprise, day submitted, days until it is resolved.
fn cases() -> impl Strategy<Value = Vec<(usize, i64, i64)>> {
    vec((0..5_usize, 0..74_i64, 0..4_i64), 12)
}

fn export(desk: &mut Desk, bureau: &Bureau, cases: &[(usize, i64, i64)]) {
    let text = |day: Option<NaiveDate>| day.map_or(String::new(), |day| day.to_string());
    for (n, p) in bureau.people.iter().enumerate() {
        desk.add("people", &format!("P{n},某{n},{},{},{}", p.unit, text(p.from), text(p.to)));
    }
    for (n, e) in bureau.enterprises.iter().enumerate() {
        let listed = if e.listed { "" } else { "否" };
        desk.add("enterprises", &format!("E{n},公司{n},enterprise,,{listed},{},{},", text(e.from), text(e.to)));
    }
    for a in &bureau.assignments {
        let holder = match a.holder {
            Holder::Person(person) => format!("P{person},,"),
            Holder::Unit(unit) => format!(",,{unit}"),
        };
        desk.add("assignments", &format!("E{},steward,{holder},{},{}", a.enterprise, a.from, text(a.to)));
    }
    for a in &bureau.absences {
        let deputy = a.deputy.map_or(String::new(), |deputy| format!("P{deputy}"));
        desk.add("absences", &format!("P{},{},{},{deputy}", a.person, a.from, a.to));
    }
    for (n, d) in bureau.diary.iter().enumerate() {
        let row = format!("D{n},P{},E{},{},{},visit,走访", d.person, d.enterprise, d.served, text(d.written));
        desk.add("diary", &row);
    }
    for (n, (enterprise, submitted, length)) in cases.iter().enumerate() {
        let (from, to) = (base(*submitted), base(submitted + length));
        desk.add("cases", &format!("Q{n},E{enterprise},,platform,{from} 09:00:00"));
        desk.add("case_events", &format!("Q{n},1,resolved,{to} 10:00:00,,,"));
    }
}

pub fn who(answers: Option<(Held, bool)>) -> String {
    match answers {
        None => "–/–".into(),
        Some(((holder, unit, _), shared)) => {
            let person = match holder {
                Holder::Person(person) => format!("P{person}"),
                Holder::Unit(_) => "–".into(),
            };
            format!("{person}/{}{}", unit.unwrap_or("–"), if shared { " shared" } else { "" })
        }
    }
}

/// What the reference expects, a line a row.
fn expected(bureau: &Bureau, cases: &[(usize, i64, i64)], days: &Days) -> Vec<String> {
    let first = day(FIRST);
    let today = bureau.as_of_day;
    let mut lines = Vec::new();
    for (n, (enterprise, submitted, length)) in cases.iter().enumerate() {
        let (from, to) = (base(*submitted), base(submitted + length));
        if from <= today {
            let outcome = if to <= today { "met" } else { "pending" };
            lines
                .push(format!("case_settled cases/Q{n} {outcome} {}", who(bureau.answers(*enterprise, to.min(today)))));
        }
    }
    let outcome = |last: NaiveDate, acts: usize| match (last > today, acts) {
        (true, _) => "pending",
        (false, 0) => "breached",
        (false, _) => "met",
    };
    for (person, sunday, written, served) in bureau.weeks(first, days) {
        for (measure, acts) in [("written", written), ("served", served)] {
            let unit = bureau.people[person].unit;
            lines.push(format!("{measure} {sunday} {} {acts} P{person}/{unit}", outcome(sunday, acts)));
        }
    }
    for (enterprise, last, acts) in bureau.months(first) {
        let who = who(bureau.answers(enterprise, last.min(today)));
        lines.push(format!("monthly E{enterprise} {last} {} {acts} {who}", outcome(last, acts)));
    }
    for enterprise in (0..bureau.enterprises.len()).filter(|e| bureau.in_scope(*e, today)) {
        let mut holders: Vec<Holder> = bureau.holders(enterprise, today).iter().map(|held| held.0).collect();
        holders.sort();
        holders.dedup();
        lines.push(format!("cover E{enterprise} {}", holders.len()));
    }
    for person in 0..bureau.people.len() {
        let n = bureau.holds(person, today);
        if n > 0 {
            lines.push(format!("load P{person}/{} {n}", bureau.people[person].unit));
        }
    }
    for (enterprise, from, gap, decided) in bureau.gaps() {
        if decided >= first {
            lines.push(format!("gap E{enterprise} {from:?} {gap} {decided}"));
        }
    }
    lines.sort();
    lines
}

fn line(row: &Evidence) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    let who = format!("{}/{}{}", text(&row.person_id), text(&row.unit), if row.shared { " shared" } else { "" });
    let (outcome, value, enterprise) = (text(&row.outcome), row.value.unwrap_or(0.0), text(&row.enterprise_id));
    let last = row.due_day.map_or(String::new(), |day| day.to_string());
    match row.measure.as_str() {
        "case_settled" => format!("case_settled {} {outcome} {who}", row.record),
        "written" | "served" => format!("{} {last} {outcome} {value} {who}", row.measure),
        "monthly" => format!("monthly {enterprise} {last} {outcome} {value} {who}"),
        "cover" => format!("cover {enterprise} {value}"),
        "load" => format!("load {who} {value}"),
        _ => format!("gap {enterprise} {:?} {value} {}", row.done_at.map(|at| at.date()), row.decided_on.unwrap()),
    }
}

#[test]
fn holders_and_slots_equal_the_reference() {
    let days = Days::read();
    let regime = rules(MEASURES);
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::new());
    let outcome = runner(60).run(&(bureau(), cases()), |(bureau, cases)| {
        let mut desk = Desk::bare();
        export(&mut desk, &bureau, &cases);
        let as_of = instant(&bureau.as_of_day.to_string());
        let scope = Scope { first: day(FIRST), last: day("2025-12-31"), as_of, ..ever("2025-12-31") };
        let mut given: Vec<String> = desk.evidence(&regime, scope).iter().map(line).collect();
        given.sort();
        let expected = expected(&bureau, &cases, &days);
        for line in &expected {
            let measure = line.split(' ').next().unwrap_or_default().to_owned();
            *seen.borrow_mut().entry(measure).or_insert(0) += 1;
        }
        let missing: Vec<&String> = expected.iter().filter(|line| !given.contains(line)).collect();
        let surplus: Vec<&String> = given.iter().filter(|line| !expected.contains(line)).collect();
        prop_assert!(
            missing.is_empty() && surplus.is_empty() && given.len() == expected.len(),
            "reference only: {missing:#?}\nqueries only: {surplus:#?}"
        );
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // Draws in which something never happens would prove nothing of it.
    let seen = seen.borrow();
    assert!(seen.len() == 7 && seen.values().all(|n| *n > 50), "{seen:?}");
}
