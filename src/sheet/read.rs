//! Workbooks in: every sheet of an XLSX or XLS file, row by row, each cell as text as it stands.
//!
//! The container is checked before anything is parsed: a password, a zip bomb and a file that only calls itself
//! a workbook each get their own message. Hidden sheets are read too; formulas give their stored value.
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, Xls, XlsError, Xlsx, XlsxError,
};

/// A workbook whose parts inflate to more than this is not opened.
pub const MAX_INFLATED: u64 = 1 << 30;

/// Excel's rows and columns; a cell beyond them is damage, and would ask for memory without end.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Why a workbook cannot be read; the file's name is added by whoever opened it.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    #[error("cannot be opened: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("is protected by a password; open it in Excel, take the password off (File > Info > Protect) and save it")]
    Password,
    #[error("unpacks to more than {0} MiB and is not opened; if it is genuine, save the sheets as CSV")]
    TooLarge(u64),
    #[error("holds the error value {0}, which is not known; put a value in its place and save it")]
    OddError(String),
    #[error("is no workbook that can be read ({0}); open it in Excel and save it as .xlsx or CSV")]
    Broken(String),
}

/// A cell as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The value as it stands; a date as `2023-05-10` or `2023-05-10 09:05:33`, an error as `#N/A`.
    pub text: String,
    /// The workbook holds a number here, not text: leading zeros may be gone.
    pub number: bool,
}

/// A row of a sheet.
pub struct Row<'a> {
    /// As the spreadsheet numbers it, from 1.
    pub number: u64,
    /// From column A on; empty for a blank row.
    pub cells: &'a [Cell],
    /// A cell of this row is merged over several columns.
    pub spans: bool,
}

/// An open workbook.
pub struct Workbook {
    book: Book,
    sheets: Vec<String>,
    path: PathBuf,
    /// Its error cells stand as text.
    mended: bool,
}

/// A file, or a mended copy of one in memory.
trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

type Zipped = Box<dyn Source>;

enum Book {
    Xlsx(Box<Xlsx<Zipped>>),
    Xls(Box<Xls<BufReader<File>>>),
}

impl Workbook {
    /// Opens a workbook after checking its container.
    pub fn open(path: &Path) -> Result<Workbook, SheetError> {
        Workbook::open_within(path, MAX_INFLATED)
    }

    /// As [`Workbook::open`], with another limit to the inflated size, in bytes.
    pub fn open_within(path: &Path, limit: u64) -> Result<Workbook, SheetError> {
        let mut magic = [0u8; 4];
        let mut file = File::open(path)?;
        let zipped = file.read(&mut magic)? == 4 && magic == *b"PK\x03\x04";
        file.seek(SeekFrom::Start(0))?;
        if zipped {
            check_inflated(&file, limit)?;
        }
        let path = path.to_path_buf();
        guarded(move || {
            let (book, sheets) =
                if zipped { open_xlsx(Box::new(BufReader::new(File::open(&path)?)))? } else { open_xls(&path)? };
            Ok(Workbook { book, sheets, path, mended: false })
        })
    }

    /// Opens it anew so that error values which the parser does not know are text; false: it was done before.
    pub fn mend(&mut self) -> Result<bool, SheetError> {
        if std::mem::replace(&mut self.mended, true) {
            return Ok(false);
        }
        let path = self.path.clone();
        self.book = guarded(move || open_xlsx(Box::new(mend::errors_as_text(&path)?)).map(|(book, _)| book))?;
        Ok(true)
    }

    /// Names of the worksheets in their order, hidden ones too.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Calls `each` for every row of a sheet down to its last filled one, blank rows included.
    ///
    /// A cell merged over several rows stands in each of them (in the first column of its area), unless the row
    /// has nothing of its own. `each` returns false to stop.
    pub fn rows(&mut self, sheet: &str, each: &mut dyn FnMut(Row) -> bool) -> Result<(), SheetError> {
        guarded(|| match &mut self.book {
            Book::Xlsx(book) => rows_xlsx(book, sheet, each),
            Book::Xls(book) => rows_xls(book, sheet, each),
        })
    }
}

