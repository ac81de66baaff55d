//! How a place speaks: its own words for those of the dictionary, and a few phrases that documents are built with.
//!
//! A rule file gives them as `[words.<list>]`; what it does not give is the dictionary's. Phrases (`[phrases.*]` in
//! `tables.toml`) are read by nobody: they only stand in what goes out.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Dictionary;

/// List → word → what the place says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wording(BTreeMap<String, BTreeMap<String, String>>);

impl Wording {
    /// The place says `text` for a word.
    pub fn set(&mut self, list: &str, word: &str, text: &str) {
        self.0.entry(list.to_owned()).or_default().insert(word.to_owned(), text.to_owned());
    }

    /// What the place itself says for a word, if it says anything.
    pub fn own(&self, list: &str, word: &str) -> Option<&str> {
        self.0.get(list)?.get(word).map(String::as_str)
    }

    /// The Chinese of a word (`steward` → 项目管家): the place's, else the dictionary's, else the word itself.
    pub fn shown<'a>(&'a self, list: &str, word: &'a str) -> &'a str {
        self.known(list, word).unwrap_or(word)
    }

    /// The same; none where no list has the word.
    pub fn known<'a>(&'a self, list: &str, word: &str) -> Option<&'a str> {
        let dictionary = Dictionary::shipped();
        let phrase = || dictionary.phrases.get(list)?.get(word).map(String::as_str);
        let listed = || dictionary.words.get(list)?.get(word)?.first().map(String::as_str);
        self.own(list, word).or_else(phrase).or_else(listed)
    }

    /// One of the phrases that documents are built with: `serve` → 包保.
    pub fn phrase<'a>(&'a self, name: &'a str) -> &'a str {
        self.shown("phrase", name)
    }

    /// What heads a column of a dimension: `area` → 县（区）.
    pub fn dimension<'a>(&'a self, by: &'a str) -> &'a str {
        self.shown("dimension", by)
    }

    /// Words of a list in their order: 走访”或“座谈 (the outer marks stand in the sentence).
    pub fn listed(&self, list: &str, words: &[String]) -> String {
        self.joined(list, words, "”或“")
    }

    /// Words of a list in their order, with something between them.
    pub fn joined(&self, list: &str, words: &[String], by: &str) -> String {
        words.iter().map(|word| self.shown(list, word)).collect::<Vec<_>>().join(by)
    }

    /// Every list with every word, as templates look them up: `words.role.leader`.
    pub fn all(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, String>> {
        let dictionary = Dictionary::shipped();
        let lists = dictionary.words.iter().map(|(list, words)| (list, words.keys().collect::<Vec<_>>()));
        let phrases = dictionary.phrases.iter().map(|(list, words)| (list, words.keys().collect::<Vec<_>>()));
        let said = |list: &'static String, words: Vec<&'static String>| {
            words.into_iter().map(|word| (word.as_str(), self.shown(list, word).to_owned())).collect()
        };
        lists.chain(phrases).map(|(list, words)| (list.as_str(), said(list, words))).collect()
    }

    /// The lists a place has words of its own for, with those words.
    pub fn lists(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
        self.0.iter().map(|(list, words)| (list.as_str(), words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_speaks_its_own_words_and_else_the_dictionarys() {
        let mut words = Wording::default();
        words.set("role", "leader", "“妈妈”");
        assert_eq!((words.shown("role", "leader"), words.shown("role", "steward")), ("“妈妈”", "项目管家"));
        assert_eq!((words.phrase("serve"), words.dimension("area")), ("服务", "区域"));
        assert_eq!((words.shown("role", "boss"), words.known("role", "boss")), ("boss", None));
        assert_eq!(words.all()["role"]["leader"], "“妈妈”");
        assert_eq!(words.listed("event", &["resolved".into(), "returned".into()]), "办结”或“退件");
    }
}
