//! One row per case, one column per step: each filled time becomes an event of the case.
use polars::prelude::*;

use super::{Spot, Typed, days, stamps, text};
use crate::ingest::fault::{Fault, Rule};
use crate::ingest::read::Rows;
use crate::ingest::recognise::Layout;
use crate::tables::Dictionary;

/// The events that the rows of a batch tell of.
pub struct Events {
    columns: Vec<EventColumn>,
}

/// One event's columns, typed.
struct EventColumn {
    event: String,
    seq: i64,
    at: Column,
    whole_day: Column,
    unit: Option<StringChunked>,
    note: Option<StringChunked>,
    until: Option<Column>,
}

/// Reads the event columns of a wide case file; none: the file is not wide.
pub fn events(layout: &Layout, rows: &Rows, typed: &mut Typed) -> Option<Events> {
    if layout.events.is_empty() {
        return None;
    }
    let none = StringChunked::full_null("".into(), rows.height());
    let cells = |at: usize| rows.column(at).unwrap_or(&none);
    let mut columns = Vec::with_capacity(layout.events.len());
    for (index, event) in layout.events.iter().enumerate() {
        let mut faults = Vec::new();
        let (at, whole_day) = stamps("at".into(), cells(event.at), false, &mut faults);
        typed.fault(Spot::At(index), faults);
        let free = |at: usize| text::map_text(cells(at), &mut Vec::new(), text::text);
        let until = event.until.map(|until| {
            let mut faults = Vec::new();
            let days = days("until".into(), cells(until), &mut faults);
            faults.extend(early(&at, &days));
            typed.fault(Spot::Until(index), faults);
            days
        });
        let (unit, note) = (event.unit.map(free), event.note.map(free));
        columns.push(EventColumn { event: event.event.to_owned(), seq: event.seq, at, whole_day, unit, note, until });
    }
    Some(Events { columns })
}

/// New due days that lie before their extension.
fn early(at: &Column, until: &Column) -> Vec<Fault> {
    let (Ok(at), Ok(until)) = (at.datetime(), until.date()) else { return Vec::new() };
    let pairs = at.physical().iter().zip(until.physical().iter()).enumerate();
    let early = pairs.filter(|(_, (at, until))| {
        at.zip(*until).is_some_and(|(at, until)| i64::from(until) < at.div_euclid(86_400_000_000))
    });
    early.map(|(row, _)| Fault { row: row as u32, rule: Rule::UntilAfterAt }).collect()
}

impl Events {
    /// The events of the kept rows as rows of `case_events`; `cases` is the typed frame of all rows.
    pub fn frame(&self, cases: &DataFrame, keep: &[bool], dictionary: &Dictionary) -> PolarsResult<DataFrame> {
        let row_no = cases.column("row_no")?.i64()?;
        let case_id = cases.column("case_id")?.str()?;
        let submitted = cases.column("submitted_at")?.datetime()?.physical();
        let submitted_whole = cases.column("submitted_at_whole_day")?.bool()?;
        let mut events = Builders::new(keep.len() * (1 + self.columns.len() / 2));
        let columns = self.columns.iter().map(|c| {
            Ok((c, c.at.datetime()?.physical(), c.whole_day.bool()?, c.until.as_ref().map(|u| u.date()).transpose()?))
        });
        let columns: Vec<_> = columns.collect::<PolarsResult<_>>()?;
        for row in (0..keep.len()).filter(|row| keep[*row]) {
            let case = (row_no.get(row), case_id.get(row));
            events.push(case, "submitted", 0, (submitted.get(row), submitted_whole.get(row)), (None, None, None));
            for (column, at, whole_day, until) in &columns {
                let Some(at) = at.get(row) else { continue };
                let text = |column: &Option<StringChunked>| column.as_ref().and_then(|c| c.get(row).map(str::to_owned));
                let until = until.and_then(|until| until.physical().get(row));
                let rest = (text(&column.unit), until, text(&column.note));
                events.push(case, &column.event, column.seq, (Some(at), whole_day.get(row)), rest);
            }
        }
        events.finish(dictionary)
    }
}

/// Columns of `case_events` as they grow.
struct Builders {
    row_no: PrimitiveChunkedBuilder<Int64Type>,
    case_id: StringChunkedBuilder,
    seq: PrimitiveChunkedBuilder<Int64Type>,
    event: StringChunkedBuilder,
    at: PrimitiveChunkedBuilder<Int64Type>,
    whole_day: BooleanChunkedBuilder,
    unit: StringChunkedBuilder,
    until: PrimitiveChunkedBuilder<Int32Type>,
    note: StringChunkedBuilder,
    height: usize,
}

impl Builders {
    fn new(capacity: usize) -> Builders {
        Builders {
            row_no: PrimitiveChunkedBuilder::new("row_no".into(), capacity),
            case_id: StringChunkedBuilder::new("case_id".into(), capacity),
            seq: PrimitiveChunkedBuilder::new("seq".into(), capacity),
            event: StringChunkedBuilder::new("event".into(), capacity),
            at: PrimitiveChunkedBuilder::new("at".into(), capacity),
            whole_day: BooleanChunkedBuilder::new("at_whole_day".into(), capacity),
            unit: StringChunkedBuilder::new("unit".into(), capacity),
            until: PrimitiveChunkedBuilder::new("until".into(), capacity),
            note: StringChunkedBuilder::new("note".into(), capacity),
            height: 0,
        }
    }

    fn push(
        &mut self,
        (row_no, case_id): (Option<i64>, Option<&str>),
        event: &str,
        seq: i64,
        (at, whole_day): (Option<i64>, Option<bool>),
        (unit, until, note): (Option<String>, Option<i32>, Option<String>),
    ) {
        self.row_no.append_option(row_no);
        self.case_id.append_option(case_id);
        self.seq.append_value(seq);
        self.event.append_value(event);
        self.at.append_option(at);
        self.whole_day.append_option(whole_day);
        self.unit.append_option(unit);
        self.until.append_option(until);
        self.note.append_option(note);
        self.height += 1;
    }

    /// The frame in the dictionary's order of columns; those that a wide file cannot fill are null.
    fn finish(self, dictionary: &Dictionary) -> PolarsResult<DataFrame> {
        let height = self.height;
        let at = self.at.finish().into_datetime(TimeUnit::Microseconds, None);
        let built = [
            self.case_id.finish().into_column(),
            self.seq.finish().into_column(),
            self.event.finish().into_column(),
            at.into_column(),
            self.whole_day.finish().into_column(),
            self.unit.finish().into_column(),
            self.until.finish().into_date().into_column(),
            self.note.finish().into_column(),
        ];
        let mut columns = vec![self.row_no.finish().into_column()];
        for column in dictionary.table("case_events").map_or(&[][..], |table| &table.columns) {
            let own = format!("{}_whole_day", column.name);
            let found = built.iter().filter(|c| c.name() == column.name.as_str() || c.name() == own.as_str());
            let before = columns.len();
            columns.extend(found.cloned());
            if columns.len() == before {
                columns.push(StringChunked::full_null(column.name.as_str().into(), height).into_column());
            }
        }
        DataFrame::new(height, columns)
    }
}
