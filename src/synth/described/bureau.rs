//! Who there is and who holds what, as a [`Description`] says.
use super::description::{Description, Group, Industry, Role, Set};
use super::roads::Road;
use crate::synth::clock::{Clock, Day};
use crate::synth::draw::{Draw, Stream};
use crate::synth::register::{credit_code, name, phone};
use crate::synth::vocabulary::Vocabulary;

/// How somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Fine,
    Solid,
    Weak,
    Poor,
}

pub(super) struct Person<'a> {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub rank: &'a str,
    pub phone: String,
    pub group: &'a str,
    /// Its number in the list of areas, where the group has some in each.
    pub area: Option<usize>,
    pub manner: Manner,
}

/// Who holds a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A place in the roster.
    Person(usize),
    Unit(String),
    /// Somebody who is on no roster: name and unit.
    Named(String, String),
}

/// A role held on `[from, to)`.
pub(super) struct Tenure<'a> {
    pub role: &'a str,
    pub holder: Holder,
    pub from: Day,
    pub to: Option<Day>,
    pub filed_on: Option<Day>,
    pub filed_with: &'a str,
}

impl Tenure<'_> {
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

pub(super) struct Enterprise<'a> {
    pub id: String,
    pub name: String,
    pub set: &'a Set,
    pub credit_code: String,
    pub scope_category: Option<&'a str>,
    pub industry: &'a Industry,
    /// Its number in the list of areas.
    pub area: usize,
    pub investment_wan: Option<i64>,
    pub contact: Option<(String, String)>,
    pub listed: bool,
    pub from: Day,
    pub to: Option<Day>,
    pub produced: Option<Day>,
    pub signed: Option<Day>,
    pub tenures: Vec<Tenure<'a>>,
    pub road: Option<Road<'a>>,
    /// Cases, in hundredths of an ordinary enterprise's.
    pub busy: u32,
}

impl Enterprise<'_> {
    pub fn in_scope(&self, day: Day) -> bool {
        self.listed && self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// The holder of a role: of several, the one named last.
    pub fn holder(&self, role: &str, day: Day) -> Option<&Holder> {
        let held = self.tenures.iter().filter(|tenure| tenure.role == role && tenure.covers(day));
        held.max_by_key(|tenure| tenure.from).map(|tenure| &tenure.holder)
    }

    /// Whether it is one of these sets; none named: of all.
    pub fn is_of(&self, sets: &[String]) -> bool {
        sets.is_empty() || sets.contains(&self.set.set)
    }
}

pub(super) struct Absence {
    pub person: usize,
    pub from: Day,
    pub to: Day,
    pub deputy: Option<usize>,
}

pub(super) struct Bureau<'a> {
    pub of: &'a Description,
    pub clock: &'a Clock,
    pub first: Day,
    pub last: Day,
    pub people: Vec<Person<'a>>,
    pub enterprises: Vec<Enterprise<'a>>,
    pub absences: Vec<Absence>,
}

