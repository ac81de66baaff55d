//! Cases: by category, channel and area, the open ones by age, and the overdue ones one by one.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::book::Book;
use super::overview::open_overdue;
use super::parts::Tile;
use super::table::{Cell, Column, Row, Table};
use super::{DashboardError, words};
use crate::measures::brief::{Case, Evidence, Measure};
use crate::report::charts::Stacked;
use crate::report::format;

/// Upper ends of the groups by age, in days.
const AGES: [i64; 5] = [7, 15, 30, 60, 90];

#[derive(Serialize)]
pub struct Cases {
    tiles: Vec<Tile>,
    tables: Vec<Table>,
    ages: Table,
    age_chart: String,
    age_description: String,
    overdue: Table,
    /// Share returned, where it can be told.
    returned: Option<String>,
    returned_href: Option<String>,
    main: Option<Main>,
}

/// The clock that runs over the whole case.
#[derive(Serialize)]
struct Main {
    name: String,
    href: String,
    anchor: String,
    provision: String,
}

/// Counts of one group of cases.
#[derive(Clone, Copy, Default)]
struct Count {
    submitted: usize,
    settled: usize,
    open: usize,
    overdue: usize,
}

pub fn view(book: &Book) -> Result<Cases, DashboardError> {
    let period = book.brief.period;
    let within = |at: chrono::NaiveDateTime| at >= period.first().and_time(chrono::NaiveTime::MIN) && at < period.end();
    let main = main_clock(book);
    let overdue_rows: Vec<(&Measure, &Evidence, &Case)> = overdue(book);
    let late: BTreeSet<&str> = overdue_rows
        .iter()
        .filter(|(m, ..)| Some(m.id.as_str()) == main.map(|m| m.id.as_str()))
        .map(|(.., c)| c.case_id.as_str())
        .collect();
    let count = |case: &Case, into: &mut Count| {
        into.submitted += usize::from(within(case.submitted_at));
        into.settled += usize::from(case.settled_at.is_some_and(within));
        into.open += usize::from(open(case));
        into.overdue += usize::from(late.contains(case.case_id.as_str()));
    };
    let mut all = Count::default();
    book.brief.cases.iter().for_each(|case| count(case, &mut all));
    let mut tables = Vec::new();
    for by in ["category", "channel", "area"] {
        let mut groups: BTreeMap<(bool, String), Count> = BTreeMap::new();
        for case in &book.brief.cases {
            let word = match by {
                "category" => case.category.clone(),
                "channel" => case.channel.clone(),
                _ => book.enterprise(&case.enterprise_id).and_then(|e| e.area.clone()),
            };
            count(case, groups.entry((word.is_none(), word.unwrap_or_default())).or_default());
        }
        tables.push(table(book, main, by, &groups, all));
    }
    let (ages, bars) = ages(book, &late);
    let chart = bars.draw()?;
    let (returned, returned_href) = returned(book, all.settled);
    Ok(Cases {
        tiles: vec![
            Tile::of("本期提交", all.submitted).to("#by-category"),
            Tile::of("本期办结（含退件）", all.settled).to("#by-category"),
            Tile::of("期末在办", all.open).to("#ages"),
            Tile::of("其中逾期", all.overdue).to("#overdue"),
        ],
        tables,
        ages,
        age_chart: chart.svg,
        age_description: chart.description,
        overdue: overdue_table(book, &overdue_rows),
        returned,
        returned_href,
        main: main.map(|m| Main {
            name: m.name.clone(),
            href: book.measure_page(&m.id),
            anchor: book.anchor(&m.id).to_owned(),
            provision: m.provision.clone(),
        }),
    })
}

fn open(case: &Case) -> bool {
    case.settled_at.is_none() && case.last_event.as_deref() != Some("withdrawn")
}

/// The clock by which a whole case is judged: a core deadline of cases, else the first.
fn main_clock<'a>(book: &Book<'a>) -> Option<&'a Measure> {
    let of_cases = |m: &&Measure| m.kind == "deadline" && book.rows(&m.id).iter().any(|r| book.case_of(r).is_some());
    let mut clocks: Vec<&Measure> = book.brief.measures.iter().filter(of_cases).collect();
    clocks.sort_by_key(|m| !m.core);
    clocks.first().copied()
}

