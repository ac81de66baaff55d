//! Why the warehouse cannot do what was asked, and what to do about it.
use std::path::PathBuf;

use super::lock::Holder;

/// An error of the warehouse; each names the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    #[error("there is no warehouse at {0} yet; take exports in with `guanjia ingest PATH…` first")]
    Missing(PathBuf),
    #[error("{path} is being written by {holder}; try again when it has finished")]
    Held { path: PathBuf, holder: Holder },
    #[error("{path} is open in another program; close it there (a DuckDB shell, a notebook) and try again: {detail}")]
    OpenElsewhere { path: PathBuf, detail: String },
    #[error(
        "{path} was written by a newer guanjia (schema {found}, program {program}; this one knows schema {known}); \
         install that version or a later one"
    )]
    Newer { path: PathBuf, found: i64, known: i64, program: String },
    #[error(
        "{path} has schema {found}, this guanjia reads schema {known}; the next `guanjia ingest` migrates it and keeps \
         all data"
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error("{path} is no warehouse of guanjia: {detail}; move it away, or name another workspace with --workspace")]
    NotOurs { path: PathBuf, detail: String },
    #[error("cannot {doing} {path}: {source}")]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error(
        "the disk is full: the warehouse cannot {doing}; what is in it is whole, and nothing of this command was kept. \
         Make room (`guanjia doctor` says how much there is) and run it again: {detail}"
    )]
    DiskFull { doing: String, detail: String },
    #[error("the warehouse cannot {doing}: {source}")]
    Sql { doing: String, source: duckdb::Error },
    #[error("rows staged for {table} do not have its shape: {detail}")]
    Shape { table: String, detail: String },
    #[error(
        "the sum of {path} does not hold: {rows} rows read, but {accepted} accepted + {unchanged} unchanged + \
         {quarantined} quarantined + {skipped} skipped; nothing of this batch was kept, please report this"
    )]
    Sum { path: String, rows: u64, accepted: u64, unchanged: u64, quarantined: u64, skipped: u64 },
    #[error("the batch was used out of order: {0}")]
    Order(&'static str),
    #[error("{path} is no readable Parquet file: {detail}; export it again, or send it as CSV or XLSX")]
    Parquet { path: PathBuf, detail: String },
    #[error(
        "the journal does not hold at entry {entry_no}: it, or one before it, was changed from outside; put the warehouse \
         back from a copy made before that"
    )]
    Journal { entry_no: i64 },
    #[error("what is kept as JSON cannot be read: {0}")]
    Json(#[from] serde_json::Error),
}

/// Names what was being done when DuckDB refused.
pub(super) trait Doing<T> {
    fn doing(self, what: impl Into<String>) -> Result<T, WarehouseError>;
}

impl<T> Doing<T> for Result<T, duckdb::Error> {
    fn doing(self, what: impl Into<String>) -> Result<T, WarehouseError> {
        self.map_err(|source| sql_error(what.into(), source))
    }
}

/// An error of DuckDB; a full disk, or a file that may grow no further, is told as what it is.
pub(super) fn sql_error(doing: String, source: duckdb::Error) -> WarehouseError {
    const FULL: [&str; 4] = ["No space left on device", "File too large", "Disk quota exceeded", "not enough space"];
    let detail = source.to_string();
    if FULL.iter().any(|word| detail.contains(word)) {
        WarehouseError::DiskFull { doing, detail: detail.lines().next().unwrap_or_default().to_owned() }
    } else {
        WarehouseError::Sql { doing, source }
    }
}

/// An error of the file system; a full disk is told as what it is.
pub(super) fn file_error(doing: &'static str, path: PathBuf, source: std::io::Error) -> WarehouseError {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    if matches!(source.kind(), StorageFull | FileTooLarge | QuotaExceeded) {
        let detail = format!("{}: {source}", path.display());
        WarehouseError::DiskFull { doing: doing.to_owned(), detail }
    } else {
        WarehouseError::File { doing, path, source }
    }
}
