//! `guanjia sample assign`: evaluators drawn for the enterprises drawn, interests and refusals counted in.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::evaluators;
use super::office::Office;
use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::sampling::acts::{Act, Assigned, Done, GivenBack, Sample};
use crate::sampling::draw::Role;
use crate::sampling::ids;
use crate::sampling::pseudonym::Key;

pub fn run(args: &cli::SampleAssign, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("sample assign prints a table or JSON: --format table or --format json".into()).into());
    }
    let mut office = Office::open(cli)?;
    let key = office.key()?;
    let folder = office.folder(&args.plan, args.out.as_deref());
    let sample = office.sample(&args.plan)?;
    sample.drawn().map_err(|error| Refused(error.to_string()))?;
    let acts = acts(sample, args, &key, cli.quiet)?;
    if !acts.is_empty() {
        office.enter(&args.plan, &args.signed, &acts)?;
    }
    let sample = office.sample(&args.plan)?;
    let written = office.write(sample, &key, &folder)?;
    let made = made(sample)?;
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&made)?),
        _ => print(&made),
    }
    if !cli.quiet {
        written.iter().for_each(|path| eprintln!("{}", path.display()));
    }
    Ok(Status::Done)
}

/// What is to be entered: the list where it is new, then the refusals; each tried before anything is entered.
fn acts(sample: &Sample, args: &cli::SampleAssign, key: &Key, quiet: bool) -> anyhow::Result<Vec<Act>> {
    let mut acts = Vec::new();
    let mut trial = sample.clone();
    let done = Done { entry_no: 0, at: args.signed.at(), by: args.signed.by.clone() };
    let fixed = sample.planned.callers.as_ref();
    let asked = match &args.evaluators {
        Some(path) => Some(list(sample, path, key, quiet)?),
        None => fixed.cloned(),
    };
    match (asked, &sample.assigned) {
        (Some(assigned), _) if fixed.is_some_and(|fixed| *fixed != assigned) => {
            let why = format!("plan {} fixed who calls, and this is another list; leave --evaluators away", args.plan);
            return Err(Refused(why).into());
        }
        (Some(assigned), before) => match before {
            Some((before, _)) if *before == assigned => {}
            Some((_, done)) => {
                let why = format!(
                    "evaluators of plan {} were drawn on {} from another list; who cannot call gives back with --refuse",
                    args.plan, done.at
                );
                return Err(Refused(why).into());
            }
            None => {
                trial.assigned = Some((assigned.clone(), done.clone()));
                acts.push(Act::Assigned(assigned));
            }
        },
        (None, None) => {
            return Err(Refused("give the list of evaluators with --evaluators FILE (CSV or workbook)".into()).into());
        }
        (None, Some(_)) => {}
    }
    trial.assign(None).map_err(|error| refused(&trial, &error.to_string()))?;
    for text in &args.refuse {
        let given = given_back(&trial, text, key)?;
        trial.assign(Some(&given)).map_err(|error| refused(&trial, &error.to_string()))?;
        trial.declined.push((given.clone(), done.clone()));
        acts.push(Act::Declined(given));
    }
    Ok(acts)
}

/// Who calls and whom each may not: in the whole frame where the plan fixed it, else of those drawn and the reserve.
fn list(sample: &Sample, path: &Path, key: &Key, quiet: bool) -> anyhow::Result<Assigned> {
    let whole = sample.planned.callers.is_some();
    let draw = sample.drawn().map_err(|error| Refused(error.to_string()))?;
    let called: BTreeSet<&str> =
        draw.of(Role::Drawn).chain(draw.of(Role::Reserve)).map(|(_, place)| place.pseudonym.as_str()).collect();
    evaluators::assigned(&sample.planned.frame, path, key, quiet, |unit| {
        whole || called.contains(unit.pseudonym.as_str())
    })
}

/// A message with the names that the bureau knows in the place of pseudonyms.
fn refused(sample: &Sample, text: &str) -> Refused {
    let mut text = text.to_owned();
    for unit in &sample.planned.frame.units {
        if text.contains(&unit.pseudonym) {
            text = text.replace(&unit.pseudonym, &format!("{} ({})", unit.enterprise_id, unit.name));
        }
    }
    if let Some((assigned, _)) = &sample.assigned {
        for (pseudonym, evaluator) in &assigned.evaluators {
            text = text.replace(pseudonym, &format!("{} {}", evaluator.id, evaluator.name));
        }
    }
    Refused(text)
}

