//! Momentary interventions: emergency braking (AEB), forward collision warning (FCW), lane departure
//! warning (LDW). They are on at every level, L0 included, and hold no part of the driving task.
//!
//! An object counts when it is confirmed by two kinds of sensors, or by one with a high probability of
//! existence, and when its box overlaps the ego's swept corridor at the time of closest approach.
//! Warning: TTC below reaction time plus the time that braking at 5 m/s² takes. Braking: the stop asks for
//! more than 5 m/s² and TTC is below 1.6 s.
//!
//! Units: SI, ego frame. Validity: 1.4–50 m/s. Source: R157 §2.6 (imminent risk = not avoidable below 5 m/s²);
//! Euro NCAP's human reaction constant 1.2 s. Not modeled: rear and junction cross-traffic braking.

use super::control::Body;
use crate::base::math::{self, DVec2};
use crate::state::belief::{EgoEstimate, Track, TrackStatus};
use crate::state::object::ObjectClass;

/// Verdict for one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Forward collision warning.
    pub warn: bool,
    /// Deceleration of the emergency brake, m/s² (≤ 0; 0 = not active).
    pub brake_mps2: f64,
    /// Time to collision of the most urgent object, s (`INFINITY` = none).
    pub ttc_s: f64,
}

/// Memory of the system: a started braking runs until the danger is over.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Aeb {
    /// Braking since, s; 0 = not braking.
    pub braking_s: f64,
    /// How long the condition has held, s.
    pub armed_s: f64,
}

/// Deceleration above which a collision counts as imminent, m/s².
const IMMINENT_MPS2: f64 = 5.0;
/// TTC below which the brake may act, s.
const BRAKE_TTC_S: f64 = 1.6;
/// Driver reaction that the warning leaves room for, s.
const WARN_REACTION_S: f64 = 1.2;
/// The condition must hold for so long, s.
const CONFIRM_S: f64 = 0.06;
/// Below this speed the system does not start to brake, m/s.
const SPEED_MIN_MPS: f64 = 1.4;

impl Aeb {
    /// One tick. `friction_scale` limits what the brake can do.
    pub fn step(
        &mut self,
        body: &Body,
        ego: &EgoEstimate,
        tracks: &[Track],
        friction_scale: f64,
        dt_s: f64,
    ) -> Verdict {
        let mut verdict = Verdict { ttc_s: f64::INFINITY, ..Verdict::default() };
        let (mut hardest, mut near) = (0.0_f64, false);
        if ego.speed_mps >= SPEED_MIN_MPS || self.braking_s > 0.0 {
            for track in tracks.iter().filter(|track| trusted(track)) {
                let closing_min_mps = if self.braking_s > 0.0 { -0.1 } else { 0.3 };
                let Some((ttc_s, need_mps2, closing_mps)) = threat(body, ego, track, closing_min_mps) else {
                    continue;
                };
                near |= ttc_s < 2.0 * BRAKE_TTC_S || closing_mps < 0.3;
                if ttc_s < WARN_REACTION_S + closing_mps / (2.0 * IMMINENT_MPS2) {
                    verdict.warn = true;
                }
                verdict.ttc_s = verdict.ttc_s.min(ttc_s);
                if ttc_s < BRAKE_TTC_S {
                    hardest = hardest.max(need_mps2);
                }
            }
        }
        self.armed_s = if hardest > IMMINENT_MPS2 { self.armed_s + dt_s } else { 0.0 };
        let keeps_on = self.braking_s > 0.0 && ego.speed_mps > 0.05 && near;
        if keeps_on || self.armed_s >= CONFIRM_S {
            self.braking_s += dt_s;
            verdict.brake_mps2 = -body.brake_max_mps2.min(9.0 * friction_scale.clamp(0.1, 1.0));
        } else {
            self.braking_s = 0.0;
        }
        verdict
    }
}

fn trusted(track: &Track) -> bool {
    track.status == TrackStatus::Confirmed
        && track.existence >= 0.7
        && (track.sources.count_ones() >= 2 || track.existence >= 0.95)
}

