//! A made-up bureau whose sample is drawn and assigned, and its call sheets as tables to fill in.
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use guanjia::ingest::read::plain::tables;
use serde_json::Value;

use crate::workplace::Workplace;

pub const PLAN: &str = "november";
pub const EVALUATORS: &str = "编号,姓名,单位\nV1,甄一,督查室\nV2,甄二,督查室\nV3,甄三,督查室\n";

/// A bureau of four stewards with six enterprises each, a plan drawn and assigned.
pub struct Bureau(Workplace);

impl Deref for Bureau {
    type Target = Workplace;

    fn deref(&self) -> &Workplace {
        &self.0
    }
}

/// A call sheet as a table of text, to be filled in and saved.
#[derive(Clone)]
pub struct Sheet {
    pub heads: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Bureau {
    pub fn new() -> Bureau {
        let (mut enterprises, mut people, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for steward in 1..=4 {
            people.push(format!("P{steward},管家{steward}号,甲局"));
            for n in 1..=6 {
                let id = format!("E{steward}{n}");
                enterprises.push(format!("{id},第{steward}{n}公司,enterprise,东街,是,联系{n},1380000{steward}{n}34"));
                held.push(format!("{id},steward,P{steward},2026-01-01"));
            }
        }
        let bureau = Bureau(Workplace::enrolled(&enterprises, &people, &held));
        fs::write(bureau.path("evaluators.csv"), EVALUATORS).unwrap();
        bureau
    }

    /// Drawn on 3 November at 10:05; three of each stratum and two in reserve.
    pub fn drawn() -> Bureau {
        let bureau = Bureau::new();
        let announced = ["--entropy-source", "骰子六次", "--entropy-at", "2026-11-03T10:00"];
        let mut plan = vec!["sample", "plan", "--id", PLAN, "--as-of", "2026-10-31", "--each", "3"];
        plan.extend(announced);
        plan.extend(["--at", "2026-11-02T09:00"]);
        bureau.done(&plan);
        bureau.done(&["sample", "draw", "--plan", PLAN, "--entropy", "3 1 6 6 2 4", "--at", "2026-11-03T10:05"]);
        let list = bureau.path("evaluators.csv");
        bureau.done(&["sample", "assign", "--plan", PLAN, "--evaluators", &list, "--at", "2026-11-03T11:00"]);
        bureau
    }

    /// Writes the sheets; their files in the order of numbers.
    pub fn sheets(&self, more: &[&str]) -> Vec<PathBuf> {
        let mut args = vec!["sample", "sheet", "--plan", PLAN, "--format", "json"];
        args.extend(more);
        let written: Value = serde_json::from_str(&self.done(&args)).unwrap();
        written.as_array().unwrap().iter().map(|sheet| PathBuf::from(sheet["xlsx"].as_str().unwrap())).collect()
    }

    pub fn record(&self, files: &[&Path], at: &str) -> (Option<i32>, Value) {
        let mut args = vec!["sample", "record", "--at", at, "--format", "json"];
        args.extend(files.iter().map(|file| file.to_str().unwrap()));
        let (code, out, error) = self.run(&args);
        (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{args:?}: {error}")))
    }

    /// Saves a sheet as CSV and records it, long after all calls.
    pub fn take(&self, sheet: &Sheet, name: &str) -> (Option<i32>, Value) {
        let file = sheet.save(&self.path(name));
        self.record(&[&file], "2026-11-30T18:00")
    }

    pub fn status(&self) -> Value {
        serde_json::from_str(&self.done(&["sample", "status", "--plan", PLAN, "--format", "json"])).unwrap()
    }
}

impl Sheet {
    pub fn open(file: &Path) -> Sheet {
        let tables = tables(file).unwrap();
        let (at, rows) = tables
            .iter()
            .find_map(|table| {
                Some((table.rows.iter().position(|(_, cells)| cells.iter().any(|c| c == "行码"))?, &table.rows))
            })
            .unwrap();
        let cells = |(_, cells): &(u64, Vec<String>)| cells.clone();
        Sheet { heads: cells(&rows[at]), rows: rows[at + 1..].iter().map(cells).collect() }
    }

    pub fn column(&self, head: &str) -> usize {
        self.heads.iter().position(|other| other == head).unwrap_or_else(|| panic!("{head} in {:?}", self.heads))
    }

    pub fn cell(&self, row: usize, head: &str) -> &str {
        &self.rows[row][self.column(head)]
    }

    pub fn set(&mut self, row: usize, head: &str, text: &str) -> &mut Sheet {
        let column = self.column(head);
        self.rows[row][column] = text.to_owned();
        self
    }

    /// Row of the n-th enterprise (from 0) and attempt (from 1).
    pub fn row(&self, enterprise: usize, attempt: usize) -> usize {
        let numbers: Vec<usize> = (0..self.rows.len()).filter(|row| self.cell(*row, "次") == "1").collect();
        numbers[enterprise] + attempt - 1
    }

    /// One attempt of four minutes.
    pub fn call(&mut self, row: usize, day: &str, begun: &str, outcome: &str) -> &mut Sheet {
        let (hour, minute) = begun.split_once(':').unwrap();
        let ended = format!("{hour}:{:02}", minute.parse::<u32>().unwrap() + 4);
        self.set(row, "日期", day).set(row, "开始", begun).set(row, "结束", &ended).set(row, "结果", outcome);
        if outcome == "完成访问" {
            for (head, answer) in
                [("联系过", "是"), ("上门", "否"), ("问题解决", "全部解决"), ("讲过政策", "是"), ("总体评价", "满意")]
            {
                self.set(row, head, answer);
            }
        }
        self
    }

    pub fn save(&self, path: &str) -> PathBuf {
        let mut csv = csv::Writer::from_path(path).unwrap();
        csv.write_record(&self.heads).unwrap();
        self.rows.iter().for_each(|row| csv.write_record(row).unwrap());
        csv.flush().unwrap();
        PathBuf::from(path)
    }
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// accepted, corrected, unchanged, refused, blank of a file.
pub fn sums(made: &Value) -> [u64; 5] {
    let file = &made["files"][0];
    let counts = ["accepted", "corrected", "unchanged", "refused", "blank"].map(|key| file[key].as_u64().unwrap());
    assert_eq!(counts.iter().sum::<u64>(), file["rows"].as_u64().unwrap(), "the sum of {file}");
    counts
}

pub fn rules(made: &Value) -> Vec<String> {
    let rows = made["refused"].as_array().unwrap().iter();
    let reasons = rows.flat_map(|row| row["reasons"].as_array().unwrap());
    reasons.map(|reason| text(reason, "rule").to_owned()).collect()
}
