//! Service diaries: an entry a week from nearly everybody, zero reports, late ones, and a few that look invented.
use super::SynthError;
use super::bureau::{Block, Manner, Window};
use super::cases::Case;
use super::clock::{Clock, DAY, Day, Stamp};
use super::draw::{Draw, Stream};
use super::sink::{Cell, Sink, Table};
use super::vocabulary::Vocabulary;

/// An entry of a made-up diary; people and enterprises by their places in the lists of whoever makes them.
pub(super) struct Entry<'a> {
    pub id: String,
    pub person: usize,
    pub enterprise: Option<usize>,
    pub served_on: Day,
    pub written_at: Stamp,
    pub kind: &'a str,
    pub place: Option<&'a str>,
    pub participants: Option<&'a str>,
    pub content: Option<String>,
    pub problems: Option<&'a str>,
}

impl Entry<'_> {
    /// As a row, with the ids of its person and enterprise.
    pub fn row(&self, person: &str, enterprise: Option<&str>, sink: &mut impl Sink) -> Result<(), SynthError> {
        let cells = [
            Cell::Text(&self.id),
            Cell::Text(person),
            Cell::text(enterprise),
            Cell::Day(self.served_on),
            Cell::Stamp(self.written_at),
            Cell::Text(self.kind),
            Cell::text(self.place),
            Cell::text(self.participants),
            Cell::text(self.content.as_deref()),
            Cell::text(self.problems),
        ];
        sink.row(Table::Diary, &cells)
    }
}

/// Writes the diaries of a block.
pub(super) struct Diarist<'a> {
    pub block: &'a Block,
    pub cases: &'a [Case],
    pub clock: &'a Clock,
    pub window: Window,
    /// Weeks with a second entry, of a thousand.
    second_entries: i32,
    /// Places of each person's enterprises, whenever held.
    held: Vec<Vec<usize>>,
    /// Places of each enterprise's cases.
    cases_of: Vec<Vec<usize>>,
}

