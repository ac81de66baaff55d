//! Made-up bureaus of every described place: the same rows each time, and a month in which all that the place's rules
//! ask for has matter and looks as a real month would.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use guanjia::calendar::Calendar;
use guanjia::ingest::{Options, Silent, ingest};
use guanjia::judgement::find;
use guanjia::judgement::findings::{Kind, Standing};
use guanjia::measures::brief::Figure;
use guanjia::measures::checks::{Level, Setting, rhythm};
use guanjia::measures::{Dimension, Scope, Session};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::synth::{self, SynthError};
use guanjia::tables::Dictionary;
use guanjia::warehouse::Warehouse;

/// A described place and a warehouse of what was made for it.
struct Place {
    _dir: tempfile::TempDir,
    exports: PathBuf,
    warehouse: PathBuf,
    regime: Regime,
    /// What `guanjia demo` shows first.
    period: Period,
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

fn description(id: &str) -> PathBuf {
    samples().join(format!("{id}.toml"))
}

/// All described places, made once for all tests.
static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let mut ids: Vec<String> = samples()
        .read_dir()
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".toml").map(str::to_owned))
        .collect();
    ids.sort();
    assert!(ids.len() >= 4, "{ids:?}");
    ids.iter().map(|id| place(id)).collect()
});

fn place(id: &str) -> Place {
    let dir = tempfile::tempdir().unwrap();
    let (exports, warehouse) = (dir.path().join("exports"), dir.path().join("warehouse.duckdb"));
    synth::make_of(&description(id), None, &exports, false).unwrap();
    let (rules, periods) = synth::shown(&description(id)).unwrap();
    assert_eq!(rules, id, "the file is called as its rules are");
    let started_at = "2026-11-02T12:00:00".parse().unwrap();
    let mut writer = Warehouse::open_writer(&warehouse, "test").unwrap();
    let batch = writer.begin("2026-11-02".parse().unwrap(), started_at).unwrap();
    let report =
        ingest(std::slice::from_ref(&exports), &Options::new(started_at, &Silent), Dictionary::shipped(), batch)
            .unwrap();
    assert!(report.reasons.is_empty(), "{id}: {:?}", report.reasons);
    // The longest period that it shows: what comes once a quarter is in it.
    let period = periods.into_iter().max_by_key(|period| period.last() - period.first()).unwrap();
    Place { _dir: dir, exports, warehouse, regime: Regime::shipped(&rules).unwrap(), period }
}

impl Place {
    fn session(&self) -> Session {
        Session::open(&self.warehouse, &self.regime, &Calendar::shipped(), &[]).unwrap()
    }

    fn figures(&self, by: Dimension) -> Vec<Figure> {
        let mut session = self.session();
        session.compute(Scope::of(self.period)).unwrap();
        session.figures(by).unwrap()
    }
}

#[test]
fn the_same_description_makes_the_same_rows() {
    for place in PLACES.iter() {
        let dir = tempfile::tempdir().unwrap();
        let (again, other) = (dir.path().join("again"), dir.path().join("other"));
        let file = description(&place.regime.id);
        synth::make_of(&file, None, &again, false).unwrap();
        synth::make_of(&file, Some(7), &other, false).unwrap();
        for table in ["enterprises", "people", "assignments", "cases", "case_events", "diary", "milestones"] {
            let read = |dir: &Path| std::fs::read(dir.join(format!("{table}.csv"))).unwrap();
            assert!(read(&place.exports) == read(&again), "{} {table}", place.regime.id);
            assert!(read(&place.exports) != read(&other), "{} {table} does not hang on the seed", place.regime.id);
        }
    }
}

#[test]
fn every_measure_has_matter_and_rates_are_those_of_a_bureau() {
    for place in PLACES.iter() {
        let id = &place.regime.id;
        let figures = place.figures(Dimension::District);
        assert_eq!(figures.len(), place.regime.measures.len());
        let (mut judged, mut below) = (0, 0);
        for figure in &figures {
            let measure = place.regime.measure(&figure.measure).unwrap();
            assert!(figure.n > 0, "{id} {}: nothing in {}", figure.measure, place.period);
            let Some(standard) = &measure.standard else { continue };
            let rate = figure.rate.unwrap();
            judged += 1;
            below += i32::from(rate < standard.p0);
            // No bureau is that bad; where there is much to judge, none is without fault.
            assert!(rate > 0.6, "{id} {}: {rate}", figure.measure);
            assert!(figure.n < 60 || rate < 1.0, "{id} {}: all {} met", figure.measure, figure.n);
        }
        assert!(below * 3 < judged * 2, "{id}: {below} of {judged} rates are below their standards");
    }
}

