//! What other places ask for: hours round the clock, days by class, milestones, slots by stage and tier, cycles.
use super::clock;
use crate::desk::{Desk, day, ever, rules, rules_of, scope, told};
use guanjia::measures::brief::Evidence;

const HOUR: &str = r#"[[measure]]
id = "m"
kind = "deadline"
start = ["submitted"]
end = ["dispatched"]
limit = { hours = 1 }
answers = { unit = "办公室" }
"#;

/// Rows in one line each, without who answers.
fn lines(rows: &[Evidence]) -> Vec<String> {
    rows.iter().map(told).collect()
}

#[test]
fn an_hour_runs_over_midnight_holidays_and_pauses() {
    let mut desk = Desk::new();
    // New Year's Eve into the new year; National Day; a pause of 30 minutes moves the due by 30 minutes.
    desk.case("Q1", "submitted 2025-12-31T23:20:00\ndispatched 2026-01-01T00:20:00 @甲");
    desk.case("Q2", "submitted 2025-10-01T03:00:00\ndispatched 2025-10-01T04:00:01 @甲");
    desk.case("Q3", "submitted 2025-10-02T23:30:00\nsuspended 2025-10-02T23:50:00\nresumed 2025-10-03T00:20:00\ndispatched 2025-10-03T01:00:00 @甲");
    // Dispatched again: the first one ended the clock. Submitted again (a reminder): no new clock.
    desk.case("Q4", "submitted 2025-10-06T10:00:00\ndispatched 2025-10-06T10:59:00 @甲\ndispatched 2025-10-07T10:00:00 @乙\nsubmitted 2025-10-08T10:00:00");
    // Never dispatched: breached from 10:00:01 on; withdrawn within the hour: dropped.
    desk.case("Q5", "submitted 2025-10-08T09:00:00");
    desk.case("Q6", "submitted 2025-10-08T09:00:00\nwithdrawn 2025-10-08T09:59:59");
    let rows = desk.evidence(&rules(HOUR), ever("2026-01-31"));
    assert_eq!(
        lines(&rows),
        [
            &format!(
                "cases/Q2 –/办公室 due 2025-10-01 done 2025-10-01T04:00 on 2025-10-01 breached {}",
                3601.0 / 3600.0
            ),
            "cases/Q3 –/办公室 due 2025-10-03 done 2025-10-03T01:00 on 2025-10-03 met 1 paused 0.5",
            &format!("cases/Q4 –/办公室 due 2025-10-06 done 2025-10-06T10:59 on 2025-10-06 met {}", 59.0 / 60.0),
            "cases/Q5 –/办公室 due 2025-10-08 on 2025-10-08 breached",
            // Its second submission, after the clock had ended, is one more obligation.
            "cases/Q4 –/办公室 due 2025-10-08 on 2025-10-08 breached",
            "cases/Q1 –/办公室 due 2026-01-01 done 2026-01-01T00:20 on 2026-01-01 met 1",
        ]
    );
    // At 10:00:00 exactly it is due and not done.
    let mut desk = Desk::new();
    desk.case("Q5", "submitted 2025-10-08T09:00:00");
    let at = |desk: &mut Desk, as_of: &str| lines(&desk.evidence(&rules(HOUR), ever(as_of)));
    assert_eq!(at(&mut desk, "2025-10-08T09:59:59"), ["cases/Q5 –/办公室 due 2025-10-08 undecided pending"]);
    assert_eq!(at(&mut desk, "2025-10-08T10:00:00"), ["cases/Q5 –/办公室 due 2025-10-08 on 2025-10-08 breached"]);
}

