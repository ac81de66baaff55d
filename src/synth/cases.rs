//! Cases of a block and the way each takes: accepted, sent to departments, lifted, settled, answered.
use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::bureau::{Block, Enterprise, Manner};
use super::clock::{Clock, DAY, Day, Stamp};
use super::draw::{Draw, Stream};
use super::event::Event;
use super::plan::{Plan, pressure, volume};
use super::vocabulary::{Category, Vocabulary};

pub(super) struct Case {
    pub id: String,
    /// Its place in the block's list.
    pub enterprise: usize,
    pub title: &'static str,
    pub detail: &'static str,
    pub category: &'static str,
    pub class: &'static str,
    pub channel: &'static str,
    pub submitted: Stamp,
    pub events: Vec<Event<'static>>,
    /// First `resolved` or `returned`, where it had come by the end of the records.
    pub settled: Option<Stamp>,
    /// Settled after its fifteen working days.
    pub late: bool,
    /// The department that it was sent to last.
    pub department: Option<&'static str>,
}

/// What the chains of one bureau have in common.
pub(super) struct Mill<'a> {
    pub plan: &'a Plan,
    pub clock: &'a Clock,
    pub seed: u64,
    /// Nothing at or after this instant is on record.
    end: Stamp,
    /// How much slower (positive) or faster each department is, of a thousand cases late.
    drag: Vec<i32>,
}

impl<'a> Mill<'a> {
    pub fn new(plan: &'a Plan, clock: &'a Clock, seed: u64) -> Mill<'a> {
        let departments = Vocabulary::shipped().departments.len();
        let mut draw = Draw::new(seed, Stream::Cases, u64::from(u32::MAX));
        // Two of the six that are asked most drag; of the others a few are slow, a few quick.
        let first = draw.below(6) as usize;
        let second = (first + 1 + draw.below(5) as usize) % 6;
        let drag = (0..departments)
            .map(|i| if i == first || i == second { 170 } else { *draw.pick(&[-25, -15, -10, 0, 0, 0, 10, 25]) })
            .collect();
        let end = Stamp::from(clock.day(plan.last) + 1) * DAY;
        Mill { plan, clock, seed, end, drag }
    }

    /// All cases of the block, by time of submission.
    pub fn cases(&self, block: &Block, first_number: u32) -> Vec<Case> {
        let mut cases = Vec::new();
        for (place, enterprise) in block.enterprises.iter().enumerate() {
            let mut draw = Draw::new(self.seed, Stream::Cases, u64::from(first_number) + place as u64);
            let mut submitted = self.submissions(enterprise, &mut draw);
            submitted.sort_unstable();
            let mut today = (0, 0);
            for at in submitted {
                let day = (at / DAY) as Day;
                today = if today.0 == day { (day, today.1 + 1) } else { (day, 1) };
                let date = self.clock.date(day).format("%Y%m%d");
                let again = if today.1 > 1 { format!("-{}", today.1) } else { String::new() };
                let id = format!("W{date}-{}{again}", &enterprise.id[1..]);
                cases.push(self.case(block, place, id, at, &mut draw));
            }
        }
        cases.sort_by_key(|case| (case.submitted, case.enterprise));
        cases
    }

    /// When the enterprise brought something forward, month by month.
    fn submissions(&self, enterprise: &Enterprise, draw: &mut Draw) -> Vec<Stamp> {
        let mut submitted = Vec::new();
        let mut month = self.plan.first;
        while month <= self.plan.last {
            let next = month + chrono::Months::new(1);
            let days = (next - month).num_days() as u32;
            let expected =
                u64::from(self.plan.cases) * u64::from(enterprise.busy) * u64::from(volume(month.month())) / 10_000;
            for _ in 0..draw.count(expected as u32) {
                let mut day = self.clock.day(month) + draw.below(days) as Day;
                // Few write on a rest day.
                while !self.clock.is_workday(day) && !draw.permille(110) {
                    day = self.clock.day(month) + draw.below(days) as Day;
                }
                let at = if self.clock.is_workday(day) && draw.permille(820) {
                    self.clock.office_hours(day, draw)
                } else {
                    Stamp::from(day) * DAY + Stamp::from(draw.between(27_000, 82_000))
                };
                if enterprise.in_scope(day) {
                    submitted.push(at);
                }
            }
            month = next;
        }
        submitted
    }

    fn case(&self, block: &Block, place: usize, id: String, submitted: Stamp, draw: &mut Draw) -> Case {
        let words = Vocabulary::shipped();
        let weights: Vec<u32> = words.categories.iter().map(|c| c.weight).collect();
        let category = &words.categories[draw.weighted(&weights)];
        let class = ["consultation", "general", "difficult"][draw.weighted(&[30, 58, 12])];
        let channel =
            ["platform", "hotline", "wechat", "visit", "window", "email"][draw.weighted(&[62, 12, 10, 9, 5, 2])];
        let mut chain = Chain {
            mill: self,
            block,
            enterprise: &block.enterprises[place],
            category,
            class,
            submitted,
            at: submitted,
            events: Vec::with_capacity(8),
            department: None,
            strain: 0,
        };
        chain.run(draw);
        let Chain { mut events, department, .. } = chain;
        events.sort_by_key(|event| event.at);
        events.retain(|event| event.at < self.end);
        let settled = events.iter().find(|e| matches!(e.event, "resolved" | "returned")).map(|e| e.at);
        let day = |at: Stamp| (at / DAY) as Day;
        let late = settled.is_some_and(|at| self.clock.workdays_between(day(submitted), day(at)) > 15);
        Case {
            id,
            enterprise: place,
            title: draw.word(&category.titles),
            detail: draw.word(&category.details),
            category: &category.name,
            class,
            channel,
            submitted,
            events,
            settled,
            late,
            department,
        }
    }
}

