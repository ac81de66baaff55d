//! The rules of a place as a page that anybody can read, and two places side by side.
use std::fmt::Write;

use serde::Serialize;

use super::{Measure, Regime};

/// Sections of a page: topic and its Chinese, in reading order.
const SECTIONS: &[(&str, &str)] = &[
    ("timeliness", "办理时限"),
    ("escalation", "逐级协调"),
    ("diary", "服务记录"),
    ("satisfaction", "企业评价"),
    ("phone", "电话回访"),
    ("coverage", "覆盖情况"),
    ("continuity", "连续服务"),
    ("progress", "项目推进"),
    ("policy", "政策送达"),
    ("complaints", "投诉与堵点"),
    ("integrity", "真实性"),
];

/// Rules in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page {
    pub regime: String,
    /// 示例区企业服务规则
    pub title: String,
    pub place: String,
    pub document: String,
    pub document_date: Option<String>,
    pub in_force_from: String,
    /// Who answers unless a measure says otherwise.
    pub main_role: String,
    /// 月、季度
    pub periods: String,
    pub minimum_n: u32,
    pub window_months: u32,
    pub core: Vec<String>,
    /// Settings of the head that the document does not state.
    pub local: Vec<String>,
    /// 秘书即项目管家
    pub aliases: Vec<String>,
    /// Categories of cases, with the words that files use.
    pub categories: Vec<String>,
    /// What later versions changed.
    pub versions: Vec<String>,
    pub sections: Vec<Section>,
    pub consequences: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    pub topic: String,
    pub title: String,
    pub measures: Vec<Entry>,
}

/// One measure in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    pub measure: String,
    pub name: String,
    pub kind: String,
    pub core: bool,
    pub rule: String,
    pub answers: String,
    pub provision: String,
    /// 达标90%，优秀97%（本地设定）
    pub standard: Option<String>,
    pub local: Vec<String>,
}

/// One measure of two places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Beside {
    pub measure: String,
    pub one: Option<Entry>,
    pub other: Option<Entry>,
    /// What differs: name, rule, answers, standard, core; empty where only one place has it.
    pub differs: Vec<String>,
}

impl Regime {
    /// The rules in words, as they are told after the last change.
    pub fn page(&self) -> Page {
        let sections = SECTIONS.iter().filter_map(|(topic, title)| {
            let own = self.measures.iter().filter(|m| m.topic == *topic);
            let measures: Vec<Entry> = own.map(|m| entry(m, self)).collect();
            let section = Section { topic: (*topic).to_owned(), title: (*title).to_owned(), measures };
            (!section.measures.is_empty()).then_some(section)
        });
        let words = self.words.as_ref();
        // A place that calls both the same has said so already.
        let alias = |(role, is): &(String, String)| {
            let (role, is) = (words.shown("role", role), words.shown("role", is));
            (role != is).then(|| format!("“{role}”即“{is}”"))
        };
        let name = |id: &String| self.measure(id).map_or(id.clone(), |m| m.name_zh.clone());
        let main_role = if self.main_by_stage.is_empty() {
            words.shown("role", &self.main_role).to_owned()
        } else {
            let of = |(stage, role): &(String, String)| {
                format!("{}阶段{}", words.shown("stage", stage), words.shown("role", role))
            };
            self.main_by_stage.iter().map(of).collect::<Vec<_>>().join("，")
        };
        Page {
            regime: self.id.clone(),
            title: format!("{}{}规则", self.place, words.phrase("work")),
            place: self.place.clone(),
            document: self.document.clone(),
            document_date: self.document_date.clone(),
            in_force_from: self.in_force_from.to_string(),
            main_role,
            periods: self.periods.iter().map(|period| period_zh(period)).collect::<Vec<_>>().join("、"),
            minimum_n: self.minimum_n,
            window_months: self.window_months,
            core: self.core.iter().map(name).collect(),
            local: self.local.iter().map(|key| head_zh(key)).collect(),
            aliases: self.role_aliases.iter().filter_map(alias).collect(),
            categories: self
                .categories
                .iter()
                .map(
                    |c| {
                        if c.also.is_empty() {
                            c.name.clone()
                        } else {
                            format!("{}（{}）", c.name, c.also.join("、"))
                        }
                    },
                )
                .collect(),
            versions: self.changes(chrono::NaiveDate::MIN, chrono::NaiveDate::MAX),
            sections: sections.collect(),
            consequences: self.consequences.iter().map(|c| format!("{}（{}）", c.text, c.provision)).collect(),
        }
    }

    /// Every measure of two places: in the order of this one, then what only the other has.
    pub fn beside(&self, other: &Regime) -> Vec<Beside> {
        let here = self.measures.iter().map(|m| (m.id.as_str(), Some(entry(m, self))));
        let only_there = other.measures.iter().filter(|m| self.measure(&m.id).is_none());
        let all = here.chain(only_there.map(|m| (m.id.as_str(), None)));
        let beside = all.map(|(id, one)| {
            let there = other.measure(id).map(|m| entry(m, other));
            let differs = match (&one, &there) {
                (Some(a), Some(b)) => differs(a, b),
                _ => Vec::new(),
            };
            Beside { measure: id.to_owned(), one, other: there, differs }
        });
        beside.collect()
    }
}

