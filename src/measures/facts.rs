//! Facts: what of the records was known and had happened, as tables and views of a session; which are kept as tables, and
//! whose holders are looked for.
use chrono::NaiveDateTime;
use duckdb::Connection;

use super::MeasureError;
use super::session::{Session, query};

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
pub(super) const STANDING: usize = 9;
/// Facts up to and with the enterprises, which a fold joins.
pub(super) const FOLDED: usize = 3;
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
SELECT subject_role AS role FROM text WHERE subject_role IS NOT NULL
UNION SELECT role FROM text WHERE kind = 'load' AND role IS NOT NULL
UNION SELECT word FROM measure_word WHERE list IN ('acts_role', 'held_role')
UNION SELECT role FROM measure_holder WHERE role IS NOT NULL";
/// The roles beside them that answer.
const ANSWERING: &str = "
UNION SELECT answers_role FROM text WHERE answers_role <> 'by_stage'
UNION SELECT role FROM measure_role";
const ALL_ROLES: &str = "WITH text AS (SELECT * FROM measure UNION ALL SELECT * FROM measure_text)
SELECT EXISTS (FROM text WHERE source IN ('cycle_over', 'leads'))";

impl Session {
    /// Lays the first facts of the scopes laid, unless they lie there already: of the period they know nothing.
    pub(super) fn lay_facts(&mut self, facts: &[&'static str]) -> Result<(), MeasureError> {
        let asked: Vec<(NaiveDateTime, i64)> =
            self.pairs("SELECT as_of, known_at FROM params ORDER BY as_of, known_at")?;
        if self.laid.as_ref().is_some_and(|(laid, n)| *laid == asked && facts.len() <= *n) {
            return Ok(());
        }
        self.laid = None;
        let keeping = self.keeping()?;
        for fact in facts {
            self.lay_fact(fact, keeping.keeps(fact), true)?;
        }
        self.laid = Some((asked, facts.len()));
        Ok(())
    }

    /// Lays only the facts that these queries read, themselves or through other facts, for rows of which nobody asks who
    /// answers. What is read once is no table: it is made while it is read, and no more of it than that.
    pub(super) fn lay_facts_read_by(&mut self, texts: &[&str]) -> Result<(), MeasureError> {
        self.laid = None;
        let keeping = self.keeping()?;
        // From the last to the first, since facts build on those before them.
        let named: Vec<&str> = texts.iter().flat_map(|text| reads(text)).collect();
        let times_in = |names: &[&str], fact: &str| names.iter().filter(|name| **name == fact).count();
        let mut read: Vec<(&'static str, usize, Vec<&str>)> = Vec::new();
        for fact in FACTS.iter().rev() {
            let through = read.iter().map(|(later, times, names)| {
                let made = if *times > 1 && keeping.keeps(later) { 1 } else { *times };
                made * times_in(names, fact)
            });
            let times = through.sum::<usize>() + times_in(&named, fact);
            read.push((fact, times, reads(query(&format!("facts/{fact}.sql")).1)));
        }
        for (fact, times, _) in read.iter().rev().filter(|(_, times, _)| *times > 0) {
            self.lay_fact(fact, *times > 1 && keeping.keeps(fact), false)?;
        }
        Ok(())
    }

    fn keeping(&self) -> Result<Keeping, MeasureError> {
        let laid = self.conn.query_row("SELECT COUNT(*) FROM measure", [], |row| row.get(0))?;
        Ok(Keeping { laid, of_cases: measures_of_cases(&self.conn)? })
    }

    fn lay_fact(&mut self, fact: &'static str, kept: bool, answers: bool) -> Result<(), MeasureError> {
        let what = if kept { "TABLE" } else { "VIEW" };
        if let Some(lay) = self.facts.insert(fact, what).filter(|lay| *lay != what) {
            self.conn.execute_batch(&format!("DROP {lay} temp.{fact}"))?;
        }
        let before = format!("CREATE OR REPLACE TEMP {what} {fact} AS ");
        let file = format!("facts/{fact}.sql");
        if fact == "holdings" { self.lay_holdings(&before, &file, answers) } else { self.run(&before, &file) }
    }

    /// Who holds what: of the measures named when the session was opened, in the roles that these ask for.
    fn lay_holdings(&self, before: &str, file: &str, answers: bool) -> Result<(), MeasureError> {
        if !self.some || self.conn.query_row(ALL_ROLES, [], |row| row.get(0))? {
            return self.run(before, file);
        }
        let mut statement = self.conn.prepare(&format!("{ROLES}{}", if answers { ANSWERING } else { "" }))?;
        let roles: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let roles: Vec<String> = roles.iter().map(|role| format!("'{}'", role.replace('\'', "''"))).collect();
        let these = if roles.is_empty() { "FALSE".to_owned() } else { format!("role IN ({})", roles.join(", ")) };
        self.run_within(&format!("{before}\nSELECT * FROM ("), file, &format!(") WHERE {these}"))
    }
}

/// Which facts are worth a table of their own: by how many measures are laid, and how many of them are of cases.
struct Keeping {
    laid: i64,
    of_cases: i64,
}

impl Keeping {
    fn keeps(&self, fact: &str) -> bool {
        KEPT.contains(&fact)
            || OF_MANY.iter().any(|(name, above)| *name == fact && self.laid > *above)
            || OF_CASES.iter().any(|(name, from)| *name == fact && self.of_cases >= *from)
    }
}

/// The tables that a query reads, each as often as it does.
fn reads(text: &str) -> Vec<&str> {
    let code = text.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    let words: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    let read = words.windows(2).filter(|pair| ["FROM", "JOIN"].contains(&pair[0]));
    read.map(|pair| pair[1].trim_end_matches([')', ';'])).collect()
}

/// How many of the measures laid are about cases.
pub(super) fn measures_of_cases(conn: &Connection) -> Result<i64, MeasureError> {
    let asks = "SELECT COUNT(*) FROM measure WHERE source IN ('cases', 'levels', 'leads')";
    Ok(conn.query_row(asks, [], |row| row.get(0))?)
}
