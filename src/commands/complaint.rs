//! `guanjia complaint`: complaints given to somebody, verified, overturned, filed.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

use super::judging::{Court, now};
use super::table::table;
use super::{Refused, Status};
use crate::cli::{self, Cli, Complaint as Verb, Format, Verdict};
use crate::judgement::acts::Act;
use crate::judgement::complaints::{self, Line, State, Unfit};
use crate::judgement::docket::COMPLAINT;
use crate::judgement::find::consequences;
use crate::judgement::steps::Missing;
use crate::measures::circumstances::Complaint;
use crate::measures::place_of;
use crate::report::Templates;
use crate::report::bulletin::{put, try_folder};
use crate::report::letters::{self, Referral};
use crate::report::warn::Office;
use crate::warehouse::Warehouse;
use crate::warehouse::verdicts;

pub fn run(verb: &Verb, cli: &Cli) -> anyhow::Result<Status> {
    let court = Court::open(cli)?;
    match verb {
        Verb::List(args) => list(&court, args, cli),
        Verb::Assign(args) => assign(&court, args),
        Verb::Verify(args) => verify(&court, args),
        Verb::Overturn(args) => overturn(&court, args),
        Verb::Refer(args) => refer(&court, args),
    }
}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Refused {
        Refused(unfit.to_string())
    }
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Substantiated => "substantiated",
            Verdict::Partly => "partly",
            Verdict::Unsubstantiated => "unsubstantiated",
        }
    }
}

/// Every complaint as of the end of a day.
pub fn lines(court: &Court, day: NaiveDate) -> anyhow::Result<Vec<Line>> {
    let end = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    let rules = (&court.bureau.regime, &court.bureau.calendar);
    Ok(complaints::lines(court.complaints(end)?, &court.docket_as_of(day)?, &court.register(), rules, day))
}

fn list(court: &Court, args: &cli::ComplaintList, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("complaints are printed as table or json".into()).into());
    }
    let day = args.as_of.unwrap_or_else(|| now().date());
    let mut lines = lines(court, day)?;
    let of = |line: &Line, year: i32| line.complaint.received_at.year() == year || line.year() == Some(year);
    lines.retain(|line| args.year.is_none_or(|year| of(line, year)));
    lines.retain(|line| !args.open || line.complaint.verified_at.is_none());
    if cli.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
        return Ok(Status::Done);
    }
    let row = |line: &Line| {
        let complaint = &line.complaint;
        let mut follows: Vec<String> = line.consequences.clone();
        follows.extend(line.lifted.iter().map(|lifted| format!("lifted: {lifted}")));
        follows.extend(line.remarks.iter().cloned());
        vec![
            complaint.complaint_id.clone(),
            complaint.received_at.date().to_string(),
            complaint.person.clone().or_else(|| complaint.person_id.clone()).unwrap_or_default(),
            complaint.unit.clone().unwrap_or_default(),
            match line.state {
                State::Received => "received".to_owned(),
                State::Assigned => format!("assigned to {}", line.assigned_to.as_deref().unwrap_or_default()),
                State::Verified => complaint.verdict.clone(),
                State::Overturned => format!("overturned: {}", complaint.verdict),
            },
            line.working_days.map_or(String::new(), |days| days.to_string()),
            match (line.due, line.overdue, complaint.verified_at) {
                (Some(due), true, None) => format!("{due} overdue"),
                (Some(due), true, Some(_)) => format!("{due} late"),
                (due, ..) => due.map_or(String::new(), |due| due.to_string()),
            },
            follows.join("; "),
        ]
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let headers = ["complaint", "received", "about", "unit", "state", "days", "due", "follows"];
    print!("{}", table(&headers, &[false, false, false, false, false, true, false, false], &rows));
    let open = lines.iter().filter(|line| line.complaint.verified_at.is_none());
    let overdue = open.clone().filter(|line| line.overdue).count();
    println!(
        "as of {day}: {} complaints, {} wait to be verified, {overdue} of them overdue",
        lines.len(),
        open.count()
    );
    Ok(Status::Done)
}

/// The complaint as known now, whatever happened to it later than `at`.
fn found(court: &Court, id: &str, at: NaiveDateTime) -> anyhow::Result<Complaint> {
    let all = court.complaints(at.max(now()))?;
    let complaint = all.into_iter().find(|complaint| complaint.complaint_id == id);
    let complaint = complaint.ok_or_else(|| Refused::from(Unfit::Unknown(id.to_owned())))?;
    if at < complaint.received_at {
        let (received, at) = (complaint.received_at.date(), at.date());
        return Err(Refused::from(Unfit::Early { id: id.to_owned(), received, at }).into());
    }
    Ok(complaint)
}

