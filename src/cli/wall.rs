//! Arguments of `guanjia wall`.
use std::path::PathBuf;

use clap::Args;

use super::Scope;

#[derive(Debug, Args)]
pub struct Wall {
    #[command(flatten)]
    pub scope: Scope,
    /// Only the chart of this project (an enterprise's id); may be repeated [default: one of all, and one for each]
    #[arg(long, value_name = "ID")]
    pub enterprise: Vec<String>,
    /// Also PNG beside each SVG
    #[arg(long)]
    pub png: bool,
    /// Folder to write to [default: out/PERIOD/挂图 in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
