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

/// Steps inside [`TickSet::Physics`], in order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhysicsStep {
    /// Dynamics and kinematic motion.
    Move,
    /// Contacts and wrecks.
    Contact,
    /// Ground-truth snapshot of the world at T + dt.
    Snapshot,
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
    /// Number of the tick that *Advance* starts next.
    next_tick: u64,
}

impl Clock {
    /// A clock before its first tick.
    pub fn new(dt_ns: u64) -> Self {
        Self { tick: 0, time: SimTime::ZERO, dt_ns, next_tick: 0 }
    }
    /// Time at the end of the running tick.
    #[inline]
    pub fn end(&self) -> SimTime {
        self.time.plus_ns(self.dt_ns)
    }
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
    schedule.configure_sets(
        (PhysicsStep::Move, PhysicsStep::Contact, PhysicsStep::Snapshot).chain().in_set(TickSet::Physics),
    );
    schedule.add_systems(advance_clock.in_set(TickSet::Advance));
    app.add_schedule(schedule);
}

/// Starts the next tick.
fn advance_clock(mut clock: ResMut<Clock>) {
    clock.tick = clock.next_tick;
    clock.time = SimTime(clock.tick * clock.dt_ns);
    clock.next_tick += 1;
}
