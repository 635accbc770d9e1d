//! 77 GHz radar: range, bearing and range rate of reflection points.
//!
//! ```text
//! SNR  = SNR_ref + RCS − 10 dBsm − 40 log₁₀(R/R_ref) − 2γR − hidden          dB
//! P_d  = P_fa^(1/(1 + SNR))           Swerling I target, P_fa = 10⁻⁶
//! ```
//!
//! SNR_ref is the 12.8 dB that P_d = ½ takes, met by a car (10 dBsm) at the quoted range R_ref. Far beam
//! ±9°, beyond it the near beam with 20 dB less. A hidden target loses up to 14 dB: radar sees under and
//! around vehicles to an extent. Standing targets compete with the ground clutter of their range cell and
//! are lost more often. Ghosts: guard rails and overhead structures (standing, at the road side), mirror
//! images behind vehicles (multipath), clutter in rain.
//!
//! Units and frames: ego frame, m, m/s, dB. Validity: 5–250 m. Sources: REFERENCE §5.4 (attenuation), 8.1
//! (250 m, ±9° far, ±45–60° near, 0.1 km/h); cross-sections are the usual orders of magnitude at 77 GHz.
//! Not modeled: mutual interference, micro-Doppler, elevation measurement.

use super::noise::poisson;
use super::sense::{Evidence, SceneObject, SenseInput, Sensor, blame, detections};
use super::view::{Aperture, Occlusion, View, look};
use crate::base::math::{DVec2, exp, log10, pow, wrap_pi};
use crate::base::rng::{ChaCha8Rng, normal, uniform};
use crate::state::object::ObjectClass;
use crate::state::sensor_data::{Detection, SensorFrame, SensorInfo};
use crate::state::truth::{DetectionOrigin, MissReason};

/// The radar.
pub struct Radar {
    info: SensorInfo,
    aperture: Aperture,
    /// Half width of the far beam, rad; `INFINITY` for a corner radar with one beam.
    far_half_rad: f64,
    rng: ChaCha8Rng,
    views: Vec<View>,
}

/// ln P_fa for P_fa = 10⁻⁶.
const LN_FALSE_ALARM: f64 = -13.815_511;
/// SNR for P_d = ½ on a Swerling I target at that false-alarm rate, dB: 10 log₁₀(19.93 − 1).
const SNR_HALF_DB: f64 = 12.771;
/// Cross-section at which the range is quoted, dBsm.
const QUOTED_RCS_DBSM: f64 = 10.0;
/// What the near beam has less than the far beam, both ways, dB: puts a car in it to about 80 m.
const NEAR_BEAM_LOSS_DB: f64 = 20.0;
/// Loss of a target wholly hidden behind a vehicle, dB (reflection off the road under it).
const HIDDEN_LOSS_DB: f64 = 14.0;
/// Share of frames in which a standing target is told from the clutter of its cell, –: chosen from the
/// weakness of production radars for stopped vehicles.
const STANDING_SHARE: f64 = 0.55;
/// Ground speed below which a target counts as standing, m/s.
const STANDING_MPS: f64 = 0.7;

impl Radar {
    /// A radar with this calibration and stream; `far_half_rad` is the half width of its far beam.
    pub fn new(info: SensorInfo, far_half_rad: f64, rng: ChaCha8Rng) -> Self {
        let aperture = Aperture {
            mount_m: info.mount_m,
            yaw_rad: info.mount_yaw_rad,
            fov_rad: info.fov_rad,
            // ±5° vertically.
            slopes: (-0.0875, 0.0875),
            range_max_m: info.range_max_m,
        };
        Self { info, aperture, far_half_rad, rng, views: Vec::new() }
    }
}

/// Radar cross-section, dBsm.
pub fn rcs_dbsm(class: ObjectClass) -> f64 {
    match class {
        ObjectClass::Car => 10.0,
        ObjectClass::Van | ObjectClass::EmergencyVehicle => 13.0,
        ObjectClass::Bus | ObjectClass::Truck => 20.0,
        ObjectClass::Motorcycle => 4.0,
        ObjectClass::Bicycle => 0.0,
        ObjectClass::Pedestrian => -6.0,
        ObjectClass::WorkZone => -3.0,
        ObjectClass::Debris => -10.0,
    }
}

/// Signal-to-noise ratio, dB, of a target in the far beam.
pub fn snr_db(range_ref_m: f64, rcs_dbsm: f64, distance_m: f64, attenuation_db_per_km: f64) -> f64 {
    SNR_HALF_DB + rcs_dbsm
        - QUOTED_RCS_DBSM
        - 40.0 * log10(distance_m.max(1.0) / range_ref_m)
        - 2e-3 * attenuation_db_per_km * distance_m
}

