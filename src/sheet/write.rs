//! Writing workbooks. The only place that knows rust_xlsxwriter.
//!
//! Every sheet looks alike: a title, a header that stays in view and filters, one record a row, numbers as
//! numbers, ready to print on landscape A4. The same book gives the same bytes.
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_xlsxwriter::{
    Chart, ChartType, Color, ConditionalFormatDataBar, ConditionalFormatType, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Image, Workbook, Worksheet, XlsxError,
};

/// Rows that a sheet can hold below its title and header.
const ROWS: usize = 1_048_576 - 3;
/// Characters that a cell can hold.
const CELL: usize = 32_767;
/// East-Asian face of all text; spreadsheets fall back to theirs where it is missing.
pub(crate) const FONT: &str = "宋体";

/// Why a workbook cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("sheet “{sheet}” of the workbook cannot be written: {source}")]
pub struct SheetError {
    pub sheet: String,
    pub source: XlsxError,
}

/// A workbook to be written.
#[derive(Clone, Debug)]
pub struct Book {
    pub title: String,
    /// Its creation date; nothing reads the clock.
    pub created: NaiveDateTime,
    pub sheets: Vec<Sheet>,
}

/// One sheet: a title, a header and rows.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// At most 31 characters are kept; `[ ] : * ? / \` become blanks.
    pub name: String,
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// Below the rows.
    pub notes: Vec<String>,
    pub chart: Option<Bars>,
}

/// One column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub header: String,
    /// In half-widths of a digit; fitted to the content where none is given.
    pub width: Option<f64>,
    /// Bars behind shares, from 0 to 100 %.
    pub bars: bool,
}

impl Column {
    pub fn new(header: impl Into<String>) -> Column {
        Column { header: header.into(), width: None, bars: false }
    }

    pub fn wide(self, width: f64) -> Column {
        Column { width: Some(width), ..self }
    }

    pub fn bars(self) -> Column {
        Column { bars: true, ..self }
    }
}

/// A native bar chart over some rows of its sheet.
#[derive(Clone, Debug)]
pub struct Bars {
    pub title: String,
    /// Columns of the labels and of the values, from 0.
    pub labels: u16,
    pub values: u16,
    /// How many of the first rows.
    pub rows: u32,
}

/// A picture on a sheet of its own, behind all others.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The sheet's name and title.
    pub name: String,
    pub title: String,
    pub png: Vec<u8>,
    /// As it is shown, in pixels.
    pub size: (u32, u32),
    /// For those who cannot see it.
    pub description: String,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Empty,
    Text(String),
    Whole(i64),
    Number(f64),
    /// 0..=1, shown as a percentage.
    Share(f64),
    Day(NaiveDate),
    Instant(NaiveDateTime),
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Value {
        value.map_or(Value::Empty, Value::Whole)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        if value.is_empty() { Value::Empty } else { Value::Text(value.to_owned()) }
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Value {
        value.map_or(Value::Empty, Value::from)
    }
}

impl Value {
    /// A share, or an empty cell.
    pub fn share(share: Option<f64>) -> Value {
        share.filter(|s| s.is_finite()).map_or(Value::Empty, Value::Share)
    }

    /// A number, or an empty cell.
    pub fn number(value: Option<f64>) -> Value {
        value.filter(|v| v.is_finite()).map_or(Value::Empty, Value::Number)
    }

    /// Half-widths that it takes when shown.
    fn width(&self) -> f64 {
        match self {
            Value::Empty => 0.0,
            Value::Text(text) => text.lines().map(half_widths).fold(0.0, f64::max),
            Value::Whole(n) => n.to_string().len() as f64,
            Value::Number(_) | Value::Share(_) => 7.0,
            Value::Day(_) => 10.0,
            Value::Instant(_) => 16.0,
        }
    }
}

/// An ideograph takes two.
fn half_widths(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum()
}

/// The workbook as the bytes of an XLSX file.
pub fn bytes(book: &Book) -> Result<Vec<u8>, SheetError> {
    illustrated(book, &[])
}

