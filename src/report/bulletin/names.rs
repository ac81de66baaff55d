//! Commendations and criticisms as the template prints them; by unit and name, never by rate.
use serde::Serialize;
use serde_json::json;
use tera::Context;

use crate::measures::Brief;
use crate::measures::names::{Name, PriorSaid};
use crate::report::format;

#[derive(Serialize)]
struct NameView<'a> {
    /// 人力资源局杨涛斌
    who: String,
    title: &'a str,
    sentence: &'a str,
    provision: &'a str,
    consequences: &'a [String],
    rectify_by: Option<String>,
    reason: &'a str,
}

impl NameView<'_> {
    fn of(name: &Name) -> NameView<'_> {
        NameView {
            who: format!("{}{}", name.unit.as_deref().unwrap_or_default(), name.name),
            title: &name.title,
            sentence: &name.sentence,
            provision: &name.provision,
            consequences: &name.consequences,
            rectify_by: name.rectify_by.map(format::date),
            reason: &name.reason,
        }
    }
}

/// 2个单位、1名个人
fn counted(names: &[Name]) -> String {
    let persons = names.iter().filter(|name| name.person_id.is_some());
    let mut persons: Vec<_> = persons.map(|name| &name.person_id).collect();
    persons.sort_unstable();
    persons.dedup();
    let mut units: Vec<&str> =
        names.iter().filter(|name| name.person_id.is_none()).map(|name| name.name.as_str()).collect();
    units.sort_unstable();
    units.dedup();
    let parts = [(units.len(), "个单位"), (persons.len(), "名个人")];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n}{word}")).collect();
    parts.join("、")
}

fn prior(prior: &PriorSaid) -> serde_json::Value {
    json!({
        "measure": prior.measure,
        "by": if prior.by == "unit" { "单位" } else { "人" },
        "days": format!("{}至{}", format::date(prior.from), format::date(prior.to)),
        "m": format::rate(Some(prior.m)),
        "strength": prior.strength.map_or("先验为Jeffreys（½，½）".to_owned(), |m| format!("先验强度{}件", format::number(m))),
    })
}

/// Adds `names`; absent where judgement was not asked.
pub fn add(brief: &Brief, context: &mut Context) {
    let Some(names) = &brief.names else { return context.insert("names", &false) };
    let views = |names: &[Name]| names.iter().map(NameView::of).map(|view| json!(view)).collect::<Vec<_>>();
    context.insert(
        "names",
        &json!({
            "commended": views(&names.commended),
            "commended_of": counted(&names.commended),
            "criticised": views(&names.criticised),
            "criticised_of": counted(&names.criticised),
            "undecided": names.undecided,
            "excluded": names.excluded,
            "for_a_rate": names.for_a_rate,
            "expected": expected(names.expected_false_names),
            "priors": names.priors.iter().map(prior).collect::<Vec<_>>(),
        }),
    );
}

/// 0.005; what is less is said to be less.
fn expected(n: f64) -> String {
    if n < 0.001 { "不足0.001".to_owned() } else { format!("{n:.3}") }
}
