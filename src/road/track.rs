//! Following a moving point over the lane graph, and the road's surface under it.
//!
//! # Equations
//! Slopes of the surface under a heading at the angle θ to the lane: along `g cos θ + c sin θ`, to the
//! left `−g sin θ + c cos θ`, with the lane's grade g and cross slope c.
//!
//! # What it does not do
//! It keeps a vehicle on its lane until the lane's edge; who occupies two lanes at once is for the
//! caller to see from the offset and the vehicle's width.

use super::index::{Candidate, candidate};
use super::*;
use crate::base::ids::LaneId;
use crate::base::math::{self, DVec2};

/// A point that moved farther than this since last time is looked up anew, m.
const LOST_M: f64 = 25.0;
/// How far over the edge a point may be before its lane is questioned where no neighbor takes it, m.
const EDGE_SLACK_M: f64 = 0.3;
/// How much better another lane must fit before it takes a point from a lane without neighbor, m.
const SWITCH_GAIN_M: f64 = 0.5;
/// Longest chain of lanes followed in one step.
const HOPS_MAX: usize = 16;

impl RoadNetwork {
    /// Follows a moving point from its last known place in O(1): checks the lane, its neighbors and
    /// successors; prefers lanes of the route at forks. Falls back to [`Self::nearest_lane`]. `None` where the
    /// network does not have the lane.
    pub fn track_lane(
        &self,
        last: LaneCoord,
        position_m: DVec2,
        heading_rad: f64,
        route: Option<&Route>,
    ) -> Option<LaneCoord> {
        let z_m = self.lanes.get(last.lane.ix())?.line.spot(last.along_m).a.position_m.z;
        let p = position_m.extend(z_m);
        let interval = self.lane(last.lane).line.interval(last.along_m.max(0.0));
        let mut here = candidate_near(self, last.lane, interval, p);
        if !position_m.is_finite() || here.foot.distance_m > LOST_M + 2.0 * last.offset_m.abs() {
            return self.nearest_lane(p, Some(heading_rad)).map(|n| n.coord);
        }
        for _ in 0..HOPS_MAX {
            if here.foot.overshoot_m > 0.0 {
                let Some(next) = self.best_of(&self.lane(here.lane).successors, p, route, false) else {
                    break;
                };
                here = next;
                if here.foot.overshoot_m <= 0.0 {
                    break;
                }
            } else if here.foot.overshoot_m < 0.0 {
                let Some(next) = self.best_of(&self.lane(here.lane).predecessors, p, route, true) else {
                    break;
                };
                if next.foot.overshoot_m > 0.0 {
                    // In the crack between two lanes.
                    break;
                }
                here = next;
            } else {
                break;
            }
        }
        for _ in 0..HOPS_MAX {
            let lane = self.lane(here.lane);
            let half_width_m = 0.5 * lane.line.samples[here.foot.interval].width_m;
            if here.foot.offset_m.abs() <= half_width_m {
                break;
            }
            let side = if here.foot.offset_m > 0.0 { lane.left } else { lane.right };
            let beside = side.map(|id| self.beside(here, id, p));
            match beside {
                Some(other) if other.score_m < here.score_m => here = other,
                _ => break,
            }
        }
        if here.score_m > EDGE_SLACK_M {
            here = self.reconsider(here, p, heading_rad, route);
        }
        Some(LaneCoord { lane: here.lane, along_m: here.foot.along_m, offset_m: here.foot.offset_m })
    }

    /// Best of a few lanes that start (or, looking back, end) where the point is.
    fn best_of(
        &self,
        lanes: &[LaneId],
        p: crate::base::math::DVec3,
        route: Option<&Route>,
        from_end: bool,
    ) -> Option<Candidate> {
        let mut best: Option<(bool, Candidate)> = None;
        for id in lanes {
            let on_route = lanes.len() > 1 && route.is_some_and(|r| r.contains(*id));
            let from = if from_end { self.lane(*id).line.samples.len() } else { 0 };
            let found = candidate_near(self, *id, from, p);
            let better = best.is_none_or(|(b_on, b)| {
                (on_route && !b_on) || (on_route == b_on && found.score_m < b.score_m)
            });
            if better {
                best = Some((on_route, found));
            }
        }
        best.map(|(_, c)| c)
    }

