//! Who waits is told for whom.
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use guanjia::warehouse::{Warehouse, WarehouseError, open_reader};

/// Not a test of its own: another program that has the file open.
#[test]
fn other_program() {
    let Some(path) = std::env::var_os("GUANJIA_HELD_FILE") else { return };
    let _conn = duckdb::Connection::open(Path::new(&path)).unwrap();
    println!("open");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

#[test]
fn a_file_open_in_another_program_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warehouse.duckdb");
    drop(Warehouse::open_writer(&path, "test").unwrap());
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["locks::other_program", "--exact", "--nocapture"])
        .env("GUANJIA_HELD_FILE", &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("open")));
    let errors =
        [open_reader(&path).map(|_| ()).unwrap_err(), Warehouse::open_writer(&path, "t").map(|_| ()).unwrap_err()];
    other.kill().unwrap();
    other.wait().unwrap();
    for error in errors {
        assert!(matches!(error, WarehouseError::OpenElsewhere { .. }), "{error}");
    }
    open_reader(&path).unwrap();
}

#[test]
fn a_second_writer_in_another_process_is_told() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("guanjia.toml"), "regime = \"any\"\n").unwrap();
    let writer = Warehouse::open_writer(&dir.path().join("warehouse.duckdb"), "guanjia ingest inbox").unwrap();
    let guanjia = |args: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia"));
        let output = command.arg("--workspace").arg(dir.path()).args(args).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, error) = guanjia(&["quarantine"]);
    assert_ne!(code, Some(0));
    assert!(error.contains("guanjia ingest inbox") && error.contains(&std::process::id().to_string()), "{error}");
    drop(writer);
    assert_eq!(guanjia(&["quarantine"]).0, Some(0));
}

#[test]
fn of_two_ingests_at_once_one_waits_its_turn_or_is_told() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("guanjia.toml"), "regime = \"any\"\n").unwrap();
    let path = dir.path().join("warehouse.duckdb");
    drop(Warehouse::open_writer(&path, "test").unwrap());
    for name in ["a", "b"] {
        let rows: String = (0..20_000).map(|n| format!("{name}{n:05},某\n")).collect();
        std::fs::write(dir.path().join(format!("{name}.csv")), format!("人员编号,姓名\n{rows}")).unwrap();
    }
    let (mut taken, mut told) = (0, 0);
    for _ in 0..5 {
        let start = |name: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
            command.arg("--workspace").arg(dir.path()).arg("ingest").arg(dir.path().join(name));
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        for child in [start("a.csv"), start("b.csv")] {
            let id = child.id().to_string();
            let output = child.wait_with_output().unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            match output.status.code() {
                Some(0) => taken += 1,
                Some(2) => {
                    assert!(error.contains("is being written by") && !error.contains(&id), "{error}");
                    told += 1;
                }
                other => panic!("{other:?}: {error}"),
            }
        }
    }
    assert!(taken >= 5 && taken + told == 10, "{taken} taken, {told} told");
    let conn = open_reader(&path).unwrap();
    let whole: i64 = conn.query_row("SELECT count(*) % 20000 FROM people_versions", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, 0);
}
