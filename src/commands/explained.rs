//! `guanjia ingest --explain-mapping`: how files would be read, before anything is written.
use std::path::PathBuf;

use super::table::table;
use super::{Refused, Status};
use crate::cli::{Cli, Format};
use crate::ingest::Asked;
use crate::ingest::explain::{Column, Explained, explain};
use crate::ingest::find::find;
use crate::tables::Dictionary;
use crate::workspace::SETTINGS;

/// Prints how every file would be read; status 1 where a file is no export or rows would be refused.
pub fn run(paths: &[PathBuf], asked: &Asked, dictionary: &Dictionary, cli: &Cli) -> anyhow::Result<Status> {
    let mut all = Vec::new();
    for found in find(paths).map_err(|e| Refused(e.to_string()))? {
        let aside = |why: String| Explained { path: found.shown.clone(), note: Some(why), ..Explained::default() };
        match found.passed_over {
            Some(why) => all.push(aside(why.to_owned())),
            None => match explain(&found.path, dictionary, asked) {
                Ok(sheets) => all.extend(sheets),
                Err(e) => all.push(aside(e.to_string())),
            },
        }
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&all)?),
        _ => print!("{}", all.iter().map(plain).collect::<Vec<_>>().join("\n")),
    }
    let whole = all.iter().all(|told| told.kind.is_some() && told.refused == 0);
    Ok(if whole { Status::Done } else { Status::Found })
}

/// One sheet as people read it.
fn plain(told: &Explained) -> String {
    let sheet = told.sheet.as_ref().map(|sheet| format!(" [{sheet}]")).unwrap_or_default();
    let Some(kind) = &told.kind else {
        let mut text =
            format!("{}{sheet}\n  not taken: {}\n", told.path, told.note.as_deref().unwrap_or("it is no export"));
        if let Some(lines) = &told.lines {
            text += &format!("\n  with these lines in {SETTINGS} it is:\n\n{lines}");
        }
        return text;
    };
    let by = match &told.mapping {
        Some(name) => format!("the mapping “{name}”"),
        None => "its own headers".to_owned(),
    };
    let mut text = format!(
        "{}{sheet}\n  read as {kind} by {by}, header in row {}\n  {} rows = {} taken + {} refused + {} skipped",
        told.path,
        told.header_row.unwrap_or_default(),
        told.rows,
        told.taken,
        told.refused,
        told.skipped.all()
    );
    if told.skipped.left_out > 0 {
        text += &format!(" (of which the mapping leaves out {})", told.skipped.left_out);
    }
    text.push('\n');
    for given in &told.records {
        text += &format!("\n  {} records of {}\n", given.records, given.table);
        let lines: Vec<Vec<String>> = given.columns.iter().flat_map(lines).collect();
        for line in table(&["column", "from", "cell", "becomes"], &[false; 4], &lines).lines() {
            text += &format!("    {}\n", line.trim_end());
        }
    }
    if !told.ignored.is_empty() {
        text += &format!("\n  feed nothing: {}\n", told.ignored.join(", "));
    }
    for row in &told.refused_rows {
        for reason in &row.reasons {
            text +=
                &format!("\n  row {} would be refused: {} {} “{}”", row.row, reason.column, reason.rule, reason.value);
            text += &format!("\n    {}\n", reason.remedy);
        }
    }
    let more = told.refused - told.refused_rows.len() as u64;
    if more > 0 {
        text += &format!("\n  … and {more} more rows that would be refused\n");
    }
    text
}

fn lines(column: &Column) -> Vec<Vec<String>> {
    let from = match (&column.from, &column.value) {
        (Some(from), None) if column.made => format!("made of {from}"),
        (Some(from), Some(value)) => format!("{from}, where empty “{value}”"),
        (Some(from), None) => from.clone(),
        (None, value) => format!("always “{}”", value.as_deref().unwrap_or_default()),
    };
    let mut lines = Vec::new();
    for (n, sample) in column.samples.iter().enumerate() {
        let head = if n == 0 { (column.column.clone(), from.clone()) } else { Default::default() };
        let becomes = sample.becomes.clone().unwrap_or_else(|| "–".into());
        lines.push(vec![head.0, head.1, sample.cell.clone(), becomes]);
    }
    if lines.is_empty() {
        lines.push(vec![column.column.clone(), from, String::new(), String::new()]);
    }
    lines
}
