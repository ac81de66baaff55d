//! What enterprises say: evaluations after a case or a visit, and complaints.
use super::bureau::{Block, Manner, Window};
use super::cases::Case;
use super::clock::{Clock, DAY, Day, Stamp};
use super::draw::{Draw, Stream};
use super::vocabulary::Vocabulary;

pub(super) struct Evaluation<'a> {
    pub id: String,
    pub enterprise: usize,
    pub person: Option<usize>,
    pub unit: Option<&'static str>,
    pub case: Option<&'a str>,
    pub channel: &'static str,
    pub at: Stamp,
    pub grade: i64,
    /// Attitude, quality, efficiency, 1 to 5.
    pub scores: Option<[i64; 3]>,
    pub comment: Option<&'static str>,
}

/// Evaluations of a block in order of time; `share` of settled cases in a thousand.
pub(super) fn evaluations<'a>(
    block: &Block,
    cases: &'a [Case],
    window: Window,
    share: i32,
    seed: u64,
    index: u32,
) -> Vec<Evaluation<'a>> {
    let mut draw = Draw::new(seed, Stream::Evaluations, index.into());
    let end = Stamp::from(window.last + 1) * DAY;
    let mut found = Vec::new();
    for case in cases {
        let told = case.events.iter().find(|e| e.event == "answered").map(|e| e.at).or(case.settled);
        let Some(settled) = told.filter(|_| draw.permille(share)) else { continue };
        let wait = Stamp::from(draw.weighted(&[35, 25, 14, 10, 8, 5, 3]) as i32) * DAY;
        let at = settled - settled % DAY + wait + Stamp::from(draw.between(30_000, 79_000));
        let at = if at <= settled { settled + Stamp::from(draw.between(600, 20_000)) } else { at };
        let steward = block.enterprises[case.enterprise].steward((at / DAY) as Day);
        let unit = case.department.filter(|_| draw.permille(70));
        let manner = steward.map_or(Manner::Weak, |steward| block.people[steward].manner);
        let grade = grade(manner, case.late, &mut draw);
        let channel = ["platform", "good_bad_review", "visit"][draw.weighted(&[90, 8, 2])];
        if at < end {
            found.push(Evaluation {
                id: format!("PJ{}", &case.id[1..]),
                enterprise: case.enterprise,
                person: steward.filter(|_| unit.is_none() && draw.permille(700)),
                unit,
                case: Some(case.id.as_str()),
                channel,
                at,
                grade,
                scores: scores(grade, &mut draw),
                comment: comment(grade, &mut draw),
            });
        }
    }
    asked(block, window, &mut draw, &mut found);
    found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    found
}

/// Questionnaires and unannounced checks, a few in every quarter.
fn asked(block: &Block, window: Window, draw: &mut Draw, found: &mut Vec<Evaluation<'_>>) {
    for (place, enterprise) in block.enterprises.iter().enumerate() {
        for round in 0..(window.last - window.first) / 91 {
            let day = window.first + round * 91 + draw.between(0, 90);
            if !draw.permille(35) || !enterprise.in_scope(day) {
                continue;
            }
            let person = enterprise.steward(day);
            let grade = grade(person.map_or(Manner::Weak, |p| block.people[p].manner), false, draw);
            found.push(Evaluation {
                id: format!("WJ{:06}-{}", day, &enterprise.id[1..]),
                enterprise: place,
                person,
                unit: None,
                case: None,
                channel: ["questionnaire", "visit", "unannounced"][draw.weighted(&[60, 30, 10])],
                at: Stamp::from(day) * DAY + Stamp::from(draw.between(32_000, 60_000)),
                grade,
                scores: scores(grade, draw),
                comment: comment(grade, draw),
            });
        }
    }
}

/// Mostly 4 and 5; slowness and a poor steward show.
fn grade(manner: Manner, late: bool, draw: &mut Draw) -> i64 {
    let low = match manner {
        Manner::Solid => 52,
        Manner::Weak => 85,
        Manner::Poor => 190,
    } + if late { 130 } else { 0 };
    if draw.permille(low) {
        return if draw.permille(300) { 1 } else { 2 };
    }
    [5, 4, 3][draw.weighted(&[54, 34, 12])]
}

fn scores(grade: i64, draw: &mut Draw) -> Option<[i64; 3]> {
    draw.permille(600).then(|| [0; 3].map(|_: i64| (grade + i64::from(draw.between(-1, 1))).clamp(1, 5)))
}

fn comment(grade: i64, draw: &mut Draw) -> Option<&'static str> {
    let words = &Vocabulary::shipped().evaluations;
    let (share, comments) = match grade {
        1 | 2 => (550, &words.poor),
        3 => (300, &words.fair),
        _ => (180, &words.good),
    };
    draw.permille(share).then(|| draw.word(comments))
}

pub(super) struct Complaint {
    pub id: String,
    pub enterprise: usize,
    pub person: Option<usize>,
    pub unit: Option<&'static str>,
    pub received_at: Stamp,
    pub category: &'static str,
    pub content: &'static str,
    pub verdict: &'static str,
    pub verified_at: Option<Stamp>,
    pub finding: Option<&'static str>,
}

/// A few a month in a district; most found to be unfounded or partly so.
pub(super) fn complaints(block: &Block, clock: &Clock, window: Window, seed: u64, index: u32) -> Vec<Complaint> {
    let words = Vocabulary::shipped();
    let mut draw = Draw::new(seed, Stream::Complaints, index.into());
    let end = Stamp::from(window.last + 1) * DAY;
    let weights: Vec<u32> = words.complaints.iter().map(|c| c.weight).collect();
    let mut found = Vec::new();
    for day in window.first..=window.last {
        for (place, enterprise) in block.enterprises.iter().enumerate() {
            let steward = enterprise.steward(day);
            let manner = steward.map_or(Manner::Solid, |p| block.people[p].manner);
            let chance = if manner == Manner::Poor { 900 } else { 200 };
            if draw.below(1_000_000) >= chance || !clock.is_workday(day) || !enterprise.in_scope(day) {
                continue;
            }
            let complaint = &words.complaints[draw.weighted(&weights)];
            let received_at = clock.office_hours(day, &mut draw);
            let days = if draw.permille(90) { draw.between(16, 24) } else { draw.between(3, 14) };
            let verified_at = Some(clock.office_hours(clock.nth(day, days), &mut draw)).filter(|at| *at < end);
            let (verdict, finding) = match (verified_at, draw.weighted(&[28, 24, 48])) {
                (None, _) => ("pending", None),
                (_, 0) => ("substantiated", Some(words.findings.substantiated.as_str())),
                (_, 1) => ("partly", Some(words.findings.partly.as_str())),
                _ => ("unsubstantiated", Some(words.findings.unsubstantiated.as_str())),
            };
            let on_unit = steward.is_none() || draw.permille(280);
            found.push(Complaint {
                id: format!("TS{}-{}", clock.date(day).format("%Y%m%d"), &enterprise.id[1..]),
                enterprise: place,
                person: steward.filter(|_| !on_unit),
                unit: on_unit.then(|| draw.word(&words.departments)),
                received_at,
                category: &complaint.category,
                content: draw.word(&complaint.contents),
                verdict,
                verified_at,
                finding,
            });
        }
    }
    found
}
