//! Subjects by measures (`matrix_unit`, `matrix_area`, `matrix_person`): how each unit stands, in one look.
//!
//! The core measures and those with a standard, so many a table that it fits a page; what does not fit stands in
//! `matrix_unit_2` and so on. Subjects stand by name, never by a rate; the last line is the whole.
use std::collections::{BTreeMap, BTreeSet};

use crate::measures::Brief;
use crate::measures::brief::{Cut, Figure, Measure};
use crate::report::bulletin::view::{rate_title, subject};
use crate::report::document::{Cell, Column, Table, figures, words};
use crate::report::format;
use crate::report::ratings::{MINIMUM_ANSWERS, Ratings};

/// Measures beside each other on a portrait page.
const ACROSS: usize = 5;

/// Tables of one dimension: unit or area.
pub fn by(brief: &Brief, ratings: &Ratings<'_>, by: &str, header: &str) -> Vec<Table> {
    let columns = vec![words(header)];
    let mut subjects: BTreeSet<(bool, Option<&str>, Option<&str>)> = BTreeSet::new();
    let measures = told(brief, ratings, by);
    for (_, cut) in &measures {
        subjects.extend(cut.now.iter().filter(|f| has_rows(f)).map(|f| {
            let id = f.subject_id.as_deref();
            (id.is_none(), f.subject_name.as_deref().or(id), id)
        }));
    }
    if subjects.iter().all(|(vacuum, ..)| *vacuum) {
        return Vec::new();
    }
    let heads: Vec<(Vec<Cell>, Option<&str>)> = subjects
        .into_iter()
        .map(|(_, name, id)| (vec![Cell::text(subject(&brief.place.words, by, id, name))], id))
        .collect();
    matrices(brief, ratings, by, &format!("各{header}主要指标"), (columns, heads), &measures)
}

/// Those who answer, by unit and name: names, so in the internal edition only.
pub fn people(brief: &Brief, ratings: &Ratings<'_>) -> Vec<Table> {
    let measures = told(brief, ratings, "person");
    let concerned: BTreeSet<&str> = measures
        .iter()
        .flat_map(|(_, cut)| cut.now.iter().filter(|f| has_rows(f)).filter_map(|f| f.subject_id.as_deref()))
        .collect();
    let mut people: Vec<_> = brief.people.iter().filter(|p| concerned.contains(p.person_id.as_str())).collect();
    people.sort_by_key(|p| (p.unit.is_none(), &p.unit, &p.name, &p.person_id));
    if people.is_empty() {
        return Vec::new();
    }
    let known: BTreeSet<&str> = people.iter().map(|p| p.person_id.as_str()).collect();
    let mut heads: Vec<(Vec<Cell>, Option<&str>)> = people
        .into_iter()
        .map(|p| (vec![Cell::text(p.unit.clone().unwrap_or_default()), Cell::text(&p.name)], Some(&*p.person_id)))
        .collect();
    // Whom the register of people does not know stands by his id.
    heads.extend(
        concerned
            .into_iter()
            .filter(|id| !known.contains(id))
            .map(|id| (vec![Cell::text(""), Cell::text(id)], Some(id))),
    );
    if measures.iter().any(|(_, cut)| cut.now.iter().any(|f| f.subject_id.is_none() && has_rows(f))) {
        heads.push((vec![Cell::text(brief.place.words.phrase("vacuum")), Cell::text("")], None));
    }
    let caption = format!("各{}主要指标", brief.place.main_role);
    matrices(
        brief,
        ratings,
        "person",
        &caption,
        (vec![words(brief.place.words.dimension("unit")), words("姓名")], heads),
        &measures,
    )
}

fn has_rows(figure: &Figure) -> bool {
    figure.n > 0 || figure.pending.is_some_and(|n| n > 0)
}

