//! `guanjia bulletin freeze|verify`: bulletins in folders that anybody can check.
use super::progress::Progress;
use super::{Bureau, Refused, Status, bulletin};
use crate::cli::{Cli, Editions, Format, Freeze, Verify};
use crate::freeze::write::{self, Wanted};
use crate::freeze::{folder, verify as checking};
use crate::measures::Scope;
use crate::report::bulletin::Edition;

pub fn freeze(args: &Freeze, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    bulletin::refuse_beyond_data(&bureau, scope)?;
    let editions = match args.edition {
        Editions::Internal => vec![Edition::Internal],
        Editions::Public => vec![Edition::Public],
        Editions::Both => vec![Edition::Internal, Edition::Public],
    };
    let progress = Progress::new(cli);
    let (workspace, regime, calendar) = (&bureau.workspace, &bureau.regime, &bureau.calendar);
    let wanted = Wanted { workspace, regime, calendar, scope, kind: args.kind, editions };
    let mut said = |what: &str| progress.step(&format!("{}: {what}", scope.period));
    let manifest = write::freeze(&wanted, &args.out, &mut said)?;
    progress.done();
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&manifest)?),
        _ => {
            println!("{}", args.out.display());
            println!("{} files, root hash {}", manifest.files.len(), manifest.root);
        }
    }
    Ok(Status::Done)
}

pub fn verify(args: &Verify, cli: &Cli) -> anyhow::Result<Status> {
    if !args.dir.is_dir() {
        return Err(Refused(format!("{} is no folder", args.dir.display())).into());
    }
    let mut verdict = checking::verify(&args.dir)?;
    if let Some(root) = args.root.as_ref().filter(|root| !root.eq_ignore_ascii_case(&verdict.root)) {
        let message = format!("the root hash announced is {root}, this folder's is {}", verdict.root);
        verdict.faults.push(checking::Fault { what: "file", name: folder::SUMS.to_owned(), message });
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&verdict)?),
        _ => print(&verdict),
    }
    Ok(if verdict.holds() { Status::Done } else { Status::Found })
}

fn print(verdict: &checking::Verdict) {
    for fault in &verdict.faults {
        println!("{} {}: {}", fault.what, fault.name, fault.message);
    }
    for note in &verdict.notes {
        println!("note: {note}");
    }
    let (files, figures, documents) = (verdict.files, verdict.figures, verdict.documents);
    println!("{files} files, {figures} figures folded again, {documents} documents written again");
    match verdict.faults.len() {
        0 => println!("holds; root hash {}", verdict.root),
        faults => println!("does NOT hold: {faults} faults; root hash as stated {}", verdict.root),
    }
}
