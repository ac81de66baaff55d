//! Cases and the way each takes, step by step as the description has it.
use std::borrow::Cow;

use chrono::Datelike;

use super::bureau::{Bureau, Enterprise, Holder};
use super::happenings::{Act, Blame, Cases, Category, Tick};
use super::words::Weights;
use crate::synth::clock::{DAY, Day, Stamp};
use crate::synth::draw::{Draw, Stream};
use crate::synth::event::Event;

pub(super) struct Case<'a> {
    pub id: String,
    /// Its place in the list of enterprises.
    pub enterprise: usize,
    pub title: &'a str,
    pub detail: &'a str,
    pub category: &'a Category,
    pub class: &'a str,
    pub channel: &'a str,
    pub submitted: Stamp,
    pub events: Vec<Event<'a>>,
    /// The department that has it.
    pub department: String,
    /// Some step came late.
    pub late: bool,
}

impl Case<'_> {
    /// When the enterprise learnt how it ended, or it ended.
    pub fn told(&self) -> Option<Stamp> {
        let first = |names: &[&str]| self.events.iter().find(|e| names.contains(&e.event)).map(|e| e.at);
        let settled = first(&["resolved", "returned"])?;
        Some(first(&["answered"]).filter(|at| *at >= settled).unwrap_or(settled))
    }
}

/// All cases, by time of submission.
pub(super) fn cases<'a>(bureau: &Bureau<'a>) -> Vec<Case<'a>> {
    let mut found = Vec::new();
    for (number, kind) in bureau.of.cases.iter().enumerate() {
        let mut submitted = submissions(bureau, kind, number as u64);
        submitted.sort_unstable();
        let mut today = (0, 0);
        for (serial, (at, place)) in submitted.into_iter().enumerate() {
            let day = (at / DAY) as Day;
            today = if today.0 == day { (day, today.1 + 1) } else { (day, 1) };
            let id = format!("{}{}{:03}", kind.prefix, bureau.clock.date(day).format("%Y%m%d"), today.1);
            let mut draw = bureau.draw(Stream::Cases, (1 + number as u64) << 32 | serial as u64);
            found.push(Way::new(bureau, kind, place, at, &mut draw).run(id, &mut draw));
        }
    }
    found.sort_by(|a, b| (a.submitted, &a.id).cmp(&(b.submitted, &b.id)));
    found
}

/// When who brought something forward, month by month.
fn submissions(bureau: &Bureau, kind: &Cases, number: u64) -> Vec<(Stamp, usize)> {
    let clock = bureau.clock;
    let mut draw = bureau.draw(Stream::Cases, number);
    let places: Vec<usize> = (0..bureau.enterprises.len()).filter(|i| bureau.enterprises[*i].is_of(&kind.of)).collect();
    let weights: Vec<u32> = places.iter().map(|place| bureau.enterprises[*place].busy).collect();
    let mut found = Vec::new();
    let mut day = bureau.first;
    while day <= bureau.last && !places.is_empty() {
        let date = clock.date(day);
        let next =
            clock.day(date + chrono::Months::new(1) - chrono::Days::new(u64::from(date.day0()))).min(bureau.last + 1);
        let volume = bureau.of.volume.get(&date.format("%m").to_string()).copied().unwrap_or(100);
        let days = (next - day) as u32;
        let expected = kind.per_month * volume * days / 3040;
        for _ in 0..(expected + draw.below(expected / 8 + 2)).saturating_sub(expected / 16) {
            let mut on = day + draw.below(days) as Day;
            while !clock.is_workday(on) && !draw.permille(kind.out_of_hours.0) {
                on = day + draw.below(days) as Day;
            }
            let at = if clock.is_workday(on) && !draw.permille(kind.out_of_hours.0) {
                clock.office_hours(on, &mut draw)
            } else {
                Stamp::from(on) * DAY + Stamp::from(draw.between(21_600, 85_800))
            };
            // Whoever is not served yet, or no longer, asks nothing.
            let asked = (0..12).map(|_| places[draw.weighted(&weights)]).find(|p| bureau.enterprises[*p].in_scope(on));
            found.extend(asked.map(|place| (at, place)));
        }
        day = next;
    }
    found
}

/// A word as often as its weight says.
pub(super) fn weighted<'a>(weights: &'a Weights, draw: &mut Draw) -> &'a str {
    let all: Vec<u32> = weights.values().copied().collect();
    if all.is_empty() { "" } else { weights.keys().nth(draw.weighted(&all)).map_or("", String::as_str) }
}

