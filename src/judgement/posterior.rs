//! What is believed of a rate: a beta distribution, its prior fitted to how much subjects differ (empirical Bayes).
use statrs::function::beta::beta_reg;

/// Fewest subjects with anything decided from which a prior is fitted.
const FEWEST: usize = 10;
/// Within what the pooled rate is kept, so that a district without a single miss still has a prior.
const POOLED: (f64, f64) = (0.001, 0.999);
/// Within what the strength is sought.
const STRENGTH: (f64, f64) = (2.0, 200.0);

/// Obligations met and breached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub met: u32,
    pub breached: u32,
}

impl Tally {
    /// Both together.
    pub fn n(self) -> u32 {
        self.met + self.breached
    }
}

impl std::ops::Add for Tally {
    type Output = Tally;

    fn add(self, other: Tally) -> Tally {
        Tally { met: self.met + other.met, breached: self.breached + other.breached }
    }
}

impl std::ops::Sub for Tally {
    type Output = Tally;

    fn sub(self, other: Tally) -> Tally {
        Tally { met: self.met - other.met, breached: self.breached - other.breached }
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |sum, tally| sum + tally)
    }
}

/// What is believed before the window is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// The pooled rate that a subject is compared with.
    pub m: f64,
    /// Strength M: the prior counts like so many obligations. None: Jeffreys (½, ½).
    pub strength: Option<f64>,
}

/// A beta distribution of a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    pub alpha: f64,
    pub beta: f64,
}

impl Prior {
    /// From the subjects' tallies of the twelve months before a window; where fewer than ten have any, Jeffreys with the
    /// window's own pooled rate. None when nothing was decided in either.
    pub fn fit(before: &[Tally], window: &[Tally]) -> Option<Prior> {
        let known: Vec<Tally> = before.iter().copied().filter(|tally| tally.n() > 0).collect();
        if known.len() < FEWEST {
            return pooled(window).map(|m| Prior { m, strength: None });
        }
        let m = pooled(&known)?.clamp(POOLED.0, POOLED.1);
        Some(Prior { m, strength: Some(strength(&known, m)) })
    }

    /// After a tally: Beta(M·m + met, M·(1 − m) + breached).
    pub fn after(self, tally: Tally) -> Belief {
        let (alpha, beta) = match self.strength {
            Some(strength) => (strength * self.m, strength * (1.0 - self.m)),
            None => (0.5, 0.5),
        };
        Belief { alpha: alpha + f64::from(tally.met), beta: beta + f64::from(tally.breached) }
    }
}

impl Belief {
    /// Pr(p < x).
    pub fn below(self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else {
            beta_reg(self.alpha, self.beta, x)
        }
    }

    /// Pr(p > x).
    pub fn above(self, x: f64) -> f64 {
        1.0 - self.below(x)
    }
}

fn pooled(tallies: &[Tally]) -> Option<f64> {
    let all: Tally = tallies.iter().copied().sum();
    (all.n() > 0).then(|| f64::from(all.met) / f64::from(all.n()))
}

/// The M that maximises the beta-binomial likelihood of the tallies with mean m.
///
/// The likelihood may rise and fall more than once: the best of a grid of log M, then the zero of its derivative beside
/// it. Sums of logarithms stand for ratios of gamma functions, so that nothing is lost in differences.
fn strength(tallies: &[Tally], m: f64) -> f64 {
    const STEPS: u32 = 64;
    let (low, high) = (STRENGTH.0.ln(), STRENGTH.1.ln());
    let at = |step: u32| (low + (high - low) * f64::from(step) / f64::from(STEPS)).exp();
    let likelihoods: Vec<f64> = (0..=STEPS).map(|step| likelihood(tallies, m, at(step))).collect();
    let best = (0..=STEPS).max_by(|a, b| likelihoods[*a as usize].total_cmp(&likelihoods[*b as usize])).unwrap_or(0);
    let (mut left, mut right) = (at(best.saturating_sub(1)), at((best + 1).min(STEPS)));
    // At an end the likelihood still rises outwards: the end it is.
    if slope(tallies, m, left) <= 0.0 {
        return if best == 0 { STRENGTH.0 } else { left };
    }
    if slope(tallies, m, right) >= 0.0 {
        return if best == STEPS { STRENGTH.1 } else { right };
    }
    for _ in 0..100 {
        let middle = f64::midpoint(left, right);
        if slope(tallies, m, middle) > 0.0 { left = middle } else { right = middle }
    }
    f64::midpoint(left, right)
}

