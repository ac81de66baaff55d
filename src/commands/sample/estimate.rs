//! `guanjia sample estimate`: what a sample says of all, and how surely.
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::sample_file::SampleFile;
use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::sampling::estimate::{Asked, Columns, Design, DesignError, Estimate, Lonely, Method, Stat};

/// One estimate with how it was made.
#[derive(Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(flatten)]
    estimate: Estimate,
    level: f64,
    ci: Method,
    /// The remedy for strata with a single unit, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    lonely: Option<Lonely>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lonely_strata: Vec<String>,
}

/// Estimates from a CSV file, or of a plan.
pub fn run(args: &cli::Estimate, cli: &Cli) -> anyhow::Result<Status> {
    if !(args.level > 0.0 && args.level < 100.0) {
        return Err(Refused(format!("--level is above 0 and below 100, not {}", args.level)).into());
    }
    let from = match (&args.plan, &args.from) {
        (Some(plan), _) => return super::estimate_plan::run(plan, args, cli),
        (None, Some(from)) => from,
        (None, None) => return Err(Refused("say what to estimate from: --from FILE.csv or --plan ID".into()).into()),
    };
    let lines = from_file(from, args)?;
    let mut out = std::io::stdout().lock();
    match cli.format {
        Format::Json if args.domain.is_none() => writeln!(out, "{}", serde_json::to_string_pretty(&lines[0])?)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&lines)?)?,
        Format::Csv => to_csv(&lines, out)?,
        Format::Table => write!(out, "{}", plain(&lines))?,
        Format::Parquet => return Err(Refused("estimates are printed as table, json or csv".to_owned()).into()),
    }
    Ok(Status::Done)
}

fn from_file(from: &Path, args: &cli::Estimate) -> anyhow::Result<Vec<Line>> {
    let file = SampleFile::open(from)?;
    let columns = Columns {
        rows: file.rows(),
        strata: args.strata.as_deref().map(|column| file.words(column)).transpose()?,
        clusters: args.cluster.iter().map(|column| file.words(column)).collect::<anyhow::Result<_>>()?,
        fpc: args.fpc.iter().map(|column| file.numbers(column)).collect::<anyhow::Result<_>>()?,
        weights: args.weights.as_deref().map(|column| file.numbers(column)).transpose()?,
        nest: args.nest,
    };
    let design = Design::new(&columns, args.lonely).map_err(|error| told(&file, args, error))?;
    let stat = if args.ratio.is_some() { Stat::Ratio } else { args.stat };
    let y = args.y.as_deref().unwrap_or_default();
    let said = match stat {
        Stat::Proportion => file.yes_no_or_empty(y)?,
        _ => file.numbers_or_empty(y)?,
    };
    let below = args.ratio.as_deref().map(|column| file.numbers_or_empty(column)).transpose()?;
    let has = |row: usize| said[row].is_some() && below.as_ref().is_none_or(|below| below[row].is_some());
    let answered: Vec<bool> = (0..file.rows()).map(has).collect();
    if !args.skip_empty && answered.contains(&false) {
        // Read once more for the message that names the cell.
        file.numbers(y).and_then(|_| args.ratio.as_deref().map_or(Ok(Vec::new()), |column| file.numbers(column)))?;
    }
    let filled = |of: &[Option<f64>]| of.iter().map(|value| value.unwrap_or(0.0)).collect::<Vec<f64>>();
    let (y, x) = (filled(&said), below.as_deref().map(filled));
    let method = args.ci.unwrap_or(if stat == Stat::Proportion { Method::KornGraubard } else { Method::T });
    if stat != Stat::Proportion && method != Method::T {
        return Err(Refused(format!("--ci {} is for proportions; add --stat proportion", method.word())).into());
    }
    let alone = design.lonely_strata();
    let line = |domain: Option<String>, inside: Vec<bool>| -> anyhow::Result<Line> {
        let alpha = 1.0 - args.level / 100.0;
        let asked = Asked { stat, y: &y, x: x.as_deref(), inside: &inside, method, alpha };
        let estimate = design.estimate(&asked).map_err(|error| told(&file, args, error))?;
        let lonely = (!alone.is_empty()).then_some(args.lonely);
        Ok(Line { domain, estimate, level: args.level, ci: method, lonely, lonely_strata: alone.clone() })
    };
    let Some(domain) = &args.domain else {
        return Ok(vec![line(None, answered)?]);
    };
    let of = file.words(domain)?;
    let values: BTreeSet<&String> = of.iter().zip(&answered).filter(|(_, has)| **has).map(|(value, _)| value).collect();
    if values.is_empty() {
        return Err(told(&file, args, DesignError::NoValues).into());
    }
    let within = |value: &String| of.iter().zip(&answered).map(|(of, has)| *has && of == value).collect();
    values.into_iter().map(|value| line(Some(value.clone()), within(value))).collect()
}

