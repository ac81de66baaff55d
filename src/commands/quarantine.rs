//! `guanjia quarantine`: what was refused and why, as a list or as a workbook to correct; rubbish is put aside.
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::judging::now;
use super::{Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::sheet;
use crate::warehouse::dismissals::{self, Dismissal, Dismissed, Which};
use crate::warehouse::{self, Warehouse, received, received::Quarantined};
use crate::workspace::Workspace;

/// Lists refused rows, or writes them to a workbook.
pub fn run(args: &cli::Quarantine, cli: &Cli) -> anyhow::Result<Status> {
    if matches!(cli.format, Format::Csv | Format::Parquet) {
        eprintln!("error: refused rows are printed as table or json");
        eprintln!("hint: use --xlsx FILE for a workbook that can be corrected and ingested");
        return Ok(Status::Misuse);
    }
    let workspace = Workspace::open(cli.workspace.as_deref())?;
    if let Some(file) = args.dismiss.as_ref().or(args.restore.as_ref()) {
        return act(args, file, &workspace);
    }
    if args.row.is_some() || args.sheet.is_some() {
        return Err(Refused("--row and --sheet go with --dismiss or --restore".into()).into());
    }
    let conn = warehouse::open_reader(&workspace.warehouse())?;
    if args.dismissed {
        let mut rows = dismissals::dismissed(&conn, None)?;
        rows.retain(|row| args.batch.is_none_or(|batch| batch == row.batch));
        match cli.format {
            Format::Json => println!("{}", serde_json::to_string_pretty(&rows)?),
            _ => print_dismissed(&rows, cli.quiet),
        }
        return Ok(Status::Done);
    }
    let rows = received::quarantined(&conn, args.batch)?;
    if let Some(path) = &args.xlsx {
        if rows.is_empty() {
            eprintln!("nothing was refused; {} is not written", path.display());
            return Ok(Status::Done);
        }
        sheet::quarantine::write(path, &rows)?;
        if !cli.quiet {
            eprintln!("refused rows written to {1}: {0}", rows.len(), path.display());
            eprintln!("hint: correct them there, then `guanjia ingest {}`", path.display());
        }
        return Ok(Status::Done);
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&rows)?),
        _ => print_table(&rows, cli.quiet),
    }
    Ok(Status::Done)
}

/// Puts rows of a file aside, or takes them back.
fn act(args: &cli::Quarantine, file: &str, workspace: &Workspace) -> anyhow::Result<Status> {
    let given = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let (reason, by) = (given(&args.reason), given(&args.by));
    if reason.is_empty() || by.is_empty() {
        return Err(Refused("say who does it and why: --by NAME --reason TEXT".into()).into());
    }
    let rows = args.row.as_deref().map(ranges).transpose()?.unwrap_or_default();
    let which = Which { file: file.to_owned(), sheet: args.sheet.clone(), batch: args.batch, rows };
    let (dismissed, at) = (args.dismiss.is_some(), args.at.unwrap_or_else(now));
    let path = workspace.warehouse();
    warehouse::open_reader(&path)?;
    let mut writer = Warehouse::open_writer(&path, "quarantine")?;
    let act = Dismissal { which: &which, dismissed, reason: &reason, by: &by, at };
    let Some(done) = writer.dismiss(&act, now())? else {
        let (what, list) = match dismissed {
            true => ("waits to be corrected", "guanjia quarantine"),
            false => ("was put aside", "guanjia quarantine --dismissed"),
        };
        return Err(Refused(format!("no such row of {file} {what}; `{list}` lists those that can be meant")).into());
    };
    let what = if dismissed { "put aside" } else { "taken back" };
    println!("batch {}: rows {what}: {} (files or sheets: {})", done.batch, done.rows, done.files);
    Ok(Status::Done)
}

/// `7`, `3-9`, `3-9,12`.
fn ranges(text: &str) -> anyhow::Result<Vec<RangeInclusive<i64>>> {
    let part = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (first.trim().parse::<i64>().ok()?, last.trim().parse::<i64>().ok()?);
        (1 <= first && first <= last).then_some(first..=last)
    };
    let ranges: Option<Vec<_>> = text.split([',', '，']).map(part).collect();
    ranges.ok_or_else(|| Refused(format!("--row {text}: write 7, 3-9 or 3-9,12, as the list numbers rows")).into())
}

fn print_dismissed(rows: &[Dismissed], quiet: bool) {
    for row in rows {
        let sheet = row.sheet.as_ref().map(|name| format!(", sheet {name}")).unwrap_or_default();
        println!("{}{sheet}, row {} ({}, batch {})", row.path, row.row, row.kind, row.batch);
        println!("  put aside by {} at {}: {}", row.by, row.at.format("%Y-%m-%d %H:%M"), row.reason);
    }
    if !quiet && rows.is_empty() {
        eprintln!("nothing was put aside");
    } else if !quiet {
        eprintln!("\nrows put aside: {}", rows.len());
        eprintln!("hint: `guanjia quarantine --restore FILE --row N --reason TEXT --by NAME` takes them back");
    }
}

fn print_table(rows: &[Quarantined], quiet: bool) {
    let mut file = None;
    for row in rows {
        let this = (row.batch, &row.path, &row.sheet);
        if file != Some(this) {
            let sheet = row.sheet.as_ref().map(|name| format!(", sheet {name}")).unwrap_or_default();
            println!("{}{}{sheet} (batch {})", if file.is_some() { "\n" } else { "" }, row.path, row.batch);
            file = Some(this);
        }
        for (index, reason) in row.reasons.iter().enumerate() {
            let at = if index == 0 { format!("row {}", row.row) } else { String::new() };
            let value = if reason.value.is_empty() { String::new() } else { format!(" “{}”", reason.value) };
            println!("  {at:<11} {}.{}: {}{value}", row.kind, reason.column, reason.rule);
            println!("  {:<11}   {}", "", reason.remedy);
        }
    }
    if quiet {
        return;
    }
    if rows.is_empty() {
        eprintln!("nothing was refused");
        return;
    }
    let files: BTreeSet<_> = rows.iter().map(|row| (&row.path, &row.sheet)).collect();
    eprintln!("\nrows refused: {} (files or sheets: {})", rows.len(), files.len());
    eprintln!("hint: `guanjia quarantine --xlsx FILE` writes them to a workbook; corrected, it can be ingested");
    eprintln!(
        "hint: what is rubbish is put aside by `guanjia quarantine --dismiss FILE --row N --reason TEXT --by NAME`"
    );
}
