//! `guanjia demo`: the whole work of a place's periods on sample data, in a workspace that stays.
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::{Bureau, Refused, Status, init, run as month};
use crate::cli::{Cli, Demo};
use crate::measures::Scope;
use crate::measures::brief::Brief;
use crate::period::Period;
use crate::synth;
use crate::workspace::{SETTINGS, Workspace};

/// The month that a bureau's sample data end with, where no description beside them says it.
const PERIOD: Period = Period::Month(2026, 10);

pub fn run(args: &Demo, cli: &Cli) -> anyhow::Result<Status> {
    let (id, samples) = samples(args)?;
    if !args.out.join(SETTINGS).is_file() {
        if args.out.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Refused(format!(
                "{} is not empty and no workspace; name another with --out",
                args.out.display()
            ))
            .into());
        }
        // The sample bureau's own settings (who issues, to whom) come with its exports.
        let settings = samples.join(SETTINGS);
        std::fs::create_dir_all(&args.out)?;
        if settings.is_file() {
            std::fs::copy(&settings, args.out.join(SETTINGS))?;
        }
        init::make(&args.out, &id, false, false)?;
    }
    copy(&samples, &args.out.join("inbox"))?;
    let bureau = Bureau::of(Workspace::open(Some(&args.out))?)?;
    let progress = Progress::new(cli);
    let scopes: Vec<Scope> = shown(&samples)?.into_iter().map(Scope::of).collect();
    let done = month::periods(&bureau, &scopes, None, &progress)?;
    progress.done();
    println!("A whole workspace is in {}. Open:", args.out.display());
    for path in &done.written {
        println!("  {}", path.display());
    }
    let at = args.out.display();
    // As it was called, so that the lines can be typed as they stand.
    let program = std::env::args().next().unwrap_or_else(|| "guanjia".to_owned());
    println!("Ask any figure for its rows:");
    for brief in &done.briefs {
        println!("  {program} --workspace {at} measures --period {}", brief.period);
    }
    if let Some((period, measure, whose)) =
        done.briefs.iter().find_map(|brief| worth_asking(brief, &bureau.regime.core))
    {
        println!("  {program} --workspace {at} explain --measure {measure} --period {period} {whose}");
    }
    println!("  {program} --workspace {at} quarantine");
    Ok(Status::Done)
}

/// The periods to show: those of the description beside the folder.
fn shown(samples: &Path) -> anyhow::Result<Vec<Period>> {
    let description = samples.with_extension("toml");
    Ok(if description.is_file() { synth::shown(&description)?.1 } else { vec![PERIOD] })
}

/// A measure that has rows to look at, and of whom: in the order of the core measures, the person with most of them
/// among those who missed one; or the unit.
fn worth_asking(brief: &Brief, core: &[String]) -> Option<(Period, String, String)> {
    let rest = brief.measures.iter().map(|measure| &measure.id).filter(|id| !core.contains(id));
    let measures: Vec<&String> = core.iter().chain(rest).collect();
    ["person", "unit"].into_iter().find_map(|by| {
        measures.iter().find_map(|measure| {
            let cut = brief.cuts.iter().find(|cut| cut.measure == **measure && cut.by == by)?;
            let missed = cut.now.iter().filter(|figure| figure.breached.is_some_and(|breached| breached > 0));
            // Of equals the first by its id.
            let most = missed.min_by_key(|figure| (std::cmp::Reverse(figure.n), figure.subject_id.clone()))?;
            Some((brief.period, (*measure).clone(), format!("--{by} {}", most.subject_id.as_deref()?)))
        })
    })
}

/// The regime and folder of the sample data asked for; without a name, the largest.
fn samples(args: &Demo) -> anyhow::Result<(String, PathBuf)> {
    let mut found: Vec<(u64, String, PathBuf)> = Vec::new();
    for entry in args.samples.read_dir().into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            let name = entry.file_name().to_string_lossy().into_owned();
            found.push((size(&entry.path()), name, entry.path()));
        }
    }
    found.sort();
    let chosen = match &args.regime {
        Some(id) => found.into_iter().find(|(_, name, _)| name == id),
        None => found.into_iter().next_back(),
    };
    let (_, id, path) = chosen.ok_or_else(|| {
        let wanted = args.regime.as_deref().map_or(String::new(), |id| format!(" for {id}"));
        Refused(format!(
            "no sample data{wanted} in {}; run it from the project's folder, or name them with --samples DIR",
            args.samples.display()
        ))
    })?;
    Ok((id, path))
}

/// Bytes of the files in a folder and below.
fn size(folder: &Path) -> u64 {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_name() == SETTINGS {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
