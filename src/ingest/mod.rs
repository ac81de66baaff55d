//! Ingest: read, recognise, normalise, accept or quarantine.
//!
//! ```text
//! find ─▶ read (bytes, sheets, rows as they stood) ─▶ recognise (headers) ─▶ normalise (typed columns, faults)
//!                                                                              ├─▶ frame ─▶ intake.stage
//!                                                                              └─▶ intake.refuse
//! ```
//!
//! Rows pass in bounded batches through three threads: one reads, one normalises, one hands over to the warehouse,
//! so that a file of millions of rows takes the memory of a few batches. [`Intake`] is what ingest knows of the
//! warehouse: a batch of it, or a test's stand-in.
pub mod explain;
pub mod fault;
pub mod find;
pub mod frame;
pub mod headers;
mod in_place;
mod intake;
mod lacking;
mod lines;
pub mod list;
pub mod merges;
pub mod normalise;
mod pipe;
pub mod read;
pub mod recognise;
pub mod role_list;
pub mod rows;
mod run;
pub mod taker;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::tables::{Dictionary, ROLE_LIST};
use crate::warehouse::WarehouseError;
use crate::warehouse::batch_types::Mode;
use crate::warehouse::received::{Gone, Reason, SourceSum};
use find::find;
pub use intake::Intake;
use read::ReadError;

/// Raised when the same file would be read differently than before, so that it is read anew.
const READING: u32 = 1;

/// How files are to be taken.
pub struct Options<'a> {
    /// Take every file as this kind instead of recognising it.
    pub kind: Option<&'a str>,
    /// What the files say about records that they do not hold.
    pub mode: Mode,
    /// The day on which the files were exported, where it was said; else that of `started_at`.
    pub exported_on: Option<NaiveDate>,
    /// From when the roles of a wide role list hold, which itself has no dates.
    pub since: Option<NaiveDate>,
    /// When the run began, local time.
    pub started_at: NaiveDateTime,
    /// Who is told how far it is.
    pub watch: &'a dyn Watch,
}

/// What was asked for of every sheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    pub kind: Option<&'a str>,
    pub since: Option<NaiveDate>,
    /// The file's own name, by which a mapping may know it.
    pub file: Option<&'a str>,
}

impl Asked<'_> {
    /// The sheet is to be read as a wide role list.
    pub fn is_role_list(&self) -> bool {
        self.kind == Some(ROLE_LIST)
    }
}

impl<'a> Options<'a> {
    /// Files exported on the day the run began, each taken by its headers.
    pub fn new(started_at: NaiveDateTime, watch: &'a dyn Watch) -> Options<'a> {
        Options { kind: None, since: None, mode: Mode::Plain, exported_on: None, started_at, watch }
    }

    /// The day on which the files were exported.
    pub fn day(&self) -> NaiveDate {
        self.exported_on.unwrap_or(self.started_at.date())
    }

    fn asked(&self) -> Asked<'_> {
        Asked { kind: self.kind, since: self.since, file: None }
    }
}

/// Is told how far ingest is.
pub trait Watch {
    /// File `n` of `of` is begun.
    fn file(&self, path: &str, n: usize, of: usize);
    /// So many rows more were read.
    fn rows(&self, rows: u64);
}

/// Tells nobody.
pub struct Silent;

impl Watch for Silent {
    fn file(&self, _: &str, _: usize, _: usize) {}
    fn rows(&self, _: u64) {}
}

/// What an ingest came to, as it is printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// None: everything was known already.
    pub batch: Option<i64>,
    /// Local time, `2026-03-01T09:05:33`.
    pub started_at: String,
    pub files: Vec<SourceSum>,
    pub reasons: Vec<Reason>,
    /// Records that a snapshot no longer had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Gone>,
    /// Files and sheets, each with the headers of its columns that feed nothing.
    #[serde(skip)]
    pub unused: Vec<(String, Vec<String>)>,
    /// Files and sheets that would be taken with these lines in guanjia.toml.
    #[serde(skip)]
    pub lines: Vec<(String, String)>,
    /// Something was refused or could not be read.
    #[serde(skip)]
    pub troubled: bool,
    /// A file or sheet could not be read at all.
    #[serde(skip)]
    pub unreadable: bool,
}

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("{0} does not exist")]
    NoPath(PathBuf),
    #[error("there is no kind “{kind}”; kinds are {known}")]
    NoKind { kind: String, known: String },
    #[error("{path} broke off while it was taken in, so nothing of this batch was kept: it {source}")]
    BrokeOff { path: String, source: Box<ReadError> },
    #[error("{path}: rows could not be put together, so nothing of this batch was kept: {source}")]
    Frame { path: String, source: polars::prelude::PolarsError },
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

impl IngestError {
    /// The command could not be carried out as it was given.
    pub fn is_misuse(&self) -> bool {
        matches!(self, IngestError::NoPath(_) | IngestError::NoKind { .. })
    }
}

/// Takes files and folders into a batch, commits it, and says what became of every row.
pub fn ingest<I: Intake>(
    paths: &[PathBuf],
    options: &Options,
    dictionary: &Dictionary,
    intake: I,
) -> Result<Report, IngestError> {
    let is_kind = |kind: &&str| *kind == ROLE_LIST || dictionary.table(kind).is_some();
    if let Some(kind) = options.kind.filter(|kind| !is_kind(kind)) {
        let known = dictionary.tables.iter().map(|t| t.name.as_str()).chain([ROLE_LIST]).collect::<Vec<_>>().join(", ");
        return Err(IngestError::NoKind { kind: kind.to_owned(), known });
    }
    let found = find(paths)?;
    let count = found.len();
    let mut run = run::Run::new(options, dictionary, intake);
    run.look(&found)?;
    for (n, found) in found.into_iter().enumerate() {
        options.watch.file(&found.shown, n + 1, count);
        run.file(found)?;
    }
    run.finish()
}

/// How a file is read: a hash of the dictionary and of what was asked for.
///
/// `dated`: with a day for role lists. Which day does not matter: a list that is in keeps the day it came in with.
pub fn reading_sha256(dictionary: &Dictionary, kind: Option<&str>, dated: bool) -> String {
    let mut hash = Sha256::new();
    // Mappings and what files lack are no part of it: adding one must not make every other file new.
    let plain = Dictionary { mappings: Vec::new(), missing: Default::default(), ..dictionary.clone() };
    hash.update(format!("{READING} {kind:?} {dated} {plain:?}"));
    read::hex(&hash.finalize())
}

/// The reading of a file through this mapping.
fn mapped_reading(reading: &str, dictionary: &Dictionary, name: &str) -> String {
    let mapping = dictionary.mappings.iter().find(|mapping| mapping.name == name);
    hashed(&format!("{reading} {mapping:?}"))
}

/// The reading of a file of this table that lacks columns of it.
fn made_reading(reading: &str, dictionary: &Dictionary, table: &str) -> String {
    hashed(&format!("{reading} missing {table} {:?}", dictionary.missing.get(table)))
}

/// The reading of a file that neither headers nor any mapping know.
fn foreign_reading(reading: &str, dictionary: &Dictionary) -> String {
    match (dictionary.mappings.is_empty(), dictionary.missing.is_empty()) {
        (true, true) => reading.to_owned(),
        (false, true) => hashed(&format!("{reading} {:?}", dictionary.mappings)),
        (_, false) => hashed(&format!("{reading} {:?} {:?}", dictionary.mappings, dictionary.missing)),
    }
}

fn hashed(text: &str) -> String {
    read::hex(&Sha256::digest(text))
}
