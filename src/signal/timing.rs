//! Lengths of the intervals of a signal programme.
//!
//! Equations: yellow `Y = t + v/(2a + 2gG)`, red clearance `R = (W + L)/v`, pedestrian clearance
//! `width/1.07 m/s` with `walk + clearance ≥ (width + 6 ft)/(3 ft/s)`.
//!
//! Units: s, m, m/s; grade as a ratio, uphill positive.
//!
//! Sources: ITE formula with t = 1.0 s, a = 10 ft/s², g = 32.2 ft/s², L = 20 ft; MUTCD 2009 §4D.26 (2023:
//! §4F.17): yellow 3–6 s; MUTCD §4E.06: walk ≥ 7 s, walking speed 3.5 ft/s, buffer ≥ 3 s; default greens
//! as docs/map-conventions.md says.
//!
//! What it does not do: no extended formula for turns, no start-up credit of newer practice.

use crate::base::units::FOOT_M;

/// Perception-reaction time, s.
const REACTION_S: f64 = 1.0;
/// Comfortable deceleration, m/s² (10 ft/s²).
const DECELERATION_MPS2: f64 = 10.0 * FOOT_M;
/// Gravity of the ITE formula, m/s² (32.2 ft/s²).
const GRAVITY_ITE_MPS2: f64 = 32.2 * FOOT_M;
/// Length of the clearing vehicle, m (20 ft).
const VEHICLE_M: f64 = 20.0 * FOOT_M;
/// Shortest and longest yellow, s (MUTCD).
pub const YELLOW_S: (f64, f64) = (3.0, 6.0);
/// Shortest and longest red clearance, s (1 s chosen as practice; 6 s MUTCD).
pub const RED_CLEARANCE_S: (f64, f64) = (1.0, 6.0);
/// Green of a stage with circular lenses, s.
pub const GREEN_THROUGH_S: f64 = 20.0;
/// Green of a stage with arrows alone, s.
pub const GREEN_ARROW_S: f64 = 8.0;
/// Shortest walk interval, s (MUTCD §4E.06).
pub const WALK_S: f64 = 7.0;
/// Shortest walk interval in special cases, s (MUTCD §4E.06).
pub const WALK_SPECIAL_S: f64 = 4.0;
/// Time between the end of the pedestrian clearance and conflicting traffic, s (MUTCD §4E.06).
pub const PEDESTRIAN_BUFFER_S: f64 = 3.0;
/// Walking speed for clearance, m/s (3.5 ft/s).
pub const WALKING_MPS: f64 = 3.5 * FOOT_M;

/// Yellow by the formula, before rounding, s.
pub fn yellow_raw_s(speed_mps: f64, grade: f64) -> f64 {
    REACTION_S + speed_mps / (2.0 * DECELERATION_MPS2 + 2.0 * GRAVITY_ITE_MPS2 * grade)
}

/// Red clearance by the formula, before rounding, s.
pub fn red_clearance_raw_s(width_m: f64, speed_mps: f64) -> f64 {
    (width_m + VEHICLE_M) / speed_mps.max(1.0)
}

/// Rounds up to a tenth of a second.
pub fn round_up_s(seconds: f64) -> f64 {
    (seconds * 10.0 - 1e-6).ceil() / 10.0
}

/// Yellow as timed, s. `grade` is limited to ±20 %.
pub fn yellow_s(speed_mps: f64, grade: f64) -> f64 {
    round_up_s(yellow_raw_s(speed_mps, grade.clamp(-0.2, 0.2))).clamp(YELLOW_S.0, YELLOW_S.1)
}

/// Red clearance as timed, s.
pub fn red_clearance_s(width_m: f64, speed_mps: f64) -> f64 {
    round_up_s(red_clearance_raw_s(width_m, speed_mps)).clamp(RED_CLEARANCE_S.0, RED_CLEARANCE_S.1)
}

/// Pedestrian clearance for a crossing distance, s: at walking speed, and long enough that walk and
/// clearance together serve a person who starts 6 ft behind the curb at 3 ft/s.
pub fn pedestrian_clearance_s(width_m: f64) -> f64 {
    let slow = (width_m + 6.0 * FOOT_M) / (3.0 * FOOT_M) - WALK_S;
    round_up_s((width_m / WALKING_MPS).max(slow))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::MPH_MPS;

    #[test]
    fn yellow_of_the_published_table() {
        // mph, then grade −6, −3, 0, +3, +6 %.
        for (mph, row) in [
            (25.0, [3.27, 3.03, 2.83, 2.67, 2.54]),
            (30.0, [3.73, 3.44, 3.20, 3.01, 2.84]),
            (35.0, [4.18, 3.84, 3.57, 3.34, 3.15]),
            (40.0, [4.64, 4.25, 3.93, 3.67, 3.46]),
            (45.0, [5.09, 4.65, 4.30, 4.01, 3.77]),
            (50.0, [5.54, 5.06, 4.67, 4.34, 4.07]),
            (55.0, [6.00, 5.46, 5.03, 4.68, 4.38]),
        ] {
            for (grade, expect) in [-0.06, -0.03, 0.0, 0.03, 0.06].into_iter().zip(row) {
                let got = yellow_raw_s(mph * MPH_MPS, grade);
                assert!((got - expect).abs() < 0.0051, "{mph} mph, {grade}: {got} ≠ {expect}");
            }
        }
        // Worked example: 45 mph, +4 %: 3.93 s published (rounded inputs).
        assert!((yellow_raw_s(45.0 * MPH_MPS, 0.04) - 3.93).abs() < 0.02);
    }

    #[test]
    fn red_clearance_of_the_published_row() {
        for (mph, expect) in
            [(25.0, 2.18), (30.0, 1.82), (35.0, 1.56), (40.0, 1.36), (45.0, 1.21), (50.0, 1.09), (55.0, 0.99)]
        {
            let got = red_clearance_raw_s(60.0 * FOOT_M, mph * MPH_MPS);
            assert!((got - expect).abs() < 0.0051, "{mph} mph: {got} ≠ {expect}");
        }
    }

    #[test]
    fn timed_values_are_rounded_up_and_clipped() {
        for (mph, grade, expect) in
            [(25.0, 0.0, 3.0), (30.0, 0.0, 3.2), (45.0, 0.0, 4.3), (55.0, -0.06, 6.0), (65.0, -0.06, 6.0)]
        {
            assert_eq!(yellow_s(mph * MPH_MPS, grade), expect, "{mph} mph, {grade}");
        }
        assert_eq!(red_clearance_s(60.0 * FOOT_M, 25.0 * MPH_MPS), 2.2);
        assert_eq!(red_clearance_s(1.0, 25.0), RED_CLEARANCE_S.0);
    }

    #[test]
    fn pedestrian_clearance_follows_the_walking_speed_and_serves_slow_walkers() {
        // 48 ft at 3.5 ft/s = 13.72 s; (48 + 6)/3 − 7 = 11 s.
        assert_eq!(pedestrian_clearance_s(48.0 * FOOT_M), 13.8);
        // 120 ft: 34.3 s against (126)/3 − 7 = 35 s: the slow walker decides.
        assert_eq!(pedestrian_clearance_s(120.0 * FOOT_M), 35.0);
    }
}
