//! XmR charts: whether a district's series moves more than it always does.
//!
//! Limits are mean ± 2.66 × the average moving range (Shewhart; Wheeler, *Understanding Variation*, 1993), of all points
//! shown and only where there are twelve. The four rules are those of NHS *Making Data Count*, as its `NHSRplotthedots`
//! applies them: they ask people to look, and judge nobody.
use serde::{Deserialize, Serialize};

/// Points before limits are drawn.
pub const LEAST: usize = 12;
/// Points in a row that make a shift or a trend.
const RUN: usize = 7;
const LIMIT: f64 = 2.66;

/// Why a point stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Outside the limits.
    Outside,
    /// One of seven and more in a row above, or below, the mean.
    Shift,
    /// One of seven and more in a row that each rise, or each fall.
    Trend,
    /// One of two out of three in a row within the outer third of the same side.
    NearLimit,
}

/// Mean, limits and what stands out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Xmr {
    pub mean: f64,
    /// Of the absolute differences of neighbours.
    pub moving_range: f64,
    /// Not clipped: of shares they may lie beyond 0 and 1.
    pub low: f64,
    pub high: f64,
    /// For each point, in order.
    pub signals: Vec<Vec<Signal>>,
}

/// The chart of a series without gaps; none where it has fewer than twelve points.
pub fn xmr(values: &[f64]) -> Option<Xmr> {
    if values.len() < LEAST {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let ranges = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let moving_range = ranges.sum::<f64>() / (values.len() - 1) as f64;
    let reach = LIMIT * moving_range;
    let mut chart =
        Xmr { mean, moving_range, low: mean - reach, high: mean + reach, signals: vec![Vec::new(); values.len()] };
    // −1, 0, 1: below, on, above the mean. What differs by rounding only is on it.
    let noise = mean.abs().max(1.0) * 1e-12;
    let side = |value: f64| if (value - mean).abs() <= noise { 0.0 } else { (value - mean).signum() };
    let outside = |value: f64| value < chart.low - noise || value > chart.high + noise;
    let near = |value: f64| !outside(value) && (value - mean).abs() > reach * 2.0 / 3.0 + noise;
    let mut found: Vec<(usize, Signal)> = Vec::new();
    found.extend((0..values.len()).filter(|&i| outside(values[i])).map(|i| (i, Signal::Outside)));
    for (start, run) in values.windows(RUN).enumerate() {
        let whole = start..start + RUN;
        if side(run[0]) != 0.0 && run.iter().all(|value| side(*value) == side(run[0])) {
            found.extend(whole.clone().map(|i| (i, Signal::Shift)));
        }
        let steps = || run.windows(2).map(|pair| pair[1] - pair[0]);
        if steps().all(|step| step > noise) || steps().all(|step| step < -noise) {
            found.extend(whole.map(|i| (i, Signal::Trend)));
        }
    }
    for (start, three) in values.windows(3).enumerate() {
        let together = side(three[0]) != 0.0 && three.iter().all(|value| side(*value) == side(three[0]));
        if together && three.iter().filter(|value| near(**value)).count() >= 2 {
            found.extend((start..start + 3).filter(|&i| near(values[i])).map(|i| (i, Signal::NearLimit)));
        }
    }
    found.sort_unstable();
    found.dedup();
    for (index, signal) in found {
        chart.signals[index].push(signal);
    }
    Some(chart)
}

impl Signal {
    /// 超出控制限
    pub fn zh(self) -> &'static str {
        match self {
            Signal::Outside => "超出控制限",
            Signal::Shift => "连续7个月以上在均值同侧",
            Signal::Trend => "连续7个月上升或下降",
            Signal::NearLimit => "三个月中有两个月接近控制限",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(values: &[f64]) -> Vec<(usize, Signal)> {
        let chart = xmr(values).unwrap();
        chart.signals.iter().enumerate().flat_map(|(i, found)| found.iter().map(move |s| (i, *s))).collect()
    }

    #[test]
    fn limits_by_hand() {
        // Mean 5; eleven moving ranges of 2: 5 ± 5.32.
        let chart = xmr(&[4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0]).unwrap();
        assert_eq!((chart.mean, chart.moving_range), (5.0, 2.0));
        assert!((chart.low + 0.32).abs() < 1e-12 && (chart.high - 10.32).abs() < 1e-12);
        assert!(chart.signals.iter().all(Vec::is_empty));
        assert_eq!(xmr(&[1.0; 11]), None);
        // All the same: no spread, and nothing stands out.
        assert!(xmr(&[0.9; 12]).unwrap().signals.iter().all(Vec::is_empty));
    }

    #[test]
    fn each_rule_by_hand() {
        let calm = [4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0];
        let mut one = calm;
        one[7] = 20.0;
        assert_eq!(signals(&one), [(7, Signal::Outside)]);
        // Seven above, then seven below: a shift each; neighbours differ little but for the one step.
        let shift: Vec<f64> =
            [6.0, 6.5].into_iter().cycle().take(7).chain([4.0, 3.5].into_iter().cycle().take(7)).collect();
        let found = signals(&shift);
        assert!((0..14).all(|i| found.contains(&(i, Signal::Shift))));
        // Six in a row are none.
        let six: Vec<f64> = [[6.0; 6].as_slice(), &[4.0; 6], &[6.0; 6], &[4.0; 6]].concat();
        assert!(!signals(&six).iter().any(|(_, signal)| *signal == Signal::Shift));
        // Seven points that rise are a trend, six are not.
        let rise = |n: usize| -> Vec<f64> {
            let up = (0..n).map(|i| 3.0 + i as f64 * 0.7);
            [3.2, 7.0, 3.0, 7.0, 2.9].into_iter().chain(up.skip(1)).chain([3.0, 7.0, 3.0]).collect()
        };
        assert_eq!(signals(&rise(7)).iter().filter(|(_, s)| *s == Signal::Trend).count(), 7);
        assert_eq!(signals(&rise(6)).iter().filter(|(_, s)| *s == Signal::Trend).count(), 0);
    }

    /// Two of three near a limit count only with all three on one side of the mean.
    #[test]
    fn two_of_three_near_a_limit() {
        let base = [5.0, 5.4, 4.6, 5.2, 4.8, 5.3, 4.7, 5.1, 4.9, 5.0, 5.2, 4.8];
        let with = |three: [f64; 3]| -> Vec<usize> {
            let values: Vec<f64> = base.into_iter().chain(three).collect();
            signals(&values).into_iter().filter(|(_, s)| *s == Signal::NearLimit).map(|(i, _)| i).collect()
        };
        assert_eq!(with([6.3, 5.2, 6.3]), [12, 14]);
        assert_eq!(with([6.3, 4.9, 6.3]), [0; 0]);
    }
}
