//! A figure as pages print it: the headline, what it is made of, what it is compared to, where its rows are.
use serde::Serialize;

use super::book::Book;
use super::table::{Cell, Column, Row, Table, query};
use super::{spark, words};
use crate::measures::brief::{Change, Figure, Measure};
use crate::report::format::{self, ABSENT};

/// One measure of one subject, in words.
#[derive(Clone, Debug, Serialize)]
pub struct FigureView {
    pub id: String,
    pub anchor: String,
    pub name: String,
    pub core: bool,
    pub headline: String,
    /// What follows the headline in smaller type: 件, 名.
    pub headline_unit: String,
    /// `95%区间 89.1%～95.0%`
    pub interval: Option<String>,
    /// `按时 1571／1700 件`
    pub made_of: String,
    /// Pending, unmeasurable, extended, as far as there are any.
    pub beside: Vec<String>,
    /// `标准90%`, and whether it is a local setting.
    pub standard: Option<String>,
    pub below_standard: bool,
    /// Below, but chance alone may have put it there: its interval holds the standard.
    pub unsure: bool,
    pub hidden: Option<String>,
    pub provision: String,
}

/// A change, in words and as a sign: the sign is not the only carrier.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    pub than: String,
    pub sign: &'static str,
    pub text: String,
}

impl FigureView {
    pub fn of(book: &Book, measure: &Measure, figure: &Figure) -> FigureView {
        let rating = book.is_rating(&measure.id);
        let counted = counted(measure, rating);
        let hidden = book.hidden(figure);
        let rated = figure.share();
        let (headline, headline_unit) = match (hidden, rated, figure.mean) {
            (Some(why), ..) => (why.to_owned(), String::new()),
            (_, Some(rate), _) => (format::rate(Some(rate)), String::new()),
            _ if measure.kind == "tally" => (figure.n.to_string(), counted.to_owned()),
            (.., Some(mean)) => (format::number(mean), measure.unit.clone()),
            _ => (ABSENT.to_owned(), String::new()),
        };
        let standard = measure.standard.filter(|_| rated.is_some() || figure.n == 0);
        FigureView {
            id: measure.id.clone(),
            anchor: book.anchor(&measure.id).to_owned(),
            name: measure.name.clone(),
            core: measure.core,
            headline,
            headline_unit,
            interval: rated
                .filter(|_| hidden.is_none() && figure.ci_low.is_some())
                .map(|_| format!("95%区间 {}", format::interval(figure.ci_low, figure.ci_high))),
            made_of: if hidden.is_some() { String::new() } else { made_of(measure, figure, counted) },
            beside: if hidden.is_some() { vec![] } else { beside(measure, figure, counted) },
            standard: standard
                .map(|s| format!("标准{}{}", format::standard(s.p0), if s.local { "（本地设定）" } else { "" })),
            below_standard: hidden.is_none() && standard.is_some_and(|s| rated.is_some_and(|r| r < s.p0)),
            unsure: standard.is_some_and(|s| figure.ci_high.is_some_and(|high| high >= s.p0)),
            hidden: hidden.map(Into::into),
            provision: measure.provision.clone(),
        }
    }
}

fn made_of(measure: &Measure, figure: &Figure, counted: &str) -> String {
    match (figure.met, measure.kind.as_str()) {
        (_, "tally") => {
            figure.per_hundred_years().map_or_else(String::new, |n| format!("每百家企业每年 {} 次", format::number(n)))
        }
        (Some(met), kind) => {
            let mut text = format!("{} {met}／{} {counted}", words::judged(kind).0, figure.n);
            if kind == "load"
                && let Some(mean) = figure.mean
            {
                text += &format!("，平均{}{}", format::number(mean), measure.unit);
            }
            text
        }
        (None, _) => format!("共 {} {counted}", figure.n),
    }
}