#[test]
fn days_by_class_run_from_each_dispatch() {
    let days = |class: &str, n: u32| {
        clock("dispatched", "resolved", &format!("days = {n}"))
            .replace("id = \"m\"", &format!("id = \"{class}\"\nwhere = {{ case_class = [\"{class}\"] }}"))
    };
    let measures = [days("consultation", 1), days("general", 2), days("difficult", 3)].concat();
    let mut desk = Desk::new();
    let class = |desk: &mut Desk, id: &str, class: &str, events: &str| {
        desk.add("requests", &format!("{id},E1,,{class},hotline,2025-09-30 08:00:00"));
        desk.events(id, events);
    };
    // Dispatched on the eve of National Day: calendar days, the day itself not counted.
    class(&mut desk, "Q1", "consultation", "dispatched 2025-09-30T09:00:00 @甲\nresolved 2025-10-01T23:59:59");
    class(&mut desk, "Q2", "general", "dispatched 2025-09-30T09:00:00 @甲\nresolved 2025-10-03T00:00:01");
    // To another unit before the due: dropped, and a clock of the other's; after the due: breached, and one of the other's.
    class(
        &mut desk,
        "Q3",
        "difficult",
        "dispatched 2025-09-30T09:00:00 @甲\ndispatched 2025-10-02T09:00:00 @乙\nresolved 2025-10-05T09:00:00",
    );
    class(&mut desk, "Q4", "difficult", "dispatched 2025-09-30T09:00:00 @甲\ndispatched 2025-10-04T09:00:00 @乙");
    // To the same unit again: a reminder. An extension without a unit moves it.
    class(
        &mut desk,
        "Q5",
        "difficult",
        "dispatched 2025-09-30T09:00:00 @甲\ndispatched 2025-10-02T09:00:00 @甲\nextended 2025-10-03T10:00:00 >2025-10-06\nresolved 2025-10-06T10:00:00",
    );
    // Of no class: no clock.
    class(&mut desk, "Q6", "", "dispatched 2025-09-30T09:00:00 @甲");
    let rows = desk.evidence(&rules(&measures), ever("2025-10-31"));
    let mut told: Vec<String> = rows.iter().map(|row| format!("{} {}", row.measure, told(row))).collect();
    told.sort();
    assert_eq!(
        told,
        [
            "consultation cases/Q1 –/甲 due 2025-10-01 done 2025-10-01T23:59 on 2025-10-01 met 1",
            "difficult cases/Q3 –/乙 due 2025-10-05 done 2025-10-05T09:00 on 2025-10-05 met 3",
            "difficult cases/Q4 –/乙 due 2025-10-07 on 2025-10-07 breached",
            "difficult cases/Q4 –/甲 due 2025-10-03 on 2025-10-03 breached",
            "difficult cases/Q5 –/甲 due 2025-10-06 done 2025-10-06T10:00 on 2025-10-06 met 6 extended",
            "general cases/Q2 –/甲 due 2025-10-02 done 2025-10-03T00:00 on 2025-10-02 breached 3",
        ]
    );
}

#[test]
fn fridays_of_worked_saturdays_and_holidays() {
    let friday = r#"[[measure]]
id = "m"
kind = "cadence"
subject = "district"
slot = { weekday = "friday", working = true }
acts = { kinds = ["office_day"], by = "subject" }
"#;
    let mut desk = Desk::new();
    // February 2026: the 6th and 13th are worked, the 20th rests, the 27th is worked; Saturdays 14 and 28 are worked.
    desk.add(
        "diary",
        "D1,P1,,2026-02-06,,office_day,接待\nD2,P1,,2026-02-14,,office_day,接待\nD3,P1,,2026-02-28,,office_day,接待",
    );
    let of = |desk: &mut Desk, period: &str, last: &str| {
        let rows = desk.evidence(&rules(friday), scope(period, last, None));
        rows.iter().map(|row| format!("{} {}", row.record, row.outcome.as_deref().unwrap())).collect::<Vec<_>>()
    };
    // The worked Saturday is no Friday: what was done on it does not count for the day before.
    assert_eq!(
        of(&mut desk, "2026-02", "2026-02-28"),
        ["district/2026-02-06 met", "district/2026-02-13 breached", "district/2026-02-27 breached"]
    );
    // A Friday that runs is pending until it is over.
    assert_eq!(of(&mut desk, "2026-W09", "2026-02-27T12:00:00"), ["district/2026-02-27 pending"]);
    // Friday the 25th of September 2026 rests. 2027 has no notice: whether its Fridays are worked nobody knows.
    assert_eq!(of(&mut desk, "2026-W39", "2026-09-30"), Vec::<String>::new());
    assert_eq!(of(&mut desk, "2027-W01", "2027-01-31"), ["district/2027-01-08 pending"]);
}

