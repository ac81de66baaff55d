//! Every measure's rule in words, its provision, and how its rows are asked for.
use serde::Serialize;

use super::book::Book;
use crate::measures::brief::Measure;
use crate::report::format;

#[derive(Serialize)]
pub struct Method {
    rules: Vec<Rule>,
    place: String,
    document: String,
    document_date: Option<String>,
    in_force_from: String,
    regime: String,
    main_role: String,
    minimum_n: u32,
}

/// One measure, as the method page and the head of its own page say it.
#[derive(Serialize)]
pub struct Rule {
    pub anchor: String,
    pub id: String,
    pub name: String,
    pub core: bool,
    pub rule: String,
    pub answers: String,
    pub document: String,
    pub provision: String,
    pub standard: Option<String>,
    pub standard_local: bool,
    pub local: Vec<String>,
    pub rating: bool,
    pub href: String,
    pub explain: String,
}

pub fn view(book: &Book) -> Method {
    let place = &book.brief.place;
    Method {
        rules: book.brief.measures.iter().map(|m| rule(book, m)).collect(),
        place: place.place.clone(),
        document: place.document.clone(),
        document_date: place.document_date.clone(),
        in_force_from: format::date(place.in_force_from),
        regime: place.regime.clone(),
        main_role: place.main_role.clone(),
        minimum_n: place.minimum_n,
    }
}

pub fn rule(book: &Book, measure: &Measure) -> Rule {
    let standard = measure.standard.map(|s| format!("{}，优秀{}", format::standard(s.p0), format::standard(s.p_good)));
    Rule {
        anchor: book.anchor(&measure.id).to_owned(),
        id: measure.id.clone(),
        name: measure.name.clone(),
        core: measure.core,
        rule: measure.rule.clone(),
        answers: measure.answers.clone(),
        document: book.brief.place.document.clone(),
        provision: measure.provision.clone(),
        standard,
        standard_local: measure.standard.is_some_and(|s| s.local),
        local: measure.local.clone(),
        rating: book.is_rating(&measure.id),
        href: book.measure_page(&measure.id),
        explain: format!("guanjia explain --measure {} --period {}", argument(&measure.id), book.brief.period),
    }
}

/// A word as a shell takes it.
pub fn argument(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !text.is_empty() && text.chars().all(plain) { text.into() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
