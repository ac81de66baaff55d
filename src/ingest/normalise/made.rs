//! Cells that a file does not have, made from others: ids of whom and what a row names, and of the row itself.
//!
//! Records that define somebody (people, enterprises) get the id that a wide role list makes of the same name and
//! telephone number. Others only name somebody: they get a [`Named`] in place of an id, which the warehouse looks up when
//! all files of a batch are in, so that their order does not matter.
use polars::prelude::*;
use sha2::{Digest, Sha256};

use super::text::{self, Taken, trim};
use super::time;
use super::who::{Who, people};
use super::{Spot, Typed};
use crate::ingest::fault::{Fault, Rule};
use crate::ingest::read::{Rows, hex};
use crate::mapping::Spec;
use crate::tables::{Table, plain};
use crate::warehouse::named::{Named, What};

/// A column that is made, and from what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its place in the table.
    pub column: usize,
    pub of: Of,
}

/// From what a cell is made; numbers are columns of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// It was made already and is taken as it stands.
    Ready,
    Value(String),
    Person(Person),
    Enterprise {
        name: usize,
        own: bool,
    },
    /// What these cells say together.
    Content {
        prefix: char,
        parts: Vec<usize>,
    },
}

/// Columns that say who is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: usize,
    pub phone: Option<usize>,
    pub unit: Option<usize>,
    pub post: Option<usize>,
    /// The record is that of the person.
    pub own: bool,
}

/// An id from what a record is known by.
pub fn made_id(prefix: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(plain(part));
        hash.update([0]);
    }
    format!("{prefix}-{}", &hex(&hash.finalize())[..12])
}

impl Who {
    /// By name and first telephone number, or by name, post and unit where there is none.
    pub fn id(&self) -> String {
        match self.phone.split('、').next() {
            Some(phone) if !phone.is_empty() => made_id("p", &[&self.name, phone]),
            _ => made_id("p", &[&self.name, "", &self.post, &self.unit]),
        }
    }
}

impl Made {
    /// How a column of a table is made in a file whose headers are found by `place`; none: not from these headers.
    pub fn of(table: &Table, column: usize, spec: &Spec, place: &impl Fn(&str) -> Option<usize>) -> Option<Made> {
        let name = &table.columns[column].name;
        // A record of the table whose key it is is that person or enterprise; all others only name it.
        let own = table.key.len() == 1 && table.key[0] == *name;
        let first = |headers: &[String]| headers.iter().find_map(|header| place(header));
        // Without the telephone a list would make other ids; who is only named can be looked up without it.
        let beside = |headers: &[String]| match first(headers) {
            None if own && !headers.is_empty() => None,
            found => Some(found),
        };
        let of = if !spec.person.is_empty() {
            let (phone, unit, post) = (beside(&spec.phone)?, beside(&spec.unit)?, beside(&spec.post)?);
            Of::Person(Person { name: first(&spec.person)?, phone, unit, post, own })
        } else if !spec.enterprise.is_empty() {
            Of::Enterprise { name: first(&spec.enterprise)?, own }
        } else if !spec.made_of.is_empty() {
            let parts = spec.made_of.iter().map(|header| place(header)).collect::<Option<_>>()?;
            Of::Content { prefix: prefix(name), parts }
        } else {
            Of::Value(spec.value.clone()?)
        };
        Some(Made { column, of })
    }

    /// It names a record of another table, to be looked up.
    pub fn names(&self) -> bool {
        matches!(&self.of, Of::Person(Person { own: false, .. }) | Of::Enterprise { own: false, .. })
    }

    /// The person whose record it is the id of.
    pub fn own_person(&self) -> Option<&Person> {
        match &self.of {
            Of::Person(person) if person.own => Some(person),
            _ => None,
        }
    }

    /// The columns of the file that it is made from, the one that names first.
    pub fn parts(&self) -> Vec<usize> {
        match &self.of {
            Of::Ready | Of::Value(_) => Vec::new(),
            Of::Person(person) => {
                [Some(person.name), person.phone, person.unit, person.post].into_iter().flatten().collect()
            }
            Of::Enterprise { name, .. } => vec![*name],
            Of::Content { parts, .. } => parts.clone(),
        }
    }

    /// The cell of a row; none: nothing that it could be made from stands there.
    pub fn cell(&self, rows: &Rows, row: usize) -> Result<Option<String>, Rule> {
        match &self.of {
            Of::Ready => Ok(None),
            Of::Value(value) => Ok(Some(value.clone())),
            Of::Person(person) => Ok(person.who(rows, row)?.map(|who| match person.own {
                true => who.id(),
                false => of_person(&who).write(),
            })),
            Of::Enterprise { name, own } => enterprise(rows.cell(row, *name), *own),
            Of::Content { prefix, parts } => content(*prefix, parts, rows, row),
        }
    }

