//! Workbooks made on the spot, and containers that are none.
use rust_xlsxwriter::{ExcelDateTime as Written, Format, Workbook as Writer};

use super::*;

fn save(writer: &mut Writer) -> tempfile::TempPath {
    let path = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap().into_temp_path();
    writer.save(&path).unwrap();
    path
}

/// Rows as (number, texts).
fn rows(path: &Path, sheet: usize) -> Vec<(u64, Vec<String>)> {
    let mut book = Workbook::open(path).unwrap();
    let name = book.sheets()[sheet].clone();
    let mut rows = Vec::new();
    book.rows(&name, &mut |row| {
        rows.push((row.number, row.cells.iter().map(|c| c.text.clone()).collect()));
        true
    })
    .unwrap();
    rows
}

#[test]
fn cells_as_they_stand() {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet();
    let date = Format::new().set_num_format("yyyy/m/d");
    let time = Format::new().set_num_format("yyyy/m/d h:mm");
    sheet.write_string(1, 0, "文本").unwrap();
    sheet.write_number(1, 1, 13_800_138_000f64).unwrap();
    sheet.write_number(1, 2, 0.1).unwrap();
    sheet.write_datetime_with_format(1, 3, Written::from_ymd(2026, 5, 10).unwrap(), &date).unwrap();
    let at = Written::from_ymd(2026, 5, 10).unwrap().and_hms(9, 5, 33).unwrap();
    sheet.write_datetime_with_format(1, 4, at, &time).unwrap();
    sheet.write_formula(1, 5, rust_xlsxwriter::Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_formula(1, 6, rust_xlsxwriter::Formula::new("A1&\"x\"").set_result("甲x")).unwrap();
    sheet.write_boolean(1, 7, true).unwrap();
    sheet.write_number_with_format(1, 8, 42, &Format::new().set_num_format("000000")).unwrap();
    sheet.write_blank(9, 0, &date).unwrap();
    let path = save(&mut writer);
    let texts = ["文本", "13800138000", "0.1", "2026-05-10", "2026-05-10 09:05:33", "#DIV/0!", "甲x", "TRUE", "000042"];
    assert_eq!(rows(&path, 0), [(1, vec![]), (2, texts.map(String::from).to_vec())]);
}

#[test]
fn merged_areas_fill_down_but_not_across() {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet();
    let format = Format::new();
    sheet.merge_range(0, 0, 0, 2, "标题", &format).unwrap();
    sheet.merge_range(1, 0, 3, 0, "E1", &format).unwrap();
    sheet.write_string(1, 1, "a").unwrap();
    sheet.write_string(2, 1, "b").unwrap();
    sheet.write_string(4, 1, "c").unwrap();
    let path = save(&mut writer);
    let found: Vec<_> = rows(&path, 0)
        .into_iter()
        .map(|(_, cells)| {
            cells.iter().map(String::as_str).collect::<Vec<_>>().join("|").trim_end_matches('|').to_owned()
        })
        .collect();
    assert_eq!(found, ["标题", "E1|a", "E1|b", "", "|c"]);
}

#[test]
fn hidden_sheets_are_read() {
    let mut writer = Writer::new();
    writer.add_worksheet().set_name("一").unwrap().write_string(0, 0, "x").unwrap();
    writer.add_worksheet().set_name("二").unwrap().set_hidden(true).write_string(0, 0, "y").unwrap();
    let path = save(&mut writer);
    assert_eq!(Workbook::open(&path).unwrap().sheets(), ["一", "二"]);
    assert_eq!(rows(&path, 1), [(1, vec!["y".to_owned()])]);
}

#[test]
fn bomb_is_not_inflated() {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet();
    for row in 0..20_000 {
        sheet.write_string(row, 0, "同一句话").unwrap();
    }
    let path = save(&mut writer);
    assert!(matches!(Workbook::open_within(&path, 100_000), Err(SheetError::TooLarge(_))));
    assert!(Workbook::open(&path).is_ok());
}

#[test]
fn bomb_that_lies_about_its_size_is_not_inflated() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    // The size in the central directory (offset 24 of its only entry) is made to say 10 bytes.
    let entry = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&10u32.to_le_bytes());
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    std::fs::write(&path, bytes).unwrap();
    assert!(Workbook::open_within(&path, 1 << 16).is_err());
}

/// A compound file of one directory sector that names one stream.
fn compound_file(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0u8; 512];
    bytes[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    bytes[24..26].copy_from_slice(&0x3Eu16.to_le_bytes());
    bytes[26..28].copy_from_slice(&3u16.to_le_bytes());
    bytes[28..30].copy_from_slice(&0xFFFEu16.to_le_bytes());
    bytes[30..32].copy_from_slice(&9u16.to_le_bytes());
    bytes[32..34].copy_from_slice(&6u16.to_le_bytes());
    bytes[44..48].copy_from_slice(&1u32.to_le_bytes()); // FAT sectors
    bytes[48..52].copy_from_slice(&1u32.to_le_bytes()); // first directory sector
    bytes[56..60].copy_from_slice(&4096u32.to_le_bytes());
    bytes[60..64].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    bytes[68..72].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    bytes[76..80].copy_from_slice(&0u32.to_le_bytes()); // the FAT is sector 0
    bytes[80..512].fill(0xFF);
    let mut fat = vec![0xFFu8; 512];
    fat[0..4].copy_from_slice(&0xFFFF_FFFDu32.to_le_bytes());
    fat[4..8].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    let mut directory = vec![0u8; 512];
    for (i, (name, kind)) in [("Root Entry", 5u8), (stream, 2)].into_iter().enumerate() {
        let entry = &mut directory[i * 128..(i + 1) * 128];
        for (j, unit) in name.encode_utf16().enumerate() {
            entry[j * 2..j * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64..66].copy_from_slice(&((name.len() as u16 + 1) * 2).to_le_bytes());
        entry[66] = kind;
        entry[68..80].fill(0xFF);
        entry[116..120].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    }
    bytes.extend(fat);
    bytes.extend(directory);
    bytes
}

#[test]
fn password_has_its_own_message() {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    std::fs::write(&path, compound_file("EncryptedPackage")).unwrap();
    assert!(matches!(Workbook::open(&path), Err(SheetError::Password)));
}

#[test]
fn what_is_no_workbook_is_said_to_be_none() {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    std::fs::write(&path, b"PK\x03\x04 but then nothing").unwrap();
    assert!(matches!(Workbook::open(&path), Err(SheetError::Broken(_))));
    std::fs::write(&path, compound_file("Nothing")).unwrap();
    assert!(matches!(Workbook::open(&path), Err(SheetError::Broken(_))));
}
