//! The escalation chain, the groups and the waiting time, folded from a brief's rows; documents, workbook and
//! dashboard print the same tables.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::document::{Cell, Column, Table, figures, words};
use super::format;
use crate::measures::brief::{Case, Evidence, Wait};
use crate::measures::waiting::Curve;
use crate::measures::{Brief, Dimension};

/// What a level saw in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    pub id: String,
    pub name: String,
    /// Cases that reached it for the first time, now and in the period before; none where that was not computed.
    pub reached: usize,
    pub reached_before: Option<i64>,
    /// Days of the stays that ended.
    pub days: Vec<f64>,
    /// Where they ended: another level, settled, returned, withdrawn.
    pub ends: [usize; 4],
    /// Still there at as-of, and the longest of them in days.
    pub standing: usize,
    pub longest: Option<f64>,
}

/// What a group (or category) saw in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// None: the cases without a category.
    pub name: Option<String>,
    pub opened: usize,
    /// In the period before, where the waits reach back so far.
    pub opened_before: Option<usize>,
    pub resolved: usize,
    pub returned: usize,
    pub withdrawn: usize,
    /// Of those resolved or returned, how many with an approved extension.
    pub extended: usize,
    pub open: usize,
    /// At the end of the period before.
    pub open_before: Option<usize>,
    pub overdue: usize,
    /// Time that the open ones have waited.
    pub ages: Vec<f64>,
    /// Of the curve over the months before as-of.
    pub median: Option<f64>,
    /// First arrivals by level, and how many stand at any.
    pub reached: Vec<usize>,
    pub standing: usize,
}

impl Group {
    pub fn settled(&self) -> usize {
        self.resolved + self.returned
    }

    fn share(&self, part: usize) -> Option<f64> {
        (self.settled() > 0).then(|| part as f64 / self.settled() as f64)
    }
}

/// There is a chain, or a clock of cases, to tell of.
pub fn any(brief: &Brief) -> bool {
    !brief.chain.levels.is_empty() || brief.chain.clock.is_some()
}

fn rows<'a>(brief: &'a Brief, measure: &'a Option<String>) -> impl Iterator<Item = &'a Evidence> {
    brief.evidence.iter().filter(move |row| Some(&row.measure) == measure.as_ref())
}

/// Every level, the lowest first.
pub fn levels(brief: &Brief) -> Vec<Level> {
    let chain = &brief.chain;
    let of = |(id, name): &(String, String)| {
        let here = |row: &&Evidence| row.class.as_ref() == Some(id);
        let mut level = Level { id: id.clone(), name: name.clone(), ..Level::default() };
        level.reached = rows(brief, &chain.reached).filter(here).count();
        level.reached_before = reached_before(brief, id);
        for row in rows(brief, &chain.stays).filter(here) {
            level.days.extend(row.value);
            let end = match row.ended_by.as_deref() {
                Some("resolved") => 1,
                Some("returned") => 2,
                Some("withdrawn") => 3,
                _ => 0,
            };
            level.ends[end] += 1;
        }
        level.days.sort_by(f64::total_cmp);
        let standing = || chain.standing.iter().filter(here);
        level.standing = standing().count();
        level.longest = standing().filter_map(|row| row.elapsed).reduce(f64::max);
        level
    };
    chain.levels.iter().map(of).collect()
}

/// First arrivals at a level in the period before; none: it has no figures.
fn reached_before(brief: &Brief, level: &str) -> Option<i64> {
    let measure = brief.chain.reached.as_ref()?;
    let district = brief.district.iter().find(|change| &change.now.measure == measure)?;
    let all = district.previous.as_ref()?.n;
    let cut = brief.cuts.iter().find(|cut| &cut.measure == measure && cut.by == Dimension::Class.name());
    let before = cut.and_then(|cut| cut.previous.iter().find(|figure| figure.subject_id.as_deref() == Some(level)));
    match before {
        Some(figure) => Some(figure.n),
        // Where nothing is rolled up now, nothing is known of before, unless there was nothing.
        None => (cut.is_some() || all == 0).then_some(0),
    }
}

