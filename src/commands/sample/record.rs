//! `guanjia sample record`, `sample refused` and `sample skip`: what evaluators bring back, and what is entered about reserves.
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::office::Office;
use super::sheet::{fieldwork, formats};
use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::ingest::read::plain::tables;
use crate::sampling::acts::{Act, DeskError};
use crate::sampling::calls::field::{Field, Role};
use crate::sampling::calls::record::{File, Plan, Sum, Taken, take};
use crate::sampling::calls::status::RefusedRow;
use crate::sampling::calls::{Fieldwork, Skip, kept, read};
use crate::sheet::form;

/// A file from which nothing could be read.
#[derive(Serialize)]
struct Unreadable {
    path: String,
    why: String,
}

/// What the command prints.
#[derive(Serialize)]
struct Made<'a> {
    files: &'a [Sum],
    unreadable: &'a [Unreadable],
    refused: Vec<RefusedRow>,
    /// Rows of earlier files whose standing changed.
    moved: usize,
}

/// Takes filled-in sheets back.
pub fn run(args: &cli::SampleRecord, cli: &Cli) -> anyhow::Result<Status> {
    formats(cli, "record")?;
    let mut office = Office::open(cli)?;
    if let Some(plan) = &args.plan {
        fieldwork(&office, plan)?;
    }
    let works = works(&office)?;
    let (files, unreadable) = files(&args.files, &works);
    let now = args.signed.at();
    let fallback = args.plan.as_deref().or_else(|| match works.len() {
        1 => works.keys().next().map(String::as_str),
        _ => None,
    });
    let taken = {
        let plans: BTreeMap<String, Plan> = works
            .iter()
            .filter_map(|(id, work)| {
                let calls = &office.desk.samples.get(id)?.calls;
                Some((id.clone(), Plan { work, calls }))
            })
            .collect();
        take(&plans, &files, now, fallback)
    };
    for (plan, acts) in taken.acts.iter().filter(|(_, acts)| !acts.is_empty()) {
        let signed = cli::Signed { at: Some(now), ..args.signed.clone() };
        office.enter(plan, &signed, acts)?;
    }
    print(&taken, &unreadable, cli)?;
    let plans: Vec<String> = works.keys().cloned().collect();
    for (plan, new) in super::take_in::take_in(&office, &plans, now)? {
        if new > 0 && !cli.quiet {
            eprintln!(
                "{new} new or changed answers of plan {plan} are in the warehouse as evaluations (channel phone)"
            );
        }
    }
    let whole = taken.refused.is_empty() && unreadable.is_empty();
    Ok(if whole { Status::Done } else { Status::Found })
}