fn entry(measure: &Measure, regime: &Regime) -> Entry {
    let standard = measure.standard.map(|standard| {
        let local = if standard.local { "（本地设定）" } else { "" };
        format!("达标{:.0}%，优秀{:.0}%{local}", standard.p0 * 100.0, standard.p_good * 100.0)
    });
    Entry {
        measure: measure.id.clone(),
        name: measure.name_zh.clone(),
        kind: measure.rule.kind().to_owned(),
        core: regime.core.contains(&measure.id),
        rule: measure.rule_zh(),
        answers: measure.answers_zh(),
        provision: measure.provision.clone(),
        standard,
        local: measure.local_zh(),
    }
}

fn differs(a: &Entry, b: &Entry) -> Vec<String> {
    let parts = [
        ("name", a.name != b.name),
        ("rule", a.kind != b.kind || a.rule != b.rule),
        ("answers", a.answers != b.answers),
        ("standard", a.standard != b.standard),
        ("core", a.core != b.core),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part.to_owned()).collect()
}

fn period_zh(period: &str) -> &str {
    match period {
        "week" => "周",
        "month" => "月",
        "quarter" => "季度",
        "year" => "年度",
        other => other,
    }
}

fn head_zh(key: &str) -> String {
    match key {
        "in_force_from" => "施行日期",
        "periods" => "通报周期",
        "minimum_n" => "最少件数",
        "window_months" => "评判所看的月数",
        "reply_working_days" => "申辩期限",
        other => other,
    }
    .to_owned()
}

impl Page {
    /// The head, a line each: what, and its text.
    fn head(&self) -> Vec<(&'static str, String)> {
        let or_none = |items: &[String], none: &str| if items.is_empty() { none.to_owned() } else { items.join("、") };
        let date = self.document_date.as_ref().map_or(String::new(), |date| format!("（{date}）"));
        let mut head = vec![
            ("依据", format!("{}{date}", self.document)),
            ("施行", format!("自{}起", self.in_force_from)),
            ("责任角色", self.main_role.clone()),
            ("通报周期", self.periods.clone()),
            ("评判", format!("看最近{}个月，个人少于{}件不作评判", self.window_months, self.minimum_n)),
            ("核心指标", or_none(&self.core, "未设")),
            ("本地设定", or_none(&self.local, "无")),
        ];
        for (what, items) in [("角色别称", &self.aliases), ("问题类别", &self.categories)] {
            if !items.is_empty() {
                head.push((what, items.join("、")));
            }
        }
        head.extend(
            self.versions.iter().map(|version| ("规则调整", version.trim_start_matches("规则调整：").to_owned())),
        );
        head
    }

    /// The lines of a measure.
    fn lines(entry: &Entry) -> Vec<(&'static str, String)> {
        let mut lines =
            vec![("规则", entry.rule.clone()), ("责任", entry.answers.clone()), ("依据", entry.provision.clone())];
        lines.extend(entry.standard.as_ref().map(|standard| ("标准", standard.clone())));
        if !entry.local.is_empty() {
            lines.push(("本地设定", entry.local.join("、")));
        }
        lines
    }

    /// For the terminal.
    pub fn plain(&self) -> String {
        let mut text = format!("{}（{}）\n\n", self.title, self.regime);
        for (what, said) in self.head() {
            let _ = writeln!(text, "{what}  {said}");
        }
        for section in &self.sections {
            let _ = writeln!(text, "\n{}", section.title);
            for entry in &section.measures {
                let core = if entry.core { "，核心指标" } else { "" };
                let _ = writeln!(text, "\n  {}（{}{core}）", entry.name, entry.measure);
                for (what, said) in Page::lines(entry) {
                    let _ = writeln!(text, "    {what}  {said}");
                }
            }
        }
        if !self.consequences.is_empty() {
            let _ = writeln!(text, "\n后果\n\n  {}", self.consequences.join("\n  "));
        }
        text
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.title);
        for (what, said) in self.head() {
            let _ = writeln!(text, "- **{what}**：{said}");
        }
        for section in &self.sections {
            let _ = writeln!(text, "\n## {}", section.title);
            for entry in &section.measures {
                let core = if entry.core { "（核心指标）" } else { "" };
                let _ = writeln!(text, "\n### {}{core}\n\n`{}`\n", entry.name, entry.measure);
                for (what, said) in Page::lines(entry) {
                    let _ = writeln!(text, "- **{what}**：{said}");
                }
            }
        }
        if !self.consequences.is_empty() {
            let _ = writeln!(text, "\n## 后果\n\n- {}", self.consequences.join("\n- "));
        }
        text
    }
}
