//! Sampling: draws nobody could steer and anybody can check, and the estimates that follow from them.
//!
//! ```text
//! frame ─▶ plan ─▶ its hash published ─▶ public entropy ─▶ draw ─▶ assign ─▶ sheets ─▶ attempts ─▶ estimates
//! ```
//!
//! - [`plan`]: what is committed to · [`frame`]: whom it may meet, in which strata, who is left out and why
//! - [`planning`], [`allocate`], [`width`]: how many of each stratum, and what interval that buys
//! - [`tickets`]: Rivest's consistent sampler · [`entropy`]: what may be drawn with, and when · [`draw`]: order and roles
//! - [`assign`]: the second draw, of evaluators
//! - [`rules`], [`outcome`], [`calls`]: what a call asks, sheets, attempts and what came of every enterprise
//! - [`publish`]: the file for everybody · [`verify`]: all of it derived anew from that file · [`page`]: the same in a browser
//! - [`estimate`]: what the answers say of all of them, and how surely
//! - [`results`]: all that a plan's calls say, and the answers as evaluations
//! - [`simulate`]: all of it on trial
//! - [`acts`]: what stands in the journal, and the [`acts::Desk`] that follows from it
//! - [`canonical`], [`ids`], [`pseudonym`]: one form of JSON, one form of an id, one name that reveals nobody
pub mod acts;
pub mod allocate;
pub mod assign;
pub mod calls;
pub mod canonical;
pub mod draw;
pub mod entropy;
pub mod estimate;
pub mod frame;
pub mod ids;
pub mod outcome;
pub mod page;
pub mod plan;
pub mod planning;
pub mod pseudonym;
pub mod publish;
pub mod results;
pub mod rules;
pub mod simulate;
pub mod tickets;
pub mod verify;
pub mod width;
