//! The plan of a sample: everything that is fixed, and hashed, before the public entropy exists.
//!
//! A plan is made from a [`Wish`] (a TOML file or options) and the frame of a day. It names no enterprise and no steward;
//! whom the frame holds is bound by `frame_hash`, which the published draw lets anybody compute anew. Only texts and whole
//! numbers, so that its canonical JSON has one form ([`super::canonical`]).
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::canonical::{self, CanonicalError};
use super::frame::Exclusion;
use super::rules::Rules;

/// What a plan's JSON calls itself; another form gets another number.
pub const FORM: &str = "guanjia-sample-plan/1";

/// By what the frame is divided before it is drawn from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum StrataBy {
    /// Who answers for the enterprise on the day.
    #[default]
    Steward,
    /// The unit of whoever answers.
    Unit,
    Area,
    Industry,
    Tier,
    /// One stratum.
    None,
}

impl StrataBy {
    /// The name of a stratum of this kind tells no person, and may be published.
    pub fn named(self) -> bool {
        self != StrataBy::Steward
    }
}

/// How a sample's size is divided among strata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The same number of each, as far as it has so many.
    #[default]
    Equal,
    /// By enterprises times weight, largest remainder.
    Proportional,
    /// By enterprises times weight times spread, Wright's exact method.
    Neyman,
}

/// What is asked for, before the frame is known: `plan.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Names the plan and its files: letters, digits, `-` and `_`.
    pub id: String,
    /// Day of the frame.
    pub as_of: NaiveDate,
    #[serde(default)]
    pub strata_by: StrataBy,
    pub size: Size,
    /// Enterprises of each stratum that stand by, after those drawn.
    #[serde(default = "two")]
    pub reserve: u32,
    /// An enterprise that was called in so many days before `as_of` stands out of the frame.
    #[serde(default = "ninety")]
    pub cool_down_days: u32,
    /// Grade from which an enterprise counts as satisfied.
    #[serde(default = "three")]
    pub satisfied_from: u32,
    #[serde(default = "ninety_five")]
    pub confidence_percent: u32,
    /// Share of satisfied that the interval widths are shown for.
    #[serde(default = "eighty_five")]
    pub expected_percent: u32,
    pub entropy: Announced,
    /// What sets a stratum apart from the others: weight, spread or a size of its own.
    #[serde(default, rename = "stratum", skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<Own>,
    /// Rules of the calls [default: the shipped ones].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

fn two() -> u32 {
    2
}

fn three() -> u32 {
    3
}

fn eighty_five() -> u32 {
    85
}

fn ninety() -> u32 {
    90
}

fn ninety_five() -> u32 {
    95
}

/// How many are to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    pub method: Method,
    /// Of all strata together: `proportional` and `neyman`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    /// Of each stratum: `equal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<u32>,
    /// At least so many of each stratum, as far as it has them.
    pub minimum: u32,
    /// A stratum of so many or fewer is drawn whole.
    pub census_at: u32,
}

/// What is set for one stratum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// The steward's id, or the unit, area … as the warehouse has it.
    pub id: String,
    /// Thousandths; 2000 draws at twice the rate of the others (declared over-sampling).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Thousandths of a grade: the standard deviation expected (`neyman`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<i64>,
    /// Exactly so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
    /// Why it is set apart; published with it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Which public randomness will be drawn with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// In words, so exactly that nobody can choose between two ways of writing it down.
    pub source: String,
    /// No earlier than this (local time) does it exist.
    pub at: NaiveDateTime,
    /// Its form where it is typed in: `0` stands for a digit, everything else for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
    /// The round of the drand beacon, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drand_round: Option<u64>,
}

/// The plan as it is committed to, published and hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub form: String,
    pub id: String,
    pub as_of: NaiveDate,
    pub strata_by: StrataBy,
    pub size: Size,
    pub strata: Vec<Stratum>,
    pub reserve: u32,
    pub cool_down_days: u32,
    pub satisfied_from: u32,
    pub confidence_percent: u32,
    pub expected_percent: u32,
    pub entropy: Announced,
    pub rules: Rules,
    /// Who will call, where that was fixed with the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callers: Option<Callers>,
    /// How many in-scope enterprises stand out of the frame, by reason.
    pub excluded: BTreeMap<Exclusion, u32>,
    pub frame_size: u32,
    /// Of whom the frame holds, by pseudonym and stratum ([`super::frame::hash`]).
    pub frame_hash: String,
}

/// Who will call, fixed before the entropy exists: then nobody can choose evaluators to fit a draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callers {
    /// By pseudonym, in order.
    pub evaluators: Vec<String>,
    /// Of all pairs of the frame that may not meet ([`super::assign::hash`]).
    pub barred_hash: String,
}

/// One stratum of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// What it is published as: its name, or the pseudonym of a steward.
    pub id: String,
    /// Enterprises in the frame.
    #[serde(rename = "N")]
    pub size: u32,
    /// To be drawn.
    #[serde(rename = "n")]
    pub sample: u32,
    /// Drawn whole since it is small.
    pub census: bool,
    /// Of the wish, where it set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<i64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A plan that cannot be made as asked for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanError {
    #[error("plan file: {0}")]
    Toml(String),
    #[error("{key}: {why}")]
    Wrong { key: String, why: String },
}

impl Plan {
    /// The hash that is published before the entropy exists.
    pub fn hash(&self) -> Result<String, CanonicalError> {
        canonical::hash(self)
    }

    /// A stratum by its published id.
    pub fn stratum(&self, id: &str) -> Option<&Stratum> {
        self.strata.iter().find(|stratum| stratum.id == id)
    }

