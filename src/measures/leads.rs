//! Leads of integrity: groups of records that may be made up, each with how it may be innocent. Work for a checker; no
//! bulletin, workbook or dashboard of the bureau tells them.
use chrono::{NaiveDate, NaiveDateTime};
use duckdb::params;
use serde::{Deserialize, Serialize};

use super::session::query;
use super::{MeasureError, Session, similar};
use crate::regime::SIGNS;

/// Entries of the diary whose texts are read at once, if no single day has more: bounds what they take before they are sets.
/// Each time the whole diary is gone through, so that a province's should be read in few.
const TEXTS_AT_ONCE: i64 = 2_000_000;
const TEXTS: &str = "SELECT d.entry_id, d.content FROM diary d
    WHERE d.content IS NOT NULL AND d.served_on BETWEEN ? AND ? ORDER BY d.served_on, d.entry_id";

/// A group of records to look into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    /// near_duplicate, back_filled, written_late, not_held, instant, no_steps
    pub sign: String,
    /// Its first record, which names it: `diary/D0001`.
    pub lead: String,
    /// By time.
    pub records: Vec<LeadRecord>,
}

/// One record of a lead, as it was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadRecord {
    /// Table and key.
    pub record: String,
    /// When it was written or, for a case, resolved.
    pub happened_at: Option<NaiveDateTime>,
    /// Likeness to another of its group (0 to 1), or days written late.
    pub value: Option<f64>,
    pub person_id: Option<String>,
    pub person_name: Option<String>,
    pub unit: Option<String>,
    pub enterprise_id: Option<String>,
    pub enterprise_name: Option<String>,
    /// Diary: the day served.
    pub served_on: Option<NaiveDate>,
    /// Text of the entry, or title of the case.
    pub said: Option<String>,
}

impl Lead {
    /// 日志内容雷同
    pub fn sign_zh(&self) -> &'static str {
        SIGNS.iter().find(|(sign, _)| *sign == self.sign).map_or("", |(_, zh)| zh)
    }

    /// What speaks against a bad reading of it; the checker asks for it first.
    pub fn innocent_zh(&self) -> &'static str {
        match self.sign.as_str() {
            "near_duplicate" => "可能使用单位统一模板或零报告固定用语；可能多人共同走访、各自登记；可能为重复提交。",
            "back_filled" => "可能因平台故障、外出、网络不便先记纸质台账后集中录入；可能由专人代为录入。",
            "written_late" => "可能因离岗、外出或平台停用而补录；服务日期可能误填。",
            "not_held" => "可能为代班、交接期间或联合走访；可能交接尚未备案；企业编号可能误填。",
            "instant" => "可能先线下办结、后一次性补录；可能为咨询类问题当场答复。",
            "no_steps" => "可能当场协调解决，无需转办；中间环节可能未上传平台。",
            _ => "",
        }
    }

    /// Names of all who wrote its records, each once, in order of time.
    pub fn people(&self) -> Vec<String> {
        distinct(self.records.iter().filter_map(|r| r.person_name.clone().or_else(|| r.person_id.clone())))
    }

    /// Their units.
    pub fn units(&self) -> Vec<String> {
        distinct(self.records.iter().filter_map(|r| r.unit.clone()))
    }

    /// Enterprises that its records name.
    pub fn enterprises(&self) -> Vec<String> {
        distinct(self.records.iter().filter_map(|r| r.enterprise_name.clone().or_else(|| r.enterprise_id.clone())))
    }

    /// What makes it a lead, with its own numbers.
    pub fn said_zh(&self) -> String {
        let count = self.records.len();
        let span = |one: Option<NaiveDate>, other: Option<NaiveDate>| match (one, other) {
            (Some(one), Some(other)) if one == other => format!("{one}"),
            (Some(one), Some(other)) => format!("{one}至{other}"),
            _ => "日期不明".to_owned(),
        };
        let served = self.records.iter().filter_map(|r| r.served_on);
        let served = span(served.clone().min(), served.max());
        let values = self.records.iter().filter_map(|r| r.value);
        match self.sign.as_str() {
            "near_duplicate" => {
                let least = values.fold(1.0, f64::min);
                let alike = if least < 1.0 {
                    format!("相似度不低于{:.0}%", (least * 100.0).floor())
                } else {
                    "相同".to_owned()
                };
                format!("{count}篇日志正文{alike}（服务日期{served}）。")
            }
            "back_filled" => format!("十分钟内连续填写，共{count}篇，服务日期{served}。"),
            "written_late" => {
                format!("同日补录{count}篇，最多迟{:.0}天（服务日期{served}）。", values.fold(0.0, f64::max))
            }
            "not_held" => format!("{count}篇日志所服务的企业当日非本人负责（服务日期{served}）。"),
            "instant" => "提交后60秒内办结。".to_owned(),
            _ => "仅有提交、受理、办结，无其他办理环节。".to_owned(),
        }
    }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

