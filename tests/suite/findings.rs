//! A small district by hand: one steward to be commended, one surely below for long, one bad only of late, and all of it
//! below the standard. An exclusion and a complaint move what they must and nothing else.
use std::fmt::Write;
use std::path::PathBuf;

use guanjia::calendar::Calendar;
use guanjia::ingest::{Options, Silent, ingest};
use guanjia::judgement::classes::Class;
use guanjia::judgement::find::{self, Findings};
use guanjia::judgement::findings::{Finding, Kind, Standing};
use guanjia::measures::{Scope, Session};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::tables::Dictionary;
use guanjia::warehouse::Warehouse;
use guanjia::warehouse::exclusions::Exclusion;

const RULES: &str = r#"
[regime]
id = "x"
place = "示例区"
document = "《示例》"
in_force_from = 2025-01-01
main_role = "steward"
core = ["settled"]

[[measure]]
id = "settled"
name = { zh = "办结" }
topic = "timeliness"
kind = "deadline"
start = ["submitted"]
end = ["resolved", "returned"]
limit = { days = 3 }
provision = "一"
standard = { p0 = 0.9, p_good = 0.97 }

[[measure]]
id = "grade"
name = { zh = "评价" }
topic = "satisfaction"
kind = "score"
of = { evaluations = "grade" }
satisfied = 3
answers = { person_or = "steward" }
provision = "一"
standard = { p0 = 0.85, p_good = 0.95 }

[[finding]]
id = "late"
name = { zh = "逾期" }
kind = "fact"
measure = "settled"
at_least = 3
provision = "二"

[[finding]]
id = "below"
name = { zh = "低于标准" }
kind = "statistical"
measures = ["settled"]
provision = "二"

[[finding]]
id = "complaint"
name = { zh = "投诉属实" }
kind = "fact"
of = "complaints"
provision = "二"

[[finding]]
id = "praise"
name = { zh = "表扬" }
kind = "commendable"
measures = ["settled"]
deeds = { levels = ["meeting"], settled = "settled", satisfied = "grade" }
provision = "二"

[[consequence]]
when = "complaint_substantiated"
text = "取消评优"
lasts = "calendar_year"
provision = "三"
recipients = ["党群工作部"]
"#;

/// Five stewards with five enterprises each and a case of each every month: 甲 always in time, with one case that needed a
/// meeting and was judged satisfied; 乙 late in three of five every month; 丙 so only in the last three; 丁 and 戊 in time.
fn district(complaint: bool) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let exports = dir.path().join("exports");
    std::fs::create_dir_all(&exports).unwrap();
    let mut enterprises = "企业编号,企业名称,类型\n".to_owned();
    let mut people = "人员编号,姓名,单位\n".to_owned();
    let mut assignments = "企业编号,角色,包保人编号,开始日期\n".to_owned();
    let mut cases = "问题编号,企业编号,提交时间\n".to_owned();
    let mut events = "问题编号,环节,办理时间\n".to_owned();
    for (p, name) in ["甲一", "乙二", "丙三", "丁四", "戊五"].into_iter().enumerate() {
        let _ = writeln!(people, "P{p},{name},单位{p}");
        for e in 0..5 {
            let _ = writeln!(enterprises, "E{p}{e},企业{p}{e},企业");
            let _ = writeln!(assignments, "E{p}{e},项目管家,P{p},2025-01-01");
            for month in 0..12 {
                let (year, m) = if month < 2 { (2025, 11 + month) } else { (2026, month - 1) };
                let late = (p == 1 || (p == 2 && month >= 9)) && (e + month) % 5 < 3;
                let (id, day) = (format!("W{p}{e}{month:02}"), if late { 12 } else { 4 });
                let _ = writeln!(cases, "{id},E{p}{e},{year}-{m:02}-03 09:00");
                if id == "W0005" {
                    let _ = writeln!(events, "{id},meeting,{year}-{m:02}-03 15:00");
                }
                let _ = writeln!(events, "{id},办结,{year}-{m:02}-{day:02} 10:00");
            }
        }
    }
    let evaluations = "评价编号,企业编号,问题编号,评价渠道,评价时间,总体评价\nV1,E00,W0005,平台,2026-04-20 10:00,4\n";
    let mut files = vec![
        ("企业.csv", enterprises),
        ("人员.csv", people),
        ("包保.csv", assignments),
        ("问题.csv", cases),
        ("流转.csv", events),
        ("评价.csv", evaluations.to_owned()),
    ];
    if complaint {
        let rows = "投诉编号,企业编号,被投诉人编号,投诉时间,投诉类别,核实结论,核实时间,核实人\n\
                    T1,E00,P0,2026-09-10 10:00,推进拖沓,属实,2026-10-09 10:00,某局\n";
        files.push(("投诉.csv", rows.to_owned()));
    }
    for (name, text) in files {
        std::fs::write(exports.join(name), text).unwrap();
    }
    let file = dir.path().join("warehouse.duckdb");
    let started_at = "2026-11-02T12:00:00".parse().unwrap();
    let mut warehouse = Warehouse::open_writer(&file, "test").unwrap();
    let batch = warehouse.begin("2026-11-02".parse().unwrap(), started_at).unwrap();
    let report = ingest(&[exports], &Options::new(started_at, &Silent), Dictionary::shipped(), batch).unwrap();
    assert!(!report.troubled, "{:?}", report.reasons);
    (dir, file)
}

