//! A rule file → [`Regime`]: every key read, every word looked up, every fault told.
use toml::de::DeTable;

use super::fields::{Fault, Faults, Fields};
use super::{
    ActsBy, Answers, Consequence, Filter, Held, HolderTest, Limit, Measure, Regime, Rule, Slot, Standard, Subject,
};
use crate::tables::Dictionary;

/// Sections a bulletin has.
const TOPICS: [&str; 6] = ["timeliness", "diary", "satisfaction", "coverage", "continuity", "complaints"];
const KINDS: [&str; 8] = ["deadline", "cadence", "score", "completeness", "coverage", "load", "continuity", "tally"];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads and checks a whole file.
pub fn regime(text: &str, file: &str) -> Result<Regime, Vec<Fault>> {
    let faults = Faults::new(text, file);
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            faults.add(at, "", error.message().to_owned(), "write TOML as in the shipped rule files");
            return Err(faults.into_sorted());
        }
    };
    let root = Fields::new(root.get_ref(), 0, "", &faults);
    let head = root.table("regime");
    let head = root.need("regime", head, "begin with a [regime] table: id, place, document, in_force_from, main_role");
    let regime = head.and_then(|head| read_head(&root, &head));
    root.done();
    let faults = faults.into_sorted();
    match regime {
        Some(regime) if faults.is_empty() => Ok(regime),
        _ => Err(faults),
    }
}

fn read_head(root: &Fields<'_>, head: &Fields<'_>) -> Option<Regime> {
    let id = head.need("id", head.text("id"), "give the regime an id of lower-case letters, digits and -");
    let place = head.need("place", head.text("place"), "name the place as bulletins print it");
    let document = head.need("document", head.text("document"), "give the title of the document with its marks 《…》");
    let document_date = head.text("document_date");
    let from = head.need("in_force_from", head.date("in_force_from"), "give the day from which the rules hold");
    let role = word(head, "main_role", "role");
    let main_role = head.need("main_role", role, "name the role that answers, such as \"steward\"");
    let periods = head.texts("periods").unwrap_or_else(|| vec!["month".to_owned()]);
    for period in &periods {
        if !["week", "month", "quarter", "year"].contains(&period.as_str()) {
            head.fault("periods", format!("has “{period}”"), "write week, month, quarter or year");
        }
    }
    let minimum_n = head.whole("minimum_n").unwrap_or(10);
    let core = head.texts("core").unwrap_or_default();
    let local = head.texts("local").unwrap_or_default();
    head.done();

    let mut measures: Vec<Measure> = Vec::new();
    for fields in root.tables("measure") {
        let measure = read_measure(&fields, main_role.as_deref().unwrap_or_default());
        fields.done();
        if let Some(measure) = measure {
            if measures.iter().any(|m| m.id == measure.id) {
                fields.fault("id", "is used twice", "give each measure an id of its own");
            }
            measures.push(measure);
        }
    }
    if measures.is_empty() {
        head.fault("id", "has no measures", "add at least one [[measure]]");
    }
    for id in &core {
        if !measures.iter().any(|m| &m.id == id) {
            head.fault("core", format!("names “{id}”, which is no measure of this file"), "name measures by their id");
        }
    }
    let consequences = root.tables("consequence").iter().filter_map(read_consequence).collect();
    Some(Regime {
        id: id?,
        place: place?,
        document: document?,
        document_date,
        in_force_from: from?,
        main_role: main_role?,
        periods,
        minimum_n,
        core,
        local,
        measures,
        consequences,
    })
}

fn read_consequence(fields: &Fields<'_>) -> Option<Consequence> {
    let when = fields.need("when", fields.text("when"), "say what it follows from, such as complaint_substantiated");
    let text = fields.need("text", fields.text("text"), "say what follows, in the document's words");
    let lasts = fields.need("lasts", fields.text("lasts"), "say how long it holds, such as calendar_year");
    let provision = fields.need("provision", fields.text("provision"), "cite the provision");
    fields.done();
    Some(Consequence { when: when?, text: text?, lasts: lasts?, provision: provision? })
}

