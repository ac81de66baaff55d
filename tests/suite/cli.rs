//! Whole runs of the program: what it says and how it ends on input that is wrong, and the shapes of its JSON.
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use serde_json::Value;

const PLACE: &str = "dalian-hitech";

/// How a run ended.
struct Ended {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.out, self.err))
    }

    /// It ended so and said each of these, on standard error or output.
    fn is(&self, status: i32, said: &[&str]) {
        assert_eq!(self.status, Some(status), "{}\n{}", self.out, self.err);
        for words in said {
            assert!(self.out.contains(words) || self.err.contains(words), "“{words}” in\n{}\n{}", self.out, self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

fn guanjia(dir: &Path, args: &[&str]) -> Ended {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia")).current_dir(dir).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A fresh workspace; commands run inside it.
fn workspace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    guanjia(dir.path(), &["init", ".", "--regime", PLACE]).is(0, &["is ready"]);
    dir
}

fn put(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join("inbox").join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Two enterprises, two stewards, five cases: one late, two in time, one open, one refused for its date.
fn small_month() -> tempfile::TempDir {
    let dir = workspace();
    put(dir.path(), "企业.csv", "企业编号,企业名称,类型\nE1,甲公司,企业\nE2,乙公司,企业\n");
    put(dir.path(), "人员.csv", "管家编号,姓名,单位\nP1,赵一,服务中心\nP2,钱二,服务中心\n");
    put(
        dir.path(),
        "包保.csv",
        "企业编号,角色,包保人编号,包保人,开始日期\nE1,项目管家,P1,赵一,2026-01-01\nE2,项目管家,P2,钱二,2026-01-01\n",
    );
    put(
        dir.path(),
        "问题.csv",
        "问题编号,企业编号,提交时间\nA1,E1,2026-09-14 09:00\nA2,E1,2026-10-12 09:00\nA3,E2,2026-09-14 10:00\n\
         A4,E2,2026-10-29 10:00\nA5,E2,10月3日\n",
    );
    put(
        dir.path(),
        "流转.csv",
        "问题编号,环节,办理时间\nA1,办结,2026-10-20 16:00\nA2,办结,2026-10-15 16:00\nA3,办结,2026-10-10 16:00\n",
    );
    dir
}

#[test]
fn arguments_hold_together() {
    guanjia::cli::Cli::command().debug_assert();
}

#[test]
fn every_verb_helps() {
    let dir = tempfile::tempdir().unwrap();
    for verb in guanjia::cli::Cli::command().get_subcommands() {
        guanjia(dir.path(), &[verb.get_name(), "--help"]).is(0, &["Usage: guanjia", "--workspace"]);
    }
    guanjia(dir.path(), &["completions", "bash"]).is(0, &["_guanjia()"]);
}

#[test]
fn no_workspace() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&["measures", "--period", "2026-10"][..], &["ingest", "."], &["run", "--period", "2026-10"]] {
        guanjia(dir.path(), args).is(2, &["no guanjia.toml in", "guanjia init DIR --regime ID"]);
    }
}

#[test]
fn settings_that_cannot_be_read_are_told_once() {
    let dir = workspace();
    fs::write(dir.path().join("guanjia.toml"), "regim = \"x\"\n").unwrap();
    let ended = guanjia(dir.path(), &["measures", "--period", "2026-10"]);
    ended.is(2, &["guanjia.toml", "line 1", "unknown field `regim`, expected one of `regime`"]);
    assert_eq!(ended.err.matches("unknown field").count(), 1, "{}", ended.err);
}

#[test]
fn unknown_regime() {
    let dir = workspace();
    fs::write(dir.path().join("guanjia.toml"), "regime = \"atlantis\"\n").unwrap();
    guanjia(dir.path(), &["measures", "--period", "2026-10"])
        .is(2, &["no regime is called “atlantis”", PLACE, "regimes/atlantis.toml"]);
}

#[test]
fn empty_folder() {
    let dir = workspace();
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &["inbox", "the folder is empty: put exports into it"]);
    let fresh = workspace();
    guanjia(fresh.path(), &["run", "--period", "2026-10"])
        .is(2, &["nothing has come in yet: put exports into", "inbox"]);
}

#[test]
fn path_and_kind_that_do_not_exist() {
    let dir = workspace();
    guanjia(dir.path(), &["ingest", "elsewhere"]).is(2, &["elsewhere does not exist"]);
    guanjia(dir.path(), &["ingest", "inbox", "--as", "letters"]).is(2, &["no kind “letters”", "enterprises, people"]);
}

#[test]
fn unreadable_files_each_say_why_and_the_rest_comes_in() {
    let dir = workspace();
    put(dir.path(), "人员.csv", "管家编号,姓名\nP1,赵一\n");
    put(dir.path(), "零字节.csv", "");
    put(dir.path(), "网页.xls", "<html><table><tr><td>管家编号</td></tr></table></html>");
    put(dir.path(), "别的.csv", "天气,温度\n晴,20\n");
    fs::write(dir.path().join("inbox/半截.xlsx"), b"PK\x03\x04 and nothing more").unwrap();
    fs::copy("tests/data/password.xlsx", dir.path().join("inbox/加密.xlsx")).unwrap();
    let listed = guanjia(dir.path(), &["ingest", "inbox", "--format", "json"]);
    assert_eq!(listed.status, Some(1), "{}", listed.err);
    let report = listed.json();
    let note = |name: &str| {
        let files = report["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["path"].as_str().unwrap().ends_with(name)).unwrap();
        assert_eq!(file["kind"], Value::Null, "{file}");
        assert_eq!(file["rows"], 0, "{file}");
        file["note"].as_str().unwrap().to_owned()
    };
    for (name, why) in [
        ("零字节.csv", "is empty: it has no rows at all"),
        ("网页.xls", "is a web page or XML under another name"),
        ("加密.xlsx", "is protected by a password; open it in Excel, take the password off"),
        ("半截.xlsx", "is no workbook that can be read"),
    ] {
        assert!(note(name).contains(why), "{name}: {}", note(name));
    }
    assert!(!note("别的.csv").is_empty());
    let people = report["files"].as_array().unwrap().iter().find(|file| file["kind"] == "people").unwrap();
    assert_eq!(people["accepted"], 1);
    // `run` says them too: nothing is passed over in silence.
    let run = guanjia(dir.path(), &["run", "--period", "2026-10"]);
    run.is(2, &["not taken: ", "加密.xlsx: is protected by a password", "nothing is known of 2026-10"]);
}

#[cfg(unix)]
#[test]
fn file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let dir = workspace();
    let path = put(dir.path(), "人员.csv", "管家编号,姓名\nP1,赵一\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        // Root reads everything; a link to itself is what even root cannot read.
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&path, &path).unwrap();
    }
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &["人员.csv", "cannot be read"]);
}

