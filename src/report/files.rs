//! What lies in `reports/`: shipped inside the program, overridden file by file by a workspace's own.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ReportError;
use crate::shipped::REPORTS;

/// Templates, styles and scripts as text, by their name below one folder of `reports/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    folder: &'static str,
    texts: BTreeMap<String, String>,
    /// Where the shipped ones lie in `reports/`.
    shipped: BTreeMap<String, PathBuf>,
    /// Where the ones come from that are not shipped.
    own: BTreeMap<String, PathBuf>,
}

impl Files {
    /// The shipped files of `folder` (empty: those in `reports/` itself), and those of the same folder in `own`, a
    /// workspace's `reports`, in place of theirs or beside them. Byte-order marks go, line ends become LF.
    pub fn load(own: Option<&Path>, folder: &'static str) -> Result<Files, ReportError> {
        let mut files = Files { folder, ..Files::default() };
        files.lay_shipped(folder, "");
        if let Some(own) = own {
            files.lay_own(&own.join(folder), "")?;
        }
        Ok(files)
    }

    /// What lies in `reports/` itself and in its folder of parts; over it what lies in the folder of this place, then the
    /// same two of a workspace's `reports`.
    pub fn of_place(own: Option<&Path>, place: Option<&str>) -> Result<Files, ReportError> {
        let mut files = Files::default();
        let folders: Vec<&str> = [""].into_iter().chain(place).collect();
        for folder in &folders {
            files.lay_shipped(folder, "");
            files.lay_shipped(&below(folder, PARTS), PARTS);
        }
        for folder in folders.iter().filter(|_| own.is_some()) {
            let dir = own.unwrap_or(Path::new("")).join(folder);
            files.lay_own(&dir, "")?;
            files.lay_own(&dir.join(PARTS), PARTS)?;
        }
        Ok(files)
    }

    /// Takes the shipped files of a folder in under `prefix`.
    fn lay_shipped(&mut self, folder: &str, prefix: &str) {
        let found = if folder.is_empty() { Some(&REPORTS) } else { REPORTS.get_dir(folder) };
        for file in found.into_iter().flat_map(|dir| dir.files()) {
            let name = file.path().file_name().and_then(|name| name.to_str());
            if let (Some(name), Some(text)) = (name, file.contents_utf8()) {
                let name = below(prefix, name);
                self.shipped.insert(name.clone(), file.path().to_owned());
                self.texts.insert(name, text.to_owned());
            }
        }
    }

    /// Takes the files of a folder of a workspace in under `prefix`; there may be none.
    fn lay_own(&mut self, dir: &Path, prefix: &str) -> Result<(), ReportError> {
        let unreadable = |path: &Path, source| ReportError::Io { path: path.to_owned(), source };
        if !dir.is_dir() {
            return Ok(());
        }
        for entry in std::fs::read_dir(dir).map_err(|source| unreadable(dir, source))? {
            let path = entry.map_err(|source| unreadable(dir, source))?.path();
            let wanted = path.extension().is_some_and(|ext| ["md", "css", "html", "js"].iter().any(|e| ext == *e));
            let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| wanted) else { continue };
            let text = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
            let name = below(prefix, name);
            self.texts.insert(name.clone(), text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
            self.own.insert(name, path);
        }
        Ok(())
    }

    /// A file as it stands; empty when there is none of this name.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Name and text of the files with this ending, or of all others.
    pub fn ending(&self, end: &str, with: bool) -> impl Iterator<Item = (&str, &str)> {
        let found = self.texts.iter().filter(move |(name, _)| name.ends_with(end) == with);
        found.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// An error about a template as a whole.
    pub fn wrong(&self, name: &str, message: String) -> ReportError {
        ReportError::Template { place: self.place(name), message }
    }

    /// An error of Tera, with the file and line that it is about.
    pub fn error(&self, name: &str, error: &tera::Error) -> ReportError {
        use tera::ErrorKind::{RenderingError, SyntaxError};
        match &error.kind() {
            SyntaxError(report) | RenderingError(report) => {
                let place = format!("{}:{}", self.place(report.filename()), report.span().start_line);
                ReportError::Template { place, message: report.message().to_owned() }
            }
            _ => self.wrong(name, error.to_string()),
        }
    }

    /// Which file: the workspace's own, or the shipped one.
    fn place(&self, name: &str) -> String {
        let path = self.shipped.get(name).cloned().unwrap_or_else(|| Path::new(self.folder).join(name));
        let shipped = || Path::new("reports").join(path).display().to_string() + " (shipped)";
        self.own.get(name).map_or_else(shipped, |path| path.display().to_string())
    }
}

/// Folder of what several templates are made of.
const PARTS: &str = "parts";

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
