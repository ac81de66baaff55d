//! Rows of evidence as they are put before whoever is named: what each is about, and when.
use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::findings::Item;
use crate::measures::brief::{Evidence, Note};
use crate::tables::Wording;

/// What rows are told by.
#[derive(Default)]
pub struct Titles {
    /// Names by id.
    pub enterprises: BTreeMap<String, String>,
    /// Titles by id.
    pub cases: BTreeMap<String, String>,
    pub notes: Vec<Note>,
}

/// Rows in their order as items, numbered from 1; names and notes come when all are known.
pub fn items<'a>(rows: impl IntoIterator<Item = &'a Evidence>, words: &Wording) -> Vec<Item> {
    let item = |(no, row): (u32, &Evidence)| Item {
        no,
        id: row.id(),
        label: label(row, words),
        enterprise: row.enterprise_id.clone(),
        due_at: row.due_at,
        done_at: row.done_at,
        outcome: row.outcome.clone(),
        notes: Vec::new(),
    };
    (1..).zip(rows).map(item).collect()
}

/// Fills in names, titles and notes.
pub fn tell(items: &mut [Item], titles: &Titles) {
    for item in items {
        let id = item.id.record.split('/').nth(1).unwrap_or_default();
        if item.id.record.starts_with("cases/")
            && let Some(title) = titles.cases.get(id)
        {
            item.label = format!("{}（{title}）", item.label);
        }
        if let Some(name) = item.enterprise.as_ref().and_then(|id| titles.enterprises.get(id)) {
            item.enterprise = Some(name.clone());
        }
        let of = |note: &&Note| {
            note.record == item.id.record && note.opened_at == item.id.opened_at && note.due_at == item.due_at
        };
        let mut notes: Vec<String> = titles.notes.iter().filter(of).map(|note| note.text.clone()).collect();
        notes.dedup();
        item.notes = notes;
    }
}

/// 问题W20261019-00035, 2026年第41周（10月5日至10月11日）, 退回W2026…
fn label(row: &Evidence, words: &Wording) -> String {
    let case = words.phrase("case");
    let parts: Vec<&str> = row.record.split('/').collect();
    match parts.as_slice() {
        ["cases", id, ..] => match &row.class {
            Some(level) if row.opened_at.is_none() => format!("{case}{id} {}", words.shown("event", level)),
            _ => format!("{case}{id}"),
        },
        ["case_events", id, event, at] => {
            let at = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S");
            let at = at.map_or(String::new(), |at| at.format("%Y-%m-%d %H:%M ").to_string());
            format!("{case}{id} {at}{}", words.shown("event", event))
        }
        ["people" | "enterprises" | "district", .., slot] => slot_zh(slot, row),
        ["diary", id] => format!("{}{id}", words.phrase("diary")),
        ["complaints", id] => format!("投诉{id}"),
        ["policies", id, ..] => format!("政策{id}"),
        ["assignments", enterprise, ..] => format!("企业{enterprise}更换"),
        ["milestones", enterprise, step @ ..] => format!("{enterprise} {}", step.join("/")),
        _ => row.record.clone(),
    }
}

/// 2026-W41 → 2026年第41周（10月5日至10月11日）
fn slot_zh(slot: &str, row: &Evidence) -> String {
    let days = row.opened_at.zip(row.due_day).map_or(String::new(), |(first, last)| {
        if first.date() == last {
            String::new()
        } else {
            format!("（{}至{}）", first.format("%-m月%-d日"), last.format("%-m月%-d日"))
        }
    });
    match slot.parse::<crate::period::Period>() {
        Ok(crate::period::Period::Week(year, week)) => format!("{year}年第{week}周{days}"),
        Ok(period) => period.zh(),
        Err(_) => format!("{slot}{days}"),
    }
}
