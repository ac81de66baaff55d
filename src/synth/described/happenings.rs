//! What a description says of what happens: cases and their steps, entries, evaluations, complaints, policies.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::words::{self, Permille, Range, Weights};

/// What cases are about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Category {
    pub name: String,
    pub weight: u32,
    /// Departments, most asked first.
    pub units: Vec<String>,
    pub titles: Vec<String>,
    /// In the order of the titles; where there are fewer, from the first again.
    pub details: Vec<String>,
}

/// Cases that go one way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Cases {
    pub prefix: String,
    #[serde(default)]
    pub of: Vec<String>,
    pub per_month: u32,
    /// Came in out of office hours.
    #[serde(default)]
    pub out_of_hours: Permille,
    #[serde(deserialize_with = "words::channels")]
    pub channels: Weights,
    #[serde(default, deserialize_with = "words::classes")]
    pub classes: Weights,
    /// Names of categories; none: all.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The unit that took the case: `submitted` carries it.
    #[serde(default)]
    pub taken_by: String,
    /// The role that has the case in hand.
    #[serde(deserialize_with = "words::role")]
    pub by: String,
    #[serde(default)]
    pub withdrawn: Permille,
    #[serde(rename = "step")]
    pub steps: Vec<Act>,
    pub paused: Option<Paused>,
    pub extended: Option<Extended>,
    /// Resolved cases opened again.
    #[serde(default)]
    pub reopened: Permille,
}

/// One step of the way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Act {
    #[serde(deserialize_with = "words::event")]
    pub event: String,
    /// What happens in its place now and then.
    pub instead: Option<Instead>,
    /// The event that it is counted from; none: the one before.
    #[serde(default, deserialize_with = "words::some_event")]
    pub from: Option<String>,
    pub clock: Tick,
    /// What is in time, and by how much late ones go over it, in units of the clock.
    pub within: Term,
    pub late: Permille,
    /// Thousandths more where it begins out of office hours.
    #[serde(default)]
    pub nights: i32,
    pub over: Range,
    /// Whose way of working shows.
    #[serde(default)]
    pub by: Blame,
    #[serde(default = "words::all")]
    pub share: Permille,
    /// Only cases of these categories.
    #[serde(default)]
    pub categories: Vec<String>,
    /// `department` is the category's; else a name.
    #[serde(default)]
    pub unit: String,
    #[serde(default)]
    pub notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::synth) enum Tick {
    Minutes,
    Days,
    Workdays,
}

/// A term, for all or by class.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(in crate::synth) enum Term {
    Same(i32),
    ByClass(BTreeMap<String, i32>),
}

impl Term {
    pub fn of(&self, class: &str) -> i32 {
        match self {
            Term::Same(n) => *n,
            Term::ByClass(by) => by.get(class).copied().unwrap_or(1),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::synth) enum Blame {
    #[default]
    Nobody,
    Holder,
    Unit,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Instead {
    #[serde(deserialize_with = "words::event")]
    pub event: String,
    pub share: Permille,
    #[serde(default)]
    pub notes: Vec<String>,
    /// Notes left out.
    #[serde(default)]
    pub unexplained: Permille,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Paused {
    pub share: Permille,
    /// Working days.
    pub days: Range,
    pub notes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Extended {
    /// Of cases that would be late.
    pub share: Permille,
    /// Working days.
    pub days: Range,
    pub notes: Vec<String>,
}

/// Entries that are owed again and again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Cadence {
    pub each: Each,
    pub every: Every,
    /// The role whose holders write; or a group of people.
    #[serde(default, deserialize_with = "words::some_role")]
    pub role: Option<String>,
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub of: Vec<String>,
    /// Entries, on different days, where the duty is kept.
    pub times: Range,
    pub kept: Permille,
    /// Where it is not kept: with fewer entries, not none.
    #[serde(default)]
    pub partly: Permille,
    #[serde(deserialize_with = "words::diary_kinds")]
    pub kinds: Weights,
    pub text: String,
    /// A field is missing.
    #[serde(default)]
    pub incomplete: Permille,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::synth) enum Each {
    Enterprise,
    Person,
    District,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::synth) enum Every {
    Week,
    Friday,
    Month,
    Quarter,
}

/// What entries say: an opening by kind (`{e}` is the enterprise), a matter and an outcome.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Text {
    #[serde(deserialize_with = "words::by_diary_kind")]
    pub openings: BTreeMap<String, Vec<String>>,
    /// `{n}` is a number.
    pub matters: Vec<String>,
    pub outcomes: Vec<String>,
    #[serde(default)]
    pub problems: Vec<String>,
    #[serde(default)]
    pub places: Vec<String>,
    #[serde(default)]
    pub participants: Vec<String>,
    /// What somebody writes again and again.
    #[serde(default)]
    pub template: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Evaluations {
    /// Of settled cases.
    pub share: Permille,
    #[serde(deserialize_with = "words::said_through")]
    pub channels: Weights,
    /// The role evaluated.
    #[serde(default, deserialize_with = "words::some_role")]
    pub by: Option<String>,
    /// Not satisfied.
    pub low: Permille,
    /// With a grade; with attitude, quality and efficiency.
    #[serde(default)]
    pub grade: bool,
    #[serde(default)]
    pub three: bool,
    /// Names the department; names the person.
    pub of_unit: Permille,
    pub of_person: Permille,
    pub good: Vec<String>,
    pub fair: Vec<String>,
    pub poor: Vec<String>,
    /// What becomes of low ones.
    pub put_right: Option<PutRight>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct PutRight {
    pub share: Permille,
    /// `{date}` is the day of the evaluation.
    pub title: String,
    pub days: Range,
    pub late: Permille,
    pub late_days: Range,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Complaints {
    /// In hundredths.
    pub per_month: u32,
    #[serde(default, deserialize_with = "words::some_role")]
    pub by: Option<String>,
    pub on_unit: Permille,
    pub units: Vec<String>,
    #[serde(deserialize_with = "words::verdicts")]
    pub verdicts: Weights,
    /// Working days; thousandths that take longer, and how long.
    pub verified: Range,
    pub slow: Permille,
    pub slowly: Range,
    pub verified_by: String,
    pub findings: BTreeMap<String, String>,
    #[serde(rename = "kind")]
    pub kinds: Vec<Complaint>,
    pub transferred: Option<Transferred>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Complaint {
    #[serde(deserialize_with = "words::complaint")]
    pub category: String,
    pub weight: u32,
    pub contents: Vec<String>,
}

/// Complaints of one category go to another office.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Transferred {
    #[serde(deserialize_with = "words::complaint")]
    pub category: String,
    pub to: String,
    /// Working days.
    pub within: i32,
    pub late: Permille,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Absences {
    /// Of people in a year, in thousandths.
    pub per_year: u32,
    /// With somebody who stands in.
    pub deputies: Permille,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::synth) struct Policies {
    /// In hundredths.
    pub per_month: u32,
    pub subjects: Vec<String>,
    pub forms: Vec<String>,
    /// That apply to some categories of enterprises only.
    pub narrow: Permille,
    /// The role that passes them on.
    #[serde(deserialize_with = "words::role")]
    pub by: String,
    /// Roles by stage where they differ.
    #[serde(default)]
    pub by_stage: BTreeMap<String, String>,
    /// Working days; late ones and by how much; never.
    pub within: i32,
    pub late: Permille,
    pub over: Range,
    pub missed: Permille,
}
