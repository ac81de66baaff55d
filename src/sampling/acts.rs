//! What stands in the journal of the desk, and what follows from it.
//!
//! One enum of acts; [`Desk`] is their fold, and all state there is. Draws are not kept but made anew from the plan, the
//! frame and the entropy: they are pure functions of these.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::assign::{self, AssignError, Assignment, Barred, Declined, Evaluator};
use super::calls::kept::{self, Calls};
use super::calls::read::Unread;
use super::calls::{Check, Held, Row, Skip};
use super::canonical::CanonicalError;
use super::draw::{self, Draw, Role};
use super::entropy::Entropy;
use super::frame::Frame;
use super::plan::Plan;
use super::tickets::Twice;
use crate::warehouse::WarehouseError;
use crate::warehouse::journal::{Entry, Noted};

/// An act of the desk; its subject is the id of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", content = "body", rename_all = "snake_case")]
pub enum Act {
    Planned(Box<Planned>),
    Drawn(Drawn),
    /// Evaluators were drawn for the enterprises drawn.
    Assigned(Assigned),
    /// An evaluator gave an enterprise back.
    Declined(GivenBack),
    /// A row of a call sheet, as it came.
    Recorded(Box<Row>),
    /// A row that cannot be taken for what it says, kept as it stood.
    Unread(Box<Unread>),
    /// A reserve is passed over.
    Skipped(Skip),
    /// Completes were drawn to be called again.
    BackChecked(BackChecked),
}

/// A plan, and the frame that it binds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub plan: Plan,
    /// What was published.
    pub plan_hash: String,
    /// The last batch of exports that the frame rests on.
    pub known_at: i64,
    pub frame: Frame,
    /// Who will call, where the plan fixed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callers: Option<Assigned>,
}

/// The entropy came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub plan_hash: String,
    pub entropy: Entropy,
}

/// Who calls, and whom each may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// By pseudonym.
    pub evaluators: BTreeMap<String, Evaluator>,
    pub barred: Vec<Barred>,
}

/// By pseudonyms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    pub pseudonym: String,
    pub evaluator: String,
    pub reason: String,
}

/// Completes that are called again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackChecked {
    pub checks: Vec<Check>,
}

/// A journal that says something impossible.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error("entry {entry_no} of the journal is no act of the sampling desk: {source}")]
    Act { entry_no: i64, source: serde_json::Error },
    #[error("entry {entry_no} of the journal: {what}")]
    Impossible { entry_no: i64, what: String },
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    #[error("there is no plan “{id}”; plans are: {known}")]
    NoPlan { id: String, known: String },
    #[error("plan {0} has not been drawn yet; `guanjia sample draw --plan {0}` does it when the entropy is out")]
    NotDrawn(String),
    #[error("no evaluators were drawn for plan {0} yet; `guanjia sample assign --plan {0}` does it")]
    NotAssigned(String),
}

impl Act {
    /// As an entry of the journal.
    pub fn noted(&self, plan: &str) -> Result<Noted, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let act = value["act"].as_str().unwrap_or_default().to_owned();
        Ok(Noted { act, subject: plan.to_owned(), body: value["body"].take() })
    }

    /// From an entry.
    pub fn of(entry: &Entry) -> Result<Act, DeskError> {
        let failed = |source| DeskError::Act { entry_no: entry.entry_no, source };
        let body: serde_json::Value = serde_json::from_str(&entry.body).map_err(failed)?;
        serde_json::from_value(serde_json::json!({ "act": entry.act, "body": body })).map_err(failed)
    }
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub entry_no: i64,
    pub at: NaiveDateTime,
    pub by: String,
}

/// One plan and all that came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    pub planned: Planned,
    pub planned_at: Done,
    pub drawn: Option<(Drawn, Done)>,
    /// Made anew from plan, frame and entropy.
    pub draw: Option<Draw>,
    pub assigned: Option<(Assigned, Done)>,
    pub declined: Vec<(GivenBack, Done)>,
    /// Who calls whom, refusals counted in.
    pub assignment: Option<Assignment>,
    /// What came back from the evaluators.
    pub calls: Calls,
}

/// All plans, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    pub samples: BTreeMap<String, Sample>,
}

impl Desk {
    /// What follows from the journal.
    pub fn of(entries: &[Entry]) -> Result<Desk, DeskError> {
        let mut desk = Desk::default();
        for entry in entries {
            desk.take(entry)?;
        }
        Ok(desk)
    }

    /// A plan's sample.
    pub fn sample(&self, id: &str) -> Result<&Sample, DeskError> {
        self.samples.get(id).ok_or_else(|| {
            let known: Vec<&str> = self.samples.keys().map(String::as_str).collect();
            let known = if known.is_empty() { "none yet".to_owned() } else { known.join(", ") };
            DeskError::NoPlan { id: id.to_owned(), known }
        })
    }

