//! `guanjia merge`: records that two ids are one, as a batch of its own that later rows can undo.
use super::{Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::ingest::merges;
use crate::warehouse::Warehouse;
use crate::warehouse::identities::{Kind, MergeSource, Recorded};
use crate::workspace::Workspace;

pub fn run(args: &cli::Merge, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("merge prints a table or JSON: --format table or --format json".into()).into());
    }
    let workspace = Workspace::open(cli.workspace.as_deref())?;
    let file = merges::read(&args.file).map_err(|e| Refused(e.to_string()))?;
    let warehouse = workspace.warehouse();
    if !warehouse.is_file() {
        let why = "there is nothing to merge in yet; take exports in with `guanjia ingest PATH…` first";
        return Err(Refused(why.into()).into());
    }
    let now = chrono::Local::now().naive_local();
    let shown = args.file.display().to_string();
    let source =
        MergeSource { path: &shown, sheet: file.sheet.as_deref(), sha256: &file.sha256, skipped: file.skipped };
    let mut writer = Warehouse::open_writer(&warehouse, "merge")?;
    let recorded = writer
        .merge(&source, &file.statements, now, now.date())?
        .map_err(|impossible| Refused(format!("nothing of {shown} was recorded\n{impossible}")))?;
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&recorded)?),
        _ => print(&recorded, cli.quiet),
    }
    Ok(Status::Done)
}

fn print(recorded: &Recorded, quiet: bool) {
    match recorded.batch {
        Some(batch) => {
            println!("batch {batch}: {} new, {} stated before", recorded.accepted, recorded.unchanged);
        }
        None => println!("nothing new: no batch was written"),
    }
    for merged in &recorded.merged {
        let kind = match merged.kind {
            Kind::Enterprises => "enterprise",
            Kind::People => "person",
        };
        println!("  {kind} {} is {}", merged.id, merged.is);
    }
    if recorded.merged.is_empty() {
        println!("  no id stands for another");
    }
    if !quiet && recorded.batch.is_some() {
        eprintln!(
            "hint: a row that says of an id that it is itself (or 撤销) undoes a merge; figures of before are had with --known-at"
        );
    }
}
