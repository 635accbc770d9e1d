//! What was changed in a run from outside, as a file: `input.json` beside the record of a kept run.
//!
//! ```json
//! {
//! "interventions": [
//! {"from_tick":250,"action":{"action":"fit_feature","level":"L2"}}
//! ],
//! "human_input": [
//! {"from_tick":300,"controls":{"seat":"person","steer":0.1,"accelerator":0.3,"brake":0.0,"indicator":"off","hazard":false,"hands":"on"}}
//! ]
//! }
//! ```
//!
//! One change a line. Values that a file leaves out of `controls` are those of controls that nobody touches.
//! Written again, a file that was written here has the same bytes.

use super::RunSpec;
use crate::automation::feature;
use crate::scenario::Action;
use crate::sim::Intervention;
use crate::state::command::InputChange;
use serde::{Deserialize, Serialize};

/// Most interventions in a file.
pub const INTERVENTIONS_MAX: usize = 10_000;
/// Most changes of the controls in a file: 2.7 hours at 100 a second.
pub const INPUT_CHANGES_MAX: usize = 1_000_000;

/// Interventions and human input of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunInput {
    /// Actions forced from a tick on.
    pub interventions: Vec<Intervention>,
    /// What a person does in the driver's seat.
    pub human_input: Vec<InputChange>,
}

/// Why a file of inputs can't be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Not the format.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Too long.
    #[error("{count} {what} are more than {limit}")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// Its length.
        count: usize,
        /// Limit with its name.
        limit: String,
    },
    /// The changes of the controls are not in the order of their ticks.
    #[error("human_input: the change at tick {later} comes after the one at tick {earlier}")]
    Order {
        /// The smaller tick, which comes second.
        later: u64,
        /// The larger tick, which comes first.
        earlier: u64,
    },
    /// A control is outside its travel.
    #[error("human_input: at tick {0} a control is outside its travel (steer -1 to 1, pedals 0 to 1)")]
    Travel(u64),
    /// No such feature at the level.
    #[error("interventions: there is no {level} feature `{name}`")]
    Feature {
        /// Level.
        level: crate::state::automation::AutomationLevel,
        /// Name.
        name: String,
    },
}

impl RunInput {
    /// Those of a specification.
    pub fn of(spec: &RunSpec) -> Self {
        Self { interventions: spec.interventions.clone(), human_input: spec.human_input.clone() }
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.interventions.is_empty() && self.human_input.is_empty()
    }

    /// The run of `spec` with these changes instead of its own.
    pub fn applied_to(self, spec: RunSpec) -> RunSpec {
        RunSpec { interventions: self.interventions, human_input: self.human_input, ..spec }
    }

