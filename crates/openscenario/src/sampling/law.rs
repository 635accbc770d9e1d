//! The laws of chance of a stochastic distribution, each as the inverse of its distribution function.
//!
//! | law | value of a draw u in (0, 1) |
//! |---|---|
//! | probability set | the first element whose weights up to it exceed u · sum |
//! | normal | μ + σ · Φ⁻¹(u) |
//! | log-normal | exp(μ + σ · Φ⁻¹(u)) |
//! | uniform | lower · (1 − u) + upper · u |
//! | Poisson | the least k with F(k) > u |
//! | histogram | a bin as in a probability set, uniform inside it by what u has left |
//!
//! Where a range cuts a law off, u runs over that part of the distribution function alone.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, section 9.3; the inverse method: L. Devroye, "Non-Uniform Random Variate
//! Generation", 1986, chapter II.2.

use super::SamplingErrorKind as Kind;
use super::normal::Normal;
use super::poisson::Poisson;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Limits of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// `lowerLimit`.
    pub lower: f64,
    /// `upperLimit`.
    pub upper: f64,
}

impl Range {
    /// The range, if both limits are numbers in order.
    pub(super) fn checked(self) -> Result<Self, Kind> {
        let Self { lower, upper } = self;
        finite("lowerLimit", lower)?;
        finite("upperLimit", upper)?;
        if lower > upper { Err(Kind::EmptyRange { lower, upper }) } else { Ok(self) }
    }

    /// The value at the part `u` of the way; never overflows.
    fn at(self, u: f64) -> f64 {
        (self.lower * (1.0 - u) + self.upper * u).clamp(self.lower, self.upper)
    }
}

/// The law of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// `ProbabilityDistributionSet`: values with their weights.
    Choice(Vec<(String, f64)>),
    /// `NormalDistribution`.
    Normal {
        /// Expected value before the cut.
        expected: f64,
        /// Variance before the cut.
        variance: f64,
        /// Limits of the value.
        range: Option<Range>,
    },
    /// `LogNormalDistribution`.
    LogNormal {
        /// Expected value of the logarithm.
        expected: f64,
        /// Variance of the logarithm.
        variance: f64,
        /// Limits of the value (not of its logarithm).
        range: Option<Range>,
    },
    /// `UniformDistribution`.
    Uniform(Range),
    /// `PoissonDistribution`.
    Poisson {
        /// Expected value, which is also the variance, before the cut.
        expected: f64,
        /// Limits of the value.
        range: Option<Range>,
    },
    /// `Histogram`: bins with their weights.
    Histogram(Vec<(Range, f64)>),
}

/// A law with everything calculated that does not hang on the draw.
#[derive(Clone, Debug)]
pub(super) enum Sampler {
    Choice { values: Vec<String>, weights: Weights },
    Normal(Normal),
    LogNormal { logarithm: Normal, range: Range },
    Uniform(Range),
    Poisson(Poisson),
    Histogram { bins: Vec<Range>, weights: Weights },
}

impl Sampler {
    pub(super) fn new(law: &Law) -> Result<Self, Kind> {
        Ok(match law {
            Law::Choice(elements) => Self::Choice {
                values: elements.iter().map(|(value, _)| value.clone()).collect(),
                weights: Weights::new(elements.iter().map(|(_, weight)| *weight))?,
            },
            Law::Normal { expected, variance, range } => {
                let range = range.map_or(Ok(UNBOUNDED), Range::checked)?;
                Self::Normal(Normal::new(*expected, *variance, range)?)
            }
            Law::LogNormal { expected, variance, range } => {
                let range = range.map_or(Ok(UNBOUNDED), Range::checked)?;
                if range.upper <= 0.0 {
                    return Err(Kind::Weightless { lower: range.lower, upper: range.upper });
                }
                let logarithm = Range {
                    lower: if range.lower > 0.0 { libm::log(range.lower) } else { f64::NEG_INFINITY },
                    upper: libm::log(range.upper),
                };
                let logarithm = Normal::new(*expected, *variance, logarithm)
                    .map_err(|kind| in_terms_of_the_value(kind, range))?;
                // Rounding in the exponential may not carry a value over its limits, nor beyond all numbers.
                let range = Range { lower: range.lower.max(0.0), upper: range.upper.min(f64::MAX) };
                Self::LogNormal { logarithm, range }
            }
            Law::Uniform(range) => Self::Uniform(range.checked()?),
            Law::Poisson { expected, range } => {
                let range = range.map_or(Ok(UNBOUNDED), Range::checked)?;
                Self::Poisson(Poisson::new(*expected, range)?)
            }
            Law::Histogram(bins) => Self::Histogram {
                bins: bins.iter().map(|(range, _)| range.checked()).collect::<Result<_, _>>()?,
                weights: Weights::new(bins.iter().map(|(_, weight)| *weight))?,
            },
        })
    }

