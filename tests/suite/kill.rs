//! A writer is killed at random moments: what it left is whole batches or nothing, and opens at once.
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use guanjia::warehouse::batch_types::{Refused, Source};
use guanjia::warehouse::received::Skipped;
use guanjia::warehouse::{Warehouse, open_reader};
use rand::{Rng, SeedableRng};

/// Kills of each of the two tests: two hundred in all.
const KILLS: usize = 100;
/// People and events of each batch of the child.
const ROWS: i64 = 5_000;

/// Not a test of its own: the process to be killed, when the parent names a folder.
#[test]
fn child() {
    let Some(dir) = std::env::var_os("GUANJIA_KILL_DIR") else { return };
    let mut warehouse = Warehouse::open_writer(&Path::new(&dir).join("warehouse.duckdb"), "to be killed").unwrap();
    loop {
        write_batch(&mut warehouse);
    }
}

/// Every person and every case anew, so that each batch also closes what the one before brought.
fn write_batch(warehouse: &mut Warehouse) {
    let day = "2026-10-31".parse().unwrap();
    let mut batch = warehouse.begin(day, chrono::NaiveDateTime::default()).unwrap();
    let unit = format!("第{}批", batch.id());
    let numbers = || 0..ROWS;
    let nothing = || Arc::new(StringArray::from(vec![None::<&str>; ROWS as usize])) as ArrayRef;
    let no_day = || Arc::new(Date32Array::from(vec![None; ROWS as usize])) as ArrayRef;
    let row_no = || Arc::new(Int64Array::from_iter_values(numbers())) as ArrayRef;
    let units = || Arc::new(StringArray::from(vec![unit.as_str(); ROWS as usize])) as ArrayRef;
    let people = RecordBatch::try_from_iter([
        ("row_no", row_no()),
        ("person_id", Arc::new(StringArray::from_iter_values(numbers().map(|n| format!("P{n:05}")))) as ArrayRef),
        ("name", Arc::new(StringArray::from_iter_values(numbers().map(|n| format!("某{n}"))))),
        ("unit", units()),
        ("rank", nothing()),
        ("phone", nothing()),
        ("active_from", no_day()),
        ("active_to", no_day()),
    ]);
    let events = RecordBatch::try_from_iter([
        ("row_no", row_no()),
        ("case_id", Arc::new(StringArray::from_iter_values(numbers().map(|n| format!("A{:05}", n / 3)))) as ArrayRef),
        ("seq", Arc::new(Int64Array::from(vec![None; ROWS as usize]))),
        ("event", Arc::new(StringArray::from_iter_values(numbers().map(|_| "meeting")))),
        ("at", Arc::new(TimestampMicrosecondArray::from_iter_values(numbers().map(|n| n * 1_000_000)))),
        ("at_whole_day", Arc::new(BooleanArray::from(vec![false; ROWS as usize]))),
        ("actor_id", nothing()),
        ("unit", units()),
        ("until", no_day()),
        ("note", nothing()),
    ]);
    for (kind, rows) in [("people", people.unwrap()), ("case_events", events.unwrap())] {
        let source = Source { path: format!("{kind}.csv"), kind: Some(kind.into()), ..Source::default() };
        let id = batch.open_source(source).unwrap();
        batch.stage(id, kind, &rows).unwrap();
        batch.refuse(id, &[Refused { row_no: 9, kind: kind.into(), ..Refused::default() }]).unwrap();
        batch.close_source(id, ROWS as u64 + 1, Skipped::default()).unwrap();
    }
    assert!(batch.conflicts().unwrap().is_empty());
    batch.commit().unwrap();
}

fn millis_of_a_batch() -> u64 {
    let dir = tempfile::tempdir().unwrap();
    let mut warehouse = Warehouse::open_writer(&dir.path().join("warehouse.duckdb"), "test").unwrap();
    let start = Instant::now();
    write_batch(&mut warehouse);
    start.elapsed().as_millis() as u64
}

