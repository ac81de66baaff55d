//! What moved a rate: the change of the whole, split into the parts that its groups have in it.
//!
//! With w the share of a group in n and r its rate, group g adds w̄·Δr + (r̄ − R̄)·Δw (bars: mean of both
//! periods; R: the whole). The parts add up to the change exactly. It is arithmetic, and says nothing of blame.
use std::collections::BTreeMap;

use crate::measures::brief::{Cut, Figure};

/// The part of one group in the change of the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    pub subject_id: Option<String>,
    pub subject_name: Option<String>,
    /// Of the whole's rate, in shares (0.01 is a percentage point).
    pub effect: f64,
    /// In the period; none where n is 0.
    pub now: Option<f64>,
    pub before: Option<f64>,
    pub n: i64,
    pub n_before: i64,
}

/// The contributions of every group, in the order of the cut; empty where one period has nothing to compare.
pub fn contributions(cut: &Cut) -> Vec<Contribution> {
    type Side<'a> = BTreeMap<Option<&'a str>, &'a Figure>;
    let side = |figures: &'_ [Figure]| -> (i64, i64) {
        (figures.iter().map(|f| f.n).sum(), figures.iter().filter_map(|f| f.met).sum())
    };
    let ((n, met), (n_before, met_before)) = (side(&cut.now), side(&cut.previous));
    if n == 0 || n_before == 0 || cut.now.iter().all(|f| f.met.is_none()) {
        return Vec::new();
    }
    let middle = (met as f64 / n as f64 + met_before as f64 / n_before as f64) / 2.0;
    let before: Side = cut.previous.iter().map(|f| (f.subject_id.as_deref(), f)).collect();
    let now: Side = cut.now.iter().map(|f| (f.subject_id.as_deref(), f)).collect();
    let gone = cut.previous.iter().filter(|f| !now.contains_key(&f.subject_id.as_deref()));
    cut.now
        .iter()
        .chain(gone)
        .map(|figure| {
            let key = figure.subject_id.as_deref();
            let (a, b) = (now.get(&key), before.get(&key));
            let rate = |f: Option<&&Figure>| f.filter(|f| f.n > 0).and_then(|f| f.met.map(|m| m as f64 / f.n as f64));
            let weight = |f: Option<&&Figure>, n: i64| f.map_or(0.0, |f| f.n as f64 / n as f64);
            let (r, r_before) = (rate(a), rate(b));
            let (w, w_before) = (weight(a, n), weight(b, n_before));
            // A group that is new (or gone) has no change of its own, only of its share.
            let (x, y) = (r.or(r_before).unwrap_or(middle), r_before.or(r).unwrap_or(middle));
            Contribution {
                subject_id: figure.subject_id.clone(),
                subject_name: figure.subject_name.clone(),
                effect: (w + w_before) / 2.0 * (x - y) + ((x + y) / 2.0 - middle) * (w - w_before),
                now: r,
                before: r_before,
                n: a.map_or(0, |f| f.n),
                n_before: b.map_or(0, |f| f.n),
            }
        })
        .collect()
}

/// The `most` largest in the direction of the change, of groups with at least `minimum` on both sides and at least
/// 0.05 points of effect, in the order of the cut.
pub fn largest(all: &[Contribution], change: f64, minimum: i64, most: usize) -> Vec<Contribution> {
    let mut order: Vec<usize> = (0..all.len())
        .filter(|i| {
            let one = &all[*i];
            one.effect * change > 0.0 && one.effect.abs() >= 0.0005 && one.n >= minimum && one.n_before >= minimum
        })
        .collect();
    order.sort_by(|a, b| all[*b].effect.abs().total_cmp(&all[*a].effect.abs()).then(a.cmp(b)));
    order.truncate(most);
    order.sort_unstable();
    order.into_iter().map(|i| all[i].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ratings::tests::figure;

    fn named(id: &str, n: i64, met: i64) -> Figure {
        Figure { subject_id: Some(id.into()), ..figure("deadline", n, met) }
    }

    #[test]
    fn parts_add_up_to_the_change() {
        let cut = Cut {
            measure: "m".into(),
            by: "unit".into(),
            now: vec![named("a", 40, 30), named("b", 60, 57), named("new", 5, 1), named("none", 0, 0)],
            previous: vec![named("a", 50, 45), named("b", 50, 47), named("gone", 10, 10)],
        };
        let all = contributions(&cut);
        let change = 88.0 / 105.0 - 102.0 / 110.0;
        assert!((all.iter().map(|c| c.effect).sum::<f64>() - change).abs() < 1e-12);
        assert_eq!(all.len(), 5);
        // By hand for a: w̄ (40/105 + 50/110)/2, Δr −0.15; r̄ 0.825, R̄ (88/105 + 102/110)/2, Δw.
        let (w, v) = (40.0 / 105.0, 50.0 / 110.0);
        let middle = (88.0 / 105.0 + 102.0 / 110.0) / 2.0;
        assert!((all[0].effect - ((w + v) / 2.0 * -0.15 + (0.825 - middle) * (w - v))).abs() < 1e-12);
        let top: Vec<_> = largest(&all, change, 10, 3).into_iter().map(|c| c.subject_id.unwrap()).collect();
        assert_eq!(top, ["a"], "b rose; the new one has 5");
        assert!(contributions(&Cut { previous: vec![], ..cut }).is_empty());
    }
}