/// The same, with pictures.
pub fn illustrated(book: &Book, pictures: &[Picture]) -> Result<Vec<u8>, SheetError> {
    let failed = |sheet: &str| {
        let sheet = sheet.to_owned();
        move |source| SheetError { sheet, source }
    };
    let mut workbook = Workbook::new();
    let created = excel(book.created).map_err(failed(&book.title))?;
    workbook
        .set_properties(&DocProperties::new().set_title(&book.title).set_author("").set_creation_datetime(&created));
    let looks = Looks::new();
    let mut names: Vec<String> = Vec::new();
    for sheet in &book.sheets {
        for (part, rows) in parts(&sheet.rows).enumerate() {
            let name = unused(&sheet.name, part, &names);
            let worksheet = workbook.add_worksheet();
            write(worksheet, &name, sheet, rows, &looks).map_err(failed(&name))?;
            names.push(name);
        }
    }
    for picture in pictures {
        let name = unused(&picture.name, 0, &names);
        show(workbook.add_worksheet(), &name, picture, &looks).map_err(failed(&name))?;
        names.push(name);
    }
    workbook.save_to_buffer().map_err(failed(&book.title))
}

/// Rows in parts that a sheet can hold; one empty part where there are none.
fn parts(rows: &[Vec<Value>]) -> impl Iterator<Item = &[Vec<Value>]> {
    let none: &[Vec<Value>] = &[];
    rows.chunks(ROWS).chain(rows.is_empty().then_some(none))
}

/// A sheet's name that Excel takes and that is not there yet.
fn unused(name: &str, part: usize, names: &[String]) -> String {
    let clean = |c: char| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { ' ' } else { c };
    let base: String = name.chars().map(clean).collect();
    let cut = |suffix: &str| {
        let room = 31 - suffix.chars().count();
        base.trim().chars().take(room).collect::<String>() + suffix
    };
    (part + 1..)
        .map(|n| if n == 1 { cut("") } else { cut(&format!("（{n}）")) })
        .find(|name| !name.is_empty() && !names.iter().any(|there| there.eq_ignore_ascii_case(name)))
        .unwrap_or_default()
}

/// The formats that cells share.
struct Looks {
    title: Format,
    header: Format,
    text: Format,
    whole: Format,
    number: Format,
    share: Format,
    day: Format,
    instant: Format,
    note: Format,
}

impl Looks {
    fn new() -> Looks {
        let base = || Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter);
        let cell = || base().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xBF_BF_BF));
        Looks {
            title: base().set_font_size(14).set_bold(),
            header: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0xE6_EE_F6)),
            text: cell().set_text_wrap(),
            whole: cell().set_num_format("0"),
            number: cell().set_num_format("0.0"),
            share: cell().set_num_format("0.0%"),
            day: cell().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
            instant: cell().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Center),
            note: base().set_font_size(10).set_font_color(Color::RGB(0x59_59_59)),
        }
    }
}

