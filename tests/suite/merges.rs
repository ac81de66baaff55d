//! Two ids that are one: figures before, after, and after undoing; chains, circles, typing errors; known-at.
use guanjia::ingest::merges;
use guanjia::measures::Dimension;
use guanjia::warehouse::Warehouse;
use guanjia::warehouse::identities::{Impossible, MergeSource, Recorded};

use crate::desk::{Desk, day, ever, rules, scope, told};

const SETTLED: &str = "[[measure]]\nid = \"m\"\nkind = \"deadline\"\nstart = [\"submitted\", \"reopened\"]\nend = [\"resolved\", \"returned\"]\nlimit = { working_days = 15 }\n";
const STEWARD: &str = "[[measure]]\nid = \"m\"\nkind = \"coverage\"\nholders = { role = \"steward\", exactly = 1 }\n";
const LOAD: &str = "[[measure]]\nid = \"m\"\nkind = \"load\"\nrole = \"steward\"\nwithin = [1, 9]\n";
const GAP: &str = "[[measure]]\nid = \"m\"\nkind = \"continuity\"\nrole = \"steward\"\n";
const DIARY: &str = "[[measure]]\nid = \"m\"\nkind = \"cadence\"\nsubject = { person_holding = \"steward\" }\nslot = \"week\"\nacts = { kinds = [], by = \"subject\" }\nat_least = 1\ncount_by = \"written\"\nanswers = \"author\"\n";

/// Records a merge file of these lines (without header) after what the desk has.
fn merge(desk: &mut Desk, lines: &str) -> Result<Recorded, Impossible> {
    let warehouse = desk.take();
    let path = warehouse.with_file_name("merges.csv");
    std::fs::write(&path, format!("类型,编号,是,原因\n{lines}\n")).unwrap();
    let file = merges::read(&path).unwrap();
    let source = MergeSource { path: "merges.csv", sheet: None, sha256: &file.sha256, skipped: file.skipped };
    let at = day("2026-11-02").and_hms_opt(9, 0, 0).unwrap();
    Warehouse::open_writer(&warehouse, "test").unwrap().merge(&source, &file.statements, at, at.date()).unwrap()
}

fn at(desk: &mut Desk, measure: &str, known_at: Option<i64>) -> Vec<String> {
    desk.evidence(&rules(measure), scope("2025-10", "2025-10-31", known_at)).iter().map(told).collect()
}

/// P9 and P1 are the same steward under two ids; E1 changed from P1 to P9, E2 is held by both.
fn desk() -> Desk {
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲公司,enterprise,,,,,\nE2,乙公司,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP9,张一,甲局,,");
    desk.add(
        "assignments",
        "E1,steward,P1,,,2025-01-01,2025-10-10\nE1,steward,P9,,,2025-10-20,\nE2,steward,P1,,,2025-01-01,\nE2,steward,P9,,,2025-03-01,",
    );
    desk.add("diary", "D1,P1,E2,2025-10-14,,visit,\nD2,P9,E1,2025-10-21,,visit,");
    desk
}

#[test]
fn holders_become_one_person_and_two_again() {
    let mut desk = desk();
    let two = ["enterprises/E1 –/– on 2025-10-31 met 1", "enterprises/E2 –/– on 2025-10-31 breached 2 several"];
    let one = ["enterprises/E1 –/– on 2025-10-31 met 1", "enterprises/E2 –/– on 2025-10-31 met 1"];
    assert_eq!(at(&mut desk, STEWARD, None), two);
    assert_eq!(
        at(&mut desk, LOAD, None),
        ["people/P1 P1/甲局 on 2025-10-31 met 1", "people/P9 P9/甲局 on 2025-10-31 met 2"]
    );
    let recorded = merge(&mut desk, "人员,P9,P1,同一人").unwrap();
    assert_eq!((recorded.batch, recorded.accepted), (Some(2), 1));
    assert_eq!(at(&mut desk, STEWARD, None), one);
    assert_eq!(at(&mut desk, LOAD, None), ["people/P1 P1/甲局 on 2025-10-31 met 2"]);
    // What was known with the batch before stays what it was.
    assert_eq!(at(&mut desk, STEWARD, Some(1)), two);
    // The same again changes nothing.
    assert_eq!(merge(&mut desk, "人员,P9,P1,同一人").unwrap().batch, None);
    // P9 is himself again, with the next batch; the one between still knows better.
    assert_eq!(merge(&mut desk, "人员,P9,撤销,两个人").unwrap().batch, Some(3));
    assert_eq!(at(&mut desk, STEWARD, None), two);
    assert_eq!(at(&mut desk, STEWARD, Some(2)), one);
}

