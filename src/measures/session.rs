//! A connection with rules, calendar and scope laid, and evidence computed on it.
use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, Days, NaiveDate};
use duckdb::{Connection, Row, params};

use super::brief::{Evidence, Figure, Merged, Wait};
use super::scope::KnownAt;
use super::{Dimension, MeasureError, Scope, rules};
use crate::calendar::Calendar;
use crate::period::Period;
use crate::regime::Regime;
use crate::shipped;
use crate::warehouse;

pub(super) const SESSION_TABLES: &str = "session/tables.sql";
pub(super) const RULE_TABLES: &str = "session/rules.sql";
pub(super) const ANSWERS: &str = "evidence/answers.sql";
pub(super) const FIGURES: &str = "folds/figures.sql";

/// Stays that go on are no evidence yet.
pub(super) const ASIDE: &str = "DELETE FROM standing;
INSERT INTO standing SELECT * FROM evidence WHERE outcome = 'standing';
DELETE FROM evidence WHERE outcome = 'standing';
";

/// Facts in the order in which they build on each other; the first [`STANDING`] are all that states are made of.
pub(super) const FACTS: [&str; 17] = [
    "merged_enterprises",
    "merged_people",
    "enterprises",
    "people",
    "assignments",
    "absences",
    "holdings",
    "milestones",
    "cases",
    "case_events",
    "pauses",
    "diary",
    "evaluations",
    "complaints",
    "policies",
    "policy_pushes",
    "changes",
];
const STANDING: usize = 8;
/// Facts up to and with the enterprises, which a fold joins.
const FOLDED: usize = 3;
/// Kinds whose evidence keeps the states of several days apart.
const STATES: [&str; 2] = ["coverage", "load"];
/// Enterprises times days that are computed together; bounds the memory of [`Session::states`].
const STATES_AT_ONCE: usize = 4_000_000;
/// Facts that several measures read more than once: kept as tables while a scope stands.
const KEPT: [&str; 7] =
    ["merged_enterprises", "merged_people", "enterprises", "people", "holdings", "cases", "case_events"];
/// Those that only measures of cases read more than once; the largest there are.
const OF_CASES: [&str; 2] = ["cases", "case_events"];
/// Kind and source of measures, and the file of `queries/evidence` that gives their rows.
const EVIDENCE: [(&str, &[&str], &str); 14] = [
    ("deadline", &["cases"], "deadline"),
    ("deadline", &["complaints", "changes", "policies"], "deadline_registers"),
    ("cadence", &["diary"], "cadence"),
    ("score", &["evaluations"], "score"),
    ("completeness", &["case_events"], "completeness"),
    ("completeness", &["diary"], "completeness_diary"),
    ("completeness", &["cases"], "completeness_cases"),
    ("coverage", &["enterprises"], "coverage"),
    ("load", &["enterprises"], "load"),
    ("continuity", &["assignments"], "continuity"),
    ("tally", &["complaints"], "tally"),
    ("tally", &["changes"], "tally_changes"),
    ("tally", &["levels"], "levels"),
    ("score", &["levels"], "levels"),
];
/// What the clocks of cases are made of before they are judged: (table, file), in this order.
const CLOCKS: [(&str, &str); 2] = [("clocked", "clocks/opened.sql"), ("clock_step", "clocks/moved.sql")];

/// Measures of one warehouse under one regime.
pub struct Session {
    conn: Connection,
    in_force_from: NaiveDate,
    scope: Option<Scope>,
    known_at: i64,
}

/// Which evidence rows are asked for; an empty one asks for all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub measure: Option<String>,
    /// Dimension and subject; a subject of `None` is the vacuum.
    pub subjects: Vec<(Dimension, Option<String>)>,
}

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

/// Evidence rows beside what their dimensions are taken from.
const JOINED: &str = "evidence e
    LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
    LEFT JOIN calendar c ON c.day = e.decided_on";

impl Selection {
    /// The condition on [`JOINED`] and its values.
    fn condition(&self) -> (String, Vec<String>) {
        let mut wheres = vec!["TRUE".to_owned()];
        let mut values: Vec<String> = Vec::new();
        if let Some(measure) = &self.measure {
            wheres.push("e.measure = ?".to_owned());
            values.push(measure.clone());
        }
        for (by, subject) in &self.subjects {
            let column = match by {
                Dimension::District => continue,
                Dimension::Person => "e.person_id",
                Dimension::Unit => "e.unit",
                Dimension::Enterprise => "e.enterprise_id",
                Dimension::Area => "n.area",
                Dimension::Industry => "n.industry",
                Dimension::Tier => "n.tier",
                Dimension::Category => "e.category",
                Dimension::Class => "e.class",
                Dimension::Stage => "e.stage",
                Dimension::Channel => "e.channel",
                Dimension::Month => "c.month",
            };
            match subject {
                Some(subject) => {
                    wheres.push(format!("{column} = ?"));
                    values.push(subject.clone());
                }
                None => wheres.push(format!("{column} IS NULL")),
            }
        }
        (wheres.join(" AND "), values)
    }
}

