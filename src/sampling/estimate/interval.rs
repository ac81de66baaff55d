//! Intervals of means and of proportions.
//!
//! A proportion from a complex sample has an effective size: the size of the simple sample that would be as exact (Korn
//! and Graubard 1998), made smaller where few degrees of freedom carry its variance.
use super::quantile::{beta, normal_two_sided, t_two_sided};

/// How an interval is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Estimate ± t · standard error
    T,
    /// Wilson's score interval, of the effective size
    Wilson,
    /// Clopper and Pearson's exact interval, of the effective size
    ClopperPearson,
    /// Korn and Graubard: as R's svyciprop(method = "beta")
    KornGraubard,
}

impl Method {
    pub fn word(self) -> &'static str {
        match self {
            Method::T => "t",
            Method::Wilson => "wilson",
            Method::ClopperPearson => "clopper-pearson",
            Method::KornGraubard => "korn-graubard",
        }
    }
}

/// A proportion with what its sample can carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    pub p: f64,
    pub variance: f64,
    /// Rows.
    pub n: usize,
    pub df: i64,
}

/// Estimate ± t · se; none without degrees of freedom.
pub fn t(estimate: f64, se: f64, df: i64, alpha: f64) -> Option<(f64, f64)> {
    t_two_sided(alpha, df).map(|t| (estimate - t * se, estimate + t * se))
}

impl Proportion {
    /// By the method asked for.
    pub fn interval(self, method: Method, alpha: f64) -> Option<(f64, f64)> {
        let unit = |(low, high): (f64, f64)| (low.max(0.0), high.min(1.0));
        match method {
            Method::T => t(self.p, self.variance.sqrt(), self.df, alpha),
            Method::Wilson => self.size(alpha, self.n as f64).map(|n| unit(wilson(self.p, n, alpha))),
            Method::ClopperPearson => self.size(alpha, self.n as f64).map(|n| clopper_pearson(self.p * n, n, alpha)),
            Method::KornGraubard => {
                self.size(alpha, self.n as f64 - 1.0).map(|n| clopper_pearson(self.p * n, n, alpha))
            }
        }
    }

    /// Effective size: `simple` · the variance of a simple sample / the variance of this one, and for its degrees of
    /// freedom. Nobody or everybody: the variance says nothing, and the rows are counted as they are.
    fn size(self, alpha: f64, simple: f64) -> Option<f64> {
        let spread = self.p * (1.0 - self.p);
        if spread <= 1e-12 {
            return Some(self.n as f64);
        }
        if self.variance <= 0.0 {
            return None;
        }
        let of_rows = t_two_sided(alpha, self.n as i64 - 1)?;
        let of_design = t_two_sided(alpha, self.df)?;
        Some(simple * spread / (self.n as f64 - 1.0) / self.variance * (of_rows / of_design).powi(2))
    }
}

/// Wilson (1927) for a share `p` of `n`, which need not be whole.
pub fn wilson(p: f64, n: f64, alpha: f64) -> (f64, f64) {
    let z = normal_two_sided(alpha);
    let z2 = z * z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    (middle - half, middle + half)
}

/// Clopper and Pearson (1934) for `x` of `n`, which need not be whole.
pub fn clopper_pearson(x: f64, n: f64, alpha: f64) -> (f64, f64) {
    let low = if x <= 1e-12 { 0.0 } else { beta(alpha / 2.0, x, n - x + 1.0) };
    let high = if n - x <= 1e-12 { 1.0 } else { beta(1.0 - alpha / 2.0, x + 1.0, n - x) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near((a, b): (f64, f64), (c, d): (f64, f64)) {
        assert!((a - c).abs() < 1e-9 && (b - d).abs() < 1e-9, "{a} {b} instead of {c} {d}");
    }

    /// statsmodels 0.14 proportion_confint(8, 10, method=…) and SciPy's beta quantiles.
    #[test]
    fn of_eight_in_ten() {
        near(wilson(0.8, 10.0, 0.05), (0.4901624715366418, 0.9433178485456247));
        near(clopper_pearson(8.0, 10.0, 0.05), (0.4439045376923585, 0.9747892736731666));
        near(clopper_pearson(0.0, 5.0, 0.05), (0.0, 0.5218237501049814));
        near(clopper_pearson(5.0, 5.0, 0.05), (0.4781762498950186, 1.0));
    }

    /// In a simple sample without correction the effective size is the size.
    #[test]
    fn a_simple_sample_has_the_textbook_intervals() {
        let simple = Proportion { p: 0.8, variance: 0.16 / 9.0, n: 10, df: 9 };
        near(simple.interval(Method::Wilson, 0.05).unwrap(), wilson(0.8, 10.0, 0.05));
        near(simple.interval(Method::ClopperPearson, 0.05).unwrap(), clopper_pearson(8.0, 10.0, 0.05));
        near(simple.interval(Method::KornGraubard, 0.05).unwrap(), clopper_pearson(0.8 * 9.0, 9.0, 0.05));
    }
}
