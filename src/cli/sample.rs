//! Arguments of `guanjia sample`.
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use clap::{Args, Subcommand};

use super::calls::{SampleBackcheck, SampleRecord, SampleRefused, SampleSheet, SampleSkip, SampleStatus};
use crate::sampling::estimate::{Lonely, Method, Stat};
use crate::sampling::plan::{Method as Division, StrataBy};

#[derive(Debug, Subcommand)]
pub enum Sample {
    /// Fix frame, strata, sizes and rules of a sample, and write what is published before the entropy exists
    Plan(Box<SamplePlan>),
    /// Draw a plan's sample with the public entropy it announced
    Draw(SampleDraw),
    /// Draw evaluators for the enterprises drawn
    Assign(SampleAssign),
    /// Derive a published draw anew from its file alone; status 1 if it does not hold
    Verify(SampleVerify),
    /// Write a call sheet for each evaluator: a workbook to fill in, and a page for paper
    Sheet(SampleSheet),
    /// Take filled-in call sheets back, in any order, in part, any number of times; status 1 if a row is refused
    Record(SampleRecord),
    /// List rows of call sheets that do not count, with the reasons
    Refused(SampleRefused),
    /// Pass a reserve over, with a reason that the bulletin prints
    Skip(SampleSkip),
    /// How far the calls are: per evaluator, who may be called next and when, who is given up, who replaces whom
    Status(SampleStatus),
    /// Draw completes that another evaluator calls again, and write their sheets
    Backcheck(SampleBackcheck),
    /// Tell an enterprise its salt, with which it finds itself in what is published
    Salt(SampleSalt),
    /// Print the order in which ids on standard input are drawn: ticket, id, generation
    Tickets(Tickets),
    /// Means, totals, proportions and ratios of any sample in a CSV file, or the results of a plan
    Estimate(Estimate),
    /// Draw from a made-up district again and again, and hold what comes against what was promised
    Simulate(Simulate),
}

/// Who does it, and when: as the journal keeps it.
#[derive(Clone, Debug, Args)]
pub struct Signed {
    /// Who does it
    #[arg(long, value_name = "NAME", default_value = "bureau")]
    pub by: String,
    /// When it is done, local time [default: now]
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM", value_parser = time)]
    pub at: Option<NaiveDateTime>,
}

impl Signed {
    /// The time stated, else now to the second.
    pub fn at(&self) -> NaiveDateTime {
        use chrono::Timelike;
        self.at.unwrap_or_else(|| {
            let now = chrono::Local::now().naive_local();
            now.with_nanosecond(0).unwrap_or(now)
        })
    }
}

/// A local time as it is written on the command line.
pub fn time(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or_else(|| "write it like 2026-11-02T09:30".to_owned())
}

#[derive(Debug, Args)]
pub struct SamplePlan {
    /// A plan in TOML (docs/sample-plan.toml); options given besides come before what it says
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What the plan is called
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Day of the frame
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// By what the frame is divided [default: steward]
    #[arg(long, value_enum)]
    pub strata: Option<StrataBy>,
    /// So many of each stratum
    #[arg(long, value_name = "N", conflicts_with = "size")]
    pub each: Option<u32>,
    /// So many of all strata together
    #[arg(long, value_name = "N")]
    pub size: Option<u32>,
    /// How the size is divided [default: equal with --each, proportional with --size]
    #[arg(long, value_enum)]
    pub method: Option<Division>,
    /// At least so many of each stratum, as far as it has them
    #[arg(long, value_name = "N")]
    pub minimum: Option<u32>,
    /// A stratum of so many enterprises or fewer is drawn whole
    #[arg(long, value_name = "N")]
    pub census_at: Option<u32>,
    /// So many of each stratum stand by [default: 2]
    #[arg(long, value_name = "N")]
    pub reserve: Option<u32>,
    /// Who was called in so many days before stands out of the frame [default: 90]
    #[arg(long, value_name = "DAYS")]
    pub cool_down: Option<u32>,
    /// Which public randomness it will be drawn with, in words that leave no choice
    #[arg(long, value_name = "TEXT")]
    pub entropy_source: Option<String>,
    /// No earlier than then does it exist, local time
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM", value_parser = time)]
    pub entropy_at: Option<NaiveDateTime>,
    /// Its form where it is typed in: 0 stands for a digit, all else for itself
    #[arg(long, value_name = "FORM")]
    pub entropy_shape: Option<String>,
    /// The round of the drand beacon that it will be
    #[arg(long, value_name = "N")]
    pub drand_round: Option<u64>,
    /// Fix with the plan who will call, so that nobody can choose evaluators to fit the draw: a list as `assign` takes it
    #[arg(long, value_name = "FILE")]
    pub evaluators: Option<PathBuf>,
    /// Only show sizes and interval widths; nothing is recorded or written
    #[arg(long)]
    pub preview: bool,
    /// Folder for the commitment [default: out/sampling/ID in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub signed: Signed,
}

#[derive(Debug, Args)]
pub struct SampleDraw {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
    /// The public entropy, exactly as announced
    #[arg(long, value_name = "TEXT", conflicts_with = "drand", required_unless_present = "drand")]
    pub entropy: Option<String>,
    /// A round of the drand beacon: JSON with round, randomness and signature
    #[arg(long, value_name = "FILE")]
    pub drand: Option<PathBuf>,
    /// Folder for the published draw and the bureau's copy [default: out/sampling/ID in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub signed: Signed,
}

#[derive(Debug, Args)]
pub struct SampleAssign {
    /// Which plan
    #[arg(long, value_name = "ID")]
    pub plan: String,
    /// Where the plan did not fix them: CSV or workbook with id (编号), name (姓名), unit (单位), area (街道), and what they declare: 回避单位, 回避街道,
    /// 回避管家, 回避企业 (several with 、 between)
    #[arg(long, value_name = "FILE")]
    pub evaluators: Option<PathBuf>,
    /// An evaluator gives an enterprise back: EVALUATOR=PSEUDONYM:REASON (the enterprise's id will do too)
    #[arg(long, value_name = "EVALUATOR=PSEUDONYM:REASON")]
    pub refuse: Vec<String>,
    /// Folder for the published draw and the bureau's copy [default: out/sampling/ID in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub signed: Signed,
}

#[derive(Debug, Args)]
pub struct SampleVerify {
    /// The published draw (draw.json)
    #[arg(required_unless_present = "page")]
    pub file: Option<PathBuf>,
    /// The plan's hash as it was published before the draw
    #[arg(long, value_name = "SHA256")]
    pub plan_hash: Option<String>,
    /// Write the page that does the same in a browser, offline, with the file in it
    #[arg(long, value_name = "OUT.html")]
    pub page: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SampleSalt {
    /// The enterprise's id
    pub enterprise: String,
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
    #[arg(long, value_name = "FILE.csv", requires = "y", required_unless_present = "plan")]
    pub from: Option<PathBuf>,
    /// Results of a plan's calls instead: by stratum, of the whole, by unit and area, rates of response
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "y"])]
    pub plan: Option<String>,
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