/// The measures of a matrix, each with its roll-up: core ones first.
fn told<'a>(brief: &'a Brief, ratings: &Ratings<'_>, by: &str) -> Vec<(&'a Measure, &'a Cut)> {
    let asked = |m: &&Measure| m.core || m.standard.is_some();
    let mut measures: Vec<(&Measure, &Cut)> = Vec::new();
    for measure in brief.measures.iter().filter(asked).filter(|m| ratings.has_cut(&m.id, by)) {
        let Some(cut) = brief.cuts.iter().find(|cut| cut.measure == measure.id && cut.by == by) else { continue };
        // Who alone always answers is compared with nobody; nor is what has no rate.
        let alone = by == "unit" && cut.now.len() < 2;
        let rated = cut.now.iter().any(|f| f.share().is_some() || f.met.is_some());
        // A column of nothing but what is held back tells nothing.
        let told = |f: &Figure| has_rows(f) && ratings.hidden(f).is_none();
        if !alone && rated && cut.now.iter().any(told) {
            measures.push((measure, cut));
        }
    }
    measures.sort_by_key(|(measure, _)| !measure.core);
    measures
}

type Heads<'a> = (Vec<Column>, Vec<(Vec<Cell>, Option<&'a str>)>);

fn matrices(
    brief: &Brief,
    ratings: &Ratings<'_>,
    by: &str,
    caption: &str,
    (head, subjects): Heads<'_>,
    measures: &[(&Measure, &Cut)],
) -> Vec<Table> {
    let across = ACROSS + 1 - head.len();
    // Shared out evenly: seven measures are four and three, not six and one.
    let tables = measures.len().div_ceil(across).max(1);
    let each = measures.len().div_ceil(tables).max(1);
    let several = measures.len() > across;
    let made = measures.chunks(each).enumerate().map(|(i, measures)| {
        let mut columns = head.clone();
        columns.extend(measures.iter().map(|(measure, _)| figures(rate_title(measure))));
        let index = |cut: &'_ Cut| -> BTreeMap<Option<String>, Figure> {
            cut.now.iter().map(|f| (f.subject_id.clone(), f.clone())).collect()
        };
        let found: Vec<_> = measures.iter().map(|(_, cut)| index(cut)).collect();
        let row = |(cells, id): &(Vec<Cell>, Option<&str>)| {
            let key = id.map(str::to_owned);
            let mut row = cells.clone();
            row.extend(found.iter().map(|figures| figures.get(&key).map_or(Cell::Absent, |f| rated(ratings, f))));
            row
        };
        let mut rows: Vec<Vec<Cell>> = subjects
            .iter()
            .filter(|(_, id)| found.iter().any(|figures| figures.get(&id.map(str::to_owned)).is_some_and(has_rows)))
            .map(row)
            .collect();
        let mut total = vec![Cell::text("合计")];
        total.resize(head.len(), Cell::text(""));
        total.extend(measures.iter().map(|(measure, _)| whole(brief, ratings, measure)));
        rows.push(total);
        let hidden = measures.iter().any(|(_, cut)| cut.now.iter().any(|f| ratings.hidden(f).is_some()));
        Table {
            name: if i == 0 { format!("matrix_{by}") } else { format!("matrix_{by}_{}", i + 1) },
            caption: if several { format!("{caption}（{}）", i + 1) } else { caption.to_owned() },
            columns,
            rows,
            note: Some(note(hidden)),
        }
    });
    made.collect()
}

fn note(hidden: bool) -> String {
    let mut note = "比率后为达到数/分母；分母小的，比率受偶然因素影响大。按名称排列，不作排名。".to_owned();
    if hidden {
        note += &format!("“＊”：评价不足{MINIMUM_ANSWERS}条，或可由合计推算，不列出。");
    }
    note
}

fn whole(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure) -> Cell {
    let change = brief.district.iter().find(|change| change.now.measure == measure.id);
    change.map_or(Cell::Absent, |change| rated(ratings, &change.now))
}

/// 91.7% 11/12; where none is decided yet, a dash.
fn rated(ratings: &Ratings<'_>, figure: &Figure) -> Cell {
    if ratings.hidden(figure).is_some() {
        return Cell::Suppressed;
    }
    let figure = ratings.shown(figure);
    match (figure.share(), figure.met) {
        (Some(rate), Some(met)) => Cell::text(format!("{} {met}/{}", format::rate(Some(rate)), figure.n)),
        (Some(rate), None) => Cell::text(format!("{} n={}", format::rate(Some(rate)), figure.n)),
        _ => Cell::Absent,
    }
}
