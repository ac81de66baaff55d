//! Bars: by unit or category, a distribution, classes stacked.
use std::collections::BTreeMap;

use super::canvas::{ALERT, Anchor, CLASSES, Canvas, FAINT, INK, MAIN, PALE, PAPER, RULE, SMALL, TEXT, fit};
use super::{Chart, ChartError, Scale, ticks};
use crate::report::format::{self, ems};

/// Widest label before it is shortened, in ems.
const LABEL: f64 = 14.0;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    /// None: no bar, a dash.
    pub value: Option<f64>,
    pub n: i64,
}

/// Bars with their n, in the order given.
#[derive(Clone, Debug)]
pub struct Bars {
    pub id: String,
    pub title: String,
    pub bars: Vec<Bar>,
    pub standard: Option<f64>,
    pub scale: Scale,
    /// Width in pixels; 780 is a page's.
    pub width: u32,
}

impl Bars {
    fn description(&self) -> String {
        let mut text = format!("{}，共{}项。", self.title, self.bars.len());
        if let (Some(standard), Scale::Percent) = (self.standard, &self.scale) {
            let below: Vec<&str> =
                self.bars.iter().filter(|b| b.value.is_some_and(|v| v < standard)).map(|b| b.label.as_str()).collect();
            text += &match below.len() {
                0 => format!("均不低于标准{}。", format::standard(standard)),
                n => format!("{n}项低于标准{}：{}。", format::standard(standard), below.join("、")),
            };
        }
        text
    }

    /// Lying bars: labels on the left, value and n at the end of each.
    pub fn horizontal(&self) -> Result<Chart, ChartError> {
        let (row, top) = (26.0, 30.0);
        let height = top + row * self.bars.len().max(1) as f64 + 12.0;
        self.chart((self.width, height as u32), |canvas| {
            let width = f64::from(self.width);
            let left = 14.0 + self.bars.iter().map(|b| ems(&b.label).min(LABEL)).fold(0.0, f64::max) * TEXT;
            let end = |b: &Bar| format!("{}（n={}）", self.scale.show(b.value), b.n);
            let right = width - 12.0 - self.bars.iter().map(|b| ems(&end(b))).fold(0.0, f64::max) * SMALL;
            let high = self.high();
            let x = |value: f64| left + value / high * (right - left);
            let bottom = height - 12.0;
            for tick in ticks(0.0, high).into_iter().filter(|t| *t <= high * 1.0001) {
                canvas.line((x(tick), top - 6.0), (x(tick), bottom), RULE, 1)?;
                canvas.text(&self.scale.tick(tick), (x(tick), top - 16.0), Anchor::Middle, SMALL, FAINT)?;
            }
            if let Some(standard) = self.standard {
                canvas.dashes((x(standard), top - 6.0), (x(standard), bottom), ALERT)?;
            }
            for (i, bar) in self.bars.iter().enumerate() {
                let middle = top + row * (i as f64 + 0.5);
                let label = fit(&bar.label, LABEL * TEXT, TEXT);
                canvas.text(&label, (left - 8.0, middle), Anchor::End, TEXT, INK)?;
                if let Some(value) = bar.value {
                    canvas.rect((left, middle - 8.0), (x(value), middle + 8.0), self.color(value))?;
                }
                // Inside a long bar, so that the line of the standard never runs through it.
                let (label, at) = (end(bar), x(bar.value.unwrap_or(0.0)));
                if at - left > ems(&label) * SMALL + 24.0 {
                    canvas.text(&label, (at - 8.0, middle), Anchor::End, SMALL, PAPER)?;
                } else {
                    canvas.text(&label, (at + 6.0, middle), Anchor::Start, SMALL, FAINT)?;
                }
            }
            canvas.line((left, top - 6.0), (left, bottom), FAINT, 1)
        })
    }