    /// Enterprises drawn, of all strata.
    pub fn sample(&self) -> u32 {
        self.strata.iter().map(|stratum| stratum.sample).sum()
    }
}

impl Wish {
    /// From TOML; what the frame has to say to it comes later.
    pub fn read(text: &str) -> Result<Wish, PlanError> {
        toml::from_str(text).map_err(|error| PlanError::Toml(error.to_string()))
    }

    /// What can be told without the frame.
    pub fn check(&self) -> Result<(), PlanError> {
        let wrong = |key: &str, why: &str| Err(PlanError::Wrong { key: key.to_owned(), why: why.to_owned() });
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.id.is_empty() || self.id.len() > 40 || !self.id.chars().all(plain) {
            return wrong("id", "is 1 to 40 letters, digits, - and _, since files are called by it");
        }
        if self.entropy.source.trim().is_empty() {
            return wrong("entropy.source", "is empty; say which public randomness, e.g. 双色球第2026131期开奖号码");
        }
        match (&self.entropy.shape, self.entropy.drand_round) {
            (Some(_), Some(_)) => return wrong("entropy.shape", "is of typed entropy; a drand round has its own form"),
            (Some(shape), None) if !shape.contains('0') => {
                return wrong("entropy.shape", "has no digit; write e.g. 00 00 00 00 00 00 00");
            }
            _ => {}
        }
        if !(1..=5).contains(&self.satisfied_from) {
            return wrong("satisfied_from", "is a grade, 1 to 5");
        }
        if !(50..=99).contains(&self.confidence_percent) {
            return wrong("confidence_percent", "is 50 to 99");
        }
        if self.expected_percent > 100 {
            return wrong("expected_percent", "is 0 to 100");
        }
        match (self.size.method, self.size.total, self.size.each) {
            (Method::Equal, None, Some(1..)) | (Method::Proportional | Method::Neyman, Some(1..), None) => {}
            (Method::Equal, ..) => {
                return wrong("size.each", "the same number of each stratum: give it (1 or more), and no size.total");
            }
            _ => return wrong("size.total", "a size to be divided: give it (1 or more), and no size.each"),
        }
        for own in &self.strata {
            let key = |what: &str| format!("stratum “{}”, {what}", own.id);
            if own.weight.is_some_and(|weight| !(1..=1_000_000).contains(&weight)) {
                return wrong(
                    &key("weight"),
                    "is thousandths, 1 to 1000000; nothing is drawn at no or a negative rate",
                );
            }
            if own.spread.is_some_and(|spread| !(0..=1_000_000).contains(&spread)) {
                return wrong(&key("spread"), "is thousandths, 0 to 1000000; a spread is never negative");
            }
            if own.n.is_some_and(|n| n < 0) {
                return wrong(&key("n"), "is a number of enterprises, 0 or more");
            }
            if own.weight.is_some() && (self.size.method == Method::Equal || own.n.is_some()) {
                return wrong(
                    &key("weight"),
                    "changes nothing where the number is given; set n, or divide a size.total",
                );
            }
            if own.spread.is_some() && self.size.method != Method::Neyman {
                return wrong(&key("spread"), "is used by method neyman only; leave it away or divide by that method");
            }
            if own.weight.is_some() && own.reason.trim().is_empty() {
                return wrong(&key("reason"), "is empty; another rate is declared with its reason");
            }
            if self.strata.iter().filter(|other| other.id == own.id).count() > 1 {
                return wrong(&key("id"), "is given twice; give it once");
            }
        }
        if let Some(rules) = &self.rules {
            rules.check().map_err(|error| PlanError::Wrong { key: "rules".to_owned(), why: error.to_string() })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
id = "2026-11"
as_of = "2026-10-31"
size = { method = "proportional", total = 60, minimum = 2, census_at = 3 }
entropy = { source = "双色球第2026131期", at = "2026-11-10T21:30:00", shape = "00 00 00 00 00 00 00" }

[[stratum]]
id = "P0041"
weight = 2000
reason = "投诉较多"
"#;

    #[test]
    fn a_wish_is_read_and_what_it_leaves_out_is_usual() {
        let wish = Wish::read(TEXT).unwrap();
        wish.check().unwrap();
        assert_eq!((wish.strata_by, wish.reserve, wish.cool_down_days), (StrataBy::Steward, 2, 90));
        assert_eq!(wish.strata[0].weight, Some(2000));
    }

    #[test]
    fn what_cannot_be_is_told_by_its_key() {
        let refused = |from: &str, to: &str| {
            let wish = Wish::read(&TEXT.replacen(from, to, 1));
            wish.and_then(|wish| wish.check()).unwrap_err().to_string()
        };
        assert!(refused("2000", "-1").contains("stratum “P0041”, weight: is thousandths"));
        assert!(refused("2000", "0").contains("negative rate"));
        assert!(refused("weight = 2000", "weight = 2000\nn = 3").contains("weight: changes nothing"));
        assert!(refused("weight = 2000", "spread = 900").contains("method neyman only"));
        assert!(refused("投诉较多", " ").contains("declared with its reason"));
        assert!(refused("\"2026-11\"", "\"../x\"").contains("id: is 1 to 40"));
        assert!(refused("total = 60", "each = 3").contains("size.total"));
        assert!(refused("\"proportional\", total = 60", "\"equal\", each = 0").contains("size.each"));
        assert!(refused("00 00 00 00 00 00 00", "red").contains("no digit"));
        assert!(refused("total = 60", "totals = 60").contains("totals"));
        let twice = format!("{TEXT}[[stratum]]\nid = \"P0041\"\nn = 3\n");
        assert!(Wish::read(&twice).unwrap().check().unwrap_err().to_string().contains("given twice"));
    }
}
