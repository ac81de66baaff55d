//! Completeness: which records must say what.
use super::super::Rule;
use super::super::fields::Fields;
use super::words::word;

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let of = fields.need("of", fields.table("of"), "say which records: { event = \"returned\" }")?;
    let event = of.need("event", word(&of, "event", "event"), "name the event");
    of.done();
    let named = fields.need("fields", fields.texts("fields"), "name the fields that must be filled in")?;
    for field in &named {
        if !["note", "unit", "until"].contains(&field.as_str()) {
            fields.fault("fields", format!("has “{field}”"), "an event has the fields note, unit and until");
        }
    }
    if named.is_empty() {
        fields.fault("fields", "names none", "name at least one field");
    }
    let empty_words = fields.texts("empty_words").unwrap_or_default();
    Some(Rule::Completeness { event: event?, fields: named, empty_words })
}
