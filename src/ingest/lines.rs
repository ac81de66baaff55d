//! The lines of a report, in the order of the files; figures of what is taken come with the commit.
use std::ops::Range;

use crate::warehouse::received::SourceSum;

/// A line to be.
#[derive(Clone, Debug)]
enum Line {
    /// Its sum is settled: known before, or not an export.
    Settled(Box<SourceSum>),
    /// The sum of this source of the batch, counted from the first opened.
    Opened(usize),
    /// The same content as another line of this run, under this path.
    Copy { of: usize, path: String },
}

/// Lines of files and sheets.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<Line>,
    /// Something could not be read.
    pub trouble: bool,
}

impl Lines {
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// A file or sheet that is not taken.
    pub fn aside(&mut self, path: &str, why: &str, trouble: bool) {
        self.trouble |= trouble;
        let sum = SourceSum { path: path.to_owned(), note: Some(why.to_owned()), ..SourceSum::default() };
        self.lines.push(Line::Settled(Box::new(sum)));
    }

    /// The `index`-th source of the batch.
    pub fn opened(&mut self, index: usize, trouble: bool) {
        self.trouble |= trouble;
        self.lines.push(Line::Opened(index));
    }

    /// A file that came in before: nothing of it is new.
    pub fn known(&mut self, sums: Vec<SourceSum>, path: &str) {
        self.trouble |= sums.iter().all(|sum| sum.kind.is_none());
        for sum in sums {
            let note = match (&sum.kind, sum.batch) {
                (Some(_), Some(batch)) => {
                    let settled = sum.settled.map(|n| format!("; refused rows that came back corrected: {n}"));
                    let dismissed = sum.dismissed.map(|n| format!("; refused rows put aside: {n}"));
                    let since = format!("known since batch {batch}; nothing changes");
                    Some(since + &settled.unwrap_or_default() + &dismissed.unwrap_or_default())
                }
                _ => sum.note.clone(),
            };
            self.lines.push(Line::Settled(Box::new(again(&sum, path, note))));
        }
    }

    /// A file with the content of lines of this run.
    pub fn copies(&mut self, of: Range<usize>, path: &str) {
        self.lines.extend(of.map(|of| Line::Copy { of, path: path.to_owned() }));
    }

    /// The lines with their sums; `opened` are those of the batch's sources.
    pub fn settle(self, opened: &[SourceSum]) -> Vec<SourceSum> {
        let mut sums: Vec<SourceSum> = Vec::with_capacity(self.lines.len());
        for line in self.lines {
            let sum = match line {
                Line::Settled(sum) => *sum,
                Line::Opened(index) => noted(opened.get(index).cloned().unwrap_or_default()),
                Line::Copy { of, path } => {
                    let first = sums.get(of).cloned().unwrap_or_default();
                    let note = if first.kind.is_some() {
                        Some(format!("the same content as {}; nothing changes", first.path))
                    } else {
                        first.note.clone()
                    };
                    again(&first, &path, note)
                }
            };
            // The batch stands once, above the files.
            sums.push(SourceSum { batch: None, ..sum });
        }
        sums
    }
}

/// An export without a record is taken, since a month may have none; but it is said.
fn noted(sum: SourceSum) -> SourceSum {
    let nothing = sum.kind.is_some() && sum.rows == sum.skipped && sum.note.is_none();
    SourceSum { note: if nothing { Some("has headers but no rows below them".into()) } else { sum.note }, ..sum }
}

/// A sum when the same content comes once more: what was new then is unchanged now.
fn again(sum: &SourceSum, path: &str, note: Option<String>) -> SourceSum {
    SourceSum { path: path.to_owned(), accepted: 0, unchanged: sum.accepted + sum.unchanged, note, ..sum.clone() }
}