impl<'a> Bureau<'a> {
    pub fn make(of: &'a Description, clock: &'a Clock) -> Bureau<'a> {
        let (first, last) = (clock.day(of.first), clock.day(of.last));
        let mut bureau =
            Bureau { of, clock, first, last, people: Vec::new(), enterprises: Vec::new(), absences: Vec::new() };
        for (number, group) in of.groups.iter().enumerate() {
            bureau.hire(group, number as u64);
        }
        for set in &of.sets {
            for i in 0..set.number {
                bureau.take_in(set, i);
            }
        }
        for (number, role) in of.roles.iter().enumerate() {
            bureau.name_holders(role, number as u64);
        }
        bureau.let_people_rest();
        bureau
    }

    pub fn draw(&self, stream: Stream, index: u64) -> Draw {
        Draw::new(self.of.seed, stream, index)
    }

    /// A unit's name for an enterprise.
    pub fn unit(&self, name: &str, enterprise: &Enterprise) -> String {
        name.replace("{area}", &self.of.areas[enterprise.area].name).replace("{industry}", &enterprise.industry.unit)
    }

    /// Thousandths of lateness that a unit adds.
    pub fn slow(&self, unit: &str) -> i32 {
        self.of.units.iter().find(|known| known.name == unit).map_or(0, |known| known.slow)
    }

    /// Thousandths of lateness that a holder's way of working adds.
    pub fn manner(&self, holder: Option<&Holder>) -> i32 {
        match holder {
            Some(Holder::Person(person)) => match self.people[*person].manner {
                Manner::Fine => -60,
                Manner::Solid => 0,
                Manner::Weak => 80,
                Manner::Poor => 380,
            },
            Some(Holder::Unit(unit)) => self.slow(unit),
            Some(Holder::Named(..)) => 0,
            None => 60,
        }
    }

    /// Thousandths of lateness that a month adds.
    pub fn strain(&self, day: Day) -> i32 {
        let date = self.clock.date(day.min(self.last));
        let of = |form: &str| self.of.strain.get(&date.format(form).to_string()).copied().unwrap_or(0);
        of("%m") + of("%Y-%m")
    }

    pub fn away(&self, person: usize, day: Day) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.person == person && absence.from <= day && day <= absence.to)
    }

    fn hire(&mut self, group: &'a Group, index: u64) {
        let mut draw = self.draw(Stream::People, index);
        let areas = self.of.areas.len();
        let count = if group.per_area > 0 { group.per_area as usize * areas } else { group.number as usize };
        let mut order: Vec<usize> = (0..count).collect();
        shuffle(&mut order, &mut draw);
        let (fine, weak, poor) = (group.fine as usize, group.weak as usize, group.poor as usize);
        for i in 0..count {
            let area = (group.per_area > 0).then(|| i / group.per_area.max(1) as usize);
            let named = &self.of.areas[area.unwrap_or(i % areas)].name;
            let rank = order.iter().position(|n| *n == i).unwrap_or(0);
            let manner = match rank {
                n if n < poor => Manner::Poor,
                n if n < poor + weak => Manner::Weak,
                n if n < poor + weak + fine => Manner::Fine,
                _ => Manner::Solid,
            };
            self.people.push(Person {
                id: format!("{}{:03}", group.prefix, i + 1),
                name: self.new_name(&mut draw),
                unit: group.units[i % group.units.len()].replace("{area}", named),
                rank: &group.ranks[i % group.ranks.len()],
                phone: phone(&mut draw),
                group: &group.group,
                area,
                manner,
            });
        }
    }

    /// A name that nobody of the roster has yet, so that a list of names can be read.
    fn new_name(&self, draw: &mut Draw) -> String {
        (0..50).map(|_| name(draw)).find(|name| self.people.iter().all(|p| p.name != *name)).unwrap_or_default()
    }

    fn take_in(&mut self, set: &'a Set, i: u32) {
        let number = self.enterprises.len();
        let mut draw = self.draw(Stream::Enterprises, number as u64);
        let stems = &Vocabulary::shipped().stems;
        let fields: Vec<(&'a Industry, &str)> =
            self.of.industries.iter().flat_map(|i| i.fields.iter().map(move |f| (i, f.as_str()))).collect();
        let combinations = stems.len() * fields.len();
        let combination = (number * 7919 + self.of.seed as usize % 4999) % combinations;
        let (industry, field) = fields[combination / stems.len()];
        let stem = &stems[combination % stems.len()];
        let road = Road::of(self, &set.set, &mut draw);
        let begins = road.as_ref().and_then(|road| road.days.first()).map_or(Day::MIN, |day| day - 420);
        let from = (self.first + draw.between(set.joined.0, set.joined.1)).max(begins).min(self.last - 3);
        let produced = set.produced.map(|range| self.last - draw.between(range.0, range.1));
        let cycle = set.cycle.as_ref().zip(produced).filter(|(cycle, _)| draw.permille(cycle.released.0));
        let over = cycle.map(|(cycle, day)| {
            self.clock.day(self.clock.date(day) + chrono::Months::new(cycle.months)) + draw.between(0, 20)
        });
        let left = draw.permille(set.left.0).then(|| from.max(self.first) + draw.between(60, 500));
        let enterprise = Enterprise {
            id: format!("{}{:03}", set.prefix, i + 1),
            name: format!("{stem}{field}{}", draw.word(&set.endings)),
            set,
            credit_code: credit_code(number as u32 + self.of.seed as u32 % 90_000 * 10),
            scope_category: (!set.scope_categories.is_empty()).then(|| draw.word(&set.scope_categories)),
            industry,
            area: number % self.of.areas.len(),
            investment_wan: set.investment_wan.map(|range| amount(range.0, range.1, &mut draw)),
            contact: draw.permille(set.contact.0).then(|| (name(&mut draw), phone(&mut draw))),
            listed: draw.permille(set.listed.0),
            from: produced.map_or(from, |day| from.min(day - 200)),
            to: over.or(left).filter(|to| *to <= self.last),
            produced: produced.filter(|day| *day <= self.last),
            signed: draw.permille(set.signed.0).then(|| from + draw.between(0, 20)).filter(|day| *day <= self.last),
            tenures: Vec::new(),
            road,
            busy: *draw.pick(&[20, 40, 60, 60, 80, 80, 100, 100, 120, 150, 170, 220]),
        };
        self.enterprises.push(enterprise);
    }

    fn name_holders(&mut self, role: &'a Role, index: u64) {
        let mut draw = self.draw(Stream::Bureau, index);
        let mut pool: Vec<usize> = (0..self.people.len()).filter(|p| self.people[*p].group == role.people).collect();
        shuffle(&mut pool, &mut draw);
        let mut turn = vec![0; self.of.areas.len()];
        for place in 0..self.enterprises.len() {
            let enterprise = &self.enterprises[place];
            if !enterprise.is_of(&role.of) || !draw.permille(role.full.0) {
                continue;
            }
            let near: Vec<usize> =
                pool.iter().copied().filter(|p| !role.near || self.people[*p].area == Some(enterprise.area)).collect();
            let turn = &mut turn[if role.near { enterprise.area } else { 0 }];
            *turn += 1;
            let holder = |n: usize, draw: &mut Draw| match near.as_slice() {
                [] => {
                    let unit = self.unit(&role.units[(place + n) % role.units.len()], enterprise);
                    if role.named { Holder::Named(name(draw), unit) } else { Holder::Unit(unit) }
                }
                near => Holder::Person(near[(*turn + n) % near.len()]),
            };
            let days = if draw.permille(role.late.0) { role.late_after } else { role.after };
            let from = enterprise.from + draw.between(days.0, days.1);
            let mut tenures = vec![(holder(0, &mut draw), from, None)];
            if draw.permille(role.changes.0) {
                let on = self.clock.nth(self.first + draw.below((self.last - self.first) as u32) as Day, 1);
                let gap = if draw.permille(role.gaps.0) { draw.between(role.gap.0, role.gap.1) } else { 0 };
                let other = holder(1 + draw.below(3) as usize, &mut draw);
                if on > from + 20 && other != tenures[0].0 {
                    tenures[0].2 = Some(on);
                    tenures.push((other, on + gap, None));
                }
            }
            if draw.permille(role.second.0) {
                tenures.push((holder(2, &mut draw), from.max(self.first) + draw.between(20, 200), None));
            }
            let end = enterprise.to.map(|to| to + 1);
            let last = self.last;
            let clock = self.clock;
            let mut named: Vec<Tenure> = Vec::new();
            for (holder, from, to) in tenures {
                if from > last || end.is_some_and(|end| from >= end) {
                    continue;
                }
                let filed = clock.nth(from, if draw.permille(900) { draw.between(1, 5) } else { draw.between(6, 15) });
                named.push(Tenure {
                    role: &role.role,
                    holder,
                    from,
                    to: [to, end].into_iter().flatten().min(),
                    filed_on: Some(filed).filter(|day| *day <= last && !role.filed_with.is_empty()),
                    filed_with: &role.filed_with,
                });
            }
            self.enterprises[place].tenures.extend(named);
        }
    }

    fn let_people_rest(&mut self) {
        for person in 0..self.people.len() {
            let mut draw = self.draw(Stream::Absences, person as u64);
            let expected = self.of.absences.per_year * (self.last - self.first) as u32 / 365;
            let mut free = self.first;
            for _ in 0..draw.count(expected) {
                let from = self.clock.nth(self.first + draw.below((self.last - self.first) as u32) as Day, 1);
                let to = from + draw.between(3, 14);
                let group = self.people[person].group;
                let others: Vec<usize> =
                    (0..self.people.len()).filter(|p| *p != person && self.people[*p].group == group).collect();
                let stands_in = draw.permille(self.of.absences.deputies.0) && !others.is_empty();
                let deputy = stands_in.then(|| *draw.pick(&others));
                if from >= free {
                    self.absences.push(Absence { person, from, to, deputy });
                    free = to + 30;
                }
            }
        }
    }
}

/// Small amounts are more common than large ones; rounded as ledgers round them.
fn amount(low: i32, high: i32, draw: &mut Draw) -> i64 {
    let drawn = draw.between(low, high).min(draw.between(low, high));
    i64::from(if drawn >= 10_000 { drawn / 1000 * 1000 } else { drawn / 100 * 100 }.max(low))
}

fn shuffle(list: &mut [usize], draw: &mut Draw) {
    for i in (1..list.len()).rev() {
        list.swap(i, draw.below(i as u32 + 1) as usize);
    }
}
