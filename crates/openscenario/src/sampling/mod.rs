//! Parameter value distributions: from sets, ranges and laws of chance to concrete parameter values.
//!
//! ```text
//! ParameterValueDistribution ──Variations::of──┐
//! Plan ──Variations::new───────────────────────┴─▶ Variations ──get(i) / iter──▶ [parameter = value, …]
//!   Deterministic: every combination, the last factor varies fastest
//!   Stochastic:    `runs` draws, each parameter from its own stream
//! ```
//!
//! Any variation can be had without the ones before it: the product by counting in mixed radix, the draws
//! because each takes exactly one 64-bit word of its parameter's ChaCha8 stream, word `i` for run `i`.
//! More runs, another parameter, or the same parameters in another order therefore shift nothing.
//!
//! # Units
//! The file's own; values come as the texts that a parameter declaration would hold.
//!
//! # Validity
//! Stepped ranges include both limits (`lower + i·step ≤ upper`, with a billionth of a step of tolerance
//! and no more decimals than limits and step have). Uniform ranges and histogram bins include their lower
//! and exclude their upper limit. A range cuts a normal, log-normal or Poisson law off: what remains is
//! scaled up to one, by inverting the distribution function, so nothing is rejected and nothing loops.
//! `expectedValue` and `variance` of a log-normal law are those of the value's logarithm.
//! A missing `randomSeed` is seed 0.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, section 9.3. Which of the two readings of a log-normal law's attributes
//! is meant, the schema does not say; this one is the usual parameterization.
//!
//! # What it does not do
//! It does not know the parameters' types or constraints: the reader of the scenario does. User-defined
//! distributions have no defined meaning and are refused.

mod law;
mod model;
mod normal;
mod poisson;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use law::Sampler;
pub use law::{Law, Range};
use steps::Steps;
use thiserror::Error;

use crate::origin::Origin;

/// The most variations of one distribution. Chosen because the largest file of the corpus has 52 500.
pub const VARIATIONS_MAX: u64 = 10_000_000;
/// The most parameters of one distribution. Chosen because the largest file of the corpus has 9.
pub const PARAMETERS_MAX: usize = 1000;

/// What a parameter value distribution asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Every combination of the factors, in file order.
    Deterministic(Vec<Factor>),
    /// Independent draws.
    Stochastic {
        /// `numberOfTestRuns`.
        runs: u64,
        /// `randomSeed`; none is 0.
        seed: Option<f64>,
        /// The law of each parameter.
        laws: Vec<(String, Law)>,
    },
}

/// One independent part of a deterministic distribution.
#[derive(Clone, Debug, PartialEq)]
pub enum Factor {
    /// `DistributionSet`: these values, in this order.
    Set {
        /// The parameter, with or without `$`.
        parameter: String,
        /// Its values.
        values: Vec<String>,
    },
    /// `DistributionRange`: from limit to limit in steps.
    Steps {
        /// The parameter, with or without `$`.
        parameter: String,
        /// Both limits, included.
        range: Range,
        /// The step, above zero.
        step: f64,
    },
    /// `ValueSetDistribution`: parameters that vary together.
    Together(Vec<Vec<Assignment>>),
}

/// One parameter with one value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assignment {
    /// The parameter's name, without `$`.
    pub parameter: String,
    /// Its value, as a parameter declaration would hold it.
    pub value: String,
}

/// What is wrong with a distribution.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{}{kind}", parameter.as_ref().map_or(String::new(), |name| format!("parameter `{name}`: ")))]
pub struct SamplingError {
    /// The parameter it is about, if it is about one.
    pub parameter: Option<String>,
    /// What is wrong.
    pub kind: SamplingErrorKind,
    /// Where it stands, if the distribution comes from a file.
    pub origin: Option<Origin>,
}

