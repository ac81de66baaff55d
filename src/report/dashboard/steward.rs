//! One steward: who, for which enterprises, the figures of the period, and every row behind them.
use serde::Serialize;

use super::book::Book;
use super::rows::Without;
use super::subject::{self, Rows, Section};
use super::table::{Cell, Column, Table};
use super::words;
use crate::measures::brief::Person;

#[derive(Serialize)]
pub struct Steward {
    name: String,
    id: String,
    unit: String,
    rank: Option<String>,
    holds: usize,
    enterprises: Table,
    figures: Table,
    sections: Vec<Section>,
    explain: String,
}

pub fn view(book: &Book, person: &Person, rows: &Rows) -> Steward {
    let (figures, sections) = subject::figures(book, "person", &person.person_id, rows, Without::Person);
    let example = book.brief.measures.iter().find(|m| m.core).or(book.brief.measures.first());
    Steward {
        name: person.name.clone(),
        id: person.person_id.clone(),
        unit: person.unit.clone().unwrap_or_else(|| "（未填单位）".into()),
        rank: person.rank.clone(),
        holds: person.holds.len(),
        enterprises: enterprises(book, person),
        figures,
        sections,
        explain: example.map_or_else(String::new, |m| {
            let person = super::method::argument(&person.person_id);
            format!("guanjia explain --measure {} --person {person} --period {}", m.id, book.brief.period)
        }),
    }
}

fn enterprises(book: &Book, person: &Person) -> Table {
    let said = book.words();
    let serve = said.phrase("serve");
    let shared = format!("多人{serve}");
    let columns = vec![
        Column::text("编号"),
        Column::text(said.phrase("enterprise")),
        Column::text("行业"),
        Column::text(said.dimension("area")),
        Column::text("阶段"),
        Column::text("标记"),
    ];
    let mut table =
        Table::new("holds", format!("统计日{serve}的{} {} 家", said.phrase("enterprise"), person.holds.len()), columns);
    for id in &person.holds {
        let Some(enterprise) = book.enterprise(id) else {
            table.push(vec![Cell::of(id), Cell::of("（台账中没有）").class("hush")]);
            continue;
        };
        let or_empty = |text: &Option<String>| Cell::of(text.as_deref().unwrap_or_default());
        table.push(vec![
            Cell::of(id),
            Cell::of(&enterprise.name).class("wide"),
            or_empty(&enterprise.industry),
            or_empty(&enterprise.area),
            Cell::of(enterprise.stage.as_deref().map_or_else(String::new, |s| words::shown(said, "stage", s))),
            Cell::of(if enterprise.holders.len() > 1 { &shared } else { "" }),
        ]);
    }
    table.without_empty_columns()
}
