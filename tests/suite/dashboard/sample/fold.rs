//! The figures of the made-up brief, folded from its rows as the program would.
use super::*;

/// The figure of some rows.
pub fn figure(brief: &Brief, measure: &Measure, by: &str, subject: Option<&str>, rows: &[&Evidence]) -> Figure {
    let count = |outcome: &str| rows.iter().filter(|r| r.outcome.as_deref() == Some(outcome)).count() as i64;
    let (met, breached) = (count("met"), count("breached"));
    let tally = measure.kind == "tally";
    let n = if tally { rows.len() as i64 } else { met + breached };
    let rate = (n > 0 && !tally).then(|| met as f64 / n as f64);
    let interval = rate.map(|p| {
        let (z, n) = (1.959963984540054f64, n as f64);
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (if p == 0.0 { 0.0 } else { middle - half }, if p == 1.0 { 1.0 } else { middle + half })
    });
    let mut values: Vec<f64> =
        rows.iter().filter(|r| r.outcome.as_deref() != Some("pending")).filter_map(|r| r.value).collect();
    values.sort_by(f64::total_cmp);
    let at = |q: f64| {
        (!values.is_empty()).then(|| {
            let place = q * (values.len() - 1) as f64;
            let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
            low + (high - low) * place.fract()
        })
    };
    Figure {
        measure: measure.id.clone(),
        kind: measure.kind.clone(),
        by: by.into(),
        subject_id: subject.map(Into::into),
        subject_name: subject.map(|id| match by {
            "person" => brief.people.iter().find(|p| p.person_id == id).map_or(id.into(), |p| p.name.clone()),
            "district" => brief.place.place.clone(),
            _ => id.into(),
        }),
        period: brief.period,
        as_of: brief.as_of,
        n,
        met: (!tally).then_some(met),
        breached: (!tally).then_some(breached),
        pending: (!tally).then(|| count("pending")),
        unmeasurable: (!tally).then(|| count("unmeasurable")),
        extended: (measure.kind == "deadline").then(|| rows.iter().filter(|r| r.extended).count() as i64),
        rate,
        ci_low: interval.map(|i| i.0),
        ci_high: interval.map(|i| i.1),
        mean: (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64),
        median: at(0.5),
        p90: at(0.9),
        max: values.last().copied(),
        denominator: None,
    }
}

pub fn fold(brief: &mut Brief, dice: &mut Dice) {
    for measure in brief.measures.clone() {
        let rows: Vec<&Evidence> = brief.evidence.iter().filter(|r| r.measure == measure.id).collect();
        let now = figure(brief, &measure, "district", Some("district"), &rows);
        let mut series = Vec::new();
        let mut period = brief.period;
        for back in 0..25 {
            let mut month = now.clone();
            month.period = period;
            if back > 0 {
                let shift = (dice.next(60) as f64 - 30.0 - back as f64) / 1000.0;
                if let Some(rate) = now.rate {
                    month.rate = Some((rate + shift).clamp(0.0, 1.0));
                    month.met = month.rate.map(|r| (r * now.n as f64).round() as i64);
                }
                month.n = (now.n as f64 * (0.8 + dice.next(30) as f64 / 100.0)).round() as i64;
            }
            series.push(month);
            period = period.previous();
        }
        series.reverse();
        let change = Change { previous: Some(series[23].clone()), year_before: Some(series[12].clone()), now };
        let area = |row: &Evidence| {
            let id = row.enterprise_id.as_ref()?;
            brief.enterprises.iter().find(|e| &e.enterprise_id == id)?.area.clone()
        };
        let mut cuts = Vec::new();
        for by in ["person", "unit", "category", "class", "area", "channel"] {
            let mut groups: BTreeMap<(bool, Option<String>), Vec<&Evidence>> = BTreeMap::new();
            for row in &rows {
                let key = match by {
                    "person" => row.person_id.clone(),
                    "unit" => row.unit.clone(),
                    "category" => row.category.clone(),
                    "class" => row.class.clone(),
                    "area" => area(row),
                    _ => row.channel.clone(),
                };
                groups.entry((key.is_none(), key)).or_default().push(row);
            }
            if groups.keys().all(|k| k.1.is_none()) {
                continue;
            }
            let now = groups.iter().map(|(k, r)| figure(brief, &measure, by, k.1.as_deref(), r)).collect();
            cuts.push(Cut { measure: measure.id.clone(), by: by.into(), now, previous: vec![] });
        }
        brief.district.push(change);
        brief.series.insert(measure.id.clone(), series);
        brief.cuts.extend(cuts);
    }
}
