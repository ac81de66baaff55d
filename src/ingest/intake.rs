//! What ingest knows of the warehouse.
use arrow::record_batch::RecordBatch;

use crate::warehouse::batch_types::{BatchSum, Conflict, Correction, Known, Refused, Source};
use crate::warehouse::received::{Quarantined, Skipped};
use crate::warehouse::{Batch, Result};

/// Takes sources and their rows, all or nothing; dropped without [`Intake::commit`], it keeps nothing.
pub trait Intake {
    /// What is known of this content, read this way, if it is in already.
    fn known(&self, content_sha256: &str, reading_sha256: &str) -> Result<Option<Known>>;
    /// Not all that should have been read could be; `why` is told of what a snapshot therefore does not withdraw.
    fn partial(&mut self, why: &str);
    /// Rows refused of this path and sheet in earlier batches, which nothing stands for yet.
    fn refused_before(&self, path: &str, sheet: Option<&str>) -> Result<Vec<Quarantined>>;
    /// Rows of a source that stand for rows refused before.
    fn correct(&mut self, source_id: i64, rows: Vec<Correction>);
    /// Opens one sheet of one file; gives its number.
    fn open_source(&mut self, source: Source) -> Result<i64>;
    /// Puts rows of a table aside: `row_no`, then the table's columns in the dictionary's order.
    fn stage(&mut self, source_id: i64, table: &str, rows: &RecordBatch) -> Result<()>;
    /// Keeps rows that cannot be taken.
    fn refuse(&mut self, source_id: i64, rows: &[Refused]) -> Result<()>;
    /// Ends a source: rows read, and how many of them are no records.
    fn close_source(&mut self, source_id: i64, rows: u64, skipped: Skipped) -> Result<()>;
    /// Takes everything of an opened source out again, since it cannot be read to its end for this reason.
    fn abandon(&mut self, source_id: i64, why: &str) -> Result<()>;
    /// After all sources: rows of one id that differ within the batch, to be refused by the caller.
    fn conflicts(&mut self) -> Result<Vec<Conflict>>;
    /// Keeps everything.
    fn commit(self) -> Result<BatchSum>
    where
        Self: Sized;
}

impl Intake for Batch<'_> {
    fn known(&self, content_sha256: &str, reading_sha256: &str) -> Result<Option<Known>> {
        Batch::known(self, content_sha256, reading_sha256)
    }

    fn partial(&mut self, why: &str) {
        Batch::partial(self, why);
    }

    fn refused_before(&self, path: &str, sheet: Option<&str>) -> Result<Vec<Quarantined>> {
        Batch::refused_before(self, path, sheet)
    }

    fn correct(&mut self, source_id: i64, rows: Vec<Correction>) {
        Batch::correct(self, source_id, rows);
    }

    fn open_source(&mut self, source: Source) -> Result<i64> {
        Batch::open_source(self, source)
    }

    fn stage(&mut self, source_id: i64, table: &str, rows: &RecordBatch) -> Result<()> {
        Batch::stage(self, source_id, table, rows)
    }

    fn refuse(&mut self, source_id: i64, rows: &[Refused]) -> Result<()> {
        Batch::refuse(self, source_id, rows)
    }

    fn close_source(&mut self, source_id: i64, rows: u64, skipped: Skipped) -> Result<()> {
        Batch::close_source(self, source_id, rows, skipped)
    }

    fn abandon(&mut self, source_id: i64, why: &str) -> Result<()> {
        Batch::abandon(self, source_id, why)
    }

    fn conflicts(&mut self) -> Result<Vec<Conflict>> {
        Batch::conflicts(self)
    }

    fn commit(self) -> Result<BatchSum> {
        Batch::commit(self)
    }
}
