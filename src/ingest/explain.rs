//! How a file would be read, column by column, before anything is written: `guanjia ingest --explain-mapping`.
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde::Serialize;

use super::Asked;
use super::normalise::Taken;
use super::normalise::made::Of;
use super::read::json::json_rows;
use super::read::parquet::parquet_rows;
use super::read::{BATCH_ROWS, Format, Inspected, ReadError, Rows, book, text_rows};
use super::taker::Taker;
use crate::sheet::read::Workbook;
use crate::tables::Dictionary;
use crate::warehouse::batch_types::Refusal;
use crate::warehouse::named::{Named, What};
use crate::warehouse::received::Skipped;

/// Different cells shown of each column.
const SAMPLES: usize = 4;
/// Of a column whose words are translated.
const WORDS: usize = 40;
/// Refused rows shown.
const REFUSED: usize = 10;

/// How one sheet would be read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Explained {
    pub path: String,
    pub sheet: Option<String>,
    /// The mapping that reads it; none: its own headers.
    pub mapping: Option<String>,
    /// The table its rows are; none: it is no export, and `note` says why.
    pub kind: Option<String>,
    pub note: Option<String>,
    /// Lines for guanjia.toml with which it would be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
    /// As a spreadsheet numbers it, from 1.
    pub header_row: Option<u64>,
    pub rows: u64,
    pub taken: u64,
    pub refused: u64,
    pub skipped: Skipped,
    pub records: Vec<Given>,
    /// Headers that feed nothing.
    pub ignored: Vec<String>,
    pub refused_rows: Vec<RefusedRow>,
}

/// One kind of record that rows give.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Given {
    pub table: String,
    /// How many would be handed on.
    pub records: u64,
    pub columns: Vec<Column>,
}

/// A column of a record and where it comes from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Column {
    pub column: String,
    /// Header in the file.
    pub from: Option<String>,
    /// A constant; beside `from`: where its cell is empty.
    pub value: Option<String>,
    pub samples: Vec<Sample>,
    /// It is made of what stands under `from`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub made: bool,
    #[serde(skip)]
    at: Option<usize>,
    #[serde(skip)]
    listed: bool,
}

/// A cell and what it becomes.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    pub cell: String,
    pub becomes: Option<String>,
}

/// A row that would be refused.
#[derive(Clone, Debug, Serialize)]
pub struct RefusedRow {
    pub row: u64,
    pub reasons: Vec<Refusal>,
}

/// How every sheet of a file would be read.
pub fn explain(path: &Path, dictionary: &Dictionary, asked: &Asked) -> Result<Vec<Explained>, ReadError> {
    let shown = path.to_string_lossy().into_owned();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let asked = Asked { file: name.as_deref(), ..*asked };
    let start = |sheet: Option<String>| Explaining {
        told: Explained { path: shown.clone(), sheet, ..Explained::default() },
        taker: None,
        failed: None,
    };
    match Inspected::of(path)?.format(path)? {
        Format::Text(encoding) => {
            let mut one = start(None);
            text_rows(path, encoding, BATCH_ROWS, &mut |rows| one.batch(&rows, dictionary, &asked, true))?;
            Ok(vec![one.end()?])
        }
        Format::Json(encoding) => {
            let mut one = start(None);
            json_rows(path, encoding, &mut |rows| one.batch(&rows, dictionary, &asked, true))?;
            Ok(vec![one.end()?])
        }
        Format::Parquet => {
            let mut one = start(None);
            parquet_rows(path, &mut |rows| one.batch(&rows, dictionary, &asked, true))?;
            Ok(vec![one.end()?])
        }
        Format::Workbook => {
            let mut workbook = Workbook::open(path)?;
            let mut all = Vec::new();
            for name in workbook.sheets().to_vec() {
                let batches = book::sheet_rows(&mut workbook, &name)?;
                if batches.is_empty() {
                    continue;
                }
                let mut one = start(Some(name));
                one.learn(&batches, dictionary, &asked);
                let _ = batches.iter().all(|rows| one.batch(rows, dictionary, &asked, false));
                all.push(one.end()?);
            }
            Ok(all)
        }
    }
}

/// A sheet as it is gone through.
struct Explaining<'d> {
    told: Explained,
    taker: Option<Taker<'d>>,
    failed: Option<ReadError>,
}

impl<'d> Explaining<'d> {
    fn taker(&mut self, rows: &Rows, dictionary: &'d Dictionary, asked: &Asked) {
        if self.taker.is_some() || self.told.note.is_some() {
            return;
        }
        match Taker::of(rows, dictionary, asked) {
            Ok(taker) => {
                self.told.kind = Some(taker.layout().table.name.clone());
                self.told.mapping = taker.mapping().map(str::to_owned);
                self.told.header_row = Some(rows.first + taker.layout().header_row as u64);
                self.told.ignored = taker.layout().extra.iter().map(|c| taker.layout().headers[*c].clone()).collect();
                self.told.records = records(&taker);
                self.taker = Some(taker);
            }
            Err(foreign) => {
                self.told.note = Some(foreign.why);
                self.told.lines = foreign.lines;
            }
        }
    }

    fn learn(&mut self, batches: &[Rows], dictionary: &'d Dictionary, asked: &Asked) {
        self.taker(&batches[0], dictionary, asked);
        if let Some(taker) = &mut self.taker {
            let learned = batches.iter().try_for_each(|rows| taker.learn(rows));
            self.failed = learned.err().map(ReadError::from);
        }
    }

    /// False: no more rows are needed.
    fn batch(&mut self, rows: &Rows, dictionary: &'d Dictionary, asked: &Asked, learn: bool) -> bool {
        self.taker(rows, dictionary, asked);
        let Some(taker) = &mut self.taker else { return false };
        let learned = if learn { taker.learn(rows) } else { Ok(()) };
        match learned.and_then(|()| taker.take(rows)) {
            Ok(taken) => self.count(rows, taken),
            Err(e) => self.failed = Some(e.into()),
        }
        self.failed.is_none()
    }

