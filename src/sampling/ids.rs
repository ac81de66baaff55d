//! One form of an id: NFC, full-width characters made half-width. Two ids that only look alike are refused, both named.
//!
//! Whoever could bring an enterprise in twice, once with a Cyrillic А, would double its chance and hide it.
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::tables::{half_width, is_space};

/// Why a list of ids cannot be drawn from. Each row is named as it stands: id, and what else tells it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error(
        "{what} {first} and {second} have the same id “{id}”; give each one row, or record that they are one with `guanjia merge`"
    )]
    Duplicate { what: &'static str, id: String, first: String, second: String },
    #[error(
        "the ids of {what} {first} and {second} look alike and differ in {difference}; correct the wrong one in its export, or record that they are one with `guanjia merge`"
    )]
    LookAlike { what: &'static str, first: String, second: String, difference: String },
    #[error("among the {what}, {row} has no id")]
    Empty { what: &'static str, row: String },
}

/// An id as it is drawn: NFC, full-width letters and digits as half-width, no spaces at its ends.
pub fn normal(id: &str) -> String {
    let folded: String = id.nfc().map(half_width).collect();
    folded.nfc().collect::<String>().trim_matches(is_space).to_owned()
}

/// Normalised ids of rows, in their order, if each is given once and no two look alike. `rows` are (id, name).
pub fn checked(what: &'static str, rows: &[(&str, &str)]) -> Result<Vec<String>, IdError> {
    let told = |row: (&str, &str)| {
        if row.1.is_empty() { format!("“{}”", row.0) } else { format!("“{}” ({})", row.0, row.1) }
    };
    let ids: Vec<String> = rows.iter().map(|(id, _)| normal(id)).collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (i, id) in ids.iter().enumerate() {
        if id.is_empty() {
            return Err(IdError::Empty { what, row: told(rows[i]) });
        }
        let Some(before) = seen.insert(skeleton(id), i) else { continue };
        let (first, second) = (told(rows[before]), told(rows[i]));
        if ids[before] == *id {
            return Err(IdError::Duplicate { what, id: id.clone(), first, second });
        }
        return Err(IdError::LookAlike { what, first, second, difference: difference(&ids[before], id) });
    }
    Ok(ids)
}

/// What is left of an id for the eye: compatibility forms unfolded, letters of other scripts as the Latin ones they look
/// like, hyphens alike, nothing that is not seen.
fn skeleton(id: &str) -> String {
    id.nfkc().filter(|c| !is_unseen(*c)).map(looks_like).collect()
}

fn is_unseen(c: char) -> bool {
    is_space(c)
        || c.is_control()
        || matches!(c, '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{202a}'..='\u{202e}' | '\u{2061}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Letters of Cyrillic, Greek and Armenian that stand for Latin ones in common faces, and the many hyphens (after the
/// confusables of UTS #39, as far as ids of registers use them).
fn looks_like(c: char) -> char {
    const OTHER: &str = "АВСЕНІЈКМОРЅТХУҮԜасеіјорѕхуԁԛԝһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανκιρυՕՍ‐‑‒–—―−﹣ˉ";
    const LATIN: &str = "ABCEHIJKMOPSTXYYWaceijopsxydqwhlABEZHIKMNOPTYXoavkipuOU---------";
    let at = OTHER.chars().position(|other| other == c);
    at.and_then(|at| LATIN.chars().nth(at)).unwrap_or(c)
}

/// The first characters in which two ids differ, by their code points.
fn difference(one: &str, other: &str) -> String {
    let point = |c: Option<char>| c.map_or_else(|| "nothing".to_owned(), |c| format!("U+{:04X}", u32::from(c)));
    let (mut a, mut b) = (one.chars(), other.chars());
    loop {
        let (x, y) = (a.next(), b.next());
        if x != y || x.is_none() {
            return format!("{} against {}", point(x), point(y));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_an_id() {
        assert_eq!(normal("Ｅ００１\u{3000}"), "E001");
        assert_eq!(normal("e\u{301}1"), "\u{e9}1");
        assert_eq!(normal("企-１"), "企-1");
    }

    #[test]
    fn tables_of_look_alikes_are_of_one_length() {
        assert_eq!(looks_like('ˉ'), '-');
        assert_eq!(looks_like('Ս'), 'U');
        assert_eq!(looks_like('А'), 'A');
        assert_eq!(looks_like('υ'), 'u');
    }

    #[test]
    fn the_same_id_twice_is_refused_with_both_rows() {
        let error =
            checked("enterprises", &[("E001", "甲公司"), ("E002", "乙公司"), ("Ｅ００１", "丙公司")]).unwrap_err();
        assert!(matches!(&error, IdError::Duplicate { .. }), "{error}");
        let error = error.to_string();
        assert!(error.contains("“E001” (甲公司)") && error.contains("“Ｅ００１” (丙公司)"), "{error}");
    }

    #[test]
    fn look_alikes_are_refused_with_both_rows_and_what_differs() {
        for (twin, points) in [
            ("А01", "U+0041 against U+0410"),
            ("A\u{200b}01", "U+0030 against U+200B"),
            ("A0\u{2081}", "U+0031 against U+2081"),
            ("\u{1d400}01", "U+0041 against U+1D400"),
            ("A0\u{202e}1", "U+0031 against U+202E"),
            ("A 01", "U+0030 against U+0020"),
        ] {
            let error = checked("enterprises", &[("A01", "甲"), (twin, "乙")]).unwrap_err();
            assert!(matches!(&error, IdError::LookAlike { .. }), "{twin}: {error}");
            let error = error.to_string();
            assert!(error.contains("“A01” (甲)") && error.contains("(乙)") && error.contains(points), "{error}");
        }
        let hyphens = checked("enterprises", &[("A-1", ""), ("A\u{2010}1", "")]).unwrap_err();
        assert!(matches!(hyphens, IdError::LookAlike { .. }));
    }

    #[test]
    fn what_only_resembles_is_another() {
        let rows = [("A01", ""), ("AO1", ""), ("a01", ""), ("A1", ""), ("甲01", ""), ("甲-01", "")];
        assert_eq!(checked("enterprises", &rows).unwrap().len(), 6);
        assert_eq!(
            checked("enterprises", &[(" ", "甲")]).unwrap_err().to_string(),
            "among the enterprises, “ ” (甲) has no id"
        );
    }
}
