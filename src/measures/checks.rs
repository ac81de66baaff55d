//! Checks of what came in: one SQL file each in `queries/checks`, with its level and remedy in the leading comment.
//!
//! They read the same facts as the measures, as of the same instant and with the same knowledge. A row may say which
//! days it concerns (`concerns_from`, `concerns_to`); with a period only rows that touch it are found.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use duckdb::params;
use serde::{Deserialize, Serialize};

use super::{MeasureError, Scope, Session};
use crate::calendar::Calendar;
use crate::regime::{Held, Regime, Roles, Rule};
use crate::shipped;
use crate::tables::Dictionary;
use crate::warehouse::received::Cells;

const TABLES: &str = include_str!("../../queries/session/checks.sql");

/// Whether a finding makes figures wrong, or is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Fail,
    Warn,
}

/// One check, as its file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The name of its file.
    pub id: String,
    pub level: Level,
    pub title: String,
    pub title_zh: String,
    /// What to do about what it finds.
    pub remedy: String,
    pub remedy_zh: String,
    pub sql: &'static str,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub check: String,
    pub level: Level,
    pub title: String,
    pub title_zh: String,
    pub remedy: String,
    pub remedy_zh: String,
    /// How many rows there are.
    pub found: u64,
    /// The first of them, or all; column → text, in the query's order.
    pub rows: Vec<Cells>,
}

/// Settings that checks need beside rules and facts.
pub struct Setting<'a> {
    pub regime: &'a Regime,
    pub calendar: &'a Calendar,
    /// The workspace's own days by table, over the shipped ones.
    pub rhythm: &'a BTreeMap<String, u32>,
}

/// Every shipped check: what fails first, then by name.
pub fn all() -> &'static [Check] {
    static ALL: LazyLock<Vec<Check>> = LazyLock::new(|| {
        let files = shipped::QUERIES.get_dir("checks").into_iter().flat_map(|dir| dir.files());
        let mut all: Vec<Check> = files
            .filter(|file| file.path().extension().is_some_and(|e| e == "sql"))
            .filter_map(|file| Some(read(file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
            .collect();
        all.sort_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)));
        all
    });
    &ALL
}

/// Takes the head of a check's file apart.
fn read(id: &str, sql: &'static str) -> Check {
    let said = |key: &str| {
        let line = sql.lines().find_map(|line| line.strip_prefix("-- ")?.strip_prefix(key)?.strip_prefix(": "));
        line.unwrap_or_default().to_owned()
    };
    Check {
        id: id.to_owned(),
        level: if said("level") == "warn" { Level::Warn } else { Level::Fail },
        title: said("en"),
        title_zh: said("zh"),
        remedy: said("do_en"),
        remedy_zh: said("do_zh"),
        sql,
    }
}

/// What a column of a check is called on paper.
pub fn column_zh(name: &str) -> &str {
    static WORDS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| data("columns.toml"));
    WORDS.get(name).map_or(name, String::as_str)
}

/// A shipped data file of the checks; a test reads them.
fn data<T: serde::de::DeserializeOwned + Default>(name: &str) -> T {
    let file = shipped::QUERIES.get_file(format!("checks/{name}")).and_then(|file| file.contents_utf8());
    file.and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
}

/// Days that tables may stay without a new row, as shipped.
pub fn rhythm() -> BTreeMap<String, u32> {
    data("rhythm.toml")
}

impl Session {
    /// Runs every check as of the scope; of each at most `bound` rows are kept (none given: all). What was computed
    /// before is gone.
    pub fn check(
        &mut self,
        scope: Scope,
        setting: &Setting<'_>,
        bound: Option<usize>,
    ) -> Result<Vec<Found>, MeasureError> {
        self.lay(scope)?;
        self.lay_checks(setting)?;
        all().iter().map(|check| self.found(check, bound)).collect()
    }

