//! A brief as it may leave the bureau's machine: all that documents print, and nothing of what they may not.
//!
//! Answers of enterprises are gone but for what may be shown of them: the decision on every cell, the counts of the whole,
//! the sums of the parts shown. Names of enterprises and titles of cases that no table lists, rows of checks, the docket
//! of complaints and today's list were never printed and are left out too. The evidence goes into files of its own.
use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::figures::Listed;
use super::{Result, folder};
use crate::measures::Brief;
use crate::measures::brief::{Decided, Evidence, Figure, Shown};
use crate::measures::kept::{Answers, Aside, Portion};
use crate::report::bulletin::Kind;
use crate::report::bulletin::tables::listed;
use crate::report::ratings::{MINIMUM_ANSWERS, Ratings, Sums};

/// `evidence/ratings.json`: what figures of ratings are checked by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RatingEvidence {
    /// Equal answers of every whole that is shown, counted.
    pub answers: Vec<Answers>,
    /// What every shown part sums.
    pub parts: Vec<Sums>,
}

/// Takes out what may not be in a frozen folder; gives what is left of the answers.
///
/// `placed`: the tables that its documents have. `published`: figures that went out before. A rating that has changed since by fewer than ten answers is not stated
/// again, since the two statements together would tell what these few said.
pub fn printable(
    mut brief: Brief,
    kind: Kind,
    placed: &BTreeSet<String>,
    mut answers: Vec<Answers>,
    published: &[Listed],
) -> (Brief, RatingEvidence) {
    let mut decided = Ratings::of(&brief).to_decided();
    hold_back(&mut decided, &brief, published);
    brief.ratings = Some(decided.clone());
    let ratings = Ratings::of(&brief);
    let parts = ratings.sums(&brief);
    let shown = |figure: &Figure| ratings.shown(figure);
    let district: Vec<_> = brief
        .district
        .iter()
        .map(|change| crate::measures::brief::Change {
            now: shown(&change.now),
            previous: change.previous.as_ref().map(shown),
            year_before: change.year_before.as_ref().map(shown),
        })
        .collect();
    let series = brief.series.iter().map(|(id, figures)| (id.clone(), figures.iter().map(shown).collect())).collect();
    let mut cuts: Vec<_> = brief.cuts.iter().filter(|cut| cut.by != "enterprise").cloned().collect();
    cuts.retain(|cut| ratings.has_cut(&cut.measure, &cut.by));
    for cut in &mut cuts {
        cut.now = cut.now.iter().map(shown).collect();
        cut.previous = cut.previous.iter().map(shown).collect();
    }
    // Counts of a whole that is not shown would say what it says.
    let told = |counted: &Answers| {
        let of = |figure: &Figure| ratings.hidden(figure).is_none();
        let change = brief.district.iter().find(|change| change.now.measure == counted.measure);
        change.is_some_and(|change| match counted.of {
            Portion::Period => of(&change.now),
            Portion::Previous => change.previous.as_ref().is_some_and(of),
            Portion::YearBefore => change.year_before.as_ref().is_some_and(of),
            Portion::Months | Portion::States => {
                let months = brief.series.get(&counted.measure).into_iter().flatten();
                let mut mine = months.filter(|figure| counted.month.as_ref() == Some(&figure.period.to_string()));
                mine.any(of)
            }
        })
    };
    answers.retain(told);
    let is_rating: BTreeSet<String> = decided.measures.iter().cloned().collect();
    drop(ratings);
    brief.evidence.retain(|row| !is_rating.contains(&row.measure));
    brief.ratings_before.clear();
    (brief.district, brief.series, brief.cuts, brief.ratings) = (district, series, cuts, Some(decided));
    only_listed(&mut brief, kind, placed);
    brief.checks.iter_mut().for_each(|check| check.rows.clear());
    brief.merged.iter_mut().for_each(|merged| merged.reason = None);
    brief.received.dismissed.iter_mut().for_each(|row| (row.by, row.reason) = Default::default());
    (brief.due, brief.docket) = (None, None);
    (brief, RatingEvidence { answers, parts })
}

