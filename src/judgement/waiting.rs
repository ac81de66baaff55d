//! What waits for whom until when: notices to serve, replies, rulings, decisions, complaints, slips, corrections.
use chrono::NaiveDate;
use serde::Serialize;

use super::acts::Decision;
use super::complaints::Line;
use super::docket::{Docket, Matter};
use super::findings::{Kind, Standing};

/// One thing that waits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Wait {
    pub overdue: bool,
    pub until: Option<NaiveDate>,
    pub what: What,
    /// For whom: a name, or the office (办件人员, 裁定人, 决定人).
    pub whom: String,
    /// Finding or complaint.
    pub id: String,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A notice to serve.
    Serve,
    /// A reply that may still come.
    Reply,
    /// Contested items to rule on.
    Rule,
    Decide,
    /// A name that was decided does not hold any more.
    Correct,
    /// A complaint to give to somebody.
    Assign,
    Verify,
    /// A slip to write.
    Refer,
}

impl What {
    pub fn word(self) -> &'static str {
        match self {
            What::Serve => "serve notice",
            What::Reply => "reply",
            What::Rule => "rule",
            What::Decide => "decide",
            What::Correct => "correct",
            What::Assign => "assign",
            What::Verify => "verify",
            What::Refer => "refer",
        }
    }
}

/// Everything that waits as of a day: what is overdue first, then by day.
pub fn waiting(docket: &Docket, complaints: &[Line], day: NaiveDate) -> Vec<Wait> {
    let mut waits: Vec<Wait> = docket.matters.values().filter_map(|matter| of_matter(matter, day)).collect();
    waits.extend(complaints.iter().filter_map(|line| of_complaint(line, docket)));
    let key = |wait: &Wait| (!wait.overdue, wait.until.is_none(), wait.until, wait.what, wait.id.clone());
    waits.sort_by_key(key);
    waits
}

fn of_matter(matter: &Matter, day: NaiveDate) -> Option<Wait> {
    let finding = &matter.finding;
    let (what, whom, until) = match matter.decision() {
        Some((decided, _)) => {
            let named = matches!(decided.decision, Decision::Commend | Decision::Criticise);
            let holds = !matter.gone && decided.finding.same_matter(finding);
            (named && !holds).then_some((What::Correct, "决定人".to_owned(), None))?
        }
        None if matter.gone || finding.standing != Standing::Proposed => return None,
        None if finding.kind == Kind::Commendable => (What::Decide, "决定人".to_owned(), None),
        None => match &matter.notice {
            None => (What::Serve, "办件人员".to_owned(), None),
            Some(_) if !matter.untold().is_empty() => (What::Serve, "办件人员".to_owned(), None),
            Some(_) if !matter.unruled().is_empty() => (What::Rule, "裁定人".to_owned(), None),
            Some(notice) if !matter.heard(day) => (What::Reply, finding.subject.name.clone(), Some(notice.reply_by)),
            Some(_) => (What::Decide, "决定人".to_owned(), None),
        },
    };
    let about = format!("{} {}", finding.subject, finding.title);
    Some(Wait { overdue: until.is_some_and(|until| day > until), until, what, whom, id: finding.id.clone(), about })
}

fn of_complaint(line: &Line, docket: &Docket) -> Option<Wait> {
    let id = line.complaint.complaint_id.clone();
    let by_command =
        docket.complaints.get(&id).is_some_and(|file| file.verified.is_some() || file.overturned.is_some());
    let follows = !line.consequences.is_empty() || !line.lifted.is_empty();
    let (what, whom) = match (line.complaint.verified_at, &line.assigned_to) {
        (None, None) => (What::Assign, "办件人员".to_owned()),
        (None, Some(to)) => (What::Verify, to.clone()),
        // What came verified with an export was filed by whoever verified it.
        (Some(_), _) if by_command && follows && !line.referred => (What::Refer, "办件人员".to_owned()),
        _ => return None,
    };
    let until = line.due.filter(|_| line.complaint.verified_at.is_none());
    let whom_about = line.complaint.person.as_ref().or(line.complaint.unit.as_ref());
    let about = whom_about.map_or(String::new(), |whom| format!("投诉 {whom}"));
    Some(Wait { overdue: line.overdue && until.is_some(), until, what, whom, id, about })
}
