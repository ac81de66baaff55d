//! Columns as they stood become typed columns: one kernel per cell type over a whole batch, and a list of the
//! cells that could not be taken. What is left goes on to Arrow, the refused rows to quarantine.
mod check;
mod corrected;
pub mod made;
pub mod mapped;
pub mod number;
mod roles;
mod second;
pub mod text;
pub mod time;
pub mod who;
mod wide;
mod zeros;
pub mod zone;

use std::collections::{BTreeMap, BTreeSet};

use arrow::record_batch::RecordBatch;
use polars::prelude::*;

use super::fault::{Fault, Rule};
use super::frame;
use super::headers::letter;
use super::read::Rows;
use super::recognise::Layout;
use super::rows::{RowKind, kinds};
use crate::tables::{Cell, Dictionary};
use crate::warehouse::batch_types::{Correction, Refusal, Refused};
use crate::warehouse::received::Skipped;
use made::Of;
use text::WordIndex;
use zeros::Zeros;

/// What a batch of rows came to.
#[derive(Debug, Default)]
pub struct Taken {
    /// Rows read; the header is none.
    pub rows: u64,
    /// Number of the last row, as a spreadsheet numbers it.
    pub last: u64,
    pub skipped: Skipped,
    /// Table and its rows, ready for the warehouse.
    pub staged: Vec<(String, RecordBatch)>,
    /// Through a mapping: which of its records each of `staged` are.
    pub records: Vec<usize>,
    pub refused: Vec<Refused>,
    /// Rows that stand for rows refused before.
    pub corrections: Vec<Correction>,
}

/// Which cell of a row is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    /// A column of the table.
    Column(usize),
    /// The time of an event of a wide file, by its place in the layout.
    At(usize),
    /// The new due day of an event of a wide file.
    Until(usize),
    /// A role's column in a wide role list, by its place in the layout.
    Role(usize),
    /// A column of the file: the row is no record at all.
    Line(usize),
}

/// A batch as it is put together: typed columns so far, and what could not be taken.
#[derive(Default)]
struct Typed {
    columns: Vec<Column>,
    faults: Vec<(Spot, Fault)>,
}

impl Typed {
    fn fault(&mut self, spot: Spot, faults: Vec<Fault>) {
        self.faults.extend(faults.into_iter().map(|fault| (spot, fault)));
    }

    /// Cells that could not be made; that they are empty for it is not told as well.
    fn refuse(&mut self, faults: Vec<(Spot, Fault)>) {
        for (spot, fault) in faults {
            self.faults.retain(|(other, told)| (*other, told.row) != (spot, fault.row));
            self.faults.push((spot, fault));
        }
    }

    /// The typed column of this name.
    fn get(&self, name: &str) -> Option<&Series> {
        self.columns.iter().find(|c| c.name() == name).map(|c| c.as_materialized_series())
    }
}

/// Takes the batches of one sheet.
pub struct Normaliser<'d> {
    layout: Layout<'d>,
    dictionary: &'d Dictionary,
    /// For each column of the table that takes words, their spellings.
    words: Vec<Option<WordIndex>>,
    /// For each id column of the table, what its cells say about leading zeros.
    zeros: Vec<Zeros>,
    /// Where a workbook of refused rows says which rows they were.
    origin: Option<corrected::Origin>,
    /// Looks for a second table on the sheet.
    second: Option<second::Second<'d>>,
    /// Times keep their fractions of seconds.
    fractions: bool,
    /// No batch has been taken yet: the next begins with title and header.
    fresh: bool,
}

