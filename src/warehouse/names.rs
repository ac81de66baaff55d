//! Rows that name people and enterprises instead of giving their ids: looked up when all files of a batch are in.
//!
//! A name is exactly one record of the register as it stands with this batch, or its row is refused. With a telephone
//! number (an enterprise: with its name alone) it needs no record: the id that a list makes of both is as good before the
//! list comes as after. What was taken before under the same number stays with whom it was taken for, as long as that
//! one bears the name: one who comes later with the same name does not take it away.
use std::collections::{BTreeMap, BTreeSet};

use duckdb::params;

use super::Result;
use super::batch_types::{Conflict, Refusal};
use super::columns::shape;
use super::error::Doing;
use super::identities::Kind;
use super::merge::Merge;
use super::named::{Named, What};
use crate::tables::plain;

/// Somebody who bears a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bearer {
    /// At the end of its chain of merges.
    id: String,
    name: String,
    phones: BTreeSet<String>,
    units: BTreeSet<String>,
}

/// What is or may be said under a name, by what it names and the name in its plain form.
type Bearers = BTreeMap<(What, String), BTreeMap<String, Bearer>>;

/// A column that may hold a name.
struct Place {
    table: &'static str,
    column: &'static str,
}

/// Why a name is not taken.
struct Fault {
    rule: &'static str,
    remedy: String,
}

/// Puts ids where rows of these sources have names; rows with a name that is nobody's or several people's leave, and are
/// told.
pub(super) fn resolve(merge: &Merge<'_>, sources: &BTreeSet<i64>) -> Result<Vec<Conflict>> {
    let places = places(merge);
    let list = sources.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let asked = asked(merge, &places, &list)?;
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let bearers = bearers(merge)?;
    let doing = "look names up";
    merge.run(
        doing,
        "CREATE TEMP TABLE named_as (written VARCHAR, id VARCHAR, kind VARCHAR, name VARCHAR, by_name BOOLEAN, known BOOLEAN);
         CREATE TEMP TABLE named_before (written VARCHAR, id VARCHAR)",
    )?;
    let mut faults: BTreeMap<&str, (Named, Fault)> = BTreeMap::new();
    let mut ids = merge.conn.appender_to_catalog_and_db("named_as", "temp", "main").doing(doing)?;
    for (written, named) in &asked {
        let of_name = bearers.get(&(named.what, plain(&named.name)));
        match found(named, of_name) {
            Ok(id) => {
                let bearer = of_name.and_then(|of_name| of_name.get(&id));
                let name = bearer.map_or(&named.name, |bearer| &bearer.name);
                let by_name = named.what == What::Person && named.phone.is_empty();
                let row = params![written, id, named.what.kind().table(), name, by_name, bearer.is_some()];
                ids.append_row(row).doing(doing)?;
            }
            Err(fault) => {
                faults.insert(written, (named.clone(), fault));
            }
        }
    }
    ids.flush().doing(doing)?;
    drop(ids);
    keep(merge, &places, &asked, &list)?;
    for Place { table, column } in &places {
        merge.run(
            doing,
            &format!(
                "UPDATE temp.stage_{table} AS s SET \"{column}\" = n.id FROM temp.named_as n
                 WHERE s.source_id IN ({list}) AND s.\"{column}\" = n.written"
            ),
        )?;
    }
    merge.run(
        doing,
        &format!(
            "INSERT INTO warehouse.named
                SELECT DISTINCT {}, kind, name, id, by_name FROM temp.named_as n
                WHERE (by_name OR NOT known) AND NOT EXISTS (
                    SELECT 1 FROM warehouse.named k
                    WHERE k.kind = n.kind AND k.name = n.name AND k.id = n.id AND k.by_name = n.by_name)
                ORDER BY 2, 3, 4;
             DROP TABLE temp.named_as; DROP TABLE temp.named_before",
            merge.batch
        ),
    )?;
    leave(merge, &places, &faults, &list)
}

