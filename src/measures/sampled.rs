//! Rates of sampled measures: what the answers of a drawn sample say of all, by the design that drew it.
//!
//! The design stands in the evaluations themselves: the plan, the stratum, and the weight, for how many each answer stands. All
//! answers of a plan make the design, those of a subject are a domain of it. A person whose answers come from one
//! stratum gets the exact hypergeometric interval; others a stratified estimate with Korn and Graubard's. A stratum with a
//! single answer is treated with the cautious remedy (`adjust`), since a bulletin cannot stop for it.
use std::collections::{BTreeMap, BTreeSet};

use duckdb::params;

use super::session::query;
use super::{MeasureError, Session};
use crate::sampling::estimate::{Asked, Columns, Design, Lonely, Method, Stat, exact};

/// Rows of sampled measures, by subject.
const SAMPLED: &str = "folds/sampled.sql";
/// All answers that carry a weight, whatever period they fall into: together they are the design.
const DESIGN: &str = "
SELECT 'evaluations/' || evaluation_id, COALESCE(plan_id, '') || ' ' || COALESCE(stratum, ''), weight
FROM evaluations WHERE weight > 0 AND grade IS NOT NULL ORDER BY evaluation_id";
/// Intervals of 95 %, as everywhere.
const ALPHA: f64 = 0.05;

/// An answer of a sample.
struct Answer {
    record: String,
    stratum: String,
    weight: f64,
}

/// Measure, dimension, subject.
type Subject = (String, String, Option<String>);

/// A subject's answers: place in the design, satisfied, score.
type Domain = Vec<(usize, bool, f64)>;

/// What follows for one subject.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate {
    rate: f64,
    interval: Option<(f64, f64)>,
    mean: f64,
}

