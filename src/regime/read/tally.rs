//! A tally: what is counted, by which class.
use super::super::Rule;
use super::super::fields::Fields;
use super::levels;
use super::words::filter;

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    if let Some(rule) = levels::reached(fields) {
        return rule;
    }
    let of = fields.need("of", fields.text("of"), "say what is counted: \"complaints\" or { levels = […] }")?;
    if of != "complaints" {
        fields.fault("of", format!("is “{of}”"), "write \"complaints\" or { levels = […] }");
    }
    let class = fields.text("class");
    if let Some(class) = &class
        && !["verdict", "category"].contains(&class.as_str())
    {
        fields.fault("class", format!("is “{class}”"), "write verdict or category");
    }
    Some(Rule::Tally { class, filter: filter(fields, &["category"]) })
}
