//! Rulings on rows of evidence, each in a batch of its own: so what was known before a ruling can be computed again.
use chrono::NaiveDateTime;
use duckdb::params;
use serde::{Deserialize, Serialize};

use super::error::Doing;
use super::{Result, Warehouse};

/// What a row of evidence is known by: measure, record, when it opened; and class or unit where several share these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowId {
    pub measure: String,
    pub record: String,
    pub opened_at: Option<NaiveDateTime>,
    /// The level, where one case reached several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Only where no person answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A ruling on one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion<'a> {
    pub row: &'a RowId,
    /// False: it is put back.
    pub excluded: bool,
    pub finding: &'a str,
    pub reason: &'a str,
    pub ruled_by: &'a str,
    pub ruled_at: NaiveDateTime,
}

impl Warehouse {
    /// Takes a row out of every figure, or puts it back; the batch by which that is known. A row that stands so already
    /// is left, and no batch written.
    pub fn exclude(&mut self, what: &Exclusion<'_>, started_at: NaiveDateTime) -> Result<Option<i64>> {
        let Exclusion { row, excluded, finding, reason, ruled_by, ruled_at } = what;
        let conn = self.writing();
        let doing = "read which rows are excluded";
        let now: bool = conn
            .query_row(
                "SELECT COALESCE((SELECT x.excluded FROM exclusions x
                     WHERE x.measure = ? AND x.record = ? AND x.opened_at IS NOT DISTINCT FROM CAST(? AS TIMESTAMP)
                       AND x.class IS NOT DISTINCT FROM CAST(? AS VARCHAR) AND x.unit IS NOT DISTINCT FROM CAST(? AS VARCHAR)
                     ORDER BY x.batch_id DESC LIMIT 1), FALSE)",
                params![row.measure, row.record, row.opened_at, row.class, row.unit],
                |row| row.get(0),
            )
            .doing(doing)?;
        if now == *excluded {
            return Ok(None);
        }
        conn.execute_batch("BEGIN TRANSACTION").doing("begin a ruling")?;
        let write = || -> Result<i64> {
            let doing = "record a ruling";
            let next = "SELECT COALESCE(MAX(batch_id), 0) + 1 FROM batches";
            let batch: i64 = conn.query_row(next, [], |row| row.get(0)).doing(doing)?;
            conn.execute(
                "INSERT INTO batches (batch_id, started_at, exported_on, program) VALUES (?, ?, ?, ?)",
                params![batch, started_at, started_at.date(), env!("CARGO_PKG_VERSION")],
            )
            .doing(doing)?;
            conn.execute(
                "INSERT INTO exclusions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    batch,
                    row.measure,
                    row.record,
                    row.opened_at,
                    row.class,
                    row.unit,
                    excluded,
                    finding,
                    reason,
                    ruled_by,
                    ruled_at
                ],
            )
            .doing(doing)?;
            Ok(batch)
        };
        let written = write();
        conn.execute_batch(if written.is_ok() { "COMMIT" } else { "ROLLBACK" }).doing("end a ruling")?;
        written.map(Some)
    }
}
