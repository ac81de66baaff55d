//! The first page: this period's figures and how they moved, and what needs attention.
use std::collections::BTreeSet;

use serde::Serialize;

use super::book::Book;
use super::figures::{self, ChangeView, FigureView};
use super::table::{Cell, Column, Table};
use super::{DashboardError, spark, wall};
use crate::measures::brief::{Evidence, Figure, Measure};
use crate::measures::due::Urgency;
use crate::report::charts::{Chart, Series};
use crate::report::{format, warn};

/// Pending obligations due within so many days are named as near.
const NEAR: i64 = 7;
/// Rows of the red and yellow list on the page; the documents of `warn` have all.
const LISTED: usize = 200;
/// A chart that is read at its own size on a phone, and beside two others on a screen.
const SMALL_MULTIPLE: (u32, u32) = (400, 220);

#[derive(Serialize)]
pub struct Overview {
    attention: Vec<Attention>,
    due: Option<DueView>,
    wall: Option<wall::Glance>,
    cards: Vec<Card>,
    charts: Vec<SeriesChart>,
    rows: u64,
    files: usize,
    quarantined: u64,
    stewards: usize,
    enterprises: usize,
    evidence: usize,
    warnings: usize,
}

/// One thing to look at: how many, what, and where the rows are.
#[derive(Serialize)]
pub struct Attention {
    /// `red` or `amber`; said in `tag` too.
    pub level: &'static str,
    pub tag: &'static str,
    pub count: usize,
    pub unit: &'static str,
    /// The measure.
    pub name: String,
    pub text: String,
    pub href: String,
}

#[derive(Serialize)]
struct Card {
    figure: FigureView,
    changes: Vec<ChangeView>,
    spark: Option<String>,
    href: String,
}

#[derive(Serialize)]
struct SeriesChart {
    title: String,
    description: String,
    svg: String,
    href: String,
}

pub fn view(book: &Book) -> Result<Overview, DashboardError> {
    let brief = book.brief;
    let mut cards = Vec::new();
    let mut charts = Vec::new();
    for (measure, change) in brief.measures.iter().zip(&brief.district) {
        let series = series(book, measure);
        let href = book.measure_page(&measure.id);
        let spark = match &series {
            Some(series) => Some(spark::line(series, &format!("spark_{}", book.anchor(&measure.id)))?),
            None => None,
        };
        cards.push(Card {
            figure: FigureView::of(book, measure, &change.now),
            changes: figures::changes(book, measure, change),
            spark,
            href: href.clone(),
        });
        if let Some(series) = series.filter(|_| measure.core) {
            let Chart { title, description, svg, .. } = Series { size: SMALL_MULTIPLE, ..series }.draw()?;
            charts.push(SeriesChart { title, description, svg, href: format!("{href}#series") });
        }
    }
    let files = &brief.received.files;
    Ok(Overview {
        wall: wall::glance(book),
        attention: attention(book),
        due: due(book),
        cards,
        charts,
        rows: files.iter().map(|f| f.rows).sum(),
        files: files.len(),
        quarantined: files.iter().map(|f| f.quarantined).sum(),
        stewards: brief.people.iter().filter(|p| !p.holds.is_empty()).count(),
        enterprises: brief.enterprises.iter().filter(|e| e.in_scope).count(),
        evidence: brief.evidence.len(),
        warnings: brief.warnings.len(),
    })
}

/// The district's months, ratings of too few answers left out; none with fewer than two months.
pub fn series(book: &Book, measure: &Measure) -> Option<Series> {
    let months = book.brief.series.get(&measure.id)?;
    let shown = |f: &Figure| match book.hidden(f) {
        None => f.clone(),
        Some(_) => Figure { rate: None, mean: None, ..f.clone() },
    };
    let months: Vec<Figure> = months.iter().map(shown).collect();
    (months.len() > 1)
        .then(|| Series { id: format!("series_{}", book.anchor(&measure.id)), ..Series::of(measure, &months) })
}

/// The red and yellow list of the as-of day.
#[derive(Serialize)]
struct DueView {
    day: String,
    within: u32,
    red: usize,
    red_by: String,
    yellow_by: String,
    yellow: usize,
    undated: usize,
    table: Table,
    more: usize,
}

fn due(book: &Book) -> Option<DueView> {
    let list = book.brief.due.as_ref()?;
    let columns = vec![
        Column::text("等级").sorted().filtered(),
        Column::text("到期日").sorted(),
        Column::text("剩余或逾期（工作日）"),
        Column::text("事项").sorted().filtered(),
        Column::text("编号"),
        Column::text("企业（项目）").sorted(),
        Column::text("责任单位").sorted().filtered(),
        Column::text("责任人").sorted(),
        Column::text("备注"),
    ];
    let caption = format!("红黄清单（截至{}）", format::date(format::as_of_day(list.as_of)));
    let rows = list.gathered();
    let mut table = Table { tools: rows.len() > 8, ..Table::new("due", caption, columns) };
    for row in rows.iter().take(LISTED) {
        let (level, class) = match row.urgency {
            Urgency::Red => ("红", "bad"),
            Urgency::Yellow => ("黄", "open"),
            Urgency::Undated => ("待定", ""),
        };
        table.push(vec![
            Cell::of(level).class(class),
            Cell::of(row.due_day.map_or_else(|| "待定".into(), format::iso)),
            Cell::of(warn::left(row)),
            Cell::link(row.name.as_str(), Some(book.measure_page(&row.measure))),
            Cell::of(row.number()),
            Cell::of(row.enterprise.clone().or_else(|| row.enterprise_id.clone()).unwrap_or_default()),
            Cell::of(row.unit.clone().unwrap_or_default()),
            Cell::of(row.person.clone().or_else(|| row.person_id.clone()).unwrap_or_default()),
            Cell::of(warn::remarks(row)),
        ]);
    }
    Some(DueView {
        day: format::date(format::as_of_day(list.as_of)),
        within: list.within,
        red_by: warn::by_measure(list, Urgency::Red),
        yellow_by: warn::by_measure(list, Urgency::Yellow),
        red: list.of(Urgency::Red).count(),
        yellow: list.of(Urgency::Yellow).count(),
        undated: list.of(Urgency::Undated).count(),
        more: rows.len().saturating_sub(LISTED),
        table: table.without_empty_columns(),
    })
}

