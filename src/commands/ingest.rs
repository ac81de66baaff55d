//! `guanjia ingest`: exports into the warehouse; the sum of every file printed.
use std::path::PathBuf;

use anyhow::Context;
use chrono::NaiveDate;

use super::explained;
use super::progress::Progress;
use super::table::table;
use super::{Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::ingest::{Asked, Options, Report, ingest};
use crate::regime::Regime;
use crate::sheet::quarantine::ORIGIN;
use crate::tables::Dictionary;
use crate::warehouse::Warehouse;
use crate::warehouse::batch_types::Mode;
use crate::warehouse::received::{Gone, SourceSum};
use crate::workspace::{SETTINGS, Workspace};

pub fn run(args: &cli::Ingest, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("ingest prints a table or JSON: --format table or --format json".into()).into());
    }
    let workspace = Workspace::open(cli.workspace.as_deref())?;
    if args.explain_mapping {
        let since = args.since.or(workspace.settings.roles_since);
        let asked = Asked { kind: args.kind.as_deref(), since, file: None };
        return explained::run(&args.paths, &asked, &dictionary(&workspace)?, cli);
    }
    let progress = Progress::new(cli);
    let mode = match (args.snapshot, args.delta) {
        (true, true) => {
            return Err(Refused(
                "--snapshot says the files are whole, --delta that they only add; give one of the two".into(),
            )
            .into());
        }
        (true, false) => Mode::Snapshot,
        (false, true) => Mode::Delta,
        (false, false) => Mode::Plain,
    };
    if let Some(day) = args.exported_on.filter(|day| *day > chrono::Local::now().date_naive()) {
        progress.say(&format!(
            "warning: {day} is yet to come; until then every export of an earlier day will count as older than these"
        ));
    }
    let asked = Asked { kind: args.kind.as_deref(), since: args.since, file: None };
    let taking = Taking { asked, mode, exported_on: args.exported_on };
    let report = take(&workspace, &args.paths, &taking, &progress)?;
    progress.clear();
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
        _ => print!("{}", plain(&report)),
    }
    if report.files.iter().any(|file| file.open() > 0) {
        progress.say("hint: `guanjia quarantine --xlsx FILE` writes the refused rows with the reason beside each");
    }
    for (sheet, lines) in &report.lines {
        progress.say(&format!("hint: {sheet} would be taken with these lines in {SETTINGS}:\n{}", lines.trim_end()));
    }
    unread(&report, &progress);
    Ok(if report.troubled { Status::Found } else { Status::Done })
}

/// The dictionary with the words of the place, and the workspace's own headers, words and mappings.
fn dictionary(workspace: &Workspace) -> anyhow::Result<Dictionary> {
    let settings = || workspace.root.join(SETTINGS).display().to_string();
    // Rules that cannot be read are told by what needs them.
    let words = Regime::of(workspace).map(|regime| regime.words).unwrap_or_default();
    let placed = Dictionary::shipped().speaking(&words).with_context(settings)?;
    let own = placed.with(&workspace.settings.headers, &workspace.settings.words);
    let own = own.with_context(settings)?.with_missing(&workspace.settings.missing).with_context(settings)?;
    own.with_mappings(&workspace.settings.mappings).with_context(settings)
}

/// How files are to be taken.
#[derive(Clone, Copy, Default)]
pub struct Taking<'a> {
    pub asked: Asked<'a>,
    pub mode: Mode,
    pub exported_on: Option<NaiveDate>,
}

/// Takes the paths in as one batch.
pub fn take(workspace: &Workspace, paths: &[PathBuf], taking: &Taking, progress: &Progress) -> anyhow::Result<Report> {
    let dictionary = dictionary(workspace)?;
    let started_at = chrono::Local::now().naive_local();
    let Taking { asked: Asked { kind, since, .. }, mode, exported_on } = *taking;
    let since = since.or(workspace.settings.roles_since);
    let options = Options { kind, since, mode, exported_on, ..Options::new(started_at, progress) };
    let mut warehouse = Warehouse::open_writer(&workspace.warehouse(), "guanjia ingest")?;
    let batch = warehouse.begin_as(mode, options.day(), started_at)?;
    ingest(paths, &options, &dictionary, batch)
        .map_err(|error| if error.is_misuse() { Refused(error.to_string()).into() } else { anyhow::Error::from(error) })
}

