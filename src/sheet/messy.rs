//! Workbooks as people keep them: titles above the header, merged cells, mixed styles of dates. For made-up
//! exports only; reports are written elsewhere.
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError};

/// A cell as it is to stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    Blank,
    Text(String),
    Number(f64),
    /// A day as an Excel serial with a date format.
    Day(f64),
    /// A time as an Excel serial with a format to the second.
    Moment(f64),
    /// An error value such as `#N/A`.
    Fault(&'static str),
}

/// Merged cells, both corners inclusive, counted from 0; the text of the first cell shows.
#[derive(Clone, Copy, Debug)]
pub struct Merged {
    pub from: (u32, u16),
    pub to: (u32, u16),
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub name: String,
    pub rows: Vec<Vec<Put>>,
    pub merged: Vec<Merged>,
    /// Rows set in bold: titles and headers.
    pub bold: Vec<u32>,
}

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the workbook {path}: {source}")]
pub struct Unwritten {
    path: PathBuf,
    source: XlsxError,
}

/// Writes the sheets; the same sheets give the same bytes.
pub fn write(path: &Path, pages: &[Page]) -> Result<(), Unwritten> {
    save(path, pages).map_err(|source| Unwritten { path: path.to_path_buf(), source })
}

fn save(path: &Path, pages: &[Page]) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed moment, since the writer would put the present one into the file.
    let made = ExcelDateTime::from_ymd(2026, 11, 2)?.and_hms(9, 30, 0)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for page in pages {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&page.name)?;
        fill(sheet, page)?;
    }
    workbook.save(path)
}

fn fill(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    let plain = Format::new();
    let bold = Format::new().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let day = Format::new().set_num_format("yyyy/m/d");
    let moment = Format::new().set_num_format("yyyy/m/d h:mm:ss");
    for merged in &page.merged {
        sheet.merge_range(merged.from.0, merged.from.1, merged.to.0, merged.to.1, "", &bold)?;
    }
    for (row, cells) in (0..).zip(&page.rows) {
        let text = if page.bold.contains(&row) { &bold } else { &plain };
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Put::Blank => {}
                Put::Text(value) => {
                    sheet.write_string_with_format(row, column, value, text)?;
                }
                Put::Number(value) => {
                    sheet.write_number(row, column, *value)?;
                }
                Put::Day(serial) => {
                    sheet.write_number_with_format(row, column, *serial, &day)?;
                }
                Put::Moment(serial) => {
                    sheet.write_number_with_format(row, column, *serial, &moment)?;
                }
                Put::Fault(value) => {
                    sheet.write_formula(row, column, Formula::new("=NA()").set_result(*value))?;
                }
            }
        }
    }
    for column in 0..page.rows.iter().map(Vec::len).max().unwrap_or(0) {
        sheet.set_column_width(column as u16, 16)?;
    }
    Ok(())
}
