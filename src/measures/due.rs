//! Today's lists: obligations overdue (red) or due within some working days (yellow), and who has not written yet.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use duckdb::Row;
use serde::{Deserialize, Serialize};

use super::brief::Evidence;
use super::obligations::Asked;
use super::session::{ANSWERS, ASIDE};
use super::{MeasureError, Scope, Selection, Session};
use crate::regime::{Regime, Rule, Slot, Subject};

/// How urgent an obligation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// Past its due day and open still.
    Red,
    /// Due within the working days asked for.
    Yellow,
    /// Its due day, or how far it is off, lies beyond the declared calendar.
    Undated,
}

/// One open obligation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    pub urgency: Urgency,
    pub measure: String,
    /// 问题办结
    pub name: String,
    /// Table and key: `cases/Q000123`.
    pub record: String,
    pub title: Option<String>,
    pub enterprise_id: Option<String>,
    pub enterprise: Option<String>,
    /// Who answers; both null: the vacuum.
    pub person_id: Option<String>,
    pub person: Option<String>,
    pub unit: Option<String>,
    pub opened_at: Option<NaiveDateTime>,
    pub due_day: Option<NaiveDate>,
    pub due_at: Option<NaiveDateTime>,
    /// Working days left after the as-of day (0: today), negative: over; null beyond the calendar.
    pub working_days: Option<i64>,
    /// Paused at this instant.
    pub halted: bool,
    /// By how much pauses moved the due day already, in the clock's unit.
    pub paused: f64,
    pub extended: bool,
    /// The first year without declared working days, where that keeps the due day unknown.
    pub missing_year: Option<i32>,
    pub provision: String,
}

/// The red and yellow list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DueList {
    pub as_of: NaiveDateTime,
    pub known_at: i64,
    /// Working days ahead.
    pub within: u32,
    /// Red first, then by due time; what has no due day last.
    pub rows: Vec<Due>,
}

/// Who has still to write in a slot that runs, or wrote nothing in the last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reminder {
    pub as_of: NaiveDateTime,
    pub known_at: i64,
    pub duties: Vec<Duty>,
}

/// One regular duty of persons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Duty {
    pub measure: String,
    pub name: String,
    pub provision: String,
    pub rule: String,
    /// A zero report counts.
    pub zero_report: bool,
    /// First and last day of the slot that runs, and of the last one that is over.
    pub now: Option<(NaiveDate, NaiveDate)>,
    pub last: Option<(NaiveDate, NaiveDate)>,
    /// How many owe the one that runs.
    pub owe: usize,
    /// By unit and name.
    pub people: Vec<Owing>,
}

/// A person who has something to catch up on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Owing {
    pub person_id: String,
    pub person: Option<String>,
    pub unit: Option<String>,
    /// Nothing (or not enough) yet in the slot that runs.
    pub now: bool,
    /// Nothing (or not enough) in the last one.
    pub last: bool,
}

/// Days before the as-of day in which the last slot of a week or month lies.
const BACK: u64 = 70;