/// Time to collision (s), deceleration to avoid it (m/s²) and closing speed (m/s), if the object is on the
/// ego's circle ahead.
fn threat(body: &Body, ego: &EgoEstimate, track: &Track, closing_min_mps: f64) -> Option<(f64, f64, f64)> {
    let forward = math::unit(ego.heading_rad);
    let d = track.center_m - ego.position_m;
    let (x, y) = (d.dot(forward), forward.perp_dot(d));
    if !(0.0..=90.0).contains(&x) {
        return None;
    }
    let relative = math::wrap_pi(track.heading_rad - ego.heading_rad);
    let (sin, cos) = math::sin_cos(relative);
    let (vx, vy) = (track.speed_mps * cos, track.speed_mps * sin);
    let half_x = 0.5 * (cos.abs() * track.extent.length_m + sin.abs() * track.extent.width_m);
    let half_y = 0.5 * (sin.abs() * track.extent.length_m + cos.abs() * track.extent.width_m);
    let gap_m = x - half_x - body.front_m;
    let closing_mps = ego.speed_mps - vx;
    if closing_mps < closing_min_mps || (closing_mps < 0.3 && gap_m > 4.0) {
        return None;
    }
    let gap_m = gap_m.max(0.05);
    let ttc_s = gap_m / closing_mps.max(0.05);
    if ttc_s > 4.0 && closing_mps >= 0.3 {
        return None;
    }
    // Where both will be then: the ego on its circle, the object on its line.
    let curvature = if ego.speed_mps > 1.0 { ego.yaw_rate_radps / ego.speed_mps } else { 0.0 };
    let reach_m = x - half_x;
    let own_y = 0.5 * curvature * reach_m * reach_m;
    let side_now = (y - own_y).abs();
    let side_then = (y + vy * ttc_s - own_y).abs();
    // Oncoming traffic passes within a lane's width on every narrow road: ask for more overlap there.
    let margin_m = if vx < -1.0 { -0.5 } else { 0.0 };
    let reach_y = half_y + 0.5 * body.width_m + margin_m;
    // Bearing that hangs on a short track of a turn is worth little: both now and then must overlap, unless
    // the object moves into the way by itself.
    let moves_in = side_then < side_now && vy.abs() > 0.5;
    let inside = side_then < reach_y && (side_now < reach_y || moves_in);
    if !inside {
        return None;
    }
    let lead_mps2 = if track.class == ObjectClass::Debris { 0.0 } else { track.accel_mps2.clamp(-8.0, 0.0) };
    let brake_gap_m = if vx > 0.5 && lead_mps2 < -1.0 {
        // The lead's own stopping distance adds to the gap.
        (gap_m + vx * vx / (-2.0 * lead_mps2)).max(0.05)
    } else {
        gap_m
    };
    let need = if brake_gap_m > gap_m {
        ego.speed_mps * ego.speed_mps / (2.0 * brake_gap_m)
    } else {
        closing_mps * closing_mps / (2.0 * gap_m)
    };
    Some((ttc_s, need, closing_mps))
}

/// Lane departure: drifting towards a marking at more than 0.1 m/s with the wheel edge closer than 0.15 m to
/// it, faster than 60 km/h and without an indicator (ISO 17361 in outline).
pub fn lane_departure(body: &Body, speed_mps: f64, offset_m: f64, drift_mps: f64, lane_width_m: f64) -> bool {
    let edge_m = 0.5 * lane_width_m - 0.5 * body.width_m - offset_m.abs();
    speed_mps > 16.7 && edge_m < 0.15 && edge_m > -1.0 && drift_mps * offset_m.signum() > 0.1
}

/// Position of a point relative to an ego pose, x forward, y left, m.
pub fn in_ego(ego: &EgoEstimate, point_m: DVec2) -> DVec2 {
    let forward = math::unit(ego.heading_rad);
    let d = point_m - ego.position_m;
    DVec2::new(d.dot(forward), forward.perp_dot(d))
}

#[cfg(test)]
#[path = "aeb_tests.rs"]
mod tests;
