//! The one reader and writer of workbooks.
pub mod write;
