//! Conservation under abuse: files of every kind and format, damaged at random, go in without a panic, an unbalanced
//! sum or half a batch.
//!
//! CI draws a few thousand. `GUANJIA_ABUSE=100000 cargo test … abuse::nothing_is_lost` draws as many and measures the
//! memory of the process; `GUANJIA_ABUSE_SEED` chooses another run. tests/README.md says what was run.
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use guanjia::ingest::{Options, Report, Silent, ingest};
use guanjia::tables::{Cell, Column, Dictionary};
use guanjia::warehouse::{Warehouse, open_reader};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[path = "abuse/mutate.rs"]
mod mutate;

use mutate::{Form, Sound};

/// Damaged files in CI.
const DRAWN: usize = 2_000;
/// Damaged files of a batch; a sound one goes with them.
const AT_ONCE: usize = 10;
/// Batches of a warehouse.
const BATCHES: usize = 40;
/// Memory that the long run may take at its peak.
const PEAK_KIB: u64 = 2 << 20;

fn noon() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 2).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

/// A sound cell of a column; `n` tells rows apart.
fn sound_cell(column: &Column, n: usize) -> String {
    match column.cell() {
        Cell::Date => format!("2026-05-{:02}", n % 28 + 1),
        Cell::Stamp => format!("2026-05-{:02} 09:05:33", n % 28 + 1),
        Cell::Whole => n.to_string(),
        Cell::Decimal => format!("{n}.5"),
        Cell::Number => "4.5".into(),
        Cell::YesNo => "是".into(),
        Cell::Phone => format!("138000000{n:02}"),
        Cell::Id => format!("K{n:03}"),
        Cell::Text | Cell::Name => "某某".into(),
        Cell::Word(list) => Dictionary::shipped().words[list].values().nth(n % 2).unwrap()[0].clone(),
    }
}

