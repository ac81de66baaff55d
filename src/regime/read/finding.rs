//! `[[finding]]`: what a place makes a finding of.
use super::super::fields::Fields;
use super::super::findings::{About, Deeds, FindingRule, What, about};
use super::super::{Measure, Rule};
use super::words::words_of;

const KINDS: [&str; 4] = ["fact", "statistical", "commendable", "lead"];

/// What the rest of the file says that findings rest on.
pub struct Known<'a> {
    pub measures: &'a [Measure],
    pub core: &'a [String],
}

impl Known<'_> {
    fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == id)
    }
}

pub fn read(fields: &Fields<'_>, known: &Known<'_>) -> Option<FindingRule> {
    let id = fields.need("id", fields.text("id"), "give the finding an id such as diary_missed");
    if let Some(id) = &id
        && !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    {
        fields.fault("id", format!("is “{id}”"), "write lower-case letters, digits and _ only");
    }
    let name = fields.need("name", fields.table("name"), "name it: { zh = \"…\" }");
    let name = name.and_then(|name| {
        let zh = name.need("zh", name.text("zh"), "give its Chinese name");
        name.text("en");
        name.done();
        zh
    });
    let provision = fields.need("provision", fields.text("provision"), "cite the provision it is taken from");
    let kind = fields.need("kind", fields.text("kind"), &format!("write one of: {}", KINDS.join(", ")));
    let what = match kind.as_deref() {
        Some("fact") if fields.has("of") => complaints(fields),
        Some("fact") => rows(fields, known),
        Some("statistical") => measures(fields, known, true, &[]).map(|measures| What::Below { measures }),
        Some("commendable") => commendable(fields, known),
        Some("lead") => Some(What::Lead),
        Some(other) => {
            fields.fault("kind", format!("is “{other}”"), format!("write one of: {}", KINDS.join(", ")));
            None
        }
        None => None,
    };
    let by = self::by(fields, what.as_ref(), known);
    let rectify_working_days = fields.whole("rectify_working_days");
    if rectify_working_days == Some(0) {
        fields.fault("rectify_working_days", "is 0", "give at least one working day, or leave it out");
    }
    let local = fields.texts("local").unwrap_or_default();
    Some(FindingRule { id: id?, name_zh: name?, provision: provision?, by, what: what?, rectify_working_days, local })
}

/// Rows of one measure.
fn rows(fields: &Fields<'_>, known: &Known<'_>) -> Option<What> {
    let remedy = "name the measure whose rows it lists, or write of = \"complaints\"";
    let id = fields.need("measure", fields.text("measure"), remedy)?;
    let Some(measure) = known.measure(&id) else {
        fields.fault("measure", format!("names “{id}”, which is no measure of this file"), "name a measure by its id");
        return None;
    };
    if measure.rule.is_state() {
        fields.fault(
            "measure",
            format!("names “{id}”, a state of one day"),
            "name a measure of what happened in the period",
        );
    }
    if about(&measure.answers).is_empty() {
        fields.fault(
            "measure",
            format!("names “{id}”, for which nobody answers"),
            "name a measure that somebody answers for",
        );
    }
    if matches!(measure.rule, Rule::Score { .. }) {
        fields.fault(
            "measure",
            format!("names “{id}”, whose rows are what single enterprises said"),
            "make it a statistical finding: evaluations are never listed one by one",
        );
    }
    let tally = measure.rule.kind() == "tally";
    let outcome = fields.text("outcome");
    let outcomes = ["breached", "unmeasurable", "any"];
    if let Some(outcome) = &outcome
        && !outcomes.contains(&outcome.as_str())
    {
        fields.fault("outcome", format!("is “{outcome}”"), format!("write one of: {}", outcomes.join(", ")));
    }
    let outcome = match outcome.as_deref() {
        Some("any") => None,
        Some(_) if tally => {
            fields.fault("outcome", "is asked of a tally, whose rows have none", "write \"any\", or leave it out");
            None
        }
        None if tally => None,
        other => Some(other.unwrap_or("breached").to_owned()),
    };
    let at_least = fields.whole("at_least").unwrap_or(1);
    if at_least == 0 {
        fields.fault("at_least", "is 0", "ask for at least one row");
    }
    Some(What::Rows { measure: id, outcome, at_least })
}

