//! `guanjia bulletin freeze|verify|issue|restate|list`: bulletins in folders that anybody can check.
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::progress::Progress;
use super::{Bureau, Refused, Status, bulletin, table};
use crate::cli::{self, Acted, Cli, Editions, Format, Freeze, Restate, Verify};
use crate::freeze::acts::{self, Act, Archived, Issued, Restated, State};
use crate::freeze::issue::{self as issuing, Record, Said};
use crate::freeze::restate::{self as restating, Restating};
use crate::freeze::write::{self, Wanted};
use crate::freeze::{folder, verify as checking};
use crate::judgement::names;
use crate::measures::{Brief, Scope};
use crate::report::bulletin::Edition;
use crate::report::format;
use crate::warehouse::Warehouse;
use crate::warehouse::journal::Room;

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
    bulletin::say_unasked(&bureau, scope, args.kind, &progress);
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
    println!("{files} files, {figures} figures and {documents} documents checked");
    match verdict.faults.len() {
        0 => println!("holds; root hash {}", verdict.root),
        faults => println!("does NOT hold: {faults} faults; root hash as stated {}", verdict.root),
    }
}

pub fn issue(args: &cli::Issue, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let warehouse = bureau.workspace.warehouse();
    if !is_number(&args.number) {
        let why = format!("“{}” is no document number; write it as it is printed: 〔2026〕8号", args.number);
        return Err(Refused(why).into());
    }
    if !args.signed.is_file() {
        return Err(Refused(format!("{} is no file; name the signed file with --signed", args.signed.display())).into());
    }
    let manifest = folder::manifest(&args.dir)?;
    let archive = acts::archive(&warehouse)?;
    if let Some(taken) = archive.iter().find(|archived| archived.issued.number == args.number) {
        let why = format!("{} is the number of the bulletin of {} already", args.number, taken.issued.period);
        return Err(Refused(why).into());
    }
    if let Some(same) = archive.iter().find(|archived| archived.issued.root == manifest.root) {
        let why = format!("this bulletin was issued as {}; `guanjia bulletin restate` corrects it", same.issued.number);
        return Err(Refused(why).into());
    }
    let on = args.on;
    refuse_names(&bureau, &args.dir, &manifest, on)?;
    let said = Said { signed: &args.signed, number: &args.number, on, by: &args.acted.by };
    let (record, act) = issuing::issue(&args.dir, &said, &manifest)?;
    let act = match act {
        Act::Issued(issued) => Act::Issued(Issued { folder: place(&bureau, &args.dir)?, ..issued }),
        other => other,
    };
    if let Err(error) = enter(&bureau, &args.acted, &act) {
        issuing::undo(&args.dir);
        return Err(error);
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&record)?),
        _ => print_issued(&record),
    }
    Ok(Status::Done)
}

/// Refuses a bulletin with a name that its steps do not carry, or not any more.
fn refuse_names(bureau: &Bureau, dir: &Path, manifest: &folder::Manifest, on: NaiveDate) -> anyhow::Result<()> {
    let last = format::as_of_day(manifest.about.as_of);
    if on < last {
        let why =
            format!("the bulletin tells how things stood at the end of {last}; it cannot have been issued on {on}");
        return Err(Refused(why).into());
    }
    if !dir.join(folder::BRIEF).is_file() {
        let why = "a folder for the public alone does not hold what its names rest on; freeze both editions and issue \
                   that folder, the public documents are in it";
        return Err(Refused(why.into()).into());
    }
    let brief: Brief = folder::json(dir, folder::BRIEF)?;
    let Some(printed) = brief.names else { return Ok(()) };
    let about = &manifest.about;
    let scope = Scope { as_of: about.as_of, ..Scope::of(about.period) };
    let (allowed, left) = names::gather(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, scope)?;
    for (printed, allowed) in [(&printed.commended, &allowed.commended), (&printed.criticised, &allowed.criticised)] {
        let lacking = printed.iter().find(|name| !allowed.iter().any(|other| other.finding == name.finding));
        if let Some(name) = lacking {
            let told = left.iter().map(ToString::to_string).find(|told| told.contains(&name.finding));
            let why = told.unwrap_or_else(|| format!("{}: no decision in force carries it", name.finding));
            return Err(Refused(format!("{} cannot be named: {why}; freeze the bulletin again", name.name)).into());
        }
        if let Some(name) = printed.iter().find(|name| name.decided_on > on) {
            let why = format!(
                "{} was decided upon on {}, after the day of issue {on}; a bulletin takes names only from decisions made before",
                name.name, name.decided_on
            );
            return Err(Refused(why).into());
        }
    }
    Ok(())
}

fn print_issued(record: &Record) {
    let issued = &record.issued;
    println!("{} issued on {}, root hash {}", issued.number, issued.on, issued.root);
    println!("signed file {} with SHA-256 {}", issued.signed_name, issued.signed_sha256);
    let Some(ours) = &record.compared_with else {
        println!("its text cannot be had, and was not compared; only a DOCX can be");
        return;
    };
    match record.differences.len() {
        0 => println!("its text is that of {ours}"),
        n => println!("its text differs from {ours} in {n} places:"),
    }
    for difference in &record.differences {
        let side = |text: &Option<String>| text.as_ref().map_or("nothing".to_owned(), |text| format!("“{text}”"));
        println!("  {}: ours {}, signed {}", difference.place, side(&difference.ours), side(&difference.theirs));
    }
}

