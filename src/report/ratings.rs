//! Ratings of few answers are not shown, nor what would give them away (背对背): decided once for a report, over all
//! measures and tables, and asked by bulletin, workbook and dashboard alike.
//!
//! An evaluation may count in two measures (the platform's and its department's), so measures are decided together.
//! Of the period before, whose roll-ups stand beside this one's, the same is decided from its own rows.
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::privacy::{self, Cell, Shown};
use crate::measures::Brief;
use crate::measures::brief::{AnswerCount, Decided, DecidedCell, Evidence, Figure, Measure};
use crate::period::Period;

/// Fewest answers that are shown.
pub const MINIMUM_ANSWERS: i64 = privacy::FEWEST as i64;

/// Roll-ups of ratings that are shown; each further one gives more away.
pub const CUTS: [&str; 5] = ["person", "unit", "area", "category", "channel"];

/// Measure, dimension, subject.
type Key<'a> = (&'a str, &'a str, Option<&'a str>);
/// What becomes of a figure, and the answers it was decided on.
type Decisions<'a> = BTreeMap<Key<'a>, (Shown, i64)>;

/// The decision of one report.
pub struct Ratings<'a> {
    measures: BTreeSet<&'a str>,
    period: Period,
    now: Decisions<'a>,
    before: Decisions<'a>,
    answers: Vec<AnswerCount>,
    withheld: Vec<(String, Period)>,
}

/// What a figure that may be shown sums: what evidence there is of it outside the warehouse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    pub before: bool,
    pub measure: String,
    pub by: String,
    pub subject_id: Option<String>,
    pub n: i64,
    pub met: i64,
    pub breached: i64,
    /// Answers with a score, and the scores added up.
    pub scored: i64,
    pub total: f64,
}

impl<'a> Ratings<'a> {
    pub fn of(brief: &'a Brief) -> Ratings<'a> {
        if let Some(decided) = &brief.ratings {
            return Ratings::decided(decided, brief.period);
        }
        let areas = areas(brief);
        let is_answer = |row: &&Evidence| row.record.starts_with("evaluations/");
        let told: BTreeSet<&str> = brief
            .evidence
            .iter()
            .chain(&brief.ratings_before)
            .filter(is_answer)
            .map(|row| row.measure.as_str())
            .collect();
        let rating = |m: &&Measure| m.topic == "satisfaction" || told.contains(m.id.as_str());
        let measures: BTreeSet<&str> = brief.measures.iter().filter(rating).map(|m| m.id.as_str()).collect();
        let rows = |rows: &'a [Evidence]| -> Vec<&'a Evidence> {
            rows.iter().filter(|row| measures.contains(row.measure.as_str())).collect()
        };
        let now = decide(&rows(&brief.evidence), &areas, brief, &measures, |cut| &cut.now);
        let before = decide(&rows(&brief.ratings_before), &areas, brief, &measures, |cut| &cut.previous);
        let answers = answers(&rows(&brief.evidence), &now);
        Ratings { measures, period: brief.period, now, before, answers, withheld: Vec::new() }
    }

    /// As it was decided when single answers were still at hand.
    fn decided(decided: &'a Decided, period: Period) -> Ratings<'a> {
        let of = |before: bool| -> Decisions<'a> {
            let cells = decided.cells.iter().filter(|cell| cell.before == before);
            let key = |cell: &'a DecidedCell| {
                ((cell.measure.as_str(), cell.by.as_str(), cell.subject_id.as_deref()), (cell.shown, cell.n))
            };
            cells.map(key).collect()
        };
        let measures = decided.measures.iter().map(String::as_str).collect();
        let (answers, withheld) = (decided.answers.clone(), decided.withheld.clone());
        Ratings { measures, period, now: of(false), before: of(true), answers, withheld }
    }

    /// The decision as data, for a brief from which the answers are taken out.
    pub fn to_decided(&self) -> Decided {
        let cells = [(false, &self.now), (true, &self.before)].into_iter().flat_map(|(before, decisions)| {
            decisions.iter().map(move |((measure, by, subject), (shown, n))| DecidedCell {
                before,
                measure: (*measure).to_owned(),
                by: (*by).to_owned(),
                subject_id: subject.map(str::to_owned),
                n: *n,
                shown: *shown,
            })
        });
        let measures = self.measures.iter().map(|measure| (*measure).to_owned()).collect();
        let (answers, withheld) = (self.answers.clone(), self.withheld.clone());
        Decided { measures, cells: cells.collect(), answers, withheld }
    }

