//! A rule file → [`Regime`]: every key read, every word looked up, every fault told. The head and what all measures
//! have is read here; each kind has a file.
mod answers;
mod cadence;
mod completeness;
mod coverage;
mod deadline;
mod finding;
mod integrity;
mod levels;
mod load;
mod score;
mod tally;
mod versions;
mod wording;
mod words;

use std::sync::Arc;

use toml::de::DeTable;

use super::fields::{Fault, Faults, Fields};
use super::{Category, Consequence, FindingRule, Measure, Regime, Roles, Rule, Standard};
use crate::tables::Wording;
use words::{stages_of, word};

/// Sections a bulletin has.
const TOPICS: [&str; 11] = [
    "timeliness",
    "diary",
    "satisfaction",
    "phone",
    "coverage",
    "continuity",
    "policy",
    "escalation",
    "progress",
    "complaints",
    "integrity",
];
const KINDS: [&str; 9] =
    ["deadline", "cadence", "score", "completeness", "coverage", "load", "continuity", "tally", "integrity"];

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

fn read_head<'a>(root: &Fields<'a>, head: &Fields<'a>) -> Option<Regime> {
    let id = head.need("id", head.text("id"), "give the regime an id of lower-case letters, digits and -");
    let place = head.need("place", head.text("place"), "name the place as bulletins print it");
    let document = head.need("document", head.text("document"), "give the title of the document with its marks 《…》");
    let document_date = head.text("document_date");
    let from = head.need("in_force_from", head.date("in_force_from"), "give the day from which the rules hold");
    let main = main_role(head);
    let periods = head.texts("periods").unwrap_or_else(|| vec!["month".to_owned()]);
    for period in &periods {
        if !["week", "month", "quarter", "year"].contains(&period.as_str()) {
            head.fault("periods", format!("has “{period}”"), "write week, month, quarter or year");
        }
    }
    let minimum_n = head.whole("minimum_n").unwrap_or(10);
    let window_months = head.whole("window_months").unwrap_or(3);
    if window_months == 0 {
        head.fault("window_months", "is 0", "look back on at least one month");
    }
    let core = head.texts("core").unwrap_or_default();
    let local = head.texts("local").unwrap_or_default();
    let groups = head.texts("groups").unwrap_or_default();
    let reply_working_days = head.whole("reply_working_days").unwrap_or(5);
    if reply_working_days == 0 {
        head.fault("reply_working_days", "is 0", "give whoever is named at least one working day to answer");
    }
    let role_aliases = role_aliases(root);
    let categories: Vec<Category> = root.tables("category").iter().filter_map(read_category).collect();
    head.done();

    let mut measures: Vec<Measure> = Vec::new();
    let mut written = versions::Written::new();
    let mut ids = Vec::new();
    for fields in root.tables("measure") {
        ids.extend(fields.text("id"));
        let measure = read_measure(&fields, main.as_ref());
        fields.done();
        if let Some(measure) = measure {
            if measures.iter().any(|m| m.id == measure.id) {
                fields.fault("id", "is used twice", "give each measure an id of its own");
            }
            written.insert(measure.id.clone(), vec![fields.written()]);
            measures.push(measure);
        }
    }
    let versions = versions::read(root, from, main.as_ref(), &mut written, &mut measures);
    if ids.is_empty() && measures.is_empty() {
        head.fault("id", "has no measures", "add at least one [[measure]]");
    }
    // A measure with a fault is there all the same.
    ids.extend(measures.iter().map(|m| m.id.clone()));
    for id in &core {
        if !ids.contains(id) {
            head.fault("core", format!("names “{id}”, which is no measure of this file"), "name measures by their id");
        }
    }
    let words = wording::read(root, main.as_ref(), &role_aliases);
    for measure in &mut measures {
        name_categories(measure, &categories);
        speak(measure, &words);
    }
    let consequences = root.tables("consequence").iter().filter_map(read_consequence).collect();
    let findings = read_findings(root, &finding::Known { measures: &measures, core: &core });
    let (main_role, main_by_stage) = match main? {
        Roles::One(role) => (role, Vec::new()),
        Roles::ByStage(by_stage) => (by_stage.first()?.1.clone(), by_stage),
    };
    Some(Regime {
        id: id?,
        place: place?,
        document: document?,
        document_date,
        in_force_from: from?,
        main_role,
        main_by_stage,
        versions,
        periods,
        minimum_n,
        window_months,
        core,
        local,
        groups,
        role_aliases,
        categories,
        measures,
        consequences,
        findings,
        reply_working_days,
        words,
    })
}

