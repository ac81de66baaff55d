//! What came in: the sum of every file, and why rows were refused.
use std::collections::{BTreeMap, HashMap};

use duckdb::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::batch_types::Refusal;
use super::error::Doing;

/// What had come in, and what of it could not be taken.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Received {
    pub files: Vec<SourceSum>,
    pub reasons: Vec<Reason>,
}

/// One sheet of one file: rows = accepted + unchanged + quarantined + skipped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceSum {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
    pub path: String,
    pub sheet: Option<String>,
    /// Null: not an export; `note` says why.
    pub kind: Option<String>,
    pub rows: u64,
    pub accepted: u64,
    pub unchanged: u64,
    pub quarantined: u64,
    pub skipped: u64,
    pub skipped_why: Skipped,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Rows that are no records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub blank: u64,
    pub title: u64,
    /// 一、计划续建项目（20项）
    pub section: u64,
    pub total: u64,
    pub repeated_header: u64,
}

impl Skipped {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.blank + self.title + self.section + self.total + self.repeated_header
    }
}

impl std::ops::AddAssign for Skipped {
    fn add_assign(&mut self, more: Skipped) {
        self.blank += more.blank;
        self.title += more.title;
        self.section += more.section;
        self.total += more.total;
        self.repeated_header += more.repeated_header;
    }
}

/// How many rows were refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: String,
    pub column: String,
    pub rule: String,
    pub count: u64,
}

/// A refused row as it is listed: `{"batch","path","sheet","row","kind","cells","reasons"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quarantined {
    pub batch: i64,
    pub path: String,
    pub sheet: Option<String>,
    /// As the spreadsheet numbers it, from 1.
    pub row: i64,
    pub kind: String,
    pub cells: Cells,
    pub reasons: Vec<Refusal>,
}

/// Header and text of each cell, in the file's order; written as a JSON object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(pub Vec<(String, String)>);

impl Serialize for Cells {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(header, text)| (header, text)))
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Cells, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Cells;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of texts")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// Cells as JSON text; a header that stands twice is told apart by a number, so that no cell is lost.
pub(super) fn cells_to_json(cells: &[(String, String)]) -> serde_json::Result<String> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut named = Vec::with_capacity(cells.len());
    for (header, text) in cells {
        let count = seen.entry(header).or_default();
        *count += 1;
        named.push((if *count == 1 { header.clone() } else { format!("{header} ({count})") }, text.clone()));
    }
    serde_json::to_string(&Cells(named))
}

const SUMS: &str = "SELECT batch_id, path, sheet, kind, note, rows, accepted, unchanged, quarantined, skipped_blank,
    skipped_title, skipped_section, skipped_total, skipped_repeated FROM warehouse.sources";

/// The sums of every source, or of those up to a batch, in the order they came.
pub fn sources(conn: &Connection, up_to: Option<i64>) -> super::Result<Vec<SourceSum>> {
    sums(conn, &format!("{SUMS} WHERE batch_id <= ? ORDER BY source_id"), params![up_to.unwrap_or(i64::MAX)])
}

/// The sums of the sources with this content that were read in this way.
pub(super) fn sources_of_content(conn: &Connection, content: &str, reading: &str) -> super::Result<Vec<SourceSum>> {
    let sql = format!("{SUMS} WHERE content_sha256 = ? AND reading_sha256 = ? ORDER BY source_id");
    sums(conn, &sql, params![content, reading])
}

fn sums(conn: &Connection, sql: &str, params: impl duckdb::Params) -> super::Result<Vec<SourceSum>> {
    let doing = "list what came in";
    let mut statement = conn.prepare(sql).doing(doing)?;
    let rows = statement.query_map(params, sum).doing(doing)?;
    rows.collect::<duckdb::Result<_>>().doing(doing)
}

