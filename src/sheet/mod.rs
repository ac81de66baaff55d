//! The one reader and writer of workbooks.
//!
//! [`read`] takes XLSX and XLS files apart, sheet by sheet and row by row, for ingest.
pub mod read;
