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
    let mut parts = vec![Tally::default(); rng.random_range(5..=15)];
    for _ in 0..rng.random_range(5..=40) {
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

#[test]
fn nobody_is_named_on_noise_and_the_bad_are_found() {
    let districts = std::env::var("GUANJIA_DISTRICTS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
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
