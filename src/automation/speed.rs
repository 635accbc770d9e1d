//! Longitudinal laws: free driving, car following, stopping at a point, curves, sight.
//!
//! - following: Intelligent Driver Model, a·[1 − (v/v₀)⁴ − (s*/s)²] with
//!   s* = s₀ + max(0, vT + vΔv / (2√(ab)));
//!   bounded by the constant-acceleration heuristic so that a cut-in is not answered by full braking;
//! - stopping at distance d: v²/(2d), blended in as it approaches the comfortable deceleration;
//! - curve: v ≤ √(a_lat/|κ|), reached by constant comfortable deceleration;
//! - sight: v·t_r + v²/(2b) ≤ visibility, so v = b(−t_r + √(t_r² + 2d/b)).
//!
//! Units: SI; gaps bumper to bumper. Validity: single vehicle, no platoon stability is claimed.
//! Source: Treiber, Hennecke & Helbing 2000; Kesting, Treiber & Helbing 2010, Phil. Trans. R. Soc. A 368,
//! 4585; UN R157 for time gaps.

use crate::base::math::{self, interpolate};
use crate::state::automation::PlanReason;

/// How a feature drives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Largest acceleration, m/s².
    pub accel_max_mps2: f64,
    /// Comfortable deceleration, m/s² (positive).
    pub decel_comfort_mps2: f64,
    /// Hardest deceleration the planner asks for, m/s² (positive; limited by friction).
    pub decel_max_mps2: f64,
    /// Time gap, s.
    pub gap_s: f64,
    /// Distance at standstill, m.
    pub gap_min_m: f64,
    /// Largest lateral acceleration, m/s².
    pub lateral_max_mps2: f64,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            accel_max_mps2: 1.8,
            decel_comfort_mps2: 2.0,
            decel_max_mps2: 8.0,
            gap_s: 1.5,
            gap_min_m: 2.5,
            lateral_max_mps2: 2.5,
        }
    }
}

/// Time gap that R157 §5.2.3.3 demands at a speed, s (table knots in km/h; 1.6 s and more above 60 km/h,
/// chosen 2.0 s at 130 km/h as national laws ask).
pub fn r157_gap_s(speed_mps: f64) -> f64 {
    const KMPH: [f64; 8] = [7.2, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 130.0];
    const GAP_S: [f64; 8] = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 2.0];
    interpolate(&KMPH, &GAP_S, speed_mps * 3.6)
}

/// Acceleration towards a target speed, m/s².
pub fn free(style: &Style, speed_mps: f64, target_mps: f64) -> f64 {
    (0.8 * (target_mps - speed_mps)).clamp(-style.decel_comfort_mps2, style.accel_max_mps2)
}

/// Intelligent Driver Model behind a lead, m/s².
pub fn follow(style: &Style, speed_mps: f64, desired_mps: f64, gap_m: f64, lead_mps: f64) -> f64 {
    let (a, b) = (style.accel_max_mps2, style.decel_comfort_mps2);
    let closing_mps = speed_mps - lead_mps;
    let wanted_m = style.gap_min_m
        + (speed_mps * style.gap_s + speed_mps * closing_mps / (2.0 * math::sqrt(a * b))).max(0.0);
    let ratio = speed_mps / desired_mps.max(0.5);
    let squeeze = wanted_m / gap_m.max(0.1);
    let accel = a * (1.0 - ratio * ratio * ratio * ratio - squeeze * squeeze);
    // Nothing is gained by rolling the last decimeters of the standstill distance.
    if speed_mps < 0.3 && gap_m < style.gap_min_m + 0.5 && lead_mps < 0.3 {
        return HOLD_MPS2;
    }
    accel.max(-style.decel_max_mps2)
}

/// Share of the calm reaction in [`follow_calmly`] (coolness factor of the enhanced model).
const COOLNESS: f64 = 0.99;

