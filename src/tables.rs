//! The data dictionary: twelve kinds of export, their columns, and the words files use for them.
//!
//! It is read from `tables.toml`, the one place where headers and enumerations are spelled; ingest
//! recognises files by it, the warehouse takes its column types from it, synth writes by it.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::mapping::made::{MadeError, Missing, check_missing};
use crate::mapping::{self, Mapping, MappingError};

mod wording;

pub use wording::Wording;

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
    /// Columns that tell its records apart, beside whom and what they name, where a file gives them no number.
    #[serde(default)]
    pub told_by: Vec<String>,
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

/// How a wide role list is read: one row per enterprise, one column per role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleList {
    /// Headers of the enterprise's name, beside those of the ledger.
    pub name: Vec<String>,
    /// Stands under a role's name in a second header row.
    pub person: Vec<String>,
    pub post: Vec<String>,
    pub unit: Vec<String>,
    pub phone: Vec<String>,
    pub roles: Vec<ListedRole>,
    /// The ledger's columns as such a list has them: only the name is required; filled by the dictionary.
    #[serde(skip)]
    pub columns: Option<Table>,
}

/// A role's column in a wide role list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedRole {
    /// A word of the list `role`.
    pub role: String,
    /// Its cells name units, not people.
    #[serde(default)]
    pub unit: bool,
    pub headers: Vec<String>,
}

/// The name by which `--as` and `[headers.…]` mean a wide role list.
pub const ROLE_LIST: &str = "role_list";

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
    /// What only stands in documents: list → name → what is said where a place says nothing else.
    pub phrases: BTreeMap<String, BTreeMap<String, String>>,
    pub role_list: RoleList,
    /// Headers under which files name the person whose id a record would have; the first that a file has is meant.
    pub named: Vec<String>,
    /// How a workspace reads the exports of foreign systems.
    #[serde(skip)]
    pub mappings: Vec<Mapping>,
    /// What stands for columns that files of a table lack.
    #[serde(skip)]
    pub missing: BTreeMap<String, Missing>,
}

