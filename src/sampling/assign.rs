//! The second draw: which evaluator calls which enterprise, by lot from the same seed, with loads as even as can be.
//!
//! Evaluators who have an interest (own unit, own area, what they declared) are barred beforehand. The loads are evened out
//! along alternating paths (optimal semi-matchings, Harvey, Ladner, Lovász and Tamir, 2006), so that no bar makes the
//! division less even than it must be. Whoever refuses is followed by the next; nobody else's list changes.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::canonical::{self, CanonicalError};
use super::frame::Unit;
use super::ids::normal;
use super::tickets::Seed;

/// One who calls, with what was declared. Never published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluator {
    pub id: String,
    pub name: String,
    pub unit: Option<String>,
    pub area: Option<String>,
    /// Declared: units, areas, stewards and enterprises (own, of relatives) that are not to be called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stewards: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enterprises: Vec<String>,
}

impl Evaluator {
    /// What keeps this evaluator from calling an enterprise, if anything does.
    pub fn barred_from(&self, unit: &Unit) -> Option<Bar> {
        let same = |mine: &Option<String>, theirs: &Option<String>| matches!((mine, theirs), (Some(mine), Some(theirs)) if normal(mine) == normal(theirs));
        let among = |mine: &[String], theirs: Option<&str>| {
            theirs.is_some_and(|theirs| mine.iter().any(|mine| normal(mine) == normal(theirs)))
        };
        if normal(&self.id) == normal(&unit.steward_id) {
            Some(Bar::OwnSelf)
        } else if same(&self.unit, &unit.unit) {
            Some(Bar::OwnUnit)
        } else if same(&self.area, &unit.area) {
            Some(Bar::OwnArea)
        } else if among(&self.units, unit.unit.as_deref())
            || among(&self.areas, unit.area.as_deref())
            || among(&self.stewards, Some(&unit.steward_id))
            || among(&self.stewards, unit.steward.as_deref())
            || among(&self.enterprises, Some(&unit.enterprise_id))
            || among(&self.enterprises, Some(&unit.name))
        {
            Some(Bar::Declared)
        } else {
            None
        }
    }
}

/// Why an evaluator may not call an enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// Serves in the unit of the enterprise's steward.
    OwnUnit,
    OwnArea,
    /// Is the steward.
    OwnSelf,
    Declared,
}

impl Bar {
    /// For people.
    pub fn told(self) -> &'static str {
        match self {
            Bar::OwnUnit => "own unit",
            Bar::OwnArea => "own area",
            Bar::OwnSelf => "is the steward",
            Bar::Declared => "declared interest",
        }
    }
}

/// A pair that may not meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Barred {
    pub pseudonym: String,
    pub evaluator: String,
    pub why: Bar,
}

/// SHA-256 of the canonical JSON of all pairs that may not meet, in order: what a plan commits to where it names callers.
pub fn hash(barred: &[Barred]) -> Result<String, CanonicalError> {
    let mut barred: Vec<&Barred> = barred.iter().collect();
    barred.sort();
    canonical::hash(&barred)
}

/// An evaluator gave an enterprise back; the reason stays with the bureau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    pub pseudonym: String,
    pub evaluator: String,
}

/// Who calls whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub pseudonym: String,
    pub evaluator: String,
}

/// The second draw as it is published; evaluators by pseudonym.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub evaluators: Vec<String>,
    /// Of those drawn and the reserve; of the whole frame where the plan fixed who calls.
    pub barred: Vec<Barred>,
    /// In the order in which they were recorded.
    pub declined: Vec<Declined>,
    /// Drawn first, then the reserve, each in the order of its strata.
    pub calls: Vec<Call>,
}

/// An enterprise nobody may call, or a refusal that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    #[error("no evaluator may call {pseudonym}: {why}; add an evaluator without that interest")]
    Nobody { pseudonym: String, why: String },
    #[error("{evaluator} does not call {pseudonym} and cannot give it back; it is {caller} who does")]
    NotTheirs { pseudonym: String, evaluator: String, caller: String },
    #[error("{0} is neither drawn nor in reserve")]
    NotDrawn(String),
}

