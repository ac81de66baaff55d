//! Ratings of few answers are not shown, nor what would give them away (背对背): decided once for a report, over all
//! measures and tables, and asked by bulletin, workbook and dashboard alike.
//!
//! An evaluation may count in two measures (the platform's and its department's), so measures are decided together.
//! Of the period before, whose roll-ups stand beside this one's, the same is decided from its own rows.
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::privacy::{self, Cell, Shown};
use crate::measures::Brief;
use crate::measures::brief::{AnswerCount, Decided, DecidedCell, Evidence, Figure, Measure};
use crate::period::Period;

/// Fewest answers that are shown.
pub const MINIMUM_ANSWERS: i64 = privacy::FEWEST as i64;

/// Roll-ups of ratings that are shown; each further one gives more away.
pub const CUTS: [&str; 5] = ["person", "unit", "area", "category", "channel"];

/// Measure, dimension, subject.
type Key<'a> = (&'a str, &'a str, Option<&'a str>);
/// What becomes of a figure, and the answers it was decided on.
type Decisions<'a> = BTreeMap<Key<'a>, (Shown, i64)>;

/// The decision of one report.
pub struct Ratings<'a> {
    measures: BTreeSet<&'a str>,
    period: Period,
    now: Decisions<'a>,
    before: Decisions<'a>,
    answers: Vec<AnswerCount>,
    withheld: Vec<(String, Period)>,
}

/// What a figure that may be shown sums: what evidence there is of it outside the warehouse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    pub before: bool,
    pub measure: String,
    pub by: String,
    pub subject_id: Option<String>,
    pub n: i64,
    pub met: i64,
    pub breached: i64,
    /// Answers with a score, and the scores added up.
    pub scored: i64,
    pub total: f64,
}

impl<'a> Ratings<'a> {
    pub fn of(brief: &'a Brief) -> Ratings<'a> {
        if let Some(decided) = &brief.ratings {
            return Ratings::decided(decided, brief.period);
        }
        let areas = areas(brief);
        let is_answer = |row: &&Evidence| row.record.starts_with("evaluations/");
        let told: BTreeSet<&str> = brief
            .evidence
            .iter()
            .chain(&brief.ratings_before)
            .filter(is_answer)
            .map(|row| row.measure.as_str())
            .collect();
        let rating = |m: &&Measure| m.topic == "satisfaction" || told.contains(m.id.as_str());
        let measures: BTreeSet<&str> = brief.measures.iter().filter(rating).map(|m| m.id.as_str()).collect();
        let rows = |rows: &'a [Evidence]| -> Vec<&'a Evidence> {
            rows.iter().filter(|row| measures.contains(row.measure.as_str())).collect()
        };
        let now = decide(&rows(&brief.evidence), &areas, brief, &measures, |cut| &cut.now);
        let before = decide(&rows(&brief.ratings_before), &areas, brief, &measures, |cut| &cut.previous);
        let answers = answers(&rows(&brief.evidence), &now);
        Ratings { measures, period: brief.period, now, before, answers, withheld: Vec::new() }
    }

    /// As it was decided when single answers were still at hand.
    fn decided(decided: &'a Decided, period: Period) -> Ratings<'a> {
        let of = |before: bool| -> Decisions<'a> {
            let cells = decided.cells.iter().filter(|cell| cell.before == before);
            let key = |cell: &'a DecidedCell| {
                ((cell.measure.as_str(), cell.by.as_str(), cell.subject_id.as_deref()), (cell.shown, cell.n))
            };
            cells.map(key).collect()
        };
        let measures = decided.measures.iter().map(String::as_str).collect();
        let (answers, withheld) = (decided.answers.clone(), decided.withheld.clone());
        Ratings { measures, period, now: of(false), before: of(true), answers, withheld }
    }

