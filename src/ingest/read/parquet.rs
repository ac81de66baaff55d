//! The rows of a Parquet file, every column as text; DuckDB reads it, in the warehouse's room.
use std::path::Path;

use super::{BATCH_ROWS, ReadError, Rows};
use crate::ingest::frame;
use crate::warehouse::WarehouseError;
use crate::warehouse::parquet::text_batches;

/// Hands the rows of a Parquet file out batch by batch; `each` returns false to stop.
///
/// The names of its columns come first, as row 0: records are numbered from 1.
pub fn parquet_rows(path: &Path, each: &mut dyn FnMut(Rows) -> bool) -> Result<(), ReadError> {
    let mut first = 0u64;
    let read = text_batches(path, BATCH_ROWS, &mut |batch| {
        let frame = frame::text_frame(&batch, first == 0).map_err(|e| End::Failed(e.into()))?;
        let height = frame.height() as u64;
        let rows = Rows { first, frame, numbers: Vec::new(), spans: Vec::new(), marks: Vec::new(), damaged: false };
        first += height;
        if each(rows) { Ok(()) } else { Err(End::Stopped) }
    });
    match read {
        Err(End::Failed(e)) => Err(e),
        Ok(()) | Err(End::Stopped) => Ok(()),
    }
}

/// Why the reading ended early.
enum End {
    Stopped,
    Failed(ReadError),
}

impl From<WarehouseError> for End {
    fn from(error: WarehouseError) -> End {
        End::Failed(ReadError::Parquet(error))
    }
}