/// Takes out names of enterprises and titles of cases that no table or chart of the internal edition has.
fn only_listed(brief: &mut Brief, kind: Kind, placed: &BTreeSet<String>) {
    let mut records: BTreeSet<String> = BTreeSet::new();
    let mut enterprises: BTreeSet<String> = BTreeSet::new();
    match kind {
        Kind::Situation => {
            let supervised = brief.evidence.iter().filter(|row| Some(&row.measure) == brief.chain.supervised.as_ref());
            records.extend(brief.chain.standing.iter().chain(supervised).map(|row| row.record.clone()));
        }
        _ => {
            // A complainant is in no list.
            let said = |row: &Evidence| placed.contains(&listed::name(&row.measure));
            let rows = || listed::rows(brief).filter(|row| said(row) && !row.record.starts_with("complaints/"));
            records.extend(rows().map(|row| row.record.clone()));
            enterprises.extend(rows().filter_map(|row| row.enterprise_id.clone()));
            // The workbook has every step of every project.
            enterprises.extend(brief.milestones.iter().filter(|m| m.is_step()).map(|m| m.enterprise_id.clone()));
        }
    }
    for enterprise in &mut brief.enterprises {
        if !enterprises.contains(&enterprise.enterprise_id) {
            enterprise.name.clear();
        }
        enterprise.holders.clear();
    }
    let cases: BTreeSet<&str> =
        records.iter().filter_map(|record| record.strip_prefix("cases/")?.split('/').next()).collect();
    for case in &mut brief.cases {
        if !cases.contains(case.case_id.as_str()) {
            case.title = None;
        }
    }
}

/// Withholds ratings that would give away, beside what was published of them, what few answered. Of a part that has
/// changed nothing is stated again; of the whole, where ten or more answers came or went.
fn hold_back(decided: &mut Decided, brief: &Brief, published: &[Listed]) {
    let is_rating = |figure: &Figure| decided.measures.contains(&figure.measure);
    let stated = published.iter().filter(|listed| listed.hidden.is_none() && is_rating(&listed.figure));
    let stated: Vec<&Figure> = stated.map(|listed| &listed.figure).filter(|figure| figure.n > 0).collect();
    let gives_away = |figure: &Figure| {
        let mut of_it = stated.iter().filter(|said| {
            (&said.measure, &said.by, &said.subject_id, said.period)
                == (&figure.measure, &figure.by, &figure.subject_id, figure.period)
        });
        of_it.any(|said| {
            let same = said.n == figure.n && said.met == figure.met && said.mean == figure.mean;
            let enough = figure.by == "district" && (said.n - figure.n).abs() >= MINIMUM_ANSWERS;
            !same && !enough
        })
    };
    let district = brief.district.iter().flat_map(|c| [Some(&c.now), c.previous.as_ref(), c.year_before.as_ref()]);
    let wholes = district.flatten().chain(brief.series.values().flatten());
    let parts = brief.cuts.iter().flat_map(|cut| cut.now.iter().chain(&cut.previous));
    let mut withheld: Vec<&Figure> =
        wholes.chain(parts).filter(|figure| is_rating(figure) && gives_away(figure)).collect();
    withheld.dedup();
    let mut elsewhere = Vec::new();
    for figure in withheld {
        let before = figure.period != brief.period;
        let cell = decided.cells.iter_mut().find(|cell| {
            (cell.before, &cell.measure, &cell.by, &cell.subject_id)
                == (before, &figure.measure, &figure.by, &figure.subject_id)
        });
        match cell {
            Some(cell) if !before || figure.period == brief.period.previous() => cell.shown = Shown::Withheld,
            _ => elsewhere.push((figure.measure.clone(), figure.period)),
        }
        if figure.by == "district" && !before {
            decided.answers.retain(|count| count.measure != figure.measure);
        }
    }
    elsewhere.sort();
    elsewhere.dedup();
    decided.withheld = elsewhere;
}

/// The brief of a folder, with its evidence as it was kept.
pub fn load(folder: &Path) -> Result<Brief> {
    let mut brief: Brief = folder::json(folder, folder::BRIEF)?;
    let evidence = folder.join(folder::EVIDENCE);
    let rows = Aside::open(&evidence)?.rows(&evidence, Portion::Period)?;
    brief.evidence = rows.into_iter().map(|kept| kept.row).collect();
    Ok(brief)
}
