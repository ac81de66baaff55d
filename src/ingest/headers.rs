//! Headers of a sheet: what they are compared by, and how a row of them reads as one table's columns.
use std::collections::HashMap;

use super::normalise::made::Made;
use super::normalise::number::in_ten_thousands;
use crate::mapping::Spec;
use crate::mapping::made::Missing;
use crate::tables::{Cell, Dictionary, Table, plain};

/// What a header is compared by: plain, without marks at its ends.
pub fn header_key(text: &str) -> String {
    plain(text).trim_matches(['*', ':', '※']).to_owned()
}

/// The header without a bracketed remark at its end, and the remark.
pub fn bracketed(key: &str) -> Option<(&str, &str)> {
    let inner = key.strip_suffix(')').or_else(|| key.strip_suffix(']')).or_else(|| key.strip_suffix('】'))?;
    let open = inner.rfind(['(', '[', '【'])?;
    let (head, remark) = inner.split_at(open);
    Some((head, remark.trim_start_matches(['(', '[', '【'])))
}

/// What a header can stand for within a table.
enum Place {
    Column(usize),
    /// The time of this event.
    Event(usize),
}

/// The headers of one table.
pub struct Headers<'d> {
    pub table: &'d Table,
    places: HashMap<String, Place>,
    /// What stands for columns that a file lacks.
    missing: Option<&'d Missing>,
    /// So many columns a file must have of its own before others are made.
    own: usize,
}

/// A header row read as one table's.
pub struct Match {
    pub columns: Vec<Option<usize>>,
    pub events: Vec<Option<usize>>,
    pub shifts: Vec<i32>,
    pub matched: usize,
    pub required_missing: Vec<usize>,
    pub made: Vec<Made>,
}

impl<'d> Headers<'d> {
    pub fn of(table: &'d Table) -> Headers<'d> {
        let mut places = HashMap::new();
        for (i, event) in table.events.iter().enumerate() {
            let own = format!("{}_at", event.event);
            for header in event.headers.iter().chain([&own]) {
                places.insert(header_key(header), Place::Event(i));
            }
        }
        for (i, column) in table.columns.iter().enumerate() {
            for header in column.headers.iter().chain([&column.name]) {
                places.insert(header_key(header), Place::Column(i));
            }
        }
        Headers { table, places, missing: None, own: 2 }
    }

    /// The same, where a workspace says what stands for columns that its files lack.
    ///
    /// A name alone is on many lists that are no export; `asked`: it was said to be one of this table.
    pub fn with_missing(table: &'d Table, dictionary: &'d Dictionary, asked: bool) -> Headers<'d> {
        let own = if asked { 1 } else { 2 };
        Headers { missing: dictionary.missing.get(&table.name), own, ..Headers::of(table) }
    }

    pub fn matched(&self, row: &[String]) -> Match {
        let mut found = Match {
            columns: vec![None; self.table.columns.len()],
            events: vec![None; self.table.events.len()],
            shifts: vec![0; self.table.columns.len()],
            matched: 0,
            required_missing: Vec::new(),
            made: Vec::new(),
        };
        for (at, key) in row.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            let direct = self.places.get(key).map(|place| (place, None));
            let place = direct.or_else(|| {
                let (head, remark) = bracketed(key)?;
                Some((self.places.get(header_key(head).as_str())?, Some(remark)))
            });
            // The first column of several with one meaning holds.
            match place {
                Some((Place::Column(i), remark)) if found.columns[*i].is_none() => {
                    found.columns[*i] = Some(at);
                    found.shifts[*i] = remark.map_or(0, |remark| self.shift(*i, remark));
                    found.matched += 1;
                }
                Some((Place::Event(i), _)) if found.events[*i].is_none() => {
                    found.events[*i] = Some(at);
                    found.matched += 1;
                }
                _ => {}
            }
        }
        self.make(row, &mut found);
        let lacks = |i: &usize| found.columns[*i].is_none() && !found.made.iter().any(|made| made.column == *i);
        let required = (0..self.table.columns.len()).filter(|i| self.table.columns[*i].required);
        found.required_missing = required.filter(lacks).collect();
        found
    }

    /// Columns that are lacking and can be made from those that are there.
    fn make(&self, row: &[String], found: &mut Match) {
        let Some(missing) = self.missing.filter(|_| found.matched >= self.own) else { return };
        // Numbers come last: they may be made of whom and what the record names.
        let numbers = |(_, spec): &(usize, &Spec)| !spec.made_of.is_empty();
        let columns = self.table.columns.iter().enumerate().filter(|(index, _)| found.columns[*index].is_none());
        let mut specs: Vec<(usize, &Spec)> =
            columns.filter_map(|(index, column)| Some((index, missing.get(&column.name)?))).collect();
        specs.sort_by_key(numbers);
        for (index, spec) in specs {
            let place = |header: &str| at(row, header).or_else(|| self.fed(header, found));
            let Some(made) = Made::of(self.table, index, spec, &place) else { continue };
            found.matched += usize::from(!made.parts().is_empty());
            found.made.push(made);
        }
    }

    /// The column of the file that feeds a column of the table, or from which that is made.
    fn fed(&self, name: &str, found: &Match) -> Option<usize> {
        let index = self.table.columns.iter().position(|column| column.name == name)?;
        let made = || found.made.iter().find(|made| made.column == index)?.parts().first().copied();
        found.columns[index].or_else(made)
    }

    /// The power of ten that a unit of money beside a decimal column calls for.
    fn shift(&self, column: usize, unit: &str) -> i32 {
        let is_money = self.table.columns[column].cell() == Cell::Decimal;
        let unit = unit.trim_start_matches("单位").trim_start_matches(':');
        match in_ten_thousands(unit) {
            Some(("", power)) if is_money => power,
            _ => 0,
        }
    }
}

/// Where a header stands in a row of keys, whole or before a remark in brackets.
pub fn at(row: &[String], header: &str) -> Option<usize> {
    let key = header_key(header);
    let whole = row.iter().position(|own| *own == key);
    whole.or_else(|| row.iter().position(|own| bracketed(own).is_some_and(|(head, _)| header_key(head) == key)))
}

/// Two header rows as one: what stands below is the closer name, what stands above it covers the rest.
pub fn under(above: &[String], below: &[String]) -> Vec<String> {
    above.iter().zip(below).map(|(above, below)| if below.is_empty() { above } else { below }).cloned().collect()
}

/// A name of its own for every column: its header as it stood, with a number where it stands twice, or its
/// letter where it has none.
pub fn unique(header: &[String]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (column, text) in header.iter().enumerate() {
        let text = text.trim();
        let name = if text.is_empty() {
            letter(column)
        } else {
            let count = seen.entry(text).or_insert(0);
            *count += 1;
            if *count == 1 { text.to_owned() } else { format!("{text} ({count})") }
        };
        names.push(if names.contains(&name) { format!("{name} [{}]", letter(column)) } else { name });
    }
    names
}

/// A column's letter in a spreadsheet: A, B, …, Z, AA.
pub fn letter(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let names = unique(&["电话", "", "电话", "电话 (2)", " "].map(String::from));
        assert_eq!(names, ["电话", "B", "电话 (2)", "电话 (2) [D]", "E"]);
        assert_eq!(
            (letter(25), letter(26), letter(701), letter(702)),
            ("Z".into(), "AA".into(), "ZZ".into(), "AAA".into())
        );
    }
}
