//! One test per fixture: rows, what is taken with its values, what is refused with column, rule, value and remedy.
use guanjia::warehouse::received::Skipped;

use super::{Bench, fixture, sum};

const ENTERPRISES: &str = "row_no enterprise_id name kind investment_wan contact_name contact_phone in_scope_from";

/// Titles, a header over two rows with merged cells, a row of units, formulas, an error cell, a lost zero, a repeated
/// header, a section, totals: the same from XLSX and from XLS.
#[test]
fn a_ledger_with_everything() {
    for name in ["ledger.xlsx", "ledger.xls"] {
        let bench = Bench::new();
        let report = bench.take(&[fixture(name)]);
        let [ledger, notes] = &report.files[..] else { panic!("{report:?}") };
        assert_eq!((ledger.sheet.as_deref(), ledger.kind.as_deref()), (Some("台账"), Some("enterprises")), "{name}");
        assert_eq!(sum(ledger), [16, 3, 0, 3, 10], "{name}");
        let why = Skipped { blank: 2, title: 4, section: 1, total: 2, repeated_header: 1, ..Skipped::default() };
        assert_eq!(ledger.skipped_why, why, "{name}");
        assert_eq!((notes.sheet.as_deref(), notes.kind.as_deref(), sum(notes)), (Some("说明"), None, [0; 5]));
        assert!(notes.note.as_deref().unwrap().contains("no header of any export"));
        let taken = [
            "7|00123|甲公司|enterprise|25000.0000|王强|13800000001|2026-05-10",
            "8|00124|乙公司|enterprise|12345000.0000|李四|13900000002|2026-05-10",
            "15|00128|己项目|project|20000.0000|赵六|13800000003|2026-05-10",
        ];
        assert_eq!(bench.records("enterprises", ENTERPRISES), taken, "{name}");
        let reasons = [
            "9|enterprise_id|leading_zeros|125",
            "12|investment_wan|excel_error|#N/A",
            "13|in_scope_from|no_year|5月10日",
        ];
        assert_eq!(bench.reasons(), reasons, "{name}");
        let refused = bench.refused();
        assert_eq!((refused[0].sheet.as_deref(), refused[0].row), (Some("台账"), 9));
        let remedies: Vec<_> = refused.iter().map(|row| row.reasons[0].remedy.as_str()).collect();
        let want = [
            "Format 企业编号 as text and write it with its leading zeros; Excel dropped them.",
            "Mend the formula in 总投资, or put its value in its place.",
            "Write 纳入日期 with its year in four digits, like 2026-05-10.",
        ];
        assert_eq!(remedies, want, "{name}");
        // As it stood, full-width digits and all.
        assert!(refused[2].cells.0.contains(&("企业编号".into(), "００１２７".into())), "{:?}", refused[2]);
    }
}

#[test]
fn a_role_list_with_merged_cells() {
    let bench = Bench::since("2026-01-01");
    let report = bench.take(&[fixture("role_list.xlsx")]);
    assert_eq!(sum(&report.files[0]), [8, 3, 0, 0, 5]);
    let why = Skipped { title: 2, section: 2, total: 1, ..Skipped::default() };
    assert_eq!(report.files[0].skipped_why, why);
    let enterprises = bench.records("enterprises", "row_no enterprise_id name contact_name contact_phone");
    let want = [
        "5|e-75921294d17e|甲项目|赵六|13900000001",
        "6|e-886f72053a32|乙项目|钱七|041184790000",
        "8|e-2bf313b0f3be|丙项目|∅|∅",
    ];
    assert_eq!(enterprises, want);
    let assignments = bench.records("assignments", "row_no role holder_id holder_name holder_unit");
    let want = [
        "5|enterprise_contact|p-a008e1336c04|赵六|∅",
        "5|lead_unit|∅|∅|某局",
        "5|leader|p-9572305b541a|张三|∅",
        "5|steward|p-3f3dc044ee4e|王强|∅",
        "6|enterprise_contact|p-ab01a34b9f60|钱七|∅",
        "6|lead_unit|∅|∅|某街道",
        "6|leader|p-9572305b541a|张三|∅",
        "6|steward|p-ad89d5109741|李四|∅",
        "8|lead_unit|∅|∅|另局",
        "8|lead_unit|∅|∅|某局",
        "8|leader|p-9572305b541a|张三|∅",
        "8|steward|p-3f3dc044ee4e|王强|∅",
    ];
    assert_eq!(assignments, want);
    assert_eq!(bench.records("people", "name rank phone").len(), 5);
}

#[test]
fn an_error_value_unknown_to_the_format_costs_its_row_only() {
    let bench = Bench::new();
    assert_eq!(sum(&bench.take(&[fixture("spill.xlsx")]).files[0]), [3, 2, 0, 1, 0]);
    assert_eq!(bench.reasons(), ["3|rank|excel_error|#SPILL!"]);
    assert_eq!(bench.records("people", "row_no person_id name rank"), ["2|P01|王强|科长", "4|P03|赵六|科员"]);
}

#[test]
fn what_cannot_be_read_says_why() {
    for (name, why) in [
        ("password.xls", "is protected by a password; open it in Excel, take the password off"),
        ("password.xlsx", "is protected by a password; open it in Excel, take the password off"),
        ("page.xls", "is a web page or XML under another name; open it in Excel and save it as .xlsx"),
        ("notes.txt", "has no header of any export in its first 30 rows"),
    ] {
        let bench = Bench::new();
        let report = bench.take(&[fixture(name), fixture("spill.xlsx")]);
        let file = &report.files[0];
        assert!(file.path.ends_with(name) && file.kind.is_none() && sum(file) == [0; 5], "{file:?}");
        assert!(file.note.as_deref().unwrap().starts_with(why), "{file:?}");
        // The rest of the batch is in.
        assert_eq!((report.troubled, report.unreadable, sum(&report.files[1])), (true, true, [3, 2, 0, 1, 0]));
    }
}

