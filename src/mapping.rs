//! `[[mapping]]` of a workspace: how the export of a foreign system is read, as data.
//!
//! A mapping says by which headers (or file name) it knows its files, and which records each row gives: for every
//! column of a table where its cell comes from. docs/mapping.md explains every key with an example.
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::tables::{Cell, Dictionary, Table, Words, plain};

pub mod made;

use made::MadeError;

/// One kind of foreign file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub name: String,
    /// Headers that tell its files; none given: all that the mapping reads.
    #[serde(default)]
    pub headers: Vec<String>,
    /// What the file's name must look like, `*` for anything.
    #[serde(default)]
    pub file: Option<String>,
    /// The table whose records the rows are; needed where records of several tables are given.
    #[serde(default)]
    pub kind: Option<String>,
    /// The clock on which times are kept.
    #[serde(default)]
    pub zone: Zone,
    /// The clock of times that do not name theirs; none given: `zone`.
    #[serde(default)]
    pub written_in: Option<Zone>,
    /// Keep fractions of seconds.
    #[serde(default)]
    pub fractions: bool,
    /// Rows that are taken; the others are counted as left out.
    #[serde(default)]
    pub when: When,
    /// What each row gives.
    #[serde(rename = "record")]
    pub records: Vec<Record>,
}

/// A record that a row gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub table: String,
    /// Rows that give it.
    #[serde(default)]
    pub when: When,
    pub columns: BTreeMap<String, From>,
}

/// Where a cell comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum From {
    Header(String),
    Spec(Box<Spec>),
}

/// A cell from a column of the file, from words, a constant, or made from other columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    #[serde(default)]
    pub from: Option<String>,
    /// Instead of a column; beside one: where its cell is empty.
    #[serde(default)]
    pub value: Option<String>,
    /// Our word → the file's.
    #[serde(default)]
    pub words: Words,
    /// Only the day of a time is taken: its hour means nothing.
    #[serde(default)]
    pub day: bool,
    /// For every other word of the file.
    #[serde(default)]
    pub other: Option<String>,
    /// The id of whom this column names; of several headers the first that a file has.
    #[serde(default, deserialize_with = "made::headers")]
    pub person: Vec<String>,
    /// Beside `person`: columns that tell people of one name apart.
    #[serde(default, deserialize_with = "made::headers")]
    pub phone: Vec<String>,
    #[serde(default, deserialize_with = "made::headers")]
    pub unit: Vec<String>,
    #[serde(default, deserialize_with = "made::headers")]
    pub post: Vec<String>,
    /// The id of the enterprise that this column names.
    #[serde(default, deserialize_with = "made::headers")]
    pub enterprise: Vec<String>,
    /// An id from what these columns say together.
    #[serde(default)]
    pub made_of: Vec<String>,
}

impl From {
    /// The same in its long form.
    pub fn spec(&self) -> Spec {
        match self {
            From::Header(header) => Spec { from: Some(header.clone()), ..Spec::default() },
            From::Spec(spec) => Spec::clone(spec),
        }
    }
}

/// Rows, by what stands in some of their columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum When {
    #[default]
    Always,
    /// This column is filled.
    Filled(String),
    /// Each of these columns has one of these words.
    Words(BTreeMap<String, Vec<String>>),
}

impl When {
    /// The headers it looks at.
    pub fn headers(&self) -> Vec<&str> {
        match self {
            When::Always => Vec::new(),
            When::Filled(header) => vec![header],
            When::Words(words) => words.keys().map(String::as_str).collect(),
        }
    }
}

/// A clock, by its distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Zone {
    /// Minutes ahead of UTC.
    Offset(i64),
    /// The clock on the wall where it was written: what a time says of its zone is passed over.
    AsWritten,
}

