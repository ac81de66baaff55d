//! A score: which field of which evaluations; how late milestones were; how often a week somebody came.
use super::super::fields::Fields;
use super::super::{Filter, Rule};
use super::words::{filter, one_or_more, words_of};
use super::{deadline, levels};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    if let Some(rule) = levels::stays(fields) {
        return rule;
    }
    let of = fields.need(
        "of",
        fields.table("of"),
        "say what is scored: { evaluations = \"grade\", channel = [\"platform\"] }, { stays = […] }, { milestones = \"steps\" } or { acts = […], by = \"role\" }",
    )?;
    if of.has("milestones") {
        let steps = deadline::steps(&of);
        of.done();
        return Some(Rule::Slip { of: steps? });
    }
    if of.has("acts") {
        return pace(fields, &of);
    }
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
    let sampled = of.yes("sampled").unwrap_or(false);
    of.done();
    let lists = [("channel", channel), ("not_channel", except)];
    let filter = lists.into_iter().filter(|(_, words)| !words.is_empty());
    let filter = Filter(filter.map(|(list, words)| (list.to_owned(), words)).collect());
    let satisfied = fields.number("satisfied");
    if sampled && satisfied.is_none() {
        fields.fault("satisfied", "is missing", "say from which score an enterprise of the sample counts as satisfied");
    }
    Some(Rule::Score { field, satisfied, needs_unit, sampled, filter })
}

/// Days with acts in a month, per week of it.
fn pace(fields: &Fields<'_>, of: &Fields<'_>) -> Option<Rule> {
    let kinds = words_of(of, "acts", "diary_kind");
    let by = one_or_more(of, "by", "role");
    of.done();
    if by.is_empty() {
        of.fault("by", "names no role", "say whose acts count: by = \"leader\"");
        return None;
    }
    let filter = filter(fields, &["stage", "tier"]);
    Some(Rule::Pace { kinds, by, satisfied: fields.number("satisfied"), filter })
}
