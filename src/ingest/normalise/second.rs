//! A second table below the first on one sheet: whatever follows its header would be read by the first one's columns, so
//! it is refused.
use std::collections::HashSet;

use crate::ingest::headers::{Headers, header_key};
use crate::ingest::read::Rows;
use crate::ingest::recognise::Layout;
use crate::ingest::rows::RowKind;
use crate::tables::Dictionary;

use super::{Fault, Rule, Spot, Typed};

/// Looks for the header of another table in a workbook's sheet.
pub struct Second<'d> {
    tables: Vec<Headers<'d>>,
    /// Every header of every table; nearly no record begins with one.
    words: HashSet<String>,
    /// It began; all records from here on are refused.
    begun: bool,
}

impl<'d> Second<'d> {
    /// None: the sheet is a role list, whose headers are nearly any.
    pub fn of(layout: &Layout<'d>, dictionary: &'d Dictionary) -> Option<Second<'d>> {
        let columns = dictionary.tables.iter().flat_map(|table| &table.columns);
        let words = columns.flat_map(|column| column.headers.iter().chain([&column.name])).map(|text| header_key(text));
        let tables = dictionary.tables.iter().map(Headers::of).collect();
        layout.listed.is_none().then(|| Second { tables, words: words.collect(), begun: false })
    }

    /// The records of a batch that stand in a second table, its header among them; only workbooks have such.
    pub fn rows(&mut self, rows: &Rows, kinds: &[RowKind]) -> Vec<u32> {
        if rows.spans.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for row in (0..rows.height()).filter(|row| kinds[*row] == RowKind::Record) {
            self.begun |= self.is_header(rows, row);
            if self.begun {
                found.push(row as u32);
            }
        }
        found
    }

    fn is_header(&self, rows: &Rows, row: usize) -> bool {
        let cells = || (0..rows.frame.width()).map(|column| rows.cell(row, column));
        let first = cells().find(|cell| !cell.trim().is_empty());
        if !first.is_some_and(|cell| self.words.contains(&header_key(cell))) {
            return false;
        }
        let keys: Vec<String> = cells().map(header_key).collect();
        self.tables.iter().map(|table| table.matched(&keys)).any(|m| m.matched >= 2 && m.required_missing.is_empty())
    }
}

/// Refuses rows for that reason, in place of what else is wrong with them by the first table's columns.
pub(super) fn refuse(rows: &[u32], typed: &mut Typed) {
    if let Some(first) = rows.first() {
        typed.faults.retain(|(_, fault)| fault.row < *first);
        typed.faults.extend(rows.iter().map(|row| (Spot::Line(0), Fault { row: *row, rule: Rule::SecondTable })));
    }
}
