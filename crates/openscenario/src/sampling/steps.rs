//! A range walked in steps: `lower, lower + step, …`, both limits included.
//!
//! # Validity
//! A limit that is reached but for rounding counts as reached, and values have no more decimals than
//! limits and step: 1.1 + 2 · 0.2 is 1.5, not 1.5000000000000002.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, `DistributionRange`.

use super::law::{Range, positive};
use super::{SamplingErrorKind as Kind, VARIATIONS_MAX};

/// How far, in steps, the last value may lie above the upper limit: chosen a million times coarser than
/// the rounding of the largest number of steps allowed, and far below any step somebody means.
const TOLERANCE_STEPS: f64 = 1e-9;
/// Decimals beyond which values are left as they are calculated: what a 64-bit number holds.
const DECIMALS_MAX: usize = 15;

/// A stepped range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Steps {
    lower: f64,
    step: f64,
    count: u64,
    decimals: Option<usize>,
}

impl Steps {
    pub(super) fn new(range: Range, step: f64) -> Result<Self, Kind> {
        let Range { lower, upper } = range.checked()?;
        let step = positive("stepWidth", step)?;
        let steps = libm::floor((upper - lower) / step + TOLERANCE_STEPS);
        if !steps.is_finite() || steps >= VARIATIONS_MAX as f64 {
            // `as` saturates, which is what is wanted of a count that is too large anyway.
            return Err(Kind::TooMany { count: (steps as u64).saturating_add(1) });
        }
        let decimals = decimals(lower).max(decimals(step));
        let decimals = (decimals <= DECIMALS_MAX).then_some(decimals);
        Ok(Self { lower, step, count: steps as u64 + 1, decimals })
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn value(&self, index: u64) -> f64 {
        let value = self.lower + index as f64 * self.step;
        let rounded = self.decimals.and_then(|decimals| format!("{value:.decimals$}").parse().ok());
        // Adding zero turns -0 into 0.
        rounded.unwrap_or(value) + 0.0
    }
}

/// Digits after the point in the shortest text of `number`.
fn decimals(number: f64) -> usize {
    number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_are_included_and_decimals_stay_short() {
        let check = |lower: f64, upper: f64, step: f64, expect: &[f64]| {
            let steps = Steps::new(Range { lower, upper }, step).unwrap();
            let values: Vec<f64> = (0..steps.count()).map(|index| steps.value(index)).collect();
            assert_eq!(values, expect, "{lower} to {upper} by {step}");
        };
        check(20.0, 60.0, 10.0, &[20.0, 30.0, 40.0, 50.0, 60.0]);
        check(20.0, 59.9, 10.0, &[20.0, 30.0, 40.0, 50.0]);
        check(1.1, 1.5, 0.2, &[1.1, 1.3, 1.5]);
        check(0.0, 0.3, 0.1, &[0.0, 0.1, 0.2, 0.3]);
        check(-3.0, 3.0, 1.5, &[-3.0, -1.5, 0.0, 1.5, 3.0]);
        check(-0.1, 0.1, 0.1, &[-0.1, 0.0, 0.1]);
        check(5.0, 5.0, 1.0, &[5.0]);
        check(0.0, 1.0, 1e9, &[0.0]);
        check(1e300, 3e300, 1e300, &[1e300, 2e300, 3e300]);
    }

    #[test]
    fn wrong_ranges_are_refused() {
        let check = |lower: f64, upper: f64, step: f64, expect: &str| {
            let kind = Steps::new(Range { lower, upper }, step).unwrap_err();
            assert!(kind.to_string().contains(expect), "{kind} lacks {expect}");
        };
        check(2.0, 1.0, 1.0, "from 2 to 1 is empty");
        check(0.0, 1.0, 0.0, "`stepWidth` is 0, but must be");
        check(0.0, 1.0, -1.0, "`stepWidth` is -1");
        check(0.0, 1.0, f64::NAN, "`stepWidth` is NaN");
        check(f64::NAN, 1.0, 1.0, "`lowerLimit` is NaN");
        check(0.0, f64::INFINITY, 1.0, "`upperLimit` is inf");
        check(0.0, 1e7, 1.0, "10000001 variations, above VARIATIONS_MAX");
        check(f64::MIN, f64::MAX, 1.0, "above VARIATIONS_MAX");
        check(0.0, 1.0, 5e-324, "above VARIATIONS_MAX");
    }
}
