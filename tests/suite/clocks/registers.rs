//! Clocks and tallies of registers: complaints, changes of steward, policies, the diary.
use guanjia::measures::Dimension;

use crate::desk::{Desk, ever, rules, scope, told};

const VERIFIED: &str = r#"[[measure]]
id = "m"
kind = "deadline"
of = "complaints"
limit = { working_days = 15 }
answers = { unit = "营商局" }
"#;
const FILED: &str = r#"[[measure]]
id = "m"
kind = "deadline"
of = { changes_of = "steward" }
limit = { working_days = 5 }
answers = { unit = "平台管理方" }
"#;
const REACH: &str = r#"[[measure]]
id = "m"
kind = "deadline"
of = "policies"
limit = { working_days = 10 }
"#;
const CHANGES: &str = r#"[[measure]]
id = "m"
kind = "tally"
of = { changes_of = "steward" }
per = "enterprise_year"
"#;
const COMPLETE: &str = r#"[[measure]]
id = "m"
kind = "completeness"
of = { diary_except = ["zero_report"] }
fields = ["enterprise_id", "content"]
"#;
const TOLD: &str = r#"[[measure]]
id = "m"
kind = "completeness"
of = { cases_at_first = "resolved" }
in_diary = { days_after = 7 }
"#;

#[test]
fn complaints_over_national_day() {
    let mut desk = Desk::bare();
    // 15 working days after Sunday 28 September (worked): 29, 30, then 9, 10, 11 (Saturday, worked), 13 … 17, 20 … 24.
    let rows = "K1,,,,2025-09-28 09:00,style,substantiated,2025-10-24 23:59:59
        K2,,,,2025-09-28 09:00,style,partly,2025-10-25 00:00:01
        K3,,,,2025-09-28,style,partly,2025-10-24
        K4,,,,2025-10-01 09:00,style,,
        K5,,,,2025-10-10 09:00,style,unsubstantiated,2025-11-10 09:00
        K6,,,,2025-10-13 09:00,style,partly,2025-10-10 09:00
        K7,,,,2018-12-31 09:00,style,,";
    desk.add("complaints", rows);
    assert_eq!(
        desk.rows(VERIFIED, "2025-10-31"),
        [
            // What is verified before it was received took no time, and counts on the day it was received.
            "complaints/K6 –/营商局 due 2025-11-03 done 2025-10-10T09:00 on 2025-10-13 met 0",
            "complaints/K3 –/营商局 due 2025-10-24 done 2025-10-25T00:00 on 2025-10-24 met 15",
            "complaints/K1 –/营商局 due 2025-10-24 done 2025-10-24T23:59 on 2025-10-24 met 15",
            "complaints/K2 –/营商局 due 2025-10-24 done 2025-10-25T00:00 on 2025-10-24 breached 15",
            // Received on a rest day: 9 October is the first day, 28 October the fifteenth.
            "complaints/K4 –/营商局 due 2025-10-28 on 2025-10-28 breached",
            // Verified after as-of, so not yet, whatever its verdict. K7 came before the rules.
            "complaints/K5 –/营商局 due 2025-10-30 on 2025-10-30 breached",
        ]
    );
    assert_eq!(
        desk.rows(VERIFIED, "2025-10-29").last().unwrap(),
        "complaints/K5 –/营商局 due 2025-10-30 undecided pending"
    );
    // Beyond the calendar: nothing due can be said; what was verified within it is met.
    desk.add("complaints", "K8,,,,2026-12-25 09:00,style,,\nK9,,,,2026-12-25 09:00,style,partly,2026-12-31 09:00");
    let rows = desk.rows(VERIFIED, "2027-03-01");
    assert!(rows.contains(&"complaints/K8 –/营商局 undecided pending".into()), "{rows:#?}");
    assert!(rows.contains(&"complaints/K9 –/营商局 done 2026-12-31T09:00 on 2026-12-31 met 4".into()), "{rows:#?}");
}

#[test]
fn a_clock_of_hours_needs_times() {
    let hours = VERIFIED.replace("working_days = 15", "hours = 24");
    let mut desk = Desk::bare();
    desk.add("complaints", "K1,,,,2025-10-10 09:00,style,partly,2025-10-11 08:30:00\nK2,,,,2025-10-10,style,,\nK3,,,,2025-10-10 09:00,style,partly,2025-10-11\nK4,,,,2025-10-10 09:00,style,,");
    assert_eq!(
        desk.rows(&hours, "2025-10-31"),
        [
            "complaints/K2 –/营商局 due 2025-10-11 on 2025-10-10 unmeasurable",
            "complaints/K3 –/营商局 due 2025-10-11 done 2025-10-12T00:00 on 2025-10-10 unmeasurable",
            "complaints/K1 –/营商局 due 2025-10-11 done 2025-10-11T08:30 on 2025-10-11 met 23.5",
            "complaints/K4 –/营商局 due 2025-10-11 on 2025-10-11 breached",
        ]
    );
}

