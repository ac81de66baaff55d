//! Complaints: received, given to somebody, verified within a time, and what follows from them for the year.
//!
//! Verdicts come with exports and by command alike; a command brings a new version of the complaint's record, so that
//! every figure has it. What is kept here is who did it, the conflict of unit, the working days, and what followed.
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::docket::{COMPLAINT, Docket, File, Referred};
use super::find::consequences;
use super::steps::Register;
use crate::calendar::Calendar;
use crate::measures::circumstances::Complaint;
use crate::measures::docket as docketed;
use crate::regime::Regime;

/// Where a complaint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Received,
    Assigned,
    Verified,
    Overturned,
}

/// One line of the complaints docket.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    #[serde(flatten)]
    pub complaint: Complaint,
    pub state: State,
    pub assigned_to: Option<String>,
    /// Working days from receipt until it was verified, or until the day asked.
    pub working_days: Option<i64>,
    /// The last day on which it should be verified; none where the rules give no time or the calendar ends.
    pub due: Option<NaiveDate>,
    /// Later than that: still open, or verified late.
    pub overdue: bool,
    /// What follows from it, in force.
    pub consequences: Vec<String>,
    /// What followed and was lifted, since the verdict was overturned.
    pub lifted: Vec<String>,
    /// The slip that files it, or that lifts it, has been written.
    pub referred: bool,
    /// What a checker has to look at.
    pub remarks: Vec<String>,
}

/// Why a complaint cannot be given to, or verified by, somebody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("no complaint is called {0}; `guanjia complaint list` lists them")]
    Unknown(String),
    #[error("{id}: {who} is whom the complaint is about; somebody else verifies it")]
    Oneself { id: String, who: String },
    #[error("{id}: {who} belongs to {unit}, which the complaint is about; somebody of another unit verifies it")]
    OwnUnit { id: String, who: String, unit: String },
    #[error("{id}: the register of people does not know {who}; say to which unit with --unit UNIT")]
    NoUnit { id: String, who: String },
    #[error("{id}: {who} takes no part (recused: {reason}); somebody else verifies it")]
    Recused { id: String, who: String, reason: String },
    #[error(
        "{id}: verified already ({verdict}); what does not hold is overturned: `guanjia complaint overturn {id} --reason … --by NAME`"
    )]
    Verified { id: String, verdict: String },
    #[error("{id}: not verified yet; `guanjia complaint verify {id} --verdict … --finding … --by NAME`")]
    Open { id: String },
    #[error("{id}: the verdict is {verdict} already")]
    Same { id: String, verdict: String },
    #[error("{id}: received on {received}, which is after {at}")]
    Early { id: String, received: NaiveDate, at: NaiveDate },
    #[error(
        "{id}: nothing follows from it: only an enterprise's complaint about a person that is wholly substantiated is filed"
    )]
    NothingFollows { id: String },
}

/// Whoever is complained about takes no part, nor does his unit; `unit` is said where the register knows none.
pub fn fit(
    complaint: &Complaint,
    who: &str,
    unit: Option<&str>,
    register: &Register<'_>,
    docket: &Docket,
) -> Result<Option<String>, Unfit> {
    let (id, who) = (complaint.complaint_id.clone(), who.trim());
    let about = [complaint.person_id.as_deref(), complaint.person.as_deref()];
    // An id names one person; a name may be anybody's who bears it.
    let known = register.0.contains_key(who);
    let is = |about: &str| if known { about == who } else { register.same(about, who) };
    if about.into_iter().flatten().any(is) {
        return Err(Unfit::Oneself { id, who: who.to_owned() });
    }
    let units: Vec<&str> = register.units(who).into_iter().chain(unit).collect();
    if let Some(own) = complaint.unit.as_deref().filter(|own| who == *own || units.contains(own)) {
        return Err(Unfit::OwnUnit { id, who: who.to_owned(), unit: own.to_owned() });
    }
    if units.is_empty() && complaint.unit.is_some() {
        return Err(Unfit::NoUnit { id, who: who.to_owned() });
    }
    let concerns = |from: &str| {
        from == complaint.complaint_id
            || about.contains(&Some(from))
            || complaint.unit.as_deref() == Some(from)
            || from.strip_prefix(COMPLAINT) == Some(complaint.complaint_id.as_str())
    };
    if let Some(recusal) = docket.recusals.iter().find(|r| concerns(&r.from) && register.same(&r.who, who)) {
        return Err(Unfit::Recused { id, who: who.to_owned(), reason: recusal.reason.clone() });
    }
    Ok(unit.or_else(|| units.first().copied()).map(str::to_owned))
}

