//! A funnel: each subject's rate over its number of obligations, between the limits that chance keeps to.
//!
//! It shows that few obligations scatter widely, and who lies where chance alone would not put them. People are dots without
//! names: a plot is for looking at what is usual, not for finding out who is last.
use super::canvas::{ALERT, Anchor, Canvas, FAINT, INK, MAIN, PAPER, RULE, SMALL, TEXT};
use super::{Chart, ChartError, Scale, ticks};
use crate::judgement::funnel::{Limits, Zone, limits, zone};
use crate::report::format;

/// Most obligations of one subject that the axis is drawn for; more lie on its edge.
const WIDEST: u32 = 400;

#[derive(Clone, Debug)]
pub struct Funnel {
    pub id: String,
    pub title: String,
    pub dots: Vec<Dot>,
    pub p0: f64,
    /// What a dot is: 名管家, 个单位.
    pub what: String,
    pub size: (u32, u32),
}

/// One subject with at least one obligation.
#[derive(Clone, Debug)]
pub struct Dot {
    /// None: not named.
    pub name: Option<String>,
    pub n: u32,
    pub met: u32,
}

impl Dot {
    fn rate(&self) -> f64 {
        f64::from(self.met) / f64::from(self.n.max(1))
    }
}

const ZONES: [Zone; 5] = [Zone::FarBelow, Zone::Below, Zone::Inside, Zone::Above, Zone::FarAbove];

impl Funnel {
    pub fn draw(&self) -> Result<Chart, ChartError> {
        let description = self.description();
        let svg = Canvas::draw(&self.id, &self.title, &description, self.size, |canvas| self.paint(canvas))?;
        let (id, title) = (self.id.clone(), self.title.clone());
        let (width, height) = self.size;
        Ok(Chart { id, title, description, svg, width, height, table: self.table() })
    }

    fn count(&self, zone_asked: Zone) -> usize {
        self.dots.iter().filter(|dot| zone(dot.n, dot.met, self.p0) == zone_asked).count()
    }

    fn description(&self) -> String {
        let [far_below, below, inside, above, far_above] = ZONES.map(|zone| self.count(zone));
        format!(
            "{}，共{}{}，标准{}。95%控制限以内{inside}，低于95%限{below}，低于99.8%限{far_below}，高于95%限{}。即使人人恰好达到标准，仅因偶然也会有约二十分之一落在95%限以外。",
            self.title,
            self.dots.len(),
            self.what,
            Scale::Percent.tick(self.p0),
            above + far_above,
        )
    }

    /// Named subjects each, else how many in each zone.
    fn table(&self) -> Vec<Vec<String>> {
        if self.dots.iter().all(|dot| dot.name.is_some()) && !self.dots.is_empty() {
            let mut table = vec![["名称", "件数", "达标率", "位置"].map(str::to_owned).to_vec()];
            table.extend(self.dots.iter().map(|dot| {
                vec![
                    dot.name.clone().unwrap_or_default(),
                    dot.n.to_string(),
                    format::rate(Some(dot.rate())),
                    zone(dot.n, dot.met, self.p0).zh().to_owned(),
                ]
            }));
            return table;
        }
        let mut table = vec![["位置", "数量"].map(str::to_owned).to_vec()];
        table.extend(ZONES.map(|zone| vec![zone.zh().to_owned(), self.count(zone).to_string()]));
        table
    }