/// A fault of the design, with the file, row, column and value where it shows.
fn told(file: &SampleFile, args: &cli::Estimate, error: DesignError) -> Refused {
    let text = error.to_string();
    let size = |stage: usize| args.fpc.get(stage - 1).map_or("", String::as_str);
    let at = |row: usize, column: &str, value: String| file.refused(row, column, &value, &format!("cannot be: {text}"));
    match error {
        DesignError::MoreThanAll { row, stage, population, .. } => at(row, size(stage), population.to_string()),
        DesignError::Varies { row, stage, other, .. } => at(row, size(stage), other.to_string()),
        DesignError::Mixed { row, stage, value } | DesignError::NotPositive { row, stage, value } => {
            at(row, size(stage), value.to_string())
        }
        DesignError::Weight { row, value } => at(row, args.weights.as_deref().unwrap_or_default(), value.to_string()),
        DesignError::NotNested { row, ref cluster, .. } => {
            at(row, args.cluster.first().map_or("", String::as_str), cluster.clone())
        }
        _ => Refused(format!("{}: {text}", file.name())),
    }
}

fn to_csv(lines: &[Line], out: impl Write) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["domain", "stat", "estimate", "se", "ci_low", "ci_high", "df", "n", "N"])?;
    for line in lines {
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let e = &line.estimate;
        csv.write_record([
            line.domain.clone().unwrap_or_default(),
            word(e.stat).to_owned(),
            e.estimate.to_string(),
            e.se.to_string(),
            number(e.ci_low),
            number(e.ci_high),
            e.df.to_string(),
            e.n.to_string(),
            number(e.population),
        ])?;
    }
    csv.flush()?;
    Ok(())
}

fn plain(lines: &[Line]) -> String {
    let number = |value: Option<f64>| value.map_or("—".to_owned(), |value| format!("{value:.4}"));
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let e = &line.estimate;
            vec![
                line.domain.clone().unwrap_or_else(|| word(e.stat).to_owned()),
                number(Some(e.estimate)),
                number(Some(e.se)),
                number(e.ci_low),
                number(e.ci_high),
                e.df.to_string(),
                e.n.to_string(),
                e.population.map_or("—".to_owned(), |n| format!("{n:.0}")),
            ]
        })
        .collect();
    let headers = ["", "estimate", "se", "from", "to", "df", "n", "N"];
    let mut text = table(&headers, &[false, true, true, true, true, true, true, true], &rows);
    let Some(first) = lines.first() else { return text };
    if first.estimate.census {
        text.push_str("everything was sampled: there is no interval\n");
    } else {
        text.push_str(&format!("interval: {} %, {}\n", first.level, first.ci.word()));
    }
    if let Some(remedy) = first.lonely {
        let strata = first.lonely_strata.join(", ");
        text.push_str(&format!("strata with a single unit, treated by “{}”: {strata}\n", remedy.word()));
    }
    text
}

fn word(stat: Stat) -> &'static str {
    match stat {
        Stat::Mean => "mean",
        Stat::Total => "total",
        Stat::Proportion => "proportion",
        Stat::Ratio => "ratio",
    }
}
