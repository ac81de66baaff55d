//! What interval a size buys, before anything is drawn.
//!
//! Of one stratum: the exact hypergeometric interval for the number satisfied among all N, its width averaged over what a
//! draw of n would find if the share expected were true. Of the whole: Wilson's interval with the sample's effective size.
use statrs::distribution::{ContinuousCDF, Normal};

/// Logarithms of factorials.
struct Factorials(Vec<f64>);

impl Factorials {
    fn up_to(n: u32) -> Factorials {
        let mut logs = vec![0.0];
        for k in 1..=n {
            logs.push(logs[k as usize - 1] + f64::from(k).ln());
        }
        Factorials(logs)
    }

    fn choose(&self, n: u32, k: u32) -> f64 {
        self.0[n as usize] - self.0[k as usize] - self.0[(n - k) as usize]
    }

    /// P(x satisfied among n drawn, K of N being satisfied).
    fn probability(&self, size: u32, satisfied: u32, n: u32, x: u32) -> f64 {
        if x > satisfied || n - x > size - satisfied {
            return 0.0;
        }
        (self.choose(satisfied, x) + self.choose(size - satisfied, n - x) - self.choose(size, n)).exp()
    }
}

/// Smallest and largest number satisfied among all N that x of n drawn does not contradict: both tails at (1 − confidence)/2.
pub fn hypergeometric(size: u32, n: u32, x: u32, confidence: f64) -> (u32, u32) {
    interval(&Factorials::up_to(size), size, n, x, confidence)
}

fn interval(logs: &Factorials, size: u32, n: u32, x: u32, confidence: f64) -> (u32, u32) {
    // A hair of tolerance, for probabilities that equal the tail exactly.
    let tail = (1.0 - confidence) / 2.0 + 1e-12;
    let (lowest, highest) = (x, size - (n - x));
    let at_least = |k: u32| (x..=n).map(|y| logs.probability(size, k, n, y)).sum::<f64>();
    let at_most = |k: u32| (0..=x).map(|y| logs.probability(size, k, n, y)).sum::<f64>();
    let low = first(lowest, highest, |k| at_least(k) > tail);
    let high = size - first(size - highest, size - lowest, |k| at_most(size - k) > tail);
    (low, high)
}

/// The first of `from..=to` for which it holds, given that it then holds for all after; `to` where it holds for none.
fn first(mut from: u32, mut to: u32, holds: impl Fn(u32) -> bool) -> u32 {
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

/// Expected width of a stratum's interval, as a share of its N, if `share` of it are satisfied. A census has none.
pub fn expected(size: u32, n: u32, share: f64, confidence: f64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if n >= size {
        return 0.0;
    }
    let logs = Factorials::up_to(size);
    let satisfied = (f64::from(size) * share).round() as u32;
    let width = |(x, chance): (u32, f64)| {
        let (low, high) = interval(&logs, size, n, x, confidence);
        chance * f64::from(high - low) / f64::from(size)
    };
    // Of a large stratum nearly all outcomes are as good as impossible, and each interval is work.
    let outcomes = (0..=n).map(|x| (x, logs.probability(size, satisfied, n, x)));
    outcomes.filter(|(_, chance)| *chance > 1e-9).map(width).sum()
}

/// Width of Wilson's interval for the whole at the share expected: strata weighted by N, finite populations counted.
/// `strata` are (N, n). None: a stratum is not drawn from at all.
pub fn district(strata: &[(u32, u32)], share: f64, confidence: f64) -> Option<f64> {
    let total: f64 = strata.iter().map(|(size, _)| f64::from(*size)).sum();
    let spread = share * (1.0 - share);
    let mut variance = 0.0;
    for (size, n) in strata.iter().copied() {
        if n == 0 {
            return None;
        }
        let (size, n) = (f64::from(size), f64::from(n));
        variance += (size / total).powi(2) * (1.0 - n / size) * spread / n;
    }
    if variance <= 0.0 {
        return Some(0.0);
    }
    // As many enterprises as would give that variance if they were drawn from an endless population.
    let effective = spread / variance;
    let z = Normal::standard().inverse_cdf(0.5 + confidence / 2.0);
    let half = z / (1.0 + z * z / effective) * (spread / effective + (z / (2.0 * effective)).powi(2)).sqrt();
    Some(2.0 * half)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's example; the others by SciPy 1.x, `hypergeom.sf` and `cdf` tried for every K.
    #[test]
    fn exact_intervals() {
        assert_eq!(hypergeometric(10, 5, 5, 0.95), (7, 10));
        assert_eq!(hypergeometric(10, 5, 0, 0.95), (0, 3));
        assert_eq!(hypergeometric(10, 10, 4, 0.95), (4, 4));
        assert_eq!(hypergeometric(15, 5, 4, 0.95), (6, 14));
    }

    #[test]
    fn more_buys_less_width() {
        let widths: Vec<f64> = (0..=10).map(|n| expected(10, n, 0.85, 0.95)).collect();
        assert!(widths.is_sorted_by(|a, b| a >= b), "{widths:?}");
        assert_eq!((widths[0], widths[10]), (1.0, 0.0));
        // A district that is not divided: close to the normal approximation.
        let (wide, normal) = (expected(20_000, 500, 0.85, 0.95), 3.92 * (0.85 * 0.15 / 500.0 * 0.975_f64).sqrt());
        assert!((wide - normal).abs() < 0.003, "{wide} {normal}");
    }

    #[test]
    fn of_a_whole_drawn_from_everywhere() {
        // 100 of very many at 0.5: Wilson's width is 0.1924.
        let width = district(&[(100_000_000, 100)], 0.5, 0.95).unwrap();
        assert!((width - 0.192_336_94).abs() < 1e-6, "{width}");
        assert_eq!(district(&[(10, 10), (5, 5)], 0.85, 0.95), Some(0.0));
        assert_eq!(district(&[(10, 3), (5, 0)], 0.85, 0.95), None);
        let (few, many) = (district(&[(10, 2), (20, 4)], 0.85, 0.95), district(&[(10, 4), (20, 8)], 0.85, 0.95));
        assert!(few > many);
    }
}
