//! Who there is: people and enterprises with names, numbers and codes that belong to nobody.
use chrono::NaiveDate;

use super::bureau::{Enterprise, Manner, Person, Window};
use super::clock::{Clock, Day};
use super::draw::{Draw, Stream};
use super::plan::Plan;
use super::vocabulary::Vocabulary;

/// A person of the roster.
pub(super) fn person(plan: &Plan, seed: u64, number: u32, manner: Manner) -> Person {
    let words = Vocabulary::shipped();
    let mut draw = Draw::new(seed, Stream::People, number.into());
    let units = words.departments.len() as u32 * 3 + words.areas.len() as u32 * 2;
    let unit = match draw.below(units) as usize {
        n if n < words.departments.len() * 3 => &words.departments[n / 3],
        n => &words.areas[(n - words.departments.len() * 3) / 2],
    };
    Person {
        id: format!("P{:0width$}", number + 1, width = plan.digits().1),
        name: name(&mut draw),
        unit,
        rank: draw.word(&words.ranks),
        phone: phone(&mut draw),
        active_from: None,
        active_to: None,
        manner,
    }
}

/// A name of two or three characters.
pub(super) fn name(draw: &mut Draw) -> String {
    let words = Vocabulary::shipped();
    let mut some = |from: &str| from.chars().nth(draw.below(from.chars().count() as u32) as usize).unwrap_or('某');
    let (surname, first, second) = (some(&words.surnames), some(&words.given), some(&words.given));
    if draw.permille(220) || first == second {
        format!("{surname}{first}")
    } else {
        format!("{surname}{first}{second}")
    }
}

/// Eleven digits that nobody can own: no subscriber's number begins with 100.
pub(super) fn phone(draw: &mut Draw) -> String {
    format!("100{}{:07}", draw.between(2, 7), draw.below(10_000_000))
}

/// An enterprise of the ledger, without its stewards.
pub(super) fn enterprise(plan: &Plan, clock: &Clock, window: Window, number: u32, draw: &mut Draw) -> Enterprise {
    let words = Vocabulary::shipped();
    let project = draw.permille(150);
    let fields: Vec<(&'static str, &'static str)> =
        words.industries.iter().flat_map(|i| i.fields.iter().map(|f| (i.name.as_str(), f.as_str()))).collect();
    // A walk that meets every combination once before it repeats.
    let combinations = words.stems.len() * fields.len();
    let combination = number as usize * 7919 % combinations;
    let (industry, field) = fields[combination / words.stems.len()];
    let mut stem = words.stems[combination % words.stems.len()].clone();
    if number as usize >= combinations {
        stem = words.given.chars().filter(|_| draw.permille(30)).take(2).collect::<String>() + &stem;
    }
    let endings = if project { &words.project_endings } else { &words.firm_endings };
    let joined = plan.last - chrono::Days::new(120);
    let late = draw.permille(70);
    let from = if late {
        window.first + draw.below((clock.day(joined) - window.first) as u32) as Day
    } else {
        clock.day(NaiveDate::from_ymd_opt(2023, 3, 1).unwrap_or_default()) + draw.below(420) as Day
    };
    let stage = match (project, draw.below(10)) {
        (true, 0..2) => "attract",
        (true, 2..8) => "settle",
        _ => "support",
    };
    let category = if project {
        words.scope_categories.len() - 1
    } else {
        draw.below(words.scope_categories.len() as u32 - 1) as usize
    };
    Enterprise {
        id: format!("E{:0width$}", number + 1, width = plan.digits().0),
        name: format!("{stem}{field}{}", draw.word(endings)),
        project,
        credit_code: credit_code(number),
        scope_category: category,
        industry,
        area: draw.word(&words.areas),
        stage,
        investment_wan: project.then(|| i64::from(draw.between(12, 900)) * 100),
        contact: (!draw.permille(15)).then(|| (name(draw), phone(draw))),
        listed: !draw.permille(8),
        from: Some(from),
        to: draw
            .permille(35)
            .then(|| window.first.max(from) + 40 + draw.below((window.last - window.first) as u32) as Day)
            .filter(|to| *to <= window.last),
        tenures: Vec::new(),
        contacts: department_contacts(draw),
        busy: *draw.pick(&[20, 40, 60, 60, 80, 80, 100, 100, 120, 150, 170, 220]),
    }
}

fn department_contacts(draw: &mut Draw) -> Vec<(String, &'static str)> {
    let departments = &Vocabulary::shipped().departments;
    let wanted = match draw.below(100) {
        0..2 => 0,
        2..62 => 1,
        _ => 2,
    };
    let first = draw.below(departments.len() as u32) as usize;
    (0..wanted).map(|i| (name(draw), departments[(first + i * 3) % departments.len()].as_str())).collect()
}

/// A unified social credit code with its right check sign, of a division (99) that does not exist.
pub(super) fn credit_code(number: u32) -> String {
    let body = format!("91990100MA{number:07}");
    let sign = check_sign(&body);
    body + &sign.to_string()
}

/// The last sign of a unified social credit code, as GB 32100 computes it from the first seventeen.
fn check_sign(body: &str) -> char {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let value = |sign: u8| SIGNS.iter().position(|s| *s == sign).unwrap_or(0);
    let sum: usize = body.bytes().zip(WEIGHTS).map(|(sign, weight)| value(sign) * weight).sum();
    SIGNS[(31 - sum % 31) % 31] as char
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_numbers_have_their_shape_and_no_owner() {
        assert_eq!(check_sign("91350100M000100Y4"), '3', "the standard's own example");
        let code = credit_code(41);
        assert_eq!((code.len(), &code[..8]), (18, "91990100"));
        assert_ne!(credit_code(1), credit_code(2));
        let mut draw = Draw::new(1, Stream::People, 0);
        for _ in 0..100 {
            let phone = phone(&mut draw);
            assert!(phone.len() == 11 && phone.starts_with("100"), "{phone}");
        }
    }
}
