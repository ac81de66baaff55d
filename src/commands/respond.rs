//! `guanjia respond`: what the person says of the findings, item by item.
use std::path::Path;

use super::judging::Court;
use super::{Refused, Status};
use crate::cli::{self, Cli};
use crate::judgement::acts::{Act, Answer, Says};
use crate::judgement::replies;
use crate::judgement::steps::{self, Missing};
use crate::sheet::reply;

pub fn run(args: &cli::Respond, cli: &Cli) -> anyhow::Result<Status> {
    let court = Court::open(cli)?;
    let at = args.acted.time();
    let acts = match (&args.file, &args.finding) {
        (Some(file), only) => from_file(&court, file, only.as_deref(), args)?,
        (None, Some(id)) => vec![(id.clone(), typed(&court, id, args)?)],
        (None, None) => return Err(Refused("name the finding, or the workbook with --file".into()).into()),
    };
    court.enter(&args.acted.by, at, &acts)?;
    for (id, act) in &acts {
        let matter = court.matter(id)?;
        let late = matter.notice.as_ref().is_some_and(|notice| at.date() > notice.reply_by);
        let late = if late { ", after the time to answer" } else { "" };
        match act {
            Act::Answered { answers } => {
                let of = |says| answers.iter().filter(|answer| answer.says == says).count();
                let (accept, explain, contest) = (of(Says::Accept), of(Says::Explain), of(Says::Contest));
                println!("{id}: {accept} accepted, {explain} explained, {contest} contested{late}");
            }
            _ => println!("{id}: the time left to answer was given up"),
        }
    }
    Ok(Status::Done)
}

fn typed(court: &Court, id: &str, args: &cli::Respond) -> anyhow::Result<Act> {
    let (matter, at) = (court.matter(id)?, args.acted.time());
    let reason = args.reason.clone().unwrap_or_default().trim().to_owned();
    if args.waive {
        steps::may_waive(matter, &args.acted.by, at, &court.register()).map_err(Refused::from)?;
        return Ok(Act::Waived { reason });
    }
    let (Some(no), Some(says)) = (args.item, args.answer) else {
        let why = "say what is answered: --item N --answer accept|explain|contest, --waive, or --file WORKBOOK";
        return Err(Refused(why.into()).into());
    };
    steps::may_answer(matter, at).map_err(Refused::from)?;
    let row = steps::item(matter, no).map_err(Refused::from)?;
    if says != Says::Accept && reason.is_empty() {
        return Err(Refused::from(Missing::Reason).into());
    }
    Ok(Act::Answered { answers: vec![Answer { no, row, says, reason }] })
}

/// The answers of a workbook, all of them or none.
fn from_file(
    court: &Court,
    file: &Path,
    only: Option<&str>,
    args: &cli::Respond,
) -> anyhow::Result<Vec<(String, Act)>> {
    let shown = file.display();
    let refused = |faults: Vec<reply::Fault>| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{shown}, {fault}")).collect();
        Refused(format!("nothing of {shown} was taken\n{}", lines.join("\n")))
    };
    let read = reply::read(file).map_err(|e| Refused(format!("{shown} {e}")))?;
    let sheets = read.map_err(refused)?;
    let (mut acts, mut faults) = (Vec::new(), Vec::new());
    for sheet in sheets.iter().filter(|sheet| only.is_none_or(|only| sheet.finding == only)) {
        let matter = court.matter(&sheet.finding)?;
        steps::may_answer(matter, args.acted.time()).map_err(Refused::from)?;
        match replies::answers(sheet, matter) {
            Ok(answers) if answers.is_empty() => {}
            Ok(answers) => acts.push((sheet.finding.clone(), Act::Answered { answers })),
            Err(of_sheet) => faults.extend(of_sheet),
        }
    }
    if !faults.is_empty() {
        return Err(refused(faults).into());
    }
    if acts.is_empty() {
        let whom = only.map_or(String::new(), |only| format!(" about {only}"));
        return Err(Refused(format!("{shown} answers nothing{whom}; fill in “意见” of at least one row")).into());
    }
    Ok(acts)
}
