//! A case's events are one set: taken whole, compared whole, replaced whole.
//!
//! A set belongs to a holder: a long file holds one set per case (source), a wide file one per row (source, row).
//! Within a batch a case keeps one holder's set; the sets of its other holders must equal it.
use super::Result;
use super::merge::{Clash, Merge, Tally};

/// Columns of an event, all but where it came from.
const EVENT: &str = "case_id, seq, event, \"at\", at_whole_day, actor_id, unit, until, note";
/// The same without the order among equal times: what two wide rows must agree in.
const DEED: &str = "case_id, event, \"at\", at_whole_day, actor_id, unit, until, note";
const STAGE: &str = "temp.stage_case_events";
const VERSIONS: &str = "warehouse.case_events_versions";

/// Within the batch: leaves each case one holder, and says whose sets contradict each other.
pub(super) fn settle(
    merge: &Merge<'_>,
    clashes: &mut Vec<Clash>,
    tallies: &mut Vec<(&'static str, Tally)>,
) -> Result<()> {
    let doing = "compare the events of each case";
    if merge.ordered && merge.one_holder {
        return merge.run(doing, "CREATE OR REPLACE TEMP TABLE event_ties (stage_row BIGINT, nth BIGINT)");
    }
    let wide = merge.wide_list();
    let wide_rows = wide_rows(merge);
    // One pass over all events finds the few cases to look at closely: those with several holders, and those in
    // which two events may share a time (the bits of two small hashes tell most that do not).
    merge.run(
        doing,
        &format!(
            "CREATE OR REPLACE TEMP TABLE suspects AS
                SELECT case_id,
                    min(source_id) <> max(source_id)
                        OR (bool_or(source_id IN {wide}) AND min(row_no) <> max(row_no)) AS shared,
                    bit_count(bit_or(CAST(1 AS UBIGINT) << (hash(\"at\") & 63))) < count(\"at\")
                        AND bit_count(bit_or(CAST(1 AS UBIGINT) << ((hash(\"at\") >> 6) & 63))) < count(\"at\") AS tied
                FROM (
                    SELECT case_id, source_id, row_no, \"at\" FROM {STAGE}
                    UNION ALL
                    SELECT case_id, source_id, row_no, NULL FROM ({wide_rows}))
                GROUP BY case_id HAVING shared OR tied;
             CREATE TEMP TABLE shared_cases AS SELECT case_id FROM temp.suspects WHERE shared;"
        ),
    )?;
    number(merge)?;
    if merge.any(doing, "SELECT 1 FROM temp.shared_cases")? {
        let numbered = numbered(merge)?;
        merge.run(
            doing,
            &format!(
                "CREATE TEMP TABLE holders AS
                    SELECT DISTINCT case_id, source_id, CASE WHEN source_id IN {wide} THEN row_no END AS wide_row
                    FROM (SELECT case_id, source_id, row_no FROM {STAGE} UNION ALL {wide_rows})
                    WHERE case_id IN (SELECT case_id FROM temp.shared_cases);
                 CREATE TEMP TABLE contents AS
                    SELECT {EVENT}, source_id, CASE WHEN source_id IN {wide} THEN row_no END AS wide_row,
                        count(*) AS times
                    FROM {numbered} WHERE case_id IN (SELECT case_id FROM temp.shared_cases) GROUP BY ALL;"
            ),
        )?;
        settle_long(merge, clashes, tallies)?;
        prefer_long(merge)?;
        settle_wide(merge, clashes)?;
        merge.run(doing, "DROP TABLE temp.holders; DROP TABLE temp.contents")?;
    }
    merge.run(doing, "DROP TABLE temp.shared_cases")
}

/// Rows of wide sources as (case, source, row): they hold their case even without any event.
fn wide_rows(merge: &Merge<'_>) -> String {
    let from = if merge.staged.contains("cases") { "temp.stage_cases" } else { STAGE };
    format!("SELECT case_id, source_id, row_no FROM {from} WHERE source_id IN {}", merge.wide_list())
}

/// The staged events with their `seq`: as given, else the order of equal times within the holder, else 1.
fn numbered(merge: &Merge<'_>) -> Result<String> {
    let tied = merge.any("number events", "SELECT 1 FROM temp.event_ties")?;
    let (nth, join) = match tied {
        true => ("coalesce(e.seq, t.nth, 1)", "LEFT JOIN temp.event_ties t ON t.stage_row = e.rowid"),
        false => ("coalesce(e.seq, 1)", ""),
    };
    Ok(format!(
        "(SELECT e.source_id, e.row_no, e.case_id, {nth} AS seq, e.event, e.\"at\", e.at_whole_day, e.actor_id, e.unit,
            e.until, e.note FROM {STAGE} e {join})"
    ))
}

/// Numbers the events without `seq` that share their time with another; the stage keeps the file's order.
fn number(merge: &Merge<'_>) -> Result<()> {
    let holder = format!("source_id, CASE WHEN source_id IN {} THEN row_no END", merge.wide_list());
    merge.run(
        "order the events of equal times",
        &format!(
            "CREATE OR REPLACE TEMP TABLE event_ties AS
                SELECT rowid AS stage_row, row_number() OVER same_time AS nth
                FROM {STAGE} WHERE seq IS NULL AND case_id IN (SELECT case_id FROM temp.suspects WHERE tied)
                WINDOW same_time AS (PARTITION BY {holder}, case_id, \"at\" ORDER BY row_no, rowid)
                QUALIFY nth > 1;
             DROP TABLE temp.suspects;"
        ),
    )
}

/// Long sources that hold one case: all equal, or all refused.
fn settle_long(merge: &Merge<'_>, clashes: &mut Vec<Clash>, tallies: &mut Vec<(&'static str, Tally)>) -> Result<()> {
    let doing = "compare the events of long files";
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE long_cases AS
                SELECT case_id, count(*) AS n, min(source_id) AS first FROM temp.holders
                WHERE wide_row IS NULL GROUP BY case_id HAVING count(*) > 1;
             CREATE TEMP TABLE differing AS
                SELECT DISTINCT case_id FROM (
                    SELECT {EVENT} FROM temp.contents JOIN temp.long_cases USING (case_id)
                    WHERE wide_row IS NULL GROUP BY {EVENT}, n HAVING count(*) <> n OR min(times) <> max(times));
             CREATE TEMP TABLE leaving AS
                SELECT e.rowid AS stage_row, e.source_id, e.row_no, e.case_id, d.case_id IS NOT NULL AS clash
                FROM {STAGE} e JOIN temp.long_cases l USING (case_id) LEFT JOIN temp.differing d USING (case_id)
                WHERE e.source_id NOT IN {} AND (d.case_id IS NOT NULL OR e.source_id <> l.first);
             DELETE FROM {STAGE} WHERE rowid IN (SELECT stage_row FROM temp.leaving);
             DELETE FROM temp.holders WHERE wide_row IS NULL AND case_id IN (SELECT case_id FROM temp.differing);",
            merge.wide_list()
        ),
    )?;
    let clash = "SELECT DISTINCT source_id, row_no, case_id FROM temp.leaving WHERE clash ORDER BY source_id, row_no";
    clashes.extend(merge.clashes(doing, "case_events", "case_id", clash)?);
    let equal = "SELECT source_id, 0, count(DISTINCT row_no) FROM temp.leaving WHERE NOT clash GROUP BY source_id";
    tallies.extend(merge.tally(doing, equal)?.into_iter().map(|t| ("case_events", t)));
    merge.run(doing, "DROP TABLE temp.leaving; DROP TABLE temp.differing; DROP TABLE temp.long_cases")
}

/// A wide row beside a long set: the long set is taken, and what only the wide row says is kept for `check`.
fn prefer_long(merge: &Merge<'_>) -> Result<()> {
    let doing = "compare wide rows with the events of long files";
    let wide = merge.wide_list();
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE long_cases AS SELECT DISTINCT case_id FROM temp.holders WHERE wide_row IS NULL;
             INSERT INTO warehouse.wide_only
                SELECT DISTINCT {}, w.case_id, w.event, w.\"at\", w.at_whole_day
                FROM temp.contents w SEMI JOIN temp.long_cases USING (case_id)
                WHERE w.wide_row IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM temp.contents l
                    WHERE l.wide_row IS NULL AND l.case_id = w.case_id AND l.event = w.event
                        AND (l.\"at\" = w.\"at\" OR ((l.at_whole_day OR w.at_whole_day)
                            AND CAST(l.\"at\" AS DATE) = CAST(w.\"at\" AS DATE))))
                ORDER BY ALL;
             DELETE FROM {STAGE} WHERE source_id IN {wide} AND case_id IN (SELECT case_id FROM temp.long_cases);
             DELETE FROM temp.holders WHERE wide_row IS NOT NULL
                AND case_id IN (SELECT case_id FROM temp.long_cases);
             DROP TABLE temp.long_cases;",
            merge.batch
        ),
    )
}

/// Cases that only wide rows hold: all equal, or their case rows are refused.
fn settle_wide(merge: &Merge<'_>, clashes: &mut Vec<Clash>) -> Result<()> {
    let doing = "compare the events of wide rows";
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE wide_cases AS
                SELECT case_id, source_id, wide_row, count(*) OVER (PARTITION BY case_id) AS n,
                    row_number() OVER (PARTITION BY case_id ORDER BY source_id, wide_row) AS nth
                FROM temp.holders WHERE wide_row IS NOT NULL QUALIFY n > 1;
             CREATE TEMP TABLE differing AS
                SELECT DISTINCT case_id FROM (
                    SELECT {DEED} FROM (
                        SELECT {DEED}, source_id, wide_row, sum(times) AS times
                        FROM temp.contents WHERE wide_row IS NOT NULL GROUP BY ALL)
                    JOIN (SELECT DISTINCT case_id, n FROM temp.wide_cases) USING (case_id)
                    GROUP BY {DEED}, n HAVING count(*) <> n OR min(times) <> max(times));
             CREATE TEMP TABLE leaving AS
                SELECT w.source_id, w.wide_row AS row_no, w.case_id, d.case_id IS NOT NULL AS clash
                FROM temp.wide_cases w LEFT JOIN temp.differing d USING (case_id)
                WHERE d.case_id IS NOT NULL OR w.nth > 1;
             DELETE FROM {STAGE} AS e USING temp.leaving l
                WHERE l.source_id = e.source_id AND l.row_no = e.row_no;"
        ),
    )?;
    if merge.staged.contains("cases") {
        merge.run(
            doing,
            "DELETE FROM temp.stage_cases AS s USING temp.leaving l
             WHERE l.clash AND l.source_id = s.source_id AND l.row_no = s.row_no",
        )?;
    }
    let clash = "SELECT source_id, row_no, case_id FROM temp.leaving WHERE clash ORDER BY source_id, row_no";
    clashes.extend(merge.clashes(doing, "cases", "case_id", clash)?);
    merge.run(doing, "DROP TABLE temp.leaving; DROP TABLE temp.differing; DROP TABLE temp.wide_cases")
}

/// Events of wide rows whose case row was refused leave with it.
pub(super) fn leave_with_their_rows(merge: &Merge<'_>, clashes: &[Clash]) -> Result<()> {
    let doing = "drop the events of refused wide rows";
    let rows: Vec<String> = clashes
        .iter()
        .filter(|c| c.kind == "cases" && merge.wide.contains(&c.source_id))
        .map(|c| format!("({}, {})", c.source_id, c.row_no))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    merge.run(
        doing,
        &format!(
            "DELETE FROM {STAGE} AS e USING (VALUES {}) AS r(source_id, row_no)
             WHERE r.source_id = e.source_id AND r.row_no = e.row_no",
            rows.join(", ")
        ),
    )
}

/// Writes the sets that are new; accepted and unchanged of every long source, and of wide sources what changes
/// because a row's events are new although its case is not.
pub(super) fn merge(merge: &Merge<'_>) -> Result<Vec<Tally>> {
    let doing = "write versions of case_events";
    let (batch, day, wide) = (merge.batch, merge.day(), merge.wide_list());
    let row = format!("{}, e.source_id, e.row_no, {day}, false, {batch}", prefixed("e"));
    let numbered = numbered(merge)?;
    // Of a new month every set becomes current, as a rule: then it is written as it stands.
    let mixed = compare(merge, &numbered)? && supersede(merge)?;
    let known = if mixed { "LEFT JOIN temp.known_sets c USING (case_id)" } else { "" };
    let (late, new) = if mixed { ("c.late", "c.changed IS NOT FALSE") } else { ("false", "true") };
    merge.run(
        doing,
        &format!(
            "INSERT INTO {VERSIONS} SELECT {row}, CASE WHEN {late} THEN {batch} END FROM {numbered} e {known} WHERE {new}"
        ),
    )?;
    // A row of a list is an event as a rule.
    let rows = if merge.several { "DISTINCT e.row_no" } else { "*" };
    let mut tallies = merge.tally(
        doing,
        &format!(
            "SELECT e.source_id, count({rows}) FILTER (WHERE {new}), count({rows}) FILTER (WHERE NOT ({new}))
             FROM {STAGE} e {known} WHERE e.source_id NOT IN {wide} GROUP BY e.source_id"
        ),
    )?;
    tallies.extend(promoted(merge)?);
    merge.run(doing, "DROP TABLE temp.known_sets; DROP TABLE temp.event_ties")?;
    Ok(tallies)
}

/// Compares the sets of the cases that are known already, in `known_sets`; whether there are any.
///
/// They are looked for by their cases alone. A set with more or fewer events than the known one is another, and of a new
/// month nearly all are; only of as many events both are read and compared.
fn compare(merge: &Merge<'_>, numbered: &str) -> Result<bool> {
    let doing = "compare the events with those known";
    let day = merge.day();
    let staged = match merge.wide.is_empty() {
        true => format!("SELECT case_id, count(*) AS n FROM {STAGE} GROUP BY case_id"),
        false => format!(
            "SELECT case_id, sum(one) AS n FROM (
                SELECT case_id, 1 AS one FROM {STAGE} UNION ALL SELECT case_id, 0 FROM ({}))
             GROUP BY case_id",
            wide_rows(merge)
        ),
    };
    let known = format!(
        "SELECT rowid AS known_row, case_id, exported_on, withdrawn FROM {VERSIONS}
         WHERE known_to IS NULL AND case_id IN (SELECT case_id FROM temp.staged_sets)"
    );
    let empty = !merge.any(doing, &format!("SELECT 1 FROM {VERSIONS}"))?;
    if empty || merge.make(doing, "staged_sets", &staged)? == 0 || merge.make(doing, "known_events", &known)? == 0 {
        let none = "CREATE TEMP TABLE known_sets (case_id VARCHAR, changed BOOLEAN, late BOOLEAN);
            DROP TABLE IF EXISTS temp.known_events; DROP TABLE IF EXISTS temp.staged_sets";
        return merge.run(doing, none).map(|()| false);
    }
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE known_sets AS
                SELECT k.case_id, k.n <> s.n AS changed, k.late
                FROM (SELECT case_id, count(*) FILTER (WHERE NOT withdrawn) AS n, max(exported_on) > {day} AS late
                    FROM temp.known_events GROUP BY case_id) k
                JOIN temp.staged_sets s USING (case_id);
             DROP TABLE temp.staged_sets;"
        ),
    )?;
    let alike = "SELECT case_id FROM temp.known_sets WHERE NOT changed";
    if merge.any(doing, alike)? {
        merge.run(
            doing,
            &format!(
                "UPDATE temp.known_sets SET changed = true WHERE case_id IN (
                    SELECT case_id FROM (
                        SELECT {EVENT}, 1 AS one FROM {numbered} WHERE case_id IN ({alike})
                        UNION ALL
                        SELECT {EVENT}, -1 FROM {VERSIONS}
                        WHERE known_to IS NULL AND NOT withdrawn AND case_id IN ({alike}))
                    GROUP BY {EVENT} HAVING sum(one) <> 0)"
            ),
        )?;
    }
    Ok(true)
}

/// Ends the known sets in whose place others come, and moves the days of the others on; whether there are others, so that
/// not every set of the batch becomes current.
fn supersede(merge: &Merge<'_>) -> Result<bool> {
    let doing = "end the sets of events that others replace";
    let (batch, day) = (merge.batch, merge.day());
    let known = "SELECT known_row FROM temp.known_events JOIN temp.known_sets USING (case_id)";
    let ended = format!("{known} WHERE changed AND NOT late");
    merge.run(doing, &format!("UPDATE {VERSIONS} SET known_to = {batch} WHERE rowid IN ({ended})"))?;
    let mixed = merge.any(doing, "SELECT 1 FROM temp.known_sets WHERE late OR NOT changed")?;
    if mixed {
        let stay = format!("{known} WHERE exported_on < {day} AND (late OR NOT changed)");
        merge.run(doing, &format!("UPDATE {VERSIONS} SET exported_on = {day} WHERE rowid IN ({stay})"))?;
    }
    merge.run(doing, "DROP TABLE temp.known_events").map(|()| mixed)
}

/// Wide rows whose case is unchanged but whose events are new are accepted, not unchanged.
fn promoted(merge: &Merge<'_>) -> Result<Vec<Tally>> {
    let doing = "count wide rows with new events";
    let compared = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'fates_cases' AND temporary";
    if merge.wide.is_empty() || !merge.any(doing, compared)? {
        return Ok(Vec::new());
    }
    let wide = merge.wide_list();
    merge.tally(
        doing,
        &format!(
            "SELECT s.source_id, count(*), -count(*)
             FROM temp.fates_cases f JOIN temp.stage_cases s ON s.rowid = f.stage_row
             WHERE f.same AND s.source_id IN {wide} AND (
                    s.case_id IN (SELECT case_id FROM temp.known_sets WHERE changed)
                    OR (s.case_id IN (SELECT case_id FROM {STAGE})
                        AND s.case_id NOT IN (SELECT case_id FROM temp.known_sets)))
                AND s.case_id NOT IN (SELECT case_id FROM {STAGE} WHERE source_id NOT IN {wide})
             GROUP BY s.source_id"
        ),
    )
}

fn prefixed(alias: &str) -> String {
    EVENT.split(", ").map(|c| format!("{alias}.{c}")).collect::<Vec<_>>().join(", ")
}
