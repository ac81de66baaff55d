//! Who answers: what a measure says, else what its kind has.
use super::super::fields::Fields;
use super::super::{ActsBy, Answers, Register, Rule, Subject};
use super::words::word;

pub fn read(fields: &Fields<'_>, rule: Option<&Rule>, main_role: &str) -> Option<Answers> {
    let remedy = "write a role, \"event_unit\", \"author\", \"about\", \"left_unit\", \"nobody\", { unit = \"…\" } or { person_or = \"role\" }";
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
            Some(Rule::Cadence { by: ActsBy::Role(role), .. }) => Answers::Role(role.clone()),
            Some(Rule::Score { .. }) => Answers::PersonOr(main_role.to_owned()),
            _ => Answers::Role(main_role.to_owned()),
        },
        Some(value) if value.is_table() => {
            let table = fields.table("answers")?;
            let (unit, person_or) = (table.text("unit"), word(&table, "person_or", "role"));
            table.done();
            match (unit, person_or) {
                (Some(unit), None) => Answers::Unit(unit),
                (None, Some(role)) => Answers::PersonOr(role),
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
            _ => Answers::Role(word(fields, "answers", "role")?),
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
            matches!(rule, Rule::Deadline { .. } | Rule::Completeness { .. } | Rule::Score { .. })
        }
        (Answers::PersonOr(_), rule) => matches!(rule, Rule::Score { .. }),
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
