//! Evidence set aside: the rows behind a brief as Parquet, and read back without a warehouse.
//!
//! A brief is computed in parts, each with rows of its own: the period, the period before, the year before, the months
//! of the series, and states at the ends of months. Answers that enterprises gave are not among the rows: of them only
//! counts of the whole are kept, and only where there are enough (背对背).
use std::path::Path;

use chrono::NaiveDate;
use duckdb::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::MeasureError;
use super::brief::Evidence;
use super::rows::evidence;
use super::session::Session;
use crate::regime::{Measure, Rule};
use crate::warehouse;

/// What of a brief some rows are behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portion {
    Period,
    Previous,
    YearBefore,
    /// The series, of what happened.
    Months,
    /// The series, of what stood at the end of each month.
    States,
}

impl Portion {
    pub const ALL: [Portion; 5] =
        [Portion::Period, Portion::Previous, Portion::YearBefore, Portion::Months, Portion::States];

    /// As files and JSON name it.
    pub fn name(self) -> &'static str {
        match self {
            Portion::Period => "period",
            Portion::Previous => "previous",
            Portion::YearBefore => "year_before",
            Portion::Months => "months",
            Portion::States => "states",
        }
    }

    /// Whether its figures are added up by anything but the district and months.
    pub fn has_cuts(self) -> bool {
        matches!(self, Portion::Period | Portion::Previous)
    }
}

/// Where evidence goes while a brief is gathered, and what may not go there row by row.
pub struct Keeping<'a> {
    pub folder: &'a Path,
    /// Measures of what enterprises answered.
    pub ratings: Vec<String>,
    /// Fewest answers that are kept as counts.
    pub fewest: usize,
    /// Their counts.
    pub answers: Vec<Answers>,
}

impl<'a> Keeping<'a> {
    /// The same place for another connection, with counts of its own.
    pub(super) fn beside(&self) -> Keeping<'a> {
        Keeping { folder: self.folder, ratings: self.ratings.clone(), fewest: self.fewest, answers: Vec::new() }
    }
}

/// How many answers of the whole said the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    pub of: Portion,
    pub measure: String,
    /// Where it is of a month of the series.
    pub month: Option<String>,
    pub outcome: Option<String>,
    pub value: Option<f64>,
    pub n: i64,
}

/// A row as it was folded: what it counts, and what it is added up by beside what [`Evidence`] has.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub row: Evidence,
    pub area: Option<String>,
    pub industry: Option<String>,
    /// The enterprise's, by which figures are added up.
    pub enterprise_tier: Option<String>,
    pub month: Option<String>,
}

/// Days on which an enterprise was in scope: what rates by enterprise-years are divided by.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposed {
    pub enterprise_id: String,
    pub area: Option<String>,
    pub industry: Option<String>,
    pub tier: Option<String>,
    pub stage: Option<String>,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// Measures of what enterprises answered, or of the topic of answers.
pub fn is_rating(measure: &Measure) -> bool {
    matches!(measure.rule, Rule::Score { .. }) || measure.topic == "satisfaction"
}

const WITHIN: &str = "evidence e
    LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
    LEFT JOIN calendar c ON c.day = e.decided_on";
/// The order of `explain`, then whatever else could differ.
const ORDER: &str = "e.measure, e.decided_on NULLS LAST, e.opened_at NULLS LAST, e.record, e.unit NULLS LAST,
    e.due_at NULLS LAST, e.person_id NULLS LAST, e.class NULLS LAST, e.outcome NULLS LAST, e.value NULLS LAST,
    e.done_at NULLS LAST, e.enterprise_id NULLS LAST";
const EXPOSED: &str = "SELECT
        n.enterprise_id, n.area, n.industry, n.tier, n.stage,
        GREATEST(n.in_scope_from, p.period_first, p.in_force_from) AS first_day,
        LEAST(n.in_scope_to, p.period_last, p.as_of_day) AS last_day
    FROM enterprises n CROSS JOIN params p
    WHERE n.listed
      AND GREATEST(n.in_scope_from, p.period_first, p.in_force_from) <= LEAST(n.in_scope_to, p.period_last, p.as_of_day)
    ORDER BY n.enterprise_id";

