//! A small file as rows of text, for rooms that take back what they have written: call sheets, lists to decide on.
use std::path::Path;

use super::book::sheet_rows;
use super::{BATCH_ROWS, Format, Inspected, ReadError, Rows, text_rows};
use crate::sheet::read::Workbook;

/// Cells of a file that somebody filled in by hand; a larger one is none of these.
const MOST_CELLS: usize = 4_000_000;

/// One sheet, or the whole of a text file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Empty for a text file.
    pub sheet: String,
    /// Number of the row as a spreadsheet has it, and its cells as they stand.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Every sheet of a workbook, or a delimited text, whatever it is encoded in.
pub fn tables(path: &Path) -> Result<Vec<Table>, ReadError> {
    match Inspected::of(path)?.format(path)? {
        Format::Workbook => {
            let mut book = Workbook::open(path)?;
            let names = book.sheets().to_vec();
            names.iter().map(|name| table(name, sheet_rows(&mut book, name)?)).collect()
        }
        Format::Text(encoding) => {
            let mut batches = Vec::new();
            text_rows(path, encoding, BATCH_ROWS, &mut |rows| {
                batches.push(rows);
                true
            })?;
            Ok(vec![table("", batches)?])
        }
        Format::Parquet | Format::Json(_) => {
            Err(ReadError::Foreign("is no sheet that was filled in; take the XLSX, or its CSV".to_owned()))
        }
    }
}

fn table(sheet: &str, batches: Vec<Rows>) -> Result<Table, ReadError> {
    let cells: usize = batches.iter().map(|rows| rows.height() * rows.frame.width()).sum();
    if cells > MOST_CELLS {
        return Err(ReadError::Foreign(format!("has {cells} cells, far more than any sheet to fill in")));
    }
    let mut table = Table { sheet: sheet.to_owned(), rows: Vec::new() };
    for rows in batches {
        for row in 0..rows.height() {
            let cells = (0..rows.frame.width()).map(|column| rows.cell(row, column).to_owned()).collect();
            table.rows.push((rows.first + row as u64, cells));
        }
    }
    Ok(table)
}
