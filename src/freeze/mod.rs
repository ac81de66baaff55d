//! Frozen bulletins: one folder that holds a bulletin with all it rests on, and can be checked without us.
//!
//! ```text
//! warehouse ─▶ freeze ─▶ folder ─▶ verify      (anybody, anywhere: the folder is all that is needed)
//!                          │
//!                          ├─▶ issue            (the signed file beside ours; entered in the journal)
//!                          └─▶ restate          (what was said, what holds now; the earlier one stays)
//! ```
//!
//! - [`folder`]: what lies where, its checksums and its root hash · [`printable`]: a brief without what may not leave
//! - [`issue`], [`restate`]: what happens to one later; [`acts`]: what the journal says of it, and the archive
//! - [`mod@write`]: freezes · [`verify`]: recomputes hashes, figures and documents · [`figures`]: the figures as a list
pub mod acts;
pub mod compare;
pub mod figures;
pub mod folder;
pub mod issue;
pub mod milestones;
mod printable;
pub mod restate;
pub mod verify;
pub mod write;

use std::path::PathBuf;

use crate::measures::MeasureError;
use crate::regime::RegimeError;
use crate::report::ReportError;
use crate::warehouse::WarehouseError;

/// Why a bulletin cannot be frozen, checked, issued or restated.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{0} exists and is not empty; what is frozen is not written over: name another folder with --out")]
    Exists(PathBuf),
    #[error("{0} holds no manifest.json: it is no frozen bulletin; make one with `guanjia bulletin freeze`")]
    NoFolder(PathBuf),
    #[error(
        "{dir} does not hold, and is therefore not used: {first} ({faults} faults in all; `guanjia bulletin verify` lists them)"
    )]
    NotHolding { dir: PathBuf, faults: usize, first: String },
    #[error("{0} was issued already; what went out is not issued again: `guanjia bulletin restate` corrects it")]
    Issued(PathBuf),
    #[error("{path}: {message}")]
    Unreadable { path: PathBuf, message: String },
    #[error(transparent)]
    Measure(#[from] MeasureError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Regime(#[from] RegimeError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

/// What this room returns.
pub type Result<T> = std::result::Result<T, FreezeError>;

fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> FreezeError + '_ {
    move |source| FreezeError::Io { path: path.to_owned(), source }
}
