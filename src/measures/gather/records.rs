//! The records that reports name: people, enterprises, cases, policies.
use std::collections::BTreeMap;

use duckdb::params;

use crate::measures::brief::{Case, Enterprise, Person, Policy};
use crate::measures::{MeasureError, Scope, Session};
use crate::regime::{Regime, Roles};

pub fn people(session: &Session, regime: &Regime) -> Result<Vec<Person>, MeasureError> {
    let held = held(session, regime)?;
    let mut statement = session
        .conn()
        .prepare("SELECT person_id, name, unit, rank FROM people ORDER BY unit NULLS LAST, name, person_id")?;
    let rows = statement.query_map([], |row| {
        Ok(Person {
            person_id: row.get(0)?,
            name: row.get(1)?,
            unit: row.get(2)?,
            rank: row.get(3)?,
            holds: Vec::new(),
        })
    })?;
    let mut people: Vec<Person> = rows.collect::<Result<_, _>>()?;
    for person in &mut people {
        let own = held.iter().filter(|(_, holder, in_scope)| *in_scope && holder == &person.person_id);
        person.holds = own.map(|(enterprise, ..)| enterprise.clone()).collect();
    }
    Ok(people)
}

pub fn enterprises(session: &Session, regime: &Regime) -> Result<Vec<Enterprise>, MeasureError> {
    let mut holders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (enterprise, holder, _) in held(session, regime)? {
        holders.entry(enterprise).or_default().push(holder);
    }
    let mut statement = session.conn().prepare(
        "SELECT n.enterprise_id, n.name, n.kind, n.industry, n.area, n.stage, n.tier,
                n.listed AND n.in_scope_from <= p.as_of_day AND p.as_of_day <= n.in_scope_to
         FROM enterprises n CROSS JOIN params p ORDER BY n.enterprise_id",
    )?;
    let rows = statement.query_map([], |row| {
        let enterprise_id: String = row.get(0)?;
        Ok(Enterprise {
            name: row.get(1)?,
            kind: row.get(2)?,
            industry: row.get(3)?,
            area: row.get(4)?,
            stage: row.get(5)?,
            tier: row.get(6)?,
            in_scope: row.get(7)?,
            holders: holders.get(&enterprise_id).cloned().unwrap_or_default(),
            enterprise_id,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// (enterprise, holder, in scope) in the main role on the as-of day.
fn held(session: &Session, regime: &Regime) -> Result<Vec<(String, String, bool)>, MeasureError> {
    let mut statement = session.conn().prepare(
        "SELECT DISTINCT h.enterprise_id, h.holder,
                COALESCE(n.listed AND n.in_scope_from <= p.as_of_day AND p.as_of_day <= n.in_scope_to, FALSE)
         FROM holdings h CROSS JOIN params p LEFT JOIN enterprises n ON n.enterprise_id = h.enterprise_id
         WHERE h.role = ? AND (? IS NULL OR n.stage = ?) AND h.first_day <= p.as_of_day AND p.as_of_day < h.end_day
         ORDER BY 1, 2",
    )?;
    let roles = match regime.main() {
        Roles::One(role) => vec![(None, role)],
        Roles::ByStage(by_stage) => by_stage.into_iter().map(|(stage, role)| (Some(stage), role)).collect(),
    };
    let mut held = Vec::new();
    for (stage, role) in roles {
        let rows =
            statement.query_map(params![role, stage, stage], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        held.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    held.sort();
    Ok(held)
}

pub fn cases(session: &Session, scope: Scope) -> Result<Vec<Case>, MeasureError> {
    let mut statement = session.conn().prepare(
        "WITH last AS (
             SELECT e.case_id, e.event, e.at FROM case_events e
             QUALIFY ROW_NUMBER() OVER (
                 PARTITION BY e.case_id ORDER BY e.day DESC, e.whole_day DESC, e.at DESC, e.seq DESC, e.event) = 1
         ),
         turned AS (
             SELECT e.case_id,
                    MAX(e.at) FILTER (WHERE e.event IN ('resolved', 'returned', 'withdrawn')) AS settled_at,
                    MAX(e.at) FILTER (WHERE e.event = 'reopened') AS reopened_at
             FROM case_events e GROUP BY e.case_id
         ),
         settled AS (
             SELECT t.case_id, t.settled_at FROM turned t WHERE t.reopened_at IS NULL OR t.reopened_at < t.settled_at
         )
         SELECT c.case_id, c.enterprise_id, c.title, c.category, c.channel, c.submitted_at, l.event, l.at, s.settled_at
         FROM cases c
         LEFT JOIN last l ON l.case_id = c.case_id
         LEFT JOIN settled s ON s.case_id = c.case_id
         WHERE CAST(c.submitted_at AS DATE) >= ? OR s.settled_at IS NULL OR CAST(s.settled_at AS DATE) >= ?
         ORDER BY c.case_id",
    )?;
    let rows = statement.query_map(params![scope.first, scope.first], |row| {
        Ok(Case {
            case_id: row.get(0)?,
            enterprise_id: row.get(1)?,
            title: row.get(2)?,
            category: row.get(3)?,
            channel: row.get(4)?,
            submitted_at: row.get(5)?,
            last_event: row.get(6)?,
            last_at: row.get(7)?,
            settled_at: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn policies(session: &Session) -> Result<Vec<Policy>, MeasureError> {
    let sql = "SELECT policy_id, title, issued_on FROM policies ORDER BY issued_on, policy_id";
    let mut statement = session.conn().prepare(sql)?;
    let rows = statement
        .query_map([], |row| Ok(Policy { policy_id: row.get(0)?, title: row.get(1)?, issued_on: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
