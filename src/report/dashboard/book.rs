//! A brief with its indices: who and what an id is, which rows stand behind what, which page tells of it.
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::words;
use crate::measures::Brief;
use crate::measures::brief::{Case, Cut, Enterprise, Evidence, Figure, Person};
use crate::period::Period;
use crate::report::format;
use crate::report::privacy::Shown;
use crate::report::ratings::Ratings;
use crate::tables::Wording;

/// Longest file name made from an id, without its mark.
const LONGEST: usize = 40;

pub struct Book<'a> {
    pub brief: &'a Brief,
    people: BTreeMap<&'a str, &'a Person>,
    enterprises: BTreeMap<&'a str, &'a Enterprise>,
    cases: BTreeMap<&'a str, &'a Case>,
    rows: BTreeMap<&'a str, Vec<&'a Evidence>>,
    cuts: BTreeMap<(&'a str, &'a str), &'a Cut>,
    /// File names of the stewards' pages, by person.
    steward_files: BTreeMap<&'a str, String>,
    measure_files: BTreeMap<&'a str, String>,
    /// Of the units' pages, by name.
    unit_files: BTreeMap<&'a str, String>,
    ratings: Ratings<'a>,
}

impl<'a> Book<'a> {
    pub fn new(brief: &'a Brief) -> Book<'a> {
        let mut rows: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
        for row in &brief.evidence {
            rows.entry(&row.measure).or_default().push(row);
        }
        let concerned: BTreeSet<&str> = brief.evidence.iter().filter_map(|r| r.person_id.as_deref()).collect();
        let stewards = brief.people.iter().filter(|p| !p.holds.is_empty() || concerned.contains(p.person_id.as_str()));
        let of_cuts = brief.cuts.iter().filter(|c| c.by == "unit").flat_map(|c| &c.now);
        let units = of_cuts.filter_map(|figure| figure.subject_id.as_deref());
        Book {
            brief,
            people: brief.people.iter().map(|p| (p.person_id.as_str(), p)).collect(),
            enterprises: brief.enterprises.iter().map(|e| (e.enterprise_id.as_str(), e)).collect(),
            cases: brief.cases.iter().map(|c| (c.case_id.as_str(), c)).collect(),
            cuts: brief.cuts.iter().map(|c| ((c.measure.as_str(), c.by.as_str()), c)).collect(),
            steward_files: file_names(stewards.map(|p| p.person_id.as_str())),
            unit_files: file_names(units),
            measure_files: file_names(brief.measures.iter().map(|m| m.id.as_str())),
            ratings: Ratings::of(brief),
            rows,
        }
    }

    /// People with a page: those who hold an enterprise or stand behind a row; by unit, then name.
    pub fn stewards(&self) -> Vec<&'a Person> {
        let mut people: Vec<&Person> =
            self.brief.people.iter().filter(|p| self.steward_files.contains_key(p.person_id.as_str())).collect();
        people.sort_by_key(|p| (p.unit.is_none(), &p.unit, &p.name, &p.person_id));
        people
    }

