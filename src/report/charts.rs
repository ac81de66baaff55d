//! Charts: figures in, one SVG out, used as it is in HTML and rasterised for DOCX.
//!
//! Each chart carries a title, a description for those who cannot see it, and its data as a table. Bars keep
//! the order they are given in (unit, category, name): no chart ranks.
use crate::report::format;

pub mod bars;
pub mod canvas;
pub mod funnel;
pub mod gantt;
pub mod raster;
pub mod series;
pub mod steps;

pub use bars::{Bar, Bars, Distribution, Stacked};
pub use funnel::{Dot, Funnel};
pub use gantt::{Gantt, Group, Row};
pub use raster::{installed, png};
pub use series::{Point, Series};
pub use steps::Steps;

/// Why a chart cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("no Chinese font is installed (looked for {0}); install one: apt-get install fonts-noto-cjk")]
    NoFont(String),
    #[error("no installed font has “{0}”; install fonts-noto-cjk (fonts-noto-cjk-extra for rare characters)")]
    NoGlyph(String),
    #[error("a chart cannot be drawn: {0}")]
    Drawing(String),
}

impl ChartError {
    fn drawing(source: impl std::fmt::Display) -> Self {
        ChartError::Drawing(source.to_string())
    }
}

/// A finished chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Unique in a document; also the prefix of the ids inside the SVG.
    pub id: String,
    pub title: String,
    pub description: String,
    pub svg: String,
    /// In the chart's pixels; 780 is the full width of a page.
    pub width: u32,
    pub height: u32,
    /// The data, header first.
    pub table: Vec<Vec<String>>,
}

/// What the value axis counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Values are shares 0..=1.
    Percent,
    /// Values are counts or means of this unit (件, 天; may be empty).
    Number(String),
}

impl Scale {
    /// A value with its unit, for labels and tables.
    pub fn show(&self, value: Option<f64>) -> String {
        match (self, value) {
            (Scale::Percent, value) => format::rate(value),
            (Scale::Number(_), None) => format::ABSENT.into(),
            (Scale::Number(unit), Some(value)) => format!("{}{unit}", format::number(value)),
        }
    }

    /// A tick, without the unit: `90%`, `5`.
    fn tick(&self, value: f64) -> String {
        match self {
            Scale::Percent => format!("{}%", format::number(value * 100.0)),
            Scale::Number(_) => format::number(value),
        }
    }
}

/// Round ticks from at or below `low` to at or above `high`, 3 to 7 of them.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let magnitude = 10f64.powf((span / 6.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * magnitude)
        .find(|step| span / step <= 6.0)
        .unwrap_or(10.0 * magnitude);
    let first = (low / step + 1e-9).floor() as i64;
    let last = (high / step - 1e-9).ceil() as i64;
    (first..=last.max(first + 1)).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover() {
        for (low, high) in [(0.0, 1.0), (0.83, 0.97), (0.0, 7.0), (0.0, 1234.0), (0.9, 0.9)] {
            let ticks = ticks(low, high);
            assert!(ticks[0] <= low && *ticks.last().unwrap() >= high - 1e-9, "{low} {high} {ticks:?}");
            assert!((2..=8).contains(&ticks.len()), "{ticks:?}");
        }
    }
}
