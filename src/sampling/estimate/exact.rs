//! What a sample without replacement says of a small finite population, exactly (hypergeometric).
use crate::sampling::width::hypergeometric;

/// A sample that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{satisfied} satisfied of {n} drawn from {population} cannot be; correct the counts")]
pub struct Impossible {
    pub satisfied: u32,
    pub n: u32,
    pub population: u32,
}

/// Fewest and most of the whole population that may be satisfied, by the two tests of size alpha / 2 (as Clopper and
/// Pearson, for a finite population). None in a census: the number is known.
pub fn interval(satisfied: u32, n: u32, population: u32, alpha: f64) -> Result<Option<(u32, u32)>, Impossible> {
    if satisfied > n || n > population {
        return Err(Impossible { satisfied, n, population });
    }
    Ok((n < population).then(|| hypergeometric(population, n, satisfied, 1.0 - alpha)))
}

#[cfg(test)]
mod tests {
    use statrs::function::factorial::ln_binomial;

    use super::*;

    fn exactly(x: u32, n: u32, all: u32, population: u32) -> f64 {
        let choose = |of: u32, k: u32| ln_binomial(u64::from(of), u64::from(k));
        (choose(all, x) + choose(population - all, n - x) - choose(population, n)).exp()
    }

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
                    let holds = |x: &u32| {
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
