//! Which sets are alike: those that share a rare gram are looked at, and nothing else can be alike.
//!
//! In any order of grams, two sets with a Jaccard index of 9/10 and more have one in common among the first ⌊n/10⌋ + 1 of
//! each (Chaudhuri, Ganti and Kaushik, 2006; Bayardo, Ma and Srikant, 2007). In order of rarity few others have it. Where
//! many do, they are divided once more: such sets differ in at most (|A| + |B|)/19 grams, so of more classes of grams than that
//! they have one class wholly in common (Arasu, Ganti and Kaushik, 2006). What remains is told apart by its
//! sketch, then gram by gram. No step leaves out a pair that is alike; all that grows faster than the texts is how
//! many of them share a rare gram and a class without being alike.
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::grams::{Sets, Sketch, mix};

/// Sets that share a rare gram are compared each with each; if they are more, those that share a class of grams too.
pub(super) const LARGE: usize = 1_024;
/// Rare grams are looked at in so many parts, whatever the number of threads: the same sets are joined by the same pairs.
const PARTS: usize = 16;

/// Classes of grams whose keys are kept at once.
const AT_ONCE: usize = 8;

/// Two sets that are alike, and their Jaccard index.
pub(super) type Alike = (u32, u32, f64);

/// Pairs that join all sets that are alike, directly or over others; the same for any number of threads.
pub(super) fn pairs(sets: &Sets, threads: usize, large: usize) -> Vec<Alike> {
    let parts = rare(sets, threads);
    shared_out(parts, threads, |part| pairs_of(sets, part, large)).into_iter().flatten().collect()
}

/// Pairs that join what is alike among those that share a rare gram of a part.
fn pairs_of(sets: &Sets, part: Vec<Vec<u64>>, large: usize) -> Vec<Alike> {
    let mut part = part.into_iter().reduce(|mut all, more| {
        all.extend(more);
        all
    });
    let part = part.get_or_insert_default();
    part.sort_unstable();
    let joined = Joined::new(sets.len());
    let mut search = Search { sets, joined, found: Vec::new(), chains: Vec::new(), next: Vec::new() };
    let mut members = Vec::new();
    for holders in part.chunk_by(|one, other| one >> 32 == other >> 32).filter(|holders| holders.len() > 1) {
        members.clear();
        members.extend(holders.iter().map(|&entry| Member::new(sets, entry as u32)));
        if members.len() > large {
            search.many(&mut members);
        } else {
            search.few(&members);
        }
    }
    search.found
}

/// For each part the rare grams of all sets, in pieces: gram in the upper half, set in the lower.
fn rare(sets: &Sets, threads: usize) -> Vec<Vec<Vec<u64>>> {
    // How often a gram stands there need only be known roughly; what counts is one order for all.
    let total: usize = (0..sets.len()).map(|set| sets.get(set).len()).sum();
    let mask = (total / 8).next_power_of_two().clamp(1 << 10, 1 << 26) - 1;
    let mut often = vec![0u32; mask + 1];
    for gram in (0..sets.len()).flat_map(|set| sets.get(set)) {
        let count = &mut often[*gram as usize & mask];
        *count = count.saturating_add(1);
    }
    let share = sets.len().div_ceil(threads.max(1)).max(1);
    let shares: Vec<_> = (0..sets.len()).step_by(share).map(|from| from..sets.len().min(from + share)).collect();
    let found = shared_out(shares, threads, |share| {
        let mut parts = vec![Vec::new(); PARTS];
        let mut ranked: Vec<u64> = Vec::new();
        for set in share {
            let grams = sets.get(set);
            ranked.clear();
            ranked.extend(grams.iter().map(|&gram| u64::from(often[gram as usize & mask]) << 32 | u64::from(gram)));
            let first = grams.len() / 10;
            if !ranked.is_empty() {
                ranked.select_nth_unstable(first);
            }
            for gram in ranked.iter().take(first + 1).map(|ranked| ranked & u64::from(u32::MAX)) {
                parts[gram as usize % PARTS].push(gram << 32 | set as u64);
            }
        }
        parts
    });
    let mut parts: Vec<Vec<Vec<u64>>> = vec![Vec::new(); PARTS];
    for share in found {
        for (part, more) in parts.iter_mut().zip(share) {
            part.push(more);
        }
    }
    parts
}

/// Does the work on so many threads; the results are in the order of the work.
pub(super) fn shared_out<W: Send, R: Send>(work: Vec<W>, threads: usize, does: impl Fn(W) -> R + Sync) -> Vec<R> {
    let waiting: Vec<Mutex<Option<W>>> = work.into_iter().map(|one| Mutex::new(Some(one))).collect();
    let done: Vec<Mutex<Option<R>>> = waiting.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let works = || {
        while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < waiting.len()) {
            let one = waiting[at].lock().ok().and_then(|mut one| one.take());
            if let (Some(one), Ok(mut done)) = (one, done[at].lock()) {
                *done = Some(does(one));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(waiting.len()) {
            scope.spawn(works);
        }
        works();
    });
    done.into_iter().filter_map(|one| one.into_inner().ok().flatten()).collect()
}

/// A set as far as most comparisons need it.
#[derive(Clone, Copy)]
struct Member {
    sketch: Sketch,
    grams: u32,
    set: u32,
}

impl Member {
    fn new(sets: &Sets, set: u32) -> Member {
        Member { sketch: sets.sketch(set as usize), grams: sets.get(set as usize).len() as u32, set }
    }

