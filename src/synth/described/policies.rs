//! Policies and their way to enterprises.
use std::cmp::Ordering;

use super::bureau::{Bureau, Holder};
use super::happenings::Policies;
use crate::synth::clock::{DAY, Day, Stamp};
use crate::synth::draw::{Draw, Stream};

pub(super) struct Policy {
    pub id: String,
    pub title: String,
    pub issued_on: Day,
    pub applies_to: Option<String>,
}

/// Somebody tells an enterprise of a policy.
pub(super) struct Push {
    /// Its place in the list of policies.
    pub policy: usize,
    pub person: usize,
    pub enterprise: usize,
    pub at: Stamp,
}

/// All policies and pushes, by day of issue.
pub(super) fn policies(bureau: &Bureau) -> (Vec<Policy>, Vec<Push>) {
    let (mut policies, mut pushes) = (Vec::new(), Vec::new());
    let Some(of) = &bureau.of.policies else { return (policies, pushes) };
    let mut draw = bureau.draw(Stream::Policies, 0);
    let mut categories: Vec<&str> = bureau.enterprises.iter().filter_map(|e| e.scope_category).collect();
    categories.sort_unstable();
    categories.dedup();
    let count = (bureau.last - bureau.first + 1) as u32 * of.per_month / 3000;
    for number in 0..count {
        let span = (bureau.last - bureau.first) as u32;
        let day = bureau.first + (span * number / count.max(1)) as Day + draw.between(0, 20);
        let issued_on = bureau.clock.nth(day, 1);
        if issued_on > bureau.last {
            continue;
        }
        let narrow = draw.permille(of.narrow.0) && !categories.is_empty();
        let date = bureau.clock.date(issued_on);
        let (subject, form) = (draw.word(&of.subjects), draw.word(&of.forms));
        policies.push(Policy {
            id: format!("ZC{}{:02}", date.format("%Y%m"), number % 100),
            title: format!("关于{subject}的{form}（{}年第{}号）", date.format("%Y"), number + 1),
            issued_on,
            applies_to: narrow.then(|| (*draw.pick(&categories)).to_owned()),
        });
        push(bureau, of, policies.len() - 1, &policies[policies.len() - 1], &mut draw, &mut pushes);
    }
    (policies, pushes)
}

fn push(bureau: &Bureau, of: &Policies, number: usize, policy: &Policy, draw: &mut Draw, pushes: &mut Vec<Push>) {
    let end = Stamp::from(bureau.last + 1) * DAY;
    for (place, enterprise) in bureau.enterprises.iter().enumerate() {
        let applies = policy.applies_to.as_deref().is_none_or(|category| enterprise.scope_category == Some(category));
        if !applies || !enterprise.in_scope(policy.issued_on) {
            continue;
        }
        let role = of.by_stage.get(&enterprise.set.stage).unwrap_or(&of.by);
        let Some(Holder::Person(person)) = enterprise.holder(role, policy.issued_on) else { continue };
        let slow = bureau.manner(Some(&Holder::Person(*person)));
        let missed = draw.permille(of.missed.0 + slow / 6);
        let days = if draw.permille((of.late.0 + slow + bureau.strain(policy.issued_on)).clamp(5, 900)) {
            of.within + draw.between(of.over.0, of.over.1)
        } else {
            draw.between(0, of.within.max(1) - 1).min(draw.between(0, of.within))
        };
        let at = bureau.clock.later(Stamp::from(policy.issued_on) * DAY + 32_000, days, draw);
        if !missed && at < end {
            pushes.push(Push { policy: number, person: *person, enterprise: place, at });
        }
    }
    pushes.sort_by(|a, b| match a.policy.cmp(&b.policy) {
        Ordering::Equal => (a.at, a.enterprise).cmp(&(b.at, b.enterprise)),
        other => other,
    });
}
