//! Today's lists to hand over: the red and yellow list, and the reminder to write the diary. They name people and
//! are for the bureau and its units only.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde_json::json;
use tera::Context;

use super::bulletin::view::speak;
use super::bulletin::{put, try_folder};
use super::document::{Cell, Document, Foot, Head, Table, figures, words};
use super::{Parts, ReportError, Templates, docx, format, html, markdown};
use crate::measures::brief::Place;
use crate::measures::due::{Due, DueList, Duty, Owing, Reminder, Urgency};
use crate::sheet::write::{Book, Column, Sheet, Value, bytes};
use crate::workspace::Bulletin as Settings;

/// What nobody answers for.
const VACUUM: &str = "空档（无责任人）";
/// Working days after which an overdue item is backlog: counted in the document, listed in the workbook only.
const BACKLOG: i64 = 60;
/// Whose unit is not known.
const NO_UNIT: &str = "（未注明单位）";

/// Whose lists these are, and how they look.
pub struct Office<'a> {
    pub place: &'a Place,
    pub settings: &'a Settings,
    pub templates: &'a Templates,
}

/// Writes the red and yellow list as DOCX, HTML, XLSX and JSON; returns the files.
pub fn write_due(list: &DueList, office: &Office<'_>, out: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let document = due_document(list, office)?;
    let json = serde_json::to_string_pretty(list).map_err(|e| ReportError::Docx(e.to_string()))?;
    let stem = format!("预警清单-{}", format::iso(format::as_of_day(list.as_of)));
    let book = due_book(list, office.place);
    write(&stem, &document, list.as_of, (&book, json), office, out)
}

/// Writes the reminder in the same formats.
pub fn write_reminder(reminder: &Reminder, office: &Office<'_>, out: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let document = reminder_document(reminder, office)?;
    let json = serde_json::to_string_pretty(reminder).map_err(|e| ReportError::Docx(e.to_string()))?;
    let stem = format!("日志提醒-{}", format::iso(format::as_of_day(reminder.as_of)));
    let book = reminder_book(reminder, office.place);
    write(&stem, &document, reminder.as_of, (&book, json), office, out)
}

fn write(
    stem: &str,
    document: &Document,
    as_of: NaiveDateTime,
    (book, json): (&Book, String),
    office: &Office<'_>,
    out: &Path,
) -> Result<Vec<PathBuf>, ReportError> {
    try_folder(out)?;
    let files = [
        (format!("{stem}.docx"), docx::bytes(document, as_of)?),
        (format!("{stem}.html"), html::page(document, office.templates.text("style.css")).into_bytes()),
        (format!("{stem}.xlsx"), bytes(book)?),
        (format!("{stem}.json"), (json + "\n").into_bytes()),
    ];
    files.into_iter().map(|(name, bytes)| put(&out.join(name), &bytes)).collect()
}

/// The list as a document.
pub fn due_document(list: &DueList, office: &Office<'_>) -> Result<Document, ReportError> {
    let mut tables = BTreeMap::new();
    let mut keep = |table: Table| {
        let name = table.name.clone();
        tables.insert(name.clone(), table);
        name
    };
    let dated: Vec<&Due> = list.rows.iter().filter(|row| row.urgency != Urgency::Undated).collect();
    keep(summary("by_unit", "各单位红黄事项", "责任单位", &dated, |row| vec![unit_of(row)]));
    keep(summary("by_person", "各责任人红黄事项", "单位", &dated, |row| vec![unit_of(row), who(row)]));
    let mut units: BTreeMap<(bool, String), Vec<&Due>> = BTreeMap::new();
    let fresh: Vec<Due> = list.rows.iter().filter(|row| !is_backlog(row)).cloned().collect();
    let backlog = list.rows.len() - fresh.len();
    let gathered = DueList { rows: fresh, ..list.clone() }.gathered();
    for row in gathered.iter().filter(|row| row.urgency != Urgency::Undated) {
        units.entry((row.unit.is_none(), unit_of(row))).or_default().push(row);
    }
    let units: Vec<_> = units
        .into_iter()
        .enumerate()
        .map(|(n, ((_, name), rows))| {
            let table = keep(due_table(&format!("unit_{n}"), &format!("{name}红黄事项"), &rows));
            json!({ "name": name, "table": table })
        })
        .collect();
    let mut years: BTreeMap<Option<i32>, Vec<&Due>> = BTreeMap::new();
    for row in gathered.iter().filter(|row| row.urgency == Urgency::Undated) {
        years.entry(row.missing_year).or_default().push(row);
    }
    let years: Vec<_> = years
        .into_iter()
        .map(|(year, rows)| {
            let year = year.map_or_else(|| "有关".to_owned(), |year| year.to_string());
            let table = keep(due_table(&format!("year_{year}"), &format!("期限待{year}年工作日安排"), &rows));
            json!({ "year": year, "n": rows.len(), "table": table })
        })
        .collect();
    let mut context = context(office, list.as_of);
    context.insert("within", &list.within);
    for (name, urgency) in [("red", Urgency::Red), ("yellow", Urgency::Yellow), ("undated", Urgency::Undated)] {
        context.insert(name, &list.of(urgency).count());
    }
    context.insert("red_by", &by_measure(list, Urgency::Red));
    context.insert("yellow_by", &by_measure(list, Urgency::Yellow));
    context.insert("backlog", &backlog);
    context.insert("backlog_days", &BACKLOG);
    context.insert("total", &dated.len());
    context.insert("units", &units);
    context.insert("years", &years);
    finish("warn.md", &context, tables, office, list.as_of)
}