impl Session {
    /// Opens the warehouse for reading and lays the rules of the measures asked for (none named: all).
    pub fn open(file: &Path, regime: &Regime, calendar: &Calendar, only: &[String]) -> Result<Session, MeasureError> {
        for id in only {
            if regime.measure(id).is_none() {
                let known: Vec<&str> = regime.measures.iter().map(|m| m.id.as_str()).collect();
                let remedy = format!("the measures of {} are: {}", regime.id, known.join(", "));
                return Err(MeasureError::Argument { what: "measure", text: id.clone(), remedy });
            }
        }
        let conn = warehouse::open_reader(file)?;
        conn.execute_batch(query(SESSION_TABLES).1)?;
        rules::compile(&conn, regime, only)?;
        lay_calendar(&conn, calendar)?;
        Ok(Session { conn, in_force_from: regime.in_force_from, scope: None, known_at: 0 })
    }

    /// Computes with so many threads from now on; no figure depends on it.
    pub fn set_threads(&self, threads: usize) -> Result<(), MeasureError> {
        self.conn.execute_batch(&format!("SET threads = {}", threads.max(1)))?;
        Ok(())
    }

    /// Computes the evidence of a scope; what was computed before is gone.
    pub fn compute(&mut self, scope: Scope) -> Result<(), MeasureError> {
        self.conn.execute_batch("DELETE FROM obligation; DELETE FROM evidence;")?;
        self.lay_scopes(&[scope])?;
        self.lay_facts(&FACTS)?;
        self.oblige(|_| true)?;
        self.run("INSERT INTO evidence BY NAME ", ANSWERS)?;
        self.conn.execute_batch(ASIDE)?;
        self.scope = Some(scope);
        Ok(())
    }

    /// The district's measures that are a state on the as-of day, as of each of several days: figures by month.
    ///
    /// All days are computed at once, with a row of `params` for each; who answers is not asked.
    pub fn states(&mut self, scopes: &[Scope]) -> Result<Vec<Figure>, MeasureError> {
        let Some(last) = scopes.last() else { return Ok(Vec::new()) };
        let known = "SELECT COUNT(*) FROM warehouse.enterprises_versions";
        let enterprises: usize = self.conn.query_row(known, [], |row| row.get::<_, i64>(0))?.unsigned_abs() as usize;
        let at_once = (STATES_AT_ONCE / enterprises.max(1)).clamp(1, scopes.len());
        self.conn.execute_batch("DELETE FROM obligation; DELETE FROM evidence;")?;
        for scopes in scopes.chunks(at_once) {
            self.lay_scopes(scopes)?;
            self.lay_facts(&FACTS[..STANDING])?;
            self.oblige(|kind| STATES.contains(&kind))?;
        }
        self.conn.execute_batch(
            "INSERT INTO evidence BY NAME SELECT o.* EXCLUDE (answers_role) FROM obligation o; DELETE FROM obligation;",
        )?;
        self.lay_scopes(&[*last])?;
        self.lay_facts(&FACTS[..FOLDED])?;
        self.scope = Some(*last);
        self.figures(Dimension::Month)
    }

    /// Lays scope and facts without computing any measure; what was computed before is gone.
    pub(super) fn lay(&mut self, scope: Scope) -> Result<(), MeasureError> {
        self.conn.execute_batch("DELETE FROM obligation; DELETE FROM evidence;")?;
        self.lay_scopes(&[scope])?;
        self.lay_facts(&FACTS)?;
        self.scope = None;
        Ok(())
    }

    pub(super) fn lay_scopes(&mut self, scopes: &[Scope]) -> Result<(), MeasureError> {
        self.conn.execute_batch("DELETE FROM params")?;
        for scope in scopes {
            self.known_at = self.known_batch(scope.known_at)?;
            self.conn.execute(
                "INSERT INTO params VALUES (?, ?, ?, ?, ?, ?)",
                params![scope.first, scope.last, scope.as_of, scope.as_of_day(), self.known_at, self.in_force_from],
            )?;
        }
        Ok(())
    }

