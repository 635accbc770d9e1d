//! Prediction of tracked objects: where they are relative to the own path, and when they reach ground that
//! both share.
//!
//! Two models, both deterministic:
//! - **relative to the path** (station s, offset l, left positive): s(t) = s + v_s·t,
//!   l(t) = l + v_l·t + ½·a_l·t² with a_l = v·yaw rate·cos Δψ for at most [`TURN_S`] (constant turn rate and
//!   velocity while a turn lasts; a vehicle that follows its lane beside the path has v_l ≈ 0);
//! - **over the lane graph**: each successor of a track's lane is a hypothesis; the track reaches a conflict
//!   on lane X if X can be reached from its lane within [`REACH_M`].
//!
//! Units: SI. Validity: a few seconds. Not modeled: interaction between the others, intentions of
//! pedestrians beyond their present motion.

use super::path::Corridor;
use crate::base::ids::LaneId;
use crate::base::math::{self, DVec2};
use crate::road::RoadNetwork;
use crate::state::belief::{Track, TrackStatus};
use crate::state::object::ObjectClass;

/// Duration for which a measured turn rate is believed, s.
const TURN_S: f64 = 1.5;
/// Distance over which a track is followed along the lane graph towards a conflict, m.
pub const REACH_M: f64 = 120.0;

/// A track in path coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnPath {
    /// Index into the world model's tracks.
    pub ix: usize,
    /// Track id.
    pub id: u32,
    /// Class.
    pub class: ObjectClass,
    /// Station of its center, m.
    pub station_m: f64,
    /// Offset of its center from the path, m, left positive.
    pub offset_m: f64,
    /// Half of its extent along the path, m.
    pub half_along_m: f64,
    /// Half of its extent across the path, m.
    pub half_across_m: f64,
    /// Speed along the path, m/s (negative = oncoming).
    pub along_mps: f64,
    /// Speed across, m/s, left positive.
    pub across_mps: f64,
    /// Acceleration along the path, m/s².
    pub accel_mps2: f64,
    /// Acceleration across while it turns, m/s².
    pub turn_mps2: f64,
    /// Cosine of the heading difference.
    pub aligned: f64,
    /// How strongly it may be acted upon, 0–1.
    pub weight: f64,
    /// Since the last supporting detection, s.
    pub unseen_s: f64,
}

impl OnPath {
    /// Station of its near end (towards the ego), m.
    pub fn near_m(&self) -> f64 {
        self.station_m - self.half_along_m
    }
    /// Station of its far end, m.
    pub fn far_m(&self) -> f64 {
        self.station_m + self.half_along_m
    }
    /// Offset after a time, m.
    pub fn offset_after(&self, t_s: f64) -> f64 {
        let turn_s = t_s.min(TURN_S);
        self.offset_m
            + self.across_mps * t_s
            + 0.5 * self.turn_mps2 * turn_s * turn_s
            + self.turn_mps2 * turn_s * (t_s - turn_s)
    }
    /// Station after a time, m; braking ends at rest.
    pub fn station_after(&self, t_s: f64) -> f64 {
        let braking = self.accel_mps2 < -0.3 && self.along_mps > 0.0;
        if braking {
            let t_s = t_s.min(self.along_mps / -self.accel_mps2);
            return self.station_m + self.along_mps * t_s + 0.5 * self.accel_mps2 * t_s * t_s;
        }
        self.station_m + self.along_mps * t_s
    }
    /// Where its center is expected after a time, world, m; `None` beyond the ends of the path.
    pub fn position_after(&self, path: &Corridor, t_s: f64) -> Option<DVec2> {
        let point = path.at(self.station_after(t_s))?;
        Some(point.position_m + math::unit(point.heading_rad).perp() * self.offset_after(t_s))
    }
    /// Whether its box overlaps a band of the half width around the path after a time.
    pub fn within_after(&self, t_s: f64, half_width_m: f64) -> bool {
        self.offset_after(t_s).abs() < half_width_m + self.half_across_m
    }
}