    /// Whether two sets may be alike.
    fn near(&self, other: &Member) -> bool {
        let bits = (self.sketch[0] ^ other.sketch[0]).count_ones() + (self.sketch[1] ^ other.sketch[1]).count_ones();
        bits * 19 <= self.grams + other.grams
    }
}

/// The pairs of a part found so far.
struct Search<'a> {
    sets: &'a Sets,
    joined: Joined,
    found: Vec<Alike>,
    /// Members that are known to be of one group, as chains: first and last.
    chains: Vec<(usize, usize)>,
    next: Vec<usize>,
}

impl Search<'_> {
    /// Joins what is alike among members. Each is compared with each of another group, but once one of a
    /// group is alike, not with the rest of it: of a text copied a million times with small changes, each is compared with few.
    fn few(&mut self, members: &[Member]) {
        let mut chains = std::mem::take(&mut self.chains);
        let mut next = std::mem::take(&mut self.next);
        chains.clear();
        next.clear();
        for (at, member) in members.iter().enumerate() {
            next.push(usize::MAX);
            let mut own = (at, at);
            chains.retain(|&(first, last)| {
                let mut one = first;
                while one != usize::MAX {
                    if members[one].near(member) && self.alike(members[one].set, member.set) {
                        next[last] = own.0;
                        own.0 = first;
                        return false;
                    }
                    one = next[one];
                }
                true
            });
            chains.push(own);
        }
        (self.chains, self.next) = (chains, next);
    }

    /// Joins what is alike among many members: those that have a class of grams in common are compared.
    fn many(&mut self, members: &mut [Member]) {
        members.sort_by_key(|member| member.grams);
        let mut low = members.first().map_or(1, |member| member.grams as usize);
        // Two sets alike are in the same step of size or in steps beside each other.
        let step = |size: usize| (size * 10).div_ceil(9).max(size + 1);
        while low <= members.last().map_or(0, |member| member.grams as usize) {
            let (middle, high) = (step(low), step(step(low)));
            let [from, between, to] =
                [low, middle, high].map(|size| members.partition_point(|member| (member.grams as usize) < size));
            if from < between {
                self.by_classes(&members[from..to], (high - 1) * 2 / 19 + 1);
            }
            low = middle;
        }
    }

    /// Joins what is alike among members that differ in fewer grams than there are classes, if they are alike.
    fn by_classes(&mut self, members: &[Member], classes: usize) {
        let mut keys: Vec<[u64; AT_ONCE]> = Vec::new();
        let mut keyed: Vec<(u64, usize)> = Vec::with_capacity(members.len());
        let mut bucket: Vec<Member> = Vec::new();
        for from in (0..classes).step_by(AT_ONCE) {
            keys.clear();
            keys.extend(members.iter().map(|member| self.keys(member.set, classes, from)));
            for class in 0..AT_ONCE.min(classes - from) {
                keyed.clear();
                keyed.extend(keys.iter().enumerate().map(|(at, keys)| (keys[class], at)));
                keyed.sort_unstable();
                for same in keyed.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() > 1) {
                    bucket.clear();
                    bucket.extend(same.iter().map(|&(_, at)| members[at]));
                    self.few(&bucket);
                }
            }
        }
    }

    /// What the grams of a set add up to in each of some classes.
    fn keys(&self, set: u32, classes: usize, from: usize) -> [u64; AT_ONCE] {
        let mut keys = [0u64; AT_ONCE];
        for &gram in self.sets.get(set as usize) {
            let mixed = mix(u64::from(gram));
            if let Some(key) = keys.get_mut(((mixed >> 32) as usize % classes).wrapping_sub(from)) {
                *key = key.wrapping_add(mix(mixed));
            }
        }
        keys
    }

    /// Whether two sets are in one group, or are alike and so come into one.
    fn alike(&mut self, one: u32, other: u32) -> bool {
        if self.joined.root(one) == self.joined.root(other) {
            return true;
        }
        let Some(likeness) = alike(self.sets.get(one as usize), self.sets.get(other as usize)) else { return false };
        self.joined.join(one, other);
        self.found.push((one, other, likeness));
        true
    }
}

/// The Jaccard index of two sets where it is 9/10 or more.
pub(super) fn alike(one: &[u32], other: &[u32]) -> Option<f64> {
    let mut spare = (one.len() + other.len()) / 19;
    let (mut i, mut j, mut both) = (0, 0, 0usize);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
            order => {
                spare = spare.checked_sub(1)?;
                if order.is_lt() { i += 1 } else { j += 1 }
            }
        }
    }
    let all = one.len() + other.len() - both;
    (both * 10 >= all * 9).then(|| both as f64 / all as f64)
}

/// Sets in groups: a forest in which each root is the smallest of its group.
pub(super) struct Joined(Vec<u32>);

impl Joined {
    pub fn new(count: usize) -> Joined {
        Joined((0..count as u32).collect())
    }

    pub fn root(&mut self, mut set: u32) -> u32 {
        while self.0[set as usize] != set {
            self.0[set as usize] = self.0[self.0[set as usize] as usize];
            set = self.0[set as usize];
        }
        set
    }

    /// Joins two groups; whether they were two.
    pub fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        let (keeps, joins) = (one.min(other), one.max(other));
        self.0[joins as usize] = keeps;
        keeps != joins
    }
}