impl Session {
    /// Obligations of all deadlines that are open as of an instant, with what is due within so many working days.
    /// What was computed before is gone.
    pub fn due(&mut self, scope: Scope, within: u32, regime: &Regime) -> Result<DueList, MeasureError> {
        let ever = Scope {
            first: NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(scope.first),
            last: scope.as_of_day(),
            ..scope
        };
        self.lay(ever)?;
        self.oblige(Asked::Open)?;
        self.conn().execute_batch(
            // Milestones stay whatever became of them: they are all read after this (`gather::steps`).
            "DELETE FROM obligation WHERE record NOT LIKE 'milestones/%'
                 AND (done_at IS NOT NULL OR outcome IS NULL OR outcome NOT IN ('pending', 'breached'))",
        )?;
        self.run("INSERT INTO evidence BY NAME ", ANSWERS)?;
        // Nobody is warned of what a ruling took out.
        self.conn().execute_batch(ASIDE)?;
        let (name, text) = super::session::query("lists/due.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn().prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| due(row, within, regime)).map_err(failed)?;
        let rows: Vec<Option<Due>> = rows.collect::<Result<_, _>>().map_err(failed)?;
        let mut rows: Vec<Due> = rows.into_iter().flatten().collect();
        rows.sort_by_key(|row| row.urgency);
        Ok(DueList { as_of: scope.as_of, known_at: self.known_at(), within, rows })
    }

    /// Who owes an entry in the slots around an instant. What was computed before is gone.
    pub fn reminder(&mut self, scope: Scope, regime: &Regime) -> Result<Reminder, MeasureError> {
        let first = scope.as_of_day() - chrono::Days::new(BACK);
        self.lay(Scope { first, last: scope.as_of_day(), ..scope })?;
        self.oblige(Asked::Kind("cadence"))?;
        self.run("INSERT INTO evidence BY NAME ", ANSWERS)?;
        let rows = self.evidence(&Selection::default())?;
        let mut statement = self.conn().prepare("SELECT person_id, name, unit FROM people")?;
        let known = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        let known: People = known.collect::<Result<_, _>>()?;
        let duties = regime.measures.iter().filter_map(|measure| {
            let Rule::Cadence { subject: Subject::PersonHolding(_), slot, kinds, at_least, .. } = &measure.rule else {
                return None;
            };
            let rows: Vec<&Evidence> = rows.iter().filter(|row| row.measure == measure.id).collect();
            let mut duty = duty(&rows, *at_least, &known);
            duty.measure.clone_from(&measure.id);
            duty.name.clone_from(&measure.name_zh);
            duty.provision.clone_from(&measure.provision);
            duty.rule = measure.rule_zh();
            duty.zero_report = kinds.is_empty() || kinds.iter().any(|kind| kind == "zero_report");
            (!matches!(slot, Slot::Quarter)).then_some(duty)
        });
        let duties = duties.collect();
        Ok(Reminder { as_of: scope.as_of, known_at: self.known_at(), duties })
    }
}

type People = BTreeMap<String, (Option<String>, Option<String>)>;

fn duty(rows: &[&Evidence], at_least: u32, known: &People) -> Duty {
    let days = |row: &Evidence| Some((row.opened_at?.date(), row.due_day?));
    let running = |row: &Evidence| row.outcome.as_deref() == Some("pending");
    let now = rows.iter().filter(|row| running(row)).filter_map(|row| days(row)).max();
    let last = rows.iter().filter(|row| !running(row)).filter_map(|row| days(row)).max();
    let mut people: BTreeMap<&str, Owing> = BTreeMap::new();
    let mut owe = 0;
    for row in rows {
        let Some(person_id) = row.person_id.as_deref() else { continue };
        let here = days(row);
        let (in_now, in_last) = (running(row) && here == now, !running(row) && here == last);
        owe += usize::from(in_now);
        let missing_now = in_now && row.value.unwrap_or(0.0) < f64::from(at_least);
        let missing_last = in_last && row.outcome.as_deref() == Some("breached");
        if missing_now || missing_last {
            let (person, unit) = known.get(person_id).cloned().unwrap_or_default();
            let owing = Owing { person_id: person_id.to_owned(), person, unit, now: false, last: false };
            let owing = people.entry(person_id).or_insert(owing);
            owing.now |= missing_now;
            owing.last |= missing_last;
        }
    }
    let mut people: Vec<Owing> = people.into_values().collect();
    people.sort_by(|a, b| (a.unit.is_none(), &a.unit, &a.person_id).cmp(&(b.unit.is_none(), &b.unit, &b.person_id)));
    Duty {
        measure: String::new(),
        name: String::new(),
        provision: String::new(),
        rule: String::new(),
        zero_report: false,
        now,
        last,
        owe,
        people,
    }
}

/// The row, if it is urgent.
fn due(row: &Row<'_>, within: u32, regime: &Regime) -> duckdb::Result<Option<Due>> {
    let measure: String = row.get("measure")?;
    let overdue: bool = row.get("overdue")?;
    let working_days: Option<i64> = row.get("left_days")?;
    let calendar_days: Option<i64> = row.get("calendar_days")?;
    let fewest: Option<i64> = row.get("fewest")?;
    let near = i64::from(within);
    let urgency = match (overdue, working_days, calendar_days) {
        (true, ..) => Urgency::Red,
        (_, Some(left), _) if left <= near => Urgency::Yellow,
        (_, Some(_), _) => return Ok(None),
        // Far enough by the days that are declared already, whatever the next years bring.
        (_, None, _) if fewest.is_some_and(|fewest| fewest > near) => return Ok(None),
        // As many days off hold no more working days.
        (_, None, Some(days)) if days <= near => Urgency::Yellow,
        _ => Urgency::Undated,
    };
    let (name, provision) =
        regime.measure(&measure).map_or_else(Default::default, |m| (m.name_zh.clone(), m.provision.clone()));
    Ok(Some(Due {
        urgency,
        record: row.get("record")?,
        title: row.get("title")?,
        enterprise_id: row.get("enterprise_id")?,
        enterprise: row.get("enterprise")?,
        person_id: row.get("person_id")?,
        person: row.get("person")?,
        unit: row.get("unit")?,
        opened_at: row.get("opened_at")?,
        due_day: row.get("due_day")?,
        due_at: row.get("due_at")?,
        working_days,
        halted: row.get("halted")?,
        paused: row.get("paused")?,
        extended: row.get("extended")?,
        missing_year: row.get("missing_year")?,
        provision,
        name,
        measure,
    }))
}

impl DueList {
    /// Rows of one urgency.
    pub fn of(&self, urgency: Urgency) -> impl Iterator<Item = &Due> {
        self.rows.iter().filter(move |row| row.urgency == urgency)
    }

