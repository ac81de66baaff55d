//! What the sample’s made-up files brought and what was refused.
use guanjia::warehouse::received::{Reason, Received, Skipped, SourceSum};

pub fn received() -> Received {
    let file =
        |batch, path: &str, sheet: Option<&str>, kind: &str, accepted, unchanged, quarantined, skipped_why: Skipped| {
            let skipped = skipped_why.all();
            SourceSum {
                batch: Some(batch),
                path: path.into(),
                sheet: sheet.map(Into::into),
                kind: Some(kind.into()),
                rows: accepted + unchanged + quarantined + skipped,
                accepted,
                unchanged,
                quarantined,
                skipped,
                skipped_why,
                note: None,
                ..SourceSum::default()
            }
        };
    let none = Skipped::default();
    Received {
        files: vec![
            file(25, "inbox/2026-08/cases.parquet", None, "cases", 18_204, 0, 0, none),
            file(
                26,
                "inbox/2026-10/企业台账.xlsx",
                Some("台账"),
                "enterprises",
                12,
                876,
                3,
                Skipped { title: 2, total: 1, ..none },
            ),
            file(
                27,
                "inbox/2026-10/问题导出（10月）.csv",
                None,
                "cases",
                1_903,
                40,
                17,
                Skipped { blank: 4, repeated_header: 2, ..none },
            ),
            file(
                27,
                "inbox/2026-10/服务日志.xlsx",
                Some("Sheet1"),
                "diary",
                1_120,
                0,
                9,
                Skipped { title: 1, total: 1, ..none },
            ),
            SourceSum {
                batch: Some(27),
                path: "inbox/2026-10/说明.docx".into(),
                note: Some("不是导出文件：没有可识别的表头".into()),
                ..SourceSum::default()
            },
        ],
        settled: 0,
        dismissed: Vec::new(),
        reasons: vec![
            Reason { kind: "cases".into(), column: "submitted_at".into(), rule: "not a time".into(), count: 11 },
            Reason { kind: "cases".into(), column: "case_id".into(), rule: "missing".into(), count: 6 },
            Reason { kind: "diary".into(), column: "person_id".into(), rule: "missing".into(), count: 9 },
            Reason { kind: "enterprises".into(), column: "kind".into(), rule: "not one of the words".into(), count: 3 },
        ],
    }
}
