//! What is promised of exports, by whole runs: which day's export holds, whole ledgers, added events, corrected rows.
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

/// How a run ended.
pub struct Ended {
    status: Option<i32>,
    pub out: String,
    err: String,
}

impl Ended {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.out, self.err))
    }

    /// It ended so and said each of these.
    pub fn is(self, status: i32, said: &[&str]) -> Ended {
        assert_eq!(self.status, Some(status), "{}\n{}", self.out, self.err);
        for words in said {
            assert!(self.out.contains(words) || self.err.contains(words), "“{words}” in\n{}\n{}", self.out, self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

/// A fresh workspace; commands run inside it.
pub struct Desk(pub tempfile::TempDir);

impl Desk {
    pub fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.run(&["init", ".", "--regime", "dalian-hitech"]).is(0, &[]);
        desk
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        let output =
            assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia")).current_dir(self.path()).args(args).output();
        let output = output.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Writes a file and takes it in.
    pub fn take(&self, name: &str, text: &str, more: &[&str]) -> Ended {
        fs::write(self.path().join(name), text).unwrap();
        self.run(&[&["ingest", name], more].concat())
    }

    /// Rows of a query on the warehouse, cells joined by spaces.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        let conn = guanjia::warehouse::open_reader(&self.path().join("warehouse.duckdb")).unwrap();
        let mut statement = conn.prepare(&format!("SELECT concat_ws(' ', *COLUMNS(*)) FROM ({sql})")).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

const STEWARDS: &str =
    "SELECT enterprise_id, holder_id, coalesce(valid_to::VARCHAR, '…') AS until FROM assignments ORDER BY ALL";

#[test]
fn a_workspace_says_from_when_its_role_lists_hold() {
    let desk = Desk::new();
    let settings = desk.path().join("guanjia.toml");
    let own = fs::read_to_string(&settings).unwrap();
    let list = "项目,包保领导,项目管家\n甲项目,张三（副市长）,王强 13800000001\n";
    desk.take("名单.csv", list, &[]).is(1, &["--since DATE"]);
    fs::write(&settings, format!("roles_since = 2026-13-01\n{own}")).unwrap();
    desk.run(&["ingest", "名单.csv"]).is(2, &["guanjia.toml"]);
    fs::write(&settings, format!("roles_since = 2026-01-01\n{own}")).unwrap();
    desk.run(&["ingest", "名单.csv"]).is(0, &["batch"]);
    let held = "SELECT role, valid_from FROM assignments ORDER BY 1";
    assert_eq!(desk.ask(held), ["leader 2026-01-01", "steward 2026-01-01"]);
    // What the command line says goes before.
    let other = list.replace('甲', "乙");
    desk.take("另单.csv", &other, &["--since", "2026-05-01"]).is(0, &[]);
    assert_eq!(desk.ask("SELECT DISTINCT valid_from FROM assignments ORDER BY 1"), ["2026-01-01", "2026-05-01"]);
}

#[test]
fn an_older_export_that_comes_late_is_kept_as_history() {
    let desk = Desk::new();
    let unit = |unit: &str| format!("管家编号,姓名,单位\nP1,赵一,{unit}\n");
    desk.take("a.csv", &unit("甲局"), &["--exported-on", "2026-09-30"]).is(0, &["batch 1"]);
    desk.take("c.csv", &unit("丙局"), &["--exported-on", "2026-10-31"]).is(0, &["batch 2"]);
    // The name of a file says nothing of its day.
    desk.take("2026-12-31.csv", &unit("乙局"), &["--exported-on", "2026-10-15"]).is(0, &["batch 3"]);
    assert_eq!(desk.ask("SELECT unit FROM people"), ["丙局"]);
    assert_eq!(
        desk.ask("SELECT unit, exported_on, known_from, known_to FROM people_versions ORDER BY known_from"),
        ["甲局 2026-09-30 1 2", "丙局 2026-10-31 2", "乙局 2026-10-15 3 3"]
    );
    // The same content again changes nothing; in a folder, no day makes it new.
    desk.take("a.csv", &unit("甲局"), &[]).is(0, &["known since batch 1"]);
    fs::copy(desk.path().join("a.csv"), desk.path().join("inbox/a.csv")).unwrap();
    desk.run(&["ingest", "inbox", "--exported-on", "2026-11-18"]).is(0, &["known since batch 1", "nothing new"]);
    assert_eq!(desk.ask("SELECT unit FROM people"), ["丙局"]);
    // Named itself with a later day it is a new statement: the unit went back.
    desk.run(&["ingest", "a.csv", "--exported-on", "2026-11-19"]).is(0, &["batch 4"]);
    assert_eq!(desk.ask("SELECT unit FROM people"), ["甲局"]);
    desk.run(&["ingest", "a.csv", "--exported-on", "2026-11-19"]).is(0, &["known since batch 4"]);
    desk.run(&["ingest", "a.csv", "--exported-on", "19.11.2026"]).is(2, &["--exported-on"]);
}

#[test]
fn a_whole_ledger_ends_what_it_no_longer_has() {
    let desk = Desk::new();
    let ledger = |rows: &str| format!("企业编号,角色,包保人编号,开始日期,结束日期\n{rows}");
    let all =
        "E1,管家,P1,2026-01-01,\nE2,管家,P1,2026-01-01,\nE3,管家,P2,2026-01-01,2026-06-30\nE4,管家,P2,2026-12-01,\n";
    desk.take("a.csv", &ledger(all), &["--snapshot", "--exported-on", "2026-09-30"]).is(0, &[]);
    let taken = desk.take(
        "b.csv",
        &ledger("E1,管家,P1,2026-01-01,\n"),
        &["--snapshot", "--exported-on", "2026-10-31", "--format", "json"],
    );
    let report = taken.is(0, &[]).json();
    assert_eq!((&report["files"][0]["ended"], &report["files"][0]["withdrawn"]), (&1.into(), &1.into()));
    // One that had ended stays as it was; one that had not begun never was.
    let want = serde_json::json!([
        {"kind": "assignments", "record": "E2 · steward · P1 · 2026-01-01", "what": "ended"},
        {"kind": "assignments", "record": "E4 · steward · P2 · 2026-12-01", "what": "withdrawn"},
    ]);
    assert_eq!(report["gone"], want);
    assert_eq!(desk.ask(STEWARDS), ["E1 P1 …", "E2 P1 2026-10-31", "E3 P2 2026-06-30"]);
    // What was known before is still to be had.
    assert_eq!(
        desk.ask("SELECT count(*) FROM assignments_versions WHERE known_from <= 1 AND coalesce(known_to > 1, true)"),
        ["4"]
    );
    // An export of a day between does not bring them back; a newer one that has them again does.
    desk.take("c.csv", &ledger(all), &["--exported-on", "2026-10-15"]).is(0, &["batch 3"]);
    assert_eq!(desk.ask(STEWARDS), ["E1 P1 …", "E2 P1 2026-10-31", "E3 P2 2026-06-30"]);
    desk.run(&["ingest", "a.csv", "--snapshot", "--exported-on", "2026-11-15"]).is(0, &["batch 4"]);
    assert_eq!(desk.ask(STEWARDS), ["E1 P1 …", "E2 P1 …", "E3 P2 2026-06-30", "E4 P2 …"]);
    // Once more it changes nothing.
    desk.run(&["ingest", "a.csv", "--snapshot", "--exported-on", "2026-11-15"]).is(0, &["nothing new"]);
}

#[test]
fn ledgers_of_one_kind_are_one_snapshot() {
    let desk = Desk::new();
    let people = |rows: &str| format!("管家编号,姓名,单位\n{rows}");
    let inbox = desk.path().join("inbox");
    fs::write(inbox.join("north.csv"), people("P1,赵一,甲局\nP2,钱二,甲局\n")).unwrap();
    fs::write(inbox.join("south.csv"), people("P3,孙三,乙局\n")).unwrap();
    desk.run(&["ingest", "inbox", "--snapshot", "--exported-on", "2026-09-30"]).is(0, &["batch 1"]);
    // North is the same file as last month and still half of the whole.
    fs::write(inbox.join("south.csv"), people("P4,李四,乙局\n")).unwrap();
    let said = ["1 withdrawn", "withdrawn: people P3"];
    desk.run(&["ingest", "inbox", "--snapshot", "--exported-on", "2026-10-31"]).is(0, &said);
    assert_eq!(desk.ask("SELECT person_id FROM people ORDER BY 1"), ["P1", "P2", "P4"]);
    // What was refused may be what is missing; what cannot be read, too. Nothing is withdrawn then, and it is said.
    fs::write(inbox.join("south.csv"), people("P5,,乙局\n")).unwrap();
    let said = ["nothing was withdrawn: refused rows of people (1)"];
    desk.run(&["ingest", "inbox", "--snapshot", "--exported-on", "2026-11-01"]).is(1, &said);
    fs::write(inbox.join("south.csv"), people("P5,周五,乙局\n")).unwrap();
    fs::write(inbox.join("west.xlsx"), "PK\u{3}\u{4}nothing").unwrap();
    desk.run(&["ingest", "inbox", "--snapshot", "--exported-on", "2026-11-02"])
        .is(1, &["nothing was withdrawn: inbox"]);
    fs::remove_file(inbox.join("west.xlsx")).unwrap();
    desk.take("empty.csv", &people(""), &["--snapshot"])
        .is(0, &["nothing was withdrawn: there is no record of people"]);
    assert_eq!(desk.ask("SELECT person_id FROM people ORDER BY 1"), ["P1", "P2", "P4", "P5"]);
    desk.run(&["ingest", "inbox", "--snapshot", "--delta"]).is(2, &["--snapshot", "--delta", "one of the two"]);
}

#[test]
fn a_snapshot_of_cases_takes_their_events_along() {
    let desk = Desk::new();
    let wide = |rows: &str| format!("问题编号,企业编号,提交时间,办结时间\n{rows}");
    let day = |day: &'static str| ["--snapshot", "--exported-on", day];
    let two = "A1,E1,2026-09-01 09:00,2026-09-02 09:00\nA2,E1,2026-09-03 09:00,\n";
    desk.take("a.csv", &wide(two), &day("2026-09-30")).is(0, &[]);
    desk.take("b.csv", &wide("A2,E1,2026-09-03 09:00,\n"), &day("2026-10-31")).is(0, &["withdrawn: cases A1"]);
    assert_eq!(desk.ask("SELECT case_id FROM case_events ORDER BY 1"), ["A2"]);
    desk.run(&["ingest", "a.csv", "--snapshot", "--exported-on", "2026-11-01"]).is(0, &["batch 3"]);
    assert_eq!(
        desk.ask("SELECT case_id, event FROM case_events ORDER BY ALL"),
        ["A1 resolved", "A1 submitted", "A2 submitted"]
    );
    // A long file by itself: the cases it no longer has lose their events.
    let long = |rows: &str| format!("问题编号,环节,办理时间\n{rows}");
    let both = "A1,办结,2026-09-04 09:00\nA2,办结,2026-09-05 09:00\n";
    desk.take("c.csv", &long(both), &day("2026-11-02")).is(0, &[]);
    desk.take("d.csv", &long("A2,办结,2026-09-05 09:00\n"), &day("2026-11-03")).is(0, &["withdrawn: case_events A1"]);
    assert_eq!(desk.ask("SELECT case_id FROM case_events"), ["A2"]);
    assert_eq!(desk.ask("SELECT count(*) FROM vanished_events WHERE now_at IS NULL AND batch_id > 4"), ["0"]);
}

#[test]
fn a_delta_adds_events() {
    let desk = Desk::new();
    let events = |rows: &str| format!("问题编号,环节,办理时间,说明\n{rows}");
    let day = |day: &'static str| ["--delta", "--exported-on", day];
    desk.take(
        "a.csv",
        &events("A1,提交,2026-10-01 09:00,\nA1,受理,2026-10-02 09:00,\n"),
        &["--exported-on", "2026-10-02"],
    )
    .is(0, &[]);
    let more = "A1,受理,2026-10-02 09:00,\nA1,转办,2026-10-02 09:00,\nA2,提交,2026-10-03 09:00,\n";
    let report = desk.take("b.csv", &events(more), &[&day("2026-10-03")[..], &["--format", "json"]].concat()).json();
    let file = &report["files"][0];
    assert_eq!((&file["accepted"], &file["unchanged"]), (&2.into(), &1.into()));
    // Of two days' deltas the older may come late, and two files may add to one case.
    fs::write(desk.path().join("d1.csv"), events("A1,部门回复,2026-10-05 09:00,一\n")).unwrap();
    fs::write(desk.path().join("d2.csv"), events("A1,办结,2026-10-05 09:00,二\nA1,部门回复,2026-10-05 09:00,一\n"))
        .unwrap();
    desk.run(&["ingest", "d1.csv", "d2.csv", "--delta", "--exported-on", "2026-10-06"]).is(0, &["batch 3"]);
    desk.take("c.csv", &events("A1,挂起,2026-10-04 09:00,\n"), &day("2026-10-04")).is(0, &["batch 4"]);
    let all = "SELECT case_id, event, seq FROM case_events ORDER BY case_id, \"at\", seq";
    let want = [
        "A1 submitted 1",
        "A1 accepted 1",
        "A1 assigned 2",
        "A1 suspended 1",
        "A1 department_replied 1",
        "A1 resolved 2",
        "A2 submitted 1",
    ];
    assert_eq!(desk.ask(all), want);
    assert_eq!(
        desk.ask("SELECT count(*) FROM case_events_versions WHERE case_id = 'A1' AND known_from <= 2 AND coalesce(known_to > 2, true)"),
        ["3"]
    );
    // A whole set replaces all of it, and says what vanished and what moved.
    let whole = "A1,提交,2026-10-01 09:00,\nA1,受理,2026-10-02 09:00,\nA1,办结,2026-10-07 09:00,\n";
    desk.take("e.csv", &events(whole), &["--exported-on", "2026-10-08"]).is(0, &["batch 5"]);
    let gone = "SELECT batch_id, case_id, event, strftime(\"at\", '%d'), coalesce(strftime(now_at, '%d'), '-')
        FROM vanished_events ORDER BY event";
    let want = ["5 A1 assigned 02 -", "5 A1 department_replied 05 -", "5 A1 resolved 05 07", "5 A1 suspended 04 -"];
    assert_eq!(desk.ask(gone), want);
    // A delta of a day before that set is history.
    desk.take("f.csv", &events("A1,督办,2026-10-07 12:00,\n"), &day("2026-10-07")).is(0, &["batch 6"]);
    assert_eq!(desk.ask("SELECT count(*) FROM case_events WHERE case_id = 'A1'"), ["3"]);
    // What comes back has not vanished.
    let again = "A1,提交,2026-10-01 09:00,\nA1,受理,2026-10-02 09:00,\nA1,转办,2026-10-02 09:00,\nA1,部门回复,2026-10-05 09:00,一\n\
        A1,办结,2026-10-07 09:00,\n";
    desk.take("g.csv", &events(again), &["--exported-on", "2026-10-09"]).is(0, &["batch 7"]);
    assert_eq!(desk.ask(gone), ["5 A1 resolved 05 07", "5 A1 suspended 04 -"]);
}

#[test]
fn known_at_names_a_batch_that_came_in() {
    let desk = Desk::new();
    desk.take("a.csv", "管家编号,姓名\nP1,赵一\n", &[]).is(0, &["batch 1"]);
    let at = |at: &'static str| desk.run(&["measures", "--period", "2026-10", "--known-at", at]);
    at("1").is(0, &[]);
    at("99").is(2, &["“99” is no batch that came in", "the last is 1, begun 20"]);
    at("0").is(2, &["batches are numbered from 1"]);
    at("2099-01-01").is(0, &[]);
}

#[test]
fn a_corrected_workbook_settles_what_was_refused() {
    let desk = Desk::new();
    let inbox = desk.path().join("inbox");
    let cases =
        "问题编号,企业编号,提交时间,办件类型\n007,E1,2026-10-01 09:00,一般\nA2,E1,10月3日,一般\nA3,E1,2026-10-05,急\n";
    fs::write(inbox.join("问题.csv"), cases).unwrap();
    fs::write(inbox.join("人员.csv"), "管家编号,姓名,手机号\nP1,赵一,不详\n").unwrap();
    desk.run(&["ingest", "inbox"]).is(1, &["quarantine --xlsx"]);
    desk.run(&["quarantine", "--xlsx", "mend.xlsx"]).is(0, &["3"]);
    // The date of A2 is mended; A3 gets another word that is none; P1 is put right.
    rewrite(&desk.path().join("mend.xlsx"), &[("10月3日", "2026-10-03"), ("急", "特急"), ("不详", "13800138000")]);
    let report = desk.run(&["ingest", "mend.xlsx", "--format", "json"]).is(1, &[]).json();
    let sums: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|f| (&f["accepted"], &f["quarantined"])).collect();
    assert_eq!(sums, [(&1.into(), &0.into()), (&1.into(), &1.into())]);
    let open = desk.run(&["quarantine", "--format", "json"]).json();
    assert_eq!(open.as_array().unwrap().len(), 1);
    assert_eq!(open[0]["cells"]["办件类型"], "特急");
    // A3 still waits, so the folder has not settled.
    desk.run(&["ingest", "inbox"]).is(1, &["refused rows that came back corrected: 1"]);
    desk.run(&["quarantine", "--xlsx", "mend2.xlsx"]).is(0, &["1"]);
    rewrite(&desk.path().join("mend2.xlsx"), &[("特急", "疑难")]);
    desk.run(&["ingest", "mend2.xlsx"]).is(0, &[]);
    desk.run(&["quarantine"]).is(0, &["nothing was refused"]);
    desk.run(&["ingest", "inbox", "mend.xlsx", "mend2.xlsx"]).is(0, &["nothing new"]);
    assert_eq!(
        desk.ask("SELECT case_id, strftime(submitted_at, '%d'), case_class FROM cases ORDER BY 1"),
        ["007 01 general", "A2 03 general", "A3 05 difficult"]
    );
    assert_eq!(desk.ask("SELECT phone FROM people"), ["13800138000"]);
    let sums =
        "SELECT bool_and(rows = accepted + unchanged + quarantined + skipped_blank + skipped_title + skipped_section
        + skipped_total + skipped_repeated + skipped_left_out) FROM sources";
    assert_eq!(desk.ask(sums), ["true"]);
}

#[test]
fn a_file_mended_in_place_settles_its_refused_rows() {
    let desk = Desk::new();
    let take = |rows: &str, day: &str| {
        desk.take("问题.csv", &format!("问题编号,企业编号,提交时间,办件类型\n{rows}"), &["--exported-on", day])
    };
    // No year; no such word; no id; and two that contradict each other.
    let rows =
        "A1,E1,10月3日,一般\nA2,E1,2026-10-05,急\n,E3,2026-10-06,一般\nA4,E1,2026-10-07,一般\nA4,E2,2026-10-07,一般\n";
    take(rows, "2026-10-31").is(1, &["refused: 2 × cases case_id (conflict)"]);
    let waiting = || -> Vec<String> {
        let rows = desk.run(&["quarantine", "--format", "json"]).json();
        let row = |row: &serde_json::Value| format!("{} {} {}", row["batch"], row["row"], row["cells"]["问题编号"]);
        rows.as_array().unwrap().iter().map(row).collect()
    };
    assert_eq!(waiting(), [r#"1 2 "A1""#, r#"1 3 "A2""#, r#"1 4 """#, r#"1 5 "A4""#, r#"1 6 "A4""#]);
    // The next month under the same name: nothing of it is those rows, and where one now stands another stood.
    let next = "B1,E1,2026-11-03,一般\nB2,E9,2026-11-05,一般\nB3,E4,2026-11-06,一般\n";
    take(next, "2026-11-30").is(0, &[]);
    assert_eq!(waiting().len(), 5);
    // Mended, with a row put in before: A1 and A4 are known by their ids, A2 is wrong again, and the one without an id
    // has moved, so that nothing says that it is the same.
    let rows = "A0,E1,2026-10-01,一般\nA1,E1,2026-10-03,一般\nA2,E1,2026-10-05,特急\nA3,E3,2026-10-06,一般\nA4,E2,2026-10-07,一般\n";
    take(rows, "2026-10-31").is(1, &["mends 3 refused before"]);
    assert_eq!(waiting(), [r#"1 4 """#, r#"3 4 "A2""#]);
    // Where its row stayed, it is known by what else stands in it.
    let rows = "A0,E1,2026-10-01,一般\nA2,E1,2026-10-05,疑难\nA5,E3,2026-10-06,一般\n";
    take(rows, "2026-10-31").is(0, &["mends 2 refused before"]);
    assert_eq!(waiting(), [""; 0]);
    let sums =
        "SELECT bool_and(rows = accepted + unchanged + quarantined + skipped_blank + skipped_title + skipped_section
        + skipped_total + skipped_repeated + skipped_left_out) FROM sources";
    assert_eq!(desk.ask(sums), ["true"]);
}

#[test]
fn rubbish_is_put_aside_and_taken_back() {
    let desk = Desk::new();
    let inbox = desk.path().join("inbox");
    fs::write(inbox.join("人员.csv"), "管家编号,姓名,手机号\nP1,赵一,不详\n,测试,1\n测试2,,1\n").unwrap();
    fs::write(inbox.join("企业.csv"), "企业编号,企业名称,类型\nE1,,企业\n").unwrap();
    desk.run(&["ingest", "inbox"]).is(1, &[]);
    let aside = |args: &[&str]| desk.run(&[&["quarantine"], args, &["--by", "王某"]].concat());
    aside(&["--dismiss", "人员.csv", "--row", "3-4"]).is(2, &["--reason"]);
    aside(&["--dismiss", "人员.csv", "--row", "x", "--reason", "测试数据"]).is(2, &["--row x", "3-9,12"]);
    aside(&["--dismiss", "员.csv", "--row", "3", "--reason", "测试数据"]).is(2, &["no such row of 员.csv waits"]);
    aside(&["--dismiss", "人员.csv", "--row", "3-4", "--reason", "测试数据"]).is(0, &["batch 2", "put aside: 2"]);
    desk.run(&["quarantine", "--dismissed"]).is(0, &["人员.csv, row 3 (people, batch 1)", "王某", "测试数据"]);
    let open = || desk.run(&["quarantine", "--format", "json"]).json().as_array().unwrap().len();
    assert_eq!(open(), 2);
    // The book still has them, and the sum holds.
    assert_eq!(desk.ask("SELECT sum(rows), sum(quarantined) FROM sources"), ["4 4"]);
    desk.run(&["ingest", "inbox"]).is(1, &["refused rows put aside: 2"]);
    aside(&["--dismiss", "inbox/企业.csv", "--reason", "空行"]).is(0, &["put aside: 1"]);
    aside(&["--dismiss", "人员.csv", "--reason", "已离职"]).is(0, &["put aside: 1"]);
    assert_eq!(open(), 0);
    desk.run(&["ingest", "inbox"]).is(0, &["nothing new"]);
    aside(&["--restore", "人员.csv", "--row", "3", "--reason", "不是测试数据"]).is(0, &["batch 5", "taken back: 1"]);
    assert_eq!(open(), 1);
    let rows = desk.run(&["quarantine", "--dismissed", "--format", "json"]).json();
    assert_eq!(rows.as_array().unwrap().len(), 3);
    // What was put aside and comes back right counts, and is rubbish no more.
    fs::write(inbox.join("企业.csv"), "企业编号,企业名称,类型\nE1,甲公司,企业\n").unwrap();
    desk.run(&["ingest", "inbox/企业.csv"]).is(0, &["mends 1 refused before"]);
    assert_eq!(desk.run(&["quarantine", "--dismissed", "--format", "json"]).json().as_array().unwrap().len(), 2);
    assert_eq!(desk.ask("SELECT name FROM enterprises"), ["甲公司"]);
}

/// A workbook with some cells changed, as somebody would in a spreadsheet program.
fn rewrite(path: &Path, changes: &[(&str, &str)]) {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut new = rust_xlsxwriter::Workbook::new();
    for (name, range) in book.worksheets() {
        let sheet = new.add_worksheet();
        sheet.set_name(&name).unwrap();
        for (row, column, cell) in range.used_cells() {
            let (row, column) = (row as u32, column as u16);
            match cell {
                Data::Float(number) => sheet.write_number(row, column, *number).unwrap(),
                Data::Int(number) => sheet.write_number(row, column, *number as f64).unwrap(),
                other => {
                    let text = other.to_string();
                    let changed = changes.iter().find(|(from, _)| *from == text).map_or(text.as_str(), |(_, to)| to);
                    sheet.write_string(row, column, changed).unwrap()
                }
            };
        }
    }
    new.save(path).unwrap();
}
