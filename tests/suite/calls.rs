//! Call sheets from the command line: written, filled in by made-up evaluators, tampered with, and taken back.
#[path = "calls/bureau.rs"]
mod bureau;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bureau::*;
use guanjia::ingest::read::plain::tables;
use serde_json::Value;

#[test]
fn sheets_say_whom_to_call_and_nothing_of_stewards_and_mask_telephones() {
    let bureau = Bureau::drawn();
    let files = bureau.sheets(&[]);
    assert_eq!(files.len(), 3);
    let bytes: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert_eq!(bureau.sheets(&[]), files);
    assert!(files.iter().zip(&bytes).all(|(file, bytes)| fs::read(file).unwrap() == *bytes), "same bytes");
    let mut enterprises = 0;
    for file in &files {
        let all = format!("{:?} {}", tables(file).unwrap(), fs::read_to_string(file.with_extension("html")).unwrap());
        for steward in 1..=4 {
            assert!(!all.contains(&format!("管家{steward}号")) && !all.contains(&format!("P{steward}")), "a steward");
        }
        assert!(all.contains("138****") && !all.contains("1380000"), "telephones are masked");
        assert!(all.contains("您好，我是甄") && all.contains("总的来说，您对项目管家的服务是否满意？"));
        let sheet = Sheet::open(file);
        enterprises += sheet.rows.len() / 5;
        assert_eq!(sheet.cell(0, "次"), "1");
        assert!(sheet.cell(0, "日期").is_empty() && sheet.cell(0, "行码").starts_with("november."));
        assert!(fs::read_to_string(file.with_extension("html")).unwrap().contains("□非常满意"));
    }
    assert_eq!(enterprises, 12);
    // The workbook is locked but for what is to be filled in, and its lists are in it.
    let parts = crate::calls::part(&bytes[0], "xl/worksheets/sheet1.xml");
    assert!(parts.contains("<sheetProtection") && parts.contains("无人接听") && parts.contains("landscape"));
    assert!(parts.contains("fitToHeight=\"0\""));
    // Whole numbers only when asked for.
    let files = bureau.sheets(&["--with-phones"]);
    let dialling = tables(&files[0]).unwrap().into_iter().find(|table| table.sheet == "拨号").unwrap();
    assert!(dialling.rows.iter().any(|(_, cells)| cells.iter().any(|cell| cell.starts_with("1380000"))));
    assert!(!format!("{:?}", tables(&files[0]).unwrap()[0]).contains("1380000"));
}

fn part(xlsx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
    text
}

/// What three evaluators bring back: completes, a refusal, one never reached, a dead number, one still open.
fn filled(bureau: &Bureau) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = bureau.sheets(&[]).iter().map(|file| Sheet::open(file)).collect();
    for (which, sheet) in sheets.iter_mut().enumerate() {
        let row = |enterprise, attempt| sheet.row(enterprise, attempt);
        let rows = [
            [row(0, 1), row(0, 2), row(0, 3)],
            [row(1, 1), row(1, 2), row(1, 3)],
            [row(2, 1), row(2, 2), row(2, 3)],
            [row(3, 1), row(3, 2), row(3, 3)],
        ];
        sheet.call(rows[0][0], "2026-11-04", "9:00", "完成访问");
        if which == 0 {
            sheet.call(rows[1][0], "2026年11月4日", "9:10", "拒绝访问");
            sheet.call(rows[2][0], "2026/11/4", "9:20", "无人接听");
            sheet.call(rows[2][1], "2026-11-05", "14:20", "无人接听");
            sheet.call(rows[2][2], "2026-11-06", "14:20", "3.90 拨打次数用尽");
        } else {
            sheet.call(rows[1][0], "2026-11-04", "9:10", "空号停机");
            sheet.call(rows[2][0], "2026-11-04", "9:20", "无人接听");
            sheet.call(rows[2][1], "2026-11-04", "14:20", "完成访问");
        }
        sheet.call(rows[3][0], "2026-11-04", "9:30", "完成访问");
    }
    sheets
}

