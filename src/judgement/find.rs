//! Findings of a period, as the place's rules ask for them. Nothing is written; the same evidence gives the same findings.
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::chance;
use super::classes::Class;
use super::findings::{Finding, Kind, Rated, RowId, Standing, Subject};
use super::items::{self, Titles};
use super::otherwise::{self, Circumstances};
use super::windows::{self, Classified, Window};
use crate::measures::brief::Evidence;
use crate::measures::circumstances::{Complaint, Deed, Official};
use crate::measures::{Dimension, MeasureError, Scope, Selection, Session, Span};
use crate::period::Period;
use crate::regime::words::shown;
use crate::regime::{About, Deeds, FindingRule, Measure, Regime, Rule, What};

/// Windows of the same length before the present one in which a bad rate must have been bad before.
const BEFORE: usize = 2;

/// All findings of a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub period: Period,
    pub as_of: NaiveDateTime,
    pub known_at: i64,
    /// By unit and name; never by rate.
    pub findings: Vec<Finding>,
    /// Priors of all rates that findings rest on.
    pub priors: Vec<PriorUsed>,
    /// Σ(1 − Pr(p < p0)) over those proposed for a rate.
    pub expected_false_names: f64,
}

/// What was believed of a measure before the window was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorUsed {
    pub measure: String,
    pub by: About,
    pub window: Window,
    /// Pooled rate of all subjects in the twelve months before the window.
    pub m: f64,
    /// Strength; null: Jeffreys' (½, ½).
    #[serde(rename = "M")]
    pub strength: Option<f64>,
}

/// A finding on its way, with the rows that it rests on.
struct Draft {
    finding: Finding,
    rows: Vec<Evidence>,
}

/// Measures whose evidence findings of this place need; empty where it makes none.
pub fn measures(regime: &Regime) -> Vec<String> {
    let mut needed = BTreeSet::new();
    for rule in &regime.findings {
        match &rule.what {
            What::Rows { measure, .. } => {
                needed.insert(measure.clone());
            }
            What::Below { measures } => needed.extend(measures.iter().cloned()),
            What::Commendable { measures, deeds, .. } => {
                needed.extend(measures.iter().cloned());
                needed.extend(deeds.iter().flat_map(|deeds| [deeds.settled.clone(), deeds.satisfied.clone()]));
            }
            What::Complaints { .. } | What::Lead => {}
        }
    }
    if !needed.is_empty() {
        needed.extend(otherwise::upstream(regime));
    }
    needed.into_iter().collect()
}

