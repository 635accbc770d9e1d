//! The Poisson law, whole or cut off, by a table of its distribution function.
//!
//! ```text
//! p(k + 1) / p(k) = λ / (k + 1)          from the most likely k inside the limits outwards
//! ```
//! Only products and quotients enter, so the table has the same bits everywhere.
//!
//! # Validity
//! λ up to [`EXPECTED_MAX`]. Numbers a 10¹⁸th as likely as the most likely one are left out.
//!
//! # Source
//! L. Devroye, "Non-Uniform Random Variate Generation", 1986, chapter X.3 (inversion).

use super::SamplingErrorKind as Kind;
use super::law::{Range, not_negative};

/// The largest expected value. Chosen so that the table (about 18 √λ numbers) stays below 20 000.
pub const EXPECTED_MAX: f64 = 1e6;
/// Least probability, relative to the largest, that enters the table: below the 2⁻⁵³ of a draw.
const RELATIVE_MIN: f64 = 1e-18;
/// The largest number: all integers up to it are 64-bit floating-point numbers.
const NUMBER_MAX: f64 = 9_007_199_254_740_992.0;

/// A Poisson law between limits.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    first: u64,
    /// Weights of `first` up to each number, not scaled.
    up_to: Vec<f64>,
}

impl Poisson {
    /// `range` may be infinite.
    pub(super) fn new(expected: f64, range: Range) -> Result<Self, Kind> {
        let expected = not_negative("expectedValue", expected)?;
        if expected > EXPECTED_MAX {
            let must = "at most 1000000 (POISSON EXPECTED_MAX)";
            return Err(Kind::Number { attribute: "expectedValue", value: expected, must });
        }
        let Range { lower, upper } = range;
        let (low, high) = (libm::ceil(lower.max(0.0)), libm::floor(upper.min(NUMBER_MAX)));
        let only_zero_without = expected == 0.0 && low > 0.0;
        if low > high || only_zero_without {
            return Err(Kind::Weightless { lower, upper });
        }
        let mode = libm::floor(expected).clamp(low, high);
        let mut below = Vec::new();
        let (mut number, mut weight) = (mode, 1.0);
        while number > low {
            weight *= number / expected;
            if weight < RELATIVE_MIN {
                break;
            }
            number -= 1.0;
            below.push(weight);
        }
        let first = number;
        let mut weights: Vec<f64> = below.into_iter().rev().collect();
        weights.push(1.0);
        (number, weight) = (mode, 1.0);
        while number < high {
            number += 1.0;
            weight *= expected / number;
            if weight < RELATIVE_MIN {
                break;
            }
            weights.push(weight);
        }
        let mut sum = 0.0;
        let up_to = weights
            .into_iter()
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        Ok(Self { first: first as u64, up_to })
    }

    /// The value of a draw in (0, 1).
    pub(super) fn value(&self, u: f64) -> u64 {
        let sum = self.up_to.last().copied().unwrap_or(0.0);
        let place = self.up_to.partition_point(|up_to| *up_to <= u * sum).min(self.up_to.len() - 1);
        self.first + place as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Range = Range { lower: f64::NEG_INFINITY, upper: f64::INFINITY };

    #[test]
    fn the_table_has_the_probabilities_of_the_formula() {
        let law = Poisson::new(3.5, WHOLE).unwrap();
        let sum = law.up_to.last().unwrap();
        // e^-3.5 Σ 3.5^k / k!
        let mut expect = 0.0;
        let mut term = (-3.5_f64).exp();
        for (number, up_to) in law.up_to.iter().enumerate() {
            expect += term;
            term *= 3.5 / (number as f64 + 1.0);
            assert!((up_to / sum - expect).abs() < 1e-15, "{number}");
        }
        assert_eq!(law.first, 0);
    }

    #[test]
    fn large_means_and_cuts_stay_small_tables() {
        let law = Poisson::new(EXPECTED_MAX, WHOLE).unwrap();
        assert!(law.up_to.len() < 20_000, "{}", law.up_to.len());
        assert_eq!(law.value(0.5), 1_000_000);
        let check = |expected: f64, lower: f64, upper: f64, draws: [u64; 2]| {
            let law = Poisson::new(expected, Range { lower, upper }).unwrap();
            assert_eq!([law.value(1e-18), law.value(1.0 - 1e-16)], draws, "{expected} in {lower}..{upper}");
        };
        check(3.5, 2.0, 4.0, [2, 4]);
        check(3.5, 1.5, 4.9, [2, 4]);
        check(1e6, 0.0, 3.0, [0, 3]);
        check(2.0, 1e9, 1e9, [1_000_000_000, 1_000_000_000]);
        check(0.0, -5.0, 5.0, [0, 0]);
    }

    #[test]
    fn wrong_laws_are_refused() {
        let check = |expected: f64, lower: f64, upper: f64, expect: &str| {
            let kind = Poisson::new(expected, Range { lower, upper }).unwrap_err();
            assert!(kind.to_string().contains(expect), "{kind} lacks {expect}");
        };
        check(-1.0, 0.0, 9.0, "`expectedValue` is -1");
        check(1e7, 0.0, 9.0, "at most 1000000");
        check(3.0, -9.0, -1.0, "no weight");
        check(3.0, 2.1, 2.9, "no weight");
        check(0.0, 1.0, 2.0, "no weight");
    }
}
