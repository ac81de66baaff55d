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
SELECT answers_role AS role FROM text WHERE answers_role <> 'by_stage'
UNION SELECT subject_role FROM text WHERE subject_role IS NOT NULL
UNION SELECT role FROM text WHERE kind = 'load' AND role IS NOT NULL
UNION SELECT word FROM measure_word WHERE list IN ('acts_role', 'held_role')
UNION SELECT role FROM measure_holder WHERE role IS NOT NULL
UNION SELECT role FROM measure_role";
const ALL_ROLES: &str = "WITH text AS (SELECT * FROM measure UNION ALL SELECT * FROM measure_text)
SELECT EXISTS (FROM text WHERE source IN ('cycle_over', 'leads'))";

impl Session {
    /// Lays the first facts of the scopes laid, unless they lie there already: of the period they know nothing.
    pub(super) fn lay_facts(&mut self, facts: &[&str]) -> Result<(), MeasureError> {
        let asked: Vec<(NaiveDateTime, i64)> =
            self.pairs("SELECT as_of, known_at FROM params ORDER BY as_of, known_at")?;
        if self.laid.as_ref().is_some_and(|(laid, n)| *laid == asked && facts.len() <= *n) {
            return Ok(());
        }
        self.laid = None;
        let of_cases = measures_of_cases(&self.conn)?;
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
}

/// How many of the measures laid are about cases.
pub(super) fn measures_of_cases(conn: &Connection) -> Result<i64, MeasureError> {
    let asks = "SELECT COUNT(*) FROM measure WHERE source IN ('cases', 'levels', 'leads')";
    Ok(conn.query_row(asks, [], |row| row.get(0))?)
}
