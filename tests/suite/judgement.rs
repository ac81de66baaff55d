//! Nobody is named on noise: simulated districts in which everybody is alike, and some in which a few are not.
//!
//! `GUANJIA_DISTRICTS=1000 make test` takes as many districts as the figures in tests/README.md rest on.
use guanjia::judgement::classes::{Class, Judge};
use guanjia::judgement::posterior::{Prior, Tally};
use guanjia::regime::Standard;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const STANDARD: Standard = Standard { p0: 0.90, p_good: 0.97, local: true };
const STEWARDS: usize = 90;

/// What one steward's enterprises met and breached in a window: 5 to 40 obligations over 5 to 15 enterprises.
fn window(rate: f64, rng: &mut ChaCha8Rng) -> Vec<Tally> {
    let n = rng.random_range(5..=40);
    window_of(n, rate, rng)
}

fn window_of(n: u32, rate: f64, rng: &mut ChaCha8Rng) -> Vec<Tally> {
    let mut parts = vec![Tally::default(); rng.random_range(5..=15)];
    for _ in 0..n {
        let i = rng.random_range(0..parts.len());
        let met = rng.random_bool(rate);
        parts[i] = parts[i] + Tally { met: u32::from(met), breached: u32::from(!met) };
    }
    parts.retain(|part| part.n() > 0);
    parts
}

/// Classes of all stewards in a window, with the prior of four windows before it.
fn classes(rates: &[f64], rng: &mut ChaCha8Rng) -> Vec<Class> {
    let sum = |parts: &[Tally]| parts.iter().copied().sum::<Tally>();
    let before: Vec<Tally> = rates.iter().map(|rate| (0..4).map(|_| sum(&window(*rate, rng))).sum()).collect();
    let now: Vec<Vec<Tally>> = rates.iter().map(|rate| window(*rate, rng)).collect();
    let prior = Prior::fit(&before, &now.iter().map(|parts| sum(parts)).collect::<Vec<_>>()).unwrap();
    let judge = Judge { standard: STANDARD, prior, minimum_n: 10 };
    now.iter().map(|parts| judge.judge(parts).class).collect()
}

/// Mean number of stewards called `strong_bad` in a window, of those at each of two rates.
fn called(districts: u32, rates: &[f64], below: f64, rng: &mut ChaCha8Rng) -> (f64, f64) {
    let (mut guilty, mut innocent) = (0, 0);
    for _ in 0..districts {
        for (class, rate) in classes(rates, rng).into_iter().zip(rates) {
            if class == Class::StrongBad {
                if *rate < below { guilty += 1 } else { innocent += 1 }
            }
        }
    }
    (f64::from(guilty) / f64::from(districts), f64::from(innocent) / f64::from(districts))
}

fn districts(or: u32) -> u32 {
    std::env::var("GUANJIA_DISTRICTS").ok().and_then(|n| n.parse().ok()).unwrap_or(or)
}

/// For every steward the first window, from 1, in which the rule would name them: `strong_bad` then and in one of the two
/// windows before. Each window's prior comes from the four before it; the first four are only looked back on.
fn first_named(rates: &[f64], sizes: &[Option<u32>], windows: usize, rng: &mut ChaCha8Rng) -> Vec<Option<usize>> {
    let sum = |parts: &Vec<Tally>| parts.iter().copied().sum::<Tally>();
    let mut seen: Vec<Vec<Vec<Tally>>> = Vec::new();
    let mut bad: Vec<Vec<bool>> = Vec::new();
    let mut named = vec![None; rates.len()];
    for round in 0..windows + 4 {
        let now: Vec<Vec<Tally>> = rates
            .iter()
            .zip(sizes)
            .map(|(rate, size)| match size {
                Some(n) => window_of(*n, *rate, rng),
                None => window(*rate, rng),
            })
            .collect();
        if round >= 4 {
            let before: Vec<Tally> =
                (0..rates.len()).map(|i| seen[round - 4..].iter().map(|past| sum(&past[i])).sum()).collect();
            let prior = Prior::fit(&before, &now.iter().map(sum).collect::<Vec<_>>()).unwrap();
            let judge = Judge { standard: STANDARD, prior, minimum_n: 10 };
            bad.push(now.iter().map(|parts| judge.judge(parts).class == Class::StrongBad).collect());
            let at = bad.len() - 1;
            for (i, first) in named.iter_mut().enumerate() {
                let again = bad[at.saturating_sub(2)..at].iter().any(|past| past[i]);
                if first.is_none() && bad[at][i] && again {
                    *first = Some(at + 1);
                }
            }
        }
        seen.push(now);
    }
    named
}

