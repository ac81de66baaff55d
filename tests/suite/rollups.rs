//! A made-up district: whatever it is cut by, the parts are the whole.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use guanjia::calendar::Calendar;
use guanjia::cli::Size;
use guanjia::ingest::{Options, Silent, ingest};
use guanjia::measures::brief::Figure;
use guanjia::measures::{Dimension, Scope, Session};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::tables::Dictionary;
use guanjia::warehouse::Warehouse;

const DIMENSIONS: [Dimension; 11] = [
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
    Dimension::Month,
];

/// One district for all tests, and its warehouse.
static DISTRICT: LazyLock<(tempfile::TempDir, PathBuf)> =
    LazyLock::new(|| taken(|exports| drop(guanjia::synth::make(Size::District, 7, exports, false).unwrap())));

/// A small one that has what any place asks for.
pub static EVERYTHING: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| taken(crate::everything::write));

fn taken(make: impl Fn(&Path)) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let exports = dir.path().join("exports");
    make(&exports);
    let file = dir.path().join("warehouse.duckdb");
    let started_at = "2026-11-02T12:00:00".parse().unwrap();
    let mut warehouse = Warehouse::open_writer(&file, "test").unwrap();
    let batch = warehouse.begin("2026-11-02".parse().unwrap(), started_at).unwrap();
    let options = Options::new(started_at, &Silent);
    let report = ingest(&[exports], &options, Dictionary::shipped(), batch).unwrap();
    assert!(!report.troubled, "{:?}", report.reasons);
    (dir, file)
}

fn session(regime: &Regime) -> Session {
    Session::open(&DISTRICT.1, regime, &Calendar::shipped(), &[]).unwrap()
}

/// The sum of each count over a dimension is the whole's.
fn adds_up(session: &mut Session, district: &[Figure], id: &str) {
    for by in DIMENSIONS {
        let figures = session.figures(by).unwrap();
        for whole in district {
            let sum = of(&figures, &whole.measure).fold([0; 6], |sum, figure| add(sum, counts(figure)));
            assert_eq!(sum, counts(whole), "{id} {} by {by}", whole.measure);
        }
    }
}

fn counts(figure: &Figure) -> [i64; 6] {
    let count = |value: Option<i64>| value.unwrap_or(0);
    [
        figure.n,
        count(figure.met),
        count(figure.breached),
        count(figure.pending),
        count(figure.unmeasurable),
        count(figure.extended),
    ]
}

fn add(sum: [i64; 6], more: [i64; 6]) -> [i64; 6] {
    std::array::from_fn(|n| sum[n] + more[n])
}

fn of<'a>(figures: &'a [Figure], measure: &str) -> impl Iterator<Item = &'a Figure> {
    figures.iter().filter(move |figure| figure.measure == measure)
}

#[test]
fn every_roll_up_adds_up_to_the_district() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap();
        let mut session = session(&regime);
        session.compute(Scope::of(Period::Month(2026, 9))).unwrap();
        let district = session.figures(Dimension::District).unwrap();
        assert_eq!(district.len(), regime.measures.len());
        let rows: i64 = district.iter().map(|figure| figure.n).sum();
        assert!(rows > 100, "{id} has {rows} rows: too few to prove anything");
        adds_up(&mut session, &district, &id);
    }
}

#[test]
fn every_measure_of_every_place_adds_up_and_has_rows() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap();
        let mut session = Session::open(&EVERYTHING.1, &regime, &Calendar::shipped(), &[]).unwrap();
        let mut seen = BTreeMap::new();
        let mut vacuum = 0;
        for period in ["2026-Q2", "2026-09", "2026-W36"] {
            session.compute(Scope::of(period.parse().unwrap())).unwrap();
            let district = session.figures(Dimension::District).unwrap();
            for figure in &district {
                *seen.entry(figure.measure.clone()).or_insert(0) += figure.n + figure.pending.unwrap_or(0);
            }
            adds_up(&mut session, &district, &id);
            // Nobody holds the main role of some: a line of its own.
            let by_person = session.figures(Dimension::Person).unwrap();
            vacuum += by_person.iter().filter(|figure| figure.subject_id.is_none()).count();
        }
        for measure in &regime.measures {
            assert!(seen[&measure.id] > 0, "{id} {} has no row: it proves nothing", measure.id);
        }
        assert!(vacuum > 0, "{id}");
    }
}

