//! Who is on which lane, in lane order: built once a tick from the ground truth, without allocation, so
//! that leaders, followers and conflicting traffic are found by a binary search.
//!
//! A participant that reaches over its lane's edge is entered on the neighbor too. Also keeps, for every
//! participant that stands at a stop line, since when it stands there (first come, first served).

use super::tick::{Clock, PhysicsStep, SimTick};
use crate::base::ids::{LaneId, ParticipantId};
use crate::base::math;
use crate::base::time::SimTime;
use crate::road::RoadNetwork;
use crate::sim::RunPlan;
use crate::state::truth::{GroundTruth, Presence};
use bevy::prelude::*;

/// One participant on one lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occupant {
    /// Lane.
    pub lane: LaneId,
    /// Reference point along the lane, m.
    pub along_m: f64,
    /// Lateral offset from this lane's center, m, left positive.
    pub offset_m: f64,
    /// Who.
    pub id: ParticipantId,
}

/// All participants by (lane, along).
#[derive(Resource, Default, Debug)]
pub struct LaneOccupancy {
    sorted: Vec<Occupant>,
    /// `stopped_at_line[participant]`: since when it has been standing before its stop line.
    pub stopped_at_line: Vec<Option<SimTime>>,
    /// Pedestrians and cyclists off the lane graph or on crosswalks, in id order.
    pub vulnerable: Vec<ParticipantId>,
}

/// Adds the occupancy to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<LaneOccupancy>();
    app.add_systems(
        SimTick,
        refresh_occupancy.in_set(PhysicsStep::Snapshot).after(super::snapshot::refresh_ground_truth),
    );
}

/// Rebuilds the occupancy from the snapshot.
pub fn refresh_occupancy(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    mut occupancy: ResMut<LaneOccupancy>,
) {
    occupancy.rebuild(&plan.network, &truth, clock.end());
}

impl LaneOccupancy {
    /// Rebuilds from `truth` at time `now`.
    pub fn rebuild(&mut self, network: &RoadNetwork, truth: &GroundTruth, now: SimTime) {
        self.sorted.clear();
        self.vulnerable.clear();
        self.stopped_at_line.resize(truth.objects.len(), None);
        for object in &truth.objects {
            let stopped = &mut self.stopped_at_line[object.id.ix()];
            if object.presence == Presence::Absent {
                *stopped = None;
                continue;
            }
            if object.class.is_vulnerable() {
                self.vulnerable.push(object.id);
            }
            let Some(coord) = object.lane else {
                *stopped = None;
                continue;
            };
            let lane = network.lane(coord.lane);
            self.sorted.push(Occupant {
                lane: coord.lane,
                along_m: coord.along_m,
                offset_m: coord.offset_m,
                id: object.id,
            });
            let here = network.lane_pose(coord);
            let half_lane = here.width_m * 0.5;
            let half_width = object.extent.width_m * 0.5;
            // Who goes askew reaches farther with the front.
            let askew = math::wrap_pi(object.pose.heading_rad - here.pose.heading_rad);
            let nose = if askew.abs() < 0.8 { askew * object.extent.front_x_m() } else { 0.0 };
            for (side, neighbor) in [(1.0, lane.left), (-1.0, lane.right)] {
                let reach = coord.offset_m * side + (nose * side).max(0.0) + half_width - half_lane;
                if reach > 0.25
                    && let Some(neighbor) = neighbor
                {
                    let scale = network.lane(neighbor).length_m / lane.length_m.max(1e-6);
                    self.sorted.push(Occupant {
                        lane: neighbor,
                        along_m: coord.along_m * scale,
                        offset_m: coord.offset_m - side * 2.0 * half_lane,
                        id: object.id,
                    });
                }
            }
            let at_line = lane.stop_line_m.is_some_and(|line| {
                let front = coord.along_m + object.extent.front_x_m();
                front > line - 4.0 && front < line + 1.5
            });
            if !at_line {
                *stopped = None;
            } else if object.motion.speed_mps < 0.3 && stopped.is_none() {
                *stopped = Some(now);
            }
        }
        // The order hardly changes from tick to tick (cheap for a pattern-defeating sort); ties break by id.
        self.sorted.sort_unstable_by(|a, b| {
            a.lane.cmp(&b.lane).then(a.along_m.total_cmp(&b.along_m)).then(a.id.cmp(&b.id))
        });
    }

    /// Participants on a lane, by rising distance along it.
    #[inline]
    pub fn on_lane(&self, lane: LaneId) -> &[Occupant] {
        let from = self.sorted.partition_point(|o| o.lane < lane);
        let len = self.sorted[from..].partition_point(|o| o.lane == lane);
        &self.sorted[from..from + len]
    }

    /// Next participant ahead on the chain of lanes `ahead` (its first lane is the one of `along_m`),
    /// other than `own`: id and distance between reference points, m, up to `reach_m`.
    pub fn leader(
        &self,
        network: &RoadNetwork,
        own: ParticipantId,
        along_m: f64,
        ahead: impl IntoIterator<Item = LaneId>,
        reach_m: f64,
    ) -> Option<(Occupant, f64)> {
        let mut start = -along_m;
        for lane in ahead {
            for occupant in self.on_lane(lane) {
                let distance = start + occupant.along_m;
                if occupant.id != own && distance > 0.0 {
                    return (distance <= reach_m).then_some((*occupant, distance));
                }
            }
            start += network.lane(lane).length_m;
            if start > reach_m {
                return None;
            }
        }
        None
    }

    /// Next participant behind on the lane or its straight predecessors: id and distance, m.
    pub fn follower(
        &self,
        network: &RoadNetwork,
        own: ParticipantId,
        lane: LaneId,
        along_m: f64,
        reach_m: f64,
    ) -> Option<(Occupant, f64)> {
        let mut lane = lane;
        let mut offset = along_m;
        for _ in 0..8 {
            let behind = self.on_lane(lane).iter().rev().find(|o| o.id != own && o.along_m <= offset);
            if let Some(occupant) = behind {
                let distance = offset - occupant.along_m;
                return (distance <= reach_m).then_some((*occupant, distance));
            }
            if offset > reach_m {
                return None;
            }
            lane = *network.lane(lane).predecessors.first()?;
            offset += network.lane(lane).length_m;
        }
        None
    }
}