/// 97.5 % upper bound of a mean of counts of which `events` were seen in `trials` (Garwood, 1936); the lower one with them.
fn poisson(events: u32, trials: u32) -> (f64, f64) {
    use statrs::function::gamma::gamma_lr;
    let solve = |shape: f64, level: f64| {
        let (mut low, mut high) = (0.0, 10.0 * shape + 20.0);
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if gamma_lr(shape, middle) < level { low = middle } else { high = middle }
        }
        low
    };
    let lower = if events == 0 { 0.0 } else { solve(f64::from(events), 0.025) };
    (lower / f64::from(trials), solve(f64::from(events) + 1.0, 0.975) / f64::from(trials))
}

/// Who would be proposed for naming, and how soon: the tables of tests/README.md.
#[test]
fn names_need_two_windows_and_find_the_bad_in_time() {
    const WINDOWS: usize = 8;
    let districts = districts(10);
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_130);
    let mut wrongly = 0;
    for _ in 0..districts {
        let named = first_named(&[0.90; STEWARDS], &[None; STEWARDS], WINDOWS, &mut rng);
        wrongly += named.iter().flatten().count() as u32;
    }
    let (low, high) = poisson(wrongly, districts);
    println!(
        "{districts} districts, all at 0.90, {WINDOWS} windows: {wrongly} named ever (95 %: {low:.4} to {high:.4} a district)"
    );
    assert!(
        f64::from(wrongly) <= 0.02 * f64::from(districts),
        "{wrongly} named of {districts} districts all at the standard"
    );

    let sizes = [10, 15, 20, 30, 40];
    println!("named by window 2, 3, 4, 6, 8 (of three months each)");
    for rate in [0.50, 0.60, 0.70, 0.80] {
        let mut rates = [0.95; STEWARDS];
        let mut given = [None; STEWARDS];
        rates[..sizes.len()].fill(rate);
        for (given, n) in given.iter_mut().zip(sizes) {
            *given = Some(n);
        }
        let mut firsts: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
        let mut others = 0;
        for _ in 0..districts {
            let named = first_named(&rates, &given, WINDOWS, &mut rng);
            for (i, first) in named.into_iter().enumerate() {
                match (first, firsts.get_mut(i)) {
                    (Some(first), Some(of)) => of.push(first),
                    (Some(_), None) => others += 1,
                    (None, _) => {}
                }
            }
        }
        for (n, firsts) in sizes.iter().zip(&firsts) {
            let by = |window: usize| {
                let share = firsts.iter().filter(|first| **first <= window).count() as f64 / f64::from(districts);
                format!("{share:.2}")
            };
            println!("| {rate:.2} | {n} | {} |", [2, 3, 4, 6, 8].map(by).join(" | "));
        }
        println!("at {rate:.2} beside them {others} of the others at 0.95 were named in {districts} districts");
        assert!(f64::from(others) <= 0.02 * f64::from(districts), "{others} others named beside five at {rate}");
        if rate <= 0.6 {
            // A year of three-month windows with 30 obligations each finds nearly all.
            let within_a_year = firsts[3].iter().filter(|first| **first <= 4).count() as f64;
            assert!(
                within_a_year >= 0.8 * f64::from(districts),
                "{within_a_year} of {districts} at {rate} found in a year"
            );
        }
    }
}

#[test]
fn nobody_is_named_on_noise_and_the_bad_are_found() {
    let districts = districts(100);
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_031);
    // All exactly at the standard.
    let (_, named) = called(districts, &[0.90; STEWARDS], 0.0, &mut rng);
    // Five at 0.60 among the others at 0.95.
    let mut rates = [0.95; STEWARDS];
    rates[..5].fill(0.60);
    let (found, wrongly) = called(districts, &rates, 0.90, &mut rng);
    // All below the standard: a finding about the district, not about ninety people.
    let (_, alike) = called(districts, &[0.85; STEWARDS], 0.0, &mut rng);
    println!("{districts} districts: at the standard {named}, five at 0.60 {found} and {wrongly}, all at 0.85 {alike}");
    assert!(named <= 0.02, "all at the standard: {named} called bad in a window");
    assert!(found >= 2.5, "five at 0.60: {found} of them found in a window");
    assert!(wrongly <= 0.1, "five at 0.60: {wrongly} others called bad in a window");
    assert!(alike <= 0.02, "all at 0.85: {alike} called bad in a window");
}
