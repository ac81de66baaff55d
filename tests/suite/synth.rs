//! Made-up bureaus: the same seed the same bytes, and records that fit together.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use guanjia::cli::Size;
use guanjia::synth::{self, SynthError};
use guanjia::tables::Dictionary;

/// The rows of a table as maps from column to text.
fn rows(dir: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(dir.join(format!("{table}.csv"))).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn column(rows: &[BTreeMap<String, String>], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for (name, seed) in [("a", 7), ("b", 7), ("c", 8)] {
        synth::make(Size::District, seed, &at(name), false).unwrap();
    }
    for table in &Dictionary::shipped().tables {
        let read = |name: &str| fs::read(at(name).join(format!("{}.csv", table.name))).unwrap();
        assert!(read("a") == read("b"), "{}", table.name);
        assert!(read("a") != read("c"), "{}", table.name);
    }
}

#[test]
fn a_district_has_its_size_and_fits_together() {
    let dir = tempfile::tempdir().unwrap();
    let counts: BTreeMap<_, _> = synth::make(Size::District, 1, dir.path(), false).unwrap().into_iter().collect();
    for (table, about) in [
        ("enterprises", 888),
        ("people", 100),
        ("cases", 20_000),
        ("case_events", 100_000),
        ("diary", 6_000),
        ("evaluations", 10_000),
    ] {
        assert!(counts[table].abs_diff(about) * 20 <= about, "{} {table}, not about {about}", counts[table]);
    }
    let unique = |table: &str, id: &str| {
        let ids = column(&rows(dir.path(), table), id);
        let set: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(set.len(), ids.len(), "{table}");
        assert_eq!(set.len() as u64, counts[table]);
        set
    };
    let enterprises = unique("enterprises", "enterprise_id");
    let people = unique("people", "person_id");
    let cases = unique("cases", "case_id");
    unique("diary", "entry_id");
    unique("complaints", "complaint_id");
    unique("evaluations", "evaluation_id");
    for (table, name, known) in [
        ("assignments", "enterprise_id", &enterprises),
        ("assignments", "holder_id", &people),
        ("cases", "enterprise_id", &enterprises),
        ("case_events", "case_id", &cases),
        ("case_events", "actor_id", &people),
        ("diary", "person_id", &people),
        ("diary", "enterprise_id", &enterprises),
        ("evaluations", "case_id", &cases),
        ("evaluations", "person_id", &people),
        ("complaints", "person_id", &people),
        ("absences", "deputy_id", &people),
        ("milestones", "enterprise_id", &enterprises),
        ("policy_pushes", "person_id", &people),
    ] {
        let used = column(&rows(dir.path(), table), name);
        assert!(used.iter().all(|id| id.is_empty() || known.contains(id)), "{table}.{name}");
    }
}

#[test]
fn chains_begin_with_submission_and_go_forward() {
    let dir = tempfile::tempdir().unwrap();
    synth::make(Size::District, 3, dir.path(), false).unwrap();
    let submitted: BTreeMap<String, String> = rows(dir.path(), "cases")
        .into_iter()
        .map(|row| (row["case_id"].clone(), row["submitted_at"].clone()))
        .collect();
    let mut before = (String::new(), String::new());
    let mut first = 0;
    for row in rows(dir.path(), "case_events") {
        let (case, at) = (row["case_id"].clone(), row["at"].clone());
        if case == before.0 {
            assert!(before.1 <= at, "{case}: {at} after {}", before.1);
        } else {
            first += 1;
            assert_eq!((row["event"].as_str(), &at), ("submitted", &submitted[&case]), "{case}");
        }
        assert!(at.as_str() < "2026-11-01");
        before = (case, at);
    }
    assert_eq!(first, submitted.len());
}

#[test]
fn refuses_a_folder_that_is_in_use_and_mess_too_large() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mine.txt"), "kept").unwrap();
    let refused = synth::make(Size::District, 1, dir.path(), false);
    assert!(matches!(refused, Err(SynthError::NotEmpty(_))));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    let new = dir.path().join("new");
    assert!(matches!(synth::make(Size::City, 1, &new, true), Err(SynthError::TooLargeForMess)));
    assert!(!new.exists());
}
