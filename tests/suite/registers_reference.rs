//! Random registers, and the day-by-day reference beside the queries: complaints, changes of steward and when they
//! were filed, policies and pushes, entries of the diary, contacts, visits, and stability by every dimension.
use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use guanjia::measures::brief::{Evidence, Figure};
use guanjia::measures::{Dimension, Scope};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::against_reference::runner;
use crate::desk::{Desk, day, ever, instant, rules};
use crate::holders_reference::{FIRST, base, bureau, who};
use crate::reference::Days;
use crate::reference::holding::{Bureau, Holder};
use crate::reference::registers::{Stamp, applies, judge, key};

const CATEGORIES: [Option<&str>; 3] = [Some("科技型"), Some("外资"), None];
/// As written, and as meant.
const APPLIES: [(&str, &[&str]); 4] =
    [("", &[]), ("科技型", &["科技型"]), ("外资;科技型", &["外资", "科技型"]), ("外资、小微", &["外资", "小微"])];
const CHANNELS: [&str; 4] = ["phone", "visit", "unannounced", "platform"];
const TIMES: [Option<i64>; 3] = [None, Some(32_400), Some(86_399)];

const MEASURES: &str = r#"
[[measure]]
id = "verified"
kind = "deadline"
of = "complaints"
limit = { working_days = 7 }
answers = { unit = "营商局" }
[[measure]]
id = "filed"
kind = "deadline"
of = { changes_of = "steward" }
limit = { working_days = 12 }
[[measure]]
id = "reach"
kind = "deadline"
of = "policies"
limit = { working_days = 10 }
[[measure]]
id = "stability"
kind = "tally"
of = { changes_of = "steward" }
per = "enterprise_year"
[[measure]]
id = "complete"
kind = "completeness"
of = { diary_except = ["zero_report"] }
fields = ["enterprise_id", "content"]
[[measure]]
id = "told"
kind = "completeness"
of = { cases_at_first = "resolved" }
in_diary = { days_after = 7 }
[[measure]]
id = "visits"
kind = "score"
of = { evaluations = "grade", channel = ["visit", "unannounced"] }
satisfied = 3
[[measure]]
id = "departments"
kind = "score"
of = { evaluations = "grade", with_unit = true, channel_except = ["phone"] }
satisfied = 3
answers = "event_unit"
[[measure]]
id = "contact"
kind = "coverage"
holders = { any = [{ field = "contact_name" }, { role = "enterprise_contact" }] }
"#;

/// First day, and days until the last.
type Term = (i64, Option<i64>);
/// Day, and place in [`TIMES`].
type At = (i64, usize);
type Drawn = (usize, Option<usize>, i64, Option<i64>, bool, bool);

#[derive(Clone, Debug)]
struct Registers {
    bureau: Bureau,
    /// By enterprise: place in [`CATEGORIES`], a contact's name, a contact's assignment's first and last day.
    enterprises: Vec<(usize, bool, Option<Term>)>,
    /// Days from an assignment's beginning to its filing, by assignment.
    filed: Vec<Option<i64>>,
    /// Received, verified so many days later: day, time.
    complaints: Vec<(At, Option<At>)>,
    /// Issued on, place in [`APPLIES`].
    policies: Vec<(i64, usize)>,
    /// Policy, enterprise, day and time.
    pushes: Vec<(usize, usize, At)>,
    /// Person, enterprise, served on, written so many days later, zero report, content.
    diary: Vec<Drawn>,
    /// Enterprise, submitted on, resolved so many days later, once more.
    cases: Vec<(usize, i64, Option<i64>, bool)>,
    /// Enterprise, person, unit, channel, day, grade.
    evaluations: Vec<(usize, Option<usize>, bool, usize, i64, i64)>,
}

