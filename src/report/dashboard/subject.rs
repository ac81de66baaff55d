//! One subject's figures and the rows behind them: what the pages of a steward and of a unit share.
use std::collections::BTreeMap;

use serde::Serialize;

use super::book::Book;
use super::rows::{self, Without};
use super::spark;
use super::table::{Cell, Column, Table};
use crate::measures::brief::Evidence;
use crate::report::format;

/// The rows of one measure.
#[derive(Serialize)]
pub struct Section {
    anchor: String,
    name: String,
    href: String,
    provision: String,
    open: usize,
    table: Table,
}

/// Rows by subject and measure.
pub type Rows<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Evidence>>;

/// Rows by the subject that a page is of, once for all pages.
pub fn by<'a>(book: &Book<'a>, subject: fn(&'a Evidence) -> Option<&'a str>) -> Rows<'a> {
    let mut rows: Rows = BTreeMap::new();
    for row in &book.brief.evidence {
        if let Some(id) = subject(row) {
            rows.entry((id, row.measure.as_str())).or_default().push(row);
        }
    }
    rows
}

/// The figures of a subject of a dimension (`person`, `unit`), and a section for each measure with rows of its own.
pub fn figures(book: &Book, by: &str, subject: &str, rows: &Rows, without: Without) -> (Table, Vec<Section>) {
    let columns = vec![
        Column::text("指标"),
        Column::number("达标／应计"),
        Column::number("比率"),
        Column::text("95%区间"),
        Column::text("区间图（0～100%）"),
        Column::number("未到期"),
        Column::number("无法计时"),
        Column::text("标准"),
        Column::text("依据"),
    ];
    let mut figures = Table::new("figures", format!("{}各项数字", book.brief.period.zh()), columns);
    let mut sections = Vec::new();
    for measure in &book.brief.measures {
        let own = rows.get(&(subject, measure.id.as_str()));
        let figure = book.figure_of(&measure.id, by, Some(subject));
        if own.is_none() && figure.is_none() && !measure.core {
            continue;
        }
        let anchor = book.anchor(&measure.id).to_owned();
        let rating = book.is_rating(&measure.id);
        let hidden = figure.and_then(|f| book.hidden(f));
        let listed = own.filter(|_| !rating);
        let target = listed.map(|_| format!("#{anchor}"));
        let mut cells = vec![Cell::link(&measure.name, target)];
        match (figure, hidden) {
            (_, Some(why)) => {
                cells.push(Cell::of(why).class("hush"));
                cells.extend((0..5).map(|_| Cell::default()));
            }
            (Some(figure), None) => {
                let open = |n: Option<i64>| n.filter(|n| *n > 0).map_or_else(String::new, |n| n.to_string());
                // One person's load is a number of enterprises, not a share of one person.
                let load = measure.kind == "load" && by == "person";
                let rate = figure.share().filter(|_| !load);
                let whole = match figure.met {
                    _ if load => format!("{} {}", format::number_or_absent(figure.mean), measure.unit),
                    Some(met) => format!("{met}／{}", figure.n),
                    None => figure.n.to_string(),
                };
                cells.push(Cell::of(whole));
                cells.push(Cell::of(rate.map_or_else(String::new, |r| format::rate(Some(r)))));
                cells
                    .push(Cell::of(rate.map_or_else(String::new, |_| format::interval(figure.ci_low, figure.ci_high))));
                let svg = rate.and_then(|_| spark::interval(figure, measure.standard.map(|s| s.p0)));
                cells.push(Cell { svg, ..Cell::default() });
                cells.push(Cell::of(open(figure.pending)));
                cells.push(Cell::of(open(figure.unmeasurable)));
            }
            (None, None) => {
                cells.push(Cell::of("本期无").class("hush"));
                cells.extend((0..5).map(|_| Cell::default()));
            }
        }
        cells.push(Cell::of(measure.standard.map_or_else(String::new, |s| format::standard(s.p0))));
        cells.push(Cell::link(&measure.provision, Some(format!("../method.html#{anchor}"))));
        figures.push(cells);
        if let Some(own) = listed {
            sections.push(Section {
                table: rows::table(book, measure, own, &format!("rows-{anchor}"), without, "../"),
                name: measure.name.clone(),
                href: format!("../{}", book.measure_page(&measure.id)),
                provision: measure.provision.clone(),
                open: own.iter().filter(|r| r.outcome.as_deref() == Some("pending")).count(),
                anchor,
            });
        }
    }
    (figures.without_empty_columns(), sections)
}
