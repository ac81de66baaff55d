//! Tickets: pseudorandom numbers in (0, 1) by which ids are put in an order that nobody could have steered.
//!
//! Rivest, *Consistent Sampling with Replacement* (2018); the PyPI package `consistent_sampler` 1.0.10 is the
//! reference, digit for digit. A ticket depends on the seed and its own id alone. So the draw of a subset is the subset
//! of the draw, a larger sample is the same sample and the next tickets, and the order of the frame is irrelevant.
//!
//! A ticket is a string of decimal digits after `0.`, as long as SHA-256 makes it; strings are compared, never floats.
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A seed, hashed once for all ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    hash: String,
}

/// One place in the order. Tickets compare by number, then id, then generation, as in the reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    /// `0.` and digits; all of them.
    pub number: String,
    pub id: String,
    /// 1 for the first draw of an id; higher only with replacement.
    pub generation: u32,
}

/// An id that stands in the list twice; which of the two is drawn could not be told.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” stands in the list twice; give each id once")]
pub struct Twice(pub String);

impl Seed {
    /// Of a text, exactly as given.
    pub fn new(text: &str) -> Seed {
        Seed { hash: hex(&Sha256::digest(text)) }
    }

    /// Lower-case SHA-256 of the seed.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The first ticket of an id.
    pub fn ticket(&self, id: &str) -> Ticket {
        Ticket { number: uniform(&format!("{}{id}", self.hash)), id: id.to_owned(), generation: 1 }
    }

    /// Every id once, in the order of their tickets. The first n are a sample of n without replacement.
    pub fn order(&self, ids: &[&str]) -> Result<Vec<Ticket>, Twice> {
        let mut tickets: Vec<Ticket> = once_each(ids)?.iter().map(|id| self.ticket(id)).collect();
        tickets.sort();
        Ok(tickets)
    }

    /// Draws with replacement, without end while there is an id: an id that is drawn goes back with its next ticket.
    pub fn with_replacement(&self, ids: &[&str]) -> Result<impl Iterator<Item = Ticket> + use<>, Twice> {
        let mut waiting: BinaryHeap<Reverse<Ticket>> =
            once_each(ids)?.iter().map(|id| Reverse(self.ticket(id))).collect();
        Ok(std::iter::from_fn(move || {
            let Reverse(ticket) = waiting.pop()?;
            waiting.push(Reverse(ticket.again()));
            Some(ticket)
        }))
    }
}

impl Ticket {
    /// Where the same id stands when it is put back.
    fn again(&self) -> Ticket {
        Ticket { number: next(&self.number), id: self.id.clone(), generation: self.generation + 1 }
    }

    /// For people: nine digits after the leading nines, cut off, never rounded.
    pub fn shown(&self) -> &str {
        shown(&self.number)
    }
}

/// A number for people: nine digits after the leading nines, cut off, never rounded.
pub fn shown(number: &str) -> &str {
    let end = (after_nines(number) + 9).min(number.len());
    number.get(..end).unwrap_or(number)
}

fn once_each<'a, 'b>(ids: &'b [&'a str]) -> Result<&'b [&'a str], Twice> {
    let mut seen = HashSet::new();
    match ids.iter().find(|id| !seen.insert(**id)) {
        Some(id) => Err(Twice((*id).to_owned())),
        None => Ok(ids),
    }
}

/// SHA-256 of a text as a number in (0, 1): its decimal digits, at least 64, the last first, since the first are biased.
fn uniform(text: &str) -> String {
    format!("0.{}", reversed_decimal(Sha256::digest(text).into()))
}

/// The decimal digits of a big-endian integer, last first, filled up to 64.
fn reversed_decimal(mut bytes: [u8; 32]) -> String {
    let mut digits = String::with_capacity(78);
    while bytes.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u16;
        for byte in &mut bytes {
            let value = rest << 8 | u16::from(*byte);
            *byte = (value / 10) as u8;
            rest = value % 10;
        }
        digits.push(char::from(b'0' + rest as u8));
    }
    while digits.len() < 64 {
        digits.push('0');
    }
    digits
}

/// A number in (x, 1) that follows from x: its leading nines, then digits of SHA-256 in counter mode until it is larger.
fn next(x: &str) -> String {
    let floor = format!("{x}0");
    let nines = &floor[..after_nines(&floor)];
    (1_u64..)
        .map(|i| format!("{nines}{}", reversed_decimal(Sha256::digest(format!("{x}:{i}")).into())))
        .find(|y| *y > floor)
        .unwrap_or_default()
}

