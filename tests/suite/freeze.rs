//! Frozen bulletins: the same bytes whenever and wherever, whole on their own, and no touch unseen.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use guanjia::freeze::folder::{self, About};
use guanjia::freeze::verify::{self, Verdict};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/dalian-hitech");

pub fn guanjia(workspace: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    command.arg("-q").arg("--workspace").arg(workspace).args(args).env("NO_COLOR", "1").assert()
}

/// A workspace with the sample exports taken in.
pub fn workspace(dir: &Path) -> PathBuf {
    let home = dir.join("bureau");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::copy(Path::new(SAMPLES).join("guanjia.toml"), home.join("guanjia.toml")).unwrap();
    guanjia(&home, &["ingest", SAMPLES]);
    home
}

/// Every file below a folder, by its path from there.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(below).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(folder, &path, found);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn put(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Verifies a copy in which `touch` did something, with all hashes set anew after it.
fn touched(frozen: &BTreeMap<String, Vec<u8>>, touch: impl FnOnce(&Path)) -> Verdict {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), frozen);
    touch(dir.path());
    let about: About = folder::json(dir.path(), folder::ABOUT).unwrap();
    folder::seal(dir.path(), &about).unwrap();
    assert!(verify::files(dir.path()).unwrap().holds(), "the hashes are in order again");
    verify::verify(dir.path()).unwrap()
}

fn told(verdict: &Verdict, what: &str, part: &str) -> bool {
    verdict.faults.iter().any(|fault| fault.what == what && format!("{} {}", fault.name, fault.message).contains(part))
}

/// Text of the parts of a package, or of the file itself.
pub fn texts(name: &str, bytes: &[u8]) -> String {
    if !(name.ends_with(".docx") || name.ends_with(".xlsx")) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).unwrap();
        if file.name().unwrap().ends_with(".xml") {
            file.read_to_string(&mut all).unwrap();
        }
    }
    all
}

/// The package with one part changed.
pub fn with_part(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == part {
            content = change(String::from_utf8(content).unwrap()).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_frozen_bulletin_holds_on_its_own_and_shows_every_touch() {
    let dir = tempfile::tempdir().unwrap();
    let home = workspace(dir.path());
    let (a, b) = (dir.path().join("a"), dir.path().join("elsewhere/under/b"));
    std::fs::create_dir_all(b.parent().unwrap()).unwrap();
    for out in [&a, &b] {
        guanjia(&home, &["bulletin", "freeze", "--period", "2026-10", "--out", &out.display().to_string()]).success();
    }
    let frozen = files(&a);
    let again = files(&b);
    assert!(frozen.keys().eq(again.keys()));
    for (name, bytes) in &frozen {
        assert!(*bytes == again[name], "{name} differs in a second freeze");
    }
    // What is there already is not written over.
    guanjia(&home, &["bulletin", "freeze", "--period", "2026-10", "--out", &a.display().to_string()]).code(2);

    only_the_folder_is_needed(&frozen, &home);
    every_byte_counts(&frozen);
    touches_that_set_the_hashes_anew(&frozen);
    nothing_private_is_there(&frozen, &home);
}

fn only_the_folder_is_needed(frozen: &BTreeMap<String, Vec<u8>>, home: &Path) {
    let away = tempfile::tempdir().unwrap();
    put(away.path(), frozen);
    let moved = home.with_file_name("gone");
    std::fs::rename(home, &moved).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    let args = ["bulletin", "verify", ".", "--format", "json"];
    let ended = command.args(args).current_dir(away.path()).assert().success();
    std::fs::rename(&moved, home).unwrap();
    let verdict: serde_json::Value = serde_json::from_slice(&ended.get_output().stdout).unwrap();
    assert!(verdict["figures"].as_u64() > Some(4000) && verdict["documents"].as_u64() == Some(7), "{verdict}");
    assert_eq!(verdict["notes"], serde_json::json!([]));
    // As an outsider checks it, without the program.
    let mut sums = std::process::Command::new("sha256sum");
    sums.args(["-c", "--quiet", "SHA256SUMS"]).current_dir(away.path());
    assert!(sums.status().unwrap().success());
    assert_eq!(folder::sha256(&frozen["SHA256SUMS"]), verdict["root"].as_str().unwrap());
    // Another root than the one announced.
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    command
        .args(["bulletin", "verify", "."])
        .args(["--root", &"0".repeat(64)])
        .current_dir(away.path())
        .assert()
        .code(1);
}

fn every_byte_counts(frozen: &BTreeMap<String, Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), frozen);
    assert!(verify::files(dir.path()).unwrap().holds());
    for (name, bytes) in frozen {
        let path = dir.path().join(name);
        let mut changed = bytes.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        match verify::files(dir.path()) {
            Ok(verdict) => assert!(!verdict.holds(), "{name}: one byte was changed"),
            Err(error) => assert_eq!(name, "manifest.json", "{error}"),
        }
        std::fs::remove_file(&path).unwrap();
        let missing = verify::files(dir.path());
        assert!(missing.map_or(name == "manifest.json", |verdict| told(&verdict, "file", name)), "{name} is missing");
        std::fs::write(&path, bytes).unwrap();
    }
    std::fs::write(dir.path().join("documents/more.txt"), "x").unwrap();
    assert!(told(&verify::files(dir.path()).unwrap(), "file", "documents/more.txt was put in"));
}

