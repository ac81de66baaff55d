//! Units and departments: all of them in one table by name, and a page for each with its own figures.
//!
//! A department's rows are those for which no person answers; those of its people stand on their pages.
use std::collections::BTreeSet;

use serde::Serialize;

use super::book::Book;
use super::rows::Without;
use super::stewards::cell;
use super::subject::{self, Rows, Section};
use super::table::{Cell, Column, Row, Table};
use super::words;
use crate::measures::brief::{Evidence, Measure};

#[derive(Serialize)]
pub struct Units {
    table: Table,
    units: usize,
    has_rating: bool,
}

#[derive(Serialize)]
pub struct Unit {
    name: String,
    people: Option<Table>,
    figures: Table,
    sections: Vec<Section>,
    explain: String,
}

/// The unit for which a row counts without a person.
pub fn own(row: &Evidence) -> Option<&str> {
    row.unit.as_deref().filter(|_| row.person_id.is_none())
}

/// Measures for which departments answer themselves, and those on which stewards are judged.
fn listed<'a>(book: &Book<'a>) -> Vec<&'a Measure> {
    let departments = |m: &Measure| {
        let rows = book.rows(&m.id);
        let units: BTreeSet<&str> = rows.iter().filter_map(|row| own(row)).collect();
        m.kind != "tally" && units.len() > 1
    };
    book.brief.measures.iter().filter(|m| m.standard.is_some() && (m.core || departments(m))).collect()
}

pub fn list(book: &Book) -> Units {
    let measures = listed(book);
    let mut columns = vec![
        Column::text(book.words().dimension("unit")).sorted(),
        Column::number(format!("{}（名）", book.words().phrase("steward"))).sorted(),
    ];
    columns.extend(measures.iter().map(|m| {
        let met = words::judged(&m.kind).0;
        Column::number(format!("{}（{met}／应计）", m.name))
    }));
    let caption = format!("{}各单位、各部门主要指标", book.brief.period.zh());
    let mut table = Table { tools: true, ..Table::new("units", caption, columns) };
    let units = book.units();
    for unit in &units {
        let people = book.stewards().iter().filter(|p| p.unit.as_deref() == Some(unit)).count();
        let people = if people > 0 { people.to_string() } else { String::new() };
        let mut cells = vec![Cell::link(*unit, book.unit_page(unit)), Cell::of(people)];
        cells.extend(measures.iter().map(|m| cell(book, book.figure_of(&m.id, "unit", Some(unit)))));
        table.push(cells);
    }
    if measures.iter().any(|m| book.figure_of(&m.id, "unit", None).is_some()) {
        let mut cells = vec![Cell::of(book.words().phrase("vacuum")), Cell::default()];
        cells.extend(measures.iter().map(|m| cell(book, book.figure_of(&m.id, "unit", None))));
        table.foot.push(Row { class: Some("vacuum"), ..Row::from(cells) });
    }
    let district = |m: &Measure| book.brief.district.iter().map(|c| &c.now).find(|f| f.measure == m.id);
    let mut cells = vec![Cell::of(format!("{}合计", book.words().phrase("district"))), Cell::default()];
    cells.extend(measures.iter().map(|m| cell(book, district(m))));
    table.foot.push(Row { class: Some("total"), ..Row::from(cells) });
    Units { table, units: units.len(), has_rating: measures.iter().any(|m| book.is_rating(&m.id)) }
}

pub fn view(book: &Book, unit: &str, rows: &Rows) -> Unit {
    let (figures, sections) = subject::figures(book, "unit", unit, rows, Without::Person);
    // One of which the unit has a figure.
    let has = |m: &&Measure| book.figure_of(&m.id, "unit", Some(unit)).is_some();
    let listed = listed(book);
    let measure = book.brief.measures.iter().find(has).or(listed.first().copied()).map_or("", |m| m.id.as_str());
    let name = super::method::argument(unit);
    Unit {
        name: unit.to_owned(),
        people: people(book, unit),
        figures,
        sections,
        explain: format!("guanjia explain --measure {measure} --unit {name} --period {}", book.brief.period),
    }
}

/// The stewards of the unit; none where it has none.
fn people(book: &Book, unit: &str) -> Option<Table> {
    let words = book.words();
    let columns =
        vec![Column::text("姓名"), Column::text("职级"), Column::number(format!("{}企业数", words.phrase("serve")))];
    let mut table = Table::new("people", format!("所属{}", words.phrase("steward")), columns);
    for person in book.stewards().into_iter().filter(|p| p.unit.as_deref() == Some(unit)) {
        let page = book.steward_page(&person.person_id).map(|page| format!("../{page}"));
        let rank = person.rank.clone().unwrap_or_default();
        table.push(vec![Cell::link(&person.name, page), Cell::of(rank), Cell::of(person.holds.len().to_string())]);
    }
    (!table.rows.is_empty()).then(|| table.without_empty_columns())
}
