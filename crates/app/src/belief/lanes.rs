//! The map prior beside the lane as the camera sees it now.
//!
//! Dashed lines are the borders of the mapped lanes around the ego. The solid pair is the own lane by the
//! latest reading of the lane marks: the mapped width, shifted by the measured offset from the lane's center
//! and drawn from the believed pose, with a band of ±2 σ. Where the pair lies on the dashed borders the map
//! and the picture agree; it turns vermilion where it does not (by more than 3 σ and 0.3 m). No pair: the
//! marks can't be seen. Posts stand where perception has found the map contradicted.

use super::ink::Pen;
use super::labels::{Label, Priority};
use super::shown::{Shown, Sketch};
use crate::{frames, layers, palette};
use bevy::color::Alpha;
use bevy::math::Vec3;
use shakedown::base::ids::LaneId;
use shakedown::base::math::DVec2;
use shakedown::road::RoadNetwork;
use shakedown::state::pose::{LaneCoord, Pose};

/// Mapped borders are drawn so far ahead and behind, m.
const AHEAD_M: f64 = 70.0;
/// See [`AHEAD_M`].
const BEHIND_M: f64 = 15.0;
/// Spacing of their points, m.
const STEP_M: f64 = 3.0;
/// The live pair begins and ends so far ahead of the rear axle, m.
const LIVE_M: (f64, f64) = (4.0, 24.0);

/// Mapped lanes around a place with the stretch of each that is near, in the order found.
pub fn lanes_near(network: &RoadNetwork, at: LaneCoord) -> Vec<(LaneId, f64, f64)> {
    let mut found: Vec<(LaneId, f64, f64)> = Vec::new();
    // Lane, place on it that corresponds to the start, way left.
    let mut open = vec![(at.lane, at.along_m - BEHIND_M, AHEAD_M + BEHIND_M)];
    while let Some((id, from_m, way_m)) = open.pop() {
        let Some(lane) = network.lanes.get(id.ix()) else { continue };
        if found.iter().any(|(known, ..)| *known == id) || found.len() > 60 {
            continue;
        }
        let to_m = (from_m + way_m).min(lane.length_m);
        found.push((id, from_m.max(0.0), to_m));
        for side in [lane.left, lane.right].into_iter().flatten() {
            open.push((side, from_m, way_m));
        }
        if let Some(opposite) = lane.opposite {
            let other_m = network.lanes[opposite.ix()].length_m;
            open.push((opposite, other_m - to_m, to_m - from_m.max(0.0)));
        }
        let rest_m = from_m + way_m - lane.length_m;
        if rest_m > 0.0 {
            open.extend(lane.successors.iter().map(|next| (*next, 0.0, rest_m)));
        }
        if from_m < 0.0 {
            for before in &lane.predecessors {
                let length_m = network.lanes[before.ix()].length_m;
                open.push((*before, length_m + from_m, -from_m));
            }
        }
    }
    found
}

/// Borders of a stretch of a lane: (left, right) points.
pub fn borders(network: &RoadNetwork, lane: LaneId, from_m: f64, to_m: f64) -> [Vec<Vec3>; 2] {
    let count = ((to_m - from_m) / STEP_M).ceil().max(1.0) as u32;
    let mut out = [Vec::new(), Vec::new()];
    for i in 0..=count {
        let along_m = from_m + (to_m - from_m) * f64::from(i) / f64::from(count);
        let half_m = 0.5 * network.lane_pose(LaneCoord::center(lane, along_m)).width_m;
        for (line, sign) in out.iter_mut().zip([1.0, -1.0]) {
            let edge = LaneCoord { lane, along_m, offset_m: sign * half_m };
            line.push(frames::point(network.lane_pose(edge).pose.position_m) + Vec3::Y * 0.05);
        }
    }
    out
}

/// Whether the marks contradict the map: measured against mapped offset, m.
pub fn contradicts(measured_m: f64, sigma_m: f64, mapped_m: f64) -> bool {
    (measured_m - mapped_m).abs() > (3.0 * sigma_m).max(0.3)
}

/// Draws map prior, live lane and contradictions.
pub fn draw(shown: &Shown, sketch: &mut Sketch) {
    let network = shown.run.network();
    if let Some(at) = shown.ego.lane.filter(|at| at.lane.ix() < network.lanes.len()) {
        let pen = Pen::new(palette::WARN.with_alpha(0.9), 2.0).dashed(1.5);
        for (lane, from_m, to_m) in lanes_near(network, at) {
            for line in borders(network, lane, from_m, to_m) {
                sketch.ground.polyline(line, pen);
            }
        }
        draw_live(shown, at, sketch);
    }
    for mismatch in &shown.belief.mismatches {
        let foot = shown.on_ground(mismatch.position_m, 0.0);
        let top = foot + Vec3::Y * 2.6;
        sketch.ground.line(foot, top, Pen::new(palette::BAD, 3.0).wide(0.08));
        sketch.ground.triangle(
            [top, top - Vec3::Y * 0.7, top - Vec3::Y * 0.35 + Vec3::X * 0.9],
            palette::BAD.with_alpha(0.9),
        );
        let text = format!("map contradicted, {:.0} % sure", mismatch.confidence * 100.0);
        let distance_m = mismatch.position_m.distance(shown.ego.position_m);
        sketch.labels.push(Label::text(
            top + Vec3::Y * 0.1,
            text,
            palette::BAD,
            layers::BELIEF,
            Priority::Wrong,
            distance_m,
        ));
    }
}

