//! Which ratings may be shown: none of fewer than ten answers, and none from which such a one could be found
//! by subtraction (背对背).
//!
//! Every figure shown is a sum over answers, so a reader can work out exactly the sums that are linear
//! combinations of those shown. Cells are therefore held back, smallest first, until no protected sum is one:
//! neither a cell of too few answers nor the remainder that a table's hidden cells leave. Arithmetic is modulo a
//! prime. Then [`bounds`] proves by linear programmes that no hidden cell is pinned down by what is shown, and more is
//! held back while one is. That ten or more answers may all agree, and so tell of each, is accepted as for any group shown.
use std::collections::{BTreeMap, BTreeSet};

mod bounds;

use bounds::{Search, Weighed};

/// Fewest answers that make a figure.
pub const FEWEST: usize = 10;
/// The lowest and the highest score that can be given.
const SCALE: (f64, f64) = (1.0, 5.0);
const PRIME: u64 = (1 << 31) - 1;

pub use crate::measures::brief::Shown;

/// A figure that could be shown: its table, whether it is the whole of a measure, and the answers it sums (by number).
#[derive(Clone, Debug)]
pub struct Cell {
    pub by: String,
    pub whole: bool,
    pub answers: BTreeSet<u32>,
}

/// What was answered, by the number of the answer.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Satisfied or not, where the measure tells them apart.
    pub met: Vec<f64>,
    pub score: Vec<f64>,
}

/// Decides for every cell, in the order given: what subtraction gives away, then what bounds do.
pub fn decide(cells: &[Cell], said: &Said) -> Vec<Shown> {
    let mut shown = few(cells);
    let mut searches: Vec<Search<'_>> = Vec::new();
    for (weights, (least, most)) in [(&said.met, (0.0, 1.0)), (&said.score, range(&said.score))] {
        if !weights.is_empty() {
            searches.push(Search::of(cells, &Weighed { weights, least, most }));
        }
    }
    loop {
        subtraction(cells, &mut shown);
        let Some(weakest) = given_away(cells, &shown, &mut searches) else { return shown };
        weakest.into_iter().for_each(|cell| shown[cell] = Shown::Withheld);
    }
}

/// Between which bounds a score lies, as everybody knows.
fn range(scores: &[f64]) -> (f64, f64) {
    scores.iter().fold(SCALE, |(least, most), score| (least.min(*score), most.max(*score)))
}

/// What has too few answers, before anything else is held back for its sake.
pub fn few(cells: &[Cell]) -> Vec<Shown> {
    let of = |cell: &Cell| match cell.answers.len() {
        0 => Shown::Empty,
        n if n < FEWEST => Shown::Few,
        _ => Shown::Yes,
    };
    cells.iter().map(of).collect()
}

/// The cells to withhold because a hidden one is pinned down by bounds.
fn given_away(cells: &[Cell], shown: &[Shown], searches: &mut [Search<'_>]) -> Option<Vec<usize>> {
    let open: BTreeSet<usize> = (0..cells.len()).filter(|i| shown[*i] == Shown::Yes).collect();
    let hidden: Vec<usize> = (0..cells.len()).filter(|i| matches!(shown[*i], Shown::Few | Shown::Withheld)).collect();
    searches.iter_mut().find_map(|search| {
        let lost = search.pinned(&open, &hidden)?;
        search.swap(&open, lost)
    })
}

/// Withholds cells until no protected sum follows from the shown ones by addition and subtraction.
fn subtraction(cells: &[Cell], shown: &mut [Shown]) {
    loop {
        let span = Span::of(cells.iter().enumerate().filter(|(i, _)| shown[*i] == Shown::Yes));
        let leak = protected(cells, shown).into_iter().find_map(|sum| Some((span.parts(&sum.answers)?, sum.by)));
        let Some((parts, by)) = leak else { return };
        // One of those it is worked out from goes: of its own table if there is one, the whole last of all.
        let weakest = parts.into_iter().min_by_key(|i| {
            let cell = &cells[*i];
            (cell.whole, cell.by != by, cell.answers.len(), *i)
        });
        match weakest {
            Some(cell) => shown[cell] = Shown::Withheld,
            None => return,
        }
    }
}

/// A sum that must not come out, and the table it is from.
struct Sum {
    by: String,
    answers: BTreeSet<u32>,
}

/// Cells of too few answers, and what a table's hidden cells sum to within each cell of the others.
fn protected(cells: &[Cell], shown: &[Shown]) -> Vec<Sum> {
    let hidden = |i: usize| matches!(shown[i], Shown::Few | Shown::Withheld);
    let mut sums: BTreeSet<(String, BTreeSet<u32>)> = BTreeSet::new();
    let mut tables: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, cell) in cells.iter().enumerate() {
        tables.entry(&cell.by).or_default().push(i);
        if shown[i] == Shown::Few {
            sums.insert((cell.by.clone(), cell.answers.clone()));
        }
    }
    for (by, members) in &tables {
        let kept_back: Vec<usize> = members.iter().copied().filter(|i| hidden(*i)).collect();
        for whole in cells.iter().filter(|whole| whole.by != *by) {
            let within = kept_back.iter().filter(|i| cells[**i].answers.is_subset(&whole.answers));
            let rest: BTreeSet<u32> = within.flat_map(|i| cells[*i].answers.iter().copied()).collect();
            if (1..FEWEST).contains(&rest.len()) {
                sums.insert(((*by).to_owned(), rest));
            }
        }
    }
    sums.into_iter().map(|(by, answers)| Sum { by, answers }).collect()
}

