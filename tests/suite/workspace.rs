//! `init`, `doctor` and `quarantine` as a user runs them.
use std::path::Path;

use calamine::Reader;
use guanjia::warehouse::Warehouse;
use guanjia::warehouse::batch_types::{Refusal, Refused, Source};
use guanjia::warehouse::received::Skipped;

fn guanjia(args: &[&str]) -> (Option<i32>, String, String) {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia")).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn bureau(dir: &Path) -> String {
    std::fs::create_dir_all(dir.join("regimes")).unwrap();
    std::fs::write(dir.join("regimes/own.toml"), "[regime]\nid = \"own\"\n").unwrap();
    let dir = dir.to_string_lossy().into_owned();
    assert_eq!(guanjia(&["init", &dir, "--regime", "own"]).0, Some(0));
    dir
}

#[test]
fn init_refuses_what_it_cannot_do() {
    let temp = tempfile::tempdir().unwrap();
    let dir = bureau(&temp.path().join("a"));
    let (code, _, error) = guanjia(&["init", &dir, "--regime", "own"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("is a workspace already"), "{error}");
    let fresh = temp.path().join("b").to_string_lossy().into_owned();
    let (code, _, error) = guanjia(&["init", &fresh, "--regime", "nowhere"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("no rules of “nowhere”") && error.contains("known are"), "{error}");
    assert!(!Path::new(&fresh).exists());
}

#[test]
fn doctor_says_what_is_wrong() {
    let temp = tempfile::tempdir().unwrap();
    let dir = bureau(temp.path());
    let states = |code: &mut Option<i32>| {
        let (status, out, _) = guanjia(&["doctor", "--workspace", &dir, "--format", "json"]);
        *code = status;
        let checks: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
        checks
            .iter()
            .map(|c| (c["check"].as_str().unwrap().to_owned(), c["state"].as_str().unwrap().to_owned()))
            .collect()
    };
    let mut code = None;
    let found: std::collections::BTreeMap<String, String> = states(&mut code);
    for check in ["program", "duckdb", "workspace", "lock", "warehouse"] {
        assert_eq!(found[check], "ok", "{check}");
    }
    assert_eq!(code, Some(i32::from(found.values().any(|state| state == "fail"))));
    std::fs::write(temp.path().join("warehouse.duckdb"), "text, no database").unwrap();
    assert_eq!(states(&mut code)["warehouse"], "fail");
    assert_eq!(code, Some(1));
}

#[test]
fn refused_rows_are_listed_and_written_out() {
    let temp = tempfile::tempdir().unwrap();
    let dir = bureau(temp.path());
    let (code, _, error) = guanjia(&["quarantine", "--workspace", &dir]);
    assert_ne!(code, Some(0));
    assert!(error.contains("no warehouse") && error.contains("guanjia ingest"), "{error}");

    let mut warehouse = Warehouse::open_writer(&temp.path().join("warehouse.duckdb"), "test").unwrap();
    let mut batch = warehouse.begin("2026-10-31".parse().unwrap(), chrono::NaiveDateTime::default()).unwrap();
    let source = Source {
        path: "inbox/十月.xlsx".into(),
        sheet: Some("问题".into()),
        kind: Some("cases".into()),
        ..Source::default()
    };
    let id = batch.open_source(source).unwrap();
    let reason = Refusal {
        column: "submitted_at".into(),
        rule: "no_year".into(),
        value: "5月10日".into(),
        remedy: "Write 提交时间 with its year.".into(),
    };
    let cells = [("问题编号", "0012"), ("提交时间", "5月10日")].map(|(h, t)| (h.to_owned(), t.to_owned())).to_vec();
    batch.refuse(id, &[Refused { row_no: 7, kind: "cases".into(), cells, reasons: vec![reason] }]).unwrap();
    batch.close_source(id, 1, Skipped::default()).unwrap();
    batch.commit().unwrap();
    drop(warehouse);

    let (code, out, _) = guanjia(&["quarantine", "--workspace", &dir, "--format", "json"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&out).unwrap(),
        serde_json::json!([{"batch": 1, "path": "inbox/十月.xlsx", "sheet": "问题", "row": 7, "kind": "cases",
            "cells": {"问题编号": "0012", "提交时间": "5月10日"},
            "reasons": [{"column": "submitted_at", "rule": "no_year", "value": "5月10日",
                "remedy": "Write 提交时间 with its year."}]}])
    );
    let (_, out, error) = guanjia(&["quarantine", "--workspace", &dir]);
    assert!(out.contains("inbox/十月.xlsx, sheet 问题") && out.contains("row 7") && out.contains("no_year"), "{out}");
    assert!(error.contains("rows refused: 1 (files or sheets: 1)"), "{error}");
    let xlsx = temp.path().join("q.xlsx");
    assert_eq!(guanjia(&["quarantine", "--workspace", &dir, "--xlsx", &xlsx.to_string_lossy()]).0, Some(0));
    let mut book = calamine::open_workbook_auto(&xlsx).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.get((1, 0)).unwrap().to_string(), "0012");
    assert_eq!(guanjia(&["quarantine", "--workspace", &dir, "--format", "csv"]).0, Some(2));
}
