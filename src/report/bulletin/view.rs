//! What the template of a bulletin can say: every figure ready to print, with its changes in words.
use serde::Serialize;
use serde_json::json;
use tera::Context;

use crate::measures::Brief;
use crate::measures::brief::{Change, Figure, Measure};
use crate::report::contributions::{Contribution, contributions, largest};
use crate::report::ratings::{MINIMUM_ANSWERS, Ratings};
use crate::report::{Parts, format};
use crate::tables::Wording;

/// One measure of the district, as the template sees it.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureView {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub topic: String,
    pub rule: String,
    pub answers: String,
    pub provision: String,
    pub core: bool,
    pub local: Vec<String>,
    /// 90%
    pub standard: Option<String>,
    pub standard_local: bool,
    /// There is a rate, and it is below the standard.
    pub below: bool,
    /// It is below, but its interval reaches the standard: so few could be below by chance.
    pub unsure: bool,
    /// What is counted: 件, 次, 家 …
    pub noun: String,
    /// What the rate is called: 按时率, 满意率 …
    pub rate_name: &'static str,
    /// With the measure's name: 问题按时办结率.
    pub rate_title: String,
    pub n: i64,
    pub met: i64,
    pub breached: i64,
    pub pending: i64,
    pub unmeasurable: i64,
    pub extended: i64,
    /// There is anything to say a rate of.
    pub has: bool,
    /// Too few answers to be shown.
    pub few: bool,
    pub rate: String,
    /// Of a tally that is a rate: so many a year of a hundred enterprises.
    pub per_hundred: Option<String>,
    pub interval: String,
    pub unit: String,
    pub mean: Option<String>,
    pub median: Option<String>,
    pub p90: Option<String>,
    pub max: Option<String>,
    /// 较上月上升1.2个百分点, 与上月持平; absent where there is nothing to compare with.
    pub than_previous: Option<String>,
    pub than_year: Option<String>,
    pub classes: Vec<Class>,
    /// Of a clock that several events end: by which of them its rows ended, and how many wait.
    pub ends: Vec<Class>,
    /// Breached in the period, not done, and its case still open.
    pub still_open: i64,
}

/// How many rows have a class.
#[derive(Clone, Debug, Serialize)]
pub struct Class {
    pub name: String,
    pub n: i64,
}

/// What the rows of a kind are counted in.
pub fn noun(kind: &str) -> &'static str {
    match kind {
        "cadence" | "continuity" | "stay" => "次",
        "score" => "条",
        "slip" => "个",
        "coverage" | "pace" => "家",
        "load" => "名",
        _ => "件",
    }
}

/// What the rows of a measure are counted in: its own word where its kind has several.
fn noun_of(measure: &Measure) -> &str {
    if measure.kind == "tally" && !measure.unit.is_empty() { &measure.unit } else { noun(&measure.kind) }
}

/// What the rate of a kind is called.
pub fn rate_name(kind: &str) -> &'static str {
    match kind {
        "deadline" => "按时率",
        "score" => "满意率",
        "completeness" => "完整率",
        "load" | "pace" => "达标率",
        "continuity" => "无空档率",
        "coverage" => "符合率",
        _ => "完成率",
    }
}

/// A measure's rate by its full name: 问题按时办结率, 企业评价满意率, 一企一管家符合率.
pub fn rate_title(measure: &Measure) -> String {
    let (name, kind) = (measure.name.as_str(), measure.kind.as_str());
    let said = match kind {
        "deadline" => name.contains("按时") || name.contains("及时"),
        "score" => name.ends_with("满意"),
        "completeness" => name.ends_with("完整"),
        "continuity" => name.ends_with("无空档"),
        "coverage" => name.ends_with("覆盖"),
        _ => false,
    };
    match name {
        name if name.ends_with('率') => name.to_owned(),
        name if said => format!("{name}率"),
        name => format!("{name}{}", rate_name(kind)),
    }
}