/// Findings of a scope's period. What the session computed before is gone.
pub fn find(session: &mut Session, regime: &Regime, scope: Scope) -> Result<Findings, MeasureError> {
    let first = spans(regime, scope).into_iter().map(|window| window.from).min().unwrap_or(scope.first);
    session.compute(Scope { first, ..scope })?;
    let finder = Finder { session, regime, scope, officials: session.officials()? };
    let mut drafts = Vec::new();
    let mut classes = BTreeMap::new();
    for rule in &regime.findings {
        drafts.extend(match &rule.what {
            What::Rows { measure, outcome, at_least } => {
                finder.rows(rule, measure, outcome.as_deref(), *at_least as usize)?
            }
            What::Complaints { verdicts, categories } => finder.complaints(rule, verdicts, categories)?,
            What::Below { measures } => finder.below(rule, measures, &mut classes)?,
            What::Commendable { measures, months, deeds } => {
                finder.commendable(rule, measures, *months, deeds.as_ref(), &mut classes)?
            }
            What::Lead => Vec::new(),
        });
    }
    let circumstances = Circumstances::of(session, regime, Window { from: first, to: scope.last })?;
    tell(session, regime, &mut drafts, &circumstances)?;
    let mut findings: Vec<Finding> = drafts.into_iter().map(|draft| draft.finding).collect();
    let place = |id: &str| regime.findings.iter().position(|rule| rule.id == id);
    findings.sort_by(|a, b| {
        let key = |f: &Finding| {
            let unit =
                if f.subject.by == About::Person { f.subject.unit.clone() } else { Some(f.subject.name.clone()) };
            (
                f.subject.by == About::District,
                unit.is_none(),
                unit,
                f.subject.by,
                f.subject.name.clone(),
                place(&f.rule),
            )
        };
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    Ok(Findings {
        period: scope.period,
        as_of: scope.as_of,
        known_at: session.known_at(),
        expected_false_names: findings.iter().filter_map(Finding::false_name).sum(),
        priors: priors(&findings),
        findings,
    })
}

/// Windows, with what their priors are fitted from, that the rules look at.
fn spans(regime: &Regime, scope: Scope) -> Vec<Window> {
    let mut spans = vec![Window { from: scope.first, to: scope.last }];
    for rule in &regime.findings {
        match &rule.what {
            What::Below { .. } => {
                let all = back(Window::ending(scope.last, regime.window_months), regime.window_months);
                spans.extend(all.last().map(|window| window.before()));
            }
            What::Commendable { months, .. } => spans.push(Window::ending(scope.last, *months).before()),
            _ => {}
        }
    }
    spans
}

/// A window and those before it.
fn back(window: Window, months: u32) -> Vec<Window> {
    std::iter::successors(Some(window), |window| Some(window.preceding(months))).take(BEFORE + 1).collect()
}

fn priors(findings: &[Finding]) -> Vec<PriorUsed> {
    let mut all: BTreeMap<(String, About, chrono::NaiveDate), PriorUsed> = BTreeMap::new();
    for finding in findings {
        let by = finding.subject.by;
        for line in finding.rates.iter().flat_map(|rate| std::iter::once(&rate.now).chain(&rate.before)) {
            let window = Window { from: line.window_from, to: line.window_to };
            let prior = PriorUsed { measure: line.measure.clone(), by, window, m: line.m, strength: line.strength };
            all.entry((line.measure.clone(), by, window.from)).or_insert(prior);
        }
    }
    all.into_values().collect()
}

/// Names, titles, notes and circumstances of all items at once.
fn tell(
    session: &mut Session,
    regime: &Regime,
    drafts: &mut [Draft],
    circumstances: &Circumstances,
) -> Result<(), MeasureError> {
    let rows: Vec<RowId> =
        drafts.iter().flat_map(|draft| draft.finding.items.iter().map(|item| item.id.clone())).collect();
    session.keep_these(&rows)?;
    let (enterprises, cases) = session.titles()?;
    let mut notes = session.notes()?;
    notes.extend(session.clock_notes(shown("role", &regime.main_role))?);
    let titles = Titles { enterprises, cases, notes };
    for Draft { finding, rows } in drafts {
        items::tell(&mut finding.items, &titles);
        let measure = finding.items.first().and_then(|item| regime.measure(&item.id.measure));
        let unit = measure.map_or("", Measure::unit_zh);
        finding.otherwise = circumstances.explain(finding, &rows.iter().collect::<Vec<_>>(), unit);
    }
    Ok(())
}

/// Classes of a window by subject and measure, computed once.
type Classes = BTreeMap<(About, chrono::NaiveDate, chrono::NaiveDate), Vec<Classified>>;

struct Finder<'s> {
    session: &'s Session,
    regime: &'s Regime,
    scope: Scope,
    officials: BTreeMap<String, Official>,
}

impl Finder<'_> {
    fn subject(&self, by: About, id: &str) -> Subject {
        let official = self.officials.get(id).filter(|_| by == About::Person);
        Subject {
            by,
            id: id.to_owned(),
            name: official.map_or_else(|| id.to_owned(), |official| official.name.clone()),
            unit: official.and_then(|official| official.unit.clone()),
        }
    }

    /// The district itself: nobody is named.
    fn district(&self) -> Subject {
        let name = self.regime.place.clone();
        Subject { by: About::District, id: About::District.word().to_owned(), name, unit: None }
    }

    /// A finding of a rule without its figures; `parts` follow period and rule in its id.
    fn blank(&self, rule: &FindingRule, kind: Kind, subject: Subject, window: Window, parts: &[&str]) -> Finding {
        Finding {
            id: format!("{}/{}/{}", self.scope.period, rule.id, parts.join("/")),
            kind,
            standing: Standing::Proposed,
            rule: rule.id.clone(),
            title: rule.name_zh.clone(),
            period: self.scope.period,
            window,
            subject,
            document: self.regime.document.clone(),
            provision: rule.provision.clone(),
            rule_zh: self.regime.finding_zh(rule),
            rates: Vec::new(),
            sentence: String::new(),
            items: Vec::new(),
            otherwise: Vec::new(),
            complaint: None,
            consequences: Vec::new(),
            rectify_working_days: rule.rectify_working_days,
            local: rule.local.clone(),
        }
    }

    fn period(&self) -> Window {
        Window { from: self.scope.first, to: self.scope.last }
    }

    /// Whose a row is under a rule that may be about persons or units.
    fn owner(row: &Evidence, by: About) -> Option<&str> {
        match by {
            About::Person => row.person_id.as_deref(),
            About::Unit => row.unit.as_deref(),
            About::District => None,
        }
    }

    /// fact: rows of a measure.
    fn rows(
        &self,
        rule: &FindingRule,
        id: &str,
        outcome: Option<&str>,
        at_least: usize,
    ) -> Result<Vec<Draft>, MeasureError> {
        let Some(measure) = self.regime.measure(id) else { return Ok(Vec::new()) };
        let asked = Selection { measure: Some(id.to_owned()), ..Selection::default() };
        let Window { from, to } = self.period();
        let mut all = self.session.evidence(&asked)?;
        all.retain(|row| row.decided_on.is_some_and(|day| from <= day && day <= to));
        let mut drafts = Vec::new();
        for by in rule.about(measure) {
            let mut of: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
            for row in &all {
                if let Some(owner) = Self::owner(row, by) {
                    of.entry(owner).or_default().push(row);
                }
            }
            for (owner, rows) in of {
                let hit = |row: &&&Evidence| outcome.is_none() || row.outcome.as_deref() == outcome;
                let hits: Vec<&Evidence> = rows.iter().filter(hit).copied().collect();
                if hits.len() < at_least {
                    continue;
                }
                let mut finding = self.blank(rule, Kind::Fact, self.subject(by, owner), self.period(), &[owner]);
                finding.sentence = counted(measure, outcome, hits.len(), &rows);
                finding.items = items::items(hits.iter().copied());
                drafts.push(Draft { finding, rows: hits.into_iter().cloned().collect() });
            }
        }
        Ok(drafts)
    }

    /// fact: complaints verified in the period.
    fn complaints(
        &self,
        rule: &FindingRule,
        verdicts: &[String],
        categories: &[String],
    ) -> Result<Vec<Draft>, MeasureError> {
        let may = |by: About| rule.by.as_ref().is_none_or(|all| all.contains(&by));
        let mut drafts = Vec::new();
        for complaint in self.session.complaints()? {
            let Some(verified_at) = complaint.verified_at else { continue };
            let asked = verdicts.contains(&complaint.verdict)
                && (categories.is_empty() || complaint.category.as_ref().is_some_and(|c| categories.contains(c)))
                && self.scope.first <= verified_at.date()
                && verified_at.date() <= self.scope.last;
            let subject = match (&complaint.person_id, &complaint.unit) {
                _ if !asked => continue,
                (Some(person), _) if may(About::Person) => self.subject(About::Person, person),
                (_, Some(unit)) if may(About::Unit) => self.subject(About::Unit, unit),
                _ => continue,
            };
            drafts.push(self.complaint(rule, complaint, verified_at, subject));
        }
        Ok(drafts)
    }

    fn complaint(
        &self,
        rule: &FindingRule,
        complaint: Complaint,
        verified_at: NaiveDateTime,
        subject: Subject,
    ) -> Draft {
        let mut finding = self.blank(rule, Kind::Fact, subject, self.period(), &[&complaint.complaint_id]);
        let tally = |measure: &&Measure| matches!(measure.rule, Rule::Tally { .. });
        let row = Evidence {
            measure: self.regime.measures.iter().find(tally).map_or("complaints".to_owned(), |m| m.id.clone()),
            record: format!("complaints/{}", complaint.complaint_id),
            person_id: complaint.person_id.clone(),
            unit: complaint.unit.clone(),
            done_at: complaint.verified_at,
            ..Evidence::default()
        };
        finding.items = items::items([&row]);
        let category = complaint.category.as_deref().map(|c| format!("（{}）", shown("complaint_category", c)));
        finding.sentence = format!(
            "{}收到的投诉{}{}，{}核实为{}。",
            complaint.received_at.format("%Y年%-m月%-d日"),
            complaint.complaint_id,
            category.unwrap_or_default(),
            verified_at.format("%Y年%-m月%-d日"),
            shown("verdict", &complaint.verdict),
        );
        finding.consequences = consequences(self.regime, &complaint);
        finding.complaint = Some(complaint);
        Draft { finding, rows: Vec::new() }
    }

    fn classes<'c>(&self, by: About, window: Window, all: &'c mut Classes) -> Result<&'c [Classified], MeasureError> {
        let key = (by, window.from, window.to);
        Ok(match all.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let dimension = if by == About::Unit { Dimension::Unit } else { Dimension::Person };
                unknown.insert(windows::classes(self.session, self.regime, dimension, window)?)
            }
        })
    }

    fn class(
        &self,
        by: About,
        window: Window,
        (measure, subject): (&str, &str),
        all: &mut Classes,
    ) -> Result<Option<Classified>, MeasureError> {
        let classes = self.classes(by, window, all)?;
        Ok(classes.iter().find(|line| line.measure == measure && line.subject_id == subject).cloned())
    }

    /// statistical: rates surely below their standard; and the district where all of it is below.
    fn below(&self, rule: &FindingRule, measures: &[String], all: &mut Classes) -> Result<Vec<Draft>, MeasureError> {
        let months = self.regime.window_months;
        let spans = back(Window::ending(self.scope.last, months), months);
        let mut drafts = Vec::new();
        for measure in measures.iter().filter_map(|id| self.regime.measure(id)) {
            for (turn, by) in rule.about(measure).into_iter().enumerate() {
                let lines = self.classes(by, spans[0], all)?;
                let lines: Vec<Classified> = lines.iter().filter(|line| line.measure == measure.id).cloned().collect();
                if turn == 0 {
                    drafts.extend(self.whole(rule, measure, spans[0], &lines));
                }
                for line in lines.into_iter().filter(|line| line.class == Class::StrongBad) {
                    let subject = line.subject_id.clone();
                    let mut before = Vec::new();
                    for span in &spans[1..] {
                        before.extend(self.class(by, *span, (&measure.id, &subject), all)?);
                    }
                    drafts.push(self.rate(rule, measure, by, line, before)?);
                }
            }
        }
        Ok(drafts)
    }

    fn rate(
        &self,
        rule: &FindingRule,
        measure: &Measure,
        by: About,
        line: Classified,
        before: Vec<Classified>,
    ) -> Result<Draft, MeasureError> {
        let window = Window { from: line.window_from, to: line.window_to };
        let owner = line.subject_id.clone();
        let parts = [measure.id.as_str(), owner.as_str()];
        let mut finding = self.blank(rule, Kind::Statistical, self.subject(by, &owner), window, &parts);
        let again = before.iter().any(|line| line.class == Class::StrongBad);
        finding.standing = if again { Standing::Proposed } else { Standing::Check };
        finding.title = format!("{}：{}", rule.name_zh, measure.name_zh);
        finding.provision = joined(&rule.provision, &measure.provision);
        finding.rule_zh = format!("{}{}", measure.rule_zh(), self.regime.below_zh(std::slice::from_ref(&measure.id)));
        finding.rates = vec![rated(measure, line, before, false)];
        finding.sentence = format!("“{}”{}", measure.name_zh, finding.rates[0].sentence);
        let mut rows = self.decided(measure, by, &owner, window)?;
        // What single enterprises said is not put before anybody.
        if !finding.is_back_to_back() {
            rows.sort_by_key(|row| row.outcome.as_deref() != Some("breached"));
            finding.items = items::items(&rows);
        }
        Ok(Draft { finding, rows })
    }

    /// What a subject met and breached in a window.
    fn decided(
        &self,
        measure: &Measure,
        by: About,
        owner: &str,
        window: Window,
    ) -> Result<Vec<Evidence>, MeasureError> {
        let dimension = if by == About::Unit { Dimension::Unit } else { Dimension::Person };
        let subjects = vec![(dimension, Some(owner.to_owned()))];
        let mut rows = self.session.evidence(&Selection { measure: Some(measure.id.clone()), subjects })?;
        rows.retain(|row| {
            row.decided_on.is_some_and(|day| window.from <= day && day <= window.to)
                && matches!(row.outcome.as_deref(), Some("met" | "breached"))
        });
        Ok(rows)
    }

    /// The district, where the pooled rate before the window and that of the window are both below the standard.
    fn whole(&self, rule: &FindingRule, measure: &Measure, window: Window, lines: &[Classified]) -> Option<Draft> {
        let first = lines.first()?;
        let (n, met) = lines.iter().fold((0, 0), |(n, met), line| (n + line.n, met + line.met));
        let below = first.m < first.p0 && f64::from(met) < first.p0 * f64::from(n);
        if !below || n < self.regime.minimum_n {
            return None;
        }
        let parts = [measure.id.as_str(), About::District.word()];
        let mut finding = self.blank(rule, Kind::Statistical, self.district(), window, &parts);
        finding.standing = Standing::District;
        finding.title = format!("全区低于标准：{}", measure.name_zh);
        finding.provision.clone_from(&measure.provision);
        finding.rule_zh = format!(
            "{}此前十二个月全区总体和本时段全区总体均低于标准的，作为全区的问题提出，不点名。",
            measure.rule_zh()
        );
        let said = chance::sentence(measure.rule.kind(), met, n, first.p0, false);
        finding.sentence = format!("全区此前十二个月总体为{:.1}%；本时段{said}", first.m * 100.0);
        Some(Draft { finding, rows: Vec::new() })
    }

    /// commendable: surely excellent, nothing bad, no substantiated complaint, and deeds.
    fn commendable(
        &self,
        rule: &FindingRule,
        measures: &[String],
        months: u32,
        asked: Option<&Deeds>,
        all: &mut Classes,
    ) -> Result<Vec<Draft>, MeasureError> {
        let window = Window::ending(self.scope.last, months);
        let span = Span { name: "deeds".into(), first: window.from, last: window.to };
        let deeds = match asked {
            Some(deeds) => self.session.deeds(&deeds.levels, &deeds.settled, &deeds.satisfied, &span)?,
            None => Vec::new(),
        };
        let complained = self.session.complaints()?;
        let complained = complained.iter().filter(|complaint| {
            complaint.verdict == "substantiated"
                && complaint.verified_at.is_some_and(|at| window.from <= at.date() && at.date() <= window.to)
        });
        let complained: BTreeSet<&str> = complained
            .flat_map(|c| [c.person_id.as_deref(), c.unit.as_deref().filter(|_| c.person_id.is_none())])
            .flatten()
            .collect();
        let mut abouts: Vec<About> =
            measures.iter().filter_map(|id| self.regime.measure(id)).flat_map(|m| rule.about(m)).collect();
        abouts.sort_unstable();
        abouts.dedup();
        let mut drafts = Vec::new();
        for by in abouts {
            let mut of: BTreeMap<String, Vec<Classified>> = BTreeMap::new();
            for line in self.classes(by, window, all)?.iter().filter(|line| measures.contains(&line.measure)) {
                of.entry(line.subject_id.clone()).or_default().push(line.clone());
            }
            for (owner, lines) in of {
                let good = lines.iter().any(|line| line.class == Class::StrongGood);
                let bad = lines.iter().any(|line| matches!(line.class, Class::StrongBad | Class::Check));
                let did = |deed: &&Deed| match by {
                    About::Unit => deed.unit.as_deref() == Some(owner.as_str()),
                    _ => deed.person_id.as_deref() == Some(owner.as_str()),
                };
                let own: Vec<&Deed> = deeds.iter().filter(did).collect();
                let enough = asked.is_none_or(|asked| own.len() >= asked.at_least as usize);
                if good && !bad && enough && !complained.contains(owner.as_str()) {
                    drafts.push(self.praise(rule, (by, &owner), window, lines, &own, asked));
                }
            }
        }
        Ok(drafts)
    }

    fn praise(
        &self,
        rule: &FindingRule,
        (by, owner): (About, &str),
        window: Window,
        lines: Vec<Classified>,
        deeds: &[&Deed],
        asked: Option<&Deeds>,
    ) -> Draft {
        let mut finding = self.blank(rule, Kind::Commendable, self.subject(by, owner), window, &[owner]);
        let place = |id: &str| self.regime.measures.iter().position(|measure| measure.id == id);
        let mut lines = lines;
        lines.sort_by_key(|line| (line.class != Class::StrongGood, place(&line.measure)));
        finding.rates = lines
            .into_iter()
            .filter_map(|line| Some(rated(self.regime.measure(&line.measure)?, line, Vec::new(), true)))
            .collect();
        let excellent = finding.rates.iter().filter(|rate| rate.now.class == Class::StrongGood);
        let mut sentence: String = excellent.map(|rate| format!("“{}”{}", rate.name, rate.sentence)).collect();
        let settled = asked.map_or("", |asked| asked.settled.as_str());
        let rows: Vec<Evidence> = deeds
            .iter()
            .map(|deed| Evidence {
                measure: settled.to_owned(),
                record: format!("cases/{}", deed.case_id),
                person_id: deed.person_id.clone(),
                unit: deed.unit.clone(),
                opened_at: deed.opened_at,
                done_at: Some(deed.settled_at),
                outcome: Some("met".into()),
                ..Evidence::default()
            })
            .collect();
        if !deeds.is_empty() {
            sentence += &format!("期间有{}件需上级协调的困难得到解决且企业评价满意。", deeds.len());
        }
        finding.sentence = sentence;
        finding.items = items::items(&rows);
        for (item, deed) in finding.items.iter_mut().zip(deeds) {
            item.enterprise.clone_from(&deed.enterprise);
            item.label = format!("问题{}，经{}", deed.case_id, shown("event", &deed.level));
        }
        Draft { finding, rows }
    }
}

