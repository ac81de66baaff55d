//! Parse, run, exit.
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = guanjia::cli::Cli::parse();
    guanjia::commands::run(&cli).into()
}
