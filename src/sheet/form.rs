//! Workbooks to be filled in by hand: locked columns that say what a row is about, lists to choose from, days and times.
//!
//! Locked is against slips of the hand, without a password; who reads such a workbook back checks it (see
//! [`crate::sampling::calls`]). Ready to print on landscape A4. The same form gives the same bytes.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Workbook, Worksheet, XlsxError,
};

use super::write::{FONT, SheetError};

/// A workbook with one form and sheets that explain it.
#[derive(Clone, Debug)]
pub struct Form {
    pub title: String,
    /// Its creation date; nothing reads the clock.
    pub created: NaiveDateTime,
    pub name: String,
    /// Lines between title and header, each over the whole width.
    pub head: Vec<String>,
    pub columns: Vec<Field>,
    pub rows: Vec<Line>,
    pub footer: String,
    /// Sheets to read only: name, column widths, rows; a row of one cell is a heading.
    pub guides: Vec<Guide>,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Field {
    pub header: String,
    /// In half-widths of a digit.
    pub width: f64,
    pub kind: Kind,
    /// Shown beside the cell while it is filled in.
    pub prompt: String,
}

/// What may stand in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Says what the row is about; `small` for codes that nobody reads.
    Locked {
        small: bool,
    },
    Choice(Vec<String>),
    /// Not before this one.
    Day(NaiveDate),
    Time,
    Text,
    /// Locked, and shown whole.
    Note,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Line {
    pub cells: Vec<Entry>,
    /// The first of several rows about the same thing: a line above it, its locked cells in black.
    pub first: bool,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Empty,
    Text(String),
    Day(NaiveDate),
    Time(NaiveTime),
}

/// A sheet to read.
#[derive(Clone, Debug)]
pub struct Guide {
    pub name: String,
    pub widths: Vec<f64>,
    pub rows: Vec<Vec<String>>,
}

/// Row of the header, from 0, of a form with so many lines of head.
pub fn header_row(head: usize) -> u32 {
    1 + head as u32
}

/// The workbook as the bytes of an XLSX file.
pub fn bytes(form: &Form) -> Result<Vec<u8>, SheetError> {
    let failed = |sheet: &str| {
        let sheet = sheet.to_owned();
        move |source| SheetError { sheet, source }
    };
    let mut workbook = Workbook::new();
    let created = excel(form.created).map_err(failed(&form.title))?;
    workbook
        .set_properties(&DocProperties::new().set_title(&form.title).set_author("").set_creation_datetime(&created));
    fill(workbook.add_worksheet(), form).map_err(failed(&form.name))?;
    for guide in &form.guides {
        read_only(workbook.add_worksheet(), guide).map_err(failed(&guide.name))?;
    }
    workbook.save_to_buffer().map_err(failed(&form.title))
}

fn base() -> Format {
    Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter)
}

fn cell(first: bool) -> Format {
    let grey = Color::RGB(0xBF_BF_BF);
    let format = base().set_border(FormatBorder::Thin).set_border_color(grey);
    if first {
        format.set_border_top(FormatBorder::Medium).set_border_top_color(Color::RGB(0x40_40_40))
    } else {
        format
    }
}

fn fill(sheet: &mut Worksheet, form: &Form) -> Result<(), XlsxError> {
    let header = header_row(form.head.len());
    let last_column = form.columns.len().saturating_sub(1) as u16;
    sheet.set_name(&form.name)?;
    heading(sheet, form, last_column)?;
    let head = cell(false).set_bold().set_text_wrap().set_align(FormatAlign::Center);
    let (to_read, to_fill) = (Color::RGB(0xE7_E6_E6), Color::RGB(0xDD_EB_F7));
    for (i, column) in (0..).zip(&form.columns) {
        let colour = if matches!(column.kind, Kind::Locked { .. } | Kind::Note) { to_read } else { to_fill };
        sheet.write_string_with_format(header, i, &column.header, &head.clone().set_background_color(colour))?;
        sheet.set_column_width(i, column.width)?;
    }
    sheet.set_row_height(header, 30)?;
    for (row, line) in (header + 1..).zip(&form.rows) {
        sheet.set_row_height(row, height(form, line))?;
        for (i, (column, entry)) in (0..).zip(form.columns.iter().zip(&line.cells)) {
            put(sheet, row, i, entry, &look(&column.kind, line.first))?;
        }
    }
    let last = header + form.rows.len() as u32;
    if !form.rows.is_empty() {
        for (i, column) in (0..).zip(&form.columns) {
            if let Some(validation) = validation(column)? {
                sheet.add_data_validation(header + 1, i, last, i, &validation)?;
            }
        }
    }
    let kept = form.columns.iter().take_while(|column| column.kind == Kind::Locked { small: false }).count();
    sheet.set_freeze_panes(header + 1, kept.min(3) as u16)?;
    sheet.protect();
    sheet.set_repeat_rows(header, header)?;
    sheet.set_print_area(0, 0, last, last_column)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(format!("&L{}&R第&P页 共&N页", form.footer));
    Ok(())
}

/// Of the longest note in it; else room to write by hand.
fn height(form: &Form, line: &Line) -> f64 {
    let notes = form.columns.iter().zip(&line.cells).filter(|(column, _)| column.kind == Kind::Note);
    let lines = notes.map(|(column, entry)| match entry {
        Entry::Text(text) => (half_widths(text) / (column.width - 1.0)).ceil(),
        _ => 1.0,
    });
    (15.0 * lines.fold(1.0, f64::max)).max(25.0)
}