#[test]
fn roll_ups_tell_people_units_and_areas_apart() {
    for place in PLACES.iter() {
        for (by, least) in [(Dimension::Person, 8), (Dimension::Unit, 5), (Dimension::Area, 5)] {
            let figures = place.figures(by);
            let subjects: BTreeSet<_> = figures.iter().filter_map(|figure| figure.subject_id.as_deref()).collect();
            assert!(subjects.len() >= least, "{} by {by}: {subjects:?}", place.regime.id);
            let mut rates: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
            for figure in figures.iter().filter(|figure| figure.rate.is_some()) {
                let rate = (figure.rate.unwrap() * 1000.0) as u32;
                rates.entry(&figure.measure).or_default().insert(rate);
            }
            let differ = rates.values().filter(|rates| rates.len() > 2).count();
            assert!(differ >= 2, "{} by {by}: {rates:?}", place.regime.id);
        }
    }
}

#[test]
fn findings_of_every_rule_have_matter() {
    for place in PLACES.iter() {
        let mut session = place.session();
        let found = find::find(&mut session, &place.regime, Scope::of(place.period)).unwrap();
        for rule in &place.regime.findings {
            let own = found.findings.iter().filter(|finding| finding.rule == rule.id).count();
            assert!(own > 0, "{} {}: nothing found in {}", place.regime.id, rule.id, place.period);
        }
        // Somebody is surely below a standard that the place as a whole keeps: proposed, not only to be looked at.
        let proposed =
            |kind: Kind| found.findings.iter().filter(|f| f.kind == kind && f.standing == Standing::Proposed).count();
        assert!(proposed(Kind::Statistical) > 0, "{}: {:#?}", place.regime.id, found.findings.len());
        let people = found.findings.iter().filter(|f| f.standing == Standing::Proposed).count();
        assert!(people <= 40, "{}: {people} names in {}", place.regime.id, place.period);
    }
}

#[test]
fn nothing_is_wrong_with_what_was_made() {
    for place in PLACES.iter() {
        let calendar = Calendar::shipped();
        let setting = Setting { regime: &place.regime, calendar: &calendar, rhythm: &rhythm() };
        let found = place.session().check(Scope::of(place.period), &setting, None).unwrap();
        for check in found.iter().filter(|check| check.level == Level::Fail) {
            assert_eq!(check.found, 0, "{} {}: {:?}", place.regime.id, check.check, check.rows.first());
        }
    }
}

#[test]
fn people_and_places_are_nobodys() {
    for place in PLACES.iter() {
        let mut reader = csv::Reader::from_path(place.exports.join("people.csv")).unwrap();
        let people: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        let names: BTreeSet<&String> = people.iter().map(|person| &person["name"]).collect();
        assert_eq!(names.len(), people.len(), "{}", place.regime.id);
        assert!(people.iter().all(|person| person["phone"].starts_with("100") && person["phone"].len() == 11));
        let mut reader = csv::Reader::from_path(place.exports.join("enterprises.csv")).unwrap();
        let enterprises: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        let named: BTreeSet<&String> = enterprises.iter().map(|enterprise| &enterprise["name"]).collect();
        assert_eq!(named.len(), enterprises.len(), "{}", place.regime.id);
        assert!(enterprises.iter().all(|enterprise| enterprise["credit_code"].starts_with("9199")));
    }
}

/// What is told of a description with one change.
fn faults(change: (&str, &str)) -> String {
    let text = std::fs::read_to_string(description("wafangdian")).unwrap();
    assert!(text.contains(change.0), "{}", change.0);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.toml");
    std::fs::write(&file, text.replacen(change.0, change.1, 1)).unwrap();
    match synth::make_of(&file, None, &dir.path().join("out"), false) {
        Err(error @ SynthError::Description { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn faults_of_a_description_name_line_key_and_remedy() {
    let told = faults(("weak = 1", "wek = 1"));
    assert!(told.contains("x.toml:") && told.contains("people.wek: unknown field `wek`"), "{told}");
    let told = faults(("people = \"city\"", "people = \"citty\""));
    assert!(
        told.contains("role.people: “citty” is no group of people of this file; write one of: city, town"),
        "{told}"
    );
    let told = faults(("role = \"leader\"", "role = \"mother\""));
    assert!(told.contains("role.role: “mother” is no role; write one of: agent, "), "{told}");
    let told = faults(("full = 985", "full = 1985"));
    assert!(told.contains("role.full: 1985 is no share; write thousandths, 0 to 1000"), "{told}");
    let told = faults(("joined = [-400, 330]", "joined = [400, 330]"));
    assert!(told.contains("goes backwards; write the smaller number first"), "{told}");
    let told = faults(("from = \"submitted\"", "from = \"answered\""));
    assert!(told.contains("resolved is counted from answered, which does not come before it"), "{told}");
    let told = faults(("text = \"report\"", "text = \"reports\""));
    assert!(told.contains("“reports” is no text of this file; write one of: dispatch, report, site"), "{told}");
    let told = faults(("periods = [\"2026-10\"]", "periods = [\"2027-10\"]"));
    assert!(told.contains("2027-10 is not within the records"), "{told}");
}
