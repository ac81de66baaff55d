//! A stand-in for the warehouse that keeps what it is given.
use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::super::Intake;
use super::noon;
use crate::warehouse::Result as Kept;
use crate::warehouse::batch_types::{BatchSum, Conflict, Correction, Known, Refused, Source};
use crate::warehouse::received::{Quarantined, Skipped, SourceSum};

/// Keeps everything in lists, and counts as a batch does.
#[derive(Default)]
pub struct Collected {
    pub known: HashMapOfSums,
    pub sources: Vec<Source>,
    pub staged: Vec<(i64, String, RecordBatch)>,
    pub refused: Vec<(i64, Refused)>,
    pub closed: Vec<(u64, Skipped)>,
    pub conflicts: Vec<Conflict>,
}

type HashMapOfSums = std::collections::HashMap<String, Vec<SourceSum>>;

impl Intake for &mut Collected {
    fn known(&self, content: &str, _: &str) -> Kept<Option<Known>> {
        let known = |sums: &Vec<SourceSum>| Known { sums: sums.clone(), exported_on: noon().date() };
        Ok(self.known.get(content).map(known))
    }

    fn partial(&mut self, _: &str) {}

    fn refused_before(&self, _: &str, _: Option<&str>) -> Kept<Vec<Quarantined>> {
        Ok(Vec::new())
    }

    fn correct(&mut self, _: i64, _: Vec<Correction>) {}

    fn open_source(&mut self, source: Source) -> Kept<i64> {
        self.sources.push(source);
        self.closed.push(Default::default());
        Ok(self.sources.len() as i64 - 1)
    }

    fn stage(&mut self, id: i64, table: &str, rows: &RecordBatch) -> Kept<()> {
        self.staged.push((id, table.to_owned(), rows.clone()));
        Ok(())
    }

    fn refuse(&mut self, id: i64, rows: &[Refused]) -> Kept<()> {
        self.refused.extend(rows.iter().map(|row| (id, row.clone())));
        Ok(())
    }

    fn close_source(&mut self, id: i64, rows: u64, skipped: Skipped) -> Kept<()> {
        self.closed[id as usize] = (rows, skipped);
        Ok(())
    }

    fn abandon(&mut self, id: i64, why: &str) -> Kept<()> {
        self.staged.retain(|(of, ..)| *of != id);
        self.refused.retain(|(of, _)| *of != id);
        let source = &mut self.sources[id as usize];
        (source.kind, source.note) = (None, Some(why.to_owned()));
        Ok(())
    }

    fn conflicts(&mut self) -> Kept<Vec<Conflict>> {
        Ok(std::mem::take(&mut self.conflicts))
    }

    fn commit(self) -> Kept<BatchSum> {
        let files = self.sources.iter().enumerate().map(|(id, source)| {
            let (rows, why) = self.closed[id];
            let own =
                self.staged.iter().filter(|(of, table, _)| *of == id as i64 && Some(table) == source.kind.as_ref());
            SourceSum {
                batch: Some(1),
                path: source.path.clone(),
                sheet: source.sheet.clone(),
                kind: source.kind.clone(),
                rows,
                accepted: own.map(|(.., batch)| batch.num_rows() as u64).sum(),
                quarantined: self.refused.iter().filter(|(of, _)| *of == id as i64).count() as u64,
                skipped: why.all(),
                skipped_why: why,
                note: source.note.clone(),
                ..SourceSum::default()
            }
        });
        Ok(BatchSum { batch: Some(1), files: files.collect(), ..BatchSum::default() })
    }
}

impl Collected {
    /// The rows of a table as text, without row numbers; null as ∅.
    pub fn rows(&self, table: &str, columns: &[&str]) -> Vec<String> {
        let mut lines = Vec::new();
        for (_, _, batch) in self.staged.iter().filter(|(_, name, _)| name == table) {
            let options = FormatOptions::default().with_null("∅");
            let arrays = columns.iter().map(|c| batch.column_by_name(c).unwrap_or_else(|| panic!("no {c}")));
            let cells: Vec<_> = arrays.map(|a| ArrayFormatter::try_new(a.as_ref(), &options).unwrap()).collect();
            for row in 0..batch.num_rows() {
                lines.push(cells.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join("|"));
            }
        }
        lines
    }

    /// Row, column, rule and value of every refusal.
    pub fn refusals(&self) -> Vec<(u64, &str, &str, &str)> {
        let reasons = self.refused.iter().flat_map(|(_, row)| row.reasons.iter().map(|r| (row.row_no, r)));
        reasons.map(|(row, r)| (row, r.column.as_str(), r.rule.as_str(), r.value.as_str())).collect()
    }
}
