//! A foreign file through a workspace's mapping: for each record that its rows give, columns are put together as text
//! and then taken like those of any export.
//!
//! Each row counts once, as the record of the mapping's kind. What rows repeat (the case that stands beside each of
//! its events) is handed on when it is new or says something else than before.
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use polars::prelude::*;

use super::made::{self, Made, Of};
use super::text::trim;
use super::{Normaliser, Spot, Taken, zone};
use crate::ingest::fault::{Fault, Rule};
use crate::ingest::frame;
use crate::ingest::headers::{header_key, unique};
use crate::ingest::read::{Mark, Rows};
use crate::ingest::recognise::Layout;
use crate::ingest::rows::RowKind;
use crate::mapping::{Mapping, Spec, When};
use crate::sheet::quarantine::ORIGIN;
use crate::tables::{Cell, Dictionary, plain};
use crate::warehouse::batch_types::{Refusal, Refused};

/// Rows in which the header is looked for.
const SEARCHED: usize = 30;

/// Takes the batches of one sheet through a mapping.
pub struct Mapped<'d> {
    pub mapping: &'d Mapping,
    /// The file's rows as those of the mapping's kind: header, first row of data, names of columns.
    base: Normaliser<'d>,
    when: Condition,
    targets: Vec<Target<'d>>,
}

/// One kind of record that a row gives.
pub struct Target<'d> {
    /// Takes the columns that were put together, in the order of `sources`.
    normaliser: Normaliser<'d>,
    /// The table's columns that the mapping fills.
    pub sources: Vec<Source>,
    when: Condition,
    primary: bool,
    given: Given,
}

/// Where a column of a record comes from.
pub struct Source {
    /// Place of the column in the table.
    pub column: usize,
    /// Place in the file.
    pub at: Option<usize>,
    pub spec: Spec,
    /// It is made from other columns.
    made: Option<Made>,
    words: HashMap<String, String>,
    is_time: bool,
}

/// Which rows a condition holds for.
enum Condition {
    Always,
    Filled(usize),
    Words(Vec<(usize, HashSet<String>)>),
}

/// What was handed on already.
enum Given {
    /// Each row gives one.
    Every,
    /// By key: the content last handed on.
    Records { key: Vec<usize>, last: HashMap<u64, u64> },
    /// Events: all that were handed on.
    Events(HashSet<u64>),
}

/// The mapping that reads a sheet, if one does; the error says in words why it cannot.
pub fn find<'d>(rows: &Rows, dictionary: &'d Dictionary, file: Option<&str>) -> Option<Result<Mapped<'d>, String>> {
    let searched = rows.height().min(SEARCHED);
    let mut best: Vec<(usize, &Mapping, usize)> = Vec::new();
    for row in 0..searched {
        let header: Vec<String> = (0..rows.frame.width()).map(|column| rows.cell(row, column).to_owned()).collect();
        let keys: HashSet<String> = header.iter().map(|h| header_key(h)).collect();
        let has = |header: &String| keys.contains(&header_key(header));
        let mended = ORIGIN.iter().all(|name| has(&(*name).to_owned()));
        for mapping in &dictionary.mappings {
            let named = mapping.file.as_ref().is_none_or(|like| file.is_none_or(|file| alike(like, file)));
            let read: Vec<String> = match mapping.headers.is_empty() {
                true => mapping.read().into_iter().collect(),
                false => mapping.headers.clone(),
            };
            // A workbook of refused rows has another name and the same headers.
            if (named || mended) && !read.is_empty() && read.iter().all(has) {
                best.push((read.len(), mapping, row));
            }
        }
    }
    let most = best.iter().map(|(n, ..)| *n).max()?;
    best.retain(|(n, ..)| *n == most);
    let (_, mapping, row) = best[0];
    if let Some((_, other, _)) = best.iter().find(|(_, other, _)| other.name != mapping.name) {
        let why = format!(
            "could be read by the mapping “{}” or “{}”; give one of them more headers, or a file name, in {}",
            mapping.name,
            other.name,
            crate::workspace::SETTINGS
        );
        return Some(Err(why));
    }
    Some(Mapped::new(rows, row, mapping, dictionary))
}

