//! Later versions of the rules: [[version]] with the measures that change, each with the keys that do.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use toml::de::DeTable;

use super::super::fields::Fields;
use super::super::{Measure, Roles, Text, Version};
use super::read_measure;

/// The tables of a measure, the latest first: what a version leaves out is as before.
pub type Written<'a> = BTreeMap<String, Vec<&'a DeTable<'a>>>;

/// Reads the versions and gives the measures their texts.
pub fn read<'a>(
    root: &Fields<'a>,
    in_force_from: Option<NaiveDate>,
    main_role: Option<&Roles>,
    written: &mut Written<'a>,
    measures: &mut Vec<Measure>,
) -> Vec<Version> {
    let mut versions: Vec<Version> = Vec::new();
    for fields in root.tables("version") {
        let name = fields.need("version", fields.text("version"), "name it, such as \"2026年修订\"");
        let remedy = "give the day from which it governs what opens, such as 2026-07-01, without quotes";
        let from = fields.need("effective_from", fields.date("effective_from"), remedy);
        let document = fields.text("document");
        let ends = fields.texts("ends").unwrap_or_default();
        let changed = fields.tables("measure");
        fields.done();
        let (Some(name), Some(from)) = (name, from) else { continue };
        let before = versions.last().map(|version| version.from).or(in_force_from);
        if before.is_some_and(|before| from <= before) {
            fields.fault(
                "effective_from",
                format!("is {from}, not after what it follows"),
                "write versions in the order of their days",
            );
            continue;
        }
        if changed.is_empty() && ends.is_empty() {
            fields.fault(
                "version",
                "changes nothing",
                "add [[version.measure]] with an id and the keys that change, or ends = [\"id\"]",
            );
        }
        for measure in changed {
            change(measure, from, main_role, written, measures);
        }
        for id in &ends {
            match measures.iter_mut().find(|m| &m.id == id) {
                Some(measure) => {
                    begin(measure);
                    close(measure, from);
                }
                None => fields.fault(
                    "ends",
                    format!("names “{id}”, which is no measure of this file"),
                    "name measures by their id",
                ),
            }
        }
        versions.push(Version { name, from, document });
    }
    versions
}

/// One measure of a version: changed, or new.
fn change<'a>(
    fields: Fields<'a>,
    from: NaiveDate,
    main_role: Option<&Roles>,
    written: &mut Written<'a>,
    measures: &mut Vec<Measure>,
) {
    let Some(id) = fields.text("id") else {
        fields.fault("id", "is missing", "name the measure that changes, or give a new one an id");
        return;
    };
    let own = fields.written();
    let fields = fields.over(written.get(&id).cloned().unwrap_or_default());
    let read = read_measure(&fields, main_role);
    fields.done();
    written.entry(id.clone()).or_default().insert(0, own);
    let Some(read) = read else { return };
    let text = Text { from: Some(from), until: None, measure: read.clone() };
    match measures.iter_mut().find(|m| m.id == id) {
        Some(measure) if measure.rule.kind() != read.rule.kind() || measure.rule.is_state() != read.rule.is_state() => {
            let what = format!("makes a {} of a {}", read.rule.kind(), measure.rule.kind());
            fields.fault("kind", what, "end the measure with ends = […], and give the new one an id of its own");
        }
        Some(measure) => {
            begin(measure);
            close(measure, from);
            let mut texts = std::mem::take(&mut measure.texts);
            texts.push(text);
            *measure = Measure { texts, ..read };
        }
        None => measures.push(Measure { texts: vec![text], ..read }),
    }
}

/// The text so far, kept beside those to come.
fn begin(measure: &mut Measure) {
    if measure.texts.is_empty() {
        measure.texts.push(Text { from: None, until: None, measure: measure.clone() });
    }
}

fn close(measure: &mut Measure, until: NaiveDate) {
    if let Some(last) = measure.texts.last_mut() {
        last.until.get_or_insert(until);
    }
}
