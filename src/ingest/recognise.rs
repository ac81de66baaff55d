//! Which kind of export a sheet is, and which of its columns is which: told by its headers alone.
use super::Asked;
use super::headers::{Headers, Match, bracketed, header_key, under, unique};
use super::lacking::Lacking;
use super::normalise::made::{Made, Of, Person};
use super::normalise::number::in_ten_thousands;
use super::read::Rows;
use super::role_list::{Listed, role_list};
use crate::tables::{Cell, Dictionary, Table, plain};

/// Rows in which a header is looked for.
pub const SEARCHED: usize = 30;

/// How a sheet maps to a table.
#[derive(Clone, Debug)]
pub struct Layout<'d> {
    pub table: &'d Table,
    /// Index of the header row (of two, the lower), counted from the sheet's first row.
    pub header_row: usize,
    /// Index of the first row of data.
    pub data: usize,
    /// For each column of the table, its column in the file.
    pub columns: Vec<Option<usize>>,
    /// Time columns of a wide case file.
    pub events: Vec<EventColumns<'d>>,
    /// Of a wide role list: who holds what.
    pub listed: Option<Listed<'d>>,
    /// For each column of the table, the power of ten from the header's unit of money to the table's.
    pub shifts: Vec<i32>,
    /// For each column of the file, a name of its own: its header, or its letter where it has none.
    pub headers: Vec<String>,
    /// The header row as it stood, compared with rows that repeat it.
    pub header: Vec<String>,
    /// Columns of the file that feed nothing.
    pub extra: Vec<usize>,
    /// Columns of the table that the file lacks and that are made from others.
    pub made: Vec<Made>,
}

impl Layout<'_> {
    /// The columns of the file without which a row is no record; none: one that no column of the file feeds.
    pub fn needed(&self) -> impl Iterator<Item = Option<usize>> {
        let columns = self.table.columns.iter().zip(&self.columns).enumerate();
        columns.filter(|(_, (column, _))| column.required).filter_map(|(index, (_, at))| {
            match self.made.iter().find(|made| made.column == index) {
                Some(Made { of: Of::Value(_), .. }) => None,
                Some(made) => Some(made.parts().first().copied().or(*at)),
                None => Some(*at),
            }
        })
    }

    /// Of a list of people without ids: the columns that say who each is.
    pub fn own_person(&self) -> Option<&Person> {
        self.made.iter().find_map(Made::own_person)
    }
}

/// Where an event of a wide case file stands.
#[derive(Clone, Debug)]
pub struct EventColumns<'d> {
    pub event: &'d str,
    /// Order among events of equal time.
    pub seq: i64,
    pub at: usize,
    pub unit: Option<usize>,
    pub note: Option<usize>,
    pub until: Option<usize>,
}

/// Why a sheet is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    pub why: String,
    /// It is an export, for which something more has to be said; not to be passed over quietly.
    pub meant: bool,
    /// Lines for guanjia.toml with which it would be taken.
    pub lines: Option<String>,
}

impl Foreign {
    pub fn new(why: String, meant: bool) -> Foreign {
        Foreign { why, meant, lines: None }
    }
}

/// The best reading of a sheet's first rows; the error says in words why there is none.
pub fn recognise<'d>(rows: &Rows, dictionary: &'d Dictionary, asked: &Asked) -> Result<Layout<'d>, Foreign> {
    if asked.is_role_list() {
        return role_list(rows, dictionary, asked).unwrap_or_else(|| {
            let why = format!("has no header of a role list (a name and a role) in its first {SEARCHED} rows");
            Err(Foreign::new(why, true))
        });
    }
    match records(rows, dictionary, asked.kind) {
        Ok(layout) if asked.kind.is_some() || layout.made.is_empty() || layout.table.name != "enterprises" => {
            Ok(layout)
        }
        // A ledger of names with a column of stewards is a role list.
        Ok(layout) => role_list(rows, dictionary, asked).unwrap_or(Ok(layout)),
        // What lacks no more than ids is an export, though it may name its people under a role.
        Err(foreign) if asked.kind.is_some() || foreign.meant => Err(foreign),
        // Only what is no other export can be a role list.
        Err(foreign) => role_list(rows, dictionary, asked).unwrap_or(Err(foreign)),
    }
}

