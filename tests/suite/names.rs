//! A county whose lists have no ids at all: people, enterprises, roles, cases, diaries and evaluations go in by
//! `[missing.…]`, meet each other, and nothing is lost. The folder is `tests/fixtures/names`; its `make.py` says what is in it.
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::exports::Desk;

/// The settings of the worked example in the README.
fn example() -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, from) = readme.split_once("## Lists without ids").unwrap();
    let block = from.split("```toml\n").nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

fn fixture(month: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/names").join(month)
}

/// A desk with these lines above and below its settings.
fn desk_with(above: &str, below: &str) -> Desk {
    let desk = Desk::new();
    let settings = desk.path().join("guanjia.toml");
    let own = fs::read_to_string(&settings).unwrap();
    fs::write(settings, format!("{above}\n{own}\n{below}")).unwrap();
    desk
}

fn county() -> Desk {
    desk_with("roles_since = 2026-01-01", &example())
}

/// Takes a month's folder in; every line of the report adds up.
fn take(desk: &Desk, month: &str, day: &str, status: i32) -> Value {
    let folder = fixture(month);
    let report = desk
        .run(&["ingest", folder.to_str().unwrap(), "--exported-on", day, "--format", "json"])
        .is(status, &[])
        .json();
    for file in report["files"].as_array().unwrap() {
        let n = |key: &str| file[key].as_u64().unwrap();
        assert_eq!(n("rows"), n("accepted") + n("unchanged") + n("quarantined") + n("skipped"), "{file}");
        assert!(!file["kind"].is_null(), "{file}");
    }
    report
}

/// accepted, unchanged, quarantined of the file or sheet that is so called.
fn sum(report: &Value, name: &str) -> [u64; 3] {
    let called = |file: &&Value| {
        let (path, sheet) = (file["path"].as_str().unwrap(), file["sheet"].as_str().unwrap_or_default());
        path.contains(name) || sheet == name
    };
    let file = report["files"].as_array().unwrap().iter().find(called).unwrap();
    ["accepted", "unchanged", "quarantined"].map(|key| file[key].as_u64().unwrap())
}

/// Row, rule and value of what was refused, by the file it was in.
fn refused(desk: &Desk, name: &str) -> Vec<String> {
    let rows = desk.run(&["quarantine", "--format", "json"]).json();
    let of = |row: &&Value| row["path"].as_str().unwrap().contains(name) || row["sheet"] == name;
    let rows = rows.as_array().unwrap().iter().filter(of);
    let one = |row: &Value| {
        let reason = &row["reasons"][0];
        let text = |key: &str| reason[key].as_str().unwrap().to_owned();
        format!("{} {} {} {}", row["row"], text("column"), text("rule"), text("value"))
    };
    rows.map(one).collect()
}

const ACTS: &str = "SELECT p.name, p.unit, e.name, count(*) FROM diary d JOIN people p USING (person_id)
    LEFT JOIN enterprises e USING (enterprise_id) GROUP BY ALL ORDER BY ALL";

#[test]
fn a_folder_without_ids_goes_in_and_meets() {
    let desk = county();
    let report = take(&desk, "2026-10", "2026-10-31", 1);
    assert_eq!(sum(&report, "人员名单"), [6, 0, 0]);
    assert_eq!(sum(&report, "企业台账"), [8, 0, 0]);
    assert_eq!(sum(&report, "包保名单"), [7, 0, 0]);
    // No year, no enterprise.
    assert_eq!(sum(&report, "问题清单"), [6, 0, 2]);
    assert_eq!(sum(&report, "发改住建"), [7, 0, 0]);
    // One row stands twice; three name nobody, one of two, or two at once.
    assert_eq!(sum(&report, "其他单位"), [6, 1, 3]);
    assert_eq!(sum(&report, "企业评价"), [3, 0, 1]);
    let want =
        ["9 person_id shared_name 王强", "10 person_id unknown_name 张无忌", "11 person_id one_person 李四、赵敏"];
    assert_eq!(refused(&desk, "其他单位"), want);
    assert_eq!(refused(&desk, "企业评价"), ["2 person_id shared_name 王强"]);
    assert_eq!(refused(&desk, "问题清单"), ["9 submitted_at no_year 10月18日", "10 enterprise_id required "]);

    // One person each, whatever list says so; the leaders have no number and are known by name and post.
    let people = "SELECT name, unit, rank, phone FROM people ORDER BY name, phone";
    let want = [
        "刘县长",
        "张三 副县长",
        "李四 工信局 副局长 13900000003",
        "欧阳·阿里木 文旅局 科员",
        "王强 发改局 科长 13900000001",
        "王强 住建局 科员 13900000002",
        "赵敏 商务局 科员 13900000004",
        "钱一 13600000001",
        "钱三",
        "钱二 13600000002",
        "钱四 13600000004",
        "陈晓东 发改局 主任科员 13900000005、041184790005",
    ];
    assert_eq!(desk.ask(people), want);
    // The ledger's columns stay beside what the role list says; a project of the list alone is one more.
    let firms = "SELECT name, credit_code IS NOT NULL, area, contact_name FROM enterprises ORDER BY name LIMIT 3";
    assert_eq!(desk.ask("SELECT count(*), count(credit_code) FROM enterprises"), ["9 8"]);
    assert_eq!(desk.ask(firms).len(), 3);
    let want = [
        "李四 工信局 清河食品有限公司 4",
        "欧阳·阿里木 文旅局 1",
        "王强 住建局 云岭（集团）化工有限公司 2",
        "王强 发改局 云岭制药有限公司 4",
        "赵敏 商务局 大柳树农机厂 1",
        "陈晓东 发改局 北沟矿泉水有限公司 1",
    ];
    assert_eq!(desk.ask(ACTS), want);
    // The steward's second number is his, too; an enterprise that no ledger has is an orphan.
    desk.run(&["check", "--as-of", "2026-10-31"]).is(1, &["orphan", "（无名企业）"]);
    assert_eq!(
        desk.ask("SELECT count(*) FROM cases WHERE enterprise_id NOT IN (SELECT enterprise_id FROM enterprises)"),
        ["1"]
    );
    // No name waits anywhere in place of an id.
    assert_eq!(desk.ask("SELECT count(*) FROM diary WHERE starts_with(person_id, chr(31))"), ["0"]);
}

