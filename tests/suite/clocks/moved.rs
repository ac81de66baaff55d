//! Due days that extensions and pauses move.
use super::{REPLY, SETTLED, clock};
use crate::desk::Desk;

/// One case's rows as of the end of 2025, without the record and who answers.
fn moved(measure: &str, events: &str) -> Vec<String> {
    as_of(measure, events, "2025-12-31")
}

fn as_of(measure: &str, events: &str, as_of: &str) -> Vec<String> {
    let rows = Desk::new().case("Q1", events).rows(measure, as_of);
    rows.iter().map(|row| row.splitn(3, ' ').nth(2).unwrap().to_owned()).collect()
}

#[test]
fn extensions_before_due_move_forward_only() {
    // 15 working days after 13 October are over on 3 November.
    let start = "submitted 2025-10-13T09:00:00\n";
    let case = |more: &str| moved(SETTLED, &format!("{start}{more}"));
    assert_eq!(case("extended 2025-11-03T23:59:59 >2025-11-08"), ["due 2025-11-08 on 2025-11-08 breached extended"]);
    // At due, or of a bare date (24:00 of the due day): too late.
    assert_eq!(case("extended 2025-11-04T00:00:00 >2025-11-08"), ["due 2025-11-03 on 2025-11-03 breached"]);
    assert_eq!(case("extended 2025-11-03 >2025-11-08"), ["due 2025-11-03 on 2025-11-03 breached"]);
    assert_eq!(case("extended 2025-11-02 >2025-11-08"), ["due 2025-11-08 on 2025-11-08 breached extended"]);
    // Never back; several each against the due moved so far.
    assert_eq!(case("extended 2025-10-20T09:00:00 >2025-10-31"), ["due 2025-11-03 on 2025-11-03 breached"]);
    assert_eq!(
        case(
            "extended 2025-10-20T09:00:00 >2025-11-10\nextended 2025-11-09T09:00:00 >2025-11-20\nextended 2025-11-10T09:00:00 >2025-11-15"
        ),
        ["due 2025-11-20 on 2025-11-20 breached extended"]
    );
    // Not after the end, not before the start: this order is that of `seq`.
    assert_eq!(
        case("resolved 2025-10-20T09:00:00\nextended 2025-10-20T09:00:00 >2025-11-10"),
        ["due 2025-11-03 done 2025-10-20T09:00 on 2025-10-20 met 5"]
    );
    assert_eq!(
        case("extended 2025-10-20T09:00:00 >2025-11-10\nresolved 2025-10-20T09:00:00"),
        ["due 2025-11-10 done 2025-10-20T09:00 on 2025-10-20 met 5 extended"]
    );
    assert_eq!(
        moved(REPLY, "extended 2025-10-13T09:00:00 @甲 >2025-11-10\nassigned 2025-10-13T09:00:00 @甲"),
        ["due 2025-10-16 on 2025-10-16 breached"]
    );
}

#[test]
fn an_extension_with_a_unit_is_that_units() {
    let both = format!("{REPLY}{SETTLED}");
    let start = "submitted 2025-10-13T09:00:00\nassigned 2025-10-13T09:00:00 @甲\nassigned 2025-10-13T09:00:00 @乙\n";
    // case_settled, then 甲 and 乙 in the order of their due.
    assert_eq!(
        moved(&both, &format!("{start}extended 2025-10-14T09:00:00 @甲 >2025-10-20")),
        [
            "due 2025-11-03 on 2025-11-03 breached",
            "due 2025-10-16 on 2025-10-16 breached",
            "due 2025-10-20 on 2025-10-20 breached extended",
        ]
    );
    assert_eq!(
        moved(&both, &format!("{start}extended 2025-10-14T09:00:00 >2025-11-20")),
        [
            "due 2025-11-20 on 2025-11-20 breached extended",
            "due 2025-10-16 on 2025-10-16 breached",
            "due 2025-10-16 on 2025-10-16 breached",
        ]
    );
    // A dispatch moves with its unit and with none.
    let days = clock("dispatched", "resolved", "days = 2");
    for (unit, due) in [("@甲 ", "2025-10-20"), ("", "2025-10-20"), ("@乙 ", "2025-10-15")] {
        let extended = if due == "2025-10-20" { " extended" } else { "" };
        assert_eq!(
            moved(
                &days,
                &format!("dispatched 2025-10-13T09:00:00 @甲\nextended 2025-10-14T09:00:00 {unit}>2025-10-20")
            ),
            [format!("due {due} on {due} breached{extended}")]
        );
    }
    // A clock that began at resolved is moved by neither.
    let answered = clock("resolved", "answered", "working_days = 3");
    assert_eq!(
        moved(&answered, "resolved 2025-10-13T09:00:00\nextended 2025-10-14T09:00:00 >2025-10-20"),
        ["due 2025-10-16 on 2025-10-16 breached"]
    );
}

