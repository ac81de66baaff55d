//! Every check finds exactly its rows in a small untidy bureau, and nothing in a tidy one.
use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveTime;
use guanjia::calendar::Calendar;
use guanjia::ingest::{Options, Silent, ingest};
use guanjia::measures::Session;
use guanjia::measures::checks::{self, Found, Level, Setting};
use guanjia::tables::Dictionary;
use guanjia::warehouse::Warehouse;

use crate::desk::{day, rules, scope};

const RULES: &str = "[[measure]]\nid = \"one\"\nkind = \"coverage\"\nholders = { role = \"steward\", exactly = 1 }\n[[measure]]\nid = \"m\"\nkind = \"tally\"\nof = \"complaints\"\nclass = \"verdict\"\n";

/// Files of one batch: name without ending, rows with header.
type Files<'a> = &'a [(&'a str, &'a str)];

/// A bureau in which nothing is wrong at the end of October 2026.
const TIDY: Files = &[
    (
        "enterprises",
        "enterprise_id,name,kind,credit_code,contact_phone,in_scope_from,in_scope_to\nE1,甲公司,enterprise,C1,13900000001,2024-01-01,\nE2,乙公司,enterprise,C2,13900000002,,\nE3,丙项目,project,C1,13900000003,,",
    ),
    (
        "people",
        "person_id,name,unit,phone,active_from,active_to\nP1,张一,甲局,13800000001,2020-01-01,\nP2,李二,乙局,13800000002,,\nP3,王三,乙局,,,",
    ),
    (
        "assignments",
        "enterprise_id,role,holder_id,valid_from,valid_to\nE1,steward,P1,2024-01-01,2026-03-01\nE1,steward,P2,2026-03-01,\nE2,steward,P2,2024-01-01,\nE1,leader,P1,2024-01-01,\nE1,leader,P2,2024-01-01,",
    ),
    ("cases", "case_id,enterprise_id,submitted_at\nQ1,E1,2026-10-28 09:00\nQ2,E2,2026-10-27"),
    (
        "case_events",
        "case_id,event,at,until\nQ1,submitted,2026-10-28 09:00,\nQ1,accepted,2026-10-28,\nQ1,extended,2026-10-29,2026-11-30\nQ2,submitted,2026-10-27 10:00,\nQ2,resolved,2026-10-30 10:00,",
    ),
    ("diary", "entry_id,person_id,enterprise_id,served_on\nD1,P2,E1,2026-10-29\nD2,P2,,2026-10-30"),
    ("evaluations", "evaluation_id,enterprise_id,person_id,at,grade\nV1,E1,P2,2026-10-30 09:00,5"),
    (
        "complaints",
        "complaint_id,enterprise_id,person_id,received_at,verified_at\nK1,E1,P2,2026-10-20 09:00,2026-10-25",
    ),
    ("absences", "person_id,from,to,deputy_id\nP1,2026-10-01,2026-10-10,P2\nP1,2026-10-11,2026-10-12,"),
];

struct Bureau {
    dir: tempfile::TempDir,
    batches: usize,
    rhythm: BTreeMap<String, u32>,
}

impl Bureau {
    fn tidy() -> Bureau {
        let mut bureau = Bureau { dir: tempfile::tempdir().unwrap(), batches: 0, rhythm: BTreeMap::new() };
        bureau.take(TIDY);
        bureau
    }

    fn warehouse(&self) -> std::path::PathBuf {
        self.dir.path().join("warehouse.duckdb")
    }

    fn take(&mut self, files: Files) -> &mut Bureau {
        self.batches += 1;
        let inbox = self.dir.path().join(format!("inbox{}", self.batches));
        std::fs::create_dir(&inbox).unwrap();
        for (name, text) in files {
            std::fs::write(inbox.join(format!("{name}.csv")), text).unwrap();
        }
        let exported_on = day("2026-10-30") + chrono::Days::new(self.batches as u64);
        let started_at = exported_on.and_time(NaiveTime::MIN);
        let options = Options { exported_on: Some(exported_on), ..Options::new(started_at, &Silent) };
        let mut writer = Warehouse::open_writer(&self.warehouse(), "test").unwrap();
        let batch = writer.begin(exported_on, started_at).unwrap();
        let report = ingest(&[inbox], &options, Dictionary::shipped(), batch).unwrap();
        assert!(!report.troubled, "{report:#?}");
        self
    }

    fn found(&self, period: &str, as_of: &str, calendar: &Calendar) -> Vec<Found> {
        let regime = rules(RULES);
        let mut session = Session::open(&self.warehouse(), &regime, calendar, &[]).unwrap();
        let setting = Setting { regime: &regime, calendar, rhythm: &self.rhythm };
        let found = session.check(scope(period, as_of, None), &setting, None).unwrap();
        assert!(found.iter().all(|check| check.found == check.rows.len() as u64));
        found
    }

