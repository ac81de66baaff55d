//! A sample as it was designed: in which stratum and cluster each row stands at each stage, of how many, with what weight.
//!
//! Rules of R's `survey` 4: weights follow from population sizes where none are given; later stages without a size count
//! as taken whole; clusters within clusters are told apart by all their ids; strata of a later stage are the clusters of
//! the one before.
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What to do about a stratum from which a single unit was drawn: its variance cannot be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lonely {
    /// Stop and name the stratum
    Fail,
    /// It adds nothing to the variance (too small)
    Remove,
    /// Its deviation from the mean of all units stands for it (cautious)
    Adjust,
    /// It adds what the other strata add on average
    Average,
}

impl Lonely {
    pub fn word(self) -> &'static str {
        match self {
            Lonely::Fail => "fail",
            Lonely::Remove => "remove",
            Lonely::Adjust => "adjust",
            Lonely::Average => "average",
        }
    }
}

/// The columns that describe a design, one value per row; empty lists where there is no such column.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    pub rows: usize,
    /// First stage only.
    pub strata: Option<Vec<String>>,
    /// One list per stage; none: every row is its own unit.
    pub clusters: Vec<Vec<String>>,
    /// One list per stage: sizes of the population (of units in the stratum), or sampled fractions.
    pub fpc: Vec<Vec<f64>>,
    pub weights: Option<Vec<f64>>,
    /// Clusters of the same name in two strata are two clusters.
    pub nest: bool,
}

/// A sample design.
#[derive(Clone, Debug)]
pub struct Design {
    stages: Vec<Stage>,
    pub weights: Vec<f64>,
    /// Weights were given, or follow from population sizes: totals mean something.
    pub weighted: bool,
    pub lonely: Lonely,
    has_fpc: bool,
}

#[derive(Clone, Debug)]
struct Stage {
    /// Per row.
    strata: Vec<usize>,
    units: Vec<usize>,
    /// Per stratum.
    labels: Vec<String>,
    sampled: Vec<usize>,
    /// Infinite where none is known.
    population: Vec<f64>,
}

/// Columns that are no design. `row` counts from 0, `stage` from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DesignError {
    #[error("there are no rows; give a sample")]
    Empty,
    #[error("{sampled} units were sampled from a population of {population} in stratum “{stratum}”; correct the size")]
    MoreThanAll { row: usize, stage: usize, stratum: String, sampled: usize, population: f64 },
    #[error(
        "the population of stratum “{stratum}” is {first} in one row and {other} in another; give one size per stratum"
    )]
    Varies { row: usize, stage: usize, stratum: String, first: f64, other: f64 },
    #[error(
        "sizes are all populations (1 or more) or all fractions (1 or less); “{value}” is neither beside the others"
    )]
    Mixed { row: usize, stage: usize, value: f64 },
    #[error("a population or fraction is above 0, not “{value}”")]
    NotPositive { row: usize, stage: usize, value: f64 },
    #[error("a weight is a number of 0 or more, not “{value}”")]
    Weight { row: usize, value: f64 },
    #[error(
        "cluster “{cluster}” stands in strata “{first}” and “{other}”; give it one, or --nest if these are two clusters"
    )]
    NotNested { row: usize, cluster: String, first: String, other: String },
    #[error("there are {fpc} columns of population sizes for {stages} stages; give at most one per stage")]
    TooManySizes { fpc: usize, stages: usize },
    #[error(
        "a single unit was drawn from stratum “{stratum}” (stage {stage}), so its variance cannot be seen; \
         choose --lonely remove, adjust or average, or join strata"
    )]
    Lonely { stratum: String, stage: usize },
    #[error("every stratum has a single unit, so there is nothing to average; choose --lonely adjust or join strata")]
    AllLonely,
    #[error("a total needs weights or population sizes: give --weights or --fpc")]
    Unweighted,
    #[error("the denominator of the ratio adds up to 0; choose another column")]
    NoDenominator,
    #[error("no row has a value; give a sample")]
    NoValues,
}