/// A file too odd for the parser must not take the program down.
fn guarded<T>(work: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    let before = PARSING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    PARSING.set(before);
    done.unwrap_or_else(|_| Err(SheetError::Broken("its structure is damaged".into())))
}

thread_local! {
    static PARSING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// This thread is parsing a workbook: a panic is the file's fault and will be told as such.
pub fn is_parsing() -> bool {
    PARSING.get()
}

/// Inflates every part into nothing, since what a zip says about its own sizes need not be true.
fn check_inflated(file: &File, limit: u64) -> Result<(), SheetError> {
    let broken = |e: zip::result::ZipError| SheetError::Broken(e.to_string());
    let too_large = || SheetError::TooLarge(limit >> 20);
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut said = 0u64;
    for i in 0..zip.len() {
        said = said.saturating_add(zip.by_index_raw(i).map_err(broken)?.size());
    }
    if said > limit {
        return Err(too_large());
    }
    let mut left = limit;
    for i in 0..zip.len() {
        let part = zip.by_index(i).map_err(broken)?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|e| SheetError::Broken(e.to_string()))?;
        left = left.checked_sub(size).ok_or_else(too_large)?;
    }
    Ok(())
}

fn open_xlsx(source: Zipped) -> Result<(Book, Vec<String>), SheetError> {
    let book = Xlsx::new(source).map_err(from_xlsx)?;
    let sheets = worksheets(book.sheets_metadata());
    Ok((Book::Xlsx(Box::new(book)), sheets))
}

fn open_xls(path: &Path) -> Result<(Book, Vec<String>), SheetError> {
    compound::check(path)?;
    // An XLSX with a password is an OLE container like an XLS; only the XLSX reader tells them apart.
    if let Err(XlsxError::Password) = Xlsx::new(BufReader::new(File::open(path)?)) {
        return Err(SheetError::Password);
    }
    let book = Xls::new(BufReader::new(File::open(path)?)).map_err(from_xls)?;
    let sheets = worksheets(book.sheets_metadata());
    Ok((Book::Xls(Box::new(book)), sheets))
}

fn worksheets(sheets: &[calamine::Sheet]) -> Vec<String> {
    sheets.iter().filter(|s| s.typ == SheetType::WorkSheet).map(|s| s.name.clone()).collect()
}

fn from_xlsx(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Password,
        XlsxError::Io(e) => SheetError::Unreadable(e),
        XlsxError::CellError(value) => SheetError::OddError(value),
        other => SheetError::Broken(other.to_string()),
    }
}

fn from_xls(error: XlsError) -> SheetError {
    match error {
        XlsError::Password => SheetError::Password,
        XlsError::Io(e) => SheetError::Unreadable(e),
        other => SheetError::Broken(other.to_string()),
    }
}

fn rows_xlsx(book: &mut Xlsx<Zipped>, sheet: &str, each: &mut dyn FnMut(Row) -> bool) -> Result<(), SheetError> {
    let merged = book.merge_cells_by_sheet_name(sheet).map_err(from_xlsx)?;
    let since_1904 = book.has_1904_epoch();
    let mut rows = Rows::new(merged, each);
    let mut reader = book.worksheet_cells_reader(sheet).map_err(from_xlsx)?;
    // Formats such as 000000 show zeros that the number does not hold: what is shown is what is meant.
    let padded: Vec<usize> = reader
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().map_or(0, |format| zeros(&format.format_code)))
        .collect();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(from_xlsx)? {
        let width = padded.get(style).copied().unwrap_or(0);
        let (row, column) = cell.get_position();
        within(row, column)?;
        if !rows.cell(row, column, |text| write_ref(cell.get_value(), width, since_1904, text)) {
            return Ok(());
        }
    }
    rows.finish();
    Ok(())
}