fn sum(row: &Row<'_>) -> duckdb::Result<SourceSum> {
    let why = Skipped {
        blank: row.get(9)?,
        title: row.get(10)?,
        section: row.get(11)?,
        total: row.get(12)?,
        repeated_header: row.get(13)?,
    };
    Ok(SourceSum {
        batch: row.get(0)?,
        path: row.get(1)?,
        sheet: row.get(2)?,
        kind: row.get(3)?,
        note: row.get(4)?,
        rows: row.get(5)?,
        accepted: row.get(6)?,
        unchanged: row.get(7)?,
        quarantined: row.get(8)?,
        skipped: why.all(),
        skipped_why: why,
    })
}

/// How many rows were refused for each reason, in all or up to a batch; ordered by kind, column, rule.
pub fn reasons(conn: &Connection, up_to: Option<i64>) -> super::Result<Vec<Reason>> {
    let doing = "count the reasons of refused rows";
    // Read as text here, not by SQL: the JSON functions are an extension that not every build carries.
    let mut statement =
        conn.prepare("SELECT kind, reasons FROM warehouse.quarantine WHERE batch_id <= ?").doing(doing)?;
    let mut rows = statement.query(params![up_to.unwrap_or(i64::MAX)]).doing(doing)?;
    let mut counts: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    while let Some(row) = rows.next().doing(doing)? {
        let kind: String = row.get(0).doing(doing)?;
        let text: String = row.get(1).doing(doing)?;
        for reason in serde_json::from_str::<Vec<Refusal>>(&text)? {
            *counts.entry((kind.clone(), reason.column, reason.rule)).or_default() += 1;
        }
    }
    Ok(counts.into_iter().map(|((kind, column, rule), count)| Reason { kind, column, rule, count }).collect())
}

/// Sums and reasons together, as a bulletin shows them.
pub fn received(conn: &Connection, up_to: Option<i64>) -> super::Result<Received> {
    Ok(Received { files: sources(conn, up_to)?, reasons: reasons(conn, up_to)? })
}

/// Refused rows, of all batches or of one, in the order of files and rows.
pub fn quarantined(conn: &Connection, batch: Option<i64>) -> super::Result<Vec<Quarantined>> {
    let doing = "list refused rows";
    let mut statement = conn
        .prepare(
            "SELECT q.batch_id, s.path, s.sheet, q.row_no, q.kind, q.cells, q.reasons
             FROM warehouse.quarantine q JOIN warehouse.sources s USING (source_id)
             WHERE coalesce(q.batch_id = ?, true) ORDER BY q.source_id, q.row_no, q.cells",
        )
        .doing(doing)?;
    let mut rows = statement.query(params![batch]).doing(doing)?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let text = |index| row.get::<_, String>(index).doing(doing);
        listed.push(Quarantined {
            batch: row.get(0).doing(doing)?,
            path: text(1)?,
            sheet: row.get(2).doing(doing)?,
            row: row.get(3).doing(doing)?,
            kind: text(4)?,
            cells: serde_json::from_str(&text(5)?)?,
            reasons: serde_json::from_str(&text(6)?)?,
        });
    }
    Ok(listed)
}

impl Reason {
    /// The rule in Chinese, as reports print it; a rule not known here keeps its word.
    pub fn title(&self) -> &str {
        match self.rule.as_str() {
            "required" => "必填项为空",
            "date" => "不是有效日期",
            "no_year" => "日期缺年份",
            "no_day" => "日期缺日",
            "time" => "不是有效时间",
            "whole" => "不是整数",
            "number" => "不是数字",
            "phone" => "不是电话号码",
            "yes_no" => "不是“是”或“否”",
            "enum" => "不是规定用词",
            "leading_zeros" => "编号的前导零已丢失",
            "digits_lost" => "编号的末位数字已丢失",
            "excel_error" => "单元格为错误值",
            "encoding" => "文字已损坏",
            "person" => "姓名无法辨认",
            "until_after_at" => "延期后期限早于延期之日",
            "end_after_start" => "结束早于开始",
            "conflict" => "同一编号的内容互相矛盾",
            other => other,
        }
    }
}
