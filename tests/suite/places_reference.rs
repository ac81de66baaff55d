//! Random bureaus with stages, tiers and road maps, and the day-by-day reference beside the queries.
use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use guanjia::measures::Scope;
use guanjia::measures::brief::Evidence;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::against_reference::runner;
use crate::desk::{Desk, day, ever, instant, rules_of};
use crate::holders_reference::{FIRST, base, bureau, who};
use crate::reference::Days;
use crate::reference::holding::{Assignment, Bureau, Holder};
use crate::reference::places::{Act, Step, a_year_has_passed, acts, all_held, owes, slots};
use crate::reference::registers::{Stamp, judge};

const ROLES: [&str; 5] = ["leader", "coordinator", "secretary", "service_secretary", "work_secretary"];
const STAGES: [Option<&str>; 4] = [Some("attract"), Some("settle"), Some("settle"), Some("support")];
const TIERS: [Option<&str>; 3] = [Some("municipal"), Some("municipal"), Some("township")];
const STEPS: [Option<&str>; 5] = [None, Some("settle"), Some("support"), Some("decision"), Some("rectification")];
const KINDS: [&str; 4] = ["site_visit", "dispatch", "progress_report", "office_day"];
const CATEGORIES: [(&str, &str); 4] = [("style", "style"), ("作风", "style"), ("流程", "process"), ("其他", "其他")];
const INVESTED: [&str; 3] = ["4999.99", "5000", ""];

const MEASURES: &str = include_str!("../fixtures/places_reference.toml");

/// Stage, tier, project, investment, contact, production reached so many days after 2024-08-20, signed.
type Project = (usize, usize, bool, usize, bool, Option<i64>, Option<i64>);
/// Enterprise, submitted on, category, transferred after, returned after.
type Request = (usize, i64, usize, Option<i64>, Option<i64>);

#[derive(Clone, Debug)]
struct Place {
    /// Who holds what in the first of the roles; the others are in `others`.
    bureau: Bureau,
    others: Vec<(usize, Assignment)>,
    projects: Vec<Project>,
    diary: Vec<Act>,
    steps: Vec<Step>,
    requests: Vec<Request>,
    /// Received on, about style, enterprise, transferred after.
    complaints: Vec<(i64, bool, Option<usize>, Option<i64>)>,
    /// Enterprise, person, unit, on, attitude, by phone.
    scores: Vec<(usize, Option<usize>, bool, i64, i64, bool)>,
}

fn place() -> impl Strategy<Value = Place> {
    let project = (
        0..STAGES.len(),
        0..TIERS.len(),
        any::<bool>(),
        0..INVESTED.len(),
        any::<bool>(),
        option::weighted(0.8, 0..430_i64),
        option::weighted(0.7, 0..70_i64),
    );
    let other = (1..ROLES.len(), 0..5_usize, 0..6_usize, -20..40_i64, option::weighted(0.4, 1..50_i64)).prop_map(
        |(role, enterprise, holder, from, length)| {
            let holder = if holder < 5 { Holder::Person(holder % 4) } else { Holder::Unit("乙局") };
            let (from, to) = (base(from), length.map(|length| base(from + length)));
            (role, Assignment { enterprise, holder, from, to })
        },
    );
    let act =
        (option::weighted(0.3, 0..4_usize), 0..5_usize, 0..70_i64, option::weighted(0.2, 0..6_i64), 0..KINDS.len());
    let step = (0..5_usize, 0..STEPS.len(), any::<bool>(), -3..75_i64, option::weighted(0.6, -5..75_i64)).prop_map(
        |(enterprise, stage, unit, planned, done)| Step {
            enterprise,
            stage: STEPS[stage],
            unit: unit.then_some("住建局"),
            planned: base(planned),
            done: done.map(base),
        },
    );
    let request = (0..5_usize, 0..60_i64, 0..CATEGORIES.len(), option::of(0..12_i64), option::of(0..12_i64));
    let complaint = (0..60_i64, any::<bool>(), option::of(0..5_usize), option::weighted(0.7, -1..12_i64));
    let score = (0..5_usize, option::of(0..4_usize), any::<bool>(), 0..70_i64, 1..6_i64, prop::bool::weighted(0.2));
    let held = (bureau(), vec(other, 24..40), vec(project, 5));
    let done = (vec(act, 100..300), vec(step, 12), vec(request, 14), vec(complaint, 8), vec(score, 14));
    (held, done).prop_map(|((mut bureau, mut others, projects), (diary, steps, requests, complaints, scores))| {
        // One that came a few days ago.
        if projects[0].2 {
            bureau.enterprises[0].from = Some(bureau.as_of_day - chrono::TimeDelta::days(3));
            bureau.enterprises[0].to = None;
        }
        others.sort_by_key(|(role, a)| (*role, a.enterprise, a.holder, a.from));
        others.dedup_by_key(|(role, a)| (*role, a.enterprise, a.holder, a.from));
        let mut place = Place { bureau, others, projects, diary: vec![], steps, requests, complaints, scores };
        let roles = ["leader", "leader", "coordinator", "secretary"].map(|role| place.role(role));
        // Most acts are those of a holder, so that duties are met at times.
        for (person, enterprise, served, delay, kind) in diary {
            let (served, written) = (base(served), delay.map(|delay| base(served + delay)));
            let held = roles[kind].holders(enterprise, served).into_iter().find_map(|(holder, ..)| match holder {
                Holder::Person(person) => Some(person),
                Holder::Unit(_) => None,
            });
            let person = person.or(held).unwrap_or(0);
            place.diary.push(Act { person, enterprise, served, written, kind: KINDS[kind] });
        }
        place
    })
}