fn october(file: &std::path::Path) -> Findings {
    let regime = Regime::parse(RULES, "x.toml").unwrap();
    let mut session = Session::open(file, &regime, &Calendar::shipped(), &find::measures(&regime)).unwrap();
    find::find(&mut session, &regime, Scope::of(Period::Month(2026, 10))).unwrap()
}

fn find<'f>(all: &'f Findings, id: &str) -> Option<&'f Finding> {
    all.findings.iter().find(|finding| finding.id == format!("2026-10/{id}"))
}

#[test]
fn who_is_proposed_who_is_to_be_looked_at_and_what_is_the_districts() {
    let (_dir, file) = district(false);
    let all = october(&file);
    let ids: Vec<&str> = all.findings.iter().map(|finding| finding.id.trim_start_matches("2026-10/")).collect();
    // By unit and name; the district last.
    let wanted = ["praise/P0", "late/P1", "below/settled/P1", "late/P2", "below/settled/P2", "below/settled/district"];
    assert_eq!(ids, wanted);

    let praise = find(&all, "praise/P0").unwrap();
    assert_eq!((praise.kind, praise.standing), (Kind::Commendable, Standing::Proposed));
    assert_eq!((praise.rates[0].now.n, praise.rates[0].now.class), (60, Class::StrongGood));
    assert_eq!(praise.items.len(), 1, "one deed: W0005 needed a meeting");
    assert!(praise.sentence.contains("60件中60件按时；若真实水平为97%") && praise.sentence.contains("1件需上级协调"));

    let long = find(&all, "below/settled/P1").unwrap();
    assert_eq!((long.standing, long.rates[0].now.n, long.rates[0].now.met), (Standing::Proposed, 15, 6));
    assert_eq!((long.items.len(), long.items.iter().filter(|item| item.against()).count()), (15, 9));
    assert!(long.items.iter().take(9).all(|item| item.against()), "what speaks against comes first");
    assert!(long.otherwise.iter().any(|o| o.what == "district"));
    let late = find(&all, "below/settled/P2").unwrap();
    assert_eq!(late.standing, Standing::Check, "one bad window is a reason to look");
    let whole = find(&all, "below/settled/district").unwrap();
    assert_eq!(whole.standing, Standing::District);
    assert!(whole.items.is_empty() && whole.sentence.contains("75件中57件按时"), "{}", whole.sentence);

    let fact = find(&all, "late/P1").unwrap();
    assert_eq!(fact.sentence, "“办结”统计期内5件中3件未按时。");
    assert_eq!(fact.items.len(), 3);
    // Expected false names are those of the one proposed for a rate.
    assert!((all.expected_false_names - (1.0 - long.rates[0].now.pr_below_p0)).abs() < 1e-12);
    // The same again, to the digit.
    assert_eq!(october(&file), all);
}

#[test]
fn a_substantiated_complaint_takes_the_praise_away() {
    let (_dir, file) = district(true);
    let all = october(&file);
    assert_eq!(find(&all, "praise/P0"), None);
    let complaint = find(&all, "complaint/T1").unwrap();
    assert_eq!(complaint.consequences, ["取消评优（2026年度，三）"]);
    assert_eq!(complaint.sentence, "2026年9月10日收到的投诉T1（推进拖沓），2026年10月9日核实为属实。");
}

#[test]
fn an_excluded_row_leaves_every_figure_and_comes_back() {
    let (_dir, file) = district(false);
    let before = october(&file);
    let row = find(&before, "late/P1").unwrap().items[0].id.clone();
    let at = "2026-11-12T10:00:00".parse().unwrap();
    let ruling = |excluded| Exclusion {
        row: &row,
        excluded,
        finding: "2026-10/late/P1",
        reason: "有据",
        ruled_by: "赵一",
        ruled_at: at,
    };
    let rule = |excluded| Warehouse::open_writer(&file, "test").unwrap().exclude(&ruling(excluded), at).unwrap();
    assert_eq!((rule(true), rule(true)), (Some(2), None), "said twice it stands once");
    let after = october(&file);
    assert_eq!(find(&after, "late/P1"), None, "two are left, three are asked");
    let long = find(&after, "below/settled/P1").unwrap();
    assert_eq!((long.rates[0].now.n, long.rates[0].now.met, long.items.len()), (14, 6, 14));
    assert!(find(&after, "below/settled/district").unwrap().sentence.contains("74件中57件按时"));
    assert_eq!(find(&after, "late/P2"), find(&before, "late/P2"));
    assert_eq!(rule(false), Some(3));
    assert_eq!(Findings { known_at: before.known_at, ..october(&file) }, before);
}
