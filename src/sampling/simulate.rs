//! The desk on trial: a made-up district is drawn from again and again, by the same tickets, lots and estimates as in life.
//!
//! What must come out is known beforehand: every enterprise is drawn as often as its stratum's size says, intervals hold the
//! truth as often as they claim, and no evaluator gets more calls or easier enterprises than another.
use std::collections::BTreeMap;
use std::thread;

use serde::Serialize;
use statrs::function::gamma::gamma_ur;

use super::assign::{self, AssignError, Bar, Barred};
use super::estimate::{Asked, Columns, Design, DesignError, Lonely, Method, Stat, exact};
use super::tickets::{Seed, Twice};

/// Intervals of 95 %.
const ALPHA: f64 = 0.05;
const STEWARDS: usize = 20;
const EVALUATORS: usize = 8;

/// What came of all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    pub runs: u32,
    pub seed: String,
    #[serde(rename = "N")]
    pub population: usize,
    pub n: usize,
    pub strata: usize,
    /// Share satisfied of the whole population.
    pub truth: f64,
    pub inclusion: Inclusion,
    pub coverage: Coverage,
    pub estimate: Bias,
    pub evaluators: Fairness,
}

/// How often each enterprise was drawn, against its design probability n/N.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inclusion {
    /// Largest deviation of an enterprise, in standard errors.
    pub largest_z: f64,
    pub chi_square: f64,
    pub df: u32,
    /// Probability of a larger chi-square, if all is as designed.
    pub p_value: f64,
}

/// How often intervals of 95 % held the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// Stewards' exact intervals, over all of them.
    pub steward_exact: f64,
    /// That of the steward whose interval held it least often.
    pub steward_lowest: f64,
    pub t: f64,
    pub wilson: f64,
    pub clopper_pearson: f64,
    pub korn_graubard: f64,
}

/// Of the district's estimate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bias {
    /// Mean of the estimates less the truth, in standard errors of that mean.
    pub bias_z: f64,
    /// Mean of the variances that were told, over the variance that the estimates had.
    pub variance_ratio: f64,
}

/// Of the second draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fairness {
    pub evaluators: usize,
    /// Largest difference of two evaluators' loads within a run.
    pub load_spread: usize,
    pub fewest_calls: f64,
    pub most_calls: f64,
    /// Share satisfied among the enterprises that an evaluator without interests called: highest and lowest of them.
    pub easiest: f64,
    pub hardest: f64,
    /// Calls by an evaluator who was barred.
    pub barred_calls: u32,
}

/// A made-up district.
struct District {
    /// Per stratum: names, and who is satisfied.
    strata: Vec<Vec<(String, bool)>>,
    sizes: Vec<usize>,
    evaluators: Vec<String>,
    barred: Vec<Barred>,
}

/// What one run has to tell.
struct Run {
    drawn: Vec<String>,
    steward_held: Vec<bool>,
    /// By method: t, Wilson, Clopper–Pearson, Korn–Graubard.
    held: [bool; 4],
    estimate: f64,
    variance: f64,
    /// Per evaluator: calls, satisfied among them.
    calls: Vec<(usize, usize)>,
    barred_calls: u32,
}

