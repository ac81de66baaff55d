//! The escalation chain: first arrivals, stays, what is supervised.
use super::clock;
use crate::desk::{Desk, ever, rules, told};

const CHAIN: &str = r#"[[measure]]
id = "escalations"
kind = "tally"
of = { levels = ["meeting", "to_operator", "to_industry", "to_group", "to_committee"] }
class = "level"
answers = "steward"
[[measure]]
id = "level_stay"
kind = "score"
of = { stays = ["meeting", "to_operator", "to_industry", "to_group", "to_committee"], until = ["resolved", "returned", "withdrawn"] }
answers = "steward"
"#;

/// Rows of one of the two, as told.
fn rows(desk: &mut Desk, measure: &str, as_of: &str) -> Vec<String> {
    let rows = desk.evidence(&rules(CHAIN), ever(as_of));
    rows.iter().filter(|row| row.measure == measure).map(told).collect()
}

#[test]
fn each_level_counts_once_however_often_it_is_reached() {
    let mut desk = Desk::new();
    // Repeated, and reached again after the case was opened anew: once. A level that is skipped is not there.
    desk.case("Q1", "submitted 2025-10-09T09:00:00\nmeeting 2025-10-10T09:00:00\nmeeting 2025-10-13T09:00:00\nto_group 2025-10-14T09:00:00\nresolved 2025-10-15T09:00:00\nreopened 2025-10-16T09:00:00\nmeeting 2025-10-17T09:00:00");
    assert_eq!(
        rows(&mut desk, "escalations", "2025-10-31"),
        [
            "cases/Q1 P1/甲局 done 2025-10-10T09:00 on 2025-10-10 – meeting",
            "cases/Q1 P1/甲局 done 2025-10-14T09:00 on 2025-10-14 – to_group",
        ]
    );
    assert_eq!(rows(&mut desk, "escalations", "2025-10-12").len(), 1);
}

#[test]
fn a_bare_date_comes_first_of_its_day() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-09T09:00:00\nmeeting 2025-10-10T09:00:00\nmeeting 2025-10-10");
    assert_eq!(
        rows(&mut desk, "escalations", "2025-10-31"),
        ["cases/Q1 P1/甲局 done 2025-10-10T00:00 on 2025-10-10 – meeting"]
    );
}

#[test]
fn a_stay_ends_at_another_level_or_at_the_end_of_the_case() {
    let mut desk = Desk::new();
    // Meeting 10 to 14 October, however often; operator 14 to 15; then settled. Over the holiday days are days.
    desk.case("Q1", "submitted 2025-09-29T09:00:00\nmeeting 2025-09-30T18:00:00\nmeeting 2025-10-09T09:00:00\nto_operator 2025-10-14T08:00:00\nassigned 2025-10-14T09:00:00 @乙\nreturned 2025-10-15T09:00:00\nresolved 2025-10-20T09:00:00");
    assert_eq!(
        rows(&mut desk, "level_stay", "2025-10-31"),
        [
            "cases/Q1 P1/甲局 done 2025-10-14T08:00 on 2025-10-14 – 14 meeting",
            "cases/Q1 P1/甲局 done 2025-10-15T09:00 on 2025-10-15 – 1 to_operator",
        ]
    );
    let ended: Vec<Option<String>> = desk
        .evidence(&rules(CHAIN), ever("2025-10-31"))
        .into_iter()
        .filter(|row| row.measure == "level_stay")
        .map(|row| row.ended_by)
        .collect();
    assert_eq!(ended, [Some("to_operator".to_owned()), Some("returned".to_owned())]);
}

#[test]
fn going_back_to_a_level_is_another_stay() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2026-02-09T09:00:00\nmeeting 2026-02-12T09:00:00\nto_operator 2026-02-13T09:00:00\nmeeting 2026-02-24T09:00:00\nwithdrawn 2026-02-25");
    assert_eq!(
        rows(&mut desk, "level_stay", "2026-02-28"),
        [
            "cases/Q1 P1/甲局 done 2026-02-13T09:00 on 2026-02-13 – 1 meeting",
            "cases/Q1 P1/甲局 done 2026-02-24T09:00 on 2026-02-24 – 11 to_operator",
            "cases/Q1 P1/甲局 done 2026-02-26T00:00 on 2026-02-25 – 1 meeting",
        ]
    );
}