impl Default for Zone {
    fn default() -> Zone {
        Zone::Offset(480)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Zone, String> {
        let offset = match text.as_str() {
            "as written" => return Ok(Zone::AsWritten),
            "Asia/Shanghai" => Some(480),
            "UTC" | "Z" => Some(0),
            text => offset(text),
        };
        let remedy = "write \"Asia/Shanghai\", \"UTC\", an offset like \"+01:00\", or \"as written\"";
        offset.map(Zone::Offset).ok_or_else(|| format!("“{text}” is no zone known here; {remedy}"))
    }
}

/// Minutes of `+08:00`, `+0800`, `-03`.
pub fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let minutes = match digits.len() {
        2 => number * 60,
        4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    (minutes <= 14 * 60).then_some(sign * minutes)
}

/// Why a mapping cannot be used; each names it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MappingError {
    #[error("two [[mapping]] are called “{0}”; give each a name of its own")]
    Twice(String),
    #[error("[[mapping]] “{0}” has no [[mapping.record]]; say at least one record that its rows give")]
    NoRecord(String),
    #[error("[[mapping]] “{name}”: there is no table “{table}”; tables are {known}")]
    NoTable { name: String, table: String, known: String },
    #[error(
        "[[mapping]] “{name}” gives records of several tables; say with kind = \"…\" which of them its rows are: {tables}"
    )]
    NoKind { name: String, tables: String },
    #[error("[[mapping]] “{name}”: its rows are {table}, so only one record of that table can be given by a row")]
    KindTwice { name: String, table: String },
    #[error("[[mapping]] “{name}”: table {table} has no column “{column}”")]
    NoColumn { name: String, table: String, column: String },
    #[error("[[mapping]] “{name}”: {table}.{column} is required; say where it comes from")]
    Missing { name: String, table: String, column: String },
    #[error("[[mapping]] “{name}”: {table}.{column} has neither from nor value; give one of them")]
    Nothing { name: String, table: String, column: String },
    #[error("[[mapping]] “{name}”: “{word}” is no word of {table}.{column}; words are {known}")]
    NoWord { name: String, table: String, column: String, word: String, known: String },
    #[error(transparent)]
    Made(#[from] MadeError),
    #[error("[[mapping]] “{name}”: the file's word “{word}” would stand for both “{first}” and “{second}” in {column}")]
    Ambiguous { name: String, column: String, word: String, first: String, second: String },
}

impl Mapping {
    /// The table whose records its rows are.
    pub fn kind(&self) -> &str {
        self.kind.as_deref().or(self.records.first().map(|r| r.table.as_str())).unwrap_or_default()
    }

    /// Every header that it reads.
    pub fn read(&self) -> BTreeSet<String> {
        let mut read: BTreeSet<String> = self.when.headers().into_iter().map(str::to_owned).collect();
        for record in &self.records {
            read.extend(record.when.headers().into_iter().map(str::to_owned));
            for spec in record.columns.values().map(From::spec) {
                read.extend(spec.from.iter().chain(spec.needs()).cloned());
            }
        }
        read
    }

    fn check(&self, dictionary: &Dictionary) -> Result<(), MappingError> {
        let name = || self.name.clone();
        let tables: BTreeSet<&str> = self.records.iter().map(|r| r.table.as_str()).collect();
        if tables.is_empty() {
            return Err(MappingError::NoRecord(name()));
        }
        let listed = || tables.iter().copied().collect::<Vec<_>>().join(", ");
        if (self.kind.is_none() && tables.len() > 1) || !tables.contains(self.kind()) {
            return Err(MappingError::NoKind { name: name(), tables: listed() });
        }
        // Events beside a row's own event are told apart from it; other records would count the row twice.
        let of_kind = self.records.iter().filter(|r| r.table == self.kind()).count();
        if of_kind > 1 && self.kind() != "case_events" {
            return Err(MappingError::KindTwice { name: name(), table: self.kind().to_owned() });
        }
        for record in &self.records {
            let known = || dictionary.tables.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ");
            let no_table = || MappingError::NoTable { name: name(), table: record.table.clone(), known: known() };
            let table = dictionary.table(&record.table).ok_or_else(no_table)?;
            self.check_record(record, table, dictionary)?;
        }
        Ok(())
    }

