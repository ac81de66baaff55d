//! The one reader and writer of workbooks; only here: calamine and rust_xlsxwriter.
//!
//! - [`read`] takes XLSX and XLS files apart, sheet by sheet and row by row, for ingest
//! - [`write`] writes the workbooks of reports: real numbers, frozen headers, filters
//! - [`messy`] writes workbooks as untidy as people do, for sample data
//! - [`form`] writes workbooks to be filled in by hand: locked columns, lists to choose from
//! - [`quarantine`] writes refused rows back as files that can be corrected and taken in again
pub mod form;
pub mod messy;
pub mod quarantine;
pub mod read;
pub mod write;
