//! Evidence classes: what may be said of one subject's rate under one measure in one window.
use serde::{Deserialize, Serialize};

use super::posterior::{Prior, Tally};
use crate::regime::Standard;

/// How sure one must be to call a rate bad or excellent, and to say that it meets the standard or is to be checked.
const SURE: f64 = 0.90;
const LIKELY: f64 = 0.80;

/// What the evidence carries. There is no order among subjects of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 证据充分不达标
    StrongBad,
    /// 需核查
    Check,
    /// 达标
    Meets,
    /// 证据充分优秀
    StrongGood,
    /// 证据不足
    Insufficient,
}

/// Why it is this class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// n is below the regime's minimum.
    FewObligations,
    /// Surely below the standard and below the others, whichever enterprise is left out.
    SurelyBelow,
    /// Surely below, but not any more when one enterprise is left out.
    RestsOnOne,
    /// Surely above the excellence mark and above the others, whichever enterprise is left out.
    SurelyAbove,
    /// Surely above, but not any more when one enterprise is left out.
    ExcellenceRestsOnOne,
    LikelyBelow,
    LikelyMeets,
    /// Neither is likely enough.
    Undecided,
}

/// The class of one subject with the numbers it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub tally: Tally,
    pub pr_below_p0: f64,
    pub pr_below_m: f64,
    pub pr_above_p_good: f64,
    pub pr_above_m: f64,
    pub class: Class,
    /// The class `strong_bad` or `strong_good` that was reached holds whichever part is left out; true where neither was.
    pub stable: bool,
    pub reason: Reason,
}

/// Classes for one measure: its standard, its prior, and below which n nothing is said.
#[derive(Clone, Copy, Debug)]
pub struct Judge {
    pub standard: Standard,
    pub prior: Prior,
    pub minimum_n: u32,
}

impl Judge {
    /// Judges a subject by its parts: one tally per enterprise, or per slot where rows have no enterprise.
    pub fn judge(&self, parts: &[Tally]) -> Verdict {
        let tally: Tally = parts.iter().copied().sum();
        let belief = self.prior.after(tally);
        let survives = |test: &dyn Fn(Tally) -> bool| parts.iter().all(|part| test(tally - *part));
        let (class, stable, reason) = if tally.n() < self.minimum_n.max(1) {
            (Class::Insufficient, true, Reason::FewObligations)
        } else if self.surely_below(tally) {
            if survives(&|rest| self.surely_below(rest)) {
                (Class::StrongBad, true, Reason::SurelyBelow)
            } else {
                (Class::Check, false, Reason::RestsOnOne)
            }
        } else if self.surely_above(tally) {
            if survives(&|rest| self.surely_above(rest)) {
                (Class::StrongGood, true, Reason::SurelyAbove)
            } else {
                (Class::Meets, false, Reason::ExcellenceRestsOnOne)
            }
        } else if belief.below(self.standard.p0) >= LIKELY {
            (Class::Check, true, Reason::LikelyBelow)
        } else if belief.above(self.standard.p0) >= LIKELY {
            (Class::Meets, true, Reason::LikelyMeets)
        } else {
            (Class::Insufficient, true, Reason::Undecided)
        };
        Verdict {
            tally,
            pr_below_p0: belief.below(self.standard.p0),
            pr_below_m: belief.below(self.prior.m),
            pr_above_p_good: belief.above(self.standard.p_good),
            pr_above_m: belief.above(self.prior.m),
            class,
            stable,
            reason,
        }
    }

    fn surely_below(&self, tally: Tally) -> bool {
        let belief = self.prior.after(tally);
        belief.below(self.standard.p0) >= SURE && belief.below(self.prior.m) >= SURE
    }

    fn surely_above(&self, tally: Tally) -> bool {
        let belief = self.prior.after(tally);
        belief.above(self.standard.p_good) >= SURE && belief.above(self.prior.m) >= SURE
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STANDARD: Standard = Standard { p0: 0.90, p_good: 0.97, local: true };

    fn tally(met: u32, breached: u32) -> Tally {
        Tally { met, breached }
    }

    fn judge(prior: Prior, minimum_n: u32) -> Judge {
        Judge { standard: STANDARD, prior, minimum_n }
    }

    /// Bulletins have put units at the bottom on 1 late of 6; here it cannot happen, whatever the others do.
    #[test]
    fn one_late_of_a_few_is_never_strong() {
        for strength in [None, Some(2.0), Some(20.0), Some(200.0)] {
            for m in [0.001, 0.5, 0.8, 0.9, 0.95, 0.97, 0.999] {
                for minimum_n in [1, 10] {
                    for of in [5, 6, 7] {
                        let parts: Vec<Tally> = (0..of).map(|i| tally(u32::from(i > 0), u32::from(i == 0))).collect();
                        let verdict = judge(Prior { m, strength }, minimum_n).judge(&parts);
                        assert_ne!(verdict.class, Class::StrongBad, "1 of {of}, m {m}, {strength:?}: {verdict:?}");
                        if minimum_n == 10 {
                            assert_eq!(verdict.reason, Reason::FewObligations);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn classes_by_hand() {
        let prior = Prior { m: 0.9, strength: Some(20.0) };
        let spread = |met: u32, breached: u32| -> Vec<Tally> {
            (0..met + breached).map(|i| tally(u32::from(i < met), u32::from(i >= met))).collect()
        };
        let class = |parts: &[Tally]| judge(prior, 10).judge(parts);
        assert_eq!(class(&spread(12, 12)).class, Class::StrongBad);
        assert_eq!(class(&spread(6, 3)).reason, Reason::FewObligations);
        assert_eq!(class(&spread(150, 0)).class, Class::StrongGood);
        assert_eq!(class(&spread(40, 2)).class, Class::Meets);
        assert_eq!(class(&spread(27, 3)).reason, Reason::Undecided);
        assert_eq!(class(&spread(16, 4)).reason, Reason::LikelyBelow);
        // All that is late lies with one enterprise: without it nothing is wrong.
        let one = [tally(0, 12), tally(12, 0)];
        assert_eq!((class(&one).class, class(&one).reason), (Class::Check, Reason::RestsOnOne));
        assert!(!class(&one).stable);
        // Everything lies with one enterprise: left out, nothing is left to be sure of.
        assert_eq!(class(&[tally(150, 0)]).reason, Reason::ExcellenceRestsOnOne);
    }

    proptest! {
        /// One more breach never makes a class better, one more met never worse.
        #[test]
        fn classes_follow_the_evidence(
            met in 0u32..60, breached in 0u32..30, m in 0.05f64..0.99, strength in 2.0f64..200.0,
        ) {
            let judge = judge(Prior { m, strength: Some(strength) }, 1);
            let before = judge.judge(&[tally(met, breached)]);
            let worse = judge.judge(&[tally(met, breached + 1)]);
            prop_assert!(worse.pr_below_p0 >= before.pr_below_p0 - 1e-12);
            prop_assert!(worse.pr_above_p_good <= before.pr_above_p_good + 1e-12);
            prop_assert!((before.pr_below_m + before.pr_above_m - 1.0).abs() < 1e-12);
        }
    }
}
