//! Levels of escalation, act by act: when each was first reached, how long a case stayed.
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::clock::Event;
use super::next;

const LEVELS: [&str; 5] = ["meeting", "to_operator", "to_industry", "to_group", "to_committee"];
const UNTIL: [&str; 3] = ["resolved", "returned", "withdrawn"];

/// A stay at a level; no end: still there.
#[derive(Debug)]
pub struct Stay {
    pub level: &'static str,
    pub from: NaiveDateTime,
    pub end: Option<(NaiveDate, NaiveDateTime, &'static str)>,
}

/// The events that count, in their order: a bare date of a level begins its day, one of an end ends it.
fn course(events: &[Event]) -> Vec<&Event> {
    let level = |e: &Event| LEVELS.contains(&e.event);
    let mut course: Vec<&Event> = events.iter().filter(|e| level(e) || UNTIL.contains(&e.event)).collect();
    let rank = |e: &Event| {
        if !e.bare {
            0
        } else if level(e) {
            -1
        } else {
            1
        }
    };
    course.sort_by_key(|e| (e.at.date(), rank(e), e.at, e.seq));
    course
}

/// Each level of a case and the instant of its first time.
pub fn reached(events: &[Event]) -> Vec<(&'static str, NaiveDateTime)> {
    let mut first: Vec<(&str, NaiveDateTime)> = Vec::new();
    for e in course(events) {
        if LEVELS.contains(&e.event) && !first.iter().any(|(level, _)| *level == e.event) {
            first.push((e.event, e.at));
        }
    }
    first
}

pub fn stays(events: &[Event]) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for e in course(events) {
        let open = stays.last_mut().filter(|stay| stay.end.is_none());
        let is_level = LEVELS.contains(&e.event);
        let again = open.as_ref().is_some_and(|stay| stay.level == e.event);
        if again {
            continue;
        }
        if let Some(stay) = open {
            let ended_at = if e.bare && !is_level { next(e.at.date()).and_time(NaiveTime::MIN) } else { e.at };
            stay.end = Some((e.at.date(), ended_at, e.event));
        }
        if is_level {
            stays.push(Stay { level: e.event, from: e.at, end: None });
        }
    }
    stays
}
