//! Motion that is only shown: distance rolled, steered wheels, lean, blinking, wipers. Pure functions of
//! shown state and time, so that scrubbing backwards looks like forwards.

use bevy::math::DVec2;
use core::f64::consts::TAU;

/// Blinks per second of indicators and hazard lights (ECE R48 and FMVSS 108: 60–120 a minute).
pub const BLINK_HZ: f64 = 1.5;
/// A participant that moves farther than this between two shown frames, and faster than that, jumped.
const JUMP_M: f64 = 8.0;
const JUMP_MPS: f64 = 90.0;
/// Below this speed the yaw rate tells nothing about the steering, m/s.
const STEER_SPEED_MIN_MPS: f64 = 0.6;

/// Whether a blinking lamp is lit.
pub fn blink_lit(time_s: f64) -> bool {
    (time_s * BLINK_HZ).rem_euclid(1.0) < 0.5
}

/// Which half of an emergency light bar is lit: each half flashes twice, then the other (about 2 rounds a
/// second).
pub fn beacon_lit(time_s: f64) -> (bool, bool) {
    let phase = (time_s * 2.0).rem_euclid(1.0);
    let double = |p: f64| (0.0..0.12).contains(&p) || (0.2..0.32).contains(&p);
    (double(phase), double(phase - 0.5))
}

/// Road-wheel angle that turns a vehicle of this wheelbase so fast at this speed, rad, left positive:
/// δ = atan(L·ω/v). `None` where the speed is too low to tell.
pub fn steer_from_yaw(wheelbase_m: f64, yaw_rate_radps: f64, speed_mps: f64) -> Option<f64> {
    (speed_mps.abs() >= STEER_SPEED_MIN_MPS)
        .then(|| (wheelbase_m * yaw_rate_radps / speed_mps).atan().clamp(-0.65, 0.65))
}

/// Distance rolled forward between two shown poses, m, negative backwards; `None` after a jump (seek,
/// teleport). `frame_s` is the shown time between them.
pub fn rolled(from_m: DVec2, to_m: DVec2, forward: DVec2, frame_s: f64) -> Option<f64> {
    let step = to_m - from_m;
    let far = JUMP_M.max(JUMP_MPS * frame_s.abs());
    (step.length() <= far).then(|| step.dot(forward))
}

/// Pitch (nose up positive) and roll (left side up positive) of a sprung body under acceleration, rad.
/// Cars pitch about 1.5° at 0.6 g braking and roll about 3° at 0.5 g; heavier ones a little less.
pub fn lean(accel_mps2: f64, lateral_accel_mps2: f64) -> (f64, f64) {
    let pitch = (accel_mps2 * 0.0045).clamp(-0.035, 0.025);
    let roll = (lateral_accel_mps2 * 0.0095).clamp(-0.06, 0.06);
    (pitch, roll)
}

/// Lean of a two-wheeler into the bend, rad, left side up positive (so negative in a left-hand bend).
pub fn bank(speed_mps: f64, yaw_rate_radps: f64) -> f64 {
    -(speed_mps * yaw_rate_radps / 9.81).atan().clamp(-0.6, 0.6)
}

/// Moves a smoothed value towards its target: time constant `tau_s`, over shown time, forwards or back.
pub fn follow(value: f64, target: f64, frame_s: f64, tau_s: f64) -> f64 {
    let step = frame_s.abs();
    if step > 1.0 { target } else { target + (value - target) * (-step / tau_s).exp() }
}

