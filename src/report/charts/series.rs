//! A value month by month: an XmR chart where there are points enough for limits, a plain line before.
use std::collections::BTreeMap;

use super::canvas::{ALERT, Anchor, Canvas, FAINT, INK, MAIN, PAPER, RULE, SMALL, TEXT};
use super::{Chart, ChartError, Scale, ticks};
use crate::judgement::xmr::{self, Signal, Xmr};
use crate::measures::brief::{Figure, Measure};
use crate::period::Period;
use crate::report::format;

/// Shares of fewer records a month have no limits.
const FEW: i64 = 10;

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
    /// Mean and limits, where there are points enough; its signals are of the points that have a value.
    pub xmr: Option<Xmr>,
}

/// Limits where they mean something: registers (coverage, load) carry over from month to month, so that neighbours are no
/// measure of chance; and shares of a few records a month are all chance.
fn limits(measure: &Measure, points: &[Point], rated: bool) -> Option<Xmr> {
    let known: Vec<&Point> = points.iter().filter(|point| point.value.is_some()).collect();
    let mut counts: Vec<i64> = known.iter().map(|point| point.n).collect();
    counts.sort_unstable();
    let few = rated && counts.get(counts.len() / 2).is_none_or(|median| *median < FEW);
    if few || matches!(measure.kind.as_str(), "coverage" | "load") {
        return None;
    }
    xmr::xmr(&known.iter().filter_map(|point| point.value).collect::<Vec<_>>())
}

/// A text beside the plot.
struct Label {
    at: f64,
    text: String,
    size: f64,
    color: plotters::style::RGBColor,
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
        // What is owed is owed before anybody's records begin; a share of nothing received says nothing.
        let owed = matches!(measure.kind.as_str(), "cadence" | "pace");
        let begun = if owed { figures.iter().position(|f| f.met.is_some_and(|met| met > 0)).unwrap_or(0) } else { 0 };
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
        let point =
            |(i, f): (usize, &Figure)| Point { period: f.period, value: value(f).filter(|_| i >= begun), n: f.n };
        let points: Vec<Point> = figures.iter().enumerate().map(point).collect();
        Series {
            id: format!("series_{}", measure.id),
            title: measure.name.clone(),
            xmr: limits(measure, &points, rated),
            points,
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
        text += &self.signals_zh();
        let gaps = self.points.len() - known.len();
        if gaps > 0 {
            text += &format!("；{gaps}个月无数据");
        }
        text + "。"
    }

    /// Limits, and which months stand out.
    fn signals_zh(&self) -> String {
        let Some(xmr) = &self.xmr else { return String::new() };
        let (low, high) = self.limits(xmr);
        let text = format!(
            "；均值{}，控制限{}至{}",
            self.scale.show(Some(xmr.mean)),
            self.scale.show(Some(low)),
            self.scale.show(Some(high))
        );
        let told = self.told();
        if told.is_empty() { text + "，未见异常波动" } else { text + "；" + &told.join("；") }
    }

    /// Which months stand out, and why: one text a signal.
    pub fn told(&self) -> Vec<String> {
        let Some(xmr) = &self.xmr else { return Vec::new() };
        let mut months: BTreeMap<Signal, Vec<Period>> = BTreeMap::new();
        for (point, signals) in self.points.iter().filter(|point| point.value.is_some()).zip(&xmr.signals) {
            for signal in signals {
                months.entry(*signal).or_default().push(point.period);
            }
        }
        // Runs of months that follow each other, each told by its ends.
        let said = |(signal, months): (Signal, Vec<Period>)| {
            let runs = months.chunk_by(|a, b| b.previous() == *a).map(|run| match run {
                [first, .., last] if run.len() > 2 => format!("{}至{}", first.zh(), last.zh()),
                few => few.iter().map(|month| month.zh()).collect::<Vec<_>>().join("、"),
            });
            format!("{}{}", runs.collect::<Vec<_>>().join("、"), signal.zh())
        };
        months.into_iter().map(said).collect()
    }