    /// How many answers of the period said the same, over the whole; nothing where the whole is not shown.
    pub fn answers(&self, measure: &str) -> impl Iterator<Item = &AnswerCount> {
        self.answers.iter().filter(move |count| count.measure == measure)
    }

    /// What every shown part of a whole sums; the answers must be at hand.
    pub fn sums(&self, brief: &Brief) -> Vec<Sums> {
        let areas = areas(brief);
        let mut sums = Vec::new();
        for (before, rows, decided) in
            [(false, &brief.evidence, &self.now), (true, &brief.ratings_before, &self.before)]
        {
            for ((measure, by, subject), (shown, n)) in decided {
                if *by == "district" || *n == 0 || *shown != Shown::Yes {
                    continue;
                }
                let mine = rows.iter().filter(|row| row.measure == *measure && dimension(row, by, &areas) == *subject);
                let mut sum = Sums {
                    before,
                    measure: (*measure).to_owned(),
                    by: (*by).to_owned(),
                    subject_id: subject.map(str::to_owned),
                    n: 0,
                    met: 0,
                    breached: 0,
                    scored: 0,
                    total: 0.0,
                };
                for row in mine {
                    sum.n += 1;
                    sum.met += i64::from(row.outcome.as_deref() == Some("met"));
                    sum.breached += i64::from(row.outcome.as_deref() == Some("breached"));
                    sum.scored += i64::from(row.value.is_some());
                    sum.total += row.value.unwrap_or(0.0);
                }
                sums.push(sum);
            }
        }
        sums
    }

    /// What enterprises said of people or departments: never shown one by one.
    pub fn is_rating(&self, measure: &str) -> bool {
        self.measures.contains(measure)
    }

    /// Why a figure of a rating is not shown; none where it may be, and for all that are no ratings.
    pub fn hidden(&self, figure: &Figure) -> Option<Shown> {
        if !self.is_rating(&figure.measure) {
            return None;
        }
        let key = (figure.measure.as_str(), figure.by.as_str(), figure.subject_id.as_deref());
        if figure.by == "district"
            && self.withheld.iter().any(|(m, period)| (m, *period) == (&figure.measure, figure.period))
        {
            return Some(Shown::Withheld);
        }
        let decided = if figure.period == self.period { &self.now } else { &self.before };
        match decided.get(&key) {
            Some((Shown::Yes | Shown::Empty, n)) if *n == figure.n => None,
            Some((Shown::Withheld, _)) => Some(Shown::Withheld),
            // Months of a series and the year before are only ever the district's.
            None if figure.by == "district" && figure.period != self.period && figure.n >= MINIMUM_ANSWERS => None,
            // A cell whose rows are not at hand is not shown either.
            _ => Some(Shown::Few),
        }
    }

    /// A figure as it may be shown: without what its answers said where they are too few or give others away. Of a
    /// part of the whole nothing is shown that is no sum: from a middle or a highest answer it could not be said what follows.
    pub fn shown(&self, figure: &Figure) -> Figure {
        if self.hidden(figure).is_some() {
            blank(figure)
        } else if self.is_rating(&figure.measure) && figure.by != "district" {
            Figure { median: None, p90: None, max: None, ..figure.clone() }
        } else {
            figure.clone()
        }
    }

    /// Whether a roll-up of a measure is printed at all.
    pub fn has_cut(&self, measure: &str, by: &str) -> bool {
        !self.is_rating(measure) || CUTS.contains(&by)
    }
}

fn areas(brief: &Brief) -> BTreeMap<&str, Option<&str>> {
    brief.enterprises.iter().map(|e| (e.enterprise_id.as_str(), e.area.as_deref())).collect()
}

/// Measure, outcome, and thousandths of the score: what makes answers equal.
type Said<'a> = (&'a str, Option<&'a str>, Option<i64>);

