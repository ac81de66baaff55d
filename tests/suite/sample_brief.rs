//! A made-up brief of realistic shape: nine measures, 100 people, 25 months. The same every time.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime};
use guanjia::measures::brief::*;
use guanjia::period::Period;
use guanjia::warehouse::received::{Reason, Received, SourceSum};

const UNITS: [&str; 12] = [
    "发展和改革局",
    "财政金融局",
    "科技创新局",
    "自然资源和规划分局",
    "人力资源和社会保障局",
    "市场监督管理局",
    "城市建设管理局",
    "营商环境建设局",
    "招商促进局",
    "税务局",
    "凌水街道办事处",
    "七贤岭街道办事处",
];
const CATEGORIES: [&str; 10] = [
    "产业发展",
    "金融上市",
    "规划土地",
    "人事人才",
    "招商引资",
    "科技创新",
    "创业孵化",
    "疫情防控",
    "城管执法",
    "其他",
];
const AREAS: [&str; 4] = ["凌水街道", "七贤岭街道", "龙王塘街道", "黄泥川街道"];

/// Small numbers that look like chance and never change.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % below
    }
}

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn at(date: NaiveDate, h: u32) -> NaiveDateTime {
    date.and_hms_opt(h, 0, 0).unwrap()
}

struct Spec {
    id: &'static str,
    name: &'static str,
    en: &'static str,
    kind: &'static str,
    topic: &'static str,
    rule: &'static str,
    answers: &'static str,
    unit: &'static str,
    provision: &'static str,
    standard: Option<(f64, f64)>,
    core: bool,
    n: i64,
    rate: f64,
}

#[rustfmt::skip]
const SPECS: [Spec; 9] = [
    Spec { id: "department_reply", name: "部门按时回复", en: "Department replies in time", kind: "deadline", topic: "timeliness", rule: "自问题分办至部门之日起3个工作日内，该部门在线回复或退回；当日不计。", answers: "被分办的部门", unit: "工作日", provision: "附件2", standard: Some((0.90, 0.97)), core: false, n: 812, rate: 0.912 },
    Spec { id: "case_settled", name: "问题按时办结", en: "Cases settled in time", kind: "deadline", topic: "timeliness", rule: "自企业提交（或重新提交）问题之日起15个工作日内办结或退回；当日不计，经批准延期的按延期后的日期，中止期间不计。", answers: "企业的项目管家", unit: "工作日", provision: "附件2", standard: Some((0.90, 0.97)), core: true, n: 655, rate: 0.883 },
    Spec { id: "weekly_diary", name: "服务日志每周更新", en: "Weekly diary", kind: "cadence", topic: "diary", rule: "有包保任务的管家每个自然周至少填写1篇服务日志，零报告计入。", answers: "填写人", unit: "篇", provision: "附件2", standard: Some((0.95, 0.99)), core: true, n: 401, rate: 0.941 },
    Spec { id: "return_explained", name: "退回说明原因", en: "Returns explained", kind: "completeness", topic: "timeliness", rule: "退回企业的问题均写明原因；空白、“无”、“-”、“/”不算写明。", answers: "企业的项目管家", unit: "", provision: "附件2", standard: None, core: false, n: 31, rate: 0.903 },
    Spec { id: "satisfaction_platform", name: "企业评价满意", en: "Platform satisfaction", kind: "score", topic: "satisfaction", rule: "企业在平台或“好差评”渠道作出的评价，3分（基本满意）及以上为满意。", answers: "被评价人，未指明的为企业的项目管家", unit: "分", provision: "附件2", standard: Some((0.85, 0.95)), core: true, n: 318, rate: 0.934 },
    Spec { id: "one_steward", name: "一企一管家", en: "One steward each", kind: "coverage", topic: "coverage", rule: "纳入范围的企业在统计日恰有1名项目管家。", answers: "—", unit: "名", provision: "二（一）、二（二）", standard: None, core: false, n: 888, rate: 0.984 },
    Spec { id: "steward_load", name: "管家包保数量", en: "Steward load", kind: "load", topic: "coverage", rule: "每名管家包保的企业在5～15家之间。", answers: "管家本人", unit: "家", provision: "二（二）", standard: None, core: false, n: 97, rate: 0.907 },
    Spec { id: "handover_gap", name: "管家变更无空档", en: "Handover gaps", kind: "continuity", topic: "continuity", rule: "更换管家时，前任离任与继任到任之间无空档日。", answers: "原管家所在单位", unit: "天", provision: "四（二）", standard: None, core: false, n: 14, rate: 0.786 },
    Spec { id: "complaints", name: "企业投诉", en: "Complaints", kind: "tally", topic: "complaints", rule: "按收到之日统计的对管家或单位的投诉，按核实结论分类。", answers: "被投诉的人或单位", unit: "", provision: "五（五）", standard: None, core: false, n: 7, rate: 0.0 },
];

