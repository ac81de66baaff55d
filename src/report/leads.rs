//! The checker's workbook: one sheet of leads with room for what the check found, one with the records of each.
use chrono::NaiveDateTime;

use super::{ReportError, format};
use crate::measures::leads::Lead;
use crate::period::Period;
use crate::sheet::write::{Book, Column, Sheet, Value, bytes};

/// How long a text of the diary is quoted.
const QUOTED: usize = 120;

/// The leads of a period as an XLSX file. They accuse nobody: each says how it may be innocent.
pub fn workbook(leads: &[Lead], place: &str, period: Period, as_of: NaiveDateTime) -> Result<Vec<u8>, ReportError> {
    let title = format!("{place}{}真实性核查线索", period.zh());
    let created = as_of;
    let note = format!(
        "统计截止{}。线索由程序按固定规则筛出，只供核查，不是结论；未经核实不得通报、不得作为考核依据。",
        format::iso(format::as_of_day(as_of))
    );
    Ok(bytes(&Book { title: title.clone(), created, sheets: vec![listed(leads, &title, note), records(leads)] })?)
}

fn listed(leads: &[Lead], title: &str, note: String) -> Sheet {
    let widths = [7.0, 16.0, 16.0, 22.0, 24.0, 8.0, 34.0, 40.0, 12.0, 10.0, 24.0];
    let heads = [
        "序号",
        "线索",
        "人员",
        "单位",
        "企业（项目）",
        "记录数",
        "情况",
        "可能的正当原因",
        "核查结果",
        "核查人",
        "说明",
    ];
    let rows = leads.iter().enumerate().map(|(index, lead)| {
        let mut row = vec![
            Value::Whole(index as i64 + 1),
            Value::from(lead.sign_zh()),
            several(&lead.people()),
            several(&lead.units()),
            several(&lead.enterprises()),
            Value::Whole(lead.records.len() as i64),
            Value::Text(lead.said_zh()),
            Value::from(lead.innocent_zh()),
        ];
        row.extend([Value::Empty, Value::Empty, Value::Empty]);
        row
    });
    Sheet {
        name: "线索".to_owned(),
        title: title.to_owned(),
        columns: heads.into_iter().zip(widths).map(|(head, width)| Column::new(head).wide(width)).collect(),
        rows: rows.collect(),
        notes: vec![note],
        chart: None,
    }
}

fn records(leads: &[Lead]) -> Sheet {
    let heads = [
        ("线索序号", 9.0),
        ("线索", 16.0),
        ("记录编号", 16.0),
        ("人员", 10.0),
        ("单位", 20.0),
        ("企业（项目）", 24.0),
        ("服务日期", 12.0),
        ("填写或办结时间", 18.0),
        ("相似度", 9.0),
        ("迟录天数", 9.0),
        ("内容", 60.0),
    ];
    let rows = leads.iter().enumerate().flat_map(|(index, lead)| {
        lead.records.iter().map(move |record| {
            let alike = lead.sign == "near_duplicate";
            vec![
                Value::Whole(index as i64 + 1),
                Value::from(lead.sign_zh()),
                Value::from(record.record.split_once('/').map_or("", |(_, key)| key)),
                Value::from(record.person_name.as_deref().or(record.person_id.as_deref())),
                Value::from(record.unit.as_deref()),
                Value::from(record.enterprise_name.as_deref().or(record.enterprise_id.as_deref())),
                record.served_on.map_or(Value::Empty, Value::Day),
                record.happened_at.map_or(Value::Empty, Value::Instant),
                Value::share(record.value.filter(|_| alike)),
                record.value.filter(|_| !alike).map_or(Value::Empty, |days| Value::Whole(days as i64)),
                Value::from(record.said.as_deref().map(quoted).as_deref()),
            ]
        })
    });
    Sheet {
        name: "记录".to_owned(),
        title: "线索所依据的记录".to_owned(),
        columns: heads.into_iter().map(|(head, width)| Column::new(head).wide(width)).collect(),
        rows: rows.collect(),
        notes: Vec::new(),
        chart: None,
    }
}

/// The first five, and how many there are.
fn several(names: &[String]) -> Value {
    match names.len() {
        0 => Value::Empty,
        1..=5 => Value::Text(names.join("、")),
        n => Value::Text(format!("{}等{n}个", names[..5].join("、"))),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if text.chars().nth(QUOTED).is_some() {
        quoted.push('…');
    }
    quoted
}
