//! What the journal holds of a plan's calls, and the fieldwork it belongs to.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::field::Field;
use super::read::Unread;
use super::refusal::Refusal;
use super::responses::Response;
use super::{Check, Evaluator, Fieldwork, Held, Skip, Source, Unit};
use crate::sampling::acts::{DeskError, Done, Sample};
use crate::sampling::draw::Role;
use crate::sampling::outcome::Outcome;
use crate::sampling::tickets::hex;
use crate::sheet::form::{self, Entry, Form, Kind, Line};

/// Everything that came back, in the order in which it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    pub held: Vec<Held>,
    pub unread: Vec<(Unread, Done)>,
    pub skips: Vec<(Skip, Done)>,
    pub checks: Vec<Check>,
}

/// A row that does not count, whyever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub source: Source,
    /// Heads and cells as they stood, or as they were understood.
    pub cells: Vec<(String, String)>,
    pub reasons: Vec<Refusal>,
}

impl Fieldwork {
    /// Of a plan that was drawn and whose evaluators were drawn.
    pub fn of(sample: &Sample) -> Result<Fieldwork, DeskError> {
        let plan = sample.plan();
        let draw = sample.drawn()?;
        let assignment = sample.assignment()?;
        let (_, drawn) = sample.drawn.as_ref().ok_or_else(|| DeskError::NotDrawn(plan.id.clone()))?;
        let ids: BTreeMap<&str, &str> = sample
            .planned
            .frame
            .units
            .iter()
            .map(|unit| (unit.pseudonym.as_str(), unit.enterprise_id.as_str()))
            .collect();
        let callers: BTreeMap<&str, &str> =
            assignment.calls.iter().map(|call| (call.pseudonym.as_str(), call.evaluator.as_str())).collect();
        // Neither who has an interest nor who gave it back is to check it either.
        let mut barred: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let interests = assignment.barred.iter().map(|pair| (&pair.pseudonym, &pair.evaluator));
        let refusals = assignment.declined.iter().map(|pair| (&pair.pseudonym, &pair.evaluator));
        for (pseudonym, evaluator) in interests.chain(refusals) {
            barred.entry(pseudonym).or_default().push(evaluator.clone());
        }
        let mut units = Vec::new();
        for order in &draw.strata {
            for place in order.tickets.iter().filter(|place| place.role != Role::Rest) {
                let pseudonym = place.pseudonym.as_str();
                let given_back = sample.declined.iter().filter(|(given, _)| given.pseudonym == pseudonym);
                units.push(Unit {
                    pseudonym: pseudonym.to_owned(),
                    enterprise_id: ids.get(pseudonym).copied().unwrap_or_default().to_owned(),
                    stratum: order.id.clone(),
                    rank: place.rank,
                    drawn: place.role == Role::Drawn,
                    evaluator: callers.get(pseudonym).map(|id| (*id).to_owned()),
                    barred: barred.get(pseudonym).cloned().unwrap_or_default(),
                    earlier: given_back.map(|(given, done)| (given.evaluator.clone(), done.at)).collect(),
                });
            }
        }
        let name = |id: &String| sample.evaluator(id).map_or_else(|| id.clone(), |evaluator| evaluator.name.clone());
        let evaluators = assignment.evaluators.iter().map(|id| Evaluator { id: id.clone(), name: name(id) }).collect();
        Ok(Fieldwork {
            plan: plan.id.clone(),
            draw: hex(&Sha256::digest(&draw.seed)),
            seed: draw.seed.clone(),
            drawn_at: drawn.at,
            rules: plan.rules.clone(),
            satisfied_from: u8::try_from(plan.satisfied_from).unwrap_or(3),
            units,
            strata: plan.strata.iter().map(|s| (s.id.clone(), (s.size, s.sample))).collect(),
            evaluators,
            skips: sample.calls.skips.iter().map(|(skip, _)| skip.clone()).collect(),
            checks: sample.calls.checks.clone(),
        })
    }
}

impl Calls {
    /// Rows that do not count as things stand: those that cannot be read and have not come again, those that break a rule.
    pub fn refused(&self, work: &Fieldwork, field: &Field) -> Vec<Refused> {
        // The same place on the same sheet; or, where the code told none, the same line about the same enterprise.
        let came_again = |unread: &Unread| {
            let id = unread.cells.iter().find(|(head, _)| head == "企业编号").map(|(_, id)| id.trim());
            let about = |held: &Held| work.unit(&held.row.key.pseudonym).map(|unit| unit.enterprise_id.as_str()) == id;
            let line = |held: &Held| held.row.source == unread.source && about(held);
            let place = |held: &Held| !unread.place.is_empty() && held.row.place(work) == unread.place;
            self.held.iter().any(|held| line(held) || place(held))
        };
        let unread = self.unread.iter().map(|(unread, _)| unread).filter(|unread| !came_again(unread));
        let unread = unread.map(|unread| Refused {
            source: unread.source.clone(),
            cells: unread.cells.clone(),
            reasons: unread.reasons.clone(),
        });
        let broken = field.refused.iter().map(|(index, reasons)| Refused {
            source: self.held[*index].row.source.clone(),
            cells: self.held[*index].row.cells(work),
            reasons: reasons.clone(),
        });
        let mut refused: Vec<Refused> = unread.chain(broken).collect();
        refused.sort_by(|a, b| a.source.cmp(&b.source));
        refused
    }

