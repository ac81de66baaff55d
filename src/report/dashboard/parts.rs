//! What several pages are put together from: tiles, charts for both kinds of screen, the measures behind a page.
use serde::Serialize;

use super::DashboardError;
use super::book::Book;
use crate::measures::brief::Measure;
use crate::report::charts::{Chart, ChartError};

/// Widths of a chart beside tables on a screen, and on a phone, in its pixels.
pub const WIDE: u32 = 780;
pub const NARROW: u32 = 400;

/// A count at the head of a page; where it leads, it is a link.
#[derive(Serialize)]
pub struct Tile {
    pub label: String,
    pub value: String,
    pub href: Option<&'static str>,
}

impl Tile {
    pub fn of(label: impl Into<String>, value: impl ToString) -> Tile {
        Tile { label: label.into(), value: value.to_string(), href: None }
    }

    pub fn to(self, href: &'static str) -> Tile {
        Tile { href: Some(href), ..self }
    }
}

/// A chart, drawn for a screen and for a phone.
#[derive(Serialize)]
pub struct Drawn {
    wide: String,
    narrow: String,
    description: String,
}

impl Drawn {
    /// Draws it in both widths, under ids that differ; none where there is nothing to draw.
    pub fn of(
        (wide, narrow): (u32, u32),
        draw: impl Fn(&str, u32) -> Option<Result<Chart, ChartError>>,
    ) -> Result<Option<Drawn>, DashboardError> {
        let (Some(wide), Some(narrow)) = (draw("wide", wide), draw("narrow", narrow)) else { return Ok(None) };
        let (wide, narrow) = (wide?, narrow?);
        Ok(Some(Drawn { wide: wide.svg, narrow: narrow.svg, description: wide.description }))
    }
}

/// A measure that a page is folded from.
#[derive(Serialize)]
pub struct Source {
    name: String,
    /// Its page.
    href: String,
    provision: String,
    /// Its rule in words.
    method: String,
}

impl Source {
    /// `up` leads to the period's folder; `to` is what of the measure's page is meant: `?q=…#rows`.
    pub fn of(book: &Book, measure: &Measure, up: &str, to: &str) -> Source {
        Source {
            name: measure.name.clone(),
            href: format!("{up}{}{to}", book.measure_page(&measure.id)),
            provision: measure.provision.clone(),
            method: format!("{up}method.html#{}", book.anchor(&measure.id)),
        }
    }
}
