//! What is to be done by a day: the steps of road maps, what meetings decided, what is to be put right.
use super::bureau::{Bureau, Enterprise};
use super::description::{Item, Plan};
use super::words::{Permille, Range};
use crate::synth::clock::Day;
use crate::synth::draw::{Draw, Stream};

pub(super) struct Milestone<'a> {
    /// Its place in the list of enterprises.
    pub enterprise: usize,
    pub name: String,
    pub stage: &'a str,
    pub unit: String,
    pub planned_on: Day,
    pub done_on: Option<Day>,
}

/// The days by which the steps of an enterprise's road map are to be done, where it has one.
pub(super) struct Road<'a> {
    pub plan: &'a Plan,
    pub days: Vec<Day>,
}

impl<'a> Road<'a> {
    /// The first plan that is meant for the set.
    pub fn of(bureau: &Bureau<'a>, set: &str, draw: &mut Draw) -> Option<Road<'a>> {
        let plan = bureau.of.plans.iter().find(|plan| plan.of.is_empty() || plan.of.iter().any(|of| of == set))?;
        if !draw.permille(plan.has.0) {
            return None;
        }
        let gaps: Vec<i32> = plan.steps.iter().map(|step| draw.between(step.days.0, step.days.1)).collect();
        let reached = (draw.between(plan.by_now.0, plan.by_now.1) as usize).min(gaps.len());
        let next = gaps.get(reached).copied().unwrap_or(60);
        let begun = bureau.last - gaps[..reached].iter().sum::<i32>() - draw.between(0, next - 1);
        let mut day = begun;
        let days = gaps.into_iter().map(|gap| {
            day += gap;
            bureau.clock.workday_from(day)
        });
        Some(Road { plan, days: days.collect() })
    }
}

/// Steps of all road maps, then items by day.
pub(super) fn milestones<'a>(bureau: &Bureau<'a>) -> Vec<Milestone<'a>> {
    let mut found = Vec::new();
    for (place, enterprise) in bureau.enterprises.iter().enumerate() {
        if let Some(road) = enterprise.road.as_ref().filter(|_| enterprise.listed) {
            let mut draw = bureau.draw(Stream::Milestones, place as u64);
            steps(bureau, road, place, enterprise, &mut draw, &mut found);
        }
    }
    for (number, item) in bureau.of.items.iter().enumerate() {
        items(bureau, item, &mut bureau.draw(Stream::Milestones, (9_000_000 + number) as u64), &mut found);
    }
    found
}

fn steps<'a>(
    bureau: &Bureau<'a>,
    road: &Road<'a>,
    place: usize,
    enterprise: &Enterprise,
    draw: &mut Draw,
    found: &mut Vec<Milestone<'a>>,
) {
    let (clock, plan) = (bureau.clock, road.plan);
    let (mut slip, mut before) = (0, 0);
    for (step, planned) in plan.steps.iter().zip(&road.days) {
        let planned = *planned;
        let unit = bureau.unit(&step.unit, enterprise);
        let answers = bureau.manner(enterprise.holder(&plan.by, planned)) * 2 / 3;
        let area = bureau.of.areas[enterprise.area].slow;
        let late = plan.late.0 + answers + area + bureau.slow(&unit) / 2 + bureau.strain(planned);
        let carried = slip.max(0) * plan.carried.0 / 1000;
        slip = if draw.permille(late.clamp(10, 850)) {
            carried + draw.between(plan.late_days.0, plan.late_days.1)
        } else if carried < 3 {
            // What little is left is caught up on.
            if draw.permille(plan.early.0) { -draw.between(plan.early_days.0, plan.early_days.1) } else { 0 }
        } else {
            carried
        };
        let mut done = planned + slip;
        if !clock.is_workday(done) && slip > 0 {
            done = clock.nth(done, 1);
        }
        before = done.max(before + 1);
        found.push(Milestone {
            enterprise: place,
            name: step.name.clone(),
            stage: &step.stage,
            unit,
            planned_on: planned,
            done_on: Some(before).filter(|day| *day <= bureau.last),
        });
    }
}

fn items<'a>(bureau: &Bureau<'a>, item: &'a Item, draw: &mut Draw, found: &mut Vec<Milestone<'a>>) {
    let of: Vec<usize> = (0..bureau.enterprises.len()).filter(|i| bureau.enterprises[*i].is_of(&item.of)).collect();
    let days = (bureau.last - bureau.first + 1) as u32;
    for i in 0..(days + 40) * item.per_month / 30 {
        let set =
            bureau.clock.nth(bureau.first - 40 + (i * 30 / item.per_month.max(1)) as Day + draw.between(0, 12), 1);
        let place = *draw.pick(&of);
        let enterprise = &bureau.enterprises[place];
        let unit = bureau.unit(draw.word(&item.units), enterprise);
        let date = bureau.clock.date(set);
        let name = draw.word(&item.titles).replace("{date}", &date.format("%-m月%-d日").to_string());
        if set > bureau.last
            || !enterprise.in_scope(set)
            || found.iter().any(|m| m.enterprise == place && m.name == name)
        {
            continue;
        }
        let term = Due { days: item.days, late: item.late, late_days: item.late_days, open: item.open };
        let (planned_on, done_on) = term.of(bureau, &unit, set, draw);
        found.push(Milestone { enterprise: place, name, stage: &item.stage, unit, planned_on, done_on });
    }
}

/// How long something may take, and how it turns out.
pub(super) struct Due {
    pub days: Range,
    pub late: Permille,
    pub late_days: Range,
    pub open: Permille,
}

impl Due {
    /// The day by which a unit is to be done with what was set on a day, and the one on which it was.
    pub fn of(&self, bureau: &Bureau, unit: &str, set: Day, draw: &mut Draw) -> (Day, Option<Day>) {
        let planned = bureau.clock.nth(set + draw.between(self.days.0, self.days.1) - 1, 1);
        let late = (self.late.0 + bureau.slow(unit) + bureau.strain(planned)).clamp(10, 800);
        let done = if draw.permille(late) {
            bureau.clock.nth(planned + draw.between(self.late_days.0, self.late_days.1) - 1, 1)
        } else {
            bureau.clock.nth(set + draw.below((planned - set).max(1) as u32) as Day - 1, 1).clamp(set, planned)
        };
        let open = draw.permille(self.open.0);
        (planned, Some(done).filter(|day| *day <= bureau.last && !open))
    }
}