/// `*` stands for anything.
fn alike(like: &str, name: &str) -> bool {
    let mut parts = like.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
        last = Some(part);
    }
    last.map_or(rest.is_empty(), |last| name.ends_with(last))
}

impl<'d> Mapped<'d> {
    fn new(rows: &Rows, row: usize, mapping: &'d Mapping, dictionary: &'d Dictionary) -> Result<Mapped<'d>, String> {
        let header: Vec<String> = (0..rows.frame.width()).map(|column| rows.cell(row, column).to_owned()).collect();
        let place = |name: &str| header.iter().position(|h| header_key(h) == header_key(name));
        let missing: Vec<String> = mapping.read().into_iter().filter(|name| place(name).is_none()).collect();
        if !missing.is_empty() {
            return Err(format!(
                "is told by its headers for the mapping “{}”, but lacks the column {}; add it, or change the mapping in {}",
                mapping.name,
                missing.join(" and "),
                crate::workspace::SETTINGS
            ));
        }
        let kind = mapping.kind();
        let mut targets = Vec::with_capacity(mapping.records.len());
        let mut primary_seen = false;
        for record in &mapping.records {
            let Some(table) = dictionary.table(&record.table) else { continue };
            let primary = record.table == kind && !primary_seen;
            primary_seen |= primary;
            let mut sources = Vec::new();
            for (index, column) in table.columns.iter().enumerate() {
                let Some(spec) = record.columns.get(&column.name).map(crate::mapping::From::spec) else { continue };
                let own = |(ours, theirs): (&String, &Vec<String>)| {
                    theirs.iter().map(|word| (plain(word), ours.clone())).collect::<Vec<_>>()
                };
                let made = spec.is_made().then(|| Made::of(table, index, &spec, &place)).flatten();
                if spec.is_made() && made.is_none() {
                    return Err(format!(
                        "has none of the columns {} of which the mapping “{}” makes {}; add one, or change the mapping in {}",
                        spec.made_from().cloned().collect::<Vec<_>>().join(", "),
                        mapping.name,
                        column.name,
                        crate::workspace::SETTINGS
                    ));
                }
                let first = || made.as_ref().and_then(|made| made.parts().first().copied());
                sources.push(Source {
                    column: index,
                    at: spec.from.as_deref().and_then(place).or_else(first),
                    made,
                    words: spec.words.iter().flat_map(own).collect(),
                    is_time: matches!(column.cell(), Cell::Date | Cell::Stamp),
                    spec,
                });
            }
            let mut columns = vec![None; table.columns.len()];
            sources.iter().enumerate().for_each(|(place, source)| columns[source.column] = Some(place));
            let headers: Vec<String> = sources
                .iter()
                .map(|s| s.at.map_or_else(|| table.columns[s.column].name.clone(), |at| header[at].clone()))
                .collect();
            let layout = Layout {
                table,
                header_row: 0,
                data: 0,
                columns,
                events: Vec::new(),
                listed: None,
                shifts: vec![0; table.columns.len()],
                header: headers.clone(),
                headers,
                extra: Vec::new(),
                made: sources
                    .iter()
                    .filter(|source| source.made.is_some())
                    .map(|source| Made { column: source.column, of: Of::Ready })
                    .collect(),
            };
            let names = sources.iter().any(|source| source.made.as_ref().is_some_and(Made::names));
            let key = |name: &String| {
                let parts: &[&str] =
                    if name == "holder" { &["holder_id", "holder_unit", "holder_name"] } else { &[name] };
                sources
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| parts.contains(&table.columns[s.column].name.as_str()))
                    .map(|(i, _)| i)
                    .collect::<Vec<_>>()
            };
            let given = match (primary, table.name.as_str()) {
                (true, _) => Given::Every,
                // A row of which a name is not known is refused with all it gives, and another must give it.
                (false, _) if names => Given::Every,
                // A wide row's events are its own; those beside a list of events repeat with it.
                (false, "case_events") if kind != "case_events" => Given::Every,
                (false, "case_events") => Given::Events(HashSet::new()),
                (false, _) => Given::Records { key: table.key.iter().flat_map(key).collect(), last: HashMap::new() },
            };
            let mut normaliser = Normaliser::new(layout, dictionary);
            normaliser.fractions = mapping.fractions;
            let when = Condition::of(&record.when, &place);
            targets.push(Target { normaliser, sources, when, primary, given });
        }
        let base = base(mapping, &targets, header.clone(), row, dictionary)?;
        Ok(Mapped { mapping, base, when: Condition::of(&mapping.when, &place), targets })
    }

    pub fn layout(&self) -> &Layout<'d> {
        self.base.layout()
    }

    /// The records that its rows give.
    pub fn targets(&self) -> impl Iterator<Item = (&Layout<'d>, &Target<'d>)> {
        self.targets.iter().map(|target| (target.normaliser.layout(), target))
    }

    pub fn learn(&mut self, rows: &Rows) -> PolarsResult<()> {
        for target in &mut self.targets {
            let (own, _) = target.rows(rows, self.mapping)?;
            target.normaliser.learn(&own);
        }
        Ok(())
    }

    /// Ids of other records are looked up by name.
    pub fn names(&self) -> bool {
        let made = self.targets.iter().flat_map(|target| &target.sources).filter_map(|source| source.made.as_ref());
        made.into_iter().any(Made::names)
    }

    /// A row as it stood, for quarantine.
    pub fn refused(&self, rows: &Rows, row: usize, reasons: Vec<Refusal>) -> Refused {
        self.base.refused(rows, row, reasons)
    }

    /// Takes a batch: every one of its rows is staged, refused, skipped, or the header.
    pub fn take(&mut self, rows: &Rows) -> PolarsResult<Taken> {
        let (mut taken, kinds) = self.base.sorted(rows);
        let mut keep = vec![false; rows.height()];
        for (row, keep) in keep.iter_mut().enumerate().filter(|(row, _)| kinds[*row] == RowKind::Record) {
            let primary = self.targets.iter().find(|target| target.primary);
            *keep = self.when.holds(rows, row) && primary.is_none_or(|target| target.when.holds(rows, row));
            taken.skipped.left_out += u64::from(!*keep);
        }
        let mut reasons: std::collections::BTreeMap<usize, Vec<Refusal>> = Default::default();
        let mut ready = Vec::with_capacity(self.targets.len());
        for target in &mut self.targets {
            let (own, faults) = target.rows(rows, self.mapping)?;
            let mut typed = target.normaliser.columns(&own);
            super::roles::part_names(target.normaliser.layout(), &own, &mut typed)?;
            typed.refuse(faults);
            if let Some(person) = target.own_person() {
                made::complete(person, rows, &mut typed)?;
            }
            target.normaliser.check(&own, &mut typed);
            typed.faults.extend(target.nested(rows));
            for (spot, fault) in std::mem::take(&mut typed.faults) {
                let row = fault.row as usize;
                if keep[row] && target.when.holds(rows, row) {
                    let refusal = target.refusal(rows, &own, spot, fault);
                    let of_row = reasons.entry(row).or_default();
                    if !of_row.contains(&refusal) {
                        of_row.push(refusal);
                    }
                }
            }
            ready.push((own, typed.columns));
        }
        for mark in rows.marks.iter().filter(|mark| mark.rule == Rule::Line && keep[mark.row as usize]) {
            // A line that could not be read has no cells that could be at fault.
            let fault = Fault { row: mark.row, rule: mark.rule };
            reasons.insert(mark.row as usize, vec![self.base.refusal(rows, Spot::Line(mark.column), fault)]);
        }
        for row in reasons.keys() {
            keep[*row] = false;
        }
        taken.refused = reasons.into_iter().map(|(row, reasons)| self.base.refused(rows, row, reasons)).collect();
        taken.corrections.retain(|c| {
            let row = (c.row_no - rows.first) as usize;
            keep[row] || taken.refused.iter().any(|refused| refused.row_no == c.row_no)
        });
        for (index, (target, (own, columns))) in self.targets.iter_mut().zip(ready).enumerate() {
            let of_target: Vec<bool> = (0..rows.height())
                .map(|row| keep[row] && target.when.holds(rows, row) && target.gives(&own, row))
                .collect();
            if of_target.contains(&true) {
                let frame = DataFrame::new(rows.height(), columns)?;
                let kept = frame.filter(&BooleanChunked::from_slice("keep".into(), &of_target))?;
                taken.records.push(index);
                taken.staged.push((target.normaliser.layout().table.name.clone(), frame::to_arrow(&kept)?));
            }
        }
        Ok(taken)
    }
}

