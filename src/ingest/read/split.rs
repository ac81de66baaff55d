//! Delimited text taken apart into records and fields.
//!
//! Blank lines are records too, and a quote that is never closed must not swallow the rest of a file: rows are
//! counted against what a spreadsheet would show, so none may vanish. That, and speed, is why this is not `csv`.
use memchr::{memchr, memchr2};

/// A quoted field longer than this is taken for a stray quote.
const LONGEST_QUOTED: usize = 1 << 20;

/// One field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'t> {
    /// The text between the quotes, if there were any.
    pub text: &'t str,
    /// Doubled quotes in `text` stand for single ones.
    pub doubled: bool,
}

impl Field<'_> {
    /// The text itself; `scratch` holds it if it has to be put together.
    pub fn unquoted<'a>(&'a self, scratch: &'a mut String) -> &'a str {
        if !self.doubled {
            return self.text;
        }
        scratch.clear();
        let mut rest = self.text;
        while let Some(at) = rest.find("\"\"") {
            scratch.push_str(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        scratch.push_str(rest);
        scratch
    }
}

/// How the fields and records of a text are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// `\n` (with or without `\r` before it), or `\r` alone.
    pub newline: u8,
}

impl Dialect {
    /// Splits the first record off `text` and gives the bytes it took, its line end included.
    ///
    /// None: the record does not end within `text`. With `last`, the end of `text` ends it.
    pub fn record<'t>(&self, text: &'t str, last: bool, fields: &mut Vec<Field<'t>>) -> Option<usize> {
        fields.clear();
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            let (field, end) = match bytes.get(at) {
                Some(b'"') => match self.quoted(text, at, last) {
                    Quoted::Field(field, end) => (field, end),
                    Quoted::Stray => self.bare(text, at),
                    Quoted::Unfinished => return None,
                },
                _ => self.bare(text, at),
            };
            fields.push(field);
            match bytes.get(end) {
                Some(&b) if b == self.delimiter => at = end + 1,
                Some(_) => {
                    self.drop_return(fields);
                    return Some(end + 1);
                }
                None if last => {
                    self.drop_return(fields);
                    return Some(end);
                }
                None => return None,
            }
        }
    }

    /// A field up to the next delimiter or line end, quotes and all.
    #[inline]
    fn bare<'t>(&self, text: &'t str, at: usize) -> (Field<'t>, usize) {
        let end = memchr2(self.delimiter, self.newline, &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
        (Field { text: &text[at..end], doubled: false }, end)
    }

    /// The quoted field that opens at `at`.
    fn quoted<'t>(&self, text: &'t str, at: usize, last: bool) -> Quoted<'t> {
        let bytes = text.as_bytes();
        let start = at + 1;
        let mut from = start;
        let mut doubled = false;
        let close = loop {
            match memchr(b'"', &bytes[from..]) {
                Some(i) if bytes.get(from + i + 1) == Some(&b'"') => {
                    doubled = true;
                    from += i + 2;
                }
                Some(i) => break from + i,
                None if last || text.len() - start > LONGEST_QUOTED => return Quoted::Stray,
                None => return Quoted::Unfinished,
            }
            if from - start > LONGEST_QUOTED {
                return Quoted::Stray;
            }
        };
        let field = Field { text: &text[start..close], doubled };
        let end = close + 1;
        match bytes.get(end) {
            // Whether the quote closes or is doubled is only seen with the next byte.
            None if !last => Quoted::Unfinished,
            None => Quoted::Field(field, end),
            Some(&b) if b == self.delimiter || b == self.newline => Quoted::Field(field, end),
            Some(b'\r') if bytes.get(end + 1) == Some(&self.newline) => Quoted::Field(field, end + 1),
            Some(b'\r') if bytes.len() == end + 1 => {
                if last {
                    Quoted::Field(field, end + 1)
                } else {
                    Quoted::Unfinished
                }
            }
            // Something stands between the closing quote and the delimiter: the quote was part of the text.
            Some(_) => Quoted::Stray,
        }
    }

    /// Takes the `\r` of `\r\n` off the last field.
    fn drop_return(&self, fields: &mut [Field]) {
        if self.newline == b'\n'
            && let Some(field) = fields.last_mut()
        {
            field.text = field.text.strip_suffix('\r').unwrap_or(field.text);
        }
    }

    /// The dialect in which `sample` makes the most of a table: most rows of one width, widest.
    ///
    /// `whole`: the sample is the whole text. Without any delimiter it is read as one column.
    pub fn sniff(sample: &str, whole: bool) -> Dialect {
        let newline = if !sample.contains('\n') && sample.contains('\r') { b'\r' } else { b'\n' };
        let candidates = [b',', b'\t', b';', b'|'].map(|delimiter| Dialect { delimiter, newline });
        let mut best = (0, candidates[0]);
        for dialect in candidates {
            let score = dialect.score(sample, whole);
            if score > best.0 {
                best = (score, dialect);
            }
        }
        best.1
    }

    /// Delimiters in the records that have the commonest width above one.
    fn score(&self, sample: &str, whole: bool) -> usize {
        let mut widths = std::collections::BTreeMap::new();
        let mut fields = Vec::new();
        let mut rest = sample;
        while !rest.is_empty()
            && let Some(used) = self.record(rest, whole, &mut fields)
        {
            *widths.entry(fields.len()).or_insert(0usize) += 1;
            rest = &rest[used..];
        }
        widths.into_iter().map(|(width, count)| (width - 1) * count).max().unwrap_or(0)
    }
}

