//! Which step may be taken when, and by whom; a refusal names the step that is missing.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::acts::{Decision, Ruling, Says, Stamp};
use super::docket::{Docket, Matter};
use super::findings::{Finding, Kind, RowId, Standing};
use crate::measures::circumstances::Official;
use crate::regime::About;

/// Why a step cannot be taken, and what has to come before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error(
        "no finding is entered as {0}; `guanjia findings --period PERIOD` lists them, `--record --by NAME` enters them"
    )]
    NotEntered(String),
    #[error("{0}: the data carry this finding no more; it can only be noted or dropped")]
    Gone(String),
    #[error("{id}: a finding that is {standing} leads to no name ({why}); it can only be noted or dropped")]
    NoName { id: String, standing: &'static str, why: &'static str },
    #[error(
        "{id}: its figures have changed since they were entered; enter them anew with `guanjia findings --period {period} --record --by NAME`"
    )]
    Changed { id: String, period: String },
    #[error("{id}: no notice has been served; serve it with `guanjia notice {id} --served-on DATE --by NAME`")]
    NotServed { id: String },
    #[error(
        "{id}: items {items} are not in the notice that was served; serve it anew with `guanjia notice {id} --served-on DATE --by NAME`"
    )]
    NotTold { id: String, items: String },
    #[error(
        "{id}: the person may answer until {until}; wait for that day to pass, or for `guanjia respond {id} --waive`"
    )]
    NotHeard { id: String, until: NaiveDate },
    #[error(
        "{id}: items {items} are contested and not ruled on; rule with `guanjia rule {id} --item N --upheld|--excluded --reason … --by RULER`"
    )]
    NotRuled { id: String, items: String },
    #[error("{id}: {by} ruled on item {item} and cannot decide; somebody else decides")]
    Ruled { id: String, by: String, item: u32 },
    #[error("{id}: {by} decided on it and cannot rule; somebody else rules")]
    DecidedIt { id: String, by: String },
    #[error(
        "{id}: {by} is whom it is about; somebody else {does}. Where it is another person of that name, act by id (--by P0001)"
    )]
    Oneself { id: String, by: String, does: &'static str },
    #[error("{id}: {by} belongs to {unit}, which it is about; somebody else {does}")]
    OwnUnit { id: String, by: String, unit: String, does: &'static str },
    #[error("{id}: {by} takes no part (recused on {on}: {reason}); somebody else {does}")]
    Recused { id: String, by: String, on: NaiveDate, reason: String, does: &'static str },
    #[error("{id}: item {item} is not in the notice; it has items {items}, and 0 for the finding as a whole")]
    NoItem { id: String, item: u32, items: String },
    #[error(
        "{id}: item {item} was not contested; a ruling answers an objection (`guanjia respond {id} --item {item} --answer contest --reason … --by NAME`)"
    )]
    NotContested { id: String, item: u32 },
    #[error("{id}: item {item} is not excluded; only an exclusion can be taken back")]
    NotExcluded { id: String, item: u32 },
    #[error("{id}: a finding as a whole cannot be excluded; uphold it, or decide `--drop`")]
    Whole { id: String },
    #[error(
        "{id}: the verdict on a complaint is not excluded but overturned: `guanjia complaint overturn {complaint} --reason … --by NAME`"
    )]
    Complaint { id: String, complaint: String },
    #[error("{id}: a finding of the kind {kind} cannot lead to {decision}; {remedy}")]
    Kind { id: String, kind: &'static str, decision: &'static str, remedy: &'static str },
    #[error("{id}: {at} is before the last act about it, of {last}; acts are entered in their order")]
    Earlier { id: String, at: NaiveDateTime, last: NaiveDateTime },
    #[error("{id}: decided already by {by} on {on}; only a new decision or a ruling can follow")]
    Decided { id: String, by: String, on: NaiveDate },
    #[error("{id}: only {name} can give up the time to answer; use --by {name} or the person's id")]
    NotTheirs { id: String, name: String },
    #[error("served on {served}, which is {what}")]
    ServedOn { served: NaiveDate, what: &'static str },
    #[error(
        "the calendar ends before the reply is due: add the next year's notice with `guanjia calendar import FILE`"
    )]
    Calendar,
    #[error("give a --reason")]
    Reason,
}

/// The register of people.
pub struct Register<'r>(pub &'r BTreeMap<String, Official>);

impl Register<'_> {
    /// Whether two, each named by name or id, are one. A name that several bear is taken for each of them.
    pub fn same(&self, one: &str, other: &str) -> bool {
        let (one, other) = (one.trim(), other.trim());
        let bears = |id: &str, name: &str| self.0.get(id).is_some_and(|official| official.name == name);
        one == other || bears(one, other) || bears(other, one)
    }

    /// Units of whoever is named so.
    pub fn units(&self, who: &str) -> Vec<&str> {
        let who = who.trim();
        let named = |(id, official): &(&String, &Official)| {
            id.as_str() == who || (!self.0.contains_key(who) && official.name == who)
        };
        self.0.iter().filter(named).filter_map(|(_, official)| official.unit.as_deref()).collect()
    }
}

