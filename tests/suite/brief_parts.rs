//! What a brief computes at once is what its periods give one by one: for every measure of every place.
use std::collections::BTreeMap;

use guanjia::calendar::Calendar;
use guanjia::measures::brief::Figure;
use guanjia::measures::{self, Dimension, Scope, Selection, Session};
use guanjia::period::Period;
use guanjia::regime::Regime;

use crate::rollups::EVERYTHING;

/// All but the words in which kinds and subjects are told.
fn numbers(figure: &Figure) -> Figure {
    Figure { kind: String::new(), subject_id: None, subject_name: None, by: String::new(), ..figure.clone() }
}

fn sorted<'a>(figures: impl Iterator<Item = &'a Figure>) -> Vec<String> {
    let mut all: Vec<String> = figures.map(|figure| format!("{:?}", numbers(figure))).collect();
    all.sort();
    all
}

#[test]
fn a_brief_has_the_figures_of_its_periods_one_by_one() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap();
        for period in ["2026-09", "2026-Q2", "2026-W36"] {
            one_by_one(&regime, period.parse().unwrap());
        }
    }
}

fn one_by_one(regime: &Regime, period: Period) {
    let (calendar, scope) = (Calendar::shipped(), Scope::of(period));
    let brief = measures::brief(&EVERYTHING.1, regime, &calendar, &BTreeMap::new(), scope, &mut |_| {}).unwrap();
    let mut session = Session::open(&EVERYTHING.1, &regime.published(), &calendar, &[]).unwrap();

    session.compute(scope).unwrap();
    let alone = session.figures(Dimension::District).unwrap();
    let now: Vec<&Figure> = brief.district.iter().map(|change| &change.now).collect();
    assert_eq!(sorted(now.into_iter()), sorted(alone.iter()), "{} {period}", regime.id);
    let by_unit = session.figures(Dimension::Unit).unwrap();
    for cut in brief.cuts.iter().filter(|cut| cut.by == "unit") {
        let alone = by_unit.iter().filter(|figure| figure.measure == cut.measure);
        assert_eq!(sorted(cut.now.iter()), sorted(alone), "{} {period} {}", regime.id, cut.measure);
    }
    let rows = session.evidence(&Selection::default()).unwrap();
    assert_eq!(brief.evidence.len(), rows.len(), "{} {period}", regime.id);
    for (at_once, alone) in brief.evidence.iter().zip(&rows) {
        let of = |row: &measures::brief::Evidence| {
            (row.id(), row.decided_on, row.outcome.clone(), row.person_id.clone(), row.unit.clone(), row.value)
        };
        let (mut at_once, mut alone) = (of(at_once), of(alone));
        // Categories are told in the place's own words.
        (at_once.0.class, alone.0.class) = (None, None);
        assert_eq!(at_once, alone, "{} {period}", regime.id);
    }

    // What happened in the month is what the series says of it.
    if let Period::Month(..) = period {
        for change in &brief.district {
            let month = brief.series[&change.now.measure].last().unwrap();
            let counts = |figure: &Figure| (figure.n, figure.met.unwrap_or(0), figure.breached.unwrap_or(0));
            assert_eq!(counts(month), counts(&change.now), "{} {}", regime.id, month.measure);
        }
    }
    for (before, of) in [(period.previous(), 0), (period.year_before(), 1)] {
        session.compute(scope.at(before)).unwrap();
        let alone = session.figures(Dimension::District).unwrap();
        for change in &brief.district {
            let found = [&change.previous, &change.year_before][of];
            if let Some(found) = found {
                let alone = alone.iter().filter(|figure| figure.measure == found.measure);
                assert_eq!(sorted([found].into_iter()), sorted(alone), "{} {before}", regime.id);
            }
        }
    }
}
