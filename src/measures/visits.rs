//! What a brief says of phone visits: samples that were called, or drawn, in its period.
use std::path::Path;

use super::{Brief, MeasureError, Scope};
use crate::regime::Regime;
use crate::sampling::acts::{Desk, DeskError};
use crate::sampling::results::{ResultsError, Visits, visits};
use crate::warehouse::journal::{self, Entry, Room};

/// Fewest answers of which anything is said, as of all ratings.
const FEWEST: i64 = 10;

/// The samples of the period, by plan, as known at a batch.
pub(super) fn of_period(warehouse: &Path, scope: Scope, known_at: i64) -> Result<Vec<Visits>, MeasureError> {
    let entries = journal::read(warehouse, Room::Sampling)?;
    let known: Vec<Entry> = entries.into_iter().filter(|entry| entry.batch <= known_at).collect();
    let desk = Desk::of(&known).map_err(|source| MeasureError::Sampling(Box::new(source.into())))?;
    let mut all = Vec::new();
    for sample in desk.samples.values() {
        let told = match visits(sample, scope.as_of) {
            Err(ResultsError::Desk(DeskError::NotDrawn(_) | DeskError::NotAssigned(_))) => continue,
            told => told.map_err(|source| MeasureError::Sampling(Box::new(source)))?,
        };
        let within = match told.called {
            Some((first, last)) => first <= scope.last && scope.first <= last,
            None => told.drawn_at < scope.as_of && (scope.first..=scope.last).contains(&told.drawn_at.date()),
        };
        if within {
            all.push(told);
        }
    }
    Ok(all)
}

/// Holds back what would tell of few answers, and takes sampled measures out of a brief whose period had no sample.
///
/// A plan's own estimate is only told where its answers are those of the district's figure; else the two could be
/// subtracted from each other.
pub(super) fn settle(brief: &mut Brief, regime: &Regime) {
    let sampled = |id: &str| regime.measure(id).is_some_and(|measure| measure.rule.is_sampled());
    let answers: Vec<i64> =
        brief.district.iter().filter(|change| sampled(&change.now.measure)).map(|change| change.now.n).collect();
    let alone = brief.visits.len() == 1;
    for told in &mut brief.visits {
        let n = i64::from(told.answers);
        if !alone || n < FEWEST || !answers.contains(&n) {
            told.satisfied = None;
            told.bounds = None;
        }
    }
    if !brief.visits.is_empty() {
        return;
    }
    let empty = |figure: &Option<super::brief::Figure>| figure.as_ref().is_none_or(|figure| figure.n == 0);
    let none: Vec<String> = brief
        .district
        .iter()
        .filter(|change| sampled(&change.now.measure) && change.now.n == 0)
        .filter(|change| empty(&change.previous) && empty(&change.year_before))
        .map(|change| change.now.measure.clone())
        .collect();
    brief.measures.retain(|measure| !none.contains(&measure.id));
    brief.district.retain(|change| !none.contains(&change.now.measure));
    brief.series.retain(|measure, _| !none.contains(measure));
    brief.cuts.retain(|cut| !none.contains(&cut.measure));
}
