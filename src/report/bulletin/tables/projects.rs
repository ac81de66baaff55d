//! Projects and their steps: `projects`, `steps_late`. They name enterprises: internal edition only.
use crate::measures::Brief;
use crate::measures::steps::State;
use crate::report::document::{Cell, Table, figures, words};
use crate::report::wall::{self, Project};

/// `projects`: of each what was planned by the as-of day, what is done, what is late, and what comes next.
pub fn projects(brief: &Brief) -> Option<Table> {
    let projects = wall::projects(brief);
    let rows: Vec<Vec<Cell>> = projects.iter().map(row).collect();
    let mut columns = vec![words(brief.place.words.dimension("area")), words("项目")];
    columns.extend(["应完成节点", "已完成", "逾期完成", "逾期未完成", "最大滞后（天）"].map(figures));
    columns.extend(["下一节点", "计划日期"].map(words));
    (!rows.is_empty()).then(|| Table {
        name: "projects".into(),
        caption: "各项目节点进度".into(),
        columns,
        rows,
        note: Some(
            "“应完成节点”为计划日期不晚于统计日的节点；“已完成”含提前完成的。按区域和项目名称排列，不作排名。".into(),
        ),
    })
}

fn row(project: &Project<'_>) -> Vec<Cell> {
    let next = project.next();
    vec![
        Cell::text(project.area.unwrap_or("未注明")),
        Cell::text(project.name),
        Cell::Count(project.planned() as i64),
        Cell::Count(project.done() as i64),
        Cell::Count(project.count(State::Late) as i64),
        Cell::Count(project.count(State::Overdue) as i64),
        project.slip().map_or(Cell::Absent, Cell::Count),
        Cell::text(next.map(|step| step.milestone.clone()).unwrap_or_default()),
        next.map_or(Cell::Absent, |step| Cell::Day(step.planned_on)),
    ]
}

/// `steps_late`: those not done and past their day, and those done late in the period.
pub fn late(brief: &Brief) -> Option<Table> {
    let (first, last) = (brief.period.first(), brief.period.last());
    let mut rows = Vec::new();
    for project in wall::projects(brief) {
        for step in &project.steps {
            let in_period = step.done_on.is_some_and(|day| first <= day && day <= last);
            let told = match step.state() {
                State::Overdue => true,
                State::Late => in_period,
                _ => false,
            };
            if told {
                rows.push(vec![
                    Cell::text(project.name),
                    Cell::text(&step.milestone),
                    Cell::text(wall::stage(brief, step)),
                    Cell::text(step.unit.clone().or_else(|| step.answers_unit.clone()).unwrap_or_default()),
                    Cell::Day(step.planned_on),
                    step.done_on.map_or(Cell::Absent, Cell::Day),
                    step.days.map_or(Cell::Absent, Cell::Count),
                    Cell::text(step.state().zh()),
                ]);
            }
        }
    }
    let mut columns = ["项目", "节点", "阶段", "责任单位", "计划", "完成"].map(words).to_vec();
    columns.extend([figures("逾期（天）"), words("情况")]);
    (!rows.is_empty()).then(|| Table {
        name: "steps_late".into(),
        caption: "逾期节点".into(),
        columns,
        rows,
        note: Some("逾期未完成的全部列出，逾期完成的列本期完成的；天数为日历天。".into()),
    })
}