    fn check_record(&self, record: &Record, table: &Table, dictionary: &Dictionary) -> Result<(), MappingError> {
        let at = |column: &str| (self.name.clone(), table.name.clone(), column.to_owned());
        if let Some(column) = table.columns.iter().find(|c| c.required && !record.columns.contains_key(&c.name)) {
            let (name, table, column) = at(&column.name);
            return Err(MappingError::Missing { name, table, column });
        }
        for (key, from) in &record.columns {
            let (name, of, column) = at(key);
            let Some(found) = table.columns.iter().find(|c| &c.name == key) else {
                return Err(MappingError::NoColumn { name, table: of, column });
            };
            let spec = from.spec();
            if spec.from.is_none() && spec.value.is_none() && !spec.is_made() {
                return Err(MappingError::Nothing { name, table: of, column });
            }
            spec.check_made(&format!("[[mapping]] “{name}”, {of}"), found)?;
            let mut seen: BTreeMap<String, &String> = BTreeMap::new();
            for (ours, theirs) in &spec.words {
                for word in theirs {
                    if let Some(first) = seen.insert(plain(word), ours).filter(|first| *first != ours) {
                        let (first, second) = (first.clone(), ours.clone());
                        return Err(MappingError::Ambiguous { name, column, word: word.clone(), first, second });
                    }
                }
            }
            let Cell::Word(list) = found.cell() else { continue };
            let Some(words) = dictionary.words.get(list) else { continue };
            let said = spec.words.keys().chain(&spec.other).chain(&spec.value);
            let spelled = |word: &str| {
                words.iter().any(|(ours, theirs)| ours == word || theirs.iter().any(|w| plain(w) == plain(word)))
            };
            if let Some(word) = said.into_iter().find(|word| !spelled(word)) {
                let known = words.keys().cloned().collect::<Vec<_>>().join(", ");
                return Err(MappingError::NoWord { name, table: of, column, word: word.clone(), known });
            }
        }
        Ok(())
    }
}

/// Checks the mappings of a workspace against the dictionary.
pub fn check(mappings: &[Mapping], dictionary: &Dictionary) -> Result<(), MappingError> {
    let mut names = BTreeSet::new();
    for mapping in mappings {
        if !names.insert(&mapping.name) {
            return Err(MappingError::Twice(mapping.name.clone()));
        }
        mapping.check(dictionary)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<(), String> {
        #[derive(Deserialize)]
        struct Own {
            mapping: Vec<Mapping>,
        }
        let own: Own = toml::from_str(text).map_err(|e| e.to_string())?;
        check(&own.mapping, Dictionary::shipped()).map_err(|e| e.to_string())
    }

    const PEOPLE: &str = "[[mapping]]\nname = 'x'\n[[mapping.record]]\ntable = 'people'\n[mapping.record.columns]\n";

    #[test]
    fn faults_are_named() {
        assert_eq!(checked(&format!("{PEOPLE}person_id = 'No.'\nname = {{ from = 'Who' }}")), Ok(()));
        let fault = |text: &str, says: &str| {
            let error = checked(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        };
        fault(&format!("{PEOPLE}person_id = 'No.'"), "people.name is required");
        fault(&format!("{PEOPLE}person_id = 'No.'\nname = 'Who'\nboss = 'Boss'"), "no column “boss”");
        fault(&format!("{PEOPLE}person_id = 'No.'\nname = {{ words = {{}} }}"), "neither from nor value");
        fault("[[mapping]]\nname = 'x'\nzone = 'Mars'\nrecord = []", "no zone known here");
        fault("[[mapping]]\nname = 'x'\nrecord = []", "no [[mapping.record]]");
        let events = "[[mapping]]\nname = 'x'\n[[mapping.record]]\ntable = 'case_events'\n\
            columns = { case_id = 'a', at = 'b', event = { from = 'c', words = WORDS } }";
        fault(&events.replace("WORDS", "{ done = ['D'] }"), "“done” is no word of case_events.event");
        fault(&events.replace("WORDS", "{ resolved = ['D'], returned = ['d '] }"), "both “resolved” and “returned”");
        fault("[[mapping]]\nname = 'x'\n[[mapping.record]]\ntable = 'case'\ncolumns = {}", "no table “case”");
    }

    #[test]
    fn offsets() {
        assert_eq!(
            ["+08:00", "-0330", "+01", "8", "+99:00", "+1:0:0"].map(offset),
            [Some(480), Some(-210), Some(60), None, None, None]
        );
    }
}
