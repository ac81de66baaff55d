//! Exports of a made-up bureau that has everything any place asks for: every role, stage, tier, class, event, kind of
//! entry and milestone. Small, and the same each time.
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use chrono::{Days, NaiveDate};

/// Numbers that look random (a linear congruential generator).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn in_ten(&mut self, n: u64) -> bool {
        self.below(10) < n
    }
}

const ENTERPRISES: u64 = 40;
const PEOPLE: u64 = 16;
/// Roles, and how many in ten enterprises have them; units hold the last two.
const ROLES: [(&str, u64); 11] = [
    ("steward", 9),
    ("leader", 9),
    ("secretary", 6),
    ("coordinator", 8),
    ("service_secretary", 7),
    ("work_secretary", 7),
    ("agent", 9),
    ("department_contact", 6),
    ("enterprise_contact", 5),
    ("lead_unit", 8),
    ("service_team", 7),
];
const UNITS: [&str; 5] = ["经发局", "住建局", "审批局", "东街道", "西街道"];
const KINDS: [&str; 10] = [
    "visit",
    "talk",
    "phone",
    "wechat",
    "site_visit",
    "dispatch",
    "office_day",
    "training",
    "progress_report",
    "zero_report",
];

/// The first of the days, and how many there are; half a year to the end of September 2026.
fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() + Days::new(n)
}
const DAYS: u64 = 214;

