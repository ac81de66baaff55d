//! Complaints: which wait to be verified, which were found true in the calendar year and what follows from each, how many
//! of which kind, how long it takes.
//!
//! Nobody who complained is named; whom a complaint is about is said only where it was found wholly true.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use super::figures::FigureView;
use super::parts::{Drawn, NARROW, Source, Tile, WIDE};
use super::table::{Cell, Column, Row, Table, query};
use crate::measures::brief::Complaint;
use crate::measures::docket::{Docket, Docketed, Filed, Follows};
use crate::period::Period;
use crate::report::bulletin::tables::complaints::{by_category, category};
use crate::report::chain;
use crate::report::charts::Distribution;
use crate::report::format;

/// Fewest verified complaints of which a distribution is drawn.
const FEWEST: usize = 5;
const HEIGHT: u32 = 260;
/// A verdict that came with an export: what was filed then is not known here.
const UNKNOWN: &str = "未登记";

#[derive(Serialize)]
pub struct Complaints {
    year: i32,
    tiles: Vec<Tile>,
    sources: Vec<Source>,
    waiting: Table,
    overdue: usize,
    limit: Option<u32>,
    rules: Vec<Follows>,
    founded: Table,
    /// Verified in the year, and not wholly true: nothing follows from these.
    partly: usize,
    unfounded: usize,
    /// Some verdict came with an export, so that what was filed is not known here.
    unknown: bool,
    lifted: Table,
    period: Option<Table>,
    so_far: Option<Table>,
    figure: Option<FigureView>,
    figure_href: Option<String>,
    days: Option<Drawn>,
    months: Table,
}

pub fn view(book: &Book, docket: &Docket) -> Result<Complaints, DashboardError> {
    let waiting: Vec<&Docketed> = docket.complaints.iter().filter(|one| one.complaint.verified_on.is_none()).collect();
    let verified: Vec<&Docketed> = docket.complaints.iter().filter(|one| verified_in(one, docket.year)).collect();
    let count = |verdict: &str| verified.iter().filter(|one| one.complaint.verdict == verdict).count();
    let timed = book.brief.measures.iter().find(|m| m.kind == "deadline" && docket.measures.contains(&m.id));
    let change = timed.and_then(|m| book.brief.district.iter().find(|change| change.now.measure == m.id));
    let measures = book.brief.measures.iter().filter(|measure| docket.measures.contains(&measure.id));
    let founded = founded(book, docket, &verified);
    let overdue = waiting.iter().filter(|one| one.overdue).count();
    Ok(Complaints {
        year: docket.year,
        tiles: tiles(book, docket, (waiting.len(), overdue), &verified),
        sources: measures.map(|measure| Source::of(book, measure, "", "#rows")).collect(),
        waiting: waits(book, docket, &waiting),
        overdue,
        limit: docket.limit,
        rules: docket.rules.clone(),
        unknown: founded.rows.iter().any(|row| row.cells.iter().any(|cell| cell.text == UNKNOWN)),
        founded,
        partly: count("partly"),
        unfounded: count("unsubstantiated"),
        lifted: lifted(book, &verified),
        period: of_period(book, docket),
        so_far: so_far(book, docket),
        figure: timed.zip(change).map(|(measure, change)| FigureView::of(book, measure, &change.now)),
        figure_href: timed.map(|measure| book.measure_page(&measure.id)),
        days: days(docket, &verified)?,
        months: months(docket, &verified),
    })
}

fn verified_in(one: &Docketed, year: i32) -> bool {
    one.complaint.verified_on.is_some_and(|day| day.year() == year)
}

fn within(book: &Book, day: NaiveDate) -> bool {
    (book.brief.period.first()..=book.brief.period.last()).contains(&day)
}