#[test]
fn the_right_people_get_the_figures() {
    let desk = county();
    take(&desk, "2026-10", "2026-10-31", 1);
    let run = desk.run(&["measures", "--period", "2026-10", "--by", "person", "--format", "json"]);
    let figures = run.is(0, &[]).json();
    let of = |measure: &str| {
        let own = figures.as_array().unwrap().iter().filter(|f| f["measure"] == measure && f["n"] != 0);
        let one = |f: &Value| {
            let id = f["subject_id"].as_str().unwrap();
            let who = desk.ask(&format!("SELECT name, unit FROM people WHERE person_id = '{id}'"));
            format!("{} {}/{}", who[0], f["met"], f["n"])
        };
        let mut found: Vec<String> = own.map(one).collect();
        found.sort();
        found
    };
    // Settled in 15 working days: 发改局's 王强 and 李四 did; the other 王强's case fell due on 31 October (a holiday's week
    // lies before it) and is open.
    assert_eq!(of("case_settled"), ["李四 工信局 1/1", "王强 住建局 0/1", "王强 发改局 1/1"]);
    // Four of October's weeks were over; the first is that of the holiday.
    let want = ["李四 工信局 3/4", "王强 住建局 2/4", "王强 发改局 3/4", "赵敏 商务局 1/4", "陈晓东 发改局 1/4"];
    assert_eq!(of("weekly_diary"), want);
    assert_eq!(of("satisfaction_platform"), ["李四 工信局 1/1", "赵敏 商务局 0/1", "陈晓东 发改局 1/1"]);
}

#[test]
fn again_changes_nothing_and_the_next_month_brings_what_is_new() {
    let desk = county();
    take(&desk, "2026-10", "2026-10-31", 1);
    desk.run(&["ingest", fixture("2026-10").to_str().unwrap(), "--exported-on", "2026-10-31"]).is(1, &["nothing new"]);
    let before = desk.ask("SELECT entry_id, person_id FROM diary ORDER BY 1");
    let report = take(&desk, "2026-11", "2026-11-30", 1);
    assert_eq!(sum(&report, "人员名单"), [1, 6, 0]);
    assert_eq!(sum(&report, "企业台账"), [0, 8, 0]);
    // One case went on, one is new.
    assert_eq!(sum(&report, "问题清单"), [2, 5, 2]);
    assert_eq!(sum(&report, "发改住建"), [2, 7, 0]);
    // 赵敏 is two people now: what was taken before stays with whom it was taken for.
    assert_eq!(sum(&report, "其他单位"), [1, 7, 3]);
    let after = desk.ask("SELECT entry_id, person_id FROM diary ORDER BY 1");
    assert!(before.iter().all(|row| after.contains(row)) && after.len() == before.len() + 3, "{after:?}");
    desk.run(&["check", "--as-of", "2026-11-30"]).is(1, &["赵敏", "商务局", "税务局"]);
    // A new row of that name alone is refused, and says between whom; with the unit it is taken.
    let diary = "管家姓名,企业名称,服务日期,服务方式\n赵敏,大柳树农机厂,2026-11-20,走访\n";
    let said = ["shared_name"];
    desk.take("赵敏.csv", diary, &[]).is(1, &said);
    let remedies = desk.run(&["quarantine", "--format", "json"]).json().to_string();
    assert!(remedies.contains("税务局, 139****0007") && remedies.contains("guanjia merge"), "{remedies}");
    let diary = "管家姓名,单位,企业名称,服务日期,服务方式\n赵敏,税务局,大柳树农机厂,2026-11-20,走访\n";
    desk.take("赵敏二.csv", diary, &[]).is(0, &[]);
    assert_eq!(
        desk.ask("SELECT p.unit FROM diary d JOIN people p USING (person_id) WHERE served_on = DATE '2026-11-20'"),
        ["税务局"]
    );
}

