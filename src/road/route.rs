//! Routes over the lane graph.
//!
//! # Equations
//! Dijkstra over lanes; cost in seconds: `length / limit` for each lane left forward, [`CHANGE_S`] for a
//! lane change, more where the lane is too short for one and a little more the later it comes, so that of
//! two equal ways the one that is in the right lane early wins. Equal costs are decided by the lower id.
//!
//! # Validity
//! No lane changes inside junctions. Only driving lanes, and bus or bicycle lanes where the route begins or
//! ends on one.

use super::{LaneCoord, LaneKind, RoadNetwork};
use crate::base::ids::LaneId;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Cost of a lane change, s.
const CHANGE_S: f64 = 5.0;
/// Extra cost of a lane change for each lane travelled before it, s: sooner is better.
const LATER_S: f64 = 0.01;
/// A lane shorter than this is a poor place for a lane change, m (5 s at 8 m/s).
const CHANGE_ROOM_M: f64 = 40.0;
/// Cost of each missing meter of room, s.
const CRAMPED_S_PER_M: f64 = 0.25;
/// Slowest limit used for the cost, m/s.
const SPEED_MPS_MIN: f64 = 0.5;

/// A route: a chain of lanes joined by succession, with lane changes where `change` says so.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Legs in order of travel. Consecutive legs are successors, or neighbors after a lane change.
    pub legs: Vec<RouteLeg>,
    /// Length along the legs, m: from the start of the route to the end of its last lane.
    pub length_m: f64,
}

/// One leg of a route.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteLeg {
    /// Lane.
    pub lane: LaneId,
    /// How the next leg is reached.
    pub exit: LegExit,
    /// Distance from the start of the route to the start of this lane, m (lane changes add nothing);
    /// negative on the first leg, where the route starts within the lane.
    pub start_m: f64,
}

/// How a leg is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegExit {
    /// Straight on into a successor.
    Forward,
    /// Lane change to the left, anywhere along the lane.
    ChangeLeft,
    /// Lane change to the right.
    ChangeRight,
    /// The route ends here.
    End,
}

/// What the search knows of a lane.
#[derive(Clone, Copy)]
struct Reached {
    cost_s: f64,
    hops: u32,
    before: Option<LaneId>,
    exit_before: LegExit,
    done: Done,
}

#[derive(Clone, Copy, PartialEq)]
enum Done {
    Open,
    Closed,
}

/// Entry of the queue; the smallest cost, then the smallest id, comes out first.
#[derive(Clone, Copy, PartialEq)]
struct Entry {
    cost_s: f64,
    lane: LaneId,
}

impl Eq for Entry {}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost_s.total_cmp(&self.cost_s).then(other.lane.cmp(&self.lane))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl RoadNetwork {
    /// Shortest route (by time at the limit, lane changes cost 5 s) from a place to a lane.
    pub fn route(&self, from: LaneCoord, to: LaneId) -> Option<Route> {
        self.lanes.get(from.lane.ix())?;
        let kinds = [self.lanes.get(to.ix())?.kind, self.lane(from.lane).kind];
        let allowed = |id: LaneId| {
            let kind = self.lane(id).kind;
            kind == LaneKind::Driving || (kind.is_drivable() && kinds.contains(&kind)) || id == to
        };
        let mut reached: Vec<Option<Reached>> = vec![None; self.lanes.len()];
        let mut queue = BinaryHeap::new();
        let limit = |id: LaneId| self.lane(id).speed_limit_mps.max(SPEED_MPS_MIN);
        let start_cost_s = -from.along_m / limit(from.lane);
        reached[from.lane.ix()] = Some(Reached {
            cost_s: start_cost_s,
            hops: 0,
            before: None,
            exit_before: LegExit::End,
            done: Done::Open,
        });
        queue.push(Entry { cost_s: start_cost_s, lane: from.lane });
        while let Some(Entry { lane: id, .. }) = queue.pop() {
            let Some(here) = reached[id.ix()] else { continue };
            if here.done == Done::Closed {
                continue;
            }
            reached[id.ix()] = Some(Reached { done: Done::Closed, ..here });
            if id == to {
                return Some(self.unwind(from, to, &reached));
            }
            let lane = self.lane(id);
            let mut reach = |next: LaneId, cost_s: f64, hops: u32, exit_before: LegExit| {
                if allowed(next) && reached[next.ix()].is_none_or(|r| cost_s < r.cost_s) {
                    let before = Some(id);
                    reached[next.ix()] =
                        Some(Reached { cost_s, hops, before, exit_before, done: Done::Open });
                    queue.push(Entry { cost_s, lane: next });
                }
            };
            let forward_s = here.cost_s + lane.length_m / limit(id);
            for next in &lane.successors {
                reach(*next, forward_s, here.hops + 1, LegExit::Forward);
            }
            if lane.junction.is_none() {
                let room_m = if here.hops == 0 { lane.length_m - from.along_m } else { lane.length_m };
                let change_s = here.cost_s
                    + CHANGE_S
                    + LATER_S * f64::from(here.hops)
                    + CRAMPED_S_PER_M * (CHANGE_ROOM_M - room_m).max(0.0);
                for (next, exit) in [(lane.left, LegExit::ChangeLeft), (lane.right, LegExit::ChangeRight)] {
                    if let Some(next) = next {
                        reach(next, change_s, here.hops, exit);
                    }
                }
            }
        }
        None
    }