impl Dictionary {
    /// The dictionary that is shipped.
    pub fn shipped() -> &'static Dictionary {
        static SHIPPED: LazyLock<Dictionary> = LazyLock::new(|| {
            let read: Dictionary = toml::from_str(include_str!("tables.toml")).expect("checked by a test");
            read.with_listed_columns()
        });
        &SHIPPED
    }

    /// The table called `name`.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// This dictionary with a workspace's own headers (table → column, or event of a wide file → words) and
    /// words (list → word → words of the files) added.
    pub fn with(
        &self,
        headers: &BTreeMap<String, BTreeMap<String, Vec<String>>>,
        words: &BTreeMap<String, Words>,
    ) -> Result<Dictionary, DictionaryError> {
        let mut merged = self.clone();
        for (name, columns) in headers {
            if name == ROLE_LIST {
                merged.role_list.add(columns)?;
                continue;
            }
            let table = merged.tables.iter_mut().find(|t| &t.name == name);
            let table = table.ok_or_else(|| DictionaryError::NoTable(name.clone()))?;
            for (column, more) in columns {
                table.headers_of(column)?.extend(more.iter().cloned());
            }
            table.check_headers()?;
        }
        for (list, more) in words {
            let known = merged.words.get_mut(list).ok_or_else(|| DictionaryError::NoList(list.clone()))?;
            for (word, spellings) in more {
                let no_word = || DictionaryError::NoWord { list: list.clone(), word: word.clone() };
                known.get_mut(word).ok_or_else(no_word)?.extend(spellings.iter().cloned());
            }
            check_words(list, known)?;
        }
        Ok(merged.with_listed_columns())
    }

    /// This dictionary with the words of a place added: its files are read by them too, with and without quotation marks.
    pub fn speaking(&self, place: &Wording) -> Result<Dictionary, DictionaryError> {
        let mut words: BTreeMap<String, Words> = BTreeMap::new();
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (list, said) in place.lists().filter(|(list, _)| self.words.contains_key(*list)) {
            for (word, text) in said {
                let bare = text.trim_matches(['“', '”']).to_owned();
                let spellings = [text.clone(), bare];
                let known = |spelling: &&String| {
                    let same = |other: &String| plain(other) == plain(spelling);
                    self.words[list].values().flatten().any(same)
                };
                let new: Vec<String> = spellings.iter().filter(|s| !known(s)).cloned().collect();
                words.entry(list.to_owned()).or_default().insert(word.clone(), new);
                let headed = self.role_list.roles.iter().flat_map(|role| &role.headers);
                let headed: Vec<String> = headed.map(|header| plain(header)).collect();
                if list == "role" {
                    let new = spellings.into_iter().filter(|s| !headed.contains(&plain(s)));
                    headers.insert(word.clone(), new.collect());
                }
            }
        }
        self.with(&BTreeMap::from([(ROLE_LIST.to_owned(), headers)]), &words)
    }

    /// Derives the columns of a role list from those of the ledger: there are no ids, and a contact is a role.
    fn with_listed_columns(mut self) -> Dictionary {
        let mut listed = self.table("enterprises").cloned();
        for column in listed.iter_mut().flat_map(|table| &mut table.columns) {
            column.required = column.name == "name";
            match column.name.as_str() {
                "name" => column.headers.extend(self.role_list.name.iter().cloned()),
                "contact_name" | "contact_phone" => column.headers.clear(),
                _ => {}
            }
        }
        self.role_list.columns = listed;
        self
    }

    /// This dictionary with a workspace's mappings, checked against it.
    pub fn with_mappings(mut self, mappings: &[Mapping]) -> Result<Dictionary, MappingError> {
        mapping::check(mappings, &self)?;
        self.mappings = mappings.to_vec();
        Ok(self)
    }

    /// This dictionary with what stands for columns that a workspace's files lack, checked against it.
    pub fn with_missing(mut self, missing: &BTreeMap<String, Missing>) -> Result<Dictionary, MadeError> {
        check_missing(missing, &self)?;
        self.missing = missing.clone();
        Ok(self)
    }

    /// The Chinese of an enumeration's word (`steward` → 项目管家), or the word itself.
    pub fn shown<'a>(&'a self, list: &str, word: &'a str) -> &'a str {
        self.words.get(list).and_then(|words| words.get(word)).and_then(|w| w.first()).map_or(word, String::as_str)
    }
}

impl RoleList {
    /// Adds a workspace's own headers: of a role, or of the enterprise's name.
    fn add(&mut self, more: &BTreeMap<String, Vec<String>>) -> Result<(), DictionaryError> {
        for (name, words) in more {
            let roles = self.roles.iter_mut().filter(|r| r.role == *name).map(|r| &mut r.headers);
            let own = (name == "name").then_some(&mut self.name);
            let no_role = || DictionaryError::NoColumn { table: ROLE_LIST.into(), column: name.clone() };
            roles.chain(own).next().ok_or_else(no_role)?.extend(words.iter().cloned());
        }
        Ok(())
    }
}

impl Table {
    /// The headers of a column, or of an event's time in a wide file.
    fn headers_of(&mut self, column: &str) -> Result<&mut Vec<String>, DictionaryError> {
        let table = self.name.clone();
        let columns = self.columns.iter_mut().filter(|c| c.name == column).map(|c| &mut c.headers);
        let events = self.events.iter_mut().filter(|e| e.event == column).map(|e| &mut e.headers);
        columns.chain(events).next().ok_or_else(|| DictionaryError::NoColumn { table, column: column.to_owned() })
    }

