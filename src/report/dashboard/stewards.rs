//! All stewards in one table, by unit and name: no ranks, and nothing to rank by.
use serde::Serialize;

use super::book::Book;
use super::table::{Cell, Column, Row, Table};
use super::words;
use crate::measures::brief::{Figure, Measure};
use crate::report::format;

#[derive(Serialize)]
pub struct Stewards {
    table: Table,
    has_rating: bool,
    people: usize,
    units: usize,
}

pub fn view(book: &Book) -> Stewards {
    let core: Vec<&Measure> = book.brief.measures.iter().filter(|m| m.core).collect();
    let said = book.words();
    let mut columns = vec![
        Column::text("姓名").sorted(),
        Column::text("单位").sorted().filtered(),
        Column::number(format!("{}企业数", said.phrase("serve"))).sorted(),
    ];
    // Rates carry no sorting: a list in their order would be a league table.
    columns.extend(core.iter().map(|m| {
        let met = words::judged(&m.kind).0;
        Column::number(format!("{}（{met}／应计）", m.name))
    }));
    let caption = format!("{}各{}核心指标", book.brief.period.zh(), said.phrase("steward"));
    let mut table = Table { tools: true, ..Table::new("stewards", caption, columns) };
    let people = book.stewards();
    for person in &people {
        let mut cells = vec![
            Cell::link(&person.name, book.steward_page(&person.person_id)),
            Cell::of(person.unit.as_deref().unwrap_or("（未填单位）")),
            Cell::of(person.holds.len().to_string()),
        ];
        cells.extend(core.iter().map(|m| cell(book, book.figure_of(&m.id, "person", Some(&person.person_id)))));
        table.push(cells);
    }
    let held = |n: usize| Cell::of(n.to_string());
    if core.iter().any(|m| book.figure_of(&m.id, "person", None).is_some()) {
        let mut cells = vec![Cell::of(book.words().phrase("vacuum")), Cell::default(), Cell::default()];
        cells.extend(core.iter().map(|m| cell(book, book.figure_of(&m.id, "person", None))));
        table.foot.push(Row { class: Some("vacuum"), ..Row::from(cells) });
    }
    let in_scope = book.brief.enterprises.iter().filter(|e| e.in_scope && !e.holders.is_empty()).count();
    let mut cells = vec![Cell::of(format!("{}合计", said.phrase("district"))), Cell::default(), held(in_scope)];
    let district = |m: &Measure| book.brief.district.iter().map(|c| &c.now).find(|f| f.measure == m.id);
    cells.extend(core.iter().map(|m| cell(book, district(m))));
    table.foot.push(Row { class: Some("total"), ..Row::from(cells) });
    let units: std::collections::BTreeSet<_> = people.iter().filter_map(|p| p.unit.as_deref()).collect();
    Stewards { table, has_rating: core.iter().any(|m| book.is_rating(&m.id)), people: people.len(), units: units.len() }
}

/// `36／40`, the rate and its interval below.
pub fn cell(book: &Book, figure: Option<&Figure>) -> Cell {
    let Some(figure) = figure else { return Cell::of(format::ABSENT).class("hush") };
    if let Some(why) = book.hidden(figure) {
        return Cell::of(why).class("hush");
    }
    match (figure.met, figure.n, figure.pending.unwrap_or(0)) {
        (_, 0, 0) => Cell::of(format::ABSENT).class("hush"),
        (_, 0, pending) => Cell::of(format!("未到期 {pending}")).class("hush"),
        (Some(met), n, _) => {
            let interval = format::interval(figure.ci_low, figure.ci_high);
            Cell::of(format!("{met}／{n}")).note(format!("{}（{interval}）", format::rate(figure.rate)))
        }
        (None, n, _) => Cell::of(n.to_string()).note(format!("平均{}", format::number_or_absent(figure.mean))),
    }
}
