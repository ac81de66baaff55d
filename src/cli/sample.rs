//! Arguments of `guanjia sample`.
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::sampling::estimate::{Lonely, Method, Stat};

#[derive(Debug, Subcommand)]
pub enum Sample {
    /// Print the order in which ids on standard input are drawn: ticket, id, generation
    Tickets(Tickets),
    /// Means, totals, proportions and ratios of any sample in a CSV file, or the results of a plan
    Estimate(Estimate),
    /// Draw from a made-up district again and again, and hold what comes against what was promised
    Simulate(Simulate),
}

#[derive(Debug, Args)]
pub struct Tickets {
    /// Seed, exactly as announced
    #[arg(long, value_name = "TEXT")]
    pub seed: String,
    /// Only the first N
    #[arg(long, value_name = "N")]
    pub take: Option<usize>,
    /// An id that is drawn goes back with its next ticket
    #[arg(long)]
    pub with_replacement: bool,
    /// All digits, not nine
    #[arg(long)]
    pub whole: bool,
}

#[derive(Debug, Args)]
pub struct Estimate {
    /// CSV with one row per unit of the sample, headers in its first line
    #[arg(long, value_name = "FILE.csv", requires = "y")]
    pub from: PathBuf,
    /// Column to estimate
    #[arg(long, value_name = "COL")]
    pub y: Option<String>,
    /// Denominator: estimate the ratio of the two totals
    #[arg(long, value_name = "COL", conflicts_with = "stat")]
    pub ratio: Option<String>,
    /// Stratum of each row
    #[arg(long, value_name = "COL")]
    pub strata: Option<String>,
    /// Clusters, one column per stage [default: every row is drawn by itself]
    #[arg(long, value_name = "COL[,COL]", value_delimiter = ',')]
    pub cluster: Vec<String>,
    /// Population sizes (or sampled fractions), one column per stage [default: endless populations]
    #[arg(long, value_name = "COL[,COL]", value_delimiter = ',')]
    pub fpc: Vec<String>,
    /// Weight of each row [default: from the population sizes; without them all alike]
    #[arg(long, value_name = "COL")]
    pub weights: Option<String>,
    /// What to estimate
    #[arg(long, value_enum, default_value = "mean")]
    pub stat: Stat,
    /// One estimate for each value of this column
    #[arg(long, value_name = "COL")]
    pub domain: Option<String>,
    /// What to do about a stratum from which a single unit was drawn
    #[arg(long, value_enum, default_value = "fail")]
    pub lonely: Lonely,
    /// How the interval is made [default: t; of a proportion korn-graubard]
    #[arg(long, value_enum)]
    pub ci: Option<Method>,
    /// How sure, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 95.0)]
    pub level: f64,
    /// Clusters of the same name in two strata are two clusters
    #[arg(long)]
    pub nest: bool,
    /// Rows without a value stay in the design and out of the estimate, instead of being refused
    #[arg(long)]
    pub skip_empty: bool,
}

#[derive(Debug, Args)]
pub struct Simulate {
    /// How often
    #[arg(long, default_value_t = 10_000)]
    pub runs: u32,
    /// The same seed gives the same answer
    #[arg(long, value_name = "TEXT", default_value = "20261031")]
    pub seed: String,
}
