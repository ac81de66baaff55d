//! The dashboard's page of complaints: a year worked by hand, from exports and acts to what the page says of each, and
//! what it may not say; that the places have it whose rules count complaints.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use guanjia::calendar::Calendar;
use guanjia::measures::{Brief, Scope};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::report::dashboard;

/// Enterprises that complained, and those who are not wholly in the wrong, must not be read anywhere on the page.
const FILES: [(&str, &str); 5] = [
    ("企业", "enterprise_id,name,kind,in_scope_from\nE1,甲厂,enterprise,2025-01-01\nE2,乙厂,enterprise,2025-01-01"),
    ("人员", "person_id,name,unit\nP1,赵一,甲局\nP2,钱二,乙局\nP3,孙三,丙局\nP4,李四,营商环境建设局"),
    ("包保", "enterprise_id,role,holder_id,valid_from\nE1,steward,P1,2025-01-01\nE2,steward,P1,2025-01-01"),
    ("问题", "case_id,enterprise_id,title,submitted_at,category\nQ1,E1,用地,2026-10-08 09:00,规划土地"),
    (
        "投诉",
        "complaint_id,enterprise_id,person_id,unit,received_at,category,verdict,verified_at\n\
         K1,E1,P1,,2026-03-02 09:00,推进拖沓,属实,2026-03-09 10:00\n\
         K2,E2,P1,,2026-10-09 09:00,态度恶劣,,\n\
         K3,E1,,乙局,2026-05-06 09:00,敷衍,属实,2026-06-03 10:00\n\
         K4,E1,P2,,2026-10-12 09:00,其他,部分属实,2026-10-15 10:00\n\
         K5,E1,P2,,2026-09-01 09:00,其他,,\n\
         K6,E2,P2,,2025-12-22 09:00,其他,不属实,2026-01-06 10:00\n\
         K7,E2,P3,,2025-05-06 09:00,其他,属实,2025-06-03 10:00\n\
         K8,,P3,,2026-06-08 09:00,其他,属实,2026-06-10 10:00\n\
         K9,E2,P3,,2026-08-03 09:00,作风,属实,2026-08-05 10:00\n\
         K10,E2,P2,,2026-10-26 09:00,推进拖沓,,",
    ),
];

fn guanjia(workspace: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    let ended = command.arg("-q").arg("--workspace").arg(workspace).args(args).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(ended.status.success(), "{args:?}: {}{}", text(&ended.stdout), text(&ended.stderr));
    text(&ended.stdout)
}

/// A bureau with a year of complaints, some of which were dealt with by command.
fn bureau(dir: &Path) -> PathBuf {
    let root = dir.join("bureau");
    guanjia(dir, &["init", root.to_str().unwrap(), "--regime", "dalian-hitech"]);
    for (name, text) in FILES {
        std::fs::write(root.join("inbox").join(format!("{name}.csv")), text).unwrap();
    }
    guanjia(&root, &["ingest", root.join("inbox").to_str().unwrap()]);
    let act = |args: &[&str], at: &str| guanjia(&root, &[args, &["--by", "P4", "--at", at]].concat());
    let verified = ["--verdict", "substantiated", "--finding", "查明属实的情况"];
    act(&[&["complaint", "verify", "K2"][..], &verified].concat(), "2026-10-20T10:00");
    act(&["complaint", "refer", "K2"], "2026-10-21T09:00");
    act(&["complaint", "assign", "K10", "--to", "P4"], "2026-10-27T09:00");
    act(&["complaint", "overturn", "K9", "--verdict", "unsubstantiated", "--reason", "复核"], "2026-10-28T09:00");
    root
}

