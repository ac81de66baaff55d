//! The complaints that rows of a period are of.
use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::measures::brief::{Complaint, Evidence};
use crate::measures::{MeasureError, Session};

/// Each as it stood at as-of, by its number.
pub fn complaints(
    session: &Session,
    calendar: &Calendar,
    evidence: &[Evidence],
) -> Result<Vec<Complaint>, MeasureError> {
    let told: BTreeSet<&str> = evidence.iter().filter_map(|row| row.record.strip_prefix("complaints/")).collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = session.conn().prepare(
        "SELECT k.complaint_id, k.category, k.day, k.verdict, CAST(k.verified_at AS DATE)
         FROM complaints k ORDER BY k.complaint_id",
    )?;
    let rows = statement.query_map([], |row| {
        let (received_on, verified_on): (NaiveDate, Option<NaiveDate>) = (row.get(2)?, row.get(4)?);
        Ok(Complaint {
            complaint_id: row.get(0)?,
            category: row.get(1)?,
            received_on,
            verdict: row.get(3)?,
            verified_on,
            working_days: verified_on.and_then(|day| calendar.workdays_between(received_on, day)),
        })
    })?;
    let mut complaints: Vec<Complaint> = rows.collect::<Result<_, _>>()?;
    complaints.retain(|complaint| told.contains(complaint.complaint_id.as_str()));
    Ok(complaints)
}