impl<'d> Normaliser<'d> {
    pub fn new(layout: Layout<'d>, dictionary: &'d Dictionary) -> Normaliser<'d> {
        let columns = &layout.table.columns;
        let words = columns.iter().map(|column| match column.cell() {
            Cell::Word(list) => dictionary.words.get(list).map(WordIndex::new),
            _ => None,
        });
        let words = words.collect();
        let zeros = columns.iter().map(|_| Zeros::default()).collect();
        let origin = corrected::Origin::of(&layout.headers);
        let second = second::Second::of(&layout, dictionary);
        Normaliser { layout, dictionary, words, zeros, origin, second, fractions: false, fresh: true }
    }

    pub fn layout(&self) -> &Layout<'d> {
        &self.layout
    }

    /// Learns from a batch how wide ids are; to be called before [`Normaliser::take`] of it, and where all of a
    /// sheet is at hand, for all its batches first.
    pub fn learn(&mut self, rows: &Rows) {
        let columns = self.layout.table.columns.iter().zip(&self.layout.columns).zip(&mut self.zeros);
        for ((column, at), zeros) in columns {
            if let (Cell::Id, Some(at)) = (column.cell(), at)
                && let Some(cells) = rows.column(*at)
            {
                zeros.learn(cells, rows.numbers.get(*at).map(Vec::as_slice));
            }
        }
    }

    /// Sorts the rows of a batch: what they are, and the sum of those that are no records.
    fn sorted(&mut self, rows: &Rows) -> (Taken, Vec<RowKind>) {
        let skip = if std::mem::take(&mut self.fresh) { self.layout.data } else { 0 };
        let kinds = kinds(rows, &self.layout, skip);
        let mut taken = Taken {
            rows: rows.height() as u64,
            last: (rows.first + rows.height() as u64).saturating_sub(1),
            ..Taken::default()
        };
        for kind in &kinds {
            match kind {
                RowKind::Record => {}
                RowKind::Header => taken.rows -= 1,
                RowKind::Blank => taken.skipped.blank += 1,
                RowKind::Title => taken.skipped.title += 1,
                RowKind::Section => taken.skipped.section += 1,
                RowKind::Total => taken.skipped.total += 1,
                RowKind::RepeatedHeader => taken.skipped.repeated_header += 1,
            }
        }
        if let Some(origin) = &self.origin {
            let records = (0..rows.height()).filter(|row| kinds[*row] == RowKind::Record);
            taken.corrections = records.filter_map(|row| origin.correction(rows, row)).collect();
        }
        (taken, kinds)
    }

    /// The columns of the table, typed, and which of their cells are at fault by themselves.
    fn columns(&self, rows: &Rows) -> Typed {
        let mut typed = Typed::default();
        let numbers = (rows.first..).take(rows.height()).map(|n| n as i64);
        typed.columns.push(Int64Chunked::from_iter_values("row_no".into(), numbers).into_column());
        for index in 0..self.layout.table.columns.len() {
            self.column(index, rows, &mut typed);
        }
        typed
    }

    /// Rules between the columns of a row, and damaged text.
    fn check(&self, rows: &Rows, typed: &mut Typed) {
        check::across(&self.layout, typed);
        if rows.damaged {
            check::damaged(&self.layout, rows, typed);
        }
        self.marked(rows, typed);
    }

    /// Takes a batch: every one of its rows is staged, refused, skipped, or the header.
    pub fn take(&mut self, rows: &Rows) -> PolarsResult<Taken> {
        let (mut taken, kinds) = self.sorted(rows);
        let mut typed = self.columns(rows);
        roles::part_names(&self.layout, rows, &mut typed)?;
        if let Some(person) = self.layout.own_person() {
            made::complete(person, rows, &mut typed)?;
        }
        let events = wide::events(&self.layout, rows, &mut typed);
        let holdings = match &self.layout.listed {
            Some(listed) => Some(roles::holdings(listed, rows, &kinds, &mut typed)?),
            None => None,
        };
        self.check(rows, &mut typed);
        if let Some(second) = &mut self.second {
            self::second::refuse(&second.rows(rows, &kinds), &mut typed);
        }
        let mut keep: Vec<bool> = kinds.iter().map(|kind| *kind == RowKind::Record).collect();
        let mut faults = std::mem::take(&mut typed.faults);
        faults.retain(|(_, fault)| keep[fault.row as usize]);
        for (_, fault) in &faults {
            keep[fault.row as usize] = false;
        }
        taken.refused = self.refusals(rows, faults);
        let frame = DataFrame::new(rows.height(), typed.columns)?;
        if keep.iter().any(|keep| *keep) {
            let whole = keep.iter().all(|keep| *keep);
            let kept =
                if whole { frame.clone() } else { frame.filter(&BooleanChunked::from_slice("keep".into(), &keep))? };
            taken.staged.push((self.layout.table.name.clone(), frame::to_arrow(&kept)?));
            if let Some(events) = events {
                let events = events.frame(&frame, &keep, self.dictionary)?;
                taken.staged.push(("case_events".into(), frame::to_arrow(&events)?));
            }
            if let Some(holdings) = holdings {
                for (table, rows) in holdings.frames(&frame, &keep, self.dictionary)? {
                    taken.staged.push((table, frame::to_arrow(&rows)?));
                }
            }
        }
        Ok(taken)
    }

    /// Adds the typed column (a time: and its whole-day column) of a column of the table.
    fn column(&self, index: usize, rows: &Rows, typed: &mut Typed) {
        let column = &self.layout.table.columns[index];
        let name: PlSmallStr = column.name.as_str().into();
        let none = StringChunked::full_null(name.clone(), rows.height());
        let at = self.layout.columns[index];
        let mut faults = Vec::new();
        let place = typed.columns.len();
        let made = self.layout.made.iter().find(|made| made.column == index);
        let own = made.filter(|made| made.of != Of::Ready).map(|made| made.cells(name.clone(), rows, &mut faults));
        let cells = own.as_ref().or_else(|| at.and_then(|at| rows.column(at))).unwrap_or(&none);
        match column.cell() {
            Cell::Id if made.is_some() => typed.columns.push(cells.clone().with_name(name).into_column()),
            Cell::Id => {
                let mut ids = text::map_text(cells, &mut faults, text::id);
                let numbers = at.and_then(|at| rows.numbers.get(at));
                self.zeros[index].check(&ids, numbers.map(Vec::as_slice), &mut faults);
                ids.rename(name);
                typed.columns.push(ids.into_column());
            }
            Cell::Text | Cell::Name | Cell::Phone => {
                let take = match column.cell() {
                    Cell::Text => text::text,
                    Cell::Name => text::name,
                    _ => text::phone,
                };
                let mut texts = text::map_text(cells, &mut faults, take);
                texts.rename(name);
                typed.columns.push(texts.into_column());
            }
            Cell::Date => typed.columns.push(days(name, cells, &mut faults)),
            Cell::Stamp => {
                let (times, whole_days) = stamps(name, cells, self.fractions, &mut faults);
                typed.columns.extend([times, whole_days]);
            }
            Cell::Whole => typed.columns.push(wholes(name, cells, &mut faults, number::whole)),
            Cell::Number => typed.columns.push(numbers(name, cells, &mut faults)),
            Cell::Decimal => {
                let shift = self.layout.shifts[index];
                let decimals = mapped(name, cells, &mut faults, |cell| number::decimal(cell, shift));
                typed.columns.push(decimals);
            }
            Cell::YesNo => typed.columns.push(yes_nos(name, cells, &mut faults)),
            Cell::Word(list) => {
                let Some(words) = &self.words[index] else { return };
                typed.columns.push(if list == "grade" {
                    wholes(name, cells, &mut faults, |cell| Ok(words.find(cell)?.and_then(|word| word.parse().ok())))
                } else {
                    mapped(name, cells, &mut faults, |cell| words.find(cell))
                });
            }
        }
        typed.fault(Spot::Column(index), faults);
        if column.required {
            check::required(index, place, typed);
        }
    }

    /// What the reader refused, in place of what else would be said of the same cell or line.
    fn marked(&self, rows: &Rows, typed: &mut Typed) {
        let mut own: BTreeSet<(u32, Spot)> = BTreeSet::new();
        for mark in &rows.marks {
            let spot = if mark.rule == Rule::Line { Some(Spot::Line(mark.column)) } else { self.spot(mark.column) };
            own.extend(spot.map(|spot| (mark.row, spot)));
        }
        let lines: BTreeSet<u32> =
            own.iter().filter(|(_, spot)| matches!(spot, Spot::Line(_))).map(|(row, _)| *row).collect();
        typed.faults.retain(|(spot, fault)| !lines.contains(&fault.row) && !own.contains(&(fault.row, *spot)));
        let rule = |spot: &Spot| if matches!(spot, Spot::Line(_)) { Rule::Line } else { Rule::Nested };
        typed.faults.extend(own.into_iter().map(|(row, spot)| (spot, Fault { row, rule: rule(&spot) })));
    }

    /// What a column of the file feeds; none: nothing.
    fn spot(&self, column: usize) -> Option<Spot> {
        let layout = &self.layout;
        let own = layout.columns.iter().position(|at| *at == Some(column)).map(Spot::Column);
        let at = || layout.events.iter().position(|event| event.at == column).map(Spot::At);
        let until = || layout.events.iter().position(|event| event.until == Some(column)).map(Spot::Until);
        let role = || layout.listed.as_ref()?.roles.iter().position(|role| role.at == column).map(Spot::Role);
        own.or_else(at).or_else(until).or_else(role)
    }

    /// The refused rows with their cells as they stood and every reason.
    fn refusals(&self, rows: &Rows, mut faults: Vec<(Spot, Fault)>) -> Vec<Refused> {
        faults.sort_by_key(|(spot, fault)| (fault.row, *spot));
        let mut reasons: BTreeMap<u32, Vec<Refusal>> = BTreeMap::new();
        for (spot, fault) in faults {
            reasons.entry(fault.row).or_default().push(self.refusal(rows, spot, fault));
        }
        reasons.into_iter().map(|(row, reasons)| self.refused(rows, row as usize, reasons)).collect()
    }

    fn refusal(&self, rows: &Rows, spot: Spot, fault: Fault) -> Refusal {
        let Fault { row, rule } = fault;
        let (column, cell, at) = match spot {
            Spot::Column(index) => {
                let column = &self.layout.table.columns[index];
                let made = || self.layout.made.iter().find(|made| made.column == index)?.parts().first().copied();
                (column.name.clone(), column.cell(), self.layout.columns[index].or_else(made))
            }
            Spot::At(event) => {
                let event = &self.layout.events[event];
                (format!("{}_at", event.event), Cell::Stamp, Some(event.at))
            }
            Spot::Until(event) => {
                let event = &self.layout.events[event];
                (format!("{}_until", event.event), Cell::Date, event.until)
            }
            Spot::Line(at) => ("line".to_owned(), Cell::Text, Some(at)),
            Spot::Role(role) => {
                let role = self.layout.listed.as_ref().map(|listed| &listed.roles[role]);
                (role.map_or_else(String::new, |role| role.role.to_owned()), Cell::Name, role.map(|role| role.at))
            }
        };
        let header = at.and_then(|at| self.layout.headers.get(at)).unwrap_or(&column);
        let remedy = rule.remedy(header, cell, self.dictionary);
        let value = at.map_or("", |at| rows.cell(row as usize, at)).to_owned();
        Refusal { column, rule: rule.word().into(), value, remedy }
    }

    /// A row as it stood, for quarantine.
    pub fn refused(&self, rows: &Rows, row: usize, reasons: Vec<Refusal>) -> Refused {
        let width = rows.frame.width().max(self.layout.headers.len());
        let header = |column| self.layout.headers.get(column).cloned().unwrap_or_else(|| letter(column));
        let cells = (0..width).map(|column| (header(column), rows.cell(row, column).to_owned())).collect();
        Refused { row_no: rows.first + row as u64, kind: self.layout.table.name.clone(), cells, reasons }
    }
}

