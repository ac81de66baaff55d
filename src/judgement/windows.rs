//! Classes of all subjects of a window, from the evidence of a session.
use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::classes::{Class, Judge, Reason};
use super::posterior::{Prior, Tally};
use crate::measures::{Dimension, MeasureError, Scope, Session, Span};
use crate::regime::{Regime, Standard};

/// Months before a window from which its prior is fitted.
const BEFORE: u32 = 12;

/// Days that a class looks back on, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// One line of `guanjia classes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classified {
    pub measure: String,
    pub subject_id: String,
    pub window_from: NaiveDate,
    pub window_to: NaiveDate,
    pub n: u32,
    pub met: u32,
    pub p0: f64,
    pub p_good: f64,
    /// Pooled rate of all subjects in the twelve months before the window.
    pub m: f64,
    /// Strength of the prior; null where it is Jeffreys'.
    #[serde(rename = "M")]
    pub strength: Option<f64>,
    pub pr_below_p0: f64,
    pub pr_below_m: f64,
    pub pr_above_p_good: f64,
    pub pr_above_m: f64,
    pub class: Class,
    pub stable: bool,
    pub reason: Reason,
}

impl Window {
    /// So many months that end on a day.
    pub fn ending(to: NaiveDate, months: u32) -> Window {
        Window { from: to + Days::new(1) - Months::new(months), to }
    }

    /// The one of the same length before it; they do not overlap.
    pub fn preceding(self, months: u32) -> Window {
        Window::ending(self.from - Days::new(1), months)
    }

    /// The days before it from which its prior is fitted.
    pub fn before(self) -> Window {
        Window::ending(self.from - Days::new(1), BEFORE)
    }
}

/// Computes the evidence that the classes of a window need; the scope says as of when and as known when.
pub fn compute(session: &mut Session, scope: Scope, window: Window) -> Result<(), MeasureError> {
    session.compute(Scope { first: window.before().from, last: window.to, ..scope })
}

/// Classes of every person or unit with something decided in the window, for every measure that has a standard; by
/// measure, then subject.
pub fn classes(
    session: &Session,
    regime: &Regime,
    by: Dimension,
    window: Window,
) -> Result<Vec<Classified>, MeasureError> {
    let before = window.before();
    let spans = [("window", window), ("before", before)];
    let spans = spans.map(|(name, days)| Span { name: name.to_owned(), first: days.from, last: days.to });
    // Measure → subject → parts, in the window and before it.
    let mut seen: [BTreeMap<String, BTreeMap<String, Vec<Tally>>>; 2] = Default::default();
    for part in session.parts(by, &spans)? {
        let subjects = seen[usize::from(part.span == "before")].entry(part.measure).or_default();
        subjects.entry(part.subject_id).or_default().push(Tally { met: part.met, breached: part.breached });
    }
    let [now, before] = seen;
    let mut classes = Vec::new();
    for (measure, subjects) in &now {
        // A drawn sample puts nobody into a class: its interval speaks.
        let judged = regime.measure(measure).filter(|measure| !measure.rule.is_sampled());
        let Some(standard) = judged.and_then(|measure| measure.standard) else { continue };
        let sums = |subjects: &BTreeMap<String, Vec<Tally>>| -> Vec<Tally> {
            subjects.values().map(|parts| parts.iter().copied().sum()).collect()
        };
        let earlier = before.get(measure).map(sums).unwrap_or_default();
        let Some(prior) = Prior::fit(&earlier, &sums(subjects)) else { continue };
        let judge = Judge { standard, prior, minimum_n: regime.minimum_n };
        classes.extend(subjects.iter().map(|(subject, parts)| line(measure, subject, window, &judge, parts)));
    }
    Ok(classes)
}

fn line(measure: &str, subject: &str, window: Window, judge: &Judge, parts: &[Tally]) -> Classified {
    let verdict = judge.judge(parts);
    let Standard { p0, p_good, .. } = judge.standard;
    Classified {
        measure: measure.to_owned(),
        subject_id: subject.to_owned(),
        window_from: window.from,
        window_to: window.to,
        n: verdict.tally.n(),
        met: verdict.tally.met,
        p0,
        p_good,
        m: judge.prior.m,
        strength: judge.prior.strength,
        pr_below_p0: verdict.pr_below_p0,
        pr_below_m: verdict.pr_below_m,
        pr_above_p_good: verdict.pr_above_p_good,
        pr_above_m: verdict.pr_above_m,
        class: verdict.class,
        stable: verdict.stable,
        reason: verdict.reason,
    }
}