    /// How the place speaks.
    pub fn words(&self) -> &'a Wording {
        &self.brief.place.words
    }

    pub fn rows(&self, measure: &str) -> &[&'a Evidence] {
        self.rows.get(measure).map_or(&[], Vec::as_slice)
    }

    pub fn cut(&self, measure: &str, by: &str) -> Option<&'a Cut> {
        self.cuts.get(&(measure, by)).copied()
    }

    /// The figure of one subject; none where it has no row.
    pub fn figure_of(&self, measure: &str, by: &str, subject: Option<&str>) -> Option<&'a Figure> {
        self.cut(measure, by)?.now.iter().find(|f| f.subject_id.as_deref() == subject)
    }

    pub fn enterprise(&self, id: &str) -> Option<&'a Enterprise> {
        self.enterprises.get(id).copied()
    }

    pub fn person(&self, id: &str) -> Option<&'a Person> {
        self.people.get(id).copied()
    }

    /// Units and departments that any figure is of, by name.
    pub fn units(&self) -> Vec<&'a str> {
        self.unit_files.keys().copied().collect()
    }

    /// The page of a unit, where it has one.
    pub fn unit_page(&self, unit: &str) -> Option<String> {
        Some(format!("units/{}.html", self.unit_files.get(unit)?))
    }

    /// `stewards/P007.html`, where the person has a page.
    pub fn steward_page(&self, person: &str) -> Option<String> {
        Some(format!("stewards/{}.html", self.steward_files.get(person)?))
    }

    pub fn measure_page(&self, measure: &str) -> String {
        let name = self.measure_files.get(measure).map_or("", String::as_str);
        format!("measures/{name}.html")
    }

    /// The id of a measure as an anchor.
    pub fn anchor(&self, measure: &str) -> &str {
        self.measure_files.get(measure).map_or("", String::as_str)
    }

    /// The case that a row's record is of.
    pub fn case_of(&self, row: &Evidence) -> Option<&'a Case> {
        let (table, key) = row.record.split_once('/')?;
        if table != "cases" && table != "case_events" {
            return None;
        }
        let whole = self.cases.get(key);
        whole.or_else(|| self.cases.get(key.split('/').next().unwrap_or(key))).copied()
    }

    /// What enterprises said of people: never shown one by one.
    pub fn is_rating(&self, measure: &str) -> bool {
        self.ratings.is_rating(measure)
    }

    /// What of the ratings may be shown.
    pub fn ratings(&self) -> &Ratings<'a> {
        &self.ratings
    }

    /// Why a figure of a rating is not shown; none where it may be, and for all that are no ratings.
    pub fn hidden(&self, figure: &Figure) -> Option<&'static str> {
        self.ratings.hidden(figure).map(|why| if why == Shown::Withheld { words::WITHHELD } else { words::FEW })
    }

    /// The day that the figures are of.
    pub fn day(&self) -> chrono::NaiveDate {
        format::as_of_day(self.brief.as_of)
    }

    /// The period of a slot's record (`people/P007/2026-W41`).
    pub fn slot(row: &Evidence) -> Option<Period> {
        row.record.rsplit('/').next()?.parse().ok()
    }
}

/// File names that any system takes, one per id, the same in every period unless two ids differ in case only.
fn file_names<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let ids: BTreeSet<&str> = ids.collect();
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for id in ids {
        let mut name = file_name(id);
        if !taken.insert(name.to_lowercase()) {
            name = marked(&name, id);
            taken.insert(name.to_lowercase());
        }
        names.insert(id, name);
    }
    names
}

fn file_name(id: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let kept: String = id.chars().take(LONGEST).map(|c| if safe(c) { c } else { '-' }).collect();
    // Windows keeps some names for devices.
    let device = matches!(
        kept.to_lowercase().trim_end_matches(|c: char| c.is_ascii_digit()),
        "con" | "prn" | "aux" | "nul" | "com" | "lpt"
    );
    if kept == id && !device && !id.is_empty() { kept } else { marked(&kept, id) }
}

/// The name with a mark that tells its id from all others.
fn marked(name: &str, id: &str) -> String {
    let mark: String = Sha256::digest(id.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}-{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_and_differ() {
        let ids = ["P007", "p007", "../etc/passwd", "张三", "李四", "CON", "com1", "", "a b", "a/b", &"x".repeat(300)];
        let names = file_names(ids.into_iter());
        assert_eq!(names["P007"], "P007");
        let distinct: BTreeSet<String> = names.values().map(|n| n.to_lowercase()).collect();
        assert_eq!(distinct.len(), ids.len());
        for name in names.values() {
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{name}");
            assert!((1..=60).contains(&name.len()), "{name}");
        }
        assert_ne!(names["CON"], "CON");
    }
}