fn write(
    worksheet: &mut Worksheet,
    name: &str,
    sheet: &Sheet,
    rows: &[Vec<Value>],
    looks: &Looks,
) -> Result<(), XlsxError> {
    const HEADER: u32 = 1;
    let last_column = sheet.columns.len().saturating_sub(1) as u16;
    let last_row = HEADER + rows.len() as u32;
    worksheet.set_name(name)?;
    worksheet.write_string_with_format(0, 0, &sheet.title, &looks.title)?;
    worksheet.set_row_height(0, 26)?;
    worksheet.set_row_height(HEADER, 32)?;
    let mut widths = Vec::new();
    for (i, column) in sheet.columns.iter().enumerate() {
        worksheet.write_string_with_format(HEADER, i as u16, &column.header, &looks.header)?;
        let content = rows.iter().take(2000).filter_map(|row| row.get(i)).map(Value::width).fold(0.0, f64::max);
        // Room for the filter's arrow beside the header, which may break once.
        let header = (half_widths(&column.header) / 2.0).ceil().max(4.0) + 4.0;
        let width = column.width.unwrap_or((content + 2.0).max(header).min(48.0));
        worksheet.set_column_width(i as u16, width)?;
        widths.push(width);
    }
    for (row, values) in rows.iter().enumerate() {
        // Heights of wrapped text are not left to the program that opens the file: not all compute them.
        let lines = values.iter().zip(&widths).map(|(value, width)| (value.width() / (width - 1.0)).ceil());
        let lines = lines.fold(1.0, f64::max).min(20.0);
        if lines > 1.0 {
            worksheet.set_row_height(HEADER + 1 + row as u32, 15.5 * lines)?;
        }
        for (column, value) in values.iter().enumerate() {
            put(worksheet, HEADER + 1 + row as u32, column as u16, value, looks)?;
        }
    }
    for (i, note) in sheet.notes.iter().enumerate() {
        worksheet.write_string_with_format(last_row + 2 + i as u32, 0, clip(note), &looks.note)?;
    }
    for (i, _) in sheet.columns.iter().enumerate().filter(|(_, column)| column.bars && !rows.is_empty()) {
        let bars = ConditionalFormatDataBar::new()
            .set_minimum(ConditionalFormatType::Number, 0)
            .set_maximum(ConditionalFormatType::Number, 1)
            .set_fill_color(Color::RGB(0xA9_C4_DE))
            .set_solid_fill(true);
        worksheet.add_conditional_format(HEADER + 1, i as u16, last_row, i as u16, &bars)?;
    }
    worksheet.set_freeze_panes(HEADER + 1, 1)?;
    worksheet.autofilter(HEADER, 0, last_row.max(HEADER + 1), last_column)?;
    worksheet.set_repeat_rows(HEADER, HEADER)?;
    let below = last_row + 2 + sheet.notes.len() as u32;
    let charted = sheet.chart.as_ref().filter(|bars| bars.rows > 0);
    let chart_height = charted.map_or(0, |bars| 90 + 22 * bars.rows.min(30));
    // The title is larger than the text, and may run over more columns than there are.
    let wanted = half_widths(&sheet.title) * 1.4;
    let spare = ((wanted - widths.iter().sum::<f64>()).max(0.0) / 8.43).ceil() as u16;
    worksheet.set_print_area(0, 0, below + chart_height / 20 + 1, last_column + spare)?;
    let a3 = widths.iter().sum::<f64>() > 200.0;
    worksheet.set_paper_size(if a3 { 8 } else { 9 }).set_landscape();
    // A chart and its rows stand on one page, so that it is not broken in two; too many rows would be too small to read.
    let pages = u16::from(charted.is_some() && rows.len() <= ON_ONE_PAGE);
    worksheet.set_print_fit_to_pages(1, pages);
    worksheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    worksheet.set_footer("&C第&P页 共&N页");
    if let Some(bars) = charted {
        let mut chart = Chart::new(ChartType::Bar);
        let span = (HEADER + 1, HEADER + bars.rows);
        chart
            .add_series()
            .set_name(&bars.title)
            .set_categories((name, span.0, bars.labels, span.1, bars.labels))
            .set_values((name, span.0, bars.values, span.1, bars.values))
            .set_format(
                rust_xlsxwriter::ChartFormat::new()
                    .set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(Color::RGB(0x1F_4E_79))),
            );
        chart.title().set_name(&bars.title);
        chart.legend().set_hidden();
        // The value axis of a bar chart lies: x. Bars are drawn from below; reversed, they keep the order of the rows.
        chart.x_axis().set_min(0).set_max(1).set_num_format("0%");
        chart.y_axis().set_reverse();
        chart.set_width(640).set_height(chart_height);
        worksheet.insert_chart(below + 1, 0, &chart)?;
    }
    Ok(())
}

