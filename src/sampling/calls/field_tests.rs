//! Rules of attempts by hand, and whatever evaluators may send.
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::sampling::calls::{Check, Evaluator, Row, Skip, Source, Unit};
use crate::sampling::rules::Rules;

/// The `day`-th of November 2026, `minutes` after midnight.
fn at(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, day).and_then(|d| d.and_hms_opt(hour, minute, 0)).unwrap()
}

/// Two strata: a with two drawn of five, b with one drawn of two; evaluators V1 (a) and V2 (b).
fn fieldwork() -> Fieldwork {
    let unit = |stratum: &str, rank: u32, drawn: bool| Unit {
        pseudonym: format!("{stratum}{rank}"),
        enterprise_id: format!("E-{stratum}{rank}"),
        stratum: stratum.to_owned(),
        rank,
        drawn,
        evaluator: drawn.then(|| if stratum == "a" { "V1".to_owned() } else { "V2".to_owned() }),
        barred: Vec::new(),
        earlier: Vec::new(),
    };
    let evaluator = |id: &str| Evaluator { id: id.to_owned(), name: format!("访员{id}") };
    Fieldwork {
        plan: "P".into(),
        draw: "d".repeat(64),
        seed: "s".into(),
        drawn_at: at(2, 8, 0),
        rules: Rules::shipped(),
        satisfied_from: 3,
        units: vec![
            unit("a", 1, true),
            unit("a", 2, true),
            unit("a", 3, false),
            unit("a", 4, false),
            unit("a", 5, false),
            unit("b", 1, true),
            unit("b", 2, false),
        ],
        strata: [("a".to_owned(), (10, 2)), ("b".to_owned(), (4, 1))].into(),
        evaluators: vec![evaluator("V1"), evaluator("V2")],
        skips: Vec::new(),
        checks: Vec::new(),
    }
}

fn answers() -> BTreeMap<String, String> {
    let all =
        [("contacted", "是"), ("on_site", "否"), ("problems", "全部解决"), ("policies", "是"), ("overall", "满意")];
    all.map(|(id, answer)| (id.to_owned(), answer.to_owned())).into()
}

/// A call of four minutes.
fn call(unit: &str, attempt: u32, begun: NaiveDateTime, outcome: Outcome) -> Held {
    let evaluator = if unit.starts_with('a') { "V1" } else { "V2" };
    let answers = if outcome == Outcome::Complete { answers() } else { BTreeMap::new() };
    let row = Row {
        key: Key { pseudonym: unit.into(), visit: Visit::Call, attempt },
        evaluator: evaluator.into(),
        name: "企业".into(),
        attempt: Attempt { begun, ended: begun + TimeDelta::minutes(4), outcome, answers, note: "说明".into() },
        source: Source { file: "1.xlsx".into(), sheet: "拨打记录".into(), row: 9 },
    };
    Held { row, received: at(30, 23, 0) }
}

fn rules_of(field: &Field) -> Vec<Rule> {
    field.refused.iter().flat_map(|(_, reasons)| reasons.iter().map(|reason| reason.rule)).collect()
}