fn overdue<'a>(book: &Book<'a>) -> Vec<(&'a Measure, &'a Evidence, &'a Case)> {
    let deadlines = book.brief.measures.iter().filter(|m| m.kind == "deadline");
    let rows = deadlines.flat_map(|m| book.rows(&m.id).iter().map(move |r| (m, *r)));
    let mut found: Vec<_> = rows
        .filter(|(_, row)| open_overdue(book, row))
        .filter_map(|(measure, row)| Some((measure, row, book.case_of(row)?)))
        .collect();
    found.sort_by_key(|(m, row, case)| (row.due_day, &case.case_id, &m.id));
    found
}

fn table(book: &Book, main: Option<&Measure>, by: &str, groups: &BTreeMap<(bool, String), Count>, all: Count) -> Table {
    let mut columns = vec![
        Column::text(book.words().dimension(by)),
        Column::number("本期提交"),
        Column::number("本期办结"),
        Column::number("期末在办"),
        Column::number("其中逾期"),
    ];
    if let Some(main) = main {
        columns.push(Column::number(format!("{}（按时／应计）", main.name)));
        columns.push(Column::number("按时率"));
        columns.push(Column::text("95%区间"));
    }
    let mut table = Table::new(format!("by-{by}"), format!("按{}", book.words().dimension(by)), columns);
    let line = |name: String, href: Option<String>, count: &Count, figure: Option<&crate::measures::brief::Figure>| {
        let mut cells = vec![
            Cell::link(name, href),
            Cell::of(count.submitted.to_string()),
            Cell::of(count.settled.to_string()),
            Cell::of(count.open.to_string()),
            Cell::of(count.overdue.to_string()),
        ];
        if main.is_some() {
            let absent = || format::ABSENT.to_owned();
            cells.push(Cell::of(figure.map_or_else(absent, |f| format!("{}／{}", format::count(f.met), f.n))));
            cells.push(Cell::of(figure.map_or_else(absent, |f| format::rate(f.rate))));
            cells.push(Cell::of(figure.map_or_else(absent, |f| format::interval(f.ci_low, f.ci_high))));
        }
        cells
    };
    for ((lacking, word), count) in groups {
        let id = (!lacking).then_some(word.as_str());
        let figure = main.and_then(|m| book.figure_of(&m.id, by, id));
        let name = id.map_or_else(|| words::lacking(book.words(), by), |word| words::shown(book.words(), by, word));
        let href = main
            .filter(|_| id.is_some())
            .map(|m| format!("{}?q={}#rows", book.measure_page(&m.id), super::table::query(&name)));
        // The rows of an area name the enterprise, not the area: nothing to search for.
        let href = href.filter(|_| by != "area");
        table.push(line(name, href, count, figure));
    }
    let district = main.and_then(|m| book.brief.district.iter().map(|c| &c.now).find(|f| f.measure == m.id));
    table.foot.push(Row { class: Some("total"), ..Row::from(line("合计".into(), None, &all, district)) });
    table
}

fn ages(book: &Book, late: &BTreeSet<&str>) -> (Table, Stacked) {
    let day = book.day();
    let mut groups = [(0usize, 0usize); AGES.len() + 1];
    for case in book.brief.cases.iter().filter(|c| open(c)) {
        let age = (day - case.submitted_at.date()).num_days();
        let group = AGES.iter().position(|end| age <= *end).unwrap_or(AGES.len());
        groups[group].0 += 1;
        groups[group].1 += usize::from(late.contains(case.case_id.as_str()));
    }
    let columns = vec![Column::text("提交至今（自然日）"), Column::number("在办"), Column::number("其中逾期")];
    let mut table = Table::new("ages", "在办问题的等待时间", columns);
    let mut bars = Vec::new();
    let mut from = 0;
    for (i, (open, overdue)) in groups.into_iter().enumerate() {
        let label = match AGES.get(i) {
            Some(end) => format!("{from}～{end}天"),
            None => format!("{from}天及以上"),
        };
        from = AGES.get(i).map_or(from, |end| end + 1);
        table.push(vec![Cell::of(&label), Cell::of(open.to_string()), Cell::of(overdue.to_string())]);
        bars.push((label, vec![(open - overdue) as i64, overdue as i64]));
    }
    let total: (usize, usize) = groups.iter().fold((0, 0), |t, g| (t.0 + g.0, t.1 + g.1));
    let cells = vec![Cell::of("合计"), Cell::of(total.0.to_string()), Cell::of(total.1.to_string())];
    table.foot.push(Row { class: Some("total"), ..Row::from(cells) });
    let bars = Stacked {
        id: "ages".into(),
        title: "在办问题的等待时间".into(),
        classes: vec!["未逾期".into(), "逾期".into()],
        rows: bars,
        unit: "件".into(),
        width: 400,
    };
    (table, bars)
}

