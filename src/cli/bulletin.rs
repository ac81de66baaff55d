//! Arguments of `guanjia bulletin`.
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Scope;
use crate::report::bulletin::Kind;

#[derive(Debug, Subcommand)]
pub enum Bulletin {
    /// Write DOCX, HTML and the workbook annex
    Draft(Draft),
}

#[derive(Debug, Args)]
pub struct Draft {
    #[command(flatten)]
    pub scope: Scope,
    /// Which bulletin
    #[arg(long, value_enum, default_value_t)]
    pub kind: Kind,
    /// Folder to write to [default: out/PERIOD in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