#[test]
fn a_pause_moves_due_by_its_working_days() {
    let start = "assigned 2025-09-29T09:00:00 @甲\n";
    let case = |more: &str| moved(REPLY, &format!("{start}{more}"));
    // Due 10 October (30 September, 9, 10). Suspended over the holiday: (30 September, 9 October] is 1 working day.
    assert_eq!(
        case("suspended 2025-09-30T09:00:00\nresumed 2025-10-09T09:00:00"),
        ["due 2025-10-11 on 2025-10-11 breached paused 1"]
    );
    // Value is net of the pause: (29 September, 11 October] is 4, less 1.
    assert_eq!(
        case("suspended 2025-09-30T09:00:00\nresumed 2025-10-09T09:00:00\ndepartment_replied 2025-10-11T09:00:00 @甲"),
        ["due 2025-10-11 done 2025-10-11T09:00 on 2025-10-11 met 3 paused 1"]
    );
    // Never to a day before the one on which it ended, though no day of the pause is worked. Due 29 September.
    assert_eq!(
        moved(REPLY, "assigned 2025-09-25T09:00:00 @甲\nsuspended 2025-09-30T00:00:00\nresumed 2025-10-08T09:00:00"),
        ["due 2025-10-08 on 2025-10-08 breached"]
    );
    // Suspended at exactly due still takes effect, later does not.
    assert_eq!(
        case("suspended 2025-10-11T00:00:00\nresumed 2025-10-14T09:00:00"),
        ["due 2025-10-14 on 2025-10-14 breached paused 2"]
    );
    assert_eq!(
        case("suspended 2025-10-11T00:00:01\nresumed 2025-10-14T09:00:00"),
        ["due 2025-10-10 on 2025-10-10 breached"]
    );
    // A second `suspended` and a stray `resumed` are ignored.
    assert_eq!(
        case(
            "resumed 2025-09-29T10:00:00\nsuspended 2025-09-30T09:00:00\nsuspended 2025-10-09T08:00:00\nresumed 2025-10-09T09:00:00\nresumed 2025-10-10T09:00:00"
        ),
        ["due 2025-10-11 on 2025-10-11 breached paused 1"]
    );
    // Bare dates: from 00:00 of 30 September to 24:00 of 9 October.
    assert_eq!(case("suspended 2025-09-30\nresumed 2025-10-09"), ["due 2025-10-11 on 2025-10-11 breached paused 1"]);
    // Two pauses in order: 9 October (1), then 10 and 11 (2).
    assert_eq!(
        case(
            "suspended 2025-09-30T09:00:00\nresumed 2025-10-09T09:00:00\nsuspended 2025-10-09T10:00:00\nresumed 2025-10-11T09:00:00"
        ),
        ["due 2025-10-14 on 2025-10-14 breached paused 3"]
    );
}

#[test]
fn a_due_on_a_rest_day_is_not_moved_back_by_a_short_pause() {
    // Extended to Sunday 19 October; a pause within a day has no working day and moves nothing.
    assert_eq!(
        moved(
            REPLY,
            "assigned 2025-10-09T09:00:00 @甲\nextended 2025-10-09T10:00:00 @甲 >2025-10-19\nsuspended 2025-10-10T09:00:00\nresumed 2025-10-10T10:00:00"
        ),
        ["due 2025-10-19 on 2025-10-19 breached extended"]
    );
    // One working day: the first one after that Sunday.
    assert_eq!(
        moved(
            REPLY,
            "assigned 2025-10-09T09:00:00 @甲\nextended 2025-10-09T10:00:00 @甲 >2025-10-19\nsuspended 2025-10-10T09:00:00\nresumed 2025-10-11T10:00:00"
        ),
        ["due 2025-10-20 on 2025-10-20 breached extended paused 1"]
    );
}