fn read_measure(fields: &Fields<'_>, main_role: &str) -> Option<Measure> {
    let id = fields.need("id", fields.text("id"), "give the measure an id such as case_settled");
    let name = fields.need("name", fields.table("name"), "name it: { zh = \"…\", en = \"…\" }");
    let names = name.map(|name| {
        let zh = name.need("zh", name.text("zh"), "give its Chinese name");
        let en = name.text("en").or_else(|| id.clone());
        name.done();
        (zh, en)
    });
    let topic = fields.need("topic", fields.text("topic"), &format!("name its section: {}", TOPICS.join(", ")));
    if let Some(topic) = &topic
        && !TOPICS.contains(&topic.as_str())
    {
        fields.fault("topic", format!("is “{topic}”"), format!("write one of: {}", TOPICS.join(", ")));
    }
    let provision = fields.need("provision", fields.text("provision"), "cite the provision it is taken from");
    let standard = fields.table("standard").and_then(|s| read_standard(&s));
    let local = fields.texts("local").unwrap_or_default();
    let kind = fields.need("kind", fields.text("kind"), &format!("write one of: {}", KINDS.join(", ")));
    let rule = match kind.as_deref() {
        Some("deadline") => read_deadline(fields),
        Some("cadence") => read_cadence(fields),
        Some("score") => read_score(fields),
        Some("completeness") => read_completeness(fields),
        Some("coverage") => read_coverage(fields),
        Some("load") => read_load(fields),
        Some("continuity") => word(fields, "role", "role").map(|role| Rule::Continuity { role }),
        Some("tally") => read_tally(fields),
        Some(other) => {
            fields.fault("kind", format!("is “{other}”"), format!("write one of: {}", KINDS.join(", ")));
            None
        }
        None => None,
    };
    let answers = read_answers(fields, rule.as_ref(), main_role);
    let (name_zh, name_en) = names?;
    let (rule, answers) = (rule?, answers?);
    Some(Measure {
        id: id?,
        name_zh: name_zh?,
        name_en: name_en?,
        topic: topic?,
        rule,
        answers,
        provision: provision?,
        standard,
        local,
    })
}

fn read_standard(fields: &Fields<'_>) -> Option<Standard> {
    let p0 = fields.need("p0", fields.number("p0"), "give the share asked for, between 0 and 1");
    let p_good = fields.need("p_good", fields.number("p_good"), "give the excellent share, between p0 and 1");
    let local = fields.yes("local").unwrap_or(false);
    fields.done();
    let (p0, p_good) = (p0?, p_good?);
    if !(p0 > 0.0 && p0 < p_good && p_good < 1.0) {
        fields.fault("p0", format!("p0 = {p0} and p_good = {p_good}"), "keep 0 < p0 < p_good < 1");
    }
    Some(Standard { p0, p_good, local })
}

fn read_deadline(fields: &Fields<'_>) -> Option<Rule> {
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
    let limit =
        fields.need("limit", fields.table("limit"), "give it: { working_days = 15 }, { days = 2 } or { hours = 1 }")?;
    let given = [limit.whole("working_days"), limit.whole("days"), limit.whole("hours")];
    limit.done();
    let limit = match given {
        [Some(n), None, None] if n > 0 => Limit::WorkingDays(n),
        [None, Some(n), None] if n > 0 => Limit::Days(n),
        [None, None, Some(n)] if n > 0 => Limit::Hours(n),
        _ => {
            fields.fault(
                "limit",
                "is no single length above 0",
                "write one of { working_days = 15 }, { days = 2 }, { hours = 1 }",
            );
            return None;
        }
    };
    let filter = read_filter(fields, &["case_class", "category", "channel", "stage", "tier"]);
    Some(Rule::Deadline { start, end, limit, filter })
}

fn read_cadence(fields: &Fields<'_>) -> Option<Rule> {
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
    let by = match acts.text("by").as_deref() {
        None | Some("subject") => ActsBy::Subject,
        Some(_) => ActsBy::Role(word(&acts, "by", "role")?),
    };
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
    let filter = read_filter(fields, &["stage", "tier"]);
    Some(Rule::Cadence { subject, slot, kinds, by, at_least, written, filter })
}

