<<<<<<< HEAD
<<<<<<< HEAD
//! Tests of the whole, by feature; one binary, so that it links once.
#[path = "suite/kill.rs"]
mod kill;
#[path = "suite/locks.rs"]
mod locks;
#[path = "suite/workspace.rs"]
mod workspace;
=======
//! Whole runs and files, by feature.
#[path = "suite/documents.rs"]
mod documents;
#[path = "suite/sample_brief.rs"]
mod sample_brief;
>>>>>>> report
=======
//! Integration tests by feature, one binary.
#[path = "suite/dashboard.rs"]
mod dashboard;
>>>>>>> dashboard
