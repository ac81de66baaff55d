//! Kept rows as Parquet: canonical names and words; times as text, which packs more tightly than numbers of random seconds.
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use chrono::NaiveDate;

use super::SynthError;
use super::clock::Clock;
use super::sink::{Kept, Row, Table};
use crate::tables::{Cell, Column};
use crate::warehouse::parquet::ParquetWriter;

/// Writes the rows of one table.
pub(super) fn write(path: &Path, table: Table, rows: &[&Row], clock: &Clock) -> Result<(), SynthError> {
    let columns = &table.described().columns;
    let types: Vec<(&str, &str)> = columns.iter().map(|column| (column.name.as_str(), kind(column))).collect();
    let mut writer = ParquetWriter::create(path, &types)?;
    let arrays = (0..columns.len()).map(|i| (columns[i].name.as_str(), array(kind(&columns[i]), i, rows, clock), true));
    if !rows.is_empty() {
        writer.append(&RecordBatch::try_from_iter_with_nullable(arrays)?)?;
    }
    Ok(writer.finish()?)
}

/// DuckDB's type of a column.
fn kind(column: &Column) -> &'static str {
    match column.cell() {
        Cell::Date => "DATE",
        Cell::YesNo => "BOOLEAN",
        Cell::Whole | Cell::Number | Cell::Decimal | Cell::Word("grade") => "BIGINT",
        _ => "VARCHAR",
    }
}

fn array(kind: &str, i: usize, rows: &[&Row], clock: &Clock) -> ArrayRef {
    let cells = rows.iter().map(|row| &row[i]);
    // Days from 1970 to the calendar's first day.
    let epoch = (clock.date(0) - NaiveDate::default()).num_days();
    let day = |cell: &Kept| if let Kept::Day(day) = cell { Some(day + epoch as i32) } else { None };
    let whole = |cell: &Kept| if let Kept::Whole(n) = cell { Some(*n) } else { None };
    let yes = |cell: &Kept| if let Kept::YesNo(yes) = cell { Some(*yes) } else { None };
    match kind {
        "DATE" => Arc::new(cells.map(day).collect::<Date32Array>()),
        "BOOLEAN" => Arc::new(cells.map(yes).collect::<BooleanArray>()),
        "BIGINT" => Arc::new(cells.map(whole).collect::<Int64Array>()),
        _ => Arc::new(cells.map(|cell| text(cell, clock)).collect::<StringArray>()),
    }
}

/// A text, or a time as the platform writes it: `2026-10-08 09:05:33`.
fn text(cell: &Kept, clock: &Clock) -> Option<String> {
    match cell {
        Kept::Stamp(at) => {
            let mut text = Vec::new();
            clock.write_stamp(*at, &mut text).ok()?;
            String::from_utf8(text).ok()
        }
        cell => Some(cell.text().to_owned()).filter(|text| !text.is_empty()),
    }
}
