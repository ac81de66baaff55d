//! Text cells: trimmed; ids, names, words and telephone numbers in one spelling.
use polars::prelude::*;

use crate::ingest::fault::{Fault, Rule};
use crate::tables::{half_width, is_space, plain};

/// The text without spaces of any width at its ends.
pub fn trim(text: &str) -> &str {
    if ends_plainly(text.as_bytes()) { text } else { text.trim_matches(is_space) }
}

/// Both ends are visible for certain: ASCII signs, or common Chinese characters.
fn ends_plainly(bytes: &[u8]) -> bool {
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    let visible = |b: u8| b.is_ascii_graphic() || (0xE4..=0xE9).contains(&b);
    let end = if last.is_ascii() { *last } else { bytes.len().checked_sub(3).map_or(0, |i| bytes[i]) };
    visible(*first) && visible(end)
}

/// What a spreadsheet shows in place of a value: `#N/A`, `#REF!`, `#####`.
pub fn is_excel_error(text: &str) -> bool {
    let Some(name) = text.strip_prefix('#') else { return false };
    matches!(
        name,
        "N/A"
            | "REF!"
            | "VALUE!"
            | "DIV/0!"
            | "NAME?"
            | "NUM!"
            | "NULL!"
            | "SPILL!"
            | "CALC!"
            | "FIELD!"
            | "BLOCKED!"
            | "CONNECT!"
            | "UNKNOWN!"
            | "BUSY!"
            | "EXTERNAL!"
            | "PYTHON!"
            | "GETTING_DATA"
    ) || (name.len() > 1 && name.bytes().all(|b| b == b'#'))
}

/// Full-width characters as half-width, spaces as plain spaces, those of no width gone; trimmed.
pub fn fold(text: &str) -> String {
    let folded: String = text
        .chars()
        .map(half_width)
        .filter(|c| *c == ' ' || !is_space(*c) || matches!(c, '\t' | '\n' | '\r'))
        .map(|c| if is_space(c) { ' ' } else { c })
        .collect();
    folded.trim().to_owned()
}

/// What a cell becomes.
pub enum Taken {
    /// It stays as it is.
    Same,
    Changed(String),
    Nothing,
    Refused(Rule),
}

/// Runs `take` over a column; where every cell stays, the column itself is given back, not copied.
pub fn map_text(column: &StringChunked, faults: &mut Vec<Fault>, take: impl Fn(&str) -> Taken) -> StringChunked {
    let mut built: Option<StringChunkedBuilder> = None;
    let start = |row: usize| {
        let mut builder = StringChunkedBuilder::new(column.name().clone(), column.len());
        column.iter().take(row).for_each(|cell| builder.append_option(cell));
        builder
    };
    for (row, cell) in column.iter().enumerate() {
        let taken = cell.map_or(Taken::Same, &take);
        match (&mut built, taken) {
            (None, Taken::Same) => {}
            (Some(builder), Taken::Same) => builder.append_option(cell),
            (_, taken) => {
                let builder = built.get_or_insert_with(|| start(row));
                match taken {
                    Taken::Changed(text) => builder.append_value(&text),
                    Taken::Refused(rule) => {
                        faults.push(Fault { row: row as u32, rule });
                        builder.append_null();
                    }
                    Taken::Nothing | Taken::Same => builder.append_null(),
                }
            }
        }
    }
    built.map_or_else(|| column.clone(), StringChunkedBuilder::finish)
}

fn changed(before: &str, after: &str) -> Taken {
    if after.is_empty() {
        Taken::Nothing
    } else if after.len() == before.len() {
        Taken::Same
    } else {
        Taken::Changed(after.to_owned())
    }
}

/// Free text: trimmed, nothing else.
pub fn text(cell: &str) -> Taken {
    if cell.starts_with('#') && is_excel_error(cell.trim()) {
        return Taken::Refused(Rule::ExcelError);
    }
    changed(cell, trim(cell))
}

/// An id: text with full-width characters made half-width; a rounded number is refused.
pub fn id(cell: &str) -> Taken {
    let bytes = cell.as_bytes();
    // A sign or a first # calls for a closer look; everything else that is plain stays.
    if bytes.iter().all(|b| b.is_ascii_graphic() && *b != b'+') && bytes.first() != Some(&b'#') {
        return Taken::Same;
    }
    let folded = fold(cell);
    if folded.is_empty() {
        Taken::Nothing
    } else if is_excel_error(&folded) {
        Taken::Refused(Rule::ExcelError)
    } else if is_scientific(&folded) {
        Taken::Refused(Rule::DigitsLost)
    } else if folded == cell {
        Taken::Same
    } else {
        Taken::Changed(folded)
    }
}