/// Verified complaints.
fn complaints(fields: &Fields<'_>) -> Option<What> {
    let of = fields.text("of")?;
    if of != "complaints" {
        fields.fault("of", format!("is “{of}”"), "write of = \"complaints\", or name a measure instead");
    }
    let mut verdicts = words_of(fields, "verdict", "verdict");
    if let Some(at) = verdicts.iter().position(|verdict| verdict == "pending") {
        verdicts.remove(at);
        fields.fault("verdict", "has “pending”", "a complaint that is not verified is no finding");
    }
    if verdicts.is_empty() {
        verdicts.push("substantiated".to_owned());
    }
    Some(What::Complaints { verdicts, categories: words_of(fields, "category", "complaint_category") })
}

fn commendable(fields: &Fields<'_>, known: &Known<'_>) -> Option<What> {
    let measures = measures(fields, known, false, known.core)?;
    let months = fields.whole("months").unwrap_or(12);
    if months == 0 {
        fields.fault("months", "is 0", "look back on at least one month");
    }
    let deeds = fields.table("deeds");
    let given = deeds.is_some();
    let deeds = deeds.and_then(|deeds| read_deeds(&deeds, known));
    if given && deeds.is_none() {
        return None;
    }
    Some(What::Commendable { measures, months, deeds })
}

fn read_deeds(deeds: &Fields<'_>, known: &Known<'_>) -> Option<Deeds> {
    let levels = words_of(deeds, "levels", "event");
    if levels.is_empty() {
        deeds.fault("levels", "names no event", "name the levels from which on a case counts, such as \"meeting\"");
    }
    let named = |key: &'static str, wanted: &dyn Fn(&Rule) -> bool, remedy: &str| -> Option<String> {
        let id = deeds.need(key, deeds.text(key), remedy)?;
        if !known.measure(&id).is_some_and(|measure| wanted(&measure.rule)) {
            deeds.fault(key, format!("is “{id}”"), remedy);
        }
        Some(id)
    };
    let clock = |rule: &Rule| matches!(rule, Rule::Deadline { end, .. } if end.iter().any(|e| e == "resolved"));
    let settled = named("settled", &clock, "name a deadline of this file that ends with \"resolved\"");
    let score = |rule: &Rule| matches!(rule, Rule::Score { satisfied: Some(_), .. });
    let satisfied = named("satisfied", &score, "name a score of this file that says what is satisfied");
    let at_least = deeds.whole("at_least").unwrap_or(1).max(1);
    deeds.done();
    Some(Deeds { levels, settled: settled?, satisfied: satisfied?, at_least })
}

/// Measures with a standard; none named: those given, or (`every`) all that have one.
fn measures(fields: &Fields<'_>, known: &Known<'_>, every: bool, otherwise: &[String]) -> Option<Vec<String>> {
    let judged = |measure: &&Measure| measure.standard.is_some() && !measure.rule.is_sampled();
    let with_standard = known.measures.iter().filter(judged);
    let named = fields.texts("measures").unwrap_or_else(|| match every {
        true => with_standard.map(|measure| measure.id.clone()).collect(),
        false => otherwise.to_vec(),
    });
    for id in &named {
        match known.measure(id) {
            None => fields.fault(
                "measures",
                format!("names “{id}”, which is no measure of this file"),
                "name measures by their id",
            ),
            Some(measure) if measure.standard.is_none() => fields.fault(
                "measures",
                format!("names “{id}”, which has no standard"),
                "give it standard = { p0 = …, p_good = … }, or leave it out",
            ),
            Some(measure) if measure.rule.is_sampled() => fields.fault(
                "measures",
                format!("names “{id}”, answers of a drawn sample"),
                "leave it out: its interval speaks, and nobody is put into a class by it",
            ),
            Some(_) => {}
        }
    }
    if named.is_empty() {
        fields.fault("measures", "names none", "name at least one measure with a standard");
        return None;
    }
    Some(named)
}

