//! `guanjia quarantine`: what was refused and why, as a list or as a workbook to correct.
use std::collections::BTreeSet;

use super::Status;
use crate::cli::{self, Cli, Format};
use crate::sheet;
use crate::warehouse::{self, received, received::Quarantined};
use crate::workspace::Workspace;

/// Lists refused rows, or writes them to a workbook.
pub fn run(args: &cli::Quarantine, cli: &Cli) -> anyhow::Result<Status> {
    if matches!(cli.format, Format::Csv | Format::Parquet) {
        eprintln!("error: refused rows are printed as table or json");
        eprintln!("hint: use --xlsx FILE for a workbook that can be corrected and ingested");
        return Ok(Status::Misuse);
    }
    let workspace = Workspace::open(cli.workspace.as_deref())?;
    let conn = warehouse::open_reader(&workspace.warehouse())?;
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
}
