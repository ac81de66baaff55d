//! A file that would be an export but for its ids: what it names instead, as lines for guanjia.toml.
//!
//! It is not taken without them: where a workspace has ids, a file that has lost its column would double everything.
use super::headers::{Headers, Match, at};
use super::read::Rows;
use super::recognise::Foreign;
use crate::mapping::Spec;
use crate::tables::{Cell, Dictionary, Table};
use crate::workspace::SETTINGS;

/// Columns that name a person by an id.
const PEOPLE: [&str; 2] = ["person_id", "holder_id"];
/// Under this header the one whom a record is about stands only in lists of people.
const NAME: &str = "姓名";

/// An export without ids.
pub struct Lacking<'d> {
    table: &'d Table,
    /// Counted from the sheet's first row.
    row: usize,
    /// Required columns that it lacks.
    columns: Vec<usize>,
    /// Column and from what it can be made, as TOML says it.
    made: Vec<(&'d str, String)>,
    /// Columns that it has or that can be made.
    pub matched: usize,
    /// The workspace says something of such files already.
    is_said: bool,
}

impl<'d> Lacking<'d> {
    /// The best reading of the first rows as an export that lacks no more than can be made.
    pub fn of(
        keys: &[Vec<String>],
        rows: &Rows,
        tables: &[Headers<'d>],
        dictionary: &'d Dictionary,
    ) -> Option<Lacking<'d>> {
        let mut best: Option<Lacking> = None;
        for (row, own) in keys.iter().enumerate() {
            for headers in tables {
                let found = headers.matched(own);
                let sheet = Sheet { rows, row, keys: own, found: &found, table: headers.table, dictionary };
                let better = |lacking: &Lacking| best.as_ref().is_none_or(|best| lacking.matched > best.matched);
                if let Some(lacking) = sheet.lacking().filter(better) {
                    best = Some(lacking);
                }
            }
        }
        best
    }

    /// Why it is not taken, and the lines with which it is.
    pub fn foreign(self) -> Foreign {
        let name = &self.table.name;
        let columns = self.columns.iter().map(|i| &self.table.columns[*i]);
        let columns: Vec<&str> = columns.map(|c| c.headers.first().unwrap_or(&c.name).as_str()).collect();
        let why = format!(
            "is nearest to {name} (header in row {}), but lacks the column {}; add it, or its header to [headers.{name}] in \
             {SETTINGS}, or from what it is made to [missing.{name}] (--explain-mapping prints the lines)",
            self.row + 1,
            columns.join(" and "),
        );
        let lines = self.made.iter().map(|(column, made)| format!("{column} = {made}\n"));
        let head = match self.is_said {
            true => format!("# in place of the [missing.{name}] that stands there\n[missing.{name}]\n"),
            false => format!("[missing.{name}]\n"),
        };
        let lines = std::iter::once(head).chain(lines).collect();
        // Names and addresses often stand beside what is meant; a list of enterprises may be one of roles.
        let meant = !matches!(name.as_str(), "people" | "enterprises");
        Foreign { why, meant, lines: Some(lines) }
    }
}

/// A header row read as one table's.
struct Sheet<'s, 'd> {
    rows: &'s Rows,
    row: usize,
    keys: &'s [String],
    found: &'s Match,
    table: &'d Table,
    dictionary: &'d Dictionary,
}

