//! Judgement: from figures to names, and only where the evidence carries it (judgement.md).
//!
//! [`posterior`] says what is believed of a rate after so many met and breached, [`classes`] puts each (measure, subject,
//! window) into one class of evidence, [`windows`] does so for everybody. Nothing here ranks.
pub mod classes;
pub mod funnel;
pub mod posterior;
pub mod windows;
pub mod xmr;
