//! [`Warehouse`]: the file opened for writing, under the writer's lock.
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use duckdb::Connection;

use super::batch::Batch;
use super::batch_types::Mode;
use super::error::{Doing, file_error};
use super::lock::{self, Lock};
use super::{Result, connect, migrate};

/// A warehouse opened for writing; nobody else writes while this lives.
#[derive(Debug)]
pub struct Warehouse {
    // Closed before the lock is let go.
    conn: Connection,
    path: PathBuf,
    _lock: Lock,
}

impl Warehouse {
    /// Opens the warehouse, makes or migrates it, and takes the writer's lock; `what` is shown to whoever waits.
    pub fn open_writer(path: &Path, what: &str) -> Result<Warehouse> {
        let lock = lock::take(path, what)?;
        let conn = connect::to_write(path)?;
        if !path.exists() {
            make(&conn, path)?;
        }
        connect::attach(&conn, path, false)?;
        connect::sweep_spills(path);
        migrate::migrate(&conn, path)?;
        Ok(Warehouse { conn, path: path.to_path_buf(), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, for what this room writes beside batches of exports.
    pub(super) fn writing(&self) -> &Connection {
        &self.conn
    }

    #[cfg(test)]
    pub(super) fn conn_for_test(&self) -> &Connection {
        &self.conn
    }

    /// Begins a batch of exports made on `exported_on`; `started_at` is local time.
    pub fn begin(&mut self, exported_on: NaiveDate, started_at: NaiveDateTime) -> Result<Batch<'_>> {
        self.begin_as(Mode::Plain, exported_on, started_at)
    }

    /// Begins a batch that says what `mode` says of records it does not hold.
    pub fn begin_as(&mut self, mode: Mode, exported_on: NaiveDate, started_at: NaiveDateTime) -> Result<Batch<'_>> {
        Batch::begin(&self.conn, mode, exported_on, started_at)
    }
}

/// Makes an empty warehouse under another name first, so that a kill never leaves half a file under its own.
fn make(conn: &Connection, path: &Path) -> Result<()> {
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let (new, log) = (beside(".new"), beside(".new.wal"));
    for left in [&new, &log] {
        let _ = std::fs::remove_file(left);
    }
    connect::attach(conn, &new, false)?;
    migrate::migrate(conn, &new)?;
    conn.execute_batch("CHECKPOINT warehouse; USE memory; DETACH warehouse").doing("make an empty warehouse")?;
    std::fs::rename(&new, path).map_err(|source| file_error("make", path.to_path_buf(), source))
}
