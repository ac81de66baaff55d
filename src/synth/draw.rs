//! Chance from a seed: whole numbers only, so that every machine draws the same.
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream of draws is for; each has its own, so that one part can change without moving the others.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Bureau = 1,
    People,
    Enterprises,
    Cases,
    Diary,
    Evaluations,
    Complaints,
    Policies,
    Pushes,
    Milestones,
    Absences,
    #[cfg(test)]
    Test,
}

/// A stream of draws.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of one thing (an enterprise, a block of people) under a seed.
    pub fn new(seed: u64, stream: Stream, index: u64) -> Draw {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((stream as u64) << 48 | index);
        Draw(rng)
    }

    /// 0 to `n` − 1.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// `low` to `high`, both inclusive.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below(high.abs_diff(low) + 1) as i32
    }

    /// True `p` times in a thousand.
    pub fn permille(&mut self, p: i32) -> bool {
        (self.below(1000) as i32) < p
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u32) as usize]
    }

    /// One word of a list that is not empty.
    pub fn word<'a>(&mut self, list: &'a [String]) -> &'a str {
        self.pick::<String>(list)
    }

    /// An index, as often as its weight says.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum::<u32>().max(1));
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// How many of something that happens `thousandths` / 1000 times on average.
    pub fn count(&mut self, thousandths: u32) -> u32 {
        const TRIALS: u32 = 16;
        (0..TRIALS).filter(|_| self.below(1000 * TRIALS) < thousandths.min(1000 * TRIALS)).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_seed_stream_and_index_alone() {
        let drawn = |seed, stream, index| {
            let mut draw = Draw::new(seed, stream, index);
            [draw.below(1_000_000), draw.below(1_000_000)]
        };
        assert_eq!(drawn(1, Stream::Cases, 7), drawn(1, Stream::Cases, 7));
        assert_ne!(drawn(1, Stream::Cases, 7), drawn(2, Stream::Cases, 7));
        assert_ne!(drawn(1, Stream::Cases, 7), drawn(1, Stream::Diary, 7));
        assert_ne!(drawn(1, Stream::Cases, 7), drawn(1, Stream::Cases, 8));
    }

    #[test]
    fn shares_come_out_near_their_weights() {
        let mut draw = Draw::new(3, Stream::Test, 0);
        let hits = (0..20_000).filter(|_| draw.permille(70)).count();
        assert!((1200..1600).contains(&hits), "{hits}");
        let total: u32 = (0..20_000).map(|_| draw.count(1880)).sum();
        assert!((36_500..38_700).contains(&total), "{total}");
        let second = (0..20_000).filter(|_| draw.weighted(&[3, 1]) == 1).count();
        assert!((4700..5300).contains(&second), "{second}");
    }
}