/// Every group in the place's order, then other categories by name, then cases without one; the whole last.
pub fn groups(brief: &Brief) -> (Vec<Group>, Group) {
    let mut groups: BTreeMap<(usize, Option<String>), Group> = BTreeMap::new();
    let key = |category: &Option<String>| {
        let place = brief.chain.groups.iter().position(|group| Some(group) == category.as_ref());
        (place.unwrap_or(if category.is_some() { usize::MAX - 1 } else { usize::MAX }), category.clone())
    };
    for group in &brief.chain.groups {
        let name = Some(group.clone());
        groups.insert(key(&name), Group { name, ..Group::default() });
    }
    let categories = brief.chain.waits.iter().map(|wait| &wait.category);
    let categories = categories.chain(rows(brief, &brief.chain.reached).map(|row| &row.category));
    for category in categories.chain(brief.chain.standing.iter().map(|row| &row.category)) {
        groups.entry(key(category)).or_insert_with(|| Group { name: category.clone(), ..Group::default() });
    }
    for group in groups.values_mut() {
        let name = group.name.clone();
        fill(brief, group, |category| *category == name);
    }
    let mut all = Group::default();
    fill(brief, &mut all, |_| true);
    (groups.into_values().collect(), all)
}

fn fill(brief: &Brief, group: &mut Group, of: impl Fn(&Option<String>) -> bool) {
    let within = |day: NaiveDate| brief.period.first() <= day && day <= brief.period.last();
    let mine = || brief.chain.waits.iter().filter(|wait| of(&wait.category));
    for wait in mine() {
        group.opened += usize::from(within(wait.opened_at.date()));
        match (wait.ended_on, wait.ended_by.as_deref()) {
            (None, _) => {
                group.open += 1;
                group.overdue += usize::from(wait.overdue);
                group.ages.push(wait.elapsed);
            }
            (Some(day), by) if within(day) => {
                group.resolved += usize::from(wait.settled && by != Some("returned"));
                group.returned += usize::from(wait.settled && by == Some("returned"));
                group.withdrawn += usize::from(!wait.settled);
                group.extended += usize::from(wait.settled && wait.extended);
            }
            _ => {}
        }
    }
    // Waits are at hand from some day on, and those that ended before the period are not if they began earlier.
    let before = brief.period.previous();
    if brief.chain.waits_from.is_some_and(|from| from <= before.first()) {
        let opened = |wait: &&Wait| before.first() <= wait.opened_at.date() && wait.opened_at.date() <= before.last();
        group.opened_before = Some(mine().filter(opened).count());
        if format::as_of_day(brief.as_of) <= brief.period.last() {
            let open = |wait: &&Wait| {
                wait.opened_at.date() <= before.last() && wait.ended_on.is_none_or(|day| day > before.last())
            };
            group.open_before = Some(mine().filter(open).count());
        }
    }
    group.ages.sort_by(f64::total_cmp);
    group.median = Curve::of(mine().filter(|wait| on_curve(brief, wait))).time(0.5);
    let reached = |level: &(String, String)| {
        let rows = rows(brief, &brief.chain.reached).filter(|row| of(&row.category));
        rows.filter(|row| row.class.as_ref() == Some(&level.0)).count()
    };
    group.reached = brief.chain.levels.iter().map(reached).collect();
    group.standing = brief.chain.standing.iter().filter(|row| of(&row.category)).count();
}

fn on_curve(brief: &Brief, wait: &Wait) -> bool {
    brief.chain.waits_from.is_some_and(|from| wait.opened_at.date() >= from)
}

/// The waits that the curve looks at.
pub fn on_the_curve(brief: &Brief) -> impl Iterator<Item = &Wait> {
    brief.chain.waits.iter().filter(|wait| on_curve(brief, wait))
}

/// Share still waiting, of all cases opened in the months before as-of.
pub fn curve(brief: &Brief) -> Curve {
    Curve::of(on_the_curve(brief))
}

/// The median time of those among them that were settled: what the curve is beside.
pub fn closed_median(brief: &Brief) -> Option<f64> {
    let mut closed: Vec<f64> = on_the_curve(brief).filter(|wait| wait.settled).map(|wait| wait.elapsed).collect();
    closed.sort_by(f64::total_cmp);
    percentile(&closed, 0.5)
}

/// PERCENTILE_CONT of ascending values.
pub fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let at = share * (values.len().checked_sub(1)? as f64);
    let (low, high) = (values[at.floor() as usize], values[at.ceil() as usize]);
    Some(low + (high - low) * at.fract())
}

/// What the clock counts in: 个工作日.
pub fn unit(brief: &Brief) -> &str {
    let clock = brief.chain.clock.as_ref().and_then(|(id, _)| brief.measures.iter().find(|m| &m.id == id));
    clock.map_or("", |measure| measure.unit.as_str())
}

/// A group as it is printed.
pub fn group_name(group: &Group) -> String {
    group.name.clone().unwrap_or_else(|| "未注明".to_owned())
}

fn count(n: usize) -> Cell {
    Cell::Count(n as i64)
}

