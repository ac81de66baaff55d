//! Arguments of the rules of places.
use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Regime {
    /// The places whose rules come with the program, and the workspace's own
    List,
    /// Print rules as a page of plain Chinese
    Show {
        /// A place's id, or a rule file [default: the workspace's]
        #[arg(value_name = "ID|FILE")]
        regime: Option<String>,
        /// Write the page to this file: Markdown, or one HTML page where its name ends in .html
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Tell every fault of a rule file with line, key and remedy; status 1 if there is one
    Check {
        /// The rule file
        file: PathBuf,
    },
    /// Set two places side by side, measure by measure
    Diff {
        /// A place's id, or a rule file
        #[arg(value_name = "ID|FILE")]
        one: String,
        #[arg(value_name = "ID|FILE")]
        other: String,
    },
}
