//! A run specification: everything that decides the bits of a run.

use crate::base::hash::StableHasher;
use crate::road::RoadNetwork;
use crate::scenario::{ParameterValue, Scenario};
use crate::sim::Intervention;
use crate::state::automation::AutomationLevel;
use crate::state::command::InputChange;
use crate::state::record::Outcome;
use crate::state::vehicle_spec::VehicleSpec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A concrete run. Same spec and same binary → same bits, whatever thread, order or directory.
#[derive(Clone)]
pub struct RunSpec {
    /// The validated scenario with its parameter values.
    pub scenario: Arc<Scenario>,
    /// Its map.
    pub network: Arc<RoadNetwork>,
    /// Vehicle parameter sets by name.
    pub vehicles: Arc<BTreeMap<String, Arc<VehicleSpec>>>,
    /// Level of the ego's feature.
    pub level: AutomationLevel,
    /// Seed of all random streams.
    pub seed: u64,
    /// Tick length, ns (1 ms to 100 ms).
    pub dt_ns: u64,
    /// Values forced from a tick on.
    pub interventions: Vec<Intervention>,
    /// What a person does in the driver's seat, by rising tick; empty = the human model drives.
    pub human_input: Vec<InputChange>,
    /// Ends the run at this simulated time at the latest, s; `None` = the scenario's duration.
    pub until_s: Option<f64>,
}

impl RunSpec {
    /// Default tick: 20 ms.
    pub const DT_NS_DEFAULT: u64 = 20_000_000;
    /// Shortest tick: 1 ms.
    pub const DT_NS_MIN: u64 = 1_000_000;
    /// Longest tick: 100 ms.
    pub const DT_NS_MAX: u64 = 100_000_000;

    /// Longest simulated time of this run, s.
    pub fn duration_s(&self) -> f64 {
        self.until_s.unwrap_or(self.scenario.duration_s)
    }

    /// Largest number of ticks of this run.
    pub fn ticks_max(&self) -> u64 {
        (self.duration_s() * 1e9 / self.dt_ns as f64).ceil() as u64
    }

    /// The same run, ended after so many ticks at the latest.
    pub fn until_tick(&self, ticks: u64) -> Self {
        let mut cut = Self { until_s: Some((ticks * self.dt_ns) as f64 * 1e-9), ..self.clone() };
        // The product may lie a bit above the tick's end, which would make one tick too many.
        while cut.ticks_max() > ticks {
            cut.until_s = cut.until_s.map(f64::next_down);
        }
        cut
    }

    /// The run up to `tick`, without anything that was forced or done at the controls from then on.
    pub fn forked_at(&self, tick: u64) -> Self {
        let mut fork = self.clone();
        fork.interventions.retain(|intervention| intervention.from_tick < tick);
        fork.human_input.retain(|change| change.from_tick < tick);
        fork
    }

    /// Outcome of a run whose time is over before anything else has ended it.
    pub fn outcome_at_last_tick(&self) -> Outcome {
        let has_destination = self.scenario.ego.as_ref().is_some_and(|ego| !ego.route.is_empty());
        if has_destination && self.until_s.is_none() { Outcome::Timeout } else { Outcome::Completed }
    }

    /// Identity of the run: 16 hex digits over everything that decides its bits.
    pub fn run_id(&self) -> String {
        let mut hash = StableHasher::new();
        hash.text(super::ENGINE_VERSION)
            .text(&self.scenario.name)
            .u64(self.scenario.content_hash)
            .u64(self.network.content_hash)
            .text(self.level.as_str())
            .u64(self.seed)
            .u64(self.dt_ns)
            .f64(self.duration_s());
        for (name, value) in &self.scenario.values {
            hash.text(name);
            match value {
                ParameterValue::Number(number) => hash.u64(0).f64(*number),
                ParameterValue::Text(text) => hash.u64(1).text(text),
                ParameterValue::Flag(flag) => hash.u64(2).u64(u64::from(*flag)),
            };
        }
        for spec in self.vehicles.values() {
            hash.text(&serde_json::to_string(&**spec).unwrap_or_default());
        }
        for intervention in &self.interventions {
            hash.text(&serde_json::to_string(intervention).unwrap_or_default());
        }
        // Nothing is added where nobody touches the controls: such a run keeps the id it always had.
        if !self.human_input.is_empty() {
            hash.text("human_input");
            for change in &self.human_input {
                hash.text(&serde_json::to_string(change).unwrap_or_default());
            }
        }
        format!("{:016x}", hash.finish())
    }
}
