//! Levels and groups: how far cases went, how long they stayed, where they are, and how long cases wait.
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use super::parts::{Drawn, NARROW, Source, Tile, WIDE};
use super::table::Table;
use crate::report::bulletin::figures;
use crate::report::chain;
use crate::report::charts::{Stacked, Steps};
use crate::report::format;

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

pub fn view(book: &Book) -> Result<Levels, DashboardError> {
    let brief = book.brief;
    let mut tables = chain::tables(brief);
    tables.extend(chain::listed(brief));
    let find = |name: &str| tables.iter().find(|table| table.name == name && !table.rows.is_empty());
    let table = |name: &str| find(name).map(Table::of_document);
    let listed = |name: &str| find(name).map(|table| Table::of_document(table).sorted());
    let widths = (WIDE, NARROW);
    Ok(Levels {
        empty: !chain::any(brief),
        tiles: tiles(book),
        groups: table("groups"),
        levels: table("levels"),
        level_groups: table("level_groups"),
        supervised: listed("supervised"),
        standing: listed("standing"),
        waiting_table: table("waiting"),
        waiting: Drawn::of(widths, |_, width| {
            figures::waiting(brief, width).map(|steps| Steps { id: id("waiting", width), ..steps }.draw())
        })?,
        ends: Drawn::of(widths, |_, width| {
            figures::ends(brief, width).map(|bars| Stacked { id: id("ends", width), ..bars }.draw())
        })?,
        sources: sources(book),
    })
}

/// Ids of one page differ.
fn id(name: &str, width: u32) -> String {
    format!("{name}-{width}")
}

fn tiles(book: &Book) -> Vec<Tile> {
    let brief = book.brief;
    let mut tiles = Vec::new();
    if !brief.chain.levels.is_empty() {
        let levels = chain::levels(brief);
        let reached: usize = levels.iter().map(|level| level.reached).sum();
        let standing: usize = levels.iter().map(|level| level.standing).sum();
        tiles.push(Tile::of("本期进入各层级", reached).to("#levels"));
        tiles.push(Tile::of("期末仍在各层级", standing).to("#standing"));
    }
    if brief.chain.clock.is_some() {
        let (_, all) = chain::groups(brief);
        let settled = all.settled();
        let share = |part: usize| format::rate((settled > 0).then(|| part as f64 / settled as f64));
        tiles.push(Tile::of("退回占办结和退回", share(all.returned)).to("#groups"));
        tiles.push(Tile::of("延期占办结和退回", share(all.extended)).to("#groups"));
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
    measures.map(|measure| Source::of(book, measure, "", "")).collect()
}
