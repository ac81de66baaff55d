//! The code of a row: plan, sheet, enterprise and attempt, with check digits over what the row says it is about.
//!
//! `2026-11.5e0c1a/3/v/7f3a91c2b0d4/1/9c01ab34f2`: plan and the first digits of its draw, number of the sheet, `v` for a call or `f` for a back-check, the first
//! twelve digits of the pseudonym, number of the attempt, ten digits of SHA-256 over all of it, the draw and the
//! row's locked cells. It travels through spreadsheets as one cell; the digits are against slips, not against malice:
//! ids are held against the draw in any case.
use sha2::{Digest, Sha256};

use super::{Fieldwork, Key, Unit, Visit};
use crate::sampling::tickets::hex;

/// Digits of a pseudonym that a code shows.
const SHORT: usize = 12;
/// Digits of the hash of a draw that a code shows.
const DRAW: usize = 6;
/// Digits of the check.
const CHECK: usize = 10;

/// A code taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub plan: String,
    /// The first digits of the draw's hash.
    pub draw: String,
    pub sheet: usize,
    pub visit: Visit,
    /// The first digits of a pseudonym.
    pub short: String,
    pub attempt: u32,
    pub check: String,
}

impl Code {
    /// Of a row of a sheet, with the locked cells it says it is about.
    pub fn of(work: &Fieldwork, evaluator: &str, key: &Key, unit: &Unit, name: &str) -> Code {
        Code {
            plan: work.plan.clone(),
            draw: work.draw.get(..DRAW).unwrap_or(&work.draw).to_owned(),
            sheet: work.sheet_of(evaluator).unwrap_or_default(),
            visit: key.visit,
            short: short(&key.pseudonym).to_owned(),
            attempt: key.attempt,
            check: check(work, evaluator, key, &unit.enterprise_id, name),
        }
    }

    /// From a cell; spaces that a spreadsheet put in are no part of it.
    pub fn read(text: &str) -> Option<Code> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let parts: Vec<&str> = text.split('/').collect();
        let [plan, sheet, visit, short, attempt, check] = parts.as_slice() else { return None };
        let (plan, draw) = plan.split_once('.')?;
        let visit = match *visit {
            "v" => Visit::Call,
            "f" => Visit::BackCheck,
            _ => return None,
        };
        let code = Code {
            plan: plan.to_owned(),
            draw: draw.to_owned(),
            sheet: sheet.parse().ok()?,
            visit,
            short: (*short).to_owned(),
            attempt: attempt.parse().ok().filter(|n| *n >= 1)?,
            check: (*check).to_owned(),
        };
        (!code.plan.is_empty() && !code.short.is_empty()).then_some(code)
    }

    /// The row without its check digits: the same row of the same sheet.
    pub fn place(&self) -> String {
        let Code { plan, draw, sheet, short, attempt, .. } = self;
        format!("{plan}.{draw}/{sheet}/{}/{short}/{attempt}", self.letter())
    }

    /// Its sheet was written after this draw.
    pub fn is_of(&self, work: &Fieldwork) -> bool {
        work.draw.get(..DRAW) == Some(self.draw.as_str())
    }

    fn letter(&self) -> char {
        match self.visit {
            Visit::Call => 'v',
            Visit::BackCheck => 'f',
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.place(), self.check)
    }
}

/// What a code shows of a pseudonym.
pub fn short(pseudonym: &str) -> &str {
    pseudonym.get(..SHORT).unwrap_or(pseudonym)
}

/// Digits over everything that a row says it is about.
pub fn check(work: &Fieldwork, evaluator: &str, key: &Key, enterprise_id: &str, name: &str) -> String {
    let visit = if key.visit == Visit::Call { "v" } else { "f" };
    let attempt = key.attempt.to_string();
    let parts =
        [work.plan.as_str(), &work.draw, evaluator, visit, &key.pseudonym, &attempt, enterprise_id, name.trim()];
    let mut digits = hex(&Sha256::digest(parts.join("\n")));
    digits.truncate(CHECK);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_written() {
        let text = "2026-11.5e0c1a/3/v/7f3a91c2b0d4/1/9c01ab34f2";
        let code = Code::read(text).unwrap();
        assert_eq!(
            (code.plan.as_str(), code.draw.as_str(), code.sheet, code.visit),
            ("2026-11", "5e0c1a", 3, Visit::Call)
        );
        assert_eq!(code.to_string(), text);
        assert_eq!(code.place(), "2026-11.5e0c1a/3/v/7f3a91c2b0d4/1");
        assert_eq!(Code::read(" 2026-11.5e0c1a/3/f/7f3a91c2b0d4/\n2/9c01ab34f2 ").unwrap().visit, Visit::BackCheck);
        for odd in [
            "",
            "2026-11",
            "p/1/v/c/1/d",
            "p.a/b/v/c/1/d",
            "p.a/1/x/c/1/d",
            "p.a/1/v/c/0/d",
            "p.a/1/v/c/1/d/e",
            ".a/1/v/c/1/d",
        ] {
            assert_eq!(Code::read(odd), None, "{odd}");
        }
    }
}
