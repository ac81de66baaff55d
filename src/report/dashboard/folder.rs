//! The folder a dashboard is written to: what an earlier run left and this one does not write is removed.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::DashboardError;

/// Names every page that was written, so that the next run knows which are its own.
const PAGES: &str = "pages.txt";

pub struct Folder<'a> {
    root: &'a Path,
    before: BTreeSet<String>,
    written: BTreeSet<String>,
}

impl<'a> Folder<'a> {
    /// Opens or makes the folder.
    pub fn open(root: &'a Path) -> Result<Folder<'a>, DashboardError> {
        fs::create_dir_all(root).map_err(|source| failed(root, source))?;
        let list = root.join(PAGES);
        let before = match fs::read_to_string(&list) {
            Ok(text) => text.lines().filter(|line| inside(line)).map(str::to_owned).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeSet::new(),
            Err(source) => return Err(failed(&list, source)),
        };
        Ok(Folder { root, before, written: BTreeSet::new() })
    }

    /// Writes one file, `path` being relative with `/`.
    pub fn put(&mut self, path: &str, text: &str) -> Result<(), DashboardError> {
        let file = self.root.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(|source| failed(parent, source))?;
        }
        fs::write(&file, text).map_err(|source| failed(&file, source))?;
        self.written.insert(path.to_owned());
        Ok(())
    }

    /// Removes what is stale and notes what there is.
    pub fn close(self) -> Result<(), DashboardError> {
        for path in self.before.difference(&self.written) {
            let file = self.root.join(path);
            match fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(&file, error)),
                _ => {}
            }
            // An emptied folder goes too; one with somebody else's file stays.
            for parent in Path::new(path).ancestors().skip(1).filter(|p| !p.as_os_str().is_empty()) {
                if fs::remove_dir(self.root.join(parent)).is_err() {
                    break;
                }
            }
        }
        let list = self.root.join(PAGES);
        let text: String = self.written.iter().map(|path| format!("{path}\n")).collect();
        fs::write(&list, text).map_err(|source| failed(&list, source))
    }
}

/// The list may have been edited: only plain paths below the folder are ours.
fn inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

fn failed(path: &Path, source: std::io::Error) -> DashboardError {
    DashboardError::Write { path: PathBuf::from(path), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_its_own_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("site");
        let mut folder = Folder::open(&root).unwrap();
        folder.put("index.html", "1").unwrap();
        folder.put("stewards/P1.html", "1").unwrap();
        folder.put("2026-09/index.html", "1").unwrap();
        folder.close().unwrap();
        fs::write(root.join("notes.txt"), "mine").unwrap();
        fs::write(place.path().join("outside.txt"), "mine").unwrap();
        let list = root.join(PAGES);
        fs::write(&list, fs::read_to_string(&list).unwrap() + "../outside.txt\n").unwrap();

        let mut folder = Folder::open(&root).unwrap();
        folder.put("index.html", "2").unwrap();
        folder.close().unwrap();
        assert_eq!(fs::read_to_string(root.join("index.html")).unwrap(), "2");
        assert!(!root.join("stewards").exists() && !root.join("2026-09").exists());
        assert!(root.join("notes.txt").exists() && place.path().join("outside.txt").exists());
    }
}
