//! `guanjia regime`, what holds for the rules of every place, and a sixth place that needs no code.
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use guanjia::regime::Regime;

/// Status, standard output, standard error.
fn guanjia(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("guanjia").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_place_is_named_in_code_or_queries() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(&root.join("src"), &mut all);
    files(&root.join("queries"), &mut all);
    assert!(all.len() > 100);
    let regimes: Vec<Regime> = guanjia::shipped::regime_ids().iter().map(|id| Regime::shipped(id).unwrap()).collect();
    assert_eq!(regimes.len(), 5);
    let mut names: Vec<String> = ["大连", "阜新", "新邱", "普湾", "瓦房店", "安康"].map(str::to_owned).to_vec();
    for regime in &regimes {
        names.extend([regime.id.clone(), regime.place.clone(), regime.document.clone()]);
    }
    for path in all {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // Unit tests and examples of comments may name the fullest place.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for name in &names {
            assert!(!code.iter().any(|line| line.contains(name)), "{name} stands in {}", path.display());
        }
    }
}

#[test]
fn every_measure_says_what_it_rests_on() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap();
        for measure in &regime.measures {
            assert!(!measure.provision.is_empty() && measure.rule_zh().ends_with('。'), "{id} {}", measure.id);
            // What a document does not say is marked: no share of 90 % stands in any of them.
            assert!(measure.standard.is_none_or(|standard| standard.local), "{id} {}", measure.id);
            // Words in Chinese: no word of the warehouse is left in a rule.
            let told = format!("{}{}{}", measure.rule_zh(), measure.answers_zh(), measure.local_zh().concat());
            let latin: String = told.chars().filter(|c| c.is_ascii_alphabetic() || *c == '_').collect();
            assert!(latin.is_empty(), "{id} {}: {told}", measure.id);
        }
    }
}

#[test]
fn rules_are_listed_shown_and_set_side_by_side() {
    let (status, list, _) = guanjia(&["regime", "list"]);
    assert_eq!(status, 0);
    for id in guanjia::shipped::regime_ids() {
        assert!(list.contains(&id));
        let (status, page, _) = guanjia(&["regime", "show", &id]);
        assert_eq!(status, 0);
        let regime = Regime::shipped(&id).unwrap();
        for measure in &regime.measures {
            assert!(page.contains(&measure.rule_zh()) && page.contains(&measure.name_zh), "{id} {}", measure.id);
        }
        let (_, json, _) = guanjia(&["regime", "show", &id, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let sections = json["sections"].as_array().unwrap();
        let shown: usize = sections.iter().map(|section| section["measures"].as_array().unwrap().len()).sum();
        assert_eq!(shown, regime.measures.len());
    }
    let (_, json, _) = guanjia(&["regime", "diff", "xinqiu", "wafangdian", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let of = |id: &str| rows.iter().find(|row| row["measure"] == id).unwrap();
    assert_eq!(of("case_settled")["differs"], serde_json::json!(["answers", "core"]));
    assert!(of("six_ones")["other"].is_null() && of("milestones")["one"].is_null());
    let (_, text, _) = guanjia(&["regime", "diff", "xinqiu", "wafangdian"]);
    assert!(text.contains("    甲  判定之日服务该企业的项目秘书（项目管家）\n    乙  判定之日服务该企业的“妈妈”"));
    let (status, _, error) = guanjia(&["regime", "show", "nowhere"]);
    assert!(status == 2 && error.contains("shipped are: ankang, dalian-hitech"), "{error}");
}

#[test]
fn a_rule_file_is_told_what_is_wrong_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("park.toml");
    fs::write(&file, PARK.replace("hours = 48", "hours = 0").replace("\"steward\" }", "\"boss\" }")).unwrap();
    let (status, text, _) = guanjia(&["regime", "check", file.to_str().unwrap()]);
    assert_eq!(status, 1);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines
            .iter()
            .any(|line| line
                .contains("park.toml:32: measure.settled_48h.limit: is no single length above 0; write one of")),
        "{text}"
    );
    assert!(lines.iter().any(|line| line.contains("has “boss”, which is no role; write one of: agent")), "{text}");
    let (_, json, _) = guanjia(&["regime", "check", file.to_str().unwrap(), "--format", "json"]);
    let faults: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(faults.len(), lines.len());
    assert_eq!(
        (&faults[0]["line"], &faults[0]["key"]),
        (&serde_json::json!(32), &serde_json::json!("measure.settled_48h.limit"))
    );
    fs::write(&file, PARK).unwrap();
    let (status, text, _) = guanjia(&["regime", "check", file.to_str().unwrap()]);
    assert!(status == 0 && text.contains("9 measures, sound"), "{text}");
}

/// An industrial park that nobody thought of when the program was written.
const PARK: &str = include_str!("../fixtures/park.toml");

#[test]
fn a_sixth_place_needs_no_code() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().to_str().unwrap();
    fs::create_dir_all(dir.path().join("regimes")).unwrap();
    fs::write(dir.path().join("regimes/park.toml"), PARK).unwrap();
    let (status, _, error) = guanjia(&["init", root, "--regime", "park"]);
    assert_eq!(status, 0, "{error}");
    crate::everything::write(&dir.path().join("inbox"));
    let (status, printed, error) = guanjia(&["--workspace", root, "run", "--period", "2026-09"]);
    assert_eq!(status, 0, "{error}");
    assert!(printed.contains("通报-2026年9月.docx") && printed.contains("dashboard/index.html"), "{printed}");
    let (_, figures, _) = guanjia(&["--workspace", root, "measures", "--period", "2026-09", "--format", "json"]);
    let figures: Vec<serde_json::Value> = serde_json::from_str(&figures).unwrap();
    assert_eq!(figures.len(), 9);
    for figure in &figures {
        assert!(figure["n"].as_i64().unwrap() > 0, "{figure}");
    }
    let page = fs::read_to_string(dir.path().join("out/2026-09/通报-2026年9月.html")).unwrap();
    assert!(
        page.contains("某产业园区") && page.contains("《某产业园区企业专员服务办法》") && page.contains("48小时办结")
    );
    assert!(page.contains("规则调整：2026年修订自2026年9月10日起施行，“48小时办结”期限由48小时改为24小时"));
    let (_, explained, _) =
        guanjia(&["--workspace", root, "explain", "--period", "2026-09", "--measure", "settled_48h"]);
    assert!(explained.contains("规则  自“提交”起，24小时内“办结”或“退件”为按时"), "{explained}");
}