/// What the rows show to be undone, by measure; people are counted, not named.
fn attention(book: &Book) -> Vec<Attention> {
    let mut found = Vec::new();
    for measure in &book.brief.measures {
        let href = format!("{}#rows", book.measure_page(&measure.id));
        let rows = book.rows(&measure.id);
        let mut add = |level, tag, unit, count: usize, text: String| {
            if count > 0 {
                let name = measure.name.clone();
                found.push(Attention { level, tag, count, unit, name, text, href: href.clone() });
            }
        };
        let count = |wanted: &dyn Fn(&Evidence) -> bool| rows.iter().filter(|r| wanted(r)).count();
        let breached = |r: &Evidence| r.outcome.as_deref() == Some("breached");
        let class = |word: &'static str| move |r: &Evidence| r.class.as_deref() == Some(word);
        match measure.kind.as_str() {
            "deadline" => {
                add("red", "逾期", "件", count(&|r| open_overdue(book, r)), "本期内过期，至今未办完".into());
                let near = |r: &Evidence| {
                    r.outcome.as_deref() == Some("pending")
                        && r.due_day.is_some_and(|day| (day - book.day()).num_days() <= NEAR)
                };
                add("amber", "临期", "件", count(&near), format!("{NEAR}天内到期"));
                let undated = |r: &Evidence| r.outcome.as_deref() == Some("unmeasurable");
                add("amber", "无法计时", "件", count(&undated), "缺少具体时刻，未判定".into());
            }
            "cadence" => {
                let people: BTreeSet<_> =
                    rows.iter().filter(|r| breached(r)).filter_map(|r| r.person_id.as_deref()).collect();
                let who = if people.is_empty() { String::new() } else { format!("，涉及{}人", people.len()) };
                add("amber", "缺报", "期", count(&breached), format!("未按时完成{who}"));
            }
            "coverage" => {
                let (none, several) = (count(&class("none")), count(&class("several")));
                add("red", "空缺", "家", none, "没有人负责".into());
                add("amber", "重复", "家", several, "同时有多人负责".into());
                let other = count(&breached) - (none + several).min(count(&breached));
                add("amber", "缺口", "家", other, "不符合要求".into());
            }
            "load" => {
                add("amber", "偏多", "名", count(&class("over")), "超出上限".into());
                add("amber", "偏少", "名", count(&class("under")), "不足下限".into());
            }
            "continuity" => {
                let running = count(&|r| breached(r) && r.done_at.is_none());
                add("red", "空档", "家", running, "前任已离开，至今无人接任".into());
                add("amber", "空档", "次", count(&breached) - running, "交接之间有空档，已接上".into());
            }
            "completeness" => add("amber", "缺项", "件", count(&breached), "不合格".into()),
            "tally" => {
                let pending = |r: &Evidence| {
                    r.record.starts_with("complaints/") && matches!(r.class.as_deref(), None | Some("pending"))
                };
                add("amber", "待核", "件", count(&pending), "尚未核实".into());
            }
            _ => {}
        }
    }
    let quarantined: u64 = book.brief.received.files.iter().map(|f| f.quarantined).sum();
    if quarantined > 0 {
        let (name, text) = ("数据隔离".to_owned(), "缺项或格式不符，未计入".to_owned());
        let count = usize::try_from(quarantined).unwrap_or(usize::MAX);
        found.push(Attention {
            level: "amber",
            tag: "数据",
            count,
            unit: "行",
            name,
            text,
            href: "quality.html#reasons".into(),
        });
    }
    found.sort_by_key(|a| a.level != "red");
    found
}

/// Past its due day, and neither done nor ended with its case.
pub fn open_overdue(book: &Book, row: &Evidence) -> bool {
    row.outcome.as_deref() == Some("breached")
        && row.done_at.is_none()
        && book.case_of(row).is_none_or(|case| case.settled_at.is_none())
}

/// The vacuum's rows of a measure: nobody to answer for them.
pub fn vacuum(book: &Book, measure: &Measure) -> usize {
    let rows = book.rows(&measure.id);
    let answered = rows.iter().any(|r| r.person_id.is_some() || r.unit.is_some());
    if answered { rows.iter().filter(|r| r.person_id.is_none() && r.unit.is_none()).count() } else { 0 }
}
