//! One ingest under way: files into sources, sources into the batch, conflicts into quarantine, and the report.
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::PathBuf;

use super::find::Found;
use super::in_place::Mended;
use super::lines::Lines;
use super::pipe::{self, Feed, Message};
use super::read::{Format, Inspected, ReadError, Rows, book, json::json_rows, parquet::parquet_rows, text_rows};
use super::recognise::Foreign;
use super::role_list::asks_for_a_day;
use super::taker::Taker;
use super::{
    Asked, IngestError, Intake, Options, Report, foreign_reading, made_reading, mapped_reading, reading_sha256,
};
use crate::sheet::read::Workbook;
use crate::tables::Dictionary;
use crate::warehouse::batch_types::{BatchSum, Known, Mode, Refusal, Refused, Source};
use crate::warehouse::received::Skipped;

/// A source that was opened, and how to read it again.
struct Opened {
    id: i64,
    path: PathBuf,
    format: Format,
    source: Source,
}

/// A sheet that is about to be taken.
struct Sheet<'a> {
    path: &'a PathBuf,
    format: Format,
    source: Source,
}

/// One ingest under way.
pub struct Run<'a, I> {
    options: &'a Options<'a>,
    dictionary: &'a Dictionary,
    /// How files are read in this run.
    reading: String,
    /// How they may have been read before: with a day for role lists where there is none now, or without.
    other_reading: String,
    intake: I,
    lines: Lines,
    /// Sources of the batch that are exports.
    opened: Vec<Opened>,
    /// All sources of the batch.
    sources: usize,
    /// Contents that were met in this run, and the lines about each.
    seen: HashMap<String, Range<usize>>,
    /// A snapshot of which some ledger is new: all of them are read, since together they are one.
    anew: bool,
    /// Of each sheet taken, the headers of columns that feed nothing.
    unused: Vec<(String, Vec<String>)>,
    /// Sheets that would be taken with these settings.
    hints: Vec<(String, String)>,
}