#[test]
fn an_enterprise_is_given_up_after_three_attempts_on_two_days_in_two_parts_of_the_day() {
    let work = fieldwork();
    let mut held = vec![
        call("a1", 1, at(2, 9, 0), Outcome::NoAnswer),
        call("a1", 2, at(2, 10, 0), Outcome::NoAnswer),
        call("a1", 3, at(2, 11, 0), Outcome::NoAnswer),
    ];
    let field = Field::of(&work, &held);
    assert_eq!((field.units[0].finished, field.units[0].disposition), (None, Outcome::NoAnswer));
    let next = field.next(&field.units[0], &held, &work.rules.attempts).unwrap();
    assert_eq!((next.remaining, next.not_before), (1, NaiveDate::from_ymd_opt(2026, 11, 3)));
    assert_eq!(next.parts, ["下午"]);
    // Another day, but in the morning again: one more is owed.
    held.push(call("a1", 4, at(3, 9, 0), Outcome::NoAnswer));
    assert_eq!(Field::of(&work, &held).units[0].finished, None);
    held.push(call("a1", 5, at(3, 14, 0), Outcome::NoAnswer));
    let field = Field::of(&work, &held);
    assert_eq!(field.units[0].finished, Some(at(3, 14, 4)));
    assert_eq!(field.units[0].disposition, Outcome::UsedUp);
    assert_eq!(field.replacements, [Replacement { of: 0, by: Some(2), at: at(3, 14, 4) }]);
    assert_eq!(field.units[2].role, Role::Replaces(0));
    assert_eq!(field.units[2].evaluator.as_deref(), Some("V1"));
    assert!(field.units[0].in_sample());
    // The one that was given up stays in the denominator, beside the one in its place.
    let table = super::super::responses::responses(&work, &field, &held);
    let told: Vec<(&str, &str, Option<&str>, f64)> = table
        .iter()
        .map(|row| (row.pseudonym.as_str(), row.disposition.aapor(), row.replaces.as_deref(), row.weight))
        .collect();
    let wanted = [
        ("a1", "3.90", None, 5.0),
        ("a2", "3.11", None, 5.0),
        ("a3", "3.11", Some("a1"), 5.0),
        ("b1", "3.11", None, 4.0),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn a_complete_and_a_refusal_are_final_at_once_and_only_the_refusal_is_replaced() {
    let work = fieldwork();
    let held = [call("a1", 1, at(2, 9, 0), Outcome::Complete), call("a2", 1, at(2, 9, 10), Outcome::Refusal)];
    let field = Field::of(&work, &held);
    assert!(field.units[..2].iter().all(|unit| unit.finished.is_some()));
    assert_eq!(field.replacements.len(), 1);
    assert_eq!(field.replacements[0].of, 1);
    // A call after it is refused.
    let after = [held[0].clone(), held[1].clone(), call("a2", 2, at(3, 9, 10), Outcome::Complete)];
    assert_eq!(rules_of(&Field::of(&work, &after)), [Rule::Finished]);
}

#[test]
fn attempts_used_up_too_early_are_refused_until_the_others_come() {
    let work = fieldwork();
    let last = call("a1", 3, at(3, 14, 0), Outcome::UsedUp);
    assert_eq!(rules_of(&Field::of(&work, std::slice::from_ref(&last))), [Rule::AttemptsRemain]);
    let held =
        [last, call("a1", 1, at(2, 9, 0), Outcome::NoAnswer), call("a1", 2, at(2, 14, 0), Outcome::AnsweringMachine)];
    let field = Field::of(&work, &held);
    assert_eq!(rules_of(&field), []);
    assert_eq!(field.units[0].disposition, Outcome::AnsweringMachine);
}

#[test]
fn reserves_are_called_strictly_by_ticket_and_a_skip_passes_one_over() {
    let mut work = fieldwork();
    let held = [
        call("a1", 1, at(2, 9, 0), Outcome::Refusal),
        call("a4", 1, at(2, 10, 0), Outcome::Complete),
        call("a3", 1, at(2, 8, 50), Outcome::NoAnswer),
    ];
    let field = Field::of(&work, &held);
    assert_eq!(rules_of(&field), [Rule::NotYetCalled, Rule::NotYetCalled]);
    assert_eq!(field.units[2].role, Role::Replaces(0));
    work.skips.push(Skip { pseudonym: "a3".into(), reason: "asked".into(), note: String::new() });
    let field = Field::of(&work, &held);
    assert_eq!(rules_of(&field), [Rule::Skipped]);
    assert_eq!((field.units[3].role, field.units[3].disposition), (Role::Replaces(0), Outcome::Complete));
    // The reserve of b is one; when it fails too, there is none left and it is said.
    let held = [call("b1", 1, at(2, 9, 0), Outcome::Refusal), call("b2", 1, at(2, 10, 0), Outcome::NoEnterprise)];
    let field = Field::of(&work, &held);
    let by: Vec<Option<usize>> = field.replacements.iter().map(|replacement| replacement.by).collect();
    assert_eq!(by, [Some(6), None]);
}

#[test]
fn a_number_is_believed_dead_only_on_a_second_day() {
    let work = fieldwork();
    let mut held =
        vec![call("a1", 1, at(2, 9, 0), Outcome::Disconnected), call("a1", 2, at(2, 10, 0), Outcome::Disconnected)];
    assert_eq!(Field::of(&work, &held).units[0].finished, None);
    held[1] = call("a1", 2, at(3, 10, 0), Outcome::Disconnected);
    assert_eq!(Field::of(&work, &held).units[0].disposition, Outcome::Disconnected);
    assert!(Field::of(&work, &held).units[0].finished.is_some());
}

#[test]
fn rows_that_cannot_be_are_refused_with_their_rule() {
    let work = fieldwork();
    let refused = |change: &dyn Fn(&mut Held)| {
        let mut held = call("a1", 1, at(3, 9, 0), Outcome::Complete);
        change(&mut held);
        rules_of(&Field::of(&work, &[held]))
    };
    let moved = |to: NaiveDateTime| {
        move |held: &mut Held| {
            held.row.attempt.begun = to;
            held.row.attempt.ended = to + TimeDelta::minutes(4);
        }
    };
    assert_eq!(refused(&|_| ()), []);
    assert_eq!(refused(&moved(at(1, 9, 0))), [Rule::BeforeDraw]);
    assert_eq!(refused(&moved(at(3, 12, 30))), [Rule::OutsideHours]);
    assert_eq!(refused(&|held| held.received = at(3, 9, 3)), [Rule::Future]);
    assert_eq!(refused(&|held| held.row.attempt.ended = at(3, 9, 0)), [Rule::TooQuick]);
    assert_eq!(refused(&|held| held.row.attempt.ended = at(3, 8, 0)), [Rule::EndsBeforeBegun]);
    assert_eq!(refused(&|held| held.row.attempt.ended = at(3, 13, 0)), [Rule::TooLong]);
    assert_eq!(refused(&|held| held.row.evaluator = "V2".into()), [Rule::NotAssigned]);
    assert_eq!(refused(&|held| held.row.key.pseudonym = "z9".into()), [Rule::UnknownUnit]);
    assert_eq!(refused(&|held| drop(held.row.attempt.answers.remove("overall"))), [Rule::AnswerMissing]);
    assert_eq!(refused(&|held| held.row.attempt.outcome = Outcome::NotAttempted), {
        let mut rules = vec![Rule::NotEntered];
        rules.extend([Rule::AnswersWithoutTalk; 5]);
        rules
    });
    let odd = |held: &mut Held| drop(held.row.attempt.answers.insert("contacted".into(), "也许".into()));
    assert_eq!(refused(&odd), [Rule::UnknownAnswer]);
    let silent = |held: &mut Held| {
        held.row.attempt.outcome = Outcome::NoEnterprise;
        held.row.attempt.answers.clear();
        held.row.attempt.note.clear();
    };
    assert_eq!(refused(&silent), [Rule::NoteMissing]);
    assert_eq!(refused(&|held| held.row.attempt.outcome = Outcome::Partial), []);
    // What V2 did before giving the enterprise back counts.
    let mut handed_on = fieldwork();
    handed_on.units[0].earlier.push(("V2".into(), at(3, 12, 0)));
    let mut by_another = call("a1", 1, at(3, 9, 0), Outcome::Complete);
    by_another.row.evaluator = "V2".into();
    assert_eq!(rules_of(&Field::of(&handed_on, &[by_another])), []);
    // Another call of the same evaluator at the same time.
    let two = [call("a1", 1, at(3, 9, 0), Outcome::Complete), call("a2", 1, at(3, 9, 3), Outcome::NoAnswer)];
    assert_eq!(rules_of(&Field::of(&work, &two)), [Rule::Overlap]);
}

#[test]
fn a_correction_counts_and_one_that_cannot_be_taken_leaves_what_stood() {
    let work = fieldwork();
    let first = call("a1", 1, at(3, 9, 0), Outcome::NoAnswer);
    let better = call("a1", 1, at(3, 9, 0), Outcome::Complete);
    let wrong = call("a1", 1, at(3, 12, 30), Outcome::Refusal);
    let field = Field::of(&work, &[first.clone(), better.clone()]);
    assert_eq!((field.units[0].disposition, field.accepted), (Outcome::Complete, vec![1]));
    let field = Field::of(&work, &[first, better, wrong]);
    assert_eq!((field.units[0].disposition, field.accepted.clone()), (Outcome::Complete, vec![1]));
    assert_eq!(rules_of(&field), [Rule::OutsideHours]);
}

#[test]
fn a_back_check_follows_the_complete_and_is_made_by_its_own_evaluator() {
    let mut work = fieldwork();
    work.checks.push(Check { pseudonym: "a1".into(), evaluator: "V2".into() });
    let check = |begun: NaiveDateTime, evaluator: &str| {
        let mut held = call("a1", 1, begun, Outcome::Complete);
        held.row.key.visit = Visit::BackCheck;
        held.row.evaluator = evaluator.into();
        held
    };
    let first = call("a1", 1, at(3, 9, 0), Outcome::Complete);
    let of = |held: Held| rules_of(&Field::of(&work, &[first.clone(), held]));
    assert_eq!(of(check(at(3, 10, 0), "V2")), []);
    assert_eq!(of(check(at(3, 8, 45), "V2")), [Rule::BeforeComplete]);
    assert_eq!(of(check(at(3, 10, 0), "V1")), [Rule::NotAssigned]);
    let field = Field::of(&work, &[first.clone(), check(at(3, 10, 0), "V2")]);
    assert_eq!((field.checks[0].disposition, field.units[0].attempts.len()), (Outcome::Complete, 1));
}

/// Any calls to any enterprise, sensible or not.
fn calls() -> impl Strategy<Value = Vec<Held>> {
    let units = prop::sample::select(vec!["a1", "a2", "a3", "a4", "a5", "b1", "b2"]);
    let outcomes = prop::sample::select(Outcome::ALL.to_vec());
    let one = (units, 1u32..6, 2u32..7, 8u32..18, 0u32..60, outcomes)
        .prop_map(|(unit, attempt, day, hour, minute, outcome)| call(unit, attempt, at(day, hour, minute), outcome));
    prop::collection::vec(one, 0..40).prop_map(|mut calls| {
        // One version of each row; corrections have a test of their own.
        let mut seen = BTreeSet::new();
        calls.retain(|held| seen.insert(held.row.key.clone()));
        calls
    })
}

/// What a field says, without the places of rows in the list.
fn told(field: &Field, held: &[Held]) -> String {
    let rows = |list: &[usize]| list.iter().map(|index| format!("{:?}", held[*index].row.key)).collect::<Vec<_>>();
    let mut refused: Vec<String> =
        field.refused.iter().map(|(index, why)| format!("{:?} {why:?}", held[*index].row.key)).collect();
    refused.sort();
    let units: Vec<String> = field
        .units
        .iter()
        .map(|unit| format!("{:?} {:?} {:?} {:?}", unit.role, unit.disposition, unit.finished, rows(&unit.attempts)))
        .collect();
    format!("{units:#?} {refused:#?} {:?} {:?}", rows(&field.accepted), field.replacements)
}

proptest! {
    #[test]
    fn whatever_comes_the_rules_hold(held in calls(), order in any::<u64>()) {
        let work = fieldwork();
        let field = Field::of(&work, &held);
        prop_assert_eq!(field.accepted.len() + field.refused.len(), held.len(), "no row is lost");
        // The order of arrival is irrelevant.
        let mut shuffled = held.clone();
        let mut state = order | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        prop_assert_eq!(told(&Field::of(&work, &shuffled), &shuffled), told(&field, &held));
        // The same rows again change nothing, as corrections that say the same.
        let twice: Vec<Held> = held.iter().chain(&held).cloned().collect();
        let again = Field::of(&work, &twice);
        prop_assert_eq!(&again.units.iter().map(|u| (u.role, u.disposition)).collect::<Vec<_>>(),
            &field.units.iter().map(|u| (u.role, u.disposition)).collect::<Vec<_>>());
        let rules = &work.rules.attempts;
        for standing in &field.units {
            let attempts: Vec<&Attempt> = standing.attempts.iter().map(|i| &held[*i].row.attempt).collect();
            let tried = Tried::of(attempts.iter().copied(), rules);
            let at_once = attempts.last().is_some_and(|last| last.outcome.finality() == Finality::AtOnce);
            let dead: BTreeSet<NaiveDate> = attempts
                .iter()
                .filter(|attempt| attempt.outcome == Outcome::Disconnected)
                .map(|attempt| attempt.begun.date())
                .collect();
            let dead = attempts.last().is_some_and(|last| last.outcome == Outcome::Disconnected) && dead.len() >= 2;
            // Never given up too early, never called after the end.
            prop_assert_eq!(standing.finished.is_some(), at_once || dead || tried.used_up(rules));
            prop_assert!(standing.attempts.is_empty() || standing.in_sample());
            if standing.finished.is_none() && standing.since.is_some() {
                prop_assert!(field.next(standing, &held, rules).unwrap().remaining >= 1);
            }
        }
        // Drawn enterprises stay in the sample; reserves enter in the order of tickets, one for each that was given up.
        prop_assert!(work.units.iter().zip(&field.units).all(|(unit, s)| !unit.drawn || s.role == Role::Drawn));
        for stratum in ["a", "b"] {
            let in_stratum: Vec<(&Unit, &Standing)> =
                work.units.iter().zip(&field.units).filter(|(unit, _)| unit.stratum == stratum).collect();
            let given_up = in_stratum.iter().filter(|(_, s)| s.finished.is_some() && !s.disposition.interviewed()).count();
            let reserves: Vec<&Standing> = in_stratum.iter().filter(|(unit, _)| !unit.drawn).map(|(_, s)| *s).collect();
            let called = reserves.iter().filter(|s| s.in_sample()).count();
            prop_assert_eq!(called, given_up.min(reserves.len()));
            prop_assert!(reserves[..called].iter().all(|s| s.in_sample()), "strictly the next ticket");
        }
        // No evaluator was on two calls at once.
        for pair in field.accepted.iter().flat_map(|a| field.accepted.iter().map(move |b| (*a, *b))) {
            let (a, b) = (&held[pair.0].row, &held[pair.1].row);
            if pair.0 != pair.1 && a.evaluator == b.evaluator {
                prop_assert!(a.attempt.ended <= b.attempt.begun || b.attempt.ended <= a.attempt.begun);
            }
        }
    }
}
