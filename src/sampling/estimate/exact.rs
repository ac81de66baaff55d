//! What a sample without replacement says of a small finite population, exactly (hypergeometric).
use statrs::function::factorial::ln_binomial;

/// A sample that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{satisfied} satisfied of {n} drawn from {population} cannot be; correct the counts")]
pub struct Impossible {
    pub satisfied: u64,
    pub n: u64,
    pub population: u64,
}

/// Fewest and most of the whole population that may be satisfied, by the two tests of size alpha / 2 (as Clopper and
/// Pearson, for a finite population). None in a census: the number is known.
pub fn interval(satisfied: u64, n: u64, population: u64, alpha: f64) -> Result<Option<(u64, u64)>, Impossible> {
    if satisfied > n || n > population {
        return Err(Impossible { satisfied, n, population });
    }
    if n == population {
        return Ok(None);
    }
    // What is seen bounds what can be: at least so many are satisfied, at least so many are not.
    let (fewest, most) = (satisfied, population - (n - satisfied));
    let low = first(fewest, most, |all| at_least(satisfied, n, all, population) > alpha / 2.0);
    let high = most - first(0, most - fewest, |less| at_most(satisfied, n, most - less, population) > alpha / 2.0);
    Ok(Some((low, high)))
}

/// The smallest number between the two, ends included, for which it holds; it holds for the last.
fn first(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = u64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

fn at_least(k: u64, n: u64, all: u64, population: u64) -> f64 {
    (k..=n.min(all)).map(|x| exactly(x, n, all, population)).sum()
}

fn at_most(k: u64, n: u64, all: u64, population: u64) -> f64 {
    (0..=k.min(all)).map(|x| exactly(x, n, all, population)).sum()
}

fn exactly(x: u64, n: u64, all: u64, population: u64) -> f64 {
    if n - x > population - all {
        return 0.0;
    }
    (ln_binomial(all, x) + ln_binomial(population - all, n - x) - ln_binomial(population, n)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_of_five_from_ten() {
        assert_eq!(interval(5, 5, 10, 0.05), Ok(Some((7, 10))));
        assert_eq!(interval(0, 5, 10, 0.05), Ok(Some((0, 3))));
        assert_eq!(interval(10, 10, 10, 0.05), Ok(None));
        assert_eq!(interval(0, 0, 7, 0.05), Ok(Some((0, 7))));
        assert_eq!(interval(3, 2, 7, 0.05), Err(Impossible { satisfied: 3, n: 2, population: 7 }));
    }

    /// Whatever the truth, the interval holds it in at least 95 of 100 samples: all samples counted.
    #[test]
    fn it_covers_whatever_the_truth() {
        for population in 1..=15 {
            for n in 0..population {
                for all in 0..=population {
                    let holds = |x: &u64| {
                        let (low, high) = interval(*x, n, population, 0.05).unwrap().unwrap();
                        (low..=high).contains(&all)
                    };
                    let possible = n.saturating_sub(population - all)..=n.min(all);
                    let covered: f64 = possible.filter(holds).map(|x| exactly(x, n, all, population)).sum();
                    assert!(covered >= 0.95 - 1e-9, "{all} of {population}, {n} drawn: {covered}");
                }
            }
        }
    }
}