impl Place {
    /// The bureau with the assignments of one role.
    fn role(&self, name: &str) -> Bureau {
        let role = ROLES.iter().position(|role| *role == name).unwrap();
        if role == 0 {
            return self.bureau.clone();
        }
        let own = self.others.iter().filter(|(other, _)| *other == role).map(|(_, a)| a.clone());
        Bureau { assignments: own.collect(), ..self.bureau.clone() }
    }

    fn stage(&self, enterprise: usize) -> Option<&'static str> {
        STAGES[self.projects[enterprise].0]
    }

    fn municipal(&self, enterprise: usize) -> bool {
        TIERS[self.projects[enterprise].1] == Some("municipal")
    }

    /// Who holds an enterprise in the role of its stage.
    fn main(&self, enterprise: usize, day: NaiveDate) -> String {
        match self.stage(enterprise) {
            Some("settle") => who(self.role("service_secretary").answers(enterprise, day)),
            Some("support") => who(self.role("work_secretary").answers(enterprise, day)),
            _ => "–/–".into(),
        }
    }
}

fn reached(after: i64) -> NaiveDate {
    day("2024-08-20") + chrono::TimeDelta::days(after)
}

fn export(desk: &mut Desk, p: &Place) {
    let text = |day: Option<NaiveDate>| day.map_or(String::new(), |day| day.to_string());
    for (n, person) in p.bureau.people.iter().enumerate() {
        desk.add("people", &format!("P{n},某{n},{},{},{}", person.unit, text(person.from), text(person.to)));
    }
    for (n, (e, project)) in p.bureau.enterprises.iter().zip(&p.projects).enumerate() {
        let (stage, tier, is_project, invested, contact, production, signed) = project;
        desk.add(
            "projects",
            &format!(
                "E{n},公司{n},{},{},{},{},{},{},{},{},{},{}",
                if *is_project { "project" } else { "enterprise" },
                STAGES[*stage].unwrap_or(""),
                TIERS[*tier].unwrap_or(""),
                INVESTED[*invested],
                if e.listed { "" } else { "否" },
                text(e.from),
                text(e.to),
                if *contact { "钱五" } else { "" },
                text(production.map(reached)),
                text(signed.map(base)),
            ),
        );
    }
    let assignments = p.bureau.assignments.iter().map(|a| (0, a)).chain(p.others.iter().map(|(role, a)| (*role, a)));
    for (role, a) in assignments {
        let holder = match a.holder {
            Holder::Person(person) => format!("P{person},,"),
            Holder::Unit(unit) => format!(",,{unit}"),
        };
        desk.add("assignments", &format!("E{},{},{holder},{},{}", a.enterprise, ROLES[role], a.from, text(a.to)));
    }
    for a in &p.bureau.absences {
        let deputy = a.deputy.map_or(String::new(), |deputy| format!("P{deputy}"));
        desk.add("absences", &format!("P{},{},{},{deputy}", a.person, a.from, a.to));
    }
    for (n, a) in p.diary.iter().enumerate() {
        desk.add(
            "diary",
            &format!("D{n},P{},E{},{},{},{},某", a.person, a.enterprise, a.served, text(a.written), a.kind),
        );
    }
    for (n, s) in p.steps.iter().enumerate() {
        let (stage, unit) = (s.stage.unwrap_or(""), s.unit.unwrap_or(""));
        desk.add("steps", &format!("E{},节点{n},{stage},{unit},{},{}", s.enterprise, s.planned, text(s.done)));
    }
    for (n, (enterprise, submitted, category, transferred, returned)) in p.requests.iter().enumerate() {
        let (category, from) = (CATEGORIES[*category].0, base(*submitted));
        desk.add("requests", &format!("Q{n},E{enterprise},{category},general,window,{from} 09:00:00"));
        for (event, after) in [("transferred", transferred), ("returned", returned)] {
            if let Some(after) = after {
                desk.add("case_events", &format!("Q{n},,{event},{} 10:00:00,,,", base(submitted + after)));
            }
        }
    }
    for (n, (received, style, enterprise, transferred)) in p.complaints.iter().enumerate() {
        let enterprise = enterprise.map_or(String::new(), |enterprise| format!("E{enterprise}"));
        let category = if *style { "style" } else { "attitude" };
        desk.add("complaints", &format!("K{n},{enterprise},P0,,{} 09:00:00,{category},,", base(*received)));
        if let Some(after) = transferred {
            desk.add("case_events", &format!("K{n},,transferred,{} 10:00:00,作风办,,", base(received + after)));
        }
    }
    for (n, (enterprise, person, unit, at, attitude, phone)) in p.scores.iter().enumerate() {
        let person = person.map_or(String::new(), |person| format!("P{person}"));
        let (unit, channel) = (if *unit { "住建局" } else { "" }, if *phone { "phone" } else { "visit" });
        desk.add(
            "scores",
            &format!("V{n},E{enterprise},{person},{unit},{channel},{} 12:00:00,{attitude},,", base(*at)),
        );
    }
}

