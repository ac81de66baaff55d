//! Levels of escalation: counted when a case first reaches them, or scored by how long it stays.
use super::super::Rule;
use super::super::fields::Fields;
use super::words::words_of;

/// A tally of levels; none where `of` is about something else.
pub fn reached(fields: &Fields<'_>) -> Option<Option<Rule>> {
    let of = about(fields, "levels")?;
    let levels = events(&of, "levels");
    of.done();
    if fields.text("class").is_some_and(|class| class != "level") {
        fields.fault("class", "is not the level", "write class = \"level\", or leave it out");
    }
    Some(levels.map(|levels| Rule::Reached { levels }))
}

/// A score of stays; none where `of` is about something else.
pub fn stays(fields: &Fields<'_>) -> Option<Option<Rule>> {
    let of = about(fields, "stays")?;
    let (levels, until) = (events(&of, "stays"), events(&of, "until"));
    of.done();
    if fields.text("class").is_some_and(|class| class != "level") {
        fields.fault("class", "is not the level", "write class = \"level\", or leave it out");
    }
    let (Some(levels), Some(until)) = (levels, until) else { return Some(None) };
    for event in levels.iter().filter(|event| until.contains(event)) {
        of.fault("until", format!("has “{event}”, which is also a level"), "let a stay end at another event");
    }
    Some(Some(Rule::Stays { levels, until }))
}

/// The table `of`, where it has this key.
fn about<'a>(fields: &Fields<'a>, key: &'static str) -> Option<Fields<'a>> {
    let named = |value: &toml::de::DeValue<'_>| value.as_table().is_some_and(|table| table.contains_key(key));
    fields.get("of").filter(|of| named(of.get_ref()))?;
    fields.table("of")
}

/// Events, at least one; in their order.
fn events(of: &Fields<'_>, key: &'static str) -> Option<Vec<String>> {
    let events = words_of(of, key, "event");
    if events.is_empty() {
        of.fault(key, "names no event", "name at least one event, such as \"meeting\"");
    }
    (!events.is_empty()).then_some(events)
}
