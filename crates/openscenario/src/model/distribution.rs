//! Parameter value distributions: how one scenario becomes many.

use super::file::File;
use super::parameter::ParameterAssignment;

elements! {
    /// Values for the parameters of a scenario.
    record ParameterValueDistribution [since 1] [ordered true] {
        choices {
            definition: DistributionDefinition;
        }
        children {
            scenario_file: File = "ScenarioFile";
        }
    }
    /// Every combination, or samples.
    group DistributionDefinition {
        Deterministic(Deterministic) = "Deterministic";
        Stochastic(Stochastic) = "Stochastic";
    }
    /// Values to be combined, each with each.
    record Deterministic [since 1] [ordered true] {
        choices {
            distributions: Vec<DeterministicParameterDistribution>;
        }
    }
    /// Values of several parameters together, or of one.
    group DeterministicParameterDistribution {
        DeterministicMultiParameterDistribution(DeterministicMultiParameterDistribution) = "DeterministicMultiParameterDistribution";
        DeterministicSingleParameterDistribution(DeterministicSingleParameterDistribution) = "DeterministicSingleParameterDistribution";
    }
    /// Values of several parameters together.
    record DeterministicMultiParameterDistribution [since 1] {
        children {
            value_set_distribution: ValueSetDistribution = "ValueSetDistribution";
        }
    }
    /// Sets of values.
    record ValueSetDistribution [since 1] {
        children {
            parameter_value_sets: Vec<ParameterValueSet> = "ParameterValueSet" [min 1];
        }
    }
    /// One value for each of several parameters.
    record ParameterValueSet [since 1] {
        children {
            parameter_assignments: Vec<ParameterAssignment> = "ParameterAssignment" [min 1];
        }
    }
    /// Values of one parameter.
    record DeterministicSingleParameterDistribution [since 1] [ordered true] {
        attributes {
            parameter_name: String = "parameterName";
        }
        choices {
            distribution: DeterministicSingleParameterDistributionType;
        }
    }
    /// How the values are given.
    group DeterministicSingleParameterDistributionType {
        DistributionSet(DistributionSet) = "DistributionSet";
        DistributionRange(DistributionRange) = "DistributionRange";
        UserDefinedDistribution(UserDefinedDistribution) = "UserDefinedDistribution";
    }
    /// A list of values.
    record DistributionSet [since 1] {
        children {
            elements: Vec<DistributionSetElement> = "Element" [min 1];
        }
    }
    /// One value of a list.
    record DistributionSetElement [since 1] {
        attributes {
            value: String = "value";
        }
    }
    /// Equal steps through a range.
    record DistributionRange [since 1] {
        attributes {
            step_width: f64 = "stepWidth";
        }
        children {
            range: Range = "Range";
        }
    }
    /// Lower and upper limit, both included.
    record Range [since 1] {
        attributes {
            lower_limit: f64 = "lowerLimit";
            upper_limit: f64 = "upperLimit";
        }
    }
    /// Samples of distributions.
    record Stochastic [since 1] {
        attributes {
            number_of_test_runs: u32 = "numberOfTestRuns";
            random_seed: Option<f64> = "randomSeed";
        }
        children {
            stochastic_distributions: Vec<StochasticDistribution> = "StochasticDistribution" [min 1];
        }
    }
    /// Distribution of one parameter.
    record StochasticDistribution [since 1] [ordered true] {
        attributes {
            parameter_name: String = "parameterName";
        }
        choices {
            distribution: StochasticDistributionType;
        }
    }
    /// Which distribution.
    group StochasticDistributionType {
        ProbabilityDistributionSet(ProbabilityDistributionSet) = "ProbabilityDistributionSet";
        NormalDistribution(NormalDistribution) = "NormalDistribution";
        UniformDistribution(UniformDistribution) = "UniformDistribution";
        PoissonDistribution(PoissonDistribution) = "PoissonDistribution";
        Histogram(Histogram) = "Histogram";
        UserDefinedDistribution(UserDefinedDistribution) = "UserDefinedDistribution";
        LogNormalDistribution(LogNormalDistribution) = "LogNormalDistribution" [since 3];
    }
    /// Values and their weights.
    record ProbabilityDistributionSet [since 1] {
        children {
            elements: Vec<ProbabilityDistributionSetElement> = "Element" [min 1];
        }
    }
    /// One value and its weight.
    record ProbabilityDistributionSetElement [since 1] {
        attributes {
            value: String = "value";
            weight: f64 = "weight";
        }
    }
    /// Normal distribution, cut to the range if there is one.
    record NormalDistribution [since 1] {
        attributes {
            expected_value: f64 = "expectedValue";
            variance: f64 = "variance";
        }
        children {
            range: Option<Range> = "Range";
        }
    }
    /// Log-normal distribution, cut to the range if there is one.
    record LogNormalDistribution [since 3] {
        attributes {
            expected_value: f64 = "expectedValue";
            variance: f64 = "variance";
        }
        children {
            range: Option<Range> = "Range";
        }
    }
    /// Uniform distribution.
    record UniformDistribution [since 1] {
        children {
            range: Range = "Range";
        }
    }
    /// Poisson distribution.
    record PoissonDistribution [since 1] {
        attributes {
            expected_value: f64 = "expectedValue";
        }
        children {
            range: Option<Range> = "Range";
        }
    }
    /// Ranges and their weights.
    record Histogram [since 1] {
        children {
            bins: Vec<HistogramBin> = "Bin" [min 1];
        }
    }
    /// A range and its weight.
    record HistogramBin [since 1] {
        attributes {
            weight: f64 = "weight";
        }
        children {
            range: Range = "Range";
        }
    }
    /// Any text, with a type: not covered by the standard.
    record UserDefinedDistribution [since 1] {
        attributes {
            kind: String = "type";
        }
        content { content }
    }
}
