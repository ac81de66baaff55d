//! A bureau's folder as it would come: ledgers kept by hand, tidy history, and two months as untidy as in life.
//!
//! Everything is as exported after the last day: a case is in the file of the month in which it came, with all
//! that has happened to it since, so that no record stands in two files.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Datelike, Months, NaiveDate};

use super::SynthError;
use super::clock::{Clock, Day};
use super::form::{self, Form};
use super::plan::Plan;
use super::sink::{Kept, Memory, Row, Table};
use super::untidy::{Scribe, Style, whim};
use super::{parquet, wide};
use crate::sheet::messy::{self, Page, Put};

/// Column of a record's own time, and of its id, by which rows are sorted and files are cut.
fn own_time(table: Table) -> Option<(usize, usize)> {
    match table {
        Table::Cases => Some((7, 0)),
        Table::Diary => Some((3, 0)),
        Table::Evaluations => Some((6, 0)),
        Table::Complaints => Some((4, 0)),
        Table::PolicyPushes => Some((3, 0)),
        _ => None,
    }
}

/// What is written, and where.
pub(super) struct Folder<'a> {
    dir: &'a Path,
    clock: &'a Clock,
    memory: Memory,
    /// A case's events, by its id.
    events: BTreeMap<String, Vec<Row>>,
    /// First days of the two untidy months, and of the month after.
    months: [NaiveDate; 3],
}

/// Writes the folder; `memory` holds the whole bureau.
pub(super) fn write(dir: &Path, plan: &Plan, clock: &Clock, mut memory: Memory) -> Result<(), SynthError> {
    let after = plan.last + chrono::Days::new(1);
    let months = [after - Months::new(2), after - Months::new(1), after];
    for table in Table::ALL {
        if let Some((time, id)) = own_time(table) {
            memory.tables[table as usize].sort_by(|a, b| (&a[time], &a[id], &a[1]).cmp(&(&b[time], &b[id], &b[1])));
        }
    }
    let mut events: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in std::mem::take(&mut memory.tables[Table::CaseEvents as usize]) {
        events.entry(row[0].text().to_owned()).or_default().push(row);
    }
    let folder = Folder { dir, clock, memory, events, months };
    folder.ledgers()?;
    folder.history()?;
    folder.first_month()?;
    folder.second_month()
}

