//! Who answers: what a measure says, else what its kind has.
use super::super::fields::Fields;
use super::super::{ActsBy, Answers, Register, Roles, Rule, Subject};
use super::words::word;

/// Stands for the role that the head names.
const MAIN: &str = "main_role";

pub fn read(fields: &Fields<'_>, rule: Option<&Rule>, main_role: Option<&Roles>) -> Option<Answers> {
    let remedy = "write a role (\"main_role\": that of the head), \"event_unit\", \"author\", \"about\", \"left_unit\", \"nobody\", { unit = \"…\" }, { person_or = \"role\" } or { unit_or = \"role\" }";
    let value = fields.get("answers").map(toml::Spanned::get_ref);
    let answers = match value {
        None => match rule {
            Some(Rule::Coverage { .. }) => Answers::Nobody,
            Some(Rule::Load { .. } | Rule::Entries { .. }) => Answers::Author,
            Some(Rule::Continuity { .. }) => Answers::LeftUnit,
            Some(Rule::Tally { .. } | Rule::Term { of: Register::Complaints, .. }) => Answers::About,
            Some(Rule::Changes { .. }) => Answers::Nobody,
            Some(Rule::Cadence { subject: Subject::PersonHolding(_), .. }) => Answers::Author,
            Some(Rule::Cadence { subject: Subject::District, .. }) => Answers::Nobody,
            Some(Rule::Cadence { by: ActsBy::Roles(roles), .. } | Rule::Pace { by: roles, .. }) if roles.len() == 1 => {
                Answers::Role(Roles::One(roles[0].clone()))
            }
            Some(Rule::Score { .. }) => Answers::PersonOr(main_role?.clone()),
            _ => Answers::Role(main_role?.clone()),
        },
        Some(value) if value.is_table() => {
            let table = fields.table("answers")?;
            let unit = table.text("unit");
            let (person_or, unit_or) = (role(&table, "person_or", main_role), role(&table, "unit_or", main_role));
            table.done();
            match (unit, person_or, unit_or) {
                (Some(unit), None, None) => Answers::Unit(unit),
                (None, Some(roles), None) => Answers::PersonOr(roles),
                (None, None, Some(roles)) => Answers::UnitOr(roles),
                _ => {
                    fields.fault("answers", "names nobody", remedy);
                    return None;
                }
            }
        }
        Some(value) => match value.as_str() {
            Some("event_unit") => Answers::EventUnit,
            Some("author") => Answers::Author,
            Some("about") => Answers::About,
            Some("left_unit") => Answers::LeftUnit,
            Some("nobody") => Answers::Nobody,
            _ => Answers::Role(role(fields, "answers", main_role)?),
        },
    };
    let rule = rule?;
    let fits = match (&answers, rule) {
        (Answers::Author, rule) => {
            matches!(
                rule,
                Rule::Load { .. } | Rule::Entries { .. } | Rule::Cadence { subject: Subject::PersonHolding(_), .. }
            )
        }
        (Answers::About, rule) => matches!(rule, Rule::Tally { .. } | Rule::Term { of: Register::Complaints, .. }),
        (Answers::LeftUnit, rule) => matches!(rule, Rule::Continuity { .. }),
        (Answers::EventUnit, rule) => {
            matches!(
                rule,
                Rule::Deadline { complaints: false, .. }
                    | Rule::Completeness { .. }
                    | Rule::Score { .. }
                    | Rule::Slip { .. }
                    | Rule::Term { of: Register::Milestones(_), .. }
            )
        }
        (Answers::PersonOr(_) | Answers::UnitOr(_), rule) => matches!(rule, Rule::Score { .. }),
        (Answers::Role(_), rule) => !matches!(
            rule,
            Rule::Load { .. }
                | Rule::Continuity { .. }
                | Rule::Changes { .. }
                | Rule::Cadence { subject: Subject::District, .. }
        ),
        (Answers::Nobody, _) => true,
        // Its denominator is that of the whole.
        (Answers::Unit(_), rule) => !matches!(rule, Rule::Changes { .. }),
    };
    if !fits {
        fields.fault("answers", format!("does not fit a {}", rule.kind()), remedy);
    }
    Some(answers)
}

/// A role, or the place's main one.
fn role(fields: &Fields<'_>, key: &'static str, main_role: Option<&Roles>) -> Option<Roles> {
    if fields.get(key).and_then(|value| value.get_ref().as_str()) == Some(MAIN) {
        return main_role.cloned();
    }
    word(fields, key, "role").map(Roles::One)
}
