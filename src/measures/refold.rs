//! Figures folded once more, without SQL: an independent second calculation from evidence that was set aside.
//!
//! What `queries/folds/figures.sql` says in SQL is said here in Rust, so that a frozen bulletin can be checked by other
//! code than wrote it.
use std::collections::BTreeMap;

use super::brief::Figure;
use super::kept::{Answers, Exposed, Kept, Portion};
use crate::period::Period;
use crate::regime::{Measure, Regime, Rule};

/// 95 %, two-sided, squared.
const Z2: f64 = 3.841_458_820_694_124;
/// Sums are of so many parts of one.
const NANO: f64 = 1e9;

/// What rows of one subject come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fold {
    pub n: i64,
    pub met: i64,
    pub breached: i64,
    pub pending: i64,
    pub unmeasurable: i64,
    pub extended: i64,
    total: i128,
    values: Vec<f64>,
}

impl Fold {
    /// Rows of which only the counts are kept.
    pub fn counted(n: i64, met: i64, breached: i64) -> Fold {
        Fold { n, met, breached, ..Fold::default() }
    }

    /// Adds `times` rows of this outcome and value.
    fn add(&mut self, kind: &str, outcome: Option<&str>, value: Option<f64>, extended: bool, times: i64) {
        let counts = matches!(kind, "score" | "tally" | "load") || matches!(outcome, Some("met" | "breached"));
        match outcome {
            Some("met") => self.met += times,
            Some("breached") => self.breached += times,
            Some("pending") => self.pending += times,
            Some("unmeasurable") => self.unmeasurable += times,
            _ => {}
        }
        self.extended += if extended { times } else { 0 };
        if counts {
            self.n += times;
            if let Some(value) = value {
                self.total += i128::from(times) * (value * NANO).round() as i128;
                self.values.extend(std::iter::repeat_n(value, usize::try_from(times).unwrap_or(0)));
            }
        }
    }

    fn mean(&self) -> Option<f64> {
        (!self.values.is_empty()).then(|| self.total as f64 / NANO / self.values.len() as f64)
    }

    /// Interpolated between neighbours.
    fn quantile(&mut self, share: f64) -> Option<f64> {
        self.values.sort_by(f64::total_cmp);
        let at = share * (self.values.len().checked_sub(1)? as f64);
        let (low, high) = (self.values[at.floor() as usize], self.values[at.ceil() as usize]);
        Some(low + (high - low) * at.fract())
    }
}

/// Folds of the evidence of one part: by dimension and subject.
pub type Folds = BTreeMap<(String, String, Option<String>), Fold>;

/// Folds rows by the district, by months, and for a part that has cuts by every dimension.
pub fn folds(rows: &[Kept], regime: &Regime, of: Portion) -> Folds {
    let mut folds = Folds::new();
    for kept in rows {
        let row = &kept.row;
        let Some(measure) = regime.measure(&row.measure) else { continue };
        let mut by: Vec<(&str, Option<&str>)> = vec![("district", Some("district")), ("month", kept.month.as_deref())];
        if of.has_cuts() {
            by.extend([
                ("person", row.person_id.as_deref()),
                ("unit", row.unit.as_deref()),
                ("area", kept.area.as_deref()),
                ("industry", kept.industry.as_deref()),
                ("category", row.category.as_deref()),
                ("class", row.class.as_deref()),
                ("tier", kept.enterprise_tier.as_deref()),
                ("stage", row.stage.as_deref()),
                ("channel", row.channel.as_deref()),
            ]);
        }
        for (by, subject) in by {
            let key = (row.measure.clone(), by.to_owned(), subject.map(str::to_owned));
            let fold = folds.entry(key).or_default();
            fold.add(measure.rule.kind(), row.outcome.as_deref(), row.value, row.extended, 1);
        }
    }
    folds
}