#[test]
fn changes_of_steward_are_filed() {
    let mut desk = Desk::bare();
    // E1: changed on 13 February 2026, before the Spring Festival: 14 (Saturday, worked), 24, 25, 26, 27 February.
    desk.add("filings", "E1,steward,P1,,2025-01-01,2026-02-13,2025-01-01\nE1,steward,P2,,2026-02-13,,2026-02-27");
    // E2 a day late; E3 filed before it took effect; E4 filed after as-of; E5 never filed.
    desk.add("filings", "E2,steward,P1,,2025-01-01,2026-02-13,\nE2,steward,P2,,2026-02-13,,2026-02-28");
    desk.add("filings", "E3,steward,P1,,2025-01-01,2026-02-13,\nE3,steward,P2,,2026-02-13,,2026-02-09");
    desk.add("filings", "E4,steward,P1,,2025-01-01,2026-02-13,\nE4,steward,P2,,2026-02-13,,2026-03-20");
    desk.add("filings", "E5,steward,P1,,2025-01-01,2026-02-10,\nE5,steward,P2,,2026-02-26,,");
    // No change: the same again after a gap; a second one beside the first from the same day; another role.
    desk.add("filings", "E6,steward,P1,,2025-01-01,2026-01-05,\nE6,steward,P1,,2026-02-13,,");
    desk.add("filings", "E7,steward,P1,,2026-02-02,,\nE7,steward,P2,,2026-02-02,,\nE7,steward,P2,,2026-02-10,,");
    desk.add("filings", "E8,leader,P1,,2025-01-01,2026-02-13,\nE8,leader,P2,,2026-02-13,,");
    let row = |e: &str, rest: &str| format!("assignments/{e}/steward/P2/2026-02-{rest}");
    assert_eq!(
        desk.rows(FILED, "2026-03-05"),
        [
            row("E3", "13 –/平台管理方 due 2026-02-27 done 2026-02-10T00:00 on 2026-02-13 met 0"),
            row("E1", "13 –/平台管理方 due 2026-02-27 done 2026-02-28T00:00 on 2026-02-27 met 5"),
            row("E2", "13 –/平台管理方 due 2026-02-27 done 2026-03-01T00:00 on 2026-02-27 breached 6"),
            row("E4", "13 –/平台管理方 due 2026-02-27 on 2026-02-27 breached"),
            // 27 and 28 (Saturday, worked) February, 2, 3, 4 March.
            row("E5", "26 –/平台管理方 due 2026-03-04 on 2026-03-04 breached"),
        ]
    );
}

