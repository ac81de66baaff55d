//! What people write down: entries owed every week, month or quarter, late ones, and a few that look invented.
use std::cell::RefCell;
use std::collections::HashSet;

use chrono::{Datelike, Months, NaiveDate};

use super::bureau::{Bureau, Enterprise, Holder, Manner};
use super::cases::{Case, weighted};
use super::happenings::{Cadence, Each, Every, Text};
use crate::synth::clock::{DAY, Day, Stamp};
use crate::synth::diary::Entry;
use crate::synth::draw::{Draw, Stream};

/// All entries, by day and person.
pub(super) fn entries<'a>(bureau: &Bureau<'a>, cases: &[Case]) -> Vec<Entry<'a>> {
    let mut found = Vec::new();
    for (number, cadence) in bureau.of.diary.iter().enumerate() {
        let Some(text) = bureau.of.text.get(&cadence.text) else { continue };
        let desk = Desk { bureau, cadence, text, written: RefCell::default() };
        let subjects = match cadence.each {
            Each::Enterprise => bureau.enterprises.len(),
            Each::Person => bureau.people.len(),
            Each::District => 1,
        };
        for subject in 0..subjects {
            let index = (number as u64) << 32 | subject as u64;
            desk.of_subject(subject, &mut bureau.draw(Stream::Diary, index), &mut found);
        }
    }
    let end = Stamp::from(bureau.last + 1) * DAY;
    found.retain(|e: &Entry| e.served_on >= bureau.first && e.written_at < end && e.served_on <= bureau.last);
    tidy(bureau, cases, found)
}

/// In order, each day of a person with its numbers, and written in bulk by those who do.
fn tidy<'a>(bureau: &Bureau<'a>, cases: &[Case], mut found: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
    found.sort_by_key(|entry| (entry.served_on, entry.person, entry.enterprise, entry.written_at));
    let mut again = 0;
    for i in 0..found.len() {
        let same = i > 0 && (found[i].served_on, found[i].person) == (found[i - 1].served_on, found[i - 1].person);
        again = if same { again + 1 } else { 1 };
        let date = bureau.clock.date(found[i].served_on).format("%y%m%d");
        found[i].id = format!("RZ{date}{}-{again}", bureau.people[found[i].person].id);
    }
    in_bulk(bureau, &mut found);
    // An enterprise that had something in hand names what was solved.
    for entry in &mut found {
        let Some(place) = entry.enterprise.filter(|_| entry.problems.is_none()) else { continue };
        let near = |case: &&Case| {
            case.enterprise == place && ((case.submitted / DAY) as Day..).contains(&(entry.served_on - 10))
        };
        if let Some(case) = cases.iter().rev().filter(near).find(|c| (c.submitted / DAY) as Day <= entry.served_on) {
            entry.content = entry.content.take().map(|text| format!("{text}（跟进：{}）", case.title));
        }
    }
    found
}

/// Somebody poor writes six weeks in one afternoon.
fn in_bulk(bureau: &Bureau, found: &mut [Entry]) {
    for (person, who) in bureau.people.iter().enumerate() {
        if who.manner != Manner::Poor {
            continue;
        }
        let from = bureau.last - 48;
        let afternoon = Stamp::from(bureau.clock.nth(bureau.last - 8, 1)) * DAY + 56_000;
        let mine = found.iter_mut().filter(|e| e.person == person && (from..bureau.last - 8).contains(&e.served_on));
        for (i, entry) in mine.enumerate() {
            entry.written_at = afternoon + Stamp::from(i as i32 % 9) * 63;
        }
    }
}

/// Who wrote of which enterprise, and two matters, the lower first.
type Pair = (usize, Option<usize>, usize, usize);

/// One duty to write.
struct Desk<'b, 'a> {
    bureau: &'b Bureau<'a>,
    cadence: &'a Cadence,
    text: &'a Text,
    /// Pairs of matters that somebody wrote of an enterprise.
    written: RefCell<HashSet<Pair>>,
}