/// The reminder as a document.
pub fn reminder_document(reminder: &Reminder, office: &Office<'_>) -> Result<Document, ReportError> {
    let mut tables = BTreeMap::new();
    let mut duties = Vec::new();
    for (n, duty) in reminder.duties.iter().enumerate() {
        let table = owing_table(&format!("duty_{n}"), &format!("{}待填报人员", duty.name), &duty.people);
        let name = table.name.clone();
        tables.insert(name.clone(), table);
        duties.push(json!({
            "name": duty.name,
            "rule": duty.rule,
            "provision": duty.provision,
            "zero_report": duty.zero_report,
            "now": duty.now.map(days),
            "last": duty.last.map(days),
            "owe": duty.owe,
            "missing_now": duty.people.iter().filter(|p| p.now).count(),
            "missing_last": duty.people.iter().filter(|p| p.last).count(),
            "people": duty.people.len(),
            "table": name,
        }));
    }
    let mut context = context(office, reminder.as_of);
    context.insert("duties", &duties);
    context.insert("document", &office.place.document);
    finish("diary.md", &context, tables, office, reminder.as_of)
}

fn context(office: &Office<'_>, as_of: NaiveDateTime) -> Context {
    let mut context = Context::new();
    context.insert("place", &office.place.place);
    context.insert("role", &office.place.main_role);
    speak(&mut context, &office.place.words);
    context.insert("as_of", &format::as_of(as_of));
    context
}

fn finish(
    template: &str,
    context: &Context,
    tables: BTreeMap<String, Table>,
    office: &Office<'_>,
    as_of: NaiveDateTime,
) -> Result<Document, ReportError> {
    let settings = office.settings;
    let issuer = match settings.issuer.trim() {
        "" => "（发文机关）".to_owned(),
        issuer => issuer.to_owned(),
    };
    let day = format::as_of_day(as_of);
    let date = format::date(day);
    let parts = Parts { tables, figures: BTreeMap::new(), issuer: issuer.clone(), date: date.clone() };
    let text = office.templates.render(template, context, &parts)?;
    let (title, blocks) =
        markdown::parse(&text, &parts).map_err(|message| office.templates.wrong(template, message))?;
    Ok(Document {
        head: Head { issuer: issuer.clone(), number: format!("〔{}〕　号", day.year()), signer: String::new() },
        title,
        recipients: vec!["各有关单位".into()],
        blocks,
        foot: Foot { copies: Vec::new(), issuer, date },
    })
}

fn days((first, last): (NaiveDate, NaiveDate)) -> String {
    format!("{}至{}", format::date(first), format::date(last))
}

fn unit_of(row: &Due) -> String {
    match (&row.unit, row.who()) {
        (Some(unit), _) => unit.clone(),
        (None, Some(_)) => NO_UNIT.into(),
        (None, None) => VACUUM.into(),
    }
}

/// Overdue for so long that a daily list does not repeat it.
fn is_backlog(row: &Due) -> bool {
    row.urgency == Urgency::Red && row.working_days.is_some_and(|days| days < -BACKLOG)
}

/// The person, where one answers.
fn who(row: &Due) -> String {
    match (&row.person, &row.person_id, &row.unit) {
        (Some(name), ..) => name.clone(),
        (None, Some(id), _) => id.clone(),
        (None, None, Some(_)) => "（单位）".into(),
        (None, None, None) => "（空档）".into(),
    }
}