    /// Limits as far as the scale goes.
    fn limits(&self, xmr: &Xmr) -> (f64, f64) {
        match self.scale {
            Scale::Percent => (xmr.low.max(0.0), xmr.high.min(1.0)),
            Scale::Number(_) => (xmr.low.max(0.0), xmr.high),
        }
    }

    pub fn draw(&self) -> Result<Chart, ChartError> {
        let description = self.description();
        let svg = Canvas::draw(&self.id, &self.title, &description, self.size, |canvas| self.paint(canvas))?;
        let mut table = vec![vec!["月份".to_owned(), self.title.clone(), "分母".to_owned()]];
        table.extend(self.points.iter().map(|p| vec![p.period.zh(), self.scale.show(p.value), p.n.to_string()]));
        if let Some(xmr) = &self.xmr {
            table[0].push("异常波动".to_owned());
            let mut signals = xmr.signals.iter();
            for (row, point) in table[1..].iter_mut().zip(&self.points) {
                let said = point.value.and_then(|_| signals.next());
                row.push(said.map_or(String::new(), |s| s.iter().map(|s| s.zh()).collect::<Vec<_>>().join("、")));
            }
        }
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
        let (top, bottom) = (22.0, height - 48.0);
        let y = |value: f64| bottom - (value.clamp(low, high) - low) / (high - low) * (bottom - top);
        let labels = self.labels(&y, (top, bottom));
        let right = width - 16.0 - labels.iter().map(|l| format::ems(&l.text) * l.size).fold(0.0, f64::max);
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
        if let Some(xmr) = &self.xmr {
            let (low, high) = self.limits(xmr);
            canvas.line((left, y(xmr.mean)), (right, y(xmr.mean)), FAINT, 1)?;
            for limit in [low, high] {
                canvas.dashes((left, y(limit)), (right, y(limit)), FAINT)?;
            }
        }
        if let Some(standard) = self.standard {
            canvas.dashes((left, y(standard)), (right, y(standard)), ALERT)?;
        }
        let mut signals = self.xmr.iter().flat_map(|xmr| &xmr.signals);
        let mut run: Vec<(f64, f64, bool)> = Vec::new();
        for (i, value) in self.points.iter().map(|p| p.value).chain([None]).enumerate() {
            match value {
                Some(value) => run.push((x(i), y(value), signals.next().is_some_and(|found| !found.is_empty()))),
                None => {
                    let line: Vec<(f64, f64)> = run.iter().map(|(x, y, _)| (*x, *y)).collect();
                    if run.len() > 1 {
                        canvas.path(&line, MAIN, 2)?;
                    }
                    // What stands out is told apart by form, too: grey print and colour-blind eyes lose the red.
                    for (x, y, stands_out) in run.drain(..) {
                        canvas.dot((x, y), if stands_out { 5 } else { 3 }, if stands_out { ALERT } else { MAIN })?;
                        if stands_out {
                            canvas.dot((x, y), 2, PAPER)?;
                        }
                    }
                }
            }
        }
        for label in labels {
            canvas.text(&label.text, (right + 8.0, label.at), Anchor::Start, label.size, label.color)?;
        }
        Ok(())
    }