fn tiles(book: &Book, docket: &Docket, (waiting, overdue): (usize, usize), verified: &[&Docketed]) -> Vec<Tile> {
    let this = format::this(book.brief.period);
    let received = docket.complaints.iter().filter(|one| within(book, one.complaint.received_on)).count();
    let founded = verified.iter().filter(|one| one.complaint.verdict == "substantiated").count();
    let mut tiles = vec![
        Tile::of(format!("{this}收到（件）"), received).to("#kinds"),
        Tile::of(
            if overdue > 0 {
                format!("待核实（件），其中逾期{overdue}")
            } else {
                "待核实（件）".into()
            },
            waiting,
        )
        .to("#waiting"),
        Tile::of(format!("{}年核实（件）", docket.year), verified.len()).to("#days"),
        Tile::of(format!("{}年核实属实（件）", docket.year), founded).to("#founded"),
    ];
    if !docket.rules.is_empty() {
        let mut people: Vec<_> = verified.iter().filter(|one| one.carries).map(|one| &one.person_id).collect();
        people.sort_unstable();
        people.dedup();
        tiles.push(Tile::of(format!("{}年承担后果（人）", docket.year), people.len()).to("#founded"));
    }
    tiles
}

/// The rows of a complaint in the period, where a measure has any.
fn evidence(book: &Book, docket: &Docket, id: &str) -> Option<String> {
    let record = format!("complaints/{id}");
    let measure = docket.measures.iter().find(|m| book.rows(m).iter().any(|row| row.record == record))?;
    Some(format!("{}?q={}#rows", book.measure_page(measure), query(id)))
}

fn said(book: &Book, complaint: &Complaint) -> Cell {
    Cell::of(category(book.words(), complaint.category.as_deref()))
}

fn days_of(one: &Docketed) -> Cell {
    Cell::of(one.working_days.map_or_else(String::new, |days| days.to_string()))
}

/// Those that nobody has verified yet, by the day received; whom they are about is not said.
fn waits(book: &Book, docket: &Docket, waiting: &[&Docketed]) -> Table {
    let columns = vec![
        Column::text("投诉编号").sorted(),
        Column::text("类别").sorted().filtered(),
        Column::text("收到").sorted(),
        Column::number("已过（工作日）").sorted(),
        Column::text("应核实").sorted(),
        Column::text("情况").filtered(),
        Column::text("核实人").sorted(),
        Column::text("交办").sorted(),
    ];
    let mut table = Table::new("waiting-table", format!("待核实的投诉 {} 件", waiting.len()), columns);
    table.tools = waiting.len() > 8;
    for one in waiting {
        let (state, class) = match one.due {
            Some(_) if one.overdue => ("逾期", "bad"),
            Some(_) => ("未到期", "open"),
            None => ("待核实", "open"),
        };
        let (to, on) = match &one.acts.assigned {
            Some((to, on)) => (Cell::of(book.person(to).map_or(to.as_str(), |p| p.name.as_str())), format::iso(*on)),
            None => (Cell::of("未交办").class("open"), String::new()),
        };
        table.push(vec![
            Cell::link(&one.complaint.complaint_id, evidence(book, docket, &one.complaint.complaint_id)),
            said(book, &one.complaint),
            Cell::of(format::iso(one.complaint.received_on)),
            days_of(one),
            Cell::of(one.due.map_or_else(String::new, format::iso)),
            Cell::of(state).class(class),
            to,
            Cell::of(on),
        ]);
    }
    table.without_empty_columns()
}

