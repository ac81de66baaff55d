//! One file per verb: resolve the arguments, call the room, print.
//!
//! Results go to standard output, talk to standard error; a message names the thing and the remedy.
use std::any::Any;
use std::io::IsTerminal;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;

use clap::CommandFactory;

use crate::calendar::{Calendar, CalendarError};
use crate::cli::{Cli, Verb};
use crate::freeze::FreezeError;
use crate::ingest::IngestError;
use crate::mapping::MappingError;
use crate::mapping::made::MadeError;
use crate::measures::MeasureError;
use crate::regime::{Regime, RegimeError};
use crate::sheet::quarantine::QuarantineSheetError;
use crate::tables::DictionaryError;
use crate::warehouse::WarehouseError;
use crate::workspace::{Workspace, WorkspaceError};

mod bulletin;
mod calendar;
mod check;
mod classes;
mod complaint;
mod dashboard;
mod decide;
mod demo;
mod docket;
mod doctor;
mod explain;
mod explained;
mod findings;
mod frozen;
mod ingest;
mod init;
mod judging;
mod leads;
mod limits;
mod measures;
mod merge;
mod notice;
mod progress;
mod quarantine;
mod recuse;
mod regime;
mod respond;
mod rule;
mod run;
mod sample;
mod sql;
mod synth;
mod table;
mod wall;
mod warn;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All done.
    Done,
    /// Done, and something was wrong in the input.
    Found,
    /// The command cannot be carried out as given.
    Misuse,
    /// Our fault.
    Crash,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Done => 0,
            Status::Found => 1,
            Status::Misuse => 2,
            Status::Crash => 70,
        })
    }
}

/// A command that was understood but cannot be carried out as given; the text says why and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Carries out what was asked and says on standard error what went wrong.
pub fn run(cli: &Cli) -> Status {
    let level = match cli.verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        _ => tracing::Level::DEBUG,
    };
    let colour = std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .without_time()
        .init();
    end_quietly_when_nobody_reads();
    match panic::catch_unwind(AssertUnwindSafe(|| carry_out(cli))) {
        Ok(Ok(status)) => status,
        Ok(Err(error)) if error.chain().any(nobody_reads) => Status::Done,
        Ok(Err(error)) => {
            eprintln!("error: {}", told(&error));
            status_of(&error)
        }
        Err(_) => {
            eprintln!("error: this should not have happened; please report it with the lines above");
            Status::Crash
        }
    }
}

/// The error with its causes; a cause that has been told already is not told again.
fn told(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !told.contains(cause.trim_end()) {
            told = format!("{told}: {cause}");
        }
    }
    told.trim_end().to_owned()
}