/// `1.23E+11`, as Excel shows long numbers; without the plus it may well be an id.
pub fn is_scientific(text: &str) -> bool {
    text.contains('+') && scientific(text).is_some()
}

/// Mantissa and exponent of `1.23E+11` or `1.23e11`.
fn scientific(text: &str) -> Option<(&str, &str)> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let is = mantissa.starts_with(|c: char| c.is_ascii_digit()) && number(&mantissa.replacen('.', "", 1));
    (is && number(exponent)).then_some((mantissa, exponent))
}

/// A person's name: spaces within go where a Chinese character stands beside them, others become one.
pub fn name(cell: &str) -> Taken {
    if cell.starts_with('#') && is_excel_error(cell.trim()) {
        return Taken::Refused(Rule::ExcelError);
    }
    let trimmed = trim(cell);
    if !trimmed.contains(is_space) {
        return changed(cell, trimmed);
    }
    let mut joined = String::with_capacity(trimmed.len());
    for word in trimmed.split(is_space).filter(|word| !word.is_empty()) {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '\'' | '-'));
        if latin(joined.chars().next_back()) && latin(word.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    Taken::Changed(joined)
}

/// A telephone number, or several: digits only, an extension after 转.
pub fn phone(cell: &str) -> Taken {
    let bytes = cell.as_bytes();
    if (3..=20).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) && !bytes.starts_with(b"86") {
        return Taken::Same;
    }
    let folded = fold(cell);
    if folded.is_empty() {
        return Taken::Nothing;
    }
    if is_excel_error(&folded) {
        return Taken::Refused(Rule::ExcelError);
    }
    if let Some(number) = float_digits(&folded) {
        return number.map_or(Taken::Refused(Rule::DigitsLost), Taken::Changed);
    }
    let parts = folded.split(['/', '、', ';', ',', '，', '；']).map(str::trim).filter(|part| !part.is_empty());
    let numbers: Option<Vec<String>> = parts.map(one_phone).collect();
    match numbers {
        Some(numbers) if !numbers.is_empty() => Taken::Changed(numbers.join("、")),
        _ => Taken::Refused(Rule::Phone),
    }
}

/// One telephone number: `+86 138-0013-8000`, `(0411) 8479 0000 转 8001`, `138****8000`.
fn one_phone(text: &str) -> Option<String> {
    let (number, extension) = match text.split_once('转') {
        Some((number, extension)) => (number, Some(extension.trim())),
        None => (text, None),
    };
    let mut digits = String::with_capacity(number.len());
    for c in number.chars() {
        match c {
            '0'..='9' | '*' => digits.push(c),
            ' ' | '-' | '(' | ')' | '（' | '）' | '—' | '–' => {}
            '+' if digits.is_empty() => {}
            _ => return None,
        }
    }
    if digits.len() == 13 && digits.starts_with("861") {
        digits.drain(..2);
    }
    if !(3..=20).contains(&digits.len()) {
        return None;
    }
    if let Some(extension) = extension {
        if extension.is_empty() || !extension.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.push('转');
        digits.push_str(extension);
    }
    Some(digits)
}

/// The digits of a whole number written as a float: `13800138000.0`, `1.3800138E+10`. None: not one;
/// inner none: written with so few digits that some may be rounded away.
fn float_digits(text: &str) -> Option<Option<String>> {
    if let Some((whole, zeros)) = text.split_once('.')
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
        && whole.len() >= 3
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        return Some(Some(whole.to_owned()));
    }
    let (mantissa, exponent) = scientific(text)?;
    let exponent: usize = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // Excel shows six digits of a long number, or three; more than that were written out on purpose.
    if fraction.len() < 6 || fraction.len() > exponent || exponent > 20 {
        return Some(None);
    }
    Some(Some(format!("{whole}{fraction}{}", "0".repeat(exponent - fraction.len()))))
}

/// The words of a list, by every spelling.
pub struct WordIndex {
    words: PlHashMap<String, u32>,
    targets: Vec<String>,
}

impl WordIndex {
    pub fn new(list: &crate::tables::Words) -> WordIndex {
        let mut words = PlHashMap::new();
        let mut targets = Vec::new();
        for (word, spellings) in list {
            for spelling in std::iter::once(word).chain(spellings) {
                words.insert(spelling.clone(), targets.len() as u32);
                words.insert(plain(spelling), targets.len() as u32);
            }
            targets.push(word.clone());
        }
        WordIndex { words, targets }
    }

    /// The warehouse's word for a cell; none: nothing stands there.
    pub fn find(&self, cell: &str) -> Result<Option<&str>, Rule> {
        if let Some(index) = self.words.get(cell) {
            return Ok(Some(&self.targets[*index as usize]));
        }
        let plain = plain(cell);
        if plain.is_empty() {
            return Ok(None);
        }
        match self.words.get(plain.as_str()) {
            Some(index) => Ok(Some(&self.targets[*index as usize])),
            None if is_excel_error(cell.trim()) => Err(Rule::ExcelError),
            None => Err(Rule::Enum),
        }
    }
}