impl Folder<'_> {
    fn path(&self, folder: &str, name: &str) -> Result<PathBuf, SynthError> {
        let dir = self.dir.join(folder);
        std::fs::create_dir_all(&dir).map_err(SynthError::at(&dir))?;
        Ok(dir.join(name))
    }

    /// Rows of a table whose own time is in `[from, to)`.
    fn between(&self, table: Table, from: Option<NaiveDate>, to: NaiveDate) -> Vec<&Row> {
        let day = |date: NaiveDate| self.clock.day(date);
        let (from, to) = (from.map_or(Day::MIN, day), day(to));
        let time = own_time(table).map_or(0, |(time, _)| time);
        let rows = self.memory.tables[table as usize].iter();
        rows.filter(|row| row[time].day().is_some_and(|day| from <= day && day < to)).collect()
    }

    fn all(&self, table: Table) -> Vec<&Row> {
        self.memory.tables[table as usize].iter().collect()
    }

    fn scribe(&self) -> Scribe<'_> {
        Scribe { clock: self.clock, plain: false, tidy: false }
    }

    /// A form of these rows with all columns but some.
    fn form(&self, title: &str, table: Table, rows: &[&Row], without: &[&str]) -> Form {
        let columns: Vec<usize> = table
            .described()
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !without.contains(&column.name.as_str()))
            .map(|(i, _)| i)
            .collect();
        let cells = rows.iter().map(|row| {
            let key = key(table, row);
            self.scribe().row(table, row, &key, Style::of(&key), &columns)
        });
        Form::new(title, table, &columns, cells.collect())
    }

    fn save(&self, folder: &str, name: &str, pages: &[Page]) -> Result<(), SynthError> {
        Ok(messy::write(&self.path(folder, name)?, pages)?)
    }

    /// Ledgers that are kept as they stand on the last day.
    fn ledgers(&self) -> Result<(), SynthError> {
        let said = |name: &str| {
            format!("{name}（截至{}年{}月{}日）", self.last().year(), self.last().month(), self.last().day())
        };
        let folder = "台账";
        let mut form = self.form(
            &said("企业（项目）台账"),
            Table::Enterprises,
            &self.all(Table::Enterprises),
            &["tier", "reached_production_on"],
        );
        form.rename("总投资（万元）", "总投资");
        form.units = vec![("总投资".to_owned(), "（万元）".to_owned())];
        form.repeat_header = Some(450);
        self.save(folder, "企业（项目）台账.xlsx", &[form.page("台账")])?;
        let form = self.form(&said("人员名册"), Table::People, &self.all(Table::People), &[]);
        self.save(folder, "人员名册.xlsx", &[form.page("名册")])?;
        let mut form = self.form(&said("包保关系表"), Table::Assignments, &self.all(Table::Assignments), &[]);
        form.blank_every = 300;
        self.save(folder, "包保关系.xlsx", &[form.page("Sheet1")])?;
        let form = self.form(&said("重点项目节点计划"), Table::Milestones, &self.all(Table::Milestones), &[]);
        self.save(folder, "节点计划.xlsx", &[form.page("节点")])?;
        let form = self.form("惠企政策清单", Table::Policies, &self.all(Table::Policies), &[]);
        self.save(folder, "惠企政策.xlsx", &[form.page("政策")])?;
        let text = self.lines(Table::Absences, &self.all(Table::Absences), &[], ",");
        form::save_utf8(&self.path(folder, "请假借调.csv")?, &text)
    }

    /// Everything before the two months, as the platform keeps it.
    fn history(&self) -> Result<(), SynthError> {
        let before = self.months[0];
        for table in [Table::Cases, Table::Diary, Table::Evaluations, Table::Complaints, Table::PolicyPushes] {
            let rows = self.between(table, None, before);
            let path = self.path("历史", &format!("{}.parquet", table.described().name))?;
            parquet::write(&path, table, &rows, self.clock)?;
        }
        let cases = self.between(Table::Cases, None, before);
        let events: Vec<&Row> = cases.iter().filter_map(|case| self.events.get(case[0].text())).flatten().collect();
        parquet::write(&self.path("历史", "case_events.parquet")?, Table::CaseEvents, &events, self.clock)
    }

    /// The first month: cases and their events on two sheets, long.
    fn first_month(&self) -> Result<(), SynthError> {
        let [month, next, _] = self.months;
        let (folder, label) = (month.format("%Y-%m").to_string(), label(month));
        let cases = self.between(Table::Cases, Some(month), next);
        let mut form = self.form(&format!("问题台账（{label}）"), Table::Cases, &cases, &[]);
        form.repeat_header = Some(380);
        form.blank_every = 150;
        form.spoil(40, "提交时间", Put::Text(format!("{}月12日", month.month())));
        form.spoil(200, "问题编号", Put::Blank);
        form.spoil(333, "企业编号", Put::Fault("#N/A"));
        let mut events = self.long(&format!("办理流转（{label}）"), &cases, None);
        events.repeat_header = Some(2000);
        for at in [900, 2400] {
            events.spoil_same(at, "环节", Put::Text("领导批示".to_owned()));
        }
        events.spoil_same(1500, "办理时间", Put::Fault("#N/A"));
        self.save(&folder, "问题台账.xlsx", &[form.page("问题台账"), events.page("办理流转")])?;
        self.diary(month, next, &[("服务日期", format!("{}月9日", month.month()))])?;
        let rows = self.between(Table::Evaluations, Some(month), next);
        let mut form =
            self.form(&format!("企业评价（{label}）"), Table::Evaluations, &rows, &["weight", "stratum", "plan_id"]);
        form.spoil(77, "评价等级", Put::Text("很好".to_owned()));
        form.twice(120);
        self.save(&folder, "企业评价.xlsx", &[form.page("评价明细")])
    }

    /// The second month: one wide row per case, some chains beside it, evaluations in GB 18030.
    fn second_month(&self) -> Result<(), SynthError> {
        let [start, month, next] = self.months;
        let (folder, label) = (month.format("%Y-%m").to_string(), label(month));
        let cases = self.between(Table::Cases, Some(month), next);
        // What a wide row cannot say, and what was lifted, is listed step by step as well.
        let listed: BTreeSet<&str> = cases
            .iter()
            .map(|case| case[0].text())
            .filter(|id| self.events.get(*id).is_some_and(|chain| wide::needs_list(chain)))
            .collect();
        let mut form =
            wide::form(&self.scribe(), &format!("问题办理情况汇总表（{label}）"), &cases, &self.events, &listed);
        form.blank_every = 200;
        form.spoil(66, "办结时间", Put::Text(format!("{}月9日", month.month())));
        form.spoil(301, "办结时间", Put::Text(format!("{}月15日", month.month())));
        form.spoil(150, "问题编号", Put::Blank);
        form.spoil(222, "受理时间", Put::Text(month.format("%Y-%m-32").to_string()));
        form.spoil(410, "企业编号", Put::Fault("#N/A"));
        self.save(&folder, "问题办理情况.xlsx", &[form.page("汇总")])?;
        let chosen: Vec<&Row> = cases.iter().filter(|case| listed.contains(case[0].text())).copied().collect();
        let events = self.long(&format!("重点事项办理流转（{label}）"), &chosen, Some(Style::Iso));
        self.save(&folder, "重点事项流转.xlsx", &[events.page("流转")])?;
        let bad = [
            ("服务日期", format!("{}月9日", month.month())),
            ("服务方式", "其它方式".to_owned()),
            ("管家编号", String::new()),
        ];
        self.diary(month, next, &bad)?;
        let rows = self.between(Table::Evaluations, Some(month), next);
        let text = self.evaluations_text(&rows, &label);
        form::save_gb18030(&self.path(&folder, "企业评价.csv")?, &text)?;
        let rows = self.between(Table::Complaints, Some(start), next);
        let form = self.form("投诉台账", Table::Complaints, &rows, &[]);
        self.save(&folder, "投诉台账.xlsx", &[form.page("投诉")])?;
        let text = self.lines(Table::PolicyPushes, &self.between(Table::PolicyPushes, Some(start), next), &[], "\t");
        form::save_utf16(&self.path(&folder, "政策推送.txt")?, &text)
    }

    fn last(&self) -> NaiveDate {
        self.months[2] - chrono::Days::new(1)
    }

    /// The events of cases, one row each.
    fn long(&self, title: &str, cases: &[&Row], style: Option<Style>) -> Form {
        let table = Table::CaseEvents;
        let columns: Vec<usize> = (0..table.described().columns.len()).collect();
        let chains = cases.iter().filter_map(|case| self.events.get(case[0].text()));
        let rows = chains.flatten().map(|row| {
            // Like the case itself, so that both files give one time of submission.
            let key = row[0].text();
            self.scribe().row(table, row, key, style.unwrap_or(Style::of(key)), &columns)
        });
        Form::new(title, table, &columns, rows.collect())
    }

    fn diary(&self, month: NaiveDate, next: NaiveDate, bad: &[(&str, String)]) -> Result<(), SynthError> {
        let rows = self.between(Table::Diary, Some(month), next);
        let mut form = self.form(&format!("项目管家服务日志（{}）", label(month)), Table::Diary, &rows, &[]);
        form.repeat_header = Some(rows.len() / 2);
        form.blank_every = 120;
        for (i, (column, value)) in bad.iter().enumerate() {
            form.spoil(31 + i * 90, column, if value.is_empty() { Put::Blank } else { Put::Text(value.clone()) });
        }
        self.save(&month.format("%Y-%m").to_string(), "服务日志.xlsx", &[form.page("日志")])
    }

    fn evaluations_text(&self, rows: &[&Row], label: &str) -> String {
        let without = ["weight", "stratum", "plan_id"];
        let mut lines: Vec<String> =
            self.lines(Table::Evaluations, rows, &without, ",").lines().map(str::to_owned).collect();
        let spoiled = |line: &str, column: usize, value: &str| {
            let mut cells: Vec<&str> = line.split(',').collect();
            let id = format!("{}B", cells[0]);
            cells[0] = &id;
            cells[column] = value;
            cells.join(",")
        };
        for (at, column, value) in [(380, 7, "很好"), (260, 7, "#N/A"), (140, 6, "10月9日"), (60, 0, "")] {
            if let Some(line) = lines.get(at).cloned() {
                lines.insert(at + 1, spoiled(&line, column, value));
            }
        }
        let commas = ",".repeat(lines[0].matches(',').count());
        lines.insert(0, format!("企业评价明细（{label}）{commas}"));
        lines.push(format!("合计,{}{}", rows.len(), &commas[1..]));
        lines.join("\r\n") + "\r\n"
    }

    /// A header and the rows as text.
    fn lines(&self, table: Table, rows: &[&Row], without: &[&str], between: &str) -> String {
        let scribe = Scribe { clock: self.clock, plain: true, tidy: false };
        let columns: Vec<usize> = table
            .described()
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !without.contains(&column.name.as_str()))
            .map(|(i, _)| i)
            .collect();
        let headers: Vec<&str> = columns.iter().map(|i| table.described().columns[*i].headers[0].as_str()).collect();
        let mut lines = vec![headers.join(between)];
        for row in rows {
            let key = key(table, row);
            let cells = scribe.row(table, row, &key, Style::of(&key), &columns);
            lines.push(cells.iter().map(form::as_text).collect::<Vec<_>>().join(between));
        }
        lines.join("\r\n") + "\r\n"
    }
}

/// What the whims of a record hang on.
fn key(table: Table, row: &Row) -> String {
    match table {
        Table::Assignments | Table::PolicyPushes | Table::Milestones | Table::Absences => row
            .iter()
            .take(3)
            .map(|cell| if let Kept::Day(day) = cell { day.to_string() } else { cell.text().to_owned() })
            .collect(),
        _ => row[0].text().to_owned(),
    }
}

fn label(month: NaiveDate) -> String {
    format!("{}年{}月", month.year(), month.month())
}

/// Whether a record is among one of `n`.
pub(super) fn one_of(key: &str, n: u64) -> bool {
    whim(key, 9).is_multiple_of(n)
}
