//! Connections: always in memory with the file attached as `warehouse`, so that SQL names it the same everywhere.
//!
//! Extensions are neither fetched nor loaded: what the library carries is all there is.
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use duckdb::{Config, Connection};

use super::error::Doing;
use super::{Result, WarehouseError, lock, migrate};

/// A connection in memory that fetches nothing; `spill` is where it may put what does not fit.
pub(super) fn in_memory(spill: &Path) -> Result<Connection> {
    open(spill, Config::default())
}

/// The same for a writer. It begins with one thread (see [`all_threads`]), and what it commits goes into the file at once
/// and not first into a log that is to be written over into the file when it closes.
pub(super) fn to_write(spill: &Path) -> Result<Connection> {
    let config = Config::default()
        .threads(1)
        .and_then(|c| c.with("checkpoint_threshold", "0KB"))
        .and_then(|c| c.with("auto_checkpoint_skip_wal_threshold", "0"))
        .doing("take its settings")?;
    open(spill, config)
}

/// Up to so many rows a writer works with one thread: DuckDB parts its work by row groups of 122,880 rows, and a thread
/// that has none spins until the others are done.
pub(super) const ROWS_OF_ONE_THREAD: u64 = 2_000_000;

/// Gives a writer all threads.
pub(super) fn all_threads(conn: &Connection) -> Result<()> {
    threads(conn, std::thread::available_parallelism().map_or(1, |n| n.get()))
}

/// Leaves a writer so many threads.
pub(super) fn threads(conn: &Connection, count: usize) -> Result<()> {
    conn.execute_batch(&format!("SET threads = {count}")).doing("take its threads")
}

fn open(spill: &Path, config: Config) -> Result<Connection> {
    // Several processes may spill beside one file: each has its own folder, which DuckDB makes and removes.
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut folder = spill.as_os_str().to_owned();
    folder.push(format!("{SPILL}{}-{count}", std::process::id()));
    let config = config
        .enable_autoload_extension(false)
        .and_then(|c| c.with("temp_directory", PathBuf::from(folder).to_string_lossy()))
        .doing("take its settings")?;
    let conn = Connection::open_in_memory_with_flags(config).doing("start DuckDB")?;
    limit_memory(&conn)?;
    Ok(conn)
}

/// On large machines less than DuckDB's four fifths of all memory; what does not fit is spilled.
fn limit_memory(conn: &Connection) -> Result<()> {
    let limit: String =
        conn.query_row("SELECT current_setting('memory_limit')", [], |row| row.get(0)).doing("tell its memory")?;
    let gib = match limit.split_once(' ') {
        Some((number, "GiB")) => number.parse().unwrap_or(0.0),
        Some((_, "TiB")) => f64::INFINITY,
        _ => 0.0,
    };
    if gib > 9.0 { conn.execute_batch("SET memory_limit = '9GiB'").doing("limit its memory") } else { Ok(()) }
}

const SPILL: &str = ".spill-";

/// Removes the spill folders that killed processes left; only for who has the file for itself.
pub(super) fn sweep_spills(warehouse: &Path) {
    let Some(name) = warehouse.file_name().and_then(|n| n.to_str()) else { return };
    let prefix = format!("{name}{SPILL}");
    let own = format!("{prefix}{}-", std::process::id());
    let folder = warehouse.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Some(found) = entry.file_name().to_str()
            && found.starts_with(&prefix)
            && !found.starts_with(&own)
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Attaches the file as `warehouse` and makes it the default.
pub(super) fn attach(conn: &Connection, path: &Path, read_only: bool) -> Result<()> {
    let quoted = path.to_string_lossy().replace('\'', "''");
    // A new file takes the storage format of DuckDB 1.5: smaller and quicker to write than the oldest readable one.
    let options = match (read_only, path.exists()) {
        (true, _) => " (READ_ONLY)",
        (false, true) => "",
        (false, false) => " (STORAGE_VERSION 'v1.5.0')",
    };
    conn.execute_batch(&format!("ATTACH '{quoted}' AS warehouse{options}; USE warehouse;")).map_err(|source| {
        let detail = source.to_string();
        let path = path.to_path_buf();
        if detail.contains("Could not set lock") || detail.contains("onflicting lock") {
            WarehouseError::OpenElsewhere { path, detail }
        } else if detail.contains("not a valid DuckDB database") || detail.contains("newer") {
            WarehouseError::NotOurs { path, detail }
        } else {
            super::error::sql_error(format!("open {}", path.display()), source)
        }
    })
}

/// A connection for computing: the file is attached read-only as `warehouse` and is the default catalog, so
/// `cases_versions` and `warehouse.cases_versions` are the same; TEMP tables and views may be made beside it.
pub fn open_reader(path: &Path) -> Result<Connection> {
    if !path.is_file() {
        return Err(WarehouseError::Missing(path.to_path_buf()));
    }
    if let Some(holder) = lock::holder(path) {
        return Err(WarehouseError::Held { path: path.to_path_buf(), holder });
    }
    let conn = open(path, Config::default().threads(1).doing("take its settings")?)?;
    attach(&conn, path, true)?;
    let (found, program) = migrate::schema_in(&conn, path)?;
    let known = migrate::newest_schema();
    match found.cmp(&known) {
        std::cmp::Ordering::Greater => Err(WarehouseError::Newer { path: path.to_path_buf(), found, known, program }),
        std::cmp::Ordering::Less => Err(WarehouseError::Older { path: path.to_path_buf(), found, known }),
        std::cmp::Ordering::Equal => {
            if migrate::largest(&conn)? > ROWS_OF_ONE_THREAD {
                all_threads(&conn)?;
            }
            Ok(conn)
        }
    }
}

/// Leaves threads and memory to other connections that compute at the same time: so many in all.
pub fn share(conn: &Connection, connections: usize) -> Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()) / connections.max(1);
    let limit: String =
        conn.query_row("SELECT current_setting('memory_limit')", [], |row| row.get(0)).doing("tell its memory")?;
    let memory = limit.split_once(' ').and_then(|(number, unit)| Some((number.parse::<f64>().ok()?, unit)));
    let memory = memory.map(|(number, unit)| format!("SET memory_limit = '{} {unit}';", number / connections as f64));
    let settings = format!("SET threads = {}; {}", threads.max(1), memory.unwrap_or_default());
    conn.execute_batch(&settings).doing("share threads and memory")
}

/// A connection without any warehouse, for reading what lies in a folder; beside it is spilled what does not fit.
pub fn without_file(beside: &Path) -> Result<Connection> {
    in_memory(beside)
}

/// Version of the DuckDB library in use: `v1.5.6`.
pub fn version_of_duckdb() -> Result<String> {
    let conn = Connection::open_in_memory().doing("start DuckDB")?;
    conn.query_row("SELECT version()", [], |row| row.get(0)).doing("say its version")
}
