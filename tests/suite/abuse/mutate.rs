//! How a sound file comes to harm.
use std::io::{Cursor, Read, Write};

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What a file consists of, for whoever damages it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Zip,
    Bytes,
}

/// A sound file.
#[derive(Clone, Debug)]
pub struct Sound {
    form: Form,
    pub ending: String,
    bytes: Vec<u8>,
}

/// Cells that systems and people write.
const CELLS: [&str; 40] = [
    "",
    "#N/A",
    "#SPILL!",
    "合计",
    "填报人：王",
    "一、某（2项）",
    "0012",
    "12",
    "1.5E+17",
    "1.3800138E+10",
    "5月10日",
    "2026-02-30",
    "9999-12-31 23:59:59",
    "1900-01-00",
    "-1",
    "99999999999999999999",
    "0.00000000000001",
    "12345678901234.5678",
    "1e400",
    "NaN",
    "\"",
    "a\"b",
    "\"x\ny\"",
    "\u{FEFF}",
    "　",
    "٣",
    "𠀀",
    "\u{0}",
    "\u{200B}\u{202E}",
    "{\"a\":1}",
    "[[[[",
    "null",
    "'; DROP TABLE cases; --",
    "%s%n",
    "=1+1",
    "下午13:00",
    "24:00",
    "王强 13800000001、李四",
    "企业编号",
    "是",
];

/// What stands in the XML of a sheet, and what it is made.
const XML: [(&str, &str); 22] = [
    (" t=\"s\"", " t=\"e\""),
    (" t=\"s\"", " t=\"b\""),
    (" t=\"s\"", " t=\"d\""),
    (" t=\"s\"", " t=\"n\""),
    (" t=\"s\"", ""),
    (" t=\"n\"", " t=\"s\""),
    (" t=\"e\"", " t=\"q\""),
    ("<v>1</v>", "<v>99999999999</v>"),
    ("<v>0</v>", "<v>-7</v>"),
    ("<v>2</v>", "<v>1e999</v>"),
    ("<v>3</v>", "<v></v>"),
    ("r=\"B", "r=\"ZZZZZZ"),
    ("r=\"A", "r=\"XFD"),
    ("r=\"5\"", "r=\"4294967295\""),
    ("r=\"C7\"", "r=\"C1048576\""),
    ("r=\"D8\"", "r=\"D99999999999\""),
    ("mergeCell ref=\"A1", "mergeCell ref=\"A0"),
    ("mergeCell ref=\"A", "mergeCell ref=\"XFD1048576:A"),
    ("numFmtId=\"0\"", "numFmtId=\"22\""),
    (" s=\"1\"", " s=\"99999\""),
    ("<row", "<raw"),
    ("sheetId=\"1\"", "sheetId=\"one\""),
];

impl Sound {
    pub fn new(form: Form, ending: &str, bytes: Vec<u8>) -> Sound {
        Sound { form, ending: ending.to_owned(), bytes }
    }

    /// The file after one to three mishaps.
    pub fn damaged(&self, chance: &mut ChaCha8Rng) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for _ in 0..chance.random_range(1..=3) {
            bytes = match self.form {
                Form::Text if chance.random_bool(0.75) => of_text(&bytes, chance),
                Form::Zip if chance.random_bool(0.85) => of_zip(&bytes, chance).unwrap_or(bytes),
                _ => of_bytes(bytes, chance),
            };
        }
        bytes
    }
}

/// Somewhere in a list of this length.
fn at(len: usize, chance: &mut ChaCha8Rng) -> usize {
    if len == 0 { 0 } else { chance.random_range(0..len) }
}

fn of_bytes(mut bytes: Vec<u8>, chance: &mut ChaCha8Rng) -> Vec<u8> {
    let (from, to) = (at(bytes.len(), chance), at(bytes.len(), chance));
    let (from, to) = (from.min(to), from.max(to));
    match chance.random_range(0..8) {
        0 => bytes.truncate(to),
        1 => drop(bytes.drain(from..to.min(from + 64))),
        2 => bytes = [&bytes[..], &bytes[..]].concat(),
        3 => bytes.rotate_left(from),
        4 => {
            let part = bytes[from..to.min(from + 512)].to_vec();
            let place = at(bytes.len(), chance);
            bytes.splice(place..place, part);
        }
        5 => drop(bytes.splice(from..from, (0..chance.random_range(1..16)).map(|_| chance.random::<u8>()))),
        _ => {
            for _ in 0..chance.random_range(1..12) {
                let place = at(bytes.len(), chance);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = if chance.random_bool(0.3) { 0xFF } else { chance.random() };
                }
            }
        }
    }
    bytes
}

fn of_text(bytes: &[u8], chance: &mut ChaCha8Rng) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<Vec<String>> =
        text.split('\n').map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let (row, other) = (at(lines.len(), chance), at(lines.len(), chance));
    let column = at(lines[0].len(), chance);
    match chance.random_range(0..12) {
        0 => drop(lines.remove(row)),
        1 => lines.insert(other, lines[row].clone()),
        2 => lines.swap(row, other),
        3 => lines.iter_mut().filter(|line| line.len() > column).for_each(|line| drop(line.remove(column))),
        4 => lines.iter_mut().filter(|line| line.len() > column).for_each(|line| {
            let cell = line[column].clone();
            line.push(cell);
        }),
        5 => {
            let to = at(lines[0].len(), chance);
            lines.iter_mut().filter(|line| line.len() > column.max(to)).for_each(|line| line.swap(column, to));
        }
        6 => return encoding_rs::GB18030.encode(&text).0.into_owned(),
        7 => {
            let big = chance.random_bool(0.5);
            let units = text.encode_utf16();
            return units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        }
        8 => return text.replace(',', ["\t", ";", "|", "，"][at(4, chance)]).into_bytes(),
        _ => {
            let width = lines[row].len();
            lines[row][at(width, chance)] = CELLS[at(CELLS.len(), chance)].to_owned();
        }
    }
    lines.iter().map(|line| line.join(",")).collect::<Vec<_>>().join("\n").into_bytes()
}

/// A workbook with one part damaged, left out, or put under another's name; none: it is no zip any more.
fn of_zip(bytes: &[u8], chance: &mut ChaCha8Rng) -> Option<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let chosen = at(zip.len(), chance);
    let deed = chance.random_range(0..10);
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).ok()?;
        let name = part.name().ok()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).ok()?;
        let is_sheet = name.starts_with("xl/worksheets/") || name.contains("styles") || name.contains("workbook.xml");
        match deed {
            0 if i == chosen => continue,
            1 if i == chosen => content = of_bytes(content, chance),
            2 if i == chosen => content.clear(),
            3..9 if is_sheet => content = of_xml(content, chance),
            _ => {}
        }
        made.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        made.write_all(&content).ok()?;
    }
    Some(made.finish().ok()?.into_inner())
}

fn of_xml(content: Vec<u8>, chance: &mut ChaCha8Rng) -> Vec<u8> {
    let Ok(text) = String::from_utf8(content) else { return Vec::new() };
    let (from, to) = XML[at(XML.len(), chance)];
    let places: Vec<usize> = text.match_indices(from).map(|(place, _)| place).collect();
    if places.is_empty() {
        return text.into_bytes();
    }
    let place = places[at(places.len(), chance)];
    format!("{}{to}{}", &text[..place], &text[place + from.len()..]).into_bytes()
}
