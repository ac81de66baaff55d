//! Verified complaints, and what follows from them by the document.
use chrono::{Datelike, NaiveDateTime};

use super::super::findings::{Kind, Subject};
use super::super::items;
use super::{Draft, Finder};
use crate::measures::MeasureError;
use crate::measures::brief::Evidence;
use crate::measures::circumstances::Complaint;
use crate::regime::{About, Consequence, FindingRule, Measure, Regime, Rule};

impl Finder<'_> {
    /// fact: complaints verified in the period.
    pub(super) fn complaints(
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
        finding.items = items::items([&row], &self.regime.words);
        let category =
            complaint.category.as_deref().map(|c| format!("（{}）", self.regime.words.shown("complaint_category", c)));
        finding.sentence = format!(
            "{}收到的投诉{}{}，{}核实为{}。",
            complaint.received_at.format("%Y年%-m月%-d日"),
            complaint.complaint_id,
            category.unwrap_or_default(),
            verified_at.format("%Y年%-m月%-d日"),
            self.regime.words.shown("verdict", &complaint.verdict),
        );
        finding.consequences = consequences(self.regime, &complaint);
        finding.complaint = Some(complaint);
        Draft { finding, rows: Vec::new() }
    }
}

/// What follows from a complaint by the document: only where an enterprise complained about a person, wholly rightly.
pub fn consequences(regime: &Regime, complaint: &Complaint) -> Vec<String> {
    let Some(verified_at) = complaint.verified_at.filter(|_| complaint.carries()) else { return Vec::new() };
    let said = |c: &Consequence| match c.lasts.as_str() {
        "" => format!("{}（{}）", c.text, c.provision),
        _ => format!("{}（{}年度，{}）", c.text, verified_at.year(), c.provision),
    };
    regime.complaint_consequences().map(said).collect()
}
