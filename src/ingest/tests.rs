//! Whole files through ingest, into a stand-in for the warehouse and into a real one.
mod any_input;
mod collected;

use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use chrono::{NaiveDate, NaiveDateTime};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};

use super::*;
use crate::warehouse::Warehouse;
use crate::warehouse::batch_types::{Conflict, Refusal};
use crate::warehouse::parquet::ParquetWriter;
use crate::warehouse::received::Skipped;
use collected::Collected;

fn noon() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 2).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

fn take_as(path: &Path, kind: Option<&str>, into: &mut Collected) -> Report {
    let options = Options { kind, ..Options::new(noon(), &Silent) };
    let report = ingest(&[path.to_path_buf()], &options, Dictionary::shipped(), into).unwrap();
    for file in &report.files {
        assert_eq!(file.rows, file.accepted + file.unchanged + file.quarantined + file.skipped, "{file:?}");
    }
    report
}

/// One file in a folder of its own.
fn take(name: &str, bytes: &[u8]) -> (Collected, Report) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    let mut into = Collected::default();
    let report = take_as(&path, None, &mut into);
    (into, report)
}

const PEOPLE: &str = "人员编号,姓名,单位,联系电话\nP01,王　强,某局,13800000001\nP02,李四,某局,1.3800000002E+10\n";

#[test]
fn text_in_every_encoding() {
    let utf16: Vec<u8> = format!("\u{FEFF}{PEOPLE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files = [
        ("utf8.csv", PEOPLE.as_bytes().to_vec()),
        ("bom.csv", format!("\u{FEFF}{PEOPLE}").into_bytes()),
        ("gb.csv", encoding_rs::GB18030.encode(PEOPLE).0.into_owned()),
        ("utf16.txt", utf16),
        ("tabs.tsv", PEOPLE.replace(',', "\t").into_bytes()),
        ("crlf.xls", PEOPLE.replace('\n', "\r\n").into_bytes()),
    ];
    for (name, bytes) in files {
        let (into, report) = take(name, &bytes);
        let rows = into.rows("people", &["row_no", "person_id", "name", "unit", "phone"]);
        assert_eq!(rows, ["2|P01|王强|某局|13800000001", "3|P02|李四|某局|13800000002"], "{name}");
        assert!(!report.troubled && report.files[0].accepted == 2, "{report:?}");
    }
}

/// A ledger with everything that people do to one.
fn messy_workbook(path: &Path) {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet().set_name("台账").unwrap();
    let plain = Format::new();
    let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet.merge_range(0, 0, 0, 6, "2026年10月重点项目台账", &plain).unwrap();
    sheet.write_string(1, 0, "填报单位：某局").unwrap();
    let header = ["项目编号*", "项目名称", "类 型", "总投资", "街道", "纳入日期", "备注栏"];
    for (column, text) in header.iter().enumerate() {
        sheet.write_string(2, column as u16, *text).unwrap();
    }
    sheet.write_string(3, 3, "（亿元）").unwrap();
    // Row 5: dates as a date cell; ids as text with zeros; 街道 merged over two rows.
    sheet.write_string(4, 0, "000121").unwrap().write_string(4, 1, " 甲项目\u{A0}").unwrap();
    sheet.write_string(4, 2, "项目").unwrap().write_number(4, 3, 1.25).unwrap();
    sheet.merge_range(4, 4, 5, 4, "高新街道", &plain).unwrap();
    sheet.write_datetime_with_format(4, 5, ExcelDateTime::from_ymd(2026, 5, 10).unwrap(), &date).unwrap();
    sheet.write_string(4, 6, "说明").unwrap();
    // Row 6: an id that lost its zeros.
    sheet.write_number(5, 0, 122).unwrap().write_string(5, 1, "乙").unwrap().write_string(5, 2, "企业").unwrap();
    // Row 7: blank. Row 8: the header again.
    for (column, text) in header.iter().enumerate() {
        sheet.write_string(7, column as u16, *text).unwrap();
    }
    // Row 9: an error in a formula, and no year. Row 10: a formula with its value.
    sheet.write_string(8, 0, "000123").unwrap().write_string(8, 1, "丙").unwrap().write_string(8, 2, "工厂").unwrap();
    sheet.write_formula(8, 3, Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(8, 5, "5月10日").unwrap();
    sheet.write_string(9, 0, "000124").unwrap().write_string(9, 2, "企业").unwrap();
    sheet.write_formula(9, 1, Formula::new("B5&\"二期\"").set_result("甲项目二期")).unwrap();
    sheet.write_string(9, 5, "２０２６／５／１１").unwrap();
    sheet.write_string(10, 0, "合　计").unwrap().write_number(10, 3, 1.25).unwrap();
    sheet.write_string(11, 0, "填报人：王某").unwrap();
    writer.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "填表须知").unwrap();
    writer.add_worksheet().set_name("Sheet3").unwrap();
    writer.save(path).unwrap();
}

