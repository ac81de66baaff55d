//! A sample in a CSV file, as an analyst has it: columns by name, every refusal with its row.
use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::commands::Refused;

/// The whole file as text, with the line on which each row stands.
pub struct SampleFile {
    name: String,
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    lines: Vec<u64>,
}

impl SampleFile {
    /// Reads it.
    pub fn open(path: &Path) -> anyhow::Result<SampleFile> {
        let name = path.display().to_string();
        let bytes = fs::read(path).with_context(|| format!("cannot read {name}"))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Refused(format!("{name} is no UTF-8 text; save it as CSV in UTF-8 and give that")))?;
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let broken = |error: csv::Error| Refused(format!("{name} is no CSV with headers in its first line: {error}"));
        let headers: Vec<String> = reader.headers().map_err(broken)?.iter().map(|h| h.trim().to_owned()).collect();
        let mut rows = Vec::new();
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            lines.push(record.position().map_or(0, csv::Position::line));
            rows.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
        }
        if rows.is_empty() {
            return Err(Refused(format!("{name} has no rows; give one row per unit of the sample")).into());
        }
        Ok(SampleFile { name, headers, rows, lines })
    }

    /// As it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// A column as text; no cell may be empty.
    pub fn words(&self, column: &str) -> anyhow::Result<Vec<String>> {
        let words = self.cells(column)?;
        if let Some(row) = words.iter().position(|word| missing(word)) {
            return Err(self.refused(row, column, words[row], "is empty; give it a value").into());
        }
        Ok(words.into_iter().map(str::to_owned).collect())
    }

    /// A column of numbers; no cell may be empty.
    pub fn numbers(&self, column: &str) -> anyhow::Result<Vec<f64>> {
        let numbers = self.numbers_or_empty(column)?;
        let whole = |(row, number): (usize, Option<f64>)| {
            number.ok_or_else(|| {
                let why = "is empty; fill it, or leave such rows out of the estimate with --skip-empty";
                self.refused(row, column, "", why).into()
            })
        };
        numbers.into_iter().enumerate().map(whole).collect()
    }

    /// A column of numbers, none where the cell is empty or NA.
    pub fn numbers_or_empty(&self, column: &str) -> anyhow::Result<Vec<Option<f64>>> {
        let number = |(row, cell): (usize, &str)| match cell.parse::<f64>() {
            _ if missing(cell) => Ok(None),
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.refused(row, column, cell, "is no number; correct it").into()),
        };
        self.cells(column)?.into_iter().enumerate().map(number).collect()
    }

    /// A column of 1 and 0, yes and no; none where the cell is empty.
    pub fn yes_no_or_empty(&self, column: &str) -> anyhow::Result<Vec<Option<f64>>> {
        let said = |(row, cell): (usize, &str)| match cell.to_lowercase().as_str() {
            _ if missing(cell) => Ok(None),
            "1" | "1.0" | "true" | "yes" | "是" => Ok(Some(1.0)),
            "0" | "0.0" | "false" | "no" | "否" => Ok(Some(0.0)),
            _ => Err(self
                .refused(row, column, cell, "is neither 1 nor 0 (yes/no, 是/否); a proportion counts these")
                .into()),
        };
        self.cells(column)?.into_iter().enumerate().map(said).collect()
    }

    /// A refusal that names file, line, column and value.
    pub fn refused(&self, row: usize, column: &str, value: &str, why: &str) -> Refused {
        let line = self.lines.get(row).copied().unwrap_or_default();
        let value = if value.is_empty() { String::new() } else { format!(": “{value}”") };
        Refused(format!("{}, row {line}, column {column}{value} {why}", self.name))
    }

    fn cells(&self, column: &str) -> anyhow::Result<Vec<&str>> {
        let Some(at) = self.headers.iter().position(|header| header == column) else {
            let known = self.headers.join(", ");
            return Err(Refused(format!("{} has no column “{column}”; its columns are: {known}", self.name)).into());
        };
        if self.headers.iter().filter(|header| *header == column).count() > 1 {
            return Err(Refused(format!("{} has two columns “{column}”; rename one", self.name)).into());
        }
        Ok(self.rows.iter().map(|row| row.get(at).map_or("", String::as_str)).collect())
    }
}

/// An empty cell, also as R writes it.
fn missing(cell: &str) -> bool {
    cell.is_empty() || cell == "NA"
}