    /// When each enterprise was last called by this desk.
    pub fn called(&self) -> BTreeMap<String, NaiveDate> {
        let mut called: BTreeMap<String, NaiveDate> = BTreeMap::new();
        for sample in self.samples.values() {
            for (enterprise, day) in kept::spoken_to(sample) {
                let last = called.entry(enterprise).or_insert(day);
                *last = day.max(*last);
            }
        }
        called
    }

    fn take(&mut self, entry: &Entry) -> Result<(), DeskError> {
        let done = Done { entry_no: entry.entry_no, at: entry.at, by: entry.actor.clone() };
        let impossible = |what: &str| DeskError::Impossible { entry_no: entry.entry_no, what: what.to_owned() };
        let act = Act::of(entry)?;
        if let Act::Planned(planned) = act {
            if self.samples.contains_key(&entry.subject) {
                return Err(impossible("a plan of this id stands already"));
            }
            let sample = Sample {
                planned: *planned,
                planned_at: done,
                drawn: None,
                draw: None,
                assigned: None,
                declined: Vec::new(),
                assignment: None,
                calls: Calls::default(),
            };
            self.samples.insert(entry.subject.clone(), sample);
            return Ok(());
        }
        let sample = self.samples.get_mut(&entry.subject).ok_or_else(|| impossible("there is no such plan"))?;
        match act {
            Act::Planned(_) => {}
            Act::Drawn(drawn) => {
                sample.draw = Some(sample.draw_with(&drawn.entropy).map_err(|twice| impossible(&twice.to_string()))?);
                sample.drawn = Some((drawn, done));
            }
            Act::Assigned(assigned) => {
                sample.assigned = Some((assigned, done));
                sample.assignment = Some(sample.assign(None).map_err(|error| impossible(&error.to_string()))?);
            }
            Act::Declined(given_back) => {
                sample.declined.push((given_back, done));
                sample.assignment = Some(sample.assign(None).map_err(|error| impossible(&error.to_string()))?);
            }
            Act::Recorded(row) => sample.calls.held.push(Held { row: *row, received: entry.at }),
            Act::Unread(unread) => sample.calls.unread.push((*unread, done)),
            Act::Skipped(skip) => sample.calls.skips.push((skip, done)),
            Act::BackChecked(drawn) => sample.calls.checks.extend(drawn.checks),
        }
        Ok(())
    }
}

impl Sample {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.planned.plan
    }

    /// The draw that an entropy gives.
    pub fn draw_with(&self, entropy: &Entropy) -> Result<Draw, Twice> {
        let members = self.planned.frame.units.iter().map(|unit| (unit.pseudonym.as_str(), unit.stratum.as_str()));
        draw::draw(self.plan(), draw::seed_text(&self.planned.plan_hash, &entropy.text), members)
    }

    /// The draw, or why there is none.
    pub fn drawn(&self) -> Result<&Draw, DeskError> {
        self.draw.as_ref().ok_or_else(|| DeskError::NotDrawn(self.plan().id.clone()))
    }

    /// Who calls whom, or why nobody does.
    pub fn assignment(&self) -> Result<&Assignment, DeskError> {
        self.assignment.as_ref().ok_or_else(|| DeskError::NotAssigned(self.plan().id.clone()))
    }

    /// An evaluator by pseudonym.
    pub fn evaluator(&self, pseudonym: &str) -> Option<&Evaluator> {
        self.assigned.as_ref().and_then(|(assigned, _)| assigned.evaluators.get(pseudonym))
    }

    /// Who calls whom by what is recorded, and with one more refusal.
    pub fn assign(&self, more: Option<&GivenBack>) -> Result<Assignment, AssignError> {
        let (Some(draw), Some((assigned, _))) = (&self.draw, &self.assigned) else {
            return Err(AssignError::Nobody { pseudonym: "anyone".to_owned(), why: "nothing is drawn".to_owned() });
        };
        let evaluators: Vec<String> = assigned.evaluators.keys().cloned().collect();
        let public =
            |given: &GivenBack| Declined { pseudonym: given.pseudonym.clone(), evaluator: given.evaluator.clone() };
        let recorded = self.declined.iter().map(|(given, _)| given);
        let declined: Vec<Declined> = recorded.chain(more).map(public).collect();
        assign_for(draw, &evaluators, &assigned.barred, &declined)
    }
}

/// The second draw for all that the first drew or put in reserve.
pub fn assign_for(
    draw: &Draw,
    evaluators: &[String],
    barred: &[Barred],
    declined: &[Declined],
) -> Result<Assignment, AssignError> {
    let of = |role| draw.of(role).map(|(_, place)| place.pseudonym.as_str()).collect::<Vec<_>>();
    assign::assign(&draw.seed, &of(Role::Drawn), &of(Role::Reserve), evaluators, barred, declined)
}
