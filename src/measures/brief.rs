//! What a period's reports are made of, as plain data: figures, evidence, the records they name.
//!
//! A [`Brief`] is the only thing that `report` sees: documents and dashboard are functions of it, so that
//! they cannot say what no evidence row backs. It serialises to JSON and back without loss.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::period::Period;
use crate::tables::Wording;
use crate::warehouse::received::Received;

/// Everything that the reports of one period say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Brief {
    pub period: Period,
    /// The instant as of which everything is computed.
    pub as_of: NaiveDateTime,
    /// The last batch received that was known.
    pub known_at: i64,
    pub place: Place,
    /// In the regime's order.
    pub measures: Vec<Measure>,
    /// The whole district, one per measure, in the same order.
    pub district: Vec<Change>,
    /// The district month by month, oldest first, ending with the month of `as_of`'s day; by measure.
    pub series: BTreeMap<String, Vec<Figure>>,
    /// Every roll-up; a dimension a measure cannot have is absent.
    pub cuts: Vec<Cut>,
    /// The rows behind the figures of the period, in the order of `explain`: those in n, pending, unmeasurable.
    pub evidence: Vec<Evidence>,
    /// Evaluations behind the figures of the period before: what of its roll-ups may be shown is decided from them.
    #[serde(default)]
    pub ratings_before: Vec<Evidence>,
    pub people: Vec<Person>,
    pub enterprises: Vec<Enterprise>,
    /// Cases open at as-of, or submitted or settled in the period.
    pub cases: Vec<Case>,
    #[serde(default)]
    pub chain: Chain,
    /// Policies issued by as-of.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// Milestones of every enterprise, where the rules have a measure of them; by enterprise, planned day, name.
    #[serde(default)]
    pub milestones: Vec<super::steps::Milestone>,
    /// Complaints that rows of the period are of.
    #[serde(default)]
    pub complaints: Vec<Complaint>,
    /// The calendar year's complaints and those that wait; none where the rules have no measure of complaints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docket: Option<super::docket::Docket>,
    /// Days off on which a clock of hours began.
    #[serde(default)]
    pub days_off: Vec<NaiveDate>,
    pub received: Received,
    /// What a reader has to know before trusting a figure: missing calendar years, provisional years, references to missing records.
    pub warnings: Vec<String>,
    /// What the checks found that concerns the period; of each the first rows.
    #[serde(default)]
    pub checks: Vec<super::checks::Found>,
    /// Ids that others stand for.
    #[serde(default)]
    pub merged: Vec<Merged>,
    /// Samples that were called, or drawn, in the period.
    #[serde(default)]
    pub visits: Vec<crate::sampling::results::Visits>,
    /// What was overdue or near its due day as of this instant.
    #[serde(default)]
    pub due: Option<super::due::DueList>,
    /// Commendations and criticisms, where judgement was asked for them.
    #[serde(default)]
    pub names: Option<super::names::Names>,
    /// What of ratings may be shown, where that was decided before single answers were taken out (a frozen brief).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratings: Option<Decided>,
}

/// What becomes of a figure of a rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    Yes,
    /// No answers at all: nothing to hide.
    Empty,
    /// Too few answers.
    Few,
    /// Enough answers, but it would give away a cell that has not.
    Withheld,
}

/// What of ratings may be shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Which measures are ratings.
    pub measures: Vec<String>,
    pub cells: Vec<DecidedCell>,
    /// How many answers of the whole period said the same; none where the whole is not shown.
    pub answers: Vec<AnswerCount>,
    /// Wholes of other periods that are not stated: measure and period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<(String, Period)>,
}

/// What becomes of one figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecidedCell {
    /// Of the period before, whose roll-ups stand beside this one's.
    pub before: bool,
    pub measure: String,
    pub by: String,
    pub subject_id: Option<String>,
    pub n: i64,
    pub shown: Shown,
}

/// So many answers of the same outcome and value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerCount {
    pub measure: String,
    pub outcome: Option<String>,
    pub value: Option<f64>,
    pub n: i64,
}

/// Whose rules these are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    pub regime: String,
    /// 大连高新区
    pub place: String,
    /// Title of the document the rules are taken from, with its marks: 《…》.
    pub document: String,
    pub document_date: Option<String>,
    pub in_force_from: NaiveDate,
    /// Role that answers where nothing else is said, in the place's own word: 项目管家.
    pub main_role: String,
    pub minimum_n: u32,
    /// How the place speaks.
    #[serde(default)]
    pub words: Wording,
    /// How the results are used by the document, each with its provision: 评分纳入单位绩效考核（三（三）3）.
    #[serde(default)]
    pub results: Vec<String>,
}

