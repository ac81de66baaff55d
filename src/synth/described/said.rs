//! What enterprises say: evaluations after a case, what becomes of low ones, and complaints.
use super::bureau::{Bureau, Holder};
use super::cases::{Case, weighted};
use super::happenings::{Complaints, Evaluations};
use super::roads::{Due, Milestone};
use super::words::Permille;
use crate::synth::clock::{DAY, Day, Stamp};
use crate::synth::draw::{Draw, Stream};

pub(super) struct Evaluation<'a> {
    pub id: String,
    /// A place in the list of cases.
    pub case: usize,
    pub enterprise: usize,
    pub person: Option<usize>,
    pub unit: Option<String>,
    pub department: String,
    pub channel: &'a str,
    pub at: Stamp,
    pub grade: Option<i64>,
    /// Attitude, quality, efficiency, 1 to 5.
    pub three: Option<[i64; 3]>,
    pub comment: Option<&'a str>,
    low: bool,
}

/// Evaluations in order of time.
pub(super) fn evaluations<'a>(bureau: &Bureau<'a>, cases: &[Case]) -> Vec<Evaluation<'a>> {
    let mut found = Vec::new();
    let Some(of) = &bureau.of.evaluations else { return found };
    let end = Stamp::from(bureau.last + 1) * DAY;
    for (number, case) in cases.iter().enumerate() {
        let mut draw = bureau.draw(Stream::Evaluations, number as u64);
        let Some(told) = case.told().filter(|_| draw.permille(of.share.0)) else { continue };
        let wait = Stamp::from(draw.weighted(&[40, 25, 14, 9, 6, 4, 2]) as i32) * DAY;
        let at = told - told % DAY + wait + Stamp::from(draw.between(30_000, 79_000));
        let at = if at <= told { told + Stamp::from(draw.between(600, 9_000)) } else { at };
        if at < end {
            found.push(evaluation(bureau, of, case, number, at, &mut draw));
        }
    }
    found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    found
}

fn evaluation<'a>(
    bureau: &Bureau<'a>,
    of: &'a Evaluations,
    case: &Case,
    number: usize,
    at: Stamp,
    draw: &mut Draw,
) -> Evaluation<'a> {
    let enterprise = &bureau.enterprises[case.enterprise];
    let holder = of.by.as_ref().and_then(|role| enterprise.holder(role, (at / DAY) as Day));
    let unit = draw.permille(of.of_unit.0).then(|| case.department.clone());
    let person = match holder {
        Some(Holder::Person(person)) if unit.is_none() && draw.permille(of.of_person.0) => Some(*person),
        _ => None,
    };
    let slow = if unit.is_some() { bureau.slow(&case.department) } else { bureau.manner(holder) };
    let area = bureau.of.areas[enterprise.area].slow / 2;
    let chance = of.low.0 + slow * 2 / 3 + area + if case.late { 110 } else { 0 };
    let low = draw.permille(chance.clamp(5, 700));
    let grade = if low { [2, 1][draw.weighted(&[70, 30])] } else { [5, 4, 3][draw.weighted(&[55, 35, 10])] };
    let three = [0; 3].map(|_: i64| {
        let shift = [0, -1, 1][draw.weighted(&[76, 7, 17])];
        (grade + if low { 1 } else { i64::from(grade == 3) } + shift).clamp(1, 5)
    });
    let (share, comments) = match grade {
        1 | 2 => (600, &of.poor),
        3 => (300, &of.fair),
        _ => (160, &of.good),
    };
    let comment = draw.permille(share) && !comments.is_empty();
    Evaluation {
        id: format!("PJ{}", case.id),
        case: number,
        enterprise: case.enterprise,
        person,
        unit,
        department: case.department.clone(),
        channel: weighted(&of.channels, draw),
        at,
        grade: of.grade.then_some(grade),
        three: of.three.then_some(three),
        comment: comment.then(|| draw.word(comments)),
        low,
    }
}