/// The kinds of wrong distributions.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SamplingErrorKind {
    /// More combinations or runs than the limit.
    #[error("{count} variations, above VARIATIONS_MAX = {VARIATIONS_MAX}")]
    TooMany {
        /// How many; the largest number where they cannot be counted.
        count: u64,
    },
    /// More parameters than the limit.
    #[error("{count} parameters, above PARAMETERS_MAX = {PARAMETERS_MAX}")]
    TooManyParameters {
        /// How many.
        count: usize,
    },
    /// A stochastic distribution without runs.
    #[error("numberOfTestRuns is 0")]
    NoRuns,
    /// A set, histogram or value set without entries.
    #[error("the set of values is empty")]
    Empty,
    /// Two parts of the distribution assign the same parameter.
    #[error("it is distributed twice")]
    Twice,
    /// A distribution that the standard leaves to its users.
    #[error("the user-defined distribution `{kind}` has no meaning here")]
    UserDefined {
        /// Its type.
        kind: String,
    },
    /// A parameter without a name.
    #[error("a parameter has no name")]
    NoName,
    /// A number outside its domain.
    #[error("`{attribute}` is {value}, but must be {must}")]
    Number {
        /// The attribute's name in the file.
        attribute: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        must: &'static str,
    },
    /// A lower limit above the upper one.
    #[error("the range from {lower} to {upper} is empty")]
    EmptyRange {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
    /// A range so far out that the law gives it no weight.
    #[error("the law gives the range from {lower} to {upper} no weight")]
    Weightless {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
    /// Weights that sum to nothing or to no number.
    #[error("the weights sum to {sum}, but must sum to a number above 0")]
    Weights {
        /// Their sum.
        sum: f64,
    },
}

impl SamplingError {
    fn new(parameter: &str, kind: SamplingErrorKind) -> Self {
        let parameter = if parameter.is_empty() { None } else { Some(parameter.to_owned()) };
        Self { parameter, kind, origin: None }
    }
}

/// All variations of a distribution, made when asked for.
#[derive(Clone, Debug)]
pub struct Variations {
    count: u64,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Product(Vec<Axis>),
    Draws { seed: f64, laws: Vec<(String, Sampler)> },
}

#[derive(Clone, Debug)]
enum Axis {
    Set { parameter: String, values: Vec<String> },
    Steps { parameter: String, steps: Steps },
    Together(Vec<Vec<Assignment>>),
}

impl Variations {
    /// Checks a plan.
    ///
    /// # Errors
    /// Everything that is wrong with it, in file order.
    pub fn new(plan: &Plan) -> Result<Self, Vec<SamplingError>> {
        let mut errors = Vec::new();
        let variations = match plan {
            Plan::Deterministic(factors) => product(factors, &mut errors),
            Plan::Stochastic { runs, seed, laws } => draws(*runs, *seed, laws, &mut errors),
        };
        if errors.is_empty() { Ok(variations) } else { Err(errors) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Variation `index`, from 0.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<Vec<Assignment>> {
        if index >= self.count {
            return None;
        }
        let mut assignments = Vec::new();
        match &self.source {
            Source::Product(axes) => {
                // The last axis varies fastest: each axis takes its digit, the slowest first.
                let mut period = self.count;
                let mut rest = index;
                for axis in axes {
                    period /= axis.count();
                    axis.assign(rest / period, &mut assignments);
                    rest %= period;
                }
            }
            Source::Draws { seed, laws } => {
                for (parameter, law) in laws {
                    let value = law.value(law::unit_draw(*seed, parameter, index));
                    assignments.push(Assignment { parameter: parameter.clone(), value });
                }
            }
        }
        Some(assignments)
    }

    /// Every variation in order.
    pub fn iter(&self) -> impl Iterator<Item = Vec<Assignment>> {
        (0..self.count).filter_map(|index| self.get(index))
    }
}

impl Axis {
    fn count(&self) -> u64 {
        match self {
            Self::Set { values, .. } => values.len() as u64,
            Self::Steps { steps, .. } => steps.count(),
            Self::Together(sets) => sets.len() as u64,
        }
    }

    fn assign(&self, index: u64, assignments: &mut Vec<Assignment>) {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        match self {
            Self::Set { parameter, values } => {
                let assigned = values
                    .get(at)
                    .map(|value| Assignment { parameter: parameter.clone(), value: value.clone() });
                assignments.extend(assigned);
            }
            Self::Steps { parameter, steps } => {
                let value = steps.value(index).to_string();
                assignments.push(Assignment { parameter: parameter.clone(), value });
            }
            Self::Together(sets) => assignments.extend(sets.get(at).into_iter().flatten().cloned()),
        }
    }
}

/// The name without the `$` that some files write before it.
fn bare(parameter: &str) -> &str {
    parameter.strip_prefix('$').unwrap_or(parameter)
}

/// Notes a parameter; an error if it has no name or is there already.
fn note(parameter: &str, seen: &mut BTreeSet<String>, errors: &mut Vec<SamplingError>) -> String {
    let name = bare(parameter).to_owned();
    if name.is_empty() {
        errors.push(SamplingError::new("", SamplingErrorKind::NoName));
    } else if !seen.insert(name.clone()) {
        errors.push(SamplingError::new(&name, SamplingErrorKind::Twice));
    }
    name
}

fn product(factors: &[Factor], errors: &mut Vec<SamplingError>) -> Variations {
    let mut seen = BTreeSet::new();
    let mut axes = Vec::new();
    for factor in factors {
        let (parameter, axis) = match factor {
            Factor::Set { parameter, values } => {
                let parameter = note(parameter, &mut seen, errors);
                (parameter.clone(), Axis::Set { parameter, values: values.clone() })
            }
            Factor::Steps { parameter, range, step } => {
                let parameter = note(parameter, &mut seen, errors);
                match Steps::new(*range, *step) {
                    Ok(steps) => (parameter.clone(), Axis::Steps { parameter, steps }),
                    Err(kind) => {
                        errors.push(SamplingError::new(&parameter, kind));
                        continue;
                    }
                }
            }
            Factor::Together(sets) => (String::new(), Axis::Together(together(sets, &mut seen, errors))),
        };
        if axis.count() == 0 {
            errors.push(SamplingError::new(&parameter, SamplingErrorKind::Empty));
        }
        axes.push(axis);
    }
    let count = axes.iter().fold(1_u64, |count, axis| count.saturating_mul(axis.count()));
    if count > VARIATIONS_MAX {
        errors.push(SamplingError::new("", SamplingErrorKind::TooMany { count }));
    }
    limit_parameters(seen.len(), errors);
    Variations { count, source: Source::Product(axes) }
}

/// Value sets with bare names. Sets may name different parameters; within one, each only once.
fn together(
    sets: &[Vec<Assignment>],
    seen: &mut BTreeSet<String>,
    errors: &mut Vec<SamplingError>,
) -> Vec<Vec<Assignment>> {
    let mut named_here = BTreeSet::new();
    let mut bare_sets = Vec::new();
    for set in sets {
        let mut named_in_set = BTreeSet::new();
        let mut bare_set = Vec::new();
        for Assignment { parameter, value } in set {
            let parameter = note(parameter, &mut named_in_set, errors);
            bare_set.push(Assignment { parameter, value: value.clone() });
        }
        if set.is_empty() {
            errors.push(SamplingError::new("", SamplingErrorKind::Empty));
        }
        named_here.extend(named_in_set);
        bare_sets.push(bare_set);
    }
    for parameter in named_here {
        if !seen.insert(parameter.clone()) {
            errors.push(SamplingError::new(&parameter, SamplingErrorKind::Twice));
        }
    }
    bare_sets
}

fn draws(
    runs: u64,
    seed: Option<f64>,
    laws: &[(String, Law)],
    errors: &mut Vec<SamplingError>,
) -> Variations {
    let seed = seed.unwrap_or(0.0);
    if !seed.is_finite() {
        let kind = SamplingErrorKind::Number { attribute: "randomSeed", value: seed, must: "finite" };
        errors.push(SamplingError::new("", kind));
    }
    if runs == 0 {
        errors.push(SamplingError::new("", SamplingErrorKind::NoRuns));
    } else if runs > VARIATIONS_MAX {
        errors.push(SamplingError::new("", SamplingErrorKind::TooMany { count: runs }));
    }
    limit_parameters(laws.len(), errors);
    let mut seen = BTreeSet::new();
    let mut samplers = Vec::new();
    for (parameter, law) in laws {
        let parameter = note(parameter, &mut seen, errors);
        match Sampler::new(law) {
            Ok(sampler) => samplers.push((parameter, sampler)),
            Err(kind) => errors.push(SamplingError::new(&parameter, kind)),
        }
    }
    Variations { count: runs, source: Source::Draws { seed, laws: samplers } }
}

fn limit_parameters(count: usize, errors: &mut Vec<SamplingError>) {
    if count > PARAMETERS_MAX {
        errors.push(SamplingError::new("", SamplingErrorKind::TooManyParameters { count }));
    }
}
