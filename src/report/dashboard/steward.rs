//! One steward: who, for which enterprises, the figures of the period, and every row behind them.
use std::collections::BTreeMap;

use serde::Serialize;

use super::book::Book;
use super::rows::{self, Without};
use super::table::{Cell, Column, Table};
use super::{spark, words};
use crate::measures::brief::{Evidence, Person};
use crate::report::format;

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

/// The rows of one measure.
#[derive(Serialize)]
struct Section {
    anchor: String,
    name: String,
    href: String,
    provision: String,
    open: usize,
    table: Table,
}

type ByPerson<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Evidence>>;

/// Rows by person and measure, once for all pages.
pub fn by_person<'a>(book: &Book<'a>) -> ByPerson<'a> {
    let mut rows: ByPerson = BTreeMap::new();
    for row in &book.brief.evidence {
        if let Some(person) = row.person_id.as_deref() {
            rows.entry((person, row.measure.as_str())).or_default().push(row);
        }
    }
    rows
}

pub fn view(book: &Book, person: &Person, rows: &ByPerson) -> Steward {
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
        let own = rows.get(&(person.person_id.as_str(), measure.id.as_str()));
        let figure = book.figure_of(&measure.id, "person", Some(&person.person_id));
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
                let load = measure.kind == "load";
                let rate = figure.rate.filter(|_| !load);
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
                table: rows::table(book, measure, own, &format!("rows-{anchor}"), Without::Person, "../"),
                name: measure.name.clone(),
                href: format!("../{}", book.measure_page(&measure.id)),
                provision: measure.provision.clone(),
                open: own.iter().filter(|r| r.outcome.as_deref() == Some("pending")).count(),
                anchor,
            });
        }
    }
    let example = book.brief.measures.iter().find(|m| m.core).or(book.brief.measures.first());
    Steward {
        name: person.name.clone(),
        id: person.person_id.clone(),
        unit: person.unit.clone().unwrap_or_else(|| "（未填单位）".into()),
        rank: person.rank.clone(),
        holds: person.holds.len(),
        enterprises: enterprises(book, person),
        figures: figures.without_empty_columns(),
        sections,
        explain: example.map_or_else(String::new, |m| {
            let person = super::method::argument(&person.person_id);
            format!("guanjia explain --measure {} --person {person} --period {}", m.id, book.brief.period)
        }),
    }
}

fn enterprises(book: &Book, person: &Person) -> Table {
    let columns = vec![
        Column::text("编号"),
        Column::text("企业（项目）"),
        Column::text("行业"),
        Column::text("区域"),
        Column::text("阶段"),
        Column::text("标记"),
    ];
    let mut table = Table::new("holds", format!("统计日包保的企业（项目）{} 家", person.holds.len()), columns);
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
            Cell::of(enterprise.stage.as_deref().map_or_else(String::new, |s| words::shown("stage", s))),
            Cell::of(if enterprise.holders.len() > 1 { "多人包保" } else { "" }),
        ]);
    }
    table.without_empty_columns()
}
