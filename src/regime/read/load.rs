//! Load: a role and its bounds.
use super::super::Rule;
use super::super::fields::Fields;
use super::words::word;

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let role = fields.need("role", word(fields, "role", "role"), "name the role");
    let within = fields.need("within", fields.wholes("within"), "give the bounds: [5, 15]")?;
    match within[..] {
        [min, max] if min <= max && max > 0 => Some(Rule::Load { role: role?, min, max }),
        _ => {
            fields.fault("within", format!("is {within:?}"), "write the least and the most: [5, 15]");
            None
        }
    }
}