/// A class as it is read; regimes name theirs in English words.
pub fn class_name(words: &Wording, kind: &str, figure: &Figure) -> String {
    let serve = words.phrase("serve");
    let named = figure.subject_name.clone().filter(|name| Some(name) != figure.subject_id.as_ref());
    let word = match (kind, figure.subject_id.as_deref()) {
        ("load", Some("under")) => "低于下限",
        ("load", Some("over")) => "超过上限",
        ("load", Some("within") | None) => "在规定范围内",
        ("coverage", Some("none")) => return named.unwrap_or_else(|| format!("无人{serve}")),
        ("coverage", Some("several")) => return named.unwrap_or_else(|| format!("多头{serve}")),
        ("coverage", Some("one") | None) => "符合要求",
        (_, Some("substantiated")) => "属实",
        (_, Some("partly")) => "部分属实",
        (_, Some("unsubstantiated")) => "不属实",
        ("tally", None) => "待核实",
        (_, None) => "未分类",
        (_, Some(other)) => return named.unwrap_or_else(|| other.to_owned()),
    };
    named.unwrap_or_else(|| word.to_owned())
}

/// A subject as it is read; the vacuum has its own line.
pub fn subject(words: &Wording, by: &str, id: Option<&str>, name: Option<&str>) -> String {
    match (name.or(id), by) {
        (Some(name), _) => name.to_owned(),
        (None, "unit" | "person") => words.phrase("vacuum").to_owned(),
        (None, _) => "未注明".to_owned(),
    }
}

impl MeasureView {
    fn of(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure, change: &Change) -> MeasureView {
        let few = ratings.hidden(&change.now).is_some();
        let now = ratings.shown(&change.now);
        let value = |value: Option<f64>| value.map(format::number);
        let classes = brief.cuts.iter().find(|cut| cut.measure == measure.id && cut.by == "class");
        let classes = classes.map_or_else(Vec::new, |cut| {
            // Of coverage and load the sentence has said already how many are as they should be.
            let shortfalls = matches!(measure.kind.as_str(), "coverage" | "load");
            let figures = cut.now.iter().filter(|f| f.n > 0 && !(shortfalls && f.subject_id.is_none()));
            figures.map(|f| Class { name: class_name(&brief.place.words, &measure.kind, f), n: f.n }).collect()
        });
        let open = |record: &str| {
            let id = record.strip_prefix("cases/").and_then(|rest| rest.split('/').next());
            brief.cases.iter().any(|case| Some(case.case_id.as_str()) == id && case.settled_at.is_none())
        };
        let late = brief.evidence.iter().filter(|row| {
            row.measure == measure.id && row.outcome.as_deref() == Some("breached") && row.done_at.is_none()
        });
        MeasureView {
            id: measure.id.clone(),
            name: measure.name.clone(),
            kind: measure.kind.clone(),
            topic: measure.topic.clone(),
            rule: measure.rule.clone(),
            answers: measure.answers.clone(),
            provision: measure.provision.clone(),
            core: measure.core,
            local: measure.local.clone(),
            standard: measure.standard.map(|s| format::standard(s.p0)),
            standard_local: measure.standard.is_some_and(|s| s.local),
            below: measure.standard.zip(now.share()).is_some_and(|(s, rate)| rate < s.p0),
            unsure: measure.standard.zip(now.ci_high).is_some_and(|(s, high)| high >= s.p0),
            noun: noun_of(measure).to_owned(),
            rate_name: rate_name(&measure.kind),
            rate_title: rate_title(measure),
            n: now.n,
            met: now.met.unwrap_or(0),
            breached: now.breached.unwrap_or(0),
            pending: now.pending.unwrap_or(0),
            unmeasurable: now.unmeasurable.unwrap_or(0),
            extended: now.extended.unwrap_or(0),
            has: now.n > 0 && !few,
            few,
            rate: format::rate(now.share()),
            per_hundred: now.per_hundred_years().map(format::number),
            interval: format::interval(now.ci_low, now.ci_high),
            unit: measure.unit.clone(),
            mean: value(now.mean),
            median: value(now.median),
            p90: value(now.p90),
            max: value(now.max),
            than_previous: than(ratings, measure, &now, change.previous.as_ref(), format::previous(brief.period)),
            than_year: than(ratings, measure, &now, change.year_before.as_ref(), "上年同期"),
            classes,
            ends: ends(brief, measure),
            still_open: late.filter(|row| open(&row.record)).count() as i64,
        }
    }
}

