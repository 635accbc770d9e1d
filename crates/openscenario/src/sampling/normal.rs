//! The normal law, whole or cut off, by the inverse of its distribution function.
//!
//! ```text
//! x = μ + σ · Φ⁻¹(Φ(a) + u · (Φ(b) − Φ(a)))      a = (lower − μ)/σ, b = (upper − μ)/σ
//! ```
//! A cut on the right of the mean is mirrored to the left, where Φ keeps its digits.
//!
//! # Validity
//! Φ⁻¹ to a relative 10⁻¹⁵ for probabilities down to 10⁻³⁰⁰. Ranges further than 37 σ from the mean have
//! no weight left in 64 bits and are refused.
//!
//! # Source
//! Φ⁻¹: M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), routine PPND16.

use super::SamplingErrorKind as Kind;
use super::law::{Range, finite, not_negative};

/// A normal law between limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Normal {
    mean: f64,
    /// Below zero where the law is mirrored.
    deviation: f64,
    probability_lower: f64,
    probability_upper: f64,
    range: Range,
}

impl Normal {
    /// `range` may be infinite.
    pub(super) fn new(mean: f64, variance: f64, range: Range) -> Result<Self, Kind> {
        let mean = finite("expectedValue", mean)?;
        let deviation = libm::sqrt(not_negative("variance", variance)?);
        let Range { lower, upper } = range;
        if deviation == 0.0 {
            // All the weight sits on the mean.
            let inside = (lower..=upper).contains(&mean);
            let all = Self { mean, deviation, probability_lower: 0.0, probability_upper: 1.0, range };
            return if inside { Ok(all) } else { Err(Kind::Weightless { lower, upper }) };
        }
        let (a, b) = ((lower - mean) / deviation, (upper - mean) / deviation);
        let (from, to, deviation) = if a > 0.0 { (-b, -a, -deviation) } else { (a, b, deviation) };
        let (probability_lower, probability_upper) = (below(from), below(to));
        // A range of one point is that point; a wider one without weight cannot be drawn from.
        if lower < upper && probability_upper - probability_lower < f64::MIN_POSITIVE {
            return Err(Kind::Weightless { lower, upper });
        }
        Ok(Self { mean, deviation, probability_lower, probability_upper, range })
    }

    /// The value of a draw in (0, 1).
    pub(super) fn value(&self, u: f64) -> f64 {
        let u = if self.deviation < 0.0 { 1.0 - u } else { u };
        let probability = self.probability_lower + u * (self.probability_upper - self.probability_lower);
        let value = self.mean + self.deviation * quantile(probability);
        let value = if self.deviation == 0.0 { self.mean } else { value };
        value.clamp(self.range.lower, self.range.upper)
    }
}

/// Φ(x): the standard normal distribution function.
fn below(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Φ⁻¹(p); infinite at 0 and 1.
fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if libm::fabs(q) <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&NEAR, r) / polynomial(&NEAR_BELOW, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        polynomial(&MIDDLE, r - 1.6) / polynomial(&MIDDLE_BELOW, r - 1.6)
    } else {
        polynomial(&FAR, r - 5.0) / polynomial(&FAR_BELOW, r - 5.0)
    };
    if q < 0.0 { -size } else { size }
}

/// Horner's rule; the constant comes first.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

// Coefficients of AS 241, PPND16.
const NEAR: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const NEAR_BELOW: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const MIDDLE: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_8e-9,
];
const FAR: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_9,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_7e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // Abramowitz and Stegun, table 26.5, and the well-known limits of confidence.
        let check = |p: f64, expect: f64| {
            assert!((quantile(p) - expect).abs() < 5e-15 * expect.abs().max(1.0), "{p}: {}", quantile(p));
        };
        check(0.5, 0.0);
        check(0.975, 1.959_963_984_540_054_2);
        check(0.025, -1.959_963_984_540_054_2);
        check(0.841_344_746_068_542_9, 1.0);
        check(0.995, 2.575_829_303_548_900_4);
        check(1e-9, -5.997_807_015_007_686_5);
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
    }

    #[test]
    fn the_quantile_inverts_the_distribution_function() {
        let mut p = 1e-300;
        while p < 1.0 {
            let there_and_back = below(quantile(p));
            // Φ multiplies a relative error of x by up to x², 1400 at 10⁻³⁰⁰.
            assert!((there_and_back / p - 1.0).abs() < 2e-12, "{p}: {there_and_back}");
            p *= 1.7;
        }
    }

    #[test]
    fn cuts_far_out_on_either_side_are_mirror_images() {
        let right = Normal::new(0.0, 1.0, Range { lower: 8.0, upper: 9.0 }).unwrap();
        let left = Normal::new(0.0, 1.0, Range { lower: -9.0, upper: -8.0 }).unwrap();
        for u in [0.1, 0.25, 0.5, 0.9] {
            assert!((right.value(u) + left.value(1.0 - u)).abs() < 1e-14);
            assert!((8.0..=9.0).contains(&right.value(u)));
        }
        // The median beyond 8: half of what lies between the limits lies on each side of it.
        let median = right.value(0.5);
        let (low, high) = (below(-median) - below(-9.0), below(-8.0) - below(-median));
        assert!((low / high - 1.0).abs() < 1e-9);
    }

    #[test]
    fn degenerate_laws() {
        let whole = Range { lower: f64::NEG_INFINITY, upper: f64::INFINITY };
        assert_eq!(Normal::new(3.0, 0.0, whole).unwrap().value(0.3), 3.0);
        assert_eq!(Normal::new(3.0, 1.0, Range { lower: 4.0, upper: 4.0 }).unwrap().value(0.3), 4.0);
        let check = |mean: f64, variance: f64, range: Range, expect: &str| {
            let kind = Normal::new(mean, variance, range).unwrap_err();
            assert!(kind.to_string().contains(expect), "{kind} lacks {expect}");
        };
        check(3.0, 0.0, Range { lower: 4.0, upper: 5.0 }, "no weight");
        check(0.0, 1.0, Range { lower: 50.0, upper: 60.0 }, "no weight");
        check(0.0, -1.0, whole, "`variance` is -1");
        check(f64::NAN, 1.0, whole, "`expectedValue` is NaN");
    }
}
