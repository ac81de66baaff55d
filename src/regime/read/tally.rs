//! A tally: what is counted, by which class.
use super::super::Rule;
use super::super::fields::Fields;
use super::levels;
use super::words::{filter, word};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    if let Some(rule) = levels::reached(fields) {
        return rule;
    }
    let remedy = "say what is counted: \"complaints\", { levels = […] }, or { changes_of = \"role\" } with per = \"enterprise_year\"";
    if fields.get("of").is_some_and(|of| of.get_ref().is_table()) {
        return changes(fields, remedy);
    }
    let of = fields.need("of", fields.text("of"), remedy)?;
    if of != "complaints" {
        fields.fault("of", format!("is “{of}”"), remedy);
    }
    let class = fields.text("class");
    if let Some(class) = &class
        && !["verdict", "category"].contains(&class.as_str())
    {
        fields.fault("class", format!("is “{class}”"), "write verdict or category");
    }
    Some(Rule::Tally { class, filter: filter(fields, &["category"]) })
}

/// Changes of a holder, as a rate over enterprise-years in scope.
fn changes(fields: &Fields<'_>, remedy: &str) -> Option<Rule> {
    let of = fields.table("of")?;
    let role = of.need("changes_of", word(&of, "changes_of", "role"), remedy);
    of.done();
    let per = fields.need("per", fields.text("per"), "say what they are divided by: \"enterprise_year\"")?;
    if per != "enterprise_year" {
        fields.fault("per", format!("is “{per}”"), "write \"enterprise_year\"");
    }
    Some(Rule::Changes { role: role? })
}
