//! The data dictionary: twelve kinds of export, their columns, and the words files use for them.
//!
//! It is read from `tables.toml`, the one place where headers and enumerations are spelled; ingest
//! recognises files by it, the warehouse takes its column types from it, synth writes by it.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// One kind of export and its table in the warehouse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Name in the warehouse: `cases`.
    pub name: String,
    /// Name on paper: 问题（诉求、代办事项）.
    pub title: String,
    /// Columns that identify a record; `holder` of assignments is id, else unit, else name.
    pub key: Vec<String>,
    pub columns: Vec<Column>,
    /// For wide files (one row per case): the time columns that become events.
    #[serde(default)]
    pub events: Vec<WideEvent>,
}

/// A column of an export.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub required: bool,
    /// Words that files use for it, beside its own name; the first is what guanjia writes.
    pub headers: Vec<String>,
}

/// A time column of a wide case file, and where its event's unit, note and new due day stand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WideEvent {
    pub event: String,
    pub headers: Vec<String>,
    #[serde(default)]
    pub unit: Vec<String>,
    #[serde(default)]
    pub note: Vec<String>,
    #[serde(default)]
    pub until: Vec<String>,
}

/// What a cell must hold; [`Column::cell`] names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    Id,
    Text,
    Name,
    Phone,
    Date,
    /// A time to the second, or a whole day.
    Stamp,
    Whole,
    Decimal,
    Number,
    YesNo,
    /// One of the words of this list.
    Word(&'a str),
}

impl Column {
    /// The type of the column's cells.
    pub fn cell(&self) -> Cell<'_> {
        match self.kind.as_str() {
            "id" => Cell::Id,
            "text" => Cell::Text,
            "name" => Cell::Name,
            "phone" => Cell::Phone,
            "date" => Cell::Date,
            "stamp" => Cell::Stamp,
            "whole" => Cell::Whole,
            "decimal" => Cell::Decimal,
            "number" => Cell::Number,
            "yesno" => Cell::YesNo,
            list => Cell::Word(list),
        }
    }
}

/// A list of words: the warehouse's word → the words that files use, the first of them the one shown.
pub type Words = BTreeMap<String, Vec<String>>;

/// The whole dictionary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
    pub words: BTreeMap<String, Words>,
}

impl Dictionary {
    /// The dictionary that is shipped.
    pub fn shipped() -> &'static Dictionary {
        static SHIPPED: LazyLock<Dictionary> =
            LazyLock::new(|| toml::from_str(include_str!("tables.toml")).expect("tables.toml is checked by a test"));
        &SHIPPED
    }

    /// The table called `name`.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// The Chinese of an enumeration's word (`steward` → 项目管家), or the word itself.
    pub fn shown<'a>(&'a self, list: &str, word: &'a str) -> &'a str {
        self.words.get(list).and_then(|words| words.get(word)).and_then(|w| w.first()).map_or(word, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionary_is_sound() {
        let dictionary = Dictionary::shipped();
        assert_eq!(dictionary.tables.len(), 12);
        for table in &dictionary.tables {
            let mut seen = std::collections::BTreeSet::new();
            for column in &table.columns {
                if let Cell::Word(list) = column.cell() {
                    assert!(dictionary.words.contains_key(list), "{}.{}: no list {list}", table.name, column.name);
                }
                for header in &column.headers {
                    assert!(seen.insert(header), "{}: {header} stands for two columns", table.name);
                }
            }
            for event in &table.events {
                assert!(dictionary.words["event"].contains_key(&event.event), "{}", event.event);
            }
        }
        for words in dictionary.words.values() {
            let mut seen = std::collections::BTreeSet::new();
            for word in words.values().flatten() {
                assert!(seen.insert(word), "{word} stands for two words");
            }
        }
    }
}
