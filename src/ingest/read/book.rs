//! The rows of a workbook's sheets.
use super::{BATCH_ROWS, Grid, ReadError, Rows};
use crate::sheet::read::{SheetError, Workbook};

/// All rows of a sheet, in batches.
///
/// A sheet is held whole (Excel stops at 1,048,576 rows): whether a number has lost its leading zeros shows
/// only in the whole column, and a file that breaks off half-way must leave nothing behind.
pub fn sheet_rows(book: &mut Workbook, sheet: &str) -> Result<Vec<Rows>, ReadError> {
    match all_rows(book, sheet) {
        Err(ReadError::Sheet(SheetError::OddError(_))) if book.mend()? => all_rows(book, sheet),
        other => other,
    }
}

fn all_rows(book: &mut Workbook, sheet: &str) -> Result<Vec<Rows>, ReadError> {
    let mut batches = Vec::new();
    let mut failed = None;
    let mut grid = Grid::new(1, 1024);
    book.rows(sheet, &mut |row| {
        let mut hand_over = |grid: &mut Grid| match grid.take() {
            Ok(rows) => batches.push(rows),
            Err(e) => failed = Some(e),
        };
        if grid.too_wide(row.cells.len()) {
            hand_over(&mut grid);
        }
        grid.push_cells(row.cells, row.spans);
        if grid.full(BATCH_ROWS) {
            hand_over(&mut grid);
        }
        failed.is_none()
    })?;
    if let Some(e) = failed {
        return Err(e.into());
    }
    if grid.full(1) {
        batches.push(grid.take()?);
    }
    Ok(batches)
}
