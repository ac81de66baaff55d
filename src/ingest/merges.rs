//! Merge files: tables of which ids are one (类型, 编号, 是, 原因), read like exports are.
//!
//! They are few rows written by hand, so a fault refuses the file and is told with its row; nothing is quarantined.
use std::path::Path;

use super::normalise::text;
use super::read::{self, BATCH_ROWS, Format, Inspected, ReadError, Rows, book};
use crate::sheet::read::Workbook;
use crate::tables::plain;
use crate::warehouse::identities::{Kind, Statement};

/// Columns and the headers they go by; the first is the one that messages name.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("kind", &["kind", "类型", "类别", "对象", "种类"]),
    ("id", &["id", "编号", "被合并编号", "原编号"]),
    ("is", &["is", "is_id", "是", "合并到", "并入编号", "保留编号"]),
    ("reason", &["reason", "原因", "理由", "依据", "说明", "备注"]),
];
const ENTERPRISES: [&str; 6] = ["enterprise", "enterprises", "project", "企业", "项目", "企业(项目)"];
const PEOPLE: [&str; 6] = ["person", "people", "人员", "管家", "干部", "人"];
/// Words in the place of an id that undo what was stated before.
const UNDO: [&str; 3] = ["撤销", "取消合并", "undo"];
/// A header stands within the first rows, below titles at most.
const HEADER_WITHIN: usize = 20;

/// A merge file, read.
#[derive(Clone, Debug)]
pub struct MergeFile {
    pub sheet: Option<String>,
    pub sha256: String,
    pub statements: Vec<Statement>,
    /// Blank rows, and rows up to the header.
    pub skipped: (u64, u64),
}

/// Why a merge file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MergeFileError {
    #[error("{path} {source}")]
    Unreadable { path: String, source: Box<ReadError> },
    #[error(
        "{path} has no sheet with the columns kind, id, is (类型, 编号, 是); write one row per id that is one with another"
    )]
    NoHeader { path: String },
    #[error("{}", .faults.iter().map(|(row, why)| format!("{path}, row {row}: {why}")).collect::<Vec<_>>().join("\n"))]
    Rows { path: String, faults: Vec<(u64, String)> },
}

/// Reads a CSV, text or workbook file of merges; of a workbook the first sheet with the right header.
pub fn read(path: &Path) -> Result<MergeFile, MergeFileError> {
    let shown = path.display().to_string();
    let unreadable = |source| MergeFileError::Unreadable { path: shown.clone(), source: Box::new(source) };
    let inspected = Inspected::of(path).map_err(|e| unreadable(ReadError::Io(e)))?;
    for (sheet, batches) in sheets(path, &inspected).map_err(unreadable)? {
        let Some(found) = header(&batches) else { continue };
        let (statements, skipped) =
            statements(&batches, &found).map_err(|faults| MergeFileError::Rows { path: shown.clone(), faults })?;
        return Ok(MergeFile { sheet, sha256: inspected.sha256, statements, skipped });
    }
    Err(MergeFileError::NoHeader { path: shown })
}

pub(super) type Sheet = (Option<String>, Vec<Rows>);

pub(super) fn sheets(path: &Path, inspected: &Inspected) -> Result<Vec<Sheet>, ReadError> {
    match inspected.format(path)? {
        Format::Text(encoding) => {
            let mut batches = Vec::new();
            read::text_rows(path, encoding, BATCH_ROWS, &mut |rows| {
                batches.push(rows);
                true
            })?;
            Ok(vec![(None, batches)])
        }
        Format::Workbook => {
            let mut workbook = Workbook::open(path)?;
            let names = workbook.sheets().to_vec();
            names.into_iter().map(|name| Ok((Some(name.clone()), book::sheet_rows(&mut workbook, &name)?))).collect()
        }
        _ => Err(ReadError::Foreign("is no such list; write it as CSV or XLSX".into())),
    }
}

/// The header's row (counted from the sheet's first), and where each column stands.
struct Header {
    row: u64,
    columns: [Option<usize>; 4],
}

fn header(batches: &[Rows]) -> Option<Header> {
    let rows = batches.first()?;
    (0..rows.height().min(HEADER_WITHIN)).find_map(|row| {
        let cells: Vec<String> = (0..rows.frame.width()).map(|column| plain(rows.cell(row, column))).collect();
        let columns = COLUMNS.map(|(_, headers)| cells.iter().position(|cell| headers.contains(&cell.as_str())));
        columns[..3].iter().all(Option::is_some).then_some(Header { row: rows.first + row as u64, columns })
    })
}

type Faults = Vec<(u64, String)>;

fn statements(batches: &[Rows], header: &Header) -> Result<(Vec<Statement>, (u64, u64)), Faults> {
    let (mut statements, mut faults, mut blank) = (Vec::new(), Vec::new(), 0);
    for rows in batches {
        for row in 0..rows.height() {
            let number = rows.first + row as u64;
            if number <= header.row {
                continue;
            }
            let cell = |i: usize| header.columns[i].map_or_else(String::new, |c| text::fold(rows.cell(row, c)));
            let cells = [cell(0), cell(1), cell(2), cell(3)];
            if cells.iter().all(String::is_empty) {
                blank += 1;
                continue;
            }
            match statement(number, cells) {
                Ok(statement) => statements.push(statement),
                Err(why) => faults.push((number, why)),
            }
        }
    }
    if faults.is_empty() { Ok((statements, (blank, header.row))) } else { Err(faults) }
}

fn statement(row: u64, [kind, id, is, reason]: [String; 4]) -> Result<Statement, String> {
    let word = plain(&kind);
    let kind = match word.as_str() {
        word if ENTERPRISES.contains(&word) => Kind::Enterprises,
        word if PEOPLE.contains(&word) => Kind::People,
        _ => return Err(format!("kind “{kind}” is neither enterprise (企业) nor person (人员)")),
    };
    for (name, cell) in [("id (编号)", &id), ("is (是)", &is)] {
        if cell.is_empty() {
            return Err(format!("{name} is empty; to undo a merge write the id itself or 撤销 under is (是)"));
        }
        if text::is_excel_error(cell) || text::is_scientific(cell) {
            return Err(format!("{name} “{cell}” is no id; write it as text"));
        }
    }
    let is = if UNDO.contains(&plain(&is).as_str()) { id.clone() } else { is };
    Ok(Statement { row, kind, id, is, reason: (!reason.is_empty()).then_some(reason) })
}