    fn count(&mut self, rows: &Rows, taken: Taken) {
        let told = &mut self.told;
        told.rows += taken.rows;
        told.refused += taken.refused.len() as u64;
        told.skipped += taken.skipped;
        for refused in taken.refused.into_iter().take(REFUSED.saturating_sub(told.refused_rows.len())) {
            told.refused_rows.push(RefusedRow { row: refused.row_no, reasons: refused.reasons });
        }
        for (n, (table, batch)) in taken.staged.iter().enumerate() {
            let given = match taken.records.get(n) {
                Some(index) => told.records.get_mut(*index),
                None => told.records.iter_mut().find(|given| given.table == *table),
            };
            let Some(given) = given else { continue };
            given.records += batch.num_rows() as u64;
            given.columns.iter_mut().for_each(|column| sample(column, rows, batch));
        }
    }

    fn end(mut self) -> Result<Explained, ReadError> {
        if let Some(e) = self.failed {
            return Err(e);
        }
        let told = &mut self.told;
        told.taken = told.rows - told.refused - told.skipped.all();
        if told.kind.is_none() && told.note.is_none() {
            return Err(ReadError::Empty);
        }
        Ok(self.told)
    }
}

/// What the rows give, without counts and samples.
fn records(taker: &Taker) -> Vec<Given> {
    if let Taker::Mapping(mapped) = taker {
        let of = |(layout, target): (&super::recognise::Layout, &super::normalise::mapped::Target)| Given {
            table: layout.table.name.clone(),
            columns: target
                .sources
                .iter()
                .map(|source| Column {
                    column: layout.table.columns[source.column].name.clone(),
                    from: source.spec.from.clone().or_else(|| joined(source.spec.made_from().map(String::as_str))),
                    value: source.spec.value.clone(),
                    at: source.at,
                    listed: !source.spec.words.is_empty(),
                    made: source.spec.is_made(),
                    ..Column::default()
                })
                .collect(),
            ..Given::default()
        };
        return mapped.targets().map(of).collect();
    }
    let layout = taker.layout();
    let own = layout.table.columns.iter().zip(&layout.columns).filter_map(|(column, at)| {
        let at = (*at)?;
        Some(Column {
            column: column.name.clone(),
            from: Some(layout.headers[at].clone()),
            at: Some(at),
            ..Column::default()
        })
    });
    let made = layout.made.iter().map(|made| Column {
        column: layout.table.columns[made.column].name.clone(),
        from: joined(made.parts().iter().map(|at| layout.headers[*at].as_str())),
        value: match &made.of {
            Of::Value(value) => Some(value.clone()),
            _ => None,
        },
        at: made.parts().first().copied(),
        made: true,
        ..Column::default()
    });
    let columns = made.chain(own).collect();
    let mut given = vec![Given { table: layout.table.name.clone(), columns, ..Given::default() }];
    if !layout.events.is_empty() {
        let event = |e: &super::recognise::EventColumns| Column {
            column: format!("at of {}", e.event),
            from: Some(layout.headers[e.at].clone()),
            ..Column::default()
        };
        let columns = layout.events.iter().map(event).collect();
        given.push(Given { table: "case_events".into(), columns, ..Given::default() });
    }
    if layout.listed.is_some() {
        given.extend(["people", "assignments"].map(|table| Given { table: table.into(), ..Given::default() }));
    }
    given
}

/// Headers of which something is made.
fn joined<'a>(headers: impl Iterator<Item = &'a str>) -> Option<String> {
    let headers: Vec<&str> = headers.collect();
    (!headers.is_empty()).then(|| headers.join(" + "))
}

/// An id, or what is looked up in its place when the file is taken.
fn named(text: &str) -> Option<String> {
    let named = Named::read(text)?;
    Some(match named.what {
        What::Enterprise => format!("{}, or who is called so", named.id),
        What::Person if named.phone.is_empty() && named.unit.is_empty() => "the one who is called so".to_owned(),
        What::Person if named.phone.is_empty() => format!("the one of {} who is called so", named.unit),
        What::Person => format!("{}, or who has name and number", named.id),
    })
}

/// Adds cells of a column that were not shown yet, with what they become.
fn sample(column: &mut Column, rows: &Rows, batch: &RecordBatch) {
    let (Some(at), Some(values)) = (column.at, batch.column_by_name(&column.column)) else { return };
    let Some(numbers) =
        batch.column_by_name("row_no").and_then(|c| c.as_primitive_opt::<arrow::datatypes::Int64Type>())
    else {
        return;
    };
    let whole_days = batch.column_by_name(&format!("{}_whole_day", column.column)).and_then(|c| c.as_boolean_opt());
    let options = FormatOptions::default().with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"));
    let Ok(shown) = ArrayFormatter::try_new(values.as_ref(), &options) else { return };
    for row in 0..batch.num_rows() {
        if column.samples.len() >= if column.listed { WORDS } else { SAMPLES } {
            return;
        }
        let cell = rows.cell((numbers.value(row) as u64 - rows.first) as usize, at);
        if cell.is_empty() || column.samples.iter().any(|sample| sample.cell == cell) {
            continue;
        }
        let becomes = (!values.is_null(row)).then(|| {
            let text = shown.value(row).to_string();
            if let Some(named) = named(&text) {
                return named;
            }
            let whole = whole_days.is_some_and(|days| days.is_valid(row) && days.value(row));
            if whole { text.chars().take(10).collect() } else { text }
        });
        column.samples.push(Sample { cell: cell.to_owned(), becomes });
    }
}
