//! Call sheets: what each evaluator is to call, as a workbook to fill in and as paper.
//!
//! No steward's name, no score and no earlier rating stands on them. Telephone numbers are masked (138****1234): a sheet can
//! be sent and printed as it is. Whole numbers stand on a sheet of their own, which is added only when asked for, for the
//! machine on which is dialled; nothing of it comes back.
use std::collections::BTreeMap;

use super::code::Code;
use super::field::{Field, Standing};
use super::{Attempt, Evaluator, Fieldwork, Held, Key, Unit, Visit};
use crate::sampling::outcome::Outcome;
use crate::sampling::rules::{Question, QuestionKind, Rules};
use crate::sheet::form::{self, Entry, Form, Guide, Kind, Line};
use crate::warehouse::contacts::Contact;

/// Rows of an enterprise beyond the attempts that are asked for.
const SPARE: u32 = 2;

/// One evaluator's list.
#[derive(Clone, Debug)]
pub struct CallSheet<'a> {
    pub work: &'a Fieldwork,
    pub visit: Visit,
    /// From 1.
    pub number: usize,
    pub evaluator: &'a Evaluator,
    pub targets: Vec<Target<'a>>,
}

/// One enterprise on it.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    pub unit: &'a Unit,
    pub contact: Contact,
    pub rows: Vec<Slot<'a>>,
    /// Nothing is left to do.
    pub finished: bool,
    /// It stands in place of one that was given up.
    pub replacement: bool,
}

/// Room for one attempt, with what was recorded.
#[derive(Clone, Debug)]
pub struct Slot<'a> {
    pub code: Code,
    pub attempt: Option<&'a Attempt>,
}

/// The sheets of a plan, in the order of evaluators; none for whom nothing is to be called.
pub fn sheets<'a>(
    work: &'a Fieldwork,
    field: &Field,
    held: &'a [Held],
    contacts: &BTreeMap<String, Contact>,
    visit: Visit,
) -> Vec<CallSheet<'a>> {
    let standings: Vec<(&Unit, &Standing)> = match visit {
        Visit::Call => work.units.iter().zip(&field.units).collect(),
        Visit::BackCheck => {
            let unit = |check: &super::Check| work.unit(&check.pseudonym);
            work.checks.iter().zip(&field.checks).filter_map(|(check, s)| Some((unit(check)?, s))).collect()
        }
    };
    let sheet = |(at, evaluator): (usize, &'a Evaluator)| {
        let own = |standing: &Standing| standing.evaluator.as_ref() == Some(&evaluator.id);
        let mine = standings.iter().filter(|(_, standing)| standing.in_sample() && own(standing));
        let targets = mine.map(|(unit, s)| target(work, unit, s, held, contacts, (visit, evaluator))).collect();
        CallSheet { work, visit, number: at + 1, evaluator, targets }
    };
    let sheets = work.evaluators.iter().enumerate().map(sheet);
    sheets.filter(|sheet| !sheet.targets.is_empty()).collect()
}

fn target<'a>(
    work: &Fieldwork,
    unit: &'a Unit,
    standing: &Standing,
    held: &'a [Held],
    contacts: &BTreeMap<String, Contact>,
    (visit, evaluator): (Visit, &Evaluator),
) -> Target<'a> {
    let contact = contacts.get(&unit.enterprise_id).cloned().unwrap_or_default();
    // Names are as a cell shows them, since the check digits are over what comes back.
    let contact = Contact { name: contact.name.split_whitespace().collect::<Vec<_>>().join(" "), ..contact };
    let made = standing.attempts.iter().map(|index| &held[*index].row).filter(|row| row.evaluator == evaluator.id);
    let made: BTreeMap<u32, &Attempt> = made.map(|row| (row.key.attempt, &row.attempt)).collect();
    let rooms = (work.rules.attempts.at_least + SPARE).max(made.keys().last().map_or(0, |last| last + SPARE));
    let rows = (1..=rooms).map(|attempt| {
        let key = Key { pseudonym: unit.pseudonym.clone(), visit, attempt };
        Slot { code: Code::of(work, &evaluator.id, &key, unit, &contact.name), attempt: made.get(&attempt).copied() }
    });
    let rows = rows.collect();
    let replacement = matches!(standing.role, super::field::Role::Replaces(_));
    Target { unit, rows, finished: standing.finished.is_some(), replacement, contact }
}