/// Draws evaluators for the enterprises `drawn` and, apart from them, for the `reserve`; evaluators and pairs in any order.
pub fn assign(
    seed_text: &str,
    drawn: &[&str],
    reserve: &[&str],
    evaluators: &[String],
    barred: &[Barred],
    declined: &[Declined],
) -> Result<Assignment, AssignError> {
    let mut evaluators = evaluators.to_vec();
    evaluators.sort();
    let mut barred = barred.to_vec();
    barred.sort();
    let lots = Lots { seed: seed_of(seed_text), evaluators: &evaluators, barred: &barred };
    let mut groups = [lots.divide(drawn)?, lots.divide(reserve)?];
    for (i, refusal) in declined.iter().enumerate() {
        let group = groups.iter_mut().find(|group| group.contains_key(refusal.pseudonym.as_str()));
        let group = group.ok_or_else(|| AssignError::NotDrawn(refusal.pseudonym.clone()))?;
        lots.pass_on(group, refusal, &declined[..i])?;
    }
    let call = |pseudonym: &&str| {
        let evaluator = groups.iter().find_map(|group| group.get(pseudonym));
        evaluator.map(|at| Call { pseudonym: (*pseudonym).to_owned(), evaluator: evaluators[*at].clone() })
    };
    let calls = drawn.iter().chain(reserve).filter_map(call).collect();
    Ok(Assignment { calls, declined: declined.to_vec(), evaluators, barred })
}

/// The seed of the second draw: another domain than that of the first.
pub fn seed_of(seed_text: &str) -> Seed {
    Seed::new(&format!("evaluators {seed_text}"))
}

struct Lots<'a> {
    seed: Seed,
    evaluators: &'a [String],
    barred: &'a [Barred],
}

impl Lots<'_> {
    /// Evaluators who may call an enterprise, in the order of their lots for it.
    fn eligible(&self, pseudonym: &str) -> Vec<usize> {
        let barred: BTreeSet<&str> =
            self.barred.iter().filter(|b| b.pseudonym == pseudonym).map(|b| b.evaluator.as_str()).collect();
        let may = |at: &usize| !barred.contains(self.evaluators[*at].as_str());
        let mut eligible: Vec<usize> = (0..self.evaluators.len()).filter(may).collect();
        eligible.sort_by_cached_key(|at| self.seed.ticket(&format!("{pseudonym}:{}", self.evaluators[*at])).number);
        eligible
    }

    /// Each enterprise, in the order of its ticket, goes to the least loaded evaluator that can be reached: directly, or by
    /// handing on enterprises that others hold. Of equals the one reached first, where lots decide.
    fn divide<'p>(&self, pseudonyms: &[&'p str]) -> Result<BTreeMap<&'p str, usize>, AssignError> {
        let mut order: Vec<&'p str> = pseudonyms.to_vec();
        order.sort_by_cached_key(|pseudonym| self.seed.ticket(pseudonym).number);
        let eligible: BTreeMap<&str, Vec<usize>> = order.iter().map(|p| (*p, self.eligible(p))).collect();
        let mut held: Vec<Vec<&'p str>> = vec![Vec::new(); self.evaluators.len()];
        for pseudonym in &order {
            let reached = reach(pseudonym, &eligible, &held);
            let Some(best) = reached.iter().min_by_key(|step| held[step.evaluator].len()) else {
                return Err(self.nobody(pseudonym, &[]));
            };
            hand_on(&reached, best, pseudonym, &mut held);
        }
        let pairs = held.iter().enumerate().flat_map(|(at, mine)| mine.iter().map(move |pseudonym| (*pseudonym, at)));
        Ok(pairs.collect())
    }

    /// A refused enterprise goes to the least loaded who may call it and has not refused it; of equals by lot.
    fn pass_on(
        &self,
        group: &mut BTreeMap<&str, usize>,
        refusal: &Declined,
        before: &[Declined],
    ) -> Result<(), AssignError> {
        let pseudonym = refusal.pseudonym.as_str();
        let caller = group.get(pseudonym).map_or("", |at| self.evaluators[*at].as_str());
        if caller != refusal.evaluator {
            return Err(AssignError::NotTheirs {
                pseudonym: pseudonym.to_owned(),
                evaluator: refusal.evaluator.clone(),
                caller: caller.to_owned(),
            });
        }
        let refused = |at: &usize| {
            let theirs = |d: &Declined| d.pseudonym == pseudonym && d.evaluator == self.evaluators[*at];
            theirs(refusal) || before.iter().any(theirs)
        };
        let load = |at: &usize| group.values().filter(|holder| *holder == at).count();
        let next = self.eligible(pseudonym).into_iter().filter(|at| !refused(at)).min_by_key(load);
        let next = next.ok_or_else(|| {
            let gave: Vec<&str> = before
                .iter()
                .chain([refusal])
                .filter(|d| d.pseudonym == pseudonym)
                .map(|d| d.evaluator.as_str())
                .collect();
            self.nobody(pseudonym, &gave)
        })?;
        if let Some(holder) = group.get_mut(pseudonym) {
            *holder = next;
        }
        Ok(())
    }

    fn nobody(&self, pseudonym: &str, declined: &[&str]) -> AssignError {
        let barred = self.barred.iter().filter(|b| b.pseudonym == pseudonym);
        let mut why: Vec<String> = barred.map(|b| format!("{} ({})", b.evaluator, b.why.told())).collect();
        why.extend(declined.iter().map(|evaluator| format!("{evaluator} (refused)")));
        if self.evaluators.is_empty() {
            why.push("there are no evaluators".to_owned());
        }
        AssignError::Nobody { pseudonym: pseudonym.to_owned(), why: why.join(", ") }
    }
}

