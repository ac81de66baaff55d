//! Workbooks of refused rows that come back: which refused row each row stands for.
use crate::ingest::read::Rows;
use crate::sheet::quarantine::ORIGIN;
use crate::warehouse::batch_types::Correction;

/// The columns that say where a row was refused: batch, file, sheet, row.
pub struct Origin([usize; 4]);

impl Origin {
    /// Their places; none: the sheet is no workbook of refused rows.
    pub fn of(headers: &[String]) -> Option<Origin> {
        let at = |name: &str| headers.iter().rposition(|header| header == name);
        let [batch, path, sheet, row] = ORIGIN.map(at);
        Some(Origin([batch?, path?, sheet?, row?]))
    }

    /// What a row stands for; none where somebody added a row, or changed these cells.
    pub fn correction(&self, rows: &Rows, row: usize) -> Option<Correction> {
        let [batch, path, sheet, refused] = self.0.map(|column| rows.cell(row, column).trim());
        Some(Correction {
            row_no: rows.first + row as u64,
            batch: batch.parse().ok()?,
            path: path.to_owned(),
            sheet: (!sheet.is_empty()).then(|| sheet.to_owned()),
            refused_row: refused.parse().ok()?,
        })
    }
}