    /// The same place on a neighbor of the same section.
    fn beside(&self, here: Candidate, other: LaneId, p: crate::base::math::DVec3) -> Candidate {
        let s_m = self.lane(here.lane).line.samples[here.foot.interval].road_s_m;
        let line = &self.lane(other).line;
        candidate_near(self, other, line.interval(line.along_at_road_s(s_m)), p)
    }

    /// A point outside its lane where no neighbor takes it: sibling movements of a junction, then
    /// everything near.
    fn reconsider(
        &self,
        here: Candidate,
        p: crate::base::math::DVec3,
        heading_rad: f64,
        route: Option<&Route>,
    ) -> Candidate {
        let wanted = |c: &Candidate| {
            c.score_m + SWITCH_GAIN_M < here.score_m && c.foot.distance_m <= here.foot.distance_m
        };
        let lane = self.lane(here.lane);
        if lane.junction.is_some() {
            for before in &lane.predecessors {
                if let Some(sibling) = self.best_of(&self.lane(*before).successors, p, route, false)
                    && wanted(&sibling)
                {
                    return sibling;
                }
            }
        }
        self.index.nearest(self, p, Some(heading_rad), |_| true).filter(wanted).unwrap_or(here)
    }

    /// Height of the road surface at a planar point near a known lane place, m, with (pitch, roll) along
    /// `heading_rad`. Beyond the lane's ends its slope goes on. Flat ground at height 0 where the network does not
    /// have the lane.
    pub fn surface_at(&self, near: LaneCoord, position_m: DVec2, heading_rad: f64) -> (f64, f64, f64) {
        let Some(Lane { line, .. }) = self.lanes.get(near.lane.ix()) else { return (0.0, 0.0, 0.0) };
        let foot = line.project_from(line.interval(near.along_m.max(0.0)), position_m);
        let spot = line.spot(foot.along_m);
        let cross = spot.mix(|s| s.cross_slope);
        let pitch_rad = spot.mix(|s| s.pitch_rad);
        let grade = if pitch_rad == 0.0 { 0.0 } else { math::tan(pitch_rad) };
        let z_m = spot.position().z + cross * foot.offset_m + grade * foot.overshoot_m;
        if grade == 0.0 && cross == 0.0 {
            return (z_m, 0.0, 0.0);
        }
        let (sin, cos) = math::sin_cos(heading_rad - spot.mix(|s| s.heading_rad));
        (z_m, math::atan(grade * cos + cross * sin), math::atan(cross * cos - grade * sin))
    }

    /// Advances along the lane graph by `distance_m` (backward where negative), taking the first
    /// successor at forks unless the route says otherwise; `None` at a dead end. Where the route leaves a
    /// lane sideways and the lane leads nowhere on the route, it moves over at the lane's end.
    pub fn advance(&self, from: LaneCoord, distance_m: f64, route: Option<&Route>) -> Option<LaneCoord> {
        if !distance_m.is_finite() || from.lane.ix() >= self.lanes.len() {
            return None;
        }
        let mut at = from;
        at.along_m += distance_m;
        let mut leg = route.and_then(|r| r.leg_of(at.lane, 0));
        while at.along_m < 0.0 {
            let lane = self.lane(at.lane);
            let before = lane
                .predecessors
                .iter()
                .find(|id| route.is_some_and(|r| r.contains(**id)))
                .or(lane.predecessors.first())?;
            at.lane = *before;
            at.along_m += self.lane(*before).length_m;
        }
        while at.along_m > self.lane(at.lane).length_m {
            let lane = self.lane(at.lane);
            if let Some((next, j)) = route.zip(leg).and_then(|(r, i)| r.next_lane_at_end(self, i)) {
                at.along_m -= lane.length_m;
                at.lane = next;
                leg = Some(j);
                continue;
            }
            let next = *lane.successors.first()?;
            at.along_m -= lane.length_m;
            at.lane = next;
            leg = route.and_then(|r| r.leg_of(next, 0));
        }
        Some(at)
    }
}

fn candidate_near(
    network: &RoadNetwork,
    lane: LaneId,
    interval: usize,
    p: crate::base::math::DVec3,
) -> Candidate {
    candidate(network, lane, interval, p, None)
}
