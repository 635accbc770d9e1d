//! Builds the world of a run: plugins, participants, domains.

use super::RunSpec;
use crate::sim::participants::{self, SpawnError};
use crate::sim::{
    Clock, FiredActions, RunPlan, SimTick, finite, occupancy, script, snapshot, state_hash, tick as clock,
};
use crate::state::belief::MapPrior;
use crate::state::messages::EventLog;
use crate::state::record::Verdict;
use crate::{
    automation, driver, environment, judge, perception, play, record, sensor, signal, traffic, vehicle,
};
use bevy::prelude::*;

/// Builds the app of a run, ready for its first tick.
pub fn build(spec: &RunSpec) -> Result<App, SpawnError> {
    build_with(spec, |_| {})
}

/// Like [`build`], and lets `customize` add systems or replace a catalogue (a
/// [`crate::sensor::SensorLibrary`], say) after the domains' plugins and before anything is spawned. What
/// it adds is not part of the run id.
pub fn build_with(spec: &RunSpec, customize: impl FnOnce(&mut App)) -> Result<App, SpawnError> {
    let mut app = App::empty();
    app.insert_resource(Clock::new(spec.dt_ns));
    app.insert_resource(RunPlan {
        scenario: spec.scenario.clone(),
        network: spec.network.clone(),
        vehicles: spec.vehicles.clone(),
        level: spec.level,
        seed: spec.seed,
        dt_ns: spec.dt_ns,
        interventions: spec.interventions.clone(),
    });
    app.insert_resource(driver::InputQueue::new(&spec.human_input));
    app.init_resource::<EventLog>();
    app.init_resource::<FiredActions>();
    app.init_resource::<Verdict>();
    app.add_plugins((
        clock::plugin,
        script::plugin,
        environment::plugin,
        signal::plugin,
        traffic::plugin,
        play::plugin,
        sensor::plugin,
        perception::plugin,
        automation::plugin,
        driver::plugin,
        vehicle::plugin,
        snapshot::plugin,
        occupancy::plugin,
        judge::plugin,
    ));
    app.add_plugins((finite::plugin, record::log::plugin, state_hash::plugin));
    customize(&mut app);

    let world = app.world_mut();
    participants::spawn(world)?;
    if let Some(ego) = &spec.scenario.ego {
        let via: Vec<_> = ego.route.iter().map(|place| place.coord.lane).collect();
        let route = spec.network.route_via(ego.start.coord, &via).unwrap_or_default();
        world.insert_resource(MapPrior {
            network: spec.network.clone(),
            unknown_faces: ego.unmapped_signals.clone(),
            route,
        });
    }
    for attach in [
        script::attach,
        environment::attach,
        signal::attach,
        traffic::attach,
        play::attach,
        vehicle::attach,
        sensor::attach,
        perception::attach,
        automation::attach,
        driver::attach,
        judge::attach,
    ] {
        attach(world);
    }
    // The world after Init, before the first tick.
    let refreshed = world
        .run_system_cached(snapshot::refresh_ground_truth)
        .and_then(|()| world.run_system_cached(occupancy::refresh_occupancy));
    if let Err(error) = refreshed {
        unreachable!("both systems read only what spawn made: {error}");
    }
    Ok(app)
}

/// Runs one tick.
#[inline]
pub fn tick(world: &mut World) {
    world.run_schedule(SimTick);
}
