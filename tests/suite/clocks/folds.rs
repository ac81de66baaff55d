//! Figures as folds of rows.
use guanjia::measures::Dimension;
use guanjia::measures::brief::Figure;

use super::{REPLY, SETTLED, clock};
use crate::desk::{Desk, rules, scope};

/// Bounds of the share p for which met lies z standard errors away, found by halving: Wilson's interval by its
/// definition, (p̂ − p)² = z² p (1 − p) / n.
fn wilson(met: i64, n: i64) -> (f64, f64) {
    let (z, n, share) = (1.959_963_984_540_054_f64, n as f64, met as f64 / n as f64);
    let far = |p: f64| (share - p).powi(2) > z * z * p * (1.0 - p) / n;
    let search = |mut outside: f64, mut inside: f64| {
        for _ in 0..200 {
            let middle = (outside + inside) / 2.0;
            if far(middle) { outside = middle } else { inside = middle }
        }
        (outside + inside) / 2.0
    };
    (if met == 0 { 0.0 } else { search(0.0, share) }, if met as f64 == n { 1.0 } else { search(1.0, share) })
}

fn of<'a>(figures: &'a [Figure], measure: &str, subject: Option<&str>) -> &'a Figure {
    figures.iter().find(|f| f.measure == measure && f.subject_id.as_deref() == subject).unwrap()
}

#[test]
fn rates_have_wilson_intervals() {
    for (met, breached) in [(0, 1), (1, 0), (7, 3), (9, 1), (0, 12), (12, 0), (1, 30)] {
        let mut desk = Desk::new();
        for n in 0..met + breached {
            let reply = if n < met { "2025-10-14T09:00:00" } else { "2025-10-20T09:00:00" };
            desk.case(&format!("Q{n}"), &format!("assigned 2025-10-13T09:00:00 @甲\ndepartment_replied {reply} @甲"));
        }
        let figures = desk.figures(&rules(REPLY), scope("2025-10", "2025-10-31", None), Dimension::District);
        let figure = of(&figures, "department_reply", Some("district"));
        let (low, high) = wilson(met, met + breached);
        assert_eq!((figure.n, figure.met, figure.breached), (met + breached, Some(met), Some(breached)));
        assert!((figure.rate.unwrap() - met as f64 / (met + breached) as f64).abs() < 1e-15);
        assert!((figure.ci_low.unwrap() - low).abs() < 1e-12, "{figure:?} {low}");
        assert!((figure.ci_high.unwrap() - high).abs() < 1e-12, "{figure:?} {high}");
        assert!(met > 0 || figure.ci_low == Some(0.0));
        assert!(breached > 0 || figure.ci_high == Some(1.0));
    }
}

#[test]
fn durations_are_of_rows_in_n() {
    let mut desk = Desk::new();
    // Values 0, 1, 4, 5 of answered ones; one overdue and open (in n, no value); one not yet due; one of hours unknown.
    for (id, replied) in [("Q1", "13T10"), ("Q2", "14T10"), ("Q3", "17T10"), ("Q4", "20T10")] {
        desk.case(id, &format!("assigned 2025-10-13T09:00:00 @甲\ndepartment_replied 2025-10-{replied}:00:00 @甲"));
    }
    desk.case("Q5", "assigned 2025-10-13T09:00:00 @乙");
    desk.case("Q6", "assigned 2025-10-30T09:00:00 @乙");
    desk.case("Q7", "submitted 2025-10-13\naccepted 2025-10-13\ndispatched 2025-10-13T09:00:00 @乙");
    let measures = format!("{REPLY}{}", clock("accepted", "dispatched", "hours = 1"));
    let figures = desk.figures(&rules(&measures), scope("2025-10", "2025-10-31", None), Dimension::District);
    let reply = of(&figures, "department_reply", Some("district"));
    assert_eq!(
        (reply.n, reply.met, reply.breached, reply.pending, reply.unmeasurable),
        (5, Some(2), Some(3), Some(1), Some(0))
    );
    // Linear between order statistics: median at 1.5 of [0, 1, 4, 5], p90 at 2.7.
    assert_eq!((reply.mean, reply.median, reply.max), (Some(2.5), Some(2.5), Some(5.0)));
    assert!((reply.p90.unwrap() - 4.7).abs() < 1e-12);
    let hours = of(&figures, "m", Some("district"));
    assert_eq!((hours.n, hours.unmeasurable, hours.rate, hours.mean), (0, Some(1), None, None));
    assert_eq!((hours.ci_low, hours.ci_high), (None, None));
    // Listed by unit: 甲 and 乙; the vacuum of the other measure is null.
    let by_unit = desk.figures(&rules(&measures), scope("2025-10", "2025-10-31", None), Dimension::Unit);
    assert_eq!(of(&by_unit, "department_reply", Some("甲")).n, 4);
    assert_eq!(of(&by_unit, "department_reply", Some("乙")).pending, Some(1));
    assert_eq!(of(&by_unit, "m", None).unmeasurable, Some(1));
}

#[test]
fn counts_that_a_kind_cannot_have_are_null() {
    let others = r#"[[measure]]
id = "score"
kind = "score"
of = { evaluations = "grade" }
satisfied = 3
[[measure]]
id = "plain"
kind = "score"
of = { evaluations = "grade" }
[[measure]]
id = "tally"
kind = "tally"
of = "complaints"
[[measure]]
id = "load"
kind = "load"
role = "steward"
within = [1, 3]
[[measure]]
id = "gap"
kind = "continuity"
role = "steward"
[[measure]]
id = "said"
kind = "completeness"
of = { event = "returned" }
fields = ["note"]
"#;
    let mut desk = Desk::new();
    desk.add("evaluations", "V1,E1,,,platform,2025-10-13,5\nV2,E1,,,platform,2025-10-13,2");
    desk.add("complaints", "K1,E1,,,2025-10-13,other,,");
    let figures =
        desk.figures(&rules(&format!("{SETTLED}{others}")), scope("2025-10", "2025-10-31", None), Dimension::District);
    let counts = |measure: &str| {
        let f = of(&figures, measure, Some("district"));
        (f.n, f.met, f.breached, f.pending, f.unmeasurable, f.extended)
    };
    let zero = Some(0);
    assert_eq!(counts("case_settled"), (0, zero, zero, zero, zero, zero));
    assert_eq!(counts("score"), (2, Some(1), Some(1), None, None, None));
    assert_eq!(counts("plain"), (2, None, None, None, None, None));
    assert_eq!(counts("tally"), (1, None, None, None, None, None));
    assert_eq!(counts("load"), (1, Some(1), zero, None, None, None));
    assert_eq!(counts("gap"), (0, zero, zero, None, None, None));
    assert_eq!(counts("said"), (0, zero, zero, zero, None, None));
    assert_eq!(of(&figures, "plain", Some("district")).mean, Some(3.5));
}
