//! The correction of an issued bulletin (更正通报): what was said, what holds now, why, and who is affected.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tera::Context;

use super::bulletin::Edition;
use super::bulletin::tables::{DIMENSIONS, table_title};
use super::bulletin::view::{rate_title, speak, subject};
use super::document::{Cell, Document, Foot, Head, Table, figures, words};
use super::{Parts, ReportError, Templates, docx, format, html, markdown};
use crate::measures::Brief;
use crate::measures::brief::{Figure, Measure};
use crate::sheet::write::{Book, Column, Sheet, Value, bytes};
use crate::workspace::Bulletin as Settings;

/// A figure that is not what it was. A side is absent where the figure was not there, or may not be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Of the period itself, or what it was compared with.
    pub of: String,
    pub measure: String,
    pub by: String,
    pub subject_id: Option<String>,
    pub subject_name: Option<String>,
    pub said: Option<Figure>,
    pub holds: Option<Figure>,
}

/// What came in since the earlier bulletin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrived {
    pub batch: i64,
    /// Kinds of export, and how many rows of each were taken.
    pub rows: BTreeMap<String, u64>,
}

/// All that a correction says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// Title of the earlier bulletin, as its template gives it.
    #[serde(default)]
    pub title: String,
    /// Number of the earlier bulletin; empty where it had none.
    pub number: String,
    pub issued_on: Option<NaiveDate>,
    /// Root hash of the earlier bulletin's folder.
    pub root: String,
    /// 修订 or 更正
    pub change: String,
    /// Late or better data, as against an error of ours.
    pub revision: bool,
    pub reason: String,
    pub recipients: Vec<String>,
    pub copies: Vec<String>,
    /// The last batch that the earlier one knew.
    pub known_at: i64,
    pub arrived: Vec<Arrived>,
    /// Files among rules, queries and templates that are others than then.
    pub other_inputs: Vec<String>,
    pub moved: Vec<Moved>,
    /// Names that the earlier bulletin had and this one has not, and the other way round.
    pub names_gone: Vec<String>,
    pub names_come: Vec<String>,
    /// How many more rows of the period are out by rulings than were then, or fewer.
    #[serde(default, skip_serializing_if = "none")]
    pub rulings: usize,
}

fn none(n: &usize) -> bool {
    *n == 0
}

impl Correction {
    /// Figures of the period that moved, of one dimension.
    fn of<'a>(&'a self, by: &'a str) -> impl Iterator<Item = &'a Moved> {
        self.moved.iter().filter(move |moved| moved.of == "period" && moved.by == by)
    }
}

/// The files of a correction by name: DOCX, HTML and a workbook of every figure that moved.
pub fn files(
    correction: &Correction,
    brief: &Brief,
    edition: Edition,
    settings: &Settings,
    templates: &Templates,
) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let document = document(correction, brief, settings, templates)?;
    let stem = match edition {
        Edition::Internal => format!("更正通报-{}", brief.period.zh()),
        Edition::Public => format!("更正通报-{}-公开", brief.period.zh()),
    };
    Ok(vec![
        (format!("{stem}.docx"), docx::bytes(&document, brief.as_of)?),
        (format!("{stem}.html"), html::page(&document, templates.text("style.css")).into_bytes()),
        (format!("{stem}.xlsx"), workbook(correction, brief, edition)?),
    ])
}

/// The correction as a document; it goes to those who had the earlier one.
pub fn document(
    correction: &Correction,
    brief: &Brief,
    settings: &Settings,
    templates: &Templates,
) -> Result<Document, ReportError> {
    let issuer = match settings.issuer.trim() {
        "" => "（发文机关）".to_owned(),
        issuer => issuer.to_owned(),
    };
    let date = format!("{}年　月　日", brief.as_of.year());
    let said = &brief.place.words;
    let mut tables = BTreeMap::new();
    let district: Vec<&Moved> = correction.of("district").collect();
    let mut lists = Vec::new();
    if !district.is_empty() {
        tables.insert(
            "district".to_owned(),
            moved_table("district", &format!("{}指标", said.phrase("district")), "指标", &district, brief),
        );
    }
    for by in DIMENSIONS {
        let header = said.dimension(by);
        let moved: Vec<&Moved> = correction.of(by).collect();
        if !moved.is_empty() {
            tables.insert(by.to_owned(), moved_table(by, &format!("按{header}"), header, &moved, brief));
            lists.push(json!({ "by": by, "header": header, "n": moved.len() }));
        }
    }
    let units: BTreeSet<&str> = correction.of("unit").filter_map(|moved| moved.subject_id.as_deref()).collect();
    let people = correction.of("person").filter_map(|moved| moved.subject_id.as_deref()).collect::<BTreeSet<_>>();
    let parts = Parts { tables, figures: BTreeMap::new(), issuer: issuer.clone(), date: date.clone() };
    let mut context = Context::new();
    context.insert("title", &correction.title);
    context.insert("number", &correction.number);
    context.insert("issued_on", &correction.issued_on.map(format::date));
    context.insert("period", &brief.period.zh());
    context.insert("place", &brief.place.place);
    context.insert("role", &brief.place.main_role);
    speak(&mut context, said);
    context.insert("change", &correction.change);
    context.insert("revision", &correction.revision);
    context.insert("reason", correction.reason.trim().trim_end_matches('。'));
    context.insert("as_of", &format::as_of(brief.as_of));
    context.insert("batch_before", &correction.known_at);
    context.insert("batch", &brief.known_at);
    let arrived = correction.arrived.iter().map(|arrived| {
        let rows: Vec<String> =
            arrived.rows.iter().map(|(kind, rows)| format!("{}{rows}行", table_title(said, kind))).collect();
        json!({ "batch": arrived.batch, "rows": rows.join("、") })
    });
    context.insert("arrived", &arrived.collect::<Vec<_>>());
    context.insert("rulings", &correction.rulings);
    context.insert("other_inputs", &correction.other_inputs);
    context.insert("district", &!district.is_empty());
    context.insert("lists", &lists);
    context.insert("moved", &correction.moved.len());
    context.insert("units", &units.into_iter().collect::<Vec<_>>());
    context.insert("people", &people.len());
    context.insert("names_gone", &correction.names_gone);
    context.insert("names_come", &correction.names_come);
    context.insert("root", &correction.root);
    let text = templates.render("correction.md", &context, &parts)?;
    let (title, blocks) =
        markdown::parse(&text, &parts).map_err(|message| templates.wrong("correction.md", message))?;
    // It has a number of its own, which is not given yet.
    let word = settings.number.split('〔').next().unwrap_or_default().trim();
    let number = format!("{word}〔{}〕　号", brief.as_of.year());
    Ok(Document {
        head: Head { issuer: issuer.clone(), number, signer: settings.signer.trim().to_owned() },
        title,
        recipients: correction.recipients.clone(),
        blocks,
        foot: Foot { copies: correction.copies.clone(), issuer, date },
    })
}