/// The text of each row of a table, by its first cell.
fn rows(page: &str, table: &str) -> BTreeMap<String, Vec<String>> {
    let table = page.split(&format!("<table id=\"{table}\"")).nth(1).unwrap_or_else(|| panic!("no table {table}"));
    let table = table.split("</table>").next().unwrap();
    let plain = |cell: &str| {
        let parts = cell.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
        parts.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let cells = |row: &str| {
        let cells = row.split("<t").skip(1).filter(|cell| cell.starts_with(['h', 'd'].as_slice()));
        cells.map(|cell| plain(&format!("<t{cell}"))).collect::<Vec<String>>()
    };
    let rows = table.split("<tr").skip(2).map(cells);
    rows.map(|cells| (cells[0].clone(), cells[1..].to_vec())).collect()
}

#[test]
fn a_year_of_complaints_with_what_follows_from_each() {
    let dir = tempfile::tempdir().unwrap();
    let root = bureau(dir.path());
    let out = dir.path().join("驾驶舱");
    guanjia(&root, &["dashboard", "--period", "2026-10", "--out", out.to_str().unwrap()]);
    let page = std::fs::read_to_string(out.join("complaints.html")).unwrap();

    // Working days by hand: 4 January, 9 May, 20 September and 10 October 2026 are worked, 25 September is not.
    let award = "取消当年年度考核个人评优资格，报党群工作部和纪检监察室备案";
    let founded = rows(&page, "founded-table");
    let is = |id: &str, cells: &[&str]| assert_eq!(founded[id], cells, "{id}");
    is("K1", &["赵一", "甲局", "推进拖沓", "2026-03-09", "5", "第1件，共2件", award, "未登记"]);
    let filed = "2026-10-21 党群工作部、纪检监察室";
    is("K2", &["赵一", "甲局", "态度恶劣", "2026-10-20", "8", "第2件，共2件", award, filed]);
    is("K3", &["", "乙局", "敷衍", "2026-06-03", "21", "", "无（被投诉的是单位）", ""]);
    is("K8", &["孙三", "丙局", "其他", "2026-06-10", "2", "", "无（不是企业投诉）", ""]);
    // K4 is partly true, K6 is not, K7 is of another year, K9 was overturned.
    assert_eq!(founded.len(), 4);
    assert!(page.contains("部分属实 1 件、不属实 2 件"), "K4, K6, K9");
    let lifted = rows(&page, "lifted-table");
    assert_eq!(lifted["K9"][..5], ["丙局", "孙三", "属实", "不属实", "2026-10-28"]);
    assert_eq!(lifted["K9"][6], "待出具撤销单");

    let waiting = rows(&page, "waiting-table");
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting["K5"][..6], ["其他", "2026-09-01", "39", "2026-09-21", "逾期", "未交办"]);
    assert_eq!(waiting["K10"], ["推进拖沓", "2026-10-26", "4", "2026-11-16", "未到期", "李四", "2026-10-27"]);
    let tiles = ["<b>3</b>本月收到", "<b>2</b>待核实（件），其中逾期1", "<b>7</b>2026年核实", "<b>4</b>2026年核实属实"];
    assert!(tiles.iter().all(|tile| page.contains(tile)) && page.contains("<b>1</b>2026年承担后果（人）"), "{page}");
    assert_eq!(rows(&page, "kinds-period")["合计"], ["3", "1", "1", "0", "1", "5.5", "8"]);
    assert_eq!(rows(&page, "kinds-year")["合计"][..5], ["8", "4", "1", "1", "2"], "{page}");
    assert_eq!(rows(&page, "months")["合计"], ["7", "4", "1", "2", "5", "21", "6／7"]);

    // Who complained, what was found, and whoever is not wholly in the wrong are not read on it.
    for hidden in ["甲厂", "乙厂", "查明属实的情况", "钱二", "K7"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let (console, text) = crate::dashboard::opened(&out.join("complaints.html"));
    assert!(console.is_empty() && text.contains("<svg") && text.contains("规定15以内"), "{console:?}");

    // September knew neither the verdict of October nor its slip.
    guanjia(&root, &["dashboard", "--period", "2026-09", "--out", out.to_str().unwrap()]);
    let page = std::fs::read_to_string(out.join("complaints.html")).unwrap();
    assert_eq!(rows(&page, "founded-table").keys().collect::<Vec<_>>(), ["K1", "K3", "K8"]);
    assert_eq!(rows(&page, "founded-table")["K1"][5], "第1件");

    // What is frozen holds no docket.
    let frozen = dir.path().join("frozen");
    guanjia(&root, &["bulletin", "freeze", "--period", "2026-10", "--out", frozen.to_str().unwrap()]);
    let brief: Brief =
        serde_json::from_str(&std::fs::read_to_string(frozen.join(guanjia::freeze::folder::BRIEF)).unwrap()).unwrap();
    assert!(brief.docket.is_none() && guanjia::freeze::verify::verify(&frozen).unwrap().holds());
}

#[test]
fn places_whose_rules_count_complaints_have_the_page() {
    for (id, has) in
        [("dalian-hitech", true), ("puwan", true), ("ankang", true), ("xinqiu", false), ("wafangdian", false)]
    {
        let regime = Regime::shipped(id).unwrap();
        let (warehouse, scope) = (&crate::rollups::EVERYTHING.1, Scope::of(Period::Month(2026, 9)));
        let calendar = Calendar::shipped();
        let brief =
            guanjia::measures::brief(warehouse, &regime, &calendar, &BTreeMap::new(), scope, &mut |_| {}).unwrap();
        let out = tempfile::tempdir().unwrap();
        dashboard::write(std::slice::from_ref(&brief), None, out.path()).unwrap();
        let page = std::fs::read_to_string(out.path().join("complaints.html"));
        let index = std::fs::read_to_string(out.path().join("index.html")).unwrap();
        assert_eq!((page.is_ok(), index.contains("href=\"complaints.html\"")), (has, has), "{id}");
        let Ok(page) = page else { continue };
        // Consequences for a person are told where the rules have them.
        assert_eq!(page.contains("取消当年年度考核"), id == "dalian-hitech", "{id}");
        let docket = brief.docket.unwrap();
        let other = docket.complaints.iter().filter(|one| one.complaint.category.as_deref() != Some("integrity"));
        assert_eq!(other.count() == 0, id == "ankang", "{id} counts what its measures count");
        let (console, _) = crate::dashboard::opened(&out.path().join("complaints.html"));
        assert!(console.is_empty(), "{id}: {console:?}");
    }
}