#[test]
fn zip_bomb_is_not_inflated() {
    use std::io::Write;
    let dir = workspace();
    let bomb = fs::File::create(dir.path().join("inbox/大.xlsx")).unwrap();
    let mut zip = zip::ZipWriter::new(bomb);
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default().compression_level(Some(1)))
        .unwrap();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..1025 {
        zip.write_all(&piece).unwrap();
    }
    zip.finish().unwrap();
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &["大.xlsx", "unpacks to more than 1024 MiB and is not opened"]);
}

#[test]
fn export_without_rows_is_taken_and_said() {
    let dir = workspace();
    put(dir.path(), "投诉.csv", "投诉编号,投诉时间\n");
    let ended = guanjia(dir.path(), &["ingest", "inbox"]);
    ended.is(0, &["投诉.csv", "complaints", "has headers but no rows below them"]);
}

#[test]
fn warehouse_that_is_missing_foreign_or_newer() {
    let dir = workspace();
    let measures = ["measures", "--period", "2026-10"];
    guanjia(dir.path(), &measures).is(2, &["no warehouse at", "guanjia ingest PATH"]);
    let path = dir.path().join("warehouse.duckdb");
    fs::write(&path, "text, no database").unwrap();
    guanjia(dir.path(), &measures).is(2, &["warehouse.duckdb is no warehouse of guanjia", "move it away"]);
    fs::remove_file(&path).unwrap();
    put(dir.path(), "人员.csv", "管家编号,姓名\nP1,赵一\n");
    guanjia(dir.path(), &["ingest", "inbox"]).is(0, &[]);
    let conn = duckdb::Connection::open(&path).unwrap();
    conn.execute_batch("INSERT INTO schema_version VALUES (9999, '9999_later', 'x', '9.9.9')").unwrap();
    drop(conn);
    for args in [&measures[..], &["ingest", "inbox"], &["quarantine"]] {
        guanjia(dir.path(), args)
            .is(2, &["written by a newer guanjia (schema 9999, program 9.9.9", "install that version or a later one"]);
    }
}