#[test]
fn a_gap_between_two_ids_of_one_person_is_a_gap_still() {
    let mut desk = desk();
    // Of E2 nobody left, so nothing is handed over.
    let gap = ["assignments/E1/steward/P9/2025-10-20 –/甲局 done 2025-10-20T00:00 on 2025-10-10 breached 10"];
    assert_eq!(at(&mut desk, GAP, None), gap);
    merge(&mut desk, "人员,P9,P1,").unwrap();
    assert_eq!(at(&mut desk, GAP, None), [gap[0].replace("P9", "P1")]);
    // Without a break there is no change of holder at all.
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲公司,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP9,张一,甲局,,");
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,2025-10-10\nE1,steward,P9,,,2025-10-10,");
    assert_eq!(at(&mut desk, GAP, None).len(), 1);
    merge(&mut desk, "person,P9,P1,").unwrap();
    assert_eq!(at(&mut desk, GAP, None), [""; 0]);
}

#[test]
fn a_diary_is_kept_by_the_person_not_the_id() {
    let mut desk = desk();
    let weeks = |desk: &mut Desk| -> Vec<String> {
        let rows = desk.evidence(&rules(DIARY), scope("2025-10", "2025-10-31", None));
        let decided = rows.iter().filter(|r| r.outcome.as_deref() != Some("pending"));
        decided.map(|r| format!("{} {}", r.record, r.outcome.as_deref().unwrap())).collect()
    };
    let before = weeks(&mut desk);
    assert!(before.contains(&"people/P1/2025-W43 breached".into()), "{before:?}");
    assert!(before.contains(&"people/P9/2025-W42 breached".into()), "{before:?}");
    merge(&mut desk, "人员,P9,P1,").unwrap();
    assert_eq!(
        weeks(&mut desk),
        [
            "people/P1/2025-W40 breached",
            "people/P1/2025-W41 breached",
            "people/P1/2025-W42 met",
            "people/P1/2025-W43 met"
        ]
    );
}

#[test]
fn an_enterprise_keeps_the_cases_of_both_ids() {
    let mut desk = Desk::new();
    desk.add("enterprises", "E7,甲公司,enterprise,,,,,");
    desk.add("cases", "Q1,E1,,platform,2025-10-13 09:00\nQ2,E7,,platform,2025-10-13 09:00");
    desk.add("case_events", "Q1,1,resolved,2025-10-20 09:00,,,\nQ2,1,resolved,2025-10-20 09:00,,,");
    desk.add("milestones", "E1,竣工,settle,2025-09-30,\nE7,竣工,settle,2025-08-31,");
    // E7 has no steward: its case is the vacuum's.
    let row = |who: &str, q: &str| format!("cases/{q} {who} due 2025-11-03 done 2025-10-20T09:00 on 2025-10-20 met 5");
    assert_eq!(at(&mut desk, SETTLED, None), [row("P1/张局", "Q1").replace("张局", "甲局"), row("–/–", "Q2")]);
    merge(&mut desk, "企业,E7,E1,重复登记").unwrap();
    assert_eq!(at(&mut desk, SETTLED, None), [row("P1/甲局", "Q1"), row("P1/甲局", "Q2")]);
    let figures = desk.figures(&rules(SETTLED), scope("2025-10", "2025-10-31", None), Dimension::Enterprise);
    assert_eq!(figures.iter().map(|f| (f.subject_id.as_deref(), f.n)).collect::<Vec<_>>(), [(Some("E1"), 2)]);
    assert_eq!(at(&mut desk, STEWARD, None), ["enterprises/E1 –/– on 2025-10-31 met 1"]);
}

