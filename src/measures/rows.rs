//! The rows behind the figures, and whom they are about.
use std::collections::BTreeMap;

use duckdb::{Row, params};

use super::brief::{Evidence, Merged};
use super::session::Session;
use super::{Dimension, MeasureError};

/// Which evidence rows are asked for; an empty one asks for all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub measure: Option<String>,
    /// Dimension and subject; a subject of `None` is the vacuum.
    pub subjects: Vec<(Dimension, Option<String>)>,
}

/// Evidence rows beside what their dimensions are taken from.
const JOINED: &str = "evidence e
    LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
    LEFT JOIN calendar c ON c.day = e.decided_on";

impl Selection {
    /// The condition on [`JOINED`] and its values.
    pub(super) fn condition(&self) -> (String, Vec<String>) {
        let mut wheres = vec!["TRUE".to_owned()];
        let mut values: Vec<String> = Vec::new();
        if let Some(measure) = &self.measure {
            wheres.push("e.measure = ?".to_owned());
            values.push(measure.clone());
        }
        for (by, subject) in &self.subjects {
            let column = match by {
                Dimension::District => continue,
                Dimension::Person => "e.person_id",
                Dimension::Unit => "e.unit",
                Dimension::Enterprise => "e.enterprise_id",
                Dimension::Area => "n.area",
                Dimension::Industry => "n.industry",
                Dimension::Tier => "n.tier",
                Dimension::Category => "e.category",
                Dimension::Class => "e.class",
                Dimension::Stage => "e.stage",
                Dimension::Channel => "e.channel",
                Dimension::Month => "c.month",
            };
            match subject {
                Some(subject) => {
                    wheres.push(format!("{column} = ?"));
                    values.push(subject.clone());
                }
                None => wheres.push(format!("{column} IS NULL")),
            }
        }
        (wheres.join(" AND "), values)
    }
}

impl Session {
    /// Evidence rows, by measure, day of decision, record.
    pub fn evidence(&self, selection: &Selection) -> Result<Vec<Evidence>, MeasureError> {
        let (condition, values) = selection.condition();
        let sql = format!(
            "SELECT e.* FROM {JOINED} WHERE {condition}
             ORDER BY e.measure, e.decided_on NULLS LAST, e.opened_at NULLS LAST, e.record, e.unit NULLS LAST, e.due_at NULLS LAST"
        );
        let mut statement = self.conn.prepare(&sql)?;
        let rows = statement.query_map(duckdb::params_from_iter(values), evidence)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stays that go on at as-of, the longest first.
    pub fn standing(&self) -> Result<Vec<Evidence>, MeasureError> {
        let mut statement = self
            .conn
            .prepare("SELECT s.* FROM standing s ORDER BY s.measure, s.elapsed DESC, s.opened_at, s.record, s.class")?;
        let rows = statement.query_map([], evidence)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets the rows that are not selected, so that what is folded next is a fold of the selection.
    pub fn keep(&mut self, selection: &Selection) -> Result<(), MeasureError> {
        let (condition, values) = selection.condition();
        let sql = format!("CREATE OR REPLACE TEMP TABLE selected AS SELECT e.* FROM {JOINED} WHERE {condition}");
        self.conn.execute(&sql, duckdb::params_from_iter(values))?;
        self.conn
            .execute_batch("DELETE FROM evidence; INSERT INTO evidence SELECT * FROM selected; DROP TABLE selected;")?;
        Ok(())
    }

    /// Names of people by id.
    pub fn names(&self) -> Result<BTreeMap<String, String>, MeasureError> {
        Ok(self.pairs("SELECT person_id, name FROM people")?.into_iter().collect())
    }

    /// Ids that others stand for, as known in the scope computed; by kind and id.
    pub fn merged(&self) -> Result<Vec<Merged>, MeasureError> {
        let mut statement = self.conn.prepare(
            "WITH stated AS (
                 SELECT m.* FROM warehouse.merges m WHERE m.batch_id <= ?
                 QUALIFY ROW_NUMBER() OVER (PARTITION BY m.kind, m.id ORDER BY m.batch_id DESC, m.row_no DESC) = 1
             )
             SELECT i.kind, i.id, i.is_id, s.batch_id, b.started_at, s.reason
             FROM warehouse.identities i
             JOIN stated s ON s.kind = i.kind AND s.id = i.id
             JOIN warehouse.batches b ON b.batch_id = s.batch_id
             WHERE i.known_from <= ? AND (i.known_to IS NULL OR i.known_to > ?)
             ORDER BY i.kind, i.is_id, i.id",
        )?;
        let rows = statement.query_map(params![self.known_at, self.known_at, self.known_at], |row| {
            Ok(Merged {
                kind: row.get(0)?,
                id: row.get(1)?,
                is: row.get(2)?,
                batch: row.get(3)?,
                since: row.get(4)?,
                reason: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A row of a session's evidence, or of evidence that was set aside.
pub(super) fn evidence(row: &Row<'_>) -> duckdb::Result<Evidence> {
    Ok(Evidence {
        measure: row.get("measure")?,
        record: row.get("record")?,
        person_id: row.get("person_id")?,
        unit: row.get("unit")?,
        enterprise_id: row.get("enterprise_id")?,
        category: row.get("category")?,
        class: row.get("class")?,
        channel: row.get("channel")?,
        stage: row.get("stage")?,
        tier: row.get("tier")?,
        opened_at: row.get("opened_at")?,
        due_day: row.get("due_day")?,
        due_at: row.get("due_at")?,
        done_at: row.get("done_at")?,
        decided_on: row.get("decided_on")?,
        outcome: row.get("outcome")?,
        value: row.get("value")?,
        weight: row.get("weight")?,
        shared: row.get("shared")?,
        extended: row.get("extended")?,
        paused: row.get("paused")?,
        elapsed: row.get("elapsed")?,
        ended_by: row.get("ended_by")?,
    })
}
