//! What came in and what of it could not be used: the sum of every file, the reasons, the gaps.
use serde::Serialize;

use super::book::Book;
use super::overview::vacuum;
use super::table::{Cell, Column, Row, Table};
use super::words;
use crate::measures::checks::{Found, Level, column_zh};
use crate::warehouse::dismissals::Dismissed;
use crate::warehouse::received::{Skipped, SourceSum};

/// Rows put aside that are named by their numbers.
const NAMED: usize = 12;

#[derive(Serialize)]
pub struct Quality {
    warnings: Vec<String>,
    checks: Vec<CheckView>,
    clean: Vec<String>,
    merged: Table,
    files: Table,
    reasons: Table,
    gaps: Table,
    rows: u64,
    accepted: u64,
    unchanged: u64,
    quarantined: u64,
    skipped: u64,
    /// Of the quarantined: mended since, put aside, waiting.
    mended: u64,
    aside: u64,
    waiting: u64,
    dismissed: Table,
}

pub fn view(book: &Book) -> Quality {
    let received = &book.brief.received;
    let sum = |of: fn(&SourceSum) -> u64| -> u64 { received.files.iter().map(of).sum() };
    let (quarantined, aside) = (sum(|f| f.quarantined), received.dismissed.len() as u64);
    Quality {
        warnings: book.brief.warnings.clone(),
        checks: book.brief.checks.iter().filter(|found| found.found > 0).map(|found| check(book, found)).collect(),
        clean: book.brief.checks.iter().filter(|found| found.found == 0).map(|f| f.title_zh.clone()).collect(),
        merged: merged(book),
        files: files(book),
        reasons: reasons(book),
        gaps: gaps(book),
        rows: sum(|f| f.rows),
        accepted: sum(|f| f.accepted),
        unchanged: sum(|f| f.unchanged),
        quarantined,
        mended: received.settled,
        aside,
        waiting: quarantined.saturating_sub(received.settled + aside),
        dismissed: dismissed(book),
        skipped: sum(|f| f.skipped),
    }
}

/// One check that found something.
#[derive(Serialize)]
struct CheckView {
    id: String,
    /// `red` or `amber`; said in `tag` too.
    level: &'static str,
    tag: &'static str,
    title: String,
    remedy: String,
    found: u64,
    /// How many of them are not listed.
    more: u64,
    table: Table,
}

fn check(book: &Book, found: &Found) -> CheckView {
    let names: Vec<&str> =
        found.rows.first().map(|row| row.0.iter().map(|(n, _)| n.as_str()).collect()).unwrap_or_default();
    let columns = names.iter().map(|name| Column::text(column_zh(name))).collect();
    let mut table =
        Table::new(format!("check-{}", found.check), format!("{}：{}条", found.title_zh, found.found), columns);
    for row in &found.rows {
        let cell = |(name, text): &(String, String)| match name.as_str() {
            "tab" => Cell::of(words::export(book.words(), text)),
            "field" => {
                Cell::of(row.0.iter().find(|(n, _)| n == "tab").map_or(text.as_str(), |(_, t)| words::column(t, text)))
            }
            _ => Cell::of(text.as_str()),
        };
        table.push(row.0.iter().map(cell).collect());
    }
    let (level, tag) = match found.level {
        Level::Fail => ("red", "须更正"),
        Level::Warn => ("amber", "待核实"),
    };
    CheckView {
        id: found.check.clone(),
        level,
        tag,
        title: found.title_zh.clone(),
        remedy: found.remedy_zh.clone(),
        found: found.found,
        more: found.found - found.rows.len() as u64,
        table: table.without_empty_columns(),
    }
}

/// Ids that others stand for.
fn merged(book: &Book) -> Table {
    let columns = ["种类", "编号", "并入", "批次", "自", "原因"].map(Column::text).to_vec();
    let mut table = Table::new("merged", format!("合并的编号 {} 个", book.brief.merged.len()), columns);
    for one in &book.brief.merged {
        table.push(vec![
            Cell::of(if one.kind == "people" { "人员" } else { "企业（项目）" }),
            Cell::of(one.id.as_str()),
            Cell::of(one.is.as_str()),
            Cell::of(one.batch.to_string()),
            Cell::of(one.since.format("%Y-%m-%d").to_string()),
            Cell::of(one.reason.clone().unwrap_or_default()),
        ]);
    }
    table
}

fn files(book: &Book) -> Table {
    let columns = vec![
        Column::text("文件").sorted(),
        Column::number("批次").sorted(),
        Column::text("种类").sorted().filtered(),
        Column::number("行数").sorted(),
        Column::number("入库").sorted(),
        Column::number("未变").sorted(),
        Column::number("隔离").sorted(),
        Column::number("跳过").sorted(),
        Column::text("说明"),
    ];
    let files = &book.brief.received.files;
    let mut table = Table {
        tools: files.len() > 8,
        ..Table::new("files", format!("收到的文件 {} 份（新的在前）", files.len()), columns)
    };
    let mut sorted: Vec<&SourceSum> = files.iter().collect();
    sorted.sort_by_key(|f| std::cmp::Reverse(f.batch));
    for file in sorted {
        let name = short(&file.path);
        let name = file.sheet.as_ref().map_or_else(|| name.clone(), |sheet| format!("{name}　［{sheet}］"));
        let note = file.note.clone().unwrap_or_else(|| skipped(file.skipped_why));
        table.push(vec![
            Cell::of(name).class("wide"),
            Cell::of(file.batch.map_or_else(String::new, |b| b.to_string())),
            Cell::of(
                file.kind.as_deref().map_or_else(|| "不是导出文件".into(), |kind| words::export(book.words(), kind)),
            ),
            Cell::of(file.rows.to_string()),
            Cell::of(file.accepted.to_string()),
            Cell::of(file.unchanged.to_string()),
            Cell::of(file.quarantined.to_string()).class(if file.quarantined > 0 { "bad" } else { "" }),
            Cell::of(file.skipped.to_string()),
            Cell::of(note).class("wide"),
        ]);
    }
    let total = |of: fn(&SourceSum) -> u64| Cell::of(files.iter().map(of).sum::<u64>().to_string());
    let cells = vec![
        Cell::of("合计"),
        Cell::default(),
        Cell::default(),
        total(|f| f.rows),
        total(|f| f.accepted),
        total(|f| f.unchanged),
        total(|f| f.quarantined),
        total(|f| f.skipped),
        Cell::default(),
    ];
    table.foot.push(Row { class: Some("total"), ..Row::from(cells) });
    table.without_empty_columns()
}

