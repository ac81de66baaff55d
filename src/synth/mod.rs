//! Made-up bureaus of any size: exports that look real and belong to nobody.
//!
//! Everything follows from a size and a seed: the same two give the same bytes on every machine. Chance is drawn
//! in whole numbers, each enterprise and person from a stream of its own, and a bureau is made block by block (25
//! people and their enterprises), so that a province takes no more memory than a district.
//!
//! - [`plan`]: how much of everything there is · [`register`]: who exists · [`bureau`]: who serves whom
//! - [`cases`], [`diary`], [`judged`], [`policies`]: what happened · [`rows`]: all of it, as rows
//! - [`event`]: a step of a case, which all bureaus share · [`sink`]: where rows go · [`mess`]: a folder as untidy as in life, of [`form`]s, [`wide`] rows and [`untidy`] cells
//! - [`described`]: a bureau of any place, as a description file has it · [`layout`]: its rows as files
//! - [`clock`], [`draw`], [`vocabulary`]: working time, chance and words (`vocabulary.toml`)
use std::path::{Path, PathBuf};

use crate::cli::Size;

mod bureau;
mod cases;
mod clock;
mod described;
mod diary;
mod draw;
mod event;
mod form;
mod judged;
mod layout;
mod mess;
mod parquet;
mod plan;
mod policies;
mod register;
mod rows;
mod sink;
mod untidy;
mod vocabulary;
mod wide;

use clock::Clock;
use described::Description;
use plan::Plan;
use sink::{CsvSink, Memory, Sink, Table};

/// Why nothing could be made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    #[error("{0} is not empty; name a new folder, so that nothing of yours is overwritten")]
    NotEmpty(PathBuf),
    #[error("cannot write {path}: {source}")]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
    #[error(transparent)]
    Workbook(#[from] crate::sheet::messy::Unwritten),
    #[error("cannot lay out rows: {0}")]
    Rows(#[from] arrow::error::ArrowError),
    #[error(transparent)]
    Parquet(#[from] crate::warehouse::WarehouseError),
    #[error(transparent)]
    Layout(#[from] layout::LayoutError),
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Description { faults: Vec<crate::regime::Fault> },
    #[error("only a district can be made untidy; leave --mess out for larger bureaus")]
    TooLargeForMess,
}

impl SynthError {
    fn at(path: &Path) -> impl Fn(std::io::Error) -> SynthError + '_ {
        move |source| SynthError::Unwritable { path: path.to_path_buf(), source }
    }
}

/// What was made: rows by table.
pub type Rows = Vec<(&'static str, u64)>;

/// Makes a bureau's exports in `out`, which must be new or empty: one canonical CSV per table, or with `mess` a
/// folder as it would come, tidy history and two untidy months.
pub fn make(size: Size, seed: u64, out: &Path, mess: bool) -> Result<Rows, SynthError> {
    if mess && !matches!(size, Size::District | Size::Sample) {
        return Err(SynthError::TooLargeForMess);
    }
    prepare(out)?;
    let (plan, clock) = (Plan::of(size), Clock::shipped());
    let rows = if mess {
        let mut memory = Memory::default();
        rows::write(&plan, &clock, seed, &mut memory)?;
        let rows = Table::ALL.map(|table| memory.tables[table as usize].len() as u64);
        mess::write(out, &plan, &clock, memory)?;
        rows
    } else {
        let mut sink = CsvSink::create(out, &clock)?;
        rows::write(&plan, &clock, seed, &mut sink)?;
        sink.finish()?
    };
    Ok(Table::ALL.iter().map(|table| (table.described().name.as_str(), rows[*table as usize])).collect())
}

/// Makes the exports of the bureau that a file describes in `out`, which must be new or empty: one canonical CSV per
/// table, or with `mess` the files that its `[[file]]` entries say. A `seed` of one's own makes another bureau of the
/// same kind.
pub fn make_of(file: &Path, seed: Option<u64>, out: &Path, mess: bool) -> Result<Rows, SynthError> {
    let mut description = describe(file)?;
    description.seed = seed.unwrap_or(description.seed);
    prepare(out)?;
    let clock = Clock::shipped();
    let memory = described::memory(&description, &clock)?;
    let rows = Table::ALL.map(|table| memory.tables[table as usize].len() as u64);
    if mess {
        let unreadable = |source| SynthError::Unreadable { path: file.to_path_buf(), source };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        layout::write(out, &text, description.last, &clock, &memory)?;
    } else {
        let mut sink = CsvSink::create(out, &clock)?;
        for table in Table::ALL {
            for row in &memory.tables[table as usize] {
                sink.row(table, &row.iter().map(sink::Kept::cell).collect::<Vec<_>>())?;
            }
        }
        sink.finish()?;
    }
    Ok(Table::ALL.iter().map(|table| (table.described().name.as_str(), rows[*table as usize])).collect())
}

/// What a description says of its own showing: the regime, and the periods that `guanjia demo` computes.
pub fn shown(file: &Path) -> Result<(String, Vec<crate::period::Period>), SynthError> {
    let description = describe(file)?;
    Ok((description.regime, description.demo.periods))
}

/// Reads and checks a description.
fn describe(file: &Path) -> Result<Description, SynthError> {
    let read = Description::read(file).map_err(|source| SynthError::Unreadable { path: file.to_path_buf(), source })?;
    read.map_err(|faults| SynthError::Description { faults })
}

fn prepare(out: &Path) -> Result<(), SynthError> {
    std::fs::create_dir_all(out).map_err(SynthError::at(out))?;
    let mut entries = std::fs::read_dir(out).map_err(SynthError::at(out))?;
    if entries.next().is_some() { Err(SynthError::NotEmpty(out.to_path_buf())) } else { Ok(()) }
}
