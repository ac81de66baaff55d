//! When each case was submitted, over random histories: several batches of cases and events, whole, as deltas and snapshots,
//! late or in time, told twice, otherwise or not at all. What a computation reads (`submitted_apart` says which are read as
//! they lie) equals what the versions in the warehouse say when every case is looked at.
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use assert_cmd::Command;
use chrono::NaiveDateTime;
use duckdb::Connection;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Instants asked for: within the days of the records, and after all.
const ASKED: [&str; 3] = ["2026-10-03", "2026-10-05T10:00:00", "2026-12-31"];

/// A submission: when, whether only its day is told.
type Submission = (NaiveDateTime, bool);

fn guanjia(workspace: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    let ended = command.arg("-q").arg("--workspace").arg(workspace).args(args).output().unwrap();
    let text = String::from_utf8(ended.stdout).unwrap() + &String::from_utf8(ended.stderr).unwrap();
    (ended.status.code().unwrap_or(-1), text)
}

/// A time of a few days, now and then only its day, so that orders and ties of all kinds come up.
fn time(rng: &mut ChaCha8Rng) -> String {
    let day = rng.random_range(1..7);
    match rng.random_range(0..4) {
        0 => format!("2026-10-{day:02}"),
        hour => format!("2026-10-{day:02} {:02}:00:00", 7 + hour),
    }
}

/// A batch of cases and events: nearly half of the cases told plainly, the others in every other way.
fn batch(rng: &mut ChaCha8Rng, folder: &Path) {
    let mut cases = "case_id,enterprise_id,submitted_at\n".to_owned();
    let mut events = "case_id,seq,event,at\n".to_owned();
    for number in 0..30 {
        let at = time(rng);
        let way = rng.random_range(0..9);
        if way == 8 {
            continue;
        }
        if way != 7 {
            let _ = writeln!(cases, "C{number:02},E1,{at}");
        }
        let told = match way {
            0..=3 | 7 => vec![at],
            4 => vec![time(rng)],
            5 => vec![at, time(rng)],
            _ => Vec::new(),
        };
        for (seq, at) in told.iter().enumerate() {
            let _ = writeln!(events, "C{number:02},{seq},submitted,{at}");
        }
        let _ = writeln!(events, "C{number:02},9,resolved,2026-10-20 12:00:00");
    }
    std::fs::write(folder.join("cases.csv"), cases).unwrap();
    std::fs::write(folder.join("case_events.csv"), events).unwrap();
}

/// Rows of a query of case, time, whole day.
fn stated(conn: &Connection, sql: &str) -> Vec<(String, Submission)> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Every case's submissions, from the versions known with a batch and what had happened by an instant; in order.
fn looked_at(conn: &Connection, known_at: i64, as_of: NaiveDateTime) -> Vec<(String, Submission)> {
    let known = |table: &str, at: &str, also: &str| {
        let sql = format!(
            "SELECT case_id, \"{at}\", {at}_whole_day FROM warehouse.{table}_versions
             WHERE known_from <= {known_at} AND coalesce(known_to > {known_at}, true) AND NOT withdrawn {also}"
        );
        let last_day = (as_of - chrono::TimeDelta::seconds(1)).date();
        let happened = move |at: NaiveDateTime, whole: bool| if whole { at.date() <= last_day } else { at <= as_of };
        stated(conn, &sql).into_iter().filter(move |(_, (at, whole))| happened(*at, *whole))
    };
    let mut told: BTreeMap<String, Vec<Submission>> = BTreeMap::new();
    for (case, submission) in known("case_events", "at", "AND event = 'submitted'") {
        told.entry(case).or_default().push(submission);
    }
    let mut all = Vec::new();
    for (case, own) in known("cases", "submitted_at", "") {
        // A bare date begins its day; of one day a time says more.
        let order = |(at, whole): &Submission| (at.date(), !whole, *at);
        let mut told = told.remove(&case).unwrap_or_default();
        told.sort_by_key(order);
        let first = match told.first().copied() {
            None => own,
            Some(event) if own.0.date() != event.0.date() => {
                if own.0 < event.0 {
                    own
                } else {
                    event
                }
            }
            Some(event) if event.1 => own,
            Some(event) if own.1 => event,
            Some(event) => {
                if own.0 < event.0 {
                    own
                } else {
                    event
                }
            }
        };
        all.push((case.clone(), first));
        all.extend(told.into_iter().skip(1).map(|event| (case.clone(), event)));
    }
    all.sort();
    all
}

/// The same as a computation reads it: its own script, run up to the facts.
fn computed(workspace: &Path, known_at: i64, as_of: &str) -> (Connection, Vec<(String, Submission)>) {
    let batch = known_at.to_string();
    let (code, script) = guanjia(
        workspace,
        &["sql", "--period", "2026-10", "--as-of", as_of, "--known-at", &batch, "--measure", "case_settled"],
    );
    assert_eq!(code, 0, "{script}");
    let facts = script.split("-- queries/facts/diary.sql").next().unwrap();
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(facts).unwrap();
    let mut read = stated(&conn, "SELECT case_id, e.at, whole_day FROM case_events e WHERE event = 'submitted'");
    read.sort();
    (conn, read)
}

#[test]
fn submissions_read_where_they_lie_equal_those_looked_at() {
    let mut plain = 0;
    for seed in 0..4 {
        let mut rng = ChaCha8Rng::seed_from_u64(20_261_121 + seed);
        let dir = tempfile::tempdir().unwrap();
        let workspace = dir.path().join("w");
        std::fs::create_dir_all(&workspace).unwrap();
        std::fs::write(workspace.join("guanjia.toml"), "regime = \"dalian-hitech\"\n").unwrap();
        for _ in 0..5 {
            let folder = dir.path().join("in");
            std::fs::create_dir_all(&folder).unwrap();
            batch(&mut rng, &folder);
            let day = format!("2026-11-{:02}", rng.random_range(1..20));
            let mut args = vec!["ingest", folder.to_str().unwrap(), "--exported-on", &day];
            args.extend(
                ["--snapshot", "--delta", "", "", ""].get(rng.random_range(0..5)).filter(|mode| !mode.is_empty()),
            );
            let (code, said) = guanjia(&workspace, &args);
            assert!(code <= 1, "{args:?}: {said}");
        }
        for known_at in 1..=5 {
            for as_of in ASKED {
                let (conn, read) = computed(&workspace, known_at, as_of);
                let instant: NaiveDateTime = conn.query_row("SELECT as_of FROM params", [], |row| row.get(0)).unwrap();
                assert_eq!(read, looked_at(&conn, known_at, instant), "seed {seed}, batch {known_at}, as of {as_of}");
                let lie = "SELECT COUNT(*) FROM warehouse.cases c ANTI JOIN warehouse.submitted_apart d ON d.case_id = c.case_id";
                plain += conn.query_row(lie, [], |row| row.get::<_, i64>(0)).unwrap();
            }
        }
    }
    assert!(plain > 100, "some cases are read as they lie: {plain}");
}