#[test]
fn opened_anew_a_level_is_another_stay() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-09T09:00:00\nto_group 2025-10-10T09:00:00\nresolved 2025-10-10T17:00:00\nreopened 2025-10-13T09:00:00\nto_group 2025-10-14T09:00:00\nresolved 2025-10-17T09:00:00");
    assert_eq!(
        rows(&mut desk, "level_stay", "2025-10-31"),
        [
            "cases/Q1 P1/甲局 done 2025-10-10T17:00 on 2025-10-10 – 0 to_group",
            "cases/Q1 P1/甲局 done 2025-10-17T09:00 on 2025-10-17 – 3 to_group",
        ]
    );
}

#[test]
fn who_is_still_there_is_no_score_yet() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-09T09:00:00\nmeeting 2025-10-10T09:00:00\nto_committee 2025-10-13T09:00:00");
    let mut session = desk.session(&rules(CHAIN), ever("2025-10-20"));
    let standing = session.standing().unwrap();
    assert_eq!(standing.len(), 1);
    let row = &standing[0];
    assert_eq!(
        (row.class.as_deref(), row.elapsed, row.person_id.as_deref()),
        (Some("to_committee"), Some(7.0), Some("P1"))
    );
    session.compute(ever("2025-10-11")).unwrap();
    assert_eq!(session.standing().unwrap()[0].class.as_deref(), Some("meeting"));
    assert_eq!(rows(&mut desk, "level_stay", "2025-10-20").len(), 1);
}

const FED_BACK: &str = r#"[[measure]]
id = "case_fed_back"
kind = "deadline"
start = ["resolved", "returned"]
end = ["answered"]
limit = { working_days = 1 }
"#;

const FOLLOWED: &str = r#"[[measure]]
id = "return_followed_up"
kind = "deadline"
start = ["department_returned"]
end = ["returned", "to_operator", "assigned", "meeting", "resolved"]
limit = { working_days = 3 }
"#;

#[test]
fn a_result_is_fed_back_over_national_day() {
    let mut desk = Desk::new();
    // Settled on 30 September: one working day after is 9 October.
    desk.case("Q1", "submitted 2025-09-22T09:00:00\nresolved 2025-09-30T16:00:00\nanswered 2025-10-09T18:00:00");
    desk.case("Q2", "submitted 2025-09-22T09:00:00\nreturned 2025-09-30T16:00:00\nanswered 2025-10-10T09:00:00");
    // Settled in the holiday: the first working day after it counts as 1.
    desk.case("Q3", "submitted 2025-09-22T09:00:00\nresolved 2025-10-03T10:00:00");
    assert_eq!(
        desk.rows(FED_BACK, "2025-10-31"),
        [
            "cases/Q1 P1/甲局 due 2025-10-09 done 2025-10-09T18:00 on 2025-10-09 met 1",
            "cases/Q2 P1/甲局 due 2025-10-09 done 2025-10-10T09:00 on 2025-10-09 breached 2",
            "cases/Q3 P1/甲局 due 2025-10-09 on 2025-10-09 breached",
        ]
    );
}

#[test]
fn a_return_is_followed_up_over_spring_festival() {
    let mut desk = Desk::new();
    // Returned by the department on 12 February: 13, 14 (worked) and 24 February.
    desk.case(
        "Q1",
        "submitted 2026-02-09T09:00:00\ndepartment_returned 2026-02-12T09:00:00 @乙\nassigned 2026-02-24T09:00:00 @丙",
    );
    desk.case(
        "Q2",
        "submitted 2026-02-09T09:00:00\ndepartment_returned 2026-02-12T09:00:00 @乙\nmeeting 2026-02-25T09:00:00",
    );
    // Another department returns meanwhile: no new clock. Withdrawn before due: nothing is owed any more.
    desk.case("Q3", "submitted 2026-02-09T09:00:00\ndepartment_returned 2026-02-12T09:00:00 @乙\ndepartment_returned 2026-02-13T09:00:00 @丙\nreturned 2026-02-14T09:00:00");
    desk.case(
        "Q4",
        "submitted 2026-02-09T09:00:00\ndepartment_returned 2026-02-12T09:00:00 @乙\nwithdrawn 2026-02-13T09:00:00",
    );
    assert_eq!(
        desk.rows(FOLLOWED, "2026-02-28"),
        [
            "cases/Q3 P1/甲局 due 2026-02-24 done 2026-02-14T09:00 on 2026-02-14 met 2",
            "cases/Q1 P1/甲局 due 2026-02-24 done 2026-02-24T09:00 on 2026-02-24 met 3",
            "cases/Q2 P1/甲局 due 2026-02-24 done 2026-02-25T09:00 on 2026-02-24 breached 4",
        ]
    );
}

