//! A clock: of cases (starts, ends, limit), or of a register (`of`, limit).
use super::super::fields::Fields;
use super::super::{Limit, NO_STEPS, Register, Rule, Steps};
use super::words::{filter, word, words_of};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    if fields.has("of") {
        return term(fields);
    }
    let start = words_of(fields, "start", "event");
    let end = words_of(fields, "end", "event");
    for event in &start {
        if end.contains(event) {
            fields.fault("end", format!("has “{event}”, which is also a start"), "let a clock end at another event");
        }
    }
    for (key, list) in [("start", &start), ("end", &end)] {
        if list.is_empty() {
            fields.fault(key, "names no event", "name at least one event");
        }
    }
    let limit = limit(fields)?;
    let complaints = fields.yes("with_complaints").unwrap_or(false);
    if complaints && limit == Limit::Own {
        fields.fault("with_complaints", "stands beside own = true", "complaints bring no due; give a length");
    }
    let filter = filter(fields, &["case_class", "category", "channel", "stage", "tier"]);
    Some(Rule::Deadline { start, end, limit, filter, complaints })
}

/// Which milestones: `"steps"`, or stages.
pub fn steps(of: &Fields<'_>) -> Option<Steps> {
    if of.get("milestones").and_then(|value| value.get_ref().as_str()) == Some("steps") {
        return Some(Steps::All);
    }
    let stages = words_of(of, "milestones", "milestone_stage");
    if stages.is_empty() {
        let remedy = format!("write \"steps\" (all but {}), or a list of stages", NO_STEPS.join(" and "));
        of.fault("milestones", "names no milestones", remedy);
        return None;
    }
    Some(Steps::Of(stages))
}

/// The clock of a register.
fn term(fields: &Fields<'_>) -> Option<Rule> {
    let remedy = "write \"complaints\", \"policies\", { changes_of = \"role\" }, { roles_held = […] } or { milestones = \"steps\" }; for cases leave it out";
    let of = match fields.get("of").map(toml::Spanned::get_ref) {
        Some(value) if value.as_str() == Some("complaints") => Register::Complaints,
        Some(value) if value.as_str() == Some("policies") => Register::Policies,
        Some(value) if value.is_table() => {
            let of = fields.table("of")?;
            if of.has("milestones") {
                let steps = steps(&of);
                of.done();
                let filter = filter(fields, &["stage", "tier"]);
                return Some(Rule::Term { of: Register::Milestones(steps?), limit: Limit::Own, filter });
            }
            if of.has("roles_held") {
                let roles = words_of(&of, "roles_held", "role");
                of.done();
                if roles.is_empty() {
                    of.fault("roles_held", "names no role", "name the roles that must all be held");
                    return None;
                }
                Register::RolesHeld(roles)
            } else {
                let role = word(&of, "changes_of", "role");
                of.done();
                Register::ChangesOf(of.need("changes_of", role, "name the role whose holder changes")?)
            }
        }
        _ => {
            fields.fault("of", "is no register", remedy);
            return None;
        }
    };
    let limit = limit(fields)?;
    if limit == Limit::Own {
        fields.fault("limit", "is own = true", "only cases and milestones bring a due of their own; give a length");
        return None;
    }
    let allowed: &[&'static str] =
        if of == Register::Complaints { &["complaint_category", "stage", "tier"] } else { &["stage", "tier"] };
    Some(Rule::Term { of, limit, filter: filter(fields, allowed) })
}

fn limit(fields: &Fields<'_>) -> Option<Limit> {
    let limit = fields.need(
        "limit",
        fields.table("limit"),
        "give it: { working_days = 15 }, { days = 2 }, { hours = 1 } or { own = true }",
    )?;
    let own = limit.yes("own") == Some(true);
    let given = [limit.whole("working_days"), limit.whole("days"), limit.whole("hours")];
    limit.done();
    match given {
        [None, None, None] if own => Some(Limit::Own),
        _ if own => {
            fields.fault("limit", "has a length beside own = true", "write one of the two");
            None
        }
        [Some(n), None, None] if n > 0 => Some(Limit::WorkingDays(n)),
        [None, Some(n), None] if n > 0 => Some(Limit::Days(n)),
        [None, None, Some(n)] if n > 0 => Some(Limit::Hours(n)),
        _ => {
            fields.fault(
                "limit",
                "is no single length above 0",
                "write one of { working_days = 15 }, { days = 2 }, { hours = 1 }, { own = true }",
            );
            None
        }
    }
}