/// The tables that name nobody, by the names of templates: `levels`, `level_groups`, `groups`, `waiting`.
pub fn tables(brief: &Brief) -> Vec<Table> {
    let mut tables = Vec::new();
    if !brief.chain.levels.is_empty() {
        tables.extend([level_table(brief), level_groups(brief)]);
    }
    if brief.chain.clock.is_some() {
        tables.extend([group_table(brief), waiting(brief)]);
    }
    tables
}

/// The tables that list cases: `supervised`, `standing`.
pub fn listed(brief: &Brief) -> Vec<Table> {
    let standing = (!brief.chain.levels.is_empty()).then(|| standing(brief));
    let supervised = brief.chain.supervised.is_some().then(|| supervised(brief));
    standing.into_iter().chain(supervised).collect()
}

fn level_table(brief: &Brief) -> Table {
    let rows = levels(brief).into_iter().map(|level| {
        let before = level.reached_before.map_or(Cell::Absent, Cell::Count);
        let mut row = vec![Cell::text(&level.name), count(level.reached), before, count(level.days.len())];
        row.extend([0.5, 0.9].map(|share| Cell::number(percentile(&level.days, share))));
        row.extend(level.ends.map(count));
        row.extend([count(level.standing), Cell::number(level.longest)]);
        row
    });
    let headers = [
        "到达",
        "上期到达",
        "停留结束",
        "中位（天）",
        "九成以内（天）",
        "转其他层级",
        "办结",
        "退回",
        "撤回",
        "期末仍在",
        "最久（天）",
    ];
    let mut columns = vec![words("层级")];
    columns.extend(headers.map(figures));
    Table {
        name: "levels".into(),
        caption: "各层级到达、停留和去向".into(),
        columns,
        rows: rows.collect(),
        note: Some(
            "“到达”为首次进入该层级的问题件数；停留按整日计，计入停留结束的当期；“最久”为期末仍在该层级的最长停留。"
                .into(),
        ),
    }
}

fn level_groups(brief: &Brief) -> Table {
    let (groups, all) = groups(brief);
    let line = |name: String, group: &Group| {
        let mut row = vec![Cell::text(name)];
        row.extend(group.reached.iter().map(|n| count(*n)));
        row.push(count(group.standing));
        row
    };
    let mut rows: Vec<Vec<Cell>> = groups.iter().map(|group| line(group_name(group), group)).collect();
    rows.push(line("合计".into(), &all));
    let mut columns = vec![words("问题类别")];
    columns.extend(brief.chain.levels.iter().map(|(_, name)| figures(name.clone())));
    columns.push(figures("期末仍在各层级"));
    Table {
        name: "level_groups".into(), caption: "各类别到达各层级的件数".into(), columns, rows, note: None
    }
}

fn group_table(brief: &Brief) -> Table {
    let (groups, all) = groups(brief);
    let line = |name: String, group: &Group| {
        let mut row = vec![Cell::text(name)];
        let before = |n: Option<usize>| n.map_or(Cell::Absent, count);
        row.extend([count(group.opened), before(group.opened_before)]);
        row.extend([group.resolved, group.returned].map(count));
        row.push(Cell::share(group.share(group.returned)));
        row.push(Cell::share(group.share(group.extended)));
        row.extend([count(group.withdrawn), count(group.open), before(group.open_before), count(group.overdue)]);
        row.push(Cell::number(percentile(&group.ages, 0.5)));
        row.push(Cell::number(group.ages.last().copied()));
        row.push(Cell::number(group.median));
        row
    };
    let mut rows: Vec<Vec<Cell>> = groups.iter().map(|group| line(group_name(group), group)).collect();
    rows.push(line("合计".into(), &all));
    let headers = [
        "新收",
        "上期新收",
        "办结",
        "退回",
        "退回占比",
        "延期占比",
        "撤回",
        "期末在办",
        "上期末",
        "其中逾期",
        "在办中位",
        "在办最久",
        "等待中位",
    ];
    let of = brief.place.words.phrase("group");
    let mut columns = vec![words(of)];
    columns.extend(headers.map(figures));
    let unit = unit(brief);
    Table {
        name: "groups".into(),
        caption: format!("各{of}{}办理情况", brief.place.words.phrase("case")),
        columns,
        rows,
        note: Some(format!(
            "“上期末”为上期末的在办件次；“退回占比”“延期占比”以当期办结和退回的合计为分母；“在办中位”“在办最久”为期末在办的已等待时间，“等待中位”连同在办的估计（近12个月收到），单位均为{unit}，已扣除挂起。"
        )),
    }
}