#[test]
fn figures_are_the_same_whether_or_not_it_is_looked_up_who_answers() {
    let scope = Scope::of("2026-Q3".parse().unwrap());
    let regime = Regime::shipped("dalian-hitech").unwrap();
    let session = |only: &[String]| Session::open(&EVERYTHING.1, &regime, &Calendar::shipped(), only).unwrap();
    // Leads look up all that there is.
    let measures = regime.measures.iter().filter(|measure| measure.rule.kind() != "integrity");
    let measures: Vec<String> = measures.map(|measure| measure.id.clone()).collect();
    let mut whole = session(&measures);
    whole.compute(scope).unwrap();
    let dimensions = DIMENSIONS.into_iter().filter(|by| !by.is_who_answers());
    let mut lean = session(&measures);
    for by in dimensions.chain([Dimension::District]) {
        lean.compute_for(scope, by).unwrap();
        assert_eq!(lean.figures(by).unwrap(), whole.figures(by).unwrap(), "by {by}");
    }
    let district = whole.figures(Dimension::District).unwrap();
    for measure in &measures {
        let mut alone = session(std::slice::from_ref(measure));
        alone.compute_for(scope, Dimension::District).unwrap();
        let figures = alone.figures(Dimension::District).unwrap();
        assert_eq!(figures, of(&district, measure).cloned().collect::<Vec<_>>(), "{measure}");
    }
}

#[test]
fn months_add_up_to_the_year() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap();
        let mut session = session(&regime);
        let year = Scope::of(Period::Year(2025));
        session.compute(year).unwrap();
        let whole = session.figures(Dimension::District).unwrap();
        let by_month = session.figures(Dimension::Month).unwrap();
        let mut months: Vec<Vec<Figure>> = Vec::new();
        for month in 1..=12 {
            // The same as-of for all: what is decided in a month does not depend on the period that is asked.
            let asked = Scope { as_of: year.as_of, ..Scope::of(Period::Month(2025, month)) };
            session.compute(asked).unwrap();
            months.push(session.figures(Dimension::District).unwrap());
        }
        for measure in regime.measures.iter().filter(|measure| !measure.rule.is_state()) {
            let n = |figures: &[Figure]| of(figures, &measure.id).map(|figure| figure.n).sum::<i64>();
            assert_eq!(months.iter().map(|figures| n(figures)).sum::<i64>(), n(&whole), "{id} {}", measure.id);
            for (month, figures) in months.iter().enumerate() {
                let name = format!("2025-{:02}", month + 1);
                let cut = of(&by_month, &measure.id).filter(|figure| figure.subject_id.as_deref() == Some(&name));
                assert_eq!(cut.map(|figure| figure.n).sum::<i64>(), n(figures), "{id} {} {name}", measure.id);
            }
        }
        for measure in regime.measures.iter().filter(|measure| measure.rule.is_state()) {
            let state = of(&whole, &measure.id).map(counts).collect::<Vec<_>>();
            for figures in &months {
                assert_eq!(of(figures, &measure.id).map(counts).collect::<Vec<_>>(), state, "{id} {}", measure.id);
            }
        }
    }
}

#[test]
fn figures_do_not_depend_on_threads() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap();
        let of = |threads: usize| {
            let mut session = session(&regime);
            session.set_threads(threads).unwrap();
            session.compute(Scope::of(Period::Quarter(2026, 3))).unwrap();
            let figures: Vec<Vec<Figure>> = DIMENSIONS.iter().map(|by| session.figures(*by).unwrap()).collect();
            (figures, session.evidence(&guanjia::measures::Selection::default()).unwrap())
        };
        let (one, two) = (of(1), of(2));
        assert!(one.1.len() > 100, "{id} has {} rows: too few to prove anything", one.1.len());
        assert_eq!(one, two, "{id}");
    }
}