/// Detection probability of a Swerling I target.
pub fn detection_probability(snr_db: f64) -> f64 {
    if snr_db > 45.0 {
        return 1.0;
    }
    exp(LN_FALSE_ALARM / (1.0 + pow(10.0, snr_db * 0.1)))
}

impl Sensor for Radar {
    fn info(&self) -> &SensorInfo {
        &self.info
    }

    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, evidence: &mut Evidence) {
        look(input, &self.aperture, Occlusion::Boxes, &mut self.views, evidence);
        let list = detections(&mut frame.content);
        let rng = &mut self.rng;
        let motion = &input.ego.motion;
        let mount = self.info.mount_m.truncate();
        // Velocity of the mount over ground, ego axes.
        let own = DVec2::new(
            motion.speed_mps - motion.yaw_rate_radps * mount.y,
            motion.lateral_speed_mps + motion.yaw_rate_radps * mount.x,
        );
        let free = input.fidelity.free_share();
        let perfect = input.fidelity.is_perfect();
        for view in &self.views {
            let object = &input.scene.objects[view.ix];
            if perfect {
                let seen = if view.visible > 0.0 { MissReason::Seen } else { MissReason::Occluded };
                evidence.object(object.id, seen);
                if view.visible > 0.0 {
                    list.push(reflection(object, mount, own, 0.0, 40.0, rng));
                }
                continue;
            }
            let off_axis = wrap_pi(view.bearing_rad - self.info.mount_yaw_rad).abs();
            let beam_db = if off_axis > self.far_half_rad { NEAR_BEAM_LOSS_DB } else { 0.0 };
            let rcs = rcs_dbsm(object.class) + conspicuity_db(object.conspicuity);
            let clear = snr_db(self.info.range_max_m, rcs, view.near_m, 0.0) - beam_db;
            let hidden = clear - HIDDEN_LOSS_DB * (1.0 - view.visible);
            let now = hidden - 2e-3 * input.medium.radar_db_per_km * view.near_m;
            // Mean cross-section for the steady part; Swerling's fluctuation is in P_d.
            let in_clear = detection_probability(clear);
            let in_hidden = if view.visible < 1.0 { detection_probability(hidden) } else { in_clear };
            let at_last = if now < hidden { detection_probability(now) } else { in_hidden };
            let standing = object.velocity_mps.length_squared() < STANDING_MPS * STANDING_MPS;
            let factors = [
                (in_clear, if beam_db > 0.0 { MissReason::OutOfView } else { MissReason::OutOfRange }),
                (in_hidden / in_clear.max(1e-9), MissReason::Occluded),
                (at_last / in_hidden.max(1e-9), MissReason::Rain),
                (if standing { STANDING_SHARE } else { 1.0 }, MissReason::Chance),
                (free, MissReason::Fault),
            ];
            let reason = blame(uniform(rng), &factors);
            evidence.object(object.id, reason);
            if reason != MissReason::Seen {
                continue;
            }
            let hit = reflection(object, mount, own, 1.0, now, rng);
            list.push(hit);
            // A mirror image: the wave also bounces between the target and the ego or a rail.
            if object.class.is_motor_vehicle() && uniform(rng) < MULTIPATH_SHARE {
                let place = mount + (hit.position_in_ego_m - mount) * (1.3 + 0.7 * uniform(rng));
                evidence.ghost(DetectionOrigin::Artefact, input.to_world(place));
                list.push(Detection { position_in_ego_m: place, confidence: 0.3, ..hit });
            }
        }
        if perfect {
            return;
        }
        let clutter = CLUTTER_PER_FRAME + 0.4 * (input.weather.rain_mmph / 50.0).min(2.0);
        for _ in 0..poisson(rng, clutter).min(6) {
            let rain = uniform(rng) * clutter > CLUTTER_PER_FRAME;
            // Rails and sign gantries stand beside and over the road; rain clutter is near.
            let ahead = if rain { 5.0 + 25.0 * uniform(rng) } else { 15.0 + 100.0 * uniform(rng) };
            let side = if uniform(rng) < 0.5 { -1.0 } else { 1.0 };
            let aside = if rain { 4.0 * normal(rng) } else { side * (5.0 + 4.0 * uniform(rng)) };
            let axis = crate::base::math::unit(self.info.mount_yaw_rad);
            let place = mount + axis * ahead + axis.perp() * aside;
            let line = (place - mount).normalize_or(DVec2::X);
            let origin = if rain { DetectionOrigin::Precipitation } else { DetectionOrigin::Clutter };
            evidence.ghost(origin, input.to_world(place));
            list.push(Detection {
                position_in_ego_m: place,
                range_sigma_m: 0.4,
                cross_sigma_m: BEARING_SIGMA_RAD * ahead + 0.2,
                range_rate_mps: Some(-own.dot(line) + 0.1 * normal(rng)),
                range_rate_sigma_mps: 0.1,
                heading_in_ego_rad: None,
                class: None,
                size_m: None,
                confidence: 0.2 + 0.2 * uniform(rng),
            });
        }
    }
}