impl What {
    fn kind(self) -> Kind {
        match self {
            What::Person => Kind::People,
            What::Enterprise => Kind::Enterprises,
        }
    }
}

/// Columns of waiting rows that may hold a name.
fn places(merge: &Merge<'_>) -> Vec<Place> {
    let of = |kind: Kind| kind.references().iter().map(|(table, column)| Place { table, column });
    let actor = Place { table: "case_events", column: "actor_id" };
    let all = of(Kind::People).chain(of(Kind::Enterprises)).chain([actor]);
    all.filter(|place| merge.staged.contains(place.table)).collect()
}

/// Everything that is to be looked up, as it was written.
fn asked(merge: &Merge<'_>, places: &[Place], list: &str) -> Result<BTreeMap<String, Named>> {
    let doing = "gather names";
    let mut asked = BTreeMap::new();
    for Place { table, column } in places {
        let sql = format!(
            "SELECT DISTINCT \"{column}\" FROM temp.stage_{table}
             WHERE source_id IN ({list}) AND starts_with(\"{column}\", chr(31))"
        );
        let mut statement = merge.conn.prepare(&sql).doing(doing)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).doing(doing)?;
        for written in rows {
            let written = written.doing(doing)?;
            if let Some(named) = Named::read(&written) {
                asked.insert(written, named);
            }
        }
    }
    Ok(asked)
}

/// Everybody in the register and among the rows that wait.
fn bearers(merge: &Merge<'_>) -> Result<Bearers> {
    let doing = "read who bears a name";
    let mut bearers = Bearers::new();
    for (what, kind, beside) in [(What::Person, Kind::People, "phone, unit"), (What::Enterprise, Kind::Enterprises, "")]
    {
        let (table, id) = (kind.table(), kind.id_column());
        let beside = if beside.is_empty() { "NULL, NULL" } else { beside };
        let waiting = match merge.staged.contains(table) {
            true => format!("UNION ALL SELECT {id}, name, {beside} FROM temp.stage_{table}"),
            false => String::new(),
        };
        let sql = format!(
            "SELECT coalesce(m.is_id, r.id), r.name, r.phone, r.unit
             FROM (SELECT {id} AS id, name, {} FROM warehouse.{table}_versions
                   WHERE known_to IS NULL AND NOT withdrawn {waiting}) r
             LEFT JOIN warehouse.merged m ON m.kind = '{table}' AND m.id = r.id",
            beside.replacen("NULL, NULL", "NULL AS phone, NULL AS unit", 1),
        );
        let mut statement = merge.conn.prepare(&sql).doing(doing)?;
        let row = |row: &duckdb::Row<'_>| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get::<_, Option<String>>(3)?,
            ))
        };
        for row in statement.query_map([], row).doing(doing)? {
            let (id, name, phone, unit) = row.doing(doing)?;
            let of_name = bearers.entry((what, plain(&name))).or_default();
            let bearer = of_name.entry(id.clone()).or_insert(Bearer { id, name, ..Bearer::default() });
            bearer.phones.extend(phone.iter().flat_map(|phone| phone.split('、')).map(str::to_owned));
            bearer.units.extend(unit.iter().map(|unit| plain(unit)));
        }
    }
    Ok(bearers)
}

