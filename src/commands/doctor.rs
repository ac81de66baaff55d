//! `guanjia doctor`: what a run needs, whether it is there, and what to do about each.
use std::path::Path;

use chrono::{Datelike, Local, NaiveDate};
use serde::Serialize;

use super::Status;
use crate::calendar::Calendar;
use crate::cli::{Cli, Format};
use crate::report::charts;
use crate::warehouse::{self, WarehouseError};
use crate::workspace::{Workspace, WorkspaceError};

/// One line of the doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Check {
    check: &'static str,
    state: State,
    finding: String,
    /// What to do; empty when all is well.
    #[serde(skip_serializing_if = "String::is_empty")]
    remedy: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warn,
    Fail,
}

fn ok(check: &'static str, finding: impl Into<String>) -> Check {
    Check { check, state: State::Ok, finding: finding.into(), remedy: String::new() }
}

fn warn(check: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Check {
    Check { check, state: State::Warn, finding: finding.into(), remedy: remedy.into() }
}

fn fail(check: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Check {
    Check { check, state: State::Fail, finding: finding.into(), remedy: remedy.into() }
}

/// Checks everything; status 1 when something fails.
pub fn run(cli: &Cli) -> anyhow::Result<Status> {
    if matches!(cli.format, Format::Csv | Format::Parquet) {
        eprintln!("error: the doctor speaks as table or json");
        return Ok(Status::Misuse);
    }
    let mut checks = vec![ok("program", format!("guanjia {}", env!("CARGO_PKG_VERSION"))), library(), fonts()];
    let today = Local::now().date_naive();
    match Workspace::open(cli.workspace.as_deref()) {
        Ok(workspace) => {
            checks
                .push(ok("workspace", format!("{}, rules of {}", workspace.root.display(), workspace.settings.regime)));
            checks.push(disk(&workspace.root));
            checks.push(calendar(Some(&workspace), today));
            checks.extend(lock_and_schema(&workspace.warehouse()));
        }
        Err(e @ WorkspaceError::NotFound(_)) if cli.workspace.is_none() => {
            checks.push(warn("workspace", "none here", e.to_string()));
            checks.push(disk(Path::new(".")));
            checks.push(calendar(None, today));
        }
        Err(e) => checks.push(fail("workspace", e.to_string(), "correct the file named, or name another workspace")),
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&checks)?),
        _ => print_table(&checks),
    }
    let failed = checks.iter().any(|check| check.state == State::Fail);
    Ok(if failed { Status::Found } else { Status::Done })
}

fn print_table(checks: &[Check]) {
    for Check { check, state, finding, remedy } in checks {
        let state = match state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        };
        println!("{state:<5} {check:<10} {finding}");
        if !remedy.is_empty() {
            println!("{:<5} {:<10} → {remedy}", "", "");
        }
    }
}

fn library() -> Check {
    match warehouse::version_of_duckdb() {
        Ok(version) if version.starts_with("v1.5.") => ok("duckdb", format!("DuckDB {version}")),
        Ok(version) => warn("duckdb", format!("DuckDB {version}"), "guanjia is tested with DuckDB 1.5.6"),
        Err(e) => fail("duckdb", e.to_string(), "check that libduckdb.so is where the program was linked to it"),
    }
}

/// Charts are drawn as pictures for documents, with a font that has Chinese.
fn fonts() -> Check {
    match charts::installed() {
        Some(name) => ok("fonts", format!("charts are drawn in {name}")),
        None => {
            fail("fonts", "none that charts can be drawn in", "install one: on Debian `apt-get install fonts-noto-cjk`")
        }
    }
}

fn disk(dir: &Path) -> Check {
    const MIB: u64 = 1 << 20;
    let free = match fs4::available_space(dir) {
        Ok(bytes) => bytes / MIB,
        Err(e) => return warn("disk", format!("free space of {} unknown: {e}", dir.display()), "look yourself"),
    };
    let finding = format!("{:.1} GiB free in {}", free as f64 / 1024.0, dir.display());
    let remedy = "make room: a year of a city takes about 1 GiB, of a province about 20 GiB";
    match free {
        0..200 => fail("disk", finding, remedy),
        200..2048 => warn("disk", finding, remedy),
        _ => ok("disk", finding),
    }
}

