//! What a made-up bureau is like: a TOML file, read and checked as a whole. Nothing here knows a place.
//!
//! Shares are thousandths; ranges have both ends; `{area}` in the name of a unit is the enterprise's (or person's) area.
//! `[[file]]` says how the exports look and is read elsewhere.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::happenings::{Absences, Cadence, Cases, Category, Complaints, Evaluations, Policies, Text};
use super::words::{self, Permille, Range};
use crate::period::Period;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Description {
    /// The rules that the bureau works under.
    pub regime: String,
    pub seed: u64,
    /// First and last day of the records.
    #[serde(deserialize_with = "words::date")]
    pub first: NaiveDate,
    #[serde(deserialize_with = "words::date")]
    pub last: NaiveDate,
    pub demo: Demo,
    /// Streets, townships or counties.
    pub areas: Vec<Area>,
    #[serde(default, rename = "unit")]
    pub units: Vec<Unit>,
    #[serde(rename = "people")]
    pub groups: Vec<Group>,
    #[serde(rename = "industry")]
    pub industries: Vec<Industry>,
    #[serde(rename = "enterprise")]
    pub sets: Vec<Set>,
    #[serde(rename = "role")]
    pub roles: Vec<Role>,
    #[serde(default, rename = "plan")]
    pub plans: Vec<Plan>,
    #[serde(default, rename = "item")]
    pub items: Vec<Item>,
    #[serde(default, rename = "category")]
    pub categories: Vec<Category>,
    #[serde(default)]
    pub cases: Vec<Cases>,
    #[serde(default)]
    pub diary: Vec<Cadence>,
    #[serde(default)]
    pub text: BTreeMap<String, Text>,
    pub evaluations: Option<Evaluations>,
    pub complaints: Option<Complaints>,
    #[serde(default)]
    pub absences: Absences,
    pub policies: Option<Policies>,
    /// Thousandths of lateness that a month of the year (`"02"`) or one month (`"2026-10"`) adds or takes.
    #[serde(default)]
    pub strain: BTreeMap<String, i32>,
    /// Hundredths of an ordinary month's cases, by month of the year; what is not named has 100.
    #[serde(default)]
    pub volume: BTreeMap<String, u32>,
    #[serde(default)]
    #[allow(dead_code)]
    pub file: Vec<toml::Table>,
}

/// What `guanjia demo` computes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Demo {
    pub periods: Vec<Period>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Area {
    pub name: String,
    /// Thousandths of lateness more (or less) than elsewhere.
    #[serde(default)]
    pub slow: i32,
}

/// A department that is slower or faster than others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Unit {
    pub name: String,
    pub slow: i32,
}

/// People of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Group {
    pub group: String,
    /// What their numbers begin with.
    pub prefix: String,
    /// How many in all; or in each area.
    #[serde(default)]
    pub number: u32,
    #[serde(default)]
    pub per_area: u32,
    /// One after the other.
    pub units: Vec<String>,
    pub ranks: Vec<String>,
    /// How many serve very well; how many are slow or careless, and how many more so.
    #[serde(default)]
    pub fine: u32,
    #[serde(default)]
    pub weak: u32,
    #[serde(default)]
    pub poor: u32,
}

/// A branch and what its firms call what they do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Industry {
    pub name: String,
    pub fields: Vec<String>,
    /// The department of the branch: `{industry}` in the name of a unit.
    #[serde(default)]
    pub unit: String,
}

/// Enterprises or projects that have much in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Set {
    pub set: String,
    pub number: u32,
    pub prefix: String,
    #[serde(deserialize_with = "words::enterprise_kind")]
    pub kind: String,
    /// What follows stem and field in a name.
    pub endings: Vec<String>,
    #[serde(deserialize_with = "words::stage")]
    pub stage: String,
    #[serde(default, deserialize_with = "words::some_tier")]
    pub tier: Option<String>,
    #[serde(default)]
    pub scope_categories: Vec<String>,
    pub investment_wan: Option<Range>,
    #[serde(default = "words::all")]
    pub listed: Permille,
    /// With an enterprise contact in the ledger.
    #[serde(default = "words::all")]
    pub contact: Permille,
    /// Days from the first day of the records to the one it was taken in; not long before its road map begins.
    pub joined: Range,
    /// With an agreement, signed within 20 days.
    #[serde(default)]
    pub signed: Permille,
    /// Left again at some time.
    #[serde(default)]
    pub left: Permille,
    /// Days before the last day of the records on which production was reached.
    pub produced: Option<Range>,
    /// Months after production when it is let go, and the share that is.
    pub cycle: Option<Cycle>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Cycle {
    pub months: u32,
    pub released: Permille,
}

/// Who holds a role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Role {
    #[serde(deserialize_with = "words::role")]
    pub role: String,
    /// Sets of enterprises; none: all.
    #[serde(default)]
    pub of: Vec<String>,
    /// A group of people; or units; or units with somebody who is on no roster (`named`).
    #[serde(default)]
    pub people: String,
    #[serde(default)]
    pub units: Vec<String>,
    #[serde(default)]
    pub named: bool,
    /// People of the enterprise's own area.
    #[serde(default)]
    pub near: bool,
    #[serde(default = "words::all")]
    pub full: Permille,
    /// Days after the enterprise was taken in, and working days of those named late.
    #[serde(default = "at_once")]
    pub after: Range,
    #[serde(default)]
    pub late: Permille,
    #[serde(default = "weeks_late")]
    pub late_after: Range,
    /// Enterprises whose holder changes once.
    #[serde(default)]
    pub changes: Permille,
    /// Changes with days between, and how many.
    #[serde(default)]
    pub gaps: Permille,
    #[serde(default = "weeks_late")]
    pub gap: Range,
    /// A second holder at the same time.
    #[serde(default)]
    pub second: Permille,
    #[serde(default)]
    pub filed_with: String,
}

/// The road map that projects of some sets have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Plan {
    #[serde(default)]
    pub of: Vec<String>,
    #[serde(default = "words::all")]
    pub has: Permille,
    /// How many steps were to be done by the last day of the records: so each project is where its stage says.
    pub by_now: Range,
    /// Steps late, by how many days, and how much of a delay the next step takes over.
    pub late: Permille,
    pub late_days: Range,
    #[serde(default)]
    pub carried: Permille,
    /// Steps done before their day, and by how many days.
    pub early: Permille,
    pub early_days: Range,
    /// The role that answers for the steps.
    #[serde(deserialize_with = "words::role")]
    pub by: String,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Step {
    pub name: String,
    #[serde(deserialize_with = "words::step_stage")]
    pub stage: String,
    pub unit: String,
    /// Days after the step before.
    pub days: Range,
}

/// What is to be done by a day: what meetings decided, what is to be put right.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Item {
    #[serde(deserialize_with = "words::step_stage")]
    pub stage: String,
    #[serde(default)]
    pub of: Vec<String>,
    pub per_month: u32,
    /// `{date}` is the day it was set.
    pub titles: Vec<String>,
    pub units: Vec<String>,
    /// Days until it is due.
    pub days: Range,
    pub late: Permille,
    pub late_days: Range,
    /// Never done.
    #[serde(default)]
    pub open: Permille,
}

fn at_once() -> Range {
    Range(0, 0)
}

fn weeks_late() -> Range {
    Range(12, 30)
}