#[test]
fn policies_reach_those_they_are_for() {
    let mut desk = Desk::bare();
    // E1 both categories' first, E2 another, E3 none; E4 out of scope since the day before, E5 in scope from that day,
    // E6 not listed, E7 left on the day.
    desk.add("ledger", "E1,甲,enterprise,科技型,,,,\nE2,乙,enterprise,外资,,,,\nE3,丙,enterprise,,,,,\nE4,丁,enterprise,科技型,,,,2025-09-28\nE5,戊,enterprise,外资,,,2025-09-29,\nE6,己,enterprise,科技型,,否,,\nE7,庚,enterprise,科技型,,,,2025-09-29");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,\nP3,王三,丙局,,");
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,2025-10-13\nE1,steward,P2,,,2025-10-13,\nE2,steward,P1,,,2025-01-01,\nE3,steward,P1,,,2025-01-01,");
    desk.add("absences", "P1,2025-10-17,2025-10-20,P3");
    // 10 working days from Monday 29 September: 30, 9, 10, 11, 13 … 17, 20 October.
    desk.add("policies", "Z1,一,2025-09-29,科技型; 外资\nZ2,二,2025-09-29,\nZ3,三,2025-11-03,\nZ4,四,2025-09-29,科技");
    // Z1: E1 twice, the first counts; E2 on the last day by another person; E5 late. Z2: E3 before its issue; E1 after as-of.
    desk.add("policy_pushes", "Z1,P2,E1,2025-10-14 09:00\nZ1,P1,E1,2025-10-09 09:00\nZ1,P2,E2,2025-10-20\nZ1,P1,E5,2025-10-21 09:00\nZ2,P1,E3,2025-09-26 09:00\nZ2,P2,E1,2025-11-01 09:00\nZ1,P1,E6,2025-09-30");
    assert_eq!(
        desk.rows(REACH, "2025-10-31"),
        [
            "policies/Z2/E3 P1/甲局 due 2025-10-20 done 2025-09-26T09:00 on 2025-09-29 met 0",
            "policies/Z1/E1 P1/甲局 due 2025-10-20 done 2025-10-09T09:00 on 2025-10-09 met 2",
            "policies/Z1/E2 P3/丙局 due 2025-10-20 done 2025-10-21T00:00 on 2025-10-20 met 10",
            "policies/Z1/E5 –/– due 2025-10-20 done 2025-10-21T09:00 on 2025-10-20 breached 11",
            "policies/Z1/E7 –/– due 2025-10-20 on 2025-10-20 breached",
            "policies/Z2/E1 P2/乙局 due 2025-10-20 on 2025-10-20 breached",
            "policies/Z2/E2 P3/丙局 due 2025-10-20 on 2025-10-20 breached",
            "policies/Z2/E5 –/– due 2025-10-20 on 2025-10-20 breached",
            "policies/Z2/E7 –/– due 2025-10-20 on 2025-10-20 breached",
        ]
    );
    // Until it is due it is pending with whoever holds it on the as-of day: the deputy of the absent one.
    let pending = desk.rows(REACH, "2025-10-18");
    assert!(pending.contains(&"policies/Z2/E2 P3/丙局 due 2025-10-20 undecided pending".into()), "{pending:#?}");
}

#[test]
fn stability_is_changes_by_enterprise_years() {
    let mut desk = Desk::bare();
    // 2025 up to 31 October has 304 days. E2 came on 1 October (31 days), E3 left on 10 January (10), E4 is not listed.
    desk.add("ledger", "E1,甲,enterprise,,东街,,,\nE2,乙,enterprise,,西街,,2025-10-01,\nE3,丙,enterprise,,东街,,,2025-01-10\nE4,丁,enterprise,,西街,否,,");
    desk.add("filings", "E1,steward,P1,,2024-01-01,2025-03-10,\nE1,steward,P2,,2025-03-10,2025-10-15,\nE1,steward,P3,,2025-10-15,,\nE2,steward,P1,,2025-10-01,2025-10-20,\nE2,steward,P2,,2025-10-20,,\nE3,steward,P1,,2024-01-01,2024-12-01,\nE3,steward,P2,,2024-12-01,,");
    let regime = rules(CHANGES);
    let mut told_by = |period: &str, as_of: &str, by: Dimension| -> Vec<String> {
        let figures = desk.figures(&regime, scope(period, as_of, None), by);
        let text = |value: Option<f64>| value.map_or("–".into(), |value| format!("{:.6}", value * 365.0));
        figures
            .iter()
            .map(|f| {
                assert_eq!((f.met, f.breached, f.pending, f.ci_low, f.ci_high), (None, None, None, None, None));
                assert_eq!(f.rate, f.denominator.filter(|years| *years > 0.0).map(|years| f.n as f64 / years));
                format!("{} {} of {}", f.subject_id.as_deref().unwrap_or("null"), f.n, text(f.denominator))
            })
            .collect()
    };
    // Enterprise-days: 304 + 31 + 10. The change of 2024 is not of this year; the as-of day bounds the year.
    assert_eq!(told_by("2025", "2025-10-31", Dimension::District), ["district 3 of 345.000000"]);
    assert_eq!(told_by("2025", "2025-10-31", Dimension::Area), ["东街 2 of 314.000000", "西街 1 of 31.000000"]);
    assert_eq!(told_by("2025", "2025-10-31", Dimension::Enterprise), ["E1 2 of 304.000000", "E2 1 of 31.000000"]);
    assert_eq!(told_by("2025", "2025-10-31", Dimension::Month), ["2025-03 1 of 31.000000", "2025-10 2 of 62.000000"]);
    // A row lacks person, unit, class, tier: the district's.
    for by in [Dimension::Person, Dimension::Unit, Dimension::Class, Dimension::Tier, Dimension::Channel] {
        assert_eq!(told_by("2025", "2025-10-31", by), ["null 3 of 345.000000"]);
    }
    assert_eq!(told_by("2025-10", "2025-10-17", Dimension::District), ["district 1 of 34.000000"]);
    // Nobody changed: the rate is 0. Nobody in scope: there is none.
    assert_eq!(told_by("2025-01", "2025-01-31", Dimension::District), ["district 0 of 41.000000"]);
    let mut empty = Desk::bare();
    empty.add("ledger", "E4,丁,enterprise,,西街,否,,");
    let figure = &empty.figures(&regime, scope("2025", "2025-10-31", None), Dimension::District)[0];
    assert_eq!((figure.n, figure.rate, figure.denominator), (0, None, Some(0.0)));
}

