//! What those who did not answer could change (Manski's worst cases): all of them dissatisfied, or all satisfied.
use serde::Serialize;

/// One stratum of a sample: how many it has, how many of the drawn belong to the population (answers or not), and what
/// they said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    pub population: u64,
    /// Drawn and not known to be outside of the population.
    pub drawn: u64,
    pub answered: u64,
    pub satisfied: u64,
}

/// Share satisfied if all who did not answer were dissatisfied, and if all were satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, serde::Deserialize)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
}

/// Over strata by their populations; a stratum from which nobody was drawn may be anything. None without population.
pub fn bounds(strata: &[Stratum]) -> Option<Bounds> {
    let all: u64 = strata.iter().map(|stratum| stratum.population).sum();
    if all == 0 {
        return None;
    }
    let share = |of: fn(&Stratum) -> f64| strata.iter().map(|s| s.population as f64 * of(s)).sum::<f64>() / all as f64;
    let low = share(|s| if s.drawn == 0 { 0.0 } else { s.satisfied as f64 / s.drawn as f64 });
    let high = share(|s| match s.drawn {
        0 => 1.0,
        drawn => (s.satisfied + drawn.saturating_sub(s.answered)) as f64 / drawn as f64,
    });
    Some(Bounds { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_may_mean_either() {
        let a = Stratum { population: 10, drawn: 5, answered: 4, satisfied: 3 };
        let b = Stratum { population: 30, drawn: 0, answered: 0, satisfied: 0 };
        assert_eq!(bounds(&[a]), Some(Bounds { low: 0.6, high: 0.8 }));
        let both = bounds(&[a, b]).unwrap();
        assert!((both.low - 0.15).abs() < 1e-12 && (both.high - (8.0 + 30.0) / 40.0).abs() < 1e-12);
        assert_eq!(bounds(&[]), None);
    }
}
