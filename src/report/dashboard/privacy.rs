//! Which ratings may be shown: none of fewer than ten answers, and none from which such a one could be found
//! by subtraction (背对背).
//!
//! Every figure shown is a sum over answers, so a reader can work out exactly the sums that are linear
//! combinations of those shown. Cells are therefore held back, smallest first, until no protected sum is one:
//! neither a cell of too few answers nor the remainder that a table's hidden cells leave. Arithmetic is modulo a
//! prime, exact enough that an error could only hide more.
use std::collections::{BTreeMap, BTreeSet};

/// Fewest answers that make a figure.
pub const FEWEST: usize = 10;
const PRIME: u64 = (1 << 31) - 1;

/// What becomes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Yes,
    /// No answers at all: nothing to hide.
    Empty,
    /// Too few answers.
    Few,
    /// Enough answers, but it would give away a cell that has not.
    Withheld,
}

/// A figure that could be shown: its table, its subject, the answers it sums (by number).
#[derive(Clone, Debug)]
pub struct Cell {
    pub by: String,
    pub subject: Option<String>,
    pub answers: BTreeSet<u32>,
}

/// Decides for every cell, in the order given.
pub fn decide(cells: &[Cell]) -> Vec<Shown> {
    let mut shown: Vec<Shown> = cells
        .iter()
        .map(|cell| match cell.answers.len() {
            0 => Shown::Empty,
            n if n < FEWEST => Shown::Few,
            _ => Shown::Yes,
        })
        .collect();
    loop {
        let span = Span::of(cells.iter().zip(&shown).filter(|(_, s)| **s == Shown::Yes).map(|(c, _)| &c.answers));
        let Some(leak) = protected(cells, &shown).into_iter().find(|sum| span.holds(&sum.answers)) else {
            return shown;
        };
        // The whole is kept as long as anything else can go.
        let weakest = (0..cells.len()).filter(|i| shown[*i] == Shown::Yes).min_by_key(|i| {
            let cell = &cells[*i];
            let kin = match (cell.by == leak.by, cell.by.as_str()) {
                (true, _) => 0,
                (_, "district") => 2,
                _ => 1,
            };
            let apart = cell.answers.is_disjoint(&leak.around);
            (kin == 2, apart, kin, cell.answers.len(), *i)
        });
        match weakest {
            Some(cell) => shown[cell] = Shown::Withheld,
            None => return shown,
        }
    }
}

/// A sum that must not come out; `around` is the smallest shown cell that holds it.
struct Sum {
    by: String,
    answers: BTreeSet<u32>,
    around: BTreeSet<u32>,
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
    let around = |answers: &BTreeSet<u32>| {
        let holders = cells.iter().zip(shown).filter(|(c, s)| **s == Shown::Yes && answers.is_subset(&c.answers));
        holders.map(|(c, _)| &c.answers).min_by_key(|a| a.len()).cloned().unwrap_or_default()
    };
    sums.into_iter().map(|(by, answers)| Sum { around: around(&answers), by, answers }).collect()
}

/// All sums that follow from the cells shown, as an echelon of sparse rows by their first answer.
struct Span {
    width: usize,
    rows: BTreeMap<u32, Vec<(u32, u64)>>,
}