fn level(row: &Due) -> &'static str {
    match row.urgency {
        Urgency::Red => "红",
        Urgency::Yellow => "黄",
        Urgency::Undated => "待定",
    }
}

/// 剩余2, 逾期5, 当日到期.
pub fn left(row: &Due) -> String {
    match (row.urgency, row.working_days) {
        (Urgency::Red, Some(days)) => match -days {
            n if n <= 0 => "已逾期，不足1天".into(),
            n => format!("逾期{n}天"),
        },
        (Urgency::Red, None) => "逾期".into(),
        (_, Some(0)) => "当日到期".into(),
        (_, Some(days)) => format!("剩余{days}天"),
        (_, None) => "待定".into(),
    }
}

/// What has to be known of its clock: 挂起中, 已延期, 挂起顺延3.
pub fn remarks(row: &Due) -> String {
    let mut said = Vec::new();
    if row.halted {
        said.push("挂起中".to_owned());
    }
    if row.extended {
        said.push("已延期".to_owned());
    }
    if row.paused > 0.0 {
        said.push(format!("挂起顺延{}", format::number(row.paused).trim_end_matches(".0")));
    }
    if let Some(year) = row.missing_year {
        said.push(format!("缺{year}年工作日安排"));
    }
    said.join("，")
}

fn summary(name: &str, caption: &str, first: &str, rows: &[&Due], of: fn(&Due) -> Vec<String>) -> Table {
    // Red, of these backlog, yellow.
    let mut counted: BTreeMap<Vec<String>, [i64; 3]> = BTreeMap::new();
    for row in rows {
        let counts = counted.entry(of(row)).or_default();
        counts[if row.urgency == Urgency::Yellow { 2 } else { 0 }] += 1;
        counts[1] += i64::from(is_backlog(row));
    }
    let persons = counted.keys().next().is_some_and(|key| key.len() > 1);
    let mut columns = vec![words(first)];
    if persons {
        columns.push(words("责任人"));
    }
    columns.extend(["红（逾期）", "其中积压", "黄（临期）", "合计"].map(figures));
    let line = |(key, [red, backlog, yellow]): (Vec<String>, [i64; 3])| {
        let mut cells: Vec<Cell> = key.into_iter().map(Cell::Text).collect();
        cells.extend([red, backlog, yellow, red + yellow].map(Cell::Count));
        cells
    };
    Table {
        name: name.into(),
        caption: caption.into(),
        columns,
        rows: counted.into_iter().map(line).collect(),
        note: None,
    }
}

fn due_table(name: &str, caption: &str, rows: &[&Due]) -> Table {
    let columns =
        ["等级", "企业（项目）", "事项", "编号", "责任人", "起算", "到期日", "剩余或逾期", "备注"].map(words).to_vec();
    let line = |row: &&Due| {
        let day = |day: Option<NaiveDate>| day.map_or(Cell::Absent, Cell::Day);
        vec![
            Cell::text(level(row)),
            Cell::text(row.enterprise.clone().or_else(|| row.enterprise_id.clone()).unwrap_or_default()),
            Cell::text(row.name.as_str()),
            Cell::text(row.number()),
            Cell::text(who(row)),
            day(row.opened_at.map(|at| at.date())),
            day(row.due_day),
            Cell::text(left(row)),
            Cell::text(remarks(row)),
        ]
    };
    let mut provisions: Vec<String> = rows.iter().map(|row| format!("{}依据{}", row.name, row.provision)).collect();
    provisions.sort();
    provisions.dedup();
    let note = Some(format!("{}。", provisions.join("；")));
    Table { name: name.into(), caption: caption.into(), columns, rows: rows.iter().map(line).collect(), note }
}

/// In the order of units.
fn owing_table(name: &str, caption: &str, people: &[Owing]) -> Table {
    let columns = ["单位", "姓名", "编号", "本期", "上期"].map(words).to_vec();
    let mark = |on: bool, word: &str| Cell::text(if on { word } else { "　" });
    let line = |person: &Owing| {
        vec![
            Cell::text(person.unit.as_deref().unwrap_or(NO_UNIT)),
            Cell::text(person.person.clone().unwrap_or_default()),
            Cell::text(person.person_id.as_str()),
            mark(person.now, "未填报"),
            mark(person.last, "缺报"),
        ]
    };
    Table { name: name.into(), caption: caption.into(), columns, rows: people.iter().map(line).collect(), note: None }
}

