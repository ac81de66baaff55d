//! A published draw derived anew from its file alone: plan hash, seed, every ticket, order, role, frame, evaluators.
//!
//! The first row that differs is named. What a file alone cannot show: that its plan hash was published before the entropy
//! existed (hold it against what was published then), that the entropy is the one announced, and that the frame holds
//! whom it should (an enterprise that is told its salt can look itself up).
use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::acts::assign_for;
use super::assign::{self, Assignment};
use super::canonical;
use super::draw::{self, Draw, Order};
use super::frame;
use super::plan::Plan;
use super::publish::{DRAW, Published};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub holds: bool,
    pub plan_id: String,
    pub plan_hash: String,
    pub seed: String,
    /// Derived and found equal.
    pub tickets: usize,
    pub calls: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

/// The first thing that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// Row within the stratum, from 1; of evaluators within the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    pub what: String,
    pub expected: String,
    pub found: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(stratum) = &self.stratum {
            write!(f, "stratum {stratum}, ")?;
        }
        if let Some(rank) = self.rank {
            write!(f, "row {rank}, ")?;
        }
        write!(f, "{}: expected {}, found {}", self.what, self.expected, self.found)
    }
}

/// A file that is no published draw.
#[derive(Debug, thiserror::Error)]
#[error("is no published draw ({0}); it is the file draw.json that `guanjia sample draw` writes")]
pub struct NoDraw(String);

type Checked = Result<(), Difference>;

/// Derives everything anew; `announced` is the plan hash as it was published before the draw, if it is at hand.
pub fn verify(text: &str, announced: Option<&str>) -> Result<Verdict, NoDraw> {
    let failed = |error: serde_json::Error| NoDraw(error.to_string());
    let value: Value = serde_json::from_str(text).map_err(failed)?;
    if value["form"] != DRAW {
        return Err(NoDraw(format!("its form is not {DRAW}")));
    }
    let file: Published = serde_json::from_str(text).map_err(failed)?;
    let mut verdict = Verdict {
        holds: false,
        plan_id: file.plan.id.clone(),
        plan_hash: file.plan_hash.clone(),
        seed: file.seed.clone(),
        tickets: 0,
        calls: 0,
        difference: None,
    };
    let outcome = check(&value, &file, announced, &mut verdict);
    verdict.holds = outcome.is_ok();
    verdict.difference = outcome.err();
    Ok(verdict)
}

fn check(value: &Value, file: &Published, announced: Option<&str>, verdict: &mut Verdict) -> Checked {
    let hash = canonical::hash(&value["plan"]).map_err(|error| differs("plan", "whole numbers", &error.to_string()))?;
    same("plan hash", &hash, &file.plan_hash)?;
    if let Some(announced) = announced {
        same("plan hash as it was announced", &announced.trim().to_ascii_lowercase(), &file.plan_hash)?;
    }
    let entropy = file.entropy.check(&file.plan.entropy);
    entropy.map_err(|error| differs("entropy", &file.plan.entropy.source, &error.to_string()))?;
    same("seed", &draw::seed_text(&file.plan_hash, &file.entropy.text), &file.seed)?;
    let derived = derived(file)?;
    for (stratum, (expected, found)) in file.plan.strata.iter().zip(derived.strata.iter().zip(&file.strata)) {
        same("stratum", &stratum.id, &found.id)?;
        rows(expected, found, verdict)?;
    }
    same("number of strata", &file.plan.strata.len().to_string(), &file.strata.len().to_string())?;
    frame(file, &file.plan)?;
    if let Some(assignment) = &file.assignment {
        callers(&file.plan, assignment)?;
        calls(&derived, assignment, verdict)?;
    }
    Ok(())
}