/// `EVALUATOR=PSEUDONYM:REASON`, by the ids that either side knows.
fn given_back(sample: &Sample, text: &str, key: &Key) -> anyhow::Result<GivenBack> {
    let parts = text.split_once('=').and_then(|(evaluator, rest)| {
        let (enterprise, reason) = rest.split_once([':', '：'])?;
        Some((evaluator.trim(), enterprise.trim(), reason.trim()))
    });
    let Some((evaluator, enterprise, reason)) = parts.filter(|(.., reason)| !reason.is_empty()) else {
        let why = format!("--refuse “{text}” is not EVALUATOR=PSEUDONYM:REASON, e.g. V03=E0123:relative works there");
        return Err(Refused(why).into());
    };
    let id = ids::normal(evaluator);
    let known = [key.evaluator(&id), id.clone()].into_iter().find(|p| sample.evaluator(p).is_some());
    let evaluator = known.ok_or_else(|| Refused(format!("--refuse “{text}”: there is no evaluator {id}")))?;
    let id = ids::normal(enterprise);
    let known = [id.clone(), key.pseudonym(&id)].into_iter().find(|p| sample.planned.frame.unit(p).is_some());
    let pseudonym = known.ok_or_else(|| Refused(format!("--refuse “{text}”: {id} is not in the frame")))?;
    Ok(GivenBack { pseudonym, evaluator, reason: reason.to_owned() })
}

/// What the command prints.
#[derive(Serialize)]
struct Made {
    plan_id: String,
    evaluators: Vec<Load>,
    calls: Vec<Called>,
}

#[derive(Serialize)]
struct Load {
    id: String,
    name: String,
    unit: Option<String>,
    /// As published.
    evaluator: String,
    drawn: usize,
    reserve: usize,
    /// Enterprises drawn or in reserve that this one may not call.
    barred: usize,
}

#[derive(Serialize)]
struct Called {
    pseudonym: String,
    enterprise_id: String,
    enterprise: String,
    role: Role,
    evaluator: String,
    evaluator_id: String,
}

fn made(sample: &Sample) -> anyhow::Result<Made> {
    let assignment = sample.assignment().map_err(|error| Refused(error.to_string()))?;
    let draw = sample.drawn().map_err(|error| Refused(error.to_string()))?;
    let roles: BTreeMap<&str, Role> = draw
        .of(Role::Drawn)
        .chain(draw.of(Role::Reserve))
        .map(|(_, place)| (place.pseudonym.as_str(), place.role))
        .collect();
    let calls: Vec<Called> = assignment
        .calls
        .iter()
        .filter_map(|call| {
            let unit = sample.planned.frame.unit(&call.pseudonym)?;
            Some(Called {
                pseudonym: call.pseudonym.clone(),
                enterprise_id: unit.enterprise_id.clone(),
                enterprise: unit.name.clone(),
                role: *roles.get(call.pseudonym.as_str())?,
                evaluator: call.evaluator.clone(),
                evaluator_id: sample.evaluator(&call.evaluator)?.id.clone(),
            })
        })
        .collect();
    let load = |pseudonym: &String| {
        let evaluator = sample.evaluator(pseudonym)?;
        let of = |role| calls.iter().filter(|call| call.evaluator == *pseudonym && call.role == role).count();
        Some(Load {
            id: evaluator.id.clone(),
            name: evaluator.name.clone(),
            unit: evaluator.unit.clone(),
            evaluator: pseudonym.clone(),
            drawn: of(Role::Drawn),
            reserve: of(Role::Reserve),
            barred: assignment.barred.iter().filter(|barred| barred.evaluator == *pseudonym).count(),
        })
    };
    let mut evaluators: Vec<Load> = assignment.evaluators.iter().filter_map(load).collect();
    evaluators.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Made { plan_id: sample.plan().id.clone(), evaluators, calls })
}

fn print(made: &Made) {
    let row = |load: &Load| {
        vec![
            load.id.clone(),
            load.name.clone(),
            load.unit.clone().unwrap_or_default(),
            load.drawn.to_string(),
            load.reserve.to_string(),
            load.barred.to_string(),
            load.evaluator.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = made.evaluators.iter().map(row).collect();
    let heads = ["evaluator", "name", "unit", "calls", "reserve", "barred from", "published as"];
    print!("{}", table(&heads, &[false, false, false, true, true, true, false], &rows));
}
