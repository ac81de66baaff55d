//! A tally: what is counted, by which class.
use super::super::Rule;
use super::super::fields::Fields;
use super::levels;
use super::words::{filter, word};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    if let Some(rule) = levels::reached(fields) {
        return rule;
    }
    let remedy = "say what is counted: \"complaints\", \"cases\", { cases_at_first = \"returned\" }, { levels = […] }, { unlisted_from_wan = 5000 }, { held_months_after_production = 12 }, or { changes_of = \"role\" } with per = \"enterprise_year\"";
    let class = |known: &[&str]| {
        let class = fields.text("class");
        if let Some(class) = class.as_deref().filter(|class| !known.contains(class)) {
            fields.fault("class", format!("is “{class}”"), format!("write {}", known.join(" or ")));
        }
        class
    };
    let of_cases = ["category", "case_class", "channel", "stage", "tier"];
    if fields.get("of").is_some_and(|of| of.get_ref().is_table()) {
        let of = fields.table("of")?;
        if of.has("cases_at_first") {
            let event = word(&of, "cases_at_first", "event");
            of.done();
            return Some(Rule::Cases {
                at_first: Some(event?),
                class: class(&["category"]),
                filter: filter(fields, &of_cases),
            });
        }
        if of.has("unlisted_from_wan") {
            let from_wan = of.number("unlisted_from_wan");
            of.done();
            let filter = filter(fields, &["enterprise_kind", "stage", "tier"]);
            return Some(Rule::Unlisted { from_wan: from_wan?, filter });
        }
        if of.has("held_months_after_production") {
            let months = of.whole("held_months_after_production");
            of.done();
            let filter = filter(fields, &["enterprise_kind", "stage", "tier"]);
            return Some(Rule::CycleOver { months: months?, filter });
        }
        return changes(fields, remedy);
    }
    let of = fields.need("of", fields.text("of"), remedy)?;
    if of == "cases" {
        return Some(Rule::Cases { at_first: None, class: class(&["category"]), filter: filter(fields, &of_cases) });
    }
    if of != "complaints" {
        fields.fault("of", format!("is “{of}”"), remedy);
    }
    Some(Rule::Tally { class: class(&["verdict", "category"]), filter: filter(fields, &["complaint_category"]) })
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
