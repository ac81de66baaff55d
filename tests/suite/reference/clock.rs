//! Clocks of one case: starts, ends, extensions, pauses, outcome.
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use guanjia::regime::Limit;

use super::{Days, next};

/// An event as it was received; `bare`: only its day is known.
#[derive(Clone, Debug)]
pub struct Event {
    pub event: &'static str,
    pub at: NaiveDateTime,
    pub bare: bool,
    pub seq: i64,
    pub unit: Option<&'static str>,
    pub until: Option<NaiveDate>,
}

pub struct Clock {
    pub starts: &'static [&'static str],
    pub ends: &'static [&'static str],
    pub limit: Limit,
}

/// One obligation.
#[derive(Debug)]
pub struct Row {
    pub unit: Option<&'static str>,
    pub opened_at: NaiveDateTime,
    pub due: Option<(NaiveDate, NaiveDateTime)>,
    pub done_at: Option<NaiveDateTime>,
    pub decided_on: Option<NaiveDate>,
    pub outcome: &'static str,
    pub value: Option<f64>,
    pub extended: bool,
    pub paused: f64,
    /// Time run until its end, a pause that goes on, or as-of.
    pub elapsed: Option<f64>,
    pub ended_by: Option<&'static str>,
}

/// Place of an event among those of its case: its day; bare starts before and bare ends after all else of it; its
/// time; its seq.
type Place = (NaiveDate, i8, NaiveDateTime, i64);

impl Event {
    fn day(&self) -> NaiveDate {
        self.at.date()
    }

    fn as_start(&self) -> NaiveDateTime {
        self.at
    }

    fn as_end(&self) -> NaiveDateTime {
        if self.bare { midnight(next(self.day())) } else { self.at }
    }
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

impl Clock {
    fn place(&self, e: &Event) -> Place {
        let start = self.starts.contains(&e.event) || e.event == "suspended";
        let rank = if !e.bare {
            0
        } else if start {
            -1
        } else {
            1
        };
        (e.day(), rank, e.at, e.seq)
    }

    /// Every obligation of a case, from what had happened by as-of, but those broken off before they were due.
    pub fn rows(&self, events: &[Event], as_of: NaiveDateTime, days: &Days) -> Vec<Row> {
        let mut rows = self.all_rows(events, as_of, days);
        rows.retain(|row| row.outcome != "dropped");
        rows
    }

    /// The same with those broken off.
    pub fn all_rows(&self, events: &[Event], as_of: NaiveDateTime, days: &Days) -> Vec<Row> {
        let as_of_day = (as_of - TimeDelta::seconds(1)).date();
        let mut known: Vec<&Event> =
            events.iter().filter(|e| if e.bare { e.day() <= as_of_day } else { e.at <= as_of }).collect();
        known.sort_by_key(|e| self.place(e));
        let mut parties = vec![None];
        if self.starts == ["assigned"] {
            parties = known.iter().filter(|e| e.event == "assigned").map(|e| Some(e.unit)).collect();
            parties.sort();
            parties.dedup();
        }
        let mut rows = Vec::new();
        for party in parties {
            for (start, end) in self.pairs(&known, party) {
                rows.push(self.judge(&known, start, end, as_of, days));
            }
        }
        rows
    }

    /// Starts with what ended them; the flag: an end did, and not another act.
    fn pairs<'e>(
        &self,
        known: &[&'e Event],
        party: Option<Option<&str>>,
    ) -> Vec<(&'e Event, Option<(&'e Event, bool)>)> {
        let ours = |e: &Event| party.is_none_or(|unit| unit == e.unit);
        let mut pairs = Vec::new();
        let mut open: Option<&Event> = None;
        for &e in known {
            if self.starts.contains(&e.event) && ours(e) {
                match open {
                    None => open = Some(e),
                    Some(before) if e.event == "dispatched" && e.unit != before.unit => {
                        pairs.push((before, Some((e, false))));
                        open = Some(e);
                    }
                    Some(_) => {}
                }
            } else if self.ends.contains(&e.event) {
                if ours(e)
                    && let Some(start) = open.take()
                {
                    pairs.push((start, Some((e, true))));
                }
            } else if let Some(start) = open {
                let ended = match e.event {
                    "withdrawn" => true,
                    "resolved" | "returned" => start.event == "assigned",
                    "reopened" => ["resolved", "returned"].contains(&start.event),
                    _ => false,
                };
                if ended {
                    pairs.push((start, Some((e, false))));
                    open = None;
                }
            }
        }
        pairs.extend(open.map(|start| (start, None)));
        pairs
    }

