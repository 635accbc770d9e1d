//! Where tracks may be in the next three seconds.
//!
//! Two hypotheses of a moving, confirmed or coasting track, as the planner holds them
//! (`shakedown::automation::prediction`):
//!
//! - **as it turns now**: constant turn rate for 1.5 s, then straight on, at constant speed. The state and
//!   its covariance go through the tracker's own model (`perception::motion`, CTRV with its process noise);
//!   the fan holds 95 % across the way.
//! - **along its lane**: each successor of its lane is a line from the track on, at constant speed, with
//!   its present offset, as long as the lane's heading is within 60° of the track's.
//!
//! Braking, stopping for signals and reactions to others are not predicted here, though the planner allows
//! for braking. Units: m, s, world.

use super::ink::Pen;
use super::shown::{Shown, Sketch};
use crate::palette;
use bevy::color::{Alpha, Color};
use bevy::math::Vec3;
use shakedown::base::math::{self, DVec2};
use shakedown::perception::motion::{Mat5, Model, ProcessNoise, Vec5, process_noise, propagate};
use shakedown::road::{LaneCoord, RoadNetwork};
use shakedown::state::belief::{Track, TrackStatus};
use shakedown::state::object::ObjectClass;

/// Horizon, s.
pub const HORIZON_S: f64 = 3.0;
/// Step, s.
const STEP_S: f64 = 0.25;
/// So long a measured turn rate is believed, s (as the planner does).
const TURN_S: f64 = 1.5;
/// Slower than this a track stands, m/s.
const MOVING_MPS: f64 = 0.5;
/// Standard deviation of heading and yaw rate of a track, rad and rad/s: [`Track`] carries none; chosen as
/// what the tracker settles to on cars that are well seen.
const TURN_SIGMA: (f64, f64) = (0.03, 0.06);
/// A walker may turn much faster, rad and rad/s.
const WALKER_TURN_SIGMA: (f64, f64) = (0.15, 0.15);
/// Half width that holds 95 % of a normal distribution, in standard deviations.
const Z_95: f64 = 1.96;
/// Lane ways that one track may have.
const WAYS_MAX: usize = 4;

/// A predicted place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Time from now, s.
    pub in_s: f64,
    /// Mean, m.
    pub at: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Standard deviation across the way, m.
    pub across_sigma_m: f64,
}

/// Process noise of the tracker for a class.
fn noise(class: ObjectClass) -> ProcessNoise {
    match class {
        ObjectClass::Pedestrian => ProcessNoise { accel: 0.8, yaw_accel: 0.1 },
        ObjectClass::WorkZone | ObjectClass::Debris => ProcessNoise { accel: 0.02, yaw_accel: 0.01 },
        ObjectClass::Car
        | ObjectClass::Van
        | ObjectClass::Bus
        | ObjectClass::Truck
        | ObjectClass::Motorcycle
        | ObjectClass::Bicycle
        | ObjectClass::EmergencyVehicle => ProcessNoise { accel: 6.0, yaw_accel: 0.12 },
    }
}

/// The fan of a track as it turns now.
pub fn fan(track: &Track) -> Vec<Spot> {
    let turn = match track.class {
        ObjectClass::Pedestrian => WALKER_TURN_SIGMA,
        ObjectClass::Car
        | ObjectClass::Van
        | ObjectClass::Bus
        | ObjectClass::Truck
        | ObjectClass::Motorcycle
        | ObjectClass::Bicycle
        | ObjectClass::EmergencyVehicle
        | ObjectClass::WorkZone
        | ObjectClass::Debris => TURN_SIGMA,
    };
    let [xx, xy, yy] = track.covariance_m2;
    let mut x = Vec5::from([
        track.center_m.x,
        track.center_m.y,
        track.speed_mps,
        track.heading_rad,
        track.yaw_rate_radps,
    ]);
    let mut p = Mat5::zeros();
    p[(0, 0)] = xx;
    p[(0, 1)] = xy;
    p[(1, 0)] = xy;
    p[(1, 1)] = yy;
    p[(2, 2)] = track.speed_sigma_mps * track.speed_sigma_mps;
    p[(3, 3)] = turn.0 * turn.0;
    p[(4, 4)] = turn.1 * turn.1;
    let mut spots = vec![spot(0.0, &x, &p)];
    for step in 1..=(HORIZON_S / STEP_S) as u32 {
        let in_s = f64::from(step) * STEP_S;
        if in_s > TURN_S {
            x[4] = 0.0;
        }
        let (next, f) = propagate(Model::Ctrv, &x, STEP_S);
        p = f * p * f.transpose() + process_noise(Model::Ctrv, &x, noise(track.class), STEP_S);
        x = next;
        spots.push(spot(in_s, &x, &p));
    }
    spots
}

