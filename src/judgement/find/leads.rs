//! Leads of integrity as findings: for a checker, never published, and never more than a question.
use std::collections::BTreeSet;

use super::super::findings::{Kind, Otherwise, Standing, Subject};
use super::super::items;
use super::{Draft, Finder};
use crate::measures::brief::Evidence;
use crate::measures::leads::Lead;
use crate::measures::{MeasureError, Selection};
use crate::regime::{About, FindingRule, Rule};

impl Finder<'_> {
    /// lead: one for each group of records of the period that may be made up.
    pub(super) fn leads(&self, rule: &FindingRule) -> Result<Vec<Draft>, MeasureError> {
        let mut drafts = Vec::new();
        let measures = self.regime.measures.iter().filter(|m| matches!(m.rule, Rule::Integrity { .. }));
        let all = self.session.leads()?;
        for measure in measures {
            let asked = Selection { measure: Some(measure.id.clone()), ..Selection::default() };
            let rows = self.session.evidence(&asked)?;
            let of_period =
                |row: &&Evidence| row.decided_on.is_some_and(|day| self.scope.first <= day && day <= self.scope.last);
            for row in rows.iter().filter(of_period) {
                let same = |lead: &&Lead| lead.lead == row.record && row.class.as_ref() == Some(&lead.sign);
                let Some(lead) = all.iter().find(same) else { continue };
                drafts.push(self.lead(rule, &measure.id, lead));
            }
        }
        Ok(drafts)
    }

    fn lead(&self, rule: &FindingRule, measure: &str, lead: &Lead) -> Draft {
        let key = lead.lead.split_once('/').map_or(lead.lead.as_str(), |(_, key)| key);
        let mut finding = self.blank(rule, Kind::Lead, self.whom(lead), self.period(), &[lead.sign.as_str(), key]);
        finding.standing = Standing::Internal;
        finding.title = format!("{}：{}", rule.name_zh, lead.sign_zh());
        finding.sentence = lead.said_zh();
        let rows: Vec<Evidence> = lead
            .records
            .iter()
            .map(|record| Evidence {
                measure: measure.to_owned(),
                record: record.record.clone(),
                enterprise_id: record.enterprise_id.clone(),
                opened_at: record.happened_at,
                ..Evidence::default()
            })
            .collect();
        finding.items = items::items(&rows, &self.regime.words);
        finding.otherwise = vec![Otherwise { what: "innocent".to_owned(), text: lead.innocent_zh().to_owned() }];
        Draft { finding, rows: Vec::new() }
    }

    /// The one person whose records they are; of several, the one unit; else nobody.
    fn whom(&self, lead: &Lead) -> Subject {
        let only = |ids: BTreeSet<&String>| (ids.len() == 1).then(|| ids.first().map(|id| (*id).clone())).flatten();
        let people = only(lead.records.iter().filter_map(|r| r.person_id.as_ref()).collect());
        let units = only(lead.records.iter().filter_map(|r| r.unit.as_ref()).collect());
        match (people, units) {
            (Some(person), _) => self.subject(About::Person, &person),
            (None, Some(unit)) => self.subject(About::Unit, &unit),
            (None, None) => self.district(),
        }
    }
}
