//! Restating: the period of an issued bulletin computed again with what is known now, and what of it is not as it was said.
//!
//! Nothing of the earlier folder is touched. What replaces it is a frozen folder like any other, with a correction as a
//! document on top, so that it is verified, signed and issued in the same way.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::acts::{Act, Archived, Change, Restated};
use super::figures::Listed;
use super::folder::{self, Manifest, Restates};
use super::write::{self, Wanted};
use super::{FreezeError, Result, verify};
use crate::measures::Brief;
use crate::measures::brief::Figure;
use crate::report::correction::{Arrived, Correction, Moved};

/// Figures agree when they differ by no more than this, relatively.
const CLOSE: f64 = 1e-9;
pub const CORRECTION: &str = "correction.json";

/// What is to be corrected, and why.
pub struct Restating {
    pub dir: PathBuf,
    pub manifest: Manifest,
    pub figures: Vec<Listed>,
    /// As issued; none for a folder that never was.
    pub archived: Option<Archived>,
    pub change: Change,
    pub reason: String,
}

impl Restating {
    /// The earlier bulletin by its folder; it must hold.
    pub fn of(dir: &Path, archive: &[Archived], change: Change, reason: &str) -> Result<Restating> {
        let verdict = verify::verify(dir)?;
        if let Some(fault) = verdict.faults.first() {
            let first = format!("{} {}: {}", fault.what, fault.name, fault.message);
            return Err(FreezeError::NotHolding { dir: dir.to_owned(), faults: verdict.faults.len(), first });
        }
        let manifest = folder::manifest(dir)?;
        Ok(Restating {
            dir: dir.to_owned(),
            figures: folder::json(dir, folder::FIGURES)?,
            archived: archive.iter().find(|archived| archived.issued.root == manifest.root).cloned(),
            manifest,
            change,
            reason: reason.to_owned(),
        })
    }

    pub fn number(&self) -> String {
        self.archived.as_ref().map(|archived| archived.issued.number.clone()).unwrap_or_default()
    }

    /// For the new folder's manifest.
    pub fn restates(&self) -> Restates {
        Restates { number: self.number(), root: self.manifest.root.clone() }
    }

    fn recipients(&self) -> (Vec<String>, Vec<String>) {
        match &self.archived {
            Some(archived) => (archived.issued.recipients.clone(), archived.issued.copies.clone()),
            None => (self.manifest.about.settings.recipients.clone(), self.manifest.about.settings.copies.clone()),
        }
    }

    /// What the correction says of the new brief; `part` is the new folder, with its inputs written already.
    pub fn correction(&self, title: &str, brief: &Brief, figures: &[Listed], part: &Path) -> Result<Correction> {
        let (recipients, copies) = self.recipients();
        let earlier: Brief = folder::json(&self.dir, folder::BRIEF)?;
        let (before, now) = (named(&earlier), named(brief));
        Ok(Correction {
            title: title.to_owned(),
            number: self.number(),
            issued_on: self.archived.as_ref().map(|archived| archived.issued.on),
            root: self.manifest.root.clone(),
            change: self.change.zh().to_owned(),
            revision: self.change == Change::Revision,
            reason: self.reason.clone(),
            recipients,
            copies,
            known_at: self.manifest.about.known_at,
            arrived: arrived(brief, self.manifest.about.known_at),
            other_inputs: self.other_inputs(part)?,
            moved: moved(&self.figures, figures),
            names_gone: gone(&before, &now),
            names_come: gone(&now, &before),
            rulings: excluded(&earlier).abs_diff(excluded(brief)),
        })
    }

    /// Rules, queries and templates that are not what they were, in words.
    fn other_inputs(&self, part: &Path) -> Result<Vec<String>> {
        let now = folder::measured(part)?;
        let differ = |prefix: &str| {
            let of = |files: &[folder::FileSum]| -> BTreeMap<String, String> {
                let mine = files.iter().filter(|file| file.path.starts_with(prefix));
                mine.map(|file| (file.path.clone(), file.sha256.clone())).collect()
            };
            of(&now) != of(&self.manifest.files)
        };
        let mut found = Vec::new();
        for (prefix, word) in
            [(folder::REGIME, "规则"), ("queries/", "查询"), ("templates/", "模板"), ("calendar/", "工作日历")]
        {
            if differ(prefix) {
                found.push(word.to_owned());
            }
        }
        if self.manifest.about.program != env!("CARGO_PKG_VERSION") {
            found.push("程序版本".to_owned());
        }
        Ok(found)
    }