    /// No header may stand for two columns.
    fn check_headers(&self) -> Result<(), DictionaryError> {
        let mut seen = BTreeMap::new();
        let columns = self.columns.iter().map(|c| (&c.name, &c.headers));
        let events = self.events.iter().map(|e| (&e.event, &e.headers));
        for (name, headers) in columns.chain(events) {
            for header in headers {
                if let Some(first) = seen.insert(plain(header), name).filter(|first| *first != name) {
                    return Err(DictionaryError::Twice {
                        place: self.name.clone(),
                        word: header.clone(),
                        first: first.clone(),
                        second: name.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// No spelling may stand for two words of a list.
fn check_words(list: &str, words: &Words) -> Result<(), DictionaryError> {
    let mut seen = BTreeMap::new();
    for (word, spellings) in words {
        for spelling in std::iter::once(word).chain(spellings) {
            if let Some(first) = seen.insert(plain(spelling), word).filter(|first| *first != word) {
                return Err(DictionaryError::Twice {
                    place: list.to_owned(),
                    word: spelling.clone(),
                    first: first.clone(),
                    second: word.clone(),
                });
            }
        }
    }
    Ok(())
}

/// How headers and words are compared: full-width characters as half-width, without any space, lower-case.
pub fn plain(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !is_space(*c)).flat_map(char::to_lowercase).collect()
}

/// The half-width form of a full-width letter, digit, sign or space; other characters as they are.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        _ => c,
    }
}

/// Spaces of all widths, and the characters of no width that copying leaves behind.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// Why a workspace's own headers or words cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DictionaryError {
    #[error("[headers.{0}]: there is no such table; tables are enterprises, people, cases, …")]
    NoTable(String),
    #[error("[headers.{table}]: table {table} has no column “{column}”")]
    NoColumn { table: String, column: String },
    #[error("[words.{0}]: there is no such list of words")]
    NoList(String),
    #[error("[words.{list}]: “{word}” is no word of this list; words of the files are added to one that is")]
    NoWord { list: String, word: String },
    #[error("{place}: “{word}” would stand for both “{first}” and “{second}”; take it out of one of them")]
    Twice { place: String, word: String, first: String, second: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionary_is_sound() {
        let dictionary = Dictionary::shipped();
        assert_eq!(dictionary.tables.len(), 12);
        for table in &dictionary.tables {
            table.check_headers().unwrap();
            for column in &table.columns {
                if let Cell::Word(list) = column.cell() {
                    assert!(dictionary.words.contains_key(list), "{}.{}: no list {list}", table.name, column.name);
                }
            }
            for event in &table.events {
                assert!(dictionary.words["event"].contains_key(&event.event), "{}", event.event);
            }
        }
        for listed in &dictionary.role_list.roles {
            assert!(dictionary.words["role"].contains_key(&listed.role), "{}", listed.role);
        }
        dictionary.role_list.columns.as_ref().unwrap().check_headers().unwrap();
        for (list, words) in &dictionary.words {
            check_words(list, words).unwrap();
        }
    }

    /// `[headers.<table>]` and `[words.<list>]` of a workspace, as the dictionary takes them.
    fn merged(settings: &str) -> Result<Dictionary, DictionaryError> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Own {
            headers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
            words: BTreeMap<String, Words>,
        }
        let own: Own = toml::from_str(settings).unwrap();
        Dictionary::shipped().with(&own.headers, &own.words)
    }

    #[test]
    fn workspace_adds_headers_and_words() {
        let merged = merged(
            "[headers.cases]\ncase_id = ['流水号']\nresolved = ['办毕时间']\n[words.role]\nsteward = ['首席管家']",
        )
        .unwrap();
        let cases = merged.table("cases").unwrap();
        assert!(cases.columns[0].headers.contains(&"流水号".to_owned()));
        assert!(cases.events.iter().any(|e| e.event == "resolved" && e.headers.contains(&"办毕时间".to_owned())));
        assert!(merged.words["role"]["steward"].contains(&"首席管家".to_owned()));
    }

    #[test]
    fn word_for_two_things_is_an_error() {
        let twice = merged("[headers.cases]\ntitle = ['问题 编号']").unwrap_err();
        assert!(twice.to_string().contains("both “case_id” and “title”"), "{twice}");
        let twice = merged("[words.role]\nleader = ['管家']").unwrap_err();
        assert!(matches!(twice, DictionaryError::Twice { .. }), "{twice}");
        assert!(matches!(merged("[headers.case]\nx = []"), Err(DictionaryError::NoTable(_))));
        assert!(matches!(merged("[headers.cases]\nx = ['y']"), Err(DictionaryError::NoColumn { .. })));
        assert!(matches!(merged("[words.role]\nx = ['y']"), Err(DictionaryError::NoWord { .. })));
    }
}
