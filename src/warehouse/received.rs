//! What came in: the sum of every file, and why rows were refused.
use serde::{Deserialize, Serialize};

/// What had come in, and what of it could not be taken.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Received {
    pub files: Vec<SourceSum>,
    pub reasons: Vec<Reason>,
}

/// One sheet of one file: rows = accepted + unchanged + quarantined + skipped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceSum {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
    pub path: String,
    pub sheet: Option<String>,
    /// Null: not an export; `note` says why.
    pub kind: Option<String>,
    pub rows: u64,
    pub accepted: u64,
    pub unchanged: u64,
    pub quarantined: u64,
    pub skipped: u64,
    pub skipped_why: Skipped,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Rows that are no records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub blank: u64,
    pub title: u64,
    pub total: u64,
    pub repeated_header: u64,
}

/// How many rows were refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: String,
    pub column: String,
    pub rule: String,
    pub count: u64,
}
