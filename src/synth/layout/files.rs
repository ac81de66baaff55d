//! Records parted into files by what their paths name, and written.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::super::SynthError;
use super::super::clock::{Clock, Day};
use super::super::form::{self, Form, as_text};
use super::super::sink::{Memory, Row, Table};
use super::index::{Index, counts};
use super::refs::Of;
use super::sheet::{Drawing, plain};
use super::{Encoding, FileSpec, Layout, LayoutError, month};
use crate::sheet::messy::{self, Page, Put};

/// A part of a path: as it stands, of the record's time, or a column of the record.
enum Piece<'s> {
    Text(&'s str),
    Time(&'s str),
    Column(&'s str),
}

/// Lays the rows of a bureau out as the `[[file]]` entries of its description say; `last` is the last day.
pub(in crate::synth) fn write(
    out: &Path,
    description: &str,
    last: NaiveDate,
    clock: &Clock,
    memory: &Memory,
) -> Result<(), SynthError> {
    let layout: Layout = toml::from_str(description).map_err(LayoutError::Toml)?;
    let index = Index::of(memory, clock, clock.day(last));
    let mut events = BTreeSet::from(["submitted".to_owned()]);
    for file in &layout.file {
        for sheet in file.sheet.iter().filter(|sheet| sheet.table == "cases") {
            events.extend(Drawing::of(file, sheet)?.events().map(str::to_owned));
        }
    }
    // A chain that no row of a case can tell: a step twice, or one that has no column.
    let several = |case: &str| counts(index.events(case)).iter().any(|(event, n)| *n > 1 || !events.contains(*event));
    for file in &layout.file {
        write_file(out, file, &index, &several)?;
    }
    Ok(())
}

fn write_file(out: &Path, file: &FileSpec, index: &Index, several: &dyn Fn(&str) -> bool) -> Result<(), SynthError> {
    let wrong = |why: &str| LayoutError::File { path: file.path.clone(), why: why.to_owned() };
    let bound = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => month(text).map(Some).ok_or_else(|| wrong("months are written 2026-07")),
    };
    let (from, to) = (bound(&file.from)?, bound(&file.to)?);
    let from = from.map_or(Day::MIN, |from| index.clock.day(from));
    let to = to.map_or(Day::MAX, |to| index.clock.day(to + chrono::Months::new(1)));
    let pieces = pieces(&file.path).ok_or_else(|| wrong("a brace is not closed"))?;
    let drawings = file.sheet.iter().map(|sheet| Drawing::of(file, sheet)).collect::<Result<Vec<_>, _>>()?;

    // Path → rows of each sheet.
    let mut parted: BTreeMap<String, Vec<Vec<&Row>>> = BTreeMap::new();
    for (n, drawing) in drawings.iter().enumerate() {
        for row in drawing.rows(index, several) {
            let day = index.day(drawing.table, row);
            if day.is_some_and(|day| day < from || day >= to) {
                continue;
            }
            let day = day.unwrap_or(index.last.min(to.saturating_sub(1)));
            let path = fill(&pieces, file, index, drawing.table, row, day)?;
            parted.entry(path).or_insert_with(|| vec![Vec::new(); drawings.len()])[n].push(row);
        }
    }
    for (path, sheets) in parted {
        let forms = drawings.iter().zip(&sheets).filter(|(_, rows)| !rows.is_empty());
        let forms: Vec<(&Drawing, Form)> = forms
            .map(|(drawing, rows)| {
                let own = fill_title(&drawing.spec.title, file, index, drawing.table, rows[0])?;
                let is_text = !path.ends_with(".xlsx");
                let mut form = drawing.form(index, rows, &own, is_text, several);
                form.reporter = fill_title(&file.reporter, file, index, drawing.table, rows[0])?;
                form.dated = dated(index, to);
                if drawing.spec.total {
                    form.signed = file.signed.clone();
                }
                spoil(&mut form, drawing, &path);
                Ok((drawing, form))
            })
            .collect::<Result<_, SynthError>>()?;
        save(&place_of(out, &path)?, file, &forms)?;
    }
    Ok(())
}

/// Rows that cannot be taken, and rows pasted twice.
fn spoil(form: &mut Form, drawing: &Drawing, path: &str) {
    // From the last, so that the places of the others stay.
    let mut spoils: Vec<_> = drawing.spec.spoil.iter().filter(|spoil| path.contains(&spoil.file)).collect();
    spoils.sort_by_key(|spoil| std::cmp::Reverse(spoil.at));
    for spoil in spoils {
        let put = match spoil.value.as_str() {
            "" => Put::Blank,
            "#N/A" => Put::Fault("#N/A"),
            text => Put::Text(text.to_owned()),
        };
        match drawing.id().filter(|_| drawing.table != Table::CaseEvents) {
            Some(id) => form.spoil_with(id, spoil.at, &spoil.header, put),
            None => form.spoil_same(spoil.at, &spoil.header, put),
        }
    }
    for twice in drawing.spec.twice.iter().filter(|twice| path.contains(&twice.file)) {
        form.twice(twice.at);
    }
}

fn pieces(path: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}')? + open;
        pieces.push(Piece::Text(&rest[..open]));
        pieces.push(match &rest[open + 1..close] {
            time @ ("month" | "quarter" | "year") => Piece::Time(time),
            column => Piece::Column(column),
        });
        rest = &rest[close + 1..];
    }
    pieces.push(Piece::Text(rest));
    Some(pieces)
}

