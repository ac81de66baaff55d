//! Ingest: read, recognise, normalise, accept or quarantine.
