//! Which files are meant by the paths that were given.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::IngestError;

/// A file to be read, or one that is passed over and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// The path as it is printed: as given, or below the folder as given.
    pub shown: String,
    /// It was found in a folder, not named itself.
    pub in_folder: bool,
    /// Not to be read, for this reason.
    pub passed_over: Option<&'static str>,
    /// It should have been readable: worth an exit status.
    pub trouble: bool,
}

impl Found {
    fn file(path: &Path, in_folder: bool) -> Found {
        let shown = path.to_string_lossy().into_owned();
        Found { path: path.to_path_buf(), shown, in_folder, passed_over: None, trouble: false }
    }

    fn passed_over(path: &Path, why: &'static str, trouble: bool) -> Found {
        Found { passed_over: Some(why), trouble, ..Found::file(path, true) }
    }
}

/// The files of the paths in their order; folders whole, in name order.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Found>, IngestError> {
    let mut found = Vec::new();
    let mut folders = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            walk(path, &mut folders, &mut found);
            if found.len() == before {
                found.push(Found::passed_over(path, "the folder is empty: put exports into it", true));
            }
        } else if path.exists() {
            found.push(Found::file(path, false));
        } else {
            return Err(IngestError::NoPath(path.clone()));
        }
    }
    Ok(found)
}

fn walk(folder: &Path, folders: &mut BTreeSet<PathBuf>, found: &mut Vec<Found>) {
    // Links may lead back up; no folder is read twice.
    if !fs::canonicalize(folder).is_ok_and(|real| folders.insert(real)) {
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else {
        found.push(Found::passed_over(folder, "the folder cannot be opened; check its permissions", true));
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("~$") {
            found.push(Found::passed_over(&path, "a lock file: the workbook is open in Excel", false));
        } else if name.starts_with('.') {
            found.push(Found::passed_over(&path, "hidden, so not read", false));
        } else if path.is_dir() {
            walk(&path, folders, found);
        } else {
            found.push(Found::file(&path, true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_whole_in_name_order() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("b")).unwrap();
        for name in ["c.csv", "a.csv", "b/x.csv", "~$a.xlsx", ".hidden"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let found = find(&[dir.path().to_path_buf(), dir.path().join("c.csv")]).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|f| (f.path.strip_prefix(dir.path()).unwrap().to_str().unwrap(), f.passed_over.is_some(), f.in_folder))
            .collect();
        let want = [
            (".hidden", true, true),
            ("a.csv", false, true),
            ("b/x.csv", false, true),
            ("c.csv", false, true),
            ("~$a.xlsx", true, true),
            ("c.csv", false, false),
        ];
        assert_eq!(names, want);
    }

    #[test]
    fn empty_folder_and_missing_path_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let found = find(&[dir.path().to_path_buf()]).unwrap();
        assert!(found[0].trouble && found[0].passed_over.unwrap().contains("the folder is empty"));
        assert!(matches!(find(&[dir.path().join("none")]), Err(IngestError::NoPath(_))));
    }
}
