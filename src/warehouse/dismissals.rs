//! Refused rows that are rubbish: put aside by somebody, for a reason, and taken back. Nothing is deleted; every act is a
//! batch of its own, so that what was known before it can be asked for.
use std::ops::RangeInclusive;

use chrono::NaiveDateTime;
use duckdb::{Connection, params};
use serde::{Deserialize, Serialize};

use super::error::Doing;
use super::{Result, Warehouse};

/// Which refused rows an act is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// The file as it is listed, or the end of its path.
    pub file: String,
    pub sheet: Option<String>,
    pub batch: Option<i64>,
    /// Rows as the spreadsheet numbers them; none: all of the file.
    pub rows: Vec<RangeInclusive<i64>>,
}

impl Which {
    fn means(&self, batch: i64, path: &str, sheet: Option<&str>, row: i64) -> bool {
        let file = path == self.file || path.strip_suffix(&self.file).is_some_and(|rest| rest.ends_with(['/', '\\']));
        file && self.batch.is_none_or(|wanted| wanted == batch)
            && self.sheet.as_deref().is_none_or(|wanted| sheet == Some(wanted))
            && (self.rows.is_empty() || self.rows.iter().any(|range| range.contains(&row)))
    }
}

/// Puts rows aside or takes them back.
#[derive(Clone, Debug)]
pub struct Dismissal<'a> {
    pub which: &'a Which,
    /// False: they are taken back.
    pub dismissed: bool,
    pub reason: &'a str,
    pub by: &'a str,
    pub at: NaiveDateTime,
}

/// A refused row that is put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissed {
    /// The batch that refused it.
    pub batch: i64,
    pub path: String,
    pub sheet: Option<String>,
    pub row: i64,
    pub kind: String,
    pub reason: String,
    pub by: String,
    pub at: NaiveDateTime,
}

/// What an act came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    pub batch: i64,
    pub rows: usize,
    pub files: usize,
}

impl Warehouse {
    /// Puts the refused rows that are meant aside, or takes them back; none: there are none.
    pub fn dismiss(&mut self, act: &Dismissal<'_>, started_at: NaiveDateTime) -> Result<Option<Done>> {
        let conn = self.writing();
        let from = if act.dismissed { "open_quarantine" } else { "dismissed_quarantine" };
        let rows = meant(conn, from, act.which)?;
        if rows.is_empty() {
            return Ok(None);
        }
        conn.execute_batch("BEGIN TRANSACTION").doing("begin to put rows aside")?;
        let written = write(conn, act, &rows, started_at);
        conn.execute_batch(if written.is_ok() { "COMMIT" } else { "ROLLBACK" }).doing("end putting rows aside")?;
        let files = rows.iter().map(|(source, _)| source).collect::<std::collections::BTreeSet<_>>().len();
        written.map(|batch| Some(Done { batch, rows: rows.len(), files }))
    }
}

/// Source and number of the rows that are meant.
fn meant(conn: &Connection, from: &str, which: &Which) -> Result<Vec<(i64, i64)>> {
    let doing = "find refused rows";
    let sql = format!(
        "SELECT DISTINCT q.source_id, q.row_no, q.batch_id, s.path, s.sheet
         FROM {from} q JOIN sources s USING (source_id) ORDER BY q.source_id, q.row_no"
    );
    let mut statement = conn.prepare(&sql).doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    let mut meant = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let (source, number, batch) = (row.get(0).doing(doing)?, row.get(1).doing(doing)?, row.get(2).doing(doing)?);
        let (path, sheet): (String, Option<String>) = (row.get(3).doing(doing)?, row.get(4).doing(doing)?);
        if which.means(batch, &path, sheet.as_deref(), number) {
            meant.push((source, number));
        }
    }
    Ok(meant)
}

fn write(conn: &Connection, act: &Dismissal<'_>, rows: &[(i64, i64)], started_at: NaiveDateTime) -> Result<i64> {
    let doing = "record which refused rows are put aside";
    let next = "SELECT COALESCE(MAX(batch_id), 0) + 1 FROM batches";
    let batch: i64 = conn.query_row(next, [], |row| row.get(0)).doing(doing)?;
    conn.execute(
        "INSERT INTO batches (batch_id, started_at, exported_on, program) VALUES (?, ?, ?, ?)",
        params![batch, started_at, started_at.date(), env!("CARGO_PKG_VERSION")],
    )
    .doing(doing)?;
    let mut insert = conn.prepare("INSERT INTO dismissals VALUES (?, ?, ?, ?, ?, ?, ?)").doing(doing)?;
    for (source, row) in rows {
        insert.execute(params![batch, source, row, act.dismissed, act.reason, act.by, act.at]).doing(doing)?;
    }
    Ok(batch)
}

/// The rows that are put aside, as known at a batch (none: now), in the order of files and rows. A row that came back
/// corrected is none of them, whenever that was.
pub fn dismissed(conn: &Connection, up_to: Option<i64>) -> Result<Vec<Dismissed>> {
    let doing = "list the refused rows that were put aside";
    let mut statement = conn
        .prepare(
            "SELECT q.batch_id, s.path, s.sheet, q.row_no, q.kind, d.reason, d.acted_by, d.acted_at
             FROM (
                SELECT * FROM warehouse.dismissals WHERE batch_id <= ?
                QUALIFY row_number() OVER (PARTITION BY source_id, row_no ORDER BY batch_id DESC) = 1
             ) d
             JOIN warehouse.unsettled_quarantine q ON q.source_id = d.source_id AND q.row_no = d.row_no
             JOIN warehouse.sources s ON s.source_id = q.source_id
             WHERE d.dismissed ORDER BY q.source_id, q.row_no",
        )
        .doing(doing)?;
    let row = |row: &duckdb::Row<'_>| {
        Ok(Dismissed {
            batch: row.get(0)?,
            path: row.get(1)?,
            sheet: row.get(2)?,
            row: row.get(3)?,
            kind: row.get(4)?,
            reason: row.get(5)?,
            by: row.get(6)?,
            at: row.get(7)?,
        })
    };
    let rows = statement.query_map(params![up_to.unwrap_or(i64::MAX)], row).doing(doing)?;
    rows.collect::<duckdb::Result<_>>().doing(doing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_rows_are_meant() {
        let which = Which { file: "people.csv".into(), rows: vec![3..=5, 9..=9], ..Which::default() };
        assert!(which.means(1, "inbox/2026-10/people.csv", None, 4) && which.means(2, "people.csv", None, 9));
        assert!(!which.means(1, "inbox/people.csv", None, 6) && !which.means(1, "inbox/old-people.csv", None, 4));
        let which = Which { file: "a.xlsx".into(), sheet: Some("一".into()), batch: Some(2), ..Which::default() };
        assert!(which.means(2, "a.xlsx", Some("一"), 7));
        assert!(!which.means(1, "a.xlsx", Some("一"), 7) && !which.means(2, "a.xlsx", Some("二"), 7));
    }
}
