//! What a plan's calls say: of every stratum exactly, of the whole and its parts by the design, with the rates of
//! response and what those who did not answer could change.
//!
//! Rows of the design are those who answered and those found not to belong to the population; the latter only tell how many
//! belong. A stratum nobody answered in is not covered, and it is said. For the bureau: the answers of a single steward's
//! enterprises are few, and are never published.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::acts::{DeskError, Sample};
use super::calls::Fieldwork;
use super::calls::field::Field;
use super::calls::responses::{Response, responses};
use super::estimate::bounds::{self, Bounds};
use super::estimate::response::{Counts, Rates};
use super::estimate::{Asked, Columns, Design, Estimate, Lonely, Method, Stat, exact};
use super::outcome::Outcome;

/// All that a plan's calls say.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    #[serde(flatten)]
    pub visits: Visits,
    pub strata: Vec<StratumResult>,
    pub domains: Vec<DomainResult>,
}

/// What may be told of a plan's calls where nobody may be told from the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visits {
    pub plan: String,
    pub plan_hash: String,
    pub frame_hash: String,
    /// Public entropy as it was drawn with.
    pub entropy: String,
    /// Day of the frame.
    pub as_of: NaiveDate,
    pub drawn_at: NaiveDateTime,
    #[serde(rename = "N")]
    pub population: u32,
    /// To be called.
    pub drawn: u32,
    pub strata_count: u32,
    /// In-scope enterprises that stand out of the frame: reason, how many.
    pub excluded: Vec<(String, u32)>,
    /// First and last day of the calls.
    pub called: Option<(NaiveDate, NaiveDate)>,
    /// Enterprises on which nothing more will be tried, and all of the sample.
    pub finished: u32,
    pub sample: u32,
    pub replaced: u32,
    /// Reserves passed over: reason, how many.
    pub skipped: Vec<(String, u32)>,
    /// Code, name, how many.
    pub dispositions: Vec<(String, String, u32)>,
    pub counts: Counts,
    pub rates: Rates,
    pub answers: u32,
    /// Enterprises in strata where somebody answered.
    pub covered: u32,
    /// Share satisfied of the whole; none without answers.
    pub satisfied: Option<Share>,
    /// If all who did not answer were dissatisfied, or all satisfied.
    pub bounds: Option<Bounds>,
}

/// An estimated share with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub estimate: f64,
    pub se: f64,
    /// None in a census.
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    pub df: i64,
    pub n: u32,
    pub census: bool,
    /// Strata with a single row, for which the remedy stood in; none where there were none.
    pub lonely: Vec<String>,
    pub remedy: Lonely,
}

/// One stratum: a steward's enterprises, a unit's, an area's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StratumResult {
    pub id: String,
    /// As the bureau knows it.
    pub known_as: String,
    pub name: String,
    #[serde(rename = "N")]
    pub population: u32,
    pub drawn: u32,
    pub n: u32,
    pub satisfied: u32,
    /// Fewest and most satisfied of all N, exactly; none in a census.
    pub at_least: Option<u32>,
    pub at_most: Option<u32>,
    pub census: bool,
    pub rates: Rates,
}

/// A part of the population across strata.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DomainResult {
    pub by: String,
    pub subject: String,
    #[serde(flatten)]
    pub share: Share,
}

/// How estimates are made.
#[derive(Clone, Copy, Debug)]
pub struct How {
    pub lonely: Lonely,
    pub method: Method,
    pub alpha: f64,
}

impl How {
    /// For documents: the cautious remedy, since a bulletin cannot stop for a stratum.
    pub const PRINTED: How = How { lonely: Lonely::Adjust, method: Method::KornGraubard, alpha: 0.05 };
}

/// Results that cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Design(#[from] super::estimate::DesignError),
    #[error(transparent)]
    Exact(#[from] exact::Impossible),
}

