//! `guanjia sample plan`: fixes everything before the entropy exists, and writes what is published of it.
use serde::Serialize;

use super::evaluators;
use super::office::{Asked, COMMITMENT, Office, write_file};
use crate::cli::{self, Cli, Format};
use crate::commands::table::{percent, table};
use crate::commands::{Refused, Status};
use crate::sampling::acts::{Act, Assigned, Planned};
use crate::sampling::assign;
use crate::sampling::plan::{Callers, Method, Plan, Size, StrataBy, Wish};
use crate::sampling::planning::{self, PlanningError, Worth};
use crate::sampling::pseudonym::Key;
use crate::sampling::publish::Commitment;

pub fn run(args: &cli::SamplePlan, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("sample plan prints a table or JSON: --format table or --format json".into()).into());
    }
    let wish = wish(args)?;
    wish.check().map_err(|error| Refused(error.to_string()))?;
    let mut office = Office::open(cli)?;
    if !args.preview && wish.entropy.at <= args.signed.at() {
        let why = format!(
            "the entropy is announced for {}, which is over; a plan is published before its entropy exists: announce a later one",
            wish.entropy.at.format("%Y-%m-%d %H:%M")
        );
        return Err(Refused(why).into());
    }
    if wish.as_of > args.signed.at().date() {
        return Err(Refused(format!("the frame of {} is not known yet; take a day that is over", wish.as_of)).into());
    }
    // A preview leaves nothing behind, not even a key.
    let own = office.bureau.workspace.sampling_key();
    let key = if args.preview && !own.exists() { Key::new([0; 32]) } else { office.key()? };
    let asked = Asked {
        day: wish.as_of,
        by: wish.strata_by,
        cool_down_days: wish.cool_down_days,
        known_at: None,
        before: office.desk.samples.get(&wish.id).map(|sample| sample.planned_at.entry_no),
    };
    let (frame, known_at) = office.frame(&asked, &key)?;
    let mut plan = planning::plan(&wish, &frame).map_err(|error| match error {
        PlanningError::Plan(error) => anyhow::Error::from(Refused(error.to_string())),
        PlanningError::Canonical(error) => error.into(),
    })?;
    let callers = match &args.evaluators {
        Some(path) => Some(evaluators::assigned(&frame, path, &key, cli.quiet, |_| true)?),
        None => None,
    };
    if let Some(list) = &callers {
        if let Some(unit) = frame.units.iter().find(|unit| nobody_may_call(list, &unit.pseudonym)) {
            let why = format!(
                "nobody of the list may call {} ({}); add an evaluator without interest in it",
                unit.enterprise_id, unit.name
            );
            return Err(Refused(why).into());
        }
        let evaluators = list.evaluators.keys().cloned().collect();
        plan.callers = Some(Callers { evaluators, barred_hash: assign::hash(&list.barred)? });
    }
    let worth = planning::worth(&plan, &frame);
    let mut made = Made {
        plan_id: plan.id.clone(),
        worth,
        plan_hash: None,
        frame_hash: None,
        frame_size: plan.frame_size,
        excluded: plan.excluded.iter().map(|(why, n)| (*why, *n)).collect(),
        commitment: None,
    };
    if !args.preview {
        let planned = Planned { plan_hash: plan.hash()?, plan: plan.clone(), known_at, frame, callers };
        commit(&mut office, args, planned, &mut made)?;
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&made)?),
        _ => print(&made, &plan, cli.quiet),
    }
    Ok(Status::Done)
}

/// An enterprise that could be drawn and never called; found now, since the plan cannot be changed later.
fn nobody_may_call(list: &Assigned, pseudonym: &str) -> bool {
    let barred = list.barred.iter().filter(|barred| barred.pseudonym == pseudonym).count();
    barred == list.evaluators.len()
}

/// What the command prints.
#[derive(Serialize)]
struct Made {
    plan_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_hash: Option<String>,
    frame_size: u32,
    excluded: std::collections::BTreeMap<crate::sampling::frame::Exclusion, u32>,
    #[serde(flatten)]
    worth: Worth,
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<String>,
}

/// Enters the plan and writes its commitment; the same plan again only writes the file again.
fn commit(office: &mut Office, args: &cli::SamplePlan, planned: Planned, made: &mut Made) -> anyhow::Result<()> {
    let plan = planned.plan.clone();
    let commitment = Commitment::of(&plan)?;
    match office.desk.samples.get(&plan.id) {
        Some(before) if before.planned.plan_hash != planned.plan_hash => {
            let why = format!(
                "plan {} stands since {} with hash {}; a plan cannot be changed: give the new one another id",
                plan.id, before.planned_at.at, before.planned.plan_hash
            );
            return Err(Refused(why).into());
        }
        Some(_) => {}
        None => office.enter(&plan.id, &args.signed, &[Act::Planned(Box::new(planned))])?,
    }
    let folder = office.folder(&plan.id, args.out.as_deref());
    std::fs::create_dir_all(&folder)?;
    let path = write_file(&folder.join(COMMITMENT), &commitment.text()?)?;
    made.frame_hash = Some(plan.frame_hash);
    made.plan_hash = Some(commitment.plan_hash);
    made.commitment = Some(path.display().to_string());
    Ok(())
}

