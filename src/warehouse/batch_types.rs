//! What passes between ingest and a batch of the warehouse: sources, refused rows, conflicts, the final sum.
use serde::{Deserialize, Serialize};

use chrono::NaiveDate;

use super::received::{Gone, Reason, SourceSum};

/// What a batch says about records that it does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Nothing; a case's events are replaced as a set.
    #[default]
    Plain,
    /// Its ledgers are whole: an assignment that they no longer have ends, other records are withdrawn.
    Snapshot,
    /// Nothing, and a case's events are added to those it has.
    Delta,
}

impl Mode {
    /// The word that is stored.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Mode::Plain => None,
            Mode::Snapshot => Some("snapshot"),
            Mode::Delta => Some("delta"),
        }
    }
}

/// Content that came in before.
#[derive(Clone, Debug)]
pub struct Known {
    /// The sums of its sheets, as they were then.
    pub sums: Vec<SourceSum>,
    /// The day on which it was said to be exported, the last time it was taken.
    pub exported_on: NaiveDate,
}

/// A row of a corrected workbook, and the refused row that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The row in the workbook.
    pub row_no: u64,
    /// Batch, file, sheet and row that were refused.
    pub batch: i64,
    pub path: String,
    pub sheet: Option<String>,
    pub refused_row: i64,
}

/// One sheet of one file, as it is opened in a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// As given on the command line, or found below a folder given there.
    pub path: String,
    /// None where the format has no sheets.
    pub sheet: Option<String>,
    /// Of the whole file, lower-case hex.
    pub content_sha256: String,
    /// Of the dictionary and options it is read with, lower-case hex.
    pub reading_sha256: String,
    /// The table it feeds; none: not an export, and `note` says why.
    pub kind: Option<String>,
    pub note: Option<String>,
    /// Name of the workspace's mapping it is read by.
    pub mapping: Option<String>,
    /// In place of ids its rows hold names, to be looked up ([`super::named::Named`]).
    #[serde(default)]
    pub names: bool,
}

/// A row that cannot be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// As the spreadsheet numbers it, from 1.
    pub row_no: u64,
    /// The table it was meant for.
    pub kind: String,
    /// Header → text as it stood, in the file's order.
    pub cells: Vec<(String, String)>,
    pub reasons: Vec<Refusal>,
}

/// One reason why a row cannot be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The warehouse's column.
    pub column: String,
    /// A short stable word: `required`, `date`, `conflict`.
    pub rule: String,
    /// The cell as it stood.
    pub value: String,
    /// What to do about it, one sentence.
    pub remedy: String,
}

/// A staged row whose id another row of the same batch gives with different content; both are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub source_id: i64,
    pub row_no: u64,
    pub kind: String,
    pub reason: Refusal,
}

/// What a batch came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchSum {
    /// None: everything was known already and no batch was written.
    pub batch: Option<i64>,
    /// Local time, `2026-03-01T09:05:33`.
    pub started_at: String,
    pub files: Vec<SourceSum>,
    pub reasons: Vec<Reason>,
    /// What a snapshot no longer had.
    #[serde(default)]
    pub gone: Vec<Gone>,
}