    /// Standing bars: the value above, label and n below. For few and short labels.
    pub fn vertical(&self, height: u32) -> Result<Chart, ChartError> {
        self.chart((self.width, height), |canvas| {
            let (width, tall) = (f64::from(self.width), f64::from(height));
            let high = self.high();
            let ticks: Vec<f64> = ticks(0.0, high).into_iter().filter(|t| *t <= high * 1.0001).collect();
            let left = 14.0 + ticks.iter().map(|t| ems(&self.scale.tick(*t))).fold(0.0, f64::max) * SMALL;
            let right =
                width - 8.0 - self.standard.map_or(0.0, |s| ems(&format!("标准{}", format::standard(s))) * SMALL);
            let (top, bottom) = (24.0, tall - 48.0);
            let y = |value: f64| bottom - value / high * (bottom - top);
            for tick in &ticks {
                canvas.line((left, y(*tick)), (right, y(*tick)), RULE, 1)?;
                canvas.text(&self.scale.tick(*tick), (left - 6.0, y(*tick)), Anchor::End, SMALL, FAINT)?;
            }
            if let Some(standard) = self.standard {
                canvas.dashes((left, y(standard)), (right, y(standard)), ALERT)?;
                let label = format!("标准{}", format::standard(standard));
                canvas.text(&label, (right + 5.0, y(standard)), Anchor::Start, SMALL, ALERT)?;
            }
            let slot = (right - left) / self.bars.len().max(1) as f64;
            let half = (slot * 0.3).clamp(2.0, 26.0);
            for (i, bar) in self.bars.iter().enumerate() {
                let middle = left + slot * (i as f64 + 0.5);
                if let Some(value) = bar.value {
                    canvas.rect((middle - half, y(value)), (middle + half, bottom), self.color(value))?;
                }
                let (label, head) = (self.scale.show(bar.value), y(bar.value.unwrap_or(0.0)));
                let inside = bottom - head > 30.0 && half * 2.0 > ems(&label) * SMALL + 4.0;
                let (at, color) = if inside { (head + 13.0, PAPER) } else { (head - 10.0, INK) };
                canvas.text(&label, (middle, at), Anchor::Middle, SMALL, color)?;
                canvas.text(&fit(&bar.label, slot - 4.0, TEXT), (middle, bottom + 16.0), Anchor::Middle, TEXT, INK)?;
                canvas.text(&format!("n={}", bar.n), (middle, bottom + 35.0), Anchor::Middle, SMALL, FAINT)?;
            }
            canvas.line((left, bottom), (right, bottom), FAINT, 1)
        })
    }

    /// Below the standard is told by colour, and by the dashed line.
    fn color(&self, value: f64) -> plotters::style::RGBColor {
        if self.standard.is_some_and(|s| value < s) { ALERT } else { MAIN }
    }

    fn high(&self) -> f64 {
        match self.scale {
            Scale::Percent => 1.0,
            Scale::Number(_) => {
                let high = self.bars.iter().filter_map(|b| b.value).fold(1.0, f64::max);
                ticks(0.0, high).last().copied().unwrap_or(high)
            }
        }
    }

    fn chart(
        &self,
        size: (u32, u32),
        paint: impl FnOnce(&Canvas) -> Result<(), ChartError>,
    ) -> Result<Chart, ChartError> {
        let description = self.description();
        let mut table = vec![vec!["项目".to_owned(), self.title.clone(), "分母".to_owned()]];
        table.extend(self.bars.iter().map(|b| vec![b.label.clone(), self.scale.show(b.value), b.n.to_string()]));
        chart(&self.id, &self.title, description, size, table, paint)
    }
}

/// How many subjects have each whole number: stewards by enterprises held.
#[derive(Clone, Debug)]
pub struct Distribution {
    pub id: String,
    pub title: String,
    /// One per subject.
    pub values: Vec<i64>,
    /// Least and most that is meant to be, inclusive.
    pub band: Option<(i64, i64)>,
    /// What is counted along the axis: 包保企业数（家）.
    pub axis: String,
    /// What the height counts: 名.
    pub unit: String,
    pub size: (u32, u32),
}

impl Distribution {
    pub fn draw(&self) -> Result<Chart, ChartError> {
        let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
        for value in &self.values {
            *counts.entry(*value).or_default() += 1;
        }
        let mut description = format!("{}，共{}{}。", self.title, self.values.len(), self.unit);
        if let Some((low, high)) = self.band {
            let inside = self.values.iter().filter(|v| (low..=high).contains(v)).count();
            let under = self.values.iter().filter(|v| **v < low).count();
            let over = self.values.len() - inside - under;
            let unit = &self.unit;
            description += &match low {
                0 => format!("不超过{high}的{inside}{unit}，超过的{over}{unit}。"),
                _ => format!("{low}至{high}的{inside}{unit}，不足{low}的{under}{unit}，超过{high}的{over}{unit}。"),
            };
        }
        let mut table = vec![vec![self.axis.clone(), format!("数量（{}）", self.unit)]];
        table.extend(counts.iter().map(|(value, count)| vec![value.to_string(), count.to_string()]));
        chart(&self.id, &self.title, description, self.size, table, |canvas| self.paint(canvas, &counts))
    }