#[test]
fn entries_name_enterprise_and_content() {
    let mut desk = Desk::bare();
    desk.add("people", "P1,张一,甲局,,");
    desk.add("ledger", "E1,甲,enterprise,,,,,");
    desk.add("entries", "D1,P1,E1,2025-10-10,2025-10-12 09:00,visit,,,走访,\nD2,P1,,2025-10-10,,visit,,,走访,\nD3,P1,E1,2025-10-11,,talk,,,,\nD4,P1,,2025-10-11,,zero_report,,,,\nD5,P1,E1,2025-10-11,,,,,无,\nD6,P1,E1,2025-10-20,2025-11-02 09:00,visit,,,,\nD7,P9,E1,2025-10-13,,visit,,,走访,");
    assert_eq!(
        desk.rows(COMPLETE, "2025-10-31"),
        [
            "diary/D2 P1/甲局 done 2025-10-10T00:00 on 2025-10-10 breached",
            "diary/D3 P1/甲局 done 2025-10-11T00:00 on 2025-10-11 breached",
            // Without a kind it is an entry like others; 无 counts as nothing only where the rule says so.
            "diary/D5 P1/甲局 done 2025-10-11T00:00 on 2025-10-11 met",
            "diary/D1 P1/甲局 done 2025-10-10T00:00 on 2025-10-12 met",
            "diary/D7 P9/– done 2025-10-13T00:00 on 2025-10-13 met",
        ]
    );
    let strict = format!("{COMPLETE}empty_words = [\"无\"]\n");
    assert_eq!(desk.rows(&strict, "2025-10-31")[2], "diary/D5 P1/甲局 done 2025-10-11T00:00 on 2025-10-11 breached");
}

#[test]
fn settled_cases_are_told_in_the_diary() {
    let mut desk = Desk::new();
    desk.add("people", "P2,李二,乙局,,");
    desk.add("enterprises", "E2,乙公司,enterprise,,,,,");
    let case = |desk: &mut Desk, id: &str, enterprise: &str, from: &str, events: &str| {
        desk.add("cases", &format!("{id},{enterprise},,platform,{from} 09:00:00"));
        desk.events(id, events);
    };
    // E1: served on the day of submission. Q1 is resolved twice, the first counts; Q2 returned only: no row.
    case(
        &mut desk,
        "Q1",
        "E1",
        "2025-10-09",
        "resolved 2025-10-13T09:00:00\nreopened 2025-10-14T09:00:00\nresolved 2025-10-27T09:00:00",
    );
    case(&mut desk, "Q2", "E1", "2025-10-09", "returned 2025-10-13T09:00:00");
    desk.add("diary", "D1,P2,E1,2025-10-09,,visit,走访");
    // E2: the day before submission is too early (Q3), the seventh day after counts (Q4), the eighth does not.
    case(&mut desk, "Q3", "E2", "2025-09-10", "resolved 2025-09-12T09:00:00");
    case(&mut desk, "Q4", "E2", "2025-09-20", "resolved 2025-09-22");
    case(&mut desk, "Q5", "E2", "2025-10-08", "resolved 2025-10-26T09:00:00");
    desk.add(
        "diary",
        "D2,P1,E2,2025-09-09,,visit,走访\nD3,P1,E2,2025-09-29,,visit,走访\nD4,P1,,2025-10-10,,visit,走访",
    );
    // Written after as-of: not there yet.
    desk.add("diary", "D5,P1,E2,2025-10-28,2025-11-20 09:00,visit,走访");
    let shown = |rows: Vec<String>| -> Vec<String> {
        rows.iter().map(|row| row.replace("P1/甲局 ", "").replace("–/– ", "")).collect()
    };
    assert_eq!(
        shown(desk.rows(TOLD, "2025-11-02")),
        [
            "cases/Q3 due 2025-09-19 on 2025-09-19 breached",
            "cases/Q4 due 2025-09-29 on 2025-09-29 met",
            "cases/Q1 due 2025-10-20 on 2025-10-20 met",
            "cases/Q5 due 2025-11-02 on 2025-11-02 breached",
        ]
    );
    assert_eq!(shown(desk.rows(TOLD, "2025-11-01"))[3], "cases/Q5 due 2025-11-02 undecided pending");
    assert_eq!(shown(desk.rows(TOLD, "2025-11-20"))[3], "cases/Q5 due 2025-11-02 on 2025-11-02 met");
}

