//! A made-up month of a made-up district: 888 enterprises, 100 people, nine measures, figures folded from the rows.
#[path = "sample/fold.rs"]
mod fold;
#[path = "sample/received.rs"]
mod received;

pub use fold::figure;
use fold::fold;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use guanjia::measures::brief::*;
use guanjia::period::Period;

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
const GIVEN: [&str; 20] = [
    "志远", "晓彤", "海涛", "静", "立新", "雅琴", "建国", "文博", "思雨", "伟", "丽华", "宇航", "敏", "春生", "嘉宁",
    "磊", "秀兰", "明哲", "晨", "慧敏",
];
const UNITS: [&str; 14] = [
    "经济发展局",
    "科技创新局",
    "营商环境建设局",
    "财政金融局",
    "规划建设局",
    "人力资源局",
    "招商一局",
    "招商二局",
    "城市管理局",
    "市场监督管理局",
    "应急管理局",
    "党群工作部",
    "凌水街道",
    "七贤岭街道",
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
const AREAS: [&str; 5] = ["凌水街道", "七贤岭街道", "龙王塘街道", "由家村街道", "河口街道"];
const INDUSTRIES: [&str; 6] = ["软件和信息服务", "装备制造", "生物医药", "新能源", "现代物流", "文化创意"];
const CHANNELS: [&str; 5] = ["platform", "hotline", "wechat", "window", "visit"];

/// A small linear congruential generator: the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % below
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.next(100) < percent
    }
    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.next(list.len() as u64) as usize]
    }
}

/// The month given, with the figures of the months before.
pub fn brief(period: Period) -> Brief {
    let mut dice = Dice(period.first().to_epoch_days() as u64);
    let (people, enterprises) = (people(), enterprises());
    let mut brief = Brief {
        period,
        as_of: period.end(),
        known_at: 27,
        place: place(),
        measures: measures(),
        district: Vec::new(),
        series: BTreeMap::new(),
        cuts: Vec::new(),
        evidence: Vec::new(),
        ratings_before: Vec::new(),
        people,
        enterprises,
        cases: Vec::new(),
        chain: Chain::default(),
        policies: Vec::new(),
        milestones: Vec::new(),
        complaints: Vec::new(),
        docket: None,
        days_off: Vec::new(),
        received: received::received(),
        warnings: vec![
            "2027年没有放假安排：期限落在2027年的3件问题暂不判定，取得通知后用 guanjia calendar import 补入。".into(),
        ],
        checks: Vec::new(),
        merged: Vec::new(),
        visits: Vec::new(),
        due: None,
        ratings: None,
        names: None,
    };
    cases(&mut brief, &mut dice);
    others(&mut brief, &mut dice);
    fold(&mut brief, &mut dice);
    brief
}

fn place() -> Place {
    Place {
        regime: "dalian-hitech".into(),
        place: "大连高新区".into(),
        document: "《大连高新区建立完善项目管家制度实施方案》".into(),
        document_date: None,
        in_force_from: NaiveDate::from_ymd_opt(2023, 1, 1).unwrap(),
        results: Vec::new(),
        words: guanjia::regime::Regime::shipped("dalian-hitech").unwrap().words.as_ref().clone(),
        main_role: "项目管家".into(),
        minimum_n: 10,
    }
}