impl Span {
    fn of<'a>(cells: impl Iterator<Item = &'a BTreeSet<u32>>) -> Span {
        let mut cells: Vec<_> = cells.collect();
        cells.sort_by_key(|answers| answers.len());
        let width = cells.iter().filter_map(|a| a.last()).max().map_or(0, |last| *last as usize + 1);
        let mut span = Span { width, rows: BTreeMap::new() };
        for answers in cells {
            let rest = span.reduce(answers);
            if let Some(first) = rest.iter().position(|v| *v != 0) {
                let scale = inverse(rest[first]);
                let row = rest.iter().enumerate().filter(|(_, v)| **v != 0);
                let row = row.map(|(i, v)| (i as u32, v * scale % PRIME)).collect();
                span.rows.insert(first as u32, row);
            }
        }
        span
    }

    fn holds(&self, answers: &BTreeSet<u32>) -> bool {
        answers.last().is_none_or(|last| (*last as usize) < self.width) && self.reduce(answers).iter().all(|v| *v == 0)
    }

    fn reduce(&self, answers: &BTreeSet<u32>) -> Vec<u64> {
        let mut rest = vec![0; self.width];
        for answer in answers {
            rest[*answer as usize] = 1;
        }
        for i in 0..self.width {
            if rest[i] != 0
                && let Some(row) = self.rows.get(&(i as u32))
            {
                let factor = PRIME - rest[i];
                for (at, value) in row {
                    rest[*at as usize] = (rest[*at as usize] + factor * value) % PRIME;
                }
            }
        }
        rest
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

    fn cell(by: &str, subject: &str, answers: impl IntoIterator<Item = std::ops::Range<u32>>) -> Cell {
        let answers = answers.into_iter().flatten().collect();
        Cell { by: by.into(), subject: Some(subject.into()), answers }
    }

    fn of(cells: &[Cell]) -> BTreeMap<String, Shown> {
        cells.iter().map(|c| c.subject.clone().unwrap()).zip(decide(cells)).collect()
    }

    #[test]
    fn a_lone_small_cell_takes_its_smallest_neighbour_along() {
        let shown = of(&[
            cell("district", "all", [0..40]),
            cell("person", "small", [0..5]),
            cell("person", "middle", [5..17]),
            cell("person", "large", [17..40]),
        ]);
        assert_eq!(shown["small"], Shown::Few);
        assert_eq!(shown["middle"], Shown::Withheld);
        assert_eq!((shown["large"], shown["all"]), (Shown::Yes, Shown::Yes));
    }

    #[test]
    fn two_small_cells_that_sum_to_few_are_not_left_alone() {
        let shown = of(&[
            cell("district", "all", [0..40]),
            cell("person", "a", [0..4]),
            cell("person", "b", [4..8]),
            cell("person", "c", [8..20]),
            cell("person", "d", [20..40]),
        ]);
        assert_eq!((shown["c"], shown["d"]), (Shown::Withheld, Shown::Yes));
    }

    #[test]
    fn small_cells_that_sum_to_enough_hide_nobody_else() {
        let cells = [
            cell("district", "all", [0..40]),
            cell("person", "a", [0..6]),
            cell("person", "b", [6..12]),
            cell("person", "c", [12..40]),
        ];
        assert_eq!(of(&cells)["c"], Shown::Yes);
    }

    #[test]
    fn a_unit_does_not_give_away_its_member() {
        // Enough small cells in the whole, but in the unit one steward and one small one.
        let shown = of(&[
            cell("district", "all", [0..100]),
            cell("unit", "u", [0..17]),
            cell("unit", "v", [17..50]),
            cell("unit", "w", [50..100]),
            cell("person", "u1", [0..12]),
            cell("person", "u2", [12..17]),
            cell("person", "v1", [17..24]),
            cell("person", "v2", [24..33]),
            cell("person", "v3", [33..50]),
            cell("person", "w1", [50..100]),
        ]);
        assert_eq!((shown["u2"], shown["u1"]), (Shown::Few, Shown::Withheld));
        assert_eq!((shown["u"], shown["v3"], shown["w1"]), (Shown::Yes, Shown::Yes, Shown::Yes));
    }

    #[test]
    fn another_table_does_not_give_it_away() {
        // The area is exactly the small person and a shown one.
        let cells = [
            cell("district", "all", [0..60]),
            cell("area", "x", [0..16]),
            cell("area", "y", [16..60]),
            cell("person", "a", [0..4]),
            cell("person", "b", [4..16]),
            cell("person", "c", [16..22]),
            cell("person", "d", [22..60]),
        ];
        let shown = decide(&cells);
        let span = Span::of(cells.iter().zip(&shown).filter(|(_, s)| **s == Shown::Yes).map(|(c, _)| &c.answers));
        for (cell, shown) in cells.iter().zip(&shown) {
            assert_eq!(*shown == Shown::Few, cell.answers.len() < FEWEST);
            assert!(*shown != Shown::Few || !span.holds(&cell.answers), "{:?}", cell.subject);
        }
        assert_eq!(shown[0], Shown::Yes);
    }

    #[test]
    fn too_few_in_all() {
        let cells = [cell("district", "all", [0..7]), cell("person", "a", [0..7]), cell("person", "b", [])];
        assert_eq!(decide(&cells), [Shown::Few, Shown::Few, Shown::Empty]);
    }
}
