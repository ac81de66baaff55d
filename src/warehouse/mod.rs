//! The warehouse: one DuckDB file that keeps every version of every record, with the batch and file it came in.
//!
//! A batch is one transaction; one writer at a time holds `warehouse.lock`. Measures never write here:
//! they attach the file read-only.
//!
//! - [`Warehouse`] and [`Batch`]: the writer's side; [`batch_types`]: what passes between ingest and a batch
//! - [`journal`]: who did what, for sampling, judgement and bulletins
//! - [`contacts`]: whom to call
//! - [`identities`]: which ids are one · [`exclusions`]: rows of evidence that a ruling took out · [`dismissals`]: refused rows put aside · [`verdicts`]: on complaints · [`open_reader`], [`received`]: the readers' side
//! - [`parquet`]: Parquet files in and out, since DuckDB reads and writes them best
//! - inside: `connect` (settings), `lock`, `migrate` (numbered schema files), `columns` (dictionary → SQL),
//!   `merge`, `records`, `case_sets` and `delta` (which rows are new versions), `snapshot` (what is gone),
//!   `settled` (refused rows that came back), `submitted` (cases whose submission is not told plainly), `names` (whom
//!   rows name) with [`named`]
mod batch;
pub mod batch_types;
mod case_sets;
mod columns;
mod connect;
pub mod contacts;
mod delta;
pub mod dismissals;
mod error;
pub mod exclusions;
pub mod identities;
pub mod journal;
mod lock;
mod merge;
mod migrate;
pub mod named;
mod names;
pub mod parquet;
pub mod received;
mod records;
mod role_lists;
mod settled;
mod snapshot;
mod submitted;
#[cfg(test)]
mod tests;
pub mod verdicts;
mod writer;

pub use batch::Batch;
pub use connect::{open_reader, share, version_of_duckdb, without_file};
pub use error::WarehouseError;
pub use lock::{Holder, holder};
pub use migrate::{newest_schema, schema_of};
pub use writer::Warehouse;

/// What the warehouse's functions return.
pub type Result<T> = std::result::Result<T, WarehouseError>;