#[test]
fn dates_in_every_style() {
    let bench = Bench::new();
    assert_eq!(sum(&bench.take(&[fixture("dates.csv")]).files[0]), [12, 8, 0, 4, 0]);
    let diary = bench.records("diary", "row_no served_on written_at written_at_whole_day kind");
    let want = [
        "2|2023-05-10|2023-05-10 09:05:33|false|visit",
        "3|2023-05-10|2023-05-10 09:05:00|false|visit",
        "4|2023-05-10|2023-05-10 09:05:00|false|visit",
        "5|2023-05-10|2023-05-10 15:05:00|false|visit",
        "6|2023-05-10|2023-05-10 00:00:00|true|visit",
        "7|2023-05-10|2023-05-10 12:00:00|false|visit",
        "8|2023-05-10|2023-05-10 09:05:00|false|visit",
        "13|2023-05-10|2023-05-10 12:30:00|false|visit",
    ];
    assert_eq!(diary, want);
    let want = [
        "9|served_on|no_year|5月10日",
        "10|served_on|date|2023-02-30",
        "11|served_on|no_day|2023年5月",
        "12|written_at|time|2023-05-10 25:00",
    ];
    assert_eq!(bench.reasons(), want);
}

#[test]
fn names_and_telephones() {
    let bench = Bench::new();
    assert_eq!(sum(&bench.take(&[fixture("people.csv")]).files[0]), [5, 2, 0, 3, 0]);
    let people = bench.records("people", "row_no person_id name phone");
    assert_eq!(people, ["2|0001|王强|13800000001", "3|0002|李四|13900000002"]);
    let want = ["4|person_id|leading_zeros|3", "5|phone|digits_lost|1.38E+10", "6|name|person|周九 吴十 13800000005"];
    assert_eq!(bench.reasons(), want);
}

#[test]
fn one_json_object_a_line() {
    let bench = Bench::new();
    let report = bench.take(&[fixture("cases.ndjson")]);
    assert_eq!((report.files[0].kind.as_deref(), sum(&report.files[0])), (Some("cases"), [7, 2, 0, 4, 1]));
    assert_eq!(report.files[0].skipped_why.blank, 1);
    let cases = bench.records("cases", "row_no case_id submitted_at submitted_at_whole_day channel");
    assert_eq!(cases, ["1|Q1|2026-10-08 09:05:00|false|platform", "2|Q2|2026-10-09 00:00:00|true|∅"]);
    let want = [
        r#"4|enterprise_id|nested|["E1"]"#,
        "5|line|line|合计不是对象",
        "6|submitted_at|no_year|10月9日",
        r#"7|line|line|{"case_id":"Q5","case_id":"Q6","enterprise_id":"E1","submitted_at":"2026-10-09"}"#,
    ];
    assert_eq!(bench.reasons(), want);
    assert_eq!(bench.refused()[0].reasons[0].remedy, "Write enterprise_id as one value; it holds a list or an object.");
    // Nothing of a refused line is lost, keys that feed nothing included.
    assert!(bench.refused()[2].cells.0.contains(&("later".into(), "yes".into())));
}

/// Lists that nobody laid out for this program: what can be read is, and of all the rest it is said why not.
#[test]
fn the_lists_of_another_bureau() {
    let bench = Bench::new();
    let report = bench.take(&[fixture("other_bureau.xlsx"), fixture("other_orders.xls")]);
    let told = |sheet: &str| report.files.iter().find(|file| file.sheet.as_deref() == Some(sheet)).unwrap();
    assert_eq!(sum(told("企业")), [13, 3, 0, 3, 7]);
    let want = [
        "5|D-0001|甲制造有限公司|东街|赵一|13900000011|2025-12-09",
        "6|D-0002|乙软件有限公司|东街|钱二|041112345678|2025-12-10",
        "7|D-0003|丙科技有限公司|东街|孙三|13900000013|2026-01-05",
    ];
    let columns = "row_no enterprise_id name area contact_name contact_phone in_scope_from";
    assert_eq!(bench.records("enterprises", columns), want);
    let reasons = [
        "8|in_scope_from|date|2026/2/30",
        "13|line|second_table|",
        "14|line|second_table|",
        "5|resolved_at|no_year|10月25日",
    ];
    assert_eq!(bench.reasons(), reasons);
    for (sheet, why) in [
        ("封面", "no header of any export"),
        ("投诉", "lies on its side: the headers of complaints stand in its first column"),
    ] {
        let file = told(sheet);
        assert_eq!((file.kind.as_deref(), file.rows), (None, 0));
        assert!(file.note.as_deref().unwrap().contains(why), "{file:?}");
    }
    // Of two tables side by side the one that is whole is read.
    assert_eq!((told("关系").kind.as_deref(), sum(told("关系"))), (Some("assignments"), [1, 1, 0, 0, 0]));
    assert_eq!(sum(told("工单")), [4, 2, 0, 1, 1]);
    let events = ["W1|assigned", "W1|resolved", "W1|submitted", "W2|assigned", "W2|submitted"];
    let mut found = bench.records("case_events", "case_id event");
    found.sort();
    assert_eq!(found, events);
    // What no column takes is named, so that it is not left out unseen.
    let unused: Vec<String> = report.unused.iter().map(|(_, headers)| headers.join(" ")).collect();
    assert_eq!(unused, ["内部序号 迁入说明", "节点名称 项目编号 计划日期", "状态"]);
}