    fn judge(
        &self,
        known: &[&Event],
        start: &Event,
        end: Option<(&Event, bool)>,
        as_of: NaiveDateTime,
        days: &Days,
    ) -> Row {
        let hours = matches!(self.limit, Limit::Hours(_));
        let open_day = start.day();
        let ended =
            end.map(|(e, done)| if done || !self.starts.contains(&e.event) { e.as_end() } else { e.as_start() });
        let done = end.filter(|(_, done)| *done).map(|(e, _)| e);
        let by_day = |day: NaiveDate| (day, midnight(next(day)));
        let mut due = match self.limit {
            Limit::Own => unimplemented!("dues of a case's own are tested by hand"),
            Limit::WorkingDays(n) => days.nth_after(open_day, i64::from(n)).map(by_day),
            Limit::Days(n) => Some(by_day(open_day + TimeDelta::days(i64::from(n)))),
            Limit::Hours(n) => {
                let at = start.at + TimeDelta::hours(i64::from(n));
                Some((at.date(), at))
            }
        };
        let (mut extended, mut paused, mut standing) = (false, 0.0, None);
        for step in self.steps(known, start, end.map(|(e, _)| e), ended) {
            match step {
                Step::Extension(e) => {
                    if let (Some((day, at)), Some(until)) = (due, e.until)
                        && e.as_end() < at
                        && until > day
                    {
                        due = Some(by_day(until));
                        extended = true;
                    }
                }
                Step::Pause { began, ended } => {
                    if due.is_some_and(|(_, at)| began.1 > at) {
                        continue;
                    }
                    let Some(ended) = ended else {
                        standing = Some(began);
                        continue;
                    };
                    match self.limit {
                        Limit::Own => unimplemented!("dues of a case's own are tested by hand"),
                        Limit::WorkingDays(_) => {
                            let k = days.between(began.0, ended.0);
                            paused += k.unwrap_or(0) as f64;
                            due = match (due, k) {
                                (Some((day, _)), Some(k)) => days.nth_after(day, k).map(|day| by_day(day.max(ended.0))),
                                _ => None,
                            };
                        }
                        Limit::Days(_) => {
                            let k = ended.0 - began.0;
                            paused += k.num_days() as f64;
                            due = due.map(|(day, _)| by_day((day + k).max(ended.0)));
                        }
                        Limit::Hours(_) => {
                            let k = ended.1 - began.1;
                            paused += k.num_seconds() as f64 / 3600.0;
                            due = due.map(|(_, at)| ((at + k).date(), at + k));
                        }
                    }
                }
            }
        }
        let (outcome, decided_on) = if hours && (start.bare || done.is_some_and(|e| e.bare)) {
            ("unmeasurable", Some(open_day))
        } else {
            match (done, ended, due) {
                (Some(e), _, None) if days.worked(e.day()).is_some() => ("met", Some(e.day().max(open_day))),
                (Some(_), _, None) => ("pending", None),
                (Some(e), _, Some((day, at))) => {
                    let outcome = if e.as_end() <= at { "met" } else { "breached" };
                    (outcome, Some(e.day().min(day).max(open_day)))
                }
                (None, Some(at), Some((day, due_at))) if due_at <= at => ("breached", Some(day.max(open_day))),
                (None, Some(_), _) => ("dropped", None),
                (None, None, Some((day, at))) if at <= as_of && standing.is_none() => {
                    ("breached", Some(day.max(open_day)))
                }
                (None, None, _) => ("pending", None),
            }
        };
        // A pause that goes on stops the clock; an act of another kind breaks it off.
        let as_of_day = (as_of - TimeDelta::seconds(1)).date();
        let (stop_day, stop) = match (end, standing) {
            (Some((e, _)), _) => (e.day(), ended.unwrap_or(as_of)),
            (None, Some(began)) => began,
            (None, None) => (as_of_day.max(open_day), as_of),
        };
        let bare = hours && (start.bare || end.is_some_and(|(e, _)| e.bare));
        let elapsed = match self.limit {
            Limit::Own => unimplemented!("dues of a case's own are tested by hand"),
            Limit::WorkingDays(_) => days.worked(stop_day).and(days.between(open_day, stop_day)).map(|n| n as f64),
            Limit::Days(_) => Some((stop_day - open_day).num_days() as f64),
            Limit::Hours(_) => (!bare).then(|| (stop - start.at).num_seconds() as f64 / 3600.0),
        };
        let elapsed = elapsed.map(|elapsed| elapsed - paused);
        let value = elapsed.filter(|_| done.is_some() && outcome != "unmeasurable");
        Row {
            unit: start.unit,
            opened_at: start.at,
            due,
            done_at: done.map(Event::as_end),
            decided_on,
            outcome,
            value,
            extended,
            paused,
            elapsed,
            ended_by: end.map(|(e, _)| e.event),
        }
    }

