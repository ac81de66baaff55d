//! Rates surely below their standard, not for the first time; and the district where all of it is below.
use super::super::chance;
use super::super::classes::Class;
use super::super::findings::{Kind, Rated, Standing};
use super::super::items;
use super::super::windows::{Classified, Window};
use super::{Classes, Draft, Finder, back};
use crate::measures::brief::Evidence;
use crate::measures::{Dimension, MeasureError, Selection};
use crate::regime::{About, FindingRule, Measure, Rule};

impl Finder<'_> {
    /// statistical: rates surely below their standard; and the district where all of it is below.
    pub(super) fn below(
        &self,
        rule: &FindingRule,
        measures: &[String],
        all: &mut Classes,
    ) -> Result<Vec<Draft>, MeasureError> {
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
            finding.items = items::items(&rows, &self.regime.words);
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
        let district = self.regime.words.phrase("district");
        finding.title = format!("{district}低于标准：{}", measure.name_zh);
        finding.provision.clone_from(&measure.provision);
        finding.rule_zh = format!(
            "{}此前十二个月{district}总体和本时段{district}总体均低于标准的，作为{district}的问题提出，不点名。",
            measure.rule_zh()
        );
        let said = chance::sentence(measure.rule.kind(), met, n, first.p0, false);
        finding.sentence = format!("{district}此前十二个月总体为{:.1}%；本时段{said}", first.m * 100.0);
        Some(Draft { finding, rows: Vec::new() })
    }
}

pub(super) fn rated(measure: &Measure, now: Classified, before: Vec<Classified>, better: bool) -> Rated {
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

/// Two provisions as one citation, each once.
fn joined(first: &str, second: &str) -> String {
    if first.contains(second) { first.to_owned() } else { format!("{first}、{second}") }
}