/// One evaluator that can be reached, the step before (None: the new enterprise itself), and what would be handed over.
struct Step<'p> {
    evaluator: usize,
    from: Option<usize>,
    /// Held by the evaluator of `from`, and taken over by this one.
    hands: Option<&'p str>,
}

/// Evaluators reachable from an enterprise along alternating paths, nearest first.
fn reach<'p>(pseudonym: &str, eligible: &BTreeMap<&str, Vec<usize>>, held: &[Vec<&'p str>]) -> Vec<Step<'p>> {
    let mut seen = vec![false; held.len()];
    let mut steps: Vec<Step<'p>> = Vec::new();
    let mut waiting = VecDeque::new();
    for evaluator in &eligible[pseudonym] {
        seen[*evaluator] = true;
        waiting.push_back(steps.len());
        steps.push(Step { evaluator: *evaluator, from: None, hands: None });
    }
    while let Some(at) = waiting.pop_front() {
        for mine in &held[steps[at].evaluator] {
            for evaluator in &eligible[mine] {
                if !std::mem::replace(&mut seen[*evaluator], true) {
                    waiting.push_back(steps.len());
                    steps.push(Step { evaluator: *evaluator, from: Some(at), hands: Some(mine) });
                }
            }
        }
    }
    steps
}

/// Hands enterprises on along the path to `last`; the first evaluator of the path takes the new one. Lists keep their order.
fn hand_on<'p>(steps: &[Step<'p>], last: &Step<'p>, new: &&'p str, held: &mut [Vec<&'p str>]) {
    let mut step = last;
    while let (Some(from), Some(hands)) = (step.from, step.hands) {
        let giver = steps[from].evaluator;
        held[giver].retain(|mine| *mine != hands);
        held[step.evaluator].push(hands);
        step = &steps[from];
    }
    held[step.evaluator].push(new);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(of: &str, n: usize) -> Vec<String> {
        (0..n).map(|i| format!("{of}{i:02}")).collect()
    }

    fn barred(pairs: &[(&str, &str)]) -> Vec<Barred> {
        let one = |(p, e): &(&str, &str)| Barred { pseudonym: (*p).into(), evaluator: (*e).into(), why: Bar::OwnUnit };
        pairs.iter().map(one).collect()
    }

    fn loads(assignment: &Assignment) -> Vec<usize> {
        let of = |e: &String| assignment.calls.iter().filter(|call| call.evaluator == *e).count();
        assignment.evaluators.iter().map(of).collect()
    }

    fn drawn(calls: &[String]) -> Vec<&str> {
        calls.iter().map(String::as_str).collect()
    }

    /// A greedy division would leave 3 and 1: whoever comes last finds its only evaluator loaded.
    #[test]
    fn bars_make_it_no_less_even_than_they_must() {
        let (calls, evaluators) = (names("e", 4), names("v", 2));
        for only in 0..4 {
            let bars = barred(&[(&calls[only], "v01"), (&calls[(only + 1) % 4], "v01")]);
            let done = assign("seed", &drawn(&calls), &[], &evaluators, &bars, &[]).unwrap();
            assert_eq!(loads(&done), [2, 2]);
        }
    }

    #[test]
    fn the_reserve_is_divided_for_itself() {
        let (calls, reserve, evaluators) = (names("e", 6), names("r", 3), names("v", 3));
        let done = assign("seed", &drawn(&calls), &drawn(&reserve), &evaluators, &[], &[]).unwrap();
        assert_eq!(loads(&done), [3, 3, 3]);
        assert_eq!(done.calls[6].pseudonym, "r00");
        let alone = assign("seed", &drawn(&calls), &[], &evaluators, &[], &[]).unwrap();
        assert_eq!(done.calls[..6], alone.calls);
    }

    #[test]
    fn a_refusal_goes_to_the_next_and_touches_nobody_else() {
        let (calls, evaluators) = (names("e", 6), names("v", 3));
        let of = |declined: &[Declined]| assign("seed", &drawn(&calls), &[], &evaluators, &[], declined);
        let first = of(&[]).unwrap();
        let give = |call: &Call| Declined { pseudonym: call.pseudonym.clone(), evaluator: call.evaluator.clone() };
        let mut refusals = vec![give(&first.calls[0])];
        let second = of(&refusals).unwrap();
        assert_ne!(second.calls[0].evaluator, first.calls[0].evaluator);
        assert_eq!(second.calls[1..], first.calls[1..]);
        // One who does not call it cannot give it back.
        assert!(matches!(of(&[refusals[0].clone(), refusals[0].clone()]), Err(AssignError::NotTheirs { .. })));
        refusals.push(give(&second.calls[0]));
        refusals.push(give(&of(&refusals).unwrap().calls[0]));
        let error = of(&refusals).unwrap_err().to_string();
        assert!(error.contains("no evaluator may call e00") && error.matches("(refused)").count() == 3, "{error}");
        let stranger = Declined { pseudonym: "x".into(), evaluator: "v00".into() };
        assert_eq!(of(&[stranger]), Err(AssignError::NotDrawn("x".into())));
    }

    #[test]
    fn an_enterprise_nobody_may_call_is_told_with_the_reasons() {
        let bars = barred(&[("e00", "v00"), ("e00", "v01")]);
        let error = assign("seed", &["e00"], &[], &names("v", 2), &bars, &[]).unwrap_err().to_string();
        assert!(error.contains("e00: v00 (own unit), v01 (own unit)"), "{error}");
        assert!(assign("seed", &["e00"], &[], &[], &[], &[]).unwrap_err().to_string().contains("no evaluators"));
    }

    /// Smallest sum of squared loads over all divisions.
    fn evenest(
        calls: &[String],
        evaluators: &[String],
        bars: &BTreeSet<(usize, usize)>,
        at: usize,
        load: &mut [usize],
    ) -> usize {
        if at == calls.len() {
            return load.iter().map(|n| n * n).sum();
        }
        let mut best = usize::MAX;
        for v in 0..evaluators.len() {
            if !bars.contains(&(at, v)) {
                load[v] += 1;
                best = best.min(evenest(calls, evaluators, bars, at + 1, load));
                load[v] -= 1;
            }
        }
        best
    }

    proptest! {
        #[test]
        fn as_even_as_can_be_within_the_bars_and_whatever_the_order(
            n in 1_usize..7,
            m in 1_usize..4,
            bars in prop::collection::btree_set((0_usize..7, 0_usize..4), 0..10),
            seed in "[a-z]{0,5}",
        ) {
            let (calls, evaluators) = (names("e", n), names("v", m));
            let bars: BTreeSet<(usize, usize)> = bars.into_iter().filter(|(e, v)| *e < n && *v < m).collect();
            let pairs: Vec<(&str, &str)> = bars.iter().map(|(e, v)| (calls[*e].as_str(), evaluators[*v].as_str())).collect();
            let barred = barred(&pairs);
            let found = assign(&seed, &drawn(&calls), &[], &evaluators, &barred, &[]);
            let best = evenest(&calls, &evaluators, &bars, 0, &mut vec![0; m]);
            prop_assert_eq!(found.is_err(), best == usize::MAX);
            if let Ok(found) = found {
                prop_assert_eq!(loads(&found).iter().map(|n| n * n).sum::<usize>(), best);
                prop_assert!(found.calls.iter().all(|c| !pairs.contains(&(c.pseudonym.as_str(), c.evaluator.as_str()))));
                let back = |list: &[String]| list.iter().rev().cloned().collect::<Vec<_>>();
                let turned = assign(&seed, &drawn(&calls), &[], &back(&evaluators), &barred.iter().rev().cloned().collect::<Vec<_>>(), &[]);
                prop_assert_eq!(turned.unwrap(), found);
            }
        }
    }
}