fn spot(in_s: f64, x: &Vec5, p: &Mat5) -> Spot {
    let left = math::unit(x[3]).perp();
    let variance =
        left.x * left.x * p[(0, 0)] + 2.0 * left.x * left.y * p[(0, 1)] + left.y * left.y * p[(1, 1)];
    Spot { in_s, at: DVec2::new(x[0], x[1]), heading_rad: x[3], across_sigma_m: variance.max(0.0).sqrt() }
}

/// The ways of a track along the lane graph within the horizon, one for each successor taken.
pub fn lane_ways(network: &RoadNetwork, track: &Track) -> Vec<Vec<DVec2>> {
    let Some(place) = track.lane else { return Vec::new() };
    if network.lanes.get(place.lane.ix()).is_none() {
        return Vec::new();
    }
    let along = network.lane_pose(place).pose.heading_rad;
    if math::wrap_pi(along - track.heading_rad).abs() > core::f64::consts::FRAC_PI_3 {
        return Vec::new();
    }
    let step_m = (track.speed_mps * STEP_S).max(0.5);
    let mut done: Vec<Vec<DVec2>> = Vec::new();
    let mut open = vec![(vec![track.center_m], place, track.speed_mps * HORIZON_S)];
    while let Some((mut way, mut at, mut rest_m)) = open.pop() {
        loop {
            let lane = network.lane(at.lane);
            let room_m = lane.length_m - at.along_m;
            if rest_m <= 0.0 || done.len() >= WAYS_MAX {
                done.push(way);
                break;
            }
            if step_m <= room_m {
                at.along_m += step_m;
                rest_m -= step_m;
                way.push(network.lane_pose(at).pose.position_m.truncate());
                continue;
            }
            let Some((first, others)) = lane.successors.split_first() else {
                done.push(way);
                break;
            };
            let enter = |lane| LaneCoord { lane, along_m: (step_m - room_m).max(0.0), offset_m: at.offset_m };
            rest_m -= step_m;
            for other in others {
                let mut branch = way.clone();
                branch.push(network.lane_pose(enter(*other)).pose.position_m.truncate());
                open.push((branch, enter(*other), rest_m));
            }
            at = enter(*first);
            way.push(network.lane_pose(at).pose.position_m.truncate());
        }
    }
    done.truncate(WAYS_MAX);
    done
}

/// Draws the fans of all tracks that move.
pub fn draw(shown: &Shown, sketch: &mut Sketch) {
    for track in &shown.tracks {
        let acted_upon = match track.status {
            TrackStatus::Confirmed | TrackStatus::Coasting => true,
            TrackStatus::Tentative => false,
        };
        let near = track.center_m.distance(shown.ego.position_m) < 120.0;
        if !acted_upon || !near || track.speed_mps.abs() < MOVING_MPS {
            continue;
        }
        let color = if track.class.is_vulnerable() { palette::WARN } else { palette::TRACK };
        draw_fan(shown, track, color, sketch);
        for way in lane_ways(shown.run.network(), track) {
            let points: Vec<Vec3> = way.iter().map(|p| shown.on_ground(*p, 0.1)).collect();
            let count = points.len().max(2) as f32 - 1.0;
            for (i, pair) in points.windows(2).enumerate() {
                let alpha = |i: f32| 0.85 - 0.6 * i / count;
                let pen = Pen::new(Color::WHITE.with_alpha(alpha(i as f32)), 1.8).dashed(1.2);
                sketch.ground.fade(pair[0], pair[1], Color::WHITE.with_alpha(alpha(i as f32 + 1.0)), pen);
            }
        }
    }
}

