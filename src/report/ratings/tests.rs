//! Few answers, told nowhere.
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
fn brief(now: &[(&str, u32, Option<&str>, Option<&str>)], before: &[(&str, u32, Option<&str>, Option<&str>)]) -> Brief {
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