    /// Extensions and pauses that fall into an obligation, in the order of their first event.
    fn steps<'e>(
        &self,
        known: &[&'e Event],
        start: &Event,
        end: Option<&Event>,
        ended: Option<NaiveDateTime>,
    ) -> Vec<Step<'e>> {
        let mut steps: Vec<(Place, Step)> = Vec::new();
        let mut paused: Option<&Event> = None;
        let mut pause = |from: &Event, to: Option<&Event>| {
            let instant = |e: &Event| if self.starts.contains(&e.event) { e.as_start() } else { e.as_end() };
            let to = to.map(|e| (e.day(), instant(e)));
            let mut until = to;
            if let (Some(at), Some(e)) = (ended, end) {
                until = Some(match to {
                    Some((day, to_at)) => (day.min(e.day()), to_at.min(at)),
                    None => (e.day(), at),
                });
            }
            let over_before = to.is_some_and(|(_, at)| at <= start.at);
            let begun_after = ended.is_some_and(|at| from.at >= at);
            if !over_before && !begun_after {
                let began = (from.day().max(start.day()), from.at.max(start.at));
                steps.push((self.place(from), Step::Pause { began, ended: until }));
            }
        };
        for &e in known {
            match e.event {
                "suspended" => paused = paused.or(Some(e)),
                "resumed" | "resolved" | "returned" | "withdrawn" | "reopened" => {
                    if let Some(from) = paused.take() {
                        pause(from, Some(e));
                    }
                }
                _ => {}
            }
        }
        if let Some(from) = paused {
            pause(from, None);
        }
        for &e in known.iter().filter(|e| e.event == "extended") {
            let inside = self.place(e) > self.place(start) && end.is_none_or(|end| self.place(e) < self.place(end));
            let of_this = match e.unit {
                None => ["submitted", "reopened", "dispatched"].contains(&start.event),
                unit => ["assigned", "dispatched"].contains(&start.event) && unit == start.unit,
            };
            if inside && of_this && !matches!(self.limit, Limit::Hours(_)) {
                steps.push((self.place(e), Step::Extension(e)));
            }
        }
        steps.sort_by_key(|(place, _)| *place);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

/// What may move a due.
enum Step<'e> {
    Extension(&'e Event),
    /// Day and instant of its beginning and end, clipped to the obligation.
    Pause {
        began: (NaiveDate, NaiveDateTime),
        ended: Option<(NaiveDate, NaiveDateTime)>,
    },
}

/// The events of a case with its own `submitted_at` taken for the start: the earlier of the two holds; a bare date
/// of the same day yields to a time.
pub fn with_submission(events: &[Event], at: NaiveDateTime, bare: bool, as_of: NaiveDateTime) -> Vec<Event> {
    let as_of_day = (as_of - TimeDelta::seconds(1)).date();
    let known = |bare: bool, at: NaiveDateTime| if bare { at.date() <= as_of_day } else { at <= as_of };
    if !known(bare, at) {
        return Vec::new();
    }
    let mut events: Vec<Event> = events.iter().filter(|e| known(e.bare, e.at)).cloned().collect();
    let first = events.iter_mut().filter(|e| e.event == "submitted").min_by_key(|e| (e.day(), !e.bare, e.at, e.seq));
    match first {
        None => events.push(Event { event: "submitted", at, bare, seq: -1, unit: None, until: None }),
        Some(event) => {
            let ours = if at.date() != event.day() {
                at.date() < event.day()
            } else if event.bare || bare {
                event.bare
            } else {
                at < event.at
            };
            if ours {
                (event.at, event.bare) = (at, bare);
            }
        }
    }
    events
}
