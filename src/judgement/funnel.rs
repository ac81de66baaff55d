//! Funnel plots: how far a rate may lie from the standard by chance alone, for its number of obligations.
//!
//! Limits come from the tails of Binomial(n, p0) themselves (Spiegelhalter, *Stat. Med.* 2005, without his interpolation):
//! what lies outside is exactly what chance makes rarer than the level says. For people to look at; it names nobody.
use serde::{Deserialize, Serialize};

use super::chance;

/// Two-sided levels of the inner and the outer limits.
const INNER: f64 = 0.05;
const OUTER: f64 = 0.002;

/// Where a rate lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Below the 99.8 % limit.
    FarBelow,
    /// Below the 95 % limit.
    Below,
    Inside,
    Above,
    FarAbove,
}

/// Shares between which chance keeps a rate of n obligations at the standard.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    pub low95: f64,
    pub high95: f64,
    pub low998: f64,
    pub high998: f64,
}

/// Pr(X ≤ met) and Pr(X ≥ met) for X ~ Binomial(n, p0).
pub fn tails(n: u32, met: u32, p0: f64) -> (f64, f64) {
    (chance::at_most(met, n, p0), chance::at_least(met, n, p0))
}

/// Where met of n lies, by its exact tails; `met` ≤ `n`, `n` > 0.
pub fn zone(n: u32, met: u32, p0: f64) -> Zone {
    let (low, high) = tails(n, met, p0);
    if low < OUTER / 2.0 {
        Zone::FarBelow
    } else if high < OUTER / 2.0 {
        Zone::FarAbove
    } else if low < INNER / 2.0 {
        Zone::Below
    } else if high < INNER / 2.0 {
        Zone::Above
    } else {
        Zone::Inside
    }
}

/// The limits for n > 0: the least and greatest share that is not outside.
pub fn limits(n: u32, p0: f64) -> Limits {
    let share = |met: u32| f64::from(met) / f64::from(n);
    // Tails are monotone in met: search for the first that is common enough.
    let low = |level: f64| share(first(n, |met| tails(n, met, p0).0 >= level / 2.0));
    let high = |level: f64| share(n - first(n, |missed| tails(n, n - missed, p0).1 >= level / 2.0));
    Limits { low95: low(INNER), high95: high(INNER), low998: low(OUTER), high998: high(OUTER) }
}

/// The first of 0..=n for which a monotone test holds; n where none does.
fn first(n: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut from, mut to) = (0, n);
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) { to = middle } else { from = middle + 1 }
    }
    from
}

impl Zone {
    /// 95%控制限以下
    pub fn zh(self) -> &'static str {
        match self {
            Zone::FarBelow => "低于99.8%控制限",
            Zone::Below => "低于95%控制限",
            Zone::Inside => "控制限以内",
            Zone::Above => "高于95%控制限",
            Zone::FarAbove => "高于99.8%控制限",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tails summed term by term, in logarithms.
    fn summed(n: u32, met: u32, p0: f64) -> (f64, f64) {
        let ln_choose = |k: u32| (1..=k).map(|i| (f64::from(n - k + i) / f64::from(i)).ln()).sum::<f64>();
        let term = |k: u32| (ln_choose(k) + f64::from(k) * p0.ln() + f64::from(n - k) * (1.0 - p0).ln()).exp();
        ((0..=met).map(term).sum(), (met..=n).map(term).sum())
    }

    #[test]
    fn tails_are_the_binomial_ones() {
        for n in [1, 2, 6, 10, 36, 200] {
            for p0 in [0.5, 0.85, 0.9, 0.97] {
                for met in 0..=n {
                    let ((a, b), (c, d)) = (tails(n, met, p0), summed(n, met, p0));
                    assert!((a - c).abs() < 1e-10 && (b - d).abs() < 1e-10, "{n} {met} {p0}: {a} {c}, {b} {d}");
                }
            }
        }
    }

    #[test]
    fn limits_and_zones_say_the_same() {
        for n in 1..=120 {
            for p0 in [0.85, 0.9] {
                let limits = limits(n, p0);
                for met in 0..=n {
                    let share = f64::from(met) / f64::from(n);
                    let zone = zone(n, met, p0);
                    assert_eq!(share < limits.low998, zone == Zone::FarBelow, "{n} {met}");
                    assert_eq!(share < limits.low95, matches!(zone, Zone::FarBelow | Zone::Below), "{n} {met}");
                    assert_eq!(share > limits.high95, matches!(zone, Zone::FarAbove | Zone::Above), "{n} {met}");
                }
            }
        }
        // Five of six at 0.9 is nothing; a perfect score is nothing before n = 36 (judgement.md).
        assert_eq!(zone(6, 5, 0.9), Zone::Inside);
        assert_eq!((zone(35, 35, 0.9), zone(36, 36, 0.9)), (Zone::Inside, Zone::Above));
    }
}
