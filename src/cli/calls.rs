//! Arguments of the verbs of `guanjia sample` that are about calls.
use std::path::PathBuf;

use clap::Args;

use super::Signed;

#[derive(Debug, Args)]
pub struct SampleSheet {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
    /// Folder to write to [default: out/sampling/ID/sheets in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Add a sheet with whole telephone numbers, for the machine on which is dialled; elsewhere they are masked
    #[arg(long)]
    pub with_phones: bool,
}

#[derive(Debug, Args)]
pub struct SampleRecord {
    /// Filled-in call sheets: XLSX or CSV, any number, in any order, whole or in part
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Plan of rows that do not say theirs any more; they are kept with it as refused
    #[arg(long, value_name = "ID")]
    pub plan: Option<String>,
    #[command(flatten)]
    pub signed: Signed,
}

#[derive(Debug, Args)]
pub struct SampleRefused {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
    /// Write them to a workbook that can be put right and recorded
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SampleSkip {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
    /// The reserve that is passed over: the enterprise's id
    #[arg(long, value_name = "ID")]
    pub enterprise: String,
    /// One of the plan's reasons (see `sample status`); printed in the bulletin
    #[arg(long, value_name = "CODE")]
    pub reason: String,
    /// What is to be said besides
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    #[command(flatten)]
    pub signed: Signed,
}

#[derive(Debug, Args)]
pub struct SampleStatus {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
}

#[derive(Debug, Args)]
pub struct SampleBackcheck {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
    /// Folder for the sheets [default: out/sampling/ID/sheets in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Add a sheet with whole telephone numbers
    #[arg(long)]
    pub with_phones: bool,
    #[command(flatten)]
    pub signed: Signed,
}
