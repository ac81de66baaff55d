//! Who serves whom: blocks of people and the enterprises that they hold, with hand-overs and absences.
//!
//! A block is 23 stewards, each with a group of enterprises, and two people who come when somebody leaves. Blocks
//! do not touch each other, so that a province is made block by block.
use super::clock::{Clock, Day};
use super::draw::{Draw, Stream};
use super::plan::{BLOCK, GROUPS, Plan};
use super::register::{enterprise, person};

/// How somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Solid,
    Weak,
    Poor,
}

pub(super) struct Person {
    pub id: String,
    pub name: String,
    pub unit: &'static str,
    pub rank: &'static str,
    pub phone: String,
    pub active_from: Option<Day>,
    pub active_to: Option<Day>,
    pub manner: Manner,
}

/// A steward of an enterprise on `[from, to)`.
#[derive(Clone, Copy)]
pub(super) struct Tenure {
    pub person: usize,
    pub from: Day,
    pub to: Option<Day>,
    pub filed_on: Option<Day>,
}

impl Tenure {
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

pub(super) struct Enterprise {
    pub id: String,
    pub name: String,
    pub project: bool,
    pub credit_code: String,
    pub scope_category: usize,
    pub industry: &'static str,
    pub area: &'static str,
    pub stage: &'static str,
    pub investment_wan: Option<i64>,
    pub contact: Option<(String, String)>,
    pub listed: bool,
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Stewards in order of time, then a second one where there are two.
    pub tenures: Vec<Tenure>,
    /// Department contacts: name and department.
    pub contacts: Vec<(String, &'static str)>,
    /// Cases, in hundredths of an ordinary enterprise's.
    pub busy: u32,
}

impl Enterprise {
    pub fn in_scope(&self, day: Day) -> bool {
        self.listed && self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    pub fn steward(&self, day: Day) -> Option<usize> {
        self.tenures.iter().filter(|tenure| tenure.covers(day)).max_by_key(|t| t.from).map(|t| t.person)
    }
}

pub(super) struct Absence {
    pub person: usize,
    pub from: Day,
    pub to: Day,
    pub deputy: Option<usize>,
}

pub(super) struct Block {
    pub people: Vec<Person>,
    pub enterprises: Vec<Enterprise>,
    pub absences: Vec<Absence>,
}

/// First and last day of the records.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub first: Day,
    pub last: Day,
}

/// Somebody leaves on a day, and somebody else takes over.
#[derive(Clone, Copy)]
struct Leaving {
    who: usize,
    on: Day,
    successor: usize,
}

impl Block {
    pub fn make(plan: &Plan, clock: &Clock, seed: u64, index: u32) -> Block {
        let window = Window { first: clock.day(plan.first), last: clock.day(plan.last) };
        let mut draw = Draw::new(seed, Stream::Bureau, index.into());
        let mut primaries: Vec<usize> = (0..GROUPS as usize).collect();
        for i in (1..primaries.len()).rev() {
            primaries.swap(i, draw.below(i as u32 + 1) as usize);
        }
        let span = window.last - window.first;
        let leavings: Vec<Leaving> = (0..2)
            .map(|i| {
                let on = clock.nth(window.first + span / 6 + draw.below((span * 2 / 3) as u32) as Day, 1);
                Leaving { who: primaries[i], on, successor: GROUPS as usize + i }
            })
            .collect();
        let manner = |person: usize| match primaries.iter().position(|p| *p == person) {
            Some(2) => Manner::Poor,
            Some(3 | 4) => Manner::Weak,
            _ => Manner::Solid,
        };
        let people: Vec<Person> = (0..BLOCK as usize)
            .map(|local| {
                let mut person = person(plan, seed, index * BLOCK + local as u32, manner(local));
                for leaving in &leavings {
                    if leaving.who == local {
                        person.active_to = Some(leaving.on - 1);
                    } else if leaving.successor == local {
                        person.active_from = Some(clock.nth(leaving.on - 12, draw.between(1, 5)));
                    }
                }
                person
            })
            .collect();
        let groups = groups(plan.enterprises_of(index), &primaries, &mut draw);
        let mut enterprises = Vec::new();
        for (number, holder) in groups {
            let mut draw = Draw::new(seed, Stream::Enterprises, number.into());
            let mut enterprise = enterprise(plan, clock, window, number, &mut draw);
            name_stewards(&mut enterprise, holder, &leavings, &primaries, window, clock, &mut draw);
            enterprises.push(enterprise);
        }
        let absences = absences(&people, window, clock, &primaries, &mut draw);
        Block { people, enterprises, absences }
    }

    /// The absence of a person on a day.
    pub fn absence(&self, person: usize, day: Day) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.person == person && absence.from <= day && day <= absence.to)
    }
}

/// Which steward has which enterprises: mostly 7 to 13, one too few, one too many.
fn groups(numbers: std::ops::Range<u32>, primaries: &[usize], draw: &mut Draw) -> Vec<(u32, usize)> {
    let weights: Vec<u32> = (0..primaries.len())
        .map(|i| match i {
            5 => 32,
            6 => 185,
            _ => 70 + draw.below(60),
        })
        .collect();
    let (all, count) = (weights.iter().sum::<u32>(), numbers.end - numbers.start);
    let mut held = Vec::new();
    let mut reached = 0;
    for (i, weight) in weights.iter().enumerate() {
        let from = (u64::from(reached) * u64::from(count) / u64::from(all)) as u32;
        reached += weight;
        let to = (u64::from(reached) * u64::from(count) / u64::from(all)) as u32;
        held.extend((from..to).map(|n| (numbers.start + n, primaries[i])));
    }
    held
}

