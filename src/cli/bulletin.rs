//! Arguments of `guanjia bulletin`.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::{Acted, Scope};
use crate::freeze::acts::Change;
use crate::report::bulletin::{Edition, Kind};

#[derive(Debug, Subcommand)]
pub enum Bulletin {
    /// Write DOCX, HTML and the workbook annex
    Draft(Draft),
    /// Write the sheet of a person or unit: what they did, with the rows behind it, compared with nobody
    Sheet(PersonalSheet),
    /// Put a bulletin with all it rests on into one folder that anybody can check
    Freeze(Freeze),
    /// Check a frozen folder: every file, every figure, every document; needs nothing but the folder
    Verify(Verify),
    /// Put the signed file beside a frozen bulletin, say where it differs, and enter it in the journal
    Issue(Issue),
    /// Compute an issued bulletin again and write its correction; the earlier one stays as it is
    Restate(Restate),
    /// List issued bulletins: in force, superseded, corrected
    List,
}

#[derive(Debug, Args)]
pub struct Issue {
    /// The frozen folder
    pub dir: PathBuf,
    /// The file as it was signed: DOCX, or PDF or a scan, of which the text cannot be compared
    #[arg(long, value_name = "FILE")]
    pub signed: PathBuf,
    /// Its number: 〔2026〕8号
    #[arg(long)]
    pub number: String,
    /// The day of issue
    #[arg(long, value_name = "DATE")]
    pub on: NaiveDate,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
pub struct Restate {
    /// Number of the issued bulletin, or a frozen folder
    #[arg(long, value_name = "NUMBER|DIR")]
    pub of: String,
    /// Why, as the correction says it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Late or better data, or an error of ours
    #[arg(long, value_enum)]
    pub kind: Change,
    /// Folder to make
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
pub struct Freeze {
    #[command(flatten)]
    pub scope: Scope,
    /// Which bulletin
    #[arg(long, value_enum, default_value_t)]
    pub kind: Kind,
    /// For whom
    #[arg(long, value_enum, default_value_t)]
    pub edition: Editions,
    /// Folder to make
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Editions that are frozen together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Editions {
    /// Only the one for the bureau and the units
    Internal,
    /// Only the one for everybody; the folder holds no enterprise and no person either
    Public,
    #[default]
    Both,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// A frozen folder
    pub dir: PathBuf,
    /// The root hash that was announced
    #[arg(long, value_name = "SHA256")]
    pub root: Option<String>,
}

#[derive(Debug, Args)]
pub struct Draft {
    #[command(flatten)]
    pub scope: Scope,
    /// Which bulletin
    #[arg(long, value_enum, default_value_t)]
    pub kind: Kind,
    /// For whom
    #[arg(long, value_enum, default_value_t)]
    pub edition: Edition,
    /// Folder to write to [default: out/PERIOD in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PersonalSheet {
    #[command(flatten)]
    pub scope: Scope,
    /// Of this person; may be given several times
    #[arg(long, value_name = "ID")]
    pub person: Vec<String>,
    /// Of this unit; may be given several times
    #[arg(long)]
    pub unit: Vec<String>,
    /// Of everybody who answers for something in the period
    #[arg(long)]
    pub all: bool,
    /// Folder to write to [default: out/PERIOD/工作情况单 in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
