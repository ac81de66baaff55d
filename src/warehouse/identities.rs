//! Ids that are one: statements are added as a batch of their own, and what they come to is versioned like records.
//!
//! A statement says that one id is another; the latest about an id holds, and one that says an id is itself undoes
//! those before it. Facts read only `identities`: every merged id with the one at the end of its chain.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use duckdb::{Connection, params};
use serde::Serialize;

use super::error::Doing;
use super::{Result, Warehouse};

/// What can be one with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Enterprises,
    People,
}

impl Kind {
    /// The register its ids are from.
    pub fn table(self) -> &'static str {
        match self {
            Kind::Enterprises => "enterprises",
            Kind::People => "people",
        }
    }

    /// What they are called there.
    pub fn id_column(self) -> &'static str {
        match self {
            Kind::Enterprises => "enterprise_id",
            Kind::People => "person_id",
        }
    }

    /// Every (table, column) that may hold such an id.
    pub fn references(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Kind::Enterprises => &[
                ("enterprises", "enterprise_id"),
                ("assignments", "enterprise_id"),
                ("cases", "enterprise_id"),
                ("diary", "enterprise_id"),
                ("evaluations", "enterprise_id"),
                ("complaints", "enterprise_id"),
                ("milestones", "enterprise_id"),
                ("policy_pushes", "enterprise_id"),
            ],
            Kind::People => &[
                ("people", "person_id"),
                ("assignments", "holder_id"),
                ("diary", "person_id"),
                ("evaluations", "person_id"),
                ("complaints", "person_id"),
                ("absences", "person_id"),
                ("absences", "deputy_id"),
                ("policy_pushes", "person_id"),
            ],
        }
    }
}

/// One row of a merge file; `id` and `is` are equal where it undoes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// As the spreadsheet numbers it, from 1.
    pub row: u64,
    pub kind: Kind,
    pub id: String,
    pub is: String,
    pub reason: Option<String>,
}

/// The file that statements come from.
#[derive(Clone, Debug)]
pub struct MergeSource<'a> {
    pub path: &'a str,
    pub sheet: Option<&'a str>,
    pub sha256: &'a str,
    /// Rows that are no statements: blank, or before the header.
    pub skipped: (u64, u64),
}

/// What recording came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// None: all of it was stated before.
    pub batch: Option<i64>,
    /// Statements that are new, and that were in force already.
    pub accepted: u64,
    pub unchanged: u64,
    /// Every id that now stands for another, with the one at the end of its chain.
    pub merged: Vec<One>,
}

/// An id that another one stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct One {
    pub kind: Kind,
    pub id: String,
    pub is: String,
}

/// Statements that cannot hold: (row, why and what to do).
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(|(row, why)| format!("row {row}: {why}")).collect::<Vec<_>>().join("\n"))]
pub struct Impossible(pub Vec<(u64, String)>);

/// What an id is said to be, by kind and id; undone ones are absent.
type Said = BTreeMap<(Kind, String), String>;

impl Warehouse {
    /// Records statements as one batch, or none of them.
    pub fn merge(
        &mut self,
        source: &MergeSource<'_>,
        statements: &[Statement],
        started_at: NaiveDateTime,
        exported_on: NaiveDate,
    ) -> Result<std::result::Result<Recorded, Impossible>> {
        let conn = self.writing();
        let mut said = said(conn)?;
        let before = said.clone();
        let faults = faults(conn, statements, &mut said)?;
        if !faults.is_empty() {
            return Ok(Err(Impossible(faults)));
        }
        let chains = resolve(&said);
        let merged =
            chains.iter().map(|((kind, id), is)| One { kind: *kind, id: id.clone(), is: is.clone() }).collect();
        let new: Vec<&Statement> = statements
            .iter()
            .filter(|s| before.get(&(s.kind, s.id.clone())) != Some(&s.is).filter(|_| s.id != s.is))
            .collect();
        let (accepted, unchanged) = (new.len() as u64, (statements.len() - new.len()) as u64);
        if new.is_empty() {
            return Ok(Ok(Recorded { batch: None, accepted, unchanged, merged }));
        }
        conn.execute_batch("BEGIN TRANSACTION").doing("begin a batch of merges")?;
        let written = write(conn, source, &new, unchanged, &chains, (started_at, exported_on));
        let end = if written.is_ok() { "COMMIT" } else { "ROLLBACK" };
        conn.execute_batch(end).doing("end a batch of merges")?;
        Ok(Ok(Recorded { batch: Some(written?), accepted, unchanged, merged }))
    }
}

/// The statements in force now.
fn said(conn: &Connection) -> Result<Said> {
    let doing = "read which ids are merged";
    let mut statement = conn
        .prepare(
            "SELECT kind, id, is_id FROM merges
             QUALIFY row_number() OVER (PARTITION BY kind, id ORDER BY batch_id DESC, row_no DESC) = 1",
        )
        .doing(doing)?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))
        .doing(doing)?;
    let mut said = Said::new();
    for row in rows {
        let (kind, id, is) = row.doing(doing)?;
        let kind = if kind == "people" { Kind::People } else { Kind::Enterprises };
        if id != is {
            said.insert((kind, id), is);
        }
    }
    Ok(said)
}

