//! Coverage: tests on holders and fields.
use super::super::fields::Fields;
use super::super::{Held, HolderTest, Rule};
use super::words::{filter, word};

pub fn read(fields: &Fields<'_>) -> Option<Rule> {
    let remedy = "write { role = \"steward\", exactly = 1 }, or { any = […] } or { all = […] } of such tests";
    let holders = fields.need("holders", fields.table("holders"), remedy)?;
    let (any, all) = (holders.tables("any"), holders.tables("all"));
    let groups: Vec<Option<Vec<HolderTest>>> = match (any.is_empty(), all.is_empty()) {
        (true, true) => vec![test(&holders).map(|test| vec![test])],
        (false, true) => vec![any.iter().map(test).collect()],
        (true, false) => all.iter().map(group).collect(),
        (false, false) => {
            holders.fault("any", "stands beside all", "keep one of the two");
            return None;
        }
    };
    holders.done();
    let groups: Option<Vec<Vec<HolderTest>>> = groups.into_iter().collect();
    let filter = filter(fields, &["stage", "tier", "enterprise_kind"]);
    Some(Rule::Coverage { groups: groups?, filter })
}

/// One of `all`: a test, or several of which any will do.
fn group(fields: &Fields<'_>) -> Option<Vec<HolderTest>> {
    let any = fields.tables("any");
    if any.is_empty() {
        return test(fields).map(|test| vec![test]);
    }
    fields.done();
    any.iter().map(test).collect()
}

fn test(test: &Fields<'_>) -> Option<HolderTest> {
    let role = word(test, "role", "role");
    let field = test.text("field");
    let exactly = test.whole("exactly");
    let at_least = test.whole("at_least");
    let what = match (role, field) {
        (Some(role), None) => Held::Role(role),
        (None, Some(field)) if ["contact_name", "agreement_signed_on", "milestones"].contains(&field.as_str()) => {
            Held::Field(field)
        }
        (None, Some(field)) => {
            test.fault("field", format!("is “{field}”"), "write contact_name, agreement_signed_on or milestones");
            return None;
        }
        _ => {
            test.fault("role", "is not alone or not there", "name either a role or a field");
            return None;
        }
    };
    // A single test is the `holders` table itself, which tells of unknown keys once `any` and `all` were asked for.
    if !test.path.ends_with(".holders") {
        test.done();
    }
    match (exactly, at_least) {
        (Some(_), Some(_)) => {
            test.fault("exactly", "stands beside at_least", "keep one of the two");
            None
        }
        (Some(n), None) => Some(HolderTest { what, at_least: n, at_most: Some(n) }),
        (None, n) => Some(HolderTest { what, at_least: n.unwrap_or(1), at_most: None }),
    }
}