/// A yes or no; none: nothing stands there.
pub fn yes_no(cell: &str) -> Result<Option<bool>, Rule> {
    match plain(cell).as_str() {
        "" => Ok(None),
        "是" | "yes" | "true" | "1" | "y" => Ok(Some(true)),
        "否" | "no" | "false" | "0" | "n" => Ok(Some(false)),
        _ if is_excel_error(cell.trim()) => Err(Rule::ExcelError),
        _ => Err(Rule::YesNo),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &str, taken: Taken) -> Result<String, Rule> {
        match taken {
            Taken::Same => Ok(cell.to_owned()),
            Taken::Changed(text) => Ok(text),
            Taken::Nothing => Ok(String::new()),
            Taken::Refused(rule) => Err(rule),
        }
    }

    #[test]
    fn text_is_trimmed_only() {
        for (cell, want) in [
            ("　某某公司\u{A0}", "某某公司"),
            ("\u{200B}甲 乙\u{FEFF}", "甲 乙"),
            ("１２：３０", "１２：３０"),
            (" \u{3000} ", ""),
            ("，", "，"),
        ] {
            assert_eq!(shown(cell, text(cell)), Ok(want.to_owned()), "{cell:?}");
        }
        assert_eq!(shown("", text("#N/A ")), Err(Rule::ExcelError));
        assert_eq!(shown("", text("####")), Err(Rule::ExcelError));
        assert_eq!(shown("#1楼", text("#1楼")), Ok("#1楼".into()));
    }

    #[test]
    fn ids_keep_their_zeros() {
        for (cell, want) in [("00123", "00123"), ("Ｅ００１－２", "E001-2"), (" E1\u{A0}", "E1"), ("1E5", "1E5")]
        {
            assert_eq!(shown(cell, id(cell)), Ok(want.to_owned()), "{cell:?}");
        }
        assert_eq!(shown("", id("2.1021E+17")), Err(Rule::DigitsLost));
        assert_eq!(shown("", id("#REF!")), Err(Rule::ExcelError));
    }

    #[test]
    fn names_lose_their_padding() {
        for (cell, want) in [
            ("王　强", "王强"),
            ("王 \u{A0} 强 ", "王强"),
            ("John  Smith", "John Smith"),
            ("阿卜杜·热合曼", "阿卜杜·热合曼"),
            ("张 Tom", "张Tom"),
        ] {
            assert_eq!(shown(cell, name(cell)), Ok(want.to_owned()), "{cell:?}");
        }
    }

    #[test]
    fn phones_are_digits() {
        for (cell, want) in [
            ("13800138000", "13800138000"),
            ("１３８００１３８０００", "13800138000"),
            ("1.3800138E+10", "13800138000"),
            ("1.38001380E10", "13800138000"),
            ("13800138000.0", "13800138000"),
            ("+86 138-0013-8000", "13800138000"),
            ("8613800138000", "13800138000"),
            ("（0411）8479 0000转8001", "041184790000转8001"),
            ("13800138000/13900139000", "13800138000、13900139000"),
            ("138****8000", "138****8000"),
        ] {
            let got = shown(cell, phone(cell)).unwrap_or_else(|_| "?".into());
            assert_eq!(got, want, "{cell:?}");
        }
        assert_eq!(shown("", phone("1.38E+10")), Err(Rule::DigitsLost));
        assert_eq!(shown("", phone("无人接听")), Err(Rule::Phone));
        assert_eq!(shown("", phone("12")), Err(Rule::Phone));
    }

    #[test]
    fn words_in_either_language() {
        let index = WordIndex::new(&crate::tables::Dictionary::shipped().words["role"]);
        for cell in ["steward", "Steward", "项目管家", " 项目　管家 ", "管家"] {
            assert_eq!(index.find(cell), Ok(Some("steward")), "{cell:?}");
        }
        assert_eq!(index.find(" "), Ok(None));
        assert_eq!(index.find("大管家"), Err(Rule::Enum));
        assert_eq!(index.find("#N/A"), Err(Rule::ExcelError));
    }

    #[test]
    fn yes_and_no() {
        for cell in ["是", "Yes", "ＹＥＳ", "TRUE", "1", "y"] {
            assert_eq!(yes_no(cell), Ok(Some(true)), "{cell:?}");
        }
        for cell in ["否", "no", "False", "０", "N"] {
            assert_eq!(yes_no(cell), Ok(Some(false)), "{cell:?}");
        }
        assert_eq!(yes_no(" "), Ok(None));
        assert_eq!(yes_no("大概"), Err(Rule::YesNo));
    }
}
