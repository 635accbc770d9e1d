//! The tick: one schedule, twelve ordered sets, an integer clock.
//!
//! ```text
//! Advance → Script → Environment → Traffic → Sense → Perceive → Automate → Drive → Actuate → Physics → Judge → Record
//! ```
//!
//! Time T stands from *Advance* to *Actuate*; *Physics* moves the world from T to T + dt; *Judge* and
//! *Record* see the world at T + dt.

use crate::base::time::SimTime;
use bevy::ecs::schedule::{LogLevel, ScheduleBuildSettings};
use bevy::ecs::schedule::{ScheduleLabel, SingleThreadedExecutor};
use bevy::prelude::*;

/// The one schedule of a tick; run it with `world.run_schedule(SimTick)`.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SimTick;

/// The ordered sets of a tick.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TickSet {
    /// Clock, ground-truth snapshot.
    Advance,
    /// Storyboard and interventions fire actions.
    Script,
    /// Weather, light, road surface, signal controllers.
    Environment,
    /// Other road users decide.
    Traffic,
    /// Sensors sample the truth.
    Sense,
    /// Fusion, tracking, localization.
    Perceive,
    /// ODD monitor, feature state machine, planner, controller.
    Automate,
    /// Human driver.
    Drive,
    /// Arbitration.
    Actuate,
    /// Dynamics, motion, contacts.
    Physics,
    /// Metrics, violations, disengagements, end conditions.
    Judge,
    /// State hash, snapshot, sinks.
    Record,
}

impl TickSet {
    /// All sets in order.
    pub const ALL: [Self; 12] = [
        Self::Advance,
        Self::Script,
        Self::Environment,
        Self::Traffic,
        Self::Sense,
        Self::Perceive,
        Self::Automate,
        Self::Drive,
        Self::Actuate,
        Self::Physics,
        Self::Judge,
        Self::Record,
    ];
}

/// Simulated time.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Number of the running tick, from 0.
    pub tick: u64,
    /// Start of the running tick.
    pub time: SimTime,
    /// Length of a tick, ns.
    pub dt_ns: u64,
}

impl Clock {
    /// Length of a tick, s.
    #[inline]
    pub fn dt_s(&self) -> f64 {
        self.dt_ns as f64 * 1e-9
    }
}

/// Adds the schedule with its sets: single-threaded, chained, ambiguity is an error.
pub fn plugin(app: &mut App) {
    let mut schedule = Schedule::new(SimTick);
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings {
        ambiguity_detection: LogLevel::Error,
        ..ScheduleBuildSettings::default()
    });
    schedule.configure_sets(
        (
            (
                TickSet::Advance,
                TickSet::Script,
                TickSet::Environment,
                TickSet::Traffic,
                TickSet::Sense,
                TickSet::Perceive,
            )
                .chain(),
            (
                TickSet::Automate,
                TickSet::Drive,
                TickSet::Actuate,
                TickSet::Physics,
                TickSet::Judge,
                TickSet::Record,
            )
                .chain(),
        )
            .chain(),
    );
    app.add_schedule(schedule);
}
