//! The workbook of a situation report: levels, groups and waiting as tables, and the rows behind each.
use super::bulletin::Edition;
use super::document::Table;
use super::ratings::Ratings;
use super::workbook::{book, evidence_of_measure, heading, sheet_of};
use super::{ReportError, chain, format};
use crate::measures::Brief;
use crate::measures::brief::{Evidence, Measure};
use crate::sheet::write::{Column, Sheet, Value};

/// Tables of the chain as sheets, the whole curve, then the rows: arrivals, stays ended and standing, supervision,
/// returns, and every wait.
pub fn annex(brief: &Brief, edition: Edition) -> Result<Vec<u8>, ReportError> {
    let group = format!("各{}", brief.place.words.phrase("group"));
    let names = [
        ("groups", group.as_str()),
        ("levels", "各层级"),
        ("level_groups", "类别与层级"),
        ("supervised", "督办"),
        ("standing", "仍在各层级"),
    ];
    let ratings = Ratings::of(brief);
    let mut tables = chain::tables(brief);
    if edition == Edition::Internal {
        tables.extend(chain::listed(brief));
    }
    let find = |name: &str| tables.iter().find(|table| table.name == name);
    let sheet = |table: &Table, name: &str| sheet_of(table, name, heading(brief, &table.caption));
    let mut sheets: Vec<Sheet> =
        names.iter().filter_map(|(name, title)| find(name).map(|table| sheet(table, title))).collect();
    if brief.chain.clock.is_some() {
        sheets.push(curve(brief));
    }
    if edition == Edition::Public {
        return book(brief, "情况报告附表", sheets);
    }
    for measure in brief.measures.iter().filter(|measure| told(brief, measure)) {
        sheets.extend(evidence_of_measure(brief, &ratings, measure));
    }
    if !brief.chain.standing.is_empty() {
        sheets.push(standing(brief));
    }
    if !brief.chain.waits.is_empty() {
        sheets.push(waits(brief));
    }
    book(brief, "情况报告附表", sheets)
}

/// Measures whose rows a situation report rests on.
fn told(brief: &Brief, measure: &Measure) -> bool {
    let of_clock = brief.chain.clock.as_ref().is_some_and(|(id, _)| *id == measure.id);
    of_clock || measure.topic == "escalation" || measure.topic == "timeliness"
}

fn curve(brief: &Brief) -> Sheet {
    let curve = chain::curve(brief);
    let rows = curve.points.iter().map(|p| {
        let mut row = vec![Value::number(Some(p.time)), Value::Whole(p.at_risk as i64), Value::Whole(p.settled as i64)];
        row.extend([p.waiting, p.low, p.high].map(|share| Value::share(Some(share))));
        row
    });
    let unit = chain::unit(brief).trim_start_matches('个').to_owned();
    let mut notes = vec![format!(
        "近12个月收到的{}件次，其中已办结或退回{}件次；其余在办（计至统计时点）或撤回（计至撤回之日），作删失处理。",
        curve.n, curve.settled
    )];
    let median = format::number_or_absent(curve.time(0.5));
    let closed = format::number_or_absent(chain::closed_median(brief));
    notes.push(format!("中位等待（连同在办）{median}{unit}；只看已办结和退回的，中位用时{closed}{unit}。"));
    let columns = vec![
        Column::new(format!("收到后（{unit}）")),
        Column::new("此前仍在等待（件次）"),
        Column::new("当日办结或退回"),
        Column::new("其后仍在等待").bars(),
        Column::new("95%下限"),
        Column::new("95%上限"),
    ];
    Sheet {
        name: "等待时间".into(),
        title: heading(brief, "等待时间（Kaplan–Meier）"),
        columns,
        rows: rows.collect(),
        notes,
        chart: None,
    }
}

fn instant(at: Option<chrono::NaiveDateTime>) -> Value {
    at.map_or(Value::Empty, Value::Instant)
}

fn standing(brief: &Brief) -> Sheet {
    let words = &brief.place.words;
    let row = |row: &Evidence| {
        vec![
            Value::from(row.record.as_str()),
            Value::from(row.class.as_deref().map(|class| words.shown("event", class))),
            Value::from(row.category.as_deref()),
            Value::from(row.enterprise_id.as_deref()),
            instant(row.opened_at),
            Value::number(row.elapsed),
        ]
    };
    let headers = ["记录", "层级", "类别", "企业编号", "进入", "已停留（天）"];
    Sheet {
        name: "依据 仍在各层级".into(),
        title: heading(brief, "期末仍在各层级的停留：依据"),
        columns: headers.map(Column::new).to_vec(),
        rows: brief.chain.standing.iter().map(row).collect(),
        ..Sheet::default()
    }
}

fn waits(brief: &Brief) -> Sheet {
    let words = &brief.place.words;
    let yes = |flag: bool| if flag { Value::from("是") } else { Value::Empty };
    let rows = brief.chain.waits.iter().map(|wait| {
        vec![
            Value::from(format!("cases/{}", wait.case_id).as_str()),
            Value::from(wait.category.as_deref()),
            Value::Instant(wait.opened_at),
            Value::number(Some(wait.elapsed)),
            Value::from(wait.ended_by.as_deref().map_or("在办", |event| words.shown("event", event))),
            wait.ended_on.map_or(Value::Empty, Value::Day),
            yes(wait.extended),
            yes(wait.overdue),
        ]
    });
    let unit = chain::unit(brief).trim_start_matches('个');
    let mut columns = ["记录", "类别", "收到"].map(Column::new).to_vec();
    columns.push(Column::new(format!("已等待（{unit}）")));
    columns.extend(["结束于", "结束日", "延期", "逾期在办"].map(Column::new));
    Sheet {
        name: "依据 等待时间".into(),
        title: heading(brief, "问题的等待时间：依据"),
        columns,
        rows: rows.collect(),
        notes: vec!["近12个月收到、当期结束或仍在办的每一件次；已等待时间扣除挂起。".into()],
        chart: None,
    }
}
