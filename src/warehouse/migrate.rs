//! The schema as numbered files: `queries/schema/NNNN_name.sql`, applied in order, each once.
//!
//! An applied file never changes; a change is a new file (a test holds them to it).
use std::path::Path;

use duckdb::{Connection, params};
use include_dir::File;
use sha2::{Digest, Sha256};

use super::error::Doing;
use super::{Result, WarehouseError, connect};
use crate::shipped::QUERIES;

/// One numbered file.
pub(super) struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub sql: &'static str,
    pub sha256: String,
}

/// All migrations that this program knows, in order.
pub(super) fn shipped() -> Vec<Migration> {
    let mut all: Vec<Migration> =
        QUERIES.get_dir("schema").into_iter().flat_map(|dir| dir.files()).filter_map(read).collect();
    all.sort_by_key(|m| m.version);
    all
}

fn read(file: &'static File<'static>) -> Option<Migration> {
    let name = file.path().file_stem()?.to_str()?;
    let version = name.split_once('_')?.0.parse().ok()?;
    let sha256 = Sha256::digest(file.contents()).iter().map(|b| format!("{b:02x}")).collect();
    Some(Migration { version, name, sql: file.contents_utf8()?, sha256 })
}

/// The newest schema that this program knows.
pub fn newest_schema() -> i64 {
    shipped().last().map_or(0, |m| m.version)
}

/// The schema of the warehouse at `path`, which may be older or newer than ours.
pub fn schema_of(path: &Path) -> Result<i64> {
    if !path.is_file() {
        return Err(WarehouseError::Missing(path.to_path_buf()));
    }
    let conn = connect::in_memory(path)?;
    connect::attach(&conn, path, true)?;
    schema_in(&conn, path).map(|(version, _)| version)
}

/// The attached warehouse's schema and the program that last changed it.
pub(super) fn schema_in(conn: &Connection, path: &Path) -> Result<(i64, String)> {
    schema_among(conn, path, &tables(conn)?)
}

fn schema_among(conn: &Connection, path: &Path, tables: &[Kept]) -> Result<(i64, String)> {
    if !tables.iter().any(|table| table.name == "schema_version") {
        let detail = "it has no table schema_version".to_owned();
        return Err(WarehouseError::NotOurs { path: path.to_path_buf(), detail });
    }
    let doing = "tell its schema";
    let mut statement = conn.prepare("SELECT version, program FROM warehouse.schema_version").doing(doing)?;
    let versions = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
    let versions = versions.collect::<duckdb::Result<Vec<(i64, String)>>>().doing(doing)?;
    let none = || WarehouseError::NotOurs { path: path.to_path_buf(), detail: "it has no schema".to_owned() };
    versions.into_iter().max().ok_or_else(none)
}

/// About how many rows the largest table of the attached warehouse has.
pub(super) fn largest(conn: &Connection) -> Result<u64> {
    Ok(tables(conn)?.iter().map(|table| table.rows).max().unwrap_or(0))
}

/// A table that is there, and about how many rows it has.
struct Kept {
    name: String,
    rows: u64,
}

fn tables(conn: &Connection) -> Result<Vec<Kept>> {
    let mut statement = conn
        .prepare("SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'warehouse'")
        .doing("list its tables")?;
    let tables =
        statement.query_map([], |row| Ok(Kept { name: row.get(0)?, rows: row.get(1)? })).doing("list its tables")?;
    tables.collect::<duckdb::Result<_>>().doing("list its tables")
}

/// Brings the attached warehouse to the newest schema, in one transaction.
pub(super) fn migrate(conn: &Connection, path: &Path) -> Result<()> {
    let tables = tables(conn)?;
    let (applied, program) = if tables.is_empty() { (0, String::new()) } else { schema_among(conn, path, &tables)? };
    let known = newest_schema();
    if applied > known {
        return Err(WarehouseError::Newer { path: path.to_path_buf(), found: applied, known, program });
    }
    if applied == known {
        return Ok(());
    }
    if tables.iter().any(|table| table.rows > connect::ROWS_OF_ONE_THREAD) {
        connect::all_threads(conn)?;
    }
    conn.execute_batch("BEGIN TRANSACTION").doing("begin a migration")?;
    let done = apply(conn, applied);
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    conn.execute_batch(end).doing("end a migration")?;
    done
}

fn apply(conn: &Connection, applied: i64) -> Result<()> {
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS warehouse.schema_version (
            version BIGINT PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, program VARCHAR NOT NULL)",
    )
    .doing("create schema_version")?;
    for migration in shipped().iter().filter(|m| m.version > applied) {
        conn.execute_batch(migration.sql).doing(format!("apply the schema file {}", migration.name))?;
        conn.execute(
            "INSERT INTO warehouse.schema_version VALUES (?, ?, ?, ?)",
            params![migration.version, migration.name, migration.sha256, env!("CARGO_PKG_VERSION")],
        )
        .doing("record a schema file")?;
    }
    Ok(())
}
