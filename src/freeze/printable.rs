//! A brief as it may leave the bureau's machine: all that documents print, and nothing of what they may not.
//!
//! Answers of enterprises are gone but for what may be shown of them: the decision on every cell, the counts of the whole,
//! the sums of the parts shown. Names of enterprises, titles of cases that no table lists, rows of checks and today's
//! list were never printed and are left out too. The evidence goes into files of its own.
use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Result, folder};
use crate::measures::Brief;
use crate::measures::brief::Figure;
use crate::measures::kept::{Answers, Aside, Portion};
use crate::report::bulletin::Kind;
use crate::report::ratings::{Ratings, Sums};

/// `evidence/ratings.json`: what figures of ratings are checked by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RatingEvidence {
    /// Equal answers of every whole that is shown, counted.
    pub answers: Vec<Answers>,
    /// What every shown part sums.
    pub parts: Vec<Sums>,
}

/// Takes out what may not be in a frozen folder; gives what is left of the answers.
pub fn printable(mut brief: Brief, kind: Kind, mut answers: Vec<Answers>) -> (Brief, RatingEvidence) {
    let ratings = Ratings::of(&brief);
    let decided = ratings.to_decided();
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
    for enterprise in &mut brief.enterprises {
        enterprise.name.clear();
        enterprise.holders.clear();
    }
    let listed: BTreeSet<&str> = match kind {
        Kind::Monthly => BTreeSet::new(),
        Kind::Situation => {
            let records = brief.chain.standing.iter().map(|row| row.record.as_str());
            let supervised = brief.evidence.iter().filter(|row| Some(&row.measure) == brief.chain.supervised.as_ref());
            let records = records.chain(supervised.map(|row| row.record.as_str()));
            records.filter_map(|record| record.strip_prefix("cases/")).collect()
        }
    };
    for case in &mut brief.cases {
        if !listed.contains(case.case_id.as_str()) {
            case.title = None;
        }
    }
    brief.checks.iter_mut().for_each(|check| check.rows.clear());
    brief.merged.iter_mut().for_each(|merged| merged.reason = None);
    brief.due = None;
    (brief, RatingEvidence { answers, parts })
}

/// The brief of a folder, with its evidence as it was kept.
pub fn load(folder: &Path) -> Result<Brief> {
    let mut brief: Brief = folder::json(folder, folder::BRIEF)?;
    let evidence = folder.join(folder::EVIDENCE);
    let rows = Aside::open(&evidence)?.rows(&evidence, Portion::Period)?;
    brief.evidence = rows.into_iter().map(|kept| kept.row).collect();
    Ok(brief)
}
