//! The one reader and writer of workbooks; only here: calamine and rust_xlsxwriter.
//!
//! - [`read`] takes XLSX and XLS files apart, sheet by sheet and row by row, for ingest
//! - [`write`] writes the workbooks of reports: real numbers, frozen headers, filters
//! - [`messy`] writes workbooks as untidy as people do, for sample data
//! - [`reply`] writes the workbook in which a notice is answered, and reads it when it comes back
//! - [`form`] writes workbooks to be filled in by hand: locked columns, lists to choose from
//! - [`quarantine`] writes refused rows back as files that can be corrected and taken in again
pub mod form;
pub mod messy;
pub mod quarantine;
pub mod read;
pub mod reply;
pub mod write;