fn start_child(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["kill::child", "--exact"])
        .env("GUANJIA_KILL_DIR", dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Every batch has all its rows, and nothing belongs to no batch; how many batches there are.
fn check_whole(path: &Path) -> i64 {
    let conn = open_reader(path).unwrap();
    let ask = |sql: &str| -> i64 { conn.query_row(sql, [], |row| row.get(0)).unwrap() };
    let batches = ask("SELECT count(*) FROM batches");
    assert_eq!(ask("SELECT coalesce(max(batch_id), 0) FROM batches"), batches);
    assert_eq!(ask("SELECT count(*) FROM sources WHERE rows = 5001 AND accepted = 5000"), 2 * batches);
    assert_eq!(ask("SELECT count(*) FROM quarantine"), 2 * batches);
    for table in ["people_versions", "case_events_versions"] {
        assert_eq!(ask(&format!("SELECT count(*) FROM {table}")), ROWS * batches, "{table}");
        let whole = "SELECT count(*) FROM (SELECT known_from FROM {} WHERE known_to IS NOT DISTINCT FROM
            nullif(known_from + 1, {} + 1) AND unit = '第' || known_from || '批' GROUP BY ALL HAVING count(*) = {})";
        let whole = whole.replacen("{}", table, 1).replacen("{}", &batches.to_string(), 1);
        assert_eq!(ask(&whole.replacen("{}", &ROWS.to_string(), 1)), batches, "{table}");
    }
    batches
}

#[test]
fn a_killed_writer_leaves_whole_batches() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warehouse.duckdb");
    drop(Warehouse::open_writer(&path, "test").unwrap());
    // On a machine with much else to do a batch takes longer, and some are to be whole before they are killed.
    let longest = 150 + 2 * millis_of_a_batch();
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_031);
    let mut in_the_middle = 0;
    for _ in 0..KILLS {
        let mut child = start_child(dir.path());
        std::thread::sleep(Duration::from_millis(chance.random_range(10..longest)));
        let running = guanjia::warehouse::holder(&path).is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        // The log of a killed writer is still there: readers see through it, the next writer takes it in.
        check_whole(&path);
        in_the_middle += usize::from(running);
    }
    drop(Warehouse::open_writer(&path, "test").unwrap());
    assert!(check_whole(&path) > 0, "no child ever finished a batch");
    assert!(in_the_middle > KILLS / 2, "only {in_the_middle} children were killed while they wrote");
}

/// An inbox of people, diary and cases that takes a moment to read.
fn fill_inbox(inbox: &Path) {
    std::fs::create_dir_all(inbox).unwrap();
    let file = |name: &str, head: &str, row: &dyn Fn(usize) -> String| {
        let text: String = std::iter::once(head.to_owned()).chain((0..20_000).map(row)).collect();
        std::fs::write(inbox.join(name), text).unwrap();
    };
    file("people.csv", "人员编号,姓名\n", &|n| format!("P{n:05},某{n}\n"));
    file("diary.csv", "日志编号,管家编号,服务日期,服务内容\n", &|n| {
        format!("D{n:05},P{n:05},2026-10-{:02},走访企业，了解用工情况，编号{n}\n", n % 28 + 1)
    });
    file("events.csv", "问题编号,环节,办理时间\n", &|n| {
        format!("A{:05},{},2026-10-{:02} 09:00\n", n / 2, ["受理", "办结"][n % 2], n / 2 % 20 + n % 2 + 1)
    });
}

fn ingest(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    command.arg("--workspace").arg(dir).arg("ingest").arg(dir.join("inbox"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_killed_ingest_is_all_in_or_all_out() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("guanjia.toml"), "regime = \"any\"\n").unwrap();
    fill_inbox(&dir.path().join("inbox"));
    let path = dir.path().join("warehouse.duckdb");
    let start = Instant::now();
    assert!(ingest(dir.path()).status().unwrap().success());
    let whole_run = start.elapsed();
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_031);
    let (mut all_in, mut all_out) = (0, 0);
    for _ in 0..KILLS {
        for name in ["warehouse.duckdb", "warehouse.duckdb.wal"] {
            let _ = std::fs::remove_file(dir.path().join(name));
        }
        let mut child = ingest(dir.path()).spawn().unwrap();
        std::thread::sleep(whole_run.mul_f64(chance.random_range(0.0..1.1)));
        child.kill().unwrap();
        child.wait().unwrap();
        drop(Warehouse::open_writer(&path, "test").unwrap());
        let conn = open_reader(&path).unwrap();
        let ask = |table: &str| -> i64 {
            conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        let counts = ["batches", "sources", "people", "diary", "case_events"].map(ask);
        match counts {
            [0, 0, 0, 0, 0] => all_out += 1,
            [1, 3, 20_000, 20_000, 20_000] => all_in += 1,
            other => panic!("half a batch: {other:?}"),
        }
    }
    assert!(all_out > 0, "no kill came before the end");
    eprintln!("{all_in} all in, {all_out} all out");
    // What was killed can be done again.
    assert!(ingest(dir.path()).status().unwrap().success());
}
