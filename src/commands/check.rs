//! `guanjia check`: what is wrong in what came in, with the rows and what to do about each.
use super::table::table;
use super::{Bureau, Refused, Status};
use crate::cli::{self, Cli, Format};
use crate::measures::checks::{Found, Level, Setting};
use crate::measures::{Scope, Session};

/// Rows of each check that the table prints; JSON has all.
const SHOWN: usize = 10;

pub fn run(args: &cli::Check, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("check prints a table or JSON: --format table or --format json".into()).into());
    }
    let bureau = Bureau::open(cli)?;
    let scope = Scope::standing(args.period, &args.when)?;
    let mut session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &[])?;
    let setting =
        Setting { regime: &bureau.regime, calendar: &bureau.calendar, rhythm: &bureau.workspace.settings.rhythm };
    let bound = (cli.format == Format::Table).then_some(SHOWN);
    let found = session.check(scope, &setting, bound)?;
    match cli.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&found)?),
        _ => print(&found, cli.quiet),
    }
    let failed = found.iter().any(|check| check.level == Level::Fail && check.found > 0);
    Ok(if failed { Status::Found } else { Status::Done })
}

fn print(checks: &[Found], quiet: bool) {
    let with_rows = checks.iter().filter(|check| check.found > 0);
    let mut sums = [0; 2];
    for (n, check) in with_rows.enumerate() {
        let level = match check.level {
            Level::Fail => "FAIL",
            Level::Warn => "warn",
        };
        sums[usize::from(check.level == Level::Warn)] += 1;
        println!("{}{level}  {}: {} ({})", if n > 0 { "\n" } else { "" }, check.check, check.title, check.found);
        println!("      {}", check.title_zh);
        if let Some(first) = check.rows.first() {
            let headers: Vec<&str> = first.0.iter().map(|(name, _)| name.as_str()).collect();
            let rows: Vec<Vec<String>> =
                check.rows.iter().map(|row| row.0.iter().map(|(_, text)| text.clone()).collect()).collect();
            for line in table(&headers, &vec![false; headers.len()], &rows).lines() {
                println!("      {line}");
            }
        }
        let more = check.found - check.rows.len() as u64;
        if more > 0 {
            println!("      … and {more} more (--format json lists all)");
        }
        println!("      do: {}", check.remedy);
    }
    let [fail, warn] = sums;
    let clean = checks.len() - fail - warn;
    if fail + warn > 0 {
        println!();
    }
    println!("{} checks: {fail} failed, {warn} to look at, {clean} found nothing", checks.len());
    if fail > 0 && !quiet {
        eprintln!("hint: figures that rest on what failed are wrong until it is mended");
    }
}
