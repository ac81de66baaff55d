//! A text as the set of its 5-grams, and sets by the million side by side in one piece of memory.
use unicode_normalization::UnicodeNormalization;

/// Shorter texts say too little to be copied.
pub(super) const SHORTEST: usize = 20;
const GRAM: usize = 5;

/// Sets of grams, each sorted: as numbers in one list, with where each set ends and a sketch of it.
#[derive(Default)]
pub(super) struct Sets {
    grams: Vec<u32>,
    ends: Vec<usize>,
    sketches: Vec<Sketch>,
}

/// The parity of the grams of a set in each of 128 classes: two sets differ in at least as many grams as sketches in bits.
pub(super) type Sketch = [u64; 2];

impl Sets {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The grams of a set, in order.
    pub fn get(&self, set: usize) -> &[u32] {
        let from = set.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.grams[from..self.ends[set]]
    }

    pub fn sketch(&self, set: usize) -> Sketch {
        self.sketches[set]
    }

    /// Adds the grams of a text; an empty set where it is too short to say anything.
    pub fn add(&mut self, text: &str, letters: &mut Vec<char>) {
        letters.clear();
        letters_of(text, letters);
        let from = self.grams.len();
        if letters.len() >= SHORTEST {
            self.grams.extend(letters.windows(GRAM).map(hash_of));
            self.grams[from..].sort_unstable();
            // Each once, in place.
            let mut kept = from;
            for at in from..self.grams.len() {
                if kept == from || self.grams[kept - 1] != self.grams[at] {
                    self.grams[kept] = self.grams[at];
                    kept += 1;
                }
            }
            self.grams.truncate(kept);
        }
        self.ends.push(self.grams.len());
        self.sketches.push(sketch_of(&self.grams[from..]));
    }

    /// Adds a set of others.
    pub fn copy(&mut self, others: &Sets, set: usize) {
        self.grams.extend_from_slice(others.get(set));
        self.ends.push(self.grams.len());
        self.sketches.push(others.sketch(set));
    }
}

fn sketch_of(grams: &[u32]) -> Sketch {
    let bits = grams.iter().fold(0u128, |bits, gram| bits ^ (1 << (gram >> 25)));
    [bits as u64, (bits >> 64) as u64]
}

/// What of a text says something: after NFKC, without anything that is no letter, digit or ideograph.
fn letters_of(text: &str, letters: &mut Vec<char>) {
    for letter in text.chars() {
        match letter {
            // What NFKC leaves as it is, whatever stands beside it, and marks that it leaves to be marks.
            '\u{4e00}'..='\u{9fff}' => letters.push(letter),
            '\0'..='\x7f' if letter.is_ascii_alphanumeric() => letters.push(letter),
            '\0'..='\x7f' | '，' | '。' | '、' | '；' | '：' | '？' | '！' | '（' | '）' | '“' | '”' | '《' | '》' =>
                {}
            _ => {
                letters.clear();
                letters.extend(text.nfkc().filter(|letter| letter.is_alphanumeric()));
                return;
            }
        }
    }
}

/// 32 bits are enough to tell the few hundred grams of two texts apart, and halve what millions of texts take.
fn hash_of(gram: &[char]) -> u32 {
    // Three letters at a time: a code point has 21 bits.
    let packed = |part: &[char]| part.iter().fold(0, |packed, &letter| packed << 21 | u64::from(letter));
    gram.chunks(3).fold(0, |hash, part| mix(hash ^ packed(part))) as u32
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
pub(super) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The short way to the letters leads to where NFKC leads.
        #[test]
        fn letters_are_those_of_nfkc(text in "[a-zA-Z0-9 ,!~\u{4e00}-\u{4e10}\u{9ff0}-\u{9fff}，。、；：？！（）“”《》]{0,30}[Ａ①㈱ﬁé\u{301}々〇　…\u{3400}\u{20000}한]?[甲a，\u{301}]{0,4}") {
            let mut letters = Vec::new();
            letters_of(&text, &mut letters);
            prop_assert_eq!(letters, text.nfkc().filter(|letter| letter.is_alphanumeric()).collect::<Vec<_>>());
        }

        /// Two sketches differ in no more bits than two sets in grams.
        #[test]
        fn sketches_differ_no_more_than_sets(one in prop::collection::btree_set(any::<u32>(), 0..200), other in prop::collection::btree_set(any::<u32>(), 0..200)) {
            let sketch = |set: &std::collections::BTreeSet<u32>| sketch_of(&set.iter().copied().collect::<Vec<_>>());
            let bits: u32 = sketch(&one).iter().zip(sketch(&other)).map(|(a, b)| (a ^ b).count_ones()).sum();
            prop_assert!(bits as usize <= one.symmetric_difference(&other).count());
        }
    }
}
