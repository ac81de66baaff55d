//! `ingest`: exports into the warehouse; the sum of every file printed.
use std::io::Write;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use super::Status;
use crate::cli::{self, Cli, Format};
use crate::ingest::{Options, Report, Silent, Watch, ingest};
use crate::tables::Dictionary;
use crate::warehouse::Warehouse;
use crate::warehouse::received::SourceSum;
use crate::workspace::{SETTINGS, Workspace};

/// Takes the paths in as one batch.
pub fn run(args: &cli::Ingest, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        eprintln!("error: ingest prints a table or JSON\nhint: --format table or --format json");
        return Ok(Status::Misuse);
    }
    let workspace = Workspace::open(cli.workspace.as_deref())?;
    let dictionary = Dictionary::shipped()
        .with(&workspace.settings.headers, &workspace.settings.words)
        .with_context(|| workspace.root.join(SETTINGS).display().to_string())?;
    let progress = Progress::new(cli.quiet);
    let watch: &dyn Watch = if cli.quiet { &Silent } else { &progress };
    let started_at = chrono::Local::now().naive_local();
    let options = Options { kind: args.kind.as_deref(), started_at, watch };
    let mut warehouse = Warehouse::open_writer(&workspace.warehouse(), "guanjia ingest")?;
    let batch = warehouse.begin(started_at.date(), started_at)?;
    let report = ingest(&args.paths, &options, &dictionary, batch);
    progress.bar.finish_and_clear();
    let report = match report {
        Err(e) if e.is_misuse() => {
            eprintln!("error: {e}");
            return Ok(Status::Misuse);
        }
        other => other?,
    };
    let mut out = std::io::stdout().lock();
    match cli.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        }
        _ => write!(out, "{}", table(&report))?,
    }
    if report.troubled && !cli.quiet {
        advise(&report);
    }
    Ok(if report.troubled { Status::Found } else { Status::Done })
}

/// Says on standard error what to do next.
fn advise(report: &Report) {
    if report.files.iter().any(|file| file.quarantined > 0) {
        eprintln!("hint: `guanjia quarantine --xlsx FILE` writes the refused rows with the reason beside each");
    }
}

/// Shows on standard error which file is being taken and how many rows have gone by.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new(quiet: bool) -> Progress {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let style = ProgressStyle::with_template("{spinner} {msg}  {human_pos} rows").ok();
        bar.set_style(style.unwrap_or_else(ProgressStyle::default_spinner));
        Progress { bar }
    }
}

impl Watch for Progress {
    fn file(&self, path: &str, n: usize, of: usize) {
        self.bar.set_message(format!("{n}/{of} {path}"));
        self.bar.tick();
    }

    fn rows(&self, rows: u64) {
        self.bar.inc(rows);
    }
}

/// The report as people read it.
fn table(report: &Report) -> String {
    let headers = ["file", "kind", "rows", "accepted", "unchanged", "quarantined", "skipped", "note"];
    let mut lines = vec![headers.map(str::to_owned)];
    lines.extend(report.files.iter().map(line));
    let width = |column: usize| lines.iter().map(|line| shown_width(&line[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..headers.len()).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (column, cell) in line.iter().enumerate() {
            let pad = " ".repeat(widths[column].saturating_sub(shown_width(cell)));
            // Figures stand at the right, words at the left.
            row += &if (2..7).contains(&column) { format!("{pad}{cell}  ") } else { format!("{cell}{pad}  ") };
        }
        text += row.trim_end();
        text.push('\n');
    }
    text += &match report.batch {
        Some(batch) => format!("batch {batch}, begun {}\n", report.started_at),
        None => "nothing new: no batch was written\n".to_owned(),
    };
    for reason in &report.reasons {
        text += &format!("refused: {} × {} {} ({})\n", reason.count, reason.kind, reason.column, reason.rule);
    }
    text
}

fn line(file: &SourceSum) -> [String; 8] {
    let why = file.skipped_why;
    let parts = [("blank", why.blank), ("title", why.title), ("total", why.total), ("header", why.repeated_header)];
    let parts: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
    let skipped = if parts.is_empty() { "0".into() } else { format!("{} ({})", file.skipped, parts.join(", ")) };
    [
        file.sheet.as_ref().map_or_else(|| file.path.clone(), |sheet| format!("{} [{sheet}]", file.path)),
        file.kind.clone().unwrap_or_else(|| "–".into()),
        file.rows.to_string(),
        file.accepted.to_string(),
        file.unchanged.to_string(),
        file.quarantined.to_string(),
        skipped,
        file.note.clone().unwrap_or_default(),
    ]
}

/// Columns of a terminal that a text takes; Chinese characters take two.
fn shown_width(text: &str) -> usize {
    text.chars().map(|c| if ('\u{1100}'..='\u{FF60}').contains(&c) && c > '\u{2E7F}' { 2 } else { 1 }).sum()
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
            troubled: true,
        };
        let want = "\
file            kind    rows  accepted  unchanged  quarantined               skipped  note
台账.xlsx [一]  people    12         9          0            1  2 (1 blank, 1 total)
a.pdf           –          0         0          0            0                     0  is no table
batch 3, begun 2026-11-02T12:00:00
refused: 1 × people phone (phone)
";
        assert_eq!(table(&report), want);
    }
}