    /// The decision as data, for a brief from which the answers are taken out.
    pub fn to_decided(&self) -> Decided {
        let cells = [(false, &self.now), (true, &self.before)].into_iter().flat_map(|(before, decisions)| {
            decisions.iter().map(move |((measure, by, subject), (shown, n))| DecidedCell {
                before,
                measure: (*measure).to_owned(),
                by: (*by).to_owned(),
                subject_id: subject.map(str::to_owned),
                n: *n,
                shown: *shown,
            })
        });
        let measures = self.measures.iter().map(|measure| (*measure).to_owned()).collect();
        let (answers, withheld) = (self.answers.clone(), self.withheld.clone());
        Decided { measures, cells: cells.collect(), answers, withheld }
    }

    /// How many answers of the period said the same, over the whole; nothing where the whole is not shown.
    pub fn answers(&self, measure: &str) -> impl Iterator<Item = &AnswerCount> {
        self.answers.iter().filter(move |count| count.measure == measure)
    }

    /// What every shown part of a whole sums; the answers must be at hand.
    pub fn sums(&self, brief: &Brief) -> Vec<Sums> {
        let areas = areas(brief);
        let mut sums = Vec::new();
        for (before, rows, decided) in
            [(false, &brief.evidence, &self.now), (true, &brief.ratings_before, &self.before)]
        {
            for ((measure, by, subject), (shown, n)) in decided {
                if *by == "district" || *n == 0 || *shown != Shown::Yes {
                    continue;
                }
                let mine = rows.iter().filter(|row| row.measure == *measure && dimension(row, by, &areas) == *subject);
                let mut sum = Sums {
                    before,
                    measure: (*measure).to_owned(),
                    by: (*by).to_owned(),
                    subject_id: subject.map(str::to_owned),
                    n: 0,
                    met: 0,
                    breached: 0,
                    scored: 0,
                    total: 0.0,
                };
                for row in mine {
                    sum.n += 1;
                    sum.met += i64::from(row.outcome.as_deref() == Some("met"));
                    sum.breached += i64::from(row.outcome.as_deref() == Some("breached"));
                    sum.scored += i64::from(row.value.is_some());
                    sum.total += row.value.unwrap_or(0.0);
                }
                sums.push(sum);
            }
        }
        sums
    }

    /// What enterprises said of people or departments: never shown one by one.
    pub fn is_rating(&self, measure: &str) -> bool {
        self.measures.contains(measure)
    }

    /// Why a figure of a rating is not shown; none where it may be, and for all that are no ratings.
    pub fn hidden(&self, figure: &Figure) -> Option<Shown> {
        if !self.is_rating(&figure.measure) {
            return None;
        }
        let key = (figure.measure.as_str(), figure.by.as_str(), figure.subject_id.as_deref());
        if figure.by == "district"
            && self.withheld.iter().any(|(m, period)| (m, *period) == (&figure.measure, figure.period))
        {
            return Some(Shown::Withheld);
        }
        let decided = if figure.period == self.period { &self.now } else { &self.before };
        match decided.get(&key) {
            Some((Shown::Yes | Shown::Empty, n)) if *n == figure.n => None,
            Some((Shown::Withheld, _)) => Some(Shown::Withheld),
            // Months of a series and the year before are only ever the district's.
            None if figure.by == "district" && figure.period != self.period && figure.n >= MINIMUM_ANSWERS => None,
            // A cell whose rows are not at hand is not shown either.
            _ => Some(Shown::Few),
        }
    }

    /// A figure as it may be shown: without what its answers said where they are too few or give others away. Of a
    /// part of the whole nothing is shown that is no sum: from a middle or a highest answer it could not be said what follows.
    pub fn shown(&self, figure: &Figure) -> Figure {
        if self.hidden(figure).is_some() {
            blank(figure)
        } else if self.is_rating(&figure.measure) && figure.by != "district" {
            Figure { median: None, p90: None, max: None, ..figure.clone() }
        } else {
            figure.clone()
        }
    }

