//! What a reader of `explain` has to know of who answers for a row: deputies, absences, hand-overs, in words.
use chrono::NaiveDate;
use duckdb::Row;

use super::brief::Note;
use super::session::query;
use super::{MeasureError, Session};

impl Session {
    /// Deputies, absences and hand-overs behind who answers for the evidence kept.
    pub fn notes(&self) -> Result<Vec<Note>, MeasureError> {
        let (name, text) = query("explain/notes.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn().prepare(text).map_err(failed)?;
        let rows = statement.query_map([], note).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}

fn note(row: &Row<'_>) -> duckdb::Result<Note> {
    let (what, whom): (String, Option<String>) = (row.get("what")?, row.get("whom")?);
    let (first, last): (Option<NaiveDate>, Option<NaiveDate>) = (row.get("first_day")?, row.get("last_day")?);
    let whom = whom.unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "今".to_owned(), |day| day.to_string());
    let text = match what.as_str() {
        "deputy" => format!("代理{whom}（{}至{}离岗）", day(first), day(last)),
        "away" => format!("本人{}至{}离岗，无代理", day(first), day(last)),
        "handed_over" => format!("起算时为{whom}，{}起接任", day(first)),
        _ => format!("前任{whom}（{}至{}）", day(first), day(last)),
    };
    Ok(Note { record: row.get("record")?, opened_at: row.get("opened_at")?, due_at: row.get("due_at")?, text })
}
