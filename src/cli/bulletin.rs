//! Arguments of `guanjia bulletin`.
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Scope;
use crate::report::bulletin::{Edition, Kind};

#[derive(Debug, Subcommand)]
pub enum Bulletin {
    /// Write DOCX, HTML and the workbook annex
    Draft(Draft),
    /// Put a bulletin with all it rests on into one folder that anybody can check
    Freeze(Freeze),
    /// Check a frozen folder: every file, every figure, every document; needs nothing but the folder
    Verify(Verify),
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
