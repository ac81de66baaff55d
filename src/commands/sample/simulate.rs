//! `guanjia sample simulate`: whether draws, intervals and lots do in ten thousand runs what they promise for one.
use std::io::Write;

use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::sampling::simulate::{Trial, simulate};

pub fn run(args: &cli::Simulate, cli: &Cli) -> anyhow::Result<Status> {
    if args.runs < 2 {
        return Err(Refused("--runs is 2 or more: a single run shows nothing".to_owned()).into());
    }
    let trial = simulate(args.runs, &args.seed)?;
    let mut out = std::io::stdout().lock();
    match cli.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&trial)?)?,
        Format::Table => write!(out, "{}", plain(&trial))?,
        _ => return Err(Refused("a simulation is printed as table or json".to_owned()).into()),
    }
    Ok(Status::Done)
}

fn plain(trial: &Trial) -> String {
    let share = |value: f64| format!("{:.2}%", value * 100.0);
    let (inclusion, coverage, lots) = (&trial.inclusion, &trial.coverage, &trial.evaluators);
    let row = |what: &str, promised: String, found: String| vec![what.to_owned(), promised, found];
    let rows = [
        row(
            "drawn as often as n/N: largest deviation, in standard errors",
            "~3".into(),
            format!("{:.2}", inclusion.largest_z),
        ),
        row(
            &format!("the same, chi-square of {} df: p", inclusion.df),
            "> 0.001".into(),
            format!("{:.3}", inclusion.p_value),
        ),
        row("exact interval of a steward holds the truth", "≥ 95%".into(), share(coverage.steward_exact)),
        row("… of the steward where it does least often", "≥ 95%".into(), share(coverage.steward_lowest)),
        row("district, Korn–Graubard", "~95%".into(), share(coverage.korn_graubard)),
        row("district, Clopper–Pearson of the effective size", "~95%".into(), share(coverage.clopper_pearson)),
        row("district, Wilson of the effective size", "~95%".into(), share(coverage.wilson)),
        row("district, t", "~95%".into(), share(coverage.t)),
        row("bias of the district's estimate, in standard errors", "0".into(), format!("{:.2}", trial.estimate.bias_z)),
        row("variance told / variance seen", "1".into(), format!("{:.3}", trial.estimate.variance_ratio)),
        row("calls of two evaluators differ by at most", "1".into(), lots.load_spread.to_string()),
        row(
            "calls per run, of the evaluators fewest and most",
            format!("{:.2}", trial.n as f64 / lots.evaluators as f64),
            format!("{:.2} – {:.2}", lots.fewest_calls, lots.most_calls),
        ),
        row(
            "satisfied among those called, lowest and highest evaluator without interests",
            "alike".into(),
            format!("{} – {}", share(lots.hardest), share(lots.easiest)),
        ),
        row("calls by evaluators who are barred", "0".into(), lots.barred_calls.to_string()),
    ];
    let mut text = format!(
        "{} runs, seed {}: {} enterprises in {} strata, {} drawn, {} satisfied\n\n",
        trial.runs,
        trial.seed,
        trial.population,
        trial.strata,
        trial.n,
        share(trial.truth)
    );
    text.push_str(&table(&["", "promised", "found"], &[false, true, true], &rows));
    text
}
