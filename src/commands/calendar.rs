//! `guanjia calendar`: shows the working days of a year; adds a year's notice to the workspace.
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::bail;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::json;

use super::Status;
use crate::calendar::{Calendar, CalendarError, Day, Imported};
use crate::cli::{self, Cli, Format};
use crate::measures::brief::Figure;
use crate::measures::{Dimension, Scope, Session};
use crate::period::Period;
use crate::regime::Regime;
use crate::workspace::{Workspace, WorkspaceError};

/// Shows or imports.
pub fn run(args: &cli::Calendar, cli: &Cli) -> anyhow::Result<Status> {
    match args {
        cli::Calendar::Show { year } => show(*year, cli),
        cli::Calendar::Import { file } => import(file, cli),
    }
}

fn show(year: Option<i32>, cli: &Cli) -> anyhow::Result<Status> {
    // Without a workspace, the shipped years.
    let calendar = match Workspace::open(cli.workspace.as_deref()) {
        Ok(workspace) => Calendar::for_workspace(&workspace)?,
        Err(WorkspaceError::NotFound(_)) if cli.workspace.is_none() => Calendar::shipped(),
        Err(e) => return Err(e.into()),
    };
    if let Some(year) = year
        && !calendar.years().iter().any(|declared| declared.year == year)
    {
        eprintln!("error: no notice declares {year}");
        eprintln!(
            "hint: add it with `guanjia calendar import FILE`, or set `calendar.provisional = [{year}]` in guanjia.toml"
        );
        return Ok(Status::Found);
    }
    let days: Vec<Day> = calendar.days().filter(|day| year.is_none_or(|year| day.date.year() == year)).collect();
    match (cli.format, year) {
        (Format::Json, _) => println!("{}", serde_json::to_string_pretty(&days)?),
        (Format::Csv, _) => {
            println!("date,is_workday,holiday_name");
            for day in days {
                println!("{},{},{}", day.date, u8::from(day.is_workday), day.holiday.unwrap_or_default());
            }
        }
        (Format::Parquet, _) => bail!("a calendar is not written as parquet; use --format table, json or csv"),
        (Format::Table, None) => {
            println!("year  working  rest  notice");
            for year in calendar.years() {
                let rest = days.iter().filter(|d| d.date.year() == year.year && !d.is_workday).count();
                println!("{}  {:>7}  {:>4}  {}", year.year, year.workdays, rest, notice(&year));
            }
        }
        (Format::Table, Some(number)) => {
            if let Some(year) = calendar.years().into_iter().find(|y| y.year == number) {
                println!("{number}  {} working days  {}\n", year.workdays, notice(&year));
            }
            show_year(&days);
        }
    }
    Ok(Status::Done)
}

fn notice(year: &crate::calendar::Year) -> String {
    match (year.provisional, year.notice.as_str()) {
        (true, "") => "provisional: plain weeks, no notice yet".to_owned(),
        (true, notice) => format!("provisional: {notice}"),
        (false, notice) => notice.to_owned(),
    }
}

/// Months, then holidays with the days worked in exchange.
fn show_year(days: &[Day]) {
    println!("month    working  rest");
    for month in 1..=12 {
        let of_month = || days.iter().filter(|day| day.date.month() == month);
        let worked = of_month().filter(|day| day.is_workday).count();
        let label = of_month().next().map_or_else(String::new, |day| day.date.format("%Y-%m").to_string());
        println!("{label}  {worked:>7}  {:>4}", of_month().count() - worked);
    }
    println!();
    // Stretches of rest days by name, in the order of the year.
    let mut stretches: Vec<(&str, NaiveDate, NaiveDate)> = Vec::new();
    let mut made_up: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for day in days {
        let Some(name) = day.holiday else { continue };
        match stretches.last_mut() {
            _ if day.is_workday => made_up.entry(name).or_default().push(day.date.format("%m-%d %a").to_string()),
            Some((same, _, last)) if *same == name && last.succ_opt() == Some(day.date) => *last = day.date,
            _ => stretches.push((name, day.date, day.date)),
        }
    }
    for (name, first, last) in stretches {
        let made_up = made_up.get(name).map(|days| format!("; worked: {}", days.join(", "))).unwrap_or_default();
        println!(
            "{} to {}  {:>2} d  {name}{made_up}",
            first.format("%m-%d"),
            last.format("%m-%d"),
            (last - first).num_days() + 1
        );
    }
}

