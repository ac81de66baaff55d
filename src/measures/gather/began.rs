//! On what days clocks of hours began.
use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::measures::brief::Evidence;
use crate::regime::{Limit, Regime, Rule};

/// Days off on which a clock of hours began, ascending; where no notice declares a year, its weekends.
pub fn days_off(regime: &Regime, calendar: &Calendar, evidence: &[Evidence]) -> Vec<NaiveDate> {
    let hours = |rule: &Rule| {
        matches!(rule, Rule::Deadline { limit: Limit::Hours(_), .. } | Rule::Term { limit: Limit::Hours(_), .. })
    };
    let clocks: BTreeSet<&str> = regime.measures.iter().filter(|m| hours(&m.rule)).map(|m| m.id.as_str()).collect();
    let began = evidence.iter().filter(|row| clocks.contains(row.measure.as_str())).filter_map(|row| row.opened_at);
    let days: BTreeSet<NaiveDate> = began.map(|at| at.date()).collect();
    let weekend = |day: NaiveDate| chrono::Datelike::weekday(&day).number_from_monday() > 5;
    days.into_iter().filter(|day| calendar.is_workday(*day).map_or_else(|| weekend(*day), |worked| !worked)).collect()
}
