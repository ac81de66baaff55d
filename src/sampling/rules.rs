//! What a plan says about its calls: script, questions, attempts, back-checks, reasons to skip.
//!
//! The shipped rules are data (`rules.toml`); a plan holds them word for word, so that its hash covers them.
use std::collections::BTreeSet;

use chrono::{NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// Rules of the calls of one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// No document says them: a bureau's own choice, marked where figures rest on it.
    #[serde(default)]
    pub local: bool,
    /// Id of the question whose grade is the evaluation's.
    pub satisfaction: String,
    pub script: Script,
    pub attempts: AttemptRules,
    pub back_check: BackCheck,
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// Coded reasons for passing over a reserve.
    #[serde(rename = "skip")]
    pub skips: Vec<SkipReason>,
}

/// What the evaluator reads out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// `{evaluator}` stands for the caller's name.
    pub opening: String,
    pub wrong_person: String,
    pub closing: String,
}

/// When an enterprise has been tried enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptRules {
    /// Attempts before an enterprise that was not reached is given up …
    pub at_least: u32,
    /// … on at least so many days …
    pub days: u32,
    /// … and in so many parts of the day.
    pub parts: u32,
    /// Attempts, each on another day, before a number is believed not to exist.
    pub disconnected: u32,
    /// Seconds; a complete that took less is not believed.
    pub shortest_complete: u32,
    /// Seconds; a call that took more has a wrong time.
    pub longest_call: u32,
    /// Together the hours in which may be called.
    pub part_of_day: Vec<PartOfDay>,
}

/// `[from, to)` of every day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOfDay {
    pub name: String,
    pub from: NaiveTime,
    pub to: NaiveTime,
}

/// Completes that are called again by another evaluator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackCheck {
    /// 5 to 10; whole, so that a plan's canonical JSON has no fractions.
    pub percent: u32,
    /// Ids of the questions that are compared.
    pub questions: Vec<String>,
}

/// One question of the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    /// A few characters, for the head of a column.
    pub label: String,
    /// As it is read out.
    pub text: String,
    pub kind: QuestionKind,
    /// Of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// A complete has an answer to it.
    pub required: bool,
}

/// What an answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// 非常满意 5 … 非常不满意 1
    Grade,
    /// 是, 否
    YesNo,
    /// One of the question's own.
    Choice,
    Text,
    Number,
}

/// Grades in words, the best first; [`grade_of`] gives their numbers.
pub const GRADES: [&str; 5] = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"];

/// The number of a grade, 5 to 1, also of 一般 and of digits.
pub fn grade_of(text: &str) -> Option<u8> {
    if text == "一般" {
        return Some(3);
    }
    let position = GRADES.iter().position(|grade| *grade == text).map(|at| 5 - at as u8);
    position.or_else(|| text.parse().ok().filter(|n| (1..=5).contains(n)))
}

/// Why a reserve may be passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipReason {
    pub code: String,
    /// As the bulletin prints it.
    pub zh: String,
}

/// Rules that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    #[error("rules of calls: {0}")]
    Toml(String),
    #[error("rules of calls, {0}: {1}")]
    Wrong(String, &'static str),
}

impl Rules {
    /// Those that a plan has when it brings none.
    pub fn shipped() -> Rules {
        // A test reads the file; it cannot fail here.
        Rules::read(include_str!("rules.toml")).unwrap_or_else(|error| unreachable!("rules.toml: {error}"))
    }

    /// From TOML, checked as a whole.
    pub fn read(text: &str) -> Result<Rules, RulesError> {
        let rules: Rules = toml::from_str(text).map_err(|error| RulesError::Toml(error.to_string()))?;
        rules.check()?;
        Ok(rules)
    }

    /// What no set of rules may lack or contradict.
    pub fn check(&self) -> Result<(), RulesError> {
        let wrong = |what: &str, why| Err(RulesError::Wrong(what.to_owned(), why));
        let mut seen = BTreeSet::new();
        for question in &self.questions {
            let clean = |text: &str| !text.trim().is_empty() && !text.contains(['\n', '\t']);
            if !seen.insert(&question.id) {
                return wrong(&question.id, "two questions have this id; give each its own");
            }
            if !clean(&question.id) || !clean(&question.label) || !clean(&question.text) {
                return wrong(&question.id, "id, label and text are one line each and not empty");
            }
            if (question.kind == QuestionKind::Choice) != (question.choices.len() >= 2) {
                return wrong(&question.id, "a choice has two choices or more, other kinds have none");
            }
            if question.choices.iter().any(|choice| !clean(choice) || choice.contains([',', '，'])) {
                return wrong(&question.id, "a choice is one line without commas (spreadsheets part lists at them)");
            }
        }
        let labels: BTreeSet<&str> = self.questions.iter().map(|q| q.label.as_str()).collect();
        if labels.len() < self.questions.len() || labels.iter().any(|label| TAKEN.contains(label)) {
            return wrong("question", "labels head columns: no two alike, none that the call sheet has already");
        }
        match self.question(&self.satisfaction) {
            Some(question) if question.kind == QuestionKind::Grade && question.required => {}
            _ => return wrong("satisfaction", "names a required question of kind grade"),
        }
        let attempts = &self.attempts;
        if attempts.at_least == 0 || attempts.days > attempts.at_least || attempts.parts > attempts.at_least {
            return wrong("attempts", "at_least is 1 or more, and neither days nor parts exceed it");
        }
        if attempts.parts as usize > attempts.part_of_day.len() {
            return wrong("attempts.parts", "there are fewer parts of the day than this asks for");
        }
        if attempts.part_of_day.iter().any(|part| part.from >= part.to)
            || attempts.part_of_day.windows(2).any(|pair| pair[0].to > pair[1].from)
        {
            return wrong("attempts.part_of_day", "each ends after it begins, and they follow each other");
        }
        if attempts.longest_call <= attempts.shortest_complete {
            return wrong("attempts.longest_call", "is longer than shortest_complete");
        }
        if !(5..=10).contains(&self.back_check.percent) {
            return wrong("back_check.percent", "is 5 to 10");
        }
        if self.back_check.questions.iter().any(|id| self.question(id).is_none()) {
            return wrong("back_check.questions", "names questions there are");
        }
        Ok(())
    }

    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }
}

