//! Tables of single records: which rows of a batch contradict each other, and which are new versions.
//!
//! A row equal in every column to the version now current is unchanged; any other becomes a version. Values are
//! compared, not hashes of them.
use std::collections::BTreeSet;

use super::Result;
use super::columns::{Shape, shape};
use super::merge::{Clash, Merge, Tally};

/// Within the batch: of equal rows the first stays, rows of one key that differ all leave.
pub(super) fn settle(
    merge: &Merge<'_>,
    shape: &'static Shape,
    clashes: &mut Vec<Clash>,
    tallies: &mut Vec<(&'static str, Tally)>,
) -> Result<()> {
    let doing = format!("compare the rows of {} with each other", shape.table);
    let (stage, keys) = (shape.stage(), shape.keys("s"));
    let named = keys.iter().enumerate().map(|(i, k)| format!("{k} AS k{i}")).collect::<Vec<_>>().join(", ");
    let parts = (0..keys.len()).map(|i| format!("k{i}")).collect::<Vec<_>>().join(", ");
    let same = |left: &str, right: &str| {
        (0..keys.len())
            .map(|i| format!("{left}.k{i} IS NOT DISTINCT FROM {right}.k{i}"))
            .collect::<Vec<_>>()
            .join(" AND ")
    };
    let twice = format!("SELECT {named} FROM {stage} s GROUP BY ALL HAVING count(*) > 1");
    if merge.any(&doing, &twice)? {
        merge.run(
            &doing,
            &format!(
                "CREATE TEMP TABLE twice AS {twice};
                 CREATE TEMP TABLE repeated AS
                    SELECT r.*, row_number() OVER (PARTITION BY {parts} ORDER BY source_id, row_no, stage_row) AS nth
                    FROM (SELECT s.rowid AS stage_row, {named}, s.* FROM {stage} s) r
                    WHERE EXISTS (SELECT 1 FROM temp.twice t WHERE {});
                 CREATE TEMP TABLE differing AS
                    SELECT {parts} FROM (SELECT DISTINCT {parts}, {} FROM temp.repeated r)
                    GROUP BY ALL HAVING count(*) > 1;
                 CREATE TEMP TABLE leaving AS
                    SELECT r.stage_row, r.source_id, r.row_no, d.k0 IS NOT NULL AS clash, concat_ws(' · ', {}) AS key
                    FROM temp.repeated r LEFT JOIN temp.differing d ON {}
                    WHERE d.k0 IS NOT NULL OR r.nth > 1;
                 DELETE FROM {stage} WHERE rowid IN (SELECT stage_row FROM temp.leaving);",
                same("t", "r"),
                shape.names("r"),
                (0..keys.len()).map(|i| format!("CAST(r.k{i} AS VARCHAR)")).collect::<Vec<_>>().join(", "),
                same("r", "d"),
            ),
        )?;
        let clash = "SELECT source_id, row_no, key FROM temp.leaving WHERE clash ORDER BY source_id, row_no";
        clashes.extend(merge.clashes(&doing, &shape.table, &shape.key_names(), clash)?);
        let equal = "SELECT source_id, 0, count(*) FROM temp.leaving WHERE NOT clash GROUP BY source_id";
        tallies.extend(merge.tally(&doing, equal)?.into_iter().map(|t| (shape.table.as_str(), t)));
        let made = ["twice", "repeated", "differing", "leaving"].map(|table| format!("DROP TABLE temp.{table};"));
        merge.run(&doing, &made.concat())?;
    }
    Ok(())
}

/// What mapped files say of records beside their own rows: the last holds, unless another file has the record as a
/// row of its own; that they differ is remarked, not refused, since their own rows are right.
pub(super) fn settle_beside(merge: &Merge<'_>, table: &str, sources: &BTreeSet<i64>) -> Result<()> {
    let Some(shape) = shape(table).filter(|_| !sources.is_empty()) else { return Ok(()) };
    let doing = format!("compare what mapped files say of {table} beside their own rows");
    let stage = shape.stage();
    let list = sources.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let named = shape.keys("s").iter().enumerate().map(|(i, k)| format!("{k} AS k{i}")).collect::<Vec<_>>().join(", ");
    let parts = (0..shape.keys("s").len()).map(|i| format!("k{i}")).collect::<Vec<_>>().join(", ");
    let text = (0..shape.keys("s").len()).map(|i| format!("CAST(k{i} AS VARCHAR)")).collect::<Vec<_>>().join(", ");
    merge.run(
        &doing,
        &format!(
            "CREATE TEMP TABLE beside AS
                SELECT s.rowid AS stage_row, s.source_id IN ({list}) AS beside, {named},
                    row_number() OVER (PARTITION BY {keys}
                        ORDER BY s.source_id IN ({list}), s.source_id DESC, s.row_no DESC, s.rowid DESC) AS nth
                FROM {stage} s;
             INSERT INTO warehouse.remarks
                SELECT {batch}, '{table}', concat_ws(' · ', {text}),
                    'mapped files say ' || n || ' different things of it beside their rows; the last was taken'
                FROM (SELECT {parts}, count(*) AS n FROM (
                        SELECT DISTINCT {named}, {content} FROM {stage} s WHERE s.source_id IN ({list}))
                    GROUP BY ALL HAVING count(*) > 1);
             DELETE FROM {stage} WHERE rowid IN (SELECT stage_row FROM temp.beside WHERE beside AND nth > 1);
             DROP TABLE temp.beside;",
            keys = shape.keys("s").join(", "),
            batch = merge.batch,
            content = shape.names("s"),
        ),
    )
}

/// Writes the rows that are new versions; accepted and unchanged of every source.
pub(super) fn merge(merge: &Merge<'_>, shape: &Shape) -> Result<Vec<Tally>> {
    let doing = format!("write versions of {}", shape.table);
    let (stage, versions) = (shape.stage(), shape.versions());
    let (batch, day) = (merge.batch, merge.day());
    let row = format!("{}, s.source_id, s.row_no, {day}, false, {batch}", shape.names("s"));
    let columns = format!("{}, source_id, row_no, exported_on, withdrawn, known_from, known_to", shape.names("s"))
        .replace("s.\"", "\"");
    let fates = format!("fates_{}", shape.table);
    // The first batch meets nothing.
    if batch > 1 && compare(merge, shape, &fates)? {
        for (set, of) in [
            (format!("known_to = {batch}"), "NOT same AND NOT late"),
            (format!("exported_on = {day}"), "same AND older"),
        ] {
            let rows = format!("SELECT current_row FROM temp.{fates} WHERE {of}");
            if merge.any(&doing, &rows)? {
                merge.run(&doing, &format!("UPDATE {versions} SET {set} WHERE rowid IN ({rows})"))?;
            }
        }
        merge.run(
            &doing,
            &format!(
                "INSERT INTO {versions} ({columns}) SELECT {row}, CASE WHEN f.late THEN {batch} END
                 FROM {stage} s LEFT JOIN temp.{fates} f ON f.stage_row = s.rowid WHERE f.same IS NOT TRUE"
            ),
        )?;
        return merge.tally(
            &doing,
            &format!(
                "SELECT s.source_id, count(*) FILTER (WHERE f.same IS NOT TRUE), count(*) FILTER (WHERE f.same)
                 FROM {stage} s LEFT JOIN temp.{fates} f ON f.stage_row = s.rowid GROUP BY s.source_id"
            ),
        );
    }
    merge.run(&doing, &format!("INSERT INTO {versions} ({columns}) SELECT {row}, NULL FROM {stage} s"))?;
    merge.tally(&doing, &format!("SELECT source_id, count(*), 0 FROM {stage} GROUP BY source_id"))
}

/// Makes a table of the fates of the rows that have a current version, and only of them; whether there are any.
///
/// They are looked for by their keys alone: of a new month's rows few or none are known, and then nothing else of the
/// versions is read.
fn compare(merge: &Merge<'_>, shape: &Shape, fates: &str) -> Result<bool> {
    let doing = format!("compare the rows of {} with those known", shape.table);
    let (stage, versions, day) = (shape.stage(), shape.versions(), merge.day());
    let met = format!(
        "SELECT s.rowid AS stage_row, v.rowid AS current_row
         FROM {stage} s JOIN {versions} v ON v.known_to IS NULL AND {}",
        shape.same_key("s", "v")
    );
    let any = merge.make(&doing, "met", &met)? > 0;
    if any {
        let compared = format!(
            "SELECT m.stage_row, m.current_row, v.exported_on > {day} AS late, v.exported_on < {day} AS older,
                NOT v.withdrawn AND {} AS same
             FROM temp.met m JOIN {versions} v ON v.rowid = m.current_row JOIN {stage} s ON s.rowid = m.stage_row",
            shape.same_content("s", "v")
        );
        merge.make(&doing, fates, &compared)?;
    }
    merge.run(&doing, "DROP TABLE temp.met").map(|()| any)
}
