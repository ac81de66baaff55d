//! The shipped templates, and a workspace's own in their place.
use std::path::PathBuf;

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
}

impl Templates {
    /// The shipped files, each replaced by the workspace's own where `own` finds one.
    pub fn load(own: &dyn Fn(&str) -> Option<PathBuf>) -> Result<Templates, DashboardError> {
        let (mut pages, mut assets) = (Vec::new(), Vec::new());
        for (path, text) in shipped() {
            let text = match own(&path) {
                None => text.to_owned(),
                Some(path) => {
                    std::fs::read_to_string(&path).map_err(|source| DashboardError::Template { path, source })?
                }
            };
            let name = path[FOLDER.len() + 1..].to_owned();
            if name.ends_with(".html") { pages.push((name, text)) } else { assets.push((name, text)) }
        }
        let mut tera = Tera::default();
        tera.add_raw_templates(pages)?;
        Ok(Templates { tera, assets })
    }

    /// The page of a template; `.html` names escape what they print.
    pub fn page(&self, name: &str, context: &Context) -> Result<String, DashboardError> {
        let page = self.tera.render(name, context)?;
        // Indentation and blank lines of the templates are worth a fifth of a page.
        let mut text = String::with_capacity(page.len());
        for line in page.lines().map(str::trim).filter(|line| !line.is_empty()) {
            text.push_str(line);
            text.push('\n');
        }
        Ok(text)
    }
}
