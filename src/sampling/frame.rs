//! The frame: in-scope enterprises of a day, one per id, with who answers for each; and who is left out, and why.
//!
//! The cool-down acts here, before the draw, so that the chances of those in the frame are what the plan says they are.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::canonical::{self, CanonicalError};
use super::ids::{self, IdError};
use super::plan::StrataBy;
use super::pseudonym::Key;
use crate::measures::candidates::Candidate;

/// Why an in-scope enterprise stands out of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    NoPhone,
    NoSteward,
    /// Within the cool-down.
    CalledRecently,
}

impl Exclusion {
    /// 无联系电话
    pub fn zh(self) -> &'static str {
        match self {
            Exclusion::NoPhone => "无联系电话",
            Exclusion::NoSteward => "当日无管家",
            Exclusion::CalledRecently => "近期已访问",
        }
    }

    /// For the terminal.
    pub fn told(self) -> &'static str {
        match self {
            Exclusion::NoPhone => "without telephone",
            Exclusion::NoSteward => "without steward",
            Exclusion::CalledRecently => "called within the cool-down",
        }
    }
}

/// One that is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    pub enterprise_id: String,
    pub name: String,
    pub reason: Exclusion,
}

/// One enterprise of the frame; the bureau's own, never published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Normalised ([`ids::normal`]).
    pub enterprise_id: String,
    pub name: String,
    pub pseudonym: String,
    /// Published id of its stratum.
    pub stratum: String,
    pub steward_id: String,
    pub steward: Option<String>,
    /// The steward's.
    pub unit: Option<String>,
    pub area: Option<String>,
    pub industry: Option<String>,
    pub tier: Option<String>,
    pub contact_name: Option<String>,
    pub contact_phone: String,
}

/// Who may be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// By pseudonym.
    pub units: Vec<Unit>,
    /// By id.
    pub excluded: Vec<Excluded>,
    /// What each published stratum is within the bureau: the steward's id, or its name.
    pub strata: BTreeMap<String, Known>,
}

/// A stratum as the bureau knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// As the warehouse has it: a steward's id, a unit, an area …
    pub id: String,
    /// For people: a steward's name.
    pub name: String,
}

/// A stratum of enterprises whose field is empty.
const NOT_STATED: &str = "未填";
/// The stratum of an undivided frame.
const ALL: &str = "全部";

impl Frame {
    /// Of the candidates of a day. `called` tells when an enterprise was last called by this desk.
    pub fn of(
        candidates: Vec<Candidate>,
        called: &BTreeMap<String, NaiveDate>,
        by: StrataBy,
        since: NaiveDate,
        key: &Key,
    ) -> Result<Frame, IdError> {
        let rows: Vec<(&str, &str)> =
            candidates.iter().map(|row| (row.enterprise_id.as_str(), row.name.as_str())).collect();
        let ids = ids::checked("enterprises", &rows)?;
        let mut frame = Frame::default();
        let mut stewards = BTreeSet::new();
        for (enterprise_id, row) in ids.into_iter().zip(candidates) {
            let last = row.called_on.max(called.get(&enterprise_id).copied());
            let phone = row.contact_phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
            let reason = match (&row.steward_id, phone) {
                (None, _) => Some(Exclusion::NoSteward),
                (_, None) => Some(Exclusion::NoPhone),
                _ if last.is_some_and(|day| day >= since) => Some(Exclusion::CalledRecently),
                _ => None,
            };
            let (Some(steward_id), Some(phone), None) = (&row.steward_id, phone, reason) else {
                let reason = reason.unwrap_or(Exclusion::NoPhone);
                frame.excluded.push(Excluded { enterprise_id, name: row.name, reason });
                continue;
            };
            stewards.insert((steward_id.clone(), row.steward.clone().unwrap_or_default()));
            let known = known(by, &row, steward_id);
            let stratum = match by {
                StrataBy::Steward => key.steward(&ids::normal(&known.id)),
                _ => known.id.clone(),
            };
            frame.strata.entry(stratum.clone()).or_insert(known);
            frame.units.push(Unit {
                pseudonym: key.pseudonym(&enterprise_id),
                stratum,
                steward_id: steward_id.clone(),
                contact_phone: phone.to_owned(),
                enterprise_id,
                name: row.name,
                steward: row.steward,
                unit: row.unit,
                area: row.area,
                industry: row.industry,
                tier: row.tier,
                contact_name: row.contact_name,
            });
        }
        if by == StrataBy::Steward {
            let rows: Vec<(&str, &str)> = stewards.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
            ids::checked("stewards", &rows)?;
        }
        frame.units.sort_by(|a, b| a.pseudonym.cmp(&b.pseudonym));
        frame.excluded.sort_by(|a, b| a.enterprise_id.cmp(&b.enterprise_id));
        Ok(frame)
    }

    /// Enterprises of each stratum.
    pub fn sizes(&self) -> BTreeMap<&str, u32> {
        let mut sizes = BTreeMap::new();
        for unit in &self.units {
            *sizes.entry(unit.stratum.as_str()).or_insert(0) += 1;
        }
        sizes
    }

