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
        ("levels", &["measures", "--period", "2026-10", "--by", "class", "--measure", "level_stay"]),
        ("explain_notes", &["explain", "--measure", "case_settled", "--person", "P0062", "--period", "2026-10"]),
        ("quarantine", &["quarantine"]),
    ] {
        insta::assert_snapshot!(name, guanjia(&demo, args).replace(&shown, "[demo]"));
    }

    the_script_gives_the_same_figures(&demo);
    classes_stand_on_the_same_figures(&demo);
    the_lists_hold_what_is_due(&demo);

    guanjia(&demo, &["run", "--period", "2026-10"]);
    let mut again = BTreeMap::new();
    files(&demo.join("out"), &mut again);
    assert!(first.keys().eq(again.keys()), "a second run writes the same files");
    for (name, bytes) in &first {
        assert!(*bytes == again[name], "{name} differs in a second run");
    }
}

/// `guanjia sql` printed, run by DuckDB alone: the same figures to the last digit.
fn the_script_gives_the_same_figures(demo: &Path) {
    let asked = ["--period", "2026-10", "--by", "unit"];
    let script = guanjia(demo, &[&["sql"][..], &asked].concat());
    let figures = guanjia(demo, &[&["measures", "--format", "csv"][..], &asked].concat());
    let mut figures = csv::Reader::from_reader(figures.as_bytes());
    let headers = figures.headers().unwrap().clone();
    let keys = ["measure", "subject_id", "n", "met", "rate", "mean", "p90"];
    let columns = keys.map(|key| headers.iter().position(|header| header == key).unwrap());
    let mut wanted: Vec<Vec<String>> =
        figures.records().map(|row| columns.map(|i| row.as_ref().unwrap()[i].to_owned()).to_vec()).collect();

    let shell = duckdb::Connection::open_in_memory().unwrap();
    shell.execute_batch(&script).unwrap();
    let mut statement = shell.prepare("SELECT measure, subject_id, n, met, rate, mean, p90 FROM figure").unwrap();
    let rows = statement.query_map([], |row| {
        let whole = |i| row.get::<_, Option<i64>>(i).map(|n| n.map_or(String::new(), |n| n.to_string()));
        // As the program prints them: the shortest digits that give the number back.
        let real = |i| row.get::<_, Option<f64>>(i).map(|x| x.map_or(String::new(), |x| format!("{x:?}")));
        let subject = row.get::<_, Option<String>>(1)?.unwrap_or_default();
        Ok(vec![row.get(0)?, subject, whole(2)?, whole(3)?, real(4)?, real(5)?, real(6)?])
    });
    let mut found: Vec<Vec<String>> = rows.unwrap().map(Result::unwrap).collect();
    found.sort();
    wanted.sort();
    assert!(wanted.len() > 100 && wanted.len() == found.len(), "{} {}", wanted.len(), found.len());
    for (wanted, found) in wanted.iter().zip(&found) {
        assert_eq!(wanted, found);
    }
}

/// What `guanjia classes` counts in three months is what `guanjia measures` counts in each of them.
fn classes_stand_on_the_same_figures(demo: &Path) {
    let rows = |args: &[&str]| -> Vec<serde_json::Value> {
        serde_json::from_str(&guanjia(demo, &[args, &["--by", "person", "--format", "json"]].concat())).unwrap()
    };
    let mut wanted: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    let mut found = wanted.clone();
    let mut judged = std::collections::BTreeSet::new();
    for line in rows(&["classes", "--period", "2026-10"]) {
        assert_eq!((&line["window_from"], &line["window_to"]), (&"2026-08-01".into(), &"2026-10-31".into()));
        let key = (line["measure"].as_str().unwrap().to_owned(), line["subject_id"].as_str().unwrap().to_owned());
        judged.insert(key.0.clone());
        found.insert(key, (line["n"].as_u64().unwrap(), line["met"].as_u64().unwrap()));
    }
    for month in ["2026-08", "2026-09", "2026-10"] {
        for line in rows(&["measures", "--period", month, "--as-of", "2026-10-31"]) {
            let (Some(subject), Some(n)) = (line["subject_id"].as_str(), line["n"].as_u64()) else { continue };
            if judged.contains(line["measure"].as_str().unwrap()) && n > 0 {
                let sum = wanted.entry((line["measure"].as_str().unwrap().to_owned(), subject.to_owned())).or_default();
                *sum = (sum.0 + n, sum.1 + line["met"].as_u64().unwrap());
            }
        }
    }
    assert!(found.len() > 300, "{}", found.len());
    assert!(found == wanted, "{:?}", found.iter().find(|(key, counts)| wanted.get(*key) != Some(*counts)));
}

/// `check` ends with 1 on the sample's double holders; the files of `warn --out` hold the rows that it prints.
fn the_lists_hold_what_is_due(demo: &Path) {
    let mut check = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    check.arg("--workspace").arg(demo).args(["check", "--period", "2026-10", "--format", "json"]);
    let ended = check.assert().code(1);
    let found: Vec<serde_json::Value> = serde_json::from_slice(&ended.get_output().stdout).unwrap();
    let failed = |check: &&serde_json::Value| check["level"] == "fail" && check["found"] != 0;
    assert_eq!(found.iter().filter(failed).map(|check| &check["check"]).collect::<Vec<_>>(), ["double_holder"]);

    let out = demo.join("lists");
    let shown = out.display().to_string();
    let args = ["warn", "--as-of", "2026-10-31", "--within", "3", "--out", &shown, "--format", "json"];
    let list: serde_json::Value = serde_json::from_str(&guanjia(demo, &args)).unwrap();
    let rows = list["rows"].as_array().unwrap();
    let red = rows.iter().filter(|row| row["urgency"] == "red").count();
    assert!(red > 0 && red < rows.len(), "{red} of {}", rows.len());
    let kept = std::fs::read_to_string(out.join("预警清单-2026-10-31.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&kept).unwrap(), list);
    let page = std::fs::read_to_string(out.join("预警清单-2026-10-31.html")).unwrap();
    // Every case that is red and no backlog stands on the page.
    for row in rows {
        let record = row["record"].as_str().unwrap();
        let days = row["working_days"].as_i64().unwrap_or(0);
        if let Some(case) = record.strip_prefix("cases/").filter(|_| days >= -60) {
            assert!(page.contains(case), "{record} is not on the page");
        }
    }
    for end in ["docx", "xlsx"] {
        let bytes = std::fs::read(out.join(format!("预警清单-2026-10-31.{end}"))).unwrap();
        assert!(bytes.starts_with(b"PK"), "{end}");
    }
}
