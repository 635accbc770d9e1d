//! Layer 4: the judge: reads everything, writes nothing but its verdict and what it noticed.
//!
//! - [`criticality`]: TTC, time headway, PET, DRAC: pure formulas.
//! - [`violation`]: red lights, stop lines, road edge, lane edge.
//! - [`misperception`]: what the automation believes against what is true.
//! - [`cause`]: cause of a disengagement from its chain of evidence.
//! - [`disengagement`]: opens and closes the typed records.
//! - [`takeover`]: how hard and how close the first seconds by hand were.
//! - [`measure`]: metrics, odometer, end conditions, criteria.

pub mod cause;
pub mod criticality;
pub mod disengagement;
pub mod measure;
pub mod misperception;
pub mod takeover;
pub mod violation;

use crate::base::catalog::CatalogRow;
use crate::base::time::SimTime;
use crate::sim::{Clock, RunPlan, SimTick, TickSet};
use crate::state::messages::{EventLog, Happening};
use bevy::prelude::*;

pub use measure::{conclude, outcome};

/// Metrics of a run, by their names in records and tables.
pub const METRICS: &[CatalogRow] = &[
    CatalogRow {
        name: "ttc_min_s",
        about: "smallest time to collision with anyone ahead (constant velocities, planar)",
    },
    CatalogRow {
        name: "headway_min_s",
        about: "smallest time headway to the leader in the lane, bumper to bumper",
    },
    CatalogRow { name: "pet_min_s", about: "smallest post-encroachment time on crossing courses" },
    CatalogRow { name: "drac_max_mps2", about: "largest deceleration rate to avoid a crash" },
    CatalogRow { name: "decel_max_mps2", about: "hardest braking of the ego" },
    CatalogRow { name: "lateral_accel_max_mps2", about: "largest lateral acceleration of the ego" },
    CatalogRow { name: "jerk_max_mps3", about: "largest longitudinal jerk, 0.2 s low pass" },
    CatalogRow { name: "offset_max_m", about: "largest offset from the lane center outside junctions" },
    CatalogRow { name: "speed_mean_mps", about: "mean speed" },
    CatalogRow { name: "speed_max_mps", about: "largest speed" },
    CatalogRow { name: "standing_s", about: "time at a standstill" },
    CatalogRow { name: "red_light_violations", about: "stop lines passed on red" },
    CatalogRow { name: "stop_line_violations", about: "stop lines passed without a stop" },
    CatalogRow { name: "off_road_events", about: "times the ego left the drivable surface" },
    CatalogRow { name: "lane_departures", about: "times the ego left its lane unintended" },
    CatalogRow { name: "hard_brakings", about: "times the ego braked harder than 4 m/s²" },
    CatalogRow {
        name: "localization_error_max_m",
        about: "largest distance between believed and true position",
    },
    CatalogRow { name: "localization_error_rms_m", about: "root mean square of that distance" },
    CatalogRow { name: "reaction_time_mean_s", about: "mean time from stimulus to the human's control" },
    CatalogRow {
        name: "takeover_decel_max_mps2",
        about: "hardest braking within 10 s after a takeover; none without a takeover",
    },
    CatalogRow {
        name: "takeover_lateral_accel_max_mps2",
        about: "largest lateral acceleration within 10 s after a takeover",
    },
    CatalogRow {
        name: "takeover_ttc_min_s",
        about: "smallest time to collision with anyone ahead within 10 s after a takeover",
    },
];

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
