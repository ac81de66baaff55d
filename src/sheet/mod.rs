//! The one reader and writer of workbooks.
//!
//! [`quarantine`] writes refused rows back as files that can be corrected and taken in again.
pub mod quarantine;