/// What the reference expects, a line a row.
fn expected(p: &Place, days: &Days) -> Vec<String> {
    let (first, today) = (day(FIRST), p.bureau.as_of_day);
    let all = 0..p.bureau.enterprises.len();
    let [leader, coordinator, secretary] = ["leader", "coordinator", "secretary"].map(|role| p.role(role));
    let mut lines = Vec::new();
    let mut row =
        |measure: &str, record: String, outcome: &str, on: Option<NaiveDate>, value: Option<f64>, who: &str| {
            let (on, value) =
                (on.map_or("–".into(), |day| day.to_string()), value.map_or("–".into(), |v| v.to_string()));
            lines.push(format!("{measure} {record} {outcome} on {on} {value} {who}"));
        };
    let said = |holds: bool| if holds { "met" } else { "breached" };
    for e in all.clone() {
        let (.., contact, production, signed) = &p.projects[e];
        let enterprise = format!("enterprises/E{e}");
        let is_held = |role: &Bureau| !role.holders(e, today).is_empty();
        if p.bureau.in_scope(e, today) {
            let every = is_held(&leader) && is_held(&coordinator) && (*contact || is_held(&secretary));
            row("all_roles", enterprise.clone(), said(every), Some(today), None, "–/–");
            let signed = signed.is_some_and(|day| base(day) <= today);
            row("agreement", enterprise.clone(), said(signed), Some(today), None, "–/–");
            if p.stage(e) == Some("settle") {
                let planned = p.steps.iter().any(|s| s.enterprise == e && s.is_step());
                row("plan", enterprise.clone(), said(planned), Some(today), None, "–/–");
            }
        }
        let (_, _, project, invested, ..) = p.projects[e];
        if project && invested == 1 && !p.bureau.enterprises[e].listed {
            row("unlisted", enterprise.clone(), "–", Some(today), None, &p.main(e, today));
        }
        let over = production.map(reached).filter(|day| *day <= today).is_some_and(|day| a_year_has_passed(day, today));
        let somebody = ROLES.iter().any(|role| is_held(&p.role(role)));
        if over && somebody {
            row("cycle", enterprise.clone(), "–", Some(today), None, &who(leader.answers(e, today)));
        }
        let from = p.bureau.enterprises[e].from.filter(|from| *from >= first && *from <= today);
        if let Some(from) = from.filter(|_| p.bureau.enterprises[e].listed) {
            let done = all_held(&[&leader, &coordinator, &secretary], e, from);
            let done = done.map(|day| Stamp { at: day.and_hms_opt(0, 0, 0).unwrap(), bare: true });
            let judged = judge(from, done, 5, today, days);
            let answers = who(leader.answers(e, judged.decided_on.unwrap_or(today)));
            row("named", enterprise, judged.outcome, judged.decided_on, judged.value.map(|n| n as f64), &answers);
        }
    }
    for (n, s) in p.steps.iter().enumerate() {
        let record = format!("milestones/E{}/节点{n}", s.enterprise);
        let done = s.done_by(today);
        let late = done.map(|day| (day - s.planned).num_days() as f64);
        let (outcome, on) = s.judged(today);
        // Done before the days asked.
        let asked = s.planned >= first && on.is_none_or(|on| on >= first);
        if asked && s.is_step() {
            let answers = who(leader.answers(s.enterprise, on.unwrap_or(today)));
            row("steps", record.clone(), outcome, on, late, &answers);
        }
        if asked && s.stage == Some("decision") {
            row("decided", record.clone(), outcome, on, late, &format!("–/{}", s.unit.unwrap_or("–")));
        }
        if let Some(day) = done.filter(|day| *day >= first && s.is_step()) {
            row("slip", record, "–", Some(day), late, &who(leader.answers(s.enterprise, day)));
        }
    }
    for weekly in [true, false] {
        for slot in slots(first, today, weekly) {
            let last = *slot.last().unwrap();
            let name = match weekly {
                true => format!("{}-W{:02}", last.iso_week().year(), last.iso_week().week()),
                false => last.format("%Y-%m").to_string(),
            };
            let (over, on) = (last <= today, Some(last).filter(|last| *last <= today));
            for e in all.clone() {
                let record = format!("enterprises/E{e}/{name}");
                let answers = who(leader.answers(e, last.min(today)));
                let mut owed = |measure: &str, found: usize, asked: usize| {
                    let outcome = if over { said(found >= asked) } else { "pending" };
                    row(measure, record.clone(), outcome, on, Some(found as f64), &answers);
                };
                let by_leader = owes(&[&leader], e, &slot, days) && p.municipal(e);
                let visits = acts(&[&leader], e, &slot, "site_visit", &p.diary);
                if weekly {
                    if by_leader && p.stage(e) == Some("settle") {
                        owed("weekly", visits.0, 1);
                    }
                    continue;
                }
                if by_leader {
                    owed("twice", acts(&[&leader], e, &slot, "dispatch", &p.diary).1, 2);
                }
                let both = [&coordinator, &secretary];
                if owes(&both, e, &slot, days) {
                    owed("report", acts(&both, e, &slot, "progress_report", &p.diary).0, 1);
                }
                if by_leader && over {
                    let outcome = said(visits.1 * 7 >= slot.len());
                    row("pace", record.clone(), outcome, on, Some((visits.1 * 7) as f64 / slot.len() as f64), &answers);
                }
            }
        }
    }
    for friday in first.iter_days().take_while(|day| *day <= today) {
        if friday.weekday().number_from_monday() == 5 && days.worked(friday) == Some(true) {
            let known = |a: &&Act| a.kind == "office_day" && a.served == friday && a.written.unwrap_or(friday) <= today;
            let found = p.diary.iter().filter(known).count();
            row("office", format!("district/{friday}"), said(found > 0), Some(friday), Some(found as f64), "–/–");
        }
    }
    let transferred = |opened: i64, after: Option<i64>| {
        let done = after.filter(|after| *after >= 0).map(|after| base(opened + after)).filter(|day| *day <= today);
        let done = done.map(|day| Stamp { at: day.and_hms_opt(10, 0, 0).unwrap(), bare: false });
        judge(base(opened), done, 5, today, days)
    };
    for (n, (e, submitted, category, moved, returned)) in p.requests.iter().enumerate() {
        let (record, category, opened) = (format!("cases/Q{n}"), CATEGORIES[*category].1, base(*submitted));
        if opened > today {
            continue;
        }
        if category != "其他" {
            let answers = format!("{} {category}", p.main(*e, opened));
            row("points", record.clone(), "–", Some(opened), None, &answers);
        }
        if let Some(day) = returned.map(|after| base(submitted + after)).filter(|day| *day <= today) {
            row("refused", record.clone(), "–", Some(day), None, &p.main(*e, day));
        }
        if category == "style" {
            let judged = transferred(*submitted, *moved);
            let answers = p.main(*e, judged.decided_on.unwrap_or(today));
            row("style", record, judged.outcome, judged.decided_on, judged.value.map(|n| n as f64), &answers);
        }
    }
    for (n, (received, style, e, moved)) in p.complaints.iter().enumerate() {
        if *style && base(*received) <= today {
            let judged = transferred(*received, *moved);
            let on = judged.decided_on.unwrap_or(today);
            let answers = e.map_or("–/–".into(), |e| p.main(e, on));
            let value = judged.value.map(|n| n as f64);
            row("style", format!("complaints/K{n}"), judged.outcome, judged.decided_on, value, &answers);
        }
    }
    for (n, (e, person, unit, at, attitude, phone)) in p.scores.iter().enumerate() {
        let at = base(*at);
        if at <= today && !phone {
            let answers = match (unit, person) {
                (true, _) => "–/住建局".into(),
                (false, Some(person)) => format!("P{person}/{}", p.bureau.people[*person].unit),
                (false, None) => p.main(*e, at),
            };
            row(
                "attitude",
                format!("evaluations/V{n}"),
                said(*attitude >= 4),
                Some(at),
                Some(*attitude as f64),
                &answers,
            );
        }
    }
    lines.sort();
    lines
}

