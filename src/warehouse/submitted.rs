//! Which submissions cannot be read where they lie: `submitted_apart` (queries/schema/0011), kept with every batch.
//!
//! Nearly all cases are told to be submitted by one event, at the time that the case itself gives. Only of the others has
//! a computation to find out which of several times holds (queries/facts/submissions.sql).
use super::Result;
use super::merge::Merge;

/// Adds the cases that this batch leaves with a submission told otherwise. After all versions are written.
pub(super) fn set_apart(merge: &Merge<'_>) -> Result<()> {
    let doing = "set apart the cases whose submission is not told plainly";
    let batch = merge.batch;
    let any = |which: &str| {
        let of = |table: &str| format!("SELECT 1 FROM warehouse.{table}_versions WHERE known_from {which} {batch}");
        merge.any(doing, &format!("{} UNION ALL {}", of("cases"), of("case_events")))
    };
    if !any("=")? {
        return Ok(());
    }
    let before = any("<")?;
    // The first batch is looked at whole.
    let within = if before { "AND case_id IN (SELECT case_id FROM temp.restated)" } else { "" };
    if before {
        merge.run(
            doing,
            &format!(
                "CREATE TEMP TABLE restated AS
                    SELECT case_id FROM warehouse.cases_versions WHERE known_from = {batch}
                    UNION SELECT case_id FROM warehouse.case_events_versions WHERE known_from = {batch}"
            ),
        )?;
    }
    merge.run(
        doing,
        &format!(
            "INSERT INTO warehouse.submitted_apart
             WITH told AS (
                 SELECT case_id, count(*) AS n, min(\"at\") AS submitted_at, bool_and(at_whole_day) AS whole_day
                 FROM warehouse.case_events_versions
                 WHERE event = 'submitted' AND known_to IS NULL AND NOT withdrawn {within} GROUP BY case_id
             ),
             stated AS (
                 SELECT case_id, submitted_at, submitted_at_whole_day AS whole_day FROM warehouse.cases_versions
                 WHERE known_to IS NULL AND NOT withdrawn {within}
             )
             SELECT case_id FROM told t FULL JOIN stated c USING (case_id)
             WHERE NOT coalesce(t.n = 1 AND t.submitted_at = c.submitted_at AND t.whole_day = c.whole_day, false)
                 AND case_id NOT IN (SELECT case_id FROM warehouse.submitted_apart)"
        ),
    )?;
    if before { merge.run(doing, "DROP TABLE temp.restated") } else { Ok(()) }
}
