//! Wide role lists (项目 | 包保领导 | 项目管家 | 企业联系人 …): which columns of a sheet are which.
//!
//! Such a list has neither ids nor dates, so it is looked for only where a sheet is no other kind of export, and it
//! is taken only with the day from which its roles hold.
use chrono::NaiveDate;

use super::headers::{Headers, Match, bracketed, header_key, unique};
use super::read::Rows;
use super::recognise::{Foreign, Layout, SEARCHED};
use crate::tables::{Dictionary, RoleList};

/// A role's column, and the columns beside it that belong to whom it names.
#[derive(Clone, Debug)]
pub struct RoleColumns<'d> {
    /// A word of the list `role`.
    pub role: &'d str,
    /// Its cells name units.
    pub of_units: bool,
    pub at: usize,
    pub phone: Option<usize>,
    pub post: Option<usize>,
    pub unit: Option<usize>,
}

/// What a role list says beside the ledger's columns.
#[derive(Clone, Debug)]
pub struct Listed<'d> {
    pub roles: Vec<RoleColumns<'d>>,
    /// From when the roles hold.
    pub since: NaiveDate,
    /// Kind of an enterprise whose row does not say it.
    pub kind: &'static str,
}

/// A header row (or two) read as a role list's.
struct Found<'d> {
    row: usize,
    depth: usize,
    header: Vec<String>,
    roles: Vec<RoleColumns<'d>>,
    ledger: Match,
}

/// How the reason begins for which a role list without a day is not taken.
const UNDATED: &str = "is a role list";

/// The sheet was not taken because nobody said from when its roles hold.
pub fn asks_for_a_day(note: &str) -> bool {
    note.starts_with(UNDATED)
}

/// Reads a sheet as a role list; none: it is none.
pub fn role_list<'d>(
    rows: &Rows,
    dictionary: &'d Dictionary,
    asked: &super::Asked,
) -> Option<Result<Layout<'d>, Foreign>> {
    let table = dictionary.role_list.columns.as_ref()?;
    let headers = Headers::of(table);
    let words = Words::of(&dictionary.role_list);
    let width = rows.frame.width();
    let line = |row: usize| (0..width).map(|column| rows.cell(row, column).to_owned()).collect::<Vec<_>>();
    let mut best: Option<Found> = None;
    for row in 0..rows.height().min(SEARCHED) {
        let above = line(row);
        let below = (row + 1 < rows.height()).then(|| merged(&above, &line(row + 1), &words));
        for (depth, header) in [(1, Some(above)), (2, below)].into_iter().filter_map(|(d, h)| Some((d, h?))) {
            let keys: Vec<String> = header.iter().map(|text| header_key(text)).collect();
            let found =
                Found { row, depth, roles: role_columns(&keys, &words), ledger: headers.matched(&keys), header };
            let named = found.ledger.required_missing.is_empty();
            let serves = found.roles.iter().any(|role| role.role != "enterprise_contact");
            let better = best.as_ref().is_none_or(|best| found.weight() > best.weight());
            if named && (serves || (asked.is_role_list() && !found.roles.is_empty())) && better {
                best = Some(found);
            }
        }
    }
    let best = best?;
    let Some(since) = asked.since else {
        let why = format!(
            "{UNDATED} (header in row {}), which has no dates; say from when its roles hold with --since DATE, \
             like --since 2026-01-01",
            best.row + 1
        );
        return Some(Err(Foreign::new(why, true)));
    };
    Some(Ok(layout(best, table, since)))
}

impl Found<'_> {
    /// Columns that mean something; of equals the one with fewer header rows came first.
    fn weight(&self) -> usize {
        let beside = |role: &RoleColumns| [role.phone, role.post, role.unit].iter().flatten().count();
        self.ledger.matched + self.roles.iter().map(|role| 1 + beside(role)).sum::<usize>()
    }
}

/// The dictionary's words as headers are compared; a sheet may have thousands of columns.
struct Words<'d> {
    /// A role, whether units hold it, and one of its headers.
    roles: Vec<(&'d str, bool, String)>,
    person: Vec<String>,
    post: Vec<String>,
    unit: Vec<String>,
    phone: Vec<String>,
}

