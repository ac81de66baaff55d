//! The red and yellow list and the diary reminder: hand-worked days, and the documents as a user gets them.
use guanjia::calendar::Calendar;
use guanjia::measures::Session;
use guanjia::measures::due::{DueList, Urgency};
use guanjia::warehouse::Warehouse;
use guanjia::warehouse::exclusions::{Exclusion, RowId};

use crate::clocks::{REPLY, SETTLED};
use crate::desk::{Desk, day, ever, rules};

const DIARY: &str = "[[measure]]\nid = \"diary\"\nkind = \"cadence\"\nsubject = { person_holding = \"steward\" }\nslot = \"week\"\nacts = { kinds = [], by = \"subject\" }\nat_least = 1\ncount_by = \"written\"\nanswers = \"author\"\n";

fn list(desk: &mut Desk, as_of: &str, within: u32) -> DueList {
    let regime = rules(&format!("{SETTLED}{REPLY}"));
    let mut session = Session::open(&desk.take(), &regime, &Calendar::shipped(), &[]).unwrap();
    session.due(ever(as_of), within, &regime).unwrap()
}

fn told(list: &DueList) -> Vec<String> {
    let line = |row: &guanjia::measures::due::Due| {
        let days = row.working_days.map_or("–".to_owned(), |days| days.to_string());
        let due = row.due_day.map_or("–".to_owned(), |day| day.to_string());
        let marks = [(row.halted, " halted"), (row.extended, " extended")];
        let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect();
        format!(
            "{:?} {} {} {due} {days} {}/{}{marks}",
            row.urgency,
            row.measure,
            row.number(),
            row.person_id.as_deref().unwrap_or("–"),
            row.unit.as_deref().unwrap_or("–")
        )
    };
    list.rows.iter().map(line).collect()
}

/// 13 October 2025 is a Monday; fifteen working days after it is 3 November, three after it the 16th.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nassigned 2025-10-13T10:00:00 @乙局");
    // Answered; settled over an open assignment; withdrawn: none is open any more.
    desk.case("Q2", "submitted 2025-10-13T09:00:00\nassigned 2025-10-13T10:00:00 @丙局\nresolved 2025-10-20T09:00:00");
    desk.case("Q3", "submitted 2025-10-01T09:00:00\nwithdrawn 2025-11-05T09:00:00");
    desk.case("Q4", "submitted 2025-10-13T09:00:00\nextended 2025-10-20T09:00:00 >2025-11-07");
    desk.case("Q5", "submitted 2025-10-14T09:00:00\nsuspended 2025-10-20T09:00:00");
    desk
}

#[test]
fn red_and_yellow_by_working_days() {
    let mut desk = desk();
    // Thursday 30 October, its end: two working days to Monday 3 November.
    assert_eq!(
        told(&list(&mut desk, "2025-10-30", 2)),
        [
            "Red department_reply Q1 2025-10-16 -10 –/乙局",
            "Red case_settled Q3 2025-10-28 -2 P1/甲局",
            "Yellow case_settled Q1 2025-11-03 2 P1/甲局",
        ]
    );
    assert_eq!(told(&list(&mut desk, "2025-10-30", 1)).len(), 2);
    // During the day on which it falls due it is yellow; at its end it is red, and Q3 has been withdrawn by the 5th.
    assert!(
        told(&list(&mut desk, "2025-11-03T12:00:00", 0))
            .contains(&"Yellow case_settled Q1 2025-11-03 0 P1/甲局".to_owned())
    );
    let later = told(&list(&mut desk, "2025-11-05", 2));
    assert!(later.contains(&"Red case_settled Q1 2025-11-03 -2 P1/甲局".to_owned()), "{later:#?}");
    assert!(!later.iter().any(|row| row.contains("Q3") || row.contains("Q2")), "{later:#?}");
    // An extension moves it; a pause that runs is said.
    assert!(later.contains(&"Yellow case_settled Q4 2025-11-07 2 P1/甲局 extended".to_owned()), "{later:#?}");
    assert!(later.iter().any(|row| row.contains("Q5") && row.ends_with("halted")), "{later:#?}");
}

#[test]
fn due_days_beyond_the_calendar_are_listed_with_the_year() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2026-12-28T09:00:00");
    let list = list(&mut desk, "2026-12-29", 3);
    assert_eq!(told(&list), ["Undated case_settled Q1 – – P1/甲局"]);
    assert_eq!((list.rows[0].missing_year, list.of(Urgency::Red).count()), (Some(2027), 0));
}

#[test]
fn who_has_not_written() {
    let mut desk = Desk::new();
    desk.add("enterprises", "E2,乙公司,enterprise,,,,,\nE3,丙公司,enterprise,,,,,");
    desk.add("people", "P2,李二,乙局,,\nP3,王三,乙局,,");
    desk.add("assignments", "E2,steward,P2,,,2018-01-01,\nE3,steward,P3,,,2018-01-01,");
    // The week of 20 October is over, that of the 27th runs. P1 wrote in both, P2 in the first, P3 only a zero report now.
    desk.add(
        "diary",
        "D1,P1,E1,2025-10-21,,visit,\nD2,P1,E1,2025-10-28,,visit,\nD3,P2,E2,2025-10-22,,phone,\nD4,P3,,2025-10-28,,zero_report,",
    );
    let regime = rules(DIARY);
    let mut session = Session::open(&desk.take(), &regime, &Calendar::shipped(), &[]).unwrap();
    let reminder = session.reminder(ever("2025-10-29"), &regime).unwrap();
    let duty = &reminder.duties[0];
    let day = crate::desk::day;
    assert_eq!(duty.now, Some((day("2025-10-27"), day("2025-11-02"))));
    assert_eq!(duty.last, Some((day("2025-10-20"), day("2025-10-26"))));
    let people: Vec<_> = duty.people.iter().map(|p| (p.person_id.as_str(), p.now, p.last)).collect();
    assert_eq!((people, duty.owe, duty.zero_report), (vec![("P2", true, false), ("P3", false, true)], 3, true));
}

#[test]
fn nobody_is_warned_of_what_a_ruling_took_out() {
    let mut desk = desk();
    let before = list(&mut desk, "2025-10-30", 2);
    let row = before.rows.iter().find(|row| row.number() == "Q3").unwrap();
    let row = RowId {
        measure: row.measure.clone(),
        record: row.record.clone(),
        opened_at: row.opened_at,
        class: None,
        unit: None,
    };
    let at = day("2025-10-30").and_time(chrono::NaiveTime::MIN);
    let ruling =
        |excluded| Exclusion { row: &row, excluded, finding: "F1", reason: "错报", ruled_by: "B9", ruled_at: at };
    let warehouse = desk.take();
    Warehouse::open_writer(&warehouse, "test").unwrap().exclude(&ruling(true), at).unwrap();
    let told_now = || {
        let regime = rules(&format!("{SETTLED}{REPLY}"));
        let mut session = Session::open(&warehouse, &regime, &Calendar::shipped(), &[]).unwrap();
        told(&session.due(ever("2025-10-30"), 2, &regime).unwrap())
    };
    assert_eq!((told(&before).len(), told_now().len()), (3, 2));
    assert!(!told_now().iter().any(|row| row.contains("Q3")));
    // Put back, it is due as before.
    Warehouse::open_writer(&warehouse, "test").unwrap().exclude(&ruling(false), at).unwrap();
    assert_eq!(told_now(), told(&before));
}