#[test]
fn sheets_come_back_in_any_order_in_part_and_twice() {
    let bureau = Bureau::drawn();
    let sheets = filled(&bureau);
    for (which, sheet) in sheets.iter().enumerate() {
        let (code, made) = bureau.take(sheet, &format!("{which}.csv"));
        assert_eq!((code, rules(&made)), (Some(0), vec![]), "{made:#}");
        assert_eq!(sums(&made)[0], if which == 0 { 6 } else { 5 });
        let (code, again) = bureau.take(sheet, &format!("{which}.csv"));
        assert_eq!((code, sums(&again)[0], sums(&again)[2]), (Some(0), 0, sums(&made)[0]), "known rows are unchanged");
    }
    let status = bureau.status();
    assert_eq!(status["enterprises"], 14, "two replacements were called for, the replaced ones stay");
    let given_up: Vec<&str> = status["given_up"].as_array().unwrap().iter().map(|gone| text(gone, "code")).collect();
    assert_eq!(given_up, ["2.11", "3.90"]);
    let of = |key: &str| status["evaluators"].as_array().unwrap().iter().map(|e| e[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((of("complete"), of("refused"), of("given_up"), of("open")), (8, 1, 1, 4));
    let replacing = status["next"].as_array().unwrap().iter().filter(|call| call["replaces"].is_string()).count();
    assert_eq!(replacing, 2);

    // The other way round, row by row: what came too early counts when the rest is there.
    let other = Bureau::drawn();
    other.sheets(&[]);
    for (which, sheet) in sheets.iter().enumerate().rev() {
        for row in (0..sheet.rows.len()).rev().filter(|row| !sheet.cell(*row, "结果").is_empty()) {
            let one = Sheet { heads: sheet.heads.clone(), rows: vec![sheet.rows[row].clone()] };
            other.take(&one, &format!("{which}.csv"));
        }
    }
    let mut elsewhere = other.status();
    assert_eq!(elsewhere["refused"], Value::Array(vec![]));
    elsewhere["corrections"] = status["corrections"].clone();
    assert_eq!(elsewhere, status);
}

#[test]
fn what_was_tampered_with_or_cannot_be_is_refused_and_the_rest_is_taken() {
    let bureau = Bureau::drawn();
    let sheet = Sheet::open(&bureau.sheets(&[])[0]);
    let good = |sheet: &mut Sheet| {
        let row = sheet.row(3, 1);
        sheet.call(row, "2026-11-04", "16:00", "完成访问");
    };
    let mut first = true;
    let mut refused = |what: &str, wanted: &[&str], change: &dyn Fn(&mut Sheet)| {
        let mut sheet = sheet.clone();
        good(&mut sheet);
        sheet.call(0, "2026-11-04", "9:00", "完成访问");
        change(&mut sheet);
        let (code, made) = bureau.take(&sheet, "tampered.csv");
        assert_eq!(
            (code, rules(&made)),
            (Some(1), wanted.iter().map(|w| (*w).to_owned()).collect()),
            "{what}: {made:#}"
        );
        let counts = sums(&made);
        assert_eq!(counts[0] + counts[2], 1, "{what}: the good row is taken once");
        assert_eq!(counts[0] == 1, std::mem::take(&mut first));
        let row = &made["refused"][0];
        assert!(text(row, "file").ends_with("tampered.csv") && row["row"].as_u64().unwrap() >= 2, "{row}");
        assert!(!text(&row["reasons"][0], "remedy").is_empty() && !text(&row["reasons"][0], "column").is_empty());
    };
    let other_id = sheet.cell(sheet.row(1, 1), "企业编号").to_owned();
    refused("altered id", &["altered_id"], &|s| {
        s.set(0, "企业编号", &other_id);
    });
    refused("altered name", &["altered"], &|s| {
        s.set(0, "企业名称", "别的公司");
    });
    refused("code gone", &["no_code"], &|s| {
        s.set(0, "行码", "");
    });
    let code = sheet.cell(0, "行码").to_owned();
    let changed = |from: &str, to: &str| code.replacen(from, to, 1);
    refused("another sheet's number", &["altered"], &|s| {
        s.set(0, "行码", &changed("/1/v/", "/2/v/"));
    });
    refused("another plan", &["other_plan"], &|s| {
        s.set(0, "行码", &changed("november", "october"));
    });
    let draw = code.split(['.', '/']).nth(1).unwrap().to_owned();
    refused("another draw", &["other_draw"], &|s| {
        s.set(0, "行码", &changed(&draw, "abcdef"));
    });
    refused("unknown outcome", &["unknown_outcome"], &|s| {
        s.set(0, "结果", "改天再说");
    });
    refused("found out, not entered", &["not_entered"], &|s| {
        s.set(0, "结果", "尚未拨打");
        ["联系过", "上门", "问题解决", "讲过政策", "总体评价"].iter().for_each(|head| {
            s.set(0, head, "");
        });
    });
    refused("unknown answer", &["unknown_answer"], &|s| {
        s.set(0, "总体评价", "很好");
    });
    refused("no day", &["date"], &|s| {
        s.set(0, "日期", "11月4日");
    });
    refused("no time", &["time"], &|s| {
        s.set(0, "开始", "早上");
    });
    refused("left empty", &["required"], &|s| {
        s.set(0, "结束", "");
    });
    refused("before the draw", &["before_draw"], &|s| {
        s.call(0, "2026-11-03", "9:00", "完成访问");
    });
    refused("outside call hours", &["outside_hours"], &|s| {
        s.call(0, "2026-11-04", "12:30", "完成访问");
    });
    refused("in the future", &["future"], &|s| {
        s.call(0, "2026-12-04", "9:00", "完成访问");
    });
    refused("ends before it begins", &["ends_before_begun"], &|s| {
        s.set(0, "结束", "8:50");
    });
    refused("finished in seconds", &["too_quick"], &|s| {
        s.set(0, "结束", "9:00:20");
    });
    refused("a day long", &["too_long"], &|s| {
        s.set(0, "结束", "17:00");
    });
    refused("an answer missing", &["answer_missing"], &|s| {
        s.set(0, "总体评价", "");
    });
    refused("answers beside no answer", &["answers_without_talk"; 5], &|s| {
        s.set(0, "结果", "无人接听");
    });
    refused("out of scope without a note", &["note_missing"], &|s| {
        s.set(0, "结果", "不属服务范围");
        ["联系过", "上门", "问题解决", "讲过政策", "总体评价"].iter().for_each(|head| {
            s.set(0, head, "");
        });
    });
    refused("used up after one", &["attempts_remain"], &|s| {
        s.set(0, "结果", "拨打次数用尽");
        ["联系过", "上门", "问题解决", "讲过政策", "总体评价"].iter().for_each(|head| {
            s.set(0, head, "");
        });
    });
    refused("on two calls at once", &["overlap"], &|s| {
        s.call(0, "2026-11-04", "16:02", "完成访问");
    });
    refused("after the end", &["finished"], &|s| {
        let row = s.row(3, 2);
        let empty = vec![String::new(); s.heads.len()];
        let keep = ["企业编号", "企业名称", "次", "行码"].map(|head| (s.column(head), s.cell(0, head).to_owned()));
        s.rows[0] = empty;
        keep.into_iter().for_each(|(column, text)| s.rows[0][column] = text);
        s.call(row, "2026-11-05", "9:00", "无人接听");
    });
    // What is refused can be seen, in Chinese for whom it goes back to.
    let bureau = Bureau::drawn();
    let mut sheet = sheet.clone();
    let second = sheet.row(1, 1);
    sheet.call(0, "2026-11-04", "9:00", "完成访问").call(second, "2026-11-04", "9:10", "改天再说");
    sheet.set(0, "企业编号", &other_id);
    bureau.take(&sheet, "two.csv");
    let (_, list, _) = bureau.run(&["sample", "refused", "--plan", PLAN]);
    assert!(list.contains("the enterprise's number was altered") && list.contains("no outcome there is (“改天再说”)"));
    let book = bureau.path("refused.xlsx");
    bureau.done(&["sample", "refused", "--plan", PLAN, "--xlsx", &book]);
    let all = format!("{:?}", tables(Path::new(&book)).unwrap());
    assert!(all.contains("企业编号被改动") && all.contains("请从下拉列表中选择"));
}

#[test]
fn a_row_that_says_two_things_a_stranger_s_file_and_a_locked_one() {
    let bureau = Bureau::drawn();
    let mut sheet = Sheet::open(&bureau.sheets(&[])[0]);
    sheet.call(0, "2026-11-04", "9:00", "完成访问");
    let mut copy = sheet.rows[0].clone();
    copy[sheet.column("总体评价")] = "不满意".to_owned();
    sheet.rows.push(copy);
    let (code, made) = bureau.take(&sheet, "twice.csv");
    assert_eq!((code, rules(&made)), (Some(1), vec!["twice".to_owned(); 2]));
    // No call sheet, no workbook, a password: each with its message, and beside a good file.
    let good = {
        sheet.rows.pop();
        sheet.save(&bureau.path("good.csv"))
    };
    let stranger = PathBuf::from(bureau.path("inbox/people.csv"));
    let broken = PathBuf::from(bureau.path("broken.xlsx"));
    fs::write(&broken, b"PK\x03\x04 not at all").unwrap();
    let locked = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mess/password.xlsx");
    let (code, made) = bureau.record(&[&stranger, &broken, &locked, &good], "2026-11-30T18:00");
    assert_eq!((code, sums(&made)[0]), (Some(1), 1), "{made:#}");
    let why: Vec<&str> = made["unreadable"].as_array().unwrap().iter().map(|file| text(file, "why")).collect();
    assert!(why[0].contains("holds no call sheet") && why[1].contains("no workbook") && why[2].contains("password"));
    // A call of tomorrow is refused today and taken the day after, from the same file.
    sheet.call(0, "2026-11-04", "9:00", "完成访问");
    let row = sheet.row(1, 1);
    sheet.call(row, "2026-12-02", "9:00", "拒绝访问");
    let file = sheet.save(&bureau.path("tomorrow.csv"));
    let (code, made) = bureau.record(&[&file], "2026-12-01T18:00");
    assert_eq!((code, rules(&made)), (Some(1), vec!["future".to_owned()]));
    let (code, made) = bureau.record(&[&file], "2026-12-02T18:00");
    assert_eq!((code, sums(&made)), (Some(0), [1, 0, 1, 0, 18]));
}

#[test]
fn a_correction_is_kept_beside_what_it_corrects_and_refused_rows_come_back_put_right() {
    let bureau = Bureau::drawn();
    let mut sheet = Sheet::open(&bureau.sheets(&[])[0]);
    sheet.call(0, "2026-11-04", "9:00", "完成访问");
    let second = sheet.row(1, 1);
    sheet.call(second, "2026-11-04", "12:30", "拒绝访问");
    bureau.take(&sheet, "first.csv");
    sheet.set(0, "总体评价", "不满意");
    let (_, made) = bureau.take(&sheet, "first.csv");
    assert_eq!(sums(&made)[1], 1, "{made:#}");
    let status = bureau.status();
    assert_eq!((&status["corrections"], status["refused"].as_array().unwrap().len()), (&Value::from(1), 1));
    // The journal has both.
    let grade = |entry: &str| entry.contains("recorded");
    let journal = guanjia::warehouse::journal::read(
        Path::new(&bureau.path("warehouse.duckdb")),
        guanjia::warehouse::journal::Room::Sampling,
    )
    .unwrap();
    let bodies: Vec<&str> = journal.iter().filter(|e| grade(&e.act)).map(|e| e.body.as_str()).collect();
    assert!(bodies.iter().any(|b| b.contains("\"overall\":\"满意\"")));
    assert!(bodies.iter().any(|b| b.contains("\"overall\":\"不满意\"")));
    // The refused row goes out in a workbook, is put right there, and is settled.
    let book = bureau.path("refused.xlsx");
    bureau.done(&["sample", "refused", "--plan", PLAN, "--xlsx", &book]);
    let mut refused = Sheet::open(Path::new(&book));
    assert_eq!((refused.rows.len(), refused.cell(0, "行号")), (1, &*(second + 2).to_string()));
    refused.set(0, "开始", "13:30").set(0, "结束", "13:35");
    let (code, made) = bureau.take(&refused, "put-right.csv");
    assert_eq!((code, sums(&made)[..4].to_vec()), (Some(0), vec![1, 0, 0, 0]), "{made:#}");
    assert_eq!(bureau.status()["refused"], Value::Array(vec![]));
}

#[test]
fn what_libreoffice_rewrites_is_known_again() {
    let bureau = Bureau::drawn();
    for (which, sheet) in filled(&bureau).iter().enumerate() {
        bureau.take(sheet, &format!("{which}.csv"));
    }
    let before = bureau.status();
    // Written anew, the sheets hold what was recorded; LibreOffice saves them as XLSX and as CSV.
    let files = bureau.sheets(&[]);
    for (kind, folder) in
        [("xlsx:Calc MS Excel 2007 XML", "xlsx"), ("csv:Text - txt - csv (StarCalc):44,34,76,1", "csv")]
    {
        let out = bureau.path(folder);
        for file in &files {
            let profile = format!("-env:UserInstallation=file://{}", bureau.path("profile"));
            let done = Command::new("soffice")
                .args([&profile, "--headless", "--convert-to", kind, "--outdir", &out, file.to_str().unwrap()])
                .output()
                .unwrap_or_else(|error| {
                    panic!("soffice does not start ({error}): apt-get install libreoffice-calc-nogui")
                });
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            let made = Path::new(&out).join(file.file_name().unwrap()).with_extension(folder);
            let (code, made) = bureau.record(&[&made], "2026-11-30T18:00");
            let counts = sums(&made);
            assert_eq!((code, counts[0], counts[1], counts[3]), (Some(0), 0, 0, 0), "{kind}: {made:#}");
            assert!(counts[2] >= 5, "{kind}: {made:#}");
        }
    }
    assert_eq!(bureau.status(), before);
}

#[test]
fn back_checks_go_to_another_evaluator_and_agreement_is_told() {
    let bureau = Bureau::drawn();
    for (which, sheet) in filled(&bureau).iter().enumerate() {
        bureau.take(sheet, &format!("{which}.csv"));
    }
    let args = ["sample", "backcheck", "--plan", PLAN, "--at", "2026-11-10T09:00", "--format", "json"];
    let written: Value = serde_json::from_str(&bureau.done(&args)).unwrap();
    let again: Value = serde_json::from_str(&bureau.done(&args)).unwrap();
    assert_eq!(written, again, "drawn once");
    assert_eq!(written.as_array().unwrap().len(), 1, "8 % of 8 completes is one");
    let status = bureau.status();
    assert_eq!((&status["back_checks"]["drawn"], &status["back_checks"]["owed"]), (&Value::from(1), &Value::from(0)));
    let check = status["next"].as_array().unwrap().iter().find(|call| text(call, "visit") == "back_check").unwrap();
    let mut sheet = Sheet::open(Path::new(text(&written[0], "xlsx")));
    assert_eq!(sheet.cell(0, "企业编号"), text(check, "enterprise_id"));
    assert!(!sheet.heads.contains(&"问题解决".to_owned()), "only what is compared is asked");
    assert!(sheet.rows.iter().all(|row| row[sheet.column("总体评价")].is_empty()), "no earlier answer stands on it");
    sheet.set(0, "日期", "2026-11-10").set(0, "开始", "10:00").set(0, "结束", "10:03").set(0, "结果", "完成访问");
    sheet.set(0, "联系过", "是").set(0, "上门", "是").set(0, "总体评价", "非常满意");
    let (code, made) = bureau.take(&sheet, "check.csv");
    assert_eq!((code, rules(&made)), (Some(0), vec![]), "{made:#}");
    let status = bureau.status();
    assert_eq!(status["back_checks"]["done"], 1);
    let agreed: Vec<(u64, u64)> = status["callers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|caller| (caller["agreed"]["yes"].as_u64().unwrap(), caller["agreed"]["of"].as_u64().unwrap()))
        .filter(|(_, of)| *of > 0)
        .collect();
    assert_eq!(agreed, [(2, 3)], "上门 differs, the grades by one step");
    assert_ne!(
        check["evaluator"],
        status["callers"].as_array().unwrap().iter().find(|c| c["agreed"]["of"] != 0).unwrap()["evaluator"]
    );
}

#[test]
fn a_reserve_is_passed_over_only_with_a_reason_and_the_next_takes_its_place() {
    let bureau = Bureau::drawn();
    let drawn: Value =
        serde_json::from_str(&fs::read_to_string(bureau.path("out/sampling/november/draw-bureau-only.json")).unwrap())
            .unwrap();
    // Enterprise → stratum and rank.
    let mut places: BTreeMap<String, (String, u64)> = BTreeMap::new();
    for stratum in drawn["strata"].as_array().unwrap() {
        for ticket in stratum["tickets"].as_array().unwrap() {
            let place = (text(stratum, "id").to_owned(), ticket["rank"].as_u64().unwrap());
            places.insert(text(ticket, "enterprise_id").to_owned(), place);
        }
    }
    let mut sheet = Sheet::open(&bureau.sheets(&[])[0]);
    let gone = sheet.cell(0, "企业编号").to_owned();
    let stratum = places[&gone].0.clone();
    let at = |rank: u64| places.iter().find(|(_, place)| **place == (stratum.clone(), rank)).unwrap().0.clone();
    let skip = |enterprise: &str, reason: &str| {
        bureau.run(&[
            "sample",
            "skip",
            "--plan",
            PLAN,
            "--enterprise",
            enterprise,
            "--reason",
            reason,
            "--at",
            "2026-11-04T08:30",
        ])
    };
    assert!(skip(&at(4), "whim").2.contains("reasons are: interest"));
    assert!(skip(&gone, "asked").2.contains("only a reserve"));
    assert!(skip(&at(6), "asked").2.contains("not among the reserves"));
    assert_eq!(skip(&at(4), "asked").0, Some(0));
    assert!(skip(&at(4), "asked").2.contains("passed over already"));
    sheet.call(0, "2026-11-04", "9:00", "拒绝访问");
    bureau.take(&sheet, "refusal.csv");
    let status = bureau.status();
    assert_eq!(status["given_up"][0]["replaced_by"], at(5), "{status:#}");
    assert_eq!(text(&status["skipped"][0], "reason"), "企业书面要求不再接受电话回访");
    assert_eq!(status["enterprises"], 13);
    // The one in its place stands on the sheets that are written now.
    let on_sheets =
        |id: &str| bureau.sheets(&[]).iter().any(|file| format!("{:?}", Sheet::open(file).rows).contains(id));
    assert!(on_sheets(&at(5)) && !on_sheets(&at(4)));
}