/// Tracks that matter, in path coordinates, in the order of the tracks (rising id). Reuses the buffer.
pub fn place_on_path(tracks: &[Track], path: &Corridor, out: &mut Vec<OnPath>) {
    out.clear();
    let (Some(first), Some(last)) = (path.points.first(), path.points.last()) else { return };
    let middle = path.points[path.points.len() / 2].position_m;
    let radius_m = middle.distance(first.position_m).max(middle.distance(last.position_m)) + 60.0;
    for (ix, track) in tracks.iter().enumerate() {
        let weight = match track.status {
            TrackStatus::Confirmed => 1.0,
            TrackStatus::Coasting if track.unseen_s < 2.0 => 1.0,
            TrackStatus::Coasting => 0.5,
            TrackStatus::Tentative if track.existence > 0.6 => 0.4,
            TrackStatus::Tentative => continue,
        };
        if track.center_m.distance_squared(middle) > radius_m * radius_m {
            continue;
        }
        let Some((station_m, offset_m)) = path.project(track.center_m, f64::NEG_INFINITY, f64::INFINITY)
        else {
            continue;
        };
        if offset_m.abs() > 60.0 {
            continue;
        }
        let heading_rad = path.at(station_m).map_or(track.heading_rad, |point| point.heading_rad);
        let (sin, cos) = math::sin_cos(track.heading_rad - heading_rad);
        let moving = track.speed_mps.abs() > 0.3;
        out.push(OnPath {
            ix,
            id: track.id,
            class: track.class,
            station_m,
            offset_m,
            half_along_m: 0.5 * (cos.abs() * track.extent.length_m + sin.abs() * track.extent.width_m),
            half_across_m: 0.5 * (sin.abs() * track.extent.length_m + cos.abs() * track.extent.width_m),
            along_mps: track.speed_mps * cos,
            across_mps: if moving { track.speed_mps * sin } else { 0.0 },
            accel_mps2: track.accel_mps2 * cos,
            turn_mps2: if moving { track.speed_mps * track.yaw_rate_radps * cos } else { 0.0 },
            aligned: cos,
            weight,
            unseen_s: track.unseen_s,
        });
    }
}

/// When an object occupies a stretch, s from now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Enters.
    pub from_s: f64,
    /// Leaves.
    pub to_s: f64,
}

impl Interval {
    /// Never.
    pub const NEVER: Self = Self { from_s: f64::INFINITY, to_s: f64::INFINITY };
}

/// Distance from a track to the begin of a stretch on `lane` that begins at `at_m`, along the lane graph
/// (negative = its center is past the begin); `None` if it does not lead there.
pub fn distance_to(network: &RoadNetwork, track: &Track, lane: LaneId, at_m: f64) -> Option<f64> {
    let place = track.lane?;
    if place.lane == lane {
        return Some(at_m - place.along_m);
    }
    let target = network.lanes.get(lane.ix())?;
    // A vehicle that has just entered the junction may have been put on a sibling of its true lane.
    if let Some(own) = network.lanes.get(place.lane.ix())
        && own.junction.is_some()
        && own.junction == target.junction
        && place.along_m < 8.0
        && own.predecessors.iter().any(|p| target.predecessors.contains(p))
    {
        return Some(at_m - place.along_m);
    }
    upstream(network, place.lane, lane, at_m, 0).map(|distance_m| distance_m - place.along_m)
}

/// Distance from the begin of `from` to `at_m` on `lane`, walking back over predecessors.
fn upstream(network: &RoadNetwork, from: LaneId, lane: LaneId, at_m: f64, depth: u32) -> Option<f64> {
    if depth > 4 || at_m > REACH_M {
        return None;
    }
    let mut best: Option<f64> = None;
    for &before in &network.lanes.get(lane.ix())?.predecessors {
        let length_m = network.lanes[before.ix()].length_m;
        let found = if before == from {
            Some(at_m + length_m)
        } else {
            upstream(network, from, before, at_m + length_m, depth + 1)
        };
        if let Some(distance_m) = found
            && best.is_none_or(|b| distance_m < b)
        {
            best = Some(distance_m);
        }
    }
    best
}

/// When a track occupies the stretch of `length_m` that begins `distance_m` ahead of its center.
///
/// It keeps its speed; if it brakes so that it stops before the stretch, it never arrives; if it stands more
/// than 3 m away, it is not expected.
pub fn occupancy(track: &Track, distance_m: f64, length_m: f64) -> Interval {
    let half_m = 0.5 * track.extent.length_m;
    let (enter_m, leave_m) = (distance_m - half_m, distance_m + length_m + half_m);
    if leave_m <= 0.0 {
        return Interval::NEVER;
    }
    let speed_mps = track.speed_mps.max(0.0);
    if enter_m <= 0.0 {
        let to_s = leave_m / speed_mps.max(0.5);
        return Interval { from_s: 0.0, to_s };
    }
    if speed_mps < 0.4 {
        return Interval::NEVER;
    }
    if track.accel_mps2 < -0.5 && speed_mps * speed_mps / (-2.0 * track.accel_mps2) < enter_m - 0.5 {
        return Interval::NEVER;
    }
    // Its speed may be underestimated, and it may speed up a little.
    let fast_mps = speed_mps + track.speed_sigma_mps.min(1.0) + 0.5 * track.accel_mps2.clamp(0.0, 2.0);
    Interval { from_s: enter_m / fast_mps, to_s: leave_m / speed_mps }
}

