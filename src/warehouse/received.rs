//! What came in: the sum of every file, and why rows were refused.
use std::collections::{BTreeMap, HashMap, HashSet};

use duckdb::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::batch_types::{Known, Mode, Refusal};
use super::dismissals::{self, Dismissed};
use super::error::Doing;

/// What had come in, and what of it could not be taken.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Received {
    pub files: Vec<SourceSum>,
    pub reasons: Vec<Reason>,
    /// Of the refused rows, those that another row stands for since (which may have been refused in its turn).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub settled: u64,
    /// And those that were put aside. The others wait to be corrected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dismissed: Vec<Dismissed>,
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
    /// Name of the mapping it was read by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
    /// Snapshots: assignments that this and the other ledgers of its kind no longer have, which end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<u64>,
    /// Snapshots: other records that they no longer have, which are withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<u64>,
    /// Of the quarantined rows, those that came back corrected since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<u64>,
    /// Of the quarantined rows, those that were put aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<u64>,
    /// Rows refused before, of this or another file, that its rows stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended: Option<u64>,
}

impl SourceSum {
    /// Refused rows that still wait to be corrected.
    pub fn open(&self) -> u64 {
        self.quarantined.saturating_sub(self.settled.unwrap_or(0) + self.dismissed.unwrap_or(0))
    }
}

/// A record that a snapshot no longer has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    pub kind: String,
    /// The parts of its key, parted by ` · `.
    pub record: String,
    /// `ended` (an assignment: its `valid_to` is the export day) or `withdrawn`.
    pub what: String,
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
    /// By the workspace's mapping.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Skipped {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.blank + self.title + self.section + self.total + self.repeated_header + self.left_out
    }
}

impl std::ops::AddAssign for Skipped {
    fn add_assign(&mut self, more: Skipped) {
        self.blank += more.blank;
        self.title += more.title;
        self.section += more.section;
        self.total += more.total;
        self.repeated_header += more.repeated_header;
        self.left_out += more.left_out;
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

impl Cells {
    /// A header that stands twice is told apart by a number, so that no cell is lost.
    pub fn told_apart(cells: &[(String, String)]) -> Cells {
        let mut seen: HashMap<&str, u32> = HashMap::new();
        let mut named = Vec::with_capacity(cells.len());
        for (header, text) in cells {
            let count = seen.entry(header).or_default();
            *count += 1;
            named.push((if *count == 1 { header.clone() } else { format!("{header} ({count})") }, text.clone()));
        }
        Cells(named)
    }
}

/// Cells as JSON text.
pub(super) fn cells_to_json(cells: &[(String, String)]) -> serde_json::Result<String> {
    serde_json::to_string(&Cells::told_apart(cells))
}

const SUMS: &str = "SELECT batch_id, path, sheet, kind, note, rows, accepted, unchanged, quarantined, skipped_blank,
    skipped_title, skipped_section, skipped_total, skipped_repeated, skipped_left_out, mapping, ended, withdrawn
    FROM warehouse.sources";

/// The sums of every source, or of those up to a batch, in the order they came.
pub fn sources(conn: &Connection, up_to: Option<i64>) -> super::Result<Vec<SourceSum>> {
    sums(conn, &format!("{SUMS} WHERE batch_id <= ? ORDER BY source_id"), params![up_to.unwrap_or(i64::MAX)])
}

/// What is known of this content, if it came in read in this way (for `mode` snapshot: as one).
pub(super) fn known(conn: &Connection, content: &str, reading: &str, mode: Mode) -> super::Result<Option<Known>> {
    let doing = "look whether it came in before";
    let last = "SELECT max_by(b.batch_id, b.batch_id), max_by(CAST(b.exported_on AS VARCHAR), b.batch_id)
        FROM warehouse.sources s JOIN warehouse.batches b USING (batch_id)
        WHERE s.content_sha256 = ? AND s.reading_sha256 = ? AND (b.mode = 'snapshot' OR NOT ?)";
    let found: (Option<i64>, Option<String>) = conn
        .query_row(last, params![content, reading, mode == Mode::Snapshot], |row| Ok((row.get(0)?, row.get(1)?)))
        .doing(doing)?;
    let (Some(batch), Some(Ok(exported_on))) = (found.0, found.1.map(|day| day.parse())) else { return Ok(None) };
    let sql = format!("{SUMS} WHERE content_sha256 = ? AND reading_sha256 = ? AND batch_id = ? ORDER BY source_id");
    let mut sums = sums(conn, &sql, params![content, reading, batch])?;
    let mut settled = conn.prepare(SETTLED).doing(doing)?;
    let mut dismissed = conn.prepare(DISMISSED).doing(doing)?;
    for sum in sums.iter_mut().filter(|sum| sum.quarantined > 0) {
        let count: u64 = settled.query_row(params![batch, sum.path, sum.sheet], |row| row.get(0)).doing(doing)?;
        sum.settled = (count > 0).then_some(count);
        let count: u64 = dismissed.query_row(params![batch, sum.path, sum.sheet], |row| row.get(0)).doing(doing)?;
        sum.dismissed = (count > 0).then_some(count);
    }
    Ok(Some(Known { sums, exported_on }))
}

/// Refused rows of a sheet that came back corrected: followed through workbooks whose rows were refused again.
const SETTLED: &str = "WITH RECURSIVE chain AS (
        SELECT q.source_id AS origin_source, q.row_no AS origin_row, q.source_id, q.row_no, true AS again
        FROM warehouse.quarantine q JOIN warehouse.sources s USING (source_id)
        WHERE s.batch_id = ? AND s.path = ? AND s.sheet IS NOT DISTINCT FROM ?
        UNION
        SELECT c.origin_source, c.origin_row, t.by_source, t.by_row, t.again
        FROM chain c JOIN warehouse.settled t ON t.source_id = c.source_id AND t.row_no = c.row_no)
    SELECT count(*) FROM (SELECT DISTINCT origin_source, origin_row FROM chain WHERE NOT again)";

/// Refused rows of a sheet that were put aside.
const DISMISSED: &str =
    "SELECT count(*) FROM warehouse.dismissed_quarantine q JOIN warehouse.sources s USING (source_id)
    WHERE s.batch_id = ? AND s.path = ? AND s.sheet IS NOT DISTINCT FROM ?";

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
        left_out: row.get(14)?,
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
        mapping: row.get(15)?,
        ended: row.get(16)?,
        withdrawn: row.get(17)?,
        settled: None,
        dismissed: None,
        mended: None,
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
    let known = up_to.unwrap_or(i64::MAX);
    let settled = "SELECT count(*) FROM warehouse.quarantine q WHERE q.batch_id <= ? AND EXISTS (
        SELECT 1 FROM warehouse.settled t JOIN warehouse.sources s ON s.source_id = t.by_source
        WHERE t.source_id = q.source_id AND t.row_no = q.row_no AND s.batch_id <= ?)";
    let settled = conn.query_row(settled, params![known, known], |row| row.get(0)).doing("count what was settled")?;
    let dismissed = dismissals::dismissed(conn, up_to)?;
    Ok(Received { files: sources(conn, up_to)?, reasons: reasons(conn, up_to)?, settled, dismissed })
}