    /// All cells of a batch.
    pub(super) fn cells(&self, name: PlSmallStr, rows: &Rows, faults: &mut Vec<Fault>) -> StringChunked {
        let mut cells = StringChunkedBuilder::new(name, rows.height());
        for row in 0..rows.height() {
            cells.append_option(self.cell(rows, row).unwrap_or_else(|rule| {
                faults.push(Fault { row: row as u32, rule });
                None
            }));
        }
        cells.finish()
    }
}

/// First letter of a number that is made: `entry_id` → d.
fn prefix(column: &str) -> char {
    match column {
        "case_id" => 'c',
        "entry_id" => 'd',
        "evaluation_id" => 'v',
        "complaint_id" => 't',
        _ => 'n',
    }
}

impl Person {
    /// Whom a row names, with what stands beside; none: nobody.
    pub fn who(&self, rows: &Rows, row: usize) -> Result<Option<Who>, Rule> {
        let mut found = people(rows.cell(row, self.name))?;
        let Some(mut who) = found.pop() else { return Ok(None) };
        if !found.is_empty() {
            return Err(Rule::OnePerson);
        }
        let beside = |at: Option<usize>| at.map_or("", |at| trim(rows.cell(row, at))).to_owned();
        let phone = beside(self.phone);
        let phone = match text::phone(&phone) {
            _ if phone.is_empty() => String::new(),
            Taken::Same => phone,
            Taken::Changed(phone) => phone,
            Taken::Nothing => String::new(),
            Taken::Refused(rule) => return Err(rule),
        };
        let fill = |into: &mut String, value: String| {
            if into.is_empty() {
                *into = value;
            }
        };
        fill(&mut who.phone, phone);
        fill(&mut who.post, beside(self.post));
        fill(&mut who.unit, beside(self.unit));
        Ok(Some(who))
    }
}

/// Whom a row names, to be looked up.
fn of_person(who: &Who) -> Named {
    Named { what: What::Person, name: who.name.clone(), phone: who.phone.clone(), unit: who.unit.clone(), id: who.id() }
}

fn enterprise(cell: &str, own: bool) -> Result<Option<String>, Rule> {
    let name = trim(cell);
    if text::is_excel_error(name) {
        return Err(Rule::ExcelError);
    }
    if name.is_empty() {
        return Ok(None);
    }
    let id = made_id("e", &[name]);
    let named = || Named { what: What::Enterprise, name: name.to_owned(), id: id.clone(), ..Named::default() };
    Ok(Some(if own { id.clone() } else { named().write() }))
}

/// The same whatever a day or a time looks like, how a name is padded, or which width its digits have.
fn content(prefix: char, parts: &[usize], rows: &Rows, row: usize) -> Result<Option<String>, Rule> {
    let mut said = Vec::with_capacity(parts.len());
    for at in parts {
        let cell = trim(rows.cell(row, *at));
        if text::is_excel_error(cell) {
            return Err(Rule::ExcelError);
        }
        said.push(match time::stamp(cell) {
            Ok(Some((seconds, _))) => format!("@{seconds}"),
            _ => bare_name(cell).unwrap_or_else(|| cell.to_owned()),
        });
    }
    if said.iter().all(String::is_empty) {
        return Ok(None);
    }
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    Ok(Some(made_id(&prefix.to_string(), &said)))
}

/// The name in a cell that holds a name and a telephone number: who adds the number to tell two people apart means the
/// same record.
fn bare_name(cell: &str) -> Option<String> {
    const LONG: usize = 30;
    if cell.chars().count() > LONG || cell.chars().filter(|c| c.is_numeric()).count() < 7 {
        return None;
    }
    match people(cell).ok()?.as_slice() {
        [who] if !who.phone.is_empty() => Some(who.name.clone()),
        _ => None,
    }
}

