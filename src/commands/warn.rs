//! `guanjia warn`: what is overdue or near, and who has not written; printed, and as documents to hand over.
use std::path::PathBuf;

use super::table::table;
use super::{Bureau, Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::measures::due::{Due, DueList, Reminder, Urgency};
use crate::measures::{Scope, Session, place_of};
use crate::report::Templates;
use crate::report::warn::{self, Office};

pub fn run(args: &cli::Warn, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("warn prints a table or JSON: --format table or --format json".into()).into());
    }
    let bureau = Bureau::open(cli)?;
    let scope = Scope::standing(None, &args.when)?;
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &[])?;
    let templates = Templates::of(Some(&bureau.workspace.reports()), &bureau.regime.id)?;
    let place = place_of(&bureau.regime);
    let office = Office { place: &place, settings: &bureau.workspace.settings.bulletin, templates: &templates };
    let last = session.last_day()?;
    let json = cli.format == Format::Json;
    let written = if args.diary {
        let reminder = session.reminder(scope, &bureau.regime)?;
        if json {
            println!("{}", serde_json::to_string_pretty(&reminder)?)
        } else {
            print_reminder(&reminder)
        }
        args.out.as_ref().map(|out| warn::write_reminder(&reminder, &office, out)).transpose()?
    } else {
        let list = session.due(scope, args.within, &bureau.regime)?;
        if json {
            println!("{}", serde_json::to_string_pretty(&list)?)
        } else {
            print_due(&list)
        }
        args.out.as_ref().map(|out| warn::write_due(&list, &office, out)).transpose()?
    };
    say(cli, written.unwrap_or_default());
    if let Some(last) = last.filter(|last| *last + chrono::Days::new(3) < scope.as_of_day() && !cli.quiet) {
        eprintln!(
            "warning: the last record is of {last}; what was done since is not known here (--as-of {last} lists that day)"
        );
    }
    Ok(Status::Done)
}

fn say(cli: &Cli, written: Vec<PathBuf>) {
    if !cli.quiet {
        written.iter().for_each(|path| eprintln!("{}", path.display()));
    }
}

fn print_due(list: &DueList) {
    let count = |urgency| list.of(urgency).count();
    let line = |row: &Due| {
        vec![
            match row.urgency {
                Urgency::Red => "red",
                Urgency::Yellow => "yellow",
                Urgency::Undated => "undated",
            }
            .to_owned(),
            row.due_day.map_or_else(|| "–".into(), |day| day.to_string()),
            row.working_days.map_or_else(|| "–".into(), |days| days.to_string()),
            format!("{} {}", row.measure, row.name),
            row.number().to_owned(),
            row.enterprise.clone().or_else(|| row.enterprise_id.clone()).unwrap_or_default(),
            row.unit.clone().unwrap_or_default(),
            row.person.clone().or_else(|| row.person_id.clone()).unwrap_or_default(),
            warn::remarks(row),
        ]
    };
    let headers = ["", "due", "days", "measure", "record", "enterprise", "unit", "person", "remark"];
    let right = [false, false, true, false, false, false, false, false, false];
    let rows = list.gathered();
    if !rows.is_empty() {
        print!("{}", table(&headers, &right, &rows.iter().map(line).collect::<Vec<_>>()));
    }
    println!(
        "as of {}: {} overdue, {} due within {} working days, {} without a known due day",
        list.as_of,
        count(Urgency::Red),
        count(Urgency::Yellow),
        list.within,
        count(Urgency::Undated)
    );
    let years: std::collections::BTreeSet<i32> = list.of(Urgency::Undated).filter_map(|row| row.missing_year).collect();
    for year in years {
        println!("working days of {year} are not declared: add the notice with `guanjia calendar import FILE`");
    }
}

fn print_reminder(reminder: &Reminder) {
    for duty in &reminder.duties {
        let slot = |slot: Option<(chrono::NaiveDate, chrono::NaiveDate)>| {
            slot.map_or_else(|| "none".to_owned(), |(first, last)| format!("{first} to {last}"))
        };
        println!("{} {}: this slot {}, the last one {}", duty.measure, duty.name, slot(duty.now), slot(duty.last));
        let mark = |on: bool, word: &str| if on { word.to_owned() } else { String::new() };
        let line = |p: &crate::measures::due::Owing| {
            vec![
                p.unit.clone().unwrap_or_default(),
                p.person_id.clone(),
                p.person.clone().unwrap_or_default(),
                mark(p.now, "not yet"),
                mark(p.last, "missed"),
            ]
        };
        let rows: Vec<Vec<String>> = duty.people.iter().map(line).collect();
        if !rows.is_empty() {
            print!("{}", table(&["unit", "id", "name", "this slot", "last slot"], &[false; 5], &rows));
        }
        let (now, last) = (duty.people.iter().filter(|p| p.now).count(), duty.people.iter().filter(|p| p.last).count());
        println!("{now} of {} have not written yet, {last} missed the last one", duty.owe);
    }
    if reminder.duties.is_empty() {
        println!("the rules ask no person for regular entries");
    }
}
