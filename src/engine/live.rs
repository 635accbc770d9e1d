//! A run that somebody watches: one tick at a time, with changes from outside for the next tick.
//!
//! [`Live`] owns the world of a run. Whatever a person changes goes in through two doors, interventions and
//! the driver's controls; both hold from the next tick on and are appended to the specification as well, so
//! [`Live::spec`] is at every moment the specification that replays what has been seen, bit for bit.
//! [`simulate`](super::simulate) and [`Live`] step a run through the same [`Course`].
//!
//! What it does not do: no pacing by a wall clock (that is the caller's), no going back (run the
//! specification again).

use super::simulate::record_of;
use super::{RunError, RunSpec, build, tick};
use crate::driver::{InputQueue, input};
use crate::record::{RecordedEvent, RunLog, TickView};
use crate::scenario::Action;
use crate::sim::finite::FaultFound;
use crate::sim::state_hash::StateHash;
use crate::sim::{Clock, Intervention, RunPlan};
use crate::state::automation::AutomationState;
use crate::state::belief::WorldModel;
use crate::state::command::{ControlCommand, HumanControls, InputChange, MotionRequest};
use crate::state::driver::DriverState;
use crate::state::record::{Outcome, RunRecord, Verdict};
use crate::state::sensor_data::{SensorBus, SensorFrame};
use crate::state::truth::{Ego, GroundTruth};
use crate::vehicle::VehicleBody;
use bevy::prelude::*;

/// Where a run stands between its first tick and its end.
pub(super) struct Course {
    ego: Option<Entity>,
    ticks_max: u64,
    completed: u64,
    /// Events recorded before the latest tick.
    events_before: usize,
}

impl Course {
    /// The course of a world that was built from `spec` and has not run yet.
    pub(super) fn new(world: &mut World, spec: &RunSpec) -> Self {
        let ego = world.query_filtered::<Entity, With<Ego>>().iter(world).next();
        Self { ego, ticks_max: spec.ticks_max(), completed: 0, events_before: 0 }
    }

    /// Runs one tick, unless the run has ended; tells whether it did.
    pub(super) fn step(&mut self, world: &mut World) -> bool {
        if self.ended(world) {
            return false;
        }
        self.events_before = world.resource::<RunLog>().events.len();
        tick(world);
        self.completed += 1;
        true
    }

    /// Whether there is no further tick.
    pub(super) fn ended(&self, world: &World) -> bool {
        self.completed >= self.ticks_max || world.resource::<Verdict>().ended.is_some()
    }

    /// The world as it is now, and what happened in the latest tick.
    pub(super) fn view<'a>(&self, world: &'a World, spec: &'a RunSpec) -> TickView<'a> {
        TickView {
            completed_ticks: self.completed,
            time_s: (self.completed * spec.dt_ns) as f64 * 1e-9,
            truth: world.resource::<GroundTruth>(),
            network: &spec.network,
            events: &world.resource::<RunLog>().events[self.events_before..],
            belief: self.ego.and_then(|e| world.get::<WorldModel>(e)),
            automation: self.ego.and_then(|e| world.get::<AutomationState>(e)),
            driver: self.ego.and_then(|e| world.get::<DriverState>(e)),
        }
    }
}

/// A run under way.
pub struct Live {
    world: World,
    spec: RunSpec,
    course: Course,
}

impl Live {
    /// The run of `spec`, before its first tick.
    pub fn new(spec: &RunSpec) -> Result<Self, RunError> {
        let mut app = build(spec)?;
        let mut world = std::mem::take(app.world_mut());
        let course = Course::new(&mut world, spec);
        Ok(Self { world, spec: spec.clone(), course })
    }

    /// Runs one tick, unless the run has ended; tells whether it did.
    pub fn step(&mut self) -> bool {
        self.course.step(&mut self.world)
    }

    /// Runs up to so many completed ticks, or to the end of the run.
    pub fn run_to(&mut self, completed_ticks: u64) {
        while self.course.completed < completed_ticks && self.step() {}
    }