/// Car following that does not brake for a gap that is merely too short: the Intelligent Driver Model
/// bounded by the constant-acceleration heuristic (Kesting, Treiber & Helbing 2010, enhanced IDM).
pub fn follow_calmly(
    style: &Style,
    speed_mps: f64,
    desired_mps: f64,
    gap_m: f64,
    lead_mps: f64,
    lead_mps2: f64,
) -> f64 {
    let idm = follow(style, speed_mps, desired_mps, gap_m, lead_mps);
    if speed_mps < 0.5 || lead_mps < 0.0 {
        return idm;
    }
    // Room that is left if the minimum distance is kept.
    let room_m = (gap_m - 0.5 * style.gap_min_m).max(0.5);
    let lead_mps2 = lead_mps2.clamp(-9.0, style.accel_max_mps2);
    let closing_mps = speed_mps - lead_mps;
    let heuristic = if lead_mps * closing_mps <= -2.0 * room_m * lead_mps2 {
        speed_mps * speed_mps * lead_mps2 / (lead_mps * lead_mps - 2.0 * room_m * lead_mps2).max(0.1)
    } else {
        lead_mps2 - math::sq(closing_mps.max(0.0)) / (2.0 * room_m)
    };
    if idm >= heuristic {
        return idm;
    }
    let b = style.decel_comfort_mps2;
    let calm = heuristic + b * math::tanh((idm - heuristic) / b);
    ((1.0 - COOLNESS) * idm + COOLNESS * calm).max(-style.decel_max_mps2)
}

/// Deceleration that keeps the vehicle at rest, m/s².
pub const HOLD_MPS2: f64 = -1.5;

/// Acceleration to stop in `distance_m` (front bumper to the place), given what would be asked otherwise.
pub fn stop_at(style: &Style, speed_mps: f64, distance_m: f64, otherwise_mps2: f64) -> f64 {
    // Brake lag: the distance that passes before the deceleration stands.
    let left_m = distance_m - 0.12 * speed_mps;
    if left_m < 0.3 {
        let need = speed_mps * speed_mps / (2.0 * left_m.max(0.15));
        return (-need).min(HOLD_MPS2).max(-style.decel_max_mps2);
    }
    if speed_mps < 0.2 && distance_m < 1.0 {
        return HOLD_MPS2;
    }
    let need = speed_mps * speed_mps / (2.0 * left_m);
    let start = 0.55 * style.decel_comfort_mps2;
    let weight = ((need - start) / (0.3 * style.decel_comfort_mps2)).clamp(0.0, 1.0);
    // Near the place the approach is slow enough to stop there whatever the weight says.
    let near_mps = math::sqrt(2.0 * 0.8 * style.decel_comfort_mps2 * left_m);
    let capped = otherwise_mps2.min(1.5 * (near_mps - speed_mps));
    math::lerp(capped, -1.03 * need, weight).max(-style.decel_max_mps2).min(otherwise_mps2)
}

/// Deceleration needed to stop in a distance, m/s² (positive; `INFINITY` at or behind the place).
pub fn needed_decel(speed_mps: f64, distance_m: f64) -> f64 {
    if distance_m <= 0.0 {
        return if speed_mps > 0.1 { f64::INFINITY } else { 0.0 };
    }
    speed_mps * speed_mps / (2.0 * distance_m)
}

/// Speed at which the vehicle can stop within its sight, m/s.
pub fn sight_speed(visibility_m: f64, decel_mps2: f64, reaction_s: f64) -> f64 {
    let b = decel_mps2.max(0.2);
    b * (math::sqrt(reaction_s * reaction_s + 2.0 * visibility_m.max(0.0) / b) - reaction_s)
}

/// Speed for a curvature, m/s.
pub fn curve_speed(lateral_max_mps2: f64, curvature_per_m: f64) -> f64 {
    math::sqrt(lateral_max_mps2 / curvature_per_m.abs().max(1e-6))
}

/// Time to cover a distance from a speed with constant acceleration up to a top speed, s.
pub fn travel_time(distance_m: f64, speed_mps: f64, accel_mps2: f64, top_mps: f64) -> f64 {
    if distance_m <= 0.0 {
        return 0.0;
    }
    let top_mps = top_mps.max(speed_mps).max(0.5);
    let ramp_m = (top_mps * top_mps - speed_mps * speed_mps) / (2.0 * accel_mps2);
    if distance_m <= ramp_m {
        (math::sqrt(speed_mps * speed_mps + 2.0 * accel_mps2 * distance_m) - speed_mps) / accel_mps2
    } else {
        (top_mps - speed_mps) / accel_mps2 + (distance_m - ramp_m) / top_mps
    }
}

