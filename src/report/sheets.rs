//! The sheet of one person or unit: what they did in the period, with the rows behind it and what chance alone would do. It
//! is for them to check; nobody else is named on it.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::Datelike;
use serde_json::json;
use tera::Context;

use super::bulletin::tables::outcome_names;
use super::bulletin::view::{rate_title, speak};
use super::bulletin::{put, try_folder};
use super::document::{Cell, Document, Foot, Head, Table, figures, words};
use super::ratings::Ratings;
use super::warn::Office;
use super::{Parts, ReportError, docx, format, markdown};
use crate::judgement::chance;
use crate::measures::Brief;
use crate::measures::brief::{Evidence, Figure, Measure};

/// Rows that were met beyond so many are only counted: a department has hundreds.
const MET_LISTED: usize = 20;

/// Whose sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// By id.
    Person(&'a str),
    Unit(&'a str),
}

impl std::fmt::Display for Whose<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.by(), self.id())
    }
}

impl<'a> Whose<'a> {
    fn by(self) -> &'static str {
        match self {
            Whose::Person(_) => "person",
            Whose::Unit(_) => "unit",
        }
    }

    fn id(self) -> &'a str {
        match self {
            Whose::Person(id) | Whose::Unit(id) => id,
        }
    }

    fn is_of(self, row: &Evidence) -> bool {
        match self {
            Whose::Person(id) => row.person_id.as_deref() == Some(id),
            Whose::Unit(unit) => row.unit.as_deref() == Some(unit),
        }
    }
}

/// Everybody who has a figure in the period: people by unit and name, or units by name.
pub fn everybody<'a>(brief: &'a Brief, by: &str) -> Vec<Whose<'a>> {
    if by == "person" {
        let answers = |id: &str| brief.evidence.iter().any(|row| row.person_id.as_deref() == Some(id));
        let mut people: Vec<_> = brief.people.iter().filter(|p| !p.holds.is_empty() || answers(&p.person_id)).collect();
        people.sort_by_key(|p| (&p.unit, &p.name, &p.person_id));
        return people.into_iter().map(|p| Whose::Person(&p.person_id)).collect();
    }
    let mut units: Vec<&str> = brief.evidence.iter().filter_map(|row| row.unit.as_deref()).collect();
    units.sort_unstable();
    units.dedup();
    units.into_iter().map(Whose::Unit).collect()
}

