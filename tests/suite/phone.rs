//! Answers of a drawn sample as a measure: rate and interval by the design, apart from everything else.
use guanjia::measures::Dimension;
use guanjia::measures::brief::Figure;

use crate::desk::{Desk, rules, scope};

const PHONE: &str = r#"[[measure]]
id = "satisfaction_phone"
kind = "score"
of = { evaluations = "grade", channel = ["phone"], sampled = true }
satisfied = 3
answers = { person_or = "steward" }
standard = { p0 = 0.85, p_good = 0.95, local = true }
[[measure]]
id = "satisfaction_platform"
kind = "score"
of = { evaluations = "grade", channel = ["platform"] }
satisfied = 3
answers = { person_or = "steward" }
"#;

/// P1: five of ten asked, all satisfied. P2: four of eight, two satisfied. Both together (10 + 4) / 18.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.add("people", "P2,李二,乙局,,");
    for n in 1..=5 {
        desk.add("sampled", &format!("T{n},E1,P1,phone,2025-10-{:02} 10:00,5,2,S-1,T", n + 10));
    }
    for (n, grade) in [(6, 5), (7, 3), (8, 2), (9, 1)] {
        desk.add("sampled", &format!("T{n},E1,P2,phone,2025-10-{:02} 10:00,{grade},2,S-2,T", n + 10));
    }
    desk.add("sampled", "V1,E1,P1,platform,2025-10-20 10:00,1,,,");
    desk
}

fn figure<'a>(figures: &'a [Figure], measure: &str, subject: &str) -> &'a Figure {
    figures.iter().find(|f| f.measure == measure && f.subject_id.as_deref() == Some(subject)).unwrap()
}

#[test]
fn rates_follow_from_the_design() {
    let mut desk = desk();
    let when = || scope("2025-10", "2025-10-31", None);
    let whole = desk.figures(&rules(PHONE), when(), Dimension::District);
    let phone = figure(&whole, "satisfaction_phone", "district");
    assert_eq!((phone.n, phone.met, phone.breached), (9, None, None));
    assert!((phone.rate.unwrap() - 14.0 / 18.0).abs() < 1e-12);
    // Two strata of halves: variance of P2's share 0.25 · 4/3 / 4 · (1 − 4/8) = 1/24, weighted by (8/18)²; P1's is 0.
    // Korn–Graubard with 7 degrees of freedom (SciPy): effective size 19.97 = 0.17284 / 0.00823 · (t₈ / t₇)².
    let (low, high) = (phone.ci_low.unwrap(), phone.ci_high.unwrap());
    assert!((low - 0.538_634_246).abs() < 1e-8 && (high - 0.930_178_733).abs() < 1e-6, "{low} {high}");
    assert!((phone.mean.unwrap() - (2.0 * 25.0 + 2.0 * 11.0) / 18.0).abs() < 1e-12);
    assert_eq!((phone.median, phone.p90), (None, None));
    let platform = figure(&whole, "satisfaction_platform", "district");
    assert_eq!((platform.n, platform.met, platform.rate), (1, Some(0), Some(0.0)));
    let people = desk.figures(&rules(PHONE), when(), Dimension::Person);
    let first = figure(&people, "satisfaction_phone", "P1");
    assert_eq!((first.n, first.rate, first.ci_low, first.ci_high), (5, Some(1.0), Some(0.7), Some(1.0)));
    // Two of four, eight in all: 2 to 6 (SciPy, hypergeom tried for every K).
    let second = figure(&people, "satisfaction_phone", "P2");
    assert_eq!((second.rate, second.ci_low, second.ci_high), (Some(0.5), Some(0.25), Some(0.75)));
}

#[test]
fn answers_without_a_design_are_only_counted() {
    let mut desk = Desk::new();
    desk.add("sampled", "T1,E1,P1,phone,2025-10-11 10:00,5,,,");
    let whole = desk.figures(&rules(PHONE), scope("2025-10", "2025-10-31", None), Dimension::District);
    let phone = figure(&whole, "satisfaction_phone", "district");
    assert_eq!((phone.n, phone.rate, phone.ci_low), (1, None, None));
}
