//! A document as it is meant, before HTML or DOCX: head, blocks, foot.
//!
//! Tables carry typed cells, so that a workbook gets numbers where a page gets their words.
use chrono::{NaiveDate, NaiveDateTime};

use super::charts::Chart;
use super::format;

/// An official document (公文).
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub head: Head,
    pub title: String,
    /// 主送; empty where none is named.
    pub recipients: Vec<String>,
    pub blocks: Vec<Block>,
    pub foot: Foot,
}

/// What stands above the red rule (版头).
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// 发文机关标志
    pub issuer: String,
    /// 发文字号
    pub number: String,
    /// 签发人; empty where none is named.
    pub signer: String,
}

/// What stands at the foot of the last page (版记).
#[derive(Clone, Debug, Default)]
pub struct Foot {
    /// 抄送
    pub copies: Vec<String>,
    /// 印发机关
    pub issuer: String,
    /// 印发日期
    pub date: String,
}

impl Document {
    /// The charts it shows.
    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Figure { chart, .. } => Some(chart),
            _ => None,
        })
    }
}

/// A piece of the body, in reading order.
#[derive(Clone, Debug)]
pub enum Block {
    /// Level 1 一、, 2 （一）, 3 1., 4 （1）; the number is part of the text.
    Heading {
        level: u8,
        runs: Vec<Run>,
    },
    Paragraph(Vec<Run>),
    /// Each item a paragraph with its number or mark.
    List {
        ordered: bool,
        items: Vec<Vec<Run>>,
    },
    Table {
        number: usize,
        table: Table,
    },
    Figure {
        number: usize,
        caption: String,
        chart: Chart,
    },
    /// 附件说明: the titles of what is annexed.
    AnnexList(Vec<String>),
    /// 发文机关署名 and 成文日期.
    Signature {
        issuer: String,
        date: String,
    },
    /// An annex begins, on a new page: 附件1 and its title.
    Annex {
        label: String,
        title: String,
    },
}

/// Text of one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub strong: bool,
}

impl Run {
    pub fn plain(text: impl Into<String>) -> Run {
        Run { text: text.into(), strong: false }
    }
}

