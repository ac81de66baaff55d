//! Refused rows as a workbook: each as it stood, the reasons beside it.
//!
//! First come the file's own columns, so that a corrected sheet can be ingested as it is: the columns added here
//! are no header of any export and are passed over. Rows of one kind whose files have other headers stand on a
//! sheet of their own, since two spellings of one column on one sheet could not be told apart.
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::tables::{Cell, Column, Dictionary};
use crate::warehouse::batch_types::Refusal;
use crate::warehouse::received::Quarantined;

/// Headers added after those of the file.
pub const ADDED: [&str; 6] = ["批次", "原文件", "工作表", "行号", "原因", "处理办法"];
/// Those of them by which a corrected row is known for the refused row it stands for.
pub const ORIGIN: [&str; 4] = ["批次", "原文件", "工作表", "行号"];

/// Rows of a sheet, its header not counted; Excel ends at 1 048 576.
const SHEET_ROWS: usize = 1_000_000;
/// Characters that a cell of Excel holds.
const CELL_CHARS: usize = 32_767;

/// Why the workbook cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}; close it if it is open in Excel, or name another file")]
pub struct QuarantineSheetError {
    path: PathBuf,
    source: XlsxError,
}

/// Writes the rows to an XLSX file.
pub fn write(path: &Path, rows: &[Quarantined]) -> Result<(), QuarantineSheetError> {
    let failed = |source| QuarantineSheetError { path: path.to_path_buf(), source };
    let mut workbook = Workbook::new();
    for (name, part) in sheets(rows) {
        fill(workbook.add_worksheet(), &name, &part).map_err(failed)?;
    }
    workbook.save(path).map_err(failed)
}

/// Rows of each sheet: same kind, same headers, not too many.
fn sheets(rows: &[Quarantined]) -> Vec<(String, Vec<&Quarantined>)> {
    let headers = |row: &Quarantined| own_cells(row).iter().map(|(header, _)| header.clone()).collect::<Vec<_>>();
    let mut groups: Vec<(&str, Vec<String>, Vec<&Quarantined>)> = Vec::new();
    for row in rows {
        let own = headers(row);
        match groups
            .iter_mut()
            .find(|(kind, headers, rows)| *kind == row.kind && *headers == own && rows.len() < SHEET_ROWS)
        {
            Some((_, _, rows)) => rows.push(row),
            None => groups.push((&row.kind, own, vec![row])),
        }
    }
    let mut named = Vec::with_capacity(groups.len());
    for (index, (kind, _, rows)) in groups.iter().enumerate() {
        let title = Dictionary::shipped().table(kind).map_or(*kind, |table| table.title.as_str());
        let before = groups[..index].iter().filter(|(other, ..)| other == kind).count();
        let name = if before == 0 { title.to_owned() } else { format!("{title}（{}）", before + 1) };
        named.push((name, rows.clone()));
    }
    named
}

/// The file's own cells: a row refused again from such a workbook brings the added columns along.
fn own_cells(row: &Quarantined) -> &[(String, String)] {
    let cells = &row.cells.0;
    match cells.len().checked_sub(ADDED.len()) {
        Some(own) if cells[own..].iter().map(|(header, _)| header).eq(ADDED) => &cells[..own],
        _ => cells,
    }
}

fn fill(sheet: &mut Worksheet, name: &str, rows: &[&Quarantined]) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_align(FormatAlign::VerticalCenter);
    // Text, so that Excel keeps leading zeros and long numbers when a cell is corrected.
    let text = Format::new().set_num_format("@");
    let remark = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name(name)?;
    let own: Vec<&str> =
        rows.first().map(|row| own_cells(row).iter().map(|(header, _)| header.as_str()).collect()).unwrap_or_default();
    let own_columns = own.len() as u16;
    for (column, header) in own.iter().chain(&ADDED).enumerate() {
        sheet.write_string_with_format(0, column as u16, cut(header), &head)?;
        let width = header.chars().count().clamp(5, 20) as f64 * 2.2;
        sheet.set_column_width(column as u16, if column >= own.len() + ORIGIN.len() { 48.0 } else { width })?;
    }
    for (index, row) in rows.iter().enumerate() {
        let at = index as u32 + 1;
        for (column, (_, cell)) in own_cells(row).iter().enumerate() {
            sheet.write_string_with_format(at, column as u16, cut(cell), &text)?;
        }
        let reasons: Vec<String> = row.reasons.iter().map(|reason| cause(&row.kind, reason)).collect();
        let mut remedies: Vec<String> = row.reasons.iter().map(|reason| remedy(&row.kind, reason)).collect();
        remedies.dedup();
        sheet.write_number(at, own_columns, row.batch as f64)?;
        sheet.write_string_with_format(at, own_columns + 1, cut(&row.path), &text)?;
        sheet.write_string_with_format(at, own_columns + 2, row.sheet.as_deref().unwrap_or_default(), &text)?;
        sheet.write_number(at, own_columns + 3, row.row as f64)?;
        sheet.write_string_with_format(at, own_columns + 4, cut(&reasons.join("\n")), &remark)?;
        sheet.write_string_with_format(at, own_columns + 5, cut(&remedies.join("\n")), &remark)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, rows.len() as u32, own_columns + ADDED.len() as u16 - 1)?;
    Ok(())
}

