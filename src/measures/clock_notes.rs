//! What happened to a case while its clock ran, in words: extensions, pauses, reopenings, hand-overs, deputies.
use chrono::NaiveDate;

use super::MeasureError;
use super::brief::Note;
use super::session::{Session, query};
use crate::tables::Wording;

/// A row of `queries/explain/clocks.sql`.
struct Told {
    what: String,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    due_before: Option<NaiveDate>,
    due_after: Option<NaiveDate>,
    amount: Option<f64>,
    before: Option<String>,
    after: Option<String>,
}

impl Session {
    /// Notes on the evidence at hand, row by row, in the order in which things happened.
    pub fn clock_notes(&self, main_role: &str) -> Result<Vec<Note>, MeasureError> {
        let laid = "SELECT COUNT(*) FROM measure WHERE kind = 'deadline' AND source = 'cases'";
        if self.conn().query_row(laid, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Vec::new());
        }
        let (name, text) = query("explain/clocks.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn().prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            let told = Told {
                what: row.get("what")?,
                from: row.get("from_day")?,
                to: row.get("to_day")?,
                due_before: row.get("due_before")?,
                due_after: row.get("due_after")?,
                amount: row.get("amount")?,
                before: row.get("word_before")?,
                after: row.get("word_after")?,
            };
            let note = Note {
                record: row.get("record")?,
                opened_at: row.get("opened_at")?,
                due_at: row.get("due_at")?,
                text: String::new(),
            };
            Ok((note, told))
        });
        let mut notes: Vec<Note> = Vec::new();
        let mut extensions = 0;
        for row in rows.map_err(failed)? {
            let (mut note, told) = row.map_err(failed)?;
            let same = notes.last().is_some_and(|last| {
                (&last.record, last.opened_at, last.due_at) == (&note.record, note.opened_at, note.due_at)
            });
            extensions = if same { extensions } else { 0 } + usize::from(told.what == "extension");
            note.text = told.zh(extensions, main_role, &self.words);
            notes.push(note);
        }
        Ok(notes)
    }
}

impl Told {
    fn zh(&self, extensions: usize, role: &str, words: &Wording) -> String {
        let day = |day: Option<NaiveDate>| day.map_or("（日期不详）".to_owned(), |day| day.to_string());
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "（空缺）".to_owned());
        match self.what.as_str() {
            "extension" => {
                let times =
                    if extensions > 1 { format!("第{extensions}次延期") } else { "延期一次".to_owned() };
                let done = if self.before.as_deref() == Some("assigned") { "回复" } else { "办结" };
                format!("{times}：原应于 {} 前{done}，经批准延至 {}", day(self.due_before), day(self.due_after))
            }
            "pause" => match (self.to, self.amount) {
                (Some(_), Some(amount)) => {
                    let unit = match self.after.as_deref() {
                        Some("working_days") => "个工作日",
                        Some("hours") => "小时",
                        _ => "天",
                    };
                    let amount = (amount * 100.0).round() / 100.0;
                    let span = format!("{} 至 {}", day(self.from), day(self.to));
                    match self.due_after {
                        Some(due) => format!("挂起 {amount} {unit}（{span}），期限顺延至 {due}"),
                        None => format!("挂起 {amount} {unit}（{span}）"),
                    }
                }
                _ => format!("{} 起挂起，至统计时点未恢复，暂不判定", day(self.from)),
            },
            "reopened" => format!("{} 重新打开，从该日起重新计时；此前的判定不变", day(self.from)),
            "handover" => {
                format!("期间{role}由{}变更为{}（{} 起）", word(&self.before), word(&self.after), day(self.from))
            }
            "deputy" => {
                let span = format!("{} 至 {}", day(self.from), day(self.to));
                format!("{}请假期间（{span}）由代理人{}履职", word(&self.before), word(&self.after))
            }
            _ => {
                let act = self.after.as_deref().map_or("其他环节", |event| words.shown("event", event));
                format!("{} “{act}”时已到期，此后不再计时", day(self.from))
            }
        }
    }
}