/// Whom it may be about, as the file says where it does.
fn by(fields: &Fields<'_>, what: Option<&What>, known: &Known<'_>) -> Option<Vec<About>> {
    let can: Vec<&[About]> = match what {
        Some(What::Rows { measure, .. }) => known.measure(measure).map(|m| about(&m.answers)).into_iter().collect(),
        Some(What::Below { measures } | What::Commendable { measures, .. }) => {
            measures.iter().filter_map(|id| known.measure(id)).map(|m| about(&m.answers)).collect()
        }
        _ => vec![&[About::Person, About::Unit]],
    };
    let mut by = Vec::new();
    for word in fields.texts("by")? {
        let about = match word.as_str() {
            "person" => About::Person,
            "unit" => About::Unit,
            other => {
                fields.fault("by", format!("has “{other}”"), "write person, unit, or both");
                continue;
            }
        };
        if !can.iter().any(|can| can.contains(&about)) {
            fields.fault("by", format!("has “{word}”"), "name who answers for the rows of its measures");
        }
        by.push(about);
    }
    by.sort_unstable();
    by.dedup();
    if by.is_empty() {
        fields.fault("by", "names nobody", "write person, unit, or both");
    }
    Some(by)
}

#[cfg(test)]
mod tests {
    use crate::regime::{About, Regime, What};

    const PLACE: &str = r#"
[regime]
id = "x"
place = "示例区"
document = "《示例》"
in_force_from = 2025-01-01
main_role = "steward"
core = ["settled"]

[[measure]]
id = "settled"
name = { zh = "办结" }
topic = "timeliness"
kind = "deadline"
start = ["submitted"]
end = ["resolved", "returned"]
limit = { days = 2 }
provision = "一"
standard = { p0 = 0.9, p_good = 0.97 }

[[measure]]
id = "replied"
name = { zh = "回复" }
topic = "timeliness"
kind = "deadline"
start = ["assigned"]
end = ["department_replied"]
limit = { days = 2 }
answers = "event_unit"
provision = "一"
standard = { p0 = 0.9, p_good = 0.97 }

[[measure]]
id = "grade"
name = { zh = "评价" }
topic = "satisfaction"
kind = "score"
of = { evaluations = "grade" }
satisfied = 3
provision = "一"
standard = { p0 = 0.85, p_good = 0.95 }

[[measure]]
id = "load"
name = { zh = "包保" }
topic = "coverage"
kind = "load"
role = "steward"
within = [5, 15]
provision = "一"

[[measure]]
id = "complained"
name = { zh = "投诉" }
topic = "complaints"
kind = "tally"
of = "complaints"
class = "category"
provision = "一"
"#;

