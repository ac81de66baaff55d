//! Which day a clock falls due, and on which side of midnight a deed lies.
use super::{REPLY, SETTLED, clock};
use crate::desk::{Desk, ever, rules, rules_from, told};

#[test]
fn three_working_days_over_national_day() {
    let mut desk = Desk::new();
    // Tuesday 30 September does not count: 9, 10, 11 October (the 11th made up) are the three days.
    desk.case("Q1", "assigned 2025-09-30T10:00:00 @住建局\ndepartment_replied 2025-10-11T23:59:59 @住建局");
    // A start on a rest day: the next working day is the first.
    desk.case("Q2", "assigned 2025-10-03T10:00:00 @住建局\ndepartment_replied 2025-10-13T00:00:01 @住建局");
    // Saturday 27 September: 28 (Sunday, made up), 29, 30.
    desk.case("Q3", "assigned 2025-09-27T10:00:00 @住建局\ndepartment_replied 2025-09-28T09:00:00 @住建局");
    // The made-up Saturday as a start does not count itself: 13, 14, 15 October.
    desk.case("Q4", "assigned 2025-10-11T10:00:00 @住建局");
    assert_eq!(
        desk.rows(REPLY, "2025-10-31"),
        [
            "cases/Q3 –/住建局 due 2025-09-30 done 2025-09-28T09:00 on 2025-09-28 met 1",
            "cases/Q1 –/住建局 due 2025-10-11 done 2025-10-11T23:59 on 2025-10-11 met 3",
            // Done on the 13th: in (3 October, 13 October] lie 9, 10, 11, 13.
            "cases/Q2 –/住建局 due 2025-10-11 done 2025-10-13T00:00 on 2025-10-11 breached 4",
            "cases/Q4 –/住建局 due 2025-10-15 on 2025-10-15 breached",
        ]
    );
}

#[test]
fn fifteen_working_days_over_spring_festival() {
    let mut desk = Desk::new();
    // 9 February 2026 does not count: 10, 11, 12, 13, 14 (5), 24, 25, 26, 27, 28 (10), 2, 3, 4, 5, 6 March (15).
    desk.case("Q1", "submitted 2026-02-09T09:00:00\nresolved 2026-03-06T17:00:00");
    // Submitted in the festival: 24, 25, 26, 27, 28, 2–6 March (10), 9–13 March (15).
    desk.case("Q2", "submitted 2026-02-18T09:00:00\nresolved 2026-03-14T00:00:00");
    desk.case("Q3", "submitted 2026-02-18T09:00:00\nresolved 2026-03-14T00:00:01");
    assert_eq!(
        desk.rows(SETTLED, "2026-03-31"),
        [
            "cases/Q1 P1/甲局 due 2026-03-06 done 2026-03-06T17:00 on 2026-03-06 met 15",
            // At exactly 24:00 of the due day: met, and decided on the due day.
            "cases/Q2 P1/甲局 due 2026-03-13 done 2026-03-14T00:00 on 2026-03-13 met 15",
            "cases/Q3 P1/甲局 due 2026-03-13 done 2026-03-14T00:00 on 2026-03-13 breached 15",
        ]
    );
}

#[test]
fn national_day_2026() {
    let mut desk = Desk::new();
    // 30 September 2026: 8, 9, 10 October (the 10th a made-up Saturday).
    desk.case("Q1", "assigned 2026-09-30T10:00:00 @住建局\ndepartment_returned 2026-10-10 @住建局");
    // Thursday 24 September, the 25th to 27th rest: 28, 29, 30.
    desk.case("Q2", "assigned 2026-09-24T10:00:00 @住建局\ndepartment_returned 2026-10-01 @住建局");
    assert_eq!(
        desk.rows(REPLY, "2026-10-31"),
        [
            // Only the day is known: the end counts at 24:00 of it.
            "cases/Q2 –/住建局 due 2026-09-30 done 2026-10-02T00:00 on 2026-09-30 breached 3",
            "cases/Q1 –/住建局 due 2026-10-10 done 2026-10-11T00:00 on 2026-10-10 met 3",
        ]
    );
}

#[test]
fn bare_dates_begin_and_end_their_day() {
    let mut desk = Desk::new();
    // A bare start precedes, and a bare end follows, all else of its day.
    desk.case("Q1", "department_replied 2025-10-13T00:00:00 @甲\nassigned 2025-10-13 @甲");
    desk.case("Q2", "department_replied 2025-10-13 @甲\nassigned 2025-10-13T23:00:00 @甲");
    desk.case("Q3", "department_replied 2025-10-13 @甲\nassigned 2025-10-13 @甲");
    assert_eq!(
        desk.rows(REPLY, "2025-10-31"),
        [
            "cases/Q1 –/甲 due 2025-10-16 done 2025-10-13T00:00 on 2025-10-13 met 0",
            "cases/Q3 –/甲 due 2025-10-16 done 2025-10-14T00:00 on 2025-10-13 met 0",
            "cases/Q2 –/甲 due 2025-10-16 done 2025-10-14T00:00 on 2025-10-13 met 0",
        ]
    );
}

