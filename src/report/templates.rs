//! Templates of bulletins: Markdown with Tera, whose marks name the tables and figures of a document.
use std::path::Path;

use tera::{Context, Kwargs, State, Tera, Value};

use super::files::Files;
use super::{Parts, ReportError, markdown};

/// The templates of one workspace, parsed.
#[derive(Clone)]
pub struct Templates {
    tera: Tera,
    files: Files,
}

impl Templates {
    /// The general templates; those that lie in `own` (a workspace's `reports` folder) in place of theirs.
    pub fn load(own: Option<&Path>) -> Result<Templates, ReportError> {
        Templates::made(Files::of_place(own, None)?)
    }

    /// The templates of a place: what lies in a folder of the id of its rules stands in place of the general ones, and
    /// what a workspace has of its own in place of the shipped ones, file by file.
    pub fn of(own: Option<&Path>, regime: &str) -> Result<Templates, ReportError> {
        Templates::made(Files::of_place(own, Some(regime))?)
    }

    fn made(files: Files) -> Result<Templates, ReportError> {
        let mut templates = Templates { tera: Tera::default(), files };
        templates.tera.autoescape_on(vec![".md"]);
        templates.tera.set_escape_fn(markdown::escape);
        // Known when parsing; the ones that know their document replace them when rendering.
        templates.mark_functions(None);
        let sources: Vec<_> = templates.files.ending(".md", true).collect();
        let added = templates.tera.add_raw_templates(sources);
        added.map_err(|error| templates.files.error("", &error))?;
        Ok(templates)
    }

    /// A file of `reports/` as it stands, such as a style sheet.
    pub fn text(&self, name: &str) -> &str {
        self.files.text(name)
    }

    /// Every file as it stands, by name.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.ending("", true)
    }

    /// The Markdown of a template with these values.
    pub fn render(&self, name: &str, context: &Context, parts: &Parts) -> Result<String, ReportError> {
        let mut this = self.clone();
        this.mark_functions(Some(parts));
        this.tera.render(name, context).map_err(|error| self.files.error(name, &error))
    }

    /// An error about this template as a whole.
    pub fn wrong(&self, name: &str, message: String) -> ReportError {
        self.files.wrong(name, message)
    }

    fn mark_functions(&mut self, parts: Option<&Parts>) {
        let tables = parts.map(|parts| parts.tables.keys().cloned().collect::<Vec<_>>());
        let figures = parts.map(|parts| parts.figures.keys().cloned().collect::<Vec<_>>());
        self.tera.register_function("table", named("table", tables));
        self.tera.register_function("figure", named("figure", figures));
        self.tera.register_function("annexes", |_: Kwargs, _: &State| mark("annexes"));
        self.tera.register_function("signature", |_: Kwargs, _: &State| mark("signature"));
    }
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
