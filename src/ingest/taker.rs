//! What takes a sheet's rows: the columns of its own headers, or a workspace's mapping.
use polars::prelude::PolarsResult;

use super::Asked;
use super::normalise::made::Made;
use super::normalise::mapped::{self, Mapped};
use super::normalise::{Normaliser, Taken};
use super::read::Rows;
use super::recognise::{Foreign, Layout, recognise};
use crate::tables::Dictionary;
use crate::warehouse::batch_types::{Refusal, Refused};

/// Takes the batches of one sheet.
pub enum Taker<'d> {
    Headers(Box<Normaliser<'d>>),
    Mapping(Box<Mapped<'d>>),
}

impl<'d> Taker<'d> {
    /// How a sheet with these first rows is read: by a mapping of the workspace, where one knows its headers and no
    /// kind was asked for; else by its headers.
    pub fn of(rows: &Rows, dictionary: &'d Dictionary, asked: &Asked) -> Result<Taker<'d>, Foreign> {
        if asked.kind.is_none()
            && let Some(found) = mapped::find(rows, dictionary, asked.file)
        {
            return match found {
                Ok(mapped) => Ok(Taker::Mapping(Box::new(mapped))),
                Err(why) => Err(Foreign::new(why, true)),
            };
        }
        let layout = recognise(rows, dictionary, asked)?;
        Ok(Taker::Headers(Box::new(Normaliser::new(layout, dictionary))))
    }

    /// Header, columns, kind.
    pub fn layout(&self) -> &Layout<'d> {
        match self {
            Taker::Headers(normaliser) => normaliser.layout(),
            Taker::Mapping(mapped) => mapped.layout(),
        }
    }

    /// The mapping's name.
    pub fn mapping(&self) -> Option<&str> {
        match self {
            Taker::Headers(_) => None,
            Taker::Mapping(mapped) => Some(&mapped.mapping.name),
        }
    }

    /// Ids of other records are looked up by name.
    pub fn names(&self) -> bool {
        match self {
            Taker::Headers(normaliser) => normaliser.layout().made.iter().any(Made::names),
            Taker::Mapping(mapped) => mapped.names(),
        }
    }

    /// Columns of the table that its headers lack are made.
    pub fn makes(&self) -> bool {
        matches!(self, Taker::Headers(normaliser) if !normaliser.layout().made.is_empty())
    }

    /// Learns how wide ids are; see [`Normaliser::learn`].
    pub fn learn(&mut self, rows: &Rows) -> PolarsResult<()> {
        match self {
            Taker::Headers(normaliser) => {
                normaliser.learn(rows);
                Ok(())
            }
            Taker::Mapping(mapped) => mapped.learn(rows),
        }
    }

    /// Takes a batch: every one of its rows is staged, refused, skipped, or the header.
    pub fn take(&mut self, rows: &Rows) -> PolarsResult<Taken> {
        match self {
            Taker::Headers(normaliser) => normaliser.take(rows),
            Taker::Mapping(mapped) => mapped.take(rows),
        }
    }

    /// A row as it stood, for quarantine.
    pub fn refused(&self, rows: &Rows, row: usize, reasons: Vec<Refusal>) -> Refused {
        match self {
            Taker::Headers(normaliser) => normaliser.refused(rows, row, reasons),
            Taker::Mapping(mapped) => mapped.refused(rows, row, reasons),
        }
    }
}
