//! Whole files through ingest into a stand-in for the warehouse.
