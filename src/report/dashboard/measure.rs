//! One measure: its months, its roll-ups, the rows behind it.
use serde::Serialize;

use super::book::Book;
use super::figures::{self, ChangeView, FigureView};
use super::method::{self, Rule};
use super::overview::series;
use super::rows::{self, Without};
use super::table::{Cell, Column, Table, query};
use super::{DashboardError, words};
use crate::measures::brief::{Evidence, Measure};
use crate::report::bulletin::figures::funnel;
use crate::report::charts::{Chart, Funnel, Series};
use crate::report::format;
use crate::report::policies::reach;

/// Most rows on a page; the command gives all of them.
const ROWS: usize = 1000;
/// Roll-ups that are shown, in this order.
const CUTS: [&str; 8] = ["unit", "category", "area", "class", "channel", "industry", "stage", "tier"];
/// Those that tell of the enterprise; a complainant is not to be narrowed down.
const OF_ENTERPRISES: [&str; 4] = ["area", "industry", "stage", "tier"];
const WIDE: (u32, u32) = (780, 300);
const NARROW: (u32, u32) = (380, 230);

#[derive(Serialize)]
pub struct MeasurePage {
    rule: Rule,
    figure: Option<FigureView>,
    changes: Vec<ChangeView>,
    chart: Option<Drawn>,
    funnels: Vec<Drawn>,
    cuts: Vec<Table>,
    rows: Option<Table>,
    left_out: usize,
    total: usize,
    grades: Option<Table>,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Drawn {
    wide: String,
    narrow: String,
    description: String,
    table: Table,
}

#[derive(Serialize)]
struct Other {
    name: String,
    href: String,
    current: bool,
}

pub fn view(book: &Book, measure: &Measure) -> Result<MeasurePage, DashboardError> {
    let change = book.brief.district.iter().find(|c| c.now.measure == measure.id);
    let rating = book.is_rating(&measure.id);
    let all = book.rows(&measure.id);
    let of_complaints = all.iter().any(|r| r.record.starts_with("complaints/"));
    let mut shown: Vec<&Evidence> = all.to_vec();
    shown.sort_by_key(|row| match row.outcome.as_deref() {
        Some("breached") => 0,
        Some("pending") => 1,
        Some("unmeasurable") => 2,
        _ => 3,
    });
    shown.truncate(ROWS);
    Ok(MeasurePage {
        rule: method::rule(book, measure),
        figure: change.map(|c| FigureView::of(book, measure, &c.now)),
        changes: change.map_or_else(Vec::new, |c| figures::changes(book, measure, c)),
        chart: chart(book, measure)?,
        funnels: funnels(book, measure)?,
        cuts: policies(book, measure)
            .into_iter()
            .chain(
                CUTS.iter()
                    .filter(|by| !(of_complaints && OF_ENTERPRISES.contains(by)))
                    .filter_map(|by| figures::cut(book, measure, by)),
            )
            .collect(),
        rows: (!rating && !shown.is_empty())
            .then(|| rows::table(book, measure, &shown, "rows-table", Without::Nothing, "../")),
        left_out: if rating { 0 } else { all.len() - shown.len() },
        total: all.len(),
        // What may not be said of the whole is not said by its grades either.
        grades: (rating && change.is_some_and(|c| book.hidden(&c.now).is_none()))
            .then(|| grades(book, measure, all))
            .flatten(),
        others: book
            .brief
            .measures
            .iter()
            .map(|m| Other {
                name: m.name.clone(),
                href: format!("../{}", book.measure_page(&m.id)),
                current: m.id == measure.id,
            })
            .collect(),
    })
}

/// Each policy's way to the enterprises it is for.
fn policies(book: &Book, measure: &Measure) -> Option<Table> {
    let mut columns = vec![Column::text("政策"), Column::text("印发")];
    columns.extend(["应推送（家）", "按时", "逾期送达", "未送达", "未到期", "按时率"].map(Column::number));
    let mut table = Table::new("policies", "各项政策推送情况", columns);
    for policy in reach(book.brief, measure) {
        let mut cells = vec![
            Cell::link(policy.title, Some(format!("?q={}#rows", query(policy.id)))).class("wide"),
            Cell::of(policy.issued_on.map_or_else(String::new, format::iso)),
        ];
        let counts = [policy.n(), policy.in_time, policy.late, policy.missed, policy.pending];
        cells.extend(counts.map(|n| Cell::of(n.to_string())));
        cells.push(Cell::of(format::rate(policy.share())));
        table.push(cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn chart(book: &Book, measure: &Measure) -> Result<Option<Drawn>, DashboardError> {
    let Some(series) = series(book, measure) else { return Ok(None) };
    let narrow = Series { id: format!("{}_narrow", series.id), size: NARROW, ..series.clone() }.draw()?;
    let Chart { svg, description, table, .. } = Series { size: WIDE, ..series }.draw()?;
    let table =
        Table::of_text("series-data", format!("{}：{}逐月", measure.name, book.words().phrase("district")), &table);
    Ok(Some(Drawn { wide: svg, narrow: narrow.svg, description, table }))
}

/// Units and stewards against the limits of chance.
fn funnels(book: &Book, measure: &Measure) -> Result<Vec<Drawn>, DashboardError> {
    let cuts = ["unit", "person"].iter().filter_map(|by| book.cut(&measure.id, by));
    let mut drawn = Vec::new();
    for cut in cuts {
        let at = |width: u32| funnel(book.brief, book.ratings(), measure, cut, width);
        let (Some(wide), Some(narrow)) = (at(WIDE.0), at(NARROW.0)) else { continue };
        let narrow = Funnel { id: format!("{}_narrow", narrow.id), size: NARROW, ..narrow }.draw()?;
        let Chart { id, title, svg, description, table, .. } = wide.draw()?;
        let table = Table::of_text(format!("{}-data", id.replace('_', "-")), title, &table);
        drawn.push(Drawn { wide: svg, narrow: narrow.svg, description, table });
    }
    Ok(drawn)
}

/// How many answers of each grade, all together; none where they are too few.
fn grades(book: &Book, measure: &Measure, rows: &[&Evidence]) -> Option<Table> {
    let answers: Vec<f64> = rows.iter().filter_map(|r| r.value).collect();
    if answers.len() < crate::report::privacy::FEWEST {
        return None;
    }
    let mut grades: std::collections::BTreeMap<i64, usize> = (1..=5).map(|grade| (grade, 0)).collect();
    for answer in &answers {
        // Grades are whole; a score between two counts with the lower one.
        *grades.entry(answer.floor() as i64).or_default() += 1;
    }
    let columns = vec![Column::text("等级"), Column::number("份数"), Column::number("占比")];
    let mut table =
        Table::new("grades", format!("{}：各等级份数（{}）", measure.name, book.words().phrase("district")), columns);
    for (grade, n) in grades.iter().rev() {
        let word = words::grade(*grade);
        let share = *n as f64 / answers.len() as f64;
        table.push(vec![Cell::of(word), Cell::of(n.to_string()), Cell::of(format::rate(Some(share)))]);
    }
    Some(table)
}
