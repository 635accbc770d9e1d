//! The one public door.

use super::live::Course;
use super::{ENGINE_VERSION, RunSpec, build};
use crate::record::{RunLog, Sink};
use crate::scenario::ParameterValue;
use crate::sim::RunWarnings;
use crate::sim::finite::FaultFound;
use crate::sim::participants::SpawnError;
use crate::sim::state_hash::StateHash;
use crate::state::record::{Outcome, RunRecord};
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
    let mut course = Course::new(world, spec);
    show(&course, world, spec, sinks)?;
    while course.step(world) {
        show(&course, world, spec, sinks)?;
    }
    let record = record_of(world, spec);
    for sink in sinks {
        sink.finish(&record)?;
    }
    let hashes = std::mem::take(&mut world.resource_mut::<StateHash>().per_tick);
    Ok((record, hashes))
}

/// What the scenario's file says and is not done, and what the run could not do.
fn warnings(world: &World, spec: &RunSpec) -> Vec<String> {
    let mut warnings = spec.scenario.warnings.clone();
    warnings.extend(world.get_resource::<RunWarnings>().iter().flat_map(|run| run.0.iter().cloned()));
    warnings
}

fn show(course: &Course, world: &World, spec: &RunSpec, sinks: &mut [&mut dyn Sink]) -> std::io::Result<()> {
    if sinks.is_empty() {
        return Ok(());
    }
    let view = course.view(world, spec);
    sinks.iter_mut().try_for_each(|sink| sink.tick(&view))
}

/// The record of the run as it stands in `world`.
pub fn record_of(world: &World, spec: &RunSpec) -> RunRecord {
    let verdict = crate::judge::conclude(world);
    let hash = world.resource::<StateHash>();
    let ticks = hash.per_tick.len() as u64;
    let mut events: BTreeMap<String, u64> = BTreeMap::new();
    for event in &world.resource::<RunLog>().events {
        *events.entry(event.happening.name().to_owned()).or_default() += 1;
    }
    let outcome = verdict.ended.unwrap_or(spec.outcome_at_last_tick());
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
        warnings: warnings(world, spec),
    }
}
