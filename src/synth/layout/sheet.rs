//! The rows of one sheet as a form: which records, in which order, and what each cell says.
use std::collections::BTreeMap;

use super::super::clock::DAY;
use super::super::form::Form;
use super::super::sink::{Kept, Row, Table};
use super::super::untidy::{Scribe, Style, whim};
use super::index::{Index, counts, holds, place};
use super::refs::{EventPart, HolderPart, Joined, Of};
use super::{ColumnSpec, FileSpec, LayoutError, SheetSpec, Those};
use crate::sheet::messy::Put;
use crate::tables::{Column, Dictionary};

/// A column with its cells' origins.
struct Drawn<'s> {
    header: String,
    of: Vec<Of>,
    by: &'s str,
    value: Option<&'s str>,
    words: Option<&'s BTreeMap<String, String>>,
    day: bool,
    group: &'s str,
}

/// A sheet's description, understood.
pub(super) struct Drawing<'s> {
    pub spec: &'s SheetSpec,
    pub table: Table,
    columns: Vec<Drawn<'s>>,
    only: Vec<(Of, &'s [String])>,
    except: Vec<(Of, &'s [String])>,
    order: Vec<Of>,
    section: Option<Of>,
}

impl<'s> Drawing<'s> {
    pub fn of(file: &FileSpec, spec: &'s SheetSpec) -> Result<Drawing<'s>, LayoutError> {
        let unknown = |name: &str, known: String| LayoutError::Unknown {
            path: file.path.clone(),
            sheet: spec.name.clone(),
            name: name.to_owned(),
            known,
        };
        let table = Table::ALL.into_iter().find(|table| table.described().name == spec.table);
        let tables = || Table::ALL.map(|table| table.described().name.as_str()).join(", ");
        let table = table.ok_or_else(|| unknown(&spec.table, format!("tables are {}", tables())))?;
        let parse = |name: &String| Of::parse(table, name).map_err(|known| unknown(name, known));
        let mut columns = Vec::new();
        for column in &spec.columns {
            columns.push(match column {
                ColumnSpec::Own(name) => {
                    let at = place(table, name).ok_or_else(|| unknown(name, "the table has no such column".into()))?;
                    let header = table.described().columns[at].headers[0].clone();
                    let of = vec![Of::Column(Joined::Own, at)];
                    Drawn { header, of, by: " ", value: None, words: None, day: false, group: "" }
                }
                ColumnSpec::Full(full) => Drawn {
                    header: full.header.clone(),
                    of: full.of.all().iter().map(parse).collect::<Result<_, _>>()?,
                    by: &full.by,
                    value: full.value.as_deref(),
                    words: Some(&full.words),
                    day: full.day,
                    group: &full.group,
                },
            });
        }
        let conditions = |map: &'s BTreeMap<String, Vec<String>>| {
            map.iter().map(|(name, words)| parse(name).map(|of| (of, words.as_slice()))).collect::<Result<Vec<_>, _>>()
        };
        let (only, except) = (conditions(&spec.only)?, conditions(&spec.except)?);
        let order = spec.order.iter().map(parse).collect::<Result<_, _>>()?;
        let section = spec.section.as_ref().map(parse).transpose()?;
        Ok(Drawing { spec, table, columns, only, except, order, section })
    }

    /// The events that rows of cases have a column for.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        let of = self.columns.iter().flat_map(|column| &column.of);
        of.filter_map(|of| if let Of::Event(event, EventPart::At) = of { Some(event.as_str()) } else { None })
    }

    /// The records of the sheet in their order; `several` are the cases that a row cannot tell.
    pub fn rows<'m>(&self, index: &Index<'m>, several: &dyn Fn(&str) -> bool) -> Vec<&'m Row> {
        let is = |row: &'m Row, (of, words): &(Of, &[String])| words.contains(&plain(index, self.table, row, of));
        let those = |row: &Row| match self.spec.those {
            None => true,
            Some(Those::Now) => holds(row, index.last),
            Some(Those::Past) => !holds(row, index.last),
            Some(Those::Several) => several(row[0].text()),
        };
        let kept = |row: &&'m Row| {
            those(row) && self.only.iter().all(|c| is(row, c)) && !self.except.iter().any(|c| is(row, c))
        };
        let mut rows: Vec<&Row> = index.rows(self.table).iter().filter(kept).collect();
        rows.sort_by_cached_key(|row| {
            let named: Vec<String> = self.order.iter().map(|of| sortable(index, self.table, row, of)).collect();
            let id = if self.table == Table::CaseEvents { Kept::Empty } else { row[0].clone() };
            let time = if self.table == Table::Cases { row[7].clone() } else { Kept::Empty };
            (named, index.day(self.table, row), time, id)
        });
        rows
    }

    /// The form of these rows.
    pub fn form(
        &self,
        index: &Index,
        rows: &[&Row],
        title: &str,
        plain_text: bool,
        exact: &dyn Fn(&str) -> bool,
    ) -> Form {
        let scribe = Scribe { clock: index.clock, plain: plain_text, tidy: self.spec.tidy };
        let writer = Writer { index, scribe, table: self.table };
        let cells = rows.iter().enumerate().map(|(number, row)| {
            let key = key(self.table, row);
            let own = if self.table == Table::Cases && exact(row[0].text()) { Style::Iso } else { Style::of(&key) };
            let style = self.spec.times.unwrap_or(own);
            self.columns.iter().map(|column| writer.cell(column, number + 1, row, &key, style)).collect()
        });
        let headers = self.columns.iter().map(|column| column.header.clone()).collect();
        let mut form = Form::with(title, headers, cells.collect());
        form.units = self.spec.units.iter().map(|(header, unit)| (header.clone(), unit.clone())).collect();
        form.blank_every = self.spec.blank_every;
        form.repeat_header = self.spec.repeat_header;
        form.groups = self.groups();
        if let Some(of) = &self.section {
            form.sections = sections(rows.iter().map(|row| shown(index, self.table, row, of)));
        }
        form
    }

    /// The place of the record's own id among the columns.
    pub fn id(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.of == [Of::Column(Joined::Own, 0)])
    }

    fn groups(&self) -> Vec<(usize, usize, String)> {
        let mut groups: Vec<(usize, usize, String)> = Vec::new();
        for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| !column.group.is_empty()) {
            match groups.last_mut().filter(|(_, to, name)| to + 1 == at && name == column.group) {
                Some((_, to, _)) => *to = at,
                None => groups.push((at, at, column.group.to_owned())),
            }
        }
        groups
    }
}

