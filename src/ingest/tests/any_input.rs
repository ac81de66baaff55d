//! Whatever a file holds, nothing of it is lost and nothing brings ingest down.
use proptest::prelude::*;

use super::super::{normalise, read};
use super::take;

/// Cells that files carry, sound and unsound.
fn cell() -> impl Strategy<Value = String> {
    let cells = [
        "",
        "E1",
        "00123",
        "123",
        "甲公司",
        "企业",
        "项目",
        "2026-05-10",
        "5月10日",
        "#N/A",
        "合计",
        "填报人：王",
        "一、某",
        "企业编号",
        "企业名称",
        "类型",
        "　",
        "\u{FEFF}",
        "\"",
        "a\"b",
        "\"x\ny\"",
        "1,2",
        "\r",
        "1.5E+17",
        "是",
        "٣",
        "𠀀",
        "2026-02-30 25:61",
        "9999999999999999999999",
        "（亿元）",
        "说明",
        "¼",
        "年",
        "上午",
        "2026年",
        "45056.99999999",
    ];
    prop_oneof![4 => prop::sample::select(cells.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_row_is_lost(lines in prop::collection::vec(prop::collection::vec(cell(), 0..8), 0..12), wide in any::<bool>()) {
        let header = if wide { "问题编号,企业编号,提交时间,受理时间,延期审批时间,延期至" } else { "企业编号,企业名称,类型,纳入日期,总投资,是否纳入" };
        let body: Vec<String> = lines.iter().map(|cells| cells.join(",")).collect();
        let (into, report) = take("any.csv", format!("{header}\n{}", body.join("\n")).as_bytes());
        // `take_as` has checked the sum; the rows themselves must be as many as a spreadsheet shows.
        let mut fields = Vec::new();
        let text = body.join("\n");
        let (mut rest, mut records) = (text.as_str(), 0u64);
        let dialect = read::split::Dialect { delimiter: b',', newline: b'\n' };
        while !rest.is_empty() {
            rest = &rest[dialect.record(rest, true, &mut fields).unwrap()..];
            records += 1;
        }
        prop_assert_eq!(report.files[0].rows, records);
        prop_assert!(into.refused.iter().all(|(_, row)| !row.reasons.is_empty()));
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200), lead in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0", b"PAR1", b"\xFF\xFE", "人员编号,姓名\n".as_bytes()])) {
        take("any.xls", &[lead, &bytes].concat());
    }

    #[test]
    fn any_cell_is_taken_or_refused(cell in "\\PC{0,24}") {
        let _ = normalise::time::stamp(&cell);
        let _ = normalise::number::decimal(&cell, 4);
        let _ = normalise::number::number(&cell);
        let _ = normalise::number::whole(&cell);
        normalise::text::phone(&cell);
        normalise::text::id(&cell);
        normalise::text::name(&cell);
    }

    #[test]
    fn numbers_written_come_back(whole in 0u64..10_000_000_000, places in 0u64..10_000, negative in any::<bool>()) {
        let sign = if negative && whole + places > 0 { "-" } else { "" };
        let decimal = normalise::number::decimal(&format!("{sign}{whole}.{places:04}"), 0).unwrap().unwrap();
        let fraction = format!("{places:04}");
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        prop_assert_eq!(decimal, format!("{sign}{whole}{point}{fraction}"));
    }
}
