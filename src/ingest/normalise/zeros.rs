//! Ids whose leading zeros a spreadsheet dropped: found by their neighbours in the column, never guessed.
//!
//! A number in a workbook is suspect where ids of its column that are text begin with zeros and are wider, or
//! are all of one greater width. In a text file, where every cell is text, a shorter id without zeros is
//! suspect only if the ids with zeros are all of one width. A column of nothing but numbers is taken as it is,
//! as far as a number can hold its digits: fifteen.
use std::collections::BTreeSet;

use polars::prelude::*;

use crate::ingest::fault::{Fault, Rule};

/// Digits that a workbook's numbers hold exactly.
const EXACT_DIGITS: usize = 15;

/// What the cells of an id column say about its width.
#[derive(Debug, Default)]
pub struct Zeros {
    /// Widths of ids in digits, held as text.
    widths: BTreeSet<usize>,
    /// Of those, widths of ids that begin with a zero.
    zeroed: BTreeSet<usize>,
    /// Width last seen, without a leading zero: most cells are like the one before.
    last: usize,
}

fn is_digits(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit())
}

impl Zeros {
    /// Looks at cells as they stood; `numbers` says which a workbook holds as numbers.
    pub fn learn(&mut self, cells: &StringChunked, numbers: Option<&[bool]>) {
        for (row, cell) in cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let first = cell.as_bytes()[0];
            if !first.is_ascii_digit() || (first != b'0' && cell.len() == self.last) {
                continue;
            }
            if !is_digits(cell) || numbers.is_some_and(|numbers| numbers[row]) {
                continue;
            }
            self.widths.insert(cell.len());
            if first == b'0' && cell.len() > 1 {
                self.zeroed.insert(cell.len());
            } else {
                self.last = cell.len();
            }
        }
    }

    /// Refuses ids that look as if zeros, or their last digits, were gone.
    pub fn check(&self, ids: &StringChunked, numbers: Option<&[bool]>, faults: &mut Vec<Fault>) {
        if let Some(numbers) = numbers {
            let long = ids.iter().zip(numbers).enumerate();
            let long = long.filter(|(_, (id, number))| **number && id.is_some_and(|id| id.len() > EXACT_DIGITS));
            faults.extend(long.map(|(row, _)| Fault { row: row as u32, rule: Rule::DigitsLost }));
        }
        let width = match (numbers, self.zeroed.last()) {
            (Some(_), Some(widest)) => *widest,
            (Some(_), None) if self.widths.len() == 1 => self.last,
            (None, Some(width)) if self.zeroed.len() == 1 => *width,
            _ => return,
        };
        for (row, id) in ids.iter().enumerate() {
            let held_as_number = numbers.is_none_or(|numbers| numbers[row]);
            if let Some(id) = id
                && held_as_number
                && id.len() < width
                && !id.starts_with('0')
                && is_digits(id)
            {
                faults.push(Fault { row: row as u32, rule: Rule::LeadingZeros });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(cells: &[&str], numbers: Option<&[bool]>) -> Vec<u32> {
        let cells = StringChunked::from_slice("id".into(), cells);
        let mut zeros = Zeros::default();
        zeros.learn(&cells, numbers);
        let mut faults = Vec::new();
        zeros.check(&cells, numbers, &mut faults);
        faults.iter().map(|f| f.row).collect()
    }

    #[test]
    fn numbers_among_text_with_zeros() {
        let some = Some([false, true, true, false].as_slice());
        assert_eq!(refused(&["00123", "124", "98765", "125"], some), [1]);
        assert_eq!(refused(&["E0123", "124", "98765", "E0125"], some), [0u32; 0]);
        assert_eq!(refused(&["10123", "124", "98765", "10125"], some), [1]);
        assert_eq!(refused(&["10123", "124", "98765", "125"], some), [0u32; 0]);
    }

    #[test]
    fn numbers_alone_are_taken() {
        assert_eq!(refused(&["101", "102", "99"], Some(&[true; 3])), [0u32; 0]);
    }

    #[test]
    fn long_numbers_have_lost_digits() {
        assert_eq!(refused(&["912101234567890000", "912101234567890000"], Some(&[true, false])), [0]);
    }

    #[test]
    fn text_files_need_one_width() {
        assert_eq!(refused(&["00123", "124", "00125"], None), [1]);
        assert_eq!(refused(&["00123", "124", "0125"], None), [0u32; 0]);
        assert_eq!(refused(&["123", "1244", "5"], None), [0u32; 0]);
    }
}
