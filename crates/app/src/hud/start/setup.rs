//! What is chosen for the next run: scenario, level, seed, parameter values, weather. Pure.

use super::super::knobs::KNOBS;
use crate::command::{Command, Opening};
use shakedown::scenario::{Distribution, Parameter, ParameterValue};
use shakedown::state::automation::AutomationLevel;
use std::collections::BTreeMap;

/// Choices for the next run.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// Level; `None` = the scenario's own.
    pub level: Option<AutomationLevel>,
    /// Seed.
    pub seed: u64,
    /// Values of parameters that differ from their defaults.
    pub values: BTreeMap<String, ParameterValue>,
    /// Knobs of the weather that are turned; index as [`KNOBS`].
    pub weather: Vec<Option<f64>>,
    /// A person drives.
    pub seat: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self { level: None, seed: 1, values: BTreeMap::new(), weather: vec![None; KNOBS.len()], seat: false }
    }
}

/// A value as an override writes it.
fn value_text(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Number(x) => format!("{x}"),
        ParameterValue::Text(text) => text.clone(),
        ParameterValue::Flag(flag) => format!("{flag}"),
    }
}

impl Setup {
    /// The overrides that these choices are.
    pub fn overrides(&self) -> Vec<(String, String)> {
        let parameters = self.values.iter().map(|(name, value)| (name.clone(), value_text(value)));
        let weather = KNOBS.iter().zip(&self.weather).filter_map(|(k, v)| Some(k.override_of((*v)?)));
        parameters.chain(weather).collect()
    }

    /// What to open.
    pub fn opening(&self, scenario: &str) -> Opening {
        Opening {
            scenario: scenario.to_owned(),
            level: self.level,
            seed: self.seed,
            overrides: self.overrides(),
        }
    }

    /// The commands that start the run.
    pub fn commands(&self, scenario: &str) -> Vec<Command> {
        let open = Command::Open(self.opening(scenario));
        match self.seat {
            true => vec![open, Command::Seat(true)],
            false => vec![open],
        }
    }

    /// Sets a parameter; its default is no change.
    pub fn set(&mut self, parameter: &Parameter, value: ParameterValue) {
        if value == parameter.default {
            self.values.remove(&parameter.name);
        } else {
            self.values.insert(parameter.name.clone(), value);
        }
    }

    /// Value of a parameter.
    pub fn value<'a>(&'a self, parameter: &'a Parameter) -> &'a ParameterValue {
        self.values.get(&parameter.name).unwrap_or(&parameter.default)
    }

    /// Draws a value of a parameter from its distribution; `draw` in [0, 1).
    pub fn sample(&mut self, parameter: &Parameter, draw: f64) {
        if let Some(distribution) = &parameter.distribution {
            self.set(parameter, distribution.quantile(draw));
        }
    }

    /// Keeps what fits another scenario: level, seed, weather and who drives stay, parameters go.
    pub fn for_another(&mut self) {
        self.values.clear();
    }
}

/// Density of a distribution at evenly spaced values, scaled to a highest value of 1, for a small plot;
/// `None` for choices.
pub fn density(distribution: &Distribution, points: usize) -> Option<Vec<f32>> {
    let (min, max) = distribution.bounds()?;
    let at = |i: usize| min + (max - min) * (i as f64 + 0.5) / points as f64;
    let raw: Vec<f64> = (0..points)
        .map(|i| match distribution {
            Distribution::Uniform { .. } => 1.0,
            Distribution::Normal { mean, sd, .. } => (-0.5 * ((at(i) - mean) / sd).powi(2)).exp(),
            Distribution::LogNormal { median, sigma, .. } => {
                let z = (at(i).max(1e-12) / median).ln() / sigma;
                (-0.5 * z * z).exp() / at(i).max(1e-12)
            }
            Distribution::Choice { .. } => 0.0,
        })
        .collect();
    let most = raw.iter().copied().fold(0.0, f64::max).max(1e-300);
    Some(raw.into_iter().map(|y| (y / most) as f32).collect())
}

/// Draws for the sample buttons: evenly spread over [0, 1) whatever their number (golden ratio sequence,
/// Kronecker), so that few clicks already show the width of a distribution.
pub fn draw(index: u32) -> f64 {
    (f64::from(index) * 0.618_033_988_749_894_9 + 0.5).fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(default: ParameterValue, distribution: Option<Distribution>) -> Parameter {
        Parameter { name: "rain".into(), default, distribution }
    }

    #[test]
    fn choices_become_overrides() {
        let mut setup = Setup { level: Some(AutomationLevel::L3), seed: 9, seat: true, ..Setup::default() };
        let rain =
            parameter(ParameterValue::Number(5.0), Some(Distribution::Uniform { min: 0.0, max: 25.0 }));
        setup.set(&rain, ParameterValue::Number(12.5));
        setup.weather[1] = Some(120.0);
        let opening = setup.opening("kirkland/fog_bank");
        assert_eq!((opening.level, opening.seed), (Some(AutomationLevel::L3), 9));
        assert_eq!(
            opening.overrides,
            [
                ("rain".to_owned(), "12.5".to_owned()),
                ("weather.fog_visibility_m".to_owned(), "120".to_owned())
            ]
        );
        let commands = setup.commands("x");
        assert_eq!(commands.len(), 2);
        assert_eq!(commands[1], Command::Seat(true));
        setup.set(&rain, ParameterValue::Number(5.0));
        assert!(setup.values.is_empty(), "the default is no override");
        setup.for_another();
        assert_eq!(setup.weather[1], Some(120.0));
    }

    #[test]
    fn samples_lie_in_the_distribution() {
        let distribution = Distribution::Normal { mean: 40.0, sd: 3.0, min: 35.0, max: 45.0 };
        let speed = parameter(ParameterValue::Number(40.0), Some(distribution));
        let mut setup = Setup::default();
        let mut least = f64::INFINITY;
        let mut most = f64::NEG_INFINITY;
        for i in 0..40 {
            setup.sample(&speed, draw(i));
            let ParameterValue::Number(x) = setup.value(&speed) else { panic!("a number") };
            assert!((35.0..=45.0).contains(x));
            (least, most) = (least.min(*x), most.max(*x));
        }
        assert!(least < 37.0 && most > 43.0, "{least} to {most}");
    }

    #[test]
    fn densities_peak_where_they_should() {
        let peak = |d: &Distribution| {
            let density = density(d, 100).unwrap();
            let ix = density.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
            assert!((density[ix] - 1.0).abs() < 1e-6);
            ix
        };
        let normal = peak(&Distribution::Normal { mean: 7.0, sd: 1.0, min: 0.0, max: 10.0 });
        assert!((68..=71).contains(&normal), "{normal}");
        // Mode of a lognormal: median · exp(−σ²).
        let lognormal = peak(&Distribution::LogNormal { median: 2.0, sigma: 0.5, min: 0.01, max: 10.0 });
        let mode = 2.0 * (-0.25_f64).exp();
        assert!((lognormal as f64 / 10.0 - mode).abs() < 0.15, "{lognormal}");
        assert_eq!(density(&Distribution::Uniform { min: 0.0, max: 2.0 }, 4), Some(vec![1.0; 4]));
        assert_eq!(density(&Distribution::Choice { values: Vec::new() }, 4), None);
    }
}
