//! A file taken apart: its format found from its bytes, then its sheets as frames of text, a batch at a time.
//!
//! Whatever the format, what comes out is the same: [`Rows`], one string column per file column, cells as they
//! stood, empty cells null.
pub mod book;
pub mod json;
pub mod parquet;
pub mod plain;
pub mod split;
pub mod text;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use encoding_rs::Encoding;
use polars::prelude::*;
use sha2::{Digest, Sha256};

use super::fault::Rule;
use split::{Dialect, Field};
use text::{TextReader, Utf8Check};

/// Rows of a batch: enough to make the work per batch small beside the rows, little enough to keep memory flat.
pub const BATCH_ROWS: usize = 65_536;
/// A batch of very wide rows ends earlier.
const BATCH_CELLS: usize = 1 << 22;
/// Bytes that tell the delimiter.
const SNIFFED: usize = 1 << 16;
/// Cells beyond this column are not shown by a spreadsheet either.
const MAX_COLUMNS: usize = 16_384;

/// Why a file, or one sheet of it, is not taken; the file's name is added where it is printed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Sheet(#[from] crate::sheet::read::SheetError),
    #[error("{0}")]
    Parquet(crate::warehouse::WarehouseError),
    #[error("rows could not be put together: {0}")]
    Frame(#[from] PolarsError),
    #[error("is empty: it has no rows at all")]
    Empty,
    #[error("{0}")]
    Foreign(String),
}

/// What kind of file it is, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text(&'static Encoding),
    Workbook,
    Parquet,
    /// One JSON object a line.
    Json(&'static Encoding),
}

/// A file, looked at once from end to end.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
    pub bytes: u64,
    start: Vec<u8>,
    utf8: bool,
}

impl Inspected {
    /// Reads the file once: its hash, its size, whether it is UTF-8.
    pub fn of(path: &Path) -> io::Result<Inspected> {
        let mut file = File::open(path)?;
        let (mut hash, mut check) = (Sha256::new(), Utf8Check::default());
        let mut piece = vec![0; 1 << 18];
        let (mut start, mut bytes) = (Vec::new(), 0);
        loop {
            let read = match file.read(&mut piece) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if read == 0 {
                break;
            }
            if start.is_empty() {
                start = piece[..read.min(4096)].to_vec();
            }
            hash.update(&piece[..read]);
            check.feed(&piece[..read]);
            bytes += read as u64;
        }
        Ok(Inspected { sha256: hex(&hash.finalize()), bytes, start, utf8: check.holds() })
    }

    /// The format, or why there is none that can be read. The bytes decide, not the name: many a platform's
    /// `.xls` is text, or a page.
    pub fn format(&self, path: &Path) -> Result<Format, ReadError> {
        let start = self.start.as_slice();
        let foreign = |what: &str| Err(ReadError::Foreign(what.to_owned()));
        if start.is_empty() {
            return Err(ReadError::Empty);
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"\xD0\xCF\x11\xE0") {
            return match extension(path).as_str() {
                "docx" | "pptx" | "doc" | "ppt" | "zip" | "odt" | "ods" => {
                    foreign("is no table: exports are CSV, XLSX, XLS, NDJSON or Parquet")
                }
                _ => Ok(Format::Workbook),
            };
        }
        if start.starts_with(b"PAR1") {
            return Ok(Format::Parquet);
        }
        let encoding = text::encoding(path, start, self.utf8)?;
        let is_utf16 = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
        if start.contains(&0) && !is_utf16 {
            return foreign("is neither text nor a workbook; exports are CSV, XLSX, XLS, NDJSON or Parquet");
        }
        let lead = String::from_utf8_lossy(start).trim_start_matches('\u{FEFF}').trim_start().to_lowercase();
        if lead.starts_with('<') {
            return foreign("is a web page or XML under another name; open it in Excel and save it as .xlsx");
        }
        match extension(path).as_str() {
            "ndjson" | "jsonl" => Ok(Format::Json(encoding)),
            _ if self.begins_with_object(encoding) => Ok(Format::Json(encoding)),
            "json" => foreign("is JSON, but not one object a line (NDJSON); export it so, or as CSV or XLSX"),
            "md" | "toml" | "html" | "log" | "sql" => {
                foreign("is no table: exports are CSV, XLSX, XLS, NDJSON or Parquet")
            }
            _ => Ok(Format::Text(encoding)),
        }
    }
}