/// A measure, in words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measure {
    pub id: String,
    /// 问题按时办结
    pub name: String,
    pub name_en: String,
    /// deadline, cadence, score, completeness, coverage, load, continuity, tally; in a brief `stay` where the score is
    /// the length of a stay, which nobody gave.
    pub kind: String,
    /// Section of the bulletin: timeliness, diary, satisfaction, coverage, complaints, …
    pub topic: String,
    /// The rule in plain Chinese: what opens, what ends, the limit, what counts as met.
    pub rule: String,
    /// Who answers, in plain Chinese.
    pub answers: String,
    /// What `value` counts: 工作日, 天, 小时, 分, 家, 条; empty where there is none.
    pub unit: String,
    /// As cited: 附件2, 二（一）.
    pub provision: String,
    pub standard: Option<Standard>,
    /// One of the measures on which a place judges its stewards.
    pub core: bool,
    /// What of the rule is a local setting and not in the document; empty where all of it is.
    pub local: Vec<String>,
}

/// What share is asked for, and what share is excellent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Standard {
    pub p0: f64,
    pub p_good: f64,
    pub local: bool,
}

/// A fold over evidence rows; the JSON of `guanjia measures`. Absent figures are null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub measure: String,
    pub kind: String,
    /// The dimension: district, person, unit, enterprise, area, industry, category, class, tier, stage, channel, month.
    pub by: String,
    /// `district` for the whole; null for rows that lack the dimension (no holder: the vacuum).
    pub subject_id: Option<String>,
    pub subject_name: Option<String>,
    pub period: Period,
    pub as_of: NaiveDateTime,
    /// met + breached; for scores, tallies, loads the rows.
    pub n: i64,
    pub met: Option<i64>,
    pub breached: Option<i64>,
    pub pending: Option<i64>,
    pub unmeasurable: Option<i64>,
    /// Obligations whose due day an approved extension moved.
    pub extended: Option<i64>,
    /// met / n; for tallies that are rates n / denominator.
    pub rate: Option<f64>,
    /// 95 % Wilson interval of `rate`.
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    pub mean: Option<f64>,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    pub max: Option<f64>,
    /// For tallies that are rates: enterprise-years in scope.
    pub denominator: Option<f64>,
}

impl Figure {
    /// The rate where it is a share of n, and not so many a year.
    pub fn share(&self) -> Option<f64> {
        self.rate.filter(|_| self.denominator.is_none())
    }

    /// How many a year there are of a hundred enterprises.
    pub fn per_hundred_years(&self) -> Option<f64> {
        self.rate.filter(|_| self.denominator.is_some()).map(|rate| rate * 100.0)
    }
}

/// The district's figure with what it is compared to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    pub now: Figure,
    /// The period before; absent where nothing had been received for it.
    pub previous: Option<Figure>,
    /// The same period a year before.
    pub year_before: Option<Figure>,
}

/// One roll-up of one measure, now and in the period before; subjects by id, the vacuum (null) last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cut {
    pub measure: String,
    pub by: String,
    pub now: Vec<Figure>,
    pub previous: Vec<Figure>,
}

/// One obligation, score or act: what every figure is a fold of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub measure: String,
    /// Table and key of the record it comes from: `cases/Q000123`, `people/P007/2026-W41`.
    pub record: String,
    pub person_id: Option<String>,
    pub unit: Option<String>,
    pub enterprise_id: Option<String>,
    pub category: Option<String>,
    pub class: Option<String>,
    pub channel: Option<String>,
    pub stage: Option<String>,
    pub tier: Option<String>,
    pub opened_at: Option<NaiveDateTime>,
    pub due_day: Option<NaiveDate>,
    pub due_at: Option<NaiveDateTime>,
    pub done_at: Option<NaiveDateTime>,
    pub decided_on: Option<NaiveDate>,
    /// met, breached, pending, unmeasurable; null for plain scores and tallies.
    pub outcome: Option<String>,
    pub value: Option<f64>,
    pub weight: Option<f64>,
    /// Several held the role that day; this is the one who answers.
    pub shared: bool,
    /// An approved extension moved its due day.
    pub extended: bool,
    /// Working days (days, hours) by which pauses moved its due; 0 where none did.
    pub paused: f64,
    /// Time run until its end or as-of, net of pauses, in the clock's unit.
    pub elapsed: Option<f64>,
    /// The act that ended it: resolved, returned, withdrawn, …
    pub ended_by: Option<String>,
}