impl Session {
    /// Sets the evidence computed last aside as that of `of`.
    pub(super) fn keep_aside(&self, of: Portion, keeping: &mut Keeping<'_>) -> Result<(), MeasureError> {
        let names: Vec<String> = keeping.ratings.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
        let listed = if names.is_empty() { "''".to_owned() } else { names.join(", ") };
        // Where nothing is added up by people, units or enterprises, their ids are not kept.
        let columns = if of.has_cuts() {
            "e.*, n.area, n.industry, n.tier AS enterprise_tier, c.month"
        } else {
            "e.measure, e.record, e.decided_on, c.month, e.outcome, e.value, e.extended"
        };
        let rows = format!("SELECT {columns} FROM {WITHIN} WHERE e.measure NOT IN ({listed}) ORDER BY {ORDER}");
        self.copy(&rows, &keeping.folder.join(format!("rows-{}.parquet", of.name())))?;
        let divided: bool = self.conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM measure WHERE kind = 'tally' AND source = 'changes')",
            [],
            |row| row.get(0),
        )?;
        if divided && of != Portion::States {
            self.copy(EXPOSED, &keeping.folder.join(format!("exposure-{}.parquet", of.name())))?;
        }
        if of != Portion::States {
            keeping.answers.extend(self.answers(of, &listed, keeping.fewest)?);
        }
        Ok(())
    }

    fn answers(&self, of: Portion, listed: &str, fewest: usize) -> Result<Vec<Answers>, MeasureError> {
        let month = if of == Portion::Months { "c.month" } else { "CAST(NULL AS VARCHAR)" };
        let mut statement = self.conn.prepare(&format!(
            "WITH counted AS (
                 SELECT e.measure, {month} AS month, e.outcome, e.value, COUNT(*) AS n
                 FROM {WITHIN} WHERE e.measure IN ({listed}) GROUP BY ALL
             )
             SELECT * FROM counted QUALIFY SUM(n) OVER (PARTITION BY measure, month) >= {fewest}
             ORDER BY measure, month NULLS LAST, outcome NULLS LAST, value NULLS LAST"
        ))?;
        let rows = statement.query_map([], |row| {
            let (measure, month) = (row.get(0)?, row.get(1)?);
            Ok(Answers { of, measure, month, outcome: row.get(2)?, value: row.get(3)?, n: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One thread, so that the same rows give the same bytes.
    fn copy(&self, sql: &str, file: &Path) -> Result<(), MeasureError> {
        let path = file.to_string_lossy().replace('\'', "''");
        let threads: i64 = self.conn.query_row("SELECT current_setting('threads')", [], |row| row.get(0))?;
        self.conn.execute_batch("SET threads = 1")?;
        let done = self.conn.execute_batch(&format!(
            "COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        ));
        self.conn.execute_batch(&format!("SET threads = {threads}"))?;
        Ok(done?)
    }
}

/// Evidence that was set aside in a folder.
pub struct Aside {
    conn: Connection,
}

impl Aside {
    /// Opens a reader; nothing of a warehouse is needed.
    pub fn open(folder: &Path) -> Result<Aside, MeasureError> {
        let conn = warehouse::without_file(folder)?;
        conn.execute_batch("SET threads = 1")?;
        Ok(Aside { conn })
    }

    /// The rows of a part in the order in which they were kept.
    pub fn rows(&self, folder: &Path, of: Portion) -> Result<Vec<Kept>, MeasureError> {
        let file = folder.join(format!("rows-{}.parquet", of.name()));
        if !file.is_file() {
            return Ok(Vec::new());
        }
        let nothing = "NULL::VARCHAR AS person_id, NULL::VARCHAR AS unit, NULL::VARCHAR AS enterprise_id,
            NULL::VARCHAR AS category, NULL::VARCHAR AS class, NULL::VARCHAR AS channel, NULL::VARCHAR AS stage,
            NULL::VARCHAR AS tier, NULL::TIMESTAMP AS opened_at, NULL::DATE AS due_day, NULL::TIMESTAMP AS due_at,
            NULL::TIMESTAMP AS done_at, NULL::DOUBLE AS weight, FALSE AS shared, 0.0::DOUBLE AS paused,
            NULL::DOUBLE AS elapsed, NULL::VARCHAR AS ended_by, NULL::VARCHAR AS area, NULL::VARCHAR AS industry,
            NULL::VARCHAR AS enterprise_tier";
        let columns = if of.has_cuts() { "*".to_owned() } else { format!("*, {nothing}") };
        self.read(&file, &columns, |row| {
            Ok(Kept {
                row: evidence(row)?,
                area: row.get("area")?,
                industry: row.get("industry")?,
                enterprise_tier: row.get("enterprise_tier")?,
                month: row.get("month")?,
            })
        })
    }

    /// The days in scope of a part; none where no rate is divided by them.
    pub fn exposure(&self, folder: &Path, of: Portion) -> Result<Vec<Exposed>, MeasureError> {
        let file = folder.join(format!("exposure-{}.parquet", of.name()));
        if !file.is_file() {
            return Ok(Vec::new());
        }
        self.read(&file, "*", |row| {
            Ok(Exposed {
                enterprise_id: row.get("enterprise_id")?,
                area: row.get("area")?,
                industry: row.get("industry")?,
                tier: row.get("tier")?,
                stage: row.get("stage")?,
                first_day: row.get("first_day")?,
                last_day: row.get("last_day")?,
            })
        })
    }

    fn read<T>(
        &self,
        file: &Path,
        columns: &str,
        each: fn(&Row<'_>) -> duckdb::Result<T>,
    ) -> Result<Vec<T>, MeasureError> {
        let path = file.to_string_lossy().replace('\'', "''");
        let failed = |source| MeasureError::Query { file: file.display().to_string(), source };
        let mut statement =
            self.conn.prepare(&format!("SELECT {columns} FROM read_parquet('{path}')")).map_err(failed)?;
        let rows = statement.query_map([], each).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}