/// The folder that held it and its name: the rest of a path says nothing to a reader.
fn short(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|p| !p.is_empty()).collect();
    parts[parts.len().saturating_sub(2)..].join("／")
}

fn skipped(why: Skipped) -> String {
    let parts = [
        ("空行", why.blank),
        ("标题行", why.title),
        ("分节行", why.section),
        ("合计行", why.total),
        ("重复表头", why.repeated_header),
    ];
    let said: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name}{n}")).collect();
    said.join("，")
}

fn reasons(book: &Book) -> Table {
    let columns = vec![Column::text("种类"), Column::text("列"), Column::text("原因"), Column::number("处数")];
    let mut table = Table::new("quarantine", "隔离原因（一行可有几处）", columns);
    for reason in &book.brief.received.reasons {
        table.push(vec![
            Cell::of(words::export(book.words(), &reason.kind)),
            Cell::of(words::column(&reason.kind, &reason.column)),
            Cell::of(reason.title()),
            Cell::of(reason.count.to_string()),
        ]);
    }
    table
}

/// Refused rows that somebody put aside: those of a file for one reason in one line.
fn dismissed(book: &Book) -> Table {
    let rows = &book.brief.received.dismissed;
    let columns = vec![
        Column::text("文件"),
        Column::text("种类"),
        Column::text("行"),
        Column::number("行数"),
        Column::text("原因"),
        Column::text("经手"),
        Column::text("日期"),
    ];
    let mut table = Table::new("dismissed", format!("搁置的隔离行 {} 行", rows.len()), columns);
    let same = |a: &Dismissed, b: &Dismissed| {
        (&a.path, &a.sheet, &a.kind, &a.reason, &a.by, a.at.date())
            == (&b.path, &b.sheet, &b.kind, &b.reason, &b.by, b.at.date())
    };
    for group in rows.chunk_by(same) {
        let one = &group[0];
        let name = short(&one.path);
        let mut numbers: Vec<String> = group.iter().take(NAMED).map(|row| row.row.to_string()).collect();
        if group.len() > NAMED {
            numbers.push("……".into());
        }
        table.push(vec![
            Cell::of(one.sheet.as_ref().map_or_else(|| name.clone(), |sheet| format!("{name}　［{sheet}］")))
                .class("wide"),
            Cell::of(words::export(book.words(), &one.kind)),
            Cell::of(numbers.join("、")),
            Cell::of(group.len().to_string()),
            Cell::of(one.reason.as_str()).class("wide"),
            Cell::of(one.by.as_str()),
            Cell::of(one.at.format("%Y-%m-%d").to_string()),
        ]);
    }
    table.without_empty_columns()
}

/// What rows there are and cannot be judged, or nobody answers for, by measure.
fn gaps(book: &Book) -> Table {
    let columns = vec![
        Column::text("指标"),
        Column::number("计入"),
        Column::number("未到期"),
        Column::number("无法计时"),
        Column::number(book.words().phrase("vacuum")),
        Column::number(format!("多人{}", book.words().phrase("serve"))),
        Column::number("覆盖缺口"),
    ];
    let mut table = Table::new("gaps", "各指标的数据缺口（行）", columns);
    for measure in &book.brief.measures {
        let rows = book.rows(&measure.id);
        let outcome = |word: &str| rows.iter().filter(|r| r.outcome.as_deref() == Some(word)).count();
        let (pending, unmeasurable) = (outcome("pending"), outcome("unmeasurable"));
        let gaps = if measure.kind == "coverage" { outcome("breached") } else { 0 };
        let some = |n: usize| Cell::of(if n > 0 { n.to_string() } else { String::new() });
        // Few answers about nobody would be as telling as few answers about somebody.
        let vacant = if book.is_rating(&measure.id) { 0 } else { vacuum(book, measure) };
        table.push(vec![
            Cell::link(&measure.name, Some(book.measure_page(&measure.id))),
            Cell::of((rows.len() - pending - unmeasurable).to_string()),
            some(pending),
            some(unmeasurable),
            some(vacant),
            some(rows.iter().filter(|r| r.shared).count()),
            some(gaps),
        ]);
    }
    table.without_empty_columns()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_do_not_tell_of_the_machine() {
        assert_eq!(short("/home/someone/bureau/inbox/2026-10/cases.csv"), "2026-10／cases.csv");
        assert_eq!(short(r"C:\Users\x\cases.csv"), "x／cases.csv");
        assert_eq!(short("cases.csv"), "cases.csv");
    }
}
