//! A connection with rules, calendar and scope laid, and evidence computed on it.
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use duckdb::{Connection, params};

use super::brief::Figure;
use super::facts::{self, FACTS, FOLDED, STANDING};
use super::obligations::{ALL_COLUMNS, Asked};
use super::scope::KnownAt;
use super::{Dimension, MeasureError, Scope, rules};
use crate::calendar::Calendar;
use crate::period::Period;
use crate::regime::Regime;
use crate::shipped;
use crate::tables::Wording;
use crate::warehouse;

pub(super) const SESSION_TABLES: &str = "session/tables.sql";
pub(super) const RULE_TABLES: &str = "session/rules.sql";
/// What keeps the texts of a measure that changed apart: before the obligations, after the clocks, after all.
pub(super) const VERSIONS: [&str; 3] =
    ["session/versions_laid.sql", "session/versions_clocks.sql", "session/versions_settled.sql"];
pub(super) const ANSWERS: &str = "evidence/answers.sql";
pub(super) const FIGURES: &str = "folds/figures.sql";
/// What figures are folded with, where it is asked for: the beginning of each statement, and its query.
pub(super) const EXPOSURE: (&str, &str) = ("INSERT INTO exposure BY NAME ", "folds/exposure.sql");
pub(super) const NAMES: (&str, &str) = ("INSERT INTO subject_name BY NAME ", "folds/names.sql");

/// Stays that go on are no evidence yet; what a ruling took out is none any more, and is kept to be shown.
pub(super) const ASIDE: &str = "DELETE FROM standing;
INSERT INTO standing SELECT * FROM evidence WHERE outcome = 'standing';
DELETE FROM evidence WHERE outcome = 'standing';
DELETE FROM excluded;
INSERT INTO excluded BY NAME
    SELECT e.*, x.finding, x.reason, x.ruled_by, x.ruled_at FROM evidence e JOIN exclusions x
        ON x.measure = e.measure AND x.record = e.record AND x.opened_at IS NOT DISTINCT FROM e.opened_at
       AND (x.class IS NULL OR x.class = e.class) AND (x.unit IS NULL OR x.unit = e.unit);
DELETE FROM evidence WHERE EXISTS (SELECT 1 FROM exclusions x
    WHERE x.measure = evidence.measure AND x.record = evidence.record
      AND x.opened_at IS NOT DISTINCT FROM evidence.opened_at AND (x.class IS NULL OR x.class = evidence.class)
      AND (x.unit IS NULL OR x.unit = evidence.unit));
DELETE FROM obligation WHERE EXISTS (SELECT 1 FROM exclusions x
    WHERE x.measure = obligation.measure AND x.record = obligation.record
      AND x.opened_at IS NOT DISTINCT FROM obligation.opened_at AND (x.class IS NULL OR x.class = obligation.class)
      AND (x.unit IS NULL OR x.unit = obligation.unit));
";

/// What is not of the period, as `evidence/answers.sql` would have left it out.
const NARROWED: &str = "
DELETE FROM evidence USING params p WHERE NOT COALESCE(evidence.outcome = 'pending', FALSE)
    AND evidence.measure NOT IN (SELECT m.measure FROM measure m WHERE m.state)
    AND NOT COALESCE(evidence.decided_on BETWEEN p.period_first AND p.period_last, FALSE);
DELETE FROM excluded USING params p WHERE NOT COALESCE(excluded.outcome = 'pending', FALSE)
    AND excluded.measure NOT IN (SELECT m.measure FROM measure m WHERE m.state)
    AND NOT COALESCE(excluded.decided_on BETWEEN p.period_first AND p.period_last, FALSE);
";

/// Enterprises times days that are computed together; bounds the memory of [`Session::states`].
const STATES_AT_ONCE: usize = 4_000_000;

