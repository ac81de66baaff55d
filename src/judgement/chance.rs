//! How often chance alone gives such a figure, and the plain sentence that says so.
use statrs::function::beta::beta_reg;

/// Pr(X ≤ met) of a binomial with n trials and rate p.
pub fn at_most(met: u32, n: u32, p: f64) -> f64 {
    if met >= n { 1.0 } else { beta_reg(f64::from(n - met), f64::from(met) + 1.0, 1.0 - p) }
}

/// Pr(X ≥ met) of a binomial with n trials and rate p.
pub fn at_least(met: u32, n: u32, p: f64) -> f64 {
    if met == 0 { 1.0 } else { beta_reg(f64::from(met), f64::from(n - met) + 1.0, p) }
}

/// What the rows of a kind are counted in, and what is said of those that are met: 件 and 按时.
pub fn words(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "deadline" => ("件", "按时"),
        "cadence" => ("次", "完成"),
        "score" => ("条评价", "满意"),
        "completeness" => ("件", "填写完整"),
        "continuity" => ("次", "无空档"),
        _ => ("件", "达到要求"),
    }
}

/// 10件中6件按时；若真实水平为90%，仅因偶然出现这样或更差结果的概率为1.3%。
pub fn sentence(kind: &str, met: u32, n: u32, p: f64, better: bool) -> String {
    let (noun, done) = words(kind);
    let (chance, side) = if better { (at_least(met, n, p), "更好") } else { (at_most(met, n, p), "更差") };
    format!(
        "{n}{noun}中{met}{}{done}；若真实水平为{}，仅因偶然出现这样或{side}结果的概率{}。",
        unit(noun),
        percent(p),
        told(chance)
    )
}

/// 条评价 is counted in 条.
fn unit(noun: &str) -> &str {
    noun.strip_suffix("评价").unwrap_or(noun)
}

/// 90%, 97.5%
fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// 为1.3%, 不足0.1%
fn told(chance: f64) -> String {
    match chance {
        chance if chance < 0.000_5 => "不足0.1%".to_owned(),
        chance if chance > 0.999_5 => "接近100%".to_owned(),
        chance => format!("为{:.1}%", chance * 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sum of the terms, each from exact binomial coefficients.
    fn summed(from: u32, to: u32, n: u32, p: f64) -> f64 {
        let choose = |k: u32| (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product::<f64>();
        (from..=to).map(|k| choose(k) * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)).sum()
    }

    #[test]
    fn tails_are_exact() {
        for (n, p) in [(1, 0.5), (6, 0.9), (10, 0.9), (13, 0.95), (40, 0.85), (200, 0.97)] {
            for met in 0..=n {
                assert!((at_most(met, n, p) - summed(0, met, n, p)).abs() < 1e-12, "{met} of {n} at {p}");
                assert!((at_least(met, n, p) - summed(met, n, n, p)).abs() < 1e-12, "{met} of {n} at {p}");
            }
        }
    }

    #[test]
    fn the_sentence_reads_plainly() {
        assert_eq!(
            sentence("deadline", 6, 10, 0.90, false),
            "10件中6件按时；若真实水平为90%，仅因偶然出现这样或更差结果的概率为1.3%。"
        );
        assert_eq!(
            sentence("score", 40, 40, 0.975, true),
            "40条评价中40条满意；若真实水平为97.5%，仅因偶然出现这样或更好结果的概率为36.3%。"
        );
        assert!(sentence("cadence", 7, 13, 0.95, false).ends_with("的概率不足0.1%。"));
    }
}
