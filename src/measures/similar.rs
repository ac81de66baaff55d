//! Texts that are nearly the same, among many, exactly: the groups that comparing all pairs would find.
//!
//! A text is the set of its 5-grams of code points, after NFKC and without anything that is no letter, digit or
//! ideograph. Two texts are alike when |A ∩ B| / |A ∪ B| ≥ 0.9 (measures.md, “Integrity leads”). Comparing every pair is
//! quadratic; [`join`] says which pairs need not be. The same set is kept once: a phrase that everybody writes is not compared
//! with itself a million times.
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use self::grams::Sets;
use self::join::{Alike, Joined, LARGE};

mod grams;
mod join;

/// Texts whose grams are found before they are compared with those known.
const AT_ONCE: usize = 1 << 16;
/// What stands for the set of a text that is too short.
const NONE: u32 = u32::MAX;

/// Texts that are alike, directly or over others of the group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Index of each text and its likeness to the one by which it came into the group, in order of index; the first has 1.
    pub members: Vec<(usize, f64)>,
}

/// Texts as sets, each set once.
#[derive(Default)]
pub struct Texts {
    sets: Sets,
    /// The set of each text.
    of: Vec<u32>,
    /// Sets by a hash of their grams; another set of the same hash is known by nothing, and merely found to be alike.
    known: HashMap<u64, u32>,
    threads: usize,
}

impl Texts {
    /// None yet; so many threads are to look at them. No result depends on their number.
    pub fn new(threads: usize) -> Texts {
        Texts { threads: threads.max(1), ..Texts::default() }
    }

    /// Adds texts after those that are there; nothing is kept but their grams.
    pub fn add<T: AsRef<str> + Sync>(&mut self, texts: &[T]) {
        for texts in texts.chunks(AT_ONCE) {
            let shares: Vec<&[T]> = texts.chunks(texts.len().div_ceil(self.threads)).collect();
            for (sets, keys) in join::shared_out(shares, self.threads, sets_of) {
                for (set, key) in keys.into_iter().enumerate() {
                    self.add_set(&sets, set, key);
                }
            }
        }
    }

    fn add_set(&mut self, sets: &Sets, set: usize, key: u64) {
        if sets.get(set).is_empty() {
            self.of.push(NONE);
            return;
        }
        let new = self.sets.len() as u32;
        let known = *self.known.entry(key).or_insert(new);
        if known != new && self.sets.get(known as usize) == sets.get(set) {
            self.of.push(known);
        } else {
            self.sets.copy(sets, set);
            self.of.push(new);
        }
    }

    /// Groups of two and more texts that are alike, in order of their first text.
    pub fn groups(self) -> Vec<Group> {
        self.groups_divided_from(LARGE)
    }

    fn groups_divided_from(self, large: usize) -> Vec<Group> {
        let Texts { sets, of, known, threads } = self;
        drop(known);
        let mut joined = Joined::new(sets.len());
        let mut pairs = join::pairs(&sets, threads, large);
        pairs.retain(|&(one, other, _)| joined.join(one, other));
        let mut likeness = came_in_by(&pairs, &mut joined);
        let mut texts = vec![0u32; sets.len()];
        for &set in of.iter().filter(|set| **set != NONE) {
            texts[joined.root(set) as usize] += 1;
        }
        let mut places: HashMap<u32, usize> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for (index, &set) in of.iter().enumerate().filter(|(_, set)| **set != NONE) {
            let root = joined.root(set);
            if texts[root as usize] > 1 {
                let place = *places.entry(root).or_insert(groups.len());
                if place == groups.len() {
                    groups.push(Group { members: Vec::new() });
                }
                // Only the first text of a set came in by that likeness, the others as its copies.
                groups[place].members.push((index, likeness.remove(&set).unwrap_or(1.0)));
            }
        }
        groups
    }
}

/// The likeness of each set to the one by which it came into its group, beginning with the first of the group.
fn came_in_by(pairs: &[Alike], joined: &mut Joined) -> HashMap<u32, f64> {
    let mut beside: HashMap<u32, Vec<(u32, f64)>> = HashMap::new();
    for &(one, other, likeness) in pairs {
        beside.entry(one).or_default().push((other, likeness));
        beside.entry(other).or_default().push((one, likeness));
    }
    let mut came: HashMap<u32, f64> = HashMap::new();
    let mut at_hand: Vec<u32> = beside.keys().copied().filter(|set| joined.root(*set) == *set).collect();
    came.extend(at_hand.iter().map(|first| (*first, 1.0)));
    while let Some(set) = at_hand.pop() {
        for &(other, likeness) in beside.get(&set).into_iter().flatten() {
            if let Entry::Vacant(vacant) = came.entry(other) {
                vacant.insert(likeness);
                at_hand.push(other);
            }
        }
    }
    came
}

