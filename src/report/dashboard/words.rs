//! The Chinese of kinds, outcomes, classes and dimensions, where the dictionary of exports has none.
use crate::measures::brief::Evidence;
use crate::tables::{Dictionary, Wording};

/// A rating of too few answers.
pub const FEW: &str = "不足10份";
/// A rating held back so that another cannot be found by subtraction.
pub const WITHHELD: &str = "不单列";

/// What a measure of this kind counts: 件, 家, 名.
pub fn counted(kind: &str, rating: bool) -> &'static str {
    match kind {
        "coverage" => "家",
        "load" => "名",
        "cadence" | "pace" => "期",
        "slip" => "个",
        "continuity" | "stay" => "次",
        "score" if rating => "份",
        "score" => "条",
        _ => "件",
    }
}

/// What meeting a measure of this kind is called, and failing it.
pub fn judged(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "deadline" => ("按时", "逾期"),
        "cadence" => ("完成", "缺"),
        "score" => ("满意", "不满意"),
        "coverage" => ("符合", "不符合"),
        "load" => ("在范围内", "超出范围"),
        "pace" => ("达标", "未达标"),
        "continuity" => ("衔接", "有空档"),
        _ => ("合格", "不合格"),
    }
}

/// The outcome of a row, and the class it is shown with.
pub fn outcome(kind: &str, row: &Evidence) -> (&'static str, &'static str) {
    match row.outcome.as_deref() {
        Some("met") => (judged(kind).0, "met"),
        Some("breached") if kind == "deadline" && row.done_at.is_none() => ("逾期未结", "bad"),
        Some("breached") => (judged(kind).1, "bad"),
        Some("pending") => ("未到期", "open"),
        Some("unmeasurable") => ("无法计时", "open"),
        _ => ("", ""),
    }
}

/// What the value of a row is called, in a table's head.
pub fn value(kind: &str, unit: &str) -> String {
    let name = match kind {
        "deadline" => "用时",
        "cadence" => "次数",
        "coverage" => "在任人数",
        "load" => "户数",
        "continuity" => "空档",
        "stay" => "停留",
        "slip" => "晚于计划",
        "pace" => "平均每周",
        _ => "数值",
    };
    if unit.is_empty() || kind == "load" || kind == "coverage" { name.into() } else { format!("{name}（{unit}）") }
}

/// What rows of this kind are opened by, in a table's head.
pub fn opened(kind: &str) -> &'static str {
    match kind {
        "cadence" => "起止",
        "continuity" => "前任结束",
        "tally" => "发生",
        _ => "起算",
    }
}

/// A word of the warehouse as it is read, whichever list it is from.
pub fn shown(words: &Wording, by: &str, word: &str) -> String {
    let lists: &[&str] = match by {
        "channel" => &["case_channel", "evaluation_channel"],
        "class" => &["verdict", "event", "complaint_category"],
        "category" => &["complaint_category"],
        "stage" => &["stage", "milestone_stage"],
        "tier" => &["tier"],
        _ => &[],
    };
    let own = match (by, word) {
        ("class", "none") => Some(format!("无{}", words.phrase("steward"))),
        ("class", "several") => Some(format!("多头{}", words.phrase("serve"))),
        ("class", "under") => Some("不足".to_owned()),
        ("class", "over") => Some("超出".to_owned()),
        _ => None,
    };
    if let Some(own) = own {
        return own;
    }
    lists.iter().map(|list| words.shown(list, word)).find(|found| *found != word).unwrap_or(word).to_owned()
}

/// A grade as the exports write it: 5 is 非常满意.
pub fn grade(grade: i64) -> String {
    let word = grade.to_string();
    match Dictionary::shipped().shown("grade", &word) {
        shown if shown == word => format!("{word}分"),
        shown => shown.to_owned(),
    }
}

/// The line of rows that lack the dimension.
pub fn lacking(words: &Wording, by: &str) -> String {
    match by {
        "person" | "unit" => words.phrase("vacuum").into(),
        by => format!("（未填{}）", words.dimension(by)),
    }
}

/// The name of a kind of export: 问题.
pub fn export(words: &Wording, kind: &str) -> String {
    if let Some(own) = words.known("export", kind) {
        return own.to_owned();
    }
    let title = Dictionary::shipped().table(kind).map_or(kind, |table| table.title.as_str());
    title.split('（').next().unwrap_or(title).to_owned()
}

/// The header of a column as the exports have it.
pub fn column<'a>(kind: &str, column: &'a str) -> &'a str {
    Dictionary::shipped()
        .table(kind)
        .and_then(|table| table.columns.iter().find(|c| c.name == column))
        .and_then(|c| c.headers.first())
        .map_or(column, String::as_str)
}
