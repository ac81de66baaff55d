//! Dashboard (领导驾驶舱): a folder of plain pages that opens from disk, with no network and no server.
//!
//! One [`Brief`] per period that can be chosen, the newest last: its pages stand in the folder itself, those of
//! earlier periods below it (`2026-09/`). Pages are read without JavaScript; `site.js` adds search, filters and
//! sorting. The templates are Tera, shipped in `reports/dashboard/`; a workspace overrides them file by file.
//!
//! - [`book`]: a brief with its indices
//! - [`table`], [`rows`], [`figures`], [`parts`]: what several pages share · [`words`]: the Chinese of kinds and classes
//! - [`overview`], [`stewards`], [`steward`], [`units`], [`cases`], [`levels`], [`gaps`], [`phone`], [`quality`], [`method`],
//!   [`measure`]: one page each · [`wall`]: wall charts, where the place has steps · [`complaints`]: where it counts them
//! - [`subject`]: what the pages of a steward and of a unit share
//! - [`site`]: which pages there are and how they reach each other · [`folder`]: writing, and clearing what is stale
use std::path::{Path, PathBuf};

use crate::measures::Brief;

mod book;
mod cases;
mod complaints;
mod figures;
mod folder;
mod gaps;
mod levels;
mod measure;
mod method;
mod overview;
mod parts;
mod phone;
mod quality;
mod rows;
mod site;
mod spark;
mod steward;
mod stewards;
mod subject;
mod table;
mod templates;
mod units;
mod wall;
mod words;

/// Why a dashboard cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DashboardError {
    #[error("a dashboard needs at least one period; none was given")]
    NoPeriod,
    #[error("two periods of the dashboard are both {0}")]
    SamePeriod(crate::period::Period),
    #[error(transparent)]
    Template(#[from] super::ReportError),
    #[error("a page cannot be filled in: {0}")]
    Value(#[from] tera::Error),
    #[error("{0}")]
    Chart(#[from] super::charts::ChartError),
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
}

/// Writes the dashboard to the folder `out` and returns its first page.
///
/// `briefs` holds one brief per period that can be chosen, the newest last. `own` is the workspace's
/// folder `reports`: what lies in its folder `dashboard` takes the place of the shipped template of that name. Pages that an earlier run left in `out`
/// and that are no longer part of the dashboard are removed; other files are left alone.
pub fn write(briefs: &[Brief], own: Option<&Path>, out: &Path) -> Result<PathBuf, DashboardError> {
    let templates = templates::Templates::load(own)?;
    let mut folder = folder::Folder::open(out)?;
    site::render(briefs, &templates, &mut |path, text| folder.put(path, text))?;
    folder.close()?;
    Ok(out.join("index.html"))
}