    /// The value of a draw in (0, 1), as text.
    pub(super) fn value(&self, u: f64) -> String {
        match self {
            Self::Choice { values, weights } => values[weights.pick(u).0].clone(),
            Self::Normal(normal) => normal.value(u).to_string(),
            Self::LogNormal { logarithm, range } => {
                libm::exp(logarithm.value(u)).clamp(range.lower, range.upper).to_string()
            }
            Self::Uniform(range) => range.at(u).to_string(),
            Self::Poisson(poisson) => poisson.value(u).to_string(),
            Self::Histogram { bins, weights } => {
                let (bin, left) = weights.pick(u);
                bins[bin].at(left).to_string()
            }
        }
    }
}

const UNBOUNDED: Range = Range { lower: f64::NEG_INFINITY, upper: f64::INFINITY };

/// The error of a logarithm's law, told with the limits that stand in the file.
fn in_terms_of_the_value(kind: Kind, range: Range) -> Kind {
    match kind {
        Kind::Weightless { .. } => Kind::Weightless { lower: range.lower, upper: range.upper },
        other => other,
    }
}

/// Weights summed up.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    up_to: Vec<f64>,
}

impl Weights {
    fn new(weights: impl Iterator<Item = f64>) -> Result<Self, Kind> {
        let mut sum = 0.0;
        let mut up_to = Vec::new();
        for weight in weights {
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(Kind::Number {
                    attribute: "weight",
                    value: weight,
                    must: "finite and not below 0",
                });
            }
            sum += weight;
            up_to.push(sum);
        }
        if up_to.is_empty() {
            Err(Kind::Empty)
        } else if sum.is_finite() && sum > 0.0 {
            Ok(Self { up_to })
        } else {
            Err(Kind::Weights { sum })
        }
    }

    /// The place that a draw falls in, and how far into it, in [0, 1).
    fn pick(&self, u: f64) -> (usize, f64) {
        let sum = self.up_to.last().copied().unwrap_or(0.0);
        let mark = u * sum;
        // Below the last place even where u · sum rounds up to the sum.
        let place = self.up_to.partition_point(|up_to| *up_to <= mark).min(self.last_with_weight());
        let before = if place == 0 { 0.0 } else { self.up_to[place - 1] };
        let width = self.up_to[place] - before;
        (place, ((mark - before) / width).clamp(0.0, 1.0 - f64::EPSILON / 2.0))
    }

    fn last_with_weight(&self) -> usize {
        let sum = self.up_to.last().copied().unwrap_or(0.0);
        self.up_to.partition_point(|up_to| *up_to < sum)
    }
}

/// Draw `index` of the stream that belongs to a seed and a parameter: in (0, 1), a multiple of 2⁻⁵⁴.
pub(super) fn unit_draw(seed: f64, parameter: &str, index: u64) -> f64 {
    let mut key = [0; 32];
    // Adding zero makes the seeds -0 and 0 one.
    key[..8].copy_from_slice(&(seed + 0.0).to_bits().to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(xxhash_rust::xxh3::xxh3_64(parameter.as_bytes()));
    // A word has 32 bits: each draw takes two.
    rng.set_word_pos(u128::from(index) * 2);
    ((rng.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}

pub(super) fn finite(attribute: &'static str, value: f64) -> Result<f64, Kind> {
    if value.is_finite() { Ok(value) } else { Err(Kind::Number { attribute, value, must: "finite" }) }
}

pub(super) fn positive(attribute: &'static str, value: f64) -> Result<f64, Kind> {
    let is = value.is_finite() && value > 0.0;
    if is { Ok(value) } else { Err(Kind::Number { attribute, value, must: "finite and above 0" }) }
}

pub(super) fn not_negative(attribute: &'static str, value: f64) -> Result<f64, Kind> {
    let is = value.is_finite() && value >= 0.0;
    if is { Ok(value) } else { Err(Kind::Number { attribute, value, must: "finite and not below 0" }) }
}
