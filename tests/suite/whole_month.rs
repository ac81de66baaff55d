//! The whole month on the sample data, as it prints, and again: the same files, byte for byte.
//!
//! A change of what is printed that is meant is accepted with `INSTA_UPDATE=always make test`.
use std::collections::BTreeMap;
use std::path::Path;

use assert_cmd::Command;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data");

fn guanjia(workspace: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    let ended = command.arg("--workspace").arg(workspace).args(args).env("NO_COLOR", "1").assert().success();
    String::from_utf8(ended.get_output().stdout.clone()).unwrap()
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn sample_month_from_exports_to_documents() {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    let shown = demo.display().to_string();
    guanjia(&demo, &["demo", "--out", &shown, "--samples", SAMPLES]);
    let mut first = BTreeMap::new();
    files(&demo.join("out"), &mut first);
    assert!(first.keys().any(|name| name.ends_with(".docx")) && first.keys().any(|name| name.ends_with("index.html")));

    for (name, args) in [
        ("measures", &["measures", "--period", "2026-10"][..]),
        ("measures_by_category", &["measures", "--period", "2026-10", "--by", "category", "--measure", "case_settled"]),
        ("explain_one_steward", &["explain", "--measure", "case_settled", "--person", "P0007", "--period", "2026-10"]),
        ("explain_complaints", &["explain", "--measure", "complaints", "--period", "2026-10"]),
        ("quarantine", &["quarantine"]),
    ] {
        insta::assert_snapshot!(name, guanjia(&demo, args).replace(&shown, "[demo]"));
    }

    guanjia(&demo, &["run", "--period", "2026-10"]);
    let mut again = BTreeMap::new();
    files(&demo.join("out"), &mut again);
    assert!(first.keys().eq(again.keys()), "a second run writes the same files");
    for (name, bytes) in &first {
        assert!(*bytes == again[name], "{name} differs in a second run");
    }
}