/// Plans whose evaluators are drawn.
fn works(office: &Office) -> anyhow::Result<BTreeMap<String, Fieldwork>> {
    let mut works = BTreeMap::new();
    for (id, sample) in &office.desk.samples {
        match Fieldwork::of(sample) {
            Ok(work) => drop(works.insert(id.clone(), work)),
            Err(DeskError::NotDrawn(_) | DeskError::NotAssigned(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if works.is_empty() {
        let why = "no plan has evaluators yet; `guanjia sample assign` draws them, `guanjia sample sheet` writes their sheets";
        return Err(Refused(why.to_owned()).into());
    }
    Ok(works)
}

fn files(paths: &[std::path::PathBuf], works: &BTreeMap<String, Fieldwork>) -> (Vec<File>, Vec<Unreadable>) {
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        let shown = path.display().to_string();
        let name = path.file_name().map_or(shown.clone(), |name| name.to_string_lossy().into_owned());
        match tables(path) {
            Ok(tables) => {
                let sheets: Vec<_> = tables.iter().filter_map(|table| read::rows(table, &name, works)).collect();
                if sheets.is_empty() {
                    let why = "holds no call sheet: no row has the heads 企业编号, 日期, 结果 and 行码; take the workbook that `sample sheet` wrote";
                    unreadable.push(Unreadable { path: shown, why: why.to_owned() });
                } else {
                    files.push(File { path: shown, rows: sheets.into_iter().flatten().collect() });
                }
            }
            Err(error) => unreadable.push(Unreadable { path: shown, why: error.to_string() }),
        }
    }
    (files, unreadable)
}

fn print(taken: &Taken, unreadable: &[Unreadable], cli: &Cli) -> anyhow::Result<()> {
    let refused: Vec<RefusedRow> = taken.refused.iter().map(RefusedRow::from).collect();
    if cli.format == Format::Json {
        let made = Made { files: &taken.sums, unreadable, refused, moved: taken.moved };
        println!("{}", serde_json::to_string_pretty(&made)?);
    } else {
        let row = |sum: &Sum| {
            let numbers = [sum.rows, sum.accepted, sum.corrected, sum.unchanged, sum.refused, sum.blank];
            std::iter::once(sum.path.clone()).chain(numbers.map(|n| n.to_string())).collect()
        };
        let rows: Vec<Vec<String>> = taken.sums.iter().map(row).collect();
        let headers = ["file", "rows", "accepted", "corrected", "unchanged", "refused", "blank"];
        print!("{}", table(&headers, &[false, true, true, true, true, true, true], &rows));
        list(&taken.refused);
    }
    unreadable.iter().for_each(|file| eprintln!("error: {} {}", file.path, file.why));
    if !cli.quiet {
        if taken.moved > 0 {
            eprintln!("rows of earlier files whose standing changed by what came now: {}", taken.moved);
        }
        if !taken.refused.is_empty() {
            eprintln!(
                "hint: `guanjia sample refused --plan ID --xlsx FILE` writes them out to be put right and recorded"
            );
        }
    }
    Ok(())
}

/// Each refused row with every cell that breaks a rule.
pub fn list(refused: &[kept::Refused]) {
    for row in refused {
        println!("{}", row.source);
        row.reasons.iter().for_each(|reason| println!("  {}", reason.english()));
    }
}

/// Lists what does not count, or writes it to a workbook.
pub fn refused(args: &cli::SampleRefused, cli: &Cli) -> anyhow::Result<Status> {
    formats(cli, "refused")?;
    let office = Office::open(cli)?;
    let work = fieldwork(&office, &args.plan)?;
    let calls = &office.sample(&args.plan)?.calls;
    let refused = calls.refused(&work, &Field::of(&work, &calls.held));
    if let Some(path) = &args.xlsx {
        return workbook(&work, &refused, path, cli);
    }
    if cli.format == Format::Json {
        let rows: Vec<RefusedRow> = refused.iter().map(RefusedRow::from).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(Status::Done);
    }
    list(&refused);
    if !cli.quiet {
        eprintln!("rows refused: {}", refused.len());
    }
    Ok(Status::Done)
}

fn workbook(work: &Fieldwork, refused: &[kept::Refused], path: &Path, cli: &Cli) -> anyhow::Result<Status> {
    if refused.is_empty() {
        eprintln!("nothing is refused; {} is not written", path.display());
        return Ok(Status::Done);
    }
    let bytes = form::bytes(&kept::refused_form(work, refused))?;
    let failed = || format!("cannot write {}; close it if it is open, or name another file", path.display());
    std::fs::write(path, bytes).with_context(failed)?;
    if !cli.quiet {
        eprintln!("refused rows written to {}: {}", path.display(), refused.len());
        eprintln!("hint: put them right there, then `guanjia sample record {}`", path.display());
    }
    Ok(Status::Done)
}

/// Passes a reserve over.
pub fn skip(args: &cli::SampleSkip, cli: &Cli) -> anyhow::Result<Status> {
    formats(cli, "skip")?;
    let mut office = Office::open(cli)?;
    let work = fieldwork(&office, &args.plan)?;
    let skip = may_skip(&work, &office, args).map_err(Refused)?;
    office.enter(&args.plan, &args.signed, &[Act::Skipped(skip)])?;
    if cli.format == Format::Json {
        let work = fieldwork(&office, &args.plan)?;
        let skipped = crate::sampling::calls::status::skipped(&work, &office.sample(&args.plan)?.calls);
        println!("{}", serde_json::to_string_pretty(&skipped)?);
    } else if !cli.quiet {
        eprintln!("{} is passed over; the bulletin prints it with its reason", args.enterprise);
    }
    Ok(Status::Done)
}

fn may_skip(work: &Fieldwork, office: &Office, args: &cli::SampleSkip) -> Result<Skip, String> {
    let reasons = &work.rules.skips;
    if !reasons.iter().any(|reason| reason.code == args.reason) {
        let known: Vec<String> = reasons.iter().map(|reason| format!("{} ({})", reason.code, reason.zh)).collect();
        return Err(format!("“{}” is no reason of plan {}; reasons are: {}", args.reason, work.plan, known.join(", ")));
    }
    let id = crate::sampling::ids::normal(&args.enterprise);
    let place = work.units.iter().position(|unit| unit.enterprise_id == id || unit.pseudonym == id);
    let Some(place) = place else {
        return Err(format!("{} is not among the reserves of plan {}", args.enterprise, work.plan));
    };
    let held = office.desk.samples.get(&work.plan).map_or(&[][..], |sample| &sample.calls.held);
    let field = Field::of(work, held);
    match field.units[place].role {
        Role::Drawn => Err(format!("{} was drawn; only a reserve can be passed over", args.enterprise)),
        Role::Skipped => Err(format!("{} is passed over already", args.enterprise)),
        _ if held.iter().any(|held| held.row.key.pseudonym == work.units[place].pseudonym) => {
            Err(format!("{} has been called; it cannot be passed over any more", args.enterprise))
        }
        _ => Ok(Skip {
            pseudonym: work.units[place].pseudonym.clone(),
            reason: args.reason.clone(),
            note: args.note.clone(),
        }),
    }
}
