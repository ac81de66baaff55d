//! Charts: figures in, one SVG out, used as it is in HTML and rasterised for DOCX.
//!
//! Each chart carries a title, a description for those who cannot see it, and its data as a table. Bars keep
//! the order they are given in (unit, category, name): no chart ranks.
use crate::measures::brief::{Figure, Measure};
use crate::period::Period;
use crate::report::format;

pub mod bars;
pub mod canvas;
pub mod raster;
pub mod steps;

pub use bars::{Bar, Bars, Distribution, Stacked};
pub use raster::{installed, png};
pub use steps::Steps;

use canvas::{ALERT, Anchor, Canvas, FAINT, INK, MAIN, RULE, SMALL, TEXT};

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

/// A value month by month.
#[derive(Clone, Debug)]
pub struct Series {
    pub id: String,
    pub title: String,
    /// Oldest first.
    pub points: Vec<Point>,
    /// The share or number asked for, drawn as a dashed line.
    pub standard: Option<f64>,
    pub scale: Scale,
    /// 780 × 300 where nothing else is wanted.
    pub size: (u32, u32),
}

/// One month of a series; a gap where `value` is none.
#[derive(Clone, Debug)]
pub struct Point {
    pub period: Period,
    pub value: Option<f64>,
    pub n: i64,
}

impl Series {
    /// The district's series of a measure: its rate where it has one, else its mean, else its count.
    pub fn of(measure: &Measure, figures: &[Figure]) -> Series {
        let rated = figures.iter().any(|f| f.share().is_some());
        let tally = measure.kind == "tally";
        let value = |f: &Figure| match (rated, tally) {
            (true, _) => f.rate.filter(|_| f.n > 0),
            (_, true) => Some(f.n as f64),
            _ => f.mean,
        };
        let unit = match (rated, tally, measure.unit.is_empty()) {
            (true, ..) => None,
            (_, true, true) => Some("件".to_owned()),
            _ => Some(measure.unit.clone()),
        };
        Series {
            id: format!("series_{}", measure.id),
            title: measure.name.clone(),
            points: figures.iter().map(|f| Point { period: f.period, value: value(f), n: f.n }).collect(),
            standard: measure.standard.filter(|_| rated).map(|s| s.p0),
            scale: unit.map_or(Scale::Percent, Scale::Number),
            size: (780, 300),
        }
    }