/// The best reading as one of the kinds of record.
fn records<'d>(rows: &Rows, dictionary: &'d Dictionary, kind: Option<&str>) -> Result<Layout<'d>, Foreign> {
    let plainly = |why: String| Foreign::new(why, false);
    let headers = |table| Headers::with_missing(table, dictionary, kind.is_some());
    let tables: Vec<Headers> = match kind {
        None => dictionary.tables.iter().map(headers).collect(),
        Some(kind) => {
            let names = || dictionary.tables.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ");
            let table = dictionary.table(kind);
            let no_kind = || plainly(format!("there is no kind “{kind}”; kinds are {}", names()));
            vec![headers(table.ok_or_else(no_kind)?)]
        }
    };
    let searched = rows.height().min(SEARCHED);
    let width = rows.frame.width();
    let keys: Vec<Vec<String>> =
        (0..searched).map(|row| (0..width).map(|column| header_key(rows.cell(row, column))).collect()).collect();
    let mut best: Option<Candidate> = None;
    for (row, own) in keys.iter().enumerate() {
        let below = keys.get(row + 1).map(|below| under(own, below));
        for (table, headers) in tables.iter().enumerate() {
            let alone = Candidate { table, row, depth: 1, found: headers.matched(own) };
            let double = below.as_ref().map(|keys| Candidate { table, row, depth: 2, found: headers.matched(keys) });
            // A second header row must bring more than the first has, or it is data.
            for candidate in std::iter::once(alone).chain(double) {
                if best.as_ref().is_none_or(|best| candidate.rank() > best.rank()) {
                    best = Some(candidate);
                }
            }
        }
    }
    let Some(best) = best.filter(|best| best.found.matched > 0) else {
        let none = || format!("has no header of any export in its first {SEARCHED} rows");
        return Err(plainly(sideways(rows, &tables).unwrap_or_else(none)));
    };
    if !best.found.required_missing.is_empty() {
        if let Some(why) = sideways(rows, &tables) {
            return Err(plainly(why));
        }
        return Err(match Lacking::of(&keys, rows, &tables, dictionary) {
            Some(lacking) => lacking.foreign(),
            None => plainly(lacking(&best, tables[best.table].table)),
        });
    }
    // A list of cases without ids must not pass for a ledger because it names enterprises, and ledgers may lack ids.
    if !best.found.made.is_empty()
        && let Some(lacking) = Lacking::of(&keys, rows, &tables, dictionary).filter(|l| l.matched > best.found.matched)
    {
        return Err(lacking.foreign());
    }
    let header = if best.depth == 2 { under(&keys[best.row], &keys[best.row + 1]) } else { keys[best.row].clone() };
    let rivals = tables.iter().enumerate().filter(|(i, _)| *i != best.table);
    let rivals: Vec<&str> = rivals
        .filter(|(_, headers)| {
            let other = headers.matched(&header);
            other.required_missing.is_empty() && other.matched == best.found.matched
        })
        .map(|(_, headers)| headers.table.name.as_str())
        .collect();
    let table = tables[best.table].table;
    if !rivals.is_empty() {
        let why = format!("could be {} or {} by its headers; say which with --as", table.name, rivals.join(" or "));
        return Err(plainly(why));
    }
    Ok(layout(best, table, rows))
}

/// What is to be said of a table that lies on its side.
fn sideways(rows: &Rows, tables: &[Headers]) -> Option<String> {
    let keys: Vec<String> = (0..rows.height().min(SEARCHED)).map(|row| header_key(rows.cell(row, 0))).collect();
    let read = |headers: &&Headers| {
        let found = headers.matched(&keys);
        found.matched >= 2 && found.required_missing.is_empty()
    };
    let table = tables.iter().find(read)?.table;
    Some(format!(
        "lies on its side: the headers of {} stand in its first column; transpose it, so that they stand in a row",
        table.name
    ))
}

/// A header row (or two) read as one table's.
struct Candidate {
    table: usize,
    row: usize,
    depth: usize,
    found: Match,
}

