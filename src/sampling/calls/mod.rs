//! Calls: from a draw to what came of every enterprise.
//!
//! ```text
//! fieldwork (draw, evaluators, rules) ─▶ call sheets ─▶ evaluators ─▶ rows ─▶ journal
//!                                                                              │
//!                                      status, responses ◀─ field (a fold) ◀───┘
//! ```
//!
//! Every row that can be told apart is kept in the journal as it came; which of them count is not decided once, on the
//! day a file happens to arrive, but worked out anew from all of them ([`field`]). So files may come in any order, in
//! parts and twice, and a row that was refused because another one was missing counts as soon as that one is there.
//!
//! - [`code`]: what a row says it is about · [`read`]: sheets that come back
//! - [`kept`]: what the journal holds of a plan's calls · [`sheets`], [`paper`]: the lists, as workbook and on paper
//! - [`faults`]: a row by itself · [`field`]: the rules of attempts and replacement · [`refusal`]: why a row does not count
//! - [`responses`]: what came of every enterprise, for estimates · [`status`]: how far it is, who may be called next
//! - [`backcheck`]: completes that are called again, and what that says of callers
pub mod backcheck;
pub mod code;
mod faults;
pub mod field;
pub mod kept;
pub mod paper;
pub mod read;
pub mod record;
pub mod refusal;
pub mod responses;
pub mod sheets;
pub mod status;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::outcome::Outcome;
use super::rules::Rules;

/// What the calls of a plan rest on: fixed with its draw.
#[derive(Clone, Debug)]
pub struct Fieldwork {
    pub plan: String,
    /// Hash of the draw; a sheet of another draw shows by it.
    pub draw: String,
    /// Text of the seed, from which back-checks are drawn too.
    pub seed: String,
    pub drawn_at: NaiveDateTime,
    pub rules: Rules,
    /// Grade from which an enterprise counts as satisfied.
    pub satisfied_from: u8,
    /// Drawn and reserve, by stratum and rank.
    pub units: Vec<Unit>,
    /// Stratum → enterprises in the frame and number to be drawn.
    pub strata: BTreeMap<String, (u32, u32)>,
    /// In the order of their ids; the first has sheet 1.
    pub evaluators: Vec<Evaluator>,
    /// Reserves that are passed over.
    pub skips: Vec<Skip>,
    /// Completes that are called again, and by whom.
    pub checks: Vec<Check>,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluator {
    pub id: String,
    pub name: String,
}

/// An enterprise with a ticket in the sample or its reserve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub pseudonym: String,
    pub enterprise_id: String,
    pub stratum: String,
    /// Place of its ticket in the stratum, from 1.
    pub rank: u32,
    /// In the sample; else a reserve.
    pub drawn: bool,
    /// Id of its evaluator; a reserve without one is called by who had the enterprise that it replaces.
    pub evaluator: Option<String>,
    /// Evaluators who may not call it.
    pub barred: Vec<String>,
    /// Who called it before and gave it back, and until when.
    pub earlier: Vec<(String, NaiveDateTime)>,
}

/// A reserve that is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    pub pseudonym: String,
    /// One of the plan's reasons.
    pub reason: String,
    pub note: String,
}

/// A complete that is called again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub pseudonym: String,
    /// Not the one who called first.
    pub evaluator: String,
}

/// What a row is about: two rows with one key are a row and its correction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub pseudonym: String,
    pub visit: Visit,
    /// Row of the enterprise on its sheet, from 1.
    pub attempt: u32,
}

/// The call itself or the one that checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visit {
    Call,
    BackCheck,
}

/// What an evaluator wrote into one row: one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub begun: NaiveDateTime,
    pub ended: NaiveDateTime,
    pub outcome: Outcome,
    /// Id of a question → answer in the words of its choices.
    pub answers: BTreeMap<String, String>,
    #[serde(default)]
    pub note: String,
}

/// A row as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub key: Key,
    /// Whose sheet it stood on.
    pub evaluator: String,
    /// The enterprise's name as it stood there.
    pub name: String,
    pub attempt: Attempt,
    pub source: Source,
}

/// A row as it came, with the time of the entry that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub row: Row,
    pub received: NaiveDateTime,
}

/// Where a row stood.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    pub file: String,
    pub sheet: String,
    /// As the spreadsheet numbers it.
    pub row: u64,
}

impl Row {
    /// Plan, sheet, enterprise and attempt, as the row's code has them.
    pub fn place(&self, work: &Fieldwork) -> String {
        self.code(work).map_or_else(String::new, |code| code.place())
    }

    fn code(&self, work: &Fieldwork) -> Option<code::Code> {
        let unit = work.unit(&self.key.pseudonym)?;
        Some(code::Code::of(work, &self.evaluator, &self.key, unit, &self.name))
    }

    /// Heads and cells of its line on the sheet, so that it can be put right and taken in again.
    pub fn cells(&self, work: &Fieldwork) -> Vec<(String, String)> {
        let unit = work.unit(&self.key.pseudonym);
        let Attempt { begun, ended, outcome, answers, note } = &self.attempt;
        let mut cells = vec![
            ("企业编号", unit.map_or_else(String::new, |unit| unit.enterprise_id.clone())),
            ("企业名称", self.name.clone()),
            ("次", self.key.attempt.to_string()),
            ("日期", begun.format("%Y-%m-%d").to_string()),
            ("开始", begun.format("%H:%M:%S").to_string()),
            ("结束", ended.format("%H:%M:%S").to_string()),
            ("结果", outcome.zh().to_owned()),
        ];
        for question in &work.rules.questions {
            cells.push((&question.label, answers.get(&question.id).cloned().unwrap_or_default()));
        }
        cells.push(("备注", note.clone()));
        cells.push(("行码", self.code(work).map_or_else(String::new, |code| code.to_string())));
        cells.into_iter().map(|(head, cell)| (head.to_owned(), cell)).collect()
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sheet = if self.sheet.is_empty() { String::new() } else { format!(", sheet {}", self.sheet) };
        write!(f, "{}{sheet}, row {}", self.file, self.row)
    }
}

impl Fieldwork {
    pub fn unit(&self, pseudonym: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.pseudonym == pseudonym)
    }

    /// Enterprises that one of the stratum's sample stands for.
    pub fn weight_of(&self, stratum: &str) -> f64 {
        self.strata.get(stratum).filter(|(_, n)| *n > 0).map_or(0.0, |(all, n)| f64::from(*all) / f64::from(*n))
    }

    /// Number of an evaluator's sheet, from 1.
    pub fn sheet_of(&self, evaluator: &str) -> Option<usize> {
        self.evaluators.iter().position(|e| e.id == evaluator).map(|at| at + 1)
    }

    /// Name of an evaluator; the id where there is none.
    pub fn name_of<'a>(&'a self, evaluator: &'a str) -> &'a str {
        self.evaluators.iter().find(|e| e.id == evaluator).map_or(evaluator, |e| &e.name)
    }
}
