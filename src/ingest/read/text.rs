//! The bytes of a text file as UTF-8, a piece at a time, whatever they were written in.
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes read at a time.
const PIECE: usize = 1 << 20;
/// Bytes that the detector of encodings looks at.
const DETECTED: u64 = 8 << 20;

/// Finds out, as a file goes by, whether it is valid UTF-8.
#[derive(Default)]
pub struct Utf8Check {
    broken: bool,
    /// Bytes of a character cut by the end of the last piece.
    cut: Vec<u8>,
}

impl Utf8Check {
    /// Looks at the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        if self.broken {
            return;
        }
        let mut rest = piece;
        while !self.cut.is_empty() && !rest.is_empty() {
            self.cut.push(rest[0]);
            rest = &rest[1..];
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(e) if e.error_len().is_some() => return self.broken = true,
                Err(_) => {}
            }
        }
        if let Err(e) = std::str::from_utf8(rest) {
            self.broken = e.error_len().is_some();
            self.cut = rest[e.valid_up_to()..].to_vec();
        }
    }

    /// All of it was UTF-8.
    pub fn holds(&self) -> bool {
        !self.broken && self.cut.is_empty()
    }
}

/// The encoding of a file of which `start` are the first bytes and `utf8` says whether all are valid UTF-8.
pub fn encoding(path: &Path, start: &[u8], utf8: bool) -> io::Result<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return Ok(encoding);
    }
    if let Some(encoding) = utf16_without_mark(start) {
        return Ok(encoding);
    }
    if utf8 {
        return Ok(UTF_8);
    }
    let mut sample = Vec::new();
    File::open(path)?.take(DETECTED).read_to_end(&mut sample)?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    // A short file says little; where it can be GB18030, that is what a mainland system writes.
    let foreign = sample.iter().filter(|b| !b.is_ascii()).count();
    if guess == GBK || guess == GB18030 || (foreign < 1000 && is_gb18030(&sample)) { Ok(GB18030) } else { Ok(guess) }
}

/// The characters of ASCII in UTF-16 show as zeros at every other byte.
fn utf16_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 16 > start.len() && even * 8 < odd {
        Some(UTF_16LE)
    } else if even * 16 > start.len() && odd * 8 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn is_gb18030(sample: &[u8]) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(sample.len()).unwrap_or(0));
    // Not the last piece: the sample may end within a character.
    !decoder.decode_to_string(sample, &mut text, false).2
}

/// Gives out a file's text.
pub struct TextReader {
    file: File,
    /// None: UTF-8, which needs no decoding.
    decoder: Option<Decoder>,
    bytes: Vec<u8>,
    /// Bytes at the front of `bytes` that are left from the piece before.
    kept: usize,
    /// A byte-order mark may still stand at the front.
    fresh: bool,
    done: bool,
    /// Something in the file was not valid in its encoding and stands as U+FFFD.
    pub damaged: bool,
}

impl TextReader {
    pub fn open(path: &Path, encoding: &'static Encoding) -> io::Result<TextReader> {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        let bytes = vec![0; PIECE + 4];
        Ok(TextReader { file: File::open(path)?, decoder, bytes, kept: 0, fresh: true, done: false, damaged: false })
    }

    /// Appends the next piece to `text`; false: the file is at its end.
    pub fn next(&mut self, text: &mut String) -> io::Result<bool> {
        if self.done {
            return Ok(false);
        }
        let read = loop {
            match self.file.read(&mut self.bytes[self.kept..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.done = read == 0;
        let filled = self.kept + read;
        match &mut self.decoder {
            None => {
                let piece = &self.bytes[..filled];
                let valid = match std::str::from_utf8(piece) {
                    Ok(all) => all,
                    Err(e) if e.error_len().is_none() && !self.done => {
                        std::str::from_utf8(&piece[..e.valid_up_to()]).unwrap_or_default()
                    }
                    // The file was valid when it was looked at first.
                    Err(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "it changed while it was read")),
                };
                text.push_str(if self.fresh { valid.trim_start_matches('\u{FEFF}') } else { valid });
                self.fresh &= valid.is_empty();
                let used = valid.len();
                self.bytes.copy_within(used..filled, 0);
                self.kept = filled - used;
            }
            Some(decoder) => {
                let piece = &self.bytes[..filled];
                text.reserve(decoder.max_utf8_buffer_length(piece.len()).unwrap_or(piece.len() * 3));
                let (_, _, damaged) = decoder.decode_to_string(piece, text, self.done);
                self.damaged |= damaged;
            }
        }
        Ok(!self.done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "企业编号,企业名称\nE0001,某某科技有限公司\n";

    fn read(bytes: &[u8]) -> (&'static Encoding, String) {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        std::fs::write(&path, bytes).unwrap();
        let mut check = Utf8Check::default();
        bytes.chunks(5).for_each(|piece| check.feed(piece));
        let encoding = encoding(&path, &bytes[..bytes.len().min(4096)], check.holds()).unwrap();
        let mut reader = TextReader::open(&path, encoding).unwrap();
        let mut text = String::new();
        while reader.next(&mut text).unwrap() {}
        assert!(!reader.damaged);
        (encoding, text)
    }

    fn utf16(little: bool, mark: bool) -> Vec<u8> {
        let marked = format!("{}{TEXT}", if mark { "\u{FEFF}" } else { "" });
        marked.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn encodings_are_found() {
        assert_eq!(read(TEXT.as_bytes()), (UTF_8, TEXT.to_owned()));
        assert_eq!(read(format!("\u{FEFF}{TEXT}").as_bytes()), (UTF_8, TEXT.to_owned()));
        assert_eq!(read(&GB18030.encode(TEXT).0), (GB18030, TEXT.to_owned()));
        assert_eq!(read(&utf16(true, true)), (UTF_16LE, TEXT.to_owned()));
        assert_eq!(read(&utf16(false, true)), (UTF_16BE, TEXT.to_owned()));
        assert_eq!(read(&utf16(true, false)), (UTF_16LE, TEXT.to_owned()));
    }

    #[test]
    fn characters_cut_by_a_piece_are_whole() {
        let long = "编".repeat(PIECE);
        assert_eq!(read(long.as_bytes()).1.len(), long.len());
        let gb = GB18030.encode(&long).0;
        assert_eq!(read(&gb), (GB18030, long));
    }

    #[test]
    fn cut_or_broken_utf8_is_none() {
        for bytes in [&b"ab\xE4\xBC"[..], b"ab\xFFcd", b"\xE4(\xBC"] {
            let mut check = Utf8Check::default();
            bytes.iter().for_each(|b| check.feed(&[*b]));
            assert!(!check.holds(), "{bytes:?}");
        }
    }
}
