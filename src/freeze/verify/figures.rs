//! Every figure of a folder, folded again from its evidence and compared.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Verdict;
use crate::freeze::figures::{self, Listed};
use crate::freeze::printable::RatingEvidence;
use crate::freeze::{Result, folder};
use crate::measures::Brief;
use crate::measures::brief::{Figure, Shown};
use crate::measures::kept::{Aside, Exposed, Portion};
use crate::measures::refold::{self, Folds};
use crate::regime::Regime;
use crate::report::ratings::Sums;

/// Figures agree when they differ by no more than this, relatively.
const CLOSE: f64 = 1e-9;

/// Everything that figures are folded from.
struct Evidence {
    folds: BTreeMap<Portion, Folds>,
    exposed: BTreeMap<Portion, Vec<Exposed>>,
    parts: Vec<Sums>,
}

impl Evidence {
    fn of(dir: &Path, regime: &Regime) -> Result<Evidence> {
        let ratings: RatingEvidence = folder::json(dir, folder::RATINGS)?;
        let evidence = dir.join(folder::EVIDENCE);
        let aside = Aside::open(&evidence)?;
        let (mut folds, mut exposed) = (BTreeMap::new(), BTreeMap::new());
        for of in Portion::ALL {
            let mut folded = refold::folds(&aside.rows(&evidence, of)?, regime, of);
            refold::add_answers(&mut folded, &ratings.answers, of);
            folds.insert(of, folded);
            exposed.insert(of, aside.exposure(&evidence, of)?);
        }
        Ok(Evidence { folds, exposed, parts: ratings.parts })
    }

    /// What the evidence gives for a figure.
    fn figure(&self, listed: &Listed, regime: &Regime, rating: bool) -> Option<Figure> {
        let said = &listed.figure;
        let measure = regime.measure(&said.measure)?;
        if rating && said.by != "district" {
            let before = listed.of == Portion::Previous;
            let mut parts = self.parts.iter().filter(|sum| {
                sum.before == before
                    && sum.measure == said.measure
                    && sum.by == said.by
                    && sum.subject_id == said.subject_id
            });
            let none = Sums {
                before,
                measure: said.measure.clone(),
                by: said.by.clone(),
                subject_id: None,
                n: 0,
                met: 0,
                breached: 0,
                scored: 0,
                total: 0.0,
            };
            return Some(of_sums(parts.next().unwrap_or(&none), measure, said));
        }
        let month = matches!(listed.of, Portion::Months | Portion::States).then_some(said.period);
        let key = match month {
            Some(month) => (said.measure.clone(), "month".to_owned(), Some(month.to_string())),
            None => (said.measure.clone(), said.by.clone(), said.subject_id.clone()),
        };
        let mut fold = self.folds.get(&listed.of)?.get(&key).cloned().unwrap_or_default();
        let exposed = self.exposed.get(&listed.of).map_or(&[][..], Vec::as_slice);
        let years =
            refold::by_years(measure).then(|| refold::years(exposed, &said.by, said.subject_id.as_deref(), month));
        Some(refold::figure(&mut fold, measure, years, said))
    }
}

/// The figure that a sum of answers is; only sums are kept of parts, so nothing else can be stated.
fn of_sums(sums: &Sums, measure: &crate::regime::Measure, like: &Figure) -> Figure {
    let mut fold = refold::Fold::counted(sums.n, sums.met, sums.breached);
    let figure = refold::figure(&mut fold, measure, None, like);
    let mean = (sums.scored > 0).then(|| sums.total / sums.scored as f64);
    Figure { mean, median: None, p90: None, max: None, ..figure }
}

pub fn figures(dir: &Path, regime: &Regime, verdict: &mut Verdict) -> Result<()> {
    let stated: Vec<Listed> = folder::json(dir, folder::FIGURES)?;
    let brief: Brief = folder::json(dir, folder::BRIEF)?;
    verdict.figures = stated.len();
    same_list(&stated, &figures::list(&brief), verdict);
    let evidence = Evidence::of(dir, regime)?;
    let rating: BTreeSet<&str> =
        brief.ratings.iter().flat_map(|decided| decided.measures.iter().map(String::as_str)).collect();
    for listed in &stated {
        let said = &listed.figure;
        if matches!(listed.hidden, Some(Shown::Few | Shown::Withheld)) {
            if said.met.is_some() || said.rate.is_some() || said.mean.is_some() || said.max.is_some() {
                verdict.fault("figure", listed.name(), "is held back, and yet stated");
            }
            continue;
        }
        match evidence.figure(listed, regime, rating.contains(said.measure.as_str())) {
            None => verdict.fault("figure", listed.name(), "is of a measure that the rules do not have"),
            Some(given) => {
                for (what, says, gives) in unlike(said, &given) {
                    verdict.fault("figure", listed.name(), format!("{what}: says {says}, the evidence gives {gives}"));
                }
            }
        }
    }
    left_out(&stated, &brief, &evidence, verdict);
    Ok(())
}

