//! What `explain` says of a case: extensions, pauses, reopenings, hand-overs, deputies, in words.
use super::{REPLY, SETTLED};
use crate::desk::{Desk, ever, rules};

fn notes(desk: &mut Desk, measures: &str, as_of: &str) -> Vec<String> {
    let notes = desk.session(&rules(measures), ever(as_of)).clock_notes("项目管家").unwrap();
    notes.into_iter().map(|note| format!("{} {}", note.record, note.text)).collect()
}

#[test]
fn extensions_say_what_was_due_before() {
    let mut desk = Desk::new();
    // Due 3 November by the rule; to the 10th, to the 12th; an earlier day moves nothing.
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nextended 2025-10-20T09:00:00 >2025-11-10\nextended 2025-10-21T09:00:00 >2025-11-05\nextended 2025-10-22T09:00:00 >2025-11-12");
    assert_eq!(
        notes(&mut desk, SETTLED, "2025-10-31"),
        [
            "cases/Q1 延期一次：原应于 2025-11-03 前办结，经批准延至 2025-11-10",
            "cases/Q1 第2次延期：原应于 2025-11-10 前办结，经批准延至 2025-11-12",
        ]
    );
    desk.case("Q2", "assigned 2025-10-13T09:00:00 @甲\nextended 2025-10-14T09:00:00 @甲 >2025-10-20");
    assert_eq!(
        notes(&mut desk, REPLY, "2025-10-31"),
        ["cases/Q2 延期一次：原应于 2025-10-16 前回复，经批准延至 2025-10-20"]
    );
}

#[test]
fn pauses_say_how_long_and_what_became_of_the_due() {
    let mut desk = Desk::new();
    // (14, 16 October] is two working days: due 3 November moves to the 5th. The second pause goes on.
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nsuspended 2025-10-14T09:00:00\nresumed 2025-10-16T09:00:00\nsuspended 2025-10-20T09:00:00");
    assert_eq!(
        notes(&mut desk, SETTLED, "2025-10-31"),
        [
            "cases/Q1 挂起 2 个工作日（2025-10-14 至 2025-10-16），期限顺延至 2025-11-05",
            "cases/Q1 2025-10-20 起挂起，至统计时点未恢复，暂不判定",
        ]
    );
}

#[test]
fn a_reopened_case_is_told_of_where_it_runs_again() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nresolved 2025-10-14T09:00:00\nreopened 2025-10-15T09:00:00");
    assert_eq!(
        notes(&mut desk, SETTLED, "2025-10-31"),
        ["cases/Q1 2025-10-15 重新打开，从该日起重新计时；此前的判定不变"]
    );
}

#[test]
fn what_broke_a_clock_off_after_its_due_is_named() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nwithdrawn 2025-11-10T09:00:00");
    assert_eq!(notes(&mut desk, SETTLED, "2025-11-30"), ["cases/Q1 2025-11-10 “撤回”时已到期，此后不再计时"]);
}

#[test]
fn hand_overs_and_deputies_are_named_with_their_days() {
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲公司,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,\nP3,王三,乙局,,");
    desk.add("assignments", "E1,steward,P1,,,2018-01-01,2025-10-16\nE1,steward,P2,,,2025-10-16,");
    desk.add("absences", "P2,2025-10-20,2025-10-22,P3");
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nresolved 2025-10-24T09:00:00");
    // Settled before any of it.
    desk.case("Q2", "submitted 2025-10-13T09:00:00\nresolved 2025-10-15T09:00:00");
    assert_eq!(
        notes(&mut desk, SETTLED, "2025-10-31"),
        [
            "cases/Q1 期间项目管家由张一（P1）变更为李二（P2）（2025-10-16 起）",
            "cases/Q1 李二（P2）请假期间（2025-10-20 至 2025-10-22）由代理人王三（P3）履职",
        ]
    );
}
