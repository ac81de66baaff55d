//! Findings of a period, as the place's rules ask for them. Nothing is written; the same evidence gives the same findings.
//!
//! Here is what all kinds share, and plain facts; [`below`] finds rates, [`commended`] what is to be commended,
//! [`complained`] verified complaints.
mod below;
mod commended;
mod complained;
mod leads;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

pub use complained::consequences;

use super::chance;
use super::findings::{Finding, Kind, RowId, Standing, Subject};
use super::items::{self, Titles};
use super::otherwise::{self, Circumstances};
use super::windows::{self, Classified, Window};
use crate::measures::brief::Evidence;
use crate::measures::circumstances::Official;
use crate::measures::{Dimension, MeasureError, Scope, Selection, Session};
use crate::period::Period;
use crate::regime::{About, FindingRule, Measure, Regime, What};

/// Windows of the same length before the present one in which a bad rate must have been bad before.
const BEFORE: usize = 2;

/// All findings of a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub period: Period,
    pub as_of: NaiveDateTime,
    pub known_at: i64,
    /// By unit and name; never by rate.
    pub findings: Vec<Finding>,
    /// Priors of all rates that findings rest on.
    pub priors: Vec<PriorUsed>,
    /// Σ(1 − Pr(p < p0)) over those proposed for a rate.
    pub expected_false_names: f64,
}

/// What was believed of a measure before the window was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorUsed {
    pub measure: String,
    pub by: About,
    pub window: Window,
    /// Pooled rate of all subjects in the twelve months before the window.
    pub m: f64,
    /// Strength; null: Jeffreys' (½, ½).
    #[serde(rename = "M")]
    pub strength: Option<f64>,
}

/// A finding on its way, with the rows that it rests on.
struct Draft {
    finding: Finding,
    rows: Vec<Evidence>,
}

/// Measures whose evidence findings of this place need; empty where it makes none.
pub fn measures(regime: &Regime) -> Vec<String> {
    let mut needed = BTreeSet::new();
    for rule in &regime.findings {
        match &rule.what {
            What::Rows { measure, .. } => {
                needed.insert(measure.clone());
            }
            What::Below { measures } => needed.extend(measures.iter().cloned()),
            What::Commendable { measures, deeds, .. } => {
                needed.extend(measures.iter().cloned());
                needed.extend(deeds.iter().flat_map(|deeds| [deeds.settled.clone(), deeds.satisfied.clone()]));
            }
            What::Complaints { .. } => {}
            What::Lead => {
                let leads = regime.measures.iter().filter(|m| matches!(m.rule, crate::regime::Rule::Integrity { .. }));
                needed.extend(leads.map(|measure| measure.id.clone()));
            }
        }
    }
    if !needed.is_empty() {
        needed.extend(otherwise::upstream(regime));
    }
    needed.into_iter().collect()
}

