//! Whether what a brief says of milestones follows from their days, and agrees with the rows behind the figures.
use std::collections::BTreeMap;

use crate::measures::Brief;
use crate::measures::brief::Evidence;
use crate::measures::steps::Milestone;
use crate::report::format;

/// (record, what does not hold): by the days alone, whatever SQL said; and by the evidence of the period.
pub fn check(brief: &Brief) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let day = format::as_of_day(brief.as_of);
    let mut known: BTreeMap<String, &Milestone> = BTreeMap::new();
    for step in &brief.milestones {
        known.insert(step.record(), step);
        let judged = match step.done_on {
            Some(done) if done <= step.planned_on => "met",
            Some(_) => "breached",
            None if step.planned_on <= day => "breached",
            None => "pending",
        };
        // None: before the rules were in force, or taken out by a ruling.
        let Some(outcome) = step.outcome.as_deref() else { continue };
        let days = match (step.done_on, outcome) {
            (Some(done), _) => Some((done - step.planned_on).num_days()),
            (None, "breached") => Some((day - step.planned_on).num_days()),
            (None, _) => None,
        };
        if outcome != judged {
            faults.push((step.record(), format!("says {outcome}, its days give {judged}")));
        } else if step.days != days {
            faults.push((step.record(), format!("says {:?} days, its days give {days:?}", step.days)));
        }
    }
    let judges = |row: &&Evidence| row.record.starts_with("milestones/") && row.outcome.is_some();
    for row in brief.evidence.iter().filter(judges) {
        match known.get(&row.record) {
            Some(step) if step.measure.as_ref() != Some(&row.measure) => {}
            Some(step) if step.outcome == row.outcome && Some(step.planned_on) == row.due_day => {}
            Some(_) => faults.push((row.record.clone(), "says something else than its evidence".to_owned())),
            None => faults.push((row.record.clone(), "has evidence and is not in the brief".to_owned())),
        }
    }
    faults
}
