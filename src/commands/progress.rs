//! Progress on standard error: one line that says what is being done; nothing when quiet or not a terminal.
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Cli;
use crate::ingest::Watch;

/// Tells what is going on.
pub struct Progress {
    bar: ProgressBar,
    quiet: bool,
    started: Instant,
}

impl Progress {
    pub fn new(cli: &Cli) -> Progress {
        let target = if cli.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress { bar, quiet: cli.quiet, started: Instant::now() }
    }

    /// What is being done now.
    pub fn step(&self, what: &str) {
        tracing::info!(ms = self.started.elapsed().as_millis(), "{what}");
        self.bar.set_message(what.to_owned());
    }

    /// A line that stays.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }

    /// Clears the line.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Clears the line; says how long it took.
    pub fn done(self) {
        self.bar.finish_and_clear();
        if !self.quiet {
            eprintln!("done in {:.1} s", self.started.elapsed().as_secs_f64());
        }
    }
}

impl Watch for Progress {
    fn file(&self, path: &str, n: usize, of: usize) {
        self.step(&format!("{n}/{of} {path}"));
    }

    fn rows(&self, rows: u64) {
        self.bar.inc(rows);
    }
}
