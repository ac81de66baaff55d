//! Outcome rates of the American Association for Public Opinion Research (*Standard Definitions*, 10th edition, 2023).
//!
//! A rate that is 0/0 is undefined, never 0 or 1. `e` is the estimated share of eligible ones among those of whom it is not
//! known; here the share among those of whom it is (proportional allocation).
use std::iter::Sum;
use std::ops::Add;

use serde::Serialize;

use crate::sampling::outcome::Outcome;

/// Final dispositions, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Counts {
    /// I
    pub complete: u32,
    /// P
    pub partial: u32,
    /// R: refusals, broken off
    pub refusal: u32,
    /// NC
    pub non_contact: u32,
    /// O
    pub other: u32,
    /// UH: not known whether there is such an enterprise; UO: not known otherwise
    pub unknown: u32,
    pub unknown_other: u32,
    pub ineligible: u32,
}

impl Counts {
    /// One enterprise with this final outcome.
    pub fn of(outcome: Outcome) -> Counts {
        let mut counts = Counts::default();
        let counted = match outcome {
            Outcome::Complete => &mut counts.complete,
            Outcome::Partial => &mut counts.partial,
            Outcome::Refusal | Outcome::BrokenOff => &mut counts.refusal,
            Outcome::NonContact | Outcome::AnsweringMachine => &mut counts.non_contact,
            Outcome::OtherEligible => &mut counts.other,
            Outcome::NotAttempted | Outcome::NoAnswer | Outcome::Technical => &mut counts.unknown,
            Outcome::UsedUp => &mut counts.unknown_other,
            Outcome::OutOfScope | Outcome::Disconnected | Outcome::NoEnterprise => &mut counts.ineligible,
        };
        *counted = 1;
        counts
    }

    pub fn all(self) -> u32 {
        self.eligible() + self.unknowns() + self.ineligible
    }

    /// Known to belong to the population.
    pub fn eligible(self) -> u32 {
        self.complete + self.partial + self.refusal + self.non_contact + self.other
    }

    fn unknowns(self) -> u32 {
        self.unknown + self.unknown_other
    }

    /// All rates.
    pub fn rates(self) -> Rates {
        let answered = [f64::from(self.complete), f64::from(self.complete + self.partial)];
        let (eligible, unknown) = (f64::from(self.eligible()), f64::from(self.unknowns()));
        let e = over(eligible, eligible + f64::from(self.ineligible));
        let with_e = match e {
            Some(e) => Some(eligible + e * unknown),
            None => (unknown == 0.0).then_some(eligible),
        };
        let refusal = f64::from(self.refusal);
        let contacted = f64::from(self.complete + self.partial + self.refusal + self.other);
        let asked = f64::from(self.complete + self.partial + self.refusal);
        let by_e = |part: f64| with_e.and_then(|whole| over(part, whole));
        Rates {
            e,
            rr1: over(answered[0], eligible + unknown),
            rr2: over(answered[1], eligible + unknown),
            rr3: by_e(answered[0]),
            rr4: by_e(answered[1]),
            rr5: over(answered[0], eligible),
            rr6: over(answered[1], eligible),
            coop1: over(answered[0], contacted),
            coop2: over(answered[1], contacted),
            coop3: over(answered[0], asked),
            coop4: over(answered[1], asked),
            ref1: over(refusal, eligible + unknown),
            ref2: by_e(refusal),
            ref3: over(refusal, eligible),
            con1: over(contacted, eligible + unknown),
            con2: by_e(contacted),
            con3: over(contacted, eligible),
        }
    }
}

fn over(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            complete: self.complete + other.complete,
            partial: self.partial + other.partial,
            refusal: self.refusal + other.refusal,
            non_contact: self.non_contact + other.non_contact,
            other: self.other + other.other,
            unknown: self.unknown + other.unknown,
            unknown_other: self.unknown_other + other.unknown_other,
            ineligible: self.ineligible + other.ineligible,
        }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(counts: I) -> Counts {
        counts.fold(Counts::default(), Add::add)
    }
}

/// Response, cooperation, refusal and contact rates; null where undefined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
pub struct Rates {
    pub e: Option<f64>,
    pub rr1: Option<f64>,
    pub rr2: Option<f64>,
    pub rr3: Option<f64>,
    pub rr4: Option<f64>,
    pub rr5: Option<f64>,
    pub rr6: Option<f64>,
    pub coop1: Option<f64>,
    pub coop2: Option<f64>,
    pub coop3: Option<f64>,
    pub coop4: Option<f64>,
    pub ref1: Option<f64>,
    pub ref2: Option<f64>,
    pub ref3: Option<f64>,
    pub con1: Option<f64>,
    pub con2: Option<f64>,
    pub con3: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I 50, P 10, R 20, NC 15, O 5 | UH 25, UO 15 | ineligible 20: eligible 100, e = 100/120.
    #[test]
    fn rates_worked_by_hand() {
        let counts = Counts {
            complete: 50,
            partial: 10,
            refusal: 20,
            non_contact: 15,
            other: 5,
            unknown: 25,
            unknown_other: 15,
            ineligible: 20,
        };
        let rates = counts.rates();
        let near =
            |rate: Option<f64>, wanted: f64| assert!((rate.unwrap() - wanted).abs() < 1e-12, "{rate:?} {wanted}");
        near(rates.e, 100.0 / 120.0);
        near(rates.rr1, 50.0 / 140.0);
        near(rates.rr2, 60.0 / 140.0);
        let with_e = 100.0 + 40.0 * 100.0 / 120.0;
        near(rates.rr3, 50.0 / with_e);
        near(rates.rr4, 60.0 / with_e);
        near(rates.rr5, 0.5);
        near(rates.rr6, 0.6);
        near(rates.coop1, 50.0 / 85.0);
        near(rates.coop2, 60.0 / 85.0);
        near(rates.coop3, 50.0 / 80.0);
        near(rates.coop4, 60.0 / 80.0);
        near(rates.ref1, 20.0 / 140.0);
        near(rates.ref2, 20.0 / with_e);
        near(rates.ref3, 0.2);
        near(rates.con1, 85.0 / 140.0);
        near(rates.con2, 85.0 / with_e);
        near(rates.con3, 0.85);
    }

    #[test]
    fn nothing_over_nothing_is_undefined() {
        assert_eq!(Counts::default().rates(), Rates::default());
        let only_unknown = Counts { unknown: 3, ..Counts::default() }.rates();
        assert_eq!((only_unknown.rr1, only_unknown.rr3, only_unknown.rr5), (Some(0.0), None, None));
        let nobody_unknown = Counts { complete: 2, ..Counts::default() }.rates();
        assert_eq!((nobody_unknown.e, nobody_unknown.rr3), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn every_outcome_counts_once() {
        let all: Counts = Outcome::ALL.into_iter().map(Counts::of).sum();
        assert_eq!(all.all() as usize, Outcome::ALL.len());
        assert_eq!((all.eligible(), all.ineligible), (7, 3));
    }
}
