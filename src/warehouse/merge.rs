//! What the SQL of a batch runs with, and what it answers: counts of rows by source, rows that contradict each other.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use duckdb::Connection;

use super::Result;
use super::error::Doing;

/// What the SQL of a batch needs to know of it.
pub(super) struct Merge<'b> {
    pub conn: &'b Connection,
    pub batch: i64,
    pub exported_on: NaiveDate,
    /// Sources whose rows carry their case's events along.
    pub wide: &'b BTreeSet<i64>,
    /// Tables that have rows waiting.
    pub staged: &'b BTreeSet<String>,
    /// Every event that waits has its `seq`.
    pub ordered: bool,
    /// All events that wait are of one list.
    pub one_holder: bool,
    /// Some row of a list of events gave several.
    pub several: bool,
}

/// Rows of one source that share a fate.
pub(super) struct Tally {
    pub source_id: i64,
    pub accepted: i64,
    pub unchanged: i64,
}

/// A row that contradicts another of its batch.
pub(super) struct Clash {
    pub source_id: i64,
    pub row_no: i64,
    pub kind: &'static str,
    /// Names of the key's parts and their values.
    pub column: String,
    pub key: String,
}

impl Merge<'_> {
    /// Runs statements.
    pub fn run(&self, doing: &str, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql).doing(doing)
    }

    /// Makes a table of a query; how many rows it has.
    pub fn make(&self, doing: &str, table: &str, query: &str) -> Result<i64> {
        self.conn.query_row(&format!("CREATE TEMP TABLE {table} AS {query}"), [], |row| row.get(0)).doing(doing)
    }

    /// Whether the query has a row.
    pub fn any(&self, doing: &str, sql: &str) -> Result<bool> {
        self.conn.query_row(&format!("SELECT EXISTS ({sql})"), [], |row| row.get(0)).doing(doing)
    }

    /// A query of (source_id, accepted, unchanged).
    pub fn tally(&self, doing: &str, sql: &str) -> Result<Vec<Tally>> {
        let mut statement = self.conn.prepare(sql).doing(doing)?;
        let rows = statement
            .query_map([], |row| Ok(Tally { source_id: row.get(0)?, accepted: row.get(1)?, unchanged: row.get(2)? }))
            .doing(doing)?;
        rows.collect::<duckdb::Result<_>>().doing(doing)
    }

    /// A query of (source_id, row_no, key's text).
    pub fn clashes(&self, doing: &str, kind: &'static str, column: &str, sql: &str) -> Result<Vec<Clash>> {
        let mut statement = self.conn.prepare(sql).doing(doing)?;
        let clash = |row: &duckdb::Row<'_>| {
            let (source_id, row_no, key) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Clash { source_id, row_no, kind, column: column.to_owned(), key })
        };
        let rows = statement.query_map([], clash).doing(doing)?;
        rows.collect::<duckdb::Result<_>>().doing(doing)
    }

    /// `(1, 2)` for an IN list; never empty.
    pub fn wide_list(&self) -> String {
        let ids: Vec<String> = self.wide.iter().map(i64::to_string).collect();
        format!("({})", if ids.is_empty() { "-1".to_owned() } else { ids.join(", ") })
    }

    /// The day the batch's exports were made, as a literal.
    pub fn day(&self) -> String {
        format!("DATE '{}'", self.exported_on)
    }
}