/// Counts equal answers of each whole that is shown.
fn answers(rows: &[&Evidence], decided: &Decisions<'_>) -> Vec<AnswerCount> {
    let mut counts: BTreeMap<Said<'_>, (Option<f64>, i64)> = BTreeMap::new();
    for row in rows {
        let whole = decided.get(&(row.measure.as_str(), "district", Some("district")));
        if whole.is_some_and(|(shown, _)| *shown == Shown::Yes) {
            // The order of scores, which are no keys as they are.
            let place = row.value.map(|value| (value * 1000.0).round() as i64);
            let count = counts.entry((&row.measure, row.outcome.as_deref(), place)).or_insert((row.value, 0));
            count.1 += 1;
        }
    }
    let count = |((measure, outcome, _), (value, n)): (Said<'_>, (Option<f64>, i64))| AnswerCount {
        measure: measure.to_owned(),
        outcome: outcome.map(str::to_owned),
        value,
        n,
    };
    counts.into_iter().map(count).collect()
}

/// Decides of all measures' wholes and cuts together; answers are numbered by their record.
fn decide<'a>(
    rows: &[&'a Evidence],
    areas: &BTreeMap<&str, Option<&'a str>>,
    brief: &'a Brief,
    measures: &BTreeSet<&'a str>,
    figures: fn(&'a crate::measures::brief::Cut) -> &'a Vec<Figure>,
) -> Decisions<'a> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for row in rows {
        let next = numbers.len() as u32;
        numbers.entry(&row.record).or_insert(next);
    }
    let mut of: BTreeMap<&str, Vec<&'a Evidence>> = BTreeMap::new();
    for row in rows {
        of.entry(&row.measure).or_default().push(row);
    }
    let of = |measure: &str| of.get(measure).map_or(&[][..], Vec::as_slice).iter();
    let (mut cells, mut keys): (Vec<Cell>, Vec<Key<'a>>) = (Vec::new(), Vec::new());
    for measure in measures {
        let answers = of(measure).map(|row| numbers[row.record.as_str()]).collect();
        cells.push(Cell { by: format!("{measure}/district"), whole: true, answers });
        keys.push((measure, "district", Some("district")));
    }
    for cut in &brief.cuts {
        let (measure, by) = (cut.measure.as_str(), cut.by.as_str());
        if !measures.contains(measure) || !CUTS.contains(&by) {
            continue;
        }
        let mut parts: BTreeMap<Option<&str>, BTreeSet<u32>> = BTreeMap::new();
        for row in of(measure) {
            parts.entry(dimension(row, by, areas)).or_default().insert(numbers[row.record.as_str()]);
        }
        for figure in figures(cut) {
            let subject = figure.subject_id.as_deref();
            let answers = parts.get(&subject).cloned().unwrap_or_default();
            cells.push(Cell { by: format!("{measure}/{by}"), whole: false, answers });
            keys.push((measure, by, subject));
        }
    }
    let mut said = privacy::Said { met: vec![0.0; numbers.len()], score: Vec::new() };
    // One without a score is taken for the lowest, so that it widens no bound.
    let least = rows.iter().filter_map(|row| row.value).fold(f64::MAX, f64::min);
    if least < f64::MAX {
        said.score = vec![least; numbers.len()];
    }
    for row in rows {
        let number = numbers[row.record.as_str()] as usize;
        // An answer is as satisfied under one measure as under the other.
        if row.outcome.as_deref() == Some("met") {
            said.met[number] = 1.0;
        }
        if let Some(score) = row.value {
            said.score[number] = score;
        }
    }
    let decided =
        cells.iter().zip(privacy::decide(&cells, &said)).map(|(cell, shown)| (shown, cell.answers.len() as i64));
    keys.into_iter().zip(decided).collect()
}

fn dimension<'a>(row: &'a Evidence, by: &str, areas: &BTreeMap<&str, Option<&'a str>>) -> Option<&'a str> {
    match by {
        "person" => row.person_id.as_deref(),
        "unit" => row.unit.as_deref(),
        "category" => row.category.as_deref(),
        "channel" => row.channel.as_deref(),
        "area" => areas.get(row.enterprise_id.as_deref()?).copied().flatten(),
        _ => None,
    }
}

/// The figure without what its answers said; how many there were stays only when it is none.
fn blank(figure: &Figure) -> Figure {
    Figure {
        met: None,
        breached: None,
        rate: None,
        ci_low: None,
        ci_high: None,
        mean: None,
        median: None,
        p90: None,
        max: None,
        ..figure.clone()
    }
}

#[cfg(test)]
pub mod tests;