/// Records of people whose id is made: the name without what stands beside it in its cell, and what the cell and the
/// columns beside it say of telephone, unit and post.
pub(super) fn complete(person: &Person, rows: &Rows, typed: &mut Typed) -> PolarsResult<()> {
    let whos: Vec<Option<Who>> = (0..rows.height()).map(|row| person.who(rows, row).ok().flatten()).collect();
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let names = whos.iter().map(|who| who.as_ref().and_then(|who| filled(&who.name)));
    let names = StringChunked::from_iter_options("name".into(), names);
    if let Some(column) = typed.columns.iter_mut().find(|column| column.name() == "name") {
        *column = names.into_column();
    }
    for (column, of) in [("phone", 0), ("unit", 1), ("rank", 2)] {
        typed.fill(column, |row| {
            let who = whos[row].as_ref()?;
            filled([&who.phone, &who.unit, &who.post][of])
        })?;
    }
    // A name with several people in it is told once, at the id.
    let mut seen = std::collections::BTreeSet::new();
    typed.faults.retain(|(spot, fault)| {
        !matches!(fault.rule, Rule::Person | Rule::OnePerson)
            || !matches!(spot, Spot::Column(_))
            || seen.insert(fault.row)
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of texts, as a reader of CSV lays them.
    fn rows(lines: &[&[&str]]) -> Rows {
        let width = lines.iter().map(|line| line.len()).max().unwrap_or(0);
        let column = |at: usize| {
            let cells = lines.iter().map(|line| line.get(at).copied().filter(|cell| !cell.is_empty()));
            StringChunked::from_iter_options(PlSmallStr::from_string(at.to_string()), cells).into_column()
        };
        let frame = DataFrame::new(lines.len(), (0..width).map(column).collect()).unwrap();
        Rows { first: 1, frame, numbers: Vec::new(), spans: Vec::new(), marks: Vec::new(), damaged: false }
    }

    fn cells(of: Of, lines: &[&[&str]]) -> Vec<Result<Option<String>, Rule>> {
        let (made, rows) = (Made { column: 0, of }, rows(lines));
        (0..lines.len()).map(|row| made.cell(&rows, row)).collect()
    }

    #[test]
    fn a_record_has_the_number_of_what_it_says_however_it_is_written() {
        let of = Of::Content { prefix: 'd', parts: vec![0, 1] };
        let made = cells(
            of,
            &[
                &["王强", "2026-10-09"],
                &["　王强 ", "2026年10月9日"],
                &["王强 13800000001", "2026/10/9"],
                &["王强", "2026-10-10"],
                &["王强2026-10-09", ""],
                &["", ""],
                &["#REF!", "2026-10-09"],
            ],
        );
        let first = made[0].clone().unwrap().unwrap();
        assert!(first.starts_with("d-") && first.len() == 14, "{first}");
        assert_eq!((&made[1], &made[2]), (&made[0], &made[0]));
        assert!(made[3] != made[0] && made[4] != made[0]);
        assert_eq!((&made[5], &made[6]), (&Ok(None), &Err(Rule::ExcelError)));
    }

    #[test]
    fn somebody_has_one_id_in_every_list_that_gives_name_and_number() {
        let own = |phone| Of::Person(Person { name: 0, phone, unit: Some(2), post: None, own: true });
        let lines: [&[&str]; 3] = [
            &["王　强", "1.3800000001E+10", "工信局"],
            &["王强13800000001", "", "发改局"],
            &["王强", "13800000002", "工信局"],
        ];
        let made = cells(own(Some(1)), &lines);
        assert_eq!(made[0], made[1]);
        assert_ne!(made[0], made[2]);
        assert_eq!(made[0].clone().unwrap().unwrap(), made_id("p", &["王强", "13800000001"]));
        // Without a number it is name, post and unit.
        let bare = cells(own(None), &lines);
        assert_ne!(bare[0], made[0]);
        assert_eq!(bare[0], bare[2]);
    }

    #[test]
    fn who_is_only_named_is_to_be_looked_up() {
        let of = |own| Of::Person(Person { name: 0, phone: Some(1), unit: None, post: None, own });
        let lines: [&[&str]; 3] = [&["王强", "13800000001"], &["王强、李四", ""], &["", "13800000001"]];
        let (named, own) = (cells(of(false), &lines), cells(of(true), &lines));
        let written = named[0].clone().unwrap().unwrap();
        assert_ne!(named[0], own[0]);
        let read = Named::read(&written).unwrap();
        assert_eq!((read.name.as_str(), read.phone.as_str()), ("王强", "13800000001"));
        assert_eq!(Some(read.id), own[0].clone().unwrap());
        assert_eq!((&named[1], &named[2]), (&Err(Rule::OnePerson), &Ok(None)));
    }

    #[test]
    fn an_enterprise_is_known_by_its_name() {
        let lines: [&[&str]; 4] = [&["海天机械有限公司"], &["　海天机械有限公司　"], &[""], &["#N/A"]];
        let made = cells(Of::Enterprise { name: 0, own: true }, &lines);
        assert_eq!(made[0], made[1]);
        assert_eq!((&made[2], &made[3]), (&Ok(None), &Err(Rule::ExcelError)));
    }
}