#[test]
fn what_the_committee_takes_is_supervised() {
    let supervised = clock("to_committee", "supervised", "working_days = 3")
        .replace("answers = \"event_unit\"", "answers = { unit = \"某局\" }");
    let mut desk = Desk::new();
    // 26 September, then 28 (a Sunday, worked), 29 and 30; taken up again meanwhile is no new clock.
    desk.case("Q1", "submitted 2025-09-01T09:00:00\nto_committee 2025-09-26T09:00:00\nto_committee 2025-09-29T09:00:00\nsupervised 2025-09-30T18:00:00");
    desk.case("Q2", "submitted 2025-09-01T09:00:00\nto_committee 2025-09-26T09:00:00\nresolved 2025-09-29T09:00:00");
    // Settling does not end it: supervision is still owed.
    assert_eq!(
        desk.rows(&supervised, "2025-10-31"),
        [
            "cases/Q1 –/某局 due 2025-09-30 done 2025-09-30T18:00 on 2025-09-30 met 3",
            "cases/Q2 –/某局 due 2025-09-30 on 2025-09-30 breached",
        ]
    );
}

#[test]
fn a_department_that_returns_explains() {
    let measure = r#"[[measure]]
id = "department_return_explained"
kind = "completeness"
of = { event = "department_returned" }
fields = ["note"]
empty_words = ["空", "无", "-", "/"]
answers = "event_unit"
"#;
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-09T09:00:00\nassigned 2025-10-10T09:00:00 @乙\ndepartment_returned 2025-10-13T09:00:00 @乙 #不属本局职责");
    desk.case(
        "Q2",
        "submitted 2025-10-09T09:00:00\nassigned 2025-10-10T09:00:00 @丙\ndepartment_returned 2025-10-14T09:00:00 #无",
    );
    let lines = desk.rows(measure, "2025-10-31");
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("–/乙") && lines[0].ends_with("met"), "{lines:?}");
    // Its unit is that of the latest assignment.
    assert!(lines[1].contains("–/丙") && lines[1].ends_with("breached"), "{lines:?}");
}

#[test]
fn time_waited_is_known_of_open_and_broken_off_ones_too() {
    let mut desk = Desk::new();
    // Open: 13 to 17 and 20 October less a pause of (14, 16] = 4. Suspended since the 15th: 10, 11, 13 to 15 = 5.
    // Withdrawn on the 14th, before due: no evidence, but 10, 11, 13, 14 = 4 were waited.
    desk.case("Q1", "submitted 2025-10-11T09:00:00\nsuspended 2025-10-14T09:00:00\nresumed 2025-10-16T09:00:00");
    desk.case("Q2", "submitted 2025-10-09T09:00:00\nsuspended 2025-10-15T09:00:00");
    let rows = desk.evidence(&rules(super::SETTLED), ever("2025-10-20"));
    assert_eq!(rows.iter().map(|row| row.elapsed).collect::<Vec<_>>(), [Some(5.0), Some(4.0)], "{rows:?}");
    desk.case("Q3", "submitted 2025-10-09T09:00:00\nwithdrawn 2025-10-14T09:00:00");
    let session = desk.session(&rules(super::SETTLED), ever("2025-10-20"));
    assert_eq!(session.evidence(&guanjia::measures::Selection::default()).unwrap().len(), 2);
    let waits = session.waits("case_settled").unwrap();
    let told: Vec<_> =
        waits.iter().map(|w| (w.case_id.as_str(), w.elapsed, w.settled, w.ended_by.as_deref())).collect();
    assert_eq!(told, [("Q1", 4.0, false, None), ("Q2", 5.0, false, None), ("Q3", 4.0, false, Some("withdrawn")),]);
}