/// Groups of two and more texts that are alike, in order of their first text.
pub fn groups<T: AsRef<str> + Sync>(texts: &[T], threads: usize) -> Vec<Group> {
    let mut all = Texts::new(threads);
    all.add(texts);
    all.groups()
}

/// The sets of texts, and a hash of each.
fn sets_of<T: AsRef<str>>(texts: &[T]) -> (Sets, Vec<u64>) {
    let mut sets = Sets::default();
    let mut letters = Vec::new();
    for text in texts {
        sets.add(text.as_ref(), &mut letters);
    }
    let key = |set| sets.get(set).iter().fold(0, |key, &gram| grams::mix(key ^ u64::from(gram)));
    let keys = (0..sets.len()).map(key).collect();
    (sets, keys)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const VISIT: &str =
        "今日走访企业了解生产经营情况，协调解决用电增容问题，企业表示满意，后续将持续跟进办理进度并及时反馈";

    fn sets(texts: &[impl AsRef<str>]) -> Vec<BTreeSet<u32>> {
        let (sets, _) = sets_of(texts);
        (0..sets.len()).map(|set| sets.get(set).iter().copied().collect()).collect()
    }

    fn jaccard(one: &BTreeSet<u32>, other: &BTreeSet<u32>) -> f64 {
        one.intersection(other).count() as f64 / one.union(other).count() as f64
    }

    fn likeness(one: &str, other: &str) -> Option<f64> {
        let sets = sets(&[one, other]);
        (!sets[0].is_empty() && !sets[1].is_empty()).then(|| jaccard(&sets[0], &sets[1]))
    }

    #[test]
    fn likeness_by_hand() {
        // 20 letters have 16 grams; another last letter changes one: 15 of 17.
        let one = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉";
        assert_eq!(likeness(one, &one.replace('酉', "戌")), Some(15.0 / 17.0));
        assert_eq!(likeness(one, "甲乙丙"), None);
        // Marks and width say nothing; a doubled gram counts once.
        assert_eq!(likeness(VISIT, &VISIT.replace('，', "；  ")), Some(1.0));
        assert_eq!(likeness(&format!("{one}ＡＢ12"), &format!("{one}AB１２")), Some(1.0));
        assert_eq!(sets(&["甲".repeat(40)])[0].len(), 1);
    }

    #[test]
    fn nine_in_ten_is_alike_and_less_is_not() {
        let set = |from: u32, to: u32| (from..to).collect::<Vec<u32>>();
        assert_eq!(join::alike(&set(0, 10), &set(0, 9)), Some(0.9));
        assert_eq!(join::alike(&set(0, 19), &set(1, 20)), Some(0.9));
        assert_eq!(join::alike(&set(0, 18), &set(1, 19)), None);
        assert_eq!(join::alike(&set(0, 10), &set(0, 8)), None);
        assert_eq!(join::alike(&set(5, 9), &set(5, 9)), Some(1.0));
    }

    #[test]
    fn copies_are_found_and_others_left_alone() {
        let other = "召开专题协调会研究土地手续，规划部门当场答复，下周一前将书面意见送达企业，管家全程陪同";
        let texts = [VISIT, other, "零报告", &VISIT.replace("今日", "昨日"), other, VISIT];
        let found = groups(&texts, 2);
        let members = |group: &Group| group.members.iter().map(|(index, _)| *index).collect::<Vec<_>>();
        assert_eq!(found.iter().map(members).collect::<Vec<_>>(), [vec![0, 3, 5], vec![1, 4]]);
        assert_eq!(found[0].members[0].1, 1.0);
        assert!(found[0].members[1].1 >= 0.9 && found[0].members[1].1 < 1.0);
        assert_eq!(found[0].members[2].1, 1.0);
    }

    /// Every pair compared, by other means.
    fn by_all_pairs(texts: &[String]) -> Vec<Vec<usize>> {
        let sets = sets(texts);
        let mut joined = Joined::new(texts.len());
        for one in 0..texts.len() {
            for other in one + 1..texts.len() {
                if !sets[one].is_empty() && !sets[other].is_empty() && jaccard(&sets[one], &sets[other]) >= 0.9 {
                    joined.join(one as u32, other as u32);
                }
            }
        }
        let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for index in 0..texts.len() {
            groups.entry(joined.root(index as u32)).or_default().push(index);
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }

    /// Groups are those of all pairs, whether sets that share a gram are compared at once or divided first, on one thread and on three;
    /// and each text came into its group by another of it.
    fn holds(texts: &[String]) -> Result<(), TestCaseError> {
        let all = by_all_pairs(texts);
        let sets = sets(texts);
        for large in [1, 8, LARGE] {
            let found = |threads| {
                let mut all = Texts::new(threads);
                texts.chunks(7).for_each(|some| all.add(some));
                all.groups_divided_from(large)
            };
            let groups = found(1);
            prop_assert_eq!(&found(3), &groups);
            let indices = |group: &Group| group.members.iter().map(|(index, _)| *index).collect::<Vec<_>>();
            prop_assert_eq!(&groups.iter().map(indices).collect::<Vec<_>>(), &all);
            for Group { members } in &groups {
                prop_assert_eq!(members[0].1, 1.0);
                for (one, likeness) in members.iter().skip(1) {
                    let by = |other: &usize| one != other && jaccard(&sets[*one], &sets[*other]) == *likeness;
                    prop_assert!(*likeness >= 0.9 && members.iter().any(|(other, _)| by(other)));
                }
            }
        }
        Ok(())
    }

    /// A copy of letters with a few of them exchanged, put in or left out.
    fn changed(
        base: &[char],
        changes: usize,
        letter: impl Fn(&mut ChaCha8Rng) -> char,
        chance: &mut ChaCha8Rng,
    ) -> Vec<char> {
        let mut text = base.to_vec();
        for _ in 0..changes {
            let at = chance.random_range(0..text.len());
            match chance.random_range(0..6) {
                0 if text.len() > 1 => drop(text.remove(at)),
                1 => text.insert(at, letter(chance)),
                _ => text[at] = letter(chance),
            }
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Texts changed a little, at the edge of what counts as alike.
        #[test]
        fn the_groups_of_all_pairs(seed in 0u64..1_000_000) {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            let letter = |chance: &mut ChaCha8Rng| char::from_u32(0x4e00 + chance.random_range(0..3_000)).unwrap();
            let mut texts: Vec<String> = Vec::new();
            for _ in 0..30 {
                let length = chance.random_range(15..250);
                let base: Vec<char> = (0..length).map(|_| letter(&mut chance)).collect();
                for _ in 0..chance.random_range(1..5) {
                    let changes = chance.random_range(0..4);
                    texts.push(changed(&base, changes, letter, &mut chance).into_iter().collect());
                }
            }
            holds(&texts)?;
        }

        /// Texts of one template and of few letters, so that all share many grams; some are copies of copies.
        #[test]
        fn the_groups_of_a_template(seed in 0u64..1_000_000) {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            let letter = |chance: &mut ChaCha8Rng| char::from_u32(0x4e00 + chance.random_range(0..60)).unwrap();
            let length = chance.random_range(20..150);
            let template: Vec<char> = (0..length).map(|_| letter(&mut chance)).collect();
            let mut before = template.clone();
            let mut texts: Vec<String> = Vec::new();
            for nth in 0..chance.random_range(20..150) {
                let base = if nth % 3 == 0 { &before } else { &template };
                let changes = chance.random_range(0..6);
                before = changed(base, changes, letter, &mut chance);
                texts.push(before.iter().collect());
            }
            holds(&texts)?;
        }

        /// Texts of an opening, a name, a matter and an outcome, as people write them.
        #[test]
        fn the_groups_of_phrases(seed in 0u64..1_000_000) {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            let mut phrases = |count: usize, length: usize| -> Vec<String> {
                (0..count)
                    .map(|_| (0..length).map(|_| char::from_u32(0x4e00 + chance.random_range(0..500)).unwrap()).collect())
                    .collect()
            };
            let (openings, names, matters) = (phrases(2, 6), phrases(30, 4), phrases(3, 70));
            let texts: Vec<String> = (0..150)
                .map(|_| {
                    let pick = |of: &[String], chance: &mut ChaCha8Rng| of[chance.random_range(0..of.len())].clone();
                    pick(&openings, &mut chance) + &pick(&names, &mut chance) + &pick(&matters, &mut chance)
                })
                .collect();
            holds(&texts)?;
        }
    }
}
