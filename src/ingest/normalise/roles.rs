//! One row of a wide role list becomes an enterprise, the people it names, and who holds which role.
//!
//! Ids are made from what a list does have, so that the same list gives the same ids on every machine:
//! `e-` and twelve hex digits of the SHA-256 of the enterprise's name, `p-` and those of a person's name with the first
//! telephone number, or with post and unit where there is none.
use polars::prelude::*;

use super::made::made_id;
use super::who::{Who, people, units};
use super::{Spot, Typed};
use crate::ingest::fault::{Fault, Rule};
use crate::ingest::normalise::text::{Taken, phone};
use crate::ingest::read::Rows;
use crate::ingest::recognise::Layout;
use crate::ingest::role_list::{Listed, RoleColumns};
use crate::ingest::rows::RowKind;
use crate::tables::{Cell, Dictionary};

/// Who holds a role in a row.
struct Holding<'d> {
    row: usize,
    role: &'d str,
    /// None: a unit holds it.
    person: Option<Who>,
    unit: String,
}

/// What the rows of a batch say beside their enterprises.
pub struct Holdings<'d> {
    holdings: Vec<Holding<'d>>,
    since: i32,
}

/// Reads the roles' columns, and completes the enterprises: id and kind where the list has none, and the contact.
pub fn holdings<'d>(
    listed: &Listed<'d>,
    rows: &Rows,
    kinds: &[RowKind],
    typed: &mut Typed,
) -> PolarsResult<Holdings<'d>> {
    let mut holdings = Vec::new();
    for (index, role) in listed.roles.iter().enumerate() {
        let mut faults = Vec::new();
        for row in (0..rows.height()).filter(|row| kinds[*row] == RowKind::Record) {
            match held(role, rows, row) {
                Ok(found) => holdings.extend(found),
                Err(rule) => faults.push(Fault { row: row as u32, rule }),
            }
        }
        typed.fault(Spot::Role(index), faults);
    }
    complete(listed, &holdings, typed)?;
    let epoch = chrono::NaiveDate::default();
    Ok(Holdings { holdings, since: (listed.since - epoch).num_days() as i32 })
}

/// Who holds a role in a row.
fn held<'d>(role: &RoleColumns<'d>, rows: &Rows, row: usize) -> Result<Vec<Holding<'d>>, Rule> {
    let cell = |at: Option<usize>| at.map_or("", |at| rows.cell(row, at));
    let holding = |person, unit| Holding { row, role: role.role, person, unit };
    if role.of_units {
        return Ok(units(rows.cell(row, role.at))?.into_iter().map(|unit| holding(None, unit)).collect());
    }
    let mut found = people(rows.cell(row, role.at))?;
    // What stands in the columns beside is of the one person whom the cell names.
    let beside = [cell(role.post), cell(role.unit), cell(role.phone)].map(|cell| super::text::trim(cell).to_owned());
    match (&mut found[..], beside.iter().all(String::is_empty)) {
        (_, true) => {}
        ([person], false) => {
            let [post, unit, phones] = beside;
            let fill = |into: &mut String, value: String| {
                if into.is_empty() {
                    *into = value
                }
            };
            fill(&mut person.post, post);
            fill(&mut person.unit, unit);
            let phones = match phone(&phones) {
                Taken::Changed(phones) => phones,
                Taken::Same => phones,
                Taken::Nothing => String::new(),
                Taken::Refused(rule) => return Err(rule),
            };
            fill(&mut person.phone, phones);
        }
        // A telephone number beside nobody, or beside several: whose it is cannot be told.
        (_, false) if !beside[2].is_empty() => return Err(Rule::Person),
        _ => {}
    }
    Ok(found.into_iter().map(|who| holding(Some(who), String::new())).collect())
}

fn complete(listed: &Listed, holdings: &[Holding], typed: &mut Typed) -> PolarsResult<()> {
    let height = typed.columns.first().map_or(0, Column::len);
    let mut contacts: Vec<Option<&Who>> = vec![None; height];
    for holding in holdings.iter().filter(|holding| holding.role == "enterprise_contact") {
        contacts[holding.row] = contacts[holding.row].or(holding.person.as_ref());
    }
    let names = typed.get("name").map(|names| names.str().cloned()).transpose()?;
    let Some(names) = names else { return Ok(()) };
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    typed.fill("enterprise_id", |row| names.get(row).map(|name| made_id("e", &[name])))?;
    typed.fill("kind", |_| Some(listed.kind.to_owned()))?;
    typed.fill("contact_name", |row| contacts[row].and_then(|who| filled(&who.name)))?;
    typed.fill("contact_phone", |row| contacts[row].and_then(|who| filled(&who.phone)))
}

