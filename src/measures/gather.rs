//! A [`Brief`] of a period: every figure its reports need, each computed by the same session.
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use chrono::{Days, Months};

use super::beside::Beside;
use super::brief::{Chain, Change, Cut, Figure, Measure, Place, Standard, Wait};
use super::checks::Setting;
use super::kept::{Keeping, Portion};
use super::{Brief, Dimension, MeasureError, Scope, Selection, Session, series};
use crate::calendar::Calendar;
use crate::regime::{Limit, Regime, Rule, words};
use crate::warehouse::received;

mod began;
mod complaints;
mod docket;
mod records;
pub(super) mod steps;

use records::{cases, enterprises, people, policies};

/// Connections that compute at once.
pub(super) const SESSIONS: usize = 2;
/// Months whose cases the curve of waiting looks at.
const MONTHS_OF_CURVE: u32 = 12;
/// The whole, then the roll-ups that reports use; `month` is kept apart.
pub(super) const FOLDS: [Dimension; 11] = [
    Dimension::District,
    Dimension::Person,
    Dimension::Unit,
    Dimension::Enterprise,
    Dimension::Area,
    Dimension::Industry,
    Dimension::Category,
    Dimension::Class,
    Dimension::Tier,
    Dimension::Stage,
    Dimension::Channel,
];

/// Gathers everything that the reports of a period say; `said` is told each step; `rhythm`: the workspace's own days.
pub fn brief(
    warehouse: &Path,
    regime: &Regime,
    calendar: &Calendar,
    rhythm: &BTreeMap<String, u32>,
    scope: Scope,
    said: &mut dyn FnMut(&str),
) -> Result<Brief, MeasureError> {
    brief_kept(warehouse, &Setting { regime, calendar, rhythm }, scope, None, said)
}

/// The same, with all evidence set aside as it is computed.
pub fn brief_kept(
    warehouse: &Path,
    setting: &Setting<'_>,
    scope: Scope,
    keeping: Option<&mut Keeping<'_>>,
    said: &mut dyn FnMut(&str),
) -> Result<Brief, MeasureError> {
    let regime = &setting.regime.published();
    let setting = &Setting { regime, ..*setting };
    // What it is compared to, and what is to be checked and done, is computed on a connection of its own meanwhile.
    let own = keeping.as_deref().map(Keeping::beside);
    thread::scope(|threads| {
        let beside = threads.spawn(|| Beside::of(warehouse, setting, scope, own));
        let beside = || {
            let beside = beside.join().unwrap_or_else(|payload| resume_unwind(payload))?;
            Ok(beside)
        };
        gather(warehouse, setting, scope, keeping, said, beside)
    })
}