/// Measures of one warehouse under one regime.
pub struct Session {
    pub(super) conn: Connection,
    in_force_from: NaiveDate,
    /// Whether it computes only the measures that it was asked for by name.
    pub(super) some: bool,
    /// How the place speaks.
    pub(super) words: Arc<Wording>,
    pub(super) scope: Option<Scope>,
    pub(super) known_at: i64,
    /// The facts laid last: as of which instants, known with which batch, and how many of [`FACTS`].
    pub(super) laid: Option<(Vec<(NaiveDateTime, i64)>, usize)>,
    /// As what each fact lies there, TABLE or VIEW.
    pub(super) facts: BTreeMap<&'static str, &'static str>,
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
        if !only.is_empty() && facts::measures_of_cases(&conn)? == 0 {
            // So little work is shared out at a greater cost than it has.
            conn.execute_batch("SET threads = 1")?;
        }
        Ok(Session {
            conn,
            in_force_from: regime.in_force_from,
            some: !only.is_empty(),
            words: regime.words.clone(),
            scope: None,
            known_at: 0,
            laid: None,
            facts: BTreeMap::new(),
        })
    }

    /// Computes with so many threads from now on; no figure depends on it.
    pub fn set_threads(&self, threads: usize) -> Result<(), MeasureError> {
        self.conn.execute_batch(&format!("SET threads = {}", threads.max(1)))?;
        Ok(())
    }

    /// Leaves threads and memory to other sessions that compute at the same time: so many in all.
    pub(super) fn share(&self, sessions: usize) -> Result<(), MeasureError> {
        Ok(warehouse::share(&self.conn, sessions)?)
    }

    /// Computes the evidence of a scope; what was computed before is gone.
    pub fn compute(&mut self, scope: Scope) -> Result<(), MeasureError> {
        self.lay(scope)?;
        self.oblige(Asked::All)?;
        self.run("INSERT INTO evidence BY NAME ", ANSWERS)?;
        self.conn.execute_batch(ASIDE)?;
        self.scope = Some(scope);
        Ok(())
    }

    /// Computes what figures by a dimension are folded from, and no more: as [`Session::compute`], but who answers is looked up
    /// only where the dimension or a ruling asks for it; of the facts and of the evidence's columns only those are laid that
    /// are read for it.
    pub fn compute_for(&mut self, scope: Scope, by: Dimension) -> Result<(), MeasureError> {
        // Texts of the diary are looked through outside SQL, whatever it asks.
        let leads = self.files(Asked::All)?.contains(&"integrity");
        if by.is_who_answers() || leads || self.rulings_by_unit()? {
            return self.compute(scope);
        }
        self.conn.execute_batch("DELETE FROM obligation; DELETE FROM evidence;")?;
        self.lay_scopes(&[scope])?;
        let steps = self.steps(Asked::All)?;
        let mut texts: Vec<&str> = steps.iter().map(|(_, file)| query(file).1).collect();
        texts.extend(self.fold_texts(&[by])?);
        texts.push(ASIDE);
        self.lay_facts_read_by(&texts)?;
        self.oblige_unanswered(by)?;
        self.conn.execute_batch(ASIDE)?;
        self.scope = Some(scope);
        Ok(())
    }

    /// Whether a ruling is about the rows of one unit.
    fn rulings_by_unit(&self) -> Result<bool, MeasureError> {
        let asks = "SELECT EXISTS (FROM warehouse.exclusions WHERE unit IS NOT NULL)";
        Ok(self.conn.query_row(asks, [], |row| row.get(0))?)
    }

    /// Narrows the evidence computed to a period within its own, of the same instant and knowledge: what is pending, how
    /// things stand, and what was decided in the period. Of any other period the evidence is computed.
    pub(super) fn narrow(&mut self, scope: Scope) -> Result<(), MeasureError> {
        let within = self.scope.is_some_and(|wide| {
            Scope { period: scope.period, first: scope.first, last: scope.last, ..wide } == scope
                && wide.first <= scope.first
                && scope.last <= wide.last
        });
        if !within {
            return self.compute(scope);
        }
        self.lay_scopes(&[scope])?;
        self.conn.execute_batch(NARROWED)?;
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
            self.oblige(Asked::States)?;
        }
        self.lay_scopes(&[*last])?;
        self.take_unanswered(ALL_COLUMNS)?;
        self.conn.execute_batch("DELETE FROM obligation")?;
        self.lay_facts(&FACTS[..FOLDED])?;
        self.scope = Some(*last);
        self.figures(Dimension::Month)
    }

    /// Lays scope and facts without computing any measure; what was computed before is gone.
    pub fn lay(&mut self, scope: Scope) -> Result<(), MeasureError> {
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

    /// The last batch that was known in the scope computed.
    pub fn known_at(&self) -> i64 {
        self.known_at
    }

    /// The last day on which a case, diary entry or evaluation known now happened.
    pub fn last_day(&self) -> Result<Option<NaiveDate>, MeasureError> {
        Ok(self.conn.query_row(
            "SELECT MAX(day) FROM (
                 SELECT CAST(MAX(submitted_at) AS DATE) AS day FROM warehouse.cases
                 UNION ALL SELECT MAX(served_on) FROM warehouse.diary
                 UNION ALL SELECT CAST(MAX(\"at\") AS DATE) FROM warehouse.evaluations)",
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

    pub(super) fn pairs<A: duckdb::types::FromSql, B: duckdb::types::FromSql>(
        &self,
        sql: &str,
    ) -> Result<Vec<(A, B)>, MeasureError> {
        let mut statement = self.conn.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
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
        self.run_within(before, file, "")
    }

    /// Runs a shipped query with something before and behind it.
    pub(super) fn run_within(&self, before: &str, file: &str, behind: &str) -> Result<(), MeasureError> {
        let (name, text) = query(file);
        let started = std::time::Instant::now();
        self.conn
            .execute_batch(&format!("{before}\n{text}{behind}"))
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