impl Inspected {
    /// The first line is one whole JSON object, or so long that it may be.
    fn begins_with_object(&self, encoding: &'static Encoding) -> bool {
        let start = encoding.decode(&self.start).0;
        let mut lines = start.lines();
        let first = lines.next().unwrap_or_default();
        let cut = lines.next().is_none() && self.bytes > self.start.len() as u64;
        first.starts_with('{') && (cut || json::is_object(first))
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A batch of a sheet's rows, as they stood.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Number of the first row, as a spreadsheet numbers it; the others follow without gaps.
    pub first: u64,
    /// One string column per column of the file, named `0`, `1`, …; batches of a sheet may differ in width.
    pub frame: DataFrame,
    /// Workbooks only, per column and row: the cell holds a number, not text.
    pub numbers: Vec<Vec<bool>>,
    /// Workbooks only, per row: a cell is merged over several columns.
    pub spans: Vec<bool>,
    /// Cells that the reader itself refuses.
    pub marks: Vec<Mark>,
    /// Something could not be decoded and stands as U+FFFD.
    pub damaged: bool,
}

/// A cell that cannot be a cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Counted within the batch.
    pub row: u32,
    /// Column of the file.
    pub column: usize,
    pub rule: Rule,
}

impl Rows {
    /// The text of a column of the file; none where this batch has no such column.
    pub fn column(&self, index: usize) -> Option<&StringChunked> {
        self.frame.columns().get(index).and_then(|c| c.as_materialized_series().str().ok())
    }

    /// A cell as it stood.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.column(column).and_then(|c| c.get(row)).unwrap_or("")
    }

    pub fn height(&self) -> usize {
        self.frame.height()
    }
}

/// Gathers cells into string columns; rows may be of any width.
pub(crate) struct Grid {
    columns: Vec<StringChunkedBuilder>,
    numbers: Vec<Vec<bool>>,
    spans: Vec<bool>,
    first: u64,
    height: usize,
    capacity: usize,
}

impl Grid {
    pub fn new(first: u64, capacity: usize) -> Grid {
        Grid { columns: Vec::new(), numbers: Vec::new(), spans: Vec::new(), first, height: 0, capacity }
    }

    /// The batch has as many rows as it should.
    pub fn full(&self, rows: usize) -> bool {
        self.height >= rows || self.height * self.columns.len() >= BATCH_CELLS
    }

    /// A row of this width belongs into the next batch: every row of a batch is as wide as its widest.
    pub fn too_wide(&self, width: usize) -> bool {
        self.height > 0 && width > self.columns.len() && (self.height + 1) * width.min(MAX_COLUMNS) > BATCH_CELLS
    }

    /// Adds a column of nothing so far.
    fn widen(&mut self) {
        let name = PlSmallStr::from_string(self.columns.len().to_string());
        let capacity = if self.columns.len() < 64 { self.capacity } else { 0 };
        let mut column = StringChunkedBuilder::new(name, capacity);
        (0..self.height).for_each(|_| column.append_null());
        self.columns.push(column);
    }

    /// Adds a row of delimited text.
    pub fn push_fields(&mut self, fields: &[Field], scratch: &mut String) {
        let fields = &fields[..fields.len().min(MAX_COLUMNS)];
        while self.columns.len() < fields.len() {
            self.widen();
        }
        for (column, field) in self.columns.iter_mut().zip(fields) {
            if field.text.is_empty() { column.append_null() } else { column.append_value(field.unquoted(scratch)) }
        }
        for column in &mut self.columns[fields.len()..] {
            column.append_null();
        }
        self.height += 1;
    }

    /// Adds a row of a workbook.
    pub fn push_cells(&mut self, cells: &[crate::sheet::read::Cell], spans: bool) {
        while self.columns.len() < cells.len() {
            self.widen();
            self.numbers.push(vec![false; self.height]);
        }
        for (i, column) in self.columns.iter_mut().enumerate() {
            let cell = cells.get(i).filter(|cell| !cell.text.is_empty());
            column.append_option(cell.map(|cell| cell.text.as_str()));
            self.numbers[i].push(cell.is_some_and(|cell| cell.number));
        }
        self.spans.push(spans);
        self.height += 1;
    }