/// The year's complaints that were found wholly true, by unit and name, each with what follows from it.
fn founded(book: &Book, docket: &Docket, verified: &[&Docketed]) -> Table {
    let mut found: Vec<&Docketed> =
        verified.iter().copied().filter(|one| one.complaint.verdict == "substantiated").collect();
    found.sort_by_cached_key(|one| {
        let whom = whom(book, one).text;
        (one.unit.is_none(), one.unit.clone(), whom, one.complaint.verified_on, one.complaint.complaint_id.clone())
    });
    let columns = vec![
        Column::text("投诉编号").sorted(),
        Column::text("被投诉人").sorted(),
        Column::text("被投诉单位").sorted().filtered(),
        Column::text("类别").sorted().filtered(),
        Column::text("核实").sorted(),
        Column::number("用时（工作日）").sorted(),
        Column::text("本年件次").sorted(),
        Column::text("后果"),
        Column::text("备案").sorted(),
    ];
    let mut table = Table::new("founded-table", format!("{}年核实属实的投诉 {} 件", docket.year, found.len()), columns);
    table.tools = found.len() > 8;
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for person in found.iter().filter(|one| one.carries).filter_map(|one| one.person_id.as_deref()) {
        *all.entry(person).or_default() += 1;
    }
    for one in found {
        let time = one.person_id.as_deref().filter(|_| one.carries && !docket.rules.is_empty()).map(|person| {
            let time = times.entry(person).or_default();
            *time += 1;
            match all.get(person) {
                Some(1) | None => format!("第{time}件"),
                Some(all) => format!("第{time}件，共{all}件"),
            }
        });
        table.push(vec![
            Cell::link(&one.complaint.complaint_id, evidence(book, docket, &one.complaint.complaint_id)),
            whom(book, one),
            Cell::of(one.unit.as_deref().unwrap_or_default()),
            said(book, &one.complaint),
            Cell::of(one.complaint.verified_on.map_or_else(String::new, format::iso)),
            days_of(one).class(if one.overdue { "bad" } else { "" }),
            Cell::of(time.unwrap_or_default()),
            consequence(docket, one),
            filed(docket, one),
        ]);
    }
    table.without_empty_columns()
}

fn whom(book: &Book, one: &Docketed) -> Cell {
    let Some(id) = one.person_id.as_deref() else { return Cell::default() };
    Cell::link(book.person(id).map_or(id, |person| person.name.as_str()), book.steward_page(id))
}

/// What follows, or why nothing does.
fn consequence(docket: &Docket, one: &Docketed) -> Cell {
    let texts: Vec<&str> = docket.rules.iter().map(|rule| rule.text.as_str()).collect();
    match one {
        _ if texts.is_empty() => Cell::default(),
        one if one.carries => Cell::of(texts.join("；")).class("wide"),
        one if one.person_id.is_none() => Cell::of("无（被投诉的是单位）").class("hush"),
        _ => Cell::of("无（不是企业投诉）").class("hush"),
    }
}

/// To which offices it was referred and when.
fn filed(docket: &Docket, one: &Docketed) -> Cell {
    if !one.carries || docket.rules.iter().all(|rule| rule.offices.is_empty()) {
        return Cell::default();
    }
    match &one.acts.filed {
        Some(filed) => slip(filed),
        None if one.acts.verified => Cell::of("待备案").class("open"),
        None => Cell::of(UNKNOWN).class("hush"),
    }
}

fn slip(filed: &Filed) -> Cell {
    Cell::of(format::iso(filed.on)).note(filed.offices.join("、")).class("wide")
}

/// Verdicts of the year that were replaced, with what no longer follows.
fn lifted(book: &Book, verified: &[&Docketed]) -> Table {
    let columns =
        ["投诉编号", "单位", "姓名", "原结论", "现结论", "改变", "不再有效", "撤销备案"].map(Column::text).to_vec();
    let overturned = verified.iter().filter_map(|one| Some((one, one.acts.overturned.as_ref()?)));
    let overturned: Vec<_> = overturned.filter(|(_, overturned)| !overturned.lifted.is_empty()).collect();
    let mut table = Table::new("lifted-table", format!("已撤销的后果 {} 件", overturned.len()), columns);
    for (one, overturned) in overturned {
        let verdict = |word: &str| Cell::of(book.words().shown("verdict", word));
        table.push(vec![
            Cell::of(&one.complaint.complaint_id),
            Cell::of(one.unit.as_deref().unwrap_or_default()),
            whom(book, one),
            verdict(&overturned.before),
            verdict(&one.complaint.verdict),
            Cell::of(format::iso(overturned.on)),
            Cell::of(overturned.lifted.join("；")).class("wide"),
            overturned.filed.as_ref().map_or_else(|| Cell::of("待出具撤销单").class("open"), slip),
        ]);
    }
    table.without_empty_columns()
}

