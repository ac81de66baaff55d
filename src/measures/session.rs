//! A connection with rules, calendar and scope laid, and evidence computed on it.
use std::path::Path;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use duckdb::{Connection, params};

use super::brief::Figure;
use super::scope::KnownAt;
use super::{Dimension, MeasureError, Scope, rules, similar};
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

/// Facts in the order in which they build on each other; the first [`STANDING`] are all that states are made of.
pub(super) const FACTS: [&str; 20] = [
    "merged_enterprises",
    "merged_people",
    "enterprises",
    "people",
    "assignments_given",
    "assignments",
    "absences",
    "holdings",
    "milestones",
    "cases",
    "submissions",
    "case_events",
    "diary",
    "evaluations_given",
    "evaluations",
    "complaints",
    "policies",
    "policy_pushes",
    "changes",
    "exclusions",
];
const STANDING: usize = 9;
/// Facts up to and with the enterprises, which a fold joins.
const FOLDED: usize = 3;
/// Enterprises times days that are computed together; bounds the memory of [`Session::states`].
const STATES_AT_ONCE: usize = 4_000_000;
/// Facts that several measures read more than once: kept as tables while a scope stands.
const KEPT: [&str; 4] = ["merged_enterprises", "merged_people", "people", "holdings"];
/// Kept where more than so many measures are laid: a few read so seldom, or of so few columns, that laying them costs more.
const OF_MANY: [(&str, i64); 1] = [("enterprises", 4)];
/// Kept where so many measures of cases are laid: those of odd submissions, few as they are, are put into order; all cases are
/// cheaper to read where they lie a few times. Events, the most there are, are always read where they lie.
const OF_CASES: [(&str, i64); 2] = [("submissions", 1), ("cases", 5)];
/// Facts that others are made of; no query by hand needs them as tables.
pub(super) const STEPS: [&str; 2] = ["assignments_given", "evaluations_given"];
/// The roles whose holders the measures laid ask for, unless one asks for all ([`ALL_ROLES`]).
const ROLES: &str = "WITH text AS (SELECT * FROM measure UNION ALL SELECT * FROM measure_text)
SELECT answers_role AS role FROM text WHERE answers_role <> 'by_stage'
UNION SELECT subject_role FROM text WHERE subject_role IS NOT NULL
UNION SELECT role FROM text WHERE kind = 'load' AND role IS NOT NULL
UNION SELECT word FROM measure_word WHERE list IN ('acts_role', 'held_role')
UNION SELECT role FROM measure_holder WHERE role IS NOT NULL
UNION SELECT role FROM measure_role";
const ALL_ROLES: &str = "WITH text AS (SELECT * FROM measure UNION ALL SELECT * FROM measure_text)
SELECT EXISTS (FROM text WHERE source IN ('cycle_over', 'leads'))";
/// Kind and source of measures, and the file of `queries/evidence` that gives their rows.
const EVIDENCE: [(&str, &[&str], &str); 19] = [
    ("deadline", &["cases"], "deadline"),
    ("deadline", &["complaints", "changes", "policies", "roles_held", "milestones"], "deadline_registers"),
    ("cadence", &["diary"], "cadence"),
    // The pace of acts is taken from the same slots.
    ("score", &["diary"], "cadence"),
    ("score", &["milestones"], "slip"),
    ("score", &["evaluations"], "score"),
    ("completeness", &["case_events"], "completeness"),
    ("completeness", &["diary"], "completeness_diary"),
    ("completeness", &["cases"], "completeness_cases"),
    ("coverage", &["enterprises"], "coverage"),
    ("load", &["enterprises"], "load"),
    ("continuity", &["assignments"], "continuity"),
    ("tally", &["complaints"], "tally"),
    ("tally", &["changes"], "tally_changes"),
    ("tally", &["cases"], "tally_cases"),
    ("tally", &["unlisted", "cycle_over"], "tally_states"),
    ("tally", &["levels"], "levels"),
    ("score", &["levels"], "levels"),
    ("integrity", &["leads"], "integrity"),
];
/// Signs that something may be made up, by file of `queries/leads`.
const LEADS: [&str; 5] = ["similar", "back_filled", "written_late", "not_held", "instant"];
/// What a completeness of events looks at.
const TOLD: [(&str, &str); 1] = [("told", "told/events.sql")];
/// The events that obligations of cases are made of: (table, file), in this order.
const TOUCHED: [(&str, &str); 2] = [("touched", "clocks/touched.sql"), ("touched_events", "clocks/events.sql")];
/// What the clocks of cases are made of before they are judged: (table, file), in this order.
const CLOCKS: [(&str, &str); 3] =
    [("pauses", "clocks/pauses.sql"), ("clocked", "clocks/opened.sql"), ("clock_step", "clocks/moved.sql")];