/// A case on its way.
struct Way<'b, 'a> {
    bureau: &'b Bureau<'a>,
    kind: &'a Cases,
    place: usize,
    category: &'a Category,
    class: &'a str,
    channel: &'a str,
    submitted: Stamp,
    department: String,
    events: Vec<Event<'a>>,
    late: bool,
}

impl<'b, 'a> Way<'b, 'a> {
    fn new(bureau: &'b Bureau<'a>, kind: &'a Cases, place: usize, submitted: Stamp, draw: &mut Draw) -> Self {
        let categories: Vec<&'a Category> = bureau
            .of
            .categories
            .iter()
            .filter(|c| kind.categories.is_empty() || kind.categories.contains(&c.name))
            .collect();
        let weights: Vec<u32> = categories.iter().map(|category| category.weight).collect();
        let category = categories[draw.weighted(&weights)];
        let asked = draw.weighted(&[6, 3, 2]) % category.units.len();
        let department = bureau.unit(&category.units[asked], &bureau.enterprises[place]);
        let (class, channel) = (weighted(&kind.classes, draw), weighted(&kind.channels, draw));
        Way { bureau, kind, place, category, class, channel, submitted, department, events: Vec::new(), late: false }
    }

    fn enterprise(&self) -> &'b Enterprise<'a> {
        &self.bureau.enterprises[self.place]
    }

