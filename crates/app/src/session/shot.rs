//! Copies what one tick shows out of the engine's world. Read-only: the run does not notice.

use crate::stage::Shot;
use shakedown::engine::Live;
use shakedown::judge::criticality::{MovingBox, planar_ttc_s};
use shakedown::state::automation::AutomationState;
use shakedown::state::belief::WorldModel;
use shakedown::state::driver::DriverState;
use shakedown::state::object::ObjectClass;
use shakedown::state::sensor_data::{SensorBus, SensorFrame};
use shakedown::state::truth::{GroundTruth, ObjectTruth, Presence, SensingEvidence, SignalStates};
use shakedown::state::weather::Weather;
use std::sync::Arc;

/// Latest frame of each sensor, carried from tick to tick.
#[derive(Default, Clone)]
pub struct Frames(Vec<Option<Arc<SensorFrame>>>);

/// Horizon of the shown time to collision, s.
const TTC_HORIZON_S: f64 = 10.0;

/// Copies the present state of a run.
pub fn take(live: &Live, frames: &mut Frames) -> Shot {
    let world = live.world();
    let truth = live.view().truth;
    if let Some(bus) = live.of_ego::<SensorBus>() {
        frames.0.resize(bus.suite.len(), None);
    }
    for frame in live.measured() {
        if let Some(slot) = frames.0.get_mut(frame.sensor.0 as usize) {
            *slot = Some(Arc::new(frame.clone()));
        }
    }
    let mut shot = Shot {
        tick: live.completed_ticks(),
        time_s: live.time_s(),
        objects: truth.objects.clone(),
        signals: world.get_resource::<SignalStates>().cloned().unwrap_or_default(),
        weather: world.get_resource::<Weather>().copied().unwrap_or_default(),
        belief: live.of_ego::<WorldModel>().cloned(),
        automation: live.of_ego::<AutomationState>().cloned(),
        driver: live.of_ego::<DriverState>().copied(),
        steer_rad: live.steer_rad(),
        asked_mps2: live.asked().accel_mps2,
        frames: frames.0.clone(),
        missed: Vec::new(),
        ghosts: Vec::new(),
        ttc_s: truth.ego().map_or(f64::INFINITY, |ego| smallest_ttc_s(truth, ego)),
    };
    if let Some(evidence) = world.get_resource::<SensingEvidence>() {
        shot.set_evidence(evidence);
    }
    shot
}

/// Smallest time to collision with anybody at constant velocities, s.
fn smallest_ttc_s(truth: &GroundTruth, ego: &ObjectTruth) -> f64 {
    let own = moving_box(ego);
    truth
        .present()
        .filter(|other| other.id != ego.id && other.center_m.distance(ego.center_m) < 150.0)
        .filter(|other| other.presence == Presence::Present || other.class != ObjectClass::Debris)
        .map(|other| planar_ttc_s(&own, &moving_box(other), TTC_HORIZON_S))
        .fold(f64::INFINITY, f64::min)
}

fn moving_box(object: &ObjectTruth) -> MovingBox {
    MovingBox {
        center_m: object.center_m,
        forward: object.forward,
        velocity_mps: object.motion.velocity_mps(object.pose.heading_rad),
        half_length_m: object.extent.length_m * 0.5,
        half_width_m: object.extent.width_m * 0.5,
    }
}
