//! `guanjia sample assign`: evaluators drawn for the enterprises drawn, interests and refusals counted in.
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::office::Office;
use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::ingest::list::{self, Column};
use crate::sampling::acts::{Act, Assigned, Done, GivenBack, Sample};
use crate::sampling::assign::{Barred, Evaluator};
use crate::sampling::draw::Role;
use crate::sampling::frame::Frame;
use crate::sampling::ids;
use crate::sampling::pseudonym::Key;

/// Columns of the list of evaluators.
const COLUMNS: [Column; 8] = [
    ("id", &["id", "编号", "评价员编号", "人员编号", "工号"], true),
    ("name", &["name", "姓名", "评价员"], true),
    ("unit", &["unit", "单位", "所在单位"], false),
    ("area", &["area", "街道", "所在街道", "片区"], false),
    ("avoid_units", &["avoid_units", "回避单位"], false),
    ("avoid_areas", &["avoid_areas", "回避街道", "回避片区"], false),
    ("avoid_stewards", &["avoid_stewards", "回避管家"], false),
    ("avoid_enterprises", &["avoid_enterprises", "回避企业"], false),
];

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
    match (&args.evaluators, &sample.assigned) {
        (Some(path), before) => {
            let assigned = assigned(sample, path, key, quiet)?;
            match before {
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
            }
        }
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

fn assigned(sample: &Sample, path: &Path, key: &Key, quiet: bool) -> anyhow::Result<Assigned> {
    let evaluators = evaluators(path)?;
    let draw = sample.drawn().map_err(|error| Refused(error.to_string()))?;
    let mut barred = Vec::new();
    for (_, place) in draw.of(Role::Drawn).chain(draw.of(Role::Reserve)) {
        let Some(unit) = sample.planned.frame.unit(&place.pseudonym) else { continue };
        for evaluator in &evaluators {
            if let Some(why) = evaluator.barred_from(unit) {
                barred.push(Barred {
                    pseudonym: place.pseudonym.clone(),
                    evaluator: key.evaluator(&evaluator.id),
                    why,
                });
            }
        }
    }
    barred.sort();
    if !quiet {
        unknown_interests(sample, &evaluators).iter().for_each(|line| eprintln!("warning: {line}"));
    }
    let evaluators = evaluators.into_iter().map(|evaluator| (key.evaluator(&evaluator.id), evaluator)).collect();
    Ok(Assigned { evaluators, barred })
}

/// The list of evaluators, checked.
fn evaluators(path: &Path) -> anyhow::Result<Vec<Evaluator>> {
    let lines = list::read(path, &COLUMNS).map_err(|error| Refused(error.to_string()))?;
    let rows: Vec<(String, String)> =
        lines.iter().map(|(no, cells)| (cells[0].clone(), format!("{}, row {no}", cells[1]))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(id, told)| (id.as_str(), told.as_str())).collect();
    let ids = ids::checked("evaluators", &rows).map_err(|error| Refused(format!("{}: {error}", path.display())))?;
    if lines.is_empty() {
        return Err(Refused(format!("{} has a header and no evaluator under it", path.display())).into());
    }
    if let Some((no, cells)) = lines.iter().find(|(_, cells)| cells[1].is_empty()) {
        return Err(Refused(format!("{}, row {no}: {} has no name (姓名)", path.display(), cells[0])).into());
    }
    let several = |cell: &str| {
        let parts = cell.split(['、', ',', '，', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let one = |cell: &String| (!cell.is_empty()).then(|| cell.clone());
    let evaluator = |(id, (_, cells)): (String, &list::Line)| Evaluator {
        id,
        name: cells[1].clone(),
        unit: one(&cells[2]),
        area: one(&cells[3]),
        units: several(&cells[4]),
        areas: several(&cells[5]),
        stewards: several(&cells[6]),
        enterprises: several(&cells[7]),
    };
    Ok(ids.into_iter().zip(&lines).map(evaluator).collect())
}

/// Declared interests that fit nothing in the frame: a slip of the pen would bar nobody.
fn unknown_interests(sample: &Sample, evaluators: &[Evaluator]) -> Vec<String> {
    let Frame { units, excluded, .. } = &sample.planned.frame;
    let known = |what: &str, text: &str| {
        let is = |own: Option<&str>| own.is_some_and(|own| ids::normal(own) == ids::normal(text));
        units.iter().any(|unit| match what {
            "unit" => is(unit.unit.as_deref()),
            "area" => is(unit.area.as_deref()),
            "steward" => is(Some(&unit.steward_id)) || is(unit.steward.as_deref()),
            _ => is(Some(&unit.enterprise_id)) || is(Some(&unit.name)),
        }) || excluded.iter().any(|out| is(Some(&out.enterprise_id)) || is(Some(&out.name)))
    };
    let mut lines = Vec::new();
    for Evaluator { id, name, units, areas, stewards, enterprises, .. } in evaluators {
        let declared = [("unit", units), ("area", areas), ("steward", stewards), ("enterprise", enterprises)];
        for (what, texts) in declared {
            for text in texts.iter().filter(|text| !known(what, text)) {
                lines.push(format!(
                    "{id} {name} declared the {what} “{text}”, which is nowhere in the frame; is it written right?"
                ));
            }
        }
    }
    lines
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