/// The strictest of all demands, with its reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Acceleration, m/s².
    pub accel_mps2: f64,
    /// Why.
    pub reason: PlanReason,
}

impl Demand {
    /// Keeps the stricter one.
    pub fn tighten(&mut self, accel_mps2: f64, reason: PlanReason) {
        if accel_mps2 < self.accel_mps2 {
            *self = Self { accel_mps2, reason };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_following_law_has_the_published_values() {
        // T = 1 s, a = 1, b = 1.5 m/s², v₀ = 120 km/h, s₀ = 2 m: reference sheet of the IDM.
        let style = Style {
            accel_max_mps2: 1.0,
            decel_comfort_mps2: 1.5,
            decel_max_mps2: 100.0,
            gap_s: 1.0,
            gap_min_m: 2.0,
            ..Style::default()
        };
        let v0 = 120.0 / 3.6;
        let check = |v: f64, lead: f64, gap: f64, expect: f64| {
            let accel = follow(&style, v, v0, gap, lead);
            assert!((accel - expect).abs() < 1e-4 * expect.abs().max(1.0), "{v} {lead} {gap}: {accel}");
        };
        check(20.0, 20.0, 40.0, 0.567_900);
        check(20.0, 15.0, 40.0, -1.596_449);
        check(30.0, 0.0, 100.0, -15.610_01);
        check(10.0, 10.0, 12.0, -0.008_100);
    }

    #[test]
    fn a_short_gap_alone_is_opened_gently_and_a_closing_one_is_not() {
        let style = Style::default();
        let calm = |v: f64, lead: f64, gap: f64, accel: f64| follow_calmly(&style, v, 30.0, gap, lead, accel);
        // 8 m behind a car of equal speed: the plain model brakes hard, nobody needs to.
        assert!(follow(&style, 20.0, 30.0, 8.0, 20.0) < -7.9);
        assert!((-2.5..-1.0).contains(&calm(20.0, 20.0, 8.0, 0.0)), "{}", calm(20.0, 20.0, 8.0, 0.0));
        // Closing fast: at least what kinematics ask for.
        assert!(calm(20.0, 5.0, 30.0, 0.0) < -(15.0 * 15.0) / (2.0 * 30.0));
        // Wide gaps: the same model.
        assert_eq!(calm(20.0, 20.0, 90.0, 0.0), follow(&style, 20.0, 30.0, 90.0, 20.0));
    }

    #[test]
    fn a_stop_ends_before_the_place_without_harsh_braking() {
        let style = Style::default();
        for (speed, distance) in [(5.0, 15.0), (13.9, 60.0), (13.9, 45.0), (25.0, 200.0), (36.0, 450.0)] {
            let (mut v, mut d, mut a, mut worst): (f64, f64, f64, f64) = (speed, distance, 0.0, 0.0);
            for _ in 0..4000 {
                let want = stop_at(&style, v, d, free(&style, v, speed));
                a += (want - a) * (0.02 / 0.2); // first-order brake, 0.2 s
                worst = worst.min(a);
                let next = (v + a * 0.02).max(0.0);
                d -= 0.5 * (v + next) * 0.02;
                v = next;
            }
            assert!(v == 0.0 && d > -0.3 && d < 1.6, "{speed} {distance}: stopped {d} before");
            let need = speed * speed / (2.0 * distance);
            assert!(worst > -(1.5 * need).max(2.6), "{speed} {distance}: {worst}");
        }
    }

    #[test]
    fn sight_curve_and_travel_time_invert_their_formulas() {
        let v = sight_speed(60.0, 3.0, 1.0);
        assert!((v + v * v / 6.0 - 60.0).abs() < 1e-9);
        assert!((curve_speed(2.5, 0.1) - 5.0).abs() < 1e-12);
        assert_eq!(travel_time(-1.0, 3.0, 1.0, 9.0), 0.0);
        assert!((travel_time(8.0, 0.0, 4.0, 8.0) - 2.0).abs() < 1e-12);
        assert!((travel_time(8.0 + 16.0, 0.0, 4.0, 8.0) - 4.0).abs() < 1e-12);
        for (kmph, gap_s) in [(7.2, 1.0), (20.0, 1.2), (35.0, 1.35), (60.0, 1.6)] {
            assert!((r157_gap_s(kmph / 3.6) - gap_s).abs() < 1e-12);
        }
    }
}
