//! What can be known of a hidden cell from the cells that are shown: the least and the most it can be.
//!
//! A sum over answers that each lie between two bounds may be pinned down though no subtraction gives it: where all
//! that is left over was satisfied, each part of it was. The least and the most are two linear programmes over the
//! answers, taken together where they count in the same cells. The reader is granted more than is printed: who answered, and
//! in which cells each answer counts; only what was answered is not known.
use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::Cell;

/// A hidden cell is pinned down where the least and the most it can be are less than this apart.
const APART: f64 = 1.0;
const CLOSE: f64 = 1e-6;

/// What each answer counts, and between which bounds it lies.
pub struct Weighed<'a> {
    /// By the number of the answer.
    pub weights: &'a [f64],
    pub least: f64,
    pub most: f64,
}

/// Answers that count in the same cells.
struct Atoms {
    /// How many answers, and what they come to.
    sizes: Vec<(f64, f64)>,
    /// Of every cell, in the order given, the atoms it is made of.
    of_cell: Vec<Vec<usize>>,
}

impl Atoms {
    fn of(cells: &[Cell], weights: &[f64]) -> Atoms {
        let mut member: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (i, cell) in cells.iter().enumerate() {
            for answer in &cell.answers {
                member.entry(*answer).or_default().push(i);
            }
        }
        let mut numbers: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut atoms = Atoms { sizes: Vec::new(), of_cell: vec![Vec::new(); cells.len()] };
        for (answer, cells_of) in member {
            let next = atoms.sizes.len();
            let number = *numbers.entry(cells_of.clone()).or_insert(next);
            if number == next {
                atoms.sizes.push((0.0, 0.0));
                cells_of.iter().for_each(|cell| atoms.of_cell[*cell].push(number));
            }
            let (size, sum) = &mut atoms.sizes[number];
            *size += 1.0;
            *sum += weights.get(answer as usize).copied().unwrap_or(0.0);
        }
        atoms
    }

    /// Of each atom the group of those that count in the same of some cells.
    fn alike(&self, cells: &BTreeSet<usize>) -> Vec<usize> {
        let mut within: Vec<Vec<usize>> = vec![Vec::new(); self.sizes.len()];
        for cell in cells {
            self.of_cell[*cell].iter().for_each(|atom| within[*atom].push(*cell));
        }
        let mut groups = BTreeMap::new();
        let number = |cells: Vec<usize>| {
            let next = groups.len();
            *groups.entry(cells).or_insert(next)
        };
        within.into_iter().map(number).collect()
    }

    fn sum(&self, cell: usize, values: &[f64]) -> f64 {
        self.of_cell[cell].iter().map(|atom| values[*atom]).sum()
    }
}

/// What is looked for among some cells, and the worlds found so far.
pub struct Search<'a> {
    cells: &'a [Cell],
    atoms: Atoms,
    weights: &'a [f64],
    least: f64,
    most: f64,
    /// The least and the most that each cell came to in any world that fits what is shown; the true one fits. What fits
    /// still fits when less is shown.
    seen: Vec<(f64, f64)>,
}