/// Where every complaint stands as of a day; `complaints` are as known then.
pub fn lines(
    complaints: Vec<Complaint>,
    docket: &Docket,
    register: &Register<'_>,
    (regime, calendar): (&Regime, &Calendar),
    day: NaiveDate,
) -> Vec<Line> {
    let none = File::default();
    let line = |complaint: Complaint| {
        let file = docket.complaints.get(&complaint.complaint_id).unwrap_or(&none);
        let received = complaint.received_at.date();
        let verified = complaint.verified_at.map(|at| at.date());
        let until = verified.unwrap_or(day);
        let due = regime.complaint_limit().and_then(|days| calendar.nth_workday_after(received, days));
        let overturned = file.overturned.as_ref();
        let state = match (verified, overturned, &file.assigned) {
            (_, Some(_), _) => State::Overturned,
            (Some(_), ..) => State::Verified,
            (None, None, Some(_)) => State::Assigned,
            _ => State::Received,
        };
        Line {
            state,
            assigned_to: file.assigned.as_ref().map(|(to, _)| to.clone()),
            working_days: calendar.workdays_between(received, until),
            overdue: due.is_some_and(|due| until > due),
            due,
            consequences: consequences(regime, &complaint),
            lifted: overturned.map(|o| o.lifted.clone()).unwrap_or_default(),
            referred: file.slip(overturned.is_some_and(|o| !o.lifted.is_empty())).is_some(),
            remarks: remarks(&complaint, file, register),
            complaint,
        }
    };
    complaints.into_iter().map(line).collect()
}

fn remarks(complaint: &Complaint, file: &File, register: &Register<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    let holds = file.overturned.as_ref().map(|o| &o.verdict).or(file.verified.as_ref().map(|v| &v.verdict));
    if let Some(verdict) = holds.filter(|verdict| **verdict != complaint.verdict) {
        remarks.push(format!("entered here as {verdict}, a later export says {}", complaint.verdict));
    }
    if let (Some(by), Some(unit)) = (&complaint.verified_by, &complaint.unit)
        && (by == unit || register.units(by).contains(&unit.as_str()))
    {
        remarks.push(format!("verified by {by}, of the unit complained about"));
    }
    remarks
}

/// Tells a brief's docket what was done about each of its complaints.
pub fn tell(told: &mut docketed::Docket, docket: &Docket) {
    for one in &mut told.complaints {
        if let Some(file) = docket.complaints.get(&one.complaint.complaint_id) {
            one.acts = acts(file);
        }
    }
}

fn acts(file: &File) -> docketed::Acts {
    let filed = |slip: Option<&Referred>| {
        slip.map(|slip| docketed::Filed { on: slip.stamp.at.date(), offices: slip.recipients.clone() })
    };
    let lifts = file.overturned.as_ref().is_some_and(|overturned| !overturned.lifted.is_empty());
    docketed::Acts {
        assigned: file.assigned.as_ref().map(|(to, stamp)| (to.clone(), stamp.at.date())),
        verified: file.verified.is_some() || file.overturned.is_some(),
        filed: filed(if lifts { file.slip_before() } else { file.slip(false) }),
        overturned: file.overturned.as_ref().map(|overturned| docketed::Overturned {
            on: overturned.stamp.at.date(),
            before: overturned.before.clone(),
            lifted: overturned.lifted.clone(),
            filed: filed(file.slip(true)),
        }),
    }
}

impl Line {
    /// The calendar year for which its consequences hold.
    pub fn year(&self) -> Option<i32> {
        self.complaint.verified_at.map(|at| at.year())
    }
}
