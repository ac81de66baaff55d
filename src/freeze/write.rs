//! Freezing: everything that a bulletin rests on and says, into one folder.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::figures::Listed;
use super::folder::{self, About, Manifest, put, put_json};
use super::printable::{load, printable};
use super::restate::{CORRECTION, Restating};
use super::{FreezeError, Result, acts, figures, io};
use crate::calendar::Calendar;
use crate::judgement::names;
use crate::measures::checks::Setting;
use crate::measures::kept::{Keeping, is_rating};
use crate::measures::{self, Brief, Scope};
use crate::regime::Regime;
use crate::report::bulletin::{self, Edition, Kind};
use crate::report::ratings::{MINIMUM_ANSWERS, Ratings};
use crate::report::{Templates, correction};
use crate::shipped;
use crate::warehouse::journal::{self, Room};
use crate::warehouse::schema_of;
use crate::workspace::Workspace;

/// Of this layout of folders.
pub const FORMAT: u32 = 1;

/// What is to be frozen.
pub struct Wanted<'a> {
    pub workspace: &'a Workspace,
    pub regime: &'a Regime,
    pub calendar: &'a Calendar,
    pub scope: Scope,
    pub kind: Kind,
    pub editions: Vec<Edition>,
}

/// Writes the folder, whole or not at all. The same warehouse, rules, templates, settings and fonts give the same bytes.
pub fn freeze(wanted: &Wanted<'_>, out: &Path, said: &mut dyn FnMut(&str)) -> Result<Manifest> {
    freeze_again(wanted, None, out, said)
}

/// The same, in the place of another bulletin.
pub(super) fn freeze_again(
    wanted: &Wanted<'_>,
    restating: Option<&Restating>,
    out: &Path,
    said: &mut dyn FnMut(&str),
) -> Result<Manifest> {
    if out.is_file() || out.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(FreezeError::Exists(out.to_owned()));
    }
    let part = beside(out);
    let _ = fs::remove_dir_all(&part);
    fs::create_dir_all(&part).map_err(io(&part))?;
    let done = fill(wanted, restating, &part, said);
    match done {
        Ok(manifest) => {
            let _ = fs::remove_dir(out);
            fs::rename(&part, out).map_err(io(out))?;
            Ok(manifest)
        }
        Err(error) => {
            let _ = fs::remove_dir_all(&part);
            Err(error)
        }
    }
}

fn beside(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    out.with_file_name(name)
}

fn fill(
    wanted: &Wanted<'_>,
    restating: Option<&Restating>,
    part: &Path,
    said: &mut dyn FnMut(&str),
) -> Result<Manifest> {
    let mut published = published(wanted.workspace)?;
    published.extend(restating.iter().flat_map(|restating| restating.figures.iter().cloned()));
    let brief = set_aside(wanted, &published, part, said)?;
    said("rules, queries and templates");
    inputs(wanted, part)?;
    said("the documents");
    let settings = &wanted.workspace.settings.bulletin;
    let templates = Templates::load(Some(&part.join(folder::TEMPLATES)))?;
    for edition in &wanted.editions {
        for (name, bytes) in bulletin::files(&brief, wanted.kind, *edition, settings, &templates)? {
            put(part, &format!("{}/{}/{name}", folder::DOCUMENTS, edition.name()), &bytes)?;
        }
    }
    if let Some(restating) = restating {
        let ratings = Ratings::of(&brief);
        let corrected = bulletin::document(&brief, wanted.kind, Edition::Internal, &ratings, settings, &templates)?;
        let correction = restating.correction(&corrected.title, &brief, &figures::list(&brief), part)?;
        put_json(part, CORRECTION, &correction)?;
        for edition in &wanted.editions {
            for (name, bytes) in correction::files(&correction, &brief, *edition, settings, &templates)? {
                put(part, &format!("{}/{}/{name}", folder::DOCUMENTS, edition.name()), &bytes)?;
            }
        }
    }
    let warehouse = wanted.workspace.warehouse();
    let fonts = bulletin::faces(&brief, wanted.kind, settings, &templates)?;
    if wanted.editions == [Edition::Public] {
        only_public(part)?;
    }
    let about = About {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: schema_of(&warehouse)?,
        kind: wanted.kind,
        editions: wanted.editions.clone(),
        period: brief.period,
        as_of: brief.as_of,
        known_at: brief.known_at,
        place: brief.place.place.clone(),
        regime: brief.place.regime.clone(),
        settings: settings.clone(),
        journal_head: journal::head(&warehouse)?,
        fonts,
        restates: restating.map(Restating::restates),
    };
    said("the checksums");
    folder::seal(part, &about)
}