#[test]
fn messy_workbook_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("台账.xlsx");
    messy_workbook(&path);
    let mut into = Collected::default();
    let report = take_as(&path, None, &mut into);
    let columns = ["row_no", "enterprise_id", "name", "kind", "investment_wan", "area", "in_scope_from", "listed"];
    let want =
        ["5|000121|甲项目|project|12500|高新街道|2026-05-10|∅", "10|000124|甲项目二期|enterprise|∅|∅|2026-05-11|∅"];
    assert_eq!(into.rows("enterprises", &columns), want);
    let want = [
        (6, "enterprise_id", "leading_zeros", "122"),
        (9, "kind", "enum", "工厂"),
        (9, "investment_wan", "excel_error", "#DIV/0!"),
        (9, "in_scope_from", "no_year", "5月10日"),
    ];
    assert_eq!(into.refusals(), want);
    let refused = &into.refused[0].1;
    let cells: Vec<_> = refused.cells.iter().map(|(h, t)| (h.as_str(), t.as_str())).collect();
    assert_eq!(cells[0], ("项目编号*", "122"));
    assert_eq!((cells[4], cells.len()), (("街道", "高新街道"), 7));
    assert_eq!(
        refused.reasons[0].remedy,
        "Format 项目编号* as text and write it with its leading zeros; Excel dropped them."
    );
    let file = &report.files[0];
    assert_eq!(file.skipped_why, Skipped { blank: 1, title: 3, total: 2, repeated_header: 1, ..Skipped::default() });
    assert_eq!((file.rows, file.accepted, file.quarantined, file.skipped), (11, 2, 2, 7));
    assert_eq!(report.files.len(), 2, "an empty sheet is not listed: {:?}", report.files);
    assert_eq!((report.files[1].sheet.as_deref(), report.files[1].kind.as_deref()), (Some("说明"), None));
    assert!(report.files[1].note.is_some() && report.troubled);
}

#[test]
fn wide_cases_feed_events() {
    let csv = "工单编号,企业编号,提交时间,受理时间,转办时间,转办部门,延期审批时间,延期至,办结时间,退件说明,状态\n\
        Q1,E1,2026-10-01 09:00,2026/10/1 上午9:30,2026-10-02,经发局,,,2026-10-08,,办结\n\
        Q2,E1,2026-10-01,,,,2026-10-09 10:00,2026-10-08,,,在办\n\
        Q3,E1,2026-10-01,,,,,,10月9日,,在办\n";
    let (into, report) = take("工单.csv", csv.as_bytes());
    let events = into.rows("case_events", &["row_no", "case_id", "seq", "event", "at", "at_whole_day", "unit", "note"]);
    let want = [
        "2|Q1|0|submitted|2026-10-01T09:00:00|false|∅|∅",
        "2|Q1|2|accepted|2026-10-01T09:30:00|false|∅|∅",
        "2|Q1|3|assigned|2026-10-02T00:00:00|true|经发局|∅",
        "2|Q1|15|resolved|2026-10-08T00:00:00|true|∅|∅",
    ];
    assert_eq!(events, want);
    let want = [(3, "extended_until", "until_after_at", "2026-10-08"), (4, "resolved_at", "no_year", "10月9日")];
    assert_eq!(into.refusals(), want);
    assert_eq!((report.files[0].rows, report.files[0].accepted, report.files[0].quarantined), (3, 1, 2));
}