#[test]
fn quarters_and_months_of_those_in_scope_all_the_time() {
    let training = r#"[[measure]]
id = "m"
kind = "cadence"
subject = { person_holding = "steward" }
slot = "quarter"
acts = { kinds = ["training"], by = "subject" }
"#;
    let mut desk = Desk::new();
    desk.add("people", "P2,李二,乙局,,\nP3,王三,乙局,,");
    desk.add("assignments", "E1,steward,P2,,,2025-07-02,\nE1,steward,P3,,,2025-07-01,");
    desk.add(
        "diary",
        "D1,P1,,2025-09-30,,training,培训\nD2,P3,,2025-10-01,,training,培训\nD3,P3,E1,2025-08-01,,visit,走访",
    );
    let of = |desk: &mut Desk, measure: &str, period: &str, as_of: &str| {
        let rows = desk.evidence(&rules(measure), scope(period, as_of, None));
        rows.iter().map(told).collect::<Vec<_>>()
    };
    // P2 began on the second day of the quarter: not owed.
    assert_eq!(
        of(&mut desk, training, "2025-Q3", "2025-09-30"),
        [
            "people/P1/2025-Q3 P1/甲局 due 2025-09-30 on 2025-09-30 met 1",
            "people/P3/2025-Q3 P3/乙局 due 2025-09-30 on 2025-09-30 breached 0",
        ]
    );
    // A quarter belongs to the month of its last day, to the last second of which it is pending.
    assert_eq!(of(&mut desk, training, "2025-08", "2025-08-31").len(), 2);
    assert!(of(&mut desk, training, "2025-09", "2025-09-30T23:59:59").iter().all(|line| line.contains("pending")));
}

/// Two projects of the city and one of a township, under construction and in production.
fn projects() -> Desk {
    let mut desk = Desk::bare();
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,");
    desk.add("projects", "E1,甲项目,project,settle,municipal,,,,,,,\nE2,乙项目,project,support,municipal,,,,,,,\nE3,丙项目,project,settle,township,,,,,,,\nE4,丁项目,project,,municipal,,,,,,,");
    desk.add("assignments", "E1,leader,P1,,,2024-01-01,\nE2,leader,P1,,,2024-01-01,\nE3,leader,P1,,,2024-01-01,\nE4,leader,P1,,,2024-01-01,");
    desk
}

#[test]
fn slots_are_owed_by_stage_and_tier() {
    let weekly = r#"[[measure]]
id = "m"
kind = "cadence"
subject = "enterprise"
slot = "week"
acts = { kinds = ["site_visit"], by = "leader" }
where = { stage = ["settle"], tier = ["municipal"] }
"#;
    let mut desk = projects();
    desk.add("diary", "D1,P1,E1,2025-10-14,,site_visit,现场\nD2,P1,E3,2025-10-14,,site_visit,现场");
    let rows = desk.evidence(&rules(weekly), scope("2025-W42", "2025-10-19", None));
    assert_eq!(lines(&rows), ["enterprises/E1/2025-W42 P1/甲局 due 2025-10-19 on 2025-10-19 met 1"]);
}

#[test]
fn a_pace_is_days_by_weeks_of_the_month() {
    let pace = r#"[[measure]]
id = "m"
kind = "score"
of = { acts = ["site_visit"], by = "leader" }
satisfied = 1
where = { tier = ["municipal"] }
"#;
    let mut desk = projects();
    // February 2026 has exactly four weeks: four days are one a week; two visits on a day are one day.
    for (n, (enterprise, at)) in
        [("E1", "02"), ("E1", "09"), ("E1", "10"), ("E1", "27"), ("E2", "03"), ("E2", "03"), ("E2", "04"), ("E2", "05")]
            .iter()
            .enumerate()
    {
        desk.add("diary", &format!("D{n},P1,{enterprise},2026-02-{at},,site_visit,现场"));
    }
    // Four days of a month of 31 are less than one a week.
    for n in 1..5 {
        desk.add("diary", &format!("M{n},P1,E1,2026-03-0{n},,site_visit,现场"));
    }
    let of =
        |desk: &mut Desk, period: &str, as_of: &str| lines(&desk.evidence(&rules(pace), scope(period, as_of, None)));
    assert_eq!(
        of(&mut desk, "2026-02", "2026-02-28"),
        [
            "enterprises/E1/2026-02 P1/甲局 on 2026-02-28 met 1",
            "enterprises/E2/2026-02 P1/甲局 on 2026-02-28 breached 0.75",
            "enterprises/E4/2026-02 P1/甲局 on 2026-02-28 breached 0",
        ]
    );
    assert_eq!(
        of(&mut desk, "2026-03", "2026-03-31")[0],
        format!("enterprises/E1/2026-03 P1/甲局 on 2026-03-31 breached {}", 28.0 / 31.0)
    );
    // A month that runs has no pace yet.
    assert_eq!(of(&mut desk, "2026-03", "2026-03-31T23:00:00"), Vec::<String>::new());
}

