//! Records by what they name each other with.
use std::collections::{BTreeMap, HashMap};

use super::super::clock::{Clock, Day};
use super::super::sink::{Kept, Memory, Row, Table};

/// Place of a column in its table.
pub(super) fn place(table: Table, column: &str) -> Option<usize> {
    table.described().columns.iter().position(|own| own.name == column)
}

/// A bureau's rows, found by their ids.
pub(super) struct Index<'m> {
    pub memory: &'m Memory,
    pub clock: &'m Clock,
    /// The last day of the records.
    pub last: Day,
    enterprises: HashMap<&'m str, &'m Row>,
    people: HashMap<&'m str, &'m Row>,
    cases: HashMap<&'m str, &'m Row>,
    /// Events of a case in their order.
    events: HashMap<&'m str, Vec<&'m Row>>,
    /// Assignments that hold on the last day, by enterprise and role.
    held: HashMap<&'m str, BTreeMap<&'m str, Vec<&'m Row>>>,
    policies: HashMap<&'m str, &'m Row>,
}

impl<'m> Index<'m> {
    pub fn of(memory: &'m Memory, clock: &'m Clock, last: Day) -> Index<'m> {
        let by_id = |table: Table| -> HashMap<&'m str, &'m Row> {
            memory.tables[table as usize].iter().map(|row| (row[0].text(), row)).collect()
        };
        let mut events: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in &memory.tables[Table::CaseEvents as usize] {
            events.entry(row[0].text()).or_default().push(row);
        }
        let mut held: HashMap<&str, BTreeMap<&str, Vec<&Row>>> = HashMap::new();
        for row in &memory.tables[Table::Assignments as usize] {
            if holds(row, last) {
                held.entry(row[0].text()).or_default().entry(row[1].text()).or_default().push(row);
            }
        }
        Index {
            enterprises: by_id(Table::Enterprises),
            people: by_id(Table::People),
            cases: by_id(Table::Cases),
            policies: by_id(Table::Policies),
            memory,
            clock,
            last,
            events,
            held,
        }
    }

    pub fn rows(&self, table: Table) -> &'m [Row] {
        &self.memory.tables[table as usize]
    }

    pub fn case(&self, table: Table, row: &'m Row) -> Option<&'m Row> {
        if table == Table::Cases {
            return Some(row);
        }
        self.cases.get(row[place(table, "case_id")?].text()).copied()
    }

    pub fn enterprise(&self, table: Table, row: &'m Row) -> Option<&'m Row> {
        if table == Table::Enterprises {
            return Some(row);
        }
        let id = match place(table, "enterprise_id") {
            Some(at) => row[at].text(),
            None => self.case(table, row)?[place(Table::Cases, "enterprise_id")?].text(),
        };
        self.enterprises.get(id).copied()
    }

    /// Whom a row names: who wrote, holds, acted.
    pub fn person(&self, table: Table, row: &'m Row) -> Option<&'m Row> {
        if table == Table::People {
            return Some(row);
        }
        let at = ["person_id", "holder_id", "actor_id"].into_iter().find_map(|name| place(table, name))?;
        self.people.get(row[at].text()).copied()
    }

    pub fn deputy(&self, table: Table, row: &'m Row) -> Option<&'m Row> {
        self.people.get(row[place(table, "deputy_id")?].text()).copied()
    }

    pub fn policy(&self, table: Table, row: &'m Row) -> Option<&'m Row> {
        self.policies.get(row[place(table, "policy_id")?].text()).copied()
    }

    pub fn events(&self, case: &str) -> &[&'m Row] {
        self.events.get(case).map_or(&[], Vec::as_slice)
    }

    /// Assignments of an enterprise in this role on the last day.
    pub fn held(&self, enterprise: &'m str, role: &str) -> &[&'m Row] {
        self.held.get(enterprise).and_then(|roles| roles.get(role)).map_or(&[], Vec::as_slice)
    }

    pub fn holder(&self, assignment: &Row) -> Option<&'m Row> {
        self.people.get(assignment[2].text()).copied()
    }

    /// The day of a record's own time; events stand with their case.
    pub fn day(&self, table: Table, row: &'m Row) -> Option<Day> {
        match table {
            Table::CaseEvents => self.case(table, row)?[7].day(),
            Table::Cases => row[7].day(),
            Table::Diary | Table::PolicyPushes => row[3].day(),
            Table::Evaluations => row[6].day(),
            Table::Complaints => row[4].day(),
            _ => None,
        }
    }
}

/// An assignment that holds on a day.
pub(super) fn holds(row: &Row, day: Day) -> bool {
    row[5].day().is_some_and(|from| from <= day) && (row[6] == Kept::Empty || row[6].day().is_some_and(|to| to > day))
}

/// Chains of cases by how often each event comes.
pub(super) fn counts<'m>(chain: &[&'m Row]) -> BTreeMap<&'m str, usize> {
    let mut counts = BTreeMap::new();
    for event in chain {
        *counts.entry(event[2].text()).or_default() += 1;
    }
    counts
}
