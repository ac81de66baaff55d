//! One HTML page that derives a published draw anew in a browser, offline: for doubters who are not given the program.
//!
//! Its policy forbids every request; script and style are allowed by their hashes. SHA-256 is its own, since
//! `crypto.subtle` is not there on pages opened from disk.
use sha2::{Digest, Sha256};

use crate::shipped;

/// The page; with the text of a published draw in it, or only with a place to open one.
pub fn page(draw: Option<&str>) -> String {
    let part = |name: &str| {
        shipped::REPORTS.get_file(format!("verify/{name}")).and_then(|file| file.contents_utf8()).unwrap_or_default()
    };
    let (script, style) = (part("verify.js"), part("verify.css"));
    // A page is text: what would end the element, or look like a comment in it, is written otherwise, and JSON stays the same.
    let draw = draw.unwrap_or("null").replace('<', "\\u003c");
    part("page.html")
        .replace("{script-hash}", &hash(script))
        .replace("{style-hash}", &hash(style))
        .replace("{style}", style)
        .replace("{script}", script)
        .replace("{draw}", draw.trim_end())
}

/// As a Content-Security-Policy names an inline script.
fn hash(text: &str) -> String {
    base64(&Sha256::digest(text))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > three.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_rfc_4648_has_it() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn the_page_asks_for_nothing_and_keeps_the_draw_whole() {
        let page = page(Some("{\"form\":\"</script><!--\"}\n"));
        assert!(page.contains("default-src 'none'") && !page.contains("http://") && !page.contains("https://"));
        assert!(page.contains("{\"form\":\"\\u003c/script>\\u003c!--\"}</script>"));
        assert_eq!(page.matches("</script>").count(), 2);
        for mark in ["{script}", "{style}", "{draw}", "-hash}"] {
            assert!(!page.contains(mark), "{mark}");
        }
    }
}
