//! Thin systems: faults from the storyboard, then the samples of the tick.

use super::rig::{SensorRig, World as Sampled, fault_name};
use crate::base::ids::SensorIx;
use crate::base::math::atan;
use crate::scenario::Action;
use crate::sim::{Clock, FiredActions, RunPlan};
use crate::state::belief::MapPrior;
use crate::state::command::ControlCommand;
use crate::state::messages::{EventLog, Happening};
use crate::state::ray_world::RayWorld;
use crate::state::sensor_data::SensorBus;
use crate::state::truth::{Ego, GroundTruth, RoadSurface, SensingEvidence, SignalStates};
use crate::state::vehicle_spec::Spec;
use crate::state::weather::Weather;
use bevy::prelude::*;

/// Applies this tick's sensor faults.
pub fn set_faults(
    fired: Res<FiredActions>,
    mut events: ResMut<EventLog>,
    mut rigs: Query<&mut SensorRig, With<Ego>>,
) {
    for action in &fired.this_tick {
        let Action::SensorFault { sensor, fault } = action else { continue };
        for mut rig in &mut rigs {
            for ix in 0..rig.units.len() {
                let ix = SensorIx(ix as u8);
                if rig.is_named(ix, sensor) {
                    rig.set_fault(ix, *fault);
                    events.push(Happening::SensorFaultSet { sensor: ix, fault: fault_name(*fault) });
                }
            }
        }
    }
}

/// Samples the truth.
pub fn sense(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    signals: Res<SignalStates>,
    weather: Res<Weather>,
    surface: Res<RoadSurface>,
    prior: Option<Res<MapPrior>>,
    mut rays: Option<ResMut<RayWorld>>,
    mut book: ResMut<SensingEvidence>,
    mut rigs: Query<(&mut SensorRig, &mut SensorBus, Option<&ControlCommand>, Option<&Spec>), With<Ego>>,
) {
    for (mut rig, mut bus, command, spec) in &mut rigs {
        let Some(ego) = truth.ego() else { return };
        // The steering sensor reads the road wheel: at speed it follows from the motion, at a crawl the
        // wheel stands where it was commanded.
        let speed = ego.motion.speed_mps;
        let commanded = command.map_or(0.0, |command| command.0.steer_rad);
        let ego_steer_rad = match spec {
            Some(spec) if speed.abs() > 2.0 => atan(spec.0.wheelbase_m * ego.motion.yaw_rate_radps / speed),
            Some(_) | None => commanded,
        };
        let sampled = Sampled {
            now: clock.time,
            truth: &truth,
            signals: &signals,
            weather: &weather,
            surface: &surface,
            network: &plan.network,
            unknown_faces: prior.as_ref().map_or(&[], |prior| &prior.unknown_faces),
            ego_steer_rad,
        };
        rig.sense(&sampled, rays.as_deref_mut(), &mut bus, &mut book);
    }
}
