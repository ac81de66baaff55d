//! `guanjia dashboard`: a folder that opens from disk.
use std::path::Path;

use super::progress::Progress;
use super::{Bureau, Status};
use crate::cli::{Cli, Dashboard};
use crate::measures::{Brief, Scope, Session};
use crate::period::Period;
use crate::report::dashboard;

pub fn run(args: &Dashboard, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let period = match args.period {
        Some(period) => period,
        None => last_month(&bureau)?,
    };
    let progress = Progress::new(cli);
    let mut brief = super::bulletin::brief(&bureau, Scope::of(period), &progress)?;
    super::bulletin::docket(&bureau, &mut brief)?;
    let out = args.out.clone().unwrap_or_else(|| bureau.workspace.out().join("dashboard"));
    progress.step("writing the dashboard");
    let index = write(&bureau, &[brief], &out)?;
    progress.done();
    println!("{}", index.display());
    Ok(Status::Done)
}

/// Writes the site of one or more months, the newest last.
pub fn write(bureau: &Bureau, briefs: &[Brief], out: &Path) -> anyhow::Result<std::path::PathBuf> {
    Ok(dashboard::write(briefs, Some(&bureau.workspace.reports()), out)?)
}

/// The last month in which a case, diary entry or evaluation happened.
fn last_month(bureau: &Bureau) -> anyhow::Result<Period> {
    let session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &[])?;
    let day = session.last_day()?.ok_or_else(|| {
        super::Refused("the warehouse holds no record yet; take exports in with `guanjia ingest PATH…`".into())
    })?;
    Ok(Period::month_of(day))
}
