//! The one reader and writer of workbooks; only here: calamine and rust_xlsxwriter.
//!
//! - [`read`] takes XLSX and XLS files apart, sheet by sheet and row by row, for ingest
//! - [`write`] writes the workbooks of reports: real numbers, frozen headers, filters
//! - [`messy`] writes workbooks as untidy as people do, for sample data
//! - [`quarantine`] writes refused rows back as files that can be corrected and taken in again
pub mod messy;
pub mod quarantine;
pub mod read;
pub mod write;
