//! Words and numbers of a description that are checked as they are read, so that a fault is told with its line.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::de::{Deserialize, Deserializer, Error};

use crate::tables::Dictionary;

/// A share in thousandths: 0 to 1000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::synth) struct Permille(pub i32);

impl<'de> Deserialize<'de> for Permille {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let n = i64::deserialize(from)?;
        if (0..=1000).contains(&n) {
            Ok(Permille(n as i32))
        } else {
            Err(D::Error::custom(format!("{n} is no share; write thousandths, 0 to 1000")))
        }
    }
}

/// Everybody, where a share is not said.
pub(super) fn all() -> Permille {
    Permille(1000)
}

/// A range, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::synth) struct Range(pub i32, pub i32);

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let [low, high] = <[i32; 2]>::deserialize(from)?;
        if low <= high {
            Ok(Range(low, high))
        } else {
            Err(D::Error::custom(format!("[{low}, {high}] goes backwards; write the smaller number first")))
        }
    }
}

/// A day.
pub(super) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let written = toml::value::Datetime::deserialize(from)?;
    written
        .date
        .and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()))
        .ok_or_else(|| D::Error::custom(format!("{written} is no day; write it as 2026-10-31, without quotes")))
}

/// How often each of several words comes, in the order of the words.
pub(in crate::synth) type Weights = BTreeMap<String, u32>;

/// Declares readers of words of one list of the dictionary: one word, or weights by word.
macro_rules! listed {
    ($($name:ident, $weights:ident: $list:literal;)*) => {
        $(
            #[doc = concat!("A word of the list `", $list, "`.")]
            #[allow(dead_code)]
            pub(super) fn $name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
                let word = String::deserialize(from)?;
                known($list, &word).map_err(D::Error::custom)?;
                Ok(word)
            }

            #[doc = concat!("Weights of words of the list `", $list, "`.")]
            #[allow(dead_code)]
            pub(super) fn $weights<'de, D: Deserializer<'de>>(from: D) -> Result<Weights, D::Error> {
                let weights = Weights::deserialize(from)?;
                weights.keys().try_for_each(|word| known($list, word)).map_err(D::Error::custom)?;
                if weights.values().all(|w| *w == 0) {
                    return Err(D::Error::custom("no weight above 0; give each word how often it comes"));
                }
                Ok(weights)
            }
        )*
    };
}

listed! {
    enterprise_kind, enterprise_kinds: "enterprise_kind";
    tier, tiers: "tier";
    stage, stages: "stage";
    step_stage, step_stages: "milestone_stage";
    role, roles: "role";
    class, classes: "case_class";
    channel, channels: "case_channel";
    event, events: "event";
    diary_kind, diary_kinds: "diary_kind";
    said_by, said_through: "evaluation_channel";
    complaint, complaints: "complaint_category";
    verdict, verdicts: "verdict";
}

/// Texts by kind of entry, at least one each.
pub(super) fn by_diary_kind<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let texts = BTreeMap::<String, Vec<String>>::deserialize(from)?;
    texts.keys().try_for_each(|kind| known("diary_kind", kind)).map_err(D::Error::custom)?;
    match texts.iter().find(|(_, texts)| texts.is_empty()) {
        Some((kind, _)) => Err(D::Error::custom(format!("{kind} has no text; write at least one"))),
        None => Ok(texts),
    }
}

/// As [`tier`] and [`role`], where there may be none.
pub(super) fn some_tier<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    tier(from).map(Some)
}

pub(super) fn some_role<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    role(from).map(Some)
}

pub(super) fn some_event<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    event(from).map(Some)
}

fn known(list: &str, word: &str) -> Result<(), String> {
    let words = &Dictionary::shipped().words[list];
    if words.contains_key(word) {
        return Ok(());
    }
    let all: Vec<&str> = words.keys().map(String::as_str).collect();
    Err(format!("“{word}” is no {}; write one of: {}", list.replace('_', " "), all.join(", ")))
}