impl<'d> Sheet<'_, 'd> {
    fn lacking(&self) -> Option<Lacking<'d>> {
        let columns = self.found.required_missing.clone();
        let stands = |index: usize| self.found.columns[index].is_some();
        let required = |index: &usize| self.table.columns[*index].required;
        let own = |index: &usize| self.table.columns[*index].cell() != Cell::Id && stands(*index);
        if columns.is_empty() || !(0..self.table.columns.len()).filter(required).any(|index| own(&index)) {
            return None;
        }
        let mut made = Vec::new();
        for (index, column) in self.table.columns.iter().enumerate() {
            match self.made(&column.name).filter(|_| !stands(index)) {
                Some(text) => made.push((column.name.as_str(), text)),
                None if columns.contains(&index) => return None,
                None => {}
            }
        }
        let matched = self.found.matched + made.len();
        let is_said = self.dictionary.missing.contains_key(&self.table.name);
        Some(Lacking { table: self.table, row: self.row, columns, made, matched, is_said })
    }

    /// From what a column can be made.
    fn made(&self, column: &str) -> Option<String> {
        let own = self.table.key == [column];
        if PEOPLE.contains(&column) {
            let name = self.person()?;
            // Beside a name they are that person's; elsewhere they may be anybody's.
            let near = |words: &[String]| {
                let found = words.iter().find_map(|word| at(self.keys, word))?;
                (own || (found > name && found <= name + 3)).then_some(found)
            };
            let list = &self.dictionary.role_list;
            let beside = [
                ("phone", self.among(near(&list.phone), column, |spec| &spec.phone)),
                ("unit", self.among(near(&list.unit), column, |spec| &spec.unit)),
                ("post", self.among(near(&list.post), column, |spec| &spec.post)),
            ];
            let beside: String =
                beside.into_iter().filter_map(|(key, headers)| Some(format!(", {key} = {}", headers?))).collect();
            let name = self.among(Some(name), column, |spec| &spec.person)?;
            return Some(format!("{{ person = {name}{beside} }}"));
        }
        match (self.table.name.as_str(), column) {
            (_, "enterprise_id") => {
                let header = self.among(Some(self.enterprise()?), column, |spec| &spec.enterprise)?;
                Some(format!("{{ enterprise = {header} }}"))
            }
            ("enterprises", "kind") => {
                let name = self.quoted(self.enterprise()?);
                let kind = if name.contains("项目") && !name.contains("企业") { "project" } else { "enterprise" };
                Some(format!("{{ value = \"{kind}\" }}"))
            }
            _ if own && !self.table.told_by.is_empty() => {
                let stands = |name: &String| {
                    let index = self.table.columns.iter().position(|column| column.name == *name);
                    index.is_some_and(|index| self.found.columns[index].is_some())
                };
                let columns = &self.table.columns;
                let names = |ids: &[&str]| columns.iter().map(|c| c.name.clone()).find(|c| ids.contains(&c.as_str()));
                let person = self.person().and_then(|_| names(&PEOPLE));
                let enterprise = self.enterprise().and_then(|_| names(&["enterprise_id"]));
                let told = self.table.told_by.iter().filter(|name| stands(name)).cloned();
                let parts: Vec<String> = person.into_iter().chain(enterprise).chain(told).collect();
                let quoted: Vec<String> = parts.iter().map(|name| format!("\"{name}\"")).collect();
                (parts.len() > 1).then(|| format!("{{ made_of = [{}] }}", quoted.join(", ")))
            }
            _ => None,
        }
    }

    /// Where the sheet names the person whom a record is about.
    fn person(&self) -> Option<usize> {
        let of_people = matches!(self.table.name.as_str(), "people" | "assignments" | "absences");
        let named = self.dictionary.named.iter().filter(|word| of_people || *word != NAME);
        named.into_iter().find_map(|word| at(self.keys, word))
    }

    fn enterprise(&self) -> Option<usize> {
        let ledger = self.dictionary.role_list.columns.as_ref()?;
        let name = ledger.columns.iter().find(|column| column.name == "name")?;
        name.headers.iter().find_map(|word| at(self.keys, word))
    }

    /// A header beside those that the workspace gives for the column already.
    fn among(&self, at: Option<usize>, column: &str, of: impl Fn(&Spec) -> &Vec<String>) -> Option<String> {
        let said = self.dictionary.missing.get(&self.table.name).and_then(|missing| missing.get(column)).map(of);
        let own = at.map(|at| self.quoted(at));
        let said = said.into_iter().flatten().map(|header| toml::Value::String(header.clone()).to_string());
        let mut all: Vec<String> = said.filter(|header| Some(header) != own.as_ref()).collect();
        all.extend(own);
        match all.len() {
            0 => None,
            1 => Some(all.remove(0)),
            _ => Some(format!("[{}]", all.join(", "))),
        }
    }

    /// A header as TOML writes it.
    fn quoted(&self, at: usize) -> String {
        toml::Value::String(self.rows.cell(self.row, at).trim().to_owned()).to_string()
    }
}
