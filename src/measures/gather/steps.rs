//! Milestones with what their evidence says.
use duckdb::params;

use crate::measures::steps::Milestone;
use crate::measures::{MeasureError, Scope, Session};
use crate::regime::{Regime, Register, Rule};

/// Every milestone beside its evidence row of any period; none where the rules measure none. Of several measures that
/// judge one, the first of the rules. What [`Session::due`] computed last must stand: it answers for all days.
pub fn milestones(session: &Session, regime: &Regime, scope: Scope) -> Result<Vec<Milestone>, MeasureError> {
    let judges = |rule: &Rule| matches!(rule, Rule::Term { of: Register::Milestones(_), .. });
    if !regime.measures.iter().any(|measure| judges(&measure.rule)) {
        return Ok(Vec::new());
    }
    let mut statement = session.conn().prepare(
        "WITH judged AS (
             SELECT e.measure, e.record, e.outcome, e.value, e.person_id, e.unit, r.position
             FROM evidence e
             JOIN measure r ON r.measure = e.measure AND r.source = 'milestones'
             ANTI JOIN exclusions x ON x.measure = e.measure AND x.record = e.record
         )
         SELECT m.enterprise_id, m.milestone, COALESCE(m.stage, n.stage), m.unit, m.planned_on, m.done_on,
                j.measure, j.outcome,
                CASE WHEN m.done_on IS NOT NULL THEN CAST(j.value AS BIGINT)
                     WHEN j.outcome = 'breached' THEN CAST(CAST(? AS DATE) - m.planned_on AS BIGINT) END,
                j.person_id, j.unit
         FROM milestones m
         LEFT JOIN enterprises n ON n.enterprise_id = m.enterprise_id
         LEFT JOIN judged j ON j.record = 'milestones/' || m.enterprise_id || '/' || m.milestone
         QUALIFY ROW_NUMBER() OVER (PARTITION BY m.enterprise_id, m.milestone ORDER BY j.position NULLS LAST) = 1
         ORDER BY m.enterprise_id, m.planned_on, m.milestone",
    )?;
    let rows = statement.query_map(params![scope.as_of_day()], |row| {
        Ok(Milestone {
            enterprise_id: row.get(0)?,
            milestone: row.get(1)?,
            stage: row.get(2)?,
            unit: row.get(3)?,
            planned_on: row.get(4)?,
            done_on: row.get(5)?,
            measure: row.get(6)?,
            outcome: row.get(7)?,
            days: row.get(8)?,
            person_id: row.get(9)?,
            answers_unit: row.get(10)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
