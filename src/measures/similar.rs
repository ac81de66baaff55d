//! Texts that are nearly the same, among many: MinHash finds who may be alike, the exact Jaccard index decides.
//!
//! A text is the set of its 5-grams of code points, after NFKC and without anything that is no letter, digit or
//! ideograph. Two texts are alike when |A ∩ B| / |A ∪ B| ≥ 0.9 (measures.md, “Integrity leads”). Comparing every pair is
//! quadratic; texts that are alike have the same smallest hash with that probability (Broder, 1997), so of 20 bands of
//! six hashes each they share one but for 3 in 10 million pairs. Only texts that share a band are compared.
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// From this likeness on two texts count as alike.
pub const ALIKE: f64 = 0.9;
/// Shorter texts say too little to be copied.
const SHORTEST: usize = 20;
const GRAM: usize = 5;
const BANDS: usize = 20;
const ROWS: usize = 6;

/// Texts that are alike, directly or over others of the group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Index of each text and its likeness to the one by which it came into the group, in order of index; the first has 1.
    pub members: Vec<(usize, f64)>,
}

/// Groups of two and more texts that are alike, in order of their first text.
pub fn groups<T: AsRef<str>>(texts: &[T]) -> Vec<Group> {
    // The same set is kept once: a phrase that everybody writes must not be compared with itself a million times.
    let mut sets: Vec<Vec<u32>> = Vec::new();
    let mut same: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    for (index, text) in texts.iter().enumerate() {
        let Some(set) = shingles(text.as_ref()) else { continue };
        let at = *known.entry(set.iter().fold(0, |key, &gram| mix(key ^ u64::from(gram)))).or_insert(sets.len());
        if sets.get(at) == Some(&set) {
            same[at].push(index);
        } else {
            sets.push(set);
            same.push(vec![index]);
        }
    }
    drop(known);
    let mut joined = Joined::new(sets.len());
    for band in 0..BANDS {
        join_band(&sets, band, &mut joined);
    }
    let mut groups: HashMap<usize, Vec<(usize, f64)>> = HashMap::new();
    for (set, indices) in same.iter().enumerate() {
        let members = groups.entry(joined.root(set)).or_default();
        let likeness = joined.likeness[set];
        members.extend(indices.iter().enumerate().map(|(nth, &i)| (i, if nth == 0 { likeness } else { 1.0 })));
    }
    let mut groups: Vec<Group> =
        groups.into_values().filter(|members| members.len() > 1).map(|members| Group { members }).collect();
    for group in &mut groups {
        group.members.sort_by_key(|(index, _)| *index);
    }
    groups.sort_by_key(|group| group.members[0].0);
    groups
}

/// |A ∩ B| / |A ∪ B| of the 5-grams of two texts; none where one is too short to say anything.
pub fn likeness(one: &str, other: &str) -> Option<f64> {
    Some(jaccard(&shingles(one)?, &shingles(other)?))
}

/// Hashes of a text's 5-grams, sorted, each once.
fn shingles(text: &str) -> Option<Vec<u32>> {
    let letters: Vec<char> = text.nfkc().filter(|letter| letter.is_alphanumeric()).collect();
    if letters.len() < SHORTEST {
        return None;
    }
    let mut grams: Vec<u32> = letters.windows(GRAM).map(hash_of).collect();
    grams.sort_unstable();
    grams.dedup();
    Some(grams)
}

/// 32 bits are enough to tell the few hundred grams of two texts apart, and halve what millions of texts take.
fn hash_of(gram: &[char]) -> u32 {
    gram.iter().fold(0, |hash: u64, &letter| mix(hash ^ u64::from(letter))) as u32
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Joins the sets that share the smallest hashes of a band and are alike.
fn join_band(sets: &[Vec<u32>], band: usize, joined: &mut Joined) {
    let seeds: Vec<u64> = (0..ROWS).map(|row| mix((band * ROWS + row) as u64)).collect();
    let mut keyed: Vec<(u64, usize)> = sets
        .iter()
        .enumerate()
        .map(|(index, set)| {
            let smallest = |seed: &u64| set.iter().map(|&gram| mix(u64::from(gram) ^ seed)).min().unwrap_or(0);
            (seeds.iter().map(smallest).fold(0, |key, least| mix(key ^ least)), index)
        })
        .collect();
    keyed.sort_unstable();
    for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
        for (nth, &(_, one)) in bucket.iter().enumerate() {
            for &(_, other) in &bucket[nth + 1..] {
                if joined.root(one) != joined.root(other)
                    && let Some(likeness) = alike(&sets[one], &sets[other])
                {
                    joined.join(one, other, likeness);
                }
            }
        }
    }
}