#[test]
fn who_was_told_apart_once_stays_so() {
    let desk = county();
    desk.take("名单.csv", "姓名,单位,职务,联系电话\n王强,甲局,,13900000001\n王强,乙局,,13900000002\n", &[]).is(0, &[]);
    let diary = |name: &str, text: &str| {
        format!("管家姓名,企业名称,服务日期,服务方式,服务内容\n{name},甲公司,2026-10-09,走访,{text}\n")
    };
    desk.take("a.csv", &diary("王强", "看车间"), &[]).is(1, &["shared_name"]);
    desk.run(&["quarantine"]).is(0, &["write the telephone behind the name"]);
    desk.take("a.csv", &diary("王强 13900000002", "看车间"), &[]).is(0, &["mends 1"]);
    // The office sends the same row again, with the bare name; then with its text corrected.
    desk.take("b.csv", &(diary("王强", "看车间") + "\n"), &[]).is(0, &[]);
    desk.take("c.csv", &diary("王强", "看车间、谈用电"), &[]).is(0, &[]);
    let entries = "SELECT unit, content FROM diary JOIN people USING (person_id)";
    assert_eq!(desk.ask(entries), ["乙局 看车间、谈用电"]);
    // Once they are one, the name is one person's.
    let ids = desk.ask("SELECT person_id FROM people ORDER BY phone");
    fs::write(desk.path().join("m.csv"), format!("类型,编号,是,原因\n人员,{},{},一人\n", ids[1], ids[0])).unwrap();
    desk.run(&["merge", "m.csv"]).is(0, &[]);
    desk.take("d.csv", &diary("王强", "另一次").replace("10-09", "10-10"), &[]).is(0, &[]);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let facts = "SELECT * EXCLUDE (known_from) FROM (
        SELECT 'd' AS t, entry_id AS k, person_id AS a, enterprise_id AS b, known_from FROM diary
        UNION ALL SELECT 'c', case_id, enterprise_id, NULL, known_from FROM cases
        UNION ALL SELECT 'p', person_id, unit, rank, known_from FROM people
        UNION ALL SELECT 'e', enterprise_id, credit_code, contact_name, known_from FROM enterprises
        UNION ALL SELECT 'a', enterprise_id, role, holder_id, known_from FROM assignments) ORDER BY ALL";
    let desk = county();
    take(&desk, "2026-10", "2026-10-31", 1);
    let other = county();
    let mut files: Vec<PathBuf> = fs::read_dir(fixture("2026-10")).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    files.reverse();
    let args: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
    other.run(&[&["ingest"], &args[..], &["--exported-on", "2026-10-31"]].concat()).is(1, &[]);
    assert_eq!(desk.ask(facts), other.ask(facts));
}

