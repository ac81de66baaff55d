//! The example of docs/mapping.md as it stands there: a foreign log, its mapping, a measure by the log's own deadlines.
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::exports::Desk;

/// A desk with the page's mapping and rules, and the log in its inbox.
fn desk() -> Desk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/mapping.md")).unwrap();
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    let desk = Desk::new();
    let settings = desk.path().join("guanjia.toml");
    let own = fs::read_to_string(&settings).unwrap().replace("\"dalian-hitech\"", "\"permits\"");
    fs::write(settings, format!("{own}\n{}", blocks[0])).unwrap();
    fs::create_dir_all(desk.path().join("regimes")).unwrap();
    fs::write(desk.path().join("regimes/permits.toml"), blocks[1]).unwrap();
    fs::copy(root.join("tests/fixtures/permits.csv"), desk.path().join("inbox/permits.csv")).unwrap();
    desk
}

#[test]
fn a_foreign_log_is_taken_without_code() {
    let desk = desk();
    let explained =
        desk.run(&["ingest", "--explain-mapping", "inbox/permits.csv", "--format", "json"]).is(0, &[]).json();
    let told = &explained[0];
    assert_eq!((&told["mapping"], &told["rows"], &told["taken"]), (&"permits".into(), &48.into(), &36.into()));
    let counts: Vec<u64> = told["records"].as_array().unwrap().iter().map(|r| r["records"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 12, 36, 8]);
    assert_eq!(told["ignored"], serde_json::json!(["Instance"]));
    let at = |column: &str| {
        let columns = told["records"][1]["columns"].as_array().unwrap();
        columns.iter().find(|c| c["column"] == column).unwrap()["samples"][0]["becomes"].clone()
    };
    assert_eq!((at("channel"), at("due_at")), ("platform".into(), "2011-02-28 16:00:00".into()));
    assert!(!desk.path().join("warehouse.duckdb").exists());

    let report = desk.run(&["ingest", "inbox", "--format", "json"]).is(0, &[]).json();
    let file = &report["files"][0];
    assert_eq!((&file["rows"], &file["accepted"], &file["skipped"]), (&48.into(), &36.into(), &12.into()));
    assert_eq!((&file["skipped_why"]["left_out"], &file["mapping"]), (&12.into(), &"permits".into()));
    let events = "SELECT event, count(*) FROM case_events GROUP BY event ORDER BY event";
    assert_eq!(desk.ask(events), ["accepted 12", "noted 24", "resolved 8"]);
    assert_eq!(desk.ask("SELECT count(*) FROM case_events WHERE note = 'Ask for advice'"), ["4"]);
    desk.run(&["ingest", "inbox"]).is(0, &["known since batch 1"]);

    // Of twelve: four in time (two of them at the very deadline), four late (two by less than a second), two open past
    // their deadline at the last instant of the log, two open before theirs.
    let figures =
        desk.run(&["measures", "--period", "2011", "--as-of", "2011-06-30T20:00:01", "--format", "json"]).json();
    let figure = &figures[0];
    let of = |key: &str| figure[key].as_u64().unwrap();
    assert_eq!((of("met"), of("breached"), of("pending")), (4, 6, 2));
}

#[test]
fn what_a_mapping_does_not_know_is_refused_and_comes_back() {
    let desk = desk();
    let settings = desk.path().join("guanjia.toml");
    let text = fs::read_to_string(&settings).unwrap().replace(", email = [\"Post\"]", "");
    fs::write(&settings, &text).unwrap();
    let said = ["channel enum “Post”", "[[mapping]]", "taken +"];
    desk.run(&["ingest", "--explain-mapping", "inbox/permits.csv"]).is(1, &said);
    desk.run(&["ingest", "inbox"]).is(1, &["refused: 10 × case_events channel (enum)"]);
    // The mapping learns the word: its file is read anew, and only that.
    let people = "管家编号,姓名\nP1,赵一\n";
    fs::write(desk.path().join("inbox/people.csv"), people).unwrap();
    desk.run(&["ingest", "inbox/people.csv"]).is(0, &["batch 2"]);
    fs::write(&settings, text.replace("window = [\"Counter\"]", "window = [\"Counter\"], email = [\"Post\"]")).unwrap();
    desk.run(&["ingest", "inbox"]).is(0, &["batch 3", "known since batch 2"]);
    desk.run(&["quarantine"]).is(0, &["nothing was refused"]);
    assert_eq!(desk.ask("SELECT count(*), count(DISTINCT case_id) FROM case_events"), ["44 12"]);
    // A mapping that cannot be used is told with its name.
    fs::write(&settings, text.replace("submitted_at = \"Opened\"\n", "")).unwrap();
    desk.run(&["ingest", "inbox"]).is(2, &["“permits”", "cases.submitted_at is required"]);
}

#[test]
fn one_row_per_case_and_constants() {
    let desk = Desk::new();
    let settings = desk.path().join("guanjia.toml");
    let own = fs::read_to_string(&settings).unwrap();
    let mapping = r#"
[[mapping]]
name = "tickets"
kind = "cases"
file = "tickets*"
zone = "as written"

[[mapping.record]]
table = "cases"
[mapping.record.columns]
case_id = "No."
enterprise_id = { from = "Firm", value = "NONE" }
submitted_at = { from = "Opened", day = true }

[[mapping.record]]
table = "case_events"
when = "Done"
[mapping.record.columns]
case_id = "No."
event = { from = "How", words = { resolved = ["ok"] }, other = "returned" }
at = "Done"
"#;
    fs::write(&settings, format!("{own}{mapping}")).unwrap();
    let rows = "No.,Firm,Opened,Done,How\n1,E1,2026-10-01T23:30:00-05:00,2026-10-02T08:00:00-05:00,OK\n\
        2,,2026-10-03 09:00,,\n3,E1,2026-10-04 09:00,2026-10-05 09:00,no\n4,E1,soon,,\n";
    let report = desk.take("tickets-1.csv", rows, &["--format", "json"]).is(1, &[]).json();
    let sum = |key: &str| report["files"][0][key].clone();
    assert_eq!([sum("rows"), sum("accepted"), sum("quarantined")], [Value::from(4), 3.into(), 1.into()]);
    let cases = "SELECT case_id, enterprise_id, submitted_at::DATE, submitted_at_whole_day FROM cases ORDER BY 1";
    assert_eq!(desk.ask(cases), ["1 E1 2026-10-01 true", "2 NONE 2026-10-03 true", "3 E1 2026-10-04 true"]);
    let events = "SELECT case_id, event, \"at\" FROM case_events ORDER BY 1";
    assert_eq!(desk.ask(events), ["1 resolved 2026-10-02 08:00:00", "3 returned 2026-10-05 09:00:00"]);
    // By another name it is no file of this mapping.
    desk.take("other.csv", &rows.replace("soon", "later"), &[]).is(1, &["no header"]);
}