fn assign(court: &Court, args: &cli::ComplaintAssign) -> anyhow::Result<Status> {
    let at = args.acted.time();
    let complaint = found(court, &args.id, at)?;
    if complaint.verified_at.is_some() {
        return Err(Refused::from(Unfit::Verified { id: args.id.clone(), verdict: complaint.verdict }).into());
    }
    let unit = complaints::fit(&complaint, &args.to, args.unit.as_deref(), &court.register(), &court.docket)
        .map_err(Refused::from)?;
    let act = Act::Assigned { to: args.to.trim().to_owned(), unit };
    court.enter(&args.acted.by, at, &[(format!("{COMPLAINT}{}", args.id), act)])?;
    let rules = &court.bureau;
    let due = rules
        .regime
        .complaint_limit()
        .and_then(|days| rules.calendar.nth_workday_after(complaint.received_at.date(), days));
    println!("{}: {} verifies it{}", args.id, args.to, due.map_or(String::new(), |due| format!(" by {due}")));
    Ok(Status::Done)
}

fn verify(court: &Court, args: &cli::ComplaintVerify) -> anyhow::Result<Status> {
    let (at, by, finding) = (args.acted.time(), args.acted.by.trim(), args.finding.trim());
    let mut complaint = found(court, &args.id, at)?;
    if complaint.verified_at.is_some() {
        return Err(Refused::from(Unfit::Verified { id: args.id.clone(), verdict: complaint.verdict }).into());
    }
    let unit = complaints::fit(&complaint, by, args.unit.as_deref(), &court.register(), &court.docket)
        .map_err(Refused::from)?;
    if finding.is_empty() {
        return Err(Refused("say what was found: --finding TEXT".into()).into());
    }
    let verdict = args.verdict.word();
    let new = verdicts::Verdict { complaint_id: &args.id, verdict, verified: Some((at, court.name(by))), finding };
    let batch = write(court, &new, at)?;
    (complaint.verdict, complaint.verified_at) = (verdict.to_owned(), Some(at));
    let follows = consequences(&court.bureau.regime, &complaint);
    let working_days = court.bureau.calendar.workdays_between(complaint.received_at.date(), at.date());
    let act = Act::Verified {
        verdict: verdict.to_owned(),
        finding: finding.to_owned(),
        verifier: by.to_owned(),
        unit,
        working_days,
        consequences: follows.clone(),
        batch,
    };
    court.enter(by, at, &[(format!("{COMPLAINT}{}", args.id), act)])?;
    let days = working_days.map_or(String::new(), |days| format!(" after {days} working days"));
    println!("{}: {verdict}{days}, known from batch {batch}", args.id);
    for follow in &follows {
        println!("  {follow}");
    }
    if !follows.is_empty() {
        println!("  write the slips with `guanjia complaint refer {} --by NAME`", args.id);
    }
    Ok(Status::Done)
}

fn write(court: &Court, new: &verdicts::Verdict<'_>, at: NaiveDateTime) -> anyhow::Result<i64> {
    let mut writer = Warehouse::open_writer(&court.bureau.workspace.warehouse(), "complaint")?;
    let batch = writer.verdict(new, now(), at.date())?;
    Ok(batch.ok_or_else(|| Refused::from(Unfit::Unknown(new.complaint_id.to_owned())))?)
}

fn overturn(court: &Court, args: &cli::ComplaintOverturn) -> anyhow::Result<Status> {
    let (at, by, reason) = (args.acted.time(), args.acted.by.trim(), args.reason.trim());
    let mut complaint = found(court, &args.id, at)?;
    let (before, verdict) = (complaint.verdict.clone(), args.verdict.word());
    if complaint.verified_at.is_none() {
        return Err(Refused::from(Unfit::Open { id: args.id.clone() }).into());
    }
    if before == verdict {
        return Err(Refused::from(Unfit::Same { id: args.id.clone(), verdict: before }).into());
    }
    // Who is in no register can be of any unit but the one that he would name.
    complaints::fit(&complaint, by, Some("—"), &court.register(), &court.docket).map_err(Refused::from)?;
    if reason.is_empty() {
        return Err(Refused::from(Missing::Reason).into());
    }
    let was = consequences(&court.bureau.regime, &complaint);
    complaint.verdict = verdict.to_owned();
    let now_follows = consequences(&court.bureau.regime, &complaint);
    let lifted: Vec<String> = was.into_iter().filter(|follow| !now_follows.contains(follow)).collect();
    // It stays verified when it was: what is corrected is the verdict.
    let new = verdicts::Verdict { complaint_id: &args.id, verdict, verified: None, finding: reason };
    let batch = write(court, &new, at)?;
    let act = Act::Overturned {
        before: before.clone(),
        verdict: verdict.to_owned(),
        reason: reason.to_owned(),
        lifted: lifted.clone(),
        batch,
    };
    court.enter(by, at, &[(format!("{COMPLAINT}{}", args.id), act)])?;
    println!("{}: {before} is overturned, {verdict} holds from batch {batch}", args.id);
    for follow in &lifted {
        println!("  lifted: {follow}");
    }
    if !lifted.is_empty() {
        println!("  write the slips that lift it with `guanjia complaint refer {} --by NAME`", args.id);
    }
    let decided = court.docket.matters.values().filter(|matter| {
        matter.finding.complaint.as_ref().is_some_and(|of| of.complaint_id == args.id) && !matter.decisions.is_empty()
    });
    for matter in decided {
        println!(
            "  {} was decided on it: enter the findings of {} anew, and correct what was issued",
            matter.finding.id, matter.finding.period
        );
    }
    Ok(Status::Done)
}

