//! `guanjia notice`: findings put before whom they are about, in one letter each, with a workbook to answer in.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use super::judging::Court;
use super::{Bureau, Refused, Status};
use crate::cli::{self, Cli};
use crate::judgement::acts::{Act, Told};
use crate::judgement::findings::{Finding, Subject};
use crate::judgement::steps::{self, Missing};
use crate::measures::place_of;
use crate::report::Templates;
use crate::report::letters::{self, Notice};
use crate::report::warn::Office;
use crate::sheet::reply;

pub fn run(args: &cli::Notice, cli: &Cli) -> anyhow::Result<Status> {
    let court = Court::open(cli)?;
    let at = args.acted.time();
    let regime = &court.bureau.regime;
    let reply_by = court.bureau.calendar.nth_workday_after(args.served_on, regime.reply_working_days);
    let reply_by = reply_by.ok_or(Missing::Calendar).map_err(Refused::from)?;
    // All steps are looked at before anything is written.
    let mut letters: BTreeMap<&Subject, Vec<&Finding>> = BTreeMap::new();
    let mut fresh = BTreeMap::new();
    for id in &args.findings {
        let matter = court.matter(id)?;
        let period = matter.finding.period;
        let now = match fresh.entry(period.to_string()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(court.fresh(period)?),
        };
        let now = now.iter().find(|finding| finding.id == *id);
        steps::may_serve(matter, now, args.served_on, at).map_err(Refused::from)?;
        let of = letters.entry(&matter.finding.subject).or_default();
        if !of.iter().any(|finding| finding.id == *id) {
            of.push(&matter.finding);
        }
    }
    let mut written = Vec::new();
    let mut acts = Vec::new();
    for (subject, findings) in letters {
        for finding in &findings {
            let items = finding.items.iter();
            let items = items.map(|item| Told { no: item.no, row: item.id.clone(), against: item.against() }).collect();
            acts.push((finding.id.clone(), Act::Served { served_on: args.served_on, reply_by, items }));
        }
        let period = findings[0].period;
        let out =
            args.out.clone().unwrap_or_else(|| court.bureau.workspace.out().join(period.to_string()).join("告知"));
        let notice = Notice {
            findings,
            served_on: args.served_on,
            reply_by,
            reply_working_days: regime.reply_working_days,
            local: regime.local.iter().any(|key| key == "reply_working_days"),
        };
        written.extend(write(&court.bureau, subject, &notice, &out)?);
    }
    court.enter(&args.acted.by, at, &acts)?;
    for path in written {
        println!("{}", path.display());
    }
    if !cli.quiet {
        eprintln!("served on {}, to be answered by {reply_by}", args.served_on);
    }
    Ok(Status::Done)
}

fn write(bureau: &Bureau, subject: &Subject, notice: &Notice<'_>, out: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let templates = Templates::of(Some(&bureau.workspace.reports()), &bureau.regime.id)?;
    let place = place_of(&bureau.regime);
    let office = Office { place: &place, settings: &bureau.workspace.settings.bulletin, templates: &templates };
    crate::report::bulletin::try_folder(out)?;
    let who = match &subject.unit {
        Some(unit) => format!("{unit}-{}-{}", subject.name, subject.id),
        None => subject.id.clone(),
    };
    let who = who.replace(['/', '\\'], "_");
    let files = [
        (format!("告知书-{who}.docx"), letters::notice(notice, &office)?),
        (format!("陈述申辩表-{who}.xlsx"), reply::bytes(&letters::reply(notice))?),
    ];
    let put = |(name, bytes): (String, Vec<u8>)| crate::report::bulletin::put(&out.join(name), &bytes);
    Ok(files.into_iter().map(put).collect::<Result<_, _>>()?)
}
