//! The perception domain: from sensor frames to what the automation believes.
//!
//! ```text
//! SensorBus ─┬─ imu, wheels, gnss, lane marks → localization ── pose now, pose then
//!            ├─ objects → fusion (tracks) ─────────┐
//!            ├─ lights → signal filter → movements ├→ WorldModel (every tick, predicted to now)
//!            └─ arrival, levels → health, weather, friction, map check
//! ```
//!
//! A frame is taken in when its latency has passed, in order of `(available_at, sensor)`. Work on
//! measurements is done only then; between frames the outputs are extrapolated.
//!
//! Units and frames: SI; world (ENU) outside, the smooth odometry frame inside ([`dead_reckoning`]).
//! Perception never reads the truth; the one instrument that is not a [`SensorFrame`] is the car's
//! outside thermometer. Replaceable part: the fusion step ([`fusion::Fusion`]).
//!
//! [`SensorFrame`]: crate::state::sensor_data::SensorFrame

pub mod assignment;
pub mod dead_reckoning;
pub mod ekf_fusion;
#[cfg(test)]
mod ekf_fusion_tests;
pub mod existence;
pub mod fusion;
pub mod health;
pub mod localization;
pub mod map_check;
pub mod metric;
pub mod motion;
pub mod movement;
pub mod object;
pub mod signal_filter;
#[cfg(test)]
mod synthetic;
mod systems;
pub mod weather_estimate;

pub use fusion::{FUSIONS, Fusion, FusionChoice};
pub use systems::{Perception, Surroundings};

use bevy::prelude::{App, World};

/// Adds this domain's systems to the tick.
pub fn plugin(app: &mut App) {
    systems::plugin(app);
}

/// Sets the domain up for a run: participants are spawned, `RunPlan` is in place.
pub fn attach(world: &mut World) {
    systems::attach(world);
}
