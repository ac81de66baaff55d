//! [`Warehouse`]: the file opened for writing, under the writer's lock.
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use duckdb::Connection;

use super::batch::Batch;
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
        let conn = connect::in_memory(path)?;
        connect::attach(&conn, path, false)?;
        connect::sweep_spills(path);
        migrate::migrate(&conn, path)?;
        Ok(Warehouse { conn, path: path.to_path_buf(), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[cfg(test)]
    pub(super) fn conn_for_test(&self) -> &Connection {
        &self.conn
    }

    /// Begins a batch of exports made on `exported_on`; `started_at` is local time.
    pub fn begin(&mut self, exported_on: NaiveDate, started_at: NaiveDateTime) -> Result<Batch<'_>> {
        Batch::begin(&self.conn, exported_on, started_at)
    }
}