impl<'a> Diarist<'a> {
    pub fn new(
        block: &'a Block,
        cases: &'a [Case],
        clock: &'a Clock,
        window: Window,
        second_entries: i32,
    ) -> Diarist<'a> {
        let mut held = vec![Vec::new(); block.people.len()];
        for (place, enterprise) in block.enterprises.iter().enumerate() {
            for tenure in &enterprise.tenures {
                if !held[tenure.person].contains(&place) {
                    held[tenure.person].push(place);
                }
            }
        }
        let mut cases_of = vec![Vec::new(); block.enterprises.len()];
        for (i, case) in cases.iter().enumerate() {
            cases_of[case.enterprise].push(i);
        }
        Diarist { block, cases, clock, window, second_entries, held, cases_of }
    }

    pub fn entries(&self, seed: u64, first_person: u32) -> Vec<Entry<'static>> {
        let mut entries = Vec::new();
        for person in 0..self.block.people.len() {
            let mut draw = Draw::new(seed, Stream::Diary, u64::from(first_person) + person as u64);
            self.of_person(person, &mut draw, &mut entries);
        }
        entries.retain(|entry| entry.served_on >= self.window.first);
        entries.sort_by_key(|entry| (entry.served_on, entry.person, entry.written_at));
        entries
    }

    fn of_person(&self, person: usize, draw: &mut Draw, entries: &mut Vec<Entry<'static>>) {
        let manner = self.block.people[person].manner;
        // Somebody poor once wrote six weeks in one afternoon.
        let weeks = (self.window.last - self.window.first) / 7;
        let binge = (manner == Manner::Poor).then(|| draw.between(weeks / 2, weeks - 6));
        let mut monday = self.clock.monday(self.window.first);
        let mut week = 0;
        while monday <= self.window.last {
            let of_week = entries.len();
            self.week(person, monday, draw, entries);
            if let Some(start) = binge.filter(|start| (*start..start + 6).contains(&week)) {
                let afternoon = Stamp::from(self.clock.nth(monday + 7 * (start + 6 - week), 1)) * DAY + 57_000;
                for (i, entry) in entries.iter_mut().enumerate().skip(of_week) {
                    entry.written_at = afternoon + Stamp::from(week - start) * 70 + (i - of_week) as Stamp * 31;
                }
            }
            monday += 7;
            week += 1;
        }
        let end = Stamp::from(self.window.last + 1) * DAY;
        entries.retain(|entry| entry.person != person || entry.written_at < end);
    }

    fn week(&self, person: usize, monday: Day, draw: &mut Draw, entries: &mut Vec<Entry<'static>>) {
        let who = &self.block.people[person];
        let serves = |day: Day| {
            self.clock.is_workday(day)
                && who.active_from.is_none_or(|from| from <= day)
                && who.active_to.is_none_or(|to| day <= to)
                && self.block.absence(person, day).is_none()
        };
        let days: Vec<Day> = (monday..monday + 7).filter(|day| serves(*day)).collect();
        let Some(&last) = days.last() else { return };
        let held: Vec<usize> = self.held[person]
            .iter()
            .copied()
            .filter(|place| self.block.enterprises[*place].tenures.iter().any(|t| t.person == person && t.covers(last)))
            .collect();
        if held.is_empty() {
            return;
        }
        let keeps = draw.permille(match who.manner {
            Manner::Solid => 977,
            Manner::Weak => 925,
            Manner::Poor => 790,
        });
        if !keeps && draw.permille(450) {
            return;
        }
        let count = 1 + usize::from(draw.permille(self.second_entries)) + usize::from(draw.permille(50));
        let mut used = Vec::new();
        for _ in 0..count.min(days.len()) {
            let served_on = *draw.pick(&days);
            if used.contains(&served_on) {
                continue;
            }
            used.push(served_on);
            let mut entry = self.entry(person, served_on, &held, draw);
            entry.written_at = if keeps {
                // In the same week, since the week in which it is written counts.
                let day = (served_on + draw.weighted(&[70, 22, 8]) as Day).min(monday + 6);
                let from = if day == served_on { 52_000 } else { 30_700 };
                Stamp::from(day) * DAY + Stamp::from(draw.between(from, 76_000))
            } else {
                self.clock.office_hours(self.clock.nth(monday + 6, draw.between(1, 4)), draw)
            };
            entries.push(entry);
        }
    }

    fn entry(&self, person: usize, served_on: Day, held: &[usize], draw: &mut Draw) -> Entry<'static> {
        let words = &Vocabulary::shipped().diary;
        let who = &self.block.people[person];
        let date = self.clock.date(served_on);
        let id = format!("R{}-{}", date.format("%y%m%d"), &who.id[1..]);
        let blank = Entry {
            id,
            person,
            enterprise: None,
            served_on,
            written_at: 0,
            kind: "zero_report",
            place: None,
            participants: None,
            content: None,
            problems: None,
        };
        // An enterprise with a case in hand comes first.
        let in_hand: Vec<usize> = held.iter().copied().filter(|place| self.in_hand(*place, served_on)).collect();
        if draw.permille(if in_hand.is_empty() { 550 } else { 170 }) {
            return Entry { content: Some(draw.word(&words.zero_reports).to_owned()), ..blank };
        }
        let place = if !in_hand.is_empty() && draw.permille(850) { *draw.pick(&in_hand) } else { *draw.pick(held) };
        // A lead to check: an enterprise of somebody else.
        let place = if draw.permille(3) { draw.below(self.block.enterprises.len() as u32) as usize } else { place };
        let name = &self.block.enterprises[place].name;
        let kind =
            ["visit", "talk", "phone", "wechat", "site_visit", "dispatch"][draw.weighted(&[40, 14, 20, 12, 12, 2])];
        let (opening, matter) = (draw.word(&words.openings[kind]), draw.word(&words.matters));
        let (second, outcome) = (draw.word(&words.matters), draw.word(&words.outcomes));
        let content = if who.manner == Manner::Poor && draw.permille(450) {
            words.template.clone()
        } else if draw.permille(500) && second != matter {
            format!("{}{matter}，{second}{outcome}", opening.replace("{e}", name))
        } else {
            format!("{}{matter}{outcome}", opening.replace("{e}", name))
        };
        let there = !matches!(kind, "phone" | "wechat");
        Entry {
            enterprise: (!draw.permille(8)).then_some(place),
            kind,
            place: there.then(|| draw.word(&words.places)),
            participants: there.then(|| draw.word(&words.participants)),
            content: (!draw.permille(8)).then_some(content),
            problems: draw.permille(300).then(|| draw.word(&words.problems)),
            ..blank
        }
    }

    /// Whether the enterprise has a case open that day, or settled within the week before.
    fn in_hand(&self, place: usize, day: Day) -> bool {
        let of = |at: Stamp| (at / DAY) as Day;
        self.cases_of[place].iter().map(|i| &self.cases[*i]).any(|case| {
            of(case.submitted) <= day
                && case.settled.is_none_or(|at| day <= of(at) + 7)
                && day - of(case.submitted) < 60
        })
    }
}
