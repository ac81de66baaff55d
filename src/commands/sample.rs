//! `guanjia sample`: the desk of the evaluators.
mod assign;
mod draw;
mod estimate;
mod estimate_plan;
mod evaluators;
mod office;
mod plan;
mod record;
mod sample_file;
mod sheet;
mod simulate;
mod status;
mod take_in;
mod verify;

use std::io::{Read, Write};

use serde::Serialize;

use super::{Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::sampling::tickets::{Seed, Ticket};

/// Carries out one of the desk's verbs.
pub fn run(verb: &cli::Sample, cli: &Cli) -> anyhow::Result<Status> {
    match verb {
        cli::Sample::Plan(args) => plan::run(args, cli),
        cli::Sample::Draw(args) => draw::run(args, cli),
        cli::Sample::Assign(args) => assign::run(args, cli),
        cli::Sample::Verify(args) => verify::run(args, cli),
        cli::Sample::Sheet(args) => sheet::run(args, cli),
        cli::Sample::Record(args) => record::run(args, cli),
        cli::Sample::Refused(args) => record::refused(args, cli),
        cli::Sample::Skip(args) => record::skip(args, cli),
        cli::Sample::Status(args) => status::run(args, cli),
        cli::Sample::Backcheck(args) => sheet::back_check(args, cli),
        cli::Sample::Salt(args) => verify::salt(args, cli),
        cli::Sample::Tickets(args) => tickets(args, cli),
        cli::Sample::Estimate(args) => estimate::run(args, cli),
        cli::Sample::Simulate(args) => simulate::run(args, cli),
    }
}

/// One line of the order.
#[derive(Serialize)]
struct Line<'a> {
    ticket: &'a str,
    id: &'a str,
    generation: u32,
}

/// Prints the order in which ids are drawn, seed and ids exactly as given.
fn tickets(args: &cli::Tickets, cli: &Cli) -> anyhow::Result<Status> {
    let mut text = String::new();
    if std::io::stdin().read_to_string(&mut text).is_err() {
        return Err(Refused("the ids on standard input are not UTF-8; write one id a line as UTF-8".to_owned()).into());
    }
    let ids: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let seed = Seed::new(&args.seed);
    let refused = |error: crate::sampling::tickets::Twice| Refused(error.to_string());
    let tickets: Vec<Ticket> = if args.with_replacement {
        let take = args
            .take
            .ok_or_else(|| Refused("a draw with replacement has no end; say how many with --take N".to_owned()))?;
        seed.with_replacement(&ids).map_err(refused)?.take(take).collect()
    } else {
        let mut tickets = seed.order(&ids).map_err(refused)?;
        tickets.truncate(args.take.unwrap_or(usize::MAX));
        tickets
    };
    let lines = tickets.iter().map(|ticket| Line {
        ticket: if args.whole { &ticket.number } else { ticket.shown() },
        id: &ticket.id,
        generation: ticket.generation,
    });
    let mut out = std::io::stdout().lock();
    match cli.format {
        Format::Table => {
            for line in lines {
                writeln!(out, "{} {} {}", line.ticket, line.id, line.generation)?;
            }
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &lines.collect::<Vec<_>>())?;
            writeln!(out)?;
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(out);
            for line in lines {
                csv.serialize(line)?;
            }
            csv.flush()?;
        }
        Format::Parquet => return Err(Refused("tickets are printed as table, json or csv".to_owned()).into()),
    }
    Ok(Status::Done)
}