#[test]
fn chains_end_and_circles_are_refused() {
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲公司,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,张一,甲局,,\nP3,张一,甲局,,");
    desk.add("assignments", "E1,steward,P3,,,2025-01-01,");
    let recorded = merge(&mut desk, "人员,P3,P2,\n人员,P2,P1,").unwrap();
    let ends: Vec<_> = recorded.merged.iter().map(|one| (one.id.as_str(), one.is.as_str())).collect();
    assert_eq!(ends, [("P2", "P1"), ("P3", "P1")]);
    assert_eq!(at(&mut desk, LOAD, None), ["people/P1 P1/甲局 on 2025-10-31 met 1"]);
    let circle = merge(&mut desk, "人员,P1,P3,").unwrap_err().to_string();
    assert!(circle.contains("row 2: goes round in a circle: P1 is P3 is P2 is P1"), "{circle}");
    // Nothing of a refused file is kept, and the middle of a chain can be taken out.
    let recorded = merge(&mut desk, "人员,P2,P2,").unwrap();
    assert_eq!(recorded.merged.len(), 1);
    assert_eq!(at(&mut desk, LOAD, None), ["people/P2 P2/甲局 on 2025-10-31 met 1"]);
    assert_eq!(at(&mut desk, LOAD, Some(2)), ["people/P1 P1/甲局 on 2025-10-31 met 1"]);
}

#[test]
fn what_cannot_be_is_told_with_its_row() {
    let mut desk = desk();
    let told = merge(&mut desk, "人员,P1,P8,\n人员,P7,P1,\n企业,E2,E2,\n人员,P9,P1,\n人员,P9,P8,\n人员,P9,P1,")
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "row 2: person “P8” is not in the register; ingest it first, or correct the id\n\
         row 3: no record mentions person “P7”; correct the id (leading zeros count)\n\
         row 4: E2 is not merged into another id, so there is nothing to undo; take the row out\n\
         row 6: P9 is said to be P1 in row 5 and P8 here; keep one"
    );
    let path = desk.take().with_file_name("bad.csv");
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        merges::read(&path).unwrap_err().to_string()
    };
    assert!(read("编号,名称\n1,2\n").contains("no sheet with the columns kind, id, is (类型, 编号, 是)"));
    let rows = read("kind,id,is,reason\nperson,P1,,\n,,,\ndog,P1,P2,\n");
    assert!(rows.contains("row 2: is (是) is empty; to undo a merge") && rows.contains("row 4: kind “dog”"), "{rows}");
}

#[test]
fn a_deputy_who_is_himself_is_none() {
    let mut desk = desk();
    desk.add("absences", "P1,2025-10-20,2025-10-22,P9");
    merge(&mut desk, "人员,P9,P1,").unwrap();
    let rows = desk.evidence(&rules(DIARY), ever("2025-10-31"));
    // Away without a deputy: that week is not owed.
    assert!(!rows.iter().any(|r| r.record == "people/P1/2025-W43"), "{rows:#?}");
}

#[test]
fn every_fact_reads_ids_through_the_merges() {
    let facts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/facts");
    for entry in std::fs::read_dir(facts).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if !text.contains("_versions ") {
            continue;
        }
        for (columns, merged) in
            [(["enterprise_id", "enterprise_id"], "merged_enterprises"), (["person_id", "holder_id"], "merged_people")]
        {
            let speaks = columns.iter().any(|column| text.contains(&format!(".{column}")));
            assert!(!speaks || text.contains(merged), "{} does not read ids through {merged}", path.display());
        }
    }
}
