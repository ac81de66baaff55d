//! Estimates from a sample, by the design that drew it, without I/O.
//!
//! Means, totals, proportions and ratios of stratified and clustered samples as R's `survey` computes them (Lumley, *Complex
//! Surveys*, 2010): Taylor linearisation, finite population correction, variance added up stage by stage. Beside them
//! what a sample of ten enterprises can carry (`exact`), what AAPOR calls response (`response`), and what those who did
//! not answer could change (`bounds`).
pub mod bounds;
pub mod design;
pub mod exact;
pub mod interval;
pub mod quantile;
pub mod response;
pub mod statistic;

#[cfg(test)]
mod tests;

pub use design::{Columns, Design, DesignError, Lonely};
pub use interval::Method;
pub use statistic::{Asked, Estimate, Stat};
