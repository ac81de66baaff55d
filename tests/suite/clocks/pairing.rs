//! Which end belongs to which start.
use super::{REPLY, SETTLED, clock};
use crate::desk::{Desk, rules, scope, told};

#[test]
fn a_reminder_is_no_new_clock() {
    let mut desk = Desk::new();
    desk.case("Q1", "assigned 2025-10-13T09:00:00 @甲\nassigned 2025-10-15T09:00:00 @甲\ndepartment_replied 2025-10-17T09:00:00 @甲\ndepartment_replied 2025-10-18T09:00:00 @甲");
    assert_eq!(
        desk.rows(REPLY, "2025-10-31"),
        ["cases/Q1 –/甲 due 2025-10-16 done 2025-10-17T09:00 on 2025-10-16 breached 4"]
    );
}

#[test]
fn departments_pair_each_for_itself() {
    let mut desk = Desk::new();
    // 乙 answers in time, 甲 late, nobody answers for the one that was not named but an unnamed reply.
    desk.case("Q1", "assigned 2025-10-13T09:00:00 @甲\nassigned 2025-10-13T09:00:00 @乙\nassigned 2025-10-13T09:00:00\ndepartment_replied 2025-10-14T09:00:00 @乙\ndepartment_returned 2025-10-15T09:00:00\ndepartment_replied 2025-10-17T09:00:00 @甲");
    assert_eq!(
        desk.rows(REPLY, "2025-10-31"),
        [
            "cases/Q1 –/乙 due 2025-10-16 done 2025-10-14T09:00 on 2025-10-14 met 1",
            "cases/Q1 –/– due 2025-10-16 done 2025-10-15T09:00 on 2025-10-15 met 2",
            "cases/Q1 –/甲 due 2025-10-16 done 2025-10-17T09:00 on 2025-10-16 breached 4",
        ]
    );
}

#[test]
fn settling_ends_open_assignments() {
    let mut desk = Desk::new();
    // Not yet due: dropped. Due already (resolved at 24:00 of the due day, that is at due): breached. Later replies are nothing.
    desk.case(
        "Q1",
        "assigned 2025-10-13T09:00:00 @甲\nresolved 2025-10-16T23:59:59\ndepartment_replied 2025-10-16T23:59:59 @甲",
    );
    desk.case(
        "Q2",
        "assigned 2025-10-13T09:00:00 @甲\nreturned 2025-10-17T00:00:00\ndepartment_replied 2025-10-17T09:00:00 @甲",
    );
    // Assigned once more after that: a new clock.
    desk.case("Q3", "assigned 2025-10-13T09:00:00 @甲\nresolved 2025-10-14T09:00:00\nassigned 2025-10-20T09:00:00 @甲\ndepartment_replied 2025-10-20T10:00:00 @甲");
    assert_eq!(
        desk.rows(REPLY, "2025-10-31"),
        [
            "cases/Q2 –/甲 due 2025-10-16 on 2025-10-16 breached",
            "cases/Q3 –/甲 due 2025-10-23 done 2025-10-20T10:00 on 2025-10-20 met 0",
        ]
    );
}

#[test]
fn withdrawn_drops_what_is_pending_only() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nassigned 2025-10-13T09:00:00 @甲\nwithdrawn 2025-10-17T09:00:00\nresolved 2025-10-18T09:00:00");
    desk.case("Q2", "submitted 2025-10-13T09:00:00\nresolved 2025-10-14T09:00:00\nwithdrawn 2025-10-15T09:00:00");
    assert_eq!(
        desk.rows(&format!("{REPLY}{SETTLED}"), "2025-12-31"),
        [
            "cases/Q2 P1/甲局 due 2025-11-03 done 2025-10-14T09:00 on 2025-10-14 met 1",
            "cases/Q1 –/甲 due 2025-10-16 on 2025-10-16 breached",
        ]
    );
}

#[test]
fn reopening_opens_a_new_obligation() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nresolved 2025-10-14T09:00:00\nreopened 2025-10-15T09:00:00\nreopened 2025-10-16T09:00:00\nreturned 2025-10-17T09:00:00");
    assert_eq!(
        desk.rows(SETTLED, "2025-12-31"),
        [
            "cases/Q1 P1/甲局 due 2025-11-03 done 2025-10-14T09:00 on 2025-10-14 met 1",
            "cases/Q1 P1/甲局 due 2025-11-05 done 2025-10-17T09:00 on 2025-10-17 met 2",
        ]
    );
}

#[test]
fn reopening_ends_what_began_at_resolved() {
    let answered = clock("resolved", "answered", "working_days = 1");
    let mut desk = Desk::new();
    desk.case("Q1", "resolved 2025-10-13T09:00:00\nreopened 2025-10-14T09:00:00\nanswered 2025-10-14T10:00:00");
    desk.case("Q2", "resolved 2025-10-13T09:00:00\nreopened 2025-10-15T00:00:00\nanswered 2025-10-15T10:00:00");
    assert_eq!(desk.rows(&answered, "2025-12-31"), ["cases/Q2 –/– due 2025-10-14 on 2025-10-14 breached"]);
}

