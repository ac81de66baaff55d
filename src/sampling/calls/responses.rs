//! What came of every enterprise of the sample, as one table: what estimates and response rates are folded from.
//!
//! One row per enterprise that was drawn or called in place of another. A replaced one keeps its row and its final
//! disposition, so that replacing never makes a sample look better reached than it was.
use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::Serialize;

use super::field::{Field, Role};
use super::{Fieldwork, Held};
use crate::sampling::outcome::Outcome;
use crate::sampling::rules::grade_of;

/// One enterprise of the sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Response {
    pub pseudonym: String,
    pub enterprise_id: String,
    pub stratum: String,
    /// Enterprises of the stratum by the number that was to be drawn of it.
    pub weight: f64,
    /// Drawn at first; else called in place of `replaces`.
    pub drawn: bool,
    /// Pseudonym of the one that was given up.
    pub replaces: Option<String>,
    /// Id of who called.
    pub evaluator: Option<String>,
    /// Final, or the best known so far.
    pub disposition: Outcome,
    /// Nothing more will be tried.
    pub finished: bool,
    pub attempts: u32,
    /// Of the interview: id of a question → answer in its own words. Empty where there was none.
    pub answers: BTreeMap<String, String>,
    /// Grade of the plan's question of satisfaction, 1 to 5.
    pub grade: Option<u8>,
    /// When the interview began; else the last attempt.
    pub started_at: Option<NaiveDateTime>,
}

/// The whole table, by stratum and rank.
pub fn responses(fieldwork: &Fieldwork, field: &Field, held: &[Held]) -> Vec<Response> {
    let rows = fieldwork.units.iter().zip(&field.units).filter(|(_, standing)| standing.in_sample());
    rows.map(|(unit, standing)| {
        let last = standing.attempts.last().map(|index| &held[*index].row.attempt);
        let answers = last.filter(|_| standing.disposition.interviewed()).map(|last| last.answers.clone());
        let answers = answers.unwrap_or_default();
        let replaces = match standing.role {
            Role::Replaces(of) => Some(fieldwork.units[of].pseudonym.clone()),
            _ => None,
        };
        Response {
            pseudonym: unit.pseudonym.clone(),
            enterprise_id: unit.enterprise_id.clone(),
            stratum: unit.stratum.clone(),
            weight: fieldwork.weight_of(&unit.stratum),
            drawn: unit.drawn,
            replaces,
            evaluator: standing.evaluator.clone(),
            disposition: standing.disposition,
            finished: standing.finished.is_some(),
            attempts: standing.attempts.len() as u32,
            grade: answers.get(&fieldwork.rules.satisfaction).and_then(|answer| grade_of(answer)),
            answers,
            started_at: last.map(|last| last.begun),
        }
    })
    .collect()
}
