//! Arguments of `guanjia sample`.
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Sample {
    /// Print the order in which ids on standard input are drawn: ticket, id, generation
    Tickets(Tickets),
}

#[derive(Debug, Args)]
pub struct Tickets {
    /// Seed, exactly as announced
    #[arg(long, value_name = "TEXT")]
    pub seed: String,
    /// Only the first N
    #[arg(long, value_name = "N")]
    pub take: Option<usize>,
    /// An id that is drawn goes back with its next ticket
    #[arg(long)]
    pub with_replacement: bool,
    /// All digits, not nine
    #[arg(long)]
    pub whole: bool,
}
