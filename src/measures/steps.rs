//! Milestones of projects (节点) as reports tell them: when planned, when done, and what the evidence says of it.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::regime::NO_STEPS;

/// One milestone of an enterprise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    pub enterprise_id: String,
    /// Its name; with the enterprise its key.
    pub milestone: String,
    /// Its own, else the enterprise's: attract, settle, support, decision, rectification.
    pub stage: Option<String>,
    /// Who has to do it.
    pub unit: Option<String>,
    pub planned_on: NaiveDate,
    pub done_on: Option<NaiveDate>,
    /// The measure whose evidence says what became of it; none: nothing judges it.
    pub measure: Option<String>,
    /// Of its evidence row: met, breached, pending; none where it is not judged.
    pub outcome: Option<String>,
    /// Days after its planned day, negative before: of its evidence where it is done, until the as-of day where it is
    /// overdue; none while it is to come.
    pub days: Option<i64>,
    /// Who answered for it when it was decided (to come: answers now).
    pub person_id: Option<String>,
    pub answers_unit: Option<String>,
}

/// What became of a milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Past its planned day and not done.
    Overdue,
    /// Done after it.
    Late,
    Coming,
    InTime,
    /// No evidence: planned before the rules were in force, or taken out by a ruling.
    Unjudged,
}

impl State {
    pub const ALL: [State; 5] = [State::InTime, State::Late, State::Overdue, State::Coming, State::Unjudged];

    /// As it is read.
    pub fn zh(self) -> &'static str {
        match self {
            State::InTime => "按期完成",
            State::Late => "逾期完成",
            State::Overdue => "逾期未完成",
            State::Coming => "未到期",
            State::Unjudged => "不计",
        }
    }
}

impl Milestone {
    /// Key of its evidence rows.
    pub fn record(&self) -> String {
        format!("milestones/{}/{}", self.enterprise_id, self.milestone)
    }

    /// A step of a road map; not what a meeting decided, nor what is to be put right.
    pub fn is_step(&self) -> bool {
        !self.stage.as_deref().is_some_and(|stage| NO_STEPS.contains(&stage))
    }

    /// What its evidence says.
    pub fn state(&self) -> State {
        match (self.outcome.as_deref(), self.done_on) {
            (Some("met"), _) => State::InTime,
            (Some("breached"), Some(_)) => State::Late,
            (Some("breached"), None) => State::Overdue,
            (Some("pending"), _) => State::Coming,
            _ => State::Unjudged,
        }
    }

    /// Done or not, it was not in time.
    pub fn is_late(&self) -> bool {
        matches!(self.state(), State::Late | State::Overdue)
    }
}