/// Position of the first digit below nine after `0.`.
fn after_nines(number: &str) -> usize {
    number.bytes().skip(2).position(|digit| digit < b'9').map_or(number.len(), |at| at + 2)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// What the reference implementation printed.
    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../tests/vectors/consistent_sampler.json")).unwrap()
    }

    fn text<'a>(value: &'a Value, key: &str) -> &'a str {
        value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
    }

    #[test]
    fn digit_for_digit_as_the_reference() {
        let vectors = vectors();
        let all = |key: &str| vectors[key].as_array().unwrap().clone();
        for case in all("sha256_uniform") {
            assert_eq!(uniform(text(&case, "input")), text(&case, "sha256_uniform"));
        }
        for case in all("first_fraction") {
            let ticket = Seed::new(text(&case, "seed")).ticket(text(&case, "id"));
            assert_eq!(ticket.number, text(&case, "first_fraction"));
        }
        for case in all("next_fraction") {
            assert_eq!(next(text(&case, "x")), text(&case, "next_fraction"));
        }
        let draws = vectors["draws"].as_object().unwrap();
        assert!(draws.len() >= 4);
        for (name, draw) in draws {
            let ids: Vec<&str> = draw["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            let seed = Seed::new(text(draw, "seed"));
            let wanted = draw["result"].as_array().unwrap();
            let found: Vec<Ticket> = if draw["with_replacement"] == true {
                seed.with_replacement(&ids).unwrap().take(wanted.len()).collect()
            } else {
                seed.order(&ids).unwrap()
            };
            for (found, wanted) in found.iter().zip(wanted) {
                let known = |key: &str| wanted[key].as_str().map(str::to_owned);
                assert_eq!(found.id, text(wanted, "id"), "{name}");
                assert_eq!(found.generation, wanted["generation"].as_u64().unwrap() as u32, "{name}");
                assert_eq!(found.shown(), text(wanted, "ticket"), "{name}");
                assert_eq!(known("ticket_full").unwrap_or(found.number.clone()), found.number, "{name}");
            }
        }
    }

    #[test]
    fn nines_are_kept_and_digits_are_cut_off() {
        let shown =
            |number: &str| Ticket { number: number.to_owned(), id: String::new(), generation: 1 }.shown().to_owned();
        assert_eq!(shown("0.12345678999"), "0.123456789");
        assert_eq!(shown("0.99912345678999"), "0.999123456789");
        assert_eq!(shown("0.999"), "0.999");
        let all_nines = format!("0.{}", "9".repeat(78));
        assert!(next(&all_nines) > all_nines);
        assert_eq!(reversed_decimal([0; 32]), "0".repeat(64));
    }

    #[test]
    fn an_id_given_twice_is_refused() {
        assert_eq!(Seed::new("1").order(&["a", "b", "a"]), Err(Twice("a".to_owned())));
        assert!(Seed::new("1").with_replacement(&[]).unwrap().next().is_none());
    }

    proptest! {
        #[test]
        fn the_draw_of_a_subset_is_the_subset_of_the_draw(
            seed in ".{0,12}",
            ids in prop::collection::btree_set("[A-Z0-9企]{1,6}", 1..40),
            keep in prop::collection::vec(any::<bool>(), 40),
        ) {
            let seed = Seed::new(&seed);
            let all: Vec<&str> = ids.iter().map(String::as_str).collect();
            let some: Vec<&str> = all.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(id, _)| *id).collect();
            let drawn = seed.order(&all).unwrap();
            let expected: Vec<&Ticket> = drawn.iter().filter(|ticket| some.contains(&ticket.id.as_str())).collect();
            let found = seed.order(&some).unwrap();
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected);
            // The order of the frame is irrelevant.
            prop_assert_eq!(&seed.order(&all.iter().rev().copied().collect::<Vec<_>>()).unwrap(), &drawn);
            // With replacement, the first of each id come in the order without, and numbers only grow.
            let again: Vec<Ticket> = seed.with_replacement(&all).unwrap().take(200).collect();
            prop_assert!(again.windows(2).all(|pair| pair[0].number <= pair[1].number));
            let firsts: Vec<&Ticket> = again.iter().filter(|ticket| ticket.generation == 1).collect();
            prop_assert_eq!(firsts.clone(), drawn.iter().take(firsts.len()).collect::<Vec<_>>());
        }
    }
}
