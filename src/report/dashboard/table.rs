//! A table as the templates print it.
use serde::Serialize;

use crate::report::document::{self, Align};

/// A table of text cells; the first of each row is its head.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Table {
    pub id: String,
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Totals and the vacuum: last, and never sorted in between.
    pub foot: Vec<Row>,
    /// Whether the script adds search, filters and sorting.
    pub tools: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Column {
    pub label: String,
    /// What follows in brackets; the head may break before it.
    pub aside: Option<String>,
    pub number: bool,
    /// `text` or `number` where a reader may sort by it.
    pub sort: Option<&'static str>,
    /// A reader may choose one of its values.
    pub filter: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    pub id: Option<String>,
    pub class: Option<&'static str>,
    pub cells: Vec<Cell>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Cell {
    pub text: String,
    /// Smaller, below.
    pub note: Option<String>,
    pub href: Option<String>,
    pub class: Option<&'static str>,
    /// A drawn interval.
    pub svg: Option<String>,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Column {
        let label = label.into();
        match label.find('（') {
            Some(at) if at > 0 => {
                Column { aside: Some(label[at..].into()), label: label[..at].into(), ..Column::default() }
            }
            _ => Column { label, ..Column::default() },
        }
    }

    pub fn number(label: impl Into<String>) -> Column {
        Column { number: true, ..Column::text(label) }
    }

    pub fn sorted(mut self) -> Column {
        self.sort = Some(if self.number { "number" } else { "text" });
        self
    }

    pub fn filtered(mut self) -> Column {
        self.filter = true;
        self
    }
}

impl Cell {
    pub fn of(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    pub fn link(text: impl Into<String>, href: Option<String>) -> Cell {
        Cell { href, ..Cell::of(text) }
    }

    pub fn class(mut self, class: &'static str) -> Cell {
        self.class = Some(class);
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Cell {
        self.note = Some(note.into());
        self
    }
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Row {
        Row { cells, ..Row::default() }
    }
}

impl Table {
    pub fn new(id: impl Into<String>, caption: impl Into<String>, columns: Vec<Column>) -> Table {
        Table { id: id.into(), caption: caption.into(), columns, ..Table::default() }
    }

    pub fn push(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells.into());
    }

    /// Leaves out columns in which no row says anything.
    pub fn without_empty_columns(mut self) -> Table {
        let said = |i: usize| {
            self.rows
                .iter()
                .chain(&self.foot)
                .any(|r| r.cells.get(i).is_some_and(|c| !c.text.is_empty() || c.svg.is_some()))
        };
        let kept: Vec<bool> = (0..self.columns.len()).map(|i| i == 0 || said(i)).collect();
        let mut keep = kept.iter();
        self.columns.retain(|_| *keep.next().unwrap_or(&true));
        for row in self.rows.iter_mut().chain(&mut self.foot) {
            let mut keep = kept.iter();
            row.cells.retain(|_| *keep.next().unwrap_or(&true));
        }
        self
    }
}

/// A chart's data, or any table of plain text with its header first.
impl Table {
    pub fn of_text(id: impl Into<String>, caption: impl Into<String>, data: &[Vec<String>]) -> Table {
        let Some((head, rows)) = data.split_first() else { return Table::new(id, caption, vec![]) };
        let columns = head.iter().enumerate().map(|(i, label)| Column { number: i > 0, ..Column::text(label) });
        let mut table = Table::new(id, caption, columns.collect());
        for row in rows {
            table.push(row.iter().map(Cell::of).collect());
        }
        table
    }
}

/// A document's table on a page.
impl Table {
    pub fn of_document(table: &document::Table) -> Table {
        // The first cell of a row is its head, whatever it holds.
        let column = |(i, column): (usize, &document::Column)| {
            let number = i > 0 && column.align == Align::Right;
            if number { Column::number(&*column.header) } else { Column::text(&*column.header) }
        };
        let columns = table.columns.iter().enumerate().map(column).collect();
        let mut out = Table::new(table.name.as_str(), table.caption.as_str(), columns);
        for cells in &table.rows {
            let row = Row::from(cells.iter().map(|cell| Cell::of(cell.show())).collect::<Vec<_>>());
            let total = matches!(cells.first(), Some(document::Cell::Text(text)) if text == "合计");
            if total { out.foot.push(Row { class: Some("total"), ..row }) } else { out.rows.push(row) }
        }
        out
    }

    /// A long list: it can be searched, and sorted by every column.
    pub fn sorted(mut self) -> Table {
        self.columns = self.columns.into_iter().map(Column::sorted).collect();
        Table { tools: true, ..self }
    }
}

/// Text for the query of an address.
pub fn query(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