/// How many of an urgency by measure: 问题办结62项、部门回复8项.
pub fn by_measure(list: &DueList, urgency: Urgency) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for row in list.of(urgency) {
        match counted.iter_mut().find(|(name, _)| *name == row.name) {
            Some((_, n)) => *n += 1,
            None => counted.push((&row.name, 1)),
        }
    }
    counted.sort();
    let said: Vec<String> = counted.iter().map(|(name, n)| format!("{name}{n}项")).collect();
    said.join("、")
}

fn due_book(list: &DueList, place: &Place) -> Book {
    let title = format!("{}{}红黄预警清单", place.place, place.words.phrase("work"));
    let heading = |what: &str| format!("{title}：{what}（截至{}）", format::as_of(list.as_of));
    let text = |text: &Option<String>| Value::from(text.as_deref());
    let line = |row: &Due| {
        vec![
            Value::from(level(row)),
            Value::from(unit_of(row).as_str()),
            Value::from(who(row).as_str()),
            text(&row.enterprise_id),
            text(&row.enterprise),
            Value::from(row.name.as_str()),
            Value::from(row.number()),
            text(&row.title),
            row.opened_at.map_or(Value::Empty, Value::Instant),
            row.due_at.map_or(Value::Empty, Value::Instant),
            row.due_day.map_or(Value::Empty, Value::Day),
            Value::from(row.working_days),
            Value::from(remarks(row).as_str()),
            Value::from(row.provision.as_str()),
        ]
    };
    let columns = [
        "等级",
        "责任单位",
        "责任人",
        "企业编号",
        "企业（项目）",
        "事项",
        "编号",
        "标题",
        "起算",
        "期限",
        "到期日",
        "剩余工作日",
        "备注",
        "依据",
    ]
    .map(Column::new)
    .to_vec();
    let sheet = Sheet {
        name: "清单".into(),
        title: heading("清单"),
        columns,
        rows: list.rows.iter().map(line).collect(),
        notes: vec![
            "红：逾期未办结；黄：临近到期；待定：期限超出已发布的工作日安排，用 guanjia calendar import 补入后算出。"
                .into(),
            "剩余工作日：截至日之后至到期日的工作日数，0为当日到期，负数为逾期的工作日数。".into(),
        ],
        chart: None,
    };
    let dated: Vec<&Due> = list.rows.iter().filter(|row| row.urgency != Urgency::Undated).collect();
    let sums = [
        ("按单位", summary("", "", "责任单位", &dated, |row| vec![unit_of(row)])),
        ("按责任人", summary("", "", "单位", &dated, |row| vec![unit_of(row), who(row)])),
    ];
    let mut sheets = vec![sheet];
    sheets.extend(sums.map(|(name, table)| of_table(name, heading(name), &table)));
    Book { title: title.clone(), created: list.as_of, sheets }
}

fn reminder_book(reminder: &Reminder, place: &Place) -> Book {
    let title = format!("{}服务日志填报提醒", place.place);
    let sheet = |duty: &Duty| {
        let line = |person: &Owing| {
            vec![
                Value::from(person.unit.as_deref()),
                Value::from(person.person_id.as_str()),
                Value::from(person.person.as_deref()),
                Value::from(if person.now { "未填报" } else { "" }),
                Value::from(if person.last { "缺报" } else { "" }),
            ]
        };
        let slot = |slot: Option<(NaiveDate, NaiveDate)>| slot.map_or_else(|| "无".to_owned(), days);
        Sheet {
            name: duty.name.clone(),
            title: format!("{title}：{}（截至{}）", duty.name, format::as_of(reminder.as_of)),
            columns: ["单位", "编号", "姓名", "本期", "上期"].map(Column::new).to_vec(),
            rows: duty.people.iter().map(line).collect(),
            notes: vec![format!("本期：{}；上期：{}。", slot(duty.now), slot(duty.last))],
            chart: None,
        }
    };
    Book { title: title.clone(), created: reminder.as_of, sheets: reminder.duties.iter().map(sheet).collect() }
}

fn of_table(name: &str, title: String, table: &Table) -> Sheet {
    let value = |cell: &Cell| match cell {
        Cell::Count(n) => Value::Whole(*n),
        other => Value::from(other.show().as_str()),
    };
    Sheet {
        name: name.into(),
        title,
        columns: table.columns.iter().map(|column| Column::new(column.header.as_str())).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(value).collect()).collect(),
        ..Sheet::default()
    }
}