/// Which measures are computed.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    All,
    /// Those whose evidence keeps the states of several days apart.
    States,
    Kind(&'static str),
}

/// Measures of one warehouse under one regime.
pub struct Session {
    pub(super) conn: Connection,
    in_force_from: NaiveDate,
    /// Whether it computes only the measures that it was asked for by name.
    some: bool,
    /// How the place speaks.
    pub(super) words: Arc<Wording>,
    pub(super) scope: Option<Scope>,
    pub(super) known_at: i64,
    /// The facts laid last: as of which instants, known with which batch, and how many of [`FACTS`].
    laid: Option<(Vec<(NaiveDateTime, i64)>, usize)>,
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
        Ok(Session {
            conn,
            in_force_from: regime.in_force_from,
            some: !only.is_empty(),
            words: regime.words.clone(),
            scope: None,
            known_at: 0,
            laid: None,
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
        self.conn.execute_batch("DELETE FROM obligation; DELETE FROM evidence;")?;
        self.lay_scopes(&[scope])?;
        self.lay_facts(&FACTS)?;
        self.oblige(Asked::All)?;
        self.run("INSERT INTO evidence BY NAME ", ANSWERS)?;
        self.conn.execute_batch(ASIDE)?;
        self.scope = Some(scope);
        Ok(())
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
        self.conn.execute_batch(
            "INSERT INTO evidence BY NAME SELECT o.* EXCLUDE (answers_role) FROM obligation o; DELETE FROM obligation;",
        )?;
        self.lay_scopes(&[*last])?;
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

    /// Lays the first facts of the scopes laid, unless they lie there already: of the period they know nothing.
    pub(super) fn lay_facts(&mut self, facts: &[&str]) -> Result<(), MeasureError> {
        let asked: Vec<(NaiveDateTime, i64)> =
            self.pairs("SELECT as_of, known_at FROM params ORDER BY as_of, known_at")?;
        if self.laid.as_ref().is_some_and(|(laid, n)| *laid == asked && facts.len() <= *n) {
            return Ok(());
        }
        self.laid = None;
        let asks = "SELECT COUNT(*) FROM measure WHERE source IN ('cases', 'levels', 'leads')";
        let of_cases: i64 = self.conn.query_row(asks, [], |row| row.get(0))?;
        let laid: i64 = self.conn.query_row("SELECT COUNT(*) FROM measure", [], |row| row.get(0))?;
        for fact in facts {
            let kept = KEPT.contains(fact)
                || OF_MANY.iter().any(|(name, above)| name == fact && laid > *above)
                || OF_CASES.iter().any(|(name, from)| name == fact && of_cases >= *from);
            let what = if kept { "TABLE" } else { "VIEW" };
            let before = format!("CREATE OR REPLACE TEMP {what} {fact} AS ");
            let file = format!("facts/{fact}.sql");
            if *fact == "holdings" {
                self.lay_holdings(&before, &file)?;
            } else {
                self.run(&before, &file)?;
            }
        }
        self.laid = Some((asked, facts.len()));
        Ok(())
    }

    /// Who holds what: of the measures named when the session was opened, in the roles that these ask for.
    fn lay_holdings(&self, before: &str, file: &str) -> Result<(), MeasureError> {
        if !self.some || self.conn.query_row(ALL_ROLES, [], |row| row.get(0))? {
            return self.run(before, file);
        }
        let mut statement = self.conn.prepare(ROLES)?;
        let roles: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let roles: Vec<String> = roles.iter().map(|role| format!("'{}'", role.replace('\'', "''"))).collect();
        let these = if roles.is_empty() { "FALSE".to_owned() } else { format!("role IN ({})", roles.join(", ")) };
        let (name, text) = query(file);
        self.conn
            .execute_batch(&format!("{before}\nSELECT * FROM ({text}) WHERE {these}"))
            .map_err(|source| MeasureError::Query { file: name, source })
    }

    pub(super) fn oblige(&self, asked: Asked) -> Result<(), MeasureError> {
        if self.files(asked)?.contains(&"integrity") {
            self.lay_similar()?;
        }
        let changed = self.has_versions()?;
        let steps = self.steps(asked)?;
        if changed {
            self.run("", VERSIONS[0])?;
        }
        for (before, file) in &steps {
            self.run(before, file)?;
        }
        if changed {
            if steps.iter().any(|(_, file)| file == CLOCKS[1].1) {
                self.run("", VERSIONS[1])?;
            }
            self.run("", VERSIONS[2])?;
        }
        Ok(())
    }

    /// Whether a measure laid has had several texts.
    pub(super) fn has_versions(&self) -> Result<bool, MeasureError> {
        Ok(self.conn.query_row("SELECT EXISTS (FROM measure_version)", [], |row| row.get(0))?)
    }

    /// What makes the obligations of the measures laid: the beginning of each statement, and its query.
    pub(super) fn steps(&self, asked: Asked) -> Result<Vec<(String, String)>, MeasureError> {
        let mut steps = Vec::new();
        let files = self.files(asked)?;
        let lay = |steps: &mut Vec<(String, String)>, tables: &[(&str, &str)]| {
            let tables = tables.iter();
            steps.extend(
                tables.map(|(table, file)| (format!("CREATE OR REPLACE TEMP TABLE {table} AS "), (*file).to_owned())),
            );
        };
        if files.iter().any(|file| ["deadline", "levels"].contains(file)) {
            lay(&mut steps, &TOUCHED);
        }
        if files.contains(&"deadline") {
            lay(&mut steps, &CLOCKS);
        }
        for file in files {
            if file == "completeness" {
                lay(&mut steps, &TOLD);
            }
            if file == "integrity" {
                for lead in LEADS {
                    steps.push(("INSERT INTO lead_record BY NAME ".to_owned(), format!("leads/{lead}.sql")));
                }
            }
            steps.push(("INSERT INTO obligation BY NAME ".to_owned(), format!("evidence/{file}.sql")));
        }
        Ok(steps)
    }

    /// Finds the entries of the diary whose texts are nearly the same; what is no matter for SQL.
    pub(super) fn lay_similar(&self) -> Result<(), MeasureError> {
        self.conn.execute_batch("DELETE FROM similar_text; DELETE FROM lead_record;")?;
        let told =
            "SELECT entry_id, content FROM diary WHERE content IS NOT NULL ORDER BY served_on NULLS LAST, entry_id";
        let (ids, texts): (Vec<String>, Vec<String>) = self.pairs(told)?.into_iter().unzip();
        let mut rows = self.conn.appender_to_catalog_and_db("similar_text", "temp", "main")?;
        for (number, group) in similar::groups(&texts).iter().enumerate() {
            for (index, likeness) in &group.members {
                rows.append_row(params![number as i64, ids[*index], likeness])?;
            }
        }
        rows.flush()?;
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

    /// The evidence files of the measures laid, of the kinds asked for.
    pub(super) fn files(&self, asked: Asked) -> Result<Vec<&'static str>, MeasureError> {
        let which = match asked {
            Asked::All => "TRUE".to_owned(),
            Asked::States => "state".to_owned(),
            Asked::Kind(kind) => format!("kind = '{kind}'"),
        };
        // Complaints that run a clock of cases are told with the registers.
        let found: Vec<(String, String)> = self.pairs(&format!(
            "WITH text AS (SELECT * FROM measure UNION ALL SELECT * FROM measure_text)
             SELECT kind, source FROM text WHERE {which}
             UNION SELECT kind, 'complaints' FROM text WHERE {which} AND with_complaints"
        ))?;
        let laid = |kind: &str, sources: &[&str]| {
            found.iter().any(|(k, source)| k == kind && sources.contains(&source.as_str()))
        };
        let files = EVIDENCE.into_iter().filter(|(kind, sources, _)| laid(kind, sources));
        let mut files: Vec<&str> = files.map(|(.., file)| file).collect();
        // Levels are counted and scored by one file; so are acts.
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
