//! The bulletins in all their formats: the monthly one (通报) and the situation report (情况报告). They name no person: names need a decision.
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::charts::raster;
use super::document::{Document, Foot, Head};
use super::ratings::Ratings;
use super::{Parts, ReportError, Templates, chain, docx, html, markdown, situation, workbook};
use crate::measures::Brief;
use crate::period::Period;
use crate::workspace::Bulletin as Settings;

pub mod course;
pub mod figures;
mod names;
pub mod tables;
pub mod view;

/// Kinds of bulletin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 通报 of the period, by its template: weekly, monthly, quarterly or yearly
    #[default]
    Monthly,
    /// 情况报告: cases by group and level, waiting times, what is supervised
    Situation,
}

impl Kind {
    /// That of the period's kind: `weekly.md`, `monthly.md`, …
    pub fn template(self, period: Period) -> &'static str {
        match (self, period) {
            (Kind::Situation, _) => "situation.md",
            (Kind::Monthly, Period::Week(..)) => "weekly.md",
            (Kind::Monthly, Period::Month(..)) => "monthly.md",
            (Kind::Monthly, Period::Quarter(..)) => "quarterly.md",
            (Kind::Monthly, Period::Year(..)) => "yearly.md",
        }
    }

    /// What the place calls it; its files are called so.
    fn title(self, brief: &Brief) -> &str {
        let kind = if self == Kind::Situation { "situation" } else { brief.period.kind() };
        brief.place.words.shown("bulletin", kind)
    }

    /// Whether the place has anything for it to say.
    pub fn has_matter(self, brief: &Brief) -> bool {
        self == Kind::Monthly || chain::any(brief)
    }
}

/// For whom a bulletin is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// The bureau and the units: with the rows behind the figures, and the workbook that lists stewards
    #[default]
    Internal,
    /// Everybody: no enterprise, no case, no steward who is not named by a decision
    Public,
}

impl Edition {
    /// As folders name it.
    pub fn name(self) -> &'static str {
        match self {
            Edition::Internal => "internal",
            Edition::Public => "public",
        }
    }
}

/// Writes a bulletin of the brief's period into the folder `out`: DOCX, HTML, its annex workbook, and with the internal
/// monthly one the workbook that lists stewards. Returns the files written. The same brief, settings, templates and
/// fonts give the same bytes; each file is there whole or not at all.
pub fn write(
    brief: &Brief,
    kind: Kind,
    edition: Edition,
    settings: &Settings,
    templates: &Templates,
    out: &Path,
) -> Result<Vec<PathBuf>, ReportError> {
    try_folder(out)?;
    let files = files(brief, kind, edition, settings, templates)?;
    files.into_iter().map(|(name, bytes)| put(&out.join(name), &bytes)).collect()
}

/// The files of a bulletin by name.
pub fn files(
    brief: &Brief,
    kind: Kind,
    edition: Edition,
    settings: &Settings,
    templates: &Templates,
) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let ratings = Ratings::of(brief);
    let document = document(brief, kind, edition, &ratings, settings, templates)?;
    let stem = match edition {
        Edition::Internal => format!("{}-{}", kind.title(brief), brief.period.zh()),
        Edition::Public => format!("{}-{}-公开", kind.title(brief), brief.period.zh()),
    };
    let mut files = vec![
        (format!("{stem}.docx"), docx::bytes(&document, brief.as_of)?),
        (format!("{stem}.html"), html::page(&document, templates.text("style.css")).into_bytes()),
    ];
    match kind {
        Kind::Monthly => files.push((format!("{stem}.xlsx"), workbook::annex(brief, &ratings, edition)?)),
        Kind::Situation => files.push((format!("{stem}.xlsx"), situation::annex(brief, edition)?)),
    }
    if (kind, edition) == (Kind::Monthly, Edition::Internal) {
        files.push((format!("{stem}-内部附表.xlsx"), workbook::internal(brief, &ratings)?));
    }
    Ok(files)
}

/// The faces with which the charts of a bulletin are drawn on this machine.
pub fn faces(
    brief: &Brief,
    kind: Kind,
    settings: &Settings,
    templates: &Templates,
) -> Result<Vec<raster::Face>, ReportError> {
    let document = document(brief, kind, Edition::Internal, &Ratings::of(brief), settings, templates)?;
    Ok(raster::faces(document.charts().map(|chart| chart.svg.as_str()))?)
}

/// A bulletin as a document, before any format.
pub fn document(
    brief: &Brief,
    kind: Kind,
    edition: Edition,
    ratings: &Ratings<'_>,
    settings: &Settings,
    templates: &Templates,
) -> Result<Document, ReportError> {
    let issuer = match settings.issuer.trim() {
        "" => "（发文机关）".to_owned(),
        issuer => issuer.to_owned(),
    };
    // A draft leaves the day of issue to the pen.
    let date = format!("{}年{}月　日", brief.as_of.year(), brief.as_of.month());
    let number = match settings.number.trim() {
        "" => format!("〔{}〕　号", brief.as_of.year()),
        number => number.to_owned(),
    };
    let (tables, figures) = (tables::all(brief, ratings, edition), figures::all(brief, ratings, edition)?);
    let parts = Parts { tables, figures, issuer: issuer.clone(), date: date.clone() };
    let mut context = view::context(brief, ratings, &parts);
    context.insert("public", &(edition == Edition::Public));
    let template = kind.template(brief.period);
    let text = templates.render(template, &context, &parts)?;
    let (title, blocks) = markdown::parse(&text, &parts).map_err(|message| templates.wrong(template, message))?;
    Ok(Document {
        head: Head { issuer: issuer.clone(), number, signer: settings.signer.trim().to_owned() },
        title,
        recipients: settings.recipients.clone(),
        blocks,
        foot: Foot { copies: settings.copies.clone(), issuer, date },
    })
}

/// Makes the folder and tries to write in it, before the work and not after it.
pub fn try_folder(out: &Path) -> Result<(), ReportError> {
    let failed = |source| ReportError::Io { path: out.to_owned(), source };
    fs::create_dir_all(out).map_err(failed)?;
    let probe = out.join(".guanjia-write-test");
    fs::write(&probe, b"").map_err(failed)?;
    fs::remove_file(&probe).map_err(failed)
}

/// Writes a file whole or not at all.
pub fn put(path: &Path, bytes: &[u8]) -> Result<PathBuf, ReportError> {
    let failed = |source| ReportError::Io { path: path.to_owned(), source };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut file = fs::File::create(&part).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&part, path).map_err(failed)?;
    Ok(path.to_owned())
}
