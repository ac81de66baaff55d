//! What a bulletin says of names, as plain data: judgement fills it in, from decisions in force and from nothing else.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Commendations and criticisms of a period, with what they rest on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Names {
    /// By unit, then name.
    pub commended: Vec<Name>,
    pub criticised: Vec<Name>,
    /// Findings of the period on which nobody has decided yet.
    pub undecided: usize,
    /// Rows that rulings took out of the period's figures.
    pub excluded: usize,
    /// Named for a rate, and how many of them must be expected to be named wrongly: Σ(1 − Pr(p < p0)).
    pub for_a_rate: usize,
    pub expected_false_names: f64,
    /// Priors of the rates that names rest on.
    pub priors: Vec<PriorSaid>,
}

/// One name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// Id of the finding.
    pub finding: String,
    /// Of a person; none: a unit.
    pub person_id: Option<String>,
    pub name: String,
    /// Of a person.
    pub unit: Option<String>,
    pub title: String,
    /// 《…》五（五）
    pub provision: String,
    /// The figures in plain words.
    pub sentence: String,
    pub consequences: Vec<String>,
    pub rectify_by: Option<NaiveDate>,
    /// Of the decision.
    pub reason: String,
    pub decided_by: String,
    pub decided_on: NaiveDate,
    /// It rests on what enterprises said of the person.
    pub rated: bool,
}

/// A prior in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorSaid {
    /// 部门回复
    pub measure: String,
    /// person or unit
    pub by: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Pooled rate of the twelve months before.
    pub m: f64,
    /// None: Jeffreys' (½, ½).
    pub strength: Option<f64>,
}