fn refer(court: &Court, args: &cli::ComplaintRefer) -> anyhow::Result<Status> {
    let at = args.acted.time();
    let complaint = found(court, &args.id, at)?;
    let file = court.docket.complaints.get(&args.id);
    let overturned = file.and_then(|file| file.overturned.as_ref()).filter(|overturned| !overturned.lifted.is_empty());
    let regime = &court.bureau.regime;
    let follows = match overturned {
        Some(overturned) => overturned.lifted.clone(),
        None => consequences(regime, &complaint),
    };
    let offices: Vec<(&str, &str)> = regime
        .complaint_consequences()
        .flat_map(|c| c.recipients.iter().map(|recipient| (recipient.as_str(), c.slip.as_str())))
        .collect();
    if follows.is_empty() || offices.is_empty() {
        return Err(Refused::from(Unfit::NothingFollows { id: args.id.clone() }).into());
    }
    let templates = Templates::of(Some(&court.bureau.workspace.reports()), &court.bureau.regime.id)?;
    let place = place_of(regime);
    let office = Office { place: &place, settings: &court.bureau.workspace.settings.bulletin, templates: &templates };
    let out = args.out.clone().unwrap_or_else(|| court.bureau.workspace.out().join("备案"));
    try_folder(&out)?;
    let mut recipients = Vec::new();
    for (recipient, slip) in offices {
        let referral = Referral {
            slip: slip.to_owned(),
            recipient: recipient.to_owned(),
            day: at.date(),
            lines: told(court, &complaint, overturned.map(|overturned| overturned.before.as_str())),
            consequences: follows.clone(),
            lifted: overturned.map(|overturned| overturned.reason.clone()),
            document: regime.document.clone(),
        };
        let what = if overturned.is_some() { format!("撤销{slip}") } else { slip.to_owned() };
        let name = format!("{what}-{}-{recipient}.docx", args.id).replace(['/', '\\'], "_");
        println!("{}", put(&out.join(name), &letters::referral(&referral, &office)?)?.display());
        recipients.push(recipient.to_owned());
    }
    let act = Act::Referred { recipients, lifted: overturned.is_some() };
    court.enter(&args.acted.by, at, &[(format!("{COMPLAINT}{}", args.id), act)])?;
    Ok(Status::Done)
}

/// What a slip says of a complaint.
fn told(court: &Court, complaint: &Complaint, before: Option<&str>) -> Vec<(String, String)> {
    let words = &court.bureau.regime.words;
    let verified = complaint.verified_at;
    let days = verified.and_then(|at| {
        court.bureau.calendar.workdays_between(complaint.received_at.date(), at.date()).map(|n| format!("{n}个工作日"))
    });
    let minute = |at: NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string();
    let lines = [
        ("投诉编号", Some(complaint.complaint_id.clone())),
        ("投诉企业", complaint.enterprise.clone().or_else(|| complaint.enterprise_id.clone())),
        ("被投诉人", complaint.person.clone().or_else(|| complaint.person_id.clone())),
        ("所在单位", complaint.unit.clone()),
        ("收到时间", Some(minute(complaint.received_at))),
        ("投诉类别", complaint.category.as_deref().map(|c| words.shown("complaint_category", c).to_owned())),
        ("投诉内容", complaint.content.clone()),
        ("原结论", before.map(|before| words.shown("verdict", before).to_owned())),
        ("核实结论", Some(words.shown("verdict", &complaint.verdict).to_owned())),
        ("核实情况", complaint.finding.clone()),
        ("核实人", complaint.verified_by.clone()),
        ("核实时间", verified.map(minute)),
        ("核实用时", days),
    ];
    lines.into_iter().filter_map(|(label, text)| Some((label.to_owned(), text?))).collect()
}
