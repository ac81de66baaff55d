//! How long cases wait, those still open among them (Kaplan–Meier).
//!
//! The median of closed cases leaves out whoever still waits, and looks best where the slow ones are left open. Here an
//! open case counts for as long as it has waited (censored), one that was withdrawn until then.
use super::brief::Wait;

/// z of a 95 % interval.
const Z: f64 = 1.959963984540054;

/// Share still waiting, by time waited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// One for each time at which any ended, ascending.
    pub points: Vec<Point>,
    /// Waits, and those of them that were settled.
    pub n: usize,
    pub settled: usize,
}

/// What the curve falls to at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub time: f64,
    /// Waited at least so long.
    pub at_risk: usize,
    /// Settled at this time.
    pub settled: usize,
    /// Share still waiting after this time, and its 95 % interval (log-log, Greenwood's variance).
    pub waiting: f64,
    pub low: f64,
    pub high: f64,
}

impl Curve {
    pub fn of<'a>(waits: impl Iterator<Item = &'a Wait>) -> Curve {
        let mut times: Vec<(f64, bool)> = waits.map(|wait| (wait.elapsed, wait.settled)).collect();
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut curve = Curve { n: times.len(), ..Curve::default() };
        let (mut waiting, mut greenwood, mut at_risk) = (1.0, 0.0, times.len());
        for group in times.chunk_by(|a, b| a.0 == b.0) {
            let settled = group.iter().filter(|(_, settled)| *settled).count();
            if settled > 0 {
                let (d, n) = (settled as f64, at_risk as f64);
                waiting *= 1.0 - d / n;
                greenwood += d / (n * (n - d));
                let (low, high) = interval(waiting, greenwood);
                curve.points.push(Point { time: group[0].0, at_risk, settled, waiting, low, high });
                curve.settled += settled;
            }
            // Who was censored at a time was still at risk at it.
            at_risk -= group.len();
        }
        curve
    }

    /// The first time at which no more than this share still waits; none where so many are never settled.
    pub fn time(&self, share: f64) -> Option<f64> {
        self.points.iter().find(|point| point.waiting <= share + 1e-12).map(|point| point.time)
    }

    /// The 95 % interval of the median, by the curve's own; an end that is not reached is none.
    pub fn median_interval(&self) -> (Option<f64>, Option<f64>) {
        let first = |bound: fn(&Point) -> f64| {
            self.points.iter().find(|point| bound(point) <= 0.5 + 1e-12).map(|point| point.time)
        };
        (first(|point| point.low), first(|point| point.high))
    }

    /// The curve after a time: 1 before anything was settled.
    pub fn at(&self, time: f64) -> Option<&Point> {
        self.points.iter().rev().find(|point| point.time <= time)
    }
}

/// exp(−exp(ln(−ln S) ± z σ / ln S)); at 1 and 0 the share itself.
fn interval(waiting: f64, greenwood: f64) -> (f64, f64) {
    if waiting <= 0.0 || waiting >= 1.0 {
        return (waiting, waiting);
    }
    let spread = (Z * greenwood.sqrt() / waiting.ln()).abs();
    (waiting.powf(spread.exp()), waiting.powf((-spread).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(times: &[(f64, bool)]) -> Vec<Wait> {
        let at = chrono::NaiveDate::MIN.and_time(chrono::NaiveTime::MIN);
        let wait = |(elapsed, settled): &(f64, bool)| Wait {
            case_id: String::new(),
            category: None,
            opened_at: at,
            elapsed: *elapsed,
            settled: *settled,
            ended_by: None,
            ended_on: None,
            extended: false,
            overdue: false,
        };
        times.iter().map(wait).collect()
    }

    #[test]
    fn by_hand() {
        // 5 wait. At 1 one of 5 is settled: 4/5. At 2 one leaves. At 3 two of 3 are settled: 4/5 × 1/3. One stays open.
        let waits = waits(&[(1.0, true), (2.0, false), (3.0, true), (3.0, true), (4.0, false)]);
        let curve = Curve::of(waits.iter());
        let told: Vec<(f64, usize, usize)> = curve.points.iter().map(|p| (p.time, p.at_risk, p.settled)).collect();
        assert_eq!(told, [(1.0, 5, 1), (3.0, 3, 2)]);
        assert!((curve.points[0].waiting - 0.8).abs() < 1e-12);
        assert!((curve.points[1].waiting - 0.8 / 3.0).abs() < 1e-12);
        assert_eq!((curve.n, curve.settled, curve.time(0.5), curve.time(0.2)), (5, 3, Some(3.0), None));
        assert_eq!((curve.at(0.5), curve.at(2.9).map(|p| p.time)), (None, Some(1.0)));
    }

    #[test]
    fn nobody_and_all() {
        assert_eq!(Curve::of([].iter()), Curve::default());
        let all = waits(&[(0.0, true), (2.0, true)]);
        let curve = Curve::of(all.iter());
        assert_eq!((curve.points[1].waiting, curve.points[1].low, curve.points[1].high), (0.0, 0.0, 0.0));
        assert_eq!(curve.time(0.5), Some(0.0));
    }

    /// The remission times of Freireich's patients on 6-MP (Gehan 1965), as every textbook works them; numbers of the
    /// curve and its interval as lifelines 0.30.3 gives them (KaplanMeierFitter, log-log).
    #[test]
    fn as_lifelines_gives_it() {
        let settled = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0].map(|time| (time, true));
        let open = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0].map(|time| (time, false));
        let waits = waits(&[&settled[..], &open[..]].concat());
        let curve = Curve::of(waits.iter());
        let wanted = LIFELINES;
        assert_eq!(curve.points.len(), wanted.len());
        for (point, (time, waiting, low, high)) in curve.points.iter().zip(wanted) {
            assert_eq!(point.time, time);
            for (given, wanted) in [(point.waiting, waiting), (point.low, low), (point.high, high)] {
                assert!((given - wanted).abs() < 1e-9, "{point:?}");
            }
        }
        assert_eq!(curve.time(0.5), Some(23.0));
        assert_eq!(curve.median_interval(), MEDIAN);
    }

    const LIFELINES: [(f64, f64, f64, f64); 7] = [
        (6.0, 0.857142857143, 0.619717955266, 0.951551747647),
        (7.0, 0.806722689076, 0.563146564622, 0.922809019203),
        (10.0, 0.752941176471, 0.503199510800, 0.889361835169),
        (13.0, 0.690196078431, 0.431610222486, 0.849065963349),
        (16.0, 0.627450980392, 0.367510855988, 0.804912189472),
        (22.0, 0.537815126050, 0.267778936767, 0.746790717635),
        (23.0, 0.448179271709, 0.188052005959, 0.680142628495),
    ];
    const MEDIAN: (Option<f64>, Option<f64>) = (Some(13.0), None);
}