/// All sums that follow from the cells shown, as an echelon of sparse rows by their first answer.
struct Span {
    width: usize,
    rows: BTreeMap<u32, Line>,
}

/// A combination of cells: the answers it weighs, and the cells it is made of.
struct Line {
    answers: Vec<(u32, u64)>,
    cells: BTreeMap<usize, u64>,
}

impl Span {
    fn of<'a>(cells: impl Iterator<Item = (usize, &'a Cell)>) -> Span {
        let mut cells: Vec<_> = cells.collect();
        cells.sort_by_key(|(_, cell)| cell.answers.len());
        let width = cells.iter().filter_map(|(_, c)| c.answers.last()).max().map_or(0, |last| *last as usize + 1);
        let mut span = Span { width, rows: BTreeMap::new() };
        for (number, cell) in cells {
            let (rest, mut made_of) = span.reduce(&cell.answers);
            if let Some(first) = rest.iter().position(|v| *v != 0) {
                made_of.insert(number, 1);
                let scale = inverse(rest[first]);
                let answers = rest.iter().enumerate().filter(|(_, v)| **v != 0);
                let line = Line {
                    answers: answers.map(|(i, v)| (i as u32, v * scale % PRIME)).collect(),
                    cells: made_of.into_iter().map(|(cell, v)| (cell, v * scale % PRIME)).collect(),
                };
                span.rows.insert(first as u32, line);
            }
        }
        span
    }

    /// The cells from which a sum can be worked out, if it can.
    fn parts(&self, answers: &BTreeSet<u32>) -> Option<Vec<usize>> {
        if answers.last().is_some_and(|last| *last as usize >= self.width) {
            return None;
        }
        let (rest, cells) = self.reduce(answers);
        let none_left = rest.iter().all(|v| *v == 0);
        none_left.then(|| cells.into_iter().filter(|(_, v)| *v != 0).map(|(cell, _)| cell).collect())
    }

    /// What is left of the answers after the rows are taken from it, and what was taken, by cell.
    fn reduce(&self, answers: &BTreeSet<u32>) -> (Vec<u64>, BTreeMap<usize, u64>) {
        let (mut rest, mut taken) = (vec![0; self.width], BTreeMap::new());
        for answer in answers {
            rest[*answer as usize] = 1;
        }
        for i in 0..self.width {
            if rest[i] != 0
                && let Some(line) = self.rows.get(&(i as u32))
            {
                let factor = PRIME - rest[i];
                for (at, value) in &line.answers {
                    rest[*at as usize] = (rest[*at as usize] + factor * value) % PRIME;
                }
                for (cell, value) in &line.cells {
                    let sum = taken.entry(*cell).or_insert(0);
                    *sum = (*sum + factor * value) % PRIME;
                }
            }
        }
        (rest, taken)
    }
}

