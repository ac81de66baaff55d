//! What a finding is: something that the evidence carries about a person, a unit or the district, with all that is needed
//! to defend it or to contest it. A finding proposes; people decide.
use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::windows::{Classified, Window};
use crate::measures::circumstances::Complaint;
use crate::period::Period;
use crate::regime::About;
pub use crate::warehouse::exclusions::RowId;

/// The four kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 事实: a duty plainly missed, or a complaint substantiated
    Fact,
    /// 统计: a rate surely below its standard, not for the first time
    Statistical,
    /// 拟表扬: surely excellent, with deeds
    Commendable,
    /// 线索: for a checker to look at, never published
    Lead,
}

/// What may become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may lead to a name, by notice and decision.
    Proposed,
    /// Bad in this window only: to be looked at, nobody is named.
    Check,
    /// About the district; nobody is named.
    District,
    /// For a checker; never published.
    Internal,
}

/// Whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    pub by: About,
    /// A person's id, a unit's name, the place.
    pub id: String,
    pub name: String,
    /// Of a person.
    pub unit: Option<String>,
}

/// One row of evidence as it is put before the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// From 1, in the order of the letter.
    pub no: u32,
    #[serde(flatten)]
    pub id: RowId,
    /// 问题W20261019-00035（…）, 2026年第41周
    pub label: String,
    pub enterprise: Option<String>,
    pub due_at: Option<NaiveDateTime>,
    pub done_at: Option<NaiveDateTime>,
    /// met, breached, unmeasurable; null where rows are only counted.
    pub outcome: Option<String>,
    /// What happened while its clock ran, and who answers in whose place.
    pub notes: Vec<String>,
}

impl Item {
    /// Whether it speaks against the person, and so is what may be contested.
    pub fn against(&self) -> bool {
        self.outcome.as_deref() != Some("met")
    }
}

/// Something else that could explain it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Otherwise {
    /// upstream, handover, paused, absence, district
    pub what: String,
    pub text: String,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The same evidence gives the same id: `2026-10/diary_missed/P0031`.
    pub id: String,
    pub kind: Kind,
    pub standing: Standing,
    /// Id of the rule in the regime file.
    pub rule: String,
    /// 服务日志未按周更新
    pub title: String,
    pub period: Period,
    /// Days whose evidence it rests on.
    pub window: Window,
    pub subject: Subject,
    /// Title of the document, and provision: 《…》五（五）
    pub document: String,
    pub provision: String,
    /// The rule in words.
    pub rule_zh: String,
    /// Of a rate: the measure, its figures, and those of the windows before, the latest first.
    pub rates: Vec<Rated>,
    /// Plain counts: 应填4周，未填2周。
    pub sentence: String,
    /// Rows in its n; none for what single enterprises said.
    pub items: Vec<Item>,
    pub otherwise: Vec<Otherwise>,
    /// Of a complaint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<Complaint>,
    /// What follows from it by the document, and until when: 取消…（2026年度）
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<String>,
    /// Working days within which it must be put right once it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rectify_working_days: Option<u32>,
    /// What of the rule the document does not state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub local: Vec<String>,
}

/// The rate of one measure in a window, and in those of the same length before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rated {
    pub name: String,
    /// deadline, cadence, score, …
    pub kind: String,
    pub now: Classified,
    pub before: Vec<Classified>,
    /// 10件中6件按时；…
    pub sentence: String,
}

impl Finding {
    /// Whether a decision made on `self` still speaks of the same: who, what, and every count.
    pub fn same_matter(&self, other: &Finding) -> bool {
        let counts = |finding: &Finding| -> Vec<(String, u32, u32)> {
            finding.rates.iter().map(|rate| (rate.now.measure.clone(), rate.now.n, rate.now.met)).collect()
        };
        let rows = |finding: &Finding| -> Vec<(RowId, Option<String>)> {
            finding.items.iter().map(|item| (item.id.clone(), item.outcome.clone())).collect()
        };
        let verdict = |finding: &Finding| finding.complaint.as_ref().map(|complaint| complaint.verdict.clone());
        (self.standing, counts(self), rows(self), verdict(self))
            == (other.standing, counts(other), rows(other), verdict(other))
    }

    /// The probability that whoever is named for a rate is not below its standard.
    pub fn false_name(&self) -> Option<f64> {
        let named = self.kind == Kind::Statistical && self.standing == Standing::Proposed;
        named.then(|| self.rates.first().map(|rate| 1.0 - rate.now.pr_below_p0)).flatten()
    }

    /// Whether what it rests on may be put before the person only as a sum (背对背).
    pub fn is_back_to_back(&self) -> bool {
        self.kind == Kind::Statistical && self.rates.iter().any(|rate| rate.kind == "score")
    }
}

impl Kind {
    /// 事实, 统计, 拟表扬, 线索
    pub fn zh(self) -> &'static str {
        match self {
            Kind::Fact => "事实",
            Kind::Statistical => "统计",
            Kind::Commendable => "拟表扬",
            Kind::Lead => "线索",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Kind::Fact => "fact",
            Kind::Statistical => "statistical",
            Kind::Commendable => "commendable",
            Kind::Lead => "lead",
        }
    }
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Standing::Proposed => "proposed",
            Standing::Check => "check",
            Standing::District => "district",
            Standing::Internal => "internal",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.by, &self.unit) {
            (About::Person, Some(unit)) => write!(f, "{} {} {unit}", self.id, self.name),
            (About::Person, None) => write!(f, "{} {}", self.id, self.name),
            _ => f.write_str(&self.name),
        }
    }
}
