//! The docket of complaints of a calendar year, as plain data: what the records say of each, and what the journal of
//! judgement says was done about it. Who complained, what was said and what was found are not in it.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::brief::Complaint;

/// Complaints that the rules count: received or verified in the year, or still to be verified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Docket {
    /// The calendar year of the as-of day, for which consequences hold.
    pub year: i32,
    /// The measures that count or time complaints.
    pub measures: Vec<String>,
    /// Working days within which one is to be verified; none where the rules give no time.
    pub limit: Option<u32>,
    /// What follows from one by an enterprise about a person that is wholly substantiated.
    pub rules: Vec<Follows>,
    /// By the day received, then number.
    pub complaints: Vec<Docketed>,
}

/// A consequence as the rules have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    /// 取消当年年度考核个人评优资格，报党群工作部和纪检监察室备案
    pub text: String,
    pub provision: String,
    /// Offices it is filed with (备案).
    pub offices: Vec<String>,
    /// It holds for the calendar year of the verification.
    pub yearly: bool,
}

/// One complaint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Docketed {
    pub complaint: Complaint,
    pub person_id: Option<String>,
    /// As given, else that of the person.
    pub unit: Option<String>,
    pub by_enterprise: bool,
    /// By an enterprise, about a person, wholly substantiated: what the rules attach a consequence to.
    pub carries: bool,
    /// Working days from receipt until it was verified, or until the as-of day.
    pub working_days: Option<i64>,
    /// The last day on which it should be verified; none where the rules give no time or the calendar ends.
    pub due: Option<NaiveDate>,
    /// Verified later than that, or still open after it.
    pub overdue: bool,
    /// What was done about it by command.
    #[serde(default)]
    pub acts: Acts,
}

/// What the journal says of a complaint, as far as it was known with the brief's batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Acts {
    /// Who is to verify it, and since when.
    pub assigned: Option<(String, NaiveDate)>,
    /// Its verdict was entered here and did not come with an export.
    pub verified: bool,
    /// Its consequence was filed with these offices.
    pub filed: Option<Filed>,
    pub overturned: Option<Overturned>,
}

/// Slips written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub on: NaiveDate,
    pub offices: Vec<String>,
}

/// A verdict that was replaced by another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overturned {
    pub on: NaiveDate,
    /// The verdict before.
    pub before: String,
    /// What had followed and no longer does.
    pub lifted: Vec<String>,
    /// The slips that lift it.
    pub filed: Option<Filed>,
}
