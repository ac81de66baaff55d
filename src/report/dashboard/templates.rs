//! The shipped templates, and a workspace's own in their place.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use tera::{Context, Tera};

use super::DashboardError;

static SHIPPED: Dir = include_dir!("$CARGO_MANIFEST_DIR/reports/dashboard");
/// Where the files stand below the workspace.
const FOLDER: &str = "reports/dashboard";

/// Every shipped file of the dashboard: its name below the workspace, and its text.
pub fn shipped() -> impl Iterator<Item = (String, &'static str)> {
    let mut files: Vec<_> = SHIPPED
        .files()
        .filter_map(|file| Some((format!("{FOLDER}/{}", file.path().to_str()?), file.contents_utf8()?)))
        .collect();
    files.sort();
    files.into_iter()
}

/// Templates that are ready to use, with the style and the script.
pub struct Templates {
    tera: Tera,
    /// Name in the site, text.
    pub assets: Vec<(String, String)>,
    /// Where the ones come from that are not shipped.
    own: BTreeMap<String, PathBuf>,
}

impl Templates {
    /// The shipped files, those in `own`'s folder `dashboard` in place of theirs.
    pub fn load(own: Option<&Path>) -> Result<Templates, DashboardError> {
        let mut templates = Templates { tera: Tera::default(), assets: vec![], own: BTreeMap::new() };
        let mut pages = Vec::new();
        for (path, shipped) in shipped() {
            let name = path[FOLDER.len() + 1..].to_owned();
            let mine = own.map(|dir| dir.join("dashboard").join(&name)).filter(|path| path.is_file());
            let text = match mine {
                None => shipped.to_owned(),
                Some(path) => {
                    let text = std::fs::read_to_string(&path)
                        .map_err(|source| DashboardError::Unreadable { path: path.clone(), source })?;
                    templates.own.insert(name.clone(), path);
                    text.trim_start_matches('\u{feff}').to_owned()
                }
            };
            if name.ends_with(".html") { pages.push((name, text)) } else { templates.assets.push((name, text)) }
        }
        let added = templates.tera.add_raw_templates(pages);
        added.map_err(|error| templates.error("", &error))?;
        Ok(templates)
    }

    /// The page of a template; `.html` names escape what they print.
    pub fn page(&self, name: &str, context: &Context) -> Result<String, DashboardError> {
        let page = self.tera.render(name, context).map_err(|error| self.error(name, &error))?;
        // Indentation and blank lines of the templates are worth a fifth of a page.
        let mut text = String::with_capacity(page.len());
        for line in page.lines().map(str::trim).filter(|line| !line.is_empty()) {
            text.push_str(line);
            text.push('\n');
        }
        Ok(text)
    }

    /// The template and line that an error is about.
    fn error(&self, name: &str, error: &tera::Error) -> DashboardError {
        use tera::ErrorKind::{RenderingError, SyntaxError};
        let place = |name: &str| {
            self.own.get(name).map_or_else(|| format!("{FOLDER}/{name} (shipped)"), |path| path.display().to_string())
        };
        match &error.kind() {
            SyntaxError(report) | RenderingError(report) => DashboardError::Template {
                place: format!("{}:{}", place(report.filename()), report.span().start_line),
                message: report.message().to_owned(),
            },
            _ => DashboardError::Template { place: place(name), message: error.to_string() },
        }
    }
}
