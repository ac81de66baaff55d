//! Whole runs and files, by feature.
#[path = "suite/documents.rs"]
mod documents;
#[path = "suite/sample_brief.rs"]
mod sample_brief;