    fn lay_facts(&self, facts: &[&str]) -> Result<(), MeasureError> {
        let asks = "SELECT EXISTS (FROM measure WHERE source IN ('cases', 'levels'))";
        let of_cases: bool = self.conn.query_row(asks, [], |row| row.get(0))?;
        for fact in facts {
            let kept = KEPT.contains(fact) && (of_cases || !OF_CASES.contains(fact));
            let what = if kept { "TABLE" } else { "VIEW" };
            self.run(&format!("CREATE OR REPLACE TEMP {what} {fact} AS "), &format!("facts/{fact}.sql"))?;
        }
        Ok(())
    }

    pub(super) fn oblige(&self, asked: fn(&str) -> bool) -> Result<(), MeasureError> {
        for (before, file) in self.steps(asked)? {
            self.run(&before, &file)?;
        }
        Ok(())
    }

    /// What makes the obligations of the measures laid: the beginning of each statement, and its query.
    pub(super) fn steps(&self, asked: fn(&str) -> bool) -> Result<Vec<(String, String)>, MeasureError> {
        let mut steps = Vec::new();
        for file in self.files(asked)? {
            if file == "deadline" {
                for (table, file) in CLOCKS {
                    steps.push((format!("CREATE OR REPLACE TEMP TABLE {table} AS "), file.to_owned()));
                }
            }
            steps.push(("INSERT INTO obligation BY NAME ".to_owned(), format!("evidence/{file}.sql")));
        }
        Ok(steps)
    }

    /// The last batch that was known in the scope computed.
    pub fn known_at(&self) -> i64 {
        self.known_at
    }

    /// Folds the evidence by a dimension: by measure, then subject, the vacuum last.
    pub fn figures(&self, by: Dimension) -> Result<Vec<Figure>, MeasureError> {
        self.figures_by(&[by])
    }

    /// Folds the evidence by several dimensions in one pass: by dimension, measure, then subject, the vacuum last.
    pub fn figures_by(&self, dimensions: &[Dimension]) -> Result<Vec<Figure>, MeasureError> {
        let Some(scope) = self.scope else { return Ok(Vec::new()) };
        let started = std::time::Instant::now();
        self.fold_by(dimensions)?;
        let (name, text) = query(FIGURES);
        let failed = |source| MeasureError::Query { file: name.clone(), source };
        let mut statement = self.conn.prepare(text).map_err(failed)?;
        let rows = statement.query_map([], |row| figure(row, scope)).map_err(failed)?;
        let mut figures: Vec<Figure> = rows.collect::<Result<_, _>>().map_err(failed)?;
        for figure in &mut figures {
            let by = dimensions.iter().find(|by| by.name() == figure.by);
            if let Some(name) = figure.subject_id.as_deref().and_then(|word| by?.shown(word, &figure.kind)) {
                figure.subject_name = Some(name.to_owned());
            }
        }
        tracing::debug!(dimensions = dimensions.len(), ms = started.elapsed().as_millis(), "fold");
        Ok(figures)
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
        self.fold_by(&[by])?;
        let (_, text) = query(FIGURES);
        let path = file.to_string_lossy().replace('\'', "''");
        self.conn.execute_batch(&format!("COPY ({text}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"))?;
        Ok(())
    }

