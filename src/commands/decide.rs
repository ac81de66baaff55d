//! `guanjia decide`: what comes of a finding, by somebody who has no part in it and did not rule on it.
use super::judging::Court;
use super::{Refused, Status};
use crate::cli::{self, Cli};
use crate::judgement::acts::{Act, Decision};
use crate::judgement::findings::Finding;
use crate::judgement::steps::{self, Missing};

pub fn run(args: &cli::Decide, cli: &Cli) -> anyhow::Result<Status> {
    let decision = match (args.commend, args.criticise, args.note) {
        (true, ..) => Decision::Commend,
        (_, true, _) => Decision::Criticise,
        (_, _, true) => Decision::Note,
        _ => Decision::Drop,
    };
    let court = Court::open(cli)?;
    let (at, by, reason) = (args.acted.time(), args.acted.by.trim(), args.reason.trim());
    let matter = court.matter(&args.finding)?;
    let fresh = court.fresh(matter.finding.period)?;
    let fresh: Option<&Finding> = fresh.iter().find(|finding| finding.id == args.finding);
    steps::may_decide(&court.docket, matter, decision, fresh, by, at, &court.register()).map_err(Refused::from)?;
    if reason.is_empty() {
        return Err(Refused::from(Missing::Reason).into());
    }
    let rectify_by = match matter.finding.rectify_working_days.filter(|_| decision == Decision::Criticise) {
        Some(days) => {
            let day = court.bureau.calendar.nth_workday_after(at.date(), days);
            Some(day.ok_or(Missing::Calendar).map_err(Refused::from)?)
        }
        None => None,
    };
    let finding = Box::new(fresh.unwrap_or(&matter.finding).clone());
    let act = Act::Decided { decision, reason: reason.to_owned(), rectify_by, finding };
    court.enter(by, at, &[(args.finding.clone(), act)])?;
    let until = rectify_by.map_or(String::new(), |day| format!(", to be put right by {day}"));
    println!("{}: {}{until}", args.finding, decision.word());
    Ok(Status::Done)
}