/// A case on its way.
struct Chain<'a> {
    mill: &'a Mill<'a>,
    block: &'a Block,
    enterprise: &'a Enterprise,
    category: &'static Category,
    class: &'static str,
    submitted: Stamp,
    /// The latest step.
    at: Stamp,
    events: Vec<Event<'static>>,
    department: Option<&'static str>,
    /// What the departments add to the chance of being late.
    strain: i32,
}

impl Chain<'_> {
    fn push(&mut self, event: &'static str, at: Stamp) {
        self.add(event, at, None, None);
    }

    fn add(&mut self, event: &'static str, at: Stamp, unit: Option<&'static str>, note: Option<&'static str>) {
        let acted =
            matches!(event, "accepted" | "resolved" | "returned" | "answered" | "followed_up" | "assigned" | "meeting");
        let actor = self.enterprise.steward((at / DAY) as Day).filter(|_| acted);
        self.at = at;
        self.events.push(Event { event, at, actor, unit: unit.map(Cow::Borrowed), until: None, note });
    }

    fn manner(&self) -> Manner {
        let steward = self.enterprise.steward((self.submitted / DAY) as Day);
        steward.map_or(Manner::Weak, |steward| self.block.people[steward].manner)
    }

    fn later(&self, n: i32, draw: &mut Draw) -> Stamp {
        self.mill.clock.later(self.at, n, draw)
    }

    fn run(&mut self, draw: &mut Draw) {
        self.push("submitted", self.submitted);
        if draw.permille(12) {
            let n = draw.between(0, 6);
            let at = self.later(n, draw);
            self.push("withdrawn", at);
            return;
        }
        // A lead to check: settled within a minute.
        if self.manner() == Manner::Poor && draw.permille(25) {
            let at = self.submitted + Stamp::from(draw.between(12, 55));
            self.push("accepted", at - 5);
            self.add("resolved", at, None, Some("已办结"));
            return;
        }
        let n = draw.weighted(&[700, 270, 30]) as i32;
        let at = self.later(n, draw);
        self.push("accepted", at);
        let mut gives_back = draw.permille(45);
        if !draw.permille(self.mill.plan.direct) {
            gives_back |= self.through_departments(draw);
        }
        self.interrupt(draw);
        self.settle(gives_back, draw);
    }

    /// To one department or several; true when the case is to be given back to the enterprise.
    fn through_departments(&mut self, draw: &mut Draw) -> bool {
        let words = Vocabulary::shipped();
        let rounds = draw.weighted(&[0, 860, 120, 20]);
        let start = draw.weighted(&[6, 3, 2]);
        for round in 0..rounds {
            let departments = &self.category.departments;
            let department = departments[(start + round) % departments.len()].as_str();
            let drag = self.mill.drag[words.department(department)];
            self.department = Some(department);
            let n = draw.weighted(&[600, 350, 50]) as i32;
            let at = self.later(n, draw);
            self.add("assigned", at, Some(department), None);
            let slow = draw.permille((55 + drag + pressure(self.date())).clamp(8, 600));
            self.strain += if slow { 60 } else { 0 } + drag / 3;
            let n = if slow {
                4 + draw.weighted(&[40, 25, 15, 10, 6, 4]) as i32
            } else {
                draw.weighted(&[20, 36, 28, 16]) as i32
            };
            let at = self.later(n, draw);
            if !draw.permille(60) {
                let note = draw.word(&words.notes.department_replied);
                self.add("department_replied", at, Some(department), Some(note));
                continue;
            }
            let note = if draw.permille(900) {
                Some(draw.word(&words.notes.department_returned))
            } else {
                draw.permille(500).then(|| draw.word(&words.notes.empty))
            };
            self.add("department_returned", at, Some(department), note);
            match draw.below(10) {
                0..2 => return true,
                2..5 => {
                    let n = draw.weighted(&[2, 5, 3, 1]) as i32;
                    self.meeting(n, draw);
                }
                _ => {
                    let at = self.later(draw.weighted(&[3, 5, 2, 1]) as i32, draw);
                    let other = departments[(start + round + 1) % departments.len()].as_str();
                    self.department = Some(other);
                    self.add("assigned", at, Some(other), None);
                    let at = self.later(draw.weighted(&[2, 4, 3, 1]) as i32, draw);
                    self.add("department_replied", at, Some(other), None);
                    break;
                }
            }
        }
        let lift = if self.class == "difficult" { 260 } else { 45 };
        if draw.permille(lift) {
            self.meeting(draw.weighted(&[1, 4, 4, 2]) as i32, draw);
            self.lift(draw);
        }
        false
    }

    fn meeting(&mut self, n: i32, draw: &mut Draw) {
        let at = self.later(n, draw);
        self.add("meeting", at, None, Some(draw.word(&Vocabulary::shipped().notes.meeting)));
    }

    /// Up the ladder, each level taking fewer.
    fn lift(&mut self, draw: &mut Draw) {
        let words = Vocabulary::shipped();
        let group: Option<&'static str> = Some(&self.category.name);
        let department = self.department;
        let ladder = [
            ("to_operator", 420, Some(words.offices.operator.as_str())),
            ("to_industry", 500, department),
            ("to_group", 500, group),
            ("to_committee", 360, Some(words.offices.committee.as_str())),
        ];
        for (level, goes_on, unit) in ladder {
            if !draw.permille(goes_on) {
                return;
            }
            self.strain += 45;
            let at = self.later(draw.between(1, 4), draw);
            self.add(level, at, unit, None);
        }
        if draw.permille(960) {
            let at = self.later(draw.weighted(&[2, 5, 3, 2, 1]) as i32, draw);
            self.add("supervised", at, Some(&words.offices.supervisor), None);
        }
    }

    /// Waiting for the enterprise or a laboratory: the clock stands still.
    fn interrupt(&mut self, draw: &mut Draw) {
        if draw.permille(28) {
            let notes = &Vocabulary::shipped().notes.suspended;
            let at = self.later(draw.between(0, 2), draw);
            self.add("suspended", at, None, Some(draw.word(notes)));
            let at = self.later(draw.between(2, 12), draw);
            self.push("resumed", at);
        }
    }

    fn date(&self) -> NaiveDate {
        self.mill.clock.date((self.at / DAY) as Day)
    }

    /// Until it is resolved or given back, told to the enterprise, and now and then opened again.
    fn settle(&mut self, gives_back: bool, draw: &mut Draw) {
        let words = Vocabulary::shipped();
        let clock = self.mill.clock;
        let opened = (self.submitted / DAY) as Day;
        let due = clock.nth(opened, 15);
        let manner = match self.manner() {
            Manner::Solid => -8,
            Manner::Weak => 45,
            Manner::Poor => 150,
        };
        let class = match self.class {
            "consultation" => -30,
            "difficult" => 35,
            _ => 0,
        };
        let chance = 51 + pressure(clock.date(due)) + manner + class + self.strain;
        let late = draw.permille(chance.clamp(4, 650));
        let target = if late {
            16 + draw.weighted(&[22, 18, 14, 10, 8, 7, 5, 4, 3, 3, 2, 2, 1, 1, 1]) as i32
                + if draw.permille(60) { 25 } else { 0 }
        } else {
            let days = [60, 95, 115, 120, 110, 95, 80, 70, 60, 50, 45, 38, 32, 24, 18, 12];
            draw.weighted(&days) as i32
        };
        let target_day = clock.nth(opened, target);
        // Some of the late ones were given a longer term in time.
        if late && draw.permille(240) || draw.permille(6) {
            let asked = clock.office_hours(clock.nth(opened, draw.between(9, 14)), draw);
            let until = clock.nth(due, draw.between(4, 12));
            let before = self.at;
            self.add("extended", asked.max(self.submitted + 60), None, Some(draw.word(&words.notes.extended)));
            if let Some(event) = self.events.last_mut() {
                event.until = Some(until);
            }
            self.at = before;
        }
        let mut at = clock.office_hours(target_day, draw);
        if at <= self.at {
            at = self.later(draw.weighted(&[5, 3, 1]) as i32, draw);
        }
        // A handful stay open for good.
        if draw.permille(3) {
            return;
        }
        let (event, notes) =
            if gives_back { ("returned", &words.notes.returned) } else { ("resolved", &words.notes.resolved) };
        let note = if draw.permille(if gives_back { 880 } else { 950 }) {
            Some(draw.word(notes))
        } else {
            draw.permille(400).then(|| draw.word(&words.notes.empty))
        };
        self.add(event, at, None, note);
        self.tell(manner, draw);
        if !gives_back && draw.permille(14) {
            let at = self.later(draw.between(1, 9), draw);
            self.push("reopened", at);
            let n = if draw.permille(150 + manner) { draw.between(16, 24) } else { draw.between(2, 13) };
            let at = self.later(n, draw);
            self.add("resolved", at, None, Some(draw.word(&words.notes.resolved)));
            self.tell(manner, draw);
        }
    }

    /// Answers the enterprise; asks again later whether it held.
    fn tell(&mut self, slowness: i32, draw: &mut Draw) {
        if draw.permille(8 + slowness.max(0) / 4) {
            return;
        }
        let n =
            if draw.permille(45 + slowness.max(0) / 2) { draw.between(2, 6) } else { draw.weighted(&[62, 38]) as i32 };
        let at = self.later(n, draw);
        self.push("answered", at);
        if draw.permille(self.mill.plan.followed_up) {
            let at = self.later(draw.between(2, 12), draw);
            self.push("followed_up", at);
        }
    }
}