impl Session {
    /// Finds the entries of the diary whose texts are nearly the same; what is no matter for SQL.
    pub(super) fn lay_similar(&self) -> Result<(), MeasureError> {
        self.conn().execute_batch("DELETE FROM similar_text; DELETE FROM lead_record;")?;
        let threads: i64 =
            self.conn().query_row("SELECT CAST(current_setting('threads') AS BIGINT)", [], |row| row.get(0))?;
        let mut texts = similar::Texts::new(threads.unsigned_abs() as usize);
        // The ids one after the other, and where each ends.
        let (mut ids, mut ends) = (String::new(), Vec::new());
        for (first, last) in self.days_of_texts()? {
            let mut statement = self.conn().prepare_cached(TEXTS)?;
            let mut rows = statement.query([first, last])?;
            let mut contents = Vec::new();
            while let Some(row) = rows.next()? {
                ids.push_str(&row.get::<_, String>(0)?);
                ends.push(ids.len());
                contents.push(row.get::<_, String>(1)?);
            }
            texts.add(&contents);
        }
        let id = |index: usize| &ids[index.checked_sub(1).map_or(0, |before| ends[before])..ends[index]];
        let mut rows = self.conn().appender_to_catalog_and_db("similar_text", "temp", "main")?;
        for (number, group) in texts.groups().iter().enumerate() {
            for (index, likeness) in &group.members {
                rows.append_row(params![number as i64, id(*index), likeness])?;
            }
        }
        rows.flush()?;
        Ok(())
    }

    /// Stretches of days, first and last, in each of which so many entries were served, if no single day has more.
    fn days_of_texts(&self) -> Result<Vec<(NaiveDate, NaiveDate)>, MeasureError> {
        let told: Vec<(NaiveDate, i64)> = self.pairs(
            "SELECT d.served_on, COUNT(*) FROM diary d WHERE d.content IS NOT NULL GROUP BY d.served_on ORDER BY d.served_on",
        )?;
        Ok(stretches(&told, TEXTS_AT_ONCE))
    }

    /// The leads in the evidence computed: by sign, unit, person.
    pub fn leads(&self) -> Result<Vec<Lead>, MeasureError> {
        let (name, text) = query("explain/leads.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn().prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            let record = LeadRecord {
                record: row.get("record")?,
                happened_at: row.get("happened_at")?,
                value: row.get("value")?,
                person_id: row.get("person_id")?,
                person_name: row.get("person_name")?,
                unit: row.get("unit")?,
                enterprise_id: row.get("enterprise_id")?,
                enterprise_name: row.get("enterprise_name")?,
                served_on: row.get("served_on")?,
                said: row.get("said")?,
            };
            Ok((row.get::<_, String>("sign")?, row.get::<_, String>("lead")?, record))
        });
        let mut leads: Vec<Lead> = Vec::new();
        for row in rows.map_err(failed)? {
            let (sign, lead, record) = row.map_err(failed)?;
            match leads.last_mut().filter(|last| last.sign == sign && last.lead == lead) {
                Some(last) => last.records.push(record),
                None => leads.push(Lead { sign, lead, records: vec![record] }),
            }
        }
        Ok(leads)
    }
}

/// First and last day of stretches that have no more than so many entries together, unless a single day has more.
fn stretches(told: &[(NaiveDate, i64)], at_once: i64) -> Vec<(NaiveDate, NaiveDate)> {
    let mut stretches: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    let mut entries = 0;
    for &(day, count) in told {
        entries += count;
        match stretches.last_mut().filter(|_| entries <= at_once) {
            Some((_, last)) => *last = day,
            None => {
                stretches.push((day, day));
                entries = count;
            }
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diary_is_read_in_stretches_of_whole_days() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
        let told = [(day(1), 4), (day(2), 5), (day(5), 2), (day(6), 30), (day(7), 1), (day(9), 9)];
        assert_eq!(stretches(&told, 10), [(day(1), day(2)), (day(5), day(5)), (day(6), day(6)), (day(7), day(9))]);
        assert_eq!(stretches(&told, 100), [(day(1), day(9))]);
        assert_eq!(stretches(&[], 10), []);
    }
}
