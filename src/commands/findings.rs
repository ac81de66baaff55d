//! `guanjia findings`: what could lead to a name, with all that speaks for and against it.
use super::judging::{changes, docket, enter, findings, is_whole, now};
use super::table::table;
use super::{Bureau, Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::judgement::acts::Act;
use crate::judgement::find::Findings;
use crate::judgement::findings::Finding;
use crate::measures::Scope;

pub fn run(args: &cli::Findings, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("findings are printed as table or json".into()).into());
    }
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let mut found = findings(&bureau, scope)?;
    if args.record {
        if !is_whole(scope) {
            let why = "only findings as of the period's end with everything known are entered; leave out --as-of and --known-at";
            return Err(Refused(why.into()).into());
        }
        record(args, cli, &bureau, &found)?;
    }
    if let Some(kind) = args.kind {
        found.findings.retain(|finding| finding.kind == kind);
    }
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&found)?),
        _ => print(&found, cli.quiet),
    }
    Ok(Status::Done)
}

fn record(args: &cli::Findings, cli: &Cli, bureau: &Bureau, found: &Findings) -> anyhow::Result<()> {
    let acts = changes(&docket(bureau)?, &found.findings, found.period, false);
    let by = args.by.as_deref().unwrap_or_default();
    if !acts.is_empty() {
        enter(bureau, by, args.at.unwrap_or_else(now), &acts)?;
    }
    if !cli.quiet {
        let gone = acts.iter().filter(|(_, act)| *act == Act::Gone).count();
        let (entered, all) = (acts.len() - gone, found.findings.len());
        eprintln!(
            "{entered} of {all} findings are new or changed and were entered; {gone} entered before stand no more"
        );
    }
    Ok(())
}

fn print(found: &Findings, quiet: bool) {
    let line = |finding: &Finding| {
        vec![
            finding.subject.unit.clone().unwrap_or_else(|| finding.subject.name.clone()),
            finding.subject.name.clone(),
            finding.kind.word().to_owned(),
            finding.standing.word().to_owned(),
            finding.sentence.clone(),
            finding.id.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = found.findings.iter().map(line).collect();
    if rows.is_empty() {
        println!("no finding in {}", found.period);
        return;
    }
    print!("{}", table(&["unit", "name", "kind", "standing", "figures", "finding"], &[false; 6], &rows));
    println!();
    for finding in found.findings.iter().filter(|finding| !finding.otherwise.is_empty()) {
        let otherwise: String = finding.otherwise.iter().map(|o| o.text.as_str()).collect();
        println!("{}: {otherwise}", finding.id);
    }
    let named = found.findings.iter().filter(|finding| finding.false_name().is_some()).count();
    println!(
        "{named} proposed for a rate; expected number of false names among them: {:.3}",
        found.expected_false_names
    );
    if !quiet {
        eprintln!(
            "hint: a finding proposes, people decide; enter them with --record --by NAME, then `guanjia notice FINDING…`"
        );
    }
}
