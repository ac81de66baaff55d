//! How a bureau of a place sends its records: the `[[file]]` entries of its description say which files, sheets and
//! columns there are. What a place's forms look like is data; no place is named here.
//!
//! - this file: what a description may say · [`refs`]: where a cell comes from · [`index`]: records by what they name
//! - [`sheet`]: rows of one sheet as a [`super::form::Form`] · [`files`]: rows parted into files, and written
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::untidy::Style;

mod files;
mod index;
mod refs;
mod sheet;

pub(super) use files::write;

/// The `[[file]]` entries of a description; its other tables are read by others.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Layout {
    #[serde(default)]
    file: Vec<FileSpec>,
}

/// Files of one kind. What stands in braces in the path parts records into files: `{month}`, `{quarter}` and `{year}`
/// of a record's own time (what has none stands in the last), or a column: `{enterprise.area}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSpec {
    /// Below the folder; its ending says the format: xlsx, csv or txt.
    path: String,
    /// What stands in a path for a record that names none.
    #[serde(default = "others")]
    others: String,
    /// First and last month of the records, `2026-07`; left out: all.
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    /// 填报单位
    #[serde(default)]
    reporter: String,
    /// The last line: who filled it in, who checked it.
    #[serde(default)]
    signed: Vec<String>,
    #[serde(default)]
    encoding: Encoding,
    /// Between the cells of a text file.
    #[serde(default = "comma")]
    separator: String,
    sheet: Vec<SheetSpec>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    #[default]
    Utf8,
    Gb18030,
    Utf16,
}

/// A sheet of a workbook, or the rows of a text file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetSpec {
    #[serde(default = "sheet_name")]
    name: String,
    /// Above the header; none: the sheet begins with its header.
    #[serde(default)]
    title: String,
    /// The table whose records its rows are.
    table: String,
    columns: Vec<ColumnSpec>,
    /// Rows with one of these words in each of these columns, and with none of those.
    #[serde(default, rename = "where")]
    only: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    except: BTreeMap<String, Vec<String>>,
    /// `now`: what holds on the last day; `past`: what has ended; `several`: chains of cases that a row cannot tell.
    #[serde(default)]
    those: Option<Those>,
    /// Rows stand in the order of these columns; left out: of their own time.
    #[serde(default)]
    order: Vec<String>,
    /// Rows stand under headings (一、…) with the words of this column.
    #[serde(default)]
    section: Option<String>,
    /// How every time is written; left out: each record in a style of its own.
    #[serde(default)]
    times: Option<Style>,
    /// Kept by a system: no padded names, no stray spaces, no full-width digits.
    #[serde(default)]
    tidy: bool,
    /// Header → the unit below it.
    #[serde(default)]
    units: BTreeMap<String, String>,
    #[serde(default)]
    blank_every: usize,
    #[serde(default)]
    repeat_header: Option<usize>,
    /// 合计 and signatures at the end.
    #[serde(default = "yes")]
    total: bool,
    /// Copies of rows under an id of their own, with a cell that cannot be taken.
    #[serde(default)]
    spoil: Vec<Spoil>,
    /// Rows pasted twice.
    #[serde(default)]
    twice: Vec<Twice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Those {
    Now,
    Past,
    Several,
}

/// `file`: only in the file whose path has this in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spoil {
    #[serde(default)]
    file: String,
    at: usize,
    header: String,
    /// Empty: a blank cell; `#N/A`: that error.
    #[serde(default)]
    value: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Twice {
    #[serde(default)]
    file: String,
    at: usize,
}

/// A column of a sheet: the name of the table's column, with the header that an export usually has, or in full.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum ColumnSpec {
    Own(String),
    Full(FullColumn),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FullColumn {
    header: String,
    /// Where its cells come from ([`refs`]); several are joined.
    #[serde(default)]
    of: Several,
    #[serde(default = "space")]
    by: String,
    /// A constant.
    #[serde(default)]
    value: Option<String>,
    /// The warehouse's word → the word of the file.
    #[serde(default)]
    words: BTreeMap<String, String>,
    /// Of a time only the day.
    #[serde(default)]
    day: bool,
    /// Above the headers of neighbours that have the same.
    #[serde(default)]
    group: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Several {
    One(String),
    Many(Vec<String>),
}

impl Default for Several {
    fn default() -> Several {
        Several::Many(Vec::new())
    }
}

impl Several {
    fn all(&self) -> &[String] {
        match self {
            Several::One(one) => std::slice::from_ref(one),
            Several::Many(many) => many,
        }
    }
}

fn others() -> String {
    "其他".into()
}

fn comma() -> String {
    ",".into()
}

fn space() -> String {
    " ".into()
}

fn sheet_name() -> String {
    "Sheet1".into()
}

fn yes() -> bool {
    true
}

/// Why a description cannot be laid out.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    #[error("the description cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("{path}, sheet {sheet}: there is no “{name}” here; {known}")]
    Unknown { path: String, sheet: String, name: String, known: String },
    #[error("{path}: {why}")]
    File { path: String, why: String },
}

/// The month of `2026-07`.
fn month(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()
}