/// The draw of the pseudonyms that the file holds.
fn derived(file: &Published) -> Result<Draw, Difference> {
    let mut seen = BTreeSet::new();
    for order in &file.strata {
        for (row, place) in (1..).zip(&order.tickets) {
            if !seen.insert(place.pseudonym.as_str()) {
                return Err(Difference {
                    stratum: Some(order.id.clone()),
                    rank: Some(row),
                    ..differs("pseudonym", "one that stands nowhere else", &place.pseudonym)
                });
            }
        }
    }
    let members = file
        .strata
        .iter()
        .flat_map(|order| order.tickets.iter().map(|place| (place.pseudonym.as_str(), order.id.as_str())));
    draw::draw(&file.plan, file.seed.clone(), members)
        .map_err(|twice| differs("pseudonym", "one that stands nowhere else", &twice.to_string()))
}

/// One stratum, row by row.
fn rows(expected: &Order, found: &Order, verdict: &mut Verdict) -> Checked {
    let here = |rank: Option<u32>| {
        move |difference: Difference| Difference { stratum: Some(expected.id.clone()), rank, ..difference }
    };
    same("N", &expected.size.to_string(), &found.size.to_string()).map_err(here(None))?;
    same("n", &expected.sample.to_string(), &found.sample.to_string()).map_err(here(None))?;
    for (row, (wanted, place)) in (1..).zip(expected.tickets.iter().zip(&found.tickets)) {
        let row_differs = here(Some(row));
        same("pseudonym", &wanted.pseudonym, &place.pseudonym)
            .and_then(|()| same("ticket", &wanted.ticket, &place.ticket))
            .and_then(|()| same("rank", &wanted.rank.to_string(), &place.rank.to_string()))
            .and_then(|()| same("role", wanted.role.told(), place.role.told()))
            .map_err(row_differs)?;
        verdict.tickets += 1;
    }
    same("number of tickets", &expected.size.to_string(), &found.tickets.len().to_string()).map_err(here(None))
}

/// Whom the file holds must be whom the plan bound before the entropy existed.
fn frame(file: &Published, plan: &Plan) -> Checked {
    let members = file
        .strata
        .iter()
        .flat_map(|order| order.tickets.iter().map(|place| (place.pseudonym.as_str(), order.id.as_str())));
    let size = members.clone().count();
    same("frame size", &plan.frame_size.to_string(), &size.to_string())?;
    same("frame size stated", &plan.frame_size.to_string(), &file.frame_size.to_string())?;
    let hash = frame::hash(members).map_err(|error| differs("frame", "texts", &error.to_string()))?;
    same("frame hash (of all pseudonyms and strata, against the plan's)", &plan.frame_hash, &hash)?;
    same("frame hash stated", &plan.frame_hash, &file.frame_hash)
}

/// Who calls, and whom each may not, must be what the plan bound, where it did.
fn callers(plan: &Plan, stated: &Assignment) -> Checked {
    let Some(callers) = &plan.callers else { return Ok(()) };
    same("evaluators, against the plan's", &callers.evaluators.join(", "), &stated.evaluators.join(", "))?;
    let hash = assign::hash(&stated.barred).map_err(|error| differs("barred pairs", "texts", &error.to_string()))?;
    same("hash of the barred pairs, against the plan's", &callers.barred_hash, &hash)
}

/// The second draw.
fn calls(derived: &Draw, stated: &Assignment, verdict: &mut Verdict) -> Checked {
    let again = assign_for(derived, &stated.evaluators, &stated.barred, &stated.declined);
    let again = again.map_err(|error| differs("evaluators", "a division", &error.to_string()))?;
    for (row, (wanted, call)) in (1..).zip(again.calls.iter().zip(&stated.calls)) {
        let here = |difference| Difference { rank: Some(row), ..difference };
        same("enterprise to be called", &wanted.pseudonym, &call.pseudonym)
            .and_then(|()| same("evaluator", &wanted.evaluator, &call.evaluator))
            .map_err(here)?;
        verdict.calls += 1;
    }
    same("number of calls", &again.calls.len().to_string(), &stated.calls.len().to_string())
}

fn same(what: &str, expected: &str, found: &str) -> Checked {
    if expected == found { Ok(()) } else { Err(differs(what, expected, found)) }
}

fn differs(what: &str, expected: &str, found: &str) -> Difference {
    Difference {
        what: what.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
        ..Difference::default()
    }
}