    /// How many are left out, by reason.
    pub fn counts(&self) -> BTreeMap<Exclusion, u32> {
        let mut counts = BTreeMap::new();
        for excluded in &self.excluded {
            *counts.entry(excluded.reason).or_insert(0) += 1;
        }
        counts
    }

    /// An enterprise by its pseudonym.
    pub fn unit(&self, pseudonym: &str) -> Option<&Unit> {
        let at = self.units.binary_search_by(|unit| unit.pseudonym.as_str().cmp(pseudonym)).ok()?;
        self.units.get(at)
    }

    /// Whom the frame holds, as one hash.
    pub fn hash(&self) -> Result<String, CanonicalError> {
        hash(self.units.iter().map(|unit| (unit.pseudonym.as_str(), unit.stratum.as_str())))
    }
}

/// SHA-256 of the canonical JSON of `[[pseudonym, stratum], …]`, by pseudonym: what a plan commits to, and what anybody can
/// compute from the published draw.
pub fn hash<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> Result<String, CanonicalError> {
    let mut members: Vec<(&str, &str)> = members.collect();
    members.sort_unstable();
    canonical::hash(&members)
}

fn known(by: StrataBy, row: &Candidate, steward_id: &str) -> Known {
    let named = |field: &Option<String>| {
        let name = field.as_deref().map(ids::normal).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| NOT_STATED.to_owned());
        Known { id: name.clone(), name }
    };
    match by {
        StrataBy::Steward => {
            Known { id: steward_id.to_owned(), name: row.steward.clone().unwrap_or_else(|| steward_id.to_owned()) }
        }
        StrataBy::Unit => named(&row.unit),
        StrataBy::Area => named(&row.area),
        StrataBy::Industry => named(&row.industry),
        StrataBy::Tier => named(&row.tier),
        StrataBy::None => Known { id: ALL.to_owned(), name: ALL.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, steward: Option<&str>, phone: Option<&str>) -> Candidate {
        Candidate {
            enterprise_id: id.to_owned(),
            name: format!("{id}公司"),
            contact_phone: phone.map(str::to_owned),
            steward_id: steward.map(str::to_owned),
            area: Some("东街".to_owned()),
            ..Candidate::default()
        }
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
    }

    fn frame(candidates: Vec<Candidate>, by: StrataBy) -> Result<Frame, IdError> {
        let called = BTreeMap::from([("E5".to_owned(), day(9)), ("E6".to_owned(), day(10))]);
        Frame::of(candidates, &called, by, day(10), &Key::new([7; 32]))
    }

    fn candidates() -> Vec<Candidate> {
        vec![
            candidate("Ｅ１", Some("P1"), Some("021-1")),
            candidate("E2", None, Some("021-2")),
            candidate("E3", Some("P1"), Some(" ")),
            candidate("E4", Some("P2"), Some("021-4")),
            candidate("E5", Some("P2"), Some("021-5")),
            candidate("E6", Some("P2"), Some("021-6")),
            Candidate { called_on: Some(day(31)), ..candidate("E7", Some("P2"), Some("021-7")) },
        ]
    }

    #[test]
    fn who_is_left_out_is_told_why() {
        let frame = frame(candidates(), StrataBy::Steward).unwrap();
        let mut held: Vec<&str> = frame.units.iter().map(|unit| unit.enterprise_id.as_str()).collect();
        held.sort();
        assert_eq!(held, ["E1", "E4", "E5"]);
        let reasons: Vec<_> = frame.excluded.iter().map(|e| (e.enterprise_id.as_str(), e.reason)).collect();
        use Exclusion::{CalledRecently, NoPhone, NoSteward};
        assert_eq!(reasons, [("E2", NoSteward), ("E3", NoPhone), ("E6", CalledRecently), ("E7", CalledRecently)]);
        assert_eq!(frame.counts(), BTreeMap::from([(NoPhone, 1), (NoSteward, 1), (CalledRecently, 2)]));
        let sizes: Vec<u32> = frame.sizes().into_values().collect();
        assert_eq!(sizes.iter().sum::<u32>(), 3);
    }

    #[test]
    fn its_hash_depends_on_nothing_but_who_is_in_it() {
        let one = frame(candidates(), StrataBy::Steward).unwrap();
        let turned = frame(candidates().into_iter().rev().collect(), StrataBy::Steward).unwrap();
        assert_eq!(one, turned);
        let other = frame(candidates(), StrataBy::Area).unwrap();
        assert_ne!(one.hash().unwrap(), other.hash().unwrap());
        let fewer = frame(candidates().into_iter().skip(1).collect(), StrataBy::Steward).unwrap();
        assert_ne!(one.hash().unwrap(), fewer.hash().unwrap());
    }

    #[test]
    fn a_steward_is_not_named_and_an_area_is() {
        let frame_of = |by| frame(candidates(), by).unwrap();
        let stewards = frame_of(StrataBy::Steward);
        assert!(stewards.strata.keys().all(|id| id.starts_with("S-") && !id.contains("P1")));
        assert!(stewards.strata.values().any(|known| known.id == "P1"));
        assert!(frame_of(StrataBy::Area).strata.contains_key("东街"));
        assert!(frame_of(StrataBy::Industry).strata.contains_key(NOT_STATED));
        assert_eq!(frame_of(StrataBy::None).sizes(), BTreeMap::from([(ALL, 3)]));
    }
}