impl<'a> Search<'a> {
    pub fn of(cells: &'a [Cell], weighed: &Weighed<'a>) -> Search<'a> {
        let atoms = Atoms::of(cells, weighed.weights);
        let truth: Vec<f64> = atoms.sizes.iter().map(|(_, sum)| *sum).collect();
        let seen = (0..cells.len()).map(|cell| (atoms.sum(cell, &truth), atoms.sum(cell, &truth))).collect();
        Search { cells, atoms, weights: weighed.weights, least: weighed.least, most: weighed.most, seen }
    }

    /// The first of the hidden cells that is pinned down by the shown ones.
    pub fn pinned(&mut self, shown: &BTreeSet<usize>, hidden: &[usize]) -> Option<usize> {
        let alike = self.atoms.alike(shown);
        self.pinned_among(shown, hidden, &alike)
    }

    fn pinned_among(&mut self, shown: &BTreeSet<usize>, hidden: &[usize], alike: &[usize]) -> Option<usize> {
        hidden.iter().copied().find(|cell| {
            self.exchange(alike, *cell);
            for direction in [OptimizationDirection::Maximize, OptimizationDirection::Minimize] {
                if self.is_apart(*cell) {
                    break;
                }
                let Some(world) = self.extreme(shown, alike, *cell, direction) else { continue };
                // One solution tells of all cells.
                for (other, (low, high)) in self.seen.iter_mut().enumerate() {
                    let sum = self.atoms.sum(other, &world);
                    (*low, *high) = (low.min(sum), high.max(sum));
                }
            }
            !self.is_apart(*cell)
        })
    }

    /// The fewest cells to withhold so that a pinned one is not: those that tell apart an answer within it from one
    /// outside that could have been given the other way round. Wholes last; where all answers are alike there is no such
    /// pair, and every cell goes in which they count.
    pub fn swap(&self, open: &BTreeSet<usize>, lost: usize) -> Option<Vec<usize>> {
        let within = &self.cells[lost].answers;
        let of = |answer: u32| -> BTreeSet<usize> {
            open.iter().copied().filter(|cell| self.cells[*cell].answers.contains(&answer)).collect()
        };
        let everyone: BTreeSet<u32> = self.cells.iter().flat_map(|cell| cell.answers.iter().copied()).collect();
        let outside: Vec<(u32, BTreeSet<usize>)> =
            everyone.difference(within).map(|answer| (*answer, of(*answer))).collect();
        let mut best: Option<((usize, usize, usize), Vec<usize>)> = None;
        for a in within {
            let mine = of(*a);
            for (b, theirs) in &outside {
                let (up, down) = (self.weights[*a as usize], self.weights[*b as usize]);
                let room = (up - self.least).min(self.most - down).max((self.most - up).min(down - self.least));
                if room < APART {
                    continue;
                }
                let apart: Vec<usize> = mine.symmetric_difference(theirs).copied().collect();
                let wholes = apart.iter().filter(|cell| self.cells[**cell].whole).count();
                let cost = (wholes, apart.len(), apart.iter().map(|cell| self.cells[*cell].answers.len()).sum());
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, apart));
                }
            }
        }
        let fewest = best.map(|(_, apart)| apart).filter(|apart| !apart.is_empty());
        fewest.or_else(|| {
            let all: Vec<usize> = within.first().map(|answer| of(*answer)).into_iter().flatten().collect();
            (!all.is_empty()).then_some(all)
        })
    }

    /// The least and the most of a cell as far as it takes no programme to see: answers that count in the same shown
    /// cells may have been given the other way round.
    fn exchange(&mut self, alike: &[usize], cell: usize) {
        let mut within = vec![false; alike.len()];
        self.atoms.of_cell[cell].iter().for_each(|atom| within[*atom] = true);
        // By group: how many answers are in the cell, how many are not, and what all of them come to.
        let mut groups = vec![(0.0, 0.0, 0.0); alike.len()];
        for ((group, within), (size, sum)) in alike.iter().zip(within).zip(&self.atoms.sizes) {
            let (inside, outside, total) = &mut groups[*group];
            *(if within { inside } else { outside }) += size;
            *total += sum;
        }
        let (mut low, mut high) = (0.0, 0.0);
        for (inside, outside, total) in groups {
            low += f64::max(self.least * inside, total - self.most * outside);
            high += f64::min(self.most * inside, total - self.least * outside);
        }
        let seen = &mut self.seen[cell];
        *seen = (seen.0.min(low), seen.1.max(high));
    }

    fn is_apart(&self, cell: usize) -> bool {
        let (low, high) = self.seen[cell];
        high - low >= APART - CLOSE
    }

    /// A world that fits what is shown and in which a cell is as large, or as small, as it can be.
    ///
    /// Answers that count in the same shown cells, and within the cell or not, are one part. The programme tells by how much
    /// each part comes to more or less than it did: where nothing moves, all that is shown fits already.
    fn extreme(
        &self,
        shown: &BTreeSet<usize>,
        alike: &[usize],
        cell: usize,
        direction: OptimizationDirection,
    ) -> Option<Vec<f64>> {
        let atoms = &self.atoms;
        let wanted: BTreeSet<usize> = atoms.of_cell[cell].iter().copied().collect();
        let mut numbers = BTreeMap::new();
        let mut parts: Vec<(bool, f64, f64)> = Vec::new();
        let mut part_of = Vec::new();
        for (atom, (size, sum)) in atoms.sizes.iter().enumerate() {
            let within = wanted.contains(&atom);
            let part = *numbers.entry((alike[atom], within)).or_insert(parts.len());
            if part == parts.len() {
                parts.push((within, 0.0, 0.0));
            }
            parts[part].1 += size;
            parts[part].2 += sum;
            part_of.push(part);
        }
        let mut problem = Problem::new(direction);
        let moved: Vec<(Variable, Variable)> = parts
            .iter()
            .map(|(within, size, sum)| {
                let objective = if *within { 1.0 } else { 0.0 };
                let more = problem.add_var(objective, (0.0, (self.most * size - sum).max(0.0)));
                (more, problem.add_var(-objective, (0.0, (sum - self.least * size).max(0.0))))
            })
            .collect();
        for i in shown {
            let of_cell: BTreeSet<usize> = atoms.of_cell[*i].iter().map(|atom| part_of[*atom]).collect();
            let terms = of_cell.iter().flat_map(|part| [(moved[*part].0, 1.0), (moved[*part].1, -1.0)]);
            let terms: Vec<(Variable, f64)> = terms.collect();
            if !terms.is_empty() {
                problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, 0.0);
            }
        }
        let solution = problem.solve().ok()?;
        // Of what a part moves, each answer takes as much as it has room for.
        let share = |atom: usize| {
            let (part, (size, sum)) = (part_of[atom], atoms.sizes[atom]);
            let by = solution.var_value(moved[part].0) - solution.var_value(moved[part].1);
            let room = |size: f64, sum: f64| if by > 0.0 { self.most * size - sum } else { sum - self.least * size };
            let whole = room(parts[part].1, parts[part].2);
            if whole > 0.0 { sum + by * room(size, sum) / whole } else { sum }
        };
        Some((0..atoms.sizes.len()).map(share).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn cell(by: &str, answers: std::ops::Range<u32>) -> Cell {
        Cell { by: by.into(), whole: by == "district", answers: answers.collect() }
    }

    #[test]
    fn what_is_left_over_and_all_alike_is_known() {
        let cells = [cell("district", 0..40), cell("person", 0..5), cell("person", 5..17), cell("person", 17..40)];
        let shown: BTreeSet<usize> = [0, 3].into();
        let of = |unsatisfied: &[u32]| {
            let weights: Vec<f64> = (0..40).map(|i| if unsatisfied.contains(&i) { 0.0 } else { 1.0 }).collect();
            Search::of(&cells, &Weighed { weights: &weights, least: 0.0, most: 1.0 }).pinned(&shown, &[1, 2])
        };
        // Of the 17 hidden, all were satisfied: so were the five and the twelve.
        assert_eq!(of(&[20, 30]), Some(1));
        // One of them was not, and nobody knows where.
        assert_eq!(of(&[2, 30]), None);
    }

    fn answers(members: &[bool]) -> Cell {
        let answers = (0u32..).zip(members).filter(|(_, member)| **member).map(|(answer, _)| answer).collect();
        Cell { by: "any".into(), whole: false, answers }
    }

    proptest! {
        /// What exchanges find is what the programmes over every single answer find.
        #[test]
        fn exchanges_are_worlds(
            members in vec(vec(any::<bool>(), 14), 6),
            shown in vec(any::<bool>(), 6),
            weights in vec(prop_oneof![Just(0.0), Just(1.0)], 14),
        ) {
            let cells: Vec<Cell> = members.iter().map(|members| answers(members)).collect();
            let (shown, hidden): (Vec<usize>, Vec<usize>) = (0..6).partition(|cell| shown[*cell]);
            let shown: BTreeSet<usize> = shown.into_iter().collect();
            let search = || Search::of(&cells, &Weighed { weights: &weights, least: 0.0, most: 1.0 });
            for cell in hidden {
                let mut by_programme = search();
                let single: Vec<usize> = (0..by_programme.atoms.sizes.len()).collect();
                prop_assert_eq!(
                    search().pinned(&shown, &[cell]),
                    by_programme.pinned_among(&shown, &[cell], &single)
                );
            }
        }
    }
}
