//! What is wrong with a row of a call sheet by itself: its times, its outcome, its answers.
use chrono::{NaiveDateTime, TimeDelta};

use super::refusal::{Refusal, Rule, clock};
use super::{Attempt, Fieldwork, Visit};
use crate::sampling::outcome::Outcome;
use crate::sampling::rules::Rules;

/// What is wrong with a row whatever else came.
pub fn faults_of(attempt: &Attempt, visit: Visit, received: NaiveDateTime, fieldwork: &Fieldwork) -> Vec<Refusal> {
    let rules = &fieldwork.rules;
    let mut faults = Vec::new();
    let mut found = |column: &str, rule: Rule, value: String| faults.push(Refusal::new(column, rule, value));
    let took = attempt.ended - attempt.begun;
    if took < TimeDelta::zero() {
        found("结束", Rule::EndsBeforeBegun, clock(attempt.ended));
    } else if took > TimeDelta::seconds(i64::from(rules.attempts.longest_call)) {
        found("结束", Rule::TooLong, format!("{} min", took.num_minutes()));
    } else if attempt.outcome == Outcome::Complete
        && took < TimeDelta::seconds(i64::from(rules.attempts.shortest_complete))
    {
        found("结束", Rule::TooQuick, format!("{} s", took.num_seconds()));
    }
    if attempt.begun < fieldwork.drawn_at {
        found("日期", Rule::BeforeDraw, format!("{} < {}", clock(attempt.begun), clock(fieldwork.drawn_at)));
    }
    if attempt.ended > received {
        found("日期", Rule::Future, format!("{} > {}", clock(attempt.ended), clock(received)));
    }
    if rules.attempts.part(attempt.begun).is_none() {
        let hours: Vec<String> = rules
            .attempts
            .part_of_day
            .iter()
            .map(|part| format!("{}–{}", part.from.format("%H:%M"), part.to.format("%H:%M")))
            .collect();
        found("开始", Rule::OutsideHours, format!("{}; {}", attempt.begun.format("%H:%M:%S"), hours.join(", ")));
    }
    if attempt.outcome == Outcome::NotAttempted {
        found("结果", Rule::NotEntered, attempt.outcome.zh().to_owned());
    }
    if matches!(attempt.outcome, Outcome::OutOfScope | Outcome::NoEnterprise) && attempt.note.trim().is_empty() {
        found("备注", Rule::NoteMissing, attempt.outcome.zh().to_owned());
    }
    for (column, rule, value) in faults_of_answers(attempt, visit, rules) {
        found(&column, rule, value);
    }
    faults
}

/// Answers against the outcome and against the questions.
fn faults_of_answers(attempt: &Attempt, visit: Visit, rules: &Rules) -> Vec<(String, Rule, String)> {
    let mut faults = Vec::new();
    let talked = attempt.outcome.interviewed() || attempt.outcome == Outcome::BrokenOff;
    for question in &rules.questions {
        let answer = attempt.answers.get(&question.id).map(String::as_str);
        let asked = visit == Visit::Call || rules.back_check.questions.contains(&question.id);
        let needed = asked
            && match attempt.outcome {
                Outcome::Complete => question.required,
                Outcome::Partial => question.id == rules.satisfaction,
                _ => false,
            };
        match answer {
            None if needed => {
                faults.push((question.label.clone(), Rule::AnswerMissing, attempt.outcome.zh().to_owned()))
            }
            Some(answer) if !talked => {
                faults.push((
                    question.label.clone(),
                    Rule::AnswersWithoutTalk,
                    format!("{}: {answer}", attempt.outcome.zh()),
                ));
            }
            Some(answer) if !question.takes(answer) => {
                faults.push((question.label.clone(), Rule::UnknownAnswer, answer.to_owned()));
            }
            _ => {}
        }
    }
    faults
}
