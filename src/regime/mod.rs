//! The rules of a place (a *regime*): measures, clocks, standards, consequences; each with its provision.
//!
//! A regime is a TOML file. [`Regime::parse`] reads it, checks all of it, and tells every fault at once with file,
//! line, key and remedy. Nothing here knows a place: what a place asks for is data, what can be asked is [`Rule`].
mod complaints;
mod fields;
pub mod findings;
pub mod page;
mod read;
mod versions;
pub mod words;

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::shipped;
use crate::tables::Wording;
use crate::workspace::Workspace;

pub use fields::{Fault, Faults};
pub use findings::{About, Deeds, FindingRule, What};
pub use versions::{Text, Version};

/// A place's rules.
#[derive(Clone, Debug)]
pub struct Regime {
    pub id: String,
    /// 示例区
    pub place: String,
    /// 《…实施方案》
    pub document: String,
    pub document_date: Option<String>,
    /// No obligation opens before this day.
    pub in_force_from: NaiveDate,
    /// The role that answers unless a measure says otherwise; where stages have different ones, that of the first.
    pub main_role: String,
    /// Stage and main role, where an enterprise is held by another role in each stage; else empty.
    pub main_by_stage: Vec<(String, String)>,
    /// Later versions of the rules, by their day.
    pub versions: Vec<Version>,
    /// Kinds of period its bulletins have: month, quarter, year, week.
    pub periods: Vec<String>,
    /// Below this n nothing is said about a person.
    pub minimum_n: u32,
    /// Months that a class of evidence looks back on, ending with the period.
    pub window_months: u32,
    /// Measures on which stewards are judged.
    pub core: Vec<String>,
    /// Settings of the head that the document does not state.
    pub local: Vec<String>,
    /// Categories of cases in the place's own order, each with a group that answers for it (专项秘书组); may be empty.
    pub groups: Vec<String>,
    /// Roles that stand for another one: a place's word, and the role that its rules speak of.
    pub role_aliases: Vec<(String, String)>,
    /// Categories of cases that the rules name, with the words by which files call them.
    pub categories: Vec<Category>,
    pub measures: Vec<Measure>,
    pub consequences: Vec<Consequence>,
    pub findings: Vec<FindingRule>,
    /// Working days, from the day after a notice was served, within which it may be answered.
    pub reply_working_days: u32,
    /// How the place speaks.
    pub words: Arc<Wording>,
}

/// A category of cases that the rules of a place name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// As measures name it: `parallel_approval`.
    pub id: String,
    /// As it is shown; files call it so too.
    pub name: String,
    /// What else files call it.
    pub also: Vec<String>,
}

/// One measure of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    /// Section of the bulletin it belongs to.
    pub topic: String,
    pub rule: Rule,
    pub answers: Answers,
    /// As cited: 附件2.
    pub provision: String,
    pub standard: Option<Standard>,
    /// Keys of the rule that the document does not state.
    pub local: Vec<String>,
    /// All texts it has had, by their days; empty: this one, always.
    pub texts: Vec<Text>,
    /// The place's words, in which the rule is told.
    pub words: Arc<Wording>,
}

/// Asked share and excellent share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standard {
    pub p0: f64,
    pub p_good: f64,
    pub local: bool,
}

