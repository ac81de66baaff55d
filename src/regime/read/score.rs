//! A score: which field of which evaluations.
use super::super::fields::Fields;
use super::super::{Filter, Rule};
use super::levels;
use super::words::words_of;

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    if let Some(rule) = levels::stays(fields) {
        return rule;
    }
    let of = fields.need(
        "of",
        fields.table("of"),
        "say what is scored: { evaluations = \"grade\", channel = [\"platform\"] }",
    )?;
    let field =
        of.need("evaluations", of.text("evaluations"), "name the score: grade, attitude, quality or efficiency")?;
    if !["grade", "attitude", "quality", "efficiency"].contains(&field.as_str()) {
        of.fault("evaluations", format!("is “{field}”"), "write grade, attitude, quality or efficiency");
    }
    let channel = words_of(&of, "channel", "evaluation_channel");
    let needs_unit = of.yes("with_unit").unwrap_or(false);
    of.done();
    let filter = Filter(if channel.is_empty() { vec![] } else { vec![("channel".to_owned(), channel)] });
    Some(Rule::Score { field, satisfied: fields.number("satisfied"), needs_unit, filter })
}
