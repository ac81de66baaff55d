//! What lies in a frozen folder, and its checksums.
//!
//! `SHA256SUMS` has a line `sha256  path` for every frozen file, sorted by path, as `sha256sum -c` reads it; the root hash
//! is the SHA-256 of that file. So an outsider needs two commands and none of ours: `sha256sum -c SHA256SUMS` and
//! `sha256sum SHA256SUMS`. `manifest.json` says the same in one place, with what the bulletin is. What is put in later
//! (the signed file) lies in `issued/` with sums of its own: what was frozen stays as it was.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{FreezeError, Result, io};
use crate::period::Period;
use crate::report::bulletin::{Edition, Kind};
use crate::report::charts::raster::Face;
use crate::workspace::Bulletin as Settings;

pub const MANIFEST: &str = "manifest.json";
pub const SUMS: &str = "SHA256SUMS";
pub const ABOUT: &str = "bulletin.json";
pub const BRIEF: &str = "brief.json";
pub const FIGURES: &str = "figures.json";
pub const JOURNAL: &str = "journal.json";
pub const RATINGS: &str = "evidence/ratings.json";
pub const EVIDENCE: &str = "evidence";
pub const TEMPLATES: &str = "templates";
pub const DOCUMENTS: &str = "documents";
pub const REGIME: &str = "regime.toml";
/// What is added after freezing; not under the root hash.
pub const ISSUED: &str = "issued";

/// What a bulletin is and what it was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Of this layout.
    pub format: u32,
    /// guanjia's version.
    pub program: String,
    /// Schema of the warehouse.
    pub schema: i64,
    pub kind: Kind,
    pub editions: Vec<Edition>,
    pub period: Period,
    pub as_of: NaiveDateTime,
    /// The last batch received that was known.
    pub known_at: i64,
    pub place: String,
    pub regime: String,
    /// Head and foot of the documents.
    pub settings: Settings,
    /// Hash of the last entry of the journal; whoever keeps it can tell later whether the journal was touched.
    pub journal_head: String,
    /// Faces that charts in the DOCX were drawn with: inputs like any other.
    pub fonts: Vec<Face>,
    /// Where it corrects another bulletin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restates: Option<Restates>,
}

/// Which bulletin is corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restates {
    /// 〔2026〕8号; empty where it was never issued.
    pub number: String,
    pub root: String,
}

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    #[serde(flatten)]
    pub about: About,
    pub files: Vec<FileSum>,
    pub root: String,
}

/// A frozen file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// From the folder, with `/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text of `SHA256SUMS`.
pub fn sums(files: &[FileSum]) -> String {
    files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect()
}

/// The hash over all files.
pub fn root(files: &[FileSum]) -> String {
    sha256(sums(files).as_bytes())
}

/// Every file below a folder but manifest, sums and what was added later; by path.
pub fn measured(folder: &Path) -> Result<Vec<FileSum>> {
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found)?;
    found
        .into_iter()
        .filter(|(path, _)| path != MANIFEST && path != SUMS && !path.starts_with(&format!("{ISSUED}/")))
        .map(|(path, file)| {
            let bytes = fs::read(&file).map_err(io(&file))?;
            Ok(FileSum { path, bytes: bytes.len() as u64, sha256: sha256(&bytes) })
        })
        .collect()
}

fn walk(folder: &Path, below: &str, found: &mut BTreeMap<String, PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = if below.is_empty() { name } else { format!("{below}/{name}") };
        if path.is_dir() {
            walk(&path, &name, found)?;
        } else {
            found.insert(name, path);
        }
    }
    Ok(())
}

/// Writes a file with the folders above it.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io(parent))?;
    }
    fs::write(&path, bytes).map_err(io(&path))
}

/// Writes JSON as people can read it.
pub fn put_json<T: Serialize>(folder: &Path, name: &str, value: &T) -> Result<()> {
    let unwritable = |e: serde_json::Error| FreezeError::Unreadable { path: folder.join(name), message: e.to_string() };
    let mut text = serde_json::to_string_pretty(value).map_err(unwritable)?;
    text.push('\n');
    put(folder, name, text.as_bytes())
}

/// Reads JSON of the folder.
pub fn json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T> {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).map_err(io(&path))?;
    serde_json::from_str(&text).map_err(|e| FreezeError::Unreadable { path, message: e.to_string() })
}

/// The manifest of a frozen folder.
pub fn manifest(folder: &Path) -> Result<Manifest> {
    if !folder.join(MANIFEST).is_file() {
        return Err(FreezeError::NoFolder(folder.to_owned()));
    }
    json(folder, MANIFEST)
}

/// Closes a folder: sums of everything in it, and the manifest.
pub fn seal(folder: &Path, about: &About) -> Result<Manifest> {
    put_json(folder, ABOUT, about)?;
    let files = measured(folder)?;
    put(folder, SUMS, sums(&files).as_bytes())?;
    let manifest = Manifest { about: about.clone(), root: root(&files), files };
    put_json(folder, MANIFEST, &manifest)?;
    Ok(manifest)
}