impl<'d> Words<'d> {
    fn of(list: &'d RoleList) -> Words<'d> {
        let keys = |words: &[String]| words.iter().map(|word| header_key(word)).collect();
        let roles = list
            .roles
            .iter()
            .flat_map(|role| role.headers.iter().map(move |word| (role.role.as_str(), role.unit, header_key(word))));
        Words {
            roles: roles.collect(),
            person: keys(&list.person),
            post: keys(&list.post),
            unit: keys(&list.unit),
            phone: keys(&list.phone),
        }
    }

    /// The role that a header names: whole, with a remark in brackets, a number behind it (项目管家2) or a rank
    /// before it (市级包保领导).
    fn role(&self, key: &str) -> Option<(&'d str, bool)> {
        let head = bracketed(key).map_or(key, |(head, _)| head);
        let head = head.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五".contains(c));
        let fits = |word: &String| head == word || (word.chars().count() >= 4 && head.ends_with(word.as_str()));
        let found = self.roles.iter().filter(|(.., word)| fits(word)).max_by_key(|(.., word)| word.len());
        found.map(|(role, of_units, _)| (*role, *of_units))
    }
}

/// Two header rows as one: 姓名 under a role is the role, 电话 under it is its telephone.
fn merged(above: &[String], below: &[String], words: &Words) -> Vec<String> {
    let mut over = "";
    let mut header = Vec::with_capacity(above.len());
    for (above, below) in above.iter().zip(below) {
        // A merged cell shows in its first column only.
        over = if above.trim().is_empty() { over } else { above };
        let person = words.person.contains(&header_key(below));
        let own = if below.trim().is_empty() { above } else { below };
        header.push(if person { over.to_owned() } else { own.clone() });
    }
    header
}

/// The roles' columns from left to right, with what stands beside each.
fn role_columns<'d>(keys: &[String], words: &Words<'d>) -> Vec<RoleColumns<'d>> {
    let mut roles: Vec<RoleColumns> = Vec::new();
    // Columns such as 电话 belong to the role before them as long as nothing else comes between.
    let mut beside = false;
    for (at, key) in keys.iter().enumerate() {
        if let Some((role, of_units)) = words.role(key) {
            roles.push(RoleColumns { role, of_units, at, phone: None, post: None, unit: None });
            beside = true;
            continue;
        }
        let Some(last) = roles.last_mut().filter(|_| beside) else { continue };
        let place = if words.phone.contains(key) {
            &mut last.phone
        } else if words.post.contains(key) {
            &mut last.post
        } else if words.unit.contains(key) {
            &mut last.unit
        } else {
            beside = false;
            continue;
        };
        place.get_or_insert(at);
    }
    roles
}

fn layout<'d>(found: Found<'d>, table: &'d crate::tables::Table, since: NaiveDate) -> Layout<'d> {
    let name = table.columns.iter().position(|c| c.name == "name").and_then(|name| found.ledger.columns[name]);
    let is_enterprise = name.is_some_and(|at| found.header[at].contains("企业") && !found.header[at].contains("项目"));
    let mut columns = found.ledger.columns;
    let mut used: Vec<usize> = Vec::new();
    for role in &found.roles {
        used.extend([Some(role.at), role.phone, role.post, role.unit].into_iter().flatten());
    }
    // What a role's column says is not the ledger's as well.
    for column in &mut columns {
        *column = column.filter(|at| !used.contains(at));
    }
    used.extend(columns.iter().flatten());
    let last = found.row + found.depth - 1;
    let blank = |at: usize| found.header[at].trim().is_empty();
    Layout {
        table,
        header_row: last,
        data: last + 1,
        columns,
        events: Vec::new(),
        listed: Some(Listed { roles: found.roles, since, kind: if is_enterprise { "enterprise" } else { "project" } }),
        shifts: found.ledger.shifts,
        extra: (0..found.header.len()).filter(|at| !used.contains(at) && !blank(*at)).collect(),
        headers: unique(&found.header),
        header: found.header,
        made: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::recognise::tests::sheet;

    fn roles(lines: &str) -> Vec<(String, usize, Option<usize>)> {
        let asked = super::super::Asked { since: NaiveDate::from_ymd_opt(2026, 1, 1), ..Default::default() };
        let layout = role_list(&sheet(lines), Dictionary::shipped(), &asked).unwrap().unwrap();
        let listed = layout.listed.unwrap();
        listed.roles.iter().map(|role| (role.role.to_owned(), role.at, role.phone)).collect()
    }

    #[test]
    fn roles_by_their_headers() {
        let found = roles("序号|项目|市级包保领导|牵头单位|项目管家|联系电话|企业联系人（电话）\n1|甲|||||");
        let want =
            [("leader", 2, None), ("lead_unit", 3, None), ("steward", 4, Some(5)), ("enterprise_contact", 6, None)];
        assert_eq!(found, want.map(|(role, at, phone)| (role.to_owned(), at, phone)));
    }

    #[test]
    fn names_and_telephones_under_a_role() {
        let lines =
            "序号|项目名称|包保领导||项目管家||\n||姓名|职务|姓名|单位|电话\n1|甲|张三|副市长|李四|某局|13800000001";
        let want = [("leader", 2, None), ("steward", 4, Some(6))];
        assert_eq!(roles(lines), want.map(|(role, at, phone)| (role.to_owned(), at, phone)));
    }

    #[test]
    fn dates_are_asked_for_and_contacts_alone_are_no_list() {
        let asked = super::super::Asked::default();
        let without =
            role_list(&sheet("项目|项目管家\n甲|张三"), Dictionary::shipped(), &asked).unwrap().unwrap_err().why;
        assert!(without.contains("--since DATE") && without.contains("header in row 1"), "{without}");
        assert!(role_list(&sheet("企业名称|企业联系人\n甲|张三"), Dictionary::shipped(), &asked).is_none());
    }
}