fn touches_that_set_the_hashes_anew(frozen: &BTreeMap<String, Vec<u8>>) {
    // One row of evidence: one late case made punctual.
    let verdict = touched(frozen, |dir| {
        let file = dir.join("evidence/rows-period.parquet").display().to_string();
        let shell = duckdb::Connection::open_in_memory().unwrap();
        shell
            .execute_batch(&format!(
                "SET threads = 1; CREATE TABLE e AS SELECT *, row_number() OVER () AS no FROM read_parquet('{file}');
                 UPDATE e SET outcome = 'met' WHERE no = (SELECT MIN(no) FROM e
                    WHERE measure = 'case_settled' AND outcome = 'breached' AND unit IS NOT NULL);
                 COPY (SELECT * EXCLUDE (no) FROM e ORDER BY no) TO '{file}' (FORMAT parquet)"
            ))
            .unwrap();
    });
    assert!(told(&verdict, "figure", "period case_settled met: says"), "{:#?}", verdict.faults);
    assert!(told(&verdict, "figure", "period case_settled unit="));

    // One figure, in the list and then also in the brief.
    let raise = |dir: &Path, name: &str, also: Option<&str>| {
        for file in [Some(name), also].into_iter().flatten() {
            let path = dir.join(file);
            let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let figure = if file == "figures.json" { &mut json[0] } else { &mut json["district"][0]["now"] };
            figure["met"] = (figure["met"].as_i64().unwrap() + 1).into();
            std::fs::write(&path, serde_json::to_string_pretty(&json).unwrap()).unwrap();
        }
    };
    let verdict = touched(frozen, |dir| raise(dir, "figures.json", None));
    assert!(told(&verdict, "figure", "figures.json says"));
    let verdict = touched(frozen, |dir| raise(dir, "figures.json", Some("brief.json")));
    assert!(told(&verdict, "figure", "met: says") && told(&verdict, "document", "says"), "{:#?}", verdict.faults);

    // What a steward's enterprises answered, added up.
    let verdict = touched(frozen, |dir| {
        let path = dir.join("evidence/ratings.json");
        let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        json["parts"][0]["total"] = (json["parts"][0]["total"].as_f64().unwrap() + 1.0).into();
        std::fs::write(&path, serde_json::to_string_pretty(&json).unwrap()).unwrap();
    });
    assert!(told(&verdict, "figure", "mean: says"), "{:#?}", verdict.faults);

    // A number in the documents alone.
    let name = "documents/internal/通报-2026年10月.docx";
    let verdict = touched(frozen, |dir| {
        let bytes = with_part(&frozen[name], "word/document.xml", |xml| xml.replacen("家", "家零", 1));
        std::fs::write(dir.join(name), bytes).unwrap();
    });
    assert!(told(&verdict, "document", "paragraph") && told(&verdict, "document", "家零"), "{:#?}", verdict.faults);
    assert_eq!(verdict.faults.len(), 1);
    let name = "documents/public/通报-2026年10月-公开.xlsx";
    let verdict = touched(frozen, |dir| {
        let change = |xml: String| {
            let at = xml.find("<v>0.").expect("a rate") + 3;
            format!("{}1{}", &xml[..at], &xml[at + 1..])
        };
        std::fs::write(dir.join(name), with_part(&frozen[name], "xl/worksheets/sheet1.xml", change)).unwrap();
    });
    assert!(told(&verdict, "document", "总览!"), "{:#?}", verdict.faults);
    let name = "documents/public/通报-2026年10月-公开.html";
    let verdict = touched(frozen, |dir| {
        let text =
            String::from_utf8(frozen[name].clone()).unwrap().replacen("工作情况的通报</h1>", "情况的通报</h1>", 1);
        std::fs::write(dir.join(name), text).unwrap();
    });
    assert!(told(&verdict, "document", "line"), "{:#?}", verdict.faults);
}