    /// For the journal, once the new folder stands.
    pub fn act(&self, new: &Manifest, folder: &Path, moved: usize) -> Act {
        let (recipients, _) = self.recipients();
        Act::Restated(Restated {
            number: self.number(),
            root: self.manifest.root.clone(),
            change: self.change,
            reason: self.reason.clone(),
            new_root: new.root.clone(),
            folder: folder.display().to_string(),
            moved,
            recipients,
        })
    }
}

/// Freezes the period again with a correction; gives the manifest and how many figures moved.
pub fn restate(
    wanted: &Wanted<'_>,
    restating: &Restating,
    out: &Path,
    said: &mut dyn FnMut(&str),
) -> Result<(Manifest, usize)> {
    let manifest = write::freeze_again(wanted, Some(restating), out, said)?;
    let correction: Correction = folder::json(out, CORRECTION)?;
    Ok((manifest, correction.moved.len()))
}

/// Who a bulletin names, and for what: 甲（某局）批评.
fn named(brief: &Brief) -> Vec<String> {
    let lists = brief.names.iter().flat_map(|names| [(&names.commended, "表扬"), (&names.criticised, "批评")]);
    let said = |name: &crate::measures::names::Name, what: &str| match &name.unit {
        Some(unit) => format!("{}（{unit}）{what}", name.name),
        None => format!("{}{what}", name.name),
    };
    lists.flat_map(|(list, what)| list.iter().map(move |name| said(name, what))).collect()
}

/// Rows of the period that rulings have taken out.
fn excluded(brief: &Brief) -> usize {
    brief.names.as_ref().map_or(0, |names| names.excluded)
}

fn gone(before: &[String], now: &[String]) -> Vec<String> {
    before.iter().filter(|name| !now.contains(name)).cloned().collect()
}

/// Rows taken by kind, of every batch after one.
fn arrived(brief: &Brief, known_at: i64) -> Vec<Arrived> {
    let mut batches: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
    for file in &brief.received.files {
        let (Some(batch), Some(kind)) = (file.batch.filter(|batch| *batch > known_at), &file.kind) else { continue };
        if file.accepted > 0 {
            *batches.entry(batch).or_default().entry(kind.clone()).or_default() += file.accepted;
        }
    }
    batches.into_iter().map(|(batch, rows)| Arrived { batch, rows }).collect()
}

/// A side of a comparison: nothing where it may not be told.
fn told(listed: Option<&Listed>) -> Option<&Figure> {
    use crate::measures::brief::Shown;
    listed.filter(|l| !matches!(l.hidden, Some(Shown::Few | Shown::Withheld))).map(|l| &l.figure)
}

/// Every figure that is not what it was.
pub fn moved(before: &[Listed], now: &[Listed]) -> Vec<Moved> {
    type Key<'a> = (String, &'a str, &'a str, Option<&'a str>);
    fn of(listed: &Listed) -> Key<'_> {
        use crate::measures::kept::Portion;
        let of = match listed.of {
            Portion::Months | Portion::States => listed.figure.period.to_string(),
            of => of.name().to_owned(),
        };
        (of, &listed.figure.measure, &listed.figure.by, listed.figure.subject_id.as_deref())
    }
    let earlier: BTreeMap<Key<'_>, &Listed> = before.iter().map(|listed| (of(listed), listed)).collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    let mut compare = |key: &Key<'_>, a: Option<&Listed>, b: Option<&Listed>| {
        let (said, holds) = (told(a), told(b));
        if same(said, holds) {
            return;
        }
        let Some(named) = b.or(a) else { return };
        found.push(Moved {
            of: key.0.clone(),
            measure: named.figure.measure.clone(),
            by: named.figure.by.clone(),
            subject_id: named.figure.subject_id.clone(),
            subject_name: named.figure.subject_name.clone(),
            said: said.cloned(),
            holds: holds.cloned(),
        });
    };
    for listed in now {
        let key = of(listed);
        compare(&key, earlier.get(&key).copied(), Some(listed));
        seen.insert(key);
    }
    for listed in before {
        let key = of(listed);
        if !seen.contains(&key) {
            compare(&key, Some(listed), None);
        }
    }
    found
}

fn same(a: Option<&Figure>, b: Option<&Figure>) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        // A figure of no row is as good as none.
        return a.or(b).is_none_or(|figure| figure.n == 0);
    };
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= CLOSE * a.abs().max(b.abs()).max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    };
    let counts = |f: &Figure| [Some(f.n), f.met, f.breached, f.pending, f.unmeasurable, f.extended];
    let values = |f: &Figure| [f.rate, f.mean, f.median, f.p90, f.max];
    counts(a) == counts(b) && values(a).into_iter().zip(values(b)).all(|(a, b)| close(a, b))
}