fn calendar(workspace: Option<&Workspace>, today: NaiveDate) -> Check {
    let calendar = workspace.map_or_else(|| Ok(Calendar::shipped()), Calendar::for_workspace);
    match calendar {
        Ok(calendar) => {
            let years: Vec<i32> = calendar.years().iter().map(|year| year.year).collect();
            years_declared(&years, today)
        }
        Err(e) => fail("calendar", e.to_string(), "correct calendar.toml in the workspace"),
    }
}

fn years_declared(years: &[i32], today: NaiveDate) -> Check {
    let import = |year: i32| {
        format!(
            "when the notice is out, `guanjia calendar import FILE`; until then calendar.provisional = [{year}] in \
             guanjia.toml takes plain weeks"
        )
    };
    let (Some(first), Some(last)) = (years.iter().min(), years.iter().max()) else {
        return fail("calendar", "no year is declared", import(today.year()));
    };
    let finding = format!("working days declared {first} to {last}");
    // The notice for a year comes in November of the one before; due days reach into January from then on.
    if !years.contains(&today.year()) {
        fail("calendar", format!("{finding}, not {}", today.year()), import(today.year()))
    } else if today.month() >= 12 && !years.contains(&(today.year() + 1)) {
        warn("calendar", format!("{finding}, not yet {}", today.year() + 1), import(today.year() + 1))
    } else {
        ok("calendar", finding)
    }
}

fn lock_and_schema(path: &Path) -> Vec<Check> {
    if let Some(holder) = warehouse::holder(path) {
        return vec![warn("lock", format!("the warehouse is being written by {holder}"), "wait until it has finished")];
    }
    let lock = ok("lock", "nobody writes to the warehouse");
    let newest = warehouse::newest_schema();
    let schema = match warehouse::schema_of(path) {
        Ok(found) if found == newest => ok("warehouse", format!("schema {found}, the newest")),
        Ok(found) if found < newest => warn(
            "warehouse",
            format!("schema {found}, the newest is {newest}"),
            "the next `guanjia ingest` migrates it and keeps all data; until then figures are not computed",
        ),
        Ok(found) => fail(
            "warehouse",
            format!("schema {found} is of a newer guanjia, this one knows {newest}"),
            "install that version or a later one",
        ),
        Err(WarehouseError::Missing(_)) => ok("warehouse", "none yet; the first `guanjia ingest` makes it"),
        Err(e) => fail("warehouse", e.to_string(), "correct what is named, or restore the file from a copy"),
    };
    vec![lock, schema]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn missing_years_fail_or_warn_in_time() {
        let years = [2025, 2026];
        assert_eq!(years_declared(&years, day("2026-11-30")).state, State::Ok);
        let warned = years_declared(&years, day("2026-12-01"));
        assert_eq!(warned.state, State::Warn);
        assert!(warned.remedy.contains("[2027]"), "{}", warned.remedy);
        assert_eq!(years_declared(&years, day("2027-01-01")).state, State::Fail);
        assert_eq!(years_declared(&[], day("2026-01-01")).state, State::Fail);
    }

    #[test]
    fn warehouse_and_lock_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warehouse.duckdb");
        let states = || lock_and_schema(&path).iter().map(|c| (c.check, c.state)).collect::<Vec<_>>();
        assert_eq!(states(), [("lock", State::Ok), ("warehouse", State::Ok)]);
        let writer = warehouse::Warehouse::open_writer(&path, "guanjia ingest inbox").unwrap();
        assert!(lock_and_schema(&path)[0].finding.contains("guanjia ingest inbox"));
        drop(writer);
        assert_eq!(states(), [("lock", State::Ok), ("warehouse", State::Ok)]);
        std::fs::write(&path, "text, no database").unwrap();
        assert_eq!(states(), [("lock", State::Ok), ("warehouse", State::Fail)]);
    }

    #[test]
    fn disk_is_measured() {
        let dir = tempfile::tempdir().unwrap();
        assert!(disk(dir.path()).finding.contains("GiB free"));
        assert_eq!(disk(&dir.path().join("nowhere")).state, State::Warn);
    }
}
