//! `guanjia synth`: makes up the exports of a bureau.
use serde_json::json;

use super::Status;
use crate::cli::{self, Cli, Format};
use crate::synth;

/// Makes the exports and says how many rows each table has.
pub fn run(args: &cli::Synth, cli: &Cli) -> anyhow::Result<Status> {
    let rows = synth::make(args.size, args.seed, &args.out, args.mess)?;
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