impl Design {
    /// Checks the columns and puts them together.
    pub fn new(columns: &Columns, lonely: Lonely) -> Result<Design, DesignError> {
        let n = columns.rows;
        if n == 0 {
            return Err(DesignError::Empty);
        }
        let own: Vec<Vec<String>>;
        let clusters = if columns.clusters.is_empty() {
            own = vec![(0..n).map(|row| row.to_string()).collect()];
            &own
        } else {
            &columns.clusters
        };
        if columns.fpc.len() > clusters.len() {
            return Err(DesignError::TooManySizes { fpc: columns.fpc.len(), stages: clusters.len() });
        }
        if let (Some(strata), false) = (&columns.strata, columns.nest || columns.clusters.is_empty()) {
            nested(strata, &clusters[0])?;
        }
        let fractions = fractions(&columns.fpc)?;
        let mut strata: Vec<String> = columns.strata.clone().unwrap_or_else(|| vec![String::new(); n]);
        let mut stages = Vec::with_capacity(clusters.len());
        for (stage, ids) in clusters.iter().enumerate() {
            let built = Stage::new(stage, &strata, ids, columns.fpc.get(stage), fractions, !columns.fpc.is_empty())?;
            strata = strata.iter().zip(ids).map(|(s, id)| joined(s, id)).collect();
            stages.push(built);
        }
        let weights = match &columns.weights {
            Some(weights) => {
                let bad = |w: &f64| !w.is_finite() || *w < 0.0;
                if let Some(row) = weights.iter().position(bad) {
                    return Err(DesignError::Weight { row, value: weights[row] });
                }
                weights.clone()
            }
            None => (0..n).map(|row| stages.iter().map(|stage| stage.inflation(row)).product()).collect(),
        };
        let has_fpc = !columns.fpc.is_empty();
        Ok(Design { stages, weights, weighted: has_fpc || columns.weights.is_some(), lonely, has_fpc })
    }

    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// Every unit of every stratum was taken, at every stage: nothing is left to chance.
    pub fn census(&self) -> bool {
        self.has_fpc
            && self.stages.iter().all(|s| s.sampled.iter().zip(&s.population).all(|(n, of)| *n as f64 >= of - 1e-9))
    }

    /// Units at the first stage less strata, among the rows that count (`inside`, with a weight).
    pub fn degrees_of_freedom(&self, inside: &[bool]) -> i64 {
        let first = &self.stages[0];
        let rows = || (0..self.rows()).filter(|row| inside[*row] && self.weights[*row] > 0.0);
        let units: BTreeSet<usize> = rows().map(|row| first.units[row]).collect();
        let strata: BTreeSet<usize> = rows().map(|row| first.strata[row]).collect();
        units.len() as i64 - strata.len() as i64
    }

    /// Strata of the first stage with a single unit that is not all there is.
    pub fn lonely_strata(&self) -> Vec<String> {
        let first = &self.stages[0];
        let lonely = |h: &usize| first.sampled[*h] == 1 && first.left_out(*h) > 0.0;
        (0..first.labels.len()).filter(lonely).map(|h| first.labels[h].clone()).collect()
    }

    /// Population that the design states: elements where units are rows, otherwise the sum of the weights.
    pub fn population(&self, inside: &[bool]) -> Option<f64> {
        if self.stages.len() == 1 && inside.iter().all(|x| *x) {
            let first = &self.stages[0];
            let by_row = first.units.iter().collect::<BTreeSet<_>>().len() == self.rows();
            let sum: f64 = first.population.iter().sum();
            if by_row && sum.is_finite() {
                return Some(sum);
            }
        }
        let all = self.weights.iter().zip(inside).filter(|(_, inside)| **inside);
        self.weighted.then(|| all.map(|(weight, _)| weight).sum())
    }

    /// Variance of the sum of `z`: weighted, linearised values, 0 outside a domain.
    pub fn variance(&self, z: &[f64]) -> Result<f64, DesignError> {
        let rows: Vec<usize> = (0..self.rows()).collect();
        self.at_stage(0, &rows, z)
    }

    fn at_stage(&self, number: usize, rows: &[usize], z: &[f64]) -> Result<f64, DesignError> {
        let stage = &self.stages[number];
        // Sorted, so that sums do not depend on the order in which strata are met.
        let mut strata: BTreeMap<usize, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
        for row in rows {
            strata.entry(stage.strata[*row]).or_default().entry(stage.units[*row]).or_default().push(*row);
        }
        let (mut seen, mut shown, mut variance) = (0_usize, 0_usize, 0.0);
        for (h, units) in &strata {
            seen += 1;
            if let Some(of) = self.of_stratum(number, *h, units, z)? {
                shown += 1;
                variance += of;
            }
        }
        if shown == 0 {
            return Err(DesignError::AllLonely);
        }
        variance *= seen as f64 / shown as f64;
        if self.has_fpc && number + 1 < self.stages.len() {
            for (h, units) in &strata {
                let share = stage.sampled[*h] as f64 / stage.population[*h];
                for rows in units.values() {
                    variance += share * self.at_stage(number + 1, rows, z)?;
                }
            }
        }
        Ok(variance)
    }