/// Where the wipers stand, 0 = at rest, 1 = at the end of their sweep, by shown time and rain rate, mm/h.
/// Below 0.2 mm/h they rest, then intermittent (one sweep each 4 s), slow (45 a minute), fast (65).
pub fn wiper(time_s: f64, rain_mmph: f64) -> f64 {
    let (period_s, sweep_s) = if rain_mmph < 0.2 {
        return 0.0;
    } else if rain_mmph < 2.5 {
        (4.0, 1.35)
    } else if rain_mmph < 10.0 {
        (60.0 / 45.0, 60.0 / 45.0)
    } else {
        (60.0 / 65.0, 60.0 / 65.0)
    };
    let t = time_s.rem_euclid(period_s);
    if t < sweep_s { 0.5 - 0.5 * (t / sweep_s * TAU).cos() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blinks_three_times_in_two_seconds() {
        let mut edges = 0;
        for k in 0..2000 {
            let (a, b) = (f64::from(k) * 1e-3, f64::from(k + 1) * 1e-3);
            edges += usize::from(!blink_lit(a) && blink_lit(b));
        }
        assert_eq!(edges, 3);
        assert!(blink_lit(0.1) && !blink_lit(0.4));
    }

    #[test]
    fn halves_of_a_light_bar_are_never_lit_together_and_both_flash() {
        let states: Vec<_> = (0..1000).map(|k| beacon_lit(f64::from(k) * 1e-3)).collect();
        assert!(states.iter().all(|&(a, b)| !(a && b)));
        assert!(states.iter().any(|s| s.0) && states.iter().any(|s| s.1));
        assert!(states.iter().any(|s| !s.0 && !s.1), "dark between the flashes");
    }

    #[test]
    fn steering_follows_the_single_track_model() {
        // A circle of 20 m radius at 10 m/s: ω = 0.5 rad/s, δ = atan(2.74/20).
        let steer = steer_from_yaw(2.74, 0.5, 10.0).unwrap();
        assert!((steer - (2.74_f64 / 20.0).atan()).abs() < 1e-12);
        // Backwards the same yaw rate needs the opposite wheel.
        assert!(steer_from_yaw(2.74, 0.5, -10.0).unwrap() < 0.0);
        assert_eq!(steer_from_yaw(2.74, 0.5, 0.1), None);
        assert!(steer_from_yaw(7.0, 3.0, 1.0).unwrap() <= 0.65);
    }

    #[test]
    fn rolls_by_sign_and_ignores_jumps() {
        let forward = DVec2::X;
        assert_eq!(rolled(DVec2::ZERO, DVec2::new(0.4, 0.3), forward, 0.02), Some(0.4));
        assert_eq!(rolled(DVec2::ZERO, DVec2::new(-0.4, 0.0), forward, -0.02), Some(-0.4));
        assert_eq!(rolled(DVec2::ZERO, DVec2::new(60.0, 0.0), forward, 0.02), None);
        // At thirty-two times real time and ten frames a second a car moves 60 m between frames.
        assert_eq!(rolled(DVec2::ZERO, DVec2::new(60.0, 0.0), forward, 3.2), Some(60.0));
    }

    #[test]
    fn bodies_lean_the_right_way() {
        let (pitch, roll) = lean(-6.0, 4.0);
        assert!(pitch < -0.02, "nose dives under braking");
        assert!(roll > 0.03, "left side rises in a left-hand bend");
        assert!(bank(10.0, 0.3) < -0.2, "a rider leans into it");
        let (pitch, roll) = lean(-90.0, 90.0);
        assert!(pitch > -0.04 && roll < 0.07, "bounded");
    }

    #[test]
    fn smoothing_forgets_and_never_overshoots() {
        let mut value = 1.0;
        for _ in 0..50 {
            let next = follow(value, 0.0, 0.02, 0.15);
            assert!(next < value && next >= 0.0);
            value = next;
        }
        assert!(value < 0.01);
        assert_eq!(follow(1.0, 0.0, 30.0, 0.15), 0.0, "a seek does not swing");
    }

    #[test]
    fn wipers_go_by_rain() {
        let sweeps = |rain: f64| {
            let at = |k: i32| wiper(f64::from(k) * 0.01, rain);
            (1..6000).filter(|&k| at(k) > 0.5 && at(k - 1) <= 0.5).count()
        };
        assert_eq!(sweeps(0.0), 0);
        assert_eq!(sweeps(1.0), 15);
        assert_eq!(sweeps(5.0), 45);
        assert_eq!(sweeps(45.0), 65);
        for k in 0..500 {
            assert!((0.0..=1.0).contains(&wiper(f64::from(k) * 0.01, 20.0)));
        }
    }
}
