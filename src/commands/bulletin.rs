//! `guanjia bulletin draft`: the bulletin of a period as documents and workbook.
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::{Bureau, Refused, Status, frozen};
use crate::cli::{Bulletin, Cli, Draft, PersonalSheet};
use crate::judgement::docket::Docket;
use crate::judgement::{complaints, names};
use crate::measures::{self, Brief, Scope, Session};
use crate::report::Templates;
use crate::report::bulletin::{self, Edition, Kind};
use crate::report::ratings::Ratings;
use crate::report::sheets::{self, Whose};
use crate::report::warn::Office;
use crate::warehouse::journal::{self, Room};

pub fn run(args: &Bulletin, cli: &Cli) -> anyhow::Result<Status> {
    match args {
        Bulletin::Draft(args) => draft(args, cli),
        Bulletin::Sheet(args) => sheet(args, cli),
        Bulletin::Freeze(args) => frozen::freeze(args, cli),
        Bulletin::Verify(args) => frozen::verify(args, cli),
        Bulletin::Issue(args) => frozen::issue(args, cli),
        Bulletin::Restate(args) => frozen::restate(args, cli),
        Bulletin::List => frozen::list(cli),
    }
}

fn draft(args: &Draft, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let progress = Progress::new(cli);
    let mut brief = brief(&bureau, scope, &progress)?;
    name(&bureau, scope, &mut brief, &progress)?;
    let out = args.out.clone().unwrap_or_else(|| bureau.workspace.out().join(scope.period.to_string()));
    if !args.kind.has_matter(&brief) {
        let why = format!("{} has neither levels nor a clock of whole cases to report on", bureau.regime.place);
        return Err(super::Refused(why).into());
    }
    say_unasked(&bureau, scope, args.kind, &progress);
    progress.step("writing the bulletin");
    let written = write(&bureau, &brief, &[args.kind], args.edition, &out)?;
    progress.done();
    for path in written {
        println!("{}", path.display());
    }
    Ok(Status::Done)
}

/// Sheets of persons and units.
fn sheet(args: &PersonalSheet, cli: &Cli) -> anyhow::Result<Status> {
    if args.person.is_empty() && args.unit.is_empty() && !args.all {
        return Err(Refused("say whose sheet: --person ID, --unit NAME, or --all".into()).into());
    }
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let progress = Progress::new(cli);
    let brief = brief(&bureau, scope, &progress)?;
    let ratings = Ratings::of(&brief);
    let templates = Templates::of(Some(&bureau.workspace.reports()), &bureau.regime.id)?;
    let office = Office { place: &brief.place, settings: &bureau.workspace.settings.bulletin, templates: &templates };
    let asked: Vec<Whose> = if args.all {
        ["unit", "person"].iter().flat_map(|by| sheets::everybody(&brief, by)).collect()
    } else {
        let units = args.unit.iter().map(|unit| Whose::Unit(unit));
        units.chain(args.person.iter().map(|id| Whose::Person(id))).collect()
    };
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| bureau.workspace.out().join(scope.period.to_string()).join("工作情况单"));
    progress.step("writing the sheets");
    let mut written = Vec::new();
    for whose in asked {
        match sheets::write(&brief, &ratings, whose, &office, &out)? {
            Some(path) => written.push(path),
            None => {
                let why = format!(
                    "nothing is known of {whose} in {}; `guanjia measures --by person` and `--by unit` list who has figures",
                    scope.period
                );
                return Err(Refused(why).into());
            }
        }
    }
    progress.done();
    for path in written {
        println!("{}", path.display());
    }
    Ok(Status::Done)
}

/// Gathers a period's brief with progress.
pub fn brief(bureau: &Bureau, scope: Scope, progress: &Progress) -> anyhow::Result<Brief> {
    refuse_beyond_data(bureau, scope)?;
    let warehouse = bureau.workspace.warehouse();
    let mut said = |what: &str| progress.step(&format!("{}: {what}", scope.period));
    let brief = measures::brief(
        &warehouse,
        &bureau.regime,
        &bureau.calendar,
        &bureau.workspace.settings.rhythm,
        scope,
        &mut said,
    )?;
    refuse_empty(&brief, scope)?;
    // What of ratings may be shown is decided once, for everything that is written of the brief.
    let decided = Ratings::of(&brief).to_decided();
    Ok(Brief { ratings: Some(decided), ..brief })
}

/// Says when the place has no bulletin of such a period; it is written all the same.
pub fn say_unasked(bureau: &Bureau, scope: Scope, kind: Kind, progress: &Progress) {
    let (regime, period) = (&bureau.regime, scope.period.kind());
    if kind == Kind::Monthly && !regime.periods.iter().any(|known| known == period) {
        let known = regime.periods.join(", ");
        progress.say(&format!(
            "note: the rules of {} name no bulletin of a {period} (but of a {known}); it is written from the general template",
            regime.place
        ));
    }
}

/// Puts the names that decisions allow into a brief, and says why others are not among them.
pub fn name(bureau: &Bureau, scope: Scope, brief: &mut Brief, progress: &Progress) -> anyhow::Result<()> {
    progress.step(&format!("{}: names", scope.period));
    let (names, left) = names::gather(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, scope)?;
    for why in &left {
        progress.say(&format!("not named: {why}"));
    }
    brief.names = Some(names);
    Ok(())
}

/// Tells a brief's docket what was done about each complaint, as far as it was known with the brief's batch.
pub fn docket(bureau: &Bureau, brief: &mut Brief) -> anyhow::Result<()> {
    if let Some(told) = &mut brief.docket {
        let mut entries = journal::read(&bureau.workspace.warehouse(), Room::Judgement)?;
        entries.retain(|entry| entry.batch <= brief.known_at);
        complaints::tell(told, &Docket::of(&entries)?);
    }
    Ok(())
}

/// Refuses a period after everything that is known.
pub fn refuse_beyond_data(bureau: &Bureau, scope: Scope) -> anyhow::Result<()> {
    let session = Session::open(&bureau.workspace.warehouse(), &bureau.regime, &bureau.calendar, &[])?;
    if let Some(last) = super::measures::beyond_data(&session, scope)? {
        let why = format!(
            "nothing is known of {}: the last record is of {last}; take its exports in with `guanjia ingest`, or ask for another --period",
            scope.period
        );
        return Err(super::Refused(why).into());
    }
    Ok(())
}

/// Refuses a period into which no record falls.
pub fn refuse_empty(brief: &Brief, scope: Scope) -> anyhow::Result<()> {
    let states = ["coverage", "load"];
    let mut records =
        brief.district.iter().map(|change| &change.now).filter(|now| !states.contains(&now.kind.as_str()));
    if records.all(|now| now.n == 0 && now.pending.unwrap_or(0) == 0) {
        let why = format!(
            "nothing is known of {}: no record falls into it; take its exports in with `guanjia ingest`, or ask for another --period",
            scope.period
        );
        return Err(super::Refused(why).into());
    }
    Ok(())
}

/// Writes DOCX, HTML and workbooks of these kinds; a kind of which the place has nothing to say is left out.
pub fn write(
    bureau: &Bureau,
    brief: &Brief,
    kinds: &[Kind],
    edition: Edition,
    out: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    let templates = Templates::of(Some(&bureau.workspace.reports()), &bureau.regime.id)?;
    let mut written = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.has_matter(brief)) {
        written.extend(bulletin::write(brief, *kind, edition, &bureau.workspace.settings.bulletin, &templates, out)?);
    }
    Ok(written)
}