    /// Reads and checks a file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, InputError> {
        let input: Self = serde_json::from_slice(bytes)?;
        let within = |what, count, name: &str, limit: usize| {
            let limit_text = format!("{name} = {limit}");
            if count > limit { Err(InputError::TooMany { what, count, limit: limit_text }) } else { Ok(()) }
        };
        within("interventions", input.interventions.len(), "INTERVENTIONS_MAX", INTERVENTIONS_MAX)?;
        within("changes of the controls", input.human_input.len(), "INPUT_CHANGES_MAX", INPUT_CHANGES_MAX)?;
        for pair in input.human_input.windows(2) {
            let (earlier, later) = (pair[0].from_tick, pair[1].from_tick);
            if later < earlier {
                return Err(InputError::Order { later, earlier });
            }
        }
        if let Some(wrong) = input.human_input.iter().find(|c| c.controls.bounded() != c.controls) {
            return Err(InputError::Travel(wrong.from_tick));
        }
        for intervention in &input.interventions {
            if let Action::FitFeature { level, feature: Some(name) } = &intervention.action
                && feature::by_name(name).is_none_or(|feature| feature.level != *level)
            {
                return Err(InputError::Feature { level: *level, name: name.clone() });
            }
        }
        Ok(input)
    }

    /// The file: one change a line.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        fn lines<T: Serialize>(list: &[T]) -> Result<String, serde_json::Error> {
            let lines: Result<Vec<String>, _> = list.iter().map(serde_json::to_string).collect();
            let lines = lines?.join(",\n");
            Ok(if lines.is_empty() { "[]".to_owned() } else { format!("[\n{lines}\n]") })
        }
        let (interventions, human_input) = (lines(&self.interventions)?, lines(&self.human_input)?);
        Ok(format!("{{\n\"interventions\": {interventions},\n\"human_input\": {human_input}\n}}\n")
            .into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::WeatherTargets;
    use crate::state::automation::AutomationLevel;
    use crate::state::command::{HumanControls, Indicator};
    use crate::state::weather::Weather;

    fn input() -> RunInput {
        let at = |from_tick, action| Intervention { from_tick, action };
        let rain =
            WeatherTargets { rain_mmph: Some(12.5), sun_elevation_deg: Some(-3.0), ..Default::default() };
        let controls = HumanControls {
            steer: -0.1 - 0.2,
            brake: 1.0 / 3.0,
            indicator: Indicator::Left,
            ..HumanControls::SEATED
        };
        RunInput {
            interventions: vec![
                at(
                    0,
                    Action::FitFeature { level: AutomationLevel::L1, feature: Some("lane_keeping".into()) },
                ),
                at(7, Action::FitFeature { level: AutomationLevel::L4, feature: None }),
                at(7, Action::Weather { to: rain, over_s: 4.0 }),
                // Clear air: a visibility without bounds has to come back as such.
                at(9, Action::ForceWeather { weather: Box::new(Weather::default()) }),
                at(11, Action::EngageFeature),
            ],
            human_input: vec![
                InputChange { from_tick: 3, controls },
                InputChange { from_tick: 3, controls: HumanControls::SEATED },
                InputChange { from_tick: u64::MAX, controls: HumanControls::default() },
            ],
        }
    }

    #[test]
    fn what_is_written_comes_back_and_is_written_the_same() {
        for input in [input(), RunInput::default()] {
            let bytes = input.to_json().unwrap();
            let again = RunInput::from_json(&bytes).unwrap();
            assert_eq!(again, input);
            assert_eq!(again.to_json().unwrap(), bytes);
        }
    }

    #[test]
    fn short_files_of_people_are_read() {
        let text = r#"{"human_input": [{"from_tick": 5, "controls": {"seat": "person", "brake": 0.4}}]}"#;
        let input = RunInput::from_json(text.as_bytes()).unwrap();
        assert_eq!(input.human_input[0].controls, HumanControls { brake: 0.4, ..HumanControls::SEATED });
        assert!(input.interventions.is_empty());
    }

    #[test]
    fn wrong_files_are_refused_with_the_reason() {
        let change = |tick: u64, what: &str| format!(r#"{{"from_tick":{tick},"controls":{{{what}}}}}"#);
        let fit = |what: &str| {
            format!(r#"{{"interventions":[{{"from_tick":1,"action":{{"action":"fit_feature",{what}}}}}]}}"#)
        };
        for (text, expect) in [
            ("{".to_owned(), "EOF"),
            (r#"{"input":[]}"#.to_owned(), "unknown field"),
            (format!(r#"{{"human_input":[{}]}}"#, change(1, r#""stear":0"#)), "unknown field"),
            (format!(r#"{{"human_input":[{}]}}"#, change(1, r#""steer":1.5"#)), "outside its travel"),
            (format!(r#"{{"human_input":[{}]}}"#, change(1, r#""brake":-0.1"#)), "outside its travel"),
            (format!(r#"{{"human_input":[{},{}]}}"#, change(9, ""), change(8, "")), "at tick 8 comes after"),
            (fit(r#""level":"L3","feature":"acc""#), "no L3 feature `acc`"),
            (fit(r#""level":"L9""#), "L9"),
        ] {
            let error = RunInput::from_json(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expect), "{text}: {error}");
        }
        assert!(RunInput::from_json(fit(r#""level":"L3","feature":"traffic_pilot""#).as_bytes()).is_ok());
    }
}
