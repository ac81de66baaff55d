//! `guanjia measures`: the figures of a period.
use std::fs::File;
use std::io::{self, Write};

use anyhow::Context;
use chrono::NaiveDate;

use super::table::{count, number, percent, table};
use super::{Bureau, Refused, Status};
use crate::cli::{Cli, Format, Measures};
use crate::measures::brief::Figure;
use crate::measures::{Scope, Session};

pub fn run(args: &Measures, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    // Before the work, so that a path that cannot be written does not cost it.
    let mut out: Box<dyn Write> = match &args.out {
        Some(file) => Box::new(File::create(file).with_context(|| format!("cannot write {}", file.display()))?),
        None => Box::new(io::stdout().lock()),
    };
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &args.measure)?;
    session.compute_for(scope, args.by)?;
    if cli.format == Format::Parquet {
        let Some(file) = &args.out else {
            return Err(Refused("Parquet is no text: name a file with --out FILE".into()).into());
        };
        session.figures_to_parquet(args.by, file)?;
        return Ok(Status::Done);
    }
    let figures = session.figures(args.by)?;
    match cli.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&figures)?)?,
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(&mut out);
            for figure in &figures {
                writer.serialize(figure)?;
            }
            writer.flush()?;
        }
        _ => write!(out, "{}", plain(&figures, &bureau))?,
    }
    if let Some(last) = beyond_data(&session, scope)? {
        eprintln!(
            "warning: {} lies after the last record ({last}); without its exports these figures say nothing",
            scope.period
        );
    }
    for (year, n) in session.beyond_calendar()? {
        eprintln!(
            "warning: {n} obligations opened in {year} fall due after the last declared year and stay pending; \
             add the notice with `guanjia calendar import FILE`"
        );
    }
    Ok(Status::Done)
}

/// The last day that anything is known of, when the period begins after it.
pub fn beyond_data(session: &Session, scope: Scope) -> anyhow::Result<Option<NaiveDate>> {
    Ok(session.last_day()?.filter(|last| *last < scope.first))
}

/// A share, or so many a year.
fn rate(figure: &Figure) -> String {
    match (figure.denominator, figure.rate) {
        (Some(_), Some(rate)) => format!("{rate:.3}/yr"),
        _ => percent(figure.rate),
    }
}

fn plain(figures: &[Figure], bureau: &Bureau) -> String {
    let rows: Vec<Vec<String>> = figures
        .iter()
        .map(|f| {
            let name = bureau.regime.measure(&f.measure).map_or("", |m| m.name_zh.as_str());
            let subject = match (&f.subject_id, &f.subject_name) {
                (None, _) => "（空档）".to_owned(),
                (Some(id), Some(name)) if id != name => format!("{id} {name}"),
                (Some(id), _) => id.clone(),
            };
            vec![
                format!("{} {name}", f.measure),
                subject,
                f.n.to_string(),
                count(f.met),
                count(f.breached),
                count(f.pending),
                rate(f),
                match (f.ci_low, f.ci_high) {
                    (Some(low), Some(high)) => format!("{:.1}–{:.1}%", low * 100.0, high * 100.0),
                    _ => "—".to_owned(),
                },
                number(f.mean),
                number(f.median),
                number(f.p90),
                number(f.max),
            ]
        })
        .collect();
    let headers =
        ["measure", "subject", "n", "met", "breached", "pending", "rate", "95 %", "mean", "median", "p90", "max"];
    let right = [false, false, true, true, true, true, true, true, true, true, true, true];
    table(&headers, &right, &rows)
}
