//! Means, totals, proportions and ratios with their standard errors.
use serde::Serialize;

use super::design::{Design, DesignError};
use super::interval::{self, Method, Proportion};

/// What is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stat {
    Mean,
    Total,
    Proportion,
    #[value(skip)]
    Ratio,
}

/// A question to a sample.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    pub stat: Stat,
    pub y: &'a [f64],
    /// Denominator of a ratio.
    pub x: Option<&'a [f64]>,
    /// Rows of the domain that have a value; the others stand for those that are not in it.
    pub inside: &'a [bool],
    pub method: Method,
    /// 0.05 for an interval of 95 %.
    pub alpha: f64,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    pub stat: Stat,
    pub estimate: f64,
    pub se: f64,
    /// None in a census, and where there are no degrees of freedom.
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    pub df: i64,
    /// Rows that count.
    pub n: usize,
    /// Population; none where neither sizes nor weights are known.
    #[serde(rename = "N", serialize_with = "whole_where_it_is")]
    pub population: Option<f64>,
    pub census: bool,
}

impl Design {
    /// Answers by Taylor linearisation; a domain is a sample in which the others are 0.
    pub fn estimate(&self, asked: &Asked<'_>) -> Result<Estimate, DesignError> {
        let inside = |row: usize| f64::from(u8::from(asked.inside[row]));
        let ones = vec![1.0; self.rows()];
        let sum = |of: &[f64]| (0..self.rows()).map(|row| self.weights[row] * inside(row) * of[row]).sum::<f64>();
        if !asked.inside.iter().any(|inside| *inside) {
            return Err(DesignError::NoValues);
        }
        let (estimate, z): (f64, Vec<f64>) = if asked.stat == Stat::Total {
            if !self.weighted {
                return Err(DesignError::Unweighted);
            }
            (sum(asked.y), (0..self.rows()).map(|row| self.weights[row] * inside(row) * asked.y[row]).collect())
        } else {
            let x = if asked.stat == Stat::Ratio { asked.x.unwrap_or(&ones) } else { &ones };
            let below = sum(x);
            if below == 0.0 {
                return Err(DesignError::NoDenominator);
            }
            let ratio = sum(asked.y) / below;
            let residual = |row: usize| self.weights[row] * inside(row) * (asked.y[row] - ratio * x[row]) / below;
            (ratio, (0..self.rows()).map(residual).collect())
        };
        let variance = self.variance(&z)?.max(0.0);
        let df = self.degrees_of_freedom(asked.inside);
        let n = asked.inside.iter().filter(|inside| **inside).count();
        let interval = if self.census() {
            None
        } else if asked.stat == Stat::Proportion {
            Proportion { p: estimate, variance, n, df }.interval(asked.method, asked.alpha)
        } else {
            interval::t(estimate, variance.sqrt(), df, asked.alpha)
        };
        Ok(Estimate {
            stat: asked.stat,
            estimate,
            se: variance.sqrt(),
            ci_low: interval.map(|(low, _)| low),
            ci_high: interval.map(|(_, high)| high),
            df,
            n,
            population: self.population(asked.inside),
            census: self.census(),
        })
    }
}

/// 6194 rather than 6194.0, which reads like an estimate.
fn whole_where_it_is<S: serde::Serializer>(n: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match n {
        None => to.serialize_none(),
        Some(n) if (n - n.round()).abs() < 1e-6 * n.abs().max(1.0) => to.serialize_i64(n.round() as i64),
        Some(n) => to.serialize_f64(*n),
    }
}
