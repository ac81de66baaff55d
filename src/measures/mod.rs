//! Measures: evidence rows by SQL, figures as folds over them, and the words that explain both.
//!
//! A [`Session`] is a connection that has the warehouse attached read-only. It lays the rules, the calendar and the
//! scope (period, as-of, known-at) as TEMP tables, runs the files of `queries/evidence` into one `evidence` table,
//! and folds that by any [`Dimension`]. So a figure and its rows cannot differ.
mod beside;
pub mod brief;
pub mod candidates;
pub mod checks;
pub mod circumstances;
mod clock_notes;
mod dimension;
pub mod docket;
pub mod due;
mod error;
pub mod excluded;
mod facts;
mod folds;
mod gather;
pub mod kept;
pub mod leads;
pub mod names;
mod notes;
mod obligations;
pub mod refold;
mod rows;
mod rules;
mod sampled;
mod scope;
mod script;
pub mod series;
mod session;
pub mod similar;
pub mod steps;
mod visits;
pub mod waiting;

pub use brief::Brief;
pub use dimension::Dimension;
pub use error::MeasureError;
pub use folds::{Part, Span};
pub use gather::{brief, brief_kept, measure as described, place as place_of};
pub use rows::Selection;
pub use scope::{KnownAt, Scope};
pub use session::Session;
