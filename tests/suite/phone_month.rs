//! A month's phone visits from plan to bulletin, by the commands of the README, on a small made-up bureau.
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

fn guanjia(bureau: &Path, line: &str) -> (i32, String, String) {
    let run = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia"))
        .current_dir(bureau)
        .args(line.split('|').map(str::trim))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

fn done(bureau: &Path, line: &str) -> String {
    let (code, out, err) = guanjia(bureau, line);
    assert_eq!(code, 0, "{line}\n{out}\n{err}");
    out
}

fn json(bureau: &Path, line: &str) -> Value {
    serde_json::from_str(&done(bureau, &format!("{line}|--format|json"))).unwrap()
}

/// Four stewards with 8, 9, 10 and 11 enterprises.
fn bureau() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), "init|bureau|--regime|dalian-hitech|--quiet");
    let bureau = folder.path().join("bureau");
    let mut enterprises = "enterprise_id,name,kind,in_scope_from,contact_name,contact_phone,area\n".to_owned();
    let mut assignments = "enterprise_id,role,holder_id,valid_from\n".to_owned();
    let mut people = "person_id,name,unit\n".to_owned();
    let mut i = 0;
    for (steward, size) in [8, 9, 10, 11].into_iter().enumerate() {
        writeln!(people, "P{steward},管家{steward},{}", if steward < 2 { "甲局" } else { "乙局" }).unwrap();
        for _ in 0..size {
            i += 1;
            writeln!(enterprises, "E{i:02},企业{i:02}有限公司,enterprise,2024-01-01,联系人{i},0411-555{i:05},东街")
                .unwrap();
            writeln!(assignments, "E{i:02},steward,P{steward},2024-01-01").unwrap();
        }
    }
    fs::write(bureau.join("inbox/enterprises.csv"), enterprises).unwrap();
    fs::write(bureau.join("inbox/people.csv"), people).unwrap();
    fs::write(bureau.join("inbox/assignments.csv"), assignments).unwrap();
    fs::write(bureau.join("evaluators.csv"), "id,name,unit,area\nV1,访员一,丙局,\nV2,访员二,丙局,\n").unwrap();
    done(&bureau, "ingest|inbox|--quiet");
    (folder, bureau)
}

/// Fills the first row of every enterprise of a call sheet; the n-th answer is `grade(n)`, an empty one a refusal.
fn fill(sheet: &Path, first: &mut usize, grade: impl Fn(usize) -> &'static str) -> PathBuf {
    let mut book: Xlsx<_> = open_workbook(sheet).unwrap();
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).unwrap();
    let text = |cell: &Data| cell.to_string();
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(text).collect()).collect();
    let head = rows.iter().position(|row| row.iter().any(|cell| cell == "行码")).unwrap();
    let column = |name: &str| rows[head].iter().position(|cell| cell == name).unwrap();
    let mut csv = rows[head].join(",") + "\n";
    let mut seen = std::collections::BTreeSet::new();
    for row in &rows[head + 1..] {
        if row[column("行码")].is_empty() || !seen.insert(row[column("企业编号")].clone()) {
            continue;
        }
        let mut row = row.clone();
        let minute = 10 * (seen.len() - 1);
        let mut put = |name: &str, value: String| row[column(name)] = value;
        put("日期", "2026-10-21".into());
        put("开始", format!("{:02}:{:02}", 9 + minute / 60, minute % 60));
        put("结束", format!("{:02}:{:02}", 9 + minute / 60, minute % 60 + 5));
        match grade(*first) {
            "" => put("结果", "拒绝访问".into()),
            grade => {
                put("结果", "完成访问".into());
                for (question, answer) in
                    [("联系过", "是"), ("上门", "否"), ("问题解决", "没有提出问题"), ("讲过政策", "是")]
                {
                    put(question, answer.into());
                }
                put("总体评价", grade.into());
            }
        }
        *first += 1;
        csv += &(row.join(",") + "\n");
    }
    let file = sheet.with_extension("csv");
    fs::write(&file, csv).unwrap();
    file
}

