//! A form around rows: titles, headers, blank and repeated rows, totals and who filled it in.
use std::path::Path;

use super::SynthError;
use super::sink::Table;
use crate::sheet::messy::{Merged, Page, Put};

/// A sheet as somebody would lay it out.
pub(super) struct Form {
    title: String,
    pub headers: Vec<String>,
    pub rows: Vec<Vec<Put>>,
    /// Group names above the header: first column, last column, name.
    pub groups: Vec<(usize, usize, String)>,
    /// Units below some headers; the other headers are merged over both rows.
    pub units: Vec<(String, String)>,
    /// The header again before this row.
    pub repeat_header: Option<usize>,
    /// A blank row after so many; 0: none.
    pub blank_every: usize,
    /// 填报单位
    pub reporter: String,
    /// 填报日期
    pub dated: String,
    /// Who signs below the rows; nobody: no totals either.
    pub signed: Vec<String>,
    /// Headings before rows.
    pub sections: Vec<(usize, String)>,
}

impl Form {
    pub fn new(title: &str, table: Table, columns: &[usize], rows: Vec<Vec<Put>>) -> Form {
        let described = &table.described().columns;
        let headers = columns.iter().map(|i| described[*i].headers[0].clone()).collect();
        Form {
            signed: vec!["填报人：宋欣然".into(), "审核人：高　远".into()], ..Form::with(title, headers, rows)
        }
    }

    /// A form with these headers that nobody has signed.
    pub fn with(title: &str, headers: Vec<String>, rows: Vec<Vec<Put>>) -> Form {
        Form {
            title: title.to_owned(),
            headers,
            rows,
            groups: Vec::new(),
            units: Vec::new(),
            repeat_header: None,
            blank_every: 0,
            reporter: "营商环境建设局".to_owned(),
            dated: "2026年11月2日".to_owned(),
            signed: Vec::new(),
            sections: Vec::new(),
        }
    }

    pub fn rename(&mut self, from: &str, to: &str) {
        for header in self.headers.iter_mut().filter(|header| *header == from) {
            *header = to.to_owned();
        }
    }

    /// Adds a copy of a row, under an id of its own, with one cell that cannot be taken.
    pub fn spoil(&mut self, at: usize, header: &str, put: Put) {
        self.spoil_with(0, at, header, put);
    }

    /// The same where the id stands in this column.
    pub fn spoil_with(&mut self, id: usize, at: usize, header: &str, put: Put) {
        let Some(mut row) = self.rows.get(at).cloned() else { return };
        row[id] = Put::Text(format!("{}B", as_text(&row[id])));
        self.insert(at, row, header, put);
    }

    /// The same under the id of the row itself, where rows are parts of one record.
    pub fn spoil_same(&mut self, at: usize, header: &str, put: Put) {
        let Some(row) = self.rows.get(at).cloned() else { return };
        self.insert(at, row, header, put);
    }

    fn insert(&mut self, at: usize, mut row: Vec<Put>, header: &str, put: Put) {
        if let Some(column) = self.headers.iter().position(|h| h == header) {
            row[column] = put;
            self.put_after(at, row);
        }
    }

    /// Headings further down move along.
    fn put_after(&mut self, at: usize, row: Vec<Put>) {
        self.rows.insert(at + 1, row);
        self.sections.iter_mut().filter(|(before, _)| *before > at).for_each(|(before, _)| *before += 1);
    }

    /// A row pasted twice.
    pub fn twice(&mut self, at: usize) {
        if let Some(row) = self.rows.get(at).cloned() {
            self.put_after(at, row);
        }
    }

    /// The sheet.
    pub fn page(&self, name: &str) -> Page {
        let last = self.headers.len() as u16 - 1;
        let mut page = Page { name: name.to_owned(), ..Page::default() };
        let text = |text: &str| Put::Text(text.to_owned());
        if !self.title.is_empty() {
            page.rows.push(vec![text(&self.title)]);
            if last > 0 {
                page.merged.push(Merged { from: (0, 0), to: (0, last) });
            }
            let reporter = Put::Text(format!("填报单位：{}", self.reporter));
            page.rows.push(vec![reporter, Put::Blank, Put::Blank, Put::Text(format!("填报日期：{}", self.dated))]);
            page.bold.push(0);
        }
        if !self.groups.is_empty() {
            let row = page.rows.len() as u32;
            let mut cells = vec![Put::Blank; self.headers.len()];
            for (from, to, name) in &self.groups {
                cells[*from] = text(name);
                if from < to {
                    page.merged.push(Merged { from: (row, *from as u16), to: (row, *to as u16) });
                }
            }
            page.rows.push(cells);
            page.bold.push(row);
        }
        let header: Vec<Put> = self.headers.iter().map(|header| text(header)).collect();
        let row = page.rows.len() as u32;
        page.rows.push(header.clone());
        page.bold.push(row);
        if !self.units.is_empty() {
            let mut cells = vec![Put::Blank; self.headers.len()];
            for (column, header) in self.headers.iter().enumerate() {
                match self.units.iter().find(|(named, _)| named == header) {
                    Some((_, unit)) => cells[column] = text(unit),
                    None => page.merged.push(Merged { from: (row, column as u16), to: (row + 1, column as u16) }),
                }
            }
            page.rows.push(cells);
            page.bold.push(row + 1);
        }
        for (i, row) in self.rows.iter().enumerate() {
            if let Some((_, heading)) = self.sections.iter().find(|(at, _)| *at == i) {
                page.rows.push(vec![text(heading)]);
            }
            if self.repeat_header == Some(i) && i > 0 {
                page.rows.push(header.clone());
            }
            page.rows.push(row.clone());
            if self.blank_every > 0 && (i + 1).is_multiple_of(self.blank_every) {
                page.rows.push(Vec::new());
            }
        }
        if !self.signed.is_empty() {
            page.rows.push(vec![text("合计"), Put::Text(format!("{}条", self.rows.len()))]);
            let signed = self.signed.iter().flat_map(|who| [text(who), Put::Blank]);
            page.rows.push(signed.take(2 * self.signed.len() - 1).collect());
        }
        page
    }
}

/// A cell in a text file.
pub(super) fn as_text(put: &Put) -> String {
    match put {
        Put::Blank => String::new(),
        Put::Text(text) => text.clone(),
        Put::Number(n) | Put::Day(n) | Put::Moment(n) => n.to_string(),
        Put::Fault(fault) => (*fault).to_owned(),
    }
}

/// UTF-8 with the mark that spreadsheets put before it.
pub(super) fn save_utf8(path: &Path, text: &str) -> Result<(), SynthError> {
    std::fs::write(path, format!("\u{feff}{text}")).map_err(SynthError::at(path))
}

/// What Chinese spreadsheets save as CSV.
pub(super) fn save_gb18030(path: &Path, text: &str) -> Result<(), SynthError> {
    let (bytes, ..) = encoding_rs::GB18030.encode(text);
    std::fs::write(path, bytes).map_err(SynthError::at(path))
}

/// What spreadsheets call Unicode text: UTF-16, low byte first, with its mark.
pub(super) fn save_utf16(path: &Path, text: &str) -> Result<(), SynthError> {
    let bytes: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(path, bytes).map_err(SynthError::at(path))
}
