//! Whom to call: name, contact and telephone of enterprises as last known.
use std::collections::BTreeMap;
use std::path::Path;

use super::error::Doing;
use super::{Result, open_reader};

/// How an enterprise is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub contact_name: String,
    pub contact_phone: String,
}

/// Every enterprise known now, by id; one that was merged into another is reached as that one.
pub fn contacts(warehouse: &Path) -> Result<BTreeMap<String, Contact>> {
    let conn = open_reader(warehouse)?;
    let sql = "SELECT enterprise_id, COALESCE(name, ''), COALESCE(contact_name, ''), COALESCE(contact_phone, '')
        FROM warehouse.enterprises ORDER BY enterprise_id";
    let mut statement = conn.prepare(sql).doing("read contacts")?;
    let rows = statement
        .query_map([], |row| {
            let contact = Contact { name: row.get(1)?, contact_name: row.get(2)?, contact_phone: row.get(3)? };
            Ok((row.get(0)?, contact))
        })
        .doing("read contacts")?;
    let mut known: BTreeMap<String, Contact> = rows.collect::<duckdb::Result<_>>().doing("read contacts")?;
    let sql = "SELECT id, is_id FROM warehouse.merged WHERE kind = 'enterprises' ORDER BY id";
    let mut statement = conn.prepare(sql).doing("read merged enterprises")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).doing("read merged enterprises")?;
    let merged: Vec<(String, String)> = rows.collect::<duckdb::Result<_>>().doing("read merged enterprises")?;
    for (id, is_id) in merged {
        if let Some(contact) = known.get(&is_id).cloned() {
            known.insert(id, contact);
        }
    }
    Ok(known)
}