/// 138****1234, also of fixed lines: the first three and the last four digits stay, at most half of them.
pub fn masked(phone: &str) -> String {
    let numbers = phone.split([',', '，', '、', ';', '；', ' ']).filter(|part| !part.trim().is_empty());
    let one = |number: &str| {
        let signs: Vec<char> = number.trim().chars().collect();
        let (front, back) = if signs.len() >= 11 { (3, 4) } else { (signs.len() / 4, signs.len() / 4) };
        let hidden = signs.len() - front - back;
        let part = |part: &[char]| part.iter().collect::<String>();
        format!("{}{}{}", part(&signs[..front]), "*".repeat(hidden), part(&signs[signs.len() - back..]))
    };
    numbers.map(one).collect::<Vec<_>>().join("、")
}

impl CallSheet<'_> {
    /// `2026-11-01号表`, `2026-11-复核-01号表`: how its files are called.
    pub fn file_stem(&self) -> String {
        let check = if self.visit == Visit::BackCheck { "-复核" } else { "" };
        format!("{}{check}-{:02}号表", self.work.plan, self.number)
    }

    pub fn title(&self) -> &'static str {
        match self.visit {
            Visit::Call => "企业电话回访记录表",
            Visit::BackCheck => "企业电话回访复核记录表",
        }
    }

    /// Questions on it: all, or those that a back-check compares.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        let rules = &self.work.rules;
        let asked = |id: &String| self.visit == Visit::Call || rules.back_check.questions.contains(id);
        rules.questions.iter().filter(move |question| asked(&question.id))
    }

    /// The script with the evaluator's name in it.
    pub fn opening(&self) -> String {
        self.work.rules.script.opening.replace("{evaluator}", &self.evaluator.name)
    }

    /// What the rules of attempts come to, in a sentence.
    pub fn attempt_rules(&self) -> String {
        let rules = &self.work.rules.attempts;
        let parts = rules.part_of_day.iter();
        let hours: Vec<String> = parts
            .map(|part| format!("{}{}—{}", part.name, part.from.format("%H:%M"), part.to.format("%H:%M")))
            .collect();
        format!(
            "拨打时段：{}。未联系上的，至少拨打{}次，分布在不少于{}天、{}个时段；完成访问或明确拒绝的，不再拨打。空号停机须隔日再拨一次确认。每拨打一次填写一行。",
            hours.join("，"),
            rules.at_least,
            rules.days,
            rules.parts
        )
    }

    /// The workbook; `phones`: with the sheet of whole numbers.
    pub fn form(&self, phones: bool) -> Form {
        let mut head = vec![
            format!("方案 {}　　第 {} 号表　　访员：{}", self.work.plan, self.number, self.evaluator.name),
            format!("开场白：{}", self.opening()),
            format!(
                "填写说明：{}灰色各栏已锁定，请勿改动；蓝色各栏由访员填写，有下拉列表的请从中选择。",
                self.attempt_rules()
            ),
        ];
        if self.visit == Visit::BackCheck {
            head.push("本表为复核：请就同一访问另行核实下列问题，不得向企业提示此前的回答。".to_owned());
        }
        let mut guides = vec![self.guide()];
        guides.extend(phones.then(|| self.dialling()));
        Form {
            title: self.title().to_owned(),
            created: self.work.drawn_at,
            name: "拨打记录".to_owned(),
            head,
            columns: self.columns(),
            rows: self.lines(),
            footer: format!("方案 {}　第 {} 号表", self.work.plan, self.number),
            guides,
        }
    }

    fn columns(&self) -> Vec<form::Field> {
        let field = |header: &str, width: f64, kind: Kind, prompt: &str| form::Field {
            header: header.to_owned(),
            width,
            kind,
            prompt: prompt.to_owned(),
        };
        let locked = || Kind::Locked { small: false };
        let outcomes = Outcome::ALL.into_iter().filter(|outcome| outcome.can_be_entered());
        let mut columns = vec![
            field("序号", 4.5, locked(), ""),
            field("企业编号", 9.0, locked(), ""),
            field("企业名称", 23.0, locked(), ""),
            field("联系人", 7.5, locked(), ""),
            field("电话", 12.0, locked(), ""),
            field("次", 3.0, locked(), ""),
            field("日期", 11.0, Kind::Day(self.work.drawn_at.date()), ""),
            field("开始", 8.5, Kind::Time, ""),
            field("结束", 8.5, Kind::Time, ""),
            field("结果", 13.5, Kind::Choice(outcomes.map(|outcome| outcome.zh().to_owned()).collect()), ""),
        ];
        for question in self.questions() {
            let words = question.words();
            let kind = match words.is_empty() {
                true => Kind::Text,
                false => Kind::Choice(words.iter().map(|word| (*word).to_owned()).collect()),
            };
            let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(8);
            let width = (longest.max(question.label.chars().count()) as f64 * 2.0 + 1.5).clamp(6.5, 14.0);
            columns.push(field(&question.label, width, kind, &question.text));
        }
        columns.push(field("备注", 14.0, Kind::Text, ""));
        columns.push(field("行码", 11.0, Kind::Locked { small: true }, ""));
        columns
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, target) in (1..).zip(&self.targets) {
            for (row, slot) in target.rows.iter().enumerate() {
                lines.push(Line { cells: self.cells(number, target, slot), first: row == 0 });
            }
        }
        lines
    }

    fn cells(&self, number: usize, target: &Target, slot: &Slot) -> Vec<Entry> {
        let text = |text: &str| if text.is_empty() { Entry::Empty } else { Entry::Text(text.to_owned()) };
        let mut cells = vec![
            text(&number.to_string()),
            text(&target.unit.enterprise_id),
            text(&target.contact.name),
            text(&target.contact.contact_name),
            text(&masked(&target.contact.contact_phone)),
            text(&slot.code.attempt.to_string()),
        ];
        match slot.attempt {
            Some(attempt) => cells.extend([
                Entry::Day(attempt.begun.date()),
                Entry::Time(attempt.begun.time()),
                Entry::Time(attempt.ended.time()),
                text(attempt.outcome.zh()),
            ]),
            None => cells.extend([Entry::Empty, Entry::Empty, Entry::Empty, Entry::Empty]),
        }
        let answer = |question: &Question| slot.attempt.and_then(|attempt| attempt.answers.get(&question.id));
        cells.extend(self.questions().map(|question| answer(question).map_or(Entry::Empty, |answer| text(answer))));
        cells.push(slot.attempt.map_or(Entry::Empty, |attempt| text(&attempt.note)));
        cells.push(text(&slot.code.to_string()));
        cells
    }

    fn guide(&self) -> Guide {
        let rules: &Rules = &self.work.rules;
        let one = |text: &str| vec![text.to_owned()];
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let mut rows = vec![one("一、话术")];
        rows.push(row(["开场白", &self.opening(), ""]));
        rows.push(row(["非本人接听", &rules.script.wrong_person, ""]));
        rows.push(row(["结束语", &rules.script.closing, ""]));
        rows.push(one("二、问题（照原文提问，不解释、不诱导）"));
        rows.push(row(["栏名", "问题", "选项"]));
        for question in self.questions() {
            let mut choices = question.words().join("／");
            if choices.is_empty() {
                choices = if question.kind == QuestionKind::Number { "填数字" } else { "据实记录" }.to_owned();
            }
            if question.required {
                choices.push_str("（必答）");
            }
            rows.push(row([&question.label, &question.text, &choices]));
        }
        rows.push(one("三、结果代码（AAPOR《标准定义》）"));
        rows.push(row(["结果", "何时选用", "代码"]));
        for outcome in Outcome::ALL.into_iter().filter(|outcome| outcome.can_be_entered()) {
            rows.push(row([outcome.zh(), outcome.meaning(), outcome.aapor()]));
        }
        rows.push(one("四、拨打规则"));
        rows.push(row(["次数与时段", &self.attempt_rules(), ""]));
        rows.push(row([
            "替换",
            "只有已有最终结果而未访成的企业才予替换，一律由下一票号的备用企业补上；访员不得自行更换。",
            "",
        ]));
        Guide { name: "问卷与代码".to_owned(), widths: vec![14.0, 62.0, 34.0], rows }
    }

    /// Whole numbers, for the machine on which is dialled.
    fn dialling(&self) -> Guide {
        let mut rows = vec![
            vec!["拨号用：号码仅供本次回访，用后删除本表，不得外传。".to_owned()],
            ["序号", "企业名称", "联系人", "电话"].map(str::to_owned).to_vec(),
        ];
        for (number, target) in (1..).zip(&self.targets).filter(|(_, target): &(i32, &Target)| !target.finished) {
            let Contact { name, contact_name, contact_phone } = &target.contact;
            rows.push(vec![number.to_string(), name.clone(), contact_name.clone(), contact_phone.clone()]);
        }
        Guide { name: "拨号".to_owned(), widths: vec![6.0, 44.0, 14.0, 30.0], rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_masked_whatever_their_form() {
        assert_eq!(masked("13800001234"), "138****1234");
        assert_eq!(masked("13800001234、0411-84790000"), "138****1234、041******0000");
        assert_eq!(masked("84790000"), "84****00");
        assert_eq!(masked("110"), "***");
        assert_eq!(masked(""), "");
    }
}