/// The file's wish with the options given; or one of options only.
fn wish(args: &cli::SamplePlan) -> anyhow::Result<Wish> {
    let mut wish = match &args.file {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|e| Refused(format!("cannot read {}: {e}", path.display())))?;
            Wish::read(&text).map_err(|error| Refused(format!("{}: {error}", path.display())))?
        }
        None => from_options(args)?,
    };
    if let Some(id) = &args.id {
        wish.id.clone_from(id);
    }
    let entropy = &mut wish.entropy;
    if let Some(source) = &args.entropy_source {
        entropy.source.clone_from(source);
    }
    entropy.shape = args.entropy_shape.clone().or(entropy.shape.take());
    entropy.drand_round = args.drand_round.or(entropy.drand_round);
    entropy.at = args.entropy_at.unwrap_or(entropy.at);
    wish.as_of = args.as_of.unwrap_or(wish.as_of);
    wish.strata_by = args.strata.unwrap_or(wish.strata_by);
    wish.reserve = args.reserve.unwrap_or(wish.reserve);
    wish.cool_down_days = args.cool_down.unwrap_or(wish.cool_down_days);
    let size = &mut wish.size;
    if let Some(each) = args.each {
        *size = Size { method: Method::Equal, each: Some(each), total: None, ..size.clone() };
    }
    if let Some(total) = args.size {
        let method = if size.method == Method::Equal { Method::Proportional } else { size.method };
        *size = Size { method, each: None, total: Some(total), ..size.clone() };
    }
    size.method = args.method.unwrap_or(size.method);
    size.minimum = args.minimum.unwrap_or(size.minimum);
    size.census_at = args.census_at.unwrap_or(size.census_at);
    Ok(wish)
}

fn from_options(args: &cli::SamplePlan) -> anyhow::Result<Wish> {
    let mut lacking = Vec::new();
    let mut need = |given: bool, option: &'static str| {
        if !given {
            lacking.push(option);
        }
    };
    need(args.id.is_some(), "--id");
    need(args.as_of.is_some(), "--as-of");
    need(args.each.is_some() || args.size.is_some(), "--each or --size");
    need(args.entropy_source.is_some(), "--entropy-source");
    need(args.entropy_at.is_some(), "--entropy-at");
    if let (true, Some(as_of), Some(at)) = (lacking.is_empty(), args.as_of, args.entropy_at) {
        let text = format!(
            "id = \"\"\nas_of = \"{as_of}\"\nsize = {{}}\nentropy = {{ source = \"\", at = \"{}\" }}",
            at.format("%Y-%m-%dT%H:%M:%S")
        );
        return Wish::read(&text).map_err(|error| Refused(error.to_string()).into());
    }
    Err(Refused(format!("without --file a plan needs {}", lacking.join(", "))).into())
}

fn print(made: &Made, plan: &Plan, quiet: bool) {
    let rows: Vec<Vec<String>> = made
        .worth
        .strata
        .iter()
        .map(|line| {
            let name = if line.name == line.known_id {
                line.known_id.clone()
            } else {
                format!("{} {}", line.known_id, line.name)
            };
            vec![
                name,
                line.size.to_string(),
                line.sample.to_string(),
                line.reserve.to_string(),
                line.stands_for.map_or("—".to_owned(), |n| format!("{n:.2}")),
                if line.sample == line.size { "census".to_owned() } else { percent(Some(line.width)) },
                line.weight.map_or_else(String::new, |weight| format!("×{}", thousandths(weight))),
            ]
        })
        .collect();
    let heads = ["stratum", "N", "n", "reserve", "N/n", "interval", "rate"];
    let right = [false, true, true, true, true, true, true];
    print!("{}", table(&heads, &right, &rows));
    let Worth { size, sample, width, .. } = &made.worth;
    println!("\nall: N {size}, n {sample}, interval {}", percent(*width));
    if !plan.excluded.is_empty() {
        let told: Vec<String> = plan.excluded.iter().map(|(why, n)| format!("{n} {}", why.told())).collect();
        println!("left out of the frame: {}", told.join(", "));
    }
    if let (Some(hash), Some(path)) = (&made.plan_hash, &made.commitment) {
        println!("plan {}: {hash}", made.plan_id);
        if !quiet {
            println!("{path}");
            eprintln!(
                "hint: publish the hash (or the file) now, before {}; then draw with what “{}” gives",
                plan.entropy.at.format("%Y-%m-%d %H:%M"),
                plan.entropy.source
            );
            eprintln!("hint: keep a copy of sampling.key where the workspace is not; it is made only once");
        }
    }
    if !quiet {
        eprintln!(
            "note: interval is the width expected at {} % if {} % are satisfied; by stratum exact (hypergeometric), of all Wilson's",
            plan.confidence_percent, plan.expected_percent
        );
        if plan.strata_by == StrataBy::Steward {
            eprintln!("note: stewards are published under pseudonyms (S-…)");
        }
    }
}

fn thousandths(value: i64) -> String {
    let text = format!("{}.{:03}", value / 1000, value % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
