//! Cells that a file does not have and that are made from others: the id of whom or what a row names, an id from
//! the row's own content, a constant.
//!
//! They stand in `[missing.<table>]` of a workspace (for files with headers of ours that lack the column) and in the
//! columns of a `[[mapping]]`.
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Spec;
use crate::tables::{Cell, Column, Dictionary, Table};

/// Column of a table → what stands for it where a file lacks it.
pub type Missing = BTreeMap<String, Spec>;

/// Columns that hold ids of people.
const PEOPLE: [&str; 4] = ["person_id", "holder_id", "deputy_id", "actor_id"];

/// Why a made cell cannot be; `place` is where it stands.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MadeError {
    #[error("{place}: there is no table “{table}”; tables are {known}")]
    NoTable { place: String, table: String, known: String },
    #[error("{place}: there is no column “{column}”")]
    NoColumn { place: String, column: String },
    #[error(
        "{place}: {column} has nothing to be made from; give person = \"header\", enterprise = \"header\", made_of = [headers] or value = \"…\""
    )]
    Nothing { place: String, column: String },
    #[error("{place}: {column} is said in several ways; give one of from or value, person, enterprise, made_of")]
    Several { place: String, column: String },
    #[error("{place}: {column} is no id of {of}; {of} = \"header\" is for {known}")]
    NotOf { place: String, column: String, of: &'static str, known: String },
    #[error("{place}: {column} is no number of a record; made_of = [headers] is for columns like entry_id and case_id")]
    NoNumber { place: String, column: String },
    #[error("{place}: phone, unit and post of {column} say whom a name means; they need person = \"header\"")]
    Beside { place: String, column: String },
    #[error("{place}: {column} is made, so from, words, other and day mean nothing; take them out")]
    Words { place: String, column: String },
}

impl Spec {
    /// It is made from other cells.
    pub fn is_made(&self) -> bool {
        !self.person.is_empty() || !self.enterprise.is_empty() || !self.made_of.is_empty()
    }

    /// Every header from which it may be made.
    pub fn made_from(&self) -> impl Iterator<Item = &String> {
        let named = [&self.person, &self.phone, &self.unit, &self.post, &self.enterprise, &self.made_of];
        named.into_iter().flatten()
    }

    /// Headers without which it cannot be made.
    pub fn needs(&self) -> impl Iterator<Item = &String> {
        let named = [&self.person, &self.phone, &self.unit, &self.post, &self.enterprise];
        named.into_iter().filter(|headers| headers.len() == 1).flatten().chain(&self.made_of)
    }

    /// Checks the keys that say from what a column is made.
    pub(super) fn check_made(&self, place: &str, column: &Column) -> Result<(), MadeError> {
        let (place, name) = (place.to_owned(), column.name.clone());
        let ways = [&self.person, &self.enterprise, &self.made_of].map(|headers| !headers.is_empty());
        let plain = self.from.is_some() || self.value.is_some();
        match ways.iter().filter(|way| **way).count() + usize::from(plain) {
            0 => return Err(MadeError::Nothing { place, column: name }),
            1 => {}
            _ => return Err(MadeError::Several { place, column: name }),
        }
        if self.person.is_empty() && [&self.phone, &self.unit, &self.post].iter().any(|headers| !headers.is_empty()) {
            return Err(MadeError::Beside { place, column: name });
        }
        if self.is_made() && (!self.words.is_empty() || self.other.is_some() || self.day) {
            return Err(MadeError::Words { place, column: name });
        }
        let of_person = PEOPLE.contains(&name.as_str());
        if !self.person.is_empty() && !of_person {
            return Err(MadeError::NotOf { place, column: name, of: "person", known: PEOPLE.join(", ") });
        }
        if !self.enterprise.is_empty() && name != "enterprise_id" {
            return Err(MadeError::NotOf { place, column: name, of: "enterprise", known: "enterprise_id".into() });
        }
        if !self.made_of.is_empty() && (column.cell() != Cell::Id || of_person || name == "enterprise_id") {
            return Err(MadeError::NoNumber { place, column: name });
        }
        Ok(())
    }
}

/// One header, or several of which a file has one.
pub(super) fn headers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Written::deserialize(from)? {
        Written::One(header) => vec![header],
        Written::Several(headers) => headers,
    })
}

/// Checks `[missing.<table>]` of a workspace against the dictionary.
pub fn check_missing(missing: &BTreeMap<String, Missing>, dictionary: &Dictionary) -> Result<(), MadeError> {
    for (name, columns) in missing {
        let place = format!("[missing.{name}]");
        let known = || dictionary.tables.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ");
        let no_table = || MadeError::NoTable { place: place.clone(), table: name.clone(), known: known() };
        let table: &Table = dictionary.table(name).ok_or_else(no_table)?;
        for (key, spec) in columns {
            let column = table.columns.iter().find(|column| column.name == *key);
            let no_column = || MadeError::NoColumn { place: place.clone(), column: key.clone() };
            spec.check_made(&place, column.ok_or_else(no_column)?)?;
            if spec.from.is_some() {
                // A header of its own belongs under [headers].
                return Err(MadeError::Nothing { place, column: key.clone() });
            }
        }
    }
    Ok(())
}
