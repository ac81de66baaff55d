//! `guanjia sample verify`: a published draw derived anew from its file; and the page that does it in a browser.
//! `guanjia sample salt`: what an enterprise needs to find itself.
use serde_json::json;

use super::office::{Office, write_file};
use crate::cli::{self, Cli, Format};
use crate::commands::{Refused, Status};
use crate::sampling::pseudonym::Key;
use crate::sampling::verify::{Verdict, verify};
use crate::sampling::{ids, page};

pub fn run(args: &cli::SampleVerify, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("sample verify prints text or JSON: --format table or --format json".into()).into());
    }
    let Some(file) = &args.file else {
        if let Some(out) = &args.page {
            println!("{}", write_file(out, &page::page(None))?.display());
        }
        return Ok(Status::Done);
    };
    let text = std::fs::read_to_string(file).map_err(|e| Refused(format!("cannot read {}: {e}", file.display())))?;
    let verdict =
        verify(&text, args.plan_hash.as_deref()).map_err(|error| Refused(format!("{} {error}", file.display())))?;
    if let Some(out) = &args.page {
        let path = write_file(out, &page::page(Some(&text)))?;
        if !cli.quiet {
            eprintln!("{}", path.display());
        }
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&verdict)?),
        _ => print(&verdict, args.plan_hash.is_some(), cli.quiet),
    }
    Ok(if verdict.holds { Status::Done } else { Status::Found })
}

fn print(verdict: &Verdict, announced: bool, quiet: bool) {
    println!("plan {}: {}", verdict.plan_id, verdict.plan_hash);
    println!("seed: {}", verdict.seed);
    match &verdict.difference {
        None => {
            println!("the draw holds: {} tickets and {} calls derived anew, all equal", verdict.tickets, verdict.calls);
            if !announced && !quiet {
                eprintln!(
                    "hint: hold the plan's hash against what was published before the draw (--plan-hash does it)"
                );
            }
        }
        Some(difference) => println!("the draw does not hold: {difference}"),
    }
}

pub fn salt(args: &cli::SampleSalt, cli: &Cli) -> anyhow::Result<Status> {
    let office = Office::open(cli)?;
    let path = office.bureau.workspace.sampling_key();
    let key = Key::read(&path).map_err(|error| Refused(error.to_string()))?;
    let id = ids::normal(&args.enterprise);
    let (salt, pseudonym) = (key.salt(&id), key.pseudonym(&id));
    let plans: Vec<&str> = office
        .desk
        .samples
        .iter()
        .filter(|(_, sample)| sample.planned.frame.unit(&pseudonym).is_some())
        .map(|(id, _)| id.as_str())
        .collect();
    match cli.format {
        Format::Json => {
            let told = json!({ "enterprise_id": id, "salt": salt, "pseudonym": pseudonym, "plans": plans });
            println!("{}", serde_json::to_string_pretty(&told)?);
        }
        Format::Table => {
            println!("enterprise: {id}\nsalt:       {salt}\npseudonym:  {pseudonym}");
            println!("in frames:  {}", if plans.is_empty() { "none".to_owned() } else { plans.join(", ") });
            if !cli.quiet {
                eprintln!("hint: anybody who has both computes it: printf %s {salt}{id} | sha256sum | cut -c 1-32");
            }
        }
        _ => return Err(Refused("sample salt prints text or JSON: --format table or --format json".into()).into()),
    }
    Ok(Status::Done)
}