/// Log-likelihood without the binomial coefficients, which M does not touch.
fn likelihood(tallies: &[Tally], m: f64, strength: f64) -> f64 {
    let (alpha, beta) = (strength * m, strength * (1.0 - m));
    let rising = |from: f64, n: u32| (0..n).map(|j| (from + f64::from(j)).ln()).sum::<f64>();
    tallies.iter().map(|t| rising(alpha, t.met) + rising(beta, t.breached) - rising(strength, t.n())).sum()
}

/// Its derivative by M.
fn slope(tallies: &[Tally], m: f64, strength: f64) -> f64 {
    let (alpha, beta) = (strength * m, strength * (1.0 - m));
    let harmonic = |from: f64, n: u32| (0..n).map(|j| 1.0 / (from + f64::from(j))).sum::<f64>();
    tallies
        .iter()
        .map(|t| m * harmonic(alpha, t.met) + (1.0 - m) * harmonic(beta, t.breached) - harmonic(strength, t.n()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tallies(of: &[(u32, u32)]) -> Vec<Tally> {
        of.iter().map(|(met, breached)| Tally { met: *met, breached: *breached }).collect()
    }

    fn close(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    /// Against SciPy: `betaln` for the likelihood, a fine grid and the zero of its derivative by `psi` and `brentq`, `betainc` after.
    #[test]
    fn as_computed_independently() {
        let before = tallies(&[
            (9, 1),
            (10, 0),
            (14, 2),
            (20, 1),
            (7, 3),
            (12, 0),
            (30, 6),
            (5, 0),
            (18, 2),
            (11, 4),
            (25, 1),
            (8, 8),
        ]);
        let prior = Prior::fit(&before, &[]).unwrap();
        close(prior.m, 0.857_868_020_304_568_5, 1e-15);
        close(prior.strength.unwrap(), 10.548_910_462_325, 1e-9);
        for (met, breached, below_p0, below_m, above_good, above_m) in [
            (6, 4, 0.979_587_765_043, 0.917_145_679_380, 6.438_596e-5, 0.082_854_320_620),
            (40, 0, 0.015_523_955_867, 0.001_719_093_239, 0.609_084_728_834, 0.998_280_906_761),
            (18, 9, 0.998_716_162_957, 0.982_684_206_675, 2.378_563e-8, 0.017_315_793_325),
            (9, 1, 0.555_360_874_547, 0.330_374_574_450, 0.049_957_253_912, 0.669_625_425_550),
            (90, 0, 0.000_109_005_540, 0.000_001_110_397, 0.890_851_520_144, 0.999_998_889_603),
        ] {
            let belief = prior.after(Tally { met, breached });
            close(belief.below(0.9), below_p0, 1e-10);
            close(belief.below(prior.m), below_m, 1e-10);
            close(belief.above(0.97), above_good, 1e-10);
            close(belief.above(prior.m), above_m, 1e-10);
        }
    }

    #[test]
    fn the_strength_ends_where_it_must() {
        let same = Prior::fit(&tallies(&[(9, 1); 12]), &[]).unwrap();
        assert_eq!(same.strength, Some(200.0));
        let wild: Vec<(u32, u32)> = (0..12).map(|i| if i % 2 == 0 { (10, 0) } else { (0, 10) }).collect();
        assert_eq!(Prior::fit(&tallies(&wild), &[]).unwrap().strength, Some(2.0));
        // Nobody ever late: the pooled rate is kept below one.
        assert_eq!(Prior::fit(&tallies(&[(9, 0); 12]), &[]).unwrap().m, 0.999);
    }

    #[test]
    fn few_subjects_take_jeffreys() {
        let nine = tallies(&[(9, 1); 9]);
        let prior = Prior::fit(&nine, &tallies(&[(3, 1), (0, 0)])).unwrap();
        assert_eq!(prior, Prior { m: 0.75, strength: None });
        close(prior.after(Tally { met: 6, breached: 4 }).below(0.9), 0.995_221_587_6, 1e-9);
        assert_eq!(Prior::fit(&nine, &[]), None);
    }
}
