//! One file per verb: resolve the arguments, call the room, print.
//!
//! Results go to standard output, talk to standard error; a message names the thing and the remedy.
use std::process::ExitCode;

use clap::CommandFactory;

use crate::calendar::{Calendar, CalendarError};
use crate::cli::{Cli, Verb};
use crate::measures::MeasureError;
use crate::regime::{Regime, RegimeError};
use crate::warehouse::WarehouseError;
use crate::workspace::{Workspace, WorkspaceError};

mod bulletin;
mod calendar;
mod dashboard;
mod demo;
mod doctor;
mod explain;
mod ingest;
mod init;
mod measures;
mod progress;
mod quarantine;
mod run;
mod synth;
mod table;

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
    let colour = std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .without_time()
        .init();
    match carry_out(cli) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            status_of(&error)
        }
    }
}

fn carry_out(cli: &Cli) -> anyhow::Result<Status> {
    match &cli.verb {
        Verb::Init(args) => init::run(args, cli),
        Verb::Ingest(args) => ingest::run(args, cli),
        Verb::Quarantine(args) => quarantine::run(args, cli),
        Verb::Measures(args) => measures::run(args, cli),
        Verb::Explain(args) => explain::run(args, cli),
        Verb::Bulletin(args) => bulletin::run(args, cli),
        Verb::Dashboard(args) => dashboard::run(args, cli),
        Verb::Run(args) => run::run(args, cli),
        Verb::Demo(args) => demo::run(args, cli),
        Verb::Synth(args) => synth::run(args, cli),
        Verb::Calendar(args) => calendar::run(args, cli),
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
            || cause.is::<std::io::Error>()
            || matches!(cause.downcast_ref(), Some(MeasureError::Argument { .. }))
            || matches!(cause.downcast_ref(), Some(e) if !internal(e))
    });
    if mendable { Status::Misuse } else { Status::Crash }
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
