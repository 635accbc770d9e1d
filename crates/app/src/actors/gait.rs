//! How legs and arms move: walking by distance walked, pedalling by distance ridden. Pure functions.
//!
//! Angles are about the left axis: a limb that hangs straight down has 0, forward positive. Source of the
//! shapes: textbook gait curves (hip ±25°, knee to 60° in swing), simplified to sines.

use core::f32::consts::{PI, TAU};

/// Lengths of a person of 1.75 m, m.
pub const THIGH_M: f32 = 0.42;
/// Knee to ankle.
pub const SHIN_M: f32 = 0.42;
/// Ankle above the ground.
pub const ANKLE_M: f32 = 0.075;
/// Distance in which both feet have stepped once at an easy walk, m.
const CYCLE_M: f32 = 1.45;

/// Joint angles of a person on foot, rad.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Walk {
    /// Thighs, left and right.
    pub hip: [f32; 2],
    /// Bend of the knees, never negative.
    pub knee: [f32; 2],
    /// Upper arms.
    pub arm: [f32; 2],
    /// Height of the hip joints above the ground, so that the lower foot stands on it, m.
    pub hip_height_m: f32,
    /// Turn of the shoulders against the hips, counter-clockwise, rad.
    pub twist: f32,
}

/// Pose after a distance at a speed. At rest the person stands.
pub fn walk(distance_m: f32, speed_mps: f32) -> Walk {
    // Longer steps at higher speed.
    let speed = speed_mps.abs();
    let stretch = 1.0 + 0.28 * (speed - 1.4).clamp(-0.6, 2.6);
    let size = smooth_step(speed / 0.5) * (0.42 + 0.12 * (speed - 1.4).clamp(-0.5, 2.0));
    let phase = (distance_m / (CYCLE_M * stretch)).rem_euclid(1.0) * TAU;
    let run = smooth_step((speed - 2.2) / 1.2);
    let mut pose = Walk::default();
    for side in 0..2 {
        let p = phase + side as f32 * PI;
        let hip = size * (p.sin() + 0.12);
        // The knee bends while the leg swings forward, and a little under load.
        let swing = p.cos().max(0.0).powf(1.4);
        let knee = size * (0.14 + (1.75 + 0.8 * run) * swing);
        pose.hip[side] = hip + knee * 0.22;
        pose.knee[side] = knee;
        pose.arm[side] = -size * (0.85 + 0.4 * run) * p.sin();
    }
    pose.twist = -0.12 * size * phase.sin();
    pose.hip_height_m = (0..2).map(|k| drop_m(pose.hip[k], pose.knee[k])).fold(0.0, f32::max) + ANKLE_M;
    pose
}

/// How far the ankle lies below the hip.
fn drop_m(hip: f32, knee: f32) -> f32 {
    THIGH_M * hip.cos() + SHIN_M * (hip - knee).cos()
}

fn smooth_step(x: f32) -> f32 {
    let t = x.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Angle of the cranks after a distance, rad, forward positive; about 5.6 m a turn (city gear).
pub fn crank(distance_m: f32) -> f32 {
    (distance_m / 5.6).rem_euclid(1.0) * TAU
}

/// Thigh angle and knee bend that put an ankle at (forward, down) from the hip.
pub fn reach(forward_m: f32, down_m: f32, thigh_m: f32, shin_m: f32) -> (f32, f32) {
    let distance = (forward_m.powi(2) + down_m.powi(2))
        .sqrt()
        .clamp((thigh_m - shin_m).abs() + 1e-3, thigh_m + shin_m - 1e-3);
    let aim = forward_m.atan2(down_m);
    let at_hip = ((thigh_m.powi(2) + distance.powi(2) - shin_m.powi(2)) / (2.0 * thigh_m * distance))
        .clamp(-1.0, 1.0)
        .acos();
    let at_knee = ((thigh_m.powi(2) + shin_m.powi(2) - distance.powi(2)) / (2.0 * thigh_m * shin_m))
        .clamp(-1.0, 1.0)
        .acos();
    (aim + at_hip, PI - at_knee)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_stands_stands_straight() {
        for distance in [0.0, 0.3, 7.7] {
            let pose = walk(distance, 0.0);
            assert!(pose.hip.iter().chain(&pose.knee).chain(&pose.arm).all(|a| a.abs() < 1e-6), "{pose:?}");
            assert!((pose.hip_height_m - (THIGH_M + SHIN_M + ANKLE_M)).abs() < 1e-6);
        }
    }

    #[test]
    fn legs_alternate_and_arms_oppose_them() {
        let mut ahead = [0, 0];
        for k in 0..200 {
            let pose = walk(k as f32 * 0.02, 1.4);
            ahead[usize::from(pose.hip[1] > pose.hip[0])] += 1;
            if (pose.hip[0] - pose.hip[1]).abs() > 0.25 {
                assert!(
                    (pose.hip[0] > pose.hip[1]) == (pose.arm[0] < pose.arm[1]),
                    "arm opposes leg: {pose:?}"
                );
            }
            assert!(pose.knee.iter().all(|&k| k >= 0.0), "knees do not bend forwards");
        }
        assert!(i32::abs(ahead[0] - ahead[1]) < 20, "{ahead:?}");
    }

    #[test]
    fn no_foot_sinks_below_the_ground_and_one_stands_on_it() {
        for speed in [0.3_f32, 1.0, 1.4, 2.5, 4.0] {
            for k in 0..100 {
                let pose = walk(k as f32 * 0.031, speed);
                let feet = [0, 1].map(|i| pose.hip_height_m - drop_m(pose.hip[i], pose.knee[i]) - ANKLE_M);
                assert!(feet.iter().all(|&f| f > -1e-5), "{feet:?}");
                assert!(feet.iter().any(|&f| f < 1e-5), "{feet:?}");
            }
        }
    }

    #[test]
    fn walking_backwards_in_time_is_the_same_walk() {
        let there: Vec<_> = (0..50).map(|k| walk(k as f32 * 0.05, 1.4)).collect();
        let back: Vec<_> = (0..50).rev().map(|k| walk(k as f32 * 0.05, 1.4)).collect();
        assert!(there.iter().eq(back.iter().rev()));
        assert!((crank(-1.0) + crank(1.0) - TAU).abs() < 1e-4, "pedals turn back with the distance");
    }

    #[test]
    fn the_foot_reaches_its_pedal() {
        for (x, d) in [(0.3, 0.6), (0.1, 0.75), (0.4, 0.5), (-0.1, 0.7)] {
            let (hip, knee) = reach(x, d, 0.42, 0.44);
            let ankle =
                (0.42 * hip.sin() + 0.44 * (hip - knee).sin(), 0.42 * hip.cos() + 0.44 * (hip - knee).cos());
            assert!((ankle.0 - x).abs() < 1e-3 && (ankle.1 - d).abs() < 1e-3, "{ankle:?}");
            assert!(knee > 0.0);
        }
    }
}