/// Findings of a scope's period. What the session computed before is gone.
pub fn find(session: &mut Session, regime: &Regime, scope: Scope) -> Result<Findings, MeasureError> {
    let first = spans(regime, scope).into_iter().map(|window| window.from).min().unwrap_or(scope.first);
    session.compute(Scope { first, ..scope })?;
    let finder = Finder { session, regime, scope, officials: session.officials()? };
    let mut drafts = Vec::new();
    let mut classes = BTreeMap::new();
    for rule in &regime.findings {
        drafts.extend(match &rule.what {
            What::Rows { measure, outcome, at_least } => {
                finder.rows(rule, measure, outcome.as_deref(), *at_least as usize)?
            }
            What::Complaints { verdicts, categories } => finder.complaints(rule, verdicts, categories)?,
            What::Below { measures } => finder.below(rule, measures, &mut classes)?,
            What::Commendable { measures, months, deeds } => {
                finder.commendable(rule, measures, *months, deeds.as_ref(), &mut classes)?
            }
            What::Lead => finder.leads(rule)?,
        });
    }
    let circumstances = Circumstances::of(session, regime, Window { from: first, to: scope.last })?;
    tell(session, regime, &mut drafts, &circumstances)?;
    let mut findings: Vec<Finding> = drafts.into_iter().map(|draft| draft.finding).collect();
    let place = |id: &str| regime.findings.iter().position(|rule| rule.id == id);
    findings.sort_by(|a, b| {
        let key = |f: &Finding| {
            let unit =
                if f.subject.by == About::Person { f.subject.unit.clone() } else { Some(f.subject.name.clone()) };
            (
                f.subject.by == About::District,
                unit.is_none(),
                unit,
                f.subject.by,
                f.subject.name.clone(),
                place(&f.rule),
            )
        };
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    Ok(Findings {
        period: scope.period,
        as_of: scope.as_of,
        known_at: session.known_at(),
        expected_false_names: findings.iter().filter_map(Finding::false_name).sum(),
        priors: priors(&findings),
        findings,
    })
}

/// Windows, with what their priors are fitted from, that the rules look at.
fn spans(regime: &Regime, scope: Scope) -> Vec<Window> {
    let mut spans = vec![Window { from: scope.first, to: scope.last }];
    for rule in &regime.findings {
        match &rule.what {
            What::Below { .. } => {
                let all = back(Window::ending(scope.last, regime.window_months), regime.window_months);
                spans.extend(all.last().map(|window| window.before()));
            }
            What::Commendable { months, .. } => spans.push(Window::ending(scope.last, *months).before()),
            _ => {}
        }
    }
    spans
}

/// A window and those before it.
fn back(window: Window, months: u32) -> Vec<Window> {
    std::iter::successors(Some(window), |window| Some(window.preceding(months))).take(BEFORE + 1).collect()
}

fn priors(findings: &[Finding]) -> Vec<PriorUsed> {
    let mut all: BTreeMap<(String, About, chrono::NaiveDate), PriorUsed> = BTreeMap::new();
    for finding in findings {
        let by = finding.subject.by;
        for line in finding.rates.iter().flat_map(|rate| std::iter::once(&rate.now).chain(&rate.before)) {
            let window = Window { from: line.window_from, to: line.window_to };
            let prior = PriorUsed { measure: line.measure.clone(), by, window, m: line.m, strength: line.strength };
            all.entry((line.measure.clone(), by, window.from)).or_insert(prior);
        }
    }
    all.into_values().collect()
}

/// Names, titles, notes and circumstances of all items at once.
fn tell(
    session: &mut Session,
    regime: &Regime,
    drafts: &mut [Draft],
    circumstances: &Circumstances,
) -> Result<(), MeasureError> {
    let rows: Vec<RowId> =
        drafts.iter().flat_map(|draft| draft.finding.items.iter().map(|item| item.id.clone())).collect();
    session.keep_these(&rows)?;
    let (enterprises, cases) = session.titles()?;
    let mut notes = session.notes()?;
    notes.extend(session.clock_notes(regime.words.shown("role", &regime.main_role))?);
    let titles = Titles { enterprises, cases, notes };
    for Draft { finding, rows } in drafts {
        items::tell(&mut finding.items, &titles);
        // How a lead may be innocent is known already.
        if finding.kind == Kind::Lead {
            continue;
        }
        let measure = finding.items.first().and_then(|item| regime.measure(&item.id.measure));
        let unit = measure.map_or("", Measure::unit_zh);
        finding.otherwise = circumstances.explain(finding, &rows.iter().collect::<Vec<_>>(), unit);
    }
    Ok(())
}

/// Classes of a window by subject and measure, computed once.
type Classes = BTreeMap<(About, chrono::NaiveDate, chrono::NaiveDate), Vec<Classified>>;

struct Finder<'s> {
    session: &'s Session,
    regime: &'s Regime,
    scope: Scope,
    officials: BTreeMap<String, Official>,
}

impl Finder<'_> {
    fn subject(&self, by: About, id: &str) -> Subject {
        let official = self.officials.get(id).filter(|_| by == About::Person);
        Subject {
            by,
            id: id.to_owned(),
            name: official.map_or_else(|| id.to_owned(), |official| official.name.clone()),
            unit: official.and_then(|official| official.unit.clone()),
        }
    }

    /// The district itself: nobody is named.
    fn district(&self) -> Subject {
        let name = self.regime.place.clone();
        Subject { by: About::District, id: About::District.word().to_owned(), name, unit: None }
    }

    /// A finding of a rule without its figures; `parts` follow period and rule in its id.
    fn blank(&self, rule: &FindingRule, kind: Kind, subject: Subject, window: Window, parts: &[&str]) -> Finding {
        Finding {
            id: format!("{}/{}/{}", self.scope.period, rule.id, parts.join("/")),
            kind,
            standing: Standing::Proposed,
            rule: rule.id.clone(),
            title: rule.name_zh.clone(),
            period: self.scope.period,
            window,
            subject,
            document: self.regime.document.clone(),
            provision: rule.provision.clone(),
            rule_zh: self.regime.finding_zh(rule),
            rates: Vec::new(),
            sentence: String::new(),
            items: Vec::new(),
            otherwise: Vec::new(),
            complaint: None,
            consequences: Vec::new(),
            rectify_working_days: rule.rectify_working_days,
            local: rule.local.clone(),
        }
    }

    fn period(&self) -> Window {
        Window { from: self.scope.first, to: self.scope.last }
    }

    /// Whose a row is under a rule that may be about persons or units.
    fn owner(row: &Evidence, by: About) -> Option<&str> {
        match by {
            About::Person => row.person_id.as_deref(),
            About::Unit => row.unit.as_deref(),
            About::District => None,
        }
    }

    /// fact: rows of a measure.
    fn rows(
        &self,
        rule: &FindingRule,
        id: &str,
        outcome: Option<&str>,
        at_least: usize,
    ) -> Result<Vec<Draft>, MeasureError> {
        let Some(measure) = self.regime.measure(id) else { return Ok(Vec::new()) };
        let asked = Selection { measure: Some(id.to_owned()), ..Selection::default() };
        let Window { from, to } = self.period();
        let mut all = self.session.evidence(&asked)?;
        all.retain(|row| row.decided_on.is_some_and(|day| from <= day && day <= to));
        let mut drafts = Vec::new();
        for by in rule.about(measure) {
            let mut of: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
            for row in &all {
                if let Some(owner) = Self::owner(row, by) {
                    of.entry(owner).or_default().push(row);
                }
            }
            for (owner, rows) in of {
                let hit = |row: &&&Evidence| outcome.is_none() || row.outcome.as_deref() == outcome;
                let hits: Vec<&Evidence> = rows.iter().filter(hit).copied().collect();
                if hits.len() < at_least {
                    continue;
                }
                let mut finding = self.blank(rule, Kind::Fact, self.subject(by, owner), self.period(), &[owner]);
                finding.sentence = counted(measure, outcome, hits.len(), &rows);
                finding.items = items::items(hits.iter().copied(), &self.regime.words);
                drafts.push(Draft { finding, rows: hits.into_iter().cloned().collect() });
            }
        }
        Ok(drafts)
    }

    fn classes<'c>(&self, by: About, window: Window, all: &'c mut Classes) -> Result<&'c [Classified], MeasureError> {
        let key = (by, window.from, window.to);
        Ok(match all.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let dimension = if by == About::Unit { Dimension::Unit } else { Dimension::Person };
                unknown.insert(windows::classes(self.session, self.regime, dimension, window)?)
            }
        })
    }

    fn class(
        &self,
        by: About,
        window: Window,
        (measure, subject): (&str, &str),
        all: &mut Classes,
    ) -> Result<Option<Classified>, MeasureError> {
        let classes = self.classes(by, window, all)?;
        Ok(classes.iter().find(|line| line.measure == measure && line.subject_id == subject).cloned())
    }
}

/// “服务日志周更新”统计期内5次中2次未完成。
fn counted(measure: &Measure, outcome: Option<&str>, hits: usize, rows: &[&Evidence]) -> String {
    let ((noun, done), name) = (chance::words(measure.rule.kind()), &measure.name_zh);
    let decided = rows.iter().filter(|row| matches!(row.outcome.as_deref(), Some("met" | "breached"))).count();
    match outcome {
        Some("breached") => format!("“{name}”统计期内{decided}{noun}中{hits}{noun}未{done}。"),
        Some(_) => format!("“{name}”统计期内{hits}{noun}无法计时。"),
        None => format!("“{name}”统计期内共{hits}{noun}。"),
    }
}
