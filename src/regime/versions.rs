//! Rules that change: which text of a measure is in force on a day, and what a change says.
//!
//! An obligation is judged by the text in force on the day it opened (measures.md, “Rules in force”), so a measure
//! keeps all its texts; the one that is shown is that of the day asked.
use chrono::{Datelike, NaiveDate};

use super::{Limit, Measure, Regime, Rule, words};

/// A later version of the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// 2026年修订
    pub name: String,
    /// It governs what opens on this day or later.
    pub from: NaiveDate,
    /// The document that brought it, where it is another one.
    pub document: Option<String>,
}

/// One text of a measure, for what opens in [from, until).
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub measure: Measure,
}

impl Text {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// Id under which the obligations of this text are computed.
    pub fn id(&self) -> String {
        let from = self.from.map_or("0".to_owned(), |from| from.to_string());
        format!("{}@{from}", self.measure.id)
    }
}

impl Measure {
    /// The text in force on a day; of one that has ended the last, of one that has not begun none.
    fn on(&self, day: NaiveDate) -> Option<Measure> {
        if self.texts.is_empty() {
            return Some(self.clone());
        }
        let mut begun = self.texts.iter().filter(|text| text.from.is_none_or(|from| from <= day));
        let text = self.texts.iter().find(|text| text.holds(day)).or(begun.next_back())?;
        Some(Measure { texts: self.texts.clone(), ..text.measure.clone() })
    }
}

impl Regime {
    /// The rules as they are told on a day: each measure with the text then in force.
    pub fn on(&self, day: NaiveDate) -> Regime {
        Regime { measures: self.measures.iter().filter_map(|measure| measure.on(day)).collect(), ..self.clone() }
    }

    /// What changed within [first, last], a sentence a version.
    pub fn changes(&self, first: NaiveDate, last: NaiveDate) -> Vec<String> {
        let within = self.versions.iter().filter(|version| first <= version.from && version.from <= last);
        within.map(|version| self.change(version)).collect()
    }

    fn change(&self, version: &Version) -> String {
        let mut changed = Vec::new();
        for measure in &self.measures {
            let before = measure.texts.iter().find(|text| text.until == Some(version.from));
            let after = measure.texts.iter().find(|text| text.from == Some(version.from));
            changed.extend(match (before, after) {
                (Some(before), Some(after)) => Some(difference(&before.measure, &after.measure)),
                (None, Some(after)) => Some(format!("新设“{}”", after.measure.name_zh)),
                (Some(before), None) => Some(format!("不再考核“{}”", before.measure.name_zh)),
                (None, None) => None,
            });
        }
        let from = version.from;
        let document = version.document.as_ref().map_or(String::new(), |document| format!("（{document}）"));
        format!(
            "规则调整：{}{document}自{}年{}月{}日起施行，{}；此前起算的事项仍按原规则判定。",
            version.name,
            from.year(),
            from.month(),
            from.day(),
            changed.join("，")
        )
    }
}

/// 问题办结期限由15个工作日改为10个工作日.
fn difference(before: &Measure, after: &Measure) -> String {
    let mut said = Vec::new();
    let limits = (limit(&before.rule), limit(&after.rule));
    match limits {
        (Some(old), Some(new)) if old != new => {
            said.push(format!("期限由{}改为{}", words::limit_zh(old), words::limit_zh(new)));
        }
        (Some(_), Some(_)) if before.rule == after.rule => {}
        _ if before.rule == after.rule => {}
        _ => said.push(format!("规则改为：{}", after.rule_zh().trim_end_matches('。'))),
    }
    if before.standard != after.standard {
        let share = |m: &Measure| m.standard.map_or("无".to_owned(), |s| format!("{:.0}%", s.p0 * 100.0));
        said.push(format!("达标线由{}改为{}", share(before), share(after)));
    }
    if before.answers != after.answers {
        said.push(format!("责任主体改为{}", after.answers_zh()));
    }
    if said.is_empty() {
        said.push("表述调整".to_owned());
    }
    format!("“{}”{}", after.name_zh, said.join("、"))
}

fn limit(rule: &Rule) -> Option<Limit> {
    match rule {
        Rule::Deadline { limit, .. } | Rule::Term { limit, .. } => Some(*limit),
        _ => None,
    }
}