    /// None: cannot be seen, and the others are to stand for it.
    fn of_stratum(
        &self,
        number: usize,
        h: usize,
        units: &BTreeMap<usize, Vec<usize>>,
        z: &[f64],
    ) -> Result<Option<f64>, DesignError> {
        let stage = &self.stages[number];
        let left_out = stage.left_out(h);
        if left_out < 1e-7 {
            return Ok(Some(0.0));
        }
        let totals: Vec<f64> = units.values().map(|rows| rows.iter().map(|row| z[*row]).sum()).collect();
        let n = stage.sampled[h] as f64;
        if stage.sampled[h] > 1 {
            let mean = totals.iter().sum::<f64>() / n;
            let squares: f64 = totals.iter().map(|total| (total - mean).powi(2)).sum();
            return Ok(Some(left_out * n / (n - 1.0) * squares));
        }
        match self.lonely {
            Lonely::Fail => Err(DesignError::Lonely { stratum: stage.labels[h].clone(), stage: number + 1 }),
            Lonely::Remove => Ok(Some(0.0)),
            Lonely::Average => Ok(None),
            Lonely::Adjust => {
                let all: usize = stage.sampled.iter().sum();
                let grand = z.iter().sum::<f64>() / all as f64;
                Ok(Some(left_out * (totals[0] - grand).powi(2)))
            }
        }
    }
}

impl Stage {
    fn new(
        number: usize,
        strata: &[String],
        ids: &[String],
        sizes: Option<&Vec<f64>>,
        fractions: bool,
        known: bool,
    ) -> Result<Stage, DesignError> {
        let (strata_of, labels) = numbered(strata.iter().cloned());
        let (units, _) = numbered(strata.iter().zip(ids).map(|(s, id)| joined(s, id)));
        let mut inside = vec![BTreeSet::new(); labels.len()];
        for (h, unit) in strata_of.iter().zip(&units) {
            inside[*h].insert(*unit);
        }
        let sampled: Vec<usize> = inside.iter().map(BTreeSet::len).collect();
        let mut population: Vec<f64> = match (sizes, known) {
            (None, true) => sampled.iter().map(|n| *n as f64).collect(),
            _ => vec![f64::INFINITY; labels.len()],
        };
        let mut first: Vec<Option<f64>> = vec![None; labels.len()];
        for (row, size) in sizes.into_iter().flatten().enumerate() {
            let h = strata_of[row];
            let stratum = labels[h].clone();
            match first[h] {
                Some(first) if first != *size => {
                    return Err(DesignError::Varies { row, stage: number + 1, stratum, first, other: *size });
                }
                Some(_) => continue,
                None => first[h] = Some(*size),
            }
            population[h] = if fractions { sampled[h] as f64 / size } else { *size };
            if population[h] < sampled[h] as f64 - 1e-9 {
                let (sampled, population) = (sampled[h], population[h]);
                return Err(DesignError::MoreThanAll { row, stage: number + 1, stratum, sampled, population });
            }
        }
        Ok(Stage { strata: strata_of, units, labels, sampled, population })
    }

    /// Share of a stratum's population that was not sampled.
    fn left_out(&self, h: usize) -> f64 {
        let (n, of) = (self.sampled[h] as f64, self.population[h]);
        if of.is_finite() { (of - n) / of } else { 1.0 }
    }

    /// For how many units of this stage a row stands; 1 where nobody knows.
    fn inflation(&self, row: usize) -> f64 {
        let h = self.strata[row];
        if self.population[h].is_finite() { self.population[h] / self.sampled[h] as f64 } else { 1.0 }
    }
}

/// Whether sizes are fractions; they must all be the same.
fn fractions(fpc: &[Vec<f64>]) -> Result<bool, DesignError> {
    let all =
        || fpc.iter().enumerate().flat_map(|(stage, sizes)| sizes.iter().enumerate().map(move |(r, v)| (stage, r, *v)));
    if let Some((stage, row, value)) = all().find(|(_, _, value)| value.is_nan() || *value <= 0.0) {
        return Err(DesignError::NotPositive { row, stage: stage + 1, value });
    }
    let sizes = all().any(|(_, _, value)| value > 1.0);
    match all().find(|(_, _, value)| *value < 1.0) {
        Some((stage, row, value)) if sizes => Err(DesignError::Mixed { row, stage: stage + 1, value }),
        _ => Ok(!sizes),
    }
}

fn nested(strata: &[String], clusters: &[String]) -> Result<(), DesignError> {
    let mut home: HashMap<&str, &str> = HashMap::new();
    for (row, (stratum, cluster)) in strata.iter().zip(clusters).enumerate() {
        let first = *home.entry(cluster).or_insert(stratum);
        if first != stratum {
            let (cluster, first, other) = (cluster.clone(), first.to_owned(), stratum.clone());
            return Err(DesignError::NotNested { row, cluster, first, other });
        }
    }
    Ok(())
}

fn joined(stratum: &str, id: &str) -> String {
    if stratum.is_empty() { id.to_owned() } else { format!("{stratum} / {id}") }
}

/// Numbers in order of appearance, and what each stands for.
fn numbered(labels: impl Iterator<Item = String>) -> (Vec<usize>, Vec<String>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    let numbers = labels
        .map(|label| {
            *known.entry(label).or_insert_with_key(|label| {
                names.push(label.clone());
                names.len() - 1
            })
        })
        .collect();
    (numbers, names)
}
