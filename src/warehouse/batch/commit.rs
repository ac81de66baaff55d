//! The end of a batch: new versions are merged, every sum is checked, the book is written, all of it committed.
use std::collections::{BTreeMap, BTreeSet};

use duckdb::params;

use super::super::batch_types::{BatchSum, Mode};
use super::super::error::Doing;
use super::super::received::{Gone, Reason, SourceSum};
use super::super::{
    Result, WarehouseError, case_sets, connect, delta, records, role_lists, settled, snapshot, submitted,
};
use super::Batch;

impl Batch<'_> {
    /// Writes new versions, checks the sum of every source, and commits; on any error nothing of the batch stays.
    pub fn commit(mut self) -> Result<BatchSum> {
        if !self.settled && !self.conflicts()?.is_empty() {
            return Err(WarehouseError::Order("conflicts were neither asked for nor refused"));
        }
        let mut tallies = Vec::new();
        if !self.sources.is_empty() {
            for shape in self.waiting() {
                let merged = records::merge(&self.merge(), shape)?;
                tallies.extend(merged.into_iter().filter(|t| self.counts(t.source_id, &shape.table)));
            }
            if self.staged.contains("case_events") {
                tallies.extend(match self.mode {
                    Mode::Delta => delta::merge(&self.merge())?,
                    _ => case_sets::merge(&self.merge())?,
                });
            }
            if !self.listed.is_empty() {
                tallies.extend(role_lists::tally(&self.merge(), &self.listed)?);
            }
        }
        self.count(tallies)?;
        let mut files = self.sums()?;
        let gone = if self.mode == Mode::Snapshot { self.withdraw(&mut files)? } else { Vec::new() };
        let started_at = self.started_at.format("%Y-%m-%dT%H:%M:%S").to_string();
        let reasons = self.grouped();
        if files.is_empty() {
            return Ok(BatchSum { started_at, files, reasons, ..BatchSum::default() });
        }
        submitted::set_apart(&self.merge())?;
        self.write_book(&files)?;
        if !self.waits()?.is_empty() {
            settled::record(self.conn, self.id, &self.corrections)?;
            for (source, rows) in settled::mended(self.conn, self.first_source)? {
                files[(source - self.first_source) as usize].mended = Some(rows);
            }
        }
        for table in &self.staged {
            let clear = format!("DROP TABLE temp.stage_{table}; DROP TABLE IF EXISTS temp.fates_{table}");
            self.conn.execute_batch(&clear).doing("clear the stage")?;
        }
        // What is written to the file is written by one thread; a second one would only wait for it, spinning.
        connect::threads(self.conn, 1)?;
        self.conn.execute_batch("COMMIT").doing("commit the batch")?;
        self.open = false;
        Ok(BatchSum { batch: Some(self.id), started_at, files, reasons, gone })
    }

    /// Ends and withdraws what the ledgers of a snapshot no longer have, kind by kind. All ledgers of a kind are one
    /// snapshot; what is gone is counted at the first of them.
    fn withdraw(&self, files: &mut [SourceSum]) -> Result<Vec<Gone>> {
        let mut gone = Vec::new();
        // A wide role list is whole as to who holds what; it is no ledger of enterprises.
        let kinds: Vec<Option<String>> = (self.first_source..)
            .zip(files.iter())
            .map(|(source, file)| match self.listed.contains(&source) {
                true => Some("assignments".to_owned()),
                false => file.kind.clone(),
            })
            .collect();
        for kind in kinds.iter().flatten().cloned().collect::<BTreeSet<String>>() {
            let of_kind = |index: &usize| kinds[*index].as_deref() == Some(kind.as_str());
            let own = || files.iter().enumerate().filter(|(index, _)| of_kind(index));
            let Some((first, _)) = own().next() else { continue };
            let refused: u64 = own().map(|(_, file)| file.quarantined).sum();
            let held: u64 = own().map(|(_, file)| file.accepted + file.unchanged).sum();
            let why = match &self.partial {
                Some(why) => Some(why.clone()),
                None if refused > 0 => Some(format!("refused rows of {kind} ({refused}) may be among what is missing")),
                None if held == 0 => Some(format!("there is no record of {kind} in it")),
                None => None,
            };
            if let Some(why) = why {
                let note = format!("nothing was withdrawn: {why}; ingest the whole ledger again when it is mended");
                files[first].note = Some(note);
                continue;
            }
            let wide = own().any(|(index, _)| self.wide.contains(&(self.first_source + index as i64)));
            let source = self.first_source + first as i64;
            let found = snapshot::withdraw(&self.merge(), &kind, source, wide)?;
            let count = |what: &str| found.iter().filter(|gone| gone.what == what && gone.kind == kind).count() as u64;
            files[first].ended = Some(count("ended"));
            files[first].withdrawn = Some(count("withdrawn"));
            gone.extend(found);
        }
        Ok(gone)
    }

    fn grouped(&self) -> Vec<Reason> {
        let mut counts = BTreeMap::new();
        for (key, count) in self.sources.iter().flat_map(|source| &source.reasons) {
            *counts.entry(key).or_default() += count;
        }
        let reason = |((kind, column, rule), count): (&(String, String, String), u64)| Reason {
            kind: kind.clone(),
            column: column.clone(),
            rule: rule.clone(),
            count,
        };
        counts.into_iter().map(reason).collect()
    }

    /// The sum of every source, each checked.
    fn sums(&self) -> Result<Vec<SourceSum>> {
        let mut sums = Vec::with_capacity(self.sources.len());
        for open in &self.sources {
            let (rows, why) = open.closed.ok_or(WarehouseError::Order("a source was not closed"))?;
            let (accepted, unchanged) = (open.accepted.unsigned_abs(), open.unchanged.unsigned_abs());
            let skipped = why.all();
            if rows != accepted + unchanged + open.refused + skipped {
                return Err(WarehouseError::Sum {
                    path: open.source.path.clone(),
                    rows,
                    accepted,
                    unchanged,
                    quarantined: open.refused,
                    skipped,
                });
            }
            sums.push(SourceSum {
                batch: Some(self.id),
                path: open.source.path.clone(),
                sheet: open.source.sheet.clone(),
                kind: open.source.kind.clone(),
                rows,
                accepted,
                unchanged,
                quarantined: open.refused,
                skipped,
                skipped_why: why,
                note: open.source.note.clone(),
                mapping: open.source.mapping.clone(),
                ..SourceSum::default()
            });
        }
        Ok(sums)
    }

    fn write_book(&self, files: &[SourceSum]) -> Result<()> {
        let doing = "write the batch into its book";
        self.conn
            .execute(
                "INSERT INTO batches VALUES (?, CAST(? AS TIMESTAMP), CAST(? AS DATE), ?, ?)",
                params![
                    self.id,
                    self.started_at.format("%Y-%m-%d %H:%M:%S").to_string(),
                    self.exported_on.to_string(),
                    env!("CARGO_PKG_VERSION"),
                    self.mode.word()
                ],
            )
            .doing(doing)?;
        let mut book = self.conn.appender_to_catalog_and_db("sources", "warehouse", "main").doing(doing)?;
        for (index, (open, sum)) in self.sources.iter().zip(files).enumerate() {
            book.append_row(params![
                self.first_source + index as i64,
                self.id,
                sum.path,
                sum.sheet,
                open.source.content_sha256,
                open.source.reading_sha256,
                sum.kind,
                sum.note,
                sum.rows,
                sum.accepted,
                sum.unchanged,
                sum.quarantined,
                sum.skipped_why.blank,
                sum.skipped_why.title,
                sum.skipped_why.section,
                sum.skipped_why.total,
                sum.skipped_why.repeated_header,
                sum.skipped_why.left_out,
                sum.mapping,
                sum.ended,
                sum.withdrawn
            ])
            .doing(doing)?;
        }
        book.flush().doing(doing)
    }
}