/// The file's rows as those of the mapping's kind.
fn base<'d>(
    mapping: &Mapping,
    targets: &[Target<'d>],
    header: Vec<String>,
    row: usize,
    dictionary: &'d Dictionary,
) -> Result<Normaliser<'d>, String> {
    let primary = targets.iter().find(|target| target.primary);
    let Some(primary) = primary else { return Err(format!("the mapping “{}” gives no record", mapping.name)) };
    let table = primary.normaliser.layout().table;
    let mut columns = vec![None; table.columns.len()];
    for source in &primary.sources {
        columns[source.column] = source.at;
    }
    let read: HashSet<String> = mapping.read().iter().map(|name| header_key(name)).collect();
    let is_extra = |column: &usize| !header[*column].trim().is_empty() && !read.contains(&header_key(&header[*column]));
    let layout = Layout {
        table,
        header_row: row,
        data: row + 1,
        columns,
        events: Vec::new(),
        listed: None,
        shifts: vec![0; table.columns.len()],
        headers: unique(&header),
        extra: (0..header.len()).filter(is_extra).collect(),
        header,
        made: Vec::new(),
    };
    Ok(Normaliser::new(layout, dictionary))
}

impl Condition {
    fn of(when: &When, place: &impl Fn(&str) -> Option<usize>) -> Condition {
        match when {
            When::Always => Condition::Always,
            When::Filled(header) => place(header).map_or(Condition::Always, Condition::Filled),
            When::Words(words) => {
                let of = |(header, words): (&String, &Vec<String>)| {
                    Some((place(header)?, words.iter().map(|word| plain(word)).collect()))
                };
                Condition::Words(words.iter().filter_map(of).collect())
            }
        }
    }

