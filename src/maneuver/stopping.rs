//! Stopping distances and the decision at the onset of yellow.
//!
//! d = v t + v² / (2 b). Units: m, m/s, m/s², s. On a grade the deceleration that a driver feels as
//! comfortable stays the same; what the tires can give changes with g·sin.
//! Source: ITE kinematic equation (reaction 1.0 s, 10 ft/s²); dilemma zone as in REFERENCE of the ITE.

use crate::base::math::sq;

/// Constant deceleration that stops within `distance_m`, m/s² (positive; `INFINITY` if it is behind).
#[inline]
pub fn required_decel(speed_mps: f64, distance_m: f64) -> f64 {
    if distance_m <= 0.0 { f64::INFINITY } else { sq(speed_mps) / (2.0 * distance_m) }
}

/// Distance to stop after `reaction_s` with `decel_mps2`, m.
#[inline]
pub fn stopping_distance(speed_mps: f64, reaction_s: f64, decel_mps2: f64) -> f64 {
    speed_mps * reaction_s + sq(speed_mps) / (2.0 * decel_mps2.max(0.1))
}

/// Whether to stop for a yellow seen now: yes if a stop needs no more than `decel_mps2`.
#[inline]
pub fn stops_for_yellow(speed_mps: f64, distance_m: f64, decel_mps2: f64) -> bool {
    required_decel(speed_mps, distance_m) <= decel_mps2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_distance_table() {
        // Bosch-type table at μ 0.65 with 1.5 s: 50 km/h 36.0 m, 80 km/h 72.1 m, 100 km/h 102.2 m.
        for (kmph, expect_m) in [(50.0, 36.0), (80.0, 72.1), (100.0, 102.2)] {
            let got = stopping_distance(kmph / 3.6, 1.5, 0.65 * 9.806_65);
            assert!((got - expect_m).abs() < 0.06, "{kmph}: {got}");
        }
    }

    #[test]
    fn yellow_decision_at_ite_deceleration() {
        let (v, b) = (15.0, 3.048);
        let boundary = v * v / (2.0 * b);
        assert!(stops_for_yellow(v, boundary + 0.1, b));
        assert!(!stops_for_yellow(v, boundary - 0.1, b));
        assert!(!stops_for_yellow(v, -1.0, b));
    }
}