/// Takes out what lists enterprises or persons: what is left may be handed to anybody. Its figures can be checked for
/// their arithmetic only; the rows behind them lie in the bureau's own folder.
fn only_public(part: &Path) -> Result<()> {
    for name in [folder::BRIEF, folder::JOURNAL, CORRECTION] {
        let path = part.join(name);
        if path.is_file() {
            fs::remove_file(&path).map_err(io(&path))?;
        }
    }
    let evidence = part.join(folder::EVIDENCE);
    fs::remove_dir_all(&evidence).map_err(io(&evidence))?;
    let mut figures: Vec<Listed> = folder::json(part, folder::FIGURES)?;
    figures.retain(|listed| listed.figure.by != "person");
    put_json(part, folder::FIGURES, &figures)
}

/// Evidence, brief and figures; gives the brief as the folder has it, so that documents are made of nothing else.
fn set_aside(wanted: &Wanted<'_>, published: &[Listed], part: &Path, said: &mut dyn FnMut(&str)) -> Result<Brief> {
    let evidence = part.join(folder::EVIDENCE);
    fs::create_dir_all(&evidence).map_err(io(&evidence))?;
    let rated = wanted.regime.measures.iter().filter(|measure| is_rating(measure));
    let mut keeping = Keeping {
        folder: &evidence,
        ratings: rated.map(|measure| measure.id.clone()).collect(),
        fewest: MINIMUM_ANSWERS.unsigned_abs() as usize,
        answers: Vec::new(),
    };
    let rhythm = &wanted.workspace.settings.rhythm;
    let setting = Setting { regime: wanted.regime, calendar: wanted.calendar, rhythm };
    let warehouse = wanted.workspace.warehouse();
    let brief = measures::brief_kept(&warehouse, &setting, wanted.scope, Some(&mut keeping), said)?;
    let brief =
        Brief { names: Some(names::gather(&warehouse, wanted.regime, wanted.calendar, wanted.scope)?.0), ..brief };
    let (mut brief, ratings) = printable(brief, wanted.kind, keeping.answers, published);
    // They are in Parquet.
    brief.evidence.clear();
    put_json(part, folder::BRIEF, &brief)?;
    put_json(part, folder::RATINGS, &ratings)?;
    put_json(part, folder::FIGURES, &figures::list(&brief))?;
    load(part)
}

/// Figures of the bulletins that went out, as far as their folders are where they were.
fn published(workspace: &Workspace) -> Result<Vec<Listed>> {
    let mut figures = Vec::new();
    for archived in acts::archive(&workspace.warehouse())? {
        let dir = workspace.root.join(&archived.issued.folder);
        if folder::manifest(&dir).is_ok_and(|manifest| manifest.root == archived.issued.root) {
            figures.extend(folder::json::<Vec<Listed>>(&dir, folder::FIGURES)?);
        }
    }
    Ok(figures)
}

/// What the program itself brings, and the workspace's own in its place.
fn inputs(wanted: &Wanted<'_>, part: &Path) -> Result<()> {
    let workspace = wanted.workspace;
    let id = &workspace.settings.regime;
    let regime = match workspace.own(&format!("regimes/{id}.toml")) {
        Some(path) => fs::read(&path).map_err(io(&path))?,
        None => {
            let file = shipped::REGIMES.get_file(format!("{id}.toml"));
            file.map(|file| file.contents().to_vec()).unwrap_or_default()
        }
    };
    put(part, folder::REGIME, &regime)?;
    copy_shipped(&shipped::QUERIES, part, "queries")?;
    let templates = Templates::of(Some(&workspace.reports()), &wanted.regime.id)?;
    for (name, text) in templates.texts() {
        put(part, &format!("{}/{name}", folder::TEMPLATES), text.as_bytes())?;
    }
    copy_shipped(&shipped::CALENDAR, part, "calendar")?;
    if workspace.calendar().is_file() {
        let path = workspace.calendar();
        put(part, "calendar/own.toml", &fs::read(&path).map_err(io(&path))?)?;
    }
    let mut days = "date,is_workday,holiday_name,provisional\n".to_owned();
    for day in wanted.calendar.days() {
        let holiday = day.holiday.unwrap_or_default();
        days += &format!("{},{},{holiday},{}\n", day.date, u8::from(day.is_workday), u8::from(day.provisional));
    }
    put(part, "calendar/days.csv", days.as_bytes())?;
    // Only what leads to the names printed: what others answered to their findings is nobody's business here.
    let brief: Brief = folder::json(part, folder::BRIEF)?;
    let named: BTreeSet<String> = brief
        .names
        .iter()
        .flat_map(|names| names.commended.iter().chain(&names.criticised))
        .map(|name| name.finding.clone())
        .collect();
    let mut entries = journal::read(&workspace.warehouse(), Room::Judgement)?;
    entries.retain(|entry| named.contains(&entry.subject));
    put_json(part, folder::JOURNAL, &entries)
}

fn copy_shipped(dir: &include_dir::Dir<'_>, part: &Path, to: &str) -> Result<()> {
    for file in dir.files() {
        put(part, &format!("{to}/{}", file.path().display()), file.contents())?;
    }
    for below in dir.dirs() {
        copy_shipped(below, part, to)?;
    }
    Ok(())
}