    /// What is found of October by its end: `check: cells` of every row.
    fn rows(&self) -> Vec<String> {
        told(&self.found("2026-10", "2026-10-31", &Calendar::shipped()))
    }
}

fn told(found: &[Found]) -> Vec<String> {
    let mut told = Vec::new();
    for check in found {
        for row in &check.rows {
            let cells: Vec<&str> = row.0.iter().map(|(_, text)| text.as_str()).collect();
            told.push(format!("{}: {}", check.check, cells.join(" | ")));
        }
    }
    told
}

/// What a tidy bureau shows after one more batch.
fn after(files: Files) -> Vec<String> {
    Bureau::tidy().take(files).rows()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(Bureau::tidy().rows(), [""; 0]);
    let found = Bureau::tidy().found("2026-10", "2026-10-31", &Calendar::shipped());
    assert_eq!(found.len(), checks::all().len());
}

#[test]
fn orphans_of_every_reference() {
    let files: Files = &[
        ("assignments", "enterprise_id,role,holder_id,valid_from,valid_to\nE8,secretary,P8,2026-10-01,"),
        ("cases", "case_id,enterprise_id,submitted_at\nQ8,E8,2026-10-28 09:00"),
        ("case_events", "case_id,event,at\nQ9,resolved,2026-10-28 09:00\nK1,resolved,2026-10-30 09:00"),
        ("diary", "entry_id,person_id,enterprise_id,served_on\nD8,P8,E8,2026-10-29"),
        ("evaluations", "evaluation_id,enterprise_id,person_id,at,grade\nV8,E8,P8,2026-10-30 09:00,5"),
        ("complaints", "complaint_id,enterprise_id,person_id,received_at\nK8,E8,P8,2026-10-20 09:00"),
        ("milestones", "enterprise_id,milestone,planned_on\nE8,竣工,2026-12-01"),
        ("absences", "person_id,from,to,deputy_id\nP8,2026-10-13,2026-10-14,P7"),
        ("policies", "policy_id,title,issued_on\nY1,某政策,2026-10-20"),
        ("policy_pushes", "policy_id,person_id,enterprise_id,pushed_at\nY1,P8,E8,2026-10-21"),
    ];
    let mut bureau = Bureau::tidy();
    let rows = bureau.take(files).rows();
    let expected = [
        "absences | deputy_id | P7 | P8/2026-10-13",
        "absences | person_id | P8 | P8/2026-10-13",
        "assignments | enterprise_id | E8 | E8/secretary/P8/2026-10-01",
        "assignments | holder_id | P8 | E8/secretary/P8/2026-10-01",
        "case_events | case_id | Q9 | Q9/resolved/2026-10-28 09:00:00",
        "cases | enterprise_id | E8 | Q8",
        "complaints | enterprise_id | E8 | K8",
        "complaints | person_id | P8 | K8",
        "diary | enterprise_id | E8 | D8",
        "diary | person_id | P8 | D8",
        "evaluations | enterprise_id | E8 | V8",
        "evaluations | person_id | P8 | V8",
        "milestones | enterprise_id | E8 | E8/竣工",
        "policy_pushes | enterprise_id | E8 | Y1/E8/P8",
        "policy_pushes | person_id | P8 | Y1/E8/P8",
    ];
    let orphans: Vec<String> = rows.iter().filter_map(|r| Some(r.strip_prefix("orphan: ")?.to_owned())).collect();
    assert_eq!(orphans, expected);
    assert!(rows.contains(&"deputy: P8 |  | 2026-10-13 至 2026-10-14 | P7 | 不在人员名册中".to_owned()), "{rows:#?}");
    // They count once what they speak of has come.
    bureau.take(&[
        ("enterprises", "enterprise_id,name,kind\nE8,戊公司,enterprise"),
        ("people", "person_id,name\nP8,赵八\nP7,钱七"),
        ("cases", "case_id,enterprise_id,submitted_at\nQ9,E8,2026-10-28 08:00"),
    ]);
    assert_eq!(bureau.rows(), [""; 0]);
    // Of a period that they do not touch they are not told; milestones always are.
    let mut bureau = Bureau::tidy();
    bureau.take(files);
    let september = told(&bureau.found("2026-09", "2026-10-31", &Calendar::shipped()));
    assert_eq!(september.iter().filter(|r| r.starts_with("orphan: ")).count(), 1, "{september:#?}");
}

#[test]
fn two_stewards_on_one_day() {
    // P1 left E1 on 1 March; two leaders are allowed; an enterprise out of scope does not count.
    assert_eq!(
        after(&[(
            "assignments",
            "enterprise_id,role,holder_id,valid_from,valid_to\nE2,steward,P1,2026-10-05,2026-10-08"
        )]),
        ["double_holder: E2 | 乙公司 | 项目管家 | P1 张一 | P2 李二 | 2026-10-05 | 2026-10-07"]
    );
}