/// An answer as an evaluation, and one that was taken back (no grade).
#[derive(Clone, Debug, PartialEq)]
pub struct PhoneEvaluation {
    pub evaluation_id: String,
    pub enterprise_id: String,
    pub person_id: String,
    pub at: NaiveDateTime,
    pub grade: Option<u8>,
    /// For how many enterprises it stands.
    pub weight: Option<f64>,
    pub stratum: String,
    pub plan_id: String,
    pub comment: String,
}

/// What came of a sample's calls up to an instant (none: all that is known).
pub fn results(sample: &Sample, until: Option<NaiveDateTime>, how: How) -> Result<Results, ResultsError> {
    let came = Came::of(sample, until)?;
    let strata = strata(sample, &came, how)?;
    let inside: Vec<&Response> = came.rows().collect();
    let satisfied = came.share(sample, &inside, |_| true, how)?;
    let mut domains = Vec::new();
    for (by, of) in PARTS {
        let mut subjects: BTreeMap<&str, u32> = BTreeMap::new();
        for row in inside.iter().filter(|row| row.grade.is_some()) {
            *subjects.entry(part(sample, row, of)).or_default() += 1;
        }
        for subject in subjects.into_keys() {
            let within = |row: &Response| part(sample, row, of) == subject;
            if let Some(share) = came.share(sample, &inside, within, how)? {
                domains.push(DomainResult { by: by.to_owned(), subject: subject.to_owned(), share });
            }
        }
    }
    Ok(Results { visits: came.visits(sample, satisfied)?, strata, domains })
}

/// What may be told of all samples: those with calls between two days, or drawn between them.
pub fn visits(sample: &Sample, until: NaiveDateTime) -> Result<Visits, ResultsError> {
    results(sample, Some(until), How::PRINTED).map(|results| results.visits)
}

/// The answers as evaluations of the channel phone, by id: what `ingest` takes in. Weights change while answers come.
pub fn evaluations(sample: &Sample) -> Result<Vec<PhoneEvaluation>, ResultsError> {
    let came = Came::of(sample, None)?;
    let plan = sample.plan();
    let weights = came.weights();
    let id = |pseudonym: &str| format!("{}-{}", plan.id, pseudonym.get(..16).unwrap_or(pseudonym));
    let steward = |pseudonym: &str| sample.planned.frame.unit(pseudonym).map(|unit| unit.steward_id.clone());
    let mut rows: BTreeMap<String, PhoneEvaluation> = BTreeMap::new();
    // Whoever was once written down as having answered, so that an answer taken back is taken back there too.
    for held in &sample.calls.held {
        let (key, attempt) = (&held.row.key, &held.row.attempt);
        let Some(unit) = came.work.unit(&key.pseudonym) else { continue };
        if key.visit == super::calls::Visit::Call && attempt.outcome.interviewed() {
            let taken_back = PhoneEvaluation {
                evaluation_id: id(&key.pseudonym),
                enterprise_id: unit.enterprise_id.clone(),
                person_id: steward(&key.pseudonym).unwrap_or_default(),
                at: attempt.begun,
                grade: None,
                weight: None,
                stratum: unit.stratum.clone(),
                plan_id: plan.id.clone(),
                comment: String::new(),
            };
            rows.insert(taken_back.evaluation_id.clone(), taken_back);
        }
    }
    for row in &came.responses {
        let (Some(grade), Some(at)) = (row.grade, row.started_at) else { continue };
        let answered = PhoneEvaluation {
            evaluation_id: id(&row.pseudonym),
            enterprise_id: row.enterprise_id.clone(),
            person_id: steward(&row.pseudonym).unwrap_or_default(),
            at,
            grade: Some(grade),
            weight: weights.get(row.stratum.as_str()).copied(),
            stratum: row.stratum.clone(),
            plan_id: plan.id.clone(),
            comment: row.answers.get("comment").cloned().unwrap_or_default(),
        };
        rows.insert(answered.evaluation_id.clone(), answered);
    }
    Ok(rows.into_values().collect())
}

/// Parts of the population that are estimated: name, field.
const PARTS: [(&str, Part); 2] = [("unit", Part::Unit), ("area", Part::Area)];

#[derive(Clone, Copy)]
enum Part {
    Unit,
    Area,
}