/// Stewards over time: who held it first, leavings, a few other changes, a few with none or two.
fn name_stewards(
    enterprise: &mut Enterprise,
    holder: usize,
    leavings: &[Leaving],
    primaries: &[usize],
    window: Window,
    clock: &Clock,
    draw: &mut Draw,
) {
    if draw.permille(6) {
        return;
    }
    let from = enterprise.from.unwrap_or(window.first);
    let first = from + if draw.permille(200) { draw.between(1, 20) } else { 0 };
    let mut tenures =
        vec![Tenure { person: holder, from: first, to: None, filed_on: Some(clock.nth(first, draw.between(1, 5))) }];
    let gap = |draw: &mut Draw, whole: i32| if draw.permille(whole) { 0 } else { draw.between(2, 32) };
    let hand_over = |tenures: &mut Vec<Tenure>, on: Day, to: usize, gap: i32, draw: &mut Draw| {
        let days = if draw.permille(880) { draw.between(1, 5) } else { draw.between(6, 15) };
        let filed_on = (!draw.permille(30)).then(|| clock.nth(on + gap, days));
        if let Some(last) = tenures.last_mut() {
            last.to = Some(on);
        }
        tenures.push(Tenure { person: to, from: on + gap, to: None, filed_on });
    };
    let leaving = leavings.iter().find(|leaving| leaving.who == holder);
    if let Some(leaving) = leaving.filter(|leaving| leaving.on > first) {
        let gap = gap(draw, 780);
        if draw.permille(50) {
            tenures[0].to = Some(leaving.on);
        } else {
            hand_over(&mut tenures, leaving.on, leaving.successor, gap, draw);
        }
    } else if leaving.is_some() {
        tenures[0].person = leaving.map_or(holder, |leaving| leaving.successor);
    } else if draw.permille(45) {
        // Any steward of the block who stays.
        let other = primaries[2 + draw.below(primaries.len() as u32 - 2) as usize];
        let on = clock.nth(window.first.max(first) + 20 + draw.below((window.last - window.first) as u32) as Day, 1);
        let gap = gap(draw, 700);
        if other != holder && on <= window.last {
            hand_over(&mut tenures, on, other, gap, draw);
        }
    }
    if draw.permille(13) {
        let other = primaries[2 + draw.below(primaries.len() as u32 - 2) as usize];
        let from = first + 30 + draw.below(300) as Day;
        if tenures.iter().all(|tenure| tenure.person != other) && from <= window.last {
            tenures.push(Tenure { person: other, from, to: None, filed_on: Some(clock.nth(from, 3)) });
        }
    }
    // Nobody is named after the enterprise left, or after the records end.
    let end = enterprise.to.map(|to| to + 1);
    tenures.retain(|tenure| tenure.from <= window.last && end.is_none_or(|end| tenure.from < end));
    for tenure in &mut tenures {
        tenure.to = [tenure.to, end].into_iter().flatten().min();
        tenure.filed_on = tenure.filed_on.filter(|filed| *filed <= window.last);
    }
    enterprise.tenures = tenures;
}

/// Leave and secondments; most have a deputy.
fn absences(people: &[Person], window: Window, clock: &Clock, primaries: &[usize], draw: &mut Draw) -> Vec<Absence> {
    let mut absences = Vec::new();
    for (person, who) in people.iter().enumerate() {
        let mut day = window.first + draw.between(10, 400);
        while day < window.last {
            let days = if draw.permille(80) { draw.between(30, 80) } else { draw.between(3, 14) };
            let from = clock.nth(day, 1);
            let to = from + days;
            let there = who.active_from.is_none_or(|f| f <= from) && who.active_to.is_none_or(|t| to <= t);
            let deputy = *draw.pick(&primaries[2..]);
            let deputy = (draw.permille(660) && deputy != person).then_some(deputy);
            if there && from <= window.last {
                absences.push(Absence { person, from, to, deputy });
            }
            day = to + draw.between(90, 420);
        }
    }
    absences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Size;

    #[test]
    fn a_district_is_held_as_districts_are() {
        let (plan, clock) = (Plan::of(Size::District), Clock::shipped());
        let blocks: Vec<Block> = (0..plan.blocks()).map(|i| Block::make(&plan, &clock, 1, i)).collect();
        assert_eq!(blocks.iter().map(|b| b.people.len()).sum::<usize>(), 100);
        assert_eq!(blocks.iter().map(|b| b.enterprises.len()).sum::<usize>(), 888);
        let last = clock.day(plan.last);
        let (mut none, mut several) = (0, 0);
        let mut loads = Vec::new();
        for block in &blocks {
            let mut load = vec![0; block.people.len()];
            for enterprise in block.enterprises.iter().filter(|e| e.in_scope(last)) {
                let holders: Vec<usize> =
                    enterprise.tenures.iter().filter(|t| t.covers(last)).map(|t| t.person).collect();
                none += usize::from(holders.is_empty());
                several += usize::from(holders.len() > 1);
                for holder in holders {
                    load[holder] += 1;
                    assert!(block.people[holder].active_to.is_none_or(|to| to >= last));
                }
            }
            loads.extend(load.into_iter().filter(|n| *n > 0));
        }
        assert!((1..20).contains(&none) && (1..20).contains(&several), "{none} without, {several} with several");
        let within = loads.iter().filter(|n| (5..=15).contains(*n)).count();
        assert!((85..=98).contains(&loads.len()) && within * 100 >= loads.len() * 80, "{loads:?}");
        assert!(loads.iter().any(|n| *n < 5) && loads.iter().any(|n| *n > 15), "{loads:?}");
    }
}
