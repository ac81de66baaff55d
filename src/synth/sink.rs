//! Where made-up rows go: CSV files as they come, or memory when they are to be sorted and made untidy.
use std::sync::LazyLock;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::SynthError;
use super::clock::{Clock, DAY, Day, Stamp};
use crate::tables::Dictionary;

/// The twelve tables, in the order of the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Enterprises,
    People,
    Assignments,
    Cases,
    CaseEvents,
    Diary,
    Evaluations,
    Complaints,
    Milestones,
    Absences,
    Policies,
    PolicyPushes,
}

impl Table {
    pub const ALL: [Table; 12] = [
        Table::Enterprises,
        Table::People,
        Table::Assignments,
        Table::Cases,
        Table::CaseEvents,
        Table::Diary,
        Table::Evaluations,
        Table::Complaints,
        Table::Milestones,
        Table::Absences,
        Table::Policies,
        Table::PolicyPushes,
    ];

    /// As the dictionary has it, without what these bureaus' systems do not have: a due of the case's own.
    pub fn described(self) -> &'static crate::tables::Table {
        static TABLES: LazyLock<Vec<crate::tables::Table>> = LazyLock::new(|| {
            let mut tables = Dictionary::shipped().tables.clone();
            tables.iter_mut().for_each(|table| table.columns.retain(|column| column.name != "due_at"));
            tables
        });
        &TABLES[self as usize]
    }
}

/// A cell, in the order of the dictionary's columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Day(Day),
    Stamp(Stamp),
    Whole(i64),
    YesNo(bool),
}

impl<'a> Cell<'a> {
    pub fn text(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Empty, Cell::Text)
    }

    pub fn day(day: Option<Day>) -> Cell<'a> {
        day.map_or(Cell::Empty, Cell::Day)
    }

    pub fn stamp(at: Option<Stamp>) -> Cell<'a> {
        at.map_or(Cell::Empty, Cell::Stamp)
    }
}

/// Takes rows.
pub(super) trait Sink {
    fn row(&mut self, table: Table, cells: &[Cell]) -> Result<(), SynthError>;
}

/// One canonical CSV per table: the warehouse's column names and words, ISO times.
pub(super) struct CsvSink<'a> {
    clock: &'a Clock,
    files: Vec<BufWriter<File>>,
    pub rows: [u64; 12],
}

impl<'a> CsvSink<'a> {
    pub fn create(dir: &Path, clock: &'a Clock) -> Result<CsvSink<'a>, SynthError> {
        let mut files = Vec::new();
        for table in Table::ALL {
            let described = table.described();
            let path = dir.join(format!("{}.csv", described.name));
            let mut file = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(SynthError::at(&path))?);
            let header: Vec<&str> = described.columns.iter().map(|column| column.name.as_str()).collect();
            writeln!(file, "{}", header.join(","))?;
            files.push(file);
        }
        Ok(CsvSink { clock, files, rows: [0; 12] })
    }

    pub fn finish(mut self) -> Result<[u64; 12], SynthError> {
        for file in &mut self.files {
            file.flush()?;
        }
        Ok(self.rows)
    }
}

impl Sink for CsvSink<'_> {
    fn row(&mut self, table: Table, cells: &[Cell]) -> Result<(), SynthError> {
        self.rows[table as usize] += 1;
        let out = &mut self.files[table as usize];
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                out.write_all(b",")?;
            }
            match *cell {
                Cell::Empty => {}
                Cell::Text(text) if text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) => {
                    write!(out, "\"{}\"", text.replace('"', "\"\""))?;
                }
                Cell::Text(text) => out.write_all(text.as_bytes())?,
                Cell::Day(day) => self.clock.write_day(day, out)?,
                Cell::Stamp(at) => self.clock.write_stamp(at, out)?,
                Cell::Whole(n) => write!(out, "{n}")?,
                Cell::YesNo(yes) => out.write_all(if yes { b"yes" } else { b"no" })?,
            }
        }
        out.write_all(b"\n")?;
        Ok(())
    }
}

/// A cell that is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    Empty,
    Text(String),
    Day(Day),
    Stamp(Stamp),
    Whole(i64),
    YesNo(bool),
}

impl Kept {
    /// The day of a day or a time.
    pub fn day(&self) -> Option<Day> {
        match self {
            Kept::Day(day) => Some(*day),
            Kept::Stamp(at) => Some((at / DAY) as Day),
            _ => None,
        }
    }

    /// As it is passed on.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Kept::Empty => Cell::Empty,
            Kept::Text(text) => Cell::Text(text),
            Kept::Day(day) => Cell::Day(*day),
            Kept::Stamp(at) => Cell::Stamp(*at),
            Kept::Whole(n) => Cell::Whole(*n),
            Kept::YesNo(yes) => Cell::YesNo(*yes),
        }
    }

    /// The text, or nothing.
    pub fn text(&self) -> &str {
        if let Kept::Text(text) = self { text } else { "" }
    }
}

pub(super) type Row = Vec<Kept>;

/// All rows in memory; for bureaus of one district.
#[derive(Default)]
pub(super) struct Memory {
    pub tables: [Vec<Row>; 12],
}

impl Sink for Memory {
    fn row(&mut self, table: Table, cells: &[Cell]) -> Result<(), SynthError> {
        let kept = cells.iter().map(|cell| match *cell {
            Cell::Empty => Kept::Empty,
            Cell::Text(text) => Kept::Text(text.to_owned()),
            Cell::Day(day) => Kept::Day(day),
            Cell::Stamp(at) => Kept::Stamp(at),
            Cell::Whole(n) => Kept::Whole(n),
            Cell::YesNo(yes) => Kept::YesNo(yes),
        });
        self.tables[table as usize].push(kept.collect());
        Ok(())
    }
}