    /// The rows as they are read: one that answers for many records of a register (policies to push, changes to
    /// file) has one line for all of them, at the most urgent, with how many; cases stand for themselves.
    pub fn gathered(&self) -> Vec<Due> {
        let mut lines: Vec<(Due, BTreeSet<&str>, usize)> = Vec::new();
        let mut known: BTreeMap<_, usize> = BTreeMap::new();
        for row in &self.rows {
            let enterprise = row.enterprise_id.as_deref();
            let key = (row.urgency, &row.measure, &row.unit, &row.person_id);
            let case = row.record.starts_with("cases/");
            if let Some((_, enterprises, n)) = known.get(&key).filter(|_| !case).and_then(|at| lines.get_mut(*at)) {
                enterprises.extend(enterprise);
                *n += 1;
                continue;
            }
            if !case {
                known.insert(key, lines.len());
            }
            lines.push((row.clone(), enterprise.into_iter().collect(), 1));
        }
        let line = |(mut row, enterprises, n): (Due, BTreeSet<&str>, usize)| {
            if n > 1 {
                let table = row.record.split('/').next().unwrap_or_default();
                row.record = format!("{table}/{}等{n}项", row.number());
                if enterprises.len() > 1 {
                    let first = row.enterprise.clone().or_else(|| row.enterprise_id.clone()).unwrap_or_default();
                    row.enterprise = Some(format!("{first}等{}家", enterprises.len()));
                }
            }
            row
        };
        lines.into_iter().map(line).collect()
    }
}

impl Due {
    /// The case's or record's number.
    pub fn number(&self) -> &str {
        self.record.split('/').nth(1).unwrap_or(&self.record)
    }

    /// Who answers: the person, else the unit.
    pub fn who(&self) -> Option<&str> {
        self.person.as_deref().or(self.person_id.as_deref()).or(self.unit.as_deref())
    }
}
