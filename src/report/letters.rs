//! Letters of judgement: the notice that puts findings before whom they are about, and the slips by which a substantiated
//! complaint is filed with the offices that the rules name, or taken back. Each is for its one recipient only.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::Serialize;
use serde_json::json;
use tera::Context;

use super::bulletin::view::speak;
use super::document::{Cell, Document, Foot, Head, Table, words};
use super::warn::Office;
use super::{Parts, ReportError, docx, format, markdown};
use crate::judgement::findings::{Finding, Item, Subject};
use crate::judgement::replies;
use crate::regime::About;
use crate::sheet::reply::{Reply, ReplyRow, ReplySheet};

/// Rows up to which a table stands in the text; longer ones are an annex.
const IN_TEXT: usize = 15;

/// A notice of findings about one person or unit.
pub struct Notice<'a> {
    pub findings: Vec<&'a Finding>,
    pub served_on: NaiveDate,
    pub reply_by: NaiveDate,
    pub reply_working_days: u32,
    /// The days to answer are a local setting.
    pub local: bool,
}

/// What a slip says of a complaint.
#[derive(Clone, Debug, Serialize)]
pub struct Referral {
    /// 备案单
    pub slip: String,
    /// The office it goes to.
    pub recipient: String,
    pub day: NaiveDate,
    /// Label and text, in their order.
    pub lines: Vec<(String, String)>,
    pub consequences: Vec<String>,
    /// The verdict was overturned: what it takes back, and why.
    pub lifted: Option<String>,
    pub document: String,
}

/// The letter as DOCX.
pub fn notice(notice: &Notice<'_>, office: &Office<'_>) -> Result<Vec<u8>, ReportError> {
    let mut tables = BTreeMap::new();
    let mut told = Vec::new();
    let single = notice.findings.len() == 1;
    for (n, finding) in (1..).zip(&notice.findings) {
        let name = format!("items_{n}");
        let caption = if single { "事项清单".to_owned() } else { format!("事项清单（{n}）") };
        if !finding.items.is_empty() {
            tables.insert(name.clone(), items_table(&name, &caption, finding));
        }
        let met = finding.items.iter().filter(|item| !item.against()).count();
        told.push(json!({
            "title": finding.title,
            "period": days(finding),
            "document": finding.document,
            "provision": finding.provision,
            "rule": finding.rule_zh,
            "local": !finding.local.is_empty(),
            "sentence": finding.sentence,
            "consequences": finding.consequences,
            "otherwise": finding.otherwise.iter().map(|o| o.text.clone()).collect::<Vec<_>>(),
            "back_to_back": finding.is_back_to_back(),
            "rows": finding.items.len(),
            "met": met,
            "long": finding.items.len() > IN_TEXT,
            "table": name,
        }));
    }
    let subject = &notice.findings[0].subject;
    let mut context = Context::new();
    speak(&mut context, &office.place.words);
    context.insert("place", &office.place.place);
    context.insert("document", &office.place.document);
    context.insert("you", if subject.by == About::Person { "您" } else { "你单位" });
    context.insert("findings", &told);
    context.insert("annexed", &notice.findings.iter().any(|finding| finding.items.len() > IN_TEXT));
    context.insert("reply_by", &format::date(notice.reply_by));
    context.insert("days", &notice.reply_working_days);
    context.insert("local", &notice.local);
    let document = letter("notice.md", &context, tables, office, notice.served_on, vec![addressed(subject)])?;
    docx::bytes(&document, notice.served_on.and_time(NaiveTime::MIN))
}