    /// Rows that were put right later: how often a row with the same key came with other content.
    pub fn corrections(&self) -> usize {
        let keys: std::collections::BTreeSet<_> = self.held.iter().map(|held| &held.row.key).collect();
        self.held.len() - keys.len()
    }
}

/// Enterprises that were spoken to, with the day.
pub fn spoken_to(sample: &Sample) -> Vec<(String, NaiveDate)> {
    let Ok(work) = Fieldwork::of(sample) else { return Vec::new() };
    let held = &sample.calls.held;
    let field = Field::of(&work, held);
    let talked = |outcome: Outcome| matches!(outcome.aapor().as_bytes()[..3], [b'1', ..] | [b'2', b'.', b'1']);
    let rows = field.accepted.iter().map(|index| &held[*index].row).filter(|row| talked(row.attempt.outcome));
    rows.filter_map(|row| Some((work.unit(&row.key.pseudonym)?.enterprise_id.clone(), row.attempt.begun.date())))
        .collect()
}

/// What came of every enterprise of a plan's sample so far.
pub fn responses(sample: &Sample) -> Result<Vec<Response>, DeskError> {
    let work = Fieldwork::of(sample)?;
    let field = Field::of(&work, &sample.calls.held);
    Ok(super::responses::responses(&work, &field, &sample.calls.held))
}

/// Refused rows as a workbook: each as it stood, the reasons beside it; put right, it can be taken in again.
pub fn refused_form(work: &Fieldwork, refused: &[Refused]) -> Form {
    const ADDED: [&str; 5] = ["原文件", "工作表", "行号", "原因", "处理办法"];
    let mut heads: Vec<&str> = Vec::new();
    for (head, _) in refused.iter().flat_map(|row| &row.cells) {
        // The number of an enterprise on its sheet and what was added here before say nothing of the row.
        if !heads.contains(&head.as_str()) && !ADDED.contains(&head.as_str()) && head != "序号" {
            heads.push(head);
        }
    }
    let kind = |head: &str| match head {
        "企业编号" | "企业名称" | "联系人" | "电话" | "次" => Kind::Locked { small: false },
        "行码" => Kind::Locked { small: true },
        _ => Kind::Text,
    };
    let width = |head: &str| match head {
        "企业名称" | "备注" => 24.0,
        "行码" => 17.0,
        "原因" | "处理办法" => 44.0,
        "原文件" => 18.0,
        _ => 11.0,
    };
    let column = |head: &str, kind: Kind| form::Field {
        header: head.to_owned(),
        width: width(head),
        kind,
        prompt: String::new(),
    };
    let mut columns: Vec<form::Field> = heads.iter().map(|head| column(head, kind(head))).collect();
    columns.extend(ADDED.map(|head| column(head, Kind::Note)));
    let rows = refused.iter().map(|row| {
        let cell = |head: &&str| row.cells.iter().find(|(other, _)| other == head).map(|(_, cell)| cell.as_str());
        let mut cells: Vec<String> = heads.iter().map(|head| cell(head).unwrap_or_default().to_owned()).collect();
        let reasons: Vec<String> = row.reasons.iter().map(Refusal::chinese).collect();
        let mut remedies: Vec<&str> = row.reasons.iter().map(|reason| reason.rule.remedy_zh()).collect();
        remedies.dedup();
        let Source { file, sheet, row: number } = &row.source;
        cells.extend([file.clone(), sheet.clone(), number.to_string(), reasons.join("；"), remedies.join("；")]);
        let entry = |text: String| if text.is_empty() { Entry::Empty } else { Entry::Text(text) };
        Line { cells: cells.into_iter().map(entry).collect(), first: true }
    });
    Form {
        title: "未予采用的拨打记录".to_owned(),
        created: work.drawn_at,
        name: "拨打记录".to_owned(),
        head: vec![format!(
            "方案 {}。请按“处理办法”更正后再次导入；确有其事而无法更正的，可留在原处，不影响其他各行。",
            work.plan
        )],
        columns,
        rows: rows.collect(),
        footer: format!("方案 {}", work.plan),
        guides: Vec::new(),
    }
}
