//! sheet
pub mod messy;
