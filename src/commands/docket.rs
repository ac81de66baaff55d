//! `guanjia docket`: what waits for whom until when.
use super::complaint;
use super::judging::{Court, now};
use super::table::table;
use super::{Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::judgement::waiting::{Wait, waiting};

pub fn run(args: &cli::Docket, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("the docket is printed as table or json".into()).into());
    }
    let court = Court::open(cli)?;
    let day = args.as_of.unwrap_or_else(|| now().date());
    let waits = waiting(&court.docket_as_of(day)?, &complaint::lines(&court, day)?, day);
    if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&waits)?);
        return Ok(Status::Done);
    }
    let line = |wait: &Wait| {
        vec![
            if wait.overdue { "overdue" } else { "" }.to_owned(),
            wait.until.map_or_else(|| "–".into(), |day| day.to_string()),
            wait.what.word().to_owned(),
            wait.whom.clone(),
            wait.about.clone(),
            wait.id.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = waits.iter().map(line).collect();
    if !rows.is_empty() {
        print!("{}", table(&["", "until", "what", "waits for", "about", "id"], &[false; 6], &rows));
    }
    let overdue = waits.iter().filter(|wait| wait.overdue).count();
    println!("as of {day}: {} wait, {overdue} of them overdue", waits.len());
    Ok(Status::Done)
}