/// Heads of the call sheet's other columns; no question may have one of them as its label.
pub const TAKEN: [&str; 12] =
    ["序号", "企业编号", "企业名称", "联系人", "电话", "次", "日期", "开始", "结束", "结果", "备注", "行码"];

impl AttemptRules {
    /// Which part of the day this is; none: outside call hours.
    pub fn part(&self, at: NaiveDateTime) -> Option<&PartOfDay> {
        self.part_of_day.iter().find(|part| part.from <= at.time() && at.time() < part.to)
    }
}

impl Question {
    /// Words to choose from; none where the answer is written.
    pub fn words(&self) -> Vec<&str> {
        match self.kind {
            QuestionKind::Grade => GRADES.to_vec(),
            QuestionKind::YesNo => vec!["是", "否"],
            QuestionKind::Choice => self.choices.iter().map(String::as_str).collect(),
            QuestionKind::Text | QuestionKind::Number => Vec::new(),
        }
    }

    /// The answer as it is kept, from what an evaluator wrote; none: it is none that this question has.
    pub fn read(&self, text: &str) -> Option<String> {
        let text = text.trim();
        match self.kind {
            QuestionKind::Grade => grade_of(text).map(|grade| GRADES[usize::from(5 - grade)].to_owned()),
            QuestionKind::YesNo => match text.to_ascii_lowercase().as_str() {
                "是" | "有" | "yes" | "y" | "√" => Some("是".to_owned()),
                "否" | "无" | "没有" | "no" | "n" | "×" => Some("否".to_owned()),
                _ => None,
            },
            QuestionKind::Choice => self.choices.iter().find(|choice| *choice == text).cloned(),
            QuestionKind::Text => (!text.is_empty()).then(|| text.to_owned()),
            QuestionKind::Number => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(|_| text.to_owned()),
        }
    }

    /// An answer as it is kept.
    pub fn takes(&self, answer: &str) -> bool {
        self.read(answer).as_deref() == Some(answer)
    }

    /// An answer as a number: grades 5 to 1, yes 1 and no 0, the place of a choice from 1; none of a text.
    pub fn value(&self, answer: &str) -> Option<f64> {
        match self.kind {
            QuestionKind::Grade => grade_of(answer).map(f64::from),
            QuestionKind::YesNo => Some(f64::from(u8::from(answer == "是"))),
            QuestionKind::Choice => self.choices.iter().position(|choice| choice == answer).map(|at| at as f64 + 1.0),
            QuestionKind::Number => answer.parse().ok(),
            QuestionKind::Text => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_sound_and_marked_local() {
        let rules = Rules::shipped();
        assert!(rules.local);
        assert_eq!((rules.attempts.at_least, rules.attempts.days, rules.attempts.parts), (3, 2, 2));
        let again: Rules = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
        assert_eq!(again, rules);
    }

    #[test]
    fn grades_in_words_and_digits() {
        assert_eq!(GRADES.map(grade_of), [Some(5), Some(4), Some(3), Some(2), Some(1)]);
        assert_eq!([grade_of("一般"), grade_of("5"), grade_of("6"), grade_of("好")], [Some(3), Some(5), None, None]);
    }

    #[test]
    fn rules_that_contradict_themselves_are_refused() {
        let text = include_str!("rules.toml");
        let refused = |from: &str, to: &str| Rules::read(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(refused("days = 2", "days = 4").contains("neither days nor parts"));
        assert!(refused("parts = 2", "parts = 3").contains("fewer parts"));
        assert!(refused("satisfaction = \"overall\"", "satisfaction = \"comment\"").contains("kind grade"));
        assert!(refused("percent = 8", "percent = 50").contains("5 to 10"));
        assert!(refused("label = \"上门\"", "label = \"备注\"").contains("labels head columns"));
        assert!(refused("\"全部解决\", ", "\"全部,解决\", ").contains("without commas"));
        assert!(refused("id = \"on_site\"", "id = \"contacted\"").contains("two questions"));
        assert!(refused("local = true", "locale = true").contains("locale"));
    }
}