/// A simulation that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    #[error(transparent)]
    Twice(#[from] Twice),
    #[error(transparent)]
    Assign(#[from] AssignError),
    #[error(transparent)]
    Design(#[from] DesignError),
    #[error(transparent)]
    Exact(#[from] exact::Impossible),
}

/// Draws `runs` times; the same seed gives the same answer on every machine.
pub fn simulate(runs: u32, seed: &str) -> Result<Trial, SimulateError> {
    let district = District::new(seed);
    let threads = thread::available_parallelism().map_or(1, |n| n.get() as u32).min(runs.max(1));
    let part = |worker: u32| {
        let mine = (0..runs).filter(move |run| run % threads == worker);
        mine.map(|run| district.run(&format!("{seed} {run}")).map(|made| (run, made))).collect::<Result<Vec<_>, _>>()
    };
    let parts: Vec<Result<Vec<(u32, Run)>, SimulateError>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|worker| scope.spawn(move || part(worker))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut made = Vec::with_capacity(runs as usize);
    for part in parts {
        made.extend(part?);
    }
    // By number, so that sums do not depend on the threads.
    made.sort_by_key(|(run, _)| *run);
    let made: Vec<Run> = made.into_iter().map(|(_, run)| run).collect();
    Ok(district.sum_up(&made, seed))
}

impl District {
    /// Stewards with 5 to 15 enterprises, of which 60 to 100 % are satisfied; 3 or 5 of each are drawn, of the smallest all.
    fn new(seed: &str) -> District {
        let lots = Seed::new(&format!("district {seed}"));
        let lot =
            |of: &str| lots.ticket(of).number.get(2..8).and_then(|digits| digits.parse::<u64>().ok()).unwrap_or(0);
        let mut strata = Vec::new();
        let mut sizes = Vec::new();
        for steward in 0..STEWARDS {
            let size = 5 + (lot(&format!("size {steward}")) % 11) as usize;
            let satisfied = 60 + lot(&format!("share {steward}")) % 41;
            let member = |i: usize| {
                let name = format!("S{steward:02}-{i:02}");
                let content = lot(&name) % 100 < satisfied;
                (name, content)
            };
            strata.push((0..size).map(member).collect());
            sizes.push(if size == 5 { 5 } else { 3 + 2 * (steward % 2) });
        }
        let evaluators: Vec<String> = (1..=EVALUATORS).map(|i| format!("V{i}")).collect();
        // The first two have an interest in a steward each.
        let barred = [(0, 0), (1, 1)].into_iter().flat_map(|(evaluator, steward): (usize, usize)| {
            let strata: &Vec<Vec<(String, bool)>> = &strata;
            let by = evaluators[evaluator].clone();
            strata[steward].iter().map(move |(name, _)| Barred {
                pseudonym: name.clone(),
                evaluator: by.clone(),
                why: Bar::Declared,
            })
        });
        let barred = barred.collect();
        District { strata, sizes, evaluators, barred }
    }

    fn run(&self, seed_text: &str) -> Result<Run, SimulateError> {
        let seed = Seed::new(seed_text);
        let mut rows: Vec<(usize, String, bool)> = Vec::new();
        let mut steward_held = Vec::with_capacity(self.strata.len());
        for (h, members) in self.strata.iter().enumerate() {
            let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            let content: BTreeMap<&str, bool> = members.iter().map(|(name, is)| (name.as_str(), *is)).collect();
            let order = seed.order(&names)?;
            let first = rows.len();
            rows.extend(order.into_iter().take(self.sizes[h]).map(|t| {
                let is = content[t.id.as_str()];
                (h, t.id, is)
            }));
            let seen = rows[first..].iter().filter(|(_, _, is)| *is).count() as u32;
            let truth = members.iter().filter(|(_, is)| *is).count() as u32;
            let range = exact::interval(seen, self.sizes[h] as u32, members.len() as u32, ALPHA)?;
            steward_held.push(range.is_none_or(|(low, high)| (low..=high).contains(&truth)));
        }
        let (held, estimate, variance) = self.estimate(&rows)?;
        let drawn: Vec<&str> = rows.iter().map(|(_, name, _)| name.as_str()).collect();
        let assignment = assign::assign(seed_text, &drawn, &[], &self.evaluators, &self.barred, &[])?;
        let content: BTreeMap<&str, bool> = rows.iter().map(|(_, name, is)| (name.as_str(), *is)).collect();
        let mut calls = vec![(0, 0); self.evaluators.len()];
        let mut barred_calls = 0;
        for call in &assignment.calls {
            let at = self.evaluators.iter().position(|e| *e == call.evaluator).unwrap_or_default();
            calls[at].0 += 1;
            calls[at].1 += usize::from(content[call.pseudonym.as_str()]);
            let meets = |b: &Barred| b.pseudonym == call.pseudonym && b.evaluator == call.evaluator;
            barred_calls += u32::from(self.barred.iter().any(meets));
        }
        let drawn = rows.iter().map(|(_, name, _)| name.clone()).collect();
        Ok(Run { drawn, steward_held, held, estimate, variance, calls, barred_calls })
    }

    /// Whether each interval holds the truth; estimate and variance of the share satisfied.
    fn estimate(&self, rows: &[(usize, String, bool)]) -> Result<([bool; 4], f64, f64), SimulateError> {
        let columns = Columns {
            rows: rows.len(),
            strata: Some(rows.iter().map(|(h, ..)| h.to_string()).collect()),
            fpc: vec![rows.iter().map(|(h, ..)| self.strata[*h].len() as f64).collect()],
            ..Columns::default()
        };
        let design = Design::new(&columns, Lonely::Fail)?;
        let y: Vec<f64> = rows.iter().map(|(_, _, is)| f64::from(u8::from(*is))).collect();
        let inside = vec![true; rows.len()];
        let mut held = [false; 4];
        let (mut estimate, mut variance) = (0.0, 0.0);
        let methods = [Method::T, Method::Wilson, Method::ClopperPearson, Method::KornGraubard];
        for (held, method) in held.iter_mut().zip(methods) {
            let asked = Asked { stat: Stat::Proportion, y: &y, x: None, inside: &inside, method, alpha: ALPHA };
            let told = design.estimate(&asked)?;
            let truth = self.truth();
            *held = told.ci_low.zip(told.ci_high).is_some_and(|(low, high)| low <= truth && truth <= high);
            (estimate, variance) = (told.estimate, told.se * told.se);
        }
        Ok((held, estimate, variance))
    }

    fn truth(&self) -> f64 {
        let all = self.strata.iter().flatten();
        all.clone().filter(|(_, is)| *is).count() as f64 / all.count() as f64
    }

    fn sum_up(&self, made: &[Run], seed: &str) -> Trial {
        let runs = made.len() as f64;
        let share = |of: &dyn Fn(&Run) -> bool| made.iter().filter(|run| of(run)).count() as f64 / runs;
        let by_steward: Vec<f64> = (0..self.strata.len()).map(|h| share(&|run| run.steward_held[h])).collect();
        let mean = made.iter().map(|run| run.estimate).sum::<f64>() / runs;
        let spread = made.iter().map(|run| (run.estimate - mean).powi(2)).sum::<f64>() / (runs - 1.0).max(1.0);
        let told = made.iter().map(|run| run.variance).sum::<f64>() / runs;
        Trial {
            runs: made.len() as u32,
            seed: seed.to_owned(),
            population: self.strata.iter().map(Vec::len).sum(),
            n: self.sizes.iter().sum(),
            strata: self.strata.len(),
            truth: self.truth(),
            inclusion: self.inclusion(made),
            coverage: Coverage {
                steward_exact: by_steward.iter().sum::<f64>() / by_steward.len() as f64,
                steward_lowest: by_steward.iter().copied().fold(1.0, f64::min),
                t: share(&|run| run.held[0]),
                wilson: share(&|run| run.held[1]),
                clopper_pearson: share(&|run| run.held[2]),
                korn_graubard: share(&|run| run.held[3]),
            },
            estimate: Bias { bias_z: (mean - self.truth()) / (spread / runs).sqrt(), variance_ratio: told / spread },
            evaluators: self.fairness(made),
        }
    }

    fn inclusion(&self, made: &[Run]) -> Inclusion {
        let runs = made.len() as f64;
        let mut drawn: BTreeMap<&str, u32> = BTreeMap::new();
        made.iter().flat_map(|run| &run.drawn).for_each(|name| *drawn.entry(name).or_default() += 1);
        let (mut largest_z, mut chi_square, mut df) = (0.0_f64, 0.0, 0);
        for (members, n) in self.strata.iter().zip(&self.sizes).filter(|(members, n)| **n < members.len()) {
            let size = members.len() as f64;
            let p = *n as f64 / size;
            for (name, _) in members {
                let count = f64::from(drawn.get(name.as_str()).copied().unwrap_or(0));
                let z = (count - runs * p) / (runs * p * (1.0 - p)).sqrt();
                largest_z = largest_z.max(z.abs());
                // Counts of a stratum sum to a constant: N − 1 of them are free.
                chi_square += z * z * (size - 1.0) / size;
            }
            df += members.len() as u32 - 1;
        }
        Inclusion { largest_z, chi_square, df, p_value: gamma_ur(f64::from(df) / 2.0, chi_square / 2.0) }
    }

    fn fairness(&self, made: &[Run]) -> Fairness {
        let spread = |run: &Run| {
            let loads = run.calls.iter().map(|(calls, _)| *calls);
            loads.clone().max().unwrap_or(0) - loads.min().unwrap_or(0)
        };
        let of = |at: usize| {
            made.iter().map(|run| run.calls[at]).fold((0, 0), |(calls, good), (c, g)| (calls + c, good + g))
        };
        let sums: Vec<(usize, usize)> = (0..self.evaluators.len()).map(of).collect();
        let loads = || sums.iter().map(|(calls, _)| *calls as f64 / made.len() as f64);
        // Whoever is barred from a steward has others than the rest by design.
        let free = |at: usize| !self.barred.iter().any(|b| b.evaluator == self.evaluators[at]);
        let content = || {
            sums.iter().enumerate().filter(|(at, _)| free(*at)).map(|(_, (calls, good))| *good as f64 / *calls as f64)
        };
        Fairness {
            evaluators: self.evaluators.len(),
            load_spread: made.iter().map(spread).max().unwrap_or(0),
            fewest_calls: loads().fold(f64::INFINITY, f64::min),
            most_calls: loads().fold(0.0, f64::max),
            easiest: content().fold(0.0, f64::max),
            hardest: content().fold(1.0, f64::min),
            barred_calls: made.iter().map(|run| run.barred_calls).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_as_designed_and_intervals_hold_what_they_claim() {
        let trial = simulate(80, "20261031").unwrap();
        assert!(trial.inclusion.p_value > 0.001 && trial.inclusion.largest_z < 4.5, "{trial:?}");
        assert!(trial.coverage.steward_exact >= 0.95 && trial.coverage.steward_lowest >= 0.88, "{trial:?}");
        assert!(trial.coverage.korn_graubard >= 0.9, "{trial:?}");
        assert!(trial.estimate.bias_z.abs() < 4.0 && (0.6..1.6).contains(&trial.estimate.variance_ratio), "{trial:?}");
        assert_eq!(trial.evaluators.barred_calls, 0);
        assert!(trial.evaluators.load_spread <= 1, "{trial:?}");
        assert_eq!(simulate(5, "1").unwrap(), simulate(5, "1").unwrap());
    }
}