/// 一、招商（3项） before the first row of each word.
fn sections(words: impl Iterator<Item = String>) -> Vec<(usize, String)> {
    const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let mut found: Vec<(usize, String, usize)> = Vec::new();
    for (at, word) in words.enumerate() {
        match found.last_mut().filter(|(_, last, _)| *last == word) {
            Some((.., n)) => *n += 1,
            None => found.push((at, word, 1)),
        }
    }
    let heading = |(n, (at, word, count)): (usize, (usize, String, usize))| {
        (at, format!("{}、{word}（{count}项）", NUMERALS[n % NUMERALS.len()]))
    };
    found.into_iter().enumerate().map(heading).collect()
}

/// What the whims of a record hang on.
fn key(table: Table, row: &Row) -> String {
    match table {
        Table::Enterprises | Table::People | Table::Cases | Table::CaseEvents => row[0].text().to_owned(),
        Table::Diary | Table::Evaluations | Table::Complaints | Table::Policies => row[0].text().to_owned(),
        _ => row.iter().take(4).map(|cell| format!("{cell:?}")).collect(),
    }
}

/// A record that a row names.
fn joined<'m>(index: &Index<'m>, table: Table, row: &'m Row, joined: Joined) -> Option<&'m Row> {
    match joined {
        Joined::Own => Some(row),
        Joined::Enterprise => index.enterprise(table, row),
        Joined::Person => index.person(table, row),
        Joined::Deputy => index.deputy(table, row),
        Joined::Case => index.case(table, row),
        Joined::Policy => index.policy(table, row),
    }
}

/// The warehouse's word or text of a column, as conditions and paths name it.
pub(super) fn plain<'m>(index: &Index<'m>, table: Table, row: &'m Row, of: &Of) -> String {
    let (whose, at) = match of {
        Of::Column(whose, at) => (whose, at),
        // Who holds a role: a person by name, else a unit.
        Of::Holder(role, _) => {
            let held = index.enterprise(table, row).and_then(|e| index.held(e[0].text(), role).first().copied());
            let name = |row: &Row| if row[3].text().is_empty() { row[4].text() } else { row[3].text() }.to_owned();
            return held.map_or(String::new(), name);
        }
        _ => return String::new(),
    };
    match joined(index, table, row, *whose).map(|row| &row[*at]) {
        Some(Kept::Text(text)) => text.clone(),
        Some(Kept::Whole(n)) => n.to_string(),
        Some(Kept::YesNo(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Some(Kept::Day(_) | Kept::Stamp(_)) => "filled".to_owned(),
        Some(Kept::Empty) | None => String::new(),
    }
}

fn sortable<'m>(index: &Index<'m>, table: Table, row: &'m Row, of: &Of) -> String {
    let Of::Column(whose, at) = of else { return String::new() };
    match joined(index, table, row, *whose).map(|row| &row[*at]) {
        Some(Kept::Day(day)) => format!("{day:09}"),
        Some(Kept::Stamp(at)) => format!("{at:015}"),
        _ => plain(index, table, row, of),
    }
}

/// The Chinese word of a column.
fn shown<'m>(index: &Index<'m>, table: Table, row: &'m Row, of: &Of) -> String {
    let word = plain(index, table, row, of);
    let Of::Column(whose, at) = of else { return word };
    match whose.table(table).described().columns[*at].cell() {
        crate::tables::Cell::Word(list) => Dictionary::shipped().shown(list, &word).to_owned(),
        _ => word,
    }
}

/// Writes the cells of one sheet.
struct Writer<'a, 'm> {
    index: &'a Index<'m>,
    scribe: Scribe<'a>,
    table: Table,
}

