//! Reports: a [`Brief`](crate::measures::Brief) in, documents out. Only here: plotters and Tera.
//!
//! ```text
//! brief ─▶ bulletin (figures, tables, charts by name) ─▶ template (Markdown) ─▶ document ─▶ html, docx
//!                                                    └─▶ workbook (the annex, and the internal one)
//! ```
use std::collections::BTreeMap;
use std::path::PathBuf;

pub mod bulletin;
pub mod chain;
pub mod charts;
pub mod contributions;
pub mod correction;
pub mod dashboard;
pub mod document;
pub mod docx;
mod files;
pub mod format;
pub mod handover;
pub mod html;
pub mod leads;
pub mod letters;
pub mod markdown;
pub mod phone;
pub mod policies;
pub mod privacy;
pub mod ratings;
pub mod sheets;
pub mod situation;
pub mod templates;
pub mod wall;
pub mod warn;
pub mod workbook;

pub use templates::Templates;

/// What a template can place by name.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    pub tables: BTreeMap<String, document::Table>,
    /// Caption and chart.
    pub figures: BTreeMap<String, (String, charts::Chart)>,
    /// Who signs, and the date.
    pub issuer: String,
    pub date: String,
}

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("{place}: {message}; mend the template, or remove it to have the shipped one")]
    Template { place: String, message: String },
    #[error(transparent)]
    Chart(#[from] charts::ChartError),
    #[error("cannot write the DOCX: {0}")]
    Docx(String),
    #[error(transparent)]
    Sheet(#[from] crate::sheet::write::SheetError),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
}
