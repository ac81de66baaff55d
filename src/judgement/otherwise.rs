//! What else could explain a finding: departments upstream, hand-overs, suspended time, absences, the whole district.
use std::collections::BTreeSet;

use super::findings::{Finding, Kind, Otherwise};
use super::windows::Window;
use crate::measures::brief::Evidence;
use crate::measures::circumstances::{Away, HandOver};
use crate::measures::{MeasureError, Session};
use crate::regime::{About, Answers, Measure, Regime, Rule};

/// What is known of the time of all findings.
pub struct Circumstances {
    /// Clocks of departments on cases.
    upstream: Vec<String>,
    /// Records that were late there.
    late: BTreeSet<String>,
    away: Vec<Away>,
    hand_overs: Vec<HandOver>,
    /// 全区
    district: String,
}

/// Clocks that departments answer for, from assignment on: what is late there makes a case late for its steward.
pub fn upstream(regime: &Regime) -> Vec<String> {
    let is = |measure: &&Measure| {
        measure.answers == Answers::EventUnit
            && matches!(&measure.rule, Rule::Deadline { start, .. } if start.iter().any(|event| event == "assigned"))
    };
    regime.measures.iter().filter(is).map(|measure| measure.id.clone()).collect()
}

impl Circumstances {
    /// Of the evidence of a session, within some days.
    pub fn of(session: &Session, regime: &Regime, days: Window) -> Result<Circumstances, MeasureError> {
        let upstream = upstream(regime);
        Ok(Circumstances {
            late: session.breached(&upstream)?,
            upstream,
            away: session.away(days.from, days.to)?,
            hand_overs: session.hand_overs(&regime.main_role, days.from, days.to)?,
            district: regime.words.phrase("district").to_owned(),
        })
    }

    /// What of it bears on a finding; `rows` are those of its items, `unit` is what their clock counts in.
    pub fn explain(&self, finding: &Finding, rows: &[&Evidence], unit: &str) -> Vec<Otherwise> {
        if finding.kind == Kind::Commendable || finding.subject.by == About::District {
            return Vec::new();
        }
        let mut all = Vec::new();
        let mut say = |what: &str, text: String| all.push(Otherwise { what: what.to_owned(), text });
        let late: Vec<&&Evidence> = rows
            .iter()
            .filter(|row| row.outcome.as_deref() == Some("breached") && row.record.starts_with("cases/"))
            .filter(|row| !self.upstream.contains(&row.measure))
            .collect();
        let by_others = late.iter().filter(|row| self.late.contains(&row.record)).count();
        if by_others > 0 {
            let share = by_others as f64 / late.len() as f64 * 100.0;
            say("upstream", format!("未按时的{}件中，{by_others}件（{share:.0}%）的承办部门回复超期。", late.len()));
        }
        let paused: Vec<f64> = rows.iter().map(|row| row.paused).filter(|paused| *paused > 0.0).collect();
        if !paused.is_empty() {
            let sum = (paused.iter().sum::<f64>() * 10.0).round() / 10.0;
            say("paused", format!("{}件曾挂起，期限合计已顺延{sum}{unit}。", paused.len()));
        }
        let Window { from, to } = finding.window;
        if finding.subject.by == About::Person {
            let own = |person: &str| person == finding.subject.id;
            let changed: Vec<&HandOver> =
                self.hand_overs.iter().filter(|o| own(&o.person_id) && from <= o.day && o.day <= to).collect();
            let taken = changed.iter().filter(|over| over.taken).count();
            if !changed.is_empty() {
                let given = changed.len() - taken;
                say("handover", format!("期间发生交接：接手{taken}家，移交{given}家。"));
            }
            for away in self.away.iter().filter(|a| own(&a.person_id) && a.first <= to && from <= a.last) {
                let deputy = away.deputy_id.as_ref().map_or("无代理".to_owned(), |deputy| format!("由{deputy}代理"));
                say("absence", format!("{}至{}离岗，{deputy}。", away.first, away.last));
            }
        }
        let deputised = finding.items.iter().filter(|item| item.notes.iter().any(|n| n.starts_with("代理"))).count();
        if deputised > 0 {
            say("absence", format!("{deputised}件发生在代理他人期间。"));
        }
        let travelled =
            finding.items.iter().filter(|item| item.notes.iter().any(|n| n.starts_with("起算时为"))).count();
        if travelled > 0 {
            say("handover", format!("{travelled}件起算于接手之前，由前任移交。"));
        }
        for rate in finding.rates.iter().filter(|rate| rate.now.m < rate.now.p0) {
            let m = rate.now.m * 100.0;
            say("district", format!("“{}”{}此前总体为{m:.1}%，亦低于标准。", rate.name, self.district));
        }
        all
    }
}
