//! Rows that are no records: blank, titles and notes, totals and signatures, headers repeated half-way.
use super::normalise::text::trim;
use super::read::Rows;
use super::recognise::Layout;
use crate::tables::plain;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    Record,
    /// The one header row; it is not counted.
    Header,
    Blank,
    Title,
    /// The heading of the rows below it: 一、计划续建项目（20项）.
    Section,
    Total,
    RepeatedHeader,
}

/// The first words of rows that add up.
const TOTALS: [&str; 8] = ["合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计", "total"];
/// The first words of rows that are signed.
const SIGNED: [&str; 25] = [
    "填报人",
    "报送人",
    "统计人",
    "值班",
    "窗口值班",
    "填表人",
    "制表",
    "审核",
    "复核",
    "审批",
    "签字",
    "签发",
    "负责人",
    "单位负责人",
    "分管领导",
    "经办人",
    "联系人",
    "填报日期",
    "填表日期",
    "填报时间",
    "制表日期",
    "打印时间",
    "打印日期",
    "导出时间",
    "统计时间",
];
/// The first words of notes.
const NOTES: [&str; 9] = ["填报单位", "填表单位", "制表单位", "单位:", "说明", "备注:", "注:", "注意", "附件"];

/// The kind of every row of a batch; `skip` rows at its front lie above the data.
pub fn kinds(rows: &Rows, layout: &Layout, skip: usize) -> Vec<RowKind> {
    let mut kinds = vec![RowKind::Record; rows.height()];
    for (row, kind) in kinds.iter_mut().enumerate().take(skip) {
        *kind = match first_filled(rows, row, 0) {
            _ if row == layout.header_row => RowKind::Header,
            None => RowKind::Blank,
            Some(_) => RowKind::Title,
        };
    }
    let header = layout.header.first().map_or("", |h| h.trim());
    let Some(first) = rows.column(0) else {
        kinds[skip.min(rows.height())..].fill(RowKind::Blank);
        return kinds;
    };
    for (row, cell) in first.iter().enumerate().skip(skip) {
        // Nearly every row begins with an id or a number; such a row is looked at no further.
        if let Some(cell) = cell
            && cell.as_bytes()[0].is_ascii_graphic()
            && cell != header
            && !is_total(cell)
            && !spans(rows, row)
        {
            continue;
        }
        kinds[row] = match first_filled(rows, row, 0) {
            None => RowKind::Blank,
            Some((column, cell)) => kind(rows, layout, row, column, cell),
        };
    }
    kinds
}

fn spans(rows: &Rows, row: usize) -> bool {
    rows.spans.get(row).copied().unwrap_or(false)
}

fn first_filled(rows: &Rows, row: usize, from: usize) -> Option<(usize, &str)> {
    let cells = (from..rows.frame.width()).map(|column| (column, trim(rows.cell(row, column))));
    cells.into_iter().find(|(_, cell)| !cell.is_empty())
}

/// 合计, 合计：, 总计（12户）.
fn is_total(cell: &str) -> bool {
    if cell.is_ascii() && !cell.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("total")) {
        return false;
    }
    let key = plain(cell);
    TOTALS.iter().any(|word| {
        key.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '(', '（', '：']))
    })
}

/// The kind of a row whose first filled cell is this.
fn kind(rows: &Rows, layout: &Layout, row: usize, column: usize, cell: &str) -> RowKind {
    if is_total(cell) {
        return RowKind::Total;
    }
    if layout.header.get(column).is_some_and(|header| header.trim() == cell) && repeats(rows, layout, row) {
        return RowKind::RepeatedHeader;
    }
    let key = plain(cell);
    let alone = first_filled(rows, row, column + 1).is_none();
    // In a role list, where the name is all that a row must have, a heading would pass for an enterprise.
    if layout.listed.is_some() && alone && (is_section(&key) || spans(rows, row)) {
        return if is_section(&key) { RowKind::Section } else { RowKind::Title };
    }
    let whole = layout.needed().all(|at| at.is_some_and(|at| !trim(rows.cell(row, at)).is_empty()));
    if whole {
        return RowKind::Record;
    }
    if SIGNED.iter().any(|word| key.starts_with(word)) || ["合计", "小计", "总计"].iter().any(|w| key.ends_with(w))
    {
        RowKind::Total
    } else if alone && is_section(&key) {
        RowKind::Section
    } else if NOTES.iter().any(|word| key.starts_with(word)) || (alone && spans(rows, row)) {
        RowKind::Title
    } else {
        RowKind::Record
    }
}

/// The row says what the header says, wherever it says anything.
fn repeats(rows: &Rows, layout: &Layout, row: usize) -> bool {
    let cells = layout.header.iter().enumerate().map(|(column, header)| (header.trim(), trim(rows.cell(row, column))));
    let (mut same, mut other) = (0, 0);
    for (header, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        if plain(header) == plain(cell) { same += 1 } else { other += 1 }
    }
    same >= 2 && same > other
}

/// 一、计划续建项目（20项）; （二）新建项目; 第一部分.
fn is_section(key: &str) -> bool {
    const NUMERALS: [char; 11] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百'];
    let rest = key.trim_start_matches(['(', '（', '第']);
    let after = rest.trim_start_matches(NUMERALS);
    after.len() < rest.len() && after.starts_with(['、', '.', ')', '）', '部', '类', ','])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::read::{Grid, split::Field};
    use crate::ingest::recognise::recognise;
    use crate::tables::Dictionary;

    fn kinds_of(lines: &str) -> Vec<RowKind> {
        let mut grid = Grid::new(1, 16);
        for line in lines.lines() {
            let fields: Vec<Field> = line.split('|').map(|text| Field { text, doubled: false }).collect();
            grid.push_fields(&fields, &mut String::new());
        }
        let rows = grid.take().unwrap();
        let layout = recognise(&rows, Dictionary::shipped(), &crate::ingest::Asked::default()).unwrap();
        let skip = layout.data;
        kinds(&rows, &layout, skip)
    }

    #[test]
    fn rows_that_are_no_records() {
        use RowKind::*;
        let lines = "项目台账\n\n序号|企业编号|企业名称|类型|总投资（万元）\n1|E1|甲|企业|5\n　||\u{A0}||\n\
            序号|企业编号|企业名称|类型|总投资（万元）\n一、计划续建项目（20项）||||\n2|E2|合计通讯公司|企业|7\n\
            高新街道小计||||7\n合 计|2户|||12\nTotal:||||12\n填报人：王某||审核人：李某||\n说明：以上为初步数\n";
        let want =
            [Title, Blank, Header, Record, Blank, RepeatedHeader, Section, Record, Total, Total, Total, Total, Title];
        assert_eq!(kinds_of(lines), want);
    }

    #[test]
    fn records_that_look_like_none() {
        use RowKind::*;
        // A title of a case may begin like a note, an id may stand alone (and be refused later).
        let lines =
            "标题|问题编号|企业编号|提交时间\n说明材料缺失|Q1|E1|2026-01-01\n审核太慢|Q2|E1|2026-01-01\n|Q3||\n";
        assert_eq!(kinds_of(lines), [Header, Record, Record, Record]);
    }
}
