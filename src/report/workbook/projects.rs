//! Sheets of projects and their steps, and of the bulletin's own tables.
use super::{heading, sheet_of};
use crate::measures::Brief;
use crate::report::bulletin::{Edition, tables};
use crate::report::ratings::Ratings;
use crate::report::wall;
use crate::sheet::write::{Column, Sheet, Value};

/// Tables of the bulletin that say more than the sheets by dimension.
pub fn tabled(brief: &Brief, ratings: &Ratings<'_>, edition: Edition) -> Vec<Sheet> {
    let names = [
        ("roles", "责任人到位"),
        ("clocks", "时限用时"),
        ("complaints_categories", "投诉类别"),
        ("projects", "项目进度"),
        ("steps_late", "逾期节点"),
    ];
    let tables = tables::all(brief, ratings, edition);
    let sheet = |(name, title): (&str, &str)| {
        tables.get(name).map(|table| sheet_of(table, title, heading(brief, &table.caption)))
    };
    names.into_iter().filter_map(sheet).collect()
}

/// A row for each step of each project.
pub fn steps(brief: &Brief) -> Option<Sheet> {
    let mut rows = Vec::new();
    for project in wall::projects(brief) {
        for step in &project.steps {
            rows.push(vec![
                Value::from(project.name),
                Value::from(project.area),
                Value::from(wall::stage(brief, step).as_str()),
                Value::from(step.milestone.as_str()),
                Value::from(step.unit.as_deref().or(step.answers_unit.as_deref())),
                Value::Day(step.planned_on),
                step.done_on.map_or(Value::Empty, Value::Day),
                Value::from(step.days),
                Value::from(step.state().zh()),
            ]);
        }
    }
    let headers = ["项目", "区域", "阶段", "节点", "责任单位", "计划", "完成", "较计划晚（天）", "情况"];
    (!rows.is_empty()).then(|| Sheet {
        name: "挂图作战".into(),
        title: heading(brief, "项目节点"),
        columns: headers.map(Column::new).to_vec(),
        rows,
        notes: vec![
            "负数为提前；逾期未完成的算至统计日，为日历天；“不计”为办法施行前的或经裁定剔除的。".into(),
            "逐个项目的挂图用 guanjia wall 写出，可按A3打印。".into(),
        ],
        chart: None,
    })
}