#[test]
fn rules_between_columns() {
    let csv = "企业编号,角色,包保人编号,包保人姓名,开始日期,结束日期\n\
        E1,项目管家,P1,,2026-01-01,2026-01-01\nE1,项目管家,P1,,2026-01-02,2026-01-01\nE1,管家,,,2026-01-01,\n";
    let (into, _) = take("包保.csv", csv.as_bytes());
    assert_eq!(into.rows("assignments", &["enterprise_id", "role", "valid_to"]), ["E1|steward|2026-01-01"]);
    let want = [(3, "valid_to", "end_after_start", "2026-01-01"), (4, "holder_id", "required", "")];
    assert_eq!(into.refusals(), want);
}

#[test]
fn nothing_of_a_refused_row_is_lost() {
    let csv = "日志编号,管家编号,服务日期,备注,,备注\nL1,P1,待定,甲,乙,丙,丁\n";
    let (into, _) = take("日志.csv", csv.as_bytes());
    let cells: Vec<_> = into.refused[0].1.cells.iter().map(|(h, t)| format!("{h}={t}")).collect();
    assert_eq!(cells, ["日志编号=L1", "管家编号=P1", "服务日期=待定", "备注=甲", "E=乙", "备注 (2)=丙", "G=丁"]);
}

#[test]
fn parquet_is_taken_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cases.parquet");
    let columns = [("case_id", "VARCHAR"), ("enterprise_id", "VARCHAR"), ("submitted_at", "TIMESTAMP")];
    let mut writer = ParquetWriter::create(&path, &columns).unwrap();
    let times = arrow::array::TimestampMicrosecondArray::from(vec![Some(1_790_000_000_000_000), None]);
    let ids = |prefix: &str| arrow::array::StringArray::from(vec![format!("{prefix}1"), format!("{prefix}2")]);
    let rows: [(&str, arrow::array::ArrayRef); 3] = [
        ("case_id", std::sync::Arc::new(ids("Q"))),
        ("enterprise_id", std::sync::Arc::new(ids("E"))),
        ("submitted_at", std::sync::Arc::new(times)),
    ];
    writer.append(&RecordBatch::try_from_iter(rows).unwrap()).unwrap();
    writer.finish().unwrap();
    let mut into = Collected::default();
    let report = take_as(&path, None, &mut into);
    assert_eq!(into.rows("cases", &["row_no", "case_id", "submitted_at"]), ["1|Q1|2026-09-21T14:13:20"]);
    assert_eq!(into.refusals(), [(2, "submitted_at", "required", "")]);
    assert_eq!(report.files[0].rows, 2);
}

#[test]
fn same_content_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.csv", "b.csv"] {
        fs::write(dir.path().join(name), PEOPLE).unwrap();
    }
    let mut into = Collected::default();
    let report = take_as(dir.path(), None, &mut into);
    let figures: Vec<_> = report.files.iter().map(|f| (f.rows, f.accepted, f.unchanged)).collect();
    assert_eq!(figures, [(2, 2, 0), (2, 0, 2)]);
    assert!(report.files[1].note.as_deref().unwrap().contains("a.csv"));

    let mut again = Collected::default();
    let sum = SourceSum { batch: Some(1), ..report.files[0].clone() };
    again.known.insert(into.sources[0].content_sha256.clone(), vec![sum]);
    let report = take_as(&dir.path().join("b.csv"), None, &mut again);
    assert_eq!((report.batch, again.sources.len(), report.troubled), (None, 0, false));
    assert_eq!((report.files[0].unchanged, report.started_at.as_str()), (2, "2026-11-02T12:00:00"));
    assert!(report.files[0].path.ends_with("b.csv"));
}

#[test]
fn conflicts_are_refused_as_they_stood() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("people.csv");
    fs::write(&path, PEOPLE).unwrap();
    let reason = Refusal { column: "person_id".into(), rule: "conflict".into(), ..Refusal::default() };
    let conflict = Conflict { source_id: 0, row_no: 3, kind: "people".into(), reason };
    let mut into = Collected { conflicts: vec![conflict.clone(), conflict], ..Collected::default() };
    let options = Options::new(noon(), &Silent);
    ingest(&[path], &options, Dictionary::shipped(), &mut into).unwrap();
    assert_eq!(into.refused.len(), 1);
    let row = &into.refused[0].1;
    assert_eq!((row.row_no, row.reasons.len(), row.cells[1].1.as_str()), (3, 2, "李四"));
}

