//! Sheets of the rows behind each measure; of what enterprises answered only how many said the same.
use std::collections::BTreeSet;

use super::heading;
use crate::measures::Brief;
use crate::measures::brief::{Evidence, Measure};
use crate::report::ratings::Ratings;
use crate::sheet::write::{Column, Sheet, Value};

/// One sheet of evidence rows for each measure that has any.
pub fn evidence(brief: &Brief, ratings: &Ratings<'_>, internal: bool) -> Vec<Sheet> {
    let people: BTreeSet<&str> = brief.people.iter().map(|p| p.person_id.as_str()).collect();
    brief.measures.iter().filter_map(|measure| sheet_behind(brief, ratings, measure, internal, &people)).collect()
}

/// The rows behind one measure, without persons; none where it has no rows.
pub fn evidence_of_measure(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure) -> Option<Sheet> {
    let people: BTreeSet<&str> = brief.people.iter().map(|p| p.person_id.as_str()).collect();
    sheet_behind(brief, ratings, measure, false, &people)
}

fn sheet_behind(
    brief: &Brief,
    ratings: &Ratings<'_>,
    measure: &Measure,
    internal: bool,
    people: &BTreeSet<&str>,
) -> Option<Sheet> {
    if ratings.is_rating(&measure.id) {
        return answers(brief, ratings, measure);
    }
    let rows: Vec<&Evidence> = brief.evidence.iter().filter(|row| row.measure == measure.id).collect();
    (!rows.is_empty()).then(|| evidence_of(brief, measure, &rows, internal, people))
}

/// What enterprises answered is never shown one by one, only how many said the same.
pub fn answers(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure) -> Option<Sheet> {
    let rows: Vec<Vec<Value>> = ratings
        .answers(&measure.id)
        .map(|count| {
            let said = count.outcome.as_deref().map(outcome);
            vec![Value::number(count.value), Value::from(said), Value::Whole(count.n)]
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Sheet {
        name: format!("依据 {}", measure.name),
        title: heading(brief, &format!("{}：分布（{}，{}）", measure.name, brief.place.document, measure.provision)),
        columns: vec![Column::new("评分"), Column::new("结果"), Column::new("条数").bars()],
        rows,
        notes: vec![measure.rule.clone(), "按“背对背”要求只列分布，不逐条列出评价。".into()],
        chart: None,
    })
}

fn evidence_of(brief: &Brief, measure: &Measure, rows: &[&Evidence], internal: bool, people: &BTreeSet<&str>) -> Sheet {
    let ended = rows.iter().any(|row| row.ended_by.is_some());
    let mut columns = vec!["记录"];
    columns.extend(internal.then_some("人员编号"));
    columns.extend(["单位", "企业编号", "类别", "分类", "渠道", "开始", "到期日", "完成"]);
    columns.extend(["计入日", "结果", "数值", "延期", "中止（天）", "多人共管"]);
    columns.extend(ended.then_some("结束于"));
    let yes = |flag: bool| if flag { Value::from("是") } else { Value::Empty };
    let cells = |row: &&Evidence| {
        let record = if internal { row.record.clone() } else { without_people(&row.record, people) };
        let mut out = vec![Value::from(record.as_str())];
        out.extend(internal.then(|| Value::from(row.person_id.as_deref())));
        let words = &brief.place.words;
        let channel = row.channel.as_deref().map(|c| match words.shown("evaluation_channel", c) {
            same if same == c => words.shown("case_channel", c),
            shown => shown,
        });
        let class = row.class.as_deref().map(|c| match words.shown("verdict", c) {
            same if same == c => words.shown("event", c),
            shown => shown,
        });
        let who = [row.unit.as_deref(), row.enterprise_id.as_deref(), row.category.as_deref(), class, channel];
        let instant = |at: Option<chrono::NaiveDateTime>| at.map_or(Value::Empty, Value::Instant);
        let day = |day: Option<chrono::NaiveDate>| day.map_or(Value::Empty, Value::Day);
        out.extend(who.map(Value::from));
        out.extend([instant(row.opened_at), day(row.due_day), instant(row.done_at)]);
        out.extend([day(row.decided_on), Value::from(row.outcome.as_deref().map(outcome)), Value::number(row.value)]);
        out.extend([yes(row.extended), Value::number((row.paused > 0.0).then_some(row.paused)), yes(row.shared)]);
        let by = row.ended_by.as_deref().map(|event| words.shown("event", event));
        out.extend(ended.then(|| Value::from(by)));
        out
    };
    Sheet {
        name: format!("依据 {}", measure.name),
        title: heading(brief, &format!("{}：依据（{}，{}）", measure.name, brief.place.document, measure.provision)),
        columns: columns.into_iter().map(Column::new).collect(),
        rows: rows.iter().map(cells).collect(),
        notes: vec![measure.rule.clone()],
        chart: None,
    }
}

fn outcome(word: &str) -> &str {
    match word {
        "met" => "达到",
        "breached" => "未达到",
        "pending" => "未到期",
        "unmeasurable" => "无法判定",
        other => other,
    }
}

/// A record's key without the ids of people: `people/P0007/2026-W41` → `people/…/2026-W41`.
fn without_people(record: &str, people: &BTreeSet<&str>) -> String {
    record.split('/').map(|part| if people.contains(part) { "…" } else { part }).collect::<Vec<_>>().join("/")
}