fn overdue_table(book: &Book, rows: &[(&Measure, &Evidence, &Case)]) -> Table {
    let columns = vec![
        Column::text("问题编号").sorted(),
        Column::text("事项"),
        Column::text("企业").sorted(),
        Column::text("类别").sorted().filtered(),
        Column::text("逾期的环节").filtered(),
        Column::text("责任人").sorted(),
        Column::text("单位").sorted().filtered(),
        Column::text("提交").sorted(),
        Column::text("期限").sorted(),
        Column::number("已超（天）").sorted(),
        Column::text("标记"),
    ];
    let shared = format!("多人{}", book.words().phrase("serve"));
    let mut table = Table {
        tools: true,
        ..Table::new("overdue-rows", format!("逾期未办结 {} 行，按期限先后", rows.len()), columns)
    };
    for (measure, row, case) in rows {
        let person = row.person_id.as_deref();
        let name = person.map_or("", |id| book.person(id).map_or(id, |p| p.name.as_str()));
        let unit = match (&row.unit, person) {
            (Some(unit), _) => unit.as_str(),
            (None, Some(_)) => "",
            (None, None) => book.words().phrase("vacuum"),
        };
        let over = row.due_day.map(|due| (book.day() - due).num_days());
        let mut marks = Vec::new();
        if row.shared {
            marks.push(shared.as_str());
        }
        if row.extended {
            marks.push("已延期");
        }
        if row.paused > 0.0 {
            marks.push("有暂停");
        }
        table.push(vec![
            Cell::of(&case.case_id),
            Cell::of(case.title.as_deref().unwrap_or_default()).class("wide"),
            Cell::of(book.enterprise(&case.enterprise_id).map_or(case.enterprise_id.as_str(), |e| e.name.as_str()))
                .class("wide"),
            Cell::of(case.category.as_deref().unwrap_or_default()),
            Cell::link(&measure.name, Some(format!("method.html#{}", book.anchor(&measure.id)))),
            Cell::link(name, person.and_then(|id| book.steward_page(id))),
            Cell::of(unit),
            Cell::of(format::iso(case.submitted_at.date())),
            Cell::of(row.due_day.map_or_else(String::new, format::iso)),
            Cell::of(over.map_or_else(String::new, |d| d.to_string())),
            Cell::of(marks.join("、")),
        ]);
    }
    table.without_empty_columns()
}

/// Settled cases are shown with the share returned, so that returning is no way to look fast.
fn returned(book: &Book, settled: usize) -> (Option<String>, Option<String>) {
    if settled == 0 {
        return (None, None);
    }
    // One row per return, with or without a reason; without such a measure the cases' last event must do.
    let explained = book.brief.measures.iter().find(|m| m.kind == "completeness" && m.id == "return_explained");
    let share = |n: i64| format::rate(Some(n as f64 / settled as f64));
    let figure = explained.and_then(|m| book.brief.district.iter().map(|c| &c.now).find(|f| f.measure == m.id));
    match (explained, figure) {
        (Some(measure), Some(figure)) => (
            Some(format!("本期退件 {} 件次，相当于本期办结 {settled} 件的{}。", figure.n, share(figure.n))),
            Some(format!("{}#rows", book.measure_page(&measure.id))),
        ),
        _ => {
            let last = book
                .brief
                .cases
                .iter()
                .filter(|c| c.settled_at.is_some() && c.last_event.as_deref() == Some("returned"));
            let n = last.count() as i64;
            (Some(format!("办结的问题中，最后一步为退件的 {n} 件，相当于本期办结 {settled} 件的{}。", share(n))), None)
        }
    }
}
