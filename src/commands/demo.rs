//! `guanjia demo`: the whole month on sample data, in a workspace that stays.
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::{Bureau, Refused, Status, init, run as month};
use crate::cli::{Cli, Demo};
use crate::measures::Scope;
use crate::period::Period;
use crate::workspace::{SETTINGS, Workspace};

/// The month the sample data end with.
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
    let (written, _) = month::month(&bureau, Scope::of(PERIOD), None, &progress)?;
    progress.done();
    println!("A whole workspace is in {}. Open:", args.out.display());
    for path in &written {
        println!("  {}", path.display());
    }
    let at = args.out.display();
    // As it was called, so that the lines can be typed as they stand.
    let program = std::env::args().next().unwrap_or_else(|| "guanjia".to_owned());
    println!("Ask any figure for its rows:");
    println!("  {program} --workspace {at} measures --period {PERIOD}");
    println!("  {program} --workspace {at} explain --measure case_settled --period {PERIOD} --person P0007");
    println!("  {program} --workspace {at} quarantine");
    Ok(Status::Done)
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

fn size(folder: &Path) -> u64 {
    let files = folder.read_dir().into_iter().flatten().flatten();
    files.filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).sum()
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
