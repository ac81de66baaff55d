//! Templates: shipped inside the program, overridden file by file by a workspace's `reports/`.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use tera::{Context, Kwargs, State, Tera, Value};

use super::{Parts, ReportError, markdown};

static SHIPPED: Dir = include_dir!("$CARGO_MANIFEST_DIR/reports");

/// The templates of one workspace, parsed.
#[derive(Clone)]
pub struct Templates {
    tera: Tera,
    /// Everything in `reports/` that is text: templates and style sheets, by name.
    texts: BTreeMap<String, String>,
    /// Where the ones come from that are not shipped.
    own: BTreeMap<String, PathBuf>,
}

impl Templates {
    /// The shipped templates; those that lie in `own` (a workspace's `reports` folder) in place of theirs.
    pub fn load(own: Option<&Path>) -> Result<Templates, ReportError> {
        let mut texts: BTreeMap<String, String> = shipped().map(|(n, t)| (n.to_owned(), t.to_owned())).collect();
        let mut paths = BTreeMap::new();
        if let Some(dir) = own.filter(|dir| dir.is_dir()) {
            let unreadable = |path: &Path, source| ReportError::Io { path: path.to_owned(), source };
            for entry in std::fs::read_dir(dir).map_err(|source| unreadable(dir, source))? {
                let path = entry.map_err(|source| unreadable(dir, source))?.path();
                let wanted = path.extension().is_some_and(|ext| ext == "md" || ext == "css");
                let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| wanted) else { continue };
                let text = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
                texts.insert(name.to_owned(), text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
                paths.insert(name.to_owned(), path);
            }
        }
        let mut templates = Templates { tera: Tera::default(), texts, own: paths };
        templates.tera.autoescape_on(vec![".md"]);
        templates.tera.set_escape_fn(markdown::escape);
        // Known when parsing; the ones that know their document replace them when rendering.
        templates.mark_functions(None);
        let sources: Vec<(String, String)> = templates
            .texts
            .iter()
            .filter(|(name, _)| name.ends_with(".md"))
            .map(|(n, t)| (n.clone(), t.clone()))
            .collect();
        let added = templates.tera.add_raw_templates(sources);
        added.map_err(|error| templates.error("", &error))?;
        Ok(templates)
    }

    /// A file of `reports/` as it stands, such as a style sheet.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The Markdown of a template with these values.
    pub fn render(&self, name: &str, context: &Context, parts: &Parts) -> Result<String, ReportError> {
        let mut this = self.clone();
        this.mark_functions(Some(parts));
        this.tera.render(name, context).map_err(|error| self.error(name, &error))
    }

    /// An error about this template as a whole.
    pub fn wrong(&self, name: &str, message: String) -> ReportError {
        ReportError::Template { place: self.place(name), message }
    }

    fn mark_functions(&mut self, parts: Option<&Parts>) {
        let tables = parts.map(|parts| parts.tables.keys().cloned().collect::<Vec<_>>());
        let figures = parts.map(|parts| parts.figures.keys().cloned().collect::<Vec<_>>());
        self.tera.register_function("table", named("table", tables));
        self.tera.register_function("figure", named("figure", figures));
        self.tera.register_function("annexes", |_: Kwargs, _: &State| mark("annexes"));
        self.tera.register_function("signature", |_: Kwargs, _: &State| mark("signature"));
    }

    /// Which file: the workspace's own, or the shipped one.
    fn place(&self, name: &str) -> String {
        self.own.get(name).map_or_else(|| format!("reports/{name} (shipped)"), |path| path.display().to_string())
    }

    fn error(&self, name: &str, error: &tera::Error) -> ReportError {
        use tera::ErrorKind::{RenderingError, SyntaxError};
        match &error.kind() {
            SyntaxError(report) | RenderingError(report) => {
                let place = format!("{}:{}", self.place(report.filename()), report.span().start_line);
                ReportError::Template { place, message: report.message().to_owned() }
            }
            _ => ReportError::Template { place: self.place(name), message: error.to_string() },
        }
    }
}

/// Name and text of every shipped file, for `init --templates`.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

fn mark(what: &str) -> Value {
    Value::safe_string(&format!("{}{what}{}", markdown::OPEN, markdown::CLOSE))
}

/// `table(name="…")`: a mark, or an error that lists the names there are.
fn named(
    kind: &'static str,
    names: Option<Vec<String>>,
) -> impl Fn(Kwargs, &State) -> tera::TeraResult<Value> + Send + Sync + 'static {
    move |kwargs: Kwargs, _: &State| {
        let name = kwargs.must_get::<String>("name")?;
        let names = names.as_deref().unwrap_or_default();
        if !names.contains(&name) {
            let known = names.join(", ");
            return Err(tera::Error::message(format!("no {kind} is named “{name}”; there are: {known}")));
        }
        Ok(mark(&format!("{kind} {name}")))
    }
}
