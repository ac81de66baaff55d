//! Small tables written by hand (evaluators, …), CSV or workbook: their rows by column, each with its row number.
use std::path::Path;

use super::merges::sheets;
use super::normalise::text;
use super::read::{Inspected, ReadError};
use crate::tables::plain;

/// A column: what it is called in messages, the headers it goes by, whether a list without it is none.
pub type Column = (&'static str, &'static [&'static str], bool);

/// Header rows stand within so many, below titles at most.
const HEADER_WITHIN: usize = 20;

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("{path} {source}")]
    Unreadable { path: String, source: Box<ReadError> },
    #[error("{path} has no sheet with the columns {columns}")]
    NoHeader { path: String, columns: String },
}

/// One row: its number as a spreadsheet shows it, and a text for each column, empty where there is none.
pub type Line = (u64, Vec<String>);

/// The rows of the first sheet that has the columns; blank rows are left out.
pub fn read(path: &Path, columns: &[Column]) -> Result<Vec<Line>, ListError> {
    let shown = path.display().to_string();
    let unreadable = |source| ListError::Unreadable { path: shown.clone(), source: Box::new(source) };
    let inspected = Inspected::of(path).map_err(|e| unreadable(ReadError::Io(e)))?;
    for (_, batches) in sheets(path, &inspected).map_err(unreadable)? {
        let mut places: Option<Vec<Option<usize>>> = None;
        let mut lines = Vec::new();
        for rows in &batches {
            for row in 0..rows.height() {
                let cells: Vec<&str> = (0..rows.frame.width()).map(|column| rows.cell(row, column)).collect();
                let Some(places) = &places else {
                    if rows.first as usize + row <= HEADER_WITHIN {
                        places = header(&cells, columns);
                    }
                    continue;
                };
                let cell = |place: &Option<usize>| place.map_or_else(String::new, |at| text::fold(cells[at]));
                let line: Vec<String> = places.iter().map(cell).collect();
                if !line.iter().all(String::is_empty) {
                    lines.push((rows.first + row as u64, line));
                }
            }
        }
        if places.is_some() {
            return Ok(lines);
        }
    }
    let needed: Vec<String> =
        columns.iter().filter(|(.., needed)| *needed).map(|(_, heads, _)| heads.join(" / ")).collect();
    Err(ListError::NoHeader { path: shown, columns: needed.join(", ") })
}

/// Where each column stands, if this row is the header.
fn header(cells: &[&str], columns: &[Column]) -> Option<Vec<Option<usize>>> {
    let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let place = |(_, heads, _): &Column| cells.iter().position(|cell| heads.contains(&cell.as_str()));
    let places: Vec<Option<usize>> = columns.iter().map(place).collect();
    let whole = columns.iter().zip(&places).all(|((.., needed), place)| !needed || place.is_some());
    whole.then_some(places)
}