fn line(row: &Evidence) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    let who = format!("{}/{}{}", text(&row.person_id), text(&row.unit), if row.shared { " shared" } else { "" });
    let value = row.value.map_or("–".into(), |value| value.to_string());
    let on = row.decided_on.map_or("–".into(), |day| day.to_string());
    let class = row.class.as_ref().map_or(String::new(), |class| format!(" {class}"));
    format!("{} {} {} on {on} {value} {who}{class}", row.measure, row.record, text(&row.outcome))
}

#[test]
fn stages_tiers_and_road_maps_equal_the_reference() {
    let days = Days::read();
    let main = r#"{ settle = "service_secretary", support = "work_secretary" }"#;
    let (measures, categories) = MEASURES.split_once("[[category]]").unwrap();
    let regime = rules_of(FIRST, main, &format!("{measures}\n[[category]]{categories}"));
    let seen = RefCell::new(BTreeMap::new());
    let outcome = runner(50).run(&place(), |p| {
        let mut desk = Desk::bare();
        export(&mut desk, &p);
        let as_of = instant(&p.bureau.as_of_day.to_string());
        let scope = Scope { first: day(FIRST), last: day("2025-12-31"), as_of, ..ever("2025-12-31") };
        let mut given: Vec<String> = desk.evidence(&regime, scope).iter().map(line).collect();
        given.sort();
        let expected = expected(&p, &days);
        for line in &expected {
            let words: Vec<&str> = line.split(' ').collect();
            *seen.borrow_mut().entry(format!("{} {}", words[0], words[2])).or_insert(0) += 1;
        }
        let missing: Vec<&String> = expected.iter().filter(|line| !given.contains(line)).collect();
        let surplus: Vec<&String> = given.iter().filter(|line| !expected.contains(line)).collect();
        prop_assert!(
            missing.is_empty() && surplus.is_empty() && given.len() == expected.len(),
            "as of the end of {}\nreference only: {missing:#?}\nqueries only: {surplus:#?}",
            p.bureau.as_of_day
        );
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // Draws in which something never happens would prove nothing of it.
    let seen = seen.borrow();
    let pairs = |measures: &[&str], outcomes: &[&str]| -> Vec<String> {
        measures.iter().flat_map(|m| outcomes.iter().map(move |o| format!("{m} {o}"))).collect()
    };
    let clocks = pairs(&["steps", "decided", "style", "twice", "weekly", "report"], &["met", "breached", "pending"]);
    let states = pairs(&["all_roles", "agreement", "plan", "pace", "office", "attitude"], &["met", "breached"]);
    let counts = pairs(&["slip", "unlisted", "cycle", "points", "refused"], &["–"]);
    let named = pairs(&["named"], &["met", "breached", "pending"]);
    for what in clocks.iter().chain(&states).chain(&counts).chain(&named) {
        assert!(seen.get(what).is_some_and(|n| *n > 3), "{what}: {seen:?}");
    }
}