    fn paint(&self, canvas: &Canvas, counts: &BTreeMap<i64, i64>) -> Result<(), ChartError> {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let least = counts.keys().next().copied().unwrap_or(0).min(self.band.map_or(i64::MAX, |b| b.0)).min(1);
        let most = counts.keys().last().copied().unwrap_or(1).max(self.band.map_or(i64::MIN, |b| b.1)) + 1;
        let highest = counts.values().copied().max().unwrap_or(1).max(1) as f64;
        let ticks: Vec<f64> = ticks(0.0, highest).into_iter().filter(|t| t.fract() == 0.0).collect();
        let high = ticks.last().copied().unwrap_or(highest).max(highest);
        let (left, right, top, bottom) = (36.0, width - 10.0, 34.0, height - 46.0);
        let slot = (right - left) / (most - least + 1) as f64;
        let x = |value: f64| left + (value - least as f64 + 0.5) * slot;
        let y = |count: f64| bottom - count / high * (bottom - top);
        if let Some((low, up)) = self.band {
            canvas.rect((x(low as f64 - 0.5), top - 18.0), (x(up as f64 + 0.5), bottom), PALE)?;
            let label = if low == 0 { format!("规定{up}以内") } else { format!("规定范围{low}～{up}") };
            canvas.text(&label, (x((low + up) as f64 / 2.0), top - 9.0), Anchor::Middle, SMALL, MAIN)?;
        }
        for tick in &ticks {
            canvas.line((left, y(*tick)), (right, y(*tick)), RULE, 1)?;
            canvas.text(&format::number(*tick), (left - 6.0, y(*tick)), Anchor::End, SMALL, FAINT)?;
        }
        canvas.text(&format!("（{}）", self.unit), (left - 12.0, 8.0), Anchor::Middle, SMALL, FAINT)?;
        let half = (slot * 0.38).max(1.0);
        for (value, count) in counts {
            let outside = self.band.is_some_and(|(low, up)| !(low..=up).contains(value));
            let (from, to) = (x(*value as f64) - half, x(*value as f64) + half);
            canvas.rect((from, y(*count as f64)), (to, bottom), if outside { ALERT } else { MAIN })?;
        }
        let every = (30.0 / slot).ceil().max(1.0) as i64;
        for value in (least..=most).filter(|v| v % every == 0) {
            canvas.text(&value.to_string(), (x(value as f64), bottom + 14.0), Anchor::Middle, SMALL, FAINT)?;
        }
        canvas.text(&self.axis, ((left + right) / 2.0, bottom + 34.0), Anchor::Middle, SMALL, FAINT)?;
        canvas.line((left, bottom), (right, bottom), FAINT, 1)
    }
}

/// Bars made of classes: cases by category and outcome.
#[derive(Clone, Debug)]
pub struct Stacked {
    pub id: String,
    pub title: String,
    pub classes: Vec<String>,
    /// Label, and a count for each class.
    pub rows: Vec<(String, Vec<i64>)>,
    pub unit: String,
    pub width: u32,
}

impl Stacked {
    pub fn draw(&self) -> Result<Chart, ChartError> {
        let (row, top) = (26.0, 56.0);
        let height = top + row * self.rows.len().max(1) as f64 + 12.0;
        let sums: Vec<String> = (0..self.classes.len())
            .map(|i| {
                format!("{}{}{}", self.classes[i], self.rows.iter().filter_map(|r| r.1.get(i)).sum::<i64>(), self.unit)
            })
            .collect();
        let description = format!("{}，共{}项：{}。", self.title, self.rows.len(), sums.join("，"));
        let mut table =
            vec![std::iter::once("项目".to_owned()).chain(self.classes.iter().cloned()).collect::<Vec<_>>()];
        table.extend(
            self.rows.iter().map(|(label, counts)| {
                std::iter::once(label.clone()).chain(counts.iter().map(i64::to_string)).collect()
            }),
        );
        chart(&self.id, &self.title, description, (self.width, height as u32), table, |canvas| {
            self.paint(canvas, row, top)
        })
    }

