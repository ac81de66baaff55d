//! Templates of the dashboard: pages with Tera, and the style and script that lie beside them.
use std::path::Path;

use tera::{Context, Tera};

use super::DashboardError;
use crate::report::files::Files;

/// Templates that are ready to use.
pub struct Templates {
    tera: Tera,
    files: Files,
}

impl Templates {
    /// The shipped files, those in `own`'s folder `dashboard` in place of theirs.
    pub fn load(own: Option<&Path>) -> Result<Templates, DashboardError> {
        let files = Files::load(own, "dashboard")?;
        let mut tera = Tera::default();
        let pages: Vec<_> = files.ending(".html", true).collect();
        tera.add_raw_templates(pages).map_err(|error| files.error("", &error))?;
        Ok(Templates { tera, files })
    }

    /// Style and script: name in the site, text.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.ending(".html", false)
    }

    /// The page of a template; `.html` names escape what they print.
    pub fn page(&self, name: &str, context: &Context) -> Result<String, DashboardError> {
        let page = self.tera.render(name, context).map_err(|error| self.files.error(name, &error))?;
        // Indentation and blank lines of the templates are worth a fifth of a page.
        let mut text = String::with_capacity(page.len());
        for line in page.lines().map(str::trim).filter(|line| !line.is_empty()) {
            text.push_str(line);
            text.push('\n');
        }
        Ok(text)
    }
}