fn measure<'a>(brief: &'a Brief, id: &str) -> Option<&'a Measure> {
    brief.measures.iter().find(|measure| measure.id == id)
}

/// Whether a measure is told by its rate.
fn rated(figure: &Figure) -> bool {
    figure.share().is_some() || figure.met.is_some()
}

/// What was said and what holds now, in a table.
fn moved_table(name: &str, caption: &str, header: &str, moved: &[&Moved], brief: &Brief) -> Table {
    let count = |figure: &Option<Figure>| figure.as_ref().map_or(Cell::Absent, |figure| Cell::Count(figure.n));
    let rate = |figure: &Option<Figure>| match figure {
        Some(figure) if rated(figure) => Cell::share(figure.share()),
        _ => Cell::Absent,
    };
    let rows = moved.iter().map(|moved| {
        let title = measure(brief, &moved.measure);
        let title = title.map_or_else(
            || moved.measure.clone(),
            |m| match moved.holds.as_ref().or(moved.said.as_ref()) {
                Some(figure) if rated(figure) => rate_title(m),
                _ => m.name.clone(),
            },
        );
        let mut row = Vec::new();
        if name != "district" {
            let (id, shown) = (moved.subject_id.as_deref(), moved.subject_name.as_deref());
            row.push(Cell::text(subject(&brief.place.words, name, id, shown)));
        }
        row.push(Cell::text(title));
        row.extend([count(&moved.said), rate(&moved.said), count(&moved.holds), rate(&moved.holds)]);
        let rates = |figure: &Option<Figure>| figure.as_ref().and_then(Figure::share);
        row.push(Cell::points(rates(&moved.holds), rates(&moved.said)));
        row
    });
    let mut columns = Vec::new();
    if name != "district" {
        columns.push(words(header));
    }
    columns.push(words("指标"));
    columns.extend(["原数量", "原比率", "现数量", "现比率", "增减"].map(figures));
    Table {
        name: name.into(),
        caption: format!("更正前后对照（{caption}）"),
        columns,
        rows: rows.collect(),
        note: Some("只列有变动的数字；比率的增减为百分点；“—”表示无此数据或按“背对背”要求不列。".into()),
    }
}

/// Every figure that moved; persons in the internal edition only.
fn workbook(correction: &Correction, brief: &Brief, edition: Edition) -> Result<Vec<u8>, ReportError> {
    let told = |moved: &&Moved| edition == Edition::Internal || moved.by != "person";
    let rows = correction.moved.iter().filter(told).map(|moved| {
        let of = match moved.of.as_str() {
            "period" => brief.period.zh(),
            "previous" => format!("{}（对比）", brief.period.previous().zh()),
            "year_before" => format!("{}（对比）", brief.period.year_before().zh()),
            month => month.to_owned(),
        };
        let by = match moved.by.as_str() {
            "district" => brief.place.words.phrase("district"),
            "person" => "人员",
            "class" => "分类",
            by => brief.place.words.dimension(by),
        };
        let name = subject(&brief.place.words, &moved.by, moved.subject_id.as_deref(), moved.subject_name.as_deref());
        let mut row = vec![
            Value::from(of.as_str()),
            Value::from(measure(brief, &moved.measure).map_or(moved.measure.as_str(), |m| m.name.as_str())),
            Value::from(by),
            if moved.by == "district" { Value::Empty } else { Value::from(name.as_str()) },
        ];
        for figure in [&moved.said, &moved.holds] {
            row.push(Value::from(figure.as_ref().map(|f| f.n)));
            row.push(Value::from(figure.as_ref().and_then(|f| f.met)));
            row.push(Value::share(figure.as_ref().and_then(Figure::share)));
            row.push(Value::number(figure.as_ref().and_then(|f| f.mean)));
        }
        row
    });
    let headers = [
        "时期",
        "指标",
        "分组",
        "对象",
        "原数量",
        "原达到",
        "原比率",
        "原平均",
        "现数量",
        "现达到",
        "现比率",
        "现平均",
    ];
    let sheet = Sheet {
        name: "变动的数字".into(),
        title: format!("{}{}通报{}：变动的数字", brief.place.place, brief.period.zh(), correction.change),
        columns: headers.map(Column::new).to_vec(),
        rows: rows.collect(),
        notes: vec![format!("原通报根哈希：{}", correction.root)],
        chart: None,
    };
    let title = format!("{}{}更正通报附表", brief.place.place, brief.period.zh());
    Ok(bytes(&Book { title, created: brief.as_of, sheets: vec![sheet] })?)
}
