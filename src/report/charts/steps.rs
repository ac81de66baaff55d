//! A step curve that falls from all to none: the share still waiting, with its interval.
use super::canvas::{ALERT, Anchor, Canvas, FAINT, INK, MAIN, PALE, PAPER, RULE, SMALL, TEXT};
use super::{Chart, ChartError, ticks};
use crate::report::format;

#[derive(Clone, Debug)]
pub struct Steps {
    pub id: String,
    pub title: String,
    /// Time, share after it, and the bounds of its interval; ascending, the share falling.
    pub points: Vec<(f64, f64, f64, f64)>,
    /// Where the axis ends.
    pub until: f64,
    /// Upright marks: time and what it is.
    pub marks: Vec<(f64, String)>,
    /// What time is counted in.
    pub unit: String,
    pub n: usize,
    pub size: (u32, u32),
}

impl Steps {
    pub fn draw(&self) -> Result<Chart, ChartError> {
        let mut description = format!("{}，共{}件。", self.title, self.n);
        for (time, name) in &self.marks {
            description +=
                &format!("{name}：{}{}，此时{}仍在等待。", format::number(*time), self.unit, self.share(*time));
        }
        let mut table = vec![vec![format!("收到后（{}）", self.unit), "仍在等待".into(), "95%区间".into()]];
        table.extend(self.points.iter().map(|(time, share, low, high)| {
            vec![format::number(*time), format::rate(Some(*share)), format::interval(Some(*low), Some(*high))]
        }));
        let svg = Canvas::draw(&self.id, &self.title, &description, self.size, |canvas| self.paint(canvas))?;
        let (id, title) = (self.id.clone(), self.title.clone());
        Ok(Chart { id, title, description, svg, width: self.size.0, height: self.size.1, table })
    }

    fn share(&self, time: f64) -> String {
        let point = self.points.iter().rev().find(|point| point.0 <= time);
        format::rate(Some(point.map_or(1.0, |point| point.1)))
    }

    fn paint(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let (left, right, top, bottom) = (52.0, width - 18.0, 16.0, height - 46.0);
        let until = self.until.max(1.0);
        let x = |time: f64| left + time.min(until) / until * (right - left);
        let y = |share: f64| bottom - share * (bottom - top);
        self.band(canvas, &x, &y)?;
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            canvas.line((left, y(share)), (right, y(share)), RULE, 1)?;
            canvas.text(&format!("{:.0}%", share * 100.0), (left - 6.0, y(share)), Anchor::End, SMALL, FAINT)?;
        }
        for tick in ticks(0.0, until).into_iter().filter(|tick| *tick <= until) {
            canvas.line((x(tick), bottom), (x(tick), bottom + 5.0), FAINT, 1)?;
            canvas.text(&format::number(tick), (x(tick), bottom + 16.0), Anchor::Middle, SMALL, FAINT)?;
        }
        let axis = format!("收到后的时间（{}）", self.unit.trim_start_matches('个'));
        canvas.text(&axis, ((left + right) / 2.0, bottom + 36.0), Anchor::Middle, SMALL, FAINT)?;
        self.marks(canvas, &x, (top, bottom, right))?;
        let mut path = vec![(x(0.0), y(1.0))];
        let mut share = 1.0;
        for (time, next, ..) in self.points.iter().filter(|point| point.0 <= until) {
            path.extend([(x(*time), y(share)), (x(*time), y(*next))]);
            share = *next;
        }
        path.push((x(until), y(share)));
        canvas.path(&path, MAIN, 2)?;
        if self.points.is_empty() {
            canvas.text("无数据", ((left + right) / 2.0, (top + bottom) / 2.0), Anchor::Middle, TEXT, INK)?;
        }
        canvas.line((left, bottom), (right, bottom), FAINT, 1)
    }

    /// Upright lines, told in the empty corner above the curve, so that no name lies across another's line.
    fn marks(
        &self,
        canvas: &Canvas,
        x: &dyn Fn(f64) -> f64,
        (top, bottom, right): (f64, f64, f64),
    ) -> Result<(), ChartError> {
        let unit = self.unit.trim_start_matches('个');
        let labels: Vec<String> =
            self.marks.iter().map(|(time, name)| format!("{name}：{}{unit}", format::number(*time))).collect();
        let left = right - 34.0 - labels.iter().map(|label| format::ems(label) * SMALL).fold(0.0, f64::max);
        for (i, ((time, _), label)) in self.marks.iter().zip(&labels).enumerate() {
            let color = [MAIN, FAINT, ALERT][i % 3];
            canvas.dashes((x(*time), top), (x(*time), bottom), color)?;
            let at = top + 16.0 + 22.0 * i as f64;
            canvas.rect((left - 6.0, at - 10.0), (right, at + 10.0), PAPER)?;
            canvas.dashes((left, at), (left + 26.0, at), color)?;
            canvas.text(label, (left + 34.0, at), Anchor::Start, SMALL, color)?;
        }
        Ok(())
    }

    /// The interval as a pale ground.
    fn band(&self, canvas: &Canvas, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> Result<(), ChartError> {
        for (i, (time, _, low, high)) in self.points.iter().enumerate() {
            let end = self.points.get(i + 1).map_or(self.until, |next| next.0).min(self.until);
            if *time < end {
                canvas.rect((x(*time), y(*high)), (x(end), y(*low)), PALE)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_described_and_has_its_data() {
        let steps = Steps {
            id: "waiting".into(),
            title: "等待时间".into(),
            points: vec![(1.0, 0.8, 0.6, 0.9), (6.0, 0.4, 0.3, 0.5)],
            until: 20.0,
            marks: vec![(6.0, "中位".into()), (15.0, "期限".into())],
            unit: "个工作日".into(),
            n: 50,
            size: (640, 300),
        };
        let chart = steps.draw().unwrap();
        assert!(
            chart.description.contains("共50件") && chart.description.contains("期限：15个工作日，此时40.0%仍在等待")
        );
        assert_eq!(chart.table.len(), 3);
        Steps { points: vec![], marks: vec![], ..steps }.draw().unwrap();
    }
}