fn part<'a>(sample: &'a Sample, row: &Response, of: Part) -> &'a str {
    let unit = sample.planned.frame.unit(&row.pseudonym);
    let named = unit.and_then(|unit| match of {
        Part::Unit => unit.unit.as_deref(),
        Part::Area => unit.area.as_deref(),
    });
    named.unwrap_or("未填")
}

/// What came of the calls.
struct Came {
    work: Fieldwork,
    field: Field,
    responses: Vec<Response>,
}

impl Came {
    fn of(sample: &Sample, until: Option<NaiveDateTime>) -> Result<Came, DeskError> {
        let work = Fieldwork::of(sample)?;
        let known = |held: &&super::calls::Held| until.is_none_or(|until| held.row.attempt.begun < until);
        let held: Vec<super::calls::Held> = sample.calls.held.iter().filter(known).cloned().collect();
        let field = Field::of(&work, &held);
        let responses = responses(&work, &field, &held);
        Ok(Came { work, field, responses })
    }

    /// Rows of the design: who answered, and who does not belong to the population.
    fn rows(&self) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter(|row| row.grade.is_some() || outside(row))
    }

    /// Enterprises of a stratum that one row of the design stands for.
    fn weights(&self) -> BTreeMap<&str, f64> {
        let mut rows: BTreeMap<&str, u32> = BTreeMap::new();
        self.rows().for_each(|row| *rows.entry(row.stratum.as_str()).or_default() += 1);
        rows.into_iter().map(|(h, n)| (h, f64::from(self.size(h)) / f64::from(n))).collect()
    }

    fn size(&self, stratum: &str) -> u32 {
        self.work.strata.get(stratum).map_or(0, |(all, _)| *all)
    }

    /// Share satisfied among those within; none where nobody of them answered.
    fn share(
        &self,
        sample: &Sample,
        rows: &[&Response],
        within: impl Fn(&Response) -> bool,
        how: How,
    ) -> Result<Option<Share>, ResultsError> {
        let mark = sample.plan().satisfied_from;
        let inside: Vec<bool> = rows.iter().map(|row| row.grade.is_some() && within(row)).collect();
        if !inside.contains(&true) {
            return Ok(None);
        }
        let columns = Columns {
            rows: rows.len(),
            strata: Some(rows.iter().map(|row| row.stratum.clone()).collect()),
            fpc: vec![rows.iter().map(|row| f64::from(self.size(&row.stratum))).collect()],
            ..Columns::default()
        };
        let design = Design::new(&columns, how.lonely)?;
        let content = |row: &&Response| f64::from(u8::from(row.grade.is_some_and(|grade| u32::from(grade) >= mark)));
        let y: Vec<f64> = rows.iter().map(content).collect();
        let asked =
            Asked { stat: Stat::Proportion, y: &y, x: None, inside: &inside, method: how.method, alpha: how.alpha };
        let Estimate { estimate, se, ci_low, ci_high, df, n, census, .. } = design.estimate(&asked)?;
        let lonely = design.lonely_strata();
        Ok(Some(Share { estimate, se, ci_low, ci_high, df, n: n as u32, census, lonely, remedy: how.lonely }))
    }

    fn visits(&self, sample: &Sample, satisfied: Option<Share>) -> Result<Visits, DeskError> {
        let plan = sample.plan();
        let (drawn, done) = sample.drawn.as_ref().ok_or_else(|| DeskError::NotDrawn(plan.id.clone()))?;
        let mut dispositions: BTreeMap<Outcome, u32> = BTreeMap::new();
        self.responses.iter().for_each(|row| *dispositions.entry(row.disposition).or_default() += 1);
        let counts: Counts = self.responses.iter().map(|row| Counts::of(row.disposition)).sum();
        let mut skipped: BTreeMap<&str, u32> = BTreeMap::new();
        self.work.skips.iter().for_each(|skip| *skipped.entry(skip.reason.as_str()).or_default() += 1);
        let reason = |code: &str| {
            plan.rules.skips.iter().find(|skip| skip.code == code).map_or(code, |skip| skip.zh.as_str()).to_owned()
        };
        let days = || self.responses.iter().filter_map(|row| row.started_at).map(|at| at.date());
        let answered = |h: &str| self.responses.iter().any(|row| row.stratum == h && row.grade.is_some());
        Ok(Visits {
            plan: plan.id.clone(),
            plan_hash: sample.planned.plan_hash.clone(),
            frame_hash: plan.frame_hash.clone(),
            entropy: drawn.entropy.text.clone(),
            as_of: plan.as_of,
            drawn_at: done.at,
            population: plan.frame_size,
            drawn: plan.strata.iter().map(|stratum| stratum.sample).sum(),
            strata_count: plan.strata.len() as u32,
            excluded: plan.excluded.iter().map(|(reason, n)| (reason.zh().to_owned(), *n)).collect(),
            called: days().min().zip(days().max()),
            finished: self.responses.iter().filter(|row| row.finished).count() as u32,
            sample: self.responses.len() as u32,
            replaced: self.field.replacements.iter().filter(|replaced| replaced.by.is_some()).count() as u32,
            skipped: skipped.into_iter().map(|(code, n)| (reason(code), n)).collect(),
            dispositions: Outcome::ALL
                .into_iter()
                .filter_map(|outcome| Some((outcome, *dispositions.get(&outcome)?)))
                .map(|(outcome, n)| (outcome.aapor().to_owned(), outcome.zh().to_owned(), n))
                .collect(),
            counts,
            rates: counts.rates(),
            answers: self.responses.iter().filter(|row| row.grade.is_some()).count() as u32,
            covered: self.work.strata.iter().filter(|(h, _)| answered(h)).map(|(_, (all, _))| *all).sum(),
            satisfied,
            bounds: bounds::bounds(&self.bounding(plan.satisfied_from)),
        })
    }

    /// Strata as the worst cases see them: all of the sample but those known not to belong.
    fn bounding(&self, mark: u32) -> Vec<bounds::Stratum> {
        let of = |(h, (all, _)): (&String, &(u32, u32))| {
            let mine = || self.responses.iter().filter(|row| row.stratum == *h && !outside(row));
            let content = |row: &&Response| row.grade.is_some_and(|grade| u32::from(grade) >= mark);
            bounds::Stratum {
                population: u64::from(*all),
                drawn: mine().count() as u64,
                answered: mine().filter(|row| row.grade.is_some()).count() as u64,
                satisfied: mine().filter(content).count() as u64,
            }
        };
        self.work.strata.iter().map(of).collect()
    }
}