fn measures() -> Vec<Measure> {
    let standard = |p0, p_good| Some(Standard { p0, p_good, local: true });
    let measure = |id: &str, name: &str, kind: &str, topic: &str, unit: &str, provision: &str| Measure {
        id: id.into(),
        name: name.into(),
        name_en: id.replace('_', " "),
        kind: kind.into(),
        topic: topic.into(),
        rule: String::new(),
        answers: "项目管家".into(),
        unit: unit.into(),
        provision: provision.into(),
        standard: None,
        core: false,
        local: vec![],
    };
    vec![
        Measure {
            rule: "问题转办部门后，该部门在3个工作日内回复或退件的，为按时。自转办次日起算。".into(),
            answers: "承办部门".into(),
            standard: standard(0.90, 0.97),
            ..measure("department_reply", "部门按时回复", "deadline", "timeliness", "工作日", "附件2")
        },
        Measure {
            rule: "企业提交问题（或重新打开）后，15个工作日内办结或退件的，为按时。经批准的延期、挂起相应顺延。".into(),
            standard: standard(0.90, 0.97),
            core: true,
            ..measure("case_settled", "问题按时办结", "deadline", "timeliness", "工作日", "附件2")
        },
        Measure {
            rule: "管家在其负责企业的每个自然周内至少填写1条服务日志（零报告也算）的，为按时；按填写时间计。".into(),
            standard: standard(0.95, 0.99),
            core: true,
            ..measure("weekly_diary", "服务日志每周更新", "cadence", "diary", "条", "附件2")
        },
        Measure {
            rule: "退件写明原因的，为合格；空白、“无”、“-”、“/”不算。".into(),
            ..measure("return_explained", "退件说明原因", "completeness", "timeliness", "", "附件2")
        },
        Measure {
            rule: "企业在服务平台和“好差评”上的评价，基本满意及以上为满意。".into(),
            standard: standard(0.85, 0.95),
            core: true,
            local: vec!["以基本满意（3分）为满意的下限".into()],
            ..measure("satisfaction_platform", "平台评价满意度", "score", "satisfaction", "分", "附件2")
        },
        Measure {
            rule: "在册企业在统计日恰有一名项目管家的，为合格。".into(),
            answers: "—".into(),
            ..measure("one_steward", "一企一管家", "coverage", "coverage", "名", "二（一）、二（二）")
        },
        Measure {
            rule: "每名管家包保企业在5户至15户之间的，为合理。".into(),
            answers: "—".into(),
            ..measure("steward_load", "包保户数", "load", "coverage", "家", "二（二）")
        },
        Measure {
            rule: "更换管家时前后衔接、在册企业无空档日的，为合格。".into(),
            answers: "原管家所在单位".into(),
            ..measure("handover_gap", "交接无空档", "continuity", "continuity", "天", "四（二）")
        },
        Measure {
            rule: "按收到投诉的时间计；核实结论分为属实、部分属实、不属实。".into(),
            answers: "被投诉的人员或单位".into(),
            ..measure("complaints", "投诉", "tally", "complaints", "", "五（五）")
        },
    ]
}

fn people() -> Vec<Person> {
    let surnames: Vec<char> = SURNAMES.chars().collect();
    (0..100)
        .map(|i| Person {
            person_id: format!("P{:04}", i + 1),
            name: format!("{}{}", surnames[i % 20], GIVEN[(i * 7 + i / 20) % 20]),
            unit: Some(UNITS[i % 14].into()),
            rank: Some(if i % 9 == 0 { "正处级" } else { "副处级" }.into()),
            holds: (0..888).filter(|e| held(*e) == Some(i)).map(|e| format!("E{:04}", e + 1)).collect(),
        })
        .collect()
}

/// Who holds an enterprise; every 97th has nobody, the first twenty people hold few.
fn held(enterprise: usize) -> Option<usize> {
    if enterprise % 97 == 96 {
        return None;
    }
    let person = enterprise * 31 % 100;
    Some(if person < 20 && enterprise.is_multiple_of(3) { 40 + person } else { person })
}

fn enterprises() -> Vec<Enterprise> {
    (0..888)
        .map(|e| Enterprise {
            enterprise_id: format!("E{:04}", e + 1),
            name: format!(
                "大连{}{}有限公司",
                GIVEN[e % 20],
                ["软件", "智能装备", "生物", "能源", "供应链", "文化"][e % 6]
            ),
            kind: if e % 11 == 0 { "project" } else { "enterprise" }.into(),
            industry: Some(INDUSTRIES[e % 6].into()),
            area: Some(AREAS[e % 5].into()),
            stage: None,
            tier: None,
            in_scope: true,
            holders: held(e).map(|p| format!("P{:04}", p + 1)).into_iter().collect(),
        })
        .collect()
}

fn blank(measure: &str, record: String) -> Evidence {
    Evidence { measure: measure.into(), record, ..Evidence::default() }
}