    fn lay_checks(&self, setting: &Setting<'_>) -> Result<(), MeasureError> {
        let conn = self.conn();
        conn.execute_batch(TABLES)?;
        for role in lone_roles(setting.regime) {
            conn.execute("INSERT INTO lone_role VALUES (?)", params![role])?;
        }
        for year in setting.calendar.years() {
            conn.execute("INSERT INTO calendar_year VALUES (?, ?)", params![year.year, year.provisional])?;
        }
        for (table, days) in rhythm().iter().chain(setting.rhythm) {
            conn.execute("DELETE FROM rhythm WHERE tab = ?", params![table])?;
            conn.execute("INSERT INTO rhythm VALUES (?, ?)", params![table, days])?;
        }
        let dictionary = Dictionary::shipped();
        let mut words = conn.appender_to_catalog_and_db("word", "temp", "main")?;
        for (list, known) in &dictionary.words {
            for word in known.keys() {
                words.append_row(params![list, word, setting.regime.words.shown(list, word)])?;
            }
        }
        for table in &dictionary.tables {
            for column in &table.columns {
                let header = column.headers.first().unwrap_or(&column.name);
                words.append_row(params![table.name, column.name, header])?;
            }
        }
        words.flush()?;
        Ok(())
    }

    fn found(&self, check: &Check, bound: Option<usize>) -> Result<Found, MeasureError> {
        let failed = |source| MeasureError::Query { file: format!("queries/checks/{}.sql", check.id), source };
        let conn = self.conn();
        let started = std::time::Instant::now();
        let touching = format!(
            "CREATE OR REPLACE TEMP TABLE found AS
             SELECT * EXCLUDE (concerns_from, concerns_to) FROM (\n{}\n) q
             WHERE COALESCE(q.concerns_from <= (SELECT MAX(period_last) FROM params), TRUE)
               AND COALESCE(q.concerns_to >= (SELECT MIN(period_first) FROM params), TRUE)",
            check.sql
        );
        conn.execute_batch(&touching).map_err(failed)?;
        let found: i64 = conn.query_row("SELECT COUNT(*) FROM found", [], |row| row.get(0)).map_err(failed)?;
        let limit = bound.map_or(String::new(), |n| format!(" LIMIT {n}"));
        let mut statement = conn
            .prepare(&format!(
                "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (SELECT * FROM found ORDER BY ALL NULLS LAST{limit}) ORDER BY ALL NULLS LAST"
            ))
            .map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let names = rows.as_ref().map(|statement| statement.column_names()).unwrap_or_default();
        let mut kept = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let mut cells = Vec::with_capacity(names.len());
            for (index, name) in names.iter().enumerate() {
                let text: Option<String> = row.get(index).map_err(failed)?;
                cells.push((name.clone(), text.unwrap_or_default()));
            }
            kept.push(Cells(cells));
        }
        tracing::debug!(check = check.id, found, ms = started.elapsed().as_millis(), "check");
        Ok(Found {
            check: check.id.clone(),
            level: check.level,
            title: check.title.clone(),
            title_zh: check.title_zh.clone(),
            remedy: check.remedy.clone(),
            remedy_zh: check.remedy_zh.clone(),
            found: found.unsigned_abs(),
            rows: kept,
        })
    }
}

/// Roles that one holder at most may have: as the rules on coverage say, and the main role where they say nothing of it.
fn lone_roles(regime: &Regime) -> Vec<String> {
    let mut said = BTreeMap::new();
    for measure in &regime.measures {
        let Rule::Coverage { groups, .. } = &measure.rule else { continue };
        for test in groups.iter().flatten() {
            if let Held::Role(role) = &test.what {
                *said.entry(role.clone()).or_insert(false) |= test.at_most == Some(1);
            }
        }
    }
    let main = match regime.main() {
        Roles::One(role) => vec![role],
        Roles::ByStage(by_stage) => by_stage.into_iter().map(|(_, role)| role).collect(),
    };
    for role in main {
        said.entry(role).or_insert(true);
    }
    said.into_iter().filter_map(|(role, lone)| lone.then_some(role)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_says_what_it_is_and_what_to_do() {
        assert!(all().len() >= 13, "{}", all().len());
        for check in all() {
            for text in [&check.title, &check.title_zh, &check.remedy, &check.remedy_zh] {
                assert!(!text.is_empty(), "{}", check.id);
            }
            assert!(check.sql.contains("-- level: fail\n") || check.sql.contains("-- level: warn\n"), "{}", check.id);
            assert!(check.sql.contains("\n-- Grain: "), "{}", check.id);
            assert!(check.sql.contains("concerns_from") && check.sql.contains("concerns_to"), "{}", check.id);
        }
    }

    #[test]
    fn every_table_has_a_rhythm() {
        let rhythm = rhythm();
        for table in &Dictionary::shipped().tables {
            assert!(rhythm.contains_key(&table.name), "{}", table.name);
        }
        assert_ne!(column_zh("tab"), "tab");
    }
}
