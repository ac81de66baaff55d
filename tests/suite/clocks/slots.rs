//! Which slots are owed, and which acts count for them.
use crate::desk::{Desk, ever, rules, scope, told};

const WEEKLY: &str = r#"[[measure]]
id = "m"
kind = "cadence"
subject = { person_holding = "steward" }
slot = "week"
acts = { kinds = [], by = "subject" }
count_by = "written"
"#;

/// Rows of the period as of its end: `W41 met 1`, with the person, unit or enterprise before where `who` is set.
fn slots(desk: &mut Desk, measure: &str, period: &str) -> Vec<String> {
    let rows = desk.evidence(&rules(measure), scope(period, &last(period), None));
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let slot = row.record.rsplit('/').next().unwrap();
            let who = row.person_id.as_deref().unwrap_or(row.enterprise_id.as_deref().unwrap_or("–"));
            format!("{who} {} {} {}", &slot[5..], row.outcome.as_deref().unwrap(), row.value.unwrap())
        })
        .collect();
    lines.sort();
    lines
}

fn last(period: &str) -> String {
    period.parse::<guanjia::period::Period>().unwrap().last().to_string()
}

#[test]
fn weeks_over_national_day() {
    let mut desk = Desk::new();
    // 2025-W40 is 29 September to 5 October (two days worked); W41 6 to 12 October (9, 10, 11 worked).
    // Served on Sunday the 12th and written on Monday: counts for W42.
    desk.add("diary", "D1,P1,E1,2025-09-30,2025-09-30 17:00,visit,走访\nD2,P1,E1,2025-10-12,2025-10-13 09:00,visit,走访\nD3,P1,,2025-10-17,,zero_report,");
    assert_eq!(
        slots(&mut desk, WEEKLY, "2025-10"),
        ["P1 W40 met 1", "P1 W41 breached 0", "P1 W42 met 2", "P1 W43 breached 0", "P1 W44 pending 0"]
    );
    let served = WEEKLY.replace("written", "served_on");
    assert_eq!(
        slots(&mut desk, &served, "2025-10"),
        ["P1 W40 met 1", "P1 W41 met 1", "P1 W42 met 1", "P1 W43 breached 0", "P1 W44 pending 0"]
    );
    // 16 to 22 February 2026 has no working day: not owed.
    assert_eq!(
        slots(&mut desk, WEEKLY, "2026-02"),
        ["P1 W05 breached 0", "P1 W06 breached 0", "P1 W07 breached 0", "P1 W09 pending 0"]
    );
}