/// What follows from a complaint by the document: only where an enterprise complained about a person, wholly rightly.
pub fn consequences(regime: &Regime, complaint: &Complaint) -> Vec<String> {
    let wholly =
        complaint.verdict == "substantiated" && complaint.enterprise_id.is_some() && complaint.person_id.is_some();
    let Some(verified_at) = complaint.verified_at.filter(|_| wholly) else { return Vec::new() };
    let all = regime.consequences.iter().filter(|consequence| consequence.when == "complaint_substantiated");
    all.map(|c| format!("{}（{}年度，{}）", c.text, verified_at.year(), c.provision)).collect()
}

fn rated(measure: &Measure, now: Classified, before: Vec<Classified>, better: bool) -> Rated {
    // Only evaluations are what single enterprises said; averages of acts are everybody's to see.
    let kind = match &measure.rule {
        Rule::Score { .. } => "score",
        rule if rule.kind() == "score" => "average",
        rule => rule.kind(),
    };
    // What was surely reached is told against the mark that it exceeds, the rest against the standard.
    let mark = if better && now.class == Class::StrongGood { (now.p_good, true) } else { (now.p0, false) };
    let sentence = chance::sentence(kind, now.met, now.n, mark.0, mark.1);
    Rated { name: measure.name_zh.clone(), kind: kind.to_owned(), now, before, sentence }
}

/// “服务日志周更新”统计期内5次中2次未完成。
fn counted(measure: &Measure, outcome: Option<&str>, hits: usize, rows: &[&Evidence]) -> String {
    let ((noun, done), name) = (chance::words(measure.rule.kind()), &measure.name_zh);
    let decided = rows.iter().filter(|row| matches!(row.outcome.as_deref(), Some("met" | "breached"))).count();
    match outcome {
        Some("breached") => format!("“{name}”统计期内{decided}{noun}中{hits}{noun}未{done}。"),
        Some(_) => format!("“{name}”统计期内{hits}{noun}无法计时。"),
        None => format!("“{name}”统计期内共{hits}{noun}。"),
    }
}

/// Two provisions as one citation, each once.
fn joined(first: &str, second: &str) -> String {
    if first.contains(second) { first.to_owned() } else { format!("{first}、{second}") }
}
