//! Quantiles of the beta, t and normal distributions.
use statrs::function::beta::beta_reg;
use statrs::function::erf::erfc_inv;

/// The x at which Beta(a, b) has `p` below it; by bisection, so as exact as the distribution function is.
pub fn beta(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_reg(a, b, middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The t that `alpha` of the distribution exceeds on both sides together. Without degrees of freedom there is none.
pub fn t_two_sided(alpha: f64, df: i64) -> Option<f64> {
    if df < 1 {
        return None;
    }
    let df = df as f64;
    // Pr(|T| > t) = I_x(df/2, 1/2) with x = df / (df + t²).
    let x = beta(alpha, df / 2.0, 0.5);
    Some((df * (1.0 - x) / x).sqrt())
}

/// The same of the normal distribution.
pub fn normal_two_sided(alpha: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv(alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} {b}");
    }

    /// SciPy 1.x: stats.t.ppf(0.975, df), stats.beta.ppf, stats.norm.ppf.
    #[test]
    fn quantiles_are_those_of_scipy() {
        near(t_two_sided(0.05, 1).unwrap(), 12.706204736174694);
        near(t_two_sided(0.05, 9).unwrap(), 2.262157162798205);
        near(t_two_sided(0.05, 197).unwrap(), 1.9720790337785026);
        near(beta(0.025, 8.0, 3.0), 0.4439045376923585);
        near(beta(0.975, 0.5, 20.0), 0.11940702395503566);
        near(normal_two_sided(0.05), 1.959963984540054);
        assert_eq!(t_two_sided(0.05, 0), None);
    }
}