fn figure(
    spec: &Spec,
    by: &str,
    subject: Option<(&str, &str)>,
    period: Period,
    n: i64,
    rate: f64,
    dice: &mut Dice,
) -> Figure {
    let rated = spec.kind != "tally";
    let met = (n as f64 * rate).round() as i64;
    let share = (rated && n > 0).then(|| met as f64 / n as f64);
    let valued = n > 0 && !spec.unit.is_empty() && spec.kind != "completeness";
    let middle = match spec.id {
        "department_reply" => 1.9,
        "case_settled" => 9.4,
        "satisfaction_platform" => 4.4,
        "steward_load" => 9.1,
        "one_steward" => 1.0,
        "handover_gap" => 0.9,
        _ => 1.2,
    } + dice.roll(10) as f64 / 10.0;
    let wilson = |share: f64| {
        let (n, z) = (n as f64, 1.959963984540054f64);
        let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
        (centre - half, centre + half)
    };
    Figure {
        measure: spec.id.into(),
        kind: spec.kind.into(),
        by: by.into(),
        subject_id: subject.map(|s| s.0.into()),
        subject_name: subject.map(|s| s.1.into()),
        period,
        as_of: period.end(),
        n,
        met: rated.then_some(met),
        breached: rated.then_some(n - met),
        pending: Some(if spec.kind == "deadline" { n / 9 } else { 0 }),
        unmeasurable: Some(0),
        extended: (spec.kind == "deadline").then_some(n / 40),
        rate: share,
        ci_low: share.map(|s| wilson(s).0.max(0.0)),
        ci_high: share.map(|s| wilson(s).1.min(1.0)),
        mean: valued.then_some(middle),
        median: valued.then_some((middle - 0.3).round()),
        p90: valued.then_some((middle * 1.5).round()),
        max: valued.then_some((middle * 2.4).round()),
        denominator: None,
    }
}

/// Splits `n` unevenly over `parts`.
fn split(n: i64, parts: usize, dice: &mut Dice) -> Vec<i64> {
    let weights: Vec<i64> = (0..parts).map(|_| 1 + dice.roll(9) as i64).collect();
    let sum: i64 = weights.iter().sum();
    let mut out: Vec<i64> = weights.iter().map(|w| n * w / sum).collect();
    out[0] += n - out.iter().sum::<i64>();
    out
}

fn person(i: usize) -> String {
    const FAMILY: [char; 10] = ['佟', '禚', '逄', '亓', '宓', '戢', '缪', '阚', '蒯', '綦'];
    const GIVEN: [&str; 10] = ["沐霖", "砚舟", "疏桐", "予安", "知微", "望舒", "听澜", "怀瑾", "既白", "扶摇"];
    format!("{}{}", FAMILY[i / 10], GIVEN[i % 10])
}

