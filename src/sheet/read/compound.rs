//! An XLS file's container looked through before it is parsed.
//!
//! The parser follows the container's chains of sectors and lays a sheet out as a full rectangle; in a damaged file
//! either asks for memory without end. So chains that run in a circle, and cells and sizes beyond XLS's last row and column
//! are found here. Everything else that is wrong is left to the parser to say.
use std::collections::BTreeSet;
use std::path::Path;

use super::SheetError;

/// Sectors from here on are marks, not places.
const MARKS: u32 = 0xFFFF_FFFA;
/// Columns of an XLS sheet; its rows are as many as two bytes can count.
const COLUMNS: u16 = 256;
/// Streams below this size lie in the mini stream.
const MINI: u64 = 4096;

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

fn circular() -> SheetError {
    SheetError::Broken("its sectors run in a circle".into())
}

/// The container's sectors.
struct Sectors<'b> {
    bytes: &'b [u8],
    shift: u32,
    next: Vec<u32>,
}

impl<'b> Sectors<'b> {
    fn sector(&self, id: u32) -> Option<&'b [u8]> {
        let start = (id as usize).checked_add(1)?.checked_shl(self.shift)?;
        let end = (start + (1 << self.shift)).min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The bytes of a chain up to its end, or to where it leaves the file.
    fn chain(&self, start: u32) -> Result<Vec<u8>, SheetError> {
        let mut found = Vec::new();
        for id in chain(start, &self.next)? {
            let Some(sector) = self.sector(id) else { break };
            found.extend_from_slice(sector);
        }
        Ok(found)
    }
}

/// The places of a chain; one longer than its table runs in a circle.
fn chain(start: u32, next: &[u32]) -> Result<Vec<u32>, SheetError> {
    let mut places = Vec::new();
    let mut id = start;
    while id < MARKS {
        if places.len() > next.len() {
            return Err(circular());
        }
        places.push(id);
        let Some(then) = next.get(id as usize) else { break };
        id = *then;
    }
    Ok(places)
}

/// Refuses what would ask for memory without end.
pub fn check(path: &Path) -> Result<(), SheetError> {
    let bytes = std::fs::read(path)?;
    let Some(shift) = u16_at(&bytes, 30).filter(|shift| matches!(shift, 9 | 12)) else { return Ok(()) };
    let mut sectors = Sectors { bytes: &bytes, shift: u32::from(shift), next: Vec::new() };
    sectors.next = table(&sectors)?;
    let header = |at| u32_at(&bytes, at).unwrap_or(MARKS);
    let entries = sectors.chain(header(48))?;
    let mini_next: Vec<u32> = words(&sectors.chain(header(60))?).collect();
    let mini = match entries.get(116..) {
        Some(root) => sectors.chain(u32_at(root, 0).unwrap_or(MARKS))?,
        None => Vec::new(),
    };
    // As the parser looks for it: by name alone, whatever the entry says that it is.
    for entry in entries.chunks_exact(128).filter(|entry| is_book(entry)) {
        let start = u32_at(entry, 116).unwrap_or(MARKS);
        let more = if shift == 12 { u32_at(entry, 124).unwrap_or(0) } else { 0 };
        let small = more == 0 && u64::from(u32_at(entry, 120).unwrap_or(0)) < MINI;
        if small {
            let places = chain(start, &mini_next)?;
            let sectors = places.iter().filter_map(|id| mini.get((*id as usize).checked_mul(64)?..));
            let stream: Vec<u8> = sectors.flat_map(|s| &s[..s.len().min(64)]).copied().collect();
            check_cells(&stream)?;
        } else {
            check_cells(&sectors.chain(start)?)?;
        }
    }
    Ok(())
}

fn is_book(entry: &[u8]) -> bool {
    let name: String = char::decode_utf16(words16(&entry[..64])).flatten().take_while(|c| *c != '\0').collect();
    ["Workbook", "Book"].iter().any(|book| name.eq_ignore_ascii_case(book))
}

fn words16(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes.chunks_exact(2).map(|word| u16::from_le_bytes([word[0], word[1]]))
}

/// The table of which sector follows which.
fn table(sectors: &Sectors) -> Result<Vec<u32>, SheetError> {
    let bytes = sectors.bytes;
    let mut listed: Vec<u32> = words(bytes.get(76..512).unwrap_or_default()).collect();
    let mut more = u32_at(bytes, 68).unwrap_or(MARKS);
    let most = bytes.len() >> sectors.shift;
    for _ in 0..=most {
        if more >= MARKS {
            break;
        }
        let Some(sector) = sectors.sector(more) else { break };
        listed.extend(words(sector));
        more = listed.pop().unwrap_or(MARKS);
    }
    // A table that lists one sector over and over would itself be without end.
    let places: Vec<u32> = listed.into_iter().filter(|id| *id < MARKS).collect();
    if places.len() > most + 1 {
        return Err(circular());
    }
    Ok(places.into_iter().filter_map(|id| sectors.sector(id)).flat_map(words).collect())
}

