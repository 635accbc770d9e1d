//! The engine's world of the opened run, with the history of what it showed.
//!
//! Going back is looking into the history; going *on* from an earlier tick is re-running: a fresh world with
//! the same specification, cut at that tick, steps up to it (some 700 times faster than real time) and is
//! then the same world again, bit for bit.

use super::history::History;
use super::shot::{self, Frames};
use crate::stage::{RunInfo, Shot};
use bevy::prelude::*;
use shakedown::engine::{Live, RunError, RunSpec};
use shakedown::record::RecordedEvent;
use shakedown::scenario::Action;
use shakedown::state::command::HumanControls;
use shakedown::state::record::RunRecord;
use shakedown::state::sensor_data::SensorBus;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The opened run.
#[derive(Resource)]
pub struct Running {
    live: Live,
    frames: Frames,
    history: History,
    /// What the run is made from.
    pub info: Arc<RunInfo>,
    /// Number of the opened run.
    pub serial: u64,
}

impl Running {
    /// Builds the world of a run and takes the first shot.
    pub fn new(spec: &RunSpec, map: Arc<opendrive::Map>, serial: u64) -> Result<Self, RunError> {
        let live = Live::new(spec)?;
        let suite = live.of_ego::<SensorBus>().map(|bus| bus.suite.clone());
        let info = RunInfo {
            spec: spec.clone(),
            ego: live.view().truth.ego,
            suite: Arc::new(suite.unwrap_or_default()),
            map,
        };
        let mut running =
            Self { live, frames: Frames::default(), history: History::new(), info: Arc::new(info), serial };
        running.keep();
        Ok(running)
    }

    /// Ticks done.
    pub fn tick(&self) -> u64 {
        self.live.completed_ticks()
    }

    /// Simulated time, s.
    pub fn time_s(&self) -> f64 {
        self.tick() as f64 * self.dt_s()
    }

    /// Length of a tick, s.
    pub fn dt_s(&self) -> f64 {
        self.spec().dt_ns as f64 * 1e-9
    }

    /// The specification with everything pushed so far.
    pub fn spec(&self) -> &RunSpec {
        self.live.spec()
    }

    /// The run is over.
    pub fn ended(&self) -> bool {
        self.live.ended().is_some()
    }

    /// The record of the run as it stands.
    pub fn record(&self) -> RunRecord {
        self.live.record()
    }

    /// What the engine holds, to look at and to keep.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Everything that has happened.
    pub fn events(&self) -> &[RecordedEvent] {
        self.live.events()
    }

    /// One tick.
    pub fn step(&mut self) {
        if self.live.step() {
            self.keep();
        }
    }

    /// Simulates up to a time, or until the budget is spent. `true` = there, or at the end of the run.
    pub fn simulate_to(&mut self, time_s: f64, budget: Duration) -> bool {
        let begin = Instant::now();
        while self.time_s() + 0.5 * self.dt_s() < time_s && !self.ended() {
            self.step();
            if begin.elapsed() > budget {
                return false;
            }
        }
        true
    }

    /// Something is forced from the next tick on.
    pub fn intervene(&mut self, action: Action) {
        self.live.push_intervention(action);
    }

    /// The person's controls from the next tick on.
    pub fn control(&mut self, controls: HumanControls) {
        self.live.push_controls(controls);
    }

    /// Begins again with the specification cut at an earlier tick: what people did from there on is
    /// forgotten. [`Running::step`] leads back up to it.
    pub fn begin_again(&mut self, cut_at_tick: u64) -> Result<(), RunError> {
        self.live = Live::new(&cut(self.spec(), cut_at_tick))?;
        self.frames = Frames::default();
        self.history = History::new();
        self.keep();
        Ok(())
    }

    /// What to show at a time.
    pub fn around(&self, time_s: f64) -> Option<(Arc<Shot>, Arc<Shot>, f32)> {
        self.history.around(time_s, self.dt_s())
    }

    /// The newest shot.
    pub fn newest(&self) -> Option<&Arc<Shot>> {
        self.history.newest()
    }

    fn keep(&mut self) {
        let shot = shot::take(&self.live, &mut self.frames);
        self.history.push(shot);
    }
}

/// A specification without what people did from a tick on.
pub fn cut(spec: &RunSpec, tick: u64) -> RunSpec {
    let mut spec = spec.clone();
    spec.interventions.retain(|intervention| intervention.from_tick < tick);
    spec.human_input = spec.human_input.iter().filter(|change| change.from_tick < tick).cloned().collect();
    spec
}
