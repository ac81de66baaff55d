//! `guanjia recuse`: somebody declares an interest and takes no part any more.
use super::judging::Court;
use super::{Refused, Status};
use crate::cli::{self, Cli};
use crate::judgement::acts::Act;
use crate::judgement::steps::Missing;

pub fn run(args: &cli::Recuse, cli: &Cli) -> anyhow::Result<Status> {
    let court = Court::open(cli)?;
    let (who, reason) = (args.who.trim().to_owned(), args.reason.trim().to_owned());
    if reason.is_empty() {
        return Err(Refused::from(Missing::Reason).into());
    }
    let known = court.docket.matters.values().any(|matter| {
        [&matter.finding.id, &matter.finding.subject.id, &matter.finding.subject.name].contains(&&args.from)
    });
    court.enter(
        &args.acted.by,
        args.acted.time(),
        &[(args.from.clone(), Act::Recused { who: who.clone(), reason })],
    )?;
    println!("{who} takes no part in what concerns {}", args.from);
    if !known && !cli.quiet {
        eprintln!("hint: no finding entered so far is called {0} or about {0}; it holds for later ones", args.from);
    }
    Ok(Status::Done)
}