/// Times at which the curve is printed.
const TIMES: [f64; 11] = [0.0, 1.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 90.0];

fn waiting(brief: &Brief) -> Table {
    let curve = curve(brief);
    let last = curve.points.last().map_or(0.0, |point| point.time);
    let beyond = TIMES.iter().position(|time| *time >= last).unwrap_or(TIMES.len() - 1);
    let at_risk = |time: f64| on_the_curve(brief).filter(|wait| wait.elapsed > time).count();
    let rows = TIMES[..=beyond].iter().map(|time| {
        let point = curve.at(*time);
        vec![
            Cell::Number(*time),
            count(at_risk(*time)),
            Cell::share(Some(1.0 - point.map_or(1.0, |p| p.waiting))),
            Cell::share(Some(point.map_or(1.0, |p| p.waiting))),
            Cell::text(point.map_or(String::new(), |p| format::interval(Some(p.low), Some(p.high)))),
        ]
    });
    let mut columns: Vec<Column> = vec![figures(format!("收到后（{}）", unit(brief).trim_start_matches('个')))];
    columns.extend(["其后仍在跟踪", "已办结或退回", "仍在等待", "95%区间"].map(figures));
    Table {
        name: "waiting".into(),
        caption: "等待时间（连同在办问题的估计）".into(),
        columns,
        rows: rows.collect(),
        note: Some(
            "Kaplan–Meier估计：在办的按已等待时间计为未完（删失），撤回的计至撤回之日；区间按log-log法。".into(),
        ),
    }
}

/// The case that a row is of.
fn case_of<'a>(brief: &'a Brief, row: &Evidence) -> (String, Option<&'a Case>) {
    let id = row.record.strip_prefix("cases/").unwrap_or(&row.record);
    (id.to_owned(), brief.cases.iter().find(|case| case.case_id == id))
}

fn supervised(brief: &Brief) -> Table {
    let mut found: Vec<&Evidence> = rows(brief, &brief.chain.supervised).collect();
    found.sort_by_key(|row| (row.opened_at, &row.record));
    let day = |at: Option<chrono::NaiveDateTime>| at.map_or(Cell::Absent, |at| Cell::Day(at.date()));
    let rows = found.into_iter().map(|row| {
        let (id, case) = case_of(brief, row);
        let state = match row.outcome.as_deref() {
            Some("met") => "已按时督办",
            Some("breached") if row.done_at.is_some() => "逾期督办",
            Some("breached") => "逾期未督办",
            _ => "未到期",
        };
        let now = match case.map(|case| (case.settled_at, case.last_event.as_deref())) {
            Some((Some(_), Some("returned"))) => "已退回",
            Some((Some(_), _)) => "已办结",
            Some((None, _)) => "在办",
            None => "",
        };
        vec![
            Cell::text(id),
            Cell::text(case.and_then(|case| case.title.clone()).unwrap_or_default()),
            Cell::text(row.category.clone().unwrap_or_default()),
            day(row.opened_at),
            row.due_day.map_or(Cell::Absent, Cell::Day),
            day(row.done_at),
            Cell::text(state),
            Cell::text(now),
        ]
    });
    let headers = ["问题编号", "事项", "类别", "上会", "督办期限", "督办", "督办情况", "现状"];
    Table {
        name: "supervised".into(),
        caption: "上会事项督办情况".into(),
        columns: headers.map(words).to_vec(),
        rows: rows.collect(),
        note: None,
    }
}

fn standing(brief: &Brief) -> Table {
    let mut found: Vec<&Evidence> = brief.chain.standing.iter().collect();
    let place = |row: &Evidence| brief.chain.levels.iter().position(|(id, _)| Some(id) == row.class.as_ref());
    found.sort_by_key(|row| (std::cmp::Reverse(place(row)), row.opened_at, &row.record));
    let rows = found.into_iter().map(|row| {
        let (id, case) = case_of(brief, row);
        let level = place(row).map_or(String::new(), |at| brief.chain.levels[at].1.clone());
        vec![
            Cell::text(level),
            Cell::text(id),
            Cell::text(case.and_then(|case| case.title.clone()).unwrap_or_default()),
            Cell::text(row.category.clone().unwrap_or_default()),
            row.opened_at.map_or(Cell::Absent, |at| Cell::Day(at.date())),
            Cell::number(row.elapsed),
        ]
    });
    let mut columns = ["层级", "问题编号", "事项", "类别", "进入"].map(words).to_vec();
    columns.push(figures("已停留（天）"));
    Table {
        name: "standing".into(), caption: "期末仍在各层级的问题".into(), columns, rows: rows.collect(), note: None
    }
}
