//! The docket of complaints of the as-of day's calendar year, as the records have it.
use chrono::{Datelike, NaiveDate};

use crate::calendar::Calendar;
use crate::measures::brief::Complaint;
use crate::measures::docket::{Acts, Docket, Docketed, Follows};
use crate::measures::{MeasureError, Scope, Session};
use crate::regime::Regime;

/// None where the rules have no measure of complaints.
pub fn docket(
    session: &Session,
    regime: &Regime,
    calendar: &Calendar,
    scope: Scope,
) -> Result<Option<Docket>, MeasureError> {
    let measures: Vec<String> = regime.complaint_measures().map(|measure| measure.id.clone()).collect();
    if measures.is_empty() {
        return Ok(None);
    }
    let (day, limit) = (scope.as_of_day(), regime.complaint_limit());
    let of_year = |day: NaiveDate| day.year() == scope.as_of_day().year();
    let mut complaints = Vec::new();
    for known in session.complaints()? {
        let received_on = known.received_at.date();
        let verified_on = known.verified_at.map(|at| at.date());
        if !(of_year(received_on) || verified_on.is_none_or(of_year))
            || !regime.counts_complaint(known.category.as_deref())
        {
            continue;
        }
        let until = verified_on.unwrap_or(day);
        let working_days = calendar.workdays_between(received_on, until);
        let due = limit.and_then(|days| calendar.nth_workday_after(received_on, days));
        complaints.push(Docketed {
            carries: known.carries(),
            person_id: known.person_id,
            unit: known.unit,
            by_enterprise: known.enterprise_id.is_some(),
            working_days,
            overdue: due.is_some_and(|due| until > due),
            due,
            acts: Acts::default(),
            complaint: Complaint {
                complaint_id: known.complaint_id,
                category: known.category,
                received_on,
                verdict: known.verdict,
                verified_on,
                working_days: working_days.filter(|_| verified_on.is_some()),
            },
        });
    }
    let rules = regime.complaint_consequences().map(|consequence| Follows {
        text: consequence.text.clone(),
        provision: consequence.provision.clone(),
        offices: consequence.recipients.clone(),
        yearly: !consequence.lasts.is_empty(),
    });
    Ok(Some(Docket { year: day.year(), measures, limit, rules: rules.collect(), complaints }))
}
