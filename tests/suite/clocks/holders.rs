//! Who answers.
use super::SETTLED;
use crate::desk::{Desk, ever, rules, told};

/// A desk with people P1 … P3 and no steward yet.
fn desk() -> Desk {
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲公司,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,2025-10-01\nP3,王三,丙局,,");
    desk
}

/// Who answers for a case done on 20 October, and for one open at the end of October.
fn answer(desk: &mut Desk) -> [String; 2] {
    desk.case("Q1", "submitted 2025-10-13T09:00:00\nresolved 2025-10-20T09:00:00");
    desk.case("Q2", "submitted 2025-10-30T09:00:00");
    let who = |row: &guanjia::measures::brief::Evidence| {
        let shared = if row.shared { " shared" } else { "" };
        format!("{}/{}{shared}", row.person_id.as_deref().unwrap_or("–"), row.unit.as_deref().unwrap_or("–"))
    };
    let rows = desk.evidence(&rules(SETTLED), ever("2025-10-31"));
    [who(&rows[0]), who(&rows[1])]
}

#[test]
fn the_holder_on_the_day_of_decision_answers() {
    // Handed over on the 20th: the day belongs to the one who takes over. P2 left the bureau and still answers.
    let mut desk = desk();
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,2025-10-20\nE1,steward,P2,,,2025-10-20,");
    assert_eq!(answer(&mut desk), ["P2/乙局", "P2/乙局"]);
}

#[test]
fn nobody_is_the_vacuum() {
    let mut desk = desk();
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,2025-10-20\nE1,steward,P2,,,2025-10-21,");
    assert_eq!(answer(&mut desk), ["–/–", "P2/乙局"]);
}

#[test]
fn of_several_the_latest_then_the_smallest_answers() {
    let mut latest = desk();
    latest.add("assignments", "E1,steward,P1,,,2025-01-01,\nE1,steward,P3,,,2025-02-01,");
    assert_eq!(answer(&mut latest), ["P3/丙局 shared", "P3/丙局 shared"]);
    let mut smallest = desk();
    smallest.add("assignments", "E1,steward,P3,,,2025-02-01,\nE1,steward,P2,,,2025-02-01,2025-10-31");
    assert_eq!(answer(&mut smallest), ["P2/乙局 shared", "P3/丙局"]);
    // The same holder twice is one holder; his unit in the assignment comes before the one in the register.
    let mut twice = desk();
    twice.add("assignments", "E1,steward,P1,,,2025-01-01,\nE1,steward,P1,,专班,2025-02-01,");
    assert_eq!(answer(&mut twice), ["P1/专班", "P1/专班"]);
}

#[test]
fn a_unit_may_hold_the_role() {
    let mut desk = desk();
    desk.add("assignments", "E1,steward,,,住建局,2025-01-01,");
    assert_eq!(answer(&mut desk), ["–/住建局", "–/住建局"]);
}

#[test]
fn a_deputy_answers_on_days_of_absence() {
    let mut desk = desk();
    desk.add("assignments", "E1,steward,P1,,专班,2025-01-01,");
    desk.add("absences", "P1,2025-10-18,2025-10-20,P3\nP3,2025-10-19,2025-10-31,P2");
    // P3's own absence is not followed further. From the 21st P1 is back.
    assert_eq!(answer(&mut desk), ["P3/丙局", "P1/专班"]);
    let mut alone = self::desk();
    alone.add("assignments", "E1,steward,P1,,专班,2025-01-01,");
    alone.add("absences", "P1,2025-10-18,2025-10-31,");
    assert_eq!(answer(&mut alone), ["P1/专班", "P1/专班"]);
}

#[test]
fn an_evaluation_goes_to_whom_it_names() {
    let satisfied = r#"[[measure]]
id = "m"
kind = "score"
of = { evaluations = "grade", channel = ["platform", "good_bad_review"] }
satisfied = 3
answers = { person_or = "steward" }
"#;
    let departments = satisfied
        .replace("\"m\"", "\"u\"")
        .replace("channel =", "with_unit = true, channel =")
        .replace("{ person_or = \"steward\" }", "\"event_unit\"");
    let mut desk = desk();
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,2025-10-20");
    // Named; a department; nobody in particular; nobody on a day without a holder; a channel that does not count.
    desk.add(
        "evaluations",
        "V1,E1,P3,,platform,2025-10-15 09:00,3\nV2,E1,,住建局,platform,2025-10-15 10:00,2\nV3,E1,,,good_bad_review,2025-10-16,5\nV4,E1,,,platform,2025-10-20 09:00,1\nV5,E1,,,visit,2025-10-15 09:00,1\nV6,E1,,,platform,2025-11-01 09:00,1",
    );
    let rows: Vec<String> = desk
        .evidence(
            &rules(&format!("{satisfied}[[measure]]{}", departments.replace("[[measure]]", ""))),
            ever("2025-10-31"),
        )
        .iter()
        .map(told)
        .collect();
    assert_eq!(
        rows,
        [
            "evaluations/V1 P3/丙局 done 2025-10-15T09:00 on 2025-10-15 met 3",
            "evaluations/V2 –/住建局 done 2025-10-15T10:00 on 2025-10-15 breached 2",
            "evaluations/V3 P1/甲局 done 2025-10-16T00:00 on 2025-10-16 met 5",
            "evaluations/V4 –/– done 2025-10-20T09:00 on 2025-10-20 breached 1",
            "evaluations/V2 –/住建局 done 2025-10-15T10:00 on 2025-10-15 breached 2",
        ]
    );
}

#[test]
fn a_complaint_goes_to_whom_it_names() {
    let tally = "[[measure]]\nid = \"m\"\nkind = \"tally\"\nof = \"complaints\"\nclass = \"verdict\"\n";
    let mut desk = desk();
    desk.add(
        "complaints",
        "K1,E1,P1,,2025-10-10 09:00,attitude,substantiated,2025-10-20 09:00\nK2,E1,P1,专班,2025-10-11,style,unsubstantiated,2025-11-20 09:00\nK3,E1,,住建局,2025-10-12,other,,\nK4,,,,2025-10-13,other,partly,2025-10-31\nK5,,,,2025-11-01,other,,",
    );
    assert_eq!(
        desk.rows(tally, "2025-10-31"),
        [
            "complaints/K1 P1/甲局 done 2025-10-10T09:00 on 2025-10-10 – substantiated",
            // Verified after as-of: its verdict is not known yet.
            "complaints/K2 P1/专班 done 2025-10-11T00:00 on 2025-10-11 – pending",
            "complaints/K3 –/住建局 done 2025-10-12T00:00 on 2025-10-12 – pending",
            "complaints/K4 –/– done 2025-10-13T00:00 on 2025-10-13 – partly",
        ]
    );
}