/// Who is meant.
fn found(named: &Named, of_name: Option<&BTreeMap<String, Bearer>>) -> std::result::Result<String, Fault> {
    let all: Vec<&Bearer> = of_name.into_iter().flat_map(BTreeMap::values).collect();
    let phones: Vec<&str> = named.phone.split('、').filter(|phone| !phone.is_empty()).collect();
    let fits: Vec<&Bearer> = if named.what == What::Enterprise {
        all.clone()
    } else if !phones.is_empty() {
        all.iter().filter(|bearer| phones.iter().any(|phone| bearer.phones.contains(*phone))).copied().collect()
    } else if !named.unit.is_empty() {
        let of_unit = |bearer: &&&Bearer| bearer.units.contains(&plain(&named.unit));
        let of_unit: Vec<&Bearer> = all.iter().filter(of_unit).copied().collect();
        // A list that says nobody's unit contradicts none.
        let unknown = || all.iter().filter(|bearer| bearer.units.is_empty()).copied().collect();
        if of_unit.is_empty() { unknown() } else { of_unit }
    } else {
        all.clone()
    };
    match fits[..] {
        [one] => Ok(one.id.clone()),
        [] if named.what == What::Enterprise || !phones.is_empty() => Ok(named.id.clone()),
        [] => Err(unknown(named, &all)),
        _ => Err(shared(named, &fits)),
    }
}

fn unknown(named: &Named, all: &[&Bearer]) -> Fault {
    let unit = if named.unit.is_empty() { String::new() } else { format!(" of {}", named.unit) };
    let known = match all.is_empty() {
        true => String::new(),
        false => format!(" (known: {})", candidates(all)),
    };
    let remedy = format!(
        "Nobody in the register or a role list is called {}{unit}{known}; ingest the list that has them, or correct the name, \
         then this row again.",
        named.name
    );
    Fault { rule: "unknown_name", remedy }
}

fn shared(named: &Named, fits: &[&Bearer]) -> Fault {
    let remedy = match named.what {
        What::Person => "write the telephone behind the name, or add a column of telephones or units",
        What::Enterprise => "write its id, or its name as the ledger tells them apart",
    };
    let remedy = format!(
        "{} may be {}; {remedy}; if they are one, record it with `guanjia merge FILE`; then this row again.",
        named.name,
        candidates(fits),
    );
    Fault { rule: "shared_name", remedy }
}

/// 王强 (某局, 138****0001, p-…) or 王强 (…).
fn candidates(of: &[&Bearer]) -> String {
    const NAMED: usize = 4;
    let masked = |phone: &String| {
        let signs: Vec<char> = phone.chars().collect();
        match signs.len() > 7 {
            true => [&signs[..3], &['*'; 4], &signs[signs.len() - 4..]].concat().into_iter().collect(),
            false => "****".to_owned(),
        }
    };
    let one = |bearer: &&Bearer| {
        let parts = bearer.units.iter().cloned().chain(bearer.phones.iter().map(masked)).chain([bearer.id.clone()]);
        format!("{} ({})", bearer.name, parts.collect::<Vec<_>>().join(", "))
    };
    let mut said: Vec<String> = of.iter().take(NAMED).map(one).collect();
    if of.len() > NAMED {
        said.push(format!("{} more", of.len() - NAMED));
    }
    said.join(" or ")
}

/// Rows that came before with the same number keep whom they were taken for, as long as that one bears the name.
fn keep(merge: &Merge<'_>, places: &[Place], asked: &BTreeMap<String, Named>, list: &str) -> Result<()> {
    let doing = "keep whom names stood for before";
    // Withdrawn ones too: who has left did what they did.
    let mut bear: BTreeMap<(Kind, String), BTreeSet<String>> = BTreeMap::new();
    for kind in [Kind::People, Kind::Enterprises] {
        let sql = format!("SELECT {}, name FROM {}_versions WHERE known_to IS NULL", kind.id_column(), kind.table());
        let sql = sql.replace("FROM ", "FROM warehouse.");
        let mut statement = merge.conn.prepare(&sql).doing(doing)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        for row in rows.doing(doing)? {
            let (id, name) = row.doing(doing)?;
            bear.entry((kind, plain(&name))).or_default().insert(id);
        }
    }
    let mut any = false;
    let mut before = merge.conn.appender_to_catalog_and_db("named_before", "temp", "main").doing(doing)?;
    for (written, named) in asked.iter().filter(|(_, named)| named.phone.is_empty()) {
        let kind = named.what.kind();
        for id in bear.get(&(kind, plain(&named.name))).into_iter().flatten() {
            before.append_row(params![written, id]).doing(doing)?;
            any = true;
        }
    }
    before.flush().doing(doing)?;
    drop(before);
    for Place { table, column } in places.iter().filter(|_| any) {
        let Some(shape) = shape(table).filter(|shape| shape.number().is_some_and(|key| key != *column)) else {
            continue;
        };
        merge.run(
            doing,
            &format!(
                "UPDATE {stage} AS s SET \"{column}\" = v.\"{column}\"
                 FROM {versions} v, temp.named_before b
                 WHERE s.source_id IN ({list}) AND s.\"{column}\" = b.written AND v.known_to IS NULL AND NOT v.withdrawn
                    AND {same} AND v.\"{column}\" = b.id",
                stage = shape.stage(),
                versions = shape.versions(),
                same = shape.same_key("s", "v"),
            ),
        )?;
    }
    Ok(())
}

