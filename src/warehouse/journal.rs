//! The journal: who did what, when, to what; added to and never changed.
//!
//! Sampling, judgement and bulletins keep their state here and nowhere else: each folds its own acts. The entries of all
//! rooms are one chain of hashes (after Haber and Stornetta, 1991), so that whoever has noted the last hash can tell
//! whether anything before it was touched.
use std::path::Path;

use chrono::NaiveDateTime;
use duckdb::{Connection, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::Doing;
use super::{Result, Warehouse, WarehouseError, open_reader};

/// Whose act an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    Sampling,
    Judgement,
    Bulletins,
}

impl Room {
    fn word(self) -> &'static str {
        match self {
            Room::Sampling => "sampling",
            Room::Judgement => "judgement",
            Room::Bulletins => "bulletins",
        }
    }
}

/// An act that is to be entered.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted {
    /// What was done: planned, drawn, served, ruled, issued.
    pub act: String,
    /// To what: the id of a plan, a finding, a bulletin.
    pub subject: String,
    /// The act with all that belongs to it.
    pub body: serde_json::Value,
}

impl Noted {
    /// An act of a room's own type.
    pub fn of<T: Serialize>(act: &str, subject: &str, body: &T) -> Result<Noted> {
        Ok(Noted { act: act.to_owned(), subject: subject.to_owned(), body: serde_json::to_value(body)? })
    }
}

/// An entry as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub entry_no: i64,
    pub room: String,
    /// Local time, as stated by who did it.
    pub at: NaiveDateTime,
    /// The last batch that had come in when it was written; 0: none.
    pub batch: i64,
    pub actor: String,
    pub act: String,
    pub subject: String,
    /// JSON as it was hashed.
    pub body: String,
    /// Hash of the entry before.
    pub previous: String,
    pub sha256: String,
}