fn answering(row: &mut Evidence, enterprise: usize) {
    row.enterprise_id = Some(format!("E{:04}", enterprise + 1));
    if let Some(person) = held(enterprise) {
        row.person_id = Some(format!("P{:04}", person + 1));
        row.unit = Some(UNITS[person % 14].into());
    }
}

fn cases(brief: &mut Brief, dice: &mut Dice) {
    let (first, end) = (brief.period.first(), brief.as_of);
    for i in 0..1900 {
        let enterprise = dice.next(888) as usize;
        let id = format!("Q{:02}{:02}{i:05}", 26, brief.period.first().format("%m"));
        let opened = (first - Days::new(40) + Days::new(dice.next(70)))
            .and_hms_opt(9 + dice.next(8) as u32, dice.next(60) as u32, 0)
            .unwrap();
        let extended = dice.chance(4);
        let due_day = opened.date() + Days::new(if extended { 29 } else { 21 });
        let took = if dice.chance(92) { dice.next(20) } else { 22 + dice.next(30) };
        let done = opened + Days::new(took + 1);
        let done = (done < end).then_some(done);
        let due_at = (due_day + Days::new(1)).and_time(NaiveTime::MIN);
        let outcome = match done {
            Some(done) if done <= due_at => "met",
            _ if due_at <= end => "breached",
            _ => "pending",
        };
        let decided = match outcome {
            "met" => done.map(|d| d.date()),
            "breached" => Some(due_day),
            _ => None,
        };
        let (category, channel) = (dice.of(&CATEGORIES), dice.of(&CHANNELS));
        brief.cases.push(Case {
            case_id: id.clone(),
            enterprise_id: format!("E{:04}", enterprise + 1),
            title: Some(format!(
                "{category}：{}",
                dice.of(&["用地手续办理", "人才公寓申请", "贷款贴息申报", "消防验收协调", "门前道路占用"])
            )),
            category: Some(category.into()),
            channel: Some(channel.into()),
            submitted_at: opened,
            last_event: Some(
                if done.is_some() { if i % 15 == 0 { "returned" } else { "resolved" } } else { "assigned" }.into(),
            ),
            last_at: done.or(Some(opened)),
            settled_at: done,
        });
        if decided.is_some_and(|d| d < first) {
            continue;
        }
        let mut row = blank("case_settled", format!("cases/{id}"));
        answering(&mut row, enterprise);
        row.category = Some(category.into());
        row.channel = Some(channel.into());
        row.opened_at = Some(opened);
        row.due_day = Some(due_day);
        row.due_at = Some(due_at);
        row.done_at = done;
        row.decided_on = decided;
        row.outcome = Some(outcome.into());
        row.value = done.map(|_| (took * 5 / 7) as f64);
        row.shared = dice.chance(2);
        row.extended = extended;
        row.paused = if dice.chance(3) { 4.0 } else { 0.0 };
        if i % 2 == 0 {
            let mut reply = row.clone();
            reply.measure = "department_reply".into();
            reply.person_id = None;
            reply.unit = Some(dice.of(&UNITS).into());
            reply.value = done.map(|_| (took % 6) as f64);
            brief.evidence.push(reply);
        }
        if i % 15 == 0 && done.is_some() {
            let mut returned = row.clone();
            returned.measure = "return_explained".into();
            returned.outcome = Some(if dice.chance(80) { "met" } else { "breached" }.into());
            (returned.due_day, returned.due_at, returned.value, returned.extended) = (None, None, None, false);
            brief.evidence.push(returned);
        }
        brief.evidence.push(row);
    }
}