fn rows_xls(book: &mut Xls<BufReader<File>>, sheet: &str, each: &mut dyn FnMut(Row) -> bool) -> Result<(), SheetError> {
    let range = book.worksheet_range(sheet).map_err(from_xls)?;
    let merged = book.merge_cells_by_sheet_name(sheet).map_err(from_xls)?;
    let since_1904 = book.has_1904_epoch();
    let (top, left) = range.start().unwrap_or_default();
    let mut rows = Rows::new(merged, each);
    for (row, column, value) in range.used_cells() {
        let (row, column) = (top + row as u32, left + column as u32);
        within(row, column)?;
        if !rows.cell(row, column, |text| write_owned(value, since_1904, text)) {
            return Ok(());
        }
    }
    rows.finish();
    Ok(())
}

fn within(row: u32, column: u32) -> Result<(), SheetError> {
    match row < ROWS && column < COLUMNS {
        true => Ok(()),
        false => Err(SheetError::Broken("a cell lies beyond Excel's last row or column".into())),
    }
}

/// Width of a number format that is nothing but zeros: 6 for `000000`.
fn zeros(format: &str) -> usize {
    if format.len() > 1 && format.bytes().all(|b| b == b'0') { format.len() } else { 0 }
}

/// Gathers cells into rows, fills merged areas down, holds blank rows back until a filled one follows.
struct Rows<'a> {
    each: &'a mut dyn FnMut(Row) -> bool,
    /// Areas not yet reached, last first.
    ahead: Vec<Dimensions>,
    /// Areas over several rows that the current row lies in, with their value.
    open: Vec<(Dimensions, Cell)>,
    /// 0-based number of the row that `cells` is for.
    row: u32,
    /// 0-based number of the next row to hand out.
    next: u32,
    cells: Vec<Cell>,
    /// Cells of the current row that are in use; the others keep their buffers for later rows.
    width: usize,
}

impl<'a> Rows<'a> {
    fn new(mut merged: Vec<Dimensions>, each: &'a mut dyn FnMut(Row) -> bool) -> Self {
        merged.sort_by_key(|area| std::cmp::Reverse(area.start));
        Rows { each, ahead: merged, open: Vec::new(), row: 0, next: 0, cells: Vec::new(), width: 0 }
    }

    /// Takes one cell; cells come in the order of their rows. False: stop.
    fn cell(&mut self, row: u32, column: u32, write: impl FnOnce(&mut String) -> bool) -> bool {
        if row != self.row {
            if !self.hand_out() {
                return false;
            }
            self.row = row;
        }
        let column = column as usize;
        if column >= self.cells.len() {
            self.cells.resize(column + 1, Cell::default());
        }
        while self.width <= column {
            self.cells[self.width].text.clear();
            self.cells[self.width].number = false;
            self.width += 1;
        }
        let cell = &mut self.cells[column];
        cell.text.clear();
        cell.number = write(&mut cell.text);
        true
    }

    fn finish(mut self) {
        self.hand_out();
    }

    fn hand_out(&mut self) -> bool {
        let filled = self.cells[..self.width].iter().any(|cell| !cell.text.is_empty());
        if !filled || self.row < self.next {
            self.width = 0;
            return true;
        }
        while self.next < self.row {
            self.next += 1;
            if !(self.each)(Row { number: u64::from(self.next), cells: &[], spans: false }) {
                return false;
            }
        }
        let spans = self.fill_down();
        self.next = self.row + 1;
        let more = (self.each)(Row { number: u64::from(self.next), cells: &self.cells[..self.width], spans });
        self.width = 0;
        more
    }

