//! The writer's lock: `warehouse.lock` beside the file.
//!
//! The operating system's lock is what counts; it goes with the process, so a killed writer leaves none. The
//! content only tells a second writer who holds it and since when.
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Local;
use serde::{Deserialize, Serialize};

use super::error::file_error;
use super::{Result, WarehouseError};

/// Who writes to a warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    pub host: String,
    /// What it is doing: `guanjia ingest inbox`.
    pub what: String,
    /// Local time, `2026-03-01 09:05:33`.
    pub since: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "“{}” (process {} on {}, since {})", self.what, self.pid, self.host, self.since)
    }
}

/// The lock while it is held; let go when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

fn path_of(warehouse: &Path) -> PathBuf {
    warehouse.with_extension("lock")
}

/// Takes the lock, or says who holds it.
pub(super) fn take(warehouse: &Path, what: &str) -> Result<Lock> {
    let path = path_of(warehouse);
    let failed = |doing| {
        let path = path.clone();
        move |source| file_error(doing, path, source)
    };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed("open the lock"))?;
    // A reader that looks whether someone writes holds the lock for an instant; so ask more than once.
    for attempt in 0.. {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if attempt < 10 => std::thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::WouldBlock) => {
                return Err(WarehouseError::Held { path: warehouse.to_path_buf(), holder: read(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
        }
    }
    let holder = Holder { pid: std::process::id(), host: host(), what: what.to_owned(), since: now() };
    let text = serde_json::to_string(&holder)?;
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(failed("write the lock"))?;
    Ok(Lock { file })
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name stays (removing it would race with the next writer); it only stops naming us.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// Who writes to the warehouse now; None: nobody.
pub fn holder(warehouse: &Path) -> Option<Holder> {
    let mut file = File::open(path_of(warehouse)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(read(&mut file)),
        _ => None,
    }
}

fn read(file: &mut File) -> Holder {
    let mut text = String::new();
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut text));
    serde_json::from_str(&text).unwrap_or_else(|_| Holder {
        pid: 0,
        host: "unknown".into(),
        what: "another guanjia".into(),
        since: "a moment ago".into(),
    })
}

fn host() -> String {
    ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .map(|name| name.trim().to_owned())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .unwrap_or_else(|| "this machine".into())
}

fn now() -> String {
    Local::now().format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_taker_is_told_and_stale_text_is_harmless() {
        let dir = tempfile::tempdir().unwrap();
        let warehouse = dir.path().join("warehouse.duckdb");
        std::fs::write(dir.path().join("warehouse.lock"), "left by a kill").unwrap();
        assert_eq!(holder(&warehouse), None);
        let held = take(&warehouse, "guanjia ingest inbox").unwrap();
        let error = take(&warehouse, "guanjia run").unwrap_err().to_string();
        assert!(error.contains("guanjia ingest inbox") && error.contains(&std::process::id().to_string()), "{error}");
        assert_eq!(holder(&warehouse).unwrap().what, "guanjia ingest inbox");
        drop(held);
        assert_eq!(holder(&warehouse), None);
        take(&warehouse, "guanjia run").unwrap();
    }
}
