//! Integrity leads: which signs are looked for.
use super::super::fields::Fields;
use super::super::{Rule, SIGNS};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let all = || SIGNS.iter().map(|(sign, _)| (*sign).to_owned()).collect();
    let signs: Vec<String> = fields.texts("signs").unwrap_or_else(all);
    for sign in &signs {
        if !SIGNS.iter().any(|(known, _)| known == sign) {
            let known: Vec<&str> = SIGNS.iter().map(|(sign, _)| *sign).collect();
            fields.fault("signs", format!("has “{sign}”"), format!("write some of: {}", known.join(", ")));
        }
    }
    Some(Rule::Integrity { signs })
}