    /// Shortest route through waypoints in order.
    pub fn route_via(&self, from: LaneCoord, via: &[LaneId]) -> Option<Route> {
        let (first, rest) = via.split_first()?;
        let mut whole = self.route(from, *first)?;
        for to in rest {
            let last = whole.legs.pop()?;
            let part = self.route(LaneCoord::center(last.lane, 0.0), *to)?;
            whole.legs.extend(part.legs.iter().map(|l| RouteLeg { start_m: last.start_m + l.start_m, ..*l }));
            whole.length_m = last.start_m + part.length_m;
        }
        Some(whole)
    }

    /// The route from the search's back pointers.
    fn unwind(&self, from: LaneCoord, to: LaneId, reached: &[Option<Reached>]) -> Route {
        let mut legs = Vec::new();
        let (mut at, mut exit) = (Some(to), LegExit::End);
        while let Some(lane) = at {
            legs.push(RouteLeg { lane, exit, start_m: 0.0 });
            let Some(r) = reached[lane.ix()] else { break };
            (at, exit) = (r.before, r.exit_before);
        }
        legs.reverse();
        let mut start_m = -from.along_m;
        for leg in &mut legs {
            leg.start_m = start_m;
            if leg.exit == LegExit::Forward {
                start_m += self.lane(leg.lane).length_m;
            }
        }
        Route { legs, length_m: start_m + self.lane(to).length_m }
    }
}

impl Route {
    /// Whether a lane is one of the legs.
    pub fn contains(&self, lane: LaneId) -> bool {
        self.legs.iter().any(|l| l.lane == lane)
    }

    /// Leg index of a lane at or after `from_leg`.
    pub fn leg_of(&self, lane: LaneId, from_leg: usize) -> Option<usize> {
        let legs = self.legs.get(from_leg..)?;
        legs.iter().position(|l| l.lane == lane).map(|i| i + from_leg)
    }

    /// Next connecting lane (in a junction) at or after a leg, with its distance ahead of `along_m` on that
    /// leg, m: negative where that leg is the connecting lane itself.
    pub fn next_connecting(&self, network: &RoadNetwork, leg: usize, along_m: f64) -> Option<(LaneId, f64)> {
        let here_m = self.legs.get(leg)?.start_m + along_m;
        let next = self.legs[leg..].iter().find(|l| network.lane(l.lane).junction.is_some())?;
        Some((next.lane, next.start_m - here_m))
    }

    /// The lane of the route after the end of the lane of `leg`, and its leg: the lane's own successor
    /// where the route or its later lane changes use it, else what follows the lane changes.
    pub(super) fn next_lane_at_end(&self, network: &RoadNetwork, leg: usize) -> Option<(LaneId, usize)> {
        let mut i = leg;
        loop {
            match self.legs.get(i)?.exit {
                LegExit::Forward => return self.legs.get(i + 1).map(|l| (l.lane, i + 1)),
                LegExit::End => return None,
                LegExit::ChangeLeft | LegExit::ChangeRight => {
                    // Straight on as long as that lane, too, is a lane of the route.
                    let own = &network.lane(self.legs[i].lane).successors;
                    if let Some(j) = own.iter().find_map(|next| self.leg_of(*next, i)) {
                        return Some((self.legs[j].lane, j));
                    }
                    i += 1;
                }
            }
        }
    }
}
