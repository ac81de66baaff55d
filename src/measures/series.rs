//! The district month by month: what happened is folded by month in one pass; states are taken at each month's end.
use std::collections::BTreeMap;
use std::path::Path;

use super::brief::Figure;
use super::gather::by_measure;
use super::kept::{Keeping, Portion};
use super::{Dimension, MeasureError, Scope, Session};
use crate::calendar::Calendar;
use crate::period::Period;
use crate::regime::Regime;

/// Months in a series: two years and the one that they end with.
const MONTHS: usize = 25;

/// The district by measure, month by month.
pub type Series = BTreeMap<String, Vec<Figure>>;

/// The series of some measures (none named: all that may be published), ending with the month of as-of.
pub fn district(
    warehouse: &Path,
    regime: &Regime,
    calendar: &Calendar,
    only: &[String],
    scope: Scope,
) -> Result<Series, MeasureError> {
    let mut regime = regime.published();
    regime.measures.retain(|measure| only.is_empty() || only.contains(&measure.id));
    let mut session = Session::open(warehouse, &regime, calendar, only)?;
    let months = months(scope);
    session.compute(span(&months, scope))?;
    let mut series = happened(&session, &regime, scope, &months)?;
    series.append(&mut states(&mut session, &regime, scope, &months, None)?);
    Ok(series)
}

/// The months of a series, oldest first.
pub(super) fn months(scope: Scope) -> Vec<Period> {
    let mut months = vec![Period::month_of(scope.as_of_day())];
    while months.len() < MONTHS {
        months.push(months[months.len() - 1].previous());
    }
    months.reverse();
    months
}

/// All of them as one scope.
pub(super) fn span(months: &[Period], scope: Scope) -> Scope {
    let ends = |period: Option<&Period>| period.copied().unwrap_or(scope.period);
    Scope { first: ends(months.first()).first(), last: ends(months.last()).last(), ..scope }
}

/// The series of what happened, where the span of the months has been computed.
pub(super) fn happened(
    session: &Session,
    regime: &Regime,
    scope: Scope,
    months: &[Period],
) -> Result<Series, MeasureError> {
    let mut series = Series::new();
    let folded = by_measure(session.figures(Dimension::Month)?);
    for measure in regime.measures.iter().filter(|m| !m.rule.is_state()) {
        let found = folded.get(&measure.id).map(Vec::as_slice).unwrap_or_default();
        let figures = months.iter().map(|month| {
            let figure = of_month(found, *month);
            of_district(figure.unwrap_or_else(|| nothing(&measure.id, measure.rule.kind(), *month, scope)), *month)
        });
        series.insert(measure.id.clone(), figures.collect());
    }
    Ok(series)
}

/// The series of how things stood at the end of each month; afterwards the session holds these states and nothing else.
pub(super) fn states(
    session: &mut Session,
    regime: &Regime,
    scope: Scope,
    months: &[Period],
    keeping: Option<&mut Keeping<'_>>,
) -> Result<Series, MeasureError> {
    let mut series = Series::new();
    let in_force = months.iter().filter(|month| month.last() >= regime.in_force_from);
    let ends: Vec<Scope> =
        in_force.map(|month| Scope { as_of: month.end().min(scope.as_of), ..scope.at(*month) }).collect();
    let folded = by_measure(session.states(&ends)?);
    if let Some(keeping) = keeping.filter(|_| !ends.is_empty()) {
        session.keep_aside(Portion::States, keeping)?;
    }
    for measure in regime.measures.iter().filter(|m| m.rule.is_state()) {
        let found = folded.get(&measure.id).map(Vec::as_slice).unwrap_or_default();
        let figures = ends.iter().map(|end| {
            let figure = of_month(found, end.period).unwrap_or_else(|| Figure {
                met: Some(0).filter(|_| measure.rule.kind() != "tally"),
                breached: Some(0).filter(|_| measure.rule.kind() != "tally"),
                ..nothing(&measure.id, measure.rule.kind(), end.period, *end)
            });
            Figure { as_of: end.as_of, ..of_district(figure, end.period) }
        });
        series.insert(measure.id.clone(), figures.collect());
    }
    Ok(series)
}

fn of_month(figures: &[Figure], month: Period) -> Option<Figure> {
    let name = month.to_string();
    figures.iter().find(|figure| figure.subject_id.as_ref() == Some(&name)).cloned()
}

/// A fold by month, told as the district's of that month.
fn of_district(figure: Figure, month: Period) -> Figure {
    let whole = Dimension::District.name().to_owned();
    Figure { period: month, by: whole.clone(), subject_id: Some(whole.clone()), subject_name: Some(whole), ..figure }
}

/// A month without a row.
fn nothing(measure: &str, kind: &str, month: Period, scope: Scope) -> Figure {
    Figure {
        measure: measure.to_owned(),
        kind: kind.to_owned(),
        by: Dimension::Month.name().to_owned(),
        subject_id: Some(month.to_string()),
        subject_name: Some(month.to_string()),
        period: month,
        as_of: scope.as_of,
        n: 0,
        met: None,
        breached: None,
        pending: None,
        unmeasurable: None,
        extended: None,
        rate: None,
        ci_low: None,
        ci_high: None,
        mean: None,
        median: None,
        p90: None,
        max: None,
        denominator: None,
    }
}