#[test]
fn wide_rows_beside_events() {
    let files: Files = &[
        ("宽表", "问题编号,企业编号,提交时间,办结时间\nQ3,E1,2026-10-20 09:00,2026-10-22 10:00"),
        ("流转", "case_id,event,at\nQ3,submitted,2026-10-20 09:00\nQ3,resolved,2026-10-23 10:00"),
    ];
    let mut bureau = Bureau::tidy();
    assert_eq!(
        bureau.take(files).rows(),
        ["wide_long: Q3 | E1 | 办结 2026-10-22 10:00:00 | 办结 2026-10-23 10:00:00 | 2"]
    );
    // A newer set of the case makes it past; what it no longer has is told instead.
    bureau.take(&[("流转", "case_id,event,at\nQ3,submitted,2026-10-20 09:00\nQ3,resolved,2026-10-22 10:00")]);
    assert_eq!(bureau.rows(), ["vanished_event: Q3 | 办结 |  | 2026-10-23 10:00:00 | 2026-10-22 10:00:00 | 3"]);
}

#[test]
fn submitted_twice_at_different_times() {
    assert_eq!(
        after(&[
            ("cases", "case_id,enterprise_id,submitted_at\nQ4,E1,2026-10-20 09:00\nQ5,E1,2026-10-20"),
            ("case_events", "case_id,event,at\nQ4,submitted,2026-10-20 08:00\nQ5,submitted,2026-10-20 08:00"),
        ]),
        ["submitted_differs: Q4 | E1 | 2026-10-20 09:00:00 | 2026-10-20 08:00:00 | 2026-10-20 08:00:00"]
    );
}

#[test]
fn ends_before_their_starts() {
    // A bare date of the same day is not before; an assignment that ends on its first day was never held.
    assert_eq!(
        after(&[
            ("cases", "case_id,enterprise_id,submitted_at\nQ6,E1,2026-10-20 09:00"),
            (
                "case_events",
                "case_id,event,at\nQ6,accepted,2026-10-20\nQ6,resolved,2026-10-20 08:59\nQ6,approved,2026-10-19"
            ),
            ("assignments", "enterprise_id,role,holder_id,valid_from,valid_to\nE2,secretary,P1,2026-10-20,2026-10-20"),
            ("complaints", "complaint_id,enterprise_id,received_at,verified_at\nK6,E1,2026-10-20 09:00,2026-10-19"),
        ]),
        [
            "end_before_start: assignments | E2/secretary/P1/2026-10-20 | 开始日期 | 2026-10-20 | 结束日期 | 2026-10-20",
            "end_before_start: case_events | Q6/1 | 提交 | 2026-10-20 09:00:00 | 办结 | 2026-10-20 08:59:00",
            "end_before_start: case_events | Q6/1 | 提交 | 2026-10-20 09:00:00 | 办结审定 | 2026-10-19",
            "end_before_start: complaints | K6 | 投诉时间 | 2026-10-20 09:00:00 | 核实时间 | 2026-10-19",
        ]
    );
}

#[test]
fn events_that_vanish_or_move() {
    assert_eq!(
        after(&[(
            "case_events",
            "case_id,event,at,until\nQ1,submitted,2026-10-28 09:00,\nQ1,accepted,2026-10-28 11:00,\nQ2,submitted,2026-10-27 10:00,\nQ2,resolved,2026-10-29 10:00,"
        )]),
        [
            "vanished_event: Q1 | 延期审批 |  | 2026-10-29 |  | 2",
            "vanished_event: Q2 | 办结 |  | 2026-10-30 10:00:00 | 2026-10-29 10:00:00 | 2",
        ]
    );
}

#[test]
fn tables_that_stopped() {
    let mut bureau = Bureau::tidy();
    let found = |bureau: &Bureau, as_of: &str| -> Vec<String> {
        let rows = told(&bureau.found("2026-11", as_of, &Calendar::shipped()));
        rows.into_iter().filter(|row| row.starts_with("stale_table")).collect()
    };
    // The day on which the rhythm is just kept, and the next.
    assert_eq!(found(&bureau, "2026-11-04"), [""; 0]);
    assert_eq!(
        found(&bureau, "2026-11-06"),
        ["stale_table: case_events | 2026-10-30 | 7 | 7", "stale_table: cases | 2026-10-28 | 9 | 7"][1..]
    );
    bureau.rhythm = BTreeMap::from([("cases".to_owned(), 9)]);
    assert_eq!(found(&bureau, "2026-11-06"), [""; 0]);
    // A table that a measure reads and that never came.
    let mut bare = Bureau { dir: tempfile::tempdir().unwrap(), batches: 0, rhythm: BTreeMap::new() };
    bare.take(&TIDY[..4]);
    assert!(found(&bare, "2026-11-01").contains(&"stale_table: complaints |  |  | 92".to_owned()));
}