/// Writes the sheet as DOCX; `None` where nothing is known of them in the period.
pub fn write(
    brief: &Brief,
    ratings: &Ratings<'_>,
    whose: Whose<'_>,
    office: &Office<'_>,
    out: &Path,
) -> Result<Option<PathBuf>, ReportError> {
    let Some(document) = document(brief, ratings, whose, office)? else { return Ok(None) };
    try_folder(out)?;
    let name: String = format!("{}-{}", document.title, whose.id())
        .chars()
        .map(|c| if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    put(&out.join(format!("{name}.docx")), &docx::bytes(&document, brief.as_of)?).map(Some)
}

/// The sheet as a document.
pub fn document(
    brief: &Brief,
    ratings: &Ratings<'_>,
    whose: Whose<'_>,
    office: &Office<'_>,
) -> Result<Option<Document>, ReportError> {
    let person = match whose {
        Whose::Person(id) => brief.people.iter().find(|p| p.person_id == id),
        Whose::Unit(_) => None,
    };
    let mut rows: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
    for row in brief.evidence.iter().filter(|row| whose.is_of(row)) {
        rows.entry(&row.measure).or_default().push(row);
    }
    if rows.is_empty() && person.is_none_or(|p| p.holds.is_empty()) {
        return Ok(None);
    }
    let mut tables = BTreeMap::new();
    let own = |measure: &Measure| {
        let cut = brief.cuts.iter().find(|cut| cut.measure == measure.id && cut.by == whose.by())?;
        cut.now.iter().find(|figure| figure.subject_id.as_deref() == Some(whose.id()))
    };
    let told: Vec<(&Measure, Figure)> =
        brief.measures.iter().filter_map(|measure| Some((measure, ratings.shown(own(measure)?)))).collect();
    tables.insert("figures".to_owned(), figures_table(&told, ratings));
    let sentences: Vec<String> = told.iter().filter_map(|(measure, figure)| sentence(measure, figure)).collect();
    let mut sections = Vec::new();
    for measure in &brief.measures {
        // Back to back: what single enterprises said is never listed.
        let Some(rows) = rows.get(measure.id.as_str()).filter(|_| !ratings.is_rating(&measure.id)) else { continue };
        let name = format!("rows_{}", measure.id);
        let (table, said) = rows_table(brief, measure, rows, &name);
        sections.push(json!({
            "name": measure.name,
            "rule": measure.rule,
            "provision": format!("{}{}", brief.place.document, measure.provision),
            "said": said,
            "table": (!table.rows.is_empty()).then_some(&name),
        }));
        tables.insert(name, table);
    }
    let held: Vec<&str> = person.map_or_else(Vec::new, |p| p.holds.iter().map(String::as_str).collect());
    tables.insert("held".to_owned(), held_table(brief, &held));

    let mut context = Context::new();
    speak(&mut context, &brief.place.words);
    context.insert("name", person.map_or(whose.id(), |p| p.name.as_str()));
    context.insert("unit", &person.and_then(|p| p.unit.as_deref()));
    context.insert("period", &brief.period.zh());
    context.insert("as_of", &format::as_of(brief.as_of));
    context.insert("document", &brief.place.document);
    context.insert("held", &held.len());
    context.insert("figures", &!told.is_empty());
    context.insert("sentences", &sentences);
    context.insert("sections", &sections);
    context.insert("ratings", &told.iter().any(|(measure, _)| ratings.is_rating(&measure.id)));
    finish(&context, tables, office, brief).map(Some)
}

fn finish(
    context: &Context,
    tables: BTreeMap<String, Table>,
    office: &Office<'_>,
    brief: &Brief,
) -> Result<Document, ReportError> {
    const TEMPLATE: &str = "sheet.md";
    let issuer = match office.settings.issuer.trim() {
        "" => "（发文机关）".to_owned(),
        issuer => issuer.to_owned(),
    };
    let day = format::as_of_day(brief.as_of);
    // A draft leaves the day of issue to the pen.
    let date = format!("{}年{}月　日", day.year(), day.month());
    let parts = Parts { tables, figures: BTreeMap::new(), issuer: issuer.clone(), date: date.clone() };
    let text = office.templates.render(TEMPLATE, context, &parts)?;
    let (title, blocks) =
        markdown::parse(&text, &parts).map_err(|message| office.templates.wrong(TEMPLATE, message))?;
    Ok(Document {
        head: Head { issuer: issuer.clone(), number: format!("〔{}〕　号", day.year()), signer: String::new() },
        title,
        recipients: Vec::new(),
        blocks,
        foot: Foot { copies: Vec::new(), issuer, date },
    })
}

fn figures_table(told: &[(&Measure, Figure)], ratings: &Ratings<'_>) -> Table {
    let mut columns = vec![words("指标")];
    columns.extend(["件数", "达标", "未达标", "未到期", "比率"].map(figures));
    columns.extend([words("95%区间"), words("标准")]);
    let line = |(measure, figure): &(&Measure, Figure)| {
        // One person's load is a number of enterprises, not a share of one person.
        let load = measure.kind == "load";
        let share = figure.share().filter(|_| !load);
        vec![
            Cell::text(if share.is_some() { rate_title(measure) } else { measure.name.clone() }),
            if load { Cell::number(figure.mean) } else { Cell::Count(figure.n) },
            Cell::count(figure.met.filter(|_| share.is_some())),
            Cell::count(figure.breached.filter(|_| share.is_some())),
            Cell::count(figure.pending.filter(|n| *n > 0)),
            Cell::share(share),
            Cell::text(share.map_or_else(String::new, |_| format::interval(figure.ci_low, figure.ci_high))),
            Cell::text(measure.standard.map_or_else(String::new, |s| format::standard(s.p0))),
        ]
    };
    let rated = told.iter().any(|(measure, _)| ratings.is_rating(&measure.id));
    Table {
        name: "figures".into(),
        caption: "各项指标".into(),
        columns,
        rows: told.iter().map(line).collect(),
        note: rated.then(|| "企业评价不足10份的只列件数。".to_owned()),
    }
}

/// What chance alone would do, where there is a standard to hold the rate against.
fn sentence(measure: &Measure, figure: &Figure) -> Option<String> {
    let p0 = measure.standard?.p0;
    figure.share()?;
    let (n, met) = (u32::try_from(figure.n).ok()?, u32::try_from(figure.met?).ok()?);
    let better = f64::from(met) >= p0 * f64::from(n);
    (n > 0).then(|| format!("{}：{}", measure.name, chance::sentence(&measure.kind, met, n, p0, better)))
}

fn rows_table(brief: &Brief, measure: &Measure, rows: &[&Evidence], name: &str) -> (Table, String) {
    let met = rows.iter().filter(|row| row.outcome.as_deref() == Some("met")).count();
    let against = rows.iter().filter(|row| row.outcome.as_deref() == Some("breached")).count();
    let pending = rows.iter().filter(|row| row.outcome.as_deref() == Some("pending")).count();
    let [_, met_zh, breached_zh] = outcome_names(&measure.kind);
    let few = met <= MET_LISTED;
    let mut said = Vec::new();
    if met + against > 0 {
        said.push(format!("{met_zh}{met}，{breached_zh}{against}"));
    }
    if pending > 0 {
        said.push(format!("未到期{pending}"));
    }
    if met > 0 && !few {
        said.push(format!("{met_zh}的不逐件列出"));
    }
    let mut listed: Vec<&&Evidence> = rows.iter().filter(|row| few || row.outcome.as_deref() != Some("met")).collect();
    listed.sort_by_key(|row| match row.outcome.as_deref() {
        Some("breached") => 0,
        Some("pending") => 1,
        _ => 2,
    });
    let cadence = measure.kind == "cadence";
    let first = if cadence { "周期" } else { "编号" };
    let columns = [first, "事项", "企业（项目）", "起算", "期限", "完成", "结果", "备注"].map(words).to_vec();
    let rows = listed.into_iter().map(|row| line(brief, measure, row)).collect();
    let table = Table { name: name.into(), caption: format!("{}明细", measure.name), columns, rows, note: None };
    let said = if said.is_empty() { String::new() } else { format!("本期{}。", said.join("，")) };
    (without_empty(table), said)
}

fn line(brief: &Brief, measure: &Measure, row: &Evidence) -> Vec<Cell> {
    let [_, met, breached] = outcome_names(&measure.kind);
    let outcome = match row.outcome.as_deref() {
        Some("met") => met,
        Some("breached") => breached,
        Some("pending") => "未到期",
        Some("unmeasurable") => "无法计时",
        _ => "",
    };
    let key = row.record.rsplit('/').next().unwrap_or_default();
    let slot = key.parse::<crate::period::Period>().ok().filter(|_| measure.kind == "cadence");
    let case = row.record.strip_prefix("cases/").and_then(|id| brief.cases.iter().find(|c| c.case_id == id));
    // A complainant is never named beside the one complained about.
    let enterprise = row.enterprise_id.as_deref().filter(|_| !row.record.starts_with("complaints/"));
    let enterprise = enterprise
        .map(|id| brief.enterprises.iter().find(|e| e.enterprise_id == id).map_or(id.to_owned(), |e| e.name.clone()));
    let stamp = |at: Option<chrono::NaiveDateTime>| match at {
        Some(at) if measure.unit == "小时" => Cell::text(at.format("%Y-%m-%d %H:%M").to_string()),
        Some(at) => Cell::Day(at.date()),
        None => Cell::text(""),
    };
    let mut remarks = Vec::new();
    if row.extended {
        remarks.push("已延期".to_owned());
    }
    if row.paused > 0.0 {
        remarks.push(format!("暂停顺延{}{}", format::number(row.paused), measure.unit));
    }
    if row.shared {
        remarks.push(format!("多人{}", brief.place.words.phrase("serve")));
    }
    let code = row.record.split_once('/').map_or(row.record.as_str(), |(_, key)| key);
    vec![
        Cell::text(slot.map_or_else(|| code.replace('/', "／"), |slot| slot.zh())),
        Cell::text(case.and_then(|c| c.title.clone()).unwrap_or_default()),
        Cell::text(enterprise.unwrap_or_default()),
        stamp(row.opened_at.filter(|_| slot.is_none())),
        row.due_day.filter(|_| slot.is_none()).map_or(Cell::text(""), Cell::Day),
        stamp(row.done_at),
        Cell::text(outcome),
        Cell::text(remarks.join("、")),
    ]
}

/// Columns that say nothing in any row are left out.
fn without_empty(table: Table) -> Table {
    let said = |i: usize| table.rows.iter().any(|row| !matches!(&row[i], Cell::Text(text) if text.is_empty()));
    let kept: Vec<usize> = (0..table.columns.len()).filter(|i| said(*i)).collect();
    Table {
        columns: kept.iter().map(|i| table.columns[*i].clone()).collect(),
        rows: table.rows.iter().map(|row| kept.iter().map(|i| row[*i].clone()).collect()).collect(),
        ..table
    }
}

fn held_table(brief: &Brief, held: &[&str]) -> Table {
    let said = &brief.place.words;
    let mut enterprises: Vec<_> =
        brief.enterprises.iter().filter(|e| held.contains(&e.enterprise_id.as_str())).collect();
    enterprises.sort_by_key(|e| (&e.area, &e.name));
    let line = |e: &&crate::measures::brief::Enterprise| {
        let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_default());
        vec![Cell::text(e.enterprise_id.as_str()), Cell::text(e.name.as_str()), text(&e.area), text(&e.industry)]
    };
    without_empty(Table {
        name: "held".into(),
        caption: format!("{}{}", said.phrase("serve"), said.phrase("enterprise")),
        columns: ["编号", said.phrase("enterprise"), said.dimension("area"), "行业"].map(words).to_vec(),
        rows: enterprises.iter().map(line).collect(),
        note: None,
    })
}