#[test]
fn from_plan_to_bulletin() {
    let (_folder, bureau) = bureau();
    let plan = "sample|plan|--id|T10|--as-of|2026-10-15|--each|4|--reserve|2|--entropy-source|福彩3D第2026284期\
                |--entropy-at|2026-10-19T21:15|--entropy-shape|000|--at|2026-10-18T09:00";
    done(&bureau, plan);
    done(&bureau, "sample|draw|--plan|T10|--entropy|317|--at|2026-10-19T21:30");
    done(&bureau, "sample|assign|--plan|T10|--evaluators|evaluators.csv|--at|2026-10-20T08:00");
    done(&bureau, "sample|sheet|--plan|T10");
    // Nobody has been called: there is nothing to estimate, and that is no error.
    let told = json(&bureau, "sample|estimate|--plan|T10");
    assert_eq!((&told["answers"], &told["satisfied"]), (&0.into(), &Value::Null));
    let mut n = 0;
    for sheet in ["T10-01号表.xlsx", "T10-02号表.xlsx"] {
        let sheet = bureau.join("out/sampling/T10/sheets").join(sheet);
        let file =
            fill(&sheet, &mut n, |n| ["满意", "非常满意", "不满意", "满意", "基本满意", "满意", "", "满意"][n % 8]);
        done(&bureau, &format!("sample|record|{}|--at|2026-10-22T09:00", file.display()));
    }
    assert_eq!(n, 16);
    let told = json(&bureau, "sample|estimate|--plan|T10");
    assert_eq!((&told["N"], &told["drawn"], &told["answers"]), (&38.into(), &16.into(), &14.into()));
    assert_eq!(told["counts"]["refusal"], 2);
    let share = &told["satisfied"];
    let (low, high) = (told["bounds"]["low"].as_f64().unwrap(), told["bounds"]["high"].as_f64().unwrap());
    let estimate = share["estimate"].as_f64().unwrap();
    assert!(low < estimate && estimate <= high + 1e-12 && high < 1.0, "{told}");

    // The same by the measure, which knows only the evaluations.
    let phone = "measures|--period|2026-10|--measure|satisfaction_phone";
    let figure = &json(&bureau, phone)[0];
    assert_eq!((&figure["n"], &figure["met"], &figure["breached"]), (&14.into(), &Value::Null, &Value::Null));
    for (of_measure, of_plan) in [("rate", "estimate"), ("ci_low", "ci_low"), ("ci_high", "ci_high")] {
        let (a, b) = (figure[of_measure].as_f64().unwrap(), share[of_plan].as_f64().unwrap());
        assert!((a - b).abs() < 1e-9, "{of_measure}: {a} {b}");
    }
    let people = json(&bureau, &format!("{phone}|--by|person"));
    for (line, stratum) in people.as_array().unwrap().iter().map(|line| {
        let strata = told["strata"].as_array().unwrap();
        (line, strata.iter().find(|s| s["known_as"] == line["subject_id"]).unwrap())
    }) {
        let part = |k: &str| stratum[k].as_f64().unwrap() / stratum["N"].as_f64().unwrap();
        assert!((line["ci_low"].as_f64().unwrap() - part("at_least")).abs() < 1e-9, "{line} {stratum}");
        assert!((line["ci_high"].as_f64().unwrap() - part("at_most")).abs() < 1e-9);
    }
    // A class is never given on a sample.
    let classes = json(&bureau, "classes|--period|2026-10|--by|person");
    assert!(classes.as_array().unwrap().iter().all(|line| line["measure"] != "satisfaction_phone"));

    // Once more changes nothing; what was known before the calls stays what it was.
    let batches =
        json(&bureau, "explain|--period|2026-10|--measure|satisfaction_phone")["rows"].as_array().unwrap().len();
    let file = bureau.join("out/sampling/T10/sheets/T10-01号表.csv");
    let (_, _, said) = guanjia(&bureau, &format!("sample|record|{}|--at|2026-10-22T10:00", file.display()));
    assert!(!said.contains("new or changed"), "{said}");
    assert_eq!(batches, 14);
    assert_eq!(json(&bureau, &format!("{phone}|--known-at|1"))[0]["n"], 0);

    // A correction is a new version.
    let text = fs::read_to_string(&file).unwrap().replacen("非常满意", "非常不满意", 1);
    fs::write(&file, text).unwrap();
    done(&bureau, &format!("sample|record|{}|--at|2026-10-23T09:00", file.display()));
    let later = &json(&bureau, phone)[0];
    assert_eq!(later["n"], 14);
    assert!(later["rate"].as_f64().unwrap() < estimate);

    done(&bureau, "bulletin|draft|--period|2026-10");
    let html = fs::read_to_string(bureau.join("out/2026-10/通报-2026年10月.html")).unwrap();
    let commitment: Value =
        serde_json::from_str(&fs::read_to_string(bureau.join("out/sampling/T10/commitment.json")).unwrap()).unwrap();
    let hash = commitment["plan_hash"].as_str().unwrap();
    for part in ["电话回访抽样与应答", &hash[..16], &hash[48..], "有效答复14条", "RR1", "317", "不合并计算"]
    {
        assert!(html.contains(part), "{part}");
    }
    done(&bureau, "dashboard|--period|2026-10");
    let page = fs::read_to_string(bureau.join("out/dashboard/phone.html")).unwrap();
    assert!(page.contains("方案 T10") && page.contains("按抽样设计"));
    done(&bureau, "sample|verify|out/sampling/T10/draw.json");
}
