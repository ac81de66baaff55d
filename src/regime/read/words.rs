//! Words of a rule file, looked up in the lists of the dictionary.
use super::super::Filter;
use super::super::fields::Fields;
use crate::tables::Dictionary;

pub fn filter(fields: &Fields<'_>, allowed: &[&'static str]) -> Filter {
    let Some(table) = fields.table("where") else { return Filter::default() };
    let mut filter = Vec::new();
    for list in allowed {
        let words = match *list {
            "category" => table.texts("category").unwrap_or_default(),
            "complaint_category" => words_of(&table, "category", "complaint_category"),
            "channel" => words_of(&table, "channel", "case_channel"),
            other => words_of(&table, other, other),
        };
        if !words.is_empty() {
            let list = if *list == "complaint_category" { "category" } else { list };
            filter.push((list.to_owned(), words));
        }
    }
    table.done();
    Filter(filter)
}

/// One word of a dictionary list.
pub fn word(fields: &Fields<'_>, key: &'static str, list: &str) -> Option<String> {
    let text = fields.text(key)?;
    known(fields, key, list, &text).then_some(text)
}

/// Words of a dictionary list; absent: none.
pub fn words_of(fields: &Fields<'_>, key: &'static str, list: &str) -> Vec<String> {
    let words = fields.texts(key).unwrap_or_default();
    words.into_iter().filter(|word| known(fields, key, list, word)).collect()
}

fn known(fields: &Fields<'_>, key: &'static str, list: &str, text: &str) -> bool {
    let words = &Dictionary::shipped().words[list];
    let known = words.contains_key(text);
    if !known {
        let names: Vec<&str> = words.keys().map(String::as_str).collect();
        fields.fault(key, format!("has “{text}”, which is no {list}"), format!("write one of: {}", names.join(", ")));
    }
    known
}

/// A word of each stage: { settle = "…", support = "…" }, in the order of the dictionary.
pub fn stages_of(table: &Fields<'_>) -> Vec<(String, String)> {
    let mut by_stage = Vec::new();
    for stage in ["attract", "settle", "support"] {
        by_stage.extend(word(table, stage, "role").map(|role| (stage.to_owned(), role)));
    }
    table.done();
    by_stage
}

/// One word of a list, or several.
pub fn one_or_more(fields: &Fields<'_>, key: &'static str, list: &str) -> Vec<String> {
    if fields.get(key).is_some_and(|value| value.get_ref().is_array()) {
        return words_of(fields, key, list);
    }
    word(fields, key, list).into_iter().collect()
}