#[test]
fn milestones_are_due_on_their_planned_day() {
    let steps = r#"[[measure]]
id = "steps"
kind = "deadline"
of = { milestones = "steps" }
answers = "leader"
[[measure]]
id = "rectified"
kind = "deadline"
of = { milestones = ["rectification"] }
answers = "event_unit"
[[measure]]
id = "slip"
kind = "score"
of = { milestones = "steps" }
answers = "leader"
"#;
    let mut desk = projects();
    desk.add(
        "steps",
        "E1,立项,settle,,2025-10-10,2025-10-10\nE1,开工,,,2025-10-10,2025-10-13\nE1,封顶,support,,2025-10-20,2025-10-17\nE1,验收,settle,,2025-11-20,\nE9,孤点,settle,,2025-10-12,\nE1,整改一,rectification,住建局,2025-10-15,\nE1,议定,decision,住建局,2025-10-15,",
    );
    let at = |desk: &mut Desk, as_of: &str| {
        let rows = desk.evidence(&rules(steps), ever(as_of));
        rows.iter()
            .map(|row| format!("{} {} {}", row.measure, told(row), row.stage.as_deref().unwrap_or("–")))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        at(&mut desk, "2025-10-31"),
        [
            "rectified milestones/E1/整改一 –/住建局 due 2025-10-15 on 2025-10-15 breached rectification",
            "slip milestones/E1/立项 P1/甲局 due 2025-10-10 done 2025-10-10T00:00 on 2025-10-10 – 0 settle",
            "slip milestones/E1/开工 P1/甲局 due 2025-10-10 done 2025-10-13T00:00 on 2025-10-13 – 3 settle",
            "slip milestones/E1/封顶 P1/甲局 due 2025-10-20 done 2025-10-17T00:00 on 2025-10-17 – -3 support",
            // Of no stage: the enterprise's. Late: decided when it fell due.
            "steps milestones/E1/开工 P1/甲局 due 2025-10-10 done 2025-10-14T00:00 on 2025-10-10 breached 3 settle",
            "steps milestones/E1/立项 P1/甲局 due 2025-10-10 done 2025-10-11T00:00 on 2025-10-10 met 0 settle",
            // Of an enterprise that no ledger has: nobody's, and counted.
            "steps milestones/E9/孤点 –/– due 2025-10-12 on 2025-10-12 breached settle",
            "steps milestones/E1/封顶 P1/甲局 due 2025-10-20 done 2025-10-18T00:00 on 2025-10-17 met -3 support",
            "steps milestones/E1/验收 P1/甲局 due 2025-11-20 undecided pending settle",
        ]
    );
    // As of the 12th nobody knew that the start came on the 13th.
    assert!(
        at(&mut desk, "2025-10-12")
            .contains(&"steps milestones/E1/开工 P1/甲局 due 2025-10-10 on 2025-10-10 breached settle".to_owned())
    );
    assert!(!at(&mut desk, "2025-10-12").iter().any(|line| line.starts_with("slip milestones/E1/开工")));
}

#[test]
fn a_cycle_ends_a_year_after_production_by_date() {
    let cycle =
        "[[measure]]\nid = \"m\"\nkind = \"tally\"\nof = { held_months_after_production = 12 }\nanswers = \"leader\"\n";
    let mut desk = Desk::bare();
    desk.add("people", "P1,张一,甲局,,");
    // E1 on a leap day; E2 on the day before; E3 is held by nobody; E4 has left the list and is held all the same.
    desk.add("projects", "E1,甲,project,support,,,,,,,2024-02-29,\nE2,乙,project,support,,,,,,,2024-02-28,\nE3,丙,project,support,,,,,,,2023-01-01,\nE4,丁,project,support,,,否,,,,2023-01-01,\nE5,戊,project,support,,,,,,,2027-01-01,");
    desk.add("assignments", "E1,leader,P1,,,2020-01-01,\nE2,secretary,,,住建局,2020-01-01,\nE3,leader,P1,,,2020-01-01,2024-06-01\nE4,leader,P1,,,2020-01-01,\nE5,leader,P1,,,2020-01-01,");
    let at = |desk: &mut Desk, as_of: &str| {
        let rows = desk.evidence(&rules(cycle), scope("2025-02", as_of, None));
        rows.iter().map(|row| row.enterprise_id.clone().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(at(&mut desk, "2025-02-27"), ["E4"]);
    // The 28th is the day itself for both; it is over on the day after.
    assert_eq!(at(&mut desk, "2025-02-28"), ["E4"]);
    assert_eq!(at(&mut desk, "2025-03-01"), ["E1", "E2", "E4"]);
    // Asked of another period, the state of the as-of day.
    let rows = desk.evidence(&rules(cycle), scope("2024-01", "2025-03-01", None));
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].decided_on, Some(day("2025-03-01")));
}