/// Names that carry a telephone number along: 王强 13800000001. The number goes to its own column.
pub fn part_names(layout: &Layout, rows: &Rows, typed: &mut Typed) -> PolarsResult<()> {
    let table = layout.table;
    let place = |name: &str| table.columns.iter().position(|c| c.name == name);
    let names = table.columns.iter().enumerate().filter(|(_, c)| c.cell() == Cell::Name);
    for (index, column) in names.filter(|(index, _)| layout.columns[*index].is_some()) {
        let phone = ["phone", "contact_phone"].into_iter().find(|name| place(name).is_some());
        let Some(cells) = typed.get(&column.name).map(|cells| cells.str().cloned()).transpose()? else { continue };
        let digits = |cell: &str| cell.bytes().filter(u8::is_ascii_digit).count();
        // A full-width number has no ASCII digit, but three bytes a sign.
        let suspect = |cell: &str| digits(cell) >= 7 || cell.chars().filter(|c| ('０'..='９').contains(c)).count() >= 7;
        // As they stood: taken for a name, the cell has lost the spaces that part two of them.
        let Some(raw) = layout.columns[index].and_then(|at| rows.column(at)) else { continue };
        if !raw.iter().flatten().any(suspect) {
            continue;
        }
        let (mut names, mut phones, mut faults) = (Vec::new(), vec![None; cells.len()], Vec::new());
        for (row, cell) in cells.iter().enumerate() {
            let Some(text) = raw.get(row).filter(|cell| suspect(cell)) else {
                names.push(cell.map(str::to_owned));
                continue;
            };
            match people(text).as_deref() {
                Ok([who]) => {
                    names.push(Some(who.name.clone()));
                    phones[row] = Some(who.phone.clone()).filter(|phone| !phone.is_empty());
                }
                _ => {
                    names.push(None);
                    faults.push(Fault { row: row as u32, rule: Rule::Person });
                }
            }
        }
        typed.fault(Spot::Column(index), faults);
        let names = StringChunked::from_iter_options(column.name.as_str().into(), names.into_iter());
        if let Some(typed) = typed.columns.iter_mut().find(|c| c.name() == column.name.as_str()) {
            *typed = names.into_column();
        }
        if let Some(phone) = phone {
            typed.fill(phone, |row| phones[row].clone())?;
        }
    }
    Ok(())
}

impl Typed {
    /// Fills the empty cells of a text column.
    pub(super) fn fill(&mut self, name: &str, value: impl Fn(usize) -> Option<String>) -> PolarsResult<()> {
        let Some(column) = self.columns.iter_mut().find(|c| c.name() == name) else { return Ok(()) };
        let mut filled = StringChunkedBuilder::new(name.into(), column.len());
        for (row, cell) in column.str()?.iter().enumerate() {
            match cell {
                Some(cell) => filled.append_value(cell),
                None => filled.append_option(value(row)),
            }
        }
        *column = filled.finish().into_column();
        Ok(())
    }
}

impl Holdings<'_> {
    /// People and assignments of the kept rows; `enterprises` is the typed frame of all rows.
    pub fn frames(
        &self,
        enterprises: &DataFrame,
        keep: &[bool],
        dictionary: &Dictionary,
    ) -> PolarsResult<Vec<(String, DataFrame)>> {
        let row_no = enterprises.column("row_no")?.i64()?;
        let ids = enterprises.column("enterprise_id")?.str()?;
        let (mut people, mut assignments) = (Texts::default(), Texts::default());
        for holding in self.holdings.iter().filter(|holding| keep[holding.row]) {
            let (number, enterprise) = (row_no.get(holding.row), ids.get(holding.row));
            let base = [("enterprise_id", enterprise.unwrap_or("")), ("role", holding.role)];
            match &holding.person {
                Some(who) => {
                    let id = who.id();
                    let own = [
                        ("person_id", &*id),
                        ("name", &who.name),
                        ("unit", &who.unit),
                        ("rank", &who.post),
                        ("phone", &who.phone),
                    ];
                    people.push(number, &own);
                    assignments.push(number, &[base[0], base[1], ("holder_id", &id), ("holder_name", &who.name)]);
                }
                None => assignments.push(number, &[base[0], base[1], ("holder_unit", &holding.unit)]),
            }
        }
        let people = people.frame("people", None, dictionary)?;
        let assignments = assignments.frame("assignments", Some(self.since), dictionary)?;
        Ok(vec![("people".into(), people), ("assignments".into(), assignments)])
    }
}

/// Rows of text by column, as they grow.
#[derive(Default)]
struct Texts {
    numbers: Vec<Option<i64>>,
    rows: Vec<Vec<(String, String)>>,
}

impl Texts {
    fn push(&mut self, number: Option<i64>, cells: &[(&str, &str)]) {
        self.numbers.push(number);
        self.rows.push(cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect());
    }

    /// The frame in the dictionary's order; days are null but for `valid_from`.
    fn frame(self, table: &str, since: Option<i32>, dictionary: &Dictionary) -> PolarsResult<DataFrame> {
        let height = self.rows.len();
        let mut columns =
            vec![Int64Chunked::from_iter_options("row_no".into(), self.numbers.into_iter()).into_column()];
        for column in dictionary.table(table).map_or(&[][..], |table| &table.columns) {
            let name: PlSmallStr = column.name.as_str().into();
            columns.push(match column.cell() {
                Cell::Date => {
                    let day = since.filter(|_| column.name == "valid_from");
                    let days = std::iter::repeat_n(day, height);
                    Int32Chunked::from_iter_options(name, days).into_date().into_column()
                }
                _ => {
                    let cell = |row: &Vec<(String, String)>| {
                        row.iter()
                            .find(|(own, text)| *own == column.name && !text.is_empty())
                            .map(|(_, text)| text.clone())
                    };
                    StringChunked::from_iter_options(name, self.rows.iter().map(cell)).into_column()
                }
            });
        }
        DataFrame::new(height, columns)
    }
}
