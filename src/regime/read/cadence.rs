//! A grid of slots: who owes, how often, which acts.
use super::super::fields::Fields;
use super::super::{ActsBy, Rule, Slot, Subject};
use super::words::{filter, one_or_more, word, words_of};

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let subject = match fields.get("subject").map(toml::Spanned::get_ref) {
        Some(value) if value.as_str() == Some("enterprise") => Subject::Enterprise,
        Some(value) if value.as_str() == Some("district") => Subject::District,
        Some(value) if value.is_table() => {
            let table = fields.table("subject")?;
            let role = word(&table, "person_holding", "role");
            table.done();
            Subject::PersonHolding(table.need("person_holding", role, "name the role that owes")?)
        }
        _ => {
            fields.fault(
                "subject",
                "says not who owes",
                "write { person_holding = \"role\" }, \"enterprise\" or \"district\"",
            );
            return None;
        }
    };
    let slot = match fields.get("slot").map(toml::Spanned::get_ref) {
        Some(value) if value.as_str() == Some("week") => Slot::Week,
        Some(value) if value.as_str() == Some("month") => Slot::Month,
        Some(value) if value.as_str() == Some("quarter") => Slot::Quarter,
        Some(value) if value.is_table() => {
            let table = fields.table("slot")?;
            let name = table.need("weekday", table.text("weekday"), "name a day such as \"friday\"");
            let working = table.yes("working").unwrap_or(false);
            table.done();
            let name = name?;
            let Some(day) = WEEKDAYS.iter().position(|day| *day == name) else {
                table.fault("weekday", format!("is “{name}”"), format!("write one of: {}", WEEKDAYS.join(", ")));
                return None;
            };
            Slot::Weekday { day: day as u32 + 1, working }
        }
        _ => {
            fields.fault(
                "slot",
                "is no slot",
                "write \"week\", \"month\", \"quarter\" or { weekday = \"friday\", working = true }",
            );
            return None;
        }
    };
    let acts =
        fields.need("acts", fields.table("acts"), "say which entries count: { kinds = [], by = \"subject\" }")?;
    let kinds = words_of(&acts, "kinds", "diary_kind");
    let by = match acts.get("by").map(toml::Spanned::get_ref) {
        None => ActsBy::Subject,
        Some(value) if value.as_str() == Some("subject") => ActsBy::Subject,
        Some(_) => ActsBy::Roles(one_or_more(&acts, "by", "role")),
    };
    if matches!((&by, &subject), (ActsBy::Roles(roles), _) if roles.is_empty()) {
        acts.fault("by", "names no role", "write \"subject\", a role, or a list of roles");
        return None;
    }
    acts.done();
    let at_least = fields.whole("at_least").unwrap_or(1);
    if at_least == 0 {
        fields.fault("at_least", "is 0", "ask for at least one act");
    }
    let written = match fields.text("count_by").as_deref() {
        None | Some("served_on") => false,
        Some("written") => true,
        Some(other) => {
            fields.fault("count_by", format!("is “{other}”"), "write \"written\" or \"served_on\"");
            false
        }
    };
    if matches!((&by, &subject), (ActsBy::Roles(_), Subject::PersonHolding(_) | Subject::District)) {
        acts.fault("by", "names a role, but no enterprise owes", "write by = \"subject\", or subject = \"enterprise\"");
    }
    let filter = filter(fields, &["stage", "tier"]);
    Some(Rule::Cadence { subject, slot, kinds, by, at_least, written, filter })
}
