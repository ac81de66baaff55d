//! `guanjia synth`: makes up the exports of a bureau.
use serde_json::json;

use super::{Refused, Status};
use crate::cli::{self, Cli, Format, Size};
use crate::synth::{self, SynthError};

/// Makes the exports and says how many rows each table has.
pub fn run(args: &cli::Synth, cli: &Cli) -> anyhow::Result<Status> {
    let rows = match (&args.of, args.size) {
        (Some(file), _) => synth::make_of(file, args.seed, &args.out, args.mess).map_err(refused)?,
        (None, size) => {
            synth::make(size.unwrap_or(Size::District), args.seed.unwrap_or_default(), &args.out, args.mess)?
        }
    };
    match cli.format {
        Format::Json => {
            let tables: serde_json::Map<_, _> = rows.iter().map(|(name, n)| ((*name).to_owned(), json!(n))).collect();
            println!(
                "{}",
                serde_json::to_string_pretty(&json!({ "out": args.out, "seed": args.seed, "rows": tables }))?
            );
        }
        _ if cli.quiet => {}
        _ => {
            for (name, rows) in rows {
                println!("{rows:>12}  {name}");
            }
        }
    }
    Ok(Status::Done)
}

/// A description that cannot be used is what was asked for, not our fault.
fn refused(error: SynthError) -> anyhow::Error {
    match error {
        SynthError::Unreadable { .. } | SynthError::Description { .. } => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