/// Inverse modulo the prime.
fn inverse(value: u64) -> u64 {
    let (mut base, mut power, mut result) = (value, PRIME - 2, 1);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        power >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    type Named = (String, Cell);

    fn by_subtraction(cells: &[Cell]) -> Vec<Shown> {
        decide(cells, &Said::default())
    }

    fn cell(by: &str, subject: &str, answers: std::ops::Range<u32>) -> Named {
        (subject.into(), Cell { by: by.into(), whole: by == "district", answers: answers.collect() })
    }

    fn cells(named: &[Named]) -> Vec<Cell> {
        named.iter().map(|(_, cell)| cell.clone()).collect()
    }

    fn of(named: &[Named]) -> BTreeMap<String, Shown> {
        named.iter().map(|(name, _)| name.clone()).zip(by_subtraction(&cells(named))).collect()
    }

    #[test]
    fn a_lone_small_cell_takes_its_smallest_neighbour_along() {
        let shown = of(&[
            cell("district", "all", 0..40),
            cell("person", "small", 0..5),
            cell("person", "middle", 5..17),
            cell("person", "large", 17..40),
        ]);
        assert_eq!(shown["small"], Shown::Few);
        assert_eq!(shown["middle"], Shown::Withheld);
        assert_eq!((shown["large"], shown["all"]), (Shown::Yes, Shown::Yes));
    }

    #[test]
    fn two_small_cells_that_sum_to_few_are_not_left_alone() {
        let shown = of(&[
            cell("district", "all", 0..40),
            cell("person", "a", 0..4),
            cell("person", "b", 4..8),
            cell("person", "c", 8..20),
            cell("person", "d", 20..40),
        ]);
        assert_eq!((shown["c"], shown["d"]), (Shown::Withheld, Shown::Yes));
    }

    #[test]
    fn small_cells_that_sum_to_enough_hide_nobody_else() {
        let cells = [
            cell("district", "all", 0..40),
            cell("person", "a", 0..6),
            cell("person", "b", 6..12),
            cell("person", "c", 12..40),
        ];
        assert_eq!(of(&cells)["c"], Shown::Yes);
    }

    #[test]
    fn a_unit_does_not_give_away_its_member() {
        // Enough small cells in the whole, but in the unit one steward and one small one.
        let shown = of(&[
            cell("district", "all", 0..100),
            cell("unit", "u", 0..17),
            cell("unit", "v", 17..50),
            cell("unit", "w", 50..100),
            cell("person", "u1", 0..12),
            cell("person", "u2", 12..17),
            cell("person", "v1", 17..24),
            cell("person", "v2", 24..33),
            cell("person", "v3", 33..50),
            cell("person", "w1", 50..100),
        ]);
        assert_eq!((shown["u2"], shown["u1"]), (Shown::Few, Shown::Withheld));
        assert_eq!((shown["u"], shown["v3"], shown["w1"]), (Shown::Yes, Shown::Yes, Shown::Yes));
    }

    #[test]
    fn another_table_does_not_give_it_away() {
        // The area is exactly the small person and a shown one.
        let cells = cells(&[
            cell("district", "all", 0..60),
            cell("area", "x", 0..16),
            cell("area", "y", 16..60),
            cell("person", "a", 0..4),
            cell("person", "b", 4..16),
            cell("person", "c", 16..22),
            cell("person", "d", 22..60),
        ]);
        let shown = by_subtraction(&cells);
        let span = Span::of(cells.iter().enumerate().filter(|(i, _)| shown[*i] == Shown::Yes));
        for (cell, shown) in cells.iter().zip(&shown) {
            assert_eq!(*shown == Shown::Few, cell.answers.len() < FEWEST);
            assert!(*shown != Shown::Few || span.parts(&cell.answers).is_none());
        }
        assert_eq!(shown[0], Shown::Yes);
    }

    #[test]
    fn too_few_in_all() {
        let cells = cells(&[cell("district", "all", 0..7), cell("person", "a", 0..7), cell("person", "b", 0..0)]);
        assert_eq!(by_subtraction(&cells), [Shown::Few, Shown::Few, Shown::Empty]);
    }

    /// What is left over was all satisfied: a further cell is withheld until somebody who was not is among it.
    #[test]
    fn bounds_hold_more_back_than_subtraction() {
        let cells = cells(&[
            cell("district", "all", 0..40),
            cell("person", "small", 0..5),
            cell("person", "middle", 5..17),
            cell("person", "large", 17..40),
        ]);
        let said = |no: &[u32]| Said {
            met: (0..40).map(|i| if no.contains(&i) { 0.0 } else { 1.0 }).collect(),
            score: Vec::new(),
        };
        let of = |no: &[u32]| decide(&cells, &said(no));
        assert_eq!(of(&[3]), [Shown::Yes, Shown::Few, Shown::Withheld, Shown::Yes]);
        assert_eq!(of(&[30]), [Shown::Yes, Shown::Few, Shown::Withheld, Shown::Withheld]);
        // All of all: the whole tells of everybody.
        assert_eq!(of(&[])[0], Shown::Withheld);
    }
}
