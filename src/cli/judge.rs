//! Arguments of judgement: classes, and from findings to decisions.
use std::path::PathBuf;

use clap::Args;

use super::Scope;
use crate::measures::Dimension;

#[derive(Debug, Args)]
pub struct Classes {
    #[command(flatten)]
    pub scope: Scope,
    /// Persons or units
    #[arg(long, value_enum, default_value_t = Dimension::Person)]
    pub by: Dimension,
    /// Only this measure
    #[arg(long, value_name = "ID")]
    pub measure: Vec<String>,
    /// Months to look back on, ending with the period [default: the regime's]
    #[arg(long, value_name = "MONTHS")]
    pub window: Option<u32>,
}

#[derive(Debug, Args)]
pub struct Leads {
    #[command(flatten)]
    pub scope: Scope,
    /// Also write the checker's workbook (XLSX) to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