/// Lays the statements over what was said; what cannot hold is told and not laid.
fn faults(conn: &Connection, statements: &[Statement], said: &mut Said) -> Result<Vec<(u64, String)>> {
    let mut faults = Vec::new();
    let mut first: BTreeMap<(Kind, &str), (u64, &str)> = BTreeMap::new();
    for s in statements {
        let key = (s.kind, s.id.clone());
        if let Some((row, is)) = first.get(&(s.kind, s.id.as_str())) {
            if *is != s.is {
                faults.push((s.row, format!("{} is said to be {is} in row {row} and {} here; keep one", s.id, s.is)));
            }
            continue;
        }
        first.insert((s.kind, &s.id), (s.row, &s.is));
        if s.id == s.is {
            if said.remove(&key).is_none() {
                let why =
                    format!("{} is not merged into another id, so there is nothing to undo; take the row out", s.id);
                faults.push((s.row, why));
            }
            continue;
        }
        if !occurs(conn, s.kind.references(), &s.id)? {
            let why = format!("no record mentions {} “{}”; correct the id (leading zeros count)", one(s.kind), s.id);
            faults.push((s.row, why));
        }
        if !occurs(conn, &[(s.kind.table(), s.kind.id_column())], &s.is)? {
            let why = format!("{} “{}” is not in the register; ingest it first, or correct the id", one(s.kind), s.is);
            faults.push((s.row, why));
        }
        said.insert(key, s.is.clone());
    }
    for s in statements.iter().filter(|s| s.id != s.is) {
        if let Some(round) = round(said, s) {
            let why = format!(
                "goes round in a circle: {}; say of one of them only that it is itself (是 = its own id)",
                round.join(" is ")
            );
            faults.push((s.row, why));
        }
    }
    faults.sort();
    Ok(faults)
}

fn one(kind: Kind) -> &'static str {
    match kind {
        Kind::Enterprises => "enterprise",
        Kind::People => "person",
    }
}

fn occurs(conn: &Connection, places: &[(&str, &str)], id: &str) -> Result<bool> {
    for (table, column) in places {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table}_versions WHERE {column} = ? AND NOT withdrawn)");
        if conn.query_row(&sql, params![id], |row| row.get(0)).doing("look an id up")? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The circle that a statement is part of, its first id at both ends.
fn round(said: &Said, from: &Statement) -> Option<Vec<String>> {
    let mut chain = vec![from.id.clone()];
    let mut seen = BTreeSet::from([from.id.clone()]);
    let mut at = from.id.clone();
    while let Some(next) = said.get(&(from.kind, at)) {
        chain.push(next.clone());
        if *next == from.id {
            return Some(chain);
        }
        if !seen.insert(next.clone()) {
            return None;
        }
        at = next.clone();
    }
    None
}

/// Each merged id with the end of its chain; there are no circles.
fn resolve(said: &Said) -> Said {
    let end = |kind: Kind, is: &String| {
        let mut at = is.clone();
        while let Some(next) = said.get(&(kind, at.clone())) {
            at.clone_from(next);
        }
        at
    };
    said.iter().map(|((kind, id), is)| ((*kind, id.clone()), end(*kind, is))).collect()
}

/// Writes batch, source, statements and the new chains; the number of the batch.
fn write(
    conn: &Connection,
    source: &MergeSource<'_>,
    new: &[&Statement],
    unchanged: u64,
    chains: &Said,
    (started_at, exported_on): (NaiveDateTime, NaiveDate),
) -> Result<i64> {
    let doing = "record which ids are one";
    let (batch, source_id): (i64, i64) = conn
        .query_row(
            "SELECT (SELECT coalesce(max(batch_id), 0) + 1 FROM batches), (SELECT coalesce(max(source_id), 0) + 1 FROM sources)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .doing(doing)?;
    conn.execute(
        "INSERT INTO batches (batch_id, started_at, exported_on, program) VALUES (?, CAST(? AS TIMESTAMP), CAST(? AS DATE), ?)",
        params![batch, started_at.format("%Y-%m-%d %H:%M:%S").to_string(), exported_on.to_string(), env!("CARGO_PKG_VERSION")],
    )
    .doing(doing)?;
    let (blank, title) = source.skipped;
    let accepted = new.len() as u64;
    conn.execute(
        "INSERT INTO sources (source_id, batch_id, path, sheet, content_sha256, reading_sha256, kind, note, rows, accepted,
            unchanged, quarantined, skipped_blank, skipped_title, skipped_section, skipped_total, skipped_repeated)
         VALUES (?, ?, ?, ?, ?, 'merges', 'merges', NULL, ?, ?, ?, 0, ?, ?, 0, 0, 0)",
        params![
            source_id, batch, source.path, source.sheet, source.sha256, accepted + unchanged + blank + title, accepted,
            unchanged, blank, title
        ],
    )
    .doing(doing)?;
    for s in new {
        conn.execute(
            "INSERT INTO merges VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![batch, source_id, s.row, s.kind.table(), s.id, s.is, s.reason],
        )
        .doing(doing)?;
    }
    conn.execute_batch("CREATE OR REPLACE TEMP TABLE chains (kind VARCHAR, id VARCHAR, is_id VARCHAR)").doing(doing)?;
    for ((kind, id), is) in chains {
        conn.execute("INSERT INTO temp.chains VALUES (?, ?, ?)", params![kind.table(), id, is]).doing(doing)?;
    }
    conn.execute_batch(&format!(
        "UPDATE identities SET known_to = {batch} WHERE known_to IS NULL
            AND NOT EXISTS (SELECT 1 FROM temp.chains c
                WHERE c.kind = identities.kind AND c.id = identities.id AND c.is_id = identities.is_id);
         INSERT INTO identities SELECT c.kind, c.id, c.is_id, {batch}, NULL FROM temp.chains c
            ANTI JOIN identities i ON i.known_to IS NULL AND i.kind = c.kind AND i.id = c.id
            ORDER BY 1, 2;
         DROP TABLE temp.chains;"
    ))
    .doing(doing)?;
    Ok(batch)
}