/// What a measure computes; one variant per kind (measures.md, “Kinds of measure”).
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// A clock of cases from a start to the first end after it.
    Deadline {
        start: Vec<String>,
        end: Vec<String>,
        limit: Limit,
        filter: Filter,
        /// Complaints of the filter's categories run it too: from their receipt to such an end under their number.
        complaints: bool,
    },
    /// A clock of a register: its own date, or one in another register, from which a record has so long to be done.
    Term { of: Register, limit: Limit, filter: Filter },
    /// A grid of slots in which acts are owed.
    Cadence {
        subject: Subject,
        slot: Slot,
        /// Kinds of diary entry that count; empty: any.
        kinds: Vec<String>,
        by: ActsBy,
        at_least: u32,
        /// Entries count for the day they were written, not for the day served.
        written: bool,
        filter: Filter,
    },
    /// One score of each evaluation; `sampled`: of a drawn sample, whose design says how much each answer stands for.
    Score { field: String, satisfied: Option<f64>, needs_unit: bool, sampled: bool, filter: Filter },
    /// Days with such acts by an enterprise's holder in a month, per week of it.
    Pace { kinds: Vec<String>, by: Vec<String>, satisfied: Option<f64>, filter: Filter },
    /// Days by which milestones were done late; negative: early.
    Slip { of: Steps },
    /// Events of a kind that must say something.
    Completeness { event: String, fields: Vec<String>, empty_words: Vec<String> },
    /// Diary entries (of all kinds `except` these) that must say something.
    Entries { except: Vec<String>, fields: Vec<String>, empty_words: Vec<String> },
    /// Cases that the diary must tell of from their submission until so many days after the first event of a kind.
    InDiary { event: String, days_after: u32 },
    /// Enterprises whose holders must satisfy tests.
    /// All groups must hold; of a group one test at least.
    Coverage { groups: Vec<Vec<HolderTest>>, filter: Filter },
    /// Enterprises per holder of a role, within bounds.
    Load { role: String, min: u32, max: u32 },
    /// Hand-overs of a role without a gap.
    Continuity { role: String },
    /// Cases, counted when they first reach each level of escalation; the level is the class.
    Reached { levels: Vec<String> },
    /// Whole days of a case at a level, until another level or one of these events; the level is the class.
    Stays { levels: Vec<String>, until: Vec<String> },
    /// Complaints, counted by a class.
    Tally { class: Option<String>, filter: Filter },
    /// Cases, counted when submitted, or when they first come to an event.
    Cases { at_first: Option<String>, class: Option<String>, filter: Filter },
    /// Enterprises of at least so much investment (万元) that are not listed, on the as-of day.
    Unlisted { from_wan: f64, filter: Filter },
    /// Enterprises that somebody still holds so many months after production was reached, on the as-of day.
    CycleOver { months: u32, filter: Filter },
    /// Changes of a role's holder, per enterprise-year in scope.
    Changes { role: String },
    /// Groups of records that may be made up: leads to check, never verdicts, and in no bulletin.
    Integrity { signs: Vec<String> },
}

/// A register whose records have a clock of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Register {
    /// From `received_at` to `verified_at`.
    Complaints,
    /// Changes of this role's holder: from `valid_from` to `filed_on`.
    ChangesOf(String),
    /// From a policy's issue to its first push, for each enterprise in scope that day to which it applies.
    Policies,
    /// From `in_scope_from` to the first day on which all these roles are held.
    RolesHeld(Vec<String>),
    /// Until the planned day of a milestone.
    Milestones(Steps),
}

/// Which milestones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Steps {
    /// Of a road map: all but what a meeting decided and what is to be put right.
    All,
    /// Of these stages.
    Of(Vec<String>),
}

/// Stages of milestones that are no steps of a road map.
pub const NO_STEPS: [&str; 2] = ["decision", "rectification"];
/// Signs that a record may be made up, with their Chinese (measures.md, “Integrity leads”).
pub const SIGNS: [(&str, &str); 6] = [
    ("near_duplicate", "日志内容雷同"),
    ("back_filled", "集中补录"),
    ("written_late", "迟录超过14天"),
    ("not_held", "非本人负责企业的日志"),
    ("instant", "一分钟内办结"),
    ("no_steps", "无办理过程"),
];

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    WorkingDays(u32),
    Days(u32),
    /// Round the clock.
    Hours(u32),
    /// Until the due that the record itself brings (`cases.due_at`, `milestones.planned_on`).
    Own,
}

/// Which records a measure looks at: list of the dictionary (channel, category, stage, …) → words; empty: all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter(pub Vec<(String, Vec<String>)>);

/// Who owes a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Whoever holds this role for an enterprise in scope.
    PersonHolding(String),
    Enterprise,
    District,
}

/// A slot of a cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Week,
    Month,
    Quarter,
    /// Each such day of the week (1 Monday … 7 Sunday); `working`: only where it is a working day.
    Weekday {
        day: u32,
        working: bool,
    },
}

/// Whose acts count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActsBy {
    /// The person who owes; for an enterprise or the district, anybody.
    Subject,
    /// The enterprise's holders of one of these roles on the day.
    Roles(Vec<String>),
}

/// One test of a coverage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderTest {
    pub what: Held,
    pub at_least: u32,
    pub at_most: Option<u32>,
}

/// What is counted by a coverage test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Distinct holders of a role.
    Role(String),
    /// A field of the enterprise that is filled in (contact_name, agreement_signed_on), or `milestones`: steps planned.
    Field(String),
}

/// A role, or another one in each stage of an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roles {
    One(String),
    /// Stage and role; in other stages nobody.
    ByStage(Vec<(String, String)>),
}

/// Who answers for a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// The enterprise's holder of this role on the day of decision.
    Role(Roles),
    /// The person the record names, else its unit, else the holder of this role.
    PersonOr(Roles),
    /// The unit the record names, else its person, else the holder of this role.
    UnitOr(Roles),
    /// The unit of the act, or the one that the record names.
    EventUnit,
    /// The person who owes.
    Author,
    /// The person or unit a complaint is about.
    About,
    /// The unit of the holder who left.
    LeftUnit,
    /// Always this unit.
    Unit(String),
    Nobody,
}