    /// Puts values of merged areas that began above into the current row; true: a filled cell spans columns.
    fn fill_down(&mut self) -> bool {
        let row = self.row;
        let mut spans = false;
        while let Some(area) = self.ahead.pop_if(|area| area.start.0 <= row) {
            let column = area.start.1 as usize;
            if area.start.0 == row && column < self.width && !self.cells[column].text.is_empty() {
                spans |= area.end.1 > area.start.1;
                if area.end.0 > row {
                    self.open.push((area, self.cells[column].clone()));
                }
            }
        }
        self.open.retain(|(area, _)| area.end.0 >= row);
        for (area, value) in &self.open {
            let column = area.start.1 as usize;
            while self.width <= column {
                if self.width == self.cells.len() {
                    self.cells.push(Cell::default());
                }
                self.cells[self.width].text.clear();
                self.cells[self.width].number = false;
                self.width += 1;
            }
            if self.cells[column].text.is_empty() {
                self.cells[column].clone_from(value);
            }
        }
        spans
    }
}

/// Writes a cell's value as text; true: it is a number.
fn write_ref(value: &DataRef, padded: usize, since_1904: bool, text: &mut String) -> bool {
    use std::fmt::Write;
    match value {
        DataRef::Int(n) => write_number(*n as f64, padded, text),
        DataRef::Float(n) => write_number(*n, padded, text),
        DataRef::String(s) => push(s, text),
        DataRef::SharedString(s) => push(s, text),
        DataRef::Bool(b) => push(if *b { "TRUE" } else { "FALSE" }, text),
        DataRef::DateTime(t) => write_time(t, since_1904, text),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => push(s, text),
        DataRef::Error(e) => {
            // Writing to a String cannot fail.
            let _ = write!(text, "{e}");
            false
        }
        DataRef::Empty => false,
    }
}

fn write_owned(value: &Data, since_1904: bool, text: &mut String) -> bool {
    use std::fmt::Write;
    match value {
        Data::Int(n) => write_number(*n as f64, 0, text),
        Data::Float(n) => write_number(*n, 0, text),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => push(s, text),
        Data::Bool(b) => push(if *b { "TRUE" } else { "FALSE" }, text),
        Data::DateTime(t) => write_time(t, since_1904, text),
        Data::Error(e) => {
            let _ = write!(text, "{e}");
            false
        }
        Data::Empty => false,
    }
}

fn push(value: &str, text: &mut String) -> bool {
    text.push_str(value);
    false
}

/// Whole numbers with all their digits, others in the shortest form that keeps them; never an exponent.
fn write_number(value: f64, padded: usize, text: &mut String) -> bool {
    use std::fmt::Write;
    let _ = if padded > 0 && value >= 0.0 && value.fract() == 0.0 {
        write!(text, "{value:0padded$}")
    } else {
        write!(text, "{value}")
    };
    padded == 0
}

/// A date, a date with its time to the nearest second, or a time alone.
fn write_time(time: &ExcelDateTime, since_1904: bool, text: &mut String) -> bool {
    use std::fmt::Write;
    let serial = time.as_f64();
    if time.is_duration() || !(0.0..2_958_465.0).contains(&serial) {
        let _ = write!(text, "{serial}");
        return true;
    }
    let seconds = (serial * 86_400.0).round() as u64;
    let of_day = seconds % 86_400;
    let (h, m, s) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    if serial < 1.0 {
        let _ = write!(text, "{h:02}:{m:02}:{s:02}");
        return false;
    }
    // The day is taken from the rounded time, which may have passed midnight.
    let day = ExcelDateTime::new((seconds / 86_400) as f64, ExcelDateTimeType::DateTime, since_1904);
    let (year, month, date, ..) = day.to_ymd_hms_milli();
    let _ = write!(text, "{year:04}-{month:02}-{date:02}");
    if (serial - serial.round()).abs() > 1e-9 {
        let _ = write!(text, " {h:02}:{m:02}:{s:02}");
    }
    false
}

mod compound;
mod mend;
#[cfg(test)]
mod tests;