/// What a cell holds; longer text is cut.
fn cut(text: &str) -> &str {
    text.char_indices().nth(CELL_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// The dictionary's column that a reason is about; several make a key.
fn columns<'d>(kind: &str, reason: &Refusal) -> Vec<&'d Column> {
    let table = Dictionary::shipped().table(kind);
    let named = reason.column.split(" + ");
    named.filter_map(|name| table?.columns.iter().find(|c| c.name == name)).collect()
}

fn shown(kind: &str, reason: &Refusal) -> String {
    let headers: Vec<&str> =
        columns(kind, reason).iter().map(|c| c.headers.first().unwrap_or(&c.name).as_str()).collect();
    if headers.is_empty() {
        Dictionary::shipped().shown("role", &reason.column).to_owned()
    } else {
        headers.join("、")
    }
}

/// The reason in words: 提交时间：日期没有年份（原值：5月10日）.
fn cause(kind: &str, reason: &Refusal) -> String {
    let column = shown(kind, reason);
    let why = match reason.rule.as_str() {
        "required" => "必填，此处为空",
        "date" => "不是有效日期",
        "no_year" => "日期没有年份",
        "no_day" => "日期没有日",
        "time" => "不是有效时间",
        "whole" => "不是整数",
        "number" => "不是数字",
        "phone" => "不是电话号码",
        "yes_no" => "不是“是”或“否”",
        "enum" => "不是规定用词",
        "leading_zeros" => "前导零可能已被 Excel 去掉",
        "digits_lost" => "数字位数已被 Excel 截断",
        "excel_error" => "单元格是公式错误值",
        "encoding" => "含有已损坏的字符",
        "nested" => "单元格内是列表或对象",
        "line" => "整行不是 JSON 对象",
        "person" => "姓名无法辨认",
        "until_after_at" => "延期后期限早于延期审批",
        "end_after_start" => "终止早于起始",
        "conflict" => "同一记录有互相矛盾的另一行",
        other => other,
    };
    let value = if reason.value.is_empty() { String::new() } else { format!("（原值：{}）", reason.value) };
    format!("{column}：{why}{value}")
}

/// What to do about it; a rule not known here keeps the words it was refused with.
fn remedy(kind: &str, reason: &Refusal) -> String {
    let column = shown(kind, reason);
    match reason.rule.as_str() {
        "required" => format!("补填“{column}”。"),
        "date" | "no_year" | "no_day" => format!("“{column}”按 2026-05-10 的样式填写，年月日齐全。"),
        "time" => format!("“{column}”按 2026-05-10 09:05 的样式填写，或只填日期。"),
        "whole" | "number" => format!("“{column}”只填数字。"),
        "phone" => format!("“{column}”填写电话号码数字。"),
        "yes_no" => format!("“{column}”填“是”或“否”。"),
        "enum" => format!("“{column}”改为下列之一：{}。", words(kind, reason)),
        "leading_zeros" => format!("将“{column}”设为文本格式，按原编号连同前导零填写。"),
        "digits_lost" => format!("将“{column}”设为文本格式，填写全部数字。"),
        "excel_error" => format!("改正“{column}”的公式，或直接填写数值。"),
        "encoding" => format!("重新填写“{column}”，文件另存为 UTF-8 后再报。"),
        "nested" => format!("“{column}”只填一个值。"),
        "line" => "整行改写为一个 JSON 对象，键不重复。".to_owned(),
        "person" => format!("“{column}”逐人填写姓名、电话或职务，如：王强 13800138000，两人之间用“、”隔开。"),
        "until_after_at" => format!("“{column}”改为不早于延期审批之日。"),
        "end_after_start" => format!("“{column}”改为不早于起始日。"),
        "conflict" => "核对互相矛盾的各行，保留正确的一行，重新导入。".to_owned(),
        _ => reason.remedy.clone(),
    }
}

/// The words that a column takes, as files write them.
fn words(kind: &str, reason: &Refusal) -> String {
    let dictionary = Dictionary::shipped();
    let lists = columns(kind, reason).into_iter().filter_map(|column| match column.cell() {
        Cell::Word(list) => dictionary.words.get(list),
        _ => None,
    });
    let shown = lists.flatten().map(|(word, spellings)| spellings.first().unwrap_or(word).as_str());
    shown.collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use calamine::{Reader, open_workbook_auto};

    use super::*;
    use crate::warehouse::received::Cells;

    fn row(kind: &str, cells: &[(&str, &str)], row: i64, reasons: Vec<Refusal>) -> Quarantined {
        let cells = Cells(cells.iter().map(|(h, t)| (h.to_string(), t.to_string())).collect());
        Quarantined {
            batch: 1,
            path: "十月.xlsx".into(),
            sheet: Some("台账".into()),
            row,
            kind: kind.into(),
            cells,
            reasons,
        }
    }

    fn reason(column: &str, rule: &str, value: &str) -> Refusal {
        Refusal { column: column.into(), rule: rule.into(), value: value.into(), remedy: "Mend it.".into() }
    }

    #[test]
    fn rows_stand_as_they_were_with_their_reasons() {
        let rows = [
            row(
                "cases",
                &[("问题编号", "0012"), ("提交时间", "5月10日")],
                7,
                vec![reason("submitted_at", "no_year", "5月10日"), reason("enterprise_id", "required", "")],
            ),
            row("cases", &[("工单编号", "13"), ("提交时间", "")], 8, vec![reason("case_class", "enum", "小")]),
            row("cases", &[("问题编号", "14"), ("提交时间", "x")], 9, vec![reason("case_id", "new_rule", "x")]),
        ];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("q.xlsx");
        write(&path, &rows).unwrap();
        let mut book = open_workbook_auto(&path).unwrap();
        assert_eq!(book.sheet_names(), ["问题（诉求、代办事项）", "问题（诉求、代办事项）（2）"]);
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let lines: Vec<Vec<String>> = sheet.rows().map(|r| r.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(lines[0], ["问题编号", "提交时间", "批次", "原文件", "工作表", "行号", "原因", "处理办法"]);
        assert_eq!(lines[1][..6], ["0012", "5月10日", "1", "十月.xlsx", "台账", "7"]);
        assert_eq!(lines[1][6], "提交时间：日期没有年份（原值：5月10日）\n企业编号：必填，此处为空");
        assert_eq!(lines[1][7], "“提交时间”按 2026-05-10 的样式填写，年月日齐全。\n补填“企业编号”。");
        assert_eq!(lines[2][7], "Mend it.");
        let other = book.worksheet_range_at(1).unwrap().unwrap();
        assert!(
            other
                .rows()
                .nth(1)
                .unwrap()
                .iter()
                .any(|c| c.to_string().contains("咨询、疑难、一般") || c.to_string().contains("咨询、一般、疑难"))
        );
    }

    #[test]
    fn added_columns_are_no_headers_of_exports() {
        for table in &Dictionary::shipped().tables {
            let columns = table.columns.iter().flat_map(|c| &c.headers);
            let events =
                table.events.iter().flat_map(|e| e.headers.iter().chain(&e.unit).chain(&e.note).chain(&e.until));
            for header in columns.chain(events) {
                assert!(!ADDED.contains(&header.as_str()), "{}: {header}", table.name);
            }
        }
    }

    #[test]
    fn a_row_refused_twice_keeps_its_own_columns() {
        let cells = [
            ("问题编号", "1"),
            ("批次", "1"),
            ("原文件", "a"),
            ("工作表", ""),
            ("行号", "2"),
            ("原因", "x"),
            ("处理办法", "y"),
        ];
        assert_eq!(own_cells(&row("cases", &cells, 2, vec![])).len(), 1);
        assert_eq!(own_cells(&row("cases", &cells[..6], 2, vec![])).len(), 6);
    }

    #[test]
    fn long_text_is_cut_to_what_a_cell_holds() {
        let long = "长".repeat(CELL_CHARS + 5);
        assert_eq!(cut(&long).chars().count(), CELL_CHARS);
        assert_eq!(cut("短"), "短");
    }
}
