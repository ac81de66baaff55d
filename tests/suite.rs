//! Tests of the whole, by feature; one binary, so that it links once.
#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/dashboard.rs"]
mod dashboard;
#[path = "suite/documents.rs"]
mod documents;
#[path = "suite/kill.rs"]
mod kill;
#[path = "suite/locks.rs"]
mod locks;
#[path = "suite/sample_brief.rs"]
mod sample_brief;
#[path = "suite/sample_data.rs"]
mod sample_data;
#[path = "suite/synth.rs"]
mod synth;
#[path = "suite/workspace.rs"]
mod workspace;