/// What follows from something, by the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// `complaint_substantiated`; or `results`: how the results of supervision are used, which bulletins say.
    pub when: String,
    pub text: String,
    /// `calendar_year`; empty where the document does not say.
    pub lasts: String,
    pub provision: String,
    /// Offices it is filed with (备案), each by a slip of its own.
    pub recipients: Vec<String>,
    /// What the slip is called: 备案单, 转办单.
    pub slip: String,
}

/// Why a regime cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegimeError {
    #[error(
        "no regime is called “{id}”; shipped are: {known}; or put your own into regimes/{id}.toml of the workspace"
    )]
    Unknown { id: String, known: String },
    #[error("cannot read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
}

impl Regime {
    /// The workspace's rules: its own file, else the shipped one.
    pub fn of(workspace: &Workspace) -> Result<Regime, RegimeError> {
        let id = &workspace.settings.regime;
        match workspace.own(&format!("regimes/{id}.toml")) {
            Some(path) => Regime::read(&path),
            None => Regime::shipped(id),
        }
    }

    /// A regime that comes with the program.
    pub fn shipped(id: &str) -> Result<Regime, RegimeError> {
        let name = format!("{id}.toml");
        let file = shipped::REGIMES.get_file(&name).and_then(|file| file.contents_utf8());
        let text =
            file.ok_or_else(|| RegimeError::Unknown { id: id.to_owned(), known: shipped::regime_ids().join(", ") })?;
        Regime::parse(text, &format!("regimes/{name}"))
    }

    /// A regime in a file.
    pub fn read(path: &Path) -> Result<Regime, RegimeError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| RegimeError::Unreadable { path: path.display().to_string(), source })?;
        Regime::parse(&text, &path.display().to_string())
    }

    /// Reads and checks; `file` is what faults are told of.
    pub fn parse(text: &str, file: &str) -> Result<Regime, RegimeError> {
        read::regime(text, file).map_err(RegimeError::Faults)
    }

    /// The role that answers unless a measure says otherwise.
    pub fn main(&self) -> Roles {
        if self.main_by_stage.is_empty() {
            Roles::One(self.main_role.clone())
        } else {
            Roles::ByStage(self.main_by_stage.clone())
        }
    }

    /// The rules without what no bulletin, workbook or dashboard may tell: leads for a checker.
    pub fn published(&self) -> Regime {
        let mut regime = self.clone();
        regime.measures.retain(|measure| !matches!(measure.rule, Rule::Integrity { .. }));
        regime.findings.retain(|finding| finding.what != What::Lead);
        regime
    }

    /// The measure called `id`.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|m| m.id == id)
    }
}

impl Rule {
    /// Name of the kind, as in figures.
    pub fn kind(&self) -> &'static str {
        match self {
            Rule::Deadline { .. } | Rule::Term { .. } => "deadline",
            Rule::Cadence { .. } => "cadence",
            Rule::Score { .. } | Rule::Stays { .. } | Rule::Pace { .. } | Rule::Slip { .. } => "score",
            Rule::Completeness { .. } | Rule::Entries { .. } | Rule::InDiary { .. } => "completeness",
            Rule::Coverage { .. } => "coverage",
            Rule::Load { .. } => "load",
            Rule::Continuity { .. } => "continuity",
            Rule::Reached { .. }
            | Rule::Tally { .. }
            | Rule::Changes { .. }
            | Rule::Cases { .. }
            | Rule::Unlisted { .. }
            | Rule::CycleOver { .. } => "tally",
            Rule::Integrity { .. } => "integrity",
        }
    }

    /// Name of the kind as reports tell it apart: scores are what enterprises gave, which must be kept back where they
    /// are few; `stay`, `slip` and `pace` are scores that nobody gave.
    pub fn told(&self) -> &'static str {
        match self {
            Rule::Stays { .. } => "stay",
            Rule::Slip { .. } => "slip",
            Rule::Pace { .. } => "pace",
            _ => self.kind(),
        }
    }

    /// Answers of a drawn sample: its interval speaks, and nobody is put into a class by it.
    pub fn is_sampled(&self) -> bool {
        matches!(self, Rule::Score { sampled: true, .. })
    }

    /// A state on the as-of day rather than something that happened on a day of the period.
    pub fn is_state(&self) -> bool {
        matches!(self, Rule::Coverage { .. } | Rule::Load { .. } | Rule::Unlisted { .. } | Rule::CycleOver { .. })
    }
}
