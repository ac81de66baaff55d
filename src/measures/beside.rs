//! What a period is compared to, and what is to be checked and done: computed beside the period itself.
//!
//! Previous periods are as of their own ends, so that nothing of them is in the evidence of the period. A connection of
//! its own computes them at the same time; no figure depends on it.
use std::collections::BTreeMap;
use std::path::Path;

use super::brief::{Evidence, Figure};
use super::checks::{Found, Setting};
use super::due::DueList;
use super::gather::{FOLDS, SESSIONS, by_dimension, by_measure, steps};
use super::kept::{Answers, Keeping, Portion};
use super::steps::Milestone;
use super::{Dimension, MeasureError, Scope, Selection, Session};
use crate::regime::Regime;

/// Rows of each check that reports show.
const CHECKED: usize = 50;
/// Working days within which a due day is near.
const NEAR: u32 = 3;

/// What a brief needs beside its period.
pub(super) struct Beside {
    pub previous: Compared,
    pub year_before: Compared,
    pub checks: Vec<Found>,
    pub due: DueList,
    pub milestones: Vec<Milestone>,
    /// Counts of answers set aside.
    pub answers: Vec<Answers>,
}

impl Beside {
    pub fn of(
        warehouse: &Path,
        setting: &Setting<'_>,
        scope: Scope,
        mut keeping: Option<Keeping<'_>>,
    ) -> Result<Beside, MeasureError> {
        let mut session = Session::open(warehouse, setting.regime, setting.calendar, &[])?;
        session.share(SESSIONS)?;
        let regime = &setting.regime.on(scope.as_of_day());
        let before = scope.at(scope.period.previous());
        let previous = of_period(&mut session, before, regime, Portion::Previous, keeping.as_mut())?;
        let before = scope.at(scope.period.year_before());
        let year_before = of_period(&mut session, before, regime, Portion::YearBefore, keeping.as_mut())?;
        let checks = session.check(scope, setting, Some(CHECKED))?;
        let due = session.due(scope, NEAR, regime)?;
        let milestones = steps::milestones(&session, regime, scope)?;
        let answers = keeping.map(|keeping| keeping.answers).unwrap_or_default();
        Ok(Beside { previous, year_before, checks, due, milestones, answers })
    }
}

/// A period's figures that others are compared to; empty where nothing had been received for it.
#[derive(Default)]
pub(super) struct Compared {
    pub district: BTreeMap<String, Figure>,
    pub cuts: BTreeMap<(String, Dimension), Vec<Figure>>,
    /// Evaluations behind them.
    pub ratings: Vec<Evidence>,
}

fn of_period(
    session: &mut Session,
    scope: Scope,
    regime: &Regime,
    of: Portion,
    keeping: Option<&mut Keeping<'_>>,
) -> Result<Compared, MeasureError> {
    let cuts = of.has_cuts();
    let mut compared = Compared::default();
    if scope.last < regime.in_force_from {
        return Ok(compared);
    }
    session.compute(scope)?;
    if let Some(keeping) = keeping {
        session.keep_aside(of, keeping)?;
    }
    let mut folded = by_dimension(session.figures_by(if cuts { &FOLDS } else { &FOLDS[..1] })?);
    for figure in folded.remove(Dimension::District.name()).unwrap_or_default() {
        compared.district.insert(figure.measure.clone(), figure);
    }
    // States say nothing of a time before the first record: a period without any event had no data.
    let happened = |id: &str| regime.measure(id).is_some_and(|m| !m.rule.is_state());
    if !compared.district.values().any(|figure| figure.n > 0 && happened(&figure.measure)) {
        compared.district.clear();
    }
    // None counted is a count; a share of none is nothing.
    compared.district.retain(|_, figure| figure.n > 0 || figure.kind == "tally");
    for measure in regime.measures.iter().filter(|m| cuts && m.rule.kind() == "score") {
        let asked = Selection { measure: Some(measure.id.clone()), ..Selection::default() };
        let rows = session.evidence(&asked)?;
        compared.ratings.extend(rows.into_iter().filter(|row| row.record.starts_with("evaluations/")));
    }
    for by in &FOLDS[1..] {
        for (measure, figures) in by_measure(folded.remove(by.name()).unwrap_or_default()) {
            compared.cuts.insert((measure, *by), figures);
        }
    }
    Ok(compared)
}