/// Files by name; each with its header.
struct Files(BTreeMap<&'static str, String>);

impl Files {
    fn add(&mut self, name: &'static str, head: &str, row: std::fmt::Arguments<'_>) {
        let file = self.0.entry(name).or_insert_with(|| format!("{head}\n"));
        writeln!(file, "{row}").unwrap();
    }
}

/// Writes the exports into a folder.
pub fn write(folder: &Path) {
    let mut files = Files(BTreeMap::new());
    let mut draw = Draw(20_261_031);
    register(&mut files, &mut draw);
    cases(&mut files, &mut draw);
    service(&mut files, &mut draw);
    fs::create_dir_all(folder).unwrap();
    for (name, text) in files.0 {
        fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

fn register(files: &mut Files, draw: &mut Draw) {
    for n in 0..PEOPLE {
        let unit = UNITS[(n % 5) as usize];
        files.add("people", "person_id,name,unit,rank", format_args!("P{n:03},某{n},{unit},科级"));
    }
    for n in 0..ENTERPRISES {
        let kind = if draw.in_ten(6) { "project" } else { "enterprise" };
        let (stage, tier) =
            (draw.of(&["attract", "settle", "settle", "support", ""]), draw.of(&["municipal", "township"]));
        let (area, industry) = (draw.of(&["东街", "西街", "北街"]), draw.of(&["制造", "信息", ""]));
        let invested = 1000 * draw.below(9);
        let listed = if draw.in_ten(2) { "否" } else { "是" };
        let from = if draw.in_ten(3) { day(draw.below(DAYS)).to_string() } else { String::new() };
        let contact = if draw.in_ten(5) { "钱五" } else { "" };
        let reached = if draw.in_ten(5) { (day(0) - Days::new(draw.below(500))).to_string() } else { String::new() };
        let signed = if draw.in_ten(7) { day(draw.below(DAYS)).to_string() } else { String::new() };
        let category = draw.of(&["规上", "规下"]);
        files.add(
            "enterprises",
            "enterprise_id,name,kind,scope_category,industry,area,tier,stage,investment_wan,contact_name,listed,in_scope_from,reached_production_on,agreement_signed_on",
            format_args!("E{n:03},公司{n},{kind},{category},{industry},{area},{tier},{stage},{invested},{contact},{listed},{from},{reached},{signed}"),
        );
        for (role, share) in ROLES {
            if !draw.in_ten(share) {
                continue;
            }
            let head = "enterprise_id,role,holder_id,holder_unit,valid_from,valid_to,filed_on";
            let unit = matches!(role, "lead_unit" | "service_team");
            let holder = |draw: &mut Draw| match unit {
                true => format!(",{}", draw.of(&UNITS)),
                false => format!("P{:03},", draw.below(PEOPLE)),
            };
            let (one, other) = (holder(draw), holder(draw));
            // Some hand over, a few with a gap.
            if draw.in_ten(3) {
                let (left, gap) = (draw.below(DAYS), draw.below(2) * draw.below(20));
                let (left_on, taken_on) = (day(left), day(left + gap));
                let filed = day(left + gap + draw.below(12));
                files.add("assignments", head, format_args!("E{n:03},{role},{one},2024-01-01,{left_on},"));
                files.add("assignments", head, format_args!("E{n:03},{role},{other},{taken_on},,{filed}"));
            } else {
                files.add("assignments", head, format_args!("E{n:03},{role},{one},2024-01-01,,"));
            }
        }
        for step in 0..draw.below(5) {
            let stage = draw.of(&["", "settle", "support", "decision", "rectification"]);
            let planned = draw.below(DAYS + 30);
            let done = if draw.in_ten(7) {
                day((planned + draw.below(20)).saturating_sub(8)).to_string()
            } else {
                String::new()
            };
            let (unit, planned) = (draw.of(&UNITS), day(planned));
            files.add(
                "milestones",
                "enterprise_id,milestone,stage,unit,planned_on,done_on",
                format_args!("E{n:03},节点{step},{stage},{unit},{planned},{done}"),
            );
        }
    }
    for n in 0..5 {
        let from = draw.below(DAYS);
        let deputy = if draw.in_ten(5) { format!("P{:03}", draw.below(PEOPLE)) } else { String::new() };
        let (from, to) = (day(from), day(from + draw.below(9)));
        files.add("absences", "person_id,from,to,deputy_id", format_args!("P{n:03},{from},{to},{deputy}"));
        let issued = day(draw.below(DAYS));
        let to = draw.of(&["", "规上", "规上;规下"]);
        files.add("policies", "policy_id,title,issued_on,applies_to", format_args!("Z{n},政策{n},{issued},{to}"));
        for pushed in 0..20 {
            let (person, enterprise) = (draw.below(PEOPLE), 2 * pushed + draw.below(2));
            let at = issued + Days::new(draw.below(25));
            files.add(
                "policy_pushes",
                "policy_id,person_id,enterprise_id,pushed_at",
                format_args!("Z{n},P{person:03},E{enterprise:03},{at} 09:00:00"),
            );
        }
    }
}

/// Events that may follow each other, with how likely each is and after how many hours at most.
const COURSE: [(&str, u64, u64); 17] = [
    ("dispatched", 9, 2),
    ("accepted", 8, 4),
    ("assigned", 6, 24),
    ("suspended", 1, 20),
    ("resumed", 1, 40),
    ("extended", 1, 30),
    ("department_returned", 2, 60),
    ("department_replied", 6, 60),
    ("meeting", 3, 60),
    ("to_group", 2, 40),
    ("to_committee", 2, 40),
    ("supervised", 2, 60),
    ("transferred", 4, 90),
    ("resolved", 8, 90),
    ("approved", 7, 90),
    ("answered", 8, 24),
    ("followed_up", 6, 200),
];

fn cases(files: &mut Files, draw: &mut Draw) {
    let head = "case_id,seq,event,at,unit,until,note";
    for n in 0..400 {
        let enterprise = draw.below(ENTERPRISES);
        let category = draw.of(&["产业发展", "规划土地", "style", "作风问题", "process", "厅外循环", "其他"]);
        let (class, channel) = (
            draw.of(&["consultation", "general", "difficult", ""]),
            draw.of(&["platform", "hotline", "window", "suggestion_box"]),
        );
        let mut at = day(draw.below(DAYS)).and_hms_opt(8 + draw.below(10) as u32, 0, 0).unwrap();
        files.add(
            "cases",
            "case_id,enterprise_id,category,case_class,channel,submitted_at",
            format_args!("Q{n:04},E{enterprise:03},{category},{class},{channel},{at}"),
        );
        for (seq, (event, share, hours)) in COURSE.into_iter().enumerate() {
            if !draw.in_ten(share) {
                continue;
            }
            at += chrono::TimeDelta::minutes(draw.below(hours * 60) as i64);
            let event = if event == "resolved" && draw.in_ten(2) { "returned" } else { event };
            let event = if event == "approved" && draw.in_ten(2) { "refused" } else { event };
            let unit = if draw.in_ten(8) { draw.of(&UNITS) } else { "" };
            let until = if event == "extended" { (at.date() + Days::new(20)).to_string() } else { String::new() };
            let note = draw.of(&["", "无", "已说明"]);
            files.add("case_events", head, format_args!("Q{n:04},{},{event},{at},{unit},{until},{note}", seq + 1));
        }
    }
    for n in 0..60 {
        let (enterprise, person) = (draw.below(ENTERPRISES), draw.below(PEOPLE));
        let category = draw.of(&["attitude", "dragging", "perfunctory", "style", "integrity", "accident"]);
        let received = draw.below(DAYS);
        let about = match draw.below(3) {
            0 => format!("P{person:03},"),
            1 => format!(",{}", draw.of(&UNITS)),
            _ => ",".to_owned(),
        };
        let verified =
            if draw.in_ten(7) { format!("{} 10:00:00", day(received + draw.below(30))) } else { String::new() };
        let verdict = if verified.is_empty() { "" } else { draw.of(&["substantiated", "partly", "unsubstantiated"]) };
        let received_on = day(received);
        files.add(
            "complaints",
            "complaint_id,enterprise_id,person_id,unit,received_at,category,verdict,verified_at",
            format_args!("K{n:03},E{enterprise:03},{about},{received_on} 09:00:00,{category},{verdict},{verified}"),
        );
        if draw.in_ten(5) {
            let at = day(received + draw.below(9));
            files.add("case_events", head, format_args!("K{n:03},1,transferred,{at} 15:00:00,作风办,,"));
        }
    }
}

fn service(files: &mut Files, draw: &mut Draw) {
    for n in 0..3000 {
        let (person, kind, served) = (draw.below(PEOPLE), draw.of(&KINDS), draw.below(DAYS));
        let enterprise = if kind == "zero_report" { String::new() } else { format!("E{:03}", draw.below(ENTERPRISES)) };
        let (written, served) = (day(served + draw.below(3)), day(served));
        let text = |draw: &mut Draw, words: [&'static str; 2]| draw.of(&words);
        let (place, with) = (text(draw, ["厂区", ""]), text(draw, ["王某", ""]));
        let problems = text(draw, ["用电", ""]);
        files.add(
            "diary",
            "entry_id,person_id,enterprise_id,served_on,written_at,kind,place,participants,content,problems",
            format_args!("D{n:05},P{person:03},{enterprise},{served},{written} 18:00:00,{kind},{place},{with},第{n}次服务,{problems}"),
        );
    }
    for n in 0..300 {
        let enterprise = draw.below(ENTERPRISES);
        let about = match draw.below(3) {
            0 => format!("P{:03},", draw.below(PEOPLE)),
            1 => format!(",{}", draw.of(&UNITS)),
            _ => ",".to_owned(),
        };
        let (case, at) = (draw.below(400), day(draw.below(DAYS)));
        let channel = draw.of(&["platform", "phone", "questionnaire", "visit", "unannounced", "good_bad_review"]);
        let mut mark = || 1 + draw.below(9).div_ceil(2);
        let (grade, attitude, quality, efficiency) = (mark().min(5), mark().min(5), mark().min(5), mark().min(5));
        files.add(
            "evaluations",
            "evaluation_id,enterprise_id,person_id,unit,case_id,channel,at,grade,attitude,quality,efficiency",
            format_args!("V{n:04},E{enterprise:03},{about},Q{case:04},{channel},{at} 12:00:00,{grade},{attitude},{quality},{efficiency}"),
        );
    }
}