    /// What stands beside where the lines end: pushed apart where they meet, those that matter less left out.
    fn labels(&self, y: &dyn Fn(f64) -> f64, (top, bottom): (f64, f64)) -> Vec<Label> {
        let mut wanted: Vec<(f64, String, f64, plotters::style::RGBColor)> = Vec::new();
        if let Some(latest) = self.points.iter().rev().find_map(|p| p.value) {
            wanted.push((latest, self.scale.show(Some(latest)), TEXT, INK));
        }
        wanted.extend(self.standard.map(|s| (s, format!("标准{}", self.scale.tick(s)), SMALL, ALERT)));
        if let Some(xmr) = &self.xmr {
            let (low, high) = self.limits(xmr);
            wanted.extend(
                [(high, "控制上限"), (low, "控制下限"), (xmr.mean, "均值")]
                    .map(|(value, name)| (value, name.to_owned(), SMALL, FAINT)),
            );
        }
        let room = ((bottom - top) / 17.0).floor().max(1.0) as usize;
        wanted.truncate(room);
        let mut labels: Vec<Label> =
            wanted.into_iter().map(|(value, text, size, color)| Label { at: y(value), text, size, color }).collect();
        labels.sort_by(|a, b| a.at.total_cmp(&b.at));
        // Down from the top, then back up from the bottom.
        for i in 1..labels.len() {
            labels[i].at = labels[i].at.max(labels[i - 1].at + 17.0);
        }
        let mut floor = bottom + 6.0;
        for label in labels.iter_mut().rev() {
            label.at = label.at.min(floor);
            floor = label.at - 17.0;
        }
        labels
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
        let limits = self.xmr.as_ref().map(|xmr| self.limits(xmr));
        let values = self.points.iter().filter_map(|p| p.value).chain(self.standard);
        let values = values.chain(limits.into_iter().flat_map(|(low, high)| [low, high]));
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
            xmr: None,
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

    /// Twelve months have limits; the month that falls out of them is told and drawn apart.
    #[test]
    fn a_month_that_stands_out_is_told() {
        // Six months on either side: none of them is a run of seven above the mean.
        let mut values = [Some(0.92), Some(0.94)].repeat(7);
        values.truncate(13);
        values[6] = Some(0.70);
        let mut series = series(&values);
        series.xmr = xmr::xmr(&values.iter().flatten().copied().collect::<Vec<_>>());
        let chart = series.draw().unwrap();
        assert!(chart.description.contains("2025年4月超出控制限"), "{}", chart.description);
        assert_eq!(chart.table[7].last().unwrap(), "超出控制限");
        assert!(["控制上限", "控制下限", "均值"].iter().all(|name| chart.svg.contains(name)));
        assert_eq!(chart.svg.matches("r=\"5\"").count(), 1);
        let calm = Series { xmr: xmr::xmr(&[0.9; 14]), ..series };
        assert!(calm.description().contains("未见异常波动"));
    }

    /// A gap before anything came in; a month without an act after that is none.
    #[test]
    fn what_is_owed_has_no_share_before_the_first_act() {
        let of = |kind: &str| -> Vec<Option<f64>> {
            let measure = serde_json::json!({ "id": "m", "name": "每月联系", "name_en": "", "kind": kind, "topic": "diary",
                "rule": "", "answers": "", "unit": "", "provision": "", "standard": null, "core": true, "local": [] });
            let figure = |(i, met): (usize, &i64)| -> Figure {
                serde_json::from_value(serde_json::json!({ "measure": "m", "kind": kind, "by": "district",
                    "subject_id": "district", "subject_name": null, "period": Period::Month(2026, i as u32 + 1),
                    "as_of": "2026-10-31T00:00:00", "n": 4, "met": met, "rate": *met as f64 / 4.0 }))
                .unwrap()
            };
            let figures: Vec<Figure> = [0, 0, 3, 0, 4].iter().enumerate().map(figure).collect();
            Series::of(&serde_json::from_value(measure).unwrap(), &figures).points.iter().map(|p| p.value).collect()
        };
        assert_eq!(of("cadence"), [None, None, Some(0.75), Some(0.0), Some(1.0)]);
        assert_eq!(of("deadline"), [Some(0.0), Some(0.0), Some(0.75), Some(0.0), Some(1.0)]);
    }

    #[test]
    fn nothing_to_draw_is_still_a_chart() {
        for values in [&[][..], &[None][..], &[Some(1.0)][..]] {
            series(values).draw().unwrap();
        }
    }
}