    fn holds(&self, rows: &Rows, row: usize) -> bool {
        match self {
            Condition::Always => true,
            Condition::Filled(at) => !trim(rows.cell(row, *at)).is_empty(),
            Condition::Words(words) => words.iter().all(|(at, words)| words.contains(&plain(rows.cell(row, *at)))),
        }
    }
}

impl Source {
    /// What the record's cell holds; none: nothing.
    fn cell(&self, rows: &Rows, row: usize, mapping: &Mapping) -> Option<String> {
        let raw = self.at.map(|at| rows.cell(row, at)).filter(|cell| !trim(cell).is_empty());
        let Some(raw) = raw else { return self.spec.value.clone() };
        if self.is_time {
            let written_in = mapping.written_in.unwrap_or(mapping.zone);
            // What is no time stays as it is, and is refused as any cell would be.
            let local = zone::local(raw, mapping.zone, written_in, mapping.fractions);
            let cut = |time: String| if self.spec.day { time.chars().take(10).collect() } else { time };
            return local.map_or_else(|_| Some(raw.to_owned()), |time| time.map(cut));
        }
        match self.words.get(&plain(raw)) {
            Some(ours) => Some(ours.clone()),
            None => Some(self.spec.other.clone().unwrap_or_else(|| raw.to_owned())),
        }
    }
}

