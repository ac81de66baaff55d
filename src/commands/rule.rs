//! `guanjia rule`: the ruling on a contested item; what it excludes leaves every figure, by a batch of its own.
use super::judging::{Court, changes, now};
use super::{Refused, Status};
use crate::cli::{self, Cli};
use crate::judgement::acts::{Act, Ruling};
use crate::judgement::steps::{self, Missing};
use crate::warehouse::Warehouse;
use crate::warehouse::exclusions::Exclusion;

pub fn run(args: &cli::Rule, cli: &Cli) -> anyhow::Result<Status> {
    let ruling = match (args.excluded, args.reinstated) {
        (true, _) => Ruling::Excluded,
        (_, true) => Ruling::Reinstated,
        _ => Ruling::Upheld,
    };
    let court = Court::open(cli)?;
    let (at, by, reason) = (args.acted.time(), args.acted.by.trim(), args.reason.trim());
    let matter = court.matter(&args.finding)?;
    let row = steps::may_rule(&court.docket, matter, (args.item, ruling), by, at, &court.register())
        .map_err(Refused::from)?;
    if reason.is_empty() {
        return Err(Refused::from(Missing::Reason).into());
    }
    let period = matter.finding.period;
    let batch = match (&row, ruling) {
        (Some(row), Ruling::Excluded | Ruling::Reinstated) => {
            let what = Exclusion {
                row,
                excluded: ruling == Ruling::Excluded,
                finding: &args.finding,
                reason,
                ruled_by: by,
                ruled_at: at,
            };
            // The figures know of it from the moment it comes in, whenever it was made.
            let mut writer = Warehouse::open_writer(&court.bureau.workspace.warehouse(), "rule")?;
            writer.exclude(&what, now())?
        }
        _ => None,
    };
    let ruled = Act::Ruled { no: args.item, row, ruling, reason: reason.to_owned(), batch };
    let mut acts = vec![(args.finding.clone(), ruled)];
    let mut moved = Vec::new();
    // Also where an interrupted ruling had taken the row out already.
    if ruling != Ruling::Upheld {
        let known = changes(&court.docket, &court.fresh(period)?, period, true);
        moved.extend(known.iter().map(|(id, act)| (id.clone(), *act == Act::Gone)));
        acts.extend(known);
    }
    court.enter(by, at, &acts)?;
    println!("{}: item {} {}", args.finding, args.item, word(ruling));
    if let Some(batch) = batch {
        println!(
            "batch {batch}: every figure is computed anew; what was known before is had with --known-at {}",
            batch - 1
        );
    }
    for (id, gone) in moved {
        println!("{id}: {}", if gone { "stands no more" } else { "entered anew with changed figures" });
    }
    Ok(Status::Done)
}

fn word(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Upheld => "upheld",
        Ruling::Excluded => "excluded",
        Ruling::Reinstated => "reinstated",
    }
}
