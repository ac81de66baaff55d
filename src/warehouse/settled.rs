//! Refused rows that came back, in a corrected workbook, in their own file mended in place, or because their file is read
//! in another way: from then on the row that came stands for them.
use duckdb::{Connection, params};

use super::Result;
use super::batch_types::Correction;
use super::error::Doing;

/// Records which refused rows the batch's rows stand for: corrected rows for those they name, and rows of a file that
/// is read anew, in another way, for themselves.
pub(super) fn record(conn: &Connection, batch: i64, corrections: &[(i64, Correction)]) -> Result<()> {
    let doing = "record which refused rows came back";
    conn.execute(
        "INSERT INTO settled
         SELECT q.source_id, q.row_no, n.source_id, q.row_no, EXISTS (
            SELECT 1 FROM quarantine a WHERE a.source_id = n.source_id AND a.row_no = q.row_no)
         FROM unsettled_quarantine q
         JOIN sources s USING (source_id)
         JOIN sources n ON n.content_sha256 = s.content_sha256 AND n.sheet IS NOT DISTINCT FROM s.sheet
         WHERE n.batch_id = ? AND q.batch_id < n.batch_id AND n.kind IS NOT NULL AND s.content_sha256 <> ''",
        params![batch],
    )
    .doing(doing)?;
    let mut insert = conn
        .prepare(
            "INSERT INTO settled
             SELECT DISTINCT q.source_id, q.row_no, ?, ?, EXISTS (
                SELECT 1 FROM quarantine a WHERE a.batch_id = ? AND a.source_id = ? AND a.row_no = ?)
             FROM unsettled_quarantine q JOIN sources s USING (source_id)
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

/// How many rows refused before are mended by each source from `first` on.
pub(super) fn mended(conn: &Connection, first: i64) -> Result<Vec<(i64, u64)>> {
    let doing = "count which refused rows came back";
    let mut statement = conn
        .prepare("SELECT by_source, count(*) FROM settled WHERE by_source >= ? AND NOT again GROUP BY 1 ORDER BY 1")
        .doing(doing)?;
    let rows = statement.query_map(params![first], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
    rows.collect::<duckdb::Result<_>>().doing(doing)
}