impl<'m> Writer<'_, 'm> {
    fn cell(&self, column: &Drawn, number: usize, row: &'m Row, key: &str, style: Style) -> Put {
        if let Some(value) = column.value {
            return Put::Text(value.to_owned());
        }
        let mut puts = column.of.iter().map(|of| self.one(of, column, number, row, key, style));
        if column.of.len() == 1 {
            return puts.next().unwrap_or(Put::Blank);
        }
        let texts: Vec<String> = puts.map(|put| super::super::form::as_text(&put)).filter(|t| !t.is_empty()).collect();
        if texts.is_empty() { Put::Blank } else { Put::Text(texts.join(column.by)) }
    }

    fn one(&self, of: &Of, column: &Drawn, number: usize, row: &'m Row, key: &str, style: Style) -> Put {
        match of {
            Of::Number => Put::Number(number as f64),
            Of::State => Put::Text(self.state(row).to_owned()),
            Of::Column(whose, at) => {
                let Some(found) = joined(self.index, self.table, row, *whose) else { return Put::Blank };
                let described = &whose.table(self.table).described().columns[*at];
                self.kept(described, &found[*at], column, key, style)
            }
            Of::Event(event, part) => self.event(row, event, *part, column, style),
            Of::Holder(role, part) => self.holder(row, role, *part, key, style),
        }
    }

    fn kept(&self, described: &Column, kept: &Kept, column: &Drawn, key: &str, style: Style) -> Put {
        let word = match kept {
            Kept::Text(text) => Some(text.as_str()),
            Kept::YesNo(yes) => Some(if *yes { "yes" } else { "no" }),
            _ => None,
        };
        match word.and_then(|word| column.words?.get(word)) {
            Some(word) => Put::Text(word.clone()),
            None => match kept {
                Kept::Stamp(at) if column.day => self.scribe.day((at / DAY) as i32, style),
                kept => self.scribe.cell(described, kept, key, style),
            },
        }
    }

    fn state(&self, row: &Row) -> &'static str {
        let counts = counts(self.index.events(row[0].text()));
        let has = |words: &[&str]| words.iter().any(|word| counts.contains_key(word));
        match () {
            () if has(&["withdrawn"]) => "已撤回",
            () if has(&["resolved", "returned"]) => "已办结",
            () => "办理中",
        }
    }

    fn event(&self, row: &Row, event: &str, part: EventPart, column: &Drawn, style: Style) -> Put {
        let chain = self.index.events(row[0].text());
        if part == EventPart::Times {
            return Put::Number(chain.iter().filter(|own| own[2].text() == event).count() as f64);
        }
        let Some(found) = chain.iter().find(|own| own[2].text() == event) else { return Put::Blank };
        let text = |cell: &Kept| if cell.text().is_empty() { Put::Blank } else { Put::Text(cell.text().to_owned()) };
        match (part, &found[3], &found[6]) {
            (EventPart::At, Kept::Stamp(at), _) if column.day => self.scribe.day((at / DAY) as i32, style),
            (EventPart::At, Kept::Stamp(at), _) => self.scribe.stamp(*at, style),
            (EventPart::Until, _, Kept::Day(day)) => self.scribe.day(*day, style),
            (EventPart::Unit, ..) => text(&found[5]),
            (EventPart::Note, ..) => text(&found[7]),
            _ => Put::Blank,
        }
    }

    fn holder(&self, row: &'m Row, role: &str, part: HolderPart, key: &str, style: Style) -> Put {
        let Some(enterprise) = self.index.enterprise(self.table, row) else { return Put::Blank };
        let held = self.index.held(enterprise[0].text(), role);
        if let (HolderPart::From, [first, ..]) = (part, held) {
            return if let Kept::Day(day) = first[5] { self.scribe.day(day, style) } else { Put::Blank };
        }
        let texts: Vec<String> =
            held.iter().map(|row| self.held(row, part, key)).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() { Put::Blank } else { Put::Text(texts.join("、")) }
    }

    /// A part of one who holds a role; a unit that holds it has only a name.
    fn held(&self, assignment: &Row, part: HolderPart, key: &str) -> String {
        let person = self.index.holder(assignment);
        let of = |name: &str| {
            person.zip(place(Table::People, name)).map_or(String::new(), |(row, at)| row[at].text().to_owned())
        };
        let name = || match assignment[3].text() {
            "" if person.is_none() => assignment[4].text().to_owned(),
            "" => of("name"),
            name => name.to_owned(),
        };
        match part {
            HolderPart::Id => assignment[2].text().to_owned(),
            HolderPart::Name => name(),
            HolderPart::Unit if person.is_none() => assignment[4].text().to_owned(),
            HolderPart::Unit => of("unit"),
            HolderPart::Phone => of("phone"),
            HolderPart::Rank => of("rank"),
            HolderPart::From => String::new(),
            HolderPart::Who => {
                let (name, phone) = (name(), of("phone"));
                match whim(key, 5) % 4 {
                    _ if phone.is_empty() => name,
                    0 => format!("{name}\n{phone}"),
                    1 => format!("{name}（{phone}）"),
                    2 => format!("{name}{phone}"),
                    _ => format!("{name} {phone}"),
                }
            }
        }
    }
}
