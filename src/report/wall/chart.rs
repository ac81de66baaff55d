//! Wall charts of projects: one each, and one of all.
use super::{NEAR, Project, days, stage};
use crate::measures::steps::{Milestone, State};
use crate::report::charts::gantt::{Gantt, Group, Mark, Row, Sheet};
use crate::report::format;

/// A4 lines of a figure in a document: what a page of 225 mm holds beside its caption.
pub const LINES: usize = 34;
/// Height of a line.
pub const ROW: f64 = 22.0;

fn mark(step: &Milestone) -> Mark {
    Mark { planned: step.planned_on, done: step.done_on, state: step.state() }
}

/// 26-07-05: two digits of the year are enough beside an axis.
fn short(day: chrono::NaiveDate) -> String {
    day.format("%y-%m-%d").to_string()
}

/// One project: a line for each step, by stage. `dates`: whether there is room for its days beside it.
pub fn of_project(project: &Project<'_>, id: &str, width: u32, dates: bool) -> Gantt {
    let mut groups: Vec<Group> = Vec::new();
    for step in &project.steps {
        let name = stage(project.brief, step);
        let said = days(step, project.day);
        let cells = match dates {
            true => vec![short(step.planned_on), step.done_on.map_or_else(|| "—".to_owned(), short), said],
            false => vec![said],
        };
        let row = Row { label: step.milestone.clone(), marks: vec![mark(step)], cells };
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { name, rows: vec![row] }),
        }
    }
    let columns = if dates { &["计划", "完成", "情况"][..] } else { &["情况"] };
    Gantt {
        id: id.to_owned(),
        title: format!("{}节点进度", project.name),
        left_out: None,
        groups,
        columns: columns.iter().map(|head| (*head).to_owned()).collect(),
        day: project.day,
        table: table(std::slice::from_ref(project)),
        width,
        row: ROW,
        sheet: None,
    }
}

/// The chart of a project with no more than so many lines: steps done in time are left out first, the earliest first.
pub fn shortened(mut gantt: Gantt, room: usize) -> Gantt {
    let lines = |gantt: &Gantt| gantt.groups.iter().map(|group| group.rows.len() + 1).sum::<usize>();
    let mut dropped = 0;
    for state in [State::InTime, State::Unjudged, State::Late, State::Coming, State::Overdue] {
        while lines(&gantt) > room {
            let is = |row: &Row| row.marks.iter().all(|mark| mark.state == state);
            let Some(group) = gantt.groups.iter_mut().find(|group| group.rows.iter().any(is)) else { break };
            if let Some(at) = group.rows.iter().position(is) {
                group.rows.remove(at);
                dropped += 1;
            }
            gantt.groups.retain(|group| !group.rows.is_empty());
        }
    }
    if dropped > 0 {
        gantt.left_out = Some(format!("版面所限，{dropped}个节点未画，按期完成的先略去。"));
    }
    gantt
}

/// All of these projects: a line each, by area.
pub fn of_all(projects: &[Project<'_>], id: &str, title: &str, width: u32, left_out: Option<String>) -> Gantt {
    let mut groups: Vec<Group> = Vec::new();
    for project in projects {
        let name = project.area.unwrap_or("未注明区域").to_owned();
        let late = project.count(State::Overdue);
        let row = Row {
            label: project.name.to_owned(),
            marks: project.steps.iter().map(|step| mark(step)).collect(),
            cells: vec![
                format!("{}/{}", project.done(), project.steps.len()),
                if late > 0 { late.to_string() } else { String::new() },
            ],
        };
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { name, rows: vec![row] }),
        }
    }
    Gantt {
        id: id.to_owned(),
        title: title.to_owned(),
        left_out,
        groups,
        columns: vec!["完成".into(), "逾期".into()],
        day: projects.first().map_or(chrono::NaiveDate::MIN, |project| project.day),
        table: table(projects),
        width,
        row: ROW,
        sheet: None,
    }
}

/// Lines that these projects take: their own, and a heading for each area.
fn lines(projects: &[Project<'_>]) -> usize {
    projects.len() + projects.chunk_by(|a, b| a.area == b.area).count()
}

/// Those that fit so many lines: all; else those with late or coming steps; else those overdue; else the first of
/// these. With what is left out, in words.
pub fn fitting<'a>(all: &[Project<'a>], room: usize) -> (Vec<Project<'a>>, Option<String>) {
    if lines(all) <= room {
        return (all.to_vec(), None);
    }
    let overdue = |project: &Project<'_>| project.count(State::Overdue) > 0;
    let pressing = |project: &Project<'_>| overdue(project) || project.is_near();
    let of = |test: &dyn Fn(&Project<'_>) -> bool| all.iter().filter(|p| test(p)).cloned().collect::<Vec<_>>();
    let (mut chosen, mut what) = (of(&pressing), format!("有逾期未完成或{NEAR}天内到期节点"));
    if lines(&chosen) > room {
        (chosen, what) = (of(&overdue), "有逾期未完成节点".to_owned());
    }
    let found = chosen.len();
    while lines(&chosen) > room {
        chosen.pop();
    }
    let mut said = format!("共{}个项目，图中只列{what}的{}个", all.len(), chosen.len());
    if chosen.len() < found {
        said += &format!("（此类项目{found}个，版面所限，其余{}个未画）", found - chosen.len());
    }
    let others = all.len() - chosen.len();
    (chosen, Some(format!("{said}，其余{others}个未列出。")))
}

/// As many on a sheet as it holds in lines, areas kept in order.
pub fn pages<'a, 'p>(projects: &'p [Project<'a>], room: usize) -> Vec<&'p [Project<'a>]> {
    let mut pages = Vec::new();
    let mut rest = projects;
    while !rest.is_empty() {
        let fits = (1..=rest.len()).take_while(|n| lines(&rest[..*n]) <= room).last().unwrap_or(1);
        let (page, after) = rest.split_at(fits);
        pages.push(page);
        rest = after;
    }
    pages
}

/// A sheet of paper in the proportion of A3 lying.
pub fn on_sheet(gantt: Gantt, width: u32, foot: String) -> Gantt {
    let height = (f64::from(width) / std::f64::consts::SQRT_2).round();
    let count: usize = gantt.groups.iter().map(|group| group.rows.len() + 1).sum();
    let row = ((height - SHEET_MARGINS) / count.max(1) as f64).clamp(ROW, 34.0);
    Gantt { width, row, sheet: Some(Sheet { height: height as u32, foot }), ..gantt }
}

/// What title, legend, axis and foot take of a sheet's height.
const SHEET_MARGINS: f64 = 180.0;

/// Lines of such a sheet.
pub fn sheet_lines(width: u32) -> usize {
    ((f64::from(width) / std::f64::consts::SQRT_2 - SHEET_MARGINS) / ROW) as usize
}

/// Every step of these, header first.
fn table(projects: &[Project<'_>]) -> Vec<Vec<String>> {
    let head = ["项目", "阶段", "节点", "计划", "完成", "情况"].map(str::to_owned).to_vec();
    let rows = projects.iter().flat_map(|project| {
        project.steps.iter().map(|step| {
            let done = step.done_on.map_or_else(|| format::ABSENT.to_owned(), format::iso);
            let (planned, said) = (format::iso(step.planned_on), days(step, project.day));
            vec![project.name.to_owned(), stage(project.brief, step), step.milestone.clone(), planned, done, said]
        })
    });
    std::iter::once(head).chain(rows).collect()
}