#[test]
fn departments_are_judged_through_every_channel_but_the_phone() {
    let departments = r#"[[measure]]
id = "m"
kind = "score"
of = { evaluations = "grade", with_unit = true, channel_except = ["phone"] }
satisfied = 3
answers = "event_unit"
"#;
    let mut desk = Desk::new();
    desk.add("evaluations", "V1,E1,P1,住建局,platform,2025-10-15 09:00,2\nV2,E1,,住建局,phone,2025-10-15 10:00,2\nV3,E1,,住建局,,2025-10-16,5\nV4,E1,P1,,visit,2025-10-16 09:00,1\nV5,E1,,财政局,unannounced,2025-10-17 09:00,3");
    let rows: Vec<String> = desk.evidence(&rules(departments), ever("2025-10-31")).iter().map(told).collect();
    assert_eq!(
        rows,
        [
            "evaluations/V1 –/住建局 done 2025-10-15T09:00 on 2025-10-15 breached 2",
            "evaluations/V3 –/住建局 done 2025-10-16T00:00 on 2025-10-16 met 5",
            "evaluations/V5 –/财政局 done 2025-10-17T09:00 on 2025-10-17 met 3",
        ]
    );
}

#[test]
fn one_contact_of_several_is_enough() {
    let contact =
        "[[measure]]\nid = \"m\"\nkind = \"coverage\"\nholders = { role = \"department_contact\", at_least = 1 }\n";
    let mut desk = Desk::bare();
    desk.add("ledger", "E1,甲,enterprise,,,,,\nE2,乙,enterprise,,,,,\nE3,丙,enterprise,,,,,");
    desk.add("assignments", "E1,department_contact,,周某,住建局,2025-01-01,\nE1,department_contact,,郑某,财政局,2025-01-01,\nE2,department_contact,,周某,,2025-01-01,2025-10-31");
    assert_eq!(
        desk.rows(contact, "2025-10-31"),
        [
            "enterprises/E1 –/– on 2025-10-31 met 2",
            // Its end is the as-of day: that day is nobody's. No class: less than one is what breached says.
            "enterprises/E2 –/– on 2025-10-31 breached 0",
            "enterprises/E3 –/– on 2025-10-31 breached 0",
        ]
    );
}

#[test]
fn explained_rows_tell_of_deputies_and_hand_overs() {
    let mut desk = Desk::bare();
    desk.add("ledger", "E1,甲,enterprise,,,,,\nE2,乙,enterprise,,,,,\nE3,丙,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,\nP3,王三,丙局,,");
    desk.add("filings", "E1,steward,P1,,2025-01-01,2025-10-13,\nE1,steward,P2,,2025-10-13,,\nE2,steward,P1,,2025-01-01,,\nE3,steward,P3,,2025-01-01,,");
    desk.add("absences", "P1,2025-10-17,2025-10-20,P3\nP3,2025-10-20,2025-10-21,");
    desk.add("policies", "Z1,一,2025-09-29,");
    let notes = |desk: &mut Desk, measure: &str| -> Vec<String> {
        let notes = desk.session(&rules(measure), ever("2025-10-31")).notes().unwrap();
        notes.iter().map(|note| format!("{} {}", note.record, note.text)).collect()
    };
    assert_eq!(
        notes(&mut desk, REACH),
        [
            "policies/Z1/E1 起算时为P1，2025-10-13起接任",
            "policies/Z1/E2 代理P1（2025-10-17至2025-10-20离岗）",
            "policies/Z1/E3 本人2025-10-20至2025-10-21离岗，无代理",
        ]
    );
    let change = ["assignments/E1/steward/P2/2025-10-13 前任P1（2025-01-01至2025-10-13）"];
    assert_eq!(notes(&mut desk, FILED), change);
    assert_eq!(notes(&mut desk, CHANGES), change);
}