/// How long one obligation of a case's clock waited, whether or not it has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    pub case_id: String,
    pub category: Option<String>,
    pub opened_at: NaiveDateTime,
    /// Net of pauses, in the clock's unit; until its end, or until as-of.
    pub elapsed: f64,
    /// An end came; else it was still open, or something else broke it off.
    pub settled: bool,
    /// The act that ended it, or broke it off.
    pub ended_by: Option<String>,
    pub ended_on: Option<NaiveDate>,
    /// An approved extension moved its due day.
    pub extended: bool,
    /// Open and past its due.
    pub overdue: bool,
}

/// The way of cases through the levels of escalation and the groups, and how long they wait. What is said of it is
/// folded from the rows here and from the evidence of the measures named.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Chain {
    /// From the lowest: event and its Chinese.
    pub levels: Vec<(String, String)>,
    /// Measure that counts first arrivals at a level, by class.
    pub reached: Option<String>,
    /// Measure of the stays that ended.
    pub stays: Option<String>,
    /// Clock from the highest level to its supervision.
    pub supervised: Option<String>,
    /// Categories of cases in the place's order, each with its group.
    pub groups: Vec<String>,
    /// Stays that go on at as-of.
    pub standing: Vec<Evidence>,
    /// The clock that runs over a whole case, and its limit in its unit.
    pub clock: Option<(String, f64)>,
    /// Its obligations: opened on `waits_from` or later, ended in the period, or open.
    pub waits: Vec<Wait>,
    /// From when on the curve of waiting looks.
    pub waits_from: Option<NaiveDate>,
}

/// An id that is one with another: its records are those of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// enterprises, people
    pub kind: String,
    pub id: String,
    /// Who stands for it, at the end of the chain.
    pub is: String,
    /// The batch that stated it, and when that was taken in.
    pub batch: i64,
    pub since: NaiveDateTime,
    pub reason: Option<String>,
}

/// An official.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    pub person_id: String,
    pub name: String,
    pub unit: Option<String>,
    pub rank: Option<String>,
    /// In-scope enterprises held in the main role on the as-of day.
    pub holds: Vec<String>,
}

/// An enterprise or project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Enterprise {
    pub enterprise_id: String,
    pub name: String,
    pub kind: String,
    pub industry: Option<String>,
    pub area: Option<String>,
    pub stage: Option<String>,
    pub tier: Option<String>,
    /// In scope on the as-of day.
    pub in_scope: bool,
    /// Ids of those who hold it in the main role on the as-of day (deputies in place of the absent).
    pub holders: Vec<String>,
}

/// What has to be known of who answers for an evidence row, in words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    pub record: String,
    pub opened_at: Option<NaiveDateTime>,
    pub due_at: Option<NaiveDateTime>,
    /// 代理P0007（2026-10-09至2026-10-20离岗）
    pub text: String,
}

impl Note {
    /// Whether it is about this row.
    pub fn is_of(&self, row: &Evidence) -> bool {
        self.record == row.record && self.opened_at == row.opened_at && self.due_at == row.due_at
    }
}

/// A policy for enterprises.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Policy {
    pub policy_id: String,
    pub title: String,
    pub issued_on: NaiveDate,
}

/// A complaint as it stood at as-of; who it is about is said by the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    pub complaint_id: String,
    pub category: Option<String>,
    pub received_on: NaiveDate,
    /// pending, substantiated, partly, unsubstantiated
    pub verdict: String,
    pub verified_on: Option<NaiveDate>,
    /// From the day received to the day verified; none beyond the calendar.
    pub working_days: Option<i64>,
}

/// A case as it stood at as-of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    pub case_id: String,
    pub enterprise_id: String,
    pub title: Option<String>,
    pub category: Option<String>,
    pub channel: Option<String>,
    pub submitted_at: NaiveDateTime,
    /// The last event that had happened: its name and instant.
    pub last_event: Option<String>,
    pub last_at: Option<NaiveDateTime>,
    /// Null while open.
    pub settled_at: Option<NaiveDateTime>,
}