/// The text of some runs.
pub fn text(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// A table with typed columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// By which a template names it; also the stem of a sheet's name.
    pub name: String,
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Below the table: what a mark means, what was left out.
    pub note: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub header: String,
    pub align: Align,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

/// A column of words.
pub fn words(header: impl Into<String>) -> Column {
    Column { header: header.into(), align: Align::Left }
}

/// A column of figures.
pub fn figures(header: impl Into<String>) -> Column {
    Column { header: header.into(), align: Align::Right }
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Count(i64),
    /// 0..=1
    Share(f64),
    /// A change between two shares, in percentage points as printed.
    Points(f64),
    Number(f64),
    Day(NaiveDate),
    Instant(NaiveDateTime),
    /// There is no such figure.
    Absent,
    /// There is one, and it would tell who answered.
    Suppressed,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    pub fn count(n: Option<i64>) -> Cell {
        n.map_or(Cell::Absent, Cell::Count)
    }

    pub fn share(share: Option<f64>) -> Cell {
        share.map_or(Cell::Absent, Cell::Share)
    }

    pub fn number(value: Option<f64>) -> Cell {
        value.map_or(Cell::Absent, Cell::Number)
    }

    /// The change from `before` to `now`, as printed.
    pub fn points(now: Option<f64>, before: Option<f64>) -> Cell {
        match (now, before) {
            (Some(now), Some(before)) => Cell::Points(format::tenths(now, before) as f64 / 10.0),
            _ => Cell::Absent,
        }
    }

    /// As a reader sees it.
    pub fn show(&self) -> String {
        match self {
            Cell::Text(text) if text.is_empty() => format::ABSENT.into(),
            Cell::Text(text) => text.clone(),
            Cell::Count(n) => n.to_string(),
            Cell::Share(share) => format::rate(Some(*share)),
            Cell::Points(0.0) => "持平".into(),
            Cell::Points(points) => format!("{points:+.1}").replace('-', "−"),
            Cell::Number(value) => format::number(*value),
            Cell::Day(day) => format::iso(*day),
            Cell::Instant(at) => at.format("%Y-%m-%d %H:%M").to_string(),
            Cell::Absent => format::ABSENT.into(),
            Cell::Suppressed => "＊".into(),
        }
    }
}

/// Room beside a cell's text, in ems.
const PADDING: f64 = 1.0;
/// Widest that words and headers are kept on one line, in ems: the first of these that leaves the table fitting.
const ONE_LINE: [(f64, f64); 4] = [(11.0, 4.0), (8.0, 4.0), (5.0, 4.0), (5.0, 2.0)];
/// Texts from this many ems are read in a column of at least so many.
const LONG: (f64, f64) = (24.0, 16.0);

impl Table {
    /// Ems that a column takes: at least, so that no figure and no short word breaks; and at most, on one line.
    fn column_needs(&self, i: usize, (one_line, whole_header): (f64, f64)) -> (f64, f64) {
        // A longer header may break once, but not within a Latin word or a figure.
        let header = &self.columns[i].header;
        let length = format::ems(header);
        let header = unbreakable(header).max(if length > whole_header { (length / 2.0).ceil() } else { length });
        let mut need = (header, header);
        let long = self.rows.iter().filter_map(|row| row.get(i)).any(|cell| format::ems(&cell.show()) > LONG.0);
        let one_line = if long { LONG.1 } else { one_line };
        for cell in self.rows.iter().filter_map(|row| row.get(i)) {
            let width = format::ems(&cell.show());
            let words = self.columns[i].align == Align::Left && matches!(cell, Cell::Text(_));
            need = (need.0.max(if words { width.min(one_line) } else { width }), need.1.max(width));
        }
        (need.0 + PADDING, need.1 + PADDING)
    }

    /// Ems that the whole table takes, long texts broken at the widest measure.
    pub fn needs(&self) -> f64 {
        (0..self.columns.len()).map(|i| self.column_needs(i, ONE_LINE[0]).0).sum()
    }

    /// Shares of the width, in parts of 1, for a table of `room` ems: what is left over goes to long texts.
    pub fn widths(&self, room: f64) -> Vec<f64> {
        let at = |kept: (f64, f64)| -> Vec<(f64, f64)> {
            (0..self.columns.len()).map(|i| self.column_needs(i, kept)).collect()
        };
        let least_of = |needs: &[(f64, f64)]| needs.iter().map(|need| need.0).sum::<f64>();
        let fitting = ONE_LINE.map(at).into_iter().find(|needs| least_of(needs) <= room);
        let needs = fitting.unwrap_or_else(|| at(ONE_LINE[ONE_LINE.len() - 1]));
        let least = least_of(&needs);
        let wanted: f64 = needs.iter().map(|need| (need.1 - need.0).sqrt()).sum();
        let left = (room - least).max(0.0);
        let shares = needs.iter().map(|need| match wanted > 0.0 {
            true => need.0 + left * (need.1 - need.0).sqrt() / wanted,
            false => need.0,
        });
        let shares: Vec<f64> = shares.collect();
        let sum: f64 = shares.iter().sum();
        shares.into_iter().map(|share| share / sum).collect()
    }
}

/// Ems of the longest piece of a header that cannot be broken; ideographs break anywhere.
fn unbreakable(header: &str) -> f64 {
    header.split(|c: char| !c.is_ascii_graphic()).map(format::ems).fold(2.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_in_prose() {
        assert_eq!(Cell::points(Some(0.923), Some(0.911)).show(), "+1.2");
        assert_eq!(Cell::points(Some(0.9), Some(0.9)).show(), "持平");
        assert_eq!(Cell::points(None, Some(0.9)).show(), "—");
        assert_eq!(Cell::share(Some(0.85)).show(), "85.0%");
    }

    #[test]
    fn widths_add_up() {
        let table = Table {
            columns: vec![words("部门"), figures("应办件数"), figures("按时率")],
            rows: vec![vec![Cell::text("发展和改革局"), Cell::Count(10_000), Cell::Share(0.5)]],
            ..Table::default()
        };
        let widths = table.widths(42.0);
        assert!((widths.iter().sum::<f64>() - 1.0).abs() < 1e-9 && widths[0] > widths[2]);
        let long = Table { rows: vec![vec![Cell::text("口".repeat(80)), Cell::Count(1), Cell::Share(0.5)]], ..table };
        assert!(long.needs() < 42.0 && long.widths(42.0)[0] > 0.6, "{:?}", long.widths(42.0));
    }

    #[test]
    fn headers_break_before_words_do() {
        let many = std::iter::repeat_n(figures("期末在办"), 13);
        let table = Table {
            columns: std::iter::once(words("专项组")).chain(many).collect(),
            rows: vec![
                std::iter::once(Cell::text("产业发展")).chain(std::iter::repeat_n(Cell::Count(149), 13)).collect(),
            ],
            ..Table::default()
        };
        assert!(table.widths(49.0)[0] * 49.0 >= 4.0 + PADDING, "{:?}", table.widths(49.0));
    }
}