/// What the rows of a clock ended with, the most frequent first; those not ended last.
fn ends(brief: &Brief, measure: &Measure) -> Vec<Class> {
    let mut counts: Vec<(Option<&str>, i64)> = Vec::new();
    for row in brief.evidence.iter().filter(|row| row.measure == measure.id && measure.kind == "deadline") {
        let by = row.ended_by.as_deref().filter(|_| row.done_at.is_some());
        match counts.iter_mut().find(|(known, _)| *known == by) {
            Some((_, n)) => *n += 1,
            None => counts.push((by, 1)),
        }
    }
    if !counts.iter().any(|(by, _)| by.is_some()) {
        return Vec::new();
    }
    counts.sort_by_key(|(by, n)| (by.is_none(), std::cmp::Reverse(*n), *by));
    let name = |by: Option<&str>| by.map_or("待办", |event| brief.place.words.shown("event", event)).to_owned();
    counts.into_iter().map(|(by, n)| Class { name: name(by), n }).collect()
}

/// The change from another period in words: of the rate, or of the count where there is none.
fn than(ratings: &Ratings<'_>, measure: &Measure, now: &Figure, then: Option<&Figure>, when: &str) -> Option<String> {
    let then = ratings.shown(then?);
    let change = match (measure.kind.as_str(), now.share(), then.share()) {
        ("tally" | "stay" | "slip", ..) => format::more_or_less(now.n, then.n, noun_of(measure)),
        (_, Some(rate), Some(before)) => format::points(rate, before),
        _ => return None,
    };
    Some(if change == "持平" { format!("与{when}持平") } else { format!("较{when}{change}") })
}

/// What moved one measure.
#[derive(Serialize)]
struct Moved {
    rate_title: String,
    /// 上升1.2个百分点
    change: String,
    /// 拉高 or 拉低
    verb: &'static str,
    noun: &'static str,
    units: Vec<Part>,
    categories: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    subject: String,
    /// 0.8个百分点
    effect: String,
    now: String,
    before: String,
    n: i64,
}

fn moved(brief: &Brief, measure: &Measure, change: &Change) -> Option<Moved> {
    // Parts of ratings would give small groups away.
    // Of measures that nothing is asked of, the table says enough.
    let asked = measure.core || measure.standard.is_some();
    let rated =
        asked && !matches!(measure.kind.as_str(), "score" | "stay" | "slip" | "pace" | "tally" | "coverage" | "load");
    let (now, before) = (change.now.rate.filter(|_| rated)?, change.previous.as_ref()?.rate?);
    if format::tenths(now, before) == 0 {
        return None;
    }
    let parts = |by: &str| -> Vec<Part> {
        let Some(cut) = brief.cuts.iter().find(|cut| cut.measure == measure.id && cut.by == by) else {
            return Vec::new();
        };
        let minimum = i64::from(brief.place.minimum_n);
        let largest = largest(&contributions(cut), now - before, minimum, 3);
        largest.iter().filter(|c| c.subject_id.is_some()).map(|c| part(&brief.place.words, by, c)).collect()
    };
    let (units, categories) = (parts("unit"), parts("category"));
    if units.is_empty() && categories.is_empty() {
        return None;
    }
    Some(Moved {
        rate_title: rate_title(measure),
        change: format::points(now, before),
        verb: if now > before { "拉高" } else { "拉低" },
        noun: noun(&measure.kind),
        units,
        categories,
    })
}

fn part(words: &Wording, by: &str, contribution: &Contribution) -> Part {
    Part {
        subject: subject(words, by, contribution.subject_id.as_deref(), contribution.subject_name.as_deref()),
        effect: format!("{:.1}个百分点", contribution.effect.abs() * 100.0),
        now: format::rate(contribution.now),
        before: format::rate(contribution.before),
        n: contribution.n,
    }
}

/// One sample of phone visits, as a sentence needs it.
fn visits(brief: &Brief) -> Vec<serde_json::Value> {
    let of = |visits: &crate::sampling::results::Visits| {
        let share = visits.satisfied.as_ref();
        json!({
            "plan": visits.plan,
            "as_of": format::date(visits.as_of),
            "population": visits.population,
            "drawn": visits.drawn,
            "answers": visits.answers,
            "replaced": visits.replaced,
            "called": visits.called.map(|(first, last)| match first == last {
                true => format::date(first),
                false => format!("{}至{}", format::date(first), format::date(last)),
            }),
            "rr1": format::rate(visits.rates.rr1),
            "low": visits.bounds.map(|bounds| format::rate(Some(bounds.low))),
            "high": visits.bounds.map(|bounds| format::rate(Some(bounds.high))),
            "census": share.is_some_and(|share| share.census),
        })
    };
    brief.visits.iter().map(of).collect()
}

/// The place's words: `words` with every list, and the phrases that sentences are built with under names of their own.
pub fn speak(context: &mut Context, words: &Wording) {
    context.insert("words", &words.all());
    for phrase in ["work", "steward", "serve", "enterprise", "district", "case"] {
        context.insert(phrase, words.phrase(phrase));
    }
}