#[test]
fn a_file_without_ids_is_refused_with_the_lines_that_take_it() {
    let desk = desk_with("roles_since = 2026-01-01", "");
    let folder = fixture("2026-10");
    // The role list alone needs nothing.
    let list = folder.join("包保名单.xlsx");
    desk.run(&["ingest", list.to_str().unwrap(), "--exported-on", "2026-10-01"]).is(0, &[]);
    let mut settings = fs::read_to_string(desk.path().join("guanjia.toml")).unwrap();
    for name in ["人员名单.xlsx", "企业台账.csv", "问题清单.xlsx", "服务日志.xlsx", "企业评价.csv"]
    {
        let path = folder.join(name);
        let explain = ["ingest", "--explain-mapping", path.to_str().unwrap(), "--format", "json"];
        let told = desk.run(&explain).is(1, &[]).json();
        let lines = told[0]["lines"].as_str().unwrap_or_else(|| panic!("{name}: {told}")).to_owned();
        desk.run(&["ingest", path.to_str().unwrap()]).is(1, &["lacks the column", lines.lines().next().unwrap()]);
        settings += &format!("\n{lines}");
        fs::write(desk.path().join("guanjia.toml"), &settings).unwrap();
    }
    // The diary's second sheet calls its people otherwise; its lines know of the first.
    let diary = folder.join("服务日志.xlsx");
    let explain = ["ingest", "--explain-mapping", diary.to_str().unwrap(), "--format", "json"];
    let told = desk.run(&explain).is(1, &[]).json();
    let lines = told[1]["lines"].as_str().unwrap();
    assert!(lines.contains("person = [\"管家姓名\", \"项目管家\"], phone = \"联系电话\""), "{lines}");
    let (before, _) = settings.split_once("[missing.diary]").unwrap();
    let (_, after) = settings.split_once("[missing.evaluations]").unwrap();
    fs::write(desk.path().join("guanjia.toml"), format!("{before}{lines}\n[missing.evaluations]{after}")).unwrap();
    // As they were printed they take the folder, though each file was refused before.
    let report = take(&desk, "2026-10", "2026-10-31", 1);
    assert_eq!(sum(&report, "发改住建"), [7, 0, 0]);
    assert_eq!(sum(&report, "问题清单"), [6, 0, 2]);
    assert_eq!(desk.ask("SELECT count(*), count(credit_code) FROM enterprises"), ["9 8"]);
}

#[test]
fn what_only_names_enterprises_is_no_ledger() {
    let desk = county();
    // A name and sums of money; beside it a list that is none for want of a second column.
    desk.take("补贴.csv", "企业名称,补贴金额\n清河食品有限公司,5\n", &[]).is(1, &["–", "lacks"]);
    desk.take("补贴.csv", "企业名称,补贴金额\n清河食品有限公司,6\n", &["--as", "enterprises"]).is(0, &["batch"]);
    // A diary that says 管家 is no role list; a mapping makes the same ids.
    let desk = desk_with("roles_since = 2026-01-01", "");
    let diary = "管家,企业名称,服务日期,服务方式\n王强 13900000001,清河食品有限公司,2026-10-09,走访\n";
    desk.take("日志.csv", diary, &[]).is(1, &["nearest to diary", "[missing.diary]"]);
    let mapping = r#"
[[mapping]]
name = "日志"
kind = "diary"
[[mapping.record]]
table = "diary"
[mapping.record.columns]
entry_id = { made_of = ["管家", "企业名称", "服务日期"] }
person_id = { person = "管家" }
enterprise_id = { enterprise = "企业名称" }
served_on = "服务日期"
[[mapping.record]]
table = "people"
[mapping.record.columns]
person_id = { person = "管家" }
name = "管家"
"#;
    let settings = desk.path().join("guanjia.toml");
    fs::write(&settings, fs::read_to_string(&settings).unwrap() + mapping).unwrap();
    desk.run(&["ingest", "--explain-mapping", "日志.csv"]).is(0, &["made of 管家 + 企业名称 + 服务日期"]);
    desk.run(&["ingest", "日志.csv"]).is(0, &["mapping “日志”"]);
    let list = "企业名称,项目管家\n清河食品有限公司,王　强１３９-0000-0001\n";
    desk.take("名单.csv", list, &[]).is(0, &[]);
    let met = "SELECT p.name, p.phone, e.name, a.role FROM diary d JOIN people p USING (person_id)
        JOIN enterprises e USING (enterprise_id) JOIN assignments a ON a.holder_id = d.person_id";
    assert_eq!(desk.ask(met), ["王强 13900000001 清河食品有限公司 steward"]);
    let fault = mapping.replace("person = \"管家\" }\nenterprise", "phone = \"管家\" }\nenterprise");
    fs::write(&settings, fs::read_to_string(&settings).unwrap().replace(mapping, &fault)).unwrap();
    desk.run(&["ingest", "日志.csv"]).is(2, &["“日志”", "person_id"]);
}

#[test]
fn what_is_said_of_missing_columns_is_checked() {
    for (lines, says) in [
        ("[missing.diaries]\nx = { value = '1' }", "no table “diaries”"),
        ("[missing.diary]\nboss = { person = '管家' }", "no column “boss”"),
        ("[missing.diary]\nentry_id = { person = '管家' }", "entry_id is no id of person"),
        ("[missing.diary]\nperson_id = { made_of = ['管家'] }", "no number of a record"),
        ("[missing.diary]\nperson_id = { phone = '电话', value = '1' }", "they need person"),
        ("[missing.diary]\nperson_id = {}", "nothing to be made from"),
        ("[missing.diary]\nperson_id = { person = '管家', value = '1' }", "several ways"),
    ] {
        let desk = desk_with("", lines);
        desk.run(&["ingest", "inbox"]).is(2, &["guanjia.toml", says]);
    }
}