    fn holder(&self, at: Stamp) -> Option<&'b Holder> {
        self.enterprise().holder(&self.kind.by, (at / DAY) as Day)
    }

    fn add(&mut self, event: &'a str, at: Stamp, unit: Option<String>, note: Option<&'a str>) {
        let by_holder = !matches!(event, "submitted" | "dispatched" | "approved" | "refused" | "department_replied");
        let actor = match self.holder(at) {
            Some(Holder::Person(person)) if by_holder => Some(*person),
            _ => None,
        };
        self.events.push(Event { event, at, actor, unit: unit.map(Cow::Owned), until: None, note });
    }

    fn run(mut self, id: String, draw: &mut Draw) -> Case<'a> {
        let taken = &self.kind.taken_by;
        let taken = (!taken.is_empty()).then(|| self.bureau.unit(taken, self.enterprise()));
        self.add("submitted", self.submitted, taken, None);
        if draw.permille(self.kind.withdrawn.0) {
            let at = self.bureau.clock.later(self.submitted, draw.between(0, 3), draw);
            self.add("withdrawn", at, None, None);
        } else if !self.at_once(draw) {
            for step in &self.kind.steps {
                if !self.step(step, draw) {
                    break;
                }
            }
            self.again(draw);
        }
        self.done(id, draw)
    }

    /// A lead to check: somebody poor settles a case within a minute.
    fn at_once(&mut self, draw: &mut Draw) -> bool {
        let poor = self.bureau.manner(self.holder(self.submitted)) >= 200;
        let instant = poor && matches!(self.holder(self.submitted), Some(Holder::Person(_))) && draw.permille(60);
        if instant {
            let at = self.submitted + Stamp::from(draw.between(14, 55));
            self.add("accepted", at - 6, None, None);
            self.add("resolved", at, None, None);
        }
        instant
    }

    /// Takes a step; false where the way ends.
    fn step(&mut self, act: &'a Act, draw: &mut Draw) -> bool {
        let meant = act.categories.is_empty() || act.categories.contains(&self.category.name);
        if !meant || !draw.permille(act.share.0) {
            return true;
        }
        let from = act.from.as_deref().and_then(|from| self.events.iter().rev().find(|e| e.event == from));
        let (from, before) = match (from, self.events.iter().map(|e| e.at).max()) {
            (Some(from), Some(last)) => (from.at, last),
            (None, Some(last)) => (last, last),
            _ => return false,
        };
        let unit = match act.unit.as_str() {
            "" => None,
            "department" => Some(self.department.clone()),
            named => Some(self.bureau.unit(named, self.enterprise())),
        };
        let second = from % DAY;
        let night = !(30_600..63_000).contains(&second) || !self.bureau.clock.is_workday((from / DAY) as Day);
        let mut chance = act.late.0 + if night { act.nights } else { 0 };
        if chance > 0 {
            chance += match act.by {
                Blame::Nobody => 0,
                Blame::Holder => self.bureau.manner(self.holder(from)),
                Blame::Unit => self.bureau.slow(unit.as_deref().unwrap_or(&self.department)),
            } + self.bureau.of.areas[self.enterprise().area].slow
                + self.bureau.strain((from / DAY) as Day);
        }
        let late = draw.permille(chance.clamp(0, 850));
        let settles = matches!(act.event.as_str(), "resolved" | "returned");
        let mut term = act.within.of(self.class);
        if settles {
            term += self.interrupt(before, late, from, term, act.clock, draw);
        }
        let within = draw.between(i32::from(act.clock == Tick::Minutes) * 3, term);
        let within = within.min(draw.between(0, term).max(i32::from(act.clock == Tick::Minutes) * 3));
        let ticks = if late { term + draw.between(act.over.0, act.over.1) } else { within };
        let at = self.at(from, before, ticks, act.clock, draw);
        let instead = act.instead.as_ref().filter(|instead| draw.permille(instead.share.0));
        let (event, notes) = instead.map_or((&act.event, &act.notes), |instead| (&instead.event, &instead.notes));
        let silent = instead.is_some_and(|instead| draw.permille(instead.unexplained.0)) || notes.is_empty();
        let note = (!silent).then(|| draw.word(notes));
        self.late |= late && act.clock != Tick::Minutes;
        self.add(event, at, unit, note);
        true
    }

    /// So many ticks after one moment and not before another.
    fn at(&self, from: Stamp, before: Stamp, ticks: i32, tick: Tick, draw: &mut Draw) -> Stamp {
        let clock = self.bureau.clock;
        let day = (from / DAY) as Day;
        let at = match tick {
            Tick::Minutes => from + Stamp::from(ticks) * 60 + Stamp::from(draw.below(60)),
            Tick::Workdays if ticks <= 0 => clock.later(from, 0, draw),
            Tick::Workdays => clock.office_hours(clock.nth(day, ticks), draw),
            Tick::Days => Stamp::from(day + ticks) * DAY + Stamp::from(draw.between(30_600, 75_000)),
        };
        if at > before {
            return at;
        }
        // The same evening still, or first thing in the morning.
        match before % DAY {
            second if second < 80_000 => before + Stamp::from(draw.between(300, 4_800)),
            _ => (before / DAY + 1) * DAY + Stamp::from(draw.between(29_000, 34_000)),
        }
    }

    /// A pause or a longer term before a case is settled; by how much the term grows.
    fn interrupt(&mut self, before: Stamp, late: bool, from: Stamp, term: i32, tick: Tick, draw: &mut Draw) -> i32 {
        let clock = self.bureau.clock;
        let mut more = 0;
        if let Some(paused) = self.kind.paused.as_ref().filter(|paused| draw.permille(paused.share.0)) {
            let days = draw.between(paused.days.0, paused.days.1);
            let at = clock.later(before, 0, draw);
            self.add("suspended", at, None, Some(draw.word(&paused.notes)));
            let until = clock.office_hours(clock.nth((at / DAY) as Day, days), draw);
            self.add("resumed", until, None, None);
            more += days;
        }
        if let Some(extended) = self.kind.extended.as_ref().filter(|it| late && draw.permille(it.share.0)) {
            let day = (from / DAY) as Day;
            let days = draw.between(extended.days.0, extended.days.1);
            let (asked, until) = match tick {
                Tick::Workdays => (clock.nth(day, (term - 2).max(1)), clock.nth(day, term + days)),
                _ => (day + (term - 1).max(0), day + term + days),
            };
            let at = clock.office_hours(asked, draw).max(before + 600);
            self.add("extended", at, None, Some(draw.word(&extended.notes)));
            if let Some(event) = self.events.last_mut() {
                event.until = Some(until);
            }
        }
        more
    }

    /// Opened again, and settled again.
    fn again(&mut self, draw: &mut Draw) {
        let last = self.events.iter().map(|e| e.at).max().unwrap_or(self.submitted);
        let resolved = self.events.iter().any(|e| e.event == "resolved");
        if resolved && draw.permille(self.kind.reopened.0) {
            let clock = self.bureau.clock;
            let at = clock.later(last, draw.between(1, 6), draw);
            self.add("reopened", at, None, None);
            let at = clock.later(at, draw.between(1, 9), draw);
            self.add("resolved", at, None, None);
            let at = clock.later(at, draw.between(0, 1), draw);
            self.add("answered", at, None, None);
        }
    }

    fn done(mut self, id: String, draw: &mut Draw) -> Case<'a> {
        let end = Stamp::from(self.bureau.last + 1) * DAY;
        self.events.sort_by_key(|event| event.at);
        self.events.retain(|event| event.at < end);
        // What is asked and what is said of it belong together: the details are in the order of the titles.
        let (titles, details) = (&self.category.titles, &self.category.details);
        let asked = draw.below(titles.len() as u32) as usize;
        Case {
            id,
            enterprise: self.place,
            title: &titles[asked],
            detail: &details[asked % details.len()],
            category: self.category,
            class: self.class,
            channel: self.channel,
            submitted: self.submitted,
            events: self.events,
            department: self.department,
            late: self.late,
        }
    }
}
