//! A computation written out as one SQL script, so that an analyst can run it in the DuckDB shell, look at every step
//! and try another rule.
use std::fmt::Write;
use std::path::Path;

use super::facts::{FACTS, STEPS};
use super::obligations::Asked;
use super::session::{ANSWERS, ASIDE, EXPOSURE, FIGURES, NAMES, RULE_TABLES, SESSION_TABLES, Session, VERSIONS, query};
use super::{Dimension, MeasureError, Scope};

const HEAD: &str = "\
-- Figures of one period, from the records to the fold. Run it with the DuckDB shell: duckdb < this file.
-- The warehouse is attached read-only; what is created here is gone when the shell ends.
-- `evidence` holds the rows behind the figures, `figure` the figures. Add queries of your own at the end.
";

/// One query with the beginning of its statement.
fn step(script: &mut String, before: &str, file: &str) {
    let (name, text) = query(file);
    let _ = writeln!(script, "-- {name}\n{before}\n{text};\n");
}

impl Session {
    /// The script of a scope for the measures that the session was opened with, folded by a dimension.
    pub fn script(&mut self, warehouse: &Path, scope: Scope, by: Dimension) -> Result<String, MeasureError> {
        self.lay_scopes(&[scope])?;
        self.fold_by(&[by])?;
        let mut script = HEAD.to_owned();
        let path = warehouse.to_string_lossy().replace('\'', "''");
        let _ = writeln!(script, "ATTACH '{path}' AS warehouse (READ_ONLY);\n");
        for file in [SESSION_TABLES, RULE_TABLES] {
            let (name, text) = query(file);
            let _ = writeln!(script, "-- {name}\n{text}");
        }
        let filled = "SELECT table_name FROM duckdb_tables()
             WHERE temporary AND table_name NOT IN ('obligation', 'evidence', 'standing', 'excluded') ORDER BY table_oid";
        let filled = self.texts(filled)?;
        if self.files(Asked::All)?.contains(&"integrity") {
            self.lay_facts(&FACTS)?;
            self.lay_similar()?;
        }
        for table in &filled {
            self.rows(table, &mut script)?;
        }
        for fact in FACTS {
            let what = if STEPS.contains(&fact) { "VIEW" } else { "TABLE" };
            step(&mut script, &format!("CREATE OR REPLACE TEMP {what} {fact} AS"), &format!("facts/{fact}.sql"));
        }
        let changed = self.has_versions()?;
        if changed {
            step(&mut script, "", VERSIONS[0]);
        }
        let steps = self.steps(Asked::All)?;
        for (before, file) in &steps {
            step(&mut script, before.trim_end(), file);
        }
        if changed {
            if steps.iter().any(|(before, _)| before.contains("clock_step")) {
                step(&mut script, "", VERSIONS[1]);
            }
            step(&mut script, "", VERSIONS[2]);
        }
        step(&mut script, "INSERT INTO evidence BY NAME", ANSWERS);
        let _ = writeln!(script, "{ASIDE}");
        for (before, file) in [EXPOSURE, NAMES] {
            step(&mut script, before.trim_end(), file);
        }
        step(&mut script, "CREATE OR REPLACE TEMP TABLE figure AS", FIGURES);
        script.push_str("SELECT * FROM figure;\n");
        Ok(script)
    }

    /// The rows of a session's table as one INSERT; nothing when it has none. Text is cast as it is inserted.
    fn rows(&self, table: &str, script: &mut String) -> Result<(), MeasureError> {
        let columns = self.texts(&format!(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = '{table}' AND database_name = 'temp'
             ORDER BY column_index"
        ))?;
        let literal = |name: &String| {
            format!(r#"COALESCE('''' || REPLACE(CAST("{name}" AS VARCHAR), '''', '''''') || '''', 'NULL')"#)
        };
        let literals: Vec<String> = columns.iter().map(literal).collect();
        let rows =
            self.texts(&format!(r#"SELECT '(' || {} || ')' FROM temp."{table}""#, literals.join(" || ', ' || ")))?;
        if !rows.is_empty() {
            let _ = writeln!(script, "INSERT INTO \"{table}\" VALUES\n{};\n", rows.join(",\n"));
        }
        Ok(())
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>, MeasureError> {
        let mut statement = self.conn().prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
