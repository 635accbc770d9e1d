//! The one public door.

use super::{ENGINE_VERSION, RunSpec, build, tick};
use crate::record::{RunLog, Sink, TickView};
use crate::scenario::ParameterValue;
use crate::sim::finite::FaultFound;
use crate::sim::participants::SpawnError;
use crate::sim::state_hash::StateHash;
use crate::state::automation::AutomationState;
use crate::state::belief::WorldModel;
use crate::state::driver::DriverState;
use crate::state::record::{Outcome, RunRecord, Verdict};
use crate::state::truth::{Ego, GroundTruth};
use bevy::prelude::*;
use std::collections::BTreeMap;

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A participant could not be spawned.
    #[error(transparent)]
    Spawn(#[from] SpawnError),
    /// A sink could not write.
    #[error("could not write the run's output: {0}")]
    Sink(#[from] std::io::Error),
}

/// Runs `spec` to its end and returns its record.
///
/// Sinks see the state after Init (`completed_ticks` 0) and then every tick. They cannot change the run:
/// the record and its state hash are the same with and without them.
pub fn simulate(spec: &RunSpec, sinks: &mut [&mut dyn Sink]) -> Result<RunRecord, RunError> {
    simulate_full(spec, sinks).map(|(record, _)| record)
}

/// Like [`simulate`], and returns the low 32 bits of each tick's state hash as well (see `verify`).
pub fn simulate_full(spec: &RunSpec, sinks: &mut [&mut dyn Sink]) -> Result<(RunRecord, Vec<u32>), RunError> {
    simulate_app(&mut build(spec)?, spec, sinks)
}

/// Runs an app that was built from `spec` (see [`super::build_with`]) from its first tick to its end.
pub fn simulate_app(
    app: &mut App,
    spec: &RunSpec,
    sinks: &mut [&mut dyn Sink],
) -> Result<(RunRecord, Vec<u32>), RunError> {
    let world = app.world_mut();
    let ticks_max = (spec.duration_s() * 1e9 / spec.dt_ns as f64).ceil() as u64;
    let ego = world.query_filtered::<Entity, With<Ego>>().iter(world).next();
    let mut seen_events = 0;
    show(world, spec, ego, 0, &mut seen_events, sinks)?;
    for completed in 1..=ticks_max {
        tick(world);
        if !sinks.is_empty() {
            show(world, spec, ego, completed, &mut seen_events, sinks)?;
        }
        if world.resource::<Verdict>().ended.is_some() {
            break;
        }
    }
    let record = record_of(world, spec);
    for sink in sinks {
        sink.finish(&record)?;
    }
    let hashes = std::mem::take(&mut world.resource_mut::<StateHash>().per_tick);
    Ok((record, hashes))
}

fn show(
    world: &World,
    spec: &RunSpec,
    ego: Option<Entity>,
    completed_ticks: u64,
    seen_events: &mut usize,
    sinks: &mut [&mut dyn Sink],
) -> std::io::Result<()> {
    if sinks.is_empty() {
        return Ok(());
    }
    let log = world.resource::<RunLog>();
    let view = TickView {
        completed_ticks,
        time_s: (completed_ticks * spec.dt_ns) as f64 * 1e-9,
        truth: world.resource::<GroundTruth>(),
        network: &spec.network,
        events: &log.events[*seen_events..],
        belief: ego.and_then(|e| world.get::<WorldModel>(e)),
        automation: ego.and_then(|e| world.get::<AutomationState>(e)),
        driver: ego.and_then(|e| world.get::<DriverState>(e)),
    };
    *seen_events = log.events.len();
    sinks.iter_mut().try_for_each(|sink| sink.tick(&view))
}

/// The record of the run as it stands in `world`.
pub fn record_of(world: &mut World, spec: &RunSpec) -> RunRecord {
    crate::judge::conclude(world);
    let verdict = world.resource::<Verdict>().clone();
    let hash = world.resource::<StateHash>();
    let ticks = hash.per_tick.len() as u64;
    let mut events: BTreeMap<String, u64> = BTreeMap::new();
    for event in &world.resource::<RunLog>().events {
        *events.entry(event.happening.name().to_owned()).or_default() += 1;
    }
    let has_destination = spec.scenario.ego.as_ref().is_some_and(|ego| !ego.route.is_empty());
    let outcome = verdict.ended.unwrap_or(if has_destination && spec.until_s.is_none() {
        Outcome::Timeout
    } else {
        Outcome::Completed
    });
    let fault = world.resource::<FaultFound>().0.clone();
    let run_id = spec.run_id();
    let mut disengagements = verdict.disengagements;
    for (ix, disengagement) in disengagements.iter_mut().enumerate() {
        disengagement.run_id.clone_from(&run_id);
        disengagement.id = format!("{run_id}-{ix}");
    }
    RunRecord {
        run_id,
        scenario: spec.scenario.name.clone(),
        level: spec.level,
        seed: spec.seed,
        parameters: spec
            .scenario
            .values
            .iter()
            .map(|(name, value)| {
                let json = match value {
                    ParameterValue::Number(number) => serde_json::json!(number),
                    ParameterValue::Text(text) => serde_json::json!(text),
                    ParameterValue::Flag(flag) => serde_json::json!(flag),
                };
                (name.clone(), json)
            })
            .collect(),
        passed: fault.is_none() && verdict.criteria.values().all(|held| *held),
        outcome: if fault.is_some() { Outcome::Fault } else { outcome },
        ticks,
        dt_s: spec.dt_ns as f64 * 1e-9,
        sim_time_s: (ticks * spec.dt_ns) as f64 * 1e-9,
        distance_m: verdict.distance_m,
        distance_automated_m: verdict.distance_automated_m,
        state_hash: format!("{:016x}", hash.run),
        engine_version: ENGINE_VERSION.to_owned(),
        disengagements,
        collisions: verdict.collisions,
        metrics: verdict.metrics,
        events,
        criteria: verdict.criteria,
        fault,
        warnings: Vec::new(),
    }
}