impl Candidate {
    /// Whole before partial, then most columns, then fewest header rows; of equals the first stays.
    fn rank(&self) -> (bool, usize, std::cmp::Reverse<usize>) {
        (self.found.required_missing.is_empty(), self.found.matched, std::cmp::Reverse(self.depth))
    }
}

fn lacking(best: &Candidate, table: &Table) -> String {
    let missing = best.found.required_missing.iter().map(|i| &table.columns[*i]);
    let missing: Vec<_> = missing.map(|c| c.headers.first().unwrap_or(&c.name).as_str()).collect();
    format!(
        "is nearest to {} (header in row {}), but lacks the column {}; add it, or its header to [headers.{}] in {}",
        table.name,
        best.row + 1,
        missing.join(" and "),
        table.name,
        crate::workspace::SETTINGS
    )
}

fn layout<'d>(best: Candidate, table: &'d Table, rows: &Rows) -> Layout<'d> {
    let last = best.row + best.depth - 1;
    let width = rows.frame.width();
    let header: Vec<String> = (0..width)
        .map(|column| {
            let below = rows.cell(last, column);
            if below.trim().is_empty() { rows.cell(best.row, column) } else { below }.to_owned()
        })
        .collect();
    let keys: Vec<String> = header.iter().map(|h| header_key(h)).collect();
    let find =
        |headers: &[String]| headers.iter().find_map(|header| keys.iter().position(|key| *key == header_key(header)));
    let events: Vec<EventColumns> = table
        .events
        .iter()
        .zip(&best.found.events)
        .enumerate()
        .filter_map(|(i, (event, at))| {
            Some(EventColumns {
                event: &event.event,
                seq: i as i64 + 1,
                at: (*at)?,
                unit: find(&event.unit),
                note: find(&event.note),
                until: find(&event.until),
            })
        })
        .collect();
    let mut used: Vec<usize> = best.found.columns.iter().flatten().copied().collect();
    for event in &events {
        used.extend([Some(event.at), event.unit, event.note, event.until].into_iter().flatten());
    }
    let mut shifts = best.found.shifts;
    let mut data = last + 1;
    if let Some(units) = units_row(rows, data, &used) {
        for (i, column) in
            best.found.columns.iter().enumerate().filter(|(i, _)| table.columns[*i].cell() == Cell::Decimal)
        {
            if let Some((_, power)) = column.and_then(|c| units.get(c)).and_then(|unit| in_ten_thousands(unit)) {
                shifts[i] = power;
            }
        }
        data += 1;
    }
    used.extend(best.found.made.iter().flat_map(Made::parts));
    let extra = (0..width).filter(|c| !used.contains(c) && !header[*c].trim().is_empty()).collect();
    let headers = unique(&header);
    let (columns, made) = (best.found.columns, best.found.made);
    Layout { table, header_row: last, data, columns, events, listed: None, shifts, headers, header, extra, made }
}

