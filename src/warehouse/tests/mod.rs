//! The rules by which rows become versions, one test each.
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use chrono::{NaiveDate, NaiveDateTime};
use duckdb::Connection;

use super::batch_types::{BatchSum, Conflict, Refusal, Refused, Source};
use super::received::Skipped;
use super::*;
use crate::tables::Dictionary;

mod sets;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn noon() -> NaiveDateTime {
    day("2026-11-01").and_hms_opt(12, 0, 0).unwrap()
}

/// Rows of a table: first line names columns, `-` is empty; a stamp without a time is a whole day.
fn rows(table: &str, text: &str) -> RecordBatch {
    let lines: Vec<Vec<&str>> =
        text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>()).filter(|l| !l.is_empty()).collect();
    let (head, body) = lines.split_first().unwrap();
    let cells = |name: &str| -> Vec<Option<&str>> {
        let at = head.iter().position(|h| *h == name);
        body.iter().map(|row| at.map(|at| row[at]).filter(|cell| *cell != "-")).collect()
    };
    let row_no: Vec<i64> =
        cells("row").iter().enumerate().map(|(i, n)| n.map_or(i as i64 + 2, |n| n.parse().unwrap())).collect();
    let mut columns: Vec<(String, ArrayRef)> = vec![("row_no".into(), Arc::new(Int64Array::from(row_no)))];
    for column in &columns::shape(table).unwrap().columns {
        let values = cells(&column.name);
        let whole = |v: &str| v.parse::<i64>().unwrap();
        let array: ArrayRef = match column.kind {
            _ if column.name.ends_with("_whole_day") => {
                let stamps = cells(column.name.trim_end_matches("_whole_day"));
                Arc::new(stamps.iter().map(|v| v.map(|v| !v.contains('T'))).collect::<BooleanArray>())
            }
            "DATE" => Arc::new(Date32Array::from_iter(
                values.iter().map(|v| v.map(|v| (day(v) - NaiveDate::default()).num_days() as i32)),
            )),
            "TIMESTAMP" => Arc::new(TimestampMicrosecondArray::from_iter(values.iter().map(|v| {
                v.map(|v| {
                    let text = if v.contains('T') { v.to_owned() } else { format!("{v}T00:00:00") };
                    text.parse::<NaiveDateTime>().unwrap().and_utc().timestamp_micros()
                })
            }))),
            "BIGINT" => Arc::new(values.iter().map(|v| v.map(whole)).collect::<Int64Array>()),
            "DOUBLE" => Arc::new(values.iter().map(|v| v.map(|v| v.parse::<f64>().unwrap())).collect::<Float64Array>()),
            "BOOLEAN" => Arc::new(values.iter().map(|v| v.map(|v| v == "yes")).collect::<BooleanArray>()),
            _ => Arc::new(StringArray::from(values)),
        };
        columns.push((column.name.clone(), array));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

/// A file: its kind, and the tables it feeds.
struct File<'a> {
    kind: &'a str,
    tables: &'a [(&'a str, &'a str)],
}

fn long<'a>(table: &'a [(&'a str, &'a str)]) -> File<'a> {
    File { kind: table[0].0, tables: table }
}