    fn paint(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let most = self.dots.iter().map(|dot| dot.n).max().unwrap_or(1).clamp(5, WIDEST);
        let lowest = self.dots.iter().map(Dot::rate).fold(self.p0, f64::min);
        let steps: Vec<f64> = ticks((lowest - 0.05).max(0.0), 1.0).into_iter().filter(|tick| *tick < 1.0001).collect();
        let low = steps[0];
        let (left, right, top, bottom) = (52.0, width - 92.0, 16.0, height - 46.0);
        let x = |n: f64| left + n.min(f64::from(most)) / f64::from(most) * (right - left - 6.0);
        let y = |share: f64| bottom - (share.max(low) - low) / (1.0 - low) * (bottom - top);
        for tick in &steps {
            canvas.line((left, y(*tick)), (right, y(*tick)), RULE, 1)?;
            canvas.text(&Scale::Percent.tick(*tick), (left - 6.0, y(*tick)), Anchor::End, SMALL, FAINT)?;
        }
        for tick in ticks(0.0, f64::from(most)).into_iter().filter(|tick| *tick <= f64::from(most)) {
            canvas.line((x(tick), bottom), (x(tick), bottom + 5.0), FAINT, 1)?;
            canvas.text(&format::number(tick), (x(tick), bottom + 16.0), Anchor::Middle, SMALL, FAINT)?;
        }
        canvas.text("件数", ((left + right) / 2.0, bottom + 36.0), Anchor::Middle, SMALL, FAINT)?;
        let all: Vec<(f64, Limits)> = (1..=most).map(|n| (x(f64::from(n)), limits(n, self.p0))).collect();
        // Where two curves meet the edge of the plot on the same line, their names would lie on each other.
        let mut told: Vec<f64> = Vec::new();
        for (name, of, heavy) in [
            ("95%限", (|l: &Limits| l.low95) as fn(&Limits) -> f64, true),
            ("95%限", |l| l.high95, true),
            ("99.8%限", |l| l.low998, false),
            ("99.8%限", |l| l.high998, false),
        ] {
            let path: Vec<(f64, f64)> = all.iter().map(|(x, l)| (*x, y(of(l)))).collect();
            let inside: Vec<(f64, f64)> = path.into_iter().filter(|(_, at)| *at < bottom - 0.5).collect();
            canvas.path(&inside, if heavy { FAINT } else { RULE }, if heavy { 1 } else { 2 })?;
            if let Some((_, at)) = inside.last().filter(|(_, at)| told.iter().all(|t| (t - at).abs() > 14.0)) {
                canvas.text(name, (right + 6.0, *at), Anchor::Start, SMALL, FAINT)?;
                told.push(*at);
            }
        }
        canvas.dashes((left, y(self.p0)), (right, y(self.p0)), ALERT)?;
        if told.iter().all(|t| (t - y(self.p0)).abs() > 12.0) {
            let standard = format!("标准{}", Scale::Percent.tick(self.p0));
            canvas.text(&standard, (right + 6.0, y(self.p0)), Anchor::Start, SMALL, ALERT)?;
        }
        for dot in &self.dots {
            let at = (x(f64::from(dot.n)), y(dot.rate()));
            let zone = zone(dot.n, dot.met, self.p0);
            let out = matches!(zone, Zone::FarBelow | Zone::Below);
            canvas.dot(at, 4, PAPER)?;
            canvas.dot(at, 3, if out { ALERT } else { MAIN })?;
            if let Some(name) = dot.name.as_ref().filter(|_| matches!(zone, Zone::FarBelow | Zone::FarAbove)) {
                let anchor = if at.0 > (left + right) / 2.0 { Anchor::End } else { Anchor::Start };
                let shift = if at.0 > (left + right) / 2.0 { -7.0 } else { 7.0 };
                canvas.text(name, (at.0 + shift, at.1), anchor, SMALL, INK)?;
            }
        }
        if self.dots.is_empty() {
            canvas.text("无数据", ((left + right) / 2.0, (top + bottom) / 2.0), Anchor::Middle, TEXT, INK)?;
        }
        canvas.line((left, bottom), (right, bottom), FAINT, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_funnel_counts_and_names_nobody_it_was_not_given() {
        let dot = |n, met| Dot { name: None, n, met };
        let funnel = Funnel {
            id: "f".into(),
            title: "各管家按时率".into(),
            dots: vec![dot(6, 5), dot(40, 20), dot(30, 22), dot(60, 60), dot(900, 800)],
            p0: 0.9,
            what: "名管家".into(),
            size: (640, 320),
        };
        let chart = funnel.draw().unwrap();
        assert!(
            chart.description.contains("共5名管家") && chart.description.contains("以内2"),
            "{}",
            chart.description
        );
        assert_eq!(chart.table[1], ["低于99.8%控制限", "1"]);
        assert_eq!(chart.svg.matches("<circle").count(), 10);
        Funnel { dots: vec![], ..funnel }.draw().unwrap();
    }
}