/// Refused rows that wait to be corrected, of all batches or of one, in the order of files and rows.
pub fn quarantined(conn: &Connection, batch: Option<i64>) -> super::Result<Vec<Quarantined>> {
    refused(conn, "warehouse.open_quarantine q", "coalesce(q.batch_id = ?, true)", params![batch])
}

/// Hashes of all contents that came in.
pub(super) fn contents(conn: &Connection) -> super::Result<HashSet<String>> {
    let doing = "list the contents that came in";
    let mut statement = conn.prepare("SELECT content_sha256 FROM warehouse.sources").doing(doing)?;
    let hashes = statement.query_map([], |row| row.get(0)).doing(doing)?;
    hashes.collect::<duckdb::Result<_>>().doing(doing)
}

/// Paths and sheets of which rows were refused before this batch, that no row stands for.
pub(super) fn waits(conn: &Connection, before: i64) -> super::Result<HashSet<(String, Option<String>)>> {
    let doing = "list what refused rows wait";
    let none = "SELECT NOT EXISTS (SELECT 1 FROM warehouse.quarantine WHERE batch_id < ?)";
    if conn.query_row(none, params![before], |row| row.get(0)).doing(doing)? {
        return Ok(HashSet::new());
    }
    let waiting = "SELECT DISTINCT s.path, s.sheet FROM warehouse.unsettled_quarantine q
        JOIN warehouse.sources s USING (source_id) WHERE q.batch_id < ?";
    let mut statement = conn.prepare(waiting).doing(doing)?;
    let rows = statement.query_map(params![before], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
    rows.collect::<duckdb::Result<_>>().doing(doing)
}

/// Rows refused of a path and sheet before this batch, which no row stands for.
pub(super) fn refused_before(
    conn: &Connection,
    before: i64,
    path: &str,
    sheet: Option<&str>,
) -> super::Result<Vec<Quarantined>> {
    let of = "q.batch_id < ? AND s.path = ? AND s.sheet IS NOT DISTINCT FROM CAST(? AS VARCHAR)";
    refused(conn, "warehouse.unsettled_quarantine q", of, params![before, path, sheet])
}

fn refused(conn: &Connection, from: &str, of: &str, params: impl duckdb::Params) -> super::Result<Vec<Quarantined>> {
    let doing = "list refused rows";
    let mut statement = conn
        .prepare(&format!(
            "SELECT q.batch_id, s.path, s.sheet, q.row_no, q.kind, q.cells, q.reasons
             FROM {from} JOIN warehouse.sources s USING (source_id)
             WHERE {of} ORDER BY q.source_id, q.row_no, q.cells"
        ))
        .doing(doing)?;
    let mut rows = statement.query(params).doing(doing)?;
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
            "nested" => "单元格内是列表或对象",
            "line" => "整行不是 JSON 对象",
            "second_table" => "同一工作表中另起了一张表",
            "person" => "姓名无法辨认",
            "until_after_at" => "延期后期限早于延期之日",
            "end_after_start" => "结束早于开始",
            "conflict" => "同一编号的内容互相矛盾",
            other => other,
        }
    }
}