#[test]
fn projects_that_should_be_listed() {
    let missed = "[[measure]]\nid = \"m\"\nkind = \"tally\"\nof = { unlisted_from_wan = 5000 }\nwhere = { enterprise_kind = [\"project\"] }\nanswers = \"steward\"\n";
    let mut desk = Desk::bare();
    desk.add("projects", "E1,甲,project,,,5000,否,,,,,\nE2,乙,project,,,4999.99,否,,,,,\nE3,丙,project,,,9000,,,,,,\nE4,丁,enterprise,,,9000,否,,,,,\nE5,戊,project,,,,否,,,,,");
    assert_eq!(
        lines(&desk.evidence(&rules(missed), scope("2025-10", "2025-10-31", None))),
        ["enterprises/E1 –/– on 2025-10-31 –"]
    );
}

#[test]
fn all_roles_are_named_in_time() {
    let named = "[[measure]]\nid = \"m\"\nkind = \"deadline\"\nof = { roles_held = [\"leader\", \"coordinator\", \"secretary\"] }\nlimit = { working_days = 10 }\nanswers = \"leader\"\n";
    let mut desk = Desk::bare();
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,");
    // E1 came on Friday 26 September 2025: 28, 29, 30, 9, 10, 11, 13, 14, 15, 16 October are the ten days.
    desk.add("projects", "E1,甲,project,,,,,2025-09-26,,,,\nE2,乙,project,,,,,2025-09-26,,,,\nE3,丙,project,,,,,,,,,\nE4,丁,project,,,,否,2025-09-26,,,,\nE5,戊,project,,,,,2025-09-26,,,,");
    desk.add("assignments", "E1,leader,P1,,,2025-01-01,\nE1,coordinator,,,工信局,2025-10-09,2025-10-12\nE1,secretary,P2,,,2025-10-12,\nE1,coordinator,,,工信局,2025-10-16,\nE2,leader,P1,,,2025-01-01,\nE2,coordinator,P1,,,2025-01-01,\nE2,secretary,P1,,,2025-01-01,\nE5,leader,P2,,,2025-10-01,");
    assert_eq!(
        lines(&desk.evidence(&rules(named), ever("2025-10-31"))),
        [
            // Held by all three when it came: met at once.
            "enterprises/E2 P1/甲局 due 2025-10-16 done 2025-09-27T00:00 on 2025-09-26 met 0",
            // The coordinator had left on the day on which the secretary came.
            "enterprises/E1 P1/甲局 due 2025-10-16 done 2025-10-17T00:00 on 2025-10-16 met 10",
            "enterprises/E5 P2/乙局 due 2025-10-16 on 2025-10-16 breached",
        ]
    );
    assert!(lines(&desk.evidence(&rules(named), ever("2025-10-15")))[1].ends_with("undecided pending"));
}