fn fill(
    pieces: &[Piece],
    file: &FileSpec,
    index: &Index,
    table: Table,
    row: &Row,
    day: Day,
) -> Result<String, SynthError> {
    let mut path = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => path.push_str(text),
            Piece::Time(time) => path.push_str(&named(index.clock.date(day), time)),
            Piece::Column(name) => {
                let of = Of::parse(table, name).map_err(|known| LayoutError::Unknown {
                    path: file.path.clone(),
                    sheet: table.described().name.clone(),
                    name: (*name).to_owned(),
                    known,
                })?;
                let word = plain(index, table, row, &of);
                path.push_str(if word.is_empty() { &file.others } else { &word });
            }
        }
    }
    Ok(path)
}

/// A title with the words of its first row.
fn fill_title(title: &str, file: &FileSpec, index: &Index, table: Table, row: &Row) -> Result<String, SynthError> {
    let wrong =
        || LayoutError::File { path: file.path.clone(), why: format!("a brace is not closed in “{title}”") };
    let day = index.day(table, row).unwrap_or(index.last);
    fill(&pieces(title).ok_or_else(wrong)?, file, index, table, row, day)
}

fn named(date: NaiveDate, time: &str) -> String {
    match time {
        "month" => date.format("%Y-%m").to_string(),
        "quarter" => format!("{}年{}季度", date.year(), ["一", "二", "三", "四"][date.month0() as usize / 3]),
        _ => date.year().to_string(),
    }
}

/// The third working day after what is reported.
fn dated(index: &Index, to: Day) -> String {
    let day = index.clock.date(index.clock.nth(index.last.min(to.saturating_sub(1)), 3));
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn place_of(out: &Path, path: &str) -> Result<PathBuf, SynthError> {
    let path = out.join(path);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(SynthError::at(folder))?;
    }
    Ok(path)
}

fn save(path: &Path, file: &FileSpec, forms: &[(&Drawing, Form)]) -> Result<(), SynthError> {
    if path.extension().is_some_and(|end| end == "xlsx") {
        let pages: Vec<Page> = forms.iter().map(|(drawing, form)| form.page(&drawing.spec.name)).collect();
        return Ok(messy::write(path, &pages)?);
    }
    let Some((_, form)) = forms.first() else { return Ok(()) };
    let text = text(form, &file.separator);
    match file.encoding {
        Encoding::Utf8 => form::save_utf8(path, &text),
        Encoding::Gb18030 => form::save_gb18030(path, &text),
        Encoding::Utf16 => form::save_utf16(path, &text),
    }
}

/// A form as lines of text.
fn text(form: &Form, separator: &str) -> String {
    let page = form.page("");
    let width = form.headers.len();
    let mut text = String::new();
    for row in &page.rows {
        let cells = (0..width).map(|at| row.get(at).map_or(String::new(), as_text));
        let quoted = cells.map(|cell| match cell.contains([',', '"', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell,
        });
        text.push_str(&quoted.collect::<Vec<_>>().join(separator));
        text.push_str("\r\n");
    }
    text
}
