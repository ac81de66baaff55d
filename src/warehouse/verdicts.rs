//! Verdicts on complaints that are entered here and come in no export: each a batch with a new version of the record.
use chrono::{NaiveDate, NaiveDateTime};
use duckdb::params;
use sha2::{Digest, Sha256};

use super::error::Doing;
use super::{Result, Warehouse};

/// What becomes of a complaint's record.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    pub complaint_id: &'a str,
    /// substantiated, partly, unsubstantiated
    pub verdict: &'a str,
    /// None: what stands there stays, as where a verdict is overturned.
    pub verified: Option<(NaiveDateTime, &'a str)>,
    pub finding: &'a str,
}

impl Warehouse {
    /// Writes the version as a batch of its own; no older export overrides it. The batch; none where there is no such
    /// complaint.
    pub fn verdict(&mut self, what: &Verdict<'_>, started_at: NaiveDateTime, day: NaiveDate) -> Result<Option<i64>> {
        let conn = self.writing();
        let doing = "record a verdict";
        let there =
            "SELECT EXISTS (FROM complaints_versions WHERE complaint_id = ? AND known_to IS NULL AND NOT withdrawn)";
        let there: bool = conn.query_row(there, params![what.complaint_id], |row| row.get(0)).doing(doing)?;
        if !there {
            return Ok(None);
        }
        conn.execute_batch("BEGIN TRANSACTION").doing("begin a verdict")?;
        let write = || -> Result<i64> {
            let next = "SELECT (SELECT COALESCE(MAX(batch_id), 0) + 1 FROM batches),
                               (SELECT COALESCE(MAX(source_id), 0) + 1 FROM sources)";
            let (batch, source): (i64, i64) =
                conn.query_row(next, [], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
            conn.execute(
                "INSERT INTO batches (batch_id, started_at, exported_on, program) VALUES (?, ?, ?, ?)",
                params![batch, started_at, day, env!("CARGO_PKG_VERSION")],
            )
            .doing(doing)?;
            let text = format!("{batch} {} {} {}", what.complaint_id, what.verdict, what.finding);
            let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
            conn.execute(
                "INSERT INTO sources (source_id, batch_id, path, sheet, content_sha256, reading_sha256, kind, note, rows,
                    accepted, unchanged, quarantined, skipped_blank, skipped_title, skipped_section, skipped_total,
                    skipped_repeated)
                 VALUES (?, ?, 'guanjia complaint', NULL, ?, 'verdicts', 'complaints', NULL, 1, 1, 0, 0, 0, 0, 0, 0, 0)",
                params![source, batch, hash],
            )
            .doing(doing)?;
            let (at, by) = match what.verified {
                Some((at, by)) => (Some(at), Some(by)),
                None => (None, None),
            };
            conn.execute(
                "INSERT INTO complaints_versions
                 SELECT * REPLACE (
                    CAST(? AS VARCHAR) AS verdict,
                    COALESCE(CAST(? AS TIMESTAMP), verified_at) AS verified_at,
                    CASE WHEN CAST(? AS TIMESTAMP) IS NULL THEN verified_at_whole_day ELSE FALSE END AS verified_at_whole_day,
                    COALESCE(CAST(? AS VARCHAR), verified_by) AS verified_by,
                    CAST(? AS VARCHAR) AS finding,
                    CAST(? AS BIGINT) AS source_id,
                    1 AS row_no,
                    GREATEST(exported_on, CAST(? AS DATE)) AS exported_on,
                    CAST(? AS BIGINT) AS known_from,
                    NULL AS known_to)
                 FROM complaints_versions WHERE complaint_id = ? AND known_to IS NULL AND NOT withdrawn",
                params![what.verdict, at, at, by, what.finding, source, day, batch, what.complaint_id],
            )
            .doing(doing)?;
            conn.execute(
                "UPDATE complaints_versions SET known_to = ? WHERE complaint_id = ? AND known_to IS NULL AND known_from < ?",
                params![batch, what.complaint_id, batch],
            )
            .doing(doing)?;
            Ok(batch)
        };
        let written = write();
        conn.execute_batch(if written.is_ok() { "COMMIT" } else { "ROLLBACK" }).doing("end a verdict")?;
        written.map(Some)
    }
}