fn read_score(fields: &Fields<'_>) -> Option<Rule> {
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

fn read_completeness(fields: &Fields<'_>) -> Option<Rule> {
    let of = fields.need("of", fields.table("of"), "say which records: { event = \"returned\" }")?;
    let event = of.need("event", word(&of, "event", "event"), "name the event");
    of.done();
    let named = fields.need("fields", fields.texts("fields"), "name the fields that must be filled in")?;
    for field in &named {
        if !["note", "unit", "until"].contains(&field.as_str()) {
            fields.fault("fields", format!("has “{field}”"), "an event has the fields note, unit and until");
        }
    }
    if named.is_empty() {
        fields.fault("fields", "names none", "name at least one field");
    }
    let empty_words = fields.texts("empty_words").unwrap_or_default();
    Some(Rule::Completeness { event: event?, fields: named, empty_words })
}

fn read_coverage(fields: &Fields<'_>) -> Option<Rule> {
    let remedy = "write { role = \"steward\", exactly = 1 }, or { any = […] } or { all = […] } of such tests";
    let holders = fields.need("holders", fields.table("holders"), remedy)?;
    let (any, all) = (holders.tables("any"), holders.tables("all"));
    let tests: Vec<Option<HolderTest>> = match (any.is_empty(), all.is_empty()) {
        (true, true) => vec![read_holder_test(&holders)],
        (false, true) => any.iter().map(read_holder_test).collect(),
        (true, false) => all.iter().map(read_holder_test).collect(),
        (false, false) => {
            holders.fault("any", "stands beside all", "keep one of the two");
            return None;
        }
    };
    holders.done();
    let tests: Option<Vec<HolderTest>> = tests.into_iter().collect();
    let filter = read_filter(fields, &["stage", "tier", "enterprise_kind"]);
    Some(Rule::Coverage { any: !any.is_empty(), tests: tests?, filter })
}

fn read_holder_test(test: &Fields<'_>) -> Option<HolderTest> {
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

fn read_load(fields: &Fields<'_>) -> Option<Rule> {
    let role = fields.need("role", word(fields, "role", "role"), "name the role");
    let within = fields.need("within", fields.wholes("within"), "give the bounds: [5, 15]")?;
    match within[..] {
        [min, max] if min <= max && max > 0 => Some(Rule::Load { role: role?, min, max }),
        _ => {
            fields.fault("within", format!("is {within:?}"), "write the least and the most: [5, 15]");
            None
        }
    }
}

fn read_tally(fields: &Fields<'_>) -> Option<Rule> {
    let of = fields.need("of", fields.text("of"), "say what is counted: \"complaints\"")?;
    if of != "complaints" {
        fields.fault("of", format!("is “{of}”"), "write \"complaints\"");
    }
    let class = fields.text("class");
    if let Some(class) = &class
        && !["verdict", "category"].contains(&class.as_str())
    {
        fields.fault("class", format!("is “{class}”"), "write verdict or category");
    }
    Some(Rule::Tally { class, filter: read_filter(fields, &["category"]) })
}

fn read_filter(fields: &Fields<'_>, allowed: &[&'static str]) -> Filter {
    let Some(table) = fields.table("where") else { return Filter::default() };
    let mut filter = Vec::new();
    for list in allowed {
        let words = match *list {
            "category" => table.texts("category").unwrap_or_default(),
            "channel" => words_of(&table, "channel", "case_channel"),
            other => words_of(&table, other, other),
        };
        if !words.is_empty() {
            filter.push(((*list).to_owned(), words));
        }
    }
    table.done();
    Filter(filter)
}

fn read_answers(fields: &Fields<'_>, rule: Option<&Rule>, main_role: &str) -> Option<Answers> {
    let remedy = "write a role, \"event_unit\", \"author\", \"about\", \"left_unit\", \"nobody\", { unit = \"…\" } or { person_or = \"role\" }";
    let value = fields.get("answers").map(toml::Spanned::get_ref);
    let answers = match value {
        None => match rule {
            Some(Rule::Coverage { .. }) => Answers::Nobody,
            Some(Rule::Load { .. }) => Answers::Author,
            Some(Rule::Continuity { .. }) => Answers::LeftUnit,
            Some(Rule::Tally { .. }) => Answers::About,
            Some(Rule::Cadence { subject: Subject::PersonHolding(_), .. }) => Answers::Author,
            Some(Rule::Cadence { subject: Subject::District, .. }) => Answers::Nobody,
            Some(Rule::Cadence { by: ActsBy::Role(role), .. }) => Answers::Role(role.clone()),
            Some(Rule::Score { .. }) => Answers::PersonOr(main_role.to_owned()),
            _ => Answers::Role(main_role.to_owned()),
        },
        Some(value) if value.is_table() => {
            let table = fields.table("answers")?;
            let (unit, person_or) = (table.text("unit"), word(&table, "person_or", "role"));
            table.done();
            match (unit, person_or) {
                (Some(unit), None) => Answers::Unit(unit),
                (None, Some(role)) => Answers::PersonOr(role),
                _ => {
                    fields.fault("answers", "names nobody", remedy);
                    return None;
                }
            }
        }
        Some(value) => match value.as_str() {
            Some("event_unit") => Answers::EventUnit,
            Some("author") => Answers::Author,
            Some("about") => Answers::About,
            Some("left_unit") => Answers::LeftUnit,
            Some("nobody") => Answers::Nobody,
            _ => Answers::Role(word(fields, "answers", "role")?),
        },
    };
    let rule = rule?;
    let fits = match (&answers, rule) {
        (Answers::Author, rule) => {
            matches!(rule, Rule::Load { .. } | Rule::Cadence { subject: Subject::PersonHolding(_), .. })
        }
        (Answers::About, rule) => matches!(rule, Rule::Tally { .. }),
        (Answers::LeftUnit, rule) => matches!(rule, Rule::Continuity { .. }),
        (Answers::EventUnit, rule) => {
            matches!(rule, Rule::Deadline { .. } | Rule::Completeness { .. } | Rule::Score { .. })
        }
        (Answers::PersonOr(_), rule) => matches!(rule, Rule::Score { .. }),
        (Answers::Role(_), rule) => !matches!(
            rule,
            Rule::Load { .. } | Rule::Continuity { .. } | Rule::Cadence { subject: Subject::District, .. }
        ),
        (Answers::Unit(_) | Answers::Nobody, _) => true,
    };
    if !fits {
        fields.fault("answers", format!("does not fit a {}", rule.kind()), remedy);
    }
    Some(answers)
}

/// One word of a dictionary list.
fn word(fields: &Fields<'_>, key: &'static str, list: &str) -> Option<String> {
    let text = fields.text(key)?;
    known(fields, key, list, &text).then_some(text)
}

/// Words of a dictionary list; absent: none.
fn words_of(fields: &Fields<'_>, key: &'static str, list: &str) -> Vec<String> {
    let words = fields.texts(key).unwrap_or_default();
    words.into_iter().filter(|word| known(fields, key, list, word)).collect()
}

fn known(fields: &Fields<'_>, key: &'static str, list: &str, text: &str) -> bool {
    let words = &Dictionary::shipped().words[list];
    let known = words.contains_key(text);
    if !known {
        let names: Vec<&str> = words.keys().map(String::as_str).collect();
        fields.fault(key, format!("has “{text}”, which is no {list}"), format!("write one of: {}", names.join(", ")));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[regime]\nid = \"x\"\nplace = \"示例区\"\ndocument = \"《示例》\"\nin_force_from = 2025-01-01\nmain_role = \"steward\"\n";

    fn faults(measure: &str) -> Vec<String> {
        let text = format!(
            "{HEAD}\n[[measure]]\nid = \"m\"\nname = {{ zh = \"甲\" }}\ntopic = \"timeliness\"\nprovision = \"一\"\n{measure}"
        );
        match regime(&text, "x.toml") {
            Ok(_) => vec![],
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn shipped_regimes_are_sound() {
        for id in crate::shipped::regime_ids() {
            let regime = Regime::shipped(&id).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(regime.id, id);
        }
    }

    #[test]
    fn a_sound_measure_has_no_faults() {
        let clock = "kind = \"deadline\"\nstart = [\"submitted\"]\nend = [\"resolved\"]\nlimit = { days = 2 }\n";
        assert_eq!(faults(clock), Vec::<String>::new());
    }

    #[test]
    fn every_fault_has_line_key_and_remedy() {
        for (measure, wanted) in [
            (
                "kind = \"deadline\"\nstart = [\"submited\"]\nend = [\"resolved\"]\nlimit = { days = 2 }\n",
                "x.toml:14: measure.m.start: has “submited”, which is no event; write one of:",
            ),
            (
                "kind = \"deadline\"\nstart = [\"submitted\"]\nend = [\"resolved\"]\nlimit = { days = 0 }\n",
                "x.toml:16: measure.m.limit: is no single length above 0",
            ),
            (
                "kind = \"deadline\"\nstart = [\"submitted\"]\nend = [\"resolved\"]\nlimit = { days = 2 }\ncolour = 1\n",
                "x.toml:17: measure.m.colour: is no key of this table; remove it, or write one of:",
            ),
            ("kind = \"load\"\nrole = \"steward\"\nwithin = [15, 5]\n", "x.toml:15: measure.m.within: is [15, 5]"),
            (
                "kind = \"load\"\nrole = \"boss\"\nwithin = [5, 15]\n",
                "x.toml:14: measure.m.role: has “boss”, which is no role",
            ),
            ("kind = \"league_table\"\n", "x.toml:13: measure.m.kind: is “league_table”"),
            (
                "kind = \"continuity\"\nrole = \"steward\"\nstandard = { p0 = 0.9, p_good = 0.8 }\n",
                "p0 = 0.9 and p_good = 0.8; keep 0 < p0 < p_good < 1",
            ),
            (
                "kind = \"continuity\"\nrole = \"steward\"\nanswers = \"author\"\n",
                "x.toml:15: measure.m.answers: does not fit a continuity",
            ),
        ] {
            let found = faults(measure);
            assert!(found.iter().any(|fault| fault.contains(wanted)), "{measure}\n{found:#?}");
        }
        let without = regime("[regime]\nid = \"x\"\n", "x.toml").unwrap_err();
        for key in ["place", "document", "in_force_from", "main_role"] {
            assert!(without.iter().any(|f| f.key == format!("regime.{key}") && f.what == "is missing"), "{key}");
        }
        assert!(regime("[regime\n", "x.toml").unwrap_err()[0].to_string().starts_with("x.toml:1:"));
    }
}