/// Whether rates and intervals are those of the counts beside them: all that can be said without the rows.
pub fn arithmetic(dir: &Path, regime: &Regime, verdict: &mut Verdict) -> Result<()> {
    let stated: Vec<Listed> = folder::json(dir, folder::FIGURES)?;
    verdict.figures = stated.len();
    for listed in stated.iter().filter(|listed| listed.hidden.is_none()) {
        let said = &listed.figure;
        let Some(measure) = regime.measure(&said.measure) else { continue };
        let (Some(met), Some(breached)) = (said.met, said.breached) else { continue };
        if said.denominator.is_some() {
            continue;
        }
        let given = refold::figure(&mut refold::Fold::counted(said.n, met, breached), measure, None, said);
        let counted = Figure {
            rate: given.rate,
            ci_low: given.ci_low,
            ci_high: given.ci_high,
            n: met + breached,
            ..said.clone()
        };
        for (what, says, gives) in unlike(said, &counted) {
            verdict.fault("figure", listed.name(), format!("{what}: says {says}, its counts give {gives}"));
        }
    }
    Ok(())
}

/// `figures.json` against the brief that the documents are made of.
fn same_list(stated: &[Listed], printed: &[Listed], verdict: &mut Verdict) {
    for (a, b) in stated.iter().zip(printed) {
        if a != b {
            let (says, prints) = (brief_of(&a.figure), brief_of(&b.figure));
            verdict.fault("figure", a.name(), format!("{} says {says}, {} {prints}", folder::FIGURES, folder::BRIEF));
        }
    }
    if stated.len() != printed.len() {
        let message = format!("has {} figures, {} has {}", stated.len(), folder::BRIEF, printed.len());
        verdict.fault("file", folder::FIGURES, message);
    }
}

fn brief_of(figure: &Figure) -> String {
    let rate = figure.rate.map_or(String::new(), |rate| format!(", rate {rate}"));
    let met = figure.met.map_or(String::new(), |met| format!(", met {met}"));
    format!("n {}{met}{rate}", figure.n)
}

/// Subjects that have evidence and no figure.
fn left_out(stated: &[Listed], brief: &Brief, evidence: &Evidence, verdict: &mut Verdict) {
    let listed: BTreeSet<(&str, &str, Option<&str>)> = stated
        .iter()
        .filter(|listed| listed.of == Portion::Period)
        .map(|l| (l.figure.measure.as_str(), l.figure.by.as_str(), l.figure.subject_id.as_deref()))
        .collect();
    let cut = |measure: &str, by: &str| {
        by == "district" || brief.cuts.iter().any(|cut| cut.measure == measure && cut.by == by)
    };
    let folds = evidence.folds.get(&Portion::Period).into_iter().flatten();
    for ((measure, by, subject), _) in folds {
        if cut(measure, by) && !listed.contains(&(measure.as_str(), by.as_str(), subject.as_deref())) {
            let subject = subject.as_deref().unwrap_or("—");
            verdict.fault("figure", format!("period {measure} {by}={subject}"), "has evidence and is not stated");
        }
    }
}

/// (what, says, gives) where two figures do not agree.
fn unlike(said: &Figure, given: &Figure) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    if said.n != given.n {
        found.push(("n", said.n.to_string(), given.n.to_string()));
    }
    // Where there is no row, no count is a count of none.
    let none = |n: Option<i64>| if given.n == 0 { n.filter(|n| *n != 0) } else { n };
    for (what, a, b) in [
        ("met", said.met, given.met),
        ("breached", said.breached, given.breached),
        ("pending", said.pending, given.pending),
        ("unmeasurable", said.unmeasurable, given.unmeasurable),
        ("extended", said.extended, given.extended),
    ] {
        if none(a) != none(b) {
            found.push((what, shown(a), shown(b)));
        }
    }
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= CLOSE * a.abs().max(b.abs()).max(1.0),
        (None, None) => true,
        // A month of which nothing is known has no rate of none either.
        (a, b) => given.n == 0 && a.or(b) == Some(0.0),
    };
    for (what, a, b) in [
        ("rate", said.rate, given.rate),
        ("ci_low", said.ci_low, given.ci_low),
        ("ci_high", said.ci_high, given.ci_high),
        ("mean", said.mean, given.mean),
        ("median", said.median, given.median),
        ("p90", said.p90, given.p90),
        ("max", said.max, given.max),
        ("denominator", said.denominator, given.denominator),
    ] {
        let absent = what == "denominator" && given.n == 0 && a.is_none();
        if !close(a, b) && !absent {
            found.push((what, shown(a), shown(b)));
        }
    }
    found
}

fn shown<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
}