#[test]
fn arguments_that_name_nothing() {
    let dir = small_month();
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &["quarantined"]);
    let of = |period: &str, more: &[&str]| guanjia(dir.path(), &[&["measures", "--period", period], more].concat());
    for period in ["2026-13", "October", "2026-W54", "202610"] {
        of(period, &[]).is(2, &["is not a period: write 2026, 2026-Q1, 2026-02 or 2026-W07"]);
    }
    of("2026-10", &["--measure", "praise"]).is(2, &["“praise” is no measure", "case_settled"]);
    of("2026-10", &["--as-of", "yesterday"]).is(2, &["“yesterday” is no day or time", "--as-of 2026-10-31"]);
    of("2026-10", &["--format", "parquet"]).is(2, &["name a file with --out FILE"]);
    of("2026-10", &["--out", "no/such/folder.csv"]).is(2, &["cannot write no/such/folder.csv"]);
    guanjia(dir.path(), &["explain", "--measure", "praise", "--period", "2026-10"]).is(2, &["“praise” is no measure"]);
    guanjia(dir.path(), &["explain", "--measure", "case_settled", "--period", "2026-10", "--person", "P9"])
        .is(0, &["hint: no row is chosen", "--by person"]);
    let xlsx = ["quarantine", "--xlsx", "no/such/folder.xlsx"];
    guanjia(dir.path(), &xlsx).is(2, &["cannot write no/such/folder.xlsx"]);
}

#[test]
fn month_without_data() {
    let dir = small_month();
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &[]);
    for args in [&["bulletin", "draft"][..], &["dashboard"], &["run"]] {
        for (period, why) in [("2024-05", "no record falls into it"), ("2026-12", "the last record is of 2026-10-29")] {
            guanjia(dir.path(), &[args, &["--period", period]].concat())
                .is(2, &[&format!("nothing is known of {period}: {why}"), "ask for another --period"]);
        }
        assert!(!dir.path().join("out").exists());
    }
    guanjia(dir.path(), &["measures", "--period", "2026-12"]).is(0, &["lies after the last record (2026-10-29)"]);
}

#[test]
fn sums_of_an_ingest_as_json() {
    let dir = small_month();
    let first = guanjia(dir.path(), &["ingest", "inbox", "--format", "json"]);
    assert_eq!(first.status, Some(1), "{}", first.err);
    let report = first.json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        order(&first.out, &["batch", "started_at", "files", "reasons"]),
        ["batch", "started_at", "files", "reasons"]
    );
    assert_eq!(report["batch"], 1);
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.len(), 5);
    for file in files {
        for key in ["path", "sheet", "kind", "rows", "accepted", "unchanged", "quarantined", "skipped", "skipped_why"] {
            assert!(file.get(key).is_some(), "{key} in {file}");
        }
        let n = |key: &str| file[key].as_u64().unwrap();
        assert_eq!(n("rows"), n("accepted") + n("unchanged") + n("quarantined") + n("skipped"), "{file}");
        assert_eq!(keys(&file["skipped_why"]), ["blank", "repeated_header", "section", "title", "total"]);
    }
    let wanted = serde_json::json!([{"kind": "cases", "column": "submitted_at", "rule": "no_year", "count": 1}]);
    assert_eq!(report["reasons"], wanted);

    let again = guanjia(dir.path(), &["ingest", "inbox", "--format", "json"]).json();
    assert_eq!(again["batch"], Value::Null);
    for file in again["files"].as_array().unwrap() {
        assert_eq!(file["accepted"], 0, "{file}");
        assert!(file["note"].as_str().unwrap().contains("known since batch 1"), "{file}");
    }
    // The refused row still waits in quarantine, and the status still says so.
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &["nothing new: no batch was written"]);
}

/// The keys in the order in which they stand in a JSON text.
fn order<'k>(json: &str, keys: &[&'k str]) -> Vec<&'k str> {
    let mut found: Vec<(usize, &str)> =
        keys.iter().map(|key| (json.find(&format!("\"{key}\":")).unwrap_or(usize::MAX), *key)).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, key)| key).collect()
}

