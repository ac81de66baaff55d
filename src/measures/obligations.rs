//! Which queries make the obligations of the measures laid, and in what order.
use super::session::{Session, VERSIONS};
use super::{Dimension, MeasureError};

/// Kind and source of measures, and the file of `queries/evidence` that gives their rows.
const EVIDENCE: [(&str, &[&str], &str); 19] = [
    ("deadline", &["cases"], "deadline"),
    ("deadline", &["complaints", AS_CASES, "changes", "policies", "roles_held", "milestones"], "deadline_registers"),
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
/// Sources of deadlines of registers, and the file of `queries/registers` that says when each clock began and ended.
const REGISTERS: [(&str, &str); 6] = [
    ("complaints", "registers/complaints.sql"),
    (AS_CASES, "registers/complaints_as_cases.sql"),
    ("changes", "registers/changes.sql"),
    ("policies", "registers/policies.sql"),
    ("roles_held", "registers/roles_held.sql"),
    ("milestones", "registers/milestones.sql"),
];
/// Complaints that run a clock of cases: told with the registers, whatever source their measure has.
const AS_CASES: &str = "complaints_as_cases";
/// Signs that something may be made up, by file of `queries/leads`.
const LEADS: [&str; 5] = ["similar", "back_filled", "written_late", "not_held", "instant"];
/// What a completeness of events looks at.
const TOLD: [(&str, &str); 1] = [("told", "told/events.sql")];
/// The cases that a completeness of cases looks at.
const TOLD_CASES: [(&str, &str); 1] = [("told_case", "told/cases.sql")];
/// Whose clocks are looked at: of cases as a whole (table, file), then also of departments.
const TOUCHED: [(&str, &str); 2] = [("horizon", "clocks/horizon.sql"), ("touched", "clocks/touched.sql")];
const TOUCHED_OPEN: [(&str, &str); 2] = [("horizon", "clocks/horizon_open.sql"), TOUCHED[1]];
const TOUCHED_UNITS: (&str, &str) = ("INSERT INTO touched BY NAME ", "clocks/touched_units.sql");
/// What their clocks are made of before they are judged: (table, file), in this order.
const CLOCKS: [(&str, &str); 5] = [
    ("touched_events", "clocks/events.sql"),
    ("turn", "clocks/turns.sql"),
    ("pauses", "clocks/pauses.sql"),
    (CLOCKED, "clocks/opened.sql"),
    ("clock_step", "clocks/moved.sql"),
];
const CLOCKED: &str = "clocked";
/// When cases reached a level and what ended their stays: (table, file), in this order.
const LEVELS: [(&str, &str); 2] = [("level_act", "clocks/levels.sql"), ("level_end", "clocks/level_ends.sql")];

/// How a statement begins that makes obligations.
const OBLIGE: &str = "INSERT INTO obligation BY NAME ";

/// What every fold reads of evidence, and by what a ruling names a row; and what is never null.
const FOLDED_COLUMNS: [&str; 12] = [
    "measure",
    "record",
    "class",
    "opened_at",
    "due_at",
    "decided_on",
    "outcome",
    "value",
    "weight",
    "shared",
    "extended",
    "paused",
];
/// All that an obligation has of evidence.
pub(super) const ALL_COLUMNS: &str = "o.* EXCLUDE (answers_role)";
/// How a statement ends that takes of obligations those of the period, as `evidence/answers.sql` does.
const OF_PERIOD: &str = ") o CROSS JOIN params p
    WHERE o.outcome IN ('pending', 'standing') OR o.measure IN (SELECT m.measure FROM measure m WHERE m.state)
       OR o.decided_on BETWEEN p.period_first AND p.period_last;";

/// How a statement begins that takes obligations as evidence.
fn unanswered(columns: &str) -> String {
    format!("INSERT INTO evidence BY NAME SELECT {columns} FROM (")
}

/// Which measures are computed.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    All,
    /// Those whose evidence keeps the states of several days apart.
    States,
    Kind(&'static str),
    /// Deadlines whose obligations are open; of cases those alone.
    Open,
}

impl Session {
    /// Computes the obligations of the measures laid.
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
            if steps.iter().any(|(before, _)| before.contains(CLOCKED)) {
                self.run("", VERSIONS[1])?;
            }
            self.run("", VERSIONS[2])?;
        }
        Ok(())
    }

    /// Computes what a fold by a dimension reads of the evidence of the measures laid, without asking who answers: at once,
    /// unless obligations have to be looked at on the way, by the texts that their measures had.
    pub(super) fn oblige_unanswered(&self, by: Dimension) -> Result<(), MeasureError> {
        let columns: Vec<&str> = FOLDED_COLUMNS.into_iter().chain(by.column()).collect();
        let columns = columns.join(", ");
        if self.has_versions()? {
            self.oblige(Asked::All)?;
            return self.take_unanswered(&columns);
        }
        for (before, file) in &self.steps(Asked::All)? {
            match before.as_str() {
                OBLIGE => self.run_within(&unanswered(&columns), file, OF_PERIOD)?,
                _ => self.run(before, file)?,
            }
        }
        Ok(())
    }

    /// Takes the obligations computed as evidence of which nobody asks who answers.
    pub(super) fn take_unanswered(&self, columns: &str) -> Result<(), MeasureError> {
        Ok(self.conn.execute_batch(&format!("{}FROM obligation{OF_PERIOD}", unanswered(columns)))?)
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
        if files.contains(&"deadline") {
            lay(&mut steps, if matches!(asked, Asked::Open) { &TOUCHED_OPEN } else { &TOUCHED });
            steps.push((TOUCHED_UNITS.0.to_owned(), TOUCHED_UNITS.1.to_owned()));
            lay(&mut steps, &CLOCKS);
        }
        if files.contains(&"levels") {
            lay(&mut steps, &LEVELS);
        }
        if files.contains(&"completeness_cases") {
            lay(&mut steps, &TOLD_CASES);
        }
        for file in files {
            if file == "completeness" {
                lay(&mut steps, &TOLD);
            }
            if file == "deadline_registers" {
                steps.extend(self.registers(asked)?);
            }
            if file == "integrity" {
                for lead in LEADS {
                    steps.push(("INSERT INTO lead_record BY NAME ".to_owned(), format!("leads/{lead}.sql")));
                }
            }
            steps.push((OBLIGE.to_owned(), format!("evidence/{file}.sql")));
        }
        Ok(steps)
    }

    /// What the registers of the deadlines laid say, into one table that is judged as a whole.
    fn registers(&self, asked: Asked) -> Result<Vec<(String, String)>, MeasureError> {
        let found = self.sources(asked)?;
        let laid = |source: &str| found.iter().any(|(kind, of)| kind == "deadline" && of == source);
        let files = REGISTERS.iter().filter(|(source, _)| laid(source)).enumerate();
        Ok(files
            .map(|(at, (_, file))| {
                let emptied = if at == 0 { "DELETE FROM registered;\n" } else { "" };
                (format!("{emptied}INSERT INTO registered BY NAME "), (*file).to_owned())
            })
            .collect())
    }

    /// The evidence files of the measures laid, of the kinds asked for.
    pub(super) fn files(&self, asked: Asked) -> Result<Vec<&'static str>, MeasureError> {
        let found = self.sources(asked)?;
        let laid = |kind: &str, sources: &[&str]| {
            found.iter().any(|(k, source)| k == kind && sources.contains(&source.as_str()))
        };
        let files = EVIDENCE.into_iter().filter(|(kind, sources, _)| laid(kind, sources));
        let mut files: Vec<&str> = files.map(|(.., file)| file).collect();
        // Levels are counted and scored by one file; so are acts.
        files.dedup();
        Ok(files)
    }

    /// Kinds and sources of the measures laid, of the kinds asked for.
    fn sources(&self, asked: Asked) -> Result<Vec<(String, String)>, MeasureError> {
        let which = match asked {
            Asked::All => "TRUE".to_owned(),
            Asked::States => "state".to_owned(),
            Asked::Kind(kind) => format!("kind = '{kind}'"),
            Asked::Open => "kind = 'deadline'".to_owned(),
        };
        self.pairs(&format!(
            "WITH text AS (SELECT * FROM measure UNION ALL SELECT * FROM measure_text)
             SELECT kind, source FROM text WHERE {which}
             UNION SELECT kind, '{AS_CASES}' FROM text WHERE {which} AND with_complaints"
        ))
    }
}
