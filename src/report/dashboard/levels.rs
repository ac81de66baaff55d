//! Levels and groups: how far cases went, how long they stayed, where they are, and how long cases wait.
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use super::table::{Cell, Column, Row, Table};
use crate::report::bulletin::figures;
use crate::report::chain;
use crate::report::charts::{Chart, ChartError, Stacked, Steps};
use crate::report::document::{self, Align};
use crate::report::format;

/// Widths of a chart on a screen and on a phone, in its pixels.
const WIDE: u32 = 780;
const NARROW: u32 = 400;

#[derive(Serialize)]
pub struct Levels {
    /// Nothing to say: the place has neither levels nor a clock of whole cases.
    empty: bool,
    tiles: Vec<Tile>,
    groups: Option<Table>,
    levels: Option<Table>,
    level_groups: Option<Table>,
    supervised: Option<Table>,
    standing: Option<Table>,
    waiting: Option<Drawn>,
    waiting_table: Option<Table>,
    ends: Option<Drawn>,
    /// The pages of the measures behind it.
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct Tile {
    label: &'static str,
    value: String,
    href: &'static str,
}

/// A chart, drawn for a screen and for a phone.
#[derive(Serialize)]
struct Drawn {
    wide: String,
    narrow: String,
    description: String,
}

#[derive(Serialize)]
struct Source {
    name: String,
    href: String,
    provision: String,
}

pub fn view(book: &Book) -> Result<Levels, DashboardError> {
    let brief = book.brief;
    let mut tables = chain::tables(brief);
    tables.extend(chain::listed(brief));
    let find = |name: &str| tables.iter().find(|table| table.name == name && !table.rows.is_empty());
    let table = |name: &str| find(name).map(|table| shown(table, false));
    let listed = |name: &str| find(name).map(|table| shown(table, true));
    Ok(Levels {
        empty: !chain::any(brief),
        tiles: tiles(book),
        groups: table("groups"),
        levels: table("levels"),
        level_groups: table("level_groups"),
        supervised: listed("supervised"),
        standing: listed("standing"),
        waiting_table: table("waiting"),
        waiting: drawn(|width| {
            figures::waiting(brief, width).map(|steps| Steps { id: id("waiting", width), ..steps }.draw())
        })?,
        ends: drawn(|width| figures::ends(brief, width).map(|bars| Stacked { id: id("ends", width), ..bars }.draw()))?,
        sources: sources(book),
    })
}

/// Ids of one page differ.
fn id(name: &str, width: u32) -> String {
    format!("{name}-{width}")
}

fn drawn(draw: impl Fn(u32) -> Option<Result<Chart, ChartError>>) -> Result<Option<Drawn>, DashboardError> {
    let (Some(wide), Some(narrow)) = (draw(WIDE), draw(NARROW)) else { return Ok(None) };
    let (wide, narrow) = (wide?, narrow?);
    Ok(Some(Drawn { wide: wide.svg, narrow: narrow.svg, description: wide.description }))
}

fn tiles(book: &Book) -> Vec<Tile> {
    let brief = book.brief;
    let mut tiles = Vec::new();
    if !brief.chain.levels.is_empty() {
        let levels = chain::levels(brief);
        let reached: usize = levels.iter().map(|level| level.reached).sum();
        let standing: usize = levels.iter().map(|level| level.standing).sum();
        tiles.push(Tile { label: "本期进入各层级", value: reached.to_string(), href: "#levels" });
        tiles.push(Tile { label: "期末仍在各层级", value: standing.to_string(), href: "#standing" });
    }
    if brief.chain.clock.is_some() {
        let (_, all) = chain::groups(brief);
        let settled = all.settled();
        let share = |part: usize| format::rate((settled > 0).then(|| part as f64 / settled as f64));
        tiles.push(Tile { label: "退回占办结和退回", value: share(all.returned), href: "#groups" });
        tiles.push(Tile { label: "延期占办结和退回", value: share(all.extended), href: "#groups" });
    }
    tiles
}

/// The measures that this page is folded from.
fn sources(book: &Book) -> Vec<Source> {
    let chain = &book.brief.chain;
    let ids = [
        chain.clock.as_ref().map(|(id, _)| id),
        chain.reached.as_ref(),
        chain.stays.as_ref(),
        chain.supervised.as_ref(),
    ];
    let measures = ids.into_iter().flatten().filter_map(|id| book.brief.measures.iter().find(|m| &m.id == id));
    measures
        .map(|m| Source { name: m.name.clone(), href: book.measure_page(&m.id), provision: m.provision.clone() })
        .collect()
}

/// A document's table on a page; long lists can be searched and sorted.
fn shown(table: &document::Table, tools: bool) -> Table {
    // The first cell of a row is its head, whatever it holds.
    let column = |(i, column): (usize, &document::Column)| {
        let number = i > 0 && column.align == Align::Right;
        let made = if number { Column::number(&*column.header) } else { Column::text(&*column.header) };
        if tools { made.sorted() } else { made }
    };
    let columns = table.columns.iter().enumerate().map(column).collect();
    let mut out = Table { tools, ..Table::new(table.name.as_str(), table.caption.as_str(), columns) };
    for cells in &table.rows {
        let row = Row::from(cells.iter().map(|cell| Cell::of(cell.show())).collect::<Vec<_>>());
        let total = matches!(cells.first(), Some(document::Cell::Text(text)) if text == "合计");
        if total { out.foot.push(Row { class: Some("total"), ..row }) } else { out.rows.push(row) }
    }
    out
}
