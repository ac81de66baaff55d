//! What a real bureau's files contain: each kind of mess goes in whole, and what cannot be taken says why.
//!
//! Files lie in `tests/fixtures/mess`; its README says what each is and what wrote it.
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use guanjia::ingest::{IngestError, Options, Report, Silent, ingest};
use guanjia::tables::Dictionary;
use guanjia::warehouse::received::{Quarantined, SourceSum, quarantined};
use guanjia::warehouse::{Warehouse, open_reader};

#[path = "mess/files.rs"]
mod files;
#[path = "mess/role_lists.rs"]
mod role_lists;

/// A warehouse of its own, and what goes into it.
struct Bench {
    dir: tempfile::TempDir,
    since: Option<NaiveDate>,
    kind: Option<&'static str>,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mess").join(name)
}

impl Bench {
    fn new() -> Bench {
        Bench { dir: tempfile::tempdir().unwrap(), since: None, kind: None }
    }

    fn since(day: &str) -> Bench {
        Bench { since: Some(day.parse().unwrap()), ..Bench::new() }
    }

    fn warehouse(&self) -> PathBuf {
        self.dir.path().join("w.duckdb")
    }

    fn try_take(&self, paths: &[PathBuf]) -> Result<Report, IngestError> {
        let started_at = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap().and_hms_opt(12, 0, 0).unwrap();
        let options = Options { kind: self.kind, since: self.since, ..Options::new(started_at, &Silent) };
        let mut warehouse = Warehouse::open_writer(&self.warehouse(), "a test").unwrap();
        let batch = warehouse.begin(started_at.date(), started_at).unwrap();
        ingest(paths, &options, Dictionary::shipped(), batch)
    }

    fn take(&self, paths: &[PathBuf]) -> Report {
        let report = self.try_take(paths).unwrap();
        for file in &report.files {
            assert_eq!(file.rows, file.accepted + file.unchanged + file.quarantined + file.skipped, "{file:?}");
            assert_eq!(file.skipped, file.skipped_why.all(), "{file:?}");
        }
        report
    }

    /// Takes a file of this text in.
    fn take_text(&self, name: &str, text: &str) -> Report {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        self.take(&[path])
    }

    /// Columns of the current records of a table, in the order of their rows.
    fn records(&self, table: &str, columns: &str) -> Vec<String> {
        let cells: Vec<String> =
            columns.split(' ').map(|column| format!("coalesce(CAST(\"{column}\" AS VARCHAR), '∅')")).collect();
        let conn = open_reader(&self.warehouse()).unwrap();
        let sql = format!(
            "SELECT concat_ws('|', {}) FROM {table}_versions WHERE known_to IS NULL ORDER BY source_id, row_no, 1",
            cells.join(", ")
        );
        let mut statement = conn.prepare(&sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn refused(&self) -> Vec<Quarantined> {
        quarantined(&open_reader(&self.warehouse()).unwrap(), None).unwrap()
    }

    /// Row, column, rule and value of every reason.
    fn reasons(&self) -> Vec<String> {
        let rows = self.refused();
        let reasons = rows.iter().flat_map(|row| row.reasons.iter().map(move |reason| (row.row, reason)));
        reasons.map(|(row, r)| format!("{row}|{}|{}|{}", r.column, r.rule, r.value)).collect()
    }
}

/// rows = accepted + unchanged + quarantined + skipped, as figures.
fn sum(file: &SourceSum) -> [u64; 5] {
    [file.rows, file.accepted, file.unchanged, file.quarantined, file.skipped]
}