#[test]
fn a_pause_is_clipped_to_the_obligation() {
    // Assigned during the pause: only (10, 14 October] counts: 11, 13, 14. Due 11, 13, 14 and three more: 15, 16, 17.
    assert_eq!(
        moved(REPLY, "suspended 2025-09-29T09:00:00\nassigned 2025-10-10T09:00:00 @甲\nresumed 2025-10-14T09:00:00"),
        ["due 2025-10-17 on 2025-10-17 breached paused 3"]
    );
    // Done during the pause: (9, 13 October] is 10, 11, 13; due 13 October and three more. Value 3 less 3.
    assert_eq!(
        moved(
            REPLY,
            "assigned 2025-10-09T09:00:00 @甲\nsuspended 2025-10-09T10:00:00\ndepartment_replied 2025-10-13T09:00:00 @甲\nresumed 2025-10-20T09:00:00"
        ),
        ["due 2025-10-16 done 2025-10-13T09:00 on 2025-10-13 met 0 paused 3"]
    );
}

#[test]
fn suspended_at_as_of_is_pending() {
    let events = "assigned 2025-10-09T09:00:00 @甲\nsuspended 2025-10-10T09:00:00\nresumed 2025-10-21T09:00:00";
    assert_eq!(as_of(REPLY, events, "2025-10-20"), ["due 2025-10-13 undecided pending"]);
    // (10, 21 October] is 11, 13–17, 20, 21: 8. Due 13 October and eight more: 14–17, 20–23.
    assert_eq!(as_of(REPLY, events, "2025-10-31"), ["due 2025-10-23 on 2025-10-23 breached paused 8"]);
    // Suspended after due: breached all the same.
    let late = "assigned 2025-10-09T09:00:00 @甲\nsuspended 2025-10-15T09:00:00";
    assert_eq!(as_of(REPLY, late, "2025-10-31"), ["due 2025-10-13 on 2025-10-13 breached"]);
}

#[test]
fn extensions_and_pauses_in_the_order_of_their_first_event() {
    // Due 13 October. Extended to the 15th, then paused (13, 16 October] = 3: 16, 17, 20.
    assert_eq!(
        moved(
            REPLY,
            "assigned 2025-10-09T09:00:00 @甲\nextended 2025-10-10T09:00:00 @甲 >2025-10-15\nsuspended 2025-10-13T09:00:00\nresumed 2025-10-16T09:00:00"
        ),
        ["due 2025-10-20 on 2025-10-20 breached extended paused 3"]
    );
    // The pause began first: 14, 15, 16; then the extension to the 15th moves nothing.
    assert_eq!(
        moved(
            REPLY,
            "assigned 2025-10-09T09:00:00 @甲\nsuspended 2025-10-13T09:00:00\nextended 2025-10-14T09:00:00 @甲 >2025-10-15\nresumed 2025-10-16T09:00:00"
        ),
        ["due 2025-10-16 on 2025-10-16 breached paused 3"]
    );
}

#[test]
fn days_and_hours_pause_by_days_and_by_elapsed_time() {
    let days = clock("dispatched", "resolved", "days = 2");
    // Due 15 October; (14, 18 October] is 4 days: the 19th.
    assert_eq!(
        moved(&days, "dispatched 2025-10-13T09:00:00 @甲\nsuspended 2025-10-14T09:00:00\nresumed 2025-10-18T09:00:00"),
        ["due 2025-10-19 on 2025-10-19 breached paused 4"]
    );
    let hours = clock("submitted", "dispatched", "hours = 1");
    // Half an hour of the hour is used, two hours paused, done in the last second.
    assert_eq!(
        moved(
            &hours,
            "submitted 2025-10-13T09:00:00\nsuspended 2025-10-13T09:30:00\nresumed 2025-10-13T11:30:00\ndispatched 2025-10-13T12:00:00 @甲"
        ),
        ["due 2025-10-13 done 2025-10-13T12:00 on 2025-10-13 met 1 paused 2"]
    );
    assert_eq!(
        moved(
            &hours,
            "submitted 2025-10-13T09:00:00\nsuspended 2025-10-13T09:30:00\nresumed 2025-10-13T11:30:00\ndispatched 2025-10-13T12:00:01 @甲"
        ),
        [format!("due 2025-10-13 done 2025-10-13T12:00 on 2025-10-13 breached {} paused 2", 3.0 + 1.0 / 3600.0 - 2.0)]
    );
}