/// The likeness of two sets where it is high enough.
fn alike(one: &[u32], other: &[u32]) -> Option<f64> {
    let (less, more) = if one.len() < other.len() { (one.len(), other.len()) } else { (other.len(), one.len()) };
    if (less as f64) < ALIKE * more as f64 {
        return None;
    }
    Some(jaccard(one, other)).filter(|likeness| *likeness >= ALIKE)
}

fn jaccard(one: &[u32], other: &[u32]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0usize);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
        }
    }
    both as f64 / (one.len() + other.len() - both) as f64
}

/// Sets in groups: a forest in which each root is the smallest of its group.
struct Joined {
    parent: Vec<usize>,
    likeness: Vec<f64>,
}

impl Joined {
    fn new(count: usize) -> Joined {
        Joined { parent: (0..count).collect(), likeness: vec![1.0; count] }
    }

    fn root(&mut self, mut set: usize) -> usize {
        while self.parent[set] != set {
            self.parent[set] = self.parent[self.parent[set]];
            set = self.parent[set];
        }
        set
    }

    /// Joins two groups; the likeness that joined them is told of the root that is none any more.
    fn join(&mut self, one: usize, other: usize, likeness: f64) {
        let (one, other) = (self.root(one), self.root(other));
        let (keeps, joins) = (one.min(other), one.max(other));
        self.parent[joins] = keeps;
        self.likeness[joins] = likeness;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const VISIT: &str =
        "今日走访企业了解生产经营情况，协调解决用电增容问题，企业表示满意，后续将持续跟进办理进度并及时反馈";

    #[test]
    fn likeness_by_hand() {
        // 20 letters have 16 grams; another last letter changes one: 15 of 17.
        let one = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉";
        assert_eq!(likeness(one, &one.replace('酉', "戌")), Some(15.0 / 17.0));
        assert_eq!(likeness(one, "甲乙丙"), None);
        // Marks and width say nothing; a doubled gram counts once.
        assert_eq!(likeness(VISIT, &VISIT.replace('，', "；  ")), Some(1.0));
        assert_eq!(likeness(&format!("{one}ＡＢ12"), &format!("{one}AB１２")), Some(1.0));
    }

    #[test]
    fn copies_are_found_and_others_left_alone() {
        let other = "召开专题协调会研究土地手续，规划部门当场答复，下周一前将书面意见送达企业，管家全程陪同";
        let texts = [VISIT, other, "零报告", &VISIT.replace("今日", "昨日"), other, VISIT];
        let found = groups(&texts);
        let members = |group: &Group| group.members.iter().map(|(index, _)| *index).collect::<Vec<_>>();
        assert_eq!(found.iter().map(members).collect::<Vec<_>>(), [vec![0, 3, 5], vec![1, 4]]);
        assert_eq!(found[0].members[0].1, 1.0);
        assert!(found[0].members[1].1 >= ALIKE && found[0].members[1].1 < 1.0);
    }

    /// Every pair compared: what MinHash only guesses at.
    fn by_all_pairs(texts: &[String]) -> Vec<Vec<usize>> {
        let sets: Vec<_> = texts.iter().map(|text| shingles(text)).collect();
        let mut joined = Joined::new(texts.len());
        for one in 0..texts.len() {
            for other in one + 1..texts.len() {
                if let (Some(a), Some(b)) = (&sets[one], &sets[other])
                    && jaccard(a, b) >= ALIKE
                {
                    joined.join(one, other, 1.0);
                }
            }
        }
        let mut groups: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
        for index in 0..texts.len() {
            groups.entry(joined.root(index)).or_default().push(index);
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Texts changed a little, at the edge of what counts as alike: the groups of all pairs, every time.
        #[test]
        fn the_groups_of_all_pairs(seed in 0u64..1_000_000) {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            let letter = |chance: &mut ChaCha8Rng| char::from_u32(0x4e00 + chance.random_range(0..3_000)).unwrap();
            let mut texts: Vec<String> = Vec::new();
            for _ in 0..30 {
                let length = chance.random_range(15..150);
                let base: Vec<char> = (0..length).map(|_| letter(&mut chance)).collect();
                for _ in 0..chance.random_range(1..5) {
                    let mut text = base.clone();
                    for _ in 0..chance.random_range(0..4) {
                        let at = chance.random_range(0..text.len());
                        text[at] = letter(&mut chance);
                    }
                    texts.push(text.into_iter().collect());
                }
            }
            let found: Vec<Vec<usize>> =
                groups(&texts).iter().map(|group| group.members.iter().map(|(index, _)| *index).collect()).collect();
            prop_assert_eq!(found, by_all_pairs(&texts));
        }
    }
}
