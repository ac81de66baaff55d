//! A TOML table read key by key, so that every fault is told with its line, and unknown keys are faults too.
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use chrono::NaiveDate;
use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something wrong in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Where in the file: `measure.case_settled.limit`.
    pub key: String,
    pub what: String,
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}; {}", self.file, self.line, self.key, self.what, self.remedy)
    }
}

/// Faults found so far in one file.
#[derive(Clone)]
pub struct Faults {
    file: String,
    text: String,
    found: Rc<RefCell<Vec<Fault>>>,
}

impl Faults {
    pub fn new(text: &str, file: &str) -> Faults {
        Faults { file: file.to_owned(), text: text.to_owned(), found: Rc::default() }
    }

    /// Notes a fault at a byte of the file.
    pub fn add(&self, at: usize, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let line = self.text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
        let (what, remedy) = (what.into(), remedy.into());
        self.found.borrow_mut().push(Fault { file: self.file.clone(), line, key: key.to_owned(), what, remedy });
    }

    /// All of them, by line.
    pub fn into_sorted(self) -> Vec<Fault> {
        let mut found = self.found.borrow().clone();
        found.sort_by_key(|fault| fault.line);
        found
    }
}

/// A table being read; [`Fields::done`] tells of the keys nobody asked for.
pub struct Fields<'a> {
    table: &'a DeTable<'a>,
    /// What holds where this table says nothing, the nearest first.
    below: Vec<&'a DeTable<'a>>,
    at: usize,
    pub path: String,
    pub faults: Faults,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    pub fn new(table: &'a DeTable<'a>, at: usize, path: impl Into<String>, faults: &Faults) -> Fields<'a> {
        Fields { table, below: Vec::new(), at, path: path.into(), faults: faults.clone(), asked: RefCell::default() }
    }

    /// The same table over others: a key that it does not have is theirs.
    pub fn over(self, below: Vec<&'a DeTable<'a>>) -> Fields<'a> {
        Fields { below, ..self }
    }

    /// What is being read.
    pub fn written(&self) -> &'a DeTable<'a> {
        self.table
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let in_table = |table: &'a DeTable<'a>| table.iter().find(|(name, _)| name.get_ref().as_ref() == key);
        [self.table].into_iter().chain(self.below.iter().copied()).find_map(in_table).map(|(_, value)| value)
    }

    /// Whether a key is written, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// A value that may be absent.
    pub fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.find(key)
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Notes a fault of a key (of the table itself where the key is absent).
    pub fn fault(&self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        self.faults.add(self.at_of(key), &self.name(key), what, remedy);
    }

    /// Notes a fault of the table itself.
    pub fn whole_fault(&self, what: impl Into<String>, remedy: impl Into<String>) {
        self.faults.add(self.at, &self.path, what, remedy);
    }

    fn typed<T>(&self, key: &'static str, wanted: &str, read: impl Fn(&'a DeValue<'a>) -> Option<T>) -> Option<T> {
        let value = self.get(key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            self.fault(key, format!("is a {}", value.get_ref().type_str()), format!("write {wanted}"));
        }
        read
    }

    pub fn text(&self, key: &'static str) -> Option<String> {
        self.typed(key, "a text in quotes", |v| v.as_str().filter(|s| !s.trim().is_empty()).map(str::to_owned))
    }

    pub fn whole(&self, key: &'static str) -> Option<u32> {
        self.typed(key, "a whole number of 0 or more", |v| number(v).and_then(|text| text.parse().ok()))
    }

    pub fn number(&self, key: &'static str) -> Option<f64> {
        self.typed(key, "a number", |v| match v {
            DeValue::Float(f) => f.as_str().parse().ok(),
            other => number(other).and_then(|text| text.parse().ok()),
        })
    }

    pub fn yes(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", DeValue::as_bool)
    }

    pub fn date(&self, key: &'static str) -> Option<NaiveDate> {
        self.typed(key, "a date such as 2023-01-01, without quotes", |v| {
            let date = v.as_datetime()?.date?;
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        })
    }

    pub fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        self.typed(key, "a list of texts", |v| {
            v.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
        })
    }

    pub fn wholes(&self, key: &'static str) -> Option<Vec<u32>> {
        self.typed(key, "a list of whole numbers", |v| {
            v.as_array()?.iter().map(|item| number(item.get_ref())?.parse().ok()).collect()
        })
    }

    pub fn table(&self, key: &'static str) -> Option<Fields<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Fields::new(table, value.span().start, self.name(key), &self.faults)),
            other => {
                self.fault(key, format!("is a {}", other.type_str()), "write a table: { … }");
                None
            }
        }
    }

    /// The tables of a table: `[key.name]`, by their names.
    pub fn named_tables(&self, key: &'static str) -> Vec<(String, Fields<'a>)> {
        let Some(all) = self.table(key) else { return Vec::new() };
        let mut tables = Vec::new();
        for (name, value) in all.entries() {
            let path = format!("{}.{name}", all.path);
            match value {
                DeValue::Table(table) => {
                    let at = all.at_of(&name);
                    tables.push((name, Fields::new(table, at, path, &self.faults)));
                }
                other => all.fault(&name, format!("is a {}", other.type_str()), format!("write [{path}]")),
            }
        }
        tables
    }

    /// Every key with its value, whatever it is called.
    pub fn entries(&self) -> Vec<(String, &'a DeValue<'a>)> {
        self.table.iter().map(|(name, value)| (name.get_ref().to_string(), value.get_ref())).collect()
    }

    /// Where a key stands; absent: where the table does.
    fn at_of(&self, key: &str) -> usize {
        let found = self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key);
        found.map_or(self.at, |(name, _)| name.span().start)
    }

    /// The tables of a list: `[[key]]`, or an array of inline tables.
    pub fn tables(&self, key: &'static str) -> Vec<Fields<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.fault(key, format!("is a {}", value.get_ref().type_str()), format!("write [[{key}]]"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    let named = |key: &str| table.iter().find(|(name, _)| name.get_ref().as_ref() == key);
                    let id = named("id").or_else(|| named("version"));
                    let id = id.and_then(|(_, v)| v.get_ref().as_str()).unwrap_or("?");
                    let path = if self.path.is_empty() { format!("{key}.{id}") } else { self.name(key) };
                    tables.push(Fields::new(table, item.span().start, path, &self.faults));
                }
                other => self.fault(key, format!("holds a {}", other.type_str()), "write tables: { … }"),
            }
        }
        tables
    }

    /// What must be there: notes its absence.
    pub fn need<T>(&self, key: &'static str, value: Option<T>, remedy: &str) -> Option<T> {
        if value.is_none() && !self.has(key) {
            self.fault(key, "is missing", remedy);
        }
        value
    }

    /// Tells of keys that mean nothing here.
    pub fn done(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self.table.iter() {
            if !asked.contains(&name.get_ref().as_ref()) {
                let mut known: Vec<&str> = asked.clone();
                known.sort_unstable();
                known.dedup();
                let remedy = format!("remove it, or write one of: {}", known.join(", "));
                self.faults.add(name.span().start, &self.name(name.get_ref()), "is no key of this table", remedy);
            }
        }
    }
}

fn number(value: &DeValue<'_>) -> Option<String> {
    value.as_integer().filter(|i| i.radix() == 10).map(|i| i.as_str().to_owned())
}