/// No cell may lie beyond the last column, and no sheet say that it is larger than a sheet can be.
///
/// The parser reads each sheet from where the book says that it begins, be that a record's beginning or not.
fn check_cells(stream: &[u8]) -> Result<(), SheetError> {
    let (mut begun, mut sheets) = (BTreeSet::new(), BTreeSet::new());
    for (at, kind, record) in records(stream, 0) {
        begun.insert(at);
        if kind == BOUND_SHEET {
            sheets.extend(u32_at(record, 0).map(|at| at as usize));
        }
        check_record(kind, record)?;
    }
    let astray: Vec<usize> = sheets.difference(&begun).copied().collect();
    if astray.len() > ASTRAY {
        return Err(SheetError::Broken("its sheets begin where no record does".into()));
    }
    let mut astray = astray.into_iter().flat_map(|start| records(stream, start));
    astray.try_for_each(|(_, kind, record)| check_record(kind, record))
}

const BOUND_SHEET: u16 = 0x85;
/// Sheets that begin within a record; each is a walk through the whole book.
const ASTRAY: usize = 16;

/// Place, kind and bytes of the records from a place on.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (usize, u16, &[u8])> {
    let mut at = start;
    std::iter::from_fn(move || {
        let (kind, len) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let record = stream.get(at + 4..at + 4 + len)?;
        let place = at;
        at += 4 + len;
        Some((place, kind, record))
    })
}

fn check_record(kind: u16, record: &[u8]) -> Result<(), SheetError> {
    /// FORMULA, BLANK, NUMBER, LABEL, BOOLERR, RSTRING, LABELSST, RK: row and column stand first.
    const CELLS: [u16; 8] = [0x06, 0x201, 0x203, 0x204, 0x205, 0xD6, 0xFD, 0x27E];
    /// MULRK, MULBLANK: the last column stands last.
    const RUNS: [u16; 2] = [0xBD, 0xBE];
    let broken = |why: &str| Err(SheetError::Broken(why.into()));
    let column = match kind {
        DIMENSIONS if !possible(record) => return broken("a sheet says that it is larger than Excel's are"),
        kind if CELLS.contains(&kind) => u16_at(record, 2),
        kind if RUNS.contains(&kind) => record.len().checked_sub(2).and_then(|at| u16_at(record, at)),
        _ => None,
    };
    if column.is_some_and(|column| column >= COLUMNS) {
        return broken("a cell lies beyond Excel's last row or column");
    }
    Ok(())
}

/// First row, row after the last, first column, column after the last; the parser makes room for all between.
const DIMENSIONS: u16 = 0x200;

fn possible(record: &[u8]) -> bool {
    const ROWS: u32 = 1 << 16;
    let short = |at| u16_at(record, at).map(u32::from);
    let (first, after, columns) = match record.len() {
        10 => (short(0), short(2), short(6)),
        14 | 16 => (u32_at(record, 0), u32_at(record, 4), short(10)),
        // The parser refuses it.
        _ => return true,
    };
    let (Some(first), Some(after), Some(columns)) = (first, after, columns) else { return true };
    // An empty sheet says 0 of the row after its last.
    after == 0 || (first < after && after <= ROWS && columns <= u32::from(COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn size(first: u32, after: u32, columns: u16) -> Vec<u8> {
        let data = [&first.to_le_bytes()[..], &after.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat();
        record(DIMENSIONS, &data)
    }

    #[test]
    fn a_sheet_is_no_larger_than_it_can_be() {
        for (first, after, columns) in [(0, 0, 0), (3, 9, 7), (0, 65_536, 256)] {
            assert!(check_cells(&size(first, after, columns)).is_ok(), "{first} {after} {columns}");
        }
        // The parser would make room for four thousand million rows.
        for (first, after, columns) in [(0, u32::MAX, 1), (10, 3, 1), (0, 65_537, 1), (0, 1, 257)] {
            assert!(check_cells(&size(first, after, columns)).is_err(), "{first} {after} {columns}");
        }
        assert!(check_cells(&record(DIMENSIONS, &[10, 0, 3, 0, 0, 0, 1, 0, 0, 0])).is_err());
    }

    #[test]
    fn a_sheet_that_begins_within_a_record_is_looked_through_too() {
        let hidden = record(0x1234, &size(0, u32::MAX, 1));
        assert!(check_cells(&hidden).is_ok());
        let book = |at: u32| [record(BOUND_SHEET, &at.to_le_bytes()), hidden.clone()].concat();
        assert!(check_cells(&book(8)).is_ok());
        assert!(check_cells(&book(12)).is_err());
        assert!(check_cells(&book(9_999)).is_ok());
    }
}