/// Names and ids of the warehouse, by what they are.
fn known(home: &Path, sql: &str) -> Vec<String> {
    let shell = duckdb::Connection::open_in_memory().unwrap();
    let file = home.join("warehouse.duckdb").display().to_string();
    shell.execute_batch(&format!("ATTACH '{file}' AS warehouse (READ_ONLY); USE warehouse")).unwrap();
    let mut statement = shell.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<duckdb::Result<_>>().unwrap()
}

fn nothing_private_is_there(frozen: &BTreeMap<String, Vec<u8>>, home: &Path) {
    let sql = |column: &str, table: &str| {
        known(home, &format!("SELECT DISTINCT {column} FROM {table} WHERE length({column}) > 2"))
    };
    let (enterprises, mut names) = (sql("enterprise_id", "enterprises"), sql("name", "enterprises"));
    let (people, officials) = (sql("person_id", "people"), sql("name", "people"));
    let (cases, comments) = (sql("case_id", "cases"), sql("comment", "evaluations"));
    let answers = sql("evaluation_id", "evaluations");
    let phones = sql("phone", "people");
    // A word of the rules may be part of a short name.
    names.retain(|name| name.chars().count() > 4);
    assert!(phones.len() > 50 && comments.len() > 3 && names.len() > 500);
    for (name, bytes) in frozen {
        let mut text = texts(name, bytes);
        if name.ends_with(".parquet") {
            let dir = tempfile::tempdir().unwrap();
            let (from, to) = (dir.path().join("a.parquet"), dir.path().join("a.csv"));
            std::fs::write(&from, bytes).unwrap();
            let shell = duckdb::Connection::open_in_memory().unwrap();
            let copy = format!("COPY (FROM read_parquet('{}')) TO '{}'", from.display(), to.display());
            shell.execute_batch(&copy).unwrap();
            text = std::fs::read_to_string(&to).unwrap();
        }
        let holds = |words: &[String]| words.iter().find(|word| text.contains(word.as_str())).cloned();
        let tokens: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
        let has = |ids: &[String]| ids.iter().find(|id| tokens.contains(id.as_str())).cloned();
        assert_eq!(has(&phones), None, "{name} has a telephone number");
        assert_eq!(holds(&comments), None, "{name} has a comment");
        assert_eq!(has(&answers), None, "{name} has a single answer");
        if !name.starts_with("queries") && !name.starts_with("templates") {
            assert_eq!(holds(&names), None, "{name} names an enterprise");
        }
        if name.starts_with("documents/public") {
            for (what, words) in [("enterprise", &enterprises), ("person", &people), ("case", &cases)] {
                assert_eq!(has(words), None, "{name} has the id of a {what}");
            }
            assert_eq!(holds(&officials), None, "{name} names an official");
        }
    }
}

