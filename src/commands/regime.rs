//! `guanjia regime`: which places there are, what their rules say, what is wrong with a rule file, how two places differ.
use std::path::Path;

use anyhow::Context;
use serde_json::json;

use super::table::table;
use super::{Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::regime::{Fault, Regime, RegimeError};
use crate::report::{Templates, html};
use crate::shipped;
use crate::workspace::{Workspace, WorkspaceError};

pub fn run(args: &cli::Regime, cli: &Cli) -> anyhow::Result<Status> {
    if matches!(cli.format, Format::Csv | Format::Parquet) {
        return Err(Refused("regime prints table or json".into()).into());
    }
    match args {
        cli::Regime::List => list(cli),
        cli::Regime::Show { regime, out } => show(regime.as_deref(), out.as_deref(), cli),
        cli::Regime::Check { file } => check(file, cli),
        cli::Regime::Diff { one, other } => diff(one, other, cli),
    }
}

/// The workspace, where there is one.
fn workspace(cli: &Cli) -> anyhow::Result<Option<Workspace>> {
    match Workspace::open(cli.workspace.as_deref()) {
        Ok(workspace) => Ok(Some(workspace)),
        Err(WorkspaceError::NotFound(_)) if cli.workspace.is_none() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A file by its path, else the workspace's own rules of that id, else the shipped ones.
fn named(name: &str, workspace: Option<&Workspace>) -> Result<Regime, RegimeError> {
    if name.ends_with(".toml") || name.contains(std::path::MAIN_SEPARATOR) {
        return Regime::read(Path::new(name));
    }
    match workspace.and_then(|workspace| workspace.own(&format!("regimes/{name}.toml"))) {
        Some(path) => Regime::read(&path),
        None => Regime::shipped(name),
    }
}

fn list(cli: &Cli) -> anyhow::Result<Status> {
    let workspace = workspace(cli)?;
    let used = workspace.as_ref().map(|workspace| workspace.settings.regime.clone());
    let mut ids = shipped::regime_ids();
    ids.extend(used.clone().filter(|id| !ids.contains(id)));
    let mut regimes = Vec::new();
    for id in &ids {
        regimes.push((id, named(id, workspace.as_ref())?));
    }
    if cli.format == Format::Json {
        let rows = regimes.iter().map(|(id, regime)| {
            json!({ "regime": id, "place": regime.place, "document": regime.document,
                "in_force_from": regime.in_force_from, "measures": regime.measures.len(), "used": used.as_ref() == Some(*id) })
        });
        println!("{}", serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
        return Ok(Status::Done);
    }
    let rows: Vec<Vec<String>> = regimes
        .iter()
        .map(|(id, regime)| {
            let mark = if used.as_ref() == Some(*id) { "*" } else { "" };
            let (from, n) = (regime.in_force_from.to_string(), regime.measures.len().to_string());
            vec![format!("{id}{mark}"), regime.place.clone(), from, n, regime.document.clone()]
        })
        .collect();
    print!(
        "{}",
        table(&["id", "place", "in force from", "measures", "document"], &[false, false, false, true, false], &rows)
    );
    if used.is_some() {
        println!("* the workspace's");
    }
    Ok(Status::Done)
}

fn show(name: Option<&str>, out: Option<&Path>, cli: &Cli) -> anyhow::Result<Status> {
    let workspace = workspace(cli)?;
    let name = match (name, &workspace) {
        (Some(name), _) => name.to_owned(),
        (None, Some(workspace)) => workspace.settings.regime.clone(),
        (None, None) => {
            return Err(Refused("whose rules? name an id (`guanjia regime list`) or a rule file".into()).into());
        }
    };
    let regime = named(&name, workspace.as_ref())?;
    let page = regime.page();
    if let Some(out) = out {
        let text = match out.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("html")) {
            true => {
                let own = workspace.as_ref().map(Workspace::reports);
                let templates = Templates::of(own.as_deref(), &regime.id)?;
                html::plain_page(&page.markdown(), templates.text("style.css")).map_err(anyhow::Error::msg)?
            }
            false => page.markdown(),
        };
        std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
    } else if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&page)?);
    } else {
        print!("{}", page.plain());
    }
    Ok(Status::Done)
}

fn check(file: &Path, cli: &Cli) -> anyhow::Result<Status> {
    let faults: Vec<Fault> = match Regime::read(file) {
        Ok(regime) => {
            if cli.format == Format::Table {
                println!("{}: {}, {} measures, sound", file.display(), regime.place, regime.measures.len());
            }
            Vec::new()
        }
        Err(RegimeError::Faults(faults)) => faults,
        Err(error) => return Err(error.into()),
    };
    if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&faults)?);
    } else {
        for fault in &faults {
            println!("{fault}");
        }
    }
    Ok(if faults.is_empty() { Status::Done } else { Status::Found })
}

fn diff(one: &str, other: &str, cli: &Cli) -> anyhow::Result<Status> {
    let workspace = workspace(cli)?;
    let (one, other) = (named(one, workspace.as_ref())?, named(other, workspace.as_ref())?);
    let rows = one.beside(&other);
    if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(Status::Done);
    }
    println!("甲  {}（{}）\n乙  {}（{}）", one.place, one.id, other.place, other.id);
    let (a, b) = (one.page(), other.page());
    for (what, here, there) in [
        ("责任角色", &a.main_role, &b.main_role),
        ("通报周期", &a.periods, &b.periods),
        ("施行", &a.in_force_from, &b.in_force_from),
    ] {
        if here != there {
            println!("\n{what}\n  甲  {here}\n  乙  {there}");
        }
    }
    let both = rows.iter().filter_map(|row| Some((row, row.one.as_ref()?, row.other.as_ref()?)));
    for (row, here, there) in both {
        let same = if row.differs.is_empty() { "：相同" } else { "" };
        println!("\n{}（{}）{same}", here.name, row.measure);
        for part in &row.differs {
            let core = |core: bool| if core { "是" } else { "否" }.to_owned();
            let none = || "未设".to_owned();
            let (what, here, there) = match part.as_str() {
                "name" => ("名称", here.name.clone(), there.name.clone()),
                "rule" => ("规则", here.rule.clone(), there.rule.clone()),
                "answers" => ("责任", here.answers.clone(), there.answers.clone()),
                "standard" => {
                    ("标准", here.standard.clone().unwrap_or_else(none), there.standard.clone().unwrap_or_else(none))
                }
                _ => ("核心指标", core(here.core), core(there.core)),
            };
            println!("  {what}\n    甲  {here}\n    乙  {there}");
        }
    }
    for (title, entries) in [
        (
            "仅甲有",
            rows.iter().filter(|row| row.other.is_none()).filter_map(|row| row.one.as_ref()).collect::<Vec<_>>(),
        ),
        ("仅乙有", rows.iter().filter(|row| row.one.is_none()).filter_map(|row| row.other.as_ref()).collect()),
    ] {
        if !entries.is_empty() {
            println!("\n{title}");
            for entry in entries {
                println!("  {}（{}）  {}", entry.name, entry.measure, entry.rule);
            }
        }
    }
    Ok(Status::Done)
}
