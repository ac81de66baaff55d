//! Rules that change: what opened before is judged as before, and what is said of it.
use guanjia::calendar::Calendar;
use guanjia::measures::{Dimension, Scope, brief};
use guanjia::period::Period;

use super::SETTLED;
use crate::desk::{Desk, ever, rules, scope, told};

/// From 13 October 2025 on 10 working days instead of 15.
fn shorter() -> String {
    format!(
        "{SETTLED}\n[[version]]\nversion = \"2025年修订\"\neffective_from = 2025-10-13\n[[version.measure]]\nid = \"case_settled\"\nlimit = {{ working_days = 10 }}\nstandard = {{ p0 = 0.9, p_good = 0.97 }}\n"
    )
}

#[test]
fn an_obligation_is_judged_by_the_rules_of_the_day_it_opened() {
    let mut desk = Desk::new();
    // Submitted the day before and on the day itself; 15 working days after 12 October are the 31st, 10 after the 13th the 27th.
    desk.case("Q1", "submitted 2025-10-12T23:59:59\nresolved 2025-10-31T10:00:00");
    desk.case("Q2", "submitted 2025-10-13T00:00:00\nresolved 2025-10-31T10:00:00");
    // A reminder after the change is no new clock; reopening after it is one, by the new rule.
    desk.case("Q3", "submitted 2025-10-09T09:00:00\nsubmitted 2025-10-14T09:00:00\nresolved 2025-10-16T10:00:00\nreopened 2025-10-20T09:00:00");
    // A pause moves each due by its own rule.
    desk.case("Q4", "submitted 2025-10-10T09:00:00\nsuspended 2025-10-13T09:00:00\nresumed 2025-10-15T09:00:00");
    let rows = desk.evidence(&rules(&shorter()), ever("2025-11-30"));
    assert_eq!(
        rows.iter().map(told).collect::<Vec<_>>(),
        [
            "cases/Q3 P1/甲局 due 2025-10-29 done 2025-10-16T10:00 on 2025-10-16 met 6",
            "cases/Q2 P1/甲局 due 2025-10-27 done 2025-10-31T10:00 on 2025-10-27 breached 14",
            "cases/Q1 P1/甲局 due 2025-10-31 done 2025-10-31T10:00 on 2025-10-31 met 15",
            "cases/Q4 P1/甲局 due 2025-11-03 on 2025-11-03 breached paused 2",
            "cases/Q3 P1/甲局 due 2025-11-03 on 2025-11-03 breached",
        ]
    );
    // One measure, one figure; the same again.
    let mut session = desk.session(&rules(&shorter()), ever("2025-11-30"));
    for _ in 0..2 {
        let figures = session.figures(Dimension::District).unwrap();
        assert_eq!(figures.iter().map(|f| (f.measure.as_str(), f.n)).collect::<Vec<_>>(), [("case_settled", 5)]);
        session.compute(ever("2025-11-30")).unwrap();
    }
}

#[test]
fn slots_states_and_records_go_by_their_own_day() {
    let measures = r#"[[measure]]
id = "weekly"
kind = "cadence"
subject = { person_holding = "steward" }
slot = "week"
acts = { kinds = [], by = "subject" }
[[measure]]
id = "grade"
kind = "score"
of = { evaluations = "grade", channel = ["platform"] }
satisfied = 3
[[measure]]
id = "one"
kind = "coverage"
holders = { role = "steward", exactly = 1 }
[[measure]]
id = "gone"
kind = "tally"
of = "complaints"
[[version]]
version = "二"
effective_from = 2025-10-15
ends = ["gone"]
[[version.measure]]
id = "weekly"
at_least = 2
[[version.measure]]
id = "grade"
satisfied = 4
[[version.measure]]
id = "one"
holders = { role = "steward", at_least = 2 }
[[version.measure]]
id = "fresh"
name = { zh = "新" }
topic = "complaints"
provision = "二"
kind = "tally"
of = "complaints"
class = "category"
"#;
    let mut desk = Desk::new();
    desk.add("diary", "D1,P1,E1,2025-10-14,,visit,走访\nD2,P1,E1,2025-10-21,,visit,走访");
    desk.add("evaluations", "V1,E1,,,platform,2025-10-14 09:00:00,3\nV2,E1,,,platform,2025-10-15 09:00:00,3");
    desk.add("complaints", "K1,E1,P1,,2025-10-14 09:00:00,style,,\nK2,E1,P1,,2025-10-15 09:00:00,style,,");
    let rows = desk.evidence(&rules(measures), scope("2025-10", "2025-10-31", None));
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", row.measure, row.record, row.outcome.as_deref().unwrap_or("–")))
        .collect();
    for line in [
        // The week that began before the change needs one entry, the next one two.
        "weekly people/P1/2025-W42 met",
        "weekly people/P1/2025-W43 breached",
        "grade evaluations/V1 met",
        "grade evaluations/V2 breached",
        // A state by the rules of the as-of day.
        "one enterprises/E1 breached",
        "gone complaints/K1 –",
        "fresh complaints/K2 –",
    ] {
        assert!(lines.iter().any(|found| found == line), "no {line} in {lines:#?}");
    }
    assert_eq!(lines.iter().filter(|line| line.starts_with("gone") || line.starts_with("fresh")).count(), 2);
    let before = desk.evidence(&rules(measures), scope("2025-10", "2025-10-14", None));
    assert!(before.iter().any(|row| row.measure == "one" && row.outcome.as_deref() == Some("met")));
}

