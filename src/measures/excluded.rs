//! Rows of evidence that a ruling took out: no figure counts them, and `explain` and the bulletin list them.
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::brief::Evidence;
use super::rows::evidence;
use super::{MeasureError, Selection, Session};
use crate::warehouse::exclusions::RowId;

/// A row that is in no figure any more, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excluded {
    #[serde(flatten)]
    pub row: Evidence,
    /// Under which it was contested.
    pub finding: String,
    pub reason: String,
    pub ruled_by: String,
    pub ruled_at: NaiveDateTime,
}

impl Evidence {
    /// What it is known by.
    pub fn id(&self) -> RowId {
        let several = self.opened_at.is_none() && self.record.starts_with("cases/");
        RowId {
            measure: self.measure.clone(),
            record: self.record.clone(),
            opened_at: self.opened_at,
            class: self.class.clone().filter(|_| several),
            unit: self.unit.clone().filter(|_| self.person_id.is_none()),
        }
    }
}

impl Session {
    /// Whether any ruling known in the scope laid took anything out.
    pub fn has_exclusions(&self) -> Result<bool, MeasureError> {
        Ok(self.conn().query_row("SELECT EXISTS (FROM exclusions)", [], |row| row.get(0))?)
    }

    /// What rulings known in the scope took out of the evidence computed; by measure, day, record.
    pub fn excluded(&self, selection: &Selection) -> Result<Vec<Excluded>, MeasureError> {
        let (condition, values) = selection.condition();
        let sql = format!(
            "SELECT e.* FROM excluded e
             LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
             LEFT JOIN calendar c ON c.day = e.decided_on
             WHERE {condition} ORDER BY e.measure, e.decided_on NULLS LAST, e.opened_at NULLS LAST, e.record"
        );
        let mut statement = self.conn().prepare(&sql)?;
        let rows = statement.query_map(duckdb::params_from_iter(values), |row| {
            Ok(Excluded {
                row: evidence(row)?,
                finding: row.get("finding")?,
                reason: row.get("reason")?,
                ruled_by: row.get("ruled_by")?,
                ruled_at: row.get("ruled_at")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
