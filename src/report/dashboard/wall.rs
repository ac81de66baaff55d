//! Wall charts (挂图作战): all projects on a page, and a page for each with its steps.
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use super::parts::{Drawn, NARROW, Source, Tile};
use super::table::{Cell, Column, Row, Table, query};
use crate::measures::steps::{Milestone, State};
use crate::report::format;
use crate::report::wall::{self, Project, chart};

/// Widths of a chart on a screen and on a phone, in its pixels.
const WIDTHS: (u32, u32) = (980, NARROW);
/// Lines of the chart of all projects; with more, those with late or coming steps are drawn.
const LINES: usize = 60;

/// The page of all projects.
#[derive(Serialize)]
pub struct Wall {
    tiles: Vec<Tile>,
    chart: Option<Drawn>,
    table: Table,
    sources: Vec<Source>,
}

/// The page of one.
#[derive(Serialize)]
pub struct OneProject {
    name: String,
    id: String,
    area: Option<String>,
    lead: String,
    chart: Option<Drawn>,
    table: Table,
    sources: Vec<Source>,
    explain: Option<String>,
}

/// What the overview says of steps.
#[derive(Serialize)]
pub struct Glance {
    projects: usize,
    steps: usize,
    overdue: usize,
    late: usize,
}

/// What the overview says; none where the place has no steps.
pub fn glance(book: &Book) -> Option<Glance> {
    let projects = wall::projects(book.brief);
    let count = |state: State| projects.iter().map(|project| project.count(state)).sum();
    (!projects.is_empty()).then(|| Glance {
        steps: projects.iter().map(|project| project.steps.len()).sum(),
        overdue: count(State::Overdue),
        late: count(State::Late),
        projects: projects.len(),
    })
}

/// The page of all projects.
pub fn view(book: &Book) -> Result<Wall, DashboardError> {
    let projects = wall::projects(book.brief);
    let (chosen, left_out) = chart::fitting(&projects, LINES);
    let chart = Drawn::of(WIDTHS, |name, width| {
        let all = || chart::of_all(&chosen, &format!("wall-{name}"), "项目节点挂图", width, left_out.clone());
        (!chosen.is_empty()).then(|| all().draw())
    })?;
    let count = |state: State| projects.iter().map(|project| project.count(state)).sum::<usize>();
    let tiles = vec![
        Tile::of("个项目有节点计划", projects.len()),
        Tile::of("个节点逾期未完成", count(State::Overdue)),
        Tile::of("个节点逾期完成", count(State::Late)),
        Tile::of("个节点按期完成", count(State::InTime)),
        Tile::of("个节点未到期", count(State::Coming)),
    ];
    Ok(Wall { tiles, chart, table: table(book, &projects), sources: sources(book, &projects, "") })
}

fn table(book: &Book, projects: &[Project<'_>]) -> Table {
    let columns = vec![
        Column::text("项目").sorted(),
        Column::text("区域").sorted().filtered(),
        Column::text("情况").filtered(),
        Column::number("应完成").sorted(),
        Column::number("已完成").sorted(),
        Column::number("逾期完成").sorted(),
        Column::number("逾期未完成").sorted(),
        Column::number("最多滞后（天）").sorted(),
        Column::text("下一节点"),
        Column::text("计划日期").sorted(),
    ];
    let mut table = Table::new("projects", format!("各项目节点进度：{} 个项目", projects.len()), columns);
    table.tools = projects.len() > 8;
    for project in projects {
        let (next, overdue) = (project.next(), project.count(State::Overdue));
        let class = if overdue > 0 { "bad" } else { "met" };
        let count = |n: usize| Cell::of(if n > 0 { n.to_string() } else { String::new() });
        table.push(vec![
            Cell::link(project.name, book.project_page(project.enterprise_id)),
            Cell::of(project.area.unwrap_or_default()),
            Cell::of(project.state_zh()).class(class),
            Cell::of(project.planned().to_string()),
            Cell::of(project.done().to_string()),
            count(project.count(State::Late)),
            count(overdue),
            Cell::of(project.slip().map_or_else(String::new, |days| days.to_string())),
            Cell::of(next.map(|step| step.milestone.clone()).unwrap_or_default()).class("wide"),
            Cell::of(next.map_or_else(String::new, |step| format::iso(step.planned_on))),
        ]);
    }
    table.without_empty_columns()
}

/// The page of one project.
pub fn project(book: &Book, project: &Project<'_>) -> Result<OneProject, DashboardError> {
    let chart = Drawn::of(WIDTHS, |name, width| {
        Some(chart::of_project(project, &format!("wall-{name}"), width, name == "wide").draw())
    })?;
    let sources = sources(book, std::slice::from_ref(project), "../");
    let measure = project.steps.iter().find_map(|step| step.measure.as_deref());
    Ok(OneProject {
        name: project.name.to_owned(),
        id: project.enterprise_id.to_owned(),
        area: project.area.map(str::to_owned),
        lead: format!(
            "节点{}个，已完成{}个，逾期未完成{}个；{}。",
            project.steps.len(),
            project.done(),
            project.count(State::Overdue),
            project.state_zh()
        ),
        chart,
        table: steps(book, project),
        explain: measure.map(|measure| {
            let id = super::method::argument(project.enterprise_id);
            format!("guanjia explain --measure {measure} --enterprise {id} --period {}", book.brief.period)
        }),
        sources,
    })
}

fn steps(book: &Book, project: &Project<'_>) -> Table {
    let columns = vec![
        Column::text("节点"),
        Column::text("阶段").filtered(),
        Column::text("计划").sorted(),
        Column::text("完成").sorted(),
        Column::text("情况").filtered(),
        Column::text("偏差"),
        Column::text("责任单位").filtered(),
        Column::text("责任人"),
    ];
    let mut table = Table::new("steps", format!("节点 {} 个", project.steps.len()), columns);
    table.tools = project.steps.len() > 8;
    for step in &project.steps {
        table.rows.push(line(book, step, project));
    }
    table.without_empty_columns()
}

fn line(book: &Book, step: &Milestone, project: &Project<'_>) -> Row {
    let state = step.state();
    let class = match state {
        State::InTime => "met",
        State::Late | State::Overdue => "bad",
        State::Coming | State::Unjudged => "open",
    };
    let person = step.person_id.as_deref().map_or_else(Cell::default, |id| {
        let name = book.person(id).map_or(id, |person| person.name.as_str());
        Cell::link(name, book.steward_page(id).map(|page| format!("../{page}")))
    });
    let unit = step.unit.as_deref().or(step.answers_unit.as_deref()).unwrap_or_default();
    vec![
        Cell::of(&step.milestone).class("wide"),
        Cell::of(wall::stage(project.brief, step)),
        Cell::of(format::iso(step.planned_on)),
        Cell::of(step.done_on.map_or_else(String::new, format::iso)),
        Cell::of(state.zh()).class(class),
        Cell::of(wall::days(step, project.day)),
        Cell::of(unit),
        person,
    ]
    .into()
}

/// The measures that judge these steps: their rows, and where they are written.
fn sources(book: &Book, projects: &[Project<'_>], up: &str) -> Vec<Source> {
    let judges = |id: &str| projects.iter().any(|p| p.steps.iter().any(|step| step.measure.as_deref() == Some(id)));
    let only = match projects {
        [project] => format!("?q={}", query(project.name)),
        _ => String::new(),
    };
    let measures = book.brief.measures.iter().filter(|measure| judges(&measure.id));
    measures.map(|measure| Source::of(book, measure, up, &format!("{only}#rows"))).collect()
}