#[test]
fn a_bulletin_over_the_change_says_so() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-12T23:59:59\nresolved 2025-10-31T10:00:00");
    let (warehouse, regime) = (desk.take(), rules(&shorter()));
    let of = |month: u32| {
        let scope = Scope::of(Period::Month(2025, month));
        brief(&warehouse, &regime, &Calendar::shipped(), &Default::default(), scope, &mut |_| {}).unwrap()
    };
    let (september, october, november) = (of(9), of(10), of(11));
    let said = "规则调整：2025年修订自2025年10月13日起施行，“某”期限由15个工作日改为10个工作日、达标线由无改为90%；此前起算的事项仍按原规则判定。";
    assert!(october.warnings.iter().any(|warning| warning == said), "{:?}", october.warnings);
    assert!(!november.warnings.iter().chain(&september.warnings).any(|warning| warning.starts_with("规则调整")));
    // The rule that is told is the one in force at the end.
    assert!(september.measures[0].rule.contains("15个工作日") && november.measures[0].rule.contains("10个工作日"));
    assert!(september.measures[0].standard.is_none() && november.measures[0].standard.is_some());
}

#[test]
fn a_version_says_what_is_wrong_with_it() {
    let faults = |version: &str| {
        let head = "[regime]\nid = \"x\"\nplace = \"某区\"\ndocument = \"《某》\"\nin_force_from = 2025-01-01\nmain_role = \"steward\"\n";
        let measure = format!(
            "[[measure]]\nname = {{ zh = \"某\" }}\ntopic = \"timeliness\"\nprovision = \"一\"\n{}",
            SETTLED.replace("[[measure]]\n", "")
        );
        match guanjia::regime::Regime::parse(&format!("{head}{measure}{version}"), "x.toml") {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    };
    let version = "[[version]]\nversion = \"二\"\neffective_from = 2025-07-01\n";
    for (text, wanted) in [
        ("", "changes nothing; add [[version.measure]]"),
        ("ends = [\"none\"]\n", "x.toml:19: version.二.ends: names “none”, which is no measure of this file"),
        ("[[version.measure]]\nlimit = { days = 2 }\n", "version.二.measure.id: is missing"),
        (
            "[[version.measure]]\nid = \"case_settled\"\nlimit = { days = 0 }\n",
            "x.toml:21: version.二.measure.limit: is no single length above 0",
        ),
        (
            "[[version.measure]]\nid = \"case_settled\"\ncolour = 1\n",
            "x.toml:21: version.二.measure.colour: is no key of this table",
        ),
        (
            "[[version.measure]]\nid = \"case_settled\"\nkind = \"load\"\nrole = \"steward\"\nwithin = [5, 15]\nanswers = \"author\"\n",
            "makes a load of a deadline",
        ),
    ] {
        let found = faults(&format!("{version}{text}"));
        assert!(found.contains(wanted), "{text}\n{found}");
    }
    assert!(faults(&version.replace("07", "01")).contains("not after what it follows"));
    assert_eq!(faults(&format!("{version}[[version.measure]]\nid = \"case_settled\"\nlimit = {{ days = 2 }}\n")), "");
}
