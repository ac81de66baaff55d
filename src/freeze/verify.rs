//! Verification: needs the folder and nothing else, and trusts nothing in it.
//!
//! Hashes show that a file was touched. Whoever touches a file may set the hashes anew; so every figure is folded
//! again from its evidence by other code than made it ([`figures`], [`refold`](crate::measures::refold)), and every document is written again from the brief
//! and compared. What then still holds together is one bulletin; whether it is the one that was issued says its root hash.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Serialize;

use super::figures::Listed;
use super::folder::{self, About, FileSum, Manifest};
use super::printable;
use super::restate::CORRECTION;
use super::{Result, compare, issue, milestones};
use crate::regime::Regime;
use crate::report::bulletin::{self, Edition};
use crate::report::correction::{self, Correction};
use crate::report::{ReportError, Templates};

mod figures;

use figures::{arithmetic, figures};

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    /// file, figure, milestone, document
    pub what: &'static str,
    /// Path, or the figure's name.
    pub name: String,
    pub message: String,
}

/// What was looked at, and what does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub root: String,
    pub about: About,
    pub files: usize,
    pub figures: usize,
    pub documents: usize,
    pub faults: Vec<Fault>,
    /// What could not be compared, and why it need not be.
    pub notes: Vec<String>,
}

impl Verdict {
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, what: &'static str, name: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault { what, name: name.into(), message: message.into() });
    }
}

/// Checks a folder. Errors only where there is no manifest to begin with.
pub fn verify(dir: &Path) -> Result<Verdict> {
    let mut verdict = files(dir)?;
    let about = verdict.about.clone();
    match Regime::read(&dir.join(folder::REGIME)) {
        Ok(regime) if about.editions == [Edition::Public] => {
            if let Err(error) = arithmetic(dir, &regime, &mut verdict) {
                verdict.fault("file", folder::FIGURES, error.to_string());
            }
            verdict.notes.push(
                "a public folder has no rows of evidence, which would list enterprises: figures were checked for their arithmetic, documents by their checksums"
                    .to_owned(),
            );
            return Ok(verdict);
        }
        Ok(regime) => {
            if let Err(error) = figures(dir, &regime, &mut verdict) {
                verdict.fault("file", "", error.to_string());
            }
        }
        Err(error) => verdict.fault("file", folder::REGIME, error.to_string()),
    }
    if let Err(error) = documents(dir, &about, &mut verdict) {
        verdict.fault("document", folder::DOCUMENTS, error.to_string());
    }
    Ok(verdict)
}

/// Checks the files only: all there, none more, each as it was frozen.
pub fn files(dir: &Path) -> Result<Verdict> {
    let manifest = folder::manifest(dir)?;
    let mut verdict = Verdict {
        root: manifest.root.clone(),
        about: manifest.about.clone(),
        files: manifest.files.len(),
        figures: 0,
        documents: 0,
        faults: Vec::new(),
        notes: Vec::new(),
    };
    hashes(dir, &manifest, &mut verdict)?;
    for (name, message) in issue::check(dir, &manifest.root) {
        verdict.fault("file", name, message);
    }
    Ok(verdict)
}

fn hashes(dir: &Path, manifest: &Manifest, verdict: &mut Verdict) -> Result<()> {
    let found = folder::measured(dir)?;
    let by_path = |files: &[FileSum]| -> BTreeMap<String, FileSum> {
        files.iter().map(|file| (file.path.clone(), file.clone())).collect()
    };
    let (listed, there) = (by_path(&manifest.files), by_path(&found));
    for (path, file) in &listed {
        match there.get(path) {
            None => verdict.fault("file", path, "is missing"),
            Some(now) if now.sha256 != file.sha256 => {
                verdict.fault("file", path, format!("was changed: SHA-256 {}, frozen as {}", now.sha256, file.sha256));
            }
            Some(now) if now.bytes != file.bytes => {
                verdict.fault("file", path, format!("has {} bytes, frozen as {}", now.bytes, file.bytes));
            }
            Some(_) => {}
        }
    }
    for path in there.keys().filter(|path| !listed.contains_key(*path)) {
        verdict.fault("file", path, "was put in after freezing");
    }
    let root = folder::root(&manifest.files);
    if root != manifest.root {
        verdict.fault("file", folder::MANIFEST, format!("states the root {}, its files give {root}", manifest.root));
    }
    let sums = fs::read_to_string(dir.join(folder::SUMS)).unwrap_or_default();
    if sums != folder::sums(&manifest.files) {
        verdict.fault("file", folder::SUMS, "says something else than the manifest");
    }
    match folder::json::<About>(dir, folder::ABOUT) {
        Ok(about) if about == manifest.about => {}
        Ok(_) => verdict.fault("file", folder::MANIFEST, format!("is not of the bulletin of {}", folder::ABOUT)),
        Err(error) => verdict.fault("file", folder::ABOUT, error.to_string()),
    }
    Ok(())
}