impl Entry {
    /// The act as the room's own type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_str(&self.body)?)
    }

    /// What `sha256` must be: of the JSON array of all other columns.
    fn hashed(&self) -> Result<String> {
        let at = self.at.format(AT).to_string();
        let columns = (
            self.entry_no,
            &self.room,
            at,
            self.batch,
            &self.actor,
            &self.act,
            &self.subject,
            &self.body,
            &self.previous,
        );
        let text = serde_json::to_string(&columns)?;
        Ok(Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Hash before the first entry.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const AT: &str = "%Y-%m-%dT%H:%M:%S%.6f";

impl Warehouse {
    /// Enters acts of one person at one time, all or none; returns them as entered.
    pub fn append(&mut self, room: Room, actor: &str, at: NaiveDateTime, acts: &[Noted]) -> Result<Vec<Entry>> {
        let conn = self.writing();
        let all = entries(conn)?;
        let (mut entry_no, mut previous) =
            all.last().map_or((0, NOTHING.to_owned()), |entry| (entry.entry_no, entry.sha256.clone()));
        let last = "SELECT COALESCE(MAX(batch_id), 0) FROM batches";
        let batch: i64 = conn.query_row(last, [], |row| row.get(0)).doing("tell its last batch")?;
        let mut entered = Vec::with_capacity(acts.len());
        for act in acts {
            entry_no += 1;
            let mut entry = Entry {
                entry_no,
                room: room.word().to_owned(),
                at,
                batch,
                actor: actor.to_owned(),
                act: act.act.clone(),
                subject: act.subject.clone(),
                body: serde_json::to_string(&act.body)?,
                previous,
                sha256: String::new(),
            };
            entry.sha256 = entry.hashed()?;
            previous = entry.sha256.clone();
            entered.push(entry);
        }
        conn.execute_batch("BEGIN TRANSACTION").doing("begin an entry")?;
        let done = entered.iter().try_for_each(|entry| insert(conn, entry));
        conn.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).doing("end an entry")?;
        done.map(|()| entered)
    }

    /// The entries of a room as they stand now, for who is about to add to them.
    pub fn journal(&self, room: Room) -> Result<Vec<Entry>> {
        of(entries(self.writing())?, room)
    }
}

/// The entries of a room, the whole chain checked.
pub fn read(warehouse: &Path, room: Room) -> Result<Vec<Entry>> {
    of(entries(&open_reader(warehouse)?)?, room)
}

/// Hash of the last entry of all rooms: whoever keeps it can tell later whether anything before was touched.
pub fn head(warehouse: &Path) -> Result<String> {
    Ok(entries(&open_reader(warehouse)?)?.pop().map_or_else(|| NOTHING.to_owned(), |entry| entry.sha256))
}

fn of(mut entries: Vec<Entry>, room: Room) -> Result<Vec<Entry>> {
    entries.retain(|entry| entry.room == room.word());
    Ok(entries)
}

fn insert(conn: &Connection, entry: &Entry) -> Result<()> {
    let Entry { entry_no, room, at, batch, actor, act, subject, body, previous, sha256 } = entry;
    conn.execute(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![entry_no, room, at, batch, actor, act, subject, body, previous, sha256],
    )
    .doing("write an entry of the journal")?;
    Ok(())
}

/// Every entry, in order; the first that does not fit the one before is an error.
fn entries(conn: &Connection) -> Result<Vec<Entry>> {
    let sql = "SELECT entry_no, room, at_time, batch_id, actor, act, subject, body, previous, sha256
        FROM warehouse.journal ORDER BY entry_no";
    let mut statement = conn.prepare(sql).doing("read the journal")?;
    let rows = statement
        .query_map([], |row| {
            Ok(Entry {
                entry_no: row.get(0)?,
                room: row.get(1)?,
                at: row.get(2)?,
                batch: row.get(3)?,
                actor: row.get(4)?,
                act: row.get(5)?,
                subject: row.get(6)?,
                body: row.get(7)?,
                previous: row.get(8)?,
                sha256: row.get(9)?,
            })
        })
        .doing("read the journal")?;
    let entries: Vec<Entry> = rows.collect::<duckdb::Result<_>>().doing("read the journal")?;
    let mut previous = NOTHING;
    for (no, entry) in (1..).zip(&entries) {
        if entry.entry_no != no || entry.previous != previous || entry.sha256 != entry.hashed()? {
            return Err(WarehouseError::Journal { entry_no: no });
        }
        previous = &entry.sha256;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> NaiveDateTime {
        chrono::NaiveDate::from_ymd_opt(2026, 11, 2).and_then(|day| day.and_hms_opt(hour, 0, 0)).unwrap()
    }

    fn act(what: &str) -> Noted {
        Noted::of("planned", "P1", &serde_json::json!({ "what": what })).unwrap()
    }

    #[test]
    fn entries_are_a_chain_over_all_rooms() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("warehouse.duckdb");
        let mut writer = Warehouse::open_writer(&file, "test").unwrap();
        writer.append(Room::Sampling, "甲", at(9), &[act("一"), act("二")]).unwrap();
        let judged = writer.append(Room::Judgement, "乙", at(10), &[act("三")]).unwrap();
        assert_eq!(writer.journal(Room::Sampling).unwrap().len(), 2);
        drop(writer);
        let read = read(&file, Room::Judgement).unwrap();
        assert_eq!(read, judged);
        assert_eq!((read[0].entry_no, read[0].body.as_str()), (3, r#"{"what":"三"}"#));
        assert_eq!(head(&file).unwrap(), judged[0].sha256);
    }

    /// Whatever is done to an entry that is not the last, the journal is not read any more.
    #[test]
    fn a_touched_entry_shows() {
        for touch in [
            "UPDATE journal SET body = '{}' WHERE entry_no = 2",
            "UPDATE journal SET at_time = at_time + INTERVAL 1 SECOND WHERE entry_no = 1",
            "UPDATE journal SET actor = '丙' WHERE entry_no = 3",
            "DELETE FROM journal WHERE entry_no = 1",
            "DELETE FROM journal WHERE entry_no = 2",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("warehouse.duckdb");
            let mut writer = Warehouse::open_writer(&file, "test").unwrap();
            writer.append(Room::Sampling, "甲", at(9), &[act("一"), act("二"), act("三")]).unwrap();
            writer.conn_for_test().execute_batch(touch).unwrap();
            let refused = writer.append(Room::Sampling, "甲", at(11), &[act("四")]).unwrap_err();
            assert!(matches!(refused, WarehouseError::Journal { .. }), "{touch}: {refused}");
        }
    }
}
