//! Figures as folds of a session's evidence: by any dimension, by part of a subject, and waiting times.
use std::path::Path;

use chrono::NaiveDate;
use duckdb::{Row, params};

use super::brief::{Figure, Wait};
use super::session::{EXPOSURE, FIGURES, NAMES, Session, query};
use super::{Dimension, MeasureError, Scope};

/// Days from first to last, both inclusive, under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub name: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// What one part of a subject (an enterprise, a slot) met and breached in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub measure: String,
    pub subject_id: String,
    pub span: String,
    pub met: u32,
    pub breached: u32,
}

impl Session {
    /// Folds the evidence by a dimension: by measure, then subject, the vacuum last.
    pub fn figures(&self, by: Dimension) -> Result<Vec<Figure>, MeasureError> {
        self.figures_by(&[by])
    }

    /// Folds the evidence by several dimensions in one pass: by dimension, measure, then subject, the vacuum last.
    pub fn figures_by(&self, dimensions: &[Dimension]) -> Result<Vec<Figure>, MeasureError> {
        let Some(scope) = self.scope else { return Ok(Vec::new()) };
        let started = std::time::Instant::now();
        self.lay_fold(dimensions)?;
        let (name, text) = query(FIGURES);
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn.prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| figure(row, scope)).map_err(failed)?;
        let mut figures: Vec<Figure> = rows.collect::<Result<_, _>>().map_err(failed)?;
        for figure in &mut figures {
            let by = dimensions.iter().find(|by| by.name() == figure.by);
            if let Some(name) = figure.subject_id.as_deref().and_then(|word| by?.shown(word, &figure.kind, &self.words))
            {
                figure.subject_name = Some(name.to_owned());
            }
        }
        tracing::debug!(dimensions = dimensions.len(), ms = started.elapsed().as_millis(), "fold");
        Ok(figures)
    }

    /// Lays what evidence is folded with: the dimensions, and what measures or dimensions ask for besides.
    fn lay_fold(&self, dimensions: &[Dimension]) -> Result<(), MeasureError> {
        self.fold_by(dimensions)?;
        self.conn.execute_batch("DELETE FROM exposure; DELETE FROM subject_name;")?;
        for (before, file) in self.beside(dimensions)? {
            self.run(before, file)?;
        }
        self.lay_design_rates()
    }

    /// What is laid beside the evidence for a fold by these dimensions.
    fn beside(&self, dimensions: &[Dimension]) -> Result<Vec<(&'static str, &'static str)>, MeasureError> {
        let rates = "SELECT EXISTS (FROM measure WHERE kind = 'tally' AND source = 'changes')";
        let rates: bool = self.conn.query_row(rates, [], |row| row.get(0))?;
        let named = dimensions.iter().any(|by| matches!(by, Dimension::Person | Dimension::Enterprise));
        Ok(rates.then_some(EXPOSURE).into_iter().chain(named.then_some(NAMES)).collect())
    }

    /// The queries that a fold by these dimensions runs.
    pub(super) fn fold_texts(&self, dimensions: &[Dimension]) -> Result<Vec<&'static str>, MeasureError> {
        let beside = self.beside(dimensions)?.into_iter().map(|(_, file)| query(file).1);
        Ok(beside.chain([query(FIGURES).1]).chain(self.sample_texts()?).collect())
    }

    pub(super) fn fold_by(&self, dimensions: &[Dimension]) -> Result<(), MeasureError> {
        self.conn.execute_batch("DELETE FROM fold_by")?;
        for by in dimensions {
            self.conn.execute("INSERT INTO fold_by VALUES (?)", params![by.name()])?;
        }
        Ok(())
    }

    /// Writes the figures of a dimension to a Parquet file.
    pub fn figures_to_parquet(&self, by: Dimension, file: &Path) -> Result<(), MeasureError> {
        self.lay_fold(&[by])?;
        let (_, text) = query(FIGURES);
        let path = file.to_string_lossy().replace('\'', "''");
        self.conn.execute_batch(&format!("COPY ({text}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"))?;
        Ok(())
    }

    /// How long each obligation of a clock that was computed has waited or did wait; by record and opening.
    pub fn waits(&self, measure: &str) -> Result<Vec<Wait>, MeasureError> {
        let (name, text) = query("folds/waits.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let sql = format!("SELECT * FROM ({text}) w WHERE w.measure = ? ORDER BY w.case_id, w.opened_at");
        let mut statement = self.conn.prepare(&sql).map_err(failed)?;
        let rows = statement.query_map(params![measure], |row| {
            Ok(Wait {
                case_id: row.get("case_id")?,
                category: row.get("category")?,
                opened_at: row.get("opened_at")?,
                elapsed: row.get("elapsed")?,
                settled: row.get("settled")?,
                ended_by: row.get("ended_by")?,
                ended_on: row.get("ended_on")?,
                extended: row.get("extended")?,
                overdue: row.get("overdue")?,
            })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// What was met and breached in each span of days, by person or unit and by part of it, an enterprise or a slot.
    pub fn parts(&self, by: Dimension, spans: &[Span]) -> Result<Vec<Part>, MeasureError> {
        self.fold_by(&[by])?;
        self.conn.execute_batch("DELETE FROM span")?;
        for span in spans {
            self.conn.execute("INSERT INTO span VALUES (?, ?, ?)", params![span.name, span.first, span.last])?;
        }
        let (name, text) = query("folds/parts.sql");
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn.prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| {
            Ok(Part {
                measure: row.get("measure")?,
                subject_id: row.get("subject_id")?,
                span: row.get("span")?,
                met: row.get("met")?,
                breached: row.get("breached")?,
            })
        });
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }
}

fn figure(row: &Row<'_>, scope: Scope) -> duckdb::Result<Figure> {
    Ok(Figure {
        measure: row.get("measure")?,
        kind: row.get("kind")?,
        by: row.get("by_dimension")?,
        subject_id: row.get("subject_id")?,
        subject_name: row.get("subject_name")?,
        period: scope.period,
        as_of: scope.as_of,
        n: row.get("n")?,
        met: row.get("met")?,
        breached: row.get("breached")?,
        pending: row.get("pending")?,
        unmeasurable: row.get("unmeasurable")?,
        extended: row.get("extended")?,
        rate: row.get("rate")?,
        ci_low: row.get("ci_low")?,
        ci_high: row.get("ci_high")?,
        mean: row.get("mean")?,
        median: row.get("median")?,
        p90: row.get("p90")?,
        max: row.get("max_value")?,
        denominator: row.get("denominator")?,
    })
}
