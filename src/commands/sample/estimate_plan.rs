//! `guanjia sample estimate --plan`: what a plan's calls say, for the bureau.
use std::fmt::Write as _;
use std::io::Write;

use super::office::Office;
use crate::cli::{self, Cli, Format};
use crate::commands::table::{percent, table};
use crate::commands::{Refused, Status};
use crate::sampling::acts::DeskError;
use crate::sampling::estimate::{DesignError, Method};
use crate::sampling::results::{How, Results, ResultsError, Share, results};

pub fn run(plan: &str, args: &cli::Estimate, cli: &Cli) -> anyhow::Result<Status> {
    let office = Office::open(cli)?;
    let sample = office.sample(plan)?;
    let method = args.ci.unwrap_or(Method::KornGraubard);
    let how = How { lonely: args.lonely, method, alpha: 1.0 - args.level / 100.0 };
    let told = results(sample, None, how).map_err(|error| match error {
        ResultsError::Desk(DeskError::NotDrawn(_) | DeskError::NotAssigned(_))
        | ResultsError::Design(DesignError::Lonely { .. } | DesignError::AllLonely) => {
            anyhow::Error::from(Refused(error.to_string()))
        }
        error => error.into(),
    })?;
    let mut out = std::io::stdout().lock();
    match cli.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?,
        Format::Table => write!(out, "{}", plain(&told, args.level))?,
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(["stratum", "name", "N", "drawn", "n", "satisfied", "at_least", "at_most", "rr1"])?;
            for line in &told.strata {
                let number = |n: Option<u32>| n.map_or(String::new(), |n| n.to_string());
                csv.write_record([
                    line.known_as.clone(),
                    line.name.clone(),
                    line.population.to_string(),
                    line.drawn.to_string(),
                    line.n.to_string(),
                    line.satisfied.to_string(),
                    number(line.at_least),
                    number(line.at_most),
                    line.rates.rr1.map_or(String::new(), |rate| rate.to_string()),
                ])?;
            }
            csv.flush()?;
        }
        Format::Parquet => return Err(Refused("estimates are printed as table, json or csv".to_owned()).into()),
    }
    Ok(Status::Done)
}

fn plain(told: &Results, level: f64) -> String {
    let visits = &told.visits;
    let mut text = format!(
        "plan {} · frame of {} · {} enterprises in {} strata, {} to be called, {} answered, {} replaced\n\n",
        visits.plan,
        visits.as_of,
        visits.population,
        visits.strata_count,
        visits.drawn,
        visits.answers,
        visits.replaced
    );
    let whole = visits.satisfied.iter().map(|share| ("all".to_owned(), share));
    let parts = told.domains.iter().map(|domain| (format!("{} {}", domain.by, domain.subject), &domain.share));
    let rows: Vec<Vec<String>> = whole.chain(parts).map(|(name, share)| line(&name, share)).collect();
    let headers = ["satisfied", "share", "se", "from", "to", "df", "n"];
    text.push_str(&table(&headers, &[false, true, true, true, true, true, true], &rows));
    if let Some(bounds) = visits.bounds {
        let (low, high) = (percent(Some(bounds.low)), percent(Some(bounds.high)));
        let _ = writeln!(text, "if all who did not answer were dissatisfied {low}, if all were satisfied {high}");
    }
    if visits.covered < visits.population {
        let missing = visits.population - visits.covered;
        let _ =
            writeln!(text, "{missing} enterprises are in strata where nobody answered; the estimates leave them out");
    }
    if let Some(share) = visits.satisfied.as_ref().filter(|share| !share.lonely.is_empty()) {
        let (strata, remedy) = (share.lonely.len(), share.remedy.word());
        let _ = writeln!(text, "{strata} strata with a single answer, treated by “{remedy}”");
    }
    let rates = &visits.rates;
    let named = [
        ("RR1", rates.rr1),
        ("RR2", rates.rr2),
        ("RR3", rates.rr3),
        ("RR4", rates.rr4),
        ("RR5", rates.rr5),
        ("RR6", rates.rr6),
        ("COOP1", rates.coop1),
        ("COOP2", rates.coop2),
        ("COOP3", rates.coop3),
        ("COOP4", rates.coop4),
        ("REF1", rates.ref1),
        ("REF2", rates.ref2),
        ("REF3", rates.ref3),
        ("CON1", rates.con1),
        ("CON2", rates.con2),
        ("CON3", rates.con3),
        ("e", rates.e),
    ];
    let said: Vec<String> = named.iter().map(|(name, rate)| format!("{name} {}", percent(*rate))).collect();
    let _ = writeln!(text, "\nAAPOR: {}", said.join(" · "));
    let rows: Vec<Vec<String>> =
        visits.dispositions.iter().map(|(code, zh, n)| vec![code.clone(), zh.clone(), n.to_string()]).collect();
    let _ = writeln!(text, "\n{}", table(&["code", "outcome", "n"], &[false, false, true], &rows).trim_end());
    let rows: Vec<Vec<String>> = told
        .strata
        .iter()
        .map(|line| {
            let range = match (line.at_least, line.at_most) {
                (Some(low), Some(high)) => format!("{low} – {high}"),
                _ => format!("{} (all asked)", line.satisfied),
            };
            let name = format!("{} {}", line.known_as, line.name);
            let (all, n, satisfied) = (line.population.to_string(), line.n.to_string(), line.satisfied.to_string());
            vec![name, all, line.drawn.to_string(), n, satisfied, range, percent(line.rates.rr1)]
        })
        .collect();
    let headers = ["stratum", "N", "drawn", "n", "satisfied", "of all N, exactly", "RR1"];
    let right = [false, true, true, true, true, true, true];
    let _ = writeln!(text, "\n{}", table(&headers, &right, &rows).trim_end());
    let _ =
        writeln!(text, "\nintervals of {level} %; answers about single stewards are few and stay within the bureau");
    text
}

fn line(name: &str, share: &Share) -> Vec<String> {
    vec![
        name.to_owned(),
        percent(Some(share.estimate)),
        percent(Some(share.se)),
        percent(share.ci_low),
        percent(share.ci_high),
        share.df.to_string(),
        share.n.to_string(),
    ]
}
