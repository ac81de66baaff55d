//! What the journal holds of a plan's calls, and the fieldwork it belongs to.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::field::Field;
use super::read::Unread;
use super::refusal::Refusal;
use super::responses::Response;
use super::{Check, Evaluator, Fieldwork, Held, Skip, Source, Unit};
use crate::sampling::acts::{DeskError, Done, Sample};
use crate::sampling::draw::Role;
use crate::sampling::rules::Outcome;
use crate::sampling::tickets::hex;

/// Everything that came back, in the order in which it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    pub held: Vec<Held>,
    pub unread: Vec<(Unread, Done)>,
    pub skips: Vec<(Skip, Done)>,
    pub checks: Vec<Check>,
}

/// A row that does not count, whyever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub source: Source,
    /// Heads and cells as they stood, or as they were understood.
    pub cells: Vec<(String, String)>,
    pub reasons: Vec<Refusal>,
}

impl Fieldwork {
    /// Of a plan that was drawn and whose evaluators were drawn.
    pub fn of(sample: &Sample) -> Result<Fieldwork, DeskError> {
        let plan = sample.plan();
        let draw = sample.drawn()?;
        let assignment = sample.assignment()?;
        let (_, drawn) = sample.drawn.as_ref().ok_or_else(|| DeskError::NotDrawn(plan.id.clone()))?;
        let ids: BTreeMap<&str, &str> = sample
            .planned
            .frame
            .units
            .iter()
            .map(|unit| (unit.pseudonym.as_str(), unit.enterprise_id.as_str()))
            .collect();
        let callers: BTreeMap<&str, &str> =
            assignment.calls.iter().map(|call| (call.pseudonym.as_str(), call.evaluator.as_str())).collect();
        // Neither who has an interest nor who gave it back is to check it either.
        let mut barred: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let interests = assignment.barred.iter().map(|pair| (&pair.pseudonym, &pair.evaluator));
        let refusals = assignment.declined.iter().map(|pair| (&pair.pseudonym, &pair.evaluator));
        for (pseudonym, evaluator) in interests.chain(refusals) {
            barred.entry(pseudonym).or_default().push(evaluator.clone());
        }
        let mut units = Vec::new();
        for order in &draw.strata {
            for place in order.tickets.iter().filter(|place| place.role != Role::Rest) {
                let pseudonym = place.pseudonym.as_str();
                let given_back = sample.declined.iter().filter(|(given, _)| given.pseudonym == pseudonym);
                units.push(Unit {
                    pseudonym: pseudonym.to_owned(),
                    enterprise_id: ids.get(pseudonym).copied().unwrap_or_default().to_owned(),
                    stratum: order.id.clone(),
                    rank: place.rank,
                    drawn: place.role == Role::Drawn,
                    evaluator: callers.get(pseudonym).map(|id| (*id).to_owned()),
                    barred: barred.get(pseudonym).cloned().unwrap_or_default(),
                    earlier: given_back.map(|(given, done)| (given.evaluator.clone(), done.at)).collect(),
                });
            }
        }
        let name = |id: &String| sample.evaluator(id).map_or_else(|| id.clone(), |evaluator| evaluator.name.clone());
        let evaluators = assignment.evaluators.iter().map(|id| Evaluator { id: id.clone(), name: name(id) }).collect();
        Ok(Fieldwork {
            plan: plan.id.clone(),
            draw: hex(&Sha256::digest(&draw.seed)),
            seed: draw.seed.clone(),
            drawn_at: drawn.at,
            rules: plan.rules.clone(),
            satisfied_from: u8::try_from(plan.satisfied_from).unwrap_or(3),
            units,
            strata: plan.strata.iter().map(|s| (s.id.clone(), (s.size, s.sample))).collect(),
            evaluators,
            skips: sample.calls.skips.iter().map(|(skip, _)| skip.clone()).collect(),
            checks: sample.calls.checks.clone(),
        })
    }
}

impl Calls {
    /// Rows that do not count as things stand: those that cannot be read and have not come again, those that break a rule.
    pub fn refused(&self, work: &Fieldwork, field: &Field) -> Vec<Refused> {
        let came_again = |unread: &Unread| {
            let place = |held: &Held| !unread.place.is_empty() && held.row.place(work) == unread.place;
            self.held.iter().any(|held| held.row.source == unread.source || place(held))
        };
        let unread = self.unread.iter().map(|(unread, _)| unread).filter(|unread| !came_again(unread));
        let unread = unread.map(|unread| Refused {
            source: unread.source.clone(),
            cells: unread.cells.clone(),
            reasons: unread.reasons.clone(),
        });
        let broken = field.refused.iter().map(|(index, reasons)| Refused {
            source: self.held[*index].row.source.clone(),
            cells: self.held[*index].row.cells(work),
            reasons: reasons.clone(),
        });
        let mut refused: Vec<Refused> = unread.chain(broken).collect();
        refused.sort_by(|a, b| a.source.cmp(&b.source));
        refused
    }

    /// Rows that were put right later: how often a row with the same key came with other content.
    pub fn corrections(&self) -> usize {
        let keys: std::collections::BTreeSet<_> = self.held.iter().map(|held| &held.row.key).collect();
        self.held.len() - keys.len()
    }
}

/// Enterprises that were spoken to, with the day.
pub fn spoken_to(sample: &Sample) -> Vec<(String, NaiveDate)> {
    let Ok(work) = Fieldwork::of(sample) else { return Vec::new() };
    let held = &sample.calls.held;
    let field = Field::of(&work, held);
    let talked = |outcome: Outcome| matches!(outcome.aapor().as_bytes()[..3], [b'1', ..] | [b'2', b'.', b'1']);
    let rows = field.accepted.iter().map(|index| &held[*index].row).filter(|row| talked(row.attempt.outcome));
    rows.filter_map(|row| Some((work.unit(&row.key.pseudonym)?.enterprise_id.clone(), row.attempt.begun.date())))
        .collect()
}

/// What came of every enterprise of a plan's sample so far.
pub fn responses(sample: &Sample) -> Result<Vec<Response>, DeskError> {
    let work = Fieldwork::of(sample)?;
    let field = Field::of(&work, &sample.calls.held);
    Ok(super::responses::responses(&work, &field, &sample.calls.held))
}