/// The workbook that comes with it.
pub fn reply(notice: &Notice<'_>) -> Reply {
    let sheet = |(n, finding): (usize, &&Finding)| {
        let whole = ReplyRow {
            no: 0,
            told: [
                "（对本事项整体的意见）".into(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
            key: replies::key(None),
            check: replies::checksum(&finding.id, 0, &replies::key(None)),
        };
        let rows = finding.items.iter().filter(|item| item.against()).map(|item| {
            let key = replies::key(Some(&item.id));
            let check = replies::checksum(&finding.id, item.no, &key);
            let [label, enterprise, opened, due, done, outcome] = cells(item);
            ReplyRow { no: item.no, told: [label, enterprise, opened, due, done, outcome], key, check }
        });
        ReplySheet {
            name: format!("事项{n}"),
            title: format!("陈述申辩表：{}", finding.title),
            finding: finding.id.clone(),
            whom: finding.subject.to_string(),
            reply_by: format!("{}（含当日）", format::date(notice.reply_by)),
            how: "在“意见”栏选认可、说明或异议；选说明、异议的填写理由；不填视为未答复。其他栏请勿改动。".into(),
            rows: std::iter::once(whole).chain(rows).collect(),
        }
    };
    let created = notice.served_on.and_time(NaiveTime::MIN);
    Reply { created, sheets: (1..).zip(&notice.findings).map(sheet).collect() }
}

/// A slip as DOCX.
pub fn referral(referral: &Referral, office: &Office<'_>) -> Result<Vec<u8>, ReportError> {
    let table = Table {
        name: "complaint".into(),
        caption: "投诉核实情况".into(),
        columns: vec![words("项目"), words("内容")],
        rows: referral.lines.iter().map(|(label, text)| vec![Cell::text(label), Cell::text(text)]).collect(),
        note: None,
    };
    let mut context = Context::new();
    speak(&mut context, &office.place.words);
    context.insert("place", &office.place.place);
    context.insert("document", &referral.document);
    context.insert("slip", &referral.slip);
    context.insert("recipient", &referral.recipient);
    context.insert("consequences", &referral.consequences);
    context.insert("lifted", &referral.lifted);
    let tables = BTreeMap::from([("complaint".to_owned(), table)]);
    let document = letter("referral.md", &context, tables, office, referral.day, vec![referral.recipient.clone()])?;
    docx::bytes(&document, referral.day.and_time(NaiveTime::MIN))
}

fn letter(
    template: &str,
    context: &Context,
    tables: BTreeMap<String, Table>,
    office: &Office<'_>,
    day: NaiveDate,
    recipients: Vec<String>,
) -> Result<Document, ReportError> {
    let issuer = match office.settings.issuer.trim() {
        "" => "（发文机关）".to_owned(),
        issuer => issuer.to_owned(),
    };
    let date = format::date(day);
    let parts = Parts { tables, figures: BTreeMap::new(), issuer: issuer.clone(), date: date.clone() };
    let mut context = context.clone();
    context.insert("issuer", &issuer);
    let text = office.templates.render(template, &context, &parts)?;
    let (title, blocks) =
        markdown::parse(&text, &parts).map_err(|message| office.templates.wrong(template, message))?;
    Ok(Document {
        head: Head { issuer: issuer.clone(), number: format!("〔{}〕　号", day.year()), signer: String::new() },
        title,
        recipients,
        blocks,
        foot: Foot { copies: Vec::new(), issuer, date },
    })
}

/// 杨涛斌同志（人力资源局）
fn addressed(subject: &Subject) -> String {
    match (subject.by, &subject.unit) {
        (About::Person, Some(unit)) => format!("{}同志（{unit}）", subject.name),
        (About::Person, None) => format!("{}同志", subject.name),
        _ => subject.name.clone(),
    }
}

fn days(finding: &Finding) -> String {
    format!("{}至{}", format::date(finding.window.from), format::date(finding.window.to))
}

fn items_table(name: &str, caption: &str, finding: &Finding) -> Table {
    let items = &finding.items;
    let any = |has: fn(&Item) -> bool| items.iter().any(has);
    // 序号, 事项, then what any of the rows has.
    let all = ["企业（项目）", "起算", "期限", "完成", "结果", "说明"];
    let keep = [
        any(|item| item.enterprise.is_some()),
        any(|item| item.id.opened_at.is_some()),
        any(|item| item.due_at.is_some()),
        any(|item| item.done_at.is_some()),
        any(|item| item.outcome.is_some()),
        any(|item| !item.notes.is_empty()),
    ];
    let mut columns = vec![words("序号"), words("事项")];
    columns.extend(all.iter().zip(keep).filter(|(_, keep)| *keep).map(|(header, _)| words(*header)));
    let row = |item: &Item| {
        let [label, enterprise, opened, due, done, outcome] = cells(item);
        let rest = [enterprise, opened, due, done, outcome, item.notes.join("；")];
        let mut row = vec![Cell::Count(i64::from(item.no)), Cell::text(label)];
        row.extend(rest.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(text, _)| Cell::text(text)));
        row
    };
    Table {
        name: name.to_owned(),
        caption: caption.to_owned(),
        columns,
        rows: items.iter().map(row).collect(),
        note: None,
    }
}

/// 事项, 企业, 起算, 期限, 完成, 结果
fn cells(item: &Item) -> [String; 6] {
    let outcome = match item.outcome.as_deref() {
        Some("met") => "达标",
        Some("breached") => "未达标",
        Some(_) => "无法计时",
        None => "",
    };
    [
        item.label.clone(),
        item.enterprise.clone().unwrap_or_default(),
        item.id.opened_at.map_or(String::new(), instant),
        item.due_at.map_or(String::new(), |due| {
            // The end of a day is the beginning of the next.
            if due.time() == NaiveTime::MIN { format::iso((due - TimeDelta::seconds(1)).date()) } else { instant(due) }
        }),
        item.done_at.map_or(String::new(), instant),
        outcome.to_owned(),
    ]
}

/// A time, or the day where none is known.
fn instant(at: NaiveDateTime) -> String {
    if at.time() == NaiveTime::MIN { format::iso(at.date()) } else { at.format("%Y-%m-%d %H:%M").to_string() }
}
