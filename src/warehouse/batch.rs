//! A [`Batch`]: one transaction that takes exports in.
//!
//! Rows wait in TEMP tables (one per kind) until all sources are read; then SQL decides in sets which of them are
//! new versions. A batch that is dropped before [`Batch::commit`] leaves nothing.
mod commit;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::{NaiveDate, NaiveDateTime};
use duckdb::Connection;

use super::batch_types::{Conflict, Correction, Known, Mode, Refused, Source};
use super::columns::{Shape, shape, shapes};
use super::error::Doing;
use super::merge::{Clash, Merge, Tally};
use super::received::{self, Skipped};
use super::{Result, WarehouseError, case_sets, connect, delta, names, records, role_lists};

/// One transaction: sources are opened, rows staged or refused, sources closed, conflicts settled, all committed.
pub struct Batch<'w> {
    conn: &'w Connection,
    id: i64,
    first_source: i64,
    mode: Mode,
    exported_on: NaiveDate,
    started_at: NaiveDateTime,
    sources: Vec<OpenSource>,
    /// Tables that have rows waiting.
    staged: BTreeSet<String>,
    /// What is known of the events that wait.
    events: Events,
    /// Rows waiting, of all tables.
    waiting: u64,
    /// Hashes of all contents that came in before.
    contents: OnceCell<HashSet<String>>,
    /// Paths and sheets of which refused rows wait since earlier batches.
    waits: OnceCell<HashSet<(String, Option<String>)>>,
    /// Sources whose rows carry their case's events along.
    wide: BTreeSet<i64>,
    /// Rows of corrected workbooks, by source.
    corrections: Vec<(i64, Correction)>,
    /// Why a snapshot may not say what is gone.
    partial: Option<String>,
    /// Sources that are wide role lists: each row feeds an enterprise, people and assignments.
    listed: BTreeSet<i64>,
    /// Tables that mapped sources feed beside their own, and those sources.
    beside: BTreeMap<String, BTreeSet<i64>>,
    /// Conflicts were asked for; nothing may be staged any more.
    settled: bool,
    open: bool,
}

/// What is known of the events that wait, so that not all of them need be looked through.
#[derive(Default)]
struct Events {
    /// The last row of each list of events.
    last: BTreeMap<i64, i64>,
    /// Some have no `seq`.
    unnumbered: bool,
    /// Some row of a list of events gave several.
    several: bool,
}

impl Events {
    /// Takes note of rows of a source; `list`: it is one of events.
    fn note(&mut self, source_id: i64, rows: &RecordBatch, list: bool) {
        self.unnumbered |= rows.column_by_name("seq").is_none_or(|seq| seq.null_count() > 0);
        if list {
            let last = self.last.entry(source_id).or_insert(i64::MIN);
            match rows.column(0).as_any().downcast_ref::<Int64Array>() {
                Some(numbers) => {
                    for number in numbers.values() {
                        self.several |= *number <= *last;
                        *last = *number;
                    }
                }
                None => self.several = true,
            }
        }
    }
}

/// A source of this batch with what is known of its sum.
#[derive(Default)]
struct OpenSource {
    source: Source,
    closed: Option<(u64, Skipped)>,
    accepted: i64,
    unchanged: i64,
    refused: u64,
    /// Kind, column and rule of what was refused.
    reasons: BTreeMap<(String, String, String), u64>,
}

