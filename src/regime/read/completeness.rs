//! Completeness: which records must say what; which cases the diary must tell of.
use super::super::Rule;
use super::super::fields::Fields;
use super::words::{word, words_of};

/// What an event can say, and what an entry of the diary can.
const OF_EVENTS: [&str; 3] = ["note", "unit", "until"];
const OF_DIARY: [&str; 6] = ["enterprise_id", "served_on", "place", "participants", "content", "problems"];

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let remedy = "say which records: { event = \"returned\" }, { diary_except = [\"zero_report\"] } or { cases_at_first = \"resolved\" }";
    let of = fields.need("of", fields.table("of"), remedy)?;
    if of.has("cases_at_first") {
        return in_diary(fields, &of);
    }
    if of.has("diary_except") {
        let except = words_of(&of, "diary_except", "diary_kind");
        of.done();
        let (named, empty_words) = named(fields, "a diary entry", &OF_DIARY)?;
        return Some(Rule::Entries { except, fields: named, empty_words });
    }
    let event = of.need("event", word(&of, "event", "event"), remedy);
    of.done();
    let (named, empty_words) = named(fields, "an event", &OF_EVENTS)?;
    Some(Rule::Completeness { event: event?, fields: named, empty_words })
}

fn in_diary(fields: &Fields<'_>, of: &Fields<'_>) -> Option<Rule> {
    let event = word(of, "cases_at_first", "event");
    of.done();
    let remedy = "say until when the diary may tell of it: { days_after = 7 }";
    let table = fields.need("in_diary", fields.table("in_diary"), remedy)?;
    let days = table.need("days_after", table.whole("days_after"), remedy);
    table.done();
    Some(Rule::InDiary { event: event?, days_after: days? })
}

/// The fields that must be filled in, and the words that count as nothing.
fn named(fields: &Fields<'_>, of: &str, known: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
    let named = fields.need("fields", fields.texts("fields"), "name the fields that must be filled in")?;
    for field in &named {
        if !known.contains(&field.as_str()) {
            fields.fault("fields", format!("has “{field}”"), format!("{of} has the fields {}", known.join(", ")));
        }
    }
    if named.is_empty() {
        fields.fault("fields", "names none", "name at least one field");
    }
    Some((named, fields.texts("empty_words").unwrap_or_default()))
}