impl Session {
    /// Puts the rates of sampled measures beside the evidence, for the fold to join.
    pub(super) fn lay_design_rates(&self) -> Result<(), MeasureError> {
        self.conn.execute_batch("DELETE FROM design_rate")?;
        if self.sample_texts()?.is_empty() {
            return Ok(());
        }
        let mut domains: BTreeMap<Subject, Vec<(String, bool, f64)>> = BTreeMap::new();
        let (name, text) = query(SAMPLED);
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn.prepare(text).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let key = (row.get("measure")?, row.get("dimension")?, row.get("subject_id")?);
            let outcome: Option<String> = row.get("outcome")?;
            let met = outcome.as_deref() == Some("met");
            domains.entry(key).or_default().push((row.get("record")?, met, row.get("value")?));
        }
        if domains.is_empty() {
            return Ok(());
        }
        let answers = self.sample_answers()?;
        let place: BTreeMap<&str, usize> =
            (0..).zip(&answers).map(|(at, answer)| (answer.record.as_str(), at)).collect();
        for ((measure, dimension, subject), rows) in domains {
            let domain =
                rows.iter().filter_map(|(record, met, value)| Some((*place.get(record.as_str())?, *met, *value)));
            let Some(rate) = rate(&answers, &domain.collect(), dimension == "person") else { continue };
            let (low, high) = rate.interval.unzip();
            self.conn.execute(
                "INSERT INTO design_rate VALUES (?, ?, ?, ?, ?, ?, ?)",
                params![measure, dimension, subject, rate.rate, low, high, rate.mean],
            )?;
        }
        Ok(())
    }

    /// The queries that rates of sampled measures follow from, where such a measure is laid.
    pub(super) fn sample_texts(&self) -> Result<Vec<&'static str>, MeasureError> {
        let sampled = self.conn.query_row("SELECT EXISTS (FROM measure WHERE sampled)", [], |row| row.get(0))?;
        Ok(if sampled { vec![query(SAMPLED).1, DESIGN] } else { Vec::new() })
    }

    fn sample_answers(&self) -> Result<Vec<Answer>, MeasureError> {
        let mut statement = self.conn.prepare(DESIGN)?;
        let rows = statement
            .query_map([], |row| Ok(Answer { record: row.get(0)?, stratum: row.get(1)?, weight: row.get(2)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// None: nothing to say, or a design that contradicts itself.
fn rate(answers: &[Answer], domain: &Domain, of_person: bool) -> Option<Rate> {
    // Strata that the subject has no part in add nothing to its variance.
    let strata: BTreeSet<&str> = domain.iter().map(|(at, ..)| answers[*at].stratum.as_str()).collect();
    let rows: Vec<usize> = (0..answers.len()).filter(|at| strata.contains(answers[*at].stratum.as_str())).collect();
    let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
    for at in &rows {
        *sizes.entry(answers[*at].stratum.as_str()).or_default() += answers[*at].weight;
    }
    let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
    rows.iter().for_each(|at| *counts.entry(answers[*at].stratum.as_str()).or_default() += 1.0);
    let said: BTreeMap<usize, (bool, f64)> = domain.iter().map(|(at, met, value)| (*at, (*met, *value))).collect();
    let inside: Vec<bool> = rows.iter().map(|at| said.contains_key(at)).collect();
    let y: Vec<f64> = rows.iter().map(|at| f64::from(u8::from(said.get(at).is_some_and(|(met, _)| *met)))).collect();
    let of = |at: &usize| answers[*at].stratum.as_str();
    let columns = Columns {
        rows: rows.len(),
        strata: Some(rows.iter().map(|at| of(at).to_owned()).collect()),
        // Weights of less than 1 on average would mean fewer than answered.
        fpc: vec![rows.iter().map(|at| sizes[of(at)].max(counts[of(at)])).collect()],
        weights: Some(rows.iter().map(|at| answers[*at].weight).collect()),
        ..Columns::default()
    };
    let design = Design::new(&columns, Lonely::Adjust).ok()?;
    let asked = |stat, y| Asked { stat, y, x: None, inside: &inside, method: Method::KornGraubard, alpha: ALPHA };
    let share = design.estimate(&asked(Stat::Proportion, &y)).ok()?;
    let values: Vec<f64> = rows.iter().map(|at| said.get(at).map_or(0.0, |(_, value)| *value)).collect();
    let mean = design.estimate(&asked(Stat::Mean, &values)).ok()?.estimate;
    let mut interval = share.ci_low.zip(share.ci_high);
    // Of all answers of a stratum, or of a person's where only some fall into the period, chances are known exactly.
    let exactly = of_person || domain.len() == rows.len();
    if let (true, [stratum]) = (exactly, strata.into_iter().collect::<Vec<_>>().as_slice()) {
        let n = domain.len() as u32;
        let population = (sizes[stratum].round() as u32).max(n);
        let satisfied = domain.iter().filter(|(_, met, _)| *met).count() as u32;
        let exact = exact::interval(satisfied, n, population, ALPHA).ok()?;
        let part = |k: u32| f64::from(k) / f64::from(population);
        interval = exact.map(|(low, high)| (part(low), part(high)));
    } else if interval.is_none() && !design.census() {
        // One answer of each stratum, or the like: nothing is known of the spread, so anything may be.
        interval = Some((0.0, 1.0));
    }
    Some(Rate { rate: share.estimate, interval, mean })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(strata: &[(&str, usize, f64)]) -> Vec<Answer> {
        let of = |(stratum, n, weight): &(&str, usize, f64)| {
            let (stratum, weight) = ((*stratum).to_owned(), *weight);
            (0..*n).map(move |i| Answer { record: format!("{stratum}{i}"), stratum: stratum.clone(), weight })
        };
        strata.iter().flat_map(of).collect()
    }

    fn domain(met: &[bool]) -> Domain {
        met.iter().enumerate().map(|(at, met)| (at, *met, if *met { 5.0 } else { 1.0 })).collect()
    }

    /// Ten enterprises, five asked, all satisfied: seven to ten.
    #[test]
    fn a_steward_gets_the_exact_interval() {
        let five = answers(&[("S", 5, 2.0)]);
        let told = rate(&five, &domain(&[true; 5]), true).unwrap();
        assert_eq!(told, Rate { rate: 1.0, interval: Some((0.7, 1.0)), mean: 5.0 });
    }

    #[test]
    fn everybody_asked_leaves_no_interval() {
        let all = answers(&[("S", 3, 1.0)]);
        for of_person in [true, false] {
            let told = rate(&all, &domain(&[true, false, true]), of_person).unwrap();
            assert_eq!(told.interval, None);
            assert!((told.rate - 2.0 / 3.0).abs() < 1e-12);
        }
    }

    /// Two of 4 satisfied where each stands for 10, four of 4 where each stands for 1: (20 + 4) / 44.
    #[test]
    fn who_stands_for_more_counts_for_more() {
        let two = answers(&[("A", 4, 10.0), ("B", 4, 1.0)]);
        let told = rate(&two, &domain(&[true, true, false, false, true, true, true, true]), false).unwrap();
        assert!((told.rate - 24.0 / 44.0).abs() < 1e-12);
        let (low, high) = told.interval.unwrap();
        assert!(low > 0.05 && low < 0.3 && high > 0.8 && high < 0.98, "{low} {high}");
    }

    #[test]
    fn one_answer_of_each_says_little() {
        let told = rate(&answers(&[("A", 1, 5.0), ("B", 1, 5.0)]), &domain(&[true, false]), false).unwrap();
        assert_eq!(told.interval, Some((0.0, 1.0)));
    }
}
