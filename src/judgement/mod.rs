//! Judgement: from figures to names, and only where the evidence carries it (judgement.md).
//!
//! [`posterior`] says what is believed of a rate after so many met and breached, [`classes`] puts each (measure, subject,
//! window) into one class of evidence, [`windows`] does so for everybody. Nothing here ranks.
//!
//! [`find`] makes [`findings`] of what the place's rules ask for, with what else could explain each ([`otherwise`]) and the
//! plain sentence of [`chance`]. [`funnel`] and [`xmr`] are for people to look at.
pub mod acts;
pub mod chance;
pub mod classes;
pub mod complaints;
pub mod docket;
pub mod find;
pub mod findings;
pub mod funnel;
mod items;
pub mod names;
mod otherwise;
pub mod posterior;
pub mod replies;
pub mod steps;
pub mod waiting;
pub mod windows;
pub mod xmr;