enum Quoted<'t> {
    Field(Field<'t>, usize),
    Stray,
    Unfinished,
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',', newline: b'\n' };

    fn split(text: &str) -> Vec<Vec<String>> {
        let (mut rest, mut records, mut fields, mut scratch) = (text, Vec::new(), Vec::new(), String::new());
        while !rest.is_empty() {
            let used = COMMA.record(rest, true, &mut fields).unwrap();
            records.push(fields.iter().map(|f| f.unquoted(&mut scratch).to_owned()).collect());
            rest = &rest[used..];
        }
        records
    }

    #[test]
    fn fields_and_records() {
        assert_eq!(split("a,b\r\n,\n\nc"), [vec!["a", "b"], vec!["", ""], vec![""], vec!["c"]]);
        assert_eq!(split("\"a,\"\"b\"\"\",\"x\ny\"\r\nz"), [vec!["a,\"b\"", "x\ny"], vec!["z"]]);
        assert_eq!(split("a\"b,\"\",c"), [vec!["a\"b", "", "c"]]);
    }

    #[test]
    fn stray_quote_swallows_nothing() {
        assert_eq!(split("a,\"b\nc,d\n"), [vec!["a", "\"b"], vec!["c", "d"]]);
        assert_eq!(split("a,\"b\" x\nc,d\n"), [vec!["a", "\"b\" x"], vec!["c", "d"]]);
    }

    #[test]
    fn record_that_may_go_on_is_not_ended() {
        let mut fields = Vec::new();
        for text in ["a,b", "a,\"b", "a,\"b\"", "a,\"b\"\r", "a,b\r"] {
            assert_eq!(COMMA.record(text, false, &mut fields), None, "{text:?}");
        }
        assert_eq!(COMMA.record("a,b\nc", false, &mut fields), Some(4));
    }

    #[test]
    fn dialects_are_told_apart() {
        assert_eq!(Dialect::sniff("标题\n编号\t名称\nE1\t甲,乙\n", true).delimiter, b'\t');
        assert_eq!(Dialect::sniff("a;b;c\n1,5;2;3\n", true).delimiter, b';');
        assert_eq!(Dialect::sniff("a,b\r1,2\r", true), Dialect { delimiter: b',', newline: b'\r' });
    }
}