#[test]
fn figures_as_json_agree_with_what_explains_them() {
    const KEYS: [&str; 21] = [
        "measure",
        "kind",
        "by",
        "subject_id",
        "subject_name",
        "period",
        "as_of",
        "n",
        "met",
        "breached",
        "pending",
        "unmeasurable",
        "extended",
        "rate",
        "ci_low",
        "ci_high",
        "mean",
        "median",
        "p90",
        "max",
        "denominator",
    ];
    let dir = small_month();
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &[]);
    let measures = |by: &str| {
        let args = ["measures", "--period", "2026-10", "--measure", "case_settled", "--format", "json", "--by", by];
        let ended = guanjia(dir.path(), &args);
        ended.is(0, &[]);
        assert_eq!(order(&ended.out, &KEYS), KEYS);
        ended.json()
    };
    let district = measures("district");
    // Fifteen working days from 14 September end on Saturday 10 October, worked in exchange: A3 is in time on it, A1
    // late on the 20th; A2 is in time, A4 open and not yet due.
    let met = |figure: &Value| ["n", "met", "breached", "pending"].map(|key| figure[key].as_i64().unwrap());
    assert_eq!(district.as_array().unwrap().iter().map(met).collect::<Vec<_>>(), [[3, 2, 1, 1]]);
    assert_eq!(district[0].as_object().unwrap().len(), KEYS.len());
    let people = measures("person");
    assert_eq!(people.as_array().unwrap().len(), 2);
    for figure in people.as_array().unwrap() {
        let person = figure["subject_id"].as_str().unwrap();
        let explain = ["explain", "--period", "2026-10", "--measure", "case_settled", "--format", "json"];
        let ended = guanjia(dir.path(), &[&explain[..], &["--person", person]].concat());
        ended.is(0, &[]);
        let explained = ended.json();
        for key in ["n", "met", "breached", "pending", "rate", "mean", "max"] {
            assert_eq!(explained["figure"][key], figure[key], "{key} of {person}");
        }
        let rows = explained["rows"].as_array().unwrap();
        let with = |outcome: &str| rows.iter().filter(|row| row["outcome"] == outcome).count() as i64;
        assert_eq!([with("met") + with("breached"), with("met"), with("breached"), with("pending")], met(figure));
        assert!(rows.iter().all(|row| row["person_id"] == person));
        assert_eq!(explained["measure"]["provision"], "附件2");
        assert!(explained["measure"]["rule"].as_str().unwrap().contains("15个工作日"));
    }
}

#[test]
fn output_without_colour_and_quiet() {
    let dir = small_month();
    let run = |args: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia"));
        let output = command.current_dir(dir.path()).env("NO_COLOR", "1").args(args).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (out, err) = run(&["-vv", "ingest", "inbox"]);
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'), "{out}\n{err}");
    let (out, err) = run(&["-q", "measures", "--period", "2026-10"]);
    assert!(out.contains("case_settled") && err.is_empty(), "{err}");
}

#[cfg(unix)]
#[test]
fn reader_that_has_seen_enough_ends_it_quietly() {
    use std::process::{Command, Stdio};
    let dir = workspace();
    let rows: String = (0..4000).map(|n| format!("C{n},问{n}\n")).collect();
    put(dir.path(), "问题.csv", &format!("问题编号,提交时间\n{rows}"));
    guanjia(dir.path(), &["ingest", "inbox"]).is(1, &[]);
    let runs = [
        &["quarantine"][..],
        &["quarantine", "--format", "json"],
        &["measures", "--period", "2026-10", "--format", "csv"],
        &["measures", "--period", "2026-10"],
    ];
    for args in runs {
        let mut child = Command::new(env!("CARGO_BIN_EXE_guanjia"))
            .current_dir(dir.path())
            .arg("-q")
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
        assert_eq!(ended.status.code(), Some(0));
    }
}

/// Settings that cannot be are the user's to mend, not our fault.
#[test]
fn settings_that_cannot_be_are_misuse() {
    let dir = workspace();
    put(dir.path(), "a.csv", "人员编号,姓名\nP1,甲\n");
    let settings = dir.path().join("guanjia.toml");
    let before = fs::read_to_string(&settings).unwrap();
    for (added, said) in [
        ("[headers.case]\ncase_id = [\"流水号\"]\n", "[headers.case]: there is no such table"),
        ("[words.case_class]\nhard = [\"难\"]\n", "“hard” is no word of this list"),
    ] {
        fs::write(&settings, format!("{before}\n{added}")).unwrap();
        guanjia(dir.path(), &["ingest", "inbox"]).is(2, &[said, "guanjia.toml"]);
    }
}