/// Rows whose name could not be taken leave, with all they feed.
fn leave(
    merge: &Merge<'_>,
    places: &[Place],
    faults: &BTreeMap<&str, (Named, Fault)>,
    list: &str,
) -> Result<Vec<Conflict>> {
    let doing = "take out rows with names that are nobody's or several people's";
    let mut conflicts = Vec::new();
    for Place { table, column } in places.iter().filter(|_| !faults.is_empty()) {
        let sql = format!(
            "SELECT source_id, row_no, \"{column}\" FROM temp.stage_{table}
             WHERE source_id IN ({list}) AND starts_with(\"{column}\", chr(31)) ORDER BY source_id, row_no"
        );
        let mut statement = merge.conn.prepare(&sql).doing(doing)?;
        let row = |row: &duckdb::Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?));
        for row in statement.query_map([], row).doing(doing)? {
            let (source_id, row_no, written) = row.doing(doing)?;
            let Some((named, fault)) = faults.get(written.as_str()) else { continue };
            let reason = Refusal {
                column: (*column).to_owned(),
                rule: fault.rule.to_owned(),
                value: named.name.clone(),
                remedy: fault.remedy.clone(),
            };
            let conflict = Conflict { source_id, row_no: row_no.unsigned_abs(), kind: (*table).to_owned(), reason };
            // A wide row names its enterprise in several records.
            if !conflicts.iter().rev().take(8).any(|known: &Conflict| *known == conflict) {
                conflicts.push(conflict);
            }
        }
    }
    if conflicts.is_empty() {
        return Ok(conflicts);
    }
    merge.run(doing, "CREATE TEMP TABLE unnamed (source_id BIGINT, row_no BIGINT)")?;
    let mut appender = merge.conn.appender_to_catalog_and_db("unnamed", "temp", "main").doing(doing)?;
    for conflict in &conflicts {
        appender.append_row(params![conflict.source_id, conflict.row_no as i64]).doing(doing)?;
    }
    appender.flush().doing(doing)?;
    drop(appender);
    for table in merge.staged {
        merge.run(
            doing,
            &format!(
                "DELETE FROM temp.stage_{table} AS s USING (SELECT DISTINCT * FROM temp.unnamed) u
                 WHERE s.source_id = u.source_id AND s.row_no = u.row_no"
            ),
        )?;
    }
    merge.run(doing, "DROP TABLE temp.unnamed")?;
    Ok(conflicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_hide_their_numbers_whatever_these_are() {
        let of = |phone: &str| Bearer {
            id: "p-1".into(),
            name: "王强".into(),
            phones: [phone.to_owned()].into(),
            ..Bearer::default()
        };
        assert_eq!(candidates(&[&of("13900000001")]), "王强 (139****0001, p-1)");
        assert_eq!(candidates(&[&of("a转王先生八八八")]), "王强 (a转王****生八八八, p-1)");
        assert_eq!(candidates(&[&of("8888")]), "王强 (****, p-1)");
    }
}