#[test]
fn due_at_as_of_is_breached() {
    let mut desk = Desk::new();
    desk.case("Q1", "assigned 2025-10-09T10:00:00 @甲");
    // 10, 11, 13: due at 00:00:00 of the 14th.
    assert_eq!(desk.rows(REPLY, "2025-10-13"), ["cases/Q1 –/甲 due 2025-10-13 on 2025-10-13 breached"]);
    assert_eq!(desk.rows(REPLY, "2025-10-13T23:59:59"), ["cases/Q1 –/甲 due 2025-10-13 undecided pending"]);
}

#[test]
fn days_clock_is_not_moved_off_rest_days() {
    let mut desk = Desk::new();
    desk.case("Q1", "dispatched 2025-09-30T10:00:00 @甲\nresolved 2025-10-03T00:00:00");
    desk.case("Q2", "dispatched 2025-09-30T10:00:00 @甲\nresolved 2025-10-03T00:00:01");
    assert_eq!(
        desk.rows(&clock("dispatched", "resolved", "days = 2"), "2025-10-31"),
        [
            "cases/Q1 –/甲 due 2025-10-02 done 2025-10-03T00:00 on 2025-10-02 met 3",
            "cases/Q2 –/甲 due 2025-10-02 done 2025-10-03T00:00 on 2025-10-02 breached 3",
        ]
    );
}

#[test]
fn hours_run_round_the_clock() {
    let hour = clock("submitted", "dispatched", "hours = 1");
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-01T23:30:00\ndispatched 2025-10-02T00:30:00 @甲");
    desk.case("Q2", "submitted 2025-10-01T23:30:00\ndispatched 2025-10-02T00:30:01 @甲");
    desk.case("Q3", "submitted 2025-10-01\ndispatched 2025-10-01T00:30:00 @甲");
    desk.case("Q4", "submitted 2025-10-03T08:00:00\ndispatched 2025-10-03 @甲");
    // Extensions never move an hour clock.
    desk.case("Q5", "submitted 2025-10-04T08:00:00\nextended 2025-10-04T08:30:00 >2025-10-09");
    desk.case("Q6", "submitted 2025-10-05");
    let rows = desk.evidence(&rules(&hour), ever("2025-10-31"));
    let lines: Vec<String> = rows.iter().map(told).collect();
    assert_eq!(
        lines,
        [
            "cases/Q3 –/– due 2025-10-01 done 2025-10-01T00:30 on 2025-10-01 unmeasurable",
            "cases/Q1 –/– due 2025-10-02 done 2025-10-02T00:30 on 2025-10-02 met 1",
            &format!("cases/Q2 –/– due 2025-10-02 done 2025-10-02T00:30 on 2025-10-02 breached {}", 3601.0 / 3600.0),
            "cases/Q4 –/– due 2025-10-03 done 2025-10-04T00:00 on 2025-10-03 unmeasurable",
            "cases/Q5 –/– due 2025-10-04 on 2025-10-04 breached",
            "cases/Q6 –/– due 2025-10-05 on 2025-10-05 unmeasurable",
        ]
    );
    assert_eq!(rows[1].due_at, Some("2025-10-02T00:30:00".parse().unwrap()));
}

#[test]
fn beyond_the_calendar_nothing_is_guessed() {
    let mut desk = Desk::new();
    // 15 working days after 15 December 2026 lie in 2027, which no notice declares.
    desk.case("Q1", "submitted 2026-12-15T09:00:00");
    desk.case("Q2", "submitted 2026-12-15T09:00:00\nresolved 2026-12-31T09:00:00");
    desk.case("Q3", "submitted 2026-12-15T09:00:00\nresolved 2027-01-04T09:00:00");
    // A pause cannot conjure up a due day, and one into 2027 loses it.
    desk.case("Q4", "submitted 2026-12-15T09:00:00\nsuspended 2026-12-16T09:00:00\nresumed 2026-12-17T09:00:00");
    desk.case("Q5", "submitted 2026-12-01T09:00:00\nsuspended 2026-12-02T09:00:00\nresumed 2026-12-30T09:00:00");
    // A calendar day clock needs no notice.
    assert_eq!(
        desk.rows(SETTLED, "2027-06-30"),
        [
            // 16, 17, 18, 21–25, 28–31 December: 12 working days.
            "cases/Q2 P1/甲局 done 2026-12-31T09:00 on 2026-12-31 met 12",
            "cases/Q5 P1/甲局 undecided pending paused 20",
            "cases/Q1 P1/甲局 undecided pending",
            "cases/Q3 P1/甲局 done 2027-01-04T09:00 undecided pending",
            "cases/Q4 P1/甲局 undecided pending paused 1",
        ]
    );
}

#[test]
fn no_obligation_opens_before_the_rules_are_in_force() {
    let mut desk = Desk::new();
    desk.case("Q1", "assigned 2025-10-12T23:59:59 @甲\ndepartment_replied 2025-10-14T09:00:00 @甲");
    desk.case("Q2", "assigned 2025-10-13 @甲\ndepartment_replied 2025-10-14T09:00:00 @甲");
    let rows = desk.evidence(&rules_from("2025-10-13", REPLY), ever("2025-10-31"));
    assert_eq!(
        rows.iter().map(told).collect::<Vec<_>>(),
        ["cases/Q2 –/甲 due 2025-10-16 done 2025-10-14T09:00 on 2025-10-14 met 1"]
    );
}