/// The row of units under a header, if there is one: every filled cell is a unit or a remark in brackets.
fn units_row(rows: &Rows, row: usize, used: &[usize]) -> Option<Vec<String>> {
    const UNITS: [&str; 17] = [
        "元",
        "万元",
        "亿元",
        "个",
        "人",
        "家",
        "次",
        "天",
        "日",
        "分",
        "件",
        "%",
        "必填",
        "选填",
        "文本",
        "日期",
        "年月日",
    ];
    if row >= rows.height() {
        return None;
    }
    let cells: Vec<String> = (0..rows.frame.width()).map(|column| plain(rows.cell(row, column))).collect();
    let is_unit = |cell: &str| {
        let remark = bracketed(cell).filter(|(head, _)| head.is_empty()).map(|(_, remark)| remark);
        let form = |cell: &str| !cell.is_empty() && cell.chars().all(|c| "ymdhs年月日时分秒-/: .".contains(c));
        remark.is_some() || UNITS.contains(&cell) || form(cell)
    };
    let filled = cells.iter().filter(|cell| !cell.is_empty());
    let all_units = filled.clone().all(|cell| is_unit(cell));
    let some = used.iter().any(|c| cells.get(*c).is_some_and(|cell| !cell.is_empty()));
    (all_units && (some || filled.count() > 0)).then(|| {
        let inner = |cell: &String| match bracketed(cell) {
            Some(("", remark)) => remark.to_owned(),
            _ => cell.clone(),
        };
        cells.iter().map(inner).collect()
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::ingest::read::{Grid, split::Field};

    /// A sheet from lines with fields parted by |.
    pub fn sheet(lines: &str) -> Rows {
        let mut grid = Grid::new(1, 16);
        for line in lines.lines() {
            let fields: Vec<Field> = line.trim().split('|').map(|text| Field { text, doubled: false }).collect();
            grid.push_fields(&fields, &mut String::new());
        }
        grid.take().unwrap()
    }

    fn found(lines: &str) -> Result<(String, usize), String> {
        let found = recognise(&sheet(lines), Dictionary::shipped(), &Asked::default());
        found.map_err(|e| e.why).map(|l| (l.table.name.clone(), l.data))
    }

    #[test]
    fn kinds_by_their_headers() {
        assert_eq!(found("case_id|event|at\n1|accepted|2026-01-01"), Ok(("case_events".into(), 1)));
        assert_eq!(found("问题编号|企业编号|提交时间|受理时间|办结时间\n"), Ok(("cases".into(), 1)));
        assert_eq!(found("人员编号|姓名|单位\n"), Ok(("people".into(), 1)));
        assert_eq!(found("人员编号|起始日期|截止日期|代管人编号"), Ok(("absences".into(), 1)));
        assert_eq!(found("企业编号|角色|姓名|单位|开始日期"), Ok(("assignments".into(), 1)));
        let error = found("问题编号|提交时间").unwrap_err();
        assert!(error.contains("nearest to cases") && error.contains("lacks the column 企业编号"), "{error}");
        assert!(found("甲|乙\n1|2").unwrap_err().contains("no header"));
    }

    #[test]
    fn titles_marks_and_units_are_seen_through() {
        let lines = "2026年度台账|||\n\n填报单位：某局|||\n企业　编号 *|企业名称：|类型\u{A0}|总投资(亿元)\n|||（亿元）\nE1|甲|企业|1.5";
        let rows = sheet(lines);
        let layout = recognise(&rows, Dictionary::shipped(), &Asked::default()).unwrap();
        assert_eq!((layout.table.name.as_str(), layout.data), ("enterprises", 5));
        let investment = layout.table.columns.iter().position(|c| c.name == "investment_wan").unwrap();
        assert_eq!((layout.columns[investment], layout.shifts[investment]), (Some(3), 4));
        assert!(layout.extra.is_empty());
    }

    #[test]
    fn header_over_two_rows() {
        let lines = "问题编号|企业编号|办理情况||\n||提交时间|受理时间|办结时间\n1|E1|2026-01-01||";
        assert_eq!(found(lines), Ok(("cases".into(), 2)));
    }

    #[test]
    fn a_tie_asks_for_the_kind() {
        // Whatever a workspace adds may make two kinds alike.
        let mut dictionary = Dictionary::shipped().clone();
        let mut twin = dictionary.table("people").unwrap().clone();
        twin.name = "twins".into();
        dictionary.tables.push(twin);
        let rows = sheet("人员编号|姓名");
        let error = recognise(&rows, &dictionary, &Asked::default()).unwrap_err().why;
        assert!(error.contains("people or twins") && error.contains("--as"), "{error}");
        assert_eq!(
            recognise(&rows, &dictionary, &Asked { kind: Some("twins"), ..Asked::default() }).unwrap().table.name,
            "twins"
        );
        assert!(
            recognise(&rows, &dictionary, &Asked { kind: Some("persons"), ..Asked::default() })
                .unwrap_err()
                .why
                .contains("no kind “persons”")
        );
    }

    #[test]
    fn wide_case_columns() {
        let rows = sheet("问题编号|企业编号|提交时间|转办时间|转办部门|退件时间|退件说明|状态|备注栏");
        let layout = recognise(&rows, Dictionary::shipped(), &Asked::default()).unwrap();
        let events: Vec<_> = layout.events.iter().map(|e| (e.event, e.at, e.unit, e.note)).collect();
        assert_eq!(events, [("assigned", 3, Some(4), None), ("returned", 5, None, Some(6))]);
        assert_eq!(layout.extra, [7, 8]);
    }
}