impl<'a, I: Intake> Run<'a, I> {
    pub fn new(options: &'a Options, dictionary: &'a Dictionary, intake: I) -> Run<'a, I> {
        let reading = reading_sha256(dictionary, options.kind, options.since.is_some());
        let other_reading = reading_sha256(dictionary, options.kind, options.since.is_none());
        let (lines, opened, seen) = (Lines::default(), Vec::new(), HashMap::new());
        let (sources, anew, unused, hints) = (0, false, Vec::new(), Vec::new());
        Run { options, dictionary, reading, other_reading, intake, lines, opened, sources, seen, anew, unused, hints }
    }

    /// Looks the files through before the first is taken: the ledgers of a snapshot are one, so that one that came
    /// in before is read again beside one that is new.
    pub fn look(&mut self, found: &[Found]) -> Result<(), IngestError> {
        if self.options.mode != Mode::Snapshot {
            return Ok(());
        }
        for found in found.iter().filter(|found| found.passed_over.is_none()) {
            let Ok(inspected) = Inspected::of(&found.path) else { continue };
            if self.known(&inspected.sha256)?.is_none_or(|known| self.later(&known)) {
                self.anew = true;
            }
        }
        Ok(())
    }

    /// What is known of this content.
    fn known(&self, content: &str) -> Result<Option<Known>, IngestError> {
        // A role list that was not taken for want of a day is read once there is one; nothing else is read again.
        let waits = |known: &Known| {
            self.options.since.is_some() && known.sums.iter().any(|sum| sum.note.as_deref().is_some_and(asks_for_a_day))
        };
        for reading in [&self.reading, &self.other_reading] {
            // What is no export may be one by a mapping that was added since.
            let known = self.intake.known(content, reading)?;
            if let Some(known) = known.filter(|known| known.sums.iter().any(|sum| sum.kind.is_some()) && !waits(known))
            {
                return Ok(Some(known));
            }
            for mapping in &self.dictionary.mappings {
                let reading = mapped_reading(reading, self.dictionary, &mapping.name);
                if let Some(known) = self.intake.known(content, &reading)? {
                    return Ok(Some(known));
                }
            }
            for table in self.dictionary.missing.keys() {
                if let Some(known) = self.intake.known(content, &made_reading(reading, self.dictionary, table))? {
                    return Ok(Some(known));
                }
            }
        }
        Ok(self.intake.known(content, &foreign_reading(&self.reading, self.dictionary))?)
    }

    /// The files are said to be of a later day than when this content came in.
    fn later(&self, known: &Known) -> bool {
        self.options.exported_on.is_some_and(|day| day > known.exported_on)
    }

    /// Whether a file that came in before is to be taken once more: in a folder old and new exports may lie side by
    /// side, so there its content alone decides; one that is named itself with a later day is a new statement.
    fn again_anyway(&self, found: &Found, known: &Known) -> bool {
        match self.options.mode {
            Mode::Snapshot => self.anew,
            Mode::Plain | Mode::Delta => !found.in_folder && self.later(known),
        }
    }

    /// A file or sheet that is only listed.
    fn aside(&mut self, path: &str, why: &str, trouble: bool) {
        if trouble {
            self.intake.partial(&format!("{path} {why}"));
        }
        self.lines.aside(path, why, trouble);
    }

    /// Takes one file.
    pub fn file(&mut self, found: Found) -> Result<(), IngestError> {
        if let Some(why) = found.passed_over {
            self.aside(&found.shown, why, found.trouble);
            return Ok(());
        }
        let inspected = match Inspected::of(&found.path) {
            Ok(inspected) => inspected,
            Err(e) => {
                // Without its content there is nothing to know it by again, so it is only listed.
                self.aside(&found.shown, &ReadError::Io(e).to_string(), true);
                return Ok(());
            }
        };
        if let Some(range) = self.seen.get(&inspected.sha256) {
            self.lines.copies(range.clone(), &found.shown);
            return Ok(());
        }
        let first = self.lines.len();
        match self.known(&inspected.sha256)? {
            Some(known) if !self.again_anyway(&found, &known) => self.lines.known(known.sums, &found.shown),
            _ => self.fresh(&found, &inspected)?,
        }
        self.seen.insert(inspected.sha256, first..self.lines.len());
        Ok(())
    }

    /// Takes a file that was not known.
    fn fresh(&mut self, found: &Found, inspected: &Inspected) -> Result<(), IngestError> {
        let source = Source {
            path: found.shown.clone(),
            content_sha256: inspected.sha256.clone(),
            reading_sha256: self.reading.clone(),
            ..Source::default()
        };
        let format = match inspected.format(&found.path) {
            Ok(format) => format,
            Err(ReadError::Foreign(why)) if found.in_folder => {
                self.aside(&found.shown, &why, false);
                return Ok(());
            }
            Err(e) => return self.not_taken(source, e.to_string(), true),
        };
        let sheet = Sheet { path: &found.path, format, source };
        match format {
            Format::Text(encoding) => self.whole_file(Feed::Text(&found.path, encoding), sheet),
            Format::Json(encoding) => self.whole_file(Feed::Json(&found.path, encoding), sheet),
            Format::Parquet => self.whole_file(Feed::Parquet(&found.path), sheet),
            Format::Workbook => self.workbook(&sheet),
        }
    }

    fn whole_file(&mut self, feed: Feed, sheet: Sheet) -> Result<(), IngestError> {
        let source = sheet.source.clone();
        match self.sheet(feed, sheet)? {
            None => Ok(()),
            Some(foreign) => {
                self.hint(&source, foreign.lines);
                self.not_taken(source, foreign.why, true)
            }
        }
    }

    /// Remembers with which settings a sheet would be taken.
    fn hint(&mut self, source: &Source, lines: Option<String>) {
        let sheet = source.sheet.as_ref().map_or_else(String::new, |sheet| format!(" [{sheet}]"));
        self.hints.extend(lines.map(|lines| (format!("{}{sheet}", source.path), lines)));
    }

    /// Takes all sheets of a workbook; those that are no exports are listed, and no trouble beside ones that are.
    fn workbook(&mut self, file: &Sheet) -> Result<(), IngestError> {
        let mut workbook = match Workbook::open(file.path) {
            Ok(workbook) => workbook,
            Err(e) => return self.not_taken(file.source.clone(), e.to_string(), true),
        };
        let mut others = Vec::new();
        let mut taken = 0;
        for name in workbook.sheets().to_vec() {
            let source = Source { sheet: Some(name.clone()), ..file.source.clone() };
            match book::sheet_rows(&mut workbook, &name) {
                Ok(rows) if rows.is_empty() => {}
                Ok(rows) => {
                    let sheet = Sheet { path: file.path, format: file.format, source: source.clone() };
                    match self.sheet(Feed::Held(rows), sheet)? {
                        None => taken += 1,
                        Some(foreign) => {
                            self.hint(&source, foreign.lines);
                            others.push((source, foreign.why, foreign.meant));
                        }
                    }
                }
                Err(e) => others.push((source, e.to_string(), true)),
            }
        }
        if taken == 0 && others.is_empty() {
            return self.not_taken(file.source.clone(), "has no rows in any of its sheets".into(), true);
        }
        others.into_iter().try_for_each(|(source, why, broken)| self.not_taken(source, why, broken || taken == 0))
    }

    /// Takes one sheet; what comes back says why it is no export.
    fn sheet(&mut self, feed: Feed, sheet: Sheet) -> Result<Option<Foreign>, IngestError> {
        let (mut id, mut why, mut broken) = (None, None, None);
        let (mut rows, mut skipped, mut last) = (0, Skipped::default(), 0);
        let Run { intake, opened, lines, sources, options, reading, unused, .. } = self;
        let path = sheet.source.path.clone();
        let mut open = Some(sheet);
        let file = self_name(&path);
        let asked = Asked { file: file.as_deref(), ..options.asked() };
        pipe::run(feed, self.dictionary, &asked, &mut |message| match message {
            Message::Foreign(reason) => {
                why = Some(reason);
                Ok(())
            }
            Message::Recognised { table, mapping, makes, names, extra } => {
                let Some(Sheet { path, format, mut source }) = open.take() else { return Ok(()) };
                if !extra.is_empty() {
                    let sheet = source.sheet.as_ref().map_or_else(String::new, |sheet| format!(" [{sheet}]"));
                    unused.push((format!("{}{sheet}", source.path), extra));
                }
                if let Some(name) = &mapping {
                    source.reading_sha256 = mapped_reading(reading, self.dictionary, name);
                }
                if makes {
                    source.reading_sha256 = made_reading(reading, self.dictionary, &table);
                }
                source.mapping = mapping;
                source.names = names;
                source.kind = Some(table);
                let source_id = intake.open_source(source.clone())?;
                id = Some(source_id);
                lines.opened(*sources, false);
                *sources += 1;
                opened.push(Opened { id: source_id, path: path.clone(), format, source });
                Ok(())
            }
            Message::Taken(taken) => {
                let Some(id) = id else { return Ok(()) };
                for (table, batch) in &taken.staged {
                    intake.stage(id, table, batch)?;
                }
                intake.refuse(id, &taken.refused)?;
                intake.correct(id, taken.corrections);
                rows += taken.rows;
                last = taken.last;
                skipped += taken.skipped;
                options.watch.rows(taken.rows);
                Ok(())
            }
            Message::Failed(e) if id.is_some() => {
                broken = Some(e);
                Ok(())
            }
            Message::Failed(e) => {
                why = Some(Foreign::new(e.to_string(), true));
                Ok(())
            }
            Message::Frame(source) => Err(IngestError::Frame { path: path.clone(), source }),
        })?;
        match (id, broken) {
            (Some(id), Some(e)) => self.broke_off(id, &e, last)?,
            (Some(id), None) => self.intake.close_source(id, rows, skipped)?,
            (None, _) => {}
        }
        Ok(why)
    }

    /// Takes a source out again that could not be read to its end.
    fn broke_off(&mut self, id: i64, error: &ReadError, last: u64) -> Result<(), IngestError> {
        let why = format!("broke off after row {last}, so none of its rows was taken: it {error}");
        self.intake.abandon(id, &why)?;
        self.intake.partial(&why);
        self.intake.close_source(id, 0, Skipped::default())?;
        self.opened.retain(|opened| opened.id != id);
        self.lines.trouble = true;
        Ok(())
    }

    /// Keeps a source that is no export, with its reason.
    fn not_taken(&mut self, mut source: Source, why: String, trouble: bool) -> Result<(), IngestError> {
        if trouble {
            self.intake.partial(&format!("{} {why}", source.path));
        }
        source.reading_sha256 = foreign_reading(&self.reading, self.dictionary);
        source.note = Some(why);
        let id = self.intake.open_source(source)?;
        self.intake.close_source(id, 0, Skipped::default())?;
        self.lines.opened(self.sources, trouble);
        self.sources += 1;
        Ok(())
    }

    /// Refuses what contradicts itself, commits, and reports.
    pub fn finish(mut self) -> Result<Report, IngestError> {
        let sum = if self.sources == 0 {
            // Nothing new: the batch is let go, and with it its number.
            let started_at = self.options.started_at.format("%Y-%m-%dT%H:%M:%S").to_string();
            BatchSum { started_at, ..BatchSum::default() }
        } else {
            self.refuse_conflicts()?;
            self.settle_in_place()?;
            self.intake.commit()?
        };
        let unreadable = self.lines.trouble;
        let files = self.lines.settle(&sum.files);
        let troubled = unreadable || files.iter().any(|file| file.open() > 0);
        let (batch, started_at, reasons, gone) = (sum.batch, sum.started_at, sum.reasons, sum.gone);
        Ok(Report {
            batch,
            started_at,
            files,
            reasons,
            gone,
            unused: self.unused,
            lines: self.hints,
            troubled,
            unreadable,
        })
    }

    fn refuse_conflicts(&mut self) -> Result<(), IngestError> {
        let mut by_source: BTreeMap<i64, BTreeMap<u64, Vec<Refusal>>> = BTreeMap::new();
        for conflict in self.intake.conflicts()? {
            let rows = by_source.entry(conflict.source_id).or_default();
            rows.entry(conflict.row_no).or_default().push(conflict.reason);
        }
        for (id, rows) in by_source {
            let Some(opened) = self.opened.iter().find(|opened| opened.id == id) else { continue };
            let refused = self.again(opened, rows).map_err(|e| broke_off(&opened.source.path, e))?;
            self.intake.refuse(id, &refused)?;
        }
        Ok(())
    }

    /// Rows refused of a file before, for which rows of the same file now stand. Such a file is read once more.
    fn settle_in_place(&mut self) -> Result<(), IngestError> {
        for opened in &self.opened {
            let waiting = self.intake.refused_before(&opened.source.path, opened.source.sheet.as_deref())?;
            if waiting.is_empty() {
                continue;
            }
            let mut mended = Mended::of(waiting);
            self.reread(opened, &mut |taker, rows| mended.look(taker, rows))
                .map_err(|e| broke_off(&opened.source.path, e))?;
            self.intake.correct(opened.id, mended.corrections);
        }
        Ok(())
    }

    /// Rows of a source read once more, as they stood.
    fn again(&self, opened: &Opened, mut wanted: BTreeMap<u64, Vec<Refusal>>) -> Result<Vec<Refused>, ReadError> {
        let mut refused = Vec::with_capacity(wanted.len());
        self.reread(opened, &mut |taker, rows| {
            let after = wanted.split_off(&(rows.first + rows.height() as u64));
            for (number, reasons) in std::mem::replace(&mut wanted, after) {
                refused.push(taker.refused(rows, (number - rows.first) as usize, reasons));
            }
            !wanted.is_empty()
        })?;
        Ok(refused)
    }

    /// Reads a source once more, batch by batch, until `look` has seen enough.
    fn reread(&self, opened: &Opened, look: &mut dyn FnMut(&Taker<'_>, &Rows) -> bool) -> Result<(), ReadError> {
        let mut taker = None;
        let file = self_name(&opened.source.path);
        let mut each = |rows: Rows| {
            if taker.is_none() {
                let asked = Asked { file: file.as_deref(), ..self.options.asked() };
                taker = Taker::of(&rows, self.dictionary, &asked).ok();
            }
            taker.as_ref().is_some_and(|taker| look(taker, &rows))
        };
        match opened.format {
            Format::Text(encoding) => text_rows(&opened.path, encoding, super::read::BATCH_ROWS, &mut each)?,
            Format::Json(encoding) => json_rows(&opened.path, encoding, &mut each)?,
            Format::Parquet => parquet_rows(&opened.path, &mut each)?,
            Format::Workbook => {
                let sheet = opened.source.sheet.as_deref().unwrap_or_default();
                let batches = book::sheet_rows(&mut Workbook::open(&opened.path)?, sheet)?;
                batches.into_iter().all(each);
            }
        }
        Ok(())
    }
}

/// A file's own name.
fn self_name(path: &str) -> Option<String> {
    std::path::Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned())
}

fn broke_off(path: &str, source: ReadError) -> IngestError {
    IngestError::BrokeOff { path: path.to_owned(), source: Box::new(source) }
}
