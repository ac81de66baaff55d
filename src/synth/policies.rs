//! Policies and their way to enterprises; the road maps of projects.
use chrono::{Datelike, Months};

use super::SynthError;
use super::bureau::{Block, Enterprise, Window};
use super::clock::{Clock, DAY, Day, Stamp};
use super::draw::{Draw, Stream};
use super::plan::Plan;
use super::sink::{Cell, Sink, Table};
use super::vocabulary::Vocabulary;

pub(super) struct Policy {
    pub id: String,
    title: String,
    issued_on: Day,
    /// Categories of enterprises; none: all.
    applies_to: Vec<usize>,
}

impl Policy {
    fn applies(&self, enterprise: &Enterprise) -> bool {
        self.applies_to.is_empty() || self.applies_to.contains(&enterprise.scope_category)
    }
}

/// The policies of the whole bureau.
pub(super) fn policies(plan: &Plan, clock: &Clock, seed: u64) -> Vec<Policy> {
    let words = Vocabulary::shipped();
    let mut draw = Draw::new(seed, Stream::Policies, 0);
    let mut found = Vec::new();
    let mut month = plan.first;
    let mut owed = 0;
    while month <= plan.last {
        owed += plan.policies;
        while owed >= 100 {
            owed -= 100;
            let number = found.len() + 1;
            let categories = words.scope_categories.len() as u32;
            let first = draw.below(categories);
            let all = plan.policy_categories > 1 && draw.permille(120);
            found.push(Policy {
                id: format!("ZC{}{number:03}", month.format("%Y%m")),
                title: format!(
                    "关于{}的{}（{}年第{number}号）",
                    draw.word(&words.policies.subjects),
                    draw.word(&words.policies.forms),
                    month.year()
                ),
                issued_on: clock.nth(clock.day(month), draw.between(0, 19)),
                applies_to: (0..if all { 0 } else { plan.policy_categories })
                    .map(|i| ((first + i * 2) % categories) as usize)
                    .collect(),
            });
        }
        month = month + Months::new(1);
    }
    found
}

/// Writes the policies.
pub(super) fn write(policies: &[Policy], sink: &mut impl Sink) -> Result<(), SynthError> {
    let words = Vocabulary::shipped();
    for policy in policies {
        let mut categories: Vec<&str> = policy.applies_to.iter().map(|c| words.scope_categories[*c].as_str()).collect();
        categories.sort_unstable();
        categories.dedup();
        let applies_to = categories.join("、");
        let applies_to = if applies_to.is_empty() { Cell::Empty } else { Cell::Text(&applies_to) };
        let cells = [Cell::Text(&policy.id), Cell::Text(&policy.title), Cell::Day(policy.issued_on), applies_to];
        sink.row(Table::Policies, &cells)?;
    }
    Ok(())
}

/// Each policy reaches nearly every enterprise it is for, mostly within ten working days.
pub(super) fn write_pushes(
    policies: &[Policy],
    block: &Block,
    clock: &Clock,
    window: Window,
    seed: u64,
    index: u32,
    sink: &mut impl Sink,
) -> Result<(), SynthError> {
    let mut draw = Draw::new(seed, Stream::Pushes, index.into());
    let end = Stamp::from(window.last + 1) * DAY;
    for policy in policies {
        for enterprise in block.enterprises.iter().filter(|e| policy.applies(e) && e.in_scope(policy.issued_on)) {
            if draw.permille(45) {
                continue;
            }
            let days = if draw.permille(70) { draw.between(11, 25) } else { draw.between(0, 9) };
            let at = clock.later(Stamp::from(policy.issued_on) * DAY + 36_000, days, &mut draw);
            let Some(steward) = enterprise.steward((at / DAY) as Day).filter(|_| at < end) else { continue };
            let person = &block.people[steward].id;
            let cells = [Cell::Text(&policy.id), Cell::Text(person), Cell::Text(&enterprise.id), Cell::Stamp(at)];
            sink.row(Table::PolicyPushes, &cells)?;
        }
    }
    Ok(())
}

/// The road maps of the block's projects.
pub(super) fn write_milestones(
    block: &Block,
    window: Window,
    seed: u64,
    index: u32,
    sink: &mut impl Sink,
) -> Result<(), SynthError> {
    let words = Vocabulary::shipped();
    let mut draw = Draw::new(seed, Stream::Milestones, index.into());
    for project in block.enterprises.iter().filter(|e| e.project) {
        let mut planned = project.from.unwrap_or(window.first) + draw.between(0, 200);
        for step in &words.milestones {
            planned += draw.between(50, 160);
            let slip = draw.weighted(&[30, 35, 20, 10, 5]) as Day * 9 - 12;
            let done_on = Some(planned + slip).filter(|day| *day <= window.last && !draw.permille(40));
            let cells = [
                Cell::Text(&project.id),
                Cell::Text(&step.name),
                Cell::Text(&step.stage),
                Cell::Text(&step.unit),
                Cell::Day(planned),
                Cell::day(done_on),
            ];
            sink.row(Table::Milestones, &cells)?;
        }
    }
    Ok(())
}
