//! The workbook in which a notice is answered: one sheet per finding, one row per item, locked but for two columns.
//!
//! What makes a row the row that it is stands in its locked cells with a checksum, so that a row moved, altered or copied
//! from another letter is told with its cell. Protection without a password only keeps from slips.
use std::path::Path;

use chrono::NaiveDateTime;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::read::{self, SheetError};

/// Headers of the columns, A to K.
pub const HEADERS: [&str; 11] =
    ["序号", "事项", "企业（项目）", "起算", "期限", "完成", "结果", "意见", "理由", "编号（勿改）", "校验码（勿改）"];
/// Rows above the header, from 1: title, 告知事项, 被告知人, 答复期限, how to fill in.
const HEAD: u32 = 6;
const FONT: &str = "宋体";
const WIDTHS: [f64; 11] = [6.0, 38.0, 26.0, 17.0, 17.0, 17.0, 10.0, 10.0, 44.0, 40.0, 15.0];
const WORDS: [&str; 3] = ["认可", "说明", "异议"];
/// Label of the cell beside which the finding's id stands.
const FINDING: &str = "告知事项";

/// A workbook to be answered.
#[derive(Clone, Debug)]
pub struct Reply {
    pub created: NaiveDateTime,
    pub sheets: Vec<ReplySheet>,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct ReplySheet {
    /// Name of the sheet.
    pub name: String,
    pub title: String,
    pub finding: String,
    pub whom: String,
    pub reply_by: String,
    pub how: String,
    pub rows: Vec<ReplyRow>,
}

/// One item.
#[derive(Clone, Debug)]
pub struct ReplyRow {
    pub no: u32,
    /// 事项, 企业（项目）, 起算, 期限, 完成, 结果
    pub told: [String; 6],
    pub key: String,
    pub check: String,
}

/// A sheet that came back.
#[derive(Clone, Debug)]
pub struct Filled {
    pub sheet: String,
    pub finding: String,
    pub rows: Vec<FilledRow>,
}

#[derive(Clone, Debug)]
pub struct FilledRow {
    /// As the spreadsheet numbers it, from 1.
    pub number: u64,
    pub no: String,
    pub says: String,
    pub reason: String,
    pub key: String,
    pub check: String,
}

/// Something in a workbook that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub sheet: String,
    /// 0: of the sheet as a whole.
    pub row: u64,
    pub cell: String,
    pub rule: String,
    pub remedy: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sheet {}", self.sheet)?;
        if self.row > 0 {
            write!(f, ", row {}, cell {}", self.row, self.cell)?;
        }
        write!(f, ": {}; {}", self.rule, self.remedy)
    }
}

/// The workbook as the bytes of an XLSX file.
pub fn bytes(reply: &Reply) -> Result<Vec<u8>, super::write::SheetError> {
    let failed = |sheet: &str| {
        let sheet = sheet.to_owned();
        move |source| super::write::SheetError { sheet, source }
    };
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&reply.created.format("%Y-%m-%dT%H:%M:%S").to_string())
        .map_err(failed("答复表"))?;
    workbook
        .set_properties(&DocProperties::new().set_title("陈述申辩表").set_author("").set_creation_datetime(&created));
    for sheet in &reply.sheets {
        fill(workbook.add_worksheet(), sheet).map_err(failed(&sheet.name))?;
    }
    workbook.save_to_buffer().map_err(failed("答复表"))
}