/// The finding's matter, as entered.
pub fn matter<'d>(docket: &'d Docket, id: &str) -> Result<&'d Matter, Missing> {
    docket.matters.get(id).ok_or_else(|| Missing::NotEntered(id.to_owned()))
}

/// Acts about one finding are entered in their order.
pub fn in_order(matter: &Matter, at: NaiveDateTime) -> Result<(), Missing> {
    if at < matter.last {
        return Err(Missing::Earlier { id: matter.finding.id.clone(), at, last: matter.last });
    }
    Ok(())
}

/// Whether it may lead to a name at all, on the figures of now.
fn named(matter: &Matter, fresh: Option<&Finding>) -> Result<(), Missing> {
    let id = matter.finding.id.clone();
    let Some(fresh) = fresh.filter(|_| !matter.gone) else { return Err(Missing::Gone(id)) };
    let why = match fresh.standing {
        Standing::Proposed => None,
        Standing::Check => Some("one bad window is a reason to look, not to name"),
        Standing::District => Some("it is about the district"),
        Standing::Internal => Some("leads are never published"),
    };
    if let Some(why) = why {
        return Err(Missing::NoName { id, standing: fresh.standing.word(), why });
    }
    if !fresh.same_matter(&matter.finding) {
        return Err(Missing::Changed { id, period: matter.finding.period.to_string() });
    }
    Ok(())
}

/// A notice is served of a finding that stands, after it was entered.
pub fn may_serve(
    matter: &Matter,
    fresh: Option<&Finding>,
    served_on: NaiveDate,
    at: NaiveDateTime,
) -> Result<(), Missing> {
    named(matter, fresh)?;
    in_order(matter, at)?;
    undecided(matter)?;
    if matter.finding.kind == Kind::Commendable {
        let remedy = "a commendation needs no notice; decide on it";
        return Err(Missing::Kind { id: matter.finding.id.clone(), kind: "commendable", decision: "a notice", remedy });
    }
    if served_on > at.date() {
        return Err(Missing::ServedOn { served: served_on, what: "after the day of this entry (--at)" });
    }
    if served_on < matter.found.at.date() {
        return Err(Missing::ServedOn { served: served_on, what: "before the finding was entered" });
    }
    Ok(())
}

fn undecided(matter: &Matter) -> Result<(), Missing> {
    match matter.decision() {
        Some((_, Stamp { by, at, .. })) => {
            Err(Missing::Decided { id: matter.finding.id.clone(), by: by.clone(), on: at.date() })
        }
        None => Ok(()),
    }
}

/// Who was served may answer until somebody decides; what comes late is entered as late.
pub fn may_answer(matter: &Matter, at: NaiveDateTime) -> Result<(), Missing> {
    in_order(matter, at)?;
    if matter.notice.is_none() {
        return Err(Missing::NotServed { id: matter.finding.id.clone() });
    }
    undecided(matter)
}

/// Only the person named gives up the time that is left.
pub fn may_waive(matter: &Matter, by: &str, at: NaiveDateTime, register: &Register<'_>) -> Result<(), Missing> {
    may_answer(matter, at)?;
    let subject = &matter.finding.subject;
    let own = match subject.by {
        About::Person => register.same(by, &subject.id) || register.same(by, &subject.name),
        _ => by == subject.name || register.units(by).contains(&subject.id.as_str()),
    };
    if own { Ok(()) } else { Err(Missing::NotTheirs { id: matter.finding.id.clone(), name: subject.name.clone() }) }
}

/// The row of an item of the letter; none for the finding as a whole.
pub fn item(matter: &Matter, no: u32) -> Result<Option<RowId>, Missing> {
    let id = matter.finding.id.clone();
    let notice = matter.notice.as_ref().ok_or_else(|| Missing::NotServed { id: id.clone() })?;
    if no == 0 {
        return Ok(None);
    }
    let told = notice.items.iter().find(|told| told.no == no);
    let items = || match notice.items.len() {
        0 => "none of their own".to_owned(),
        n => format!("1 to {n}"),
    };
    told.map(|told| Some(told.row.clone())).ok_or_else(|| Missing::NoItem { id, item: no, items: items() })
}

