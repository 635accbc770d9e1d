//! Layer 4: the judge: reads everything, writes nothing but its verdict and what it noticed.
//!
//! - [`criticality`]: TTC, time headway, PET, DRAC: pure formulas.
//! - [`violation`]: red lights, stop lines, road edge, lane edge.
//! - [`misperception`]: what the automation believes against what is true.
//! - [`cause`]: cause of a disengagement from its chain of evidence.
//! - [`disengagement`]: opens and closes the typed records.
//! - [`measure`]: metrics, odometer, end conditions, criteria.

pub mod cause;
pub mod criticality;
pub mod disengagement;
pub mod measure;
pub mod misperception;
pub mod violation;

use crate::base::time::SimTime;
use crate::sim::{Clock, RunPlan, SimTick, TickSet};
use crate::state::messages::{EventLog, Happening};
use bevy::prelude::*;

pub use measure::conclude;

/// How long happenings stay evidence, s.
pub const EVIDENCE_S: f64 = 15.0;

/// The happenings of the last seconds, oldest first.
#[derive(Resource, Default, Debug)]
pub struct EvidenceWindow {
    /// Time and happening.
    pub items: Vec<(SimTime, Happening)>,
}

/// Adds the judge to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<EvidenceWindow>();
    app.init_resource::<measure::Measures>();
    app.init_resource::<violation::LineWatch>();
    app.init_resource::<misperception::Watch>();
    app.init_resource::<disengagement::Open>();
    app.add_systems(
        SimTick,
        (
            violation::watch_lines,
            misperception::compare,
            measure::measure,
            gather_evidence,
            disengagement::record,
            measure::decide_end,
        )
            .chain()
            .in_set(TickSet::Judge)
            .before(crate::sim::finite::guard_finite),
    );
}

/// Sets the judge up: ids of the destination.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let destination = plan.scenario.ego.as_ref().and_then(|ego| ego.route.last()).map(|place| place.coord);
    let position = destination.map(|coord| plan.network.lane_pose(coord).pose.position_m.truncate());
    let participants = world.resource::<crate::state::truth::GroundTruth>().objects.len();
    let mut measures = world.resource_mut::<measure::Measures>();
    measures.destination_m = position;
    measures.ttc_latched = vec![false; participants];
    world.resource_mut::<misperception::Watch>().resize(participants);
}

/// Keeps what may have led to a disengagement; chatter stays out.
fn gather_evidence(clock: Res<Clock>, log: Res<EventLog>, mut window: ResMut<EvidenceWindow>) {
    let now = clock.time;
    window.items.retain(|(time, _)| now.since_s(*time) < EVIDENCE_S);
    for happening in &log.this_tick {
        match happening {
            Happening::Storyboard { .. }
            | Happening::PlanReasonChanged { .. }
            | Happening::SignalChanged { .. }
            | Happening::Spawned { .. }
            | Happening::Removed { .. }
            | Happening::Criterion { .. }
            | Happening::Disengagement { .. } => {}
            other => window.items.push((now, other.clone())),
        }
    }
}
