//! `guanjia sql`: the computation of a period as a script for the DuckDB shell.
use std::io::Write;

use anyhow::Context;

use super::{Bureau, Status};
use crate::cli::{Cli, Sql};
use crate::measures::{Scope, Session};

pub fn run(args: &Sql, cli: &Cli) -> anyhow::Result<Status> {
    let bureau = Bureau::open(cli)?;
    let scope = Scope::asked(&args.scope)?;
    let file = bureau.workspace.warehouse();
    let file = file.canonicalize().unwrap_or(file);
    let mut session = Session::open(&file, &bureau.regime, &bureau.calendar, &args.measure)?;
    let script = session.script(&file, scope, args.by)?;
    match &args.out {
        Some(out) => std::fs::write(out, script).with_context(|| format!("cannot write {}", out.display()))?,
        None => std::io::stdout().lock().write_all(script.as_bytes())?,
    }
    Ok(Status::Done)
}