/// Computes the period itself; `beside` waits for what is computed meanwhile.
fn gather(
    warehouse: &Path,
    setting: &Setting<'_>,
    scope: Scope,
    mut keeping: Option<&mut Keeping<'_>>,
    said: &mut dyn FnMut(&str),
    beside: impl FnOnce() -> Result<Beside, MeasureError>,
) -> Result<Brief, MeasureError> {
    let (regime, calendar) = (setting.regime, setting.calendar);
    let mut session = Session::open(warehouse, regime, calendar, &[])?;
    session.share(SESSIONS)?;
    // Told by the texts in force at the end; each obligation is judged by the one of its own day.
    let regime = &regime.on(scope.as_of_day());
    said("the months before");
    let months = series::months(scope);
    session.compute(series::span(&months, scope))?;
    if let Some(keeping) = keeping.as_deref_mut() {
        session.keep_aside(Portion::Months, keeping)?;
    }
    // While the months are computed the waits of all cases that ended in them are at hand.
    let mut chain = chain(&session, regime, scope)?;
    let mut series = series::happened(&session, regime, scope, &months)?;
    said("the period");
    session.narrow(scope)?;
    if let Some(keeping) = keeping.as_deref_mut() {
        session.keep_aside(Portion::Period, keeping)?;
    }
    let mut folded = by_dimension(session.figures_by(&FOLDS)?);
    let district = folded.remove(Dimension::District.name()).unwrap_or_default();
    said("evidence and records");
    chain.standing = session.standing()?;
    let evidence = session.evidence(&Selection::default())?;
    let (people, enterprises) = (people(&session, regime)?, enterprises(&session, regime)?);
    let (cases, warnings) = (cases(&session, scope)?, warnings(&session, regime, calendar, scope)?);
    let policies = policies(&session)?;
    let complaints = complaints::complaints(&session, calendar, &evidence)?;
    let docket = docket::docket(&session, regime, calendar, scope)?;
    let days_off = began::days_off(regime, calendar, &evidence);
    let merged = session.merged()?;
    series.append(&mut series::states(&mut session, regime, scope, &months, keeping.as_deref_mut())?);
    said("checks and what is due");
    let Beside { previous, year_before, checks, due, milestones, answers } = beside()?;
    if let Some(keeping) = keeping {
        keeping.answers.extend(answers);
        // In the order in which they were always kept.
        keeping.answers.sort_by_key(|answers| answers.of == Portion::Period);
    }
    let mut cuts = Vec::new();
    for by in &FOLDS[1..] {
        for (measure, now) in by_measure(folded.remove(by.name()).unwrap_or_default()) {
            // A dimension that no row has says nothing that the district does not.
            if now.iter().any(|figure| figure.subject_id.is_some()) {
                let previous = previous.cuts.get(&(measure.clone(), *by)).cloned().unwrap_or_default();
                cuts.push(Cut { measure, by: by.name().to_owned(), now, previous });
            }
        }
    }
    let district = regime.measures.iter().filter_map(|measure| {
        Some(Change {
            now: district.iter().find(|f| f.measure == measure.id)?.clone(),
            previous: previous.district.get(&measure.id).cloned(),
            year_before: year_before.district.get(&measure.id).cloned(),
        })
    });
    let district = district.collect();
    cuts.sort_by_key(|cut| regime.measures.iter().position(|m| m.id == cut.measure));
    let mut brief = Brief {
        period: scope.period,
        as_of: scope.as_of,
        known_at: session.known_at(),
        place: place(regime),
        measures: regime.measures.iter().map(|m| measure(m, regime)).collect(),
        district,
        series,
        cuts,
        evidence,
        ratings_before: previous.ratings,
        people,
        enterprises,
        cases,
        chain,
        policies,
        milestones,
        complaints,
        docket,
        days_off,
        received: received::received(session.conn(), Some(session.known_at()))?,
        warnings,
        checks,
        merged,
        visits: super::visits::of_period(warehouse, scope, session.known_at())?,
        due: Some(due),
        ratings: None,
        names: None,
    };
    super::visits::settle(&mut brief, regime);
    tell_kinds(&mut brief, regime);
    name_categories(&mut brief, regime);
    Ok(brief)
}

/// Levels, groups and waits; what still stands comes with the period.
fn chain(session: &Session, regime: &Regime, scope: Scope) -> Result<Chain, MeasureError> {
    let find = |wanted: &dyn Fn(&Rule) -> bool| regime.measures.iter().find(|m| wanted(&m.rule));
    let reached = find(&|rule| matches!(rule, Rule::Reached { .. }));
    let levels = match reached.map(|m| &m.rule) {
        Some(Rule::Reached { levels }) => levels.clone(),
        _ => Vec::new(),
    };
    let supervised = find(
        &|rule| matches!(rule, Rule::Deadline { start, .. } if levels.last().is_some_and(|last| start.len() == 1 && start.first() == Some(last))),
    );
    let whole = |rule: &Rule| match rule {
        Rule::Deadline { start, end, .. } => {
            start.iter().any(|e| e == "submitted")
                && ["resolved", "returned"].iter().all(|e| end.iter().any(|f| f == e))
        }
        _ => false,
    };
    let clock = find(&whole).and_then(|m| match &m.rule {
        Rule::Deadline { limit: Limit::WorkingDays(n) | Limit::Days(n) | Limit::Hours(n), .. } => {
            Some((m.id.clone(), f64::from(*n)))
        }
        _ => None,
    });
    let from = scope.as_of_day() - Months::new(MONTHS_OF_CURVE) + Days::new(1);
    let kept = |wait: &Wait| {
        let in_period = wait.ended_on.is_none_or(|day| scope.first <= day && day <= scope.last);
        wait.opened_at.date() >= from.min(scope.first) || in_period
    };
    let mut waits = match &clock {
        Some((id, _)) => session.waits(id)?,
        None => Vec::new(),
    };
    waits.retain(kept);
    Ok(Chain {
        levels: levels.iter().map(|level| (level.clone(), regime.words.shown("event", level).to_owned())).collect(),
        reached: reached.map(|m| m.id.clone()),
        stays: find(&|rule| matches!(rule, Rule::Stays { .. })).map(|m| m.id.clone()),
        supervised: supervised.map(|m| m.id.clone()),
        groups: regime.groups.clone(),
        standing: Vec::new(),
        waits_from: clock.as_ref().map(|_| from),
        clock,
        waits,
    })
}