    /// What the line says, in a sentence or two.
    pub fn description(&self) -> String {
        let known: Vec<(&Point, f64)> = self.points.iter().filter_map(|p| Some((p, p.value?))).collect();
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return format!("{}：无数据。", self.title);
        };
        let mut text = format!("{}，{}至{}逐月。", self.title, first.period.zh(), last.period.zh());
        if let Some((point, value)) = known.last() {
            text += &format!("{}为{}", point.period.zh(), self.scale.show(Some(*value)));
        }
        let extreme =
            |pick: fn(f64, f64) -> bool| known.iter().copied().reduce(|a, b| if pick(b.1, a.1) { b } else { a });
        if let (Some(low), Some(high)) = (extreme(|b, a| b < a), extreme(|b, a| b > a)) {
            text += &format!(
                "，最低{}（{}），最高{}（{}）",
                self.scale.show(Some(low.1)),
                low.0.period.zh(),
                self.scale.show(Some(high.1)),
                high.0.period.zh()
            );
        }
        if let Some(standard) = self.standard {
            text += &format!("；标准{}", self.scale.tick(standard));
        }
        let gaps = self.points.len() - known.len();
        if gaps > 0 {
            text += &format!("；{gaps}个月无数据");
        }
        text + "。"
    }

    pub fn draw(&self) -> Result<Chart, ChartError> {
        let description = self.description();
        let svg = Canvas::draw(&self.id, &self.title, &description, self.size, |canvas| self.paint(canvas))?;
        let mut table = vec![vec!["月份".to_owned(), self.title.clone(), "分母".to_owned()]];
        table.extend(self.points.iter().map(|p| vec![p.period.zh(), self.scale.show(p.value), p.n.to_string()]));
        Ok(Chart {
            id: self.id.clone(),
            title: self.title.clone(),
            description,
            svg,
            width: self.size.0,
            height: self.size.1,
            table,
        })
    }

    fn paint(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let ticks = self.ticks();
        let (low, high) = (ticks[0], ticks[ticks.len() - 1]);
        let left = 14.0 + ticks.iter().map(|t| format::ems(&self.scale.tick(*t))).fold(0.0, f64::max) * SMALL;
        let latest = self.points.iter().rev().find_map(|p| p.value);
        let mut right_labels = vec![self.scale.show(latest)];
        right_labels.extend(self.standard.map(|s| format!("标准{}", self.scale.tick(s))));
        let right = width - 16.0 - right_labels.iter().map(|l| format::ems(l) * TEXT).fold(0.0, f64::max);
        let (top, bottom) = (22.0, height - 48.0);
        let y = |value: f64| bottom - (value - low) / (high - low) * (bottom - top);
        let last = self.points.len().saturating_sub(1).max(1) as f64;
        let x = |i: usize| left + 8.0 + i as f64 / last * (right - left - 16.0);

        for tick in &ticks {
            canvas.line((left, y(*tick)), (right, y(*tick)), RULE, 1)?;
            canvas.text(&self.scale.tick(*tick), (left - 6.0, y(*tick)), Anchor::End, SMALL, FAINT)?;
        }
        if let Scale::Number(unit) = &self.scale
            && !unit.is_empty()
        {
            canvas.text(&format!("（{unit}）"), (left - 6.0, 8.0), Anchor::Middle, SMALL, FAINT)?;
        }
        self.months(canvas, bottom, &x)?;
        if let Some(standard) = self.standard {
            canvas.dashes((left, y(standard)), (right, y(standard)), ALERT)?;
        }
        let mut run: Vec<(f64, f64)> = Vec::new();
        for (i, value) in self.points.iter().map(|p| p.value).chain([None]).enumerate() {
            match value {
                Some(value) => run.push((x(i), y(value))),
                None => {
                    if run.len() > 1 {
                        canvas.path(&run, MAIN, 2)?;
                    }
                    for at in run.drain(..) {
                        canvas.dot(at, 3, MAIN)?;
                    }
                }
            }
        }
        self.right_labels(canvas, right + 8.0, &y)
    }

    /// The latest value and the standard, beside where their lines end, pushed apart where they meet.
    fn right_labels(&self, canvas: &Canvas, x: f64, y: &dyn Fn(f64) -> f64) -> Result<(), ChartError> {
        let latest = self.points.iter().rev().find_map(|p| p.value);
        let mut at_latest = latest.map(y);
        let at_standard = self.standard.map(|standard| {
            let at = y(standard);
            let Some(latest) = at_latest.as_mut() else { return at };
            let overlap = 19.0 - (*latest - at).abs();
            if overlap <= 0.0 {
                return at;
            }
            let sign = if *latest <= at { 1.0 } else { -1.0 };
            *latest -= sign * overlap / 2.0;
            at + sign * overlap / 2.0
        });
        if let (Some(value), Some(at)) = (latest, at_latest) {
            canvas.text(&self.scale.show(Some(value)), (x, at), Anchor::Start, TEXT, INK)?;
        }
        if let (Some(standard), Some(at)) = (self.standard, at_standard) {
            canvas.text(&format!("标准{}", self.scale.tick(standard)), (x, at), Anchor::Start, SMALL, ALERT)?;
        }
        Ok(())
    }

    /// Months below the axis, the year below the first of each.
    fn months(&self, canvas: &Canvas, bottom: f64, x: &dyn Fn(usize) -> f64) -> Result<(), ChartError> {
        let every = match self.points.len() {
            0..=14 => 1,
            _ => 3,
        };
        let months = |p: &Point| matches!(p.period, Period::Month(..));
        let mut years: Vec<(i32, f64)> = Vec::new();
        for (i, point) in self.points.iter().enumerate() {
            let (this_year, name) = match point.period {
                Period::Month(y, m) => (y, format!("{m}月")),
                Period::Quarter(y, q) => (y, format!("{q}季度")),
                Period::Week(y, w) => (y, format!("{w}周")),
                Period::Year(y) => (y, String::new()),
            };
            let labelled = match point.period {
                Period::Month(_, m) if every == 3 => m % 3 == 1,
                _ => i % every == 0,
            };
            let length = if labelled { 6.0 } else { 3.0 };
            canvas.line((x(i), bottom), (x(i), bottom + length), FAINT, 1)?;
            if labelled {
                canvas.text(&name, (x(i), bottom + 17.0), Anchor::Middle, SMALL, FAINT)?;
            }
            if years.last().is_none_or(|(year, _)| *year != this_year) && (labelled || !months(point)) {
                years.push((this_year, x(i)));
            }
        }
        for (i, (year, at)) in years.iter().enumerate() {
            let name = format!("{year}年");
            // Where the next year's name would run into it, the first gives way.
            if years.get(i + 1).is_none_or(|(_, next)| next - at > format::ems(&name) * SMALL + 4.0) {
                canvas.text(&name, (*at, bottom + 36.0), Anchor::Middle, SMALL, FAINT)?;
            }
        }
        canvas.line((x(0) - 8.0, bottom), (x(self.points.len().saturating_sub(1)) + 8.0, bottom), FAINT, 1)
    }

    fn ticks(&self) -> Vec<f64> {
        let values = self.points.iter().filter_map(|p| p.value).chain(self.standard);
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return ticks(0.0, 1.0);
        }
        match self.scale {
            // The line is about change: it need not start at 0, but its ceiling is 100 %.
            Scale::Percent => {
                ticks((low - 0.02).max(0.0), (high + 0.02).min(1.0)).into_iter().filter(|t| *t < 1.0001).collect()
            }
            Scale::Number(_) => ticks(0.0, high.max(1.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[Option<f64>]) -> Series {
        let mut period = Period::Month(2024, 10);
        let points = values
            .iter()
            .map(|value| {
                let point = Point { period, value: *value, n: 40 };
                period = Period::month_of(period.end().date());
                point
            })
            .collect();
        Series {
            id: "s".into(),
            title: "按时<办结>".into(),
            points,
            standard: Some(0.9),
            scale: Scale::Percent,
            size: (780, 300),
        }
    }

    #[test]
    fn ticks_are_round_and_cover() {
        for (low, high) in [(0.0, 1.0), (0.83, 0.97), (0.0, 7.0), (0.0, 1234.0), (0.9, 0.9)] {
            let ticks = ticks(low, high);
            assert!(ticks[0] <= low && *ticks.last().unwrap() >= high - 1e-9, "{low} {high} {ticks:?}");
            assert!((2..=8).contains(&ticks.len()), "{ticks:?}");
        }
    }

    #[test]
    fn a_series_is_text_described_and_the_same_twice() {
        let series = series(&[Some(0.91), None, Some(0.95), Some(0.88)]);
        let chart = series.draw().unwrap();
        assert_eq!(chart, series.draw().unwrap());
        assert!(chart.svg.contains("role=\"img\"") && chart.svg.contains("<desc id=\"s-d\">"));
        assert!(chart.svg.contains("按时&lt;办结&gt;") && chart.svg.contains(">\n标准90%\n<"));
        assert!(chart.description.contains("最低88.0%（2025年1月）") && chart.description.contains("1个月无数据"));
        // A gap breaks the line: only the run of two is a line of the series' colour.
        let lines =
            chart.svg.lines().filter(|l| l.starts_with("<polyline") && l.contains("stroke=\"#1F4E79\"")).count();
        assert_eq!(lines, 1);
        assert_eq!(chart.table.len(), 5);
    }

    #[test]
    fn nothing_to_draw_is_still_a_chart() {
        for values in [&[][..], &[None][..], &[Some(1.0)][..]] {
            series(values).draw().unwrap();
        }
    }
}
