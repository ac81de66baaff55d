//! A file that was mended in place: same path and sheet, other content. Its rows stand for rows refused of it before.
//!
//! A row is the refused one again if it has the same number and every cell as it stood, but for those at fault; or, in
//! tables where one column is the key, if it has the same key. Whatever is not in the new file is left as it is.
use std::collections::{HashMap, HashSet};

use super::read::Rows;
use super::taker::Taker;
use crate::warehouse::batch_types::Correction;
use crate::warehouse::received::{Cells, Quarantined};

/// The rows refused of a file before, and which rows of the new one stand for them.
pub struct Mended {
    waiting: Vec<Quarantined>,
    by_row: HashMap<i64, Vec<usize>>,
    /// By the text of the key's cell; filled when the headers are known.
    by_key: Option<HashMap<String, Vec<usize>>>,
    /// Refused rows that a row stands for.
    found: HashSet<usize>,
    pub corrections: Vec<Correction>,
}

impl Mended {
    pub fn of(waiting: Vec<Quarantined>) -> Mended {
        let mut by_row: HashMap<i64, Vec<usize>> = HashMap::new();
        for (index, row) in waiting.iter().enumerate() {
            by_row.entry(row.row).or_default().push(index);
        }
        Mended { waiting, by_row, by_key: None, found: HashSet::new(), corrections: Vec::new() }
    }

    /// Looks through rows of the new file; false: nothing waits any more.
    pub fn look(&mut self, taker: &Taker<'_>, rows: &Rows) -> bool {
        let key = key_column(taker);
        if self.by_key.is_none() {
            self.by_key = Some(key.as_ref().map(|(_, header)| keys(&self.waiting, header)).unwrap_or_default());
        }
        for row in 0..rows.height() {
            let number = rows.first as i64 + row as i64;
            let here = self.by_row.get(&number).cloned().unwrap_or_default();
            let own = key.as_ref().map_or("", |(at, _)| rows.cell(row, *at).trim());
            let keyed = self.by_key.as_ref().and_then(|by_key| by_key.get(own)).cloned().unwrap_or_default();
            if here.is_empty() && keyed.is_empty() {
                continue;
            }
            let cells = Cells::told_apart(&taker.refused(rows, row, Vec::new()).cells);
            let same = here.into_iter().filter(|index| same_row(&self.waiting[*index], &cells));
            for index in same.chain(keyed).collect::<Vec<_>>() {
                self.stands(index, number);
            }
        }
        self.found.len() < self.waiting.len()
    }

    fn stands(&mut self, index: usize, number: i64) {
        if !self.found.insert(index) {
            return;
        }
        let refused = &self.waiting[index];
        self.corrections.push(Correction {
            row_no: number.unsigned_abs(),
            batch: refused.batch,
            path: refused.path.clone(),
            sheet: refused.sheet.clone(),
            refused_row: refused.row,
        });
    }
}

/// Place and header of the one column that is the table's key. A case's events share their key, and a mapping makes
/// its own.
fn key_column(taker: &Taker<'_>) -> Option<(usize, String)> {
    let layout = taker.layout();
    let [key] = layout.table.key.as_slice() else { return None };
    if taker.mapping().is_some() || layout.table.name == "case_events" {
        return None;
    }
    let index = layout.table.columns.iter().position(|column| column.name == *key)?;
    let at = (*layout.columns.get(index)?)?;
    Some((at, layout.headers.get(at)?.clone()))
}

/// Refused rows by their key as it stood; a key that was itself at fault is none.
fn keys(waiting: &[Quarantined], header: &str) -> HashMap<String, Vec<usize>> {
    let mut keys: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, row) in waiting.iter().enumerate() {
        let stood = row.cells.0.iter().find(|(name, _)| name == header).map_or("", |(_, text)| text.trim());
        let conflict = row.reasons.iter().any(|reason| reason.rule == "conflict");
        let at_fault = !conflict && row.reasons.iter().any(|reason| reason.value.trim() == stood);
        if !stood.is_empty() && !at_fault {
            keys.entry(stood.to_owned()).or_default().push(index);
        }
    }
    keys
}

/// Every cell as it stood, but for those at fault; and something filled is left that says so.
fn same_row(refused: &Quarantined, now: &Cells) -> bool {
    let now: HashMap<&str, &str> = now.0.iter().map(|(header, text)| (header.as_str(), text.trim())).collect();
    let at_fault = |text: &str| refused.reasons.iter().any(|reason| reason.value.trim() == text);
    let mut kept = false;
    for (header, text) in &refused.cells.0 {
        let stood = text.trim();
        if now.get(header.as_str()).is_some_and(|now| *now == stood) {
            kept |= !stood.is_empty() && !at_fault(stood);
        } else if !at_fault(stood) {
            return false;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::batch_types::Refusal;

    fn cells(text: &str) -> Cells {
        let pairs = text.split_whitespace().map(|pair| pair.split_once('=').unwrap());
        Cells(pairs.map(|(header, text)| (header.to_owned(), text.to_owned())).collect())
    }

    fn refused(stood: &str, rule: &str, value: &str) -> Quarantined {
        let reason = Refusal { rule: rule.into(), value: value.into(), ..Refusal::default() };
        let (path, kind) = ("a.csv".into(), "cases".into());
        Quarantined { batch: 1, path, sheet: None, row: 2, kind, cells: cells(stood), reasons: vec![reason] }
    }

    #[test]
    fn a_row_is_the_same_but_for_what_was_at_fault() {
        let old = refused("编号=A1 企业=E1 时间=10月3日", "no_year", "10月3日");
        assert!(same_row(&old, &cells("编号=A1 企业=E1 时间=2026-10-03")));
        assert!(same_row(&old, &cells("编号=A1 企业=E1 时间=10月3日")));
        // Another row came to stand there, or something else was changed as well.
        assert!(!same_row(&old, &cells("编号=A2 企业=E1 时间=2026-10-03")));
        assert!(!same_row(&old, &cells("编号=A1 企业=E2 时间=2026-10-03")));
        // A missing cell may be filled; a blank row says nothing.
        let old = refused("编号= 企业=E1", "required", "");
        assert!(same_row(&old, &cells("编号=A1 企业=E1")));
        assert!(!same_row(&refused("编号=x 企业=", "enum", "x"), &cells("编号= 企业=")));
    }

    #[test]
    fn a_key_at_fault_is_none() {
        let rows = [refused("编号=007 企业=E1", "leading_zeros", "007"), refused("编号=A1 企业=x", "enum", "x")];
        assert_eq!(keys(&rows, "编号"), HashMap::from([("A1".to_owned(), vec![1])]));
        // Of two that contradict each other the key is what they share.
        let rows = [refused("编号=A1 企业=E1", "conflict", "A1"), refused("编号=A1 企业=E2", "conflict", "A1")];
        assert_eq!(keys(&rows, "编号"), HashMap::from([("A1".to_owned(), vec![0, 1])]));
    }
}
