//! The warehouse: one DuckDB file that keeps every version of every record, with the batch and file it came in.
//!
//! A batch is one transaction; one writer at a time holds `warehouse.lock`. Measures never write here:
//! they attach the file read-only.
pub mod batch_types;
pub mod received;