/// Those received in the period, by category; a category leads to its rows.
fn of_period(book: &Book, docket: &Docket) -> Option<Table> {
    let received = docket.complaints.iter().map(|one| &one.complaint).filter(|one| within(book, one.received_on));
    let table = by_category(book.words(), &received.collect::<Vec<_>>())?;
    let mut table = Table::of_document(&table);
    table.id = "kinds-period".into();
    table.caption = format!("{}收到的投诉", book.brief.period.zh());
    let counted = book.brief.measures.iter().find(|m| m.kind == "tally" && docket.measures.contains(&m.id));
    for cell in table.rows.iter_mut().filter_map(|row| row.cells.first_mut()) {
        cell.href = counted.map(|m| format!("{}?q={}#rows", book.measure_page(&m.id), query(&cell.text)));
    }
    Some(table)
}

/// Those received in the year so far; none where that is the period.
fn so_far(book: &Book, docket: &Docket) -> Option<Table> {
    if book.brief.period == Period::Year(docket.year) {
        return None;
    }
    let of_year = |one: &&Complaint| one.received_on.year() == docket.year;
    let received = docket.complaints.iter().map(|one| &one.complaint).filter(of_year);
    let table = by_category(book.words(), &received.collect::<Vec<_>>())?;
    let day = book.day().format("%-m月%-d日");
    let caption = format!("{}年1月1日至{day}收到的投诉", docket.year);
    Some(Table { id: "kinds-year".into(), caption, ..Table::of_document(&table) })
}

/// How long the year's verified complaints took, against the time the rules give.
fn days(docket: &Docket, verified: &[&Docketed]) -> Result<Option<Drawn>, DashboardError> {
    let values: Vec<i64> = verified.iter().filter_map(|one| one.working_days).collect();
    Drawn::of((WIDE, NARROW), |name, width| {
        let distribution = Distribution {
            id: format!("days-{name}"),
            title: format!("{}年投诉核实用时", docket.year),
            values: values.clone(),
            band: docket.limit.map(|days| (0, i64::from(days))),
            axis: "核实用时（工作日）".into(),
            unit: "件".into(),
            size: (width, HEIGHT),
        };
        (values.len() >= FEWEST).then(|| distribution.draw())
    })
}

/// The year's verified complaints by the month in which they were verified.
fn months(docket: &Docket, verified: &[&Docketed]) -> Table {
    let mut columns = vec![Column::text("核实月份")];
    columns.extend(["核实（件）", "属实", "部分属实", "不属实", "用时中位", "最长（工作日）"].map(Column::number));
    columns.extend(docket.limit.map(|days| Column::number(format!("{days}个工作日以内"))));
    let mut by: BTreeMap<u32, Vec<&Docketed>> = BTreeMap::new();
    for one in verified {
        by.entry(one.complaint.verified_on.map_or(0, |day| day.month())).or_default().push(one);
    }
    let mut table = Table::new("months", format!("{}年各月核实情况", docket.year), columns);
    for (month, verified) in &by {
        table.rows.push(line(format!("{month}月"), docket, verified).into());
    }
    if by.len() > 1 {
        table.foot.push(Row { class: Some("total"), ..Row::from(line("合计".into(), docket, verified)) });
    }
    table
}

fn line(label: String, docket: &Docket, verified: &[&Docketed]) -> Vec<Cell> {
    let count = |n: usize| Cell::of(n.to_string());
    let verdict = |word: &str| count(verified.iter().filter(|one| one.complaint.verdict == word).count());
    let mut days: Vec<f64> = verified.iter().filter_map(|one| one.working_days).map(|days| days as f64).collect();
    days.sort_by(f64::total_cmp);
    let mut cells = vec![Cell::of(label), count(verified.len())];
    cells.extend(["substantiated", "partly", "unsubstantiated"].map(verdict));
    cells.extend([chain::percentile(&days, 0.5), days.last().copied()].map(|n| Cell::of(format::number_or_absent(n))));
    if docket.limit.is_some() {
        let timed = verified.iter().filter(|one| one.due.is_some());
        let in_time = timed.clone().filter(|one| !one.overdue).count();
        cells.push(Cell::of(format!("{in_time}／{}", timed.count())));
    }
    cells
}