/// Share of vehicle detections with a mirror image, –: chosen because clear-weather radar lists show one
/// in several seconds.
const MULTIPATH_SHARE: f64 = 0.006;
/// Clutter detections in a frame on a dry road, expected.
const CLUTTER_PER_FRAME: f64 = 0.06;
/// Standard deviation of the bearing, rad (1°: poor lateral resolution).
const BEARING_SIGMA_RAD: f64 = 0.0175;
/// Standard deviation of the range rate, m/s (0.1 km/h resolution, more on extended targets).
const RATE_SIGMA_MPS: f64 = 0.1;

/// Cross-section relative to the class, dB.
#[inline]
fn conspicuity_db(conspicuity: f64) -> f64 {
    if conspicuity == 1.0 { 0.0 } else { 10.0 * log10(conspicuity.clamp(0.1, 10.0)) }
}

/// The reflection point on the near side of a box, with noise (`noise` 0 or 1).
fn reflection(
    object: &SceneObject,
    mount: DVec2,
    own_mps: DVec2,
    noise: f64,
    snr_db: f64,
    rng: &mut ChaCha8Rng,
) -> Detection {
    let from = mount - object.center_m;
    let along = from.dot(object.forward).clamp(-object.half_m.x, object.half_m.x);
    let across = object.forward.perp().dot(from).clamp(-object.half_m.y, object.half_m.y);
    // Corners, wheel houses and plates glitter: the point wanders over the near side.
    let wander = if noise > 0.0 {
        (across + 0.5 * object.half_m.y * normal(rng)).clamp(-object.half_m.y, object.half_m.y)
    } else {
        across
    };
    let point = object.center_m + object.forward * along + object.forward.perp() * wander;
    let ray = point - mount;
    let distance = ray.length().max(0.1);
    let line = ray / distance;
    let range_sigma_m = 0.25;
    let cross_sigma_m = BEARING_SIGMA_RAD * distance + 0.1;
    let rate = (object.velocity_mps - own_mps).dot(line);
    Detection {
        position_in_ego_m: point
            + line * (noise * range_sigma_m * normal(rng))
            + line.perp() * (noise * cross_sigma_m * normal(rng)),
        range_sigma_m,
        cross_sigma_m,
        range_rate_mps: Some(rate + noise * RATE_SIGMA_MPS * normal(rng)),
        range_rate_sigma_mps: RATE_SIGMA_MPS,
        heading_in_ego_rad: None,
        class: None,
        size_m: None,
        confidence: (0.4 + 0.02 * snr_db).clamp(0.3, 0.95),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensor::medium::{RADAR_77_ALPHA, RADAR_77_K, radar_rain_db_per_km, radar_range_m};

    #[test]
    fn half_of_the_targets_are_seen_at_the_limit() {
        // §5.4: limiting at 150 m in clear air → 141.6/127.3/117.1/104.5 m in rain.
        for (rain, range) in [(0.0, 150.0), (5.0, 141.6), (25.0, 127.3), (50.0, 117.1), (100.0, 104.5)] {
            let gamma = radar_rain_db_per_km(RADAR_77_K, RADAR_77_ALPHA, rain);
            let solved = radar_range_m(150.0, gamma);
            assert!((solved - range).abs() < 0.1, "{rain}: {solved}");
            let p = detection_probability(snr_db(150.0, QUOTED_RCS_DBSM, solved, gamma));
            assert!((p - 0.5).abs() < 1e-3, "{rain} mm/h: {p}");
        }
    }

    #[test]
    fn small_targets_are_lost_earlier() {
        let at = |class, d| detection_probability(snr_db(250.0, rcs_dbsm(class), d, 0.0));
        assert!(at(ObjectClass::Car, 150.0) > 0.9);
        assert!(at(ObjectClass::Pedestrian, 60.0) > 0.7);
        assert!(at(ObjectClass::Pedestrian, 150.0) < 0.1);
        assert!(at(ObjectClass::Truck, 250.0) > at(ObjectClass::Car, 250.0));
    }
}
