//! From the model of a distribution file to a plan.

use std::collections::BTreeMap;

use super::{Assignment, Factor, Law, Plan, Range, SamplingError, SamplingErrorKind, Variations, bare};
use crate::model::{
    DeterministicMultiParameterDistribution, DeterministicParameterDistribution,
    DeterministicSingleParameterDistribution, DeterministicSingleParameterDistributionType,
    DistributionDefinition, ParameterValueDistribution, StochasticDistribution, StochasticDistributionType,
};
use crate::origin::Origin;

impl Variations {
    /// The variations that a distribution file asks for.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn of(distribution: &ParameterValueDistribution) -> Result<Self, Vec<SamplingError>> {
        let (plan, mut errors) = Plan::of(distribution);
        let variations = match Self::new(&plan) {
            Ok(variations) => Some(variations),
            Err(found) => {
                errors.extend(found);
                None
            }
        };
        match variations {
            Some(variations) if errors.is_empty() => Ok(variations),
            Some(_) | None => {
                let places = places(distribution);
                for error in &mut errors {
                    let place = error.parameter.as_ref().and_then(|parameter| places.get(parameter));
                    error.origin = Some(place.copied().unwrap_or(distribution.origin));
                }
                Err(errors)
            }
        }
    }
}

impl Plan {
    /// The plan of a distribution file, without the distributions that have no meaning here: those are the
    /// errors.
    #[must_use]
    pub fn of(distribution: &ParameterValueDistribution) -> (Self, Vec<SamplingError>) {
        let mut errors = Vec::new();
        let plan = match &distribution.definition {
            DistributionDefinition::Deterministic(deterministic) => Self::Deterministic(
                deterministic
                    .distributions
                    .iter()
                    .filter_map(|distribution| match distribution {
                        DeterministicParameterDistribution::DeterministicMultiParameterDistribution(
                            multi,
                        ) => Some(together(multi)),
                        DeterministicParameterDistribution::DeterministicSingleParameterDistribution(
                            single,
                        ) => factor(single, &mut errors),
                    })
                    .collect(),
            ),
            DistributionDefinition::Stochastic(stochastic) => Self::Stochastic {
                runs: u64::from(stochastic.number_of_test_runs),
                seed: stochastic.random_seed,
                laws: stochastic
                    .stochastic_distributions
                    .iter()
                    .filter_map(|distribution| {
                        let law = law(distribution, &mut errors)?;
                        Some((distribution.parameter_name.clone(), law))
                    })
                    .collect(),
            },
        };
        (plan, errors)
    }
}

fn together(multi: &DeterministicMultiParameterDistribution) -> Factor {
    let sets = &multi.value_set_distribution.parameter_value_sets;
    let set = |set: &crate::model::ParameterValueSet| {
        let assignments = set.parameter_assignments.iter();
        assignments
            .map(|assignment| Assignment {
                parameter: assignment.parameter_ref.clone(),
                value: assignment.value.clone(),
            })
            .collect()
    };
    Factor::Together(sets.iter().map(set).collect())
}

fn factor(
    single: &DeterministicSingleParameterDistribution,
    errors: &mut Vec<SamplingError>,
) -> Option<Factor> {
    use DeterministicSingleParameterDistributionType as Type;
    let parameter = single.parameter_name.clone();
    match &single.distribution {
        Type::DistributionSet(set) => {
            let values = set.elements.iter().map(|element| element.value.clone()).collect();
            Some(Factor::Set { parameter, values })
        }
        Type::DistributionRange(steps) => {
            Some(Factor::Steps { parameter, range: range(&steps.range), step: steps.step_width })
        }
        Type::UserDefinedDistribution(user_defined) => {
            errors.push(refused(&parameter, &user_defined.kind));
            None
        }
    }
}

fn law(distribution: &StochasticDistribution, errors: &mut Vec<SamplingError>) -> Option<Law> {
    use StochasticDistributionType as Type;
    Some(match &distribution.distribution {
        Type::ProbabilityDistributionSet(set) => {
            Law::Choice(set.elements.iter().map(|element| (element.value.clone(), element.weight)).collect())
        }
        Type::NormalDistribution(normal) => Law::Normal {
            expected: normal.expected_value,
            variance: normal.variance,
            range: normal.range.as_ref().map(range),
        },
        Type::LogNormalDistribution(log_normal) => Law::LogNormal {
            expected: log_normal.expected_value,
            variance: log_normal.variance,
            range: log_normal.range.as_ref().map(range),
        },
        Type::UniformDistribution(uniform) => Law::Uniform(range(&uniform.range)),
        Type::PoissonDistribution(poisson) => {
            Law::Poisson { expected: poisson.expected_value, range: poisson.range.as_ref().map(range) }
        }
        Type::Histogram(histogram) => {
            Law::Histogram(histogram.bins.iter().map(|bin| (range(&bin.range), bin.weight)).collect())
        }
        Type::UserDefinedDistribution(user_defined) => {
            errors.push(refused(&distribution.parameter_name, &user_defined.kind));
            return None;
        }
    })
}

fn range(range: &crate::model::Range) -> Range {
    Range { lower: range.lower_limit, upper: range.upper_limit }
}

fn refused(parameter: &str, kind: &str) -> SamplingError {
    SamplingError::new(bare(parameter), SamplingErrorKind::UserDefined { kind: kind.to_owned() })
}

/// Where each parameter is distributed last: a second time is the wrong one.
fn places(distribution: &ParameterValueDistribution) -> BTreeMap<String, Origin> {
    let mut places = BTreeMap::new();
    let mut note = |parameter: &str, origin: Origin| {
        places.insert(bare(parameter).to_owned(), origin);
    };
    match &distribution.definition {
        DistributionDefinition::Deterministic(deterministic) => {
            for distribution in &deterministic.distributions {
                match distribution {
                    DeterministicParameterDistribution::DeterministicMultiParameterDistribution(multi) => {
                        let sets = &multi.value_set_distribution.parameter_value_sets;
                        for assignment in sets.iter().flat_map(|set| &set.parameter_assignments) {
                            note(&assignment.parameter_ref, assignment.origin);
                        }
                    }
                    DeterministicParameterDistribution::DeterministicSingleParameterDistribution(single) => {
                        note(&single.parameter_name, single.origin);
                    }
                }
            }
        }
        DistributionDefinition::Stochastic(stochastic) => {
            for distribution in &stochastic.stochastic_distributions {
                note(&distribution.parameter_name, distribution.origin);
            }
        }
    }
    places
}
