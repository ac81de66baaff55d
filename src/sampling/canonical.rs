//! Canonical JSON: one text for one value, so that a hash of it means something (after RFC 8785).
//!
//! Keys in the order of their UTF-16 units, no spaces, UTF-8, the escapes of `JSON.stringify`. Numbers are whole and below
//! 2^53: then their form is the same everywhere, and the one part of the RFC that is hard (floats) is not needed.
use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::tickets::hex;

/// Larger whole numbers are not exact in every reader of JSON.
const LARGEST: u64 = (1 << 53) - 1;

/// A value that has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    #[error("the number {0} is not whole or too large; write it as text or in smaller units")]
    Number(String),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The canonical text of anything that serialises.
pub fn text<T: Serialize>(value: &T) -> Result<String, CanonicalError> {
    let mut out = String::new();
    write(&serde_json::to_value(value)?, &mut out)?;
    Ok(out)
}

/// Lower-case SHA-256 of the canonical text.
pub fn hash<T: Serialize>(value: &T) -> Result<String, CanonicalError> {
    Ok(hex(&Sha256::digest(text(value)?)))
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => {
            let whole = number.as_i64().filter(|n| n.unsigned_abs() <= LARGEST);
            let whole = whole.ok_or_else(|| CanonicalError::Number(number.to_string()))?;
            let _ = write!(out, "{whole}");
        }
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                quote(key, out);
                out.push(':');
                write(&fields[key.as_str()], out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Keys and escapes of the examples in RFC 8785, sections 3.2.2 and 3.2.3, with whole numbers.
    #[test]
    fn as_the_rfc_has_it() {
        let keys = json!({"\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"});
        let text = text(&keys).unwrap();
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let at: Vec<usize> = order.iter().map(|word| text.find(word).unwrap()).collect();
        assert!(at.is_sorted(), "{text}");
        let escapes = json!({"string": "\u{20ac}$\u{f}\nA'B\"\\\\\"/", "literals": [null, true, false], "n": -3});
        assert_eq!(
            super::text(&escapes).unwrap(),
            "{\"literals\":[null,true,false],\"n\":-3,\"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    #[test]
    fn a_number_without_one_form_is_refused() {
        for bad in [json!(0.5), json!([1e300]), json!(1_u64 << 53), json!({"a": -0.0})] {
            assert!(matches!(text(&bad), Err(CanonicalError::Number(_))), "{bad}");
        }
        assert_eq!(text(&json!((1_u64 << 53) - 1)).unwrap(), "9007199254740991");
    }
}
