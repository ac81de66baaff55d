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
    let except = words_of(&of, "channel_except", "evaluation_channel");
    if !channel.is_empty() && !except.is_empty() {
        of.fault("channel_except", "stands beside channel", "keep one of the two");
    }
    let needs_unit = of.yes("with_unit").unwrap_or(false);
    of.done();
    let lists = [("channel", channel), ("not_channel", except)];
    let filter = lists.into_iter().filter(|(_, words)| !words.is_empty());
    let filter = Filter(filter.map(|(list, words)| (list.to_owned(), words)).collect());
    Some(Rule::Score { field, satisfied: fields.number("satisfied"), needs_unit, filter })
}