fn registers() -> impl Strategy<Value = Registers> {
    let when = |days: std::ops::Range<i64>| (days, 0..TIMES.len());
    let enterprise = (0..CATEGORIES.len(), any::<bool>(), option::weighted(0.4, (0..60_i64, option::of(1..30_i64))));
    let people = (bureau(), vec(enterprise, 5), vec(option::weighted(0.7, -4..45_i64), 14));
    let papers = (
        vec((when(0..70), option::weighted(0.8, when(-1..18))), 14),
        vec((-3..60_i64, 0..APPLIES.len()), 4),
        vec((0..4_usize, 0..5_usize, when(-3..75)), 12),
    );
    let service = (
        vec(
            (
                0..4_usize,
                option::weighted(0.8, 0..5_usize),
                0..75_i64,
                option::of(0..6_i64),
                any::<bool>(),
                any::<bool>(),
            ),
            0..40,
        ),
        vec((0..5_usize, 0..60_i64, option::weighted(0.8, 0..12_i64), any::<bool>()), 16),
        vec((0..5_usize, option::of(0..4_usize), any::<bool>(), 0..CHANNELS.len(), 0..75_i64, 1..6_i64), 12),
    );
    (people, papers, service).prop_map(|((bureau, enterprises, filed), (complaints, policies, pushes), service)| {
        let (diary, cases, evaluations) = service;
        Registers { bureau, enterprises, filed, complaints, policies, pushes, diary, cases, evaluations }
    })
}

fn stamp((offset, time): (i64, usize)) -> Stamp {
    let at = base(offset).and_time(NaiveTime::MIN) + TimeDelta::seconds(TIMES[time].unwrap_or(0));
    Stamp { at, bare: TIMES[time].is_none() }
}

