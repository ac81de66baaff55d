//! `guanjia sample sheet` and `sample backcheck`: call sheets, as workbooks and on paper.
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use super::office::Office;
use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::sampling::acts::{Act, BackChecked};
use crate::sampling::calls::field::Field;
use crate::sampling::calls::sheets::{CallSheet, sheets};
use crate::sampling::calls::{Fieldwork, Visit, backcheck, paper};
use crate::sheet::form;
use crate::warehouse::contacts::contacts;

/// Writes one workbook and one page per evaluator.
pub fn run(args: &cli::SampleSheet, cli: &Cli) -> anyhow::Result<Status> {
    formats(cli, "sheet")?;
    let office = Office::open(cli)?;
    let folder = folder(&office, &args.plan, args.out.as_deref());
    let work = fieldwork(&office, &args.plan)?;
    let written = write(&office, &work, Visit::Call, &folder, args.with_phones)?;
    print(&written, cli)?;
    if !cli.quiet {
        if args.with_phones {
            eprintln!("hint: the workbooks hold whole telephone numbers (拨号); give each only to its evaluator");
        }
        eprintln!("hint: take filled-in sheets back with `guanjia sample record FILE…`");
    }
    Ok(Status::Done)
}

/// Draws the back-checks that are owed, enters them, and writes their sheets.
pub fn back_check(args: &cli::SampleBackcheck, cli: &Cli) -> anyhow::Result<Status> {
    formats(cli, "backcheck")?;
    let mut office = Office::open(cli)?;
    let folder = folder(&office, &args.plan, args.out.as_deref());
    let mut work = fieldwork(&office, &args.plan)?;
    let field = Field::of(&work, &office.sample(&args.plan)?.calls.held);
    let checks = backcheck::draw(&work, &field);
    if !checks.is_empty() {
        let act = Act::BackChecked(BackChecked { checks: checks.clone() });
        office.enter(&args.plan, &args.signed, &[act])?;
        work = fieldwork(&office, &args.plan)?;
    }
    let written = write(&office, &work, Visit::BackCheck, &folder, args.with_phones)?;
    print(&written, cli)?;
    if !cli.quiet {
        let percent = work.rules.back_check.percent;
        eprintln!("back-checks drawn now: {}, in all: {} ({percent} % of completes)", checks.len(), work.checks.len());
        if work.checks.is_empty() {
            eprintln!("hint: there is no complete yet that another evaluator could check");
        }
    }
    Ok(Status::Done)
}

/// These verbs print a table or JSON.
pub fn formats(cli: &Cli, verb: &str) -> anyhow::Result<()> {
    match cli.format {
        Format::Table | Format::Json => Ok(()),
        _ => Err(Refused(format!("sample {verb} prints a table or JSON: --format table or --format json")).into()),
    }
}

/// A plan whose evaluators are drawn.
pub fn fieldwork(office: &Office, plan: &str) -> anyhow::Result<Fieldwork> {
    Fieldwork::of(office.sample(plan)?).map_err(|error| Refused(error.to_string()).into())
}

fn folder(office: &Office, plan: &str, out: Option<&Path>) -> PathBuf {
    out.map_or_else(|| office.folder(plan, None).join("sheets"), Path::to_path_buf)
}

/// A sheet that was written.
#[derive(Serialize)]
struct Written {
    sheet: usize,
    evaluator: String,
    enterprises: usize,
    open: usize,
    xlsx: PathBuf,
    html: PathBuf,
}

fn write(office: &Office, work: &Fieldwork, visit: Visit, folder: &Path, phones: bool) -> anyhow::Result<Vec<Written>> {
    let held = &office.sample(&work.plan)?.calls.held;
    let field = Field::of(work, held);
    let contacts = contacts(&office.bureau.workspace.warehouse())?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    sheets(work, &field, held, &contacts, visit).iter().map(|sheet| one(sheet, folder, phones)).collect()
}

fn one(sheet: &CallSheet, folder: &Path, phones: bool) -> anyhow::Result<Written> {
    let path = |end: &str| folder.join(format!("{}.{end}", sheet.file_stem()));
    let (xlsx, html) = (path("xlsx"), path("html"));
    let put = |path: &Path, bytes: &[u8]| {
        let failed = || format!("cannot write {}; close it if it is open, or name another folder", path.display());
        std::fs::write(path, bytes).with_context(failed)
    };
    put(&xlsx, &form::bytes(&sheet.form(phones))?)?;
    put(&html, paper::page(sheet).as_bytes())?;
    Ok(Written {
        sheet: sheet.number,
        evaluator: sheet.evaluator.name.clone(),
        enterprises: sheet.targets.len(),
        open: sheet.targets.iter().filter(|target| !target.finished).count(),
        xlsx,
        html,
    })
}

fn print(written: &[Written], cli: &Cli) -> anyhow::Result<()> {
    if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(written)?);
        return Ok(());
    }
    let row = |written: &Written| {
        vec![
            written.sheet.to_string(),
            written.evaluator.clone(),
            written.enterprises.to_string(),
            written.open.to_string(),
            written.xlsx.display().to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = written.iter().map(row).collect();
    let headers = ["sheet", "evaluator", "enterprises", "open", "file (.html beside it: for paper)"];
    print!("{}", table(&headers, &[true, false, true, true, false], &rows));
    Ok(())
}
