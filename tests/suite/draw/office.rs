//! A made-up bureau that plans and draws, and what it hands out.
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::workplace::Workplace;

/// A bureau of five stewards with 2, 4, 6, 8 and 10 enterprises; E0101 has no telephone, E0601 no steward.
pub struct Office(Workplace);

impl Deref for Office {
    type Target = Workplace;

    fn deref(&self) -> &Workplace {
        &self.0
    }
}

/// Three who call: one of 甲局, one whose sister works in E0501, one without interests.
pub const EVALUATORS: &str = "编号,姓名,单位,街道,回避企业\nV1,甄一,甲局,,\nV2,甄二,,,E0501\nV3,甄三,丁局,,\n";
pub const ANNOUNCED: [&str; 6] =
    ["--entropy-source", "骰子六次", "--entropy-at", "2026-11-03T10:00", "--entropy-shape", "0 0 0 0 0 0"];
pub const THROWN: &str = "3 1 6 6 2 4";

impl Office {
    pub fn new() -> Office {
        Office::turned(false)
    }

    /// The same bureau; `turned`: its exports' rows the other way round.
    pub fn turned(turned: bool) -> Office {
        let (mut enterprises, mut people, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for steward in 1..=5 {
            let unit = ["甲局", "乙局", "丙局"][steward % 3];
            people.push(format!("P{steward},管家{steward},{unit}"));
            for n in 1..=2 * steward {
                let id = format!("E{steward:02}{n:02}");
                let phone = if id == "E0101" { String::new() } else { format!("0411-5550{steward}{n:02}") };
                enterprises.push(format!("{id},第{steward}{n}公司,enterprise,东街,是,联系{n},{phone}"));
                held.push(format!("{id},steward,P{steward},2026-01-01"));
            }
        }
        enterprises.push("E0601,无管家公司,enterprise,西街,是,某人,0411-5550601".to_owned());
        if turned {
            [&mut enterprises, &mut people, &mut held].into_iter().for_each(|rows| rows.reverse());
        }
        Office(Workplace::enrolled(&enterprises, &people, &held))
    }

    pub fn plan_args<'a>(id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec!["sample", "plan", "--id", id, "--as-of", "2026-10-31", "--at", "2026-11-02T09:00"];
        args.extend(ANNOUNCED);
        args.extend(more);
        args
    }

    pub fn plan(&self, id: &str, more: &[&str]) -> Value {
        let mut args = Office::plan_args(id, more);
        args.extend(["--format", "json"]);
        serde_json::from_str(&self.done(&args)).unwrap()
    }

    pub fn draw(&self, id: &str) -> Value {
        let args =
            ["sample", "draw", "--plan", id, "--entropy", THROWN, "--at", "2026-11-03T10:05", "--format", "json"];
        serde_json::from_str(&self.done(&args)).unwrap()
    }

    pub fn assign(&self, id: &str, more: &[&str]) -> Value {
        fs::write(self.path("evaluators.csv"), EVALUATORS).unwrap();
        let list = self.path("evaluators.csv");
        let mut args = vec!["sample", "assign", "--plan", id, "--evaluators", &list, "--at", "2026-11-03T11:00"];
        args.extend(["--format", "json"]);
        args.extend(more);
        serde_json::from_str(&self.done(&args)).unwrap()
    }

    pub fn file(&self, id: &str, name: &str) -> PathBuf {
        PathBuf::from(self.path(&format!("out/sampling/{id}/{name}")))
    }

    /// A drawn and assigned sample, as published.
    pub fn published() -> (Office, Value) {
        let office = Office::new();
        office.plan("november", &["--each", "3"]);
        office.draw("november");
        office.assign("november", &[]);
        let published = read(&office.file("november", "draw.json"));
        (office, published)
    }

    /// What `verify` says of a changed file: status 1, and the difference.
    pub fn difference(&self, value: &Value) -> Value {
        let path = self.path("changed.json");
        fs::write(&path, value.to_string()).unwrap();
        let (code, out, error) = self.run(&["sample", "verify", &path, "--format", "json"]);
        assert_eq!(code, Some(1), "{out}\n{error}");
        let verdict: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(verdict["holds"], false);
        verdict["difference"].clone()
    }
}

pub fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn rows(stratum: &Value) -> &Vec<Value> {
    stratum["tickets"].as_array().unwrap()
}

/// A copy of a published draw with something changed.
pub fn changed(published: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut value = published.clone();
    change(&mut value);
    value
}
