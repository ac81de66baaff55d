//! `--snapshot`: what a ledger that is always sent whole no longer has.
//!
//! An assignment ends on the export day, unless it had not begun by then or had ended before; any other record is
//! withdrawn: a version that says so, so that an older export which comes late does not bring it back, and a newer
//! one that has it again does. Nothing that a newer export gave is touched.
use duckdb::Row;

use super::Result;
use super::columns::{Shape, shape};
use super::error::Doing;
use super::merge::Merge;
use super::received::Gone;

/// Ends or withdraws the records of a kind that the batch does not hold; `source` is what the new versions come from.
/// With `wide`, the events of withdrawn cases go with them.
pub(super) fn withdraw(merge: &Merge<'_>, kind: &str, source: i64, wide: bool) -> Result<Vec<Gone>> {
    let Some(shape) = shape(kind) else { return Ok(Vec::new()) };
    if kind == "case_events" {
        return sets(merge, source, "case_id NOT IN (SELECT case_id FROM temp.stage_case_events)");
    }
    let mut gone = records(merge, shape, source)?;
    if wide && kind == "cases" {
        let cases = format!(
            "case_id IN (SELECT case_id FROM warehouse.cases_versions
                WHERE withdrawn AND known_from = {} AND known_to IS NULL)",
            merge.batch
        );
        gone.extend(sets(merge, source, &cases)?);
    }
    Ok(gone)
}

fn records(merge: &Merge<'_>, shape: &Shape, source: i64) -> Result<Vec<Gone>> {
    let doing = format!("find what the snapshot of {} no longer has", shape.table);
    let (batch, day, versions) = (merge.batch, merge.day(), shape.versions());
    // 'kept': withdrawn or ended before; only the day on which it was still missing moves on.
    let fate = if shape.table == "assignments" {
        format!(
            "CASE WHEN v.withdrawn OR v.valid_to <= {day} THEN 'kept' WHEN v.valid_from < {day} THEN 'ended'
                ELSE 'withdrawn' END"
        )
    } else {
        "CASE WHEN v.withdrawn THEN 'kept' ELSE 'withdrawn' END".to_owned()
    };
    let names = shape.names("v");
    let new =
        names.replace("v.\"valid_to\"", &format!("CASE WHEN a.fate = 'ended' THEN {day} ELSE v.\"valid_to\" END"));
    let key = shape.keys("v").iter().map(|k| format!("CAST({k} AS VARCHAR)")).collect::<Vec<_>>().join(", ");
    merge.run(
        &doing,
        &format!(
            "CREATE TEMP TABLE absent AS
                SELECT v.rowid AS version_row, {fate} AS fate, concat_ws(' · ', {key}) AS key
                FROM {versions} v
                WHERE v.known_to IS NULL AND v.exported_on <= {day}
                    AND NOT EXISTS (SELECT 1 FROM {} s WHERE {});
             UPDATE {versions} SET exported_on = {day} WHERE rowid IN (
                SELECT version_row FROM temp.absent WHERE fate = 'kept');
             UPDATE {versions} SET known_to = {batch} WHERE rowid IN (
                SELECT version_row FROM temp.absent WHERE fate <> 'kept');
             INSERT INTO {versions} ({columns}, source_id, row_no, exported_on, withdrawn, known_from, known_to)
                SELECT {new}, {source}, 0, {day}, a.fate = 'withdrawn', {batch}, NULL
                FROM {versions} v JOIN temp.absent a ON a.version_row = v.rowid WHERE a.fate <> 'kept';",
            shape.stage(),
            shape.same_key("s", "v"),
            columns = names.replace("v.", ""),
        ),
    )?;
    let gone =
        listed(merge, &doing, &shape.table, "SELECT key, fate FROM temp.absent WHERE fate <> 'kept' ORDER BY key")?;
    merge.run(&doing, "DROP TABLE temp.absent")?;
    Ok(gone)
}

/// Withdraws the whole sets of events of the cases for which `of` holds.
fn sets(merge: &Merge<'_>, source: i64, of: &str) -> Result<Vec<Gone>> {
    let doing = "find which cases the snapshot of case_events no longer has";
    let (batch, day) = (merge.batch, merge.day());
    const VERSIONS: &str = "warehouse.case_events_versions";
    const EVENT: &str = "case_id, seq, event, \"at\", at_whole_day, actor_id, unit, until, note";
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE absent AS
                SELECT case_id, bool_and(withdrawn) AS before FROM {VERSIONS}
                WHERE known_to IS NULL AND {of} GROUP BY case_id HAVING max(exported_on) <= {day};
             UPDATE {VERSIONS} SET exported_on = {day} WHERE known_to IS NULL AND case_id IN (
                SELECT case_id FROM temp.absent WHERE before);
             INSERT INTO {VERSIONS} ({EVENT}, source_id, row_no, exported_on, withdrawn, known_from, known_to)
                SELECT {EVENT}, {source}, 0, {day}, true, {batch}, NULL FROM {VERSIONS}
                WHERE known_to IS NULL AND NOT withdrawn AND case_id IN (
                    SELECT case_id FROM temp.absent WHERE NOT before);
             UPDATE {VERSIONS} SET known_to = {batch} WHERE known_to IS NULL AND NOT withdrawn AND case_id IN (
                SELECT case_id FROM temp.absent WHERE NOT before);"
        ),
    )?;
    let sql = "SELECT case_id, 'withdrawn' FROM temp.absent WHERE NOT before ORDER BY case_id";
    let gone = listed(merge, doing, "case_events", sql)?;
    merge.run(doing, "DROP TABLE temp.absent")?;
    Ok(gone)
}

fn listed(merge: &Merge<'_>, doing: &str, kind: &str, sql: &str) -> Result<Vec<Gone>> {
    let mut statement = merge.conn.prepare(sql).doing(doing)?;
    let gone = |row: &Row<'_>| Ok(Gone { kind: kind.to_owned(), record: row.get(0)?, what: row.get(1)? });
    let rows = statement.query_map([], gone).doing(doing)?;
    rows.collect::<duckdb::Result<_>>().doing(doing)
}