fn fill(sheet: &mut Worksheet, reply: &ReplySheet) -> Result<(), XlsxError> {
    let base = || Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter);
    let cell = || base().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xBF_BF_BF)).set_text_wrap();
    let (label, said) = (base().set_bold(), base());
    let header = cell().set_bold().set_align(FormatAlign::Center).set_background_color(Color::RGB(0xE6_EE_F6));
    let locked = cell().set_num_format("@");
    let small = cell().set_num_format("@").set_font_size(9).set_font_color(Color::RGB(0x80_80_80));
    let open = cell().set_unlocked().set_num_format("@").set_background_color(Color::RGB(0xFF_FB_E6));
    sheet.set_name(&reply.name)?;
    sheet.write_string_with_format(0, 0, &reply.title, &base().set_font_size(14).set_bold())?;
    sheet.set_row_height(0, 26)?;
    let head =
        [(FINDING, &reply.finding), ("被告知人", &reply.whom), ("答复期限", &reply.reply_by), ("填写说明", &reply.how)];
    for (row, (what, text)) in (1..).zip(head) {
        sheet.write_string_with_format(row, 0, what, &label)?;
        sheet.write_string_with_format(row, 1, text.as_str(), &said)?;
    }
    for (column, (text, width)) in (0..).zip(HEADERS.iter().zip(WIDTHS)) {
        sheet.write_string_with_format(HEAD, column, *text, &header)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_row_height(HEAD, 24)?;
    for (row, item) in (HEAD + 1..).zip(&reply.rows) {
        sheet.write_string_with_format(row, 0, item.no.to_string(), &locked)?;
        for (column, text) in (1..).zip(&item.told) {
            sheet.write_string_with_format(row, column, text, &locked)?;
        }
        sheet.write_blank(row, 7, &open)?;
        sheet.write_blank(row, 8, &open)?;
        sheet.write_string_with_format(row, 9, &item.key, &small)?;
        sheet.write_string_with_format(row, 10, &item.check, &small)?;
        // Wrapped text is not given its height by every program that opens it.
        let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum::<f64>();
        let lines = item.told.iter().zip(&WIDTHS[1..]).map(|(text, width)| (wide(text) / (width - 1.0)).ceil());
        let lines = lines.fold((wide(&item.key) * 0.85 / (WIDTHS[9] - 1.0)).ceil(), f64::max).max(2.0);
        sheet.set_row_height(row, 15.5 * lines)?;
    }
    let last = HEAD + reply.rows.len() as u32;
    let choice = DataValidation::new()
        .allow_list_strings(&WORDS)?
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("意见")?
        .set_error_message("请选择：认可、说明、异议")?;
    sheet.add_data_validation(HEAD + 1, 7, last.max(HEAD + 1), 7, &choice)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_rows: true,
        format_columns: true,
        ..ProtectionOptions::default()
    });
    sheet.set_freeze_panes(HEAD + 1, 2)?;
    sheet.set_repeat_rows(HEAD, HEAD)?;
    sheet.set_print_area(0, 0, last, 10)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第&P页 共&N页");
    Ok(())
}

/// Every sheet of a workbook that came back; one without the headers is a fault.
pub fn read(path: &Path) -> Result<Result<Vec<Filled>, Vec<Fault>>, SheetError> {
    let mut workbook = read::Workbook::open(path)?;
    let (mut sheets, mut faults) = (Vec::new(), Vec::new());
    for name in workbook.sheets().to_vec() {
        let mut filled = Filled { sheet: name.clone(), finding: String::new(), rows: Vec::new() };
        let mut headed = false;
        workbook.rows(&name, &mut |row| {
            let text = |i: usize| row.cells.get(i).map_or(String::new(), |cell| cell.text.trim().to_owned());
            if headed {
                if row.cells.iter().any(|cell| !cell.text.trim().is_empty()) {
                    filled.rows.push(FilledRow {
                        number: row.number,
                        no: text(0),
                        says: text(7),
                        reason: text(8),
                        key: text(9),
                        check: text(10),
                    });
                }
            } else if text(0) == FINDING {
                filled.finding = text(1);
            } else {
                headed = HEADERS.iter().enumerate().all(|(i, header)| text(i) == *header);
            }
            true
        })?;
        let fault = |rule: &str| Fault {
            sheet: name.clone(),
            row: 0,
            cell: String::new(),
            rule: rule.to_owned(),
            remedy: "fill in the workbook that came with the notice, without adding or moving rows and columns"
                .to_owned(),
        };
        if !headed {
            faults.push(fault("has not the headers of a response"));
        } else if filled.finding.is_empty() {
            faults.push(fault("does not say which finding it answers"));
        } else {
            sheets.push(filled);
        }
    }
    Ok(if faults.is_empty() { Ok(sheets) } else { Err(faults) })
}