#[test]
fn years_without_working_days() {
    let bureau = Bureau::tidy();
    let found = |as_of: &str, calendar: &Calendar| -> Vec<String> {
        let rows = told(&bureau.found("2026", as_of, calendar));
        rows.into_iter().filter(|row| row.starts_with("calendar")).collect()
    };
    assert_eq!(found("2026-11-16", &Calendar::shipped()), [""; 0]);
    assert_eq!(found("2026-11-17", &Calendar::shipped()), ["calendar_next: 2027"]);
    assert_eq!(found("2027-02-01", &Calendar::shipped()), ["calendar_missing: 2027"]);
    let place = tempfile::tempdir().unwrap();
    let settings = "regime = \"dalian-hitech\"\n[calendar]\nprovisional = [2027]\n[rhythm]\ncases = 3\n";
    std::fs::write(place.path().join("guanjia.toml"), settings).unwrap();
    let workspace = guanjia::workspace::Workspace::open(Some(place.path())).unwrap();
    assert_eq!(workspace.settings.rhythm["cases"], 3);
    assert_eq!(found("2026-11-17", &Calendar::for_workspace(&workspace).unwrap()), ["calendar_provisional: 2027"]);
}

#[test]
fn one_under_two_ids() {
    let mut bureau = Bureau::tidy();
    bureau.take(&[
        (
            "people",
            "person_id,name,unit,phone\nP8,张一,丙局,13800000001\nP9,李二,乙局,13800000009\nP7,王三,乙局,",
        ),
        (
            "enterprises",
            "enterprise_id,name,kind,credit_code,contact_phone\nE7,甲股份公司,enterprise,C1,\nE8,乙公司,enterprise,,13900000002\nE9,丙项目,project,C1,13900000003",
        ),
    ]);
    assert_eq!(
        bureau.rows(),
        [
            "twin_credit_code: C1 | E1、E7 | 甲公司、甲股份公司",
            "twin_enterprise: 丙项目 | 139****0003 | E3、E9",
            "twin_enterprise: 乙公司 | 139****0002 | E2、E8",
            "twin_people: 张一 | 138****0001 | P1、P8 | 丙局、甲局",
        ]
    );
    // Recorded as one they are told no more.
    merge(&bureau.warehouse(), "人员,P8,P1,\n企业,E7,E1,\n企业,E8,E2,\n企业,E9,E3,");
    assert_eq!(bureau.rows(), [""; 0]);
}

fn merge(warehouse: &Path, lines: &str) {
    let path = warehouse.with_file_name("merges.csv");
    std::fs::write(&path, format!("类型,编号,是,原因\n{lines}\n")).unwrap();
    let file = guanjia::ingest::merges::read(&path).unwrap();
    let source = guanjia::warehouse::identities::MergeSource {
        path: "merges.csv",
        sheet: None,
        sha256: &file.sha256,
        skipped: file.skipped,
    };
    let at = day("2026-11-02").and_time(NaiveTime::MIN);
    let mut writer = Warehouse::open_writer(warehouse, "test").unwrap();
    writer.merge(&source, &file.statements, at, at.date()).unwrap().unwrap();
}

#[test]
fn absences_and_deputies() {
    assert_eq!(
        after(&[(
            "absences",
            "person_id,from,to,deputy_id\nP1,2026-10-09,2026-10-10,P3\nP2,2026-10-20,2026-10-21,P2\nP3,2026-10-22,2026-10-23,P9\nP1,2026-10-25,2026-10-26,P3\nP3,2026-10-26,2026-10-26,"
        )]),
        [
            "orphan: absences | deputy_id | P9 | P3/2026-10-22",
            "absence_overlap: P1 | 张一 | 2026-10-01 至 2026-10-10 | P2 | 2026-10-09 至 2026-10-10 | P3",
            "deputy: P1 | 张一 | 2026-10-25 至 2026-10-26 | P3 | 期间自己也请假（借调）",
            "deputy: P2 | 李二 | 2026-10-20 至 2026-10-21 | P2 | 就是本人",
            "deputy: P3 | 王三 | 2026-10-22 至 2026-10-23 | P9 | 不在人员名册中",
        ]
    );
}

#[test]
fn what_fails_and_what_warns() {
    let fail: Vec<&str> =
        checks::all().iter().filter(|check| check.level == Level::Fail).map(|check| check.id.as_str()).collect();
    assert_eq!(
        fail,
        ["calendar_missing", "double_holder", "end_before_start", "orphan", "twin_credit_code", "wide_long"]
    );
}
