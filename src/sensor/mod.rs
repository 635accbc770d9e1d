//! The sensor domain: what the ego's sensors deliver of the true world, and why they miss what they miss.
//!
//! ```text
//! GroundTruth, SignalStates, Weather ─→ scene ─→ [sensor: view → physics → noise → false returns] ─→ frame
//!                                                            └─→ SensingEvidence (for the judge only)
//! ```
//!
//! Every sensor is a [`Sensor`] trait object from a catalogue ([`suite::MODELS`]); the suite that the
//! scenario names is built on the ego by [`attach`]. A sensor samples at its own rate and phase; its frame
//! becomes visible to perception after its latency. Detections carry no identity of what they came from:
//! that stays in [`SensingEvidence`].
//!
//! | file | models |
//! |---|---|
//! | `medium` | extinction and attenuation by rain, fog, snow; range tables |
//! | `light` | glare, headlights |
//! | `view`, `rays`, `terrain` | fields of view, occlusion by others and by crests |
//! | `lidar`, `radar`, `camera`, `signal_face`, `inertial` | the sensors |
//! | `rig`, `suite`, `systems` | rates, faults, latency; catalogue; ECS |
//!
//! Units and frames: detections in the vehicle frame at measuring time, m and rad. Validity: see each
//! file. Sources: REFERENCE §5.1–5.5, 6.1, 8.1. Not modeled: raw pictures and point clouds, rolling
//! shutters, motion during a lidar turn.

pub mod camera;
pub mod inertial;
pub mod lidar;
pub mod light;
pub mod medium;
pub mod noise;
pub mod radar;
pub mod rays;
pub mod rig;
pub mod sense;
pub mod signal_face;
pub mod suite;
pub mod systems;
pub mod terrain;
pub mod view;

#[cfg(test)]
mod scene_tests;
#[cfg(test)]
mod system_tests;
#[cfg(test)]
mod tests;

pub use rig::SensorRig;
pub use sense::{Evidence, Fidelity, Scene, SceneObject, SenseInput, Sensor};
pub use suite::{Fitting, Model, Place, SensorLibrary, Suite, catalog, fault_names, suite_catalog};

use crate::base::rng::stream;
use crate::sim::{FiredActions, RunPlan, SimTick, TickSet};
use crate::state::messages::EventLog;
use crate::state::object::Extent;
use crate::state::ray_world::RayWorld;
use crate::state::sensor_data::SensorBus;
use crate::state::truth::{Ego, GroundTruth, RoadSurface, SensingEvidence, SignalStates};
use crate::state::weather::Weather;
use bevy::prelude::*;

/// Adds this domain's systems to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<SensingEvidence>()
        .init_resource::<SensorLibrary>()
        .init_resource::<GroundTruth>()
        .init_resource::<SignalStates>()
        .init_resource::<RoadSurface>()
        .init_resource::<Weather>()
        .init_resource::<RayWorld>()
        .init_resource::<EventLog>()
        .init_resource::<FiredActions>();
    app.add_systems(SimTick, (systems::set_faults, systems::sense).chain().in_set(TickSet::Sense));
}

/// Builds the suite that the scenario names on the ego. A name that no suite has gets the first suite of
/// the library: check names with [`SensorLibrary::suite`] before the run.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let Some(ego_plan) = &plan.scenario.ego else { return };
    let library = world.get_resource_or_init::<SensorLibrary>().clone();
    let Some(suite) = library.suite(&ego_plan.sensors).or(library.suites.first()) else { return };
    let mut egos = world.query_filtered::<(Entity, &Extent), With<Ego>>();
    let Some((ego, extent)) = egos.iter(world).map(|(entity, extent)| (entity, *extent)).next() else {
        return;
    };
    let mut rig = build(suite, &library, &extent, plan.seed);
    rig.terrain = terrain::Terrain::from_network(&plan.network);
    let bus = SensorBus { suite: rig.infos(), ..SensorBus::default() };
    world.entity_mut(ego).insert((rig, bus));
}

/// Builds a suite for a vehicle of these dimensions; unknown models are left out.
pub fn build(suite: &Suite, library: &SensorLibrary, extent: &Extent, seed: u64) -> SensorRig {
    let sensors = suite
        .fittings
        .iter()
        .filter_map(|fitting| {
            let model = library.model(fitting.model)?;
            Some((model.build)(fitting.info(model.kind, extent), stream(seed, "ego", fitting.name)))
        })
        .collect();
    SensorRig::new(sensors)
}
