//! Each policy's way to the enterprises it is for: counts of one measure's rows by policy.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::measures::Brief;
use crate::measures::brief::Measure;

/// How far one policy has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub issued_on: Option<NaiveDate>,
    pub in_time: i64,
    /// Reached after the due day.
    pub late: i64,
    /// Past the due day and not reached.
    pub missed: i64,
    pub pending: i64,
}

/// The policies that a measure's rows of the period are of, in the order of their issue; none for other measures.
pub fn reach<'a>(brief: &'a Brief, measure: &Measure) -> Vec<Reach<'a>> {
    let mut found: BTreeMap<&str, Reach> = BTreeMap::new();
    for row in brief.evidence.iter().filter(|row| row.measure == measure.id) {
        let Some(id) = row.record.strip_prefix("policies/").and_then(|key| key.split('/').next()) else { continue };
        let policy = brief.policies.iter().find(|policy| policy.policy_id == id);
        let reach = found.entry(id).or_insert_with(|| Reach {
            id,
            title: policy.map_or(id, |policy| &policy.title),
            issued_on: policy.map(|policy| policy.issued_on),
            in_time: 0,
            late: 0,
            missed: 0,
            pending: 0,
        });
        match row.outcome.as_deref() {
            Some("met") => reach.in_time += 1,
            Some("breached") if row.done_at.is_some() => reach.late += 1,
            Some("breached") => reach.missed += 1,
            _ => reach.pending += 1,
        }
    }
    let mut reach: Vec<Reach> = found.into_values().collect();
    reach.sort_by_key(|reach| (reach.issued_on, reach.id));
    reach
}

impl Reach<'_> {
    /// Enterprises of which it is decided.
    pub fn n(&self) -> i64 {
        self.in_time + self.late + self.missed
    }

    /// The share reached in time.
    pub fn share(&self) -> Option<f64> {
        (self.n() > 0).then(|| self.in_time as f64 / self.n() as f64)
    }
}
