//! `--delta`: events are added to those a case has, instead of replacing them.
//!
//! An event equal to one that the case has is unchanged. Two files may each add to one case, so there is nothing to
//! contradict. A delta older than the last whole set of its case adds nothing to it: the set knew better.
use super::Result;
use super::merge::{Merge, Tally};

const STAGE: &str = "temp.stage_case_events";
const VERSIONS: &str = "warehouse.case_events_versions";
const DEED: [&str; 8] = ["case_id", "event", "\"at\"", "at_whole_day", "actor_id", "unit", "until", "note"];

/// Both sides are one event; the order among equal times counts where the staged row gives it.
fn same(stage: &str, other: &str) -> String {
    let parts = DEED.iter().map(|c| format!("{stage}.{c} IS NOT DISTINCT FROM {other}.{c}"));
    parts.collect::<Vec<_>>().join(" AND ") + &format!(" AND ({stage}.seq IS NULL OR {stage}.seq = {other}.seq)")
}

/// Within the batch: of equal events the first stays.
pub(super) fn settle(merge: &Merge<'_>, tallies: &mut Vec<(&'static str, Tally)>) -> Result<()> {
    let doing = "compare added events with each other";
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE leaving AS
                SELECT rowid AS stage_row, source_id, row_no FROM {STAGE}
                QUALIFY row_number() OVER (PARTITION BY {}, seq ORDER BY source_id, row_no, rowid) > 1;
             DELETE FROM {STAGE} WHERE rowid IN (SELECT stage_row FROM temp.leaving);",
            DEED.join(", ")
        ),
    )?;
    // A row of which another event stays is counted by that one.
    let gone = format!(
        "SELECT l.source_id, 0, count(DISTINCT l.row_no) FROM temp.leaving l
         WHERE NOT EXISTS (SELECT 1 FROM {STAGE} e WHERE e.source_id = l.source_id AND e.row_no = l.row_no)
         GROUP BY l.source_id"
    );
    tallies.extend(merge.tally(doing, &gone)?.into_iter().map(|t| ("case_events", t)));
    merge.run(doing, "DROP TABLE temp.leaving")
}

/// Adds the events that are new; accepted and unchanged rows of every source that is a list of events.
pub(super) fn merge(merge: &Merge<'_>) -> Result<Vec<Tally>> {
    let doing = "add versions of case_events";
    let (batch, day, wide) = (merge.batch, merge.day(), merge.wide_list());
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE whole_sets AS
                SELECT case_id, max(exported_on) AS exported_on FROM {VERSIONS}
                WHERE known_to IS NULL AND case_id IN (SELECT case_id FROM {STAGE})
                    AND known_from NOT IN (SELECT batch_id FROM warehouse.batches WHERE mode = 'delta')
                GROUP BY case_id;
             CREATE TEMP TABLE added AS
                SELECT e.rowid AS stage_row, e.source_id, e.row_no, e.case_id, v.known_row IS NOT NULL AS same,
                    v.known_row, coalesce(w.exported_on > {day}, false) AS late
                FROM {STAGE} e
                LEFT JOIN (SELECT rowid AS known_row, * FROM {VERSIONS} WHERE known_to IS NULL AND NOT withdrawn) v
                    ON {}
                LEFT JOIN temp.whole_sets w ON w.case_id = e.case_id
                QUALIFY row_number() OVER (PARTITION BY e.rowid ORDER BY v.seq) = 1;
             UPDATE {VERSIONS} SET exported_on = {day} WHERE exported_on < {day}
                AND rowid IN (SELECT known_row FROM temp.added WHERE same);
             UPDATE {VERSIONS} SET known_to = {batch} WHERE known_to IS NULL AND withdrawn
                AND case_id IN (SELECT case_id FROM temp.added WHERE NOT same AND NOT late);
             INSERT INTO {VERSIONS} (case_id, seq, event, \"at\", at_whole_day, actor_id, unit, until, note,
                    source_id, row_no, exported_on, withdrawn, known_from, known_to)
                SELECT e.case_id, coalesce(e.seq, coalesce(t.seq, 0) + row_number() OVER (
                        PARTITION BY e.case_id, e.\"at\" ORDER BY e.source_id, e.row_no, e.rowid)),
                    e.event, e.\"at\", e.at_whole_day, e.actor_id, e.unit, e.until, e.note,
                    e.source_id, e.row_no, {day}, false, {batch}, CASE WHEN a.late THEN {batch} END
                FROM {STAGE} e JOIN temp.added a ON a.stage_row = e.rowid
                LEFT JOIN (
                    SELECT case_id, \"at\", max(seq) AS seq FROM {VERSIONS}
                    WHERE known_to IS NULL AND NOT withdrawn GROUP BY ALL) t
                    ON t.case_id = e.case_id AND t.\"at\" = e.\"at\"
                WHERE NOT a.same;",
            same("e", "v")
        ),
    )?;
    let mut tallies = merge.tally(
        doing,
        &format!(
            "SELECT source_id, count(*) FILTER (WHERE NOT same), count(*) FILTER (WHERE same)
             FROM (SELECT source_id, row_no, bool_and(same) AS same FROM temp.added
                   WHERE source_id NOT IN {wide} GROUP BY source_id, row_no)
             GROUP BY source_id"
        ),
    )?;
    tallies.extend(promoted(merge)?);
    merge.run(doing, "DROP TABLE temp.added; DROP TABLE temp.whole_sets")?;
    Ok(tallies)
}

/// Wide rows whose case is unchanged but which add events are accepted, not unchanged.
fn promoted(merge: &Merge<'_>) -> Result<Vec<Tally>> {
    let doing = "count wide rows with added events";
    let compared = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'fates_cases' AND temporary";
    if merge.wide.is_empty() || !merge.any(doing, compared)? {
        return Ok(Vec::new());
    }
    merge.tally(
        doing,
        &format!(
            "SELECT s.source_id, count(*), -count(*)
             FROM temp.fates_cases f JOIN temp.stage_cases s ON s.rowid = f.stage_row
             WHERE f.same AND s.source_id IN {} AND EXISTS (
                SELECT 1 FROM temp.added a
                WHERE a.source_id = s.source_id AND a.row_no = s.row_no AND NOT a.same)
             GROUP BY s.source_id",
            merge.wide_list()
        ),
    )
}