/// 〔2026〕8号, with or without the issuer's word before it.
fn is_number(text: &str) -> bool {
    let parts = text.split_once('〔').and_then(|(_, rest)| rest.split_once('〕'));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    parts.is_some_and(|(year, no)| year.len() == 4 && digits(year) && no.strip_suffix('号').is_some_and(digits))
}

/// Where a folder is, from the workspace if it is inside.
fn place(bureau: &Bureau, dir: &Path) -> anyhow::Result<String> {
    let (dir, root) = (dir.canonicalize()?, bureau.workspace.root.canonicalize()?);
    Ok(dir.strip_prefix(&root).unwrap_or(&dir).display().to_string())
}

fn enter(bureau: &Bureau, acted: &Acted, act: &Act) -> anyhow::Result<()> {
    let mut writer = Warehouse::open_writer(&bureau.workspace.warehouse(), "bulletin")?;
    writer.append(Room::Bulletins, &acted.by, acted.time(), &[act.noted()?])?;
    Ok(())
}

pub fn restate(args: &Restate, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    if args.reason.trim().is_empty() {
        return Err(Refused("a correction needs its reason: say it with --reason".into()).into());
    }
    let archive = acts::archive(&bureau.workspace.warehouse())?;
    let dir = match archive.iter().find(|archived| archived.issued.number == args.of) {
        Some(archived) => bureau.workspace.root.join(&archived.issued.folder),
        None => PathBuf::from(&args.of),
    };
    if !dir.is_dir() {
        let numbers: Vec<&str> = archive.iter().map(|archived| archived.issued.number.as_str()).collect();
        let why = format!(
            "“{}” is neither a frozen folder nor the number of an issued bulletin whose folder is where it was; issued: {}",
            args.of,
            if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
        );
        return Err(Refused(why).into());
    }
    let progress = Progress::new(cli);
    progress.step("verifying the earlier one");
    let restating = Restating::of(&dir, &archive, args.kind, &args.reason)?;
    let about = restating.manifest.about.clone();
    let scope = Scope { as_of: about.as_of, ..Scope::of(about.period) };
    let (workspace, regime, calendar) = (&bureau.workspace, &bureau.regime, &bureau.calendar);
    let wanted = Wanted { workspace, regime, calendar, scope, kind: about.kind, editions: about.editions };
    let mut said = |what: &str| progress.step(&format!("{}: {what}", scope.period));
    let (manifest, moved) = restating::restate(&wanted, &restating, &args.out, &mut said)?;
    progress.done();
    let act = match restating.act(&manifest, &args.out, moved) {
        Act::Restated(restated) => Act::Restated(Restated { folder: place(&bureau, &args.out)?, ..restated }),
        other => other,
    };
    if let Err(error) = enter(&bureau, &args.acted, &act) {
        // A correction that the journal does not know is none.
        let _ = std::fs::remove_dir_all(&args.out);
        return Err(error);
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&act)?),
        _ => {
            println!("{}", args.out.display());
            let of = if restating.number().is_empty() { args.of.clone() } else { restating.number() };
            println!("{moved} figures are not what {of} said; root hash {}", manifest.root);
            println!("{of} stays as it is; it is superseded when this one is issued with `guanjia bulletin issue`");
        }
    }
    Ok(Status::Done)
}

pub fn list(cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let archive = acts::archive(&bureau.workspace.warehouse())?;
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&archive)?),
        Format::Csv | Format::Parquet => {
            return Err(Refused("the archive is printed as a table or with --format json".into()).into());
        }
        Format::Table if archive.is_empty() => println!("no bulletin was issued yet"),
        Format::Table => {
            let rows: Vec<Vec<String>> = archive.iter().map(row).collect();
            let headers = ["number", "period", "kind", "issued", "by", "state", "corrections", "root"];
            let right = [false, false, false, false, false, false, true, false];
            print!("{}", table::table(&headers, &right, &rows));
        }
    }
    Ok(Status::Done)
}

fn row(archived: &Archived) -> Vec<String> {
    let issued = &archived.issued;
    let by = archived.superseded_by.as_deref().unwrap_or_default();
    let state = match archived.state {
        State::Issued if issued.corrects.is_some() => "in force, a correction".to_owned(),
        State::Issued => "in force".to_owned(),
        State::BeingCorrected => format!("being corrected ({})", by.get(..12).unwrap_or(by)),
        State::Superseded => format!("superseded by {by}"),
    };
    let kind = clap::ValueEnum::to_possible_value(&issued.kind).map(|v| v.get_name().to_owned()).unwrap_or_default();
    vec![
        issued.number.clone(),
        issued.period.to_string(),
        kind,
        issued.on.to_string(),
        archived.by.clone(),
        state,
        archived.corrections.len().to_string(),
        issued.root.get(..16).unwrap_or_default().to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn document_numbers() {
        for good in ["〔2026〕8号", "高新营发〔2026〕12号"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["8", "2026-8", "〔26〕8号", "〔2026〕号", "〔2026〕8", "[2026]8号"] {
            assert!(!is_number(bad), "{bad}");
        }
    }
}