    /// The batch so far; the grid goes on empty with the next row.
    pub fn take(&mut self) -> Result<Rows, PolarsError> {
        let next = Grid::new(self.first + self.height as u64, self.capacity);
        let grid = std::mem::replace(self, next);
        let columns = grid.columns.into_iter().map(|c| c.finish().into_column()).collect();
        let frame = DataFrame::new(grid.height, columns)?;
        Ok(Rows {
            first: grid.first,
            frame,
            numbers: grid.numbers,
            spans: grid.spans,
            marks: Vec::new(),
            damaged: false,
        })
    }
}

/// Reads a text file and hands its rows out batch by batch; `each` returns false to stop.
pub fn text_rows(
    path: &Path,
    encoding: &'static Encoding,
    batch_rows: usize,
    each: &mut dyn FnMut(Rows) -> bool,
) -> Result<(), ReadError> {
    let mut reader = TextReader::open(path, encoding)?;
    let mut text = String::new();
    let mut more = reader.next(&mut text)?;
    let sample = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= SNIFFED).last().unwrap_or(0);
    let whole = !more && text.len() <= SNIFFED;
    let dialect = Dialect::sniff(if whole { &text } else { &text[..sample] }, whole);
    let mut grid = Grid::new(1, batch_rows.min(1 + text.len() / 16 + if more { batch_rows } else { 0 }));
    let mut scratch = String::new();
    loop {
        let mut used = 0;
        let mut fields = Vec::new();
        while used < text.len()
            && let Some(taken) = dialect.record(&text[used..], !more, &mut fields)
        {
            used += taken;
            if grid.too_wide(fields.len()) && !each(Rows { damaged: reader.damaged, ..grid.take()? }) {
                return Ok(());
            }
            grid.push_fields(&fields, &mut scratch);
            if grid.full(batch_rows) {
                let rows = Rows { damaged: reader.damaged, ..grid.take()? };
                if !each(rows) {
                    return Ok(());
                }
            }
        }
        drop(fields);
        text.drain(..used);
        if !more {
            break;
        }
        more = reader.next(&mut text)?;
    }
    if grid.height > 0 {
        each(Rows { damaged: reader.damaged, ..grid.take()? });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(text: &str, batch_rows: usize) -> Vec<Rows> {
        let path = tempfile::Builder::new().suffix(".csv").tempfile().unwrap().into_temp_path();
        std::fs::write(&path, text).unwrap();
        let mut batches = Vec::new();
        text_rows(&path, encoding_rs::UTF_8, batch_rows, &mut |rows| {
            batches.push(rows);
            true
        })
        .unwrap();
        batches
    }

    #[test]
    fn rows_of_any_width_in_bounded_batches() {
        let batches = batches("a,b\n\n1,\"x\"\"y\",3\n4\n", 2);
        assert_eq!(batches.iter().map(|b| (b.first, b.height())).collect::<Vec<_>>(), [(1, 2), (3, 2)]);
        assert_eq!(batches[0].frame.width(), 2);
        assert_eq!(batches[1].cell(0, 1), "x\"y");
        assert_eq!(batches[1].cell(1, 0), "4");
        assert_eq!(batches[1].column(2).unwrap().null_count(), 1);
    }

    #[test]
    fn what_is_no_export_is_told_apart() {
        let inspect = |name: &str, bytes: &[u8]| {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            Inspected::of(&path).unwrap().format(&path).map_err(|e| e.to_string())
        };
        assert!(inspect("a.csv", b"").unwrap_err().contains("empty"));
        assert!(inspect("a.xls", b"<html><table>").unwrap_err().contains("web page"));
        assert!(inspect("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").unwrap_err().contains("neither text"));
        assert!(inspect("a.docx", b"PK\x03\x04....").unwrap_err().contains("no table"));
        assert_eq!(inspect("a.xls", "编号\t名称\n".as_bytes()), Ok(Format::Text(encoding_rs::UTF_8)));
        assert_eq!(inspect("a.csv", b"PAR1...."), Ok(Format::Parquet));
    }
}
