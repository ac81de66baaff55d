//! Every sample that a small population has, drawn once each: estimates hit the truth on average, and so does what they
//! say of their own variance. Exact, up to floating point.
use super::design::{Columns, Design, Lonely};
use super::interval::Method;
use super::statistic::{Asked, Estimate, Stat};

/// All ways to take n of the items.
fn choose<T: Clone>(items: &[T], n: usize) -> Vec<Vec<T>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for at in 0..items.len() {
        for mut rest in choose(&items[at + 1..], n - 1) {
            rest.insert(0, items[at].clone());
            all.push(rest);
        }
    }
    all
}

/// One of each list, in all ways.
fn product<T: Clone>(lists: &[Vec<Vec<T>>]) -> Vec<Vec<Vec<T>>> {
    let Some((first, rest)) = lists.split_first() else { return vec![Vec::new()] };
    let rest = product(rest);
    first.iter().flat_map(|one| rest.iter().map(move |more| [vec![one.clone()], more.clone()].concat())).collect()
}

fn total(columns: &Columns, y: &[f64]) -> Estimate {
    let design = Design::new(columns, Lonely::Fail).unwrap();
    let inside = vec![true; y.len()];
    let asked = Asked { stat: Stat::Total, y, x: None, inside: &inside, method: Method::T, alpha: 0.05 };
    design.estimate(&asked).unwrap()
}

fn hold(estimates: &[Estimate], truth: f64) {
    let count = estimates.len() as f64;
    let mean = estimates.iter().map(|e| e.estimate).sum::<f64>() / count;
    let variance = estimates.iter().map(|e| (e.estimate - truth).powi(2)).sum::<f64>() / count;
    let told = estimates.iter().map(|e| e.se * e.se).sum::<f64>() / count;
    assert!((mean - truth).abs() < 1e-9 * truth, "{mean} {truth}");
    assert!((told - variance).abs() < 1e-9 * variance, "{told} {variance}");
}

#[test]
fn stratified_totals_are_unbiased_and_so_are_their_variances() {
    let strata = [vec![3.0, 1.0, 4.0, 1.0, 5.0], vec![9.0, 2.0, 6.0], vec![5.0, 3.0, 5.0, 8.0]];
    let sizes = [3, 2, 2];
    let samples = product(&strata.iter().zip(sizes).map(|(values, n)| choose(values, n)).collect::<Vec<_>>());
    assert_eq!(samples.len(), 10 * 3 * 6);
    let estimates: Vec<Estimate> = samples
        .iter()
        .map(|sample| {
            let rows = || sample.iter().enumerate().flat_map(|(h, values)| values.iter().map(move |y| (h, *y)));
            let columns = Columns {
                rows: rows().count(),
                strata: Some(rows().map(|(h, _)| h.to_string()).collect()),
                fpc: vec![rows().map(|(h, _)| strata[h].len() as f64).collect()],
                ..Columns::default()
            };
            total(&columns, &rows().map(|(_, y)| y).collect::<Vec<_>>())
        })
        .collect();
    hold(&estimates, strata.iter().flatten().sum());
}

#[test]
fn two_stages_are_unbiased_and_so_are_their_variances() {
    let clusters = [vec![3.0, 1.0, 4.0], vec![1.0, 5.0, 9.0, 2.0], vec![6.0, 5.0, 3.0], vec![5.0, 8.0]];
    let mut estimates = Vec::new();
    let mut weights = Vec::new();
    for drawn in choose(&[0, 1, 2, 3], 2) {
        let samples = product(&drawn.iter().map(|c| choose(&clusters[*c], 2)).collect::<Vec<_>>());
        // Every pair of clusters is as likely as any other, however many samples it has.
        weights.extend(vec![1.0 / samples.len() as f64; samples.len()]);
        for sample in samples {
            let rows = || sample.iter().zip(&drawn).flat_map(|(values, c)| values.iter().map(move |y| (*c, *y)));
            let columns = Columns {
                rows: 4,
                clusters: vec![rows().map(|(c, _)| c.to_string()).collect(), (0..4).map(|i| i.to_string()).collect()],
                fpc: vec![vec![4.0; 4], rows().map(|(c, _)| clusters[c].len() as f64).collect()],
                ..Columns::default()
            };
            estimates.push(total(&columns, &rows().map(|(_, y)| y).collect::<Vec<_>>()));
        }
    }
    let truth: f64 = clusters.iter().flatten().sum();
    let over =
        |of: &dyn Fn(&Estimate) -> f64| estimates.iter().zip(&weights).map(|(e, w)| w * of(e)).sum::<f64>() / 6.0;
    assert!((over(&|e| e.estimate) - truth).abs() < 1e-9);
    let variance = over(&|e| (e.estimate - truth).powi(2));
    assert!((over(&|e| e.se * e.se) - variance).abs() < 1e-9 * variance);
}
