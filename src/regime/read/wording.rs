//! `[words.<list>]`: how the place speaks.
use std::sync::Arc;

use super::super::fields::Fields;
use super::super::{Roles, words};
use crate::tables::{Dictionary, Wording, plain};

/// The words of a rule file; who answers and what the work is called are its main role where it says nothing else.
pub fn read(root: &Fields<'_>, main: Option<&Roles>, aliases: &[(String, String)]) -> Arc<Wording> {
    let mut wording = Wording::default();
    for (list, table) in root.named_tables("words") {
        let Some(known) = words_of(&list) else {
            let remedy = format!("write one of: {}", lists().join(", "));
            table.whole_fault("is no list of words", remedy);
            continue;
        };
        for (word, text) in table.entries() {
            if !known.contains(&word.as_str()) {
                table.fault(
                    &word,
                    format!("is no word of the list {list}"),
                    format!("write one of: {}", known.join(", ")),
                );
                continue;
            }
            let Some(text) = text.as_str().map(str::trim).filter(|text| !text.is_empty()) else {
                table.fault(&word, "is no text", "write what the place says, in quotes");
                continue;
            };
            if let Some(other) = taken(&list, &word, text, aliases) {
                let what = format!("is “{text}”, which files read as {other}");
                table.fault(&word, what, "say it so that no other word of the list is meant");
                continue;
            }
            wording.set(&list, &word, text);
        }
    }
    for phrase in ["steward", "work"] {
        if let (None, Some(main)) = (wording.own("phrase", phrase), main) {
            let role = words::roles(&wording, main);
            wording.set("phrase", phrase, &role);
        }
    }
    Arc::new(wording)
}

fn lists() -> Vec<&'static str> {
    let dictionary = Dictionary::shipped();
    dictionary.words.keys().chain(dictionary.phrases.keys()).map(String::as_str).collect()
}

fn words_of(list: &str) -> Option<Vec<&'static str>> {
    let dictionary = Dictionary::shipped();
    let words = dictionary.words.get(list).map(|words| words.keys().map(String::as_str).collect());
    words.or_else(|| dictionary.phrases.get(list).map(|words| words.keys().map(String::as_str).collect()))
}

/// Another word of the list that files already write so; a role that stands for this one is no other.
fn taken(list: &str, word: &str, text: &str, aliases: &[(String, String)]) -> Option<&'static str> {
    let same = |other: &str| list == "role" && aliases.iter().any(|(role, is)| role == other && is == word);
    let words = Dictionary::shipped().words.get(list)?;
    let mut others = words.iter().filter(|(other, _)| *other != word && !same(other));
    let spelled = |spellings: &[String]| spellings.iter().any(|spelling| plain(spelling) == plain(text));
    others.find(|(_, spellings)| spelled(spellings)).map(|(other, _)| other.as_str())
}
