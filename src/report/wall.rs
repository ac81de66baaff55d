//! Projects and the steps of their road maps (挂图作战): what tables, wall charts, workbook and dashboard share.
//!
//! What is late is what the evidence says is breached; nothing is judged here. Projects stand by area and name, and
//! are never ranked.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::format;
use crate::measures::Brief;
use crate::measures::brief::Enterprise;
use crate::measures::steps::{Milestone, State};

/// Days ahead within which a step is near.
pub const NEAR: i64 = 31;
/// Stages of a road map, in order.
const STAGES: [&str; 3] = ["attract", "settle", "support"];

/// One project with its steps.
#[derive(Clone, Debug)]
pub struct Project<'a> {
    pub enterprise_id: &'a str,
    /// Its name; its id where the register does not know it.
    pub name: &'a str,
    pub area: Option<&'a str>,
    pub enterprise: Option<&'a Enterprise>,
    /// By stage, planned day, name.
    pub steps: Vec<&'a Milestone>,
    /// The as-of day.
    pub day: NaiveDate,
}

/// Every project that has a step, by area (those without last), name, id.
pub fn projects(brief: &Brief) -> Vec<Project<'_>> {
    let day = format::as_of_day(brief.as_of);
    let known: BTreeMap<&str, &Enterprise> = brief.enterprises.iter().map(|e| (e.enterprise_id.as_str(), e)).collect();
    let mut steps: BTreeMap<&str, Vec<&Milestone>> = BTreeMap::new();
    for milestone in brief.milestones.iter().filter(|milestone| milestone.is_step()) {
        steps.entry(&milestone.enterprise_id).or_default().push(milestone);
    }
    let mut projects: Vec<Project> = Vec::new();
    for (enterprise_id, mut steps) in steps {
        steps.sort_by_key(|step| (stage_order(step), step.planned_on, &step.milestone));
        let enterprise = known.get(enterprise_id).copied();
        let name = enterprise.map(|e| e.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(enterprise_id);
        let area = enterprise.and_then(|e| e.area.as_deref());
        projects.push(Project { enterprise_id, name, area, enterprise, steps, day });
    }
    projects.sort_by_key(|project| (project.area.is_none(), project.area, project.name, project.enterprise_id));
    projects
}

/// Whether there is anything to hang on the wall.
pub fn any(brief: &Brief) -> bool {
    brief.milestones.iter().any(Milestone::is_step)
}

/// Where a step's stage stands; what is none of a road map's own comes last.
fn stage_order(step: &Milestone) -> usize {
    STAGES.iter().position(|stage| step.stage.as_deref() == Some(stage)).unwrap_or(STAGES.len())
}

/// A step's stage as it is read: 招商, 安商, 扶商.
pub fn stage(brief: &Brief, step: &Milestone) -> String {
    step.stage
        .as_deref()
        .map_or_else(|| "未注明阶段".to_owned(), |stage| brief.place.words.shown("milestone_stage", stage).to_owned())
}

/// 晚5天, 早2天, 当日, 逾期12天, 还有8天
pub fn days(step: &Milestone, day: NaiveDate) -> String {
    match (step.state(), step.days) {
        (State::Late, Some(days)) => format!("晚{days}天"),
        (State::Overdue, Some(days)) => format!("已逾期{days}天"),
        (State::InTime, Some(0)) => "按期".to_owned(),
        (State::InTime, Some(days)) if days < 0 => format!("早{}天", -days),
        (State::Coming, _) => match (step.planned_on - day).num_days() {
            0 => "今日到期".to_owned(),
            left => format!("还有{left}天"),
        },
        (state, _) => state.zh().to_owned(),
    }
}

impl Project<'_> {
    pub fn count(&self, state: State) -> usize {
        self.steps.iter().filter(|step| step.state() == state).count()
    }

    /// Steps judged, or done: what should stand finished as of the day, and what does already.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done_on.is_some()).count()
    }

    /// Steps planned by the as-of day.
    pub fn planned(&self) -> usize {
        self.steps.iter().filter(|step| step.planned_on <= self.day).count()
    }

    /// Days of the step that is furthest behind its plan, done late or not done yet.
    pub fn slip(&self) -> Option<i64> {
        self.steps.iter().filter(|step| step.is_late()).filter_map(|step| step.days).max()
    }

    /// The earliest step that is to come.
    pub fn next(&self) -> Option<&Milestone> {
        let coming = self.steps.iter().filter(|step| step.state() == State::Coming);
        coming.min_by_key(|step| (step.planned_on, &step.milestone)).copied()
    }

    /// A step that is coming within [`NEAR`] days.
    pub fn is_near(&self) -> bool {
        self.next().is_some_and(|step| (step.planned_on - self.day).num_days() <= NEAR)
    }

    /// 有逾期未完成, 有逾期完成, 按计划: of all its steps.
    pub fn state_zh(&self) -> &'static str {
        if self.count(State::Overdue) > 0 {
            "有逾期未完成"
        } else if self.count(State::Late) > 0 {
            "曾逾期，均已完成"
        } else if self.count(State::Coming) == 0 && self.done() == self.steps.len() {
            "全部完成"
        } else {
            "按计划"
        }
    }
}
