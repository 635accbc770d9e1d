//! Intelligent Driver Model.
//!
//! dv/dt = a [1 − (v/v₀)^δ − (s*/s)²],  s* = s₀ + max(0, v T + v Δv / (2 √(a b)))
//!
//! Units: m, m/s, m/s². `gap` is bumper to bumper, Δv = v − v_lead.
//! Validity: car following without lane change; unclipped, so it may ask for more than tires give.
//! Source: Treiber, Hennecke & Helbing 2000, Phys. Rev. E 62, 1805.
//! It does not know reaction time: that is added by those who use it.

use crate::base::math::{sq, sqrt};

/// Parameters of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IdmParams {
    /// Desired speed v₀, m/s.
    pub speed_mps: f64,
    /// Desired time gap T, s.
    pub gap_s: f64,
    /// Acceleration a, m/s².
    pub accel_mps2: f64,
    /// Comfortable deceleration b, m/s².
    pub decel_mps2: f64,
    /// Gap at standstill s₀, m.
    pub gap_min_m: f64,
}

impl IdmParams {
    /// The highway set of the original paper (v₀ 120 km/h, T 1.6 s, a 0.73, b 1.67, s₀ 2 m).
    pub const PAPER_2000: Self =
        Self { speed_mps: 120.0 / 3.6, gap_s: 1.6, accel_mps2: 0.73, decel_mps2: 1.67, gap_min_m: 2.0 };
    /// City driving (Treiber & Kesting 2013, table 11.2: v₀ 54 km/h, T 1.0, a 1.0, b 1.5), with a raised
    /// to 1.5 because queues at signals must reach the HCM saturation flow of 1900 veh/h/lane.
    pub const CITY: Self =
        Self { speed_mps: 15.0, gap_s: 1.1, accel_mps2: 1.5, decel_mps2: 2.0, gap_min_m: 2.0 };
}

/// Acceleration on a free road, m/s². Above the desired speed it brakes, but not harder than b.
#[inline]
pub fn free(p: &IdmParams, speed_mps: f64) -> f64 {
    let ratio = speed_mps / p.speed_mps.max(0.1);
    (p.accel_mps2 * (1.0 - sq(sq(ratio)))).max(-p.decel_mps2)
}

/// Desired gap s*, m.
#[inline]
pub fn desired_gap(p: &IdmParams, speed_mps: f64, lead_mps: f64) -> f64 {
    let approach = speed_mps * (speed_mps - lead_mps) / (2.0 * sqrt(p.accel_mps2 * p.decel_mps2));
    p.gap_min_m + (speed_mps * p.gap_s + approach).max(0.0)
}

/// Acceleration behind a leader at bumper-to-bumper `gap_m`, m/s², unclipped.
#[inline]
pub fn follow(p: &IdmParams, speed_mps: f64, lead_mps: f64, gap_m: f64) -> f64 {
    let ratio = speed_mps / p.speed_mps.max(0.1);
    let interaction = desired_gap(p, speed_mps, lead_mps) / gap_m.max(0.01);
    p.accel_mps2 * (1.0 - sq(sq(ratio)) - sq(interaction))
}

/// Interaction part alone: acceleration that the gap allows, m/s².
#[inline]
pub fn interaction(p: &IdmParams, speed_mps: f64, lead_mps: f64, gap_m: f64) -> f64 {
    p.accel_mps2 * (1.0 - sq(desired_gap(p, speed_mps, lead_mps) / gap_m.max(0.01)))
}

/// IDM+: the smaller of free road and interaction, m/s². Unlike the sum of both it keeps the desired time
/// gap at the desired speed, so that its capacity is that of real lanes.
///
/// Source: Schakel, van Arem & Netten 2010, ITSC, 906–911.
#[inline]
pub fn follow_plus(p: &IdmParams, speed_mps: f64, lead_mps: f64, gap_m: f64) -> f64 {
    free(p, speed_mps).min(interaction(p, speed_mps, lead_mps, gap_m))
}

/// Acceleration that stops the front bumper at a fixed line `distance_m` ahead, m/s².
#[inline]
pub fn stop_at(p: &IdmParams, speed_mps: f64, distance_m: f64) -> f64 {
    // The standstill gap is the driver's, not the line's: aim half a meter before the line.
    let p = IdmParams { gap_min_m: 0.5, gap_s: 0.3, ..*p };
    follow(&p, speed_mps, 0.0, distance_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_accelerations() {
        let paper = IdmParams::PAPER_2000;
        let book = IdmParams { gap_s: 1.0, accel_mps2: 1.0, decel_mps2: 1.5, ..paper };
        for (p, v, lead, gap, expect) in [
            (paper, 0.0, 0.0, 1e12, 0.73),
            (paper, 20.0, 20.0, 40.0, 0.107_967),
            (paper, 20.0, 15.0, 40.0, -2.232_616),
            (paper, 30.0, 0.0, 100.0, -15.032_398),
            (paper, 10.0, 10.0, 12.0, -0.918_413),
            (paper, paper.speed_mps, paper.speed_mps, 1e12, 0.0),
            (book, 20.0, 20.0, 40.0, 0.567_900),
            (book, 20.0, 15.0, 40.0, -1.596_449),
            (book, 30.0, 0.0, 100.0, -15.610_01),
            (book, 10.0, 10.0, 12.0, -0.008_100),
        ] {
            let got = follow(&p, v, lead, gap);
            assert!((got - expect).abs() < 2e-5, "v {v} lead {lead} gap {gap}: {got} ≠ {expect}");
        }
    }

    #[test]
    fn published_equilibrium_gaps() {
        let p = IdmParams::PAPER_2000;
        for (kmph, expect_m) in [
            (0.0, 2.0),
            (20.0, 10.8931),
            (40.0, 19.9010),
            (60.0, 29.6068),
            (80.0, 41.9237),
            (100.0, 64.5468),
            (110.0, 93.8639),
        ] {
            let v = kmph / 3.6;
            let gap = (p.gap_min_m + v * p.gap_s) / sqrt(1.0 - sq(sq(v / p.speed_mps)));
            assert!((gap - expect_m).abs() < 1e-3, "{kmph} km/h: {gap}");
            assert!(follow(&p, v, v, gap).abs() < 1e-9);
        }
    }
}