/// A rule is told with the names of the categories, not with their ids.
fn name_categories(measure: &mut Measure, categories: &[Category]) {
    for text in &mut measure.texts {
        name_categories(&mut text.measure, categories);
    }
    let (Rule::Deadline { filter, .. } | Rule::Cases { filter, .. }) = &mut measure.rule else { return };
    let Some((_, words)) = filter.0.iter().find(|(list, _)| list == "category") else { return };
    let named = |word: &String| categories.iter().find(|c| c.id == *word).map_or(word, |c| &c.name).clone();
    let names = words.iter().map(named).collect();
    filter.0.push(("category_name".to_owned(), names));
}

/// A rule is told in the place's words.
fn speak(measure: &mut Measure, words: &Arc<Wording>) {
    measure.words = words.clone();
    measure.texts.iter_mut().for_each(|text| speak(&mut text.measure, words));
}

fn read_findings(root: &Fields<'_>, known: &finding::Known<'_>) -> Vec<FindingRule> {
    let mut findings: Vec<FindingRule> = Vec::new();
    for fields in root.tables("finding") {
        let rule = finding::read(&fields, known);
        fields.done();
        let Some(rule) = rule else { continue };
        if findings.iter().any(|other| other.id == rule.id) {
            fields.fault("id", "is used twice", "give each finding an id of its own");
        }
        findings.push(rule);
    }
    findings
}

/// A role, or one for each stage: { settle = "…", support = "…" }.
fn main_role(head: &Fields<'_>) -> Option<Roles> {
    let remedy =
        "name the role that answers, such as \"steward\", or one for each stage: { settle = \"…\", support = \"…\" }";
    if head.get("main_role").is_some_and(|value| value.get_ref().is_table()) {
        let by_stage = stages_of(&head.table("main_role")?);
        if by_stage.is_empty() {
            head.fault("main_role", "names no role", remedy);
            return None;
        }
        return Some(Roles::ByStage(by_stage));
    }
    head.need("main_role", word(head, "main_role", "role"), remedy).map(Roles::One)
}

/// Roles that stand for another one: [[alias]] role = "secretary", is = "steward".
fn role_aliases(root: &Fields<'_>) -> Vec<(String, String)> {
    let mut aliases = Vec::new();
    for alias in root.tables("alias") {
        let role = alias.need("role", word(&alias, "role", "role"), "name the role that files write");
        let is = alias.need("is", word(&alias, "is", "role"), "name the role that it is");
        alias.done();
        let (Some(role), Some(is)) = (role, is) else { continue };
        if role == is || aliases.iter().any(|(one, other)| *one == role || *one == is || *other == role) {
            alias.fault("is", "leads back to another alias", "let each alias name a role that is no alias itself");
        }
        aliases.push((role, is));
    }
    aliases
}

fn read_category(fields: &Fields<'_>) -> Option<Category> {
    let id = fields.need("id", fields.text("id"), "give the category an id such as style");
    let name = fields.need("name", fields.text("name"), "name it as it is shown");
    let also = fields.texts("also").unwrap_or_default();
    fields.done();
    Some(Category { id: id?, name: name?, also })
}

fn read_consequence(fields: &Fields<'_>) -> Option<Consequence> {
    let when = fields.need("when", fields.text("when"), "say what it follows from, such as complaint_substantiated");
    let text = fields.need("text", fields.text("text"), "say what follows, in the document's words");
    let lasts = fields.text("lasts").unwrap_or_default();
    let provision = fields.need("provision", fields.text("provision"), "cite the provision");
    let recipients = fields.texts("recipients").unwrap_or_default();
    let slip = fields.text("slip").unwrap_or_else(|| "备案单".to_owned());
    fields.done();
    if let Some(when) = when.as_deref().filter(|when| !["complaint_substantiated", "results"].contains(when)) {
        let remedy = "write complaint_substantiated, or results: how the results are used, as bulletins say";
        fields.fault("when", format!("is “{when}”"), remedy);
    }
    if !["", "calendar_year"].contains(&lasts.as_str()) {
        fields.fault(
            "lasts",
            format!("is “{lasts}”"),
            "write calendar_year (that of its verification), or leave it out",
        );
    }
    Some(Consequence { when: when?, text: text?, lasts, provision: provision?, recipients, slip })
}

fn read_measure(fields: &Fields<'_>, main_role: Option<&Roles>) -> Option<Measure> {
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
        Some("deadline") => deadline::read(fields),
        Some("cadence") => cadence::read(fields),
        Some("score") => score::read(fields),
        Some("completeness") => completeness::read(fields),
        Some("coverage") => coverage::read(fields),
        Some("load") => load::read(fields),
        Some("continuity") => word(fields, "role", "role").map(|role| Rule::Continuity { role }),
        Some("tally") => tally::read(fields),
        Some("integrity") => integrity::read(fields),
        Some(other) => {
            fields.fault("kind", format!("is “{other}”"), format!("write one of: {}", KINDS.join(", ")));
            None
        }
        None => None,
    };
    let answers = answers::read(fields, rule.as_ref(), main_role);
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
        texts: Vec::new(),
        words: Arc::default(),
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
