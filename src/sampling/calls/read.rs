//! Call sheets that come back: rows of a workbook or a CSV, taken apart and held against the draw.
//!
//! The header is found wherever it stands, columns by their heads. What can be told of a row without other rows is told here:
//! whose it is, whether its locked cells are as they were written, whether its cells can be read.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::code::{self, Code};
use super::refusal::{Refusal, Rule};
use super::{Attempt, Fieldwork, Key, Row, Source, Unit, Visit};
use crate::ingest::normalise::text::fold;
use crate::ingest::normalise::time::stamp;
use crate::ingest::read::plain::Table;
use crate::sampling::outcome::Outcome;
use crate::sampling::rules::QuestionKind;

/// Columns without which a table is no call sheet.
const SIGNS: [&str; 4] = ["企业编号", "日期", "结果", "行码"];
/// What the evaluator fills in, besides the questions.
const OWN: [&str; 5] = ["日期", "开始", "结束", "结果", "备注"];

/// What a row of a call sheet is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing was filled in.
    Blank,
    Row(Box<Row>),
    Unread(Box<Unread>),
}

/// A row that cannot be taken for what it says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unread {
    pub source: Source,
    /// Plan, sheet, enterprise and attempt as far as the code can be read.
    pub place: String,
    /// Heads and cells as they stood.
    pub cells: Vec<(String, String)>,
    pub reasons: Vec<Refusal>,
}

/// Every row below the header of a call sheet; none: the table is no call sheet.
pub fn rows(table: &Table, file: &str, plans: &BTreeMap<String, Fieldwork>) -> Option<Vec<Found>> {
    let head = |cells: &Vec<String>| cells.iter().map(|cell| fold(cell).replace(['\n', ' '], "")).collect::<Vec<_>>();
    let at = table.rows.iter().position(|(_, cells)| {
        let heads = head(cells);
        SIGNS.iter().all(|sign| heads.iter().any(|head| head == sign))
    })?;
    let heads = head(&table.rows[at].1);
    let found = table.rows[at + 1..].iter().filter_map(|(number, cells)| {
        let source = Source { file: file.to_owned(), sheet: table.sheet.clone(), row: *number };
        let line = Line { heads: &heads, cells, source }.where_it_first_stood();
        // Blank lines and headings in the middle are no rows.
        let empty = cells.iter().all(|cell| cell.trim().is_empty());
        (!empty && head(cells) != heads).then(|| line.found(plans))
    });
    Some(found.collect())
}

/// One line below the header.
struct Line<'a> {
    heads: &'a [String],
    cells: &'a [String],
    source: Source,
}

