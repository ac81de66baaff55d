//! `guanjia leads`: what a checker should look into; never a verdict, and in no bulletin.
use std::io::Write;

use super::table::table;
use super::{Bureau, Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::measures::leads::Lead;
use crate::measures::{Scope, Session};
use crate::regime::Rule;
use crate::report;

pub fn run(args: &cli::Leads, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let ids: Vec<String> = bureau
        .regime
        .measures
        .iter()
        .filter(|measure| matches!(measure.rule, Rule::Integrity { .. }))
        .map(|measure| measure.id.clone())
        .collect();
    if ids.is_empty() {
        let why = format!("the rules of {} have no measure of kind integrity", bureau.regime.id);
        return Err(Refused(why).into());
    }
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &ids)?;
    session.compute(scope)?;
    let leads = session.leads()?;
    if let Some(out) = &args.out {
        let bytes = report::leads::workbook(&leads, &bureau.regime.place, scope.period, scope.as_of)?;
        std::fs::write(out, bytes).map_err(|e| Refused(format!("cannot write {}: {e}", out.display())))?;
    }
    let mut stdout = std::io::stdout().lock();
    match cli.format {
        Format::Json => writeln!(stdout, "{}", serde_json::to_string_pretty(&leads)?)?,
        Format::Table => write!(stdout, "{}", plain(&leads))?,
        _ => return Err(Refused("leads are printed as table or json; a workbook is written with --out".into()).into()),
    }
    if let Some(out) = &args.out {
        eprintln!("{}", out.display());
    }
    Ok(Status::Done)
}

fn plain(leads: &[Lead]) -> String {
    let rows: Vec<Vec<String>> = leads
        .iter()
        .map(|lead| {
            vec![
                lead.sign_zh().to_owned(),
                lead.units().join("、"),
                lead.people().join("、"),
                lead.lead.clone(),
                lead.records.len().to_string(),
                lead.said_zh(),
            ]
        })
        .collect();
    table(
        &["sign", "unit", "people", "first record", "records", "what"],
        &[false, false, false, false, true, false],
        &rows,
    )
}
