//! Answers on the telephone become evaluations: the desk writes them as an export of its own, and `ingest` takes it in
//! like any other, so that what was known when, corrections and explanations are the same as for all records.
use std::collections::BTreeMap;
use std::fs;

use anyhow::Context;
use chrono::NaiveDateTime;

use super::office::Office;
use crate::ingest::{Options, Silent, ingest};
use crate::sampling::results::evaluations;
use crate::tables::Dictionary;
use crate::warehouse::Warehouse;

/// The file of a plan's answers, beside the plan's others.
pub const ANSWERS: &str = "evaluations-bureau-only.csv";

/// Takes the answers of plans in; returns new and changed evaluations by plan.
pub fn take_in(office: &Office, plans: &[String], at: NaiveDateTime) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut files = Vec::new();
    let mut counts = BTreeMap::new();
    for plan in plans {
        let sample = office.sample(plan)?;
        let rows = evaluations(sample)?;
        if rows.is_empty() {
            continue;
        }
        // The last entry of the journal makes the file another one when an answer returns to what it was before.
        let entry = office.entries.iter().rfind(|entry| entry.subject == *plan).map_or(0, |entry| entry.entry_no);
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record([
            "evaluation_id",
            "enterprise_id",
            "person_id",
            "channel",
            "at",
            "grade",
            "weight",
            "stratum",
            "plan_id",
            "comment",
            "journal_entry",
        ])?;
        for row in &rows {
            csv.write_record([
                row.evaluation_id.clone(),
                row.enterprise_id.clone(),
                row.person_id.clone(),
                "phone".to_owned(),
                row.at.format("%Y-%m-%d %H:%M:%S").to_string(),
                row.grade.map_or(String::new(), |grade| grade.to_string()),
                row.weight.map_or(String::new(), |weight| weight.to_string()),
                row.stratum.clone(),
                row.plan_id.clone(),
                row.comment.clone(),
                entry.to_string(),
            ])?;
        }
        let folder = office.folder(plan, None);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join(ANSWERS);
        fs::write(&path, csv.into_inner()?).with_context(|| format!("cannot write {}", path.display()))?;
        files.push((plan.clone(), path));
    }
    let warehouse = office.bureau.workspace.warehouse();
    for (plan, path) in files {
        let options = Options { kind: Some("evaluations"), exported_on: Some(at.date()), ..Options::new(at, &Silent) };
        let mut writer = Warehouse::open_writer(&warehouse, "guanjia sample record")?;
        let batch = writer.begin_as(options.mode, options.day(), at)?;
        let report = ingest(&[path], &options, Dictionary::shipped(), batch)?;
        counts.insert(plan, report.files.iter().map(|file| file.accepted).sum());
    }
    Ok(counts)
}