/// Known not to belong to the population.
fn outside(row: &Response) -> bool {
    matches!(row.disposition, Outcome::OutOfScope | Outcome::Disconnected | Outcome::NoEnterprise)
}

fn strata(sample: &Sample, came: &Came, how: How) -> Result<Vec<StratumResult>, ResultsError> {
    let mark = sample.plan().satisfied_from;
    let one = |(id, (all, drawn)): (&String, &(u32, u32))| {
        let mine = || came.responses.iter().filter(|row| row.stratum == *id);
        let n = mine().filter(|row| row.grade.is_some()).count() as u32;
        let satisfied = mine().filter(|row| row.grade.is_some_and(|grade| u32::from(grade) >= mark)).count() as u32;
        // Those found not to belong are no part of the N of whom something is said.
        let population = all - mine().filter(|row| outside(row)).count() as u32;
        let range = exact::interval(satisfied, n, population, how.alpha)?;
        let known = sample.planned.frame.strata.get(id);
        Ok(StratumResult {
            id: id.clone(),
            known_as: known.map_or_else(|| id.clone(), |known| known.id.clone()),
            name: known.map_or_else(|| id.clone(), |known| known.name.clone()),
            population,
            drawn: *drawn,
            n,
            satisfied,
            at_least: range.map(|(low, _)| low),
            at_most: range.map(|(_, high)| high),
            census: range.is_none(),
            rates: mine().map(|row| Counts::of(row.disposition)).sum::<Counts>().rates(),
        })
    };
    came.work.strata.iter().map(one).collect()
}