fn import(file: &Path, cli: &Cli) -> anyhow::Result<Status> {
    let workspace = Workspace::open(cli.workspace.as_deref())?;
    let before = Calendar::for_workspace(&workspace)?;
    let mut calendar = before.clone();
    let imported = match calendar.import(file) {
        Ok(imported) => imported,
        Err(CalendarError::Faulty { path, faults }) => {
            for fault in &faults {
                eprintln!("error: {}:{}: “{}”: {}", path.display(), fault.line, fault.value, fault.rule);
                eprintln!("hint: {}", fault.remedy);
            }
            return Ok(Status::Found);
        }
        Err(e) => return Err(e.into()),
    };
    let figures = changed_figures(&workspace, &before, &calendar)?;
    calendar.save(&workspace)?;
    match cli.format {
        Format::Json => {
            let said = json!({ "file": file, "imported": imported, "figures": figures });
            println!("{}", serde_json::to_string_pretty(&said)?);
        }
        Format::Table => print_imported(&imported, &figures),
        Format::Csv | Format::Parquet => {
            eprintln!("hint: changes of a calendar are printed as table or json");
            print_imported(&imported, &figures);
        }
    }
    Ok(Status::Done)
}

/// A district figure of a month that the new calendar changes.
#[derive(Serialize)]
struct Changed {
    measure: String,
    period: Period,
    before: Figure,
    after: Figure,
}

/// The district's figures of the last 13 months with data, under the old calendar and the new one.
fn changed_figures(workspace: &Workspace, before: &Calendar, after: &Calendar) -> anyhow::Result<Vec<Changed>> {
    if !workspace.warehouse().is_file() {
        return Ok(Vec::new());
    }
    let regime = Regime::of(workspace)?;
    let regime = regime.published();
    let mut old = Session::open(&workspace.warehouse(), &regime, before, &[])?;
    let mut new = Session::open(&workspace.warehouse(), &regime, after, &[])?;
    let mut changed = Vec::new();
    let mut month = old.last_day()?.map(Period::month_of);
    for _ in 0..13 {
        let Some(period) = month else { break };
        old.compute(Scope::of(period))?;
        new.compute(Scope::of(period))?;
        let (was, is) = (old.figures(Dimension::District)?, new.figures(Dimension::District)?);
        for (before, after) in was.into_iter().zip(is).filter(|(before, after)| before != after) {
            changed.push(Changed { measure: after.measure.clone(), period, before, after });
        }
        month = Some(period.previous());
    }
    Ok(changed)
}

fn print_imported(imported: &Imported, figures: &[Changed]) {
    if *imported == Imported::default() {
        println!("nothing new: every day of the file was so before");
    }
    for year in &imported.added {
        println!("{year}: declared");
    }
    for year in &imported.official {
        println!("{year}: was provisional, now rests on a notice");
    }
    for change in &imported.changed {
        let says = |worked: bool| if worked { "working day" } else { "rest day" };
        let holiday = change.holiday.as_deref().map(|name| format!("  {name}")).unwrap_or_default();
        println!(
            "{}  {} → {}{holiday}",
            change.date.format("%Y-%m-%d %a"),
            says(change.was_workday),
            says(change.is_workday)
        );
    }
    if figures.is_empty() {
        println!("no figure of the last 13 months changes");
    }
    for change in figures {
        let said = |f: &Figure| {
            let rate = f.rate.map_or("—".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
            format!("n {} {rate}, pending {}", f.n, f.pending.unwrap_or(0))
        };
        println!("{} {}: {} → {}", change.period, change.measure, said(&change.before), said(&change.after));
    }
}