/// Kinds as reports tell them apart.
fn tell_kinds(brief: &mut Brief, regime: &Regime) {
    let told = |id: &str, kind: &mut String| {
        if let Some(measure) = regime.measure(id) {
            *kind = measure.rule.told().to_owned();
        }
    };
    for measure in &mut brief.measures {
        told(&measure.id, &mut measure.kind);
    }
    let changes = brief.district.iter_mut();
    let changes = changes.flat_map(|c| [Some(&mut c.now), c.previous.as_mut(), c.year_before.as_mut()]).flatten();
    let cuts = brief.cuts.iter_mut().flat_map(|cut| cut.now.iter_mut().chain(&mut cut.previous));
    for figure in changes.chain(cuts).chain(brief.series.values_mut().flatten()) {
        told(&figure.measure, &mut figure.kind);
    }
}

/// Categories as the place calls them, and not by the ids that its rules use.
fn name_categories(brief: &mut Brief, regime: &Regime) {
    let name = |word: &mut Option<String>| {
        let found = regime.categories.iter().find(|category| word.as_deref() == Some(&category.id));
        if let Some(category) = found {
            *word = Some(category.name.clone());
        }
    };
    let rows = brief.evidence.iter_mut().chain(&mut brief.ratings_before).chain(&mut brief.chain.standing);
    for row in rows {
        name(&mut row.category);
        name(&mut row.class);
    }
    brief.cases.iter_mut().for_each(|case| name(&mut case.category));
    let docketed = brief.docket.iter_mut().flat_map(|docket| &mut docket.complaints);
    let complaints = brief.complaints.iter_mut().chain(docketed.map(|docketed| &mut docketed.complaint));
    complaints.for_each(|complaint| name(&mut complaint.category));
    brief.chain.waits.iter_mut().for_each(|wait| name(&mut wait.category));
    let cuts = brief.cuts.iter_mut().filter(|cut| matches!(cut.by.as_str(), "category" | "class"));
    for figure in cuts.flat_map(|cut| cut.now.iter_mut().chain(&mut cut.previous)) {
        name(&mut figure.subject_id);
        name(&mut figure.subject_name);
    }
}

pub(super) fn by_dimension(figures: Vec<Figure>) -> BTreeMap<String, Vec<Figure>> {
    let mut grouped: BTreeMap<String, Vec<Figure>> = BTreeMap::new();
    for figure in figures {
        grouped.entry(figure.by.clone()).or_default().push(figure);
    }
    grouped
}

pub(super) fn by_measure(figures: Vec<Figure>) -> BTreeMap<String, Vec<Figure>> {
    let mut grouped: BTreeMap<String, Vec<Figure>> = BTreeMap::new();
    for figure in figures {
        grouped.entry(figure.measure.clone()).or_default().push(figure);
    }
    grouped
}

/// Whose rules they are, in words.
pub fn place(regime: &Regime) -> Place {
    Place {
        regime: regime.id.clone(),
        place: regime.place.clone(),
        document: regime.document.clone(),
        document_date: regime.document_date.clone(),
        in_force_from: regime.in_force_from,
        main_role: words::roles(&regime.words, &regime.main()),
        words: regime.words.as_ref().clone(),
        results: regime
            .consequences
            .iter()
            .filter(|c| c.when == "results")
            .map(|c| format!("{}（{}）", c.text, c.provision))
            .collect(),
        minimum_n: regime.minimum_n,
    }
}

/// A measure of a regime, in words.
pub fn measure(measure: &crate::regime::Measure, regime: &Regime) -> Measure {
    Measure {
        id: measure.id.clone(),
        name: measure.name_zh.clone(),
        name_en: measure.name_en.clone(),
        kind: measure.rule.kind().to_owned(),
        topic: measure.topic.clone(),
        rule: measure.rule_zh(),
        answers: measure.answers_zh(),
        unit: measure.unit_zh().to_owned(),
        provision: measure.provision.clone(),
        standard: measure.standard.map(|s| Standard { p0: s.p0, p_good: s.p_good, local: s.local }),
        core: regime.core.contains(&measure.id),
        local: measure.local_zh(),
    }
}

fn warnings(
    session: &Session,
    regime: &Regime,
    calendar: &Calendar,
    scope: Scope,
) -> Result<Vec<String>, MeasureError> {
    let mut warnings = regime.changes(scope.first, scope.last.min(scope.as_of_day()));
    for (year, n) in session.beyond_calendar()? {
        warnings.push(format!(
            "{year}年起算的{n}项期限超出已发布的工作日安排，暂列未到期；下一年度放假通知发布后用 guanjia calendar import 补入。"
        ));
    }
    for year in calendar.years().iter().filter(|y| y.provisional && y.year <= chrono::Datelike::year(&scope.as_of) + 1)
    {
        warnings.push(format!("{}年工作日为暂定（尚无放假通知），涉及该年的期限可能变化。", year.year));
    }
    Ok(warnings)
}
