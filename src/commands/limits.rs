//! `guanjia funnel` and `guanjia xmr`: the numbers behind the charts that show what chance alone does.
use std::io::Write;

use serde::Serialize;

use super::table::{percent, table};
use super::{Bureau, Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::judgement::funnel::{Limits, Zone, limits, tails, zone};
use crate::judgement::xmr::Signal;
use crate::measures::{Dimension, Scope, Session, series};
use crate::report::charts::Series;

/// One subject against the standard.
#[derive(Serialize)]
struct FunnelLine {
    measure: String,
    subject_id: String,
    subject_name: Option<String>,
    n: u32,
    met: u32,
    rate: f64,
    p0: f64,
    /// Pr(X ≤ met) and Pr(X ≥ met) for X ~ Binomial(n, p0).
    pr_at_most: f64,
    pr_at_least: f64,
    #[serde(flatten)]
    limits: Limits,
    zone: Zone,
}

pub fn funnel(args: &cli::Funnel, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(args.by, Dimension::Person | Dimension::Unit) {
        return Err(Refused("a funnel is of persons or units: --by person or --by unit".into()).into());
    }
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let warehouse = bureau.workspace.warehouse();
    let mut session = Session::open(&warehouse, &bureau.regime.published(), &bureau.calendar, &args.measure)?;
    session.compute(scope)?;
    let mut lines = Vec::new();
    for figure in session.figures(args.by)? {
        let standard = bureau.regime.measure(&figure.measure).and_then(|measure| measure.standard);
        let counts = (u32::try_from(figure.n).ok(), figure.met.and_then(|met| u32::try_from(met).ok()));
        let (Some(standard), (Some(n), Some(met)), Some(subject_id)) = (standard, counts, figure.subject_id) else {
            continue;
        };
        if n == 0 {
            continue;
        }
        let (pr_at_most, pr_at_least) = tails(n, met, standard.p0);
        lines.push(FunnelLine {
            measure: figure.measure,
            subject_id,
            subject_name: figure.subject_name,
            n,
            met,
            rate: f64::from(met) / f64::from(n),
            p0: standard.p0,
            pr_at_most,
            pr_at_least,
            limits: limits(n, standard.p0),
            zone: zone(n, met, standard.p0),
        });
    }
    let plain = |lines: &[FunnelLine]| {
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|l| {
                vec![
                    l.measure.clone(),
                    format!("{} {}", l.subject_id, l.subject_name.as_deref().unwrap_or_default()).trim().to_owned(),
                    l.n.to_string(),
                    percent(Some(l.rate)),
                    format!("{}–{}", percent(Some(l.limits.low95)), percent(Some(l.limits.high95))),
                    format!("{}–{}", percent(Some(l.limits.low998)), percent(Some(l.limits.high998))),
                    l.zone.zh().to_owned(),
                ]
            })
            .collect();
        let heads = ["measure", "subject", "n", "rate", "95 % limits", "99.8 % limits", "where"];
        table(&heads, &[false, false, true, true, true, true, false], &rows)
    };
    print(&lines, plain, cli.format, "a funnel")
}

/// The district's series of one measure with its limits.
#[derive(Serialize)]
struct XmrLine {
    measure: String,
    /// Months that have a value.
    n: usize,
    /// Null with fewer than twelve, for registers, and for shares of fewer than ten records a month.
    mean: Option<f64>,
    moving_range: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    points: Vec<XmrPoint>,
    /// Which months stand out, in Chinese.
    told: Vec<String>,
}

#[derive(Serialize)]
struct XmrPoint {
    period: String,
    n: i64,
    value: Option<f64>,
    signals: Vec<Signal>,
}

pub fn xmr_chart(args: &cli::Xmr, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let warehouse = bureau.workspace.warehouse();
    let mut found = series::district(&warehouse, &bureau.regime, &bureau.calendar, &args.measure, scope)?;
    let mut lines = Vec::new();
    for measure in &bureau.regime.measures {
        let Some(figures) = found.remove(&measure.id) else { continue };
        let drawn = Series::of(&crate::measures::described(measure, &bureau.regime), &figures);
        let chart = drawn.xmr.clone();
        let told = drawn.told();
        let mut signals = chart.iter().flat_map(|chart| chart.signals.clone());
        let point = |point: &crate::report::charts::Point| XmrPoint {
            period: point.period.to_string(),
            n: point.n,
            value: point.value,
            signals: point.value.and_then(|_| signals.next()).unwrap_or_default(),
        };
        lines.push(XmrLine {
            measure: measure.id.clone(),
            n: drawn.points.iter().filter(|point| point.value.is_some()).count(),
            told,
            points: drawn.points.iter().map(point).collect(),
            mean: chart.as_ref().map(|c| c.mean),
            moving_range: chart.as_ref().map(|c| c.moving_range),
            low: chart.as_ref().map(|c| c.low),
            high: chart.as_ref().map(|c| c.high),
        });
    }
    let plain = |lines: &[XmrLine]| {
        let number = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| format!("{value:.3}"));
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                vec![
                    line.measure.clone(),
                    line.n.to_string(),
                    number(line.points.last().and_then(|point| point.value)),
                    number(line.mean),
                    number(line.low),
                    number(line.high),
                    line.told.join("；"),
                ]
            })
            .collect();
        let heads = ["measure", "months", "last", "mean", "low", "high", "what stands out"];
        table(&heads, &[false, true, true, true, true, true, false], &rows)
    };
    print(&lines, plain, cli.format, "an XmR chart")
}

fn print<T: Serialize>(
    lines: &[T],
    plain: impl FnOnce(&[T]) -> String,
    format: Format,
    what: &str,
) -> anyhow::Result<Status> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(lines)?)?,
        Format::Table => write!(out, "{}", plain(lines))?,
        _ => return Err(Refused(format!("{what} is printed as table or json")).into()),
    }
    Ok(Status::Done)
}