fn draw_fan(shown: &Shown, track: &Track, color: Color, sketch: &mut Sketch) {
    let half_body_m = 0.5 * track.extent.width_m;
    let spots = fan(track);
    let edge = |spot: &Spot, sign: f64| {
        let left = math::unit(spot.heading_rad).perp();
        let reach_m = (half_body_m + Z_95 * spot.across_sigma_m).min(8.0);
        shown.on_ground(spot.at + left * (sign * reach_m), 0.08)
    };
    let left: Vec<Vec3> = spots.iter().map(|spot| edge(spot, 1.0)).collect();
    let right: Vec<Vec3> = spots.iter().map(|spot| edge(spot, -1.0)).collect();
    let alpha = |i: usize| (0.38 * (1.0 - 0.85 * spots[i].in_s / HORIZON_S)) as f32;
    sketch.ground.band(&left, &right, |i| color.with_alpha(alpha(i)));
    for line in [&left, &right] {
        for i in 1..line.len() {
            let pen = Pen::new(color.with_alpha(2.0 * alpha(i - 1)), 1.2);
            sketch.ground.fade(line[i - 1], line[i], color.with_alpha(2.0 * alpha(i)), pen);
        }
    }
    for (ix, spot) in spots.iter().enumerate() {
        if ix > 0 && (spot.in_s - spot.in_s.round()).abs() < 1e-9 {
            sketch.ground.line(left[ix], right[ix], Pen::new(color.with_alpha(0.8), 1.6));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown::tests::track;
    use super::*;

    #[test]
    fn a_straight_track_goes_straight_and_grows_unsure() {
        let spots = fan(&track(1, 5.0, 2.0));
        let last = spots.last().expect("some");
        assert_eq!(last.in_s, HORIZON_S);
        assert!(last.at.distance(DVec2::new(35.0, 2.0)) < 1e-9, "{}", last.at);
        for pair in spots.windows(2) {
            assert!(pair[1].across_sigma_m > pair[0].across_sigma_m);
        }
        assert!((spots[0].across_sigma_m - 0.1_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn a_turn_lasts_one_and_a_half_seconds() {
        let turning = Track { yaw_rate_radps: 0.4, ..track(1, 0.0, 0.0) };
        let spots = fan(&turning);
        let heading = |in_s: f64| {
            spots.iter().find(|spot| (spot.in_s - in_s).abs() < 1e-9).expect("a step").heading_rad
        };
        assert!((heading(1.5) - 0.6).abs() < 1e-9);
        assert!((heading(3.0) - 0.6).abs() < 1e-9, "{}", heading(3.0));
    }

    #[test]
    fn each_successor_is_a_way_of_the_right_length() {
        let map = include_bytes!("../../../../assets/maps/crossing.xodr");
        let network = RoadNetwork::from_opendrive("crossing", map).expect("a bundled map");
        let lane = network.lanes.iter().find(|lane| lane.successors.len() > 1).expect("a fork");
        let place = LaneCoord::center(lane.id, lane.length_m - 5.0);
        let pose = network.lane_pose(place).pose;
        let coming = Track {
            lane: Some(place),
            center_m: pose.position_m.truncate(),
            heading_rad: pose.heading_rad,
            ..track(1, 0.0, 0.0)
        };
        let ways = lane_ways(&network, &coming);
        assert!(ways.len() >= lane.successors.len().min(WAYS_MAX), "{}", ways.len());
        for way in &ways {
            let length: f64 = way.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
            assert!((length - 30.0).abs() < 4.0, "{length}");
        }
        let against = Track { heading_rad: pose.heading_rad + 3.0, ..coming };
        assert!(lane_ways(&network, &against).is_empty());
    }
}