    /// Whether a roll-up of a measure is printed at all.
    pub fn has_cut(&self, measure: &str, by: &str) -> bool {
        !self.is_rating(measure) || CUTS.contains(&by)
    }
}

fn areas(brief: &Brief) -> BTreeMap<&str, Option<&str>> {
    brief.enterprises.iter().map(|e| (e.enterprise_id.as_str(), e.area.as_deref())).collect()
}

/// Measure, outcome, and thousandths of the score: what makes answers equal.
type Said<'a> = (&'a str, Option<&'a str>, Option<i64>);

/// Counts equal answers of each whole that is shown.
fn answers(rows: &[&Evidence], decided: &Decisions<'_>) -> Vec<AnswerCount> {
    let mut counts: BTreeMap<Said<'_>, (Option<f64>, i64)> = BTreeMap::new();
    for row in rows {
        let whole = decided.get(&(row.measure.as_str(), "district", Some("district")));
        if whole.is_some_and(|(shown, _)| *shown == Shown::Yes) {
            // The order of scores, which are no keys as they are.
            let place = row.value.map(|value| (value * 1000.0).round() as i64);
            let count = counts.entry((&row.measure, row.outcome.as_deref(), place)).or_insert((row.value, 0));
            count.1 += 1;
        }
    }
    let count = |((measure, outcome, _), (value, n)): (Said<'_>, (Option<f64>, i64))| AnswerCount {
        measure: measure.to_owned(),
        outcome: outcome.map(str::to_owned),
        value,
        n,
    };
    counts.into_iter().map(count).collect()
}

/// Decides of all measures' wholes and cuts together; answers are numbered by their record.
fn decide<'a>(
    rows: &[&'a Evidence],
    areas: &BTreeMap<&str, Option<&'a str>>,
    brief: &'a Brief,
    measures: &BTreeSet<&'a str>,
    figures: fn(&'a crate::measures::brief::Cut) -> &'a Vec<Figure>,
) -> Decisions<'a> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for row in rows {
        let next = numbers.len() as u32;
        numbers.entry(&row.record).or_insert(next);
    }
    let mut of: BTreeMap<&str, Vec<&'a Evidence>> = BTreeMap::new();
    for row in rows {
        of.entry(&row.measure).or_default().push(row);
    }
    let of = |measure: &str| of.get(measure).map_or(&[][..], Vec::as_slice).iter();
    let (mut cells, mut keys): (Vec<Cell>, Vec<Key<'a>>) = (Vec::new(), Vec::new());
    for measure in measures {
        let answers = of(measure).map(|row| numbers[row.record.as_str()]).collect();
        cells.push(Cell { by: format!("{measure}/district"), whole: true, answers });
        keys.push((measure, "district", Some("district")));
    }
    for cut in &brief.cuts {
        let (measure, by) = (cut.measure.as_str(), cut.by.as_str());
        if !measures.contains(measure) || !CUTS.contains(&by) {
            continue;
        }
        let mut parts: BTreeMap<Option<&str>, BTreeSet<u32>> = BTreeMap::new();
        for row in of(measure) {
            parts.entry(dimension(row, by, areas)).or_default().insert(numbers[row.record.as_str()]);
        }
        for figure in figures(cut) {
            let subject = figure.subject_id.as_deref();
            let answers = parts.get(&subject).cloned().unwrap_or_default();
            cells.push(Cell { by: format!("{measure}/{by}"), whole: false, answers });
            keys.push((measure, by, subject));
        }
    }
    let mut said = privacy::Said { met: vec![0.0; numbers.len()], score: Vec::new() };
    // One without a score is taken for the lowest, so that it widens no bound.
    let least = rows.iter().filter_map(|row| row.value).fold(f64::MAX, f64::min);
    if least < f64::MAX {
        said.score = vec![least; numbers.len()];
    }
    for row in rows {
        let number = numbers[row.record.as_str()] as usize;
        // An answer is as satisfied under one measure as under the other.
        if row.outcome.as_deref() == Some("met") {
            said.met[number] = 1.0;
        }
        if let Some(score) = row.value {
            said.score[number] = score;
        }
    }
    let decided =
        cells.iter().zip(privacy::decide(&cells, &said)).map(|(cell, shown)| (shown, cell.answers.len() as i64));
    keys.into_iter().zip(decided).collect()
}

