//! Arguments of judgement: classes, and from findings to decisions.
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use clap::{Args, Subcommand, ValueEnum};

use super::Scope;
use crate::judgement::acts::Says;
use crate::judgement::findings::Kind;
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

/// Who acts, and when.
#[derive(Clone, Debug, Args)]
pub struct Acted {
    /// Who does it: name, or id in the register of people
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// When it was done [default: now]
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM", value_parser = minute)]
    pub at: Option<NaiveDateTime>,
}

#[derive(Debug, Args)]
pub struct Findings {
    #[command(flatten)]
    pub scope: Scope,
    /// Only findings of this kind
    #[arg(long, value_enum)]
    pub kind: Option<Kind>,
    /// Enter them in the journal; what is there already with the same figures is not entered again
    #[arg(long, requires = "by")]
    pub record: bool,
    /// Who enters them: name, or id in the register of people
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When they are entered [default: now]
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM", value_parser = minute, requires = "record")]
    pub at: Option<NaiveDateTime>,
}

#[derive(Debug, Args)]
pub struct Notice {
    /// Findings as `guanjia findings` prints them; all of one person stand in one letter
    #[arg(required = true, value_name = "FINDING")]
    pub findings: Vec<String>,
    /// The day on which the letter was handed over; the time to answer begins the day after
    #[arg(long, value_name = "DATE")]
    pub served_on: NaiveDate,
    #[command(flatten)]
    pub acted: Acted,
    /// Folder for letters and workbooks [default: out/PERIOD/告知 in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Respond {
    /// The finding answered; with --file: only this one of the workbook
    #[arg(value_name = "FINDING", required_unless_present = "file")]
    pub finding: Option<String>,
    #[command(flatten)]
    pub acted: Acted,
    /// The workbook that came back
    #[arg(long, value_name = "XLSX", conflicts_with_all = ["item", "waive"])]
    pub file: Option<PathBuf>,
    /// Number of the item in the letter; 0: the finding as a whole
    #[arg(long, value_name = "N", requires = "answer", conflicts_with = "waive")]
    pub item: Option<u32>,
    /// What the person says of it
    #[arg(long, value_enum, requires = "item")]
    pub answer: Option<Says>,
    /// Why; needed to explain, contest or waive
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Give up the time that is left to answer; only the person named can
    #[arg(long)]
    pub waive: bool,
}

#[derive(Debug, Args)]
#[group(id = "ruling", required = true, multiple = false, args = ["upheld", "excluded", "reinstated"])]
pub struct Rule {
    #[arg(value_name = "FINDING")]
    pub finding: String,
    /// Number of the item in the letter; 0: the finding as a whole
    #[arg(long, value_name = "N")]
    pub item: u32,
    /// The item stands
    #[arg(long)]
    pub upheld: bool,
    /// The item leaves every figure, and stays listed as excluded
    #[arg(long)]
    pub excluded: bool,
    /// An item excluded before counts again
    #[arg(long)]
    pub reinstated: bool,
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
#[group(id = "decision", required = true, multiple = false, args = ["commend", "criticise", "note", "drop"])]
pub struct Decide {
    #[arg(value_name = "FINDING")]
    pub finding: String,
    /// 表扬: name in the bulletin
    #[arg(long)]
    pub commend: bool,
    /// 批评: name in the bulletin
    #[arg(long)]
    pub criticise: bool,
    /// Keep on record, without a name in any bulletin
    #[arg(long)]
    pub note: bool,
    /// Nothing comes of it
    #[arg(long)]
    pub drop: bool,
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
pub struct Recuse {
    /// Who takes no part: name, or id in the register of people
    pub who: String,
    /// From which finding, or from all findings about this person's id or this unit
    #[arg(long, value_name = "FINDING|ID|UNIT")]
    pub from: String,
    /// The interest
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
pub struct Docket {
    /// What waits as of the end of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
}

#[derive(Debug, Subcommand)]
pub enum Complaint {
    /// List complaints with their verdicts, working days and what follows from them
    List(ComplaintList),
    /// Give a complaint to somebody to verify
    Assign(ComplaintAssign),
    /// Enter the verdict on a complaint, as a new version of its record
    Verify(ComplaintVerify),
    /// Take a verdict back: what followed from it is lifted
    Overturn(ComplaintOverturn),
    /// Write the referral slips of a substantiated complaint, or those that lift it, as DOCX
    Refer(ComplaintRefer),
}

#[derive(Debug, Args)]
pub struct ComplaintList {
    /// As of the end of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Only those received or verified in this year
    #[arg(long)]
    pub year: Option<i32>,
    /// Only those that wait to be verified
    #[arg(long)]
    pub open: bool,
}

#[derive(Debug, Args)]
pub struct ComplaintAssign {
    #[arg(value_name = "COMPLAINT")]
    pub id: String,
    /// Who verifies it: name, or id in the register of people
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// Unit of who verifies it, where the register does not say
    #[arg(long)]
    pub unit: Option<String>,
    #[command(flatten)]
    pub acted: Acted,
}

/// Verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Verdict {
    /// 属实
    Substantiated,
    /// 部分属实
    Partly,
    /// 不属实
    Unsubstantiated,
}

#[derive(Debug, Args)]
pub struct ComplaintVerify {
    #[arg(value_name = "COMPLAINT")]
    pub id: String,
    #[arg(long, value_enum)]
    pub verdict: Verdict,
    /// What was found
    #[arg(long, value_name = "TEXT")]
    pub finding: String,
    /// Unit of who verifies it, where the register does not say
    #[arg(long)]
    pub unit: Option<String>,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
pub struct ComplaintOverturn {
    #[arg(value_name = "COMPLAINT")]
    pub id: String,
    /// What holds instead
    #[arg(long, value_enum, default_value_t = Verdict::Unsubstantiated)]
    pub verdict: Verdict,
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    pub acted: Acted,
}

#[derive(Debug, Args)]
pub struct ComplaintRefer {
    #[arg(value_name = "COMPLAINT")]
    pub id: String,
    #[command(flatten)]
    pub acted: Acted,
    /// Folder for the slips [default: out/备案 in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `2026-11-03T09:30`; seconds may be given.
pub(super) fn minute(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or_else(|| "write day and time as 2026-11-03T09:30".to_owned())
}

#[derive(Debug, Args)]
pub struct Leads {
    #[command(flatten)]
    pub scope: Scope,
    /// Also write the checker's workbook (XLSX) to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Funnel {
    #[command(flatten)]
    pub scope: Scope,
    /// Persons or units
    #[arg(long, value_enum, default_value_t = Dimension::Unit)]
    pub by: Dimension,
    /// Only this measure
    #[arg(long, value_name = "ID")]
    pub measure: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Xmr {
    #[command(flatten)]
    pub scope: Scope,
    /// Only this measure
    #[arg(long, value_name = "ID")]
    pub measure: Vec<String>,
}
