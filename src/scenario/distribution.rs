//! Distributions of parameters and their quantiles.
//!
//! A truncated distribution with cumulative function F on [a, b] has the quantile
//! `F⁻¹(F(a) + u · (F(b) − F(a)))`. The normal F and F⁻¹ are those of `statrs`; results are rounded to
//! twelve significant digits, so that the last bits of a platform's functions do not reach a run.
//!
//! Units: those of the parameter. Validity: u in [0, 1]; outside it is clamped.

use super::model::{Distribution, ParameterValue};
use crate::base::math;
use statrs::distribution::{ContinuousCDF, Normal};

impl Distribution {
    /// The value below which a share `u` of the draws lie; for a choice the value of that part of [0, 1).
    pub fn quantile(&self, u: f64) -> ParameterValue {
        let u = if u.is_finite() { u.clamp(0.0, 1.0) } else { 0.5 };
        match self {
            Self::Uniform { min, max } => ParameterValue::Number(rounded(min + u * (max - min), *min, *max)),
            Self::Normal { mean, sd, min, max } => {
                ParameterValue::Number(truncated_normal(u, *mean, *sd, *min, *max, |x| x))
            }
            Self::LogNormal { median, sigma, min, max } => {
                let [mean, lo, hi] = [*median, *min, *max].map(math::ln);
                let value = truncated_normal(u, mean, *sigma, lo, hi, math::exp);
                ParameterValue::Number(value.clamp(*min, *max))
            }
            Self::Choice { values } => {
                let ix = ((u * values.len() as f64) as usize).min(values.len().saturating_sub(1));
                values.get(ix).cloned().unwrap_or(ParameterValue::Number(0.0))
            }
        }
    }

    /// Smallest and largest value, for numbers.
    pub fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Self::Uniform { min, max } | Self::Normal { min, max, .. } | Self::LogNormal { min, max, .. } => {
                Some((*min, *max))
            }
            Self::Choice { .. } => None,
        }
    }

    /// Whether it makes sense, and fits the default's kind.
    pub(super) fn check(&self, default: &ParameterValue) -> Result<(), String> {
        if self.bounds().is_some() && !matches!(default, ParameterValue::Number(_)) {
            return Err("a distribution of numbers needs a number as default".to_owned());
        }
        match self {
            Self::Normal { mean, sd, .. } if !(*sd > 0.0 && sd.is_finite() && mean.is_finite()) => {
                return Err(format!("mean {mean} and standard deviation {sd} must be finite and sd above 0"));
            }
            Self::LogNormal { median, sigma, min, .. }
                if !(*sigma > 0.0
                    && sigma.is_finite()
                    && *median > 0.0
                    && median.is_finite()
                    && *min > 0.0) =>
            {
                return Err("median, sigma and the bounds must be above 0".to_owned());
            }
            _ => {}
        }
        if let Some((min, max)) = self.bounds() {
            if !(min.is_finite() && max.is_finite()) {
                return Err(format!("its bounds {min} and {max} are not both finite"));
            }
            if min >= max {
                return Err(format!("its lower bound {min} is not below its upper bound {max}"));
            }
        }
        match self {
            Self::Uniform { .. } => Ok(()),
            Self::Normal { mean, sd, min, max } => far_tail((min - mean) / sd, (max - mean) / sd),
            Self::LogNormal { median, sigma, min, max } => {
                far_tail(math::ln(min / median) / sigma, math::ln(max / median) / sigma)
            }
            Self::Choice { values } => {
                let same = |v: &ParameterValue| std::mem::discriminant(v) == std::mem::discriminant(default);
                match values.iter().all(same) {
                    true => Ok(()),
                    false => Err("all choices must be of the kind of the default".to_owned()),
                }
            }
        }
    }
}

/// Bounds that lie in one far tail leave no probability to draw from.
fn far_tail(lo_sd: f64, hi_sd: f64) -> Result<(), String> {
    match lo_sd > 6.0 || hi_sd < -6.0 {
        true => Err("its bounds lie more than six standard deviations from its middle".to_owned()),
        false => Ok(()),
    }
}