/// `guanjia explain … | head` has been read as far as was wanted: nothing went wrong.
fn nobody_reads(cause: &(dyn std::error::Error + 'static)) -> bool {
    let broken = |e: &std::io::Error| e.kind() == std::io::ErrorKind::BrokenPipe;
    // A csv::Error does not give what it wraps as its source.
    let csv = cause.downcast_ref::<csv::Error>().map(csv::Error::kind);
    cause.downcast_ref().is_some_and(broken) || matches!(csv, Some(csv::ErrorKind::Io(e)) if broken(e))
}

/// The same where `println!` meets the closed pipe; it knows no other way out than a panic. One within a damaged
/// workbook is told as an error of that file, without a trace of where.
fn end_quietly_when_nobody_reads() {
    let otherwise = panic::take_hook();
    panic::set_hook(Box::new(move |info: &PanicHookInfo| {
        let payload: &dyn Any = info.payload();
        if payload.downcast_ref::<String>().is_some_and(|text| text.contains("stdout: Broken pipe")) {
            std::process::exit(0);
        }
        if !crate::sheet::read::is_parsing() {
            otherwise(info);
        }
    }));
}

fn carry_out(cli: &Cli) -> anyhow::Result<Status> {
    match &cli.verb {
        Verb::Init(args) => init::run(args, cli),
        Verb::Ingest(args) => ingest::run(args, cli),
        Verb::Quarantine(args) => quarantine::run(args, cli),
        Verb::Merge(args) => merge::run(args, cli),
        Verb::Check(args) => check::run(args, cli),
        Verb::Measures(args) => measures::run(args, cli),
        Verb::Explain(args) => explain::run(args, cli),
        Verb::Classes(args) => classes::run(args, cli),
        Verb::Funnel(args) => limits::funnel(args, cli),
        Verb::Xmr(args) => limits::xmr_chart(args, cli),
        Verb::Findings(args) => findings::run(args, cli),
        Verb::Notice(args) => notice::run(args, cli),
        Verb::Respond(args) => respond::run(args, cli),
        Verb::Rule(args) => rule::run(args, cli),
        Verb::Decide(args) => decide::run(args, cli),
        Verb::Recuse(args) => recuse::run(args, cli),
        Verb::Docket(args) => docket::run(args, cli),
        Verb::Complaint(verb) => complaint::run(verb, cli),
        Verb::Leads(args) => leads::run(args, cli),
        Verb::Sql(args) => sql::run(args, cli),
        Verb::Warn(args) => warn::run(args, cli),
        Verb::Bulletin(args) => bulletin::run(args, cli),
        Verb::Wall(args) => wall::run(args, cli),
        Verb::Dashboard(args) => dashboard::run(args, cli),
        Verb::Run(args) => run::run(args, cli),
        Verb::Demo(args) => demo::run(args, cli),
        Verb::Synth(args) => synth::run(args, cli),
        Verb::Regime(args) => regime::run(args, cli),
        Verb::Calendar(args) => calendar::run(args, cli),
        Verb::Sample(verb) => sample::run(verb, cli),
        Verb::Doctor => doctor::run(cli),
        Verb::Completions(args) => {
            clap_complete::generate(args.shell, &mut Cli::command(), "guanjia", &mut std::io::stdout());
            Ok(Status::Done)
        }
    }
}

/// What the user can mend is misuse; what only we can is a crash.
fn status_of(error: &anyhow::Error) -> Status {
    let mendable = error.chain().any(|cause| {
        cause.is::<Refused>()
            || cause.is::<WorkspaceError>()
            || cause.is::<RegimeError>()
            || cause.is::<CalendarError>()
            || cause.is::<DictionaryError>()
            || cause.is::<MappingError>()
            || cause.is::<MadeError>()
            || cause.is::<QuarantineSheetError>()
            || matches!(
                cause.downcast_ref(),
                Some(
                    FreezeError::Exists(_)
                        | FreezeError::NoFolder(_)
                        | FreezeError::Unreadable { .. }
                        | FreezeError::Issued(_)
                        | FreezeError::NotHolding { .. }
                )
            )
            || cause.is::<std::io::Error>()
            || matches!(cause.downcast_ref(), Some(MeasureError::Argument { .. }))
            || warehouse_in(cause).is_some_and(|e| !internal(e))
    });
    if mendable { Status::Misuse } else { Status::Crash }
}

/// The warehouse's error, also where a room passes it on as its own: then it is no cause of its own.
fn warehouse_in<'e>(cause: &'e (dyn std::error::Error + 'static)) -> Option<&'e WarehouseError> {
    match (cause.downcast_ref(), cause.downcast_ref()) {
        (Some(MeasureError::Warehouse(e)), _) | (_, Some(IngestError::Warehouse(e))) => Some(e),
        _ => cause.downcast_ref(),
    }
}

fn internal(error: &WarehouseError) -> bool {
    use WarehouseError::{Json, Order, Shape, Sql, Sum};
    matches!(error, Sql { .. } | Shape { .. } | Sum { .. } | Order(_) | Json(_))
}

/// A bureau's workspace, rules and working days: what every verb that computes needs.
pub struct Bureau {
    pub workspace: Workspace,
    pub regime: Regime,
    pub calendar: Calendar,
}

impl Bureau {
    /// The one that the command line names.
    pub fn open(cli: &Cli) -> anyhow::Result<Bureau> {
        Bureau::of(Workspace::open(cli.workspace.as_deref())?)
    }

    /// The one of a workspace.
    pub fn of(workspace: Workspace) -> anyhow::Result<Bureau> {
        let regime = Regime::of(&workspace)?;
        let calendar = Calendar::for_workspace(&workspace)?;
        Ok(Bureau { workspace, regime, calendar })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("file.toml: {source}")]
        struct Outer {
            source: std::io::Error,
        }
        let source = std::io::Error::other("line 1: what is this\n");
        let error = anyhow::Error::from(Outer { source }).context("settings");
        assert_eq!(told(&error), "settings: file.toml: line 1: what is this");
    }
}
