//! What judgement asks of a session beside classes: verified complaints, deeds, and what else could explain a figure.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use duckdb::params;
use serde::{Deserialize, Serialize};

use super::session::{Session, query};
use super::{MeasureError, Span};
use crate::warehouse::exclusions::RowId;

/// A complaint as it stood at as-of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    pub complaint_id: String,
    pub enterprise_id: Option<String>,
    pub enterprise: Option<String>,
    pub person_id: Option<String>,
    pub person: Option<String>,
    /// As given, else that of the person.
    pub unit: Option<String>,
    pub received_at: NaiveDateTime,
    pub category: Option<String>,
    pub content: Option<String>,
    /// pending, substantiated, partly, unsubstantiated
    pub verdict: String,
    pub verified_at: Option<NaiveDateTime>,
    pub verified_by: Option<String>,
    pub finding: Option<String>,
}

impl Complaint {
    /// Whether anything follows from it by the rules: an enterprise complained about a person, wholly rightly.
    pub fn carries(&self) -> bool {
        self.verdict == "substantiated" && self.enterprise_id.is_some() && self.person_id.is_some()
    }
}

/// A case that needed a higher level, was settled, and was judged satisfied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    pub person_id: Option<String>,
    pub unit: Option<String>,
    pub case_id: String,
    pub title: Option<String>,
    pub enterprise: Option<String>,
    /// The highest level it reached.
    pub level: String,
    pub submitted_at: NaiveDateTime,
    pub settled_at: NaiveDateTime,
    /// Of the row of the clock that settled it.
    pub opened_at: Option<NaiveDateTime>,
}

/// Names or titles by id.
pub type Words = BTreeMap<String, String>;

/// Name and unit of an official.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Official {
    pub name: String,
    pub unit: Option<String>,
}

/// Days on which somebody was away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    pub person_id: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub deputy_id: Option<String>,
}

/// An enterprise taken over or given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    pub person_id: String,
    pub day: NaiveDate,
    pub taken: bool,
}