/// An ideograph takes two.
fn half_widths(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum()
}

/// Title and lines over the whole width, each as high as its text.
fn heading(sheet: &mut Worksheet, form: &Form, last_column: u16) -> Result<(), XlsxError> {
    let title = base().set_font_size(16).set_bold().set_align(FormatAlign::Center);
    sheet.merge_range(0, 0, 0, last_column, &form.title, &title)?;
    sheet.set_row_height(0, 30)?;
    let line = base().set_text_wrap();
    let width: f64 = form.columns.iter().map(|column| column.width).sum();
    for (row, text) in (1..).zip(&form.head) {
        sheet.merge_range(row, 0, row, last_column, text, &line)?;
        sheet.set_row_height(row, 16.0 * (half_widths(text) / (width - 4.0)).ceil().max(1.0) + 3.0)?;
    }
    Ok(())
}

fn look(kind: &Kind, first: bool) -> Format {
    let format = cell(first);
    match kind {
        Kind::Locked { small } => {
            let format = format.set_background_color(Color::RGB(0xF7_F7_F7)).set_num_format("@");
            let format = if *small { format.set_font_size(5.5).set_text_wrap() } else { format.set_shrink() };
            if first && !small { format } else { format.set_font_color(Color::RGB(0x80_80_80)) }
        }
        Kind::Choice(_) => format.set_unlocked().set_shrink(),
        Kind::Day(_) => format.set_unlocked().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
        Kind::Time => format.set_unlocked().set_num_format("hh:mm:ss").set_align(FormatAlign::Center).set_shrink(),
        Kind::Text => format.set_unlocked().set_text_wrap(),
        Kind::Note => format.set_background_color(Color::RGB(0xF7_F7_F7)).set_text_wrap(),
    }
}

/// The list or the range of a column; none where anything may stand.
fn validation(column: &Field) -> Result<Option<DataValidation>, XlsxError> {
    let rule = match &column.kind {
        Kind::Locked { .. } | Kind::Note => return Ok(None),
        Kind::Choice(words) => DataValidation::new()
            .allow_list_strings(words)?
            .set_error_title("请从列表中选择")?
            .set_error_message("此格只能选择列表中的选项。")?,
        Kind::Day(from) => DataValidation::new()
            .allow_date(DataValidationRule::GreaterThanOrEqualTo(ExcelDateTime::from_ymd(
                u16::try_from(from.year()).unwrap_or(1900),
                from.month() as u8,
                from.day() as u8,
            )?))
            .set_error_title("日期不对")?
            .set_error_message("请填写抽取之日及以后的日期，如 2026-11-03。")?,
        Kind::Time => DataValidation::new()
            .allow_time_formula(DataValidationRule::Between(Formula::new("0"), Formula::new("0.999999")))
            .set_error_title("时间不对")?
            .set_error_message("请填写 24 小时制的时间，如 14:05 或 14:05:30。")?,
        Kind::Text => DataValidation::new().allow_any_value(),
    };
    if column.prompt.is_empty() {
        return Ok((column.kind != Kind::Text).then_some(rule));
    }
    let title: String = column.header.chars().take(32).collect();
    let prompt: String = column.prompt.chars().take(255).collect();
    Ok(Some(rule.set_input_title(title)?.set_input_message(prompt)?))
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, entry: &Entry, look: &Format) -> Result<(), XlsxError> {
    match entry {
        Entry::Empty => sheet.write_blank(row, column, look)?,
        Entry::Text(text) => sheet.write_string_with_format(row, column, text, look)?,
        Entry::Day(day) => sheet.write_datetime_with_format(row, column, excel(day.and_time(NaiveTime::MIN))?, look)?,
        Entry::Time(time) => {
            sheet.write_number_with_format(row, column, f64::from(time.num_seconds_from_midnight()) / 86_400.0, look)?
        }
    };
    Ok(())
}

fn read_only(sheet: &mut Worksheet, guide: &Guide) -> Result<(), XlsxError> {
    sheet.set_name(&guide.name)?;
    for (column, width) in (0..).zip(&guide.widths) {
        sheet.set_column_width(column, *width)?;
    }
    let heading = base().set_bold().set_font_size(12);
    let text = cell(false).set_text_wrap();
    for (row, cells) in (0..).zip(&guide.rows) {
        if let [alone] = cells.as_slice() {
            sheet.write_string_with_format(row, 0, alone, &heading)?;
            sheet.set_row_height(row, 24)?;
            continue;
        }
        let mut lines = 1.0_f64;
        for (column, (value, width)) in (0..).zip(cells.iter().zip(&guide.widths)) {
            sheet.write_string_with_format(row, column, value, &text)?;
            lines = lines.max((half_widths(value) / (width - 1.0)).ceil());
        }
        sheet.set_row_height(row, 16.0 * lines + 2.0)?;
    }
    sheet.protect();
    sheet.set_paper_size(9).set_portrait().set_print_fit_to_pages(1, 0);
    sheet.set_footer("&C第&P页 共&N页");
    Ok(())
}

fn excel(at: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(at.year()).unwrap_or(0);
    let day = ExcelDateTime::from_ymd(year, at.month() as u8, at.day() as u8)?;
    day.and_hms(at.hour() as u16, at.minute() as u8, f64::from(at.second()))
}
