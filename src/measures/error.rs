//! Why figures cannot be computed.
use crate::warehouse::WarehouseError;

/// A failure of the measures room.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error("“{text}” is no {what}; {remedy}")]
    Argument { what: &'static str, text: String, remedy: String },
    #[error("{file}: {source}")]
    Query { file: String, source: duckdb::Error },
    #[error("phone visits: {0}")]
    Sampling(Box<crate::sampling::results::ResultsError>),
    #[error("the warehouse's database refused: {0}")]
    Database(#[from] duckdb::Error),
}
