//! Wide role lists within a batch: one row feeds an enterprise, people and assignments, and counts once.
//!
//! A row is accepted if anything it says is new, else unchanged. The lists have neither ids nor dates, so that one
//! record often stands in many rows, each of which says a part: what one row leaves empty another fills. An
//! assignment that holds already keeps its day, so that a list sent again changes only what is new in it.
use std::collections::BTreeSet;

use super::Result;
use super::columns::shape;
use super::merge::{Clash, Merge, Tally};

/// The tables that a row feeds; the first is the one whose kind the source has.
const TABLES: [&str; 3] = ["enterprises", "people", "assignments"];

/// `(1, 2)` for an IN list.
fn list(sources: &BTreeSet<i64>) -> String {
    format!("({})", sources.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
}

/// Before the tables are settled: fills up what rows say of one record, keeps days that hold already, and takes out
/// rows whose enterprise is told otherwise elsewhere, with all they feed.
pub(super) fn settle(merge: &Merge<'_>, sources: &BTreeSet<i64>, clashes: &mut Vec<Clash>) -> Result<()> {
    let listed = list(sources);
    merge.run(
        "note the rows of role lists",
        &format!(
            "CREATE OR REPLACE TEMP TABLE listed_rows AS
                SELECT source_id, row_no FROM temp.stage_enterprises WHERE source_id IN {listed}"
        ),
    )?;
    for (table, key) in [("enterprises", "enterprise_id"), ("people", "person_id")] {
        fill(merge, table, key, &listed)?;
        give_way(merge, table, key, &listed)?;
    }
    merge.run(
        "keep the days of assignments that hold already",
        &format!(
            "UPDATE temp.stage_assignments AS s SET valid_from = v.valid_from
             FROM (SELECT enterprise_id, role, coalesce(holder_id, holder_unit, holder_name) AS holder,
                       min(valid_from) AS valid_from
                   FROM warehouse.assignments_versions
                   WHERE known_to IS NULL AND NOT withdrawn AND valid_to IS NULL GROUP BY ALL) v
             WHERE s.source_id IN {listed} AND s.enterprise_id = v.enterprise_id AND s.role = v.role
                AND coalesce(s.holder_id, s.holder_unit, s.holder_name) = v.holder"
        ),
    )?;
    leave(merge, &listed, clashes)
}

/// What a row leaves empty is taken from the first row that says it; of a person's post and unit the first holds.
fn fill(merge: &Merge<'_>, table: &str, key: &str, listed: &str) -> Result<()> {
    let Some(shape) = shape(table) else { return Ok(()) };
    let own: Vec<&str> = shape.columns.iter().map(|c| c.name.as_str()).filter(|name| *name != key).collect();
    let first = |name: &&str| {
        format!("first(\"{name}\" ORDER BY source_id, row_no) FILTER (\"{name}\" IS NOT NULL) AS \"{name}\"")
    };
    let set = |name: &&str| match table {
        "people" => format!("\"{name}\" = f.\"{name}\""),
        _ => format!("\"{name}\" = coalesce(s.\"{name}\", f.\"{name}\")"),
    };
    merge.run(
        &format!("put together what role lists say of {table}"),
        &format!(
            "UPDATE temp.stage_{table} AS s SET {}
             FROM (SELECT \"{key}\", {} FROM temp.stage_{table} WHERE source_id IN {listed} GROUP BY \"{key}\") f
             WHERE s.source_id IN {listed} AND s.\"{key}\" = f.\"{key}\"",
            own.iter().map(set).collect::<Vec<_>>().join(", "),
            own.iter().map(first).collect::<Vec<_>>().join(", "),
        ),
    )
}

/// A role list says of enterprises and people what it needs. One that another file has as a row of its own is told by
/// that; and what the list leaves empty stays as it is known, or a list would empty the ledger.
fn give_way(merge: &Merge<'_>, table: &str, key: &str, listed: &str) -> Result<()> {
    let Some(shape) = shape(table) else { return Ok(()) };
    let own = shape.columns.iter().map(|c| c.name.as_str()).filter(|name| *name != key);
    let set = own.map(|name| match name {
        // The key is made of the name, and whether it is an enterprise is guessed from the header.
        "name" | "kind" => format!("\"{name}\" = v.\"{name}\""),
        _ => format!("\"{name}\" = coalesce(s.\"{name}\", v.\"{name}\")"),
    });
    merge.run(
        &format!("compare role lists with the lists of {table}"),
        &format!(
            "DELETE FROM temp.stage_{table} AS s USING (
                SELECT DISTINCT \"{key}\" FROM temp.stage_{table} WHERE source_id NOT IN {listed}) o
             WHERE s.source_id IN {listed} AND s.\"{key}\" = o.\"{key}\";
             UPDATE temp.stage_{table} AS s SET {} FROM {} v
             WHERE s.source_id IN {listed} AND v.known_to IS NULL AND NOT v.withdrawn AND s.\"{key}\" = v.\"{key}\"",
            set.collect::<Vec<_>>().join(", "),
            shape.versions(),
        ),
    )
}

/// Enterprises of which a role list and another row say different things leave, and with them all their rows feed.
fn leave(merge: &Merge<'_>, listed: &str, clashes: &mut Vec<Clash>) -> Result<()> {
    let doing = "compare role lists with each other";
    let Some(shape) = shape("enterprises") else { return Ok(()) };
    merge.run(
        doing,
        &format!(
            "CREATE TEMP TABLE leaving AS
                SELECT source_id, row_no, enterprise_id FROM temp.stage_enterprises WHERE enterprise_id IN (
                    SELECT enterprise_id FROM (
                        SELECT DISTINCT {} FROM temp.stage_enterprises s WHERE enterprise_id IN (
                            SELECT enterprise_id FROM temp.stage_enterprises WHERE source_id IN {listed}))
                    GROUP BY enterprise_id HAVING count(*) > 1)",
            shape.names("s")
        ),
    )?;
    let sql = "SELECT source_id, row_no, enterprise_id FROM temp.leaving ORDER BY source_id, row_no";
    let found = merge.clashes(doing, "enterprises", "enterprise_id", sql)?;
    if !found.is_empty() {
        for table in TABLES {
            // Rows of other files leave their own table only.
            let own = if table == TABLES[0] { String::new() } else { format!(" AND s.source_id IN {listed}") };
            merge.run(
                doing,
                &format!(
                    "DELETE FROM temp.stage_{table} AS s USING temp.leaving l
                     WHERE s.source_id = l.source_id AND s.row_no = l.row_no{own}"
                ),
            )?;
        }
        merge.run(
            doing,
            "DELETE FROM temp.listed_rows AS r USING temp.leaving l
             WHERE r.source_id = l.source_id AND r.row_no = l.row_no",
        )?;
        clashes.extend(found);
    }
    merge.run(doing, "DROP TABLE temp.leaving")
}

/// After the merge: rows of which anything was new, and the others.
pub(super) fn tally(merge: &Merge<'_>, sources: &BTreeSet<i64>) -> Result<Vec<Tally>> {
    let doing = "count the rows of role lists";
    let listed = list(sources);
    let mut new = Vec::new();
    for table in TABLES {
        let compared = format!("SELECT 1 FROM duckdb_tables() WHERE table_name = 'fates_{table}' AND temporary");
        // Without anything to compare with, all that was staged is new.
        new.push(match merge.any(doing, &compared)? {
            true => {
                format!(
                    "SELECT source_id, row_no FROM temp.stage_{table} WHERE source_id IN {listed}
                        AND rowid NOT IN (SELECT stage_row FROM temp.fates_{table} WHERE same)"
                )
            }
            false => format!("SELECT source_id, row_no FROM temp.stage_{table} WHERE source_id IN {listed}"),
        });
    }
    let tallies = merge.tally(
        doing,
        &format!(
            "SELECT r.source_id, count(n.row_no), count(*) - count(n.row_no)
             FROM temp.listed_rows r LEFT JOIN ({}) n ON n.source_id = r.source_id AND n.row_no = r.row_no
             GROUP BY r.source_id",
            new.join(" UNION ")
        ),
    )?;
    merge.run(doing, "DROP TABLE temp.listed_rows")?;
    Ok(tallies)
}