/// Says which columns were not read, so that none is left out unseen. Running numbers and what a workbook of refused
/// rows adds are none that anybody misses.
fn unread(report: &Report, progress: &Progress) {
    const NAMED: usize = 10;
    let missed = |header: &&String| !matches!(header.trim(), "序号" | "编号" | "No" | "No.");
    let sheets = report.unused.iter().filter(|(_, headers)| !ORIGIN.iter().all(|own| headers.iter().any(|h| h == own)));
    let sheets = sheets.map(|(sheet, headers)| (sheet, headers.iter().filter(missed).map(String::as_str).collect()));
    let sheets: Vec<(&String, Vec<&str>)> =
        sheets.filter(|(_, headers): &(_, Vec<&str>)| !headers.is_empty()).collect();
    for (sheet, headers) in sheets.iter().take(NAMED) {
        progress.say(&format!("note: columns of {sheet} that nothing is read from: {}", headers.join("、")));
    }
    if sheets.len() > NAMED {
        progress.say(&format!("note: … and columns of {} more files or sheets", sheets.len() - NAMED));
    }
    if !sheets.is_empty() {
        progress
            .say("hint: `guanjia ingest --explain-mapping FILE` shows how a file is read; add headers in guanjia.toml");
    }
}

/// The report as people read it.
fn plain(report: &Report) -> String {
    let headers = ["file", "kind", "rows", "accepted", "unchanged", "quarantined", "skipped", "note"];
    let right = [false, false, true, true, true, true, true, false];
    let mut text = table(&headers, &right, &report.files.iter().map(line).collect::<Vec<_>>());
    text += &match report.batch {
        Some(batch) => format!("batch {batch}, begun {}\n", report.started_at),
        None => "nothing new: no batch was written\n".to_owned(),
    };
    for reason in &report.reasons {
        text += &format!("refused: {} × {} {} ({})\n", reason.count, reason.kind, reason.column, reason.rule);
    }
    text += &gone(&report.gone);
    text
}

/// What a snapshot no longer had, the first of each kind by name.
fn gone(gone: &[Gone]) -> String {
    const NAMED: usize = 50;
    let mut text = String::new();
    for gone in gone.iter().take(NAMED) {
        text += &format!("{}: {} {}\n", gone.what, gone.kind, gone.record);
    }
    if gone.len() > NAMED {
        text += &format!("… and {} more; --format json lists all\n", gone.len() - NAMED);
    }
    text
}

fn line(file: &SourceSum) -> Vec<String> {
    let why = file.skipped_why;
    let parts = [
        ("blank", why.blank),
        ("title", why.title),
        ("section", why.section),
        ("total", why.total),
        ("header", why.repeated_header),
        ("left out", why.left_out),
    ];
    let parts: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
    vec![
        file.sheet.as_ref().map_or_else(|| file.path.clone(), |sheet| format!("{} [{sheet}]", file.path)),
        file.kind.clone().unwrap_or_else(|| "–".into()),
        file.rows.to_string(),
        file.accepted.to_string(),
        file.unchanged.to_string(),
        file.quarantined.to_string(),
        if parts.is_empty() { "0".into() } else { format!("{} ({})", file.skipped, parts.join(", ")) },
        note(file),
    ]
}

/// What is to be said of a file beside its sum.
fn note(file: &SourceSum) -> String {
    let count = |n: Option<u64>, word: &str| n.filter(|n| *n > 0).map(|n| format!("{n} {word}"));
    let mapping = file.mapping.as_ref().map(|name| format!("read by the mapping “{name}”"));
    let mended = file.mended.filter(|n| *n > 0).map(|n| format!("mends {n} refused before"));
    let parts = [mapping, count(file.ended, "ended"), count(file.withdrawn, "withdrawn"), mended, file.note.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::received::{Reason, Skipped};

    #[test]
    fn table_lines_up_chinese() {
        let taken = SourceSum {
            path: "台账.xlsx".into(),
            sheet: Some("一".into()),
            kind: Some("people".into()),
            rows: 12,
            accepted: 9,
            quarantined: 1,
            skipped: 2,
            skipped_why: Skipped { blank: 1, total: 1, ..Skipped::default() },
            ..SourceSum::default()
        };
        let other = SourceSum { path: "a.pdf".into(), note: Some("is no table".into()), ..SourceSum::default() };
        let reason = Reason { kind: "people".into(), column: "phone".into(), rule: "phone".into(), count: 1 };
        let report = Report {
            batch: Some(3),
            started_at: "2026-11-02T12:00:00".into(),
            files: vec![taken, other],
            reasons: vec![reason],
            gone: Vec::new(),
            unused: Vec::new(),
            lines: Vec::new(),
            troubled: true,
            unreadable: false,
        };
        let want = "\
file            kind    rows  accepted  unchanged  quarantined               skipped  note
台账.xlsx [一]  people    12         9          0            1  2 (1 blank, 1 total)
a.pdf           –          0         0          0            0                     0  is no table
batch 3, begun 2026-11-02T12:00:00
refused: 1 × people phone (phone)
";
        assert_eq!(plain(&report), want);
    }
}