/// All values of the template, by name.
pub fn context(brief: &Brief, ratings: &Ratings<'_>, parts: &Parts) -> Context {
    let pairs = || brief.measures.iter().zip(&brief.district);
    let measures: Vec<MeasureView> = pairs().map(|(m, c)| MeasureView::of(brief, ratings, m, c)).collect();
    let topic = |name: &str| -> Vec<&MeasureView> { measures.iter().filter(|m| m.topic == name).collect() };
    let listed: Vec<&str> = [
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
    ]
    .to_vec();
    let others: Vec<&MeasureView> = measures.iter().filter(|m| !listed.contains(&m.topic.as_str())).collect();
    let moved: Vec<Moved> = pairs().filter_map(|(m, c)| moved(brief, m, c)).collect();
    let place = &brief.place;
    let next = brief.period.end().date();
    let by_when = match brief.period {
        crate::period::Period::Month(..) => crate::period::Period::month_of(next).last(),
        crate::period::Period::Week(..) => next + chrono::Days::new(6),
        _ => next + chrono::Days::new(30),
    };
    let rows: u64 = brief.received.files.iter().map(|f| f.rows).sum();
    let quarantined: u64 = brief.received.files.iter().map(|f| f.quarantined).sum();
    let records = rows - brief.received.files.iter().map(|f| f.skipped).sum::<u64>().min(rows);
    let mut paths: Vec<&str> = brief.received.files.iter().map(|f| f.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();

    let mut context = Context::new();
    context.insert("period", &brief.period.zh());
    context.insert("this", format::this(brief.period));
    context.insert("previous", format::previous(brief.period));
    context.insert("as_of", &format::as_of(brief.as_of));
    context.insert("place", &place.place);
    context.insert("document", &place.document);
    context.insert("document_date", &place.document_date);
    context.insert("in_force_from", &format::date(place.in_force_from));
    context.insert("role", &place.main_role);
    speak(&mut context, &place.words);
    context.insert("minimum_n", &place.minimum_n);
    context.insert("minimum_answers", &MINIMUM_ANSWERS);
    context.insert("enterprises", &brief.enterprises.iter().filter(|e| e.in_scope).count());
    context.insert("stewards", &brief.people.iter().filter(|p| !p.holds.is_empty()).count());
    context.insert("open_cases", &brief.cases.iter().filter(|c| c.settled_at.is_none()).count());
    for name in listed {
        context.insert(name.to_owned(), &topic(name));
    }
    context.insert("others", &others);
    context.insert("results", &place.results);
    context.insert("grouped", &!brief.chain.groups.is_empty());
    context.insert("visits", &visits(brief));
    // Of a sample only what surely lies below is told as below.
    let below = |m: &&MeasureView| m.below && !(m.topic == "phone" && m.unsure);
    context.insert("below", &measures.iter().filter(below).collect::<Vec<_>>());
    context.insert("measures", &measures);
    context.insert("moved", &moved);
    context.insert("by_when", &format::date(by_when));
    context.insert(
        "received",
        &json!({
            "files": paths.len(),
            "rows": rows,
            "records": records,
            "quarantined": quarantined,
            "share": format::rate((records > 0).then(|| quarantined as f64 / records as f64)),
            "batch": brief.known_at,
        }),
    );
    let carried = crate::report::handover::carried(brief);
    context.insert(
        "carried",
        &json!({
            "handovers": carried.iter().filter(|carried| !carried.cases.is_empty()).count(),
            "cases": carried.iter().map(|carried| carried.cases.len()).sum::<usize>(),
        }),
    );
    super::course::add(brief, &mut context);
    super::names::add(brief, &mut context);
    context.insert("warnings", &brief.warnings);
    let checks = brief.checks.iter().filter(|check| check.found > 0).map(|check| {
        let fail = check.level == crate::measures::checks::Level::Fail;
        json!({ "title": check.title_zh, "remedy": check.remedy_zh, "found": check.found, "fail": fail })
    });
    context.insert("checks", &checks.collect::<Vec<_>>());
    context.insert("checked", &brief.checks.len());
    context.insert("merged", &brief.merged.len());
    context.insert("tables", &parts.tables.keys().collect::<Vec<_>>());
    context.insert("figures", &parts.figures.keys().collect::<Vec<_>>());
    context
}