/// October 2026 of a district of 888 enterprises.
pub fn brief() -> Brief {
    let mut dice = Dice(20261031);
    let period = Period::Month(2026, 10);
    let end = period.last();
    let people: Vec<Person> = (0..100)
        .map(|i| Person {
            person_id: format!("P{:04}", i + 1),
            name: person(i),
            unit: Some(UNITS[i % UNITS.len()].into()),
            rank: Some(if i % 9 == 0 { "正处级" } else { "副处级" }.into()),
            holds: Vec::new(),
        })
        .collect();
    let mut people = people;
    let mut enterprises = Vec::new();
    for i in 0..888usize {
        let holder = match i {
            0..=9 => None,
            _ => Some((i * 7 + i / 13) % 97),
        };
        let id = format!("E{:05}", i + 1);
        if let Some(holder) = holder {
            people[holder].holds.push(id.clone());
        }
        enterprises.push(Enterprise {
            enterprise_id: id,
            name: format!("大连某某{}科技有限公司", i + 1),
            kind: "enterprise".into(),
            industry: Some("软件和信息技术服务业".into()),
            area: Some(AREAS[i % 4].into()),
            stage: None,
            tier: Some("规上".into()),
            in_scope: true,
            holders: holder.map(|h| format!("P{:04}", h + 1)).into_iter().collect(),
        });
    }
    let mut measures = Vec::new();
    let mut district = Vec::new();
    let mut series = BTreeMap::new();
    let mut cuts = Vec::new();
    let mut evidence = Vec::new();
    for spec in &SPECS {
        measures.push(Measure {
            id: spec.id.into(),
            name: spec.name.into(),
            name_en: spec.en.into(),
            kind: spec.kind.into(),
            topic: spec.topic.into(),
            rule: spec.rule.into(),
            answers: spec.answers.into(),
            unit: spec.unit.into(),
            provision: spec.provision.into(),
            standard: spec.standard.map(|(p0, p_good)| Standard { p0, p_good, local: true }),
            core: spec.core,
            local: spec.standard.map(|_| "达标线和优秀线".to_owned()).into_iter().collect(),
        });
        let whole = Some(("district", "全区"));
        let mut month = Period::Month(2024, 10);
        let mut line = Vec::new();
        for i in 0..25 {
            let wobble = dice.roll(50) as f64 / 1000.0 - 0.025;
            let n = if i == 6 && spec.id == "handover_gap" {
                0
            } else {
                (spec.n - dice.roll(1 + spec.n as u64 / 5) as i64).max(0)
            };
            let rate = if i == 24 { spec.rate } else { (spec.rate + wobble).min(1.0) };
            line.push(figure(spec, "district", whole, month, if i == 24 { spec.n } else { n }, rate, &mut dice));
            month = Period::month_of(month.end().date());
        }
        let now = line[24].clone();
        let year_before = (!matches!(spec.id, "handover_gap")).then(|| line[12].clone());
        district.push(Change { now, previous: Some(line[23].clone()), year_before });
        let previous = line[23].clone();
        series.insert(spec.id.to_owned(), line);
        let classes: &[(&str, &str)] = match spec.id {
            "one_steward" => &[("none", "none"), ("several", "several")],
            "steward_load" => &[("over", "over"), ("under", "under")],
            "complaints" => {
                &[("partly", "partly"), ("substantiated", "substantiated"), ("unsubstantiated", "unsubstantiated")]
            }
            _ => &[],
        };
        let mut dimensions: Vec<(&str, Vec<(&str, &str)>)> = vec![
            ("unit", UNITS.iter().map(|u| (*u, *u)).collect()),
            ("area", AREAS.iter().map(|a| (*a, *a)).collect()),
        ];
        if matches!(spec.kind, "deadline" | "completeness" | "score" | "tally") {
            dimensions.push(("category", CATEGORIES.iter().map(|c| (*c, *c)).collect()));
        }
        for (by, subjects) in dimensions {
            let weights: Vec<i64> = split(spec.n, subjects.len() + 1, &mut dice);
            let before: Vec<i64> = split(previous.n, subjects.len() + 1, &mut dice);
            let side = |n: &[i64], period, rate: f64, dice: &mut Dice| -> Vec<Figure> {
                let mut out: Vec<Figure> = subjects
                    .iter()
                    .zip(n)
                    .map(|(s, n)| {
                        let rate = (rate + dice.roll(160) as f64 / 1000.0 - 0.08).clamp(0.0, 1.0);
                        figure(spec, by, Some(*s), period, *n, rate, dice)
                    })
                    .collect();
                out.push(figure(spec, by, None, period, n[subjects.len()].min(6), rate, dice));
                out
            };
            cuts.push(Cut {
                measure: spec.id.into(),
                by: by.into(),
                now: side(&weights, period, spec.rate, &mut dice),
                previous: side(&before, period.previous(), previous.rate.unwrap_or(0.0), &mut dice),
            });
        }
        let mut by_person: Vec<Figure> = people
            .iter()
            .map(|p| {
                let n = match spec.id {
                    "steward_load" => i64::from(!p.holds.is_empty()),
                    _ => dice.roll(2 * (1 + spec.n as u64 / 100)) as i64,
                };
                let mut f = figure(spec, "person", Some((&p.person_id, &p.name)), period, n, 0.9, &mut dice);
                if spec.id == "steward_load" {
                    f.mean = Some(p.holds.len() as f64);
                }
                f
            })
            .collect();
        by_person.push(figure(spec, "person", None, period, 3, 0.7, &mut dice));
        cuts.push(Cut { measure: spec.id.into(), by: "person".into(), now: by_person, previous: Vec::new() });
        if !classes.is_empty() {
            let bad = spec.n - (spec.n as f64 * spec.rate).round() as i64;
            let parts = split(bad, classes.len(), &mut dice);
            let mut now: Vec<Figure> = classes
                .iter()
                .zip(&parts)
                .map(|(c, n)| figure(spec, "class", Some(*c), period, *n, 0.0, &mut dice))
                .collect();
            now.push(figure(spec, "class", None, period, spec.n - bad, 1.0, &mut dice));
            cuts.push(Cut { measure: spec.id.into(), by: "class".into(), now, previous: Vec::new() });
        }
        for i in 0..spec.n.min(120) {
            let holder = &people[dice.roll(97) as usize];
            let opened = end - Days::new(8 + dice.roll(20));
            let met = dice.roll(1000) as f64 <= spec.rate * 1000.0;
            let due = opened + Days::new(5 + dice.roll(10));
            let done = (met || dice.roll(2) == 0).then(|| at(due + Days::new(u64::from(!met)), 10));
            evidence.push(Evidence {
                measure: spec.id.into(),
                record: match spec.kind {
                    "cadence" => format!("people/{}/2026-W{}", holder.person_id, 40 + i % 4),
                    "load" => format!("people/{}", holder.person_id),
                    "score" => format!("evaluations/V{:06}", i + 1),
                    "coverage" => format!("enterprises/E{:05}", i + 1),
                    _ => format!("cases/Q{:06}", i + 1),
                },
                person_id: Some(holder.person_id.clone()),
                unit: holder.unit.clone(),
                enterprise_id: (!matches!(spec.kind, "cadence" | "load"))
                    .then(|| format!("E{:05}", 1 + dice.roll(888))),
                category: Some(CATEGORIES[dice.roll(10) as usize].into()),
                class: None,
                channel: (spec.kind == "score").then(|| "platform".into()),
                stage: None,
                tier: None,
                opened_at: Some(at(opened, 9)),
                due_day: Some(due),
                due_at: Some(at(due + Days::new(1), 0)),
                done_at: done,
                decided_on: Some(due),
                outcome: (spec.kind != "tally").then(|| if met { "met" } else { "breached" }.into()),
                value: Some(match spec.id {
                    "steward_load" => 3.0 + dice.roll(14) as f64,
                    _ => 1.0 + dice.roll(5) as f64,
                }),
                weight: None,
                shared: i % 40 == 0,
                extended: i % 30 == 0,
                paused: 0.0,
                elapsed: None,
                ended_by: None,
            });
        }
    }
    let cases = (0..90)
        .map(|i| Case {
            case_id: format!("Q{:06}", i + 1),
            enterprise_id: format!("E{:05}", 1 + dice.roll(888)),
            title: Some("关于厂房消防验收的问题".into()),
            category: Some(CATEGORIES[i % 10].into()),
            channel: Some("platform".into()),
            submitted_at: at(end - Days::new(dice.roll(40)), 9),
            last_event: Some("assigned".into()),
            last_at: None,
            settled_at: (i % 3 == 0).then(|| at(end, 11)),
        })
        .collect();
    let source = |path: &str, kind: &str, rows: u64, quarantined: u64| SourceSum {
        batch: Some(26),
        path: path.into(),
        sheet: Some("Sheet1".into()),
        kind: Some(kind.into()),
        rows,
        accepted: rows - quarantined - 2,
        unchanged: 0,
        quarantined,
        skipped: 2,
        ..SourceSum::default()
    };
    let reason = |kind: &str, column: &str, rule: &str, count| Reason {
        kind: kind.into(),
        column: column.into(),
        rule: rule.into(),
        count,
    };
    Brief {
        period,
        as_of: period.end(),
        known_at: 26,
        place: Place {
            regime: "dalian-hitech".into(),
            place: "大连高新区".into(),
            document: "《大连高新区建立完善项目管家制度实施方案》".into(),
            document_date: None,
            in_force_from: day(2023, 1, 1),
            results: Vec::new(),
            words: guanjia::regime::Regime::shipped("dalian-hitech").unwrap().words.as_ref().clone(),
            main_role: "项目管家".into(),
            minimum_n: 10,
        },
        measures,
        district,
        series,
        cuts,
        evidence,
        ratings_before: Vec::new(),
        people,
        enterprises,
        cases,
        chain: Chain::default(),
        policies: Vec::new(),
        milestones: Vec::new(),
        complaints: Vec::new(),
        docket: None,
        days_off: Vec::new(),
        received: Received {
            files: vec![
                source("2026-10/问题台账（10月）.xlsx", "cases", 732, 9),
                source("2026-10/分办流转.csv", "case_events", 3920, 17),
                source("2026-10/服务日志_10月.xlsx", "diary", 431, 3),
                source("2026-10/企业评价|含好差评.xlsx", "evaluations", 324, 4),
            ],
            settled: 0,
            dismissed: Vec::new(),
            reasons: vec![
                reason("cases", "submitted_at", "日期无法识别", 6),
                reason("case_events", "case_id", "找不到对应的问题", 17),
                reason("diary", "person_id", "必填项为空", 3),
                reason("evaluations", "score", "超出1～5分", 4),
                reason("cases", "enterprise_id", "找不到对应的企业", 3),
            ],
        },
        warnings: vec!["2027年放假安排尚未导入，跨年到期的12件暂列未到期。".into()],
        checks: vec![],
        merged: vec![],
        visits: Vec::new(),
        due: None,
        ratings: None,
        names: None,
    }
}