#[test]
fn what_is_no_export_is_listed_with_why() {
    for (name, bytes, why) in [
        ("a.csv", &b""[..], "is empty"),
        ("b.csv", "甲,乙\n1,2\n".as_bytes(), "has no header of any export"),
        ("c.xlsx", b"PK\x03\x04broken", "is no workbook that can be read"),
        ("d.csv", "问题编号,提交时间\n".as_bytes(), "lacks the column 企业编号"),
    ] {
        let (into, report) = take(name, bytes);
        let file = &report.files[0];
        assert!(file.note.as_deref().unwrap().contains(why), "{file:?}");
        assert!(report.troubled && file.kind.is_none() && file.rows == 0 && into.staged.is_empty(), "{file:?}");
    }
    // A header without rows is an export of nothing, and no trouble.
    let (_, report) = take("e.csv", "人员编号,姓名\n".as_bytes());
    assert_eq!((report.files[0].kind.as_deref(), report.files[0].rows, report.troubled), (Some("people"), 0, false));
}

#[test]
fn folder_with_other_files_is_no_trouble() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("people.csv"), PEOPLE).unwrap();
    fs::write(dir.path().join("README.md"), "# 说明").unwrap();
    fs::write(dir.path().join("~$people.xlsx"), "x").unwrap();
    let report = take_as(dir.path(), None, &mut Collected::default());
    assert_eq!(report.files.iter().map(|f| f.kind.is_some()).collect::<Vec<_>>(), [false, true, false]);
    assert!(!report.troubled, "{report:?}");
}

#[test]
fn kind_can_be_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("people.csv");
    fs::write(&path, PEOPLE).unwrap();
    let report = take_as(&path, Some("diary"), &mut Collected::default());
    assert!(report.files[0].note.as_deref().unwrap().contains("nearest to diary"), "{report:?}");
    let options = Options { kind: Some("persons"), ..Options::new(noon(), &Silent) };
    let error = ingest(&[path], &options, Dictionary::shipped(), &mut Collected::default()).unwrap_err();
    assert!(error.is_misuse() && error.to_string().contains("policy_pushes"), "{error}");
}

#[test]
fn report_is_printed_as_agreed() {
    let (_, report) = take("people.csv", PEOPLE.as_bytes());
    let json = serde_json::to_value(&report).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["batch", "files", "reasons", "started_at"]);
    let file = ["accepted", "kind", "path", "quarantined", "rows", "sheet", "skipped", "skipped_why", "unchanged"];
    assert_eq!(keys(&json["files"][0]), file);
    assert_eq!(keys(&json["files"][0]["skipped_why"]), ["blank", "repeated_header", "section", "title", "total"]);
}

/// One row of every kind under the warehouse's own column names.
fn row_of(table: &crate::tables::Table) -> String {
    let header: Vec<_> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let cell = |kind: &str| match kind {
        "date" => "2026-05-10".to_owned(),
        "stamp" => "2026-05-10 09:05:33".to_owned(),
        "whole" => "1".to_owned(),
        "decimal" => "12.5".to_owned(),
        "number" => "4.5".to_owned(),
        "yesno" => "yes".to_owned(),
        "phone" => "13800000001".to_owned(),
        "id" | "text" | "name" => "X1".to_owned(),
        list => Dictionary::shipped().words[list].keys().next().unwrap().clone(),
    };
    let cells: Vec<_> = table.columns.iter().map(|c| cell(&c.kind)).collect();
    format!("{}\n{}\n", header.join(","), cells.join(","))
}

#[test]
fn every_kind_reaches_the_warehouse() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = dir.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    for table in &Dictionary::shipped().tables {
        fs::write(inbox.join(format!("{}.csv", table.name)), row_of(table)).unwrap();
    }
    let mut warehouse = Warehouse::open_writer(&dir.path().join("w.duckdb"), "a test").unwrap();
    let options = Options::new(noon(), &Silent);
    let mut run = || {
        let batch = warehouse.begin(noon().date(), noon()).unwrap();
        ingest(std::slice::from_ref(&inbox), &options, Dictionary::shipped(), batch).unwrap()
    };
    let report = run();
    assert_eq!((report.batch, report.files.len(), report.troubled), (Some(1), 12, false), "{report:?}");
    for file in &report.files {
        assert!(file.path.contains(file.kind.as_deref().unwrap()) && file.accepted == 1, "{file:?}");
    }
    let again = run();
    assert_eq!((again.batch, again.files.iter().map(|f| f.unchanged).sum::<u64>()), (None, 12));
}

