//! One step of a case, and its row.
use std::borrow::Cow;

use super::SynthError;
use super::clock::{Day, Stamp};
use super::sink::{Cell, Sink, Table};

pub(super) struct Event<'a> {
    pub event: &'a str,
    pub at: Stamp,
    /// Place in the list of people.
    pub actor: Option<usize>,
    pub unit: Option<Cow<'a, str>>,
    pub until: Option<Day>,
    pub note: Option<&'a str>,
}

impl Event<'_> {
    /// Writes its row; `seq` counts the steps of a case from 1.
    pub fn row(&self, case: &str, seq: usize, actor: Option<&str>, sink: &mut impl Sink) -> Result<(), SynthError> {
        let cells = [
            Cell::Text(case),
            Cell::Whole(seq as i64),
            Cell::Text(self.event),
            Cell::Stamp(self.at),
            Cell::text(actor),
            Cell::text(self.unit.as_deref()),
            Cell::day(self.until),
            Cell::text(self.note),
        ];
        sink.row(Table::CaseEvents, &cells)
    }
}