/// What is to be put right after low evaluations.
pub(super) fn put_right<'a>(bureau: &Bureau<'a>, evaluations: &[Evaluation]) -> Vec<Milestone<'a>> {
    let Some(of) = bureau.of.evaluations.as_ref().and_then(|of| of.put_right.as_ref()) else { return Vec::new() };
    let mut draw = bureau.draw(Stream::Evaluations, 1 << 40);
    let mut found: Vec<Milestone> = Vec::new();
    for said in evaluations.iter().filter(|said| said.low) {
        if !draw.permille(of.share.0) {
            continue;
        }
        let day = (said.at / DAY) as Day;
        let date = bureau.clock.date(day).format("%-m月%-d日").to_string();
        let term = Due { days: of.days, late: of.late, late_days: of.late_days, open: Permille(60) };
        let (planned_on, done_on) = term.of(bureau, &said.department, day, &mut draw);
        let name = of.title.replace("{date}", &date);
        if !found.iter().any(|m| m.enterprise == said.enterprise && m.name == name) {
            let unit = said.department.clone();
            found.push(Milestone {
                enterprise: said.enterprise,
                name,
                stage: "rectification",
                unit,
                planned_on,
                done_on,
            });
        }
    }
    found
}

pub(super) struct Complaint<'a> {
    pub id: String,
    pub enterprise: usize,
    pub person: Option<usize>,
    pub unit: Option<String>,
    pub received_at: Stamp,
    pub category: &'a str,
    pub content: &'a str,
    pub verdict: &'a str,
    pub verified_at: Option<Stamp>,
    pub verified_by: &'a str,
    pub finding: Option<&'a str>,
    /// When it was passed on, and to whom.
    pub transferred: Option<(Stamp, &'a str)>,
}

/// Complaints in order of time.
pub(super) fn complaints<'a>(bureau: &Bureau<'a>) -> Vec<Complaint<'a>> {
    let Some(of) = &bureau.of.complaints else { return Vec::new() };
    let mut draw = bureau.draw(Stream::Complaints, 0);
    let days = (bureau.last - bureau.first + 1) as u32;
    let mut found: Vec<Complaint> = Vec::new();
    let count = days * of.per_month / 3000;
    for number in 0..count {
        let day = bureau.first + (days * number / count.max(1)) as Day + draw.between(0, 6);
        let day = bureau.clock.nth(day, 1);
        // Of a few enterprises, those worst served complain first.
        let some: Vec<usize> = (0..6).map(|_| draw.below(bureau.enterprises.len() as u32) as usize).collect();
        let served = |place: &usize| {
            let enterprise = &bureau.enterprises[*place];
            bureau.manner(of.by.as_ref().and_then(|role| enterprise.holder(role, day)))
                + bureau.of.areas[enterprise.area].slow
        };
        let place = some.iter().copied().max_by_key(served).unwrap_or(0);
        if day <= bureau.last && bureau.enterprises[place].in_scope(day) {
            let id = format!("TS{}{:02}", bureau.clock.date(day).format("%Y%m"), number % 100);
            found.push(complaint(bureau, of, place, day, id, &mut draw));
        }
    }
    found
}

fn complaint<'a>(
    bureau: &Bureau<'a>,
    of: &'a Complaints,
    place: usize,
    day: Day,
    id: String,
    draw: &mut Draw,
) -> Complaint<'a> {
    let clock = bureau.clock;
    let end = Stamp::from(bureau.last + 1) * DAY;
    let enterprise = &bureau.enterprises[place];
    let holder = of.by.as_ref().and_then(|role| enterprise.holder(role, day));
    let weights: Vec<u32> = of.kinds.iter().map(|kind| kind.weight).collect();
    let kind = &of.kinds[draw.weighted(&weights)];
    let person = match holder {
        Some(Holder::Person(person)) if !draw.permille(of.on_unit.0) => Some(*person),
        _ => None,
    };
    let unit = person.is_none().then(|| bureau.unit(draw.word(&of.units), enterprise));
    let received_at = clock.office_hours(day, draw);
    let range = if draw.permille(of.slow.0) { of.slowly } else { of.verified };
    let verified_at = clock.office_hours(clock.nth(day, draw.between(range.0, range.1)), draw);
    let verified_at = Some(verified_at).filter(|at| *at < end);
    let verdict = weighted(&of.verdicts, draw);
    let verdict = if verified_at.is_some() { verdict } else { "pending" };
    let transferred = of.transferred.as_ref().filter(|t| t.category == kind.category).and_then(|t| {
        let days = if draw.permille(t.late.0) { t.within + draw.between(1, 8) } else { draw.between(0, t.within - 1) };
        let at = clock.later(received_at, days, draw);
        (at < end).then_some((at, t.to.as_str()))
    });
    Complaint {
        id,
        enterprise: place,
        person,
        unit,
        received_at,
        category: &kind.category,
        content: draw.word(&kind.contents),
        verdict,
        verified_at,
        verified_by: &of.verified_by,
        finding: of.findings.get(verdict).map(String::as_str).filter(|_| verified_at.is_some()),
        transferred,
    }
}