impl Line<'_> {
    fn cell(&self, head: &str) -> &str {
        let at = self.heads.iter().position(|other| other == head);
        at.and_then(|at| self.cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// A row of the workbook of refused rows says where it stood before: it is that row, put right.
    fn where_it_first_stood(mut self) -> Self {
        let (file, sheet) = (self.cell("原文件").to_owned(), self.cell("工作表").to_owned());
        if let (false, Ok(row)) = (file.is_empty(), self.cell("行号").parse()) {
            self.source = Source { file, sheet, row };
        }
        self
    }

    fn found(self, plans: &BTreeMap<String, Fieldwork>) -> Found {
        let code = Code::read(&fold(self.cell("行码")));
        let work = code.as_ref().and_then(|code| plans.get(&code.plan));
        if self.untouched(work) {
            return Found::Blank;
        }
        let place = code.as_ref().map_or_else(String::new, Code::place);
        let row = match (&code, work) {
            (None, _) => Err(vec![Refusal::new("行码", Rule::NoCode, self.cell("行码"))]),
            (Some(code), None) => Err(vec![Refusal::new("行码", Rule::OtherPlan, code.plan.as_str())]),
            (Some(code), Some(work)) => self.row(code, work),
        };
        match row {
            Ok(row) => Found::Row(Box::new(row)),
            Err(reasons) => Found::Unread(Box::new(Unread { place, cells: self.raw(), reasons, source: self.source })),
        }
    }

    /// Heads with their cells, up to the last that says something.
    fn raw(&self) -> Vec<(String, String)> {
        let cells = self.heads.iter().zip(self.cells).filter(|(head, _)| !head.is_empty());
        cells.map(|(head, cell)| (head.clone(), cell.clone())).collect()
    }

    /// The evaluator's columns are empty.
    fn untouched(&self, work: Option<&Fieldwork>) -> bool {
        let questions = work.map_or(&[][..], |work| &work.rules.questions);
        let labels = questions.iter().map(|question| question.label.as_str());
        OWN.into_iter().chain(labels).all(|head| self.cell(head).is_empty())
    }

    fn row(&self, code: &Code, work: &Fieldwork) -> Result<Row, Vec<Refusal>> {
        let (key, evaluator) = self.identity(code, work).map_err(|refusal| vec![refusal])?;
        let attempt = self.attempt(work, key.visit)?;
        let name = self.cell("企业名称").to_owned();
        Ok(Row { key, evaluator, name, attempt, source: self.source.clone() })
    }

    /// What the row is about, if its locked cells are as they were written.
    fn identity(&self, code: &Code, work: &Fieldwork) -> Result<(Key, String), Refusal> {
        if !code.is_of(work) {
            return Err(Refusal::new("行码", Rule::OtherDraw, code.draw.as_str()));
        }
        let unit: Vec<&Unit> = work.units.iter().filter(|unit| code::short(&unit.pseudonym) == code.short).collect();
        let [unit] = unit.as_slice() else {
            return Err(Refusal::new("行码", Rule::UnknownUnit, code.short.as_str()));
        };
        let id = fold(self.cell("企业编号"));
        if id != fold(&unit.enterprise_id) {
            return Err(Refusal::new("企业编号", Rule::AlteredId, format!("{id} ≠ {}", unit.enterprise_id)));
        }
        let evaluator = code.sheet.checked_sub(1).and_then(|at| work.evaluators.get(at));
        let Some(evaluator) = evaluator else {
            return Err(Refusal::new("行码", Rule::Altered, format!("sheet {}", code.sheet)));
        };
        let key = Key { pseudonym: unit.pseudonym.clone(), visit: code.visit, attempt: code.attempt };
        let name = self.cell("企业名称");
        if code::check(work, &evaluator.id, &key, &unit.enterprise_id, name) == code.check {
            return Ok((key, evaluator.id.clone()));
        }
        Err(Refusal::new("行码", Rule::Altered, format!("{name} {code}")))
    }

    fn attempt(&self, work: &Fieldwork, visit: Visit) -> Result<Attempt, Vec<Refusal>> {
        let mut faults = Vec::new();
        let mut missing = |head: &str| {
            let empty = self.cell(head).is_empty();
            if empty {
                faults.push(Refusal::new(head, Rule::Required, ""));
            }
            !empty
        };
        let filled = ["日期", "开始", "结束", "结果"].map(&mut missing);
        let day = filled[0].then(|| day(self.cell("日期"))).flatten();
        if filled[0] && day.is_none() {
            faults.push(Refusal::new("日期", Rule::Date, self.cell("日期")));
        }
        let mut time = |head: &str, filled: bool| {
            let read = filled.then(|| time_of_day(self.cell(head))).flatten();
            if filled && read.is_none() {
                faults.push(Refusal::new(head, Rule::Time, self.cell(head)));
            }
            read
        };
        let (begun, ended) = (time("开始", filled[1]), time("结束", filled[2]));
        let outcome = Outcome::named(&fold(self.cell("结果")));
        if filled[3] && outcome.is_none() {
            faults.push(Refusal::new("结果", Rule::UnknownOutcome, self.cell("结果")));
        }
        let mut answers = BTreeMap::new();
        for question in &work.rules.questions {
            let text = self.cell(&question.label);
            let asked = visit == Visit::Call || work.rules.back_check.questions.contains(&question.id);
            if text.is_empty() || !asked {
                continue;
            }
            let plain = if question.kind == QuestionKind::Text { text.to_owned() } else { fold(text) };
            match question.read(&plain) {
                Some(answer) => drop(answers.insert(question.id.clone(), answer)),
                None => faults.push(Refusal::new(&question.label, Rule::UnknownAnswer, text)),
            }
        }
        match (day, begun, ended, outcome) {
            (Some(day), Some(begun), Some(ended), Some(outcome)) if faults.is_empty() => Ok(Attempt {
                begun: day.and_time(begun),
                ended: day.and_time(ended),
                outcome,
                answers,
                note: self.cell("备注").to_owned(),
            }),
            _ => Err(faults),
        }
    }
}

/// Seconds since 1970 as a local time.
fn local(seconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

fn day(text: &str) -> Option<NaiveDate> {
    let (seconds, _) = stamp(text).ok().flatten()?;
    local(seconds).map(|at| at.date())
}

/// 14:05, 14:05:30, 下午2:05, a fraction of the day, or the time of a day with a time.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    if let Ok(fraction) = text.parse::<f64>() {
        let seconds = (fraction * 86_400.0).round();
        let whole = (0.0..86_400.0).contains(&seconds).then_some(seconds as i64)?;
        return Some(NaiveTime::MIN + TimeDelta::seconds(whole));
    }
    let on_some_day = |text: &str| match stamp(text) {
        Ok(Some((seconds, false))) => local(seconds).map(|at| at.time()),
        _ => None,
    };
    on_some_day(&format!("2000-01-01 {text}")).or_else(|| on_some_day(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_as_people_write_them() {
        let read = |text: &str| time_of_day(text).map(|time| time.to_string());
        for (text, wanted) in [
            ("14:05", "14:05:00"),
            ("14:05:30", "14:05:30"),
            ("14：05", "14:05:00"),
            ("下午2:05", "14:05:00"),
            ("0.5868055556", "14:05:00"),
            ("2026-11-03 14:05:00", "14:05:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(wanted), "{text}");
        }
        for odd in ["", "25:00", "上午", "2026-11-03", "1.5", "-1"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(day("2026年11月3日"), NaiveDate::from_ymd_opt(2026, 11, 3));
    }
}