#[test]
fn a_dispatch_to_another_unit_is_a_new_clock() {
    let days = clock("dispatched", "resolved", "days = 2");
    let mut desk = Desk::new();
    // 甲 not yet due: dropped. 乙, reminded, falls due on the 16th; 丙 takes over late: 乙 breached.
    desk.case("Q1", "dispatched 2025-10-13T09:00:00 @甲\ndispatched 2025-10-14T09:00:00 @乙\ndispatched 2025-10-15T09:00:00 @乙\ndispatched 2025-10-17T00:00:00 @丙\nresolved 2025-10-18T09:00:00");
    assert_eq!(
        desk.rows(&days, "2025-12-31"),
        [
            "cases/Q1 –/乙 due 2025-10-16 on 2025-10-16 breached",
            "cases/Q1 –/丙 due 2025-10-19 done 2025-10-18T09:00 on 2025-10-18 met 1",
        ]
    );
}

#[test]
fn the_earlier_submission_holds() {
    let opened = |record: &str, event: &str| {
        let mut desk = Desk::new();
        desk.add("cases", &format!("Q1,E1,,platform,{record}"));
        if !event.is_empty() {
            desk.events("Q1", &format!("submitted {event}"));
        }
        desk.evidence(&rules(SETTLED), scope("2025-10", "2025-10-31", None))[0].opened_at.unwrap().to_string()
    };
    assert_eq!(opened("2025-10-13 09:00:00", ""), "2025-10-13 09:00:00");
    assert_eq!(opened("2025-10-13 09:00:00", "2025-10-13T10:00:00"), "2025-10-13 09:00:00");
    assert_eq!(opened("2025-10-13 11:00:00", "2025-10-13T10:00:00"), "2025-10-13 10:00:00");
    assert_eq!(opened("2025-10-13", "2025-10-13T10:00:00"), "2025-10-13 10:00:00");
    assert_eq!(opened("2025-10-13 09:00:00", "2025-10-13"), "2025-10-13 09:00:00");
    assert_eq!(opened("2025-10-12", "2025-10-13T10:00:00"), "2025-10-12 00:00:00");
    assert_eq!(opened("2025-10-14 09:00:00", "2025-10-13"), "2025-10-13 00:00:00");
}

#[test]
fn an_end_after_as_of_is_not_known_yet() {
    let mut desk = Desk::new();
    desk.case("Q1", "assigned 2025-10-09T10:00:00 @甲\ndepartment_replied 2025-10-13T09:00:00 @甲");
    desk.case("Q2", "assigned 2025-10-13T10:00:00 @甲");
    assert_eq!(desk.rows(REPLY, "2025-10-12"), ["cases/Q1 –/甲 due 2025-10-13 undecided pending"]);
    // A record at the very instant exists.
    assert_eq!(
        desk.rows(REPLY, "2025-10-13T09:00:00"),
        ["cases/Q1 –/甲 due 2025-10-13 done 2025-10-13T09:00 on 2025-10-13 met 3"]
    );
}

#[test]
fn a_corrected_set_of_events_counts_from_its_batch_on() {
    let mut desk = Desk::new();
    desk.case("Q1", "assigned 2025-10-09T10:00:00 @甲\ndepartment_replied 2025-10-13T09:00:00 @甲");
    desk.take();
    desk.events("Q1", "assigned 2025-10-09T10:00:00 @甲\ndepartment_replied 2025-10-14T09:00:00 @甲");
    desk.take();
    let mut at = |batch| {
        let rows = desk.evidence(&rules(REPLY), scope("2025-10", "2025-10-31", batch));
        rows.iter().map(told).collect::<Vec<_>>()
    };
    let first = "cases/Q1 –/甲 due 2025-10-13 done 2025-10-13T09:00 on 2025-10-13 met 3";
    let second = "cases/Q1 –/甲 due 2025-10-13 done 2025-10-14T09:00 on 2025-10-13 breached 4";
    assert_eq!(at(Some(1)), [first]);
    assert_eq!(at(Some(2)), [second]);
    assert_eq!(at(None), [second]);
}

#[test]
fn the_unit_of_an_unnamed_start_is_the_latest_one_named_before() {
    let answered = clock("resolved", "answered", "working_days = 1");
    let mut desk = Desk::new();
    desk.case("Q1", "dispatched 2025-10-13T09:00:00 @甲\naccepted 2025-10-13T10:00:00 @乙\naccepted 2025-10-13T11:00:00\nmeeting 2025-10-13T12:00:00 @丁\nresolved 2025-10-14T09:00:00\nassigned 2025-10-14T10:00:00 @丙\nanswered 2025-10-14T11:00:00");
    assert_eq!(
        desk.rows(&answered, "2025-10-31"),
        ["cases/Q1 –/乙 due 2025-10-15 done 2025-10-14T11:00 on 2025-10-14 met 0"]
    );
}
