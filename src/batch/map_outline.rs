//! The outline of a map: what the report needs to draw it, and no more. A batch keeps it, so that a report
//! can be made from the directory alone.
//!
//! World coordinates in m, rounded to 0.1 m; lane centers simplified to 0.25 m (Douglas and Peucker 1973).

use crate::base::math::DVec2;
use crate::road::{LaneCoord, LaneKind, RoadNetwork};
use serde::{Deserialize, Serialize};

/// Outline of a map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapOutline {
    /// Name.
    pub name: String,
    /// Lanes.
    pub lanes: Vec<LaneOutline>,
    /// Crosswalks: corners.
    pub crosswalks: Vec<Vec<[f64; 2]>>,
    /// Names of streets with the middle of their longest road.
    pub streets: Vec<(String, [f64; 2])>,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneOutline {
    /// Use.
    pub kind: LaneKind,
    /// Inside a junction.
    pub junction: bool,
    /// Width in the middle, m.
    pub width_m: f64,
    /// Center line.
    pub points: Vec<[f64; 2]>,
}

/// Distance between samples before simplification, m.
const STEP_M: f64 = 4.0;
/// Largest deviation of the simplified line, m.
const TOLERANCE_M: f64 = 0.25;

fn rounded(p: DVec2) -> [f64; 2] {
    [p.x, p.y].map(|v| (v * 10.0).round() / 10.0)
}

impl MapOutline {
    /// The outline of a network.
    pub fn of(network: &RoadNetwork) -> Self {
        let mut outline = Self { name: network.name.clone(), ..Self::default() };
        for lane in &network.lanes {
            if matches!(lane.kind, LaneKind::Other) {
                continue;
            }
            let count = ((lane.length_m / STEP_M).ceil() as usize).max(1);
            let at = |i: usize| {
                network.lane_pose(LaneCoord::center(lane.id, lane.length_m * i as f64 / count as f64))
            };
            let line: Vec<DVec2> = (0..=count).map(|i| at(i).pose.position_m.truncate()).collect();
            outline.lanes.push(LaneOutline {
                kind: lane.kind,
                junction: lane.junction.is_some(),
                width_m: (at(count / 2).width_m * 100.0).round() / 100.0,
                points: simplified(&line, TOLERANCE_M).into_iter().map(rounded).collect(),
            });
        }
        outline.crosswalks =
            network.crosswalks.iter().map(|c| c.outline_m.iter().copied().map(rounded).collect()).collect();
        let mut streets: Vec<(&str, f64, [f64; 2])> = Vec::new();
        for road in network.roads.iter().filter(|r| r.junction.is_none() && !r.name.is_empty()) {
            let Some(lane) = road.lanes.first().map(|id| network.lane(*id)) else { continue };
            let middle = network.lane_pose(LaneCoord::center(lane.id, lane.length_m / 2.0));
            let at = rounded(middle.pose.position_m.truncate());
            match streets.iter_mut().find(|(name, _, _)| *name == road.name) {
                Some(known) if known.1 < road.length_m => *known = (&road.name, road.length_m, at),
                Some(_) => {}
                None => streets.push((&road.name, road.length_m, at)),
            }
        }
        outline.streets = streets.into_iter().map(|(name, _, at)| (name.to_owned(), at)).collect();
        outline
    }
}

/// The polyline without the points that lie within `tolerance` of the rest.
pub fn simplified(line: &[DVec2], tolerance: f64) -> Vec<DVec2> {
    let mut keep = vec![false; line.len()];
    let mut open = vec![(0, line.len().saturating_sub(1))];
    if let (Some(first), true) = (keep.first_mut(), line.len() > 1) {
        *first = true;
    }
    if let Some(last) = keep.last_mut() {
        *last = true;
    }
    while let Some((from, to)) = open.pop() {
        let chord = line.get(to).copied().unwrap_or_default() - line.get(from).copied().unwrap_or_default();
        let length_sq = chord.length_squared();
        let distance = |i: usize| {
            let w = line[i] - line[from];
            let along = if length_sq > 0.0 { (w.dot(chord) / length_sq).clamp(0.0, 1.0) } else { 0.0 };
            (w - chord * along).length()
        };
        let farthest = (from + 1..to).max_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        if let Some(split) = farthest.filter(|i| distance(*i) > tolerance) {
            keep[split] = true;
            open.extend([(from, split), (split, to)]);
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_lines_keep_their_ends_and_corners_stay() {
        let v = DVec2::new;
        let straight: Vec<_> = (0..50).map(|i| v(f64::from(i), 0.1 * f64::from(i % 2))).collect();
        assert_eq!(simplified(&straight, 0.25).len(), 2);
        let corner = [v(0.0, 0.0), v(5.0, 0.0), v(10.0, 0.0), v(10.0, 5.0), v(10.0, 10.0)];
        assert_eq!(simplified(&corner, 0.25), [v(0.0, 0.0), v(10.0, 0.0), v(10.0, 10.0)]);
        assert_eq!(simplified(&corner[..1], 0.25).len(), 1);
        assert!(simplified(&[], 0.25).is_empty());
    }
}