impl Session {
    /// Complaints known, by the day of receipt.
    pub fn complaints(&self) -> Result<Vec<Complaint>, MeasureError> {
        let mut statement = self.conn().prepare(
            "SELECT k.complaint_id, k.enterprise_id, n.name, k.person_id, h.name, COALESCE(k.unit, h.unit), k.received_at,
                    k.category, k.content, k.verdict, k.verified_at, k.verified_by, k.finding
             FROM complaints k
             LEFT JOIN enterprises n ON n.enterprise_id = k.enterprise_id
             LEFT JOIN people h ON h.person_id = k.person_id
             ORDER BY k.received_at, k.complaint_id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Complaint {
                complaint_id: row.get(0)?,
                enterprise_id: row.get(1)?,
                enterprise: row.get(2)?,
                person_id: row.get(3)?,
                person: row.get(4)?,
                unit: row.get(5)?,
                received_at: row.get(6)?,
                category: row.get(7)?,
                content: row.get(8)?,
                verdict: row.get(9)?,
                verified_at: row.get(10)?,
                verified_by: row.get(11)?,
                finding: row.get(12)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Deeds decided within a span, of the measures that settle and judge; by case.
    pub fn deeds(
        &self,
        levels: &[String],
        settled: &str,
        satisfied: &str,
        span: &Span,
    ) -> Result<Vec<Deed>, MeasureError> {
        let conn = self.conn();
        conn.execute_batch("DELETE FROM deed_level; DELETE FROM deed_rule")?;
        for (position, level) in levels.iter().enumerate() {
            conn.execute("INSERT INTO deed_level VALUES (?, ?)", params![level, position as i64])?;
        }
        conn.execute("INSERT INTO deed_rule VALUES (?, ?, ?, ?)", params![settled, satisfied, span.first, span.last])?;
        let (name, text) = query("lists/deeds.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = conn.prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            Ok(Deed {
                person_id: row.get("person_id")?,
                unit: row.get("unit")?,
                case_id: row.get("case_id")?,
                title: row.get("title")?,
                enterprise: row.get("enterprise")?,
                level: row.get("level")?,
                submitted_at: row.get("submitted_at")?,
                settled_at: row.get("settled_at")?,
                opened_at: row.get("opened_at")?,
            })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// Everybody known, by id.
    pub fn officials(&self) -> Result<BTreeMap<String, Official>, MeasureError> {
        let mut statement = self.conn().prepare("SELECT person_id, name, unit FROM people")?;
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, Official { name: row.get(1)?, unit: row.get(2)? })))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records with a breach under one of these measures.
    pub fn breached(&self, measures: &[String]) -> Result<BTreeSet<String>, MeasureError> {
        let mut records = BTreeSet::new();
        for measure in measures {
            let mut statement = self
                .conn()
                .prepare("SELECT DISTINCT e.record FROM evidence e WHERE e.measure = ? AND e.outcome = 'breached'")?;
            let rows = statement.query_map(params![measure], |row| row.get(0))?;
            records.extend(rows.collect::<Result<Vec<String>, _>>()?);
        }
        Ok(records)
    }

    /// Who was away within these days; by person and day.
    pub fn away(&self, first: NaiveDate, last: NaiveDate) -> Result<Vec<Away>, MeasureError> {
        let mut statement = self.conn().prepare(
            "SELECT b.person_id, b.first_day, b.last_day, b.deputy_id FROM absences b
             WHERE b.first_day <= ? AND b.last_day >= ? ORDER BY b.person_id, b.first_day",
        )?;
        let rows = statement.query_map(params![last, first], |row| {
            Ok(Away { person_id: row.get(0)?, first: row.get(1)?, last: row.get(2)?, deputy_id: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Enterprises that holders of a role took over or gave up within these days.
    pub fn hand_overs(&self, role: &str, first: NaiveDate, last: NaiveDate) -> Result<Vec<HandOver>, MeasureError> {
        let mut statement = self.conn().prepare(
            "SELECT a.holder_id, a.valid_from AS day, TRUE FROM assignments a
             WHERE a.role = ? AND a.holder_id IS NOT NULL AND a.valid_from BETWEEN ? AND ?
             UNION ALL
             SELECT a.holder_id, a.valid_to, FALSE FROM assignments a
             WHERE a.role = ? AND a.holder_id IS NOT NULL AND a.valid_to BETWEEN ? AND ?
             ORDER BY 1, 2, 3",
        )?;
        let rows = statement.query_map(params![role, first, last, role, first, last], |row| {
            Ok(HandOver { person_id: row.get(0)?, day: row.get(1)?, taken: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets all evidence but these rows, so that notes are asked of them alone.
    pub fn keep_these(&mut self, rows: &[RowId]) -> Result<(), MeasureError> {
        let conn = self.conn();
        conn.execute_batch(
            "CREATE OR REPLACE TEMP TABLE wanted (measure VARCHAR, record VARCHAR, opened_at TIMESTAMP, class VARCHAR, unit VARCHAR)",
        )?;
        let mut appender = conn.appender_to_catalog_and_db("wanted", "temp", "main")?;
        for row in rows {
            appender.append_row(params![row.measure, row.record, row.opened_at, row.class, row.unit])?;
        }
        appender.flush()?;
        conn.execute_batch(
            "DELETE FROM evidence WHERE NOT EXISTS (SELECT 1 FROM wanted w
                 WHERE w.measure = evidence.measure AND w.record = evidence.record
                   AND w.opened_at IS NOT DISTINCT FROM evidence.opened_at
                   AND (w.class IS NULL OR w.class = evidence.class) AND (w.unit IS NULL OR w.unit = evidence.unit));
             DROP TABLE wanted;",
        )?;
        Ok(())
    }

    /// Names of enterprises and titles of cases in the evidence at hand.
    pub fn titles(&self) -> Result<(Words, Words), MeasureError> {
        let enterprises = self.pairs(
            "SELECT DISTINCT e.enterprise_id, n.name FROM evidence e JOIN enterprises n ON n.enterprise_id = e.enterprise_id",
        )?;
        let cases = self.pairs(
            "SELECT DISTINCT c.case_id, c.title FROM evidence e
             JOIN cases c ON c.case_id = split_part(e.record, '/', 2) WHERE c.title IS NOT NULL",
        )?;
        Ok((enterprises.into_iter().collect(), cases.into_iter().collect()))
    }
}