fn beside(measure: &Measure, figure: &Figure, counted: &str) -> Vec<String> {
    let part = |label: &str, n: Option<i64>| n.filter(|n| *n > 0).map(|n| format!("{label} {n} {counted}"));
    let median = figure.median.filter(|_| measure.kind == "deadline" && figure.met != Some(0));
    [
        part("未到期", figure.pending),
        part("无法计时", figure.unmeasurable),
        part("经批准延期", figure.extended),
        median.map(|m| format!("用时中位数 {}{}", format::number(m), measure.unit)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the rows of a measure are counted in.
fn counted(measure: &Measure, rating: bool) -> &str {
    match measure.kind.as_str() {
        "tally" if !measure.unit.is_empty() => &measure.unit,
        kind => words::counted(kind, rating),
    }
}

/// Against the period before and the same period a year before.
pub fn changes(book: &Book, measure: &Measure, change: &Change) -> Vec<ChangeView> {
    let period = change.now.period;
    let before = format!("较{}", format::previous(period));
    [(before, &change.previous), ("较上年同期".to_owned(), &change.year_before)]
        .into_iter()
        .map(|(than, other)| {
            let (sign, text) = match other {
                _ if book.hidden(&change.now).is_some() => ("", "不显示".to_owned()),
                Some(other) if book.hidden(other).is_none() => {
                    compare(measure, &change.now, other, book.is_rating(&measure.id))
                }
                Some(_) => ("", format!("当时{}", words::FEW)),
                None => ("", "当时无数据".to_owned()),
            };
            ChangeView { than, sign, text }
        })
        .collect()
}

fn compare(measure: &Measure, now: &Figure, before: &Figure, rating: bool) -> (&'static str, String) {
    let sign = |difference: f64| match difference {
        d if d > 0.0 => "↑",
        d if d < 0.0 => "↓",
        _ => "→",
    };
    match (now.share(), before.share(), now.mean, before.mean) {
        (Some(now), Some(before), ..) => (sign(format::tenths(now, before) as f64), format::points(now, before)),
        _ if measure.kind == "tally" => {
            let text = format::more_or_less(now.n, before.n, counted(measure, rating));
            (sign((now.n - before.n) as f64), text)
        }
        (None, None, Some(now), Some(before)) => {
            let difference = ((now - before) * 10.0).round() / 10.0;
            let word = if difference > 0.0 { "增加" } else { "减少" };
            let text = if difference == 0.0 {
                "持平".into()
            } else {
                format!("{word}{}{}", format::number(difference.abs()), measure.unit)
            };
            (sign(difference), text)
        }
        _ => ("", "无可比数据".into()),
    }
}

/// A roll-up of a measure as a table; `None` where it says nothing.
pub fn cut(book: &Book, measure: &Measure, by: &str) -> Option<Table> {
    let cut = book.cut(&measure.id, by)?;
    let rating = book.is_rating(&measure.id);
    if rating && !crate::report::ratings::CUTS.contains(&by) || cut.now.iter().all(|f| f.subject_id.is_none()) {
        return None;
    }
    let counted = counted(measure, rating);
    let (met, _) = words::judged(&measure.kind);
    let tally = measure.kind == "tally";
    let with_rate = cut.now.iter().any(|f| f.share().is_some());
    let mut columns = vec![Column::text(book.words().dimension(by))];
    if with_rate {
        columns.extend([
            Column::number(format!("{met}／应计（{counted}）")),
            Column::number("比率"),
            Column::text("95%区间"),
            Column::text("区间图（0～100%）"),
        ]);
    } else {
        columns.push(Column::number(format!("数量（{counted}）")));
    }
    columns.extend([Column::number("未到期"), Column::number("无法计时")]);
    columns.push(Column::number(words::value(&measure.kind, &measure.unit).replace("用时", "用时中位数")));
    let caption = format!("{}：按{}", measure.name, book.words().dimension(by));
    let mut table = Table::new(format!("by-{by}"), caption, columns);
    for figure in &cut.now {
        let name = match (&figure.subject_id, &figure.subject_name) {
            (None, _) => words::lacking(book.words(), by),
            (Some(id), Some(name)) if id != name => name.clone(),
            (Some(id), _) => words::shown(book.words(), by, id),
        };
        let href = match by {
            // What the rows can be searched for; they do not name areas.
            "unit" | "category" | "class" | "channel" if !rating && figure.subject_id.is_some() => {
                Some(format!("?q={}#rows", query(&name)))
            }
            _ => None,
        };
        let mut cells = vec![Cell::link(name, href)];
        let hidden = book.hidden(figure);
        match (hidden, with_rate) {
            (Some(why), _) => {
                cells.push(Cell::of(why).class("hush"));
                cells.extend((0..3).map(|_| Cell::default()));
            }
            (None, true) => {
                cells.push(Cell::of(format!("{}／{}", format::count(figure.met), figure.n)));
                cells.push(Cell::of(format::rate(figure.rate)));
                cells.push(Cell::of(format::interval(figure.ci_low, figure.ci_high)));
                cells.push(Cell { svg: spark::interval(figure, measure.standard.map(|s| s.p0)), ..Cell::default() });
            }
            (None, false) => cells.push(Cell::of(figure.n.to_string())),
        }
        let open =
            |n: Option<i64>| n.filter(|n| *n > 0 && hidden.is_none()).map_or_else(String::new, |n| n.to_string());
        cells.push(Cell::of(open(figure.pending)));
        cells.push(Cell::of(open(figure.unmeasurable)));
        let median = figure.median.filter(|_| matches!(measure.kind.as_str(), "deadline" | "stay") && !tally);
        cells.push(Cell::of(median.map_or_else(String::new, format::number)));
        let vacuum = figure.subject_id.is_none();
        let row = Row { class: vacuum.then_some("vacuum"), ..Row::from(cells) };
        if vacuum { table.foot.push(row) } else { table.rows.push(row) }
    }
    Some(table.without_empty_columns())
}