impl Target<'_> {
    /// Of a record of a person whose id is made: the columns that say who it is.
    fn own_person(&self) -> Option<&made::Person> {
        let made = self.sources.iter().filter_map(|source| source.made.as_ref());
        made.filter_map(Made::own_person).next()
    }

    /// The columns of the record, put together, and cells that could not be made.
    fn rows(&self, rows: &Rows, mapping: &Mapping) -> PolarsResult<(Rows, Vec<(Spot, Fault)>)> {
        let mut columns = Vec::with_capacity(self.sources.len());
        let mut numbers = Vec::new();
        let mut faults = Vec::new();
        for (place, source) in self.sources.iter().enumerate() {
            let name = PlSmallStr::from_string(place.to_string());
            if let Some(made) = &source.made {
                let mut own = Vec::new();
                columns.push(made.cells(name, rows, &mut own).into_column());
                faults.extend(own.into_iter().map(|fault| (Spot::Column(source.column), fault)));
            } else {
                let mut column = StringChunkedBuilder::new(name, rows.height());
                (0..rows.height()).for_each(|row| column.append_option(source.cell(rows, row, mapping)));
                columns.push(column.finish().into_column());
            }
            if !rows.numbers.is_empty() {
                let own = source.at.and_then(|at| rows.numbers.get(at).cloned());
                numbers.push(own.unwrap_or_else(|| vec![false; rows.height()]));
            }
        }
        let frame = DataFrame::new(rows.height(), columns)?;
        let own =
            Rows { first: rows.first, frame, numbers, spans: Vec::new(), marks: Vec::new(), damaged: rows.damaged };
        Ok((own, faults))
    }

    /// Cells that the reader itself refuses, of columns that feed this record.
    fn nested(&self, rows: &Rows) -> Vec<(Spot, Fault)> {
        let of = |mark: &Mark| {
            let source = self.sources.iter().find(|source| source.at == Some(mark.column))?;
            Some((Spot::Column(source.column), Fault { row: mark.row, rule: mark.rule }))
        };
        rows.marks.iter().filter(|mark| mark.rule != Rule::Line).filter_map(of).collect()
    }

    /// A reason in terms of the file: its header, its cell as it stood.
    fn refusal(&self, rows: &Rows, own: &Rows, spot: Spot, fault: Fault) -> Refusal {
        let row = fault.row as usize;
        let mut refusal = self.normaliser.refusal(own, spot, fault);
        if let Spot::Column(index) = spot
            && let Some(at) = self.sources.iter().find(|s| s.column == index).and_then(|s| s.at)
        {
            refusal.value = rows.cell(row, at).to_owned();
        }
        if refusal.rule == "enum" {
            refusal.remedy +=
                &format!(" Or say in [[mapping]] of {} which word it stands for.", crate::workspace::SETTINGS);
        }
        refusal
    }

    /// Whether the row's record is to be handed on, and remembers that it was.
    fn gives(&mut self, own: &Rows, row: usize) -> bool {
        let hash = |columns: &mut dyn Iterator<Item = usize>| {
            let mut hasher = DefaultHasher::new();
            columns.for_each(|column| own.cell(row, column).hash(&mut hasher));
            hasher.finish()
        };
        match &mut self.given {
            Given::Every => true,
            Given::Events(given) => given.insert(hash(&mut (0..self.sources.len()))),
            Given::Records { key, last } => {
                let content = hash(&mut (0..self.sources.len()));
                last.insert(hash(&mut key.iter().copied()), content) != Some(content)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn stars_stand_for_anything() {
        let names = [("*.csv", "a.csv"), ("log*.csv", "log.csv"), ("*受理*", "2026受理明细.xlsx"), ("a.csv", "a.csv")];
        assert!(names.iter().all(|(like, name)| alike(like, name)), "{names:?}");
        assert!(!alike("log*.csv", "alog.csv") && !alike("*.csv", "a.csv.bak") && !alike("a.csv", "b.csv"));
    }
}
