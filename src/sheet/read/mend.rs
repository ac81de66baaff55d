//! Error values that Excel invented after its format was laid down (#SPILL!, #CALC!, #FIELD!).
//!
//! The parser refuses a whole sheet for one of them. So a workbook that holds one is copied in memory with its error
//! cells as text; an error is an error to ingest either way, and the rest of the sheet is taken.
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::SheetError;

/// The workbook with the error cells of its sheets as text.
pub fn errors_as_text(path: &Path) -> Result<Cursor<Vec<u8>>, SheetError> {
    let broken = |e: zip::result::ZipError| SheetError::Broken(e.to_string());
    let mut zip = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(broken)?;
    let mut mended = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        if !name.starts_with("xl/worksheets/") || !name.ends_with(".xml") {
            drop(part);
            mended.raw_copy_file(zip.by_index_raw(i).map_err(broken)?).map_err(broken)?;
            continue;
        }
        let mut xml = Vec::new();
        part.read_to_end(&mut xml)?;
        mended.start_file(name, SimpleFileOptions::default()).map_err(broken)?;
        mended.write_all(&as_text(&xml))?;
    }
    mended.finish().map_err(broken)
}

/// `<c … t="e" …>` as `<c … t="str" …>`.
fn as_text(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(xml.len() + 64);
    let mut rest = xml;
    while let Some(open) = memchr::memchr(b'<', rest) {
        let Some(close) = memchr::memchr(b'>', &rest[open..]) else { break };
        let (tag, after) = rest[open..].split_at(close + 1);
        out.extend_from_slice(&rest[..open]);
        let is_cell = tag[1..].strip_prefix(b"c").or_else(|| tag[1..].strip_prefix(b"x:c")).and_then(<[u8]>::first);
        let kind = [&b" t=\"e\""[..], b" t='e'"].iter().find_map(|kind| memchr::memmem::find(tag, kind));
        match kind.filter(|_| is_cell.is_some_and(u8::is_ascii_whitespace)) {
            Some(at) => {
                out.extend_from_slice(&tag[..at]);
                out.extend_from_slice(b" t=\"str\"");
                out.extend_from_slice(&tag[at + 6..]);
            }
            None => out.extend_from_slice(tag),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_error_cells_change() {
        let xml =
            r#"<row><c r="A1" s="1" t="e"><f>X()</f><v>#SPILL!</v></c><c r="B1" t="s"><v> t="e"</v></c><cols t="e"/>"#;
        let want = xml.replacen("t=\"e\"", "t=\"str\"", 1);
        assert_eq!(String::from_utf8(as_text(xml.as_bytes())).unwrap(), want);
    }
}
