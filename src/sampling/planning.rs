//! From a wish and a frame to a plan, with what each size buys.
use std::collections::BTreeMap;

use serde::Serialize;

use super::allocate::{self, Given};
use super::canonical::CanonicalError;
use super::frame::Frame;
use super::plan::{FORM, Own, Plan, PlanError, Stratum, Wish};
use super::rules::Rules;
use super::width;

/// Why no plan comes of a wish.
#[derive(Debug, thiserror::Error)]
pub enum PlanningError {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

/// The plan that a wish and a frame give; sizes are allocated in the order of the published ids.
pub fn plan(wish: &Wish, frame: &Frame) -> Result<Plan, PlanningError> {
    wish.check()?;
    let sizes = frame.sizes();
    let known: Vec<(String, u32)> = sizes.iter().map(|(id, size)| (known_id(frame, id), *size)).collect();
    let given = allocate::allocate(&allocate::shares(&known, &wish.strata)?, &wish.size)?;
    let own: BTreeMap<&str, &Own> = wish.strata.iter().map(|own| (own.id.as_str(), own)).collect();
    let stratum = |((id, size), (known, Given { n, census })): ((&&str, &u32), (&str, &Given))| {
        let own = own.get(known);
        Stratum {
            id: (*id).to_owned(),
            size: *size,
            sample: *n,
            census: *census,
            weight: own.and_then(|own| own.weight),
            spread: own.and_then(|own| own.spread),
            reason: own.map(|own| own.reason.clone()).unwrap_or_default(),
        }
    };
    let by_known = known.iter().map(|(id, _)| id.as_str()).zip(&given);
    Ok(Plan {
        form: FORM.to_owned(),
        id: wish.id.clone(),
        as_of: wish.as_of,
        strata_by: wish.strata_by,
        size: wish.size.clone(),
        strata: sizes.iter().zip(by_known).map(stratum).collect(),
        reserve: wish.reserve,
        cool_down_days: wish.cool_down_days,
        satisfied_from: wish.satisfied_from,
        confidence_percent: wish.confidence_percent,
        expected_percent: wish.expected_percent,
        entropy: wish.entropy.clone(),
        rules: wish.rules.clone().unwrap_or_else(Rules::shipped),
        callers: None,
        excluded: frame.counts(),
        frame_size: frame.units.len() as u32,
        frame_hash: frame.hash()?,
    })
}

fn known_id(frame: &Frame, id: &str) -> String {
    frame.strata.get(id).map_or_else(|| id.to_owned(), |known| known.id.clone())
}

/// One line of what a plan's sizes buy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// As published.
    pub stratum: String,
    /// As the bureau knows it.
    pub known_id: String,
    pub name: String,
    #[serde(rename = "N")]
    pub size: u32,
    #[serde(rename = "n")]
    pub sample: u32,
    /// Standing by.
    pub reserve: u32,
    pub census: bool,
    /// Thousandths, where declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Enterprises that one drawn stands for; none: nothing is drawn.
    pub stands_for: Option<f64>,
    /// Expected width of the exact interval, as a share.
    pub width: f64,
}

/// What a plan's sizes buy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// By the ids the bureau knows.
    pub strata: Vec<Line>,
    #[serde(rename = "N")]
    pub size: u32,
    #[serde(rename = "n")]
    pub sample: u32,
    /// Of Wilson's interval for all together; none: a stratum is not drawn from.
    pub width: Option<f64>,
}

/// Expected widths at the plan's confidence and expected share.
pub fn worth(plan: &Plan, frame: &Frame) -> Worth {
    let share = f64::from(plan.expected_percent) / 100.0;
    let confidence = f64::from(plan.confidence_percent) / 100.0;
    let mut widths: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut strata: Vec<Line> = Vec::with_capacity(plan.strata.len());
    for stratum in &plan.strata {
        let (size, sample) = (stratum.size, stratum.sample);
        let width = *widths.entry((size, sample)).or_insert_with(|| width::expected(size, sample, share, confidence));
        let known = frame.strata.get(&stratum.id);
        strata.push(Line {
            stratum: stratum.id.clone(),
            known_id: known.map_or_else(|| stratum.id.clone(), |known| known.id.clone()),
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            size,
            sample,
            reserve: plan.reserve.min(size - sample),
            census: stratum.census,
            weight: stratum.weight,
            stands_for: (sample > 0).then(|| f64::from(size) / f64::from(sample)),
            width,
        });
    }
    strata.sort_by(|a, b| a.known_id.cmp(&b.known_id));
    let sizes: Vec<(u32, u32)> = plan.strata.iter().map(|stratum| (stratum.size, stratum.sample)).collect();
    Worth { strata, size: plan.frame_size, sample: plan.sample(), width: width::district(&sizes, share, confidence) }
}
