//! Where a cell comes from, as a description names it.
//!
//! | name | cell |
//! |---|---|
//! | `title` | a column of the sheet's own table |
//! | `enterprise.name`, `person.phone`, `case.title`, `deputy.name`, `policy.title` | a column of the record it names |
//! | `event.resolved`, `event.assigned.unit`, `….note`, `….until`, `….times` | of a case: its first such event |
//! | `holder.leader`, `….id`, `….name`, `….unit`, `….phone`, `….rank`, `….from`, `….who` | who holds a role on the last day |
//! | `number` | 1, 2, 3 … |
//! | `state` | of a case: 办理中, 已办结, 已撤回 |
use super::super::sink::Table;
use super::index::place;
use crate::tables::Dictionary;

/// Where a cell comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Number,
    State,
    /// A column of a record that the row names, or of its own.
    Column(Joined, usize),
    Event(String, EventPart),
    Holder(String, HolderPart),
}

/// Whose column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    Own,
    Enterprise,
    Person,
    Deputy,
    Case,
    Policy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventPart {
    At,
    Unit,
    Until,
    Note,
    /// How many there are.
    Times,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HolderPart {
    Id,
    Name,
    Unit,
    Phone,
    Rank,
    From,
    /// Name and telephone in one cell, as people write them.
    Who,
}

impl Joined {
    /// The table of the record joined to rows of `own`.
    pub fn table(self, own: Table) -> Table {
        match self {
            Joined::Own => own,
            Joined::Enterprise => Table::Enterprises,
            Joined::Person | Joined::Deputy => Table::People,
            Joined::Case => Table::Cases,
            Joined::Policy => Table::Policies,
        }
    }
}

impl Of {
    /// The error says what there is.
    pub fn parse(table: Table, name: &str) -> Result<Of, String> {
        let parts: Vec<&str> = name.split('.').collect();
        let known =
            |list: &str, word: &str| Dictionary::shipped().words.get(list).is_some_and(|w| w.contains_key(word));
        match parts[..] {
            ["number"] => Ok(Of::Number),
            ["state"] => Ok(Of::State),
            ["event", event] if known("event", event) => Ok(Of::Event(event.into(), EventPart::At)),
            ["event", event, part] if known("event", event) => {
                let part = match part {
                    "unit" => EventPart::Unit,
                    "until" => EventPart::Until,
                    "note" => EventPart::Note,
                    "times" => EventPart::Times,
                    _ => return Err("of an event there is unit, until, note and times".into()),
                };
                Ok(Of::Event(event.into(), part))
            }
            ["holder", role] if known("role", role) => Ok(Of::Holder(role.into(), HolderPart::Name)),
            ["holder", role, part] if known("role", role) => {
                let part = match part {
                    "id" => HolderPart::Id,
                    "name" => HolderPart::Name,
                    "unit" => HolderPart::Unit,
                    "phone" => HolderPart::Phone,
                    "rank" => HolderPart::Rank,
                    "from" => HolderPart::From,
                    "who" => HolderPart::Who,
                    _ => return Err("of a holder there is id, name, unit, phone, rank, from and who".into()),
                };
                Ok(Of::Holder(role.into(), part))
            }
            [joined, column] => {
                let joined = match joined {
                    "enterprise" => Joined::Enterprise,
                    "person" => Joined::Person,
                    "deputy" => Joined::Deputy,
                    "case" => Joined::Case,
                    "policy" => Joined::Policy,
                    _ => return Err("a row names its enterprise, person, deputy, case and policy".into()),
                };
                column_of(joined, table, column)
            }
            [column] => column_of(Joined::Own, table, column),
            _ => Err("a name has two or three parts".into()),
        }
    }
}

fn column_of(joined: Joined, own: Table, column: &str) -> Result<Of, String> {
    let table = joined.table(own);
    place(table, column).map(|at| Of::Column(joined, at)).ok_or_else(|| {
        let columns: Vec<&str> = table.described().columns.iter().map(|column| column.name.as_str()).collect();
        format!("{} has {}", table.described().name, columns.join(", "))
    })
}
