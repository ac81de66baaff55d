//! Which pages there are, and how they reach each other over pages and periods.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tera::Context;

use super::book::Book;
use super::templates::Templates;
use super::{
    DashboardError, cases, complaints, gaps, levels, measure, method, overview, phone, quality, steward, stewards,
    subject, units, wall as walls,
};
use crate::measures::Brief;
use crate::report::{format, wall};

/// What every page says of itself and where it leads.
#[derive(Serialize)]
struct Shell {
    place: String,
    /// What the work is called, and every other word of the place.
    work: String,
    words: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    document: String,
    period: String,
    as_of: String,
    known_at: i64,
    /// Leads to the folder of the period, and to that of the site.
    up: String,
    root: String,
    nav: Vec<Link>,
    periods: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    label: String,
    href: String,
    current: bool,
}

const NAV: [(&str, &str); 9] = [
    ("总览", "index.html"),
    ("", "stewards.html"),
    ("单位", "units.html"),
    ("", "cases.html"),
    ("层级与分组", "levels.html"),
    ("覆盖与衔接", "gaps.html"),
    ("满意度与抽样", "phone.html"),
    ("数据质量", "quality.html"),
    ("方法", "method.html"),
];

type Put<'p> = dyn FnMut(&str, &str) -> Result<(), DashboardError> + 'p;

/// Pages that not every place has: wall charts where there are steps, complaints where the rules count them.
const WALL: (&str, &str) = ("挂图作战", "wall.html");
const COMPLAINTS: (&str, &str) = ("投诉", "complaints.html");

/// The main pages of a period.
fn nav(book: &Book) -> Vec<(&'static str, &'static str)> {
    let mut nav = NAV.to_vec();
    let mut insert = |page, before: &str| {
        let at = nav.iter().position(|(_, href)| *href == before).unwrap_or(nav.len());
        nav.insert(at, page);
    };
    if wall::any(book.brief) {
        insert(WALL, "gaps.html");
    }
    if book.brief.docket.is_some() {
        insert(COMPLAINTS, "quality.html");
    }
    nav
}

/// Whether a page belongs to the part of the site that `href` opens; pages of projects to the wall.
fn belongs(path: &str, href: &str) -> bool {
    let folder = if href == WALL.1 { "projects/".to_owned() } else { href.replace(".html", "/") };
    href == path || href != "index.html" && path.starts_with(&folder)
}

/// Renders every page of every period and hands it to `put` with its path.
pub fn render(briefs: &[Brief], templates: &Templates, put: &mut Put) -> Result<(), DashboardError> {
    let Some(newest) = briefs.last() else { return Err(DashboardError::NoPeriod) };
    let mut seen = BTreeSet::new();
    if let Some(twice) = briefs.iter().find(|b| !seen.insert(b.period)) {
        return Err(DashboardError::SamePeriod(twice.period));
    }
    let books: Vec<Book> = briefs.iter().map(Book::new).collect();
    let folders: Vec<String> = briefs
        .iter()
        .map(|b| if b.period == newest.period { String::new() } else { format!("{}/", b.period) })
        .collect();
    let pages: Vec<BTreeSet<String>> = books.iter().map(pages_of).collect();
    for (name, text) in templates.assets() {
        put(name, text)?;
    }
    for (i, book) in books.iter().enumerate() {
        let mut one = |path: &str, template: &str, view: &dyn Fn(&mut Context) -> Result<(), DashboardError>| {
            let up = "../".repeat(path.matches('/').count());
            let root = format!("{up}{}", if folders[i].is_empty() { "" } else { "../" });
            let periods = (0..books.len()).rev().map(|j| Link {
                label: books[j].brief.period.zh(),
                href: format!("{root}{}{}", folders[j], if pages[j].contains(path) { path } else { "index.html" }),
                current: i == j,
            });
            // Those who answer and what comes in are called as the place calls them.
            let nav = nav(book).into_iter().map(|(label, href)| Link {
                label: match href {
                    "stewards.html" => book.words().phrase("steward").into(),
                    "cases.html" => book.words().phrase("case").into(),
                    _ => label.into(),
                },
                href: format!("{up}{href}"),
                current: belongs(path, href),
            });
            let brief = book.brief;
            let shell = Shell {
                place: brief.place.place.clone(),
                work: book.words().phrase("work").to_owned(),
                words: book.words().all(),
                document: brief.place.document.clone(),
                period: brief.period.zh(),
                as_of: format::as_of(brief.as_of),
                known_at: brief.known_at,
                periods: periods.collect(),
                nav: nav.collect(),
                up,
                root,
            };
            let mut context = Context::new();
            context.insert("site", &shell);
            view(&mut context)?;
            put(&format!("{}{path}", folders[i]), &templates.page(template, &context)?)
        };
        one("index.html", "index.html", &|c| set(c, overview::view(book)))?;
        one("stewards.html", "stewards.html", &|c| set(c, Ok(stewards::view(book))))?;
        one("cases.html", "cases.html", &|c| set(c, cases::view(book)))?;
        one("levels.html", "levels.html", &|c| set(c, levels::view(book)))?;
        one("units.html", "units.html", &|c| set(c, Ok(units::list(book))))?;
        one("gaps.html", "gaps.html", &|c| set(c, gaps::view(book)))?;
        one("phone.html", "phone.html", &|c| set(c, Ok(phone::view(book))))?;
        one("quality.html", "quality.html", &|c| set(c, Ok(quality::view(book))))?;
        one("method.html", "method.html", &|c| set(c, Ok(method::view(book))))?;
        if let Some(docket) = &book.brief.docket {
            one(COMPLAINTS.1, "complaints.html", &|c| set(c, complaints::view(book, docket)))?;
        }
        let projects = wall::projects(book.brief);
        if !projects.is_empty() {
            one(WALL.1, "wall.html", &|c| set(c, walls::view(book)))?;
        }
        for project in &projects {
            let Some(page) = book.project_page(project.enterprise_id) else { continue };
            one(&page, "project.html", &|c| set(c, walls::project(book, project)))?;
        }
        for measure in &book.brief.measures {
            one(&book.measure_page(&measure.id), "measure.html", &|c| set(c, measure::view(book, measure)))?;
        }
        let rows = subject::by(book, |row| row.person_id.as_deref());
        for person in book.stewards() {
            let Some(page) = book.steward_page(&person.person_id) else { continue };
            one(&page, "steward.html", &|c| set(c, Ok(steward::view(book, person, &rows))))?;
        }
        let rows = subject::by(book, units::own);
        for unit in book.units() {
            let Some(page) = book.unit_page(unit) else { continue };
            one(&page, "unit.html", &|c| set(c, Ok(units::view(book, unit, &rows))))?;
        }
    }
    Ok(())
}

fn set<V: Serialize>(context: &mut Context, view: Result<V, DashboardError>) -> Result<(), DashboardError> {
    context.insert_value("page", tera::Value::try_from_serializable(&view?)?);
    Ok(())
}

fn pages_of(book: &Book) -> BTreeSet<String> {
    let fixed = nav(book).into_iter().map(|(_, href)| href.to_owned());
    let projects = wall::projects(book.brief);
    let projects = projects.iter().filter_map(|project| book.project_page(project.enterprise_id));
    let measures = book.brief.measures.iter().map(|m| book.measure_page(&m.id));
    let people = book.stewards().into_iter().filter_map(|p| book.steward_page(&p.person_id));
    let units = book.units().into_iter().filter_map(|unit| book.unit_page(unit));
    fixed.chain(measures).chain(people).chain(units).chain(projects).collect()
}