/// Feeds each filled cell to `read` and what comes of it to `push`; a cell that cannot be read is a fault.
#[inline]
fn each<T>(
    cells: &StringChunked,
    faults: &mut Vec<Fault>,
    mut read: impl FnMut(&str) -> Result<Option<T>, Rule>,
    mut push: impl FnMut(Option<T>),
) {
    for (row, cell) in cells.iter().enumerate() {
        push(cell.map_or(Ok(None), &mut read).unwrap_or_else(|rule| {
            faults.push(Fault { row: row as u32, rule });
            None
        }));
    }
}

fn days(name: PlSmallStr, cells: &StringChunked, faults: &mut Vec<Fault>) -> Column {
    let mut days = PrimitiveChunkedBuilder::<Int32Type>::new(name, cells.len());
    each(cells, faults, time::day, |day| days.append_option(day));
    days.finish().into_date().into_column()
}

/// Times, and beside them whether each is a whole day; to the second, or with `fractions` to the microsecond.
fn stamps(name: PlSmallStr, cells: &StringChunked, fractions: bool, faults: &mut Vec<Fault>) -> (Column, Column) {
    let mut whole_days = BooleanChunkedBuilder::new(format!("{name}_whole_day").into(), cells.len());
    let mut times = PrimitiveChunkedBuilder::<Int64Type>::new(name, cells.len());
    let read = |cell: &str| {
        let micros = if fractions { zone::micros(cell) } else { 0 };
        Ok(time::stamp(cell)?.map(|(seconds, whole)| (seconds * 1_000_000 + micros, whole)))
    };
    each(cells, faults, read, |stamp| {
        times.append_option(stamp.map(|(micros, _)| micros));
        whole_days.append_option(stamp.map(|(_, whole)| whole));
    });
    let times = times.finish().into_datetime(TimeUnit::Microseconds, None);
    (times.into_column(), whole_days.finish().into_column())
}