/// Sound files: every kind as CSV, and every format.
fn sound_files() -> Vec<Sound> {
    let mut files = Vec::new();
    for table in &Dictionary::shipped().tables {
        let head: Vec<String> = table.columns.iter().map(|c| c.headers[0].clone()).collect();
        let row = |n| table.columns.iter().map(|c| sound_cell(c, n)).collect::<Vec<_>>().join(",");
        let text = std::iter::once(head.join(",")).chain((1..9).map(row)).collect::<Vec<_>>().join("\n");
        files.push(Sound::new(Form::Text, "csv", text.into_bytes()));
        let object = |n| {
            let cells = table.columns.iter().map(|c| (c.name.clone(), sound_cell(c, n).into()));
            serde_json::Value::Object(cells.collect()).to_string()
        };
        let text = (1..9).map(object).collect::<Vec<_>>().join("\n");
        files.push(Sound::new(Form::Text, "ndjson", text.into_bytes()));
    }
    let wide = "工单编号,企业编号,提交时间,受理时间,转办时间,转办部门,延期审批时间,延期至,办结时间,退件说明\n\
        Q1,E1,2026-10-01 09:00,2026/10/1 上午9:30,2026-10-02,某局,,,2026-10-08,\n\
        Q2,E1,2026-10-01,,,,2026-10-09 10:00,2026-10-12,,\n合计,2件,,,,,,,,\n";
    let list = "序号,项目,包保领导,牵头单位,项目管家,企业联系人\n一、续建（2项）,,,,,\n\
        1,甲,张三（副市长）,某局,王 强 13800000001,赵六13900000001\n2,乙,李四,某局、另局,王强13800000001,\n";
    for text in [wide, list] {
        files.push(Sound::new(Form::Text, "csv", text.into()));
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mess");
    for (name, form) in [
        ("ledger.xlsx", Form::Zip),
        ("role_list.xlsx", Form::Zip),
        ("spill.xlsx", Form::Zip),
        ("ledger.xls", Form::Bytes),
        ("password.xls", Form::Bytes),
        ("dates.csv", Form::Bytes),
        ("people.csv", Form::Text),
        ("cases.ndjson", Form::Text),
    ] {
        let ending = Path::new(name).extension().unwrap().to_str().unwrap();
        for _ in 0..3 {
            files.push(Sound::new(form, ending, std::fs::read(fixtures.join(name)).unwrap()));
        }
    }
    for _ in 0..3 {
        files.push(Sound::new(Form::Bytes, "parquet", parquet()));
    }
    files
}

fn parquet() -> Vec<u8> {
    use arrow::array::{ArrayRef, RecordBatch, StringArray};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("people.parquet");
    let columns = ["person_id", "name", "phone"];
    let mut writer =
        guanjia::warehouse::parquet::ParquetWriter::create(&path, &columns.map(|name| (name, "VARCHAR"))).unwrap();
    let cells = |name: &str| -> ArrayRef {
        std::sync::Arc::new(StringArray::from_iter_values((0..50).map(|n| format!("{}{n:03}", name.len()))))
    };
    writer.append(&RecordBatch::try_from_iter(columns.map(|name| (name, cells(name)))).unwrap()).unwrap();
    writer.finish().unwrap();
    std::fs::read(path).unwrap()
}

/// The batch is whole: what the report says is what the book says, and no version belongs to no batch.
fn check(path: &Path, report: &Report, batches: i64) {
    for file in &report.files {
        let whole = file.accepted + file.unchanged + file.quarantined + file.skipped;
        assert!(file.rows == whole && file.skipped == file.skipped_why.all(), "unbalanced: {file:?}");
        assert!(file.kind.is_some() || file.note.is_some(), "no export, and not said why: {file:?}");
        assert!(file.kind.is_some() || file.rows == 0, "rows of what is no export: {file:?}");
    }
    let conn = open_reader(path).unwrap();
    let ask = |sql: &str| -> i64 { conn.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(ask("SELECT count(*) FROM batches"), batches);
    let own = format!("FROM sources WHERE batch_id = {batches}");
    let accepted: u64 = report.files.iter().map(|file| file.accepted).sum();
    assert_eq!(ask(&format!("SELECT coalesce(sum(accepted), 0) {own}")), accepted as i64);
    // The report repeats what was refused of a file that came before; the book does not.
    let refused = ask(&format!("SELECT coalesce(sum(quarantined), 0) {own}"));
    assert_eq!(ask(&format!("SELECT count(*) FROM quarantine WHERE batch_id = {batches}")), refused);
    let kept = ask(&format!("SELECT coalesce(sum(accepted), 0) {own} AND kind = 'people'"));
    assert!(ask(&format!("SELECT count(*) FROM people_versions WHERE known_from = {batches}")) >= kept);
    for table in &Dictionary::shipped().tables {
        let late = format!("SELECT count(*) FROM {}_versions WHERE known_from > {batches}", table.name);
        assert_eq!(ask(&late), 0, "{}", table.name);
    }
}

/// Peak memory of this process in KiB, where the system tells.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn nothing_is_lost() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<usize>().unwrap());
    let long = number("GUANJIA_ABUSE");
    let seed = number("GUANJIA_ABUSE_SEED").unwrap_or(20_261_031);
    let drawn = long.unwrap_or(DRAWN);
    let files = sound_files();
    let mut chance = ChaCha8Rng::seed_from_u64(seed as u64);
    let (mut done, mut exports, mut not) = (0, 0, 0);
    while done < drawn {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("w.duckdb");
        for batch in 1..=BATCHES.min((drawn - done).div_ceil(AT_ONCE)) {
            let inbox = dir.path().join(format!("{batch}"));
            std::fs::create_dir(&inbox).unwrap();
            // Written before they are read, so that a crash leaves what brought it about.
            let mut paths: Vec<PathBuf> = Vec::new();
            for n in 0..AT_ONCE {
                let sound = &files[chance.random_range(0..files.len())];
                let path = inbox.join(format!("{n}.{}", sound.ending));
                std::fs::write(&path, sound.damaged(&mut chance)).unwrap();
                paths.push(path);
            }
            let good = inbox.join("good.csv");
            std::fs::write(&good, format!("人员编号,姓名\nG{batch},某\n")).unwrap();
            paths.push(good);
            let since = chance.random_bool(0.8).then(|| noon().date());
            let options = Options { since, ..Options::new(noon(), &Silent) };
            let report = std::panic::catch_unwind(AssertUnwindSafe(|| {
                let mut warehouse = Warehouse::open_writer(&path, "a test").unwrap();
                let begun = warehouse.begin(noon().date(), noon()).unwrap();
                ingest(&paths, &options, Dictionary::shipped(), begun)
            }));
            let failed = |why: &dyn std::fmt::Debug| {
                let kept = std::env::temp_dir().join(format!("guanjia-abuse-{}", std::process::id()));
                let _ = std::fs::rename(&inbox, &kept);
                panic!("after {done} of seed {seed}: {why:?}; the files are in {}", kept.display())
            };
            let report = match report {
                Ok(Ok(report)) => report,
                Ok(Err(error)) => failed(&error),
                Err(panic) => failed(&panic.downcast_ref::<String>()),
            };
            let sound = report.files.iter().find(|file| file.path.ends_with("good.csv")).unwrap();
            assert_eq!(sound.accepted, 1, "{sound:?}");
            if std::panic::catch_unwind(|| check(&path, &report, batch as i64)).is_err() {
                failed(&report);
            }
            exports += report.files.iter().filter(|file| file.kind.is_some()).count();
            not += report.files.iter().filter(|file| file.kind.is_none()).count();
            done += AT_ONCE;
            if long.is_some() && done % 5_000 == 0 {
                eprintln!(
                    "{done} files: {exports} sheets taken, {not} not; peak {} MiB",
                    peak_kib().unwrap_or(0) >> 10
                );
            }
        }
    }
    assert!(exports > done / 4 && not > done / 50, "{exports} of {done} taken, {not} not: the damage is too odd");
    if let Some(peak) = long.and(peak_kib()) {
        eprintln!("{done} damaged files, {exports} sheets taken, {not} not, peak {} MiB", peak >> 10);
        assert!(peak < PEAK_KIB, "{} MiB at the peak", peak >> 10);
    }
}
