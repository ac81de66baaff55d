//! Sampling: draws nobody could steer and anybody can check, and the estimates that follow from them.
pub mod estimate;
pub mod rules;
pub mod tickets;