#[test]
fn wide_and_conflicting_rows_reach_the_warehouse() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("工单.csv");
    let csv = "工单编号,企业编号,提交时间,办结时间\nQ1,E1,2026-10-01,2026-10-08\nQ2,E1,2026-10-01,\n\
        Q2,E2,2026-10-01,\nQ1,E1,2026-10-01,2026-10-08\n";
    fs::write(&path, csv).unwrap();
    let mut warehouse = Warehouse::open_writer(&dir.path().join("w.duckdb"), "a test").unwrap();
    let options = Options::new(noon(), &Silent);
    let batch = warehouse.begin(noon().date(), noon()).unwrap();
    let report = ingest(&[path], &options, Dictionary::shipped(), batch).unwrap();
    let file = &report.files[0];
    assert_eq!((file.rows, file.accepted, file.unchanged, file.quarantined), (4, 1, 1, 2), "{file:?}");
    assert!(report.troubled && report.reasons.iter().all(|r| r.rule == "conflict" && r.kind == "cases"), "{report:?}");
}

#[test]
fn long_files_pass_in_bounded_batches() {
    let mut csv = String::from("问题编号,环节,办理时间\n");
    for n in 0..150_000 {
        csv.push_str(&format!("Q{n},受理,2026-10-{:02} 09:00:00\n", n % 28 + 1));
    }
    let (into, report) = take("流转.csv", csv.as_bytes());
    let heights: Vec<_> = into.staged.iter().map(|(.., batch)| batch.num_rows()).collect();
    assert!(heights.iter().all(|height| *height <= read::BATCH_ROWS) && heights.len() == 3, "{heights:?}");
    assert_eq!(report.files[0].accepted, 150_000);
    let last = &into.staged[2].2;
    let row_no = last.column(0).as_primitive::<arrow::datatypes::Int64Type>();
    assert_eq!((row_no.value(row_no.len() - 1), last.column(1).is_null(0)), (150_001, false));
}

#[test]
fn a_file_that_breaks_off_is_out_again_and_the_rest_is_in() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = dir.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    let rows = 400_000u64;
    let text = |n: u64| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let columns = [("person_id", "VARCHAR"), ("name", "VARCHAR"), ("phone", "VARCHAR")];
    let mut writer = ParquetWriter::create(&inbox.join("a.parquet"), &columns).unwrap();
    let strings = |f: &dyn Fn(u64) -> String| -> arrow::array::ArrayRef {
        std::sync::Arc::new(arrow::array::StringArray::from_iter_values((0..rows).map(f)))
    };
    // Every row has a telephone number that is none, so that some are refused before the end is met.
    let batch = [("person_id", strings(&text)), ("name", strings(&text)), ("phone", strings(&|_| "x".into()))];
    writer.append(&RecordBatch::try_from_iter(batch).unwrap()).unwrap();
    writer.finish().unwrap();
    let mut bytes = fs::read(inbox.join("a.parquet")).unwrap();
    let late = bytes.len() * 7 / 10;
    // Over more than one block of the packing, so that it cannot be unpacked into other text.
    let end = late + bytes.len() / 10;
    bytes[late..end].fill(0xA5);
    fs::write(inbox.join("a.parquet"), bytes).unwrap();
    fs::write(inbox.join("b.csv"), PEOPLE).unwrap();

    let mut warehouse = Warehouse::open_writer(&dir.path().join("w.duckdb"), "a test").unwrap();
    let options = Options::new(noon(), &Silent);
    for (batch, accepted) in [(1, 2), (2, 0)] {
        let begun = warehouse.begin(noon().date(), noon()).unwrap();
        let report = ingest(std::slice::from_ref(&inbox), &options, Dictionary::shipped(), begun).unwrap();
        let [broken, whole] = &report.files[..] else { panic!("{report:?}") };
        // Its content is not held to be known: it is read again, and breaks off again.
        assert_eq!((report.batch, whole.accepted, report.reasons.len()), (Some(batch), accepted, 0), "{report:?}");
        assert_eq!((broken.kind.as_deref(), broken.rows, broken.quarantined), (None, 0, 0), "{broken:?}");
        assert!(broken.note.as_deref().unwrap().starts_with("broke off after row "), "{broken:?}");
        assert!(report.troubled && report.unreadable);
    }
}
