//! A bench for measures: a handful of exports written as CSV, taken in, and asked for evidence.
use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use guanjia::calendar::Calendar;
use guanjia::ingest::{Options, Silent, ingest};
use guanjia::measures::brief::{Evidence, Figure};
use guanjia::measures::{Dimension, KnownAt, Scope, Selection, Session};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::tables::Dictionary;
use guanjia::warehouse::Warehouse;

/// A file is recognised by its headers: `filings` are assignments with the day they were filed, `ledger` enterprises
/// with what policies and roll-ups ask for, `entries` a fuller diary; `projects`, `requests`, `scores` and `steps` are enterprises, cases,
/// evaluations and milestones with what places of stages and tiers ask for.
const HEADS: [(&str, &str); 21] = [
    ("enterprises", "enterprise_id,name,kind,stage,listed,in_scope_from,in_scope_to,contact_name"),
    ("people", "person_id,name,unit,active_from,active_to"),
    ("assignments", "enterprise_id,role,holder_id,holder_name,holder_unit,valid_from,valid_to"),
    ("cases", "case_id,enterprise_id,category,channel,submitted_at"),
    ("case_events", "case_id,seq,event,at,unit,until,note"),
    ("diary", "entry_id,person_id,enterprise_id,served_on,written_at,kind,content"),
    ("evaluations", "evaluation_id,enterprise_id,person_id,unit,channel,at,grade"),
    ("sampled", "evaluation_id,enterprise_id,person_id,channel,at,grade,weight,stratum,plan_id"),
    ("complaints", "complaint_id,enterprise_id,person_id,unit,received_at,category,verdict,verified_at"),
    ("milestones", "enterprise_id,milestone,stage,planned_on,done_on"),
    ("absences", "person_id,from,to,deputy_id"),
    ("policies", "policy_id,title,issued_on,applies_to"),
    ("policy_pushes", "policy_id,person_id,enterprise_id,pushed_at"),
    ("filings", "enterprise_id,role,holder_id,holder_unit,valid_from,valid_to,filed_on"),
    ("ledger", "enterprise_id,name,kind,scope_category,area,listed,in_scope_from,in_scope_to"),
    ("registered", "enterprise_id,name,kind,scope_category,area,listed,in_scope_from,in_scope_to,contact_name"),
    (
        "projects",
        "enterprise_id,name,kind,stage,tier,investment_wan,listed,in_scope_from,in_scope_to,contact_name,reached_production_on,agreement_signed_on",
    ),
    ("requests", "case_id,enterprise_id,category,case_class,channel,submitted_at"),
    ("scores", "evaluation_id,enterprise_id,person_id,unit,channel,at,attitude,quality,efficiency"),
    ("steps", "enterprise_id,milestone,stage,unit,planned_on,done_on"),
    ("entries", "entry_id,person_id,enterprise_id,served_on,written_at,kind,place,participants,content,problems"),
];

/// Exports of one small bureau, and the warehouse they are taken into.
pub struct Desk {
    dir: tempfile::TempDir,
    files: BTreeMap<&'static str, String>,
    batches: usize,
}

impl Desk {
    /// Nothing in it yet.
    pub fn bare() -> Desk {
        Desk { dir: tempfile::tempdir().unwrap(), files: BTreeMap::new(), batches: 0 }
    }

    /// Enterprise E1, served by steward P1 of 甲局 since 2018.
    pub fn new() -> Desk {
        let mut desk = Desk::bare();
        desk.add("enterprises", "E1,甲公司,enterprise,,,,,");
        desk.add("people", "P1,张一,甲局,,");
        desk.add("assignments", "E1,steward,P1,,,2018-01-01,");
        desk
    }