fn wholes(
    name: PlSmallStr,
    cells: &StringChunked,
    faults: &mut Vec<Fault>,
    read: impl FnMut(&str) -> Result<Option<i64>, Rule>,
) -> Column {
    let mut wholes = PrimitiveChunkedBuilder::<Int64Type>::new(name, cells.len());
    each(cells, faults, read, |whole| wholes.append_option(whole));
    wholes.finish().into_column()
}

fn numbers(name: PlSmallStr, cells: &StringChunked, faults: &mut Vec<Fault>) -> Column {
    let mut numbers = PrimitiveChunkedBuilder::<Float64Type>::new(name, cells.len());
    each(cells, faults, number::number, |number| numbers.append_option(number));
    numbers.finish().into_column()
}

fn yes_nos(name: PlSmallStr, cells: &StringChunked, faults: &mut Vec<Fault>) -> Column {
    let mut yes_nos = BooleanChunkedBuilder::new(name, cells.len());
    each(cells, faults, text::yes_no, |yes| yes_nos.append_option(yes));
    yes_nos.finish().into_column()
}

/// A column of words or of decimals in their canonical spelling.
fn mapped<S: AsRef<str>>(
    name: PlSmallStr,
    cells: &StringChunked,
    faults: &mut Vec<Fault>,
    read: impl Fn(&str) -> Result<Option<S>, Rule>,
) -> Column {
    let mut texts = StringChunkedBuilder::new(name, cells.len());
    for (row, cell) in cells.iter().enumerate() {
        match cell.map_or(Ok(None), &read) {
            Ok(text) => texts.append_option(text),
            Err(rule) => {
                faults.push(Fault { row: row as u32, rule });
                texts.append_null();
            }
        }
    }
    texts.finish().into_column()
}