/// Adds what enterprises answered, which is kept as counts of the whole.
pub fn add_answers(folds: &mut Folds, answers: &[Answers], of: Portion) {
    for counted in answers.iter().filter(|answer| answer.of == of) {
        let (by, subject) = match &counted.month {
            Some(month) => ("month", month.as_str()),
            None => ("district", "district"),
        };
        let key = (counted.measure.clone(), by.to_owned(), Some(subject.to_owned()));
        let fold = folds.entry(key).or_default();
        fold.add("score", counted.outcome.as_deref(), counted.value, false, counted.n);
    }
}

/// Enterprise-years in scope of a subject; where the dimension is not the enterprise's, the whole's.
pub fn years(exposed: &[Exposed], by: &str, subject: Option<&str>, month: Option<Period>) -> f64 {
    let days = exposed.iter().filter(|e| match (by, subject) {
        ("area", Some(area)) => e.area.as_deref() == Some(area),
        ("industry", Some(industry)) => e.industry.as_deref() == Some(industry),
        ("tier", Some(tier)) => e.tier.as_deref() == Some(tier),
        ("stage", Some(stage)) => e.stage.as_deref() == Some(stage),
        _ => true,
    });
    let days = days.map(|e| {
        let (first, last) = match month {
            Some(month) => (e.first_day.max(month.first()), e.last_day.min(month.last())),
            None => (e.first_day, e.last_day),
        };
        ((last - first).num_days() + 1).max(0)
    });
    days.sum::<i64>() as f64 / 365.0
}

/// The figure that a fold is, with the words of `like`.
pub fn figure(fold: &mut Fold, measure: &Measure, years: Option<f64>, like: &Figure) -> Figure {
    if measure.rule.is_sampled() {
        // Rate and interval follow from weights, which are not kept with counts of answers; only n is counted anew.
        return Figure { n: fold.n, ..like.clone() };
    }
    let kind = measure.rule.kind();
    let judged = kind != "tally" && is_judged(&measure.rule);
    let counted = |wanted: bool, n: i64| wanted.then_some(n);
    let n = fold.n as f64;
    let rate = match years {
        Some(years) => (years > 0.0).then(|| n / years),
        None => (judged && fold.n > 0).then(|| fold.met as f64 / n),
    };
    let interval = rate.filter(|_| judged && years.is_none()).map(|rate| {
        let z2 = Z2 / n;
        let reach = (z2 * (rate * (1.0 - rate) + z2 / 4.0)).sqrt();
        let low = if fold.met == 0 { 0.0 } else { (rate + z2 / 2.0 - reach) / (1.0 + z2) };
        let high = if fold.met == fold.n { 1.0 } else { (rate + z2 / 2.0 + reach) / (1.0 + z2) };
        (low, high)
    });
    Figure {
        n: fold.n,
        met: counted(judged, fold.met),
        breached: counted(judged, fold.breached),
        pending: counted(matches!(kind, "deadline" | "cadence" | "completeness"), fold.pending),
        unmeasurable: counted(kind == "deadline", fold.unmeasurable),
        extended: counted(kind == "deadline", fold.extended),
        rate,
        ci_low: interval.map(|(low, _)| low),
        ci_high: interval.map(|(_, high)| high),
        mean: fold.mean(),
        median: fold.quantile(0.5),
        p90: fold.quantile(0.9),
        max: fold.values.last().copied(),
        denominator: years,
        ..like.clone()
    }
}

/// Whether rows are met or breached; some scores are only told.
fn is_judged(rule: &Rule) -> bool {
    match rule {
        Rule::Score { satisfied, .. } | Rule::Pace { satisfied, .. } => satisfied.is_some(),
        Rule::Slip { .. } | Rule::Stays { .. } => false,
        _ => true,
    }
}

/// Whether a measure is divided by enterprise-years.
pub fn by_years(measure: &Measure) -> bool {
    matches!(measure.rule, Rule::Changes { .. })
}