fn others(brief: &mut Brief, dice: &mut Dice) {
    let last = brief.period.last();
    for p in 0..100 {
        for week in 0..4u64 {
            let sunday = last - Days::new(u64::from(last.weekday().num_days_from_sunday()) + (3 - week) * 7);
            let mut row = blank("weekly_diary", format!("people/P{:04}/{}", p + 1, sunday.format("%G-W%V")));
            row.person_id = Some(format!("P{:04}", p + 1));
            row.unit = Some(UNITS[p % 14].into());
            row.opened_at = Some((sunday - Days::new(6)).and_time(NaiveTime::MIN));
            row.due_day = Some(sunday);
            row.decided_on = Some(sunday);
            let acts = if dice.chance(94) { 1 + dice.next(4) } else { 0 };
            row.value = Some(acts as f64);
            row.outcome = Some(if acts > 0 { "met" } else { "breached" }.into());
            brief.evidence.push(row);
        }
        let mut row = blank("steward_load", format!("people/P{:04}", p + 1));
        row.person_id = Some(format!("P{:04}", p + 1));
        row.unit = Some(UNITS[p % 14].into());
        let load = (0..888).filter(|e| held(*e) == Some(p)).count();
        row.value = Some(load as f64);
        row.decided_on = Some(last);
        row.class = if load < 5 {
            Some("under".into())
        } else if load > 15 {
            Some("over".into())
        } else {
            None
        };
        row.outcome = Some(if row.class.is_none() { "met" } else { "breached" }.into());
        brief.evidence.push(row);
    }
    for i in 0..780 {
        let mut row = blank("satisfaction_platform", format!("evaluations/V{i:05}"));
        // A third of the answers are about few people, so that some reach ten.
        let enterprise = if i % 3 == 0 { dice.next(6) as usize * 7 + 3 } else { dice.next(888) as usize };
        answering(&mut row, enterprise % 888);
        row.category = Some(dice.of(&CATEGORIES).into());
        row.channel = Some(if i % 140 == 0 { "good_bad_review" } else { "platform" }.into());
        let grade = if dice.chance(88) { 3 + dice.next(3) } else { 1 + dice.next(2) };
        row.value = Some(grade as f64);
        row.outcome = Some(if grade >= 3 { "met" } else { "breached" }.into());
        row.opened_at = Some((last - Days::new(dice.next(28))).and_hms_opt(10, 0, 0).unwrap());
        row.decided_on = row.opened_at.map(|at| at.date());
        brief.evidence.push(row);
    }
    for e in 0..888usize {
        let mut row = blank("one_steward", format!("enterprises/E{:04}", e + 1));
        row.enterprise_id = Some(format!("E{:04}", e + 1));
        row.decided_on = Some(last);
        let holders = match held(e) {
            None => 0,
            Some(_) if e % 201 == 200 => 2,
            Some(_) => 1,
        };
        row.value = Some(holders as f64);
        row.class = [Some("none"), None, Some("several")][holders].map(Into::into);
        row.outcome = Some(if holders == 1 { "met" } else { "breached" }.into());
        brief.evidence.push(row);
    }
    for i in 0..11usize {
        let mut row = blank("handover_gap", format!("assignments/E{:04}/steward/2026-10-{:02}", i * 53 + 1, i + 3));
        row.enterprise_id = Some(format!("E{:04}", i * 53 + 1));
        row.unit = Some(UNITS[i % 14].into());
        row.opened_at = Some((last - Days::new(25 - i as u64)).and_time(NaiveTime::MIN));
        row.decided_on = row.opened_at.map(|at| at.date());
        let gap = [0, 0, 0, 5, 0, 0, 12, 0, 0, 0, 8][i];
        row.value = Some(f64::from(gap));
        row.done_at = (i != 10).then(|| row.opened_at.unwrap() + Days::new(gap as u64));
        row.outcome = Some(if gap == 0 { "met" } else { "breached" }.into());
        brief.evidence.push(row);
    }
    for i in 0..4usize {
        let mut row = blank("complaints", format!("complaints/T{:03}", i + 1));
        answering(&mut row, i * 200 + 7);
        row.category = Some(["attitude", "dragging", "perfunctory", "dragging"][i].into());
        row.class = Some(["substantiated", "pending", "unsubstantiated", "partly"][i].into());
        row.opened_at = Some((last - Days::new(20 - i as u64)).and_hms_opt(15, 0, 0).unwrap());
        row.decided_on = row.opened_at.map(|at| at.date());
        brief.evidence.push(row);
    }
}

/// An instant of the sample's time.
#[allow(dead_code)]
pub fn at(day: &str) -> NaiveDateTime {
    day.parse::<NaiveDate>().unwrap().and_time(NaiveTime::MIN)
}
