//! What people do about findings and complaints: each an entry of the journal, never changed.
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::findings::{Finding, RowId};
use crate::warehouse::Result;
use crate::warehouse::journal::{Entry, Noted};

/// One act; what it is about is the entry's subject: a finding's id, or `complaint/` and a complaint's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A finding entered, or entered again with other figures.
    Found { finding: Box<Finding> },
    /// The data no longer carry it.
    Gone,
    /// 告知: a letter was served.
    Served {
        served_on: NaiveDate,
        /// The last day on which it may be answered.
        reply_by: NaiveDate,
        /// The rows put before the person, by number.
        items: Vec<Told>,
    },
    /// 陈述申辩
    Answered { answers: Vec<Answer> },
    /// The person gives up the time that is left to answer.
    Waived { reason: String },
    /// 裁定 on a contested item; `row` is none for the finding as a whole.
    Ruled {
        no: u32,
        row: Option<RowId>,
        ruling: Ruling,
        reason: String,
        /// By which the ruling is known to figures.
        batch: Option<i64>,
    },
    /// 决定, with the figures that it was made on.
    Decided { decision: Decision, reason: String, rectify_by: Option<NaiveDate>, finding: Box<Finding> },
    /// 回避: somebody has an interest and takes no part.
    Recused { who: String, reason: String },
    /// A complaint was given to somebody to verify.
    Assigned { to: String, unit: Option<String> },
    /// 核实
    Verified {
        verdict: String,
        finding: String,
        verifier: String,
        unit: Option<String>,
        working_days: Option<i64>,
        consequences: Vec<String>,
        batch: i64,
    },
    /// The verdict does not hold; what followed from it is lifted.
    Overturned { before: String, verdict: String, reason: String, lifted: Vec<String>, batch: i64 },
    /// The slip to an office was written.
    Referred { recipients: Vec<String>, lifted: bool },
}

/// A row as it was put before the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub no: u32,
    #[serde(flatten)]
    pub row: RowId,
    /// It speaks against the person, and so has a row in the workbook to answer in.
    pub against: bool,
}

/// What a person says of one item; 0 is the finding as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub no: u32,
    pub row: Option<RowId>,
    pub says: Says,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// 认可
    Accept,
    /// 说明: it is so, and this is why
    Explain,
    /// 异议: it is not so, and a ruling is asked for
    Contest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// 维持
    Upheld,
    /// 剔除: it leaves every figure
    Excluded,
    /// 恢复: an earlier exclusion does not hold
    Reinstated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// 表扬
    Commend,
    /// 批评
    Criticise,
    /// 记录备查, not published
    Note,
    /// 不再追究
    Drop,
}

impl Act {
    /// The word it is entered under.
    pub fn word(&self) -> &'static str {
        match self {
            Act::Found { .. } => "found",
            Act::Gone => "gone",
            Act::Served { .. } => "served",
            Act::Answered { .. } => "answered",
            Act::Waived { .. } => "waived",
            Act::Ruled { .. } => "ruled",
            Act::Decided { .. } => "decided",
            Act::Recused { .. } => "recused",
            Act::Assigned { .. } => "assigned",
            Act::Verified { .. } => "verified",
            Act::Overturned { .. } => "overturned",
            Act::Referred { .. } => "referred",
        }
    }

    /// To be entered about a subject.
    pub fn noted(&self, subject: &str) -> Result<Noted> {
        Noted::of(self.word(), subject, self)
    }
}

impl Says {
    /// As the workbook writes it.
    pub fn zh(self) -> &'static str {
        match self {
            Says::Accept => "认可",
            Says::Explain => "说明",
            Says::Contest => "异议",
        }
    }
}

impl Ruling {
    pub fn zh(self) -> &'static str {
        match self {
            Ruling::Upheld => "维持",
            Ruling::Excluded => "剔除",
            Ruling::Reinstated => "恢复",
        }
    }
}

impl Decision {
    pub fn zh(self) -> &'static str {
        match self {
            Decision::Commend => "表扬",
            Decision::Criticise => "批评",
            Decision::Note => "记录备查",
            Decision::Drop => "不再追究",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Decision::Commend => "commend",
            Decision::Criticise => "criticise",
            Decision::Note => "note",
            Decision::Drop => "drop",
        }
    }
}

/// Who did it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub entry_no: i64,
    pub by: String,
    pub at: NaiveDateTime,
}

impl Stamp {
    pub fn of(entry: &Entry) -> Stamp {
        Stamp { entry_no: entry.entry_no, by: entry.actor.clone(), at: entry.at }
    }
}
