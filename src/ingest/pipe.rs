//! One sheet on its way: a thread reads, a thread normalises, the caller takes what comes out.
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use encoding_rs::Encoding;
use polars::prelude::PolarsError;

use super::Asked;
use super::normalise::Taken;
use super::read::json::json_rows;
use super::read::parquet::parquet_rows;
use super::read::{BATCH_ROWS, ReadError, Rows, text_rows};
use super::recognise::Foreign;
use super::taker::Taker;
use crate::tables::Dictionary;

/// Batches that may wait between two threads.
const WAITING: usize = 2;

/// Where a sheet's rows come from.
pub enum Feed<'a> {
    Text(&'a Path, &'static Encoding),
    Parquet(&'a Path),
    Json(&'a Path, &'static Encoding),
    /// All rows of a workbook's sheet.
    Held(Vec<Rows>),
}

/// What comes out of the pipe, in this order.
pub enum Message {
    /// It is an export of this table; columns of these headers feed nothing.
    Recognised {
        table: String,
        /// The workspace's mapping that reads it.
        mapping: Option<String>,
        /// Columns that its headers lack are made.
        makes: bool,
        /// Ids of other records are looked up by name.
        names: bool,
        extra: Vec<String>,
    },
    /// It is no export, for this reason; nothing follows.
    Foreign(Foreign),
    Taken(Taken),
    Failed(ReadError),
    /// Our own fault, not the file's.
    Frame(PolarsError),
}

/// Runs a sheet through; `take` gets the messages and ends the run with an error of its own.
pub fn run<E>(
    feed: Feed,
    dictionary: &Dictionary,
    asked: &Asked,
    take: &mut dyn FnMut(Message) -> Result<(), E>,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let (rows, read) = sync_channel(WAITING);
        let (out, messages) = sync_channel(WAITING);
        scope.spawn(move || read_into(feed, &rows));
        scope.spawn(move || normalise_into(&read, dictionary, asked, &out));
        // Dropping the receiver on an early return stops both threads.
        messages.into_iter().try_for_each(take)
    })
}

/// A batch, or why there are no more.
type Read = Result<Rows, ReadError>;

fn read_into(feed: Feed, rows: &SyncSender<Read>) {
    let mut each = |batch| rows.send(Ok(batch)).is_ok();
    let read = match feed {
        Feed::Text(path, encoding) => text_rows(path, encoding, BATCH_ROWS, &mut each),
        Feed::Json(path, encoding) => json_rows(path, encoding, &mut each),
        Feed::Parquet(path) => parquet_rows(path, &mut each),
        Feed::Held(batches) => {
            batches.into_iter().all(each);
            Ok(())
        }
    };
    if let Err(e) = read {
        // Nobody listens any more when the run was ended.
        let _ = rows.send(Err(e));
    }
}

fn normalise_into(read: &Receiver<Read>, dictionary: &Dictionary, asked: &Asked, out: &SyncSender<Message>) {
    // A closed channel means that the run was ended; there is nobody to tell.
    let _ = normalised(read, dictionary, asked, |message| out.send(message).map_err(|_| Ended));
}

/// The run was ended by its caller.
struct Ended;

fn normalised(
    read: &Receiver<Read>,
    dictionary: &Dictionary,
    asked: &Asked,
    mut send: impl FnMut(Message) -> Result<(), Ended>,
) -> Result<(), Ended> {
    let first = match read.recv() {
        Ok(Ok(first)) => first,
        Ok(Err(e)) => return send(Message::Failed(e)),
        Err(_) => return send(Message::Failed(ReadError::Empty)),
    };
    let mut taker = match Taker::of(&first, dictionary, asked) {
        Ok(taker) => taker,
        Err(why) => return send(Message::Foreign(why)),
    };
    let layout = taker.layout();
    let extra = layout.extra.iter().map(|column| layout.headers[*column].clone()).collect();
    let mapping = taker.mapping().map(str::to_owned);
    let (makes, names) = (taker.makes(), taker.names());
    send(Message::Recognised { table: layout.table.name.clone(), mapping, makes, names, extra })?;
    let from_workbook = !first.spans.is_empty();
    let mut batches: Box<dyn Iterator<Item = Read>> = Box::new(std::iter::once(Ok(first)).chain(read));
    if from_workbook {
        // Whether a number has lost its zeros shows only in the whole column.
        let held: Vec<Read> = batches.collect();
        if let Err(e) = held.iter().flatten().try_for_each(|rows| taker.learn(rows)) {
            return send(Message::Frame(e));
        }
        batches = Box::new(held.into_iter());
    }
    for rows in batches {
        let rows = match rows {
            Ok(rows) => rows,
            Err(e) => return send(Message::Failed(e)),
        };
        let learned = if from_workbook { Ok(()) } else { taker.learn(&rows) };
        match learned.and_then(|()| taker.take(&rows)) {
            Ok(taken) => send(Message::Taken(taken))?,
            Err(e) => return send(Message::Frame(e)),
        }
    }
    Ok(())
}
