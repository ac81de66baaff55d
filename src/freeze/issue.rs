//! Issuing: the signed file beside ours, where the two differ, and an entry in the journal.
//!
//! What goes out was signed, and often touched by hand. The frozen files stay as they are; the signed one lies in
//! `issued/` with a record of its own.
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::acts::{Act, Issued};
use super::compare::{self, Difference};
use super::folder::{self, Manifest};
use super::{FreezeError, Result, io, verify};

/// `issued/issue.json`.
pub const RECORD: &str = "issued/issue.json";

/// What is said in issuing.
pub struct Said<'a> {
    pub signed: &'a Path,
    /// 〔2026〕8号
    pub number: &'a str,
    pub on: NaiveDate,
    pub by: &'a str,
}

/// The record beside the signed file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub issued: Issued,
    pub by: String,
    /// Our document that the signed one was compared with.
    pub compared_with: Option<String>,
    pub differences: Vec<Difference>,
}

/// Puts the signed file into a folder that holds; gives the record, and the act for the journal.
pub fn issue(dir: &Path, said: &Said<'_>, manifest: &Manifest) -> Result<(Record, Act)> {
    let verdict = verify::verify(dir)?;
    if let Some(fault) = verdict.faults.first() {
        let told = format!("{} {}: {}", fault.what, fault.name, fault.message);
        return Err(FreezeError::NotHolding { dir: dir.to_owned(), faults: verdict.faults.len(), first: told });
    }
    if dir.join(folder::ISSUED).exists() {
        return Err(FreezeError::Issued(dir.to_owned()));
    }
    let signed = fs::read(said.signed).map_err(io(said.signed))?;
    let ending = said.signed.extension().map_or(String::new(), |e| format!(".{}", e.to_string_lossy().to_lowercase()));
    let signed_name = format!("signed{ending}");
    let compared = compared(dir, manifest, &signed_name, &signed);
    let (compared_with, differences) = match compared {
        Some((path, differences)) => (Some(path), Some(differences)),
        None => (None, None),
    };
    let about = &manifest.about;
    let issued = Issued {
        number: said.number.to_owned(),
        root: manifest.root.clone(),
        kind: about.kind,
        period: about.period,
        on: said.on,
        folder: dir.display().to_string(),
        signed_name: format!("{}/{signed_name}", folder::ISSUED),
        signed_sha256: folder::sha256(&signed),
        differences: differences.as_ref().map(Vec::len),
        recipients: about.settings.recipients.clone(),
        copies: about.settings.copies.clone(),
        corrects: about.restates.as_ref().map(|earlier| earlier.root.clone()),
    };
    let record = Record {
        // Where it lay is nobody's business who gets the folder.
        issued: Issued { folder: String::new(), ..issued.clone() },
        by: said.by.to_owned(),
        compared_with,
        differences: differences.unwrap_or_default(),
    };
    folder::put(dir, &issued.signed_name, &signed)?;
    folder::put_json(dir, RECORD, &record)?;
    Ok((record, Act::Issued(issued)))
}

/// Takes back what [`issue`] put in, where the journal could not be written.
pub fn undo(dir: &Path) {
    let _ = fs::remove_dir_all(dir.join(folder::ISSUED));
}

/// Our document that is most like the signed one, and where they differ; none where its text cannot be had.
fn compared(dir: &Path, manifest: &Manifest, name: &str, signed: &[u8]) -> Option<(String, Vec<Difference>)> {
    if !name.ends_with(".docx") {
        return None;
    }
    let theirs = compare::paragraphs(signed)?;
    let documents = manifest
        .files
        .iter()
        .filter(|file| file.path.starts_with(&format!("{}/", folder::DOCUMENTS)) && file.path.ends_with(".docx"));
    let compared = documents.filter_map(|file| {
        let ours = compare::paragraphs(&fs::read(dir.join(&file.path)).ok()?)?;
        Some((file.path.clone(), compare::texts(&ours, &theirs)))
    });
    compared.min_by_key(|(_, differences)| differences.len())
}

/// Whether the signed file is as it was recorded, and of this bulletin.
pub fn check(dir: &Path, root: &str) -> Vec<(String, String)> {
    if !dir.join(folder::ISSUED).exists() {
        return Vec::new();
    }
    let record: Record = match folder::json(dir, RECORD) {
        Ok(record) => record,
        Err(error) => return vec![(RECORD.to_owned(), error.to_string())],
    };
    let mut faults = Vec::new();
    if record.issued.root != root {
        faults.push((RECORD.to_owned(), format!("is of another bulletin: root {}", record.issued.root)));
    }
    let name = &record.issued.signed_name;
    match fs::read(dir.join(name)) {
        Ok(bytes) if folder::sha256(&bytes) == record.issued.signed_sha256 => {}
        Ok(_) => faults.push((name.clone(), "is not the file that was signed".to_owned())),
        Err(_) => faults.push((name.clone(), "is missing".to_owned())),
    }
    let own = [name.as_str(), RECORD];
    for entry in fs::read_dir(dir.join(folder::ISSUED)).into_iter().flatten().flatten() {
        let path = format!("{}/{}", folder::ISSUED, entry.file_name().to_string_lossy());
        if !own.contains(&path.as_str()) {
            faults.push((path, "was put in after issuing".to_owned()));
        }
    }
    faults
}