    fn paint(&self, canvas: &Canvas, row: f64, top: f64) -> Result<(), ChartError> {
        let width = f64::from(self.width);
        let total = |counts: &[i64]| counts.iter().sum::<i64>();
        let left = 14.0 + self.rows.iter().map(|r| ems(&r.0).min(LABEL)).fold(0.0, f64::max) * TEXT;
        let highest = self.rows.iter().map(|r| total(&r.1)).max().unwrap_or(1).max(1) as f64;
        let marks = ticks(0.0, highest);
        let high = marks.last().copied().unwrap_or(highest);
        let right = width - 16.0 - 4.0 * SMALL;
        let x = |value: f64| left + value / high * (right - left);
        let bottom = top + row * self.rows.len() as f64;
        let mut at = left;
        for (i, class) in self.classes.iter().enumerate() {
            canvas.rect((at, 7.0), (at + 12.0, 19.0), CLASSES[i % CLASSES.len()])?;
            canvas.text(class, (at + 17.0, 13.0), Anchor::Start, SMALL, INK)?;
            at += 36.0 + ems(class) * SMALL;
        }
        for tick in marks.iter().filter(|t| t.fract() == 0.0) {
            canvas.line((x(*tick), top - 6.0), (x(*tick), bottom), RULE, 1)?;
            canvas.text(&format::number(*tick), (x(*tick), top - 16.0), Anchor::Middle, SMALL, FAINT)?;
        }
        for (i, (label, counts)) in self.rows.iter().enumerate() {
            let middle = top + row * (i as f64 + 0.5);
            canvas.text(&fit(label, LABEL * TEXT, TEXT), (left - 8.0, middle), Anchor::End, TEXT, INK)?;
            let mut sum = 0;
            for (class, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let (from, to) = (x(sum as f64), x((sum + count) as f64));
                canvas.rect((from, middle - 8.0), (to, middle + 8.0), CLASSES[class % CLASSES.len()])?;
                sum += count;
            }
            let label = format!("{sum}{}", self.unit);
            canvas.text(&label, (x(sum as f64) + 6.0, middle), Anchor::Start, SMALL, FAINT)?;
        }
        canvas.line((left, top - 6.0), (left, bottom), FAINT, 1)
    }
}

fn chart(
    id: &str,
    title: &str,
    description: String,
    size: (u32, u32),
    table: Vec<Vec<String>>,
    paint: impl FnOnce(&Canvas) -> Result<(), ChartError>,
) -> Result<Chart, ChartError> {
    let svg = Canvas::draw(id, title, &description, size, paint)?;
    Ok(Chart { id: id.into(), title: title.into(), description, svg, width: size.0, height: size.1, table })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_draws_and_keeps_the_order_given() {
        let bar = |label: &str, value, n| Bar { label: label.into(), value, n };
        let bars = Bars {
            id: "b".into(),
            title: "各部门回复按时率".into(),
            bars: vec![bar("财政局", Some(0.85), 20), bar("自然资源和规划局（高新区分局）", None, 0)],
            standard: Some(0.9),
            scale: Scale::Percent,
            width: 780,
        };
        let chart = bars.horizontal().unwrap();
        assert!(chart.svg.find("财政局").unwrap() < chart.svg.rfind("自然资源").unwrap());
        assert!(chart.svg.contains("—（n=0）"));
        assert!(chart.description.contains("1项低于标准90%：财政局"));
        bars.vertical(260).unwrap();
        let load = Distribution {
            id: "d".into(),
            title: "负荷".into(),
            values: vec![4, 5, 9, 9, 16],
            band: Some((5, 15)),
            axis: "包保企业数（家）".into(),
            unit: "名".into(),
            size: (780, 280),
        };
        assert!(load.draw().unwrap().description.contains("5至15的3名，不足5的1名，超过15的1名"));
        Distribution { values: vec![], band: None, ..load }.draw().unwrap();
        let stacked = Stacked {
            id: "t".into(),
            title: "分类".into(),
            classes: vec!["办结".into(), "退回".into()],
            rows: vec![("金融上市".into(), vec![3, 1]), ("其他".into(), vec![])],
            unit: "件".into(),
            width: 780,
        };
        assert!(stacked.draw().unwrap().description.contains("办结3件，退回1件"));
    }
}
