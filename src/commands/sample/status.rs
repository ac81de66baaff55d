//! `guanjia sample status`: how far the calls of a plan are.
use super::office::Office;
use super::record::list;
use super::sheet::{fieldwork, formats};
use crate::cli::{self, Cli, Format};
use crate::commands::Status;
use crate::commands::table::{percent, table};
use crate::sampling::calls::Visit;
use crate::sampling::calls::backcheck::{Effect, Share};
use crate::sampling::calls::field::Field;
use crate::sampling::calls::status::{self, Call, Progress};

/// Calls shown in the table; JSON has all.
const SHOWN: usize = 20;

pub fn run(args: &cli::SampleStatus, cli: &Cli) -> anyhow::Result<Status> {
    formats(cli, "status")?;
    let office = Office::open(cli)?;
    let work = fieldwork(&office, &args.plan)?;
    let calls = &office.sample(&args.plan)?.calls;
    let status = status::status(&work, calls);
    if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&status)?);
        return Ok(Status::Done);
    }
    println!("plan {}: {} enterprises, replacements counted in\n", status.plan, status.enterprises);
    evaluators(&status.evaluators);
    dispositions(&status);
    next(&status.next);
    given_up(&status);
    let checks = status.back_checks;
    println!(
        "\nback-checks: {} of {} completes drawn ({} %), {} done{}",
        checks.drawn,
        checks.completes,
        checks.percent,
        checks.done,
        if checks.owed > 0 {
            format!("; {} more are owed: `guanjia sample backcheck`", checks.owed)
        } else {
            String::new()
        }
    );
    callers(&status.callers);
    println!("\ncorrections: {}\nrows that do not count: {}", status.corrections, status.refused.len());
    list(&calls.refused(&work, &Field::of(&work, &calls.held)));
    if !work.rules.skips.is_empty() && !cli.quiet {
        let codes: Vec<String> = work.rules.skips.iter().map(|skip| format!("{} {}", skip.code, skip.zh)).collect();
        eprintln!("hint: reasons to pass a reserve over: {}", codes.join(", "));
    }
    Ok(Status::Done)
}

fn evaluators(progress: &[Progress]) {
    let row = |p: &Progress| {
        let numbers = [p.enterprises, p.reached, p.complete, p.partial, p.refused, p.given_up, p.open, p.attempts_left];
        let names = [p.sheet.to_string(), p.evaluator.clone()];
        names.into_iter().chain(numbers.map(|n| n.to_string())).collect()
    };
    let headers = [
        "sheet",
        "evaluator",
        "enterprises",
        "reached",
        "complete",
        "partial",
        "refused",
        "given up",
        "open",
        "attempts left",
    ];
    let right = [true, false, true, true, true, true, true, true, true, true];
    print!("{}", table(&headers, &right, &progress.iter().map(row).collect::<Vec<_>>()));
}

fn dispositions(status: &status::Status) {
    let row = |d: &status::Disposition| {
        vec![d.code.to_owned(), d.outcome.to_owned(), d.finished.to_string(), d.open.to_string()]
    };
    println!();
    let rows: Vec<Vec<String>> = status.dispositions.iter().map(row).collect();
    print!("{}", table(&["AAPOR", "outcome", "final", "so far"], &[false, false, true, true], &rows));
}

fn next(next: &[Call]) {
    if next.is_empty() {
        println!("\nnothing is left to call");
        return;
    }
    let when = |call: &Call| {
        let day = call.not_before.map(|day| format!("from {day}"));
        let parts = (!call.parts.is_empty()).then(|| call.parts.join("、"));
        let when: Vec<String> = [day, parts].into_iter().flatten().collect();
        if when.is_empty() { "any call hour".to_owned() } else { when.join(", ") }
    };
    let why = |call: &Call| match (&call.replaces, call.visit) {
        (_, Visit::BackCheck) => "back-check".to_owned(),
        (Some(of), _) => format!("in place of {of}"),
        _ => String::new(),
    };
    let row = |call: &Call| {
        vec![
            call.sheet.to_string(),
            call.evaluator.clone(),
            call.enterprise_id.clone(),
            call.attempts.to_string(),
            call.remaining.to_string(),
            when(call),
            why(call),
        ]
    };
    println!("\nto be called next: {}", next.len());
    let rows: Vec<Vec<String>> = next.iter().take(SHOWN).map(row).collect();
    let headers = ["sheet", "evaluator", "enterprise", "attempts", "at least", "when", ""];
    print!("{}", table(&headers, &[true, false, false, true, true, false, false], &rows));
    if next.len() > SHOWN {
        println!("… and {} more (--format json has all)", next.len() - SHOWN);
    }
}

fn given_up(status: &status::Status) {
    if !status.given_up.is_empty() {
        println!("\ngiven up: {} (they stay in the sample)", status.given_up.len());
        let row = |gone: &status::GivenUp| {
            vec![
                gone.enterprise_id.clone(),
                format!("{} {}", gone.code, gone.outcome),
                gone.at.format("%Y-%m-%d %H:%M").to_string(),
                gone.replaced_by.clone().unwrap_or_else(|| "— (reserve used up)".to_owned()),
            ]
        };
        let rows: Vec<Vec<String>> = status.given_up.iter().map(row).collect();
        print!("{}", table(&["enterprise", "outcome", "at", "replaced by"], &[false; 4], &rows));
    }
    for skip in &status.skipped {
        println!(
            "passed over: {} ({}){}",
            skip.enterprise_id,
            skip.reason,
            if skip.note.is_empty() { "" } else { " *" }
        );
    }
}

fn callers(callers: &[Effect]) {
    let share = |share: &Share| match (share.share, share.low, share.high) {
        (Some(p), Some(low), Some(high)) => {
            format!("{} ({}–{}, n={})", percent(Some(p)), percent(Some(low)), percent(Some(high)), share.of)
        }
        _ => "—".to_owned(),
    };
    let row = |effect: &Effect| {
        vec![
            effect.sheet.to_string(),
            effect.evaluator.clone(),
            effect.completes.to_string(),
            effect.mean_grade.map_or("—".to_owned(), |mean| format!("{mean:.2}")),
            share(&effect.satisfied),
            share(&effect.refused),
            share(&effect.agreed),
        ]
    };
    println!("\ncallers (descriptive: they do not call the same enterprises)");
    let headers = ["sheet", "evaluator", "completes", "mean grade", "satisfied", "refused", "back-check agrees"];
    let right = [true, false, true, true, false, false, false];
    print!("{}", table(&headers, &right, &callers.iter().map(row).collect::<Vec<_>>()));
}