#[test]
fn each_stage_has_a_main_role_of_its_own() {
    let policy = "[[measure]]\nid = \"m\"\nkind = \"score\"\nof = { evaluations = \"attitude\", channel_except = [\"phone\"] }\nsatisfied = 4\nanswers = { unit_or = \"main_role\" }\n";
    let regime = rules_of("2019-01-01", r#"{ settle = "service_secretary", support = "work_secretary" }"#, policy);
    let mut desk = projects();
    desk.add("assignments", "E1,service_secretary,P1,,,2024-01-01,\nE1,work_secretary,P2,,,2024-01-01,\nE2,work_secretary,P2,,,2024-01-01,\nE4,work_secretary,P2,,,2024-01-01,");
    desk.add("scores", "V1,E1,,,visit,2025-10-10 09:00:00,4,,\nV2,E2,,,visit,2025-10-10 10:00:00,3.9,,\nV3,E4,,,visit,2025-10-10 11:00:00,5,,\nV4,E1,P2,住建局,visit,2025-10-10 12:00:00,5,,\nV5,E1,P2,,visit,2025-10-10 13:00:00,5,,\nV6,E1,,,phone,2025-10-10 14:00:00,5,,\nV7,E1,,,visit,2025-10-10 14:00:00,,5,");
    assert_eq!(
        lines(&desk.evidence(&regime, scope("2025-10", "2025-10-31", None))),
        [
            "evaluations/V1 P1/甲局 done 2025-10-10T09:00 on 2025-10-10 met 4",
            "evaluations/V2 P2/乙局 done 2025-10-10T10:00 on 2025-10-10 breached 3.9",
            // Of no stage: the vacuum. A unit comes before the person.
            "evaluations/V3 –/– done 2025-10-10T11:00 on 2025-10-10 met 5",
            "evaluations/V4 –/住建局 done 2025-10-10T12:00 on 2025-10-10 met 5",
            "evaluations/V5 P2/乙局 done 2025-10-10T13:00 on 2025-10-10 met 5",
        ]
    );
}

#[test]
fn complaints_run_a_clock_of_cases() {
    let style = r#"[[measure]]
id = "style"
kind = "deadline"
start = ["submitted"]
end = ["transferred"]
limit = { working_days = 5 }
where = { category = ["style"] }
with_complaints = true
[[measure]]
id = "points"
kind = "tally"
of = "cases"
class = "category"
where = { category = ["style"] }
[[category]]
id = "style"
name = "作风问题"
also = ["作风"]
"#;
    let (measures, category) = style.split_once("[[category]]").unwrap();
    let regime = rules(&format!("{measures}\n[[category]]{category}"));
    let mut desk = Desk::new();
    desk.add("requests", "Q1,E1,作风问题,general,platform,2025-10-13 09:00:00\nQ2,E1,style,general,platform,2025-10-13 10:00:00\nQ3,E1,其他,general,platform,2025-10-13 10:00:00");
    desk.add("complaints", "K1,E1,P1,,2025-10-13 11:00:00,style,,\nK2,,P1,,2025-10-13 12:00:00,style,,\nK3,E1,P1,,2025-10-13 12:00:00,attitude,,");
    desk.events("Q1", "transferred 2025-10-20T09:00:00 @作风办");
    desk.events("Q3", "transferred 2025-10-14T09:00:00 @作风办");
    // Only its day is known, and it is the last: 14, 15, 16, 17, 20.
    desk.events("K1", "transferred 2025-10-20 @作风办");
    // Before it was received: not of this complaint.
    desk.events("K2", "transferred 2025-10-13T11:59:59 @作风办");
    assert_eq!(
        lines(&desk.evidence(&regime, ever("2025-10-31"))),
        [
            "cases/Q1 P1/甲局 done 2025-10-13T09:00 on 2025-10-13 – style",
            "cases/Q2 P1/甲局 done 2025-10-13T10:00 on 2025-10-13 – style",
            "cases/Q1 P1/甲局 due 2025-10-20 done 2025-10-20T09:00 on 2025-10-20 met 5",
            "cases/Q2 P1/甲局 due 2025-10-20 on 2025-10-20 breached",
            "complaints/K1 P1/甲局 due 2025-10-20 done 2025-10-21T00:00 on 2025-10-20 met 5",
            "complaints/K2 –/– due 2025-10-20 on 2025-10-20 breached",
        ]
    );
}

#[test]
fn a_role_may_be_called_otherwise() {
    let mut desk = Desk::new();
    desk.add("assignments", "E1,secretary,P1,,,2018-01-01,\nE1,secretary,,,住建局,2025-01-01,");
    let one = "[[measure]]\nid = \"m\"\nkind = \"coverage\"\nholders = { role = \"steward\", at_least = 1 }\n";
    let text = rules(&format!("{one}\n[[alias]]\nrole = \"secretary\"\nis = \"steward\"\n"));
    let value = |desk: &mut Desk, regime: &guanjia::regime::Regime| {
        desk.evidence(regime, scope("2025-10", "2025-10-31", None))[0].value
    };
    // P1 is one, whatever the two rows call it.
    assert_eq!(value(&mut desk, &text), Some(2.0));
    assert_eq!(value(&mut desk, &rules(one)), Some(1.0));
}
