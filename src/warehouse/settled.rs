//! Refused rows that came back in a corrected workbook: from then on the row that came stands for them.
use duckdb::{Connection, params};

use super::Result;
use super::batch_types::Correction;
use super::error::Doing;

/// Records which refused rows the batch's corrected rows stand for; a row that names none settles nothing.
pub(super) fn record(conn: &Connection, batch: i64, corrections: &[(i64, Correction)]) -> Result<()> {
    if corrections.is_empty() {
        return Ok(());
    }
    let doing = "record which refused rows came back";
    let mut insert = conn
        .prepare(
            "INSERT INTO settled
             SELECT DISTINCT q.source_id, q.row_no, ?, ?, EXISTS (
                SELECT 1 FROM quarantine a WHERE a.batch_id = ? AND a.source_id = ? AND a.row_no = ?)
             FROM open_quarantine q JOIN sources s USING (source_id)
             WHERE q.batch_id = ? AND q.batch_id < ? AND s.path = ? AND s.sheet IS NOT DISTINCT FROM ?
                AND q.row_no = ?",
        )
        .doing(doing)?;
    for (source, row) in corrections {
        let row_no = row.row_no as i64;
        insert
            .execute(params![
                source,
                row_no,
                batch,
                source,
                row_no,
                row.batch,
                batch,
                row.path,
                row.sheet,
                row.refused_row
            ])
            .doing(doing)?;
    }
    Ok(())
}
