//! The one reader and writer of workbooks.
<<<<<<< HEAD
//!
<<<<<<< HEAD
//! [`read`] takes XLSX and XLS files apart, sheet by sheet and row by row, for ingest.
pub mod read;
=======
//! [`quarantine`] writes refused rows back as files that can be corrected and taken in again.
pub mod quarantine;
>>>>>>> warehouse
=======
pub mod write;
>>>>>>> report