fn truncated_normal(u: f64, mean: f64, sd: f64, lo: f64, hi: f64, out: impl Fn(f64) -> f64) -> f64 {
    let (low, high) = (out(lo), out(hi));
    let Ok(normal) = Normal::new(mean, sd) else { return out(mean) };
    let (from, to) = (normal.cdf(lo), normal.cdf(hi));
    rounded(out(normal.inverse_cdf(from + u * (to - from))), low, high)
}

/// Twelve significant digits, within the bounds.
fn rounded(x: f64, min: f64, max: f64) -> f64 {
    format!("{x:.11e}").parse().unwrap_or(x).clamp(min.min(max), max.max(min))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(d: &Distribution, u: f64) -> f64 {
        match d.quantile(u) {
            ParameterValue::Number(x) => x,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn quantiles() {
        let uniform = Distribution::Uniform { min: 2.0, max: 6.0 };
        let wide = Distribution::Normal { mean: 10.0, sd: 2.0, min: -90.0, max: 110.0 };
        let half = Distribution::Normal { mean: 0.0, sd: 1.0, min: 0.0, max: 40.0 };
        // Takeover times: pooled mean 2.72 s, SD 1.45 s gives median 2.40 s, sigma 0.5001.
        let takeover = Distribution::LogNormal { median: 2.4, sigma: 0.5001, min: 1e-3, max: 1e3 };
        let check = |d: &Distribution, u: f64, expect: f64| {
            let x = number(d, u);
            assert!((x - expect).abs() < 1e-6 * expect.abs().max(1.0), "{d:?} at {u}: {x}");
        };
        check(&uniform, 0.0, 2.0);
        check(&uniform, 0.25, 3.0);
        check(&uniform, 1.0, 6.0);
        check(&uniform, 7.0, 6.0);
        check(&wide, 0.5, 10.0);
        check(&wide, 0.975, 10.0 + 2.0 * 1.959_963_984_540_054);
        check(&wide, 0.841_344_746_068_542_9, 12.0);
        check(&half, 0.5, 0.674_489_750_196_081_7);
        check(&takeover, 0.5, 2.4);
        check(&takeover, 0.975, 2.4 * (1.959_963_984_540_054_f64 * 0.5001).exp());
    }

    #[test]
    fn choices_have_equal_parts() {
        let choice =
            Distribution::Choice { values: [1.0, 2.0, 3.0, 4.0].map(ParameterValue::Number).to_vec() };
        for (u, expect) in [(0.0, 1.0), (0.24, 1.0), (0.25, 2.0), (0.74, 3.0), (0.75, 4.0), (1.0, 4.0)] {
            assert_eq!(number(&choice, u), expect);
        }
    }

    #[test]
    fn senseless_ones_are_refused() {
        let number = ParameterValue::Number(1.0);
        let check = |d: Distribution, fine: bool| assert_eq!(d.check(&number).is_ok(), fine, "{d:?}");
        check(Distribution::Uniform { min: 0.0, max: 1.0 }, true);
        check(Distribution::Uniform { min: 1.0, max: 1.0 }, false);
        check(Distribution::Uniform { min: 0.0, max: f64::INFINITY }, false);
        check(Distribution::Uniform { min: f64::NAN, max: 1.0 }, false);
        check(Distribution::Normal { mean: 0.0, sd: 0.0, min: -1.0, max: 1.0 }, false);
        check(Distribution::Normal { mean: 0.0, sd: 1.0, min: 8.0, max: 9.0 }, false);
        check(Distribution::LogNormal { median: 0.0, sigma: 1.0, min: 0.1, max: 1.0 }, false);
        check(Distribution::LogNormal { median: 2.0, sigma: 0.5, min: 0.5, max: 9.0 }, true);
        check(Distribution::Choice { values: vec![ParameterValue::Flag(true)] }, false);
    }

    proptest::proptest! {
        #[test]
        fn quantiles_rise_and_stay_in_bounds(a in 0.0..1.0f64, b in 0.0..1.0f64, sd in 0.1..5.0f64) {
            let d = Distribution::Normal { mean: 1.0, sd, min: -2.0, max: 3.0 };
            let (lo, hi) = (number(&d, a.min(b)), number(&d, a.max(b)));
            proptest::prop_assert!(lo <= hi && (-2.0..=3.0).contains(&lo) && (-2.0..=3.0).contains(&hi));
        }
    }
}
