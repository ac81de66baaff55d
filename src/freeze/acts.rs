//! What the journal says of bulletins: issued, restated. The archive is nothing but a fold of these acts.
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::Result;
use crate::period::Period;
use crate::report::bulletin::Kind;
use crate::warehouse::journal::{self, Entry, Noted, Room};

/// Kinds of change, kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Late or better data
    Revision,
    /// An error of ours
    Correction,
}

impl Change {
    /// 修订 or 更正
    pub fn zh(self) -> &'static str {
        match self {
            Change::Revision => "修订",
            Change::Correction => "更正",
        }
    }
}

/// An act of this room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    Issued(Issued),
    Restated(Restated),
}

/// A bulletin went out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    /// 〔2026〕8号
    pub number: String,
    /// Of the frozen folder.
    pub root: String,
    pub kind: Kind,
    pub period: Period,
    pub on: NaiveDate,
    /// Where the folder was.
    pub folder: String,
    pub signed_name: String,
    pub signed_sha256: String,
    /// Places in which the signed text differs from ours; none where its text cannot be had.
    pub differences: Option<usize>,
    pub recipients: Vec<String>,
    pub copies: Vec<String>,
    /// Root of the bulletin it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
}

/// A bulletin was computed again, and a correction was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restated {
    /// Of the earlier one; empty where it was not issued.
    pub number: String,
    /// Of the earlier one.
    pub root: String,
    pub change: Change,
    pub reason: String,
    /// Of the folder of the correction.
    pub new_root: String,
    pub folder: String,
    /// Figures that are not what they were.
    pub moved: usize,
    pub recipients: Vec<String>,
}

impl Act {
    /// For the journal.
    pub fn noted(&self) -> Result<Noted> {
        let (act, subject) = match self {
            Act::Issued(issued) => ("issued", &issued.number),
            Act::Restated(restated) => ("restated", &restated.root),
        };
        Ok(Noted::of(act, subject, self)?)
    }
}

/// How a bulletin stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In force.
    Issued,
    /// A correction is written and not issued yet.
    BeingCorrected,
    /// Another stands in its place.
    Superseded,
}

/// A bulletin of the archive.
#[derive(Clone, Debug, Serialize)]
pub struct Archived {
    #[serde(flatten)]
    pub issued: Issued,
    pub by: String,
    pub at: NaiveDateTime,
    pub state: State,
    /// Number of the bulletin that stands in its place; the root hash while it has none.
    pub superseded_by: Option<String>,
    /// How often it was computed again, and why.
    pub corrections: Vec<Restated>,
}

/// Every issued bulletin, in the order of issue.
pub fn archive(warehouse: &Path) -> Result<Vec<Archived>> {
    fold(&journal::read(warehouse, Room::Bulletins)?)
}

/// The state that the entries come to.
pub fn fold(entries: &[Entry]) -> Result<Vec<Archived>> {
    let mut archive: Vec<Archived> = Vec::new();
    let mut loose: Vec<Restated> = Vec::new();
    for entry in entries {
        match entry.body::<Act>()? {
            Act::Issued(issued) => {
                if let Some(earlier) = archive.iter_mut().find(|a| Some(&a.issued.root) == issued.corrects.as_ref()) {
                    earlier.state = State::Superseded;
                    earlier.superseded_by = Some(issued.number.clone());
                }
                let corrections = loose.extract_if(.., |restated| restated.root == issued.root).collect();
                let (by, at) = (entry.actor.clone(), entry.at);
                archive.push(Archived { issued, by, at, state: State::Issued, superseded_by: None, corrections });
            }
            Act::Restated(restated) => match archive.iter_mut().find(|a| a.issued.root == restated.root) {
                Some(earlier) => {
                    if earlier.state == State::Issued {
                        earlier.state = State::BeingCorrected;
                        earlier.superseded_by = Some(restated.new_root.clone());
                    }
                    earlier.corrections.push(restated);
                }
                None => loose.push(restated),
            },
        }
    }
    Ok(archive)
}
