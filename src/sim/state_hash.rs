//! The state hash: one 64-bit XXH3 a tick over what is true, what is believed and who drives, chained
//! over all ticks. Two runs are the same if and only if their hashes are (up to 2⁻⁶⁴).
//!
//! The hash covers every participant in id order (pose, motion, presence, lights), the weather, the lit
//! lenses, and the ego's belief (own estimate, tracks) and automation mode: a difference in any domain
//! shows within the tick in which it becomes state.

use super::tick::{Clock, SimTick, TickSet};
use crate::base::hash::StableHasher;
use crate::state::automation::AutomationState;
use crate::state::belief::WorldModel;
use crate::state::truth::{Ego, GroundTruth, Presence, SignalStates};
use crate::state::weather::Weather;
use bevy::prelude::*;

/// Running state hash.
#[derive(Resource, Default, Debug, Clone)]
pub struct StateHash {
    /// Hash chained over all ticks so far.
    pub run: u64,
    /// Hash of the latest tick.
    pub tick: u64,
    /// Low 32 bits of each tick's hash, for `verify`.
    pub per_tick: Vec<u32>,
    scratch: Vec<u8>,
}

/// Adds the hash to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<StateHash>();
    app.add_systems(SimTick, hash_state.in_set(TickSet::Record));
}

/// Hashes the state at the end of the tick.
pub fn hash_state(
    clock: Res<Clock>,
    truth: Res<GroundTruth>,
    signals: Option<Res<SignalStates>>,
    weather: Option<Res<Weather>>,
    ego: Query<(Option<&WorldModel>, Option<&AutomationState>), With<Ego>>,
    mut hash: ResMut<StateHash>,
) {
    let hash = &mut *hash;
    let buffer = &mut hash.scratch;
    buffer.clear();
    let mut put = |value: u64| buffer.extend_from_slice(&value.to_le_bytes());
    put(clock.tick);
    for object in &truth.objects {
        if object.presence == Presence::Absent {
            put(u64::MAX);
            continue;
        }
        let (pose, motion) = (&object.pose, &object.motion);
        for value in [
            pose.position_m.x,
            pose.position_m.y,
            pose.position_m.z,
            pose.heading_rad,
            pose.pitch_rad,
            pose.roll_rad,
            motion.speed_mps,
            motion.lateral_speed_mps,
            motion.accel_mps2,
            motion.yaw_rate_radps,
        ] {
            put((value + 0.0).to_bits());
        }
        let lights = object.lights;
        put(object.presence as u64
            | (lights.indicator as u64) << 8
            | u64::from(lights.braking) << 16
            | u64::from(lights.hazard) << 17);
    }
    if let Some(signals) = &signals {
        for lit in &signals.lit {
            put(u64::from(lit.mask) | u64::from(lit.flashing) << 16);
        }
    }
    if let Some(weather) = &weather {
        for value in [
            weather.rain_mmph,
            weather.snow_mmph,
            weather.fog_mor_m,
            weather.temperature_c,
            weather.wind_mps,
            weather.sun_elevation_rad,
            weather.illuminance_lx,
            weather.water_film_mm,
            weather.wetness,
            weather.ice_cover,
        ] {
            put((value + 0.0).to_bits());
        }
    }
    for (belief, automation) in &ego {
        if let Some(belief) = belief {
            for value in [
                belief.ego.position_m.x,
                belief.ego.position_m.y,
                belief.ego.heading_rad,
                belief.ego.speed_mps,
                belief.visibility_m,
            ] {
                put((value + 0.0).to_bits());
            }
            for track in &belief.tracks {
                put(u64::from(track.id));
                for value in [track.center_m.x, track.center_m.y, track.speed_mps, track.existence] {
                    put((value + 0.0).to_bits());
                }
            }
        }
        if let Some(automation) = automation {
            put(automation.mode as u64
                | (automation.allocation.lateral as u64) << 8
                | (automation.allocation.longitudinal as u64) << 16
                | (automation.allocation.oedr as u64) << 24
                | u64::from(automation.odd.violated) << 32);
        }
    }
    hash.tick = crate::base::hash::hash_bytes(buffer);
    hash.run = StableHasher::new().u64(hash.run).u64(hash.tick).finish();
    hash.per_tick.push(hash.tick as u32);
}