fn draw_live(shown: &Shown, at: LaneCoord, sketch: &mut Sketch) {
    let latest = shown
        .shot
        .frames
        .iter()
        .flatten()
        .filter_map(|frame| frame.lane_offset_m.map(|reading| (frame.measured_at, reading)))
        .max_by_key(|(measured_at, _)| *measured_at);
    let fresh = latest.filter(|(measured_at, _)| shown.belief.time.since_s(*measured_at) < 0.4);
    let Some((measured_at, (offset_m, sigma_m))) = fresh else { return };
    let pose = shown.believed_pose_at(measured_at);
    let lane = shown.run.network().lane_pose(at);
    let heading_rad = lane.pose.heading_rad;
    let own = Pose { heading_rad, ..pose };
    let mapped_m = at.offset_m;
    let wrong = contradicts(offset_m, sigma_m, mapped_m);
    let color = if wrong { palette::BAD } else { palette::CAMERA };
    for sign in [1.0, -1.0] {
        let y_m = sign * 0.5 * lane.width_m - offset_m;
        let point = |x_m: f64, off_m: f64| {
            let local = DVec2::new(x_m, y_m + off_m + bend(shown, at, x_m));
            shown.on_ground(own.to_world(local), 0.1)
        };
        let steps: Vec<f64> =
            (0..=10).map(|i| LIVE_M.0 + (LIVE_M.1 - LIVE_M.0) * f64::from(i) / 10.0).collect();
        let middle: Vec<Vec3> = steps.iter().map(|x| point(*x, 0.0)).collect();
        let band_m = 2.0 * sigma_m;
        let left: Vec<Vec3> = steps.iter().map(|x| point(*x, band_m)).collect();
        let right: Vec<Vec3> = steps.iter().map(|x| point(*x, -band_m)).collect();
        sketch.ground.band(&left, &right, |_| color.with_alpha(0.35));
        sketch.ground.polyline(middle, Pen::new(color, 3.0).wide(0.1));
    }
    let text = if wrong {
        format!("marks {:+.2} m off the map", offset_m - mapped_m)
    } else {
        format!("marks fit the map (±{:.0} cm)", 200.0 * sigma_m)
    };
    let world = shown.on_ground(own.to_world(DVec2::new(LIVE_M.1, -offset_m)), 0.3);
    let rank = if wrong { Priority::Wrong } else { Priority::Detail };
    sketch.labels.push(Label::text(world, text, color, layers::BELIEF, rank, LIVE_M.1));
}

/// How far the mapped lane bends to the left of its own tangent after a way, m: `κ·x²/2`.
fn bend(shown: &Shown, at: LaneCoord, x_m: f64) -> f64 {
    0.5 * shown.run.network().lane_pose(at).curvature_per_m * x_m * x_m
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing() -> RoadNetwork {
        let map = include_bytes!("../../../../assets/maps/crossing.xodr");
        RoadNetwork::from_opendrive("crossing", map).expect("a bundled map")
    }

    #[test]
    fn borders_stand_half_a_lane_from_its_center() {
        let network = crossing();
        for lane in network.lanes.iter().filter(|lane| lane.length_m > 10.0).step_by(5) {
            let [left, right] = borders(&network, lane.id, 0.0, lane.length_m);
            assert_eq!(left.len(), right.len());
            for (l, r) in left.iter().zip(&right) {
                let middle = frames::back((*l + *r) * 0.5);
                let near = network.lane_pose(LaneCoord::center(lane.id, 0.0)).width_m;
                assert!(f64::from(l.distance(*r)) < near + 3.0);
                assert!(middle.is_finite());
            }
        }
    }

    #[test]
    fn lanes_near_cover_neighbors_and_successors_once() {
        let network = crossing();
        let lane = network.lanes.iter().find(|lane| lane.successors.len() > 1).expect("a fork");
        let near = lanes_near(&network, LaneCoord::center(lane.id, lane.length_m - 5.0));
        for next in &lane.successors {
            assert!(near.iter().any(|(id, ..)| id == next), "successor {next:?}");
        }
        for side in [lane.left, lane.right, lane.opposite].into_iter().flatten() {
            assert!(near.iter().any(|(id, ..)| *id == side), "beside {side:?}");
        }
        let mut ids: Vec<_> = near.iter().map(|(id, ..)| *id).collect();
        ids.sort();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "each once");
        for (id, from_m, to_m) in near {
            assert!(from_m >= 0.0 && to_m <= network.lane(id).length_m + 1e-9);
        }
    }

    #[test]
    fn marks_contradict_beyond_three_sigma() {
        assert!(!contradicts(0.2, 0.03, 0.0), "below 0.3 m");
        assert!(contradicts(0.5, 0.03, 0.0));
        assert!(!contradicts(0.5, 0.2, 0.0), "unsure reading");
    }
}
