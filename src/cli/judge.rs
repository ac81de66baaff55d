//! Arguments of judgement: classes, and from findings to decisions.
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