    fn read(finding: &str) -> Result<Regime, Vec<String>> {
        let text = format!("{PLACE}\n[[finding]]\nid = \"f\"\nname = {{ zh = \"甲\" }}\nprovision = \"二\"\n{finding}");
        super::super::regime(&text, "x.toml").map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_a_place_may_make_a_finding_of() {
        let of = |text: &str| read(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}")).findings.remove(0);
        assert_eq!(
            of("kind = \"fact\"\nmeasure = \"settled\"\nat_least = 2\n").what,
            What::Rows { measure: "settled".into(), outcome: Some("breached".into()), at_least: 2 }
        );
        // Every integrity complaint is listed, verified or not yet: a tally has no outcomes.
        assert_eq!(
            of("kind = \"fact\"\nmeasure = \"complained\"\n").what,
            What::Rows { measure: "complained".into(), outcome: None, at_least: 1 }
        );
        // Substantiated complaints of some categories.
        assert_eq!(
            of("kind = \"fact\"\nof = \"complaints\"\ncategory = [\"dragging\", \"accident\"]\n").what,
            What::Complaints {
                verdicts: vec!["substantiated".into()],
                categories: vec!["dragging".into(), "accident".into()]
            }
        );
        // Units and persons alike, or whoever answers.
        let both = of("kind = \"statistical\"\nby = [\"unit\", \"person\"]\nmeasures = [\"settled\"]\n");
        assert_eq!(both.by, Some(vec![About::Person, About::Unit]));
        let own = read("kind = \"statistical\"\n").unwrap();
        let about = |id: &str| own.findings[0].about(own.measure(id).unwrap());
        assert_eq!((about("settled"), about("replied")), (vec![About::Person], vec![About::Unit]));
        let What::Below { measures } = &own.findings[0].what else { panic!("{:?}", own.findings[0]) };
        assert_eq!(measures, &["settled", "replied", "grade"]);
        let What::Commendable { measures, months, deeds } = of("kind = \"commendable\"\n").what else { panic!() };
        assert_eq!((measures, months, deeds), (vec!["settled".to_owned()], 12, None));
        assert_eq!(of("kind = \"lead\"\nrectify_working_days = 10\n").rectify_working_days, Some(10));
    }

    #[test]
    fn every_fault_of_a_finding_has_line_key_and_remedy() {
        for (finding, wanted) in [
            ("kind = \"ranking\"\n", "x.toml:65: finding.f.kind: is “ranking”; write one of: fact, statistical,"),
            ("kind = \"fact\"\n", "finding.f.measure: is missing; name the measure whose rows it lists"),
            (
                "kind = \"fact\"\nmeasure = \"late\"\n",
                "x.toml:66: finding.f.measure: names “late”, which is no measure",
            ),
            ("kind = \"fact\"\nmeasure = \"load\"\n", "names “load”, a state of one day"),
            ("kind = \"fact\"\nmeasure = \"grade\"\n", "evaluations are never listed one by one"),
            ("kind = \"fact\"\nmeasure = \"settled\"\noutcome = \"late\"\n", "finding.f.outcome: is “late”"),
            ("kind = \"fact\"\nmeasure = \"complained\"\noutcome = \"breached\"\n", "is asked of a tally"),
            ("kind = \"fact\"\nmeasure = \"settled\"\nat_least = 0\n", "finding.f.at_least: is 0"),
            ("kind = \"fact\"\nof = \"cases\"\n", "finding.f.of: is “cases”"),
            ("kind = \"fact\"\nof = \"complaints\"\nverdict = [\"pending\"]\n", "a complaint that is not verified"),
            ("kind = \"fact\"\nof = \"complaints\"\ncategory = [\"x\"]\n", "has “x”, which is no complaint_category"),
            ("kind = \"statistical\"\nmeasures = [\"load\"]\n", "names “load”, which has no standard"),
            ("kind = \"statistical\"\nmeasures = [\"replied\"]\nby = [\"person\"]\n", "finding.f.by: has “person”"),
            ("kind = \"statistical\"\nby = [\"area\"]\n", "write person, unit, or both"),
            (
                "kind = \"commendable\"\ndeeds = { levels = [\"meeting\"], settled = \"grade\", satisfied = \"grade\" }\n",
                "finding.f.deeds.settled: is “grade”; name a deadline of this file that ends with",
            ),
            ("kind = \"lead\"\ncolour = 1\n", "x.toml:66: finding.f.colour: is no key of this table"),
        ] {
            let faults = read(finding).expect_err(finding);
            assert!(faults.iter().any(|fault| fault.contains(wanted)), "{finding}\n{faults:#?}");
        }
    }
}