    /// Completed ticks: 0 = the state after Init. It is also the number of the next tick.
    pub fn completed_ticks(&self) -> u64 {
        self.course.completed
    }

    /// Time of the present state, s.
    pub fn time_s(&self) -> f64 {
        (self.course.completed * self.spec.dt_ns) as f64 * 1e-9
    }

    /// How the run ended; `None` while it goes on.
    pub fn ended(&self) -> Option<Outcome> {
        self.course.ended(&self.world).then(|| {
            let fault = self.world.resource::<FaultFound>().0.is_some();
            let found = crate::judge::outcome(&self.world);
            if fault { Outcome::Fault } else { found.unwrap_or(self.spec.outcome_at_last_tick()) }
        })
    }

    /// The record of the run as it stands; final once it has ended.
    pub fn record(&self) -> RunRecord {
        record_of(&self.world, &self.spec)
    }

    /// State hash over all ticks so far, 16 hex digits.
    pub fn state_hash(&self) -> String {
        format!("{:016x}", self.world.resource::<StateHash>().run)
    }

    /// Low 32 bits of the state hash of each tick so far.
    pub fn hashes(&self) -> &[u32] {
        &self.world.resource::<StateHash>().per_tick
    }

    /// The specification with everything that was changed so far.
    pub fn spec(&self) -> &RunSpec {
        &self.spec
    }

    /// The specification of what has been seen so far: it ends with the latest tick.
    pub fn spec_so_far(&self) -> RunSpec {
        if self.ended().is_some() { self.spec.clone() } else { self.spec.until_tick(self.course.completed) }
    }

    /// An action forced from the next tick on.
    pub fn push_intervention(&mut self, action: Action) {
        // What a file could not hold would replay as something else.
        let action = match action {
            Action::Weather { to, over_s } => Action::Weather { to: to.bounded(), over_s },
            other => other,
        };
        let intervention = Intervention { from_tick: self.course.completed, action };
        self.world.resource_mut::<RunPlan>().interventions.push(intervention.clone());
        self.spec.interventions.push(intervention);
    }

    /// The controls of the driver's seat from the next tick on. What changes nothing is not recorded; what
    /// a replayed list held for later ticks is replaced.
    pub fn push_controls(&mut self, controls: HumanControls) {
        let change = InputChange { from_tick: self.course.completed, controls };
        self.world.resource_mut::<InputQueue>().push(change);
        input::append(&mut self.spec.human_input, change);
    }

    /// The state as sinks see it, with what happened in the latest tick.
    pub fn view(&self) -> TickView<'_> {
        self.course.view(&self.world, &self.spec)
    }

    /// Everything that has happened so far.
    pub fn events(&self) -> &[RecordedEvent] {
        &self.world.resource::<RunLog>().events
    }

    /// The world, to look at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The ego's entity.
    pub fn ego(&self) -> Option<Entity> {
        self.course.ego
    }

    /// A component of the ego.
    pub fn of_ego<C: Component>(&self) -> Option<&C> {
        self.course.ego.and_then(|ego| self.world.get::<C>(ego))
    }

    /// True road-wheel angle of the ego, rad, left positive.
    pub fn steer_rad(&self) -> f64 {
        self.of_ego::<VehicleBody>().map_or(0.0, |body| body.state.steer_rad)
    }

    /// What the actuators were asked for in the latest tick.
    pub fn asked(&self) -> MotionRequest {
        self.of_ego::<ControlCommand>().map_or_else(MotionRequest::default, |command| command.0)
    }

    /// Frames that the ego's sensors measured in the latest tick, whether perception has them yet or not.
    pub fn measured(&self) -> impl Iterator<Item = &SensorFrame> {
        let now = self.world.resource::<Clock>().time;
        let fresh = self.course.completed > 0;
        self.of_ego::<SensorBus>()
            .into_iter()
            .flat_map(|bus| bus.in_flight.iter().chain(&bus.pool))
            .filter(move |frame| fresh && frame.measured_at == now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_can_live_in_a_resource_of_another_world() {
        fn resource<T: Send + Sync + 'static>() {}
        resource::<Live>();
    }
}