/// From an issued bulletin to its correction: nothing of the earlier one moves, and what moved is said.
#[test]
fn an_issued_bulletin_is_corrected_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    let home = workspace(dir.path());
    let at = |name: &str| dir.path().join(name).display().to_string();
    let (old, new, signed) = (at("old"), at("new"), at("signed.docx"));
    guanjia(&home, &["bulletin", "freeze", "--period", "2026-10", "--out", &old]).success();
    let ours = std::fs::read(format!("{old}/documents/internal/通报-2026年10月.docx")).unwrap();
    std::fs::write(&signed, with_part(&ours, "word/document.xml", |xml| xml.replace("11月　日", "11月3日"))).unwrap();
    let issue = |folder: &str, number: &str| {
        let said = ["--signed", &signed, "--number", number, "--on", "2026-11-03", "--by", "张主任"];
        guanjia(&home, &[&["--format", "json", "bulletin", "issue", folder][..], &said[..]].concat())
    };
    issue(&old, "八号").code(2);
    // October cannot have been told of in October.
    let early = ["--signed", &signed, "--number", "〔2026〕8号", "--on", "2026-10-30", "--by", "张主任"];
    let refused = guanjia(&home, &[&["bulletin", "issue", &old][..], &early[..]].concat()).code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("cannot have been issued on 2026-10-30"));
    let ended = issue(&old, "〔2026〕8号").success();
    let record: serde_json::Value = serde_json::from_slice(&ended.get_output().stdout).unwrap();
    assert_eq!(record["differences"].as_array().unwrap().len(), 2, "{record}");
    assert!(record["differences"][0]["theirs"].as_str().unwrap().contains("11月3日"));
    assert_eq!(record["issued"]["recipients"].as_array().unwrap().len(), 3);
    issue(&old, "〔2026〕9号").code(2);
    let issued = files(Path::new(&old));

    // A case reported late, and two answers more.
    let late = dir.path().join("late.csv");
    let open = known(
        &home,
        "SELECT MIN(c.case_id) FROM cases c WHERE c.submitted_at BETWEEN '2026-09-28' AND '2026-10-12' AND NOT EXISTS (
            FROM case_events e WHERE e.case_id = c.case_id AND e.event IN ('resolved', 'returned', 'withdrawn'))",
    );
    let line = format!("问题编号,环节,办理时间,经办单位,说明\n{},办结,2026-10-14 16:30:00,,补报\n", open[0]);
    std::fs::write(&late, line).unwrap();
    guanjia(&home, &["ingest", "--delta", &late.display().to_string()]).success();
    let answers = dir.path().join("answers.csv");
    let line = "评价编号,企业编号,评价渠道,评价时间,评价等级,服务态度,服务质量,办事效率\n\
        PJ20261030-90001,E00695,平台,2026-10-30 08:24:57,不满意,2,2,2\n\
        PJ20261030-90002,E00802,平台,2026-10-30 09:07:24,非常满意,5,5,5\n";
    std::fs::write(&answers, line).unwrap();
    guanjia(&home, &["ingest", &answers.display().to_string()]).success();
    let said = ["--reason", "补报", "--kind", "revision", "--by", "张主任", "--out", &new];
    guanjia(&home, &[&["bulletin", "restate", "--of", "〔2026〕8号"][..], &said[..]].concat()).success();
    assert!(issued == files(Path::new(&old)), "nothing of the earlier folder was touched");
    assert!(verify::verify(Path::new(&old)).unwrap().holds());
    let verdict = verify::verify(Path::new(&new)).unwrap();
    assert!(verdict.holds() && verdict.documents == 13, "{:#?}", verdict.faults);

    let correction: serde_json::Value = folder::json(Path::new(&new), "correction.json").unwrap();
    let moved = |measure: &str| {
        let mut all = correction["moved"].as_array().unwrap().iter();
        all.find(|m| m["measure"] == measure && m["by"] == "district" && m["of"] == "period").cloned()
    };
    let settled = moved("case_settled").expect("the late case moved it");
    assert_ne!(settled["said"]["met"], settled["holds"]["met"]);
    // Two answers: what they said would follow from both statements.
    let rated = moved("satisfaction_platform").expect("it changed");
    assert!(rated["said"]["rate"].is_f64() && rated["holds"].is_null(), "{rated}");
    let text = texts("x.docx", &files(Path::new(&new))["documents/public/更正通报-2026年10月-公开.docx"]);
    for said in ["〔2026〕8号", "补报", "修订", "原数量"] {
        assert!(text.contains(said), "{said}");
    }

    let state = |no: usize| -> serde_json::Value {
        let ended = guanjia(&home, &["--format", "json", "bulletin", "list"]).success();
        let list: serde_json::Value = serde_json::from_slice(&ended.get_output().stdout).unwrap();
        list[no].clone()
    };
    assert_eq!(state(0)["state"], "being_corrected");
    issue(&new, "〔2026〕9号").success();
    assert_eq!(
        (state(0)["state"].as_str(), state(0)["superseded_by"].as_str()),
        (Some("superseded"), Some("〔2026〕9号"))
    );
    assert_eq!(state(1)["state"], "issued");
    // What was touched is neither issued nor corrected.
    std::fs::write(format!("{new}/issued/signed.docx"), "x").unwrap();
    guanjia(&home, &["bulletin", "verify", &new]).code(1);
}