#[cfg(test)]
mod tests {
    use super::super::path::tests::shape;
    use super::*;
    use crate::base::math::DVec2;
    use crate::state::object::Extent;

    fn track(x: f64, y: f64, heading_rad: f64, speed_mps: f64) -> Track {
        Track {
            id: 1,
            class: ObjectClass::Car,
            class_confidence: 0.9,
            center_m: DVec2::new(x, y),
            heading_rad,
            speed_mps,
            accel_mps2: 0.0,
            yaw_rate_radps: 0.0,
            extent: Extent { length_m: 4.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 },
            covariance_m2: [0.1, 0.0, 0.1],
            speed_sigma_mps: 0.0,
            existence: 0.99,
            status: TrackStatus::Confirmed,
            age_s: 3.0,
            unseen_s: 0.0,
            sources: 0b101,
            lane: None,
        }
    }

    #[test]
    fn motion_is_split_along_and_across_the_path() {
        let path = shape(&[(100.0, 0.0)], 15.0);
        let mut out = Vec::new();
        let half_pi = std::f64::consts::FRAC_PI_2;
        place_on_path(&[track(40.0, -6.0, half_pi, 3.0), track(60.0, 3.5, 0.0, 8.0)], &path, &mut out);
        let crossing = out[0];
        assert!((crossing.across_mps - 3.0).abs() < 1e-9 && crossing.along_mps.abs() < 1e-9);
        assert!((crossing.half_along_m - 1.0).abs() < 1e-9 && (crossing.half_across_m - 2.0).abs() < 1e-9);
        for (t_s, inside) in [(0.0, false), (1.0, false), (2.0, true), (2.9, true), (4.0, false)] {
            assert_eq!(crossing.within_after(t_s, 0.95), inside, "{t_s}");
        }
        let beside = out[1];
        assert!((beside.station_after(2.0) - 76.0).abs() < 1e-9);
        assert!(!beside.within_after(3.0, 1.0));
    }

    #[test]
    fn braking_and_turning_are_extrapolated_within_bounds() {
        let path = shape(&[(100.0, 0.0)], 15.0);
        let mut out = Vec::new();
        let mut lead = track(30.0, 0.0, 0.0, 10.0);
        lead.accel_mps2 = -5.0;
        let mut turning = track(30.0, 3.5, 0.0, 8.0);
        turning.yaw_rate_radps = -0.2;
        place_on_path(&[lead, turning], &path, &mut out);
        assert!((out[0].station_after(9.0) - 40.0).abs() < 1e-9);
        assert!((out[1].offset_after(1.0) - 2.7).abs() < 1e-9);
    }

    #[test]
    fn arrival_counts_body_length_braking_and_standstill() {
        let check = |speed_mps: f64, accel_mps2: f64, distance_m: f64, from_s: f64, to_s: f64| {
            let other = Track { accel_mps2, ..track(0.0, 0.0, 0.0, speed_mps) };
            let got = occupancy(&other, distance_m, 4.0);
            assert!(
                (got.from_s - from_s).abs() < 1e-9 || got.from_s == from_s,
                "{speed_mps} {distance_m}: {got:?}"
            );
            assert!((got.to_s - to_s).abs() < 1e-9 || got.to_s == to_s, "{speed_mps} {distance_m}: {got:?}");
        };
        check(10.0, 0.0, 32.0, 3.0, 3.8);
        check(10.0, -4.0, 32.0, f64::INFINITY, f64::INFINITY);
        check(10.0, -1.0, 32.0, 3.0, 3.8);
        check(0.0, 0.0, 32.0, f64::INFINITY, f64::INFINITY);
        check(5.0, 0.0, 1.0, 0.0, 1.4);
        check(5.0, 0.0, -7.0, f64::INFINITY, f64::INFINITY);
    }
}