/// Who rules or decides has no part in it.
fn apart(
    docket: &Docket,
    matter: &Matter,
    by: &str,
    does: &'static str,
    register: &Register<'_>,
) -> Result<(), Missing> {
    let (id, subject) = (matter.finding.id.clone(), &matter.finding.subject);
    if subject.by == About::Person && (register.same(by, &subject.id) || by.trim() == subject.name) {
        // An id that is another's is another.
        let another = register.0.contains_key(by.trim()) && by.trim() != subject.id;
        if !another {
            return Err(Missing::Oneself { id, by: by.to_owned(), does });
        }
    }
    if subject.by == About::Unit && (by == subject.id || register.units(by).contains(&subject.id.as_str())) {
        return Err(Missing::OwnUnit { id, by: by.to_owned(), unit: subject.id.clone(), does });
    }
    match docket.recused(&matter.finding).find(|recusal| register.same(&recusal.who, by)) {
        Some(recusal) => Err(Missing::Recused {
            id,
            by: by.to_owned(),
            on: recusal.stamp.at.date(),
            reason: recusal.reason.clone(),
            does,
        }),
        None => Ok(()),
    }
}

/// A contested item is ruled on by somebody who has no part in it and did not decide.
pub fn may_rule(
    docket: &Docket,
    matter: &Matter,
    (no, ruling): (u32, Ruling),
    by: &str,
    at: NaiveDateTime,
    register: &Register<'_>,
) -> Result<Option<RowId>, Missing> {
    let id = || matter.finding.id.clone();
    in_order(matter, at)?;
    let row = item(matter, no)?;
    apart(docket, matter, by, "rules", register)?;
    if matter.decisions.iter().any(|(_, stamp)| register.same(&stamp.by, by)) {
        return Err(Missing::DecidedIt { id: id(), by: by.to_owned() });
    }
    if !matter.answers.get(&row).is_some_and(|(answer, _)| answer.says == Says::Contest) {
        return Err(Missing::NotContested { id: id(), item: no });
    }
    let excluded = matter.rulings.get(&row).is_some_and(|(ruled, _)| ruled.ruling == Ruling::Excluded);
    match (ruling, &row) {
        (Ruling::Reinstated, _) if !excluded => Err(Missing::NotExcluded { id: id(), item: no }),
        (Ruling::Excluded, None) => Err(Missing::Whole { id: id() }),
        (Ruling::Excluded, Some(row)) if row.record.starts_with("complaints/") => {
            let complaint = row.record.trim_start_matches("complaints/").to_owned();
            Err(Missing::Complaint { id: id(), complaint })
        }
        _ => Ok(row),
    }
}

/// Whether a decision may be made, by this person, now.
pub fn may_decide(
    docket: &Docket,
    matter: &Matter,
    decision: Decision,
    fresh: Option<&Finding>,
    by: &str,
    at: NaiveDateTime,
    register: &Register<'_>,
) -> Result<(), Missing> {
    in_order(matter, at)?;
    apart(docket, matter, by, "decides", register)?;
    let ruled = matter.rulings.values().find(|(_, stamp)| register.same(&stamp.by, by));
    if let Some((ruled, _)) = ruled {
        return Err(Missing::Ruled { id: matter.finding.id.clone(), by: by.to_owned(), item: ruled.no });
    }
    publishable(matter, decision, fresh, at.date())
}

/// Whether everything that a decision to publish needs has been done, on a day; anything goes that is not published.
pub fn publishable(
    matter: &Matter,
    decision: Decision,
    fresh: Option<&Finding>,
    day: NaiveDate,
) -> Result<(), Missing> {
    let id = matter.finding.id.clone();
    let kind = matter.finding.kind;
    let wrong = |remedy| Missing::Kind { id: id.clone(), kind: kind.word(), decision: decision.word(), remedy };
    match (decision, kind) {
        (Decision::Note | Decision::Drop, _) => return Ok(()),
        (_, Kind::Lead) => return Err(wrong("a lead is work for a checker: note or drop it")),
        (Decision::Commend, Kind::Commendable) => return named(matter, fresh),
        (Decision::Commend, _) => return Err(wrong("criticise, note or drop")),
        (Decision::Criticise, Kind::Commendable) => return Err(wrong("commend, note or drop")),
        (Decision::Criticise, _) => {}
    }
    let standing = named(matter, fresh);
    // What can never lead to a name is told before its steps; changed figures after the notice they may need.
    if matches!(standing, Err(Missing::Gone(_) | Missing::NoName { .. })) {
        return standing;
    }
    let Some(notice) = &matter.notice else { return Err(Missing::NotServed { id }) };
    standing?;
    let numbers = |all: Vec<u32>| all.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let untold = matter.untold();
    if !untold.is_empty() {
        return Err(Missing::NotTold { id, items: numbers(untold) });
    }
    if !matter.heard(day) {
        return Err(Missing::NotHeard { id, until: notice.reply_by });
    }
    let unruled = matter.unruled();
    if !unruled.is_empty() {
        return Err(Missing::NotRuled { id, items: numbers(unruled.iter().map(|answer| answer.no).collect()) });
    }
    Ok(())
}
