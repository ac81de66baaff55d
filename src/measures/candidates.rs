//! Enterprises in scope on a day with who answers for each: what a sample's frame is made of.
use chrono::NaiveDate;
use duckdb::params;
use serde::{Deserialize, Serialize};

use super::{MeasureError, Scope, Session};

/// An in-scope enterprise as the warehouse has it on the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub enterprise_id: String,
    pub name: String,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub area: Option<String>,
    pub industry: Option<String>,
    pub tier: Option<String>,
    /// Who answers on the day, as for measures: of several the one who came last.
    pub steward_id: Option<String>,
    pub steward: Option<String>,
    pub unit: Option<String>,
    /// The last telephone evaluation known.
    pub called_on: Option<NaiveDate>,
}

impl Session {
    /// Everybody in scope as of an instant, with the holder of `role`, by id. What was computed before is gone.
    pub fn candidates(&mut self, scope: Scope, role: &str) -> Result<Vec<Candidate>, MeasureError> {
        self.lay(scope)?;
        self.conn().execute_batch("CREATE OR REPLACE TEMP TABLE frame_role (role VARCHAR NOT NULL)")?;
        self.conn().execute("INSERT INTO frame_role VALUES (?)", params![role])?;
        let (name, text) = super::session::query("lists/frame.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn().prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            Ok(Candidate {
                enterprise_id: row.get("enterprise_id")?,
                name: row.get("name")?,
                contact_name: row.get("contact_name")?,
                contact_phone: row.get("contact_phone")?,
                area: row.get("area")?,
                industry: row.get("industry")?,
                tier: row.get("tier")?,
                steward_id: row.get("steward_id")?,
                steward: row.get("steward")?,
                unit: row.get("unit")?,
                called_on: row.get("called_on")?,
            })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }
}
