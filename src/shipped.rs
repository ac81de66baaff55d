//! What the binary carries: rules of places, bulletin templates, queries and calendar years.
//!
//! A workspace's own file of the same name comes before a shipped one ([`crate::workspace::Workspace::own`]).
use include_dir::{Dir, include_dir};

/// `regimes/<id>.toml`: the rules of each place.
pub static REGIMES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/regimes");
/// Templates, styles and scripts of bulletins and dashboard.
pub static REPORTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/reports");
/// SQL: the warehouse's schema, facts and measures.
pub static QUERIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");
/// Declared working days and holidays.
pub static CALENDAR: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/calendar");

/// Ids of the shipped regimes, in order.
pub fn regime_ids() -> Vec<String> {
    let mut ids: Vec<String> = REGIMES
        .files()
        .filter(|file| file.path().extension().is_some_and(|e| e == "toml"))
        .filter_map(|file| file.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    ids.sort();
    ids
}
