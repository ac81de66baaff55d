//! Integration tests by feature, one binary.
#[path = "suite/dashboard.rs"]
mod dashboard;