fn written(stamp: Stamp) -> String {
    stamp.at.format(if stamp.bare { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
}

fn export(desk: &mut Desk, r: &Registers) {
    let text = |day: Option<NaiveDate>| day.map_or(String::new(), |day| day.to_string());
    for (n, p) in r.bureau.people.iter().enumerate() {
        desk.add("people", &format!("P{n},某{n},{},{},{}", p.unit, text(p.from), text(p.to)));
    }
    for (n, e) in r.bureau.enterprises.iter().enumerate() {
        let (category, named, role) = &r.enterprises[n];
        let (listed, name) = (if e.listed { "" } else { "否" }, if *named { "王某" } else { "" });
        let (category, area) = (CATEGORIES[*category].unwrap_or(""), ["东街", "西街", ""][n % 3]);
        let scope = format!("{listed},{},{}", text(e.from), text(e.to));
        desk.add("registered", &format!("E{n},公司{n},enterprise,{category},{area},{scope},{name}"));
        if let Some((from, length)) = role {
            let to = text(length.map(|length| base(from + length)));
            desk.add("assignments", &format!("E{n},enterprise_contact,,周某,,{},{to}", base(*from)));
        }
    }
    for (n, a) in r.bureau.assignments.iter().enumerate() {
        let (id, unit) = match a.holder {
            Holder::Person(person) => (format!("P{person}"), ""),
            Holder::Unit(unit) => (String::new(), unit),
        };
        let filed = text(r.filed[n].map(|days| a.from + TimeDelta::days(days)));
        desk.add("filings", &format!("E{},steward,{id},{unit},{},{},{filed}", a.enterprise, a.from, text(a.to)));
    }
    for a in &r.bureau.absences {
        let deputy = a.deputy.map_or(String::new(), |deputy| format!("P{deputy}"));
        desk.add("absences", &format!("P{},{},{},{deputy}", a.person, a.from, a.to));
    }
    for (n, (received, verified)) in r.complaints.iter().enumerate() {
        let verified = verified.map_or(String::new(), |v| written(stamp((received.0 + v.0, v.1))));
        desk.add("complaints", &format!("K{n},E{},,,{},style,partly,{verified}", n % 5, written(stamp(*received))));
    }
    for (n, (issued, applies)) in r.policies.iter().enumerate() {
        desk.add("policies", &format!("Z{n},某办法,{},{}", base(*issued), APPLIES[*applies].0));
    }
    for (n, (policy, enterprise, at)) in r.pushes.iter().enumerate() {
        // Another person each: the key of a push has all three.
        desk.add("policy_pushes", &format!("Z{policy},X{n},E{enterprise},{}", written(stamp(*at))));
    }
    for (n, (person, enterprise, served, delay, zero, content)) in r.diary.iter().enumerate() {
        let enterprise = enterprise.map_or(String::new(), |e| format!("E{e}"));
        let (kind, content) = (if *zero { "zero_report" } else { "visit" }, if *content { "走访" } else { "" });
        let written = text(delay.map(|delay| base(served + delay)));
        desk.add("diary", &format!("D{n},P{person},{enterprise},{},{written},{kind},{content}", base(*served)));
    }
    for (n, (enterprise, submitted, resolved, again)) in r.cases.iter().enumerate() {
        desk.add("cases", &format!("Q{n},E{enterprise},,platform,{} 09:00:00", base(*submitted)));
        if let Some(days) = resolved {
            desk.add("case_events", &format!("Q{n},1,resolved,{} 10:00:00,,,", base(submitted + days)));
            if *again {
                desk.add("case_events", &format!("Q{n},2,reopened,{} 11:00:00,,,", base(submitted + days)));
                desk.add("case_events", &format!("Q{n},3,resolved,{} 10:00:00,,,", base(submitted + days + 3)));
            }
        }
    }
    for (n, (enterprise, person, unit, channel, at, grade)) in r.evaluations.iter().enumerate() {
        let person = person.map_or(String::new(), |person| format!("P{person}"));
        let (unit, channel) = (if *unit { "住建局" } else { "" }, CHANNELS[*channel]);
        desk.add("evaluations", &format!("V{n},E{enterprise},{person},{unit},{channel},{} 09:00,{grade}", base(*at)));
    }
}

/// What the reference expects, a line a row.
fn expected(r: &Registers, days: &Days) -> Vec<String> {
    let (today, first) = (r.bureau.as_of_day, day(FIRST));
    let mut lines = Vec::new();
    let known = |stamp: Stamp| stamp.day() <= today;
    let clock = |opened: NaiveDate, done: Option<Stamp>, n: i64| {
        let judged = judge(opened, done, n, today, days);
        let (decided, due) = (judged.decided_on, judged.due);
        let text = |day: Option<NaiveDate>| day.map_or("–".into(), |day| day.to_string());
        let value = judged.value.map_or("–".into(), |value| value.to_string());
        (decided, format!("{} due {} on {} {value}", judged.outcome, text(due), text(decided)))
    };
    for (n, (received, verified)) in r.complaints.iter().enumerate() {
        let verified = verified.map(|v| stamp((received.0 + v.0, v.1))).filter(|v| known(*v));
        let received = stamp(*received);
        if known(received) {
            let (_, text) = clock(received.day(), verified, 7);
            lines.push(format!("verified complaints/K{n} {text} –/营商局"));
        }
    }
    for change in r.bureau.changes() {
        if change.from < first {
            continue;
        }
        let place = r.bureau.assignments.iter().position(|a| std::ptr::eq(a, change)).unwrap();
        let filed = r.filed[place].map(|days| change.from + TimeDelta::days(days)).filter(|filed| *filed <= today);
        let filed = filed.map(|filed| Stamp { at: filed.and_time(NaiveTime::MIN), bare: true });
        let (decided, text) = clock(change.from, filed, 12);
        let record = format!("assignments/E{}/steward/{}/{}", change.enterprise, key(change.holder), change.from);
        let who = who(r.bureau.answers(change.enterprise, decided.unwrap_or(today)));
        lines.push(format!("filed {record} {text} {who}"));
        lines.push(format!("stability {record} on {} –/–", change.from));
    }
    for (n, (issued, categories)) in r.policies.iter().enumerate() {
        let issued = base(*issued);
        for (enterprise, (category, ..)) in r.enterprises.iter().enumerate() {
            let applies = applies(APPLIES[*categories].1, CATEGORIES[*category]);
            if issued > today || issued < first || !applies || !r.bureau.in_scope(enterprise, issued) {
                continue;
            }
            let mine = r.pushes.iter().filter(|(policy, e, _)| *policy == n && *e == enterprise);
            let pushed = mine.map(|(.., at)| stamp(*at)).filter(|at| known(*at)).min_by_key(|at| at.end());
            let (decided, text) = clock(issued, pushed, 10);
            let who = who(r.bureau.answers(enterprise, decided.unwrap_or(today)));
            lines.push(format!("reach policies/Z{n}/E{enterprise} {text} {who}"));
        }
    }
    let own_day = |served: i64, delay: Option<i64>| base(served + delay.unwrap_or(0));
    for (n, (person, enterprise, served, delay, zero, content)) in r.diary.iter().enumerate() {
        let own = own_day(*served, *delay);
        if own <= today && !zero {
            let outcome = if enterprise.is_some() && *content { "met" } else { "breached" };
            lines.push(format!("complete diary/D{n} {outcome} on {own} P{person}/{}", r.bureau.people[*person].unit));
        }
    }
    for (n, (enterprise, submitted, resolved, _)) in r.cases.iter().enumerate() {
        let Some(resolved) = resolved.map(|days| submitted + days).filter(|day| base(*day) <= today) else { continue };
        let found = r.diary.iter().any(|(_, served_at, served, delay, ..)| {
            served_at == &Some(*enterprise)
                && (*submitted..=resolved + 7).contains(served)
                && own_day(*served, *delay) <= today
        });
        let last = base(resolved + 7);
        let who = who(r.bureau.answers(*enterprise, last.min(today)));
        let text = match (last > today, found) {
            (true, _) => "pending on –".to_owned(),
            (false, true) => format!("met on {last}"),
            (false, false) => format!("breached on {last}"),
        };
        lines.push(format!("told cases/Q{n} {text} {who}"));
    }
    for (n, (enterprise, person, unit, channel, at, grade)) in r.evaluations.iter().enumerate() {
        let (at, channel) = (base(*at), CHANNELS[*channel]);
        let outcome = if *grade >= 3 { "met" } else { "breached" };
        if at > today {
            continue;
        }
        if ["visit", "unannounced"].contains(&channel) {
            let who = match (person, unit) {
                (Some(person), _) => format!("P{person}/{}", r.bureau.people[*person].unit),
                (None, true) => "–/住建局".into(),
                (None, false) => who(r.bureau.answers(*enterprise, at)),
            };
            lines.push(format!("visits evaluations/V{n} {outcome} on {at} {grade} {who}"));
        }
        if *unit && channel != "phone" {
            lines.push(format!("departments evaluations/V{n} {outcome} on {at} {grade} –/住建局"));
        }
    }
    for (enterprise, (_, named, role)) in r.enterprises.iter().enumerate() {
        if r.bureau.in_scope(enterprise, today) {
            let held = role.is_some_and(|(from, length)| {
                base(from) <= today && length.is_none_or(|length| today < base(from + length))
            });
            let outcome = if *named || held { "met" } else { "breached" };
            lines.push(format!("contact enterprises/E{enterprise} {outcome} on {today} –/–"));
        }
    }
    lines.sort();
    lines
}

fn line(row: &Evidence) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    let day = |value: Option<NaiveDate>| value.map_or("–".into(), |day: NaiveDate| day.to_string());
    let value = row.value.map_or("–".into(), |value| value.to_string());
    let who = format!("{}/{}{}", text(&row.person_id), text(&row.unit), if row.shared { " shared" } else { "" });
    let (measure, record, outcome) = (&row.measure, &row.record, text(&row.outcome));
    let decided = day(row.decided_on);
    match measure.as_str() {
        "verified" | "filed" | "reach" => {
            format!("{measure} {record} {outcome} due {} on {decided} {value} {who}", day(row.due_day))
        }
        "visits" | "departments" => format!("{measure} {record} {outcome} on {decided} {value} {who}"),
        "stability" => format!("{measure} {record} on {decided} {who}"),
        _ => format!("{measure} {record} {outcome} on {decided} {who}"),
    }
}

/// Stability by a dimension: subject, changes, enterprise-days.
fn stability(r: &Registers, by: Dimension) -> Vec<String> {
    let (first, last) = (day(FIRST), day("2025-12-31"));
    let days = r.bureau.days_in_scope(first, last);
    let whole: i64 = days.values().sum();
    let area = |enterprise: usize| ["东街", "西街", ""][enterprise % 3];
    let mut counted: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for change in r.bureau.changes().iter().filter(|change| change.from >= first) {
        let subject = match by {
            Dimension::District => Some("district".into()),
            Dimension::Enterprise => Some(format!("E{}", change.enterprise)),
            Dimension::Area => Some(area(change.enterprise).to_owned()).filter(|area| !area.is_empty()),
            Dimension::Month => Some(change.from.format("%Y-%m").to_string()),
            _ => None,
        };
        *counted.entry(subject).or_default() += 1;
    }
    if by == Dimension::District {
        counted.entry(Some("district".into())).or_default();
    }
    let denominator = |subject: &Option<String>| match (subject, by) {
        (Some(id), Dimension::Enterprise) => days[&id[1..].parse().unwrap()],
        (Some(name), Dimension::Area) => days.iter().filter(|(e, _)| area(**e) == name).map(|(_, n)| n).sum(),
        (Some(month), Dimension::Month) => {
            let begin = day(&format!("{month}-01"));
            let end = begin.iter_days().take_while(|d| d.format("%Y-%m").to_string() == *month).last().unwrap();
            r.bureau.days_in_scope(begin.max(first), end).values().sum()
        }
        _ => whole,
    };
    counted.iter().map(|(subject, n)| format!("{subject:?} {n} {}", denominator(subject))).collect()
}

fn folded(figure: &Figure) -> String {
    let days = figure.denominator.unwrap_or(-1.0) * 365.0;
    format!("{:?} {} {}", figure.subject_id, figure.n, days.round())
}

#[test]
fn registers_equal_the_reference() {
    let days = Days::read();
    let regime = rules(MEASURES);
    let seen = RefCell::new(BTreeMap::new());
    let outcome = runner(60).run(&registers(), |r| {
        let mut desk = Desk::bare();
        export(&mut desk, &r);
        let as_of = instant(&r.bureau.as_of_day.to_string());
        let scope = Scope { first: day(FIRST), last: day("2025-12-31"), as_of, ..ever("2025-12-31") };
        let session = desk.session(&rules_in_force(&regime), scope);
        let mut given: Vec<String> = session.evidence(&Default::default()).unwrap().iter().map(line).collect();
        given.sort();
        let expected = expected(&r, &days);
        for line in &expected {
            let words: Vec<&str> = line.split(' ').collect();
            let what = format!("{} {}", words[0], if words[0] == "stability" { "" } else { words[2] });
            *seen.borrow_mut().entry(what).or_insert(0) += 1;
        }
        let missing: Vec<&String> = expected.iter().filter(|line| !given.contains(line)).collect();
        let surplus: Vec<&String> = given.iter().filter(|line| !expected.contains(line)).collect();
        prop_assert!(
            missing.is_empty() && surplus.is_empty() && given.len() == expected.len(),
            "as of the end of {}\nreference only: {missing:#?}\nqueries only: {surplus:#?}",
            r.bureau.as_of_day
        );
        for by in [Dimension::District, Dimension::Enterprise, Dimension::Area, Dimension::Month, Dimension::Person] {
            let figures = session.figures(by).unwrap();
            let mut given: Vec<String> = figures.iter().filter(|f| f.measure == "stability").map(folded).collect();
            let mut expected = stability(&r, by);
            given.sort();
            expected.sort();
            prop_assert_eq!(given, expected, "by {}", by);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // Draws in which something never happens would prove nothing of it.
    let seen = seen.borrow();
    let clocks = ["verified", "filed", "reach", "told"]
        .iter()
        .flat_map(|m| ["met", "breached", "pending"].map(|o| format!("{m} {o}")));
    let scores = ["complete", "visits", "departments", "contact"]
        .iter()
        .flat_map(|m| ["met", "breached"].map(|o| format!("{m} {o}")));
    for what in clocks.chain(scores).chain(["stability ".to_owned()]) {
        assert!(seen.get(&what).is_some_and(|n| *n > 30), "{what}: {seen:?}");
    }
}

/// The rules in force from the first of the days drawn.
fn rules_in_force(regime: &guanjia::regime::Regime) -> guanjia::regime::Regime {
    guanjia::regime::Regime { in_force_from: day(FIRST), ..regime.clone() }
}
