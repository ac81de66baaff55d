//! `guanjia wall`: wall charts (挂图作战) as files in the proportion of A3, to be printed and hung up.
use super::progress::Progress;
use super::{Bureau, Refused, Status};
use crate::cli::{Cli, Wall};
use crate::measures::Scope;
use crate::report::{bulletin, wall};

pub fn run(args: &Wall, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let progress = Progress::new(cli);
    let brief = super::bulletin::brief(&bureau, scope, &progress)?;
    if !wall::any(&brief) {
        let why = if brief.measures.iter().any(|measure| measure.topic == "progress") {
            "no milestone has come in: take the plans of projects (节点计划) in with `guanjia ingest PATH…`".to_owned()
        } else {
            format!("the rules of {} measure no milestones, so there is nothing to hang up", bureau.regime.place)
        };
        return Err(Refused(why).into());
    }
    if let Some(id) = args.enterprise.iter().find(|id| !brief.milestones.iter().any(|m| m.enterprise_id == **id)) {
        let why = format!("{id} has no steps; leave --enterprise out to have the chart of every project that has");
        return Err(Refused(why).into());
    }
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| bureau.workspace.out().join(scope.period.to_string()).join("挂图"));
    bulletin::try_folder(&out)?;
    progress.step("drawing the wall charts");
    let files = wall::files(&brief, &args.enterprise, args.png)?;
    let written: Vec<_> =
        files.iter().map(|(name, bytes)| bulletin::put(&out.join(name), bytes)).collect::<Result<_, _>>()?;
    progress.done();
    for path in written {
        println!("{}", path.display());
    }
    Ok(Status::Done)
}
