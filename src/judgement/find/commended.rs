//! What is to be commended: surely excellent over a year, nothing bad, no substantiated complaint, and deeds.
use std::collections::{BTreeMap, BTreeSet};

use super::super::classes::Class;
use super::super::findings::Kind;
use super::super::items;
use super::super::windows::{Classified, Window};
use super::below::rated;
use super::{Classes, Draft, Finder};
use crate::measures::brief::Evidence;
use crate::measures::circumstances::Deed;
use crate::measures::{MeasureError, Span};
use crate::regime::{About, Deeds, FindingRule};

impl Finder<'_> {
    /// commendable: surely excellent, nothing bad, no substantiated complaint, and deeds.
    pub(super) fn commendable(
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
        finding.items = items::items(&rows, &self.regime.words);
        for (item, deed) in finding.items.iter_mut().zip(deeds) {
            item.enterprise.clone_from(&deed.enterprise);
            let words = &self.regime.words;
            item.label = format!("{}{}，经{}", words.phrase("case"), deed.case_id, words.shown("event", &deed.level));
        }
        Draft { finding, rows }
    }
}
