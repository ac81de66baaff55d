//! NDJSON: one object a line, its keys the columns.
//!
//! The file is read twice: keys may appear anywhere in it, and all of them are columns. A line that is no object
//! stands as it is in a column of its own, so that it is refused and not lost; what a value holds inside is not
//! unfolded, since nobody said how.
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

use encoding_rs::Encoding;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::text::TextReader;
use super::{BATCH_ROWS, Grid, MAX_COLUMNS, Mark, ReadError, Rows};
use crate::ingest::fault::Rule;
use crate::sheet::read::Cell;

/// Header of the column in which lines stand that are no objects.
const LINE: &str = "原文";
/// A longer line is no record of a table.
const LONGEST_LINE: usize = 16 << 20;

/// Hands the rows of an NDJSON file out batch by batch; `each` returns false to stop.
///
/// The keys come first, as row 0: records are numbered as the lines of the file.
pub fn json_rows(
    path: &Path,
    encoding: &'static Encoding,
    each: &mut dyn FnMut(Rows) -> bool,
) -> Result<(), ReadError> {
    let keys = keys(path, encoding)?;
    let column: HashMap<&str, usize> = keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let mut grid = Grid::new(0, 1024);
    let mut marks = Vec::new();
    let mut cells = vec![Cell::default(); keys.len()];
    for (cell, key) in cells.iter_mut().zip(&keys) {
        cell.text.clone_from(key);
    }
    grid.push_cells(&cells, false);
    let mut failed = None;
    let mut stopped = false;
    lines(path, encoding, &mut |line, damaged| {
        cells.iter_mut().for_each(|cell| *cell = Cell::default());
        let row = grid.height as u32;
        match object(line) {
            Line::Blank => {}
            Line::Object(pairs) => {
                for (key, value) in pairs {
                    let Some(at) = column.get(key.as_str()) else { continue };
                    if matches!(value, Value::Array(_) | Value::Object(_)) {
                        marks.push(Mark { row, column: *at, rule: Rule::Nested });
                    }
                    cells[*at] = cell(value);
                }
            }
            Line::Other => {
                if let Some(at) = column.get(LINE) {
                    cells[*at] = Cell { text: line.to_owned(), number: false };
                    marks.push(Mark { row, column: *at, rule: Rule::Line });
                }
            }
        }
        grid.push_cells(&cells, false);
        if grid.full(BATCH_ROWS) {
            match grid.take() {
                // Only workbooks have merged cells.
                Ok(rows) => {
                    stopped = !each(Rows { spans: Vec::new(), marks: std::mem::take(&mut marks), damaged, ..rows })
                }
                Err(e) => failed = Some(e),
            }
        }
        failed.is_none() && !stopped
    })?;
    if let Some(e) = failed {
        return Err(e.into());
    }
    if grid.height > 0 && !stopped {
        let rows = grid.take()?;
        each(Rows { spans: Vec::new(), marks, ..rows });
    }
    Ok(())
}

/// All keys in the order in which they first appear, and the column of other lines if there is one.
fn keys(path: &Path, encoding: &'static Encoding) -> Result<Vec<String>, ReadError> {
    let mut seen = HashSet::new();
    let mut keys = Vec::new();
    let mut others = false;
    lines(path, encoding, &mut |line, _| {
        match object(line) {
            Line::Blank => {}
            Line::Other => others = true,
            Line::Object(pairs) => {
                for (key, _) in pairs {
                    if seen.insert(key.clone()) {
                        keys.push(key);
                    }
                }
            }
        }
        keys.len() <= MAX_COLUMNS
    })?;
    if keys.len() > MAX_COLUMNS {
        let why = format!("has more than {MAX_COLUMNS} keys; an object is a row, and its keys are the columns");
        return Err(ReadError::Foreign(why));
    }
    if keys.is_empty() {
        return Err(ReadError::Foreign("has no JSON object on any line; write one object a line".into()));
    }
    if others && seen.insert(LINE.to_owned()) {
        keys.push(LINE.to_owned());
    }
    Ok(keys)
}

/// Hands the lines out without their ends; beside each whether anything was damaged so far.
fn lines(path: &Path, encoding: &'static Encoding, each: &mut dyn FnMut(&str, bool) -> bool) -> Result<(), ReadError> {
    let mut reader = TextReader::open(path, encoding)?;
    let mut text = String::new();
    loop {
        let more = reader.next(&mut text)?;
        let mut used = 0;
        while let Some(end) = memchr::memchr(b'\n', &text.as_bytes()[used..]).map(|at| used + at) {
            let line = &text[used..end];
            used = end + 1;
            if !each(line.strip_suffix('\r').unwrap_or(line), reader.damaged) {
                return Ok(());
            }
        }
        text.drain(..used);
        if !more {
            break;
        }
        if text.len() > LONGEST_LINE {
            let why = format!("has a line of more than {} MiB; write one object a line", LONGEST_LINE >> 20);
            return Err(ReadError::Foreign(why));
        }
    }
    if !text.is_empty() {
        each(&text, reader.damaged);
    }
    Ok(())
}

/// What a line is.
enum Line {
    Blank,
    /// Keys, each once, in their order.
    Object(Vec<(String, Value)>),
    Other,
}

fn object(line: &str) -> Line {
    if line.trim().is_empty() {
        return Line::Blank;
    }
    match serde_json::from_str::<Pairs>(line) {
        Ok(Pairs(pairs)) => {
            let mut seen = HashSet::new();
            if pairs.iter().all(|(key, _)| seen.insert(key.as_str())) { Line::Object(pairs) } else { Line::Other }
        }
        Err(_) => Line::Other,
    }
}

/// The line is one whole object.
pub fn is_object(line: &str) -> bool {
    serde_json::from_str::<Pairs>(line).is_ok()
}

/// An object in the order in which it is written.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct Ordered;
        impl<'de> Visitor<'de> for Ordered {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                    if pairs.len() > MAX_COLUMNS {
                        // Read to its end, so that it is the keys that are too many and not the JSON that is wrong.
                        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                    }
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Ordered)
    }
}

/// A value as text; lists and objects as they are written.
fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::default(),
        Value::Bool(yes) => Cell { text: if yes { "yes" } else { "no" }.to_owned(), number: false },
        Value::String(text) => Cell { text, number: false },
        Value::Number(number) => {
            let whole = number.is_i64() || number.is_u64();
            let text = if whole { number.to_string() } else { number.as_f64().unwrap_or_default().to_string() };
            Cell { text, number: true }
        }
        nested => Cell { text: nested.to_string(), number: false },
    }
}
