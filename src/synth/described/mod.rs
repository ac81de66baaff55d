//! Made-up bureaus of any place: a description file in, the rows of the twelve tables out.
//!
//! The same description gives the same rows on every machine. Code knows no place; what differs is in the file.
//!
//! - [`description`], [`happenings`]: what the file can say · [`words`]: its words and numbers · [`check`]: whether its parts fit
//! - [`bureau`]: who there is and who holds what
//! - [`roads`]: what is planned and done · [`cases`]: what enterprises bring · [`entries`]: what people write down
//! - [`said`]: evaluations and complaints · [`policies`]: what is passed on · [`rows`]: all of it, as rows
mod bureau;
mod cases;
mod check;
pub(in crate::synth) mod description;
mod entries;
mod happenings;
mod policies;
mod roads;
mod rows;
mod said;
mod words;

use bureau::Bureau;
pub(in crate::synth) use description::Description;

use super::SynthError;
use super::clock::Clock;
use super::sink::Memory;

/// All rows of a description's bureau, in the order in which they came about.
pub(super) fn memory(description: &Description, clock: &Clock) -> Result<Memory, SynthError> {
    let mut memory = Memory::default();
    rows::write(&Bureau::make(description, clock), &mut memory)?;
    Ok(memory)
}
