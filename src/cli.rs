//! Arguments only; the doc comments are the help.
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::measures::Dimension;
use crate::period::Period;

mod bulletin;
mod calls;
mod judge;
mod regime;
mod sample;

pub use bulletin::*;
pub use calls::*;
pub use judge::*;
pub use regime::*;
pub use sample::*;

/// Project stewards, supervised: exports in, figures with their evidence, bulletins out.
#[derive(Debug, Parser)]
#[command(name = "guanjia", version, arg_required_else_help = true, infer_subcommands = false)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
    /// The bureau's folder [default: the nearest parent with a guanjia.toml]
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// How results are printed to standard output
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print results only, no progress and no advice
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// Output formats; a verb that cannot print one says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
    Csv,
    Parquet,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a workspace: guanjia.toml and an inbox for exports
    Init(Init),
    /// Take exports into the warehouse and print the sum of every file
    Ingest(Ingest),
    /// List rows that were refused, each with its reasons
    Quarantine(Quarantine),
    /// Record that two ids of people or enterprises are one
    Merge(Merge),
    /// Look for what is wrong in what came in, and say what to do about it; status 1 if something failed
    Check(Check),
    /// Print the figures of a period
    Measures(Measures),
    /// Show the evidence rows behind a figure, its provision, its rule and its fold
    Explain(Box<Explain>),
    /// Say what the evidence carries about each steward or unit: classes, never ranks
    Classes(Classes),
    /// Print each steward or unit against the limits of chance
    Funnel(Funnel),
    /// Print the district's months with their process limits, and which stand out
    Xmr(Xmr),
    /// Say what could lead to a name, with all that speaks for and against it; nothing is named by it
    Findings(Findings),
    /// Serve findings on whom they are about: a letter and a workbook to answer in
    Notice(Notice),
    /// Enter what the person says: item by item, from the workbook or one by one
    Respond(Respond),
    /// Rule on a contested item
    Rule(Rule),
    /// Decide on a finding: commend, criticise, note or drop
    Decide(Decide),
    /// Record that somebody has an interest and takes no part
    Recuse(Recuse),
    /// Say what waits for whom until when: notices, replies, rulings, decisions, complaints
    Docket(Docket),
    /// Complaints: give to verify, verify, overturn, refer
    #[command(subcommand)]
    Complaint(Complaint),
    /// List what may be made up, for a checker: near-duplicate diaries, back-filling, instant settlements
    Leads(Leads),
    /// Write the computation of a period as a script for the DuckDB shell
    Sql(Sql),
    /// List what is overdue or falls due soon, and who has not written the diary; as documents with --out
    Warn(Warn),
    /// Write the bulletin of a period
    #[command(subcommand)]
    Bulletin(Bulletin),
    /// Write the dashboard of a period as a folder that opens from disk
    Dashboard(Dashboard),
    /// Take the inbox in, then write workbook, bulletin and dashboard of a period; safe to repeat
    Run(Run),
    /// Do all of it on the sample data and leave a whole workspace
    Demo(Demo),
    /// Make up the exports of a bureau of a given size
    Synth(Synth),
    /// Rules of places: list, show in words, check a file, set two side by side
    #[command(subcommand)]
    Regime(Regime),
    /// Working days: show a year, or add a year's notice
    #[command(subcommand)]
    Calendar(Calendar),
    /// Random phone visits: draws that anybody can check
    #[command(subcommand)]
    Sample(Sample),
    /// Check fonts, disk, versions, calendar years and the lock, and say what to do about each
    Doctor,
    /// Print shell completions
    Completions(Completions),
}

#[derive(Debug, Args)]
pub struct Init {
    /// Folder to make
    pub dir: PathBuf,
    /// Rules of which place
    #[arg(long, value_name = "ID")]
    pub regime: String,
    /// Also write the bulletin templates out, to be changed there
    #[arg(long)]
    pub templates: bool,
    /// Also write the rule file out, to be changed there
    #[arg(long)]
    pub regime_file: bool,
}

#[derive(Debug, Args)]
pub struct Ingest {
    /// Files or folders; a folder is read whole, in name order
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Take every file as this kind of export instead of recognising it by its headers
    #[arg(long = "as", value_name = "KIND")]
    pub kind: Option<String>,
    /// The day on which these files were exported [default: today]; an older export never overrides a newer one
    #[arg(long, value_name = "DATE")]
    pub exported_on: Option<chrono::NaiveDate>,
    /// The ledgers are whole: an assignment that they no longer have ends on the export day, other records are
    /// withdrawn; all files of a kind are one ledger
    #[arg(long)]
    pub snapshot: bool,
    /// The events of a case are added to those it has, instead of replacing them
    #[arg(long)]
    pub delta: bool,
    /// Only show how the files would be read, column by column; nothing is written
    #[arg(long)]
    pub explain_mapping: bool,
    /// From when the roles of wide role lists hold; such lists have no dates
    #[arg(long, value_name = "DATE")]
    pub since: Option<chrono::NaiveDate>,
}

#[derive(Debug, Args)]
pub struct Quarantine {
    /// Write a workbook with each refused row as it stood and its reasons beside it
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Only what this batch refused
    #[arg(long)]
    pub batch: Option<i64>,
    /// Put the refused rows of this file aside: rubbish that nobody will correct (its path as listed, or its end)
    #[arg(long, value_name = "FILE", requires_all = ["reason", "by"], conflicts_with_all = ["xlsx", "restore"])]
    pub dismiss: Option<String>,
    /// Take rows that were put aside back
    #[arg(long, value_name = "FILE", requires_all = ["reason", "by"], conflicts_with = "xlsx")]
    pub restore: Option<String>,
    /// Only these rows of it, as the list numbers them: 7 or 3-9, several parted by commas [default: all]
    #[arg(long, value_name = "ROWS")]
    pub row: Option<String>,
    /// Only of this sheet
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Why they are put aside or taken back
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who does it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When it was done [default: now]
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM", value_parser = judge::minute)]
    pub at: Option<chrono::NaiveDateTime>,
    /// List the rows that were put aside, with who did it and why
    #[arg(long, conflicts_with_all = ["xlsx", "dismiss", "restore"])]
    pub dismissed: bool,
}