/// A picture below its title, on one page of A3.
fn show(worksheet: &mut Worksheet, name: &str, picture: &Picture, looks: &Looks) -> Result<(), XlsxError> {
    worksheet.set_name(name)?;
    worksheet.write_string_with_format(0, 0, &picture.title, &looks.title)?;
    worksheet.set_row_height(0, 26)?;
    let (width, height) = picture.size;
    let image = Image::new_from_buffer(&picture.png)?
        .set_scale_to_size(f64::from(width), f64::from(height), true)
        .set_alt_text(clip(&picture.description).chars().take(250).collect::<String>());
    // The picture hangs on cells: where programs differ in their own sizes of cells, it would be stretched.
    let (last_row, last_column) = (3 + height / 20 + 1, (width / 64 + 1) as u16);
    for column in 0..=last_column {
        worksheet.set_column_width_pixels(column, 64)?;
    }
    for row in 1..=last_row {
        worksheet.set_row_height_pixels(row, 20)?;
    }
    worksheet.insert_image(2, 0, &image)?;
    worksheet.set_print_area(0, 0, last_row, last_column)?;
    worksheet.set_paper_size(8).set_landscape().set_print_fit_to_pages(1, 1);
    worksheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    Ok(())
}

/// Rows that are printed on one page together with their chart.
const ON_ONE_PAGE: usize = 45;

fn put(worksheet: &mut Worksheet, row: u32, column: u16, value: &Value, looks: &Looks) -> Result<(), XlsxError> {
    match value {
        Value::Empty => worksheet.write_blank(row, column, &looks.text)?,
        Value::Text(text) => worksheet.write_string_with_format(row, column, clip(text), &looks.text)?,
        Value::Whole(n) => worksheet.write_number_with_format(row, column, *n as f64, &looks.whole)?,
        Value::Number(n) => worksheet.write_number_with_format(row, column, *n, &looks.number)?,
        Value::Share(share) => worksheet.write_number_with_format(row, column, *share, &looks.share)?,
        Value::Day(day) => match excel(day.and_time(chrono::NaiveTime::MIN)) {
            Ok(day) => worksheet.write_datetime_with_format(row, column, &day, &looks.day)?,
            // Excel knows no day before 1900.
            Err(_) => worksheet.write_string_with_format(row, column, day.to_string(), &looks.text)?,
        },
        Value::Instant(at) => match excel(*at) {
            Ok(at) => worksheet.write_datetime_with_format(row, column, &at, &looks.instant)?,
            Err(_) => worksheet.write_string_with_format(row, column, at.to_string(), &looks.text)?,
        },
    };
    Ok(())
}

fn clip(text: &str) -> String {
    text.chars().take(CELL).collect()
}

fn excel(at: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(at.year()).unwrap_or(0);
    ExcelDateTime::from_ymd(year, at.month() as u8, at.day() as u8)?.and_hms(
        at.hour() as u16,
        at.minute() as u8,
        f64::from(at.second()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_excel_takes() {
        let long = "依".repeat(40);
        assert_eq!(unused(&long, 0, &[]).chars().count(), 31);
        assert_eq!(unused("a/b", 0, &[]), "a b");
        assert_eq!(unused("a", 0, &["A".into()]), "a（2）");
        assert_eq!(unused("a", 1, &["a".into()]), "a（2）");
    }

    #[test]
    fn the_same_book_gives_the_same_bytes_whatever_is_in_it() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let book = Book {
            title: "附表".into(),
            created: day.and_hms_opt(0, 0, 0).unwrap(),
            sheets: vec![
                Sheet { name: "空".into(), columns: vec![Column::new("列").bars()], ..Sheet::default() },
                Sheet {
                    name: "空".into(),
                    title: "=1+1".into(),
                    columns: ["甲", "乙", "丙", "丁"].map(Column::new).to_vec(),
                    rows: vec![vec![
                        Value::Text("=HYPERLINK(\"x\")".into()),
                        Value::Share(0.5),
                        Value::Day(NaiveDate::from_ymd_opt(1800, 1, 1).unwrap()),
                        Value::Text("长".repeat(40_000)),
                    ]],
                    notes: vec!["注".into()],
                    chart: Some(Bars { title: "图".into(), labels: 0, values: 1, rows: 1 }),
                },
            ],
        };
        assert_eq!(bytes(&book).unwrap(), bytes(&book).unwrap());
    }
}
