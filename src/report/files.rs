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
    /// Where the ones come from that are not shipped.
    own: BTreeMap<String, PathBuf>,
}

impl Files {
    /// The shipped files of `folder` (empty: those in `reports/` itself), and those of the same folder in `own`, a
    /// workspace's `reports`, in place of theirs or beside them. Byte-order marks go, line ends become LF.
    pub fn load(own: Option<&Path>, folder: &'static str) -> Result<Files, ReportError> {
        let mut files = Files { folder, ..Files::default() };
        let shipped = if folder.is_empty() { Some(&REPORTS) } else { REPORTS.get_dir(folder) };
        for file in shipped.into_iter().flat_map(|dir| dir.files()) {
            let name = file.path().file_name().and_then(|name| name.to_str());
            if let (Some(name), Some(text)) = (name, file.contents_utf8()) {
                files.texts.insert(name.to_owned(), text.to_owned());
            }
        }
        let Some(dir) = own.map(|own| own.join(folder)).filter(|dir| dir.is_dir()) else { return Ok(files) };
        let unreadable = |path: &Path, source| ReportError::Io { path: path.to_owned(), source };
        for entry in std::fs::read_dir(&dir).map_err(|source| unreadable(&dir, source))? {
            let path = entry.map_err(|source| unreadable(&dir, source))?.path();
            let wanted = path.extension().is_some_and(|ext| ["md", "css", "html", "js"].iter().any(|e| ext == *e));
            let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| wanted) else { continue };
            let text = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
            files.texts.insert(name.to_owned(), text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
            files.own.insert(name.to_owned(), path);
        }
        Ok(files)
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
        let shipped = || Path::new("reports").join(self.folder).join(name).display().to_string() + " (shipped)";
        self.own.get(name).map_or_else(shipped, |path| path.display().to_string())
    }
}