/// The correction of a folder that has one; what it says holds now must be what the figures say.
fn correction(dir: &Path, verdict: &mut Verdict) -> Result<Option<Correction>> {
    if !dir.join(CORRECTION).is_file() {
        return Ok(None);
    }
    let correction: Correction = folder::json(dir, CORRECTION)?;
    let stated: Vec<Listed> = folder::json(dir, folder::FIGURES)?;
    for moved in correction.moved.iter().filter(|moved| moved.holds.is_some()) {
        if !stated.iter().any(|listed| Some(&listed.figure) == moved.holds.as_ref()) {
            let subject = moved.subject_id.as_deref().unwrap_or("—");
            let name = format!("{} {} {}={subject}", moved.of, moved.measure, moved.by);
            verdict.fault("figure", name, format!("{CORRECTION} states what {} does not", folder::FIGURES));
        }
    }
    Ok(Some(correction))
}

/// Writes every document again and compares.
fn documents(dir: &Path, about: &About, verdict: &mut Verdict) -> Result<()> {
    let brief = printable::load(dir)?;
    for (record, message) in milestones::check(&brief) {
        verdict.fault("milestone", record, message);
    }
    let templates = Templates::load(Some(&dir.join(folder::TEMPLATES)))?;
    let mut faces = None;
    let correction = correction(dir, verdict)?;
    for edition in &about.editions {
        let files = bulletin::files(&brief, about.kind, *edition, &about.settings, &templates).and_then(|mut files| {
            if let Some(correction) = &correction {
                files.extend(correction::files(correction, &brief, *edition, &about.settings, &templates)?);
            }
            Ok(files)
        });
        let files = match files {
            Err(ReportError::Chart(error)) => {
                verdict.notes.push(format!("documents were not written again: {error}"));
                return Ok(());
            }
            files => files?,
        };
        for (name, again) in files {
            let path = format!("{}/{}/{name}", folder::DOCUMENTS, edition.name());
            let Ok(frozen) = fs::read(dir.join(&path)) else {
                // Told already where the manifest lists it.
                if !verdict.faults.iter().any(|fault| fault.name == path) {
                    verdict.fault("document", path, "is missing");
                }
                continue;
            };
            verdict.documents += 1;
            if frozen == again {
                continue;
            }
            let differences = compare::differences(&name, &again, &frozen);
            for difference in &differences {
                let says = difference.theirs.as_deref().unwrap_or("nothing");
                let gives = difference.ours.as_deref().unwrap_or("nothing");
                let message = format!("{}: says “{says}”, the evidence gives “{gives}”", difference.place);
                verdict.fault("document", &path, message);
            }
            if !differences.is_empty() {
                continue;
            }
            if compare::only_pictures(&again, &frozen) {
                if faces.is_none() {
                    faces = Some(bulletin::faces(&brief, about.kind, &about.settings, &templates)?);
                }
                if faces.as_ref() != Some(&about.fonts) {
                    verdict.notes.push(format!(
                        "{path}: its charts were drawn with other fonts than this machine has; the text is the same"
                    ));
                    continue;
                }
            }
            let message = if about.program == env!("CARGO_PKG_VERSION") {
                "differs from what its evidence gives, though not in its text".to_owned()
            } else {
                format!(
                    "differs from what this version writes, though not in its text; it was written by {}",
                    about.program
                )
            };
            verdict.fault("document", path, message);
        }
    }
    Ok(())
}