fn dimension<'a>(row: &'a Evidence, by: &str, areas: &BTreeMap<&str, Option<&'a str>>) -> Option<&'a str> {
    match by {
        "person" => row.person_id.as_deref(),
        "unit" => row.unit.as_deref(),
        "category" => row.category.as_deref(),
        "channel" => row.channel.as_deref(),
        "area" => areas.get(row.enterprise_id.as_deref()?).copied().flatten(),
        _ => None,
    }
}

/// The figure without what its answers said; how many there were stays only when it is none.
fn blank(figure: &Figure) -> Figure {
    Figure {
        met: None,
        breached: None,
        rate: None,
        ci_low: None,
        ci_high: None,
        mean: None,
        median: None,
        p90: None,
        max: None,
        ..figure.clone()
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn figure(kind: &str, n: i64, met: i64) -> Figure {
        let period = Period::Month(2026, 10);
        Figure {
            measure: "m".into(),
            kind: kind.into(),
            by: "unit".into(),
            subject_id: Some(format!("s{n}-{met}")),
            subject_name: None,
            period,
            as_of: period.end(),
            n,
            met: Some(met),
            breached: Some(n - met),
            pending: Some(0),
            unmeasurable: Some(0),
            extended: None,
            rate: (n > 0).then(|| met as f64 / n as f64),
            ci_low: None,
            ci_high: None,
            mean: None,
            median: None,
            p90: None,
            max: None,
            denominator: None,
        }
    }

    /// A brief of satisfaction measures: rows as (measure, record, person, unit), figures folded from them.
    fn brief(
        now: &[(&str, u32, Option<&str>, Option<&str>)],
        before: &[(&str, u32, Option<&str>, Option<&str>)],
    ) -> Brief {
        let period = Period::Month(2026, 10);
        let row = |(measure, record, person, unit): &(&str, u32, Option<&str>, Option<&str>)| {
            let outcome = if record % 5 == 0 { "breached" } else { "met" };
            serde_json::json!({ "measure": measure, "record": format!("evaluations/V{record}"), "person_id": person,
                "unit": unit, "outcome": outcome, "value": 4.0, "shared": false, "extended": false, "paused": 0.0 })
        };
        let measure = |id: &str| {
            serde_json::json!({ "id": id, "name": id, "name_en": id, "kind": "score", "topic": "satisfaction",
                "rule": "", "answers": "", "unit": "分", "provision": "一", "core": false, "local": [] })
        };
        let text = serde_json::json!({
            "period": period, "as_of": period.end(), "known_at": 1,
            "place": { "regime": "x", "place": "某区", "document": "《某办法》", "in_force_from": "2025-01-01",
                "main_role": "项目管家", "minimum_n": 10 },
            "measures": [measure("platform"), measure("department")], "district": [], "series": {}, "cuts": [],
            "evidence": now.iter().map(row).collect::<Vec<_>>(),
            "ratings_before": before.iter().map(row).collect::<Vec<_>>(),
            "people": [], "enterprises": [], "cases": [], "received": { "files": [], "reasons": [] }, "warnings": [],
        });
        let mut brief: Brief = serde_json::from_value(text).unwrap();
        for measure in ["platform", "department"] {
            for by in ["person", "unit"] {
                let fold = |rows: &[Evidence], period: Period| -> Vec<Figure> {
                    let mut counts: BTreeMap<Option<String>, i64> = BTreeMap::new();
                    for row in rows.iter().filter(|row| row.measure == measure) {
                        let subject = if by == "person" { &row.person_id } else { &row.unit };
                        *counts.entry(subject.clone()).or_default() += 1;
                    }
                    let figure = |(subject, n): (Option<String>, i64)| Figure {
                        measure: measure.into(),
                        by: by.into(),
                        subject_id: subject,
                        period,
                        ..figure("score", n, n)
                    };
                    counts.into_iter().map(figure).collect()
                };
                let (now, previous) = (fold(&brief.evidence, period), fold(&brief.ratings_before, period.previous()));
                let cut = crate::measures::brief::Cut { measure: measure.into(), by: by.into(), now, previous };
                brief.cuts.push(cut);
            }
        }
        brief
    }

    fn of<'b>(brief: &'b Brief, measure: &str, by: &str, subject: Option<&str>) -> &'b Figure {
        let cut = brief.cuts.iter().find(|cut| cut.measure == measure && cut.by == by).unwrap();
        cut.now.iter().find(|figure| figure.subject_id.as_deref() == subject).unwrap()
    }

    #[test]
    fn measures_that_share_answers_are_decided_together() {
        // Of 30 answers on the platform 24 are of a department; the other 6 of one person of that unit.
        let mut rows = Vec::new();
        for n in 0..30 {
            let person = (n >= 24).then_some("P1");
            rows.push(("platform", n, person, Some("甲局")));
            if n < 24 {
                rows.push(("department", n, None, Some("甲局")));
            }
        }
        rows.extend((30..60).map(|n| ("platform", n, Some("P2"), Some("乙局"))));
        let brief = brief(&rows, &[]);
        let ratings = Ratings::of(&brief);
        assert_eq!(ratings.hidden(of(&brief, "platform", "person", Some("P1"))), Some(Shown::Few));
        // The unit on the platform less its department would be P1's six.
        let unit = ratings.hidden(of(&brief, "platform", "unit", Some("甲局")));
        let department = ratings.hidden(of(&brief, "department", "unit", Some("甲局")));
        assert!(unit == Some(Shown::Withheld) || department == Some(Shown::Withheld), "{unit:?} {department:?}");
        let blank = ratings.shown(of(&brief, "platform", "person", Some("P1")));
        assert_eq!((blank.n, blank.met, blank.rate, blank.mean), (6, None, None, None));
    }

    #[test]
    fn the_period_before_is_decided_from_its_own_rows() {
        let rows = |small: u32| -> Vec<(&str, u32, Option<&str>, Option<&str>)> {
            let who = |n: u32| {
                if n < small {
                    "P1"
                } else if n < 25 {
                    "P2"
                } else {
                    "P3"
                }
            };
            (0..60).map(|n| ("platform", n, Some(who(n)), None)).collect()
        };
        let brief = brief(&rows(12), &rows(5));
        let ratings = Ratings::of(&brief);
        let cut = brief.cuts.iter().find(|cut| cut.by == "person" && !cut.now.is_empty()).unwrap();
        let now: Vec<_> = cut.now.iter().map(|figure| ratings.hidden(figure)).collect();
        let before: Vec<_> = cut.previous.iter().map(|figure| ratings.hidden(figure)).collect();
        assert_eq!(now, [None, None, None]);
        assert_eq!(before, [Some(Shown::Few), Some(Shown::Withheld), None]);
        // Rows that are not at hand: nothing is shown. Another year's district only where it is of enough answers.
        assert_eq!(ratings.hidden(&Figure { n: 13, ..cut.now[0].clone() }), Some(Shown::Few));
        let year = |n: i64| Figure {
            measure: "platform".into(),
            by: "district".into(),
            period: Period::Month(2025, 10),
            ..figure("score", n, n)
        };
        assert_eq!((ratings.hidden(&year(10)), ratings.hidden(&year(9))), (None, Some(Shown::Few)));
        assert!(ratings.has_cut("platform", "unit") && !ratings.has_cut("platform", "industry"));
    }
}