#[test]
fn a_slot_is_pending_until_it_is_over() {
    let mut desk = Desk::new();
    desk.add("diary", "D1,P1,E1,2025-10-14,,visit,走访");
    let at = |desk: &mut Desk, as_of: &str| {
        let rows = desk.evidence(&rules(WEEKLY), scope("2025-W42", as_of, None));
        rows.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(at(&mut desk, "2025-10-19"), ["people/P1/2025-W42 P1/甲局 due 2025-10-19 on 2025-10-19 met 1"]);
    assert_eq!(at(&mut desk, "2025-10-19T12:00:00"), ["people/P1/2025-W42 P1/甲局 due 2025-10-19 undecided pending 1"]);
    assert_eq!(at(&mut desk, "2025-10-13T12:00:00"), ["people/P1/2025-W42 P1/甲局 due 2025-10-19 undecided pending 0"]);
}

#[test]
fn a_person_owes_a_slot_held_on_every_day() {
    let mut desk = Desk::bare();
    desk.add(
        "enterprises",
        "E1,甲公司,enterprise,,,,2025-10-15,\nE2,乙公司,enterprise,,,2025-10-16,,\nE3,丙公司,enterprise,,否,,,",
    );
    desk.add(
        "people",
        "P1,张一,甲局,,\nP2,李二,甲局,2025-10-14,\nP3,王三,甲局,,2025-10-18\nP4,赵四,甲局,,\nP5,钱五,甲局,,",
    );
    // P1 holds E1 up to its last day in scope (the 15th, inclusive) and E2 from the 16th: every day of W42.
    // P2 became active on Tuesday, P3 left on Saturday, P4 holds from Tuesday on, P5 an enterprise that is not listed.
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,\nE2,steward,P1,,,2025-01-01,\nE2,steward,P2,,,2025-01-01,\nE2,steward,P3,,,2025-01-01,\nE1,steward,P4,,,2025-10-14,\nE2,steward,P4,,,2025-10-14,\nE3,steward,P5,,,2025-01-01,");
    assert_eq!(slots(&mut desk, WEEKLY, "2025-W42"), ["P1 W42 breached 0"]);
}

#[test]
fn absences() {
    let mut desk = Desk::new();
    desk.add("people", "P2,李二,乙局,,");
    // W42: P1 away on Wednesday, nobody in place: not owed. W43: away all week with a deputy: the deputy's.
    // W44: away on Monday with a deputy: neither held every day.
    desk.add("absences", "P1,2025-10-15,2025-10-15,\nP1,2025-10-20,2025-10-26,P2\nP1,2025-10-27,2025-10-27,P2");
    desk.add("diary", "D1,P2,E1,2025-10-21,,visit,走访");
    assert_eq!(slots(&mut desk, WEEKLY, "2025-W42"), Vec::<String>::new());
    assert_eq!(slots(&mut desk, WEEKLY, "2025-W43"), ["P2 W43 met 1"]);
    assert_eq!(slots(&mut desk, WEEKLY, "2025-W44"), Vec::<String>::new());
    assert_eq!(slots(&mut desk, WEEKLY, "2025-W45"), ["P1 W45 breached 0"]);
}

#[test]
fn more_than_one_act_means_different_days() {
    let twice = WEEKLY.replace("slot = \"week\"", "slot = \"month\"\nat_least = 2");
    let mut desk = Desk::new();
    desk.add("diary", "D1,P1,E1,2025-10-14,,visit,走访\nD2,P1,E1,2025-10-14,,phone,电话");
    assert_eq!(slots(&mut desk, &twice, "2025-10"), ["P1 10 breached 1"]);
    desk.add("diary", "D3,P1,E1,2025-10-15,,visit,走访");
    assert_eq!(slots(&mut desk, &twice, "2025-10"), ["P1 10 met 2"]);
}

#[test]
fn weekdays_that_are_worked() {
    let friday = r#"[[measure]]
id = "m"
kind = "cadence"
subject = "district"
slot = { weekday = "friday", working = true }
acts = { kinds = ["office_day"], by = "subject" }
"#;
    let mut desk = Desk::new();
    // Fridays of October 2025: the 3rd is no working day.
    desk.add(
        "diary",
        "D1,P1,,2025-10-10,,office_day,接待\nD2,P1,,2025-10-17,,visit,走访\nD3,P1,,2025-10-23,,office_day,接待",
    );
    assert_eq!(
        slots(&mut desk, friday, "2025-10"),
        ["– 10-10 met 1", "– 10-17 breached 0", "– 10-24 breached 0", "– 10-31 breached 0"]
    );
}

#[test]
fn an_enterprise_owes_by_its_holder() {
    let monthly = r#"[[measure]]
id = "m"
kind = "cadence"
subject = "enterprise"
slot = "month"
acts = { kinds = ["site_visit", "dispatch"], by = "leader" }
where = { stage = ["support"] }
"#;
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲公司,project,support,,,,\nE2,乙公司,project,support,,,,\nE3,丙公司,project,settle,,,,\nE4,丁公司,project,support,,2025-10-02,,\nE5,戊公司,project,support,,,,\nE6,己公司,project,support,,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,甲局,,\nP3,王三,住建局,,");
    desk.add("assignments", "E1,leader,P1,,,2025-01-01,2025-10-15\nE1,leader,P2,,,2025-10-15,\nE2,leader,,,住建局,2025-01-01,\nE6,leader,P1,,,2025-01-01,");
    // E1: P1's visit on the 14th is its holder's, P2's on the same day is not. E2: a unit holds, one of its people came.
    // E3 is in another stage, E4 came on the 2nd, E5 has no holder and owes all the same. E6's only holder was away.
    desk.add("diary", "D1,P1,E1,2025-10-14,,site_visit,现场\nD2,P2,E1,2025-10-14,,site_visit,现场\nD3,P1,E1,2025-10-15,,site_visit,现场\nD4,P3,E2,2025-10-20,,dispatch,调度\nD5,P1,E2,2025-10-20,,dispatch,调度\nD6,P3,E2,2025-10-21,,phone,电话");
    desk.add("absences", "P1,2025-10-31,2025-10-31,");
    let rows: Vec<String> = desk
        .evidence(&rules(monthly), ever("2025-10-31"))
        .iter()
        .filter(|row| row.due_day == Some(crate::desk::day("2025-10-31")))
        .map(told)
        .collect();
    assert_eq!(
        rows,
        [
            "enterprises/E1/2025-10 P2/甲局 due 2025-10-31 on 2025-10-31 met 1",
            "enterprises/E2/2025-10 –/住建局 due 2025-10-31 on 2025-10-31 met 1",
            "enterprises/E5/2025-10 –/– due 2025-10-31 on 2025-10-31 breached 0",
        ]
    );
}