#[derive(Debug, Args)]
pub struct Merge {
    /// CSV or workbook with the columns kind (类型: person, enterprise), id (编号), is (是: the id it is one with; the
    /// id itself undoes) and reason (原因)
    pub file: PathBuf,
}

/// Of which instant, and as known when, where no period gives it.
#[derive(Clone, Debug, Default, Args)]
pub struct When {
    /// As of the end of this day [default: the period's last day, without one now]
    #[arg(long, value_name = "DATE|TIME")]
    pub as_of: Option<String>,
    /// Only what had been received by this batch or time [default: everything]
    #[arg(long, value_name = "BATCH|TIME")]
    pub known_at: Option<String>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Only what concerns this period: 2026, 2026-Q1, 2026-02 or 2026-W07 [default: all time]
    #[arg(long)]
    pub period: Option<Period>,
    #[command(flatten)]
    pub when: When,
}

#[derive(Debug, Args)]
pub struct Warn {
    /// Working days ahead that count as near
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub within: u32,
    #[command(flatten)]
    pub when: When,
    /// The diary reminder instead: who has not written yet in this slot, who missed the last one
    #[arg(long)]
    pub diary: bool,
    /// Also write the list to this folder: DOCX, HTML, XLSX and JSON
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Of when, and as known when.
#[derive(Clone, Debug, Args)]
pub struct Scope {
    /// 2026, 2026-Q1, 2026-02 or 2026-W07
    #[arg(long)]
    pub period: Period,
    /// Compute as of the end of this day [default: the period's last day]
    #[arg(long, value_name = "DATE|TIME")]
    pub as_of: Option<String>,
    /// Only what had been received by this batch or time [default: everything]
    #[arg(long, value_name = "BATCH|TIME")]
    pub known_at: Option<String>,
}

#[derive(Debug, Args)]
pub struct Measures {
    #[command(flatten)]
    pub scope: Scope,
    /// Whom or what to add up by
    #[arg(long, value_enum, default_value_t = Dimension::District)]
    pub by: Dimension,
    /// Only this measure
    #[arg(long, value_name = "ID")]
    pub measure: Vec<String>,
    /// Write to this file instead of standard output (needed for parquet)
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Sql {
    #[command(flatten)]
    pub scope: Scope,
    /// Whom or what to add up by
    #[arg(long, value_enum, default_value_t = Dimension::District)]
    pub by: Dimension,
    /// Only this measure
    #[arg(long, value_name = "ID")]
    pub measure: Vec<String>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Explain {
    #[command(flatten)]
    pub scope: Scope,
    /// The measure to explain
    #[arg(long, value_name = "ID")]
    pub measure: String,
    #[arg(long, value_name = "ID")]
    pub person: Option<String>,
    #[arg(long)]
    pub unit: Option<String>,
    #[arg(long, value_name = "ID")]
    pub enterprise: Option<String>,
    #[arg(long)]
    pub area: Option<String>,
    #[arg(long)]
    pub industry: Option<String>,
    #[arg(long)]
    pub category: Option<String>,
    #[arg(long)]
    pub class: Option<String>,
    #[arg(long)]
    pub tier: Option<String>,
    #[arg(long)]
    pub stage: Option<String>,
    #[arg(long)]
    pub channel: Option<String>,
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Only the rows without a holder (空档)
    #[arg(long)]
    pub vacuum: bool,
}

#[derive(Debug, Args)]
pub struct Dashboard {
    /// Period to open with [default: the last month that has data]
    #[arg(long)]
    pub period: Option<Period>,
    /// Folder to write to [default: out/dashboard in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub scope: Scope,
    /// From when the roles of wide role lists hold; such lists have no dates
    #[arg(long, value_name = "DATE")]
    pub since: Option<chrono::NaiveDate>,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Workspace to leave
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub out: PathBuf,
    /// Whose sample data [default: the fullest]
    #[arg(long, value_name = "ID")]
    pub regime: Option<String>,
    /// Where the sample data are
    #[arg(long, value_name = "DIR", default_value = "sample-data")]
    pub samples: PathBuf,
}

#[derive(Debug, Args)]
pub struct Synth {
    #[arg(long, value_enum, required_unless_present = "of")]
    pub size: Option<Size>,
    /// A description of a bureau of any place, as in sample-data
    #[arg(long, value_name = "FILE", conflicts_with = "size")]
    pub of: Option<PathBuf>,
    /// The same seed makes the same bytes; a description has its own
    #[arg(long, required_unless_present = "of")]
    pub seed: Option<u64>,
    /// Folder to write to; must be new or empty
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// As untidy as in life: the last two months, or the files that a description says
    #[arg(long)]
    pub mess: bool,
}

/// How large a bureau.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// 888 enterprises, 100 people, 20 thousand cases
    District,
    /// 50 thousand enterprises, a million cases
    City,
    /// 2 million enterprises, 20 million cases
    Province,
    /// What is kept in sample-data: a district of 888 enterprises over 25 months
    #[value(hide = true)]
    Sample,
}

#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// Working days and rest days of a year
    Show {
        /// Year [default: every declared year, summed up]
        year: Option<i32>,
    },
    /// Add a year's notice (TOML or CSV: date,is_workday,holiday_name) to the workspace
    Import { file: PathBuf },
}

#[derive(Debug, Args)]
pub struct Completions {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
