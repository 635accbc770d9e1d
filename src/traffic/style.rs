//! How one driver or rider drives: parameters sampled once, from the stream (seed, name, `style`).
//!
//! Normal distributions, clipped. Units: m, s, m/s, m/s².
//! Sources: IDM city set (Treiber & Kesting 2013) with T and a such that queues discharge at the HCM
//! saturation flow; speed spread as SUMO's `speedDev` 0.1; lane-change duration 4.6 s (Toledo & Zohar
//! 2007); cyclists 4–6 m/s. Spreads without a source: chosen because they keep every sample plausible.
//! It does not change with mood or time.

use crate::base::rng::{self, ChaCha8Rng};
use crate::maneuver::idm::IdmParams;
use crate::maneuver::mobil::MobilParams;
use crate::scenario::TrafficPlan;
use crate::state::object::ObjectClass;

/// Attitude towards signals and signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obedience {
    /// Obeys.
    Lawful,
    /// Runs late yellows and early reds, rolls stop signs.
    Violator,
    /// Ignores signals and right of way.
    RunsRed,
    /// Emergency vehicle at work: slows at red, then goes.
    Siren,
}

/// Parameters of one driver or rider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Car following; its desired speed is set from the road.
    pub idm: IdmParams,
    /// Desired speed relative to the limit, –.
    pub speed_factor: f64,
    /// Highest desired speed, m/s.
    pub speed_max_mps: f64,
    /// Square of the curve speed relative to the reference driver's, –.
    pub curve_factor: f64,
    /// Deceleration up to which a yellow is stopped for, m/s².
    pub yellow_decel_mps2: f64,
    /// Gap left to crossing traffic, s.
    pub gap_s: f64,
    /// Duration of a lane change, s.
    pub lane_change_s: f64,
    /// Lane-change decision.
    pub mobil: MobilParams,
    /// Attitude.
    pub obedience: Obedience,
}

/// Normal number, clipped to `[min, max]`.
fn clipped(stream: &mut ChaCha8Rng, mean: f64, sd: f64, min: f64, max: f64) -> f64 {
    (mean + sd * rng::normal(stream)).clamp(min, max)
}

impl Style {
    /// The style of the road user `name` in the run with `seed`.
    pub fn sample(seed: u64, name: &str, class: ObjectClass, traffic: &TrafficPlan) -> Self {
        let stream = &mut rng::stream(seed, name, "style");
        let mean_factor = if traffic.speed_factor > 0.0 { traffic.speed_factor } else { 1.0 };
        let mut style = Self {
            idm: IdmParams {
                speed_mps: 15.0,
                gap_s: clipped(stream, 1.05, 0.12, 0.75, 1.6),
                accel_mps2: clipped(stream, 1.7, 0.2, 1.2, 2.3),
                decel_mps2: clipped(stream, 2.0, 0.2, 1.5, 2.6),
                gap_min_m: clipped(stream, 2.0, 0.3, 1.4, 3.0),
            },
            speed_factor: mean_factor * clipped(stream, 1.0, 0.08, 0.8, 1.2),
            speed_max_mps: 70.0,
            curve_factor: clipped(stream, 1.0, 0.12, 0.7, 1.35),
            // 10 ft/s²: the ITE's comfortable deceleration.
            yellow_decel_mps2: clipped(stream, 3.048, 0.3, 2.2, 3.8),
            gap_s: clipped(stream, 2.0, 0.3, 1.3, 3.0),
            lane_change_s: clipped(stream, 4.6, 0.8, 3.0, 7.0),
            mobil: MobilParams {
                politeness: clipped(stream, 0.3, 0.1, 0.05, 0.6),
                threshold_mps2: 0.25,
                decel_safe_mps2: 3.0,
                bias_mps2: 0.0,
            },
            obedience: if rng::uniform(stream) < traffic.violator_share {
                Obedience::Violator
            } else {
                Obedience::Lawful
            },
        };
        match class {
            ObjectClass::Bus | ObjectClass::Truck => {
                style.idm.accel_mps2 *= 0.7;
                style.idm.gap_s += 0.3;
                style.speed_factor = style.speed_factor.min(1.0);
                style.curve_factor *= 0.7;
                style.lane_change_s += 1.0;
            }
            ObjectClass::Bicycle => {
                style.idm.accel_mps2 = 0.9;
                style.idm.decel_mps2 = 1.5;
                style.idm.gap_min_m = 1.0;
                style.speed_max_mps = 4.0 + 2.0 * rng::uniform(stream);
                style.speed_factor = 1.0;
            }
            ObjectClass::Car
            | ObjectClass::Van
            | ObjectClass::Motorcycle
            | ObjectClass::Pedestrian
            | ObjectClass::EmergencyVehicle
            | ObjectClass::WorkZone
            | ObjectClass::Debris => {}
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_repeat_differ_by_name_and_share_violators() {
        let plan = TrafficPlan { violator_share: 0.2, speed_factor: 1.0, ..TrafficPlan::default() };
        let of = |name: &str| Style::sample(3, name, ObjectClass::Car, &plan);
        assert_eq!(of("traffic_001"), of("traffic_001"));
        assert_ne!(of("traffic_001"), of("traffic_002"));
        let violators =
            (0..1000).filter(|ix| of(&format!("traffic_{ix:03}")).obedience == Obedience::Violator).count();
        assert!((150..250).contains(&violators), "{violators}");
        let rider = Style::sample(3, "cyclist_000", ObjectClass::Bicycle, &plan);
        assert!((4.0..6.0).contains(&rider.speed_max_mps));
    }
}