/// Takes files in as one batch, refusing its conflicts.
fn take(warehouse: &mut Warehouse, exported_on: &str, files: &[File<'_>]) -> (BatchSum, Vec<Conflict>) {
    let mut batch = warehouse.begin(day(exported_on), noon()).unwrap();
    let mut ids = Vec::new();
    for (n, file) in files.iter().enumerate() {
        let source = Source {
            path: format!("{n}.csv"),
            content_sha256: format!("{exported_on}-{n}-{}", batch.id()),
            reading_sha256: "r".into(),
            kind: Some(file.kind.into()),
            ..Source::default()
        };
        let id = batch.open_source(source).unwrap();
        let mut count = 0;
        for (table, text) in file.tables {
            let staged = rows(table, text);
            batch.stage(id, table, &staged).unwrap();
            if *table == file.kind {
                count += staged.num_rows() as u64;
            }
        }
        ids.push((id, count));
    }
    let conflicts = batch.conflicts().unwrap();
    for conflict in &conflicts {
        let refused = Refused {
            row_no: conflict.row_no,
            kind: conflict.kind.clone(),
            cells: vec![("编号".into(), conflict.reason.value.clone()), ("编号".into(), "x".into())],
            reasons: vec![conflict.reason.clone()],
        };
        batch.refuse(conflict.source_id, &[refused]).unwrap();
    }
    for (id, count) in ids {
        batch.close_source(id, count, Skipped::default()).unwrap();
    }
    (batch.commit().unwrap(), conflicts)
}

fn take_one(warehouse: &mut Warehouse, exported_on: &str, table: &str, text: &str) -> (u64, u64, u64) {
    let (sum, _) = take(warehouse, exported_on, &[long(&[(table, text)])]);
    counts(&sum, 0)
}

fn counts(sum: &BatchSum, file: usize) -> (u64, u64, u64) {
    let file = &sum.files[file];
    (file.accepted, file.unchanged, file.quarantined)
}

/// The query's rows, cells joined by spaces.
fn ask(conn: &Connection, sql: &str) -> Vec<String> {
    let sql = format!("SELECT concat_ws(' ', *COLUMNS(*)) FROM ({sql})");
    let mut statement = conn.prepare(&sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(|r| r.unwrap()).collect()
}

fn asked(path: &Path, sql: &str) -> Vec<String> {
    ask(&open_reader(path).unwrap(), sql)
}

struct Place {
    _dir: tempfile::TempDir,
    path: std::path::PathBuf,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warehouse.duckdb");
    Place { _dir: dir, path }
}

impl Place {
    fn writer(&self) -> Warehouse {
        Warehouse::open_writer(&self.path, "test").unwrap()
    }
}

const HISTORY: &str =
    "SELECT concat_ws(' ', name, unit, exported_on, known_from, coalesce(known_to::VARCHAR, 'now')) AS x
    FROM people_versions ORDER BY person_id, known_from, known_to NULLS LAST";

#[test]
fn schema_has_the_dictionarys_columns_in_order() {
    let place = place();
    drop(place.writer());
    let conn = open_reader(&place.path).unwrap();
    for table in &Dictionary::shipped().tables {
        let shape = columns::shape(&table.name).unwrap();
        let mut expected: Vec<String> = shape.columns.iter().map(|c| format!("{} {}", c.name, c.kind)).collect();
        expected.extend(
            ["source_id BIGINT", "row_no BIGINT", "exported_on DATE", "withdrawn BOOLEAN", "known_from BIGINT"]
                .map(String::from),
        );
        expected.push("known_to BIGINT".into());
        let found = ask(
            &conn,
            &format!(
                "SELECT column_name || ' ' || data_type AS c FROM duckdb_columns()
                 WHERE table_name = '{}_versions' ORDER BY column_index",
                table.name
            ),
        );
        assert_eq!(found, expected, "{}", table.name);
    }
}

#[test]
fn equal_rows_are_unchanged_and_others_become_versions() {
    let place = place();
    let mut warehouse = place.writer();
    let first = "person_id name unit\n P1 王强 - \n P2 李敏 发改局";
    assert_eq!(take_one(&mut warehouse, "2026-10-01", "people", first), (2, 0, 0));
    assert_eq!(take_one(&mut warehouse, "2026-10-02", "people", first), (0, 2, 0));
    let next = "person_id name unit\n P1 王强 工信局 \n P2 李敏 发改局 \n P3 赵洋 -";
    assert_eq!(take_one(&mut warehouse, "2026-10-03", "people", next), (2, 1, 0));
    drop(warehouse);
    assert_eq!(
        asked(&place.path, HISTORY),
        [
            "王强 2026-10-02 1 3",
            "王强 工信局 2026-10-03 3 now",
            "李敏 发改局 2026-10-03 1 now",
            "赵洋 2026-10-03 3 now"
        ]
    );
    assert_eq!(asked(&place.path, "SELECT count(*) FROM people"), ["3"]);
}

#[test]
fn a_late_export_never_overrides_a_newer_one() {
    let place = place();
    let mut warehouse = place.writer();
    take_one(&mut warehouse, "2026-10-01", "people", "person_id name\n P1 甲");
    take_one(&mut warehouse, "2026-10-20", "people", "person_id name\n P1 乙");
    assert_eq!(take_one(&mut warehouse, "2026-10-10", "people", "person_id name\n P1 丙"), (1, 0, 0));
    // 乙 was confirmed on the 30th, so an export of the 25th is late too.
    assert_eq!(take_one(&mut warehouse, "2026-10-30", "people", "person_id name\n P1 乙"), (0, 1, 0));
    assert_eq!(take_one(&mut warehouse, "2026-10-25", "people", "person_id name\n P1 丁"), (1, 0, 0));
    drop(warehouse);
    assert_eq!(
        asked(&place.path, HISTORY),
        ["甲 2026-10-01 1 2", "乙 2026-10-30 2 now", "丙 2026-10-10 3 3", "丁 2026-10-25 5 5"]
    );
}

#[test]
fn keys_with_empty_parts_are_keys() {
    let place = place();
    let mut warehouse = place.writer();
    let assignments = "enterprise_id role holder_id holder_unit holder_name valid_from valid_to
        E1 steward P1 - 王强 2026-01-01 -
        E1 steward - 发改局 - 2026-01-01 -
        E1 steward - - 李敏 2026-01-01 -";
    assert_eq!(take_one(&mut warehouse, "2026-10-01", "assignments", assignments), (3, 0, 0));
    let ended = "enterprise_id role holder_id holder_unit holder_name valid_from valid_to
        E1 steward P1 - 王强 2026-01-01 2026-09-30
        E1 steward - 发改局 - 2026-01-01 -";
    assert_eq!(take_one(&mut warehouse, "2026-10-02", "assignments", ended), (1, 1, 0));
    let pushes = "policy_id person_id enterprise_id pushed_at\n Z1 - E1 2026-10-01 \n Z1 P1 E1 2026-10-01";
    assert_eq!(take_one(&mut warehouse, "2026-10-03", "policy_pushes", pushes), (2, 0, 0));
    let pushed = "policy_id person_id enterprise_id pushed_at\n Z1 - E1 2026-10-01T09:00:00";
    assert_eq!(take_one(&mut warehouse, "2026-10-04", "policy_pushes", pushed), (1, 0, 0));
    drop(warehouse);
    assert_eq!(asked(&place.path, "SELECT count(*) FROM assignments"), ["3"]);
    assert_eq!(
        asked(&place.path, "SELECT coalesce(person_id, '?'), pushed_at_whole_day FROM policy_pushes ORDER BY 1").len(),
        2
    );
}

#[test]
fn a_withdrawn_record_that_comes_back_is_a_new_version() {
    let place = place();
    let mut warehouse = place.writer();
    take_one(&mut warehouse, "2026-10-01", "people", "person_id name\n P1 甲");
    warehouse.conn_for_test().execute_batch("UPDATE people_versions SET withdrawn = true").unwrap();
    assert_eq!(take_one(&mut warehouse, "2026-10-02", "people", "person_id name\n P1 甲"), (1, 0, 0));
    drop(warehouse);
    assert_eq!(asked(&place.path, HISTORY), ["甲 2026-10-01 1 2", "甲 2026-10-02 2 now"]);
    assert_eq!(asked(&place.path, "SELECT count(*) FROM people"), ["1"]);
}

#[test]
fn within_a_batch_equal_rows_count_once_and_others_conflict() {
    let place = place();
    let mut warehouse = place.writer();
    let files = [
        long(&[("people", "person_id name unit\n P1 甲 - \n P2 乙 - \n P3 丙 -")]),
        long(&[("people", "person_id name unit\n P1 甲 - \n P2 乙 局 \n P4 丁 - \n P4 丁 -")]),
    ];
    let (sum, conflicts) = take(&mut warehouse, "2026-10-01", &files);
    assert_eq!((counts(&sum, 0), counts(&sum, 1)), ((2, 0, 1), (1, 2, 1)));
    let places: Vec<_> = conflicts.iter().map(|c| (c.source_id, c.row_no, c.kind.as_str())).collect();
    assert_eq!(places, [(1, 3, "people"), (2, 3, "people")]);
    let Refusal { column, rule, value, remedy } = &conflicts[0].reason;
    assert_eq!((column.as_str(), rule.as_str(), value.as_str()), ("person_id", "conflict", "P2"));
    assert!(remedy.starts_with("1.csv, row 3 says otherwise"), "{remedy}");
    assert_eq!(sum.reasons.len(), 1);
    assert_eq!(sum.reasons[0].count, 2);
    drop(warehouse);
    assert_eq!(asked(&place.path, "SELECT person_id FROM people ORDER BY 1"), ["P1", "P3", "P4"]);
    let conn = open_reader(&place.path).unwrap();
    let listed = received::quarantined(&conn, None).unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        serde_json::to_value(&listed[1]).unwrap(),
        serde_json::json!({"batch": 1, "path": "1.csv", "sheet": null, "row": 3, "kind": "people",
            "cells": {"编号": "P2", "编号 (2)": "x"},
            "reasons": [{"column": "person_id", "rule": "conflict", "value": "P2",
                "remedy": "0.csv, row 3 says otherwise of the same record; keep the right one and ingest it again."}]})
    );
    assert_eq!(received::quarantined(&conn, Some(2)).unwrap(), []);
    let sums = received::sources(&conn, None).unwrap();
    assert_eq!(sums, sum.files);
    assert_eq!(received::received(&conn, Some(0)).unwrap().files, []);
    assert_eq!(received::reasons(&conn, None).unwrap(), sum.reasons);
}

#[test]
fn every_type_survives() {
    let place = place();
    let mut warehouse = place.writer();
    let enterprises = "enterprise_id name kind investment_wan listed in_scope_from
        0001 甲公司 enterprise 12345678901234.5678 yes 2026-01-31
        0002 乙公司 project - - -";
    take_one(&mut warehouse, "2026-10-01", "enterprises", enterprises);
    let evaluations = "evaluation_id enterprise_id at grade attitude weight
        V1 0001 2026-02-28T23:59:59 5 4.5 0.1
        V2 0001 2026-02-28 - - -";
    take_one(&mut warehouse, "2026-10-01", "evaluations", evaluations);
    drop(warehouse);
    assert_eq!(
        asked(&place.path, "SELECT enterprise_id, investment_wan, listed, in_scope_from FROM enterprises ORDER BY 1"),
        ["0001 12345678901234.5678 true 2026-01-31", "0002"]
    );
    assert_eq!(
        asked(
            &place.path,
            "SELECT \"at\", at_whole_day, grade, attitude, weight FROM evaluations ORDER BY evaluation_id"
        ),
        ["2026-02-28 23:59:59 false 5 4.5 0.1", "2026-02-28 00:00:00 true"]
    );
}

#[test]
fn the_sum_of_every_source_must_hold() {
    let place = place();
    let mut warehouse = place.writer();
    let mut batch = warehouse.begin(day("2026-10-01"), noon()).unwrap();
    let id =
        batch.open_source(Source { path: "a.csv".into(), kind: Some("people".into()), ..Source::default() }).unwrap();
    batch.stage(id, "people", &rows("people", "person_id name\n P1 甲")).unwrap();
    batch.close_source(id, 2, Skipped::default()).unwrap();
    let error = batch.commit().unwrap_err().to_string();
    assert!(error.contains("a.csv") && error.contains("2 rows read, but 1 accepted"), "{error}");
    assert_eq!(take_one(&mut warehouse, "2026-10-01", "people", "person_id name\n P1 甲"), (1, 0, 0));
    drop(warehouse);
    assert_eq!(asked(&place.path, "SELECT max(batch_id) FROM batches"), ["1"]);
}

#[test]
fn a_batch_without_a_source_or_without_commit_leaves_nothing() {
    let place = place();
    let mut warehouse = place.writer();
    take_one(&mut warehouse, "2026-10-01", "people", "person_id name\n P1 甲");
    let batch = warehouse.begin(day("2026-10-02"), noon()).unwrap();
    let known = batch.known("2026-10-01-0-1", "r").unwrap().unwrap();
    let known = known.sums;
    assert_eq!((known[0].batch, known[0].accepted, known[0].path.as_str()), (Some(1), 1, "0.csv"));
    assert!(batch.known("2026-10-01-0-1", "other").unwrap().is_none());
    let sum = batch.commit().unwrap();
    assert_eq!((sum.batch, sum.started_at.as_str()), (None, "2026-11-01T12:00:00"));
    let mut batch = warehouse.begin(day("2026-10-02"), noon()).unwrap();
    let id = batch.open_source(Source { kind: Some("people".into()), ..Source::default() }).unwrap();
    batch.stage(id, "people", &rows("people", "person_id name\n P2 乙")).unwrap();
    batch.refuse(id, &[Refused::default()]).unwrap();
    drop(batch);
    drop(warehouse);
    let count = "SELECT (SELECT count(*) FROM batches), (SELECT count(*) FROM sources),
        (SELECT count(*) FROM quarantine), (SELECT count(*) FROM people_versions)";
    assert_eq!(asked(&place.path, count), ["1 1 0 1"]);
}

#[test]
fn rows_of_another_shape_are_refused() {
    let place = place();
    let mut warehouse = place.writer();
    let mut batch = warehouse.begin(day("2026-10-01"), noon()).unwrap();
    let id = batch.open_source(Source::default()).unwrap();
    let people = rows("people", "person_id name\n P1 甲");
    assert!(matches!(batch.stage(id, "cases", &people), Err(WarehouseError::Shape { .. })));
    assert!(matches!(batch.stage(id, "nothing", &people), Err(WarehouseError::Shape { .. })));
    assert!(matches!(batch.stage(id + 1, "people", &people), Err(WarehouseError::Order(_))));
    batch.conflicts().unwrap();
    assert!(matches!(batch.stage(id, "people", &people), Err(WarehouseError::Order(_))));
}

#[test]
fn who_opens_what_is_told() {
    let place = place();
    assert!(matches!(open_reader(&place.path), Err(WarehouseError::Missing(_))));
    std::fs::write(place.path.with_extension("duckdb.new"), "left by a kill").unwrap();
    let warehouse = place.writer();
    let error = Warehouse::open_writer(&place.path, "second").unwrap_err().to_string();
    assert!(error.contains("“test”") && error.contains("since"), "{error}");
    assert!(matches!(open_reader(&place.path), Err(WarehouseError::Held { .. })));
    drop(warehouse);
    let mut left: Vec<_> =
        std::fs::read_dir(place.path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["warehouse.duckdb", "warehouse.lock"]);
    let reader = open_reader(&place.path).unwrap();
    assert!(reader.execute_batch("DELETE FROM batches").is_err());
    reader.execute_batch("CREATE TEMP TABLE params AS SELECT 1; CREATE TEMP VIEW cases AS SELECT 2 AS two").unwrap();
    assert_eq!(ask(&reader, "FROM cases"), ["2"]);
    drop(reader);
    // Views stand on their own under any name of the file.
    let other = Connection::open_in_memory().unwrap();
    other.execute_batch(&format!("ATTACH '{}' AS elsewhere (READ_ONLY)", place.path.display())).unwrap();
    assert_eq!(ask(&other, "SELECT count(*) FROM elsewhere.cases"), ["0"]);
}

#[test]
fn other_files_and_versions_are_told_apart() {
    let place = place();
    let newer = |version: i64| {
        let conn = Connection::open(&place.path).unwrap();
        conn.execute_batch(&format!(
            "UPDATE schema_version SET version = {version}, program = '9.0' WHERE version =
            (SELECT max(version) FROM schema_version)"
        ))
        .unwrap();
    };
    drop(place.writer());
    assert_eq!(schema_of(&place.path).unwrap(), newest_schema());
    newer(99);
    for error in [open_reader(&place.path).map(|_| ()), Warehouse::open_writer(&place.path, "t").map(|_| ())] {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("newer guanjia (schema 99, program 9.0"), "{error}");
    }
    newer(0);
    assert!(matches!(open_reader(&place.path), Err(WarehouseError::Older { .. })));
    std::fs::remove_file(&place.path).unwrap();
    Connection::open(&place.path).unwrap().execute_batch("CREATE TABLE other (x INTEGER)").unwrap();
    assert!(matches!(open_reader(&place.path), Err(WarehouseError::NotOurs { .. })));
    assert!(matches!(Warehouse::open_writer(&place.path, "t"), Err(WarehouseError::NotOurs { .. })));
    std::fs::write(&place.path, "no database at all, but text").unwrap();
    let error = open_reader(&place.path).unwrap_err();
    assert!(matches!(error, WarehouseError::NotOurs { .. }), "{error}");
}

#[test]
fn applied_schema_files_do_not_change() {
    let shipped: Vec<String> =
        migrate::shipped().iter().map(|m| format!("{} {} {}", m.version, m.name, &m.sha256[..16])).collect();
    // A change of the schema is a new file; a changed line here means that existing warehouses differ from new ones.
    assert_eq!(
        shipped,
        [
            "1 0001_book 14ab773e09d92d89",
            "2 0002_versions 72c28f7b3e920886",
            "3 0003_current 523745c42ecc87f4",
            "4 0004_sections 22e8a18328a70e7d",
            "5 0005_merges 8969b12523a7487f",
            "6 0006_exports 1779370e61cee22d",
            "7 0007_own_due 8cef9d825e35112d",
            "8 0008_journal e4055ea6cb5ba712",
            "9 0009_exclusions 219dcaf17e4d1d8d",
            "10 0010_mending 43233c9774e75415",
            "11 0011_submitted cacf8a437eb1da65",
            "12 0012_names ec879ccffde33b41",
        ]
    );
}