impl Batch<'_> {
    /// Begins the transaction and numbers the batch.
    pub(super) fn begin(
        conn: &Connection,
        mode: Mode,
        exported_on: NaiveDate,
        started_at: NaiveDateTime,
    ) -> Result<Batch<'_>> {
        // Rows are staged by one thread, while others of ours read; a second of DuckDB's would only spin.
        connect::threads(conn, 1)?;
        conn.execute_batch("BEGIN TRANSACTION").doing("begin a batch")?;
        // From here on a failure drops the batch, which rolls back.
        let mut batch = Batch {
            conn,
            id: 0,
            first_source: 0,
            mode,
            exported_on,
            started_at,
            sources: Vec::new(),
            staged: BTreeSet::new(),
            events: Events::default(),
            waiting: 0,
            contents: OnceCell::new(),
            waits: OnceCell::new(),
            wide: BTreeSet::new(),
            corrections: Vec::new(),
            partial: None,
            listed: BTreeSet::new(),
            beside: BTreeMap::new(),
            settled: false,
            open: true,
        };
        let next = "SELECT (SELECT coalesce(max(batch_id), 0) + 1 FROM batches),
                           (SELECT coalesce(max(source_id), 0) + 1 FROM sources)";
        (batch.id, batch.first_source) =
            conn.query_row(next, [], |row| Ok((row.get(0)?, row.get(1)?))).doing("number the batch")?;
        Ok(batch)
    }

    /// Number of the batch, should it be committed.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// What is known of this very content read in this very way, if it was taken in before (by a snapshot: as one).
    pub fn known(&self, content_sha256: &str, reading_sha256: &str) -> Result<Option<Known>> {
        let contents = match self.contents.get() {
            Some(contents) => contents,
            None => {
                let all = received::contents(self.conn)?;
                self.contents.get_or_init(|| all)
            }
        };
        match contents.contains(content_sha256) {
            true => received::known(self.conn, content_sha256, reading_sha256, self.mode),
            false => Ok(None),
        }
    }

    /// The day the batch's exports were made.
    pub fn exported_on(&self) -> NaiveDate {
        self.exported_on
    }

    /// A snapshot of which not all could be read says of nothing that it is gone; `why` is told.
    pub fn partial(&mut self, why: &str) {
        self.partial.get_or_insert_with(|| why.to_owned());
    }

    /// Rows refused of this path and sheet in earlier batches, which nothing stands for yet.
    pub fn refused_before(&self, path: &str, sheet: Option<&str>) -> Result<Vec<received::Quarantined>> {
        match self.waits()?.contains(&(path.to_owned(), sheet.map(str::to_owned))) {
            true => received::refused_before(self.conn, self.id, path, sheet),
            false => Ok(Vec::new()),
        }
    }

    /// Paths and sheets of which refused rows of earlier batches wait.
    fn waits(&self) -> Result<&HashSet<(String, Option<String>)>> {
        match self.waits.get() {
            Some(waits) => Ok(waits),
            None => {
                let waits = received::waits(self.conn, self.id)?;
                Ok(self.waits.get_or_init(|| waits))
            }
        }
    }

    /// Rows of a source that stand for refused rows of earlier batches.
    pub fn correct(&mut self, source_id: i64, rows: Vec<Correction>) {
        self.corrections.extend(rows.into_iter().map(|row| (source_id, row)));
    }

    /// Opens one sheet of one file; returns its number.
    pub fn open_source(&mut self, source: Source) -> Result<i64> {
        let id = self.first_source + self.sources.len() as i64;
        self.sources.push(OpenSource { source, ..OpenSource::default() });
        Ok(id)
    }

    fn source(&mut self, source_id: i64) -> Result<&mut OpenSource> {
        usize::try_from(source_id - self.first_source)
            .ok()
            .and_then(|index| self.sources.get_mut(index))
            .ok_or(WarehouseError::Order("a source that was never opened was named"))
    }

    /// Puts rows of a source aside until the merge.
    ///
    /// `rows` has `row_no` (Int64), then the table's columns in the dictionary's order: text as Utf8, date as
    /// Date32, stamp as Timestamp(Microsecond) followed by Boolean `<name>_whole_day`, whole and grade as Int64,
    /// decimal as Utf8 (`12.5`), number as Float64, yes/no as Boolean. Rows of a table other than the source's kind
    /// (events of a wide case row) carry the row number they came from and do not count in the source's sum.
    pub fn stage(&mut self, source_id: i64, table: &str, rows: &RecordBatch) -> Result<()> {
        if self.settled {
            return Err(WarehouseError::Order("rows were staged after the conflicts were asked for"));
        }
        let wrong = |detail: String| WarehouseError::Shape { table: table.to_owned(), detail };
        let shape = shape(table).ok_or_else(|| wrong("there is no such table".into()))?;
        if table == "case_events" && self.source(source_id)?.source.kind.as_deref() != Some(table) {
            self.wide.insert(source_id);
        }
        let Source { kind, mapping, .. } = &self.source(source_id)?.source;
        let (kind, mapped) = (kind.as_deref(), mapping.is_some());
        if mapped && table != "case_events" && kind != Some(table) {
            self.beside.entry(table.to_owned()).or_default().insert(source_id);
        } else if matches!(table, "people" | "assignments") && kind == Some("enterprises") {
            self.listed.insert(source_id);
        }
        let names = std::iter::once("row_no").chain(shape.columns.iter().map(|c| c.name.as_str()));
        if !names.eq(rows.schema_ref().fields().iter().map(|f| f.name().as_str())) {
            let found = rows.schema_ref().fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>().join(", ");
            return Err(wrong(format!("its columns are {found}")));
        }
        self.waiting += rows.num_rows() as u64;
        if table == "case_events" {
            let list = !self.wide.contains(&source_id);
            self.events.note(source_id, rows, list);
        }
        if self.staged.insert(table.to_owned()) {
            self.conn.execute_batch(&shape.create_stage()).doing(format!("make room for {table}"))?;
        }
        let rows = with_source(source_id, rows).map_err(|e| wrong(e.to_string()))?;
        let doing = || format!("stage rows of {table}");
        let mut appender =
            self.conn.appender_to_catalog_and_db(&format!("stage_{table}"), "temp", "main").doing(doing())?;
        appender.append_record_batch(rows).doing(doing())?;
        appender.flush().doing(doing())
    }

    /// Keeps rows that cannot be taken, with their cells and reasons.
    pub fn refuse(&mut self, source_id: i64, rows: &[Refused]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let source = self.source(source_id)?;
        source.refused += rows.len() as u64;
        let mut cells = Vec::with_capacity(rows.len());
        let mut reasons = Vec::with_capacity(rows.len());
        for row in rows {
            cells.push(received::cells_to_json(&row.cells)?);
            reasons.push(serde_json::to_string(&row.reasons)?);
            for reason in &row.reasons {
                let key = (row.kind.clone(), reason.column.clone(), reason.rule.clone());
                *source.reasons.entry(key).or_default() += 1;
            }
        }
        let columns: [(&str, ArrayRef); 6] = [
            ("batch_id", Arc::new(Int64Array::from(vec![self.id; rows.len()]))),
            ("source_id", Arc::new(Int64Array::from(vec![source_id; rows.len()]))),
            ("row_no", Arc::new(rows.iter().map(|r| Some(r.row_no as i64)).collect::<Int64Array>())),
            ("kind", Arc::new(StringArray::from_iter_values(rows.iter().map(|r| &r.kind)))),
            ("cells", Arc::new(StringArray::from(cells))),
            ("reasons", Arc::new(StringArray::from(reasons))),
        ];
        let rows = RecordBatch::try_from_iter(columns)
            .map_err(|e| WarehouseError::Shape { table: "quarantine".into(), detail: e.to_string() })?;
        let doing = "keep refused rows";
        let mut appender = self.conn.appender_to_catalog_and_db("quarantine", "warehouse", "main").doing(doing)?;
        appender.append_record_batch(rows).doing(doing)?;
        appender.flush().doing(doing)
    }

    /// Ends a source: how many rows it had (all of them) and which of them are no records.
    pub fn close_source(&mut self, source_id: i64, rows: u64, skipped: Skipped) -> Result<()> {
        self.source(source_id)?.closed = Some((rows, skipped));
        Ok(())
    }

    /// Takes everything of a source out again: it broke off, and half of it is worse than none. It stays in the book
    /// as no export, with the reason; without its content's hash, so that it is read again when it comes again.
    pub fn abandon(&mut self, source_id: i64, why: &str) -> Result<()> {
        let source = self.source(source_id)?;
        source.source.kind = None;
        source.source.note = Some(why.to_owned());
        source.source.content_sha256.clear();
        source.refused = 0;
        source.reasons.clear();
        self.wide.remove(&source_id);
        self.corrections.retain(|(source, _)| *source != source_id);
        self.listed.remove(&source_id);
        self.beside.values_mut().for_each(|sources| {
            sources.remove(&source_id);
        });
        let doing = "take a broken source out again";
        for table in &self.staged {
            let delete = format!("DELETE FROM temp.stage_{table} WHERE source_id = {source_id}");
            self.conn.execute_batch(&delete).doing(doing)?;
        }
        let delete = format!("DELETE FROM warehouse.quarantine WHERE source_id = {source_id}");
        self.conn.execute_batch(&delete).doing(doing)
    }

    fn merge(&self) -> Merge<'_> {
        Merge {
            conn: self.conn,
            batch: self.id,
            exported_on: self.exported_on,
            wide: &self.wide,
            staged: &self.staged,
            ordered: !self.events.unnumbered,
            one_holder: self.wide.is_empty() && self.events.last.len() < 2,
            several: self.events.several,
        }
    }

    fn count(&mut self, tallies: Vec<Tally>) -> Result<()> {
        for tally in tallies {
            let source = self.source(tally.source_id)?;
            source.accepted += tally.accepted;
            source.unchanged += tally.unchanged;
        }
        Ok(())
    }

    /// After all sources: rows of one id that differ within this batch. They leave the stage; the caller refuses
    /// them with their raw cells, or the sum of their source will not hold.
    pub fn conflicts(&mut self) -> Result<Vec<Conflict>> {
        self.settled = true;
        if self.waiting > connect::ROWS_OF_ONE_THREAD {
            connect::all_threads(self.conn)?;
        }
        // Whom rows name comes before everything else: their keys may depend on it.
        let named: BTreeSet<i64> =
            (self.first_source..).zip(&self.sources).filter(|(_, s)| s.source.names).map(|(id, _)| id).collect();
        let mut conflicts = match named.is_empty() {
            true => Vec::new(),
            false => names::resolve(&self.merge(), &named)?,
        };
        let mut clashes = Vec::new();
        let mut tallies = Vec::new();
        // Sets of events first: they tell which wide rows contradict each other.
        if self.staged.contains("case_events") && self.mode == Mode::Delta {
            delta::settle(&self.merge(), &mut tallies)?;
        } else if self.staged.contains("case_events") {
            case_sets::settle(&self.merge(), &mut clashes, &mut tallies)?;
        }
        if !self.listed.is_empty() {
            role_lists::settle(&self.merge(), &self.listed, &mut clashes)?;
        }
        for (table, sources) in &self.beside {
            records::settle_beside(&self.merge(), table, sources)?;
        }
        for shape in self.waiting() {
            records::settle(&self.merge(), shape, &mut clashes, &mut tallies)?;
        }
        if self.staged.contains("case_events") {
            case_sets::leave_with_their_rows(&self.merge(), &clashes)?;
        }
        let tallies = tallies.into_iter().filter(|(kind, tally)| self.counts(tally.source_id, kind)).map(|(_, t)| t);
        let tallies = tallies.collect();
        self.count(tallies)?;
        conflicts.extend(self.name(clashes));
        Ok(conflicts)
    }

    /// Tables of single records that have rows waiting.
    fn waiting(&self) -> impl Iterator<Item = &'static Shape> + use<'_> {
        shapes().iter().filter(|s| s.table != "case_events" && self.staged.contains(&s.table))
    }

    /// Whether rows of this table count in the source's sum.
    fn counts(&self, source_id: i64, table: &str) -> bool {
        let index = (source_id - self.first_source) as usize;
        // A row of a role list counts once for all it feeds.
        !self.listed.contains(&source_id)
            && self.sources.get(index).is_some_and(|s| s.source.kind.as_deref() == Some(table))
    }

    /// Says of each clash which other rows it contradicts.
    fn name(&self, clashes: Vec<Clash>) -> Vec<Conflict> {
        let mut groups: BTreeMap<(&str, &str), Vec<(i64, i64)>> = BTreeMap::new();
        for clash in &clashes {
            let rows = groups.entry((clash.kind, &clash.key)).or_default();
            // The others are named by example; a set of events may have many rows.
            if !rows.iter().any(|(source, _)| *source == clash.source_id) || rows.len() < 4 {
                rows.push((clash.source_id, clash.row_no));
            }
        }
        let conflict = |clash: &Clash| {
            let own = (clash.source_id, clash.row_no);
            let rows = &groups[&(clash.kind, clash.key.as_str())];
            let elsewhere = rows.iter().filter(|r| **r != own && (clash.kind != "case_events" || r.0 != own.0));
            let places: Vec<String> = elsewhere.take(2).map(|(source, row)| self.place(*source, *row)).collect();
            let reason = super::batch_types::Refusal {
                column: clash.column.clone(),
                rule: "conflict".into(),
                value: clash.key.clone(),
                remedy: format!(
                    "{} says otherwise of the same record; keep the right one and ingest it again.",
                    places.join(" and ")
                ),
            };
            Conflict { source_id: clash.source_id, row_no: clash.row_no as u64, kind: clash.kind.to_owned(), reason }
        };
        clashes.iter().map(conflict).collect()
    }

    fn place(&self, source_id: i64, row_no: i64) -> String {
        match self.sources.get((source_id - self.first_source) as usize).map(|s| &s.source) {
            Some(Source { path, sheet: Some(sheet), .. }) => format!("{path}, sheet {sheet}, row {row_no}"),
            Some(source) => format!("{}, row {row_no}", source.path),
            None => format!("row {row_no}"),
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if self.open {
            let _ = self.conn.execute_batch("ROLLBACK");
        }
    }
}

/// The rows with their source before them.
fn with_source(source_id: i64, rows: &RecordBatch) -> arrow::error::Result<RecordBatch> {
    let mut fields = vec![Arc::new(Field::new("source_id", DataType::Int64, false))];
    fields.extend(rows.schema_ref().fields().iter().cloned());
    let mut columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(vec![source_id; rows.num_rows()]))];
    columns.extend(rows.columns().iter().cloned());
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