    /// Adds rows to a table's file; see [`HEADS`] for the columns.
    pub fn add(&mut self, table: &'static str, rows: &str) -> &mut Desk {
        let head = HEADS.iter().find(|(name, _)| *name == table).unwrap().1;
        let file = self.files.entry(table).or_insert_with(|| format!("{head}\n"));
        for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
            file.push_str(row);
            file.push('\n');
        }
        self
    }

    /// A case of E1 with its events, one a line: `assigned 2025-09-30T10:00 @unit >until #note`, in the order of
    /// `seq`; `cases.submitted_at` is that of the first line.
    pub fn case(&mut self, id: &str, events: &str) -> &mut Desk {
        let first = events.split_whitespace().nth(1).unwrap().replace('T', " ");
        self.add("cases", &format!("{id},E1,,platform,{first}"));
        self.events(id, events)
    }

    /// Events of a case.
    pub fn events(&mut self, id: &str, events: &str) -> &mut Desk {
        let lines = events.lines().map(str::trim).filter(|line| !line.is_empty());
        for (seq, line) in lines.enumerate() {
            let mut words = line.split(' ');
            let (event, at) = (words.next().unwrap(), words.next().unwrap().replace('T', " "));
            let (mut unit, mut until, mut note) = ("", "", "");
            for word in words {
                match word.split_at(1) {
                    ("@", rest) => unit = rest,
                    (">", rest) => until = rest,
                    ("#", rest) => note = rest,
                    _ => panic!("{line}"),
                }
            }
            self.add("case_events", &format!("{id},{},{event},{at},{unit},{until},{note}", seq + 1));
        }
        self
    }

    /// Takes in what was added since the last time, as one batch.
    pub fn take(&mut self) -> PathBuf {
        let warehouse = self.dir.path().join("warehouse.duckdb");
        if self.files.is_empty() {
            return warehouse;
        }
        self.batches += 1;
        let inbox = self.dir.path().join(format!("inbox{}", self.batches));
        std::fs::create_dir(&inbox).unwrap();
        for (table, text) in std::mem::take(&mut self.files) {
            std::fs::write(inbox.join(format!("{table}.csv")), text).unwrap();
        }
        let started_at = day("2026-11-01").and_time(NaiveTime::MIN);
        let options = Options::new(started_at, &Silent);
        let mut writer = Warehouse::open_writer(&warehouse, "test").unwrap();
        let batch = writer.begin(started_at.date(), started_at).unwrap();
        let report = ingest(&[inbox], &options, Dictionary::shipped(), batch).unwrap();
        assert!(!report.troubled, "{report:#?}");
        warehouse
    }

    /// The measures computed for a period as of an instant (a bare day: the end of it).
    pub fn session(&mut self, regime: &Regime, scope: Scope) -> Session {
        let mut session = Session::open(&self.take(), regime, &Calendar::shipped(), &[]).unwrap();
        session.compute(scope).unwrap();
        session
    }

    pub fn evidence(&mut self, regime: &Regime, scope: Scope) -> Vec<Evidence> {
        self.session(regime, scope).evidence(&Selection::default()).unwrap()
    }

    pub fn figures(&mut self, regime: &Regime, scope: Scope, by: Dimension) -> Vec<Figure> {
        self.session(regime, scope).figures(by).unwrap()
    }

    /// Evidence as of an instant, decided whenever, as [`told`].
    pub fn rows(&mut self, measures: &str, as_of: &str) -> Vec<String> {
        self.evidence(&rules(measures), ever(as_of)).iter().map(told).collect()
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

/// `2025-10-01` (24:00 of it) or `2025-10-01T12:00:00`.
pub fn instant(text: &str) -> NaiveDateTime {
    match text.parse::<NaiveDate>() {
        Ok(day) => day.succ_opt().unwrap().and_time(NaiveTime::MIN),
        Err(_) => text.parse().unwrap_or_else(|_| panic!("{text}")),
    }
}

/// Every day there is, as of an instant.
pub fn ever(as_of: &str) -> Scope {
    let scope = Scope::of(Period::Year(2025));
    Scope { first: day("2017-01-01"), last: day("2030-12-31"), as_of: instant(as_of), ..scope }
}

/// A period as of an instant, with what was known with a batch.
pub fn scope(period: &str, as_of: &str, batch: Option<i64>) -> Scope {
    let scope = Scope::of(period.parse().unwrap());
    let known_at = batch.map_or(KnownAt::Everything, KnownAt::Batch);
    Scope { as_of: instant(as_of), known_at, ..scope }
}

/// A regime in force from 2019 with these measures.
pub fn rules(measures: &str) -> Regime {
    rules_from("2019-01-01", measures)
}

pub fn rules_from(in_force_from: &str, measures: &str) -> Regime {
    rules_of(in_force_from, "\"steward\"", measures)
}

/// A regime in force from a day, with a main role as TOML.
pub fn rules_of(in_force_from: &str, main_role: &str, measures: &str) -> Regime {
    let mut text = format!(
        "[regime]\nid = \"test\"\nplace = \"某区\"\ndocument = \"《某办法》\"\nin_force_from = {in_force_from}\nmain_role = {main_role}\n"
    );
    for measure in measures.split("[[measure]]").map(str::trim).filter(|m| !m.is_empty()) {
        text += "\n[[measure]]\nname = { zh = \"某\" }\ntopic = \"timeliness\"\nprovision = \"一\"\n";
        text += measure;
        text += "\n";
    }
    Regime::parse(&text, "test.toml").unwrap_or_else(|error| panic!("{error}"))
}

/// A row in one line: `cases/Q1 P1/甲局 due 2025-10-13 done 2025-10-10T09:00 on 2025-10-10 met 2`, then
/// `shared`, `extended`, `paused n`, and the class where there are any.
pub fn told(row: &Evidence) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    let mut line = format!("{} {}/{}", row.record, text(&row.person_id), text(&row.unit));
    line += &row.due_day.map_or(String::new(), |day| format!(" due {day}"));
    line += &row.done_at.map_or(String::new(), |at| format!(" done {}", at.format("%Y-%m-%dT%H:%M")));
    line += &row.decided_on.map_or(" undecided".into(), |day| format!(" on {day}"));
    line += &format!(" {}", text(&row.outcome));
    line += &row.value.map_or(String::new(), |value| format!(" {value}"));
    line += if row.shared { " shared" } else { "" };
    line += if row.extended { " extended" } else { "" };
    if row.paused != 0.0 {
        line += &format!(" paused {}", row.paused);
    }
    line + &row.class.as_ref().map_or(String::new(), |class| format!(" {class}"))
}