impl<'a> Desk<'_, 'a> {
    fn of_subject(&self, subject: usize, draw: &mut Draw, found: &mut Vec<Entry<'a>>) {
        let clock = self.bureau.clock;
        let mut slot = self.start(clock.date(self.bureau.first));
        while clock.day(slot) <= self.bureau.last {
            let next = self.next(slot);
            let days: Vec<Day> = (clock.day(slot)..clock.day(next)).filter(|day| clock.is_workday(*day)).collect();
            let friday = clock.day(slot) + 4;
            let days = if self.cadence.every == Every::Friday {
                days.into_iter().filter(|day| *day == friday).collect()
            } else {
                days
            };
            self.slot(subject, &days, draw, found);
            slot = next;
        }
    }

    fn start(&self, day: NaiveDate) -> NaiveDate {
        match self.cadence.every {
            Every::Week | Every::Friday => day - chrono::Days::new(day.weekday().num_days_from_monday().into()),
            Every::Month => day.with_day(1).unwrap_or(day),
            Every::Quarter => {
                let month = day.with_day(1).unwrap_or(day);
                month.checked_sub_months(Months::new(day.month0() % 3)).unwrap_or(month)
            }
        }
    }

    fn next(&self, slot: NaiveDate) -> NaiveDate {
        match self.cadence.every {
            Every::Week | Every::Friday => slot + chrono::Days::new(7),
            Every::Month => slot + Months::new(1),
            Every::Quarter => slot + Months::new(3),
        }
    }

    /// What is written for one week, month or quarter.
    fn slot(&self, subject: usize, days: &[Day], draw: &mut Draw, found: &mut Vec<Entry<'a>>) {
        let Some(last) = days.last().copied() else { return };
        let writers = self.writers(subject, last);
        if writers.is_empty() {
            return;
        }
        let days: Vec<Day> =
            days.iter().copied().filter(|day| self.bureau.away(writers[0].0, *day).is_none()).collect();
        let manner = match self.bureau.people[writers[0].0].manner {
            Manner::Fine => -1000,
            Manner::Solid => 0,
            Manner::Weak => 180,
            Manner::Poor => 520,
        };
        let area = writers[0].1.map_or(0, |place| self.bureau.of.areas[self.bureau.enterprises[place].area].slow);
        let kept = draw.permille((self.cadence.kept.0 - manner - area).clamp(50, 1000));
        let mut count = draw.between(self.cadence.times.0, self.cadence.times.1);
        if !kept {
            count = if draw.permille(self.cadence.partly.0) { (self.cadence.times.0 - 1).max(0) } else { 0 };
        }
        let mut used = Vec::new();
        for i in 0..(count as usize).min(days.len()) {
            let Some(day) = (0..20).map(|_| *draw.pick(&days)).find(|day| !used.contains(day)) else { break };
            used.push(day);
            let (person, place) =
                writers[if self.cadence.each == Each::District { day as usize } else { i } % writers.len()];
            found.push(self.entry(person, place, day, draw));
        }
    }

    /// Who may write for the subject, and of which enterprise.
    fn writers(&self, subject: usize, day: Day) -> Vec<(usize, Option<usize>)> {
        let bureau = self.bureau;
        let group = |person: &usize| bureau.people[*person].group == self.cadence.group;
        match (self.cadence.each, &self.cadence.role) {
            (Each::Enterprise, Some(role)) => {
                let enterprise = &bureau.enterprises[subject];
                if !enterprise.is_of(&self.cadence.of) || !enterprise.in_scope(day) {
                    return Vec::new();
                }
                let person = enterprise.holder(role, day).and_then(|holder| self.someone(holder, subject));
                person.map(|person| (person, Some(subject))).into_iter().collect()
            }
            (Each::Person, Some(role)) => {
                let holds = |e: &Enterprise| {
                    e.in_scope(day)
                        && e.is_of(&self.cadence.of)
                        && e.holder(role, day) == Some(&Holder::Person(subject))
                };
                let held: Vec<usize> =
                    (0..bureau.enterprises.len()).filter(|i| holds(&bureau.enterprises[*i])).collect();
                held.into_iter().map(|place| (subject, Some(place))).collect()
            }
            (Each::Person, None) => Some(subject).filter(group).map(|person| (person, None)).into_iter().collect(),
            (_, _) => (0..bureau.people.len()).filter(group).map(|person| (person, None)).collect(),
        }
    }

    /// The person who acts for a holder: of a unit, one of its own.
    fn someone(&self, holder: &Holder, place: usize) -> Option<usize> {
        let people = &self.bureau.people;
        match holder {
            Holder::Person(person) => Some(*person),
            Holder::Named(..) => None,
            Holder::Unit(unit) => {
                let own: Vec<usize> = (0..people.len()).filter(|p| people[*p].unit == *unit).collect();
                (!own.is_empty()).then(|| own[place % own.len()])
            }
        }
    }

    /// Two matters that have not yet come together in what this person wrote of the enterprise.
    fn matters(&self, person: usize, place: Option<usize>, draw: &mut Draw) -> (&'a str, &'a str) {
        let count = self.text.matters.len() as u32;
        let mut pair = (0, 0);
        for _ in 0..20 {
            pair = (draw.below(count) as usize, draw.below(count) as usize);
            let (low, high) = (pair.0.min(pair.1), pair.0.max(pair.1));
            if (low != high || count == 1) && self.written.borrow_mut().insert((person, place, low, high)) {
                break;
            }
        }
        (&self.text.matters[pair.0], &self.text.matters[pair.1])
    }

    fn entry(&self, person: usize, place: Option<usize>, served_on: Day, draw: &mut Draw) -> Entry<'a> {
        let (bureau, text) = (self.bureau, self.text);
        let who = &bureau.people[person];
        let kind = weighted(&self.cadence.kinds, draw);
        let general = matches!(kind, "training" | "office_day" | "zero_report");
        // A lead to check: an enterprise of somebody else.
        let astray = draw.permille(3) && place.is_some();
        let place = if astray { Some(draw.below(bureau.enterprises.len() as u32) as usize) } else { place };
        let place = place.filter(|_| !general);
        let name = place.map_or("", |place| bureau.enterprises[place].name.as_str());
        let opening = draw.word(&text.openings[kind]).replace("{e}", name);
        let (matter, second) = self.matters(person, place, draw);
        let outcome = draw.word(&text.outcomes);
        let content = if who.manner == Manner::Poor && !text.template.is_empty() && draw.permille(500) {
            text.template.clone()
        } else {
            let number = draw.between(2, 96).to_string();
            format!("{opening}{matter}，{second}{outcome}").replace("{n}", &number)
        };
        let missing = self.cadence.incomplete.0
            * match who.manner {
                Manner::Fine => 0,
                Manner::Solid => 1,
                Manner::Weak => 10,
                Manner::Poor => 14,
            };
        let missing = draw.permille(missing.min(800)).then(|| draw.below(3));
        let some = |list: &'a [String], without: u32, draw: &mut Draw| {
            (!list.is_empty() && missing != Some(without)).then(|| draw.word(list))
        };
        let there = !matches!(kind, "phone" | "wechat");
        let written = served_on + draw.weighted(&[66, 22, 8, 3, 1]) as Day;
        let from = if written == served_on { 52_000 } else { 30_700 };
        Entry {
            id: String::new(),
            person,
            enterprise: place,
            served_on,
            written_at: Stamp::from(written) * DAY + Stamp::from(draw.between(from, 70_000)),
            kind,
            place: some(&text.places, 0, draw).filter(|_| there),
            participants: some(&text.participants, 1, draw).filter(|_| there),
            content: Some(content),
            problems: some(&text.problems, 2, draw),
        }
    }
}