    /// Evidence rows, by measure, day of decision, record.
    pub fn evidence(&self, selection: &Selection) -> Result<Vec<Evidence>, MeasureError> {
        let (condition, values) = selection.condition();
        let sql = format!(
            "SELECT e.* FROM {JOINED} WHERE {condition}
             ORDER BY e.measure, e.decided_on NULLS LAST, e.opened_at NULLS LAST, e.record, e.unit NULLS LAST, e.due_at NULLS LAST"
        );
        let mut statement = self.conn.prepare(&sql)?;
        let rows = statement.query_map(duckdb::params_from_iter(values), evidence)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stays that go on at as-of, the longest first.
    pub fn standing(&self) -> Result<Vec<Evidence>, MeasureError> {
        let mut statement = self
            .conn
            .prepare("SELECT s.* FROM standing s ORDER BY s.measure, s.elapsed DESC, s.opened_at, s.record, s.class")?;
        let rows = statement.query_map([], evidence)?;
        Ok(rows.collect::<Result<_, _>>()?)
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

    /// Forgets the rows that are not selected, so that what is folded next is a fold of the selection.
    pub fn keep(&mut self, selection: &Selection) -> Result<(), MeasureError> {
        let (condition, values) = selection.condition();
        let sql = format!("CREATE OR REPLACE TEMP TABLE selected AS SELECT e.* FROM {JOINED} WHERE {condition}");
        self.conn.execute(&sql, duckdb::params_from_iter(values))?;
        self.conn
            .execute_batch("DELETE FROM evidence; INSERT INTO evidence SELECT * FROM selected; DROP TABLE selected;")?;
        Ok(())
    }

    /// Names of people by id.
    pub fn names(&self) -> Result<BTreeMap<String, String>, MeasureError> {
        Ok(self.pairs("SELECT person_id, name FROM people")?.into_iter().collect())
    }

    /// Ids that others stand for, as known in the scope computed; by kind and id.
    pub fn merged(&self) -> Result<Vec<Merged>, MeasureError> {
        let mut statement = self.conn.prepare(
            "WITH stated AS (
                 SELECT m.* FROM warehouse.merges m WHERE m.batch_id <= ?
                 QUALIFY ROW_NUMBER() OVER (PARTITION BY m.kind, m.id ORDER BY m.batch_id DESC, m.row_no DESC) = 1
             )
             SELECT i.kind, i.id, i.is_id, s.batch_id, b.started_at, s.reason
             FROM warehouse.identities i
             JOIN stated s ON s.kind = i.kind AND s.id = i.id
             JOIN warehouse.batches b ON b.batch_id = s.batch_id
             WHERE i.known_from <= ? AND (i.known_to IS NULL OR i.known_to > ?)
             ORDER BY i.kind, i.is_id, i.id",
        )?;
        let rows = statement.query_map(params![self.known_at, self.known_at, self.known_at], |row| {
            Ok(Merged {
                kind: row.get(0)?,
                id: row.get(1)?,
                is: row.get(2)?,
                batch: row.get(3)?,
                since: row.get(4)?,
                reason: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last day on which a case, diary entry or evaluation known now happened.
    pub fn last_day(&self) -> Result<Option<NaiveDate>, MeasureError> {
        Ok(self.conn.query_row(
            "SELECT MAX(day) FROM (
                 SELECT MAX(CAST(submitted_at AS DATE)) AS day FROM warehouse.cases
                 UNION ALL SELECT MAX(served_on) FROM warehouse.diary
                 UNION ALL SELECT MAX(CAST(\"at\" AS DATE)) FROM warehouse.evaluations)",
            [],
            |row| row.get(0),
        )?)
    }

    /// Obligations without a due day because the calendar ends before it: by the year they opened in.
    pub fn beyond_calendar(&self) -> Result<Vec<(i32, i64)>, MeasureError> {
        self.pairs(
            "SELECT CAST(EXTRACT(YEAR FROM opened_at) AS INT), COUNT(*) FROM evidence
             WHERE outcome = 'pending' AND due_at IS NULL GROUP BY 1 ORDER BY 1",
        )
    }

    /// The connection, for the other readers of this room.
    pub(super) fn conn(&self) -> &Connection {
        &self.conn
    }

    fn pairs<A: duckdb::types::FromSql, B: duckdb::types::FromSql>(
        &self,
        sql: &str,
    ) -> Result<Vec<(A, B)>, MeasureError> {
        let mut statement = self.conn.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The evidence files of the measures laid, of the kinds asked for.
    pub(super) fn files(&self, asked: fn(&str) -> bool) -> Result<Vec<&'static str>, MeasureError> {
        let found: Vec<(String, String)> = self.pairs("SELECT DISTINCT kind, source FROM measure")?;
        let laid = |kind: &str, sources: &[&str]| {
            found.iter().any(|(k, source)| k == kind && sources.contains(&source.as_str()))
        };
        let files = EVIDENCE.into_iter().filter(|(kind, sources, _)| asked(kind) && laid(kind, sources));
        let mut files: Vec<&str> = files.map(|(.., file)| file).collect();
        // Levels are counted and scored by one file.
        files.dedup();
        Ok(files)
    }

    fn known_batch(&self, known_at: KnownAt) -> Result<i64, MeasureError> {
        let last = "SELECT COALESCE(MAX(batch_id), 0) FROM warehouse.batches";
        Ok(match known_at {
            KnownAt::Batch(batch) => self.received_batch(batch)?,
            KnownAt::Everything => self.conn.query_row(last, [], |row| row.get(0))?,
            KnownAt::Time(time) => {
                self.conn.query_row(&format!("{last} WHERE started_at <= ?"), params![time], |row| row.get(0))?
            }
        })
    }

    /// A batch that came in; one beyond the last would quietly mean everything.
    fn received_batch(&self, batch: i64) -> Result<i64, MeasureError> {
        let last = "SELECT COALESCE(MAX(batch_id), 0), strftime(max_by(started_at, batch_id), '%Y-%m-%dT%H:%M:%S')
            FROM warehouse.batches";
        let (last, at): (i64, Option<String>) = self.conn.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if (1..=last).contains(&batch) {
            return Ok(batch);
        }
        let at = at.map_or_else(String::new, |at| format!(", begun {at}"));
        Err(MeasureError::Argument {
            what: "batch that came in",
            text: batch.to_string(),
            remedy: format!("batches are numbered from 1, the last is {last}{at}; a time may also be given"),
        })
    }

    pub(super) fn run(&self, before: &str, file: &str) -> Result<(), MeasureError> {
        let (name, text) = query(file);
        let started = std::time::Instant::now();
        self.conn
            .execute_batch(&format!("{before}\n{text}"))
            .map_err(|source| MeasureError::Query { file: name.clone(), source })?;
        tracing::debug!(file, ms = started.elapsed().as_millis(), "query");
        Ok(())
    }
}

/// A shipped query: the name it is told by, and its text.
pub(super) fn query(file: &str) -> (String, &'static str) {
    let text = shipped::QUERIES.get_file(file).and_then(|f| f.contents_utf8()).unwrap_or_default();
    (format!("queries/{file}"), text)
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

fn evidence(row: &Row<'_>) -> duckdb::Result<Evidence> {
    Ok(Evidence {
        measure: row.get("measure")?,
        record: row.get("record")?,
        person_id: row.get("person_id")?,
        unit: row.get("unit")?,
        enterprise_id: row.get("enterprise_id")?,
        category: row.get("category")?,
        class: row.get("class")?,
        channel: row.get("channel")?,
        stage: row.get("stage")?,
        tier: row.get("tier")?,
        opened_at: row.get("opened_at")?,
        due_day: row.get("due_day")?,
        due_at: row.get("due_at")?,
        done_at: row.get("done_at")?,
        decided_on: row.get("decided_on")?,
        outcome: row.get("outcome")?,
        value: row.get("value")?,
        weight: row.get("weight")?,
        shared: row.get("shared")?,
        extended: row.get("extended")?,
        paused: row.get("paused")?,
        elapsed: row.get("elapsed")?,
        ended_by: row.get("ended_by")?,
    })
}

/// Lays the calendar, with undeclared years around it so that weeks and months exist there too.
fn lay_calendar(conn: &Connection, calendar: &Calendar) -> Result<(), MeasureError> {
    let days: Vec<(NaiveDate, bool)> = calendar.days().map(|day| (day.date, day.is_workday)).collect();
    let year = |day: Option<&(NaiveDate, bool)>, or: i32| day.map_or(or, |(day, _)| day.year());
    let from = NaiveDate::from_ymd_opt(year(days.first(), 2018) - 3, 1, 1).unwrap_or(NaiveDate::MIN);
    let to = NaiveDate::from_ymd_opt(year(days.last(), 2026) + 5, 12, 31).unwrap_or(NaiveDate::MAX);
    let mut declared = days.iter().peekable();
    let mut ordinal = 0;
    let mut gap = false;
    let mut rows = conn.appender_to_catalog_and_db("calendar", "temp", "main")?;
    let mut workdays = Vec::new();
    let mut day = from;
    while day <= to {
        let is_workday = declared.next_if(|(next, _)| *next == day).map(|(_, worked)| *worked);
        match is_workday {
            None => gap = true,
            Some(worked) => {
                // A clock cannot run over undeclared days: the ordinals of both sides are kept far apart.
                if gap && ordinal > 0 {
                    ordinal += 1_000_000;
                }
                gap = false;
                ordinal += i32::from(worked);
                if worked {
                    workdays.push((ordinal, day));
                }
            }
        }
        let week = day.iso_week();
        rows.append_row(params![
            day,
            is_workday,
            is_workday.map(|_| ordinal),
            day.weekday().number_from_monday(),
            Period::Week(week.year(), week.week()).to_string(),
            Period::month_of(day).to_string(),
            Period::Quarter(day.year(), day.month0() / 3 + 1).to_string(),
        ])?;
        day = day + Days::new(1);
    }
    rows.flush()?;
    let mut rows = conn.appender_to_catalog_and_db("workday", "temp", "main")?;
    for (ordinal, day) in workdays {
        rows.append_row(params![ordinal, day])?;
    }
    rows.flush()?;
    Ok(())
}
