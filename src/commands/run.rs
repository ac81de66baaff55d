//! `guanjia run`: the inbox in, then bulletin, workbook and dashboard of a period; safe to repeat.
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use chrono::NaiveDate;

use super::progress::Progress;
use super::{Bureau, Refused, Status, bulletin, dashboard, ingest};
use crate::cli::{Cli, Run};
use crate::ingest::{Asked, Report};
use crate::measures::Scope;
use crate::measures::brief::Brief;
use crate::report::bulletin::{Edition, Kind};

pub fn run(args: &Run, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let progress = Progress::new(cli);
    let (written, status) = month(&bureau, scope, args.since, &progress)?;
    progress.done();
    for path in written {
        println!("{}", path.display());
    }
    Ok(status)
}

/// All of a period's work; says what was written, and whether more was refused than the workspace allows.
pub fn month(
    bureau: &Bureau,
    scope: Scope,
    since: Option<NaiveDate>,
    progress: &Progress,
) -> anyhow::Result<(Vec<PathBuf>, Status)> {
    let done = periods(bureau, &[scope], since, progress)?;
    Ok((done.written, done.status))
}

/// What a run came to.
pub struct Done {
    pub written: Vec<PathBuf>,
    pub status: Status,
    /// In the order of the periods asked for.
    pub briefs: Vec<Brief>,
}

/// All the work of one or several periods, with one dashboard.
pub fn periods(
    bureau: &Bureau,
    scopes: &[Scope],
    since: Option<NaiveDate>,
    progress: &Progress,
) -> anyhow::Result<Done> {
    progress.step("taking in the inbox");
    // An inbox that was cleared after its exports came in is nothing wrong.
    let waiting = bureau.workspace.inbox().read_dir().is_ok_and(|mut entries| entries.next().is_some());
    let status = if waiting { take_in(bureau, since, progress)? } else { Status::Done };
    if !bureau.workspace.warehouse().is_file() {
        let why = format!("nothing has come in yet: put exports into {}", bureau.workspace.inbox().display());
        return Err(Refused(why).into());
    }
    let mut briefs = Vec::new();
    for scope in scopes {
        let mut brief = bulletin::brief(bureau, *scope, progress)?;
        bulletin::name(bureau, *scope, &mut brief, progress)?;
        bulletin::docket(bureau, &mut brief)?;
        bulletin::say_unasked(bureau, *scope, Kind::Monthly, progress);
        briefs.push(brief);
    }
    progress.step("writing the bulletin and the dashboard");
    let out = bureau.workspace.out();
    let (pages, documents) = thread::scope(|threads| {
        let pages = threads.spawn(|| dashboard::write(bureau, &briefs, &out.join("dashboard")));
        let documents = briefs.iter().map(|brief| {
            let kinds = [Kind::Monthly, Kind::Situation];
            bulletin::write(bureau, brief, &kinds, Edition::Internal, &out.join(brief.period.to_string()))
        });
        let documents: anyhow::Result<Vec<Vec<PathBuf>>> = documents.collect();
        (pages.join().unwrap_or_else(|payload| resume_unwind(payload)), documents)
    });
    let mut written = documents?.concat();
    written.push(pages?);
    Ok(Done { written, status, briefs })
}

fn take_in(bureau: &Bureau, since: Option<NaiveDate>, progress: &Progress) -> anyhow::Result<Status> {
    let taking = ingest::Taking { asked: Asked { since, ..Asked::default() }, ..ingest::Taking::default() };
    let report = ingest::take(&bureau.workspace, &[bureau.workspace.inbox()], &taking, progress)?;
    let limit = bureau.workspace.settings.quarantine_limit;
    let share = share_refused(&report);
    // A workbook has a line per sheet.
    let paths: BTreeSet<&str> = report.files.iter().map(|file| file.path.as_str()).collect();
    let (mut accepted, mut refused) = (0, 0);
    for file in &report.files {
        accepted += file.accepted;
        refused += file.open();
    }
    progress.say(&format!("{} files, {accepted} rows accepted, {refused} refused", paths.len()));
    for file in report.files.iter().filter(|file| report.unreadable && file.kind.is_none()) {
        let sheet = file.sheet.as_ref().map(|sheet| format!(" [{sheet}]")).unwrap_or_default();
        progress.say(&format!("  not taken: {}{sheet}: {}", file.path, file.note.as_deref().unwrap_or("no export")));
    }
    if refused > 0 {
        progress.say("  `guanjia quarantine --xlsx FILE` lists the refused rows with their reasons");
    }
    if share > limit {
        progress.say(&format!(
            "  {:.1} % of the rows were refused, more than the limit of {:.1} %",
            share * 100.0,
            limit * 100.0
        ));
        return Ok(Status::Found);
    }
    Ok(if report.unreadable { Status::Found } else { Status::Done })
}

/// Share of the rows read that were refused.
fn share_refused(report: &Report) -> f64 {
    let rows: u64 = report.files.iter().map(|file| file.rows).sum();
    let refused: u64 = report.files.iter().map(|file| file.open()).sum();
    if rows == 0 { 0.0 } else { refused as f64 / rows as f64 }
}
