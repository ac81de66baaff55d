//! guanjia (管家): who serves well, and who only goes through the motions.
//!
//! A bureau's exports come in, facts are kept, measures are folded, bulletins go out:
//!
//! ```text
//! export files ─▶ ingest ─▶ warehouse ─▶ measures ─▶ report
//!                              ▲           ▲
//!                            regime (the rules of a place), calendar
//! ```
//!
//! Each room takes the previous room's type and nothing earlier:
//!
//! - [`tables`]: the twelve kinds of export, their columns and the words files use for them
//! - [`mapping`]: how a workspace reads the exports of foreign systems, as data
//! - [`ingest`]: read, recognise, normalise, accept or quarantine (only here: Polars)
//! - [`warehouse`]: schema, batches, versions, the writer's lock (here and in measures: DuckDB)
//! - [`regime`]: the rules of a place, read from a TOML file and checked
//! - [`calendar`]: working days · [`period`]: month, quarter, year, week
//! - [`measures`]: evidence queries, folds, `explain`; ends in a [`measures::Brief`]
//! - [`judgement`]: classes of evidence, from figures to names
//! - [`report`]: a brief in, documents and dashboard out (only here: plotters, Tera)
//! - [`freeze`]: bulletins with all they rest on, in folders that anybody can check
//! - [`sampling`]: draws that anybody can check
//! - [`sheet`]: the one reader and writer of workbooks
//! - [`shipped`]: rule files, SQL and templates inside the binary
//! - [`workspace`]: where a bureau's things are · [`synth`]: made-up bureaus of any size
//! - [`commands`]: one file per verb · [`cli`]: arguments only
pub mod calendar;
pub mod cli;
pub mod commands;
pub mod freeze;
pub mod ingest;
pub mod judgement;
pub mod mapping;
pub mod measures;
pub mod period;
pub mod regime;
pub mod report;
pub mod sampling;
pub mod sheet;
pub mod shipped;
pub mod synth;
pub mod tables;
pub mod warehouse;
pub mod workspace;
