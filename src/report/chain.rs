//! The escalation chain, the groups and the waiting time, folded from a brief's rows; as [`tables`] for all that is printed.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::measures::brief::{Evidence, Wait};
use crate::measures::waiting::Curve;
use crate::measures::{Brief, Dimension};
use crate::report::format;

mod tables;

pub use tables::{listed, tables};

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
